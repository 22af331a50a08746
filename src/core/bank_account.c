#include "core/bank_account.h"

#include <string.h>

#include "base/bic.h"
#include "base/crypto.h"
#include "base/must.h"
#include "base/shown.h"
#include "base/umr.h"
#include "core/bank_account_make.h"
#include "core/counter.h"
#include "core/customer.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/mandate.h"
#include "core/sepa_check.h"
#include "core/vault.h"
#include "store/sql.h"

static const char KIND[] = "bank_account";
static const char FIELD_UMR[] = "mandate";
static const char FIELD_DATE[] = "date_mandate";
/* Numbers of deleted accounts are forgotten after so long. */
enum { KEPT_DAYS = 5 * 365 + 2, OPEN_ARENA_MAX = 64 * 1024 };

/* What everybody tests with (api/stancer.md 13): never an account of somebody in live mode. */
static const char *const TEST_NUMBERS[] = {
    "AT611904300234573201",      "BE62510007547061",
    "CH2089144321842946678",     "DE89370400440532013000",
    "EE382200221020145685",      "ES0700120345030000067890",
    "FI2112345600000785",        "FR1420041010050500013M02606",
    "GB33BUKB20201555555555",    "IE29AIBK93115212345678",
    "LT121000011101001000",      "LU280019400644750000",
    "NL39RABO0300065264",        "IT02A0301926102000000490887",
    "NO9386011117947",           "SE3550000000054910000003",
    "PT50000201231234567890154",
};

/* --- rows ----------------------------------------------------------------------------------------
 */

static void account_row(struct rows *rows, void *item)
{
    struct bank_account *out = item;

    *out = (struct bank_account){
        .name = col_text(rows, 2),
        .country = col_text(rows, 3),
        .last4 = col_text(rows, 4),
        .bic = col_text(rows, 5),
        .date_birth = col_text(rows, 6),
        .fingerprint = col_blob(rows, 7),
        .key_id = col_int(rows, 8),
        .sealed = col_blob(rows, 9),
        .umr = col_text(rows, 11),
        .signed_at = col_int(rows, 12),
        .mandate_ended = !col_null(rows, 13),
        .created = col_int(rows, 14),
        .deleted = !col_null(rows, 15),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->customer.raw);
    col_id(rows, 10, out->mandate.raw);
}

err_t bank_account_load(struct ctx *cx, struct tx *tx, struct bank_account_id id, bool deleted_too,
                        struct bank_account *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_ACCOUNT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (found) {
        account_row(rows, out);
        rows_end(rows);
    }
    if (!found || (out->deleted && !deleted_too))
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    return OK;
}

bool bank_account_has_print(const struct bank_account *account, struct str fingerprint)
{
    return fingerprint.len > 0 &&
           (str_eq(account->fingerprint, fingerprint) || str_eq(account->former, fingerprint));
}

/* --- sealing -------------------------------------------------------------------------------------
 */

static bool is_test_number(const struct iban *iban)
{
    for (size_t i = 0; i < ARRAY_LEN(TEST_NUMBERS); i++) {
        if (str_eq(iban_text(iban), str_of(TEST_NUMBERS[i])))
            return true;
    }
    return false;
}

static struct str bic_of(struct ctx *cx, const struct iban *iban)
{
    struct str country = iban_country(iban);

    if (cx->mode == MODE_LIVE)
        return STR_NONE;
    return str_format(cx->arena, "TEST%.*sPP", (int)country.len, country.ptr);
}

/* *bic is {NULL, 0} when none was given. */
static void bic_read(struct ctx *cx, struct str typed, struct str *bic)
{
    struct bic read;

    *bic = STR_NONE;
    if (typed.len == 0)
        return;
    if (bic_parse(typed, &read))
        *bic = str_dup(cx->arena, str_of(read.raw));
    else
        fault(cx, ERR_INVALID, "bic", "must be a BIC of 8 or 11 characters");
}

static err_t draft_check(struct core *core, struct ctx *cx, const struct bank_account_draft *draft,
                         struct iban *iban, struct str *bic)
{
    const char *problem = iban_parse(draft->iban, iban);

    if (problem != NULL)
        fault(cx, ERR_INVALID, "iban", problem);
    else if (cx->mode == MODE_LIVE && is_test_number(iban))
        fault(cx, ERR_INVALID, "iban", "is a test account");
    if (draft->name.len > 0 && shown_blank(draft->name))
        fault(cx, ERR_INVALID, "name", "must not be blank");
    bic_read(cx, draft->bic, bic);
    if (cx->fault_count > 0)
        return ERR_INVALID;
    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, KIND, "bank accounts are not available");
    return OK;
}

/* A number of an account begins with letters, that of a card has none: they never meet. */
static void fingerprint_set(struct ctx *cx, struct vault *vault, const struct iban *iban,
                            struct bank_account *account)
{
    struct fingerprints *prints = arena_make(cx->arena, struct fingerprints);

    vault_fingerprints(vault, iban_text(iban), prints);
    account->fingerprint_key = prints->key;
    account->fingerprint = (struct str){(const char *)prints->now, FINGERPRINT_SIZE};
    account->former = STR_NONE;
    if (prints->rotating)
        account->former = (struct str){(const char *)prints->former, FINGERPRINT_SIZE};
}

err_t bank_account_seal(struct core *core, struct ctx *cx, const struct bank_account_draft *draft,
                        struct bank_account *out)
{
    struct iban iban;
    struct str bic;

    TRY(draft_check(core, cx, draft, &iban, &bic));
    *out = (struct bank_account){
        .customer = draft->customer,
        .name = draft->name,
        .country = str_dup(cx->arena, iban_country(&iban)),
        .last4 = str_dup(cx->arena, iban_last(&iban)),
        .bic = bic.len > 0 ? bic : bic_of(cx, &iban),
        .date_birth = draft->date_birth,
    };
    ID_NEW(cx->ids, &out->id);
    fingerprint_set(cx, core->vault, &iban, out);
    /* All 34 characters, so that the length does not show; the rest are zero bytes. */
    out->sealed = vault_seal(core->vault, cx->arena, KIND, cx->merchant, ID_TEXT(out->id),
                             (struct str){iban.raw, IBAN_MAX}, &out->key_id);
    crypto_wipe(&iban, sizeof iban);
    return OK;
}

err_t bank_account_open_iban(struct vault *vault, struct merchant_id merchant,
                             const struct bank_account *account, struct iban *out)
{
    struct str plain = STR_NONE;

    if (vault == NULL || account->sealed.ptr == NULL)
        return ERR_UNAVAILABLE;
    struct arena *arena = arena_new(OPEN_ARENA_MAX);
    err_t err =
        vault_unseal(vault, arena, KIND, merchant, ID_TEXT(account->id), account->sealed, &plain);
    if (err == OK && plain.len != IBAN_MAX)
        err = ERR_INTERNAL;
    if (err == OK) {
        memcpy(out->raw, plain.ptr, IBAN_MAX);
        out->raw[IBAN_MAX] = '\0';
    }
    if (plain.ptr != NULL)
        crypto_wipe_text(plain);
    arena_free(arena);
    return err;
}

void bank_account_fingerprint_renew(struct ctx *cx, struct vault *vault,
                                    struct bank_account *account)
{
    struct iban iban;
    bool sealed_now = account->fingerprint_key != 0;

    if (vault == NULL || account->sealed.ptr == NULL ||
        (sealed_now ? vault_fingerprint_holds(vault, account->fingerprint_key)
                    : !vault_fingerprint_rotates(vault)))
        return;
    if (bank_account_open_iban(vault, cx->merchant, account, &iban) == OK)
        fingerprint_set(cx, vault, &iban, account);
    crypto_wipe(&iban, sizeof iban);
}

/* --- creating ------------------------------------------------------------------------------------
 */

err_t bank_account_insert(struct ctx *cx, struct tx *tx, struct bank_account *account)
{
    account->created = cx->now;
    bool alone = ID_NONE(account->mandate) && account->signed_at != 0;
    TRY(store_run(cx, tx, &SQL_BANK_ACCOUNT_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(account->id),
                       V_ID(account->customer), V_TEXT(account->name), V_TEXT(account->country),
                       V_TEXT(account->last4), V_TEXT(account->bic), V_TEXT(account->date_birth),
                       V_BLOB(account->fingerprint), V_INT(account->key_id),
                       V_BLOB(account->sealed), V_ID(account->mandate),
                       V_INT_IF(alone, account->signed_at), V_INT(account->created))));
    return counter_add(cx, tx, KIND, account->created);
}

err_t bank_account_rename(struct ctx *cx, struct tx *tx, struct bank_account_id id, struct str name)
{
    return store_run(cx, tx, &SQL_BANK_ACCOUNT_RENAME,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_TEXT(name)));
}

err_t bank_account_bank(struct ctx *cx, struct tx *tx, struct bank_account_id id, struct str typed)
{
    struct str bic;

    must(typed.len > 0);
    bic_read(cx, typed, &bic);
    if (bic.len == 0)
        return ERR_INVALID;
    return store_run(cx, tx, &SQL_BANK_ACCOUNT_BANK,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_TEXT(bic)));
}

static struct mandate_draft draft_of(const struct mandate_given *given)
{
    return (struct mandate_draft){
        .umr = given->umr,
        .field = FIELD_UMR,
        .field_date = FIELD_DATE,
        .signed_at = given->signed_at,
        .scheme = MANDATE_CORE,
        .type = MANDATE_RECURRENT,
    };
}

static err_t given_check(struct ctx *cx, const struct mandate_given *given, const char *field_date)
{
    if (given->date_needed && given->umr.len > 0 && given->signed_at == 0)
        return fault(cx, ERR_INVALID, field_date, "field required");
    return mandate_moment_check(cx, given->signed_at, field_date);
}

static void mandate_show(struct bank_account *account, const struct mandate *mandate)
{
    account->mandate = mandate->id;
    account->umr = mandate->umr;
    account->signed_at = mandate->signed_at;
    account->mandate_ended = mandate->ended != 0;
}

err_t bank_account_prepare(struct ctx *cx, struct tx *tx, const struct mandate_given *given,
                           bool inside, struct bank_account *account,
                           struct bank_account_making *out)
{
    struct customer owner;

    *out = (struct bank_account_making){.draft = draft_of(given)};
    if (inside) {
        out->draft.field = "sepa.mandate";
        out->draft.field_date = "sepa.date_mandate";
    }
    if (!ID_NONE(account->customer))
        TRY(customer_load(cx, tx, account->customer, false, &owner));
    TRY(given_check(cx, given, out->draft.field_date));
    account->signed_at = out->draft.signed_at;
    return out->draft.umr.len == 0 ? OK
                                   : mandate_prepare(cx, tx, account, &out->draft, &out->mandate);
}

err_t bank_account_will_hold(struct ctx *cx, struct tx *tx,
                             const struct bank_account_making *making, bool *out)
{
    const struct mandate *mandate = &making->mandate;

    *out = false;
    if (ID_NONE(mandate->id))
        return OK;
    if (mandate->signed_at != 0)
        return mandate_holds(cx, tx, mandate, out);
    *out = making->draft.signed_at != 0 && mandate_may_move(mandate->state, MANDATE_SIGNED);
    return OK;
}

err_t bank_account_write(struct ctx *cx, struct tx *tx, struct bank_account_making *making,
                         struct bank_account *account)
{
    if (!ID_NONE(making->mandate.id)) {
        TRY(mandate_insert(cx, tx, &making->draft, &making->mandate));
        mandate_show(account, &making->mandate);
    }
    return bank_account_insert(cx, tx, account);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_account_create *create = arg;
    struct bank_account *account = &create->account;
    struct bank_account_making making;
    enum idempotency_state state;
    struct bank_account_id old;

    *account = create->draft;
    bank_account_fingerprint_renew(cx, create->operation.core->vault, account);
    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(bank_account_prepare(cx, tx, &create->mandate, false, account, &making));
    TRY(bank_account_write(cx, tx, &making, account));
    if (create->check != NULL)
        TRY(sepa_check_put(cx, tx, account, create->check));
    TRY(idempotency_open(&create->operation, tx, account->id.raw));
    return idempotency_close(&create->operation, tx);
}

void bank_account_create(struct bank_account_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}

/* --- changing ------------------------------------------------------------------------------------
 */

/* What is to be done about the mandate, found out before the first write. */
struct plan {
    bool rename; /* the account's own, to this reference */
    bool take;   /* another one: prepared */
    bool date;   /* the account's own, to this date */
    struct mandate own;
    struct mandate other;
    struct mandate_draft draft;
};

static err_t given_already(struct ctx *cx)
{
    return fault(cx, ERR_STATE, KIND, "This was given already and cannot be changed");
}

static err_t plan_umr(struct ctx *cx, struct tx *tx, const struct bank_account_change *change,
                      const struct bank_account *account, struct plan *plan)
{
    bool has = !ID_NONE(account->mandate);
    struct str key = umr_key(cx->arena, change->mandate.umr);
    bool same = has && str_eq(key, umr_key(cx->arena, account->umr));

    if (same)
        return OK;
    if (has && change->once)
        return given_already(cx);
    /* A date that came before its reference belongs to it. */
    if (!has && plan->draft.signed_at == 0)
        plan->draft.signed_at = account->signed_at;
    const struct mandate_given given = {plan->draft.umr, plan->draft.signed_at,
                                        change->mandate.date_needed};
    TRY(given_check(cx, &given, FIELD_DATE));
    TRY(mandate_prepare(cx, tx, account, &plan->draft, &plan->other));
    bool known = plan->other.created != 0;
    bool dated = (change->change & BANK_ACCOUNT_SIGNED) != 0;
    plan->rename = has && !known && !dated && plan->own.ended == 0;
    plan->take = !plan->rename;
    return OK;
}

static err_t plan_date(struct ctx *cx, struct tx *tx, const struct bank_account_change *change,
                       const struct bank_account *account, struct plan *plan)
{
    instant signed_at = change->mandate.signed_at;

    if (change->once && account->signed_at != 0 && account->signed_at != signed_at)
        return given_already(cx);
    if (plan->take)
        return OK;
    TRY(mandate_moment_check(cx, signed_at, FIELD_DATE));
    plan->date = account->signed_at != signed_at;
    if (ID_NONE(account->mandate) || !plan->date)
        return OK;
    return mandate_date_check(cx, tx, &plan->own, signed_at, FIELD_DATE);
}

static err_t plan_make(struct ctx *cx, struct tx *tx, const struct bank_account_change *change,
                       const struct bank_account *account, struct plan *plan)
{
    bool name = (change->change & BANK_ACCOUNT_NAME) != 0;

    *plan = (struct plan){.draft = draft_of(&change->mandate)};
    if (name && change->once && !str_eq(account->name, change->name))
        return given_already(cx);
    if (!ID_NONE(account->mandate))
        TRY(mandate_load(cx, tx, account->mandate, &plan->own));
    if (change->change & BANK_ACCOUNT_UMR)
        TRY(plan_umr(cx, tx, change, account, plan));
    if (change->change & BANK_ACCOUNT_SIGNED)
        TRY(plan_date(cx, tx, change, account, plan));
    return OK;
}

static err_t plan_run(struct ctx *cx, struct tx *tx, const struct bank_account_change *change,
                      struct bank_account *account, struct plan *plan)
{
    if (change->change & BANK_ACCOUNT_NAME)
        account->name = change->name;
    if (plan->rename) {
        TRY(mandate_rename(cx, tx, &plan->own, change->mandate.umr));
        mandate_show(account, &plan->own);
    }
    if (plan->take) {
        TRY(mandate_insert(cx, tx, &plan->draft, &plan->other));
        mandate_show(account, &plan->other);
    } else if (plan->date && !ID_NONE(account->mandate)) {
        TRY(mandate_date(cx, tx, &plan->own, change->mandate.signed_at));
        mandate_show(account, &plan->own);
    } else if (plan->date) {
        account->signed_at = change->mandate.signed_at;
    }
    bool alone = ID_NONE(account->mandate) && account->signed_at != 0;
    return store_run(cx, tx, &SQL_BANK_ACCOUNT_UPDATE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(account->id),
                          V_TEXT(account->name), V_ID(account->mandate),
                          V_INT_IF(alone, account->signed_at)));
}

static err_t remove_body(struct ctx *cx, struct tx *tx, struct bank_account *account)
{
    TRY(store_run(
        cx, tx, &SQL_BANK_ACCOUNT_DELETE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(account->id), V_INT(cx->now))));
    TRY(counter_take(cx, tx, KIND, account->created));
    account->deleted = true;
    return event_put(cx, tx, "bank_account.deleted", account->id.raw, NULL);
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_account_change *change = arg;
    struct bank_account *account = &change->account;
    struct plan plan;

    TRY(bank_account_load(cx, tx, change->id, false, account));
    bank_account_fingerprint_renew(cx, change->operation.core->vault, account);
    if (change->remove)
        return remove_body(cx, tx, account);
    TRY(plan_make(cx, tx, change, account, &plan));
    return plan_run(cx, tx, change, account, &plan);
}

void bank_account_change(struct bank_account_change *change)
{
    operation_write(&change->operation, change_body, operation_end);
}

err_t bank_account_forget(struct ctx *cx, struct tx *tx, struct id_portion *portion)
{
    TRY(id_portion_find(cx, tx, &SQL_BANK_ACCOUNT_PORTION, portion));
    return store_run(cx, tx, &SQL_BANK_ACCOUNT_FORGET,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(portion->behind),
                          V_WORD(portion->last), V_INT(cx->now - KEPT_DAYS * DAY_US)));
}

err_t bank_account_list(struct ctx *cx, struct tx *tx, struct customer_id customer,
                        const struct page_of *page, struct bank_account **out,
                        struct page_found *found)
{
    struct page_query all = {
        .oldest_first = &SQL_BANK_ACCOUNT_LIST_ASC,
        .newest_first = &SQL_BANK_ACCOUNT_LIST_DESC,
        .count = &SQL_BANK_ACCOUNT_COUNT_TIMES,
        .counter = KIND,
        .item_size = sizeof(struct bank_account),
        .read = account_row,
    };
    struct page_query of_customer = {
        .oldest_first = &SQL_BANK_ACCOUNT_LIST_BY_CUSTOMER_ASC,
        .newest_first = &SQL_BANK_ACCOUNT_LIST_BY_CUSTOMER_DESC,
        .count = &SQL_BANK_ACCOUNT_COUNT_BY_CUSTOMER,
        .filters = {V_ID(customer)},
        .filter_count = 1,
        .item_size = sizeof(struct bank_account),
        .read = account_row,
    };
    void *items;

    TRY(page_read(cx, tx, page, ID_NONE(customer) ? &all : &of_customer, &items, found));
    *out = items;
    return OK;
}
