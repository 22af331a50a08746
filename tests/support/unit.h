#ifndef GUICHET_TESTS_SUPPORT_UNIT_H
#define GUICHET_TESTS_SUPPORT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/ctx.h"

/* A case is named after the rule it shows. The build finds the lines that begin with CASE( and
 * gives each one to ctest, which runs the program with the case's name. */
#define CASE(name) static void name(void **state __attribute__((unused)))

#define UNIT_MAIN(...)                                                                             \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        const struct CMUnitTest cases[] = {__VA_ARGS__};                                           \
        return unit_run(argc, argv, cases, sizeof cases / sizeof cases[0]);                        \
    }
/* UNIT_MAIN(T(first_rule), T(second_rule)) */
#define T(name) cmocka_unit_test(name)

static inline int unit_run(int argc, char **argv, const struct CMUnitTest *cases, size_t count)
{
    struct CMUnitTest chosen[1];

    crypto_start();
    if (argc < 2)
        return _cmocka_run_group_tests("all", cases, count, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(cases[i].name, argv[1]) == 0) {
            chosen[0] = cases[i];
            return _cmocka_run_group_tests("one", chosen, 1, NULL, NULL);
        }
    }
    fprintf(stderr, "no case named %s\n", argv[1]);
    return 2;
}

#define assert_ok(call) assert_int_equal((call), OK)
#define assert_str(text, literal)                                                                  \
    do {                                                                                           \
        struct str assert_str_ = (text);                                                           \
        assert_int_equal(assert_str_.len, strlen(literal));                                        \
        assert_memory_equal(assert_str_.ptr == NULL ? "" : assert_str_.ptr, literal,               \
                            strlen(literal));                                                      \
    } while (0)

/* A context for tests: its own arena, the real clock, test mode. Freed by unit_ctx_free. */
static inline struct ctx *unit_ctx(void)
{
    struct ctx *cx = process_make(struct ctx);

    cx->arena = arena_new(64U * 1024 * 1024);
    cx->ids = id_source_new();
    cx->real = clock_now();
    cx->now = cx->real;
    cx->mode = MODE_TEST;
    return cx;
}

static inline void unit_ctx_free(struct ctx *cx)
{
    arena_free(cx->arena);
    id_source_free(cx->ids);
    process_free(cx);
}

#endif
