#include <string.h>

#include "core/lifecycle.h"
#include "core/platform.h"
#include "core/submission.h"
#include "core/task_run.h"

/* An invoice that came as a file is handed to the platform as it came. It has the same name each
 * time, so a crash before the outcome is written costs a question. */
struct submission_walk {
    struct platform_transmission transmission; /* first */
    struct task_run *run;
    struct submission submission;
};

static err_t status_put(struct ctx *cx, struct tx *tx, const struct submission_walk *walk, int code,
                        const char *reason)
{
    struct lifecycle_step step = {.reason = reason == NULL ? STR_NONE : str_of(reason)};

    if (!lifecycle_of_code(code, &step.status))
        return OK; /* nothing that is kept here */
    return lifecycle_put(cx, tx, walk->submission.id.raw, &step);
}

static err_t sent_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    const struct submission_walk *walk = run->submission;
    const struct platform_transmission *said = &walk->transmission;
    struct submission now;

    TRY(submission_load(cx, tx, walk->submission.id, &now));
    if (now.state == SUBMISSION_WAITING) {
        TRY(submission_sent(cx, tx, now.id));
        for (size_t i = 0; i < said->count; i++)
            TRY(status_put(cx, tx, walk, said->statuses[i].code, said->statuses[i].reason));
        if (said->answer != PLATFORM_DONE)
            TRY(status_put(cx, tx, walk, LIFECYCLE_REJECTED,
                           said->answer == PLATFORM_UNKNOWN ? "DEST_INC" : "REJ_COH"));
    }
    return task_done(cx, tx, TASK_SUBMISSION, run->task.object);
}

static void answered(struct operation *operation)
{
    struct submission_walk *walk = (struct submission_walk *)operation;
    struct task_run *run = walk->run;

    if (operation->result != OK)
        operation_end(&run->operation, operation->result);
    else if (walk->transmission.answer == PLATFORM_SILENT)
        operation_end(&run->operation, ERR_UNAVAILABLE);
    else
        operation_write(&run->operation, sent_body, operation_end);
}

static err_t walk_read(struct task_run *run, struct submission_walk *walk, struct str *bytes)
{
    struct submission_id id;
    struct tx *tx;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(core_read(run->operation.core, &tx));
    TRY(submission_load(&run->cx, tx, id, &walk->submission));
    return submission_bytes(run->operation.core, &run->cx, tx, &walk->submission, bytes);
}

void task_run_submission(struct task_run *run)
{
    struct submission_walk *walk = arena_make(run->cx.arena, struct submission_walk);
    const struct platform *platform = NULL;
    struct str bytes = STR_NONE;

    run->submission = walk;
    walk->run = run;
    err_t err = walk_read(run, walk, &bytes);
    reader_release(run->operation.core->reader);
    if (err == OK)
        err = core_platform(run->operation.core, &run->cx, &platform);
    if (err != OK) {
        operation_end(&run->operation, err);
        return;
    }
    walk->transmission = (struct platform_transmission){
        .operation = {.core = run->operation.core, .cx = &run->cx, .done = answered},
        .name = str_of(walk->submission.id.raw),
        .format = str_of(einvoice_format_text(walk->submission.format)),
        .bytes = bytes,
        .recipient = walk->submission.recipient,
    };
    platform->transmit(platform, &walk->transmission);
}
