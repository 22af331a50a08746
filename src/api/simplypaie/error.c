#include "api/simplypaie/call.h"
#include "base/must.h"

#define PROBLEM_STATUS_(symbol, status, text) [symbol] = (status),
#define PROBLEM_TEXT_(symbol, status, text) [symbol] = (text),
static const int STATUSES[] = {PROBLEM_LIST(PROBLEM_STATUS_)};
static const char *const TEXTS[] = {PROBLEM_LIST(PROBLEM_TEXT_)};

int problem_status(enum problem problem)
{
    must(problem > PROBLEM_NONE && problem < PROBLEM_END);
    return STATUSES[problem];
}

const char *problem_text(enum problem problem)
{
    must(problem > PROBLEM_NONE && problem < PROBLEM_END);
    return TEXTS[problem];
}

void problems_add(struct problems *problems, enum problem problem)
{
    for (size_t i = 0; i < problems->count; i++) {
        if (problems->items[i] == problem)
            return;
    }
    must(problems->count < PROBLEMS_MAX);
    problems->items[problems->count++] = problem;
}

/* --- the form of a failure -----------------------------------------------------------------------
 */

struct error_out {
    struct given given;
    struct str status;
    struct field_list errors;
    struct str missing; /* settings that the account lacks */
};
#define AT(member) FIELD_AT(struct error_out, member)
static const struct field ERROR_FIELDS[] = {
    {"status",  F_TEXT,  1, 16,           REQUIRED, SEED, ED_ALL, AT(status) },
    {"errors",  F_TEXTS, 1, PROBLEMS_MAX, REQUIRED, SEED, ED_ALL, AT(errors) },
    {"missing", F_TEXT,  1, 500,          SPARSE,   OURS, ED_ALL, AT(missing)},
};
#undef AT
const struct table SIMPLYPAIE_ERROR = TABLE_OF("Failure", struct error_out, ERROR_FIELDS);

static void answer_failure(struct request *request, int status, const struct problems *problems,
                           struct str missing)
{
    struct str texts[PROBLEMS_MAX];
    struct error_out out = {
        .status = STR("failure"),
        .errors = {texts, problems->count},
        .missing = missing,
    };

    for (size_t i = 0; i < problems->count; i++)
        texts[i] = str_of(problem_text(problems->items[i]));
    sp_answer(request, status, &SIMPLYPAIE_ERROR, &out);
}

void sp_fail_all(struct request *request, const struct problems *problems)
{
    must(problems->count > 0);
    answer_failure(request, problem_status(problems->items[0]), problems, STR_NONE);
}

static void fail_with(struct request *request, int status, enum problem problem)
{
    const struct problems one = {{problem}, 1};

    answer_failure(request, status, &one, STR_NONE);
}

void sp_fail(struct request *request, enum problem problem)
{
    fail_with(request, problem_status(problem), problem);
}

/* --- what the core says --------------------------------------------------------------------------
 */

/* The first row that fits a fault; all faults that have one are told. */
static const struct {
    err_t err;
    const char *field;
    enum problem problem;
} MEANINGS[] = {
    {ERR_CONFLICT, "idempotency_key",  PROBLEM_REPLAY      },
    {ERR_INVALID,  "name",             PROBLEM_NAME        },
    {ERR_INVALID,  "address",          PROBLEM_ADDRESS     },
    {ERR_INVALID,  "kind",             PROBLEM_TYPE        },
    {ERR_INVALID,  "date",             PROBLEM_DATE        },
    {ERR_INVALID,  "currency",         PROBLEM_CURRENCY    },
    {ERR_INVALID,  "deposit",          PROBLEM_DEPOSIT     },
    {ERR_INVALID,  "items",            PROBLEM_ITEMS       },
    {ERR_INVALID,  "designation",      PROBLEM_DESIGNATION },
    {ERR_INVALID,  "price",            PROBLEM_PRICE       },
    {ERR_INVALID,  "quantity",         PROBLEM_QUANTITY    },
    {ERR_INVALID,  "vat",              PROBLEM_VAT         },
    {ERR_INVALID,  "client_siren",     PROBLEM_CLIENT_SIREN},
    {ERR_INVALID,  "client_vat",       PROBLEM_CLIENT_VAT  },
    {ERR_INVALID,  "client_email",     PROBLEM_CLIENT_EMAIL},
    {ERR_INVALID,  "delivery_address", PROBLEM_DELIVERY    },
    {ERR_INVALID,  "order_number",     PROBLEM_ORDER_NUMBER},
    {ERR_INVALID,  "due_date",         PROBLEM_DUE_DATE    },
    {ERR_INVALID,  "operation",        PROBLEM_OPERATION   },
    {ERR_INVALID,  "payment",          PROBLEM_PAYMENT_ID  },
    {ERR_INVALID,  "text",             PROBLEM_REQUEST     },
    {ERR_STATE,    "account",          PROBLEM_ACCOUNT     },
};

static void fault_tell(const struct fault *fault, struct problems *problems)
{
    for (size_t i = 0; i < ARRAY_LEN(MEANINGS); i++) {
        if (fault->err == MEANINGS[i].err && fault->field != NULL &&
            str_eq(str_of(fault->field), str_of(MEANINGS[i].field))) {
            problems_add(problems, MEANINGS[i].problem);
            return;
        }
    }
}

/* What an incomplete account lacks: the faults after that of the account. */
static struct str missing_text(struct request *request)
{
    const struct ctx *cx = request->cx;
    struct buf out = buf_make(cx->arena, 1024);

    for (size_t i = 1; i < cx->fault_count; i++) {
        buf_put_cstr(&out, i > 1 ? ", " : "");
        buf_put_cstr(&out, cx->faults[i].field);
    }
    must(!out.failed);
    return buf_str(&out);
}

void sp_error(struct request *request, err_t err)
{
    const struct ctx *cx = request->cx;
    struct problems problems = {.count = 0};

    for (size_t i = 0; i < cx->fault_count; i++)
        fault_tell(&cx->faults[i], &problems);
    if (problems.count > 0) {
        bool account = problems.items[0] == PROBLEM_ACCOUNT;
        answer_failure(request, problem_status(problems.items[0]), &problems,
                       account ? missing_text(request) : STR_NONE);
        return;
    }
    bool later = err == ERR_BUSY || err == ERR_FULL || err == ERR_UNAVAILABLE;
    if (later)
        response_header(request, STR("Retry-After"), STR("1"));
    fail_with(request, later ? REFUSE_UNAVAILABLE : REFUSE_INTERNAL, PROBLEM_INTERNAL);
}

static enum problem problem_of(enum refusal status)
{
    switch (status) {
    case REFUSE_NOT_FOUND:
        return PROBLEM_UNKNOWN_METHOD;
    case REFUSE_METHOD:
        return PROBLEM_METHOD;
    case REFUSE_TOO_LARGE:
        return PROBLEM_TOO_LARGE;
    case REFUSE_TOO_MANY:
        return PROBLEM_TOO_MANY;
    case REFUSE_BAD_REQUEST:
    case REFUSE_TIMEOUT:
    case REFUSE_LENGTH:
    case REFUSE_MEDIA:
    case REFUSE_EXPECT:
    case REFUSE_HEADERS:
        return PROBLEM_REQUEST;
    case REFUSE_INTERNAL:
    case REFUSE_NOT_IMPLEMENTED:
    case REFUSE_UNAVAILABLE:
        return PROBLEM_INTERNAL;
    }
    must_fail(__FILE__, __LINE__, "status is a member of enum refusal");
}

void simplypaie_refuse(struct request *request, enum refusal status, const char *why)
{
    (void)why; /* the texts are those of the list */
    fail_with(request, (int)status, problem_of(status));
}
