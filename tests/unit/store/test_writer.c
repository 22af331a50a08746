#include "fixture.h"

#include "base/log.h"
#include "store/hooks.h"

CASE(jobs_that_queue_together_share_one_commit)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[20];
    struct store_stats before;
    struct store_stats after;

    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        piece_make(&fixture, &pieces[i], (int64_t)i + 1, body_put);
    store_stats_read(fixture.store, &before);
    pieces_run(&fixture, pieces, ARRAY_LEN(pieces));
    store_stats_read(fixture.store, &after);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        assert_ok(pieces[i].job.result);
        assert_int_equal(pieces[i].runs, 1);
        assert_int_equal(pieces[i].answers, 1);
    }
    assert_int_equal(after.jobs - before.jobs, 21);
    assert_int_equal(after.groups - before.groups, 2); /* the one that holds up, and ours */
    assert_int_equal(after.reruns, 0);
    assert_int_equal(after.queued, 0);
    assert_int_equal(account_count(&fixture), 20);
    pieces_free(pieces, ARRAY_LEN(pieces));
    fixture_end(&fixture);
}

/* After a slow commit the writer waits for those it has answered; whether they come or not, nobody
 * is forgotten, and a job alone needs no other one. */
CASE(slow_commits_answer_everybody)
{
    enum { ROUNDS = 4, JOBS = 6 };
    struct fixture fixture = fixture_make();
    struct piece pieces[JOBS];
    struct piece alone;

    fixture.store->sync_delay_us = 8000;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < JOBS; i++) {
            piece_make(&fixture, &pieces[i], round * JOBS + (int64_t)i + 1, body_put);
            assert_ok(store_submit(fixture.store, &pieces[i].job));
        }
        answers_wait(&fixture, JOBS);
        for (size_t i = 0; i < JOBS; i++) {
            assert_ok(pieces[i].job.result);
            assert_int_equal(pieces[i].answers, 1);
        }
        pieces_free(pieces, JOBS);
    }
    piece_make(&fixture, &alone, ROUNDS * JOBS + 1, body_put);
    assert_ok(store_submit(fixture.store, &alone.job));
    answers_wait(&fixture, 1);
    assert_ok(alone.job.result);
    assert_int_equal(account_count(&fixture), ROUNDS * JOBS + 1);
    pieces_free(&alone, 1);
    fixture_end(&fixture);
}

CASE(a_refusal_before_a_write_disturbs_nobody)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[3];
    struct store_stats stats;

    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_refuse);
    piece_make(&fixture, &pieces[2], 3, body_put);
    pieces_run(&fixture, pieces, 3);
    store_stats_read(fixture.store, &stats);
    assert_int_equal(stats.reruns, 0);
    assert_ok(pieces[0].job.result);
    assert_int_equal(pieces[1].job.result, ERR_STATE);
    assert_int_equal(pieces[1].cx->fault_count, 1);
    assert_string_equal(pieces[1].cx->faults[0].field, "account");
    assert_ok(pieces[2].job.result);
    assert_int_equal(account_count(&fixture), 2);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

CASE(a_conflict_before_any_other_write_is_a_plain_refusal)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[3];
    struct store_stats stats;

    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 1, body_put);
    piece_make(&fixture, &pieces[2], 2, body_put);
    pieces_run(&fixture, pieces, 3);
    store_stats_read(fixture.store, &stats);
    /* An engine that answers later finds it too late for that. */
    assert_int_equal(stats.reruns, store_shared(fixture.store) ? 1 : 0);
    assert_ok(pieces[0].job.result);
    assert_int_equal(pieces[1].job.result, ERR_CONFLICT);
    assert_ok(pieces[2].job.result);
    assert_int_equal(account_count(&fixture), 2);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

CASE(a_failure_after_a_write_runs_the_group_again_and_the_others_survive)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[4];
    struct store_stats stats;

    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_refuse);
    piece_make(&fixture, &pieces[2], 3, body_put_then_fail);
    piece_make(&fixture, &pieces[3], 4, body_put);
    pieces_run(&fixture, pieces, 4);
    store_stats_read(fixture.store, &stats);
    assert_int_equal(stats.reruns, 1);
    assert_ok(pieces[0].job.result);
    assert_int_equal(pieces[1].job.result, ERR_STATE);
    assert_int_equal(pieces[2].job.result, ERR_LIMIT);
    assert_ok(pieces[3].job.result);
    assert_int_equal(pieces[0].runs, 2);
    assert_int_equal(pieces[3].runs, 1);
    /* The faults of the first run are gone. */
    assert_int_equal(pieces[1].cx->fault_count, 1);
    assert_int_equal(pieces[2].cx->fault_count, 1);
    assert_int_equal(account_count(&fixture), 2);
    assert_int_equal(account_balance(&fixture, 3), -1);
    pieces_free(pieces, 4);
    fixture_end(&fixture);
}

CASE(a_failure_after_a_write_of_its_own_alone_needs_no_second_run)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[3];
    struct store_stats stats;

    piece_make(&fixture, &pieces[0], 1, body_refuse);
    piece_make(&fixture, &pieces[1], 2, body_put_then_fail);
    piece_make(&fixture, &pieces[2], 3, body_put);
    pieces_run(&fixture, pieces, 3);
    store_stats_read(fixture.store, &stats);
    assert_int_equal(stats.reruns, 0);
    assert_int_equal(pieces[0].job.result, ERR_STATE);
    assert_int_equal(pieces[1].job.result, ERR_LIMIT);
    assert_int_equal(pieces[1].runs, 1);
    assert_ok(pieces[2].job.result);
    assert_int_equal(account_count(&fixture), 1);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

static err_t body_keep_memory(struct piece *piece, struct tx *tx)
{
    TRY(body_put(piece, tx));
    /* What the first run took has been given back: the second one gets the same place. */
    void *place = arena_alloc(piece->cx->arena, 40);
    if (piece->runs == 2)
        assert_ptr_equal(place, piece->job.done.next);
    piece->job.done.next = place;
    return OK;
}

CASE(the_second_run_starts_from_the_arena_of_the_first)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[2];

    piece_make(&fixture, &pieces[0], 1, body_keep_memory);
    piece_make(&fixture, &pieces[1], 2, body_put_then_fail);
    pieces_run(&fixture, pieces, 2);
    assert_int_equal(pieces[0].runs, 2);
    assert_ok(pieces[0].job.result);
    pieces_free(pieces, 2);
    fixture_end(&fixture);
}

static err_t body_busy_twice(struct piece *piece, struct tx *tx)
{
    TRY(body_put(piece, tx));
    return piece->runs <= 2 ? fault(piece->cx, ERR_BUSY, "account", "changed") : OK;
}

CASE(a_lost_race_runs_again_and_leaves_no_trace)
{
    struct fixture fixture = fixture_make();
    struct piece piece;

    piece_make(&fixture, &piece, 1, body_busy_twice);
    pieces_run(&fixture, &piece, 1);
    assert_ok(piece.job.result);
    assert_int_equal(piece.runs, 3);
    assert_int_equal(piece.answers, 1);
    assert_int_equal(piece.cx->fault_count, 0);
    assert_int_equal(account_count(&fixture), 1);
    pieces_free(&piece, 1);
    fixture_end(&fixture);
}

static err_t busy_body(struct ctx *cx, struct tx *tx, void *arg)
{
    int *left = arg;

    (void)tx;
    if ((*left)-- > 0)
        return fault(cx, ERR_BUSY, "account", "changed");
    return OK;
}

CASE(tx_run_runs_again_after_a_lost_race_but_not_for_ever)
{
    struct fixture fixture = fixture_make();
    int left = 4;

    assert_ok(tx_run(fixture.store, fixture.cx, busy_body, &left));
    assert_int_equal(left, -1);
    assert_int_equal(fixture.cx->fault_count, 0);
    left = 1000;
    assert_int_equal(tx_run(fixture.store, fixture.cx, busy_body, &left), ERR_BUSY);
    assert_int_equal(fixture.cx->fault_count, 1);
    fixture_end(&fixture);
}

CASE(a_full_queue_refuses_and_answers_the_others)
{
    struct fixture fixture = fixture_make();
    struct piece *pieces = process_alloc(sizeof(struct piece), STORE_QUEUE_MAX);
    struct piece holder;
    struct piece late;
    struct store_stats stats;
    sem_t gate;

    must(sem_init(&gate, 0, 0) == 0);
    piece_make(&fixture, &holder, 0, piece_wait);
    holder.gate = &gate;
    assert_ok(store_submit(fixture.store, &holder.job));
    do {
        store_stats_read(fixture.store, &stats);
    } while (stats.queued > 0);
    piece_make(&fixture, &late, 0, body_refuse);
    for (size_t i = 0; i < STORE_QUEUE_MAX; i++) {
        /* The writer runs them one after the other: they can share a context. */
        pieces[i] = late;
        pieces[i].job.arg = &pieces[i];
        assert_ok(store_submit(fixture.store, &pieces[i].job));
    }
    assert_int_equal(store_submit(fixture.store, &late.job), ERR_FULL);
    store_stats_read(fixture.store, &stats);
    assert_int_equal(stats.queued, STORE_QUEUE_MAX);
    must(sem_post(&gate) == 0);
    answers_wait(&fixture, STORE_QUEUE_MAX + 1);
    for (size_t i = 0; i < STORE_QUEUE_MAX; i++) {
        assert_int_equal(pieces[i].job.result, ERR_STATE);
        assert_int_equal(pieces[i].answers, 1);
    }
    assert_int_equal(late.answers, 0);
    process_free(pieces);
    pieces_free(&holder, 1);
    pieces_free(&late, 1);
    sem_destroy(&gate);
    fixture_end(&fixture);
}

CASE(closing_answers_what_is_queued)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[50];

    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        piece_make(&fixture, &pieces[i], (int64_t)i + 1, body_put);
        assert_ok(store_submit(fixture.store, &pieces[i].job));
    }
    fixture_reopen(&fixture);
    assert_int_equal(mailbox_run(fixture.home), 50);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_ok(pieces[i].job.result);
    assert_int_equal(account_count(&fixture), 50);
    pieces_free(pieces, ARRAY_LEN(pieces));
    fixture_end(&fixture);
}

static err_t hook_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *id = arg;

    TRY(store_run(cx, tx, &PUT, ARGS(V_INT(*id), V_INT(1))));
    TRY(store_run(cx, tx, &ADD, ARGS(V_INT(*id), V_INT(1))));
    return store_run(cx, tx, &ADD, ARGS(V_INT(*id), V_INT(1)));
}

CASE(the_fault_hook_fails_the_nth_call_once_and_nothing_is_half_done)
{
    struct fixture fixture = fixture_make();
    int64_t id = 7;

    for (int n = 1; n <= 3; n++) {
        store_fail_after(fixture.store, n);
        assert_int_equal(tx_run(fixture.store, fixture.cx, hook_body, &id), ERR_IO);
        assert_int_equal(account_count(&fixture), 0);
    }
    store_fail_after(fixture.store, 4);
    assert_ok(tx_run(fixture.store, fixture.cx, hook_body, &id));
    store_fail_after(fixture.store, 0);
    assert_int_equal(account_balance(&fixture, 7), 3);
    fixture_end(&fixture);
}

static err_t swallow_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *id = arg;

    TRY(store_run(cx, tx, &PUT, ARGS(V_INT(*id), V_INT(1))));
    err_t ignored = store_run(cx, tx, &ADD, ARGS(V_INT(*id), V_INT(1)));
    (void)ignored;
    return OK;
}

CASE(a_body_cannot_hide_a_failure_of_the_engine)
{
    struct fixture fixture = fixture_make();
    int64_t id = 7;

    store_fail_after(fixture.store, 2);
    assert_int_equal(tx_run(fixture.store, fixture.cx, swallow_body, &id), ERR_IO);
    assert_int_equal(account_count(&fixture), 0);
    fixture_end(&fixture);
}

static err_t open_query_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct rows *rows;
    bool has;

    (void)arg;
    TRY(store_query(cx, tx, &LIST, ARGS(V_INT(0)), &rows));
    return rows_next(rows, &has); /* and forgets rows_end */
}

CASE(a_query_left_open_ends_with_its_body)
{
    struct fixture fixture = fixture_make();
    int64_t id = 1;

    assert_ok(tx_run(fixture.store, fixture.cx, hook_body, &id));
    for (int i = 0; i < 3; i++)
        assert_ok(tx_run(fixture.store, fixture.cx, open_query_body, NULL));
    arena_reset(fixture.cx->arena);
    assert_ok(tx_run(fixture.store, fixture.cx, open_query_body, NULL));
    fixture_end(&fixture);
}

UNIT_MAIN(T(jobs_that_queue_together_share_one_commit), T(slow_commits_answer_everybody),
          T(a_refusal_before_a_write_disturbs_nobody),
          T(a_conflict_before_any_other_write_is_a_plain_refusal),
          T(a_failure_after_a_write_runs_the_group_again_and_the_others_survive),
          T(a_failure_after_a_write_of_its_own_alone_needs_no_second_run),
          T(the_second_run_starts_from_the_arena_of_the_first),
          T(a_lost_race_runs_again_and_leaves_no_trace),
          T(tx_run_runs_again_after_a_lost_race_but_not_for_ever),
          T(a_full_queue_refuses_and_answers_the_others), T(closing_answers_what_is_queued),
          T(the_fault_hook_fails_the_nth_call_once_and_nothing_is_half_done),
          T(a_body_cannot_hide_a_failure_of_the_engine), T(a_query_left_open_ends_with_its_body))
