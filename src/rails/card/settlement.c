#include "rails/card/settlement.h"

#include <string.h>

#include "base/must.h"

ENUM_DEFINE(settlement_kind, SETTLEMENT_KIND_LIST)

enum column {
    COL_LINE,
    COL_TYPE,
    COL_TRANSACTED,
    COL_SETTLED,
    COL_STAN,
    COL_RRN,
    COL_AUTH_CODE,
    COL_NETWORK,
    COL_CARD_MASK,
    COL_AMOUNT,
    COL_CURRENCY,
    COL_INTERCHANGE,
    COL_SCHEME_FEE,
    COL_ACQUIRER_FEE,
    COL_NET,
    COL_PAYMENT_REF,
    COL_ARN,
    COLUMNS,
};

static const char *const COLUMN_NAMES[COLUMNS] = {
    "line",        "type",        "date_transaction", "date_settlement", "stan",
    "rrn",         "auth_code",   "network",          "card_mask",       "amount",
    "currency",    "interchange", "scheme_fee",       "acquirer_fee",    "net",
    "payment_ref", "arn",
};

/* LINE_MIN: two dates, the other columns that are never empty, and the separators. */
enum { TRAILER_COLUMNS = 6, TEXT_MAX = 64, LINE_MIN = 48 };

/* True for the kinds that bring money to the merchant. */
static bool settlement_brings(enum settlement_kind kind)
{
    switch (kind) {
    case SETTLEMENT_DEBIT:
    case SETTLEMENT_REPRESENTMENT:
        return true;
    case SETTLEMENT_CREDIT:
    case SETTLEMENT_CHARGEBACK:
    case SETTLEMENT_FEE:
    case SETTLEMENT_REVERSAL:
        return false;
    }
    must_fail(__FILE__, __LINE__, "kind is a settlement_kind");
}

err_t settlement_fees(const struct settlement_line *line, int64_t *out)
{
    if (add_overflows(line->interchange_minor, line->scheme_fee_minor, out) ||
        add_overflows(*out, line->acquirer_fee_minor, out))
        return ERR_LIMIT;
    return OK;
}

static err_t net_of(const struct settlement_line *line, int64_t *out)
{
    int64_t gross = settlement_brings(line->kind) ? line->amount.minor : -line->amount.minor;
    int64_t fees;

    TRY(settlement_fees(line, &fees));
    return sub_overflows(gross, fees, out) ? ERR_LIMIT : OK;
}

static err_t totals_add(struct settlement_totals *totals, const struct settlement_line *line)
{
    int64_t *gross = settlement_brings(line->kind) ? &totals->debit_minor : &totals->credit_minor;
    int64_t fees;

    TRY(settlement_fees(line, &fees));
    totals->count++;
    if (add_overflows(*gross, line->amount.minor, gross) ||
        add_overflows(totals->fees_minor, fees, &totals->fees_minor) ||
        add_overflows(totals->net_minor, line->net_minor, &totals->net_minor))
        return ERR_LIMIT;
    return OK;
}

/* --- reading
 * ---------------------------------------------------------------------------------------- */

static bool next_line(struct str *rest, struct str *line)
{
    size_t end = str_find(*rest, '\n');

    /* A file cut short ends without a line end: its last line does not count. */
    if (end == rest->len)
        return false;
    *line = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end + 1, rest->len - end - 1);
    if (line->len > 0 && line->ptr[line->len - 1] == '\r')
        line->len--;
    return true;
}

/* False unless the line has exactly count columns. */
static bool split(struct str line, struct str *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t end = str_find(line, ';');
        bool last = i + 1 == count;
        if ((end == line.len) != last)
            return false;
        columns[i] = str_sub(line, 0, end);
        if (!last)
            line = str_sub(line, end + 1, line.len - end - 1);
    }
    return true;
}

static bool text_fits(struct str text)
{
    if (text.len > TEXT_MAX)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 0x20 || text.ptr[i] > 0x7e || text.ptr[i] == '"')
            return false;
    }
    return true;
}

static bool amount_of(struct str text, int64_t *out)
{
    return str_to_int64(text, out) && *out >= 0;
}

/* The first column that does not fit, or COLUMNS. */
static enum column read_columns(const struct str *columns, int64_t expected,
                                struct settlement_line *line)
{
    int64_t number;
    int64_t net;

    for (size_t i = 0; i < COLUMNS; i++) {
        if (!text_fits(columns[i]))
            return (enum column)i;
    }
    if (!str_to_int64(columns[COL_LINE], &number) || number != expected)
        return COL_LINE;
    if (!settlement_kind_parse(columns[COL_TYPE], &line->kind))
        return COL_TYPE;
    if (!date_parse(columns[COL_TRANSACTED], &line->transacted))
        return COL_TRANSACTED;
    if (!date_parse(columns[COL_SETTLED], &line->settled))
        return COL_SETTLED;
    if (!currency_parse(columns[COL_CURRENCY], &line->amount.currency))
        return COL_CURRENCY;
    if (!amount_of(columns[COL_AMOUNT], &line->amount.minor))
        return COL_AMOUNT;
    if (!amount_of(columns[COL_INTERCHANGE], &line->interchange_minor))
        return COL_INTERCHANGE;
    if (!amount_of(columns[COL_SCHEME_FEE], &line->scheme_fee_minor))
        return COL_SCHEME_FEE;
    if (!amount_of(columns[COL_ACQUIRER_FEE], &line->acquirer_fee_minor))
        return COL_ACQUIRER_FEE;
    if (!str_to_int64(columns[COL_NET], &line->net_minor) || net_of(line, &net) != OK ||
        net != line->net_minor)
        return COL_NET;
    line->stan = columns[COL_STAN];
    line->rrn = columns[COL_RRN];
    line->auth_code = columns[COL_AUTH_CODE];
    line->network = columns[COL_NETWORK];
    line->card_mask = columns[COL_CARD_MASK];
    line->payment_ref = columns[COL_PAYMENT_REF];
    line->arn = columns[COL_ARN];
    return line->rrn.len == 0 ? COL_RRN : COLUMNS;
}

static bool is_header(struct str line)
{
    struct str columns[COLUMNS];

    if (!split(line, columns, COLUMNS))
        return false;
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!str_eq(columns[i], str_of(COLUMN_NAMES[i])))
            return false;
    }
    return true;
}

static bool is_trailer(struct str line, const struct settlement_totals *totals)
{
    const int64_t expected[] = {totals->count, totals->debit_minor, totals->credit_minor,
                                totals->fees_minor, totals->net_minor};
    struct str columns[TRAILER_COLUMNS];

    if (!split(line, columns, TRAILER_COLUMNS))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        int64_t value;
        if (!str_to_int64(columns[i + 1], &value) || value != expected[i])
            return false;
    }
    return true;
}

static const char *of_line(struct ctx *cx, const char *what, const struct settlement_totals *totals)
{
    return str_format(cx->arena, "%s in line %lld", what, (long long)totals->count + 1).ptr;
}

err_t settlement_read(struct ctx *cx, struct str file, struct settlement_line **out, size_t *count)
{
    size_t most = file.len / LINE_MIN + 1;
    struct settlement_line *lines = arena_array(cx->arena, struct settlement_line, most);
    struct settlement_totals totals = {0};
    struct str rest = file;
    struct str line;

    if (!next_line(&rest, &line) || !is_header(line))
        return fault(cx, ERR_MALFORMED, "header", "is not the one of a settlement file");
    while (next_line(&rest, &line)) {
        struct str columns[COLUMNS];
        if (str_starts(line, STR("trailer;"))) {
            if (!is_trailer(line, &totals))
                return fault(cx, ERR_MALFORMED, "trailer", "does not agree with the lines");
            if (rest.len > 0)
                return fault(cx, ERR_MALFORMED, "trailer", "is not the last line");
            *out = lines;
            *count = (size_t)totals.count;
            return OK;
        }
        struct settlement_line *at = &lines[totals.count];
        must((size_t)totals.count < most);
        if (!split(line, columns, COLUMNS))
            return fault(cx, ERR_MALFORMED, "line", of_line(cx, "has not 17 columns", &totals));
        enum column bad = read_columns(columns, totals.count + 1, at);
        if (bad != COLUMNS)
            return fault(cx, ERR_MALFORMED, COLUMN_NAMES[bad],
                         of_line(cx, "does not fit", &totals));
        if (totals_add(&totals, at) != OK)
            return fault(cx, ERR_MALFORMED, "amount", "adds up to too much");
    }
    return fault(cx, ERR_MALFORMED, "trailer", "is missing");
}

/* --- writing
 * ---------------------------------------------------------------------------------------- */

static void put_text(struct buf *out, struct str text)
{
    must(text_fits(text));
    must(str_find(text, ';') == text.len);
    buf_put(out, text);
    buf_put_byte(out, ';');
}

static void put_int(struct buf *out, int64_t value)
{
    buf_put_int(out, value);
    buf_put_byte(out, ';');
}

static void put_date(struct buf *out, struct date date)
{
    buf_format(out, "%04d-%02d-%02d;", date.year, date.month, date.day);
}

void settlement_begin(struct settlement_writer *writer, struct buf *out)
{
    *writer = (struct settlement_writer){.out = out};
    for (size_t i = 0; i < COLUMNS; i++) {
        buf_put_cstr(out, COLUMN_NAMES[i]);
        buf_put_byte(out, i + 1 == COLUMNS ? '\n' : ';');
    }
}

void settlement_add(struct settlement_writer *writer, const struct settlement_line *line)
{
    struct buf *out = writer->out;
    int64_t net;

    must(line->amount.minor >= 0);
    must(net_of(line, &net) == OK);
    must(net == line->net_minor);
    must(totals_add(&writer->totals, line) == OK);
    put_int(out, writer->totals.count);
    put_text(out, str_of(settlement_kind_text(line->kind)));
    put_date(out, line->transacted);
    put_date(out, line->settled);
    put_text(out, line->stan);
    put_text(out, line->rrn);
    put_text(out, line->auth_code);
    put_text(out, line->network);
    put_text(out, line->card_mask);
    put_int(out, line->amount.minor);
    put_text(out, str_of(currency_text(line->amount.currency)));
    put_int(out, line->interchange_minor);
    put_int(out, line->scheme_fee_minor);
    put_int(out, line->acquirer_fee_minor);
    put_int(out, line->net_minor);
    put_text(out, line->payment_ref);
    must(text_fits(line->arn));
    buf_put(out, line->arn);
    buf_put_byte(out, '\n');
}

void settlement_end(struct settlement_writer *writer)
{
    const struct settlement_totals *totals = &writer->totals;

    buf_format(writer->out, "trailer;%lld;%lld;%lld;%lld;%lld\n", (long long)totals->count,
               (long long)totals->debit_minor, (long long)totals->credit_minor,
               (long long)totals->fees_minor, (long long)totals->net_minor);
}

struct str settlement_name(struct arena *arena, struct str acceptor, struct date day, int nn)
{
    return str_format(arena, "settlement-%.*s-%04d%02d%02d-%02d.csv", (int)acceptor.len,
                      acceptor.ptr, day.year, day.month, day.day, nn);
}
