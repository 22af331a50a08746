#ifndef GUICHET_HTTP_OPENAPI_H
#define GUICHET_HTTP_OPENAPI_H

#include "http/route.h"

/* Writes the OpenAPI 3.1 document of a mount from its routes and their tables: what is read,
 * written and checked is what is described. The same tables always give the same bytes. `version`
 * is the interface's. */
void openapi_write(struct buf *out, const struct mount *mount, const char *version);

#endif
