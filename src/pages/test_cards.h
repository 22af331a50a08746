#ifndef GUICHET_PAGES_TEST_CARDS_H
#define GUICHET_PAGES_TEST_CARDS_H

#include "pages/templates.h"

/* The list of test cards (api/stancer.md 13, cards.md 11) that the banner of test mode leads to;
 * its frame is the caller's to fill. */
struct page_cards test_cards_page(void);

#endif
