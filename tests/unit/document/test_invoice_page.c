#include "document/invoice_page.h"

#include "document/invoice_clean.h"
#include "support/fonts.h"
#include "support/papers_all.h"
#include "support/unit.h"

enum { LINES_MAX = 64 };

static size_t pages_of(const struct invoice_paper *paper, struct arena *arena)
{
    struct canvas *canvas;

    assert_ok(invoice_page(arena, invoice_clean(arena, paper), &canvas));
    return canvas_pages(canvas);
}

/* With so many lines of one row each, of as many rates as there are. */
static size_t pages_with(size_t count, size_t rates, bool deposit)
{
    static const int64_t RATES[] = {2000, 1000, 550, 210, 850, 105, 175, 90, 1300};
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_consumer(cx->arena);
    struct invoice_paper_line lines[LINES_MAX];

    for (size_t i = 0; i < count; i++)
        lines[i] = paper_line("Produit", 10000, 10000, RATES[i % rates]);
    paper_lines(cx->arena, paper, lines, count);
    if (deposit)
        paper->deposit_minor = 100;
    size_t pages = pages_of(paper, cx->arena);
    unit_ctx_free(cx);
    return pages;
}

CASE(what_nearly_fits_one_page_is_on_one)
{
    for (size_t count = 1; count <= 14; count++) {
        assert_int_equal(pages_with(count, 1, false), 1);
        assert_int_equal(pages_with(count, 9, false), 1);
        assert_int_equal(pages_with(count, 3, true), 1);
    }
    assert_int_equal(pages_with(24, 1, false), 2);
    assert_int_equal(pages_with(24, 9, false), 2);
}

CASE(more_lines_never_take_fewer_pages)
{
    size_t before = 1;

    for (size_t count = 1; count <= LINES_MAX; count++) {
        size_t pages = pages_with(count, 4, false);
        assert_in_range(pages, before, before + 1);
        before = pages;
    }
    assert_int_equal(before, 3);
}

CASE(a_long_name_goes_on_on_the_next_page)
{
    struct ctx *cx = unit_ctx();
    struct invoice_paper *paper = paper_plain(cx->arena);
    struct buf name = buf_make(cx->arena, 32 * 1024);

    while (name.len < 30000)
        buf_put_cstr(&name, "mot ");
    paper->lines[1].designation = buf_str(&name);
    assert_in_range(pages_of(paper, cx->arena), 10, 20);
    unit_ctx_free(cx);
}

CASE(a_title_says_what_it_is)
{
    struct ctx *cx = unit_ctx();

    assert_str(invoice_title(cx->arena, paper_plain(cx->arena)), "Facture F2026-000001");
    assert_str(invoice_title(cx->arena, paper_credit(cx->arena)), "Avoir A2026-000001");
    assert_str(invoice_title(cx->arena, paper_quote(cx->arena)), "Devis D2026-000012");
    assert_str(invoice_title(cx->arena, paper_receipt(cx->arena)), "Reçu R2026-000345");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(what_nearly_fits_one_page_is_on_one), T(more_lines_never_take_fewer_pages),
          T(a_long_name_goes_on_on_the_next_page), T(a_title_says_what_it_is))
