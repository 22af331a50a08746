#ifndef GUICHET_DOCUMENT_ENROLMENT_H
#define GUICHET_DOCUMENT_ENROLMENT_H

#include "core/enrolment_paper.h"

/* Draws the mandate of a company that enrols as PDF: parties, text, and, once it is signed, how:
 * who, when, from where, by which code, the hash of what was shown, what happened before.
 * ERR_INTERNAL: the library failed. */
MUST_CHECK err_t enrolment_draw(struct arena *arena, const struct enrolment_paper *paper,
                                struct str *pdf);

#endif
