#include "core/wording.h"
#include "support/unit.h"

static void amount_is(int64_t minor, enum currency currency, const char *fr, const char *en)
{
    struct ctx *cx = unit_ctx();
    struct money amount = {minor, currency};

    assert_str(wording_amount(cx->arena, amount, true), fr);
    assert_str(wording_amount(cx->arena, amount, false), en);
    unit_ctx_free(cx);
}

CASE(amounts_are_written_as_people_do)
{
    amount_is(0, CURRENCY_EUR, "0,00\u00a0€", "€0.00");
    amount_is(50, CURRENCY_GBP, "0,50\u00a0£", "£0.50");
    amount_is(99999, CURRENCY_USD, "999,99\u00a0US$", "US$999.99");
    amount_is(100000, CURRENCY_EUR, "1\u202f000,00\u00a0€", "€1,000.00");
    amount_is(99999999, CURRENCY_EUR, "999\u202f999,99\u00a0€", "€999,999.99");
    amount_is(123456, CURRENCY_CHF, "1\u202f234,56\u00a0CHF", "CHF\u00a01,234.56");
}

CASE(the_first_of_a_month_has_its_word_in_french)
{
    struct ctx *cx = unit_ctx();

    assert_str(wording_day(cx->arena, (struct date){2031, 6, 1}, true), "1er juin 2031");
    assert_str(wording_day(cx->arena, (struct date){2031, 6, 1}, false), "1 June 2031");
    assert_str(wording_day(cx->arena, (struct date){2026, 12, 31}, true), "31 décembre 2026");
    unit_ctx_free(cx);
}

CASE(moments_are_those_of_paris)
{
    struct ctx *cx = unit_ctx();
    instant at = INT64_C(1938153600000000); /* 2031-06-02 08:00 UTC */

    assert_str(wording_moment(cx->arena, at, true), "2 juin 2031 à 10:00");
    assert_str(wording_moment(cx->arena, at, false), "2 June 2031 at 10:00");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(amounts_are_written_as_people_do), T(the_first_of_a_month_has_its_word_in_french),
          T(moments_are_those_of_paris))
