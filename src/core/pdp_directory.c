#include "core/merchant_check.h"
#include "core/pdp_mandate_row.h"
#include "store/sql.h"

/* What a company's lines are: the platform is asked first, then come those that this client has
 * registered itself and that the platform does not tell. */

enum { OWN_MAX = 500 };

static bool is_told(const struct pdp_directory_look *look, struct arena *arena,
                    const struct directory_line *line)
{
    struct str address = directory_address(arena, line);

    for (size_t i = 0; i < look->count; i++) {
        if (str_eq(directory_address(arena, &look->lines[i]), address))
            return true;
    }
    return false;
}

/* A line that was registered more than once stands there once. */
static err_t own_add(struct pdp_directory_look *look)
{
    struct operation *operation = &look->operation;
    struct ctx *cx = operation->cx;
    struct pdp_mandate mandate;
    struct rows *rows;
    struct tx *tx;
    bool has;

    TRY(core_read(operation->core, &tx));
    TRY(store_query(cx, tx, &SQL_PDP_MANDATE_LINES,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(look->siren)),
                    &rows));
    for (size_t added = 0; added < OWN_MAX; added++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        pdp_mandate_row(rows, &mandate);
        if (!is_told(look, cx->arena, &mandate.line))
            look->lines[look->count++] = mandate.line;
    }
    rows_end(rows);
    return OK;
}

static void looked(struct operation *operation)
{
    struct platform_look *asked = (struct platform_look *)operation;
    struct pdp_directory_look *look = operation->owner;
    struct ctx *cx = operation->cx;
    err_t err = operation->result;

    if (err == OK && asked->answer == PLATFORM_SILENT)
        err = fault(cx, ERR_UNAVAILABLE, "directory", "does not answer");
    if (err == OK && asked->answer == PLATFORM_UNKNOWN)
        err = fault(cx, ERR_NOT_FOUND, "directory", "has no entry of this SIREN");
    if (err == OK) {
        look->lines = arena_array(cx->arena, struct directory_line, asked->count + OWN_MAX);
        for (; look->count < asked->count; look->count++)
            look->lines[look->count] = asked->lines[look->count];
        err = own_add(look);
    }
    operation_end(&look->operation, err);
}

void pdp_directory_look(struct pdp_directory_look *look)
{
    struct operation *operation = &look->operation;
    struct platform_look *asked = arena_make(operation->cx->arena, struct platform_look);
    const struct platform *platform;
    err_t err = OK;

    if (!siren_valid(look->siren))
        err = fault(operation->cx, ERR_INVALID, "path.siren", "is not a SIREN");
    if (err == OK)
        err = core_platform(operation->core, operation->cx, &platform);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    *asked = (struct platform_look){
        .operation = {.core = operation->core, .cx = operation->cx, .done = looked, .owner = look},
        .siren = look->siren,
    };
    platform->look(platform, asked);
}
