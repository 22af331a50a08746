#include "fixture.h"

/* Transactions larger than the writer's cache: pages of theirs go to the log before the commit, are
 * read back from it and written again. */

enum { PHOTO = 4000, PHOTOS = 12000 }; /* 48 MB, with a cache of 32 */

static err_t photos_put(struct piece *piece, struct tx *tx)
{
    char photo[PHOTO];

    for (int64_t i = 1; i <= PHOTOS; i++) {
        memset(photo, (int)(i % 251), sizeof photo);
        TRY(store_run(piece->cx, tx, &PUT_CHILD,
                      ARGS(V_INT(i), V_NULL(), V_BLOB((struct str){photo, sizeof photo}))));
    }
    /* Once more over all of them, from the first: those are in the log by now. */
    return store_run(piece->cx, tx, &ADD_ALL, ARGS(V_INT(7)));
}

static err_t photos_put_then_fail(struct piece *piece, struct tx *tx)
{
    TRY(photos_put(piece, tx));
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

static void run_one(struct fixture *fixture, piece_body *body, err_t expected)
{
    struct piece piece;

    piece_make(fixture, &piece, 1, body);
    pieces_run(fixture, &piece, 1);
    assert_int_equal(piece.job.result, expected);
    unit_ctx_free(piece.cx);
}

static void photos_are_whole(struct fixture *fixture)
{
    struct reader *reader;
    struct rows *rows;
    struct tx *tx;
    int64_t count = 0;

    assert_ok(reader_open(fixture->store, &reader));
    assert_ok(reader_tx(reader, &tx));
    struct arena_mark mark = arena_mark(fixture->cx->arena);
    assert_ok(store_query(fixture->cx, tx, &LIST, ARGS(V_INT(0)), &rows));
    for (bool has = true; has; count++) {
        assert_ok(rows_next(rows, &has));
        if (!has)
            break;
        struct str photo = col_blob(rows, 4);
        assert_int_equal(col_int(rows, 2), 7);
        assert_int_equal(photo.len, PHOTO);
        assert_int_equal((unsigned char)photo.ptr[0], col_int(rows, 0) % 251);
        assert_int_equal((unsigned char)photo.ptr[PHOTO - 1], col_int(rows, 0) % 251);
    }
    assert_int_equal(count, PHOTOS);
    arena_rewind(fixture->cx->arena, mark);
    reader_close(reader);
}

CASE(large_transaction_is_whole_and_stays_so)
{
    struct fixture fixture = fixture_make();

    run_one(&fixture, photos_put, OK);
    photos_are_whole(&fixture);
    fixture_reopen(&fixture);
    photos_are_whole(&fixture);
    fixture_end(&fixture);
}

CASE(large_transaction_that_fails_leaves_nothing)
{
    struct fixture fixture = fixture_make();

    run_one(&fixture, photos_put_then_fail, ERR_LIMIT);
    assert_int_equal(account_count(&fixture), 0);
    run_one(&fixture, photos_put, OK);
    fixture_reopen(&fixture);
    photos_are_whole(&fixture);
    fixture_end(&fixture);
}

UNIT_MAIN(T(large_transaction_is_whole_and_stays_so),
          T(large_transaction_that_fails_leaves_nothing))
