#include "simulator/bank.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/target.h"
#include "simulator/bank_record.h"
#include "simulator/bank_reversal.h"

enum { RETURN_DAYS = 2, UNAUTHORISED_DAYS = 10, RETURN_WINDOW = 5, KEY_LEN = 160 };

struct bank {
    struct list files;    /* struct bank_file */
    struct list blocks;   /* struct bank_block */
    struct list items;    /* struct bank_item */
    struct list accounts; /* struct account */
    struct table_of *by_sha;
    struct table_of *by_msg_id;  /* of accepted files */
    struct table_of *by_content; /* of accepted files */
    struct table_of *by_account;
    struct table_of *by_reference; /* collections of accepted files */
    int64_t charge_cents;
    struct bank_draft reading; /* from the journal */
    bool is_reading;
};

/* Owner and what it owns; no owner holds the separator. */
struct key {
    char text[KEY_LEN];
    size_t len;
};

static struct key key_of(struct str owner, struct str what)
{
    struct key key = {.len = 0};

    must(owner.len + what.len + 1 < KEY_LEN);
    if (owner.len > 0)
        memcpy(key.text, owner.ptr, owner.len);
    key.text[owner.len] = '\n';
    if (what.len > 0)
        memcpy(key.text + owner.len + 1, what.ptr, what.len);
    key.len = owner.len + 1 + what.len;
    return key;
}

static bool key_find(const struct table_of *table, struct str owner, struct str what, size_t *out)
{
    struct key key = key_of(owner, what);

    return table_of_find(table, (struct str){key.text, key.len}, out);
}

static void key_add(struct table_of *table, struct str owner, struct str what, size_t value)
{
    struct key key = key_of(owner, what);

    (void)table_of_add(table, (struct str){key.text, key.len}, value);
}

void simulated_bank_tag(struct str owner, struct str iban, char out[9])
{
    static const char DIGITS[] = "0123456789ABCDEF";
    struct key key = key_of(owner, iban);
    uint8_t hash[SHA256_SIZE];

    sha256((struct str){key.text, key.len}, hash);
    for (size_t i = 0; i < 4; i++) {
        out[2 * i] = DIGITS[hash[i] >> 4];
        out[2 * i + 1] = DIGITS[hash[i] & 0xf];
    }
    out[8] = '\0';
}

/* --- life
 * ------------------------------------------------------------------------------------------- */

struct bank *simulated_bank_new(void)
{
    struct bank *bank = process_make(struct bank);

    bank->by_sha = table_of_new();
    bank->by_msg_id = table_of_new();
    bank->by_content = table_of_new();
    bank->by_account = table_of_new();
    bank->by_reference = table_of_new();
    return bank;
}

void simulated_bank_draft_free(struct bank_draft *draft)
{
    list_free(&draft->blocks);
    list_free(&draft->items);
}

void simulated_bank_free(struct bank *bank)
{
    for (size_t i = 0; i < bank->accounts.count; i++)
        list_free(&list_at(&bank->accounts, struct account, i)->movements);
    simulated_bank_draft_free(&bank->reading);
    list_free(&bank->accounts);
    list_free(&bank->items);
    list_free(&bank->blocks);
    list_free(&bank->files);
    table_of_free(bank->by_sha);
    table_of_free(bank->by_msg_id);
    table_of_free(bank->by_content);
    table_of_free(bank->by_account);
    table_of_free(bank->by_reference);
    process_free(bank);
}

/* --- looking
 * ---------------------------------------------------------------------------------------- */

const struct bank_file *simulated_bank_file_at(const struct bank *bank, size_t index)
{
    must(index < bank->files.count);
    return list_at(&bank->files, struct bank_file, index);
}

const struct bank_block *simulated_bank_block_at(const struct bank *bank, size_t index)
{
    must(index < bank->blocks.count);
    return list_at(&bank->blocks, struct bank_block, index);
}

const struct bank_item *simulated_bank_item_at(const struct bank *bank, size_t index)
{
    must(index < bank->items.count);
    return list_at(&bank->items, struct bank_item, index);
}

size_t simulated_bank_item_count(const struct bank *bank)
{
    return bank->items.count;
}

bool simulated_bank_file_find(const struct bank *bank, struct str owner, struct str sha,
                              size_t *out)
{
    return key_find(bank->by_sha, owner, sha, out);
}

bool simulated_bank_collection_find(const struct bank *bank, struct str owner,
                                    struct str end_to_end, size_t *out)
{
    return key_find(bank->by_reference, owner, end_to_end, out);
}

struct account *simulated_bank_account(const struct bank *bank, struct str owner, struct str iban)
{
    size_t index;

    if (owner.len > BANK_OWNER_MAX || iban.len > IBAN_MAX ||
        !key_find(bank->by_account, owner, iban, &index))
        return NULL;
    return list_at(&bank->accounts, struct account, index);
}

int64_t simulated_bank_charge(const struct bank *bank)
{
    return bank->charge_cents;
}

/* --- when
 * ------------------------------------------------------------------------------------------- */

static instant morning(struct date day)
{
    return instant_paris((struct wall){day, BANK_HOUR, 0, 0});
}

/* [our choice] MD01 behind the return window: it is a refund then (sepa.md 4). */
static struct date return_day(struct date settled, const char *code)
{
    if (strcmp(code, "MD01") != 0)
        return target_add(settled, RETURN_DAYS);
    struct date late =
        target_on_or_after(date_from_days(date_to_days(settled) + UNAUTHORISED_DAYS));
    struct date first = target_add(settled, RETURN_WINDOW + 1);
    return date_compare(late, first) < 0 ? first : late;
}

/* A day that has passed means today. Instant transfers know no holidays. */
static struct date execution_day(const struct bank_file *file, const struct bank_block *block)
{
    struct date today = date_paris(file->now);
    struct date day = date_compare(block->day, today) < 0 ? today : block->day;

    return strcmp(block->scheme, "INST") == 0 ? day : target_on_or_after(day);
}

struct bank_times simulated_bank_times_of(const struct bank *bank, const struct bank_item *item)
{
    const struct bank_block *block = simulated_bank_block_at(bank, item->block);
    const struct bank_file *file = simulated_bank_file_at(bank, block->file);
    struct bank_times times = {.told = 0};

    if (item->code[0] != '\0' || block->code[0] != '\0')
        return times;
    times.booked = file->transfers ? execution_day(file, block) : block->day;
    times.told = morning(times.booked);
    if (times.told <= file->now || !target_open(times.booked)) {
        instant later = times.told > file->now ? times.told : file->now;
        times.told = target_next_time(later, BANK_HOUR, 0);
    }
    if (item->back[0] != '\0') {
        times.back_booked = return_day(times.booked, item->back);
        times.back_told = morning(times.back_booked);
    }
    return times;
}

/* --- what follows from a file
 * ----------------------------------------------------------------------- */

static struct account *account_of(struct bank *bank, const char *owner, const char *iban)
{
    struct account *account = simulated_bank_account(bank, str_of(owner), str_of(iban));

    if (account != NULL)
        return account;
    key_add(bank->by_account, str_of(owner), str_of(iban), bank->accounts.count);
    account = list_add(&bank->accounts, sizeof *account);
    snprintf(account->owner, sizeof account->owner, "%s", owner);
    snprintf(account->iban, sizeof account->iban, "%s", iban);
    simulated_bank_tag(str_of(owner), str_of(iban), account->tag);
    return account;
}

static void movement_add(struct account *account, struct movement movement)
{
    must(movement.cents > 0);
    movement.order = movement.told;
    if (movement.told <= account->asked) {
        movement.order = account->asked;
        movement.late = movement.file + 1;
    }
    *(struct movement *)list_add(&account->movements, sizeof movement) = movement;
}

static void item_move(struct bank *bank, struct account *account, size_t index)
{
    const struct bank_item *item = simulated_bank_item_at(bank, index);
    const struct bank_block *block = simulated_bank_block_at(bank, item->block);
    const struct bank_file *file = simulated_bank_file_at(bank, block->file);
    struct bank_times times = simulated_bank_times_of(bank, item);
    struct movement movement = {.index = index, .file = block->file};

    if (!block->batch) {
        movement.kind = MOVEMENT_SINGLE;
        movement.cents = item->cents;
        movement.is_credit = !file->transfers;
        movement.booked = times.booked;
        movement.told = times.told;
        movement_add(account, movement);
    }
    if (item->back[0] != '\0') {
        movement.kind = MOVEMENT_RETURN;
        movement.cents = item->cents + (file->transfers ? 0 : file->charge_cents);
        movement.is_credit = file->transfers;
        movement.booked = times.back_booked;
        movement.told = times.back_told;
        movement_add(account, movement);
    }
}

static void block_move(struct bank *bank, size_t index)
{
    struct bank_block *block = list_at(&bank->blocks, struct bank_block, index);
    const struct bank_file *file = simulated_bank_file_at(bank, block->file);
    struct account *account = account_of(bank, file->owner, block->iban);
    const struct bank_item *first = NULL;

    if (account->clock < file->now)
        account->clock = file->now;
    for (size_t i = block->first_item; i < block->first_item + block->item_count; i++) {
        const struct bank_item *item = simulated_bank_item_at(bank, i);
        if (item->code[0] != '\0') {
            block->rejected++;
            continue;
        }
        first = first == NULL ? item : first;
        block->accepted_cents += item->cents;
        item_move(bank, account, i);
    }
    if (!block->batch || first == NULL)
        return;
    struct bank_times times = simulated_bank_times_of(bank, first);
    movement_add(account, (struct movement){.kind = MOVEMENT_BATCH,
                                            .index = index,
                                            .file = block->file,
                                            .cents = block->accepted_cents,
                                            .is_credit = !file->transfers,
                                            .booked = times.booked,
                                            .told = times.told});
}

/* Collections can be reversed from now on; those that are named here, no more. */
static void item_note(struct bank *bank, const struct bank_file *file, size_t index)
{
    const struct bank_item *item = simulated_bank_item_at(bank, index);
    size_t other;

    if (file->code[0] != '\0' || item->code[0] != '\0')
        return;
    if (!file->transfers)
        key_add(bank->by_reference, str_of(file->owner), str_of(item->end_to_end), index);
    else if (file->reversals &&
             key_find(bank->by_reference, str_of(file->owner), str_of(item->end_to_end), &other))
        list_at(&bank->items, struct bank_item, other)->is_reversed = true;
}

/* The draft is used up. */
static size_t bank_take(struct bank *bank, struct bank_draft *draft)
{
    size_t index = bank->files.count;
    size_t first_block = bank->blocks.count;
    size_t first_item = bank->items.count;
    struct bank_file *file = list_add(&bank->files, sizeof *file);

    *file = draft->file;
    file->first_block = first_block;
    file->block_count = draft->blocks.count;
    for (size_t i = 0; i < draft->blocks.count; i++) {
        struct bank_block *block = list_add(&bank->blocks, sizeof *block);
        *block = *list_at(&draft->blocks, struct bank_block, i);
        block->file = index;
        block->first_item += first_item;
    }
    for (size_t i = 0; i < draft->items.count; i++) {
        struct bank_item *item = list_add(&bank->items, sizeof *item);
        *item = *list_at(&draft->items, struct bank_item, i);
        item->block += first_block;
        item_note(bank, file, first_item + i);
    }
    simulated_bank_draft_free(draft);
    key_add(bank->by_sha, str_of(file->owner), str_of(file->sha), index);
    if (file->code[0] == '\0') {
        key_add(bank->by_msg_id, str_of(file->owner), str_of(file->msg_id), index);
        key_add(bank->by_content, str_of(file->owner), str_of(file->content), index);
    }
    for (size_t i = 0; i < file->block_count; i++) {
        if (simulated_bank_block_at(bank, first_block + i)->code[0] == '\0')
            block_move(bank, first_block + i);
    }
    return index;
}

/* --- the journal
 * ------------------------------------------------------------------------------------ */

void simulated_bank_applied(struct bank *bank)
{
    simulated_bank_draft_free(&bank->reading);
    bank->reading = (struct bank_draft){.file = {.now = 0}};
    bank->is_reading = false;
}

static err_t read_asked(struct bank *bank, const struct record *record)
{
    struct account *account =
        record->count == 4 ? simulated_bank_account(bank, record->values[1], record->values[2])
                           : NULL;

    return account != NULL && str_to_int64(record->values[3], &account->asked) ? OK : ERR_MALFORMED;
}

err_t simulated_bank_apply(struct bank *bank, const struct record *record)
{
    char letter = record->values[0].ptr[0];

    if (memchr("BIC", letter, 3) != NULL && !bank->is_reading)
        return ERR_MALFORMED;
    switch (letter) {
    case 'F':
        simulated_bank_applied(bank);
        bank->is_reading = true;
        return simulated_bank_draft_read(record, &bank->reading);
    case 'B':
    case 'I':
        return simulated_bank_draft_read(record, &bank->reading);
    case 'C':
        (void)bank_take(bank, &bank->reading);
        simulated_bank_applied(bank);
        return OK;
    case 'A':
        return read_asked(bank, record);
    case 'Q':
        return record->count == 2 && str_to_int64(record->values[1], &bank->charge_cents)
                   ? OK
                   : ERR_MALFORMED;
    default:
        return ERR_NOT_FOUND;
    }
}

/* --- changing
 * --------------------------------------------------------------------------------------- */

size_t simulated_bank_add(struct bank *bank, struct journal *journal, struct bank_draft *draft)
{
    struct bank_file *file = &draft->file;
    struct str owner = str_of(file->owner);
    size_t other;

    file->charge_cents = bank->charge_cents;
    if (file->code[0] == '\0' &&
        (key_find(bank->by_msg_id, owner, str_of(file->msg_id), &other) ||
         key_find(bank->by_content, owner, str_of(file->content), &other))) {
        memcpy(file->code, "AM05", sizeof file->code);
        snprintf(file->why, sizeof file->why, "A file with this MsgId or this content was sent");
        simulated_bank_draft_free(draft);
    }
    if (file->reversals && file->code[0] == '\0')
        simulated_bank_judge_reversals(bank, draft);
    simulated_bank_draft_write(journal, draft);
    return bank_take(bank, draft);
}

void simulated_bank_asked(struct journal *journal, struct account *account, instant until)
{
    must(until > account->asked);
    journal_begin(journal);
    journal_text(journal, STR("A"));
    journal_text(journal, str_of(account->owner));
    journal_text(journal, str_of(account->iban));
    journal_number(journal, until);
    journal_end(journal);
    account->asked = until;
}

void simulated_bank_set_charge(struct bank *bank, struct journal *journal, int64_t cents)
{
    must(cents >= 0);
    journal_begin(journal);
    journal_text(journal, STR("Q"));
    journal_number(journal, cents);
    journal_end(journal);
    bank->charge_cents = cents;
}
