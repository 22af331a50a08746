#ifndef GUICHET_DOCUMENT_AGREEMENT_H
#define GUICHET_DOCUMENT_AGREEMENT_H

#include "document/sheet.h"

/* How papers look that somebody signs: mandates of debtors, and what a company signs when it
 * enrols. */
extern const struct canvas_style AGREEMENT_BODY;
extern const struct canvas_style AGREEMENT_LABEL;
extern const struct canvas_style AGREEMENT_VALUE;
extern const struct canvas_style AGREEMENT_HEAD;
extern const struct canvas_style AGREEMENT_FOOT;

#define AGREEMENT_GAP 9.0

/* The notes that it has no effect and that its text is a draft, where they are not NULL, then the
 * title. */
void agreement_head(struct sheet *sheet, const char *test, const char *draft, struct str title);

#endif
