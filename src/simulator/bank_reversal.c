#include "simulator/bank_reversal.h"

#include <string.h>

#include "base/must.h"
#include "base/target.h"

enum { REVERSAL_DAYS = 5 };

static const struct bank_block *block_of(const struct bank *bank, const struct bank_item *item)
{
    return simulated_bank_block_at(bank, item->block);
}

/* [doc] The codes of a request that comes for nothing, too late, or twice. */
static const char *refusal(const struct bank *bank, const struct bank_draft *draft,
                           const struct bank_item *item, const struct bank_item *collection)
{
    const struct bank_block *block = block_of(bank, collection);
    const struct bank_file *file = simulated_bank_file_at(bank, block->file);
    struct bank_times times = simulated_bank_times_of(bank, collection);
    struct date today = date_paris(draft->file.now);

    if (strcmp(file->msg_id, draft->original) != 0 || times.told == 0 ||
        times.told > draft->file.now)
        return "NOOR";
    if (times.back_told != 0 && times.back_told <= draft->file.now)
        return "ARDT";
    if (collection->is_reversed)
        return "AM05";
    if (date_compare(target_on_or_after(today), target_add(times.booked, REVERSAL_DAYS)) > 0)
        return "TM01";
    return item->cents != collection->cents ? "AM09" : NULL;
}

static void item_judge(const struct bank *bank, struct bank_draft *draft, struct bank_item *item,
                       struct bank_block *block)
{
    const struct bank_item *collection;
    const char *code = "NOOR";
    size_t index;

    if (item->code[0] != '\0')
        return;
    if (simulated_bank_collection_find(bank, str_of(draft->file.owner), str_of(item->end_to_end),
                                       &index)) {
        collection = simulated_bank_item_at(bank, index);
        code = refusal(bank, draft, item, collection);
        memcpy(item->iban, collection->iban, sizeof item->iban);
        memcpy(item->name, collection->name, sizeof item->name);
        memcpy(item->umr, collection->umr, sizeof item->umr);
        memcpy(block->iban, block_of(bank, collection)->iban, sizeof block->iban);
        memcpy(block->name, block_of(bank, collection)->name, sizeof block->name);
    }
    if (code != NULL)
        memcpy(item->code, code, BANK_CODE_LEN + 1);
}

/* Twice in one file is once too often. */
static void twins_refuse(struct bank_draft *draft)
{
    struct table_of *seen = table_of_new();

    for (size_t i = 0; i < draft->items.count; i++) {
        struct bank_item *item = list_at(&draft->items, struct bank_item, i);
        if (item->code[0] == '\0' && !table_of_add(seen, str_of(item->end_to_end), i))
            memcpy(item->code, "AM05", BANK_CODE_LEN + 1);
    }
    table_of_free(seen);
}

void simulated_bank_judge_reversals(const struct bank *bank, struct bank_draft *draft)
{
    must(draft->file.reversals);
    for (size_t i = 0; i < draft->items.count; i++) {
        struct bank_item *item = list_at(&draft->items, struct bank_item, i);
        item_judge(bank, draft, item, list_at(&draft->blocks, struct bank_block, item->block));
    }
    twins_refuse(draft);
}
