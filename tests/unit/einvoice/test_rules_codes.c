#include "unit/einvoice/rules.h"

CASE(currencies)
{
    RULES("BR-CL-04 BR-FR-CO-12", i->currency = S("EUX"));
    RULES("BR-CL-04 BR-FR-CO-12", i->currency = S("eur"));
    RULES("BR-CL-05", i->vat_currency = S("XXX"), i->totals.vat_accounting = d("1.00"));
}

CASE(countries)
{
    RULES("BR-CL-14", i->seller.address.country = S("XX"));
    RULES("BR-CL-14", i->buyer.address.country = S("fr"));
    RULES("BR-CL-14", i->buyer.address.country = S("FRA"));
    RULES("BR-CL-15", i->lines[0].origin = S("ZZ"));
    RULES("", i->lines[0].origin = S("DE"));
}

CASE(means_of_payment_of_untdid_4461)
{
    static const char *const GOOD[] = {"1",  "10", "48", "49", "59", "70",
                                       "74", "78", "91", "98", "ZZZ"};
    static const char *const BAD[] = {"0", "71", "73", "79", "90", "99", "01", "100", "A"};

    for (size_t n = 0; n < ARRAY_LEN(GOOD); n++)
        RULES("", i->payment.means = str_of(GOOD[n]));
    for (size_t n = 0; n < ARRAY_LEN(BAD); n++)
        RULES("BR-CL-16", i->payment.means = str_of(BAD[n]));
}

CASE(when_vat_falls_due)
{
    RULES("", i->vat_day_code = S("5"));
    RULES("", i->vat_day_code = S("29"));
    RULES("BR-CL-06", i->vat_day_code = S("3"));
}

CASE(schemes)
{
    RULES("BR-CL-25", i->seller.endpoint.scheme = S("0003"));
    RULES("BR-FR-21 BR-CL-11", i->buyer.legal_id = (struct einvoice_id){S("1"), S("0249")},
          i->notes[0].text = S("B2B"), i->buyer.legal_id.id = S("300000007"));
    RULES("BR-CL-10", i->seller.ids.count = 1,
          i->seller.ids.items[0] = (struct einvoice_id){S("1"), S("0001")});
    RULES("", i->seller.ids.count = 1,
          i->seller.ids.items[0] = (struct einvoice_id){S("1"), S("0248")});
    RULES("BR-CL-21", i->lines[0].standard_id = (struct einvoice_id){S("1"), S("160")});
    RULES("BR-CL-13", i->lines[0].classes.count = 1,
          i->lines[0].classes.items[0] = (struct einvoice_id){S("1"), S("STIX")});
}

CASE(units_notes_and_reasons)
{
    RULES("", i->lines[0].unit = S("HUR"));
    RULES("BR-CL-23", i->lines[0].unit = S("HEURE"));
    RULES("BR-CL-23", i->lines[0].unit = S("h"));
    RULES("BR-CL-23", i->lines[0].base_unit = S("heure"));
    RULES("BR-CL-08", i->notes[4] = (struct einvoice_note){S("RE"), S("x")}, i->note_count = 5);
    RULES("", i->notes[4] = (struct einvoice_note){S("REG"), S("x")}, i->note_count = 5);
    RULES_IN("E", d("0"), "BR-CL-22", i->groups[0].reason_code = S("FRANCHISE"));
}

CASE(reasons_of_allowances_and_charges)
{
    struct einvoice_allowance none = {
        .amount = d("0.00"), .vat = {S("S"), d("20")}
    };

    RULES("BR-CL-19", i->allowances[0] = none, i->allowances[0].reason_code = S("96"),
          i->allowance_count = 1);
    RULES("", i->allowances[0] = none, i->allowances[0].reason_code = S("95"),
          i->allowance_count = 1);
    RULES("BR-CL-20", i->allowances[0] = none, i->allowances[0].charge = true,
          i->allowances[0].reason_code = S("frais"), i->allowance_count = 1);
    RULES("", i->allowances[0] = none, i->allowances[0].charge = true,
          i->allowances[0].reason_code = S("FC"), i->allowance_count = 1);
}

UNIT_MAIN(T(currencies), T(countries), T(means_of_payment_of_untdid_4461), T(when_vat_falls_due),
          T(schemes), T(units_notes_and_reasons), T(reasons_of_allowances_and_charges))
