#include "core/test_clock.h"

#include "base/log.h"
#include "base/must.h"
#include "core/holder.h"
#include "core/merchant.h"
#include "core/outbox.h"
#include "core/task_run.h"
#include "store/sql.h"

/* How long a move waits for the acquirer, and how often it looks whether what fell due has been
 * delivered. */
enum { LINK_WAIT_S = 15, DELIVERY_LOOK_MS = 5 };

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

static err_t clock_lease(struct test_clock *clock, struct ctx *cx, tx_body *body, bool *taken)
{
    struct clock_lease lease = {
        .holder = clock->core->holder,
        .name = str_format(cx->arena, "clock %s", clock->moving.raw),
        .taken = true,
    };
    err_t err = lease.holder == NULL ? OK : tx_run(clock->core->store, cx, body, &lease);

    *taken = lease.taken;
    return err;
}

static void clock_release(struct test_clock *clock)
{
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = clock->core->ids, .real = clock_now()};
    bool ignored;
    err_t err = clock_lease(clock, &cx, clock_release_body, &ignored);

    if (err != OK)
        log_event(&cx, EV_STORE_FAILED, LOG_ERR(err)); /* it is free when this server has ended */
    arena_free(cx.arena);
}

static void clock_end(struct test_clock *clock, err_t err, instant now)
{
    struct clock_move *move = clock->move;

    if (clock->core->holder != NULL && !ID_NONE(clock->moving))
        clock_release(clock);
    clock->moving = (struct sponsor_id){{0}};
    clock->move = NULL;
    clock->reached[0] = '\0';
    clock->delivering = false;
    move->result = err;
    move->now = now;
    mailbox_post(move->home, &move->done);
}

static err_t clock_read(struct test_clock *clock, struct ctx *cx, struct merchant_id merchant,
                        struct sponsor_id *sponsor, instant *offset)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    TRY(core_read(clock->core, &tx));
    TRY(store_query_one(cx, tx, &SQL_SPONSOR_CLOCK, ARGS(V_ID(merchant)), &rows, &found));
    must(found);
    col_id(rows, 0, sponsor->raw);
    *offset = col_int(rows, 1);
    rows_end(rows);
    return OK;
}

static err_t next_due(struct test_clock *clock, struct ctx *cx, const struct sql *sql,
                      const struct value *args, size_t count, instant *due)
{
    struct rows *rows;
    struct tx *tx;
    bool found;

    TRY(core_read(clock->core, &tx));
    TRY(store_query_one(cx, tx, sql, args, count, &rows, &found));
    must(found);
    *due = col_null(rows, 0) ? INT64_MAX : col_int(rows, 0);
    rows_end(rows);
    return OK;
}

/* The time of the sponsor's next task or delivery; INT64_MAX when there is none. Deliveries count
 * when somebody is there to make them. Clients may go on meanwhile, and make more than is ever
 * delivered: at this moment only what its tasks and what came before have led to is waited for. */
static err_t clock_next_due(struct test_clock *clock, struct ctx *cx, instant now, instant *due)
{
    instant delivery = INT64_MAX;

    TRY(next_due(clock, cx, &SQL_TASK_DUE_FIRST, ARGS(V_ID(clock->moving)), due));
    if (*due <= now)
        return OK; /* another server may run it */
    if (clock->reached[0] == '\0')
        id_new(cx->ids, clock->reached);
    if (clock->core->bell != NULL)
        TRY(next_due(clock, cx, &SQL_OUTBOX_DUE_FIRST,
                     ARGS(V_ID(clock->moving), V_TEXT(id_text(clock->reached)), V_INT(now)),
                     &delivery));
    if (delivery < *due)
        *due = delivery;
    return OK;
}

static err_t clock_set(struct test_clock *clock, struct ctx *cx, instant offset)
{
    struct clock_write write = {clock->moving, offset};

    TRY(tx_run(clock->core->store, cx, clock_body, &write));
    generation_raise(clock->core->generation);
    return OK;
}

/* One step of a move: nothing may run and nothing be due any more, then time goes on to the next
 * task or to the end. A task put off for another try counts like any other: it runs when its time
 * comes. */
static err_t clock_step(struct test_clock *clock, struct ctx *cx, bool *over, instant *now)
{
    struct sponsor_id ignored;
    instant offset;
    instant due;

    TRY(clock_read(clock, cx, clock->move->merchant, &ignored, &offset));
    TRY(clock_next_due(clock, cx, cx->real + offset, &due));
    *over = due > cx->real + clock->target_offset;
    clock->delivering = due <= cx->real + offset;
    if (clock->delivering) {
        /* Due at this moment: let this worker run it, or the other one deliver it. */
        outbox_ring(clock->core->bell);
        return OK;
    }
    TRY(clock_set(clock, cx, *over ? clock->target_offset : due - cx->real));
    clock->reached[0] = '\0';
    *now = cx->real + clock->target_offset;
    return OK;
}

/* Hours pass in a moment here: an acquirer that is away for a second of real time would miss its
 * whole evening. */
static bool clock_waits_for_link(const struct test_clock *clock)
{
    const struct card_rail *rail = clock->core->test_rail;

    return rail != NULL && !rail->is_up(rail->self) && clock_monotonic_us() < clock->link_until_us;
}

void test_clock_go_on(struct test_clock *clock)
{
    if (clock->move == NULL || clock_waits_for_link(clock))
        return;
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = clock->core->ids, .real = clock_now()};
    bool over = false;
    instant now = 0;
    err_t err = clock_step(clock, &cx, &over, &now);
    reader_release(clock->core->reader);
    arena_free(cx.arena);
    if (err != OK || over)
        clock_end(clock, err, now);
}

/* Whose clock it is, taken from the other servers, and where it stands. */
static err_t clock_take(struct test_clock *clock, struct ctx *cx, const struct clock_move *move,
                        instant *offset, bool *taken)
{
    err_t err = clock_read(clock, cx, move->merchant, &clock->moving, offset);

    reader_release(clock->core->reader);
    TRY(err);
    TRY(clock_lease(clock, cx, clock_lease_body, taken));
    if (clock->core->holder == NULL || !*taken)
        return OK;
    /* The one before may have moved it. */
    err = clock_read(clock, cx, move->merchant, &clock->moving, offset);
    reader_release(clock->core->reader);
    return err;
}

void test_clock_begin(struct test_clock *clock)
{
    struct clock_move *move = clock->moves;
    instant offset = 0;
    bool taken = true;

    if (move == NULL || clock->move != NULL)
        return;
    struct ctx cx = {.arena = arena_new(TASK_ARENA), .ids = clock->core->ids, .real = clock_now()};
    err_t err = clock_take(clock, &cx, move, &offset, &taken);
    if (err == OK && !taken) {
        arena_free(cx.arena);
        return; /* it waits its turn */
    }
    clock->moves = (struct clock_move *)move->done.next;
    clock->move = move;
    clock->link_until_us = clock_monotonic_us() + LINK_WAIT_S * SECOND_US;
    clock->target_offset = offset + move->advance_s * SECOND_US;
    if (err != OK)
        clock_end(clock, err, 0);
    else
        log_event(&cx, EV_CLOCK_MOVED, LOG_INT("seconds", move->advance_s));
    arena_free(cx.arena);
}

/* On the worker's thread. */
static void clock_asked(struct message *message)
{
    struct clock_move *move = (struct clock_move *)message;
    struct test_clock *clock = move->clock;
    struct clock_move **end = &clock->moves;

    while (*end != NULL)
        end = (struct clock_move **)&(*end)->done.next;
    move->done.run = move->answer;
    move->done.next = NULL;
    *end = move;
}

void test_clock_ask(struct test_clock *clock, struct clock_move *move)
{
    move->clock = clock;
    move->answer = move->done.run;
    move->done.run = clock_asked;
    mailbox_post(clock->core->home, &move->done);
}

int test_clock_wait_ms(const struct test_clock *clock)
{
    if (clock->move == NULL || clock_waits_for_link(clock))
        return -1;
    return clock->delivering ? DELIVERY_LOOK_MS : 0;
}

void test_clock_stop(struct test_clock *clock)
{
    while (clock->move != NULL || clock->moves != NULL) {
        if (clock->move == NULL) {
            clock->move = clock->moves;
            clock->moves = (struct clock_move *)clock->move->done.next;
        }
        clock_end(clock, ERR_UNAVAILABLE, 0);
    }
}
