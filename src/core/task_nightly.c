#include "core/authentication.h"
#include "core/bank_account.h"
#include "core/enrolment.h"
#include "core/idempotency.h"
#include "core/mandate.h"
#include "core/mandate_form.h"
#include "core/outbox.h"
#include "core/page_limit.h"
#include "core/task_run.h"

/* How much in one transaction. */
enum { AT_ONCE = 500 };

static err_t nightly_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    int64_t keys = 0;
    int64_t numbers = 0;
    int64_t accounts = 0;
    struct mandate_expiring mandates = {.most = AT_ONCE};
    int64_t deliveries = 0;
    int64_t forms = 0;
    int64_t links = 0;
    int64_t enrolments = 0;

    TRY(idempotency_purge(cx, tx, AT_ONCE, &keys));
    TRY(card_forget(cx, tx, AT_ONCE, &numbers));
    /* It reads all accounts, and a month more or less is nothing to five years. */
    if (date_paris(cx->now).day == 1)
        TRY(bank_account_forget(cx, tx, AT_ONCE, &accounts));
    TRY(mandate_expire(cx, tx, &mandates));
    TRY(page_traces_purge(cx, tx));
    TRY(outbox_purge(cx, tx, AT_ONCE, &deliveries));
    TRY(mandate_forms_purge(cx, tx, AT_ONCE, &forms));
    TRY(authentication_links_purge(cx, tx, AT_ONCE, &links));
    TRY(enrolments_erase(cx, tx, AT_ONCE, &enrolments));
    bool more = enrolments == AT_ONCE || forms == AT_ONCE || links == AT_ONCE || keys == AT_ONCE ||
                numbers == AT_ONCE || accounts == AT_ONCE || mandates.more || deliveries == AT_ONCE;
    return task_again(cx, tx, TASK_NIGHTLY, run->task.object, more ? cx->now : task_night(cx->now));
}

void task_run_nightly(struct task_run *run)
{
    operation_write(&run->operation, nightly_body, operation_end);
}
