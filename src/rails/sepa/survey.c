#include "rails/sepa/survey.h"

#include <string.h>
#include <unistd.h>

#include "base/must.h"

enum { EQUALS_START = 256, ENTRIES_START = 256 };

/* Files of the bank may be large: their entries lie outside of the arena that they are read in. */
struct entries {
    struct survey_entry *items;
    size_t capacity;
};

/* Entries of a statement that nothing else tells apart are counted. */
struct equal {
    uint8_t hash[SHA256_SIZE];
    int64_t count;
};

struct surveying {
    struct ctx *cx;
    struct survey *out;
    struct entries *entries;
    struct arena *scratch;     /* of one entry */
    struct sha256 *references; /* of the entry's details */
    struct equal *equals;      /* a hash table of the statement */
    size_t equals_size;
    size_t equals_used;
};

/* --- names --------------------------------------------------------------------------------------
 */

bool survey_names(const struct str *names, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(names[i], name))
            return true;
    }
    return false;
}

static void name_add(struct ctx *cx, struct str *names, size_t *count, struct str name)
{
    if (name.len == 0 || *count == SURVEY_NAMES_MAX || survey_names(names, *count, name))
        return;
    names[(*count)++] = str_dup(cx->arena, name);
}

static void report_note(struct surveying *surveying, const struct sepa_report_id *id)
{
    struct survey *out = surveying->out;

    out->version = id->version;
    out->msg_id = str_dup(surveying->cx->arena, id->msg_id);
    out->sender = str_dup(surveying->cx->arena, id->sender);
}

/* --- status files -------------------------------------------------------------------------------
 */

static err_t on_transaction(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                            const struct sepa_status_block *block,
                            const struct sepa_status_transaction *transaction)
{
    struct surveying *surveying = arg;
    struct survey *out = surveying->out;

    (void)cx;
    (void)group;
    (void)block;
    name_add(surveying->cx, out->creditors, &out->creditor_count, transaction->ics);
    name_add(surveying->cx, out->accounts, &out->account_count, transaction->creditor_iban);
    return OK;
}

static err_t on_block(struct ctx *cx, void *arg, const struct sepa_status_group *group,
                      const struct sepa_status_block *block)
{
    (void)cx;
    (void)arg;
    (void)group;
    (void)block;
    return OK;
}

static err_t on_group(struct ctx *cx, void *arg, const struct sepa_status_group *group)
{
    struct surveying *surveying = arg;
    struct survey *out = surveying->out;

    (void)cx;
    report_note(surveying, &group->id);
    name_add(surveying->cx, out->messages, &out->message_count, group->original_msg_id);
    return OK;
}

/* --- statements ---------------------------------------------------------------------------------
 */

static err_t on_begin(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    struct surveying *surveying = arg;
    struct survey *out = surveying->out;

    (void)cx;
    report_note(surveying, &statement->file);
    name_add(surveying->cx, out->accounts, &out->account_count, statement->iban);
    process_free(surveying->equals);
    surveying->equals = NULL;
    surveying->equals_size = 0;
    surveying->equals_used = 0;
    return OK;
}

static void references_begin(struct surveying *surveying)
{
    if (surveying->references == NULL)
        surveying->references = sha256_begin(surveying->scratch);
}

static err_t on_detail(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                       const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    struct surveying *surveying = arg;

    (void)cx;
    (void)statement;
    (void)entry;
    references_begin(surveying);
    sha256_add(surveying->references, detail->end_to_end_id);
    sha256_add(surveying->references, STR("\n"));
    return OK;
}

/* Where a hash is in a table with room, or may be put. */
static struct equal *equal_slot(struct equal *table, size_t size, const uint8_t hash[SHA256_SIZE])
{
    uint64_t start;

    memcpy(&start, hash, sizeof start);
    size_t at = (size_t)(start % size);
    while (table[at].count != 0 && memcmp(table[at].hash, hash, SHA256_SIZE) != 0)
        at = (at + 1) % size;
    return &table[at];
}

static void equals_grow(struct surveying *surveying)
{
    size_t size = surveying->equals_size == 0 ? EQUALS_START : surveying->equals_size * 2;
    struct equal *table = process_alloc(sizeof *table, size);

    for (size_t i = 0; i < surveying->equals_size; i++) {
        const struct equal *old = &surveying->equals[i];
        if (old->count > 0)
            *equal_slot(table, size, old->hash) = *old;
    }
    process_free(surveying->equals);
    surveying->equals = table;
    surveying->equals_size = size;
}

/* How many equals came before in this statement. */
static int64_t equals_before(struct surveying *surveying, const uint8_t hash[SHA256_SIZE])
{
    if (surveying->equals_used * 2 >= surveying->equals_size)
        equals_grow(surveying);
    struct equal *slot = equal_slot(surveying->equals, surveying->equals_size, hash);
    if (slot->count == 0) {
        memcpy(slot->hash, hash, SHA256_SIZE);
        surveying->equals_used++;
    }
    return slot->count++;
}

static void text_add(struct sha256 *sha, struct str text)
{
    sha256_add(sha, text);
    sha256_add(sha, STR("\n"));
}

static void number_add(struct surveying *surveying, struct sha256 *sha, int64_t number)
{
    text_add(sha, str_format(surveying->scratch, "%lld", (long long)number));
}

static void day_add(struct surveying *surveying, struct sha256 *sha, struct date day)
{
    text_add(sha, day.year == 0 ? STR("") : date_text(surveying->scratch, day));
}

/* [doc] What says "no reference" is none. */
static bool has_reference(const struct sepa_entry *entry)
{
    struct str reference = entry->servicer_reference;

    return reference.len > 0 && !str_eq_nocase(reference, STR("NONREF")) &&
           !str_eq_nocase(reference, STR("NOTPROVIDED"));
}

static void code_add(struct sha256 *sha, const struct sepa_bank_code *code)
{
    text_add(sha, code->domain);
    text_add(sha, code->family);
    text_add(sha, code->subfamily);
    text_add(sha, code->proprietary);
}

/* However it is written. */
static void amount_add(struct surveying *surveying, struct sha256 *sha,
                       const struct sepa_amount *amount)
{
    long long cents = amount->cents;

    text_add(sha, amount->exact
                      ? str_format(surveying->scratch, "%lld.%02lld", cents / 100, cents % 100)
                      : amount->text);
    text_add(sha, amount->currency);
}

/* Account, the bank's reference, day, amount, sign, and what its details were called; without a
 * reference everything else that tells entries apart, with the page of the statement, which holds
 * other lines than the one before; and the number among equals (sepa.md 10.5.3).
 * The reference alone is not enough: banks give one to all of an order, and each line of a
 * statement has moved money. Nor may the lines beside it count: another file has others. What
 * camt.053 and camt.054 say are facts of their own: only one of them books. */
static void entry_key(struct surveying *surveying, const struct sepa_statement *statement,
                      const struct sepa_entry *entry, uint8_t out[SHA256_SIZE])
{
    struct sha256 *sha = sha256_begin(surveying->scratch);
    uint8_t references[SHA256_SIZE];

    text_add(sha, str_of(sepa_file_text(surveying->out->kind)));
    text_add(sha, statement->iban.len > 0 ? statement->iban : statement->other_account);
    text_add(sha, entry->servicer_reference);
    day_add(surveying, sha, entry->booking_day);
    amount_add(surveying, sha, &entry->amount);
    number_add(surveying, sha, entry->sign);
    if (!has_reference(entry)) {
        day_add(surveying, sha, entry->value_day);
        code_add(sha, &entry->code);
        if (statement->page > 1)
            number_add(surveying, sha, statement->page);
    }
    references_begin(surveying);
    sha256_end(surveying->references, references);
    sha256_add(sha, (struct str){(const char *)references, sizeof references});
    sha256_end(sha, out);
    int64_t ordinal = equals_before(surveying, out);
    sha = sha256_begin(surveying->scratch);
    sha256_add(sha, (struct str){(const char *)out, SHA256_SIZE});
    number_add(surveying, sha, ordinal);
    sha256_end(sha, out);
}

static void entries_free(void *arg)
{
    const struct entries *entries = arg;

    process_free(entries->items);
}

static void entries_grow(struct entries *entries, size_t count)
{
    size_t capacity = entries->capacity == 0 ? ENTRIES_START : entries->capacity * 2;
    struct survey_entry *items = process_alloc(sizeof *items, capacity);

    if (count > 0)
        memcpy(items, entries->items, count * sizeof *items);
    process_free(entries->items);
    *entries = (struct entries){items, capacity};
}

static err_t on_entry(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                      const struct sepa_entry *entry)
{
    struct surveying *surveying = arg;
    struct survey *out = surveying->out;

    if (out->entry_count == SURVEY_ENTRIES_MAX)
        return fault(cx, ERR_LIMIT, "file", "has more entries than are read of one");
    if (out->entry_count == surveying->entries->capacity)
        entries_grow(surveying->entries, out->entry_count);
    out->entries = surveying->entries->items;
    struct survey_entry *row = &surveying->entries->items[out->entry_count++];
    row->anomalies = entry->anomalies;
    row->shared = entry->detail_count > 1;
    entry_key(surveying, statement, entry, row->key);
    surveying->references = NULL;
    arena_reset(surveying->scratch);
    return OK;
}

static err_t on_end(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    (void)cx;
    (void)arg;
    (void)statement;
    return OK;
}

/* --- the file -----------------------------------------------------------------------------------
 */

err_t survey_read(struct ctx *cx, int fd, size_t bytes_max, struct survey *out)
{
    static const struct sepa_status_handler STATUS = {on_transaction, on_block, on_group};
    static const struct sepa_statement_handler STATEMENT = {on_begin, on_detail, on_entry, on_end};
    const struct source source = source_fd(&fd);
    struct surveying surveying = {
        .cx = cx, .out = out, .entries = arena_make(cx->arena, struct entries)};
    err_t err = OK;

    *out = (struct survey){.kind = SEPA_FILE_STATUS};
    TRY(sepa_file_detect(cx, &source, &out->kind));
    if (lseek(fd, 0, SEEK_SET) != 0)
        return fault(cx, ERR_IO, "file", "cannot be read");
    arena_defer(cx->arena, entries_free, surveying.entries);
    surveying.scratch = arena_new((size_t)1 << 20);
    switch (out->kind) {
    case SEPA_FILE_STATUS:
        err = sepa_status_read(cx, &source, bytes_max, &STATUS, &surveying);
        break;
    case SEPA_FILE_CANCELLATION:
        err = sepa_cancellation_read(cx, &source, bytes_max, &STATUS, &surveying);
        break;
    case SEPA_FILE_STATEMENT:
    case SEPA_FILE_NOTIFICATION:
        err = sepa_statement_read(cx, &source, bytes_max, &STATEMENT, &surveying);
        break;
    }
    arena_free(surveying.scratch);
    process_free(surveying.equals);
    return err;
}
