#ifndef GUICHET_BENCH_ARGS_H
#define GUICHET_BENCH_ARGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* What the programs of the benchmark share. */

/* "--name value", into a number or a text. */
struct bench_arg {
    const char *name;
    int64_t *number;
    const char **text;
};
void bench_args(int argc, char **argv, const struct bench_arg *args, size_t count);

/* Ends the program: a benchmark that met anything unexpected has measured nothing. */
NO_RETURN void bench_fail(const char *why);

#endif
