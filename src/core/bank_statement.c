#include "core/bank_statement.h"

#include "base/must.h"
#include "store/sql.h"

/* As it lies among those of its account and kind. */
struct row {
    struct bank_statement statement;
    struct str identity;
    struct str place;
    struct bank_work_id work_sum;
    struct bank_work_id work_number;
    struct bank_work_id work_opening;
};

/* --- rows ---------------------------------------------------------------------------------------
 */

static void row_read(struct rows *rows, struct row *out)
{
    *out = (struct row){
        .identity = col_text(rows, 0),
        .place = col_text(rows, 1),
        .statement = {.report = col_text(rows, 2),
                      .name = col_text(rows, 3),
                      .has_number = !col_null(rows, 5),
                      .number = col_int(rows, 5),
                      .has_legal_number = !col_null(rows, 6),
                      .legal_number = col_int(rows, 6),
                      .has_opening = !col_null(rows, 7),
                      .opening_cents = col_int(rows, 7),
                      .has_closing = !col_null(rows, 8),
                      .closing_cents = col_int(rows, 8),
                      .adds_up = col_int(rows, 9) != 0,
                      .made = col_text(rows, 10)},
    };
    must(date_parse(col_text(rows, 4), &out->statement.day));
    col_id(rows, 11, out->work_sum.raw);
    col_id(rows, 12, out->work_number.raw);
    col_id(rows, 13, out->work_opening.raw);
}

/* Of the account and kind of `like`: by identity, or beside a place. */
static err_t row_find(struct ctx *cx, struct tx *tx, const struct sql *sql,
                      const struct bank_statement *like, struct str key, struct row *out,
                      bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(like->account),
                             V_TEXT(like->kind), V_TEXT(key)),
                        &rows, found));
    if (!*found)
        return OK;
    row_read(rows, out);
    rows_end(rows);
    out->statement.account = like->account;
    out->statement.kind = like->kind;
    return OK;
}

static err_t row_put(struct ctx *cx, struct tx *tx, const struct row *row)
{
    const struct bank_statement *statement = &row->statement;

    return store_run(cx, tx, &SQL_BANK_STATEMENT_PUT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_TEXT(statement->account), V_TEXT(statement->kind),
                          V_TEXT(row->identity), V_TEXT(row->place), V_TEXT(statement->report),
                          V_TEXT(statement->name), V_TEXT(date_text(cx->arena, statement->day)),
                          V_INT_IF(statement->has_number, statement->number),
                          V_INT_IF(statement->has_legal_number, statement->legal_number),
                          V_INT_IF(statement->has_opening, statement->opening_cents),
                          V_INT_IF(statement->has_closing, statement->closing_cents),
                          V_INT(statement->adds_up), V_TEXT(statement->made), V_INT(cx->now)));
}

/* --- what it is known by ------------------------------------------------------------------------
 */

/* Its numbers and its day, whatever id a file gives it; without numbers its id. */
static struct str identity_of(struct ctx *cx, const struct bank_statement *statement)
{
    struct str day = date_text(cx->arena, statement->day);

    if (!statement->has_number && !statement->has_legal_number)
        return str_format(cx->arena, "%.*s/%.*s", (int)day.len, day.ptr, (int)statement->name.len,
                          statement->name.ptr);
    return str_format(cx->arena, "%.*s/%lld/%lld", (int)day.len, day.ptr,
                      (long long)statement->number, (long long)statement->legal_number);
}

/* By day, then number; without one by when it was made. */
static struct str place_of(struct ctx *cx, const struct bank_statement *statement,
                           struct str identity)
{
    struct str day = date_text(cx->arena, statement->day);
    bool numbered = statement->has_number || statement->has_legal_number;
    int64_t number = statement->has_number ? statement->number : statement->legal_number;
    struct str made = numbered ? STR("") : statement->made;

    return str_format(cx->arena, "%.*s/%018lld/%.*s/%.*s", (int)day.len, day.ptr, (long long)number,
                      (int)made.len, made.ptr, (int)identity.len, identity.ptr);
}

/* --- deviations ---------------------------------------------------------------------------------
 */

/* Banks begin anew with a year; one that never counts says nothing. */
static bool follows(int64_t before, int64_t number, bool new_year)
{
    return number == before + 1 || number == before || (new_year && number <= 1);
}

static bool number_missing(const struct bank_statement *before,
                           const struct bank_statement *statement)
{
    bool new_year = before->day.year != statement->day.year;

    if (before->has_number && statement->has_number &&
        !follows(before->number, statement->number, new_year))
        return true;
    return before->has_legal_number && statement->has_legal_number &&
           !follows(before->legal_number, statement->legal_number, new_year);
}

static bool opens_elsewhere(const struct bank_statement *before,
                            const struct bank_statement *statement)
{
    return before->has_closing && statement->has_opening &&
           before->closing_cents != statement->opening_cents;
}

/* Asks a person about a deviation, or closes what was asked. */
static err_t deviation_set(struct ctx *cx, struct tx *tx, const struct bank_statement *statement,
                           enum bank_trouble what, bool deviates, int64_t cents, struct str reason,
                           struct bank_work_id *asked)
{
    struct bank_work work = {
        .what = what,
        .report = statement->report,
        .reference = statement->name,
        .reason = reason,
        .amount_cents = cents,
        .day = date_text(cx->arena, statement->day),
    };

    /* What it was asked about is no longer so, or is asked anew with what is known now. */
    if (!ID_NONE(*asked))
        TRY(bank_work_over(cx, tx, *asked));
    asked->raw[0] = '\0';
    if (!deviates)
        return OK;
    TRY(bank_work_put(cx, tx, &work));
    *asked = work.id;
    return OK;
}

/* The number that was the last one, or {NULL, 0}. */
static struct str last_number(struct ctx *cx, const struct bank_statement *before)
{
    if (!before->has_number && !before->has_legal_number)
        return STR_NONE;
    return str_format(cx->arena, "%lld",
                      (long long)(before->has_number ? before->number : before->legal_number));
}

/* Beside what comes before it, or NULL. */
static err_t row_judge(struct ctx *cx, struct tx *tx, struct row *row, const struct row *before)
{
    const struct bank_statement *statement = &row->statement;
    const struct bank_statement *earlier = before != NULL ? &before->statement : NULL;
    bool gap = earlier != NULL && number_missing(earlier, statement);
    bool opens = earlier != NULL && opens_elsewhere(earlier, statement);
    int64_t difference = opens ? statement->opening_cents - earlier->closing_cents : 0;

    TRY(deviation_set(cx, tx, statement, BANK_GAP, gap, 0,
                      gap ? last_number(cx, earlier) : STR_NONE, &row->work_number));
    TRY(deviation_set(cx, tx, statement, BANK_OPENING, opens, difference, STR_NONE,
                      &row->work_opening));
    return store_run(cx, tx, &SQL_BANK_STATEMENT_ASK,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_TEXT(statement->account), V_TEXT(statement->kind),
                          V_TEXT(row->identity), V_ID(row->work_sum), V_ID(row->work_number),
                          V_ID(row->work_opening)));
}

static bool says_the_same(const struct bank_statement *a, const struct bank_statement *b)
{
    return a->has_opening == b->has_opening && a->opening_cents == b->opening_cents &&
           a->has_closing == b->has_closing && a->closing_cents == b->closing_cents &&
           a->adds_up == b->adds_up;
}

/* A bank may spread a statement over pages, each under its number: the first one opens, the last
 * one closes. Statements without any balance are none. */
static bool is_page(const struct bank_statement *old, const struct bank_statement *statement)
{
    bool whole = statement->has_opening && statement->has_closing;
    bool any =
        statement->has_opening || statement->has_closing || old->has_opening || old->has_closing;

    return !whole && any;
}

static bool page_adds_nothing(const struct bank_statement *old, const struct bank_statement *page)
{
    bool opening =
        !page->has_opening || (old->has_opening && old->opening_cents == page->opening_cents);
    bool closing =
        !page->has_closing || (old->has_closing && old->closing_cents == page->closing_cents);

    return opening && closing && (page->adds_up || !old->adds_up);
}

/* What is known of its other pages. */
static void pages_join(const struct bank_statement *old, struct bank_statement *page)
{
    if (!page->has_opening) {
        page->has_opening = old->has_opening;
        page->opening_cents = old->opening_cents;
    }
    if (!page->has_closing) {
        page->has_closing = old->has_closing;
        page->closing_cents = old->closing_cents;
    }
    page->adds_up = page->adds_up && old->adds_up;
}

/* Whether it changes nothing: what it says is known, or an earlier version of what is. */
static bool is_known(const struct bank_statement *old, const struct bank_statement *statement)
{
    int order = str_compare(statement->made, old->made);

    if (is_page(old, statement))
        return page_adds_nothing(old, statement);
    if (says_the_same(old, statement) || order < 0)
        return true;
    /* Two of the same moment: one of them, whichever comes first. */
    return order == 0 && str_compare(statement->report, old->report) < 0;
}

err_t bank_statement_note(struct ctx *cx, struct tx *tx, const struct bank_statement *told)
{
    struct bank_statement whole = *told;
    const struct bank_statement *statement = &whole;
    struct row row;
    struct row other;
    bool found;

    must(statement->day.year != 0);
    struct str identity = identity_of(cx, statement);
    TRY(row_find(cx, tx, &SQL_BANK_STATEMENT_FIND, statement, identity, &row, &found));
    if (found && is_known(&row.statement, statement))
        return OK;
    if (found && is_page(&row.statement, statement))
        pages_join(&row.statement, &whole);
    if (!found)
        row = (struct row){.identity = identity};
    row.statement = *statement;
    if (!found)
        row.place = place_of(cx, statement, identity);
    TRY(row_put(cx, tx, &row));
    TRY(deviation_set(cx, tx, statement, BANK_BALANCE, !statement->adds_up, 0, STR_NONE,
                      &row.work_sum));
    TRY(row_find(cx, tx, &SQL_BANK_STATEMENT_BEFORE, statement, row.place, &other, &found));
    TRY(row_judge(cx, tx, &row, found ? &other : NULL));
    TRY(row_find(cx, tx, &SQL_BANK_STATEMENT_AFTER, statement, row.place, &other, &found));
    return found ? row_judge(cx, tx, &other, &row) : OK;
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void last_row(struct rows *rows, struct bank_statement_last *out)
{
    *out = (struct bank_statement_last){
        .statement = {.account = col_text(rows, 0),
                      .kind = col_text(rows, 1),
                      .name = col_text(rows, 2),
                      .has_number = !col_null(rows, 4),
                      .number = col_int(rows, 4),
                      .has_legal_number = !col_null(rows, 5),
                      .legal_number = col_int(rows, 5),
                      .has_opening = !col_null(rows, 6),
                      .opening_cents = col_int(rows, 6),
                      .has_closing = !col_null(rows, 7),
                      .closing_cents = col_int(rows, 7),
                      .adds_up = col_int(rows, 8) != 0,
                      .made = col_text(rows, 9)},
        .deviations = col_int(rows, 10),
    };
    must(date_parse(col_text(rows, 3), &out->statement.day));
}

err_t bank_statements_last(struct ctx *cx, struct tx *tx, size_t most,
                           struct bank_statement_last **out, size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct bank_statement_last, most);
    TRY(store_query(cx, tx, &SQL_BANK_STATEMENT_LAST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_INT((int64_t)most)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        last_row(rows, &(*out)[*count]);
    }
}
