#include "fixture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include "store/postgres/postgres.h"

/* What only a server shared by several of us can do. Everything else is in the tests of this layer
 * that run on both engines. */

#define SKIP_WITHOUT_SERVER()                                                                      \
    do {                                                                                           \
        if (getenv("GUICHET_TEST_PG") == NULL)                                                     \
            skip();                                                                                \
    } while (0)

static struct store *second_open(struct fixture *fixture)
{
    struct store *first = fixture->store;

    assert_ok(fixture_open(fixture));
    struct store *second = fixture->store;
    fixture->store = first;
    return second;
}

/* --- who has written --- */

static int64_t writers_count(struct fixture *fixture)
{
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    bool found;

    assert_ok(reader_open(fixture->store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture->cx, tx, &WRITERS, ARGS_NONE, &rows, &found));
    int64_t count = col_int(rows, 0);
    reader_close(reader);
    return count;
}

static err_t put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return store_run(cx, tx, &PUT, ARGS(V_INT(*(int64_t *)arg), V_INT(0)));
}

CASE(who_wrote_days_ago_is_forgotten)
{
    static const int64_t AGES_S[] = {INT64_C(1) << 31, 30 * 86400, 90000, 80000, 7200, 0, -90000};
    int64_t second = clock_now() / SECOND_US;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = fixture_make();
    for (int64_t i = 0; i < (int64_t)ARRAY_LEN(AGES_S); i++)
        fixture_tell(&fixture,
                     str_format(fixture.cx->arena, "INSERT INTO %s.store_writer VALUES (%lld, 1)",
                                fixture.schema,
                                (long long)(second - AGES_S[i]) * (1LL << 31) + 4711)
                         .ptr);
    int64_t before = writers_count(&fixture);
    struct store *next = second_open(&fixture);
    for (int64_t id = 1; id <= 3; id++)
        assert_ok(tx_run(next, fixture.cx, put_body, &id));
    assert_int_equal(writers_count(&fixture), before - 4 + 1); /* and one for that connection */
    store_close(next);
    fixture_end(&fixture);
}

/* --- several servers --- */

struct opener {
    struct fixture *fixture;
    struct ctx *cx;
    struct store *store;
    err_t err;
};

static void *opener_main(void *arg)
{
    struct opener *opener = arg;
    struct store_options options = {.url = opener->fixture->url, .create = true, .migrate = true};

    opener->err = store_open_with(opener->cx, &options, FIXTURE_POSTGRES,
                                  ARRAY_LEN(FIXTURE_POSTGRES), &opener->store);
    return NULL;
}

static void start_together(struct fixture *fixture)
{
    enum { SERVERS = 6 };
    struct opener openers[SERVERS];
    pthread_t threads[SERVERS];

    for (size_t i = 0; i < SERVERS; i++) {
        openers[i] = (struct opener){.fixture = fixture, .cx = unit_ctx()};
        must(pthread_create(&threads[i], NULL, opener_main, &openers[i]) == 0);
    }
    for (size_t i = 0; i < SERVERS; i++) {
        must(pthread_join(threads[i], NULL) == 0);
        assert_ok(openers[i].err);
        assert_int_equal(store_schema(openers[i].store), 2);
    }
    for (size_t i = 0; i < SERVERS; i++) {
        store_close(openers[i].store);
        unit_ctx_free(openers[i].cx);
    }
}

CASE(servers_that_start_together_migrate_once)
{
    struct fixture fixture;

    SKIP_WITHOUT_SERVER();
    fixture_start(&fixture);
    start_together(&fixture);
    fixture_end(&fixture);
}

static err_t opened(struct fixture *fixture, size_t count, struct store **out)
{
    const struct store_options options = {
        .url = fixture->url, .create = true, .migrate = count > 1};

    ctx_clear_faults(fixture->cx);
    return store_open_with(fixture->cx, &options, FIXTURE_POSTGRES, count, out);
}

CASE(schema_is_not_changed_under_a_server_of_an_older_version)
{
    struct fixture fixture;
    struct store *older;
    struct store *newer;

    SKIP_WITHOUT_SERVER();
    fixture_start(&fixture);
    assert_ok(opened(&fixture, 1, &older));
    assert_int_equal(opened(&fixture, 2, &newer), ERR_STATE);
    assert_non_null(strstr(fixture.cx->faults[0].text, "is in use by an older version"));
    assert_int_equal(store_schema(older), 1);
    store_close(older);
    assert_ok(opened(&fixture, 2, &newer));
    assert_int_equal(opened(&fixture, 1, &older), ERR_STATE);
    assert_ok(opened(&fixture, 2, &older));
    store_close(older);
    store_close(newer);
    fixture_end(&fixture);
}

CASE(servers_that_start_together_with_an_older_schema_migrate_once)
{
    struct fixture fixture;
    struct store *older;

    SKIP_WITHOUT_SERVER();
    fixture_start(&fixture);
    assert_ok(opened(&fixture, 1, &older));
    store_close(older);
    start_together(&fixture);
    fixture_end(&fixture);
}

enum { TURNS = 150, RACERS = 4 };

/* Looks first, and writes what it makes of that: what every body may do. */
static err_t look_then_add(struct ctx *cx, struct tx *tx, void *arg)
{
    int64_t balance = 0;
    struct rows *rows;
    bool found;

    (void)arg;
    TRY(store_query_one(cx, tx, &BALANCE, ARGS(V_INT(1)), &rows, &found));
    must(found);
    balance = col_int(rows, 0);
    if (balance >= TURNS)
        return ERR_LIMIT;
    return store_run(cx, tx, &ADD, ARGS(V_INT(1), V_INT(1)));
}

struct racer {
    struct store *store;
    int won;
};

static void *racer_main(void *arg)
{
    struct racer *racer = arg;
    struct ctx *cx = unit_ctx();
    err_t err;

    while ((err = tx_run(racer->store, cx, look_then_add, NULL)) == OK)
        racer->won++;
    must(err == ERR_LIMIT);
    unit_ctx_free(cx);
    return NULL;
}

static err_t put_first(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return store_run(cx, tx, &PUT, ARGS(V_INT(1), V_INT(0)));
}

CASE(bodies_of_two_servers_run_one_after_the_other)
{
    struct racer racers[RACERS];
    pthread_t threads[RACERS];
    int won = 0;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = fixture_make();
    struct store *second = second_open(&fixture);
    assert_true(store_shared(second));
    assert_ok(tx_run(fixture.store, fixture.cx, put_first, NULL));
    for (size_t i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.store = i % 2 == 0 ? fixture.store : second};
        must(pthread_create(&threads[i], NULL, racer_main, &racers[i]) == 0);
    }
    for (size_t i = 0; i < RACERS; i++) {
        must(pthread_join(threads[i], NULL) == 0);
        won += racers[i].won;
    }
    assert_int_equal(won, TURNS);
    assert_int_equal(account_balance(&fixture, 1), TURNS);
    store_close(second);
    fixture_end(&fixture);
}

FIXTURE_SQL(BALANCE_NAMED, 24, 1, SQL_ROWS_AT_MOST_ONE,
            "SELECT balance FROM account WHERE name = $1");

static err_t put_named(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return store_run(cx, tx, &PUT_NAMED, ARGS(V_INT(1), V_TEXT(STR("one")), V_INT(0)));
}

static err_t known_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return store_known(cx, tx, &BALANCE_NAMED, ARGS(V_TEXT(STR("one"))), arg);
}

static err_t add_silently(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return store_run(cx, tx, &ADD, ARGS(V_INT(1), V_INT(1)));
}

static err_t add_and_tell(struct ctx *cx, struct tx *tx, void *arg)
{
    store_forget(tx);
    return add_silently(cx, tx, arg);
}

static err_t tell_and_fail(struct ctx *cx, struct tx *tx, void *arg)
{
    TRY(add_and_tell(cx, tx, arg));
    return ERR_LIMIT;
}

struct limit {
    int64_t least;
    bool writes;
};

/* Refuses by what it remembers, also after a write. */
static err_t limit_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct limit *limit = arg;
    int64_t known;

    TRY(known_body(cx, tx, &known));
    if (limit->writes)
        TRY(add_silently(cx, tx, NULL));
    return known < limit->least ? ERR_LIMIT : OK;
}

CASE(what_a_server_remembers_ends_when_another_one_says_that_it_has_changed_it)
{
    int64_t known;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = fixture_make();
    struct store *second = second_open(&fixture);
    assert_ok(tx_run(fixture.store, fixture.cx, put_named, NULL));
    assert_ok(tx_run(fixture.store, fixture.cx, known_body, &known));
    assert_int_equal(known, 0);
    assert_ok(tx_run(second, fixture.cx, add_silently, NULL));
    assert_int_equal(tx_run(second, fixture.cx, tell_and_fail, NULL), ERR_LIMIT);
    assert_ok(tx_run(fixture.store, fixture.cx, known_body, &known));
    assert_int_equal(known, 0);
    assert_ok(tx_run(second, fixture.cx, add_and_tell, NULL));
    assert_ok(tx_run(fixture.store, fixture.cx, known_body, &known));
    assert_int_equal(known, 2);
    assert_ok(tx_run(fixture.store, fixture.cx, add_and_tell, NULL));
    assert_ok(tx_run(second, fixture.cx, known_body, &known));
    assert_int_equal(known, 3);
    assert_ok(tx_run(second, fixture.cx, add_and_tell, NULL));
    assert_ok(tx_run(fixture.store, fixture.cx, limit_body, &(struct limit){4, false}));
    assert_ok(tx_run(second, fixture.cx, add_and_tell, NULL));
    assert_ok(tx_run(fixture.store, fixture.cx, limit_body, &(struct limit){5, true}));
    assert_int_equal(tx_run(fixture.store, fixture.cx, limit_body, &(struct limit){7, true}),
                     ERR_LIMIT);
    assert_int_equal(account_balance(&fixture, 1), 6);
    store_close(second);
    fixture_end(&fixture);
}

static int64_t groups_of(struct store *store)
{
    struct store_stats stats;

    store_stats_read(store, &stats);
    return stats.groups;
}

static int64_t queued_of(struct store *store)
{
    struct store_stats stats;

    store_stats_read(store, &stats);
    return stats.queued;
}

static sem_t has_its_turn;

static err_t body_look_and_wait(struct piece *piece, struct tx *tx)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(piece->cx, tx, &COUNT, ARGS_NONE, &rows, &found));
    must(sem_post(&has_its_turn) == 0);
    return piece_wait(piece, tx);
}

CASE(who_comes_while_another_server_writes_goes_with_the_next_group)
{
    struct piece pieces[3];
    struct piece other;
    sem_t gate;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = fixture_make();
    struct store *second = second_open(&fixture);
    must(sem_init(&gate, 0, 0) == 0);
    must(sem_init(&has_its_turn, 0, 0) == 0);
    for (int64_t id = 1; id <= 3; id++) /* so that the first one knows of the second */
        assert_ok(tx_run(id == 2 ? second : fixture.store, fixture.cx, put_body, &id));
    piece_make(&fixture, &other, 10, body_look_and_wait);
    other.gate = &gate;
    assert_ok(store_submit(second, &other.job));
    while (sem_wait(&has_its_turn) != 0)
        continue;
    int64_t before = groups_of(fixture.store);
    for (int64_t id = 0; id < 3; id++) {
        piece_make(&fixture, &pieces[id], 20 + id, body_put);
        assert_ok(store_submit(fixture.store, &pieces[id].job));
        must(poll(NULL, 0, 20) == 0);
        assert_int_equal(queued_of(fixture.store), id + 1);
    }
    must(sem_post(&gate) == 0);
    answers_wait(&fixture, 4);
    assert_int_equal(groups_of(fixture.store), before + 1);
    assert_int_equal(account_count(&fixture), 6);
    pieces_free(pieces, 3);
    pieces_free(&other, 1);
    sem_destroy(&has_its_turn);
    sem_destroy(&gate);
    store_close(second);
    fixture_end(&fixture);
}

/* Of a database that ends statements which take longer. */
CASE(who_waits_for_another_server_is_no_statement_that_takes_too_long)
{
    struct piece pieces[2];
    sem_t gate;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make_with("%20-cstatement_timeout%3D200");
    struct store *second = second_open(&fixture);
    must(sem_init(&gate, 0, 0) == 0);
    must(sem_init(&has_its_turn, 0, 0) == 0);
    piece_make(&fixture, &pieces[0], 1, body_look_and_wait);
    pieces[0].gate = &gate;
    assert_ok(store_submit(second, &pieces[0].job));
    while (sem_wait(&has_its_turn) != 0)
        continue;
    piece_make(&fixture, &pieces[1], 2, body_put);
    assert_ok(store_submit(fixture.store, &pieces[1].job));
    must(poll(NULL, 0, 500) == 0);
    must(sem_post(&gate) == 0);
    answers_wait(&fixture, 2);
    for (int i = 0; i < 2; i++)
        assert_ok(pieces[i].job.result);
    pieces_free(pieces, 2);
    sem_destroy(&has_its_turn);
    sem_destroy(&gate);
    store_close(second);
    fixture_end(&fixture);
}

static err_t body_tell_ask_and_fail(struct piece *piece, struct tx *tx)
{
    int64_t known;

    TRY(add_and_tell(piece->cx, tx, NULL));
    TRY(known_body(piece->cx, tx, &known));
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

static int64_t known_later;

static err_t body_ask(struct piece *piece, struct tx *tx)
{
    return known_body(piece->cx, tx, &known_later);
}

CASE(what_is_asked_for_after_a_change_that_was_undone_is_of_no_version_to_come)
{
    struct piece pieces[3];
    int64_t known;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = fixture_make();
    struct store *second = second_open(&fixture);
    assert_ok(tx_run(fixture.store, fixture.cx, put_named, NULL));
    piece_make(&fixture, &pieces[0], 2, body_put);
    piece_make(&fixture, &pieces[1], 3, body_tell_ask_and_fail);
    piece_make(&fixture, &pieces[2], 4, body_ask);
    pieces_run(&fixture, pieces, 3);
    assert_int_equal(pieces[1].job.result, ERR_LIMIT);
    assert_int_equal(known_later, 0);
    assert_ok(tx_run(second, fixture.cx, add_and_tell, NULL));
    assert_ok(tx_run(fixture.store, fixture.cx, known_body, &known));
    assert_int_equal(known, 1);
    pieces_free(pieces, 3);
    store_close(second);
    fixture_end(&fixture);
}

/* --- connections that are lost --- */

CASE(connections_that_were_cut_while_idle_are_made_anew)
{
    struct piece piece;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    bool found;
    assert_ok(reader_open(fixture.store, &reader));
    connections_cut(&fixture);
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture.cx, tx, &COUNT, ARGS_NONE, &rows, &found));
    assert_int_equal(col_int(rows, 0), 0);
    piece_make(&fixture, &piece, 1, body_put);
    assert_ok(store_submit(fixture.store, &piece.job));
    answers_wait(&fixture, 1);
    assert_ok(piece.job.result);
    assert_int_equal(account_count(&fixture), 1);
    pieces_free(&piece, 1);
    reader_close(reader);
    fixture_end(&fixture);
}

static struct fixture *cut_of;

static err_t body_cut_once(struct piece *piece, struct tx *tx)
{
    TRY(body_put(piece, tx));
    if (piece->runs == 1)
        connections_cut(cut_of);
    return store_run(piece->cx, tx, &PUT, ARGS(V_INT(piece->id + 100), V_INT(10)));
}

CASE(group_that_loses_its_connection_before_the_commit_runs_again)
{
    struct piece pieces[3];

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    cut_of = &fixture;
    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_cut_once);
    piece_make(&fixture, &pieces[2], 3, body_put);
    pieces_run(&fixture, pieces, 3);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_ok(pieces[i].job.result);
    assert_int_equal(pieces[1].runs, 2);
    assert_int_equal(account_count(&fixture), 4);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

static err_t body_cut_always(struct piece *piece, struct tx *tx)
{
    TRY(body_put(piece, tx));
    connections_cut(cut_of);
    return store_run(piece->cx, tx, &PUT, ARGS(V_INT(piece->id + 100), V_INT(10)));
}

CASE(group_that_loses_its_connection_again_is_told_that_there_is_no_server)
{
    struct piece pieces[2];

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    cut_of = &fixture;
    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_cut_always);
    pieces_run(&fixture, pieces, 2);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_int_equal(pieces[i].job.result, ERR_UNAVAILABLE);
    assert_int_equal(account_count(&fixture), 0);
    pieces_free(pieces, 2);
    fixture_end(&fixture);
}

FIXTURE_SQL(BACKEND, 25, 0, 1, "SELECT pg_backend_pid()");

static int64_t backend;

static err_t body_backend(struct piece *piece, struct tx *tx)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(piece->cx, tx, &BACKEND, ARGS_NONE, &rows, &found));
    backend = col_int(rows, 0);
    return OK;
}

/* Its statement is one that nobody waits for, so that the group leaves with its COMMIT. */
static err_t body_bump(struct piece *piece, struct tx *tx)
{
    static const struct sql BUMP = {
        .name = "bump",
        .number = 5026,
        .rows = 1,
        .certain = true,
        .text = "INSERT INTO account (id, balance) VALUES (1, 1)"
                " ON CONFLICT (id) DO UPDATE SET balance = account.balance + 1",
    };

    return store_run(piece->cx, tx, &BUMP, ARGS_NONE);
}

static void run_one(struct fixture *fixture, struct piece *piece, piece_body *body)
{
    piece_make(fixture, piece, 0, body);
    assert_ok(store_submit(fixture->store, &piece->job));
}

static void end_one(struct fixture *fixture, struct piece *piece)
{
    answers_wait(fixture, 1);
    assert_ok(piece->job.result);
    pieces_free(piece, 1);
}

CASE(group_that_its_server_comes_to_after_it_has_run_again_is_not_committed)
{
    struct piece piece;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    run_one(&fixture, &piece, body_backend);
    end_one(&fixture, &piece);
    run_one(&fixture, &piece, body_bump);
    end_one(&fixture, &piece);
    struct connection *writer = fixture.store->writer;
    int fd = writer->database->pq.PQsocket(writer->pg);
    if (kill((pid_t)backend, SIGSTOP) != 0) { /* a server of another user */
        assert_int_equal(errno, EPERM);
        fixture_end(&fixture);
        skip();
    }
    run_one(&fixture, &piece, body_bump);
    must(poll(NULL, 0, 300) == 0); /* it is on its way */
    must(shutdown(fd, SHUT_RDWR) == 0);
    end_one(&fixture, &piece);
    assert_int_equal(account_balance(&fixture, 1), 2);
    must(kill((pid_t)backend, SIGCONT) == 0);
    while (kill((pid_t)backend, 0) == 0)
        must(poll(NULL, 0, 10) == 0);
    assert_int_equal(account_balance(&fixture, 1), 2);
    run_one(&fixture, &piece, body_bump);
    end_one(&fixture, &piece);
    assert_int_equal(account_balance(&fixture, 1), 3);
    fixture_end(&fixture);
}

FIXTURE_SQL(FLUSHES, 22, 0, 1, "SELECT -LEAST(MIN(commits), 0) FROM store_writer");

/* How often the store has waited for the disk, as a snapshot shows it that was taken before. */
static int64_t flushes_seen(struct fixture *fixture, struct reader *reader)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    reader_release(reader);
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture->cx, tx, &FLUSHES, ARGS_NONE, &rows, &found));
    return col_int(rows, 0);
}

static void tell_in_schema(struct fixture *fixture, const char *text)
{
    fixture_tell(
        fixture,
        str_format(fixture->cx->arena, "SET search_path = %s; %s", fixture->schema, text).ptr);
}

/* What a server forgets that dies after a commit which had not reached its disk. */
CASE(group_that_is_lost_after_its_commit_runs_again)
{
    struct piece pieces[2];
    struct reader *reader;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    assert_ok(reader_open(fixture.store, &reader));
    (void)flushes_seen(&fixture, reader); /* commits go ahead from now on */
    tell_in_schema(&fixture, "CREATE TABLE loss AS SELECT 1;"
                             "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$"
                             "BEGIN DELETE FROM loss; IF FOUND THEN DELETE FROM account;"
                             " UPDATE store_writer SET commits = 0 WHERE id = NEW.id; END IF;"
                             " RETURN NULL; END $$;"
                             "CREATE CONSTRAINT TRIGGER lose AFTER INSERT OR UPDATE ON store_writer"
                             " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.commits > 0)"
                             " EXECUTE FUNCTION lose()");
    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_put);
    pieces_run(&fixture, pieces, 2);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        assert_ok(pieces[i].job.result);
        assert_int_equal(pieces[i].runs, 2);
    }
    assert_int_equal(account_count(&fixture), 2);
    pieces_free(pieces, 2);
    reader_close(reader);
    fixture_end(&fixture);
}

CASE(snapshot_waits_for_the_disk_when_it_shows_a_commit_that_nobody_waited_for)
{
    struct piece piece;
    struct reader *reader;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    assert_ok(reader_open(fixture.store, &reader));
    (void)flushes_seen(&fixture, reader);
    piece_make(&fixture, &piece, 1, body_put);
    pieces_run(&fixture, &piece, 1);
    int64_t before = flushes_seen(&fixture, reader);
    assert_true(before > 0);
    assert_int_equal(flushes_seen(&fixture, reader), before);
    tell_in_schema(&fixture, "UPDATE store_writer SET commits = commits + 1 WHERE commits > 0");
    assert_int_equal(flushes_seen(&fixture, reader), before);
    assert_int_equal(flushes_seen(&fixture, reader), before + 1);
    assert_int_equal(flushes_seen(&fixture, reader), before + 1);
    pieces_free(&piece, 1);
    reader_close(reader);
    fixture_end(&fixture);
}

/* Whoever waits for the disk learns of it when it is asked. */
CASE(snapshot_after_a_cut_is_whole_though_another_server_has_written)
{
    struct reader *reader;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    assert_ok(reader_open(fixture.store, &reader));
    (void)flushes_seen(&fixture, reader);
    for (int i = 0; i < 5; i++) {
        connections_cut(&fixture);
        tell_in_schema(&fixture, "INSERT INTO store_writer VALUES (4711, 1)"
                                 " ON CONFLICT (id) DO UPDATE SET commits ="
                                 " store_writer.commits + 1");
        (void)flushes_seen(&fixture, reader);
    }
    reader_close(reader);
    fixture_end(&fixture);
}

CASE(snapshot_that_loses_its_connection_says_so_and_the_next_one_is_whole)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    struct reader *reader;
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture.cx, tx, &COUNT, ARGS_NONE, &rows, &found));
    connections_cut(&fixture);
    assert_int_equal(store_query_one(fixture.cx, tx, &COUNT, ARGS_NONE, &rows, &found),
                     ERR_UNAVAILABLE);
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture.cx, tx, &COUNT, ARGS_NONE, &rows, &found));
    assert_true(found);
    reader_close(reader);
    fixture_end(&fixture);
}

/* --- a server that stands still --- */

/* Whoever meets a trigger that waits, waits for it, as long as it is held. */
struct hold {
    struct pq_library pq;
    PGconn *pg;
};

static void hold_tell(struct hold *hold, const char *text)
{
    PGresult *result = hold->pq.PQexec(hold->pg, text);

    must(hold->pq.PQresultStatus(result) != PGRES_FATAL_ERROR);
    hold->pq.PQclear(result);
}

static int64_t hold_ask(struct hold *hold, const char *text)
{
    PGresult *result = hold->pq.PQexec(hold->pg, text);
    int64_t number;

    must(str_to_int64(str_of(hold->pq.PQgetvalue(result, 0, 0)), &number));
    hold->pq.PQclear(result);
    return number;
}

static void hold_begin(struct fixture *fixture, struct hold *hold, const char *trigger)
{
    static const char *const NAMES[] = {"dbname", NULL};
    const char *const values[] = {fixture->server, NULL};

    must(pq_library_load(&hold->pq) == OK);
    hold->pg = hold->pq.PQconnectdbParams(NAMES, values, 1);
    must(hold->pq.PQstatus(hold->pg) == CONNECTION_OK);
    hold_tell(hold, str_format(fixture->cx->arena, "SET search_path = %s", fixture->schema).ptr);
    hold_tell(hold, "CREATE TABLE held (it INT);"
                    "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$"
                    "BEGIN PERFORM 1 FROM held; RETURN NEW; END $$");
    hold_tell(hold, trigger);
    hold_tell(hold, "BEGIN");
    hold_tell(hold, "LOCK TABLE held");
}

static void hold_end(struct hold *hold)
{
    hold->pq.PQfinish(hold->pg);
}

/* Until a connection of the store waits for a lock of this kind. */
static void hold_wait(struct fixture *fixture, struct hold *hold, const char *lock)
{
    const char *ask = str_format(fixture->cx->arena,
                                 "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = '%s'"
                                 " AND application_name = '%s'",
                                 lock, fixture->schema)
                          .ptr;

    while (hold_ask(hold, ask) == 0) {
        must(poll(NULL, 0, 5) == 0);
        hold_tell(hold, "SELECT pg_stat_clear_snapshot()");
    }
}

static void disk_stop(struct fixture *fixture, struct hold *disk)
{
    hold_begin(fixture, disk,
               "CREATE TRIGGER wait BEFORE INSERT OR UPDATE ON store_writer FOR EACH ROW"
               " WHEN (NEW.commits < 0 AND NEW.id > 0) EXECUTE FUNCTION wait()");
}

static int64_t last_mark(struct hold *disk)
{
    return hold_ask(disk, "SELECT MAX(commits) FROM store_writer");
}

/* Commits a group of its own and does not wait for its answer. */
static void run_unanswered(struct fixture *fixture, struct piece *piece, int64_t id,
                           piece_body *body)
{
    int64_t before = groups_of(fixture->store);

    piece_make(fixture, piece, id, body);
    assert_ok(store_submit(fixture->store, &piece->job));
    while (groups_of(fixture->store) == before)
        must(poll(NULL, 0, 1) == 0);
}

/* When its server comes back, the writer may find it before whoever waits for the disk does, and
 * then waits itself. */
CASE(group_that_has_waited_for_the_disk_is_kept_though_the_one_before_it_was_lost)
{
    struct piece pieces[3];
    struct reader *reader;
    struct hold disk;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    assert_ok(reader_open(fixture.store, &reader));
    (void)flushes_seen(&fixture, reader); /* commits go ahead from now on */
    disk_stop(&fixture, &disk);
    run_unanswered(&fixture, &pieces[0], 1, body_put);
    run_unanswered(&fixture, &pieces[1], 2, body_put);
    tell_in_schema(&fixture, "DELETE FROM account WHERE id = 2;"
                             "UPDATE store_writer SET commits = commits - 1 WHERE commits > 0");
    connections_cut(&fixture);
    run_unanswered(&fixture, &pieces[2], 3, body_put);
    hold_end(&disk);
    answers_wait(&fixture, 3);
    for (int i = 0; i < 3; i++) {
        assert_ok(pieces[i].job.result);
        assert_int_equal(pieces[i].runs, i == 1 ? 2 : 1);
    }
    assert_int_equal(account_count(&fixture), 3);
    pieces_free(pieces, 3);
    reader_close(reader);
    fixture_end(&fixture);
}

/* What it has read may have been committed by another server, and be on no disk yet. */
CASE(group_that_has_only_read_waits_for_the_disk_itself_when_nobody_does_it_for_others)
{
    struct piece pieces[2];
    struct reader *reader;
    struct hold disk;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    assert_ok(reader_open(fixture.store, &reader));
    (void)flushes_seen(&fixture, reader);
    disk_stop(&fixture, &disk);
    run_unanswered(&fixture, &pieces[0], 1, body_put);
    connections_cut(&fixture);
    int64_t before = last_mark(&disk);
    run_unanswered(&fixture, &pieces[1], 2, body_backend);
    assert_int_equal(last_mark(&disk), before + 1);
    hold_end(&disk);
    answers_wait(&fixture, 2);
    for (int i = 0; i < 2; i++)
        assert_ok(pieces[i].job.result);
    pieces_free(pieces, 2);
    reader_close(reader);
    fixture_end(&fixture);
}

/* Loses a connection while its server is at the commit, and lets that go on when somebody waits to
 * ask what became of it. */
static void commit_lost(struct fixture *fixture, void (*meanwhile)(struct fixture *, struct hold *))
{
    struct piece piece;
    struct hold hold;

    run_one(fixture, &piece, body_bump);
    end_one(fixture, &piece);
    hold_begin(fixture, &hold,
               "CREATE CONSTRAINT TRIGGER wait AFTER INSERT OR UPDATE ON store_writer"
               " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.commits > 0)"
               " EXECUTE FUNCTION wait()");
    struct connection *writer = fixture->store->writer;
    int fd = writer->database->pq.PQsocket(writer->pg);
    run_one(fixture, &piece, body_bump);
    hold_wait(fixture, &hold, "relation");
    must(shutdown(fd, SHUT_RDWR) == 0);
    hold_wait(fixture, &hold, "advisory");
    if (meanwhile != NULL)
        meanwhile(fixture, &hold);
    hold_end(&hold);
    answers_wait(fixture, 1);
    assert_ok(piece.job.result);
    assert_int_equal(piece.runs, 1);
    assert_int_equal(account_balance(fixture, 1), 2);
    pieces_free(&piece, 1);
}

/* Of a database whose transactions keep to the snapshot that they begin with. */
CASE(commit_that_ends_while_it_is_asked_about_is_found)
{
    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make_with("%20-cdefault_transaction_isolation%3Dserializable");
    commit_lost(&fixture, NULL);
    fixture_end(&fixture);
}

static void question_cancel(struct fixture *fixture, struct hold *hold)
{
    hold_tell(hold, str_format(fixture->cx->arena,
                               "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                               " WHERE wait_event = 'advisory' AND application_name = '%s'",
                               fixture->schema)
                        .ptr);
    must(poll(NULL, 0, 100) == 0);
}

CASE(question_about_a_commit_that_fails_is_asked_again)
{
    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    commit_lost(&fixture, question_cancel);
    fixture_end(&fixture);
}

/* --- a server that hangs --- */

FIXTURE_SQL(SLEEP_IN_HURRY, 27, 0, 1, "SELECT 1 FROM pg_sleep(2.5)");
FIXTURE_SQL(SLEEP, 28, 0, 1, "SELECT 1 FROM pg_sleep(10.5)");

static err_t read_in_hurry(struct fixture *fixture, struct reader *reader, const struct sql *sql)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    reader_release(reader);
    TRY(reader_tx(reader, &tx));
    return store_query_one(fixture->cx, tx, sql, ARGS_NONE, &rows, &found);
}

/* A flush that takes two seconds on a busy machine, too, lets a reader be refused, at once until
 * the next one has ended. */
static err_t read_again_in_hurry(struct fixture *fixture, struct reader *reader,
                                 const struct sql *sql)
{
    enum { TRIES = 100, PAUSE_MS = 200 };
    err_t err = ERR_UNAVAILABLE;

    for (int i = 0; i < TRIES && err == ERR_UNAVAILABLE; i++) {
        must(i == 0 || poll(NULL, 0, PAUSE_MS) == 0);
        err = read_in_hurry(fixture, reader, sql);
    }
    return err;
}

static err_t body_sleep(struct piece *piece, struct tx *tx)
{
    struct rows *rows;
    bool found;

    TRY(body_put(piece, tx));
    return store_query_one(piece->cx, tx, &SLEEP, ARGS_NONE, &rows, &found);
}

CASE(what_takes_its_time_is_waited_for)
{
    struct piece piece;
    struct reader *reader;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    piece_make(&fixture, &piece, 1, body_sleep);
    assert_ok(store_submit(fixture.store, &piece.job));
    assert_ok(reader_open(fixture.store, &reader));
    reader_hurry(reader);
    assert_ok(read_again_in_hurry(&fixture, reader, &SLEEP_IN_HURRY));
    answers_wait(&fixture, 1);
    assert_ok(piece.job.result);
    assert_int_equal(piece.runs, 1);
    assert_int_equal(account_count(&fixture), 1);
    pieces_free(&piece, 1);
    reader_close(reader);
    fixture_end(&fixture);
}

/* A signal for each connection of the store. False: its server is another user's. */
static bool backends_tell(struct fixture *fixture, int signal)
{
    static const char *const NAMES[] = {"dbname", NULL};
    const char *const values[] = {fixture->server, NULL};
    struct pq_library pq;
    bool may = true;

    must(pq_library_load(&pq) == OK);
    PGconn *pg = pq.PQconnectdbParams(NAMES, values, 1);
    PGresult *result =
        pq.PQexec(pg, str_format(fixture->cx->arena,
                                 "SELECT pid FROM pg_stat_activity WHERE application_name = '%s'",
                                 fixture->schema)
                          .ptr);
    must(pq.PQntuples(result) > 0);
    for (int row = 0; row < pq.PQntuples(result) && may; row++) {
        int64_t pid;
        must(str_to_int64(str_of(pq.PQgetvalue(result, row, 0)), &pid));
        may = kill((pid_t)pid, signal) == 0;
        must(may || errno == EPERM);
    }
    pq.PQclear(result);
    pq.PQfinish(pg);
    return may;
}

CASE(reader_in_a_hurry_is_told_when_its_server_hangs_and_reads_when_it_goes_on)
{
    struct reader *reader;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = named_make();
    assert_ok(reader_open(fixture.store, &reader));
    reader_hurry(reader);
    assert_ok(read_in_hurry(&fixture, reader, &COUNT));
    if (!backends_tell(&fixture, SIGSTOP)) {
        reader_close(reader);
        fixture_end(&fixture);
        skip();
    }
    int64_t begun_us = clock_monotonic_us();
    assert_int_equal(read_in_hurry(&fixture, reader, &COUNT), ERR_UNAVAILABLE);
    assert_in_range(clock_monotonic_us() - begun_us, 2 * SECOND_US, 5 * SECOND_US);
    begun_us = clock_monotonic_us();
    for (int i = 0; i < 100; i++)
        assert_int_equal(read_in_hurry(&fixture, reader, &COUNT), ERR_UNAVAILABLE);
    assert_true(clock_monotonic_us() - begun_us < SECOND_US);
    must(backends_tell(&fixture, SIGCONT));
    while (read_in_hurry(&fixture, reader, &COUNT) != OK)
        must(poll(NULL, 0, 10) == 0);
    assert_true(clock_monotonic_us() - begun_us < 3 * SECOND_US);
    reader_close(reader);
    fixture_end(&fixture);
}

/* --- what is refused --- */

CASE(address_that_leads_nowhere_is_told)
{
    struct fixture fixture;

    SKIP_WITHOUT_SERVER();
    fixture_start(&fixture);
    static const struct {
        const char *url;
        err_t err;
    } NOWHERE[] = {
        {"postgresql://u@127.0.0.1:1/x?connect_timeout=1", ERR_UNAVAILABLE},
        {"postgresql://u@/x?host=/nowhere",                ERR_UNAVAILABLE},
        {"postgresql:x",                                   ERR_INVALID    },
        {"postgresql://u@h/x?nonsense=1",                  ERR_INVALID    },
    };
    for (size_t i = 0; i < ARRAY_LEN(NOWHERE); i++) {
        struct store_options options = {.url = NOWHERE[i].url, .create = true};
        struct store *store;
        fixture.cx->fault_count = 0;
        assert_int_equal(store_open(fixture.cx, &options, &store), NOWHERE[i].err);
        assert_null(store);
        assert_int_equal(fixture.cx->fault_count, 1);
        assert_string_equal(fixture.cx->faults[0].field, "store");
    }
    fixture_end(&fixture);
}

/* --- numbers --- */

FIXTURE_SQL(
    NUMBERS, 20, 0, 1,
    "SELECT sum(balance), sum(-balance), sum(balance) * 10000, sum(balance) / 10, count(*) = 2"
    " FROM account WHERE id < 3");
FIXTURE_SQL(TOO_LARGE, 21, 0, 1, "SELECT sum(balance) FROM account");

static err_t large_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    TRY(store_run(cx, tx, &PUT, ARGS(V_INT(1), V_INT(120000))));
    TRY(store_run(cx, tx, &PUT, ARGS(V_INT(2), V_INT(3450))));
    TRY(store_run(cx, tx, &PUT, ARGS(V_INT(3), V_INT(INT64_MAX - 123450))));
    return store_run(cx, tx, &PUT, ARGS(V_INT(4), V_INT(0)));
}

static err_t one_more(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return store_run(cx, tx, &ADD, ARGS(V_INT(4), V_INT(1)));
}

CASE(sums_are_whole_numbers_or_a_mistake)
{
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    bool found;

    SKIP_WITHOUT_SERVER();
    struct fixture fixture = fixture_make();
    assert_ok(tx_run(fixture.store, fixture.cx, large_body, NULL));
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query_one(fixture.cx, tx, &NUMBERS, ARGS_NONE, &rows, &found));
    assert_int_equal(col_int(rows, 0), 123450);
    assert_int_equal(col_int(rows, 1), -123450);
    assert_int_equal(col_int(rows, 2), 1234500000);
    assert_int_equal(col_int(rows, 3), 12345);
    assert_int_equal(col_int(rows, 4), 1);
    assert_ok(store_query_one(fixture.cx, tx, &TOO_LARGE, ARGS_NONE, &rows, &found));
    assert_true(col_int(rows, 0) == INT64_MAX);
    reader_release(reader);
    assert_ok(tx_run(fixture.store, fixture.cx, one_more, NULL));
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(store_query_one(fixture.cx, tx, &TOO_LARGE, ARGS_NONE, &rows, &found),
                     ERR_INTERNAL);
    reader_close(reader);
    fixture_end(&fixture);
}

UNIT_MAIN(T(servers_that_start_together_migrate_once),
          T(schema_is_not_changed_under_a_server_of_an_older_version),
          T(servers_that_start_together_with_an_older_schema_migrate_once),
          T(bodies_of_two_servers_run_one_after_the_other),
          T(who_waits_for_another_server_is_no_statement_that_takes_too_long),
          T(who_comes_while_another_server_writes_goes_with_the_next_group),
          T(group_that_its_server_comes_to_after_it_has_run_again_is_not_committed),
          T(what_is_asked_for_after_a_change_that_was_undone_is_of_no_version_to_come),
          T(what_a_server_remembers_ends_when_another_one_says_that_it_has_changed_it),
          T(connections_that_were_cut_while_idle_are_made_anew), T(who_wrote_days_ago_is_forgotten),
          T(group_that_loses_its_connection_before_the_commit_runs_again),
          T(group_that_loses_its_connection_again_is_told_that_there_is_no_server),
          T(group_that_is_lost_after_its_commit_runs_again),
          T(snapshot_waits_for_the_disk_when_it_shows_a_commit_that_nobody_waited_for),
          T(group_that_has_waited_for_the_disk_is_kept_though_the_one_before_it_was_lost),
          T(group_that_has_only_read_waits_for_the_disk_itself_when_nobody_does_it_for_others),
          T(commit_that_ends_while_it_is_asked_about_is_found),
          T(question_about_a_commit_that_fails_is_asked_again),
          T(snapshot_after_a_cut_is_whole_though_another_server_has_written),
          T(snapshot_that_loses_its_connection_says_so_and_the_next_one_is_whole),
          T(what_takes_its_time_is_waited_for),
          T(reader_in_a_hurry_is_told_when_its_server_hangs_and_reads_when_it_goes_on),
          T(address_that_leads_nowhere_is_told), T(sums_are_whole_numbers_or_a_mistake))
