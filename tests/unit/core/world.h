#ifndef GUICHET_TESTS_UNIT_CORE_WORLD_H
#define GUICHET_TESTS_UNIT_CORE_WORLD_H

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/must.h"
#include "core/merchant.h"
#include "core/merchant_sandbox.h"
#include "core/vault.h"
#include "support/unit.h"

/* A fresh database with its keys and one sandbox merchant, for tests of the core. */
struct world {
    struct ctx *cx;
    char directory[64];
    char url[96];
    struct store *store;
    struct vault *vault;
    struct generation *generation;
    struct core core;
    struct sandbox_merchant made;
};

static const uint8_t WORLD_KEK[KEK_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};

static inline err_t world_keys_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const uint8_t *kek = arg;

    return vault_init(cx, tx, kek);
}

static inline err_t world_vault_open(struct world *world, const uint8_t kek[KEK_SIZE],
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

static inline struct world *world_new(void)
{
    struct world *world = process_make(struct world);
    uint8_t kek[KEK_SIZE];

    memcpy(kek, WORLD_KEK, sizeof kek);
    world->cx = unit_ctx();
    snprintf(world->directory, sizeof world->directory, "/tmp/guichet-core-XXXXXX");
    assert_non_null(mkdtemp(world->directory));
    snprintf(world->url, sizeof world->url, "sqlite:%s/guichet.db", world->directory);
    const struct store_options options = {.url = world->url, .create = true, .migrate = true};
    assert_ok(store_open(world->cx, &options, &world->store));
    assert_ok(tx_run(world->store, world->cx, world_keys_body, kek));
    assert_ok(world_vault_open(world, kek, &world->vault));
    world->generation = generation_new();
    world->core = (struct core){
        .store = world->store,
        .ids = world->cx->ids,
        .merchants = merchants_new(world->generation),
        .generation = world->generation,
        .vault = world->vault,
        .home = mailbox_new(),
        .sandbox = true,
    };
    assert_ok(reader_open(world->store, &world->core.reader));
    sandbox_merchant_prepare(world->cx, world->vault, &world->made);
    assert_ok(tx_run(world->store, world->cx, sandbox_merchant_body, &world->made));
    world->cx->merchant = world->made.merchant;
    world->cx->mode = MODE_TEST;
    return world;
}

static inline int world_remove(const char *path, const struct stat *info __attribute__((unused)),
                               int kind __attribute__((unused)),
                               struct FTW *walk __attribute__((unused)))
{
    return remove(path);
}

static inline void world_free(struct world *world)
{
    reader_close(world->core.reader);
    merchants_free(world->core.merchants);
    mailbox_free(world->core.home);
    generation_free(world->generation);
    vault_close(world->vault);
    store_close(world->store);
    nftw(world->directory, world_remove, 8, FTW_DEPTH | FTW_PHYS);
    unit_ctx_free(world->cx);
    process_free(world);
}

/* The snapshot of now. */
static inline struct tx *world_read(struct world *world)
{
    struct tx *tx;

    reader_release(world->core.reader);
    assert_ok(core_read(&world->core, &tx));
    return tx;
}

#endif
