#include "wire/field_same.h"

#include "base/arena.h"
#include "wire/field_parts.h"

enum { SHOWN_MAX = 256 };

static bool is_there(const struct field *row, const void *from)
{
    const void *at = field_member(row, from);

    switch (row->kind) {
    case F_TEXT:
        return ((const struct str *)at)->len > 0;
    case F_DECIMAL:
        return ((const struct decimal *)at)->present;
    case F_DATE:
    case F_OBJECT:
    case F_OBJECTS:
        return given_test(from, row->at.offset);
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_COUNTRY:
    case F_DIGITS:
    case F_INT:
    case F_BOOL:
    case F_EPOCH:
    case F_EPOCH_DATE:
    case F_EPOCH_TEXT:
    case F_RFC3339:
    case F_WORD:
    case F_WORDS:
    case F_IDS:
    case F_TEXTS:
    case F_ID:
    case F_URL:
    case F_JSON:
        break;
    }
    must_fail(__FILE__, __LINE__, "a kind that is compared");
}

static bool group_there(struct group group, const void *from)
{
    for (size_t i = 0; i < group.count; i++) {
        if (is_there(&group.first[i], from))
            return true;
    }
    return false;
}

/* --- completing ----------------------------------------------------------------------------------
 */

static void group_complete(struct group group, void *to, const void *from)
{
    bool there = group_there(group, to);

    for (size_t i = 0; i < group.count; i++) {
        const struct field *row = &group.first[i];
        char *at = (char *)to + row->at.offset;
        if (!is_there(row, from))
            continue;
        if (there && row->kind == F_OBJECT)
            field_complete(row->at.more, at, field_member(row, from));
        if (there)
            continue;
        memcpy(at, field_member(row, from), row->at.size);
        if (given_test(from, row->at.offset))
            given_set(to, row->at.offset);
    }
}

void field_complete(const struct table *table, void *to, const void *from)
{
    for (size_t i = 0; i < table->count;) {
        struct group group = group_at(table, i);
        group_complete(group, to, from);
        i += group.count;
    }
}

void field_complete_items(const struct table *table, const struct field_list *to,
                          const struct field_list *from)
{
    char *items = (char *)(uintptr_t)to->items;

    for (size_t i = 0; i < to->count && i < from->count; i++)
        field_complete(table, items + i * table->size, (const char *)from->items + i * table->size);
}

/* --- comparing -----------------------------------------------------------------------------------
 */

static const void *item_at(const struct table *table, const struct field_list *list, size_t at)
{
    return (const char *)list->items + at * table->size;
}

/* The same place first: most arrays are in the same order. */
static bool item_within(const struct table *table, const void *item, const struct field_list *whole,
                        size_t place)
{
    if (place < whole->count && field_within(table, item, item_at(table, whole, place)))
        return true;
    for (size_t i = 0; i < whole->count; i++) {
        if (i != place && field_within(table, item, item_at(table, whole, i)))
            return true;
    }
    return false;
}

static bool list_within(const struct table *table, const struct field_list *part,
                        const struct field_list *whole)
{
    for (size_t i = 0; i < part->count; i++) {
        if (!item_within(table, item_at(table, part, i), whole, i))
            return false;
    }
    return true;
}

static bool row_within(const struct field *row, const void *part, const void *whole)
{
    const void *a = field_member(row, part);
    const void *b = field_member(row, whole);

    if (!is_there(row, part))
        return true;
    if (row->kind == F_OBJECTS)
        return list_within(row->at.more, a, b);
    if (row->kind == F_OBJECT)
        return field_within(row->at.more, a, b);
    if (!is_there(row, whole))
        return false;
    if (row->kind == F_DECIMAL)
        return decimal_equal(*(const struct decimal *)a, *(const struct decimal *)b);
    if (row->kind == F_DATE)
        return date_compare(*(const struct date *)a, *(const struct date *)b) == 0;
    return str_eq(*(const struct str *)a, *(const struct str *)b);
}

bool field_within(const struct table *table, const void *part, const void *whole)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!row_within(&table->fields[i], part, whole))
            return false;
    }
    return true;
}

/* --- telling -------------------------------------------------------------------------------------
 */

struct telling {
    struct ctx *cx;
    bool differs;
};

static const char *text_of(struct arena *arena, const struct field *row, const void *whole)
{
    const void *at = field_member(row, whole);

    if (!is_there(row, whole))
        return "is not issued here: leave it out";
    struct str text = row->kind == F_TEXT      ? *(const struct str *)at
                      : row->kind == F_DECIMAL ? decimal_text(arena, *(const struct decimal *)at)
                                               : date_text(arena, *(const struct date *)at);
    if (text.len > SHOWN_MAX)
        return "is not what it comes to";
    return str_format(arena, "must be %.*s, or left out", (int)text.len, text.ptr).ptr;
}

static void table_tell(struct telling *telling, const struct table *table, const char *path,
                       const void *part, const void *whole);

static void list_tell(struct telling *telling, const struct field *row, const char *path,
                      const void *part, const void *whole)
{
    const struct field_list *asked = field_member(row, part);
    const struct field_list *is = field_member(row, whole);
    const struct table *table = row->at.more;

    for (size_t i = 0; i < asked->count; i++) {
        const void *item = item_at(table, asked, i);
        const char *item_path = str_format(telling->cx->arena, "%s.%zu", path, i).ptr;
        if (item_within(table, item, is, i))
            continue;
        if (asked->count == is->count) {
            table_tell(telling, table, item_path, item, item_at(table, is, i));
            continue;
        }
        telling->differs = true;
        (void)fault(telling->cx, ERR_INVALID, item_path, "is not issued here: leave it out");
    }
}

static void row_tell(struct telling *telling, const struct field *row, const char *path,
                     const void *part, const void *whole)
{
    const char *name = str_format(telling->cx->arena, "%s.%s", path, row->name).ptr;

    if (row->kind == F_OBJECTS) {
        list_tell(telling, row, name, part, whole);
    } else if (row->kind == F_OBJECT) {
        table_tell(telling, row->at.more, name, field_member(row, part), field_member(row, whole));
    } else {
        telling->differs = true;
        (void)fault(telling->cx, ERR_INVALID, name, text_of(telling->cx->arena, row, whole));
    }
}

static void table_tell(struct telling *telling, const struct table *table, const char *path,
                       const void *part, const void *whole)
{
    for (size_t i = 0; i < table->count; i++) {
        if (!row_within(&table->fields[i], part, whole))
            row_tell(telling, &table->fields[i], path, part, whole);
    }
}

err_t field_differences(struct ctx *cx, const struct table *table, const char *where,
                        const void *part, const void *whole)
{
    struct telling telling = {cx, false};

    table_tell(&telling, table, where, part, whole);
    return telling.differs ? ERR_INVALID : OK;
}
