#ifndef GUICHET_SIMULATOR_MESSAGE_H
#define GUICHET_SIMULATOR_MESSAGE_H

#include "rails/card/iso8583.h"
#include "simulator/card.h"
#include "simulator/state.h"

/* The host's side of the profile (cards.md 3): from a request to its answer. */
struct reply {
    struct iso_message message; /* its fields point into the request and into the texts below */
    enum delivery delivery;
    char auth_code[7];
    char code[3];
    char cvc[2];
    char settlement_code[2];
    char granted[13];
    char totals[8][17];
    struct iso_private private;
};

/* Decides a request that is not 08xx, writes it to the book unless it is a duplicate, and makes the
 * answer. now is real time. Under the lock; the caller syncs before the answer leaves. */
void message_handle(struct state *state, const struct iso_message *request, instant now,
                    struct reply *reply);

/* An answer to a request that could not be read: code 30. False when not even its identity was
 * readable. */
bool message_malformed(const struct iso_message *request, struct reply *reply);

/* The 0422 of a dispute; the same each time it is made. Texts live in scratch. */
struct dispute_texts {
    char amount[13];
    char stan[ISO_STAN_LEN + 1];
    char currency[4];
    char terminal[9];
    char acceptor[16];
    struct iso_times times;
    struct iso_private private;
};
void message_dispute(const struct state *state, size_t index, struct dispute_texts *texts,
                     struct iso_message *out);

/* Whether a dispute still has to be told. */
bool message_dispute_waits(const struct state *state, size_t index);

#endif
