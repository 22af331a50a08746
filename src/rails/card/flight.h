#ifndef GUICHET_RAILS_CARD_FLIGHT_H
#define GUICHET_RAILS_CARD_FLIGHT_H

#include "core/rail.h"
#include "rails/card/iso8583.h"

/* One card call on its way through a link. Taken from a pool by whoever sends, given back when its
 * result has been posted. */
enum flight_class {
    FLIGHT_REQUEST, /* 0100, 0200: somebody waits */
    FLIGHT_ADVICE,  /* 0220, 0400, 0420 */
    FLIGHT_CLASSES,
};

struct flight {
    struct message arrival; /* to the link's thread */
    void *link;
    struct flight *next; /* in a queue or the pool */
    struct flight *prev;
    struct flight *chain; /* in the table of what is in flight */
    struct card_call *call;
    enum flight_class class;
    uint64_t number;     /* order of arrival */
    int64_t deadline_us; /* monotonic */
    bool probe;          /* lets an open breaker find out */
    /* What its answer must carry. */
    char answer_mti[ISO_MTI_LEN + 1];
    char stan[ISO_STAN_LEN + 1];
    char sent[ISO_SENT_LEN + 1];
};

enum flight_class flight_class_of(enum card_op op);

/* Safe from any thread. */
struct flight_pool;
struct flight_pool *flight_pool_new(void);
void flight_pool_free(struct flight_pool *pool);
struct flight *flight_take(struct flight_pool *pool);
void flight_give(struct flight_pool *pool, struct flight *flight);

/* First in, first out, with removal from the middle. */
struct flight_queue {
    struct flight *first;
    struct flight *last;
    size_t count;
};
void flight_queue_add(struct flight_queue *queue, struct flight *flight);
void flight_queue_remove(struct flight_queue *queue, struct flight *flight);

/* What was written and waits for its answer. Each class has one waiting time, so each queue is in
 * the order of deadlines. */
enum { FLIGHTS_MAX = 256 };
struct flight_table {
    struct flight_queue queues[FLIGHT_CLASSES];
    struct flight *buckets[FLIGHTS_MAX];
    size_t count;
};
void flight_table_add(struct flight_table *table, struct flight *flight);
void flight_table_remove(struct flight_table *table, struct flight *flight);

/* The flight an answer belongs to: same DE 7, 11 and the MTI that fits; NULL when there is none. */
struct flight *flight_table_match(const struct flight_table *table,
                                  const struct iso_message *answer);

#endif
