#include "unit/einvoice/rules.h"

CASE(a_line_is_quantity_times_price_to_the_cent)
{
    RULES("LINE-NET", i->lines[0].price = d("33.331"));
    RULES("", i->lines[0].price = d("33.3317"));
    RULES("", i->lines[0].price = d("333.33333"), i->lines[0].base_quantity = d("10"));
    RULES("LINE-NET", i->lines[0].base_quantity = d("0"));
    RULES("LINE-NET", i->lines[0].quantity = d("9223372036854775807"));
}

CASE(half_a_cent_is_rounded_away_from_zero)
{
    RULES("", i->lines[1].quantity = d("1"), i->lines[1].price = d("39.975"));
    RULES("LINE-NET", i->lines[1].quantity = d("1"), i->lines[1].price = d("39.985"));
}

CASE(totals_are_their_sums_to_the_cent)
{
    RULES("BR-CO-10 BR-CO-13", i->totals.lines = d("139.99"));
    RULES("BR-CO-11 BR-CO-13", i->totals.allowances = d("0.01"));
    RULES("BR-CO-12 BR-CO-13", i->totals.charges = d("0.01"));
    RULES("BR-CO-13 BR-CO-15", i->totals.without_vat = d("139.97"));
    RULES("BR-CO-14 BR-CO-15", i->totals.vat = d("22.21"));
    RULES("BR-CO-15 BR-CO-16", i->totals.with_vat = d("162.19"));
    RULES("BR-CO-16", i->totals.due = d("162.17"));
}

CASE(what_was_paid_and_rounded_counts)
{
    RULES("", i->totals.paid = d("62.18"), i->totals.due = d("100.00"));
    RULES("", i->totals.rounding = d("-0.18"), i->totals.due = d("162.00"));
    RULES("BR-CO-16", i->totals.rounding = d("0.18"), i->totals.due = d("162.00"));
}

CASE(sums_that_do_not_fit_are_wrong)
{
    RULES("BR-CO-16", i->totals.paid = d("-9223372036854775.00"));
    RULES("LINE-NET BR-CO-10 BR-S-08", i->lines[0].net = d("92233720368547758.07"));
}

UNIT_MAIN(T(a_line_is_quantity_times_price_to_the_cent), T(half_a_cent_is_rounded_away_from_zero),
          T(totals_are_their_sums_to_the_cent), T(what_was_paid_and_rounded_counts),
          T(sums_that_do_not_fit_are_wrong))
