#include "document/invoice_layout.h"

#define GAP_ABOVE 16.0
#define PADDING 13.0
#define SIGNATURE_HEIGHT 104.0
#define SIGNATURE_LEFT 318.0

static const struct canvas_style KEY = {
    .size = 8, .align = CANVAS_LEFT, .ink = INK_SOFT, .leading = 1.2};
static const struct canvas_style VALUE = {
    .size = 8.4, .align = CANVAS_LEFT, .ink = INK, .leading = 1.2};

double layout_signature_height(struct layout *l)
{
    return l->paper->kind == INVOICE_QUOTE ? GAP_ABOVE * l->tight + SIGNATURE_HEIGHT : 0;
}

void layout_signature(struct layout *l)
{
    struct canvas_box *what;
    double y;

    if (l->paper->kind != INVOICE_QUOTE)
        return;
    l->y += GAP_ABOVE * l->tight;
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
