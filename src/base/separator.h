#ifndef GUICHET_BASE_SEPARATOR_H
#define GUICHET_BASE_SEPARATOR_H

#include "base/arena.h"
#include "base/str.h"

/* What people put between the digits of a number, and what comes along when one is pasted: blanks,
 * hyphens and dots, the blanks and the hyphen that do not break, marks of direction. */

/* The length of one at the beginning of the text; 0: there is none. */
size_t separator_len(struct str text);

/* The text without any. */
struct str separators_dropped(struct arena *arena, struct str text);

#endif
