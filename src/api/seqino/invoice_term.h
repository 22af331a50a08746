#ifndef GUICHET_API_SEQINO_INVOICE_TERM_H
#define GUICHET_API_SEQINO_INVOICE_TERM_H

#include "base/str.h"

/* Where a term of EN 16931 stands in the JSON of an invoice: "BT-131" of the second line is
 * "lines.1.net_amount". `at` counts from 1; 0: the whole list. NULL: nowhere in particular. */
const char *invoice_term_path(struct arena *arena, const char *term, size_t at);

/* The term that stands at a place, "lines.1.net_amount", or that it is a part of; NULL: none. */
const char *invoice_path_term(const char *path);

#endif
