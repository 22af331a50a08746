#include "core/invoice_index.h"

#include "base/must.h"
#include "store/sql.h"

/* What was issued here is kept in minor units, of two decimals in every currency of invoices; what
 * a file says, as it says it. */
static struct decimal amount_of(struct rows *rows, int minor, int text)
{
    struct decimal amount;

    if (!col_null(rows, minor))
        return decimal_of(col_int(rows, minor), 2);
    must(decimal_read(col_text(rows, text), &amount) == OK);
    return amount;
}

static void entry_row(struct rows *rows, struct invoice_entry *out)
{
    *out = (struct invoice_entry){
        .number = col_text(rows, 2),
        .type = col_text(rows, 3),
        .seller = col_text(rows, 5),
        .buyer = col_text(rows, 6),
        .currency = col_text(rows, 7),
        .total = amount_of(rows, 8, 10),
        .due = amount_of(rows, 9, 11),
        .created = col_int(rows, 12),
    };
    col_id(rows, 0, out->id.raw);
    must(submission_direction_parse(col_text(rows, 1), &out->direction));
    must(date_parse(col_text(rows, 4), &out->issued));
}

err_t invoice_index(struct ctx *cx, struct tx *tx, struct invoice_id before, size_t limit,
                    struct invoice_entry **out, size_t *count)
{
    static const struct str NEWEST = STR_INIT("~"); /* behind every id */
    struct value until = ID_NONE(before) ? V_TEXT(NEWEST) : V_ID(before);
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct invoice_entry, limit);
    *count = 0;
    TRY(store_query(
        cx, tx, &SQL_INVOICE_INDEX,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), until, V_INT((int64_t)limit)),
        &rows));
    for (;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < limit);
        entry_row(rows, &(*out)[*count]);
    }
}
