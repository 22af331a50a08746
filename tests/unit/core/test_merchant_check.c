#include "base/money.h"
#include "core/bank_profile.h"
#include "core/merchant_check.h"
#include "support/unit.h"

/* The shapes of settings: what fits, and what is wrong by one thing alone. */

typedef bool shape(struct str text);

static void check(shape *fits, const char *const *good, const char *const *bad)
{
    for (; *good != NULL; good++) {
        if (!fits(str_of(*good)))
            fail_msg("%s does not fit", *good);
    }
    for (; *bad != NULL; bad++) {
        if (fits(str_of(*bad)))
            fail_msg("%s fits", *bad);
    }
}
#define THESE(...)                                                                                 \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

CASE(numbers_of_companies_have_their_length_and_check_digit)
{
    check(siren_valid, THESE("100000009"),
          THESE("", "10000000", "1000000090", "100000008", "10000000A"));
    check(siret_valid, THESE("10000000900017"),
          THESE("", "1000000090001", "10000000900018", "10000000800018", "1000000090001A"));
    /* La Poste's establishments: the sum of their digits is a multiple of 5. */
    check(siret_valid, THESE("35600000000048", "35600000049837"),
          THESE("35600000049838", "35600000100001"));
    check(vat_number_valid, THESE("FR88100000009"),
          THESE("", "FR8810000000", "DE88100000009", "FR89100000009", "FRAB100000009",
                "FR88100000008", "FR8A100000009"));
}

CASE(a_time_of_the_day_has_two_and_two_digits)
{
    check(
        clock_time_valid, THESE("00:00", "18:00", "23:59"),
        THESE("", "8:00", "24:00", "18:60", "18.00", "1a:00", "18:0a", "18:000", "a8:00", "18:a0"));
}

CASE(a_rate_is_positive_with_six_decimals_at_most)
{
    check(rate_valid, THESE("0.9000", "1", "12.345678"),
          THESE("", "0", "0.000", ".5", "1.", "1.2345678", "-1", "1,5", "1e3", "1234567890123",
                "1.2a", "a.2", "1:2"));
}

CASE(a_fee_has_two_parts)
{
    static const char *const BAD[] = {"",
                                      "160",
                                      "+50",
                                      "160+",
                                      "a+50",
                                      "160+5a",
                                      "10001+50",
                                      "1+1000001",
                                      "99999999999999999999+1",
                                      "1+99999999999999999999"};
    int64_t minor;
    int64_t bp;

    assert_true(fee_parse(STR("160+50"), &bp, &minor));
    assert_int_equal(bp, 160);
    assert_int_equal(minor, 50);
    assert_true(fee_parse(STR("10000+1000000"), &bp, &minor));
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(fee_parse(str_of(BAD[i]), &bp, &minor));
}

CASE(a_currency_is_named_once)
{
    static const char *const BAD[] = {"", "eu", "jpy", "eur,eur", "eur,", ",eur", "eur gbp"};
    unsigned bits;

    assert_true(currencies_parse(STR("eur,gbp"), &bits));
    assert_int_equal(bits, 1U << CURRENCY_EUR | 1U << CURRENCY_GBP);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        assert_false(currencies_parse(str_of(BAD[i]), &bits));
}

CASE(a_name_of_files_holds_their_number_and_plain_letters)
{
    struct ctx *cx = unit_ctx();

    check(bank_file_name_valid, THESE("{id}.xml", "SEPA_{scheme}-{message}.{id}"),
          THESE("", "file.xml", ".{id}", "{id}/x", "{id} x", "{id}{", "{day}{id}", "{id}[",
                "{id}:", "{id}@", "{id}`"));
    assert_str(bank_file_name(cx->arena, STR("X_{scheme}-{message}.{id}"), STR("GT1"),
                              STR("pain.008.001.08"), STR_NONE),
               "X_sepa-pain.008.001.08.GT1");
    assert_str(bank_file_name(cx->arena, STR("{id}_{scheme}"), STR("GT1"), STR("m"), STR("B2B")),
               "GT1_B2B");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(numbers_of_companies_have_their_length_and_check_digit),
          T(a_time_of_the_day_has_two_and_two_digits),
          T(a_rate_is_positive_with_six_decimals_at_most), T(a_fee_has_two_parts),
          T(a_currency_is_named_once), T(a_name_of_files_holds_their_number_and_plain_letters))
