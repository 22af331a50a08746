#include "rails/sepa/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "core/holder.h"
#include "support/core.h"

/* The lock of files for the bank, over processes and servers. */

struct server {
    struct world *world;
    struct sepa_desk desk;
    struct holder *holder;
    char data[128];
};

/* Each has a data directory of its own. */
static void server_begin(struct world *world, const char *name, struct server *server)
{
    snprintf(server->data, sizeof server->data, "%s/%s", world->directory, name);
    assert_int_equal(mkdir(server->data, 0700), 0);
    assert_ok(holder_join(world_ctx(world), world->store, &server->holder));
    server->world = world;
    server->desk = (struct sepa_desk){
        .store = world->store,
        .holder = server->holder,
        .ids = world->core.ids,
        .data = str_of(server->data),
    };
}

struct later {
    struct server *server;
    struct ctx *cx;
    int lock;
    atomic_bool unlocked;
};

static void *unlock_later(void *arg)
{
    struct later *later = arg;

    poll(NULL, 0, 100);
    atomic_store(&later->unlocked, true);
    desk_unlock(later->cx, &later->server->desk, later->lock);
    return NULL;
}

CASE(one_server_at_a_time_works_for_the_bank)
{
    struct world *world = world_new();
    struct server first;
    struct server second;
    pthread_t thread;
    int lock;

    server_begin(world, "first", &first);
    server_begin(world, "second", &second);
    struct later later = {.server = &first, .cx = world_ctx(world)};
    assert_ok(desk_lock(later.cx, &first.desk, &later.lock));
    assert_int_equal(pthread_create(&thread, NULL, unlock_later, &later), 0);
    assert_ok(desk_lock(world_ctx(world), &second.desk, &lock));
    assert_true(atomic_load(&later.unlocked));
    assert_int_equal(pthread_join(thread, NULL), 0);
    desk_unlock(world_ctx(world), &second.desk, lock);
    holder_free(first.holder);
    holder_free(second.holder);
    world_free(world);
}

CASE(who_waits_too_long_hears_that_another_server_is_at_work)
{
    struct world *world = world_new();
    struct ctx *cx = world_ctx(world);
    struct server first;
    struct server second;
    int lock;
    int other;

    server_begin(world, "first", &first);
    server_begin(world, "second", &second);
    assert_ok(desk_lock(world_ctx(world), &first.desk, &lock));
    assert_int_equal(desk_lock(cx, &second.desk, &other), ERR_BUSY);
    assert_int_equal(cx->fault_count, 1);
    assert_string_equal(cx->faults[0].field, "sepa");
    /* It died: what it had is free. */
    assert_ok(holder_leave(world_ctx(world), first.holder));
    assert_ok(desk_lock(world_ctx(world), &second.desk, &other));
    desk_unlock(world_ctx(world), &second.desk, other);
    desk_unlock(world_ctx(world), &first.desk, lock);
    holder_free(first.holder);
    holder_free(second.holder);
    world_free(world);
}

/* Nobody waits for who would write into it. */
CASE(a_pipe_is_no_file)
{
    struct world *world = world_new();
    char path[128];
    int fd;

    snprintf(path, sizeof path, "%s/pipe", world->directory);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(desk_file_open(path, &fd), ERR_IO);
    assert_int_equal(desk_file_open(world->directory, &fd), ERR_IO);
    world_free(world);
}

UNIT_MAIN(T(a_pipe_is_no_file), T(one_server_at_a_time_works_for_the_bank),
          T(who_waits_too_long_hears_that_another_server_is_at_work))
