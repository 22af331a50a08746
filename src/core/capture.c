#include "core/capture.h"

#include <string.h>

#include "base/must.h"
#include "core/task_run.h"
#include "store/sql.h"

/* Payments of one portion: a commit must not keep the others waiting for long. */
enum { PORTION = 500 };

/* Greater than every id. */
static const char AFTER_ALL[] = "~";

/* The evening, in the form of an id: the first one of its millisecond. */
static void evening_id(struct arena *arena, instant due, char out[ID_SIZE])
{
    struct str floor = id_floor(arena, due);

    must(floor.len < ID_LEN);
    memset(out, '0', ID_LEN);
    memcpy(out, floor.ptr, floor.len);
    out[ID_LEN] = '\0';
}

/* The payment that the batch begins with, or none. Remembered: every payment asks. */
static err_t batch_find(struct ctx *cx, struct tx *tx, const char *evening,
                        struct payment_id *first)
{
    return store_known_id(cx, tx, &SQL_CAPTURE_BATCH,
                          ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(evening)),
                          first->raw);
}

static err_t batch_begin(struct ctx *cx, struct tx *tx, const char *evening, instant due,
                         struct payment_id first)
{
    struct attempt_id from;

    memcpy(from.raw, first.raw, sizeof from.raw);
    TRY(task_put(cx, tx, TASK_CARD_BATCH, evening, due));
    TRY(task_sends(cx, tx, TASK_CARD_BATCH, evening, from));
    store_forget(tx);
    return OK;
}

err_t capture_put(struct ctx *cx, struct tx *tx, const struct payment *payment)
{
    instant due = task_batch(cx->now);
    bool at_once = payment->paid == cx->now;
    struct payment_id first = {{0}};
    char evening[ID_SIZE];

    if (at_once) {
        evening_id(cx->arena, due, evening);
        TRY(batch_find(cx, tx, evening, &first));
        if (first.raw[0] == '\0')
            return batch_begin(cx, tx, evening, due, payment->id);
        if (strcmp(first.raw, payment->id.raw) <= 0)
            return OK;
    }
    return task_put(cx, tx, TASK_CARD_CAPTURE, payment->id.raw, due);
}

/* One portion in one commit: the batch then begins behind it, or is over. */
static err_t portion_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct task_run *run = arg;
    const struct task *task = &run->task;
    struct attempt_id next = {{0}};
    struct rows *rows;
    bool more;

    TRY(store_query_one(
        cx, tx, &SQL_CAPTURE_PORTION,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(task->attempt), V_INT(PORTION)),
        &rows, &more));
    if (more)
        col_id(rows, 0, next.raw);
    TRY(store_run(cx, tx, &SQL_CAPTURE_MAKE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(task->attempt),
                       more ? V_ID(next) : V_WORD(AFTER_ALL), V_INT(task->due), V_INT(cx->real))));
    TRY(more ? task_moves_on(cx, tx, task, next)
             : task_done(cx, tx, TASK_CARD_BATCH, task->object));
    store_forget(tx);
    return OK;
}

void task_run_card_batch(struct task_run *run)
{
    operation_write(&run->operation, portion_body, operation_end);
}
