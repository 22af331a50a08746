#include "core/sms.h"

#include "base/must.h"

bool sms_possible(const struct core *core, const struct ctx *cx)
{
    return cx->mode == MODE_TEST || core->sends_sms;
}

err_t sms_put(struct ctx *cx, struct tx *tx, const struct sms *sms)
{
    struct delivery delivery = {
        .channel = CHANNEL_SMS,
        .receiver = STR("sms"),
        .address = sms->to,
        .type = str_of(sms->kind),
        .object = str_of(sms->object),
        .body = sms->text,
    };

    must(sms->to.len > 0);
    must(sms->text.len > 0 && sms->text.len <= SMS_TEXT_MAX);
    ID_NEW(cx->ids, &delivery.event);
    return outbox_put(cx, tx, &delivery);
}
