#ifndef GUICHET_CORE_CUSTOMER_H
#define GUICHET_CORE_CUSTOMER_H

#include "core/address.h"
#include "core/core.h"
#include "core/page_of.h"

/* Somebody who pays. Absent texts are {NULL, 0}, never empty. */
struct customer {
    struct customer_id id;
    struct str name;
    struct str email;
    struct str mobile;
    struct str external_id;
    struct str date_birth; /* YYYY-MM-DD */
    struct str legal_id;
    struct str country;
    struct address_id billing_address;
    struct address_id shipping_address;
    instant created;
    bool deleted;
};

/* What to do about a living customer that looks the same (api/stancer.md 5). */
enum customer_twin {
    TWIN_IS_CONFLICT =
        1, /* v1 POST: same name, e-mail, mobile and external id is ERR_CONFLICT with its id */
    TWIN_IS_USED,        /* v1 inside a payment: it is used */
    TWIN_BY_EXTERNAL_ID, /* v2: same external id and data is used, other data is ERR_CONFLICT */
};

/* Inside a body, before its first write: checks the draft, and gives it an id, or replaces it by
 * the living twin. customer_insert() then writes it unless it is the twin (created tells). */
MUST_CHECK err_t customer_prepare(struct ctx *cx, struct tx *tx, enum customer_twin twin,
                                  struct customer *draft);
MUST_CHECK err_t customer_insert(struct ctx *cx, struct tx *tx, struct customer *draft);
/* Inside a body: its row becomes what it is now. */
MUST_CHECK err_t customer_save(struct ctx *cx, struct tx *tx, const struct customer *customer);

/* ERR_NOT_FOUND with a fault on "customer" and the id. A deleted one is found only when asked for.
 */
MUST_CHECK err_t customer_load(struct ctx *cx, struct tx *tx, struct customer_id id,
                               bool deleted_too, struct customer *out);

struct customer_create {
    struct operation operation;
    enum customer_twin twin;
    struct customer draft;
    struct customer customer; /* out */
};
void customer_create(struct customer_create *create);

/* Members with a bit in `change` replace; {NULL, 0} erases. */
enum {
    CUSTOMER_NAME = 1,
    CUSTOMER_EMAIL = 2,
    CUSTOMER_MOBILE = 4,
    CUSTOMER_EXTERNAL_ID = 8,
    CUSTOMER_DATE_BIRTH = 16,
    CUSTOMER_LEGAL_ID = 32,
    CUSTOMER_COUNTRY = 64,
    CUSTOMER_BILLING = 128,
    CUSTOMER_SHIPPING = 256,
};
struct customer_change {
    struct operation operation;
    bool remove; /* DELETE; nothing else counts then */
    bool unique_external_id;
    unsigned change;
    struct customer values;   /* with the id */
    struct customer customer; /* out */
};
void customer_change(struct customer_change *change);

/* Exact filters; {NULL, 0} is none. */
struct customer_filter {
    struct str name;
    struct str email;
    struct str external_id;
    struct str legal_id;
    struct str country;
};
MUST_CHECK err_t customer_list(struct ctx *cx, struct tx *tx, const struct customer_filter *filter,
                               const struct page_of *page, struct customer **out,
                               struct page_found *found);

#endif
