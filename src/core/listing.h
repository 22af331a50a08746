#ifndef GUICHET_CORE_LISTING_H
#define GUICHET_CORE_LISTING_H

#include "core/refund.h"
#include "core/request.h"

/* The list of payments as SimplyPaie shows it (api/simplypaie.md 4, docs/adr/0033): a line each for
 * requests, for payments that no request made and that are no levy, and for refunds of all these,
 * with a number of its own (paymentId). Only merchants who asked for it have one; it is written in
 * the commit of what it tells. Only euro, dollar and pound are listed. */
#define LISTING_KIND_LIST(X)                                                                       \
    X(LISTING_REQUEST, 1, "request") X(LISTING_PAYMENT, 2, "payment") X(LISTING_REFUND, 3, "refund")
ENUM_DECLARE(listing_kind, LISTING_KIND_LIST);

enum listing_type { LISTING_STANDARD = 1, LISTING_PREAUTH };
enum listing_way { LISTING_DEBIT = 1, LISTING_CREDIT };
enum listing_status {
    LISTING_WAITING = 1,
    LISTING_REMINDED,
    LISTING_PREAUTHORIZED,
    LISTING_CASHED,
    LISTING_REFUNDED,
    LISTING_CANCELLED,
    LISTING_EXPIRED,
};

/* What lines are counted by; in a filter 0 is any. */
struct listing_facets {
    enum request_mode sent_by;
    enum listing_type type;
    enum request_page page;
    enum currency currency;
    enum listing_way way;
    enum listing_status status;
};

struct listing_line {
    int64_t number;
    enum listing_kind kind;
    char object[ID_SIZE];
    struct listing_facets facets;
    int64_t amount_minor; /* of a deposit that was cashed: what was cashed */
    int64_t fees_minor;
    int64_t refunded_minor;
    struct str name;
    struct str email;
    struct str return_url;
    char link_object[ID_SIZE]; /* the request or payment on whose page it is paid */
    instant valid_until;       /* 0: nothing to wait for */
    instant created;
    int64_t payer; /* private */
};

/* --- written along ------------------------------------------------------------------------------
 */

/* Inside the body that has written the object: its line says the same. `made`: it is new. Costs
 * nothing for a merchant without a list. */
MUST_CHECK err_t listing_put_request(struct ctx *cx, struct tx *tx,
                                     const struct pay_request *request, bool made);
MUST_CHECK err_t listing_put_payment(struct ctx *cx, struct tx *tx, const struct payment *payment,
                                     bool made);
MUST_CHECK err_t listing_put_refund(struct ctx *cx, struct tx *tx, const struct refund *refund,
                                    bool made);

/* Inside a body: the next number of cx->merchant in cx->mode, who has a list from now on. */
MUST_CHECK err_t listing_number(struct ctx *cx, struct tx *tx, int64_t *out);

/* --- made up ------------------------------------------------------------------------------------
 */

/* Lists what was there before the merchant had a list: as long as it takes, in commits of
 * LISTING_BUILD_MOST objects. */
enum { LISTING_BUILD_MOST = 200 };
struct listing_build {
    struct operation operation;
    bool built; /* private */
};
void listing_build(struct listing_build *build);
MUST_CHECK err_t listing_is_built(struct ctx *cx, struct tx *tx, bool *out);

/* --- read ---------------------------------------------------------------------------------------
 */

/* By its number. */
MUST_CHECK err_t listing_find(struct ctx *cx, struct tx *tx, int64_t number,
                              struct listing_line *out, bool *found);

struct listing_filter {
    int64_t number; /* 0: any */
    struct listing_facets facets;
    int64_t min_minor;
    int64_t max_minor; /* LISTING_AMOUNT_MAX: any */
    struct date from;  /* days of Paris; year 0: any */
    struct date until;
    struct str name;  /* a part of it; {NULL, 0}: any */
    struct str email; /* whole; {NULL, 0}: any */
    int64_t limit;
    int64_t start;
};
#define LISTING_AMOUNT_MAX INT64_C(999999999999999999)

/* Newest first, in the arena; total: how many there are without limit and start. */
MUST_CHECK err_t listing_search(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                                struct listing_line **out, size_t *count, int64_t *total);

#endif
