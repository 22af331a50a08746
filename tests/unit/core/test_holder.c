#include "core/holder.h"

#include "core/payment.h"
#include "support/core_calls.h"
#include "support/core_raw.h"
#include "support/logged.h"

/* Several servers on one database: each a core with a worker of its own. */

enum { SERVERS = 3 };

static struct holder *server_join(struct world *world)
{
    struct holder *holder;

    assert_ok(holder_join(world_ctx(world), world->store, &holder));
    return holder;
}

static int64_t number_of(const struct holder *holder)
{
    return holder_value(holder).number;
}

/* Its lease is out. */
static void server_is_gone(struct world *world, struct holder *holder)
{
    assert_ok(holder_leave(world_ctx(world), holder));
}

/* --- who is there --- */

CASE(servers_that_join_at_once_have_numbers_of_their_own)
{
    struct world *world = world_new();
    struct holder *holders[SERVERS];
    int64_t others;

    world_stop_at(world, WORLD_START);
    for (size_t i = 0; i < SERVERS; i++)
        holders[i] = server_join(world);
    assert_true(number_of(holders[0]) != number_of(holders[1]));
    assert_true(number_of(holders[1]) != number_of(holders[2]));
    assert_ok(holder_others(world_ctx(world), world_read(world), holders[0], &others));
    assert_int_equal(others, SERVERS - 1);
    assert_ok(holder_leave(world_ctx(world), holders[1]));
    assert_false(holder_is_sure(holders[1]));
    assert_ok(holder_others(world_ctx(world), world_read(world), holders[0], &others));
    assert_int_equal(others, SERVERS - 2);
    for (size_t i = 0; i < SERVERS; i++)
        holder_free(holders[i]);
    world_free(world);
}

CASE(server_that_is_alone_holds_everything)
{
    struct world *world = world_new();
    int64_t others;
    bool taken = false;

    assert_true(holder_is_sure(NULL));
    assert_int_equal(holder_value(NULL).kind, VALUE_NULL);
    assert_ok(holder_others(world->cx, world_read(world), NULL, &others));
    assert_int_equal(others, 0);
    assert_ok(lease_take(world->cx, world_read(world), NULL, "x", &taken));
    assert_true(taken);
    world_free(world);
}

/* A server that has just joined does not know whether the others were only away from the database,
 * as it was itself; but one that has left is gone. */
CASE(nobody_is_dead_for_a_server_that_has_just_joined)
{
    struct world *world = world_new();
    struct holder *holder = server_join(world);

    assert_false(holder_judges(holder));
    assert_true(holder_dead_before(holder) < WORLD_START);
    assert_true(holder_dead_before(holder) > 0);
    holder_free(holder);
    world_free(world);
}

struct looking {
    const struct holder *holder;
    int64_t dead;
};

static err_t dead_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct looking *looking = arg;

    return holder_dead(cx, tx, looking->holder, &looking->dead);
}

CASE(one_that_leaves_nothing_leaves_no_row)
{
    struct world *world = world_new();
    struct holder *other = server_join(world);
    struct holder *command = server_join(world);
    struct looking looking = {.holder = other};

    assert_ok(holder_leave(world_ctx(world), command));
    assert_ok(tx_run(world->store, world_ctx(world), dead_body, &looking));
    assert_int_equal(looking.dead, 0);
    holder_free(command);
    holder_free(other);
    world_free(world);
}

/* --- leases by name --- */

struct leasing {
    const struct holder *holder;
    bool taken;
};

static err_t take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct leasing *leasing = arg;

    return lease_take(cx, tx, leasing->holder, "one", &leasing->taken);
}

static err_t give_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct leasing *leasing = arg;

    return lease_give(cx, tx, leasing->holder, "one");
}

static bool takes(struct world *world, const struct holder *holder)
{
    struct leasing leasing = {.holder = holder};

    assert_ok(tx_run(world->store, world_ctx(world), take_body, &leasing));
    return leasing.taken;
}

static void gives(struct world *world, const struct holder *holder)
{
    struct leasing leasing = {.holder = holder};

    assert_ok(tx_run(world->store, world_ctx(world), give_body, &leasing));
}

CASE(lease_has_one_holder_until_it_is_given_back_or_its_holder_is_gone)
{
    struct world *world = world_new();
    struct holder *first = server_join(world);
    struct holder *second = server_join(world);

    assert_true(takes(world, first));
    assert_true(takes(world, first));
    assert_false(takes(world, second));
    gives(world, second); /* what it does not have */
    assert_false(takes(world, second));
    gives(world, first);
    assert_true(takes(world, second));
    assert_false(takes(world, first));
    server_is_gone(world, second);
    assert_true(takes(world, first));
    assert_false(takes(world, second));
    holder_free(first);
    holder_free(second);
    world_free(world);
}

/* --- what is due --- */

static void servers_start(struct world *world, struct holder *holders[SERVERS],
                          struct worker workers[SERVERS])
{
    for (size_t i = 0; i < SERVERS; i++) {
        holders[i] = server_join(world);
        world->core.holder = holders[i];
        worker_start(world, &workers[i]);
    }
    world->core.holder = NULL;
}

static void servers_stop(struct holder *holders[SERVERS], struct worker workers[SERVERS])
{
    for (size_t i = 0; i < SERVERS; i++)
        worker_stop(&workers[i]);
    for (size_t i = 0; i < SERVERS; i++)
        holder_free(holders[i]);
}

/* Which of three asks for the move does not matter: all of them run what falls due. */
static void servers_advance_to(struct world *world, struct worker *worker, int hour, int minute)
{
    struct wall wall = wall_paris(WORLD_START);
    struct world_move move;

    wall.hour = hour;
    wall.minute = minute;
    wall.second = 0;
    world_time(world, world->cx);
    int64_t seconds = (instant_paris(wall) - world->cx->now) / SECOND_US + 1;
    world_move_start(world, worker, &move, seconds);
    world_pump(world, &move.done);
    assert_int_equal(move.move.result, OK);
    world->offset += seconds * SECOND_US;
}

static void each_was_captured_once(struct world *world, size_t count)
{
    const struct fake_rail *fake = world->fake;
    size_t captures = 0;

    for (size_t i = 0; i < fake->call_count; i++) {
        if (fake->calls[i].op != CARD_CAPTURE)
            continue;
        assert_false(fake->calls[i].repeat);
        captures++;
    }
    assert_int_equal(captures, count);
    assert_int_equal(
        world_number(world,
                     "SELECT COUNT(DISTINCT payment) FROM card_attempt WHERE op = 'capture'"),
        count);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM task WHERE kind = 'card_capture'"),
                     0);
}

CASE(three_servers_run_a_thousand_due_tasks_once_each)
{
    enum { MANY = 1000 };
    struct world *world = world_new();
    struct holder *holders[SERVERS];
    struct worker workers[SERVERS];

    for (size_t i = 0; i < MANY; i++) {
        struct payment payment = pay_card(world, 1000 + (int64_t)i);
        assert_int_equal(payment.state, PAYMENT_TO_CAPTURE);
    }
    servers_start(world, holders, workers);
    servers_advance_to(world, &workers[1], 21, 0);
    servers_stop(holders, workers);
    each_was_captured_once(world, MANY);
    world_is_sound(world);
    world_free(world);
}

/* The same evening of the same clock, asked for by each of them: they take turns. */
CASE(three_servers_that_move_a_clock_at_once_move_it_three_times)
{
    struct world *world = world_new();
    struct holder *holders[SERVERS];
    struct worker workers[SERVERS];
    struct world_move moves[SERVERS];

    pay_card(world, 5000);
    servers_start(world, holders, workers);
    for (size_t i = 0; i < SERVERS; i++)
        world_move_start(world, &workers[i], &moves[i], HOUR_US / SECOND_US);
    for (size_t i = 0; i < SERVERS; i++) {
        world_pump(world, &moves[i].done);
        assert_int_equal(moves[i].move.result, OK);
    }
    servers_stop(holders, workers);
    int64_t offset = world_number(world, "SELECT MAX(clock_offset_us) FROM sponsor");
    assert_int_equal(offset, world->offset + SERVERS * HOUR_US);
    assert_int_equal(world_number(world, "SELECT COUNT(*) FROM lease"), 0);
    world_free(world);
}

struct taking {
    const struct holder *holder;
    struct task task;
    bool taken;
};

static err_t task_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct taking *taking = arg;

    return task_take(cx, tx, taking->holder, &taking->task, &taking->taken);
}

/* The hold of a payment that is given back before its capture: a task that is due at once. */
static struct task void_waits(struct world *world)
{
    struct payment payment = pay_card(world, 5000);
    struct task task = {.kind = TASK_CARD_VOID};

    refund(world, payment.id, 5000);
    memcpy(task.object, payment.id.raw, sizeof task.object);
    task.due = world_number(world, "SELECT due_us FROM task WHERE kind = 'card_void'");
    return task;
}

static void wait_until_kept(struct world *world)
{
    bool kept = false;

    for (int i = 0; i < WORLD_WAIT_MS && !kept; i++) {
        (void)poll(NULL, 0, 1);
        fake_lock(world->fake);
        kept = world->fake->kept_count == 1;
        fake_unlock(world->fake);
    }
    assert_true(kept);
}

static void wait_for_rows(struct world *world, const char *query, int64_t count)
{
    for (int i = 0; i < WORLD_WAIT_MS && world_number(world, query) != count; i++)
        (void)poll(NULL, 0, 1);
    assert_int_equal(world_number(world, query), count);
}

static bool takes_task(struct world *world, const struct holder *holder, const struct task *task)
{
    struct taking taking = {.holder = holder, .task = *task};

    assert_ok(tx_run(world->store, world_ctx(world), task_body, &taking));
    return taking.taken;
}

CASE(task_is_taken_once_as_it_was_found)
{
    struct world *world = world_new();
    struct holder *first = server_join(world);
    struct holder *second = server_join(world);
    struct task task = void_waits(world);
    struct task other = task;

    other.due++;
    assert_false(takes_task(world, first, &other)); /* it has been put off meanwhile */
    assert_true(takes_task(world, first, &task));
    assert_true(takes_task(world, first, &task));
    assert_false(takes_task(world, second, &task));
    server_is_gone(world, first);
    assert_true(takes_task(world, second, &task));
    assert_false(takes_task(world, first, &task));
    holder_free(first);
    holder_free(second);
    world_free(world);
}

CASE(task_of_a_server_that_lives_is_left_to_it)
{
    struct world *world = world_new();
    struct holder *holders[SERVERS];
    struct worker workers[SERVERS];

    struct task task = void_waits(world);
    struct holder *other = server_join(world);
    assert_true(takes_task(world, other, &task));
    servers_start(world, holders, workers);
    for (int i = 0; i < 20; i++) {
        tasks_wake(workers[i % SERVERS].tasks);
        poll(NULL, 0, 20);
    }
    assert_int_equal(fake_count(world->fake, CARD_VOID), 0);
    server_is_gone(world, other);
    servers_advance_to(world, &workers[0], 11, 0);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    servers_stop(holders, workers);
    holder_free(other);
    world_is_sound(world);
    world_free(world);
}

/* Alone again, after the others have gone: what they had taken is due like everything else. */
CASE(server_that_is_alone_takes_what_others_had_taken)
{
    struct world *world = world_new();
    struct holder *other = server_join(world);
    struct task task = void_waits(world);

    assert_true(takes_task(world, other, &task));
    world_work(world);
    assert_int_equal(fake_count(world->fake, CARD_VOID), 1);
    holder_free(other);
    world_free(world);
}

struct coming_back {
    struct world *world;
    struct worker *worker;
};

static void answer_and_stop(void *arg)
{
    const struct coming_back *back = arg;

    fake_answer_kept(back->world->fake);
    worker_stop(back->worker);
}

/* It stood still while it waited for an answer, and another one has done its task. */
CASE(task_that_another_server_has_done_has_not_failed)
{
    struct world *world = world_new();
    struct coming_back back = {world, arena_make(world->cx->arena, struct worker)};
    struct holder *first = server_join(world);
    struct holder *second = server_join(world);
    struct worker other;
    char lines[4096];

    void_waits(world);
    world->fake->silent = true;
    world->core.holder = first;
    worker_start(world, back.worker);
    wait_until_kept(world);
    server_is_gone(world, first);
    world->fake->silent = false;
    world->core.holder = second;
    worker_start(world, &other);
    wait_for_rows(world, "SELECT COUNT(*) FROM task WHERE kind = 'card_void'", 0);
    worker_stop(&other);
    logged(lines, sizeof lines, answer_and_stop, &back);
    assert_non_null(strstr(lines, "task.taken_over task=card_void err=state"));
    assert_null(strstr(lines, "task.failed"));
    assert_int_equal(fake_count(world->fake, CARD_VOID), 2);
    assert_true(fake_last(world->fake, CARD_VOID).repeat);
    world->core.holder = NULL;
    world_is_sound(world);
    holder_free(first);
    holder_free(second);
    world_free(world);
}

CASE(a_term_ends_when_the_lease_does_and_does_not_come_back)
{
    struct world *world = world_new();
    struct holder *holder = server_join(world);
    int64_t term = holder_term(holder);

    assert_true(holder_holds(NULL, holder_term(NULL)));
    assert_ok(holder_renew(world_ctx(world), holder));
    assert_true(holder_holds(holder, term));
    server_is_gone(world, holder);
    assert_false(holder_holds(holder, term));
    assert_ok(holder_renew(world_ctx(world), holder));
    assert_true(holder_is_sure(holder));
    assert_false(holder_holds(holder, term));
    assert_true(holder_holds(holder, holder_term(holder)));
    holder_free(holder);
    world_free(world);
}

UNIT_MAIN(T(servers_that_join_at_once_have_numbers_of_their_own),
          T(server_that_is_alone_holds_everything),
          T(nobody_is_dead_for_a_server_that_has_just_joined),
          T(one_that_leaves_nothing_leaves_no_row),
          T(lease_has_one_holder_until_it_is_given_back_or_its_holder_is_gone),
          T(three_servers_run_a_thousand_due_tasks_once_each),
          T(three_servers_that_move_a_clock_at_once_move_it_three_times),
          T(task_is_taken_once_as_it_was_found), T(task_of_a_server_that_lives_is_left_to_it),
          T(server_that_is_alone_takes_what_others_had_taken),
          T(task_that_another_server_has_done_has_not_failed),
          T(a_term_ends_when_the_lease_does_and_does_not_come_back))
