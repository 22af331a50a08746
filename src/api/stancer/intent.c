#include "api/stancer/intent.h"

#include "api/stancer/list.h"
#include "api/stancer/payment.h"
#include "api/stancer/routes.h"
#include "api/stancer/texts.h"
#include "base/must.h"
#include "core/request_link.h"

/* Payment intents (api/stancer.md 11): the core's requests in the words of this face. v2 only. */

static const char PREFIX[] = "pi_";
static const char KIND[] = "request";

/* --- tables ----------------------------------------------------------------------------------- */

enum { THREEDS_REQUIRED = 1, THREEDS_NONE };
static const char *const THREEDS_TEXTS[] = {NULL, "required", "none"};
static const struct words THREEDS_MODES = {THREEDS_TEXTS, ARRAY_LEN(THREEDS_TEXTS), false};

enum { FIELD_CREATED = 1, FIELD_DUE };
static const char *const FIELD_TEXTS[] = {NULL, "created", "due"};
static const struct words FIELDS = {FIELD_TEXTS, ARRAY_LEN(FIELD_TEXTS), false};

struct intent_query {
    struct given given;
    struct list_query list;
    struct str order_id;
    struct card_id card;
    struct bank_account_id sepa;
    int field;
    int order;
};
#define AT(member) FIELD_AT(struct intent_query, member)
#define AT_CARD FIELD_AT_MORE(struct intent_query, card, "card_")
#define AT_SEPA FIELD_AT_MORE(struct intent_query, sepa, "sepa_")
#define AT_FIELD FIELD_AT_MORE(struct intent_query, field, &FIELDS)
#define AT_ORDER FIELD_AT_MORE(struct intent_query, order, &STANCER_ORDERS)
static const struct field QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_2, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, SEED, ED_2, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created_until)},
    {"order_id",      F_TEXT,  1, 36,        OPTIONAL, SEED, ED_2, AT(order_id)          },
    {"card",          F_ID,    0, 0,         OPTIONAL, SEED, ED_2, AT_CARD               },
    {"sepa",          F_ID,    0, 0,         OPTIONAL, SEED, ED_2, AT_SEPA               },
    {"field",         F_WORD,  0, 0,         OPTIONAL, SEED, ED_2, AT_FIELD              },
    {"order",         F_WORD,  0, 0,         OPTIONAL, SEED, ED_2, AT_ORDER              },
};
#undef AT
#undef AT_CARD
#undef AT_SEPA
#undef AT_FIELD
#undef AT_ORDER
const struct table STANCER_INTENT_QUERY =
    TABLE_OF("PaymentIntentQuery", struct intent_query, QUERY);

struct intent_payments_query {
    struct given given;
    struct list_query list;
};
#define AT(member) FIELD_AT(struct intent_payments_query, member)
static const struct field PAYMENTS_QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_2, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, SEED, ED_2, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_2, AT(list.created_until)},
};
#undef AT
const struct table STANCER_INTENT_PAYMENTS_QUERY =
    TABLE_OF("PaymentIntentPaymentsQuery", struct intent_payments_query, PAYMENTS_QUERY);

struct intent_in {
    struct given given;
    struct str description;
    int64_t amount;
    int currency;
    struct customer_id customer;
    struct str order_id;
    unsigned methods_allowed;
    struct card_id card;
    struct bank_account_id sepa;
    struct str metadata;
    struct str return_url;
    int threeds;
    struct date date_settlement;
    bool capture;
    struct address_id billing_address;
    struct address_id shipping_address;
};
#define AT(member) FIELD_AT(struct intent_in, member)
#define AT_CURRENCY FIELD_AT_MORE(struct intent_in, currency, &STANCER_CURRENCIES)
#define AT_CUSTOMER FIELD_AT_MORE(struct intent_in, customer, "cust_")
#define AT_METHODS FIELD_AT_MORE(struct intent_in, methods_allowed, &STANCER_METHODS)
#define AT_CARD FIELD_AT_MORE(struct intent_in, card, "card_")
#define AT_SEPA FIELD_AT_MORE(struct intent_in, sepa, "sepa_")
#define AT_THREEDS FIELD_AT_MORE(struct intent_in, threeds, &THREEDS_MODES)
#define AT_BILLING FIELD_AT_MORE(struct intent_in, billing_address, "addr_")
#define AT_SHIPPING FIELD_AT_MORE(struct intent_in, shipping_address, "addr_")
static const struct field IN[] = {
    {"description",      F_TEXT,       3, 64,         OPTIONAL, SEED, ED_2, AT(description)    },
    {"amount",           F_INT,        0, 4294967295, REQUIRED, SEED, ED_2, AT(amount)         },
    {"currency",         F_WORD,       0, 0,          OPTIONAL, SEED, ED_2, AT_CURRENCY        },
    {"customer",         F_ID,         0, 0,          OPTIONAL, SEED, ED_2, AT_CUSTOMER        },
    {"order_id",         F_TEXT,       1, 36,         OPTIONAL, SEED, ED_2, AT(order_id)       },
    {"methods_allowed",  F_WORDS,      1, 2,          OPTIONAL, SEED, ED_2, AT_METHODS         },
    {"card",             F_ID,         0, 0,          OPTIONAL, SEED, ED_2, AT_CARD            },
    {"sepa",             F_ID,         0, 0,          OPTIONAL, SEED, ED_2, AT_SEPA            },
    {"metadata",         F_JSON,       0, 0,          OPTIONAL, SEED, ED_2, AT(metadata)       },
    {"return_url",       F_URL,        1, 65536,      OPTIONAL, SEED, ED_2, AT(return_url)     },
    {"threeds",          F_WORD,       0, 0,          OPTIONAL, SEED, ED_2, AT_THREEDS         },
    {"date_settlement",  F_DATE,       0, 0,          OPTIONAL, SEED, ED_2, AT(date_settlement)},
    {"date_settlement",  F_EPOCH_DATE, 0, 0,          OPTIONAL, DOC,  ED_2, AT(date_settlement)},
    {"capture",          F_BOOL,       0, 0,          OPTIONAL, SEED, ED_2, AT(capture)        },
    {"billing_address",  F_ID,         0, 0,          OPTIONAL, DOC,  ED_2, AT_BILLING         },
    {"shipping_address", F_ID,         0, 0,          OPTIONAL, DOC,  ED_2, AT_SHIPPING        },
};
const struct table STANCER_INTENT_IN = TABLE_STRICT_OF("PaymentIntentIn", struct intent_in, IN);

static const struct field UPDATE[] = {
    {"description",      F_TEXT,       3, 64,         OPTIONAL, SEED, ED_2, AT(description)    },
    {"amount",           F_INT,        0, 4294967295, OPTIONAL, SEED, ED_2, AT(amount)         },
    {"currency",         F_WORD,       0, 0,          OPTIONAL, SEED, ED_2, AT_CURRENCY        },
    {"customer",         F_ID,         0, 0,          OPTIONAL, SEED, ED_2, AT_CUSTOMER        },
    {"order_id",         F_TEXT,       1, 36,         OPTIONAL, SEED, ED_2, AT(order_id)       },
    {"methods_allowed",  F_WORDS,      1, 2,          OPTIONAL, SEED, ED_2, AT_METHODS         },
    {"card",             F_ID,         0, 0,          OPTIONAL, SEED, ED_2, AT_CARD            },
    {"sepa",             F_ID,         0, 0,          OPTIONAL, SEED, ED_2, AT_SEPA            },
    {"metadata",         F_JSON,       0, 0,          OPTIONAL, SEED, ED_2, AT(metadata)       },
    {"return_url",       F_URL,        1, 65536,      OPTIONAL, SEED, ED_2, AT(return_url)     },
    {"threeds",          F_WORD,       0, 0,          OPTIONAL, SEED, ED_2, AT_THREEDS         },
    {"date_settlement",  F_DATE,       0, 0,          OPTIONAL, SEED, ED_2, AT(date_settlement)},
    {"date_settlement",  F_EPOCH_DATE, 0, 0,          OPTIONAL, DOC,  ED_2, AT(date_settlement)},
    {"capture",          F_BOOL,       0, 0,          OPTIONAL, SEED, ED_2, AT(capture)        },
    {"billing_address",  F_ID,         0, 0,          OPTIONAL, DOC,  ED_2, AT_BILLING         },
    {"shipping_address", F_ID,         0, 0,          OPTIONAL, DOC,  ED_2, AT_SHIPPING        },
};
const struct table STANCER_INTENT_UPDATE =
    TABLE_STRICT_OF("PaymentIntentUpdate", struct intent_in, UPDATE);
#undef AT
#undef AT_CURRENCY
#undef AT_CUSTOMER
#undef AT_METHODS
#undef AT_CARD
#undef AT_SEPA
#undef AT_THREEDS
#undef AT_BILLING
#undef AT_SHIPPING

struct intent_out {
    struct given given;
    struct request_id id;
    instant created_at;
    int64_t amount;
    int currency;
    struct str description;
    struct customer_id customer;
    struct card_id card;
    struct bank_account_id sepa;
    struct payment_id payment;
    unsigned methods_allowed;
    struct str order_id;
    struct str status;
    struct str metadata;
    int threeds;
    struct str date_settlement;
    bool capture;
    struct str return_url;
    struct str url;
    struct address_id billing_address;
    struct address_id shipping_address;
};
#define AT(member) FIELD_AT(struct intent_out, member)
#define AT_ID FIELD_AT_MORE(struct intent_out, id, PREFIX)
#define AT_CURRENCY FIELD_AT_MORE(struct intent_out, currency, &STANCER_CURRENCIES)
#define AT_CUSTOMER FIELD_AT_MORE(struct intent_out, customer, "cust_")
#define AT_CARD FIELD_AT_MORE(struct intent_out, card, "card_")
#define AT_SEPA FIELD_AT_MORE(struct intent_out, sepa, "sepa_")
#define AT_PAYMENT FIELD_AT_MORE(struct intent_out, payment, "paym_")
#define AT_METHODS FIELD_AT_MORE(struct intent_out, methods_allowed, &STANCER_METHODS)
#define AT_THREEDS FIELD_AT_MORE(struct intent_out, threeds, &THREEDS_MODES)
#define AT_BILLING FIELD_AT_MORE(struct intent_out, billing_address, "addr_")
#define AT_SHIPPING FIELD_AT_MORE(struct intent_out, shipping_address, "addr_")
static const struct field OUT[] = {
    {"id",               F_ID,    0,  0,          REQUIRED, SEED, ED_2, AT_ID              },
    {"created_at",       F_EPOCH, 0,  0,          REQUIRED, SEED, ED_2, AT(created_at)     },
    {"amount",           F_INT,   0,  4294967295, REQUIRED, SEED, ED_2, AT(amount)         },
    {"currency",         F_WORD,  0,  0,          REQUIRED, SEED, ED_2, AT_CURRENCY        },
    {"description",      F_TEXT,  3,  64,         OPTIONAL, SEED, ED_2, AT(description)    },
    {"customer",         F_ID,    0,  0,          OPTIONAL, SEED, ED_2, AT_CUSTOMER        },
    {"card",             F_ID,    0,  0,          OPTIONAL, SEED, ED_2, AT_CARD            },
    {"sepa",             F_ID,    0,  0,          OPTIONAL, SEED, ED_2, AT_SEPA            },
    {"payment",          F_ID,    0,  0,          OPTIONAL, SEED, ED_2, AT_PAYMENT         },
    {"methods_allowed",  F_WORDS, 1,  2,          REQUIRED, SEED, ED_2, AT_METHODS         },
    {"order_id",         F_TEXT,  1,  36,         OPTIONAL, SEED, ED_2, AT(order_id)       },
    {"status",           F_TEXT,  1,  32,         REQUIRED, SEED, ED_2, AT(status)         },
    {"metadata",         F_JSON,  0,  0,          OPTIONAL, SEED, ED_2, AT(metadata)       },
    {"threeds",          F_WORD,  0,  0,          REQUIRED, SEED, ED_2, AT_THREEDS         },
    {"date_settlement",  F_TEXT,  10, 10,         OPTIONAL, SEED, ED_2, AT(date_settlement)},
    {"capture",          F_BOOL,  0,  0,          REQUIRED, SEED, ED_2, AT(capture)        },
    {"return_url",       F_TEXT,  0,  65536,      OPTIONAL, DOC,  ED_2, AT(return_url)     },
    {"url",              F_TEXT,  1,  2048,       REQUIRED, DOC,  ED_2, AT(url)            },
    {"billing_address",  F_ID,    0,  0,          OPTIONAL, DOC,  ED_2, AT_BILLING         },
    {"shipping_address", F_ID,    0,  0,          OPTIONAL, DOC,  ED_2, AT_SHIPPING        },
};
#undef AT
#undef AT_ID
#undef AT_CURRENCY
#undef AT_CUSTOMER
#undef AT_CARD
#undef AT_SEPA
#undef AT_PAYMENT
#undef AT_METHODS
#undef AT_THREEDS
#undef AT_BILLING
#undef AT_SHIPPING
const struct table STANCER_INTENT_OUT = TABLE_OF("PaymentIntent", struct intent_out, OUT);

/* --- reading and writing ---------------------------------------------------------------------- */

/* Intents take ids only. */
static err_t terms_read(struct request *request, const struct intent_in *in,
                        struct request_terms *terms)
{
    struct ctx *cx = request->cx;

    if (GIVEN(in, sepa) && GIVEN(in, card))
        return fault(cx, ERR_INVALID, "sepa", "card and sepa exclude each other");
    *terms = (struct request_terms){
        .amount = {in->amount, GIVEN(in, currency) ? (enum currency)in->currency : CURRENCY_EUR},
        .capture = !GIVEN(in, capture) || in->capture,
        .methods = in->methods_allowed,
        .authenticate = in->threeds != THREEDS_NONE,
        .customer = in->customer,
        .card = in->card,
        .account = in->sepa,
        .description = in->description,
        .order_id = in->order_id,
        .metadata = in->metadata,
        .return_url = in->return_url,
        .billing_address = in->billing_address,
        .shipping_address = in->shipping_address,
    };
    if (GIVEN(in, date_settlement))
        terms->date_settlement = date_text(cx->arena, in->date_settlement);
    return OK;
}

/* The page lies on this host; the libraries read the address from here (api/stancer.md 12). One of
 * SimplyPaie has the link that was sent, unless the vault is away. */
static struct str page_url(const struct request *request, const struct pay_request *from)
{
    struct str base = request->core->public_url;
    struct str link;

    if (from->face == REQUEST_OF_SIMPLYPAIE &&
        request_link(request->core, request->cx, &admitted(request)->merchant, from, &link) == OK)
        return link;

    return str_format(request->cx->arena, "%.*s/%s%s%s", (int)base.len, base.ptr,
                      is_test(request) ? "test_" : "", PREFIX, from->id.raw);
}

static void intent_put(const struct request *request, struct buf *out,
                       const struct pay_request *from)
{
    const struct request_terms *terms = &from->terms;
    const struct intent_out object = {
        .id = from->id,
        .created_at = from->created,
        .amount = terms->amount.minor,
        .currency = (int)terms->amount.currency,
        .description = terms->description,
        .customer = terms->customer,
        .card = terms->card,
        .sepa = terms->account,
        .payment = from->payment,
        .methods_allowed = terms->methods,
        .order_id = terms->order_id,
        .status = intent_status_word(from->state),
        .metadata = terms->metadata,
        .threeds = terms->authenticate ? THREEDS_REQUIRED : THREEDS_NONE,
        .date_settlement = terms->date_settlement,
        .capture = terms->capture,
        .return_url = terms->return_url,
        .url = page_url(request, from),
        .billing_address = terms->billing_address,
        .shipping_address = terms->shipping_address,
    };

    object_put(request, out, &STANCER_INTENT_OUT, &object);
}

struct str intent_text(const struct request *request, const struct pay_request *from)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    intent_put(request, &out, from);
    must(!out.failed);
    return buf_str(&out);
}

/* --- handlers --------------------------------------------------------------------------------- */

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = intent_text(request, &((struct request_create *)operation)->request);
    return OK;
}

static err_t changed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = intent_text(request, &((struct request_change *)operation)->request);
    return OK;
}

static err_t canceled_text(const struct request *request, struct operation *operation,
                           struct str *out)
{
    *out = intent_text(request, &((struct request_cancel *)operation)->request);
    return OK;
}

static err_t captured_text(const struct request *request, struct operation *operation,
                           struct str *out)
{
    *out = intent_text(request, &((struct request_capture *)operation)->request);
    return OK;
}

static void create_start(struct operation *operation)
{
    request_create((struct request_create *)operation);
}

static void change_start(struct operation *operation)
{
    request_change((struct request_change *)operation);
}

static void cancel_start(struct operation *operation)
{
    request_cancel((struct request_cancel *)operation);
}

static void capture_start(struct operation *operation)
{
    request_capture((struct request_capture *)operation);
}

void stancer_intent_create(struct request *request)
{
    struct request_create *create = arena_make(request->cx->arena, struct request_create);
    struct intent_in *in = arena_make(request->cx->arena, struct intent_in);

    if (!read_body(request, in))
        return;
    create->merchant = &admitted(request)->merchant;
    create->face = REQUEST_OF_STANCER;
    create->life = request->core->payment_life_h * HOUR_US;
    err_t err = terms_read(request, in, &create->terms);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    call_create(request, &create->operation, create_start, created_text);
}

#define AT(member) offsetof(struct intent_in, member)
static const struct change_bit CHANGES[] = {
    {AT(amount),           REQUEST_SET_AMOUNT         },
    {AT(currency),         REQUEST_SET_CURRENCY       },
    {AT(capture),          REQUEST_SET_CAPTURE        },
    {AT(methods_allowed),  REQUEST_SET_METHODS        },
    {AT(card),             REQUEST_SET_CARD           },
    {AT(sepa),             REQUEST_SET_ACCOUNT        },
    {AT(threeds),          REQUEST_SET_AUTHENTICATE   },
    {AT(customer),         REQUEST_SET_CUSTOMER       },
    {AT(description),      REQUEST_SET_DESCRIPTION    },
    {AT(order_id),         REQUEST_SET_ORDER_ID       },
    {AT(metadata),         REQUEST_SET_METADATA       },
    {AT(return_url),       REQUEST_SET_RETURN_URL     },
    {AT(date_settlement),  REQUEST_SET_DATE_SETTLEMENT},
    {AT(billing_address),  REQUEST_SET_BILLING        },
    {AT(shipping_address), REQUEST_SET_SHIPPING       },
};
#undef AT

void stancer_intent_update(struct request *request)
{
    struct request_change *change = arena_make(request->cx->arena, struct request_change);
    struct intent_in *in = arena_make(request->cx->arena, struct intent_in);

    if (!read_id(request, PREFIX, KIND, change->id.raw) || !read_body(request, in))
        return;
    change->merchant = &admitted(request)->merchant;
    change->change = changes_given(&in->given, CHANGES, ARRAY_LEN(CHANGES));
    err_t err = terms_read(request, in, &change->terms);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    call_run(request, &change->operation, change_start, changed_text);
}

void stancer_intent_delete(struct request *request)
{
    struct request_cancel *cancel = arena_make(request->cx->arena, struct request_cancel);

    if (!read_id(request, PREFIX, KIND, cancel->id.raw))
        return;
    call_run(request, &cancel->operation, cancel_start, canceled_text);
}

/* The body is ignored, as that of a payment's capture. */
void stancer_intent_capture(struct request *request)
{
    struct request_capture *capture = arena_make(request->cx->arena, struct request_capture);

    if (!read_id(request, PREFIX, KIND, capture->id.raw))
        return;
    call_run(request, &capture->operation, capture_start, captured_text);
}

void stancer_intent_get(struct request *request)
{
    struct pay_request found;
    struct request_id id;
    struct tx *tx;

    if (!read_id(request, PREFIX, KIND, id.raw) || !read_tx(request, &tx))
        return;
    err_t err = request_load(request->cx, tx, id, &found);
    if (err == OK)
        answer_json(request, 200, intent_text(request, &found));
    else
        answer_error(request, err);
}

static void intent_item(struct request *request, struct buf *out, const void *items, size_t at)
{
    intent_put(request, out, &((const struct pay_request *)items)[at]);
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct intent_query *in = arg;
    struct page_found found;
    struct pay_request *list;

    struct page_of page = PAGE_ASKED(request, in);
    page.newest_first = in->order != ORDER_ASC;
    const struct request_filter filter = {
        .order_id = text_or_none(in->order_id),
        .card = in->card,
        .account = in->sepa,
        .by_due = in->field == FIELD_DUE,
    };
    TRY(request_list(request->cx, tx, &filter, &page, &list, &found));
    *text = list_text(request, "payment_intents", &page, &found, list, intent_item);
    return OK;
}

void stancer_intent_list(struct request *request)
{
    struct intent_query *in = arena_make(request->cx->arena, struct intent_query);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}

static void payment_item(struct request *request, struct buf *out, const void *items, size_t at)
{
    payment_put(request, out, &((const struct payment_view *)items)[at], NULL, 0);
}

void stancer_intent_payments(struct request *request)
{
    struct intent_payments_query *in = arena_make(request->cx->arena, struct intent_payments_query);
    struct payment_view *views = NULL;
    struct page_found shown;
    struct request_id id;
    struct tx *tx;

    if (!read_id(request, PREFIX, KIND, id.raw) || !read_query(request, in) ||
        !read_tx(request, &tx))
        return;
    const struct page_of page = PAGE_ASKED(request, in);
    err_t err = request_payments(request->cx, tx, id, &page, &views, &shown);
    if (err == OK)
        answer_list(request, "payments", &page, &shown, views, payment_item);
    else
        answer_error(request, err);
}
