#include "base/mailbox.h"

#include <poll.h>
#include <pthread.h>

#include "support/unit.h"

enum { SENDERS = 4, EACH = 5000, ROUNDS = 500 };

struct letter {
    struct message message; /* the first member, so that one pointer is both */
    size_t sender;
    size_t number;
};

struct reading {
    size_t next[SENDERS];
    size_t count;
    pthread_t owner;
    struct mailbox *mailbox;
    struct letter *answer;
};

static struct reading reading;

static void read_letter(struct message *message)
{
    struct letter *letter = (struct letter *)message;

    assert_true(pthread_equal(pthread_self(), reading.owner));
    assert_int_equal(letter->number, reading.next[letter->sender]);
    reading.next[letter->sender]++;
    reading.count++;
}

static bool is_readable(struct mailbox *mailbox, int timeout_ms)
{
    struct pollfd wait = {.fd = mailbox_fd(mailbox), .events = POLLIN};

    return poll(&wait, 1, timeout_ms) == 1;
}

CASE(messages_run_once_in_order)
{
    struct mailbox *mailbox = mailbox_new();
    struct letter letters[3];

    reading.owner = pthread_self();
    for (size_t i = 0; i < 3; i++) {
        letters[i] = (struct letter){.message.run = read_letter, .number = i};
        mailbox_post(mailbox, &letters[i].message);
    }
    assert_int_equal(reading.count, 0);
    assert_int_equal(mailbox_run(mailbox), 3);
    assert_int_equal(reading.count, 3);
    assert_int_equal(mailbox_run(mailbox), 0);
    mailbox_free(mailbox);
}

CASE(the_descriptor_is_readable_only_while_there_are_messages)
{
    struct mailbox *mailbox = mailbox_new();
    struct letter first = {.message.run = read_letter, .number = 0};
    struct letter second = {.message.run = read_letter, .number = 1};

    reading.owner = pthread_self();
    assert_false(is_readable(mailbox, 0));
    mailbox_post(mailbox, &first.message);
    assert_true(is_readable(mailbox, 0));
    mailbox_run(mailbox);
    assert_false(is_readable(mailbox, 0));
    mailbox_post(mailbox, &second.message);
    assert_true(is_readable(mailbox, 0));
    mailbox_run(mailbox);
    assert_false(is_readable(mailbox, 0));
    mailbox_free(mailbox);
}

CASE(a_list_is_posted_in_order_after_what_waits)
{
    struct mailbox *mailbox = mailbox_new();
    struct letter letters[4];

    reading.owner = pthread_self();
    for (size_t i = 0; i < 4; i++)
        letters[i] = (struct letter){.message.run = read_letter, .number = i};
    mailbox_post(mailbox, &letters[0].message);
    letters[1].message.next = &letters[2].message;
    mailbox_post_list(mailbox, &letters[1].message);
    mailbox_post_list(mailbox, NULL);
    mailbox_post(mailbox, &letters[3].message);
    assert_int_equal(mailbox_run(mailbox), 4);
    mailbox_free(mailbox);
}

static void answer_letter(struct message *message)
{
    read_letter(message);
    mailbox_post(reading.mailbox, &reading.answer->message);
}

CASE(a_message_posted_while_running_waits_for_the_next_turn)
{
    struct mailbox *mailbox = mailbox_new();
    struct letter first = {.message.run = answer_letter, .number = 0};
    struct letter answer = {.message.run = read_letter, .number = 1};

    reading.owner = pthread_self();
    reading.mailbox = mailbox;
    reading.answer = &answer;
    mailbox_post(mailbox, &first.message);
    assert_int_equal(mailbox_run(mailbox), 1);
    assert_true(is_readable(mailbox, 0));
    assert_int_equal(mailbox_run(mailbox), 1);
    mailbox_free(mailbox);
}

CASE(an_owner_who_comes_by_is_woken_only_when_he_has_left)
{
    struct mailbox *mailbox = mailbox_new();
    struct letter letters[4];

    reading.owner = pthread_self();
    for (size_t i = 0; i < 4; i++)
        letters[i] = (struct letter){.message.run = read_letter, .number = i};
    mailbox_attend(mailbox);
    mailbox_post(mailbox, &letters[0].message);
    assert_false(is_readable(mailbox, 0));
    assert_false(mailbox_leave(mailbox));
    mailbox_post(mailbox, &letters[1].message);
    assert_false(is_readable(mailbox, 0));
    assert_int_equal(mailbox_run(mailbox), 2);
    assert_true(mailbox_leave(mailbox));
    mailbox_post(mailbox, &letters[2].message);
    assert_true(is_readable(mailbox, 0));
    mailbox_attend(mailbox);
    assert_int_equal(mailbox_run(mailbox), 1);
    mailbox_post(mailbox, &letters[3].message);
    assert_false(is_readable(mailbox, 0));
    assert_int_equal(mailbox_run(mailbox), 1);
    mailbox_free(mailbox);
}

static void *send_many(void *arg)
{
    struct letter *letters = arg;

    for (size_t i = 0; i < EACH; i++)
        mailbox_post(reading.mailbox, &letters[i].message);
    return NULL;
}

static bool wait_always(struct mailbox *mailbox)
{
    return is_readable(mailbox, 10000);
}

static bool wait_after_leaving(struct mailbox *mailbox)
{
    bool woken = !mailbox_leave(mailbox) || is_readable(mailbox, 10000);

    mailbox_attend(mailbox);
    return woken;
}

static void many_send(bool (*wait)(struct mailbox *mailbox))
{
    struct mailbox *mailbox = mailbox_new();
    struct letter *letters = process_alloc(sizeof *letters, (size_t)SENDERS * EACH);
    pthread_t threads[SENDERS];

    reading = (struct reading){.owner = pthread_self(), .mailbox = mailbox};
    for (size_t i = 0; i < (size_t)SENDERS * EACH; i++)
        letters[i] =
            (struct letter){.message.run = read_letter, .sender = i / EACH, .number = i % EACH};
    for (size_t i = 0; i < SENDERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, letters + i * EACH), 0);
    while (reading.count < (size_t)SENDERS * EACH) {
        assert_true(wait(mailbox));
        mailbox_run(mailbox);
    }
    for (size_t i = 0; i < SENDERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_false(is_readable(mailbox, 0));
    process_free(letters);
    mailbox_free(mailbox);
}

CASE(many_senders_lose_nothing_and_keep_their_order)
{
    many_send(wait_always);
    many_send(wait_after_leaving);
}

CASE(free_accepts_nothing)
{
    mailbox_free(NULL);
}

static void arrived(struct message *message)
{
    message->next = NULL;
}

static void *post_last(void *arg)
{
    static struct message last;

    last.run = arrived;
    mailbox_post(arg, &last);
    return NULL;
}

CASE(who_has_the_last_message_may_free_it)
{
    pthread_t sender;

    for (int round = 0; round < ROUNDS; round++) {
        struct mailbox *mailbox = mailbox_new();
        assert_int_equal(pthread_create(&sender, NULL, post_last, mailbox), 0);
        while (mailbox_run(mailbox) == 0)
            ;
        mailbox_free(mailbox);
        assert_int_equal(pthread_join(sender, NULL), 0);
    }
}

UNIT_MAIN(T(messages_run_once_in_order),
          T(the_descriptor_is_readable_only_while_there_are_messages),
          T(a_list_is_posted_in_order_after_what_waits),
          T(a_message_posted_while_running_waits_for_the_next_turn),
          T(an_owner_who_comes_by_is_woken_only_when_he_has_left),
          T(many_senders_lose_nothing_and_keep_their_order),
          T(who_has_the_last_message_may_free_it), T(free_accepts_nothing))
