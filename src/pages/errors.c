#include "pages/errors.h"

#include "wire/text.h"

struct part_errors errors_part(struct arena *arena, const struct part_errors_items *rows,
                               size_t count)
{
    struct part_errors_items *items = arena_array(arena, struct part_errors_items, count);
    struct part_errors part = {.items = items};

    for (size_t i = 0; i < count; i++) {
        if (rows[i].message != 0)
            items[part.items_count++] = rows[i];
    }
    return part;
}

enum text_error text_error_of(struct str text, size_t max)
{
    size_t count;

    if (!text_is_plain(text))
        return TEXT_ERROR_VALUE_CHARACTERS;
    return str_utf8_count(text, &count) && count <= max ? 0 : TEXT_ERROR_VALUE_LONG;
}
