#ifndef GUICHET_BASE_SEPA_TEXT_H
#define GUICHET_BASE_SEPA_TEXT_H

#include <stdbool.h>

#include "base/str.h"

/* The characters of SEPA files (sepa.md 6): a-z A-Z 0-9 / - ? : ( ) . , ' + and the space. */

/* [doc] Limits of sepa.md 7, in characters. */
enum { SEPA_REFERENCE_MAX = 35, SEPA_NAME_MAX = 70, SEPA_REMITTANCE_MAX = 140 };

/* True when every character is one of the set; true for the empty text. */
bool sepa_is_clean(struct str text);

/* Any text as it may stand in a name, an address or a remittance: letters of other scripts become
 * Latin ones (Greek by ELOT 743, Bulgarian by the national table of 2009), accents are dropped,
 * what has no likeness becomes '.', runs of spaces become one, both ends are trimmed, and the
 * result is cut at `max` characters. Bytes that are not UTF-8 become '.' too. In the arena. */
struct str sepa_text(struct arena *arena, struct str text, size_t max);

/* What two texts are compared by: transliterated, upper-cased, not cut. */
struct str sepa_compare_form(struct arena *arena, struct str text);

/* The same, but what is no letter only equals itself: "a_b" is not "a-b". Two texts of one match
 * form have one compare form as well. */
struct str sepa_match_form(struct arena *arena, struct str text);

/* A reference (MsgId, PmtInfId, EndToEndId, InstrId): 1 to 35 characters of the set, no '/' at
 * either end, no "//", no space at either end (sepa.md 6). */
bool sepa_reference_is_valid(struct str text);

#endif
