#include "api/safedebit/news.h"

#include "api/safedebit/levy.h"
#include "base/must.h"
#include "core/mandate_form.h"
#include "wire/json.h"

enum { BODY_MAX = 8 << 10 };

struct told_out {
    struct given given;
    struct str sdd;
    struct str reference;
    struct str consumer;
    struct str umr;
    struct str amount;
    struct str due;
    struct str status;
    struct str reason;
};
#define AT(member) FIELD_AT(struct told_out, member)
static const struct field TOLD_FIELDS[] = {
    {"sdd_reference",                F_TEXT, 1, 35, REQUIRED, OURS, ED_ALL, AT(sdd)      },
    {"payment_reference",            F_TEXT, 1, 64, REQUIRED, OURS, ED_ALL, AT(reference)},
    {"safedebit_consumer_reference", F_TEXT, 1, 35, REQUIRED, OURS, ED_ALL, AT(consumer) },
    {"umr",                          F_TEXT, 1, 35, REQUIRED, OURS, ED_ALL, AT(umr)      },
    {"amount",                       F_TEXT, 1, 18, REQUIRED, OURS, ED_ALL, AT(amount)   },
    {"due_date",                     F_TEXT, 1, 10, REQUIRED, OURS, ED_ALL, AT(due)      },
    {"status",                       F_TEXT, 1, 20, REQUIRED, OURS, ED_ALL, AT(status)   },
    {"reason",                       F_TEXT, 1, 64, SPARSE,   OURS, ED_ALL, AT(reason)   },
};
#undef AT
static const struct table TOLD = TABLE_OF("LevyTold", struct told_out, TOLD_FIELDS);
/* "levy.settled" */
static bool status_of(struct str type, enum levy_status *out)
{
    static const struct str HEAD = STR_INIT("levy.");

    return str_starts(type, HEAD) && levy_status_parse(str_from(type, HEAD.len), out);
}

static const struct str FORM_ENDED = STR_INIT("mandate_form.ended");

static bool tells(struct str type)
{
    enum levy_status status;

    return str_eq(type, FORM_ENDED) || status_of(type, &status);
}

/* [seed] The three return parameters of a form, and nothing else. */
static err_t write_form(struct ctx *cx, struct tx *tx, struct str object, struct str *body)
{
    struct buf out = buf_make(cx->arena, BODY_MAX);
    struct mandate_form_id id;
    struct mandate_form form;
    struct consumer consumer;

    must(ID_PARSE(object, &id));
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

/* The status is that of the news, whatever the levy is by now. */
static err_t write_levy(struct ctx *cx, struct tx *tx, const struct delivery *delivery,
                        struct str *body)
{
    struct buf out = buf_make(cx->arena, BODY_MAX);
    enum levy_status status;
    struct levy_view view;
    struct payment_id id;

    must(status_of(delivery->type, &status));
    must(ID_PARSE(delivery->object, &id));
    TRY(levy_view_load(cx, tx, id, &view));
    bool back = status == LEVY_REJECTED || status == LEVY_RETURNED;
    const struct told_out told = {
        .sdd = view.levy.sdd_reference,
        .reference = view.levy.payment_reference,
        .consumer = view.consumer,
        .umr = view.umr,
        .amount = str_format(cx->arena, "%lld", (long long)view.payment.amount.minor),
        .due = levy_day_wire(cx->arena, view.payment.date_settlement),
        .status = levy_status_wire(status),
        .reason = back ? view.reason : STR_NONE,
    };
    field_write(&out, &TOLD, ED_ALL, &told);
    must(!out.failed);
    *body = buf_str(&out);
    return OK;
}

static err_t write_told(struct core *core, struct ctx *cx, struct tx *tx,
                        const struct delivery *delivery, struct str *body)
{
    (void)core;
    if (str_eq(delivery->type, FORM_ENDED))
        return write_form(cx, tx, delivery->object, body);
    return write_levy(cx, tx, delivery, body);
}

const struct event_writer SAFEDEBIT_NEWS = {
    .channel = CHANNEL_SAFEDEBIT, .tells = tells, .write = write_told};
