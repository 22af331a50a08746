#ifndef GUICHET_CORE_ENROLMENT_PAPER_H
#define GUICHET_CORE_ENROLMENT_PAPER_H

#include "core/enrolment.h"
#include "core/mandate_text.h"

/* The mandate that a company gives its sponsor's platform (api/seqino.md 4, step 3): what it says,
 * and how it was signed. All texts; lines end with \n, paragraphs with an empty line. What was
 * signed is kept as it was shown, so that no later change of a name or a text reaches it. */
#define ENROLMENT_FACT_LIST(X)                                                                     \
    X(ENROLMENT_LANGUAGE, 1, "language") /* "fr" */                                                \
    X(ENROLMENT_TITLE, 2, "title")                                                                 \
    X(ENROLMENT_TEXT, 3, "text")                                                                   \
    X(ENROLMENT_GIVER, 4, "company")  /* name, form and SIREN, address */                          \
    X(ENROLMENT_TAKER, 5, "platform") /* the sponsor: name, SIREN */                               \
    X(ENROLMENT_SHA256, 6, "sha256")  /* of all that and the reference, hexadecimal */             \
    X(ENROLMENT_FIRST_NAME, 7, "first_name")                                                       \
    X(ENROLMENT_LAST_NAME, 8, "last_name")                                                         \
    X(ENROLMENT_CONSENTED, 9, "consented")  /* "2026-11-29 10:00:00 UTC": the box was ticked */    \
    X(ENROLMENT_CODE_TO, 10, "code_to")     /* "c•••@example.org" */                         \
    X(ENROLMENT_CODE_HASH, 11, "code_hash") /* keyed */                                            \
    X(ENROLMENT_SIGNED, 12, "signed")                                                              \
    X(ENROLMENT_IP, 13, "ip")                                                                      \
    X(ENROLMENT_BROWSER, 14, "browser")                                                            \
    X(ENROLMENT_EVENTS, 15, "events") /* a line each: time, what happened */
ENUM_DECLARE(enrolment_fact, ENROLMENT_FACT_LIST);
enum { ENROLMENT_FACTS = ENROLMENT_EVENTS + 1 };

struct enrolment_paper {
    enum mandate_language language;
    bool test;            /* of test mode: not a real one */
    bool draft;           /* our own words, which nobody has adopted */
    struct str reference; /* "onb_..." */
    struct str facts[ENROLMENT_FACTS];
};

/* What is to be signed by this visitor: the facts up to the hash. ERR_UNAVAILABLE with a fault on
 * "mandate": in live mode only our draft is there. */
MUST_CHECK err_t enrolment_paper_draft(const struct core *core, struct ctx *cx,
                                       const struct enrolment_visit *visit, struct str language,
                                       struct enrolment_paper *out);

/* What was signed, or is about to be; *found is false without any. */
MUST_CHECK err_t enrolment_paper_read(const struct core *core, struct ctx *cx, struct tx *tx,
                                      struct enrolment_id id, struct enrolment_paper *out,
                                      bool *found);

/* "2026-11-29 10:00:00 UTC" */
struct str enrolment_time(struct arena *arena, instant at);

/* --- the text ------------------------------------------------------------------------------------
 */

/* In force: the operator's (DATA/mandate_text/<fr|en>/PDP), else our draft. */
const struct mandate_text *enrolment_text_of(const struct core *core,
                                             enum mandate_language language);

/* --- the file ------------------------------------------------------------------------------------
 */

/* The signed document: *ready is false while it is being drawn. ERR_NOT_FOUND with a fault: nothing
 * was signed. */
MUST_CHECK err_t enrolment_pdf_read(struct core *core, struct ctx *cx, struct tx *tx,
                                    struct enrolment_id id, struct str *pdf, bool *ready);

/* The document of the last enrolment that the client cx->merchant has signed. */
MUST_CHECK err_t enrolment_document(struct ctx *cx, struct tx *tx, struct document_id *out,
                                    bool *found);

/* "/inscription/{token}": where whoever signed reads it, for ENROLMENT_LINK_DAYS real days. */
#define ENROLMENT_LINK_PATH "/inscription/"
enum { ENROLMENT_LINK_DAYS = 90 };
struct str enrolment_link(const struct core *core, struct ctx *cx, struct enrolment_id id);
/* As signed_link_read. */
MUST_CHECK err_t enrolment_link_read(const struct core *core, struct ctx *cx, struct str token,
                                     struct enrolment_id *out);

#endif
