#include "core/bank_collection.h"

#include <string.h>

#include "base/must.h"
#include "store/sql.h"

static void collection_row(struct rows *rows, struct bank_collection *out)
{
    *out = (struct bank_collection){
        .block = col_int(rows, 0),
        .end_to_end = col_text(rows, 2),
        .amount_cents = col_int(rows, 3),
        .description = col_text(rows, 4),
        .account = {.name = col_text(rows, 7),
                    .bic = col_text(rows, 8),
                    .sealed = col_blob(rows, 9),
                    .created = col_int(rows, 10)},
        .umr = col_text(rows, 12),
        .signed_at = col_int(rows, 13),
        .amended = col_int(rows, 14) != 0,
        .ics = col_text(rows, 16),
        .creditor_name = col_text(rows, 17),
    };
    out->account.country = col_text(rows, 15);
    col_id(rows, 18, out->debtor_address.raw);
    must(col_int(rows, 5) == out->amount_cents);
    col_id(rows, 1, out->payment.raw);
    col_id(rows, 6, out->account.id.raw);
    col_id(rows, 11, out->mandate.raw);
}

err_t bank_collections(struct ctx *cx, struct tx *tx, struct bank_file_id file,
                       struct bank_place *after, int64_t limit, struct bank_collection **out,
                       size_t *count)
{
    struct rows *rows;
    bool has;

    must(limit > 0);
    *out = arena_array(cx->arena, struct bank_collection, (size_t)limit);
    TRY(store_query(cx, tx, &SQL_BANK_COLLECTIONS,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(file),
                         V_INT(after->block), V_WORD(after->object), V_INT(limit)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        collection_row(rows, &(*out)[*count]);
    }
    if (*count > 0) {
        after->block = (*out)[*count - 1].block;
        memcpy(after->object, (*out)[*count - 1].payment.raw, sizeof after->object);
    }
    return OK;
}
