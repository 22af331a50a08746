#include "core/listing.h"

#include "store/sql.h"

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

err_t listing_number(struct ctx *cx, struct tx *tx, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LISTING_OWNER_FIND, ARGS(OWNER), &rows, &found));
    *out = found ? col_int(rows, 2) + 1 : 1;
    if (!found)
        TRY(store_run(cx, tx, &SQL_LISTING_OWNER_INSERT, ARGS(OWNER)));
    return store_run(cx, tx, &SQL_LISTING_OWNER_COUNT, ARGS(OWNER, V_INT(*out)));
}
