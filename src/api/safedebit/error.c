#include "api/safedebit/error.h"

#include "api/safedebit/call.h"
#include "base/must.h"

ENUM_DEFINE(code, CODE_LIST)

struct error_out {
    struct given given;
    bool result;
    struct str code;
};
#define AT(member) FIELD_AT(struct error_out, member)
static const struct field ERROR_FIELDS[] = {
    {"result", F_BOOL, 0, 0,  REQUIRED, SEED, ED_ALL, AT(result)},
    {"code",   F_TEXT, 1, 16, REQUIRED, SEED, ED_ALL, AT(code)  },
};
#undef AT
const struct table SAFEDEBIT_ERROR = TABLE_OF("Failed", struct error_out, ERROR_FIELDS);

/* [doc] Two calls say in their body what is wrong as well. */
struct told_out {
    struct given given;
    bool result;
    struct str code;
    struct str message;
};
#define AT(member) FIELD_AT(struct told_out, member)
static const struct field TOLD_FIELDS[] = {
    {"result",  F_BOOL, 0, 0,   REQUIRED, DOC, ED_ALL, AT(result) },
    {"code",    F_TEXT, 1, 16,  REQUIRED, DOC, ED_ALL, AT(code)   },
    {"message", F_TEXT, 1, 512, REQUIRED, DOC, ED_ALL, AT(message)},
};
#undef AT
static const struct table TOLD = TABLE_OF("FailedTold", struct told_out, TOLD_FIELDS);

static bool tells_why(const struct request *request)
{
    return str_ends(request->path, STR("/otu_confirm_mandat")) ||
           str_ends(request->path, STR("/otu_reset_mandat"));
}

static struct str failure_text(const struct request *request, enum code code, struct str sentence)
{
    const struct error_out out = {.result = false, .code = str_of(code_text(code))};
    const struct told_out told = {.result = false, .code = out.code, .message = sentence};

    return tells_why(request) ? ssp_text(request, &TOLD, &told)
                              : ssp_text(request, &SAFEDEBIT_ERROR, &out);
}

static void answer_failure(struct request *request, int status, enum code code,
                           const char *argument, const char *sentence)
{
    struct str whole = str_of(sentence);

    if (argument != NULL) {
        response_header(request, STR("X-Error-Field"), str_of(argument));
        whole = str_format(request->cx->arena, "%s %s", argument, sentence);
    }
    response_header(request, STR("X-Error-Message"), whole);
    response_set(request, status, STR("application/json"), failure_text(request, code, whole));
}

void ssp_fail(struct request *request, enum code code, const char *argument, const char *sentence)
{
    answer_failure(request, 200, code, argument, sentence);
}

/* What the core says, in the codes of this face: the first row that fits. */
static const struct {
    err_t err;
    const char *field;
    enum code code;
} MEANINGS[] = {
    {ERR_CONFLICT,    "idempotency_key",              CODE_REPLAY             },
    {ERR_CONFLICT,    "consumer_reference",           CODE_CONSUMER_USED      },
    {ERR_NOT_FOUND,   "consumer",                     CODE_CONSUMER_UNKNOWN   },
    {ERR_INVALID,     "iban",                         CODE_IBAN               },
    {ERR_INVALID,     "nic",                          CODE_COMPANY            },
    {ERR_INVALID,     "identity_period",              CODE_DATE               },
    {ERR_INVALID,     "identity_type",                CODE_MISSING            },
    {ERR_INVALID,     "identity_number",              CODE_MISSING            },
    {ERR_INVALID,     "identity_issued",              CODE_MISSING            },
    {ERR_INVALID,     "identity_expires",             CODE_MISSING            },
    {ERR_INVALID,     "corporate_name",               CODE_MISSING            },
    {ERR_INVALID,     "siren",                        CODE_MISSING            },
    {ERR_INVALID,     "umr",                          CODE_CHARACTER          },
    {ERR_INVALID,     "text",                         CODE_CHARACTER          },
    {ERR_INVALID,     "sign_date",                    CODE_DATE               },
    {ERR_CONFLICT,    "mandate",                      CODE_UMR_USED           },
    {ERR_NOT_FOUND,   "mandate",                      CODE_MANDATE_UNKNOWN    },
    {ERR_STATE,       "mandate_status",               CODE_MOVE               },
    {ERR_STATE,       "mandate_account",              CODE_MANDATE_STATE      },
    {ERR_NOT_FOUND,   "file",                         CODE_FILE_UNKNOWN       },
    {ERR_NOT_FOUND,   "beneficiary",                  CODE_BENEFICIARY_UNKNOWN},
    {ERR_FORBIDDEN,   "beneficiary",                  CODE_SERVICE            },
    {ERR_NOT_FOUND,   "umr",                          CODE_MANDATE_UNKNOWN    },
    {ERR_NOT_FOUND,   "ics",                          CODE_MANDATE_UNKNOWN    },
    {ERR_NOT_FOUND,   "sdd_reference",                CODE_SDD_UNKNOWN        },
    {ERR_NOT_FOUND,   "payment_reference",            CODE_PAYMENT_UNKNOWN    },
    {ERR_CONFLICT,    "sdd_reference",                CODE_SDD_USED           },
    {ERR_CONFLICT,    "payment_reference",            CODE_PAYMENT_USED       },
    {ERR_LIMIT,       "amount",                       CODE_LIMIT              },
    {ERR_STATE,       "due_date",                     CODE_TOO_EARLY          },
    {ERR_LIMIT,       "due_date",                     CODE_TOO_FAR            },
    {ERR_STATE,       "safedebit_consumer_reference", CODE_NO_MANDATE         },
    {ERR_STATE,       "umr",                          CODE_MANDATE_STATE      },
    {ERR_LIMIT,       "umr",                          CODE_ONE_OFF_USED       },
    {ERR_STATE,       "sdd_reference",                CODE_SDD_STATE          },
    {ERR_STATE,       "creditor",                     CODE_ACCOUNT            },
    {ERR_INVALID,     "sepa",                         CODE_IBAN               },
    {ERR_UNAVAILABLE, "code",                         CODE_OTP_NONE           },
    {ERR_UNAVAILABLE, "validation_type",              CODE_OTP_NONE           },
    {ERR_STATE,       "validation_value",             CODE_NOT_PENDING        },
    {ERR_INVALID,     "validation_value",             CODE_OTP_WRONG          },
    {ERR_FORBIDDEN,   "validation_value",             CODE_OTP_OVER           },
    {ERR_LIMIT,       "validation_value",             CODE_OTP_TRIES          },
    {ERR_INVALID,     "consumer_email",               CODE_EMAIL              },
    {ERR_UNAVAILABLE, "sms_option",                   CODE_SERVICE            },
    {ERR_AUTH,        "otu_value",                    CODE_OTP_WRONG          },
    {ERR_STATE,       "otu_value",                    CODE_OTP_OVER           },
    {ERR_LIMIT,       "otu_value",                    CODE_OTP_TRIES          },
    {ERR_LIMIT,       "code",                         CODE_OTP_NONE           },
    {ERR_BUSY,        "code",                         CODE_OTP_NONE           },
    {ERR_CONFLICT,    "umr",                          CODE_UMR_USED           },
    {ERR_STATE,       "mandate_signature",            CODE_NOT_PENDING        },
};

/* Fields of the core that the wire calls otherwise. */
static const struct {
    const char *field;
    const char *argument;
} NAMES[] = {
    {"idempotency_key",  "Idempotency-Key"             },
    {"consumer",         "safedebit_consumer_reference"},
    {"identity_period",  "expire_date"                 },
    {"identity_number",  "id_number"                   },
    {"identity_issued",  "emission_date"               },
    {"identity_expires", "expire_date"                 },
    {"corporate_name",   "social_reference"            },
    {"mandate",          "umr"                         },
    {"mandate_status",   "status"                      },
    {"mandate_account",  "iban"                        },
    {"file",             "file_key"                    },
    {"beneficiary",      "beneficiary_reference"       },
};

static const char *argument_of(const char *field)
{
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (str_eq(str_of(NAMES[i].field), str_of(field)))
            return NAMES[i].argument;
    }
    return field;
}

static enum code code_of(const struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(MEANINGS); i++) {
        if (fault->err == MEANINGS[i].err && fault->field != NULL &&
            str_eq(str_of(fault->field), str_of(MEANINGS[i].field)))
            return MEANINGS[i].code;
    }
    return 0;
}

void ssp_error(struct request *request, err_t err)
{
    const struct ctx *cx = request->cx;
    const struct fault *fault = cx->fault_count > 0 ? &cx->faults[0] : NULL;
    enum code code = fault == NULL ? 0 : code_of(fault);

    if (code != 0) {
        ssp_fail(request, code, argument_of(fault->field), fault->text);
    } else if (err == ERR_BUSY || err == ERR_FULL || err == ERR_UNAVAILABLE) {
        response_header(request, STR("Retry-After"), STR("1"));
        answer_failure(request, 503, CODE_INTERNAL, NULL, "Try again later");
    } else {
        answer_failure(request, 500, CODE_INTERNAL, NULL, "Internal error");
    }
}

void safedebit_refuse(struct request *request, enum refusal status, const char *why)
{
    enum code code = CODE_INTERNAL;

    if (status == REFUSE_NOT_FOUND)
        code = CODE_CALL;
    else if (status == REFUSE_METHOD)
        code = CODE_VERB;
    else if (status == REFUSE_TOO_LARGE)
        code = CODE_TOO_LARGE;
    else if (status < REFUSE_INTERNAL)
        code = CODE_BODY;
    answer_failure(request, (int)status, code, NULL, why);
}
