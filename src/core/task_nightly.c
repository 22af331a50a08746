#include "base/must.h"
#include "core/authentication.h"
#include "core/bank_account.h"
#include "core/enrolment.h"
#include "core/idempotency.h"
#include "core/mandate.h"
#include "core/mandate_form.h"
#include "core/outbox.h"
#include "core/page_limit.h"
#include "core/task_run.h"

/* How much is changed in one transaction, and how many rows are looked through in one. */
enum { AT_ONCE = 500, LOOKED_AT_ONCE = 1000 };

typedef err_t night_part(struct ctx *cx, struct tx *tx, struct id_portion *portion);
static night_part *const PARTS[] = {card_forget, bank_account_forget};

/* Accounts on the first of a month: a month more or less is nothing to five years. */
static bool is_over(const struct ctx *cx, const struct night_walk *night)
{
    size_t parts = date_paris(cx->now).day == 1 ? ARRAY_LEN(PARTS) : 1;

    return !night->portion.more && night->part + 1 >= parts;
}

static err_t portion_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    struct night_walk *night = &run->night;

    TRY(PARTS[night->part](cx, tx, &night->portion));
    return is_over(cx, night)
               ? task_again(cx, tx, TASK_NIGHTLY, run->task.object, task_night(cx->now))
               : OK;
}

/* What is found by its time first; when there is no more of it all cards are looked through. */
static err_t nightly_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    int64_t keys = 0;
    struct mandate_expiring mandates = {.most = AT_ONCE};
    bool traces = false;
    int64_t deliveries = 0;
    int64_t forms = 0;
    int64_t links = 0;
    int64_t enrolments = 0;

    TRY(idempotency_purge(cx, tx, AT_ONCE, &keys));
    TRY(mandate_expire(cx, tx, &mandates));
    TRY(page_traces_purge(cx, tx, AT_ONCE, &traces));
    TRY(outbox_purge(cx, tx, AT_ONCE, &deliveries));
    TRY(mandate_forms_purge(cx, tx, AT_ONCE, &forms));
    TRY(authentication_links_purge(cx, tx, AT_ONCE, &links));
    TRY(enrolments_erase(cx, tx, AT_ONCE, &enrolments));
    run->night.more = enrolments == AT_ONCE || forms == AT_ONCE || links == AT_ONCE ||
                      keys == AT_ONCE || mandates.more || traces || deliveries == AT_ONCE;
    return run->night.more ? task_again(cx, tx, TASK_NIGHTLY, run->task.object, cx->now)
                           : portion_body(cx, tx, run);
}

static void portion_done(struct operation *operation, err_t err)
{
    struct night_walk *night = &((struct task_run *)operation)->night;

    if (err != OK || night->more || is_over(operation->cx, night)) {
        operation_end(operation, err);
        return;
    }
    if (night->portion.more) {
        id_portion_move(&night->portion);
    } else {
        night->portion.behind[0] = '\0';
        night->part++;
    }
    arena_rewind(operation->cx->arena, night->before_portion);
    operation_write(operation, portion_body, portion_done);
}

void task_run_nightly(struct task_run *run)
{
    run->night.portion.most = LOOKED_AT_ONCE;
    run->night.before_portion = arena_mark(run->cx.arena);
    operation_write(&run->operation, nightly_body, portion_done);
}
