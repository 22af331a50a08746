#ifndef GUICHET_PAGES_MANDATE_RETURN_H
#define GUICHET_PAGES_MANDATE_RETURN_H

#include "core/mandate_form.h"

/* The merchant's address that a browser goes to when its form has ended, with the three return
 * parameters in its query, behind what it has already (api/safedebit.md 4); {NULL, 0}: none. */
struct str mandate_return_url(struct arena *arena, const struct mandate_visit *visit);

#endif
