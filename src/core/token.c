#include "core/token.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/login.h"
#include "core/merchant_internal.h"
#include "store/sql.h"

/* Expired ones are known for a day more, so that their caller hears why it is refused. */
enum { ENDED_KEPT_DAYS = 1, RANDOM_BYTES = TOKEN_LEN / 2, ADMISSION_KEPT_S = 600 };

/* --- issuing -------------------------------------------------------------------------------------
 */

static err_t issue_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct token_issue *issue = arg;
    struct value face = V_WORD(issue->face);
    struct value login = V_TEXT(issue->login);
    struct str hash = key_hash(cx->arena, str_of(issue->token));
    int64_t gone;

    TRY(store_run_count(cx, tx, &SQL_TOKEN_PURGE,
                        ARGS(face, login, V_INT(cx->now - ENDED_KEPT_DAYS * DAY_US)), &gone));
    TRY(store_run_count(cx, tx, &SQL_TOKEN_TRIM,
                        ARGS(face, login, V_INT(cx->now), V_INT(TOKENS_LIVE_MAX - 1)), &gone));
    return store_run(cx, tx, &SQL_TOKEN_INSERT,
                     ARGS(V_TEXT(hash), face, login, V_ID(cx->merchant),
                          V_WORD(mode_text(cx->mode)), V_INT(cx->now), V_INT(issue->expires)));
}

void token_issue(struct token_issue *issue)
{
    struct ctx *cx = issue->operation.cx;
    uint8_t bytes[RANDOM_BYTES];

    rand_bytes(bytes, sizeof bytes);
    struct str hex = hex_encode(cx->arena, bytes, sizeof bytes);
    must(hex.len == TOKEN_LEN);
    memcpy(issue->token, hex.ptr, TOKEN_LEN + 1);
    crypto_wipe(bytes, sizeof bytes);
    issue->expires = cx->now + TOKEN_LIFE_US;
    operation_write(&issue->operation, issue_body, operation_end);
}

err_t tokens_end(struct ctx *cx, struct tx *tx, const char *face, struct str login)
{
    int64_t gone;

    return store_run_count(cx, tx, &SQL_TOKEN_END, ARGS(V_WORD(face), V_TEXT(login)), &gone);
}

/* --- who calls -----------------------------------------------------------------------------------
 */

/* Merchants are remembered by this thread, tokens are not: one that is gone is gone at once. */
static err_t admission_of(struct core *core, struct ctx *cx, struct merchant_id merchant,
                          enum mode mode, struct admission *out)
{
    uint8_t key[SHA256_SIZE];
    struct tx *tx;
    struct str what = str_format(cx->arena, "tokens of %s %s", merchant.raw, mode_text(mode));

    sha256(what, key);
    if (admission_find(core, cx, key, out))
        return OK;
    out->mode = mode;
    out->kind = KEY_SECRET;
    /* Whoever forgets merchants gives the snapshot back too. */
    TRY(core_read(core, &tx));
    TRY(merchant_load(cx, tx, merchant, &out->merchant));
    admission_keep(core, key, cx->real + ADMISSION_KEPT_S * SECOND_US, out);
    admission_enter(core, cx, out);
    return OK;
}

static err_t token_find(struct core *core, struct ctx *cx, const struct token_check *check,
                        struct admission *out, enum token_outcome *outcome)
{
    struct str hash = key_hash(cx->arena, check->token);
    struct merchant_id merchant;
    enum mode mode;
    struct rows *rows;
    struct tx *tx;
    bool found;

    *outcome = TOKEN_UNKNOWN;
    TRY(core_read(core, &tx));
    TRY(store_query_one(cx, tx, &SQL_TOKEN_FIND, ARGS(V_TEXT(hash), V_WORD(check->face)), &rows,
                        &found));
    if (!found || !str_eq(col_text(rows, 0), check->login) ||
        !login_address_allowed(col_text(rows, 4), check->peer))
        return OK;
    col_id(rows, 1, merchant.raw);
    must(mode_parse(col_text(rows, 2), &mode));
    instant expires = col_int(rows, 3);
    TRY(admission_of(core, cx, merchant, mode, out));
    *outcome = cx->now < expires ? TOKEN_GOOD : TOKEN_EXPIRED;
    return OK;
}

enum token_outcome token_admit(struct core *core, struct ctx *cx, struct token_check *check,
                               struct admission *out)
{
    enum token_outcome outcome;

    check->failure = token_find(core, cx, check, out, &outcome);
    return check->failure == OK ? outcome : TOKEN_FAILED;
}
