#include "core/audit.h"

#include <stdio.h>

#include "base/crypto.h"
#include "base/must.h"
#include "store/sql.h"

ENUM_DEFINE(audit_what, AUDIT_WHAT_LIST)

enum { RECORD_MAX = 16 * 1024 };

/* --- the chain -----------------------------------------------------------------------------------
 */

static struct str chain_start(struct arena *arena)
{
    static const uint8_t NOTHING[SHA256_SIZE] = {0};

    return hex_encode(arena, NOTHING, sizeof NOTHING);
}

static void fact_put(struct buf *out, const char *name, struct str value)
{
    if (value.ptr != NULL)
        buf_format(out, "%s=%.*s\n", name, (int)value.len, value.ptr);
}

/* One fact a line; no value holds a line feed, so no two rows give the same text. */
static struct str row_hash(struct arena *arena, struct str previous, const struct audit_row *row)
{
    struct buf out = buf_make(arena, RECORD_MAX);
    uint8_t hash[SHA256_SIZE];

    buf_format(&out, "%.*s\nguichet-audit 1\nnumber=%lld\nat=%lld\n", (int)previous.len,
               previous.ptr, (long long)row->number, (long long)row->at);
    fact_put(&out, "what", row->what);
    fact_put(&out, "actor", row->actor);
    fact_put(&out, "address", row->address);
    fact_put(&out, "object", row->object);
    fact_put(&out, "detail", row->detail);
    must(!out.failed);
    sha256(buf_str(&out), hash);
    return hex_encode(arena, hash, sizeof hash);
}

/* --- writing -------------------------------------------------------------------------------------
 */

static struct str in_one_line(struct arena *arena, struct str text)
{
    if (text.ptr == NULL)
        return text;
    char *out = arena_array(arena, char, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        out[i] = byte < ' ' || byte == 0x7F ? ' ' : text.ptr[i];
    }
    return (struct str){out, text.len};
}

static err_t last_read(struct ctx *cx, struct tx *tx, int64_t *number, struct str *hash)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_AUDIT_LAST, ARGS_NONE, &rows, &found));
    *number = found ? col_int(rows, 0) : 0;
    *hash = found ? col_text(rows, 1) : chain_start(cx->arena);
    return OK;
}

err_t audit_put(struct ctx *cx, struct tx *tx, const struct audit_deed *deed)
{
    struct audit_row row = {
        .at = cx->real,
        .what = str_of(audit_what_text(deed->what)),
        .actor = in_one_line(cx->arena, deed->actor),
        .address = in_one_line(cx->arena, deed->address),
        .object = in_one_line(cx->arena, deed->object),
        .detail = in_one_line(cx->arena, deed->detail),
    };
    struct str previous;

    TRY(last_read(cx, tx, &row.number, &previous));
    row.number++;
    return store_run(cx, tx, &SQL_AUDIT_INSERT,
                     ARGS(V_INT(row.number), V_INT(row.at), V_TEXT(row.actor), V_TEXT(row.address),
                          V_TEXT(row.what), V_TEXT(row.object), V_TEXT(row.detail),
                          V_TEXT(row_hash(cx->arena, previous, &row))));
}

/* --- reading -------------------------------------------------------------------------------------
 */

static struct audit_row row_read(struct rows *rows)
{
    return (struct audit_row){
        .number = col_int(rows, 0),
        .at = col_int(rows, 1),
        .what = col_text(rows, 2),
        .actor = col_text(rows, 3),
        .address = col_text(rows, 4),
        .object = col_text(rows, 5),
        .detail = col_text(rows, 6),
    };
}

static err_t rows_read(struct ctx *cx, struct tx *tx, const struct sql *sql, struct value about,
                       int64_t limit, struct audit_row **out, size_t *count)
{
    struct rows *rows;
    bool has;

    must(limit > 0);
    must(limit <= AUDIT_PAGE_MAX);
    *out = arena_array(cx->arena, struct audit_row, (size_t)limit);
    *count = 0;
    TRY(store_query(cx, tx, sql, ARGS(about, V_INT(limit)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        (*out)[(*count)++] = row_read(rows);
    }
}

err_t audit_list(struct ctx *cx, struct tx *tx, int64_t before, int64_t limit,
                 struct audit_row **out, size_t *count)
{
    return rows_read(cx, tx, &SQL_AUDIT_LIST, V_INT(before), limit, out, count);
}

err_t audit_of_object(struct ctx *cx, struct tx *tx, const char *object, int64_t limit,
                      struct audit_row **out, size_t *count)
{
    return rows_read(cx, tx, &SQL_AUDIT_OF_OBJECT, V_WORD(object), limit, out, count);
}

static void tell(struct ctx *cx, struct verify_report *out, const char *what, int64_t number)
{
    const struct verify_problem problem = {what, STR("-"), STR("-"),
                                           str_format(cx->arena, "%lld", (long long)number)};

    verify_tell(out, &problem);
}

/* head holds the hash of the row before, then that of this one: a break is told once. */
static void row_check(struct ctx *cx, struct rows *rows, int64_t number,
                      char head[AUDIT_HASH_LEN + 1], struct verify_report *out)
{
    struct audit_row row = row_read(rows);
    struct str hash = col_text(rows, 7);
    bool whole = str_eq(hash, row_hash(cx->arena, str_of(head), &row));

    (void)snprintf(head, AUDIT_HASH_LEN + 1, "%.*s", (int)hash.len, hash.ptr);
    if (row.number != number)
        tell(cx, out, "rows of the audit are missing before this one", row.number);
    else if (!whole)
        tell(cx, out, "a row of the audit is not what was written", row.number);
}

static err_t portion_check(struct ctx *cx, struct tx *tx, char head[AUDIT_HASH_LEN + 1],
                           struct verify_report *out, bool *more)
{
    struct rows *rows;
    bool has;

    *more = false;
    TRY(store_query(cx, tx, &SQL_AUDIT_CHAIN, ARGS(V_INT(out->audit)), &rows));
    for (; out->problem_count < VERIFY_PROBLEMS_MAX; *more = true) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        int64_t number = col_int(rows, 0);
        row_check(cx, rows, out->audit + 1, head, out);
        out->audit = number;
    }
    rows_end(rows);
    *more = false;
    return OK;
}

err_t audit_verify(struct ctx *cx, struct tx *tx, struct verify_report *out)
{
    char head[AUDIT_HASH_LEN + 1];

    (void)snprintf(head, sizeof head, "%s", chain_start(cx->arena).ptr);
    for (bool more = true; more;) {
        struct arena_mark mark = arena_mark(cx->arena);
        size_t told = out->problem_count;
        TRY(portion_check(cx, tx, head, out, &more));
        if (out->problem_count == told) /* else its texts are needed */
            arena_rewind(cx->arena, mark);
    }
    out->audit_head = str_dup(cx->arena, str_of(head));
    return OK;
}
