#include "core/task_due.h"

#include <string.h>

#include "base/must.h"
#include "core/holder.h"
#include "store/sql.h"

/* How many of a mode are looked at: more than run at once. */
enum { LOOKED_MAX = 256 };

/* Text that is no object is for the handler to refuse: a worker that stops runs nothing else. */
static void object_copy(struct str text, char out[ID_SIZE])
{
    size_t len = text.len < ID_LEN ? text.len : ID_LEN;

    memcpy(out, text.ptr, len);
    out[len] = '\0';
}

static err_t due_read(struct core *core, struct ctx *cx, const struct sql *sql, enum mode mode,
                      struct due_list *out)
{
    struct rows *rows;
    struct tx *tx;
    bool has;

    TRY(core_read(core, &tx));
    TRY(store_query(cx, tx, sql,
                    ARGS(V_INT(cx->real), V_INT(LOOKED_MAX), holder_value(core->holder),
                         V_INT(holder_dead_before(core->holder))),
                    &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        struct due *due = &out->all[out->count++];
        *due = (struct due){
            .task = {.mode = mode,
                     .due = col_int(rows, 3),
                     .tries = col_int(rows, 4),
                     .created = col_int(rows, 6)},
            .offset = col_int(rows, 7),
        };
        col_id(rows, 0, due->task.merchant.raw);
        must(task_kind_parse(col_text(rows, 1), &due->task.kind));
        object_copy(col_text(rows, 2), due->task.object);
        col_id(rows, 5, due->task.attempt.raw);
    }
}

err_t due_find(struct core *core, struct ctx *cx, struct due_list *out)
{
    *out = (struct due_list){.all = arena_array(cx->arena, struct due, 2 * LOOKED_MAX)};
    err_t err = due_read(core, cx, &SQL_TASK_DUE_LIVE, MODE_LIVE, out);
    if (err == OK)
        err = due_read(core, cx, &SQL_TASK_DUE_TEST, MODE_TEST, out);
    reader_release(core->reader);
    return err;
}

static bool is_under_way(const struct task_run *runs, const struct task *task)
{
    for (const struct task_run *run = runs; run != NULL; run = run->next) {
        if (run->task.kind == task->kind && ID_EQ(run->task.merchant, task->merchant) &&
            run->task.mode == task->mode && strcmp(run->task.object, task->object) == 0)
            return true;
    }
    return false;
}

static void due_choose(const struct task_run *runs, int64_t room, struct due_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct due *due = &list->all[i];
        due->chosen = (int64_t)list->chosen < room && !is_under_way(runs, &due->task);
        due->taken = due->chosen;
        list->chosen += due->chosen;
    }
}

struct taking {
    const struct holder *holder;
    struct due_list *list;
};

static err_t take_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct taking *taking = arg;

    for (size_t i = 0; i < taking->list->count; i++) {
        struct due *due = &taking->list->all[i];
        if (!due->chosen)
            continue;
        cx->merchant = due->task.merchant;
        cx->mode = due->task.mode;
        TRY(task_take(cx, tx, taking->holder, &due->task, &due->taken));
    }
    return OK;
}

err_t due_take(struct core *core, struct ctx *cx, const struct task_run *runs, int64_t room,
               struct due_list *due)
{
    struct taking taking = {core->holder, due};

    if (!holder_is_sure(core->holder))
        return OK; /* what runs is finished, and nothing is begun */
    due_choose(runs, room, due);
    if (core->holder == NULL || due->chosen == 0)
        return OK;
    /* One of several servers asks the others first, all at once. */
    return tx_run(core->store, cx, take_body, &taking);
}
