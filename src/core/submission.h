#ifndef GUICHET_CORE_SUBMISSION_H
#define GUICHET_CORE_SUBMISSION_H

#include "core/document.h"
#include "core/einvoice.h"

/* An invoice that came as a file (api/seqino.md 6): read, found to break no rule, and archived as
 * it came, once for its seller, year and number. One that the client issued leaves through the
 * platform of its mode; one that it received is kept. Neither is in the client's own series: those
 * are core/invoice.h. */
#define SUBMISSION_DIRECTION_LIST(X)                                                               \
    X(SUBMISSION_OUTGOING, 1, "outgoing") /* the client is the seller */                           \
    X(SUBMISSION_INCOMING, 2, "incoming") /* the client is the buyer */
ENUM_DECLARE(submission_direction, SUBMISSION_DIRECTION_LIST);

#define SUBMISSION_STATE_LIST(X)                                                                   \
    X(SUBMISSION_KEPT, 1, "kept")       /* it goes nowhere */                                      \
    X(SUBMISSION_WAITING, 2, "waiting") /* to be handed to the platform */                         \
    X(SUBMISSION_SENT, 3, "sent")
ENUM_DECLARE(submission_state, SUBMISSION_STATE_LIST);

enum {
    SUBMISSION_NAME_MAX = 255,  /* bytes of a file's name */
    SUBMISSION_LISTED_MAX = 255 /* characters of a party's name in a list */
};

struct submission {
    struct submission_id id;
    enum submission_direction direction;
    enum submission_state state;
    enum einvoice_format format;
    struct str number;
    struct date issued;
    struct str seller;    /* its SIREN */
    struct str recipient; /* the buyer's electronic address */
    struct str file_name;
    int64_t size;
    struct str sha256;           /* of the file, hexadecimal */
    struct document_id document; /* the file as it came */
    struct document_id xml;      /* what a PDF carried; none: the file itself */
    instant created;
    instant sent; /* 0: not yet */
};

/* ERR_NOT_FOUND with a fault on "invoice" and the id. */
MUST_CHECK err_t submission_load(struct ctx *cx, struct tx *tx, struct submission_id id,
                                 struct submission *out);
/* The same; *found is false when there is none. */
MUST_CHECK err_t submission_find(struct ctx *cx, struct tx *tx, struct submission_id id,
                                 struct submission *out, bool *found);

/* Inside a body: what a list tells of it (core/invoice_index.h). */
MUST_CHECK err_t submission_terms_put(struct ctx *cx, struct tx *tx, struct submission_id id,
                                      const struct einvoice *invoice);

/* The file as it came, in the arena, checked against its hash. */
MUST_CHECK err_t submission_bytes(struct core *core, struct ctx *cx, struct tx *tx,
                                  const struct submission *submission, struct str *bytes);
/* Its XML: the file itself, or what a PDF carried. */
MUST_CHECK err_t submission_xml(struct core *core, struct ctx *cx, struct tx *tx,
                                const struct submission *submission, struct str *xml);
/* What it says, read anew from its XML: takes as long as reading the XML does. */
MUST_CHECK err_t submission_read(struct core *core, struct ctx *cx, struct tx *tx,
                                 const struct submission *submission, struct einvoice *out);

/* Inside a body: it was handed over. */
MUST_CHECK err_t submission_sent(struct ctx *cx, struct tx *tx, struct submission_id id);

/* Reads and checks a file on a worker, archives it in one commit with its first status (200), and
 * has it leave. An Idempotency-Key counts. Nothing of a refused one is kept. Faults:
 * ERR_MALFORMED on "file": it cannot be read at all;
 * ERR_INVALID on "body.file", one for each rule that it breaks (FAULTS_MAX at most), with the names
 * of rule and term at the end; or the client is neither its seller nor its buyer;
 * ERR_STATE on "client": it has no SIREN;
 * ERR_CONFLICT on "invoice" and the id of the one that the client has with this seller, year and
 * number; ERR_UNAVAILABLE: no platform in this mode, no vault, or it cannot be read now. */
struct submission_create {
    struct operation operation;
    struct str bytes;              /* in: EINVOICE_BYTES_MAX at most; they must live until done */
    struct str file_name;          /* in: as the sender says */
    struct einvoice_report report; /* out */
    struct einvoice_file file;     /* out, in memory that lives as long as the context's */
    struct submission submission;  /* out */
    struct document archived;      /* used on the way */
    struct document archived_xml;
    struct submission_reading *reading;
};
void submission_create(struct submission_create *create);

#endif
