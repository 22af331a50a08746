#include "core/merchant_secret.h"

#include "base/crypto.h"
#include "base/rand.h"
#include "store/sql.h"

enum { SECRET_BYTES = 32 };

struct str merchant_secret_new(struct arena *arena)
{
    uint8_t bytes[SECRET_BYTES];

    rand_bytes(bytes, sizeof bytes);
    struct str hex = hex_encode(arena, bytes, sizeof bytes);
    crypto_wipe(bytes, sizeof bytes);
    return hex;
}

struct str merchant_secret_row(struct arena *arena, struct str mode, struct str face)
{
    return str_format(arena, "%.*s/%.*s", (int)mode.len, mode.ptr, (int)face.len, face.ptr);
}

static struct str row_of(struct ctx *cx, const char *face)
{
    return merchant_secret_row(cx->arena, str_of(mode_text(cx->mode)), str_of(face));
}

err_t merchant_secret_put(struct ctx *cx, struct tx *tx, struct vault *vault, const char *face,
                          struct str secret)
{
    if (vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "is not open: nothing is stored in clear");
    struct str sealed = vault_seal(vault, cx->arena, "signing_secret", cx->merchant,
                                   row_of(cx, face), secret, NULL);
    return store_run(cx, tx, &SQL_SIGNING_SECRET_PUT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(face),
                          V_BLOB(sealed), V_INT(cx->real)));
}

err_t merchant_secret_get(struct ctx *cx, struct tx *tx, struct vault *vault, const char *face,
                          struct str *secret)
{
    struct rows *rows;
    bool found;

    if (vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "is not open");
    TRY(store_query_one(cx, tx, &SQL_SIGNING_SECRET_GET,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(face)), &rows,
                        &found));
    if (!found)
        return ERR_NOT_FOUND;
    return vault_unseal(vault, cx->arena, "signing_secret", cx->merchant, row_of(cx, face),
                        col_blob(rows, 0), secret);
}
