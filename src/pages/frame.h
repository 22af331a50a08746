#ifndef GUICHET_PAGES_FRAME_H
#define GUICHET_PAGES_FRAME_H

#include "core/merchant.h"
#include "http/request.h"
#include "pages/templates.h"

/* What surrounds every page: test banner, way back, languages, legal line. merchant and back_url
 * may be absent. */
struct layout_frame frame_make(struct request *request, enum page_lang lang,
                               const struct merchant *merchant, struct str back_url);

/* The language of a page: of its address, the browser, the merchant (NULL: none is known). */
enum page_lang frame_language(struct request *request, const struct merchant *merchant);

/* The value of a name in the query part; {NULL, 0} when it is not there or the query cannot be
 * read. */
struct str frame_query(struct request *request, struct str name);

#endif
