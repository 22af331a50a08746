#ifndef GUICHET_CORE_DRAWING_H
#define GUICHET_CORE_DRAWING_H

#include "core/document.h"
#include "core/task.h"
#include "core/workers.h"

/* A task that draws a document: what it says is read in the task, a worker draws it, and it is
 * sealed and stored in a commit of its own. */
struct drawing;
struct task_run;

struct drawing_kind {
    const char *name; /* of the document, as in struct document */
    size_t arena_max; /* what drawing it may take */
    /* Reads what the document says. needless: there is one already, and the task is done. */
    err_t (*read)(struct drawing *drawing, struct tx *tx, bool *needless);
    /* On a worker's thread: leaves the file in drawing->pdf, and touches nothing of the run but its
     * drawing. */
    err_t (*draw)(struct drawing *drawing);
    tx_body *store; /* its argument is the drawing; ends the task, as drawing_done does */
};

/* Embedded first in the drawing of each kind. */
struct drawing {
    struct work work; /* first */
    struct task_run *run;
    const struct drawing_kind *kind;
    const struct document_maker *maker;
    struct arena *arena; /* the worker's, while it draws */
    struct str pdf;
    err_t result;
    struct document document;
};

/* Draws, seals, stores and ends the operation of the run. The drawing is zeroed and lives in the
 * run's arena. */
void drawing_run(struct drawing *drawing, struct task_run *run, const struct drawing_kind *kind);

/* Inside a body: the task is done. */
MUST_CHECK err_t drawing_done(struct ctx *cx, struct tx *tx, const struct drawing *drawing);

#endif
