#include "core/sepa_check.h"

#include "api/stancer/object.h"
#include "api/stancer/routes.h"

static const char *const STATUS_TEXTS[] = {
    NULL, "available", "check_sent", "checked", "check_error", "unavailable",
};
static const struct words STATUSES = {STATUS_TEXTS, ARRAY_LEN(STATUS_TEXTS), false};

static int status_word(enum sepa_check_status status)
{
    return (int)status; /* the words of the core are those of this face */
}

/* A whole account, or the id of one that is known: what the first needs is checked by hand. */
#define AT(member) FIELD_AT(struct sepa_in, member)
#define AT_ID FIELD_AT_MORE(struct sepa_in, id, "sepa_")
#define AT_CUSTOMER FIELD_AT_MORE(struct sepa_in, customer, "cust_")
static const struct field IN[] = {
    {"id",           F_ID,         0,  0,  OPTIONAL, DOC,  ED_ALL, AT_ID           },
    {"mandate",      F_TEXT,       3,  35, OPTIONAL, SEED, ED_ALL, AT(mandate)     },
    {"name",         F_NAME,       1,  64, OPTIONAL, SEED, ED_ALL, AT(name)        },
    {"date_mandate", F_DATE,       0,  0,  OPTIONAL, SEED, ED_ALL, AT(day_mandate) },
    {"date_mandate", F_EPOCH,      0,  0,  OPTIONAL, DOC,  ED_ALL, AT(date_mandate)},
    {"date_mandate", F_EPOCH_TEXT, 0,  0,  OPTIONAL, DOC,  ED_1,   AT(date_mandate)},
    {"iban",         F_TEXT,       12, 42, OPTIONAL, SEED, ED_ALL, AT(iban)        },
    {"bic",          F_TEXT,       0,  11, OPTIONAL, SEED, ED_ALL, AT(bic)         },
    {"customer",     F_ID,         0,  0,  OPTIONAL, SEED, ED_2,   AT_CUSTOMER     },
    {"date_birth",   F_DATE,       0,  0,  OPTIONAL, DOC,  ED_ALL, AT(date_birth)  },
    {"date_birth",   F_EPOCH_DATE, 0,  0,  OPTIONAL, DOC,  ED_ALL, AT(date_birth)  },
};
#undef AT
#undef AT_ID
#undef AT_CUSTOMER
const struct table STANCER_SEPA_CHECK_IN = TABLE_OF("SepaCheckIn", struct sepa_in, IN);

/* v1 knows the check alone; v2 the account with the check added to it. */
#define AT(member) FIELD_AT(struct sepa_out, member)
#define AT_ID FIELD_AT_MORE(struct sepa_out, id, "sepa_")
#define AT_CUSTOMER FIELD_AT_MORE(struct sepa_out, customer, "cust_")
#define AT_STATUS FIELD_AT_MORE(struct sepa_out, status, &STATUSES)
static const struct field OUT[] = {
    {"id",           F_ID,    0, 0,   REQUIRED, SEED, ED_ALL, AT_ID            },
    {"created",      F_EPOCH, 0, 0,   REQUIRED, SEED, ED_ALL, AT(created)      },
    {"bic",          F_TEXT,  0, 11,  OPTIONAL, SEED, ED_2,   AT(bic)          },
    {"last4",        F_TEXT,  4, 4,   REQUIRED, SEED, ED_2,   AT(last4)        },
    {"name",         F_TEXT,  0, 64,  OPTIONAL, SEED, ED_2,   AT(name)         },
    {"mandate",      F_TEXT,  0, 35,  OPTIONAL, SEED, ED_2,   AT(mandate)      },
    {"date_mandate", F_DATE,  0, 0,   OPTIONAL, SEED, ED_2,   AT(day_mandate)  },
    {"customer",     F_ID,    0, 0,   OPTIONAL, SEED, ED_2,   AT_CUSTOMER      },
    {"deleted",      F_BOOL,  0, 0,   REQUIRED, SEED, ED_2,   AT(deleted)      },
    {"status",       F_WORD,  0, 0,   REQUIRED, DOC,  ED_ALL, AT_STATUS        },
    {"response",     F_TEXT,  2, 4,   OPTIONAL, DOC,  ED_ALL, AT(response)     },
    {"date_birth",   F_BOOL,  0, 0,   OPTIONAL, DOC,  ED_ALL, AT(birth_matches)},
    {"score_name",   F_INT,   0, 100, OPTIONAL, DOC,  ED_ALL, AT(score_name)   },
    {"live_mode",    F_BOOL,  0, 0,   REQUIRED, DOC,  ED_1,   AT(live_mode)    },
};
#undef AT
#undef AT_ID
#undef AT_CUSTOMER
#undef AT_STATUS
const struct table STANCER_SEPA_CHECK_OUT = TABLE_OF("SepaCheck", struct sepa_out, OUT);

static struct str check_text(const struct request *request, const struct bank_account *account,
                             const struct sepa_check *check)
{
    struct sepa_out out;

    sepa_to_wire(request, account, &out);
    if (is_v1(request))
        out.created = check->created;
    out.status = status_word(check->status);
    out.response = check->response;
    out.birth_matches = check->birth_matches;
    out.score_name = check->score_name;
    if (check->birth_known)
        GIVE(&out, birth_matches);
    if (check->score_name != SCORE_UNKNOWN)
        GIVE(&out, score_name);
    return object_text(request, &STANCER_SEPA_CHECK_OUT, &out);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct bank_account_create *create = (struct bank_account_create *)operation;

    *out = check_text(request, &create->account, create->check);
    return OK;
}

static err_t asked_text(const struct request *request, struct operation *operation, struct str *out)
{
    const struct sepa_check_ask *ask = (struct sepa_check_ask *)operation;

    *out = check_text(request, &ask->account, &ask->check);
    return OK;
}

static void create_start(struct operation *operation)
{
    bank_account_create((struct bank_account_create *)operation);
}

static void ask_start(struct operation *operation)
{
    sepa_check_ask((struct sepa_check_ask *)operation);
}

static void check_new(struct request *request, struct sepa_in *in)
{
    struct ctx *cx = request->cx;
    struct bank_account_create *create = arena_make(cx->arena, struct bank_account_create);
    err_t err = OK;

    if (!GIVEN(in, name))
        err = fault(cx, ERR_INVALID, "name", FIELD_REQUIRED);
    if (!GIVEN(in, iban))
        err = fault(cx, ERR_INVALID, "iban", FIELD_REQUIRED);
    if (err == OK)
        err = sepa_from_wire(request, in, "", &create->draft);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    create->mandate = sepa_mandate(request, in);
    create->check = arena_make(cx->arena, struct sepa_check);
    call_create(request, &create->operation, create_start, created_text);
}

void stancer_sepa_check_create(struct request *request)
{
    struct sepa_in in;

    if (!read_body(request, &in))
        return;
    if (!GIVEN(&in, id)) {
        check_new(request, &in);
        return;
    }
    struct sepa_check_ask *ask = arena_make(request->cx->arena, struct sepa_check_ask);
    ask->id = in.id;
    call_create(request, &ask->operation, ask_start, asked_text);
}

void stancer_sepa_check_get(struct request *request)
{
    struct bank_account account;
    struct bank_account_id id;
    struct sepa_check check;
    struct tx *tx;

    if (!read_id(request, "sepa_", "bank_account", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = bank_account_load(request->cx, tx, id, false, &account);
    if (err == OK)
        err = sepa_check_load(request->cx, tx, id, &check);
    if (err == OK)
        answer_json(request, 200, check_text(request, &account, &check));
    else
        answer_error(request, err);
}
