#include "cli/backend.h"

#include "base/crypto.h"
#include "base/log.h"
#include "cli/presence.h"
#include "core/holder.h"

static err_t keys_body(struct ctx *cx, struct tx *tx, void *arg)
{
    return vault_init(cx, tx, arg);
}

struct opening {
    const uint8_t *kek;
    struct vault *vault;
};

static err_t vault_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct opening *opening = arg;

    return vault_open(cx, tx, opening->kek, &opening->vault);
}

static err_t vault_try(struct ctx *cx, const struct config *config,
                       const struct backend_options *options, struct backend *backend)
{
    uint8_t kek[KEK_SIZE];
    struct opening opening = {.kek = kek};

    TRY(kek_load(cx, config->kek_file.ptr, kek));
    err_t err = options->make_keys ? tx_run(backend->store, cx, keys_body, kek) : OK;
    if (err == OK)
        err = backend_read(cx, backend, vault_body, &opening);
    crypto_wipe(kek, sizeof kek);
    backend->vault = opening.vault;
    return err;
}

err_t backend_open(struct ctx *cx, const struct config *config,
                   const struct backend_options *options, struct backend *out)
{
    const struct store_options store = {
        .url = config->store_url.ptr,
        .create = options->create,
        .migrate = options->migrate,
        .sync_delay_us = config->sync_delay_us,
    };

    *out = (struct backend){.store = NULL};
    TRY(store_open(cx, &store, &out->store));
    err_t err = store_shared(out->store) ? presence_start(cx, out->store, &out->presence) : OK;
    if (err != OK) {
        store_close(out->store);
        out->store = NULL;
        return fault(cx, err, "store", "cannot be written to");
    }
    size_t before = cx->fault_count;
    err = vault_try(cx, config, options, out);
    if (err != OK) {
        /* Everything but cards and secrets works without it. */
        const struct fault *made = cx->fault_count > before ? &cx->faults[before] : NULL;
        out->vault_why = made == NULL ? str_of(err_text(err))
                                      : str_format(cx->arena, "%s %s", made->field, made->text);
        cx->fault_count = before;
        log_event(cx, EV_VAULT_UNAVAILABLE, LOG_ERR(err));
    }
    out->generation = generation_new();
    return OK;
}

void backend_finish(struct backend *backend)
{
    presence_stop(backend->presence);
    store_finish(backend->store);
}

void backend_close(struct backend *backend)
{
    backend_finish(backend);
    presence_free(backend->presence);
    vault_close(backend->vault);
    store_close(backend->store);
    generation_free(backend->generation);
    *backend = (struct backend){.store = NULL};
}

err_t backend_read(struct ctx *cx, struct backend *backend, read_body *body, void *arg)
{
    struct reader *reader;
    struct tx *tx;

    TRY(reader_open(backend->store, &reader));
    err_t err = reader_tx(reader, &tx);
    if (err == OK)
        err = body(cx, tx, arg);
    reader_close(reader);
    return err;
}

err_t backend_write(struct ctx *cx, struct backend *backend, tx_body *body, void *arg)
{
    TRY(tx_run(backend->store, cx, body, arg));
    generation_raise(backend->generation);
    return OK;
}

struct company {
    const struct holder *holder;
    int64_t others;
};

static err_t others_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct company *company = arg;

    return holder_others(cx, tx, company->holder, &company->others);
}

err_t backend_alone(struct ctx *cx, struct backend *backend, bool *alone)
{
    struct company company = {.holder = presence_holder(backend->presence)};

    TRY(backend_read(cx, backend, others_body, &company));
    *alone = company.others == 0;
    return OK;
}
