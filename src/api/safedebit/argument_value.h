#ifndef GUICHET_API_SAFEDEBIT_ARGUMENT_VALUE_H
#define GUICHET_API_SAFEDEBIT_ARGUMENT_VALUE_H

#include "api/safedebit/argument.h"

/* Private to argument*.c: whether one value is what its kind says. */

/* 0, or what is wrong. What is right is left in *text as it is kept: account numbers without
 * blanks and in capitals, keys in capitals. test: addresses of this machine are accepted. */
enum code argument_value(struct ctx *cx, const struct argument *row, bool test, struct str *text);

/* "is not a date DD/MM/YYYY": a sentence without the argument's name. */
const char *argument_problem(const struct argument *row);

/* For the description of kinds whose length is not checked by itself. */
int64_t argument_longest(enum argument_kind kind);

#endif
