#include "base/arena.h"
#include "base/must.h"
#include "core/french.h"
#include "document/invoice_layout.h"

#define GAP_ABOVE 14.0
#define TOTALS_LEFT 325.0
#define RATES_WIDTH 245.0
#define BAR_HEIGHT 27.0
#define BAR_GAP 2.0
#define BAR_PADDING 10.0
#define ROW_GAP 4.5
#define DEPOSIT_GAP 7.0
#define RATES_GAP 4.0
#define VAT_EUR_HEIGHT 28.0 /* two lines */
#define BASE_RIGHT (PAGE_LEFT + 160.0)
#define VAT_RIGHT (PAGE_LEFT + RATES_WIDTH)

static const char RATES_LABEL[] = "DÉTAIL DE LA TVA";

static const struct canvas_style LABEL = {
    .size = 8.8, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.2};
static const struct canvas_style FIGURE = {
    .size = 8.8, .align = CANVAS_LEFT, .ink = INK, .figures = true, .leading = 1.2};
static const struct canvas_style STRONG = {.size = 8.8,
                                           .weight = CANVAS_SEMIBOLD,
                                           .align = CANVAS_LEFT,
                                           .ink = INK,
                                           .figures = true,
                                           .leading = 1.2};
static const struct canvas_style BAR = {
    .size = 11, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .figures = true};
static const struct canvas_style SMALL = {
    .size = 7.6, .align = CANVAS_LEFT, .ink = INK, .figures = true, .leading = 1.2};
static const struct canvas_style REASON = {
    .size = 7.2, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.2};

/* --- VAT per rate --------------------------------------------------------------------------------
 */

static struct str rate_label(struct layout *l, const struct invoice_paper_rate *rate)
{
    switch (rate->category) {
    case VAT_STANDARD:
    case VAT_ZERO:
        return str_format(l->arena, "TVA %s", french_rate(l->arena, rate->rate_bp).ptr);
    case VAT_EXEMPT:
        return STR("Exonéré de TVA");
    case VAT_REVERSE:
        return STR("Autoliquidation");
    case VAT_INTRA:
        return STR("Livraison intra-UE");
    case VAT_EXPORT:
        return STR("Exportation");
    case VAT_OUTSIDE:
        return STR("Hors champ de TVA");
    }
    must_fail(__FILE__, __LINE__, "category is a member");
}

static struct str amount(struct layout *l, int64_t minor)
{
    return french_amount(l->arena, l->paper->currency, minor);
}

/* A rate, what it is of, what it makes, and why it makes nothing. */
static void put_rate(struct layout *l, const struct invoice_paper_rate *rate)
{
    struct canvas_box *label = canvas_line_box(l->canvas, &SMALL, rate_label(l, rate));
    struct canvas_box *base = canvas_line_box(l->canvas, &SMALL, amount(l, rate->base_minor));
    struct canvas_box *vat = canvas_line_box(l->canvas, &SMALL, amount(l, rate->vat_minor));

    canvas_show(l->canvas, label, PAGE_LEFT, l->y);
    canvas_show_right(l->canvas, base, BASE_RIGHT, l->y);
    canvas_show_right(l->canvas, vat, VAT_RIGHT, l->y);
    l->y += canvas_box_height(label);
    if (rate->reason.len > 0) {
        struct canvas_box *reason = canvas_box(l->canvas, &REASON, RATES_WIDTH, rate->reason);
        canvas_show(l->canvas, reason, PAGE_LEFT, l->y + 1);
        l->y += canvas_box_height(reason) + 1;
    }
    l->y += ROW_GAP;
}

static double rate_height(struct layout *l, const struct invoice_paper_rate *rate)
{
    double height = canvas_box_height(canvas_line_box(l->canvas, &SMALL, STR("0"))) + ROW_GAP;

    if (rate->reason.len > 0)
        height += canvas_box_height(canvas_box(l->canvas, &REASON, RATES_WIDTH, rate->reason)) + 1;
    return height;
}

static void put_rates_head(struct layout *l)
{
    double height = layout_show_label(l, RATES_LABEL, PAGE_LEFT, l->y);

    canvas_show_right(l->canvas, layout_label(l, "BASE HT"), BASE_RIGHT, l->y);
    canvas_show_right(l->canvas, layout_label(l, "TVA"), VAT_RIGHT, l->y);
    l->y += height + RATES_GAP;
    canvas_line(l->canvas, PAGE_LEFT, l->y, RATES_WIDTH, HAIRLINE, INK_LINE);
    l->y += ROW_GAP;
}

static void put_vat_eur(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;
    struct str text;

    if (!paper->has_vat_eur)
        return;
    text = str_format(l->arena, "Soit TVA en euros : %s%s%.*s%s",
                      french_amount(l->arena, CURRENCY_EUR, paper->vat_eur_minor).ptr,
                      paper->rate_eur.len > 0 ? " (" : "", (int)paper->rate_eur.len,
                      paper->rate_eur.ptr, paper->rate_eur.len > 0 ? ")" : "");
    struct canvas_box *box = canvas_box(l->canvas, &SMALL, RATES_WIDTH, text);
    layout_need(l, canvas_box_height(box));
    canvas_show(l->canvas, box, PAGE_LEFT, l->y);
    l->y += canvas_box_height(box) + ROW_GAP;
}

/* --- totals --------------------------------------------------------------------------------------
 */

static void put_total(struct layout *l, const struct canvas_style *style, const char *label,
                      struct str value, double *y)
{
    struct canvas_box *left =
        canvas_line_box(l->canvas, style == &STRONG ? &STRONG : &LABEL, str_of(label));
    struct canvas_box *right = canvas_line_box(l->canvas, style, value);

    canvas_show(l->canvas, left, TOTALS_LEFT + BAR_PADDING, *y);
    canvas_show_right(l->canvas, right, PAGE_RIGHT - BAR_PADDING, *y);
    *y += canvas_box_height(left) + ROW_GAP;
}

static void put_bar(struct layout *l, const char *label, struct str value, double *y)
{
    struct canvas_style style = BAR;
    double middle;

    style.ink = l->look.on_accent;
    struct canvas_box *left = canvas_line_box(l->canvas, &style, str_of(label));
    struct canvas_box *right = canvas_line_box(l->canvas, &style, value);
    middle = *y + (BAR_HEIGHT - canvas_box_height(left)) / 2;
    canvas_fill(l->canvas, TOTALS_LEFT, *y, PAGE_RIGHT - TOTALS_LEFT, BAR_HEIGHT, 3,
                l->look.accent);
    canvas_show(l->canvas, left, TOTALS_LEFT + BAR_PADDING, middle);
    canvas_show_right(l->canvas, right, PAGE_RIGHT - BAR_PADDING, middle);
    *y += BAR_HEIGHT;
}

/* What somebody wrote may leave something to pay of a credit note, too. */
static bool has_due(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL || paper->written != NULL;
}

/* The last sum: what is left to pay, or all of it where nothing is to be paid. */
static int64_t final_minor(const struct invoice_paper *paper)
{
    return has_due(paper) ? paper->due_minor : paper->total_minor;
}

/* The rows above the last sum. */
enum { TOTALS_MAX = 8 };

struct total {
    const struct canvas_style *style;
    const char *label;
    struct str value;
};

struct totals {
    struct layout *l;
    struct total rows[TOTALS_MAX];
    size_t count;
};

static void add_total(struct totals *t, const struct canvas_style *style, const char *label,
                      struct str value)
{
    must(t->count < TOTALS_MAX);
    t->rows[t->count++] = (struct total){style, label, value};
}

static void add_worth(struct totals *t, const char *label, struct decimal worth)
{
    if (decimal_sign(worth) != 0)
        add_total(t, &FIGURE, label, french_worth(t->l->arena, t->l->paper->currency, worth, 2));
}

/* What leads from the sum of the lines to the total. */
static void add_lines(struct totals *t)
{
    const struct einvoice *written = t->l->paper->written;

    if (written == NULL || written->allowance_count == 0)
        return;
    add_total(t, &FIGURE, "Total des lignes HT",
              french_worth(t->l->arena, t->l->paper->currency, written->totals.lines, 2));
    add_worth(t, "Remises", told_negated(written->totals.allowances));
    add_worth(t, "Frais", written->totals.charges);
}

static struct totals totals_of(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;
    struct totals t = {.l = l};

    add_lines(&t);
    add_total(&t, &FIGURE, "Total HT", amount(l, paper->net_minor));
    add_total(&t, &FIGURE, "TVA", amount(l, paper->vat_minor));
    if (has_due(paper))
        add_total(&t, &STRONG, "Total TTC", amount(l, paper->total_minor));
    if (has_due(paper))
        add_worth(&t, "Déjà réglé", told_negated(decimal_of(paper->paid_minor, 2)));
    if (paper->written != NULL)
        add_worth(&t, "Arrondi", paper->written->totals.rounding);
    return t;
}

static double put_totals(struct layout *l, double y)
{
    const struct invoice_paper *paper = l->paper;
    const struct totals totals = totals_of(l);

    for (size_t i = 0; i < totals.count; i++)
        put_total(l, totals.rows[i].style, totals.rows[i].label, totals.rows[i].value, &y);
    y += BAR_GAP;
    put_bar(l, l->words->total, amount(l, final_minor(paper)), &y);
    if (paper->deposit_minor > 0) {
        y += DEPOSIT_GAP;
        put_total(l, &STRONG, "Acompte à verser", amount(l, paper->deposit_minor), &y);
        put_total(l, &FIGURE, "Solde", amount(l, final_minor(paper) - paper->deposit_minor), &y);
    }
    return y;
}

/* --- both ----------------------------------------------------------------------------------------
 */

static double totals_height(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;
    double row = canvas_box_height(canvas_line_box(l->canvas, &LABEL, STR("0"))) + ROW_GAP;
    double deposit = paper->deposit_minor > 0 ? DEPOSIT_GAP + 2 * row : 0;

    return (double)totals_of(l).count * row + BAR_GAP + BAR_HEIGHT + deposit;
}

static double rates_height(struct layout *l)
{
    double height = canvas_box_height(layout_label(l, RATES_LABEL)) + RATES_GAP + ROW_GAP;

    for (size_t i = 0; i < l->paper->rate_count; i++)
        height += rate_height(l, &l->paper->rates[i]);
    return l->paper->has_vat_eur ? height + VAT_EUR_HEIGHT : height;
}

double layout_sums_height(struct layout *l)
{
    if (l->sums_height <= 0) {
        double rates = rates_height(l);
        double totals = totals_height(l);
        l->sums_height = rates > totals ? rates : totals;
    }
    return GAP_ABOVE * l->tight + l->sums_height;
}

/* Many rates are more than a page can hold: they go on on the next one. */
void layout_sums(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;

    l->y += GAP_ABOVE * l->tight;
    layout_need(l, totals_height(l));
    double bottom = put_totals(l, l->y);
    size_t page = canvas_pages(l->canvas);
    put_rates_head(l);
    for (size_t i = 0; i < paper->rate_count; i++) {
        layout_need(l, rate_height(l, &paper->rates[i]));
        put_rate(l, &paper->rates[i]);
    }
    put_vat_eur(l);
    if (canvas_pages(l->canvas) == page && bottom > l->y)
        l->y = bottom;
}
