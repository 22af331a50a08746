#include <string.h>

#include "base/must.h"
#include "base/target.h"
#include "core/bank_file_internal.h"
#include "core/payout_internal.h"
#include "core/refund.h"
#include "store/sql.h"

/* Which transaction goes into which file and block (standards/sepa.md 9.1). */

/* About what a transaction takes in a file, without its free text: to keep files below the size
 * that the merchant's bank allows. */
enum { DEBIT_BYTES = 850, TRANSFER_BYTES = 450 };

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
    enum bank_item_state state;
};

static err_t file_for(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                      const struct taking *taking, struct bank_file_id *id, struct str *msg_id)
{
    struct str scheme = profile->split_schemes ? taking->scheme : STR_NONE;
    struct bank_file file;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_FILE_WITH_ROOM,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(bank_file_kind_text(taking->file_kind)),
                             V_TEXT(scheme.len == 0 ? STR("") : scheme),
                             V_INT(profile->transactions_max),
                             V_INT(profile->bytes_max - taking->bytes)),
                        &rows, &found));
    if (found) {
        col_id(rows, 0, id->raw);
        *msg_id = col_text(rows, 4);
        rows_end(rows);
        return OK;
    }
    TRY(bank_file_new(cx, tx, taking->file_kind, scheme, &file));
    *id = file.id;
    *msg_id = file.msg_id;
    return OK;
}

static err_t block_new(struct ctx *cx, struct tx *tx, const struct taking *taking,
                       struct bank_file_id file, struct str msg_id, int64_t *number)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_LAST,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file)), &rows,
                        &found));
    must(found);
    *number = col_int(rows, 0) + 1;
    rows_end(rows);
    struct str info =
        str_format(cx->arena, "%.*s-%lld", (int)msg_id.len, msg_id.ptr, (long long)*number);
    return store_run(cx, tx, &SQL_BANK_BLOCK_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file),
                          V_INT(*number), V_TEXT(info), V_TEXT(taking->scheme),
                          V_TEXT(taking->sequence), V_TEXT(date_text(cx->arena, taking->day))));
}

static err_t block_for(struct ctx *cx, struct tx *tx, const struct taking *taking,
                       struct bank_file_id file, struct str msg_id, int64_t *number)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_FOR,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file),
                             V_TEXT(taking->scheme.len == 0 ? STR("") : taking->scheme),
                             V_TEXT(taking->sequence.len == 0 ? STR("") : taking->sequence),
                             V_TEXT(date_text(cx->arena, taking->day))),
                        &rows, &found));
    if (!found)
        return block_new(cx, tx, taking, file, msg_id, number);
    *number = col_int(rows, 0);
    rows_end(rows);
    return OK;
}

static err_t place(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                   const struct taking *taking, struct bank_file_id *file)
{
    struct str msg_id;
    int64_t block;

    must(taking->amount_cents > 0);
    TRY(file_for(cx, tx, profile, taking, file, &msg_id));
    TRY(block_for(cx, tx, taking, *file, msg_id, &block));
    TRY(store_run(cx, tx, &SQL_BANK_ITEM_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(*file), V_INT(block),
                       V_WORD(taking->object), V_WORD(bank_item_kind_text(taking->kind)),
                       V_TEXT(taking->end_to_end), V_INT(taking->amount_cents),
                       V_WORD(bank_item_state_text(taking->state)))));
    TRY(store_run(cx, tx, &SQL_BANK_BLOCK_GROW,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(*file), V_INT(block),
                       V_INT(taking->amount_cents))));
    return store_run(cx, tx, &SQL_BANK_FILE_GROW,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(*file),
                          V_INT(taking->amount_cents), V_INT(taking->bytes)));
}

/* --- debits -------------------------------------------------------------------------------------
 */

static err_t debit_place(struct ctx *cx, struct tx *tx, const struct bank_taking *all,
                         struct debit *debit)
{
    struct bank_file_id file;
    struct payment payment;

    TRY(payment_load(cx, tx, debit->payment, &payment));
    must(payment.amount.currency == CURRENCY_EUR);
    const struct taking taking = {
        .file_kind = BANK_FILE_DEBITS,
        .kind = BANK_ITEM_DEBIT,
        .object = debit->payment.raw,
        .end_to_end = str_of(debit->end_to_end),
        .amount_cents = payment.amount.minor,
        .scheme = str_of(mandate_scheme_text(debit->scheme)),
        .sequence = str_of(debit_sequence_text(debit->sequence)),
        .day = debit->due,
        .bytes = DEBIT_BYTES + (int64_t)payment.description.len,
        .state = BANK_ITEM_TAKEN,
    };
    TRY(place(cx, tx, all->profile, &taking, &file));
    return debit_take(cx, tx, all->merchant, debit, file);
}

static err_t debits_take(struct ctx *cx, struct tx *tx, struct bank_taking *taking)
{
    struct debit_cursor cursor = {0};
    struct debit *debits;
    size_t count;
    bool wrong;

    TRY(debits_put_right(cx, tx, taking->merchant, taking->most, &wrong));
    if (wrong) {
        taking->more = true;
        return OK;
    }
    TRY(debits_due(cx, tx, cx->now, taking->most, &cursor, &debits, &count));
    for (size_t i = 0; i < count; i++)
        TRY(debit_place(cx, tx, taking, &debits[i]));
    taking->taken += (int64_t)count;
    taking->more |= (int64_t)count == taking->most;
    return OK;
}

/* --- transfers ----------------------------------------------------------------------------------
 */

static err_t transfer_place(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                            enum bank_item_kind kind, const char *object, int64_t amount_cents)
{
    struct bank_file_id file;
    const struct taking taking = {
        .file_kind = BANK_FILE_TRANSFERS,
        .kind = kind,
        .object = object,
        .end_to_end = str_of(object),
        .amount_cents = amount_cents,
        .day = target_next(date_paris(cx->now)),
        .bytes = TRANSFER_BYTES,
        .state = BANK_ITEM_SENT,
    };

    return place(cx, tx, profile, &taking, &file);
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

static err_t refunds_take(struct ctx *cx, struct tx *tx, struct bank_taking *taking)
{
    struct refund_id *ids;
    struct refund refund;
    size_t count;

    TRY(refunds_read(cx, tx, taking->most, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(refund_load(cx, tx, ids[i], &refund));
        TRY(refund_sent(cx, tx, &refund));
        TRY(transfer_place(cx, tx, taking->profile, BANK_ITEM_REFUND, refund.id.raw,
                           refund.amount.minor));
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
