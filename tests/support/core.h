#ifndef GUICHET_TESTS_SUPPORT_CORE_H
#define GUICHET_TESTS_SUPPORT_CORE_H

#include <ftw.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/company_register.h"
#include "core/cvc.h"
#include "core/dispute.h"
#include "core/ledger.h"
#include "core/merchant_sandbox.h"
#include "core/merchant_secret.h"
#include "core/platform.h"
#include "core/refund.h"
#include "core/task.h"
#include "core/vault.h"
#include "core/verify.h"
#include "store/hooks.h"
#include "store/sql.h"
#include "support/fake_rail.h"
#include "support/world_file.h"

/* A running core without a server: a database of its own with one sandbox merchant, a connector
 * that does what the test says, and a clock that only the test moves. */

/* Monday 2 June 2031, 10:00 in Paris: an ordinary day, far from any change of clocks. */
#define WORLD_START INT64_C(1938153600000000)
enum { WORLD_CONTEXTS_MAX = 4096, WORLD_WAIT_MS = 30000, WORLD_ARENA = 16 << 20 };

struct world {
    struct ctx *cx; /* of the test itself */
    char directory[64];
    char url[96];
    struct store *store;
    struct vault *vault;
    struct cvc_pool *cvc;
    struct generation *generation;
    struct fake_rail *fake;
    struct core core;
    struct sandbox_merchant made;
    struct merchant merchant;
    instant offset; /* of the test clock */
    instant now;    /* 0: time goes on; otherwise it stands still here */
    struct ctx *contexts[WORLD_CONTEXTS_MAX];
    size_t context_count;
};

static const uint8_t WORLD_KEK[KEK_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};

/* --- time and contexts --- */

/* Two readings that belong together. */
static inline void world_time(const struct world *world, struct ctx *cx)
{
    cx->real = clock_now();
    cx->now = cx->real + world->offset;
    if (world->now != 0) {
        cx->now = world->now;
        cx->real = world->now - world->offset;
    }
}

/* A context as a request gets it: freed with the world. */
static inline struct ctx *world_ctx(struct world *world)
{
    struct ctx *cx = process_make(struct ctx);

    must(world->context_count < WORLD_CONTEXTS_MAX);
    world->contexts[world->context_count++] = cx;
    cx->arena = arena_new(WORLD_ARENA);
    cx->ids = world->core.ids;
    cx->mode = MODE_TEST;
    cx->merchant = world->made.merchant;
    world_time(world, cx);
    return cx;
}

static inline void world_contexts_free(struct world *world)
{
    for (size_t i = 0; i < world->context_count; i++) {
        arena_free(world->contexts[i]->arena);
        process_free(world->contexts[i]);
    }
    world->context_count = 0;
}

/* Time stands still here from now on. */
static inline void world_stop_at(struct world *world, instant now)
{
    world->now = now;
    world_time(world, world->cx);
}

/* --- the world --- */

static inline err_t world_keys_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const uint8_t *kek = arg;

    return vault_init(cx, tx, kek);
}

static inline err_t world_clock_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct world *world = arg;

    return store_run(cx, tx, &SQL_SPONSOR_CLOCK_SET,
                     ARGS(V_ID(world->made.sponsor), V_INT(world->offset)));
}

static inline void world_core_open(struct world *world)
{
    world->core = (struct core){
        .store = world->store,
        .ids = world->cx->ids,
        .home = mailbox_new(),
        .merchants = merchants_new(world->generation),
        .generation = world->generation,
        .vault = world->vault,
        .cvc = world->cvc,
        .test_rail = world->fake != NULL ? &world->fake->rail : NULL,
        .test_platform = &PLATFORM_TEST,
        .started = clock_now(),
        .sandbox = true,
        .accept_pan = true,
        .public_url = STR("http://127.0.0.1:8080"),
        .secure_url = STR("https://127.0.0.1:8443"),
        .payment_life_h = 24,
        .mandate_life_d = 30,
        .onboarding_life_h = 168,
        .test_register = &COMPANY_TEST_REGISTER,
        .request_life_d = 90,
        .page_key = {7, 7, 7},
    };
    assert_ok(reader_open(world->store, &world->core.reader));
}

static inline void world_store_open(struct world *world)
{
    const struct store_options options = {.url = world->url, .create = true, .migrate = true};

    assert_ok(store_open(world->cx, &options, &world->store));
}

static inline err_t world_vault_try(struct world *world, const uint8_t kek[KEK_SIZE],
                                    struct vault **out)
{
    struct reader *reader;
    struct tx *tx;

    TRY(reader_open(world->store, &reader));
    err_t err = reader_tx(reader, &tx);
    if (err == OK)
        err = vault_open(world->cx, tx, kek, out);
    reader_close(reader);
    return err;
}

/* The first time, with an empty schema. */
static inline void world_store_begin(struct world *world)
{
    const char *path = world->url + strlen("sqlite:");
    bool taken = world_file_take(world->cx->arena, path);

    world_store_open(world);
    if (taken)
        return;
    store_close(world->store);
    world_file_keep(world->cx->arena, path);
    world_store_open(world);
}

/* As sandbox_merchant_prepare, but for the passwords: they are always the same and were hashed once
 * for all. */
static inline void world_merchant_prepare(struct world *world)
{
    struct arena *arena = world->cx->arena;

    world->made = (struct sandbox_merchant){
        .vault = world->vault,
        .simplypaie_secret =
            STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
        .simplypaie_hash = STR("$argon2id$v=19$m=19456,t=2,p=1$mDwapa4NHSVJe3iisFo0Jg"
                               "$Z1J5fn9D+uamsmbxYrFJd1wDQD4C/EFpo6lDKj6kgHY"),
        .safedebit_password = STR("MotDePasseDeLAtelier2031"),
        .safedebit_hash = STR("$argon2id$v=19$m=19456,t=2,p=1$eydKen1iMrQm2L5cjss/wg"
                              "$hIqYoxYTNp9brVQ9fwNiwGT/c5No9aVGCcey464DZ1E"),
        .callback_secret = merchant_secret_new(arena),
        .button_secret = merchant_secret_new(arena),
    };
}

static inline void world_vault_open(struct world *world)
{
    uint8_t kek[KEK_SIZE];

    memcpy(kek, WORLD_KEK, sizeof kek);
    assert_ok(world_vault_try(world, kek, &world->vault));
}

/* The snapshot of now. */
static inline struct tx *world_read(struct world *world)
{
    struct tx *tx;

    reader_release(world->core.reader);
    assert_ok(core_read(&world->core, &tx));
    return tx;
}

/* Settings are read again. */
static inline void world_merchant_load(struct world *world)
{
    assert_ok(merchant_load(world->cx, world_read(world), world->made.merchant, &world->merchant));
    reader_release(world->core.reader);
}

static inline void world_set_body_run(struct world *world, tx_body *body, void *arg)
{
    assert_ok(tx_run(world->store, world->cx, body, arg));
}

static inline struct world *world_new(void)
{
    struct world *world = process_make(struct world);
    uint8_t kek[KEK_SIZE];

    memcpy(kek, WORLD_KEK, sizeof kek);
    world->cx = unit_ctx();
    /* Nothing here is about disks that lose power. */
    snprintf(world->directory, sizeof world->directory, "%s/guichet-core-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(world->directory));
    snprintf(world->url, sizeof world->url, "sqlite:%s/guichet.db", world->directory);
    world_store_begin(world);
    world_set_body_run(world, world_keys_body, kek);
    world_vault_open(world);
    world->cvc = cvc_pool_new();
    assert_non_null(world->cvc);
    world->generation = generation_new();
    world->fake = fake_rail_new(world->vault, world->cvc);
    world_core_open(world);
    world_merchant_prepare(world);
    world_set_body_run(world, sandbox_merchant_body, &world->made);
    world->offset = WORLD_START - clock_now();
    world_set_body_run(world, world_clock_body, world);
    world->cx->merchant = world->made.merchant;
    world_time(world, world->cx);
    world_merchant_load(world);
    return world;
}

static inline void world_core_close(struct world *world)
{
    reader_close(world->core.reader);
    merchants_free(world->core.merchants);
    mailbox_free(world->core.home);
}

/* The process dies and starts again: what was only in memory is gone. */
static inline void world_restart(struct world *world)
{
    world_core_close(world);
    vault_close(world->vault);
    cvc_pool_free(world->cvc);
    store_close(world->store);
    world_store_open(world);
    world_vault_open(world);
    world->cvc = cvc_pool_new();
    world->fake->vault = world->vault;
    world->fake->cvc = world->cvc;
    world->fake->kept_count = 0;
    world->fake->kept_lookup = NULL;
    world->fake->silent = false;
    world_core_open(world);
}

static inline int world_remove(const char *path, const struct stat *info __attribute__((unused)),
                               int kind __attribute__((unused)),
                               struct FTW *walk __attribute__((unused)))
{
    return remove(path);
}

static inline void world_free(struct world *world)
{
    world_core_close(world);
    generation_free(world->generation);
    fake_rail_free(world->fake);
    cvc_pool_free(world->cvc);
    vault_close(world->vault);
    store_close(world->store);
    nftw(world->directory, world_remove, 8, FTW_DEPTH | FTW_PHYS);
    world_contexts_free(world);
    unit_ctx_free(world->cx);
    process_free(world);
}

struct world_setting {
    const char *name;
    const char *value;
};

static inline err_t world_setting_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct world_setting *setting = arg;

    return merchant_set(cx, tx, cx->merchant, str_of(setting->name), str_of(setting->value));
}

static inline void world_set(struct world *world, const char *name, const char *value)
{
    struct world_setting setting = {name, value};

    world_set_body_run(world, world_setting_body, &setting);
    generation_raise(world->generation);
    world_merchant_load(world);
}

/* --- running operations --- */

static inline void world_done(struct operation *operation)
{
    bool *done = operation->owner;

    *done = true;
}

/* Gives an operation what it needs to start; *done turns true at its end. */
static inline void world_begin(struct world *world, struct operation *operation, bool *done)
{
    struct idempotent *idempotent = operation->idempotent;

    *done = false;
    *operation = (struct operation){
        .core = &world->core,
        .cx = world_ctx(world),
        .done = world_done,
        .owner = done,
        .idempotent = idempotent,
    };
}

/* Runs what is posted to this thread until *done, or for so long that the test has failed. */
static inline void world_pump(struct world *world, const bool *done)
{
    struct pollfd home = {.fd = mailbox_fd(world->core.home), .events = POLLIN};

    reader_release(world->core.reader);
    while (!*done) {
        if (poll(&home, 1, WORLD_WAIT_MS) == 0)
            fail_msg("nothing comes back");
        mailbox_run(world->core.home);
    }
    reader_release(world->core.reader);
}

/* Until the connector keeps `count` messages unanswered. */
static inline void world_pump_kept(struct world *world, size_t count)
{
    struct pollfd home = {.fd = mailbox_fd(world->core.home), .events = POLLIN};
    bool kept = false;

    reader_release(world->core.reader);
    while (!kept) {
        if (poll(&home, 1, WORLD_WAIT_MS) == 0)
            fail_msg("no message reaches the connector");
        mailbox_run(world->core.home);
        fake_lock(world->fake);
        kept = world->fake->kept_count + (world->fake->kept_lookup != NULL ? 1 : 0) >= count;
        fake_unlock(world->fake);
    }
}

/* START is one of the functions that take `work`, whose first member is its operation. */
#define WORLD_RUN(world, work, START)                                                              \
    do {                                                                                           \
        bool world_run_done_;                                                                      \
        world_begin(world, &(work)->operation, &world_run_done_);                                  \
        START(work);                                                                               \
        world_pump(world, &world_run_done_);                                                       \
    } while (0)

/* --- the worker and the test clock --- */

/* The worker's thread, with a core of its own. */
struct worker {
    struct core core;
    struct tasks *tasks;
    pthread_t thread;
};

static inline void *worker_main(void *arg)
{
    struct worker *worker = arg;

    tasks_run(worker->tasks);
    return NULL;
}

static inline void worker_start(struct world *world, struct worker *worker)
{
    worker->core = world->core;
    worker->core.home = mailbox_new();
    worker->core.merchants = merchants_new(world->generation);
    assert_ok(reader_open(world->store, &worker->core.reader));
    worker->tasks = tasks_new(&worker->core);
    assert_int_equal(pthread_create(&worker->thread, NULL, worker_main, worker), 0);
}

static inline void worker_stop(struct worker *worker)
{
    tasks_stop(worker->tasks);
    assert_int_equal(pthread_join(worker->thread, NULL), 0);
    tasks_free(worker->tasks);
    reader_close(worker->core.reader);
    merchants_free(worker->core.merchants);
    mailbox_free(worker->core.home);
}

struct world_move {
    struct clock_move move; /* first */
    bool done;
};

static inline void world_moved(struct message *message)
{
    struct world_move *move = (struct world_move *)message;

    move->done = true;
}

static inline void world_move_start(struct world *world, struct worker *worker,
                                    struct world_move *move, int64_t advance_s)
{
    *move = (struct world_move){
        .move = {.done = {.run = world_moved},
                 .home = world->core.home,
                 .merchant = world->made.merchant,
                 .advance_s = advance_s},
    };
    tasks_clock_move(worker->tasks, &move->move);
}

/* Moves the test clock and runs what falls due on the way. */
static inline void world_advance(struct world *world, int64_t advance_s)
{
    struct worker worker;
    struct world_move move;

    worker_start(world, &worker);
    world_move_start(world, &worker, &move, advance_s);
    world_pump(world, &move.done);
    worker_stop(&worker);
    assert_int_equal(move.move.result, OK);
    world->offset += advance_s * SECOND_US;
    world->now = 0;
    world_time(world, world->cx);
}

/* To a Paris time of the start's day or of one of the days after it, then runs what is due. */
static inline void world_advance_to(struct world *world, int days, int hour, int minute)
{
    struct wall wall = wall_paris(WORLD_START);
    struct ctx now = {0};

    wall.date = date_from_days(date_to_days(wall.date) + days);
    wall.hour = hour;
    wall.minute = minute;
    wall.second = 0;
    world->now = 0;
    world_time(world, &now);
    instant at = instant_paris(wall);
    must(at > now.now);
    world_advance(world, (at - now.now) / SECOND_US + 1);
}

/* Runs what is due now. */
static inline void world_work(struct world *world)
{
    world_advance(world, 0);
}

/* --- proofs --- */

/* What verify finds wrong, in the test's arena. */
static inline struct verify_report *world_verify(struct world *world)
{
    struct verify_report *report = arena_make(world->cx->arena, struct verify_report);

    assert_ok(verify(world->cx, world_read(world), report));
    reader_release(world->core.reader);
    return report;
}

static inline void world_is_sound(struct world *world)
{
    struct verify_report *report = world_verify(world);

    for (size_t i = 0; i < report->problem_count; i++)
        print_error("%s: %.*s\n", report->problems[i].what, (int)report->problems[i].object.len,
                    report->problems[i].object.ptr);
    assert_int_equal(report->problem_count, 0);
}

static inline int64_t world_balance(struct world *world, enum account account)
{
    int64_t minor;

    assert_ok(ledger_balance(world->cx, world_read(world), account, CURRENCY_EUR, &minor));
    reader_release(world->core.reader);
    return minor;
}

/* The fault that the operation left, which must be the only one. */
static inline const struct fault *fault_of(const struct operation *operation)
{
    assert_int_equal(operation->cx->fault_count, 1);
    return &operation->cx->faults[0];
}

#endif
