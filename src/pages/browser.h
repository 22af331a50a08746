#ifndef GUICHET_PAGES_BROWSER_H
#define GUICHET_PAGES_BROWSER_H

#include "core/page.h"
#include "http/request.h"

/* What the payer's bank wants to know of the browser (cards.md 6), cut to the lengths of
 * api/stancer.md 9. */
struct browser browser_of(struct request *request);

#endif
