#include "fixture.h"

#include "store/sql.h"

/* --- what a statement answers --- */

struct expected {
    const struct sql *sql;
    struct value args[3];
    err_t err;
};

static err_t run_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct expected *expected = arg;

    return store_run(cx, tx, expected->sql, expected->args, (size_t)expected->sql->params);
}

static void expect(struct fixture *fixture, struct expected expected)
{
    assert_int_equal(tx_run(fixture->store, fixture->cx, run_body, &expected), expected.err);
}

CASE(unique_rules_are_conflicts_and_other_rules_are_our_mistake)
{
    struct fixture fixture = fixture_make();
    struct value name = V_TEXT(STR("anne"));
    struct value none = V_NULL();

    expect(&fixture, (struct expected){
                         &PUT_NAMED, {V_INT(1), name, V_INT(5)},
                          OK
    });
    expect(&fixture, (struct expected){
                         &PUT, {V_INT(1), V_INT(5)},
                          ERR_CONFLICT
    });
    expect(&fixture, (struct expected){
                         &PUT_NAMED, {V_INT(2), name, V_INT(5)},
                          ERR_CONFLICT
    });
    expect(&fixture, (struct expected){
                         &PUT, {V_INT(2), V_INT(-1)},
                          ERR_INTERNAL
    });
    expect(&fixture, (struct expected){
                         &PUT, {V_INT(2), none},
                          ERR_INTERNAL
    });
    expect(&fixture, (struct expected){
                         &PUT, {V_INT(2), name},
                          ERR_INTERNAL
    });
    expect(&fixture, (struct expected){
                         &PUT_CHILD, {V_INT(2), V_INT(99), none},
                          ERR_INTERNAL
    });
    expect(&fixture, (struct expected){&NO_TABLE, {none}, ERR_INTERNAL});
    assert_int_equal(account_count(&fixture), 1);
    assert_int_equal(fixture.cx->fault_count, 0);
    fixture_end(&fixture);
}

CASE(another_number_of_rows_than_promised_is_a_wrong_state)
{
    struct fixture fixture = fixture_make();

    expect(&fixture, (struct expected){
                         &ADD, {V_INT(1), V_INT(1)},
                          ERR_STATE
    });
    expect(&fixture, (struct expected){&ADD_MAYBE, {V_INT(1)}, OK});
    expect(&fixture, (struct expected){
                         &PUT, {V_INT(1), V_INT(0)},
                          OK
    });
    expect(&fixture, (struct expected){
                         &PUT, {V_INT(2), V_INT(0)},
                          OK
    });
    expect(&fixture, (struct expected){&ADD_MAYBE, {V_INT(2)}, OK});
    expect(&fixture, (struct expected){&ADD_MAYBE, {V_INT(1)}, ERR_STATE});
    expect(&fixture, (struct expected){&ADD_ALL, {V_INT(1)}, OK});
    assert_int_equal(account_balance(&fixture, 1), 1);
    assert_int_equal(account_balance(&fixture, 2), 2);
    fixture_end(&fixture);
}

static err_t count_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return store_run_count(cx, tx, &ADD_ALL, ARGS(V_INT(1)), arg);
}

static err_t clock_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)cx;
    return store_clock(tx, arg);
}

/* Its machine is this one. */
CASE(the_clock_of_the_database_goes_on)
{
    struct fixture fixture = fixture_make();
    instant before = clock_now();
    instant first;
    instant second;

    assert_ok(tx_run(fixture.store, fixture.cx, clock_body, &first));
    assert_ok(tx_run(fixture.store, fixture.cx, clock_body, &second));
    assert_true(before <= first);
    assert_true(first <= second);
    assert_true(second <= clock_now());
    fixture_end(&fixture);
}

CASE(the_number_of_changed_rows_is_told)
{
    struct fixture fixture = fixture_make();
    int64_t changed = -1;

    assert_ok(tx_run(fixture.store, fixture.cx, count_body, &changed));
    assert_int_equal(changed, 0);
    for (int64_t id = 1; id <= 3; id++)
        expect(&fixture, (struct expected){
                             &PUT, {V_INT(id), V_INT(0)},
                              OK
        });
    assert_ok(tx_run(fixture.store, fixture.cx, count_body, &changed));
    assert_int_equal(changed, 3);
    fixture_end(&fixture);
}

/* --- values there and back --- */

static err_t child_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    TRY(store_run(cx, tx, &PUT_NAMED, ARGS(V_INT(INT64_MAX), V_TEXT(STR("")), V_INT(INT64_MAX))));
    TRY(store_run(cx, tx, &PUT_CHILD,
                  ARGS(V_INT(1), V_INT(INT64_MAX), V_BLOB(((struct str){"a\0b", 3})))));
    return store_run(cx, tx, &PUT_CHILD, ARGS(V_INT(2), V_INT_IF(false, 7), V_BLOB(STR(""))));
}

CASE(values_come_back_as_they_went_in)
{
    struct fixture fixture = fixture_make();
    struct reader *reader;
    struct tx *tx;
    struct rows *rows;
    bool has;

    assert_ok(tx_run(fixture.store, fixture.cx, child_body, NULL));
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query(fixture.cx, tx, &LIST, ARGS(V_INT(0)), &rows));
    assert_ok(rows_next(rows, &has));
    assert_true(has);
    assert_int_equal(col_int(rows, 0), 1);
    assert_true(col_null(rows, 1));
    assert_null(col_text(rows, 1).ptr);
    assert_true(col_int(rows, 3) == INT64_MAX);
    struct str photo = col_blob(rows, 4);
    assert_ok(rows_next(rows, &has));
    assert_true(has);
    assert_true(col_null(rows, 3));
    assert_int_equal(col_int(rows, 3), 0);
    assert_false(col_null(rows, 4));
    assert_int_equal(col_blob(rows, 4).len, 0);
    assert_ok(rows_next(rows, &has));
    assert_true(has);
    assert_false(col_null(rows, 1));
    assert_str(col_text(rows, 1), "");
    assert_true(col_int(rows, 2) == INT64_MAX);
    assert_ok(rows_next(rows, &has));
    assert_false(has);
    assert_ok(rows_next(rows, &has));
    assert_false(has);
    /* A text outlives its row. */
    assert_int_equal(photo.len, 3);
    assert_memory_equal(photo.ptr, "a\0b", 3);
    reader_close(reader);
    fixture_end(&fixture);
}

/* --- texts --- */

static err_t seen_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct rows *rows;
    bool found;

    return store_query_one(cx, tx, &NAMED, ARGS(V_TEXT(*(const struct str *)arg)), &rows, &found);
}

CASE(what_is_no_text_is_refused_and_spoils_nothing)
{
    static const struct str BAD[] = {STR_INIT("a\0b"), STR_INIT("caf\xE9"), STR_INIT("\0"),
                                     STR_INIT("\xED\xA0\x80")};
    struct fixture fixture = fixture_make();
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    bool found;

    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct str bad = BAD[i];
        expect(&fixture, (struct expected){
                             &PUT_NAMED, {V_INT(1), V_TEXT(bad), V_INT(5)},
                              ERR_INVALID
        });
        assert_string_equal(fixture.cx->faults[0].field, "text");
        ctx_clear_faults(fixture.cx);
        assert_int_equal(tx_run(fixture.store, fixture.cx, seen_body, &bad), ERR_INVALID);
        ctx_clear_faults(fixture.cx);
        /* Others look into the same snapshot. */
        assert_int_equal(store_query_one(fixture.cx, tx, &NAMED, ARGS(V_TEXT(bad)), &rows, &found),
                         ERR_INVALID);
        assert_ok(store_query_one(fixture.cx, tx, &BALANCE, ARGS(V_INT(1)), &rows, &found));
        assert_false(found);
        ctx_clear_faults(fixture.cx);
    }
    reader_close(reader);
    assert_int_equal(account_count(&fixture), 0);
    fixture_end(&fixture);
}

/* --- queries --- */

static void put_many(struct fixture *fixture, int64_t count)
{
    for (int64_t id = 1; id <= count; id++)
        expect(fixture, (struct expected){
                            &PUT, {V_INT(id), V_INT(id)},
                             OK
        });
}

CASE(a_statement_is_free_again_after_its_end_and_after_the_arena)
{
    struct fixture fixture = fixture_make();
    struct reader *reader;
    struct tx *tx;
    struct rows *rows;
    bool has;

    put_many(&fixture, 3);
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    for (int i = 0; i < 3; i++) {
        assert_ok(store_query(fixture.cx, tx, &LIST, ARGS(V_INT(i)), &rows));
        assert_ok(rows_next(rows, &has));
        assert_int_equal(col_int(rows, 0), i + 1);
        rows_end(rows);
        rows_end(rows);
    }
    assert_ok(store_query(fixture.cx, tx, &LIST, ARGS(V_INT(0)), &rows));
    assert_ok(rows_next(rows, &has));
    arena_reset(fixture.cx->arena);
    assert_ok(store_query(fixture.cx, tx, &LIST, ARGS(V_INT(1)), &rows));
    assert_ok(rows_next(rows, &has));
    reader_release(reader);
    /* What was open has ended with the snapshot. */
    assert_ok(rows_next(rows, &has));
    assert_false(has);
    arena_reset(fixture.cx->arena);
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query(fixture.cx, tx, &LIST, ARGS(V_INT(2)), &rows));
    assert_ok(rows_next(rows, &has));
    assert_int_equal(col_int(rows, 0), 3);
    reader_close(reader);
    fixture_end(&fixture);
}

CASE(two_statements_can_be_open_and_end_in_any_order)
{
    struct fixture fixture = fixture_make();
    struct reader *reader;
    struct tx *tx;
    struct rows *rows[3];
    static const struct sql *const SQLS[] = {&LIST, &ANY_OF, &SQL_MIGRATION_LIST};
    bool has;

    put_many(&fixture, 3);
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    for (size_t first = 0; first < 3; first++) {
        struct value zero = V_INT(0);
        for (size_t i = 0; i < 3; i++) {
            assert_ok(
                store_query(fixture.cx, tx, SQLS[i], &zero, (size_t)SQLS[i]->params, &rows[i]));
            assert_ok(rows_next(rows[i], &has));
            assert_true(has);
        }
        rows_end(rows[first]);
        assert_ok(rows_next(rows[(first + 1) % 3], &has));
        rows_end(rows[(first + 2) % 3]);
        rows_end(rows[(first + 1) % 3]);
    }
    reader_close(reader);
    fixture_end(&fixture);
}

static err_t one_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct rows *rows;
    bool found;

    (void)arg;
    TRY(store_query_one(cx, tx, &BALANCE, ARGS(V_INT(1)), &rows, &found));
    assert_true(found);
    /* The row stays readable while the body writes and asks again. */
    TRY(store_run(cx, tx, &ADD, ARGS(V_INT(1), V_INT(4))));
    struct rows *again;
    TRY(store_query_one(cx, tx, &BALANCE, ARGS(V_INT(1)), &again, &found));
    assert_int_equal(col_int(rows, 0), 1);
    assert_int_equal(col_int(again, 0), 5);
    rows_end(rows);
    assert_int_equal(col_int(rows, 0), 1);
    TRY(store_query_one(cx, tx, &BALANCE, ARGS(V_INT(99)), &rows, &found));
    assert_false(found);
    assert_int_equal(store_query_one(cx, tx, &ANY_BALANCE, ARGS(V_INT(99)), &rows, &found),
                     ERR_STATE);
    return OK;
}

CASE(one_row_is_kept_and_its_absence_told)
{
    struct fixture fixture = fixture_make();

    put_many(&fixture, 2);
    assert_ok(tx_run(fixture.store, fixture.cx, one_body, NULL));
    assert_int_equal(account_balance(&fixture, 1), 5);
    fixture_end(&fixture);
}

CASE(a_second_row_and_a_fraction_are_our_mistake)
{
    struct fixture fixture = fixture_make();
    struct reader *reader;
    struct tx *tx;
    struct rows *rows;
    bool found;

    put_many(&fixture, 2);
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(store_query_one(fixture.cx, tx, &ANY_OF, ARGS_NONE, &rows, &found),
                     ERR_INTERNAL);
    assert_false(found);
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(store_query_one(fixture.cx, tx, &HALF, ARGS_NONE, &rows, &found),
                     ERR_INTERNAL);
    reader_close(reader);
    fixture_end(&fixture);
}

static err_t returning_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *id = arg;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &PUT_RETURNING, ARGS(V_INT(*id), V_INT(3)), &rows, &found));
    assert_true(found);
    assert_int_equal(col_int(rows, 0), *id);
    assert_int_equal(col_int(rows, 1), 3);
    return *id == 9 ? ERR_LIMIT : OK;
}

CASE(a_writing_query_counts_as_a_write)
{
    struct fixture fixture = fixture_make();
    int64_t id = 8;

    assert_ok(tx_run(fixture.store, fixture.cx, returning_body, &id));
    assert_int_equal(tx_run(fixture.store, fixture.cx, returning_body, &id), ERR_CONFLICT);
    id = 9;
    assert_int_equal(tx_run(fixture.store, fixture.cx, returning_body, &id), ERR_LIMIT);
    assert_int_equal(account_count(&fixture), 1);
    fixture_end(&fixture);
}

/* --- snapshots --- */

static int64_t count_in(struct fixture *fixture, struct tx *tx)
{
    struct rows *rows;
    bool found;

    assert_ok(store_query_one(fixture->cx, tx, &COUNT, ARGS_NONE, &rows, &found));
    return col_int(rows, 0);
}

CASE(a_reader_sees_one_moment_until_it_is_released)
{
    struct fixture fixture = fixture_make();
    struct reader *reader;
    struct tx *tx;

    put_many(&fixture, 2);
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(count_in(&fixture, tx), 2);
    expect(&fixture, (struct expected){
                         &PUT, {V_INT(3), V_INT(0)},
                          OK
    });
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(count_in(&fixture, tx), 2);
    reader_release(reader);
    reader_release(reader);
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(count_in(&fixture, tx), 3);
    reader_close(reader);
    fixture_end(&fixture);
}

struct look {
    struct fixture *fixture;
    int64_t seen;
};

static err_t look_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct look *look = arg;

    TRY(store_run(cx, tx, &PUT, ARGS(V_INT(1), V_INT(0))));
    look->seen = account_count(look->fixture);
    return OK;
}

CASE(what_is_not_committed_is_seen_by_nobody_else)
{
    struct fixture fixture = fixture_make();
    struct ctx *cx = unit_ctx();
    struct look look = {.fixture = &fixture, .seen = -1};

    assert_ok(tx_run(fixture.store, cx, look_body, &look));
    assert_int_equal(look.seen, 0);
    assert_int_equal(account_count(&fixture), 1);
    unit_ctx_free(cx);
    fixture_end(&fixture);
}

/* --- what is expected not to be there --- */

FIXTURE_SQL(NONE_AT, 23, 1, 0, "SELECT 1 FROM account WHERE id = $1");

enum { WATCHED = 100 };

/* Goes on in another way when the watched account is there. */
static err_t body_watch(struct piece *piece, struct tx *tx)
{
    err_t err = store_none(piece->cx, tx, &NONE_AT, ARGS(V_INT(WATCHED)));

    if (err != OK && err != ERR_STATE)
        return err;
    return store_run(piece->cx, tx, &PUT, ARGS(V_INT(piece->id), V_INT(err == OK ? 1 : 2)));
}

static err_t body_watch_and_refuse(struct piece *piece, struct tx *tx)
{
    TRY(store_none(piece->cx, tx, &NONE_AT, ARGS(V_INT(WATCHED))));
    return body_refuse(piece, tx);
}

CASE(a_row_that_nobody_expects_is_told_to_the_body)
{
    struct piece pieces[4];
    struct fixture fixture = fixture_make();

    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_watch);
    piece_make(&fixture, &pieces[2], WATCHED, body_put);
    piece_make(&fixture, &pieces[3], 4, body_watch);
    pieces_run(&fixture, pieces, 4);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_ok(pieces[i].job.result);
    assert_int_equal(account_balance(&fixture, 1), 10);
    assert_int_equal(account_balance(&fixture, 2), 1);
    assert_int_equal(account_balance(&fixture, 4), 2);
    pieces_free(pieces, 4);
    fixture_end(&fixture);
}

CASE(expecting_no_row_is_no_write)
{
    struct piece pieces[3];
    struct fixture fixture = fixture_make();

    piece_make(&fixture, &pieces[0], 1, body_put);
    piece_make(&fixture, &pieces[1], 2, body_watch_and_refuse);
    piece_make(&fixture, &pieces[2], 3, body_watch);
    pieces_run(&fixture, pieces, 3);
    assert_ok(pieces[0].job.result);
    assert_int_equal(pieces[1].job.result, ERR_STATE);
    assert_ok(pieces[2].job.result);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_int_equal(pieces[i].runs, 1);
    assert_int_equal(account_balance(&fixture, 3), 1);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

CASE(a_snapshot_is_told_at_once)
{
    struct fixture fixture = fixture_make();
    struct piece piece;
    struct reader *reader;
    struct tx *tx;

    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_none(fixture.cx, tx, &NONE_AT, ARGS(V_INT(WATCHED))));
    reader_release(reader);
    piece_make(&fixture, &piece, WATCHED, body_put);
    pieces_run(&fixture, &piece, 1);
    assert_ok(reader_tx(reader, &tx));
    assert_int_equal(store_none(fixture.cx, tx, &NONE_AT, ARGS(V_INT(WATCHED))), ERR_STATE);
    reader_close(reader);
    pieces_free(&piece, 1);
    fixture_end(&fixture);
}

UNIT_MAIN(T(unique_rules_are_conflicts_and_other_rules_are_our_mistake),
          T(another_number_of_rows_than_promised_is_a_wrong_state),
          T(the_clock_of_the_database_goes_on), T(the_number_of_changed_rows_is_told),
          T(values_come_back_as_they_went_in), T(what_is_no_text_is_refused_and_spoils_nothing),
          T(a_statement_is_free_again_after_its_end_and_after_the_arena),
          T(two_statements_can_be_open_and_end_in_any_order),
          T(one_row_is_kept_and_its_absence_told), T(a_second_row_and_a_fraction_are_our_mistake),
          T(a_writing_query_counts_as_a_write), T(a_reader_sees_one_moment_until_it_is_released),
          T(what_is_not_committed_is_seen_by_nobody_else),
          T(a_row_that_nobody_expects_is_told_to_the_body), T(expecting_no_row_is_no_write),
          T(a_snapshot_is_told_at_once))
