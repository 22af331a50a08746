#ifndef GUICHET_TESTS_SUPPORT_CORE_REQUEST_H
#define GUICHET_TESTS_SUPPORT_CORE_REQUEST_H

#include "core/request.h"
#include "support/core_raw.h"

/* The calls of requests in one line each. */

static inline struct request_terms terms_of(int64_t minor)
{
    return (struct request_terms){.amount = eur(minor), .capture = true, .authenticate = true};
}

static inline err_t ask_try(struct world *world, struct request_terms terms,
                            struct request_create *create)
{
    struct idempotent *idempotent = create->operation.idempotent;

    *create = (struct request_create){.operation = {.idempotent = idempotent},
                                      .merchant = &world->merchant,
                                      .face = REQUEST_OF_STANCER,
                                      .life = 24 * HOUR_US,
                                      .terms = terms};
    WORLD_RUN(world, create, request_create);
    return create->operation.result;
}

static inline struct pay_request ask(struct world *world, struct request_terms terms)
{
    struct request_create create = {0};

    assert_ok(ask_try(world, terms, &create));
    return create.request;
}

static inline struct pay_request request_now(struct world *world, struct request_id id)
{
    struct pay_request request;

    assert_ok(request_load(world->cx, world_read(world), id, &request));
    reader_release(world->core.reader);
    return request;
}

static inline err_t request_change_try(struct world *world, struct request_id id,
                                       struct request_change *change)
{
    change->merchant = &world->merchant;
    change->id = id;
    WORLD_RUN(world, change, request_change);
    return change->operation.result;
}

static inline err_t request_cancel_try(struct world *world, struct request_id id,
                                       struct request_cancel *cancel)
{
    *cancel = (struct request_cancel){.id = id};
    WORLD_RUN(world, cancel, request_cancel);
    return cancel->operation.result;
}

static inline err_t request_capture_try(struct world *world, struct request_id id,
                                        struct request_capture *capture)
{
    *capture = (struct request_capture){.id = id};
    WORLD_RUN(world, capture, request_capture);
    return capture->operation.result;
}

/* A card of the merchant's own, made before. */
static inline struct card_id card_of(struct world *world, const char *number)
{
    struct card_create create = {.twin = CARD_TWIN_IGNORED};
    struct card_draft draft = card_draft(number);

    assert_ok(card_seal(&world->core, world_ctx(world), &draft, &create.draft));
    WORLD_RUN(world, &create, card_create);
    assert_ok(create.operation.result);
    return create.card.id;
}

/* --- its page --- */

#define REQUEST_PATH "/test_pi_id/status?lang=fr"

static inline err_t page_of_request(struct world *world, struct request_id id,
                                    struct pay_page *page)
{
    *page = (struct pay_page){0};
    reader_release(world->core.reader);
    err_t err = page_open_request(&world->core, world_ctx(world), MODE_TEST, id, page);
    reader_release(world->core.reader);
    return err;
}

static inline struct pay_page request_page_now(struct world *world, struct request_id id)
{
    struct pay_page page;

    assert_ok(page_of_request(world, id, &page));
    return page;
}

static inline struct page_submit request_form(struct world *world, struct request_id id,
                                              const char *token)
{
    struct page_submit submit = {.token = str_of(token), .card = card_draft(VISA)};

    submit.flow.page = request_page_now(world, id);
    submit.flow.browser = browser_of("127.0.0.1");
    submit.flow.browser.local = true;
    submit.flow.page_path = STR(REQUEST_PATH);
    return submit;
}

static inline err_t request_submit(struct world *world, struct request_id id, const char *token,
                                   struct page_submit *submit)
{
    *submit = request_form(world, id, token);
    return submit_run(world, submit);
}

/* Its payments, oldest first. */
static inline size_t request_payments_now(struct world *world, struct request_id id,
                                          struct payment_view **out)
{
    const struct page_of page = {.limit = 100, .created_until = INT64_MAX};
    struct page_found found;

    assert_ok(request_payments(world->cx, world_read(world), id, &page, out, &found));
    reader_release(world->core.reader);
    assert_int_equal(found.total, found.count);
    return found.count;
}

#endif
