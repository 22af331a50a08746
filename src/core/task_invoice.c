#include <string.h>

#include "base/must.h"
#include "core/flow.h"
#include "core/invoice_file.h"
#include "core/logo.h"
#include "core/merchant.h"
#include "core/task_run.h"
#include "core/workers.h"

/* The file of an invoice: read here, drawn by a worker, stored in a commit of its own. What it says
 * never changes, so a drawing that a crash has lost is drawn again. */

enum { DRAWING_ARENA = 64 << 20 };

struct invoice_drawing {
    struct work work; /* first */
    struct task_run *run;
    const struct document_maker *maker;
    struct arena *arena; /* the worker's, while it draws */
    struct invoice_id id;
    struct invoice_paper paper;
    struct str pdf;
    err_t result;
    struct document document;
};

static err_t done_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;

    return task_done(cx, tx, TASK_INVOICE_FILE, run->task.object);
}

static err_t store_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;

    TRY(invoice_file_put(cx, tx, run->invoice->id, &run->invoice->document));
    TRY(flow_drawn(cx, tx, run->invoice->id));
    return done_body(cx, tx, run);
}

static void drawing_end(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;

    arena_free(run->invoice->arena);
    operation_end(operation, err);
}

/* On a worker's thread: nothing of the run is touched but its drawing. */
static void draw(struct work *work)
{
    struct invoice_drawing *drawing = (struct invoice_drawing *)work;

    drawing->result = drawing->maker->invoice(drawing->arena, &drawing->paper, &drawing->pdf);
}

static void drawn(struct message *message)
{
    struct invoice_drawing *drawing = (struct invoice_drawing *)message;
    struct task_run *run = drawing->run;
    struct operation *operation = &run->operation;
    err_t err = drawing->result;

    if (err == OK)
        err = document_seal(operation->core, operation->cx, "invoice", run->task.object,
                            drawing->pdf, &drawing->document);
    if (err == OK)
        operation_write(operation, store_body, drawing_end);
    else
        drawing_end(operation, err);
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

static err_t drawing_read(struct task_run *run, struct invoice_drawing *drawing, bool *has_file)
{
    struct document before;
    struct invoice invoice;
    struct tx *tx;

    memcpy(drawing->id.raw, run->task.object, sizeof drawing->id.raw);
    TRY(core_read(run->operation.core, &tx));
    TRY(invoice_load(&run->cx, tx, drawing->id, &invoice));
    TRY(invoice_file_about(&run->cx, tx, drawing->id, &before, has_file));
    if (*has_file)
        return OK;
    TRY(invoice_paper_of(&run->cx, &invoice, &drawing->paper));
    return looks_read(&run->cx, tx, &drawing->paper);
}

void task_run_invoice_file(struct task_run *run)
{
    struct core *core = run->operation.core;
    struct invoice_drawing *drawing = arena_make(run->cx.arena, struct invoice_drawing);
    bool has_file = false;

    run->invoice = drawing;
    drawing->run = run;
    drawing->maker = core->documents;
    bool can = drawing->maker != NULL && drawing->maker->invoice != NULL;
    err_t err = can ? drawing_read(run, drawing, &has_file) : ERR_UNAVAILABLE;
    reader_release(core->reader);
    if (err != OK) {
        operation_end(&run->operation, err);
        return;
    }
    if (has_file) {
        operation_write(&run->operation, done_body, operation_end);
        return;
    }
    drawing->arena = arena_new(DRAWING_ARENA);
    drawing->work = (struct work){.done = {.run = drawn}, .home = core->home, .run = draw};
    workers_submit(core->workers, &drawing->work);
}
