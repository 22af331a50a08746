#include "core/report.h"

#include "base/must.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/invoice_vat.h"
#include "core/periodicity.h"
#include "core/platform.h"
#include "core/report_row.h"
#include "core/task.h"
#include "store/sql.h"

ENUM_DEFINE(report_kind, REPORT_KIND_LIST)
ENUM_DEFINE(report_state, REPORT_STATE_LIST)
ENUM_DEFINE(sales_category, SALES_CATEGORY_LIST)

static const char KIND[] = "report";

enum { BP_PER_ONE = 10000 };

/* --- sales --------------------------------------------------------------------------------------
 */

static err_t line_fault(struct ctx *cx, size_t index, const char *member, const char *text)
{
    const char *field = str_format(cx->arena, "body.vat_lines.%zu.%s", index, member).ptr;

    return fault(cx, ERR_INVALID, field, text);
}

static bool tax_fits(const struct sales_line *line, int64_t count)
{
    const struct money base = {line->base_minor, CURRENCY_EUR};
    const struct money given = {line->tax_minor, CURRENCY_EUR};
    struct money tax;
    struct money off;

    return money_times(base, line->rate_bp, BP_PER_ONE, ROUND_HALF_UP, &tax) == OK &&
           money_sub(given, tax, &off) == OK && off.minor <= count && off.minor >= -count;
}

static bool has_rate(const struct sales_line *lines, size_t count, int64_t rate_bp)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].rate_bp == rate_bp)
            return true;
    }
    return false;
}

static err_t line_check(struct ctx *cx, enum sales_category category,
                        const struct sales_line *lines, size_t index, int64_t count)
{
    const struct sales_line *line = &lines[index];

    if (!vat_rate_is_french(line->rate_bp))
        return line_fault(cx, index, "vat_rate", "is no rate that France has");
    if (category == SALES_NOT_TAXED && line->rate_bp != 0)
        return line_fault(cx, index, "vat_rate", "must be 0 for sales that are not taxed");
    if (has_rate(lines, index, line->rate_bp))
        return line_fault(cx, index, "vat_rate", "stands there twice");
    if (!tax_fits(line, count))
        return line_fault(cx, index, "tax_amount", "is not the tax of this rate");
    return OK;
}

err_t sales_check(struct ctx *cx, enum sales_category category, const struct sales_line *lines,
                  size_t line_count, int64_t count)
{
    err_t err = OK;

    for (size_t i = 0; i < line_count; i++) {
        if (line_check(cx, category, lines, i, count) != OK)
            err = ERR_INVALID;
    }
    return err;
}

/* --- rows ---------------------------------------------------------------------------------------
 */

err_t report_load(struct ctx *cx, struct tx *tx, struct report_id id, struct report *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_REPORT_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
    *out = (struct report){
        .reference = col_text(rows, 4),
        .content = col_text(rows, 5),
        .cause = col_text(rows, 6),
        .created = col_int(rows, 7),
        .due = col_int(rows, 8),
        .ended = col_int(rows, 9),
    };
    col_id(rows, 0, out->id.raw);
    must(report_kind_parse(col_text(rows, 1), &out->kind));
    must(report_state_parse(col_text(rows, 2), &out->state));
    must(date_parse(col_text(rows, 3), &out->day));
    return OK;
}

err_t report_end(struct ctx *cx, struct tx *tx, struct report_id id, enum report_state state,
                 const char *cause)
{
    TRY(store_run(cx, tx, &SQL_REPORT_END,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                       V_WORD(report_state_text(state)), V_WORD(cause), V_INT(cx->now))));
    return event_put(cx, tx, "report.state", id.raw, report_state_text(state));
}

/* --- creating -----------------------------------------------------------------------------------
 */

static err_t reference_is_free(struct ctx *cx, struct tx *tx, const struct report *report)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_REPORT_OF_REFERENCE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_WORD(report_kind_text(report->kind)), V_TEXT(report->reference)),
                        &rows, &found));
    if (found)
        return fault_object(cx, ERR_CONFLICT, KIND, "of this was given already",
                            col_text(rows, 0).ptr);
    return OK;
}

/* The first moment after the period of its day; at once when that has passed. */
static err_t due_find(struct ctx *cx, struct tx *tx, struct report *report)
{
    struct periodicity periodicity;

    TRY(periodicity_load(cx, tx, &periodicity));
    struct date end = periodicity_end(&periodicity, report->day);
    instant after = midnight_paris(end, 1);
    report->due = after < cx->now ? cx->now : after;
    return OK;
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct report_create *create = arg;
    struct report *report = &create->report;
    enum idempotency_state state;
    struct report_id old;

    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    TRY(reference_is_free(cx, tx, report));
    TRY(due_find(cx, tx, report));
    TRY(store_run(cx, tx, &SQL_REPORT_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(report->id),
                       V_WORD(report_kind_text(report->kind)),
                       V_WORD(report_state_text(report->state)),
                       V_TEXT(date_text(cx->arena, report->day)), V_TEXT(report->reference),
                       V_TEXT(report->content), V_INT(report->due), V_INT(report->created))));
    TRY(event_put(cx, tx, "report.state", report->id.raw, report_state_text(report->state)));
    TRY(counter_add(cx, tx, KIND, report->created));
    TRY(task_put(cx, tx, TASK_REPORT, report->id.raw, report->due));
    TRY(idempotency_open(&create->operation, tx, report->id.raw));
    return idempotency_close(&create->operation, tx);
}

static void created(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

void report_create(struct report_create *create)
{
    struct operation *operation = &create->operation;
    struct ctx *cx = operation->cx;
    struct report *report = &create->report;
    const struct platform *platform;

    err_t err = core_platform(operation->core, cx, &platform);
    if (err == OK && platform->report == NULL)
        err = fault(cx, ERR_UNAVAILABLE, "platform", "takes no reports");
    if (err == OK && date_compare(report->day, date_paris(cx->now)) > 0)
        err = fault(cx, ERR_INVALID, create->day_field, "must not be after today");
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    ID_NEW(cx->ids, &report->id);
    report->state = REPORT_PENDING;
    report->created = cx->now;
    operation_write(operation, create_body, created);
}
