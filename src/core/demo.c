#include "core/demo.h"

enum { DEMO_MINOR = 2599 };

err_t demo_payment(struct core *core, struct ctx *cx, struct str public_key, struct str *path)
{
    struct admission admission;
    struct payment_create create = {0};

    TRY(merchant_admit(core, cx, public_key, &admission));
    create.operation.core = core;
    create.operation.cx = cx;
    create.merchant = &admission.merchant;
    create.draft = (struct payment_draft){
        .amount = {DEMO_MINOR, CURRENCY_EUR},
        .capture = true,
        .description = STR("Un premier paiement"),
        .return_url = str_format(cx->arena, "%.*s/", (int)core->public_url.len,
                                 core->public_url.ptr),
    };
    TRY(payment_create_wait(&create));
    *path = str_format(cx->arena, "/%.*s/paym_%s", (int)public_key.len, public_key.ptr,
                       create.view.payment.id.raw);
    return OK;
}
