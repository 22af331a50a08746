#include "simulator/book.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"

void book_init(struct book *book)
{
    memset(book, 0, sizeof *book);
    book->keys = table_of_new();
    book->days = table_of_new();
}

void book_free(struct book *book)
{
    list_free(&book->entries);
    list_free(&book->disputes);
    list_free(&book->settlements);
    table_of_free(book->keys);
    table_of_free(book->days);
}

struct entry *book_entry(const struct book *book, size_t index)
{
    must(index < book->entries.count);
    return list_at(&book->entries, struct entry, index);
}

struct dispute *book_dispute(const struct book *book, size_t index)
{
    must(index < book->disputes.count);
    return list_at(&book->disputes, struct dispute, index);
}

/* --- identities
 * ------------------------------------------------------------------------------------- */

struct identity identity_of(const char *mti, const char *sent, const char *stan,
                            const char *acquirer, const char *terminal, const char *acceptor)
{
    struct identity identity;

    snprintf(identity.text, sizeof identity.text, "%.2s|%s|%s|%s|%s|%s", mti, sent, stan, acquirer,
             terminal, acceptor);
    return identity;
}

struct identity entry_identity(const struct entry *entry)
{
    return identity_of(entry->mti, entry->sent, entry->stan, entry->acquirer, entry->terminal,
                       entry->acceptor);
}

int64_t book_find(const struct book *book, const struct identity *identity, bool *tombstone)
{
    size_t index;

    *tombstone = false;
    if (!table_of_find(book->keys, str_of(identity->text), &index))
        return NO_ENTRY;
    struct identity own = entry_identity(book_entry(book, index));
    *tombstone = strcmp(own.text, identity->text) != 0;
    return (int64_t)index;
}

bool entry_stands(const struct entry *entry)
{
    return strcmp(entry->code, "00") == 0 ||
           (entry->kind == ENTRY_AUTH && strcmp(entry->code, "10") == 0);
}

int64_t entry_granted(const struct entry *entry)
{
    return strcmp(entry->code, "10") == 0 ? entry->amount.minor / 2 : entry->amount.minor;
}

struct entry *book_root(const struct book *book, const struct entry *entry)
{
    const struct entry *at = entry;

    while (at->kind != ENTRY_AUTH) {
        if (at->original == NO_ENTRY)
            return NULL;
        at = book_entry(book, (size_t)at->original);
    }
    return list_at(&book->entries, struct entry,
                   (size_t)(at - list_at(&book->entries, const struct entry, 0)));
}

/* --- what entries do
 * -------------------------------------------------------------------------------- */

static void dispute_add(struct book *book, const struct entry *root, struct money amount)
{
    struct dispute *dispute = list_add(&book->disputes, sizeof *dispute);

    dispute->auth = (size_t)(root - list_at(&book->entries, const struct entry, 0));
    dispute->amount = amount;
}

static void moved_at_once(struct book *book, struct entry *root, struct money amount)
{
    root->captured_minor += amount.minor;
    if (root->dispute[0] != '\0')
        dispute_add(book, root, amount);
}

static void apply_capture(struct book *book, const struct entry *capture)
{
    struct entry *root = book_root(book, capture);

    must(root != NULL);
    must(root->captured_minor + capture->amount.minor <= root->held_minor);
    if (capture->kept_minor >= 0)
        moved_at_once(book, root, capture->amount);
    else
        root->captured_minor += capture->amount.minor;
}

static void apply_refund(struct book *book, const struct entry *refund)
{
    struct entry *root = book_root(book, refund);

    if (root != NULL)
        root->refunded_minor += refund->amount.minor;
}

/* What a reversal takes back depends on what it reverses. */
static void apply_reversal(struct book *book, struct entry *reversal)
{
    if (reversal->original == NO_ENTRY)
        return;
    struct entry *original = book_entry(book, (size_t)reversal->original);
    struct entry *root = book_root(book, original);
    switch (original->kind) {
    case ENTRY_AUTH:
        reversal->held_before = original->held_minor;
        if (original->kept_minor >= 0)
            original->captured_minor = 0;
        original->held_minor =
            reversal->replace_minor >= 0 ? reversal->replace_minor : original->captured_minor;
        original->reversed = reversal->replace_minor < 0;
        break;
    case ENTRY_CAPTURE:
        original->reversed = true;
        if (root != NULL)
            root->captured_minor -= original->amount.minor;
        break;
    case ENTRY_REFUND:
        original->reversed = true;
        if (root != NULL)
            root->refunded_minor -= original->amount.minor;
        break;
    case ENTRY_REVERSAL:
        original->reversed = true;
        if (root != NULL) {
            root->held_minor = original->held_before;
            root->reversed = false;
        }
        break;
    }
}

size_t book_add(struct book *book, const struct entry *entry)
{
    struct entry *added = list_add(&book->entries, sizeof *added);
    size_t index = book->entries.count - 1;
    struct identity identity = entry_identity(entry);

    *added = *entry;
    (void)table_of_add(book->keys, str_of(identity.text), index);
    if (added->kind == ENTRY_REVERSAL && added->original == NO_ENTRY &&
        added->original_key[0] != '\0')
        (void)table_of_add(book->keys, str_of(added->original_key), index);
    if (!entry_stands(added))
        return index;
    switch (added->kind) {
    case ENTRY_AUTH:
        added->held_minor = entry_granted(added);
        if (added->kept_minor >= 0)
            moved_at_once(book, added, added->amount);
        break;
    case ENTRY_CAPTURE:
        apply_capture(book, added);
        break;
    case ENTRY_REFUND:
        apply_refund(book, added);
        break;
    case ENTRY_REVERSAL:
        apply_reversal(book, added);
        break;
    }
    return index;
}

void book_dispute_answered(struct book *book, size_t dispute, const char *code)
{
    struct dispute *at = book_dispute(book, dispute);

    must(strlen(code) == 2);
    memcpy(at->code, code, 3);
}

/* --- settlement
 * ------------------------------------------------------------------------------------- */

static bool entry_waits(const struct entry *entry, struct str acceptor)
{
    bool moves =
        (entry->kind == ENTRY_CAPTURE && entry->kept_minor < 0) || entry->kind == ENTRY_REFUND;

    return moves && !entry->reversed && entry->settlement == 0 && strcmp(entry->code, "00") == 0 &&
           str_eq(str_of(entry->acceptor), acceptor);
}

static bool dispute_waits(const struct book *book, const struct dispute *dispute,
                          struct str acceptor)
{
    return dispute->settlement == 0 && strcmp(dispute->code, "00") == 0 &&
           str_eq(str_of(book_entry(book, dispute->auth)->acceptor), acceptor);
}

bool book_has_unsettled(const struct book *book, struct str acceptor)
{
    for (size_t i = 0; i < book->entries.count; i++) {
        if (entry_waits(book_entry(book, i), acceptor))
            return true;
    }
    for (size_t i = 0; i < book->disputes.count; i++) {
        if (dispute_waits(book, book_dispute(book, i), acceptor))
            return true;
    }
    return false;
}

static struct identity day_key(struct str acceptor, struct date day)
{
    struct identity key;

    snprintf(key.text, sizeof key.text, "%.*s|%04d%02d%02d", (int)acceptor.len, acceptor.ptr,
             day.year % 10000, day.month % 100, day.day % 100);
    return key;
}

size_t book_settled(const struct book *book, struct str acceptor, struct date day)
{
    struct identity key = day_key(acceptor, day);
    size_t number;

    return table_of_find(book->days, str_of(key.text), &number) ? number : 0;
}

size_t book_settle(struct book *book, struct str acceptor, struct date day)
{
    struct settlement_file *file = list_add(&book->settlements, sizeof *file);
    size_t number = book->settlements.count;
    struct identity key = day_key(acceptor, day);

    must(acceptor.len < sizeof file->acceptor);
    memcpy(file->acceptor, acceptor.ptr, acceptor.len);
    file->day = day;
    file->number = 1;
    must(table_of_add(book->days, str_of(key.text), number));
    for (size_t i = 0; i < book->entries.count; i++) {
        struct entry *entry = book_entry(book, i);
        if (entry_waits(entry, acceptor))
            entry->settlement = number;
    }
    for (size_t i = 0; i < book->disputes.count; i++) {
        struct dispute *dispute = book_dispute(book, i);
        if (dispute_waits(book, dispute, acceptor))
            dispute->settlement = number;
    }
    return number;
}

struct settlement_file *book_settlement(const struct book *book, size_t number)
{
    must(number >= 1);
    must(number <= book->settlements.count);
    return list_at(&book->settlements, struct settlement_file, number - 1);
}

static int64_t part_of(struct money amount, int64_t basis_points)
{
    struct money part;

    must(money_times(amount, basis_points, 10000, ROUND_HALF_UP, &part) == OK);
    return part.minor;
}

struct fees fees_of(struct money amount)
{
    return (struct fees){part_of(amount, 20), part_of(amount, 5), part_of(amount, 15)};
}

int64_t fees_sum(struct fees fees)
{
    return fees.interchange_minor + fees.scheme_minor + fees.acquirer_minor;
}
