#include <string.h>

#include "core/drawing.h"
#include "core/mandate_paper.h"
#include "core/task_run.h"

/* The document of a mandate. */

struct mandate_drawing {
    struct drawing drawing; /* first */
    struct mandate mandate;
    struct mandate_paper paper;
};

/* It shows the mandate as it was read. When it has changed since, or a signed document came, the
 * drawing is not used: whoever still wants one asks again. */
static err_t store_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct mandate_drawing *drawing = arg;
    const struct document *document = &drawing->drawing.document;
    const struct mandate *drawn = &drawing->mandate;
    struct mandate now;

    TRY(mandate_load(cx, tx, drawn->id, &now));
    bool same = str_eq(now.umr, drawn->umr) && now.signed_at == drawn->signed_at &&
                ID_EQ(now.account, drawn->account) && str_eq(now.ics, drawn->ics) &&
                str_eq(now.creditor_name, drawn->creditor_name);
    if (ID_NONE(now.document) && !same)
        return task_again(cx, tx, TASK_MANDATE_DOCUMENT, drawn->id.raw, cx->now);
    if (ID_NONE(now.document)) {
        TRY(document_insert(cx, tx, document));
        TRY(mandate_document_set(cx, tx, &now, document->id, false));
    }
    return drawing_done(cx, tx, &drawing->drawing);
}

static err_t draw(struct drawing *base)
{
    struct mandate_drawing *drawing = (struct mandate_drawing *)base;

    return base->maker->mandate(base->arena, &drawing->paper, &base->pdf);
}

static err_t drawing_read(struct drawing *base, struct tx *tx, bool *needless)
{
    struct mandate_drawing *drawing = (struct mandate_drawing *)base;
    struct task_run *run = base->run;
    struct mandate_id id;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(mandate_load(&run->cx, tx, id, &drawing->mandate));
    *needless = !ID_NONE(drawing->mandate.document);
    if (*needless)
        return OK;
    return mandate_paper_read(run->operation.core, &run->cx, tx, &drawing->mandate,
                              &drawing->paper);
}

void task_run_mandate_document(struct task_run *run)
{
    static const struct drawing_kind KIND = {
        .name = "mandate",
        .arena_max = 32 << 20,
        .read = drawing_read,
        .draw = draw,
        .store = store_body,
    };

    drawing_run(&arena_make(run->cx.arena, struct mandate_drawing)->drawing, run, &KIND);
}
