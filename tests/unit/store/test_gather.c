#include "fixture.h"

/* Statements that wait for others of their kind (store/postgres/gather.c). Nobody may be able to
 * tell: the same tests run where each goes at once. */

#define GATHERED_SQL(symbol, at, count, expected, kinds, sql_text, many)                           \
    static const struct sql symbol = {.name = #symbol,                                             \
                                      .text = sql_text,                                            \
                                      .number = 5000 + (at),                                       \
                                      .params = (count),                                           \
                                      .rows = expected,                                            \
                                      .gathered = many,                                            \
                                      .types = kinds}

GATHERED_SQL(PUT_ROW, 40, 4, 1, "itib",
             "INSERT INTO account (id, name, balance, photo) VALUES ($1, $2, $3, $4)",
             "INSERT INTO account (id, name, balance, photo) SELECT given.p1, given.p2, given.p3,"
             " given.p4 FROM (SELECT {given}) AS given");
GATHERED_SQL(ADD_TO, 41, 2, 1, "ii",
             "UPDATE account SET balance = balance + $2 WHERE id = $1 AND balance >= 0",
             "WITH changed AS (UPDATE account SET balance = balance + given.p2 FROM"
             " (SELECT given.*, (SELECT account.ctid FROM account WHERE id = given.p1 AND"
             " balance >= 0) AS place FROM (SELECT {given}) AS given) AS given WHERE account.ctid ="
             " given.place RETURNING 1) SELECT 1 / CASE WHEN COUNT(*) = {rows} THEN 1 ELSE 0 END"
             " FROM changed");
GATHERED_SQL(NO_ROW, 42, 1, 0, "i", "SELECT 1 FROM account WHERE id = $1",
             "SELECT 1 / CASE WHEN EXISTS (SELECT 1 FROM (SELECT {given}) AS given"
             " CROSS JOIN LATERAL (SELECT 1 FROM account WHERE id = given.p1) AS found)"
             " THEN 0 ELSE 1 END");

GATHERED_SQL(ADD_UP, 45, 2, 1, "ii",
             "INSERT INTO account (id, balance) VALUES ($1, $2)"
             " ON CONFLICT (id) DO UPDATE SET balance = account.balance + excluded.balance",
             "INSERT INTO account (id, balance) SELECT given.p1, given.p2 FROM (SELECT {given}) AS"
             " given ON CONFLICT (id) DO UPDATE SET balance = account.balance + excluded.balance");

/* Says that it has nothing to do with any table, so that what waits shows. */
static const struct sql COUNT_BLINDLY = {.name = "count_blindly",
                                         .text = "SELECT count(*) FROM account",
                                         .number = 5043,
                                         .rows = 1,
                                         .spared = UINT64_MAX};

static err_t put(struct piece *piece, struct tx *tx, int64_t id, const char *name, int64_t balance)
{
    return store_run(
        piece->cx, tx, &PUT_ROW,
        ARGS(V_INT(id), name == NULL ? V_NULL() : V_TEXT(str_of(name)), V_INT(balance), V_NULL()));
}

static err_t body_put_row(struct piece *piece, struct tx *tx)
{
    return put(piece, tx, piece->id, NULL, 10);
}

static err_t add(struct piece *piece, struct tx *tx, int64_t id, int64_t amount)
{
    return store_run(piece->cx, tx, &ADD_TO, ARGS(V_INT(id), V_INT(amount)));
}

/* Runs bodies as one group, each with its place, from 1, as its id. */
static void group_run(struct fixture *fixture, struct piece *pieces, piece_body *const *bodies,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        piece_make(fixture, &pieces[i], (int64_t)i + 1, bodies[i]);
    pieces_run(fixture, pieces, count);
}

/* --- rows --- */

enum { MANY = 70, LARGE = 100000 };

static int64_t blind;
static int64_t seen;

static err_t count_of(struct piece *piece, struct tx *tx, const struct sql *sql, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(piece->cx, tx, sql, ARGS_NONE, &rows, &found));
    *out = col_int(rows, 0);
    return OK;
}

static err_t body_put_many(struct piece *piece, struct tx *tx)
{
    for (int64_t id = 1; id <= MANY; id++)
        TRY(put(piece, tx, id, NULL, id));
    TRY(count_of(piece, tx, &COUNT_BLINDLY, &blind));
    return count_of(piece, tx, &COUNT, &seen);
}

CASE(rows_wait_for_others_until_somebody_asks_for_them)
{
    struct fixture fixture = fixture_make();
    struct piece piece;

    group_run(&fixture, &piece, (piece_body *const[]){body_put_many}, 1);
    assert_ok(piece.job.result);
    assert_int_equal(piece.runs, 1);
    if (store_shared(fixture.store))
        assert_in_range(blind, 1, MANY - 1);
    else
        assert_int_equal(blind, MANY);
    assert_int_equal(seen, MANY);
    for (int64_t id = 1; id <= MANY; id++)
        assert_int_equal(account_balance(&fixture, id), id);
    pieces_free(&piece, 1);
    fixture_end(&fixture);
}

static char large[LARGE];

static err_t body_put_values(struct piece *piece, struct tx *tx)
{
    struct str bytes = {large, LARGE};

    TRY(store_run(piece->cx, tx, &PUT_ROW,
                  ARGS(V_INT(1), V_TEXT(STR("")), V_INT(INT64_MAX), V_BLOB(bytes))));
    TRY(store_run(piece->cx, tx, &PUT_ROW,
                  ARGS(V_INT(2), V_NULL(), V_INT(0), V_BLOB(((struct str){"\0\xff", 2})))));
    return store_run(piece->cx, tx, &PUT_ROW,
                     ARGS(V_INT(3), V_TEXT(STR("h\u00e9")), V_INT(7), V_NULL()));
}

/* The arguments are borrowed for the call only. */
static err_t body_put_and_change(struct piece *piece, struct tx *tx)
{
    char name[] = "kept";

    TRY(put(piece, tx, 4, name, 0));
    memset(name, 'x', sizeof name - 1);
    return OK;
}

CASE(values_arrive_as_they_are)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[2];
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    bool has;

    memset(large, '\xab', LARGE);
    group_run(&fixture, pieces, (piece_body *const[]){body_put_values, body_put_and_change}, 2);
    assert_ok(pieces[0].job.result);
    assert_ok(pieces[1].job.result);
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    assert_ok(store_query(fixture.cx, tx, &LIST, ARGS(V_INT(0)), &rows));
    assert_ok(rows_next(rows, &has));
    assert_true(str_eq(col_text(rows, 1), STR("")) && !col_null(rows, 1));
    assert_true(col_int(rows, 2) == INT64_MAX);
    assert_true(str_eq(col_blob(rows, 4), ((struct str){large, LARGE})));
    assert_ok(rows_next(rows, &has));
    assert_true(col_null(rows, 1));
    assert_true(str_eq(col_blob(rows, 4), ((struct str){"\0\xff", 2})));
    assert_ok(rows_next(rows, &has));
    assert_true(str_eq(col_text(rows, 1), STR("h\u00e9")) && col_null(rows, 4));
    assert_ok(rows_next(rows, &has));
    assert_true(str_eq(col_text(rows, 1), STR("kept")));
    rows_end(rows);
    reader_close(reader);
    pieces_free(pieces, 2);
    fixture_end(&fixture);
}

/* What all rows have alike goes once: in each group other columns vary. */
struct batch {
    const char *photos[4];
    int64_t balances[4];
};

static const struct batch BATCHES[] = {
    {{NULL, NULL, NULL, NULL}, {1, 1, 1, 1}        },
    {{"a", "a", "a", "a"},     {2, 2, 2, 2}        },
    {{"a", "a", NULL, "a"},    {2, 2, 2, 2}        },
    {{NULL, "a", "", "ab"},    {2, 2, 2, 2}        },
    {{"b", "b", "b", "b"},     {5, 0, INT64_MAX, 0}},
    {{"", "", "", ""},         {0, 0, 0, 0}        },
};

static err_t body_put_batch(struct piece *piece, struct tx *tx)
{
    const struct batch *batch = &BATCHES[piece->id - 1];

    for (size_t i = 0; i < ARRAY_LEN(batch->photos); i++) {
        const char *photo = batch->photos[i];
        TRY(store_run(piece->cx, tx, &PUT_ROW,
                      ARGS(V_INT(piece->id * 10 + (int64_t)i), V_NULL(), V_INT(batch->balances[i]),
                           photo == NULL ? V_NULL() : V_BLOB(str_of(photo)))));
    }
    return OK;
}

static void batch_check(struct fixture *fixture, struct tx *tx, int64_t number)
{
    const struct batch *batch = &BATCHES[number - 1];
    struct rows *rows;
    bool has;

    assert_ok(store_query(fixture->cx, tx, &LIST, ARGS(V_INT(0)), &rows));
    do {
        assert_ok(rows_next(rows, &has));
        assert_true(has);
    } while (col_int(rows, 0) < number * 10);
    for (size_t i = 0; i < ARRAY_LEN(batch->photos); i++) {
        const char *photo = batch->photos[i];
        assert_int_equal(col_int(rows, 0), number * 10 + (int64_t)i);
        assert_true(col_null(rows, 4) == (photo == NULL));
        assert_true(photo == NULL || str_eq(col_blob(rows, 4), str_of(photo)));
        assert_true(col_int(rows, 2) == batch->balances[i]);
        assert_ok(rows_next(rows, &has));
    }
    rows_end(rows);
}

CASE(whatever_varies_each_row_has_its_own)
{
    struct fixture fixture = fixture_make();
    struct reader *reader;
    struct tx *tx;

    for (size_t i = 0; i < ARRAY_LEN(BATCHES); i++) {
        struct piece piece;
        piece_make(&fixture, &piece, (int64_t)i + 1, body_put_batch);
        pieces_run(&fixture, &piece, 1);
        assert_ok(piece.job.result);
        pieces_free(&piece, 1);
    }
    assert_ok(reader_open(fixture.store, &reader));
    assert_ok(reader_tx(reader, &tx));
    for (size_t i = 0; i < ARRAY_LEN(BATCHES); i++)
        batch_check(&fixture, tx, (int64_t)i + 1);
    reader_close(reader);
    fixture_end(&fixture);
}

static err_t body_add_thrice(struct piece *piece, struct tx *tx)
{
    for (int i = 0; i < 3; i++)
        TRY(add(piece, tx, 1, 2));
    return OK;
}

static err_t body_ask_twice(struct piece *piece, struct tx *tx)
{
    TRY(store_none(piece->cx, tx, &NO_ROW, ARGS(V_INT(4711))));
    return store_none(piece->cx, tx, &NO_ROW, ARGS(V_INT(4711)));
}

CASE(rows_that_are_all_the_same_are_as_many_as_there_are)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[3];

    group_run(&fixture, pieces,
              (piece_body *const[]){body_put_row, body_add_thrice, body_ask_twice}, 3);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_ok(pieces[i].job.result);
    assert_int_equal(account_balance(&fixture, 1), 16);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

/* --- order --- */

static err_t body_put_then_add(struct piece *piece, struct tx *tx)
{
    TRY(body_put_row(piece, tx));
    TRY(add(piece, tx, piece->id, 5));
    TRY(add(piece, tx, piece->id, 6));
    return store_none(piece->cx, tx, &NO_ROW, ARGS(V_INT(piece->id + 100)));
}

CASE(statements_of_several_kinds_keep_their_order)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[3];

    group_run(&fixture, pieces,
              (piece_body *const[]){body_put_then_add, body_put_then_add, body_put_then_add}, 3);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        assert_ok(pieces[i].job.result);
        assert_int_equal(account_balance(&fixture, (int64_t)i + 1), 21);
    }
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

static err_t body_add_much(struct piece *piece, struct tx *tx)
{
    for (int64_t i = 0; i < 1500; i++)
        TRY(store_add(piece->cx, tx, &ADD_UP, ARGS(V_INT(i % 3)), 1));
    return OK;
}

/* One statement may change a row once only. */
CASE(sums_that_a_group_writes_several_times_go_one_after_the_other)
{
    struct fixture fixture = fixture_make();
    struct piece piece;

    group_run(&fixture, &piece, (piece_body *const[]){body_add_much}, 1);
    assert_ok(piece.job.result);
    assert_int_equal(piece.runs, 1);
    for (int64_t id = 0; id < 3; id++)
        assert_int_equal(account_balance(&fixture, id), 500);
    pieces_free(&piece, 1);
    fixture_end(&fixture);
}

/* --- what goes wrong --- */

static err_t body_put_first_again(struct piece *piece, struct tx *tx)
{
    return put(piece, tx, 1, NULL, 99);
}

static err_t body_add_to_nothing(struct piece *piece, struct tx *tx)
{
    return add(piece, tx, 4711, 1);
}

static err_t body_put_row_then_fail(struct piece *piece, struct tx *tx)
{
    TRY(body_put_row(piece, tx));
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

CASE(what_goes_wrong_is_told_to_its_body_alone)
{
    static piece_body *const BODIES[] = {
        body_put_row,        body_put_first_again,   body_put_row,
        body_add_to_nothing, body_put_row_then_fail, body_put_row,
    };
    static const err_t RESULTS[] = {OK, ERR_CONFLICT, OK, ERR_STATE, ERR_LIMIT, OK};
    struct fixture fixture = fixture_make();
    struct piece pieces[ARRAY_LEN(BODIES)];

    group_run(&fixture, pieces, BODIES, ARRAY_LEN(BODIES));
    for (size_t i = 0; i < ARRAY_LEN(BODIES); i++) {
        int64_t id = (int64_t)i + 1;
        assert_int_equal(pieces[i].job.result, RESULTS[i]);
        assert_int_equal(account_balance(&fixture, id), RESULTS[i] == OK ? 10 : -1);
    }
    assert_int_equal(account_count(&fixture), 3);
    pieces_free(pieces, ARRAY_LEN(BODIES));
    fixture_end(&fixture);
}

static err_t body_add_to_first(struct piece *piece, struct tx *tx)
{
    return add(piece, tx, 1, 1);
}

CASE(two_that_change_one_row_both_do)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[4];

    group_run(
        &fixture, pieces,
        (piece_body *const[]){body_put_row, body_add_to_first, body_add_to_first, body_put_row}, 4);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_ok(pieces[i].job.result);
    assert_int_equal(account_balance(&fixture, 1), 12);
    pieces_free(pieces, 4);
    fixture_end(&fixture);
}

static err_t told;

static err_t body_ask_for_none(struct piece *piece, struct tx *tx)
{
    told = store_none(piece->cx, tx, &NO_ROW, ARGS(V_INT(1)));
    return told == ERR_STATE ? OK : told;
}

CASE(a_row_that_nobody_expects_is_told_where_it_was_not_waited_for)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[3];

    group_run(&fixture, pieces,
              (piece_body *const[]){body_put_row, body_ask_for_none, body_put_row}, 3);
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_ok(pieces[i].job.result);
    assert_int_equal(told, ERR_STATE);
    assert_int_equal(account_count(&fixture), 2);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

/* --- the planner --- */

FIXTURE_SQL(ROWS_READ, 44, 0, 1,
            "SELECT seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = 'account' AND schemaname = current_schema()");

static int64_t rows_read;

static err_t body_add_and_look(struct piece *piece, struct tx *tx)
{
    TRY(add(piece, tx, 1, 1));
    TRY(add(piece, tx, 2, 1));
    return count_of(piece, tx, &ROWS_READ, &rows_read);
}

/* A plan is made once, when there is next to nothing in a table, and kept while that grows. */
CASE(a_plan_that_was_made_for_an_empty_table_reads_no_whole_one)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[3];

    if (!store_shared(fixture.store)) {
        fixture_end(&fixture);
        skip();
    }
    fixture_tell(&fixture, str_format(fixture.cx->arena,
                                      "CREATE INDEX account_in_credit ON %s.account (id)"
                                      " WHERE balance >= 0",
                                      fixture.schema)
                               .ptr);
    group_run(&fixture, pieces,
              (piece_body *const[]){body_put_row, body_put_row, body_add_and_look}, 3);
    assert_ok(pieces[2].job.result);
    pieces_free(pieces, 3);
    fixture_tell(&fixture, str_format(fixture.cx->arena,
                                      "INSERT INTO %s.account (id, balance)"
                                      " SELECT i, 0 FROM generate_series(10, 20000) AS i",
                                      fixture.schema)
                               .ptr);
    group_run(&fixture, pieces, (piece_body *const[]){body_add_and_look}, 1);
    assert_ok(pieces[0].job.result);
    assert_in_range(rows_read, 0, 8);
    pieces_free(pieces, 1);
    fixture_end(&fixture);
}

UNIT_MAIN(T(rows_wait_for_others_until_somebody_asks_for_them), T(values_arrive_as_they_are),
          T(whatever_varies_each_row_has_its_own),
          T(rows_that_are_all_the_same_are_as_many_as_there_are),
          T(statements_of_several_kinds_keep_their_order),
          T(sums_that_a_group_writes_several_times_go_one_after_the_other),
          T(what_goes_wrong_is_told_to_its_body_alone), T(two_that_change_one_row_both_do),
          T(a_row_that_nobody_expects_is_told_where_it_was_not_waited_for),
          T(a_plan_that_was_made_for_an_empty_table_reads_no_whole_one))
