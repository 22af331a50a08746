#include "unit/einvoice/rules.h"

CASE(a_good_invoice_breaks_no_rule)
{
    RULES("", (void)i);
}

CASE(what_the_document_must_have)
{
    RULES("BR-01", i->profile = STR_NONE);
    RULES("BR-02", i->number = STR_NONE);
    RULES("BR-03", i->issued = (struct date){0});
    RULES("BR-04", i->type = STR_NONE);
    RULES("BR-05", i->currency = STR_NONE);
    RULES("BR-06", i->seller.name = STR_NONE);
    RULES("BR-07", i->buyer.name = STR_NONE);
    RULES("BR-08", i->seller.address.present = false);
    RULES("BR-09", i->seller.address.country = STR_NONE);
    RULES("BR-10", i->buyer.address.present = false);
    RULES("BR-11", i->buyer.address.country = STR_NONE);
}

CASE(totals_must_be_there)
{
    RULES("BR-12 BR-CO-10 BR-CO-13", i->totals.lines = (struct decimal){0});
    RULES("BR-13 BR-CO-13 BR-CO-15", i->totals.without_vat = (struct decimal){0});
    RULES("BR-14 BR-CO-15 BR-CO-16", i->totals.with_vat = (struct decimal){0});
    RULES("BR-15 BR-CO-16", i->totals.due = (struct decimal){0});
}

CASE(an_invoice_has_lines_and_groups)
{
    RULES("BR-16 BR-CO-10 BR-S-08 BR-S-01", i->line_count = 0);
    RULES("BR-CO-18 BR-CO-14 BR-S-01", i->group_count = 0);
}

CASE(other_parties_have_what_they_need)
{
    RULES("", i->payee.present = true, i->payee.name = S("Affactureur"));
    RULES("BR-17", i->payee.present = true);
    RULES("BR-18 BR-19 BR-56", i->representative.present = true);
    RULES("BR-20", i->representative = einvoice_party_make("R", "", "FR37200000008"),
          i->representative.address.country = STR_NONE);
    RULES("BR-57", i->delivery.address.present = true);
    RULES("", i->delivery.address.present = true, i->delivery.address.country = S("FR"));
}

CASE(references_have_a_number)
{
    RULES("", i->preceding_count = 1);
    RULES("BR-55", i->preceding_count = 1, i->preceding[0].number = STR_NONE);
    RULES("", i->attachment_count = 1);
    RULES("BR-52", i->attachment_count = 1, i->attachments[0].reference = STR_NONE);
}

CASE(groups_are_whole)
{
    RULES("BR-45 BR-S-08 BR-S-09 BR-CO-17", i->groups[0].base = (struct decimal){0});
    RULES("BR-46 BR-CO-14 BR-S-09 BR-CO-17", i->groups[0].tax = (struct decimal){0});
    RULES("BR-47 BR-S-01", i->groups[0].vat.category = STR_NONE);
    RULES("BR-48 BR-S-08 BR-S-09 BR-CO-17 BR-S-01", i->groups[0].vat.rate = (struct decimal){0});
}

/* Ten off, ten on: the totals stay what they were. */
static void both(struct einvoice *i)
{
    i->allowance_count = 2;
    i->allowances[0] = (struct einvoice_allowance){
        .amount = d("10.00"), .vat = {S("S"), d("20")},
             .reason = S("Remise")
    };
    i->allowances[1] = i->allowances[0];
    i->allowances[1].charge = true;
    i->totals.allowances = d("10.00");
    i->totals.charges = d("10.00");
}

CASE(allowances_and_charges_are_whole)
{
    RULES("", both(i));
    RULES("BR-33", both(i), i->allowances[0].reason = STR_NONE);
    RULES("BR-38", both(i), i->allowances[1].reason = STR_NONE);
    RULES("", both(i), i->allowances[0].reason = STR_NONE, i->allowances[0].reason_code = S("95"));
    RULES("BR-31 BR-CO-11 BR-S-08", both(i), i->allowances[0].amount = (struct decimal){0});
    RULES("BR-36 BR-CO-12 BR-S-08", both(i), i->allowances[1].amount = (struct decimal){0});
    RULES("BR-32 BR-S-08", both(i), i->allowances[0].vat.category = STR_NONE);
    RULES("BR-37 BR-S-08", both(i), i->allowances[1].vat.category = STR_NONE);
}

static void both_in_line(struct einvoice *i)
{
    struct einvoice_line *line = &i->lines[0];

    line->allowance_count = 2;
    line->allowances[0] = (struct einvoice_allowance){.amount = d("10.00"), .reason = S("Remise")};
    line->allowances[1] = line->allowances[0];
    line->allowances[1].charge = true;
}

CASE(allowances_and_charges_of_lines_are_whole)
{
    RULES("", both_in_line(i));
    RULES("BR-42", both_in_line(i), i->lines[0].allowances[0].reason = STR_NONE);
    RULES("BR-44", both_in_line(i), i->lines[0].allowances[1].reason = STR_NONE);
    RULES("BR-41 LINE-NET", both_in_line(i),
          i->lines[0].allowances[0].amount = (struct decimal){0});
    RULES("BR-43 LINE-NET", both_in_line(i),
          i->lines[0].allowances[1].amount = (struct decimal){0});
}

CASE(lines_are_whole)
{
    RULES("BR-21", i->lines[1].id = STR_NONE);
    RULES("BR-22", i->lines[1].quantity = (struct decimal){0});
    RULES("BR-23", i->lines[1].unit = STR_NONE);
    RULES("BR-24 BR-CO-10 BR-S-08", i->lines[1].net = (struct decimal){0});
    RULES("BR-25", i->lines[1].name = STR_NONE);
    RULES("BR-26", i->lines[1].price = (struct decimal){0});
    RULES("BR-CO-04 BR-S-08", i->lines[1].vat.category = STR_NONE);
}

CASE(items_have_schemes_and_whole_attributes)
{
    RULES("", i->lines[0].standard_id = (struct einvoice_id){S("4006381333931"), S("0160")});
    RULES("BR-64", i->lines[0].standard_id.id = S("4006381333931"));
    RULES("BR-65", i->lines[0].classes.count = 1, i->lines[0].classes.items[0].id = S("1"));
    RULES("", i->lines[0].classes.count = 1,
          i->lines[0].classes.items[0] = (struct einvoice_id){S("1"), S("STI")});
    RULES("BR-54", i->lines[0].attribute_count = 1, i->lines[0].attributes[0].name = S("Couleur"));
    RULES("", i->lines[0].attribute_count = 1,
          i->lines[0].attributes[0] = (struct einvoice_attribute){S("Couleur"), S("bleu")});
}

CASE(failures_say_which_line_it_was)
{
    struct arena *arena = arena_new(1 << 20);
    struct einvoice *invoice = einvoice_good(arena);
    struct einvoice_report report = einvoice_report_new(arena);

    invoice->lines[1].name = STR_NONE;
    einvoice_check(arena, invoice, &report);
    assert_int_equal(report.count, 1);
    assert_string_equal(report.failures[0].rule, "BR-25");
    assert_string_equal(report.failures[0].term, "BT-153");
    assert_int_equal(report.failures[0].at, 2);
    arena_free(arena);
}

UNIT_MAIN(T(a_good_invoice_breaks_no_rule), T(what_the_document_must_have), T(totals_must_be_there),
          T(an_invoice_has_lines_and_groups), T(other_parties_have_what_they_need),
          T(references_have_a_number), T(groups_are_whole), T(allowances_and_charges_are_whole),
          T(allowances_and_charges_of_lines_are_whole), T(lines_are_whole),
          T(items_have_schemes_and_whole_attributes), T(failures_say_which_line_it_was))
