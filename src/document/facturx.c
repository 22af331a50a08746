#include "document/facturx.h"

#include "base/arena.h"
#include "core/einvoice_paper.h"
#include "core/einvoice_print.h"
#include "document/invoice_clean.h"
#include "document/invoice_page.h"
#include "document/invoice_xml.h"
#include "document/pdfa.h"

static bool has_xml(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL || paper->kind == INVOICE_CREDIT;
}

err_t invoice_draw(struct arena *arena, const struct invoice_paper *paper, struct str *pdf)
{
    const struct invoice_paper *clean = invoice_clean(arena, paper);
    struct canvas *canvas;
    struct str page;

    TRY(invoice_page(arena, clean, &canvas));
    TRY(canvas_end(canvas, &page));
    struct pdfa pdfa = {
        .title = invoice_title(arena, clean), .author = clean->seller.name, .made = clean->issued};
    pdfa.links = canvas_links(canvas, &pdfa.link_count);
    if (has_xml(clean))
        TRY(invoice_xml(arena, clean, INVOICE_CII, &pdfa.invoice));
    return pdfa_wrap(arena, &pdfa, page, pdf);
}

err_t einvoice_draw(struct arena *arena, const struct einvoice *invoice, bool test,
                    struct einvoice_difference *lost, struct str *pdf)
{
    struct invoice_paper *paper = arena_make(arena, struct invoice_paper);
    struct einvoice told;

    paper_of_einvoice(arena, invoice, paper);
    einvoice_of_paper(arena, paper, &told);
    if (!einvoice_same(invoice, &told, lost))
        return ERR_STATE;
    paper->test = test;
    return invoice_draw(arena, paper, pdf);
}
