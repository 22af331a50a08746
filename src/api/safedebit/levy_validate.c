#include "api/safedebit/call.h"
#include "api/safedebit/calls.h"
#include "api/safedebit/levy.h"
#include "base/must.h"

struct validate_in {
    struct given given;
    struct str consumer;
    struct str reference;
    struct str sdd;
    struct str type;
    struct str value;
};
#define TYPES "OTP PIN FCID TCID"
#define AT(member) offsetof(struct validate_in, member)
static const struct argument VALIDATE_ROWS[] = {
    {"safedebit_consumer_reference", A_TEXT,   35, REQUIRED, DOC, AT(consumer),  NULL },
    {"payment_reference",            A_TEXT,   64, OPTIONAL, DOC, AT(reference), NULL },
    {"sdd_reference",                A_TEXT,   35, OPTIONAL, DOC, AT(sdd),       NULL },
    {"validation_type",              A_WORD,   0,  REQUIRED, DOC, AT(type),      TYPES},
    {"validation_value",             A_DIGITS, 8,  REQUIRED, DOC, AT(value),     NULL },
};
#undef AT
/* The answer to `payment` tells no reference of ours, and the page's own example none of theirs. */
const struct arguments SAFEDEBIT_VALIDATE = ARGUMENTS_EITHER(
    "ValidatePayment", struct validate_in, VALIDATE_ROWS, "payment_reference sdd_reference");

struct validated_out {
    struct given given;
    bool result;
    struct str status;
    struct str sdd;
    struct str due;
};
#define AT(member) FIELD_AT(struct validated_out, member)
static const struct field VALIDATED_FIELDS[] = {
    {"result",        F_BOOL, 0, 0,  REQUIRED, DOC, ED_ALL, AT(result)},
    {"status",        F_TEXT, 1, 20, REQUIRED, DOC, ED_ALL, AT(status)},
    {"sdd_reference", F_TEXT, 1, 35, REQUIRED, DOC, ED_ALL, AT(sdd)   },
    {"due_date",      F_TEXT, 1, 10, REQUIRED, DOC, ED_ALL, AT(due)   },
};
#undef AT
const struct table SAFEDEBIT_VALIDATED =
    TABLE_OF("PaymentValidated", struct validated_out, VALIDATED_FIELDS);

static void validate_start(struct operation *operation)
{
    levy_validate((struct levy_validate *)operation);
}

/* What a try came to was committed; it is a refusal all the same. */
static err_t refusal_of(struct ctx *cx, enum code_result outcome)
{
    static const char VALUE[] = "validation_value";

    switch (outcome) {
    case CODE_RIGHT:
        return OK;
    case CODE_WRONG:
        return fault(cx, ERR_INVALID, VALUE, "is wrong");
    case CODE_SPENT:
        return fault(cx, ERR_LIMIT, VALUE, "was wrong too often: the levy is canceled");
    case CODE_EXPIRED:
    case CODE_UNKNOWN:
        return fault(cx, ERR_FORBIDDEN, VALUE, "has expired");
    }
    must_fail(__FILE__, __LINE__, "outcome is a code_result");
}

static err_t validated_text(const struct request *request, struct operation *operation,
                            struct str *out)
{
    const struct levy_validate *validate = (const struct levy_validate *)operation;

    TRY(refusal_of(request->cx, validate->outcome));
    const struct validated_out validated = {
        .result = true,
        .status = levy_status_wire(validate->levy.status),
        .sdd = validate->levy.sdd_reference,
        .due = levy_day_wire(request->cx->arena, validate->payment.date_settlement),
    };
    *out = ssp_text(request, &SAFEDEBIT_VALIDATED, &validated);
    return OK;
}

void safedebit_validate_payment(struct request *request)
{
    struct levy_validate *validate = arena_make(request->cx->arena, struct levy_validate);
    struct validate_in in;

    if (!arguments_read(request, &SAFEDEBIT_VALIDATE, &in))
        return;
    validate->merchant = &admitted(request)->merchant;
    validate->consumer = in.consumer;
    validate->payment_reference = in.reference;
    validate->sdd_reference = in.sdd;
    validate->by_code = str_eq(in.type, STR("OTP"));
    validate->typed = in.value;
    ssp_run(request, &validate->operation, validate_start, validated_text);
}
