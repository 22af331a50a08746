#ifndef GUICHET_CORE_ENROLMENT_MAIL_H
#define GUICHET_CORE_ENROLMENT_MAIL_H

#include "core/enrolment_paper.h"

/* Mails to the company that enrols, inside the body of what they tell. Names of persons stand in
 * none of them. */

/* The receipt of whoever signed. */
MUST_CHECK err_t enrolment_mail_signed(const struct core *core, struct ctx *cx, struct tx *tx,
                                       const struct enrolment_visit *visit,
                                       const struct enrolment_paper *paper);

/* What came of what was handed in, to the client of cx->merchant in its merchant's language. Why
 * it was refused stands on the page alone. */
MUST_CHECK err_t enrolment_mail_judged(const struct core *core, struct ctx *cx, struct tx *tx,
                                       const struct enrolment *enrolment, bool accepted);

#endif
