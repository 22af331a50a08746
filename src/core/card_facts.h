#ifndef GUICHET_CORE_CARD_FACTS_H
#define GUICHET_CORE_CARD_FACTS_H

#include <stdbool.h>

#include "base/str.h"

enum { CARD_NUMBER_MIN = 13 }; /* digits */

/* What a card number tells by itself (cards.md 11). Texts are static; {NULL, 0} is "not known". */
struct card_facts {
    struct str brand;    /* always known for a number we accept: the longest prefix wins */
    struct str country;  /* two letters, of the issuer */
    struct str funding;  /* credit, debit, prepaid */
    struct str nature;   /* personal, corporate */
    struct str network;  /* national (CB), visa, mastercard */
    bool maybe_cobadged; /* of a range known French: the page offers the choice of the network */
    bool test_number;    /* of the published test cards: never a real one */
};

/* False: no brand has such a number (wrong length for its range, or no range). Digits only. */
bool card_facts(struct str pan, struct card_facts *out);

/* Whether it may stand as the name on a card: fewer digits than a card number, which payers type
 * there too, and which would be kept as it is. */
bool card_name_fits(struct str name);

#endif
