#include "core/core.h"

#include "base/must.h"
#include "core/idempotency.h"

/* How often an operation tries again after losing a race before it gives up with ERR_BUSY. */
enum { OPERATION_TRIES_MAX = 8 };

err_t core_read(struct core *core, struct tx **tx)
{
    return reader_tx(core->reader, tx);
}

err_t core_card_rail(struct core *core, struct ctx *cx, const struct card_rail **out)
{
    const struct card_rail *rail = cx->mode == MODE_LIVE ? core->live_rail : core->test_rail;

    if (rail == NULL || core->vault == NULL || core->cvc == NULL)
        return fault(cx, ERR_UNAVAILABLE, "card",
                     cx->mode == MODE_LIVE ? "no live card connector is configured"
                                           : "card payments are not available");
    must(rail->live == (cx->mode == MODE_LIVE));
    *out = rail;
    return OK;
}

static void operation_wrote(struct message *message)
{
    struct job *job = (struct job *)message;
    struct operation *operation = (struct operation *)job;

    bool twin = operation->idempotent != NULL && operation->idempotent->running;
    if (job->result == ERR_BUSY && !twin && operation->tries < OPERATION_TRIES_MAX) {
        operation->tries++;
        operation_write(operation, job->body, operation->then);
        return;
    }
    operation->tries = 0;
    operation->then(operation, job->result);
}

void operation_write(struct operation *operation, tx_body *body,
                     void (*then)(struct operation *operation, err_t err))
{
    operation->then = then;
    operation->job = (struct job){
        .done = {.run = operation_wrote},
        .home = operation->core->home,
        .cx = operation->cx,
        .body = body,
        .arg = operation,
    };
    err_t err = store_submit(operation->core->store, &operation->job);
    if (err != OK)
        then(operation, fault(operation->cx, err, NULL, "too many requests are waiting"));
}

void operation_end(struct operation *operation, err_t err)
{
    operation->result = err;
    operation->done(operation);
}
