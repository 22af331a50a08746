#include "rails/card/flight.h"

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"

enum flight_class flight_class_of(enum card_op op)
{
    switch (op) {
    case CARD_AUTHORISE:
    case CARD_REFUND:
        return FLIGHT_REQUEST;
    case CARD_CAPTURE:
    case CARD_VOID:
    case CARD_REVERSE:
    case CARD_RECONCILE:
        return FLIGHT_ADVICE;
    }
    must_fail(__FILE__, __LINE__, "op is a card_op");
}

/* --- pool
 * ------------------------------------------------------------------------------------------- */

struct flight_pool {
    pthread_mutex_t mutex;
    struct flight *idle;
};

struct flight_pool *flight_pool_new(void)
{
    struct flight_pool *pool = process_make(struct flight_pool);

    must(pthread_mutex_init(&pool->mutex, NULL) == 0);
    return pool;
}

void flight_pool_free(struct flight_pool *pool)
{
    while (pool->idle != NULL) {
        struct flight *next = pool->idle->next;
        process_free(pool->idle);
        pool->idle = next;
    }
    pthread_mutex_destroy(&pool->mutex);
    process_free(pool);
}

struct flight *flight_take(struct flight_pool *pool)
{
    must(pthread_mutex_lock(&pool->mutex) == 0);
    struct flight *flight = pool->idle;
    if (flight != NULL)
        pool->idle = flight->next;
    must(pthread_mutex_unlock(&pool->mutex) == 0);
    if (flight == NULL)
        return process_make(struct flight);
    memset(flight, 0, sizeof *flight);
    return flight;
}

void flight_give(struct flight_pool *pool, struct flight *flight)
{
    must(pthread_mutex_lock(&pool->mutex) == 0);
    flight->next = pool->idle;
    pool->idle = flight;
    must(pthread_mutex_unlock(&pool->mutex) == 0);
}

/* --- queue
 * ------------------------------------------------------------------------------------------ */

void flight_queue_add(struct flight_queue *queue, struct flight *flight)
{
    flight->next = NULL;
    flight->prev = queue->last;
    if (queue->last != NULL)
        queue->last->next = flight;
    else
        queue->first = flight;
    queue->last = flight;
    queue->count++;
}

void flight_queue_remove(struct flight_queue *queue, struct flight *flight)
{
    must(queue->count > 0);
    if (flight->prev != NULL)
        flight->prev->next = flight->next;
    else
        queue->first = flight->next;
    if (flight->next != NULL)
        flight->next->prev = flight->prev;
    else
        queue->last = flight->prev;
    flight->next = NULL;
    flight->prev = NULL;
    queue->count--;
}

/* --- table
 * ------------------------------------------------------------------------------------------ */

static size_t bucket_of(struct str stan)
{
    int64_t number = 0;

    (void)iso_number(stan, &number);
    return (size_t)number % FLIGHTS_MAX;
}

void flight_table_add(struct flight_table *table, struct flight *flight)
{
    size_t bucket = bucket_of(str_of(flight->stan));

    must(table->count < FLIGHTS_MAX);
    flight_queue_add(&table->queues[flight->class], flight);
    flight->chain = table->buckets[bucket];
    table->buckets[bucket] = flight;
    table->count++;
}

void flight_table_remove(struct flight_table *table, struct flight *flight)
{
    struct flight **at = &table->buckets[bucket_of(str_of(flight->stan))];

    while (*at != flight) {
        must(*at != NULL);
        at = &(*at)->chain;
    }
    *at = flight->chain;
    flight->chain = NULL;
    flight_queue_remove(&table->queues[flight->class], flight);
    table->count--;
}

struct flight *flight_table_match(const struct flight_table *table,
                                  const struct iso_message *answer)
{
    struct flight *flight = table->buckets[bucket_of(answer->fields[11])];

    for (; flight != NULL; flight = flight->chain) {
        if (str_eq(answer->fields[11], str_of(flight->stan)) &&
            str_eq(answer->fields[7], str_of(flight->sent)) &&
            strcmp(answer->mti, flight->answer_mti) == 0)
            return flight;
    }
    return NULL;
}
