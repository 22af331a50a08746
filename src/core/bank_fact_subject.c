#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "store/sql.h"

/* What a fact is about. */

bool fact_names_item(const struct bank_fact *fact)
{
    return fact->end_to_end.len > 0 || fact->instruction.len > 0;
}

/* "X-3" is a block of the file X. */
static struct str message_of_block(struct str payment_info)
{
    size_t len = payment_info.len;

    while (len > 0 && payment_info.ptr[len - 1] != '-')
        len--;
    return len < 2 ? STR_NONE : str_sub(payment_info, 0, len - 1);
}

/* The file with this number, of whoever it is. */
static err_t message_find(struct ctx *cx, struct tx *tx, struct str msg_id, struct subject *subject)
{
    struct merchant_id merchant;
    struct rows *rows;
    enum mode mode;
    bool found;

    if (msg_id.len == 0)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_BANK_MESSAGE_FIND, ARGS(V_TEXT(msg_id)), &rows, &found));
    if (!found)
        return OK;
    col_id(rows, 0, merchant.raw);
    must(mode_parse(col_text(rows, 1), &mode));
    subject->elsewhere = mode != cx->mode || !ID_EQ(merchant, cx->merchant);
    subject->found = !subject->elsewhere;
    subject->whole_file = true;
    subject->from_block = 0;
    subject->until_block = INT64_MAX;
    col_id(rows, 2, subject->file.raw);
    rows_end(rows);
    return OK;
}

/* What the bank says of a block of reversals quotes that of the debits, whose number it has too.
 * The file that is named beside it tells which is meant; when it is neither, the fact is about
 * somebody else's. */
static err_t block_of_named(struct ctx *cx, struct tx *tx, struct str message,
                            struct subject *subject)
{
    struct subject named = {.found = false};
    struct bank_file file;
    struct rows *rows;

    TRY(message_find(cx, tx, message, &named));
    if (!named.found || ID_EQ(named.file, subject->file))
        return OK;
    TRY(bank_file_load(cx, tx, named.file, &file));
    subject->found = ID_EQ(file.original, subject->file);
    subject->file = file.id;
    if (!subject->found)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_AT,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file.id),
                             V_INT(subject->from_block)),
                        &rows, &subject->found));
    if (subject->found)
        rows_end(rows);
    return OK;
}

static err_t block_find(struct ctx *cx, struct tx *tx, struct str info, struct str message,
                        struct subject *subject)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_BLOCK_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(info)), &rows,
                        &found));
    if (!found) {
        TRY(message_find(cx, tx, message_of_block(info), subject));
        subject->found = false;
        return OK;
    }
    subject->found = true;
    subject->whole_file = false;
    col_id(rows, 0, subject->file.raw);
    subject->from_block = col_int(rows, 1);
    subject->until_block = subject->from_block;
    rows_end(rows);
    return block_of_named(cx, tx, message, subject);
}

static err_t item_read(struct ctx *cx, struct tx *tx, const struct sql *sql, struct str key,
                       struct subject *subject)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(key)), &rows,
                        &subject->found));
    if (!subject->found)
        return OK;
    bank_item_row(rows, &subject->item);
    rows_end(rows);
    subject->is_item = true;
    subject->file = subject->item.file;
    return OK;
}

/* What the bank says of a reversal quotes the debit. The refund is meant where the file is that of
 * the reversals, where a line says so by its kind (PRDD), or where the refund is named beside. */
static err_t reversal_find(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                           const struct subject *named, struct subject *subject)
{
    struct subject refund = {.found = false};

    if (!subject->found || subject->item.kind != BANK_ITEM_DEBIT)
        return OK;
    TRY(item_read(cx, tx, &SQL_BANK_ITEM_REVERSING, str_of(subject->item.object), &refund));
    if (!refund.found)
        return OK;
    bool by_file = named->found && ID_EQ(named->file, refund.file);
    if (by_file || fact->is_reversal || str_eq(fact->instruction, str_of(refund.item.object)))
        *subject = refund;
    return OK;
}

err_t subject_named(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                    struct subject *named)
{
    *named = (struct subject){.found = false};
    TRY(message_find(cx, tx, fact->message, named));
    if (named->found || named->elsewhere || fact->payment_info.len == 0)
        return OK;
    return message_find(cx, tx, message_of_block(fact->payment_info), named);
}

static bool file_agrees(const struct subject *named, const struct subject *subject)
{
    return !named->found || ID_EQ(named->file, subject->file);
}

/* A debit may be called like a transfer, by its creditor, if it is older than the transfer's file
 * or than the rule against it. The file that is named tells which is meant; without one, what the
 * line moved: money leaves with a transfer, and with a debit only for a reason. */
static err_t reference_find(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                            const struct subject *named, struct subject *subject)
{
    bool leaves = fact->says == BANK_SAYS_DEBIT && fact->reason.len == 0;
    const struct sql *first = leaves ? &SQL_BANK_ITEM_BY_REFERENCE : &SQL_BANK_ITEM_BY_DEBIT;
    const struct sql *second = leaves ? &SQL_BANK_ITEM_BY_DEBIT : &SQL_BANK_ITEM_BY_REFERENCE;
    struct subject other = {.found = false};

    TRY(item_read(cx, tx, first, fact->end_to_end, subject));
    if (subject->found && file_agrees(named, subject))
        return OK;
    TRY(item_read(cx, tx, second, fact->end_to_end, &other));
    if (other.found && (!subject->found || file_agrees(named, &other)))
        *subject = other;
    return OK;
}

/* A transaction whose reference the file names lies in that file; when it does not, it is about
 * somebody else's. */
static err_t item_find(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                       struct subject *subject)
{
    struct subject named;

    TRY(subject_named(cx, tx, fact, &named));
    if (fact->end_to_end.len > 0)
        TRY(reference_find(cx, tx, fact, &named, subject));
    if (!subject->found && fact->instruction.len > 0)
        TRY(item_read(cx, tx, &SQL_BANK_ITEM_BY_OBJECT, fact->instruction, subject));
    bool agrees = !subject->found || file_agrees(&named, subject);
    TRY(reversal_find(cx, tx, fact, &named, subject));
    agrees |= subject->found && ID_EQ(named.file, subject->file);
    if (named.elsewhere || !agrees)
        subject->found = false;
    subject->elsewhere = named.elsewhere;
    return OK;
}

err_t subject_find(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                   struct subject *subject)
{
    *subject = (struct subject){.found = false};
    if (fact_names_item(fact))
        return item_find(cx, tx, fact, subject);
    if (fact->payment_info.len > 0)
        return block_find(cx, tx, fact->payment_info, fact->message, subject);
    return message_find(cx, tx, fact->message, subject);
}

static err_t others_read(struct ctx *cx, struct tx *tx, struct effect *effect)
{
    size_t count;

    effect->others = arena_array(cx->arena, struct merchant_id, ACCOUNT_MERCHANTS_MAX);
    effect->other_count = 0;
    if (effect->profile->iban.len == 0)
        return OK;
    TRY(merchants_of_account(cx, tx, effect->profile->iban, STR_NONE, ACCOUNT_MERCHANTS_MAX,
                             effect->others, &count));
    for (size_t i = 0; i < count; i++) {
        if (!ID_EQ(effect->others[i], cx->merchant))
            effect->others[effect->other_count++] = effect->others[i];
    }
    return OK;
}

err_t subject_of_others(struct ctx *cx, struct tx *tx, const struct bank_fact *fact,
                        struct effect *effect, bool *out)
{
    struct subject subject = {.found = false};
    struct ctx other = *cx;

    *out = false;
    if (effect->shared || !fact_is_line(fact) || !fact_names_item(fact))
        return OK;
    if (effect->others == NULL)
        TRY(others_read(cx, tx, effect));
    for (size_t i = 0; i < effect->other_count && !subject.found; i++) {
        other.merchant = effect->others[i];
        TRY(item_find(&other, tx, fact, &subject));
    }
    *out = subject.found;
    return OK;
}

err_t subject_of_name(struct ctx *cx, struct tx *tx, struct str name, struct subject *subject)
{
    char object[ID_SIZE];

    *subject = (struct subject){.found = false};
    if (id_parse(name, object))
        return item_read(cx, tx, &SQL_BANK_ITEM_BY_OBJECT, name, subject);
    TRY(block_find(cx, tx, name, STR_NONE, subject));
    return subject->found ? OK : message_find(cx, tx, name, subject);
}
