#ifndef GUICHET_TESTS_FUZZ_BANK_READING_H
#define GUICHET_TESTS_FUZZ_BANK_READING_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/must.h"
#include "rails/sepa/facts.h"
#include "wire/xml.h"

/* What the importer does with a file before it opens the database: the survey, then the facts. A
 * file that can be surveyed can be read again, gives the same facts each time, and what its details
 * say of money is what its entries say. */

#define READING_IBAN "FR7630006000011234567890189"
enum { READING_ARENA_MAX = 512 * 1024 * 1024, READING_BYTES_MAX = 1024 * 1024 };

/* One reading of the facts. */
struct reading {
    struct sha256 *all;
    int64_t count;
    int64_t cents; /* credits less debits */
    bool unsure;   /* trouble, or sums too large to compare */
};

static inline bool is_money(const struct bank_fact *fact)
{
    return fact->says == BANK_SAYS_CREDIT || fact->says == BANK_SAYS_DEBIT;
}

static inline err_t reading_take(void *arg, const struct bank_fact *fact)
{
    struct reading *reading = arg;
    struct str said = str_of(bank_says_text(fact->says));
    uint8_t ignored[SHA256_SIZE];

    must(hex_decode(fact->key, ignored, sizeof ignored));
    must((fact->says == BANK_SAYS_TROUBLE) == ((int)fact->trouble != 0) || !is_money(fact));
    must(fact->amount_cents >= 0);
    must(fact->original_cents >= 0);
    must(fact->day.year == 0 || (fact->day.month >= 1 && fact->day.month <= 12));
    must(fact->source.len > 0);
    sha256_add(reading->all, fact->key);
    sha256_add(reading->all, said);
    sha256_add(reading->all,
               (struct str){(const char *)&fact->amount_cents, sizeof fact->amount_cents});
    reading->count++;
    if (!is_money(fact))
        reading->unsure = true;
    else if (__builtin_add_overflow(reading->cents,
                                    fact->says == BANK_SAYS_DEBIT ? -fact->amount_cents
                                                                  : fact->amount_cents,
                                    &reading->cents))
        reading->unsure = true;
    return OK;
}

static inline err_t reading_statement(void *arg, const struct bank_statement *statement)
{
    struct reading *reading = arg;

    must(statement->kind.len > 0);
    must(str_eq(statement->account, STR(READING_IBAN)));
    must(!statement->has_number || statement->number >= 0);
    sha256_add(reading->all, statement->name);
    sha256_add(reading->all, (struct str){(const char *)&statement->opening_cents,
                                          sizeof statement->opening_cents});
    sha256_add(reading->all, (struct str){(const char *)&statement->closing_cents,
                                          sizeof statement->closing_cents});
    return OK;
}

static inline void reading_of(struct ctx *cx, int fd, const struct survey *survey,
                              struct reading *out, uint8_t hash[SHA256_SIZE])
{
    const struct bank_profile profile = {.iban = STR(READING_IBAN)};
    struct facts_reader reader = {
        .profile = &profile,
        .survey = survey,
        .take = reading_take,
        .statement = reading_statement,
        .arg = out,
    };

    *out = (struct reading){.all = sha256_begin(cx->arena)};
    must(facts_read(cx, fd, READING_BYTES_MAX, &reader) == OK);
    sha256_end(out->all, hash);
}

/* --- money --------------------------------------------------------------------------------------
 */

/* What the entries of our account come to, as far as they are clear in every detail. */
struct expected {
    int64_t cents;
    bool unsure;
    bool ours;
    bool nameless; /* in this entry */
};

static inline bool is_reference(struct str text)
{
    return text.len > 0 && !str_eq_nocase(text, STR("NOTPROVIDED"));
}

static inline err_t expect_begin(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    struct expected *expected = arg;

    (void)cx;
    expected->ours = str_eq(statement->iban, STR(READING_IBAN));
    return OK;
}

static inline err_t expect_detail(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                                  const struct sepa_entry *entry, const struct sepa_detail *detail)
{
    struct expected *expected = arg;

    (void)cx;
    (void)statement;
    (void)entry;
    if (!is_reference(detail->instruction_id) && !is_reference(detail->end_to_end_id))
        expected->nameless = true;
    return OK;
}

static inline err_t expect_entry(struct ctx *cx, void *arg, const struct sepa_statement *statement,
                                 const struct sepa_entry *entry)
{
    struct expected *expected = arg;
    bool nameless = expected->nameless;

    (void)cx;
    (void)statement;
    expected->nameless = false;
    if (!expected->ours || !entry->is_booked)
        return OK;
    if (entry->detail_count == 0 || nameless || entry->anomalies != 0 ||
        !str_eq(entry->amount.currency, STR("EUR")) ||
        __builtin_add_overflow(
            expected->cents, entry->sign == SEPA_DEBIT ? -entry->amount.cents : entry->amount.cents,
            &expected->cents))
        expected->unsure = true;
    return OK;
}

static inline err_t expect_end(struct ctx *cx, void *arg, const struct sepa_statement *statement)
{
    (void)cx;
    (void)arg;
    (void)statement;
    return OK;
}

static inline void money_check(struct ctx *cx, struct str text, const struct survey *survey,
                               const struct reading *reading)
{
    static const struct sepa_statement_handler EXPECT = {expect_begin, expect_detail, expect_entry,
                                                         expect_end};
    const struct source source = source_text(&text);
    struct expected expected = {.cents = 0};

    if (survey->kind != SEPA_FILE_STATEMENT && survey->kind != SEPA_FILE_NOTIFICATION)
        return;
    must(sepa_statement_read(cx, &source, READING_BYTES_MAX, &EXPECT, &expected) == OK);
    if (!expected.unsure && !reading->unsure)
        must(reading->cents == expected.cents);
}

/* --- a file -------------------------------------------------------------------------------------
 */

static inline int file_with(struct str text)
{
    static int fd = -1;

    if (fd < 0)
        fd = memfd_create("bank file", MFD_CLOEXEC);
    must(fd >= 0);
    must(ftruncate(fd, 0) == 0);
    must(pwrite(fd, text.ptr, text.len, 0) == (ssize_t)text.len);
    must(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static inline void bank_file_check(struct ctx *cx, struct str text)
{
    struct survey *survey = arena_make(cx->arena, struct survey);
    struct survey *again = arena_make(cx->arena, struct survey);
    uint8_t first[SHA256_SIZE];
    uint8_t second[SHA256_SIZE];
    struct reading reading;
    int fd = file_with(text);

    err_t err = survey_read(cx, fd, READING_BYTES_MAX, survey);
    must((err == OK) == (cx->fault_count == 0));
    if (err != OK)
        return;
    must(survey->account_count <= SURVEY_NAMES_MAX);
    must(survey->message_count <= SURVEY_NAMES_MAX);
    must(survey->creditor_count <= SURVEY_NAMES_MAX);
    reading_of(cx, fd, survey, &reading, first);
    money_check(cx, text, survey, &reading);
    must(lseek(fd, 0, SEEK_SET) == 0);
    must(survey_read(cx, fd, READING_BYTES_MAX, again) == OK);
    must(again->entry_count == survey->entry_count);
    for (size_t i = 0; i < again->entry_count; i++)
        must(memcmp(again->entries[i].key, survey->entries[i].key, SHA256_SIZE) == 0);
    reading_of(cx, fd, again, &reading, second);
    must(memcmp(first, second, SHA256_SIZE) == 0);
}

static inline struct ctx *bank_file_ctx(void)
{
    static struct ctx cx;

    if (cx.arena == NULL)
        cx.arena = arena_new(READING_ARENA_MAX);
    arena_reset(cx.arena);
    ctx_clear_faults(&cx);
    return &cx;
}

#endif
