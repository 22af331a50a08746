#ifndef GUICHET_CORE_LOGIN_H
#define GUICHET_CORE_LOGIN_H

#include "core/merchant.h"
#include "core/workers.h"

/* Who calls with a name and a password (the faces that use Basic authentication). Passwords are
 * stored under argon2id, which is slow on purpose, so a success is remembered for ten minutes by
 * this thread: only the first call from an address pays for it. */
enum { LOGIN_REMEMBERED_S = 600, LOGINS_MAX = 256 /* of a merchant */ };

enum login_outcome {
    LOGIN_GOOD = 1,
    LOGIN_UNKNOWN,
    LOGIN_WRONG,     /* the password */
    LOGIN_ELSEWHERE, /* right, but from an address that is not allowed */
    LOGIN_SUSPENDED, /* right, but the operator has suspended it */
    LOGIN_FAILED,    /* the database did not answer: see `failure` */
    LOGIN_BLOCKED,   /* there were too many failures: see `blocks` */
};

struct login_check {
    struct work work; /* first */
    struct core *core;
    struct ctx *cx;
    const char *face;
    struct str name;
    struct str password;
    struct str peer; /* address of the caller */
    bool peer_local;
    void (*done)(struct login_check *check); /* on the core's thread */
    void *owner;
    bool blocks; /* after too many failures nobody is admitted, not even with the right password */
    /* Result. */
    enum login_outcome outcome;
    err_t failure;     /* of LOGIN_FAILED */
    int64_t blocked_s; /* LOGIN_BLOCKED: for so many seconds more */
    bool slow_down;    /* there were too many failures: answer two seconds later */
    struct admission admission;
    /* Private. */
    uint8_t key[32];
    struct str hash;
    struct str addresses;
    struct merchant_id merchant;
    enum mode mode;
    bool revoked;
    bool suspended;
    bool matches;
};

/* True: the outcome is there at once. False: `done` is called later, and everything that check
 * points to must stay until then. LOGIN_GOOD fills cx as merchant_admit does. The time it takes
 * does not tell whether a name exists. */
bool login_begin(struct login_check *check);

/* What an unknown name is checked against, so that it takes as long: the hash of a password that
 * nobody has. */
struct str login_nobody(void);

/* Addresses of a login, separated by blanks; none: everywhere is allowed. */
bool login_address_allowed(struct str addresses, struct str peer);

/* --- making and changing (subcommands) -----------------------------------------------------------
 */

struct login_line {
    struct str face;
    struct str name;
    enum mode mode;
    struct str addresses; /* separated by blanks; {NULL, 0}: from everywhere */
    instant created;
    instant suspended; /* 0: not */
    instant revoked;   /* 0: not */
};
MUST_CHECK err_t login_list(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                            struct login_line **out, size_t *count);

/* Inside bodies. hash is from password_hash. ERR_CONFLICT with a fault: the name is taken. */
MUST_CHECK err_t login_add(struct ctx *cx, struct tx *tx, const char *face, struct str name,
                           struct str hash);
/* ERR_NOT_FOUND with a fault on "login" when the merchant has none of this name. */
MUST_CHECK err_t login_password(struct ctx *cx, struct tx *tx, const char *face, struct str name,
                                struct str hash);
MUST_CHECK err_t login_suspend(struct ctx *cx, struct tx *tx, const char *face, struct str name,
                               bool suspend);
/* Addresses separated by blanks; {NULL, 0}: from everywhere. */
MUST_CHECK err_t login_allow(struct ctx *cx, struct tx *tx, const char *face, struct str name,
                             struct str addresses);

#endif
