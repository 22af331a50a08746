#include "support/unit.h"

#include "simulator/card.h"

static struct verdict ask(const char *number, int64_t minor, const char *network, enum proof proof)
{
    struct question question = {
        .number = str_of(number),
        .network_wanted = str_of(network),
        .amount_minor = minor,
        .proof = proof,
        .expiry = 2912,
        .today = 2611,
    };

    return decide(&question);
}

CASE(cards_with_an_outcome_of_their_own)
{
    static const struct {
        const char *number;
        const char *code;
    } CARDS[] = {
        {"4242424242424242",    "00"},
        {"5555555555554444",    "00"},
        {"378282246310005",     "00"},
        {"6799990100000000019", "00"},
        {"4000000000000002",    "05"},
        {"4000000000009995",    "51"},
        {"4000000000009987",    "41"},
        {"4000000000009979",    "43"},
        {"4000000000000069",    "54"},
        {"4000000000000127",    "82"},
        {"4000000000000119",    "96"},
        {"4000000000003097",    "00"},
        {"4970101234567893",    "14"}, /* valid, in no table: a real card never works here */
        {"4242424242424241",    "14"},
    };

    for (size_t i = 0; i < ARRAY_LEN(CARDS); i++)
        assert_string_equal(ask(CARDS[i].number, 2599, "", PROOF_NONE).code, CARDS[i].code);
}

CASE(amounts_of_9900_answer_their_last_digits)
{
    assert_string_equal(ask("4242424242424242", 990000, "", PROOF_NONE).code, "00");
    assert_string_equal(ask("4242424242424242", 990001, "", PROOF_NONE).code, "01");
    assert_string_equal(ask("4242424242424242", 990051, "", PROOF_NONE).code, "51");
    assert_string_equal(ask("4242424242424242", 990096, "", PROOF_NONE).code, "96");
    assert_string_equal(ask("4242424242424242", 989999, "", PROOF_NONE).code, "00");
    assert_string_equal(ask("4242424242424242", 990100, "", PROOF_NONE).code, "00");
}

CASE(a_card_of_its_own_outcome_comes_before_the_amount)
{
    assert_string_equal(ask("4000000000000002", 990051, "", PROOF_NONE).code, "05");
    assert_string_equal(ask("4000000000000077", 990051, "", PROOF_NONE).code, "00");
    assert_string_equal(ask("4000000000000259", 990098, "", PROOF_NONE).code, "00");
}

CASE(the_last_three_amounts_misbehave_after_an_approval)
{
    struct verdict verdict = ask("4242424242424242", 990097, "", PROOF_NONE);

    assert_string_equal(verdict.code, "00");
    assert_int_equal(verdict.delivery, DELIVER_CLOSE);
    assert_int_equal(ask("4242424242424242", 990098, "", PROOF_NONE).delivery, DELIVER_NEVER);
    assert_int_equal(ask("4242424242424242", 990099, "", PROOF_NONE).delivery, DELIVER_LATE);
    assert_int_equal(ask("4242424242424242", 2599, "", PROOF_NONE).delivery, DELIVER_NOW);
}

CASE(soft_declines_are_lifted_by_a_challenge_only)
{
    assert_string_equal(ask("4000000000003220", 2599, "", PROOF_NONE).code, "A1");
    assert_string_equal(ask("4000000000003220", 2599, "", PROOF_CHALLENGE).code, "00");
    assert_string_equal(ask("5555555555554444", 990065, "", PROOF_NONE).code, "65");
    assert_string_equal(ask("5555555555554444", 990065, "", PROOF_FRICTIONLESS).code, "65");
    assert_string_equal(ask("5555555555554444", 990065, "", PROOF_CHALLENGE).code, "00");
    assert_string_equal(ask("4000002500000003", 990081, "CB", PROOF_CHALLENGE).code, "00");
    /* On Visa alone the same code means something else, and stays. */
    assert_string_equal(ask("4242424242424242", 990081, "", PROOF_CHALLENGE).code, "81");
    assert_string_equal(ask("4000008400001629", 2599, "", PROOF_CHALLENGE).code, "05");
    assert_string_equal(ask("4000008260003178", 2599, "", PROOF_CHALLENGE).code, "51");
}

CASE(the_payers_choice_of_network_counts_where_the_card_has_two)
{
    assert_string_equal(ask("4150580996517927", 1, "", PROOF_NONE).network, "CB");
    assert_string_equal(ask("4150580996517927", 1, "CB", PROOF_NONE).network, "CB");
    assert_string_equal(ask("4150580996517927", 1, "VI", PROOF_NONE).network, "VI");
    assert_string_equal(ask("5131072454408923", 1, "MC", PROOF_NONE).network, "MC");
    assert_string_equal(ask("4242424242424242", 1, "CB", PROOF_NONE).network, "VI");
}

CASE(money_moves_at_once_for_the_cards_that_say_so)
{
    assert_true(ask("4000000000000077", 1, "", PROOF_NONE).at_once);
    assert_null(ask("4000000000000077", 1, "", PROOF_NONE).dispute);
    assert_string_equal(ask("4000000000000259", 1, "", PROOF_NONE).dispute, "45");
    assert_string_equal(ask("4000000000002685", 1, "", PROOF_NONE).dispute, "4853");
    assert_false(ask("4242424242424242", 1, "", PROOF_NONE).at_once);
}

CASE(a_past_expiry_is_refused_and_the_current_month_is_not)
{
    struct question question = {.number = STR("4242424242424242"),
                                .amount_minor = 1,
                                .proof = PROOF_NONE,
                                .expiry = 2610,
                                .today = 2611};

    assert_string_equal(decide(&question).code, "54");
    question.expiry = 2611;
    assert_string_equal(decide(&question).code, "00");
}

CASE(lookups_follow_the_card_and_the_mandate)
{
    assert_int_equal(decide_lookup(test_card_find(STR("4242424242424242")), false), 'Y');
    assert_int_equal(decide_lookup(test_card_find(STR("4242424242424242")), true), 'C');
    assert_int_equal(decide_lookup(test_card_find(STR("4000000000000002")), false), 'Y');
    assert_int_equal(decide_lookup(test_card_find(STR("4000000000003220")), false), 'C');
    assert_int_equal(decide_lookup(test_card_find(STR("4000000000003097")), true), 'U');
    assert_int_equal(decide_lookup(test_card_find(STR("378282246310005")), false), 'U');
}

CASE(a_mask_shows_six_and_four)
{
    char mask[20];

    card_mask(STR("4242424242424242"), mask);
    assert_string_equal(mask, "424242xxxxxx4242");
    card_mask(STR("6799990100000000019"), mask);
    assert_string_equal(mask, "679999xxxxxxxxx0019");
}

UNIT_MAIN(T(cards_with_an_outcome_of_their_own), T(amounts_of_9900_answer_their_last_digits),
          T(a_card_of_its_own_outcome_comes_before_the_amount),
          T(the_last_three_amounts_misbehave_after_an_approval),
          T(soft_declines_are_lifted_by_a_challenge_only),
          T(the_payers_choice_of_network_counts_where_the_card_has_two),
          T(money_moves_at_once_for_the_cards_that_say_so),
          T(a_past_expiry_is_refused_and_the_current_month_is_not),
          T(lookups_follow_the_card_and_the_mandate), T(a_mask_shows_six_and_four))
