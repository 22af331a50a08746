#ifndef GUICHET_PAGES_LOGO_H
#define GUICHET_PAGES_LOGO_H

#include "core/merchant.h"
#include "http/request.h"

/* "/logo/<merchant>/<hash>.png"; {NULL, 0} when the merchant has no picture. */
struct str logo_url(struct arena *arena, const struct merchant *merchant);

void logo_show(struct request *request);

#endif
