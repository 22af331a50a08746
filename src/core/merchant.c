#include <string.h>

#include "base/must.h"
#include "base/shown.h"
#include "core/logo.h"
#include "core/merchant_internal.h"
#include "core/task.h"
#include "store/sql.h"

enum { NAME_MAX_CHARS = 128 };

err_t merchant_load(struct ctx *cx, struct tx *tx, struct merchant_id id, struct merchant *out)
{
    struct str *values;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_MERCHANT_FIND, ARGS(V_ID(id)), &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    *out = (struct merchant){.id = id};
    col_id(rows, 0, out->sponsor.raw);
    out->name = col_text(rows, 1);
    struct str acceptor = col_text(rows, 2);
    must(acceptor.len == ACCEPTOR_LEN);
    memcpy(out->acceptor, acceptor.ptr, ACCEPTOR_LEN);
    out->clock_offset = col_int(rows, 3);
    TRY(merchant_settings(cx, tx, id, &values));
    merchant_read_settings(cx->arena, values, out);
    return logo_hash(cx, tx, id, &out->logo);
}

void merchant_time(struct ctx *cx, const struct merchant *merchant)
{
    cx->now = cx->real + (cx->mode == MODE_TEST ? merchant->clock_offset : 0);
}

err_t merchant_enter_owner(struct ctx *cx, struct tx *tx, const struct sql *owner, const char *kind,
                           const char *id)
{
    struct merchant merchant;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, owner, ARGS(V_WORD(id)), &rows, &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, kind, "does not exist", id);
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    rows_end(rows);
    TRY(merchant_load(cx, tx, cx->merchant, &merchant));
    merchant_time(cx, &merchant);
    return OK;
}

const char *merchant_acceptor(const struct merchant *merchant, enum mode mode)
{
    bool acquirers = mode == MODE_LIVE && merchant->live_acceptor[0] != '\0';

    return acquirers ? merchant->live_acceptor : merchant->acceptor;
}

err_t merchant_of_acceptor(struct ctx *cx, struct tx *tx, const char *acceptor,
                           struct merchant_id *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_ACCEPTOR_FIND, ARGS(V_WORD(acceptor)), &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    col_id(rows, 0, out->raw);
    return OK;
}

err_t merchant_list(struct ctx *cx, struct tx *tx, struct merchant_id after,
                    struct merchant_line **out, size_t *count)
{
    struct merchant_line *lines = arena_array(cx->arena, struct merchant_line, MERCHANT_PAGE);
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_MERCHANT_PAGE,
                    ARGS(V_TEXT(str_of(after.raw)), V_INT(MERCHANT_PAGE)), &rows));
    for (*count = 0; *count < MERCHANT_PAGE; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        struct merchant_line *line = &lines[*count];
        col_id(rows, 0, line->id.raw);
        col_id(rows, 1, line->sponsor.raw);
        line->name = col_text(rows, 2);
        line->sponsor_name = col_text(rows, 3);
        line->created = col_int(rows, 4);
    }
    rows_end(rows);
    *out = lines;
    return OK;
}

static err_t name_check(struct ctx *cx, struct str name)
{
    size_t count;

    if (!str_utf8_count(name, &count) || count < 1 || count > NAME_MAX_CHARS)
        return fault(cx, ERR_INVALID, "name", "must have 1 to 128 characters");
    for (size_t i = 0; i < name.len; i++) {
        if ((unsigned char)name.ptr[i] < ' ' || name.ptr[i] == 127)
            return fault(cx, ERR_INVALID, "name", "must not contain control characters");
    }
    if (shown_blank(name))
        return fault(cx, ERR_INVALID, "name", "must not be blank");
    return OK;
}

static err_t sponsor_check(struct ctx *cx, struct tx *tx, struct sponsor_id id)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_SPONSOR_FIND, ARGS(V_ID(id)), &rows, &found));
    return found ? OK : fault(cx, ERR_NOT_FOUND, "sponsor", "does not exist");
}

static err_t sponsor_make(struct ctx *cx, struct tx *tx, const struct new_merchant *request,
                          struct sponsor_id *out)
{
    struct str name = request->sponsor_name.len > 0 ? request->sponsor_name : request->name;

    TRY(name_check(cx, name));
    ID_NEW(cx->ids, out);
    return store_run(
        cx, tx, &SQL_SPONSOR_INSERT,
        ARGS(V_ID(*out), V_TEXT(name), V_TEXT(request->sponsor_siren), V_INT(cx->real)));
}

/* Every merchant has its nightly work from the first day, in both modes. */
static err_t nights_begin(struct ctx *cx, struct tx *tx, struct merchant_id merchant)
{
    static const enum mode MODES[] = {MODE_TEST, MODE_LIVE};
    struct merchant_id caller = cx->merchant;
    enum mode mode = cx->mode;
    err_t err = OK;

    cx->merchant = merchant;
    for (size_t i = 0; i < ARRAY_LEN(MODES) && err == OK; i++) {
        cx->mode = MODES[i];
        err = task_put(cx, tx, TASK_NIGHTLY, merchant.raw, task_night(cx->real));
    }
    cx->merchant = caller;
    cx->mode = mode;
    return err;
}

err_t merchant_add(struct ctx *cx, struct tx *tx, struct new_merchant *request,
                   struct merchant_id *out)
{
    struct sponsor_id sponsor = request->sponsor;

    TRY(name_check(cx, request->name));
    if (ID_NONE(sponsor))
        TRY(sponsor_make(cx, tx, request, &sponsor));
    else
        TRY(sponsor_check(cx, tx, sponsor));
    ID_NEW(cx->ids, out);
    /* The end of an id is its random part. */
    struct str acceptor = str_format(cx->arena, "G%s", out->raw + ID_LEN - (ACCEPTOR_LEN - 1));
    TRY(store_run(
        cx, tx, &SQL_MERCHANT_INSERT,
        ARGS(V_ID(*out), V_ID(sponsor), V_TEXT(request->name), V_TEXT(acceptor), V_INT(cx->real))));
    TRY(store_run(cx, tx, &SQL_ACCEPTOR_INSERT, ARGS(V_TEXT(acceptor), V_ID(*out))));
    TRY(nights_begin(cx, tx, *out));
    request->sponsor = sponsor;
    return OK;
}
