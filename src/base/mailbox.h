#ifndef GUICHET_BASE_MAILBOX_H
#define GUICHET_BASE_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* How threads hand work to each other: a queue of messages with one owner, who waits on a file
 * descriptor. Whoever is called back is called on the owner's thread. */
struct mailbox;

/* Embedded in what is sent; belongs to the queue until run is called. */
struct message {
    struct message *next;
    void (*run)(struct message *message);
};

struct mailbox *mailbox_new(void);
void mailbox_free(struct mailbox *mailbox);

/* Safe from any thread, never blocks for long, keeps the order of one sender. */
void mailbox_post(struct mailbox *mailbox, struct message *message);

/* Posts a list linked by next (NULL-terminated) with a single wake-up. */
void mailbox_post_list(struct mailbox *mailbox, struct message *first);

/* Readable while there are messages: for epoll or poll. */
int mailbox_fd(const struct mailbox *mailbox);

/* For an owner who comes by without being told: from now on messages do not make the descriptor
 * readable, which costs who posts and who runs them a call of the system each. */
void mailbox_attend(struct mailbox *mailbox);
/* Before the owner waits on the descriptor: from now on they do. False, and nothing has changed:
 * there are messages already. */
MUST_CHECK bool mailbox_leave(struct mailbox *mailbox);

/* Runs what is queued, in order, on the calling thread; returns how many. */
size_t mailbox_run(struct mailbox *mailbox);

#endif
