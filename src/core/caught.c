#include "core/caught.h"

#include "base/must.h"
#include "store/sql.h"

ENUM_DEFINE(caught_kind, CAUGHT_KIND_LIST)

/* Of a subject or a Message-ID. */
enum { LINE_MAX_LEN = 2048 };

/* Not in the middle of a character. */
static struct str text_cut(struct str text, size_t max)
{
    size_t len = max;

    if (text.len <= max)
        return text;
    while (len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
        len--;
    return str_sub(text, 0, len);
}

err_t caught_put(struct ctx *cx, struct tx *tx, struct caught *caught)
{
    ID_NEW(cx->ids, &caught->id);
    TRY(store_run(cx, tx, &SQL_CAUGHT_INSERT,
                  ARGS(V_ID(caught->id), V_WORD(caught_kind_text(caught->kind)),
                       V_TEXT(caught->from), V_TEXT(str_lower(cx->arena, caught->to)),
                       V_TEXT(text_cut(caught->message, LINE_MAX_LEN)),
                       V_TEXT(text_cut(caught->subject, LINE_MAX_LEN)),
                       V_TEXT(text_cut(caught->text, CAUGHT_TEXT_MAX)),
                       V_TEXT(text_cut(caught->html, CAUGHT_TEXT_MAX)), V_TEXT(caught->raw),
                       V_INT(caught->at))));
    return store_run(cx, tx, &SQL_CAUGHT_TRIM, ARGS(V_INT(CAUGHT_KEPT)));
}

err_t caught_list(struct ctx *cx, struct tx *tx, struct str to, struct caught **out, size_t *count)
{
    size_t capacity = 0;
    size_t size = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    if (to.ptr == NULL)
        TRY(store_query(cx, tx, &SQL_CAUGHT_LIST, ARGS(V_INT(CAUGHT_PAGE)), &rows));
    else
        TRY(store_query(cx, tx, &SQL_CAUGHT_LIST_TO,
                        ARGS(V_TEXT(str_lower(cx->arena, to)), V_INT(CAUGHT_PAGE)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        struct caught *caught = &(*out)[*count];
        *caught = (struct caught){
            .from = col_text(rows, 2),
            .to = col_text(rows, 3),
            .message = col_text(rows, 4),
            .subject = col_text(rows, 5),
            .text = col_text(rows, 6),
            .html = col_text(rows, 7),
            .at = col_int(rows, 8),
        };
        col_id(rows, 0, caught->id.raw);
        must(caught_kind_parse(col_text(rows, 1), &caught->kind));
        size += caught->text.len + caught->html.len;
        if (size > CAUGHT_LIST_MAX) {
            (*count)++;
            rows_end(rows);
            return OK;
        }
    }
}

err_t caught_raw(struct ctx *cx, struct tx *tx, struct caught_id id, struct str *raw)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_CAUGHT_RAW, ARGS(V_ID(id)), &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    *raw = col_text(rows, 0);
    return OK;
}
