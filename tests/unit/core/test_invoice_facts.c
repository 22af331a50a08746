#include "core/invoice_facts.h"

#include "core/einvoice.h"
#include "support/papers_all.h"
#include "support/unit.h"

CASE(types_are_those_of_the_standard)
{
    struct ctx *cx = unit_ctx();

    assert_str(bt3_type(paper_plain(cx->arena)), "380");
    assert_str(bt3_type(paper_credit(cx->arena)), "381");
    unit_ctx_free(cx);
}

CASE(the_framework_tells_what_is_sold_and_whether_it_is_paid)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paid = paper_paid(cx->arena);

    assert_str(bt23_framework(paper_plain(cx->arena)), "S1");
    assert_str(bt23_framework(paper_consumer(cx->arena)), "B1");
    assert_str(bt23_framework(paper_mixed(cx->arena)), "M1");
    assert_str(bt23_framework(paid), "S2");
    assert_str(bt23_framework(paper_part_paid(cx->arena)), "S1");
    assert_str(bt23_framework(paper_free(cx->arena)), "S1");
    paid->has_due = false; /* BR-FR-CO-09 wants the day of the payment */
    assert_str(bt23_framework(paid), "S1");
    unit_ctx_free(cx);
}

CASE(amounts_are_exact_decimals)
{
    struct ctx *cx = unit_ctx();

    assert_str(fact_amount(cx->arena, CURRENCY_EUR, -5), "-0.05");
    assert_str(fact_currency(cx->arena, CURRENCY_GBP), "GBP");
    unit_ctx_free(cx);
}

CASE(vat_is_due_on_the_day_that_the_law_says)
{
    struct ctx *cx = unit_ctx();

    assert_int_equal(fact_vat_day(paper_plain(cx->arena)), VAT_DAY_PAYMENT);
    assert_int_equal(fact_vat_day(paper_consumer(cx->arena)), VAT_DAY_DELIVERY);
    assert_int_equal(fact_vat_day(paper_on_debits(cx->arena)), VAT_DAY_ISSUE);
    assert_int_equal(fact_vat_day(paper_franchise(cx->arena)), VAT_DAY_NONE);
    unit_ctx_free(cx);
}

CASE(the_day_of_vat_has_a_code_where_there_is_one)
{
    struct ctx *cx = unit_ctx();

    assert_str(fact_vat_day_code(paper_plain(cx->arena)), "72");
    assert_str(fact_vat_day_code(paper_consumer(cx->arena)), "29");
    assert_str(fact_vat_day_code(paper_on_debits(cx->arena)), "5");
    assert_null(fact_vat_day_code(paper_franchise(cx->arena)).ptr);
    unit_ctx_free(cx);
}

CASE(an_amount_due_has_a_day_or_terms)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_plain(cx->arena);

    assert_int_equal(bt20_terms(cx->arena, paper).len, 0);
    paper->has_due = false;
    assert_true(bt20_terms(cx->arena, paper).len > 0);
    paper->deposit_minor = 2050;
    assert_str(bt20_terms(cx->arena, paper),
               "Acompte à verser : 20,50\u00a0€ ; solde : 2\u202f162,74\u00a0€");
    assert_true(bt20_terms(cx->arena, paper_credit(cx->arena)).len > 0);
    assert_int_equal(bt20_terms(cx->arena, paper_free(cx->arena)).len, 0);
    unit_ctx_free(cx);
}

CASE(what_leaves_for_another_country_tells_which)
{
    struct ctx *cx = unit_ctx();
    const struct invoice_paper *intra = paper_intra(cx->arena);
    const struct invoice_paper *delivered = paper_test_mode(cx->arena);

    assert_ptr_equal(bg15_delivery(intra), &intra->buyer.address);
    assert_ptr_equal(bg15_delivery(delivered), &delivered->delivery);
    assert_null(bg15_delivery(paper_plain(cx->arena)));
    unit_ctx_free(cx);
}

static size_t notes_with(const struct invoice_note *notes, size_t count, const char *code)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += str_eq(notes[i].code, str_of(code));
    return found;
}

CASE(the_note_about_the_buyer_is_there_once)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_consumer(cx->arena);
    size_t count;
    const struct invoice_note *notes = bg1_notes(cx->arena, paper, &count);

    assert_int_equal(notes_with(notes, count, "BAR"), 1);
    assert_str(notes[count - 1].text, "B2C");
    paper_note(paper, "BAR", "B2C");
    paper_note(paper, NULL, "printed only");
    notes = bg1_notes(cx->arena, paper, &count);
    assert_int_equal(notes_with(notes, count, "BAR"), 1);
    assert_int_equal(notes_with(notes, count, ""), 0);
    unit_ctx_free(cx);
}

CASE(beside_what_is_out_of_scope_nobody_has_a_vat_number)
{
    struct ctx *cx = unit_ctx();

    assert_false(fact_has_vat_numbers(paper_outside(cx->arena)));
    assert_false(fact_has_rate(VAT_OUTSIDE));
    assert_true(fact_has_vat_numbers(paper_plain(cx->arena)));
    unit_ctx_free(cx);
}

CASE(an_account_has_no_blanks_and_is_told_to_who_has_to_pay)
{
    struct ctx *cx = unit_ctx();

    assert_true(fact_has_account(paper_part_paid(cx->arena)));
    assert_false(fact_has_account(paper_paid(cx->arena)));
    assert_false(fact_has_account(paper_credit(cx->arena)));

    assert_str(bt84_account(cx->arena, paper_plain(cx->arena)), "FR7630006000011234567890189");
    unit_ctx_free(cx);
}

CASE(what_somebody_wrote_is_said_as_it_is)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_intra(cx->arena);
    struct einvoice written = {
        .type = STR("384"), .framework = STR("S5"), .vat_day_code = STR("29")};

    paper->written = &written;
    paper->has_due = false;
    assert_str(bt3_type(paper), "384");
    assert_str(bt23_framework(paper), "S5");
    assert_int_equal(fact_vat_day(paper), VAT_DAY_DELIVERY);
    assert_int_equal(bt20_terms(cx->arena, paper).len, 0);
    assert_null(bg15_delivery(paper));
    written.vat_day_code = STR("35");
    assert_int_equal(fact_vat_day(paper), VAT_DAY_NONE);
    paper = paper_outside(cx->arena);
    paper->written = &written;
    assert_true(fact_has_vat_numbers(paper));
    unit_ctx_free(cx);
}

UNIT_MAIN(T(what_somebody_wrote_is_said_as_it_is), T(types_are_those_of_the_standard),
          T(the_framework_tells_what_is_sold_and_whether_it_is_paid), T(amounts_are_exact_decimals),
          T(vat_is_due_on_the_day_that_the_law_says),
          T(the_day_of_vat_has_a_code_where_there_is_one), T(an_amount_due_has_a_day_or_terms),
          T(what_leaves_for_another_country_tells_which), T(the_note_about_the_buyer_is_there_once),
          T(beside_what_is_out_of_scope_nobody_has_a_vat_number),
          T(an_account_has_no_blanks_and_is_told_to_who_has_to_pay))
