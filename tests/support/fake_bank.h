#ifndef GUICHET_TESTS_SUPPORT_FAKE_BANK_H
#define GUICHET_TESTS_SUPPORT_FAKE_BANK_H

#include "core/bank_known.h"
#include "core/bank_rail.h"
#include "core/bank_report.h"
#include "support/core.h"

/* A bank without files: what is due is taken, released and, with the next reports, booked. */
struct fake_bank {
    struct bank_rail rail;
    struct world *world;
    int exports;
    int asked;
};

enum { FAKE_BANK_AT_ONCE = 100 };

static inline err_t fake_bank_take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_profile profile;
    struct merchant merchant;
    struct bank_taking taking = {
        .merchant = &merchant, .profile = &profile, .most = FAKE_BANK_AT_ONCE};

    (void)arg;
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    return bank_take(cx, tx, &taking);
}

static inline err_t fake_bank_release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_file_facts facts = {
        .version = STR("pain.test"),
        .sha256 = STR("0123456789012345678901234567890123456789012345678901234567890123"),
        .name = STR("test.xml"),
        .bytes = 1,
    };
    struct bank_file *files;
    size_t count;

    (void)arg;
    TRY(bank_files_open(cx, tx, &files, &count));
    for (size_t i = 0; i < count; i++) {
        if (files[i].state == BANK_FILE_BUILDING)
            TRY(bank_file_built(cx, tx, files[i].id, &facts));
        struct bank_sending sending = {.file = files[i].id, .most = FAKE_BANK_AT_ONCE};
        TRY(bank_file_send(cx, tx, &sending));
        must(!sending.more);
        TRY(bank_file_released(cx, tx, files[i].id));
    }
    return OK;
}

/* Facts of one body, as the rail gives them. */
static inline err_t bank_told(struct ctx *cx, struct tx *tx, struct bank_facts *facts)
{
    facts->known = bank_known_new();
    err_t err = bank_facts_apply(cx, tx, facts);
    bank_known_free(facts->known);
    return err;
}

/* One line of the statement for each block. */
static inline err_t fake_bank_book_file(struct ctx *cx, struct tx *tx, const struct bank_file *file,
                                        const struct bank_profile *profile)
{
    struct bank_report report = {
        .sha256 = file->sha256, .kind = STR("camt.053"), .name = STR("test.xml"), .version = 8};
    struct bank_block *blocks;
    size_t count;

    TRY(bank_report_begin(cx, tx, &report));
    TRY(bank_blocks(cx, tx, file->id, &blocks, &count));
    for (size_t i = 0; i < count; i++) {
        const struct bank_fact fact = {
            .key = blocks[i].payment_info,
            .says = file->kind == BANK_FILE_DEBITS ? BANK_SAYS_CREDIT : BANK_SAYS_DEBIT,
            .statement = true,
            .ours = true,
            .source = STR("camt.053"),
            .payment_info = blocks[i].payment_info,
            .amount_cents = blocks[i].sum_cents,
            .day = blocks[i].day,
        };
        struct bank_facts facts = {
            .profile = profile, .report = file->sha256, .items = &fact, .count = 1};
        if (date_compare(date_paris(cx->now), blocks[i].day) < 0)
            return OK;
        TRY(bank_told(cx, tx, &facts));
        must(facts.done == 1);
    }
    return bank_file_answered(cx, tx, file->id, BANK_FILE_ACKNOWLEDGED);
}

static inline err_t fake_bank_book_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_profile profile;
    struct bank_file *files;
    size_t count;

    (void)arg;
    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    TRY(bank_files_unanswered(cx, tx, FAKE_BANK_AT_ONCE, &files, &count));
    for (size_t i = 0; i < count; i++)
        TRY(fake_bank_book_file(cx, tx, &files[i], &profile));
    return OK;
}

static inline void fake_bank_send(void *self, struct bank_call *call)
{
    struct fake_bank *bank = self;
    struct ctx *cx = process_make(struct ctx);
    struct store *store = bank->world->store;

    cx->arena = arena_new(WORLD_ARENA);
    cx->ids = bank->world->core.ids;
    cx->mode = call->mode;
    cx->merchant = call->merchant;
    cx->real = clock_now();
    cx->now = cx->real + call->offset;
    if (call->what == BANK_EXPORT) {
        bank->exports++;
        call->result = tx_run(store, cx, fake_bank_take_body, NULL);
        if (call->result == OK)
            call->result = tx_run(store, cx, fake_bank_release_body, NULL);
    } else {
        bank->asked++;
        call->result = tx_run(store, cx, fake_bank_book_body, NULL);
    }
    arena_free(cx->arena);
    process_free(cx);
    mailbox_post(call->home, &call->done);
}

/* Before the worker starts; the world outlives it. */
static inline void fake_bank_open(struct world *world, struct fake_bank *bank)
{
    *bank = (struct fake_bank){
        .rail = {.self = bank, .send = fake_bank_send},
          .world = world
    };
    world->core.bank = &bank->rail;
}

#endif
