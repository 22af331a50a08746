#include "base/must.h"
#include "base/sepa_text.h"
#include "core/debtor_address.h"
#include "core/levy_row.h"
#include "core/task.h"
#include "store/sql.h"

/* 999 999 999.99 euro: what the schemes carry. */
#define LEVY_MAX_MINOR INT64_C(99999999999)

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- amount and day ------------------------------------------------------------------------------
 */

err_t levy_amount_check(struct ctx *cx, const struct merchant *merchant, int64_t amount_minor)
{
    must(amount_minor > 0);
    if (amount_minor > LEVY_MAX_MINOR || amount_minor > merchant->levies.max)
        return fault(cx, ERR_LIMIT, "amount", "is above the limit of the scheme or the account");
    return OK;
}

/* The first day that may be asked for, whether or not it is a business day: tomorrow, or the day
 * after when today's cut-off has gone, and not before the debtor was told in time. */
static int64_t first_day(struct ctx *cx, const struct merchant *merchant)
{
    const struct debit_terms *terms = &merchant->debits;
    struct date today = date_paris(cx->now);
    instant cutoff = instant_paris(
        (struct wall){.date = today, .hour = terms->cutoff.hour, .minute = terms->cutoff.minute});
    int lead = cx->now > cutoff ? 2 : 1;

    if (lead < terms->prenotification_days)
        lead = terms->prenotification_days;
    return date_to_days(today) + lead;
}

err_t levy_due_check(struct ctx *cx, const struct merchant *merchant, struct date due)
{
    int64_t day = date_to_days(due);

    if (day < first_day(cx, merchant))
        return fault(cx, ERR_STATE, "due_date", "is too early");
    if (day > date_to_days(date_paris(cx->now)) + LEVY_DAYS_MAX)
        return fault(cx, ERR_LIMIT, "due_date", "is more than 366 days ahead");
    return OK;
}

bool levy_needs_code(const struct merchant *merchant, int64_t amount_minor)
{
    int64_t threshold = merchant->levies.otp_threshold;

    return threshold > 0 && amount_minor >= threshold;
}

/* --- the mandate ---------------------------------------------------------------------------------
 */

/* A debit that was opened, or one that waits for its code. */
static err_t one_off_check(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                           struct payment_id self)
{
    bool used = mandate->state == MANDATE_CLOSED;
    struct rows *rows;

    if (!used)
        TRY(store_query_one(cx, tx, &SQL_DEBIT_FIND_ONE_OFF, ARGS(OWNER, V_ID(mandate->id)), &rows,
                            &used));
    if (!used)
        TRY(store_query_one(cx, tx, &SQL_LEVY_PENDING_UNDER,
                            ARGS(OWNER, V_ID(mandate->id), V_WORD(self.raw)), &rows, &used));
    return used ? fault(cx, ERR_LIMIT, "umr", "is a mandate for one debit, which was made") : OK;
}

err_t levy_mandate_check(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                         struct payment_id self, struct bank_account *account)
{
    bool holds;

    if (ID_NONE(mandate->id))
        return fault(cx, ERR_STATE, "safedebit_consumer_reference", "has no active mandate");
    if (mandate->type == MANDATE_ONE_OFF)
        TRY(one_off_check(cx, tx, mandate, self));
    TRY(bank_account_load(cx, tx, mandate->account, true, account));
    TRY(mandate_holds(cx, tx, mandate, &holds));
    if (!holds || account->deleted)
        return fault(cx, ERR_STATE, "umr", "is not an active mandate");
    return OK;
}

err_t levy_order_check(struct ctx *cx, struct tx *tx, const struct debit_order *order)
{
    const struct debit_terms *terms = &order->merchant->debits;

    if (terms->ics[0] == '\0' || !terms->has_account)
        return fault(cx, ERR_STATE, "creditor", "has no creditor identifier or account");
    TRY(debit_check(cx, tx, order));
    return debtor_reach_check(cx, tx, order);
}

/* --- what it is called ---------------------------------------------------------------------------
 */

/* [doc] In reports this word stands for no reference. */
static bool names_a_debit(struct str reference)
{
    return sepa_reference_is_valid(reference) && !str_eq_nocase(reference, STR("NOTPROVIDED"));
}

err_t levy_end_to_end(struct ctx *cx, struct tx *tx, const struct levy *levy, struct str *out)
{
    const struct str candidates[] = {levy->sdd_reference, levy->payment_reference};
    bool is_free = false;

    for (size_t i = 0; i < ARRAY_LEN(candidates); i++) {
        *out = candidates[i];
        if (names_a_debit(*out))
            TRY(debit_reference_free(cx, tx, *out, &is_free));
        if (is_free)
            return OK;
    }
    *out = STR_NONE;
    return OK;
}

/* --- its code ------------------------------------------------------------------------------------
 */

/* "pour valider le prélèvement de 1234,50 € du 02/01/2027". */
static struct str about_text(struct ctx *cx, const struct payment *payment, bool french)
{
    struct str decimal = money_decimal(cx->arena, payment->amount);
    size_t point = str_find(decimal, '.');
    struct date due;

    must(date_parse(payment->date_settlement, &due));
    must(point < decimal.len);
    if (!french)
        return str_format(cx->arena, "to confirm the direct debit of EUR %.*s on %04d-%02d-%02d",
                          (int)decimal.len, decimal.ptr, due.year, due.month, due.day);
    return str_format(cx->arena, "pour valider le prélèvement de %.*s,%.*s € du %02d/%02d/%04d",
                      (int)point, decimal.ptr, (int)(decimal.len - point - 1),
                      decimal.ptr + point + 1, due.day, due.month, due.year);
}

struct code_letter levy_letter(struct ctx *cx, const struct merchant *merchant,
                               const struct consumer *consumer, const struct payment *payment)
{
    return (struct code_letter){
        .phone = consumer->fields[CONSUMER_PHONE],
        .email = consumer->fields[CONSUMER_EMAIL],
        .language = merchant->language,
        .payee = merchant->name,
        .reply_to = merchant->email,
        .about = about_text(cx, payment, str_eq(merchant->language, STR("fr"))),
        .kind = "levy.code",
    };
}

err_t levy_code_send(const struct core *core, struct ctx *cx, struct tx *tx,
                     struct payment_id payment, const struct code_letter *letter)
{
    int64_t left;

    TRY(code_send(core, cx, tx, &LEVY_CODE, payment.raw, letter));
    TRY(code_again_left(cx, tx, &LEVY_CODE, payment.raw, &left));
    TRY(task_done(cx, tx, TASK_LEVY_CODE, payment.raw));
    return task_put(cx, tx, TASK_LEVY_CODE, payment.raw,
                    cx->now + (left + 2) * LEVY_CODE.life_min * MINUTE_US);
}

/* --- whether it is still here --------------------------------------------------------------------
 */

err_t levy_is_here(struct ctx *cx, struct tx *tx, const struct levy *levy, bool *here)
{
    struct debit debit;

    *here = levy->status == LEVY_PENDING || levy->status == LEVY_CREATED;
    if (!*here)
        return OK;
    TRY(debit_load(cx, tx, levy->payment, &debit));
    *here = ID_NONE(debit.file);
    return OK;
}
