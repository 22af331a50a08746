#include <string.h>

#include "core/drawing.h"
#include "core/flow.h"
#include "core/invoice_file.h"
#include "core/logo.h"
#include "core/merchant.h"
#include "core/task_run.h"

/* The file of an invoice. What it says never changes, so a drawing that a crash has lost is drawn
 * again. */

struct invoice_drawing {
    struct drawing drawing; /* first */
    struct invoice_id id;
    struct invoice_paper paper;
};

static err_t store_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct invoice_drawing *drawing = arg;

    TRY(invoice_file_put(cx, tx, drawing->id, &drawing->drawing.document));
    TRY(flow_drawn(cx, tx, drawing->id));
    return drawing_done(cx, tx, &drawing->drawing);
}

static err_t draw(struct drawing *base)
{
    struct invoice_drawing *drawing = (struct invoice_drawing *)base;

    return base->maker->invoice(base->arena, &drawing->paper, &base->pdf);
}

/* Colour and picture are no facts of the document: those of today will do. */
static err_t looks_read(struct ctx *cx, struct tx *tx, struct invoice_paper *paper)
{
    struct str *values;
    struct str hash;

    TRY(merchant_settings(cx, tx, cx->merchant, &values));
    struct str accent = merchant_setting_value(values, "page.accent");
    paper->accent = accent.len > 0 ? accent : STR_NONE;
    TRY(logo_hash(cx, tx, cx->merchant, &hash));
    return hash.len == 0 ? OK : logo_image(cx, tx, cx->merchant, hash, &paper->logo);
}

static err_t drawing_read(struct drawing *base, struct tx *tx, bool *needless)
{
    struct invoice_drawing *drawing = (struct invoice_drawing *)base;
    struct ctx *cx = &base->run->cx;
    struct document before;
    struct invoice invoice;

    if (base->maker->invoice == NULL)
        return ERR_UNAVAILABLE;
    memcpy(drawing->id.raw, base->run->task.object, sizeof drawing->id.raw);
    TRY(invoice_load(cx, tx, drawing->id, &invoice));
    TRY(invoice_file_about(cx, tx, drawing->id, &before, needless));
    if (*needless)
        return OK;
    TRY(invoice_paper_of(cx, &invoice, &drawing->paper));
    return looks_read(cx, tx, &drawing->paper);
}

void task_run_invoice_file(struct task_run *run)
{
    static const struct drawing_kind KIND = {
        .name = "invoice",
        .arena_max = 64 << 20,
        .read = drawing_read,
        .draw = draw,
        .store = store_body,
    };

    drawing_run(&arena_make(run->cx.arena, struct invoice_drawing)->drawing, run, &KIND);
}
