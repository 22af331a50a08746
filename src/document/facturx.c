#include "document/facturx.h"

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
