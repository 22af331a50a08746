#include "base/arena.h"
#include "base/must.h"
#include "core/french.h"
#include "document/invoice_layout.h"

#define SECOND_COLUMN 318.0 /* 112 mm: the address lies behind the window of an envelope */
#define FIRST_WIDTH 240.0
#define SECOND_WIDTH (PAGE_RIGHT - SECOND_COLUMN)
#define BUYER_TOP 128.0
#define LOGO_WIDTH 170.0
#define LOGO_HEIGHT 44.0
#define META_LABEL 112.0
#define BAND_HEIGHT 47.0
#define BAND_BASELINE 37.0
#define BAND_PADDING 14.0
#define BETWEEN " \u00b7 "
#define LINE_GAP 1.8

static const struct canvas_style NAME = {
    .size = 15, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .leading = 1.05};
static const struct canvas_style TITLE = {
    .size = 23, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .spacing = 0.6};
static const struct canvas_style NUMBER = {
    .size = 10.5, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .figures = true};
static const struct canvas_style SOFT = {
    .size = 8.6, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.24};
static const struct canvas_style BUYER = {
    .size = 10.5, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .leading = 1.15};
static const struct canvas_style PLAIN = {
    .size = 8.6, .align = CANVAS_LEFT, .ink = INK, .leading = 1.24};
static const struct canvas_style STRONG = {
    .size = 8.6, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .leading = 1.24};
/* Of a long name, of one that is longer still. */
static const struct canvas_style *const NAMES[] = {&NAME, &BUYER, &STRONG};
static const struct canvas_style *const NUMBERS[] = {&NUMBER, &STRONG};
static const struct canvas_style SUM = {
    .size = 17, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .figures = true};
static const struct canvas_style BESIDE = {
    .size = 11, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .figures = true};

/* --- the parties ---------------------------------------------------------------------------------
 */

static void put_part(struct buf *out, const char *gap, const char *label, struct str value)
{
    if (value.len == 0)
        return;
    if (out->len > 0)
        buf_put_cstr(out, gap);
    buf_put_cstr(out, label);
    buf_put(out, value);
}

/* The address and what else is known of a party, below its name; written is NULL for one of ours.
 */
static struct str about(struct layout *l, const struct invoice_party *party,
                        const struct einvoice_party *written)
{
    struct buf out = buf_make(l->arena, PAGE_TEXT_MAX);

    buf_put(&out, french_address(l->arena, &party->address));
    put_part(&out, "\n", "SIREN ", french_siren(l->arena, party->siren));
    put_part(&out, BETWEEN, "SIRET ", french_siren(l->arena, party->siret));
    put_part(&out, "\n", "N° TVA ", party->vat_number);
    if (written != NULL)
        put_part(&out, "\n", "", told_party(l->arena, written));
    put_part(&out, "\n", "", party->contact);
    put_part(&out, "\n", "", party->email);
    put_part(&out, party->email.len > 0 ? BETWEEN : "\n", "", party->phone);
    return buf_str(&out);
}

/* A box below the place, which moves. */
static void put_below(struct layout *l, struct canvas_box *box, double x, double *y)
{
    canvas_show(l->canvas, box, x, *y);
    *y += canvas_box_height(box);
}

/* Each line for itself: they may run in different directions. */
static void put_lines(struct layout *l, const struct canvas_style *style, double width,
                      struct str text, double x, double *y)
{
    while (text.len > 0) {
        size_t end = str_find(text, '\n');
        put_below(l, canvas_box(l->canvas, style, width, str_sub(text, 0, end)), x, y);
        *y += LINE_GAP;
        text = str_from(text, end < text.len ? end + 1 : end);
    }
}

/* In the first of the styles in which it has no more lines than wanted, or in the last one. */
static struct canvas_box *fitting(struct layout *l, const struct canvas_style *const *styles,
                                  size_t count, size_t lines, double width, struct str text)
{
    struct canvas_box *box = NULL;

    for (size_t i = 0; i < count; i++) {
        box = canvas_box(l->canvas, styles[i], width, text);
        if (canvas_box_lines(box) <= lines)
            break;
    }
    return box;
}

static double put_seller(struct layout *l)
{
    const struct invoice_party *seller = &l->paper->seller;
    const struct einvoice *written = l->paper->written;
    size_t first = 0;
    double y = PAGE_TOP;
    double drawn;

    if (l->paper->logo.len > 0 &&
        canvas_picture(l->canvas, l->paper->logo, PAGE_LEFT, y, LOGO_WIDTH, LOGO_HEIGHT, &drawn)) {
        y += LOGO_HEIGHT + 8;
        first = ARRAY_LEN(NAMES) - 1;
    }
    put_below(l, fitting(l, NAMES + first, ARRAY_LEN(NAMES) - first, 2, FIRST_WIDTH, seller->name),
              PAGE_LEFT, &y);
    y += 3;
    put_lines(l, &SOFT, FIRST_WIDTH, about(l, seller, written == NULL ? NULL : &written->seller),
              PAGE_LEFT, &y);
    return y;
}

static double put_title(struct layout *l)
{
    struct canvas_style style = TITLE;
    struct str number =
        str_format(l->arena, "N°\u00a0%.*s", (int)l->paper->number.len, l->paper->number.ptr);
    double y = PAGE_TOP - 5;

    style.ink = l->look.accent;
    put_below(l, canvas_line_box(l->canvas, &style, str_of(l->words->title)), SECOND_COLUMN, &y);
    y += 2;
    put_below(l, fitting(l, NUMBERS, ARRAY_LEN(NUMBERS), 1, SECOND_WIDTH, number), SECOND_COLUMN,
              &y);
    return y;
}

static double put_buyer(struct layout *l, double y)
{
    const struct invoice_party *buyer = &l->paper->buyer;
    const struct einvoice *written = l->paper->written;

    y += layout_show_label(l, l->words->buyer, SECOND_COLUMN, y) + 4;
    put_below(l, fitting(l, NAMES + 1, ARRAY_LEN(NAMES) - 1, 2, SECOND_WIDTH, buyer->name),
              SECOND_COLUMN, &y);
    y += 2;
    if (written != NULL)
        put_lines(l, &PLAIN, SECOND_WIDTH, buyer->legal, SECOND_COLUMN, &y);
    put_lines(l, &PLAIN, SECOND_WIDTH, about(l, buyer, written == NULL ? NULL : &written->buyer),
              SECOND_COLUMN, &y);
    return y;
}

/* --- what belongs to a column, or stands below both where it has no room -------------------------
 */

static double later(double a, double b)
{
    return a > b ? a : b;
}

/* Below a column that has room for it, else below both. */
static double *place_of(struct layout *l, double *column, double height)
{
    if (*column + height <= l->bottom)
        return column;
    layout_need(l, height);
    return &l->y;
}

static struct str delivery_text(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;
    struct buf out = buf_make(l->arena, PAGE_TEXT_MAX);

    put_part(&out, "\n", "", paper->delivery_name);
    if (paper->has_delivery)
        put_part(&out, "\n", "", french_address(l->arena, &paper->delivery));
    if (paper->written != NULL)
        put_part(&out, "\n", "", told_delivery(l->arena, &paper->written->delivery));
    return buf_str(&out);
}

/* Somebody else, below the buyer. */
static void put_other(struct layout *l, const char *label, struct str text, double *column)
{
    struct canvas_box *box;
    double *y;

    if (text.len == 0)
        return;
    box = canvas_box(l->canvas, &PLAIN, SECOND_WIDTH, text);
    y = place_of(l, column, canvas_box_height(box) + 30);
    *y += 10;
    *y += layout_show_label(l, label, SECOND_COLUMN, *y) + 4;
    put_lines(l, &PLAIN, SECOND_WIDTH, text, SECOND_COLUMN, y);
}

static void put_others(struct layout *l, double *column)
{
    const struct einvoice *written = l->paper->written;

    put_other(l, "LIVRÉ À", delivery_text(l), column);
    if (written == NULL)
        return;
    put_other(l, "À PAYER À", told_other(l->arena, &written->payee), column);
    put_other(l, "REPRÉSENTANT FISCAL DU VENDEUR", told_other(l->arena, &written->representative),
              column);
}

static void put_meta(struct layout *l, const char *label, struct str value, double *column)
{
    struct canvas_box *left;
    struct canvas_box *right;
    double height;
    double *y;

    if (value.len == 0)
        return;
    left = canvas_box(l->canvas, &SOFT, META_LABEL, str_of(label));
    right = canvas_box(l->canvas, &STRONG, FIRST_WIDTH - META_LABEL, value);
    height = later(canvas_box_height(left), canvas_box_height(right)) + 2;
    y = place_of(l, column, height);
    canvas_show(l->canvas, left, PAGE_LEFT, *y);
    canvas_show(l->canvas, right, PAGE_LEFT + META_LABEL, *y);
    *y += height;
}

static struct str nature_words(enum invoice_nature nature)
{
    switch (nature) {
    case NATURE_GOODS:
        return STR("Livraison de biens");
    case NATURE_SERVICES:
        return STR("Prestation de services");
    case NATURE_MIXED:
        return STR("Biens et services");
    }
    must_fail(__FILE__, __LINE__, "nature is a member");
}

static const char *supplied_label(const struct invoice_paper *paper)
{
    if (paper->kind == INVOICE_QUOTE)
        return "Date du devis";
    switch (paper->nature) {
    case NATURE_GOODS:
        return "Date de livraison";
    case NATURE_SERVICES:
        return "Date de la prestation";
    case NATURE_MIXED:
        return "Date de l'opération";
    }
    must_fail(__FILE__, __LINE__, "nature is a member");
}

static bool is_paid(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL && paper->paid_minor > 0 && paper->due_minor == 0;
}

/* The day to pay stands beside the sum, unless there is nothing to pay. */
static void put_due(struct layout *l, double *y)
{
    const struct invoice_paper *paper = l->paper;

    if (!paper->has_due)
        return;
    if (is_paid(paper))
        put_meta(l, "Date du paiement", french_date(l->arena, paper->due), y);
    else if (paper->kind == INVOICE_CREDIT)
        put_meta(l, "Échéance", french_date(l->arena, paper->due), y);
}

static void put_references(struct layout *l, const struct invoice_references *references, double *y)
{
    put_meta(l, "Référence client", references->buyer, y);
    put_meta(l, "Notre commande", references->sales_order, y);
    put_meta(l, "Contrat", references->contract, y);
    put_meta(l, "Projet", references->project, y);
    put_meta(l, "Bon de livraison", references->despatch, y);
    put_meta(l, "Bon de réception", references->receipt, y);
    put_meta(l, "Marché ou lot", references->tender, y);
    put_meta(l, "Objet facturé", references->object, y);
    put_meta(l, "Imputation", references->accounting, y);
}

static void put_preceding(struct layout *l, struct str number, struct date issued, double *y)
{
    put_meta(l, "Facture d'origine", number, y);
    if (issued.year != 0)
        put_meta(l, "Émise le", french_date(l->arena, issued), y);
}

/* What somebody else may have many of. */
static void put_written(struct layout *l, const struct einvoice *written, double *y)
{
    for (size_t i = 0; i < written->preceding_count; i++)
        put_preceding(l, told_reference(l->arena, &written->preceding[i]),
                      written->preceding[i].issued, y);
    for (size_t i = 0; i < written->objects.count; i++)
        put_meta(l, "Objet facturé", told_object(l->arena, &written->objects.items[i]), y);
    put_meta(l, "Type de document", told_type(l->arena, written), y);
    put_meta(l, "Cadre de facturation", told_framework(l->arena, written), y);
}

static void put_metas(struct layout *l, double *y)
{
    const struct invoice_paper *paper = l->paper;

    put_meta(l, "Date d'émission", french_date(l->arena, paper->issued), y);
    if (date_compare(paper->supplied, paper->issued) != 0)
        put_meta(l, supplied_label(paper), french_date(l->arena, paper->supplied), y);
    put_due(l, y);
    if (paper->written != NULL)
        put_written(l, paper->written, y);
    else if (paper->has_preceding)
        put_preceding(l, paper->preceding_number, paper->preceding_issued, y);
    if (paper->has_period)
        put_meta(l, "Période", french_period(l->arena, paper->period_from, paper->period_to), y);
    put_meta(l, "Bon de commande", paper->order_number, y);
    put_references(l, &paper->references, y);
    put_meta(l, "Nature de l'opération", nature_words(paper->nature), y);
}

/* --- the sum that matters ------------------------------------------------------------------------
 */

static void put_fact(struct layout *l, const char *label, const struct canvas_style *style,
                     struct str value, double x, double width)
{
    struct canvas_box *box = canvas_box(l->canvas, style, width, value);

    layout_show_label(l, label, x, l->y + 10);
    if (canvas_box_lines(box) == 1) {
        canvas_show(l->canvas, box, x, l->y + BAND_BASELINE - canvas_box_baseline(box));
        return;
    }
    canvas_show(l->canvas, canvas_box(l->canvas, &STRONG, width, value), x, l->y + 21);
}

/* What stands beside the sum: the day, the means, or the invoice that is undone. */
static void put_beside(struct layout *l, double x)
{
    const struct invoice_paper *paper = l->paper;
    double width = PAGE_RIGHT - BAND_PADDING - x;

    if (paper->kind == INVOICE_CREDIT && paper->has_preceding)
        put_fact(l, "SUR LA FACTURE", &BESIDE, paper->preceding_number, x, width);
    else if (paper->paid_by.len > 0 && (is_paid(paper) || paper->kind == INVOICE_RECEIPT))
        put_fact(l, "RÉGLÉ PAR", &BESIDE, paper->paid_by, x, width);
    else if (is_paid(paper) && paper->has_due)
        put_fact(l, "PAYÉ LE", &BESIDE, french_date(l->arena, paper->due), x, width);
    else if (paper->has_due)
        put_fact(l, paper->kind == INVOICE_QUOTE ? "VALABLE JUSQU'AU" : "À PAYER AU PLUS TARD LE",
                 &BESIDE, french_date(l->arena, paper->due), x, width);
}

static void put_band(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;
    bool paid = is_paid(paper);
    int64_t minor = paper->kind == INVOICE_NORMAL && !paid ? paper->due_minor : paper->total_minor;

    layout_need(l, BAND_HEIGHT);
    canvas_fill(l->canvas, PAGE_LEFT, l->y, PAGE_INNER, BAND_HEIGHT, 4, l->look.tint);
    put_fact(l, paid ? "MONTANT PAYÉ" : l->words->amount, &SUM,
             french_amount(l->arena, paper->currency, minor), PAGE_LEFT + BAND_PADDING, 240);
    put_beside(l, SECOND_COLUMN);
    l->y += BAND_HEIGHT;
}

/* --- all of it -----------------------------------------------------------------------------------
 */

void layout_head(struct layout *l)
{
    double left = later(put_seller(l) + 16, BUYER_TOP);
    double right = later(put_title(l) + 14, BUYER_TOP);

    right = put_buyer(l, right);
    l->y = later(left, right) + 8;
    put_metas(l, &left);
    put_others(l, &right);
    if (canvas_pages(l->canvas) == 1)
        l->y = later(later(left, right), l->y - 8);
    l->y += 16;
    put_band(l);
}
