#include "core/flow.h"

#include "base/must.h"
#include "core/lifecycle.h"
#include "core/sponsor_webhook.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(flow_state, FLOW_STATE_LIST)

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

bool flow_is_for(const struct invoice_paper *paper)
{
    bool legal = paper->kind == INVOICE_NORMAL || paper->kind == INVOICE_CREDIT;

    return legal && paper->to == BUYER_BUSINESS;
}

err_t flow_find(struct ctx *cx, struct tx *tx, struct invoice_id invoice, struct flow *out,
                bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_FLOW_FIND, ARGS(OWNER, V_ID(invoice)), &rows, found));
    if (!*found)
        return OK;
    *out = (struct flow){
        .invoice = invoice,
        .created = col_int(rows, 2),
        .sent = col_int(rows, 3),
    };
    must(flow_state_parse(col_text(rows, 0), &out->state));
    must(einvoice_format_parse(col_text(rows, 1), &out->format));
    rows_end(rows);
    return OK;
}

err_t flow_open(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                enum einvoice_format format)
{
    TRY(store_run(
        cx, tx, &SQL_FLOW_INSERT,
        ARGS(OWNER, V_ID(invoice), V_WORD(einvoice_format_text(format)), V_INT(cx->now))));
    return sponsor_tell(cx, tx, SPONSOR_INVOICE_CREATED, invoice.raw, NULL);
}

err_t flow_drawn(struct ctx *cx, struct tx *tx, struct invoice_id invoice)
{
    struct flow flow;
    bool found;

    TRY(flow_find(cx, tx, invoice, &flow, &found));
    if (!found || flow.state != FLOW_WAITING)
        return OK;
    return task_put(cx, tx, TASK_INVOICE_FLOW, invoice.raw, cx->now);
}

err_t flow_sent(struct ctx *cx, struct tx *tx, struct invoice_id invoice)
{
    return store_run(cx, tx, &SQL_FLOW_SENT, ARGS(OWNER, V_ID(invoice), V_INT(cx->now)));
}

/* The last movement of money that its life cycle tells. */
static int64_t told_turn(const struct lifecycle_event *events, size_t count)
{
    int64_t turn = 0;

    for (size_t i = 0; i < count; i++) {
        if (events[i].received_turn > turn)
            turn = events[i].received_turn;
    }
    return turn;
}

static err_t last_turn(struct ctx *cx, struct tx *tx, struct invoice_id invoice, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_FLOW_RECEIVED_TURN, ARGS(OWNER, V_ID(invoice)), &rows,
                        &found));
    must(found);
    *out = col_int(rows, 0);
    rows_end(rows);
    return OK;
}

err_t flow_received(struct ctx *cx, struct tx *tx, struct invoice_id invoice)
{
    struct lifecycle_event *events;
    struct flow flow;
    int64_t last;
    size_t count;
    bool found;

    TRY(flow_find(cx, tx, invoice, &flow, &found));
    if (!found || flow.state != FLOW_SENT)
        return OK;
    TRY(last_turn(cx, tx, invoice, &last));
    TRY(lifecycle_list(cx, tx, invoice.raw, &events, &count));
    for (int64_t turn = told_turn(events, count) + 1; turn <= last; turn++) {
        const struct lifecycle_step step = {
            .status = LIFECYCLE_COLLECTED,
            .received_turn = turn,
        };
        TRY(lifecycle_put(cx, tx, invoice.raw, &step));
    }
    return OK;
}

/* Its buyer has it, or may get it yet. */
static err_t is_the_buyers(struct ctx *cx, struct tx *tx, struct invoice_id invoice, bool *out)
{
    struct lifecycle_event *events;
    size_t count;

    *out = true;
    TRY(lifecycle_list(cx, tx, invoice.raw, &events, &count));
    for (size_t i = 0; i < count; i++)
        *out =
            *out && events[i].status != LIFECYCLE_REJECTED && events[i].status != LIFECYCLE_REFUSED;
    return OK;
}

err_t flow_cancelled(struct ctx *cx, struct tx *tx, struct invoice_id invoice)
{
    const struct lifecycle_step step = {.status = LIFECYCLE_CANCELLED};

    return lifecycle_put(cx, tx, invoice.raw, &step);
}

err_t flow_credited(struct ctx *cx, struct tx *tx, struct invoice_id invoice,
                    struct invoice_id credit)
{
    struct flow flow;
    bool found;
    bool follows;

    TRY(flow_find(cx, tx, invoice, &flow, &found));
    if (!found)
        return OK;
    TRY(is_the_buyers(cx, tx, invoice, &follows));
    if (follows)
        TRY(flow_open(cx, tx, credit, flow.format));
    return flow_cancelled(cx, tx, invoice);
}
