#ifndef GUICHET_API_STANCER_PAYOUT_H
#define GUICHET_API_STANCER_PAYOUT_H

#include "api/stancer/list.h"
#include "core/payout.h"

/* What the lists below a payout begin with: GET /payouts/{id}/{payments|refunds|disputes}. */
struct payout_asked {
    struct payout payout;
    struct page_of page;
    struct tx *tx;
};
/* False when it has answered. */
bool read_payout(struct request *request, struct payout_asked *out);

#endif
