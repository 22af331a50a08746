#include "fixture.h"

#include "store/hooks.h"

/* Additions to rows that many bodies change (store_add). Accounts 1 and 2 are there before. */

enum { SHARED = 1 };

static struct fixture scene(void)
{
    struct fixture fixture = fixture_make();
    struct piece pieces[2];

    piece_make(&fixture, &pieces[0], SHARED, body_put);
    piece_make(&fixture, &pieces[1], 2, body_put);
    pieces_run(&fixture, pieces, 2);
    pieces_free(pieces, 2);
    return fixture;
}

static err_t add(struct piece *piece, struct tx *tx, int64_t id, int64_t amount)
{
    return store_add(piece->cx, tx, &ADD, ARGS(V_INT(id)), amount);
}

static err_t body_add(struct piece *piece, struct tx *tx)
{
    return add(piece, tx, SHARED, piece->id);
}

static err_t body_add_then_refuse(struct piece *piece, struct tx *tx)
{
    TRY(add(piece, tx, SHARED, 1000));
    TRY(add(piece, tx, 77, 1)); /* an account that does not exist */
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

static err_t body_add_write_then_fail(struct piece *piece, struct tx *tx)
{
    TRY(add(piece, tx, SHARED, 1000));
    return body_put_then_fail(piece, tx);
}

static err_t body_add_up_then_fail(struct piece *piece, struct tx *tx)
{
    TRY(add(piece, tx, SHARED, 1000));
    TRY(store_add_up(piece->cx, tx));
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

static err_t balance_is(struct piece *piece, struct tx *tx, int64_t expected)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(piece->cx, tx, &BALANCE, ARGS(V_INT(SHARED)), &rows, &found));
    return found && col_int(rows, 0) == expected ? OK : ERR_STATE;
}

static err_t body_add_and_look(struct piece *piece, struct tx *tx)
{
    TRY(add(piece, tx, SHARED, 5));
    TRY(balance_is(piece, tx, 10));
    TRY(store_add_up(piece->cx, tx));
    TRY(balance_is(piece, tx, 15));
    return add(piece, tx, SHARED, 5);
}

static err_t body_add_many(struct piece *piece, struct tx *tx)
{
    for (int i = 0; i < 2000; i++)
        TRY(add(piece, tx, 1 + i % 2, 1));
    return OK;
}

static err_t body_add_to_nothing(struct piece *piece, struct tx *tx)
{
    return add(piece, tx, 77, 1);
}

enum { CROWD = 400 };

static err_t body_add_to_two(struct piece *piece, struct tx *tx)
{
    TRY(add(piece, tx, piece->id, piece->id));
    return add(piece, tx, piece->id + CROWD, 1);
}

static void run_one(struct fixture *fixture, piece_body *body, err_t expected)
{
    struct piece piece;

    piece_make(fixture, &piece, 1, body);
    pieces_run(fixture, &piece, 1);
    assert_int_equal(piece.job.result, expected);
    unit_ctx_free(piece.cx);
}

CASE(what_a_group_adds_is_there_after_the_commit)
{
    struct fixture fixture = scene();
    struct piece pieces[100];

    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        piece_make(&fixture, &pieces[i], (int64_t)i, body_add);
    pieces_run(&fixture, pieces, ARRAY_LEN(pieces));
    for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
        assert_ok(pieces[i].job.result);
    assert_int_equal(account_balance(&fixture, SHARED), 10 + 99 * 100 / 2);
    assert_int_equal(account_balance(&fixture, 2), 10);
    pieces_free(pieces, ARRAY_LEN(pieces));
    fixture_end(&fixture);
}

CASE(row_shows_it_once_it_is_added_up)
{
    struct fixture fixture = scene();

    run_one(&fixture, body_add_and_look, OK);
    assert_int_equal(account_balance(&fixture, SHARED), 20);
    fixture_end(&fixture);
}

CASE(refused_body_takes_back_what_it_added)
{
    struct fixture fixture = scene();
    struct piece pieces[3];
    struct store_stats stats;

    piece_make(&fixture, &pieces[0], 3, body_add);
    piece_make(&fixture, &pieces[1], 1, body_add_then_refuse);
    piece_make(&fixture, &pieces[2], 4, body_add);
    pieces_run(&fixture, pieces, 3);
    store_stats_read(fixture.store, &stats);
    assert_int_equal(stats.reruns, 0);
    assert_ok(pieces[0].job.result);
    assert_int_equal(pieces[1].job.result, ERR_LIMIT);
    assert_ok(pieces[2].job.result);
    assert_int_equal(account_balance(&fixture, SHARED), 17);
    pieces_free(pieces, 3);
    fixture_end(&fixture);
}

/* Whatever failed, and however much was written by then: only its own is gone. */
static void failure_spares_others(piece_body *body)
{
    struct fixture fixture = scene();
    struct piece pieces[5];

    piece_make(&fixture, &pieces[0], 3, body_add);
    piece_make(&fixture, &pieces[1], 50, body);
    piece_make(&fixture, &pieces[2], 4, body_add);
    piece_make(&fixture, &pieces[3], 51, body);
    piece_make(&fixture, &pieces[4], 5, body_add);
    pieces_run(&fixture, pieces, 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(pieces[i].job.result, i % 2 == 0 ? OK : ERR_LIMIT);
    assert_int_equal(account_balance(&fixture, SHARED), 10 + 3 + 4 + 5);
    assert_int_equal(account_count(&fixture), 2);
    pieces_free(pieces, 5);
    fixture_end(&fixture);
}

CASE(failure_after_a_write_spares_what_others_added)
{
    failure_spares_others(body_add_write_then_fail);
}

CASE(failure_after_adding_up_spares_what_others_added)
{
    failure_spares_others(body_add_up_then_fail);
}

CASE(first_body_that_fails_after_adding_up_leaves_nothing)
{
    struct fixture fixture = scene();

    run_one(&fixture, body_add_up_then_fail, ERR_LIMIT);
    run_one(&fixture, body_add, OK);
    assert_int_equal(account_balance(&fixture, SHARED), 11);
    fixture_end(&fixture);
}

CASE(more_additions_than_are_gathered_are_all_there)
{
    struct fixture fixture = scene();

    run_one(&fixture, body_add_many, OK);
    assert_int_equal(account_balance(&fixture, SHARED), 1010);
    assert_int_equal(account_balance(&fixture, 2), 1010);
    fixture_end(&fixture);
}

CASE(more_rows_than_are_gathered_are_all_there)
{
    struct fixture fixture = fixture_make();
    struct piece *pieces = process_alloc(sizeof *pieces, CROWD);

    for (int64_t turn = 0; turn < 3; turn++) {
        for (int64_t i = 0; i < CROWD; i++)
            piece_make(&fixture, &pieces[i], turn < 2 ? turn * CROWD + i : i,
                       turn < 2 ? body_put : body_add_to_two);
        pieces_run(&fixture, pieces, CROWD);
        pieces_free(pieces, CROWD);
    }
    process_free(pieces);
    assert_int_equal(account_balance(&fixture, CROWD - 1), 10 + CROWD - 1);
    assert_int_equal(account_balance(&fixture, CROWD), 11);
    assert_int_equal(account_balance(&fixture, 2 * CROWD - 1), 11);
    fixture_end(&fixture);
}

CASE(addition_that_cannot_be_written_fails_the_group)
{
    struct fixture fixture = scene();
    struct piece pieces[2];

    piece_make(&fixture, &pieces[0], 3, body_add);
    piece_make(&fixture, &pieces[1], 1, body_add_to_nothing);
    pieces_run(&fixture, pieces, 2);
    assert_int_equal(pieces[0].job.result, ERR_IO);
    assert_int_equal(pieces[1].job.result, ERR_IO);
    assert_int_equal(account_balance(&fixture, SHARED), 10);
    pieces_free(pieces, 2);
    fixture_end(&fixture);
}

CASE(engine_that_fails_while_adding_up_leaves_nothing)
{
    struct fixture fixture = scene();

    store_fail_after(fixture.store, 1);
    run_one(&fixture, body_add, ERR_IO);
    store_fail_after(fixture.store, 0);
    assert_int_equal(account_balance(&fixture, SHARED), 10);
    run_one(&fixture, body_add, OK);
    assert_int_equal(account_balance(&fixture, SHARED), 11);
    fixture_end(&fixture);
}

UNIT_MAIN(T(what_a_group_adds_is_there_after_the_commit), T(row_shows_it_once_it_is_added_up),
          T(refused_body_takes_back_what_it_added),
          T(failure_after_a_write_spares_what_others_added),
          T(failure_after_adding_up_spares_what_others_added),
          T(first_body_that_fails_after_adding_up_leaves_nothing),
          T(more_additions_than_are_gathered_are_all_there),
          T(more_rows_than_are_gathered_are_all_there),
          T(addition_that_cannot_be_written_fails_the_group),
          T(engine_that_fails_while_adding_up_leaves_nothing))
