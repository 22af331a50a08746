#include "pages/mandate_pdf.h"

#include "core/mandate_link.h"
#include "core/mandate_paper.h"
#include "face/drawn.h"
#include "pages/pdf.h"

struct mandate_shown {
    struct drawn drawn; /* first */
    struct mandate_pdf_ask ask;
};

static err_t document_read(struct request *request, struct tx *tx, const struct drawn *drawn,
                           struct str *pdf, bool *ready)
{
    const struct mandate_shown *shown = (const struct mandate_shown *)drawn;

    return mandate_pdf_read(request->core, request->cx, tx, shown->ask.id, pdf, ready);
}

static void document_answer(struct request *request, const struct drawn *drawn, struct str pdf)
{
    (void)drawn;
    pdf_answer(request, pdf, STR("mandat-sepa.pdf"));
}

static const struct drawn_style STYLE = {
    .read = document_read,
    .answer = document_answer,
    .refuse = pdf_refuse,
    .late = pdf_late,
};

static void start(struct operation *ask)
{
    mandate_pdf_ask((struct mandate_pdf_ask *)ask);
}

void mandate_pdf_show(struct request *request)
{
    struct mandate_shown *shown = arena_make(request->cx->arena, struct mandate_shown);

    err_t err = mandate_link_read(request->core, request->cx, request->params[0], &shown->ask.id);
    if (err != OK) {
        pdf_refuse(request, err);
        return;
    }
    shown->drawn.style = &STYLE;
    drawn_show(request, &shown->drawn, &shown->ask.operation, start);
}
