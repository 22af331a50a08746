#include "core/mandate_ask.h"

#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/consumer.h"
#include "base/must.h"

/* create_mandate, and the calls with which the merchant's own page has it signed (api/safedebit.md
 * 9). */

/* --- create_mandate ------------------------------------------------------------------------------
 */

struct ask_in {
    struct given given;
    struct str reference;
    struct str url_ok;
    struct str url_ko;
    struct str url_cancel;
    struct str umr;
    struct str sign_option;
    struct str sequence_type;
    struct str status;
};
#define AT(member) offsetof(struct ask_in, member)
static const struct argument ASK_ROWS[] = {
    {"safedebit_consumer_reference", A_TEXT, 35,  REQUIRED, DOC, AT(reference),     NULL       },
    {"url_ok",                       A_URL,  256, REQUIRED, DOC, AT(url_ok),        NULL       },
    {"url_ko",                       A_URL,  256, REQUIRED, DOC, AT(url_ko),        NULL       },
    {"url_cancel",                   A_URL,  256, REQUIRED, DOC, AT(url_cancel),    NULL       },
    {"umr",                          A_UMR,  35,  OPTIONAL, DOC, AT(umr),           NULL       },
    {"sign_option",                  A_WORD, 0,   OPTIONAL, DOC, AT(sign_option),   "SMS EMAIL"},
    {"sequence_type",                A_WORD, 0,   OPTIONAL, DOC, AT(sequence_type), "OOFF RCUR"},
    {"status",                       A_WORD, 0,   OPTIONAL, DOC, AT(status),        "1 2 6"    },
};
#undef AT
const struct arguments SAFEDEBIT_CREATE_MANDATE =
    ARGUMENTS_OF("CreateMandate", struct ask_in, ASK_ROWS);

struct asked_out {
    struct given given;
    bool result;
    struct str link;
    struct str umr;
    struct str status;
};
#define AT(member) FIELD_AT(struct asked_out, member)
static const struct field ASKED_FIELDS[] = {
    {"result",        F_BOOL, 0, 0,   REQUIRED, DOC, ED_ALL, AT(result)},
    {"signature_url", F_TEXT, 1, 512, REQUIRED, DOC, ED_ALL, AT(link)  },
    {"umr",           F_TEXT, 1, 35,  REQUIRED, DOC, ED_ALL, AT(umr)   },
    {"status",        F_TEXT, 1, 2,   REQUIRED, DOC, ED_ALL, AT(status)},
};
#undef AT
const struct table SAFEDEBIT_MANDATE_ASKED =
    TABLE_OF("MandateAsked", struct asked_out, ASKED_FIELDS);

static enum mandate_state becomes_of(struct str status)
{
    if (str_eq(status, STR("2")))
        return MANDATE_SUSPENDED;
    return str_eq(status, STR("6")) ? MANDATE_SIGNED : MANDATE_ACTIVE;
}

static void ask_start(struct operation *operation)
{
    mandate_ask((struct mandate_ask *)operation);
}

static err_t asked_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct mandate_ask *ask = (const struct mandate_ask *)operation;
    /* 5: it waits for its signature. */
    const struct asked_out asked = {
        .result = true, .link = ask->link, .umr = ask->mandate.umr, .status = STR("5")};

    must(ask->mandate.state == MANDATE_SENT);
    *out = ssp_text(request, &SAFEDEBIT_MANDATE_ASKED, &asked);
    return OK;
}

void safedebit_create_mandate(struct request *request)
{
    struct mandate_ask *ask = arena_make(request->cx->arena, struct mandate_ask);
    struct ask_in in;

    if (!arguments_read(request, &SAFEDEBIT_CREATE_MANDATE, &in))
        return;
    ask->merchant = &admitted(request)->merchant;
    ask->reference = in.reference;
    ask->umr = in.umr.len > 0 ? in.umr : STR_NONE;
    ask->form.type = mandate_type_of(in.sequence_type);
    ask->form.becomes = becomes_of(in.status);
    ask->form.channel = str_eq(in.sign_option, STR("EMAIL")) ? CODE_BY_MAIL : CODE_BY_SMS;
    ask->form.urls =
        (struct mandate_form_urls){.ok = in.url_ok, .ko = in.url_ko, .cancel = in.url_cancel};
    ssp_create(request, &ask->operation, ask_start, asked_text);
}

/* --- otu_reset_mandat ----------------------------------------------------------------------------
 */

struct again_in {
    struct given given;
    struct str umr;
    struct str email;
    struct str sms;
};
#define AT(member) offsetof(struct again_in, member)
static const struct argument AGAIN_ROWS[] = {
    {"umr",       A_UMR,  35, REQUIRED, DOC, AT(umr),   NULL},
    {"otu_email", A_FLAG, 0,  OPTIONAL, DOC, AT(email), NULL},
    {"otu_sms",   A_FLAG, 0,  OPTIONAL, DOC, AT(sms),   NULL},
};
#undef AT
const struct arguments SAFEDEBIT_OTU_RESET =
    ARGUMENTS_OF("OtuResetMandat", struct again_in, AGAIN_ROWS);

static void again_start(struct operation *operation)
{
    mandate_ask_again((struct mandate_ask_again *)operation);
}

static err_t done_text(const struct request *request, struct operation *operation, struct str *out)
{
    (void)operation;
    *out = ssp_done_text(request);
    return OK;
}

void safedebit_otu_reset(struct request *request)
{
    struct mandate_ask_again *again = arena_make(request->cx->arena, struct mandate_ask_again);
    struct again_in in;

    if (!arguments_read(request, &SAFEDEBIT_OTU_RESET, &in))
        return;
    again->merchant = &admitted(request)->merchant;
    again->umr = in.umr;
    if (str_eq(in.sms, STR("1")))
        again->channel = CODE_BY_SMS;
    else if (str_eq(in.email, STR("1")))
        again->channel = CODE_BY_MAIL;
    ssp_run(request, &again->operation, again_start, done_text);
}

/* --- otu_confirm_mandat --------------------------------------------------------------------------
 */

struct confirm_in {
    struct given given;
    struct str umr;
    struct str typed;
};
#define AT(member) offsetof(struct confirm_in, member)
static const struct argument CONFIRM_ROWS[] = {
    {"umr",       A_UMR,    35, REQUIRED, DOC, AT(umr),   NULL},
    {"otu_value", A_DIGITS, 6,  REQUIRED, DOC, AT(typed), NULL},
};
#undef AT
const struct arguments SAFEDEBIT_OTU_CONFIRM =
    ARGUMENTS_OF("OtuConfirmMandat", struct confirm_in, CONFIRM_ROWS);

static void confirm_start(struct operation *operation)
{
    mandate_confirm((struct mandate_confirm *)operation);
}

/* The try is counted, whatever is answered. */
static err_t confirmed_text(const struct request *request, struct operation *operation,
                            struct str *out)
{
    static const char FIELD[] = "otu_value";
    struct ctx *cx = request->cx;

    switch (((struct mandate_confirm *)operation)->code) {
    case CODE_RIGHT:
        *out = ssp_done_text(request);
        return OK;
    case CODE_WRONG:
        return fault(cx, ERR_AUTH, FIELD, "is wrong");
    case CODE_SPENT:
        return fault(cx, ERR_LIMIT, FIELD, "was wrong too often, the mandate is revoked");
    case CODE_EXPIRED:
    case CODE_UNKNOWN:
        return fault(cx, ERR_STATE, FIELD, "has expired");
    }
    must_fail(__FILE__, __LINE__, "code is a code_result");
}

void safedebit_otu_confirm(struct request *request)
{
    struct mandate_confirm *confirm = arena_make(request->cx->arena, struct mandate_confirm);
    struct confirm_in in;

    if (!arguments_read(request, &SAFEDEBIT_OTU_CONFIRM, &in))
        return;
    confirm->merchant = &admitted(request)->merchant;
    confirm->umr = in.umr;
    confirm->typed = in.typed;
    ssp_run(request, &confirm->operation, confirm_start, confirmed_text);
}
