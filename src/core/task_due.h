#ifndef GUICHET_CORE_TASK_DUE_H
#define GUICHET_CORE_TASK_DUE_H

#include "core/task_run.h"

/* What is due now, as the worker's next look finds it. */
struct due {
    struct task task;
    instant offset; /* of its test clock */
    bool chosen;    /* there is room to run it */
    bool taken;     /* and it is this server's to run */
};
struct due_list {
    struct due *all;
    size_t count;
    size_t chosen;
};

/* Finds what is due, started or not; of live mode first. On the worker's thread, in the arena of
 * the context; gives the reader's snapshot back. */
MUST_CHECK err_t due_find(struct core *core, struct ctx *cx, struct due_list *out);
/* Marks `taken` what is to be started: not one of those that are under way (linked by `next`), not
 * more than there is room for, and of several servers what no other one has. Nothing, when this
 * server is not sure of its lease. */
MUST_CHECK err_t due_take(struct core *core, struct ctx *cx, const struct task_run *runs,
                          int64_t room, struct due_list *due);

#endif
