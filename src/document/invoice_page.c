#include "document/invoice_page.h"

#include "base/arena.h"
#include "base/must.h"
#include "core/colour.h"
#include "core/french.h"
#include "document/invoice_layout.h"

#define BAR_HEIGHT 4.0
#define BELOW_HEAD 18.0
#define TIGHTEST 0.4
#define RUNNING_GAP 24.0
#define FOOT_GAP 32.0 /* from the edge of the sheet */
#define FOOT_BETWEEN 16.0
#define FOOT_MOST 120.0

static const struct canvas_style RUNNING = {
    .size = 8.6, .align = CANVAS_LEFT, .ink = INK, .leading = 1.24};
static const struct canvas_style RUNNING_NAME = {
    .size = 8.6, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK, .leading = 1.24};
static const struct canvas_style LABEL = {
    .size = 6.8, .weight = CANVAS_SEMIBOLD, .align = CANVAS_LEFT, .ink = INK_SOFT, .spacing = 0.45};
static const struct canvas_style FOOT = {
    .size = 6.8, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.2};
static const struct canvas_style MARK = {
    .size = 150, .weight = CANVAS_BOLD, .align = CANVAS_LEFT, .ink = 0xF1F2F5, .spacing = 12};

static const struct kind_words *words_of(enum invoice_kind kind)
{
    static const struct kind_words INVOICE = {"FACTURE", "Facture", "FACTURÉ À", "NET À PAYER",
                                              "Net à payer"};
    static const struct kind_words CREDIT = {"AVOIR", "Avoir", "CLIENT", "MONTANT DE L'AVOIR",
                                             "Montant de l'avoir"};
    static const struct kind_words QUOTE = {"DEVIS", "Devis", "À L'ATTENTION DE", "MONTANT TTC",
                                            "Total TTC"};
    static const struct kind_words RECEIPT = {"REÇU", "Reçu", "REÇU DE", "REÇU LA SOMME DE",
                                              "Somme reçue"};

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
    struct str title = str_format(l->arena, "%s %.*s (suite)", l->words->noun,
                                  (int)paper->number.len, paper->number.ptr);
    struct canvas_box *right = canvas_line_box(l->canvas, &RUNNING, title);
    double room = PAGE_INNER - canvas_box_width(right) - RUNNING_GAP;
    struct canvas_box *left = canvas_box(l->canvas, &RUNNING_NAME, room, paper->seller.name);

    /* The first line of a long name is enough: the whole of it is on the first page. */
    canvas_show_lines(l->canvas, left, 0, 1, PAGE_LEFT, PAGE_TOP - 8);
    canvas_show_right(l->canvas, right, PAGE_RIGHT, PAGE_TOP - 8);
    l->y = PAGE_TOP + 20;
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
    struct buf text = buf_make(l->arena, PAGE_TEXT_MAX);
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

/* --- the whole -----------------------------------------------------------------------------------
 */

static double body_height(struct layout *l, double tight)
{
    l->tight = tight;
    return BELOW_HEAD * tight + layout_table_height(l) + layout_sums_height(l) +
           layout_payment_height(l) + layout_signature_height(l) + layout_mentions_height(l);
}

/* What would barely run over to a second page moves together, as far as it reads well; what is
 * longer keeps its spaces. */
static void choose_spaces(struct layout *l)
{
    double room = l->bottom - l->y - 0.1;
    double wide = body_height(l, 1);
    double narrow = body_height(l, TIGHTEST);

    l->tight = 1;
    if (wide > room && narrow < room)
        l->tight = TIGHTEST + (1 - TIGHTEST) * (room - narrow) / (wide - narrow);
}

static void put_body(struct layout *l)
{
    choose_spaces(l);
    l->y += BELOW_HEAD * l->tight;
    layout_table(l);
    layout_sums(l);
    layout_payment(l);
    layout_signature(l);
    layout_mentions(l);
}

/* Papers of ours have bounds within which everything has its place. */
static err_t foot_check(const struct layout *l)
{
    bool fits = canvas_box_height(l->foot) <= FOOT_MOST;

    return fits || l->paper->written == NULL ? OK : ERR_LIMIT;
}

static err_t pages_check(const struct layout *l)
{
    bool shown = !l->crowded && !canvas_ran_over(l->canvas);

    return shown || l->paper->written == NULL ? OK : ERR_LIMIT;
}

err_t invoice_page(struct arena *arena, const struct invoice_paper *paper, struct canvas **out)
{
    struct layout l = {.arena = arena, .paper = paper, .words = words_of(paper->kind)};
    struct canvas_info info = {.title = invoice_title(arena, paper),
                               .language = "fr",
                               .has_made = true,
                               .made = paper->issued};

    TRY(epc_code(arena, paper, &l.code));
    l.canvas = canvas_new(arena, &info);
    *out = l.canvas;
    l.look = look_of(paper->accent);
    l.foot = foot_new(&l);
    TRY(foot_check(&l));
    l.bottom = CANVAS_HEIGHT - FOOT_GAP - canvas_box_height(l.foot) - 16;
    layout_page(&l);
    layout_head(&l);
    put_body(&l);
    put_feet(&l);
    return pages_check(&l);
}
