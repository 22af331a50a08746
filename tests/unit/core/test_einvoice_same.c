#include "core/einvoice_same.h"

#include "core/einvoice_paper.h"
#include "support/papers_all.h"
#include "support/unit.h"

static struct einvoice_difference difference;

/* The same invoice twice, in memory of its own each time. */
static struct einvoice made(struct ctx *cx)
{
    struct einvoice invoice;

    einvoice_of_paper(cx->arena, paper_referred(cx->arena), &invoice);
    return invoice;
}

static void assert_differs(const struct einvoice *a, const struct einvoice *b, const char *term,
                           size_t at)
{
    assert_false(einvoice_same(a, b, &difference));
    assert_string_equal(difference.term, term);
    assert_int_equal(difference.at, at);
    assert_false(einvoice_same(b, a, &difference));
    assert_string_equal(difference.term, term);
}

CASE(an_invoice_is_the_same_as_itself)
{
    struct ctx *cx = unit_ctx();
    struct einvoice a = made(cx);
    struct einvoice b = made(cx);

    assert_true(einvoice_same(&a, &b, &difference));
    assert_null(difference.term);
    unit_ctx_free(cx);
}

CASE(the_first_term_that_differs_is_named)
{
    struct ctx *cx = unit_ctx();
    struct einvoice a = made(cx);
    struct einvoice b = made(cx);

    b.totals.due = decimal_of(1, 2);
    assert_differs(&a, &b, "BT-115", 0);
    b.delivery.day.day++;
    assert_differs(&a, &b, "BT-72", 0);
    b.buyer.address.city = STR("Ailleurs");
    assert_differs(&a, &b, "BG-8", 0);
    b.seller.endpoint.scheme = STR("EM");
    assert_differs(&a, &b, "BT-34", 0);
    b.number = STR("X");
    assert_differs(&a, &b, "BT-1", 0);
    unit_ctx_free(cx);
}

CASE(a_term_of_a_list_is_named_with_its_number)
{
    struct ctx *cx = unit_ctx();
    struct einvoice a = made(cx);
    struct einvoice b = made(cx);

    b.line_count--;
    assert_differs(&a, &b, "BG-25", 0);
    b.line_count++;
    b.lines[1].price = decimal_of(1, 0);
    assert_differs(&a, &b, "BT-146", 2);
    b.groups[0].tax = (struct decimal){0};
    assert_differs(&a, &b, "BT-117", 1);
    b.notes[0].code = STR("REG");
    assert_differs(&a, &b, "BT-21", 1);
    unit_ctx_free(cx);
}

CASE(of_a_list_within_a_list_the_outer_number_is_told)
{
    struct ctx *cx = unit_ctx();
    struct einvoice a = made(cx);
    struct einvoice b = made(cx);
    struct einvoice_allowance allowance = {.amount = decimal_of(1, 0)};
    struct einvoice_allowance charge = {.amount = decimal_of(1, 0), .charge = true};

    a.lines[2].allowances = &allowance;
    a.lines[2].allowance_count = 1;
    b.lines[2].allowances = &charge;
    b.lines[2].allowance_count = 1;
    assert_differs(&a, &b, "BG-27", 3);
    unit_ctx_free(cx);
}

CASE(numbers_count_by_their_value)
{
    struct ctx *cx = unit_ctx();
    struct einvoice a = made(cx);
    struct einvoice b = made(cx);

    a.lines[0].quantity = decimal_of(25, 1);
    b.lines[0].quantity = decimal_of(250, 2);
    b.lines[0].base_quantity = decimal_of(1, 0);
    b.lines[0].price_discount = decimal_of(0, 2);
    b.totals.paid = decimal_of(0, 2);
    assert_true(einvoice_same(&a, &b, &difference));
    b.lines[0].base_quantity = decimal_of(10, 0);
    assert_differs(&a, &b, "BT-149", 1);
    unit_ctx_free(cx);
}

CASE(a_rate_of_zero_is_another_than_none)
{
    struct ctx *cx = unit_ctx();
    struct einvoice a = made(cx);
    struct einvoice b = made(cx);

    a.lines[0].vat.rate = decimal_of(0, 0);
    b.lines[0].vat.rate = (struct decimal){0};
    assert_differs(&a, &b, "BT-152", 1);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(an_invoice_is_the_same_as_itself), T(the_first_term_that_differs_is_named),
          T(a_term_of_a_list_is_named_with_its_number),
          T(of_a_list_within_a_list_the_outer_number_is_told), T(numbers_count_by_their_value),
          T(a_rate_of_zero_is_another_than_none))
