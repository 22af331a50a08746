#include <endian.h>
#include <string.h>

#include "base/must.h"
#include "store/postgres/postgres.h"

/* Many rows at once, by COPY in its binary form:
 * https://www.postgresql.org/docs/15/sql-copy.html */

enum { PACK_SIZE = 64 * 1024, COMMAND_MAX = 16 * 1024 };

static const char HEAD[] = "PGCOPY\n\377\r\n\0" /* what it is */
                           "\0\0\0\0"           /* flags */
                           "\0\0\0";            /* length of what would follow here; its last 0
                                                   is the literal's */

/* What goes to the server, gathered. */
struct pack {
    struct connection *connection;
    bool failed;
    size_t len;
    char bytes[PACK_SIZE];
};

static void pack_send(struct pack *pack, const char *bytes, size_t len)
{
    must(len <= INT32_MAX);
    if (!pack->failed && len > 0 &&
        pack->connection->database->pq.PQputCopyData(pack->connection->pg, bytes, (int)len) != 1)
        pack->failed = true;
}

static void pack_flush(struct pack *pack)
{
    pack_send(pack, pack->bytes, pack->len);
    pack->len = 0;
}

static void pack_put(struct pack *pack, const void *bytes, size_t len)
{
    if (len > sizeof pack->bytes - pack->len)
        pack_flush(pack);
    if (len > sizeof pack->bytes) {
        pack_send(pack, bytes, len);
        return;
    }
    memcpy(pack->bytes + pack->len, bytes, len);
    pack->len += len;
}

static void pack_int16(struct pack *pack, int value)
{
    uint16_t raw = htobe16((uint16_t)value);

    pack_put(pack, &raw, sizeof raw);
}

static void pack_len(struct pack *pack, int32_t len)
{
    uint32_t raw = htobe32((uint32_t)len);

    pack_put(pack, &raw, sizeof raw);
}

static void pack_value(struct pack *pack, const struct value *value)
{
    uint64_t number = htobe64((uint64_t)value->number);

    switch (value->kind) {
    case VALUE_NULL:
        pack_len(pack, -1);
        return;
    case VALUE_INT:
        pack_len(pack, sizeof number);
        pack_put(pack, &number, sizeof number);
        return;
    case VALUE_TEXT:
    case VALUE_BLOB:
        must(value->text.len <= INT32_MAX);
        pack_len(pack, (int32_t)value->text.len);
        pack_put(pack, value->text.ptr, value->text.len);
        return;
    }
    must_fail(__FILE__, __LINE__, "value->kind is a member");
}

static bool rows_send(struct connection *connection, const struct copy_table *table,
                      const struct copy_rows *rows)
{
    struct pack *pack = process_make(struct pack);

    pack->connection = connection;
    pack_put(pack, HEAD, sizeof HEAD);
    for (size_t row = 0; row < rows->count; row++) {
        pack_int16(pack, (int)table->column_count);
        for (size_t i = 0; i < table->column_count; i++)
            pack_value(pack, &rows->values[row * table->column_count + i]);
    }
    pack_int16(pack, -1);
    pack_flush(pack);
    bool sent = !pack->failed;
    process_free(pack);
    return sent;
}

/* "COPY table (columns) FROM STDIN" */
static void command_make(const struct copy_table *table, char *out, size_t size)
{
    size_t len =
        (size_t)snprintf(out, size, "COPY \"%.*s\" (", (int)table->name.len, table->name.ptr);

    for (size_t i = 0; i < table->column_count && len < size; i++) {
        const struct str *name = &table->columns[i].name;
        len += (size_t)snprintf(out + len, size - len, "%s\"%.*s\"", i == 0 ? "" : ", ",
                                (int)name->len, name->ptr);
    }
    must(len < size);
    len += (size_t)snprintf(out + len, size - len, ") FROM STDIN (FORMAT binary)");
    must(len < size);
}

/* The one result of a command that was sent, and nothing behind it. */
static err_t result_read(struct connection *connection, PGresult *result, ExecStatusType wanted,
                         bool *gone)
{
    const struct pq_library *pq = &connection->database->pq;
    err_t err = OK;

    if (pq->PQresultStatus(result) != wanted)
        err = postgres_err(connection, result, "copy", gone);
    pq->PQclear(result);
    return err;
}

static err_t copy_in(struct connection *connection, const struct copy_table *table,
                     const struct copy_rows *rows, bool *gone)
{
    const struct pq_library *pq = &connection->database->pq;
    char command[COMMAND_MAX];

    command_make(table, command, sizeof command);
    TRY(result_read(connection, pq->PQexec(connection->pg, command), PGRES_COPY_IN, gone));
    if (!rows_send(connection, table, rows) || pq->PQputCopyEnd(connection->pg, NULL) != 1) {
        *gone = true;
        return ERR_UNAVAILABLE;
    }
    err_t err = result_read(connection, pq->PQgetResult(connection->pg), PGRES_COMMAND_OK, gone);
    PGresult *rest = pq->PQgetResult(connection->pg);
    if (rest != NULL)
        *gone = true;
    pq->PQclear(rest);
    return err;
}

err_t postgres_load(struct connection *connection, const struct copy_table *table,
                    const struct copy_rows *rows)
{
    bool gone = false;

    TRY(transaction_begin(connection));
    TRY(gather_send(connection, UINT64_MAX));
    TRY(pipeline_stop(connection));
    err_t err = copy_in(connection, table, rows, &gone);
    if (err == OK)
        connection->changes += (int64_t)rows->count;
    return pipeline_resume(connection, err, gone);
}
