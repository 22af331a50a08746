#ifndef GUICHET_DOCUMENT_SHEET_H
#define GUICHET_DOCUMENT_SHEET_H

#include "document/canvas.h"

/* A PDF document of A4 pages that is filled from top to bottom. */
struct sheet;

#define SHEET_MARGIN 51.0
#define SHEET_INNER (CANVAS_WIDTH - 2 * SHEET_MARGIN)

/* For one thread. Texts are UTF-8. title and language ("fr") go into the file's own data. */
struct sheet *sheet_new(struct arena *arena, struct str title, const char *language);
/* The whole file, in the arena; the sheet is gone. ERR_INTERNAL: the library failed or the file
 * would be too large. */
MUST_CHECK err_t sheet_end(struct sheet *sheet, struct str *pdf);

/* Where the next thing goes; a page is begun when less than this is left of it. */
void sheet_space(struct sheet *sheet, double height);
void sheet_need(struct sheet *sheet, double height);

/* Text over the whole width, wrapped, and the place below it. */
void sheet_text(struct sheet *sheet, const struct canvas_style *style, struct str text);

/* A line of a table: what it is on the left, its value beside it, a hairline below. */
void sheet_row(struct sheet *sheet, const struct canvas_style *label_style, struct str label,
               const struct canvas_style *value_style, struct str value);

/* A frame of this height with a caption in its upper corner. */
void sheet_frame(struct sheet *sheet, const struct canvas_style *style, double height,
                 struct str caption);

/* A line at the foot of the page that is being filled. */
void sheet_foot(struct sheet *sheet, const struct canvas_style *style, struct str text);

#endif
