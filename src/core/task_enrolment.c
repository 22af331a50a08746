#include <string.h>

#include "base/must.h"
#include "core/audit.h"
#include "core/drawing.h"
#include "core/enrolment_paper.h"
#include "core/enrolment_row.h"
#include "core/task_run.h"

/* The document of a signed enrolment. Its hash enters the chain of the audit in the commit that
 * stores it. What it says never changes. */

struct enrolment_drawing {
    struct drawing drawing; /* first */
    struct enrolment_id id;
    struct enrolment_paper paper;
};

static err_t store_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct enrolment_drawing *drawing = arg;
    const struct document *document = &drawing->drawing.document;
    const struct audit_deed deed = {
        .what = AUDIT_ENROLMENT_SEALED,
        .address = drawing->paper.facts[ENROLMENT_IP],
        .object = ID_TEXT(drawing->id),
        .detail = str_format(cx->arena, "document %s; sha256 %.*s", document->id.raw,
                             (int)document->sha256.len, document->sha256.ptr),
    };
    struct enrolment enrolment;

    TRY(enrolment_load(cx, tx, drawing->id, &enrolment));
    if (ID_NONE(enrolment.document)) {
        TRY(document_insert(cx, tx, document));
        TRY(enrolment_document_set(cx, tx, drawing->id, document->id));
        TRY(audit_put(cx, tx, &deed));
    }
    return drawing_done(cx, tx, &drawing->drawing);
}

static err_t draw(struct drawing *base)
{
    struct enrolment_drawing *drawing = (struct enrolment_drawing *)base;

    return base->maker->enrolment(base->arena, &drawing->paper, &base->pdf);
}

static err_t drawing_read(struct drawing *base, struct tx *tx, bool *needless)
{
    struct enrolment_drawing *drawing = (struct enrolment_drawing *)base;
    struct task_run *run = base->run;
    bool found;

    *needless = false;
    memcpy(drawing->id.raw, run->task.object, sizeof drawing->id.raw);
    TRY(enrolment_paper_read(run->operation.core, &run->cx, tx, drawing->id, &drawing->paper,
                             &found));
    must(found);
    return OK;
}

void task_run_enrolment_document(struct task_run *run)
{
    static const struct drawing_kind KIND = {
        .name = "enrolment",
        .arena_max = 32 << 20,
        .read = drawing_read,
        .draw = draw,
        .store = store_body,
    };

    drawing_run(&arena_make(run->cx.arena, struct enrolment_drawing)->drawing, run, &KIND);
}
