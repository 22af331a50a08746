#ifndef GUICHET_CORE_OPERATOR_SESSION_H
#define GUICHET_CORE_OPERATOR_SESSION_H

#include "core/core.h"
#include "core/operator.h"
#include "core/workers.h"

/* Who is signed in to the operator's pages. A session is a random token, of which only the hash is
 * kept: it ends 30 minutes after its last request and 12 hours after it was opened. All times are
 * real: no test clock moves them. */
enum {
    OPERATOR_TOKEN_LEN = 43, /* 32 bytes in base64url */
    OPERATOR_IDLE_MIN = 30,
    OPERATOR_SESSION_H = 12,
    OPERATOR_SESSIONS_MAX = 20, /* of an account; the oldest goes */
};

struct operator_session {
    struct str hash; /* names it within the server; no secret */
    struct operator_account account;
    struct str address; /* where it was opened from */
    instant opened;
    instant seen;
    instant previous; /* when the account's last session before was opened; 0: this is the first */
    int64_t refused;  /* wrong passwords between the two */
    bool stale;       /* operator_touch is due */
};

/* By the token of a cookie, from this turn's snapshot. ERR_AUTH: there is none, or it has ended. */
MUST_CHECK err_t operator_admit(struct core *core, struct ctx *cx, struct str token,
                                struct operator_session *out);
/* Inside a body, by its hash: ERR_AUTH when it has ended meanwhile. */
MUST_CHECK err_t operator_session_check(struct ctx *cx, struct tx *tx, struct str hash);

/* --- signing in ----------------------------------------------------------------------------------
 */

enum operator_outcome {
    OPERATOR_SIGNED_IN = 1,
    OPERATOR_REFUSED, /* address or password is wrong, or the account is closed for a while */
    OPERATOR_PAUSED,  /* too many failures from this address or for this name: nothing was looked at
                       */
};

/* The same answer after the same time, whether there is such an account or not. Whether an account
 * is closed is decided in the commit, so that many tries at once are no more than five. Failures
 * are counted by address and by name too, as those of logins are (core/login.h); in a sandbox not
 * for this machine's own. */
struct operator_login {
    struct operation operation; /* first */
    struct str email;
    struct str password;
    struct str peer; /* address of the caller */
    bool peer_local;
    /* Result. */
    enum operator_outcome outcome;
    int64_t paused_s; /* OPERATOR_PAUSED: for so many seconds more */
    char token[OPERATOR_TOKEN_LEN + 1];
    /* Private. */
    struct work work;
    struct str hash;
    bool matches;
};
void operator_login(struct operator_login *login);

/* Inside a body: what failed for this name pauses it no more. Addresses that failed stay paused. */
MUST_CHECK err_t operator_failures_forget(struct ctx *cx, struct tx *tx, struct str email);

/* --- going on and signing out --------------------------------------------------------------------
 */

/* The session was used. OK also when it has ended meanwhile. */
struct operator_touch {
    struct operation operation; /* first */
    struct str hash;
};
void operator_touch(struct operator_touch *touch);

/* OK also when it has ended already. */
struct operator_logout {
    struct operation operation; /* first */
    const struct operator_session *session;
    struct str peer;
};
void operator_logout(struct operator_logout *logout);

/* Inside a body: all of an account's end. */
MUST_CHECK err_t operator_sessions_end(struct ctx *cx, struct tx *tx, struct operator_id account);

#endif
