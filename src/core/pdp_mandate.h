#ifndef GUICHET_CORE_PDP_MANDATE_H
#define GUICHET_CORE_PDP_MANDATE_H

#include "core/directory.h"
#include "core/platform.h"

/* A client's permission to send and receive its invoices through us, for one line of the directory
 * (api/seqino.md 5; nothing to do with mandates to debit). A task takes it from state to state: the
 * directory is asked, then the company is registered as a recipient, on the first of its days. */
#define PDP_MANDATE_STATE_LIST(X)                                                                  \
    X(PDP_MANDATE_PROCESSING, 1, "processing")   /* the directory is being asked */                \
    X(PDP_MANDATE_CREATED, 2, "created")         /* waits for its first day */                     \
    X(PDP_MANDATE_PENDING_KYC, 3, "pending_kyc") /* waits for its client to be active     */       \
    X(PDP_MANDATE_ACTIVE, 4, "active")                                                             \
    X(PDP_MANDATE_EXPIRED, 5, "expired")                                                           \
    X(PDP_MANDATE_ERROR, 6, "error") /* `cause` says why */                                        \
    X(PDP_MANDATE_REVOKED, 7, "revoked")
ENUM_DECLARE(pdp_mandate_state, PDP_MANDATE_STATE_LIST);

/* What the platform says of the registration. */
#define PDP_REGISTRATION_LIST(X)                                                                   \
    X(PDP_REGISTRATION_NONE, 1, "not_registered")                                                  \
    X(PDP_REGISTRATION_DONE, 2, "registered")                                                      \
    X(PDP_REGISTRATION_REFUSED, 3, "refused")
ENUM_DECLARE(pdp_registration, PDP_REGISTRATION_LIST);

struct pdp_mandate {
    struct pdp_mandate_id id;
    enum pdp_mandate_state state;
    struct date starts;
    bool ends_some_day;
    struct date ends; /* its last day */
    struct directory_line line;
    enum pdp_registration registration;
    struct str cause; /* a word of ours, or {NULL, 0} */
    instant created;
    instant updated; /* 0: never */
};

/* Of cx->merchant in cx->mode; one that was revoked is gone. ERR_NOT_FOUND with a fault on
 * "mandate" and the id. */
MUST_CHECK err_t pdp_mandate_load(struct ctx *cx, struct tx *tx, struct pdp_mandate_id id,
                                  struct pdp_mandate *out);

/* Whose it is, among the clients of a sponsor in cx->mode. ERR_NOT_FOUND as above. */
MUST_CHECK err_t pdp_mandate_owner(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                                   struct pdp_mandate_id id, struct merchant_id *out);

/* Oldest first, from the one after `after` (none: the first) on; state 0: of every state. */
struct pdp_mandate_filter {
    struct pdp_mandate_id after;
    enum pdp_mandate_state state;
    int64_t limit;
};
MUST_CHECK err_t pdp_mandate_list(struct ctx *cx, struct tx *tx,
                                  const struct pdp_mandate_filter *filter, struct pdp_mandate **out,
                                  size_t *count);

/* Whether any is processing, created, pending_kyc or active: a client with one is not deleted. */
MUST_CHECK err_t pdp_mandates_living(struct ctx *cx, struct tx *tx, bool *out);

/* Inside a body: the client of the context is active, so those that waited for it go on. */
MUST_CHECK err_t pdp_mandates_go_on(struct ctx *cx, struct tx *tx);

/* --- calls
 * ------------------------------------------------------------------------------------ */

/* All or none. Of each item starts, ends and line count; the rest is filled. Faults ERR_INVALID
 * carry prefix, and the number of the item where it is not alone: "body.mandates.2.end_date".
 * ERR_CONFLICT with a fault on "mandate" and the id of the one in the way: another living mandate
 * has the line. ERR_UNAVAILABLE: no platform is connected. */
enum { PDP_MANDATES_MAX = 100 /* at once [our choice] */ };
struct pdp_mandate_create {
    struct operation operation;
    struct pdp_mandate *items;
    size_t count;
    bool alone; /* it came by itself */
};
void pdp_mandate_create(struct pdp_mandate_create *create);

/* DELETE. What the directory says stays. ERR_NOT_FOUND as above. */
struct pdp_mandate_revoke {
    struct operation operation;
    struct pdp_mandate_id id;
};
void pdp_mandate_revoke(struct pdp_mandate_revoke *revoke);

/* Lines of a company by its SIREN: those that the platform knows, and those that this client has
 * registered. Faults: ERR_INVALID on "path.siren", ERR_NOT_FOUND and ERR_UNAVAILABLE on
 * "directory", ERR_UNAVAILABLE on "platform". */
struct pdp_directory_look {
    struct operation operation;
    struct str siren;
    struct directory_line *lines; /* out */
    size_t count;
};
void pdp_directory_look(struct pdp_directory_look *look);

#endif
