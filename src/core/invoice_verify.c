#include "core/invoice_verify.h"

#include "base/must.h"
#include "core/invoice.h"
#include "core/invoice_chain.h"
#include "store/sql.h"

/* A series, as its row says. */
struct series {
    struct merchant_id merchant;
    enum mode mode;
    struct str kind;
    int year;
    int64_t serial;
    struct str head;
};

static void tell(struct verify_report *out, const struct series *series, const char *what,
                 struct str object)
{
    const struct verify_problem problem = {what, ID_TEXT(series->merchant),
                                           str_of(mode_text(series->mode)), object};

    verify_tell(out, &problem);
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
            .kind = col_text(rows, 2),
            .year = (int)col_int(rows, 3),
            .serial = col_int(rows, 4),
            .head = col_text(rows, 5),
        };
        col_id(rows, 0, series->merchant.raw);
        must(mode_parse(col_text(rows, 1), &series->mode));
    }
}

/* Whether the columns say what the record says. */
static bool row_agrees(struct rows *rows, const struct series *series,
                       const struct invoice_paper *paper)
{
    struct date issued;

    return str_eq(col_text(rows, 3), paper->number) && date_parse(col_text(rows, 4), &issued) &&
           date_compare(issued, paper->issued) == 0 &&
           str_eq(col_text(rows, 5), paper->buyer.name) &&
           str_eq(col_text(rows, 6), str_of(currency_text(paper->currency))) &&
           col_int(rows, 7) == paper->total_minor && col_int(rows, 8) == paper->due_minor &&
           str_eq(series->kind, str_of(invoice_kind_text(paper->kind))) &&
           paper->test == (series->mode == MODE_TEST);
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
                    ARGS(V_ID(series->merchant), V_WORD(mode_text(series->mode)),
                         V_TEXT(series->kind), V_INT(walk->year), V_INT(walk->serial)),
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
    struct walk walk = {.series = series, .out = out};

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
