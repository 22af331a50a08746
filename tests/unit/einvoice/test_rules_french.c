#include "unit/einvoice/rules.h"

#define THIRTY_FIVE "FA-2026-000000000000000000000000001"

CASE(numbers_of_invoices)
{
    RULES("", i->number = S(THIRTY_FIVE));
    RULES("BR-FR-01", i->number = S(THIRTY_FIVE "2"));
    RULES("", i->number = S("a+B-1_2/3"));
    RULES("BR-FR-02", i->number = S("FA 1"));
    RULES("BR-FR-02", i->number = S("FA.1"));
    RULES("BR-FR-02", i->number = S("FÀ1"));
    RULES("BR-FR-01", i->preceding_count = 1, i->preceding[0].number = S(THIRTY_FIVE "2"));
    RULES("BR-FR-02", i->preceding_count = 1, i->preceding[0].number = S("FA 1"));
}

CASE(years)
{
    RULES("", i->issued = (struct date){2000, 1, 1});
    RULES("BR-FR-03", i->issued = (struct date){1999, 12, 31});
    RULES("", i->due = (struct date){2099, 12, 31});
    RULES("BR-FR-03", i->due = (struct date){2100, 1, 1});
    RULES("BR-FR-03", i->delivery.day = (struct date){2100, 1, 1});
    RULES("BR-FR-03", i->preceding_count = 1, i->preceding[0].issued.year = 1999);
}

CASE(types)
{
    static const char *const GOOD[] = {"380", "389", "393", "501", "386", "500"};
    static const char *const BAD[] = {"325", "383", "751", "0380"};

    for (size_t n = 0; n < ARRAY_LEN(GOOD); n++)
        RULES("", i->type = str_of(GOOD[n]));
    for (size_t n = 0; n < ARRAY_LEN(BAD); n++)
        RULES("BR-FR-04", i->type = str_of(BAD[n]));
}

CASE(notes_that_must_be_there_once)
{
    RULES("BR-FR-05", i->notes[1].code = S("AAI"));
    RULES("BR-FR-05", i->notes[2].code = S("AAI"));
    RULES("BR-FR-05", i->notes[3].code = S("AAI"));
    RULES("BR-FR-05", i->notes[3].text = STR_NONE);
    RULES("BR-FR-06", i->notes[4] = i->notes[1], i->note_count = 5);
    RULES("", i->notes[4] = (struct einvoice_note){S("TXD"), S("x")}, i->note_count = 5);
    RULES("BR-FR-06", i->notes[4] = (struct einvoice_note){S("TXD"), S("x")},
          i->notes[5] = i->notes[4], i->note_count = 6);
}

CASE(whom_it_is_for)
{
    RULES("BR-FR-20", i->notes[0].text = S("B2X"));
    RULES("", i->notes[0].text = S("B2BINT"));
    RULES("", i->notes[0].text = S("ARCHIVEONLY"));
    RULES("BR-FR-31", i->notes[4] = i->notes[0], i->note_count = 5);
}

CASE(frameworks)
{
    RULES("BR-FR-08", i->framework = STR_NONE);
    RULES("BR-FR-08", i->framework = S("M3"));
    RULES("", i->framework = S("M9"));
    RULES("", i->framework = S("B4"));
    RULES("BR-FR-CO-08", i->framework = S("B4"), i->type = S("386"));
    RULES("", i->framework = S("B1"), i->type = S("386"));
}

CASE(rates)
{
    RULES("BR-S-01 BR-FR-16", i->lines[0].vat.rate = d("21"), i->groups[0].base = d("0.00"),
          i->groups[0].tax = d("0.00"), i->totals.vat = d("2.20"), i->totals.with_vat = d("142.18"),
          i->totals.due = d("142.18"));
    RULES("", i->lines[0].vat.rate = d("8.5"), i->groups[0].vat.rate = d("8.50"),
          i->groups[0].tax = d("8.50"), i->totals.vat = d("10.70"),
          i->totals.with_vat = d("150.68"), i->totals.due = d("150.68"));
}

CASE(kinds_of_attachments)
{
    RULES("", i->attachment_count = 1, i->attachments[0].description = S("LISIBLE"));
    RULES("BR-FR-17", i->attachment_count = 1, i->attachments[0].description = S("Annexe"));
    RULES("BR-FR-18", i->attachment_count = 2, i->attachments[0].description = S("LISIBLE"),
          i->attachments[1].description = S("LISIBLE"));
    RULES("", i->attachment_count = 2, i->attachments[0].description = S("RIB"),
          i->attachments[1].description = S("RIB"));
}

CASE(objects_of_two_kinds)
{
    struct einvoice_id afl = {S("1"), S("AFL")};

    RULES("", i->objects.items[0] = afl, i->objects.count = 1);
    RULES("BR-FR-29", i->objects.items[0] = afl, i->objects.items[1] = afl, i->objects.count = 2);
    RULES("BR-FR-29", i->objects.items[0] = afl, i->objects.items[0].id = STR_NONE,
          i->objects.count = 1);
    RULES("BR-FR-30", i->lines[0].objects.items[0] = afl, i->lines[0].objects.items[1] = afl,
          i->lines[0].objects.count = 2);
}

CASE(a_global_rebate_has_a_contract_and_a_period)
{
    RULES("BR-FR-CO-03", i->type = S("262"));
    RULES("BR-FR-CO-03", i->type = S("262"), i->contract = S("C1"),
          i->period = (struct einvoice_period){
              true, .from = {2026, 1, 1}
    });
    RULES("", i->type = S("262"), i->contract = S("C1"),
          i->period = (struct einvoice_period){
              true, {2026, 1, 1 },
               {2026, 1, 31}
    });
}

CASE(a_corrective_invoice_refers_to_one)
{
    RULES("BR-FR-CO-04", i->type = S("384"));
    RULES("", i->type = S("384"), i->preceding_count = 1);
    RULES("BR-FR-CO-04", i->type = S("384"), i->preceding_count = 2);
    RULES("BR-FR-CO-04", i->type = S("384"), i->preceding_count = 1,
          i->preceding[0].issued = (struct date){0});
}

CASE(a_credit_note_refers_to_what_it_credits)
{
    RULES("BR-FR-CO-05", i->type = S("381"));
    RULES("", i->type = S("381"), i->preceding_count = 1);
    RULES("", i->type = S("381"), i->preceding_count = 2);
    RULES("BR-FR-CO-05", i->type = S("381"), i->lines[0].preceding_count = 1);
    RULES("", i->type = S("381"), i->lines[0].preceding_count = 1, i->lines[1].preceding_count = 1);
}

CASE(the_due_day_is_not_before_the_day_of_issue)
{
    RULES("", i->due = i->issued);
    RULES("BR-FR-CO-07", i->due = (struct date){2026, 11, 20});
    RULES("", i->due = (struct date){2026, 11, 20}, i->type = S("386"));
}

static void paid(struct einvoice *i)
{
    i->framework = S("S2");
    i->totals.paid = d("162.18");
    i->totals.due = d("0.00");
    i->due = (struct date){2026, 11, 20};
}

CASE(what_is_paid_is_wholly_paid)
{
    RULES("", paid(i));
    RULES("BR-FR-CO-09", paid(i), i->due = (struct date){0});
    RULES("BR-FR-CO-09", paid(i), i->totals.paid = d("162.17"), i->totals.due = d("0.01"));
}

CASE(other_currencies_tell_the_vat_in_euro)
{
    RULES("BR-FR-CO-12", i->currency = S("USD"));
    RULES("BR-53 BR-FR-CO-12", i->currency = S("USD"), i->vat_currency = S("EUR"));
    RULES("", i->currency = S("USD"), i->vat_currency = S("EUR"),
          i->totals.vat_accounting = d("20.00"));
}

UNIT_MAIN(T(numbers_of_invoices), T(years), T(types), T(notes_that_must_be_there_once),
          T(whom_it_is_for), T(frameworks), T(rates), T(kinds_of_attachments),
          T(objects_of_two_kinds), T(a_global_rebate_has_a_contract_and_a_period),
          T(a_corrective_invoice_refers_to_one), T(a_credit_note_refers_to_what_it_credits),
          T(the_due_day_is_not_before_the_day_of_issue), T(what_is_paid_is_wholly_paid),
          T(other_currencies_tell_the_vat_in_euro))
