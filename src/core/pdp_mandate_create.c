#include "base/must.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/pdp_mandate_row.h"
#include "core/task.h"
#include "store/sql.h"

/* --- checking ------------------------------------------------------------------------------------
 */

/* "body." or "body.mandates.2." */
static const char *prefix_of(struct arena *arena, const struct pdp_mandate_create *create,
                             size_t index)
{
    return create->alone ? "body." : str_format(arena, "body.mandates.%zu.", index).ptr;
}

static err_t days_check(struct ctx *cx, const char *prefix, const struct pdp_mandate *mandate)
{
    const char *field = str_format(cx->arena, "%send_date", prefix).ptr;

    if (!mandate->ends_some_day)
        return OK;
    if (date_compare(mandate->ends, mandate->starts) < 0)
        return fault(cx, ERR_INVALID, field, "must not be before start_date");
    if (date_compare(mandate->ends, date_paris(cx->now)) < 0)
        return fault(cx, ERR_INVALID, field, "must not have passed");
    return OK;
}

static err_t items_check(struct ctx *cx, const struct pdp_mandate_create *create)
{
    err_t err = OK;

    for (size_t i = 0; i < create->count; i++) {
        const char *prefix = prefix_of(cx->arena, create, i);
        const char *line = str_format(cx->arena, "%sdirectory_entry.", prefix).ptr;
        if (days_check(cx, prefix, &create->items[i]) != OK)
            err = ERR_INVALID;
        if (directory_line_check(cx, line, &create->items[i].line) != OK)
            err = ERR_INVALID;
    }
    return err;
}

/* --- writing -------------------------------------------------------------------------------------
 */

static err_t in_the_way(struct ctx *cx, const char *id)
{
    return fault_object(cx, ERR_CONFLICT, "mandate", "has this directory entry already", id);
}

/* No two of them have one line, and no other one has it. */
static err_t lines_are_free(struct ctx *cx, struct tx *tx, const struct pdp_mandate_create *create)
{
    struct rows *rows;
    bool found;

    for (size_t i = 0; i < create->count; i++) {
        struct str address = directory_address(cx->arena, &create->items[i].line);
        TRY(store_query_one(cx, tx, &SQL_PDP_MANDATE_OF_ADDRESS,
                            ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(address)),
                            &rows, &found));
        if (found)
            return in_the_way(cx, col_text(rows, 0).ptr);
        for (size_t other = 0; other < i; other++) {
            if (str_eq(address, directory_address(cx->arena, &create->items[other].line)))
                return in_the_way(cx, "");
        }
    }
    return OK;
}

static err_t item_insert(struct ctx *cx, struct tx *tx, const struct pdp_mandate *mandate)
{
    const struct directory_line *line = &mandate->line;
    struct str ends = mandate->ends_some_day ? date_text(cx->arena, mandate->ends) : STR_NONE;
    const char *scheme =
        line->routing_scheme == 0 ? NULL : routing_scheme_text(line->routing_scheme);
    const char *nature = line->nature == 0 ? NULL : establishment_nature_text(line->nature);

    TRY(store_run(
        cx, tx, &SQL_PDP_MANDATE_INSERT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
             V_WORD(pdp_mandate_state_text(mandate->state)),
             V_TEXT(date_text(cx->arena, mandate->starts)), V_TEXT(ends),
             V_TEXT(directory_address(cx->arena, line)), V_TEXT(line->siren), V_TEXT(line->name),
             V_TEXT(line->suffix), V_TEXT(line->siret), V_TEXT(line->routing_identifier),
             V_WORD(scheme), V_TEXT(line->routing_label), V_WORD(nature),
             V_INT(line->legal_commitment ? 1 : 0), V_TEXT(line->postal),
             V_WORD(pdp_registration_text(mandate->registration)), V_INT(mandate->created))));
    TRY(store_run(cx, tx, &SQL_PDP_MANDATE_OWNER_INSERT,
                  ARGS(V_WORD(mode_text(cx->mode)), V_ID(mandate->id), V_ID(cx->merchant))));
    TRY(event_put(cx, tx, "pdp_mandate.state", mandate->id.raw,
                  pdp_mandate_state_text(mandate->state)));
    TRY(counter_add(cx, tx, "pdp_mandate", mandate->created));
    return task_put(cx, tx, TASK_PDP_MANDATE, mandate->id.raw, cx->now);
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct pdp_mandate_create *create = arg;
    enum idempotency_state state;
    struct pdp_mandate_id old;

    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    TRY(lines_are_free(cx, tx, create));
    for (size_t i = 0; i < create->count; i++)
        TRY(item_insert(cx, tx, &create->items[i]));
    TRY(idempotency_open(&create->operation, tx, create->items[0].id.raw));
    return idempotency_close(&create->operation, tx);
}

static void created(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

static void item_begin(struct ctx *cx, struct pdp_mandate *mandate)
{
    ID_NEW(cx->ids, &mandate->id);
    mandate->state = PDP_MANDATE_PROCESSING;
    mandate->registration = PDP_REGISTRATION_NONE;
    mandate->created = cx->now;
}

void pdp_mandate_create(struct pdp_mandate_create *create)
{
    struct operation *operation = &create->operation;
    const struct platform *platform;

    must(create->count >= 1 && create->count <= PDP_MANDATES_MAX);
    err_t err = core_platform(operation->core, operation->cx, &platform);
    if (err == OK)
        err = items_check(operation->cx, create);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    for (size_t i = 0; i < create->count; i++)
        item_begin(operation->cx, &create->items[i]);
    operation_write(operation, create_body, created);
}
