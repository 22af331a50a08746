#include "unit/einvoice/rules.h"

CASE(amounts_have_two_decimals)
{
    RULES("", i->totals.with_vat = d("162.18"));
    RULES("BR-DEC-09 BR-FR-DEC-01", i->totals.lines = d("139.980"));
    RULES("BR-DEC-10 BR-FR-DEC-01", i->totals.allowances = d("0.000"));
    RULES("BR-DEC-11 BR-FR-DEC-01", i->totals.charges = d("0.000"));
    RULES("BR-DEC-12 BR-FR-DEC-01", i->totals.without_vat = d("139.980"));
    RULES("BR-DEC-13 BR-FR-DEC-01", i->totals.vat = d("22.200"));
    RULES("BR-DEC-14 BR-FR-DEC-01", i->totals.with_vat = d("162.180"));
    RULES("BR-DEC-16 BR-FR-DEC-01", i->totals.paid = d("0.000"));
    RULES("BR-DEC-17 BR-FR-DEC-01", i->totals.rounding = d("0.000"));
    RULES("BR-DEC-18 BR-FR-DEC-01", i->totals.due = d("162.180"));
    RULES("BR-DEC-15 BR-FR-DEC-01", i->vat_currency = S("EUR"),
          i->totals.vat_accounting = d("22.200"));
    RULES("BR-DEC-19 BR-FR-DEC-01", i->groups[0].base = d("100.000"));
    RULES("BR-DEC-20 BR-FR-DEC-01", i->groups[0].tax = d("20.000"));
    RULES("BR-DEC-23 BR-FR-DEC-01", i->lines[0].net = d("100.000"));
}

static void of_nothing(struct einvoice *i, struct einvoice_allowance *allowance, bool charge)
{
    *allowance = (struct einvoice_allowance){
        .charge = charge,
        .amount = d("0.00"),
        .base = d("0.00"),
        .vat = {S("S"), d("20")},
        .reason = S("Remise")
    };
    i->allowance_count = allowance == &i->allowances[0] ? 1 : 0;
    i->lines[0].allowance_count = allowance == &i->lines[0].allowances[0] ? 1 : 0;
}

CASE(amounts_of_allowances_have_two_decimals)
{
    RULES("", of_nothing(i, &i->allowances[0], false));
    RULES("BR-DEC-01 BR-FR-DEC-01", of_nothing(i, &i->allowances[0], false),
          i->allowances[0].amount = d("0.000"));
    RULES("BR-DEC-02 BR-FR-DEC-01", of_nothing(i, &i->allowances[0], false),
          i->allowances[0].base = d("0.000"));
    RULES("BR-DEC-05 BR-FR-DEC-01", of_nothing(i, &i->allowances[0], true),
          i->allowances[0].amount = d("0.000"));
    RULES("BR-DEC-06 BR-FR-DEC-01", of_nothing(i, &i->allowances[0], true),
          i->allowances[0].base = d("0.000"));
    RULES("BR-DEC-24 BR-FR-DEC-01", of_nothing(i, &i->lines[0].allowances[0], false),
          i->lines[0].allowances[0].amount = d("0.000"));
    RULES("BR-DEC-25 BR-FR-DEC-01", of_nothing(i, &i->lines[0].allowances[0], false),
          i->lines[0].allowances[0].base = d("0.000"));
    RULES("BR-DEC-27 BR-FR-DEC-01", of_nothing(i, &i->lines[0].allowances[0], true),
          i->lines[0].allowances[0].amount = d("0.000"));
    RULES("BR-DEC-28 BR-FR-DEC-01", of_nothing(i, &i->lines[0].allowances[0], true),
          i->lines[0].allowances[0].base = d("0.000"));
}

CASE(amounts_have_nineteen_digits_with_their_sign)
{
    RULES("", i->totals.rounding = d("0.00"));
    RULES("BR-CO-16", i->totals.rounding = d("92233720368547758.07"));
    RULES("BR-CO-16", i->totals.rounding = d("-9223372036854775.80"));
    RULES("BR-FR-DEC-01 BR-CO-16", i->totals.rounding = d("-92233720368547758.07"));
}

CASE(quantities_have_four_decimals)
{
    RULES("", i->lines[0].quantity = d("3.0000"));
    RULES("BR-FR-DEC-02", i->lines[0].quantity = d("3.00000"));
    RULES("", i->lines[0].base_quantity = d("1.0000"));
    RULES("BR-FR-DEC-02", i->lines[0].base_quantity = d("1.00000"));
}

CASE(prices_have_six_decimals_and_are_not_below_zero)
{
    RULES("", i->lines[1].price = d("19.990000"));
    RULES("BR-FR-DEC-03", i->lines[1].price = d("19.9900000"));
    RULES("", i->lines[1].gross_price = d("0"), i->lines[1].price_discount = d("0.000000"));
    RULES("BR-FR-DEC-03", i->lines[1].price_discount = d("-0.01"));
    RULES("BR-28 BR-FR-DEC-03", i->lines[1].gross_price = d("-0.01"));
    RULES("BR-27 BR-FR-DEC-03", i->lines[1].price = d("-19.99"), i->lines[1].quantity = d("-2"));
    RULES("", i->lines[1].price = d("-19.99"), i->lines[1].quantity = d("-2"),
          i->framework = S("S9"));
}

CASE(rates_have_two_decimals_and_four_digits)
{
    RULES("BR-FR-DEC-04", i->lines[0].vat.rate = d("20.000"));
    RULES("BR-FR-DEC-04", i->groups[0].vat.rate = d("20.000"));
    RULES("BR-FR-DEC-04 BR-S-08 BR-S-01 BR-FR-16", i->lines[0].vat.rate = d("100.00"));
}

UNIT_MAIN(T(amounts_have_two_decimals), T(amounts_of_allowances_have_two_decimals),
          T(amounts_have_nineteen_digits_with_their_sign), T(quantities_have_four_decimals),
          T(prices_have_six_decimals_and_are_not_below_zero),
          T(rates_have_two_decimals_and_four_digits))
