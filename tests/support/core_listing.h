#ifndef GUICHET_TESTS_SUPPORT_CORE_LISTING_H
#define GUICHET_TESTS_SUPPORT_CORE_LISTING_H

#include "core/listing.h"
#include "support/core_request.h"

/* The list of payments, as tests of the core fill and search it. */

static inline void list_build(struct world *world)
{
    struct listing_build build = {.built = false};

    WORLD_RUN(world, &build, listing_build);
    assert_ok(build.operation.result);
}

static inline struct listing_filter everything(void)
{
    return (struct listing_filter){.max_minor = LISTING_AMOUNT_MAX, .limit = 1000};
}

/* How many there are; `lines` may be NULL. */
static inline int64_t found(struct world *world, struct listing_filter filter,
                            struct listing_line **lines)
{
    struct listing_line *here;
    int64_t total;
    size_t count;

    assert_ok(listing_search(world->cx, world_read(world), &filter, &here, &count, &total));
    assert_int_equal(count, total < filter.start                  ? 0
                            : total - filter.start > filter.limit ? filter.limit
                                                                  : total - filter.start);
    reader_release(world->core.reader);
    if (lines != NULL)
        *lines = here;
    return total;
}

static inline int64_t named(struct world *world, const char *name)
{
    struct listing_filter filter = everything();

    filter.name = str_of(name);
    return found(world, filter, NULL);
}

/* A request of SimplyPaie, by link or, with an address, by mail. */
static inline struct pay_request asked_of(struct world *world, const char *name, const char *email,
                                          int64_t minor)
{
    struct request_create create = {
        .merchant = &world->merchant,
        .face = REQUEST_OF_SIMPLYPAIE,
        .life = 90 * DAY_US,
        .sending = {.mode = email == NULL ? REQUEST_BY_LINK : REQUEST_BY_EMAIL,
                    .page = PAGE_STANDARD,
                    .name = str_of(name),
                    .email = email == NULL ? STR_NONE : str_of(email)},
        .terms = terms_of(minor)
    };

    WORLD_RUN(world, &create, request_create);
    assert_ok(create.operation.result);
    return create.request;
}

static inline struct pay_request asked_by(struct world *world, const char *name, int64_t minor)
{
    return asked_of(world, name, NULL, minor);
}

static inline int64_t number_of(const struct pay_request *request)
{
    int64_t number;

    must(str_to_int64(request->terms.order_id, &number));
    return number;
}

#endif
