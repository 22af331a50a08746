#include "core/button.h"

#include "base/crypto.h"
#include "core/merchant_secret.h"
#include "store/sql.h"

enum { MERCHANTS_MAX = 16 };
#define SECRET_FACE "simplypaie"

static err_t merchants_read(struct ctx *cx, struct tx *tx, struct str account,
                            struct merchant_id out[MERCHANTS_MAX], size_t *count)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_BUTTON_MERCHANTS, ARGS(V_TEXT(account), V_INT(MERCHANTS_MAX)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        col_id(rows, 0, out[*count].raw);
    }
}

/* Whether the secret of cx->merchant in cx->mode has signed the address. */
static err_t is_signed(struct core *core, struct ctx *cx, struct tx *tx,
                       const struct button_address *address, bool *out)
{
    uint8_t made[SHA256_SIZE];
    struct str secret;

    *out = false;
    err_t err = merchant_secret_get(cx, tx, core->vault, SECRET_FACE, &secret);
    if (err == ERR_NOT_FOUND)
        return OK;
    TRY(err);
    hmac_sha256(secret, address->text, made);
    struct str expected = hex_encode(cx->arena, made, sizeof made);
    *out = crypto_equal(expected, address->signature);
    return OK;
}

err_t button_open(struct core *core, struct ctx *cx, const struct button_address *address,
                  struct merchant *out)
{
    static const enum mode MODES[] = {MODE_TEST, MODE_LIVE};
    struct merchant_id merchants[MERCHANTS_MAX];
    struct tx *tx;
    size_t count;
    bool found;

    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, "vault", "is not open");
    TRY(core_read(core, &tx));
    TRY(merchants_read(cx, tx, address->account, merchants, &count));
    for (size_t i = 0; i < 2 * count; i++) {
        cx->merchant = merchants[i / 2];
        cx->mode = MODES[i % 2];
        TRY(is_signed(core, cx, tx, address, &found));
        if (!found)
            continue;
        TRY(merchant_load(cx, tx, cx->merchant, out));
        merchant_time(cx, out);
        return OK;
    }
    return ERR_NOT_FOUND;
}
