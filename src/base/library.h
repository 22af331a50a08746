#ifndef GUICHET_BASE_LIBRARY_H
#define GUICHET_BASE_LIBRARY_H

#include <stddef.h>

#include "base/err.h"

/* Shared libraries that few processes ever need, and therefore load when they do. */

/* Opens one by its file name, or finds it when it is open; it stays until the process ends.
 * ERR_UNAVAILABLE (logged) when it is not there. */
MUST_CHECK err_t library_open(const char *file, void **out);

/* Puts the address of a function into the pointer to a function at `out`, of `size` bytes.
 * ERR_UNAVAILABLE (logged) when the library has none of that name. */
MUST_CHECK err_t library_find(void *library, const char *name, void *out, size_t size);

#endif
