#include "api/stancer/news.h"

#include <string.h>

#include "api/stancer/face.h"
#include "api/stancer/payment.h"
#include "api/stancer/texts.h"
#include "base/must.h"
#include "core/dispute.h"

/* One kind of object: the core's word for it, the face's, and what writes it. object is the id
 * without prefix. */
struct telling {
    const char *kind;
    const char *word;
    bool creates; /* "….created" exists */
    bool updates; /* "….updated" exists */
    err_t (*write)(struct request *request, struct tx *tx, struct str object, struct str *data);
};

static err_t payment_data(struct request *request, struct tx *tx, struct str object,
                          struct str *data)
{
    struct payment_view view = {0};
    struct payment_id id;

    must(ID_PARSE(object, &id));
    TRY(payment_view_load(request->cx, tx, id, &view));
    *data = payment_text(request, &view, NULL, 0);
    return OK;
}

static err_t refund_data(struct request *request, struct tx *tx, struct str object,
                         struct str *data)
{
    struct refund refund;
    struct refund_id id;

    must(ID_PARSE(object, &id));
    TRY(refund_load(request->cx, tx, id, &refund));
    *data = refund_text(request, &refund);
    return OK;
}

static err_t dispute_data(struct request *request, struct tx *tx, struct str object,
                          struct str *data)
{
    struct dispute dispute;
    struct dispute_id id;

    must(ID_PARSE(object, &id));
    TRY(dispute_load(request->cx, tx, id, &dispute));
    *data = dispute_text(request, &dispute);
    return OK;
}

static err_t payout_data(struct request *request, struct tx *tx, struct str object,
                         struct str *data)
{
    struct payout payout;
    struct payout_id id;

    must(ID_PARSE(object, &id));
    TRY(payout_load(request->cx, tx, id, &payout));
    *data = payout_text(request, &payout);
    return OK;
}

static err_t request_data(struct request *request, struct tx *tx, struct str object,
                          struct str *data)
{
    struct pay_request asked;
    struct request_id id;

    must(ID_PARSE(object, &id));
    TRY(request_load(request->cx, tx, id, &asked));
    if (asked.face == REQUEST_OF_SIMPLYPAIE) { /* its link names the account */
        struct admission *admission = request->face;
        TRY(merchant_load(request->cx, tx, request->cx->merchant, &admission->merchant));
    }
    *data = intent_text(request, &asked);
    return OK;
}

static err_t mandate_data(struct request *request, struct tx *tx, struct str object,
                          struct str *data)
{
    struct mandate mandate;
    struct mandate_id id;

    must(ID_PARSE(object, &id));
    TRY(mandate_load(request->cx, tx, id, &mandate));
    *data = mandate_text(request, &mandate);
    return OK;
}

/* A new kind of object: a row here, and news_put() where it changes. */
static const struct telling TELLINGS[] = {
    {"payment", "payment",        true,  true,  payment_data},
    {"refund",  "refund",         true,  true,  refund_data },
    {"dispute", "dispute",        true,  false, dispute_data},
    {"payout",  "payout",         true,  true,  payout_data },
    {"request", "payment_intent", false, true,  request_data},
    {"mandate", "mandate",        false, true,  mandate_data},
};

/* What a type of the core is here; *what is ".created" or ".updated". */
static const struct telling *telling_of(struct str type, struct str *what)
{
    size_t dot = str_find(type, '.');

    *what = str_from(type, dot);
    for (size_t i = 0; i < ARRAY_LEN(TELLINGS); i++) {
        if (str_eq(str_sub(type, 0, dot), str_of(TELLINGS[i].kind)) &&
            (str_eq(*what, STR(".created")) ? TELLINGS[i].creates : TELLINGS[i].updates))
            return &TELLINGS[i];
    }
    return NULL;
}

static bool news_tells(struct str type)
{
    struct str what;

    return telling_of(type, &what) != NULL;
}

/* The object as GET of v2 shows it: the functions that write it take the request, of which they use
 * context, edition, mode and the base of links. */
static err_t news_write(struct core *core, struct ctx *cx, struct tx *tx,
                        const struct delivery *delivery, struct str *body)
{
    struct admission admission = {.mode = cx->mode, .kind = KEY_SECRET};
    struct request request = {.cx = cx, .core = core, .mount = &STANCER_V2, .face = &admission};
    struct str what;
    const struct telling *telling = telling_of(delivery->type, &what);
    struct str data;

    if (telling == NULL)
        return ERR_NOT_FOUND;
    TRY(telling->write(&request, tx, delivery->object, &data));
    struct buf out = buf_make(cx->arena, data.len + 256);
    buf_format(&out, "{\"id\":\"evnt_%s\",\"type\":\"%s%.*s\",\"data\":", delivery->event.raw,
               telling->word, (int)what.len, what.ptr);
    buf_put(&out, data);
    buf_put_byte(&out, '}');
    must(!out.failed);
    *body = buf_str(&out);
    return OK;
}

const struct event_writer STANCER_NEWS = {
    .channel = CHANNEL_STANCER, .tells = news_tells, .write = news_write};
