#include "base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/must.h"

struct mailbox {
    pthread_mutex_t mutex;
    struct message *first;
    struct message **end;
    int fd;
    bool readable; /* the descriptor */
    bool attended;
};

struct mailbox *mailbox_new(void)
{
    struct mailbox *mailbox = process_make(struct mailbox);

    must(pthread_mutex_init(&mailbox->mutex, NULL) == 0);
    mailbox->end = &mailbox->first;
    mailbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    must(mailbox->fd >= 0);
    return mailbox;
}

void mailbox_free(struct mailbox *mailbox)
{
    if (mailbox == NULL)
        return;
    close(mailbox->fd);
    pthread_mutex_destroy(&mailbox->mutex);
    process_free(mailbox);
}

static void wake(struct mailbox *mailbox)
{
    const uint64_t one = 1;
    ssize_t written;

    do {
        written = write(mailbox->fd, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
    must(written == sizeof one);
    mailbox->readable = true;
}

static void clear(struct mailbox *mailbox)
{
    uint64_t count;

    if (read(mailbox->fd, &count, sizeof count) < 0)
        must(errno == EAGAIN || errno == EINTR);
    else
        mailbox->readable = false;
}

void mailbox_post_list(struct mailbox *mailbox, struct message *first)
{
    if (first == NULL)
        return;
    struct message *last = first;
    while (last->next != NULL)
        last = last->next;
    must(pthread_mutex_lock(&mailbox->mutex) == 0);
    *mailbox->end = first;
    mailbox->end = &last->next;
    /* Still locked: whoever gets the message may free the mailbox. */
    if (!mailbox->readable && !mailbox->attended)
        wake(mailbox);
    must(pthread_mutex_unlock(&mailbox->mutex) == 0);
}

void mailbox_post(struct mailbox *mailbox, struct message *message)
{
    message->next = NULL;
    mailbox_post_list(mailbox, message);
}

int mailbox_fd(const struct mailbox *mailbox)
{
    return mailbox->fd;
}

void mailbox_attend(struct mailbox *mailbox)
{
    must(pthread_mutex_lock(&mailbox->mutex) == 0);
    mailbox->attended = true;
    must(pthread_mutex_unlock(&mailbox->mutex) == 0);
}

bool mailbox_leave(struct mailbox *mailbox)
{
    must(pthread_mutex_lock(&mailbox->mutex) == 0);
    bool empty = mailbox->first == NULL;
    mailbox->attended = !empty;
    must(pthread_mutex_unlock(&mailbox->mutex) == 0);
    return empty;
}

size_t mailbox_run(struct mailbox *mailbox)
{
    size_t done = 0;

    must(pthread_mutex_lock(&mailbox->mutex) == 0);
    if (mailbox->readable)
        clear(mailbox);
    struct message *at = mailbox->first;
    mailbox->first = NULL;
    mailbox->end = &mailbox->first;
    must(pthread_mutex_unlock(&mailbox->mutex) == 0);
    while (at != NULL) {
        struct message *next = at->next;
        at->run(at);
        at = next;
        done++;
    }
    return done;
}
