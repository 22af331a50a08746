#ifndef GUICHET_CORE_TOKEN_H
#define GUICHET_CORE_TOKEN_H

#include "core/merchant.h"

/* Tokens that a login gets and calls with for a while (api/simplypaie.md 2): only their hash is
 * kept. Using one does not make it live longer, a new one does not end the others. */
enum { TOKEN_LEN = 32, TOKENS_LIVE_MAX = 20 /* of a login; the oldest goes */ };
#define TOKEN_LIFE_US HOUR_US

/* cx holds who was admitted with the login's password. */
struct token_issue {
    struct operation operation;
    const char *face;
    struct str login;
    char token[TOKEN_LEN + 1]; /* out: hexadecimal */
    instant expires;           /* out: on the merchant's clock */
};
void token_issue(struct token_issue *issue);

enum token_outcome {
    TOKEN_GOOD = 1,
    TOKEN_UNKNOWN, /* or of another login, or the login's address is another one */
    TOKEN_EXPIRED,
    TOKEN_FAILED, /* the database did not answer: see `failure` */
};
/* Who calls with a token of this login? TOKEN_GOOD fills cx and *out as merchant_admit does. */
struct token_check {
    const char *face;
    struct str login;
    struct str token;
    struct str peer; /* address of the caller */
    err_t failure;   /* out: of TOKEN_FAILED */
};
enum token_outcome token_admit(struct core *core, struct ctx *cx, struct token_check *check,
                               struct admission *out);

/* Inside a body: all of a login's end, because its secret changed or it is suspended. */
MUST_CHECK err_t tokens_end(struct ctx *cx, struct tx *tx, const char *face, struct str login);

#endif
