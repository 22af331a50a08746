#include "core/einvoice_paper.h"

#include "support/papers_all.h"
#include "support/unit.h"

static struct einvoice shown(struct ctx *cx, const struct invoice_paper *paper)
{
    struct einvoice invoice;

    einvoice_of_paper(cx->arena, paper, &invoice);
    return invoice;
}

CASE(an_invoice_is_told_in_the_terms_of_the_standard)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice = shown(cx, paper_referred(cx->arena));

    assert_str(invoice.number, "F2026-000001");
    assert_str(invoice.type, "380");
    assert_str(invoice.framework, "S1");
    assert_str(invoice.vat_day_code, "72");
    assert_str(invoice.currency, "EUR");
    assert_str(invoice.buyer_reference, "SERVICE-12");
    assert_str(invoice.objects.items[0].id, "COMPTEUR-0042");
    assert_str(invoice.terms, "Paiement à trente jours par virement");
    assert_true(invoice.period.present);
    assert_str(invoice.seller.endpoint.scheme, "0225");
    assert_str(invoice.buyer.contact.name, "Camille Martin");
    assert_str(invoice.delivery.name, "Entrepôt nord");
    assert_int_equal(invoice.line_count, 3);
    assert_str(invoice.lines[0].unit, "HUR");
    assert_str(invoice.lines[2].unit, "C62");
    assert_str(decimal_text(cx->arena, invoice.lines[0].price), "450.0000");
    assert_str(decimal_text(cx->arena, invoice.totals.due), "2183.24");
    assert_int_equal(invoice.group_count, 2);
    assert_str(invoice.payment.means, "30");
    unit_ctx_free(cx);
}

CASE(what_is_not_there_is_not_told)
{
    struct ctx *cx = unit_ctx();
    struct einvoice consumer = shown(cx, paper_consumer(cx->arena));
    struct einvoice outside = shown(cx, paper_outside(cx->arena));
    struct einvoice paid = shown(cx, paper_paid(cx->arena));

    assert_int_equal(consumer.buyer.legal_id.id.len, 0);
    assert_int_equal(consumer.buyer.ids.count, 0);
    assert_int_equal(consumer.objects.count, 0);
    assert_false(consumer.totals.paid.present);
    assert_false(consumer.totals.vat_accounting.present);
    assert_int_equal(outside.seller.vat_number.len, 0);
    assert_false(outside.groups[0].vat.rate.present);
    assert_false(paid.payment.present);
    assert_true(paid.totals.paid.present);
    unit_ctx_free(cx);
}

CASE(a_credit_note_names_its_invoice)
{
    struct ctx *cx = unit_ctx();
    struct einvoice credit = shown(cx, paper_credit_pounds(cx->arena));

    assert_str(credit.type, "381");
    assert_int_equal(credit.preceding_count, 1);
    assert_str(credit.preceding[0].number, "F2025-000917");
    assert_false(einvoice_has_date(credit.due));
    assert_str(credit.vat_currency, "EUR");
    assert_true(credit.totals.vat_accounting.present);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(an_invoice_is_told_in_the_terms_of_the_standard), T(what_is_not_there_is_not_told),
          T(a_credit_note_names_its_invoice))
