#include "base/arena.h"
#include "base/must.h"
#include "document/french.h"
#include "document/invoice_layout.h"

#define COLUMN_GAP 14.0
#define ROW_PADDING 5.0
#define HEAD_PADDING 5.0
#define HEAD_RULE 1.2
#define LEAST_NAME 150.0

static const struct canvas_style NAME = {
    .size = 8.8, .align = CANVAS_LEFT, .ink = INK, .leading = 1.2};
static const struct canvas_style FIGURE = {
    .size = 8.8, .align = CANVAS_LEFT, .ink = INK, .figures = true, .leading = 1.2};
static const struct canvas_style SMALL_FIGURE = {
    .size = 7.2, .align = CANVAS_LEFT, .ink = INK, .figures = true, .leading = 1.2};

enum { QUANTITY, PRICE, RATE, NET, FIGURES };

static const char *const HEADS[FIGURES] = {"QUANTITÉ", "PRIX UNIT. HT", "TVA", "MONTANT HT"};

struct row {
    struct canvas_box *name;
    struct canvas_box *figures[FIGURES];
};

struct table {
    struct layout *l;
    const struct canvas_style *figure;
    struct row *rows;
    double right[FIGURES]; /* edges of the columns */
    double name_width;
};

/* Beside a line that bears no tax stands why; the reason in full is with the sums. */
static struct str rate_words(struct arena *arena, const struct invoice_paper_line *line)
{
    switch (line->category) {
    case VAT_STANDARD:
    case VAT_ZERO:
        return french_rate(arena, line->rate_bp);
    case VAT_EXEMPT:
        return STR("Exonéré");
    case VAT_REVERSE:
        return STR("Autoliq.");
    case VAT_INTRA:
        return STR("Intra-UE");
    case VAT_EXPORT:
        return STR("Export");
    case VAT_OUTSIDE:
        return STR("Hors champ");
    }
    must_fail(__FILE__, __LINE__, "category is a member");
}

static struct str figure_text(struct table *t, const struct invoice_paper_line *line, int column)
{
    struct arena *arena = t->l->arena;
    enum currency currency = t->l->paper->currency;

    switch (column) {
    case QUANTITY:
        return french_quantity(arena, line->quantity_e4);
    case PRICE:
        return french_price(arena, currency, line->price_e4);
    case RATE:
        return rate_words(arena, line);
    default:
        return french_amount(arena, currency, line->net_minor);
    }
}

/* --- measures ------------------------------------------------------------------------------------
 */

/* Columns of figures are as wide as what stands in them; the name has the rest. */
static void set_columns(struct table *t)
{
    double x = PAGE_RIGHT;

    for (int column = FIGURES - 1; column >= 0; column--) {
        double width = canvas_box_width(layout_label(t->l, HEADS[column]));
        for (size_t i = 0; i < t->l->paper->line_count; i++) {
            double own = canvas_box_width(t->rows[i].figures[column]);
            if (own > width)
                width = own;
        }
        t->right[column] = x;
        x -= width + COLUMN_GAP;
    }
    t->name_width = x - PAGE_LEFT;
}

static void set_figures(struct table *t, const struct canvas_style *style)
{
    t->figure = style;
    for (size_t i = 0; i < t->l->paper->line_count; i++) {
        const struct invoice_paper_line *line = &t->l->paper->lines[i];
        for (int column = 0; column < FIGURES; column++)
            t->rows[i].figures[column] =
                canvas_line_box(t->l->canvas, style, figure_text(t, line, column));
    }
    set_columns(t);
}

static void measure(struct table *t)
{
    const struct invoice_paper *paper = t->l->paper;

    t->rows = arena_array(t->l->arena, struct row, paper->line_count);
    set_figures(t, &FIGURE);
    if (t->name_width < LEAST_NAME)
        set_figures(t, &SMALL_FIGURE);
    for (size_t i = 0; i < paper->line_count; i++)
        t->rows[i].name =
            canvas_box(t->l->canvas, &NAME, t->name_width, paper->lines[i].designation);
}

/* --- drawing -------------------------------------------------------------------------------------
 */

static void put_table_head(struct table *t)
{
    struct layout *l = t->l;
    double height = layout_show_label(l, "DÉSIGNATION", PAGE_LEFT, l->y);

    for (int column = 0; column < FIGURES; column++)
        canvas_show_right(l->canvas, layout_label(l, HEADS[column]), t->right[column], l->y);
    l->y += height + HEAD_PADDING;
    canvas_line(l->canvas, PAGE_LEFT, l->y, PAGE_INNER, HEAD_RULE, l->look.accent);
    l->y += HEAD_RULE;
}

static void next_page(struct table *t)
{
    layout_page(t->l);
    put_table_head(t);
}

/* Figures stand beside the first line of the name. */
static void put_figures(struct table *t, const struct row *row, double y)
{
    for (int column = 0; column < FIGURES; column++) {
        struct canvas_box *box = row->figures[column];
        double lower = canvas_box_baseline(row->name) - canvas_box_baseline(box);
        canvas_show_right(t->l->canvas, box, t->right[column], y + lower);
    }
}

static double row_height(const struct row *row)
{
    double height = canvas_box_height(row->name);
    double figures = canvas_box_height(row->figures[NET]);

    return (height > figures ? height : figures) + 2 * ROW_PADDING;
}

static void put_row_end(struct layout *l)
{
    l->y += ROW_PADDING;
    canvas_line(l->canvas, PAGE_LEFT, l->y, PAGE_INNER, HAIRLINE, INK_LINE);
}

/* A name that no page can hold goes on on the next one. */
static void put_long_row(struct table *t, const struct row *row)
{
    struct layout *l = t->l;
    size_t lines = canvas_box_lines(row->name);

    for (size_t from = 0; from < lines;) {
        double used;
        double room = l->bottom - l->y - 2 * ROW_PADDING;
        size_t count = canvas_box_fit(row->name, from, room, &used);
        if (used > room) {
            next_page(t);
            continue;
        }
        canvas_show_lines(l->canvas, row->name, from, count, PAGE_LEFT, l->y + ROW_PADDING);
        if (from == 0)
            put_figures(t, row, l->y + ROW_PADDING);
        from += count;
        l->y += ROW_PADDING + used;
        if (from < lines)
            next_page(t);
    }
    put_row_end(l);
}

static void put_row(struct table *t, const struct row *row)
{
    struct layout *l = t->l;

    canvas_show(l->canvas, row->name, PAGE_LEFT, l->y + ROW_PADDING);
    put_figures(t, row, l->y + ROW_PADDING);
    l->y += row_height(row) - ROW_PADDING;
    put_row_end(l);
}

/* What an empty page has for rows. */
static double page_room(const struct layout *l)
{
    return l->bottom - PAGE_TOP - 60;
}

void layout_table(struct layout *l, double follows)
{
    struct table t = {.l = l};
    size_t count = l->paper->line_count;

    measure(&t);
    put_table_head(&t);
    for (size_t i = 0; i < count; i++) {
        double height = row_height(&t.rows[i]);
        double need = i + 1 == count && height + follows < page_room(l) ? height + follows : height;
        if (height > page_room(l)) {
            put_long_row(&t, &t.rows[i]);
            continue;
        }
        if (l->y + need > l->bottom)
            next_page(&t);
        put_row(&t, &t.rows[i]);
    }
}
