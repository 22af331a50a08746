#include "api/stancer/payment.h"
#include "support/unit.h"

static bool same(struct str word, const char *expected)
{
    return expected == NULL ? word.ptr == NULL : str_eq(word, str_of(expected));
}

/* The PHP library throws on any other word (api/stancer.md 8). */
CASE(payment_states_have_the_words_that_clients_know)
{
    static const char *const WORDS[] = {
        [PAYMENT_NEW] = NULL,
        [PAYMENT_AUTHENTICATING] = NULL,
        [PAYMENT_AUTHORIZING] = NULL,
        [PAYMENT_AUTHORIZED] = "authorized",
        [PAYMENT_TO_CAPTURE] = "to_capture",
        [PAYMENT_CAPTURE_SENT] = "capture_sent",
        [PAYMENT_CAPTURED] = "captured",
        [PAYMENT_REFUSED] = "refused",
        [PAYMENT_FAILED] = "failed",
        [PAYMENT_CANCELED] = "canceled",
        [PAYMENT_EXPIRED] = "expired",
        [PAYMENT_DISPUTED] = "disputed",
    };

    for (size_t i = PAYMENT_NEW; i < ARRAY_LEN(WORDS); i++)
        assert_true(same(payment_status_word((enum payment_state)i), WORDS[i]));
}

CASE(currencies_are_numbered_as_in_the_core)
{
    assert_int_equal(STANCER_CURRENCIES.count, 11);
    for (size_t i = 1; i < STANCER_CURRENCIES.count; i++) {
        struct str core = str_of(currency_text((enum currency)i));
        assert_true(str_eq_nocase(core, str_of(STANCER_CURRENCIES.texts[i])));
    }
    assert_true(STANCER_CURRENCIES.any_case);
}

CASE(networks_are_words_and_none_is_none)
{
    assert_null(network_word(0).ptr);
    assert_str(network_word(1), "national");
    assert_str(network_word(2), "visa");
    assert_str(network_word(3), "mastercard");
}

UNIT_MAIN(T(payment_states_have_the_words_that_clients_know),
          T(currencies_are_numbered_as_in_the_core), T(networks_are_words_and_none_is_none))
