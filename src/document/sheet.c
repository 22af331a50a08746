#include "document/sheet.h"

#include "base/arena.h"

#define LABEL_WIDTH 150.0
#define ROW_PADDING 3.5
#define HAIRLINE 0.5
#define FOOT_ROOM 24.0
#define FRAME_PADDING 6.0

enum { LINE_INK = 0xBFBFBF, FRAME_INK = 0x737373 };

struct sheet {
    struct canvas *canvas;
    double y;
};

struct sheet *sheet_new(struct arena *arena, struct str title, const char *language)
{
    struct sheet *sheet = arena_make(arena, struct sheet);
    struct canvas_info info = {.title = title, .language = language};

    sheet->canvas = canvas_new(arena, &info);
    canvas_page(sheet->canvas);
    sheet->y = SHEET_MARGIN;
    return sheet;
}

err_t sheet_end(struct sheet *sheet, struct str *pdf)
{
    return canvas_end(sheet->canvas, pdf);
}

void sheet_need(struct sheet *sheet, double height)
{
    if (sheet->y + height <= CANVAS_HEIGHT - SHEET_MARGIN - FOOT_ROOM)
        return;
    canvas_page(sheet->canvas);
    sheet->y = SHEET_MARGIN;
}

void sheet_space(struct sheet *sheet, double height)
{
    sheet->y += height;
}

void sheet_text(struct sheet *sheet, const struct canvas_style *style, struct str text)
{
    struct canvas_box *box = canvas_box(sheet->canvas, style, SHEET_INNER, text);

    sheet_need(sheet, canvas_box_height(box));
    canvas_show(sheet->canvas, box, SHEET_MARGIN, sheet->y);
    sheet->y += canvas_box_height(box);
}

static void hairline(struct sheet *sheet, double y)
{
    canvas_line(sheet->canvas, SHEET_MARGIN, y, SHEET_INNER, HAIRLINE, LINE_INK);
}

void sheet_row(struct sheet *sheet, const struct canvas_style *label_style, struct str label,
               const struct canvas_style *value_style, struct str value)
{
    struct canvas_box *left = canvas_box(sheet->canvas, label_style, LABEL_WIDTH, label);
    struct canvas_box *right =
        canvas_box(sheet->canvas, value_style, SHEET_INNER - LABEL_WIDTH, value);
    /* Both begin on the same base line. */
    double lower = canvas_box_baseline(right) - canvas_box_baseline(left);
    double left_height = canvas_box_height(left) + (lower > 0 ? lower : 0);
    double right_height = canvas_box_height(right);
    double height = left_height > right_height ? left_height : right_height;

    sheet_need(sheet, height + 2 * ROW_PADDING);
    double y = sheet->y + ROW_PADDING;
    canvas_show(sheet->canvas, left, SHEET_MARGIN, y + (lower > 0 ? lower : 0));
    canvas_show(sheet->canvas, right, SHEET_MARGIN + LABEL_WIDTH, y);
    sheet->y += height + 2 * ROW_PADDING;
    hairline(sheet, sheet->y);
}

void sheet_frame(struct sheet *sheet, const struct canvas_style *style, double height,
                 struct str caption)
{
    struct canvas_box *box =
        canvas_box(sheet->canvas, style, SHEET_INNER - 2 * FRAME_PADDING, caption);

    sheet_need(sheet, height);
    canvas_frame(sheet->canvas, SHEET_MARGIN, sheet->y, SHEET_INNER, height, HAIRLINE, FRAME_INK);
    canvas_show(sheet->canvas, box, SHEET_MARGIN + FRAME_PADDING, sheet->y + FRAME_PADDING);
    sheet->y += height;
}

void sheet_foot(struct sheet *sheet, const struct canvas_style *style, struct str text)
{
    struct canvas_box *box = canvas_box(sheet->canvas, style, SHEET_INNER, text);
    double y = CANVAS_HEIGHT - SHEET_MARGIN - canvas_box_height(box);

    hairline(sheet, y - ROW_PADDING);
    canvas_show(sheet->canvas, box, SHEET_MARGIN, y);
}
