#include "support/core_raw.h"

/* How often a merchant may try a card number without its payer (cards.md 5). */

static struct world *world_with_rules(void)
{
    struct world *world = world_new();

    world_set(world, "retry.stop_after_hard", "yes");
    world_set(world, "retry.soft_max", "4");
    world_merchant_load(world);
    return world;
}

static struct payment try_once(struct world *world, const char *number)
{
    struct payment_draft draft = draft_of(700);
    struct card_draft card = card_draft(number);

    card.reusable = false;
    draft.card = card_inline(world, card);
    return pay(world, draft);
}

static void refused(struct world *world, const char *number, const char *code)
{
    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, code);
    struct payment payment = try_once(world, number);
    assert_int_equal(payment.state, PAYMENT_REFUSED);
    assert_str(payment.response, code);
}

/* Refused without a message to the bank. */
static void refused_here(struct world *world, const char *number)
{
    size_t asked = fake_count(world->fake, CARD_AUTHORISE);
    struct payment payment = try_once(world, number);

    assert_int_equal(payment.state, PAYMENT_REFUSED);
    assert_str(payment.response, "7810");
    assert_int_equal(fake_count(world->fake, CARD_AUTHORISE), asked);
}

static void approved(struct world *world, const char *number)
{
    assert_int_equal(try_once(world, number).state, PAYMENT_TO_CAPTURE);
}

CASE(after_a_hard_refusal_the_number_is_not_tried_again)
{
    struct world *world = world_with_rules();

    refused(world, VISA, "41");
    refused_here(world, VISA);
    refused_here(world, VISA);
    approved(world, VISA_OTHER);
    world_advance(world, 60 * 86400);
    refused_here(world, VISA);
    world_is_sound(world);
    world_free(world);
}

CASE(soft_refusals_are_counted_over_sixteen_days)
{
    struct world *world = world_with_rules();

    for (int i = 0; i < 4; i++) {
        refused(world, VISA, "51");
        world_advance(world, 86400);
    }
    refused_here(world, VISA);
    approved(world, VISA_OTHER);
    world_advance(world, 12 * 86400 - 60); /* a minute before the first is sixteen days old */
    refused_here(world, VISA);
    world_advance(world, 120);
    refused(world, VISA, "51");
    refused_here(world, VISA);
    world_is_sound(world);
    world_free(world);
}

CASE(an_approval_begins_the_count_anew)
{
    struct world *world = world_with_rules();

    for (int i = 0; i < 3; i++)
        refused(world, VISA, "51");
    approved(world, VISA);
    assert_int_equal(world_count(world, "card_refusal"), 0);
    for (int i = 0; i < 4; i++)
        refused(world, VISA, "51");
    refused_here(world, VISA);
    world_free(world);
}

CASE(what_the_issuer_revoked_stays_revoked)
{
    struct world *world = world_with_rules();

    refused(world, VISA, "R1");
    refused_here(world, VISA);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM card_refusal WHERE kind = 'stop'"),
                     1);
    world_free(world);
}

CASE(technical_failures_do_not_count)
{
    struct world *world = world_with_rules();

    for (int i = 0; i < 6; i++) {
        fake_say(world->fake, CARD_AUTHORISE, CARD_UNREACHABLE, "91");
        assert_int_equal(try_once(world, VISA).state, PAYMENT_FAILED);
    }
    approved(world, VISA);
    assert_int_equal(world_count(world, "card_refusal"), 0);
    world_free(world);
}

CASE(rules_that_are_off_cost_nothing)
{
    struct world *world = world_new();

    for (int i = 0; i < 6; i++)
        refused(world, VISA, i < 5 ? "51" : "41");
    approved(world, VISA);
    assert_int_equal(world_count(world, "card_refusal"), 0);
    world_free(world);
}

CASE(another_limit_may_be_set)
{
    struct world *world = world_with_rules();

    world_set(world, "retry.soft_max", "1");
    world_set(world, "retry.soft_days", "2");
    world_set(world, "retry.stop_after_hard", "no");
    world_merchant_load(world);
    refused(world, VISA, "51");
    refused_here(world, VISA);
    world_advance(world, 2 * 86400 + 1);
    refused(world, VISA, "41");
    approved(world, VISA);
    world_free(world);
}

CASE(refusals_of_a_kept_card_survive_another_key_of_fingerprints)
{
    struct world *world = world_with_rules();
    struct payment_draft draft = draft_with_card(world, 700);
    int64_t changed;
    int64_t waiting;

    fake_say(world->fake, CARD_AUTHORISE, CARD_DECLINED, "41");
    assert_int_equal(pay(world, draft).state, PAYMENT_REFUSED);
    reader_release(world->core.reader);
    assert_ok(vault_rotate_fingerprint(world->cx, world->store, world->vault, &changed, &waiting));
    assert_int_equal(changed, 1);
    refused_here(world, VISA);
    world_free(world);
}

UNIT_MAIN(T(after_a_hard_refusal_the_number_is_not_tried_again),
          T(soft_refusals_are_counted_over_sixteen_days), T(an_approval_begins_the_count_anew),
          T(what_the_issuer_revoked_stays_revoked), T(technical_failures_do_not_count),
          T(rules_that_are_off_cost_nothing), T(another_limit_may_be_set),
          T(refusals_of_a_kept_card_survive_another_key_of_fingerprints))
