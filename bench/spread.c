#include "spread.h"

/* Of a value beyond the first steps. */
static int power_of(int64_t value)
{
    int power = SPREAD_STEP_BITS;

    while (value >> (power + 1) != 0)
        power++;
    return power;
}

static int64_t step_of(int64_t value)
{
    if (value < 2 << SPREAD_STEP_BITS)
        return value < 0 ? 0 : value;
    int shift = power_of(value) - SPREAD_STEP_BITS;
    return ((int64_t)shift << SPREAD_STEP_BITS) + (value >> shift);
}

/* The smallest value of a step. */
static int64_t value_of(int64_t step)
{
    if (step < 2 << SPREAD_STEP_BITS)
        return step;
    int64_t shift = (step >> SPREAD_STEP_BITS) - 1;
    return (step - (shift << SPREAD_STEP_BITS)) << shift;
}

void spread_add(struct spread *spread, int64_t value_us)
{
    spread->counts[step_of(value_us)]++;
    spread->total++;
}

int64_t spread_at(const struct spread *spread, int64_t permille)
{
    int64_t wanted = (spread->total * permille + 999) / 1000;
    int64_t seen = 0;

    for (int64_t step = 0; step < SPREAD_STEPS; step++) {
        seen += spread->counts[step];
        if (seen >= wanted && seen > 0)
            return value_of(step);
    }
    return 0;
}
