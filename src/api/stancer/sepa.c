#include "base/crypto.h"
#include "core/mandate.h"

#include "api/stancer/list.h"
#include "api/stancer/object.h"
#include "api/stancer/routes.h"

/* --- tables --------------------------------------------------------------------------------------
 */

/* 34 characters [seed], and a blank after each four: they are dropped. */
enum { IBAN_TYPED_MAX = 42 };

#define AT(member) FIELD_AT(struct sepa_in, member)
#define AT_CUSTOMER FIELD_AT_MORE(struct sepa_in, customer, "cust_")
static const struct field IN[] = {
    {"mandate",      F_TEXT,       3,  35,             OPTIONAL, SEED, ED_ALL, AT(mandate)     },
    {"name",         F_NAME,       1,  64,             REQUIRED, SEED, ED_ALL, AT(name)        },
    {"date_mandate", F_DATE,       0,  0,              OPTIONAL, SEED, ED_ALL, AT(day_mandate) },
    {"date_mandate", F_EPOCH,      0,  0,              OPTIONAL, DOC,  ED_ALL, AT(date_mandate)},
    {"date_mandate", F_EPOCH_TEXT, 0,  0,              OPTIONAL, DOC,  ED_1,   AT(date_mandate)},
    {"iban",         F_TEXT,       12, IBAN_TYPED_MAX, REQUIRED, SEED, ED_ALL, AT(iban)        },
    {"bic",          F_TEXT,       0,  11,             OPTIONAL, SEED, ED_ALL, AT(bic)         },
    {"customer",     F_ID,         0,  0,              OPTIONAL, SEED, ED_2,   AT_CUSTOMER     },
    {"date_birth",   F_DATE,       0,  0,              OPTIONAL, DOC,  ED_1,   AT(date_birth)  },
    {"date_birth",   F_EPOCH_DATE, 0,  0,              OPTIONAL, DOC,  ED_1,   AT(date_birth)  },
};
#undef AT
#undef AT_CUSTOMER
const struct table STANCER_SEPA_IN = TABLE_OF("SepaIn", struct sepa_in, IN);

/* "Only available for some specific companies" [seed]: the BIC is always told, so it changes
 * nothing. */
struct create_query {
    struct given given;
    bool bic;
};
#define AT(member) FIELD_AT(struct create_query, member)
static const struct field CREATE_QUERY[] = {
    {"bic", F_BOOL, 0, 0, OPTIONAL, SEED, ED_ALL, AT(bic)},
};
#undef AT
const struct table STANCER_SEPA_CREATE_QUERY =
    TABLE_OF("SepaCreateQuery", struct create_query, CREATE_QUERY);

#define AT(member) FIELD_AT(struct sepa_in, member)
static const struct field UPDATE[] = {
    {"mandate",      F_TEXT,       3, 35, OPTIONAL, SEED, ED_ALL, AT(mandate)     },
    {"name",         F_NAME,       1, 64, OPTIONAL, SEED, ED_ALL, AT(name)        },
    {"date_mandate", F_DATE,       0, 0,  OPTIONAL, SEED, ED_ALL, AT(day_mandate) },
    {"date_mandate", F_EPOCH,      0, 0,  OPTIONAL, DOC,  ED_ALL, AT(date_mandate)},
    {"date_mandate", F_EPOCH_TEXT, 0, 0,  OPTIONAL, DOC,  ED_1,   AT(date_mandate)},
};
#undef AT
const struct table STANCER_SEPA_UPDATE = TABLE_OF("SepaUpdate", struct sepa_in, UPDATE);

#define AT(member) FIELD_AT(struct sepa_out, member)
#define AT_ID FIELD_AT_MORE(struct sepa_out, id, "sepa_")
#define AT_CUSTOMER FIELD_AT_MORE(struct sepa_out, customer, "cust_")
static const struct field OUT[] = {
    {"id",           F_ID,    0, 0,  REQUIRED, SEED, ED_ALL, AT_ID           },
    {"created",      F_EPOCH, 0, 0,  REQUIRED, SEED, ED_ALL, AT(created)     },
    {"bic",          F_TEXT,  0, 11, OPTIONAL, SEED, ED_ALL, AT(bic)         },
    {"last4",        F_TEXT,  4, 4,  REQUIRED, SEED, ED_ALL, AT(last4)       },
    {"name",         F_TEXT,  0, 64, OPTIONAL, SEED, ED_ALL, AT(name)        },
    {"mandate",      F_TEXT,  0, 35, OPTIONAL, SEED, ED_ALL, AT(mandate)     },
    {"date_mandate", F_EPOCH, 0, 0,  OPTIONAL, DOC,  ED_1,   AT(date_mandate)},
    {"date_mandate", F_DATE,  0, 0,  OPTIONAL, SEED, ED_2,   AT(day_mandate) },
    {"date_birth",   F_TEXT,  0, 10, OPTIONAL, DOC,  ED_1,   AT(date_birth)  },
    {"customer",     F_ID,    0, 0,  OPTIONAL, SEED, ED_2,   AT_CUSTOMER     },
    {"deleted",      F_BOOL,  0, 0,  REQUIRED, SEED, ED_2,   AT(deleted)     },
    {"live_mode",    F_BOOL,  0, 0,  REQUIRED, DOC,  ED_1,   AT(live_mode)   },
};
#undef AT
#undef AT_ID
#undef AT_CUSTOMER
const struct table STANCER_SEPA_OUT = TABLE_OF("Sepa", struct sepa_out, OUT);

struct sepa_query {
    struct given given;
    struct list_query list;
    struct customer_id customer;
};
#define AT(member) FIELD_AT(struct sepa_query, member)
#define AT_CUSTOMER FIELD_AT_MORE(struct sepa_query, customer, "cust_")
static const struct field QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, SEED, ED_ALL, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created_until)},
    {"customer",      F_ID,    0, 0,         OPTIONAL, OURS, ED_ALL, AT_CUSTOMER           },
};
#undef AT
#undef AT_CUSTOMER
const struct table STANCER_SEPA_QUERY = TABLE_OF("SepaQuery", struct sepa_query, QUERY);

/* --- between wire and core -----------------------------------------------------------------------
 */

err_t sepa_from_wire(struct request *request, struct sepa_in *in, const char *prefix,
                     struct bank_account *out)
{
    struct ctx *cx = request->cx;
    struct bank_account_draft draft = {
        .iban = in->iban,
        .name = in->name,
        .bic = text_or_none(in->bic),
        .customer = in->customer,
    };

    if (GIVEN(in, date_birth))
        draft.date_birth = date_text(cx->arena, in->date_birth);
    err_t err = bank_account_seal(request->core, cx, &draft, out);
    crypto_wipe_text(in->iban);
    if (err != OK)
        faults_prefix(cx, prefix);
    return err;
}

/* A day is kept as its first moment in UTC, which is on the same day in Paris. */
static instant date_given(const struct sepa_in *in)
{
    if (GIVEN(in, date_mandate))
        return moment_given(in->date_mandate);
    if (!GIVEN(in, day_mandate))
        return 0;
    return moment_given(date_to_days(in->day_mandate) * DAY_US);
}

struct mandate_given sepa_mandate(const struct request *request, const struct sepa_in *in)
{
    return (struct mandate_given){
        .umr = text_or_none(in->mandate),
        .signed_at = date_given(in),
        .date_needed = is_v1(request),
    };
}

enum { NAME_MAX_SHOWN = 64 };

void sepa_to_wire(const struct request *request, const struct bank_account *account,
                  struct sepa_out *out)
{
    *out = (struct sepa_out){
        .id = account->id,
        .created = account->created,
        .bic = account->bic,
        .last4 = account->last4,
        .name = text_shown(account->name, NAME_MAX_SHOWN),
        .mandate = account->umr,
        .date_mandate = account->signed_at,
        .day_mandate = date_paris(account->signed_at),
        .date_birth = account->date_birth,
        .customer = account->customer,
        .deleted = account->deleted,
        .live_mode = !is_test(request),
    };
    if (account->signed_at != 0) {
        GIVE(out, date_mandate);
        GIVE(out, day_mandate);
    }
}

static struct str sepa_text(const struct request *request, const struct bank_account *account)
{
    struct sepa_out out;

    sepa_to_wire(request, account, &out);
    return object_text(request, &STANCER_SEPA_OUT, &out);
}

/* --- handlers ------------------------------------------------------------------------------------
 */

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = sepa_text(request, &((struct bank_account_create *)operation)->account);
    return OK;
}

static err_t changed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = sepa_text(request, &((struct bank_account_change *)operation)->account);
    return OK;
}

static void create_start(struct operation *operation)
{
    bank_account_create((struct bank_account_create *)operation);
}

static void change_start(struct operation *operation)
{
    bank_account_change((struct bank_account_change *)operation);
}

void stancer_sepa_create(struct request *request)
{
    struct bank_account_create *create = arena_make(request->cx->arena, struct bank_account_create);
    struct create_query query;
    struct sepa_in in;

    if (!read_query(request, &query) || !read_body(request, &in))
        return;
    err_t err = sepa_from_wire(request, &in, "", &create->draft);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    create->mandate = sepa_mandate(request, &in);
    call_create(request, &create->operation, create_start, created_text);
}

#define AT(member) offsetof(struct sepa_in, member)
static const struct change_bit CHANGES[] = {
    {AT(name),         BANK_ACCOUNT_NAME  },
    {AT(mandate),      BANK_ACCOUNT_UMR   },
    {AT(day_mandate),  BANK_ACCOUNT_SIGNED},
    {AT(date_mandate), BANK_ACCOUNT_SIGNED},
};
#undef AT

void stancer_sepa_update(struct request *request)
{
    struct bank_account_change *change = arena_make(request->cx->arena, struct bank_account_change);
    struct sepa_in in;

    if (!read_id(request, "sepa_", "bank_account", change->id.raw) || !read_body(request, &in))
        return;
    change->once = is_v1(request);
    change->change = changes_given(&in.given, CHANGES, ARRAY_LEN(CHANGES));
    change->name = in.name;
    change->mandate = sepa_mandate(request, &in);
    call_run(request, &change->operation, change_start, changed_text);
}

void stancer_sepa_delete(struct request *request)
{
    struct bank_account_change *change = arena_make(request->cx->arena, struct bank_account_change);

    if (!read_id(request, "sepa_", "bank_account", change->id.raw))
        return;
    change->remove = true;
    call_delete(request, &change->operation, change_start, changed_text);
}

void stancer_sepa_get(struct request *request)
{
    struct bank_account_id id;
    struct bank_account account;
    struct tx *tx;

    if (!read_id(request, "sepa_", "bank_account", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = bank_account_load(request->cx, tx, id, false, &account);
    if (err == OK)
        answer_json(request, 200, sepa_text(request, &account));
    else
        answer_error(request, err);
}

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    struct sepa_out object;

    sepa_to_wire(request, &((const struct bank_account *)items)[at], &object);
    object_put(request, out, &STANCER_SEPA_OUT, &object);
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct sepa_query *in = arg;
    struct page_found found;
    struct bank_account *accounts;

    struct page_of page = PAGE_ASKED(request, in);
    TRY(bank_account_list(request->cx, tx, in->customer, &page, &accounts, &found));
    *text = list_text(request, "sepa", &page, &found, accounts, list_put);
    return OK;
}

void stancer_sepa_list(struct request *request)
{
    struct sepa_query *in = arena_make(request->cx->arena, struct sepa_query);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}
