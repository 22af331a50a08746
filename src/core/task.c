#include "core/task.h"

#include "base/must.h"
#include "base/target.h"
#include "core/holder.h"
#include "store/sql.h"

ENUM_DEFINE(task_kind, TASK_KIND_LIST)

err_t task_put(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object, instant due)
{
    return store_run(cx, tx, &SQL_TASK_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(kind)), V_WORD(object), V_INT(due),
                          V_INT(cx->real)));
}

err_t task_put_anew(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                    instant due)
{
    return store_run(cx, tx, &SQL_TASK_INSERT_ANEW,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(kind)), V_WORD(object), V_INT(due),
                          V_INT(cx->real)));
}

err_t task_reverse_anew(struct ctx *cx, struct tx *tx, struct attempt_id attempt, instant due)
{
    return store_run(cx, tx, &SQL_TASK_REVERSE_ANEW,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(attempt),
                          V_INT(due), V_INT(cx->real)));
}

err_t task_has_sent(struct ctx *cx, struct tx *tx, const struct task *task,
                    struct attempt_id message, bool *out)
{
    struct rows *rows;

    return store_query_one(cx, tx, &SQL_TASK_HAS_SENT,
                           ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                                V_WORD(task_kind_text(task->kind)), V_WORD(task->object),
                                V_ID(message)),
                           &rows, out);
}

err_t task_sends(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                 struct attempt_id attempt)
{
    return store_run(cx, tx, &SQL_TASK_SENDS,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(kind)), V_WORD(object), V_ID(attempt)));
}

err_t task_moves_on(struct ctx *cx, struct tx *tx, const struct task *batch, struct attempt_id next)
{
    return store_run(cx, tx, &SQL_TASK_MOVES_ON,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(batch->kind)), V_WORD(batch->object), V_ID(next),
                          V_WORD(batch->attempt.raw)));
}

err_t task_ends(struct ctx *cx, struct tx *tx, const struct task *batch)
{
    return store_run(cx, tx, &SQL_TASK_ENDS,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(batch->kind)), V_WORD(batch->object),
                          V_WORD(batch->attempt.raw)));
}

err_t task_take(struct ctx *cx, struct tx *tx, const struct holder *holder, struct task *task,
                bool *taken)
{
    struct rows *rows;

    must(holder != NULL);
    TRY(store_query_one(cx, tx, &SQL_TASK_TAKE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(task_kind_text(task->kind)), V_WORD(task->object),
                             V_INT(task->due), holder_value(holder),
                             V_INT(holder_dead_before(holder))),
                        &rows, taken));
    if (!*taken)
        return OK;
    task->tries = col_int(rows, 0);
    col_id(rows, 1, task->attempt.raw);
    task->created = col_int(rows, 2);
    return OK;
}

err_t task_again(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                 instant due)
{
    return store_run(cx, tx, &SQL_TASK_AGAIN,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(kind)), V_WORD(object), V_INT(due), V_INT(1)));
}

err_t task_put_off(struct ctx *cx, struct tx *tx, const struct holder *holder,
                   const struct task *task, instant due, bool *had)
{
    int64_t changed;

    *had = true;
    if (holder == NULL) /* what others have left is its own */
        return task_again(cx, tx, task->kind, task->object, due);
    TRY(store_run_count(cx, tx, &SQL_TASK_PUT_OFF,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(task_kind_text(task->kind)), V_WORD(task->object), V_INT(due),
                             holder_value(holder)),
                        &changed));
    *had = changed == 1;
    return OK;
}

err_t task_later(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object,
                 instant due)
{
    return store_run(cx, tx, &SQL_TASK_AGAIN,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(kind)), V_WORD(object), V_INT(due), V_INT(0)));
}

err_t task_reverse_now(struct ctx *cx, struct tx *tx)
{
    return store_run(cx, tx, &SQL_TASK_REVERSE_NOW, ARGS(V_WORD(mode_text(cx->mode))));
}

err_t task_done(struct ctx *cx, struct tx *tx, enum task_kind kind, const char *object)
{
    return store_run(cx, tx, &SQL_TASK_DELETE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_WORD(task_kind_text(kind)), V_WORD(object)));
}

/* The hours of a day, Paris time (design.md 7). */
enum {
    BATCH_HOUR = 21,
    EVENING_HOUR = 22,
    NIGHT_HOUR = 3,
    BANK_HOUR = 7,
    DAY_END_MINUTE = 30,
};

instant task_batch(instant after)
{
    return next_paris(after, BATCH_HOUR, 0);
}

instant task_evening(instant after)
{
    return next_paris(after, EVENING_HOUR, 0);
}

instant task_evening_of(struct date day)
{
    return instant_paris((struct wall){.date = day, .hour = EVENING_HOUR});
}

instant task_day_end(struct date day)
{
    return instant_paris((struct wall){
        .date = date_from_days(date_to_days(day) + 1),
        .minute = DAY_END_MINUTE,
    });
}

instant task_night(instant after)
{
    return next_paris(after, NIGHT_HOUR, 0);
}

instant task_payout_morning(instant after)
{
    return target_next_time(after, PAYOUT_HOUR, 0);
}

instant task_bank_morning(instant after)
{
    return target_next_time(after, BANK_HOUR, 0);
}
