#include <string.h>

#include "base/must.h"
#include "core/audit.h"
#include "core/document.h"
#include "core/enrolment_paper.h"
#include "core/enrolment_row.h"
#include "core/task_run.h"
#include "core/workers.h"

/* The document of a signed enrolment: read here, drawn by a worker, stored in a commit of its own,
 * in which its hash enters the chain of the audit. What it says never changes. */

enum { DRAWING_ARENA = 32 << 20 };

struct enrolment_drawing {
    struct work work; /* first */
    struct task_run *run;
    const struct document_maker *maker;
    struct arena *arena; /* the worker's, while it draws */
    struct enrolment_id id;
    struct enrolment_paper paper;
    struct str pdf;
    err_t result;
    struct document document;
};

static err_t store_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    const struct enrolment_drawing *drawing = run->enrolment;
    const struct document *document = &drawing->document;
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
    return task_done(cx, tx, TASK_ENROLMENT_DOCUMENT, run->task.object);
}

static void drawing_end(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;

    arena_free(run->enrolment->arena);
    operation_end(operation, err);
}

/* On a worker's thread: nothing of the run is touched but its drawing. */
static void draw(struct work *work)
{
    struct enrolment_drawing *drawing = (struct enrolment_drawing *)work;

    drawing->result = drawing->maker->enrolment(drawing->arena, &drawing->paper, &drawing->pdf);
}

static void drawn(struct message *message)
{
    struct enrolment_drawing *drawing = (struct enrolment_drawing *)message;
    struct task_run *run = drawing->run;
    struct operation *operation = &run->operation;
    err_t err = drawing->result;

    if (err == OK)
        err = document_seal(operation->core, operation->cx, "enrolment", run->task.object,
                            drawing->pdf, &drawing->document);
    if (err == OK)
        operation_write(operation, store_body, drawing_end);
    else
        drawing_end(operation, err);
}

static err_t drawing_read(struct task_run *run, struct enrolment_drawing *drawing)
{
    struct core *core = run->operation.core;
    struct tx *tx;
    bool found;

    memcpy(drawing->id.raw, run->task.object, sizeof drawing->id.raw);
    TRY(core_read(core, &tx));
    TRY(enrolment_paper_read(core, &run->cx, tx, drawing->id, &drawing->paper, &found));
    must(found);
    return OK;
}

void task_run_enrolment_document(struct task_run *run)
{
    struct core *core = run->operation.core;
    struct enrolment_drawing *drawing = arena_make(run->cx.arena, struct enrolment_drawing);

    run->enrolment = drawing;
    drawing->run = run;
    drawing->maker = core->documents;
    err_t err = drawing->maker == NULL ? ERR_UNAVAILABLE : drawing_read(run, drawing);
    reader_release(core->reader);
    if (err != OK) {
        operation_end(&run->operation, err);
        return;
    }
    drawing->arena = arena_new(DRAWING_ARENA);
    drawing->work = (struct work){.done = {.run = drawn}, .home = core->home, .run = draw};
    workers_submit(core->workers, &drawing->work);
}
