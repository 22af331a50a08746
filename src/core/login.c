#include "core/login.h"

#include <stddef.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "core/merchant_internal.h"
#include "core/token.h"
#include "store/sql.h"

#define NOBODY                                                                                     \
    "$argon2id$v=19$m=19456,t=2,p=1$0VHKlcpDN7fXMFdHQ4vVSg$"                                       \
    "RsHVDcrBDT8nfSdYPhpVdRJTlvCcBLYqoqcGHfvTxws"

/* --- finding -------------------------------------------------------------------------------------
 */

struct str login_nobody(void)
{
    return STR(NOBODY);
}

static void key_of(struct login_check *check)
{
    const struct core *core = check->core;
    struct str key = {(const char *)core->page_key, sizeof core->page_key};
    struct buf text = buf_make(check->cx->arena, 1 << 16);

    /* What is right from one address may not be from another. A NUL byte cannot stand in a name
     * that is remembered: no two callers give the same text. */
    buf_format(&text, "login of %s|%.*s|", check->face, (int)check->peer.len, check->peer.ptr);
    buf_put(&text, check->name);
    buf_put_byte(&text, '\0');
    buf_put(&text, check->password);
    must(!text.failed);
    hmac_sha256(key, buf_str(&text), check->key);
    crypto_wipe(text.ptr, text.len);
}

static err_t row_read(struct login_check *check)
{
    struct ctx *cx = check->cx;
    struct rows *rows;
    struct tx *tx;
    bool found;

    check->hash = login_nobody();
    if (!str_is_text(check->name)) /* of a header: any bytes */
        return OK;
    TRY(core_read(check->core, &tx));
    TRY(store_query_one(cx, tx, &SQL_LOGIN_FIND, ARGS(V_WORD(check->face), V_TEXT(check->name)),
                        &rows, &found));
    if (!found)
        return OK;
    col_id(rows, 0, check->merchant.raw);
    must(mode_parse(col_text(rows, 1), &check->mode));
    check->hash = col_text(rows, 2);
    check->revoked = !col_null(rows, 3);
    check->suspended = !col_null(rows, 4);
    check->addresses = col_text(rows, 5);
    return OK;
}

bool login_address_allowed(struct str addresses, struct str peer)
{
    struct str rest = addresses;

    while (rest.len > 0) {
        size_t end = str_find(rest, ' ');
        if (str_eq(str_sub(rest, 0, end), peer))
            return true;
        rest = end == rest.len ? STR_NONE : str_from(rest, end + 1);
    }
    return addresses.len == 0;
}

/* What the row says of somebody whose password is right. */
static enum login_outcome outcome_of(const struct login_check *check)
{
    if (!login_address_allowed(check->addresses, check->peer))
        return LOGIN_ELSEWHERE;
    return check->suspended ? LOGIN_SUSPENDED : LOGIN_GOOD;
}

/* --- checking ------------------------------------------------------------------------------------
 */

static void hash_compare(struct work *work)
{
    struct login_check *check = (struct login_check *)work;

    check->matches = password_matches(check->cx->arena, check->hash, check->password);
}

static err_t admission_make(struct login_check *check)
{
    struct admission *admission = &check->admission;
    struct tx *tx;

    admission->mode = check->mode;
    admission->kind = KEY_SECRET;
    TRY(core_read(check->core, &tx));
    TRY(merchant_load(check->cx, tx, check->merchant, &admission->merchant));
    admission_keep(check->core, check->key, check->cx->real + LOGIN_REMEMBERED_S * SECOND_US,
                   admission);
    admission_enter(check->core, check->cx, admission);
    return OK;
}

/* A caller on this machine may try as often as it likes, but for live mode. */
static bool may_try_on(const struct login_check *check)
{
    return check->peer_local && (ID_NONE(check->merchant) || check->mode == MODE_TEST);
}

static void failed(struct login_check *check, err_t err)
{
    check->failure = err;
    check->outcome = LOGIN_FAILED;
}

static void compared(struct message *message)
{
    struct login_check *check = (struct login_check *)message;

    /* Known names have their failures counted, unknown ones the address's. */
    if (ID_NONE(check->merchant) || check->revoked)
        check->outcome = LOGIN_UNKNOWN;
    else if (!check->matches)
        check->outcome = LOGIN_WRONG;
    else
        check->outcome = outcome_of(check);
    bool refused = check->outcome == LOGIN_UNKNOWN || check->outcome == LOGIN_WRONG;
    if (refused && !may_try_on(check))
        check->slow_down = failures_count(check->core, check->cx, check->name, check->peer);
    err_t err = check->outcome == LOGIN_GOOD ? admission_make(check) : OK;
    if (err != OK)
        failed(check, err);
    check->done(check);
}

static bool is_blocked(struct login_check *check)
{
    if (!check->blocks || may_try_on(check))
        return false;
    check->blocked_s = failures_block_s(check->core, check->cx, check->name, check->peer);
    return check->blocked_s > 0;
}

bool login_begin(struct login_check *check)
{
    key_of(check);
    bool known = admission_find(check->core, check->cx, check->key, &check->admission);
    if (known) {
        check->merchant = check->admission.merchant.id;
        check->mode = check->admission.mode;
        check->outcome = LOGIN_GOOD;
    } else {
        err_t err = row_read(check);
        if (err != OK) {
            failed(check, err);
            return true;
        }
    }
    if (is_blocked(check)) {
        check->outcome = LOGIN_BLOCKED;
        return true;
    }
    if (known)
        return true;
    check->work.done.run = compared;
    check->work.home = check->core->home;
    check->work.run = hash_compare;
    workers_submit(check->core->workers, &check->work);
    return false;
}

/* --- making and changing -------------------------------------------------------------------------
 */

err_t login_list(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                 struct login_line **out, size_t *count)
{
    struct login_line *lines = arena_array(cx->arena, struct login_line, LOGINS_MAX);
    struct rows *rows;
    bool has;

    *count = 0;
    TRY(store_query(cx, tx, &SQL_LOGIN_LIST, ARGS(V_ID(merchant)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        if (*count == LOGINS_MAX) {
            rows_end(rows);
            break;
        }
        struct login_line *line = &lines[(*count)++];
        *line = (struct login_line){
            .face = col_text(rows, 0),
            .name = col_text(rows, 1),
            .addresses = col_text(rows, 3),
            .created = col_int(rows, 4),
            .suspended = col_int(rows, 5),
            .revoked = col_int(rows, 6),
        };
        must(mode_parse(col_text(rows, 2), &line->mode));
    }
    *out = lines;
    return OK;
}

err_t login_add(struct ctx *cx, struct tx *tx, const char *face, struct str name, struct str hash)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LOGIN_FIND, ARGS(V_WORD(face), V_TEXT(name)), &rows, &found));
    if (found)
        return fault(cx, ERR_CONFLICT, "login", "is taken");
    return store_run(cx, tx, &SQL_LOGIN_INSERT,
                     ARGS(V_WORD(face), V_TEXT(name), V_ID(cx->merchant),
                          V_WORD(mode_text(cx->mode)), V_TEXT(hash), V_INT(cx->real)));
}

static err_t login_set(struct ctx *cx, struct tx *tx, const struct sql *sql, const char *face,
                       struct str name, struct value value)
{
    int64_t changed = 0;

    TRY(store_run_count(cx, tx, sql, ARGS(V_WORD(face), V_TEXT(name), V_ID(cx->merchant), value),
                        &changed));
    if (changed == 0)
        return fault(cx, ERR_NOT_FOUND, "login", "is none of this merchant");
    return merchants_changed(cx, tx);
}

err_t login_password(struct ctx *cx, struct tx *tx, const char *face, struct str name,
                     struct str hash)
{
    TRY(login_set(cx, tx, &SQL_LOGIN_PASSWORD, face, name, V_TEXT(hash)));
    return tokens_end(cx, tx, face, name);
}

err_t login_suspend(struct ctx *cx, struct tx *tx, const char *face, struct str name, bool suspend)
{
    TRY(login_set(cx, tx, &SQL_LOGIN_SUSPEND, face, name, V_INT_IF(suspend, cx->real)));
    return tokens_end(cx, tx, face, name);
}

err_t login_allow(struct ctx *cx, struct tx *tx, const char *face, struct str name,
                  struct str addresses)
{
    return login_set(cx, tx, &SQL_LOGIN_ALLOW, face, name, V_TEXT(addresses));
}
