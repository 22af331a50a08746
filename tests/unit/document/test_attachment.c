#include "document/attachment.h"

#include "document/maker.h"
#include "support/fonts.h"
#include "support/papers_all.h"
#include "support/unit.h"

static const char NAME[] = "factur-x.xml";

CASE(what_we_put_in_comes_out)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_plain(cx->arena);
    struct str pdf;
    struct str xml;
    struct str out;

    assert_ok(DOCUMENT_MAKER.invoice(cx->arena, paper, &pdf));
    assert_ok(DOCUMENT_MAKER.invoice_xml(cx->arena, paper, INVOICE_CII, &xml));
    assert_ok(pdf_attachment(cx->arena, pdf, NAME, &out));
    assert_true(str_eq(out, xml));
    assert_int_equal(pdf_attachment(cx->arena, pdf, "other.xml", &out), ERR_INVALID);
    unit_ctx_free(cx);
}

CASE(a_quote_carries_none)
{
    struct ctx *cx = unit_ctx();
    struct str pdf;
    struct str out;

    assert_ok(DOCUMENT_MAKER.invoice(cx->arena, paper_quote(cx->arena), &pdf));
    assert_int_equal(pdf_attachment(cx->arena, pdf, NAME, &out), ERR_INVALID);
    unit_ctx_free(cx);
}

/* A file whose cross-reference table the library has to find out by itself. */
#define PDF(names, more)                                                                           \
    STR("%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles " names         \
        " >> >> endobj\n2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n"                     \
        "3 0 obj << /Type /Filespec /F (factur-x.xml) /EF << /F 4 0 R >> >> endobj\n"              \
        "4 0 obj << /Length 4 >> stream\n<a/>\nendstream endobj\n" more                            \
        "trailer << /Root 1 0 R >>\n%%EOF\n")

static err_t taken(struct str pdf, const char *expected)
{
    struct ctx *cx = unit_ctx();
    struct str out = STR_NONE;
    err_t err = pdf_attachment(cx->arena, pdf, NAME, &out);

    if (err == OK)
        assert_str(out, expected);
    unit_ctx_free(cx);
    return err;
}

CASE(names_may_stand_deep_in_a_tree)
{
    assert_ok(taken(PDF("<< /Names [(x) 3 0 R] >>", ""), "<a/>"));
    assert_ok(
        taken(PDF("<< /Kids [5 0 R] >>", "5 0 obj << /Names [(x) 3 0 R] >> endobj\n"), "<a/>"));
}

CASE(trees_that_lead_nowhere)
{
    assert_int_equal(taken(PDF("<< /Names [(x) 3 0 R (y) 3 0 R] >>", ""), ""), ERR_INVALID);
    assert_int_equal(taken(PDF("<< /Names [(x)] >>", ""), ""), ERR_INVALID);
    assert_int_equal(taken(PDF("<< /Names [(x) 4 0 R (y) 9 0 R (z) null] >>", ""), ""),
                     ERR_INVALID);
    assert_int_equal(
        taken(PDF("<< /Kids [5 0 R] >>", "5 0 obj << /Kids [5 0 R 5 0 R] >> endobj\n"), ""),
        ERR_INVALID);
    assert_int_equal(taken(PDF("[]", ""), ""), ERR_INVALID);
}

CASE(what_is_no_pdf)
{
    assert_int_equal(taken(STR(""), ""), ERR_INVALID);
    assert_int_equal(taken(STR("%PDF-1.7"), ""), ERR_INVALID);
    assert_int_equal(taken(STR("%PDF-1.7\ntrailer << /Root 1 0 R >>"), ""), ERR_INVALID);
    assert_int_equal(taken(STR("hello"), ""), ERR_INVALID);
}

UNIT_MAIN(T(what_we_put_in_comes_out), T(a_quote_carries_none), T(names_may_stand_deep_in_a_tree),
          T(trees_that_lead_nowhere), T(what_is_no_pdf))
