#include "base/log.h"
#include "base/must.h"
#include "store/internal.h"
#include "store/sql.h"

/* Refusals are for the operator who starts the server. */
static err_t refuse(struct ctx *cx, const char *why)
{
    return fault(cx, ERR_STATE, "store", why);
}

/* What the database holds must be the beginning of what this program knows, to the letter. */
static err_t applied_check(struct ctx *cx, struct rows *rows, const struct migration *migrations,
                           size_t count, size_t *applied)
{
    bool has;

    *applied = 0;
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        if (*applied == count)
            return refuse(cx, "was written by a newer version of this program");
        const struct migration *known = &migrations[*applied];
        if (col_int(rows, 0) != known->number)
            return refuse(cx, "lacks a migration between two others");
        if (!str_eq(col_text(rows, 1), str_of(known->name)) ||
            !str_eq(col_text(rows, 2), str_of(known->checksum)))
            return refuse(cx, "has a migration that was edited after it was applied");
        (*applied)++;
    }
}

static err_t applied_read(struct ctx *cx, struct store *store, const struct migration *migrations,
                          size_t count, size_t *applied)
{
    struct tx tx = {.store = store, .connection = store->writer, .access = ACCESS_READ};
    struct rows *rows;

    TRY(store->engine->begin(store->writer));
    err_t err = store_query(cx, &tx, &SQL_MIGRATION_LIST, ARGS(V_INT(0)), &rows);
    if (err == OK)
        err = applied_check(cx, rows, migrations, count, applied);
    tx_end_rows(&tx);
    store->engine->rollback(store->writer);
    return err;
}

/* That it is there tells that rows are missing elsewhere; copy_begin puts one row into it. */
static const char UNFINISHED_TEXT[] = "CREATE TABLE copy_unfinished (mark BIGINT);";

static err_t apply_body(struct ctx *cx, struct tx *tx, const struct migration *migration,
                        bool first, bool fill)
{
    const struct engine *engine = tx->store->engine;

    if (first)
        TRY(engine->script(tx->connection, engine->schema_text));
    if (first && fill)
        TRY(engine->script(tx->connection, UNFINISHED_TEXT));
    TRY(engine->script(tx->connection, migration->text));
    TRY(store_run(cx, tx, &SQL_MIGRATION_INSERT,
                  ARGS(V_INT(migration->number), V_WORD(migration->name),
                       V_WORD(migration->checksum), V_INT(cx->real))));
    return engine->schema_check(tx->connection);
}

static err_t apply(struct ctx *cx, struct store *store, const struct migration *migration,
                   bool first, bool fill)
{
    struct tx tx = {.store = store, .connection = store->writer, .access = ACCESS_WRITE};

    TRY(store->engine->begin(store->writer));
    err_t err = apply_body(cx, &tx, migration, first, fill);
    if (err == OK)
        err = store->engine->commit(store->writer);
    if (err != OK) {
        store->engine->rollback(store->writer);
        log_event(cx, EV_STORE_FAILED, LOG_INT("migration", migration->number), LOG_ERR(err));
        return fault(cx, err, "store", "could not be migrated; nothing of the migration remains");
    }
    log_event(cx, EV_MIGRATED, LOG_INT("number", migration->number),
              LOG_WORD("name", migration->name));
    return OK;
}

/* Whoever has it open knows the schema of before, and would go on writing by it. */
static err_t others_check(struct ctx *cx, struct store *store)
{
    bool others;

    if (store->engine->others == NULL)
        return OK;
    TRY(store->engine->others(store->writer, &others));
    return others ? refuse(cx, "is in use by an older version: every server and command has to end "
                               "before its schema is brought up to date")
                  : OK;
}

static err_t prepare(struct ctx *cx, struct store *store, const struct store_options *options,
                     const struct migration *migrations, size_t count)
{
    enum schema_kind kind;
    size_t applied = 0;
    bool allowed = options->migrate;

    TRY(store->engine->schema_kind(store->writer, &kind));
    switch (kind) {
    case SCHEMA_EMPTY:
        allowed = options->create;
        break;
    case SCHEMA_OURS:
        if (options->fill)
            return refuse(cx, "is not empty");
        TRY(applied_read(cx, store, migrations, count, &applied));
        break;
    case SCHEMA_UNFINISHED:
        if (!options->fill)
            return refuse(cx, "was not filled to the end: guichet migrate goes on with it");
        allowed = true; /* its making was interrupted before its filling */
        TRY(applied_read(cx, store, migrations, count, &applied));
        break;
    case SCHEMA_FOREIGN:
        return refuse(cx, "is a database of another program");
    }
    if (applied < count && !allowed)
        return refuse(cx, kind == SCHEMA_EMPTY ? "is empty"
                                               : "was written by an older version and must be "
                                                 "migrated");
    if (applied > 0 && applied < count)
        TRY(others_check(cx, store));
    for (; applied < count; applied++)
        TRY(apply(cx, store, &migrations[applied], applied == 0, options->fill));
    return OK;
}

err_t schema_prepare(struct ctx *cx, struct store *store, const struct store_options *options,
                     const struct migration *migrations, size_t count)
{
    TRY(store->engine->migrating(store->writer, true));
    err_t err = prepare(cx, store, options, migrations, count);
    err_t after = store->engine->migrating(store->writer, false);
    store->schema = count == 0 ? 0 : migrations[count - 1].number;
    if (err == OK && store->engine->schema_known != NULL)
        store->engine->schema_known(store->database, store->schema);
    return err != OK ? err : after;
}
