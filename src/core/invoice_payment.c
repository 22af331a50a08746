#include "core/invoice_payment.h"

#include <string.h>

#include "base/must.h"
#include "core/dispute.h"
#include "core/flow.h"
#include "core/invoice_amount.h"
#include "core/invoice_sales.h"
#include "core/listing.h"
#include "core/merchant.h"
#include "core/request_link.h"
#include "store/sql.h"

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- what a draft names -------------------------------------------------------------------------
 */

static bool is_paid(enum payment_state state)
{
    return state == PAYMENT_TO_CAPTURE || state == PAYMENT_CAPTURE_SENT ||
           state == PAYMENT_CAPTURED || state == PAYMENT_DISPUTED;
}

static err_t invoice_of(struct ctx *cx, struct tx *tx, const struct sql *sql, const char *object,
                        struct invoice_id *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, ARGS(OWNER, V_WORD(object)), &rows, found));
    if (*found) {
        col_id(rows, 0, out->raw);
        rows_end(rows);
    }
    return OK;
}

/* What is left of a payment: refunds and disputes are gone. */
static err_t left_read(struct ctx *cx, struct tx *tx, const struct payment *payment, int64_t *out)
{
    struct dispute *disputes;
    size_t count;

    *out = payment->amount.minor - payment->refunded_minor;
    TRY(disputes_of_payment(cx, tx, payment->id, &disputes, &count));
    for (size_t i = 0; i < count; i++)
        *out -= disputes[i].amount.minor;
    return OK;
}

static err_t paid_read(struct ctx *cx, struct tx *tx, struct payment_id id,
                       struct invoice_source *out)
{
    TRY(payment_load(cx, tx, id, &out->payment));
    out->paid = is_paid(out->payment.state);
    return left_read(cx, tx, &out->payment, &out->left_minor);
}

/* Requests of Stancer have their page, but no link that a customer is given. */
static err_t request_url(const struct core *core, struct ctx *cx, struct tx *tx,
                         const struct pay_request *request, struct str *out)
{
    struct merchant *merchant = arena_make(cx->arena, struct merchant);

    if (!request_is_open(request) || request->face != REQUEST_OF_SIMPLYPAIE)
        return OK;
    TRY(merchant_load(cx, tx, cx->merchant, merchant));
    return request_link(core, cx, merchant, request, out);
}

static err_t request_read(const struct core *core, struct ctx *cx, struct tx *tx,
                          const struct listing_line *line, struct invoice_source *out)
{
    struct pay_request request;
    struct request_id id;

    memcpy(id.raw, line->object, sizeof id.raw);
    TRY(request_load(cx, tx, id, &request));
    out->amount = request.terms.amount;
    out->waits = request_is_open(&request) || request.state == REQUEST_AUTHORIZED;
    if (request.state == REQUEST_CAPTURED)
        TRY(paid_read(cx, tx, request.payment, out));
    return request_url(core, cx, tx, &request, &out->url);
}

static err_t payment_read(struct ctx *cx, struct tx *tx, const struct listing_line *line,
                          struct invoice_source *out)
{
    struct payment_id id;

    memcpy(id.raw, line->object, sizeof id.raw);
    TRY(paid_read(cx, tx, id, out));
    out->amount = out->payment.amount;
    return OK;
}

static err_t line_read(const struct core *core, struct ctx *cx, struct tx *tx,
                       const struct listing_line *line, struct invoice_draft *draft)
{
    struct invoice_source *source = arena_make(cx->arena, struct invoice_source);
    struct invoice_id other;
    bool taken;

    TRY(invoice_of(cx, tx, &SQL_INVOICE_OF_REQUEST, line->object, &other, &taken));
    if (taken || line->kind == LISTING_REFUND) {
        draft->bad |= 1U << INVOICE_PAYMENT;
        return OK;
    }
    memcpy(source->object, line->object, sizeof source->object);
    draft->source = source;
    return line->kind == LISTING_REQUEST ? request_read(core, cx, tx, line, source)
                                         : payment_read(cx, tx, line, source);
}

err_t invoice_source_read(const struct core *core, struct ctx *cx, struct tx *tx,
                          struct invoice_draft *draft)
{
    struct listing_line line;
    bool found;

    if (draft->payment_number == 0)
        return OK;
    TRY(listing_find(cx, tx, draft->payment_number, &line, &found));
    if (found)
        return line_read(core, cx, tx, &line, draft);
    draft->bad |= 1U << INVOICE_PAYMENT;
    return OK;
}

bool invoice_source_fits(const struct invoice_draft *draft, int64_t total_minor)
{
    const struct invoice_source *source = draft->source;

    if (source == NULL)
        return true;
    int64_t amount = source->paid ? source->left_minor : source->amount.minor;
    if (draft->kind == INVOICE_QUOTE || source->amount.currency != draft->currency)
        return false;
    if ((!source->paid && !source->waits) || amount < 1)
        return false;
    if (draft->kind == INVOICE_RECEIPT)
        return source->paid && (total_minor < 0 || amount == total_minor);
    return total_minor < 0 || amount <= total_minor;
}

/* "carte bancaire, 29/11/2026" */
static struct str paid_text(struct ctx *cx, const struct payment *payment)
{
    struct date day = date_paris(payment->paid == 0 ? cx->now : payment->paid);

    return str_format(cx->arena, "%s, %02d/%02d/%04d",
                      payment->method == METHOD_SEPA ? "prélèvement SEPA" : "carte bancaire",
                      day.day, day.month, day.year);
}

void invoice_source_fill(struct ctx *cx, const struct invoice_source *source,
                         struct invoice_paper *paper)
{
    const struct payment *payment = &source->payment;

    if (!source->paid) {
        paper->pay_url = source->url;
        return;
    }
    paper->paid_by = paid_text(cx, payment);
    if (paper->kind != INVOICE_NORMAL)
        return;
    paper->paid_minor = source->left_minor;
    paper->due_minor = paper->total_minor - paper->paid_minor;
    must(paper->due_minor >= 0);
    /* BR-FR-CO-09: what is wholly paid was due on the day of the payment. */
    if (paper->due_minor == 0)
        paper->due = date_paris(payment->paid == 0 ? cx->now : payment->paid);
}

/* --- what it receives ---------------------------------------------------------------------------
 */

/* The parts of what came so far and of what will have come: each movement is the difference, so
 * that the sums per group never drift by a cent. */
static err_t parts_insert(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                          const struct invoice_paper *paper, const char *object, int64_t amount)
{
    int64_t before[INVOICE_RATES_MAX];
    int64_t after[INVOICE_RATES_MAX];
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_INVOICE_RECEIVED_SUM, ARGS(OWNER, V_ID(invoice)), &rows,
                        &found));
    must(found);
    int64_t so_far = col_int(rows, 0);
    int64_t turn = col_int(rows, 1) + 1;
    rows_end(rows);
    invoice_share(paper, so_far, before);
    invoice_share(paper, so_far + amount, after);
    for (size_t i = 0; i < paper->rate_count; i++) {
        if (after[i] == before[i])
            continue;
        TRY(store_run(cx, tx, &SQL_INVOICE_RECEIVED_INSERT,
                      ARGS(OWNER, V_ID(invoice), V_INT(turn), V_INT((int64_t)i), V_WORD(object),
                           V_WORD(vat_category_text(paper->rates[i].category)),
                           V_INT(paper->rates[i].rate_bp), V_INT(after[i] - before[i]),
                           V_INT(cx->now))));
    }
    return OK;
}

static err_t received(struct ctx *cx, struct tx *tx, struct invoice_id id, const char *object,
                      int64_t amount_minor)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    struct invoice invoice;

    if (amount_minor == 0)
        return OK;
    TRY(invoice_load(cx, tx, id, &invoice));
    TRY(invoice_paper_of(cx, &invoice, paper));
    TRY(parts_insert(cx, tx, id, paper, object, amount_minor));
    TRY(invoice_sales_settle(cx, tx, id.raw, (struct money){amount_minor, invoice.currency}));
    return flow_received(cx, tx, id);
}

/* By this payment, of which so much is left. */
static err_t paid(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                  struct payment_id payment, int64_t amount_minor)
{
    TRY(store_run(cx, tx, &SQL_INVOICE_PAYMENT_PAID, ARGS(OWNER, V_ID(invoice), V_ID(payment))));
    return received(cx, tx, invoice, payment.raw, amount_minor);
}

err_t invoice_source_link(struct ctx *cx, struct tx *tx, const struct invoice *invoice,
                          const struct invoice_source *source)
{
    if (source == NULL || invoice->kind != INVOICE_NORMAL)
        return OK;
    TRY(store_run(cx, tx, &SQL_INVOICE_PAYMENT_INSERT,
                  ARGS(OWNER, V_ID(invoice->id), V_WORD(source->object))));
    return source->paid ? paid(cx, tx, invoice->id, source->payment.id, source->left_minor) : OK;
}

err_t invoice_request_paid(struct ctx *cx, struct tx *tx, const struct pay_request *request)
{
    struct invoice_id invoice;
    struct payment payment;
    bool found;

    TRY(invoice_of(cx, tx, &SQL_INVOICE_OF_REQUEST, request->id.raw, &invoice, &found));
    if (!found)
        return OK;
    TRY(payment_load(cx, tx, request->payment, &payment));
    return paid(cx, tx, invoice, payment.id, payment.amount.minor);
}

err_t invoice_payment_moved(struct ctx *cx, struct tx *tx, struct payment_id payment,
                            const char *object, int64_t amount_minor)
{
    struct invoice_id invoice;
    bool found;

    TRY(invoice_of(cx, tx, &SQL_INVOICE_OF_PAYMENT, payment.raw, &invoice, &found));
    return found ? received(cx, tx, invoice, object, amount_minor) : OK;
}

/* --- reading ------------------------------------------------------------------------------------
 */

err_t invoice_paid_by(struct ctx *cx, struct tx *tx, struct payment_id payment, struct invoice *out,
                      bool *found)
{
    struct invoice_id id;

    TRY(invoice_of(cx, tx, &SQL_INVOICE_OF_PAYMENT, payment.raw, &id, found));
    return *found ? invoice_load(cx, tx, id, out) : OK;
}

static void receipt_row(struct rows *rows, struct invoice_receipt *out)
{
    *out = (struct invoice_receipt){
        .turn = col_int(rows, 0),
        .object = col_text(rows, 1),
        .rate_bp = col_int(rows, 3),
        .amount_minor = col_int(rows, 4),
        .received = col_int(rows, 5),
    };
    must(vat_category_parse(col_text(rows, 2), &out->category));
}

err_t invoice_receipts_read(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                            struct invoice_receipts *out)
{
    struct rows *rows;
    bool has;

    *out = (struct invoice_receipts){.items = NULL};
    TRY(store_query_one(cx, tx, &SQL_INVOICE_PAYMENT_OF, ARGS(OWNER, V_ID(invoice)), &rows, &has));
    if (!has)
        return OK;
    col_id(rows, 0, out->request.raw);
    col_id(rows, 1, out->payment.raw);
    rows_end(rows);
    TRY(store_query(cx, tx, &SQL_INVOICE_RECEIVED_LIST, ARGS(OWNER, V_ID(invoice)), &rows));
    for (;; out->count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        out->items =
            arena_grow(cx->arena, out->items, sizeof *out->items, out->count, &out->capacity);
        receipt_row(rows, &out->items[out->count]);
    }
}
