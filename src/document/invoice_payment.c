#include "base/arena.h"
#include "base/iban.h"
#include "base/must.h"
#include "document/invoice_layout.h"

#define GAP_ABOVE 16.0
#define PADDING 14.0
#define QUIET 8.5 /* 4 of 37 modules or more in CODE_SIZE */
#define CODE_SIZE 80.0
#define CODE_WIDTH 112.0
#define CAPTION_HEIGHT 22.0
#define KEY_WIDTH 62.0
#define ROW_GAP 2.5

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

/* What stands in the frame, from its upper left corner on: made once, since its height is needed
 * before its place is known. */
enum { PIECES_MAX = 32 };

struct piece {
    struct canvas_box *box;
    double x;
    double y;
};

struct payment {
    struct layout *l;
    struct piece pieces[PIECES_MAX];
    size_t count;
    double width;
    double y;        /* the next piece goes there */
    double link_top; /* of what can be pressed on, down to y */
};

static double higher(double a, double b)
{
    return a > b ? a : b;
}

static void put(struct payment *p, struct canvas_box *box, double x, double y)
{
    must(p->count < PIECES_MAX);
    p->pieces[p->count++] = (struct piece){box, x, y};
}

static void put_row(struct payment *p, const char *key, const struct canvas_style *style,
                    struct str value)
{
    if (value.len == 0)
        return;
    struct canvas_box *left = canvas_line_box(p->l->canvas, &KEY, str_of(key));
    struct canvas_box *right = canvas_box(p->l->canvas, style, p->width - KEY_WIDTH, value);
    double lower = canvas_box_baseline(right) - canvas_box_baseline(left);

    put(p, left, 0, p->y + lower);
    put(p, right, KEY_WIDTH, p->y);
    p->y += higher(canvas_box_height(left) + lower, canvas_box_height(right)) + ROW_GAP;
}

static void put_label(struct payment *p, const char *text)
{
    struct canvas_box *box = layout_label(p->l, text);

    put(p, box, 0, p->y);
    p->y += canvas_box_height(box) + 5;
}

static void put_transfer(struct payment *p)
{
    const struct invoice_paper *paper = p->l->paper;

    if (paper->iban.len == 0)
        return;
    put_label(p, "PAR VIREMENT");
    put_row(p, "Titulaire", &VALUE, paper->seller.name);
    put_row(p, "IBAN", &STRONG, paper->iban);
    put_row(p, "BIC", &VALUE, paper->bic);
    put_row(p, "Référence", &STRONG, paper->number);
}

static const char *means_label(const struct payment *p, const char *means)
{
    const struct invoice_paper *paper = p->l->paper;

    if (paper->paid_minor <= 0 || paper->due_minor > 0)
        return means;
    return str_format(p->l->arena, "DÉJÀ RÉGLÉ \u00b7 %s", means).ptr;
}

/* What somebody wrote about it; accounts beside the first are among the mentions. */
static void put_written(struct payment *p, const struct einvoice *written)
{
    const struct einvoice_payment *payment = &written->payment;
    struct arena *arena = p->l->arena;
    bool whole;

    put_label(p, means_label(p, told_means(payment->means, &whole)));
    put_row(p, "Moyen", &VALUE, told_text(arena, payment->means_text));
    if (!whole)
        put_row(p, "Code", &VALUE, told_text(arena, payment->means));
    if (payment->account_count > 0) {
        const struct einvoice_account *account = &payment->accounts[0];
        put_row(p, "Titulaire", &VALUE, told_holder(arena, written, account));
        put_row(p, iban_valid(account->id) ? "IBAN" : "Compte", &STRONG,
                told_account(arena, account->id));
        put_row(p, "BIC", &VALUE, told_text(arena, account->bic));
    }
    put_row(p, "Carte", &STRONG, told_text(arena, payment->card));
    put_row(p, "Porteur", &VALUE, told_text(arena, payment->card_holder));
    put_row(p, "Mandat", &VALUE, told_text(arena, payment->mandate));
    put_row(p, "Créancier", &VALUE, told_text(arena, payment->creditor));
    put_row(p, "Débité", &STRONG, told_account(arena, payment->debited));
    put_row(p, "Référence", &STRONG, told_text(arena, payment->remittance));
}

static void put_online(struct payment *p)
{
    const struct invoice_paper *paper = p->l->paper;
    struct canvas_style style = VALUE;

    if (paper->pay_url.len == 0)
        return;
    if (paper->iban.len > 0)
        p->y += 8;
    p->link_top = p->y;
    put_label(p, "PAR CARTE, EN LIGNE");
    style.ink = p->l->look.accent;
    struct canvas_box *box = canvas_box(p->l->canvas, &style, p->width, paper->pay_url);
    put(p, box, 0, p->y);
    p->y += canvas_box_height(box);
}

static bool has_code(const struct layout *l)
{
    return l->code.side > 0;
}

/* A reference that is the invoice's number says nothing alone. */
static bool has_written(const struct einvoice *written)
{
    const struct einvoice_payment *payment = &written->payment;

    return payment->present || payment->mandate.len + payment->creditor.len > 0 ||
           (payment->remittance.len > 0 && !str_eq(payment->remittance, written->number));
}

static bool can_be_paid(const struct invoice_paper *paper)
{
    if (paper->written != NULL)
        return has_written(paper->written);
    return paper->kind == INVOICE_NORMAL && paper->due_minor > 0 &&
           (paper->iban.len > 0 || paper->pay_url.len > 0);
}

/* NULL: it cannot be paid, or not in a way that we know. */
static const struct payment *payment_of(struct layout *l)
{
    if (l->payment != NULL || !can_be_paid(l->paper))
        return l->payment;
    struct payment *p = arena_make(l->arena, struct payment);
    p->l = l;
    p->width = PAGE_INNER - 2 * PADDING - (has_code(l) ? CODE_WIDTH + PADDING : 0);
    if (l->paper->written != NULL)
        put_written(p, l->paper->written);
    else
        put_transfer(p);
    put_online(p);
    l->payment = p;
    return p;
}

/* --- drawing -------------------------------------------------------------------------------------
 */

static void show_code(struct layout *l, double y)
{
    double x = PAGE_RIGHT - PADDING - CODE_SIZE;
    struct canvas_box *caption = canvas_box(l->canvas, &CAPTION, CODE_WIDTH,
                                            STR("À scanner avec l'application\nde votre banque"));

    canvas_modules(l->canvas, l->code.cells, l->code.side, x, y, CODE_SIZE);
    canvas_show(l->canvas, caption, x + (CODE_SIZE - CODE_WIDTH) / 2, y + CODE_SIZE + 5);
}

static void show_pieces(struct layout *l, const struct payment *p, double y)
{
    double x = PAGE_LEFT + PADDING;

    for (size_t i = 0; i < p->count; i++)
        canvas_show(l->canvas, p->pieces[i].box, x + p->pieces[i].x, y + p->pieces[i].y);
    if (l->paper->pay_url.len > 0)
        canvas_link(l->canvas, x, y + p->link_top, p->width, p->y - p->link_top, l->paper->pay_url);
}

/* Above and below; a code needs four of its modules around it to be read (ISO/IEC 18004). */
static double padding_of(const struct layout *l)
{
    return QUIET + (PADDING - QUIET) * l->tight;
}

static double frame_height(const struct layout *l, const struct payment *p)
{
    double least = has_code(l) ? CODE_SIZE + CAPTION_HEIGHT : 0;

    return higher(p->y, least) + 2 * padding_of(l) - ROW_GAP;
}

double layout_payment_height(struct layout *l)
{
    const struct payment *p = payment_of(l);

    return p == NULL ? 0 : GAP_ABOVE * l->tight + frame_height(l, p);
}

void layout_payment(struct layout *l)
{
    const struct payment *p = payment_of(l);

    if (p == NULL)
        return;
    double height = frame_height(l, p);
    l->y += GAP_ABOVE * l->tight;
    layout_need(l, height);
    canvas_frame(l->canvas, PAGE_LEFT, l->y, PAGE_INNER, height, 0.7, INK_LINE);
    show_pieces(l, p, l->y + padding_of(l));
    if (has_code(l))
        show_code(l, l->y + padding_of(l));
    l->y += height;
}
