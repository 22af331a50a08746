#include "document/facturx.h"

#include "core/einvoice_paper.h"
#include "document/attachment.h"
#include "document/invoice_xml.h"
#include "document/maker.h"
#include "support/fonts.h"
#include "support/papers_all.h"
#include "support/unit.h"

static struct str drawn(struct ctx *cx, const struct invoice_paper *paper)
{
    struct str pdf;

    assert_ok(invoice_draw(cx->arena, paper, &pdf));
    return pdf;
}

CASE(every_paper_becomes_a_whole_file)
{
    for (size_t i = 0; i < ARRAY_LEN(PAPERS); i++) {
        struct ctx *cx = unit_ctx();
        struct str pdf = drawn(cx, PAPERS[i].make(cx->arena));
        assert_true(str_starts(pdf, STR("%PDF-1.7\n")));
        assert_true(str_ends(pdf, STR("%%EOF\n")));
        unit_ctx_free(cx);
    }
}

CASE(the_same_paper_gives_the_same_bytes)
{
    for (size_t i = 0; i < ARRAY_LEN(PAPERS); i++) {
        struct ctx *cx = unit_ctx();
        struct str one = drawn(cx, PAPERS[i].make(cx->arena));
        struct str other = drawn(cx, PAPERS[i].make(cx->arena));
        assert_true(str_eq(one, other));
        unit_ctx_free(cx);
    }
}

CASE(an_invoice_carries_its_xml_and_a_quote_has_none)
{
    static const char mark[] = "(factur-x.xml)";
    struct ctx *cx = unit_ctx();
    struct str pdf = drawn(cx, paper_plain(cx->arena));
    struct str xml;

    assert_non_null(memmem(pdf.ptr, pdf.len, mark, strlen(mark)));
    pdf = drawn(cx, paper_quote(cx->arena));
    assert_null(memmem(pdf.ptr, pdf.len, mark, strlen(mark)));
    assert_int_equal(invoice_xml(cx->arena, paper_quote(cx->arena), INVOICE_CII, &xml),
                     ERR_INVALID);
    assert_int_equal(invoice_xml(cx->arena, paper_receipt(cx->arena), INVOICE_UBL, &xml),
                     ERR_INVALID);
    unit_ctx_free(cx);
}

CASE(the_core_is_given_these_functions)
{
    assert_ptr_equal(DOCUMENT_MAKER.invoice, invoice_draw);
    assert_ptr_equal(DOCUMENT_MAKER.invoice_xml, invoice_xml);
    assert_ptr_equal(DOCUMENT_MAKER.einvoice, einvoice_draw);
    assert_ptr_equal(DOCUMENT_MAKER.einvoice_xml, einvoice_xml);
}

CASE(an_invoice_of_somebody_is_drawn_like_one_of_ours)
{
    struct ctx *cx = unit_ctx();
    const struct invoice_paper *paper = paper_plain(cx->arena);
    struct einvoice_difference lost;
    struct einvoice invoice;
    struct str pdf;
    struct str xml;
    struct str other;

    einvoice_of_paper(cx->arena, paper, &invoice);
    assert_ok(einvoice_draw(cx->arena, &invoice, true, &lost, &pdf));
    assert_true(str_starts(pdf, STR("%PDF-1.7\n")));
    assert_ok(einvoice_xml(cx->arena, &invoice, INVOICE_UBL, &xml));
    assert_ok(invoice_xml(cx->arena, paper, INVOICE_UBL, &other));
    assert_true(str_eq(xml, other));
    invoice.currency = STR("JPY");
    assert_int_equal(einvoice_draw(cx->arena, &invoice, true, &lost, &pdf), ERR_STATE);
    assert_string_equal(lost.term, "BT-5");
    unit_ctx_free(cx);
}

static bool holds(struct str pdf, const char *mark)
{
    return memmem(pdf.ptr, pdf.len, mark, strlen(mark)) != NULL;
}

/* Under its own name, unless that is the invoice's. */
CASE(what_is_attached_is_in_the_xml_and_beside_it)
{
    struct ctx *cx = unit_ctx();
    struct einvoice_attachment attached[3] = {0};
    struct einvoice_difference lost;
    struct einvoice invoice;
    struct str pdf;
    struct str xml;

    einvoice_of_paper(cx->arena, paper_plain(cx->arena), &invoice);
    for (size_t i = 0; i < ARRAY_LEN(attached); i++) {
        attached[i].reference = STR("ANNEXE");
        attached[i].mime = STR("text/csv");
        attached[i].content = STR("a;b\n");
    }
    attached[0].file_name = STR("../rib.csv");
    attached[1].file_name = STR("factur-x.xml");
    attached[2].mime = STR("not a type");
    invoice.attachments = attached;
    invoice.attachment_count = ARRAY_LEN(attached);
    assert_ok(einvoice_draw(cx->arena, &invoice, false, &lost, &pdf));
    assert_true(holds(pdf, "/UF (.._rib.csv)"));
    assert_true(holds(pdf, "/UF (piece-2-factur-x.xml)"));
    assert_true(holds(pdf, "/UF (piece-3)"));
    assert_true(holds(pdf, "/Subtype /text#2fcsv"));
    assert_true(holds(pdf, "/Subtype /application#2foctet-stream"));
    assert_ok(pdf_attachment(cx->arena, pdf, "factur-x.xml", &xml));
    assert_true(holds(xml, "<ram:AttachmentBinaryObject mimeCode=\"text/csv\" "
                           "filename=\"../rib.csv\">YTtiCg==</ram:AttachmentBinaryObject>"));
    assert_ok(pdf_attachment(cx->arena, pdf, "piece-3", &xml));
    assert_str(xml, "a;b\n");
    unit_ctx_free(cx);
}

/* What is too long to be seen whole. */
static void assert_too_long(struct ctx *cx, const struct einvoice *invoice)
{
    struct einvoice_difference lost;
    struct str pdf;

    assert_int_equal(einvoice_draw(cx->arena, invoice, false, &lost, &pdf), ERR_LIMIT);
}

static struct str words(struct ctx *cx, size_t count)
{
    struct buf out = buf_make(cx->arena, 8 * count);

    for (size_t i = 0; i < count; i++)
        buf_put_cstr(&out, "mot ");
    return buf_str(&out);
}

CASE(what_no_page_can_hold_is_refused)
{
    struct ctx *cx = unit_ctx();
    struct einvoice invoice;
    struct einvoice whole;
    struct einvoice_difference lost;
    struct str pdf;

    einvoice_of_paper(cx->arena, paper_plain(cx->arena), &whole);
    invoice = whole;
    invoice.seller.legal = words(cx, 5000);
    assert_too_long(cx, &invoice);
    invoice = whole;
    invoice.buyer.name = words(cx, 5000);
    assert_too_long(cx, &invoice);
    invoice = whole;
    invoice.payment.means_text = words(cx, 5000);
    assert_too_long(cx, &invoice);
    invoice = whole;
    invoice.groups[0].reason = words(cx, 5000);
    assert_too_long(cx, &invoice);
    invoice = whole;
    invoice.groups[0].reason = STR_NONE;
    invoice.lines[0].description = words(cx, 5000);
    invoice.terms = words(cx, 5000);
    assert_ok(einvoice_draw(cx->arena, &invoice, false, &lost, &pdf));
    invoice.lines[0].unit = words(cx, 40);
    assert_too_long(cx, &invoice);
    unit_ctx_free(cx);
}

CASE(numbers_have_no_zeros_that_say_nothing)
{
    struct ctx *cx = unit_ctx();

    assert_str(xml_number(cx->arena, decimal_of(25000, 4)), "2.50");
    assert_str(xml_number(cx->arena, decimal_of(3333, 4)), "0.3333");
    assert_str(xml_number(cx->arena, decimal_of(3, 0)), "3");
    assert_str(xml_number(cx->arena, decimal_of(-100, 2)), "-1.00");
    assert_int_equal(xml_number(cx->arena, (struct decimal){0}).len, 0);
    unit_ctx_free(cx);
}

UNIT_MAIN(T(every_paper_becomes_a_whole_file), T(the_same_paper_gives_the_same_bytes),
          T(an_invoice_carries_its_xml_and_a_quote_has_none), T(the_core_is_given_these_functions),
          T(an_invoice_of_somebody_is_drawn_like_one_of_ours), T(what_no_page_can_hold_is_refused),
          T(what_is_attached_is_in_the_xml_and_beside_it),
          T(numbers_have_no_zeros_that_say_nothing))
