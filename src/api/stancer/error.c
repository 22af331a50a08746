#include "api/stancer/error.h"

#include <string.h>

#include "api/stancer/call.h"
#include "base/must.h"

/* JSON_GROWTH: how many bytes one becomes at most, in quotes of its own or not. */
enum { ERROR_MAX = 64 * 1024, LOC_SPARE = 64, JSON_GROWTH = 6 };

/* The words of the official libraries for each kind of object (api/stancer.md 2). */
struct kind_words {
    const char *kind;
    const char *prefix;
    const char *v1; /* No such <v1> <id> */
    const char *v2; /* <v2> `ID` not found */
};
static const struct kind_words KINDS[] = {
    {"payment",      "paym_", "payment",        "Payment"       },
    {"customer",     "cust_", "customer",       "Customer"      },
    {"card",         "card_", "card",           "Card"          },
    {"address",      "addr_", "address",        "Address"       },
    {"refund",       "refd_", "refund",         "Refund"        },
    {"dispute",      "dspt_", "dispute",        "Dispute"       },
    {"payout",       "pout_", "payout",         "Payout"        },
    {"bank_account", "sepa_", "sepa",           "SEPA"          },
    {"mandate",      "mndt_", "mandate",        "Mandate"       },
    {"request",      "pi_",   "payment intent", "Payment intent"},
    {"webhook",      "whep_", "webhook",        "Webhook"       },
};

static const struct kind_words *words_of(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        if (kind != NULL && str_eq(str_of(kind), str_of(KINDS[i].kind)))
            return &KINDS[i];
    }
    return NULL;
}

static int status_of(err_t err, bool v1)
{
    switch (err) {
    case OK:
        break;
    case ERR_MALFORMED:
    case ERR_INVALID:
        return v1 ? 400 : 422;
    case ERR_AUTH:
        return 401;
    case ERR_FORBIDDEN:
        return 403;
    case ERR_NOT_FOUND:
        return 404;
    case ERR_STATE:
    case ERR_CONFLICT:
    case ERR_LIMIT:
        return 409;
    case ERR_BUSY:
    case ERR_UNAVAILABLE:
    case ERR_FULL:
        return 503;
    case ERR_IO:
    case ERR_INTERNAL:
        return 500;
    }
    must_fail(__FILE__, __LINE__, "err is an error");
}

/* --- bodies ----------------------------------------------------------------------------------- */

struct conflict_out {
    struct given given;
    struct str id;
    struct str error;
};
#define AT(member) FIELD_AT(struct conflict_out, member)
static const struct field CONFLICT_FIELDS[] = {
    {"id",    F_TEXT, 1, ERROR_MAX, REQUIRED, DOC, ED_1, AT(id)   },
    {"error", F_TEXT, 1, ERROR_MAX, REQUIRED, DOC, ED_1, AT(error)},
};
#undef AT
static const struct table CONFLICT = TABLE_OF("Conflict", struct conflict_out, CONFLICT_FIELDS);

struct problem_out {
    struct given given;
    int type;
    struct str message;
    struct conflict_out conflict; /* instead of a message */
};
enum { TYPE_REQUEST = 1, TYPE_SERVER };
static const char *const TYPE_TEXTS[] = {NULL, "invalid_request_error", "api_error"};
static const struct words TYPES = {TYPE_TEXTS, ARRAY_LEN(TYPE_TEXTS), false};
#define AT_TYPE FIELD_AT_MORE(struct problem_out, type, &TYPES)
#define AT_MESSAGE FIELD_AT(struct problem_out, message)
#define AT_CONFLICT FIELD_AT_MORE(struct problem_out, conflict, &CONFLICT)
static const struct field PROBLEM_FIELDS[] = {
    {"type",    F_WORD,   0, 0,         REQUIRED, DOC, ED_1, AT_TYPE    },
    {"message", F_TEXT,   1, ERROR_MAX, OPTIONAL, DOC, ED_1, AT_MESSAGE },
    {"message", F_OBJECT, 0, 0,         REQUIRED, DOC, ED_1, AT_CONFLICT},
};
#undef AT_TYPE
#undef AT_MESSAGE
#undef AT_CONFLICT
static const struct table PROBLEM = TABLE_OF("Problem", struct problem_out, PROBLEM_FIELDS);

struct error_out {
    struct given given;
    struct problem_out problem;
    struct str text;
};
#define AT_PROBLEM FIELD_AT_MORE(struct error_out, problem, &PROBLEM)
#define AT_TEXT FIELD_AT(struct error_out, text)
static const struct field ERROR_FIELDS[] = {
    {"error", F_OBJECT, 0, 0,         REQUIRED, DOC,  ED_1, AT_PROBLEM},
    {"error", F_TEXT,   1, ERROR_MAX, REQUIRED, SEED, ED_2, AT_TEXT   },
};
#undef AT_PROBLEM
#undef AT_TEXT
const struct table STANCER_ERROR = TABLE_OF("Error", struct error_out, ERROR_FIELDS);

struct bad_field_out {
    struct given given;
    struct str loc; /* JSON: ["body","card","exp_year"] */
    struct str msg;
    struct str type;
};
#define AT(member) FIELD_AT(struct bad_field_out, member)
static const struct field BAD_FIELD_FIELDS[] = {
    {"loc",  F_JSON, 0, 0,         REQUIRED, DOC, ED_2, AT(loc) },
    {"msg",  F_TEXT, 1, ERROR_MAX, REQUIRED, DOC, ED_2, AT(msg) },
    {"type", F_TEXT, 1, ERROR_MAX, REQUIRED, DOC, ED_2, AT(type)},
};
#undef AT
static const struct table BAD_FIELD = TABLE_OF("BadField", struct bad_field_out, BAD_FIELD_FIELDS);

struct invalid_out {
    struct given given;
    struct field_list detail;
};
#define AT_DETAIL FIELD_AT_MORE(struct invalid_out, detail, &BAD_FIELD)
static const struct field INVALID_FIELDS[] = {
    {"detail", F_OBJECTS, 0, 0, REQUIRED, DOC, ED_2, AT_DETAIL},
};
#undef AT_DETAIL
const struct table STANCER_INVALID = TABLE_OF("Invalid", struct invalid_out, INVALID_FIELDS);

/* --- answers ---------------------------------------------------------------------------------- */

static int type_of(int status)
{
    return status >= 500 ? TYPE_SERVER : TYPE_REQUEST;
}

void answer_plain_error(struct request *request, int status, struct str text)
{
    const struct problem_out problem = {.type = type_of(status), .message = text};
    const struct error_out out = {.problem = problem, .text = text};

    answer_json(request, status, object_text(request, &STANCER_ERROR, &out));
}

/* v1: {"id": <the thing in the way>, "error": text}; v2: the same in one sentence. */
static void answer_in_the_way(struct request *request, int status, const struct fault *fault,
                              const struct kind_words *words)
{
    struct arena *arena = request->cx->arena;
    struct str id = str_format(arena, "%s%s", words->prefix, fault->object);
    const struct conflict_out conflict = {.id = id, .error = str_of(fault->text)};
    const struct problem_out problem = {.type = type_of(status), .conflict = conflict};
    const struct error_out out = {
        .problem = problem,
        .text = str_format(arena, "%s (%s)", fault->text, id.ptr),
    };

    answer_json(request, status, object_text(request, &STANCER_ERROR, &out));
}

static void answer_not_found(struct request *request, const struct fault *fault,
                             const struct kind_words *words)
{
    struct arena *arena = request->cx->arena;
    struct str text = STR("Not found");

    /* v1 repeats what stood in the path, of whatever shape. */
    if (words != NULL && is_v1(request) && fault->object[0] == '\0')
        text = str_format(arena, "No such %s %.*s", words->v1, (int)request->params[0].len,
                          request->params[0].ptr);
    else if (words != NULL && is_v1(request))
        text = str_format(arena, "No such %s %s%s", words->v1, words->prefix, fault->object);
    else if (words != NULL)
        text = str_format(arena, "%s `%s%s` not found", words->v2, words->prefix, fault->object);
    answer_plain_error(request, 404, text);
}

/* "body.card.exp_year" -> ["body","card","exp_year"]; from name_at on it is one name. What the core
 * reports without a place is about the body. */
static void loc_put(struct buf *out, const char *field, size_t name_at)
{
    struct str path = str_of(field);
    bool placed = str_starts(path, STR("body")) || str_starts(path, STR("query")) ||
                  str_starts(path, STR("path"));

    buf_put(out, placed ? STR("[") : STR("[\"body\""));
    for (size_t at = 0; at < path.len;) {
        struct str rest = str_from(path, at);
        size_t len = name_at > 0 && at >= name_at ? rest.len : str_find(rest, '.');
        if (at > 0 || !placed)
            buf_put_byte(out, ',');
        json_put_text(out, str_sub(rest, 0, len));
        at += len + 1; /* the dot */
    }
    buf_put_byte(out, ']');
}

static struct str loc_text(struct arena *arena, const struct fault *fault)
{
    const char *path = fault->field == NULL ? "body" : fault->field;
    /* A name that nobody knows is the client's, and may be all dots. */
    struct buf out = buf_make(arena, LOC_SPARE + JSON_GROWTH * strlen(path));

    loc_put(&out, path, fault->name_at);
    must(!out.failed);
    return buf_str(&out);
}

static void answer_v2_faults(struct request *request)
{
    const struct ctx *cx = request->cx;
    struct bad_field_out *fields = arena_array(cx->arena, struct bad_field_out, cx->fault_count);
    const struct field_list detail = {fields, cx->fault_count};
    const struct invalid_out out = {.detail = detail};

    for (size_t i = 0; i < cx->fault_count; i++) {
        fields[i].loc = loc_text(cx->arena, &cx->faults[i]);
        fields[i].msg = str_of(cx->faults[i].text);
        fields[i].type = STR("value_error");
    }
    answer_json(request, 422, object_text(request, &STANCER_INVALID, &out));
}

/* "card.exp_year: must be ..."; all of them, as v1 has one message. */
static void answer_v1_faults(struct request *request)
{
    const struct ctx *cx = request->cx;
    struct buf out = buf_make(cx->arena, ERROR_MAX);

    for (size_t i = 0; i < cx->fault_count; i++) {
        struct str field = str_of(cx->faults[i].field);
        size_t dot = str_find(field, '.');
        if (i > 0)
            buf_put(&out, STR("; "));
        if (dot < field.len)
            field = str_sub(field, dot + 1, field.len - dot - 1);
        buf_put(&out, field);
        buf_put(&out, STR(": "));
        buf_put_cstr(&out, cx->faults[i].text);
    }
    must(!out.failed);
    answer_plain_error(request, 400, buf_str(&out));
}

static void answer_faults(struct request *request)
{
    if (is_v1(request))
        answer_v1_faults(request);
    else
        answer_v2_faults(request);
}

/* "cannot be captured": what an object is or does that stands in the way. Other texts name it. */
static bool goes_on_from_its_object(const struct fault *fault)
{
    return (fault->err == ERR_STATE || fault->err == ERR_LIMIT) && fault->text[0] >= 'a' &&
           fault->text[0] <= 'z';
}

/* What went wrong on our side is told in the log, not to the client. */
static struct str text_of(struct request *request, int status, const struct fault *fault,
                          const struct kind_words *words)
{
    if (status == 500)
        return STR("Internal error");
    if (fault != NULL && words != NULL && goes_on_from_its_object(fault))
        return str_format(request->cx->arena, "%s %s", words->v2, fault->text);
    if (fault != NULL)
        return str_of(fault->text);
    return status == 503 ? STR("Try again later") : STR("Refused");
}

/* [doc:obs] Cancelling what cannot be cancelled any more is a 422, not a 409 (api/stancer.md 2). */
static bool is_late_cancel(const struct request *request, err_t err)
{
    const struct ctx *cx = request->cx;

    return err == ERR_STATE && request->method == METHOD_DELETE && cx->fault_count == 1 &&
           str_eq(str_of(cx->faults[0].field), STR("request"));
}

void answer_error(struct request *request, err_t err)
{
    struct ctx *cx = request->cx;

    if (is_late_cancel(request, err)) {
        cx->faults[0].field = "path.id";
        answer_faults(request);
        return;
    }
    const struct fault *fault = cx->fault_count > 0 ? &cx->faults[0] : NULL;
    int status = status_of(err, is_v1(request));
    const struct kind_words *words = fault == NULL ? NULL : words_of(fault->field);

    if (status == 503)
        response_header(request, STR("Retry-After"), STR("1"));
    if (fault != NULL && (err == ERR_INVALID || err == ERR_MALFORMED))
        answer_faults(request);
    else if (err == ERR_NOT_FOUND)
        answer_not_found(request, fault, words);
    else if (err == ERR_CONFLICT && words != NULL && fault->object[0] != '\0')
        answer_in_the_way(request, status, fault, words);
    else
        answer_plain_error(request, status, text_of(request, status, fault, words));
}

void stancer_refuse(struct request *request, enum refusal status, const char *why)
{
    answer_plain_error(request, (int)status, str_of(why));
}
