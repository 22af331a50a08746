#include "core/debit_reason.h"
#include "core/mail.h"
#include "core/mandate_operator.h"
#include "support/core_bank.h"
#include "support/core_request.h"

/* 5.00 by debit: 0.25 fee and 0.05 VAT on it (the sandbox's fee.sepa). */
enum { PAID = 5000, FEE = 25, VAT = 5, NET = PAID - FEE - VAT, RETURN_FEE = 150, RETURN_VAT = 30 };

static struct date day(int year, int month, int number)
{
    return (struct date){year, month, number};
}

static void assert_day(struct date date, int year, int month, int number)
{
    assert_int_equal(date_compare(date, day(year, month, number)), 0);
}

/* --- making one --- */

CASE(debit_is_due_on_the_first_day_that_the_calendar_allows)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account account = account_signed(world, &mandate);
    struct payment payment = pay_from(world, account.id, PAID);
    struct debit debit = debit_now(world, payment.id);

    /* Monday, 10:00; the bank closes at 18:00 on the day before. */
    assert_day(debit.due, 2031, 6, 3);
    assert_int_equal(debit.cutoff, instant_paris((struct wall){day(2031, 6, 2), 18, 0, 0}));
    assert_int_equal(debit.sequence, DEBIT_RECURRENT);
    assert_int_equal(debit.scheme, MANDATE_CORE);
    assert_true(ID_EQ(debit.mandate, mandate.id));
    assert_true(ID_EQ(debit.account, account.id));
    assert_true(str_eq(str_of(debit.end_to_end), ID_TEXT(payment.id)));
    assert_int_equal(debit.presentation, 1);
    assert_int_equal(payment.method, METHOD_SEPA);
    assert_int_equal(payment.fee_minor, FEE);
    assert_int_equal(payment.fee_vat_minor, VAT);
    assert_true(str_eq(payment.date_settlement, STR("2031-06-03")));
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    assert_int_equal(world_number(world, "SELECT due_us FROM task WHERE kind = 'sepa_export'"),
                     debit.cutoff);
    world_is_sound(world);
    world_free(world);
}

static struct date due_for(struct world *world, const char *asked)
{
    struct mandate mandate;
    const struct account_choice choice = account_by_id(account_signed(world, &mandate).id);
    struct payment_draft draft = draft_by(&choice, PAID);

    draft.date_settlement = str_of(asked);
    return debit_now(world, pay(world, draft).id).due;
}

CASE(asked_day_moves_forward_to_one_that_is_possible)
{
    struct world *world = world_new();

    assert_day(due_for(world, "2031-06-02"), 2031, 6, 3); /* the cut-off was on Friday */
    assert_day(due_for(world, "2030-01-01"), 2031, 6, 3); /* past */
    assert_day(due_for(world, "2031-06-05"), 2031, 6, 5);
    assert_day(due_for(world, "2031-06-07"), 2031, 6, 9); /* Saturday */
    assert_day(due_for(world, "2031-12-25"), 2031, 12, 29);
    world_set(world, "prenotification_days", "14");
    assert_day(due_for(world, "2031-06-05"), 2031, 6, 16);
    assert_day(due_for(world, "2031-06-17"), 2031, 6, 17);
    world_set(world, "cutoff_ibd", "14"); /* more than the scheme's 14 calendar days */
    struct payment payment = pay_debit(world, PAID);
    struct debit debit = debit_now(world, payment.id);
    assert_day(debit.due, 2031, 6, 20);
    assert_int_equal(debit.cutoff, instant_paris((struct wall){day(2031, 6, 6), 18, 0, 0}));
    world_is_sound(world);
    world_free(world);
}

static err_t pay_by_try(struct world *world, struct account_choice choice, struct money amount,
                        struct payment_create *create)
{
    struct payment_draft draft = draft_by(&choice, amount.minor);

    draft.amount = amount;
    return pay_try(world, draft, create);
}

static void refused(struct world *world, struct account_choice choice, struct money amount,
                    err_t err, const char *field)
{
    struct payment_create create;

    assert_int_equal(pay_by_try(world, choice, amount, &create), err);
    assert_string_equal(fault_of(&create.operation)->field, field);
}

CASE(debit_needs_euro_and_a_mandate_and_a_creditor)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct account_choice signed_one = account_by_id(account_signed(world, &mandate).id);
    struct account_choice bare = account_by_id(account_bare(world).id);
    struct payment_create create;

    refused(world, bare, eur(PAID), ERR_INVALID, "sepa");
    refused(world, signed_one, (struct money){PAID, CURRENCY_USD}, ERR_INVALID, "sepa");
    refused(world, signed_one, eur(49), ERR_INVALID, "amount");
    refused(world, account_by_id((struct bank_account_id){"00000000000000000000000Z"}), eur(PAID),
            ERR_NOT_FOUND, "bank_account");
    bare.need = MANDATE_OPTIONAL;
    assert_ok(pay_by_try(world, bare, eur(PAID), &create));
    assert_int_equal(debit_now(world, create.view.payment.id).sequence, DEBIT_ONE_OFF);
    world_set(world, "ics", "");
    refused(world, signed_one, eur(PAID), ERR_INVALID, "sepa");
    world_set(world, "ics", "FR72ZZZ123456");
    world_set(world, "iban", "");
    refused(world, signed_one, eur(PAID), ERR_INVALID, "sepa");
    assert_int_equal(world_count(world, "debit"), 1);
    world_is_sound(world);
    world_free(world);
}

CASE(live_debit_needs_a_bank)
{
    struct world *world = world_new();
    const struct account_choice choice = account_by_id(account_bare(world).id);
    struct payment_create create = {.merchant = &world->merchant, .draft = draft_by(&choice, PAID)};
    struct payment_change change = {
        .merchant = &world->merchant, .change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}};
    bool done;

    world_begin(world, &create.operation, &done);
    create.operation.cx->mode = MODE_LIVE;
    payment_create(&create);
    world_pump(world, &done);
    assert_int_equal(create.operation.result, ERR_UNAVAILABLE);
    assert_string_equal(fault_of(&create.operation)->field, "sepa");
    world_begin(world, &change.operation, &done);
    change.operation.cx->mode = MODE_LIVE;
    payment_change(&change);
    world_pump(world, &done);
    assert_int_equal(change.operation.result, ERR_UNAVAILABLE);
    world_free(world);
}

CASE(account_comes_with_its_mandate)
{
    struct world *world = world_new();
    const struct bank_account_draft draft = account_draft();
    struct account_choice choice = {
        .inline_data = true,
        .mandate = {.umr = STR("RUM-1"), .signed_at = WORLD_START - DAY_US},
        .need = MANDATE_NEEDED,
    };
    struct payment_create create;

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &choice.sealed));
    assert_ok(pay_by_try(world, choice, eur(PAID), &create));
    struct debit debit = debit_now(world, create.view.payment.id);
    assert_true(str_eq(mandate_at(world, debit.mandate).umr, STR("RUM-1")));
    assert_true(str_eq(create.view.sepa->account.umr, STR("RUM-1")));
    /* A reference alone is no signature. */
    choice.mandate = (struct mandate_given){.umr = STR("RUM-2")};
    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &choice.sealed));
    refused(world, choice, eur(PAID), ERR_INVALID, "sepa");
    choice.mandate = (struct mandate_given){.umr = STR("RUM-2"), .date_needed = true};
    refused(world, choice, eur(PAID), ERR_INVALID, "sepa.date_mandate");
    /* The same reference for the same number is the same mandate. */
    choice.mandate = (struct mandate_given){.umr = STR("rum-1")};
    assert_ok(pay_by_try(world, choice, eur(PAID), &create));
    assert_true(ID_EQ(debit_now(world, create.view.payment.id).mandate, debit.mandate));
    assert_int_equal(world_count(world, "mandate"), 1);
    assert_int_equal(world_count(world, "bank_account"), 2);
    world_is_sound(world);
    world_free(world);
}

CASE(first_debit_is_marked_where_the_bank_wants_it)
{
    struct world *world = world_new();
    struct mandate mandate;

    world_set(world, "send_frst", "yes");
    struct bank_account account = account_signed(world, &mandate);
    struct payment first = pay_from(world, account.id, PAID);
    assert_int_equal(debit_now(world, first.id).sequence, DEBIT_FIRST);
    assert_int_equal(debit_now(world, pay_from(world, account.id, PAID).id).sequence,
                     DEBIT_RECURRENT);
    /* Rejected before settlement, the next one is first again; but there is another already. */
    struct bank_account other = account_signed(world, &mandate);
    struct payment rejected = pay_from(world, other.id, PAID);
    debit_leaves(world, rejected.id);
    assert_ok(reject_try(world, rejected.id, "AM04"));
    assert_int_equal(debit_now(world, pay_from(world, other.id, PAID).id).sequence, DEBIT_FIRST);
    world_is_sound(world);
    world_free(world);
}

static struct mail only_mail(struct world *world)
{
    struct delivery *list;
    struct mail mail;
    size_t count;

    assert_ok(outbox_list(world->cx, world_read(world), &(struct outbox_filter){.limit = 10}, &list,
                          &count));
    assert_int_equal(count, 1);
    assert_ok(mail_load(world->cx, world_read(world), &list[0], &mail));
    reader_release(world->core.reader);
    return mail;
}

static bool has(struct str text, const char *part)
{
    return strstr(text.ptr, part) != NULL;
}

static struct mail told_in(const char *language)
{
    struct world *world = world_new();
    static char text[4096];

    world_set(world, "language", language);
    struct mandate mandate;
    const struct account_choice choice = account_by_id(account_signed(world, &mandate).id);
    struct payment_draft draft = draft_by(&choice, 123450);
    draft.customer = (struct customer_choice){.inline_data = true,
                                              .twin = TWIN_BY_EXTERNAL_ID,
                                              .draft = {.email = STR("ada@example.com")}};
    draft.description = STR("Abonnement");
    pay(world, draft);
    struct mail mail = only_mail(world);
    assert_true(str_eq(mail.to, STR("ada@example.com")));
    assert_true(has(mail.text, mandate.umr.ptr));
    assert_true(has(mail.text, "FR72ZZZ123456"));
    assert_true(has(mail.text, "2606"));
    assert_true(has(mail.text, "Abonnement"));
    snprintf(text, sizeof text, "%.*s\n%.*s", (int)mail.subject.len, mail.subject.ptr,
             (int)mail.text.len, mail.text.ptr);
    mail.text = str_of(text);
    world_is_sound(world);
    world_free(world);
    return mail;
}

CASE(debtor_is_told_in_the_language_of_the_mandate)
{
    struct mail mail = told_in("fr");
    assert_true(has(mail.text, "Prélèvement de 1\u202f234,50\u00a0€ le 3 juin 2031\n"));
    mail = told_in("en");
    assert_true(has(mail.text, "Direct debit of €1,234.50 on 3 June 2031\n"));
}

/* --- its life --- */

CASE(debit_goes_through_its_states_and_the_book_follows)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);
    struct mandate before = mandate_at(world, debit_now(world, payment.id).mandate);

    assert_null(last_due_of(world, before.id).ptr);
    debit_leaves(world, payment.id);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    assert_int_equal(world_balance(world, ACCOUNT_SEPA), PAID);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), -NET);
    assert_int_equal(world_balance(world, ACCOUNT_FEE_INCOME), -FEE);
    assert_int_equal(world_balance(world, ACCOUNT_FEE_VAT), -VAT);
    assert_true(str_eq(last_due_of(world, before.id), STR("2031-06-03")));
    world_is_sound(world);
    assert_ok(
        debit_try(world, payment.id, act_settled, (struct debit_event){.date = day(2031, 6, 3)}));
    struct payment captured = payment_now(world, payment.id);
    assert_int_equal(captured.state, PAYMENT_CAPTURED);
    assert_day(date_paris(captured.banked), 2031, 6, 3);
    assert_int_equal(world_balance(world, ACCOUNT_SEPA), 0);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), PAID);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), -NET);
    assert_int_equal(world_count(world, "payout_line"), 0);
    world_is_sound(world);
    world_advance_to(world, 8, 7, 31); /* five TARGET days after the 3rd is Tuesday the 10th */
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE) +
                         world_balance(world, ACCOUNT_PAYOUTS_IN_TRANSIT),
                     0 - NET);
    world_is_sound(world);
    world_free(world);
}

CASE(money_is_pending_until_the_time_for_returns_is_over)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account account = account_bare(world);

    mandate = mandate_made_of(world, account.id, MANDATE_RECURRENT, MANDATE_B2B);
    struct payment business = pay_from(world, account.id, PAID);
    struct payment person = pay_debit(world, PAID);
    assert_int_equal(debit_now(world, business.id).scheme, MANDATE_B2B);
    assert_true(ID_EQ(debit_now(world, business.id).mandate, mandate.id));
    debit_settles(world, business.id);
    debit_settles(world, person.id);
    world_advance_to(world, 4, 7, 29); /* Friday 6: three TARGET days */
    assert_int_equal(debit_now(world, business.id).released, 0);
    world_advance_to(world, 4, 7, 31);
    assert_true(debit_now(world, business.id).released != 0);
    world_advance_to(world, 8, 7, 29); /* Tuesday 10 */
    assert_int_equal(debit_now(world, person.id).released, 0);
    world_advance_to(world, 8, 7, 31);
    assert_true(debit_now(world, person.id).released != 0);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(rejected_debit_leaves_nothing)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);

    debit_leaves(world, payment.id);
    assert_ok(reject_try(world, payment.id, "AM04"));
    struct payment failed = payment_now(world, payment.id);
    assert_int_equal(failed.state, PAYMENT_FAILED);
    assert_true(str_eq(failed.response, STR("AM04")));
    assert_int_equal(world_balance(world, ACCOUNT_SEPA), 0);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    assert_int_equal(world_balance(world, ACCOUNT_FEE_INCOME), 0);
    assert_int_equal(world_balance(world, ACCOUNT_FEE_VAT), 0);
    assert_int_equal(world_count(world, "payment"), 1); /* sepa_retry is off */
    world_is_sound(world);
    world_free(world);
}

static struct dispute only_dispute(struct world *world, struct payment_id payment)
{
    struct dispute *list;
    size_t count;

    assert_ok(disputes_of_payment(world->cx, world_read(world), payment, &list, &count));
    reader_release(world->core.reader);
    assert_int_equal(count, 1);
    return list[0];
}

static void return_costs(int days)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);

    debit_settles(world, payment.id);
    if (days > 0)
        world_advance_to(world, days, 7, 31);
    int64_t payable = world_balance(world, ACCOUNT_PAYABLE);
    int64_t pending = world_balance(world, ACCOUNT_PENDING);
    assert_int_equal(payable + pending, -NET);
    /* The bank took 5.00 of its own beside. */
    assert_ok(comes_back_try(world, payment.id, "MD06", PAID + 500));
    struct dispute dispute = only_dispute(world, payment.id);
    assert_int_equal(dispute.kind, DISPUTE_RETURN);
    assert_int_equal(dispute.state, DISPUTE_SETTLED);
    assert_int_equal(dispute.amount.minor, PAID);
    assert_int_equal(dispute.fee_minor, RETURN_FEE);
    assert_int_equal(dispute.fee_vat_minor, RETURN_VAT);
    assert_true(str_eq(dispute.response, STR("MD06")));
    assert_true(dispute.banked != 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_DISPUTED);
    assert_int_equal(world_balance(world, ACCOUNT_PENDING), 0);
    assert_int_equal(world_balance(world, ACCOUNT_BANK), -500);
    assert_int_equal(world_balance(world, ACCOUNT_BANK_FEES), 500);
    assert_int_equal(world_balance(world, ACCOUNT_PAYABLE), FEE + VAT + RETURN_FEE + RETURN_VAT);
    assert_int_equal(world_balance(world, ACCOUNT_FEE_INCOME), -FEE - RETURN_FEE);
    assert_int_equal(world_balance(world, ACCOUNT_FEE_VAT), -VAT - RETURN_VAT);
    world_is_sound(world);
    world_work(world);
    world_is_sound(world);
    world_free(world);
}

CASE(returned_debit_takes_the_money_back_and_costs_a_fee)
{
    return_costs(0);
    return_costs(8);
}

CASE(what_happened_already_changes_nothing_and_what_contradicts_is_refused)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);
    struct payment_id id = payment.id;
    struct debit_event on_day = {.date = day(2031, 6, 3)};

    assert_int_equal(debit_try(world, id, act_settled, on_day), ERR_STATE);
    assert_int_equal(reject_try(world, id, "AM04"), ERR_STATE);
    assert_int_equal(comes_back_try(world, id, "AM04", PAID), ERR_STATE);
    assert_ok(debit_try(world, id, act_take, (struct debit_event){0}));
    assert_int_equal(debit_try(world, id, act_take, (struct debit_event){0}), ERR_STATE);
    assert_ok(debit_try(world, id, act_sent, (struct debit_event){0}));
    assert_int_equal(comes_back_try(world, id, "AM04", PAID), ERR_STATE);
    assert_ok(debit_try(world, id, act_settled, on_day));
    assert_ok(debit_try(world, id, act_settled, on_day));
    assert_int_equal(reject_try(world, id, "AM04"), ERR_STATE);
    assert_int_equal(comes_back_try(world, id, "AM04", PAID - 1), ERR_STATE);
    assert_ok(comes_back_try(world, id, "AM04", PAID));
    assert_ok(comes_back_try(world, id, "MD01", PAID));
    assert_ok(debit_try(world, id, act_settled, on_day));
    assert_int_equal(reject_try(world, id, "AM04"), ERR_STATE);
    only_dispute(world, id);
    world_is_sound(world);
    struct payment other = pay_debit(world, PAID);
    debit_leaves(world, other.id);
    assert_ok(reject_try(world, other.id, "AM04"));
    assert_ok(reject_try(world, other.id, "AC04"));
    assert_int_equal(debit_try(world, other.id, act_settled, on_day), ERR_STATE);
    assert_int_equal(comes_back_try(world, other.id, "AM04", PAID), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

/* --- files --- */

static size_t due_count(struct world *world, instant now)
{
    struct debit_cursor after = {0};
    struct debit_move *list;
    size_t all = 0;
    size_t count;

    do {
        assert_ok(debits_due(world->cx, world_read(world), now, 2, &after, &list, &count));
        all += count;
    } while (count > 0);
    reader_release(world->core.reader);
    return all;
}

CASE(debits_wait_for_their_cut_off_and_leave_once)
{
    struct world *world = world_new();
    instant cutoff = instant_paris((struct wall){day(2031, 6, 2), 18, 0, 0});
    struct payment payments[5];

    for (size_t i = 0; i < ARRAY_LEN(payments); i++)
        payments[i] = pay_debit(world, PAID);
    due_for(world, "2031-06-05");
    assert_int_equal(due_count(world, cutoff - 1), 0);
    assert_int_equal(due_count(world, cutoff), 5);
    for (size_t i = 0; i < 3; i++)
        assert_ok(debit_try(world, payments[i].id, act_take, (struct debit_event){0}));
    assert_int_equal(due_count(world, cutoff), 2);
    world_is_sound(world);
    world_free(world);
}

CASE(debit_that_missed_its_cut_off_moves_on_or_fails)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);

    /* Nobody makes files here. */
    world_advance_to(world, 0, 18, 59);
    assert_day(debit_now(world, payment.id).due, 2031, 6, 3);
    world_advance_to(world, 0, 19, 30);
    assert_day(debit_now(world, payment.id).due, 2031, 6, 4);
    assert_true(str_eq(payment_now(world, payment.id).date_settlement, STR("2031-06-04")));
    world_is_sound(world);
    world_set(world, "late_policy", "fail");
    world_advance_to(world, 1, 19, 30);
    struct payment failed = payment_now(world, payment.id);
    assert_int_equal(failed.state, PAYMENT_FAILED);
    assert_true(str_eq(failed.response, STR("TM01")));
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'sepa_export'"),
                     0);
    world_is_sound(world);
    world_free(world);
}

CASE(debit_under_a_mandate_that_was_revoked_does_not_leave)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);
    struct mandate_change revoke = {.remove = true, .id = debit_now(world, payment.id).mandate};

    WORLD_RUN(world, &revoke, mandate_change);
    assert_ok(revoke.operation.result);
    assert_int_equal(debit_try(world, payment.id, act_take, (struct debit_event){0}), ERR_STATE);
    world_advance_to(world, 0, 18, 1);
    struct payment failed = payment_now(world, payment.id);
    assert_int_equal(failed.state, PAYMENT_FAILED);
    assert_true(str_eq(failed.response, STR("MD01")));
    world_is_sound(world);
    world_free(world);
}

CASE(debit_does_not_leave_when_the_36_months_are_over)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);

    world_tamper(world, "UPDATE mandate SET expires_on = '2031-06-02', signed_us = signed_us - "
                        "1200 * 86400000000, created_us = created_us - 1200 * 86400000000");
    assert_int_equal(debit_try(world, payment.id, act_take, (struct debit_event){0}), ERR_STATE);
    world_advance_to(world, 0, 18, 1);
    struct payment failed = payment_now(world, payment.id);
    assert_int_equal(failed.state, PAYMENT_FAILED);
    assert_true(str_eq(failed.response, STR("MD01")));
    world_free(world);
}

/* What the mandate's row tells is only before when nobody has to look. */
CASE(debit_leaves_when_the_36_months_have_begun_again)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);

    world_tamper(world, "UPDATE mandate SET expires_on = '2031-06-02'");
    world_advance_to(world, 0, 18, 1);
    assert_int_equal(state_now(world, payment.id), PAYMENT_TO_CAPTURE);
    struct mandate mandate = mandate_at(world, debit_now(world, payment.id).mandate);
    assert_true(str_eq(mandate.expires_on, STR("2034-06-02")));
    world_tamper(world, "UPDATE mandate SET expires_on = '2031-06-02'");
    debit_leaves(world, payment.id);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_is_sound(world);
    world_free(world);
}

/* --- refunds --- */

CASE(full_refund_before_it_leaves_cancels_it)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);
    struct refund_create create;

    assert_int_equal(refund_try(world, payment.id, 100, &create), ERR_STATE);
    assert_ok(refund_try(world, payment.id, WHOLE, &create));
    assert_int_equal(create.refund.state, REFUND_PAYMENT_CANCELED);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CANCELED);
    assert_int_equal(due_count(world, INT64_MAX / 2), 0);
    struct payment taken = pay_debit(world, PAID);
    struct bank_step step = {.file = bank_file_taken(world, debit_now(world, taken.id).cutoff).id};
    assert_int_equal(refund_try(world, taken.id, WHOLE, &create), ERR_STATE);
    assert_ok(bank_step(world, bank_blocked_body, &step));
    assert_ok(bank_step(world, bank_give_up_body, &step));
    assert_ok(refund_try(world, taken.id, WHOLE, &create));
    world_is_sound(world);
    world_free(world);
}

struct refund_event {
    struct refund refund;
    err_t (*act)(struct ctx *cx, struct tx *tx, struct refund *refund);
};

static err_t refund_event_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct refund_event *event = arg;

    TRY(refund_load(cx, tx, event->refund.id, &event->refund));
    return event->act(cx, tx, &event->refund);
}

static err_t refund_event_try(struct world *world, struct refund_id id,
                              err_t (*act)(struct ctx *, struct tx *, struct refund *))
{
    struct refund_event event = {.refund = {.id = id}, .act = act};

    return tx_run(world->store, world_ctx(world), refund_event_body, &event);
}

CASE(refund_of_a_settled_debit_is_a_transfer)
{
    struct world *world = world_new();
    struct payment payment = pay_debit(world, PAID);
    struct refund_create create;

    debit_settles(world, payment.id);
    assert_ok(refund_try(world, payment.id, 1000, &create));
    assert_int_equal(create.refund.state, REFUND_TO_REFUND);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'card_refund'"),
                     0);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'sepa_export'"),
                     1);
    world_is_sound(world);
    assert_ok(refund_event_try(world, create.refund.id, refund_sent));
    world_is_sound(world);
    assert_ok(refund_event_try(world, create.refund.id, refund_settled));
    assert_int_equal(world_balance(world, ACCOUNT_BANK), PAID - 1000);
    world_is_sound(world);
    assert_ok(refund_event_try(world, create.refund.id, refund_not_honored));
    assert_int_equal(world_balance(world, ACCOUNT_BANK), PAID);
    assert_int_equal(payment_now(world, payment.id).refunded_minor, 0);
    world_is_sound(world);
    assert_ok(refund_try(world, payment.id, WHOLE, &create));
    assert_ok(refund_event_try(world, create.refund.id, refund_sent));
    assert_ok(refund_event_try(world, create.refund.id, refund_not_honored));
    world_is_sound(world);
    world_free(world);
}

/* --- mandates --- */

CASE(one_off_mandate_is_for_one_debit)
{
    struct world *world = world_new();
    struct bank_account account = account_bare(world);
    struct mandate mandate = mandate_made_of(world, account.id, MANDATE_ONE_OFF, MANDATE_CORE);
    struct account_choice choice = account_by_id(account.id);
    struct payment first = pay_from(world, account.id, PAID);
    struct refund_create cancel;

    assert_int_equal(debit_now(world, first.id).sequence, DEBIT_ONE_OFF);
    refused(world, choice, eur(PAID), ERR_INVALID, "sepa");
    assert_ok(refund_try(world, first.id, WHOLE, &cancel)); /* cancelled, it is free */
    struct payment second = pay_from(world, account.id, PAID);
    debit_leaves(world, second.id);
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_CLOSED);
    refused(world, choice, eur(PAID), ERR_INVALID, "sepa");
    assert_ok(reject_try(world, second.id, "AM04")); /* rejected before settlement, too */
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_ACTIVE);
    struct payment third = pay_from(world, account.id, PAID);
    debit_settles(world, third.id);
    assert_ok(comes_back_try(world, third.id, "AM04", PAID));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_CLOSED);
    refused(world, choice, eur(PAID), ERR_INVALID, "sepa");
    world_is_sound(world);
    world_free(world);
}

static enum mandate_state mandate_after(struct world *world, const char *reason, bool settled)
{
    struct mandate mandate;
    struct payment payment = pay_from(world, account_signed(world, &mandate).id, PAID);

    if (settled)
        debit_settles(world, payment.id);
    else
        debit_leaves(world, payment.id);
    assert_ok(settled ? comes_back_try(world, payment.id, reason, PAID)
                      : reject_try(world, payment.id, reason));
    return mandate_at(world, mandate.id).state;
}

CASE(reason_decides_about_the_mandate)
{
    static const struct {
        const char *reason;
        enum mandate_state state;
    } CASES[] = {
        {"AM04", MANDATE_ACTIVE   },
        {"AC01", MANDATE_SUSPENDED},
        {"AC04", MANDATE_SUSPENDED},
        {"AC06", MANDATE_ACTIVE   },
        {"AC13", MANDATE_ACTIVE   }, /* a consumer's account matters
  between businesses only */
        {"MD01", MANDATE_REVOKED  },
        {"MD06", MANDATE_SUSPENDED},
        {"MD07", MANDATE_REVOKED  },
        {"MS02", MANDATE_SUSPENDED},
        {"MS03", MANDATE_ACTIVE   },
        {"SL01", MANDATE_SUSPENDED},
        {"XYZ9", MANDATE_SUSPENDED}, /* not in the table */
    };
    struct world *world = world_new();

    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        assert_int_equal(mandate_after(world, CASES[i].reason, false), CASES[i].state);
        assert_int_equal(mandate_after(world, CASES[i].reason, true), CASES[i].state);
    }
    world_is_sound(world);
    world_free(world);
}

CASE(blocked_account_suspends_the_second_time)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account account = account_signed(world, &mandate);

    for (int i = 0; i < 2; i++) {
        assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_ACTIVE);
        struct payment payment = pay_from(world, account.id, PAID);
        debit_leaves(world, payment.id);
        assert_ok(reject_try(world, payment.id, "AC06"));
    }
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_SUSPENDED);
    world_free(world);
}

CASE(business_mandate_is_revoked_by_a_consumer_account)
{
    struct world *world = world_new();
    struct bank_account account = account_bare(world);
    struct mandate mandate = mandate_made_of(world, account.id, MANDATE_RECURRENT, MANDATE_B2B);
    struct payment payment = pay_from(world, account.id, PAID);

    debit_leaves(world, payment.id);
    assert_ok(reject_try(world, payment.id, "AC13"));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_REVOKED);
    world_is_sound(world);
    world_free(world);
}

CASE(codes_that_do_not_fit_a_response_are_narrative)
{
    assert_true(str_eq(debit_response(STR("AM04")), STR("AM04")));
    assert_true(str_eq(debit_response(STR("X")), STR("NARR")));
    assert_true(str_eq(debit_response(STR("LONGER")), STR("NARR")));
    assert_true(str_eq(debit_response(STR("")), STR("NARR")));
}

/* --- presenting again --- */

static struct payment_id presented_again(struct world *world, struct payment_id first)
{
    struct payment_id id = {{0}};
    struct debit_cursor after = {0};
    struct debit_move *list;
    struct debit debit;
    size_t count;

    assert_ok(debits_due(world->cx, world_read(world), INT64_MAX / 2, 10, &after, &list, &count));
    for (size_t i = 0; i < count; i++) {
        assert_ok(debit_load(world->cx, world_read(world), list[i].payment, &debit));
        if (ID_EQ(debit.retry_of, first)) {
            assert_int_equal(debit.ended, 0);
            id = debit.payment;
        }
    }
    reader_release(world->core.reader);
    return id;
}

CASE(debit_is_presented_again_where_its_reason_allows_it)
{
    struct world *world = world_new();
    struct mandate mandate;

    world_set(world, "sepa_retry", "yes");
    const struct account_choice choice = account_by_id(account_signed(world, &mandate).id);
    struct payment_draft draft = draft_by(&choice, PAID);
    draft.order_id = STR("A-1");
    draft.description = STR("Abonnement");
    struct payment first = pay(world, draft);
    debit_leaves(world, first.id);
    assert_ok(reject_try(world, first.id, "AM04"));
    struct payment_id second = presented_again(world, first.id);
    assert_false(ID_NONE(second));
    assert_day(debit_now(world, second).due, 2031, 6, 10); /* D + 7 */
    struct payment again = payment_now(world, second);
    assert_true(str_eq(again.order_id, STR("A-1")));
    assert_true(str_eq(again.description, STR("Abonnement")));
    assert_int_equal(again.amount.minor, PAID);
    debit_settles(world, second);
    assert_ok(comes_back_try(world, second, "AM04", PAID));
    struct payment_id third = presented_again(world, first.id);
    assert_day(debit_now(world, third).due, 2031, 6, 18); /* D + 15 */
    assert_int_equal(debit_now(world, third).presentation, 3);
    debit_leaves(world, third);
    assert_ok(reject_try(world, third, "AM04"));
    assert_true(ID_NONE(presented_again(world, first.id))); /* three are enough */
    assert_int_equal(world_count(world, "payment"), 3);
    world_is_sound(world);
    world_free(world);
}

struct amending {
    struct mandate *mandate;
    struct bank_account account;
};

static err_t amend_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct amending *amending = arg;

    TRY(mandate_load(cx, tx, amending->mandate->id, amending->mandate));
    return mandate_amend_account(cx, tx, amending->mandate, &amending->account);
}

/* Its payments, and the one that pays it. */
static void request_is(struct world *world, struct request_id id, enum request_state state,
                       struct payment_id payment, size_t payments)
{
    struct pay_request request = request_now(world, id);
    struct payment_view *views;

    assert_int_equal(request.state, state);
    assert_true(ID_EQ(request.payment, payment));
    assert_int_equal(request_payments_now(world, id, &views), payments);
    world_is_sound(world);
}

CASE(request_goes_with_the_debit_that_is_presented_again)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct request_terms terms = terms_of(PAID);

    world_set(world, "sepa_retry", "yes");
    terms.account = account_signed(world, &mandate).id;
    terms.authenticate = false;
    struct pay_request asked = ask(world, terms);
    struct payment_id first = asked.payment;
    request_is(world, asked.id, REQUEST_CAPTURED, first, 1);
    debit_leaves(world, first);
    assert_ok(reject_try(world, first, "AM04"));
    assert_int_equal(state_now(world, first), PAYMENT_FAILED);
    struct payment_id second = presented_again(world, first);
    request_is(world, asked.id, REQUEST_CAPTURED, second, 2);
    assert_ok(reject_try(world, first, "AM04")); /* the same news once more */
    request_is(world, asked.id, REQUEST_CAPTURED, second, 2);
    debit_settles(world, second);
    assert_ok(comes_back_try(world, second, "AM04", PAID));
    assert_int_equal(state_now(world, second), PAYMENT_DISPUTED);
    struct payment_id third = presented_again(world, first);
    request_is(world, asked.id, REQUEST_CAPTURED, third, 3);
    debit_leaves(world, third);
    assert_ok(reject_try(world, third, "AM04"));
    assert_true(ID_NONE(presented_again(world, first)));
    request_is(world, asked.id, REQUEST_UNPAID, third, 3);
    world_free(world);
}

CASE(request_that_is_presented_again_is_cancelled_by_a_refund)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct request_terms terms = terms_of(PAID);

    world_set(world, "sepa_retry", "yes");
    terms.account = account_signed(world, &mandate).id;
    terms.authenticate = false;
    struct pay_request asked = ask(world, terms);
    debit_leaves(world, asked.payment);
    assert_ok(reject_try(world, asked.payment, "MS03"));
    struct payment_id again = presented_again(world, asked.payment);
    refund(world, again, PAID);
    request_is(world, asked.id, REQUEST_CANCELED, again, 2);
    world_free(world);
}

CASE(presented_again_from_the_account_that_the_mandate_has_now)
{
    struct world *world = world_new();
    const struct bank_account_draft other = {.iban = STR("DE89370400440532013000")};
    struct mandate mandate;
    struct amending amending = {.mandate = NULL};

    world_set(world, "sepa_retry", "yes");
    struct payment first = pay_from(world, account_signed(world, &mandate).id, PAID);
    debit_leaves(world, first.id);
    amending.mandate = &mandate;
    assert_ok(bank_account_seal(&world->core, world_ctx(world), &other, &amending.account));
    world_set_body_run(world, amend_body, &amending);
    assert_ok(reject_try(world, first.id, "AM04"));
    struct payment_id second = presented_again(world, first.id);
    assert_true(ID_EQ(debit_now(world, second).account, amending.account.id));
    world_is_sound(world);
    world_free(world);
}

CASE(nothing_is_presented_again_against_the_debtor)
{
    static const char *const REASONS[] = {"MD01", "MD06", "MD07", "MS02", "SL01", "AC04", "XYZ9"};
    struct world *world = world_new();

    world_set(world, "sepa_retry", "yes");
    for (size_t i = 0; i < ARRAY_LEN(REASONS); i++) {
        mandate_after(world, REASONS[i], false);
        mandate_after(world, REASONS[i], true);
    }
    assert_int_equal(world_count(world, "payment"), 2 * (int64_t)ARRAY_LEN(REASONS));
    world_is_sound(world);
    world_free(world);
}

/* --- changes --- */

CASE(account_may_be_chosen_before_anything_is_asked)
{
    struct world *world = world_new();
    struct mandate mandate;
    const struct account_choice choice = account_by_id(account_signed(world, &mandate).id);
    struct payment payment = pay(world, draft_of(PAID));
    struct payment_change change = {.change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}};

    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_NEW);
    assert_int_equal(change.view.payment.method, METHOD_SEPA);
    assert_int_equal(payment_now(world, payment.id).fee_minor, FEE);
    world_is_sound(world);
    change = (struct payment_change){.ask = ASK_AUTHORIZE};
    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_AUTHORIZED);
    world_is_sound(world);
    struct payment_capture capture;
    assert_ok(capture_try(world, payment.id, &capture));
    assert_int_equal(capture.view.payment.state, PAYMENT_TO_CAPTURE);
    assert_day(debit_now(world, payment.id).due, 2031, 6, 3);
    world_is_sound(world);
    /* Capture asked at once, and setting it in v2. */
    payment = pay(world, draft_of(PAID));
    change = (struct payment_change){
        .change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}, .ask = ASK_CAPTURE};
    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_TO_CAPTURE);
    payment = pay(world, draft_of(PAID));
    change = (struct payment_change){
        .change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}, .card_runs = true};
    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.state, PAYMENT_TO_CAPTURE);
    change = (struct payment_change){.change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}};
    assert_int_equal(change_try(world, payment.id, &change), ERR_STATE);
    world_is_sound(world);
    world_free(world);
}

CASE(chosen_account_gives_way_to_a_card)
{
    struct world *world = world_new();
    struct mandate mandate;
    const struct account_choice choice = account_by_id(account_signed(world, &mandate).id);
    struct payment payment = pay(world, draft_of(PAID));
    struct payment_change change = {.change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}};

    assert_ok(change_try(world, payment.id, &change));
    change = (struct payment_change){.change = PAYMENT_SET_CARD,
                                     .draft = {.card = card_inline(world, card_draft(VISA))}};
    assert_ok(change_try(world, payment.id, &change));
    assert_int_equal(change.view.payment.method, METHOD_CARD);
    assert_int_equal(world_count(world, "debit"), 0);
    change = (struct payment_change){.change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}};
    assert_ok(change_try(world, payment.id, &change));
    assert_true(ID_NONE(payment_now(world, payment.id).card));
    world_is_sound(world);
    world_free(world);
}

CASE(card_on_the_page_takes_the_place_of_a_chosen_account)
{
    struct world *world = world_new();
    struct mandate mandate;
    const struct account_choice choice = account_by_id(account_signed(world, &mandate).id);
    struct payment payment = pay(world, draft_for_page(PAID));
    struct payment_change change = {.change = PAYMENT_SET_ACCOUNT, .draft = {.account = &choice}};
    struct page_submit submit;

    assert_ok(change_try(world, payment.id, &change));
    assert_ok(submit_try(world, payment.id, "token-1", &submit));
    assert_int_equal(payment_now(world, payment.id).method, METHOD_CARD);
    assert_int_equal(world_count(world, "debit"), 0);
    world_is_sound(world);
    world_free(world);
}

CASE(held_debit_is_cancelled_or_expires_without_a_bank)
{
    struct world *world = world_new();
    struct mandate mandate;
    const struct account_choice choice = account_by_id(account_signed(world, &mandate).id);
    struct payment_draft draft = draft_by(&choice, PAID);
    struct refund_create cancel;

    draft.capture = false;
    struct payment held = pay(world, draft);
    assert_int_equal(held.state, PAYMENT_AUTHORIZED);
    assert_ok(refund_try(world, held.id, WHOLE, &cancel));
    assert_int_equal(state_now(world, held.id), PAYMENT_CANCELED);
    struct payment late = pay(world, draft);
    world_advance_to(world, 8, 0, 0);
    assert_int_equal(state_now(world, late.id), PAYMENT_EXPIRED);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'card_void'"), 0);
    world_is_sound(world);
    world_free(world);
}

/* --- races --- */

enum { CLIENTS = 64 };

CASE(many_debits_on_a_one_off_mandate_have_one_winner)
{
    struct world *world = world_new();
    struct bank_account account = account_bare(world);
    static struct payment_create creates[CLIENTS];
    static bool done[CLIENTS];
    int won = 0;

    mandate_made_of(world, account.id, MANDATE_ONE_OFF, MANDATE_CORE);
    const struct account_choice choice = account_by_id(account.id);
    for (size_t i = 0; i < CLIENTS; i++) {
        creates[i] =
            (struct payment_create){.merchant = &world->merchant, .draft = draft_by(&choice, PAID)};
        world_begin(world, &creates[i].operation, &done[i]);
        payment_create(&creates[i]);
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        world_pump(world, &done[i]);
        won += creates[i].operation.result == OK ? 1 : 0;
        assert_true(creates[i].operation.result == OK ||
                    creates[i].operation.result == ERR_INVALID);
    }
    assert_int_equal(won, 1);
    assert_int_equal(world_count(world, "debit"), 1);
    world_is_sound(world);
    world_free(world);
}

/* A cancellation and the file come at the same time: in whatever order, one of them wins. */
CASE(cancel_and_cut_off_have_one_winner)
{
    struct world *world = world_new();

    for (int round = 0; round < 20; round++) {
        struct payment payment = pay_debit(world, PAID);
        struct refund_create cancel = {.payment = payment.id, .whole = true};
        bool done;

        world_begin(world, &cancel.operation, &done);
        refund_create(&cancel);
        err_t taken = debit_try(world, payment.id, act_take, (struct debit_event){0});
        world_pump(world, &done);
        assert_true((taken == OK) != (cancel.operation.result == OK));
        assert_int_equal(state_now(world, payment.id),
                         taken == OK ? PAYMENT_TO_CAPTURE : PAYMENT_CANCELED);
    }
    world_is_sound(world);
    world_free(world);
}

UNIT_MAIN(T(debit_is_due_on_the_first_day_that_the_calendar_allows),
          T(asked_day_moves_forward_to_one_that_is_possible),
          T(debit_needs_euro_and_a_mandate_and_a_creditor), T(live_debit_needs_a_bank),
          T(account_comes_with_its_mandate), T(first_debit_is_marked_where_the_bank_wants_it),
          T(debtor_is_told_in_the_language_of_the_mandate),
          T(debit_goes_through_its_states_and_the_book_follows),
          T(money_is_pending_until_the_time_for_returns_is_over), T(rejected_debit_leaves_nothing),
          T(returned_debit_takes_the_money_back_and_costs_a_fee),
          T(what_happened_already_changes_nothing_and_what_contradicts_is_refused),
          T(debits_wait_for_their_cut_off_and_leave_once),
          T(debit_that_missed_its_cut_off_moves_on_or_fails),
          T(debit_under_a_mandate_that_was_revoked_does_not_leave),
          T(debit_does_not_leave_when_the_36_months_are_over),
          T(debit_leaves_when_the_36_months_have_begun_again),
          T(full_refund_before_it_leaves_cancels_it), T(refund_of_a_settled_debit_is_a_transfer),
          T(one_off_mandate_is_for_one_debit), T(reason_decides_about_the_mandate),
          T(blocked_account_suspends_the_second_time),
          T(business_mandate_is_revoked_by_a_consumer_account),
          T(codes_that_do_not_fit_a_response_are_narrative),
          T(debit_is_presented_again_where_its_reason_allows_it),
          T(request_goes_with_the_debit_that_is_presented_again),
          T(request_that_is_presented_again_is_cancelled_by_a_refund),
          T(presented_again_from_the_account_that_the_mandate_has_now),
          T(nothing_is_presented_again_against_the_debtor),
          T(account_may_be_chosen_before_anything_is_asked), T(chosen_account_gives_way_to_a_card),
          T(card_on_the_page_takes_the_place_of_a_chosen_account),
          T(held_debit_is_cancelled_or_expires_without_a_bank),
          T(many_debits_on_a_one_off_mandate_have_one_winner),
          T(cancel_and_cut_off_have_one_winner))
