#include <endian.h>
#include <string.h>

#include "base/must.h"
#include "store/postgres/column.h"
#include "store/postgres/postgres.h"

/* Each value is its length and its bytes, or NO_VALUE. */
enum {
    LENGTH_SIZE = sizeof(uint32_t),
    ARRAY_HEAD = 5 * LENGTH_SIZE,
    BYTES_KEPT = 64 * 1024, /* of a column that was cleared */
};
#define NO_VALUE UINT32_MAX

static void column_room(struct column *column, size_t more)
{
    size_t size = column->size == 0 ? 256 : column->size;

    while (size < column->len + more)
        size *= 2;
    if (size == column->size)
        return;
    char *grown = process_alloc(1, size);
    if (column->len > 0)
        memcpy(grown, column->bytes, column->len);
    process_free(column->bytes);
    column->bytes = grown;
    column->size = size;
}

static void put32(char *at, uint32_t number)
{
    uint32_t raw = htobe32(number);

    memcpy(at, &raw, sizeof raw);
}

static void length_add(struct column *column, uint32_t len)
{
    column_room(column, LENGTH_SIZE);
    put32(column->bytes + column->len, len);
    column->len += LENGTH_SIZE;
}

static void bytes_add(struct column *column, const char *bytes, size_t len)
{
    column_room(column, LENGTH_SIZE + len);
    length_add(column, (uint32_t)len);
    if (len > 0)
        memcpy(column->bytes + column->len, bytes, len);
    column->len += len;
}

static void value_add(struct column *column, const struct value *value)
{
    uint64_t number;

    switch (value->kind) {
    case VALUE_NULL:
        length_add(column, NO_VALUE);
        column->has_null = true;
        return;
    case VALUE_INT:
        number = htobe64((uint64_t)value->number);
        bytes_add(column, (const char *)&number, sizeof number);
        return;
    case VALUE_TEXT:
    case VALUE_BLOB:
        must(value->text.len <= INT32_MAX);
        bytes_add(column, value->text.ptr, value->text.len);
        return;
    }
}

/* Gives each row its own: the first value once more for each of the others. */
static void column_spread(struct column *column, int64_t rows)
{
    size_t len = column->len - ARRAY_HEAD;

    column_room(column, len * (size_t)(rows - 1));
    for (int64_t row = 1; row < rows; row++) {
        memcpy(column->bytes + column->len, column->bytes + ARRAY_HEAD, len);
        column->len += len;
    }
    column->varies = true;
}

/* Whether what was added at `from` is what all rows have. */
static bool is_the_same(const struct column *column, size_t from)
{
    size_t len = from - ARRAY_HEAD;

    return column->len - from == len &&
           memcmp(column->bytes + ARRAY_HEAD, column->bytes + from, len) == 0;
}

void column_put(struct column *column, const struct value *value, int64_t rows)
{
    size_t before = column->len;

    if (rows == 0) {
        column_room(column, ARRAY_HEAD);
        column->len = ARRAY_HEAD;
        value_add(column, value);
        return;
    }
    value_add(column, value);
    if (column->varies)
        return;
    bool same = is_the_same(column, before);
    column->len = before;
    if (same)
        return;
    column_spread(column, rows);
    value_add(column, value);
}

struct value column_one(const struct column *column)
{
    const char *length = column->bytes + ARRAY_HEAD;

    must(!column->varies);
    if (column->has_null)
        return V_NULL();
    return V_BLOB(((struct str){length + LENGTH_SIZE, column->len - ARRAY_HEAD - LENGTH_SIZE}));
}

struct value column_array(struct column *column, char type, int64_t rows)
{
    const uint32_t head[] = {1, column->has_null, type_oid(type), (uint32_t)rows, 1};

    _Static_assert(sizeof head == ARRAY_HEAD, "dimensions, nulls, type, rows, first index");
    if (!column->varies)
        column_spread(column, rows);
    for (size_t i = 0; i < ARRAY_LEN(head); i++)
        put32(column->bytes + i * sizeof *head, head[i]);
    return V_BLOB(((struct str){column->bytes, column->len}));
}

void column_clear(struct column *column)
{
    column->len = 0;
    column->varies = false;
    column->has_null = false;
    if (column->size > BYTES_KEPT)
        column_free(column);
}

void column_free(struct column *column)
{
    process_free(column->bytes);
    *column = (struct column){0};
}
