#include "core/link.h"

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "store/sql.h"

static struct str hash_of(struct arena *arena, struct str token)
{
    uint8_t hash[SHA256_SIZE];

    sha256(token, hash);
    return hex_encode(arena, hash, sizeof hash);
}

void link_token_new(char out[LINK_TOKEN_LEN + 1])
{
    static const char DIGITS[] = "0123456789abcdef";
    uint8_t bytes[LINK_TOKEN_LEN / 2];

    rand_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        out[2 * i] = DIGITS[bytes[i] >> 4];
        out[2 * i + 1] = DIGITS[bytes[i] & 0xF];
    }
    out[LINK_TOKEN_LEN] = '\0';
    crypto_wipe(bytes, sizeof bytes);
}

err_t link_put(struct ctx *cx, struct tx *tx, struct str token, const char *kind,
               const char *object)
{
    return store_run(cx, tx, &SQL_LINK_INSERT,
                     ARGS(V_TEXT(hash_of(cx->arena, token)), V_ID(cx->merchant),
                          V_WORD(mode_text(cx->mode)), V_WORD(kind), V_WORD(object)));
}

err_t link_drop(struct ctx *cx, struct tx *tx, const char *kind, const char *object)
{
    return store_run(
        cx, tx, &SQL_LINK_DROP,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind), V_WORD(object)));
}

err_t link_purge(struct ctx *cx, struct tx *tx, const char *kind, struct str before, int64_t most,
                 int64_t *removed)
{
    return store_run_count(cx, tx, &SQL_LINK_PURGE,
                           ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(kind),
                                V_TEXT(before), V_INT(most)),
                           removed);
}

err_t link_find(struct ctx *cx, struct tx *tx, struct str token, const char *kind,
                char object[ID_SIZE])
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LINK_FIND,
                        ARGS(V_TEXT(hash_of(cx->arena, token)), V_WORD(kind)), &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    col_id(rows, 2, object);
    rows_end(rows);
    return OK;
}
