#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* Writes two rows per transaction until told to stop: a consistent copy has an even number. */
struct pairs {
    struct store *store;
    atomic_bool stop;
    atomic_int written;
};

static err_t pair_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const int64_t *id = arg;

    TRY(store_run(cx, tx, &PUT, ARGS(V_INT(*id), V_INT(1))));
    return store_run(cx, tx, &PUT, ARGS(V_INT(*id + 1), V_INT(1)));
}

static void *pairs_main(void *arg)
{
    struct pairs *pairs = arg;
    struct ctx *cx = unit_ctx();

    for (int64_t id = 1; !atomic_load(&pairs->stop); id += 2) {
        must(tx_run(pairs->store, cx, pair_body, &id) == OK);
        atomic_fetch_add(&pairs->written, 1);
    }
    unit_ctx_free(cx);
    return NULL;
}

static void copy_path(const struct fixture *fixture, char path[128])
{
    snprintf(path, 128, "%s/copy.db", fixture->directory);
}

CASE(a_backup_is_consistent_while_the_writer_goes_on)
{
    struct fixture fixture = fixture_make();
    struct pairs pairs = {.store = fixture.store};
    pthread_t thread;
    char path[128];
    struct stat info;

    copy_path(&fixture, path);
    must(pthread_create(&thread, NULL, pairs_main, &pairs) == 0);
    for (int round = 1; round <= 5; round++) {
        while (atomic_load(&pairs.written) < round * 20)
            usleep(100);
        int before = atomic_load(&pairs.written);
        assert_ok(store_backup(fixture.cx, fixture.store, path));
        must(stat(path, &info) == 0);
        assert_int_equal(info.st_mode & 0777, 0600);
        struct fixture copy = fixture;
        snprintf(copy.url, sizeof copy.url, "sqlite:%s", path);
        assert_ok(fixture_open(&copy));
        int64_t count = account_count(&copy);
        assert_int_equal(count % 2, 0);
        assert_true(count >= (int64_t)before * 2);
        store_close(copy.store);
        unlink(path);
        must(snprintf(path, sizeof path, "%s/copy.db-wal", fixture.directory) > 0);
        unlink(path);
        copy_path(&fixture, path);
    }
    atomic_store(&pairs.stop, true);
    must(pthread_join(thread, NULL) == 0);
    fixture_end(&fixture);
}

CASE(a_backup_overwrites_nothing)
{
    struct fixture fixture = fixture_make();
    char path[128];

    assert_int_equal(store_backup(fixture.cx, fixture.store, fixture.path), ERR_CONFLICT);
    assert_string_equal(fixture.cx->faults[0].field, "path");
    copy_path(&fixture, path);
    assert_ok(store_backup(fixture.cx, fixture.store, path));
    assert_int_equal(store_backup(fixture.cx, fixture.store, path), ERR_CONFLICT);
    assert_int_equal(access(path, F_OK), 0);
    snprintf(path, sizeof path, "%s/no/copy.db", fixture.directory);
    assert_int_equal(store_backup(fixture.cx, fixture.store, path), ERR_IO);
    assert_int_equal(account_count(&fixture), 0);
    fixture_end(&fixture);
}

UNIT_MAIN(T(a_backup_is_consistent_while_the_writer_goes_on), T(a_backup_overwrites_nothing))
