#include "core/periodicity.h"

#include "support/core_calls.h"

static struct periodicity periods_now(struct world *world)
{
    struct periodicity periodicity;

    assert_ok(periodicity_load(world->cx, world_read(world), &periodicity));
    reader_release(world->core.reader);
    return periodicity;
}

static struct periodicity_set periods_set(struct world *world, struct periodicity to)
{
    struct periodicity_set set = {.to = to};

    WORLD_RUN(world, &set, periodicity_set);
    return set;
}

static void assert_periods(struct periodicity is, enum vat_regime regime,
                           enum transaction_period transactions, enum payment_period payments)
{
    assert_int_equal(is.regime, regime);
    assert_int_equal(is.transactions, transactions);
    assert_int_equal(is.payments, payments);
}

CASE(each_regime_has_its_periods)
{
    struct world *world = world_new();

    assert_periods(periods_now(world), REGIME_NORMAL_MONTHLY, TRANSACTIONS_DECADE,
                   PAYMENTS_MONTHLY);
    periods_set(world, (struct periodicity){.regime = REGIME_NORMAL_QUARTERLY});
    assert_periods(periods_now(world), REGIME_NORMAL_QUARTERLY, TRANSACTIONS_MONTHLY,
                   PAYMENTS_MONTHLY);
    periods_set(world, (struct periodicity){.regime = REGIME_SIMPLIFIED});
    assert_periods(periods_now(world), REGIME_SIMPLIFIED, TRANSACTIONS_MONTHLY, PAYMENTS_MONTHLY);
    struct periodicity_set set =
        periods_set(world, (struct periodicity){.regime = REGIME_FRANCHISE});
    assert_periods(set.made, REGIME_FRANCHISE, TRANSACTIONS_MONTHLY, PAYMENTS_BIMONTHLY);
    assert_periods(periods_now(world), REGIME_FRANCHISE, TRANSACTIONS_MONTHLY, PAYMENTS_BIMONTHLY);
    world_free(world);
}

CASE(more_often_is_allowed_and_stays_until_another_regime)
{
    struct world *world = world_new();

    periods_set(world, (struct periodicity){.regime = REGIME_FRANCHISE,
                                            .transactions = TRANSACTIONS_DECADE,
                                            .payments = PAYMENTS_MONTHLY});
    assert_periods(periods_now(world), REGIME_FRANCHISE, TRANSACTIONS_DECADE, PAYMENTS_MONTHLY);
    periods_set(world, (struct periodicity){.payments = PAYMENTS_BIMONTHLY});
    assert_periods(periods_now(world), REGIME_FRANCHISE, TRANSACTIONS_DECADE, PAYMENTS_BIMONTHLY);
    periods_set(world, (struct periodicity){.regime = REGIME_FRANCHISE});
    assert_periods(periods_now(world), REGIME_FRANCHISE, TRANSACTIONS_DECADE, PAYMENTS_BIMONTHLY);
    periods_set(world, (struct periodicity){.regime = REGIME_SIMPLIFIED});
    assert_periods(periods_now(world), REGIME_SIMPLIFIED, TRANSACTIONS_MONTHLY, PAYMENTS_MONTHLY);
    world_free(world);
}

CASE(less_often_than_the_regime_asks_for_is_refused)
{
    struct world *world = world_new();

    struct periodicity_set set =
        periods_set(world, (struct periodicity){.transactions = TRANSACTIONS_MONTHLY,
                                                .payments = PAYMENTS_BIMONTHLY});
    assert_int_equal(set.operation.result, ERR_INVALID);
    assert_int_equal(set.operation.cx->fault_count, 2);
    assert_string_equal(set.operation.cx->faults[0].field, "body.transaction_periodicity");
    assert_string_equal(set.operation.cx->faults[1].field, "body.payment_periodicity");
    assert_periods(periods_now(world), REGIME_NORMAL_MONTHLY, TRANSACTIONS_DECADE,
                   PAYMENTS_MONTHLY);
    world_free(world);
}

static void ends_on(enum transaction_period transactions, struct date day, struct date end)
{
    const struct periodicity periodicity = {.transactions = transactions};

    assert_int_equal(date_compare(periodicity_end(&periodicity, day), end), 0);
}

CASE(periods_end_on_the_10th_the_20th_and_with_the_month)
{
    ends_on(TRANSACTIONS_DECADE, (struct date){2028, 2, 1}, (struct date){2028, 2, 10});
    ends_on(TRANSACTIONS_DECADE, (struct date){2028, 2, 10}, (struct date){2028, 2, 10});
    ends_on(TRANSACTIONS_DECADE, (struct date){2028, 2, 11}, (struct date){2028, 2, 20});
    ends_on(TRANSACTIONS_DECADE, (struct date){2028, 2, 20}, (struct date){2028, 2, 20});
    ends_on(TRANSACTIONS_DECADE, (struct date){2028, 2, 21}, (struct date){2028, 2, 29});
    ends_on(TRANSACTIONS_MONTHLY, (struct date){2027, 12, 1}, (struct date){2027, 12, 31});
    ends_on(TRANSACTIONS_MONTHLY, (struct date){2027, 2, 28}, (struct date){2027, 2, 28});
}

UNIT_MAIN(T(each_regime_has_its_periods), T(more_often_is_allowed_and_stays_until_another_regime),
          T(less_often_than_the_regime_asks_for_is_refused),
          T(periods_end_on_the_10th_the_20th_and_with_the_month))
