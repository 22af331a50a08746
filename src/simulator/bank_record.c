#include "simulator/bank_record.h"

#include <stddef.h>
#include <string.h>

#include "base/must.h"

/* Texts by their place, so that writing and reading cannot differ. */
struct place {
    size_t offset;
    size_t size;
};
#define PLACE(type, member)                                                                        \
    {                                                                                              \
        offsetof(struct type, member), sizeof(((struct type *)0)->member)                          \
    }
static const struct place FILE_TEXTS[] = {
    PLACE(bank_file, owner),   PLACE(bank_file, sha),  PLACE(bank_file, content),
    PLACE(bank_file, msg_id),  PLACE(bank_file, code), PLACE(bank_file, why),
    PLACE(bank_file, message),
};
static const size_t FILE_NUMBERS[] = {
    offsetof(struct bank_file, now),
    offsetof(struct bank_file, count),
    offsetof(struct bank_file, sum_cents),
    offsetof(struct bank_file, charge_cents),
};
static const struct place BLOCK_TEXTS[] = {
    PLACE(bank_block, id),     PLACE(bank_block, iban), PLACE(bank_block, name),
    PLACE(bank_block, scheme), PLACE(bank_block, code),
};
static const struct place ITEM_TEXTS[] = {
    PLACE(bank_item, end_to_end), PLACE(bank_item, instruction), PLACE(bank_item, umr),
    PLACE(bank_item, iban),       PLACE(bank_item, name),        PLACE(bank_item, code),
    PLACE(bank_item, back),
};

static void texts_write(struct journal *journal, const void *from, const struct place *places,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        journal_text(journal, str_of((const char *)from + places[i].offset));
}

static bool texts_read(const struct str *values, void *to, const struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (values[i].len >= places[i].size)
            return false;
        if (values[i].len > 0)
            memcpy((char *)to + places[i].offset, values[i].ptr, values[i].len);
    }
    return true;
}

static void file_write(struct journal *journal, const struct bank_file *file)
{
    journal_begin(journal);
    journal_text(journal, STR("F"));
    journal_number(journal,
                   (file->transfers ? 1 : 0) + (file->is_2009 ? 2 : 0) + (file->reversals ? 4 : 0));
    for (size_t i = 0; i < ARRAY_LEN(FILE_NUMBERS); i++) {
        int64_t value;
        memcpy(&value, (const char *)file + FILE_NUMBERS[i], sizeof value);
        journal_number(journal, value);
    }
    texts_write(journal, file, FILE_TEXTS, ARRAY_LEN(FILE_TEXTS));
    journal_end(journal);
}

static err_t file_read(const struct record *record, struct bank_file *file)
{
    int64_t flags;

    if (record->count != 2 + ARRAY_LEN(FILE_NUMBERS) + ARRAY_LEN(FILE_TEXTS) ||
        !str_to_int64(record->values[1], &flags))
        return ERR_MALFORMED;
    file->transfers = (flags & 1) != 0;
    file->is_2009 = (flags & 2) != 0;
    file->reversals = (flags & 4) != 0;
    for (size_t i = 0; i < ARRAY_LEN(FILE_NUMBERS); i++) {
        int64_t value;
        if (!str_to_int64(record->values[2 + i], &value))
            return ERR_MALFORMED;
        memcpy((char *)file + FILE_NUMBERS[i], &value, sizeof value);
    }
    return texts_read(record->values + 2 + ARRAY_LEN(FILE_NUMBERS), file, FILE_TEXTS,
                      ARRAY_LEN(FILE_TEXTS))
               ? OK
               : ERR_MALFORMED;
}

static void block_write(struct journal *journal, const struct bank_block *block)
{
    journal_begin(journal);
    journal_text(journal, STR("B"));
    journal_number(journal, block->batch ? 1 : 0);
    journal_number(journal, date_to_days(block->day));
    texts_write(journal, block, BLOCK_TEXTS, ARRAY_LEN(BLOCK_TEXTS));
    journal_end(journal);
}

static err_t block_read(const struct record *record, struct bank_draft *draft)
{
    struct bank_block *block = list_add(&draft->blocks, sizeof *block);
    int64_t batch;
    int64_t days;

    if (record->count != 3 + ARRAY_LEN(BLOCK_TEXTS) || !str_to_int64(record->values[1], &batch) ||
        !str_to_int64(record->values[2], &days))
        return ERR_MALFORMED;
    block->batch = batch != 0;
    block->day = date_from_days(days);
    block->first_item = draft->items.count;
    return texts_read(record->values + 3, block, BLOCK_TEXTS, ARRAY_LEN(BLOCK_TEXTS))
               ? OK
               : ERR_MALFORMED;
}

static void item_write(struct journal *journal, const struct bank_item *item)
{
    journal_begin(journal);
    journal_text(journal, STR("I"));
    journal_number(journal, item->cents);
    texts_write(journal, item, ITEM_TEXTS, ARRAY_LEN(ITEM_TEXTS));
    journal_end(journal);
}

static err_t item_read(const struct record *record, struct bank_draft *draft)
{
    struct bank_item *item = list_add(&draft->items, sizeof *item);

    if (record->count != 2 + ARRAY_LEN(ITEM_TEXTS) || draft->blocks.count == 0 ||
        !str_to_int64(record->values[1], &item->cents))
        return ERR_MALFORMED;
    item->block = draft->blocks.count - 1;
    list_at(&draft->blocks, struct bank_block, item->block)->item_count++;
    return texts_read(record->values + 2, item, ITEM_TEXTS, ARRAY_LEN(ITEM_TEXTS)) ? OK
                                                                                   : ERR_MALFORMED;
}

void simulated_bank_draft_write(struct journal *journal, const struct bank_draft *draft)
{
    file_write(journal, &draft->file);
    for (size_t i = 0; i < draft->blocks.count; i++) {
        const struct bank_block *block = list_at(&draft->blocks, struct bank_block, i);
        block_write(journal, block);
        for (size_t j = 0; j < block->item_count; j++)
            item_write(journal, list_at(&draft->items, struct bank_item, block->first_item + j));
    }
    journal_begin(journal);
    journal_text(journal, STR("C"));
    journal_end(journal);
}

err_t simulated_bank_draft_read(const struct record *record, struct bank_draft *draft)
{
    switch (record->values[0].ptr[0]) {
    case 'F':
        return file_read(record, &draft->file);
    case 'B':
        return block_read(record, draft);
    default:
        return item_read(record, draft);
    }
}
