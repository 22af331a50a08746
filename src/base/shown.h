#ifndef GUICHET_BASE_SHOWN_H
#define GUICHET_BASE_SHOWN_H

#include "base/str.h"

/* Texts of others among our own words: what a reader sees must be what is there. Some characters
 * are not seen and rearrange the line around them (the controls of bidirectional text, Unicode
 * Standard Annex 9), or end it. */

/* The length of the character at `at` when it must not be shown as it is: a control character other
 * than tab and line feed, a control of direction, a line or paragraph separator. 0: it may. */
size_t shown_trap(struct str text, size_t at);

/* A letter that is written from right to left is in it. */
bool shown_turns(struct str text);

/* Nothing of it is seen: it is empty, or of blanks, controls and characters without a shape. */
bool shown_blank(struct str text);

/* What stands for a trap, and what keeps the direction of a text to itself. */
#define SHOWN_TRAP "\xEF\xBF\xBD"  /* U+FFFD */
#define SHOWN_BEGIN "\xE2\x81\xA8" /* U+2068 */
#define SHOWN_END "\xE2\x81\xA9"   /* U+2069 */

/* The text with its traps replaced and, when it turns, kept to itself: for plain text. As it is
 * when nothing needs to change. */
struct str shown_text(struct arena *arena, struct str text);

#endif
