#include "core/usage.h"

#include "core/counter.h"
#include "support/core_calls.h"

static err_t counted_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const instant *at = arg;

    TRY(counter_add(cx, tx, "report", *at));
    return counter_add(cx, tx, "invoice_issued", *at);
}

static void count_at(struct world *world, struct wall wall)
{
    instant at = instant_paris(wall);

    assert_ok(tx_run(world->store, world->cx, counted_body, &at));
}

static int64_t reports(struct world *world, struct date from, struct date until)
{
    struct usage_counts counts;

    assert_ok(usage_between(world->cx, world_read(world), from, until, &counts));
    reader_release(world->core.reader);
    assert_int_equal(counts.of[USAGE_REPORTS], counts.of[USAGE_INVOICES]);
    assert_int_equal(counts.of[USAGE_MANDATES], 0);
    return counts.of[USAGE_REPORTS];
}

/* 28 March 2027 has 23 hours, 31 October 2027 has 25. */
CASE(days_are_those_of_paris_also_where_clocks_change)
{
    struct world *world = world_new();
    const struct date spring = {2027, 3, 28};
    const struct date autumn = {2027, 10, 31};
    struct usage_counts ever;

    count_at(world, (struct wall){spring, 0, 0, 0});
    count_at(world, (struct wall){spring, 23, 59, 59});
    count_at(world, (struct wall){
                        {2027, 3, 27},
                        23, 59, 59
    });
    count_at(world, (struct wall){
                        {2027, 3, 29},
                        0, 0, 0
    });
    count_at(world, (struct wall){autumn, 0, 0, 0});
    count_at(world, (struct wall){autumn, 23, 59, 59});
    count_at(world, (struct wall){
                        {2027, 11, 1},
                        0, 0, 0
    });
    assert_int_equal(reports(world, spring, spring), 2);
    assert_int_equal(reports(world, autumn, autumn), 2);
    assert_int_equal(reports(world, (struct date){2027, 3, 27}, (struct date){2027, 3, 29}), 4);
    assert_int_equal(reports(world, (struct date){2027, 1, 1}, (struct date){2027, 12, 31}), 7);
    assert_int_equal(reports(world, (struct date){2026, 1, 1}, (struct date){2026, 12, 31}), 0);
    assert_ok(usage_ever(world->cx, world_read(world), &ever));
    assert_int_equal(ever.of[USAGE_REPORTS], 7);
    world_free(world);
}

UNIT_MAIN(T(days_are_those_of_paris_also_where_clocks_change))
