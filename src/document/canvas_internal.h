#ifndef GUICHET_DOCUMENT_CANVAS_INTERNAL_H
#define GUICHET_DOCUMENT_CANVAS_INTERNAL_H

#include <cairo.h>
#include <pango/pango.h>

#include "document/canvas.h"

/* What is put on a canvas, kept until it is drawn. Private to canvas.c and canvas_draw.c. */

/* Those of the packages in ./setup; what the first lacks (Hebrew, Arabic, Chinese, ...) comes from
 * the next ones that have it. */
#define CANVAS_FAMILY "Inter, DejaVu Sans, Droid Sans Fallback, sans-serif"
#define CANVAS_FIXED "DejaVu Sans Mono, monospace"

enum op_kind {
    OP_TEXT = 1,
    OP_LINES, /* some lines of a text */
    OP_TURNED,
    OP_LINE,
    OP_FRAME,
    OP_FILL,
    OP_PICTURE,
    OP_MODULES,
};

struct op {
    struct op *next;
    enum op_kind kind;
    uint32_t ink;
    double x;
    double y;
    double width; /* of a picture: its scale */
    double height;
    double thickness;
    double radius;
    double angle;
    struct canvas_box *box;
    size_t from; /* line */
    size_t count;
    cairo_surface_t *picture;
    const unsigned char *cells;
    int side;
};

struct page {
    struct page *next;
    struct op *ops;
    struct op **end;
};

struct canvas_box {
    struct canvas_box *next;
    PangoLayout *layout;
    uint32_t ink;
    int width; /* in units of pango */
    int height;
    int baseline;
};

struct canvas {
    struct arena *arena;
    struct canvas_info info;
    PangoContext *context;
    struct page *first;
    struct page **pages_end;
    struct page *page; /* on which things are put */
    size_t pages;
    size_t current;
    struct canvas_box *boxes;
    struct canvas_link links[CANVAS_LINKS_MAX];
    size_t link_count;
    bool ran_over;
};

/* How glyphs are measured: as they are, without a screen's grid. */
void canvas_font_options(PangoContext *context);

/* NULL when it cannot be read. */
cairo_surface_t *canvas_png_read(struct str png);
void canvas_png_free(void *picture);

#endif
