#include <string.h>

#include "base/must.h"
#include "store/internal.h"

/* What the writer remembers (store_known). It is true until a body says that it changes one, here
 * or at another server, or what was read is undone. */

enum { PLACES = 256 }; /* a power of two */

struct known {
    const struct sql *sql; /* NULL: free */
    char key[64];
    size_t key_len;
    bool of_id; /* an id instead of a number */
    int64_t number;
    char id[ID_SIZE];
};

struct knowns {
    size_t count;
    bool doubtful; /* other servers may have changed something: not looked at in this group */
    bool current;  /* version is that of all that is remembered */
    int64_t version;
    struct known places[PLACES];
};

struct knowns *knowns_new(void)
{
    return process_make(struct knowns);
}

void knowns_free(struct knowns *knowns)
{
    process_free(knowns);
}

void knowns_clear(struct knowns *knowns)
{
    if (knowns->count > 0)
        memset(knowns->places, 0, sizeof knowns->places);
    knowns->count = 0;
}

void knowns_doubt(struct store *store)
{
    store->knowns->doubtful = store->engine->shared;
}

/* Nobody waits for the version as long as something is remembered: changes are rare, and when there
 * was one the group runs again. */
static err_t doubt_end(struct store *store)
{
    const struct engine *engine = store->engine;
    struct knowns *knowns = store->knowns;

    if (knowns->count > 0 && knowns->current) {
        engine->known_expect(store->writer, knowns->version);
    } else {
        knowns_clear(knowns);
        TRY(engine->known_version(store->writer, &knowns->version));
        knowns->current = true;
    }
    knowns->doubtful = false;
    return OK;
}

void store_forget(struct tx *tx)
{
    const struct engine *engine = tx->store->engine;

    must(tx->access == ACCESS_WRITE);
    knowns_clear(tx->store->knowns);
    tx->store->knowns->current = false;
    if (engine->shared)
        (void)tx_note(tx, engine->known_change(tx->connection));
}

/* The arguments, which are texts, one behind the other; the place where they belong. */
static struct known *place_of(struct knowns *knowns, const struct value *args, size_t count,
                              char key[static sizeof((struct known){0}).key], size_t *len)
{
    uint64_t hash = 14695981039346656037U; /* FNV-1a */

    *len = 0;
    for (size_t i = 0; i < count; i++) {
        must(args[i].kind == VALUE_TEXT);
        must(args[i].text.len < sizeof((struct known){0}).key - *len);
        memcpy(key + *len, args[i].text.ptr, args[i].text.len);
        *len += args[i].text.len;
        key[(*len)++] = '\0';
    }
    for (size_t i = 0; i < *len; i++)
        hash = (hash ^ (unsigned char)key[i]) * 1099511628211U;
    return &knowns->places[hash % PLACES];
}

static err_t ask(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
                 size_t count, struct known *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, sql, args, count, &rows, &found));
    if (found && out->of_id)
        col_id(rows, 0, out->id);
    else if (found)
        out->number = col_int(rows, 0);
    return OK;
}

/* `out` says which statement and what kind of value, and gets the value. */
static err_t find(struct ctx *cx, struct tx *tx, const struct value *args, size_t count,
                  struct known *out)
{
    struct knowns *knowns = tx->store->knowns;

    if (tx->access != ACCESS_WRITE)
        return ask(cx, tx, out->sql, args, count, out);
    if (knowns->doubtful)
        TRY(doubt_end(tx->store));
    struct known *place = place_of(knowns, args, count, out->key, &out->key_len);
    if (place->sql != out->sql || place->key_len != out->key_len ||
        memcmp(place->key, out->key, out->key_len) != 0) {
        TRY(ask(cx, tx, out->sql, args, count, out));
        *place = *out;
        knowns->count++;
    }
    *out = *place;
    return OK;
}

err_t store_known(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
                  size_t count, int64_t *out)
{
    struct known known = {.sql = sql};

    TRY(find(cx, tx, args, count, &known));
    *out = known.number;
    return OK;
}

err_t store_known_id(struct ctx *cx, struct tx *tx, const struct sql *sql, const struct value *args,
                     size_t count, char out[ID_SIZE])
{
    struct known known = {.sql = sql, .of_id = true};

    TRY(find(cx, tx, args, count, &known));
    memcpy(out, known.id, ID_SIZE);
    return OK;
}
