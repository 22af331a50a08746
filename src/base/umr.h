#ifndef GUICHET_BASE_UMR_H
#define GUICHET_BASE_UMR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Unique mandate references, RUM in French (standards/sepa.md 2.3). */
enum { UMR_MAX = 35, UMR_MADE_LEN = 20 };

/* 1 to 35 letters, digits and / - ? : ( ) . , ' +; no slash at either end, nor two of them together
 * (the rule of the bank's files). */
bool umr_valid(struct str text);

/* What two references are compared by: in capitals. */
struct str umr_key(struct arena *arena, struct str text);

/* A new one: "G" and 19 unpredictable characters of A-Z2-7. */
struct str umr_new(struct arena *arena);
/* The same form of bytes that nobody can foresee: the same bytes give the same reference. */
enum { UMR_BYTES = UMR_MADE_LEN - 1 };
struct str umr_of(struct arena *arena, const uint8_t bytes[UMR_BYTES]);

#endif
