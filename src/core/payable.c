#include "core/payable.h"

#include <string.h>

#include "base/must.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(payable_kind, PAYABLE_KIND_LIST)

static err_t line_insert(struct ctx *cx, struct tx *tx, const struct payable *line, bool back)
{
    TRY(store_run(cx, tx, &SQL_PAYABLE_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(line->object),
                       V_INT(back), V_WORD(payable_kind_text(line->kind)),
                       V_WORD(pay_method_text(line->method)),
                       V_WORD(currency_text(line->amount.currency)), V_INT(line->amount.minor),
                       V_INT(line->fee_minor), V_INT(line->fee_vat_minor), V_INT(cx->now))));
    return task_put(cx, tx, TASK_PAYOUT, cx->merchant.raw, task_payout_morning(cx->now));
}

err_t payable_add(struct ctx *cx, struct tx *tx, const struct payable *line)
{
    must(line->fee_minor >= 0);
    must(line->fee_vat_minor >= 0);
    must(line->kind == PAYABLE_PAYMENT ? line->amount.minor >= 0 : line->amount.minor <= 0);
    return line_insert(cx, tx, line, false);
}

err_t payable_add_payment(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    const struct payable line = {
        .kind = PAYABLE_PAYMENT,
        .object = payment->id.raw,
        .method = payment->method,
        .amount = payment->amount,
        .fee_minor = payment->fee_minor,
        .fee_vat_minor = payment->fee_vat_minor,
    };

    return payable_add(cx, tx, &line);
}

err_t payable_find(struct ctx *cx, struct tx *tx, const char *object, struct payable *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_PAYABLE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object)),
                        &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    *out = (struct payable){
        .object = object,
        .amount = {.minor = col_int(rows, 3)},
        .fee_minor = col_int(rows, 4),
        .fee_vat_minor = col_int(rows, 5),
    };
    must(payable_kind_parse(col_text(rows, 0), &out->kind));
    must(pay_method_parse(col_text(rows, 1), &out->method));
    must(currency_parse(col_text(rows, 2), &out->amount.currency));
    col_id(rows, 6, out->payout.raw);
    rows_end(rows);
    return OK;
}

err_t payable_give_back(struct ctx *cx, struct tx *tx, const char *object)
{
    struct payable line;

    err_t err = payable_find(cx, tx, object, &line);
    if (err != OK) /* whoever took something has written a line: none is our mistake */
        return err == ERR_NOT_FOUND ? ERR_INTERNAL : err;
    /* No payout knows of it: it is as if nothing had happened. */
    if (ID_NONE(line.payout) && line.fee_minor == 0 && line.fee_vat_minor == 0)
        return store_run(cx, tx, &SQL_PAYABLE_DROP,
                         ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object)));
    line.amount.minor = -line.amount.minor;
    line.fee_minor = 0;
    line.fee_vat_minor = 0;
    return line_insert(cx, tx, &line, true);
}

/* --- sums ---------------------------------------------------------------------------------------
 */

static err_t sum_add(struct payable_sum *to, const struct payable_sum *more)
{
    bool over = add_overflows(to->amount_minor, more->amount_minor, &to->amount_minor) ||
                add_overflows(to->count, more->count, &to->count) ||
                add_overflows(to->fees_minor, more->fees_minor, &to->fees_minor) ||
                add_overflows(to->fees_vat_minor, more->fees_vat_minor, &to->fees_vat_minor);

    return over ? ERR_LIMIT : OK;
}

err_t payable_sums_add(struct payable_sums *sums, const struct payable *line)
{
    const struct payable_sum one = {line->amount.minor, 1, line->fee_minor, line->fee_vat_minor};

    return sum_add(&sums->of[line->kind][line->method], &one);
}

/* All of them in one. */
static err_t sums_total(const struct payable_sums *sums, struct payable_sum *out)
{
    *out = (struct payable_sum){0};
    for (size_t kind = PAYABLE_PAYMENT; kind < PAYABLE_KINDS; kind++) {
        for (size_t method = METHOD_CARD; method < PAY_METHODS; method++)
            TRY(sum_add(out, &sums->of[kind][method]));
    }
    return OK;
}

err_t payable_sums_net(const struct payable_sums *sums, int64_t *out_minor)
{
    struct payable_sum total;

    TRY(sums_total(sums, &total));
    if (add_overflows(total.amount_minor, -total.fees_minor, out_minor) ||
        add_overflows(*out_minor, -total.fees_vat_minor, out_minor))
        return ERR_LIMIT;
    return OK;
}

int64_t payable_sums_count(const struct payable_sums *sums)
{
    int64_t count = 0;

    for (size_t kind = PAYABLE_PAYMENT; kind < PAYABLE_KINDS; kind++) {
        for (size_t method = METHOD_CARD; method < PAY_METHODS; method++)
            count += sums->of[kind][method].count;
    }
    return count;
}

err_t payable_waiting(struct ctx *cx, struct tx *tx, struct payable_sums out[PAYABLE_CURRENCIES])
{
    enum currency currency;
    enum payable_kind kind;
    enum pay_method method;
    struct rows *rows;
    bool has;

    memset(out, 0, PAYABLE_CURRENCIES * sizeof *out);
    TRY(store_query(cx, tx, &SQL_PAYABLE_WAITING,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(currency_parse(col_text(rows, 0), &currency));
        must(payable_kind_parse(col_text(rows, 1), &kind));
        must(pay_method_parse(col_text(rows, 2), &method));
        out[currency].of[kind][method] = (struct payable_sum){
            .amount_minor = col_int(rows, 3),
            .count = col_int(rows, 4),
            .fees_minor = col_int(rows, 5),
            .fees_vat_minor = col_int(rows, 6),
        };
    }
}

/* --- which payout
 * ---------------------------------------------------------------------------------- */

err_t payable_take_all(struct ctx *cx, struct tx *tx, enum currency currency,
                       struct payout_id payout, int64_t count)
{
    int64_t taken;

    TRY(store_run_count(cx, tx, &SQL_PAYABLE_TAKE_ALL,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(currency_text(currency)), V_ID(payout)),
                        &taken));
    return taken == count ? OK : ERR_STATE;
}

err_t payable_take(struct ctx *cx, struct tx *tx, const char *object, struct payout_id payout)
{
    return store_run(
        cx, tx, &SQL_PAYABLE_TAKE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(object), V_ID(payout)));
}

err_t payable_wait_again(struct ctx *cx, struct tx *tx, struct payout_id payout)
{
    int64_t failed;
    int64_t again;

    TRY(store_run_count(cx, tx, &SQL_PAYABLE_FAIL,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payout)),
                        &failed));
    TRY(store_run_count(cx, tx, &SQL_PAYABLE_AGAIN,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(payout)),
                        &again));
    must(failed == again);
    if (again == 0)
        return OK;
    return task_put(cx, tx, TASK_PAYOUT, cx->merchant.raw, task_payout_morning(cx->now));
}
