#include "api/seqino/invoice.h"

#include "api/seqino/invoice_data.h"
#include "core/einvoice_paper.h"

static const char *const FORMAT_TEXTS[] = {
    [EINVOICE_CII] = "cii",
    [EINVOICE_UBL] = "ubl",
    [EINVOICE_FACTURX] = "factur-x",
};
const struct words SEQINO_FORMATS = {FORMAT_TEXTS, ARRAY_LEN(FORMAT_TEXTS), false};

err_t seqino_issued_data(struct ctx *cx, const struct invoice *invoice, struct str *json)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    struct einvoice *shown = arena_make(cx->arena, struct einvoice);

    TRY(invoice_paper_of(cx, invoice, paper));
    einvoice_of_paper(cx->arena, paper, shown);
    *json = invoice_data_text(cx->arena, shown);
    return OK;
}
