#ifndef GUICHET_RAILS_CARD_RESPONSE_H
#define GUICHET_RAILS_CARD_RESPONSE_H

#include "base/enum.h"

/* What a response code means for what happens next (cards.md 5). Keyed by network and code: the
 * same two characters differ between CB and the international networks. */
#define RESPONSE_KIND_LIST(X)                                                                      \
    X(RESPONSE_APPROVED, 1, "A")                                                                   \
    X(RESPONSE_HARD, 2, "H")   /* never again with this card */                                    \
    X(RESPONSE_SOFT, 3, "S")   /* may be tried later */                                            \
    X(RESPONSE_STRONG, 4, "X") /* the issuer wants the payer authenticated */                      \
    X(RESPONSE_TECHNICAL, 5, "T")                                                                  \
    X(RESPONSE_PRESENT, 6, "P") /* for cards in terminals */                                       \
    X(RESPONSE_UNTOLD, 7, "?")  /* a code that no table has */
ENUM_DECLARE(response_kind, RESPONSE_KIND_LIST);

/* network: "CB", "VI", "MC", ... or empty. */
enum response_kind response_kind(struct str network, struct str code);

#endif
