#include "core/mandate_operator.h"

#include "core/event.h"
#include "core/mandate_amendment.h"
#include "support/core_debit.h"

#define OTHER_IBAN "DE89370400440532013000"
#define THIRD_IBAN "BE62510007547061"

/* A deed in a transaction of its own. */
struct deed {
    err_t (*act)(struct ctx *cx, struct tx *tx, struct mandate *mandate);
    struct mandate mandate;
    struct bank_account account;
    struct str umr;
    struct str bic;
};

static err_t deed_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct deed *deed = arg;

    TRY(mandate_load(cx, tx, deed->mandate.id, &deed->mandate));
    if (deed->umr.len > 0)
        return mandate_amend_umr(cx, tx, &deed->mandate, deed->umr);
    if (deed->bic.len > 0)
        return mandate_amend_bic(cx, tx, &deed->mandate, deed->bic);
    if (deed->act != NULL)
        return deed->act(cx, tx, &deed->mandate);
    return mandate_amend_account(cx, tx, &deed->mandate, &deed->account);
}

static err_t deed_try(struct world *world, struct deed *deed)
{
    return tx_run(world->store, world_ctx(world), deed_body, deed);
}

static err_t act_try(struct world *world, struct mandate_id id,
                     err_t (*act)(struct ctx *, struct tx *, struct mandate *))
{
    struct deed deed = {.act = act, .mandate = {.id = id}};

    return deed_try(world, &deed);
}

static err_t umr_try(struct world *world, struct mandate_id id, const char *umr)
{
    struct deed deed = {.mandate = {.id = id}, .umr = str_of(umr)};

    return deed_try(world, &deed);
}

static err_t bic_try(struct world *world, struct mandate_id id, const char *bic)
{
    struct deed deed = {.mandate = {.id = id}, .bic = str_of(bic)};

    return deed_try(world, &deed);
}

static err_t account_try(struct world *world, struct mandate_id id, const char *iban,
                         struct bank_account_id *out)
{
    const struct bank_account_draft draft = {.iban = str_of(iban)};
    struct deed deed = {.mandate = {.id = id}};

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &deed.account));
    err_t err = deed_try(world, &deed);
    if (err == OK && out != NULL)
        *out = deed.account.id;
    return err;
}

static struct bank_account account_now(struct world *world, struct bank_account_id id)
{
    struct bank_account account;

    assert_ok(bank_account_load(world->cx, world_read(world), id, true, &account));
    return account;
}

/* What a collection tells the bank, as its file would: kinds with what they were before. */
static void attached_is(struct world *world, struct mandate_id mandate, struct payment_id payment,
                        size_t expected, struct amendment **list)
{
    size_t count;

    assert_ok(amendments_attached(world->cx, world_read(world), mandate, payment, list, &count));
    assert_int_equal(count, expected);
}

static size_t history_count(struct world *world, struct mandate_id mandate)
{
    struct amendment *list;
    size_t count;

    assert_ok(amendment_history(world->cx, world_read(world), mandate, &list, &count));
    return count;
}

CASE(operator_stops_and_lifts_and_revokes)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct event *events;
    size_t count;

    account_signed(world, &mandate);
    assert_int_equal(act_try(world, mandate.id, mandate_lift), ERR_STATE);
    assert_ok(act_try(world, mandate.id, mandate_stop));
    assert_str(mandate_at(world, mandate.id).suspended_for, MANDATE_BY_OPERATOR);
    assert_int_equal(act_try(world, mandate.id, mandate_stop), ERR_STATE);
    assert_ok(act_try(world, mandate.id, mandate_lift));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_ACTIVE);
    assert_int_equal(mandate_at(world, mandate.id).suspended_for.len, 0);
    assert_ok(act_try(world, mandate.id, mandate_revoke));
    assert_int_equal(act_try(world, mandate.id, mandate_revoke), ERR_STATE);
    assert_int_equal(umr_try(world, mandate.id, "OTHER"), ERR_STATE);
    assert_int_equal(account_try(world, mandate.id, OTHER_IBAN, NULL), ERR_STATE);
    assert_ok(events_of_object(world->cx, world_read(world), mandate.id.raw, &events, &count));
    assert_str(events[count - 1].kind, "mandate.operator");
    assert_str(events[count - 1].detail, "revoke");
    world_is_sound(world);
    world_free(world);
}

CASE(the_bic_of_its_account_is_put_right)
{
    struct world *world = world_new();
    struct mandate mandate;

    account_signed(world, &mandate);
    assert_int_equal(bic_try(world, mandate.id, "POFI"), ERR_INVALID);
    assert_ok(bic_try(world, mandate.id, "pofi ch be xxx"));
    assert_str(account_now(world, mandate.account).bic, "POFICHBEXXX");
    assert_ok(act_try(world, mandate.id, mandate_revoke));
    assert_int_equal(bic_try(world, mandate.id, "POFICHBE"), ERR_STATE);
    assert_str(account_now(world, mandate.account).bic, "POFICHBEXXX");
    world_is_sound(world);
    world_free(world);
}

CASE(reason_of_a_suspension_decides_what_ends_it)
{
    static const struct {
        const char *code;
        bool lifts;   /* a person may */
        bool account; /* another account does */
    } REASONS[] = {
        {"AC01", false, true },
        {"AC04", false, true },
        {"AG01", false, true },
        {"DNOR", false, true },
        {"BE01", true,  true },
        {"RC01", true,  true },
        {"MS02", true,  false},
        {"MD06", true,  false},
        {"SL01", true,  false},
        {"RR04", true,  false},
        {"XYZ9", true,  false},
    };
    struct world *world = world_new();

    for (size_t i = 0; i < ARRAY_LEN(REASONS); i++) {
        struct mandate mandate;
        struct payment payment = pay_from(world, account_signed(world, &mandate).id, 5000);
        debit_leaves(world, payment.id);
        assert_ok(reject_try(world, payment.id, REASONS[i].code));
        assert_str(mandate_at(world, mandate.id).suspended_for, REASONS[i].code);
        err_t lifted = act_try(world, mandate.id, mandate_lift);
        assert_int_equal(lifted, REASONS[i].lifts ? OK : ERR_STATE);
        if (lifted == OK)
            assert_ok(act_try(world, mandate.id, mandate_stop));
    }
    for (size_t i = 0; i < ARRAY_LEN(REASONS); i++) {
        struct mandate mandate;
        struct payment payment = pay_from(world, account_signed(world, &mandate).id, 5000);
        debit_leaves(world, payment.id);
        assert_ok(reject_try(world, payment.id, REASONS[i].code));
        assert_ok(account_try(world, mandate.id, OTHER_IBAN, NULL));
        assert_int_equal(mandate_at(world, mandate.id).state,
                         REASONS[i].account ? MANDATE_ACTIVE : MANDATE_SUSPENDED);
    }
    world_is_sound(world);
    world_free(world);
}

CASE(what_the_debtor_does_not_want_weighs_more_than_a_wrong_account)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account account = account_signed(world, &mandate);
    struct payment first = pay_from(world, account.id, 5000);
    struct payment second = pay_from(world, account.id, 6000);
    struct payment third = pay_from(world, account.id, 7000);

    debit_leaves(world, first.id);
    debit_leaves(world, second.id);
    debit_leaves(world, third.id);
    assert_ok(reject_try(world, first.id, "AC04"));
    assert_ok(reject_try(world, second.id, "MS02"));
    assert_ok(reject_try(world, third.id, "AC01"));
    assert_str(mandate_at(world, mandate.id).suspended_for, "MS02");
    assert_ok(account_try(world, mandate.id, OTHER_IBAN, NULL));
    assert_int_equal(mandate_at(world, mandate.id).state, MANDATE_SUSPENDED);
    world_free(world);
}

CASE(another_account_takes_the_mandate_and_what_waits_with_it)
{
    struct world *world = world_new();
    const struct bank_account_draft draft = account_draft();
    struct bank_account_create create = {
        .mandate = {.umr = STR("WITH-ACCOUNT"), .signed_at = WORLD_START - DAY_US}
    };
    struct bank_account_id now;

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.draft));
    WORLD_RUN(world, &create, bank_account_create);
    assert_ok(create.operation.result);
    struct bank_account before = create.account;
    struct payment gone = pay_from(world, before.id, 5000);
    debit_leaves(world, gone.id);
    struct payment waits = pay_from(world, before.id, 6000);
    assert_int_equal(account_try(world, before.mandate, DEBTOR_IBAN, NULL), ERR_STATE);
    assert_ok(account_try(world, before.mandate, OTHER_IBAN, &now));
    assert_true(ID_EQ(debit_now(world, gone.id).account, before.id));
    assert_true(ID_EQ(debit_now(world, waits.id).account, now));
    assert_true(ID_NONE(account_now(world, before.id).mandate));
    assert_true(ID_EQ(account_now(world, now).mandate, before.mandate));
    assert_str(account_now(world, now).name, "Jean Dupont");
    struct account_choice choice = account_by_id(before.id);
    struct payment_create refused;
    assert_int_equal(pay_try(world, draft_by(&choice, 700), &refused), ERR_INVALID);
    pay_from(world, now, 700);
    world_is_sound(world);
    world_free(world);
}

CASE(bank_is_told_the_first_account_by_one_collection_until_it_accepts)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account first = account_signed(world, &mandate);
    struct amendment *list;
    struct bank_account_id now;
    struct payment payment = pay_from(world, first.id, 5000);

    debit_settles(world, payment.id);
    attached_is(world, mandate.id, payment.id, 0, &list);
    assert_ok(account_try(world, mandate.id, OTHER_IBAN, NULL));
    assert_ok(account_try(world, mandate.id, THIRD_IBAN, &now));
    struct payment rejected = pay_from(world, now, 5000);
    struct payment beside = pay_from(world, now, 6000);
    debit_leaves(world, rejected.id);
    debit_leaves(world, beside.id);
    attached_is(world, mandate.id, rejected.id, 1, &list);
    assert_str(list[0].old_value, first.id.raw);
    assert_str(list[0].new_value, now.raw);
    attached_is(world, mandate.id, beside.id, 0, &list);
    assert_ok(reject_try(world, rejected.id, "AM04"));
    attached_is(world, mandate.id, rejected.id, 0, &list);
    struct payment accepted = pay_from(world, now, 5000);
    debit_settles(world, accepted.id);
    attached_is(world, mandate.id, accepted.id, 1, &list);
    assert_str(list[0].old_value, first.id.raw);
    struct payment after = pay_from(world, now, 5000);
    debit_leaves(world, after.id);
    attached_is(world, mandate.id, after.id, 0, &list);
    world_is_sound(world);
    world_free(world);
}

CASE(creditor_is_compared_as_files_write_it)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account account = account_signed(world, &mandate);
    struct amendment *list;
    struct payment payment = pay_from(world, account.id, 5000);

    debit_settles(world, payment.id);
    world_set(world, "ics", "FR72ABC123456");
    world_set(world, "name", "ATELIER  Exémple SARL");
    payment = pay_from(world, account.id, 5000);
    debit_settles(world, payment.id);
    attached_is(world, mandate.id, payment.id, 0, &list);
    assert_str(mandate_at(world, mandate.id).ics, "FR72ABC123456");
    assert_int_equal(history_count(world, mandate.id), 0);
    world_set(world, "ics", "FR94ZZZ8512A5");
    world_set(world, "name", "Atelier Neuf");
    payment = pay_from(world, account.id, 5000);
    debit_leaves(world, payment.id);
    attached_is(world, mandate.id, payment.id, 2, &list);
    assert_int_equal(list[0].kind, AMENDMENT_ICS);
    assert_str(list[0].old_value, "FR72ABC123456");
    assert_int_equal(list[1].kind, AMENDMENT_CREDITOR_NAME);
    /* It goes back before the bank has heard of the other one. */
    world_set(world, "ics", "FR72ZZZ123456");
    world_set(world, "name", "Atelier Exemple SARL");
    assert_ok(reject_try(world, payment.id, "AM04"));
    payment = pay_from(world, account.id, 5000);
    debit_leaves(world, payment.id);
    attached_is(world, mandate.id, payment.id, 0, &list);
    world_is_sound(world);
    world_free(world);
}

CASE(file_names_the_reference_that_it_was_made_with)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account account = account_signed(world, &mandate);
    struct payment filed = pay_from(world, account.id, 5000);
    struct amendment *list;

    assert_int_equal(debit_now(world, filed.id).umr.len, 0);
    assert_ok(debit_try(world, filed.id, act_take, (struct debit_event){0}));
    assert_ok(umr_try(world, mandate.id, "BETWEEN"));
    assert_true(str_eq(debit_now(world, filed.id).umr, mandate.umr));
    assert_ok(debit_try(world, filed.id, act_sent, (struct debit_event){0}));
    struct payment next = pay_from(world, account.id, 5000);
    debit_leaves(world, next.id);
    assert_str(debit_now(world, next.id).umr, "BETWEEN");
    /* The bank will know the first one by the file, though nothing had left when it was changed. */
    attached_is(world, mandate.id, next.id, 1, &list);
    assert_true(str_eq(list[0].old_value, mandate.umr));
    world_is_sound(world);
    world_free(world);
}

CASE(what_no_bank_knew_is_kept_and_told_to_none)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct bank_account account = account_signed(world, &mandate);
    struct amendment *list;
    struct bank_account_id now;

    assert_ok(account_try(world, mandate.id, OTHER_IBAN, &now));
    assert_int_equal(history_count(world, mandate.id), 1);
    struct payment payment = pay_from(world, now, 5000);
    debit_leaves(world, payment.id);
    attached_is(world, mandate.id, payment.id, 0, &list);
    struct mandate given = mandate_at(world, mandate.id);
    assert_ok(amendments_undo(world->cx, world_read(world), &given));
    assert_true(ID_EQ(given.account, account.id));
    world_free(world);
}

static err_t naming_try(struct world *world, struct str name, bool only_live, struct mandate *out)
{
    struct ctx *cx = world_ctx(world);

    cx->merchant = (struct merchant_id){{0}};
    return mandate_named(cx, world_read(world), name, only_live, out);
}

CASE(operator_names_a_mandate_by_id_or_reference)
{
    struct world *world = world_new();
    struct mandate mandate;
    struct mandate found;

    account_signed(world, &mandate);
    assert_ok(naming_try(world, ID_TEXT(mandate.id), false, &found));
    assert_true(ID_EQ(found.id, mandate.id));
    assert_ok(naming_try(world, mandate.umr, false, &found));
    assert_true(ID_EQ(found.id, mandate.id));
    assert_int_equal(naming_try(world, mandate.umr, true, &found), ERR_NOT_FOUND);
    assert_int_equal(naming_try(world, STR("NOBODY"), false, &found), ERR_NOT_FOUND);
    world_free(world);
}

UNIT_MAIN(T(operator_stops_and_lifts_and_revokes), T(the_bic_of_its_account_is_put_right),
          T(reason_of_a_suspension_decides_what_ends_it),
          T(what_the_debtor_does_not_want_weighs_more_than_a_wrong_account),
          T(another_account_takes_the_mandate_and_what_waits_with_it),
          T(bank_is_told_the_first_account_by_one_collection_until_it_accepts),
          T(creditor_is_compared_as_files_write_it),
          T(file_names_the_reference_that_it_was_made_with),
          T(what_no_bank_knew_is_kept_and_told_to_none),
          T(operator_names_a_mandate_by_id_or_reference))
