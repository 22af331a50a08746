#include "rails/card/remote.h"

#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/must.h"
#include "http/client.h"
#include "rails/card/settlement.h"
#include "wire/field.h"
#include "wire/form.h"
#include "wire/url.h"

enum { ANSWER_MAX = 16 * 1024 };

/* --- tables
 * ----------------------------------------------------------------------------------------- */

struct lookup_out {
    struct given given;
    struct str payment;
    struct str number;
    int64_t exp_month;
    int64_t exp_year;
    int64_t amount;
    struct str currency;
    struct str merchant_name;
    struct str notification_url;
    struct str session;
    struct str preference;
    struct str accept;
    struct str user_agent;
    struct str language;
    struct str ip;
};

#define AT(member) FIELD_AT(struct lookup_out, member)
static const struct field LOOKUP_FIELDS[] = {
    {"payment",          F_TEXT, 0, 36,        OPTIONAL, OURS, ED_ALL, AT(payment)         },
    {"number",           F_TEXT, 0, 19,        REQUIRED, OURS, ED_ALL, AT(number)          },
    {"exp_month",        F_INT,  1, 12,        REQUIRED, OURS, ED_ALL, AT(exp_month)       },
    {"exp_year",         F_INT,  0, 9999,      REQUIRED, OURS, ED_ALL, AT(exp_year)        },
    {"amount",           F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT(amount)          },
    {"currency",         F_TEXT, 3, 3,         REQUIRED, OURS, ED_ALL, AT(currency)        },
    {"merchant_name",    F_TEXT, 0, 200,       OPTIONAL, OURS, ED_ALL, AT(merchant_name)   },
    {"notification_url", F_TEXT, 0, 2048,      REQUIRED, OURS, ED_ALL, AT(notification_url)},
    {"session",          F_TEXT, 0, 1024,      OPTIONAL, OURS, ED_ALL, AT(session)         },
    {"preference",       F_TEXT, 2, 2,         REQUIRED, OURS, ED_ALL, AT(preference)      },
    {"accept",           F_TEXT, 0, 2048,      OPTIONAL, OURS, ED_ALL, AT(accept)          },
    {"user_agent",       F_TEXT, 0, 2048,      OPTIONAL, OURS, ED_ALL, AT(user_agent)      },
    {"language",         F_TEXT, 0, 35,        OPTIONAL, OURS, ED_ALL, AT(language)        },
    {"ip",               F_TEXT, 0, 45,        OPTIONAL, OURS, ED_ALL, AT(ip)              },
};
#undef AT
static const struct table LOOKUP = TABLE_OF("ThreeDSLookup", struct lookup_out, LOOKUP_FIELDS);

struct result_ask {
    struct given given;
    struct str acs_trans_id;
};
#define AT(member) FIELD_AT(struct result_ask, member)
static const struct field RESULT_ASK_FIELDS[] = {
    {"acs_trans_id", F_TEXT, 0, 36, REQUIRED, OURS, ED_ALL, AT(acs_trans_id)},
};
#undef AT
static const struct table RESULT_ASK =
    TABLE_OF("ThreeDSResultAsk", struct result_ask, RESULT_ASK_FIELDS);

struct threeds_in {
    struct given given;
    struct str status;
    struct str eci;
    struct str cavv;
    struct str version;
    struct str ds_trans_id;
    struct str acs_trans_id;
    struct str acs_url;
    struct str creq;
};
#define AT(member) FIELD_AT(struct threeds_in, member)
static const struct field THREEDS_FIELDS[] = {
    {"status",       F_TEXT, 1, 1,                    REQUIRED, OURS, ED_ALL, AT(status)      },
    {"eci",          F_TEXT, 0, 2,                    OPTIONAL, OURS, ED_ALL, AT(eci)         },
    {"cavv",         F_TEXT, 0, CAVV_LEN,             OPTIONAL, OURS, ED_ALL, AT(cavv)        },
    {"version",      F_TEXT, 0, 8,                    OPTIONAL, OURS, ED_ALL, AT(version)     },
    {"ds_trans_id",  F_TEXT, 0, DS_TRANS_ID_LEN,      OPTIONAL, OURS, ED_ALL, AT(ds_trans_id) },
    {"acs_trans_id", F_TEXT, 0, THREEDS_ID_LEN,       OPTIONAL, OURS, ED_ALL, AT(acs_trans_id)},
    {"acs_url",      F_TEXT, 0, THREEDS_URL_MAX - 1,  OPTIONAL, OURS, ED_ALL, AT(acs_url)     },
    {"creq",         F_TEXT, 0, THREEDS_CREQ_MAX - 1, OPTIONAL, OURS, ED_ALL, AT(creq)        },
};
#undef AT
static const struct table THREEDS_IN = TABLE_OF("ThreeDSAnswer", struct threeds_in, THREEDS_FIELDS);

struct settlement_in {
    struct given given;
    struct str name;
    struct str sha256;
};
#define AT(member) FIELD_AT(struct settlement_in, member)
static const struct field SETTLEMENT_FIELDS[] = {
    {"name",   F_TEXT, 0, 100, OPTIONAL, OURS, ED_ALL, AT(name)  },
    {"sha256", F_TEXT, 0, 64,  OPTIONAL, OURS, ED_ALL, AT(sha256)},
};
#undef AT
static const struct table SETTLEMENT_IN =
    TABLE_OF("SettlementName", struct settlement_in, SETTLEMENT_FIELDS);

static const struct field_reading READING = {.edition = ED_ALL, .where = "body"};

/* --- one call
 * --------------------------------------------------------------------------------------- */

static err_t ask(const struct remote *remote, struct ctx *cx, struct http_call *http,
                 const char *path)
{
    const struct gateway *gateway = &remote->gateway;
    const char *headers[] = {
        str_format(cx->arena, "Authorization: Bearer %s", gateway->secret).ptr,
    };

    http->url = str_format(cx->arena, "%s%s", gateway->url, path).ptr;
    http->trust = gateway->trust;
    http->headers = headers;
    http->header_count = ARRAY_LEN(headers);
    http->timeout_ms = remote->timeout_ms;
    err_t err = http_call(cx->arena, http);
    http->headers = NULL;
    http->header_count = 0;
    if (err != OK)
        return fault(cx, err, "gateway",
                     err == ERR_LIMIT ? "answers more than is taken" : "does not answer");
    if (http->status == 200)
        return OK;
    return fault(cx, ERR_UNAVAILABLE, "gateway",
                 str_format(cx->arena, "answers %d", http->status).ptr);
}

static err_t read_answer(struct ctx *cx, struct json_parser *parser, struct str answer,
                         const struct table *table, void *out)
{
    char *copy = arena_alloc(cx->arena, answer.len + JSON_SPARE);
    const char *why;
    struct json root;

    if (answer.len > 0)
        memcpy(copy, answer.ptr, answer.len);
    err_t err = json_parse(parser, (struct str){copy, answer.len}, &root, &why);
    if (err == OK)
        err = field_read(cx, table, READING, root, out);
    if (err != OK) {
        ctx_clear_faults(cx); /* names of theirs are not for the log */
        (void)fault(cx, err, "answer", "is not what was asked for");
    }
    return err;
}

/* What was wrong, in words of ours. */
static const char *why_of(struct ctx *cx)
{
    const struct fault *fault = &cx->faults[0];

    return cx->fault_count == 0 ? ""
                                : str_format(cx->arena, "%s %s", fault->field, fault->text).ptr;
}

static void copy_out(struct str text, char *out, size_t size)
{
    must(text.len < size);
    memset(out, 0, size);
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
}

/* --- 3-D Secure
 * ------------------------------------------------------------------------------------- */

static void lookup_body(const struct threeds_call *call, struct str pan, struct buf *body)
{
    struct lookup_out lookup = {
        .payment = ID_TEXT(call->payment),
        .number = pan,
        .exp_month = call->exp_month,
        .exp_year = call->exp_year,
        .amount = call->amount.minor,
        .currency = str_of(currency_text(call->amount.currency)),
        .merchant_name = call->merchant_name,
        .notification_url = call->notification_url,
        .session = call->session,
        .preference = call->challenge_mandated ? STR("04") : STR("01"),
        .accept = call->browser_accept,
        .user_agent = call->browser_agent,
        .language = call->browser_language,
        .ip = call->browser_ip,
    };

    GIVE(&lookup, exp_month);
    GIVE(&lookup, exp_year);
    GIVE(&lookup, amount);
    field_write(body, &LOOKUP, ED_ALL, &lookup);
}

static err_t ask_threeds(const struct remote *remote, struct ctx *cx, struct json_parser *parser,
                         const struct threeds_call *call, struct threeds_in *in)
{
    struct buf body = buf_make(cx->arena, ANSWER_MAX);
    struct http_call http = {
        .method = "POST", .content_type = "application/json", .answer_max = ANSWER_MAX};
    err_t err;

    if (call->result_only) {
        struct result_ask result = {.acs_trans_id = str_of(call->acs_trans_id)};
        field_write(&body, &RESULT_ASK, ED_ALL, &result);
        http.body = buf_str(&body);
        err = ask(remote, cx, &http, "/threeds/result");
    } else {
        char pan[PAN_MAX + 1];
        TRY(vault_open_pan(remote->vault, call->merchant, call->card, call->pan_sealed, pan));
        /* All of it at once: a body that grows would leave copies of the number behind. */
        (void)buf_extend(&body, ANSWER_MAX / 2);
        body.len = 0;
        lookup_body(call, str_of(pan), &body);
        http.body = buf_str(&body);
        err = body.failed ? ERR_LIMIT : ask(remote, cx, &http, "/threeds/lookup");
        crypto_wipe(body.ptr, body.capacity);
        crypto_wipe(pan, sizeof pan);
    }
    TRY(err);
    return read_answer(cx, parser, http.answer, &THREEDS_IN, in);
}

/* Printable ASCII, as 3-D Secure has it and an authorisation takes it on. The table has counted
 * characters, of which others have more than one byte. */
static bool fits(struct str text, size_t size)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < ' ' || text.ptr[i] > '~')
            return false;
    }
    return text.len < size;
}

static bool texts_fit(const struct threeds_in *in, const struct threeds_call *call)
{
    return fits(in->eci, sizeof call->proof.eci) && fits(in->cavv, sizeof call->proof.cavv) &&
           fits(in->version, sizeof call->proof.version) &&
           fits(in->ds_trans_id, sizeof call->proof.ds_trans_id) &&
           fits(in->acs_trans_id, sizeof call->acs_trans_id) &&
           fits(in->acs_url, sizeof call->acs_url) && fits(in->creq, sizeof call->creq);
}

static err_t check_threeds(struct ctx *cx, const struct remote *remote, const struct threeds_in *in,
                           struct threeds_call *call)
{
    struct url url;

    if (!threeds_status_parse(in->status, &call->status) || !texts_fit(in, call))
        return fault(cx, ERR_MALFORMED, "answer", "is not what was asked for");
    if (call->status == THREEDS_C &&
        (url_parse(in->acs_url, &url) != OK || (remote->live && !url.tls)))
        return fault(cx, ERR_MALFORMED, "acs_url", "is not an https address");
    return OK;
}

void remote_threeds(const struct remote *remote, struct ctx *cx, struct json_parser *parser,
                    struct threeds_call *call)
{
    struct threeds_in in;

    call->result = ask_threeds(remote, cx, parser, call, &in);
    if (call->result == OK)
        call->result = check_threeds(cx, remote, &in, call);
    if (call->result != OK) {
        log_event(cx, EV_LINK_BAD_MESSAGE, LOG_ID("authentication", call->authentication),
                  LOG_ERR(call->result), LOG_WORD("why", why_of(cx)));
        call->result = ERR_UNAVAILABLE;
        call->status = THREEDS_U;
        return;
    }
    copy_out(in.eci, call->proof.eci, sizeof call->proof.eci);
    copy_out(in.cavv, call->proof.cavv, sizeof call->proof.cavv);
    copy_out(in.version, call->proof.version, sizeof call->proof.version);
    copy_out(in.ds_trans_id, call->proof.ds_trans_id, sizeof call->proof.ds_trans_id);
    if (!call->result_only) {
        copy_out(in.acs_trans_id, call->acs_trans_id, sizeof call->acs_trans_id);
        copy_out(in.acs_url, call->acs_url, sizeof call->acs_url);
        copy_out(in.creq, call->creq, sizeof call->creq);
    }
}

/* --- settlement
 * ------------------------------------------------------------------------------------- */

static enum settled_kind kind_of(enum settlement_kind kind)
{
    switch (kind) {
    case SETTLEMENT_DEBIT:
        return SETTLED_DEBIT;
    case SETTLEMENT_CREDIT:
        return SETTLED_CREDIT;
    case SETTLEMENT_CHARGEBACK:
        return SETTLED_CHARGEBACK;
    case SETTLEMENT_REPRESENTMENT:
        return SETTLED_REPRESENTMENT;
    case SETTLEMENT_FEE:
        return SETTLED_FEE;
    case SETTLEMENT_REVERSAL:
        return SETTLED_REVERSAL;
    }
    must_fail(__FILE__, __LINE__, "kind is a settlement_kind");
}

static err_t give_line(const struct settlement_line *from, int64_t number, struct settled_line *out)
{
    if (from->rrn.len > RRN_LEN)
        return ERR_MALFORMED;
    out->number = number;
    out->kind = kind_of(from->kind);
    out->amount = from->amount;
    copy_out(from->rrn, out->rrn, sizeof out->rrn);
    /* A reference that is none of ours stays empty: the core puts the line on its work list. */
    (void)ID_PARSE(from->payment_ref, &out->payment);
    return settlement_fees(from, &out->kept_minor);
}

static err_t give_lines(struct ctx *cx, struct str file, struct settlement_call *call)
{
    struct settlement_line *lines;
    size_t count;

    TRY(settlement_read(cx, file, &lines, &count));
    call->lines = arena_array(call->arena, struct settled_line, count);
    for (size_t i = 0; i < count; i++)
        TRY(give_line(&lines[i], (int64_t)i + 1, &call->lines[i]));
    call->line_count = count;
    return OK;
}

static err_t fetch_file(const struct remote *remote, struct ctx *cx, const struct settlement_in *in,
                        struct settlement_call *call)
{
    struct http_call http = {.method = "GET", .answer_max = remote->settlement_max};
    struct buf path = buf_make(cx->arena, 1024);
    uint8_t hash[SHA256_SIZE];

    buf_put_cstr(&path, "/settlement/file?name=");
    percent_put(&path, in->name);
    buf_put_byte(&path, '\0');
    if (path.failed)
        return ERR_MALFORMED;
    TRY(ask(remote, cx, &http, path.ptr));
    sha256(http.answer, hash);
    if (!str_eq(hex_encode(cx->arena, hash, sizeof hash), in->sha256))
        return fault(cx, ERR_MALFORMED, "sha256", "is not that of the file");
    TRY(give_lines(cx, http.answer, call));
    call->name = str_dup(call->arena, in->name);
    call->hash = str_dup(call->arena, in->sha256);
    return OK;
}

static err_t ask_settlement(const struct remote *remote, struct ctx *cx, struct json_parser *parser,
                            struct settlement_call *call)
{
    struct http_call http = {.method = "GET", .answer_max = ANSWER_MAX};
    struct buf path = buf_make(cx->arena, 1024);
    struct settlement_in in;

    buf_put_cstr(&path, "/settlement?acceptor=");
    percent_put(&path, str_of(call->acceptor));
    buf_put_cstr(&path, "&day=");
    buf_put(&path, date_text(cx->arena, call->day));
    buf_put_byte(&path, '\0');
    TRY(ask(remote, cx, &http, path.ptr));
    TRY(read_answer(cx, parser, http.answer, &SETTLEMENT_IN, &in));
    call->name = STR_NONE;
    call->hash = STR_NONE;
    call->lines = NULL;
    call->line_count = 0;
    return in.name.len == 0 ? OK : fetch_file(remote, cx, &in, call);
}

void remote_settlement(const struct remote *remote, struct ctx *cx, struct json_parser *parser,
                       struct settlement_call *call)
{
    call->result = ask_settlement(remote, cx, parser, call);
    if (call->result != OK) {
        log_event(cx, EV_LINK_BAD_MESSAGE, LOG_ID("merchant", call->merchant),
                  LOG_WORD("day", str_cstr(cx->arena, date_text(cx->arena, call->day))),
                  LOG_ERR(call->result), LOG_WORD("why", why_of(cx)));
        call->result = ERR_UNAVAILABLE;
    }
}
