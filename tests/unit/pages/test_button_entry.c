#include "pages/button_entry.h"
#include "support/unit.h"

#include "base/arena.h"

/* What the address of a payment button may say, each rule at its edges. */

static struct merchant merchant_of(void)
{
    return (struct merchant){.currencies = 1U << CURRENCY_EUR | 1U << CURRENCY_GBP};
}

static bool reads(struct arena *arena, const char *query, struct button_entry *out)
{
    const struct merchant merchant = merchant_of();
    struct form form;

    assert_ok(form_parse(arena, str_of(query), &form));
    return button_entry_read(&form, &merchant, MODE_TEST, out);
}

CASE(amount_is_all_that_must_be_said)
{
    struct ctx *cx = unit_ctx();
    struct button_entry entry;

    assert_true(reads(cx->arena, "amount=2599", &entry));
    assert_int_equal(entry.amount.minor, 2599);
    assert_int_equal(entry.amount.currency, CURRENCY_EUR);
    assert_true(entry.capture);
    assert_false(entry.is_short);
    assert_true(entry.asks_name && entry.asks_email);
    assert_int_equal(entry.expires, 0);
    assert_int_equal(entry.return_url.len, 0);
    unit_ctx_free(cx);
}

CASE(whole_address_is_taken)
{
    struct ctx *cx = unit_ctx();
    struct button_entry entry;

    assert_true(reads(cx->arena,
                      "amount=30000&currency=GBP&type=preauth&page=short&name=Dupont%20Jean&"
                      "email=jean%40example.com&returnURL=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc&"
                      "expires=1893456000",
                      &entry));
    assert_int_equal(entry.amount.currency, CURRENCY_GBP);
    assert_false(entry.capture);
    assert_true(entry.is_short);
    assert_str(entry.name, "Dupont Jean");
    assert_str(entry.email, "jean@example.com");
    assert_str(entry.return_url, "https://example.com/a?b=c");
    assert_false(entry.asks_name || entry.asks_email);
    assert_int_equal(entry.expires, INT64_C(1893456000) * SECOND_US);
    unit_ctx_free(cx);
}

CASE(what_is_out_of_its_limits_is_refused)
{
    static const char *const BAD[] = {
        "",
        "amount=",
        "amount=49",
        "amount=100000000",
        "amount=-50",
        "amount=%2B50",
        "amount=50.00",
        "amount=1e4",
        "amount=2599&currency=eur",
        "amount=2599&currency=USD",
        "amount=2599&currency=CHF",
        "amount=2599&type=Preauth",
        "amount=2599&page=long",
        "amount=2599&name=a%0Ab",
        "amount=2599&email=nobody",
        "amount=2599&email=a%40b",
        "amount=2599&email=a%40example.com%0D%0ABcc:x%40example.com",
        "amount=2599&returnURL=javascript:alert(1)",
        "amount=2599&returnURL=%2Fthere",
        "amount=2599&expires=tomorrow",
        "amount=2599&expires=-1",
        "amount=2599&expires=253402300800",
    };
    static const char *const GOOD[] = {
        "amount=50",
        "amount=99999999",
        "amount=2599&currency=",
        "amount=2599&expires=253402300799",
        "amount=2599&expires=0",
        "amount=2599&type=standard&page=standard",
        "amount=2599&color=blue",
    };
    struct ctx *cx = unit_ctx();
    struct button_entry entry;

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        if (reads(cx->arena, BAD[i], &entry))
            fail_msg("taken: %s", BAD[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        if (!reads(cx->arena, GOOD[i], &entry))
            fail_msg("refused: %s", GOOD[i]);
    }
    unit_ctx_free(cx);
}

CASE(live_button_returns_to_https_only)
{
    struct ctx *cx = unit_ctx();
    const struct merchant merchant = merchant_of();
    struct button_entry entry;
    struct form form;

    assert_ok(form_parse(cx->arena, STR("amount=50&returnURL=http%3A%2F%2F127.0.0.1%2F"), &form));
    assert_true(button_entry_read(&form, &merchant, MODE_TEST, &entry));
    assert_false(button_entry_read(&form, &merchant, MODE_LIVE, &entry));
    assert_ok(
        form_parse(cx->arena, STR("amount=50&returnURL=https%3A%2F%2Fexample.com%2F"), &form));
    assert_true(button_entry_read(&form, &merchant, MODE_LIVE, &entry));
    unit_ctx_free(cx);
}

/* A name of so many letters of two bytes each. */
static struct str name_of(struct arena *arena, size_t letters)
{
    char *text = arena_array(arena, char, 2 * letters);

    for (size_t i = 0; i < letters; i++)
        memcpy(text + 2 * i, "é", 2);
    return (struct str){text, 2 * letters};
}

static bool typed(struct arena *arena, struct str name, const char *email,
                  struct button_entry *entry)
{
    const struct form_pair pairs[] = {
        {STR("payer_name"),  name         },
        {STR("payer_email"), str_of(email)}
    };
    const struct form form = {pairs, ARRAY_LEN(pairs)};

    assert_true(reads(arena, "amount=2599", entry));
    return button_entry_typed(&form, entry);
}

CASE(payer_gives_a_name_and_may_give_an_address)
{
    struct ctx *cx = unit_ctx();
    struct button_entry entry;

    assert_true(typed(cx->arena, STR("  Dupont Jean "), "", &entry));
    assert_str(entry.name, "Dupont Jean");
    assert_int_equal(entry.email.len, 0);
    assert_true(typed(cx->arena, STR("Dupont"), " jean@example.com ", &entry));
    assert_str(entry.email, "jean@example.com");
    assert_false(typed(cx->arena, STR(" "), "", &entry));
    assert_int_equal(entry.name_error, TEXT_ERROR_PAYER_MISSING);
    assert_true(typed(cx->arena, name_of(cx->arena, 70), "", &entry));
    assert_false(typed(cx->arena, name_of(cx->arena, 71), "", &entry));
    assert_int_equal(entry.name_error, TEXT_ERROR_PAYER_INVALID);
    assert_false(typed(cx->arena, STR("a\tb"), "nobody", &entry));
    assert_int_equal(entry.name_error, TEXT_ERROR_PAYER_INVALID);
    assert_int_equal(entry.email_error, TEXT_ERROR_EMAIL_INVALID);
    unit_ctx_free(cx);
}

CASE(what_the_address_says_the_payer_cannot_change)
{
    struct ctx *cx = unit_ctx();
    const struct form_pair pairs[] = {
        {STR("payer_name"),  STR("Somebody Else")   },
        {STR("payer_email"), STR("else@example.com")}
    };
    const struct form form = {pairs, ARRAY_LEN(pairs)};
    struct button_entry entry;

    assert_true(reads(cx->arena, "amount=2599&name=Dupont&email=jean%40example.com", &entry));
    assert_true(button_entry_typed(&form, &entry));
    assert_str(entry.name, "Dupont");
    assert_str(entry.email, "jean@example.com");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(amount_is_all_that_must_be_said), T(whole_address_is_taken),
          T(what_is_out_of_its_limits_is_refused), T(live_button_returns_to_https_only),
          T(payer_gives_a_name_and_may_give_an_address),
          T(what_the_address_says_the_payer_cannot_change))
