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

bool args_flag(struct args *args, const char *name)
{
    for (size_t i = 0; i < args->count; i++) {
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
    for (size_t i = 0; i < args->count; i++) {
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
    *value = STR_NONE;
    for (size_t i = 0; i < args->count; i++) {
        if (!is_option(args->items[i])) {
            *value = args->items[i];
            take(args, i, 1);
            return true;
        }
    }
    return false;
}
