#include "core/bank_known.h"

#include <string.h>

#include "base/must.h"
#include "core/bank_fact_internal.h"
#include "store/sql.h"

enum { KEY_LEN = 32, SCOPES_START = 8, KEYS_START = 1024 };

/* As much of a key as tells it from any other: 128 bits of its hash. */
struct known_key {
    char text[KEY_LEN];
};

struct known_scope {
    struct str text;
    bool used; /* by the body under way */
    int64_t first;
    int64_t last;
};

struct bank_known {
    bool kept;
    int64_t serial; /* of the last fact */
    int64_t before; /* when the body began */
    struct arena *texts;
    struct known_scope *scopes;
    size_t scope_count;
    size_t scope_capacity;
    struct known_scope *scope; /* of the fact that was asked for last */
    struct known_key *keys;
    size_t key_count;
    size_t key_capacity;
    uint32_t *places; /* twice the capacity: index + 1; 0 is free */
};

static const size_t TEXTS_MAX = (size_t)64 << 20;

struct bank_known *bank_known_new(void)
{
    struct bank_known *known = process_make(struct bank_known);

    known->texts = arena_new(TEXTS_MAX);
    return known;
}

static void forget(struct bank_known *known)
{
    arena_reset(known->texts);
    process_free(known->keys);
    process_free(known->places);
    known->keys = NULL;
    known->places = NULL;
    known->key_count = 0;
    known->key_capacity = 0;
    known->scopes = NULL;
    known->scope_count = 0;
    known->scope_capacity = 0;
    known->scope = NULL;
}

void bank_known_free(struct bank_known *known)
{
    forget(known);
    arena_free(known->texts);
    process_free(known);
}

void bank_known_keep(struct bank_known *known)
{
    known->kept = true;
}

/* --- keys ---------------------------------------------------------------------------------------
 */

static struct known_key key_of(struct str text)
{
    struct known_key key = {.text = ""};

    must(text.len > 0);
    memcpy(key.text, text.ptr, text.len < KEY_LEN ? text.len : KEY_LEN);
    return key;
}

/* FNV-1a over eight bytes at a time; a key is a hash itself. */
static uint64_t key_hash(const struct known_key *key)
{
    uint64_t hash = 14695981039346656037U;
    uint64_t word;

    for (size_t at = 0; at < KEY_LEN; at += sizeof word) {
        memcpy(&word, key->text + at, sizeof word);
        hash = (hash ^ word) * 1099511628211U;
    }
    return hash ^ hash >> 32;
}

/* Where it is, or would be. */
static uint32_t *place_of(const struct bank_known *known, const struct known_key *key)
{
    size_t size = known->key_capacity * 2;
    size_t at = (size_t)(key_hash(key) % size);

    while (known->places[at] != 0 &&
           memcmp(&known->keys[known->places[at] - 1], key, sizeof *key) != 0)
        at = (at + 1) % size;
    return &known->places[at];
}

static void keys_grow(struct bank_known *known)
{
    size_t capacity = known->key_capacity == 0 ? KEYS_START : known->key_capacity * 2;
    struct known_key *keys = process_alloc(sizeof *keys, capacity);

    must(capacity < UINT32_MAX / 2);
    if (known->key_count > 0)
        memcpy(keys, known->keys, known->key_count * sizeof *keys);
    process_free(known->keys);
    process_free(known->places);
    known->keys = keys;
    known->key_capacity = capacity;
    known->places = process_alloc(sizeof *known->places, capacity * 2);
    for (size_t i = 0; i < known->key_count; i++)
        *place_of(known, &keys[i]) = (uint32_t)i + 1;
}

static void key_put(struct bank_known *known, struct str text)
{
    const struct known_key key = key_of(text);

    if (known->key_count == known->key_capacity)
        keys_grow(known);
    uint32_t *place = place_of(known, &key);
    if (*place != 0)
        return;
    known->keys[known->key_count++] = key;
    *place = (uint32_t)known->key_count;
}

/* --- scopes -------------------------------------------------------------------------------------
 */

struct str known_scope_of_day(struct arena *arena, struct date day)
{
    return day.year != 0 ? date_text(arena, day) : STR("-");
}

static struct str scope_text(struct arena *arena, const struct bank_fact *fact)
{
    if (fact_is_line(fact))
        return known_scope_of_day(arena, fact->day);
    return fact->message.len > 0 ? fact->message : STR("-");
}

static struct known_scope *scope_find(struct bank_known *known, struct str text)
{
    if (known->scope != NULL && str_eq(known->scope->text, text))
        return known->scope;
    for (size_t i = 0; i < known->scope_count; i++) {
        if (str_eq(known->scopes[i].text, text))
            return &known->scopes[i];
    }
    return NULL;
}

static err_t scope_load(struct ctx *cx, struct tx *tx, struct bank_known *known, struct str text)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_BANK_FACT_KEYS,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(text)), &rows));
    for (;;) {
        struct arena_mark mark = arena_mark(cx->arena);
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        key_put(known, col_text(rows, 0));
        arena_rewind(cx->arena, mark);
    }
    known->scopes = arena_grow(known->texts, known->scopes, sizeof *known->scopes,
                               known->scope_count, &known->scope_capacity);
    known->scope = &known->scopes[known->scope_count++];
    *known->scope = (struct known_scope){.text = str_dup(known->texts, text)};
    return OK;
}

/* --- inside a body ------------------------------------------------------------------------------
 */

err_t known_begin(struct ctx *cx, struct tx *tx, struct bank_known *known)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BANK_LINK_FACTS,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    known->before = found ? col_int(rows, 0) : 0;
    if (found)
        rows_end(rows);
    if (!known->kept || known->serial != known->before)
        forget(known);
    known->serial = known->before;
    known->kept = false;
    return OK;
}

err_t known_find(struct ctx *cx, struct tx *tx, struct bank_known *known,
                 const struct bank_fact *fact, bool *found)
{
    struct str text = scope_text(cx->arena, fact);

    known->scope = scope_find(known, text);
    if (known->scope == NULL)
        TRY(scope_load(cx, tx, known, text));
    const struct known_key key = key_of(fact->key);
    *found = known->key_count > 0 && *place_of(known, &key) != 0;
    return OK;
}

int64_t known_add(struct bank_known *known, const struct bank_fact *fact)
{
    struct known_scope *scope = known->scope;

    must(scope != NULL);
    known->serial++;
    if (!scope->used)
        scope->first = known->serial;
    scope->used = true;
    scope->last = known->serial;
    key_put(known, fact->key);
    return known->serial;
}

static err_t span_write(struct ctx *cx, struct tx *tx, struct known_scope *scope)
{
    scope->used = false;
    return store_run(cx, tx, &SQL_BANK_FACT_SPAN_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(scope->text),
                          V_INT(scope->first), V_INT(scope->last)));
}

err_t known_end(struct ctx *cx, struct tx *tx, struct bank_known *known)
{
    if (known->serial == known->before)
        return OK;
    for (size_t i = 0; i < known->scope_count; i++) {
        if (known->scopes[i].used)
            TRY(span_write(cx, tx, &known->scopes[i]));
    }
    return store_run(cx, tx, &SQL_BANK_LINK_FACTS_PUT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(known->serial)));
}
