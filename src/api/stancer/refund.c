#include "core/refund.h"

#include "api/stancer/payment.h"
#include "api/stancer/routes.h"
#include "base/must.h"
#include "core/dispute.h"

struct refund_in {
    struct given given;
    struct payment_id payment;
    int64_t amount;
};
static const struct field IN[] = {
    {"payment", F_ID,  0, 0,          REQUIRED, SEED, ED_ALL, FIELD_AT_MORE(struct refund_in, payment, "paym_")},
    {"amount",  F_INT, 0, 4294967295, OPTIONAL, SEED, ED_ALL, FIELD_AT(struct refund_in, amount)               },
};
const struct table STANCER_REFUND_IN = TABLE_OF("RefundIn", struct refund_in, IN);

#define AT(member) FIELD_AT(struct refund_out, member)
#define AT_MORE(member, more) FIELD_AT_MORE(struct refund_out, member, more)
static const struct field OUT[] = {
    {"id",          F_ID,    0, 0,          REQUIRED, SEED, ED_ALL, AT_MORE(id, "refd_")                  },
    {"payment",     F_ID,    0, 0,          REQUIRED, SEED, ED_ALL, AT_MORE(payment, "paym_")             },
    {"amount",      F_INT,   0, 4294967295, REQUIRED, SEED, ED_ALL, AT(amount)                            },
    {"currency",    F_WORD,  0, 0,          REQUIRED, SEED, ED_ALL, AT_MORE(currency, &STANCER_CURRENCIES)},
    {"status",      F_TEXT,  0, 24,         REQUIRED, SEED, ED_ALL, AT(status)                            },
    {"created",     F_EPOCH, 0, 0,          REQUIRED, SEED, ED_ALL, AT(created)                           },
    {"date_refund", F_EPOCH, 0, 0,          OPTIONAL, DOC,  ED_1,   AT(date_refund)                       },
    {"date_refund", F_DATE,  0, 0,          OPTIONAL, SEED, ED_2,   AT(day_refund)                        },
    {"date_bank",   F_EPOCH, 0, 0,          OPTIONAL, DOC,  ED_1,   AT(date_bank)                         },
    {"date_bank",   F_DATE,  0, 0,          OPTIONAL, SEED, ED_2,   AT(day_bank)                          },
    {"live_mode",   F_BOOL,  0, 0,          REQUIRED, DOC,  ED_1,   AT(live_mode)                         },
};
#undef AT
#undef AT_MORE
const struct table STANCER_REFUND_OUT = TABLE_OF("Refund", struct refund_out, OUT);

struct refund_query {
    struct given given;
    struct list_query list;
};
static const struct field QUERY[] = {LIST_QUERY_ROWS(struct refund_query)};
const struct table STANCER_REFUND_QUERY = TABLE_OF("RefundQuery", struct refund_query, QUERY);

struct dispute_out {
    struct given given;
    struct dispute_id id;
    struct payment_id payment;
    int64_t amount;
    int currency;
    struct str response;
    struct str order_id;
    instant created;
    instant date_bank;
    struct str type;
    bool live_mode;
};
#define AT(member) FIELD_AT(struct dispute_out, member)
#define AT_MORE(member, more) FIELD_AT_MORE(struct dispute_out, member, more)
static const struct field DISPUTE_OUT_FIELDS[] = {
    {"id",        F_ID,    0, 0,          REQUIRED, SEED, ED_ALL, AT_MORE(id, "dspt_")                  },
    {"payment",   F_ID,    0, 0,          REQUIRED, SEED, ED_ALL, AT_MORE(payment, "paym_")             },
    {"amount",    F_INT,   0, 4294967295, REQUIRED, SEED, ED_ALL, AT(amount)                            },
    {"currency",  F_WORD,  0, 0,          REQUIRED, SEED, ED_ALL, AT_MORE(currency, &STANCER_CURRENCIES)},
    {"response",  F_TEXT,  2, 4,          REQUIRED, SEED, ED_ALL, AT(response)                          },
    {"order_id",  F_TEXT,  1, 36,         OPTIONAL, SEED, ED_ALL, AT(order_id)                          },
    {"created",   F_EPOCH, 0, 0,          REQUIRED, SEED, ED_ALL, AT(created)                           },
    {"date_bank", F_EPOCH, 0, 0,          OPTIONAL, SEED, ED_2,   AT(date_bank)                         },
    {"type",      F_TEXT,  0, 16,         REQUIRED, SEED, ED_2,   AT(type)                              },
    {"live_mode", F_BOOL,  0, 0,          REQUIRED, DOC,  ED_1,   AT(live_mode)                         },
};
#undef AT
#undef AT_MORE
const struct table STANCER_DISPUTE_OUT = TABLE_OF("Dispute", struct dispute_out, DISPUTE_OUT_FIELDS);

void refund_to_wire(const struct request *request, const struct refund *refund,
                    struct refund_out *out)
{
    *out = (struct refund_out){
        .id = refund->id,
        .payment = refund->payment,
        .amount = refund->amount.minor,
        .currency = (int)refund->amount.currency,
        .status = str_of(refund_state_text(refund->state)),
        .created = refund->created,
        .live_mode = !is_test(request),
    };
    if (refund->refunded != 0) {
        out->date_refund = refund->refunded;
        out->day_refund = date_paris(refund->refunded);
        GIVE(out, date_refund);
        GIVE(out, day_refund);
    }
    if (refund->banked != 0) {
        out->date_bank = refund->banked;
        out->day_bank = date_paris(refund->banked);
        GIVE(out, date_bank);
        GIVE(out, day_bank);
    }
}

static struct str refund_text(const struct request *request, const struct refund *refund)
{
    struct refund_out out;

    refund_to_wire(request, refund, &out);
    return object_text(request, &STANCER_REFUND_OUT, &out);
}

static struct str created_text(const struct request *request, struct operation *operation)
{
    return refund_text(request, &((struct refund_create *)operation)->refund);
}

static void create_start(struct operation *operation)
{
    refund_create((struct refund_create *)operation);
}

void stancer_refund_create(struct request *request)
{
    struct refund_create *create = arena_make(request->cx->arena, struct refund_create);
    struct refund_in in;

    if (!read_body(request, &in))
        return;
    create->payment = in.payment;
    create->whole = !GIVEN(&in, amount);
    create->amount_minor = in.amount;
    call_create(request, &create->operation, create_start, created_text);
}

void stancer_refund_get(struct request *request)
{
    struct refund refund;
    struct refund_id id;
    struct tx *tx;

    if (!read_id(request, "refd_", "refund", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = refund_load(request->cx, tx, id, &refund);
    if (err == OK)
        answer_json(request, 200, refund_text(request, &refund));
    else
        answer_error(request, err);
}

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    buf_put(out, refund_text(request, &((const struct refund *)items)[at]));
}

void stancer_refund_list(struct request *request)
{
    struct refund_query in;
    struct refund *refunds;
    struct page_found found;
    struct tx *tx;

    if (!read_query(request, &in) || !read_tx(request, &tx))
        return;
    struct page_of page = PAGE_ASKED(request, &in);
    err_t err = refund_list(request->cx, tx, &page, &refunds, &found);
    if (err == OK)
        answer_list(request, "refunds", &page, &found, refunds, list_put);
    else
        answer_error(request, err);
}

/* A bare array, [] when there is nothing: null or an object would break the PHP library (api/stancer.md 8). */
static void answer_array(struct request *request, const void *items, size_t count,
                         list_item *item)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    buf_put_byte(&out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_put_byte(&out, ',');
        item(request, &out, items, i);
    }
    buf_put_byte(&out, ']');
    must(!out.failed);
    answer_json(request, 200, buf_str(&out));
}

void stancer_payment_refunds(struct request *request)
{
    struct payment payment;
    struct payment_id id;
    struct refund *refunds;
    size_t count;
    struct tx *tx;

    if (!read_id(request, "paym_", "payment", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = payment_load(request->cx, tx, id, &payment);
    if (err == OK)
        err = refunds_of_payment(request->cx, tx, id, &refunds, &count);
    if (err == OK)
        answer_array(request, refunds, count, list_put);
    else
        answer_error(request, err);
}

struct disputes {
    const struct payment *payment;
    const struct dispute *list;
};

static void dispute_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    const struct disputes *disputes = items;
    const struct dispute *dispute = &disputes->list[at];
    struct dispute_out object = {
        .id = dispute->id,
        .payment = dispute->payment,
        .amount = dispute->amount.minor,
        .currency = (int)dispute->amount.currency,
        .response = dispute->response,
        .order_id = disputes->payment->order_id,
        .created = dispute->created,
        .type = STR("chargeback"),
        .live_mode = !is_test(request),
    };

    if (dispute->banked != 0) {
        object.date_bank = dispute->banked;
        GIVE(&object, date_bank);
    }
    buf_put(out, object_text(request, &STANCER_DISPUTE_OUT, &object));
}

void stancer_payment_disputes(struct request *request)
{
    struct payment payment;
    struct payment_id id;
    struct dispute *list;
    size_t count;
    struct tx *tx;

    if (!read_id(request, "paym_", "payment", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = payment_load(request->cx, tx, id, &payment);
    if (err == OK)
        err = disputes_of_payment(request->cx, tx, id, &list, &count);
    struct disputes disputes = {&payment, list};
    if (err == OK)
        answer_array(request, &disputes, count, dispute_put);
    else
        answer_error(request, err);
}
