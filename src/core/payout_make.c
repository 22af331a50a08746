#include <string.h>

#include "base/must.h"
#include "base/target.h"
#include "core/debit.h"
#include "core/idempotency.h"
#include "core/ledger.h"
#include "core/payout_internal.h"
#include "core/task_run.h"
#include "store/sql.h"

/* --- the payouts of the morning -----------------------------------------------------------------
 */

/* The business day whose morning came last: after a pause the payouts of the days that were missed
 * are one, made for the last of them. */
static struct date morning_passed(instant now)
{
    struct payout latest = {.day = target_on_or_before(date_paris(now))};

    return payout_morning(&latest) <= now ? latest.day : target_previous(latest.day);
}

static err_t is_made(struct ctx *cx, struct tx *tx, enum currency currency, struct date day,
                     bool *out)
{
    struct rows *rows;

    return store_query_one(cx, tx, &SQL_PAYOUT_OF_DAY,
                           ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                                V_WORD(currency_text(currency)), V_TEXT(date_text(cx->arena, day))),
                           &rows, out);
}

/* What a merchant reads on its bank statement. */
static struct str description_make(struct ctx *cx, struct date day)
{
    return str_format(cx->arena, "VERSEMENT %02d/%02d/%04d", day.day, day.month, day.year);
}

/* What is payable of a currency: positive when it is owed to the merchant. */
static err_t payable_balance(struct ctx *cx, struct tx *tx, enum currency currency, int64_t *out)
{
    TRY(ledger_balance(cx, tx, ACCOUNT_PAYABLE, currency, out));
    must(*out != INT64_MIN);
    *out = -*out;
    return OK;
}

/* Whether there is a payout to make: *makes. */
static err_t daily_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                         struct payout *payout, bool *makes)
{
    int64_t payable;
    bool made;

    *makes = false;
    TRY(payable_sums_net(&payout->sums, &payout->amount.minor));
    TRY(payable_balance(cx, tx, payout->amount.currency, &payable));
    /* Nobody is paid what the book does not owe. */
    if (payout->amount.minor != payable)
        return fault(cx, ERR_INTERNAL, "payout", "what waits differs from what is payable");
    if (payable < merchant->payout_min_minor)
        return OK;
    TRY(is_made(cx, tx, payout->amount.currency, payout->day, &made));
    *makes = !made;
    return OK;
}

static err_t daily_make(struct ctx *cx, struct tx *tx, struct payout *payout)
{
    payout->description = description_make(cx, payout->day);
    TRY(payout_insert(cx, tx, payout));
    TRY(payable_take_all(cx, tx, payout->amount.currency, payout->id,
                         payable_sums_count(&payout->sums)));
    TRY(payout_go_on(cx, tx, payout, payout->transfer ? PAYOUT_TO_PAY : PAYOUT_PAID));
    return payout_transfer_ask(cx, tx, payout);
}

err_t payouts_make(struct ctx *cx, struct tx *tx, const struct merchant *merchant, bool *waits)
{
    struct date day = morning_passed(cx->now);
    struct payable_sums sums[PAYABLE_CURRENCIES];
    struct payout payouts[PAYABLE_CURRENCIES];
    size_t count = 0;

    *waits = false;
    TRY(payable_waiting(cx, tx, sums));
    for (enum currency currency = CURRENCY_EUR; currency <= CURRENCY_USD; currency++) {
        struct payout *payout = &payouts[count];
        bool makes;
        if (payable_sums_count(&sums[currency]) == 0)
            continue;
        *payout = (struct payout){.amount = {.currency = currency},
                                  .day = day,
                                  .daily = true,
                                  .transfer = merchant->payout_transfer,
                                  .sums = sums[currency]};
        TRY(daily_check(cx, tx, merchant, payout, &makes));
        if (makes)
            count++;
        else
            *waits = true;
    }
    for (size_t i = 0; i < count; i++)
        TRY(daily_make(cx, tx, &payouts[i]));
    return OK;
}

static err_t morning_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    bool waits;

    TRY(merchant_load(cx, tx, cx->merchant, &run->merchant));
    TRY(payouts_make(cx, tx, &run->merchant, &waits));
    if (waits)
        return task_again(cx, tx, TASK_PAYOUT, run->task.object, task_payout_morning(cx->now));
    return task_done(cx, tx, TASK_PAYOUT, run->task.object);
}

void task_run_payout(struct task_run *run)
{
    operation_write(&run->operation, morning_body, operation_end);
}

/* --- asked for by a test key
 * ----------------------------------------------------------------------- */

/* What is about to be paid out, checked before the first write. */
struct gathering {
    struct payable_sums sums;
    enum currency currency;  /* 0: nothing yet */
    struct payment *pending; /* payments to release before */
    size_t pending_count;
    int64_t released_minor;
};

static err_t gather(struct ctx *cx, struct gathering *gathering, const struct payable *line,
                    const char *kind)
{
    if (!ID_NONE(line->payout))
        return fault_object(cx, ERR_CONFLICT, kind, "is in a payout already", line->object);
    if (gathering->currency != 0 && gathering->currency != line->amount.currency)
        return fault_object(cx, ERR_STATE, kind, "A payout has one currency", line->object);
    gathering->currency = line->amount.currency;
    return payable_sums_add(&gathering->sums, line);
}

static err_t gather_pending(struct ctx *cx, struct gathering *gathering,
                            const struct payment *payment)
{
    const struct payable line = {
        .kind = PAYABLE_PAYMENT,
        .object = payment->id.raw,
        .method = payment->method,
        .amount = payment->amount,
        .fee_minor = payment->fee_minor,
        .fee_vat_minor = payment->fee_vat_minor,
    };

    TRY(gather(cx, gathering, &line, "payment"));
    gathering->pending[gathering->pending_count++] = *payment;
    gathering->released_minor += payment->amount.minor - line.fee_minor - line.fee_vat_minor;
    return OK;
}

static err_t gather_payment(struct ctx *cx, struct tx *tx, struct gathering *gathering,
                            struct payment_id id)
{
    struct payment payment;
    struct payable line;

    TRY(payment_load(cx, tx, id, &payment));
    if (payment.state != PAYMENT_CAPTURED)
        return fault_object(cx, ERR_CONFLICT, "payment", "Payment is not captured", id.raw);
    err_t err = payable_find(cx, tx, id.raw, &line);
    if (err == ERR_NOT_FOUND)
        return gather_pending(cx, gathering, &payment);
    TRY(err);
    return gather(cx, gathering, &line, "payment");
}

static err_t gather_refund(struct ctx *cx, struct tx *tx, struct gathering *gathering,
                           struct refund_id id)
{
    struct payable line;
    struct refund refund;

    TRY(refund_load(cx, tx, id, &refund));
    if (refund.state == REFUND_NOT_HONORED || refund.state == REFUND_PAYMENT_CANCELED)
        return fault_object(cx, ERR_CONFLICT, "refund", "Refund moved no money", id.raw);
    TRY(payable_find(cx, tx, id.raw, &line));
    return gather(cx, gathering, &line, "refund");
}

static err_t gather_dispute(struct ctx *cx, struct tx *tx, struct gathering *gathering,
                            struct dispute_id id)
{
    struct dispute dispute;
    struct payable line;

    TRY(dispute_load(cx, tx, id, &dispute));
    TRY(payable_find(cx, tx, id.raw, &line));
    return gather(cx, gathering, &line, "dispute");
}

static err_t gather_all(struct ctx *cx, struct tx *tx, const struct payout_create *create,
                        struct gathering *gathering)
{
    gathering->pending = arena_array(cx->arena, struct payment, create->payment_count);
    for (size_t i = 0; i < create->payment_count; i++)
        TRY(gather_payment(cx, tx, gathering, create->payments[i]));
    for (size_t i = 0; i < create->refund_count; i++)
        TRY(gather_refund(cx, tx, gathering, create->refunds[i]));
    for (size_t i = 0; i < create->dispute_count; i++)
        TRY(gather_dispute(cx, tx, gathering, create->disputes[i]));
    if (gathering->currency == 0)
        gathering->currency = CURRENCY_EUR;
    return OK;
}

static err_t amount_check(struct ctx *cx, struct tx *tx, const struct gathering *gathering,
                          struct money *amount)
{
    int64_t payable;

    amount->currency = gathering->currency;
    TRY(payable_sums_net(&gathering->sums, &amount->minor));
    if (amount->minor < 0)
        return fault(cx, ERR_LIMIT, "amount", "Payout would be negative");
    TRY(payable_balance(cx, tx, gathering->currency, &payable));
    if (amount->minor > payable + gathering->released_minor)
        return fault(cx, ERR_LIMIT, "amount", "Payout exceeds what is payable");
    return OK;
}

static err_t lines_take(struct ctx *cx, struct tx *tx, const struct payout_create *create)
{
    struct payout_id payout = create->payout.id;

    for (size_t i = 0; i < create->payment_count; i++)
        TRY(payable_take(cx, tx, create->payments[i].raw, payout));
    for (size_t i = 0; i < create->refund_count; i++)
        TRY(payable_take(cx, tx, create->refunds[i].raw, payout));
    for (size_t i = 0; i < create->dispute_count; i++)
        TRY(payable_take(cx, tx, create->disputes[i].raw, payout));
    return OK;
}

static err_t create_write(struct ctx *cx, struct tx *tx, struct payout_create *create,
                          const struct gathering *gathering)
{
    struct payout *payout = &create->payout;

    for (size_t i = 0; i < gathering->pending_count; i++)
        TRY(debit_release(cx, tx, &gathering->pending[i]));
    TRY(payout_insert(cx, tx, payout));
    TRY(lines_take(cx, tx, create));
    TRY(payout_go_on(cx, tx, payout, create->state));
    return payout_transfer_ask(cx, tx, payout);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct payout_create *create = arg;
    struct gathering gathering = {0};
    enum idempotency_state state;
    struct payout_id old;

    must(cx->mode == MODE_TEST);
    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    create->payout = (struct payout){
        .day = create->day.year != 0 ? create->day : date_paris(cx->now),
        .transfer = create->merchant->payout_transfer,
        .description = create->description,
    };
    if (create->description.ptr == NULL)
        create->payout.description = description_make(cx, create->payout.day);
    TRY(gather_all(cx, tx, create, &gathering));
    TRY(amount_check(cx, tx, &gathering, &create->payout.amount));
    create->payout.sums = gathering.sums;
    TRY(create_write(cx, tx, create, &gathering));
    TRY(idempotency_open(&create->operation, tx, create->payout.id.raw));
    return idempotency_close(&create->operation, tx);
}

static bool named_twice(const char *ids, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (memcmp(ids + i * ID_SIZE, ids + j * ID_SIZE, ID_SIZE) == 0)
                return true;
        }
    }
    return false;
}

static err_t names_check(const struct payout_create *create)
{
    struct ctx *cx = create->operation.cx;
    const struct {
        const char *field;
        const void *ids; /* id types are their text and nothing else */
        size_t count;
    } LISTS[] = {
        {"payments", create->payments, create->payment_count},
        {"refunds",  create->refunds,  create->refund_count },
        {"disputes", create->disputes, create->dispute_count},
    };

    for (size_t i = 0; i < ARRAY_LEN(LISTS); i++) {
        must(LISTS[i].count <= PAYOUT_OBJECTS_MAX);
        if (named_twice(LISTS[i].ids, LISTS[i].count))
            return fault(cx, ERR_INVALID, LISTS[i].field, "names one twice");
    }
    return OK;
}

void payout_create(struct payout_create *create)
{
    err_t err = names_check(create);

    if (err != OK)
        operation_end(&create->operation, err);
    else
        operation_write(&create->operation, create_body, operation_end);
}
