#ifndef GUICHET_CORE_OPERATOR_H
#define GUICHET_CORE_OPERATOR_H

#include "store/store.h"

/* Who may sign in to the operator's pages: accounts by e-mail address, with a password under
 * argon2id. Five wrong passwords in a row close an account for a quarter of an hour. Whatever is
 * done about an account is in the audit (core/audit.h). */
#define OPERATOR_ROLE_LIST(X) X(OPERATOR_OWNER, 1, "owner")
ENUM_DECLARE(operator_role, OPERATOR_ROLE_LIST);

enum {
    OPERATORS_MAX = 256,
    OPERATOR_FAILURES_MAX = 5,
    OPERATOR_LOCK_MIN = 15,
    OPERATOR_PASSWORD_MIN = 12, /* characters */
    OPERATOR_PASSWORD_MAX = 128,
};

struct operator_account {
    struct operator_id id;
    struct str email; /* in lower case */
    enum operator_role role;
    int64_t failures;     /* wrong passwords since the last session was opened */
    instant locked_until; /* past or 0: it is open */
    instant last;         /* when the last session was opened; 0: none was */
    instant created;
};

/* Inside bodies, by a command. Addresses are taken in any case of letters; hash is from
 * password_hash. ERR_INVALID with a fault on "email": it is none. ERR_CONFLICT: it is taken.
 * ERR_LIMIT: there are OPERATORS_MAX. ERR_NOT_FOUND, with a fault on "email": there is none. */
MUST_CHECK err_t operator_add(struct ctx *cx, struct tx *tx, struct str email, struct str hash);
/* Another password ends all sessions. */
MUST_CHECK err_t operator_password(struct ctx *cx, struct tx *tx, struct str email,
                                   struct str hash);
/* So does removal. */
MUST_CHECK err_t operator_remove(struct ctx *cx, struct tx *tx, struct str email);
MUST_CHECK err_t operator_unlock(struct ctx *cx, struct tx *tx, struct str email);

MUST_CHECK err_t operator_list(struct ctx *cx, struct tx *tx, struct operator_account **out,
                               size_t *count);
/* Whether there is any. */
MUST_CHECK err_t operators_exist(struct ctx *cx, struct tx *tx, bool *out);

/* What is wrong with a password as one to choose, an English sentence without its subject, or NULL.
 */
const char *operator_password_wrong(struct str password);

/* Private to the core. *out is empty when there is none; secret_hash may be NULL. */
MUST_CHECK err_t operator_find(struct ctx *cx, struct tx *tx, struct str email,
                               struct operator_account *out, struct str *secret_hash);

#endif
