#include "core/settlement_work.h"

#include "core/note.h"
#include "support/core_raw.h"

static const char OTHER_RRN[] = "000000000001";

/* What a person decides of the only open line. */
struct decision {
    struct settlement_work_id id;
    const char *object; /* of `match` */
    const char *note;   /* of `explain`; neither: `charge` */
};

static err_t decide_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct decision *decision = arg;

    if (decision->object != NULL)
        return settlement_work_match(cx, tx, decision->id, str_of(decision->object));
    if (decision->note != NULL)
        return settlement_work_explain(cx, tx, decision->id, str_of(decision->note));
    return settlement_work_charge(cx, tx, decision->id);
}

static err_t decide(struct world *world, struct settlement_work_id id, const char *object,
                    const char *note)
{
    struct decision decision = {id, object, note};
    struct ctx *cx = world_ctx(world);

    cx->merchant = (struct merchant_id){{0}}; /* the operator has only the id */
    return tx_run(world->store, cx, decide_body, &decision);
}

static size_t open_lines(struct world *world, struct settlement_work **out)
{
    size_t count;

    assert_ok(settlement_work_open(world->cx, world_read(world), 10, out, &count));
    return count;
}

static struct settlement_work only_line(struct world *world)
{
    struct settlement_work *list;

    assert_int_equal(open_lines(world, &list), 1);
    return list[0];
}

/* A file of the first evening with one line. */
static struct settlement_work line_comes(struct world *world, enum settled_kind kind,
                                         struct money amount, int64_t kept_minor)
{
    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, kind, OTHER_RRN, amount, kept_minor);
    world_advance_to(world, 0, 22, 0);
    return only_line(world);
}

CASE(what_a_line_moved_lies_in_suspense)
{
    struct world *world = world_new();
    struct settlement_work *list;

    pay_card(world, 10000);
    world_advance_to(world, 0, 21, 0);
    struct settlement_work line = line_comes(world, SETTLED_DEBIT, eur(10000), 85);
    assert_int_equal(line.kind, SETTLED_DEBIT);
    assert_str(line.rrn, OTHER_RRN);
    assert_int_equal(line.moved.minor, 9915);
    assert_true(line.booked);
    assert_str(line.file, "settlement-1");
    assert_legs(world, line.id.raw, {ENTRY_BANK_SUSPENDED, ACCOUNT_BANK, 9915},
                {ENTRY_BANK_SUSPENDED, ACCOUNT_SUSPENSE, -9915});
    world_is_sound(world);
    /* The same line again, in whatever file, is known. */
    fake_new_file(world->fake, "settlement-2", "h2");
    fake_settles(world->fake, SETTLED_DEBIT, OTHER_RRN, eur(10000), 85);
    world_advance_to(world, 1, 22, 0);
    assert_int_equal(open_lines(world, &list), 1);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), -9915);
    world_is_sound(world);
    world_free(world);
}

CASE(line_of_a_payment_settles_it_and_what_is_missing_was_kept)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    struct settlement_work line = line_comes(world, SETTLED_DEBIT, eur(9999), 85);
    assert_ok(decide(world, line.id, payment.id.raw, NULL));
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), 9914);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER_FEES), 86);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER), 0);
    world_is_sound(world);
    assert_int_equal(decide(world, line.id, payment.id.raw, NULL), ERR_STATE);
    assert_int_equal(decide(world, line.id, NULL, NULL), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(line_is_about_nothing_that_does_not_wait_for_it)
{
    struct world *world = world_new();
    struct payment held = pay_hold(world, 20000);
    struct payment sent = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    struct settlement_work line = line_comes(world, SETTLED_DEBIT, eur(10001), 0);
    assert_int_equal(decide(world, line.id, held.id.raw, NULL), ERR_STATE);
    assert_int_equal(decide(world, line.id, sent.id.raw, NULL), ERR_STATE); /* a cent too much */
    assert_int_equal(decide(world, line.id, "x", NULL), ERR_INVALID);
    assert_int_equal(decide(world, line.id, line.id.raw, NULL), ERR_NOT_FOUND);
    struct settlement_work_id nobody;
    ID_NEW(world->cx->ids, &nobody);
    assert_int_equal(decide(world, nobody, sent.id.raw, NULL), ERR_NOT_FOUND);
    assert_int_equal(state_now(world, sent.id), PAYMENT_CAPTURE_SENT);
    assert_true(ID_EQ(only_line(world).id, line.id));
    world_is_sound(world);
    world_free(world);
}

CASE(line_in_another_currency_is_suspended_in_it)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    struct settlement_work line =
        line_comes(world, SETTLED_DEBIT, (struct money){10000, CURRENCY_USD}, 0);
    assert_int_equal(line.moved.currency, CURRENCY_USD);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
    assert_int_equal(decide(world, line.id, payment.id.raw, NULL), ERR_STATE);
    world_is_sound(world);
    assert_ok(decide(world, line.id, NULL, "the acquirer has corrected it"));
    world_is_sound(world);
    world_free(world);
}

CASE(line_of_a_refund_settles_it)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund made = refund(world, payment.id, 4000);

    world_advance_to(world, 0, 21, 0);
    struct settlement_work line = line_comes(world, SETTLED_CREDIT, eur(4000), 0);
    assert_int_equal(line.moved.minor, -4000);
    assert_int_equal(decide(world, line.id, payment.id.raw, NULL), ERR_NOT_FOUND);
    assert_ok(decide(world, line.id, made.id.raw, NULL));
    assert_int_equal(refund_now(world, made.id).state, REFUND_REFUNDED);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
    world_is_sound(world);
    world_free(world);
}

/* Two lines that wait: what is of this kind, and what the acquirer keeps beside it. */
static void with_its_fee(struct world *world, enum settled_kind kind, struct settlement_work *gross,
                         struct settlement_work *fee)
{
    struct settlement_work *list;

    assert_int_equal(open_lines(world, &list), 2);
    *gross = list[0].kind == kind ? list[0] : list[1];
    *fee = list[0].kind == kind ? list[1] : list[0];
    assert_int_equal(gross->kind, kind);
    assert_int_equal(fee->kind, SETTLED_FEE);
    assert_int_equal(fee->line, gross->line);
}

CASE(line_of_a_refund_is_matched_without_its_fee)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct refund made = refund(world, payment.id, 4000);
    struct settlement_work back;
    struct settlement_work fee;

    fake_new_file(world->fake, "settlement-1", "h1");
    fake_settles(world->fake, SETTLED_CREDIT, OTHER_RRN, eur(4000), 15);
    world_advance_to(world, 0, 22, 0);
    with_its_fee(world, SETTLED_CREDIT, &back, &fee);
    assert_int_equal(back.moved.minor, -4000);
    assert_int_equal(fee.moved.minor, -15);
    assert_ok(decide(world, back.id, made.id.raw, NULL));
    assert_int_equal(refund_now(world, made.id).state, REFUND_REFUNDED);
    assert_ok(decide(world, fee.id, NULL, NULL));
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER_FEES), 15);
    world_is_sound(world);
    world_free(world);
}

/* Its reference is right, and its notice has not come. */
static void chargeback_comes(struct world *world, const char *rrn)
{
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(4000), 1500);
}

CASE(chargebacks_of_a_payment_that_are_alike_are_kept_each_with_its_fee)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn =
        str_cstr(world->cx->arena, str_of(attempt_now(world, payment.attempt).trace.rrn));
    struct settlement_work *list;

    pay_card(world, 500); /* something to be settled: a file is asked for */
    fake_new_file(world->fake, "settlement-1", "h1");
    chargeback_comes(world, rrn);
    chargeback_comes(world, rrn);
    world_advance_to(world, 0, 22, 0);
    assert_int_equal(open_lines(world, &list), 4);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 2 * (4000 + 1500));
    /* The same file again, and one of another day. */
    world_advance_to(world, 1, 22, 0);
    assert_int_equal(open_lines(world, &list), 4);
    fake_new_file(world->fake, "settlement-3", "h3");
    chargeback_comes(world, rrn);
    world_advance_to(world, 2, 22, 0);
    assert_int_equal(open_lines(world, &list), 6);
    world_is_sound(world);
    world_free(world);
}

static void each_month_is_kept(enum settled_kind kind)
{
    static const char *const FILES[][2] = {
        {"settlement-1", "h1"},
        {"settlement-2", "h2"}
    };
    struct world *world = world_new();

    pay_card(world, 10000);
    for (int day = 0; day < 2; day++) {
        fake_new_file(world->fake, FILES[day][0], FILES[day][1]);
        fake_settles(world->fake, kind, OTHER_RRN, eur(990), 0);
        world_advance_to(world, day, 22, 0);
        struct settlement_work line = only_line(world);
        assert_str(line.file, FILES[day][0]);
        assert_ok(decide(world, line.id, NULL, NULL));
    }
    assert_int_equal(world_balance(world, ACCOUNT_ACQUIRER_FEES), 2 * 990);
    world_is_sound(world);
    world_free(world);
}

CASE(fee_or_reversal_of_each_month_is_a_line_of_its_own)
{
    each_month_is_kept(SETTLED_FEE);
    each_month_is_kept(SETTLED_REVERSAL);
}

CASE(line_of_a_chargeback_settles_it_once_its_notice_has_come)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct dispute *list;
    size_t count;

    pay_card(world, 500); /* something to be settled: a file is asked for */
    world_advance_to(world, 0, 21, 0);
    struct settlement_work line = line_comes(world, SETTLED_CHARGEBACK, eur(4000), 0);
    const char *rrn =
        str_cstr(world->cx->arena, str_of(attempt_now(world, payment.attempt).trace.rrn));
    assert_ok(notice_as(world, "a", rrn, eur(4001), "45"));
    assert_ok(notice_as(world, "b", rrn, eur(4000), "42"));
    assert_ok(disputes_of_payment(world->cx, world_read(world), payment.id, &list, &count));
    assert_int_equal(count, 2);
    size_t right = list[0].amount.minor == 4000 ? 0 : 1;
    assert_int_equal(decide(world, line.id, list[1 - right].id.raw, NULL), ERR_STATE);
    assert_ok(decide(world, line.id, list[right].id.raw, NULL));
    struct dispute_id id = list[right].id;
    struct dispute dispute;
    assert_ok(dispute_load(world->cx, world_read(world), id, &dispute));
    assert_int_equal(dispute.state, DISPUTE_SETTLED);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(line_of_a_chargeback_that_is_won_gives_it_back)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    const char *rrn =
        str_cstr(world->cx->arena, str_of(attempt_now(world, payment.attempt).trace.rrn));
    struct dispute *list;
    size_t count;

    assert_ok(notice_as(world, "a", rrn, eur(4000), "45"));
    assert_ok(disputes_of_payment(world->cx, world_read(world), payment.id, &list, &count));
    struct dispute_id id = list[0].id;
    struct settlement_work line = line_comes(world, SETTLED_REPRESENTMENT, eur(4000), 100);
    assert_int_equal(decide(world, line.id, id.raw, NULL), ERR_STATE); /* it was not taken yet */
    fake_new_file(world->fake, "settlement-2", "h2");
    fake_settles(world->fake, SETTLED_CHARGEBACK, rrn, eur(4000), 0);
    world_advance_to(world, 1, 22, 0);
    assert_int_equal(decide(world, line.id, payment.id.raw, NULL), ERR_NOT_FOUND);
    assert_ok(decide(world, line.id, id.raw, NULL));
    struct dispute dispute;
    assert_ok(dispute_load(world->cx, world_read(world), id, &dispute));
    assert_true(dispute.won > 0);
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(fee_line_is_the_acquirers_charge)
{
    struct world *world = world_new();

    pay_card(world, 10000);
    world_advance_to(world, 0, 21, 0);
    struct settlement_work line = line_comes(world, SETTLED_FEE, eur(300), 0);
    assert_int_equal(decide(world, line.id, line.id.raw, NULL), ERR_STATE);
    assert_ok(decide(world, line.id, NULL, NULL));
    assert_legs(world, line.id.raw, {ENTRY_BANK_SUSPENDED, ACCOUNT_BANK, -300},
                {ENTRY_BANK_SUSPENDED, ACCOUNT_SUSPENSE, 300},
                {ENTRY_SUSPENSE_KEPT, ACCOUNT_SUSPENSE, -300},
                {ENTRY_SUSPENSE_KEPT, ACCOUNT_ACQUIRER_FEES, 300});
    world_is_sound(world);
    world_free(world);
}

CASE(explained_line_leaves_the_book)
{
    char note[NOTE_MAX + 2];
    struct world *world = world_new();

    memset(note, 'x', sizeof note);
    note[NOTE_MAX + 1] = '\0';
    pay_card(world, 10000);
    world_advance_to(world, 0, 21, 0);
    struct settlement_work line = line_comes(world, SETTLED_REPRESENTMENT, eur(700), 0);
    assert_int_equal(line.moved.minor, 700);
    assert_int_equal(decide(world, line.id, NULL, ""), ERR_INVALID);
    assert_int_equal(decide(world, line.id, NULL, note), ERR_INVALID);
    note[NOTE_MAX] = '\0';
    assert_ok(decide(world, line.id, NULL, note));
    assert_int_equal(world_balance(world, ACCOUNT_SUSPENSE), 0);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(line_of_before_was_not_booked_and_is_decided_all_the_same)
{
    struct world *world = world_new();
    struct payment payment = pay_card(world, 10000);

    world_advance_to(world, 0, 21, 0);
    world_tamper(world, "INSERT INTO settlement_work (merchant, mode, id, state, rrn, kind,"
                        " amount_minor, currency, moved_minor, booked, file, line, created_us)"
                        " SELECT id, 'test', '000000000000000000000001', 'open', '000000000001',"
                        " 'debit', 10000, 'eur', 10000, 0, 'settlement-0', 1, 1 FROM merchant");
    struct settlement_work line = only_line(world);
    assert_false(line.booked);
    world_is_sound(world);
    assert_ok(decide(world, line.id, payment.id.raw, NULL));
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURED);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), 10000);
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(what_a_line_moved_lies_in_suspense),
          T(line_of_a_payment_settles_it_and_what_is_missing_was_kept),
          T(line_is_about_nothing_that_does_not_wait_for_it),
          T(line_in_another_currency_is_suspended_in_it), T(line_of_a_refund_settles_it),
          T(line_of_a_chargeback_settles_it_once_its_notice_has_come),
          T(line_of_a_refund_is_matched_without_its_fee),
          T(chargebacks_of_a_payment_that_are_alike_are_kept_each_with_its_fee),
          T(fee_or_reversal_of_each_month_is_a_line_of_its_own),
          T(line_of_a_chargeback_that_is_won_gives_it_back), T(fee_line_is_the_acquirers_charge),
          T(explained_line_leaves_the_book),
          T(line_of_before_was_not_booked_and_is_decided_all_the_same))
