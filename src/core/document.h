#ifndef GUICHET_CORE_DOCUMENT_H
#define GUICHET_CORE_DOCUMENT_H

#include "core/core.h"
#include "core/invoice_paper.h"

/* Files that we make or are given (mandates, invoices), kept sealed with their SHA-256. They
 * are made by a worker (core/workers.h), never on an I/O thread; a face only serves the bytes. */
struct document {
    struct document_id id;
    struct str kind;   /* "mandate", "invoice" */
    struct str object; /* the id it belongs to */
    struct str sha256; /* of the file, hexadecimal */
    int64_t size;
    struct str sealed;
    instant created;
};

/* The largest file that is kept: an invoice that comes as one (core/einvoice.h). */
enum { DOCUMENT_MAX = 20 << 20 };

/* Makes the row of a file: id, hash, sealed bytes. Outside any transaction. ERR_UNAVAILABLE with a
 * fault: no vault. */
MUST_CHECK err_t document_seal(struct core *core, struct ctx *cx, const char *kind,
                               const char *object, struct str bytes, struct document *out);

/* Inside a body. */
MUST_CHECK err_t document_insert(struct ctx *cx, struct tx *tx, const struct document *document);

/* Inside a body: a file that has to be kept no longer, and that nothing leads to any more. */
MUST_CHECK err_t document_delete(struct ctx *cx, struct tx *tx, struct document_id id);

/* The file itself, in the arena, checked against its hash. ERR_NOT_FOUND with a fault on
 * "document"; ERR_UNAVAILABLE with a fault: no vault; ERR_INTERNAL: not what was stored. */
MUST_CHECK err_t document_open(struct core *core, struct ctx *cx, struct tx *tx,
                               struct document_id id, struct str *bytes);

struct einvoice;
struct einvoice_difference;
struct enrolment_paper;
struct mandate_paper;

/* Draws files from records of the core. Filled by the document layer; called by a worker with an
 * arena of its own, in which the file is left. ERR_INTERNAL: it could not be drawn. */
struct document_maker {
    err_t (*mandate)(struct arena *arena, const struct mandate_paper *paper, struct str *pdf);
    err_t (*enrolment)(struct arena *arena, const struct enrolment_paper *paper, struct str *pdf);

    /* Any issued document; invoices and credit notes with their XML within (Factur-X). The same
     * paper gives the same bytes. */
    err_t (*invoice)(struct arena *arena, const struct invoice_paper *paper, struct str *pdf);
    /* The XML alone, in either syntax. ERR_INVALID: a quote or a receipt, which has none. */
    err_t (*invoice_xml)(struct arena *arena, const struct invoice_paper *paper,
                         enum invoice_syntax syntax, struct str *xml);

    /* An invoice that somebody wrote: its page, with what it says within (Factur-X), of test mode
     * with the mark of it. ERR_STATE: *lost is what no page has room for. */
    err_t (*einvoice)(struct arena *arena, const struct einvoice *invoice, bool test,
                      struct einvoice_difference *lost, struct str *pdf);
    /* The XML alone, of one that is fitted to the syntax (core/einvoice_fit.h). ERR_INVALID: a text
     * of it cannot be written; ERR_LIMIT: it would be too large. */
    err_t (*einvoice_xml)(struct arena *arena, const struct einvoice *invoice,
                          enum invoice_syntax syntax, struct str *xml);

    /* The file of this name that a PDF of somebody carries; only ever called in a process with
     * bounds of its own. ERR_INVALID: not a PDF that can be read, no such file in it, or two. */
    err_t (*attachment)(struct arena *arena, struct str pdf, const char *name, struct str *out);
};

#endif
