#ifndef GUICHET_TESTS_UNIT_RAILS_BANK_STORY_H
#define GUICHET_TESTS_UNIT_RAILS_BANK_STORY_H

#include <fcntl.h>
#include <unistd.h>

#include "rails/sepa/import.h"
#include "support/core_debit.h"
#include "support/core_raw.h"
#include "support/fake_bank.h"
#include "wire/xml.h"

/* The story of the sample files (standards/sepa.md 14): a file of three debits, 185.40 in all, and
 * what the bank says of it. */

enum { DEBITS = 3 };
static const int64_t AMOUNTS[DEBITS] = {1990, 4500, 12050};

struct story {
    struct world *world;
    struct sepa_desk desk;
    struct payment payments[DEBITS];
};

static inline void desk_begin(struct story *story)
{
    story->desk = (struct sepa_desk){
        .store = story->world->store,
        .reader = story->world->core.reader,
        .vault = story->world->vault,
        .ids = story->world->core.ids,
        .data = str_of(story->world->directory),
    };
}

/* Half an hour past the cut-off of the first day. */
static const instant PAST_CUTOFF = WORLD_START + 8 * HOUR_US + 30 * MINUTE_US;

static inline void debits_make(struct story *story)
{
    for (size_t i = 0; i < DEBITS; i++)
        story->payments[i] = pay_debit(story->world, AMOUNTS[i]);
    world_stop_at(story->world, PAST_CUTOFF);
}

/* As if we had sent the file of the samples: with its numbers, on its day. */
static inline struct story *story_new(void)
{
    struct story *story = process_make(struct story);
    struct buf sql;

    story->world = world_new();
    debits_make(story);
    sql = buf_make(story->world->cx->arena, 4096);
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_take_body, NULL));
    assert_ok(tx_run(story->world->store, story->world->cx, fake_bank_release_body, NULL));
    buf_put_cstr(&sql, "UPDATE bank_message SET msg_id = 'AL-DD-0001';"
                       "UPDATE bank_file SET msg_id = 'AL-DD-0001';"
                       "UPDATE bank_block SET payment_info = 'AL-DD-0001-01', day = '2026-11-30';");
    for (size_t i = 0; i < DEBITS; i++)
        buf_format(&sql,
                   "UPDATE bank_item SET end_to_end = 'AL-E2E-00000%zu' WHERE object = '%s';"
                   "UPDATE debit SET end_to_end = 'AL-E2E-00000%zu' WHERE payment = '%s';",
                   i + 1, story->payments[i].id.raw, i + 1, story->payments[i].id.raw);
    buf_put_byte(&sql, '\0');
    world_tamper(story->world, sql.ptr);
    desk_begin(story);
    return story;
}

/* What was made in test mode is of live mode from now on, where a number that everybody tests with
 * could not be given. */
static inline void all_live(struct world *world)
{
    static const char *const TABLES[] = {"address",    "bank_account",     "mandate",
                                         "sepa_check", "mandate_evidence", "payment",
                                         "debit",      "counter",          "task"};
    struct buf sql = buf_make(world->cx->arena, 4096);

    for (size_t i = 0; i < ARRAY_LEN(TABLES); i++)
        buf_format(&sql, "UPDATE OR REPLACE %s SET mode = 'live';", TABLES[i]);
    buf_put_byte(&sql, '\0');
    world_tamper(world, sql.ptr);
    world->cx->mode = MODE_LIVE;
}

static inline void story_end(struct story *story)
{
    world_is_sound(story->world);
    world_free(story->world);
    process_free(story);
}

static inline err_t text_try(struct story *story, struct str text, struct sepa_imported *out)
{
    char path[128];

    snprintf(path, sizeof path, "%s/import.xml", story->world->directory);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0);
    must(write(fd, text.ptr, text.len) == (ssize_t)text.len);
    must(lseek(fd, 0, SEEK_SET) == 0);
    reader_release(story->world->core.reader);
    err_t err = sepa_import_file(world_ctx(story->world), &story->desk, fd, STR("import.xml"), out);
    close(fd);
    return err;
}

static inline enum payment_state state_of(struct story *story, size_t which)
{
    return state_now(story->world, story->payments[which].id);
}

static inline void assert_states(struct story *story, enum payment_state first,
                                 enum payment_state second, enum payment_state third)
{
    assert_int_equal(state_of(story, 0), first);
    assert_int_equal(state_of(story, 1), second);
    assert_int_equal(state_of(story, 2), third);
}

static inline int64_t open_work(struct story *story)
{
    return world_number(story->world, "SELECT COUNT(*) FROM bank_work WHERE closed_us IS NULL");
}

#endif
