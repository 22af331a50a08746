#include "document/invoice_page.h"

#include "base/arena.h"
#include "base/must.h"
#include "core/colour.h"
#include "document/french.h"
#include "document/invoice_layout.h"

#define BAR_HEIGHT 4.0
#define SECOND_COLUMN 318.0 /* 112 mm: the address lies behind the window of an envelope */
#define FIRST_WIDTH 240.0
#define SECOND_WIDTH (PAGE_RIGHT - SECOND_COLUMN)
#define BUYER_TOP 134.0
#define LOGO_WIDTH 170.0
#define LOGO_HEIGHT 44.0
#define META_LABEL 112.0
#define BAND_HEIGHT 50.0
#define BAND_BASELINE 39.0
#define BAND_PADDING 14.0
#define FOOT_GAP 36.0 /* from the edge of the sheet */
#define FOOT_BETWEEN 16.0

static const struct canvas_style NAME = {
    .size = 15, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .leading = 1.05};
static const struct canvas_style TITLE = {
    .size = 23, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .spacing = 0.6};
static const struct canvas_style NUMBER = {
    .size = 10.5, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .figures = true};
static const struct canvas_style PLAIN = {
    .size = 8.6, .align = CANVAS_LEFT, .ink = INK, .leading = 1.24};
static const struct canvas_style SOFT = {
    .size = 8.6, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.24};
static const struct canvas_style STRONG = {
    .size = 8.6, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .leading = 1.24};
static const struct canvas_style BUYER = {
    .size = 10.5, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .leading = 1.15};
static const struct canvas_style LABEL = {
    .size = 6.8, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK_SOFT, .spacing = 0.45};
static const struct canvas_style SUM = {
    .size = 17, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .figures = true};
static const struct canvas_style BESIDE = {
    .size = 11, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .figures = true};
static const struct canvas_style FOOT = {
    .size = 6.8, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.2};
static const struct canvas_style MARK = {
    .size = 150, .weight = CANVAS_BOLD, .align = CANVAS_LEFT, .ink = 0xF1F2F5, .spacing = 12};

static const struct kind_words *words_of(enum invoice_kind kind)
{
    static const struct kind_words INVOICE = {"FACTURE",     "Facture",  "FACTURÉ À",
                                              "NET À PAYER", "Échéance", "Net à payer"};
    static const struct kind_words CREDIT = {
        "AVOIR", "Avoir", "CLIENT", "MONTANT DE L'AVOIR", "Échéance", "Montant de l'avoir"};
    static const struct kind_words QUOTE = {
        "DEVIS", "Devis", "À L'ATTENTION DE", "MONTANT TTC", "Valable jusqu'au", "Total TTC"};
    static const struct kind_words RECEIPT = {"REÇU", "Reçu",       "REÇU DE", "REÇU LA SOMME DE",
                                              NULL,   "Somme reçue"};

    switch (kind) {
    case INVOICE_NORMAL:
        return &INVOICE;
    case INVOICE_CREDIT:
        return &CREDIT;
    case INVOICE_QUOTE:
        return &QUOTE;
    case INVOICE_RECEIPT:
        return &RECEIPT;
    }
    must_fail(__FILE__, __LINE__, "kind is a member");
}

struct str invoice_title(struct arena *arena, const struct invoice_paper *paper)
{
    return str_format(arena, "%s %.*s", words_of(paper->kind)->noun, (int)paper->number.len,
                      paper->number.ptr);
}

/* --- colours -------------------------------------------------------------------------------------
 */

/* A colour on white as if it were seen through paper: `part` of 100 of it. */
static uint32_t mixed(const struct colour *colour, unsigned part)
{
    unsigned red = 255 - (255U - colour->red) * part / 100;
    unsigned green = 255 - (255U - colour->green) * part / 100;
    unsigned blue = 255 - (255U - colour->blue) * part / 100;

    return red << 16 | green << 8 | blue;
}

/* Without a colour of its own a merchant has that of the pay pages (pay.css). */
static struct look look_of(struct str accent)
{
    struct colour colour = {0x33, 0x3F, 0xB8};
    struct colour wanted;

    if (colour_parse(accent, &wanted) && colour_is_accent(wanted))
        colour = wanted;
    return (struct look){
        .accent = mixed(&colour, 100),
        .tint = mixed(&colour, 6),
        .on_accent = colour_wants_white(colour) ? 0xFFFFFF : INK,
    };
}

/* --- every page ----------------------------------------------------------------------------------
 */

struct canvas_box *layout_label(struct layout *l, const char *text)
{
    return canvas_line_box(l->canvas, &LABEL, str_of(text));
}

double layout_show_label(struct layout *l, const char *text, double x, double y)
{
    struct canvas_box *box = layout_label(l, text);

    canvas_show(l->canvas, box, x, y);
    return canvas_box_height(box);
}

static void put_mark(struct layout *l)
{
    struct canvas_box *box = canvas_line_box(l->canvas, &MARK, STR("TEST"));

    canvas_show_turned(l->canvas, box, CANVAS_WIDTH / 2, CANVAS_HEIGHT / 2, 0.7);
}

/* The head of the pages after the first. */
static void put_running_head(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;
    struct canvas_box *left = canvas_box(l->canvas, &STRONG, FIRST_WIDTH, paper->seller.name);
    struct canvas_box *right =
        canvas_line_box(l->canvas, &PLAIN,
                        str_format(l->arena, "%s %.*s (suite)", l->words->noun,
                                   (int)paper->number.len, paper->number.ptr));
    double height = canvas_box_height(left);

    canvas_show(l->canvas, left, PAGE_LEFT, PAGE_TOP - 8);
    canvas_show_right(l->canvas, right, PAGE_RIGHT, PAGE_TOP - 8);
    l->y = PAGE_TOP + height + 10;
}

void layout_page(struct layout *l)
{
    canvas_page(l->canvas);
    if (l->paper->test)
        put_mark(l);
    canvas_fill(l->canvas, 0, 0, CANVAS_WIDTH, BAR_HEIGHT, 0, l->look.accent);
    l->y = PAGE_TOP;
    if (canvas_pages(l->canvas) > 1)
        put_running_head(l);
}

void layout_need(struct layout *l, double height)
{
    if (l->y + height > l->bottom)
        layout_page(l);
}

/* "F2026-000001 · page 1/3". */
static struct canvas_box *page_number(struct layout *l, size_t page, size_t pages)
{
    struct str text = str_format(l->arena, "%.*s \u00b7 page %zu/%zu", (int)l->paper->number.len,
                                 l->paper->number.ptr, page, pages);

    return canvas_line_box(l->canvas, &FOOT, text);
}

static struct canvas_box *foot_new(struct layout *l)
{
    const struct invoice_party *seller = &l->paper->seller;
    struct buf text = buf_make(l->arena, 64 * 1024);
    double beside = canvas_box_width(page_number(l, 888, 888)) + FOOT_BETWEEN;

    buf_put(&text, seller->name);
    if (seller->legal.len > 0) {
        buf_put_cstr(&text, " \u2013 ");
        buf_put(&text, seller->legal);
    }
    if (l->paper->test)
        buf_put_cstr(&text, "\nDocument d'essai, sans aucune valeur.");
    return canvas_box(l->canvas, &FOOT, PAGE_INNER - beside, buf_str(&text));
}

static void put_feet(struct layout *l)
{
    size_t pages = canvas_pages(l->canvas);
    double y = CANVAS_HEIGHT - FOOT_GAP - canvas_box_height(l->foot);

    for (size_t i = 0; i < pages; i++) {
        canvas_turn(l->canvas, i);
        canvas_line(l->canvas, PAGE_LEFT, y - 7, PAGE_INNER, HAIRLINE, INK_LINE);
        canvas_show(l->canvas, l->foot, PAGE_LEFT, y);
        canvas_show_right(l->canvas, page_number(l, i + 1, pages), PAGE_RIGHT, y);
    }
}

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

/* The address and what else is known of a party, below its name. */
static struct str about(struct layout *l, const struct invoice_party *party)
{
    struct buf out = buf_make(l->arena, 64 * 1024);

    buf_put(&out, french_address(l->arena, &party->address));
    put_part(&out, "\n", "SIREN ", french_siren(l->arena, party->siren));
    put_part(&out, "\n", "SIRET ", french_siren(l->arena, party->siret));
    put_part(&out, "\n", "N° TVA ", party->vat_number);
    put_part(&out, "\n", "", party->email);
    put_part(&out, "\n", "", party->phone);
    return buf_str(&out);
}

/* A box below the place, which moves. */
static void put_below(struct layout *l, struct canvas_box *box, double x, double *y)
{
    canvas_show(l->canvas, box, x, *y);
    *y += canvas_box_height(box);
}

static double put_seller(struct layout *l)
{
    const struct invoice_party *seller = &l->paper->seller;
    const struct canvas_style *style = &NAME;
    double y = PAGE_TOP;
    double drawn;

    if (l->paper->logo.len > 0 &&
        canvas_picture(l->canvas, l->paper->logo, PAGE_LEFT, y, LOGO_WIDTH, LOGO_HEIGHT, &drawn)) {
        y += LOGO_HEIGHT + 8;
        style = &STRONG;
    }
    put_below(l, canvas_box(l->canvas, style, FIRST_WIDTH, seller->name), PAGE_LEFT, &y);
    y += 3;
    put_below(l, canvas_box(l->canvas, &SOFT, FIRST_WIDTH, about(l, seller)), PAGE_LEFT, &y);
    return y;
}

static double put_title(struct layout *l)
{
    struct canvas_style style = TITLE;
    double y = PAGE_TOP - 5;

    style.ink = l->look.accent;
    put_below(l, canvas_line_box(l->canvas, &style, str_of(l->words->title)), SECOND_COLUMN, &y);
    y += 2;
    put_below(l,
              canvas_box(
                  l->canvas, &NUMBER, SECOND_WIDTH,
                  str_format(l->arena, "N° %.*s", (int)l->paper->number.len, l->paper->number.ptr)),
              SECOND_COLUMN, &y);
    return y;
}

static double put_buyer(struct layout *l, double y)
{
    const struct invoice_party *buyer = &l->paper->buyer;

    y += layout_show_label(l, l->words->buyer, SECOND_COLUMN, y) + 4;
    put_below(l, canvas_box(l->canvas, &BUYER, SECOND_WIDTH, buyer->name), SECOND_COLUMN, &y);
    y += 2;
    put_below(l, canvas_box(l->canvas, &PLAIN, SECOND_WIDTH, about(l, buyer)), SECOND_COLUMN, &y);
    if (!l->paper->has_delivery)
        return y;
    y += 10;
    y += layout_show_label(l, "LIVRÉ À", SECOND_COLUMN, y) + 4;
    put_below(
        l,
        canvas_box(l->canvas, &PLAIN, SECOND_WIDTH, french_address(l->arena, &l->paper->delivery)),
        SECOND_COLUMN, &y);
    return y;
}

/* --- dates and references ------------------------------------------------------------------------
 */

static void put_meta(struct layout *l, const char *label, struct str value, double *y)
{
    struct canvas_box *left;
    struct canvas_box *right;

    if (value.len == 0)
        return;
    left = canvas_box(l->canvas, &SOFT, META_LABEL, str_of(label));
    right = canvas_box(l->canvas, &STRONG, FIRST_WIDTH - META_LABEL, value);
    canvas_show(l->canvas, left, PAGE_LEFT, *y);
    canvas_show(l->canvas, right, PAGE_LEFT + META_LABEL, *y);
    double a = canvas_box_height(left);
    double b = canvas_box_height(right);
    *y += (a > b ? a : b) + 2;
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

static const char *supplied_label(enum invoice_nature nature)
{
    switch (nature) {
    case NATURE_GOODS:
        return "Date de livraison";
    case NATURE_SERVICES:
        return "Date de la prestation";
    case NATURE_MIXED:
        return "Date de l'opération";
    }
    must_fail(__FILE__, __LINE__, "nature is a member");
}

static double put_metas(struct layout *l, double y)
{
    const struct invoice_paper *paper = l->paper;

    put_meta(l, "Date d'émission", french_date(l->arena, paper->issued), &y);
    if (date_compare(paper->supplied, paper->issued) != 0)
        put_meta(l, supplied_label(paper->nature), french_date(l->arena, paper->supplied), &y);
    if (paper->has_due && l->words->due != NULL)
        put_meta(l, l->words->due, french_date(l->arena, paper->due), &y);
    if (paper->has_preceding)
        put_meta(l, "Facture d'origine",
                 str_format(l->arena, "%.*s\ndu %s", (int)paper->preceding_number.len,
                            paper->preceding_number.ptr,
                            french_date(l->arena, paper->preceding_issued).ptr),
                 &y);
    put_meta(l, "Bon de commande", paper->order_number, &y);
    put_meta(l, "Nature de l'opération", nature_words(paper->nature), &y);
    return y;
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

static bool is_paid(const struct invoice_paper *paper)
{
    return paper->kind == INVOICE_NORMAL && paper->paid_minor > 0 && paper->due_minor == 0;
}

/* What stands beside the sum: the day, the means, or the invoice that is undone. */
static void put_beside(struct layout *l, double x)
{
    const struct invoice_paper *paper = l->paper;
    double width = PAGE_RIGHT - BAND_PADDING - x;

    if (paper->kind == INVOICE_CREDIT && paper->has_preceding)
        put_fact(l, "SUR LA FACTURE", &BESIDE, paper->preceding_number, x, width);
    else if (is_paid(paper) || paper->kind == INVOICE_RECEIPT)
        put_fact(l, "RÉGLÉ PAR", &BESIDE, paper->paid_by, x, width);
    else if (paper->has_due)
        put_fact(l, paper->kind == INVOICE_QUOTE ? "VALABLE JUSQU'AU" : "À PAYER AU PLUS TARD LE",
                 &BESIDE, french_date(l->arena, paper->due), x, width);
}

static void put_band(struct layout *l)
{
    const struct invoice_paper *paper = l->paper;
    bool paid = is_paid(paper);
    int64_t minor = paper->kind == INVOICE_NORMAL && !paid ? paper->due_minor : paper->total_minor;

    canvas_fill(l->canvas, PAGE_LEFT, l->y, PAGE_INNER, BAND_HEIGHT, 4, l->look.tint);
    put_fact(l, paid ? "MONTANT PAYÉ" : l->words->amount, &SUM,
             french_amount(l->arena, paper->currency, minor), PAGE_LEFT + BAND_PADDING, 240);
    put_beside(l, SECOND_COLUMN);
    l->y += BAND_HEIGHT;
}

/* --- the whole -----------------------------------------------------------------------------------
 */

static double later(double a, double b)
{
    return a > b ? a : b;
}

static void put_head(struct layout *l)
{
    double left = put_seller(l);
    double right = put_title(l);

    right = put_buyer(l, later(right + 14, BUYER_TOP));
    left = put_metas(l, later(left + 16, BUYER_TOP));
    l->y = later(left, right) + 18;
}

err_t invoice_page(struct arena *arena, const struct invoice_paper *paper, struct canvas **out)
{
    struct layout l = {.arena = arena, .paper = paper, .words = words_of(paper->kind)};
    struct canvas_info info = {.title = invoice_title(arena, paper),
                               .language = "fr",
                               .has_made = true,
                               .made = paper->issued};

    l.canvas = canvas_new(arena, &info);
    *out = l.canvas;
    l.look = look_of(paper->accent);
    l.foot = foot_new(&l);
    l.bottom = CANVAS_HEIGHT - FOOT_GAP - canvas_box_height(l.foot) - 16;
    layout_page(&l);
    put_head(&l);
    put_band(&l);
    l.y += 20;
    layout_table(&l, layout_sums_height(&l));
    layout_sums(&l);
    TRY(layout_payment(&l));
    layout_signature(&l);
    layout_mentions(&l);
    put_feet(&l);
    return OK;
}
