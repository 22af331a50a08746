#include <string.h>

#include "base/must.h"
#include "base/sepa_text.h"
#include "core/bank_collection.h"
#include "core/debtor_address.h"
#include "core/mandate_amendment.h"
#include "core/refund.h"
#include "rails/sepa/export_write.h"
#include "rails/sepa/postal.h"
#include "rails/sepa/sepa_file.h"

/* From rows to a file. What lies in a file that is being built does not change, so its pages may
 * come from several snapshots, and while more is taken into it. */

/* Transactions of one snapshot. Somebody waits for the end of a step. */
enum { PAGE = 200, STEP_PAGE = 50, IBANS = 4 };

struct sepa_writing {
    struct ctx *cx;     /* the writer's */
    struct ctx *page;   /* what one page needs: */
    struct ctx page_cx; /* with memory of its own */
    const struct sepa_desk *desk;
    const struct bank_profile *profile;
    const struct bank_file *file;
    struct bank_file original; /* of reversals: the file of the debits, and its blocks */
    const struct bank_block *original_blocks;
    size_t original_count;
    struct sepa_writer *writer;
    /* NULL: nothing more is taken, and the blocks are these; else those that are foreseen. */
    struct bank_foresight *foresight;
    const struct bank_block *blocks;
    size_t block_count;
    const struct bank_block *block; /* NULL: none has begun */
    int64_t block_left;             /* transactions that it still gets */
    struct bank_place place;        /* behind what is written */
    struct iban ibans[IBANS];       /* of one transaction; wiped afterwards */
    size_t iban_count;
};

/* --- account numbers ----------------------------------------------------------------------------
 */

static err_t iban_open(struct sepa_writing *writing, const struct bank_account *account,
                       struct str *out)
{
    must(writing->iban_count < IBANS);
    struct iban *iban = &writing->ibans[writing->iban_count++];
    TRY(bank_account_open_iban(writing->desk->vault, writing->page->merchant, account, iban));
    *out = iban_text(iban);
    return OK;
}

static void ibans_wipe(struct sepa_writing *writing)
{
    crypto_wipe(writing->ibans, sizeof writing->ibans);
    writing->iban_count = 0;
}

/* --- debits -------------------------------------------------------------------------------------
 */

/* The old number, or "another one" where it was erased. */
static err_t old_account(struct sepa_writing *writing, struct tx *tx, struct str id,
                         struct sepa_amendment *out)
{
    struct bank_account_id old;
    struct bank_account account;

    must(ID_PARSE(id, &old));
    err_t err = bank_account_load(writing->page, tx, old, true, &account);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (err == OK && account.sealed.len > 0)
        return iban_open(writing, &account, &out->old_iban);
    ctx_clear_faults(writing->page);
    out->other_account = true;
    return OK;
}

static err_t amendment_fill(struct sepa_writing *writing, struct tx *tx,
                            const struct bank_collection *debit, struct sepa_amendment *out)
{
    struct amendment *list;
    size_t count;

    TRY(amendments_attached(writing->page, tx, debit->mandate, debit->payment, &list, &count));
    for (size_t i = 0; i < count; i++) {
        switch (list[i].kind) {
        case AMENDMENT_UMR:
            out->old_umr = list[i].old_value;
            break;
        case AMENDMENT_ICS:
            out->old_ics = list[i].old_value;
            break;
        case AMENDMENT_CREDITOR_NAME:
            out->old_creditor_name = list[i].old_value;
            break;
        case AMENDMENT_ACCOUNT:
            TRY(old_account(writing, tx, list[i].old_value, out));
            break;
        }
    }
    return OK;
}

/* Banks inside the European Economic Area need none, so none is told (standards/sepa.md 8). */
static err_t address_fill(struct sepa_writing *writing, struct tx *tx,
                          const struct debtor_of *debtor, struct sepa_address *out)
{
    struct address address;
    bool found;

    if (iban_in_eea(debtor->account->country))
        return OK;
    TRY(debtor_address(writing->page, tx, debtor, &address, &found));
    if (found)
        *out = postal_of(writing->page->arena, writing->profile, &address);
    return OK;
}

/* Nearly all debtors are inside: what only the others need is not in the row of a collection. */
static err_t debtor_fill(struct sepa_writing *writing, struct tx *tx,
                         const struct bank_collection *debit, struct sepa_address *out)
{
    struct bank_account account;
    struct payment payment;

    if (iban_in_eea(debit->account.country))
        return OK;
    TRY(payment_load(writing->page, tx, debit->payment, &payment));
    TRY(bank_account_load(writing->page, tx, debit->account.id, true, &account));
    const struct debtor_of debtor = {debit->debtor_address, &payment, &account};
    return address_fill(writing, tx, &debtor, out);
}

static err_t mandate_fill(struct sepa_writing *writing, struct tx *tx,
                          const struct bank_collection *debit, struct sepa_collection *out)
{
    if (ID_NONE(debit->mandate)) {
        /* [our choice] v1 in test mode debits an account without a mandate: the file has to name
         * one all the same. */
        must(writing->page->mode == MODE_TEST);
        out->umr = str_format(writing->page->arena, "TEST-%s", debit->account.id.raw);
        out->signed_on = date_paris(debit->account.created);
        return OK;
    }
    /* What the bank is told of another creditor was found out when the debit was taken. */
    if (!str_eq(debit->ics, writing->profile->ics) ||
        !str_eq(debit->creditor_name, writing->profile->name))
        return fault(writing->page, ERR_INVALID, "creditor",
                     "was changed after its debits were taken");
    out->umr = debit->umr;
    out->signed_on = date_paris(debit->signed_at);
    return debit->amended ? amendment_fill(writing, tx, debit, &out->amendment) : OK;
}

/* [doc] What stands for a name of which nothing can be written: for one of many the others must
 * not stay behind. */
static struct str name_of(struct sepa_writing *writing, struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char byte = name.ptr[i];
        if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'))
            return name;
    }
    bool none = sepa_text(writing->page->arena, name, SEPA_NAME_MAX).len == 0;
    return none ? STR("NOTPROVIDED") : name;
}

static err_t debit_write(struct sepa_writing *writing, struct tx *tx,
                         const struct bank_collection *debit)
{
    struct sepa_collection collection = {
        .instruction_id = ID_TEXT(debit->payment),
        .end_to_end_id = debit->end_to_end,
        .amount_cents = debit->amount_cents,
        .debtor_bic = debit->account.bic,
        .debtor_name = name_of(writing, debit->account.name),
        .remittance = debit->description,
    };
    TRY(iban_open(writing, &debit->account, &collection.debtor_iban));
    TRY(mandate_fill(writing, tx, debit, &collection));
    TRY(debtor_fill(writing, tx, debit, &collection.debtor_address));
    return sepa_collection_add(writing->cx, writing->writer, &collection);
}

static enum sepa_sequence sequence_of(enum debit_sequence sequence)
{
    switch (sequence) {
    case DEBIT_FIRST:
        return SEPA_SEQUENCE_FIRST;
    case DEBIT_RECURRENT:
        return SEPA_SEQUENCE_RECURRENT;
    case DEBIT_FINAL:
        return SEPA_SEQUENCE_FINAL;
    case DEBIT_ONE_OFF:
        return SEPA_SEQUENCE_ONE_OFF;
    }
    must_fail(__FILE__, __LINE__, "a sequence is a member");
}

static enum sepa_scheme scheme_of(enum mandate_scheme scheme)
{
    switch (scheme) {
    case MANDATE_CORE:
        return SEPA_SCHEME_CORE;
    case MANDATE_B2B:
        return SEPA_SCHEME_B2B;
    }
    must_fail(__FILE__, __LINE__, "a scheme is a member");
}

/* --- transfers ----------------------------------------------------------------------------------
 */

static err_t refund_write(struct sepa_writing *writing, struct tx *tx, const struct bank_item *item)
{
    struct ctx *page = writing->page;
    struct mandate mandate;
    struct bank_account account;
    struct payment payment;
    struct refund refund;
    struct refund_id id;
    struct debit debit;

    memcpy(id.raw, item->object, sizeof id.raw);
    TRY(refund_load(page, tx, id, &refund));
    TRY(payment_load(page, tx, refund.payment, &payment));
    TRY(debit_load(page, tx, refund.payment, &debit));
    TRY(bank_account_load(page, tx, debit.account, true, &account));
    struct debtor_of debtor = {.payment = &payment, .account = &account};
    if (!ID_NONE(debit.mandate)) {
        TRY(mandate_load(page, tx, debit.mandate, &mandate));
        debtor.given = mandate.debtor_address;
    }
    struct sepa_transfer transfer = {
        .instruction_id = str_of(item->object),
        .end_to_end_id = item->end_to_end,
        .amount_cents = item->amount_cents,
        .creditor_bic = account.bic,
        .creditor_name = name_of(writing, account.name),
        .remittance = str_format(page->arena, "REMBOURSEMENT %s", debit.end_to_end),
    };
    TRY(address_fill(writing, tx, &debtor, &transfer.creditor_address));
    TRY(iban_open(writing, &account, &transfer.creditor_iban));
    return sepa_transfer_add(writing->cx, writing->writer, &transfer);
}

static err_t payout_write(struct sepa_writing *writing, struct tx *tx, const struct bank_item *item)
{
    const struct bank_profile *profile = writing->profile;
    struct payout payout;
    struct payout_id id;

    memcpy(id.raw, item->object, sizeof id.raw);
    TRY(payout_load(writing->page, tx, id, &payout));
    const struct sepa_transfer transfer = {
        .instruction_id = str_of(item->object),
        .end_to_end_id = item->end_to_end,
        .amount_cents = item->amount_cents,
        .creditor_bic = profile->payout_bic,
        .creditor_name = profile->name,
        .creditor_iban = profile->payout_iban,
        .remittance = payout.description,
    };
    return sepa_transfer_add(writing->cx, writing->writer, &transfer);
}

/* --- reversals ----------------------------------------------------------------------------------
 */

/* [doc] Not specified, at the wish of the one who collected. */
#define REVERSAL_REASON STR("MS02")

static err_t reversal_write(struct sepa_writing *writing, struct tx *tx,
                            const struct bank_item *item)
{
    struct bank_item debit;
    bool found;

    TRY(bank_item_find(writing->page, tx, item->reverses.raw, &debit, &found));
    must(found);
    must(ID_EQ(debit.file, writing->original.id));
    const struct sepa_reversal reversal = {
        .reversal_id = str_of(item->object),
        .original_instruction_id = str_of(debit.object),
        .original_end_to_end_id = debit.end_to_end,
        .original_cents = debit.amount_cents,
        .reversed_cents = item->amount_cents,
        .reason = REVERSAL_REASON,
    };
    return sepa_reversal_add(writing->cx, writing->writer, &reversal);
}

static err_t reversal_block_write(struct sepa_writing *writing, const struct bank_block *block)
{
    for (size_t i = 0; i < writing->original_count; i++) {
        if (writing->original_blocks[i].number != block->number)
            continue;
        const struct sepa_reversal_block reversals = {
            .original_payment_info_id = writing->original_blocks[i].payment_info,
            .count = block->count,
            .sum_cents = block->sum_cents,
        };
        return sepa_reversals_block(writing->cx, writing->writer, &reversals);
    }
    must_fail(__FILE__, __LINE__, "a block of reversals is about one");
}

/* --- the file -----------------------------------------------------------------------------------
 */

static err_t block_write(struct sepa_writing *writing, const struct bank_block *block)
{
    const struct bank_profile *profile = writing->profile;

    if (writing->file->kind == BANK_FILE_REVERSALS)
        return reversal_block_write(writing, block);
    if (writing->file->kind == BANK_FILE_TRANSFERS) {
        const struct sepa_transfer_block transfers = {
            .payment_info_id = block->payment_info,
            .count = block->count,
            .sum_cents = block->sum_cents,
            .batch_booking = profile->batch_booking,
            .execution = block->day,
            .debtor_name = profile->name,
            .debtor_address = postal_of_merchant(profile),
            .debtor_iban = profile->iban,
            .debtor_bic = profile->bic,
        };
        return sepa_transfers_block(writing->cx, writing->writer, &transfers);
    }
    const struct sepa_collection_block collections = {
        .payment_info_id = block->payment_info,
        .count = block->count,
        .sum_cents = block->sum_cents,
        .batch_booking = profile->batch_booking,
        .scheme = scheme_of(block->scheme),
        .sequence = sequence_of(block->sequence),
        .due = block->day,
        .creditor_name = profile->name,
        .creditor_address = postal_of_merchant(profile),
        .creditor_iban = profile->iban,
        .creditor_bic = profile->bic,
        .ics = profile->ics,
    };
    return sepa_collections_block(writing->cx, writing->writer, &collections);
}

static err_t block_find(struct sepa_writing *writing, struct tx *tx, int64_t number,
                        const struct bank_block **out)
{
    if (writing->foresight != NULL)
        return bank_foreseen_block(writing->cx, tx, writing->foresight, number, out);
    *out = NULL;
    for (size_t i = 0; i < writing->block_count; i++) {
        if (writing->blocks[i].number == number)
            *out = &writing->blocks[i];
    }
    must(*out != NULL);
    return OK;
}

/* Its head, before the first transaction of a block. */
static err_t block_enter(struct sepa_writing *writing, struct tx *tx, int64_t number)
{
    const struct bank_block *block;

    writing->block_left--;
    if (writing->block != NULL && writing->block->number == number)
        return OK;
    TRY(block_find(writing, tx, number, &block));
    if (block == NULL)
        return fault(writing->cx, ERR_STATE, "file", "has other blocks than were foreseen");
    writing->block = block;
    writing->block_left = block->count - 1;
    return block_write(writing, block);
}

/* More may still be taken into the block that is being written, and comes before this one. */
static bool block_waits(const struct sepa_writing *writing, int64_t number)
{
    return writing->foresight != NULL && writing->block != NULL &&
           writing->block->number != number && writing->block_left > 0;
}

/* Transfers, and reversals. */
static err_t transfer_write(struct sepa_writing *writing, struct tx *tx,
                            const struct bank_item *item)
{
    TRY(block_enter(writing, tx, item->block));
    switch (item->kind) {
    case BANK_ITEM_REFUND:
        if (writing->file->kind == BANK_FILE_REVERSALS)
            return reversal_write(writing, tx, item);
        return refund_write(writing, tx, item);
    case BANK_ITEM_PAYOUT:
        return payout_write(writing, tx, item);
    case BANK_ITEM_DEBIT:
        break;
    }
    must_fail(__FILE__, __LINE__, "a debit gives nothing back");
}

static void place_move(struct sepa_writing *writing, int64_t block, const char *object)
{
    writing->place.block = block;
    memcpy(writing->place.object, object, sizeof writing->place.object);
}

static err_t transfers_page(struct sepa_writing *writing, struct tx *tx, int64_t limit, bool *more)
{
    struct bank_place place = writing->place;
    struct bank_item *items;
    size_t count;

    TRY(bank_items(writing->page, tx, writing->file->id, &place, limit, &items, &count));
    for (size_t i = 0; i < count; i++) {
        err_t err = transfer_write(writing, tx, &items[i]);
        ibans_wipe(writing);
        TRY(err);
        place_move(writing, items[i].block, items[i].object);
    }
    *more = (int64_t)count == limit;
    return OK;
}

static err_t debits_page(struct sepa_writing *writing, struct tx *tx, int64_t limit, bool *more)
{
    struct bank_place place = writing->place;
    struct bank_collection *debits;
    size_t count;

    *more = false;
    TRY(bank_collections(writing->page, tx, writing->file->id, &place, limit, &debits, &count));
    for (size_t i = 0; i < count; i++) {
        if (block_waits(writing, debits[i].block))
            return OK;
        TRY(block_enter(writing, tx, debits[i].block));
        err_t err = debit_write(writing, tx, &debits[i]);
        ibans_wipe(writing);
        TRY(err);
        place_move(writing, debits[i].block, debits[i].payment.raw);
    }
    *more = (int64_t)count == limit;
    return OK;
}

static err_t page_of_kind(struct sepa_writing *writing, struct tx *tx, int64_t limit, bool *more)
{
    switch (writing->file->kind) {
    case BANK_FILE_DEBITS:
        return debits_page(writing, tx, limit, more);
    case BANK_FILE_TRANSFERS:
    case BANK_FILE_REVERSALS:
        return transfers_page(writing, tx, limit, more);
    }
    must_fail(__FILE__, __LINE__, "a kind is a member");
}

/* One page of transactions, from a snapshot of its own: a long one would hold up the database. */
static err_t page_write(struct sepa_writing *writing, int64_t limit, bool *more)
{
    struct arena_mark mark = arena_mark(writing->page->arena);
    struct tx *tx;

    err_t err = desk_read(writing->desk, &tx);
    if (err == OK) {
        err = page_of_kind(writing, tx, limit, more);
        reader_release(writing->desk->reader);
    }
    TRY(err);
    arena_rewind(writing->page->arena, mark);
    return OK;
}

static err_t begin(struct sepa_writing *writing, const struct sink *sink)
{
    const struct bank_profile *profile = writing->profile;
    const struct bank_file *file = writing->file;
    const struct sepa_header header = {
        .generation = profile->edition_2009 ? SEPA_GENERATION_2009 : SEPA_GENERATION_2019,
        .msg_id = file->msg_id,
        .created = file->created,
        .initiator_name = profile->name,
        .initiator_id = profile->send_initiator_id ? profile->siren : STR_NONE,
        .count = file->count,
        .sum_cents = file->sum_cents,
    };

    const struct sepa_reversal_header reversals = {
        .header = header,
        .original_msg_id = writing->original.msg_id,
        .original_name = writing->original.version,
    };

    switch (file->kind) {
    case BANK_FILE_DEBITS:
        return sepa_collections_begin(writing->cx, &header, sink, &writing->writer);
    case BANK_FILE_TRANSFERS:
        return sepa_transfers_begin(writing->cx, &header, sink, &writing->writer);
    case BANK_FILE_REVERSALS:
        return sepa_reversals_begin(writing->cx, &reversals, sink, &writing->writer);
    }
    must_fail(__FILE__, __LINE__, "a kind is a member");
}

static err_t blocks_read(struct sepa_writing *writing, struct tx *tx)
{
    struct bank_block *blocks;

    TRY(bank_blocks(writing->cx, tx, writing->file->id, &blocks, &writing->block_count));
    writing->blocks = blocks;
    if (writing->file->kind != BANK_FILE_REVERSALS)
        return OK;
    TRY(bank_file_load(writing->cx, tx, writing->file->original, &writing->original));
    TRY(bank_blocks(writing->cx, tx, writing->file->original, &blocks, &writing->original_count));
    writing->original_blocks = blocks;
    return OK;
}

static err_t frame_read(struct sepa_writing *writing)
{
    struct tx *tx;

    if (writing->foresight != NULL)
        return OK;
    TRY(desk_read(writing->desk, &tx));
    err_t err = blocks_read(writing, tx);
    reader_release(writing->desk->reader);
    return err;
}

/* --- in steps -----------------------------------------------------------------------------------
 */

err_t sepa_writing_begin(struct ctx *cx, const struct sepa_order *order, const struct sink *sink,
                         struct sepa_writing **out)
{
    struct sepa_writing *writing = arena_make(cx->arena, struct sepa_writing);

    *writing = (struct sepa_writing){
        .cx = cx,
        .desk = order->desk,
        .profile = order->profile,
        .file = order->file,
        .foresight = order->foresight,
    };
    must(writing->foresight == NULL || writing->file == &writing->foresight->file);
    TRY(frame_read(writing));
    TRY(begin(writing, sink));
    writing->page = &writing->page_cx;
    desk_ctx(cx, writing->page);
    *out = writing;
    return OK;
}

void sepa_writing_drop(struct sepa_writing *writing)
{
    ctx_take_faults(writing->cx, writing->page);
    desk_ctx_free(writing->page);
}

err_t sepa_writing_go_on(struct sepa_writing *writing, bool *more)
{
    must(writing->foresight != NULL);
    return page_write(writing, STEP_PAGE, more);
}

err_t sepa_writing_end(struct sepa_writing *writing, struct str *version, struct xml_written *out)
{
    bool more = true;
    err_t err = OK;

    while (err == OK && more)
        err = page_write(writing, PAGE, &more);
    sepa_writing_drop(writing);
    TRY(err);
    *version = str_of(sepa_file_message(writing->writer));
    return sepa_file_end(writing->cx, writing->writer, out);
}

err_t sepa_file_write(struct ctx *cx, const struct sepa_order *order, const struct sink *sink,
                      struct str *version, struct xml_written *out)
{
    struct sepa_writing *writing;

    TRY(sepa_writing_begin(cx, order, sink, &writing));
    return sepa_writing_end(writing, version, out);
}
