#include "api/seqino/error.h"

#include "api/seqino/call.h"
#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "base/rand.h"

enum { SENTENCE_MAX = 64 * 1024, TRACE_SIZE = 16 };

static int status_of(err_t err)
{
    switch (err) {
    case OK:
        break;
    case ERR_MALFORMED:
    case ERR_INVALID:
        return 422;
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

/* --- what does not fit --------------------------------------------------------------------------
 */

struct bad_field_out {
    struct given given;
    struct str loc; /* JSON: ["body","contact_email"] */
    struct str msg;
    struct str type;
};
#define AT(member) FIELD_AT(struct bad_field_out, member)
static const struct field BAD_FIELD_FIELDS[] = {
    {"loc",  F_JSON, 0, 0,            REQUIRED, DOC, ED_ALL, AT(loc) },
    {"msg",  F_TEXT, 1, SENTENCE_MAX, REQUIRED, DOC, ED_ALL, AT(msg) },
    {"type", F_TEXT, 1, SENTENCE_MAX, REQUIRED, DOC, ED_ALL, AT(type)},
};
#undef AT
static const struct table BAD_FIELD =
    TABLE_OF("ValidationError", struct bad_field_out, BAD_FIELD_FIELDS);

struct invalid_out {
    struct given given;
    struct field_list detail;
};
#define AT_DETAIL FIELD_AT_MORE(struct invalid_out, detail, &BAD_FIELD)
static const struct field INVALID_FIELDS[] = {
    {"detail", F_OBJECTS, 0, 0, REQUIRED, DOC, ED_ALL, AT_DETAIL},
};
#undef AT_DETAIL
const struct table SEQINO_INVALID =
    TABLE_OF("HTTPValidationError", struct invalid_out, INVALID_FIELDS);

/* [our choice] The words of `type` (api/seqino.md 2). */
static const char *type_of(const struct fault *fault)
{
    if (fault->err == ERR_MALFORMED)
        return "json_invalid";
    switch (fault->kind) {
    case FAULT_OTHER:
        return "value_error";
    case FAULT_MISSING:
        return "missing";
    case FAULT_TOO_SHORT:
        return "string_too_short";
    case FAULT_TOO_LONG:
        return "string_too_long";
    case FAULT_NO_TEXT:
        return "string_type";
    case FAULT_NO_BOOL:
        return "bool_type";
    case FAULT_NO_TIME:
        return "date_from_datetime_parsing";
    case FAULT_NO_WORD:
        return "enum";
    }
    must_fail(__FILE__, __LINE__, "kind is a kind of fault");
}

static bool is_placed(struct str path)
{
    static const char *const PLACES[] = {"body", "query", "header", "path"};
    struct str first = str_sub(path, 0, str_find(path, '.'));

    for (size_t i = 0; i < ARRAY_LEN(PLACES); i++) {
        if (str_eq(first, str_of(PLACES[i])))
            return true;
    }
    return false;
}

/* "body.mandates.0.siren" -> ["body","mandates",0,"siren"]. What the core reports without a place
 * is about the body. */
struct str sq_loc(struct arena *arena, const char *field)
{
    struct buf out = buf_make(arena, SENTENCE_MAX);
    struct str path = str_of(field == NULL ? "body" : field);
    bool placed = is_placed(path);

    buf_put(&out, placed ? STR("[") : STR("[\"body\""));
    for (bool first = placed; path.len > 0; first = false) {
        size_t end = str_find(path, '.');
        struct str step = str_sub(path, 0, end);
        if (!first)
            buf_put_byte(&out, ',');
        if (step.len > 0 && str_is_digits(step))
            buf_put(&out, step);
        else
            json_put_text(&out, step);
        path = end == path.len ? STR_NONE : str_from(path, end + 1);
    }
    buf_put_byte(&out, ']');
    must(!out.failed);
    return buf_str(&out);
}

/* "must have ..." -> "Must have ..." */
struct str sq_sentence(struct arena *arena, const char *text)
{
    struct str copy = str_format(arena, "%s", text);
    char first = copy.len == 0 ? '\0' : copy.ptr[0];

    if (first < 'a' || first > 'z')
        return copy;
    return str_format(arena, "%c%s", first - 'a' + 'A', text + 1);
}

static void answer_faults(struct request *request)
{
    const struct ctx *cx = request->cx;
    struct bad_field_out *fields = arena_array(cx->arena, struct bad_field_out, cx->fault_count);
    const struct invalid_out out = {
        .detail = {fields, cx->fault_count}
    };

    for (size_t i = 0; i < cx->fault_count; i++) {
        const struct fault *fault = &cx->faults[i];
        fields[i].loc = sq_loc(cx->arena, fault->field);
        fields[i].msg = sq_sentence(cx->arena, fault->text);
        fields[i].type = str_of(type_of(fault));
    }
    sq_answer(request, 422, sq_text(request, &SEQINO_INVALID, &out));
}

/* --- everything else ----------------------------------------------------------------------------
 */

struct error_out {
    struct given given;
    struct str error;
    int64_t code;
    struct str trace_id;
};
#define AT(member) FIELD_AT(struct error_out, member)
static const struct field ERROR_FIELDS[] = {
    {"error",    F_TEXT, 1,  SENTENCE_MAX, REQUIRED, DOC, ED_ALL, AT(error)   },
    {"code",     F_INT,  0,  599,          REQUIRED, DOC, ED_ALL, AT(code)    },
    {"trace_id", F_TEXT, 32, 32,           REQUIRED, DOC, ED_ALL, AT(trace_id)},
};
#undef AT
const struct table SEQINO_ERROR = TABLE_OF("Error", struct error_out, ERROR_FIELDS);

void sq_refuse(struct request *request, int status, struct str sentence)
{
    uint8_t random[TRACE_SIZE];

    rand_bytes(random, sizeof random);
    const struct error_out out = {
        .error = sentence,
        .code = status,
        .trace_id = hex_encode(request->cx->arena, random, sizeof random),
    };
    log_batch_event(request->core == NULL ? NULL : request->core->log, request->cx, EV_CALL_REFUSED,
                    LOG_INT("status", status), LOG_WORD("trace", out.trace_id.ptr));
    response_header(request, STR("X-Trace-Id"), out.trace_id);
    sq_answer(request, status, sq_text(request, &SEQINO_ERROR, &out));
}

/* "client", "not found" -> "Client not found"; members keep their names. What went wrong on our
 * side is told in the log, not to the caller. */
static struct str sentence_of(struct arena *arena, int status, const struct fault *fault)
{
    if (status == 500)
        return STR("Internal error");
    if (fault == NULL && status == 503)
        return STR("Try again later");
    if (fault == NULL)
        return status == 404 ? STR("Not found") : STR("Refused");
    if (fault->field == NULL)
        return sq_sentence(arena, fault->text);
    struct str whole = str_format(arena, "%s %s", fault->field, fault->text);
    bool is_member = str_find(str_of(fault->field), '_') < str_of(fault->field).len;
    return is_member ? whole : sq_sentence(arena, whole.ptr);
}

void sq_error(struct request *request, err_t err)
{
    const struct ctx *cx = request->cx;
    const struct fault *fault = cx->fault_count > 0 ? &cx->faults[0] : NULL;
    int status = status_of(err);

    if (status == 422 && fault != NULL) {
        answer_faults(request);
        return;
    }
    if (status == 503)
        response_header(request, STR("Retry-After"), STR("1"));
    sq_refuse(request, status, sentence_of(cx->arena, status, fault));
}

void seqino_refuse(struct request *request, enum refusal status, const char *why)
{
    sq_refuse(request, (int)status, str_of(why));
}
