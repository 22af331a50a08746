#include <string.h>

#include "base/must.h"
#include "base/target.h"
#include "core/bank_file_internal.h"
#include "core/bank_work.h"
#include "core/debit_set.h"
#include "core/debtor_address.h"
#include "core/payout_internal.h"
#include "core/refund.h"
#include "store/sql.h"

/* Which transaction goes into which file and block (standards/sepa.md 9.1). */

/* About what a transaction takes in a file, without its free text: to keep files below the size
 * that the merchant's bank allows. */
enum { DEBIT_BYTES = 850, TRANSFER_BYTES = 450, REVERSAL_BYTES = 400 };

/* [doc] Until when a creditor may reverse, in TARGET days after settlement. */
enum { REVERSAL_DAYS = 5 };

/* A transaction that looks for its place. */
struct taking {
    enum bank_file_kind file_kind;
    enum bank_item_kind kind;
    const char *object;
    struct str end_to_end;
    int64_t amount_cents;
    struct str scheme;   /* {NULL, 0} for transfers */
    struct str sequence; /* likewise */
    struct date day;
    int64_t bytes;
    /* Of a reversal: the debit. */
    const struct bank_item *reverses;
};

/* Where the last one went. What is added there is written once for all that follow each other. */
struct place {
    bool has;
    struct bank_file_id file;
    enum bank_file_kind kind;
    struct str file_scheme;       /* of a file for one scheme alone */
    struct bank_file_id original; /* of reversals: the file that is reversed */
    struct str msg_id;
    int64_t file_count;
    int64_t file_bytes;
    int64_t block; /* 0: none yet */
    struct str scheme;
    struct str sequence;
    struct date day;
    int64_t count; /* added since it was written */
    int64_t sum_cents;
    int64_t bytes;
    int64_t debits; /* of them, in a set (core/debit_set.h) */
};

static err_t place_write(struct ctx *cx, struct tx *tx, struct place *place)
{
    if (place->count == 0)
        return OK;
    if (place->debits > 0)
        TRY(debit_set_taken(cx, tx, place->file, place->debits));
    TRY(store_run(cx, tx, &SQL_BANK_BLOCK_GROW,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(place->file),
                       V_INT(place->block), V_INT(place->count), V_INT(place->sum_cents))));
    TRY(store_run(cx, tx, &SQL_BANK_FILE_GROW,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(place->file),
                       V_INT(place->count), V_INT(place->sum_cents), V_INT(place->bytes))));
    place->count = 0;
    place->sum_cents = 0;
    place->bytes = 0;
    place->debits = 0;
    return OK;
}

static bool file_has_room(const struct place *place, const struct bank_profile *profile,
                          const struct taking *taking)
{
    if (taking->reverses != NULL && !ID_EQ(place->original, taking->reverses->file))
        return false;
    return place->has && place->kind == taking->file_kind &&
           (!profile->split_schemes || str_eq(place->file_scheme, taking->scheme)) &&
           place->file_count < profile->transactions_max &&
           place->file_bytes < profile->bytes_max - taking->bytes;
}

static err_t file_find(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                       const struct taking *taking, struct place *place)
{
    struct str scheme = profile->split_schemes ? taking->scheme : STR_NONE;
    struct bank_file_id original = {.raw = ""};
    struct bank_file file;
    struct rows *rows;
    bool found;

    if (taking->reverses != NULL)
        original = taking->reverses->file;
    TRY(place_write(cx, tx, place));
    *place = (struct place){
        .has = true, .kind = taking->file_kind, .file_scheme = scheme, .original = original};
    TRY(store_query_one(cx, tx, &SQL_BANK_FILE_WITH_ROOM,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(bank_file_kind_text(taking->file_kind)),
                             V_TEXT(scheme.len == 0 ? STR("") : scheme), V_WORD(original.raw),
                             V_INT(profile->transactions_max),
                             V_INT(profile->bytes_max - taking->bytes)),
                        &rows, &found));
    if (found) {
        col_id(rows, 0, place->file.raw);
        place->msg_id = col_text(rows, 4);
        place->file_count = col_int(rows, 9);
        place->file_bytes = col_int(rows, 11);
        return OK;
    }
    TRY(bank_file_new(cx, tx, taking->file_kind, scheme, original, &file));
    place->file = file.id;
    place->msg_id = file.msg_id;
    return OK;
}

static err_t block_insert(struct ctx *cx, struct tx *tx, const struct taking *taking,
                          const struct place *place)
{
    struct str info = str_format(cx->arena, "%.*s-%lld", (int)place->msg_id.len, place->msg_id.ptr,
                                 (long long)place->block);

    return store_run(cx, tx, &SQL_BANK_BLOCK_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(place->file),
                          V_INT(place->block), V_TEXT(info), V_TEXT(taking->scheme),
                          V_TEXT(taking->sequence), V_TEXT(date_text(cx->arena, taking->day))));
}

static err_t block_new(struct ctx *cx, struct tx *tx, const struct taking *taking,
                       struct place *place)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_LAST,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(place->file)),
                        &rows, &found));
    must(found);
    place->block = col_int(rows, 0) + 1;
    rows_end(rows);
    return block_insert(cx, tx, taking, place);
}

/* A block of reversals has the number of the block that it is about. */
static err_t block_like(struct ctx *cx, struct tx *tx, const struct taking *taking,
                        struct place *place)
{
    struct rows *rows;
    bool found;

    place->block = taking->reverses->block;
    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_AT,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(place->file),
                             V_INT(place->block)),
                        &rows, &found));
    return found ? OK : block_insert(cx, tx, taking, place);
}

static bool block_is(const struct place *place, const struct taking *taking)
{
    if (taking->reverses != NULL)
        return place->block == taking->reverses->block;
    return place->block != 0 && str_eq(place->scheme, taking->scheme) &&
           str_eq(place->sequence, taking->sequence) && date_compare(place->day, taking->day) == 0;
}

static err_t block_find(struct ctx *cx, struct tx *tx, const struct taking *taking,
                        struct place *place)
{
    struct rows *rows;
    bool found;

    TRY(place_write(cx, tx, place));
    place->scheme = taking->scheme;
    place->sequence = taking->sequence;
    place->day = taking->day;
    if (taking->reverses != NULL)
        return block_like(cx, tx, taking, place);
    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_FOR,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(place->file),
                             V_TEXT(taking->scheme.len == 0 ? STR("") : taking->scheme),
                             V_TEXT(taking->sequence.len == 0 ? STR("") : taking->sequence),
                             V_TEXT(date_text(cx->arena, taking->day))),
                        &rows, &found));
    if (!found)
        return block_new(cx, tx, taking, place);
    place->block = col_int(rows, 0);
    return OK;
}

/* Finds its file and block; the caller puts it there, and writes the place when it has no more. */
static err_t place_find(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                        const struct taking *taking, struct place *place)
{
    must(taking->amount_cents > 0);
    if (!file_has_room(place, profile, taking))
        TRY(file_find(cx, tx, profile, taking, place));
    if (!block_is(place, taking))
        TRY(block_find(cx, tx, taking, place));
    place->count++;
    place->file_count++;
    place->file_bytes += taking->bytes;
    place->bytes += taking->bytes;
    must(!add_overflows(place->sum_cents, taking->amount_cents, &place->sum_cents));
    return OK;
}

static err_t place_take(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                        const struct taking *taking, struct place *place)
{
    struct str reversed = taking->reverses != NULL ? str_of(taking->reverses->object) : STR_NONE;

    TRY(place_find(cx, tx, profile, taking, place));
    TRY(store_run(cx, tx, &SQL_BANK_ITEM_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(place->file),
                       V_INT(place->block), V_WORD(taking->object),
                       V_WORD(bank_item_kind_text(taking->kind)), V_TEXT(taking->end_to_end),
                       V_INT(taking->amount_cents), V_WORD(bank_item_state_text(BANK_ITEM_SENT)),
                       V_TEXT(reversed))));
    return place_write(cx, tx, place);
}

/* --- debits -------------------------------------------------------------------------------------
 */

/* What a bank outside the European Economic Area would reject: the code, or {NULL, 0}. What was
 * there when the debit was asked for may be gone. */
static err_t far_problem(struct ctx *cx, struct tx *tx, const struct debit *debit,
                         const struct payment *payment, struct str *code)
{
    struct debtor_of debtor = {.payment = payment};
    struct bank_account account;
    struct mandate mandate;
    struct address address;
    bool found;

    *code = STR_NONE;
    debtor.account = &account;
    TRY(bank_account_load(cx, tx, debit->account, true, &account));
    if (!debtor_must_be_told(cx, &account))
        return OK;
    if (!ID_NONE(debit->mandate)) {
        TRY(mandate_load(cx, tx, debit->mandate, &mandate));
        debtor.given = mandate.debtor_address;
    }
    TRY(debtor_address(cx, tx, &debtor, &address, &found));
    if (account.bic.len == 0)
        *code = STR("RC01");
    else if (!found)
        *code = STR("BE07");
    return OK;
}

static err_t debit_refuse(struct ctx *cx, struct tx *tx, struct debit *debit,
                          struct payment *payment, struct str code)
{
    struct bank_work work = {
        .what = BANK_DEBTOR,
        .reference = str_of(debit->end_to_end),
        .reason = code,
        .amount_cents = payment->amount.minor,
        .day = date_text(cx->arena, debit->due),
    };

    memcpy(work.object, payment->id.raw, sizeof work.object);
    TRY(debit_fail_waiting(cx, tx, payment, debit, code));
    return bank_work_put(cx, tx, &work);
}

/* *code is {NULL, 0} when the bank would take it; otherwise it has failed with this code. */
static err_t far_refuse(struct ctx *cx, struct tx *tx, struct payment_id id, struct str *code)
{
    struct payment payment;
    struct debit debit;

    TRY(payment_load(cx, tx, id, &payment));
    TRY(debit_load(cx, tx, id, &debit));
    TRY(far_problem(cx, tx, &debit, &payment, code));
    return code->len == 0 ? OK : debit_refuse(cx, tx, &debit, &payment, *code);
}

static err_t debit_place(struct ctx *cx, struct tx *tx, const struct bank_taking *all,
                         struct debit_move *debit, struct place *place)
{
    struct str code = STR_NONE;

    must(debit->amount.currency == CURRENCY_EUR);
    if (debit->far)
        TRY(far_refuse(cx, tx, debit->payment, &code));
    if (code.len > 0)
        return OK;
    const struct taking taking = {
        .file_kind = BANK_FILE_DEBITS,
        .amount_cents = debit->amount.minor,
        .scheme = str_of(mandate_scheme_text(debit->scheme)),
        .sequence = str_of(debit_sequence_text(debit->sequence)),
        .day = debit->due,
        .bytes = DEBIT_BYTES + debit->description_len,
    };
    TRY(debit_taking(cx, tx, all->merchant, debit));
    TRY(place_find(cx, tx, all->profile, &taking, place));
    place->debits++;
    return debit_set_take(cx, tx, debit, place->block);
}

static err_t debits_take(struct ctx *cx, struct tx *tx, struct bank_taking *taking)
{
    struct debit_cursor cursor = {0};
    struct place place = {.has = false};
    struct debit_move *debits;
    size_t count;
    bool goes;

    TRY(debits_due(cx, tx, cx->now, taking->most, &cursor, &debits, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(debit_may_go(cx, tx, &debits[i], &goes));
        if (!goes) {
            TRY(debit_put_right(cx, tx, taking->merchant, debits[i].payment));
            continue;
        }
        TRY(debit_place(cx, tx, taking, &debits[i], &place));
        taking->taken++;
    }
    taking->more |= (int64_t)count == taking->most;
    return place_write(cx, tx, &place);
}

/* --- transfers ----------------------------------------------------------------------------------
 */

static err_t transfer_place(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                            enum bank_item_kind kind, const char *object, int64_t amount_cents)
{
    struct place place = {.has = false};
    const struct taking taking = {
        .file_kind = BANK_FILE_TRANSFERS,
        .kind = kind,
        .object = object,
        .end_to_end = str_of(object),
        .amount_cents = amount_cents,
        .day = target_next(date_paris(cx->now)),
        .bytes = TRANSFER_BYTES,
    };

    return place_take(cx, tx, profile, &taking, &place);
}

static err_t payouts_take(struct ctx *cx, struct tx *tx, struct bank_taking *taking)
{
    struct payout *payouts;
    size_t count;

    TRY(payouts_to_send(cx, tx, (size_t)taking->most, &payouts, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(payout_sent(cx, tx, payouts[i].id));
        /* A payout of nothing has nothing to transfer. */
        if (payouts[i].amount.minor == 0)
            TRY(payout_paid(cx, tx, payouts[i].id));
        else
            TRY(transfer_place(cx, tx, taking->profile, BANK_ITEM_PAYOUT, payouts[i].id.raw,
                               payouts[i].amount.minor));
    }
    taking->taken += (int64_t)count;
    taking->more |= (int64_t)count == taking->most;
    return OK;
}

static err_t refunds_read(struct ctx *cx, struct tx *tx, int64_t limit, struct refund_id **out,
                          size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct refund_id, (size_t)limit);
    TRY(store_query(cx, tx, &SQL_BANK_REFUNDS_DUE,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(limit)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, (*out)[*count].raw);
    }
}

/* A reversal that the bank refused is not tried again. */
static err_t not_reversed(struct ctx *cx, struct tx *tx, const struct payment *payment, bool *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_ITEM_REVERSING,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payment->id)),
                        &rows, &found));
    if (found)
        rows_end(rows);
    *out = !found;
    return OK;
}

/* The debit that a refund gives back whole and in time. */
static err_t reversible_find(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                             const struct refund *refund, struct bank_item *out, bool *found)
{
    struct payment payment;
    struct debit debit;

    *found = false;
    if (!profile->reversals)
        return OK;
    TRY(payment_load(cx, tx, refund->payment, &payment));
    TRY(debit_load(cx, tx, refund->payment, &debit));
    if (refund->amount.minor != payment.amount.minor || payment.state != PAYMENT_CAPTURED)
        return OK;
    must(debit.settled != 0);
    struct date last = target_add(date_paris(debit.settled), REVERSAL_DAYS);
    if (date_compare(target_on_or_after(date_paris(cx->now)), last) > 0)
        return OK;
    TRY(bank_item_find(cx, tx, payment.id.raw, out, found));
    *found = *found && out->state == BANK_ITEM_SETTLED;
    return *found ? not_reversed(cx, tx, &payment, found) : OK;
}

static err_t refund_place(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                          const struct refund *refund)
{
    struct place place = {.has = false};
    struct bank_item debit;
    bool reversible;

    TRY(reversible_find(cx, tx, profile, refund, &debit, &reversible));
    if (!reversible)
        return transfer_place(cx, tx, profile, BANK_ITEM_REFUND, refund->id.raw,
                              refund->amount.minor);
    const struct taking taking = {
        .file_kind = BANK_FILE_REVERSALS,
        .kind = BANK_ITEM_REFUND,
        .object = refund->id.raw,
        .end_to_end = str_of(refund->id.raw),
        .amount_cents = refund->amount.minor,
        .day = target_on_or_after(date_paris(cx->now)),
        .bytes = REVERSAL_BYTES,
        .reverses = &debit,
    };
    return place_take(cx, tx, profile, &taking, &place);
}

static err_t refunds_take(struct ctx *cx, struct tx *tx, struct bank_taking *taking)
{
    struct refund_id *ids;
    struct refund refund;
    size_t count;

    TRY(refunds_read(cx, tx, taking->most, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(refund_load(cx, tx, ids[i], &refund));
        TRY(refund_sent(cx, tx, &refund));
        TRY(refund_place(cx, tx, taking->profile, &refund));
    }
    taking->taken += (int64_t)count;
    taking->more |= (int64_t)count == taking->most;
    return OK;
}

/* --- both ---------------------------------------------------------------------------------------
 */

err_t bank_take(struct ctx *cx, struct tx *tx, struct bank_taking *taking)
{
    must(taking->most > 0);
    taking->more = false;
    taking->taken = 0;
    TRY(debits_take(cx, tx, taking));
    TRY(payouts_take(cx, tx, taking));
    return refunds_take(cx, tx, taking);
}

err_t bank_waits(struct ctx *cx, struct tx *tx, instant *debits, bool *transfers)
{
    struct bank_file *files;
    struct payout *payouts;
    struct refund_id *refunds;
    size_t file_count;
    size_t payout_count;
    size_t refund_count;

    TRY(debits_next_cutoff(cx, tx, debits));
    TRY(payouts_to_send(cx, tx, 1, &payouts, &payout_count));
    TRY(refunds_read(cx, tx, 1, &refunds, &refund_count));
    TRY(bank_files_open(cx, tx, &files, &file_count));
    *transfers = payout_count + refund_count + file_count > 0;
    return OK;
}

err_t bank_transfer_ask(struct ctx *cx, struct tx *tx)
{
    struct bank_profile profile;

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    return sepa_export_ask(cx, tx, bank_transfer_hour(&profile, cx->now));
}

/* With a test key a payout may be on its way from the beginning. */
static err_t payout_sent_place(struct ctx *cx, struct tx *tx, const struct payout *payout)
{
    struct bank_profile profile;

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    return transfer_place(cx, tx, &profile, BANK_ITEM_PAYOUT, payout->id.raw, payout->amount.minor);
}

err_t payout_transfer_ask(struct ctx *cx, struct tx *tx, const struct payout *payout)
{
    bool waits = payout->state == PAYOUT_TO_PAY || payout->state == PAYOUT_SENT;

    if (!waits || !payout->transfer || payout->amount.currency != CURRENCY_EUR ||
        payout->amount.minor == 0)
        return OK;
    if (payout->state == PAYOUT_SENT)
        TRY(payout_sent_place(cx, tx, payout));
    return bank_transfer_ask(cx, tx);
}
