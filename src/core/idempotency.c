#include "core/idempotency.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "core/holder.h"
#include "core/vault.h"
#include "store/sql.h"

static const char TABLE[] = "idempotency";
/* A call that has not ended after RUNS_MIN never will: its outcome could not be written, and the
 * sweeper has settled it since (recovery.h). */
enum { KEPT_DAYS = 7, RUNS_MIN = 5 };

err_t idempotency_read(const struct core *core, struct ctx *cx, struct str key, struct str method,
                       struct str path, struct str body, struct idempotent *out)
{
    struct str secret = {(const char *)core->page_key, sizeof core->page_key};
    uint8_t hash[SHA256_SIZE];
    struct buf all = buf_make(cx->arena, method.len + path.len + body.len + 2);

    if (key.len < 1 || key.len > IDEMPOTENCY_KEY_MAX)
        return fault(cx, ERR_INVALID, "idempotency_key", "must have 1 to 64 characters");
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] < ' ' || key.ptr[i] > '~')
            return fault(cx, ERR_INVALID, "idempotency_key", "must be printable ASCII");
    }
    buf_put(&all, method);
    buf_put_byte(&all, ' ');
    buf_put(&all, path);
    buf_put_byte(&all, '\n');
    buf_put(&all, body);
    must(!all.failed);
    hmac_sha256(secret, buf_str(&all), hash);
    /* The body may hold a card number. */
    crypto_wipe(all.ptr, all.len);
    struct str hex = hex_encode(cx->arena, hash, sizeof hash);
    out->key = str_dup(cx->arena, key);
    memcpy(out->request_hash, hex.ptr, hex.len + 1);
    return OK;
}

/* Alone, a server knows what it has begun itself. Of several, whoever runs the call has a row for
 * as long as it lives, and until what it left was settled (recovery_of_dead). */
static bool runs_still(const struct operation *operation, struct rows *rows)
{
    instant begun = col_int(rows, 4);
    bool here = begun >= operation->core->started;

    if (operation->core->holder != NULL)
        here = !col_null(rows, 5);
    return here && operation->cx->real - begun < RUNS_MIN * MINUTE_US;
}

static err_t found_answer(struct operation *operation, struct rows *rows,
                          enum idempotency_state *out, char object[ID_SIZE])
{
    struct idempotent *idempotent = operation->idempotent;
    struct ctx *cx = operation->cx;
    struct str sealed = col_blob(rows, 2);

    if (!str_eq(col_text(rows, 0), str_of(idempotent->request_hash)))
        return fault(cx, ERR_CONFLICT, "idempotency_key",
                     "Idempotency-Key was used with another request");
    if (sealed.ptr != NULL) {
        if (operation->core->vault == NULL)
            return fault(cx, ERR_UNAVAILABLE, "idempotency_key", "stored answers cannot be read");
        TRY(vault_unseal(operation->core->vault, cx->arena, TABLE, cx->merchant, idempotent->key,
                         sealed, &idempotent->answer));
        idempotent->status = (int)col_int(rows, 1);
        idempotent->replayed = true;
        *out = IDEMPOTENCY_REPLAYED;
        return OK;
    }
    if (runs_still(operation, rows)) {
        idempotent->running = true;
        return ERR_BUSY;
    }
    col_id(rows, 3, object);
    *out = IDEMPOTENCY_LEFT;
    return OK;
}

err_t idempotency_check(struct operation *operation, struct tx *tx, enum idempotency_state *out,
                        char object[ID_SIZE])
{
    struct idempotent *idempotent = operation->idempotent;
    struct ctx *cx = operation->cx;
    struct rows *rows;
    bool found;

    *out = IDEMPOTENCY_NEW;
    if (idempotent == NULL)
        return OK;
    idempotent->running = false;
    idempotent->replayed = false;
    TRY(store_query_one(
        cx, tx, &SQL_IDEMPOTENCY_FIND,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(idempotent->key)), &rows,
        &found));
    if (!found)
        return OK;
    err_t err = found_answer(operation, rows, out, object);
    rows_end(rows);
    return err;
}

err_t idempotency_open(struct operation *operation, struct tx *tx, const char *object)
{
    struct idempotent *idempotent = operation->idempotent;
    struct ctx *cx = operation->cx;

    if (idempotent == NULL)
        return OK;
    return store_run(cx, tx, &SQL_IDEMPOTENCY_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(idempotent->key),
                          V_WORD(idempotent->request_hash), V_WORD(object), V_INT(cx->real),
                          holder_value(operation->core->holder)));
}

err_t idempotency_close(struct operation *operation, struct tx *tx)
{
    struct idempotent *idempotent = operation->idempotent;
    struct ctx *cx = operation->cx;
    int64_t key_id;

    if (idempotent == NULL)
        return OK;
    idempotent->answer = idempotent->render(operation, &idempotent->status);
    if (operation->core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "idempotency_key", "answers cannot be stored");
    struct str sealed = vault_seal(operation->core->vault, cx->arena, TABLE, cx->merchant,
                                   idempotent->key, idempotent->answer, &key_id);
    return store_run(cx, tx, &SQL_IDEMPOTENCY_ANSWER,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(idempotent->key),
                          V_INT(idempotent->status), V_BLOB(sealed)));
}

err_t idempotency_purge(struct ctx *cx, struct tx *tx, int64_t most, int64_t *removed)
{
    return store_run_count(cx, tx, &SQL_IDEMPOTENCY_PURGE,
                           ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                                V_INT(cx->real - KEPT_DAYS * DAY_US), V_INT(most)),
                           removed);
}
