#ifndef GUICHET_DOCUMENT_SHEET_H
#define GUICHET_DOCUMENT_SHEET_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

/* A PDF document of A4 pages that is filled from top to bottom. Lengths are points, from the upper
 * left corner; the only floating-point numbers of the program. */
struct sheet;

#define SHEET_WIDTH 595.28
#define SHEET_HEIGHT 841.89
#define SHEET_MARGIN 51.0
#define SHEET_INNER (SHEET_WIDTH - 2 * SHEET_MARGIN)

enum sheet_align { SHEET_LEFT = 1, SHEET_CENTER, SHEET_RIGHT, SHEET_JUSTIFY };

struct sheet_style {
    double size;
    bool bold;
    bool fixed; /* all characters of one width */
    enum sheet_align align;
    double gray; /* 0 is black, 1 is white */
};

/* For one thread. Texts are UTF-8. title and language ("fr") go into the file's own data. */
struct sheet *sheet_new(struct arena *arena, struct str title, const char *language);
/* The whole file, in the arena; the sheet is gone. ERR_INTERNAL: the library failed or the file
 * would be too large. */
MUST_CHECK err_t sheet_end(struct sheet *sheet, struct str *pdf);

/* Where the next thing goes; a page is begun when less than this is left of it. */
void sheet_space(struct sheet *sheet, double height);
void sheet_need(struct sheet *sheet, double height);

/* Text over the whole width, wrapped, and the place below it. */
void sheet_text(struct sheet *sheet, const struct sheet_style *style, struct str text);

/* A line of a table: what it is on the left, its value beside it, a hairline below. */
void sheet_row(struct sheet *sheet, const struct sheet_style *label_style, struct str label,
               const struct sheet_style *value_style, struct str value);

/* A frame of this height with a caption in its upper corner. */
void sheet_frame(struct sheet *sheet, const struct sheet_style *style, double height,
                 struct str caption);

/* A line at the foot of the page that is being filled. */
void sheet_foot(struct sheet *sheet, const struct sheet_style *style, struct str text);

#endif
