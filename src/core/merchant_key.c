#include <string.h>

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/merchant_internal.h"
#include "store/sql.h"

/* Keys have the shape that Stancer's libraries insist on (api/stancer.md 1). Only the hash of a
 * secret one is kept. It needs no salt and no slowness: the key has 142 random bits. */

enum { KEY_RANDOM_LEN = 24, SPONSOR_RANDOM_LEN = 40, SHOWN_LEN = 6, KEYS_MAX = 1024 };

struct str random_text(struct arena *arena, size_t count)
{
    static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char *text = arena_alloc(arena, count + 1);

    for (size_t i = 0; i < count; i++)
        text[i] = ALPHABET[rand_below(sizeof ALPHABET - 1)];
    return (struct str){text, count};
}

struct str key_hash(struct arena *arena, struct str key)
{
    uint8_t hash[SHA256_SIZE];

    sha256(key, hash);
    return hex_encode(arena, hash, sizeof hash);
}

const char *key_kind_text(enum key_kind kind)
{
    switch (kind) {
    case KEY_SECRET:
        return "secret";
    case KEY_PUBLIC:
        return "public";
    }
    must_fail(__FILE__, __LINE__, "a kind of key");
}

enum key_kind key_kind_of(struct str text)
{
    must(str_eq(text, STR("secret")) || str_eq(text, STR("public")));
    return str_eq(text, STR("secret")) ? KEY_SECRET : KEY_PUBLIC;
}

static err_t key_insert(struct ctx *cx, struct tx *tx, struct merchant_id merchant, enum mode mode,
                        const char *face, enum key_kind kind, struct str key)
{
    struct str shown = kind == KEY_PUBLIC ? key : str_sub(key, key.len - SHOWN_LEN, SHOWN_LEN);

    must(key.len > SHOWN_LEN);
    return store_run(cx, tx, &SQL_API_KEY_INSERT,
                     ARGS(V_TEXT(key_hash(cx->arena, key)), V_ID(merchant), V_WORD(mode_text(mode)),
                          V_WORD(face), V_WORD(key_kind_text(kind)), V_TEXT(shown),
                          V_INT(cx->real)));
}

static struct str key_make(struct arena *arena, enum mode mode, enum key_kind kind)
{
    struct str random = random_text(arena, KEY_RANDOM_LEN);

    return str_format(arena, "%c%s_%s", kind == KEY_SECRET ? 's' : 'p',
                      mode == MODE_LIVE ? "prod" : "test", random.ptr);
}

static struct str secret_make(struct arena *arena, enum mode mode, const char *face)
{
    if (strcmp(face, FACE_STANCER) == 0)
        return key_make(arena, mode, KEY_SECRET);
    struct str random = random_text(arena, SPONSOR_RANDOM_LEN);
    return str_format(arena, "pdp_%s_%s", mode_text(mode), random.ptr);
}

err_t merchant_key_add(struct ctx *cx, struct tx *tx, struct merchant_id merchant, enum mode mode,
                       struct key_pair *out)
{
    out->public_key = key_make(cx->arena, mode, KEY_PUBLIC);
    out->secret_key = key_make(cx->arena, mode, KEY_SECRET);
    TRY(key_insert(cx, tx, merchant, mode, FACE_STANCER, KEY_PUBLIC, out->public_key));
    return key_insert(cx, tx, merchant, mode, FACE_STANCER, KEY_SECRET, out->secret_key);
}

err_t merchant_sponsor_key_add(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                               enum mode mode, struct str *secret_key)
{
    *secret_key = secret_make(cx->arena, mode, FACE_SEQINO);
    return key_insert(cx, tx, merchant, mode, FACE_SEQINO, KEY_SECRET, *secret_key);
}

err_t merchant_key_roll(struct ctx *cx, struct tx *tx, struct merchant_id merchant, enum mode mode,
                        const char *face, instant overlap_until, struct str *secret_key)
{
    const struct sql *sql = overlap_until == 0 ? &SQL_API_KEY_END : &SQL_API_KEY_EXPIRE;
    instant until = overlap_until == 0 ? cx->real : overlap_until;
    int64_t changed;

    TRY(merchants_changed(cx, tx));
    TRY(store_run_count(cx, tx, sql,
                        ARGS(V_ID(merchant), V_WORD(mode_text(mode)), V_INT(until), V_WORD(face)),
                        &changed));
    *secret_key = secret_make(cx->arena, mode, face);
    return key_insert(cx, tx, merchant, mode, face, KEY_SECRET, *secret_key);
}

err_t merchant_keys(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                    struct key_line **out, size_t *count)
{
    struct key_line *lines = arena_array(cx->arena, struct key_line, KEYS_MAX);
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_API_KEY_LIST, ARGS(V_ID(merchant)), &rows));
    for (*count = 0; *count < KEYS_MAX; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        struct key_line *line = &lines[*count];
        line->hash = col_text(rows, 0);
        line->face = col_text(rows, 1);
        must(mode_parse(col_text(rows, 2), &line->mode));
        line->kind = key_kind_of(col_text(rows, 3));
        line->shown = col_text(rows, 4);
        line->created = col_int(rows, 5);
        line->expires = col_int(rows, 6);
        line->revoked = col_int(rows, 7);
    }
    rows_end(rows);
    *out = lines;
    return OK;
}

err_t merchant_key_revoke(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                          struct str which)
{
    struct str hash = key_hash(cx->arena, which);
    struct key_line *lines;
    const struct key_line *chosen = NULL;
    size_t count;

    TRY(merchant_keys(cx, tx, merchant, &lines, &count));
    for (size_t i = 0; i < count; i++) {
        const struct key_line *line = &lines[i];
        bool exact = str_eq(line->hash, hash) || str_eq(line->hash, which);
        bool ends = which.len >= SHOWN_LEN && str_ends(line->shown, which);
        if (line->revoked != 0 || !(exact || ends))
            continue;
        if (chosen != NULL)
            return fault(cx, ERR_CONFLICT, "key", "is the end of several keys");
        chosen = line;
    }
    if (chosen == NULL)
        return fault(cx, ERR_NOT_FOUND, "key", "is not a key of this merchant that works");
    TRY(merchants_changed(cx, tx));
    return store_run(cx, tx, &SQL_API_KEY_REVOKE,
                     ARGS(V_TEXT(chosen->hash), V_ID(merchant), V_INT(cx->real)));
}

err_t merchant_public_key(struct ctx *cx, struct tx *tx, struct str *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_API_KEY_PUBLIC,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT(cx->real)),
                        &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    *out = col_text(rows, 0);
    return OK;
}
