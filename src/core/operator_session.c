#include "core/operator_session.h"

#include <stddef.h>
#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/audit.h"
#include "core/login.h"
#include "core/merchant_internal.h"
#include "store/sql.h"

enum { TOKEN_BYTES = 32, TOUCHED_EVERY_S = 60 };

/* So many failures of one address, or for one name, within so long, and both have to wait for the
 * end of it: as with logins (merchant_cache.c), but over all servers. From this machine come all
 * whom a proxy on it lets in, and its own address has many; without end they would fill the audit.
 */
enum { FAILURES_MAX = 10, FAILURES_HERE_MAX = 200, FAILURES_S = 600 };

#define IDLE_US (OPERATOR_IDLE_MIN * MINUTE_US)
#define SESSION_US (OPERATOR_SESSION_H * HOUR_US)

/* --- who calls -----------------------------------------------------------------------------------
 */

static bool has_ended(const struct ctx *cx, instant opened, instant seen)
{
    return cx->real >= opened + SESSION_US || cx->real >= seen + IDLE_US;
}

static err_t session_find(struct ctx *cx, struct tx *tx, struct str hash,
                          struct operator_session *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_OPERATOR_SESSION_FIND, ARGS(V_TEXT(hash)), &rows, &found));
    if (!found)
        return ERR_AUTH;
    *out = (struct operator_session){
        .hash = hash,
        .address = col_text(rows, 0),
        .opened = col_int(rows, 1),
        .seen = col_int(rows, 2),
        .previous = col_int(rows, 3),
        .refused = col_int(rows, 4),
    };
    struct str email = col_text(rows, 5);
    if (has_ended(cx, out->opened, out->seen))
        return ERR_AUTH;
    out->stale = cx->real >= out->seen + TOUCHED_EVERY_S * SECOND_US;
    return operator_find(cx, tx, email, &out->account, NULL);
}

err_t operator_admit(struct core *core, struct ctx *cx, struct str token,
                     struct operator_session *out)
{
    struct tx *tx;

    if (token.len != OPERATOR_TOKEN_LEN)
        return ERR_AUTH;
    TRY(core_read(core, &tx));
    return session_find(cx, tx, key_hash(cx->arena, token), out);
}

err_t operator_session_check(struct ctx *cx, struct tx *tx, struct str hash)
{
    struct operator_session session;

    return session_find(cx, tx, hash, &session);
}

/* --- failures ------------------------------------------------------------------------------------
 */

static bool may_try_on(const struct operator_login *login)
{
    return login->peer_local && login->operation.core->sandbox;
}

/* What failures are counted under: hashed, whatever somebody has typed. */
static struct value counted_of(struct ctx *cx, const char *what, struct str of)
{
    struct str lower = str_lower(cx->arena, of);

    return V_TEXT(
        key_hash(cx->arena, str_format(cx->arena, "%s %.*s", what, (int)lower.len, lower.ptr)));
}

static err_t failure_add(struct ctx *cx, struct tx *tx, struct value of)
{
    return store_run(cx, tx, &SQL_OPERATOR_FAILURE_ADD,
                     ARGS(of, V_INT(cx->real), V_INT(cx->real - FAILURES_S * SECOND_US)));
}

/* In the commit of the refusal. What is over goes. */
static err_t failures_add(struct ctx *cx, struct tx *tx, const struct operator_login *login)
{
    int64_t gone;

    if (may_try_on(login))
        return OK;
    TRY(store_run_count(cx, tx, &SQL_OPERATOR_FAILURE_PURGE,
                        ARGS(V_INT(cx->real - FAILURES_S * SECOND_US)), &gone));
    TRY(failure_add(cx, tx, counted_of(cx, "name", login->email)));
    return failure_add(cx, tx, counted_of(cx, "peer", login->peer));
}

err_t operator_failures_forget(struct ctx *cx, struct tx *tx, struct str email)
{
    int64_t gone;

    return store_run_count(cx, tx, &SQL_OPERATOR_FAILURE_FORGET,
                           ARGS(counted_of(cx, "name", email)), &gone);
}

static err_t pause_of(struct ctx *cx, struct tx *tx, struct value of, int64_t max,
                      int64_t *paused_s)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_OPERATOR_FAILURE_FIND, ARGS(of), &rows, &found));
    if (!found || col_int(rows, 1) < max)
        return OK;
    instant until = col_int(rows, 0) + FAILURES_S * SECOND_US;
    if (until >= cx->real && (until - cx->real) / SECOND_US + 1 > *paused_s)
        *paused_s = (until - cx->real) / SECOND_US + 1;
    return OK;
}

static err_t pause_read(struct operator_login *login)
{
    struct ctx *cx = login->operation.cx;
    struct tx *tx;

    login->paused_s = 0;
    if (may_try_on(login))
        return OK;
    TRY(core_read(login->operation.core, &tx));
    TRY(pause_of(cx, tx, counted_of(cx, "name", login->email), FAILURES_MAX, &login->paused_s));
    return pause_of(cx, tx, counted_of(cx, "peer", login->peer),
                    login->peer_local ? FAILURES_HERE_MAX : FAILURES_MAX, &login->paused_s);
}

/* --- signing in ----------------------------------------------------------------------------------
 */

static err_t refuse(struct ctx *cx, struct tx *tx, const struct operator_login *login,
                    const struct operator_account *account)
{
    int64_t failures = account->failures + 1;
    bool closes = failures % OPERATOR_FAILURES_MAX == 0;
    struct audit_deed deed = {
        .what = AUDIT_SESSION_REFUSED, .address = login->peer, .object = account->email};

    TRY(failures_add(cx, tx, login));
    if (ID_NONE(account->id) || account->locked_until > cx->real)
        return audit_put(cx, tx, &deed);
    TRY(store_run(cx, tx, &SQL_OPERATOR_REFUSED,
                  ARGS(V_ID(account->id), V_INT(failures),
                       V_INT(closes ? cx->real + OPERATOR_LOCK_MIN * MINUTE_US : 0))));
    TRY(audit_put(cx, tx, &deed));
    deed.what = AUDIT_OPERATOR_LOCKED;
    return closes ? audit_put(cx, tx, &deed) : OK;
}

static err_t session_open(struct ctx *cx, struct tx *tx, const struct operator_login *login,
                          const struct operator_account *account)
{
    struct str hash = key_hash(cx->arena, str_of(login->token));
    int64_t gone;

    TRY(store_run_count(
        cx, tx, &SQL_OPERATOR_SESSION_PURGE,
        ARGS(V_ID(account->id), V_INT(cx->real - SESSION_US), V_INT(OPERATOR_SESSIONS_MAX - 1)),
        &gone));
    TRY(store_run(cx, tx, &SQL_OPERATOR_SESSION_INSERT,
                  ARGS(V_TEXT(hash), V_ID(account->id), V_TEXT(login->peer), V_INT(cx->real),
                       V_INT(account->last), V_INT(account->failures))));
    TRY(store_run(cx, tx, &SQL_OPERATOR_SIGNED_IN, ARGS(V_ID(account->id), V_INT(cx->real))));
    return audit_put(cx, tx,
                     &(struct audit_deed){.what = AUDIT_SESSION_OPENED,
                                          .actor = account->email,
                                          .address = login->peer});
}

/* The account as it is now: others may have tried meanwhile, and the password may be another one
 * than was compared. */
static err_t login_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct operator_login *login = arg;
    struct operator_account account;
    struct str hash = STR_NONE;

    TRY(operator_find(cx, tx, login->email, &account, &hash));
    bool good = login->matches && account.locked_until <= cx->real && str_eq(hash, login->hash);
    login->outcome = good ? OPERATOR_SIGNED_IN : OPERATOR_REFUSED;
    return good ? session_open(cx, tx, login, &account) : refuse(cx, tx, login, &account);
}

static void login_ended(struct operation *operation, err_t err)
{
    struct operator_login *login = (struct operator_login *)operation;
    bool failed = err == OK && login->outcome == OPERATOR_REFUSED;

    if (failed || err != OK)
        crypto_wipe(login->token, sizeof login->token);
    operation_end(operation, err);
}

static void hash_compare(struct work *work)
{
    struct operator_login *login =
        (struct operator_login *)((char *)work - offsetof(struct operator_login, work));

    login->matches = password_matches(login->operation.cx->arena, login->hash, login->password);
}

static void compared(struct message *message)
{
    struct work *work = (struct work *)message;
    struct operator_login *login =
        (struct operator_login *)((char *)work - offsetof(struct operator_login, work));

    operation_write(&login->operation, login_body, login_ended);
}

static void token_make(struct operator_login *login)
{
    uint8_t bytes[TOKEN_BYTES];

    rand_bytes(bytes, sizeof bytes);
    struct str text = base64url_encode(login->operation.cx->arena,
                                       (struct str){(const char *)bytes, sizeof bytes});
    must(text.len == OPERATOR_TOKEN_LEN);
    memcpy(login->token, text.ptr, OPERATOR_TOKEN_LEN + 1);
    crypto_wipe(bytes, sizeof bytes);
    crypto_wipe_text(text);
}

static err_t hash_read(struct operator_login *login)
{
    struct ctx *cx = login->operation.cx;
    struct operator_account account;
    struct tx *tx;

    login->hash = login_nobody();
    TRY(core_read(login->operation.core, &tx));
    return operator_find(cx, tx, login->email, &account, &login->hash);
}

void operator_login(struct operator_login *login)
{
    struct operation *operation = &login->operation;
    struct core *core = operation->core;

    err_t err = pause_read(login);
    if (err == OK && login->paused_s > 0) {
        login->outcome = OPERATOR_PAUSED;
        operation_end(operation, OK);
        return;
    }
    if (err == OK)
        err = hash_read(login);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    token_make(login);
    login->work.done.run = compared;
    login->work.home = core->home;
    login->work.run = hash_compare;
    workers_submit(core->workers, &login->work);
}

/* --- going on and signing out --------------------------------------------------------------------
 */

static err_t touch_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct operator_touch *touch = arg;
    int64_t changed;

    return store_run_count(cx, tx, &SQL_OPERATOR_SESSION_TOUCH,
                           ARGS(V_TEXT(touch->hash), V_INT(cx->real)), &changed);
}

void operator_touch(struct operator_touch *touch)
{
    operation_write(&touch->operation, touch_body, operation_end);
}

static err_t logout_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct operator_logout *logout = arg;
    const struct operator_session *session = logout->session;
    int64_t changed;

    TRY(store_run_count(cx, tx, &SQL_OPERATOR_SESSION_END, ARGS(V_TEXT(session->hash)), &changed));
    if (changed == 0)
        return OK;
    return audit_put(cx, tx,
                     &(struct audit_deed){.what = AUDIT_SESSION_CLOSED,
                                          .actor = session->account.email,
                                          .address = logout->peer});
}

void operator_logout(struct operator_logout *logout)
{
    operation_write(&logout->operation, logout_body, operation_end);
}

err_t operator_sessions_end(struct ctx *cx, struct tx *tx, struct operator_id account)
{
    int64_t gone;

    return store_run_count(cx, tx, &SQL_OPERATOR_SESSIONS_END, ARGS(V_ID(account)), &gone);
}
