#include "core/invoice.h"

#include "base/must.h"
#include "core/counter.h"
#include "core/idempotency.h"
#include "core/invoice_payment.h"
#include "core/invoice_record.h"
#include "core/invoice_sales.h"
#include "core/task.h"
#include "store/sql.h"

static const char KIND[] = "invoice";

/* --- freezing -----------------------------------------------------------------------------------
 */

static err_t reference_next(struct ctx *cx, struct tx *tx, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_INVOICE_REFERENCE_NEXT,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, &found));
    must(found);
    *out = col_int(rows, 0);
    return OK;
}

static err_t row_insert(struct ctx *cx, struct tx *tx, const struct invoice *invoice)
{
    return store_run(cx, tx, &SQL_INVOICE_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(invoice->id),
                          V_INT(invoice->reference), V_WORD(invoice_kind_text(invoice->kind)),
                          V_TEXT(invoice->number), V_INT(invoice->year), V_INT(invoice->serial),
                          V_TEXT(date_text(cx->arena, invoice->issued)), V_TEXT(invoice->buyer),
                          V_WORD(currency_text(invoice->currency)), V_INT(invoice->total_minor),
                          V_INT(invoice->due_minor), V_ID(invoice->preceding),
                          V_TEXT(invoice->record), V_TEXT(invoice->previous), V_TEXT(invoice->hash),
                          V_INT(invoice->created)));
}

static void row_fill(struct ctx *cx, const struct invoice_freeze *freeze, struct invoice *out)
{
    const struct invoice_paper *paper = freeze->paper;
    const struct invoice_place *place = freeze->place;

    must(str_eq(paper->number, place->number));
    must(date_compare(paper->issued, place->issued) == 0);
    *out = (struct invoice){
        .kind = paper->kind,
        .number = place->number,
        .year = place->year,
        .serial = place->serial,
        .issued = place->issued,
        .buyer = paper->buyer.name,
        .currency = paper->currency,
        .total_minor = paper->total_minor,
        .due_minor = paper->due_minor,
        .preceding = freeze->preceding,
        .previous = place->previous,
        .created = cx->now,
    };
    ID_NEW(cx->ids, &out->id);
    /* What would not fit into a record was refused before. */
    must(invoice_record_write(cx->arena, paper, &out->record) == OK);
    out->hash = invoice_record_hash(cx->arena, out->previous, out->record);
}

err_t invoice_freeze(struct ctx *cx, struct tx *tx, const struct invoice_freeze *freeze,
                     struct invoice *out)
{
    row_fill(cx, freeze, out);
    TRY(invoice_place_take(cx, tx, freeze->place, out->hash));
    TRY(reference_next(cx, tx, &out->reference));
    TRY(row_insert(cx, tx, out));
    if (out->kind == INVOICE_NORMAL || out->kind == INVOICE_CREDIT)
        TRY(counter_add(cx, tx, "invoice_issued", out->created));
    if (freeze->token.len > 0)
        TRY(link_put(cx, tx, freeze->token, KIND, out->id.raw));
    TRY(invoice_sales_post(cx, tx, out->id.raw, freeze->paper));
    return task_put(cx, tx, TASK_INVOICE_FILE, out->id.raw, cx->now);
}

/* --- issuing ------------------------------------------------------------------------------------
 */

err_t invoice_issue_in(struct ctx *cx, struct tx *tx, const struct invoice_issuing *issuing,
                       struct invoice *out)
{
    struct invoice_draft draft = *issuing->draft; /* a second run begins with it as it came */
    struct invoice_seller seller;
    struct invoice_place place;
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);

    TRY(invoice_seller_read(cx, tx, &seller));
    TRY(invoice_place_next(cx, tx, &seller, draft.kind, &place));
    TRY(invoice_source_read(issuing->core, cx, tx, &draft));
    TRY(invoice_check(cx, &seller, &draft, place.issued));
    invoice_fill(cx, &seller, &draft, &place, paper);
    const struct invoice_freeze freeze = {
        .paper = paper,
        .place = &place,
        .token = issuing->token,
    };
    TRY(invoice_freeze(cx, tx, &freeze, out));
    return invoice_source_link(cx, tx, out, draft.source);
}

static err_t issue_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct invoice_issue *issue = arg;
    const struct invoice_issuing issuing = {
        .core = issue->operation.core,
        .draft = &issue->draft,
        .token = str_of(issue->token),
    };
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&issue->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* its answer is in the commit that opened it */
    TRY(invoice_issue_in(cx, tx, &issuing, &issue->invoice));
    TRY(idempotency_open(&issue->operation, tx, issue->invoice.id.raw));
    return idempotency_close(&issue->operation, tx);
}

static void issued(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

err_t invoice_can_issue(const struct core *core, struct ctx *cx)
{
    if (core->documents == NULL || core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, KIND, "cannot be drawn here");
    return OK;
}

void invoice_issue(struct invoice_issue *issue)
{
    err_t err = invoice_can_issue(issue->operation.core, issue->operation.cx);

    must(issue->draft.kind != INVOICE_CREDIT);
    if (err != OK) {
        operation_end(&issue->operation, err);
        return;
    }
    link_token_new(issue->token);
    operation_write(&issue->operation, issue_body, issued);
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void light_row(struct rows *rows, void *item)
{
    struct invoice *out = item;

    *out = (struct invoice){
        .reference = col_int(rows, 1),
        .number = col_text(rows, 3),
        .year = (int)col_int(rows, 4),
        .serial = col_int(rows, 5),
        .buyer = col_text(rows, 7),
        .total_minor = col_int(rows, 9),
        .due_minor = col_int(rows, 10),
        .created = col_int(rows, 12),
    };
    col_id(rows, 0, out->id.raw);
    must(invoice_kind_parse(col_text(rows, 2), &out->kind));
    must(date_parse(col_text(rows, 6), &out->issued));
    must(currency_parse(col_text(rows, 8), &out->currency));
    col_id(rows, 11, out->preceding.raw);
}

static void whole_row(struct rows *rows, struct invoice *out)
{
    light_row(rows, out);
    out->record = col_text(rows, 13);
    out->previous = col_text(rows, 14);
    out->hash = col_text(rows, 15);
}

static err_t one(struct ctx *cx, struct tx *tx, const struct sql *sql, struct value key,
                 struct invoice *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, sql, ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), key),
                        &rows, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, KIND, "not found");
    whole_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t invoice_load(struct ctx *cx, struct tx *tx, struct invoice_id id, struct invoice *out)
{
    return one(cx, tx, &SQL_INVOICE_FIND, V_ID(id), out);
}

err_t invoice_by_number(struct ctx *cx, struct tx *tx, struct str number, struct invoice *out)
{
    return one(cx, tx, &SQL_INVOICE_BY_NUMBER, V_TEXT(number), out);
}

err_t invoice_paper_of(struct ctx *cx, const struct invoice *invoice, struct invoice_paper *out)
{
    return invoice_record_read(cx->arena, invoice->record, out) == OK ? OK : ERR_INTERNAL;
}

err_t invoice_chain_read(struct ctx *cx, struct tx *tx, const struct invoice_walk *walk,
                         struct invoice **out, size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct invoice, (size_t)walk->limit);
    *count = 0;
    TRY(store_query(cx, tx, &SQL_INVOICE_CHAIN_FROM,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                         V_WORD(invoice_kind_text(walk->kind)), V_INT(walk->year),
                         V_INT(walk->serial), V_INT(walk->limit)),
                    &rows));
    for (;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < (size_t)walk->limit);
        whole_row(rows, &(*out)[*count]);
    }
}

err_t invoice_list(struct ctx *cx, struct tx *tx, const struct page_of *page, struct invoice **out,
                   struct page_found *found)
{
    const struct page_query query = {
        .oldest_first = &SQL_INVOICE_LIST_ASC,
        .newest_first = &SQL_INVOICE_LIST_DESC,
        .count = &SQL_INVOICE_COUNT,
        .item_size = sizeof(struct invoice),
        .read = light_row,
    };
    void *items;

    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}
