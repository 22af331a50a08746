#include <string.h>

#include "core/payout_internal.h"
#include "core/task_run.h"

/* The bank of test mode: it books a transfer in the morning of the next business day. It stands
 * where the file of credit transfers will stand: the rail that carries payouts_to_send() calls
 * payout_sent() and payout_paid() or payout_failed() from what the bank reports, and this file
 * goes. Live payouts never come here: they wait in to_pay. */

err_t payout_bank_told(struct ctx *cx, struct tx *tx, const struct payout *payout)
{
    bool waits = payout->state == PAYOUT_TO_PAY || payout->state == PAYOUT_SENT;

    if (cx->mode != MODE_TEST || !payout->transfer || !waits ||
        payout->amount.currency != CURRENCY_EUR)
        return OK;
    return task_put(cx, tx, TASK_PAYOUT_BANK, payout->id.raw, task_bank_morning(cx->now));
}

static err_t bank_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct payout payout;
    struct payout_id id;

    memcpy(id.raw, run->task.object, sizeof id.raw);
    TRY(payout_load(cx, tx, id, &payout));
    if (payout.state == PAYOUT_TO_PAY)
        TRY(payout_sent(cx, tx, id));
    /* A person may have been quicker. */
    if (payout.state == PAYOUT_TO_PAY || payout.state == PAYOUT_SENT)
        TRY(payout_paid(cx, tx, id));
    return task_done(cx, tx, TASK_PAYOUT_BANK, run->task.object);
}

void task_run_payout_bank(struct task_run *run)
{
    operation_write(&run->operation, bank_body, operation_end);
}
