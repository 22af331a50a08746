#include "core/invoice_verify.h"

#include "core/invoice.h"
#include "core/invoice_chain.h"
#include "store/sql.h"

/* A series, as its row says. */
struct series {
    struct str merchant; /* like the mode: damaged, it may be any text */
    struct str mode;
    struct str kind;
    int year;
    int64_t serial;
    struct str head;
};

static void tell(struct verify_report *out, const struct series *series, const char *what,
                 struct str object)
{
    const struct verify_problem problem = {what, series->merchant, series->mode, object};

    verify_tell(out, &problem);
}

static bool key_is_readable(const struct series *series)
{
    char raw[ID_SIZE];
    enum mode mode;
    enum invoice_kind kind;

    return id_parse(series->merchant, raw) && mode_parse(series->mode, &mode) &&
           invoice_kind_parse(series->kind, &kind);
}

static err_t series_list(struct ctx *cx, struct tx *tx, struct series **out, size_t *count)
{
    struct rows *rows;
    size_t capacity = 0;
    bool has;

    *out = NULL;
    *count = 0;
    TRY(store_query(cx, tx, &SQL_INVOICE_SERIES_ALL, ARGS_NONE, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        struct series *series = &(*out)[(*count)++];
        *series = (struct series){
            .merchant = str_to_text(cx->arena, col_text(rows, 0)),
            .mode = str_to_text(cx->arena, col_text(rows, 1)),
            .kind = col_text(rows, 2),
            .year = (int)col_int(rows, 3),
            .serial = col_int(rows, 4),
            .head = col_text(rows, 5),
        };
    }
}

/* Whether the columns say what the record says. */
static bool row_agrees(struct rows *rows, const struct series *series,
                       const struct invoice_paper *paper)
{
    struct date issued;
    int64_t serial;
    int year;

    return invoice_number_read(paper->number, &year, &serial) && col_int(rows, 9) == year &&
           col_int(rows, 10) == serial && str_eq(col_text(rows, 3), paper->number) &&
           date_parse(col_text(rows, 4), &issued) && date_compare(issued, paper->issued) == 0 &&
           str_eq(col_text(rows, 5), paper->buyer.name) &&
           str_eq(col_text(rows, 6), str_of(currency_text(paper->currency))) &&
           col_int(rows, 7) == paper->total_minor && col_int(rows, 8) == paper->due_minor &&
           str_eq(series->kind, str_of(invoice_kind_text(paper->kind))) &&
           paper->test == str_eq(series->mode, str_of(mode_text(MODE_TEST)));
}

static void row_check(struct ctx *cx, struct rows *rows, const struct series *series,
                      struct invoice_chain *chain, struct verify_report *out)
{
    struct invoice_paper *paper = arena_make(cx->arena, struct invoice_paper);
    const struct invoice_link link = {col_text(rows, 0), col_text(rows, 1), col_text(rows, 2)};

    const char *wrong = invoice_chain_next(cx->arena, chain, &link, paper);
    if (wrong == NULL && !row_agrees(rows, series, paper))
        wrong = "a document's row is not what its record says";
    if (wrong != NULL)
        tell(out, series, wrong, col_text(rows, 3));
}

struct walk {
    const struct series *series;
    struct verify_report *out;
    struct invoice_chain chain;
    int64_t year; /* of the document that was read last */
    int64_t serial;
};

static err_t portion_check(struct ctx *cx, struct tx *tx, struct walk *walk, bool *more)
{
    const struct series *series = walk->series;
    struct verify_report *out = walk->out;
    struct rows *rows;
    bool has;

    *more = false;
    TRY(store_query(cx, tx, &SQL_INVOICE_CHAIN,
                    ARGS(V_TEXT(series->merchant), V_TEXT(series->mode), V_TEXT(series->kind),
                         V_INT(walk->year), V_INT(walk->serial)),
                    &rows));
    for (; out->problem_count < VERIFY_PROBLEMS_MAX; *more = true) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        walk->year = col_int(rows, 9);
        walk->serial = col_int(rows, 10);
        row_check(cx, rows, series, &walk->chain, out);
        out->invoices++;
    }
    rows_end(rows);
    *more = false;
    return OK;
}

static err_t series_check(struct ctx *cx, struct tx *tx, const struct series *series,
                          struct verify_report *out)
{
    /* In front of whatever there is: a forged row may have any year and number. */
    struct walk walk = {.series = series, .out = out, .year = INT64_MIN, .serial = INT64_MIN};

    if (!key_is_readable(series)) {
        tell(out, series, "the key of a series cannot be read",
             str_to_text(cx->arena, series->kind));
        return OK;
    }

    for (bool more = true; more;) {
        struct arena_mark mark = arena_mark(cx->arena);
        size_t told = out->problem_count;
        TRY(portion_check(cx, tx, &walk, &more));
        if (out->problem_count == told) /* else its texts are needed */
            arena_rewind(cx->arena, mark);
    }
    if (out->problem_count < VERIFY_PROBLEMS_MAX &&
        (walk.chain.year != series->year || walk.chain.serial != series->serial ||
         !str_eq(str_of(walk.chain.head), series->head)))
        tell(out, series, "a series does not end where it says", series->kind);
    return OK;
}

err_t invoice_verify(struct ctx *cx, struct tx *tx, struct verify_report *out)
{
    struct series *series;
    size_t count;

    TRY(series_list(cx, tx, &series, &count));
    for (size_t i = 0; i < count; i++)
        TRY(series_check(cx, tx, &series[i], out));
    return OK;
}
