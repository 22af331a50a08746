#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "store/internal.h"
#include "store/sql.h"

static const struct engine *const ENGINES[] = {&SQLITE_ENGINE, &POSTGRES_ENGINE};

static const struct engine *engine_of(struct str url)
{
    for (size_t i = 0; i < ARRAY_LEN(ENGINES); i++) {
        if (str_starts(url, str_of(ENGINES[i]->scheme)))
            return ENGINES[i];
    }
    return NULL;
}

bool store_url_fits(struct str url)
{
    return engine_of(url) != NULL;
}

static const struct engine *engine_find(struct ctx *cx, const char *url)
{
    const struct engine *engine = engine_of(str_of(url));

    if (engine == NULL)
        (void)fault(cx, ERR_INVALID, "store", "must begin with sqlite: or postgresql:");
    return engine;
}

/* --- readers --- */

struct reader {
    struct store *store;
    struct tx tx;
    bool begun;
};

err_t reader_open(struct store *store, struct reader **out)
{
    struct connection *connection;

    TRY(store->engine->connect(store->database, ACCESS_READ, &connection));
    struct reader *reader = process_make(struct reader);
    reader->store = store;
    reader->tx = (struct tx){.store = store, .connection = connection, .access = ACCESS_READ};
    atomic_fetch_add(&store->readers, 1);
    *out = reader;
    return OK;
}

void reader_release(struct reader *reader)
{
    tx_end_rows(&reader->tx);
    if (reader->begun)
        reader->store->engine->rollback(reader->tx.connection);
    reader->begun = false;
    reader->tx.broken = false;
}

void reader_close(struct reader *reader)
{
    if (reader == NULL)
        return;
    reader_release(reader);
    reader->store->engine->disconnect(reader->tx.connection);
    atomic_fetch_sub(&reader->store->readers, 1);
    process_free(reader);
}

void reader_hurry(struct reader *reader)
{
    const struct engine *engine = reader->store->engine;

    if (engine->hurry != NULL)
        engine->hurry(reader->tx.connection);
}

err_t reader_tx(struct reader *reader, struct tx **out)
{
    /* A snapshot in which the engine failed is not worth keeping. */
    if (reader->tx.broken)
        reader_release(reader);
    if (!reader->begun && store_call_fails(reader->store))
        return ERR_IO;
    if (!reader->begun)
        TRY(reader->store->engine->begin(reader->tx.connection));
    reader->begun = true;
    *out = &reader->tx;
    return OK;
}

/* --- opening and closing --- */

static void store_drop(struct store *store)
{
    if (store->writer != NULL)
        store->engine->disconnect(store->writer);
    if (store->database != NULL)
        store->engine->close(store->database);
    sums_free(store->sums);
    knowns_free(store->knowns);
    process_free(store);
}

static err_t store_connect(struct ctx *cx, struct store *store, const struct store_options *options,
                           const struct migration *migrations, size_t count)
{
    struct str url = str_of(options->url);
    size_t scheme = strlen(store->engine->scheme);
    struct str place = str_sub(url, scheme, url.len - scheme);
    size_t faults = cx->fault_count;

    TRY(store->engine->open(cx, place, options, &store->database));
    err_t err = store->engine->connect(store->database, ACCESS_WRITE, &store->writer);
    if (err == OK)
        err = schema_prepare(cx, store, options, migrations, count);
    if (err == OK || cx->fault_count > faults)
        return err;
    return fault(cx, err, "store", err == ERR_STATE ? "is not a database" : "could not be opened");
}

err_t store_open_with(struct ctx *cx, const struct store_options *options,
                      const struct migration *migrations, size_t count, struct store **out)
{
    const struct engine *engine = engine_find(cx, options->url);

    *out = NULL;
    if (engine == NULL)
        return ERR_INVALID;
    struct store *store = process_make(struct store);
    store->engine = engine;
    store->sums = sums_new();
    store->knowns = knowns_new();
    store->sync_delay_us = options->sync_delay_us;
    err_t err = store_connect(cx, store, options, migrations, count);
    if (err != OK) {
        log_event(cx, EV_STORE_FAILED, LOG_WORD("step", "open"), LOG_ERR(err));
        store_drop(store);
        return err;
    }
    writer_start(store);
    log_event(cx, EV_STORE_OPENED, LOG_INT("schema", store->schema));
    *out = store;
    return OK;
}

err_t store_open(struct ctx *cx, const struct store_options *options, struct store **out)
{
    const struct engine *engine = engine_find(cx, options->url);

    *out = NULL;
    if (engine == NULL)
        return ERR_INVALID;
    return store_open_with(cx, options, engine->migrations, *engine->migration_count, out);
}

void store_finish(struct store *store)
{
    if (store == NULL || store->finished)
        return;
    store->finished = true;
    writer_stop(store);
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    must(atomic_load(&store->readers) == 0);
    store_finish(store);
    store_drop(store);
}

err_t store_fold(struct store *store)
{
    must(atomic_load(&store->readers) == 0);
    store_finish(store);
    return store->engine->fold == NULL ? OK : store->engine->fold(store->writer);
}

/* --- the rest --- */

err_t store_clock(struct tx *tx, instant *out)
{
    return tx_note(tx, tx->store->engine->clock(tx->connection, out));
}

err_t store_backup(struct ctx *cx, struct store *store, const char *path)
{
    struct reader *reader;

    TRY(reader_open(store, &reader));
    err_t err = store->engine->backup(cx, reader->tx.connection, path);
    reader_close(reader);
    return err;
}

bool store_shared(const struct store *store)
{
    return store->engine->shared;
}

int store_schema(const struct store *store)
{
    return store->schema;
}

int store_schema_known(void)
{
    const struct engine *engine = ENGINES[0];
    size_t count = *engine->migration_count;

    return count == 0 ? 0 : engine->migrations[count - 1].number;
}
