#ifndef GUICHET_TESTS_SUPPORT_CORE_PAYOUT_H
#define GUICHET_TESTS_SUPPORT_CORE_PAYOUT_H

#include "core/payout.h"
#include "support/core_raw.h"

/* Payouts as tests of the core make and read them. */

/* All payouts, oldest first, at most 100. */
static inline struct payout *payouts_now(struct world *world, size_t *count)
{
    const struct page_of page = {.limit = 100, .created_until = INT64_MAX};
    const struct payment_id any = {{0}};
    struct page_found found;
    struct payout *list;

    assert_ok(payout_list(world->cx, world_read(world), any, &page, &list, &found));
    reader_release(world->core.reader);
    assert_int_equal(found.total, found.count);
    *count = found.count;
    return list;
}

static inline struct payout only_payout(struct world *world)
{
    size_t count;
    struct payout *list = payouts_now(world, &count);

    assert_int_equal(count, 1);
    return list[0];
}

static inline struct payout payout_now(struct world *world, struct payout_id id)
{
    struct payout payout;

    assert_ok(payout_load(world->cx, world_read(world), id, &payout));
    reader_release(world->core.reader);
    return payout;
}

/* POST; what it left is in *create. */
static inline err_t payout_try(struct world *world, struct payout_create *create)
{
    create->merchant = &world->merchant;
    WORLD_RUN(world, create, payout_create);
    return create->operation.result;
}

static inline err_t payout_of_payment_try(struct world *world, struct payment_id id,
                                          enum payout_state state, struct payout_create *create)
{
    *create = (struct payout_create){.payments = &id, .payment_count = 1, .state = state};
    return payout_try(world, create);
}

/* What a rail does inside its own body. */
struct payout_step_taken {
    err_t (*step)(struct ctx *cx, struct tx *tx, struct payout_id id);
    struct payout_id id;
};

static inline err_t payout_step_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct payout_step_taken *taken = arg;

    return taken->step(cx, tx, taken->id);
}

static inline err_t payout_step_try(struct world *world,
                                    err_t (*step)(struct ctx *, struct tx *, struct payout_id),
                                    struct payout_id id)
{
    struct payout_step_taken taken = {step, id};

    return tx_run(world->store, world_ctx(world), payout_step_body, &taken);
}

/* A refund of a captured payment that the acquirer will not honour: 21:00 decides. */
static inline void fake_refuses_refund(struct world *world)
{
    fake_say(world->fake, CARD_REFUND, CARD_DECLINED, "05");
}

#endif
