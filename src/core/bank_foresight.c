#include "core/bank_foresight.h"

#include "base/must.h"
#include "core/debit.h"

static bool same_place(const struct bank_block *block, enum mandate_scheme scheme,
                       enum debit_sequence sequence, struct date day)
{
    return block->scheme == scheme && block->sequence == sequence &&
           date_compare(block->day, day) == 0;
}

static bool same_block(const struct bank_block *one, const struct bank_block *other)
{
    return one->number == other->number && one->count == other->count &&
           one->sum_cents == other->sum_cents && str_eq(one->payment_info, other->payment_info) &&
           same_place(one, other->scheme, other->sequence, other->day);
}

/* --- what will be -------------------------------------------------------------------------------
 */

/* *found: there is one of debits, and no other. */
static err_t file_find(struct ctx *cx, struct tx *tx, struct bank_file *out, bool *found)
{
    struct bank_file *files;
    size_t count;
    size_t fit = 0;

    TRY(bank_files_open(cx, tx, &files, &count));
    for (size_t i = 0; i < count; i++) {
        if (files[i].kind != BANK_FILE_DEBITS || files[i].state != BANK_FILE_BUILDING)
            continue;
        *out = files[i];
        fit++;
    }
    *found = fit == 1;
    return OK;
}

static bool goes_into(const struct bank_file *file, const struct debits_alike *debits)
{
    return file->scheme.len == 0 ||
           str_eq(file->scheme, str_of(mandate_scheme_text(debits->scheme)));
}

static struct bank_block *block_of(struct bank_foresight *foresight,
                                   const struct debits_alike *debits)
{
    struct bank_block *block = foresight->blocks;

    for (size_t i = 0; i < foresight->block_count; i++, block++) {
        if (same_place(block, debits->scheme, debits->sequence, debits->due))
            return block;
    }
    foresight->block_count++;
    *block = (struct bank_block){
        .scheme = debits->scheme, .sequence = debits->sequence, .day = debits->due};
    return block;
}

static void debits_add(struct bank_foresight *foresight, const struct debits_alike *debits)
{
    struct bank_block *block = block_of(foresight, debits);

    block->count += debits->count;
    foresight->file.count += debits->count;
    must(!add_overflows(block->sum_cents, debits->sum_minor, &block->sum_cents));
    must(!add_overflows(foresight->file.sum_cents, debits->sum_minor, &foresight->file.sum_cents));
}

/* What is still due is about as long as what it holds. */
static bool has_room(const struct bank_profile *profile, const struct bank_file *now,
                     const struct bank_file *then)
{
    return now->count > 0 && then->count <= profile->transactions_max &&
           then->count <= profile->bytes_max / (now->bytes / now->count + 1);
}

err_t bank_foresee(struct ctx *cx, struct tx *tx, const struct bank_profile *profile,
                   struct bank_foresight *out, bool *found)
{
    struct debits_alike *debits;
    struct bank_block *blocks;
    struct bank_file now;
    size_t block_count;
    size_t count;

    TRY(file_find(cx, tx, &now, found));
    if (!*found)
        return OK;
    TRY(bank_blocks(cx, tx, now.id, &blocks, &block_count));
    TRY(debits_due_alike(cx, tx, cx->now, &debits, &count));
    *out = (struct bank_foresight){
        .file = now,
        .blocks = arena_array(cx->arena, struct bank_block, block_count + count),
        .block_count = block_count,
    };
    for (size_t i = 0; i < block_count; i++)
        out->blocks[i] = blocks[i];
    for (size_t i = 0; i < count; i++) {
        if (goes_into(&now, &debits[i]))
            debits_add(out, &debits[i]);
    }
    *found = has_room(profile, &now, &out->file);
    return OK;
}

/* --- what has become of it ----------------------------------------------------------------------
 */

static const struct bank_block *block_numbered(const struct bank_foresight *foresight,
                                               int64_t number)
{
    for (size_t i = 0; i < foresight->block_count; i++) {
        if (foresight->blocks[i].number == number)
            return &foresight->blocks[i];
    }
    return NULL;
}

/* Those that have begun since have a number now. */
static err_t numbers_read(struct ctx *cx, struct tx *tx, struct bank_foresight *foresight)
{
    struct bank_block *begun;
    size_t count;

    TRY(bank_blocks(cx, tx, foresight->file.id, &begun, &count));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < foresight->block_count; j++) {
            struct bank_block *block = &foresight->blocks[j];
            if (block->number != 0 ||
                !same_place(block, begun[i].scheme, begun[i].sequence, begun[i].day))
                continue;
            block->number = begun[i].number;
            block->payment_info = begun[i].payment_info;
        }
    }
    return OK;
}

err_t bank_foreseen_block(struct ctx *cx, struct tx *tx, struct bank_foresight *foresight,
                          int64_t number, const struct bank_block **out)
{
    must(number > 0);
    *out = block_numbered(foresight, number);
    if (*out != NULL)
        return OK;
    TRY(numbers_read(cx, tx, foresight));
    *out = block_numbered(foresight, number);
    return OK;
}

err_t bank_foresight_came_true(struct ctx *cx, struct tx *tx, struct bank_foresight *foresight,
                               bool *out)
{
    const struct bank_block *block;
    struct bank_block *blocks;
    struct bank_file file;
    size_t count;

    *out = false;
    TRY(numbers_read(cx, tx, foresight));
    TRY(bank_file_load(cx, tx, foresight->file.id, &file));
    TRY(bank_blocks(cx, tx, file.id, &blocks, &count));
    if (file.state != BANK_FILE_BUILDING || file.count != foresight->file.count ||
        file.sum_cents != foresight->file.sum_cents || count != foresight->block_count)
        return OK;
    for (size_t i = 0; i < count; i++) {
        block = block_numbered(foresight, blocks[i].number);
        if (block == NULL || !same_block(block, &blocks[i]))
            return OK;
    }
    *out = true;
    return OK;
}
