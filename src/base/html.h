#ifndef GUICHET_BASE_HTML_H
#define GUICHET_BASE_HTML_H

#include "base/str.h"

/* Text into HTML, in content and in quoted attributes alike. */
void html_put(struct buf *out, struct str text);

#endif
