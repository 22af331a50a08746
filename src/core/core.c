#include "core/core.h"

#include <stddef.h>

#include "base/must.h"
#include "core/bank_rail.h"
#include "core/idempotency.h"
#include "core/task.h"

/* How often an operation tries again after losing a race before it gives up with ERR_BUSY. */
enum { OPERATION_TRIES_MAX = 8 };

/* How long what has happened outside waits for a database that was lost; afterwards it is settled
 * like what a crash leaves (core/recovery.h). */
#define LASTING_MAX_US (60 * SECOND_US)

err_t core_read(struct core *core, struct tx **tx)
{
    return reader_tx(core->reader, tx);
}

err_t core_card_rail(const struct core *core, struct ctx *cx, const struct card_rail **out)
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

err_t core_debits(const struct core *core, struct ctx *cx)
{
    if (cx->mode == MODE_LIVE && (core->bank == NULL || !core->bank->live))
        return fault(cx, ERR_UNAVAILABLE, "sepa", "no bank is configured");
    return OK;
}

static void write_again(struct operation *operation)
{
    ctx_clear_faults(operation->cx);
    operation_write(operation, operation->job.body, operation->then);
}

static void released(struct message *message)
{
    struct hold *hold = (struct hold *)message;

    write_again((struct operation *)((char *)hold - offsetof(struct operation, hold)));
}

/* False: it has waited long enough, or nobody is there who would let it go. */
static bool operation_rests(struct operation *operation, int64_t max_us)
{
    struct hold *hold = &operation->hold;
    int64_t now_us = clock_monotonic_us();

    if (hold->until_us == 0)
        hold->until_us = now_us + max_us;
    if (operation->core->tasks == NULL || now_us >= hold->until_us)
        return false;
    hold->home = operation->core->home;
    hold->released = released;
    tasks_hold(operation->core->tasks, hold);
    return true;
}

/* A connection that was lost may be there again in a moment; a disk that fails is not. */
static bool is_away(const struct operation *operation, err_t err)
{
    return operation->lasting && store_shared(operation->core->store) &&
           (err == ERR_UNAVAILABLE || err == ERR_IO);
}

static void operation_wrote(struct message *message)
{
    struct job *job = (struct job *)message;
    struct operation *operation = (struct operation *)job;

    if (is_away(operation, job->result) && operation_rests(operation, LASTING_MAX_US))
        return;
    if (job->result == ERR_BUSY && operation->held) {
        if (!operation_rests(operation, HOLD_MAX_US)) {
            operation->hold.until_us = 0;
            operation->then(operation, ERR_BUSY);
        }
        return;
    }
    bool twin = operation->idempotent != NULL && operation->idempotent->running;
    if (job->result == ERR_BUSY && !twin && operation->tries < OPERATION_TRIES_MAX) {
        operation->tries++;
        write_again(operation);
        return;
    }
    operation->tries = 0;
    operation->hold.until_us = 0;
    operation->then(operation, job->result);
}

void operation_write(struct operation *operation, tx_body *body,
                     void (*then)(struct operation *operation, err_t err))
{
    operation->then = then;
    operation->held = false;
    operation->allowed = (struct card_id){{0}};
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
