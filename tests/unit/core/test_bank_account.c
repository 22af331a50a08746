#include "core/sepa_check.h"
#include "support/core_calls.h"
#include "support/core_raw.h"

#define IBAN_FR "FR7630006000011234567890189"
#define IBAN_DE "DE89370400440532013000"

static err_t seal_try(struct world *world, const char *iban, const char *bic, struct ctx **cx,
                      struct bank_account *out)
{
    const struct bank_account_draft draft = {
        .iban = str_of(iban),
        .name = STR("Jean Dupont"),
        .bic = bic == NULL ? STR_NONE : str_of(bic),
    };

    *cx = world_ctx(world);
    return bank_account_seal(&world->core, *cx, &draft, out);
}

static err_t create_try(struct world *world, const char *iban, struct mandate_given given,
                        struct bank_account_create *create)
{
    struct ctx *cx;

    *create = (struct bank_account_create){.mandate = given};
    assert_ok(seal_try(world, iban, NULL, &cx, &create->draft));
    WORLD_RUN(world, create, bank_account_create);
    return create->operation.result;
}

static struct bank_account made(struct world *world, const char *iban, struct mandate_given given)
{
    struct bank_account_create create;

    assert_ok(create_try(world, iban, given, &create));
    return create.account;
}

static struct bank_account account_now(struct world *world, struct bank_account_id id)
{
    struct bank_account account;

    assert_ok(bank_account_load(world->cx, world_read(world), id, true, &account));
    return account;
}

static const struct mandate_given NOTHING_GIVEN = {
    {NULL, 0},
    0, false
};

CASE(account_is_kept_sealed_and_opens_again)
{
    struct world *world = world_new();
    struct bank_account account = made(world, "fr76 3000 6000 0112 3456 7890 189", NOTHING_GIVEN);
    struct bank_account other = made(world, IBAN_DE, NOTHING_GIVEN);
    struct iban iban;

    account = account_now(world, account.id);
    assert_str(account.last4, "0189");
    assert_str(account.country, "FR");
    assert_str(account.bic, "TESTFRPP");
    assert_null(memmem(account.sealed.ptr, account.sealed.len, IBAN_FR, strlen(IBAN_FR)));
    assert_ok(bank_account_open_iban(world->vault, world->made.merchant, &account, &iban));
    assert_string_equal(iban.raw, IBAN_FR);
    /* Numbers of different length look alike. */
    assert_int_equal(account.sealed.len, account_now(world, other.id).sealed.len);
    account.sealed = account_now(world, other.id).sealed;
    assert_int_equal(bank_account_open_iban(world->vault, world->made.merchant, &account, &iban),
                     ERR_INTERNAL);
    assert_int_equal(bank_account_open_iban(NULL, world->made.merchant, &account, &iban),
                     ERR_UNAVAILABLE);
    world_is_sound(world);
    world_free(world);
}

CASE(what_is_wrong_is_told_of_both_fields)
{
    struct world *world = world_new();
    struct bank_account account;
    struct ctx *cx;

    assert_int_equal(seal_try(world, "FR7630006000011234567890188", "TESTFR", &cx, &account),
                     ERR_INVALID);
    assert_int_equal(cx->fault_count, 2);
    assert_string_equal(cx->faults[0].field, "iban");
    assert_string_equal(cx->faults[1].field, "bic");
    world->core.vault = NULL;
    assert_int_equal(seal_try(world, IBAN_FR, NULL, &cx, &account), ERR_UNAVAILABLE);
    world->core.vault = world->vault;
    world_free(world);
}

CASE(live_mode_invents_no_bic_and_refuses_numbers_of_tests)
{
    struct world *world = world_new();
    struct bank_account_draft draft = {.iban = STR(IBAN_FR), .name = STR("Jean")};
    struct ctx *cx = world_ctx(world);
    struct bank_account account;

    cx->mode = MODE_LIVE;
    assert_ok(bank_account_seal(&world->core, cx, &draft, &account));
    assert_null(account.bic.ptr);
    draft.bic = STR("AGRIFRPP");
    assert_ok(bank_account_seal(&world->core, cx, &draft, &account));
    assert_str(account.bic, "AGRIFRPP");
    draft.iban = STR(IBAN_DE);
    assert_int_equal(bank_account_seal(&world->core, cx, &draft, &account), ERR_INVALID);
    world_free(world);
}

CASE(same_number_is_told_by_its_fingerprint)
{
    struct world *world = world_new();
    struct bank_account first = made(world, IBAN_FR, NOTHING_GIVEN);
    struct bank_account second = made(world, IBAN_FR, NOTHING_GIVEN);
    struct bank_account other = made(world, IBAN_DE, NOTHING_GIVEN);

    first = account_now(world, first.id);
    second = account_now(world, second.id);
    other = account_now(world, other.id);
    assert_true(bank_account_has_print(&first, second.fingerprint));
    assert_false(bank_account_has_print(&first, other.fingerprint));
    assert_false(str_eq(first.sealed, second.sealed));
    first.fingerprint = STR_NONE;
    assert_false(bank_account_has_print(&first, first.fingerprint));
    world_free(world);
}

static err_t forget_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return bank_account_forget(cx, tx, arg);
}

static int64_t kept_at(struct world *world, instant now)
{
    struct id_portion portion = {.most = 10};

    world_stop_at(world, now);
    world_set_body_run(world, forget_body, &portion);
    assert_false(portion.more);
    return world_number(world, "SELECT COUNT(*) FROM bank_account WHERE iban_sealed IS NOT NULL");
}

CASE(accounts_are_looked_through_in_portions)
{
    struct world *world = world_new();
    struct bank_account first = made(world, IBAN_FR, NOTHING_GIVEN);
    struct bank_account second = made(world, IBAN_DE, NOTHING_GIVEN);
    struct id_portion portion = {.most = 1};

    world_set_body_run(world, forget_body, &portion);
    assert_true(portion.more);
    assert_string_equal(portion.last, first.id.raw);
    id_portion_move(&portion);
    world_set_body_run(world, forget_body, &portion);
    assert_string_equal(portion.last, second.id.raw);
    id_portion_move(&portion);
    world_set_body_run(world, forget_body, &portion);
    assert_false(portion.more);
    world_free(world);
}

CASE(deleted_account_keeps_its_number_for_five_years)
{
    struct world *world = world_new();
    struct bank_account account = made(world, IBAN_FR, NOTHING_GIVEN);
    struct bank_account kept = made(world, IBAN_DE, NOTHING_GIVEN);
    struct bank_account_change change = {.id = account.id, .remove = true};

    world_stop_at(world, WORLD_START);
    WORLD_RUN(world, &change, bank_account_change);
    assert_ok(change.operation.result);
    assert_int_equal(bank_account_load(world->cx, world_read(world), account.id, false, &account),
                     ERR_NOT_FOUND);
    assert_int_equal(kept_at(world, WORLD_START + INT64_C(1827) * DAY_US), 2);
    assert_non_null(account_now(world, change.id).sealed.ptr);
    assert_int_equal(kept_at(world, WORLD_START + INT64_C(1827) * DAY_US + 1), 1);
    assert_null(account_now(world, change.id).sealed.ptr);
    assert_str(account_now(world, change.id).last4, "0189");
    assert_non_null(account_now(world, kept.id).sealed.ptr);
    world_is_sound(world);
    world_free(world);
}

/* --- the mandate given with it --- */

CASE(reference_of_another_number_is_a_conflict_and_writes_nothing)
{
    struct world *world = world_new();
    struct bank_account_create create;
    const struct mandate_given given = {STR("RUM-1"), WORLD_START - DAY_US, false};
    const struct mandate_given shouted = {STR("rum-1"), WORLD_START, false};

    struct bank_account first = made(world, IBAN_FR, given);
    assert_int_equal(create_try(world, IBAN_DE, shouted, &create), ERR_CONFLICT);
    assert_string_equal(create.operation.cx->faults[0].object, first.mandate.raw);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM bank_account"), 1);
    struct bank_account second = made(world, IBAN_FR, shouted);
    assert_true(ID_EQ(second.mandate, first.mandate));
    /* The first signature counts. */
    assert_int_equal(second.signed_at, WORLD_START - DAY_US);
    assert_str(second.umr, "RUM-1");
    world_is_sound(world);
    world_free(world);
}

CASE(date_without_reference_waits_for_it)
{
    struct world *world = world_new();
    const struct mandate_given date = {STR_NONE, WORLD_START - DAY_US, false};
    struct bank_account account = made(world, IBAN_FR, date);
    struct bank_account_change change = {
        .id = account.id,
        .change = BANK_ACCOUNT_UMR,
        .mandate = {STR("RUM-1"), 0, true},
    };

    assert_true(ID_NONE(account.mandate));
    assert_int_equal(account_now(world, account.id).signed_at, WORLD_START - DAY_US);
    WORLD_RUN(world, &change, bank_account_change);
    assert_ok(change.operation.result);
    account = account_now(world, account.id);
    assert_str(account.umr, "RUM-1");
    assert_int_equal(account.signed_at, WORLD_START - DAY_US);
    world_is_sound(world);
    world_free(world);
}

CASE(a_date_of_the_future_is_refused_by_more_than_a_day)
{
    struct world *world = world_new();
    struct bank_account_create create;

    world_stop_at(world, WORLD_START);
    made(world, IBAN_FR, (struct mandate_given){STR("RUM-1"), WORLD_START + DAY_US, false});
    assert_int_equal(
        create_try(world, IBAN_FR,
                   (struct mandate_given){STR("RUM-2"), WORLD_START + DAY_US + 1, false}, &create),
        ERR_INVALID);
    assert_string_equal(create.operation.cx->faults[0].field, "date_mandate");
    world_free(world);
}

static err_t change_once(struct world *world, struct bank_account_id id, unsigned what,
                         struct mandate_given mandate)
{
    struct bank_account_change change = {
        .once = true,
        .id = id,
        .change = what,
        .name = STR("Marie Martin"),
        .mandate = mandate,
    };

    WORLD_RUN(world, &change, bank_account_change);
    return change.operation.result;
}

CASE(what_was_given_once_stays)
{
    struct world *world = world_new();
    const struct mandate_given given = {STR("RUM-1"), WORLD_START - DAY_US, true};
    const struct mandate_given other = {STR("RUM-2"), WORLD_START - 2 * DAY_US, true};
    struct bank_account_id id = made(world, IBAN_FR, given).id;

    assert_int_equal(change_once(world, id, BANK_ACCOUNT_NAME, NOTHING_GIVEN), ERR_STATE);
    assert_int_equal(change_once(world, id, BANK_ACCOUNT_UMR, other), ERR_STATE);
    assert_int_equal(change_once(world, id, BANK_ACCOUNT_SIGNED, other), ERR_STATE);
    /* The same again changes nothing. */
    assert_ok(change_once(world, id, BANK_ACCOUNT_UMR | BANK_ACCOUNT_SIGNED, given));
    assert_str(account_now(world, id).umr, "RUM-1");
    assert_int_equal(account_now(world, id).signed_at, WORLD_START - DAY_US);
    world_is_sound(world);
    world_free(world);
}

CASE(a_reference_alone_renames_and_with_a_date_is_another_mandate)
{
    struct world *world = world_new();
    const struct mandate_given given = {STR("RUM-1"), WORLD_START - DAY_US, false};
    struct bank_account account = made(world, IBAN_FR, given);
    struct bank_account_change change = {
        .id = account.id, .change = BANK_ACCOUNT_UMR, .mandate = {STR("RUM-2"), 0, false}
    };

    WORLD_RUN(world, &change, bank_account_change);
    assert_ok(change.operation.result);
    assert_true(ID_EQ(account_now(world, account.id).mandate, account.mandate));
    assert_str(account_now(world, account.id).umr, "RUM-2");
    change.change = BANK_ACCOUNT_UMR | BANK_ACCOUNT_SIGNED;
    change.mandate = (struct mandate_given){STR("RUM-3"), WORLD_START - 2 * DAY_US, false};
    WORLD_RUN(world, &change, bank_account_change);
    assert_ok(change.operation.result);
    assert_false(ID_EQ(account_now(world, account.id).mandate, account.mandate));
    assert_str(account_now(world, account.id).umr, "RUM-3");
    world_is_sound(world);
    world_free(world);
}

CASE(the_day_of_a_mandate_moves_alone)
{
    struct world *world = world_new();
    struct bank_account with =
        made(world, IBAN_FR, (struct mandate_given){STR("RUM-1"), WORLD_START - DAY_US, false});
    struct bank_account without = made(world, IBAN_DE, NOTHING_GIVEN);
    struct bank_account_change change = {
        .change = BANK_ACCOUNT_SIGNED, .mandate = {STR_NONE, WORLD_START - 3 * DAY_US, false}
    };
    const struct bank_account_id ids[] = {with.id, without.id};

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        change.id = ids[i];
        WORLD_RUN(world, &change, bank_account_change);
        assert_ok(change.operation.result);
        assert_int_equal(account_now(world, ids[i]).signed_at, WORLD_START - 3 * DAY_US);
    }
    change.mandate.signed_at = WORLD_START + 9 * DAY_US;
    WORLD_RUN(world, &change, bank_account_change);
    assert_int_equal(change.operation.result, ERR_INVALID);
    world_is_sound(world);
    world_free(world);
}

CASE(the_last_word_of_a_name_is_the_answer_of_a_check)
{
    static const struct {
        const char *name;
        enum sepa_check_status status;
        int64_t score;
    } ANSWERS[] = {
        {"Jean Dupont",      SEPA_CHECK_CHECKED,     100          },
        {"Jean Dupont RVNM", SEPA_CHECK_CHECKED,     0            },
        {"Jean Dupont RVMC", SEPA_CHECK_CHECKED,     80           },
        {"Jean Dupont RVNA", SEPA_CHECK_UNAVAILABLE, SCORE_UNKNOWN},
        {"Jean Dupont RVNC", SEPA_CHECK_SENT,        SCORE_UNKNOWN},
        {"Jean Dupont FF01", SEPA_CHECK_ERROR,       SCORE_UNKNOWN},
        {"Jean Dupont AC04", SEPA_CHECK_CHECKED,     SCORE_UNKNOWN},
    };

    for (size_t i = 0; i < ARRAY_LEN(ANSWERS); i++) {
        const struct bank_account account = {.name = str_of(ANSWERS[i].name)};
        struct sepa_check check;

        sepa_check_answer(MODE_TEST, &account, &check);
        assert_int_equal(check.status, ANSWERS[i].status);
        assert_int_equal(check.score_name, ANSWERS[i].score);
    }
}

CASE(live_mode_has_nobody_to_ask_for_a_check)
{
    const struct bank_account account = {.name = STR("Jean RVNM")};
    struct sepa_check check;

    sepa_check_answer(MODE_LIVE, &account, &check);
    assert_int_equal(check.status, SEPA_CHECK_UNAVAILABLE);
    assert_null(check.response.ptr);
    assert_int_equal(check.score_name, SCORE_UNKNOWN);
    assert_false(check.birth_known);
    sepa_check_answer(MODE_TEST, &account, &check);
    assert_str(check.response, "RVNM");
}

UNIT_MAIN(T(account_is_kept_sealed_and_opens_again), T(what_is_wrong_is_told_of_both_fields),
          T(live_mode_invents_no_bic_and_refuses_numbers_of_tests),
          T(same_number_is_told_by_its_fingerprint),
          T(deleted_account_keeps_its_number_for_five_years),
          T(accounts_are_looked_through_in_portions),
          T(reference_of_another_number_is_a_conflict_and_writes_nothing),
          T(date_without_reference_waits_for_it),
          T(a_date_of_the_future_is_refused_by_more_than_a_day), T(what_was_given_once_stays),
          T(a_reference_alone_renames_and_with_a_date_is_another_mandate),
          T(the_day_of_a_mandate_moves_alone), T(the_last_word_of_a_name_is_the_answer_of_a_check),
          T(live_mode_has_nobody_to_ask_for_a_check))
