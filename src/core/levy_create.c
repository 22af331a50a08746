#include "base/must.h"
#include "base/rand.h"
#include "core/beneficiary.h"
#include "core/idempotency.h"
#include "core/levy_row.h"
#include "core/payment_row.h"

/* Ten characters for the milliseconds, ten that nobody can foresee. */
enum { TIME_CHARS = 10, CHAR_BITS = 5, CHAR_MASK = 31 };

/* What is found before the first write. */
struct order {
    struct consumer consumer;
    struct mandate mandate; /* without an id: none can be used */
    struct bank_account account;
    struct code_letter letter;
    bool waits; /* for its code */
    struct debit_order debit;
};

/* They rise with time, so that rows written together lie together; in ASCII the digits come first.
 */
static struct str reference_new(struct ctx *cx)
{
    static const char ALPHABET[] = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char *text = arena_alloc(cx->arena, LEVY_REFERENCE_LEN + 1);
    uint64_t ms = (uint64_t)(cx->real / 1000);

    for (int i = TIME_CHARS - 1; i >= 0; i--) {
        text[i] = ALPHABET[ms & CHAR_MASK];
        ms >>= CHAR_BITS;
    }
    rand_base32(text + TIME_CHARS, LEVY_REFERENCE_LEN - TIME_CHARS);
    return str_of(text);
}

/* --- references ----------------------------------------------------------------------------------
 */

static err_t mandate_choose(struct ctx *cx, struct tx *tx, struct str umr, struct order *order)
{
    struct mandate *mandate = &order->mandate;
    bool found;

    if (umr.len == 0) {
        TRY(mandate_of_customer(cx, tx, order->consumer.customer, mandate, &found));
        if (!found)
            *mandate = (struct mandate){.created = 0};
        return OK;
    }
    TRY(mandate_try(cx, tx, umr, mandate, &found));
    if (!found || !ID_EQ(mandate->customer, order->consumer.customer))
        return fault(cx, ERR_NOT_FOUND, "umr", "is not known for this consumer");
    return OK;
}

static err_t references_check(struct ctx *cx, struct tx *tx, struct levy_create *create,
                              struct order *order)
{
    const struct levy_draft *draft = &create->draft;
    struct levy *levy = &create->levy;
    struct levy other;
    bool used;

    TRY(consumer_find_payer(cx, tx, draft->consumer, &order->consumer));
    TRY(mandate_choose(cx, tx, draft->umr, order));
    levy->beneficiary = draft->beneficiary.len > 0 ? draft->beneficiary
                                                   : order->consumer.fields[CONSUMER_BENEFICIARY];
    if (levy->beneficiary.len > 0)
        TRY(beneficiary_check(cx, tx, create->merchant, levy->beneficiary));
    TRY(levy_by_sdd(cx, tx, draft->sdd_reference, &other, &used));
    return used ? fault(cx, ERR_CONFLICT, "sdd_reference", "was used before") : OK;
}

/* --- state and limits ----------------------------------------------------------------------------
 */

static err_t payment_fill(struct ctx *cx, struct levy_create *create, const struct order *order)
{
    const struct levy_draft *draft = &create->draft;
    struct payment *payment = &create->payment;

    *payment = (struct payment){
        .state = PAYMENT_NEW,
        .amount = {draft->amount_minor, CURRENCY_EUR},
        .capture = true,
        .methods = 1U << METHOD_SEPA,
        .method = METHOD_SEPA,
        .customer = order->consumer.customer,
        .description = draft->motif,
        .order_id = draft->sdd_reference,
        .date_settlement = date_text(cx->arena, debit_due(cx, create->merchant, draft->due)),
        .created = cx->now,
    };
    ID_NEW(cx->ids, &payment->id);
    return payment_set_fee(payment, &create->merchant->fees);
}

static void levy_fill(struct ctx *cx, struct levy_create *create, const struct order *order)
{
    const struct levy_draft *draft = &create->draft;
    struct levy *levy = &create->levy;

    levy->payment = create->payment.id;
    levy->consumer = order->consumer.id;
    levy->sdd_reference = draft->sdd_reference;
    levy->payment_reference = reference_new(cx);
    levy->url_callback = draft->url_callback;
    levy->url_status = draft->url_status;
    levy->account_data = draft->account_data;
    levy->status = order->waits ? LEVY_PENDING : LEVY_CREATED;
    levy->validated = order->waits ? 0 : cx->now;
    levy->created = cx->now;
}

static err_t code_check(struct ctx *cx, struct tx *tx, struct levy_create *create,
                        struct order *order)
{
    order->waits = levy_needs_code(create->merchant, create->draft.amount_minor);
    if (!order->waits)
        return OK;
    TRY(consumer_load(cx, tx, order->consumer.id, &order->consumer));
    order->letter = levy_letter(cx, create->merchant, &order->consumer, &create->payment);
    if (code_way(create->operation.core, cx, &order->letter) == 0)
        return fault(cx, ERR_UNAVAILABLE, "code",
                     "cannot be sent: the consumer has no phone or address");
    return OK;
}

static err_t state_check(struct ctx *cx, struct tx *tx, struct levy_create *create,
                         struct order *order)
{
    const struct levy_draft *draft = &create->draft;

    TRY(levy_amount_check(cx, create->merchant, draft->amount_minor));
    TRY(levy_due_check(cx, create->merchant, draft->due));
    TRY(levy_mandate_check(cx, tx, &order->mandate, (struct payment_id){{0}}, &order->account));
    TRY(payment_fill(cx, create, order));
    TRY(code_check(cx, tx, create, order));
    levy_fill(cx, create, order);
    order->debit = (struct debit_order){
        .merchant = create->merchant,
        .payment = &create->payment,
        .account = &order->account,
        .mandate = &order->mandate,
        .asked = draft->due,
    };
    TRY(levy_end_to_end(cx, tx, &create->levy, &order->debit.end_to_end));
    return levy_order_check(cx, tx, &order->debit);
}

/* --- written -------------------------------------------------------------------------------------
 */

/* The levy before its payment, which is not listed for that (core/listing_line.c). */
static err_t create_write(struct ctx *cx, struct tx *tx, struct levy_create *create,
                          const struct order *order)
{
    struct payment *payment = &create->payment;
    struct debit debit;

    TRY(levy_insert(cx, tx, &create->levy));
    TRY(payment_add(cx, tx, payment, !order->waits));
    if (order->waits)
        TRY(debit_choose(cx, tx, &order->debit, &debit));
    else
        TRY(debit_open(cx, tx, &order->debit, &debit));
    if (!order->waits)
        return OK;
    return levy_code_send(create->operation.core, cx, tx, payment->id, &order->letter);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct levy_create *create = arg;
    struct order order = {.waits = false};
    enum idempotency_state state;
    char old[ID_SIZE];

    create->levy = (struct levy){.created = 0};
    TRY(idempotency_check(&create->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* its answer is in the commit that opened it */
    TRY(references_check(cx, tx, create, &order));
    TRY(state_check(cx, tx, create, &order));
    TRY(create_write(cx, tx, create, &order));
    TRY(idempotency_open(&create->operation, tx, create->payment.id.raw));
    return idempotency_close(&create->operation, tx);
}

void levy_create(struct levy_create *create)
{
    err_t err = core_debits(create->operation.core, create->operation.cx);

    if (err != OK)
        operation_end(&create->operation, err);
    else
        operation_write(&create->operation, create_body, operation_end);
}
