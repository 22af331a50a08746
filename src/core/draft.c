#include "core/draft.h"

#include <string.h>

#include "base/must.h"
#include "core/idempotency.h"
#include "core/platform.h"
#include "core/task.h"
#include "store/sql.h"

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))
#define CONTENT(of) V_TEXT((of)->content.body), V_TEXT((of)->content.payment)

/* --- reading -------------------------------------------------------------------------------------
 */

static void row_read(struct rows *rows, struct draft *out)
{
    *out = (struct draft){
        .is = {col_text(rows, 1), col_text(rows, 2)},
        .version = col_int(rows, 3),
        .created = col_int(rows, 6),
        .updated = col_int(rows, 7),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 4, out->invoice.raw);
    must(col_null(rows, 5) || einvoice_format_parse(col_text(rows, 5), &out->format));
    rows_end(rows);
}

err_t draft_load(struct ctx *cx, struct tx *tx, struct draft_id id, struct draft *out)
{
    struct rows *rows;
    bool found;

    *out = (struct draft){0};
    TRY(store_query_one(cx, tx, &SQL_DRAFT_FIND, ARGS(OWNER, V_ID(id)), &rows, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, "draft", "not found");
    row_read(rows, out);
    return OK;
}

err_t draft_of_invoice(struct ctx *cx, struct tx *tx, struct invoice_id invoice, struct draft *out,
                       bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_DRAFT_OF_INVOICE, ARGS(OWNER, V_ID(invoice)), &rows, found));
    if (*found)
        row_read(rows, out);
    return OK;
}

static err_t open_load(struct ctx *cx, struct tx *tx, struct draft_id id, struct draft *out)
{
    TRY(draft_load(cx, tx, id, out));
    if (!ID_NONE(out->invoice))
        return fault_object(cx, ERR_STATE, "draft", "is issued and never changes",
                            out->invoice.raw);
    return OK;
}

/* --- writing -------------------------------------------------------------------------------------
 */

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct draft_create *create = arg;
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&create->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    create->draft = (struct draft){.is = create->content, .version = 1, .created = cx->now};
    ID_NEW(cx->ids, &create->draft.id);
    TRY(store_run(cx, tx, &SQL_DRAFT_INSERT,
                  ARGS(OWNER, V_ID(create->draft.id), CONTENT(create), V_INT(cx->now))));
    TRY(idempotency_open(&create->operation, tx, create->draft.id.raw));
    return idempotency_close(&create->operation, tx);
}

void draft_create(struct draft_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}

static err_t replace_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct draft_replace *replace = arg;

    TRY(open_load(cx, tx, replace->id, &replace->draft));
    TRY(store_run(cx, tx, &SQL_DRAFT_REPLACE,
                  ARGS(OWNER, V_ID(replace->id), CONTENT(replace), V_INT(cx->now))));
    replace->draft.is = replace->content;
    replace->draft.version++;
    replace->draft.updated = cx->now;
    return OK;
}

void draft_replace(struct draft_replace *replace)
{
    operation_write(&replace->operation, replace_body, operation_end);
}

static err_t remove_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct draft_remove *drop = arg;
    struct draft draft;

    TRY(open_load(cx, tx, drop->id, &draft));
    return store_run(cx, tx, &SQL_DRAFT_DELETE, ARGS(OWNER, V_ID(drop->id)));
}

void draft_remove(struct draft_remove *drop)
{
    operation_write(&drop->operation, remove_body, operation_end);
}

/* --- issuing -------------------------------------------------------------------------------------
 */

/* Between the check and this body another invoice may have taken the number. */
static err_t number_is_next(struct ctx *cx, struct tx *tx, struct str number)
{
    struct invoice_seller seller;
    struct invoice_place place;

    if (number.len == 0)
        return OK;
    TRY(invoice_seller_read(cx, tx, &seller));
    TRY(invoice_place_next(cx, tx, &seller, INVOICE_NORMAL, &place));
    if (!str_eq(place.number, number))
        return fault(cx, ERR_CONFLICT, "draft",
                     "asks for a number that another invoice has taken meanwhile");
    return OK;
}

static err_t freeze(struct ctx *cx, struct tx *tx, struct draft_issue *issue)
{
    const struct invoice_issuing issuing = {
        .core = issue->operation.core,
        .draft = &issue->asked,
        .token = STR_NONE,
    };
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);

    if (issue->draft.version != issue->version)
        return fault(cx, ERR_CONFLICT, "draft", "was replaced meanwhile");
    TRY(number_is_next(cx, tx, issue->number));
    TRY(invoice_issue_in(cx, tx, &issuing, &issue->invoice));
    TRY(invoice_paper_of(cx, &issue->invoice, paper));
    if (flow_is_for(paper))
        TRY(flow_open(cx, tx, issue->invoice.id, issue->format));
    issue->draft.invoice = issue->invoice.id;
    issue->draft.format = issue->format;
    issue->draft.updated = cx->now;
    return store_run(cx, tx, &SQL_DRAFT_FREEZE,
                     ARGS(OWNER, V_ID(issue->id), V_ID(issue->invoice.id),
                          V_WORD(einvoice_format_text(issue->format)), V_INT(cx->now)));
}

static err_t issue_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct draft_issue *issue = arg;
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&issue->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(draft_load(cx, tx, issue->id, &issue->draft));
    if (ID_NONE(issue->draft.invoice))
        TRY(freeze(cx, tx, issue));
    else
        TRY(invoice_load(cx, tx, issue->draft.invoice, &issue->invoice));
    TRY(flow_find(cx, tx, issue->draft.invoice, &issue->flow, &issue->leaves));
    TRY(idempotency_open(&issue->operation, tx, issue->draft.invoice.raw));
    return idempotency_close(&issue->operation, tx);
}

static void issued(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

/* Without a platform nothing is issued that would have to leave through one. */
static err_t can_leave(const struct core *core, struct ctx *cx, const struct invoice_draft *asked)
{
    const struct platform *platform;

    if (asked->client_siren.len == 0 && !str_starts(asked->client_vat, STR("FR")))
        return OK;
    return core_platform(core, cx, &platform);
}

void draft_issue(struct draft_issue *issue)
{
    const struct core *core = issue->operation.core;
    err_t err = invoice_can_issue(core, issue->operation.cx);

    if (err == OK)
        err = can_leave(core, issue->operation.cx, &issue->asked);
    if (err == OK)
        operation_write(&issue->operation, issue_body, issued);
    else
        operation_end(&issue->operation, err);
}
