#ifndef GUICHET_CORE_INVOICE_RECORD_H
#define GUICHET_CORE_INVOICE_RECORD_H

#include "base/arena.h"
#include "base/err.h"
#include "core/invoice_paper.h"

/* The canonical record of an issued document: a text that says everything that it says, one fact a
 * line, in one order, so that the same document always gives the same bytes. It is what is stored,
 * hashed and drawn; nothing of it is kept a second time except what is searched by.
 *
 *     guichet-invoice 1
 *     kind=invoice
 *     number=F2026-000001
 *     ...
 *     line=263000 30000 S 2000 7890 Produit 1
 *     rate=S 2000 7890 1578 - -
 *     note=PMD 0 Pénalités de retard ...
 *
 * Numbers are integers: prices and quantities in ten-thousandths, rates in basis points, amounts in
 * cents. What is absent, zero or false is left out. */
enum { INVOICE_RECORD_MAX = 2 << 20, INVOICE_HASH_LEN = 64 };

/* ERR_INVALID: a text holds a control character. */
MUST_CHECK err_t invoice_record_write(struct arena *arena, const struct invoice_paper *paper,
                                      struct str *out);

/* The paper that gives this record; texts are borrowed from it. ERR_MALFORMED: it is none that
 * invoice_record_write has given. */
MUST_CHECK err_t invoice_record_read(struct arena *arena, struct str record,
                                     struct invoice_paper *out);

/* SHA-256, in hexadecimal, of the hash before, a line feed, and the record: the chain of
 * standards/einvoicing.md 9. The hash before the first is 64 zeros. */
struct str invoice_record_hash(struct arena *arena, struct str previous, struct str record);
struct str invoice_chain_start(void);

#endif
