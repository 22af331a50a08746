#ifndef GUICHET_STORE_INTERNAL_H
#define GUICHET_STORE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/engine.h"

/* What the files of this layer share, and what its tests may reach. */

/* A transaction: the writer's, or a reader's snapshot. */
struct tx {
    struct store *store;
    struct connection *connection;
    struct rows *open; /* queries that still give rows, newest first */
    enum access access;
    /* The engine failed in it: whatever the body makes of that, nothing of the job may be kept. */
    bool broken;
};

struct sums;   /* sum.c */
struct knowns; /* known.c */

/* The block of numbers that the writer has reserved last; sql NULL: none. */
struct sequence {
    const struct sql *sql;
    struct str name;
    char text[32];
    int64_t size;
    int64_t left;
    int64_t last;
};

/* A job of the group, with what its second run starts from. */
struct slot {
    struct job *job;
    struct arena_mark mark;
    size_t faults;
};

/* Jobs that share a commit. */
struct group {
    struct slot slots[STORE_GROUP_MAX];
    size_t len;
    struct commit_mark mark; /* of a commit that may not be on the disk yet */
    bool spoke; /* a body has its answer from a transaction before the one that commits */
};

/* The answers of a group for one mailbox. */
struct bundle {
    struct mailbox *home;
    struct message *first;
    struct message *last;
};

/* Groups that are committed and wait for the disk, and the one that is being made. */
enum { GROUPS_MAX = 4 };

struct store {
    const struct engine *engine;
    struct database *database;
    struct connection *writer;
    int schema;
    int64_t sync_delay_us;
    atomic_int readers;
    atomic_int fail_after;
    atomic_bool loses_races;

    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows, down to stats */
    pthread_cond_t work;   /* there are as many jobs as are wanted, or the end */
    pthread_cond_t room;   /* there is room in the queue */
    struct job *first;
    struct job **end;
    int64_t wanted; /* how many jobs the writer sleeps for; 0: it is at work */
    bool finished;  /* the writer has ended; of whoever closes */
    bool stopping;
    size_t made;    /* groups since the start; the next one is groups[made % GROUPS_MAX] */
    size_t settled; /* how many of them have their answers */
    bool answers_stop;
    pthread_cond_t handed;   /* there is a group that waits for its answers, or the end */
    pthread_cond_t answered; /* one has them */
    struct store_stats stats;

    pthread_t answerer;                     /* when the engine commits ahead */
    struct bundle bundles[STORE_GROUP_MAX]; /* of whoever answers */

    /* The writer thread's own. */
    struct group groups[GROUPS_MAX];
    struct group *group;
    int64_t session;      /* of the connection on which the writer has learned what it remembers */
    bool turn;            /* its transaction has begun, before its bodies are known */
    size_t committed;     /* jobs of the last commit */
    int64_t committed_us; /* how long it took */
    struct sums *sums;
    struct knowns *knowns;
    struct sequence sequence;
};

/* store_open with another list of migrations, for tests. */
MUST_CHECK err_t store_open_with(struct ctx *cx, const struct store_options *options,
                                 const struct migration *migrations, size_t count,
                                 struct store **out);

/* --- migrate.c --- */

/* Brings the database of store->writer to the newest of `migrations`, or refuses; sets
 * store->schema. Before the writer thread runs. */
MUST_CHECK err_t schema_prepare(struct ctx *cx, struct store *store,
                                const struct store_options *options,
                                const struct migration *migrations, size_t count);

/* --- statement.c --- */

/* Ends every query that the body or the reader left open. */
void tx_end_rows(struct tx *tx);
/* Every answer of the engine passes here: a transaction in which it failed must not be committed.
 */
err_t tx_note(struct tx *tx, err_t err);
/* Runs a statement that gives no rows, on the writer's connection. ERR_STATE: another number of
 * rows than promised; an engine may find that out later (run_ahead in engine.h). */
MUST_CHECK err_t writer_run(struct store *store, const struct sql *sql, const struct value *args);
/* Whether a test wants this call to fail (hooks.h). */
bool store_call_fails(struct store *store);

/* --- sum.c --- */

struct sums *sums_new(void);
void sums_free(struct sums *sums);
/* A body begins; it failed and what it added is taken back; the transaction was rolled back. */
void sums_mark(struct sums *sums);
void sums_undo(struct sums *sums);
void sums_clear(struct sums *sums);
/* Whether something is gathered and not written. */
bool sums_wait(const struct sums *sums);
/* Writes what is gathered, in the writer's transaction. */
MUST_CHECK err_t sums_write(struct store *store);

/* --- known.c --- */

struct knowns *knowns_new(void);
void knowns_free(struct knowns *knowns);
/* Something was undone: what is remembered may have been read of it. */
void knowns_clear(struct knowns *knowns);
/* A group begins: other servers may have changed what is remembered. */
void knowns_doubt(struct store *store);

/* --- sequence.c --- */

/* Something was undone: the block may have been reserved by it. */
void sequence_clear(struct sequence *sequence);

/* --- writer.c --- */

void writer_start(struct store *store);
/* Returns when all that was queued has its answer. */
void writer_stop(struct store *store);

/* Adds a job to those that wait for the writer. With the mutex held. */
void queue_put(struct store *store, struct job *job);
/* Back to how the caller handed the job over, but for its result. */
void slot_answer(struct slot *slot, err_t result);

/* --- answer.c --- */

/* What was decided about a group goes to those who wait for it; what lost a race goes to the queue
 * again. */
void group_settle(struct store *store, struct group *group);
/* Whether commits go ahead of the disk, and groups are handed over. */
bool answers_apart(const struct store *store);
void answers_start(struct store *store);
/* Returns when nothing waits for an answer. After the writer's end. */
void answers_stop(struct store *store);

#endif
