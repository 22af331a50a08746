#include "core/refund.h"

#include "api/stancer/list.h"
#include "api/stancer/payment.h"
#include "api/stancer/payout.h"
#include "api/stancer/routes.h"

struct refund_in {
    struct given given;
    struct payment_id payment;
    int64_t amount;
};
#define AT(member) FIELD_AT(struct refund_in, member)
#define AT_PAYMENT FIELD_AT_MORE(struct refund_in, payment, "paym_")
static const struct field IN[] = {
    {"payment", F_ID,  0, 0,         REQUIRED, SEED, ED_ALL, AT_PAYMENT},
    {"amount",  F_INT, 0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(amount)},
};
#undef AT
#undef AT_PAYMENT
const struct table STANCER_REFUND_IN = TABLE_OF("RefundIn", struct refund_in, IN);

#define AT(member) FIELD_AT(struct refund_out, member)
#define AT_ID FIELD_AT_MORE(struct refund_out, id, "refd_")
#define AT_PAYMENT FIELD_AT_MORE(struct refund_out, payment, "paym_")
#define AT_CURRENCY FIELD_AT_MORE(struct refund_out, currency, &STANCER_CURRENCIES)
static const struct field OUT[] = {
    {"id",          F_ID,    0, 0,         REQUIRED, SEED, ED_ALL, AT_ID          },
    {"payment",     F_ID,    0, 0,         REQUIRED, SEED, ED_ALL, AT_PAYMENT     },
    {"amount",      F_INT,   0, INT64_MAX, REQUIRED, SEED, ED_ALL, AT(amount)     },
    {"currency",    F_WORD,  0, 0,         REQUIRED, SEED, ED_ALL, AT_CURRENCY    },
    {"status",      F_TEXT,  0, 24,        REQUIRED, SEED, ED_ALL, AT(status)     },
    {"created",     F_EPOCH, 0, 0,         REQUIRED, SEED, ED_ALL, AT(created)    },
    {"date_refund", F_EPOCH, 0, 0,         OPTIONAL, DOC,  ED_1,   AT(date_refund)},
    {"date_refund", F_DATE,  0, 0,         OPTIONAL, SEED, ED_2,   AT(day_refund) },
    {"date_bank",   F_EPOCH, 0, 0,         OPTIONAL, DOC,  ED_1,   AT(date_bank)  },
    {"date_bank",   F_DATE,  0, 0,         OPTIONAL, SEED, ED_2,   AT(day_bank)   },
    {"live_mode",   F_BOOL,  0, 0,         REQUIRED, DOC,  ED_1,   AT(live_mode)  },
};
#undef AT
#undef AT_ID
#undef AT_PAYMENT
#undef AT_CURRENCY
const struct table STANCER_REFUND_OUT = TABLE_OF("Refund", struct refund_out, OUT);

struct refund_query {
    struct given given;
    struct list_query list;
};
#define AT(member) FIELD_AT(struct refund_query, member)
static const struct field QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, SEED, ED_ALL, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created_until)},
};
#undef AT
const struct table STANCER_REFUND_QUERY = TABLE_OF("RefundQuery", struct refund_query, QUERY);

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

struct str refund_text(const struct request *request, const struct refund *refund)
{
    struct refund_out out;

    refund_to_wire(request, refund, &out);
    return object_text(request, &STANCER_REFUND_OUT, &out);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = refund_text(request, &((struct refund_create *)operation)->refund);
    return OK;
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
    struct refund_out object;

    refund_to_wire(request, &((const struct refund *)items)[at], &object);
    object_put(request, out, &STANCER_REFUND_OUT, &object);
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct refund_query *in = arg;
    struct page_found found;
    struct refund *refunds;

    struct page_of page = PAGE_ASKED(request, in);
    TRY(refund_list(request->cx, tx, &page, &refunds, &found));
    *text = list_text(request, "refunds", &page, &found, refunds, list_put);
    return OK;
}

void stancer_refund_list(struct request *request)
{
    struct refund_query *in = arena_make(request->cx->arena, struct refund_query);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}

void stancer_payout_refunds(struct request *request)
{
    struct payout_asked asked;
    struct refund *refunds;
    struct page_found found;

    if (!read_payout(request, &asked))
        return;
    err_t err =
        refunds_of_payout(request->cx, asked.tx, asked.payout.id, &asked.page, &refunds, &found);
    if (err == OK)
        answer_list(request, "refunds", &asked.page, &found, refunds, list_put);
    else
        answer_error(request, err);
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
