#ifndef GUICHET_CORE_IDEMPOTENCY_H
#define GUICHET_CORE_IDEMPOTENCY_H

#include "core/core.h"

/* Creating calls with an Idempotency-Key (design.md 4): the same key and body give the same answer
 * again, another body is a conflict, a twin that comes while the first runs waits. The answer is
 * stored in the commit that makes it true, sealed. Keys count per merchant and mode, and are kept 7
 * days at least. */
enum { IDEMPOTENCY_KEY_MAX = 64, IDEMPOTENCY_HASH_SIZE = 65 };

struct idempotent {
    struct str key;
    char request_hash[IDEMPOTENCY_HASH_SIZE];
    /* Writes the answer from what the operation holds; runs inside the transaction. */
    struct str (*render)(struct operation *operation, int *status);
    /* Result: what to send. */
    bool replayed;
    bool running; /* a twin is at work: ask again a little later */
    int status;
    struct str answer;
};

/* 1 to 64 printable ASCII characters. The hash covers method, path and body; it is keyed, because a
 * body may hold a card number, whose plain hash would give it away (cards.md 13, PCI DSS 3.5.1.1).
 */
MUST_CHECK err_t idempotency_read(const struct core *core, struct ctx *cx, struct str key,
                                  struct str method, struct str path, struct str body,
                                  struct idempotent *out);

enum idempotency_state {
    IDEMPOTENCY_NEW = 1,  /* nothing known: go on */
    IDEMPOTENCY_REPLAYED, /* the answer is in operation->idempotent: end */
    IDEMPOTENCY_LEFT, /* a crash left it without an answer: load the object, then idempotency_close
                       */
};

/* In the first body, before its first write. Without a key it is always NEW. object gets the id for
 * LEFT. ERR_CONFLICT with a fault on field "idempotency_key"; ERR_BUSY with `running` set while a
 * twin works. */
MUST_CHECK err_t idempotency_check(struct operation *operation, struct tx *tx,
                                   enum idempotency_state *out, char object[ID_SIZE]);

/* In the first body: the key is taken, for this object. */
MUST_CHECK err_t idempotency_open(struct operation *operation, struct tx *tx, const char *object);

/* In the last body: renders and stores the answer. */
MUST_CHECK err_t idempotency_close(struct operation *operation, struct tx *tx);

/* Forgets keys older than 7 days, at most `most` of them; a task of the worker. */
MUST_CHECK err_t idempotency_purge(struct ctx *cx, struct tx *tx, int64_t most, int64_t *removed);

#endif
