#include "unit/einvoice/rules.h"

CASE(profiles_that_are_accepted)
{
    RULES("", i->profile = S("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:x_3.0"));
    RULES("", i->profile = S("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"));
    RULES("PROFILE", i->profile = S("urn:factur-x.eu:1p0:minimum"));
    RULES("PROFILE", i->profile = S("urn:factur-x.eu:1p0:basicwl"));
    RULES("PROFILE", i->profile = S("urn:cen.eu:en16931:2017#"));
}

CASE(vat_falls_due_on_a_day_or_by_a_code)
{
    RULES("", i->vat_day_code = S("72"));
    RULES("", i->vat_day = (struct date){2026, 11, 21});
    RULES("BR-CO-03", i->vat_day_code = S("72"), i->vat_day = (struct date){2026, 11, 21});
}

CASE(periods_end_after_they_begin)
{
    const struct date first = {2026, 11, 1};
    const struct date last = {2026, 11, 30};

    RULES("", i->period = (struct einvoice_period){true, first, last});
    RULES("", i->period = (struct einvoice_period){true, first, first});
    RULES("BR-29", i->period = (struct einvoice_period){true, last, first});
    RULES("", i->period = (struct einvoice_period){true, .to = last});
    RULES("BR-CO-19", i->period = (struct einvoice_period){.present = true});
    RULES("", i->lines[1].period = (struct einvoice_period){true, first, first});
    RULES("BR-30", i->lines[1].period = (struct einvoice_period){true, last, first});
    RULES("BR-CO-20", i->lines[1].period = (struct einvoice_period){.present = true});
}

CASE(means_of_payment)
{
    RULES("BR-49", i->payment.means = STR_NONE);
    RULES("BR-61", i->payment.account_count = 0);
    RULES("BR-61", i->payment.account_count = 0, i->payment.means = S("58"));
    RULES("", i->payment.account_count = 0, i->payment.means = S("10"));
    RULES("BR-50 BR-61", i->payment.accounts[0].id = STR_NONE);
    RULES("", i->payment.present = false);
}

CASE(numbers_of_cards_are_hidden)
{
    RULES("", i->payment.card = S("1234567890"));
    RULES("BR-51", i->payment.card = S("12345678901"));
    RULES("BR-51", i->payment.card = S("4970100000000154"));
}

CASE(an_amount_that_is_due_has_a_day_or_terms)
{
    RULES("BR-CO-25", i->due = (struct date){0});
    RULES("", i->due = (struct date){0}, i->terms = S("30 jours"));
    RULES("", i->due = (struct date){0}, i->totals.paid = d("162.18"), i->totals.due = d("0.00"));
    RULES("BR-CO-25", i->due = (struct date){0}, i->totals.paid = d("162.17"),
          i->totals.due = d("0.01"));
}

CASE(vat_in_the_accounting_currency)
{
    RULES("BR-53", i->vat_currency = S("USD"));
    RULES("", i->vat_currency = S("USD"), i->totals.vat_accounting = d("25.00"));
}

UNIT_MAIN(T(profiles_that_are_accepted), T(vat_falls_due_on_a_day_or_by_a_code),
          T(periods_end_after_they_begin), T(means_of_payment), T(numbers_of_cards_are_hidden),
          T(an_amount_that_is_due_has_a_day_or_terms), T(vat_in_the_accounting_currency))
