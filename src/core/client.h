#ifndef GUICHET_CORE_CLIENT_H
#define GUICHET_CORE_CLIENT_H

#include "core/core.h"

/* A company that a sponsor manages (api/seqino.md 3): a merchant of the sponsor, under a reference
 * of the sponsor's own. Clients are of the mode of the key that made them. */

#define CLIENT_STATUS_LIST(X)                                                                      \
    X(CLIENT_ACTIVE, 1, "active")                                                                  \
    X(CLIENT_INACTIVE, 2, "inactive")                                                              \
    X(CLIENT_PENDING, 3, "pending") /* its enrolment is not complete */                            \
    X(CLIENT_SUSPENDED, 4, "suspended")
ENUM_DECLARE(client_status, CLIENT_STATUS_LIST);

/* What its sponsor says of it, as the face has checked it. */
struct client_draft {
    struct str organization_name; /* 1 to 255 characters */
    struct str contact_email;     /* may be empty */
    struct str external_ref;      /* 1 to 100 characters */
    struct str description;       /* or {NULL, 0} */
};

struct client {
    struct merchant_id id;
    struct sponsor_id sponsor;
    struct client_draft is;
    enum client_status status;
    instant created;
    instant updated; /* 0: never */
};

/* --- finding, in cx->mode ------------------------------------------------------------------------
 */

/* ERR_NOT_FOUND with a fault on "client": unknown, or another sponsor's. */
MUST_CHECK err_t client_load(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                             struct merchant_id id, struct client *out);
MUST_CHECK err_t client_of_reference(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                                     struct str external_ref, struct client *out);
/* The client that cx->merchant is, whoever its sponsor. */
MUST_CHECK err_t client_of_merchant(struct ctx *cx, struct tx *tx, struct client *out);

enum { CLIENT_PAGE = 1000 };
/* At most CLIENT_PAGE clients after one (none: from the start), oldest first; an array in the
 * arena. */
MUST_CHECK err_t client_list(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                             struct merchant_id after, struct client **out, size_t *count,
                             bool *has_more);

/* --- inside a body -------------------------------------------------------------------------------
 */

/* Makes a merchant that exists a client of its sponsor, active. ERR_CONFLICT with a fault: on
 * "external_ref", another one has it; on "client", it is one already. Before the first write. */
MUST_CHECK err_t client_add(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                            const struct client_draft *draft, struct client *out);

/* What changes: bits. */
enum {
    CLIENT_NAME = 1 << 0,
    CLIENT_EMAIL = 1 << 1,
    CLIENT_REFERENCE = 1 << 2,
    CLIENT_STATUS = 1 << 3,
};
struct client_edit {
    unsigned change;
    struct client_draft to;
    enum client_status status;
};
/* The one function that changes a client, which gets what is new. What is equal already is no
 * change. The merchant's own name goes along until it was given another one. ERR_CONFLICT with a
 * fault on "external_ref". Afterwards the caller raises the generation. */
MUST_CHECK err_t client_edit(struct ctx *cx, struct tx *tx, struct client *client,
                             const struct client_edit *edit);

/* Whether cx->merchant has a mandate that has not ended: one that it gave for its invoices
 * (core/pdp_mandate.h), or one that a debtor gave it. */
MUST_CHECK err_t client_has_mandate(struct ctx *cx, struct tx *tx, bool *out);

/* --- operations of a sponsor ---------------------------------------------------------------------
 */

/* Makes a merchant of the sponsor, and the client that it is. ERR_CONFLICT as client_add. */
struct client_create {
    struct operation operation;
    struct sponsor_id sponsor;
    struct client_draft draft;
    struct client client; /* out */
};
void client_create(struct client_create *create);

struct client_change {
    struct operation operation;
    struct sponsor_id sponsor;
    struct merchant_id id;
    struct client_edit edit;
    struct client client; /* out */
};
void client_change(struct client_change *change);

/* The sponsor manages it no longer. The merchant stays, with its books. ERR_STATE with a fault on
 * "client" while client_has_mandate. */
struct client_remove {
    struct operation operation;
    struct sponsor_id sponsor;
    struct merchant_id id;
};
void client_remove(struct client_remove *drop);

#endif
