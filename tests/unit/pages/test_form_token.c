#include "support/unit.h"

#include "pages/form_token.h"

static const uint8_t KEY[32] = {1, 2, 3};
static const uint8_t OTHER_KEY[32] = {1, 2, 4};

static struct form_token sample(void)
{
    return (struct form_token){
        KEY, STR("payment"), {2599, CURRENCY_EUR},
          STR("attempt")
    };
}

CASE(a_token_fits_its_own_form)
{
    struct ctx *cx = unit_ctx();
    struct form_token of = sample();
    struct str token = form_token_make(cx->arena, &of, cx->real);

    assert_int_equal(form_token_check(cx->arena, &of, token, cx->real), FORM_GOOD);
    unit_ctx_free(cx);
}

CASE(a_token_fits_no_other_payment_attempt_or_key)
{
    struct ctx *cx = unit_ctx();
    struct form_token of = sample();
    struct str token = form_token_make(cx->arena, &of, cx->real);

    of.payment = STR("paymenu");
    assert_int_equal(form_token_check(cx->arena, &of, token, cx->real), FORM_FOREIGN);
    of = sample();
    of.attempt = STR("attemps");
    assert_int_equal(form_token_check(cx->arena, &of, token, cx->real), FORM_FOREIGN);
    of = sample();
    of.key = OTHER_KEY;
    assert_int_equal(form_token_check(cx->arena, &of, token, cx->real), FORM_FOREIGN);
    unit_ctx_free(cx);
}

CASE(a_token_is_good_for_half_an_hour)
{
    struct ctx *cx = unit_ctx();
    struct form_token of = sample();
    struct str token = form_token_make(cx->arena, &of, cx->real);
    instant last = cx->real + FORM_LIFE_MIN * MINUTE_US;

    assert_int_equal(form_token_check(cx->arena, &of, token, last), FORM_GOOD);
    assert_int_equal(form_token_check(cx->arena, &of, token, last + SECOND_US), FORM_STALE);
    unit_ctx_free(cx);
}

CASE(a_token_whose_time_was_changed_is_foreign)
{
    struct ctx *cx = unit_ctx();
    struct form_token of = sample();
    struct str token = form_token_make(cx->arena, &of, cx->real);
    char *text = arena_alloc(cx->arena, token.len);

    memcpy(text, token.ptr, token.len);
    text[0] = text[0] == '1' ? '2' : '1';
    assert_int_equal(form_token_check(cx->arena, &of, (struct str){text, token.len}, cx->real),
                     FORM_FOREIGN);
    unit_ctx_free(cx);
}

CASE(nonsense_is_foreign)
{
    struct ctx *cx = unit_ctx();
    struct form_token of = sample();

    assert_int_equal(form_token_check(cx->arena, &of, STR_NONE, cx->real), FORM_FOREIGN);
    assert_int_equal(form_token_check(cx->arena, &of, STR("."), cx->real), FORM_FOREIGN);
    assert_int_equal(form_token_check(cx->arena, &of, STR("12"), cx->real), FORM_FOREIGN);
    assert_int_equal(form_token_check(cx->arena, &of, STR("12."), cx->real), FORM_FOREIGN);
    assert_int_equal(form_token_check(cx->arena, &of, STR("x.0"), cx->real), FORM_FOREIGN);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(a_token_fits_its_own_form), T(a_token_fits_no_other_payment_attempt_or_key),
          T(a_token_is_good_for_half_an_hour), T(a_token_whose_time_was_changed_is_foreign),
          T(nonsense_is_foreign))
