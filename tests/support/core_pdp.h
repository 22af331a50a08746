#ifndef GUICHET_TESTS_SUPPORT_CORE_PDP_H
#define GUICHET_TESTS_SUPPORT_CORE_PDP_H

#include "core/pdp_mandate.h"
#include "support/core_calls.h"

/* Mandates of clients, as tests make and read them. SIRENs pass their check; the first digit says
 * what the platform of test mode does about them. */
#define SIREN_PLAIN "100000009"
#define SIREN_CLOSED "600000004"
#define SIREN_SILENT "800000002"
#define SIREN_UNKNOWN "900000001"

static inline struct pdp_mandate pdp_draft(const char *siren)
{
    return (struct pdp_mandate){
        .starts = date_paris(WORLD_START),
        .line = {.siren = str_of(siren), .name = STR("Atelier Exemple")},
    };
}

static inline struct pdp_mandate_create pdp_create(struct world *world, struct pdp_mandate *items,
                                                   size_t count)
{
    struct pdp_mandate_create create = {.items = items, .count = count, .alone = count == 1};

    WORLD_RUN(world, &create, pdp_mandate_create);
    return create;
}

/* Made, or the test fails. */
static inline struct pdp_mandate pdp_made(struct world *world, struct pdp_mandate draft)
{
    struct pdp_mandate_create create = pdp_create(world, &draft, 1);

    assert_int_equal(create.operation.result, OK);
    return draft;
}

static inline struct pdp_mandate pdp_now(struct world *world, struct pdp_mandate_id id)
{
    struct pdp_mandate mandate;

    assert_ok(pdp_mandate_load(world->cx, world_read(world), id, &mandate));
    reader_release(world->core.reader);
    return mandate;
}

static inline err_t pdp_revoke(struct world *world, struct pdp_mandate_id id)
{
    struct pdp_mandate_revoke revoke = {.id = id};

    WORLD_RUN(world, &revoke, pdp_mandate_revoke);
    return revoke.operation.result;
}

#endif
