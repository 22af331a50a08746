#include "api/safedebit/search.h"

#include "api/safedebit/call.h"
#include "base/must.h"

enum { LIMIT_USUAL = 100, OFFSET_MAX = 1000000000 };

static struct str day_of(struct arena *arena, struct str wire)
{
    return wire.len > 0 ? date_text(arena, argument_date(wire)) : STR_NONE;
}

struct day_range day_range_of(struct arena *arena, struct day_range wire)
{
    return (struct day_range){
        .on = day_of(arena, wire.on),
        .from = day_of(arena, wire.from),
        .until = day_of(arena, wire.until),
    };
}

static bool number_read(struct request *request, struct str text, const char *name, int64_t least,
                        int64_t most, int64_t *out)
{
    if (text.len == 0 ||
        (str_is_digits(text) && str_to_int64(text, out) && *out >= least && *out <= most))
        return true;
    ssp_fail(request, CODE_VALUE, name, "is not one of the permitted values");
    return false;
}

bool search_page(struct request *request, struct str limit_text, struct str offset_text,
                 int64_t most, int64_t *limit, int64_t *offset)
{
    *limit = LIMIT_USUAL;
    *offset = 0;
    return number_read(request, limit_text, "limit", 1, most, limit) &&
           number_read(request, offset_text, "offset", 0, OFFSET_MAX, offset);
}

static struct str value_at(const struct argument *row, const void *in)
{
    return *(const struct str *)(const void *)((const char *)in + row->at);
}

bool search_has_condition(struct request *request, const struct arguments *arguments,
                          const void *in)
{
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *row = &arguments->rows[i];
        struct str name = str_of(row->name);
        if (!str_eq(name, STR("limit")) && !str_eq(name, STR("offset")) &&
            value_at(row, in).len > 0)
            return true;
    }
    ssp_fail(request, CODE_MISSING, arguments->rows[0].name, "or another argument is needed");
    return false;
}

bool search_ranges_check(struct request *request, const struct arguments *arguments, const void *in)
{
    for (size_t i = 1; i < arguments->count; i++) {
        const struct argument *row = &arguments->rows[i];
        if (!str_ends(str_of(row->name), STR("_max")))
            continue;
        struct str from = value_at(row - 1, in);
        struct str until = value_at(row, in);
        if (from.len == 0 || until.len == 0 ||
            date_compare(argument_date(from), argument_date(until)) <= 0)
            continue;
        ssp_fail(request, CODE_DATE, row->name, "is before the other end");
        return false;
    }
    return true;
}
