#include <string.h>

#include "core/client.h"
#include "core/pdp_mandate_row.h"
#include "core/task_run.h"

/* A mandate of a client, from one state to the next. What the platform is asked changes nothing
 * when it is asked again, so a crash before the outcome is written costs a question. */

struct pdp_mandate_walk {
    struct pdp_mandate mandate;
    struct pdp_mandate_step step; /* state 0: it stays where it is */
    struct platform_look look;
    struct platform_registration registration;
};

/* Civil days in Paris. */
static bool has_begun(const struct ctx *cx, const struct pdp_mandate *mandate)
{
    return date_compare(date_paris(cx->now), mandate->starts) >= 0;
}

static bool is_over(const struct ctx *cx, const struct pdp_mandate *mandate)
{
    return mandate->ends_some_day && date_compare(date_paris(cx->now), mandate->ends) > 0;
}

static instant day_begins(struct date day)
{
    return instant_paris((struct wall){.date = day});
}

/* The moment at which the next step is due; 0: nothing more is. */
static instant due_next(const struct ctx *cx, const struct pdp_mandate *mandate, bool waits)
{
    instant end =
        mandate->ends_some_day ? day_begins(date_from_days(date_to_days(mandate->ends) + 1)) : 0;

    switch (mandate->state) {
    case PDP_MANDATE_PROCESSING:
        return cx->now;
    case PDP_MANDATE_CREATED:
    case PDP_MANDATE_PENDING_KYC:
        if (waits && mandate->state == PDP_MANDATE_PENDING_KYC)
            return end;
        return waits || has_begun(cx, mandate) ? cx->now : day_begins(mandate->starts);
    case PDP_MANDATE_ACTIVE:
        return end;
    case PDP_MANDATE_EXPIRED:
    case PDP_MANDATE_ERROR:
    case PDP_MANDATE_REVOKED:
        return 0;
    }
    return 0;
}

/* Whether it is to be enrolled first, or was stopped. A merchant that is no client any more waits
 * for nothing. */
static err_t client_waits(struct ctx *cx, struct tx *tx, bool *out)
{
    struct client client;

    err_t err = client_of_merchant(cx, tx, &client);
    ctx_clear_faults(cx);
    *out = err == OK && client.status != CLIENT_ACTIVE;
    return err == ERR_NOT_FOUND ? OK : err;
}

static err_t step_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct pdp_mandate_walk *walk = run->pdp_mandate;
    struct pdp_mandate mandate;
    bool waits;

    err_t err = pdp_mandate_load(cx, tx, walk->mandate.id, &mandate);
    if (err == ERR_NOT_FOUND)
        return task_done(cx, tx, TASK_PDP_MANDATE, run->task.object); /* revoked meanwhile */
    TRY(err);
    TRY(client_waits(cx, tx, &waits));
    if (walk->step.state != 0 && mandate.state == walk->mandate.state)
        TRY(pdp_mandate_move(cx, tx, &mandate, &walk->step));
    instant due = due_next(cx, &mandate, waits);
    return due == 0 ? task_done(cx, tx, TASK_PDP_MANDATE, run->task.object)
                    : task_later(cx, tx, TASK_PDP_MANDATE, run->task.object, due);
}

static void step_write(struct task_run *run, enum pdp_mandate_state state,
                       enum pdp_registration registration, const char *cause)
{
    run->pdp_mandate->step =
        (struct pdp_mandate_step){.state = state, .registration = registration, .cause = cause};
    operation_write(&run->operation, step_body, operation_end);
}

/* --- the directory ------------------------------------------------------------------------------
 */

static void looked(struct operation *operation)
{
    struct task_run *run = operation->owner;
    const struct platform_look *look = &run->pdp_mandate->look;

    if (operation->result != OK || look->answer == PLATFORM_SILENT)
        operation_end(&run->operation,
                      operation->result != OK ? operation->result : ERR_UNAVAILABLE);
    else if (look->answer == PLATFORM_DONE)
        step_write(run, PDP_MANDATE_CREATED, PDP_REGISTRATION_NONE, NULL);
    else
        step_write(run, PDP_MANDATE_ERROR, PDP_REGISTRATION_NONE, "not_in_directory");
}

static void registered(struct operation *operation)
{
    struct task_run *run = operation->owner;
    const struct platform_registration *registration = &run->pdp_mandate->registration;

    if (operation->result != OK || registration->answer == PLATFORM_SILENT)
        operation_end(&run->operation,
                      operation->result != OK ? operation->result : ERR_UNAVAILABLE);
    else if (registration->answer == PLATFORM_DONE)
        step_write(run, PDP_MANDATE_ACTIVE, PDP_REGISTRATION_DONE, NULL);
    else
        step_write(run, PDP_MANDATE_ERROR, PDP_REGISTRATION_REFUSED,
                   registration->cause != NULL ? registration->cause : "registration_refused");
}

static struct operation inner(struct task_run *run, void (*done)(struct operation *operation))
{
    return (struct operation){
        .core = run->operation.core, .cx = &run->cx, .done = done, .owner = run};
}

/* --- deciding -----------------------------------------------------------------------------------
 */

static err_t walk_read(struct task_run *run, bool *is_gone, bool *waits)
{
    struct pdp_mandate_walk *walk = run->pdp_mandate;
    struct tx *tx;

    memcpy(walk->mandate.id.raw, run->task.object, sizeof walk->mandate.id.raw);
    TRY(core_read(run->operation.core, &tx));
    err_t err = pdp_mandate_load(&run->cx, tx, walk->mandate.id, &walk->mandate);
    *is_gone = err == ERR_NOT_FOUND;
    if (*is_gone)
        return OK;
    TRY(err);
    return client_waits(&run->cx, tx, waits);
}

static void ask(struct task_run *run, const struct platform *platform)
{
    struct pdp_mandate_walk *walk = run->pdp_mandate;

    if (walk->mandate.state == PDP_MANDATE_PROCESSING) {
        walk->look = (struct platform_look){.operation = inner(run, looked),
                                            .siren = walk->mandate.line.siren};
        platform->look(platform, &walk->look);
        return;
    }
    walk->registration = (struct platform_registration){.operation = inner(run, registered),
                                                        .line = walk->mandate.line};
    platform->enlist(platform, &walk->registration);
}

static void walk_on(struct task_run *run, bool waits)
{
    const struct pdp_mandate *mandate = &run->pdp_mandate->mandate;
    const struct platform *platform;

    if (pdp_mandate_is_living(mandate->state) && is_over(&run->cx, mandate)) {
        step_write(run, PDP_MANDATE_EXPIRED, mandate->registration, NULL);
        return;
    }
    bool asks = mandate->state == PDP_MANDATE_PROCESSING;
    bool registers =
        mandate->state == PDP_MANDATE_CREATED || mandate->state == PDP_MANDATE_PENDING_KYC;
    if (registers && waits && mandate->state == PDP_MANDATE_CREATED)
        step_write(run, PDP_MANDATE_PENDING_KYC, mandate->registration, NULL);
    else if (!asks && (!registers || waits || !has_begun(&run->cx, mandate)))
        operation_write(&run->operation, step_body, operation_end);
    else if (core_platform(run->operation.core, &run->cx, &platform) != OK)
        operation_end(&run->operation, ERR_UNAVAILABLE);
    else
        ask(run, platform);
}

void task_run_pdp_mandate(struct task_run *run)
{
    bool is_gone = false;
    bool waits = false;

    run->pdp_mandate = arena_make(run->cx.arena, struct pdp_mandate_walk);
    err_t err = walk_read(run, &is_gone, &waits);
    reader_release(run->operation.core->reader);
    if (err != OK)
        operation_end(&run->operation, err);
    else if (is_gone)
        operation_write(&run->operation, step_body, operation_end);
    else
        walk_on(run, waits);
}
