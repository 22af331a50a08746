#ifndef GUICHET_RAILS_CARD_PACK_H
#define GUICHET_RAILS_CARD_PACK_H

#include "core/rail.h"
#include "rails/card/iso8583.h"

/* What every message of a link says about us. Texts are ASCII. */
enum { TERMINAL_LEN = 8, NAME_LOCATION_LEN = 40 };
struct card_identity {
    struct str terminal; /* DE 41, at most 8 */
    struct str acquirer; /* DE 32, at most 11 digits */
    struct str category; /* DE 18, 4 digits */
    struct str city;     /* for DE 43 */
};

/* Turns a call into a frame (length and body) of at most FRAME_MAX bytes. pan and cvc are texts in
 * clear, empty when there is none; the caller wipes them and the frame. ERR_INVALID: something does
 * not fit its field. */
struct card_secrets {
    struct str pan;
    struct str cvc;
};
MUST_CHECK err_t card_pack(const struct iso_profile *profile, const struct card_identity *identity,
                           const struct card_call *call, struct card_secrets secrets, char *frame,
                           size_t *len);

/* The request MTI of a call, repeats included: "0101" does not exist, so an authorisation has none.
 */
void card_mti(const struct card_call *call, char out[ISO_MTI_LEN + 1]);

/* Fills the result of a call from the answer. */
void card_unpack(const struct iso_message *answer, struct card_call *call);

/* The result of a call that no answer decided: CARD_UNKNOWN with 68, CARD_UNREACHABLE with 91. */
void card_unanswered(struct card_call *call, enum card_outcome outcome);

/* Reads a 0422. ERR_MALFORMED: a field is missing or makes no sense. */
MUST_CHECK err_t card_unpack_chargeback(const struct iso_message *message,
                                        struct chargeback_notice *out);

#endif
