#include <string.h>

#include "core/flow.h"
#include "core/invoice_credit.h"
#include "core/invoice_file.h"
#include "core/lifecycle.h"
#include "core/platform.h"
#include "core/task_run.h"

/* An invoice is handed to the platform. It has the same name each time, so a crash before the
 * outcome is written costs a question. */

struct flow_walk {
    struct platform_transmission transmission;
    struct invoice_id invoice;
    struct flow flow;
    struct invoice_paper paper;
};

static err_t status_put(struct ctx *cx, struct tx *tx, const struct flow_walk *walk,
                        const struct platform_status *said)
{
    struct lifecycle_step step = {.status = LIFECYCLE_DEPOSITED};

    if (!lifecycle_of_code(said->code, &step.status))
        return OK; /* nothing that is kept here */
    if (said->reason != NULL)
        step.reason = str_of(said->reason);
    return lifecycle_put(cx, tx, walk->invoice.raw, &step);
}

/* It does not know the buyer, or does not take the invoice: a rejection, as if it had said so. */
static err_t rejection_put(struct ctx *cx, struct tx *tx, const struct flow_walk *walk)
{
    const struct platform_status said = {
        .code = (int)LIFECYCLE_REJECTED,
        .reason = walk->transmission.answer == PLATFORM_UNKNOWN ? "DEST_INC" : "REJ_COH",
    };

    return status_put(cx, tx, walk, &said);
}

/* A credit note may be quicker than the deposit. */
static err_t undoing_put(struct ctx *cx, struct tx *tx, struct invoice_id invoice)
{
    struct invoice credit;
    bool undone;

    TRY(invoice_credit_of(cx, tx, invoice, &credit, &undone));
    return undone ? flow_cancelled(cx, tx, invoice) : OK;
}

static err_t sent_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct task_run *run = arg;
    const struct flow_walk *walk = run->flow;
    const struct platform_transmission *transmission = &walk->transmission;
    struct flow flow;
    bool found;

    TRY(flow_find(cx, tx, walk->invoice, &flow, &found));
    if (found && flow.state == FLOW_WAITING) {
        TRY(flow_sent(cx, tx, walk->invoice));
        for (size_t i = 0; i < transmission->count; i++)
            TRY(status_put(cx, tx, walk, &transmission->statuses[i]));
        if (transmission->answer != PLATFORM_DONE)
            TRY(rejection_put(cx, tx, walk));
        TRY(flow_received(cx, tx, walk->invoice));
        TRY(undoing_put(cx, tx, walk->invoice));
    }
    return task_done(cx, tx, TASK_INVOICE_FLOW, run->task.object);
}

static void transmitted(struct operation *operation)
{
    struct task_run *run = operation->owner;
    bool silent = run->flow->transmission.answer == PLATFORM_SILENT;

    if (operation->result != OK || silent)
        operation_end(&run->operation,
                      operation->result != OK ? operation->result : ERR_UNAVAILABLE);
    else
        operation_write(&run->operation, sent_body, operation_end);
}

/* The file that leaves: as it was drawn, or the syntax alone. */
static err_t bytes_read(struct task_run *run, struct tx *tx, struct str *out)
{
    struct flow_walk *walk = run->flow;
    struct core *core = run->operation.core;
    enum invoice_syntax syntax = walk->flow.format == EINVOICE_CII ? INVOICE_CII : INVOICE_UBL;
    bool ready;

    if (core->documents == NULL)
        return ERR_UNAVAILABLE;
    if (walk->flow.format != EINVOICE_FACTURX)
        return core->documents->invoice_xml(run->cx.arena, &walk->paper, syntax, out);
    TRY(invoice_file_read(core, &run->cx, tx, walk->invoice, out, &ready));
    return ready ? OK : ERR_UNAVAILABLE;
}

static err_t walk_read(struct task_run *run, bool *found)
{
    struct flow_walk *walk = run->flow;
    struct platform_transmission *transmission = &walk->transmission;
    struct invoice invoice;
    struct tx *tx;

    memcpy(walk->invoice.raw, run->task.object, sizeof walk->invoice.raw);
    TRY(core_read(run->operation.core, &tx));
    TRY(flow_find(&run->cx, tx, walk->invoice, &walk->flow, found));
    if (!*found || walk->flow.state != FLOW_WAITING) {
        *found = false;
        return OK;
    }
    TRY(invoice_load(&run->cx, tx, walk->invoice, &invoice));
    TRY(invoice_paper_of(&run->cx, &invoice, &walk->paper));
    TRY(bytes_read(run, tx, &transmission->bytes));
    transmission->name = ID_TEXT(walk->invoice);
    transmission->format = str_of(einvoice_format_text(walk->flow.format));
    transmission->recipient = walk->paper.buyer.network_id;
    return OK;
}

void task_run_invoice_flow(struct task_run *run)
{
    const struct platform *platform;
    bool found = false;

    run->flow = arena_make(run->cx.arena, struct flow_walk);
    run->flow->transmission.operation = (struct operation){
        .core = run->operation.core, .cx = &run->cx, .done = transmitted, .owner = run};
    err_t err = walk_read(run, &found);
    reader_release(run->operation.core->reader);
    if (err != OK)
        operation_end(&run->operation, err);
    else if (!found)
        operation_write(&run->operation, sent_body, operation_end);
    else if (core_platform(run->operation.core, &run->cx, &platform) != OK)
        operation_end(&run->operation, ERR_UNAVAILABLE);
    else
        platform->transmit(platform, &run->flow->transmission);
}
