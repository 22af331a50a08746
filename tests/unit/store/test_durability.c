#include "fixture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { THREADS = 8, JOBS = 500, ACKS_BEFORE_KILL = 300 };

static err_t put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *id = arg;

    return store_run(cx, tx, &PUT, ARGS(V_INT(*id), V_INT(1)));
}

/* --- many threads --- */

struct crowd {
    struct store *store;
    int64_t first;
    int answered;
};

static void *crowd_main(void *arg)
{
    struct crowd *crowd = arg;
    struct ctx *cx = unit_ctx();

    for (int64_t i = 0; i < JOBS; i++) {
        int64_t id = crowd->first + i;
        must(tx_run(crowd->store, cx, put_body, &id) == OK);
        crowd->answered++;
    }
    unit_ctx_free(cx);
    return NULL;
}

CASE(jobs_of_many_threads_are_all_durable_and_answered_once)
{
    struct fixture fixture = fixture_make();
    pthread_t threads[THREADS];
    struct crowd crowds[THREADS];
    struct store_stats stats;

    for (int i = 0; i < THREADS; i++) {
        crowds[i] = (struct crowd){.store = fixture.store, .first = 1 + (int64_t)i * JOBS};
        must(pthread_create(&threads[i], NULL, crowd_main, &crowds[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        must(pthread_join(threads[i], NULL) == 0);
        assert_int_equal(crowds[i].answered, JOBS);
    }
    store_stats_read(fixture.store, &stats);
    assert_int_equal(stats.jobs, (int64_t)THREADS * JOBS);
    assert_true(stats.groups <= stats.jobs);
    fixture_reopen(&fixture);
    assert_int_equal(account_count(&fixture), (int64_t)THREADS * JOBS);
    fixture_end(&fixture);
}

CASE(a_reader_and_a_writer_go_on_at_the_same_time)
{
    struct fixture fixture = fixture_make();
    struct crowd crowd = {.store = fixture.store, .first = 1};
    pthread_t thread;
    int64_t seen = 0;

    must(pthread_create(&thread, NULL, crowd_main, &crowd) == 0);
    while (seen < JOBS) {
        int64_t count = account_count(&fixture);
        assert_true(count >= seen);
        seen = count;
    }
    must(pthread_join(thread, NULL) == 0);
    fixture_end(&fixture);
}

/* --- kill -9 --- */

/* The child: writes an id to the pipe when it is acknowledged, until it is killed. */
static void child_main(struct fixture *fixture, int fd)
{
    for (int64_t id = 1;; id++) {
        must(tx_run(fixture->store, fixture->cx, put_body, &id) == OK);
        must(write(fd, &id, sizeof id) == sizeof id);
    }
}

CASE(what_was_acknowledged_survives_kill_9)
{
    struct fixture fixture;
    int ends[2];
    int64_t id = 0;
    int64_t last = 0;
    int status;

    fixture_start(&fixture);
    must(pipe(ends) == 0);
    pid_t child = fork();
    must(child >= 0);
    if (child == 0) {
        must(fixture_open(&fixture) == OK);
        child_main(&fixture, ends[1]);
    }
    close(ends[1]);
    while (read(ends[0], &id, sizeof id) == sizeof id) {
        last = id;
        if (id == ACKS_BEFORE_KILL)
            must(kill(child, SIGKILL) == 0);
    }
    close(ends[0]);
    must(waitpid(child, &status, 0) == child);
    assert_true(WIFSIGNALED(status));
    assert_true(last >= ACKS_BEFORE_KILL);
    assert_ok(fixture_open(&fixture));
    for (int64_t i = 1; i <= last; i++)
        assert_int_equal(account_balance(&fixture, i), 1);
    /* One more may have been committed without its answer, none else. */
    assert_in_range(account_count(&fixture), last, last + 1);
    fixture_end(&fixture);
}

/* --- the disk --- */

static err_t body_fill(struct piece *piece, struct tx *tx)
{
    struct str photo = {arena_alloc(piece->cx->arena, 400000), 400000};

    return store_run(piece->cx, tx, &PUT_CHILD, ARGS(V_INT(piece->id), V_NULL(), V_BLOB(photo)));
}

static err_t body_limit(struct piece *piece, struct tx *tx)
{
    struct rows *rows;
    bool found;

    return store_query_one(piece->cx, tx, &FULL_AT, ARGS_NONE, &rows, &found);
}

/* What was answered OK is there, what was not is not. */
static void assert_answers_hold(struct fixture *fixture, const struct piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool there = account_balance(fixture, pieces[i].id) >= 0;
        assert_int_equal(pieces[i].answers, 1);
        assert_int_equal(there, pieces[i].job.result == OK);
    }
}

CASE(a_job_that_does_not_fit_on_the_disk_fails_and_the_server_goes_on)
{
    SKIP_WITHOUT_FILE();
    struct fixture fixture = fixture_make();
    struct piece pieces[4];

    piece_make(&fixture, &pieces[0], 0, body_limit);
    pieces_run(&fixture, pieces, 1);
    assert_ok(pieces[0].job.result);
    pieces_free(pieces, 1);
    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_fill);
    piece_make(&fixture, &pieces[2], 3, body_put);
    piece_make(&fixture, &pieces[3], 4, body_fill);
    pieces_run(&fixture, pieces, 4);
    assert_int_equal(pieces[1].job.result, ERR_IO);
    assert_int_equal(pieces[3].job.result, ERR_IO);
    /* SQLite gives up the whole transaction here, so the others may have failed with them. */
    assert_answers_hold(&fixture, pieces, 4);
    pieces_free(pieces, 4);
    piece_make(&fixture, &pieces[0], 5, body_put);
    pieces_run(&fixture, pieces, 1);
    assert_ok(pieces[0].job.result);
    assert_answers_hold(&fixture, pieces, 1);
    pieces_free(pieces, 1);
    fixture_end(&fixture);
}

/* The file cannot grow past `bytes`: the nearest to a broken disk that needs no privilege. */
static void file_limit(rlim_t bytes)
{
    struct rlimit limit;

    must(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

CASE(a_commit_that_fails_answers_every_job_and_the_server_goes_on)
{
    SKIP_WITHOUT_FILE();
    struct fixture fixture = fixture_make();
    struct piece pieces[3];

    signal(SIGXFSZ, SIG_IGN);
    for (int round = 0; round < 3; round++) {
        piece_make(&fixture, &pieces[0], 1, body_put);
        piece_make(&fixture, &pieces[1], 2, body_refuse);
        piece_make(&fixture, &pieces[2], 3, body_put);
        file_limit(4096);
        pieces_run(&fixture, pieces, 3);
        file_limit(RLIM_INFINITY);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(pieces[i].job.result, ERR_IO);
            assert_int_equal(pieces[i].cx->fault_count, 0);
        }
        assert_answers_hold(&fixture, pieces, 3);
        assert_int_equal(account_count(&fixture), 0);
        pieces_free(pieces, 3);
    }
    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_put);
    pieces_run(&fixture, pieces, 2);
    assert_answers_hold(&fixture, pieces, 2);
    pieces_free(pieces, 2);
    fixture_reopen(&fixture);
    assert_int_equal(account_count(&fixture), 2);
    fixture_end(&fixture);
}

/* --- the log --- */

static err_t blob_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *id = arg;
    struct str photo = {arena_alloc(cx->arena, 1000000), 1000000};

    return store_run(cx, tx, &PUT_CHILD, ARGS(V_INT(*id), V_NULL(), V_BLOB(photo)));
}

CASE(the_log_is_used_again_and_does_not_grow_for_ever)
{
    SKIP_WITHOUT_FILE();
    struct fixture fixture = fixture_make();
    char name[128];
    struct stat info;

    /* 60 MB go through a log that is emptied at 16 MB. */
    for (int64_t id = 1; id <= 60; id++) {
        assert_ok(tx_run(fixture.store, fixture.cx, blob_body, &id));
        arena_reset(fixture.cx->arena);
    }
    snprintf(name, sizeof name, "%s-wal", fixture.path);
    must(stat(name, &info) == 0);
    assert_in_range(info.st_size, 1000000, 20000000);
    fixture_end(&fixture);
}

UNIT_MAIN(T(jobs_of_many_threads_are_all_durable_and_answered_once),
          T(a_reader_and_a_writer_go_on_at_the_same_time), T(what_was_acknowledged_survives_kill_9),
          T(a_job_that_does_not_fit_on_the_disk_fails_and_the_server_goes_on),
          T(a_commit_that_fails_answers_every_job_and_the_server_goes_on),
          T(the_log_is_used_again_and_does_not_grow_for_ever))
