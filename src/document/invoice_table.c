#include "base/arena.h"
#include "base/must.h"
#include "core/french.h"
#include "document/invoice_layout.h"
#include "document/invoice_words.h"

#define COLUMN_GAP 14.0
#define ROW_PADDING 5.0
#define HEAD_PADDING 5.0
#define HEAD_RULE 1.2
#define LEAST_NAME 150.0
#define NARROWEST_NAME 60.0
#define CARRY_HEIGHT 21.0 /* of the sum at the end of a page and at the head of the next one */
#define LONG_ROW 100.0    /* from there on a row may be broken */
#define HEADS_HEIGHT 60.0 /* of a page after the first: its running head and that of the table */

static const struct canvas_style NAME = {
    .size = 8.8, .align = CANVAS_LEFT, .ink = INK, .leading = 1.2};
static const struct canvas_style FIGURE = {
    .size = 8.8, .align = CANVAS_LEFT, .ink = INK, .figures = true, .leading = 1.2};
static const struct canvas_style SMALL_FIGURE = {
    .size = 7.2, .align = CANVAS_LEFT, .ink = INK, .figures = true, .leading = 1.2};
static const struct canvas_style CARRY = {
    .size = 8, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.2};
static const struct canvas_style CARRIED = {.size = 8.8,
                                            .weight = CANVAS_SEMIBOLD,
                                            .align = CANVAS_LEFT,
                                            .ink = INK_SOFT,
                                            .figures = true,
                                            .leading = 1.2};

enum { QUANTITY, PRICE, RATE, NET, FIGURES };

static const char *const HEADS[FIGURES] = {"QUANTITÉ", "PRIX UNIT. HT", "TVA", "MONTANT HT"};

struct row {
    struct canvas_box *name;
    struct canvas_box *figures[FIGURES];
};

struct table {
    struct layout *l;
    struct row *rows; /* first the lines, then the allowances and charges of all of them */
    size_t count;
    size_t decimals;       /* of all prices, so that their commas are below one another */
    double right[FIGURES]; /* edges of the columns */
    double name_width;
    size_t drawn;           /* rows of which the figures stand on a page, */
    struct decimal carried; /* and what they make; not there: more than fits into a number */
};

/* NULL: a line of ours. */
static const struct einvoice_line *line_written(const struct table *t, size_t i)
{
    const struct einvoice *written = t->l->paper->written;

    return written == NULL ? NULL : &written->lines[i];
}

/* NULL: the row is a line. */
static const struct einvoice_allowance *allowance_of(const struct table *t, size_t i)
{
    size_t lines = t->l->paper->line_count;

    return i < lines ? NULL : &t->l->paper->written->allowances[i - lines];
}

/* What a row adds to the sum. */
static struct decimal row_net(const struct table *t, size_t i)
{
    const struct einvoice_allowance *allowance = allowance_of(t, i);

    if (allowance != NULL)
        return told_effect(allowance);
    return decimal_of(t->l->paper->lines[i].net_minor, 2);
}

/* --- words ---------------------------------------------------------------------------------------
 */

static struct str quantity_words(struct arena *arena, const struct invoice_paper_line *line)
{
    struct str unit = words_unit(line->more.unit);
    struct str quantity = french_quantity(arena, line->quantity_e4);

    if (unit.len == 0)
        return quantity;
    return str_format(arena, "%.*s\u00a0%.*s", (int)quantity.len, quantity.ptr, (int)unit.len,
                      unit.ptr);
}

static void put_more(struct buf *out, const char *label, struct str text)
{
    if (text.len == 0)
        return;
    buf_put_cstr(out, label);
    buf_put(out, text);
}

/* The name, and below it what else is said of the line. */
static struct str name_words(struct table *t, size_t i)
{
    struct arena *arena = t->l->arena;
    enum currency currency = t->l->paper->currency;
    const struct einvoice_allowance *allowance = allowance_of(t, i);

    if (allowance != NULL)
        return told_allowance(arena, currency, allowance);
    const struct invoice_paper_line *line = &t->l->paper->lines[i];
    const struct invoice_line_more *more = &line->more;
    const struct einvoice_line *written = line_written(t, i);
    struct buf out = buf_make(arena, PAGE_TEXT_MAX);

    buf_put(&out, line->designation);
    put_more(&out, "\n", more->description);
    put_more(&out, "\n", more->note);
    put_more(&out, "\nRéférence\u00a0: ", more->seller_id);
    put_more(&out, "\nVotre référence\u00a0: ", more->buyer_id);
    put_more(&out, "\nLigne de commande\u00a0: ", more->order_line);
    if (written != NULL)
        put_more(&out, "\n", told_line(arena, currency, written, i + 1));
    return buf_str(&out);
}

static struct str quantity_text(struct table *t, size_t i)
{
    const struct einvoice_line *written = line_written(t, i);

    if (written != NULL)
        return told_quantity(t->l->arena, written);
    return quantity_words(t->l->arena, &t->l->paper->lines[i]);
}

static struct str price_text(struct table *t, size_t i)
{
    const struct invoice_paper *paper = t->l->paper;
    const struct einvoice_line *written = line_written(t, i);

    if (written != NULL)
        return told_price(t->l->arena, paper->currency, written, t->decimals);
    return french_price(t->l->arena, paper->currency, paper->lines[i].price_e4, t->decimals);
}

static struct str rate_text(struct table *t, size_t i)
{
    const struct einvoice_allowance *allowance = allowance_of(t, i);
    const struct invoice_paper_line *line = &t->l->paper->lines[i];

    if (allowance != NULL)
        return told_vat(t->l->arena, &allowance->vat);
    return words_rate(t->l->arena, line->category, line->rate_bp);
}

static struct str figure_text(struct table *t, size_t i, int column)
{
    bool is_line = allowance_of(t, i) == NULL;

    switch (column) {
    case QUANTITY:
        return is_line ? quantity_text(t, i) : STR("");
    case PRICE:
        return is_line ? price_text(t, i) : STR("");
    case RATE:
        return rate_text(t, i);
    default:
        return french_worth(t->l->arena, t->l->paper->currency, row_net(t, i), 2);
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
        for (size_t i = 0; i < t->count; i++) {
            double own = canvas_box_width(t->rows[i].figures[column]);
            if (own > width)
                width = own;
        }
        t->right[column] = x;
        x -= width + COLUMN_GAP;
    }
    t->name_width = x - PAGE_LEFT;
    t->l->crowded = t->name_width < NARROWEST_NAME;
}

static void set_figures(struct table *t, const struct canvas_style *style)
{
    for (size_t i = 0; i < t->count; i++) {
        for (int column = 0; column < FIGURES; column++)
            t->rows[i].figures[column] =
                canvas_line_box(t->l->canvas, style, figure_text(t, i, column));
    }
    set_columns(t);
}

static size_t price_decimals(const struct table *t, size_t i)
{
    const struct einvoice_line *written = line_written(t, i);

    return written == NULL ? french_decimals(t->l->paper->lines[i].price_e4)
                           : french_worth_decimals(written->price);
}

static void measure(struct table *t)
{
    const struct invoice_paper *paper = t->l->paper;

    t->count = paper->line_count;
    if (paper->written != NULL)
        t->count += paper->written->allowance_count;
    t->rows = arena_array(t->l->arena, struct row, t->count);
    for (size_t i = 0; i < paper->line_count; i++) {
        size_t decimals = price_decimals(t, i);
        if (decimals > t->decimals)
            t->decimals = decimals;
    }
    set_figures(t, &FIGURE);
    if (t->name_width < LEAST_NAME)
        set_figures(t, &SMALL_FIGURE);
    for (size_t i = 0; i < t->count; i++)
        t->rows[i].name = canvas_box(t->l->canvas, &NAME, t->name_width, name_words(t, i));
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

/* What the rows so far make, where a reader who adds them up looks for it. */
static void put_carry(struct table *t, const char *words)
{
    struct layout *l = t->l;
    struct str sum = french_worth(l->arena, l->paper->currency, t->carried, 2);
    struct canvas_box *right = canvas_line_box(l->canvas, &CARRIED, sum);
    struct canvas_box *left = canvas_line_box(l->canvas, &CARRY, str_of(words));
    double x = t->right[NET] - canvas_box_width(right) - COLUMN_GAP;
    double lower = canvas_box_baseline(right) - canvas_box_baseline(left);

    canvas_show_right(l->canvas, left, x, l->y + ROW_PADDING + lower);
    canvas_show_right(l->canvas, right, t->right[NET], l->y + ROW_PADDING);
    l->y += CARRY_HEIGHT;
}

static void next_page(struct table *t)
{
    bool carries = t->drawn > 0 && t->carried.present;

    if (carries)
        put_carry(t, "À reporter");
    layout_page(t->l);
    put_table_head(t);
    if (!carries)
        return;
    put_carry(t, "Report");
    canvas_line(t->l->canvas, PAGE_LEFT, t->l->y, PAGE_INNER, HAIRLINE, INK_LINE);
}

static void carry(struct table *t, struct decimal net)
{
    if (t->drawn == 0)
        t->carried = decimal_of(0, 2);
    t->drawn++;
    if (!t->carried.present || decimal_add(t->carried, net, &t->carried) != OK)
        t->carried = (struct decimal){0};
}

/* Figures stand beside the first line of the name. */
static void put_figures(struct table *t, size_t i, double y)
{
    const struct row *row = &t->rows[i];

    carry(t, row_net(t, i));
    for (int column = 0; column < FIGURES; column++) {
        struct canvas_box *box = row->figures[column];
        double lower = canvas_box_baseline(row->name) - canvas_box_baseline(box);
        canvas_show_right(t->l->canvas, box, t->right[column], y + lower);
    }
}

static double row_padding(const struct layout *l)
{
    return ROW_PADDING * l->tight;
}

static double row_height(const struct table *t, size_t i)
{
    double height = canvas_box_height(t->rows[i].name);
    double figures = canvas_box_height(t->rows[i].figures[NET]);

    return (height > figures ? height : figures) + 2 * row_padding(t->l);
}

static void put_row_end(struct layout *l)
{
    l->y += row_padding(l);
    canvas_line(l->canvas, PAGE_LEFT, l->y, PAGE_INNER, HAIRLINE, INK_LINE);
}

/* A name of many lines goes on on the next page. */
static void put_long_row(struct table *t, size_t i)
{
    struct layout *l = t->l;
    const struct row *row = &t->rows[i];
    double padding = row_padding(l);
    size_t lines = canvas_box_lines(row->name);

    for (size_t from = 0; from < lines;) {
        double used;
        double room = l->bottom - l->y - 2 * padding - CARRY_HEIGHT;
        size_t count = canvas_box_fit(row->name, from, room, &used);
        if (used > room) {
            next_page(t);
            continue;
        }
        canvas_show_lines(l->canvas, row->name, from, count, PAGE_LEFT, l->y + padding);
        if (from == 0)
            put_figures(t, i, l->y + padding);
        from += count;
        l->y += padding + used;
        if (from < lines)
            next_page(t);
    }
    put_row_end(l);
}

static void put_row(struct table *t, size_t i)
{
    struct layout *l = t->l;
    const struct row *row = &t->rows[i];

    canvas_show(l->canvas, row->name, PAGE_LEFT, l->y + row_padding(l));
    put_figures(t, i, l->y + row_padding(l));
    l->y += row_height(t, i) - row_padding(l);
    put_row_end(l);
}

/* What a page without rows has for them. */
static double page_room(const struct layout *l)
{
    return l->bottom - PAGE_TOP - HEADS_HEIGHT - 2 * CARRY_HEIGHT;
}

/* The last row stays with the sums where a page can hold both. */
static double height_needed(const struct table *t, size_t i)
{
    double height = row_height(t, i);
    double follows = i + 1 == t->count ? layout_sums_height(t->l) : 0;

    if (follows <= 0 || height + follows > page_room(t->l))
        return height + CARRY_HEIGHT;
    return height + follows;
}

static struct table *table_of(struct layout *l)
{
    if (l->table == NULL) {
        l->table = arena_make(l->arena, struct table);
        l->table->l = l;
        measure(l->table);
    }
    return l->table;
}

static double head_height(struct layout *l)
{
    return canvas_box_height(layout_label(l, HEADS[NET])) + HEAD_PADDING + HEAD_RULE;
}

/* The head does not stand alone. */
static double start_height(const struct table *t)
{
    double first = row_height(t, 0) > LONG_ROW ? LONG_ROW : height_needed(t, 0);

    return head_height(t->l) + first;
}

double layout_table_height(struct layout *l)
{
    const struct table *t = table_of(l);
    double height = head_height(l);

    for (size_t i = 0; i < t->count; i++)
        height += row_height(t, i);
    return height;
}

void layout_table(struct layout *l)
{
    struct table *t = table_of(l);

    layout_need(l, start_height(t));
    put_table_head(t);
    for (size_t i = 0; i < t->count; i++) {
        if (row_height(t, i) > LONG_ROW) {
            put_long_row(t, i);
            continue;
        }
        if (l->y + height_needed(t, i) > l->bottom)
            next_page(t);
        put_row(t, i);
    }
}
