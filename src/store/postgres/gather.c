#include <endian.h>
#include <string.h>

#include "base/must.h"
#include "store/postgres/postgres.h"

/* Statements that wait for others of their kind ("gathered" in the .sql files), to go as one over
 * arrays of arguments: most of what a row costs is the way of its own statement through the server.
 * Whatever touches one of their tables lets all go first, in the order in which their kinds were
 * first used, so that every statement finds what it would have found without. */

enum {
    KINDS_MAX = 32,         /* tools/sqlgather.py sees to it */
    ROWS_MAX = 32,          /* of one statement: the server has work while the next ones are made */
    BYTES_KEPT = 64 * 1024, /* of a column, until the next group */
    ARRAY_HEAD = 5 * sizeof(uint32_t),
};

/* An array of one dimension in PostgreSQL's binary form, as it grows: its head, then for each
 * element its length and its bytes. */
struct column {
    char *bytes;
    size_t len;
    size_t size;
    bool has_null;
};

struct kind {
    struct sql many; /* what goes; the number and the text are others than those of `one` */
    const struct sql *one;
    int64_t rows;
    struct column columns[PARAMS_MAX];
};

struct gathering {
    struct kind *kinds[KINDS_MAX];
    size_t len;
    uint64_t touched; /* by those that wait */
    size_t waiting;
    struct kind *order[KINDS_MAX]; /* those that wait, by their first use */
};

/* --- arrays --- */

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

static void column_add(struct column *column, const char *bytes, size_t len)
{
    column_room(column, sizeof(uint32_t) + len);
    put32(column->bytes + column->len, (uint32_t)len);
    column->len += sizeof(uint32_t);
    if (len > 0)
        memcpy(column->bytes + column->len, bytes, len);
    column->len += len;
}

static void column_put(struct column *column, const struct value *value)
{
    uint64_t number;

    if (column->len == 0) {
        column_room(column, ARRAY_HEAD);
        column->len = ARRAY_HEAD;
    }
    switch (value->kind) {
    case VALUE_NULL:
        column_room(column, sizeof(uint32_t));
        put32(column->bytes + column->len, UINT32_MAX);
        column->len += sizeof(uint32_t);
        column->has_null = true;
        return;
    case VALUE_INT:
        number = htobe64((uint64_t)value->number);
        column_add(column, (const char *)&number, sizeof number);
        return;
    case VALUE_TEXT:
    case VALUE_BLOB:
        must(value->text.len <= INT32_MAX);
        column_add(column, value->text.ptr, value->text.len);
        return;
    }
}

static struct value column_value(struct column *column, char type, int64_t rows)
{
    const uint32_t head[] = {1, column->has_null, type_oid(type), (uint32_t)rows, 1};

    _Static_assert(sizeof head == ARRAY_HEAD, "dimensions, nulls, type, rows, first index");
    for (size_t i = 0; i < ARRAY_LEN(head); i++)
        put32(column->bytes + i * sizeof *head, head[i]);
    return V_BLOB(((struct str){column->bytes, column->len}));
}

static void kind_clear(struct kind *kind)
{
    kind->rows = 0;
    for (int i = 0; i < kind->one->params; i++) {
        struct column *column = &kind->columns[i];
        column->len = 0;
        column->has_null = false;
        if (column->size > BYTES_KEPT) {
            process_free(column->bytes);
            *column = (struct column){0};
        }
    }
}

static void kind_free(struct kind *kind)
{
    for (int i = 0; i < kind->one->params; i++)
        process_free(kind->columns[i].bytes);
    process_free(kind);
}

static struct kind *kind_of(struct gathering *gathering, const struct sql *sql)
{
    for (size_t i = 0; i < gathering->len; i++) {
        if (gathering->kinds[i]->one == sql)
            return gathering->kinds[i];
    }
    must(gathering->len < KINDS_MAX);
    struct kind *kind = process_make(struct kind);
    kind->one = sql;
    kind->many = *sql;
    kind->many.text = sql->gathered;
    kind->many.number = SQL_GATHERED + sql->number;
    gathering->kinds[gathering->len++] = kind;
    return kind;
}

/* --- what waits --- */

bool gather_takes(const struct connection *connection, const struct sql *sql)
{
    return sql->gathered != NULL && connection->gathers;
}

err_t gather_add(struct connection *connection, const struct sql *sql, const struct value *args)
{
    struct gathering *gathering = connection->gathering;

    if (gathering == NULL)
        gathering = connection->gathering = process_make(struct gathering);
    struct kind *kind = kind_of(gathering, sql);
    /* Others of its kind may wait with it, unless there are too many; what touches its tables may
     * not. */
    if (kind->rows == ROWS_MAX || (kind->rows == 0 && (gathering->touched & ~sql->spared) != 0))
        TRY(gather_send(connection, UINT64_MAX));
    if (kind->rows == 0)
        gathering->order[gathering->waiting++] = kind;
    kind->rows++;
    gathering->touched |= ~sql->spared;
    for (int i = 0; i < sql->params; i++)
        column_put(&kind->columns[i], &args[i]);
    return OK;
}

static err_t kind_send(struct connection *connection, struct kind *kind)
{
    struct value args[PARAMS_MAX];

    for (int i = 0; i < kind->one->params; i++)
        args[i] = column_value(&kind->columns[i], kind->one->types[i], kind->rows);
    return pipeline_statement(connection, &kind->many, args, false);
}

err_t gather_send(struct connection *connection, uint64_t touched)
{
    struct gathering *gathering = connection->gathering;
    err_t err = OK;

    if (gathering == NULL || (gathering->touched & touched) == 0)
        return OK;
    for (size_t i = 0; i < gathering->waiting && err == OK; i++)
        err = kind_send(connection, gathering->order[i]);
    gather_drop(connection);
    pipeline_push(connection);
    return err;
}

void gather_drop(struct connection *connection)
{
    struct gathering *gathering = connection->gathering;

    if (gathering == NULL)
        return;
    for (size_t i = 0; i < gathering->waiting; i++)
        kind_clear(gathering->order[i]);
    gathering->waiting = 0;
    gathering->touched = 0;
}

void gather_free(struct connection *connection)
{
    struct gathering *gathering = connection->gathering;

    for (size_t i = 0; gathering != NULL && i < gathering->len; i++)
        kind_free(gathering->kinds[i]);
    process_free(gathering);
    connection->gathering = NULL;
}
