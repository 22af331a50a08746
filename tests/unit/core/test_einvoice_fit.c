#include "core/einvoice_fit.h"

#include "core/einvoice_paper.h"
#include "core/einvoice_same.h"
#include "support/papers_all.h"
#include "support/unit.h"

static struct einvoice made(struct ctx *cx, const struct invoice_paper *paper)
{
    struct einvoice invoice;

    einvoice_of_paper(cx->arena, paper, &invoice);
    return invoice;
}

CASE(what_says_all_is_left_alone)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));
    struct einvoice_difference difference;
    struct einvoice fitted;

    einvoice_fit(cx->arena, &invoice, INVOICE_CII, &fitted);
    assert_true(einvoice_same(&invoice, &fitted, &difference));
    einvoice_fit(cx->arena, &invoice, INVOICE_UBL, &fitted);
    assert_true(einvoice_same(&invoice, &fitted, &difference));
    unit_ctx_free(cx);
}

CASE(a_reference_of_payment_in_ubl_has_a_means)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_paid(cx->arena));
    struct einvoice fitted;

    assert_false(invoice.payment.present);
    einvoice_fit(cx->arena, &invoice, INVOICE_CII, &fitted);
    assert_false(fitted.payment.present);
    einvoice_fit(cx->arena, &invoice, INVOICE_UBL, &fitted);
    assert_true(fitted.payment.present);
    assert_str(fitted.payment.means, "1");
    invoice.payment.remittance = STR_NONE;
    einvoice_fit(cx->arena, &invoice, INVOICE_UBL, &fitted);
    assert_false(fitted.payment.present);
    unit_ctx_free(cx);
}

CASE(a_discount_in_cii_has_a_price)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = made(cx, paper_plain(cx->arena));
    struct einvoice fitted;

    invoice.lines[0].price = decimal_of(950, 2);
    invoice.lines[0].price_discount = decimal_of(5, 1);
    einvoice_fit(cx->arena, &invoice, INVOICE_UBL, &fitted);
    assert_false(fitted.lines[0].gross_price.present);
    einvoice_fit(cx->arena, &invoice, INVOICE_CII, &fitted);
    assert_str(decimal_text(cx->arena, fitted.lines[0].gross_price), "10.00");
    assert_false(invoice.lines[0].gross_price.present);
    invoice.lines[0].price = decimal_of(INT64_MAX, 2);
    einvoice_fit(cx->arena, &invoice, INVOICE_CII, &fitted);
    assert_true(decimal_equal(fitted.lines[0].gross_price, invoice.lines[0].price));
    unit_ctx_free(cx);
}

UNIT_MAIN(T(what_says_all_is_left_alone), T(a_reference_of_payment_in_ubl_has_a_means),
          T(a_discount_in_cii_has_a_price))
