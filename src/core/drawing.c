#include "core/drawing.h"

#include "core/task_run.h"

err_t drawing_done(struct ctx *cx, struct tx *tx, const struct drawing *drawing)
{
    return task_done(cx, tx, drawing->run->task.kind, drawing->run->task.object);
}

static err_t done_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct task_run *run = arg;

    return drawing_done(cx, tx, run->drawing);
}

static err_t store_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct task_run *run = arg;

    return run->drawing->kind->store(cx, tx, run->drawing);
}

static void drawing_end(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;

    arena_free(run->drawing->arena);
    operation_end(operation, err);
}

static void draw(struct work *work)
{
    struct drawing *drawing = (struct drawing *)work;

    drawing->result = drawing->kind->draw(drawing);
}

static void drawn(struct message *message)
{
    struct drawing *drawing = (struct drawing *)message;
    struct operation *operation = &drawing->run->operation;
    err_t err = drawing->result;

    if (err == OK)
        err = document_seal(operation->core, operation->cx, drawing->kind->name,
                            drawing->run->task.object, drawing->pdf, &drawing->document);
    if (err == OK)
        operation_write(operation, store_body, drawing_end);
    else
        drawing_end(operation, err);
}

static err_t drawing_read(struct drawing *drawing, bool *needless)
{
    struct tx *tx;

    if (drawing->maker == NULL)
        return ERR_UNAVAILABLE;
    TRY(core_read(drawing->run->operation.core, &tx));
    return drawing->kind->read(drawing, tx, needless);
}

void drawing_run(struct drawing *drawing, struct task_run *run, const struct drawing_kind *kind)
{
    struct core *core = run->operation.core;
    bool needless = false;

    run->drawing = drawing;
    drawing->run = run;
    drawing->kind = kind;
    drawing->maker = core->documents;
    err_t err = drawing_read(drawing, &needless);
    reader_release(core->reader);
    if (err != OK) {
        operation_end(&run->operation, err);
        return;
    }
    if (needless) {
        operation_write(&run->operation, done_body, operation_end);
        return;
    }
    drawing->arena = arena_new(kind->arena_max);
    drawing->work = (struct work){.done = {.run = drawn}, .home = core->home, .run = draw};
    workers_submit(core->workers, &drawing->work);
}
