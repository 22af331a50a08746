#include "api/safedebit/news.h"

#include "base/must.h"
#include "core/mandate_form.h"
#include "wire/json.h"

enum { BODY_MAX = 1024 };

static bool tells(struct str type)
{
    return str_eq(type, STR("mandate_form.ended"));
}

/* [seed] The three return parameters, and nothing else. */
static err_t write(struct core *core, struct ctx *cx, struct tx *tx,
                   const struct delivery *delivery, struct str *body)
{
    struct buf out = buf_make(cx->arena, BODY_MAX);
    struct mandate_form_id id;
    struct mandate_form form;
    struct consumer consumer;

    (void)core;
    must(ID_PARSE(delivery->object, &id));
    TRY(mandate_form_load(cx, tx, id, &form));
    TRY(consumer_load(cx, tx, form.consumer, &consumer));
    buf_put(&out, STR("{\"safedebit_consumer_reference\":"));
    json_put_text(&out, consumer.reference);
    buf_put(&out, STR(",\"umr\":"));
    json_put_text(&out, mandate_form_umr(&form));
    buf_put(&out, STR(",\"status\":"));
    json_put_text(&out, mandate_form_word(form.state));
    buf_put_byte(&out, '}');
    must(!out.failed);
    *body = buf_str(&out);
    return OK;
}

const struct event_writer SAFEDEBIT_NEWS = {
    .channel = CHANNEL_SAFEDEBIT, .tells = tells, .write = write};
