#include "core/card.h"

#include "base/crypto.h"
#include "base/luhn.h"
#include "base/must.h"
#include "core/card_facts.h"
#include "core/counter.h"
#include "core/customer.h"
#include "core/cvc.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/vault.h"
#include "store/sql.h"

static const char KIND[] = "card";
/* Numbers are forgotten after so many days (cards.md 13, PCI DSS 3.2.1). */
enum { LAST_DIGITS = 4, EXPIRED_DAYS = 90, UNUSED_DAYS = 400 };
/* So many cards at once join the index of numbers. */
enum { INDEX_STEP = 5000 };

static void card_row(struct rows *rows, void *item)
{
    struct card *out = item;

    *out = (struct card){
        .brand = col_text(rows, 2),
        .country = col_text(rows, 3),
        .funding = col_text(rows, 4),
        .nature = col_text(rows, 5),
        .network = col_text(rows, 6),
        .preferred_network = col_text(rows, 7),
        .last4 = col_text(rows, 8),
        .exp_month = col_int(rows, 9),
        .exp_year = col_int(rows, 10),
        .name = col_text(rows, 11),
        .zip_code = col_text(rows, 12),
        .external_id = col_text(rows, 13),
        .reusable = col_int(rows, 14) != 0,
        .used = col_int(rows, 15) != 0,
        .key_id = col_int(rows, 16),
        .sealed = col_blob(rows, 17),
        .created = col_int(rows, 18),
        .deleted = !col_null(rows, 19),
        .fingerprint = col_blob(rows, 20),
        .first_txn = col_text(rows, 21),
        .first_txn_payer = col_int(rows, 22) != 0,
        .first_txn_kept = !col_null(rows, 21),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->customer.raw);
}

static err_t card_one(struct ctx *cx, struct tx *tx, const struct sql *sql,
                      const struct value *args, size_t count, struct card *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, args, count, &rows, found));
    if (*found) {
        card_row(rows, out);
        rows_end(rows);
    }
    return OK;
}

err_t card_load(struct ctx *cx, struct tx *tx, struct card_id id, bool deleted_too,
                struct card *out)
{
    bool found;

    TRY(card_one(cx, tx, &SQL_CARD_FIND,
                 ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), out, &found));
    if (!found || (out->deleted && !deleted_too))
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    return OK;
}

bool card_expired(const struct card *card, instant now)
{
    struct date today = date_paris(now);

    return card->exp_year < today.year ||
           (card->exp_year == today.year && card->exp_month < today.month);
}

err_t card_usable(struct ctx *cx, const struct card *card)
{
    if (card->deleted)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", card->id.raw);
    if (card->sealed.ptr == NULL || (card->used && !card->reusable))
        return fault(cx, ERR_CONFLICT, KIND, "Card cannot be used again");
    return OK;
}

static err_t name_check(struct ctx *cx, struct str name)
{
    return card_name_fits(name) ? OK : fault(cx, ERR_INVALID, "name", "must not be a card number");
}

static err_t draft_check(struct core *core, struct ctx *cx, const struct card_draft *draft,
                         struct card_facts *facts)
{
    struct card dates = {.exp_month = draft->exp_month, .exp_year = draft->exp_year};

    if (draft->number.len < CARD_NUMBER_MIN || draft->number.len > PAN_MAX ||
        !str_is_digits(draft->number))
        return fault(cx, ERR_INVALID, "number", "must have 13 to 19 digits");
    if (!luhn_valid(draft->number))
        return fault(cx, ERR_INVALID, "number", "is not a valid card number");
    if (!card_facts(draft->number, facts))
        return fault(cx, ERR_INVALID, "number", "is of no known card brand");
    TRY(name_check(cx, draft->name));
    if (card_expired(&dates, cx->now))
        return fault(cx, ERR_INVALID, "exp_year", "the card has expired");
    if (cx->mode == MODE_LIVE && !core->accept_pan)
        return fault(cx, ERR_FORBIDDEN, "number",
                     "card numbers are not accepted here: set cards.accept_pan");
    if (core->vault == NULL || core->cvc == NULL)
        return fault(cx, ERR_UNAVAILABLE, "card", "card payments are not available");
    return OK;
}

static void fingerprint_set(struct ctx *cx, struct vault *vault, struct str number,
                            struct card *card)
{
    struct fingerprints *prints = arena_make(cx->arena, struct fingerprints);

    vault_fingerprints(vault, number, prints);
    card->fingerprint_key = prints->key;
    card->fingerprint = (struct str){(const char *)prints->now, FINGERPRINT_SIZE};
    card->former = STR_NONE;
    if (prints->rotating)
        card->former = (struct str){(const char *)prints->former, FINGERPRINT_SIZE};
}

void card_fingerprint_renew(struct ctx *cx, struct vault *vault, struct card *card)
{
    char number[PAN_MAX + 1];

    if (card->sealed.ptr != NULL &&
        vault_open_pan(vault, cx->merchant, card->id, card->sealed, number) == OK)
        fingerprint_set(cx, vault, str_of(number), card);
    crypto_wipe(number, sizeof number);
}

err_t card_seal(struct core *core, struct ctx *cx, const struct card_draft *draft, struct card *out)
{
    struct card_facts facts;

    TRY(draft_check(core, cx, draft, &facts));
    *out = (struct card){
        .customer = draft->customer,
        .brand = facts.brand,
        .country = facts.country,
        .funding = facts.funding,
        .nature = facts.nature,
        .network = facts.network,
        .preferred_network = draft->preferred_network,
        .last4 = str_dup(cx->arena,
                         str_sub(draft->number, draft->number.len - LAST_DIGITS, LAST_DIGITS)),
        .exp_month = draft->exp_month,
        .exp_year = draft->exp_year,
        .name = draft->name,
        .zip_code = draft->zip_code,
        .external_id = draft->external_id,
        .reusable = draft->reusable,
        .vault = core->vault,
    };
    ID_NEW(cx->ids, &out->id);
    fingerprint_set(cx, core->vault, draft->number, out);
    out->sealed =
        vault_seal_pan(core->vault, cx->arena, cx->merchant, out->id, draft->number, &out->key_id);
    if (draft->cvc.len > 0)
        TRY(cvc_put(cx, core->cvc, out->id.raw, draft->cvc));
    return OK;
}

/* "" when nobody has looked for one of the merchant's cards by number yet. */
static err_t indexed_until(struct ctx *cx, struct tx *tx, struct str *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_CARD_NUMBER_INDEX_READ,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    *out = found ? col_text(rows, 0) : STR("");
    return OK;
}

static err_t find_number(struct ctx *cx, struct tx *tx, const struct card *like,
                         struct str fingerprint, struct card *out, bool *found)
{
    struct str until;

    TRY(card_one(cx, tx, &SQL_CARD_FIND_TWIN,
                 ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_BLOB(fingerprint),
                      V_INT(like->exp_month), V_INT(like->exp_year)),
                 out, found));
    if (*found)
        return OK;
    TRY(indexed_until(cx, tx, &until));
    return card_one(cx, tx, &SQL_CARD_FIND_YOUNG_TWIN,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_BLOB(fingerprint),
                         V_INT(like->exp_month), V_INT(like->exp_year), V_TEXT(until)),
                    out, found);
}

static err_t find_twin(struct ctx *cx, struct tx *tx, const struct card *like, struct card *out,
                       bool *found)
{
    TRY(find_number(cx, tx, like, like->fingerprint, out, found));
    if (*found || like->former.ptr == NULL)
        return OK;
    return find_number(cx, tx, like, like->former, out, found);
}

/* Cards that are made without asking for twins stay out of the index of numbers until somebody
 * asks (docs/adr/0012): most merchants never do. `newest` is the one just made. */
static err_t index_young(struct ctx *cx, struct tx *tx, struct card_id newest)
{
    struct str until;
    struct rows *rows;
    bool found;

    TRY(indexed_until(cx, tx, &until));
    TRY(store_query_one(
        cx, tx, &SQL_CARD_FURTHER,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(until), V_INT(INDEX_STEP - 1)),
        &rows, &found));
    struct str last = found ? col_text(rows, 0) : ID_TEXT(newest);
    if (str_compare(last, until) <= 0)
        return OK; /* the clock went back */
    TRY(store_run(
        cx, tx, &SQL_CARD_MAKE_FINDABLE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(until), V_TEXT(last))));
    return store_run(cx, tx, &SQL_CARD_NUMBER_INDEX_SET,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(last)));
}

static err_t external_check(struct ctx *cx, struct tx *tx, const struct card *card)
{
    struct card other;
    bool found;

    if (card->external_id.len == 0)
        return OK;
    TRY(card_one(cx, tx, &SQL_CARD_FIND_EXTERNAL,
                 ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(card->external_id)),
                 &other, &found));
    if (found && !ID_EQ(other.id, card->id))
        return fault_object(cx, ERR_CONFLICT, KIND, "Card already exists, duplicate external_id",
                            other.id.raw);
    return OK;
}

/* The key may have changed since the card was sealed, on another thread. */
static void fingerprint_check(struct ctx *cx, struct card *card)
{
    if (card->vault != NULL && !vault_fingerprint_holds(card->vault, card->fingerprint_key))
        card_fingerprint_renew(cx, card->vault, card);
}

err_t card_prepare(struct ctx *cx, struct tx *tx, enum card_twin twin, bool unique_external_id,
                   struct card *card)
{
    struct card old;
    bool found = false;

    fingerprint_check(cx, card);
    card->findable = twin != CARD_TWIN_IGNORED;
    if (card->findable)
        TRY(find_twin(cx, tx, card, &old, &found));
    if (found && twin == CARD_TWIN_IS_CONFLICT)
        return fault_object(cx, ERR_CONFLICT, KIND,
                            "Card already exists, you may want to update it instead creating a "
                            "new one",
                            old.id.raw);
    if (found && old.reusable) {
        *card = old;
        return OK;
    }
    return unique_external_id ? external_check(cx, tx, card) : OK;
}

err_t card_insert(struct ctx *cx, struct tx *tx, struct card *card)
{
    if (card->created != 0)
        return OK;
    fingerprint_check(cx, card);
    card->created = cx->now;
    TRY(store_run(cx, tx, &SQL_CARD_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(card->id),
                       V_ID(card->customer), V_TEXT(card->brand), V_TEXT(card->country),
                       V_TEXT(card->funding), V_TEXT(card->nature), V_TEXT(card->network),
                       V_TEXT(card->preferred_network), V_TEXT(card->last4), V_INT(card->exp_month),
                       V_INT(card->exp_year), V_TEXT(card->name), V_TEXT(card->zip_code),
                       V_TEXT(card->external_id), V_INT(card->reusable), V_BLOB(card->fingerprint),
                       V_INT(card->key_id), V_BLOB(card->sealed), V_INT(card->created),
                       V_INT(card->used), V_INT(card->findable))));
    if (card->findable)
        TRY(index_young(cx, tx, card->id));
    return counter_add(cx, tx, KIND, card->created);
}

err_t card_take(struct ctx *cx, struct tx *tx, struct card *card)
{
    if (card->reusable || card->used)
        return OK;
    card->used = true;
    return store_run(cx, tx, &SQL_CARD_TAKE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(card->id)));
}

err_t card_first_approval(struct ctx *cx, struct tx *tx, struct card *card)
{
    struct rows *rows;
    bool found;

    if (!card->reusable || card->first_txn_kept)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_CARD_FIRST_APPROVAL,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(card->id)),
                        &rows, &found));
    if (found) {
        card->first_txn = col_text(rows, 0);
        card->first_txn_payer = !col_null(rows, 1);
    }
    return OK;
}

err_t card_first_txn(struct ctx *cx, struct tx *tx, const struct card *card, struct str txn,
                     bool payer_present)
{
    bool known = card->first_txn.len > 0 && (card->first_txn_payer || !payer_present);

    if (!card->reusable || (known && card->first_txn_kept) || (!known && txn.len == 0))
        return OK;
    return store_run(cx, tx, &SQL_CARD_FIRST_TXN,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(card->id),
                          V_TEXT(known ? card->first_txn : txn),
                          V_INT(known ? card->first_txn_payer : payer_present)));
}

err_t card_used_up(struct ctx *cx, struct tx *tx, const struct card *card)
{
    if (card->reusable)
        return OK;
    return store_run(cx, tx, &SQL_CARD_ERASE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(card->id)));
}

err_t card_forget(struct ctx *cx, struct tx *tx, struct id_portion *portion)
{
    struct date day = date_paris(cx->now - EXPIRED_DAYS * DAY_US);

    TRY(id_portion_find(cx, tx, &SQL_CARD_PORTION, portion));
    return store_run(cx, tx, &SQL_CARD_FORGET,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(portion->behind),
                          V_WORD(portion->last), V_INT((int64_t)day.year * 12 + day.month),
                          V_INT(cx->now - UNUSED_DAYS * DAY_US)));
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct card_create *create = arg;
    struct customer_id owner = create->draft.customer;
    enum idempotency_state state;
    struct card_id old;

    create->card = create->draft;
    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    if (!ID_NONE(owner)) {
        struct customer ignored;
        TRY(customer_load(cx, tx, owner, false, &ignored));
    }
    TRY(card_prepare(cx, tx, create->twin, create->unique_external_id, &create->card));
    TRY(card_insert(cx, tx, &create->card));
    TRY(idempotency_open(&create->operation, tx, create->card.id.raw));
    return idempotency_close(&create->operation, tx);
}

/* The code of a card that was not made is not kept. */
static void created(struct operation *operation, err_t err)
{
    struct card_create *create = (struct card_create *)operation;
    bool replayed = operation->idempotent != NULL && operation->idempotent->replayed;

    if ((err != OK || replayed) && operation->core->cvc != NULL)
        cvc_drop(operation->core->cvc, create->draft.id.raw);
    operation_end(operation, err);
}

void card_create(struct card_create *create)
{
    operation_write(&create->operation, create_body, created);
}

static err_t remove_body(struct ctx *cx, struct tx *tx, struct card *card)
{
    TRY(store_run(
        cx, tx, &SQL_CARD_DELETE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(card->id), V_INT(cx->now))));
    TRY(counter_take(cx, tx, KIND, card->created));
    card->deleted = true;
    return event_put(cx, tx, "card.deleted", card->id.raw, NULL);
}

static void change_apply(const struct card_change *change, struct card *card)
{
    const struct card *with = &change->values;

    if (change->change & CARD_EXP_MONTH)
        card->exp_month = with->exp_month;
    if (change->change & CARD_EXP_YEAR)
        card->exp_year = with->exp_year;
    if (change->change & CARD_NAME)
        card->name = with->name;
    if (change->change & CARD_ZIP_CODE)
        card->zip_code = with->zip_code;
    if (change->change & CARD_EXTERNAL_ID)
        card->external_id = with->external_id;
    if (change->change & CARD_PREFERRED_NETWORK)
        card->preferred_network = with->preferred_network;
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct card_change *change = arg;
    struct card *card = &change->card;

    TRY(card_load(cx, tx, change->values.id, false, card));
    if (change->remove)
        return remove_body(cx, tx, card);
    if (change->change & CARD_NAME)
        TRY(name_check(cx, change->values.name));
    change_apply(change, card);
    if ((change->change & (CARD_EXP_MONTH | CARD_EXP_YEAR)) && card_expired(card, cx->now))
        return fault(cx, ERR_INVALID, "exp_year", "the card has expired");
    if (change->change & CARD_EXTERNAL_ID)
        TRY(external_check(cx, tx, card));
    return store_run(cx, tx, &SQL_CARD_UPDATE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(card->id),
                          V_INT(card->exp_month), V_INT(card->exp_year), V_TEXT(card->name),
                          V_TEXT(card->zip_code), V_TEXT(card->external_id),
                          V_TEXT(card->preferred_network)));
}

void card_change(struct card_change *change)
{
    operation_write(&change->operation, change_body, operation_end);
}

err_t card_list(struct ctx *cx, struct tx *tx, struct customer_id customer,
                const struct page_of *page, struct card **out, struct page_found *found)
{
    struct page_query all = {
        .oldest_first = &SQL_CARD_LIST_ASC,
        .newest_first = &SQL_CARD_LIST_DESC,
        .count = &SQL_CARD_COUNT_TIMES,
        .counter = KIND,
        .item_size = sizeof(struct card),
        .read = card_row,
    };
    struct page_query of_customer = {
        .oldest_first = &SQL_CARD_LIST_BY_CUSTOMER_ASC,
        .newest_first = &SQL_CARD_LIST_BY_CUSTOMER_DESC,
        .count = &SQL_CARD_COUNT_BY_CUSTOMER,
        .filters = {V_ID(customer)},
        .filter_count = 1,
        .item_size = sizeof(struct card),
        .read = card_row,
    };
    void *items;

    TRY(page_read(cx, tx, page, ID_NONE(customer) ? &all : &of_customer, &items, found));
    *out = items;
    return OK;
}
