#ifndef GUICHET_TESTS_SUPPORT_CORE_PAGE_H
#define GUICHET_TESTS_SUPPORT_CORE_PAGE_H

#include "core/page.h"
#include "support/core_calls.h"

/* What payers do on the pay page. */

#define PAGE_PATH "/ptest_key/paym_id?lang=fr"

static inline err_t page_of_payment(struct world *world, struct payment_id id,
                                    struct pay_page *page)
{
    struct ctx *cx = world_ctx(world);
    struct str path = str_format(cx->arena, "paym_%s", id.raw);

    reader_release(world->core.reader);
    err_t err = page_open(&world->core, cx, world->made.keys.public_key, path, page);
    reader_release(world->core.reader);
    if (world->now == 0)
        return err;
    /* The offset in the database does not know that time stands still. */
    return err;
}

static inline struct pay_page page_now(struct world *world, struct payment_id id)
{
    struct pay_page page;

    assert_ok(page_of_payment(world, id, &page));
    return page;
}

static inline struct browser browser_of(const char *ip)
{
    return (struct browser){.accept = STR("text/html"),
                            .agent = STR("Test/1.0"),
                            .language = STR("fr"),
                            .ip = str_of(ip)};
}

/* The form of a payment is sent with a token; the address is loopback. */
static inline struct page_submit submit_of(struct world *world, struct payment_id id,
                                           const char *token)
{
    struct page_submit submit = {.token = str_of(token), .card = card_draft(VISA)};

    submit.flow.page = page_now(world, id);
    submit.flow.browser = browser_of("127.0.0.1");
    submit.flow.browser.local = true;
    submit.flow.page_path = STR(PAGE_PATH);
    return submit;
}

static inline err_t submit_run(struct world *world, struct page_submit *submit)
{
    WORLD_RUN(world, submit, page_submit);
    return submit->operation.result;
}

static inline err_t submit_try(struct world *world, struct payment_id id, const char *token,
                               struct page_submit *submit)
{
    *submit = submit_of(world, id, token);
    return submit_run(world, submit);
}

/* The payer comes back from its bank with what the bank was given. */
static inline err_t return_try(struct world *world, struct str session,
                               struct page_authenticate *work)
{
    *work = (struct page_authenticate){.token = session};
    work->flow.browser = browser_of("127.0.0.1");
    WORLD_RUN(world, work, page_return);
    return work->operation.result;
}

/* The payer arrives at auth.redirect_url. */
static inline err_t redirect_try(struct world *world, const struct authentication *authentication,
                                 struct page_authenticate *work)
{
    struct str path = authentication_path(world->cx->arena, MODE_TEST, authentication);

    *work = (struct page_authenticate){.token = str_from(path, strlen("/v1/redirect/"))};
    work->flow.browser = browser_of("127.0.0.1");
    WORLD_RUN(world, work, page_redirect);
    return work->operation.result;
}

static inline enum authentication_state authentication_now(struct world *world,
                                                           struct payment_id id)
{
    struct payment_view view;

    assert_ok(payment_view_load(world->cx, world_read(world), id, &view));
    reader_release(world->core.reader);
    assert_true(view.has_authentication);
    return view.authentication.state;
}

#endif
