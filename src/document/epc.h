#ifndef GUICHET_DOCUMENT_EPC_H
#define GUICHET_DOCUMENT_EPC_H

#include "core/invoice_paper.h"

/* The QR code with which a bank's app fills in a transfer (EPC069-12 version 3.1, data of version
 * 002). */

/* What the code holds; {NULL, 0} where none may be: another currency than the euro, no account, an
 * amount of nothing or beyond 999999999.99, nothing to pay. In the arena. */
struct str epc_payload(struct arena *arena, const struct invoice_paper *paper);

struct epc_code {
    const unsigned char *cells; /* side * side, bit 0: black */
    int side;                   /* 0: there is none */
};
/* In the arena. ERR_INTERNAL: the library failed. */
MUST_CHECK err_t epc_code(struct arena *arena, const struct invoice_paper *paper,
                          struct epc_code *out);

#endif
