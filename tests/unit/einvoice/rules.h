#ifndef GUICHET_TESTS_UNIT_EINVOICE_RULES_H
#define GUICHET_TESTS_UNIT_EINVOICE_RULES_H

#include "einvoice/check.h"
#include "support/einvoice.h"

/* Exactly these rules fail, in this order. */
static inline void assert_rules(struct arena *arena, const struct einvoice *invoice,
                                const char *rules, int line)
{
    struct einvoice_report report = einvoice_report_new(arena);

    einvoice_check(arena, invoice, &report);
    struct str found = einvoice_rules(arena, &report);
    if (!str_eq(found, str_of(rules)))
        fail_msg("line %d: wanted \"%s\", found \"%.*s\"", line, rules, (int)found.len, found.ptr);
}

/* Of a good invoice `i` that was changed; "" when it is still good. */
#define RULES(rules, ...)                                                                          \
    do {                                                                                           \
        struct arena *arena_ = arena_new(1 << 20);                                                 \
        struct einvoice *i = einvoice_good(arena_);                                                \
        __VA_ARGS__;                                                                               \
        assert_rules(arena_, i, rules, __LINE__);                                                  \
        arena_free(arena_);                                                                        \
    } while (0)

/* The same in another category. */
#define RULES_IN(category, rate, rules, ...)                                                       \
    do {                                                                                           \
        struct arena *arena_ = arena_new(1 << 20);                                                 \
        struct einvoice *i = einvoice_in(arena_, category, rate);                                  \
        __VA_ARGS__;                                                                               \
        assert_rules(arena_, i, rules, __LINE__);                                                  \
        arena_free(arena_);                                                                        \
    } while (0)

#endif
