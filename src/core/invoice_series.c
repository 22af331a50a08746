#include "core/invoice_series.h"

#include "base/must.h"
#include "core/invoice_record.h"
#include "store/sql.h"

enum { PREFIX_MAX = 16 };

bool invoice_prefix_valid(struct str text)
{
    static const struct str OTHERS = STR_INIT("+-_/");

    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        bool alphanumeric = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= 'a' && byte <= 'z');
        if (!alphanumeric && str_find(OTHERS, byte) == OTHERS.len)
            return false;
    }
    return text.len > 0 && text.len <= PREFIX_MAX;
}

err_t invoice_series_used(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                          enum invoice_kind kind, bool *used)
{
    struct rows *rows;

    return store_query_one(cx, tx, &SQL_INVOICE_SERIES_USED,
                           ARGS(V_ID(merchant), V_WORD(invoice_kind_text(kind))), &rows, used);
}

static struct date later(struct date a, struct date b)
{
    return date_compare(a, b) > 0 ? a : b;
}

err_t invoice_place_next(struct ctx *cx, struct tx *tx, const struct invoice_seller *seller,
                         enum invoice_kind kind, struct invoice_place *out)
{
    struct date today = date_paris(cx->now);
    struct date last = today;
    struct rows *rows;
    bool found;

    *out = (struct invoice_place){.kind = kind, .prefix = seller->prefixes[kind]};
    out->previous = invoice_chain_start();
    TRY(store_query_one(
        cx, tx, &SQL_INVOICE_SERIES_FIND,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(invoice_kind_text(kind))),
        &rows, &found));
    out->first = !found;
    if (found) {
        out->prefix = col_text(rows, 0);
        out->last_year = (int)col_int(rows, 1);
        out->last_serial = col_int(rows, 2);
        must(date_parse(col_text(rows, 3), &last));
        out->previous = col_text(rows, 4);
    }
    /* A clock that goes back does not take the series with it. */
    out->issued = later(today, last);
    out->year = out->issued.year;
    out->serial = out->year == out->last_year ? out->last_serial + 1 : 1;
    out->number = str_format(cx->arena, "%.*s%d-%06lld", (int)out->prefix.len, out->prefix.ptr,
                             out->year, (long long)out->serial);
    return OK;
}

err_t invoice_place_take(struct ctx *cx, struct tx *tx, const struct invoice_place *place,
                         struct str hash)
{
    struct value issued = V_TEXT(date_text(cx->arena, place->issued));
    struct value kind = V_WORD(invoice_kind_text(place->kind));
    int64_t changed = 0;

    if (place->first) {
        err_t err = store_run(cx, tx, &SQL_INVOICE_SERIES_INSERT,
                              ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), kind,
                                   V_TEXT(place->prefix), V_INT(place->year), V_INT(place->serial),
                                   issued, V_TEXT(hash)));
        return err == ERR_CONFLICT ? ERR_BUSY : err;
    }
    TRY(store_run_count(cx, tx, &SQL_INVOICE_SERIES_MOVE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), kind,
                             V_INT(place->last_year), V_INT(place->last_serial), V_INT(place->year),
                             V_INT(place->serial), issued, V_TEXT(hash)),
                        &changed));
    return changed == 1 ? OK : ERR_BUSY;
}
