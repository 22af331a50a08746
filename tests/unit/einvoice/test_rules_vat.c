#include "unit/einvoice/rules.h"

static const struct decimal NONE = {0};

CASE(categories_of_other_countries_are_refused)
{
    RULES("BR-FR-15 BR-S-08", i->lines[0].vat.category = S("L"));
    RULES("BR-FR-15 BR-S-01", i->groups[0].vat.category = S("M"));
}

CASE(vat_is_base_times_rate_to_the_cent)
{
    RULES("BR-S-09 BR-CO-17", i->groups[0].tax = d("20.01"), i->groups[1].tax = d("2.19"));
    RULES("BR-CO-14 BR-S-09 BR-CO-17", i->groups[1].tax = d("2.19"));
}

CASE(bases_are_what_lines_come_to)
{
    RULES("BR-S-08", i->groups[0].base = d("100.01"));
    RULES("BR-S-08", i->groups[0].base = d("99.99"));
}

CASE(each_rate_has_one_group)
{
    RULES("BR-CO-14 BR-S-01", i->group_count = 1);
    RULES("BR-CO-14 BR-S-08 BR-S-01", i->groups[2] = i->groups[0], i->group_count = 3,
          i->groups[2].base = d("0.01"), i->groups[2].tax = d("0.01"), i->groups[2].tax = d("0.00"),
          i->groups[1].tax = d("2.20"), i->totals.vat = d("22.19"),
          i->totals.with_vat = d("162.17"), i->totals.due = d("162.17"));
    RULES("BR-S-08 BR-S-01", i->groups[2] = i->groups[0], i->group_count = 3,
          i->groups[2].base = d("0.00"), i->groups[2].tax = d("0.00"));
    RULES("BR-Z-01",
          i->groups[2] =
              (struct einvoice_group){
                  .vat = {S("Z"), d("0")},
                    .base = d("0"), .tax = d("0")
    },
          i->group_count = 3);
}

CASE(standard_needs_a_tax_number_of_the_seller_and_a_rate)
{
    RULES("BR-S-02", i->seller.vat_number = STR_NONE);
    RULES("", i->seller.vat_number = STR_NONE, i->seller.tax_number = S("123"));
    RULES("BR-S-09 BR-CO-17 BR-S-05", i->lines[0].vat.rate = d("0"), i->groups[0].vat.rate = d("0"),
          i->groups[0].base = d("100"));
    RULES("BR-S-10", i->groups[0].reason = S("non"));
    RULES("BR-S-10", i->groups[0].reason_code = S("VATEX-EU-O"));
}

static void allow(struct einvoice *i, bool charge, const char *category, struct decimal rate)
{
    i->allowance_count = 1;
    i->allowances[0] = (struct einvoice_allowance){
        .charge = charge,
        .amount = d("0.00"),
        .vat = {str_of(category), rate},
        .reason = S("Remise")
    };
}

CASE(allowances_and_charges_are_of_categories_too)
{
    RULES("BR-S-01 BR-S-06", allow(i, false, "S", d("0")));
    RULES("BR-S-01 BR-S-07", allow(i, true, "S", d("0")));
    RULES("BR-S-02 BR-S-03", allow(i, false, "S", d("20")), i->seller.vat_number = STR_NONE);
    RULES("BR-S-02 BR-S-04", allow(i, true, "S", d("20")), i->seller.vat_number = STR_NONE);
    RULES("BR-FR-15", allow(i, true, "L", d("0")));
    RULES_IN("Z", d("0"), "BR-Z-06 BR-FR-16", allow(i, false, "Z", d("1")));
    RULES_IN("Z", d("0"), "BR-Z-02 BR-Z-04", allow(i, true, "Z", d("0")),
             i->seller.vat_number = STR_NONE);
}

CASE(zero_rated)
{
    RULES_IN("Z", d("0"), "", (void)i);
    RULES_IN("Z", d("0"), "BR-Z-02", i->seller.vat_number = STR_NONE);
    RULES_IN("Z", d("0"), "BR-Z-05", i->lines[0].vat.rate = d("5.5"));
    RULES_IN("Z", d("0"), "BR-Z-08", i->groups[0].base = d("139.97"));
    RULES_IN("Z", d("0"), "BR-CO-14 BR-Z-09 BR-CO-17", i->groups[0].tax = d("0.01"));
    RULES_IN("Z", d("0"), "BR-Z-10", i->groups[0].reason = S("non"));
    RULES_IN("Z", d("0"), "BR-Z-08 BR-Z-01", i->groups[1] = i->groups[0], i->group_count = 2,
             i->groups[1].base = d("0"));
}

CASE(exempt_needs_its_reason)
{
    RULES_IN("E", d("0"), "BR-E-10", (void)i);
    RULES_IN("E", d("0"), "", i->groups[0].reason_code = S("VATEX-FR-FRANCHISE"));
    RULES_IN("E", d("0"), "", i->groups[0].reason = S("TVA non applicable"));
    RULES_IN("E", d("0"), "BR-E-02", i->groups[0].reason = S("TVA non applicable"),
             i->seller.vat_number = STR_NONE);
}

CASE(reverse_charge_needs_both_parties)
{
    RULES_IN("AE", d("0"), "", i->groups[0].reason = S("Autoliquidation"));
    RULES_IN("AE", d("0"), "BR-AE-10", (void)i);
    RULES_IN("AE", d("0"), "", i->groups[0].reason = S("Autoliquidation"),
             i->buyer.vat_number = STR_NONE);
    RULES_IN("AE", d("0"), "BR-AE-02 BR-FR-11 BR-FR-21", i->groups[0].reason = S("x"),
             i->buyer.vat_number = STR_NONE, i->buyer.legal_id.id = STR_NONE,
             i->buyer.legal_id.scheme = STR_NONE);
    RULES_IN("AE", NONE, "BR-48 BR-AE-05", i->groups[0].reason = S("x"));
}

static void intra(struct einvoice *i)
{
    i->groups[0].reason_code = S("VATEX-EU-IC");
    i->delivery.address.present = true;
    i->delivery.address.country = S("DE");
}

CASE(intra_community_needs_numbers_a_day_and_a_country)
{
    RULES_IN("K", d("0"), "", intra(i));
    RULES_IN("K", d("0"), "BR-IC-10", intra(i), i->groups[0].reason_code = STR_NONE);
    RULES_IN("K", d("0"), "BR-IC-02", intra(i), i->buyer.vat_number = STR_NONE);
    RULES_IN("K", d("0"), "BR-IC-02", intra(i), i->seller.vat_number = STR_NONE,
             i->seller.tax_number = S("1"));
    RULES_IN("K", d("0"), "BR-IC-11", intra(i), i->delivery.day = (struct date){0});
    RULES_IN("K", d("0"), "", intra(i),
             i->delivery.day =
                 (struct date){
                     0
    },
             i->period = (struct einvoice_period){true, .from = {2026, 11, 1}});
    RULES_IN("K", d("0"), "BR-IC-12", intra(i), i->delivery.address.present = false,
             i->delivery.address.country = STR_NONE);
}

CASE(export_needs_the_vat_number_of_the_seller)
{
    RULES_IN("G", d("0"), "", i->groups[0].reason_code = S("VATEX-EU-G"));
    RULES_IN("G", d("0"), "BR-G-02", i->groups[0].reason_code = S("VATEX-EU-G"),
             i->seller.vat_number = STR_NONE, i->seller.tax_number = S("1"));
}

static void outside(struct einvoice *i)
{
    i->groups[0].reason_code = S("VATEX-EU-O");
    i->seller.vat_number = STR_NONE;
    i->buyer.vat_number = STR_NONE;
}

CASE(outside_of_vat_excludes_everything_else)
{
    RULES_IN("O", NONE, "", outside(i));
    RULES_IN("O", NONE, "BR-O-10", outside(i), i->groups[0].reason_code = STR_NONE);
    RULES_IN("O", NONE, "BR-O-02", outside(i), i->seller.vat_number = S("FR88100000009"));
    RULES_IN("O", NONE, "BR-O-02", outside(i), i->buyer.vat_number = S("FR37200000008"));
    RULES_IN("O", NONE, "BR-O-05", outside(i), i->lines[0].vat.rate = d("0"));
    RULES_IN("O", NONE, "BR-O-06", outside(i), allow(i, false, "O", d("0")));
    RULES_IN("O", NONE, "BR-O-07", outside(i), allow(i, true, "O", d("0")));
    RULES_IN(
        "O", NONE, "BR-O-11 BR-O-12", outside(i), i->seller.tax_number = S("1"),
        i->lines[1].vat =
            (struct einvoice_vat){
                S("Z"), d("0")
    },
        i->groups[0].base = d("100.00"),
        i->groups[1] =
            (struct einvoice_group){.vat = {S("Z"), d("0")}, .base = d("39.98"), .tax = d("0")},
        i->group_count = 2);
    RULES_IN("O", NONE, "BR-Z-01 BR-O-13", outside(i), i->seller.tax_number = S("1"),
             allow(i, false, "Z", d("0")));
    RULES_IN("O", NONE, "BR-Z-01 BR-O-14", outside(i), i->seller.tax_number = S("1"),
             allow(i, true, "Z", d("0")));
}

UNIT_MAIN(T(categories_of_other_countries_are_refused), T(vat_is_base_times_rate_to_the_cent),
          T(bases_are_what_lines_come_to), T(each_rate_has_one_group),
          T(standard_needs_a_tax_number_of_the_seller_and_a_rate),
          T(allowances_and_charges_are_of_categories_too), T(zero_rated),
          T(exempt_needs_its_reason), T(reverse_charge_needs_both_parties),
          T(intra_community_needs_numbers_a_day_and_a_country),
          T(export_needs_the_vat_number_of_the_seller), T(outside_of_vat_excludes_everything_else))
