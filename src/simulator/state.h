#ifndef GUICHET_SIMULATOR_STATE_H
#define GUICHET_SIMULATOR_STATE_H

#include <pthread.h>

#include "base/crypto.h"
#include "base/ctx.h"
#include "simulator/bank.h"
#include "simulator/book.h"
#include "simulator/journal.h"

/* What the threads of the simulator share: the book, the challenges and the knobs, under one mutex.
 * Every change is in the journal before anybody is told. */

/* A payer's visit to the bank's page. */
struct challenge {
    char acs_trans_id[37];
    char ds_trans_id[37];
    char payment[37];
    char card_mask[20];
    char card_hash[17];
    char network[3];
    struct money amount;
    char *merchant_name; /* NUL-terminated, process-long */
    char *notification_url;
    char *session;
    int tries;
    char status; /* 'C' while open; then 'Y', 'N', 'U' */
};

struct knobs {
    int64_t latency_ms;
    int64_t drop_per_mille; /* answers that never leave */
    int64_t kill_after;     /* messages until the process kills itself; 0: never */
    uint64_t seed;
};

struct state {
    pthread_mutex_t mutex;
    struct book book;
    struct bank *bank;      /* of the control port's thread, without the mutex */
    struct list challenges; /* struct challenge */
    struct table_of *challenge_ids;
    struct journal *journal;
    struct knobs knobs;
    uint8_t key[SHA256_SIZE]; /* of card hashes and CAVVs; kept in the directory */
    bool key_known;
};

/* Reads the directory, making what is missing. ERR_IO with a fault. */
MUST_CHECK err_t state_open(struct ctx *cx, const char *dir, struct state **out);
void state_close(struct state *state);

void state_lock(struct state *state);
void state_unlock(struct state *state);

/* Each writes a journal line and applies it; under the lock. The caller syncs before it tells
 * anybody. */
size_t state_add_entry(struct state *state, const struct entry *entry);
void state_dispute_answered(struct state *state, size_t dispute, const char *code);
size_t state_settle(struct state *state, struct str acceptor, struct date day);
struct challenge *state_add_challenge(struct state *state, const struct challenge *challenge);
void state_challenge_result(struct state *state, struct challenge *challenge, char status);

/* NULL when there is none. */
struct challenge *state_challenge(struct state *state, struct str acs_trans_id);

/* Sixteen hexadecimal digits that tell two cards apart and nothing else. */
void state_card_hash(const struct state *state, struct str number, char out[17]);

/* A random number below limit that follows from the seed. */
uint32_t state_random(struct state *state, uint32_t limit);

#endif
