#include "base/arena.h"
#include "base/must.h"
#include "core/french.h"
#include "core/invoice_facts.h"
#include "document/invoice_layout.h"

#define GAP_ABOVE 14.0
#define BELOW_LABEL 4.0
#define LEAST 40.0 /* a heading and three lines */

static const char LABEL[] = "CONDITIONS ET MENTIONS";

static const struct canvas_style SMALL = {
    .size = 7.1, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.25};

/* Notes, accounts and attachments of somebody else, and what is said beside. */
enum { MENTIONS_MAX = 3 * EINVOICE_ITEMS_MAX + 8 };

struct mentions {
    struct str texts[MENTIONS_MAX];
    size_t count;
};

/* Each only once, whoever says it. */
static void add(struct mentions *all, struct str text)
{
    if (text.len == 0)
        return;
    for (size_t i = 0; i < all->count; i++) {
        if (str_eq(all->texts[i], text))
            return;
    }
    must(all->count < MENTIONS_MAX);
    all->texts[all->count++] = text;
}

static struct str network_address(struct layout *l, const char *whose,
                                  const struct invoice_party *party)
{
    return str_format(l->arena, "%s %.*s:%.*s", whose, (int)party->network_scheme.len,
                      party->network_scheme.ptr, (int)party->network_id.len, party->network_id.ptr);
}

/* BT-34 and BT-49; what stands for "not told" is not shown. */
static void add_networks(struct layout *l, struct mentions *all)
{
    const struct invoice_paper *paper = l->paper;
    bool has_seller = paper->seller.network_id.len > 0;
    bool has_buyer =
        paper->buyer.network_id.len > 0 && !str_ends(paper->buyer.network_id, STR("@invalid"));

    if (!has_seller && !has_buyer)
        return;
    struct str seller = has_seller ? network_address(l, "vendeur", &paper->seller) : STR("");
    struct str buyer = has_buyer ? network_address(l, "client", &paper->buyer) : STR("");
    add(all,
        str_format(l->arena, "Adresses de facturation électronique : %.*s%s%.*s.", (int)seller.len,
                   seller.ptr, has_seller && has_buyer ? ", " : "", (int)buyer.len, buyer.ptr));
}

static void add_vat_day(struct layout *l, struct mentions *all)
{
    const struct einvoice *written = l->paper->written;

    if (written != NULL && einvoice_has_date(written->vat_day))
        add(all, str_format(l->arena, "TVA exigible le %s.",
                            french_date(l->arena, written->vat_day).ptr));
    switch (fact_vat_day(l->paper)) {
    case VAT_DAY_NONE:
        break;
    case VAT_DAY_ISSUE:
        add(all, STR("Option pour le paiement de la taxe d'après les débits."));
        break;
    case VAT_DAY_DELIVERY:
        add(all, STR("TVA exigible à la livraison."));
        break;
    case VAT_DAY_PAYMENT:
        add(all, STR("TVA exigible à l'encaissement."));
        break;
    }
}

static void add_own(struct layout *l, struct mentions *all)
{
    switch (l->paper->kind) {
    case INVOICE_NORMAL:
    case INVOICE_CREDIT:
        add(all, bt20_terms(l->arena, l->paper));
        add_vat_day(l, all);
        break;
    case INVOICE_QUOTE:
        break;
    case INVOICE_RECEIPT:
        add(all, STR("Ce reçu ne vaut pas facture."));
        break;
    }
}

/* All of them as one paragraph, each a sentence. */
static struct str paragraph(struct layout *l, const struct mentions *all)
{
    struct buf out = buf_make(l->arena, PAGE_TEXT_MAX);

    for (size_t i = 0; i < all->count; i++) {
        if (i > 0)
            buf_put_byte(&out, ' ');
        buf_put(&out, all->texts[i]);
        if (!str_ends(all->texts[i], STR(".")))
            buf_put_byte(&out, '.');
    }
    return buf_str(&out);
}

/* A page holds what it can; the next one holds the rest. */
static void put_paragraph(struct layout *l, struct canvas_box *box)
{
    size_t lines = canvas_box_lines(box);

    for (size_t from = 0; from < lines;) {
        double used;
        size_t count = canvas_box_fit(box, from, l->bottom - l->y, &used);
        if (l->y + used > l->bottom) {
            layout_page(l);
            continue;
        }
        canvas_show_lines(l->canvas, box, from, count, PAGE_LEFT, l->y);
        l->y += used;
        from += count;
    }
}

/* BAR is said of the buyer, not to be read. */
static void add_written(struct layout *l, const struct einvoice *written, struct mentions *all)
{
    for (size_t i = 0; i < written->note_count; i++) {
        if (!str_eq(written->notes[i].code, STR("BAR")))
            add(all, told_text(l->arena, written->notes[i].text));
    }
    for (size_t i = 1; i < written->payment.account_count; i++)
        add(all, told_further_account(l->arena, &written->payment.accounts[i]));
    for (size_t i = 0; i < written->attachment_count; i++)
        add(all, told_attachment(l->arena, &written->attachments[i]));
}

static struct str text_of(struct layout *l)
{
    struct mentions all = {.count = 0};

    add_own(l, &all);
    if (l->paper->written != NULL)
        add_written(l, l->paper->written, &all);
    for (size_t i = 0; i < l->paper->note_count; i++) {
        if (!l->paper->notes[i].silent)
            add(&all, l->paper->notes[i].text);
    }
    if (l->paper->kind == INVOICE_NORMAL || l->paper->kind == INVOICE_CREDIT)
        add_networks(l, &all);
    return paragraph(l, &all);
}

/* NULL: there is nothing to say. */
static struct canvas_box *box_of(struct layout *l)
{
    if (l->mentions == NULL) {
        struct str text = text_of(l);
        if (text.len > 0)
            l->mentions = canvas_box(l->canvas, &SMALL, PAGE_INNER, text);
    }
    return l->mentions;
}

static double height_of(struct layout *l, const struct canvas_box *box)
{
    return canvas_box_height(layout_label(l, LABEL)) + BELOW_LABEL + canvas_box_height(box);
}

double layout_mentions_height(struct layout *l)
{
    const struct canvas_box *box = box_of(l);

    return box == NULL ? 0 : GAP_ABOVE * l->tight + height_of(l, box);
}

void layout_mentions(struct layout *l)
{
    struct canvas_box *box = box_of(l);

    if (box == NULL)
        return;
    l->y += GAP_ABOVE * l->tight;
    layout_need(l, height_of(l, box) < LEAST ? height_of(l, box) : LEAST);
    l->y += layout_show_label(l, LABEL, PAGE_LEFT, l->y) + BELOW_LABEL;
    put_paragraph(l, box);
}
