#include <string.h>

#include "base/must.h"
#include "core/mandate_paper.h"
#include "core/task_run.h"
#include "core/workers.h"

/* The document of a mandate: read here, drawn by a worker, stored in a commit of its own. */

enum { DRAWING_ARENA = 32 << 20 };

struct mandate_drawing {
    struct work work; /* first */
    struct task_run *run;
    const struct document_maker *maker;
    struct arena *arena; /* the worker's, while it draws */
    struct mandate mandate;
    struct mandate_paper paper;
    struct str pdf;
    err_t result;
    struct document document;
};

static err_t done_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;

    return task_done(cx, tx, TASK_MANDATE_DOCUMENT, run->task.object);
}

/* It shows the mandate as it was read. When it has changed since, or a signed document came, the
 * drawing is not used: whoever still wants one asks again. */
static err_t store_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct mandate_drawing *drawing = run->drawing;
    const struct mandate *drawn = &drawing->mandate;
    struct mandate now;

    TRY(mandate_load(cx, tx, drawn->id, &now));
    bool same = str_eq(now.umr, drawn->umr) && now.signed_at == drawn->signed_at &&
                ID_EQ(now.account, drawn->account) && str_eq(now.ics, drawn->ics) &&
                str_eq(now.creditor_name, drawn->creditor_name);
    if (ID_NONE(now.document) && !same)
        return task_again(cx, tx, TASK_MANDATE_DOCUMENT, run->task.object, cx->now);
    if (ID_NONE(now.document)) {
        TRY(document_insert(cx, tx, &drawing->document));
        TRY(mandate_document_set(cx, tx, &now, drawing->document.id, false));
    }
    return done_body(cx, tx, run);
}

static void drawing_end(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;

    arena_free(run->drawing->arena);
    operation_end(operation, err);
}

/* On a worker's thread: nothing of the run is touched but its drawing. */
static void draw(struct work *work)
{
    struct mandate_drawing *drawing = (struct mandate_drawing *)work;

    drawing->result = drawing->maker->mandate(drawing->arena, &drawing->paper, &drawing->pdf);
}

static void drawn(struct message *message)
{
    struct mandate_drawing *drawing = (struct mandate_drawing *)message;
    struct task_run *run = drawing->run;
    struct operation *operation = &run->operation;
    err_t err = drawing->result;

    if (err == OK)
        err = document_seal(operation->core, operation->cx, "mandate", run->task.object,
                            drawing->pdf, &drawing->document);
    if (err == OK)
        operation_write(operation, store_body, drawing_end);
    else
        drawing_end(operation, err);
}

static err_t drawing_read(struct task_run *run, struct mandate_drawing *drawing)
{
    struct core *core = run->operation.core;
    struct mandate_id id;
    struct tx *tx;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(core_read(core, &tx));
    TRY(mandate_load(&run->cx, tx, id, &drawing->mandate));
    if (!ID_NONE(drawing->mandate.document))
        return OK;
    return mandate_paper_read(core, &run->cx, tx, &drawing->mandate, &drawing->paper);
}

void task_run_mandate_document(struct task_run *run)
{
    struct core *core = run->operation.core;
    struct mandate_drawing *drawing = arena_make(run->cx.arena, struct mandate_drawing);

    run->drawing = drawing;
    drawing->run = run;
    drawing->maker = core->documents;
    err_t err = drawing->maker == NULL ? ERR_UNAVAILABLE : drawing_read(run, drawing);
    reader_release(core->reader);
    if (err != OK) {
        operation_end(&run->operation, err);
        return;
    }
    if (!ID_NONE(drawing->mandate.document)) {
        operation_write(&run->operation, done_body, operation_end);
        return;
    }
    drawing->arena = arena_new(DRAWING_ARENA);
    drawing->work = (struct work){.done = {.run = drawn}, .home = core->home, .run = draw};
    workers_submit(core->workers, &drawing->work);
}
