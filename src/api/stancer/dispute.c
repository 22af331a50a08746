#include "core/dispute.h"

#include "api/stancer/list.h"
#include "api/stancer/payment.h"
#include "api/stancer/payout.h"
#include "api/stancer/routes.h"

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
#define AT_ID FIELD_AT_MORE(struct dispute_out, id, "dspt_")
#define AT_PAYMENT FIELD_AT_MORE(struct dispute_out, payment, "paym_")
#define AT_CURRENCY FIELD_AT_MORE(struct dispute_out, currency, &STANCER_CURRENCIES)
static const struct field OUT[] = {
    {"id",        F_ID,    0, 0,         REQUIRED, SEED, ED_ALL, AT_ID        },
    {"payment",   F_ID,    0, 0,         REQUIRED, SEED, ED_ALL, AT_PAYMENT   },
    {"amount",    F_INT,   0, INT64_MAX, REQUIRED, SEED, ED_ALL, AT(amount)   },
    {"currency",  F_WORD,  0, 0,         REQUIRED, SEED, ED_ALL, AT_CURRENCY  },
    {"response",  F_TEXT,  2, 4,         REQUIRED, SEED, ED_ALL, AT(response) },
    {"order_id",  F_TEXT,  1, 36,        OPTIONAL, SEED, ED_ALL, AT(order_id) },
    {"created",   F_EPOCH, 0, 0,         REQUIRED, SEED, ED_ALL, AT(created)  },
    {"date_bank", F_EPOCH, 0, 0,         OPTIONAL, SEED, ED_2,   AT(date_bank)},
    {"type",      F_TEXT,  0, 16,        REQUIRED, SEED, ED_2,   AT(type)     },
    {"live_mode", F_BOOL,  0, 0,         REQUIRED, DOC,  ED_1,   AT(live_mode)},
};
#undef AT
#undef AT_ID
#undef AT_PAYMENT
#undef AT_CURRENCY
const struct table STANCER_DISPUTE_OUT = TABLE_OF("Dispute", struct dispute_out, OUT);

static void dispute_to_wire(const struct request *request, const struct dispute *dispute,
                            struct dispute_out *out)
{
    *out = (struct dispute_out){
        .id = dispute->id,
        .payment = dispute->payment,
        .amount = dispute->amount.minor,
        .currency = (int)dispute->amount.currency,
        .response = dispute->response,
        .order_id = dispute->order_id,
        .created = dispute->created,
        .type = str_of(dispute_kind_text(dispute->kind)),
        .live_mode = !is_test(request),
    };
    if (dispute->banked != 0) {
        out->date_bank = dispute->banked;
        GIVE(out, date_bank);
    }
}

struct str dispute_text(const struct request *request, const struct dispute *dispute)
{
    struct dispute_out object;

    dispute_to_wire(request, dispute, &object);
    return object_text(request, &STANCER_DISPUTE_OUT, &object);
}

static void dispute_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    struct dispute_out object;

    dispute_to_wire(request, &((const struct dispute *)items)[at], &object);
    object_put(request, out, &STANCER_DISPUTE_OUT, &object);
}

void stancer_dispute_get(struct request *request)
{
    struct dispute_out object;
    struct dispute dispute;
    struct dispute_id id;
    struct tx *tx;

    if (!read_id(request, "dspt_", "dispute", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = dispute_load(request->cx, tx, id, &dispute);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    dispute_to_wire(request, &dispute, &object);
    answer_json(request, 200, object_text(request, &STANCER_DISPUTE_OUT, &object));
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct list_in *in = arg;
    struct page_found found;
    struct dispute *list;

    struct page_of page = PAGE_ASKED(request, in);
    TRY(dispute_list(request->cx, tx, &page, &list, &found));
    *text = list_text(request, "disputes", &page, &found, list, dispute_put);
    return OK;
}

void stancer_dispute_list(struct request *request)
{
    struct list_in *in = arena_make(request->cx->arena, struct list_in);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}

void stancer_payout_disputes(struct request *request)
{
    struct payout_asked asked;
    struct dispute *list;
    struct page_found found;

    if (!read_payout(request, &asked))
        return;
    err_t err =
        disputes_of_payout(request->cx, asked.tx, asked.payout.id, &asked.page, &list, &found);
    if (err == OK)
        answer_list(request, "disputes", &asked.page, &found, list, dispute_put);
    else
        answer_error(request, err);
}

void stancer_payment_disputes(struct request *request)
{
    struct payment payment;
    struct payment_id id;
    struct dispute *list = NULL;
    size_t count = 0;
    struct tx *tx;

    if (!read_id(request, "paym_", "payment", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = payment_load(request->cx, tx, id, &payment);
    if (err == OK)
        err = disputes_of_payment(request->cx, tx, id, &list, &count);
    if (err == OK)
        answer_array(request, list, count, dispute_put);
    else
        answer_error(request, err);
}
