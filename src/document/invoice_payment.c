#include "base/arena.h"
#include "document/epc.h"
#include "document/invoice_layout.h"

#define GAP_ABOVE 18.0
#define PADDING 14.0
#define CODE_SIZE 84.0
#define CODE_WIDTH 112.0
#define KEY_WIDTH 62.0
#define ROW_GAP 2.5
#define SIGNATURE_HEIGHT 104.0
#define SIGNATURE_LEFT 318.0

static const struct canvas_style KEY = {
    .size = 8, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.2};
static const struct canvas_style VALUE = {
    .size = 8.4, .align = CANVAS_LEFT, .ink = INK, .leading = 1.2};
static const struct canvas_style STRONG = {.size = 8.8,
                                           .weight = CANVAS_SEMIBOLD,
                                           .align = CANVAS_LEFT,
                                           .ink = INK,
                                           .figures = true,
                                           .leading = 1.2};
static const struct canvas_style CAPTION = {
    .size = 6.4, .align = CANVAS_CENTER, .ink = INK_SOFT, .leading = 1.15};

/* A row of the box: measured first, then drawn, by the same walk. */
struct walk {
    struct layout *l;
    bool draw;
    double x;
    double width;
    double y;
};

static double higher(double a, double b)
{
    return a > b ? a : b;
}

static void put_row(struct walk *w, const char *key, const struct canvas_style *style,
                    struct str value)
{
    if (value.len == 0)
        return;
    struct canvas_box *left = canvas_line_box(w->l->canvas, &KEY, str_of(key));
    struct canvas_box *right = canvas_box(w->l->canvas, style, w->width - KEY_WIDTH, value);
    double lower = canvas_box_baseline(right) - canvas_box_baseline(left);

    if (w->draw) {
        canvas_show(w->l->canvas, left, w->x, w->y + lower);
        canvas_show(w->l->canvas, right, w->x + KEY_WIDTH, w->y);
    }
    w->y += higher(canvas_box_height(left) + lower, canvas_box_height(right)) + ROW_GAP;
}

static void put_label(struct walk *w, const char *text)
{
    struct canvas_box *box = layout_label(w->l, text);

    if (w->draw)
        canvas_show(w->l->canvas, box, w->x, w->y);
    w->y += canvas_box_height(box) + 5;
}

static void put_transfer(struct walk *w)
{
    const struct invoice_paper *paper = w->l->paper;

    if (paper->iban.len == 0)
        return;
    put_label(w, "PAR VIREMENT");
    put_row(w, "Titulaire", &VALUE, paper->seller.name);
    put_row(w, "IBAN", &STRONG, paper->iban);
    put_row(w, "BIC", &VALUE, paper->bic);
    put_row(w, "Référence", &STRONG, paper->number);
}

static void put_online(struct walk *w)
{
    const struct invoice_paper *paper = w->l->paper;
    double top = w->y;

    if (paper->pay_url.len == 0)
        return;
    if (paper->iban.len > 0)
        w->y += 8;
    put_label(w, "PAR CARTE, EN LIGNE");
    struct canvas_style style = VALUE;
    style.ink = w->l->look.accent;
    struct canvas_box *box = canvas_box(w->l->canvas, &style, w->width, paper->pay_url);
    if (w->draw) {
        canvas_show(w->l->canvas, box, w->x, w->y);
        canvas_link(w->l->canvas, w->x, top, w->width, w->y + canvas_box_height(box) - top,
                    paper->pay_url);
    }
    w->y += canvas_box_height(box);
}

static void put_ways(struct walk *w)
{
    put_transfer(w);
    put_online(w);
}

static void put_code(struct layout *l, const struct epc_code *code, double y)
{
    double x = PAGE_RIGHT - PADDING - CODE_SIZE;
    struct canvas_box *caption = canvas_box(l->canvas, &CAPTION, CODE_WIDTH,
                                            STR("À scanner avec l'application\nde votre banque"));

    canvas_modules(l->canvas, code->cells, code->side, x, y, CODE_SIZE);
    canvas_show(l->canvas, caption, x + (CODE_SIZE - CODE_WIDTH) / 2, y + CODE_SIZE + 5);
}

static bool can_be_paid(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL && paper->due_minor > 0 &&
           (paper->iban.len > 0 || paper->pay_url.len > 0);
}

err_t layout_payment(struct layout *l)
{
    struct epc_code code;

    if (!can_be_paid(l->paper))
        return OK;
    TRY(epc_code(l->arena, l->paper, &code));
    struct walk w = {.l = l, .x = PAGE_LEFT + PADDING, .width = PAGE_INNER - 2 * PADDING};
    double least = 0;
    if (code.side > 0) {
        w.width -= CODE_WIDTH + PADDING;
        least = CODE_SIZE + 22;
    }
    put_ways(&w);
    double height = higher(w.y, least) + 2 * PADDING - 4;
    l->y += GAP_ABOVE;
    layout_need(l, height);
    canvas_frame(l->canvas, PAGE_LEFT, l->y, PAGE_INNER, height, 0.7, INK_LINE);
    w.draw = true;
    w.y = l->y + PADDING;
    put_ways(&w);
    if (code.side > 0)
        put_code(l, &code, l->y + PADDING);
    l->y += height;
    return OK;
}

void layout_signature(struct layout *l)
{
    struct canvas_box *what;
    double y;

    if (l->paper->kind != INVOICE_QUOTE)
        return;
    l->y += GAP_ABOVE;
    layout_need(l, SIGNATURE_HEIGHT);
    y = l->y;
    canvas_frame(l->canvas, SIGNATURE_LEFT, y, PAGE_RIGHT - SIGNATURE_LEFT, SIGNATURE_HEIGHT, 0.7,
                 INK_LINE);
    layout_show_label(l, "BON POUR ACCORD", SIGNATURE_LEFT + PADDING, y + PADDING - 2);
    canvas_show(l->canvas, canvas_line_box(l->canvas, &KEY, STR("Date et signature du client")),
                SIGNATURE_LEFT + PADDING, y + PADDING + 10);
    what =
        canvas_box(l->canvas, &VALUE, SIGNATURE_LEFT - PAGE_LEFT - 2 * PADDING,
                   STR("Pour accepter ce devis, renvoyez-le daté et signé, précédé de la mention "
                       "manuscrite « Bon pour accord »."));
    canvas_show(l->canvas, what, PAGE_LEFT, y + PADDING - 3);
    l->y += SIGNATURE_HEIGHT;
}
