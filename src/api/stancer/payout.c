#include "api/stancer/payout.h"

#include "api/stancer/error.h"
#include "api/stancer/payment.h"
#include "api/stancer/routes.h"
#include "api/stancer/texts.h"

/* --- tables
 * ----------------------------------------------------------------------------------------- */

struct payout_query {
    struct given given;
    struct list_query list;
    struct payment_id payment;
};
#define AT(member) FIELD_AT(struct payout_query, member)
#define AT_PAYMENT FIELD_AT_MORE(struct payout_query, payment, "paym_")
static const struct field QUERY[] = {
    {"start",         F_INT,     0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(list.start)        },
    {"limit",         F_INT,     1, 100,       OPTIONAL, SEED, ED_ALL, AT(list.limit)        },
    {"created",       F_EPOCH,   0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created)      },
    {"created",       F_RFC3339, 0, 0,         OPTIONAL, SEED, ED_2,   AT(list.created)      },
    {"created_until", F_EPOCH,   0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created_until)},
    {"payment",       F_ID,      0, 0,         OPTIONAL, SEED, ED_2,   AT_PAYMENT            },
};
#undef AT
#undef AT_PAYMENT
const struct table STANCER_PAYOUT_QUERY = TABLE_OF("PayoutQuery", struct payout_query, QUERY);

/* The words of the seed. "error" is never sent (api/stancer.md 10): it makes one that failed. */
enum { STATUS_ERROR = PAYOUT_FAILED + 1 };
static const char *const STATUS_TEXTS[] = {NULL,   "pending", "to_pay", "sent",
                                           "paid", "failed",  "error"};
static const struct words STATUSES = {STATUS_TEXTS, ARRAY_LEN(STATUS_TEXTS), false};

struct payout_in {
    struct given given;
    struct field_list payments;
    struct field_list disputes;
    struct field_list refunds;
    int status;
    struct date date;
    struct str description;
};
#define AT(member) FIELD_AT(struct payout_in, member)
#define AT_PAYMENTS FIELD_AT_MORE(struct payout_in, payments, "paym_")
#define AT_DISPUTES FIELD_AT_MORE(struct payout_in, disputes, "dspt_")
#define AT_REFUNDS FIELD_AT_MORE(struct payout_in, refunds, "refd_")
#define AT_STATUS FIELD_AT_MORE(struct payout_in, status, &STATUSES)
#define MOST PAYOUT_OBJECTS_MAX
#define TEXT_MOST PAYOUT_DESCRIPTION_MAX
static const struct field IN[] = {
    {"payments",    F_IDS,        0, MOST,      OPTIONAL, SEED, ED_2, AT_PAYMENTS    },
    {"disputes",    F_IDS,        0, MOST,      OPTIONAL, SEED, ED_2, AT_DISPUTES    },
    {"refunds",     F_IDS,        0, MOST,      OPTIONAL, SEED, ED_2, AT_REFUNDS     },
    {"status",      F_WORD,       0, 0,         OPTIONAL, SEED, ED_2, AT_STATUS      },
    {"date",        F_DATE,       0, 0,         OPTIONAL, SEED, ED_2, AT(date)       },
    {"date",        F_EPOCH_DATE, 0, 0,         OPTIONAL, DOC,  ED_2, AT(date)       },
    {"description", F_TEXT,       0, TEXT_MOST, OPTIONAL, SEED, ED_2, AT(description)},
};
#undef AT
#undef AT_PAYMENTS
#undef AT_DISPUTES
#undef AT_REFUNDS
#undef AT_STATUS
#undef MOST
#undef TEXT_MOST
const struct table STANCER_PAYOUT_IN = TABLE_OF("PayoutIn", struct payout_in, IN);

struct sum_out {
    struct given given;
    int64_t amount;
    int64_t count;
    int64_t fees;
};
#define AT(member) FIELD_AT(struct sum_out, member)
static const struct field SUM_FIELDS[] = {
    {"amount", F_INT, INT64_MIN, INT64_MAX, REQUIRED, SEED, ED_2, AT(amount)},
    {"count",  F_INT, 0,         INT64_MAX, REQUIRED, SEED, ED_2, AT(count) },
    {"fees",   F_INT, 0,         INT64_MAX, REQUIRED, SEED, ED_2, AT(fees)  },
};
#undef AT
static const struct table SUM = TABLE_OF("PayoutSum", struct sum_out, SUM_FIELDS);

struct methods_out {
    struct given given;
    struct sum_out card;
    struct sum_out sepa;
};
#define AT_CARD FIELD_AT_MORE(struct methods_out, card, &SUM)
#define AT_SEPA FIELD_AT_MORE(struct methods_out, sepa, &SUM)
static const struct field METHOD_FIELDS[] = {
    {"card", F_OBJECT, 0, 0, REQUIRED, SEED, ED_2, AT_CARD},
    {"sepa", F_OBJECT, 0, 0, REQUIRED, SEED, ED_2, AT_SEPA},
};
#undef AT_CARD
#undef AT_SEPA
static const struct table METHODS = TABLE_OF("PayoutMethods", struct methods_out, METHOD_FIELDS);

struct part_out {
    struct given given;
    int64_t amount;
    struct methods_out method;
};
#define AT(member) FIELD_AT(struct part_out, member)
#define AT_METHOD FIELD_AT_MORE(struct part_out, method, &METHODS)
static const struct field PART_FIELDS[] = {
    {"amount", F_INT,    INT64_MIN, INT64_MAX, REQUIRED, SEED, ED_ALL, AT(amount)},
    {"method", F_OBJECT, 0,         0,         REQUIRED, SEED, ED_2,   AT_METHOD },
};
#undef AT
#undef AT_METHOD
static const struct table PART = TABLE_OF("PayoutPart", struct part_out, PART_FIELDS);

struct payout_out {
    struct given given;
    struct payout_id id;
    int64_t amount;
    int currency;
    struct part_out payments;
    struct part_out refunds;
    struct part_out disputes;
    int64_t fees;
    int64_t fees_vat;
    struct str status;
    struct date date;
    instant date_paym;
    instant date_bank;
    struct date day_bank;
    struct str statement_description;
    instant created;
    bool live_mode;
};
#define AT(member) FIELD_AT(struct payout_out, member)
#define AT_ID FIELD_AT_MORE(struct payout_out, id, "pout_")
#define AT_CURRENCY FIELD_AT_MORE(struct payout_out, currency, &STANCER_CURRENCIES)
#define AT_PAYMENTS FIELD_AT_MORE(struct payout_out, payments, &PART)
#define AT_REFUNDS FIELD_AT_MORE(struct payout_out, refunds, &PART)
#define AT_DISPUTES FIELD_AT_MORE(struct payout_out, disputes, &PART)
#define AT_STATEMENT FIELD_AT(struct payout_out, statement_description)
static const struct field OUT[] = {
    {"id",                    F_ID,     0, 0,         REQUIRED, SEED, ED_ALL, AT_ID        },
    {"amount",                F_INT,    0, INT64_MAX, REQUIRED, DOC,  ED_ALL, AT(amount)   },
    {"currency",              F_WORD,   0, 0,         REQUIRED, SEED, ED_ALL, AT_CURRENCY  },
    {"payments",              F_OBJECT, 0, 0,         REQUIRED, SEED, ED_ALL, AT_PAYMENTS  },
    {"refunds",               F_OBJECT, 0, 0,         REQUIRED, SEED, ED_ALL, AT_REFUNDS   },
    {"disputes",              F_OBJECT, 0, 0,         REQUIRED, SEED, ED_ALL, AT_DISPUTES  },
    {"fees",                  F_INT,    0, INT64_MAX, REQUIRED, SEED, ED_ALL, AT(fees)     },
    {"fees_vat",              F_INT,    0, INT64_MAX, REQUIRED, SEED, ED_2,   AT(fees_vat) },
    {"status",                F_TEXT,   0, 24,        REQUIRED, SEED, ED_ALL, AT(status)   },
    {"date",                  F_DATE,   0, 0,         REQUIRED, SEED, ED_2,   AT(date)     },
    {"date_paym",             F_EPOCH,  0, 0,         REQUIRED, DOC,  ED_1,   AT(date_paym)},
    {"date_paym",             F_DATE,   0, 0,         REQUIRED, OURS, ED_2,   AT(date)     },
    {"date_bank",             F_EPOCH,  0, 0,         OPTIONAL, DOC,  ED_1,   AT(date_bank)},
    {"date_bank",             F_DATE,   0, 0,         OPTIONAL, OURS, ED_2,   AT(day_bank) },
    {"statement_description", F_TEXT,   0, 140,       OPTIONAL, DOC,  ED_ALL, AT_STATEMENT },
    {"created",               F_EPOCH,  0, 0,         REQUIRED, DOC,  ED_ALL, AT(created)  },
    {"live_mode",             F_BOOL,   0, 0,         REQUIRED, DOC,  ED_1,   AT(live_mode)},
};
#undef AT
#undef AT_ID
#undef AT_CURRENCY
#undef AT_PAYMENTS
#undef AT_REFUNDS
#undef AT_DISPUTES
#undef AT_STATEMENT
const struct table STANCER_PAYOUT_OUT = TABLE_OF("Payout", struct payout_out, OUT);

/* --- writing
 * ---------------------------------------------------------------------------------------- */

static struct sum_out sum_to_wire(const struct payable_sum *sum, enum payable_kind kind)
{
    return (struct sum_out){
        .amount = kind == PAYABLE_PAYMENT ? sum->amount_minor : -sum->amount_minor,
        .count = sum->count,
        .fees = sum->fees_minor,
    };
}

static struct part_out part_to_wire(const struct payout *payout, enum payable_kind kind)
{
    const struct payable_sum *sums = payout->sums.of[kind];

    return (struct part_out){
        .amount = payout_amount_of(payout, kind),
        .method = {.card = sum_to_wire(&sums[METHOD_CARD], kind),
                   .sepa = sum_to_wire(&sums[METHOD_SEPA], kind)},
    };
}

static void payout_to_wire(const struct request *request, const struct payout *payout,
                           struct payout_out *out)
{
    *out = (struct payout_out){
        .id = payout->id,
        .amount = payout->amount.minor,
        .currency = (int)payout->amount.currency,
        .payments = part_to_wire(payout, PAYABLE_PAYMENT),
        .refunds = part_to_wire(payout, PAYABLE_REFUND),
        .disputes = part_to_wire(payout, PAYABLE_DISPUTE),
        .fees = payout_fees(payout),
        .fees_vat = payout_fees_vat(payout),
        .status = str_of(payout_state_text(payout->state)),
        .date = payout->day,
        .date_paym = payout_morning(payout),
        .statement_description = payout->description,
        .created = payout->created,
        .live_mode = !is_test(request),
    };
    if (payout->banked != 0) {
        out->date_bank = payout->banked;
        out->day_bank = date_paris(payout->banked);
        GIVE(out, date_bank);
        GIVE(out, day_bank);
    }
}

struct str payout_text(const struct request *request, const struct payout *payout)
{
    struct payout_out *out = arena_make(request->cx->arena, struct payout_out);

    payout_to_wire(request, payout, out);
    return object_text(request, &STANCER_PAYOUT_OUT, out);
}

/* --- handlers
 * --------------------------------------------------------------------------------------- */

/* [doc] v1 has payouts for live keys only. True when it has answered. */
static bool not_in_v1_test(struct request *request)
{
    if (!is_v1(request) || !is_test(request))
        return false;
    answer_plain_error(request, 501, STR("Not implemented"));
    return true;
}

bool read_payout(struct request *request, struct payout_asked *out)
{
    struct payout_id id;
    struct list_in in;

    if (not_in_v1_test(request) || !read_id(request, "pout_", "payout", id.raw) ||
        !read_query(request, &in) || !read_tx(request, &out->tx))
        return false;
    out->page = PAGE_ASKED(request, &in);
    err_t err = payout_load(request->cx, out->tx, id, &out->payout);
    if (err != OK)
        answer_error(request, err);
    return err == OK;
}

void stancer_payout_get(struct request *request)
{
    struct payout payout;
    struct payout_id id;
    struct tx *tx;

    if (not_in_v1_test(request) || !read_id(request, "pout_", "payout", id.raw) ||
        !read_tx(request, &tx))
        return;
    err_t err = payout_load(request->cx, tx, id, &payout);
    if (err == OK)
        answer_json(request, 200, payout_text(request, &payout));
    else
        answer_error(request, err);
}

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    struct payout_out object;

    payout_to_wire(request, &((const struct payout *)items)[at], &object);
    object_put(request, out, &STANCER_PAYOUT_OUT, &object);
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct payout_query *in = arg;
    struct page_found found;
    struct payout *payouts;

    struct page_of page = PAGE_ASKED(request, in);
    TRY(payout_list(request->cx, tx, in->payment, &page, &payouts, &found));
    *text = list_text(request, "payouts", &page, &found, payouts, list_put);
    return OK;
}

void stancer_payout_list(struct request *request)
{
    struct payout_query *in = arena_make(request->cx->arena, struct payout_query);

    if (!not_in_v1_test(request) && read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = payout_text(request, &((struct payout_create *)operation)->payout);
    return OK;
}

static void create_start(struct operation *operation)
{
    payout_create((struct payout_create *)operation);
}

static enum payout_state state_asked(const struct payout_in *in)
{
    if (in->status == 0)
        return PAYOUT_PAID;
    return in->status == STATUS_ERROR ? PAYOUT_FAILED : (enum payout_state)in->status;
}

void stancer_payout_create(struct request *request)
{
    struct payout_create *create = arena_make(request->cx->arena, struct payout_create);
    struct payout_in in;

    if (!is_test(request)) {
        response_header(request, STR("Allow"), STR("GET, HEAD"));
        answer_plain_error(request, 405, STR("Method not allowed"));
        return;
    }
    if (!read_body(request, &in))
        return;
    create->merchant = &admitted(request)->merchant;
    create->payments = in.payments.items;
    create->payment_count = in.payments.count;
    create->refunds = in.refunds.items;
    create->refund_count = in.refunds.count;
    create->disputes = in.disputes.items;
    create->dispute_count = in.disputes.count;
    create->state = state_asked(&in);
    create->day = in.date;
    create->description = text_or_none(in.description);
    call_create(request, &create->operation, create_start, created_text);
}
