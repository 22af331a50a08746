#ifndef GUICHET_CORE_AUTHENTICATION_H
#define GUICHET_CORE_AUTHENTICATION_H

#include "core/core.h"

struct payment;

/* A 3-D Secure authentication of a payment (cards.md 6). The states are those of api/stancer.md 9.
 */
#define AUTHENTICATION_STATE_LIST(X)                                                               \
    X(AUTHENTICATION_REQUESTED, 1, "requested")                                                    \
    X(AUTHENTICATION_AVAILABLE, 2, "available")                                                    \
    X(AUTHENTICATION_ATTEMPTED, 3, "attempted")                                                    \
    X(AUTHENTICATION_SUCCESS, 4, "success")                                                        \
    X(AUTHENTICATION_DECLINED, 5, "declined")                                                      \
    X(AUTHENTICATION_FAILED, 6, "failed")                                                          \
    X(AUTHENTICATION_EXPIRED, 7, "expired")                                                        \
    X(AUTHENTICATION_UNAVAILABLE, 8, "unavailable")
ENUM_DECLARE(authentication_state, AUTHENTICATION_STATE_LIST);

/* Who sent the payer: the merchant's own page by redirect_url, or our pay page. */
#define AUTHENTICATION_ORIGIN_LIST(X) X(ORIGIN_API, 1, "api") X(ORIGIN_PAGE, 2, "page")
ENUM_DECLARE(authentication_origin, AUTHENTICATION_ORIGIN_LIST);

enum { UUID_LEN = 36, AUTHENTICATION_LIFE_H = 6 };

struct authentication {
    struct authentication_id id;
    struct payment_id payment;
    enum authentication_state state;
    enum authentication_origin origin;
    char uuid[UUID_LEN + 1];
    struct str return_url;
    bool mandated; /* preference 04: a challenge is wanted */
    struct card_proof proof;
    struct str acs_trans_id;
    struct str acs_url;
    struct str creq;
    instant created;
    instant expires;
};

/* Inside a body: makes one (available) with its link and its end after 6 hours;
 * payment->authentication points to it, the caller saves the payment. */
MUST_CHECK err_t authentication_open(struct ctx *cx, struct tx *tx, struct payment *payment,
                                     enum authentication_origin origin, struct str return_url,
                                     bool mandated, struct authentication *out);

MUST_CHECK err_t authentication_load(struct ctx *cx, struct tx *tx, struct authentication_id id,
                                     struct authentication *out);

/* By the uuid of a link, with "test_" before it in test mode; sets cx->merchant, mode and now.
 * ERR_NOT_FOUND without a fault. */
MUST_CHECK err_t authentication_find(struct core *core, struct ctx *cx, struct tx *tx,
                                     struct str token, struct authentication *out);

/* Records what a lookup or a result said; writes the row. A final state ends the six-hour task. */
MUST_CHECK err_t authentication_record(struct ctx *cx, struct tx *tx,
                                       struct authentication *authentication,
                                       const struct threeds_call *call);

/* Six hours have passed. */
MUST_CHECK err_t authentication_expire(struct ctx *cx, struct tx *tx,
                                       struct authentication *authentication);

bool authentication_is_final(enum authentication_state state);

/* "/v1/redirect/test_<uuid>" */
struct str authentication_path(struct arena *arena, enum mode mode,
                               const struct authentication *authentication);

/* Inside a body: what led to them a month ago leads nowhere any more, `most` at once. */
MUST_CHECK err_t authentication_links_purge(struct ctx *cx, struct tx *tx, int64_t most,
                                            int64_t *removed);

#endif
