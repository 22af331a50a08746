#include "args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void bench_fail(const char *why)
{
    fprintf(stderr, "benchmark: %s\n", why);
    exit(1);
}

static const struct bench_arg *arg_find(const struct bench_arg *args, size_t count,
                                        const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(args[i].name, name) == 0)
            return &args[i];
    }
    bench_fail("an option is not known");
}

void bench_args(int argc, char **argv, const struct bench_arg *args, size_t count)
{
    for (int i = 1; i < argc; i += 2) {
        const struct bench_arg *arg = arg_find(args, count, argv[i]);
        if (i + 1 == argc)
            bench_fail("an option needs a value");
        if (arg->text != NULL)
            *arg->text = argv[i + 1];
        else if (!str_to_int64(str_of(argv[i + 1]), arg->number) || *arg->number < 0)
            bench_fail("an option needs a number");
    }
}
