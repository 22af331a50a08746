#ifndef GUICHET_RAILS_CARD_ISO8583_H
#define GUICHET_RAILS_CARD_ISO8583_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

/* Messages of the "G87" profile: ISO 8583:1987, ASCII fields (cards.md 3). */
enum { ISO_FIELD_MAX = 128, ISO_BODY_MIN = 20, ISO_BODY_MAX = 4096, ISO_MTI_LEN = 4 };

enum iso_bitmap { ISO_BITMAP_BINARY = 1, ISO_BITMAP_HEX };

struct iso_profile {
    enum iso_bitmap bitmap;
    bool secondary_always; /* the peer wants the second bitmap even when it is all zero */
    struct str mac_key;    /* {NULL, 0}: messages carry no code */
};

/* The fields point into the text they were read from, or to what the caller packs. */
struct iso_message {
    char mti[ISO_MTI_LEN + 1];
    bool secondary;                       /* the second bitmap is there even if empty */
    struct str fields[ISO_FIELD_MAX + 1]; /* by number; ptr NULL: absent */
};

#define ISO_HAS(message, number) ((message)->fields[number].ptr != NULL)

/* Reads a body in place. ERR_MALFORMED: an unknown field, a length or character that does not fit,
 * bytes left over. ERR_AUTH: the authentication code is missing or wrong. On an error *out still
 * holds what was read before it, so that the peer can be told (code 30). */
MUST_CHECK err_t iso_decode(const struct iso_profile *profile, struct str body,
                            struct iso_message *out);

/* Writes a body of at most max bytes; with a MAC key it adds the code. Reading what this wrote and
 * writing it again gives the same bytes. ERR_INVALID: a field does not fit its format. ERR_LIMIT:
 * too long. */
MUST_CHECK err_t iso_encode(const struct iso_profile *profile, const struct iso_message *message,
                            char *out, size_t max, size_t *len);

/* The MTI of the answer: third digit plus one, and an answer to a repeat is the answer to the
 * first. */
void iso_answer_mti(const char mti[ISO_MTI_LEN + 1], char out[ISO_MTI_LEN + 1]);
bool iso_is_answer(const struct iso_message *message);

/* Starts the answer to a request: its MTI, and the fields that are given back (cards.md 3.1). */
void iso_answer(const struct iso_message *request, struct iso_message *out);

/* --- values inside fields
 * --------------------------------------------------------------------------- */

/* Unsigned digits; false for anything else. */
bool iso_number(struct str digits, int64_t *out);

/* Writes value with leading zeros into len digits and a NUL. The value must fit. */
void iso_digits(int64_t value, size_t len, char *out);

/* DE 7 in UTC, DE 12 and 13 in Paris time. */
enum { ISO_SENT_LEN = 10, ISO_TIME_LEN = 6, ISO_DAY_LEN = 4 };
struct iso_times {
    char sent[ISO_SENT_LEN + 1];
    char time[ISO_TIME_LEN + 1];
    char day[ISO_DAY_LEN + 1];
};
struct iso_times iso_times(instant at);

/* DE 90. */
enum { ISO_ORIGINAL_LEN = 42, ISO_STAN_LEN = 6, ISO_ACQUIRER_MAX = 11 };
struct iso_original {
    char mti[ISO_MTI_LEN + 1];
    char stan[ISO_STAN_LEN + 1];
    char sent[ISO_SENT_LEN + 1];
    char acquirer[ISO_ACQUIRER_MAX + 1]; /* without leading zeros */
};
void iso_original_put(const struct iso_original *original, char out[ISO_ORIGINAL_LEN + 1]);
MUST_CHECK err_t iso_original_get(struct str field, struct iso_original *out);

/* DE 95: the new amount of a partial reversal. */
enum { ISO_REPLACE_LEN = 42 };
void iso_replace_put(int64_t minor, char out[ISO_REPLACE_LEN + 1]);
MUST_CHECK err_t iso_replace_get(struct str field, int64_t *minor);

/* DE 48: two-digit tag, two-digit length, value. */
enum iso_tag {
    TAG_ECI = 1,
    TAG_CAVV = 2,
    TAG_THREEDS_VERSION = 3,
    TAG_DS_TRANS_ID = 4,
    TAG_CVC = 5,
    TAG_NETWORK_WANTED = 6,
    TAG_EXEMPTION = 7,
    TAG_INITIATOR = 8,
    TAG_NETWORK_TXN = 9,
    TAG_AUTH_TYPE = 10,
    TAG_DESCRIPTOR = 11,
    TAG_PAYMENT = 12,
    TAG_ADVICE = 20,
    TAG_NETWORK_USED = 21,
    TAG_KEPT = 22, /* 12 digits: the money moved at once, and the acquirer kept this much */
    TAG_DISPUTE_REASON = 30,
    TAG_DISPUTE_NETWORK = 31,
    TAG_ANSWER_BY = 32,
};
enum { ISO_PRIVATE_MAX = 999 };
struct iso_private {
    char text[ISO_PRIVATE_MAX];
    size_t len;
};
/* Adds a value of at most 99 bytes; an empty one is left out. Room is never lacking for our tags:
 * must(). */
void iso_private_put(struct iso_private *private, enum iso_tag tag, struct str value);
/* False when the field is absent, broken, or has no such tag. */
bool iso_private_get(const struct iso_message *message, enum iso_tag tag, struct str *out);

/* Upper-case ASCII for hosts that know nothing else: accents are dropped, what has no likeness
 * becomes a blank. Cut at max characters; returns how many. out is not NUL-terminated. */
size_t iso_ascii(struct str utf8, char *out, size_t max);

#endif
