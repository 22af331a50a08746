#ifndef GUICHET_DOCUMENT_INVOICE_LAYOUT_H
#define GUICHET_DOCUMENT_INVOICE_LAYOUT_H

#include "document/epc.h"
#include "document/invoice_page.h"
#include "document/invoice_told.h"

/* What the parts of the page share; private to invoice_*.c. */

#define PAGE_LEFT 48.0
#define PAGE_RIGHT (CANVAS_WIDTH - PAGE_LEFT)
#define PAGE_INNER (PAGE_RIGHT - PAGE_LEFT)
#define PAGE_TOP 40.0
#define HAIRLINE 0.5

enum { INK = 0x1B1F2A, INK_SOFT = 0x5B6270, INK_LINE = 0xDDE0E6 };
enum { PAGE_TEXT_MAX = 4 << 20 }; /* of one box: more than any paper says */

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
    const char *total;  /* what the last sum is called */
};

struct layout {
    struct arena *arena;
    const struct invoice_paper *paper;
    const struct kind_words *words;
    struct canvas *canvas;
    struct look look;
    struct canvas_box *foot;
    struct table *table;         /* the lines, measured: invoice_table.c */
    double sums_height;          /* 0: not measured yet */
    struct epc_code code;        /* for bank apps, when there is one */
    struct payment *payment;     /* how to pay, measured: invoice_payment.c */
    struct canvas_box *mentions; /* the small print, measured: invoice_mentions.c */
    double tight;                /* what there is of spaces below the head: 1, or less */
    double bottom;               /* of what a page can hold */
    bool crowded;                /* columns leave no room for one another */
    double y;                    /* where the next thing goes */
};

/* A page with its head; `y` is below it. */
void layout_page(struct layout *l);
/* A new page when less than this is left. */
void layout_need(struct layout *l, double height);

/* Small grey capitals above things. */
struct canvas_box *layout_label(struct layout *l, const char *text);
double layout_show_label(struct layout *l, const char *text, double x, double y);

/* invoice_head.c: who, to whom, when, and the sum that matters. */
void layout_head(struct layout *l);

/* What follows the head. Each part can tell its height with the spaces of now, as if it began on a
 * page that has room for it; 0: there is nothing of it. */

/* invoice_table.c: the lines, and what is taken off or added to all of them, on as many pages as
 * they need; the last one stays with the sums. */
double layout_table_height(struct layout *l);
void layout_table(struct layout *l);

/* invoice_sums.c: VAT per rate on the left, totals on the right. */
double layout_sums_height(struct layout *l);
void layout_sums(struct layout *l);

/* invoice_payment.c: how it can be paid. */
double layout_payment_height(struct layout *l);
void layout_payment(struct layout *l);

/* invoice_signature.c: where a quote is signed. */
double layout_signature_height(struct layout *l);
void layout_signature(struct layout *l);

/* invoice_mentions.c: the small print. */
double layout_mentions_height(struct layout *l);
void layout_mentions(struct layout *l);

#endif
