#include "document/facturx.h"

#include "base/arena.h"
#include "core/einvoice_paper.h"
#include "core/einvoice_print.h"
#include "document/invoice_clean.h"
#include "document/invoice_page.h"
#include "document/invoice_xml.h"
#include "document/pdfa.h"
#include "document/xmp.h"

static bool has_xml(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL || paper->kind == INVOICE_CREDIT;
}

/* As it may stand in a directory. */
static struct str file_name(struct arena *arena, const struct einvoice_attachment *attachment,
                            size_t number)
{
    struct str name = text_clean(arena, attachment->file_name, false);
    struct buf out = buf_make(arena, name.len + 32);

    if (name.len == 0 || str_eq(name, STR(PDFA_INVOICE_NAME)))
        buf_format(&out, "piece-%zu", number);
    if (out.len > 0 && name.len > 0)
        buf_put_byte(&out, '-');
    for (size_t i = 0; i < name.len; i++)
        buf_put_byte(&out, name.ptr[i] == '/' || name.ptr[i] == '\\' ? '_' : name.ptr[i]);
    return buf_str(&out);
}

/* What is attached to the invoice of somebody can be opened from its PDF, too. */
static void attach(struct arena *arena, const struct einvoice *written, struct pdfa *pdfa)
{
    struct pdfa_file *files = arena_array(arena, struct pdfa_file, written->attachment_count);

    for (size_t i = 0; i < written->attachment_count; i++) {
        const struct einvoice_attachment *attachment = &written->attachments[i];
        if (attachment->content.len > 0)
            files[pdfa->file_count++] = (struct pdfa_file){
                .name = file_name(arena, attachment, i + 1),
                .mime = attachment->mime,
                .description = text_clean(arena, attachment->reference, false),
                .bytes = attachment->content,
            };
    }
    pdfa->files = files;
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
    if (clean->written != NULL)
        attach(arena, clean->written, &pdfa);
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
