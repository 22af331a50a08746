#ifndef GUICHET_DOCUMENT_INVOICE_LAYOUT_H
#define GUICHET_DOCUMENT_INVOICE_LAYOUT_H

#include "document/invoice_page.h"

/* What the parts of the page share; private to invoice_*.c. */

#define PAGE_LEFT 48.0
#define PAGE_RIGHT (CANVAS_WIDTH - PAGE_LEFT)
#define PAGE_INNER (PAGE_RIGHT - PAGE_LEFT)
#define PAGE_TOP 40.0
#define HAIRLINE 0.5

enum { INK = 0x1B1F2A, INK_SOFT = 0x5B6270, INK_LINE = 0xDDE0E6 };

/* The merchant's colour and what goes with it. */
struct look {
    uint32_t accent;
    uint32_t tint;      /* a breath of it, behind things */
    uint32_t on_accent; /* text on it */
};

/* The words in which the kinds differ. */
struct kind_words {
    const char *title;  /* "FACTURE" */
    const char *noun;   /* "Facture" */
    const char *buyer;  /* above the other party's name */
    const char *amount; /* above the sum that matters */
    const char *due;    /* beside the day that matters; NULL: it has none */
    const char *total;  /* what the last sum is called */
};

struct layout {
    struct arena *arena;
    const struct invoice_paper *paper;
    const struct kind_words *words;
    struct canvas *canvas;
    struct look look;
    struct canvas_box *foot;
    double bottom; /* of what a page can hold */
    double y;      /* where the next thing goes */
};

/* A page with its head; `y` is below it. */
void layout_page(struct layout *l);
/* A new page when less than this is left. */
void layout_need(struct layout *l, double height);

/* Small grey capitals above things. */
struct canvas_box *layout_label(struct layout *l, const char *text);
double layout_show_label(struct layout *l, const char *text, double x, double y);

/* invoice_table.c: the lines, on as many pages as they need; the last one stays with what follows,
 * which is so high. */
void layout_table(struct layout *l, double follows);

/* invoice_sums.c: VAT per rate on the left, totals on the right. `layout_sums_height` is for one
 * page that is empty. */
double layout_sums_height(struct layout *l);
void layout_sums(struct layout *l);

/* invoice_payment.c: how it can be paid, or where it is signed. */
MUST_CHECK err_t layout_payment(struct layout *l);
void layout_signature(struct layout *l);

/* invoice_mentions.c: the small print. */
void layout_mentions(struct layout *l);

#endif
