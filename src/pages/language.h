#ifndef GUICHET_PAGES_LANGUAGE_H
#define GUICHET_PAGES_LANGUAGE_H

#include "pages/templates.h"

/* The language of a code or a locale ("fr", "fr-FR", "fr_FR", any case); false when we do not have
 * it. */
bool language_parse(struct str tag, enum page_lang *out);

/* Which language a page speaks (pages.md 28): wanted is the lang of the address and wins, English
 * when we do not have it; then the browser's Accept-Language; then the merchant's; then French.
 * Absent texts are {NULL, 0}. */
enum page_lang language_choose(struct str wanted, struct str accept, struct str merchant);

#endif
