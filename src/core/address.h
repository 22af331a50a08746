#ifndef GUICHET_CORE_ADDRESS_H
#define GUICHET_CORE_ADDRESS_H

#include "core/core.h"

/* A postal address of a payer (api/stancer.md 11). */
struct address {
    struct address_id id;
    struct str line1;
    struct str line2;
    struct str line3;
    struct str zip_code;
    struct str city;
    struct str state;
    struct str country;
    struct str metadata; /* a JSON object, "{}" when none */
    instant created;
    bool deleted;
};

/* ERR_NOT_FOUND with a fault on "address" and the id. */
MUST_CHECK err_t address_load(struct ctx *cx, struct tx *tx, struct address_id id, bool deleted_too,
                              struct address *out);
/* The same for one that is chosen; none is no error. */
MUST_CHECK err_t address_check(struct ctx *cx, struct tx *tx, struct address_id id);

/* Inside a body: writes it, gives it its id. */
MUST_CHECK err_t address_insert(struct ctx *cx, struct tx *tx, struct address *address);

struct address_create {
    struct operation operation;
    struct address draft;
    struct address address; /* out */
};
void address_create(struct address_create *create);

struct address_remove {
    struct operation operation;
    struct address_id id;
    struct address address; /* out */
};
void address_remove(struct address_remove *removal);

#endif
