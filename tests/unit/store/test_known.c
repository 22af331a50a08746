#include "fixture.h"

/* Numbers that the writer remembers (store_known): here balances by name. */

FIXTURE_SQL(BALANCE_OF, 30, 1, SQL_ROWS_AT_MOST_ONE, "SELECT balance FROM account WHERE name = $1");

static int64_t told[8];

static err_t ask(struct piece *piece, struct tx *tx, const char *name, size_t at)
{
    return store_known(piece->cx, tx, &BALANCE_OF, ARGS(V_TEXT(str_of(name))), &told[at]);
}

static err_t body_ask(struct piece *piece, struct tx *tx)
{
    TRY(ask(piece, tx, "one", 0));
    return ask(piece, tx, "two", 1);
}

static err_t put(struct piece *piece, struct tx *tx, int64_t id, const char *name, int64_t balance)
{
    return store_run(piece->cx, tx, &PUT_NAMED,
                     ARGS(V_INT(id), V_TEXT(str_of(name)), V_INT(balance)));
}

/* Breaks its promise, so that what is remembered shows. */
static err_t body_put_silently(struct piece *piece, struct tx *tx)
{
    return put(piece, tx, 1, "one", 11);
}

static err_t body_put_told(struct piece *piece, struct tx *tx)
{
    TRY(put(piece, tx, 2, "two", 22));
    store_forget(tx);
    return OK;
}

static err_t body_put_and_fail(struct piece *piece, struct tx *tx)
{
    TRY(put(piece, tx, 3, "three", 33));
    store_forget(tx);
    TRY(ask(piece, tx, "three", 2));
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

static err_t body_ask_third(struct piece *piece, struct tx *tx)
{
    return ask(piece, tx, "three", 3);
}

static void run(struct fixture *fixture, piece_body *body, err_t expected)
{
    struct piece *piece = process_alloc(sizeof *piece, 1);

    piece_make(fixture, piece, 0, body);
    pieces_run(fixture, piece, 1);
    assert_int_equal(piece->job.result, expected);
    pieces_free(piece, 1);
    process_free(piece);
}

CASE(a_number_is_remembered_until_it_is_forgotten)
{
    struct fixture fixture = fixture_make();

    run(&fixture, body_ask, OK);
    assert_int_equal(told[0], 0);
    run(&fixture, body_put_silently, OK);
    run(&fixture, body_ask, OK);
    assert_int_equal(told[0], 0);
    run(&fixture, body_put_told, OK);
    run(&fixture, body_ask, OK);
    assert_int_equal(told[0], 11);
    assert_int_equal(told[1], 22);
    fixture_end(&fixture);
}

CASE(what_was_undone_is_not_remembered)
{
    struct fixture fixture = fixture_make();

    run(&fixture, body_put_and_fail, ERR_LIMIT);
    assert_int_equal(told[2], 33);
    run(&fixture, body_ask_third, OK);
    assert_int_equal(told[3], 0);
    fixture_end(&fixture);
}

UNIT_MAIN(T(a_number_is_remembered_until_it_is_forgotten), T(what_was_undone_is_not_remembered))
