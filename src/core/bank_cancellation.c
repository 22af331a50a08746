#include "core/bank_cancellation.h"

#include "base/must.h"
#include "core/bank_report.h"
#include "core/event.h"
#include "store/sql.h"

ENUM_DEFINE(bank_cancellation_state, BANK_CANCELLATION_LIST)

static const char EVENT[] = "debit.cancellation";

err_t bank_cancellation_find(struct ctx *cx, struct tx *tx, const char *payment,
                             enum bank_cancellation_state *out)
{
    struct rows *rows;
    bool found;

    *out = 0;
    TRY(store_query_one(cx, tx, &SQL_BANK_CANCELLATION_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(payment)),
                        &rows, &found));
    if (!found)
        return OK;
    must(bank_cancellation_state_parse(col_text(rows, 0), out));
    rows_end(rows);
    return OK;
}

/* What waits since the bank was quicker than the person. */
static err_t parked_hear(struct ctx *cx, struct tx *tx)
{
    struct bank_parked parked = {.more = true};
    struct bank_profile profile;

    TRY(bank_profile_load(cx, tx, cx->merchant, &profile));
    parked.profile = &profile;
    return bank_parked_try(cx, tx, &parked);
}

err_t bank_cancellation_ask(struct ctx *cx, struct tx *tx, struct payment_id id)
{
    enum bank_cancellation_state before;
    struct merchant merchant;
    struct payment payment;

    TRY(payment_owner(cx, tx, id));
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    merchant_time(cx, &merchant);
    TRY(payment_load(cx, tx, id, &payment));
    if (payment.method != METHOD_SEPA || payment.state != PAYMENT_CAPTURE_SENT)
        return fault_object(cx, ERR_STATE, "payment", "is no debit on its way to its account",
                            id.raw);
    TRY(bank_cancellation_find(cx, tx, id.raw, &before));
    if (before == BANK_CANCELLATION_ASKED)
        return fault_object(cx, ERR_STATE, "payment", "has its cancellation asked for already",
                            id.raw);
    TRY(store_run(cx, tx, &SQL_BANK_CANCELLATION_PUT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                       V_WORD(bank_cancellation_state_text(BANK_CANCELLATION_ASKED)),
                       V_INT(cx->now))));
    TRY(event_put(cx, tx, EVENT, id.raw, bank_cancellation_state_text(BANK_CANCELLATION_ASKED)));
    return parked_hear(cx, tx);
}

err_t bank_cancellation_answered(struct ctx *cx, struct tx *tx, const char *payment,
                                 enum bank_cancellation_state state, struct str reason)
{
    TRY(store_run(cx, tx, &SQL_BANK_CANCELLATION_ANSWER,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(payment),
                       V_WORD(bank_cancellation_state_text(state)),
                       V_TEXT(reason.len > 0 ? reason : STR_NONE), V_INT(cx->now))));
    return event_put(cx, tx, EVENT, payment, bank_cancellation_state_text(state));
}
