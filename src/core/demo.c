#include "core/demo.h"

enum { DEMO_MINOR = 2599, DEMO_USABLE_H = 12 };
#define DEMO_ORDER "guichet-demo"

/* The one of an earlier start, while somebody still has half a day to use it. */
static err_t demo_find(struct core *core, struct ctx *cx, struct payment *out, bool *found)
{
    const struct payment_filter filter = {.order_id = STR(DEMO_ORDER)};
    const struct page_of page = {.limit = 1,
                                 .newest_first = true,
                                 .created_from = cx->now - DEMO_USABLE_H * HOUR_US,
                                 .created_until = INT64_MAX};
    struct payment *list;
    struct page_found page_found;
    struct tx *tx;

    TRY(core_read(core, &tx));
    TRY(payment_list(cx, tx, &filter, &page, &list, &page_found));
    *found = page_found.count > 0 && list[0].state == PAYMENT_NEW;
    if (*found)
        *out = list[0];
    return OK;
}

static err_t demo_create(struct core *core, struct ctx *cx, const struct merchant *merchant,
                         struct payment *out)
{
    struct payment_create create = {0};

    create.operation.core = core;
    create.operation.cx = cx;
    create.merchant = merchant;
    create.draft = (struct payment_draft){
        .amount = {DEMO_MINOR, CURRENCY_EUR},
        .capture = true,
        .description = STR("Un premier paiement"),
        .order_id = STR(DEMO_ORDER),
        .return_url =
            str_format(cx->arena, "%.*s/", (int)core->public_url.len, core->public_url.ptr),
    };
    TRY(payment_create_wait(&create));
    *out = create.view.payment;
    return OK;
}

err_t demo_payment(struct core *core, struct ctx *cx, struct str public_key, struct str *path)
{
    struct admission admission;
    struct payment payment;
    bool found;

    TRY(merchant_admit(core, cx, FACE_STANCER, public_key, &admission));
    TRY(demo_find(core, cx, &payment, &found));
    if (!found)
        TRY(demo_create(core, cx, &admission.merchant, &payment));
    *path =
        str_format(cx->arena, "/%.*s/paym_%s", (int)public_key.len, public_key.ptr, payment.id.raw);
    return OK;
}
