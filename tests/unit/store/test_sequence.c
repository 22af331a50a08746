#include "fixture.h"

/* Numbers of a row, reserved in blocks (store_next). The account's balance is the last number, its
 * name the sequence. */

FIXTURE_SQL(RESERVE, 20, 2, 1,
            "INSERT INTO account (name, id, balance) VALUES ($1, length($1), $2)"
            " ON CONFLICT (name) DO UPDATE SET balance ="
            " CASE WHEN account.balance + excluded.balance > 100"
            " THEN excluded.balance ELSE account.balance + excluded.balance END");
FIXTURE_SQL(LAST, 21, 1, 1, "SELECT balance FROM account WHERE name = $1");

enum { NUMBERS_MAX = 200 };

/* What the bodies were given, in the order of their runs that counted. */
static int64_t given[NUMBERS_MAX];
static size_t given_len;

static err_t next_of(struct piece *piece, struct tx *tx, struct str name, int64_t *out)
{
    const struct sequence_of of = {&RESERVE, &LAST, name};

    return store_next(piece->cx, tx, &of, out);
}

static err_t body_next(struct piece *piece, struct tx *tx)
{
    return next_of(piece, tx, STR("one"), &given[piece->id]);
}

static err_t body_next_then_fail(struct piece *piece, struct tx *tx)
{
    int64_t number;

    TRY(next_of(piece, tx, STR("one"), &number));
    return fault(piece->cx, ERR_LIMIT, "balance", "is too much");
}

static err_t body_next_of_two(struct piece *piece, struct tx *tx)
{
    int64_t number;

    TRY(next_of(piece, tx, STR("three"), &number));
    return next_of(piece, tx, STR("one"), &given[piece->id]);
}

static void run_all(struct fixture *fixture, piece_body *body, size_t count)
{
    struct piece *pieces = process_alloc(sizeof *pieces, count);

    must(given_len + count <= NUMBERS_MAX);
    for (size_t i = 0; i < count; i++)
        piece_make(fixture, &pieces[i], (int64_t)(given_len + i), body);
    pieces_run(fixture, pieces, count);
    for (size_t i = 0; i < count; i++)
        assert_ok(pieces[i].job.result);
    pieces_free(pieces, count);
    process_free(pieces);
    given_len += count;
}

static void all_differ(void)
{
    for (size_t i = 0; i < given_len; i++) {
        assert_in_range(given[i], 1, 100);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(given[i], given[j]);
    }
}

static struct fixture scene(void)
{
    given_len = 0;
    return fixture_make();
}

CASE(numbers_rise_by_one_when_asked_alone)
{
    struct fixture fixture = scene();

    for (int i = 0; i < 5; i++)
        run_all(&fixture, body_next, 1);
    for (int i = 0; i < 5; i++)
        assert_int_equal(given[i], i + 1);
    fixture_end(&fixture);
}

CASE(numbers_of_groups_never_meet)
{
    struct fixture fixture = scene();

    run_all(&fixture, body_next, 7);
    run_all(&fixture, body_next, 1);
    run_all(&fixture, body_next, 20);
    fixture_reopen(&fixture);
    run_all(&fixture, body_next, 3);
    all_differ();
    fixture_end(&fixture);
}

/* As a server forgets that dies before a commit has reached its disk. */
CASE(block_whose_reservation_may_be_lost_is_not_used)
{
    struct fixture fixture;

    given_len = 0;
    fixture = named_make();
    if (!store_shared(fixture.store)) {
        fixture_end(&fixture);
        skip();
    }
    run_all(&fixture, body_next, 5);
    assert_int_equal(account_balance(&fixture, 3), 7);
    fixture_tell(
        &fixture,
        str_format(fixture.cx->arena, "UPDATE %s.account SET balance = 3", fixture.schema).ptr);
    connections_cut(&fixture);
    run_all(&fixture, body_next, 1);
    assert_int_equal(given[5], 4);
    fixture_end(&fixture);
}

CASE(block_serves_the_groups_after_it)
{
    struct fixture fixture = scene();
    int64_t reserved;

    run_all(&fixture, body_next, 5); /* 1 + 2 + 4 */
    reserved = account_balance(&fixture, 3);
    assert_int_equal(reserved, 7);
    run_all(&fixture, body_next, 2);
    assert_int_equal(account_balance(&fixture, 3), 7);
    run_all(&fixture, body_next, 1);
    assert_int_equal(given[7], 8);
    all_differ();
    fixture_end(&fixture);
}

CASE(two_sequences_share_a_group)
{
    struct fixture fixture = scene();

    run_all(&fixture, body_next_of_two, 5);
    all_differ();
    fixture_end(&fixture);
}

CASE(end_of_the_numbers_begins_anew)
{
    struct fixture fixture = scene();

    /* After 1 + 2 + 4 + ... + 32 a block of 64 does not fit. */
    for (int i = 0; i < 64; i++)
        run_all(&fixture, body_next, 1);
    assert_int_equal(given[62], 63);
    assert_int_equal(given[63], 1);
    fixture_end(&fixture);
}

CASE(what_was_undone_is_not_known_any_more)
{
    struct fixture fixture = scene();
    struct piece pieces[9];

    for (int turn = 0; turn < 3; turn++) {
        for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
            piece_make(&fixture, &pieces[i], (int64_t)(given_len + i),
                       i % 2 == 1 ? body_next_then_fail : body_next);
        pieces_run(&fixture, pieces, ARRAY_LEN(pieces));
        for (size_t i = 0; i < ARRAY_LEN(pieces); i += 2) {
            assert_ok(pieces[i].job.result);
            given[given_len + i / 2] = given[given_len + i];
        }
        pieces_free(pieces, ARRAY_LEN(pieces));
        given_len += ARRAY_LEN(pieces) / 2 + 1;
    }
    all_differ();
    fixture_end(&fixture);
}

UNIT_MAIN(T(block_whose_reservation_may_be_lost_is_not_used),
          T(numbers_rise_by_one_when_asked_alone), T(numbers_of_groups_never_meet),
          T(block_serves_the_groups_after_it), T(two_sequences_share_a_group),
          T(end_of_the_numbers_begins_anew), T(what_was_undone_is_not_known_any_more))
