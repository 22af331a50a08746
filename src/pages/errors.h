#ifndef GUICHET_PAGES_ERRORS_H
#define GUICHET_PAGES_ERRORS_H

#include "base/arena.h"
#include "pages/templates.h"

/* The summary above a form: of the rows, in their order, those that have a message. */
struct part_errors errors_part(struct arena *arena, const struct part_errors_items *rows,
                               size_t count);

/* What is wrong with a text of one line and so many characters; 0: nothing. */
enum text_error text_error_of(struct str text, size_t max);

#endif
