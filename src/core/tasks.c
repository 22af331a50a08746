#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/log.h"
#include "base/must.h"
#include "core/recovery.h"
#include "core/task_due.h"
#include "core/test_clock.h"

/* How many tasks run at once, and how often the worker looks when nobody wakes it. */
enum { RUNNING_MAX = 128, LOOK_MS = 250 };
/* How long a held operation rests before it looks for itself: the reversal may have been answered
 * while it was on its way here. */
enum { HOLD_LOOK_MS = 500 };

struct tasks {
    struct core *core;
    struct task_run *runs; /* under way */
    atomic_llong running;
    atomic_bool stopping;
    struct message wake;
    atomic_bool woken;
    struct test_clock clock;
    int64_t next_sweep_us;
    struct hold *holds;
    uint64_t test_ups; /* how often the acquirer had come up when reversals were last asked for */
    uint64_t live_ups;
};

/* --- operations that wait for a reversal
 * ------------------------------------------------------------- */

/* Held operations are at rest: nobody else touches their context. */
static bool hold_is_of(const struct hold *hold, const struct ctx *cx)
{
    const struct operation *operation =
        (const struct operation *)((const char *)hold - offsetof(struct operation, hold));

    return ID_EQ(operation->cx->merchant, cx->merchant) && operation->cx->mode == cx->mode;
}

/* Those of one merchant and mode (NULL: none), and those that have rested until now. */
static void holds_release(struct tasks *tasks, const struct ctx *of, int64_t now_us)
{
    struct hold **at = &tasks->holds;

    while (*at != NULL) {
        struct hold *hold = *at;
        if (hold->look_us > now_us && (of == NULL || !hold_is_of(hold, of))) {
            at = &hold->next;
            continue;
        }
        *at = hold->next;
        hold->message.run = hold->released;
        mailbox_post(hold->home, &hold->message);
    }
}

/* On the worker's thread. */
static void hold_asked(struct message *message)
{
    struct hold *hold = (struct hold *)message;
    struct tasks *tasks = hold->worker;

    hold->look_us = clock_monotonic_us() + INT64_C(1000) * HOLD_LOOK_MS;
    hold->next = tasks->holds;
    tasks->holds = hold;
}

void tasks_hold(struct tasks *tasks, struct hold *hold)
{
    hold->worker = tasks;
    hold->message.run = hold_asked;
    mailbox_post(tasks->core->home, &hold->message);
}

/* --- running one task
 * ------------------------------------------------------------------------------ */

static void run_free(struct tasks *tasks, struct task_run *run)
{
    struct task_run **at = &tasks->runs;

    while (*at != run)
        at = &(*at)->next;
    *at = run->next;
    if (run->task.kind == TASK_CARD_REVERSE)
        holds_release(tasks, &run->cx, 0);
    arena_free(run->cx.arena);
    process_free(run);
    atomic_fetch_sub(&tasks->running, 1);
}

static err_t put_off_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;

    return task_put_off(cx, tx, run->operation.core->holder, &run->task,
                        task_retry_at(cx->now, run->task.tries + 1), &run->had);
}

static void put_off(struct operation *operation, err_t err)
{
    struct task_run *run = (struct task_run *)operation;
    enum log_event event = err == OK && !run->had ? EV_TASK_TAKEN_OVER : EV_TASK_FAILED;

    /* Whatever err: the row is still there and still due: it will come up again. */
    log_event(operation->cx, event, LOG_WORD("task", task_kind_text(run->task.kind)),
              LOG_ERR(operation->result), LOG_INT("tries", run->task.tries));
    run_free(operation->owner, run);
}

static void run_done(struct operation *operation)
{
    struct task_run *run = (struct task_run *)operation;

    if (operation->result == OK) {
        run_free(operation->owner, run);
        return;
    }
    operation_write(operation, put_off_body, put_off);
}

static task_handler *handler_of(enum task_kind kind)
{
    switch (kind) {
    case TASK_CARD_BATCH:
        return task_run_card_batch;
    case TASK_CARD_CAPTURE:
    case TASK_CARD_REFUND:
    case TASK_CARD_VOID:
    case TASK_CARD_RELEASE:
    case TASK_CARD_REVERSE:
        return task_run_card;
    case TASK_SETTLEMENT:
        return task_run_settlement;
    case TASK_HOLD_EXPIRY:
    case TASK_AUTHENTICATION_EXPIRY:
        return task_run_expiry;
    case TASK_NIGHTLY:
        return task_run_nightly;
    case TASK_RECONCILE:
        return task_run_reconciliation;
    case TASK_PAYOUT:
        return task_run_payout;
    case TASK_BANK_REPORTS:
        return task_run_bank_reports;
    case TASK_BANK_PARKED:
        return task_run_bank_parked;
    case TASK_MANDATE_DOCUMENT:
        return task_run_mandate_document;
    case TASK_REQUEST_EXPIRY:
        return task_run_request;
    case TASK_MANDATE_FORM:
        return task_run_mandate_form;
    case TASK_REPORT:
        return task_run_report;
    case TASK_PDP_MANDATE:
        return task_run_pdp_mandate;
    case TASK_INVOICE_FILE:
        return task_run_invoice_file;
    case TASK_INVOICE_FLOW:
        return task_run_invoice_flow;
    case TASK_SUBMISSION:
        return task_run_submission;
    case TASK_SUBMISSION_TERMS:
        return task_run_submission_terms;
    case TASK_ENROLMENT_DOCUMENT:
        return task_run_enrolment_document;
    case TASK_LEVY_CODE:
        return task_run_levy_code;
    case TASK_SEPA_EXPORT:
        return task_run_sepa_export;
    case TASK_DEBIT_RELEASE:
        return task_run_debit_release;
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}

static void run_start(struct tasks *tasks, const struct task *task, instant offset)
{
    struct task_run *run = process_make(struct task_run);
    instant real = clock_now();

    run->task = *task;
    run->cx = (struct ctx){
        .arena = arena_new(TASK_ARENA),
        .ids = tasks->core->ids,
        .news = tasks->core->news,
        .mode = task->mode,
        .merchant = task->merchant,
        .real = real,
        .now = real + offset,
    };
    run->operation =
        (struct operation){.core = tasks->core, .cx = &run->cx, .done = run_done, .owner = tasks};
    run->next = tasks->runs;
    tasks->runs = run;
    atomic_fetch_add(&tasks->running, 1);
    handler_of(task->kind)(run);
}

/* --- looking for what is due
 * ----------------------------------------------------------------------- */

/* Starts what is due and not under way. Returns how many tasks were due, started or not. */
static size_t due_start(struct tasks *tasks)
{
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = tasks->core->ids, .real = clock_now()};
    int64_t room = RUNNING_MAX - atomic_load(&tasks->running);
    struct due_list due;

    err_t err = due_find(tasks->core, &cx, &due);
    if (err == OK)
        err = due_take(tasks->core, &cx, tasks->runs, room, &due);
    if (err != OK)
        log_event(&cx, EV_STORE_FAILED, LOG_ERR(err));
    for (size_t i = 0; err == OK && i < due.count; i++) {
        if (due.all[i].taken)
            run_start(tasks, &due.all[i].task, due.all[i].offset);
    }
    arena_free(cx.arena);
    return due.count;
}

/* --- the worker
 * ------------------------------------------------------------------------------------ */

static void woken(struct message *message)
{
    struct tasks *tasks = (struct tasks *)((char *)message - offsetof(struct tasks, wake));

    atomic_store(&tasks->woken, false);
}

void tasks_wake(struct tasks *tasks)
{
    if (tasks != NULL && !atomic_exchange(&tasks->woken, true)) {
        tasks->wake.run = woken;
        mailbox_post(tasks->core->home, &tasks->wake);
    }
}

struct tasks *tasks_new(struct core *core)
{
    struct tasks *tasks = process_make(struct tasks);

    tasks->core = core;
    tasks->clock.core = core;
    return tasks;
}

void tasks_free(struct tasks *tasks)
{
    process_free(tasks);
}

int64_t tasks_running(const struct tasks *tasks)
{
    return atomic_load(&tasks->running);
}

void tasks_stop(struct tasks *tasks)
{
    atomic_store(&tasks->stopping, true);
    tasks_wake(tasks);
}

void tasks_clock_move(struct tasks *tasks, struct clock_move *move)
{
    test_clock_ask(&tasks->clock, move);
}

static void wait_for_work(const struct tasks *tasks, int timeout_ms)
{
    struct pollfd home = {.fd = mailbox_fd(tasks->core->home), .events = POLLIN};

    if (poll(&home, 1, timeout_ms) < 0)
        must(errno == EINTR);
}

static err_t reverse_now_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)arg;
    return task_reverse_now(cx, tx);
}

/* While an acquirer was away its reversals were put off further and further. */
static void look_after_reversals(struct tasks *tasks, const struct card_rail *rail, enum mode mode,
                                 uint64_t *seen)
{
    uint64_t ups = rail == NULL ? 0 : rail->times_up(rail->self);

    if (ups == *seen)
        return;
    struct ctx cx = {
        .arena = arena_new(TASK_ARENA), .ids = tasks->core->ids, .real = clock_now(), .mode = mode};
    err_t err = tx_run(tasks->core->store, &cx, reverse_now_body, NULL);
    if (err == OK)
        *seen = ups;
    else
        log_event(&cx, EV_STORE_FAILED, LOG_ERR(err));
    arena_free(cx.arena);
}

static void sweep(struct tasks *tasks)
{
    int64_t now = clock_monotonic_us();

    if (now < tasks->next_sweep_us)
        return;
    tasks->next_sweep_us = now + SWEEP_EVERY_US;
    recovery_sweep(tasks->core);
}

void tasks_run(struct tasks *tasks)
{
    while (!atomic_load(&tasks->stopping)) {
        mailbox_run(tasks->core->home);
        sweep(tasks);
        look_after_reversals(tasks, tasks->core->test_rail, MODE_TEST, &tasks->test_ups);
        look_after_reversals(tasks, tasks->core->live_rail, MODE_LIVE, &tasks->live_ups);
        holds_release(tasks, NULL, clock_monotonic_us());
        test_clock_begin(&tasks->clock);
        size_t due = due_start(tasks);
        if (due == 0 && tasks->runs == NULL)
            test_clock_go_on(&tasks->clock);
        int more_ms = tasks->runs == NULL ? test_clock_wait_ms(&tasks->clock) : -1;
        wait_for_work(tasks, more_ms >= 0 ? more_ms : LOOK_MS);
    }
    mailbox_run(tasks->core->home); /* moves of the clock that were asked for meanwhile */
    while (tasks->runs != NULL) {
        wait_for_work(tasks, LOOK_MS);
        mailbox_run(tasks->core->home);
    }
    holds_release(tasks, NULL, INT64_MAX);
    test_clock_stop(&tasks->clock);
}
