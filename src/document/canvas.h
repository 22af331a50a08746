#ifndef GUICHET_DOCUMENT_CANVAS_H
#define GUICHET_DOCUMENT_CANVAS_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

/* Pages of a PDF on which things are put anywhere, in any order of pages; they are drawn at the
 * end, so a foot can say how many pages there are. Lengths are points, from the upper left corner;
 * the only floating-point numbers of the program. */
struct canvas;

#define CANVAS_WIDTH 595.28 /* A4 */
#define CANVAS_HEIGHT 841.89

enum canvas_align { CANVAS_LEFT = 1, CANVAS_CENTER, CANVAS_RIGHT, CANVAS_JUSTIFY };
enum canvas_weight { CANVAS_REGULAR = 0, CANVAS_SEMIBOLD, CANVAS_BOLD };

struct canvas_style {
    double size;
    enum canvas_weight weight;
    bool fixed;   /* all characters of one width */
    bool figures; /* only digits of one width, for columns of numbers */
    enum canvas_align align;
    uint32_t ink;   /* 0xRRGGBB; 0 is black */
    double spacing; /* between letters */
    double leading; /* line height in line heights of the font; 0: 1.15 */
};

/* What the file says of itself. */
struct canvas_info {
    struct str title;
    const char *language; /* "fr" */
    bool has_made;        /* else it carries the time of drawing */
    struct date made;     /* equal things drawn at two times are equal files */
};

/* For one thread, and as long as the arena. Texts are UTF-8. There is no page yet. */
struct canvas *canvas_new(struct arena *arena, const struct canvas_info *info);

/* Draws the whole file, in the arena. ERR_INTERNAL: the library failed or the file
 * would be too large. */
MUST_CHECK err_t canvas_end(struct canvas *canvas, struct str *pdf);

/* Adds a page, on which all is put that follows. */
void canvas_page(struct canvas *canvas);
size_t canvas_pages(const struct canvas *canvas);
/* Goes back to a page, 0 is the first. */
void canvas_turn(struct canvas *canvas, size_t page);

/* A text laid out, which belongs to the canvas. */
struct canvas_box;
struct canvas_box *canvas_box(struct canvas *canvas, const struct canvas_style *style, double width,
                              struct str text);
/* On one line, as wide as it is. */
struct canvas_box *canvas_line_box(struct canvas *canvas, const struct canvas_style *style,
                                   struct str text);
double canvas_box_width(const struct canvas_box *box); /* of its widest line */
double canvas_box_height(const struct canvas_box *box);
double canvas_box_baseline(const struct canvas_box *box); /* of its first line, from its top */

/* Puts a box, the upper left corner first. The same box may be put on many pages. */
void canvas_show(struct canvas *canvas, struct canvas_box *box, double x, double y);
/* Its right edge at x. */
void canvas_show_right(struct canvas *canvas, struct canvas_box *box, double x, double y);
/* Its middle at x and y, turned counterclockwise. */
void canvas_show_turned(struct canvas *canvas, struct canvas_box *box, double x, double y,
                        double radians);

/* Whether any of them goes on below its page, where nobody sees it. */
bool canvas_ran_over(const struct canvas *canvas);

/* The lines of a box that is too high for a page: how many from the `from`th on have room in
 * `height`, at least one; *used is what they take. */
size_t canvas_box_lines(const struct canvas_box *box);
size_t canvas_box_fit(const struct canvas_box *box, size_t from, double height, double *used);
void canvas_show_lines(struct canvas *canvas, struct canvas_box *box, size_t from, size_t count,
                       double x, double y);

void canvas_line(struct canvas *canvas, double x, double y, double width, double thickness,
                 uint32_t ink);
void canvas_frame(struct canvas *canvas, double x, double y, double width, double height,
                  double thickness, uint32_t ink);
/* A filled rectangle with rounded corners; radius 0: without. */
void canvas_fill(struct canvas *canvas, double x, double y, double width, double height,
                 double radius, uint32_t ink);

/* A PNG, within this width and height; *drawn is the width that it takes. False: it cannot be read.
 */
bool canvas_picture(struct canvas *canvas, struct str png, double x, double y, double width,
                    double height, double *drawn);

/* Square modules in black: cells are side * side bytes, of which bit 0 counts. */
void canvas_modules(struct canvas *canvas, const unsigned char *cells, int side, double x, double y,
                    double size);

/* What a reader can press on; kept for whoever finishes the file (document/pdfa.h). */
struct canvas_link {
    size_t page;
    double x;
    double y;
    double width;
    double height;
    struct str url;
};
enum { CANVAS_LINKS_MAX = 8 };
void canvas_link(struct canvas *canvas, double x, double y, double width, double height,
                 struct str url);
const struct canvas_link *canvas_links(const struct canvas *canvas, size_t *count);

#endif
