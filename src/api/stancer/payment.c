#include "api/stancer/payment.h"

#include <arpa/inet.h>

#include "api/stancer/list.h"
#include "api/stancer/payout.h"
#include "api/stancer/routes.h"
#include "base/crypto.h"
#include "core/card_facts.h"
#include "core/payment_debit.h"

struct payment_query {
    struct given given;
    struct list_query list;
    struct str order_id;
    struct str unique_id;
    struct card_id card;
    struct bank_account_id sepa;
    struct payout_id payout;
    int field;
    int order;
};
enum { FIELD_CREATED = 1, FIELD_PAID };
static const char *const FIELD_TEXTS[] = {NULL, "created", "paid"};
static const struct words FIELDS = {FIELD_TEXTS, ARRAY_LEN(FIELD_TEXTS), false};

#define AT(member) FIELD_AT(struct payment_query, member)
#define AT_CARD FIELD_AT_MORE(struct payment_query, card, "card_")
#define AT_SEPA FIELD_AT_MORE(struct payment_query, sepa, "sepa_")
#define AT_PAYOUT FIELD_AT_MORE(struct payment_query, payout, "pout_")
#define AT_FIELD FIELD_AT_MORE(struct payment_query, field, &FIELDS)
#define AT_ORDER FIELD_AT_MORE(struct payment_query, order, &STANCER_ORDERS)
static const struct field QUERY[] = {
    {"start",         F_INT,   0, INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(list.start)        },
    {"limit",         F_INT,   1, 100,       OPTIONAL, SEED, ED_ALL, AT(list.limit)        },
    {"created",       F_EPOCH, 0, 0,         OPTIONAL, SEED, ED_ALL, AT(list.created)      },
    {"created_until", F_EPOCH, 0, 0,         OPTIONAL, OURS, ED_ALL, AT(list.created_until)},
    {"order_id",      F_TEXT,  1, 36,        OPTIONAL, SEED, ED_ALL, AT(order_id)          },
    {"unique_id",     F_TEXT,  1, 36,        OPTIONAL, SEED, ED_ALL, AT(unique_id)         },
    {"card",          F_ID,    0, 0,         OPTIONAL, SEED, ED_ALL, AT_CARD               },
    {"sepa",          F_ID,    0, 0,         OPTIONAL, SEED, ED_ALL, AT_SEPA               },
    {"payout",        F_ID,    0, 0,         OPTIONAL, SEED, ED_ALL, AT_PAYOUT             },
    {"field",         F_WORD,  0, 0,         OPTIONAL, SEED, ED_2,   AT_FIELD              },
    {"order",         F_WORD,  0, 0,         OPTIONAL, SEED, ED_2,   AT_ORDER              },
};
#undef AT
#undef AT_CARD
#undef AT_SEPA
#undef AT_PAYOUT
#undef AT_FIELD
#undef AT_ORDER
const struct table STANCER_PAYMENT_QUERY = TABLE_OF("PaymentQuery", struct payment_query, QUERY);

/* How long the card of a wallet's token is good for. */
enum { WALLET_YEARS = 3 };

/* --- reading ---------------------------------------------------------------------------------- */

static bool is_address(struct arena *arena, struct str text)
{
    struct in6_addr ignored;
    const char *address = str_cstr(arena, text);

    return inet_pton(AF_INET, address, &ignored) == 1 ||
           inet_pton(AF_INET6, address, &ignored) == 1;
}

static err_t device_read(struct ctx *cx, const struct device_in *in, const char *field,
                         struct device *out)
{
    if (!is_address(cx->arena, in->ip))
        return fault(cx, ERR_INVALID, field, "is not an IP address");
    *out = (struct device){
        .ip = in->ip,
        .port = in->port,
        .user_agent = text_or_none(in->user_agent),
        .http_accept = text_or_none(in->http_accept),
        .languages = text_or_none(in->languages),
    };
    return OK;
}

static err_t auth_read(struct request *request, const struct payment_in *in,
                       struct payment_draft *draft)
{
    struct ctx *cx = request->cx;

    if (GIVEN(in, auth_flag)) {
        if (!in->auth_flag && !is_v1(request))
            return fault(cx, ERR_INVALID, "auth", "Auth can't be False");
        draft->auth_asked = in->auth_flag;
    }
    if (!GIVEN(in, auth))
        return OK;
    draft->auth_asked = true;
    draft->auth_return_url = in->auth.return_url;
    if (GIVEN(&in->auth, device))
        return device_read(cx, &in->auth.device, "auth.device.ip", &draft->device);
    return OK;
}

static err_t card_read(struct request *request, struct payment_in *in, struct payment_draft *draft)
{
    struct card_choice *choice = &draft->card;

    choice->id = in->card_id;
    if (!GIVEN(in, card))
        return OK;
    choice->inline_data = true;
    choice->twin = is_v1(request) ? CARD_TWIN_IS_USED : CARD_TWIN_IGNORED;
    choice->unique_external_id = !is_v1(request);
    return card_from_wire(request, &in->card, "card.", &choice->sealed);
}

static err_t customer_read(struct request *request, const struct payment_in *in,
                           struct payment_draft *draft)
{
    struct customer_choice *choice = &draft->customer;
    struct ctx *cx = request->cx;

    choice->id = in->customer_id;
    if (!GIVEN(in, customer))
        return OK;
    customer_from_wire(cx, &in->customer, &choice->draft);
    if (choice->draft.email.len == 0 && choice->draft.mobile.len == 0)
        return fault(cx, ERR_INVALID, "customer.email", "email or mobile is required");
    choice->inline_data = true;
    choice->twin = is_v1(request) ? TWIN_IS_USED : TWIN_BY_EXTERNAL_ID;
    return OK;
}

/* A debit needs a mandate, but for v1 in test mode, whose own tests send none (api/stancer.md 7).
 */
static err_t sepa_read(struct request *request, struct payment_in *in, struct payment_draft *draft)
{
    struct account_choice *choice;

    if (!GIVEN(in, sepa) && !GIVEN(in, sepa_id))
        return OK;
    choice = arena_make(request->cx->arena, struct account_choice);
    choice->id = in->sepa_id;
    choice->need = is_v1(request) && is_test(request) ? MANDATE_OPTIONAL : MANDATE_NEEDED;
    draft->account = choice;
    if (!GIVEN(in, sepa))
        return OK;
    choice->inline_data = true;
    choice->mandate = sepa_mandate(request, &in->sepa);
    return sepa_from_wire(request, &in->sepa, "sepa.", &choice->sealed);
}

/* A payment has one method. */
static err_t methods_exclude(struct ctx *cx, const struct payment_in *in)
{
    bool card = GIVEN(in, card) || GIVEN(in, card_id);
    bool sepa = GIVEN(in, sepa) || GIVEN(in, sepa_id);

    if (card && sepa)
        return fault(cx, ERR_INVALID, "sepa", "card and sepa exclude each other");
    if (card && GIVEN(in, wallet))
        return fault(cx, ERR_INVALID, "wallet", "card and wallet exclude each other");
    if (sepa && GIVEN(in, wallet))
        return fault(cx, ERR_INVALID, "wallet", "sepa and wallet exclude each other");
    return OK;
}

/* The number of a test card that stands in a token instead of Apple's sealed one. */
static bool wallet_number(const struct request *request, const struct payment_in *in,
                          struct str *number)
{
    struct card_facts facts;

    return is_test(request) &&
           base64_decode(request->cx->arena, in->wallet.apple_pay.payment_data.data, number) &&
           str_is_digits(*number) && card_facts(*number, &facts) && facts.test_number;
}

/* There is no certificate of an Apple merchant, so no real token can be opened. A test card in one
 * pays in test mode, once, as the number of a wallet does. */
static err_t wallet_read(struct request *request, const struct payment_in *in,
                         struct payment_draft *draft)
{
    struct card_choice *choice = &draft->card;
    struct ctx *cx = request->cx;
    struct str number = STR_NONE;

    if (!GIVEN(in, wallet))
        return OK;
    if (!wallet_number(request, in, &number))
        return fault(cx, ERR_INVALID, "wallet", "wallet not available");
    const struct card_draft card = {
        .number = number,
        .exp_month = 12,
        .exp_year = date_paris(cx->now).year + WALLET_YEARS,
    };
    choice->inline_data = true;
    choice->twin = CARD_TWIN_IGNORED;
    err_t err = card_seal(request->core, cx, &card, &choice->sealed);
    crypto_wipe_text(number);
    return err;
}

static err_t draft_read(struct request *request, struct payment_in *in, struct payment_draft *draft)
{
    struct ctx *cx = request->cx;

    *draft = (struct payment_draft){
        .amount = {in->amount, GIVEN(in, currency) ? (enum currency)in->currency : CURRENCY_EUR},
        .capture = !GIVEN(in, capture) || in->capture,
        .methods = in->methods_allowed,
        .description = in->description,
        .order_id = in->order_id,
        .unique_id = in->unique_id,
        .return_url = in->return_url,
        .billing_address = in->billing_address,
        .shipping_address = in->shipping_address,
    };
    if (GIVEN(in, date_settlement))
        draft->date_settlement = date_text(cx->arena, in->date_settlement);
    TRY(methods_exclude(cx, in));
    TRY(auth_read(request, in, draft));
    if (GIVEN(in, device))
        TRY(device_read(cx, &in->device, "device.ip", &draft->device));
    TRY(customer_read(request, in, draft));
    TRY(wallet_read(request, in, draft));
    TRY(sepa_read(request, in, draft));
    return card_read(request, in, draft);
}

/* v1 wants to know the device of a payer whom it sends to a bank at once (api/stancer.md 9). */
static err_t device_check(struct request *request, const struct payment_draft *draft)
{
    bool card = draft->card.inline_data || !ID_NONE(draft->card.id);

    if (is_v1(request) && card && draft->auth_asked && draft->device.ip.ptr == NULL)
        return fault(request->cx, ERR_INVALID, "device", FIELD_REQUIRED);
    return OK;
}

/* --- handlers --------------------------------------------------------------------------------- */

/* v1 shows the refunds of a payment; only what can have some is asked for. */
static err_t refunds_of(const struct request *request, struct tx *tx, const struct payment *payment,
                        struct refund **refunds, size_t *count)
{
    *refunds = NULL;
    *count = 0;
    if (!is_v1(request) || payment_is_open(payment) || payment->state == PAYMENT_REFUSED)
        return OK;
    return refunds_of_payment(request->cx, tx, payment->id, refunds, count);
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = payment_text(request, &((struct payment_create *)operation)->view, NULL, 0);
    return OK;
}

static err_t captured_text(const struct request *request, struct operation *operation,
                           struct str *out)
{
    *out = payment_text(request, &((struct payment_capture *)operation)->view, NULL, 0);
    return OK;
}

/* A change of what may be changed late meets refunds. */
static err_t changed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct payment_view *view = &((struct payment_change *)operation)->view;
    struct refund *refunds;
    size_t count;
    struct tx *tx;

    TRY(core_read(request->core, &tx));
    TRY(refunds_of(request, tx, &view->payment, &refunds, &count));
    *out = payment_text(request, view, refunds, count);
    return OK;
}

static void create_start(struct operation *operation)
{
    payment_create((struct payment_create *)operation);
}

static void change_start(struct operation *operation)
{
    payment_change((struct payment_change *)operation);
}

static void capture_start(struct operation *operation)
{
    payment_capture((struct payment_capture *)operation);
}

void stancer_payment_create(struct request *request)
{
    struct payment_create *create = arena_make(request->cx->arena, struct payment_create);
    struct payment_in *in = arena_make(request->cx->arena, struct payment_in);

    if (!read_body(request, in))
        return;
    create->merchant = &admitted(request)->merchant;
    err_t err = draft_read(request, in, &create->draft);
    if (err == OK)
        err = device_check(request, &create->draft);
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    call_create(request, &create->operation, create_start, created_text);
}

#define AT(member) offsetof(struct payment_in, member)
static const struct change_bit CHANGES[] = {
    {AT(amount),           PAYMENT_SET_AMOUNT         },
    {AT(currency),         PAYMENT_SET_CURRENCY       },
    {AT(capture),          PAYMENT_SET_CAPTURE        },
    {AT(methods_allowed),  PAYMENT_SET_METHODS        },
    {AT(card),             PAYMENT_SET_CARD           },
    {AT(card_id),          PAYMENT_SET_CARD           },
    {AT(wallet),           PAYMENT_SET_CARD           },
    {AT(sepa),             PAYMENT_SET_ACCOUNT        },
    {AT(sepa_id),          PAYMENT_SET_ACCOUNT        },
    {AT(customer),         PAYMENT_SET_CUSTOMER       },
    {AT(customer_id),      PAYMENT_SET_CUSTOMER       },
    {AT(device),           PAYMENT_SET_DEVICE         },
    {AT(description),      PAYMENT_SET_DESCRIPTION    },
    {AT(order_id),         PAYMENT_SET_ORDER_ID       },
    {AT(return_url),       PAYMENT_SET_RETURN_URL     },
    {AT(date_settlement),  PAYMENT_SET_DATE_SETTLEMENT},
    {AT(billing_address),  PAYMENT_SET_BILLING        },
    {AT(shipping_address), PAYMENT_SET_SHIPPING       },
};
#undef AT

void stancer_payment_update(struct request *request)
{
    struct payment_change *change = arena_make(request->cx->arena, struct payment_change);
    struct payment_in *in = arena_make(request->cx->arena, struct payment_in);

    if (!read_id(request, "paym_", "payment", change->id.raw) || !read_body(request, in))
        return;
    change->merchant = &admitted(request)->merchant;
    change->change = changes_given(&in->given, CHANGES, ARRAY_LEN(CHANGES));
    change->card_runs = !is_v1(request);
    change->ask = (enum payment_ask)in->status;
    err_t err = draft_read(request, in, &change->draft);
    if (change->draft.auth_asked)
        change->change |= PAYMENT_SET_AUTH;
    if (err != OK) {
        answer_error(request, err);
        return;
    }
    call_run(request, &change->operation, change_start, changed_text);
}

/* The body is ignored: the PHP library posts {"id": ...} (api/stancer.md 8). */
void stancer_payment_capture(struct request *request)
{
    struct payment_capture *capture = arena_make(request->cx->arena, struct payment_capture);

    if (!read_id(request, "paym_", "payment", capture->id.raw))
        return;
    call_run(request, &capture->operation, capture_start, captured_text);
}

void stancer_payment_get(struct request *request)
{
    struct payment_view view = {0};
    struct payment_id id;
    struct refund *refunds;
    size_t count;
    struct tx *tx;

    if (!read_id(request, "paym_", "payment", id.raw) || !read_tx(request, &tx))
        return;
    err_t err = payment_view_load(request->cx, tx, id, &view);
    if (err == OK)
        err = refunds_of(request, tx, &view.payment, &refunds, &count);
    if (err == OK)
        answer_json(request, 200, payment_text(request, &view, refunds, count));
    else
        answer_error(request, err);
}

struct listed {
    const struct payment_view *view;
    struct refund *refunds;
    size_t refund_count;
};

static void list_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    const struct listed *listed = &((const struct listed *)items)[at];

    payment_put(request, out, listed->view, listed->refunds, listed->refund_count);
}

static err_t list_read(struct request *request, struct tx *tx, const struct payment_filter *filter,
                       const struct page_of *page, struct listed **out, struct page_found *found)
{
    struct payment *payments;
    struct payment_view *views;

    TRY(payment_list(request->cx, tx, filter, page, &payments, found));
    TRY(payment_views(request->cx, tx, payments, found->count, &views));
    *out = arena_array(request->cx->arena, struct listed, found->count);
    for (size_t i = 0; i < found->count; i++) {
        struct listed *listed = &(*out)[i];
        listed->view = &views[i];
        TRY(refunds_of(request, tx, &payments[i], &listed->refunds, &listed->refund_count));
    }
    return OK;
}

static err_t page_text(struct request *request, struct tx *tx, const void *arg, struct str *text)
{
    const struct payment_query *in = arg;
    struct page_found found;
    struct listed *list;

    struct page_of page = PAGE_ASKED(request, in);
    if (in->order != 0)
        page.newest_first = in->order == ORDER_DESC;
    const struct payment_filter filter = {
        .order_id = in->order_id,
        .unique_id = in->unique_id,
        .card = in->card,
        .payout = in->payout,
        .account = in->sepa,
        .by_paid = in->field == FIELD_PAID,
    };
    TRY(list_read(request, tx, &filter, &page, &list, &found));
    *text = list_text(request, "payments", &page, &found, list, list_put);
    return OK;
}

void stancer_payment_list(struct request *request)
{
    struct payment_query *in = arena_make(request->cx->arena, struct payment_query);

    if (read_query(request, in))
        list_answer(request, list_is_far(&in->list), page_text, in);
}

void stancer_payout_payments(struct request *request)
{
    struct payout_asked asked;
    struct page_found found;
    struct listed *list;

    if (!read_payout(request, &asked))
        return;
    const struct payment_filter filter = {.payout = asked.payout.id};
    err_t err = list_read(request, asked.tx, &filter, &asked.page, &list, &found);
    if (err == OK)
        answer_list(request, "payments", &asked.page, &found, list, list_put);
    else
        answer_error(request, err);
}
