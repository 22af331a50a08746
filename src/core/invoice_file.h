#ifndef GUICHET_CORE_INVOICE_FILE_H
#define GUICHET_CORE_INVOICE_FILE_H

#include "core/document.h"
#include "core/invoice.h"

/* The file of an issued document: drawn by a worker after the commit that asks for it, sealed and
 * stored once; from then on its bytes are the same for ever. The address that opens it needs no
 * login (api/simplypaie.md 7). */

#define INVOICE_FILE_PATH "/factures/"

/* "FactureVente.pdf", "Devis.pdf" or "Recu.pdf". */
const char *invoice_file_name(enum invoice_kind kind);
/* Its address. */
struct str invoice_file_url(struct arena *arena, const struct core *core, const char *token,
                            enum invoice_kind kind);

/* Whose address is it? Sets cx->merchant and cx->mode. ERR_NOT_FOUND without a fault: nobody's, or
 * of a document of another name. */
MUST_CHECK err_t invoice_file_find(struct ctx *cx, struct tx *tx, struct str token, struct str name,
                                   struct invoice_id *id);

/* The bytes, in the arena; *ready is false while they are being drawn. */
MUST_CHECK err_t invoice_file_read(struct core *core, struct ctx *cx, struct tx *tx,
                                   struct invoice_id id, struct str *pdf, bool *ready);

/* Of its row: the hash of the file, hexadecimal, and when it was made; *found is false before. */
MUST_CHECK err_t invoice_file_about(struct ctx *cx, struct tx *tx, struct invoice_id id,
                                    struct document *out, bool *found);

/* Inside a body: this is its file. That it has one already is no error: the first one stays. */
MUST_CHECK err_t invoice_file_put(struct ctx *cx, struct tx *tx, struct invoice_id id,
                                  const struct document *document);

#endif
