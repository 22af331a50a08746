#ifndef GUICHET_TESTS_SUPPORT_CORE_BANK_H
#define GUICHET_TESTS_SUPPORT_CORE_BANK_H

#include "core/bank_work.h"
#include "support/core_debit.h"
#include "support/fake_bank.h"

/* Files for the bank and what it says of them, without any rail: each step is one body, given to
 * bank_step(). */

struct bank_step {
    struct bank_file_id file;
    struct bank_fact fact;
    int64_t explained; /* out, of bank_parked_body */
    struct bank_work_id work;
};

static inline err_t bank_step(struct world *world, tx_body *body, struct bank_step *step)
{
    return tx_run(world->store, world_ctx(world), body, step);
}

/* --- files --- */

static inline err_t bank_built_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_step *step = arg;
    const struct bank_file_facts facts = {
        .version = STR("pain.008.001.08"),
        .sha256 = STR("0123456789012345678901234567890123456789012345678901234567890123"),
        .name = STR("test.xml"),
        .bytes = 1,
    };

    return bank_file_built(cx, tx, step->file, &facts);
}

static inline err_t bank_send_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_step *step = arg;
    struct bank_sending sending = {.file = step->file, .most = FAKE_BANK_AT_ONCE};

    return bank_file_send(cx, tx, &sending);
}

static inline err_t bank_released_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_step *step = arg;

    return bank_file_released(cx, tx, step->file);
}

static inline err_t bank_blocked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_step *step = arg;

    return bank_file_blocked(cx, tx, step->file, STR("does not fit its schema"));
}

static inline err_t bank_give_up_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_step *step = arg;

    return bank_file_give_up(cx, tx, step->file);
}

/* The newest one. */
static inline struct bank_file bank_file_now(struct world *world)
{
    struct bank_file *files;
    size_t count;

    assert_ok(bank_files_newest(world_ctx(world), world_read(world), 1, &files, &count));
    reader_release(world->core.reader);
    assert_int_equal(count, 1);
    return files[0];
}

static inline struct bank_block bank_block_now(struct world *world, struct bank_file_id file)
{
    struct bank_block *blocks;
    size_t count;

    assert_ok(bank_blocks(world_ctx(world), world_read(world), file, &blocks, &count));
    reader_release(world->core.reader);
    assert_int_equal(count, 1);
    return blocks[0];
}

/* What waits is taken into a file, which stays to be built. */
static inline struct bank_file bank_file_taken(struct world *world, instant now)
{
    world_stop_at(world, now);
    assert_ok(tx_run(world->store, world_ctx(world), fake_bank_take_body, NULL));
    return bank_file_now(world);
}

/* The debits of these payments leave in one file. */
static inline struct bank_file bank_file_left(struct world *world, struct payment_id payment)
{
    struct bank_step step = {.file = bank_file_taken(world, debit_now(world, payment).cutoff).id};

    assert_ok(bank_step(world, bank_built_body, &step));
    assert_ok(bank_step(world, bank_send_body, &step));
    assert_ok(bank_step(world, bank_released_body, &step));
    return bank_file_now(world);
}

/* --- facts --- */

/* Of camt.053, or for what a status says of pain.002; each has a key of its own. */
static inline struct bank_fact bank_fact_of(struct world *world, enum bank_says says,
                                            int64_t amount_cents)
{
    static int serial;

    return (struct bank_fact){
        .key = str_format(world_ctx(world)->arena, "fact-%d", serial++),
        .says = says,
        .statement = true,
        .ours = true,
        .source = says < BANK_SAYS_CREDIT ? STR("pain.002") : STR("camt.053"),
        .amount_cents = amount_cents,
    };
}

static inline struct bank_fact bank_fact_about(struct world *world, struct payment_id payment,
                                               enum bank_says says, int64_t amount_cents)
{
    struct bank_fact fact = bank_fact_of(world, says, amount_cents);

    fact.end_to_end =
        str_dup(world_ctx(world)->arena, str_of(debit_now(world, payment).end_to_end));
    return fact;
}

static inline err_t bank_fact_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_step *step = arg;
    struct bank_profile profile;
    struct bank_report report = {
        .sha256 = STR("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"),
        .kind = step->fact.source,
        .name = STR("report.xml"),
        .msg_id = STR("M-1"),
        .version = 8,
    };
    struct bank_facts facts = {
        .profile = &profile, .report = report.sha256, .items = &step->fact, .count = 1};

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    TRY(bank_report_begin(cx, tx, &report));
    TRY(bank_told(cx, tx, &facts));
    must(facts.done == 1);
    return bank_report_end(cx, tx, report.sha256);
}

static inline void bank_tells(struct world *world, struct bank_fact fact)
{
    struct bank_step step = {.fact = fact};

    assert_ok(bank_step(world, bank_fact_body, &step));
    world_is_sound(world);
}

static inline err_t bank_parked_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct bank_step *step = arg;
    struct bank_profile profile;
    struct bank_parked parked = {.profile = &profile};

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    TRY(bank_parked_try(cx, tx, &parked));
    step->explained = parked.explained;
    return OK;
}

static inline err_t bank_work_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct bank_step *step = arg;

    return bank_work_explain(cx, tx, step->work, STR("by hand"));
}

#endif
