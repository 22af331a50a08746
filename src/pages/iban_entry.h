#ifndef GUICHET_PAGES_IBAN_ENTRY_H
#define GUICHET_PAGES_IBAN_ENTRY_H

#include "base/arena.h"
#include "pages/templates.h"

/* An account number as people type it. */

/* Longer input is no IBAN, and is cut. */
enum { IBAN_TYPED_MAX = 48 };

/* 0, or what is wrong with it. out gets it in capitals, without what stands between its
 * characters; or what of it can be shown again. */
enum text_error iban_entry_read(struct str typed, char out[IBAN_TYPED_MAX + 1]);

/* "FR14 2004 1010 ..." as far as it was typed. */
struct str iban_entry_shown(struct arena *arena, struct str typed);

#endif
