#include "core/levy.h"

#include "base/must.h"
#include "core/callback.h"
#include "core/levy_row.h"
#include "core/news.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(levy_status, LEVY_STATUS_LIST)

const struct code_terms LEVY_CODE = {
    .purpose = CODE_FOR_LEVY, .life_min = 15, .again_max = 3, .pause_s = 0};

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- rows ----------------------------------------------------------------------------------------
 */

static err_t levy_one(struct ctx *cx, struct tx *tx, const struct sql *sql, struct str key,
                      struct levy *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, ARGS(OWNER, V_TEXT(key)), &rows, found));
    if (!*found)
        return OK;
    *out = (struct levy){
        .sdd_reference = col_text(rows, 2),
        .payment_reference = col_text(rows, 3),
        .beneficiary = col_text(rows, 4),
        .url_callback = col_text(rows, 5),
        .url_status = col_text(rows, 6),
        .account_data = col_text(rows, 7),
        .validated = col_int(rows, 9),
        .ended = col_int(rows, 10),
        .created = col_int(rows, 11),
    };
    col_id(rows, 0, out->payment.raw);
    col_id(rows, 1, out->consumer.raw);
    must(levy_status_parse(col_text(rows, 8), &out->status));
    rows_end(rows);
    return OK;
}

err_t levy_by_payment(struct ctx *cx, struct tx *tx, struct payment_id id, struct levy *out,
                      bool *found)
{
    return levy_one(cx, tx, &SQL_LEVY_FIND, ID_TEXT(id), out, found);
}

err_t levy_by_sdd(struct ctx *cx, struct tx *tx, struct str reference, struct levy *out,
                  bool *found)
{
    return levy_one(cx, tx, &SQL_LEVY_FIND_SDD, reference, out, found);
}

err_t levy_by_reference(struct ctx *cx, struct tx *tx, struct str reference, struct levy *out,
                        bool *found)
{
    return levy_one(cx, tx, &SQL_LEVY_FIND_REFERENCE, reference, out, found);
}

err_t levy_insert(struct ctx *cx, struct tx *tx, const struct levy *levy)
{
    return store_run(cx, tx, &SQL_LEVY_INSERT,
                     ARGS(OWNER, V_ID(levy->payment), V_ID(levy->consumer),
                          V_TEXT(levy->sdd_reference), V_TEXT(levy->payment_reference),
                          V_TEXT(levy->beneficiary), V_TEXT(levy->url_callback),
                          V_TEXT(levy->url_status), V_TEXT(levy->account_data),
                          V_WORD(levy_status_text(levy->status)),
                          V_INT_IF(levy->validated != 0, levy->validated), V_INT(levy->created)));
}

err_t levy_view_load(struct ctx *cx, struct tx *tx, struct payment_id id, struct levy_view *out)
{
    struct rows *rows;
    bool found;

    *out = (struct levy_view){0};
    TRY(levy_by_payment(cx, tx, id, &out->levy, &found));
    if (!found)
        return ERR_NOT_FOUND;
    TRY(payment_load(cx, tx, id, &out->payment));
    TRY(store_query_one(cx, tx, &SQL_LEVY_ABOUT, ARGS(OWNER, V_ID(id)), &rows, &found));
    must(found);
    out->consumer = col_text(rows, 0);
    out->store = col_text(rows, 1);
    out->umr = col_text(rows, 2);
    out->reason = col_text(rows, 3);
    rows_end(rows);
    return OK;
}

/* --- its status ----------------------------------------------------------------------------------
 */

static enum levy_status status_in_payout(enum payout_state state)
{
    switch (state) {
    case PAYOUT_PENDING:
    case PAYOUT_TO_PAY:
    case PAYOUT_SENT:
        return LEVY_IN_CREDIT;
    case PAYOUT_PAID:
        return LEVY_CREDITED;
    case PAYOUT_FAILED:
        return LEVY_SETTLED;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* Settled: what has become of the money since. */
static err_t status_of_money(struct ctx *cx, struct tx *tx, const struct payment *payment,
                             enum levy_status *out)
{
    bool refunded = payment->refunded_minor == payment->amount.minor;
    enum payout_state state;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, refunded ? &SQL_LEVY_REFUND_DUE : &SQL_LEVY_PAYOUT,
                        ARGS(OWNER, V_ID(payment->id)), &rows, &found));
    if (refunded) {
        *out = found ? LEVY_TO_REFUND : LEVY_REFUNDED;
    } else if (found) {
        must(payout_state_parse(col_text(rows, 0), &state));
        *out = status_in_payout(state);
    } else {
        *out = LEVY_SETTLED;
    }
    if (found)
        rows_end(rows);
    return OK;
}

static err_t status_now(struct ctx *cx, struct tx *tx, const struct payment *payment,
                        enum levy_status *out)
{
    switch (payment->state) {
    case PAYMENT_NEW:
    case PAYMENT_AUTHENTICATING:
    case PAYMENT_AUTHORIZING:
    case PAYMENT_AUTHORIZED:
        *out = LEVY_PENDING;
        return OK;
    case PAYMENT_TO_CAPTURE:
        *out = LEVY_CREATED;
        return OK;
    case PAYMENT_CAPTURE_SENT:
        *out = LEVY_ISSUED;
        return OK;
    case PAYMENT_CAPTURED:
        return status_of_money(cx, tx, payment, out);
    case PAYMENT_REFUSED:
    case PAYMENT_FAILED:
        *out = LEVY_REJECTED;
        return OK;
    case PAYMENT_CANCELED:
    case PAYMENT_EXPIRED:
        *out = LEVY_CANCELED;
        return OK;
    case PAYMENT_DISPUTED:
        *out = LEVY_RETURNED;
        return OK;
    }
    must_fail(__FILE__, __LINE__, "state is a member");
}

/* --- telling -------------------------------------------------------------------------------------
 */

/* What it said of its code goes to url_callback; the rest to url_callback_status, where there is
 * one (api/safedebit.md 6). */
static struct str url_for(const struct levy *levy, enum levy_status before)
{
    bool outcome = before == LEVY_PENDING;

    return outcome || levy->url_status.len == 0 ? levy->url_callback : levy->url_status;
}

static err_t tell(struct ctx *cx, struct tx *tx, const struct levy *levy, struct str url)
{
    const struct event_writer *writer = news_writer(cx->news, CHANNEL_SAFEDEBIT);
    struct delivery delivery = {
        .channel = CHANNEL_SAFEDEBIT,
        .type = str_format(cx->arena, "levy.%s", levy_status_text(levy->status)),
        .object = ID_TEXT(levy->payment),
    };

    /* It says what is so now, however late it is delivered. */
    if (writer != NULL)
        TRY(writer->write(NULL, cx, tx, &delivery, &delivery.body));
    const struct callback callback = {
        .url = url, .object = levy->payment.raw, .type = delivery.type, .body = delivery.body};
    return callback_put(cx, tx, &callback);
}

static bool is_back(enum levy_status status)
{
    return status == LEVY_REJECTED || status == LEVY_RETURNED;
}

static err_t move(struct ctx *cx, struct tx *tx, struct levy *levy, enum levy_status to)
{
    struct str url = url_for(levy, levy->status);

    if (levy->status == LEVY_PENDING) {
        TRY(code_drop(cx, tx, CODE_FOR_LEVY, levy->payment.raw));
        TRY(task_done(cx, tx, TASK_LEVY_CODE, levy->payment.raw));
    }
    if (levy->status == LEVY_PENDING && to != LEVY_CANCELED)
        levy->validated = cx->now;
    if (is_back(to))
        levy->ended = cx->now;
    levy->status = to;
    TRY(store_run(cx, tx, &SQL_LEVY_MOVED,
                  ARGS(OWNER, V_ID(levy->payment), V_WORD(levy_status_text(to)),
                       V_INT_IF(levy->validated != 0, levy->validated),
                       V_INT_IF(levy->ended != 0, levy->ended))));
    return url.len == 0 ? OK : tell(cx, tx, levy, url);
}

err_t levy_follow(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    enum levy_status now;
    struct levy levy;
    bool found;

    if (payment->method != METHOD_SEPA)
        return OK;
    TRY(levy_by_payment(cx, tx, payment->id, &levy, &found));
    if (!found)
        return OK;
    TRY(status_now(cx, tx, payment, &now));
    return now == levy.status ? OK : move(cx, tx, &levy, now);
}

err_t levy_follow_id(struct ctx *cx, struct tx *tx, struct payment_id id)
{
    struct payment payment;
    struct levy levy;
    bool found;

    TRY(levy_by_payment(cx, tx, id, &levy, &found));
    if (!found)
        return OK;
    TRY(payment_load(cx, tx, id, &payment));
    return levy_follow(cx, tx, &payment);
}

err_t levy_ids_read(struct ctx *cx, struct rows *rows, struct payment_id **out, size_t *count)
{
    size_t capacity = 0;
    bool has;

    *out = NULL;
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        col_id(rows, 0, (*out)[*count].raw);
    }
}

/* A payout may hold very many: what each needs is given back. */
err_t levies_follow_payout(struct ctx *cx, struct tx *tx, const struct payout *payout)
{
    enum levy_status to = status_in_payout(payout->state);
    struct payment_id *ids;
    struct rows *rows;
    size_t count;

    TRY(store_query(cx, tx, &SQL_LEVIES_OF_PAYOUT,
                    ARGS(OWNER, V_ID(payout->id), V_WORD(levy_status_text(to))), &rows));
    TRY(levy_ids_read(cx, rows, &ids, &count));
    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(cx->arena);
        TRY(levy_follow_id(cx, tx, ids[i]));
        arena_rewind(cx->arena, mark);
    }
    return OK;
}

err_t levy_waits(struct ctx *cx, struct tx *tx, const struct payment *payment, bool *waits)
{
    struct levy levy;

    *waits = false;
    if (payment->method != METHOD_SEPA || payment->state != PAYMENT_NEW)
        return OK;
    TRY(levy_by_payment(cx, tx, payment->id, &levy, waits));
    return OK;
}
