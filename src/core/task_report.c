#include <string.h>

#include "core/merchant.h"
#include "core/platform.h"
#include "core/report_row.h"
#include "core/task_run.h"

/* A report leaves. Its id is the name under which the platform knows it, so that one whose answer
 * was lost may leave once more. */
struct report_leaving {
    struct platform_report sent; /* first */
    struct task_run *run;
    struct report report;
};

static err_t ended_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    const struct report_leaving *leaving = run->report;
    bool done = leaving->sent.answer == PLATFORM_DONE;

    TRY(report_end(cx, tx, leaving->report.id, done ? REPORT_TRANSMITTED : REPORT_REJECTED,
                   done ? NULL : leaving->sent.cause));
    return task_done(cx, tx, TASK_REPORT, run->task.object);
}

static void answered(struct operation *operation)
{
    struct report_leaving *leaving = (struct report_leaving *)operation;
    struct task_run *run = leaving->run;

    if (operation->result != OK)
        operation_end(&run->operation, operation->result);
    else if (leaving->sent.answer == PLATFORM_SILENT)
        operation_end(&run->operation, ERR_UNAVAILABLE);
    else
        operation_write(&run->operation, ended_body, operation_end);
}

static err_t leaving_read(struct task_run *run, struct report_leaving *leaving)
{
    struct report_id id;
    struct tx *tx;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(core_read(run->operation.core, &tx));
    TRY(report_load(&run->cx, tx, id, &leaving->report));
    return merchant_load(&run->cx, tx, run->cx.merchant, &run->merchant);
}

void task_run_report(struct task_run *run)
{
    struct report_leaving *leaving = arena_make(run->cx.arena, struct report_leaving);
    const struct platform *platform;

    run->report = leaving;
    leaving->run = run;
    err_t err = leaving_read(run, leaving);
    reader_release(run->operation.core->reader);
    if (err == OK)
        err = core_platform(run->operation.core, &run->cx, &platform);
    if (err == OK && platform->report == NULL)
        err = ERR_UNAVAILABLE;
    if (err != OK) {
        operation_end(&run->operation, err);
        return;
    }
    leaving->sent = (struct platform_report){
        .operation = {.core = run->operation.core, .cx = &run->cx, .done = answered},
        .name = str_of(leaving->report.id.raw),
        .siren = run->merchant.siren,
        .text = leaving->report.content,
    };
    platform->report(platform, &leaving->sent);
}
