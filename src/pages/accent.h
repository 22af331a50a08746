#ifndef GUICHET_PAGES_ACCENT_H
#define GUICHET_PAGES_ACCENT_H

#include "http/request.h"

/* A style sheet for each accent colour (pages.md 31): no style may stand inside a page, so the
 * colour is in the address of a sheet, and the server works out the rest. */

/* "/accent/1a8f5a.css" of a merchant's "#1a8f5a". */
struct str accent_url(struct arena *arena, struct str accent);

void accent_sheet(struct request *request);

#endif
