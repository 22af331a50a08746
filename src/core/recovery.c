#include "core/recovery.h"

#include "base/log.h"
#include "base/must.h"
#include "core/attempt.h"
#include "core/holder.h"
#include "core/merchant.h"
#include "core/payment.h"
#include "core/task.h"

/* Attempts taken back in one transaction; after how long an answer cannot come any more (the
 * caller's whole budget is 25 s, cards.md 3.3). */
enum { AT_ONCE = 256, LOST_AFTER_S = 120, SWEEP_ARENA = 16 << 20 };

struct recovery {
    struct core *core;
    instant before;
    size_t count;
    int64_t dead; /* the holder that is settled, or 0 */
};

static err_t take_back(struct ctx *cx, struct tx *tx, struct vault *vault,
                       const struct attempt_left *left)
{
    struct merchant merchant;
    struct attempt attempt;
    struct payment payment;
    struct card card;

    cx->merchant = left->merchant;
    cx->mode = left->mode;
    TRY(merchant_load(cx, tx, left->merchant, &merchant));
    merchant_time(cx, &merchant);
    TRY(attempt_load(cx, tx, left->id, &attempt));
    TRY(payment_load(cx, tx, attempt.payment, &payment));
    TRY(card_load(cx, tx, attempt.card, true, &card));
    card_fingerprint_renew(cx, vault, &card);
    TRY(attempt_lost(cx, tx, attempt.id, card.fingerprint));
    TRY(task_put(cx, tx, TASK_CARD_REVERSE, attempt.id.raw, cx->now));
    payment.response = STR("68");
    TRY(payment_move(cx, tx, &payment, PAYMENT_FAILED));
    log_event(cx, EV_RECOVERED, LOG_ID("attempt", attempt.id), LOG_ID("payment", payment.id));
    return OK;
}

static err_t all_take_back(struct ctx *cx, struct tx *tx, const struct recovery *recovery,
                           const struct attempt_left *left)
{
    for (size_t i = 0; i < recovery->count; i++)
        TRY(take_back(cx, tx, recovery->core->vault, &left[i]));
    return OK;
}

static err_t recover_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct recovery *recovery = arg;
    struct attempt_left *left = arena_array(cx->arena, struct attempt_left, AT_ONCE);

    TRY(attempt_left(cx, tx, recovery->core->holder, recovery->before, left, AT_ONCE,
                     &recovery->count));
    return all_take_back(cx, tx, recovery, left);
}

/* One that has come back meanwhile is not dead. The last portion takes its row along. */
static err_t dead_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct recovery *recovery = arg;
    struct attempt_left *left = arena_array(cx->arena, struct attempt_left, AT_ONCE);

    TRY(holder_dead(cx, tx, recovery->core->holder, &recovery->dead));
    recovery->count = 0;
    if (recovery->dead == 0)
        return OK;
    TRY(attempt_left_of(cx, tx, recovery->dead, left, AT_ONCE, &recovery->count));
    TRY(all_take_back(cx, tx, recovery, left));
    return recovery->count < AT_ONCE ? holder_forget(cx, tx, recovery->dead) : OK;
}

static err_t recover(struct core *core, struct ctx *cx, instant before, int64_t *recovered)
{
    struct recovery recovery = {.core = core, .before = before};
    struct arena_mark mark = arena_mark(cx->arena);

    do {
        arena_rewind(cx->arena, mark);
        TRY(tx_run(core->store, cx, recover_body, &recovery));
        *recovered += (int64_t)recovery.count;
    } while (recovery.count == AT_ONCE);
    return OK;
}

err_t recovery_of_dead(struct core *core, struct ctx *cx, int64_t *recovered)
{
    struct recovery recovery = {.core = core};
    struct arena_mark mark = arena_mark(cx->arena);

    must(core->holder != NULL);
    *recovered = 0;
    do {
        arena_rewind(cx->arena, mark);
        TRY(tx_run(core->store, cx, dead_body, &recovery));
        *recovered += (int64_t)recovery.count;
    } while (recovery.dead != 0);
    return OK;
}

err_t recovery_start(struct core *core, struct ctx *cx, int64_t *recovered)
{
    if (core->holder != NULL)
        return recovery_of_dead(core, cx, recovered);
    *recovered = 0;
    return recover(core, cx, cx->real + DAY_US, recovered);
}

void recovery_sweep(struct core *core)
{
    struct ctx cx = {.arena = arena_new(SWEEP_ARENA), .ids = core->ids, .real = clock_now()};
    int64_t recovered = 0;
    err_t err = recover(core, &cx, cx.real - LOST_AFTER_S * SECOND_US, &recovered);

    if (err != OK)
        log_event(&cx, EV_TASK_FAILED, LOG_WORD("task", "recovery"), LOG_ERR(err));
    arena_free(cx.arena);
}
