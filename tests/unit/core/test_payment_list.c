#include "core/sepa_check.h"
#include "support/core_consumer.h"
#include "support/core_debit.h"

/* Which payments a list shows, by each filter and by several at once, and what a check of an
 * account says. */

enum { OLDEST_FIRST, NEWEST_FIRST };

static size_t listed(struct world *world, struct payment_filter filter, int order,
                     struct payment **out)
{
    const struct page_of page = {
        .limit = 100, .created_until = INT64_MAX, .newest_first = order == NEWEST_FIRST};
    struct page_found found;

    assert_ok(payment_list(world->cx, world_read(world), &filter, &page, out, &found));
    reader_release(world->core.reader);
    assert_int_equal(found.total, found.count);
    return found.count;
}

static void lists(struct world *world, struct payment_filter filter, size_t expected)
{
    struct payment *list;

    for (int order = OLDEST_FIRST; order <= NEWEST_FIRST; order++) {
        assert_int_equal(listed(world, filter, order, &list), expected);
        for (size_t i = 1; i < expected; i++)
            assert_true(order == OLDEST_FIRST ? list[i - 1].created <= list[i].created
                                              : list[i - 1].created >= list[i].created);
    }
}

CASE(debits_of_an_account_are_listed_by_when_they_were_made_or_paid)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account_id account = account_signed(world, &mandate).id;
    struct payment first = pay_from(world, account, 1000);

    pay_from(world, account, 2000);
    pay_debit(world, 3000);
    pay_card(world, 4000);
    lists(world, (struct payment_filter){.account = account}, 2);
    lists(world, (struct payment_filter){.account = account, .by_paid = true}, 0);
    debit_settles(world, first.id);
    lists(world, (struct payment_filter){.account = account, .by_paid = true}, 1);
    lists(world, (struct payment_filter){.account = {.raw = "0VcLQsZXNo6KYE1waQkbEV6v"}}, 0);
    world_free(world);
}

CASE(filters_hold_together)
{
    struct world *world = world_new();
    struct payment_draft draft = draft_with_card(world, 5000);
    struct payment_filter filter = {.by_paid = true};

    draft.order_id = STR("O-1");
    draft.unique_id = STR("U-1");
    struct payment payment = pay(world, draft);
    pay_card(world, 700);
    lists(world, filter, 2);
    filter.order_id = STR("O-1");
    lists(world, filter, 1);
    filter.unique_id = STR("U-1");
    lists(world, filter, 1);
    filter.card = payment.card;
    lists(world, filter, 1);
    filter.unique_id = STR("U-2");
    lists(world, filter, 0);
    lists(world, (struct payment_filter){.by_paid = true, .unique_id = STR("U-1")}, 1);
    lists(world, (struct payment_filter){.by_paid = true, .card = payment.card}, 1);
    lists(world, (struct payment_filter){.unique_id = STR("U-1"), .order_id = STR("O-1")}, 1);
    lists(world, (struct payment_filter){.unique_id = STR("U-1"), .order_id = STR("O-2")}, 0);
    world_free(world);
}

CASE(payments_of_a_payout_are_listed)
{
    struct world *world = world_new();
    struct payout_create create;
    struct payment payment = pay_settled(world, 5000);

    pay_card(world, 700);
    assert_ok(payout_of_payment_try(world, payment.id, PAYOUT_TO_PAY, &create));
    lists(world, (struct payment_filter){.payout = create.payout.id}, 1);
    lists(world, (struct payment_filter){.payout = create.payout.id, .by_paid = true}, 1);
    lists(world, (struct payment_filter){.payout = {.raw = "0VcLQsZXNo6KYE1waQkbEV6v"}}, 0);
    world_free(world);
}

/* --- checks of accounts ----------------------------------------------------------------------- */

static struct sepa_check answer(const char *name, const char *born)
{
    const struct bank_account account = {.name = str_of(name), .date_birth = str_of(born)};
    struct sepa_check check;

    sepa_check_answer(MODE_TEST, &account, &check);
    return check;
}

/* [doc] The last word of the name chooses, and only a whole word. */
CASE(the_last_word_of_a_name_chooses_the_answer)
{
    assert_str(answer("Jean RVNM", "").response, "RVNM");
    assert_str(answer("JeanRVNM", "").response, "RCVC");
    assert_str(answer("RVNM", "").response, "RCVC");
    assert_str(answer("Jean RVNM Dupont", "").response, "RCVC");
    assert_null(answer("Jean RVNC", "").response.ptr);
}

CASE(a_day_of_birth_is_compared_where_there_is_one)
{
    struct sepa_check check = answer("Jean Dupont", "");

    assert_false(check.birth_known);
    check = answer("Jean Dupont", "1990-05-01");
    assert_true(check.birth_known);
    assert_true(check.birth_matches);
    check = answer("Jean Dupont", "1900-01-01");
    assert_true(check.birth_known);
    assert_false(check.birth_matches);
    check = answer("Jean RVNM", "1990-05-01");
    assert_true(check.birth_known);
    assert_false(check.birth_matches);
    assert_false(answer("Jean RVNA", "1990-05-01").birth_known);
}

CASE(a_check_is_asked_for_and_read)
{
    struct world *world = world_new();
    struct bank_account account = account_bare(world);
    struct sepa_check_ask ask = {.id = account.id};
    struct sepa_check check;

    assert_int_equal(sepa_check_load(world->cx, world_read(world), account.id, &check),
                     ERR_NOT_FOUND);
    WORLD_RUN(world, &ask, sepa_check_ask);
    assert_ok(ask.operation.result);
    assert_ok(sepa_check_load(world->cx, world_read(world), account.id, &check));
    assert_int_equal(check.status, SEPA_CHECK_CHECKED);
    assert_str(check.response, "RCVC");
    assert_int_equal(check.score_name, 100);
    struct bank_account_create create = {0};
    struct bank_account_draft draft = account_draft();
    draft.name = STR("Jean RVNA");
    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.draft));
    create.check = &check;
    WORLD_RUN(world, &create, bank_account_create);
    assert_ok(create.operation.result);
    assert_ok(sepa_check_load(world->cx, world_read(world), create.account.id, &check));
    assert_int_equal(check.status, SEPA_CHECK_UNAVAILABLE);
    assert_int_equal(check.score_name, SCORE_UNKNOWN);
    world_free(world);
}

/* --- refunds of what was taken ---------------------------------------------------------------- */

static err_t give_back(struct world *world, struct payment_id payment)
{
    struct refund_create create = {.payment = payment, .whole = true, .taken_only = true};

    WORLD_RUN(world, &create, refund_create);
    return create.operation.result;
}

CASE(only_what_was_taken_is_given_back_where_that_is_asked)
{
    struct world *world = world_new();
    struct payment taken = pay_settled(world, 5000);

    assert_int_equal(give_back(world, pay_hold(world, 3000).id), ERR_STATE);
    assert_ok(give_back(world, taken.id));
    assert_int_equal(give_back(world, taken.id), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(debits_of_an_account_are_listed_by_when_they_were_made_or_paid),
          T(filters_hold_together), T(payments_of_a_payout_are_listed),
          T(the_last_word_of_a_name_chooses_the_answer),
          T(a_day_of_birth_is_compared_where_there_is_one), T(a_check_is_asked_for_and_read),
          T(only_what_was_taken_is_given_back_where_that_is_asked))
