#include "core/levy.h"

#include "core/mandate_operator.h"
#include "support/core_levy.h"
#include "support/news.h"

/* Of 10.00: 0.25 fee and 0.05 VAT on it. */
enum { PAID = 1000, BIG = 100000 };

static void assert_fault(struct ctx *cx, err_t err, const char *field)
{
    assert_true(cx->fault_count > 0);
    assert_int_equal(cx->faults[0].err, err);
    assert_string_equal(cx->faults[0].field, field);
}

static void assert_refused(struct world *world, struct levy_draft draft, err_t err,
                           const char *field)
{
    struct levy_create create;
    int64_t before = world_number(world, "SELECT COUNT(*) FROM payment");

    assert_int_equal(levy_try(world, draft, &create), err);
    assert_fault(create.operation.cx, err, field);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM payment"), before);
}

static void assert_status(struct world *world, struct payment_id id, enum levy_status status)
{
    assert_string_equal(levy_status_text(levy_now(world, id).levy.status),
                        levy_status_text(status));
}

/* --- making one --- */

CASE(levy_is_a_payment_by_debit_of_its_consumer)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-1", PAID);

    draft.motif = STR("Facture 1");
    draft.account_data = STR("{}");
    struct levy levy = levy_make(world, draft);
    struct levy_view view = levy_now(world, levy.payment);
    struct debit debit = debit_now(world, levy.payment);
    assert_int_equal(view.levy.status, LEVY_CREATED);
    assert_int_equal(view.payment.state, PAYMENT_TO_CAPTURE);
    assert_int_equal(view.payment.method, METHOD_SEPA);
    assert_true(ID_EQ(view.payment.customer, consumer.customer));
    assert_true(str_eq(view.payment.order_id, STR("REF-1")));
    assert_true(str_eq(view.payment.description, STR("Facture 1")));
    assert_true(str_eq(view.payment.date_settlement, STR("2031-06-10")));
    assert_true(view.payment.unique_id.ptr == NULL);
    assert_int_equal(view.payment.fee_minor, 25);
    assert_true(ID_EQ(debit.account, consumer.account));
    assert_true(ID_EQ(debit.mandate, mandate.id));
    assert_true(str_eq(str_of(debit.end_to_end), STR("REF-1")));
    assert_true(str_eq(view.umr, mandate.umr));
    assert_true(str_eq(view.consumer, consumer.reference));
    assert_int_equal(view.levy.payment_reference.len, LEVY_REFERENCE_LEN);
    assert_true(str_eq(view.levy.account_data, STR("{}")));
    assert_int_equal(view.levy.validated, view.levy.created);
    world_is_sound(world);
    world_free(world);
}

CASE(references_of_ours_rise_with_time)
{
    struct world *world = world_new();
    struct levy first = levy_plain(world, "REF-1", PAID);
    world_stop_at(world, WORLD_START + DAY_US);
    struct levy second = levy_plain(world, "REF-2", PAID);

    assert_true(str_compare(first.payment_reference, second.payment_reference) < 0);
    world_free(world);
}

CASE(what_files_may_not_hold_is_called_by_our_reference_at_the_bank)
{
    struct world *world = world_new();
    static const char *const NAMES[] = {"REF_1", "/REF", "a//b", "NotProvided"};
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct levy levy = levy_make(world, levy_draft_of(&consumer, NAMES[i], PAID));
        struct debit debit = debit_now(world, levy.payment);
        assert_true(str_eq(str_of(debit.end_to_end), levy.payment_reference));
    }
    /* A transfer is called so. */
    struct refund back = refund(world, pay_settled(world, 8000).id, 3000);
    struct levy like = levy_make(world, levy_draft_of(&consumer, back.id.raw, PAID));
    assert_true(str_eq(str_of(debit_now(world, like.payment).end_to_end), like.payment_reference));
    /* Another debit is called so already. */
    struct payment other = pay_debit(world, PAID);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, other.id.raw, PAID));
    assert_true(str_eq(str_of(debit_now(world, levy.payment).end_to_end), levy.payment_reference));
    world_free(world);
}

CASE(what_is_not_known_is_told_before_what_is_not_allowed)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct mandate other;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    consumer_signed(world, MANDATE_RECURRENT, &other);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-1", INT64_C(100000000000));

    draft.due = (struct date){2018, 1, 1};
    draft.beneficiary = STR("NOBODY");
    draft.umr = other.umr;
    draft.consumer = STR("NOBODY");
    assert_refused(world, draft, ERR_NOT_FOUND, "consumer");
    draft.consumer = consumer.reference;
    assert_refused(world, draft, ERR_NOT_FOUND, "umr");
    draft.umr = mandate.umr;
    assert_refused(world, draft, ERR_NOT_FOUND, "beneficiary");
    draft.beneficiary = str_of(world->merchant.debits.ics);
    assert_refused(world, draft, ERR_LIMIT, "amount");
    draft.amount_minor = PAID;
    assert_refused(world, draft, ERR_STATE, "due_date");
    draft.due = (struct date){2032, 6, 3};
    assert_refused(world, draft, ERR_LIMIT, "due_date");
    draft.due = (struct date){2032, 6, 2};
    levy_make(world, draft);
    assert_refused(world, draft, ERR_CONFLICT, "sdd_reference");
    world_free(world);
}

CASE(the_day_must_be_possible)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-1", PAID);

    /* Monday: Tuesday can be met up to 18:00. */
    draft.due = (struct date){2031, 6, 3};
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 6, 2},
                             18, 0, 0
    }));
    levy_make(world, draft);
    draft.sdd_reference = STR("REF-2");
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 6, 2},
                             18, 0, 1
    }));
    assert_refused(world, draft, ERR_STATE, "due_date");
    draft.due = (struct date){2031, 6, 4};
    levy_make(world, draft);
    /* On a Saturday the Monday is allowed, though the bank has closed for it. */
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 6, 7},
                             12, 0, 0
    }));
    draft.sdd_reference = STR("REF-3");
    draft.due = (struct date){2031, 6, 9};
    struct levy levy = levy_make(world, draft);
    assert_true(str_eq(levy_now(world, levy.payment).payment.date_settlement, STR("2031-06-10")));
    world_set(world, "prenotification_days", "14");
    draft.sdd_reference = STR("REF-4");
    draft.due = (struct date){2031, 6, 20};
    assert_refused(world, draft, ERR_STATE, "due_date");
    draft.due = (struct date){2031, 6, 21};
    levy = levy_make(world, draft);
    assert_true(str_eq(levy_now(world, levy.payment).payment.date_settlement, STR("2031-06-23")));
    world_free(world);
}

CASE(a_mandate_must_be_active)
{
    struct world *world = world_new();
    struct consumer consumer = consumer_bare(world);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-1", PAID);

    assert_refused(world, draft, ERR_STATE, "safedebit_consumer_reference");
    struct mandate mandate =
        mandate_made_of(world, consumer.account, MANDATE_RECURRENT, MANDATE_CORE);
    world_stop_at(world, WORLD_START + 3 * 367 * DAY_US);
    draft.due = date_from_days(date_to_days(date_paris(world->now)) + 10);
    assert_refused(world, draft, ERR_STATE, "safedebit_consumer_reference");
    draft.umr = mandate.umr;
    assert_refused(world, draft, ERR_STATE, "umr");
    world_free(world);
}

CASE(a_mandate_for_one_debit_has_one_levy_unless_it_came_to_nothing)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_ONE_OFF, &mandate);

    levy_make(world, levy_draft_of(&consumer, "REF-1", PAID));
    assert_refused(world, levy_draft_of(&consumer, "REF-2", PAID), ERR_LIMIT, "umr");
    assert_ok(levy_cancel_try(world, "REF-1"));
    /* One that waits for its code counts too. */
    levy_make(world, levy_draft_of(&consumer, "REF-3", BIG));
    assert_refused(world, levy_draft_of(&consumer, "REF-4", PAID), ERR_LIMIT, "umr");
    assert_ok(levy_cancel_try(world, "REF-3"));
    struct levy sent = levy_make(world, levy_draft_of(&consumer, "REF-5", PAID));
    debit_leaves(world, sent.payment);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-6", PAID);
    assert_refused(world, draft, ERR_STATE, "safedebit_consumer_reference");
    draft.umr = mandate.umr;
    assert_refused(world, draft, ERR_LIMIT, "umr");
    assert_ok(reject_try(world, sent.payment, "AM04"));
    levy_make(world, draft);
    world_is_sound(world);
    world_free(world);
}

CASE(a_merchant_without_a_bank_account_has_no_levies)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);

    world_set(world, "iban", "");
    assert_refused(world, levy_draft_of(&consumer, "REF-1", PAID), ERR_STATE, "creditor");
    world_free(world);
}

/* --- its code --- */

CASE(from_the_threshold_on_a_levy_waits_for_its_code)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy_validate validate;

    levy_make(world, levy_draft_of(&consumer, "REF-1", BIG - 1));
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-2", BIG));
    assert_status(world, levy.payment, LEVY_PENDING);
    assert_int_equal(levy_now(world, levy.payment).payment.state, PAYMENT_NEW);
    assert_int_equal(debit_now(world, levy.payment).due.year, 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM outbox WHERE type = 'levy.code'"),
                     1);
    world_is_sound(world);
    assert_ok(levy_validate_try(world, &consumer, "REF-2", "123456", &validate));
    assert_int_equal(validate.outcome, CODE_RIGHT);
    assert_status(world, levy.payment, LEVY_CREATED);
    assert_int_equal(debit_now(world, levy.payment).due.year, 2031);
    assert_int_not_equal(levy_now(world, levy.payment).levy.validated, 0);
    assert_int_equal(levy_validate_try(world, &consumer, "REF-2", "123456", &validate), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(wrong_codes_count_though_they_are_refused)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-1", BIG));
    struct levy_validate validate;

    for (int i = 1; i < CODE_TRIES; i++) {
        assert_ok(levy_validate_try(world, &consumer, "REF-1", "000000", &validate));
        assert_int_equal(validate.outcome, CODE_WRONG);
    }
    assert_ok(levy_validate_try(world, &consumer, "REF-1", "000000", &validate));
    assert_int_equal(validate.outcome, CODE_SPENT);
    assert_int_equal(validate.levy.status, LEVY_CANCELED);
    assert_status(world, levy.payment, LEVY_CANCELED);
    assert_int_equal(levy_now(world, levy.payment).payment.state, PAYMENT_CANCELED);
    world_is_sound(world);
    world_free(world);
}

CASE(three_fresh_codes_follow_one_that_has_expired)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-1", BIG));
    struct levy_validate validate;

    for (int i = 1; i <= 4; i++) {
        assert_status(world, levy.payment, LEVY_PENDING);
        world_stop_at(world, WORLD_START + i * 16 * MINUTE_US);
        assert_ok(levy_validate_try(world, &consumer, "REF-1", "123456", &validate));
        assert_int_equal(validate.outcome, CODE_EXPIRED);
    }
    assert_status(world, levy.payment, LEVY_CANCELED);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM outbox WHERE type = 'levy.code'"),
                     4);
    world_is_sound(world);
    world_free(world);
}

CASE(a_consumer_that_no_code_reaches_has_no_large_levy)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);

    world_tamper(world, "DELETE FROM consumer_value WHERE field = 'email'");
    levy_make(world, levy_draft_of(&consumer, "REF-1", BIG - 1));
    assert_refused(world, levy_draft_of(&consumer, "REF-2", BIG), ERR_UNAVAILABLE, "code");
    world_set(world, "otp_threshold", "0");
    levy_make(world, levy_draft_of(&consumer, "REF-2", BIG));
    world_free(world);
}

CASE(a_day_that_has_passed_meanwhile_moves)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-1", BIG));
    struct levy_validate validate;

    /* Friday 13 June, after the cut-off. */
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 6, 13},
                             20, 0, 0
    }));
    assert_ok(levy_validate_try(world, &consumer, "REF-1", "123456", &validate));
    assert_int_equal(validate.outcome, CODE_EXPIRED);
    assert_ok(levy_validate_try(world, &consumer, "REF-1", "123456", &validate));
    assert_int_equal(validate.outcome, CODE_RIGHT);
    assert_true(str_eq(validate.payment.date_settlement, STR("2031-06-17")));
    assert_int_equal(debit_now(world, levy.payment).due.day, 17);
    world_free(world);
}

/* --- changing and canceling --- */

static err_t levy_change_try(struct world *world, struct levy_change change)
{
    change.merchant = &world->merchant;
    WORLD_RUN(world, &change, levy_change);
    return change.operation.result;
}

CASE(a_levy_is_changed_until_its_file_is_written)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "REF-1", PAID);
    struct levy_change change = {
        .sdd_reference = STR("REF-1"),
        .amount_minor = 2000,
        .due = {2031, 6, 15},
        .motif_given = true,
        .motif = STR("Facture 2"),
        .payment_reference = STR("MINE"),
    };

    assert_ok(levy_change_try(world, change));
    struct levy_view view = levy_now(world, levy.payment);
    assert_int_equal(view.payment.amount.minor, 2000);
    assert_true(str_eq(view.payment.description, STR("Facture 2")));
    /* A Sunday. */
    assert_true(str_eq(view.payment.date_settlement, STR("2031-06-16")));
    assert_int_equal(debit_now(world, levy.payment).due.day, 16);
    assert_true(str_eq(view.levy.payment_reference, STR("MINE")));
    assert_ok(debit_try(world, levy.payment, act_take, (struct debit_event){0}));
    assert_int_equal(levy_change_try(world, change), ERR_STATE);
    assert_int_equal(levy_cancel_try(world, "REF-1"), ERR_STATE);
    assert_ok(debit_try(world, levy.payment, act_sent, (struct debit_event){0}));
    assert_int_equal(levy_cancel_try(world, "REF-1"), ERR_STATE);
    assert_status(world, levy.payment, LEVY_ISSUED);
    world_free(world);
}

CASE(an_amount_is_not_raised_without_the_consumer)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);

    levy_make(world, levy_draft_of(&consumer, "REF-1", PAID));
    levy_make(world, levy_draft_of(&consumer, "REF-2", 2 * BIG));
    assert_int_equal(levy_change_try(world, (struct levy_change){.sdd_reference = STR("REF-1"),
                                                                 .amount_minor = BIG}),
                     ERR_LIMIT);
    assert_ok(levy_change_try(
        world, (struct levy_change){.sdd_reference = STR("REF-1"), .amount_minor = BIG - 1}));
    assert_int_equal(levy_change_try(world, (struct levy_change){.sdd_reference = STR("REF-2"),
                                                                 .amount_minor = 2 * BIG + 1}),
                     ERR_LIMIT);
    assert_ok(levy_change_try(
        world, (struct levy_change){.sdd_reference = STR("REF-2"), .amount_minor = BIG}));
    world_is_sound(world);
    world_free(world);
}

CASE(many_are_canceled_and_the_others_stay)
{
    struct world *world = world_new();
    struct levy sent = levy_plain(world, "SENT", PAID);
    struct levy made = levy_plain(world, "MADE", PAID);
    struct levy waits = levy_plain(world, "WAITS", BIG);
    struct levy_canceled list[] = {
        {STR("SENT"),   false, 0},
        {STR("MADE"),   false, 0},
        {STR("NOBODY"), false, 0},
        {STR("WAITS"),  false, 0},
        {STR("MADE"),   false, 0}
    };
    struct levy_cancel_many cancel = {.levies = list, .count = ARRAY_LEN(list)};

    debit_leaves(world, sent.payment);
    WORLD_RUN(world, &cancel, levy_cancel_many);
    assert_ok(cancel.operation.result);
    assert_int_equal(list[0].status, LEVY_ISSUED);
    assert_int_equal(list[1].status, LEVY_CANCELED);
    assert_false(list[2].known);
    assert_int_equal(list[3].status, LEVY_CANCELED);
    assert_int_equal(list[4].status, LEVY_CANCELED);
    assert_status(world, made.payment, LEVY_CANCELED);
    assert_status(world, waits.payment, LEVY_CANCELED);
    world_is_sound(world);
    world_free(world);
}

static err_t levies_cancel_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct mandate *mandate = arg;

    return levies_cancel(cx, tx, mandate->id);
}

CASE(what_has_not_left_under_a_mandate_is_canceled_with_it)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy sent = levy_make(world, levy_draft_of(&consumer, "SENT", PAID));
    struct levy made = levy_make(world, levy_draft_of(&consumer, "MADE", PAID));
    struct levy waits = levy_make(world, levy_draft_of(&consumer, "WAITS", BIG));
    struct levy other = levy_plain(world, "OTHER", PAID);

    debit_leaves(world, sent.payment);
    world_set_body_run(world, levies_cancel_body, &mandate);
    assert_status(world, sent.payment, LEVY_ISSUED);
    assert_status(world, made.payment, LEVY_CANCELED);
    assert_status(world, waits.payment, LEVY_CANCELED);
    assert_status(world, other.payment, LEVY_CREATED);
    world_is_sound(world);
    world_free(world);
}

CASE(a_levy_that_waits_is_not_run_by_another_face)
{
    struct world *world = world_new();
    struct levy waits = levy_plain(world, "WAITS", BIG);
    struct payment_change change = {
        .merchant = &world->merchant, .id = waits.payment, .card_runs = true, .ask = ASK_CAPTURE};

    WORLD_RUN(world, &change, payment_change);
    assert_int_equal(change.operation.result, ERR_STATE);
    assert_status(world, waits.payment, LEVY_PENDING);
    world_free(world);
}

/* --- what becomes of it --- */

/* The types of what was told of a levy, oldest first: "created issued settled ". */
static struct str told(struct world *world, struct payment_id id)
{
    struct buf out = buf_make(world->cx->arena, 1024);
    struct delivery *list;

    for (size_t i = outbox_all(world, &list); i > 0; i--) {
        if (list[i - 1].channel == CHANNEL_SAFEDEBIT && str_eq(list[i - 1].object, ID_TEXT(id)))
            buf_format(&out, "%.*s ", (int)list[i - 1].type.len - 5, list[i - 1].type.ptr + 5);
    }
    return buf_str(&out);
}

static void assert_told(struct world *world, struct payment_id id, const char *expected)
{
    assert_true(str_eq(told(world, id), str_of(expected)));
}

static enum levy_status follow_payout(struct world *world, struct payout_id payout,
                                      err_t (*step)(struct ctx *, struct tx *, struct payout_id),
                                      struct payment_id id)
{
    assert_ok(payout_step_try(world, step, payout));
    return levy_now(world, id).levy.status;
}

CASE(each_status_is_told_once)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "REF-1", PAID);
    struct payout_create payout;

    assert_told(world, levy.payment, "");
    debit_leaves(world, levy.payment);
    assert_told(world, levy.payment, "issued ");
    assert_ok(debit_try(world, levy.payment, act_settled,
                        (struct debit_event){
                            .date = {2031, 6, 10}
    }));
    assert_told(world, levy.payment, "issued settled ");
    assert_ok(payout_of_payment_try(world, levy.payment, PAYOUT_PENDING, &payout));
    assert_told(world, levy.payment, "issued settled in_credit ");
    world_is_sound(world);
    world_free(world);
}

CASE(credit_follows_the_payout_and_its_failure)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "REF-1", PAID);
    struct payment other = pay_debit(world, PAID);
    struct payout_create payout;

    debit_settles(world, levy.payment);
    debit_settles(world, other.id);
    struct payment_id both[] = {levy.payment, other.id};
    payout = (struct payout_create){.payments = both, .payment_count = 2, .state = PAYOUT_SENT};
    assert_ok(payout_try(world, &payout));
    assert_status(world, levy.payment, LEVY_IN_CREDIT);
    assert_int_equal(follow_payout(world, payout.payout.id, payout_paid, levy.payment),
                     LEVY_CREDITED);
    assert_int_equal(follow_payout(world, payout.payout.id, payout_failed, levy.payment),
                     LEVY_SETTLED);
    assert_told(world, levy.payment, "issued settled in_credit credited settled ");
    assert_ok(comes_back_try(world, levy.payment, "MD06", PAID));
    assert_status(world, levy.payment, LEVY_RETURNED);
    assert_told(world, levy.payment, "issued settled in_credit credited settled returned ");
    assert_true(str_eq(levy_now(world, levy.payment).reason, STR("MD06")));
    assert_int_not_equal(levy_now(world, levy.payment).levy.ended, 0);
    world_is_sound(world);
    world_free(world);
}

CASE(a_rejection_has_its_reason)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "REF-1", PAID);

    debit_leaves(world, levy.payment);
    assert_ok(reject_try(world, levy.payment, "AC04"));
    assert_ok(reject_try(world, levy.payment, "AC04"));
    assert_status(world, levy.payment, LEVY_REJECTED);
    assert_told(world, levy.payment, "issued rejected ");
    assert_true(str_eq(levy_now(world, levy.payment).reason, STR("AC04")));
    world_is_sound(world);
    world_free(world);
}

CASE(a_mandate_that_ended_rejects_what_waits)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-1", PAID));

    world_tamper(world, "UPDATE mandate SET state = 'suspended', suspended_for = 'operator'");
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 6, 9},
                             18, 0, 0
    }));
    struct debit_event event = {.act = act_put_right};
    assert_ok(debit_event_try(world, &event));
    assert_status(world, levy.payment, LEVY_REJECTED);
    assert_told(world, levy.payment, "rejected ");
    assert_true(str_eq(levy_now(world, levy.payment).reason, STR("MD01")));
    world_free(world);
}

static err_t refund_sent_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return refund_sent(cx, tx, arg);
}

static err_t refund_not_honored_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return refund_not_honored(cx, tx, arg);
}

CASE(a_whole_refund_shows_and_a_part_does_not)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "REF-1", PAID);
    struct refund_create refund;

    debit_settles(world, levy.payment);
    assert_ok(refund_try(world, levy.payment, 400, &refund));
    assert_status(world, levy.payment, LEVY_SETTLED);
    world_set_body_run(world, refund_sent_body, &refund.refund);
    assert_ok(refund_try(world, levy.payment, 600, &refund));
    assert_status(world, levy.payment, LEVY_TO_REFUND);
    world_is_sound(world);
    world_set_body_run(world, refund_sent_body, &refund.refund);
    assert_status(world, levy.payment, LEVY_REFUNDED);
    world_set_body_run(world, refund_not_honored_body, &refund.refund);
    assert_status(world, levy.payment, LEVY_SETTLED);
    assert_told(world, levy.payment, "issued settled to_refund refunded settled ");
    world_is_sound(world);
    world_free(world);
}

CASE(a_cancellation_by_another_face_is_told)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "REF-1", PAID);
    struct refund_create refund;

    assert_ok(refund_try(world, levy.payment, PAID, &refund));
    assert_int_equal(refund.refund.state, REFUND_PAYMENT_CANCELED);
    assert_status(world, levy.payment, LEVY_CANCELED);
    assert_told(world, levy.payment, "canceled ");
    world_is_sound(world);
    world_free(world);
}

static void assert_address(struct world *world, const char *type, const char *address)
{
    struct delivery *list;
    size_t count = outbox_all(world, &list);
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        if (!str_eq(list[i].type, str_of(type)))
            continue;
        assert_true(str_eq(list[i].address, str_of(address)));
        found++;
    }
    assert_int_equal(found, address[0] == '\0' ? 0 : 1);
}

CASE(the_outcome_of_the_code_goes_to_the_one_address_and_the_rest_to_the_other)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-1", BIG);
    struct levy_validate validate;

    draft.url_callback = STR("https://one.example.com/a");
    draft.url_status = STR("https://two.example.com/b");
    struct levy levy = levy_make(world, draft);
    assert_ok(levy_validate_try(world, &consumer, "REF-1", "123456", &validate));
    debit_leaves(world, levy.payment);
    assert_address(world, "levy.created", "https://one.example.com/a");
    assert_address(world, "levy.issued", "https://two.example.com/b");
    world_free(world);
}

CASE(nobody_is_told_where_no_address_was_given)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-1", PAID);

    draft.url_callback = STR_NONE;
    struct levy levy = levy_make(world, draft);
    debit_leaves(world, levy.payment);
    assert_told(world, levy.payment, "");
    assert_status(world, levy.payment, LEVY_ISSUED);
    /* Only what follows the code would have gone to it. */
    draft.sdd_reference = STR("REF-2");
    draft.url_status = STR("https://two.example.com/b");
    draft.amount_minor = BIG;
    levy = levy_make(world, draft);
    assert_ok(levy_cancel_try(world, "REF-2"));
    assert_told(world, levy.payment, "");
    world_free(world);
}

/* --- searching --- */

static size_t found(struct world *world, struct levy_search search)
{
    struct levy_view *list;
    size_t count;

    search.limit = search.limit == 0 ? 100 : search.limit;
    assert_ok(levy_search(world->cx, world_read(world), &search, &list, &count));
    reader_release(world->core.reader);
    return count;
}

CASE(levies_are_found_by_all_that_is_known_of_them)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy back = levy_make(world, levy_draft_of(&consumer, "REF-1", PAID));
    const struct str named[] = {back.payment_reference, STR("NOBODY")};

    levy_make(world, levy_draft_of(&consumer, "REF-2", 2 * PAID));
    levy_plain(world, "REF-3", BIG);
    debit_leaves(world, back.payment);
    assert_ok(reject_try(world, back.payment, "AC04"));
    const struct levy_times today = {WORLD_START - HOUR_US, WORLD_START + HOUR_US};
    const struct levy_times before = {1, WORLD_START - HOUR_US};
    assert_int_equal(found(world, (struct levy_search){0}), 3);
    assert_int_equal(found(world, (struct levy_search){.limit = 2}), 2);
    assert_int_equal(found(world, (struct levy_search){.offset = 2}), 1);
    assert_int_equal(found(world, (struct levy_search){.umr = mandate.umr}), 2);
    assert_int_equal(found(world, (struct levy_search){.consumer = consumer.reference}), 2);
    assert_int_equal(found(world, (struct levy_search){.status = LEVY_PENDING}), 1);
    assert_int_equal(found(world, (struct levy_search){.status = LEVY_REJECTED}), 1);
    assert_int_equal(found(world, (struct levy_search){.ended = today}), 1);
    assert_int_equal(found(world, (struct levy_search){.ended = before}), 0);
    assert_int_equal(found(world, (struct levy_search){.validated = today}), 2);
    assert_int_equal(found(world, (struct levy_search){.created = today}), 3);
    assert_int_equal(found(world, (struct levy_search){.created = before}), 0);
    assert_int_equal(found(world, (struct levy_search){.amount_from = 2 * PAID}), 2);
    assert_int_equal(found(world, (struct levy_search){.amount_until = 2 * PAID}), 2);
    assert_int_equal(found(world, (struct levy_search){.named = named, .named_count = 2}), 1);
    assert_int_equal(found(world, (struct levy_search){.sdd_reference = STR("REF-2")}), 1);
    assert_int_equal(found(world, (struct levy_search){.sdd_reference = STR("ref-2")}), 0);
    assert_int_equal(
        found(world, (struct levy_search){.sdd_reference = STR("REF-2"), .status = LEVY_REJECTED}),
        0);
    assert_int_equal(found(world, (struct levy_search){.store = STR("S1")}), 0);
    assert_int_equal(found(world, (struct levy_search){.beneficiary = STR("B1")}), 0);
    world_free(world);
}

/* --- the books --- */

/* Of a levy at the threshold: 15 minutes and three times as many after it, and one life more. */
CASE(a_levy_that_nobody_validates_is_canceled_by_its_task)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy_draft draft = levy_draft_of(&consumer, "REF-1", BIG);
    struct levy_validate validate;

    draft.url_callback = STR("https://shop.example/levy");
    struct levy levy = levy_make(world, draft);
    world_advance(world, 60 * 60 + 14 * 60);
    assert_status(world, levy.payment, LEVY_PENDING);
    world_is_sound(world);
    world_advance(world, 2 * 60);
    assert_status(world, levy.payment, LEVY_CANCELED);
    assert_int_equal(levy_now(world, levy.payment).payment.state, PAYMENT_CANCELED);
    assert_told(world, levy.payment, "canceled ");
    assert_int_equal(levy_validate_try(world, &consumer, "REF-1", "123456", &validate), ERR_STATE);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'levy_code'"), 0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM one_time_code"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(a_fresh_code_puts_the_end_off)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-1", BIG));
    struct levy_validate validate;

    world_advance(world, 70 * 60);
    assert_ok(levy_validate_try(world, &consumer, "REF-1", "123456", &validate));
    assert_int_equal(validate.outcome, CODE_EXPIRED);
    world_advance(world, 59 * 60);
    assert_status(world, levy.payment, LEVY_PENDING);
    world_advance(world, 2 * 60);
    assert_status(world, levy.payment, LEVY_CANCELED);
    world_free(world);
}

CASE(a_validated_levy_does_not_end_by_its_task)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-1", BIG));
    struct levy_validate validate;

    assert_ok(levy_validate_try(world, &consumer, "REF-1", "123456", &validate));
    assert_int_equal(validate.outcome, CODE_RIGHT);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'levy_code'"), 0);
    world_advance(world, 2 * 60 * 60);
    assert_status(world, levy.payment, LEVY_CREATED);
    world_free(world);
}

CASE(verify_sees_a_levy_that_would_wait_for_ever)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct consumer consumer = consumer_signed(world, MANDATE_RECURRENT, &mandate);
    struct levy levy = levy_make(world, levy_draft_of(&consumer, "REF-1", BIG));
    struct verify_report report;

    world_tamper(world, "DELETE FROM task WHERE kind = 'levy_code'");
    assert_ok(verify(world->cx, world_read(world), &report));
    reader_release(world->core.reader);
    assert_int_equal(report.problem_count, 1);
    assert_true(str_eq(report.problems[0].object, ID_TEXT(levy.payment)));
    world_free(world);
}

CASE(verify_sees_a_status_that_is_not_so)
{
    struct world *world = world_new();
    struct levy levy = levy_plain(world, "REF-1", PAID);

    world_is_sound(world);
    world_tamper(world, "UPDATE levy SET status = 'settled'");
    struct verify_report report;
    assert_ok(verify(world->cx, world_read(world), &report));
    reader_release(world->core.reader);
    assert_int_equal(report.problem_count, 1);
    assert_true(str_eq(report.problems[0].object, ID_TEXT(levy.payment)));
    world_free(world);
}

UNIT_MAIN(T(levy_is_a_payment_by_debit_of_its_consumer), T(references_of_ours_rise_with_time),
          T(what_files_may_not_hold_is_called_by_our_reference_at_the_bank),
          T(what_is_not_known_is_told_before_what_is_not_allowed), T(the_day_must_be_possible),
          T(a_mandate_must_be_active),
          T(a_mandate_for_one_debit_has_one_levy_unless_it_came_to_nothing),
          T(a_merchant_without_a_bank_account_has_no_levies),
          T(from_the_threshold_on_a_levy_waits_for_its_code),
          T(wrong_codes_count_though_they_are_refused),
          T(three_fresh_codes_follow_one_that_has_expired),
          T(a_consumer_that_no_code_reaches_has_no_large_levy),
          T(a_day_that_has_passed_meanwhile_moves), T(a_levy_is_changed_until_its_file_is_written),
          T(an_amount_is_not_raised_without_the_consumer), T(many_are_canceled_and_the_others_stay),
          T(what_has_not_left_under_a_mandate_is_canceled_with_it),
          T(a_levy_that_waits_is_not_run_by_another_face), T(each_status_is_told_once),
          T(credit_follows_the_payout_and_its_failure), T(a_rejection_has_its_reason),
          T(a_mandate_that_ended_rejects_what_waits), T(a_whole_refund_shows_and_a_part_does_not),
          T(a_cancellation_by_another_face_is_told),
          T(the_outcome_of_the_code_goes_to_the_one_address_and_the_rest_to_the_other),
          T(nobody_is_told_where_no_address_was_given),
          T(levies_are_found_by_all_that_is_known_of_them),
          T(a_levy_that_nobody_validates_is_canceled_by_its_task), T(a_fresh_code_puts_the_end_off),
          T(a_validated_levy_does_not_end_by_its_task),
          T(verify_sees_a_levy_that_would_wait_for_ever), T(verify_sees_a_status_that_is_not_so))
