#include <string.h>

#include "base/must.h"
#include "store/internal.h"

/* Numbers of a row that counts them, reserved in blocks that grow as more are asked for. A block
 * whose reservation was committed serves the transactions after it: a restart loses what is left of
 * it. What the database says of a block and what is known of it here must not drift apart, so
 * whatever is undone ends it. */

enum { BLOCK_MAX = 64 };

void sequence_clear(struct sequence *sequence)
{
    *sequence = (struct sequence){.sql = NULL};
}

static bool is_of(const struct sequence *sequence, const struct sql *sql, struct str name)
{
    return sequence->sql == sql && str_eq(sequence->name, name);
}

static err_t reserve(struct ctx *cx, struct tx *tx, const struct sequence_of *of)
{
    struct sequence *sequence = &tx->store->sequence;
    int64_t count = is_of(sequence, of->reserve, of->name) ? sequence->size * 2 : 1;
    struct rows *rows;
    bool found;

    must(of->name.len <= sizeof sequence->text);
    if (count > BLOCK_MAX)
        count = BLOCK_MAX;
    TRY(store_run(cx, tx, of->reserve, ARGS(V_TEXT(of->name), V_INT(count))));
    TRY(store_query_one(cx, tx, of->last, ARGS(V_TEXT(of->name)), &rows, &found));
    must(found);
    *sequence = (struct sequence){.sql = of->reserve, .size = count, .left = count};
    memcpy(sequence->text, of->name.ptr, of->name.len);
    sequence->name = (struct str){sequence->text, of->name.len};
    sequence->last = col_int(rows, 0);
    return OK;
}

err_t store_next(struct ctx *cx, struct tx *tx, const struct sequence_of *of, int64_t *out)
{
    struct sequence *sequence = &tx->store->sequence;

    must(tx->access == ACCESS_WRITE);
    if (!is_of(sequence, of->reserve, of->name) || sequence->left == 0)
        TRY(reserve(cx, tx, of));
    *out = sequence->last - --sequence->left;
    return OK;
}
