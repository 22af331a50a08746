#include "api/safedebit/levy.h"

#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "base/must.h"

/* --- words ---------------------------------------------------------------------------------------
 */

struct str levy_status_wire(enum levy_status status)
{
    switch (status) {
    case LEVY_PENDING:
        return STR("PENDING");
    case LEVY_CREATED:
        return STR("CREATED");
    case LEVY_ISSUED:
        return STR("ISSUED");
    case LEVY_SETTLED:
        return STR("SETTLED");
    case LEVY_IN_CREDIT:
        return STR("CREDITINPROGRESS");
    case LEVY_CREDITED:
        return STR("CREDITED");
    case LEVY_REJECTED:
        return STR("REJECTED");
    case LEVY_RETURNED:
        return STR("RETURNED");
    case LEVY_CANCELED:
        return STR("CANCELED");
    case LEVY_TO_REFUND:
        return STR("TOREMBOURSE");
    case LEVY_REFUNDED:
        return STR("REMBOURSE");
    }
    must_fail(__FILE__, __LINE__, "status is a levy_status");
}

const char LEVY_STATUS_WORDS[] =
    "PENDING WAITING WAITINGFORVALIDATION CREATED ISSUED SETTLED CREDITINPROGRESS CREDITED "
    "REJECTED RETURNED CANCELED GUARANTEED INDEMNIZED REMBOURSE TOREMBOURSE WAITINGREMBOURSE";

bool levy_status_of_wire(struct str word, enum levy_status *out)
{
    for (enum levy_status status = LEVY_PENDING; status <= LEVY_REFUNDED; status++) {
        if (str_eq(word, levy_status_wire(status))) {
            *out = status;
            return true;
        }
    }
    return false;
}

struct str levy_day_wire(struct arena *arena, struct str date)
{
    struct date day;

    must(date_parse(date, &day));
    return date_wire(arena, day);
}

/* --- tables --------------------------------------------------------------------------------------
 */

struct payment_in {
    struct given given;
    struct str amount;
    struct str due;
    struct str sdd;
    struct str motif;
    struct str umr;
    struct str consumer;
    struct str beneficiary;
    struct str url_callback;
    struct str url_status;
    struct str account_data;
};
#define AT(member) offsetof(struct payment_in, member)
static const struct argument PAYMENT_ROWS[] = {
    {"amount",                       A_AMOUNT,    18,  REQUIRED, SEED, AT(amount),       NULL},
    {"due_date",                     A_DATE,      0,   REQUIRED, SEED, AT(due),          NULL},
    {"sdd_reference",                A_REFERENCE, 35,  REQUIRED, SEED, AT(sdd),          NULL},
    {"motif",                        A_TEXT,      128, OPTIONAL, SEED, AT(motif),        NULL},
    {"umr",                          A_TEXT,      35,  OPTIONAL, SEED, AT(umr),          NULL},
    {"safedebit_consumer_reference", A_TEXT,      35,  REQUIRED, SEED, AT(consumer),     NULL},
    {"beneficiary_reference",        A_TEXT,      32,  OPTIONAL, SEED, AT(beneficiary),  NULL},
    {"url_callback",                 A_URL,       128, OPTIONAL, SEED, AT(url_callback), NULL},
    {"url_callback_status",          A_URL,       128, OPTIONAL, SEED, AT(url_status),   NULL},
    {"account_data",                 A_OBJECT,    0,   OPTIONAL, SEED, AT(account_data), NULL},
};
#undef AT
const struct arguments SAFEDEBIT_PAYMENT = ARGUMENTS_OF("Payment", struct payment_in, PAYMENT_ROWS);

struct levy_out {
    struct given given;
    bool result;
    struct str validation;
    struct str status;
    struct str sdd;
    struct str due;
    struct str reference;
};
#define AT(member) FIELD_AT(struct levy_out, member)
/* One that waits has a way to be validated, one that does not has our reference. */
static const struct field MADE_FIELDS[] = {
    {"result",            F_BOOL, 0, 0,  REQUIRED, SEED, ED_ALL, AT(result)    },
    {"validation_type",   F_TEXT, 1, 4,  SPARSE,   SEED, ED_ALL, AT(validation)},
    {"status",            F_TEXT, 1, 20, REQUIRED, SEED, ED_ALL, AT(status)    },
    {"sdd_reference",     F_TEXT, 1, 35, REQUIRED, SEED, ED_ALL, AT(sdd)       },
    {"due_date",          F_TEXT, 1, 10, REQUIRED, SEED, ED_ALL, AT(due)       },
    {"payment_reference", F_TEXT, 1, 35, SPARSE,   SEED, ED_ALL, AT(reference) },
};
#undef AT
const struct table SAFEDEBIT_LEVY_MADE = TABLE_OF("LevyMade", struct levy_out, MADE_FIELDS);

/* --- payment -------------------------------------------------------------------------------------
 */

static bool payment_check(struct request *request, const struct payment_in *in)
{
    if (!account_data_is_good(request, in->account_data)) {
        ssp_fail(request, CODE_ACCOUNT_DATA, "account_data", "is not what it must be");
        return false;
    }
    return ssp_callback_check(request, "url_callback", in->url_callback) &&
           ssp_callback_check(request, "url_callback_status", in->url_status);
}

static struct str or_none(struct str text)
{
    return text.len > 0 ? text : STR_NONE;
}

static void payment_start(struct operation *operation)
{
    levy_create((struct levy_create *)operation);
}

static err_t payment_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct levy_create *create = (const struct levy_create *)operation;
    const struct levy *levy = &create->levy;
    bool waits = levy->status == LEVY_PENDING;
    const struct levy_out made = {
        .result = true,
        .validation = waits ? STR("OTP") : STR_NONE,
        .status = levy_status_wire(levy->status),
        .sdd = levy->sdd_reference,
        .due = levy_day_wire(request->cx->arena, create->payment.date_settlement),
        .reference = waits ? STR_NONE : levy->payment_reference,
    };

    *out = ssp_text(request, &SAFEDEBIT_LEVY_MADE, &made);
    return OK;
}

void safedebit_payment(struct request *request)
{
    struct levy_create *create = arena_make(request->cx->arena, struct levy_create);
    struct payment_in in;

    if (!arguments_read(request, &SAFEDEBIT_PAYMENT, &in) || !payment_check(request, &in))
        return;
    create->merchant = &admitted(request)->merchant;
    create->draft = (struct levy_draft){
        .consumer = in.consumer,
        .umr = or_none(in.umr),
        .amount_minor = argument_amount(in.amount),
        .due = argument_date(in.due),
        .sdd_reference = in.sdd,
        .motif = or_none(in.motif),
        .beneficiary = or_none(in.beneficiary),
        .url_callback = or_none(in.url_callback),
        .url_status = or_none(in.url_status),
        .account_data = or_none(in.account_data),
    };
    ssp_create(request, &create->operation, payment_start, payment_text);
}
