#include "core/invoice_payment.h"
#include "support/core_invoice.h"
#include "support/core_request.h"

/* What may pay a document, and what it then says. */

static struct invoice_source waiting(int64_t minor, enum currency currency)
{
    return (struct invoice_source){
        .amount = {minor, currency},
        .waits = true,
        .url = STR("https://pay.example/pay-1-x"),
    };
}

static struct invoice_source paid(int64_t minor)
{
    return (struct invoice_source){
        .amount = eur(minor),
        .paid = true,
        .payment = {.method = METHOD_CARD, .paid = WORLD_START},
        .left_minor = minor,
    };
}

static bool fits(enum invoice_kind kind, struct invoice_source source, int64_t total_minor)
{
    const struct invoice_draft draft = {.kind = kind, .currency = CURRENCY_EUR, .source = &source};

    return invoice_source_fits(&draft, total_minor);
}

CASE(what_pays_an_invoice_is_at_most_its_total)
{
    const struct invoice_draft none = {.kind = INVOICE_NORMAL, .currency = CURRENCY_EUR};

    assert_true(invoice_source_fits(&none, 100));
    assert_true(fits(INVOICE_NORMAL, waiting(100, CURRENCY_EUR), 100));
    assert_true(fits(INVOICE_NORMAL, waiting(1, CURRENCY_EUR), 100));
    assert_true(fits(INVOICE_NORMAL, paid(100), 100));
    assert_true(fits(INVOICE_NORMAL, paid(1), 100));
    assert_true(fits(INVOICE_NORMAL, paid(100), -1)); /* its total is not known */
    assert_false(fits(INVOICE_NORMAL, waiting(101, CURRENCY_EUR), 100));
    assert_false(fits(INVOICE_NORMAL, paid(101), 100));
    assert_false(fits(INVOICE_NORMAL, paid(0), 100)); /* all of it went back */
    assert_false(fits(INVOICE_NORMAL, waiting(100, CURRENCY_USD), 100));
}

CASE(what_is_over_pays_nothing)
{
    struct invoice_source source = waiting(100, CURRENCY_EUR);

    source.waits = false;
    assert_false(fits(INVOICE_NORMAL, source, 100));
}

CASE(a_receipt_is_for_exactly_what_was_paid_and_a_quote_for_nothing)
{
    assert_true(fits(INVOICE_RECEIPT, paid(100), 100));
    assert_true(fits(INVOICE_RECEIPT, paid(100), -1));
    assert_false(fits(INVOICE_RECEIPT, paid(99), 100));
    assert_false(fits(INVOICE_RECEIPT, waiting(100, CURRENCY_EUR), 100));
    assert_false(fits(INVOICE_QUOTE, paid(100), 100));
    assert_false(fits(INVOICE_QUOTE, waiting(100, CURRENCY_EUR), 100));
}

static struct invoice_paper told(struct world *world, enum invoice_kind kind,
                                 struct invoice_source source)
{
    struct invoice_paper paper = {
        .kind = kind,
        .total_minor = 100,
        .due_minor = kind == INVOICE_RECEIPT ? 0 : 100,
        .has_due = kind == INVOICE_NORMAL,
        .due = {2031, 7, 2},
    };

    invoice_source_fill(world->cx, &source, &paper);
    return paper;
}

CASE(a_document_says_how_it_is_paid)
{
    struct world *world = world_new();
    struct invoice_paper paper = told(world, INVOICE_NORMAL, waiting(100, CURRENCY_EUR));
    struct invoice_source debit = paid(100);

    assert_true(str_eq(paper.pay_url, STR("https://pay.example/pay-1-x")));
    assert_int_equal(paper.due_minor, 100);
    paper = told(world, INVOICE_NORMAL, paid(40));
    assert_int_equal(paper.paid_minor, 40);
    assert_int_equal(paper.due_minor, 60);
    assert_int_equal(paper.due.month, 7);
    assert_true(str_eq(paper.paid_by, STR("carte bancaire, 02/06/2031")));
    paper = told(world, INVOICE_NORMAL, paid(100));
    assert_int_equal(paper.due_minor, 0);
    assert_int_equal(date_compare(paper.due, (struct date){2031, 6, 2}), 0);
    debit.payment = (struct payment){.method = METHOD_SEPA};
    world->cx->now = WORLD_START + 24 * HOUR_US;
    paper = told(world, INVOICE_RECEIPT, debit);
    assert_true(str_eq(paper.paid_by, STR("prélèvement SEPA, 03/06/2031")));
    assert_int_equal(paper.paid_minor, 0); /* the receipt itself says so */
    world_free(world);
}

UNIT_MAIN(T(what_pays_an_invoice_is_at_most_its_total), T(what_is_over_pays_nothing),
          T(a_receipt_is_for_exactly_what_was_paid_and_a_quote_for_nothing),
          T(a_document_says_how_it_is_paid))
