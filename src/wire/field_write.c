#include <string.h>

#include "wire/field_parts.h"

static void date_put(struct buf *out, struct date date)
{
    char *to = buf_extend(out, 12);

    must(date_valid(date));
    if (to == NULL)
        return;
    const int parts[] = {date.year / 100, date.year % 100, date.month, date.day};
    static const size_t AT[] = {1, 3, 6, 9};
    memcpy(to, "\"YYYY-MM-DD\"", 12);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        to[AT[i]] = (char)('0' + parts[i] / 10);
        to[AT[i] + 1] = (char)('0' + parts[i] % 10);
    }
}

static void time_put(struct buf *out, instant at)
{
    struct wall wall = wall_utc(at);
    const int parts[] = {wall.hour, wall.minute, wall.second};

    date_put(out, wall.date);
    char *to = buf_extend(out, 10);
    if (to == NULL)
        return;
    /* Over the closing quote of the date. */
    memcpy(--to, "Thh:mm:ssZ\"", 11);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        to[1 + 3 * i] = (char)('0' + parts[i] / 10);
        to[2 + 3 * i] = (char)('0' + parts[i] % 10);
    }
}

static int64_t epoch_of(const struct field *row, const void *at)
{
    if (row->at.size == sizeof(struct date))
        return date_to_days(*(const struct date *)at) * 86400;
    return instant_unix(*(const instant *)at);
}

static void word_put(struct buf *out, const struct words *words, size_t value)
{
    must(value > 0);
    must(value < words->count);
    must(words->texts[value] != NULL);
    json_put_text(out, str_of(words->texts[value]));
}

static void words_put(struct buf *out, const struct words *words, unsigned bits)
{
    char before = '[';

    for (size_t value = 1; value < words->count; value++) {
        if ((bits & 1U << value) == 0)
            continue;
        buf_put_byte(out, before);
        word_put(out, words, value);
        before = ',';
    }
    buf_put(out, before == '[' ? STR("[]") : STR("]"));
}

static void id_put(struct buf *out, const char *prefix, const char *raw)
{
    size_t len = prefix == NULL ? 0 : strlen(prefix);
    char *to = buf_extend(out, len + ID_LEN + 2);

    if (to == NULL)
        return;
    to[0] = '"';
    if (len > 0)
        memcpy(to + 1, prefix, len);
    memcpy(to + 1 + len, raw, ID_LEN);
    to[1 + len + ID_LEN] = '"';
}

static void ids_put(struct buf *out, const char *prefix, const struct field_list *list)
{
    const char *ids = list->items;

    buf_put_byte(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_put_byte(out, ',');
        id_put(out, prefix, ids + i * ID_SIZE);
    }
    buf_put_byte(out, ']');
}

static void texts_put(struct buf *out, const struct field_list *list)
{
    const struct str *texts = list->items;

    buf_put_byte(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_put_byte(out, ',');
        json_put_text(out, texts[i]);
    }
    buf_put_byte(out, ']');
}

static void list_put(struct buf *out, const struct table *table, unsigned edition,
                     const struct field_list *list)
{
    buf_put_byte(out, '[');
    for (size_t i = 0; i < list->count; i++) {
        if (i > 0)
            buf_put_byte(out, ',');
        field_write(out, table, edition, (const char *)list->items + i * table->size);
    }
    buf_put_byte(out, ']');
}

static void decimal_put(struct buf *out, struct decimal number)
{
    char digits[DECIMALS_MAX + 4];
    uint64_t size = number.units < 0 ? 0 - (uint64_t)number.units : (uint64_t)number.units;
    size_t at = sizeof digits;
    int written = 0;

    for (; size > 0 || written <= number.decimals; size /= 10, written++) {
        if (written == number.decimals && written > 0)
            digits[--at] = '.';
        digits[--at] = (char)('0' + size % 10);
    }
    buf_put(out, number.units < 0 ? STR("\"-") : STR("\""));
    buf_put(out, (struct str){digits + at, sizeof digits - at});
    buf_put_byte(out, '"');
}

/* A member that is there, see member_present. */
static void member_put(struct buf *out, const struct field *row, unsigned edition, const void *at)
{
    switch (row->kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_COUNTRY:
    case F_DIGITS:
    case F_URL:
        json_put_text(out, *(const struct str *)at);
        return;
    case F_INT:
        buf_put_int(out, *(const int64_t *)at);
        return;
    case F_DECIMAL:
        decimal_put(out, *(const struct decimal *)at);
        return;
    case F_BOOL:
        json_put_bool(out, *(const bool *)at);
        return;
    case F_DATE:
        date_put(out, *(const struct date *)at);
        return;
    case F_EPOCH:
    case F_EPOCH_DATE:
        buf_put_int(out, epoch_of(row, at));
        return;
    case F_EPOCH_TEXT:
        buf_put_byte(out, '"');
        buf_put_int(out, epoch_of(row, at));
        buf_put_byte(out, '"');
        return;
    case F_RFC3339:
        time_put(out, *(const instant *)at);
        return;
    case F_WORD:
        word_put(out, row->at.more, (size_t)(*(const int *)at));
        return;
    case F_WORDS:
        words_put(out, row->at.more, *(const unsigned *)at);
        return;
    case F_ID:
        id_put(out, row->at.more, at);
        return;
    case F_IDS:
        ids_put(out, row->at.more, at);
        return;
    case F_TEXTS:
        texts_put(out, at);
        return;
    case F_OBJECT:
        field_write(out, row->at.more, edition, at);
        return;
    case F_OBJECTS:
        list_put(out, row->at.more, edition, at);
        return;
    case F_JSON:
        buf_put(out, *(const struct str *)at);
        return;
    }
}

/* Whether a row has something to write. */
static bool member_present(const struct field *row, const void *from)
{
    const void *at = field_member(row, from);

    switch (row->kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_COUNTRY:
    case F_DIGITS:
    case F_URL:
        return ((const struct str *)at)->len > 0 || row->need == REQUIRED;
    case F_JSON:
        return ((const struct str *)at)->len > 0;
    case F_ID:
        return *(const char *)at != '\0';
    case F_WORD:
        return *(const int *)at != 0;
    case F_DECIMAL:
        return ((const struct decimal *)at)->present || row->need == REQUIRED;
    case F_INT:
    case F_BOOL:
    case F_DATE:
    case F_EPOCH:
    case F_EPOCH_DATE:
    case F_EPOCH_TEXT:
    case F_RFC3339:
    case F_WORDS:
    case F_IDS:
    case F_TEXTS:
    case F_OBJECT:
    case F_OBJECTS:
        return row->need == REQUIRED || given_test(from, row->at.offset);
    }
    must_fail(__FILE__, __LINE__, "kind is a member of field_kind");
}

static void name_put(struct buf *out, char before, const char *name)
{
    size_t len = strlen(name);
    char *to = buf_extend(out, len + 4);

    if (to == NULL)
        return;
    to[0] = before;
    to[1] = '"';
    memcpy(to + 2, name, len);
    to[len + 2] = '"';
    to[len + 3] = ':';
}

/* The first row with something to write; else null. */
static void group_put(struct buf *out, struct group group, unsigned edition, const void *from)
{
    for (size_t i = 0; i < group.count; i++) {
        const struct field *row = &group.first[i];
        if ((row->editions & edition) != 0 && member_present(row, from)) {
            member_put(out, row, edition, field_member(row, from));
            return;
        }
    }
    json_put_null(out);
}

static bool group_left_out(struct group group, unsigned edition, const void *from)
{
    if (group.first->need != SPARSE)
        return false;
    for (size_t i = 0; i < group.count; i++) {
        const struct field *row = &group.first[i];
        if ((row->editions & edition) != 0 && member_present(row, from))
            return false;
    }
    return true;
}

void field_write(struct buf *out, const struct table *table, unsigned edition, const void *from)
{
    char before = '{';

    for (size_t i = 0; i < table->count;) {
        struct group group = group_at(table, i);
        if (group_exists(group, edition) && !group_left_out(group, edition, from)) {
            name_put(out, before, group.first->name);
            group_put(out, group, edition, from);
            before = ',';
        }
        i += group.count;
    }
    buf_put(out, before == '{' ? STR("{}") : STR("}"));
}
