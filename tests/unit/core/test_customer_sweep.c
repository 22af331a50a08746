#include "core/mandate_operator.h"
#include "support/core_sweep.h"

/* Customers, their accounts, mandates and cards: each call of the store fails once
 * (support/core_sweep.h). */

static err_t customer_made(struct scene *scene)
{
    struct customer_create work = {
        .twin = TWIN_BY_EXTERNAL_ID,
        .draft = {.email = STR("ada@example.com"), .external_id = str_of(scene->token)}
    };

    WORLD_RUN(scene->world, &work, customer_create);
    return work.operation.result;
}

CASE(customer_is_made)
{
    sweep_run(&(struct sweep){NULL, customer_made, NULL});
}

/* With a reference of its own in each round: what was rolled back took it back. */
static err_t account_made(struct scene *scene)
{
    const struct bank_account_draft draft = {.iban = STR("FR7630006000011234567890189"),
                                             .name = STR("Ada Lovelace")};
    struct bank_account_create work = {
        .mandate = {str_of(scene->token), WORLD_START - DAY_US, false}
    };

    TRY(bank_account_seal(&scene->world->core, world_ctx(scene->world), &draft, &work.draft));
    WORLD_RUN(scene->world, &work, bank_account_create);
    scene->mandate = work.account.mandate;
    return work.operation.result;
}

CASE(bank_account_is_made_with_its_mandate)
{
    sweep_run(&(struct sweep){NULL, account_made, NULL});
}

static void with_account(struct scene *scene)
{
    assert_ok(account_made(scene));
}

static err_t mandate_changed(struct scene *scene)
{
    struct mandate_change work = {.id = scene->mandate,
                                  .change = MANDATE_UMR | MANDATE_SIGNED_AT | MANDATE_PDF,
                                  .umr =
                                      str_format(scene->world->cx->arena, "%s-new", scene->token),
                                  .signed_at = WORLD_START - 2 * DAY_US,
                                  .pdf = STR("%PDF-1.4")};

    WORLD_RUN(scene->world, &work, mandate_change);
    return work.operation.result;
}

CASE(mandate_is_changed)
{
    sweep_run(&(struct sweep){with_account, mandate_changed, NULL});
}

static err_t mandate_revoked(struct scene *scene)
{
    struct mandate_change work = {.id = scene->mandate, .remove = true};

    WORLD_RUN(scene->world, &work, mandate_change);
    return work.operation.result;
}

CASE(mandate_is_revoked)
{
    sweep_run(&(struct sweep){with_account, mandate_revoked, NULL});
}

static err_t card_made(struct scene *scene)
{
    struct card_create work = {.twin = CARD_TWIN_IGNORED};
    struct card_draft draft = card_draft(VISA);

    assert_ok(card_seal(&scene->world->core, world_ctx(scene->world), &draft, &work.draft));
    WORLD_RUN(scene->world, &work, card_create);
    return work.operation.result;
}

CASE(card_is_made)
{
    sweep_run(&(struct sweep){NULL, card_made, NULL});
}

static err_t card_removed(struct scene *scene)
{
    struct card_change work = {.remove = true, .values = {.id = scene->payment.card}};

    WORLD_RUN(scene->world, &work, card_change);
    return work.operation.result;
}

CASE(card_is_removed)
{
    sweep_run(&(struct sweep){scene_to_capture, card_removed, NULL});
}

UNIT_MAIN(T(customer_is_made), T(bank_account_is_made_with_its_mandate), T(mandate_is_changed),
          T(mandate_is_revoked), T(card_is_made), T(card_is_removed))
