#include <string.h>

#include "core/submission.h"
#include "core/task_run.h"
#include "core/workers.h"

/* An invoice that came as a file before lists told of them: a worker reads it anew, once. */
struct submission_terms {
    struct work work; /* first */
    struct task_run *run;
    const struct einvoice_judge *judge;
    struct submission_id id;
    struct arena *arena; /* the worker's */
    struct einvoice_file file;
    err_t result;
};

static err_t terms_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct task_run *run = arg;
    const struct submission_terms *terms = run->terms;

    TRY(submission_terms_put(cx, tx, terms->id, &terms->file.invoice));
    return task_done(cx, tx, TASK_SUBMISSION_TERMS, run->task.object);
}

static void terms_end(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;

    arena_free(run->terms->arena);
    operation_end(operation, err);
}

static void was_read(struct message *message)
{
    struct submission_terms *terms = (struct submission_terms *)message;
    struct operation *operation = &terms->run->operation;

    if (terms->result == OK)
        operation_write(operation, terms_body, terms_end);
    else
        terms_end(operation, terms->result);
}

/* On a worker's thread. */
static void file_read(struct work *work)
{
    struct submission_terms *terms = (struct submission_terms *)work;
    struct einvoice_report report = einvoice_report_new(terms->arena);

    terms->result = terms->judge->read(terms->arena, &terms->file, &report);
}

static err_t xml_read(struct task_run *run, struct submission_terms *terms)
{
    struct core *core = run->operation.core;
    struct submission submission;
    struct tx *tx;

    if (core->judge == NULL)
        return ERR_UNAVAILABLE;
    memcpy(terms->id.raw, run->task.object, sizeof terms->id.raw);
    TRY(core_read(core, &tx));
    TRY(submission_load(&run->cx, tx, terms->id, &submission));
    return submission_xml(core, &run->cx, tx, &submission, &terms->file.bytes);
}

void task_run_submission_terms(struct task_run *run)
{
    struct submission_terms *terms = arena_make(run->cx.arena, struct submission_terms);
    struct core *core = run->operation.core;

    run->terms = terms;
    err_t err = xml_read(run, terms);
    reader_release(core->reader);
    if (err != OK) {
        operation_end(&run->operation, err);
        return;
    }
    terms->run = run;
    terms->judge = core->judge;
    terms->arena = arena_new(EINVOICE_ARENA_MAX);
    terms->work = (struct work){.done = {.run = was_read}, .home = core->home, .run = file_read};
    workers_submit(core->workers, &terms->work);
}
