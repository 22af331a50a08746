#include "base/must.h"
#include "core/page_debit.h"
#include "core/page_flow.h"
#include "core/request_link.h"
#include "core/request_row.h"

struct str page_subject(const struct pay_page *page)
{
    return page->has_request ? ID_TEXT(page->request.id) : ID_TEXT(page->view.payment.id);
}

/* The payment that the page speaks of: the one that succeeded, or else the last one. */
static err_t shown_load(struct ctx *cx, struct tx *tx, struct pay_page *page)
{
    const struct pay_request *request = &page->request;
    struct payment *payment = &page->view.payment;
    bool found = !ID_NONE(request->payment);

    page->view = (struct payment_view){0};
    if (found)
        TRY(payment_load(cx, tx, request->payment, payment));
    else
        TRY(request_attempt(cx, tx, request->id, payment, &found));
    if (!found)
        *payment = request_as_payment(request);
    return payment_view_fill(cx, tx, &page->view);
}

/* The card that the merchant gave, as long as it can be used. */
static err_t saved_load(struct ctx *cx, struct tx *tx, struct pay_page *page)
{
    const struct pay_request *request = &page->request;

    page->has_saved = false;
    if (request->state != REQUEST_REQUIRE_AUTHENTICATION || ID_NONE(request->terms.card))
        return OK;
    TRY(card_load(cx, tx, request->terms.card, true, &page->saved));
    page->has_saved = card_usable(cx, &page->saved) == OK && page->saved.sealed.ptr != NULL &&
                      !card_expired(&page->saved, cx->now);
    ctx_clear_faults(cx);
    return OK;
}

/* What is special about the page of a pay link. */
static void link_fill(struct pay_page *page)
{
    const struct pay_request *request = &page->request;

    page->is_link = request->face == REQUEST_OF_SIMPLYPAIE;
    page->is_short = page->is_link && request->sending.page == PAGE_SHORT;
    page->holder = page->is_link ? request->sending.name : STR_NONE;
}

err_t page_request_fill(struct ctx *cx, struct tx *tx, struct pay_page *page)
{
    must(page->has_request);
    link_fill(page);
    TRY(shown_load(cx, tx, page));
    if (request_is_open(&page->request))
        request_terms_put(&page->request, &page->view.payment);
    TRY(saved_load(cx, tx, page));
    return page_debit_fill(cx, tx, page);
}

err_t page_load(struct ctx *cx, struct tx *tx, struct pay_page *page)
{
    struct payment_id id = page->view.payment.id;

    if (page->has_request) {
        TRY(request_load(cx, tx, page->request.id, &page->request));
        return page_request_fill(cx, tx, page);
    }
    page->view = (struct payment_view){0};
    TRY(payment_view_load(cx, tx, id, &page->view));
    return page_debit_fill(cx, tx, page);
}

/* The rest of a page whose request is there. */
static err_t page_fill(struct core *core, struct ctx *cx, struct tx *tx, struct pay_page *out)
{
    out->mode = cx->mode;
    out->has_request = true;
    TRY(page_request_fill(cx, tx, out));
    page_methods_fill(core, cx, out);
    page_judge(core, cx, out);
    return OK;
}

err_t page_open_request(struct core *core, struct ctx *cx, enum mode mode, struct request_id id,
                        struct pay_page *out)
{
    struct tx *tx;

    TRY(core_read(core, &tx));
    err_t err = request_of_page(cx, tx, id, mode, &out->request);
    ctx_clear_faults(cx);
    TRY(err);
    /* One request, one page: that of a pay link is known by its token alone. */
    if (out->request.face == REQUEST_OF_SIMPLYPAIE)
        return ERR_NOT_FOUND;
    TRY(merchant_load(cx, tx, cx->merchant, &out->merchant));
    merchant_time(cx, &out->merchant);
    return page_fill(core, cx, tx, out);
}

err_t page_open_link(struct core *core, struct ctx *cx, struct str account, struct str token,
                     struct pay_page *out)
{
    struct request_id id;
    struct tx *tx;

    TRY(core_read(core, &tx));
    TRY(link_find(cx, tx, token, LINK_OF_REQUEST, id.raw));
    TRY(merchant_load(cx, tx, cx->merchant, &out->merchant));
    if (!str_eq(account, out->merchant.account))
        return ERR_NOT_FOUND;
    merchant_time(cx, &out->merchant);
    TRY(request_load(cx, tx, id, &out->request));
    return page_fill(core, cx, tx, out);
}
