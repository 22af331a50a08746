#include "core/workers.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "support/unit.h"

enum { PIECES = 200, WAIT_MS = 30000 };

struct piece {
    struct work work; /* first */
    pthread_t owner;
    int number;
    int square;
    int *finished;
};

static void square(struct work *work)
{
    struct piece *piece = (struct piece *)work;

    piece->square = piece->number * piece->number;
}

static void finished(struct message *message)
{
    struct piece *piece = (struct piece *)message;

    assert_true(pthread_equal(piece->owner, pthread_self()));
    assert_int_equal(piece->square, piece->number * piece->number);
    (*piece->finished)++;
}

static void submit_all(struct workers *workers, struct mailbox *home, struct piece *pieces,
                       int *count)
{
    for (int i = 0; i < PIECES; i++) {
        pieces[i] = (struct piece){
            .work = {.done = {.run = finished}, .home = home, .run = square},
            .owner = pthread_self(),
            .number = i,
            .finished = count,
        };
        workers_submit(workers, &pieces[i].work);
    }
}

CASE(work_is_done_elsewhere_and_told_to_its_owner)
{
    static struct piece pieces[PIECES];
    struct mailbox *home = mailbox_new();
    struct workers *workers = workers_new(3);
    struct pollfd wait = {.fd = mailbox_fd(home), .events = POLLIN};
    int count = 0;

    submit_all(workers, home, pieces, &count);
    while (count < PIECES) {
        assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
        mailbox_run(home);
    }
    workers_free(workers);
    mailbox_free(home);
}

CASE(what_is_queued_is_finished_before_they_end)
{
    static struct piece pieces[PIECES];
    struct mailbox *home = mailbox_new();
    struct workers *workers = workers_new(1);
    int count = 0;

    submit_all(workers, home, pieces, &count);
    workers_free(workers);
    assert_int_equal(mailbox_run(home), PIECES);
    assert_int_equal(count, PIECES);
    mailbox_free(home);
}

CASE(without_workers_it_is_done_at_once)
{
    static struct piece pieces[PIECES];
    struct mailbox *home = mailbox_new();
    int count = 0;

    submit_all(NULL, home, pieces, &count);
    assert_int_equal(pieces[PIECES - 1].square, (PIECES - 1) * (PIECES - 1));
    assert_int_equal(count, 0);
    mailbox_run(home);
    assert_int_equal(count, PIECES);
    workers_free(NULL);
    mailbox_free(home);
}

UNIT_MAIN(T(work_is_done_elsewhere_and_told_to_its_owner),
          T(what_is_queued_is_finished_before_they_end), T(without_workers_it_is_done_at_once))
