#include "support/core_raw.h"

static err_t seal_try(struct world *world, struct card_draft draft, struct ctx **cx,
                      struct card *out)
{
    *cx = world_ctx(world);
    return card_seal(&world->core, *cx, &draft, out);
}

static err_t create_try(struct world *world, enum card_twin twin, struct card_draft draft,
                        bool unique_external_id, struct card_create *create)
{
    struct ctx *cx;

    *create = (struct card_create){.twin = twin, .unique_external_id = unique_external_id};
    assert_ok(seal_try(world, draft, &cx, &create->draft));
    WORLD_RUN(world, create, card_create);
    return create->operation.result;
}

static struct card made(struct world *world, enum card_twin twin, struct card_draft draft)
{
    struct card_create create;

    assert_ok(create_try(world, twin, draft, true, &create));
    return create.card;
}

static err_t change_of(struct world *world, struct card_change *change)
{
    WORLD_RUN(world, change, card_change);
    return change->operation.result;
}

static struct card card_now(struct world *world, struct card_id id)
{
    struct card card;

    assert_ok(card_load(world->cx, world_read(world), id, true, &card));
    return card;
}

CASE(card_is_kept_sealed_with_its_facts)
{
    struct world *world = world_new();
    struct card card = made(world, CARD_TWIN_IGNORED, card_draft(CB_VISA));

    card = card_now(world, card.id);
    assert_str(card.last4, "0003");
    assert_str(card.brand, "visa");
    assert_str(card.country, "FR");
    assert_str(card.network, "national");
    assert_int_equal(card.exp_month, 12);
    assert_int_equal(card.exp_year, 2099);
    assert_non_null(card.sealed.ptr);
    assert_null(memmem(card.sealed.ptr, card.sealed.len, CB_VISA, strlen(CB_VISA)));
    world_is_sound(world);
    world_free(world);
}

CASE(number_that_is_no_card_number_is_refused)
{
    static const char *const NUMBERS[] = {"4242424242424241",     "424242424242",        "4242",
                                          "42424242424242424242", "4242 4242 4242 4242", ""};
    struct world *world = world_new();
    struct card card;
    struct ctx *cx;

    for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
        assert_int_equal(seal_try(world, card_draft(NUMBERS[i]), &cx, &card), ERR_INVALID);
        assert_string_equal(cx->faults[0].field, "number");
    }
    world_free(world);
}

CASE(card_counts_until_the_last_day_of_its_month_in_paris)
{
    struct world *world = world_new();
    struct card_draft draft = card_draft(VISA);
    struct card card;
    struct ctx *cx;

    draft.exp_month = 6;
    draft.exp_year = 2031;
    /* 30 June 2031, 23:59:59 in Paris. */
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 6, 30},
                             23, 59, 59
    }));
    assert_ok(seal_try(world, draft, &cx, &card));
    world_stop_at(world, instant_paris((struct wall){
                             {2031, 7, 1},
                             0, 0, 0
    }));
    assert_int_equal(seal_try(world, draft, &cx, &card), ERR_INVALID);
    assert_string_equal(cx->faults[0].field, "exp_year");
    draft.exp_month = 12;
    draft.exp_year = 2030;
    assert_int_equal(seal_try(world, draft, &cx, &card), ERR_INVALID);
    draft.exp_month = 1;
    draft.exp_year = 2032;
    assert_ok(seal_try(world, draft, &cx, &card));
    world_free(world);
}

CASE(expiry_cannot_be_changed_into_the_past)
{
    struct world *world = world_new();
    struct card card = made(world, CARD_TWIN_IGNORED, card_draft(VISA));
    struct card_change change = {.change = CARD_EXP_YEAR, .values = {.id = card.id}};

    change.values.exp_year = 2030;
    assert_int_equal(change_of(world, &change), ERR_INVALID);
    change.values.exp_year = 2041;
    assert_ok(change_of(world, &change));
    assert_int_equal(card_now(world, card.id).exp_year, 2041);
    assert_int_equal(card_now(world, card.id).exp_month, 12);
    world_free(world);
}

CASE(live_numbers_need_leave)
{
    struct world *world = world_new();
    struct card_draft draft = card_draft(VISA);
    struct ctx *cx = world_ctx(world);
    struct card card;

    cx->mode = MODE_LIVE;
    world->core.accept_pan = false;
    assert_int_equal(card_seal(&world->core, cx, &draft, &card), ERR_FORBIDDEN);
    assert_ok(seal_try(world, draft, &cx, &card));
    world->core.vault = NULL;
    assert_int_equal(seal_try(world, draft, &cx, &card), ERR_UNAVAILABLE);
    world_free(world);
}

CASE(v1_same_number_and_expiry_is_a_conflict_that_names_the_first)
{
    struct world *world = world_new();
    struct card_draft draft = card_draft(VISA);
    struct card first = made(world, CARD_TWIN_IS_CONFLICT, draft);
    struct card_create create;
    char cvc[CVC_MAX + 1];

    assert_int_equal(create_try(world, CARD_TWIN_IS_CONFLICT, draft, false, &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->object, first.id.raw);
    assert_false(cvc_take(world->cvc, create.draft.id.raw, cvc));
    draft.exp_year = 2041;
    made(world, CARD_TWIN_IS_CONFLICT, draft);
    world_is_sound(world);
    world_free(world);
}

CASE(v2_same_number_and_expiry_is_a_new_card)
{
    struct world *world = world_new();
    struct card first = made(world, CARD_TWIN_IGNORED, card_draft(VISA));

    assert_false(ID_EQ(made(world, CARD_TWIN_IGNORED, card_draft(VISA)).id, first.id));
    world_free(world);
}

CASE(external_id_of_a_card_is_unique_where_asked)
{
    struct world *world = world_new();
    struct card_draft draft = card_draft(VISA);
    struct card_create create;

    draft.external_id = STR("C-1");
    struct card first = made(world, CARD_TWIN_IGNORED, draft);
    assert_int_equal(create_try(world, CARD_TWIN_IGNORED, draft, true, &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->object, first.id.raw);
    assert_ok(create_try(world, CARD_TWIN_IGNORED, draft, false, &create));
    draft.external_id = STR("C-2");
    struct card second = made(world, CARD_TWIN_IGNORED, draft);
    struct card_change change = {
        .change = CARD_EXTERNAL_ID, .values = {.id = second.id, .external_id = STR("C-1")}
    };
    assert_int_equal(change_of(world, &change), ERR_CONFLICT);
    change.values.external_id = STR("C-2");
    assert_ok(change_of(world, &change));
    world_free(world);
}

CASE(single_use_card_pays_once_and_loses_its_number)
{
    struct world *world = world_new();
    struct card_draft draft = card_draft(VISA);
    struct payment_draft paying = draft_of(500);
    struct payment_create create;

    draft.reusable = false;
    struct card card = made(world, CARD_TWIN_IGNORED, draft);
    paying.card = card_by_id(card.id);
    assert_int_equal(pay(world, paying).state, PAYMENT_TO_CAPTURE);
    assert_null(card_now(world, card.id).sealed.ptr);
    assert_str(card_now(world, card.id).last4, "4242");
    assert_int_equal(pay_try(world, paying, &create), ERR_CONFLICT);
    assert_string_equal(fault_of(&create.operation)->text, "Card cannot be used again");
    world_is_sound(world);
    world_free(world);
}

CASE(single_use_card_is_used_up_by_a_refusal_too)
{
    struct world *world = world_new();
    struct payment_draft paying = draft_of(500);
    struct card_draft draft = card_draft(VISA);
    struct payment_create create;

    draft.reusable = false;
    struct card card = made(world, CARD_TWIN_IGNORED, draft);
    paying.card = card_by_id(card.id);
    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "51");
    assert_int_equal(pay(world, paying).state, PAYMENT_REFUSED);
    assert_int_equal(pay_try(world, paying, &create), ERR_CONFLICT);
    world_free(world);
}

CASE(single_use_card_is_captured_voided_and_refunded_without_its_number)
{
    struct world *world = world_new();
    struct payment_draft paying = draft_of(500);
    struct card_draft draft = card_draft(VISA);

    draft.reusable = false;
    paying.card = card_inline(world, draft);
    struct payment payment = pay(world, paying);
    world_advance_to(world, 0, 21, 0);
    assert_int_equal(state_now(world, payment.id), PAYMENT_CAPTURE_SENT);
    world_is_sound(world);
    world_free(world);
}

CASE(single_use_twin_is_not_used_again)
{
    struct world *world = world_new();
    struct payment_draft paying = draft_of(500);
    struct card_draft draft = card_draft(VISA);

    draft.reusable = false;
    struct card first = made(world, CARD_TWIN_IGNORED, draft);
    paying.card = card_inline(world, draft);
    paying.card.twin = CARD_TWIN_IS_USED;
    struct payment payment = pay(world, paying);
    assert_false(ID_EQ(payment.card, first.id));
    world_free(world);
}

/* Whoever never asks does not fill the index of numbers; the first who asks finds what was made
 * before, and then what joined the index. */
CASE(twin_made_before_anybody_asked_is_found)
{
    static const char FINDABLE[] = "SELECT COUNT(*) FROM card WHERE findable = 1";
    struct world *world = world_new();
    struct card_create create;

    made(world, CARD_TWIN_IGNORED, card_draft(CB_VISA));
    struct card first = made(world, CARD_TWIN_IGNORED, card_draft(VISA));
    made(world, CARD_TWIN_IGNORED, card_draft(VISA));
    assert_int_equal(world_number(world, FINDABLE), 0);
    assert_int_equal(create_try(world, CARD_TWIN_IS_CONFLICT, card_draft(VISA), true, &create),
                     ERR_CONFLICT);
    assert_string_equal(create.operation.cx->faults[0].object, first.id.raw);
    assert_int_equal(world_number(world, FINDABLE), 0);
    made(world, CARD_TWIN_IS_CONFLICT, card_draft(VISA_OTHER));
    assert_int_equal(world_number(world, FINDABLE), 4);
    assert_int_equal(create_try(world, CARD_TWIN_IS_CONFLICT, card_draft(VISA), true, &create),
                     ERR_CONFLICT);
    assert_string_equal(create.operation.cx->faults[0].object, first.id.raw);
    assert_int_equal(create_try(world, CARD_TWIN_IS_CONFLICT, card_draft(CB_VISA), true, &create),
                     ERR_CONFLICT);
    world_is_sound(world);
    world_free(world);
}

CASE(card_deleted_loses_its_number_and_pays_no_more)
{
    struct world *world = world_new();
    struct payment_draft paying = draft_of(500);
    struct payment_create create;
    struct card card = made(world, CARD_TWIN_IS_CONFLICT, card_draft(VISA));
    struct card_change removal = {.remove = true, .values = {.id = card.id}};

    paying.card = card_by_id(card.id);
    struct payment payment = pay(world, paying);
    assert_ok(change_of(world, &removal));
    assert_true(removal.card.deleted);
    assert_int_equal(change_of(world, &removal), ERR_NOT_FOUND);
    assert_null(card_now(world, card.id).sealed.ptr);
    assert_int_equal(pay_try(world, paying, &create), ERR_NOT_FOUND);
    struct payment_view view;
    assert_ok(payment_view_load(world->cx, world_read(world), payment.id, &view));
    assert_true(view.card.deleted);
    /* Its number may come back. */
    made(world, CARD_TWIN_IS_CONFLICT, card_draft(VISA));
    world_is_sound(world);
    world_free(world);
}

CASE(card_deleted_between_choice_and_charge_is_refused)
{
    struct world *world = world_new();
    struct payment payment = pay(world, draft_of(500));
    struct payment_change change = {.change = PAYMENT_SET_CARD};

    change.draft.card = card_inline(world, card_draft(VISA));
    assert_ok(change_try(world, payment.id, &change));
    struct card_change removal = {.remove = true, .values = {.id = change.view.card.id}};
    assert_ok(change_of(world, &removal));
    change = (struct payment_change){.ask = ASK_CAPTURE};
    assert_int_equal(change_try(world, payment.id, &change), ERR_NOT_FOUND);
    world_is_sound(world);
    world_free(world);
}

CASE(card_belongs_to_a_customer_who_exists)
{
    struct world *world = world_new();
    struct card_draft draft = card_draft(VISA);
    struct card_create create;

    ID_NEW(world->cx->ids, &draft.customer);
    assert_int_equal(create_try(world, CARD_TWIN_IGNORED, draft, true, &create), ERR_NOT_FOUND);
    assert_string_equal(fault_of(&create.operation)->field, "customer");
    world_free(world);
}

CASE(cards_are_listed_by_customer)
{
    struct world *world = world_new();
    struct customer_create customer = {.twin = TWIN_BY_EXTERNAL_ID,
                                       .draft = {.email = STR("ada@example.com")}};
    struct page_of page = {.limit = 10, .newest_first = true, .created_until = INT64_MAX};
    struct card_draft draft = card_draft(VISA);
    struct page_found found;
    struct card *list;

    WORLD_RUN(world, &customer, customer_create);
    made(world, CARD_TWIN_IGNORED, draft);
    draft.customer = customer.customer.id;
    struct card first = made(world, CARD_TWIN_IGNORED, draft);
    struct card second = made(world, CARD_TWIN_IGNORED, draft);
    assert_ok(card_list(world->cx, world_read(world), draft.customer, &page, &list, &found));
    assert_int_equal(found.count, 2);
    assert_int_equal(found.total, 2);
    assert_true(ID_EQ(list[0].id, second.id));
    assert_true(ID_EQ(list[1].id, first.id));
    assert_ok(
        card_list(world->cx, world_read(world), (struct customer_id){{0}}, &page, &list, &found));
    assert_int_equal(found.total, 3);
    world_free(world);
}

UNIT_MAIN(T(card_is_kept_sealed_with_its_facts), T(number_that_is_no_card_number_is_refused),
          T(card_counts_until_the_last_day_of_its_month_in_paris),
          T(expiry_cannot_be_changed_into_the_past), T(live_numbers_need_leave),
          T(v1_same_number_and_expiry_is_a_conflict_that_names_the_first),
          T(v2_same_number_and_expiry_is_a_new_card),
          T(external_id_of_a_card_is_unique_where_asked),
          T(single_use_card_pays_once_and_loses_its_number),
          T(single_use_card_is_used_up_by_a_refusal_too),
          T(single_use_card_is_captured_voided_and_refunded_without_its_number),
          T(single_use_twin_is_not_used_again), T(twin_made_before_anybody_asked_is_found),
          T(card_deleted_loses_its_number_and_pays_no_more),
          T(card_deleted_between_choice_and_charge_is_refused),
          T(card_belongs_to_a_customer_who_exists), T(cards_are_listed_by_customer))
