#include "core/event.h"
#include "core/mandate_amendment.h"
#include "core/mandate_paper.h"
#include "support/core_calls.h"
#include "support/core_debit.h"
#include "support/core_raw.h"

#define IBAN_FR "FR7630006000011234567890189"
#define IBAN_DE "DE89370400440532013000"

/* --- making them --- */

static struct bank_account account_of(struct world *world, const char *iban)
{
    const struct bank_account_draft draft = {.iban = str_of(iban), .name = STR("Jean Dupont")};
    struct bank_account_create create = {0};

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.draft));
    WORLD_RUN(world, &create, bank_account_create);
    assert_ok(create.operation.result);
    return create.account;
}

static err_t create_try(struct world *world, struct bank_account_id account,
                        struct mandate_draft draft, struct mandate_create *create)
{
    draft.field = "rum";
    draft.field_date = "signed_at";
    draft.scheme = MANDATE_CORE;
    if (draft.type == 0)
        draft.type = MANDATE_RECURRENT;
    *create = (struct mandate_create){.account = account, .draft = draft};
    WORLD_RUN(world, create, mandate_create);
    return create->operation.result;
}

static struct mandate made(struct world *world, struct bank_account_id account,
                           struct mandate_draft draft)
{
    struct mandate_create create;

    assert_ok(create_try(world, account, draft, &create));
    return create.mandate;
}

static struct mandate signed_at(struct world *world, instant at)
{
    return made(world, account_of(world, IBAN_FR).id, (struct mandate_draft){.signed_at = at});
}

static struct mandate mandate_now(struct world *world, struct mandate_id id)
{
    struct mandate mandate;

    assert_ok(mandate_load(world->cx, world_read(world), id, &mandate));
    return mandate;
}

static err_t change_of(struct world *world, struct mandate_change *change)
{
    WORLD_RUN(world, change, mandate_change);
    return change->operation.result;
}

/* A step in a transaction of its own, from what is stored now. */
struct step {
    struct mandate mandate;
    enum mandate_state to;
    err_t (*act)(struct ctx *cx, struct tx *tx, struct step *step);
    err_t result;
};

static err_t step_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct step *step = arg;

    step->result = step->act(cx, tx, step);
    return step->result;
}

static err_t step_run(struct world *world, struct mandate *mandate, struct step *step)
{
    step->mandate = mandate_now(world, mandate->id);
    ctx_clear_faults(world->cx);
    err_t err = tx_run(world->store, world->cx, step_body, step);
    *mandate = mandate_now(world, mandate->id);
    return err;
}

static err_t act_move(struct ctx *cx, struct tx *tx, struct step *step)
{
    return mandate_move(cx, tx, &step->mandate, step->to);
}

static err_t act_free(struct ctx *cx, struct tx *tx, struct step *step)
{
    return mandate_freed(cx, tx, &step->mandate);
}

static err_t move(struct world *world, struct mandate *mandate, enum mandate_state to)
{
    return step_run(world, mandate, &(struct step){.act = act_move, .to = to});
}

/* A debit that left, due on this day. */
static struct payment_id collect(struct world *world, struct mandate *mandate, const char *due)
{
    struct payment payment = pay_from(world, mandate->account, 1250);
    const char *id = payment.id.raw;

    debit_leaves(world, payment.id);
    world_tamper(world, str_format(world->cx->arena,
                                   "UPDATE payment SET date_settlement = '%s' WHERE id = '%s';"
                                   "UPDATE debit SET due = '%s' WHERE payment = '%s'",
                                   due, id, due, id)
                            .ptr);
    *mandate = mandate_now(world, mandate->id);
    return payment.id;
}

static struct str end_of(struct world *world, const struct mandate *mandate)
{
    struct str end;

    assert_ok(mandate_expires_on(world->cx, world_read(world), mandate, mandate->state, &end));
    return end;
}

/* --- life cycle --- */

CASE(states_move_as_the_rules_say_and_not_otherwise)
{
    static const char *const ALLOWED[] = {
        [MANDATE_DRAFT] = "sent signed revoked",
        [MANDATE_SENT] = "signed revoked expired",
        [MANDATE_SIGNED] = "active revoked expired",
        [MANDATE_ACTIVE] = "suspended revoked expired closed",
        [MANDATE_SUSPENDED] = "active revoked expired",
        [MANDATE_REVOKED] = "",
        [MANDATE_EXPIRED] = "",
        [MANDATE_CLOSED] = "active revoked",
    };

    for (int from = MANDATE_DRAFT; from <= MANDATE_CLOSED; from++) {
        for (int to = MANDATE_DRAFT; to <= MANDATE_CLOSED; to++) {
            const char *word = mandate_state_text((enum mandate_state)to);
            assert_int_equal(mandate_may_move((enum mandate_state)from, (enum mandate_state)to),
                             strstr(ALLOWED[from], word) != NULL);
        }
    }
}

CASE(every_move_is_an_event_and_what_is_no_move_changes_nothing)
{
    struct world *world = world_new();
    struct mandate mandate = signed_at(world, WORLD_START - DAY_US);
    struct event *events;
    size_t count;

    assert_ok(move(world, &mandate, MANDATE_SUSPENDED));
    assert_int_equal(move(world, &mandate, MANDATE_CLOSED), ERR_STATE);
    assert_string_equal(world->cx->faults[0].text, "Mandate is suspended");
    assert_int_equal(mandate.state, MANDATE_SUSPENDED);
    assert_ok(move(world, &mandate, MANDATE_ACTIVE));
    assert_int_equal(mandate.ended, 0);
    assert_ok(move(world, &mandate, MANDATE_REVOKED));
    assert_true(mandate.ended != 0);
    assert_null(mandate.expires_on.ptr);
    assert_ok(events_of_object(world->cx, world_read(world), mandate.id.raw, &events, &count));
    static const char *const TOLD[] = {"draft",     "signed", "active",
                                       "suspended", "active", "revoked"};
    assert_int_equal(count, ARRAY_LEN(TOLD));
    for (size_t i = 0; i < count; i++)
        assert_str(events[i].detail, TOLD[i]);
    world_is_sound(world);
    world_free(world);
}

CASE(signature_is_kept_with_its_evidence)
{
    struct world *world = world_new();
    struct mandate mandate = signed_at(world, WORLD_START - DAY_US);
    struct mandate unsigned_one = signed_at(world, 0);
    struct mandate_evidence evidence;
    bool found;

    assert_int_equal(mandate.state, MANDATE_ACTIVE);
    assert_ok(mandate_evidence_load(world->cx, world_read(world), mandate.id, &evidence, &found));
    assert_true(found);
    assert_int_equal(evidence.channel, MANDATE_DECLARED);
    assert_int_equal(evidence.signed_at, WORLD_START - DAY_US);
    assert_int_equal(unsigned_one.state, MANDATE_DRAFT);
    assert_ok(
        mandate_evidence_load(world->cx, world_read(world), unsigned_one.id, &evidence, &found));
    assert_false(found);
    world_free(world);
}

CASE(expiry_is_36_calendar_months_later)
{
    static const struct {
        struct date last;
        struct date expiry;
    } CASES[] = {
        {{2026, 11, 29}, {2029, 11, 29}},
        {{2028, 2, 29},  {2031, 2, 28} },
        {{2025, 2, 28},  {2028, 2, 28} },
        {{2026, 12, 31}, {2029, 12, 31}},
    };

    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        assert_int_equal(date_compare(mandate_expiry(CASES[i].last), CASES[i].expiry), 0);
}

static err_t expire_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return mandate_expire(cx, tx, arg);
}

static int64_t expired_on(struct world *world, int year, int month, int day)
{
    const struct wall noon = {
        {year, month, day},
        12, 0, 0
    };
    struct mandate_expiring expiring = {.most = 10};

    world_stop_at(world, instant_paris(noon));
    world_set_body_run(world, expire_body, &expiring);
    assert_false(expiring.more);
    return expiring.expired;
}

CASE(mandate_expires_36_months_after_its_signature_or_last_collection)
{
    struct world *world = world_new();
    /* 2 June 2031 in Paris, the first in UTC: told of on that day. */
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 6, 2},
                             0, 30, 0
    }));
    struct mandate unused = signed_at(world, world->now);
    /* Signed long ago, and told of today. */
    struct mandate used = signed_at(world, INT64_C(1600000000) * SECOND_US);
    struct mandate draft = signed_at(world, 0);

    assert_str(unused.expires_on, "2034-06-02");
    assert_str(used.expires_on, "2034-06-02");
    assert_null(draft.expires_on.ptr);
    collect(world, &used, "2031-08-31");
    assert_str(end_of(world, &used), "2034-08-31");
    /* An earlier one that is presented later does not take time away. */
    collect(world, &used, "2031-07-01");
    assert_str(end_of(world, &used), "2034-08-31");
    assert_int_equal(expired_on(world, 2034, 6, 1), 0);
    assert_int_equal(expired_on(world, 2034, 6, 2), 1);
    assert_int_equal(mandate_now(world, unused.id).state, MANDATE_EXPIRED);
    assert_int_equal(expired_on(world, 2034, 6, 2), 0);
    assert_int_equal(expired_on(world, 2034, 8, 30), 0);
    assert_int_equal(expired_on(world, 2035, 1, 1), 1);
    assert_int_equal(mandate_now(world, used.id).state, MANDATE_EXPIRED);
    assert_int_equal(mandate_now(world, draft.id).state, MANDATE_DRAFT);
    world_is_sound(world);
    world_free(world);
}

/* --- collecting --- */

static err_t usable(struct world *world, struct bank_account_id id, enum mandate_need need,
                    struct mandate *out)
{
    struct bank_account account;
    struct tx *tx = world_read(world);

    ctx_clear_faults(world->cx);
    assert_ok(bank_account_load(world->cx, tx, id, true, &account));
    return mandate_usable(world->cx, tx, &account, need, out);
}

CASE(only_an_active_mandate_is_usable)
{
    struct world *world = world_new();
    struct bank_account account = account_of(world, IBAN_FR);
    struct mandate out;

    assert_int_equal(usable(world, account.id, MANDATE_NEEDED, &out), ERR_INVALID);
    assert_string_equal(world->cx->faults[0].field, "sepa");
    assert_ok(usable(world, account.id, MANDATE_OPTIONAL, &out));
    assert_true(ID_NONE(out.id));
    made(world, account.id, (struct mandate_draft){0});
    assert_int_equal(usable(world, account.id, MANDATE_NEEDED, &out), ERR_INVALID);
    struct mandate mandate =
        made(world, account.id, (struct mandate_draft){.signed_at = WORLD_START - DAY_US});
    assert_ok(usable(world, account.id, MANDATE_NEEDED, &out));
    assert_true(ID_EQ(out.id, mandate.id));
    assert_ok(move(world, &mandate, MANDATE_SUSPENDED));
    assert_int_equal(usable(world, account.id, MANDATE_NEEDED, &out), ERR_INVALID);
    assert_ok(move(world, &mandate, MANDATE_ACTIVE));
    /* On its last day it is over, whether or not the night has come. */
    world_stop_at(world, instant_paris((struct wall){
                             {2034, 6, 1},
                             12, 0, 0
    }));
    assert_ok(usable(world, account.id, MANDATE_NEEDED, &out));
    world_stop_at(world, instant_paris((struct wall){
                             {2034, 6, 2},
                             0, 0, 1
    }));
    assert_int_equal(usable(world, account.id, MANDATE_NEEDED, &out), ERR_INVALID);
    world_free(world);
}

CASE(the_mandate_given_with_an_account_comes_first_and_revoked_is_not_none)
{
    struct world *world = world_new();
    const struct bank_account_draft draft = {.iban = STR(IBAN_FR), .name = STR("Jean")};
    struct bank_account_create create = {
        .mandate = {STR("GIVEN"), WORLD_START - DAY_US, false}
    };
    struct mandate out;

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &draft, &create.draft));
    WORLD_RUN(world, &create, bank_account_create);
    assert_ok(create.operation.result);
    struct mandate other =
        made(world, create.account.id, (struct mandate_draft){.signed_at = WORLD_START - DAY_US});
    assert_ok(usable(world, create.account.id, MANDATE_NEEDED, &out));
    assert_str(out.umr, "GIVEN");
    assert_ok(move(world, &out, MANDATE_REVOKED));
    assert_ok(usable(world, create.account.id, MANDATE_NEEDED, &out));
    assert_true(ID_EQ(out.id, other.id));
    assert_ok(move(world, &other, MANDATE_REVOKED));
    assert_int_equal(usable(world, create.account.id, MANDATE_OPTIONAL, &out), ERR_INVALID);
    struct bank_account_change removal = {.id = create.account.id, .remove = true};
    WORLD_RUN(world, &removal, bank_account_change);
    assert_int_equal(usable(world, create.account.id, MANDATE_OPTIONAL, &out), ERR_NOT_FOUND);
    world_is_sound(world);
    world_free(world);
}

CASE(mandate_for_one_debit_is_closed_by_it_and_free_when_it_failed)
{
    struct world *world = world_new();
    struct bank_account account = account_of(world, IBAN_FR);
    struct mandate mandate =
        made(world, account.id,
             (struct mandate_draft){.type = MANDATE_ONE_OFF, .signed_at = WORLD_START - DAY_US});
    struct step release = {.act = act_free};
    struct mandate out;

    struct payment_id payment = collect(world, &mandate, "2031-06-04");
    assert_int_equal(mandate.state, MANDATE_CLOSED);
    assert_null(mandate.expires_on.ptr);
    assert_int_equal(usable(world, account.id, MANDATE_NEEDED, &out), ERR_INVALID);
    assert_ok(reject_try(world, payment, "AM04"));
    mandate = mandate_now(world, mandate.id);
    assert_int_equal(mandate.state, MANDATE_ACTIVE);
    assert_str(mandate.expires_on, "2034-06-04");
    assert_ok(step_run(world, &mandate, &release)); /* nothing to free */
    assert_int_equal(mandate.state, MANDATE_ACTIVE);
    world_is_sound(world);
    world_free(world);
}

/* --- changing --- */

CASE(date_is_fixed_by_the_first_collection)
{
    struct world *world = world_new();
    struct mandate mandate = signed_at(world, WORLD_START - DAY_US);
    struct mandate_change change = {
        .id = mandate.id, .change = MANDATE_SIGNED_AT, .signed_at = WORLD_START - 2 * DAY_US};

    assert_ok(change_of(world, &change));
    assert_str(change.mandate.expires_on, "2034-06-02");
    mandate = mandate_now(world, mandate.id);
    collect(world, &mandate, "2031-06-04");
    assert_ok(change_of(world, &change)); /* the same date */
    change.signed_at--;
    assert_int_equal(change_of(world, &change), ERR_STATE);
    assert_int_equal(mandate_now(world, mandate.id).signed_at, WORLD_START - 2 * DAY_US);
    world_free(world);
}

CASE(document_that_is_no_pdf_is_refused)
{
    struct world *world = world_new();
    struct mandate mandate = signed_at(world, WORLD_START - DAY_US);
    struct mandate_change change = {.id = mandate.id, .change = MANDATE_PDF, .pdf = STR("PDF-1.4")};

    assert_int_equal(change_of(world, &change), ERR_INVALID);
    assert_string_equal(change.operation.cx->faults[0].field, "pdf");
    change.pdf = STR_NONE;
    assert_int_equal(change_of(world, &change), ERR_INVALID);
    change.pdf = STR("%PDF-");
    assert_ok(change_of(world, &change));
    world_is_sound(world);
    world_free(world);
}

/* --- amendments --- */

static void pending_is(struct world *world, struct mandate_id mandate, size_t expected,
                       struct amendment **list)
{
    size_t count;

    assert_ok(amendments_pending(world->cx, world_read(world), mandate, list, &count));
    assert_int_equal(count, expected);
}

static void rename_to(struct world *world, struct mandate_id id, const char *umr)
{
    struct mandate_change change = {.id = id, .change = MANDATE_UMR, .umr = str_of(umr)};

    assert_ok(change_of(world, &change));
}

CASE(what_the_bank_never_heard_of_needs_no_amendment)
{
    struct world *world = world_new();
    struct mandate mandate = signed_at(world, WORLD_START - DAY_US);
    struct amendment *list;

    rename_to(world, mandate.id, "OTHER");
    pending_is(world, mandate.id, 0, &list);
    assert_str(mandate_now(world, mandate.id).umr, "OTHER");
    world_free(world);
}

CASE(amendment_tells_the_value_that_the_bank_knows)
{
    struct world *world = world_new();
    struct mandate mandate =
        made(world, account_of(world, IBAN_FR).id,
             (struct mandate_draft){.umr = STR("FIRST"), .signed_at = WORLD_START - DAY_US});
    struct amendment *list;

    collect(world, &mandate, "2031-06-04");
    rename_to(world, mandate.id, "SECOND");
    rename_to(world, mandate.id, "THIRD");
    pending_is(world, mandate.id, 1, &list);
    assert_int_equal(list[0].kind, AMENDMENT_UMR);
    assert_str(list[0].old_value, "FIRST");
    assert_str(list[0].new_value, "THIRD");
    rename_to(world, mandate.id, "FIRST");
    pending_is(world, mandate.id, 0, &list);
    world_free(world);
}

struct telling {
    struct mandate mandate;
    struct payment_id payment;
    const struct bank_account *account;
};

static err_t attach_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct telling *telling = arg;

    return amendments_attach(cx, tx, telling->mandate.id, telling->payment);
}

static err_t told_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct telling *telling = arg;

    return amendments_told(cx, tx, telling->mandate.id, telling->payment);
}

static err_t back_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct telling *telling = arg;

    return amendments_back(cx, tx, telling->mandate.id, telling->payment);
}

static err_t creditor_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct telling *telling = arg;

    struct merchant merchant;

    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    TRY(amendment_creditor(cx, tx, &telling->mandate, &merchant));
    return amendment_account(cx, tx, &telling->mandate, telling->account);
}

CASE(amendment_goes_with_one_collection_until_it_is_accepted)
{
    struct world *world = world_new();
    struct mandate mandate = signed_at(world, WORLD_START - DAY_US);
    struct amendment *list;

    collect(world, &mandate, "2031-06-04");
    rename_to(world, mandate.id, "SECOND");
    struct telling telling = {.mandate = mandate};
    ID_NEW(world->cx->ids, &telling.payment);
    world_set_body_run(world, attach_body, &telling);
    pending_is(world, mandate.id, 0, &list);
    world_set_body_run(world, back_body, &telling);
    pending_is(world, mandate.id, 1, &list);
    ID_NEW(world->cx->ids, &telling.payment);
    world_set_body_run(world, attach_body, &telling);
    world_set_body_run(world, told_body, &telling);
    world_set_body_run(world, back_body, &telling); /* too late: the bank knows */
    pending_is(world, mandate.id, 0, &list);
    world_free(world);
}

CASE(creditor_and_account_are_amendments_too)
{
    struct world *world = world_new();
    struct mandate mandate = signed_at(world, WORLD_START - DAY_US);
    struct bank_account other = account_of(world, IBAN_DE);
    struct amendment *list;

    collect(world, &mandate, "2031-06-04");
    world_set(world, "ics", "FR94ZZZ8512A5");
    world_set(world, "name", "Atelier Neuf");
    struct telling telling = {.mandate = mandate, .account = &other};
    world_set_body_run(world, creditor_body, &telling);
    pending_is(world, mandate.id, 3, &list);
    assert_str(list[0].old_value, "FR72ZZZ123456");
    assert_str(list[1].old_value, "Atelier Exemple SARL");
    assert_int_equal(list[2].kind, AMENDMENT_ACCOUNT);
    assert_str(list[2].old_value, mandate.account.raw);
    mandate = mandate_now(world, mandate.id);
    assert_str(mandate.ics, "FR94ZZZ8512A5");
    assert_str(mandate.creditor_name, "Atelier Neuf");
    assert_true(ID_EQ(mandate.account, other.id));
    telling.mandate = mandate;
    world_set_body_run(world, creditor_body, &telling); /* nothing new */
    pending_is(world, mandate.id, 3, &list);
    world_is_sound(world);
    world_free(world);
}

/* --- another key of fingerprints (cards.md 13) --- */

CASE(a_reference_finds_its_account_after_the_fingerprints_changed)
{
    struct world *world = world_new();
    const struct mandate_draft draft = {.umr = STR("RUM-ROTATED")};
    const struct bank_account_draft given = {.iban = STR(IBAN_FR), .name = STR("Jean Dupont")};
    struct bank_account_create early = {0};
    struct mandate first = made(world, account_of(world, IBAN_FR).id, draft);
    struct mandate_create create;
    int64_t changed;
    int64_t waiting;

    assert_ok(bank_account_seal(&world->core, world_ctx(world), &given, &early.draft));
    reader_release(world->core.reader);
    assert_ok(vault_rotate_fingerprint(world->cx, world->store, world->vault, &changed, &waiting));
    assert_int_equal(changed, 1);
    WORLD_RUN(world, &early, bank_account_create);
    assert_ok(early.operation.result);
    assert_ok(create_try(world, early.account.id, draft, &create));
    assert_string_equal(create.mandate.id.raw, first.id.raw);
    assert_ok(create_try(world, account_of(world, IBAN_FR).id, draft, &create));
    assert_int_not_equal(create_try(world, account_of(world, IBAN_DE).id, draft, &create), OK);
    world_free(world);
}

UNIT_MAIN(T(a_reference_finds_its_account_after_the_fingerprints_changed),
          T(states_move_as_the_rules_say_and_not_otherwise),
          T(every_move_is_an_event_and_what_is_no_move_changes_nothing),
          T(signature_is_kept_with_its_evidence), T(expiry_is_36_calendar_months_later),
          T(mandate_expires_36_months_after_its_signature_or_last_collection),
          T(only_an_active_mandate_is_usable),
          T(the_mandate_given_with_an_account_comes_first_and_revoked_is_not_none),
          T(mandate_for_one_debit_is_closed_by_it_and_free_when_it_failed),
          T(date_is_fixed_by_the_first_collection), T(document_that_is_no_pdf_is_refused),
          T(what_the_bank_never_heard_of_needs_no_amendment),
          T(amendment_tells_the_value_that_the_bank_knows),
          T(amendment_goes_with_one_collection_until_it_is_accepted),
          T(creditor_and_account_are_amendments_too))
