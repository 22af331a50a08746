#ifndef GUICHET_BENCH_SPREAD_H
#define GUICHET_BENCH_SPREAD_H

#include <stdint.h>

/* How times are spread, to three percent: 32 steps for each power of two, no fractions. */
enum { SPREAD_STEP_BITS = 5, SPREAD_STEPS = 60 << SPREAD_STEP_BITS };

struct spread {
    int64_t counts[SPREAD_STEPS];
    int64_t total;
};

void spread_add(struct spread *spread, int64_t value_us);

/* The time that `permille` of all did not exceed. */
int64_t spread_at(const struct spread *spread, int64_t permille);

#endif
