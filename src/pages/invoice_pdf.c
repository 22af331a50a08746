#include "pages/invoice_pdf.h"

#include "core/invoice_file.h"
#include "face/drawn.h"
#include "pages/pdf.h"

struct invoice_shown {
    struct drawn drawn; /* first */
    struct invoice_id id;
};

static err_t file_read(struct request *request, struct tx *tx, const struct drawn *drawn,
                       struct str *pdf, bool *ready)
{
    const struct invoice_shown *shown = (const struct invoice_shown *)drawn;

    return invoice_file_read(request->core, request->cx, tx, shown->id, pdf, ready);
}

static void file_answer(struct request *request, const struct drawn *drawn, struct str pdf)
{
    (void)drawn;
    pdf_answer(request, pdf, request->params[1]);
}

static const struct drawn_style STYLE = {
    .read = file_read,
    .answer = file_answer,
    .refuse = pdf_refuse,
    .late = pdf_late,
};

void invoice_pdf_show(struct request *request)
{
    struct invoice_shown *shown = arena_make(request->cx->arena, struct invoice_shown);
    struct tx *tx;

    err_t err = core_read(request->core, &tx);
    if (err == OK)
        err =
            invoice_file_find(request->cx, tx, request->params[0], request->params[1], &shown->id);
    if (err != OK) {
        pdf_refuse(request, err);
        return;
    }
    shown->drawn.style = &STYLE;
    drawn_show(request, &shown->drawn, NULL, NULL);
}
