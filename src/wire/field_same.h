#ifndef GUICHET_WIRE_FIELD_SAME_H
#define GUICHET_WIRE_FIELD_SAME_H

#include "wire/field.h"

/* Two structs of one table: what somebody asks for, and what it comes to. Of the kinds of rows that
 * such tables have: texts, decimals, days, objects and arrays of objects, all of them SPARSE. */

/* What `to` lacks is taken from `from`, whose texts and lists are shared; in objects too, not in
 * what an array holds. */
void field_complete(const struct table *table, void *to, const void *from);
/* The same for each item of an array and the one in the same place of another. */
void field_complete_items(const struct table *table, const struct field_list *to,
                          const struct field_list *from);

/* Whether `whole` says everything that `part` says. Items of an array may stand elsewhere. */
bool field_within(const struct table *table, const void *part, const void *whole);

/* A fault ERR_INVALID for everything that `part` says and `whole` does not, its path beginning with
 * `where`, its text what would be right. OK when there is none. */
MUST_CHECK err_t field_differences(struct ctx *cx, const struct table *table, const char *where,
                                   const void *part, const void *whole);

#endif
