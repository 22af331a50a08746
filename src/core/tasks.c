#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"
#include "base/must.h"
#include "core/holder.h"
#include "core/merchant.h"
#include "core/outbox.h"
#include "core/recovery.h"
#include "core/task_run.h"
#include "store/sql.h"

/* How many tasks run at once, how often the worker looks when nobody wakes it, and the memory of
 * one task. */
enum { RUNNING_MAX = 128, LOOK_MS = 250, TASK_ARENA = 64 << 20, LINK_WAIT_S = 15 };
/* How long a held operation rests before it looks for itself: the reversal may have been answered
 * while it was on its way here. */
enum { HOLD_LOOK_MS = 500 };
/* How often a move of the clock looks whether what fell due has been delivered. */
enum { DELIVERY_LOOK_MS = 5 };

struct tasks {
    struct core *core;
    struct task_run *runs; /* under way */
    atomic_llong running;
    atomic_bool stopping;
    struct message wake;
    atomic_bool woken;
    struct clock_move *move;  /* the one under way */
    struct clock_move *moves; /* waiting */
    struct sponsor_id moving;
    instant target_offset;
    bool delivering;       /* the move waits for what the outbox has due at this moment */
    int64_t link_until_us; /* monotonic: how long a move waits for the acquirer */
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

static struct task_run *run_find(const struct tasks *tasks, const struct task *task)
{
    for (struct task_run *run = tasks->runs; run != NULL; run = run->next) {
        if (run->task.kind == task->kind && ID_EQ(run->task.merchant, task->merchant) &&
            run->task.mode == task->mode && strcmp(run->task.object, task->object) == 0)
            return run;
    }
    return NULL;
}

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

    return task_again(cx, tx, run->task.kind, run->task.object,
                      task_retry_at(cx->now, run->task.tries + 1));
}

static void put_off(struct operation *operation, err_t err)
{
    (void)err; /* the row is still there and still due: it will come up again */
    run_free(operation->owner, (struct task_run *)operation);
}

static void run_done(struct operation *operation)
{
    struct task_run *run = (struct task_run *)operation;

    if (operation->result == OK) {
        run_free(operation->owner, run);
        return;
    }
    log_event(operation->cx, EV_TASK_FAILED, LOG_WORD("task", task_kind_text(run->task.kind)),
              LOG_ERR(operation->result), LOG_INT("tries", run->task.tries));
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

struct due {
    struct task task;
    instant offset;
    bool chosen; /* there is room to run it */
    bool taken;  /* and it is this server's to run */
};

struct looked {
    struct tasks *tasks;
    struct due *all;
    size_t count;
    size_t wanted;
};

static err_t due_read(struct tasks *tasks, struct ctx *cx, const struct sql *sql, enum mode mode,
                      struct due *out, size_t *count)
{
    const struct holder *holder = tasks->core->holder;
    struct rows *rows;
    struct tx *tx;
    bool has;

    TRY(core_read(tasks->core, &tx));
    TRY(store_query(cx, tx, sql,
                    ARGS(V_INT(cx->real), V_INT(2 * RUNNING_MAX), holder_value(holder),
                         V_INT(holder_dead_before(holder, cx->real))),
                    &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        struct due *due = &out[(*count)++];
        *due = (struct due){
            .task = {.mode = mode,
                     .due = col_int(rows, 3),
                     .tries = col_int(rows, 4),
                     .created = col_int(rows, 6)},
            .offset = col_int(rows, 7),
        };
        col_id(rows, 0, due->task.merchant.raw);
        must(task_kind_parse(col_text(rows, 1), &due->task.kind));
        col_id(rows, 2, due->task.object);
        col_id(rows, 5, due->task.attempt.raw);
    }
}

static err_t due_find(struct tasks *tasks, struct ctx *cx, struct looked *looked)
{
    looked->all = arena_array(cx->arena, struct due, 4 * RUNNING_MAX);
    TRY(due_read(tasks, cx, &SQL_TASK_DUE_LIVE, MODE_LIVE, looked->all, &looked->count));
    return due_read(tasks, cx, &SQL_TASK_DUE_TEST, MODE_TEST, looked->all, &looked->count);
}

/* What is not under way, as far as there is room. */
static void due_choose(struct tasks *tasks, struct looked *looked)
{
    int64_t room = RUNNING_MAX - atomic_load(&tasks->running);

    for (size_t i = 0; i < looked->count; i++) {
        struct due *due = &looked->all[i];
        due->chosen = (int64_t)looked->wanted < room && run_find(tasks, &due->task) == NULL;
        due->taken = due->chosen;
        looked->wanted += due->chosen;
    }
}

static err_t take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct looked *looked = arg;

    for (size_t i = 0; i < looked->count; i++) {
        struct due *due = &looked->all[i];
        if (!due->chosen)
            continue;
        cx->merchant = due->task.merchant;
        cx->mode = due->task.mode;
        TRY(task_take(cx, tx, looked->tasks->core->holder, &due->task, &due->taken));
    }
    return OK;
}

/* One of several servers asks the others first, all at once. */
static err_t due_take(struct tasks *tasks, struct ctx *cx, struct looked *looked)
{
    const struct holder *holder = tasks->core->holder;

    if (!holder_is_sure(holder))
        return OK; /* what runs is finished, and nothing is begun */
    due_choose(tasks, looked);
    if (holder == NULL || looked->wanted == 0)
        return OK;
    return tx_run(tasks->core->store, cx, take_body, looked);
}

/* Starts what is due and not under way. Returns how many tasks were due, started or not. */
static size_t due_start(struct tasks *tasks)
{
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = tasks->core->ids, .real = clock_now()};
    struct looked looked = {.tasks = tasks};

    err_t err = due_find(tasks, &cx, &looked);
    reader_release(tasks->core->reader);
    if (err == OK)
        err = due_take(tasks, &cx, &looked);
    if (err != OK)
        log_event(&cx, EV_STORE_FAILED, LOG_ERR(err));
    for (size_t i = 0; err == OK && i < looked.count; i++) {
        if (looked.all[i].taken)
            run_start(tasks, &looked.all[i].task, looked.all[i].offset);
    }
    arena_free(cx.arena);
    return looked.count;
}

/* --- the test clock
 * -------------------------------------------------------------------------------- */

struct clock_write {
    struct sponsor_id sponsor;
    instant offset;
};

static err_t clock_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct clock_write *write = arg;

    TRY(merchants_changed(cx, tx));
    return store_run(cx, tx, &SQL_SPONSOR_CLOCK_SET,
                     ARGS(V_ID(write->sponsor), V_INT(write->offset)));
}

/* A clock is moved by one server at a time. */
struct clock_lease {
    const struct holder *holder;
    struct str name;
    bool taken;
};

static err_t clock_lease_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct clock_lease *lease = arg;

    return lease_take(cx, tx, lease->holder, lease->name.ptr, &lease->taken);
}

static err_t clock_release_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct clock_lease *lease = arg;

    return lease_give(cx, tx, lease->holder, lease->name.ptr);
}

static err_t clock_lease(struct tasks *tasks, struct ctx *cx, tx_body *body, bool *taken)
{
    struct clock_lease lease = {
        .holder = tasks->core->holder,
        .name = str_format(cx->arena, "clock %s", tasks->moving.raw),
        .taken = true,
    };
    err_t err = lease.holder == NULL ? OK : tx_run(tasks->core->store, cx, body, &lease);

    *taken = lease.taken;
    return err;
}

static void clock_release(struct tasks *tasks)
{
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = tasks->core->ids, .real = clock_now()};
    bool ignored;
    err_t err = clock_lease(tasks, &cx, clock_release_body, &ignored);

    if (err != OK)
        log_event(&cx, EV_STORE_FAILED, LOG_ERR(err)); /* it is free when this server has ended */
    arena_free(cx.arena);
}

static void clock_end(struct tasks *tasks, err_t err, instant now)
{
    struct clock_move *move = tasks->move;

    if (tasks->core->holder != NULL && !ID_NONE(tasks->moving))
        clock_release(tasks);
    tasks->moving = (struct sponsor_id){{0}};
    tasks->move = NULL;
    tasks->delivering = false;
    move->result = err;
    move->now = now;
    mailbox_post(move->home, &move->done);
}

static err_t clock_read(struct tasks *tasks, struct ctx *cx, struct merchant_id merchant,
                        struct sponsor_id *sponsor, instant *offset)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    TRY(core_read(tasks->core, &tx));
    TRY(store_query_one(cx, tx, &SQL_SPONSOR_CLOCK, ARGS(V_ID(merchant)), &rows, &found));
    must(found);
    col_id(rows, 0, sponsor->raw);
    *offset = col_int(rows, 1);
    rows_end(rows);
    return OK;
}

static err_t next_due(struct tasks *tasks, struct ctx *cx, const struct sql *sql, instant *due)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    TRY(core_read(tasks->core, &tx));
    TRY(store_query_one(cx, tx, sql, ARGS(V_ID(tasks->moving)), &rows, &found));
    must(found);
    *due = col_null(rows, 0) ? INT64_MAX : col_int(rows, 0);
    rows_end(rows);
    return OK;
}

/* The time of the sponsor's next task or delivery; INT64_MAX when there is none. Deliveries count
 * when somebody is there to make them. */
static err_t clock_next_due(struct tasks *tasks, struct ctx *cx, instant *due)
{
    instant delivery = INT64_MAX;

    TRY(next_due(tasks, cx, &SQL_TASK_DUE_FIRST, due));
    if (tasks->core->bell != NULL)
        TRY(next_due(tasks, cx, &SQL_OUTBOX_DUE_FIRST, &delivery));
    if (delivery < *due)
        *due = delivery;
    return OK;
}

static err_t clock_set(struct tasks *tasks, struct ctx *cx, instant offset)
{
    struct clock_write write = {tasks->moving, offset};

    TRY(tx_run(tasks->core->store, cx, clock_body, &write));
    generation_raise(tasks->core->generation);
    return OK;
}

/* One step of a move: nothing may run and nothing be due any more, then time goes on to the next
 * task or to the end. A task put off for another try counts like any other: it runs when its time
 * comes. */
static err_t clock_step(struct tasks *tasks, struct ctx *cx, bool *over, instant *now)
{
    struct sponsor_id ignored;
    instant offset;
    instant due;

    TRY(clock_read(tasks, cx, tasks->move->merchant, &ignored, &offset));
    TRY(clock_next_due(tasks, cx, &due));
    *over = due > cx->real + tasks->target_offset;
    tasks->delivering = due <= cx->real + offset;
    if (tasks->delivering) {
        /* Due at this moment: let this worker run it, or the other one deliver it. */
        outbox_ring(tasks->core->bell);
        return OK;
    }
    TRY(clock_set(tasks, cx, *over ? tasks->target_offset : due - cx->real));
    *now = cx->real + tasks->target_offset;
    return OK;
}

/* Hours pass in a moment here: an acquirer that is away for a second of real time would miss its
 * whole evening. */
static bool clock_waits_for_link(const struct tasks *tasks)
{
    const struct card_rail *rail = tasks->core->test_rail;

    return rail != NULL && !rail->is_up(rail->self) && clock_monotonic_us() < tasks->link_until_us;
}

static void clock_go_on(struct tasks *tasks)
{
    if (tasks->move == NULL || tasks->runs != NULL || clock_waits_for_link(tasks))
        return;
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = tasks->core->ids, .real = clock_now()};
    bool over = false;
    instant now = 0;
    err_t err = clock_step(tasks, &cx, &over, &now);
    reader_release(tasks->core->reader);
    arena_free(cx.arena);
    if (err != OK || over)
        clock_end(tasks, err, now);
}

/* Whose clock it is, taken from the other servers, and where it stands. */
static err_t clock_take(struct tasks *tasks, struct ctx *cx, const struct clock_move *move,
                        instant *offset, bool *taken)
{
    err_t err = clock_read(tasks, cx, move->merchant, &tasks->moving, offset);

    reader_release(tasks->core->reader);
    TRY(err);
    TRY(clock_lease(tasks, cx, clock_lease_body, taken));
    if (tasks->core->holder == NULL || !*taken)
        return OK;
    /* The one before may have moved it. */
    err = clock_read(tasks, cx, move->merchant, &tasks->moving, offset);
    reader_release(tasks->core->reader);
    return err;
}

static void clock_begin(struct tasks *tasks)
{
    struct clock_move *move = tasks->moves;
    instant offset = 0;
    bool taken = true;

    if (move == NULL || tasks->move != NULL)
        return;
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = tasks->core->ids, .real = clock_now()};
    err_t err = clock_take(tasks, &cx, move, &offset, &taken);
    if (err == OK && !taken) {
        arena_free(cx.arena);
        return; /* it waits its turn */
    }
    tasks->moves = (struct clock_move *)move->done.next;
    tasks->move = move;
    tasks->link_until_us = clock_monotonic_us() + LINK_WAIT_S * SECOND_US;
    tasks->target_offset = offset + move->advance_s * SECOND_US;
    if (err != OK)
        clock_end(tasks, err, 0);
    else
        log_event(&cx, EV_CLOCK_MOVED, LOG_INT("seconds", move->advance_s));
    arena_free(cx.arena);
}

/* On the worker's thread. */
static void clock_asked(struct message *message)
{
    struct clock_move *move = (struct clock_move *)message;
    struct tasks *tasks = move->worker;
    struct clock_move **end = &tasks->moves;

    while (*end != NULL)
        end = (struct clock_move **)&(*end)->done.next;
    move->done.run = move->answer;
    move->done.next = NULL;
    *end = move;
}

void tasks_clock_move(struct tasks *tasks, struct clock_move *move)
{
    move->worker = tasks;
    move->answer = move->done.run;
    move->done.run = clock_asked;
    mailbox_post(tasks->core->home, &move->done);
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
        clock_begin(tasks);
        size_t due = due_start(tasks);
        if (due == 0)
            clock_go_on(tasks);
        bool more = tasks->move != NULL && tasks->runs == NULL && !clock_waits_for_link(tasks);
        int more_ms = tasks->delivering ? DELIVERY_LOOK_MS : 0;
        wait_for_work(tasks, more ? more_ms : LOOK_MS);
    }
    mailbox_run(tasks->core->home); /* moves of the clock that were asked for meanwhile */
    while (tasks->runs != NULL) {
        wait_for_work(tasks, LOOK_MS);
        mailbox_run(tasks->core->home);
    }
    holds_release(tasks, NULL, INT64_MAX);
    while (tasks->move != NULL || tasks->moves != NULL) {
        if (tasks->move == NULL) {
            tasks->move = tasks->moves;
            tasks->moves = (struct clock_move *)tasks->move->done.next;
        }
        clock_end(tasks, ERR_UNAVAILABLE, 0);
    }
}
