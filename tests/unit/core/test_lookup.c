#include "core/lookup.h"

#include <pthread.h>
#include <semaphore.h>

#include "support/core.h"

struct seen {
    struct operation operation; /* first */
    pthread_t thread;
    struct str name; /* of the merchant, as the snapshot has it */
    sem_t *begun;
    sem_t *go_on;
    bool done;
};

static err_t name_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct seen *seen = arg;
    struct merchant merchant;

    seen->thread = pthread_self();
    if (seen->begun != NULL)
        sem_post(seen->begun);
    if (seen->go_on != NULL)
        sem_wait(seen->go_on);
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    seen->name = merchant.name;
    return OK;
}

static err_t wrong_body(struct ctx *cx, struct tx *tx, void *arg)
{
    (void)tx;
    (void)arg;
    return fault(cx, ERR_NOT_FOUND, "thing", "is not known");
}

static void look(struct world *world, struct seen *seen, tx_body *body)
{
    world_begin(world, &seen->operation, &seen->done);
    operation_look(&seen->operation, body, operation_end);
}

CASE(a_long_read_has_a_thread_and_a_snapshot_of_its_own)
{
    struct world *world = world_new();
    struct seen seen = {.name = STR_NONE};

    world->core.lookups = lookups_new(world->store, 2);
    world_set(world, "name", "Before");
    look(world, &seen, name_body);
    world_pump(world, &seen.done);
    assert_ok(seen.operation.result);
    assert_false(pthread_equal(seen.thread, pthread_self()));
    assert_str(seen.name, "Before");
    /* The same reader, and what was committed since. */
    world_set(world, "name", "After");
    look(world, &seen, name_body);
    world_pump(world, &seen.done);
    assert_str(seen.name, "After");
    lookups_free(world->core.lookups);
    world_free(world);
}

CASE(nobody_waits_for_a_long_read)
{
    struct world *world = world_new();
    struct seen slow = {.name = STR_NONE};
    struct seen quick = {.name = STR_NONE};
    sem_t begun;
    sem_t go_on;

    assert_int_equal(sem_init(&begun, 0, 0), 0);
    assert_int_equal(sem_init(&go_on, 0, 0), 0);
    world->core.lookups = lookups_new(world->store, 2);
    slow.begun = &begun;
    slow.go_on = &go_on;
    look(world, &slow, name_body);
    assert_int_equal(sem_wait(&begun), 0);
    look(world, &quick, name_body);
    world_pump(world, &quick.done);
    world_set(world, "name", "Meanwhile");
    assert_false(slow.done);
    sem_post(&go_on);
    world_pump(world, &slow.done);
    assert_ok(slow.operation.result);
    lookups_free(world->core.lookups);
    sem_destroy(&begun);
    sem_destroy(&go_on);
    world_free(world);
}

CASE(what_is_wrong_comes_back)
{
    struct world *world = world_new();
    struct seen seen = {.name = STR_NONE};

    world->core.lookups = lookups_new(world->store, 1);
    look(world, &seen, wrong_body);
    world_pump(world, &seen.done);
    assert_int_equal(seen.operation.result, ERR_NOT_FOUND);
    assert_string_equal(seen.operation.cx->faults[0].field, "thing");
    lookups_free(world->core.lookups);
    world_free(world);
}

CASE(what_is_queued_is_finished_before_they_end)
{
    struct world *world = world_new();
    struct seen seen[3] = {{.name = STR_NONE}};

    world->core.lookups = lookups_new(world->store, 1);
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        look(world, &seen[i], name_body);
    lookups_free(world->core.lookups);
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        world_pump(world, &seen[i].done);
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        assert_ok(seen[i].operation.result);
    lookups_free(NULL);
    world_free(world);
}

CASE(without_them_it_is_read_at_once)
{
    struct world *world = world_new();
    struct seen seen = {.name = STR_NONE};

    look(world, &seen, name_body);
    assert_true(seen.done);
    assert_ok(seen.operation.result);
    assert_true(pthread_equal(seen.thread, pthread_self()));
    world_free(world);
}

UNIT_MAIN(T(a_long_read_has_a_thread_and_a_snapshot_of_its_own), T(nobody_waits_for_a_long_read),
          T(what_is_wrong_comes_back), T(what_is_queued_is_finished_before_they_end),
          T(without_them_it_is_read_at_once))
