#ifndef GUICHET_CORE_MANDATE_PAPER_H
#define GUICHET_CORE_MANDATE_PAPER_H

#include "core/address.h"
#include "core/mandate.h"

/* Everything that a mandate shows, in texts that are ready to be printed; what is not known is
 * {NULL, 0}. */
struct paper_party {
    struct str name;
    struct str lines[5]; /* of the address, country last; the first that is {NULL, 0} ends it */
};

struct mandate_paper {
    enum mandate_language language;
    const struct mandate_text *text;
    bool test; /* of test mode: not a real one */
    struct str umr;
    enum mandate_scheme scheme;
    enum mandate_type type;
    struct str ics;
    struct paper_party creditor;
    struct paper_party debtor;
    struct str iban; /* in groups of four */
    struct str bic;
    struct str place;
    struct str date; /* of the signature, as the language writes it */
    bool has_evidence;
    struct mandate_evidence evidence;
    struct str evidence_time; /* "2026-11-29 10:00:00 UTC" */
};

/* Reads what belongs to a mandate: its account, its evidence, the merchant's settings. The number
 * lies in the arena: whoever asked wipes it with the arena. ERR_UNAVAILABLE with a fault: no vault,
 * the number was erased, or only our draft of the text is there in live mode. */
MUST_CHECK err_t mandate_paper_read(struct core *core, struct ctx *cx, struct tx *tx,
                                    const struct mandate *mandate, struct mandate_paper *out);

/* The same for one that is about to be signed and lies in no table yet: with this account and, when
 * it is given, this address of the debtor. */
MUST_CHECK err_t mandate_paper_draft(struct core *core, struct ctx *cx, struct tx *tx,
                                     const struct mandate *mandate,
                                     const struct bank_account *account,
                                     const struct address *debtor, struct mandate_paper *out);

/* SHA-256 in hexadecimal of everything that a paper shows to whoever signs it, and of `more`. */
struct str mandate_paper_sha256(struct arena *arena, const struct mandate_paper *paper,
                                struct str more);

/* The document of a mandate, in the arena. *ready is false while there is none that shows the
 * mandate as it is: then it has to be asked for. ERR_NOT_FOUND as mandate_load. */
MUST_CHECK err_t mandate_pdf_read(struct core *core, struct ctx *cx, struct tx *tx,
                                  struct mandate_id id, struct str *pdf, bool *ready);

/* Asks for the document: a worker draws it soon and stores it. ERR_UNAVAILABLE with a fault: it
 * could not be made, see mandate_paper_read. */
struct mandate_pdf_ask {
    struct operation operation;
    struct mandate_id id;
    struct mandate mandate; /* out */
};
void mandate_pdf_ask(struct mandate_pdf_ask *ask);

/* The same inside a body that changed the mandate: an old drawing is not shown any more. Nothing
 * happens to a signed one that was uploaded. */
MUST_CHECK err_t mandate_pdf_again(struct ctx *cx, struct tx *tx, struct mandate *mandate);

#endif
