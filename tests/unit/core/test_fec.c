#include "core/fec.h"
#include "core/invoice_credit.h"
#include "core/invoice_payment.h"
#include "support/core_debit.h"
#include "support/core_invoice.h"
#include "support/core_payout.h"
#include "support/core_sweep.h"

/* What both books are to the merchant's accounts. */

struct expected {
    const char *account;
    int64_t minor;
    int64_t euro_minor;
};

static struct fec_walk walk_of(int64_t usd_e6)
{
    struct fec_walk walk = {
        .rates_e6 = {[CURRENCY_EUR] = 1000000, [CURRENCY_USD] = usd_e6}
    };

    return walk;
}

/* All of it; each entry balances in its currency and in euro. */
static struct fec_entry *entries_of(struct world *world, int64_t usd_e6, size_t *count)
{
    struct fec_walk walk = walk_of(usd_e6);
    struct fec_entry *entries;

    assert_ok(fec_read(world->cx, world_read(world), &walk, &entries, count));
    reader_release(world->core.reader);
    assert_true(walk.over);
    for (size_t i = 0; i < *count; i++) {
        int64_t minor = 0;
        int64_t euro = 0;
        assert_true(entries[i].line_count >= 2);
        for (size_t j = 0; j < entries[i].line_count; j++) {
            minor += entries[i].lines[j].minor;
            euro += entries[i].lines[j].euro_minor;
        }
        assert_int_equal(minor, 0);
        assert_int_equal(euro, 0);
    }
    return entries;
}

#define assert_entry(entry, journal, text, ...)                                                    \
    entry_check(entry, journal, text, (const struct expected[]){__VA_ARGS__},                      \
                sizeof((const struct expected[]){__VA_ARGS__}) / sizeof(struct expected))

static void entry_check(const struct fec_entry *entry, enum fec_journal journal, const char *text,
                        const struct expected *expected, size_t count)
{
    assert_int_equal(entry->journal, journal);
    assert_true(str_starts(entry->lines[0].text, str_of(text)));
    assert_int_equal(entry->line_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(entry->lines[i].number, expected[i].account);
        assert_int_equal(entry->lines[i].minor, expected[i].minor);
        assert_int_equal(entry->lines[i].euro_minor, expected[i].euro_minor);
    }
}

static err_t credit_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return invoice_credit(cx, tx, arg);
}

CASE(sales_are_told_by_rate_and_undone)
{
    struct world *world = invoice_world();
    struct invoice_draft draft = seed_draft();
    struct invoice_credit credit = {.of = invoice_made(world, &draft)->invoice.id};
    size_t count;

    draft.nature = NATURE_GOODS;
    draft.currency = CURRENCY_USD;
    invoice_made(world, &draft);
    draft.kind = INVOICE_QUOTE;
    invoice_made(world, &draft);
    world_time(world, world->cx);
    assert_ok(tx_run(world->store, world->cx, credit_body, &credit));
    /* The rate of today does not matter: the invoice says its own. */
    struct fec_entry *entries = entries_of(world, 0, &count);
    assert_int_equal(count, 3);
    assert_entry(&entries[0], FEC_SALES, "Facture F2031-000001 Société SARL",
                 {"411000", 9468, 9468}, {"706000", -7890, -7890}, {"445710", -1578, -1578});
    assert_entry(&entries[1], FEC_SALES, "Facture F2031-000002", {"411000", 9468, 8521},
                 {"707000", -7890, -7101}, {"445710", -1578, -1420});
    assert_entry(&entries[2], FEC_SALES, "Avoir A2031-000001", {"411000", -9468, -9468},
                 {"706000", 7890, 7890}, {"445710", 1578, 1578});
    assert_true(str_eq(entries[0].piece, STR("F2031-000001")));
    assert_int_equal(entries[0].letter.len, 0);
    world_free(world);
}

CASE(payments_their_fees_and_what_takes_them_back)
{
    struct world *world = world_new();
    struct payment settled = pay_settled(world, 5000);
    size_t count;

    refund(world, settled.id, 1000);
    struct attempt attempt = attempt_now(world, payment_now(world, settled.id).attempt);
    assert_ok(notice_try(world, attempt.trace.rrn, eur(4000), "4853"));
    struct fec_entry *entries = entries_of(world, 0, &count);
    assert_int_equal(count, 4);
    assert_entry(&entries[0], FEC_BANK, "Encaissement par carte", {"467000", 4844, 4844},
                 {"411000", -5000, -5000}, {"627000", 130, 130}, {"445660", 26, 26});
    assert_entry(&entries[1], FEC_BANK, "Remboursement", {"467000", -1000, -1000},
                 {"411000", 1000, 1000});
    /* What has not left stays: the bank has taken it. */
    assert_entry(&entries[2], FEC_BANK, "Remboursement non honoré", {"467000", 1000, 1000},
                 {"411000", -1000, -1000});
    assert_entry(&entries[3], FEC_BANK, "Impayé par carte", {"467000", -5800, -5800},
                 {"411000", 4000, 4000}, {"627000", 1500, 1500}, {"445660", 300, 300});
    world_free(world);
}

CASE(debits_and_payouts)
{
    struct world *world = world_new();
    struct payment debit = pay_debit(world, 1000);
    size_t count;

    debit_leaves(world, debit.id);
    assert_ok(reject_try(world, debit.id, "AM04"));
    pay_settled(world, 5000);
    world_advance(world, 3 * 24 * 3600);
    struct payout payout = only_payout(world);
    struct fec_entry *entries = entries_of(world, 0, &count);
    assert_int_equal(count, 4);
    assert_entry(&entries[0], FEC_BANK, "Prélèvement", {"467000", 970, 970},
                 {"411000", -1000, -1000}, {"627000", 25, 25}, {"445660", 5, 5});
    assert_entry(&entries[1], FEC_BANK, "Prélèvement rejeté", {"467000", -970, -970},
                 {"411000", 1000, 1000}, {"627000", -25, -25}, {"445660", -5, -5});
    assert_entry(&entries[3], FEC_BANK, "Versement",
                 {"467000", -payout.amount.minor, -payout.amount.minor},
                 {"512000", payout.amount.minor, payout.amount.minor});
    world_free(world);
}

CASE(a_currency_needs_a_rate)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 5000);
    struct fec_walk walk = walk_of(0);
    struct fec_entry *entries;
    size_t count;

    draft.amount.currency = CURRENCY_USD;
    pay(world, draft);
    struct ctx *cx = world_ctx(world);
    assert_int_equal(fec_read(cx, world_read(world), &walk, &entries, &count), ERR_STATE);
    reader_release(world->core.reader);
    assert_string_equal(cx->faults[0].field, "rate");
    entries = entries_of(world, 333333, &count);
    assert_int_equal(count, 1);
    assert_int_equal(entries[0].lines[1].euro_minor, -1667);
    world_free(world);
}

CASE(it_goes_on_where_it_stopped)
{
    struct world *world = invoice_world();
    const struct invoice_draft draft = seed_draft();
    struct fec_walk walk = walk_of(0);
    struct fec_entry *entries;
    size_t total = 0;
    size_t count;

    for (int i = 0; i < 203; i++) {
        invoice_made(world, &draft);
        if (i % 50 == 0)
            world_contexts_free(world);
    }
    for (int turn = 0; !walk.over; turn++) {
        assert_true(turn < 2);
        assert_ok(fec_read(world->cx, world_read(world), &walk, &entries, &count));
        reader_release(world->core.reader);
        total += count;
    }
    assert_int_equal(total, 203);
    world_free(world);
}

/* On other days there is more than one portion. */
CASE(only_the_days_asked_for)
{
    struct world *world = invoice_world();
    const struct invoice_draft draft = seed_draft();
    struct fec_walk walk = walk_of(0);
    struct fec_entry *entries;
    size_t total = 0;
    size_t count;

    for (int day = 0; day < 3; day++) {
        for (int i = 0; i < (day == 1 ? 2 : 201); i++)
            invoice_made(world, &draft);
        if (day == 1)
            walk.from = walk.until = date_paris(world->cx->now);
        world_contexts_free(world);
        world_advance(world, 24 * 3600);
    }
    while (!walk.over) {
        assert_ok(fec_read(world->cx, world_read(world), &walk, &entries, &count));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(date_compare(entries[i].day, walk.from), 0);
        reader_release(world->core.reader);
        total += count;
    }
    assert_int_equal(total, 2);
    world_free(world);
}

/* The clock went ahead until the next day, and was put back. */
CASE(a_day_has_its_entries_whose_ids_are_of_the_next)
{
    struct world *world = invoice_world();
    const struct invoice_draft draft = seed_draft();
    struct fec_walk walk = walk_of(0);
    struct fec_entry *entries;
    size_t count;
    char sql[128];

    invoice_made(world, &draft);
    walk.from = walk.until = date_paris(world->cx->now);
    snprintf(sql, sizeof sql, "UPDATE ledger_entry SET id = '%.8s' || substr(id, 9)",
             id_floor(world->cx->arena, world->cx->now + 2 * DAY_US).ptr);
    world_tamper(world, sql);
    assert_ok(fec_read(world->cx, world_read(world), &walk, &entries, &count));
    assert_int_equal(count, 1);
    reader_release(world->core.reader);
    world_free(world);
}

CASE(a_store_that_fails_is_told)
{
    struct world *world = invoice_world();
    const struct invoice_draft draft = seed_draft();
    bool came = true;

    invoice_made(world, &draft);
    pay_settled(world, 5000);
    for (int n = 1; came; n++) {
        struct fec_walk walk = walk_of(0);
        struct fec_entry *entries;
        size_t count;
        struct ctx *cx = world_ctx(world);
        struct tx *tx = world_read(world);
        store_fail_after(world->store, n);
        err_t err = fec_read(cx, tx, &walk, &entries, &count);
        came = failure_came(world);
        reader_release(world->core.reader);
        assert_int_equal(err == OK, !came);
        world_contexts_free(world);
    }
    world_free(world);
}

UNIT_MAIN(T(sales_are_told_by_rate_and_undone), T(payments_their_fees_and_what_takes_them_back),
          T(debits_and_payouts), T(a_currency_needs_a_rate), T(it_goes_on_where_it_stopped),
          T(only_the_days_asked_for), T(a_day_has_its_entries_whose_ids_are_of_the_next),
          T(a_store_that_fails_is_told))
