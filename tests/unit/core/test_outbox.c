#include "support/news.h"

#define HOOK "https://shop.example/hook"
#define OBJECT_A "0000000000000000000000AA"
#define OBJECT_B "0000000000000000000000BB"

static struct delivery only_due(struct world *world, struct str receiver)
{
    struct delivery *due;

    assert_int_equal(outbox_due_now(world, receiver, &due), 1);
    return due[0];
}

CASE(without_a_webhook_nothing_is_written)
{
    struct world *world = world_new();
    struct delivery *rows;

    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    pay(world, draft_with_card(world, 1000));
    assert_int_equal(outbox_all(world, &rows), 0);
    world_free(world);
}

CASE(a_payment_is_told_as_created_and_as_what_is_shown_of_it)
{
    struct world *world = world_new();
    struct delivery *rows;

    webhook_make(world, HOOK);
    struct payment payment = pay(world, draft_with_card(world, 1000));
    /* new -> authorizing is nothing that anybody is shown */
    assert_int_equal(outbox_all(world, &rows), 2);
    assert_str(rows[1].type, "payment.created");
    assert_str(rows[0].type, "payment.updated");
    assert_str(rows[0].object, payment.id.raw);
    assert_false(ID_EQ(rows[0].event, rows[1].event));
    world_free(world);
}

CASE(each_endpoint_gets_a_row_of_one_event)
{
    struct world *world = world_new();
    struct delivery *rows;

    webhook_make(world, HOOK);
    webhook_make(world, "https://shop.example/other");
    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    assert_int_equal(outbox_all(world, &rows), 2);
    assert_true(ID_EQ(rows[0].event, rows[1].event));
    assert_false(str_eq(rows[0].receiver, rows[1].receiver));
    world_free(world);
}

CASE(of_one_object_the_oldest_alone_is_due)
{
    struct world *world = world_new();
    struct str receiver = ID_TEXT(webhook_make(world, HOOK).id);
    struct delivery *due;

    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    news_tell(world, "payment", OBJECT_A, NEWS_UPDATED);
    news_tell(world, "payment", OBJECT_B, NEWS_CREATED);
    assert_int_equal(outbox_due_now(world, receiver, &due), 2);
    assert_str(due[0].type, "payment.created");
    assert_str(due[1].object, OBJECT_B);
    struct delivery first = due[0];
    outbox_try(world, &due[1], TRY_DELIVERED, 200);
    outbox_try(world, &first, TRY_FAILED, 500);
    assert_int_equal(outbox_due_now(world, receiver, &due), 0); /* waits a minute */
    outbox_try(world, &first, TRY_DELIVERED, 204);
    struct delivery second = only_due(world, receiver);
    assert_str(second.type, "payment.updated");
    assert_str(second.object, OBJECT_A);
    world_free(world);
}

CASE(a_dead_one_gives_way_to_the_next)
{
    struct world *world = world_new();
    struct str receiver = ID_TEXT(webhook_make(world, HOOK).id);

    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    news_tell(world, "payment", OBJECT_A, NEWS_UPDATED);
    struct delivery first = only_due(world, receiver);
    outbox_try(world, &first, TRY_HOPELESS, 0);
    assert_str(only_due(world, receiver).type, "payment.updated");
    world_free(world);
}

CASE(what_no_face_tells_leaves_no_trace)
{
    struct world *world = world_new();
    struct str receiver = ID_TEXT(webhook_make(world, HOOK).id);
    struct delivery *rows;

    news_tell(world, "mystery", OBJECT_A, NEWS_CREATED);
    news_tell(world, "payment", OBJECT_A, NEWS_UPDATED);
    struct delivery first = only_due(world, receiver);
    outbox_try(world, &first, TRY_NOTHING_TO_TELL, 0);
    assert_int_equal(outbox_all(world, &rows), 1);
    assert_str(only_due(world, receiver).type, "payment.updated");
    world_free(world);
}

CASE(retries_follow_the_table_of_each_channel)
{
    static const struct {
        enum channel channel;
        int64_t count;
        int64_t first_s;
        int64_t last_s;
    } rows[] = {
        {CHANNEL_STANCER,   15, 60, 12 * 3600},
        {CHANNEL_SAFEDEBIT, 7,  60, 24 * 3600},
        {CHANNEL_SEQINO,    6,  60, 24 * 3600},
        {CHANNEL_MAIL,      7,  60, 24 * 3600},
    };
    const instant now = WORLD_START;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(outbox_retry_at(rows[i].channel, now, 1),
                         now + rows[i].first_s * SECOND_US);
        assert_int_equal(outbox_retry_at(rows[i].channel, now, rows[i].count),
                         now + rows[i].last_s * SECOND_US);
        assert_int_equal(outbox_retry_at(rows[i].channel, now, rows[i].count + 1), 0);
    }
    for (int64_t failed = 1; failed < 10; failed++)
        assert_int_equal(outbox_retry_at(CHANNEL_STANCER, now, failed + 1) - now,
                         2 * (outbox_retry_at(CHANNEL_STANCER, now, failed) - now));
    assert_int_equal(outbox_retry_at(CHANNEL_STANCER, now, 11), now + 12 * HOUR_US);
}

CASE(after_the_last_retry_it_is_dead)
{
    struct world *world = world_new();
    struct str receiver = ID_TEXT(webhook_make(world, HOOK).id);
    struct delivery *rows;

    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    world_stop_at(world, world->cx->now);
    for (int i = 0; i < 16; i++) {
        struct delivery row = only_due(world, receiver);
        assert_int_equal(row.tries, i);
        outbox_try(world, &row, TRY_FAILED, 500);
        assert_int_equal(outbox_all(world, &rows), 1);
        world_stop_at(world, rows[0].due == 0 ? world->now : rows[0].due);
    }
    assert_int_equal(rows[0].outcome, DELIVERY_DEAD);
    assert_int_equal(rows[0].tries, 16);
    assert_int_equal(rows[0].code, 500);
    assert_str(rows[0].why, "status");
    world_free(world);
}

struct replay_work {
    struct delivery_id id;
    bool replayed;
};
static err_t replay_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct replay_work *work = arg;

    return outbox_replay(cx, tx, work->id, &work->replayed);
}

CASE(a_replay_sends_what_has_ended_once_more)
{
    struct world *world = world_new();
    struct str receiver = ID_TEXT(webhook_make(world, HOOK).id);

    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    news_tell(world, "payment", OBJECT_A, NEWS_UPDATED);
    struct delivery first = only_due(world, receiver);
    struct replay_work work = {.id = first.id};
    assert_ok(tx_run(world->store, world->cx, replay_body, &work));
    assert_false(work.replayed); /* on its way */
    outbox_try(world, &first, TRY_DELIVERED, 200);
    assert_ok(tx_run(world->store, world->cx, replay_body, &work));
    assert_true(work.replayed);
    /* Behind what is due already. */
    struct delivery second = only_due(world, receiver);
    assert_str(second.type, "payment.updated");
    outbox_try(world, &second, TRY_DELIVERED, 200);
    struct delivery again = only_due(world, receiver);
    assert_true(ID_EQ(again.id, first.id));
    assert_int_equal(again.tries, 0);
    world_free(world);
}

struct purge_work {
    int64_t removed;
};
static err_t purge_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct purge_work *work = arg;

    return outbox_purge(cx, tx, 100, &work->removed);
}

CASE(what_has_ended_is_forgotten_after_a_while)
{
    struct world *world = world_new();
    struct str receiver = ID_TEXT(webhook_make(world, HOOK).id);
    struct purge_work work;
    struct delivery *rows;

    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    struct delivery row = only_due(world, receiver);
    outbox_try(world, &row, TRY_DELIVERED, 200);
    news_tell(world, "payment", OBJECT_B, NEWS_CREATED);
    row = only_due(world, receiver);
    outbox_try(world, &row, TRY_HOPELESS, 0);
    news_tell(world, "payment", OBJECT_B, NEWS_UPDATED);
    world_stop_at(world, world->cx->now + 7 * DAY_US + SECOND_US);
    assert_ok(tx_run(world->store, world->cx, purge_body, &work));
    assert_int_equal(work.removed, 1);
    world_stop_at(world, world->now + 23 * DAY_US);
    assert_ok(tx_run(world->store, world->cx, purge_body, &work));
    assert_int_equal(work.removed, 1);
    assert_int_equal(outbox_all(world, &rows), 1); /* the one on its way stays */
    world_free(world);
}

CASE(receivers_come_one_after_the_other_with_their_clock)
{
    struct world *world = world_new();
    struct outbox_receiver at = {.receiver = STR_NONE};
    bool found;
    int count = 0;

    webhook_make(world, HOOK);
    webhook_make(world, HOOK);
    news_tell(world, "payment", OBJECT_A, NEWS_CREATED);
    for (;; count++) {
        assert_ok(outbox_receiver_next(world->cx, world_read(world), &at, &found));
        if (!found)
            break;
        assert_int_equal(at.clock_offset, world->offset);
        at.receiver = str_dup(world->cx->arena, at.receiver);
    }
    assert_int_equal(count, 2);
    world_free(world);
}

UNIT_MAIN(T(without_a_webhook_nothing_is_written),
          T(a_payment_is_told_as_created_and_as_what_is_shown_of_it),
          T(each_endpoint_gets_a_row_of_one_event), T(of_one_object_the_oldest_alone_is_due),
          T(a_dead_one_gives_way_to_the_next), T(what_no_face_tells_leaves_no_trace),
          T(retries_follow_the_table_of_each_channel), T(after_the_last_retry_it_is_dead),
          T(a_replay_sends_what_has_ended_once_more), T(what_has_ended_is_forgotten_after_a_while),
          T(receivers_come_one_after_the_other_with_their_clock))
