#include "cli/args.h"

#include <string.h>

static void take(struct args *args, size_t at, size_t count)
{
    memmove(&args->items[at], &args->items[at + count],
            (args->count - at - count) * sizeof args->items[0]);
    args->count -= count;
}

static bool is_option(struct str item)
{
    return item.len > 1 && item.ptr[0] == '-';
}

/* Where "--" stands, or the end. */
static size_t options_end(const struct args *args)
{
    size_t end = 0;

    while (end < args->count && !str_eq(args->items[end], STR("--")))
        end++;
    return end;
}

bool args_flag(struct args *args, const char *name)
{
    for (size_t i = 0; i < options_end(args); i++) {
        if (str_eq(args->items[i], str_of(name))) {
            take(args, i, 1);
            return true;
        }
    }
    return false;
}

bool args_option(struct args *args, const char *name, struct str *value)
{
    struct str wanted = str_of(name);

    *value = STR_NONE;
    for (size_t i = 0; i < options_end(args); i++) {
        struct str item = args->items[i];
        if (str_eq(item, wanted) && i + 1 < args->count) {
            *value = args->items[i + 1];
            take(args, i, 2);
            return true;
        }
        if (str_starts(item, wanted) && item.len > wanted.len && item.ptr[wanted.len] == '=') {
            *value = str_from(item, wanted.len + 1);
            take(args, i, 1);
            return true;
        }
    }
    return false;
}

bool args_next(struct args *args, struct str *value)
{
    size_t end = options_end(args);
    size_t at = 0;

    *value = STR_NONE;
    while (at < end && is_option(args->items[at]))
        at++;
    if (at == end)
        at++;
    bool found = at < args->count;
    if (found) {
        *value = args->items[at];
        take(args, at, 1);
    }
    /* With nothing behind it "--" is no mistake. */
    if (options_end(args) + 1 == args->count)
        args->count--;
    return found;
}
