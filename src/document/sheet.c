#include "document/sheet.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/document.h"

#define LABEL_WIDTH 150.0
#define ROW_PADDING 3.5
#define HAIRLINE 0.5
#define FOOT_ROOM 24.0
#define FRAME_PADDING 6.0

struct sheet {
    struct arena *arena;
    struct buf out;
    cairo_surface_t *surface;
    cairo_t *cr;
    PangoFontMap *fonts;
    PangoContext *context;
    double y;
};

static cairo_status_t bytes_take(void *closure, const unsigned char *bytes, unsigned int len)
{
    struct buf *out = closure;

    buf_put(out, (struct str){(const char *)bytes, len});
    return out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

struct sheet *sheet_new(struct arena *arena, struct str title, const char *language)
{
    struct sheet *sheet = arena_make(arena, struct sheet);

    sheet->arena = arena;
    sheet->out = buf_make(arena, DOCUMENT_MAX);
    sheet->surface =
        cairo_pdf_surface_create_for_stream(bytes_take, &sheet->out, SHEET_WIDTH, SHEET_HEIGHT);
    /* Every reader opens it, and its structure can be read without unpacking. */
    cairo_pdf_surface_restrict_to_version(sheet->surface, CAIRO_PDF_VERSION_1_4);
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_TITLE,
                                   str_cstr(arena, title));
    cairo_pdf_surface_set_metadata(sheet->surface, CAIRO_PDF_METADATA_CREATOR, "Guichet");
    sheet->cr = cairo_create(sheet->surface);
    /* A font map of its own: the default one would stay with the thread for ever. */
    sheet->fonts = pango_cairo_font_map_new();
    sheet->context = pango_font_map_create_context(sheet->fonts);
    pango_context_set_language(sheet->context, pango_language_from_string(language));
    pango_cairo_update_context(sheet->cr, sheet->context);
    sheet->y = SHEET_MARGIN;
    return sheet;
}

err_t sheet_end(struct sheet *sheet, struct str *pdf)
{
    g_object_unref(sheet->context);
    cairo_show_page(sheet->cr);
    cairo_surface_finish(sheet->surface);
    bool good = cairo_status(sheet->cr) == CAIRO_STATUS_SUCCESS &&
                cairo_surface_status(sheet->surface) == CAIRO_STATUS_SUCCESS && !sheet->out.failed;
    cairo_destroy(sheet->cr);
    cairo_surface_destroy(sheet->surface);
    g_object_unref(sheet->fonts);
    *pdf = buf_str(&sheet->out);
    return good ? OK : ERR_INTERNAL;
}

/* --- places --------------------------------------------------------------------------------------
 */

void sheet_need(struct sheet *sheet, double height)
{
    if (sheet->y + height <= SHEET_HEIGHT - SHEET_MARGIN - FOOT_ROOM)
        return;
    cairo_show_page(sheet->cr);
    sheet->y = SHEET_MARGIN;
}

void sheet_space(struct sheet *sheet, double height)
{
    sheet->y += height;
}

/* --- text ----------------------------------------------------------------------------------------
 */

static PangoAlignment alignment_of(enum sheet_align align)
{
    switch (align) {
    case SHEET_LEFT:
    case SHEET_JUSTIFY:
        return PANGO_ALIGN_LEFT;
    case SHEET_CENTER:
        return PANGO_ALIGN_CENTER;
    case SHEET_RIGHT:
        return PANGO_ALIGN_RIGHT;
    }
    must_fail(__FILE__, __LINE__, "align is a member");
}

static PangoLayout *layout_new(struct sheet *sheet, const struct sheet_style *style, double width,
                               struct str text)
{
    PangoLayout *layout = pango_layout_new(sheet->context);
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family(font, style->fixed ? "DejaVu Sans Mono, monospace"
                                                         : "DejaVu Sans, sans-serif");
    pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, alignment_of(style->align));
    pango_layout_set_justify(layout, style->align == SHEET_JUSTIFY);
    pango_layout_set_line_spacing(layout, 1.15F);
    pango_layout_set_text(layout, text.len == 0 ? "" : text.ptr, (int)text.len);
    return layout;
}

static double layout_height(PangoLayout *layout)
{
    int height;

    pango_layout_get_size(layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

static void layout_show(struct sheet *sheet, const struct sheet_style *style, PangoLayout *layout,
                        double x, double y)
{
    cairo_set_source_rgb(sheet->cr, style->gray, style->gray, style->gray);
    cairo_move_to(sheet->cr, x, y);
    pango_cairo_show_layout(sheet->cr, layout);
    g_object_unref(layout);
}

void sheet_text(struct sheet *sheet, const struct sheet_style *style, struct str text)
{
    PangoLayout *layout = layout_new(sheet, style, SHEET_INNER, text);
    double height = layout_height(layout);

    sheet_need(sheet, height);
    layout_show(sheet, style, layout, SHEET_MARGIN, sheet->y);
    sheet->y += height;
}

static void hairline(struct sheet *sheet, double y)
{
    cairo_set_source_rgb(sheet->cr, 0.75, 0.75, 0.75);
    cairo_set_line_width(sheet->cr, HAIRLINE);
    cairo_move_to(sheet->cr, SHEET_MARGIN, y);
    cairo_line_to(sheet->cr, SHEET_WIDTH - SHEET_MARGIN, y);
    cairo_stroke(sheet->cr);
}

void sheet_row(struct sheet *sheet, const struct sheet_style *label_style, struct str label,
               const struct sheet_style *value_style, struct str value)
{
    PangoLayout *left = layout_new(sheet, label_style, LABEL_WIDTH, label);
    PangoLayout *right = layout_new(sheet, value_style, SHEET_INNER - LABEL_WIDTH, value);
    double left_height = layout_height(left);
    double right_height = layout_height(right);
    double height = left_height > right_height ? left_height : right_height;

    sheet_need(sheet, height + 2 * ROW_PADDING);
    double y = sheet->y + ROW_PADDING;
    /* Both begin on the same base line. */
    double lower =
        (double)(pango_layout_get_baseline(right) - pango_layout_get_baseline(left)) / PANGO_SCALE;
    layout_show(sheet, label_style, left, SHEET_MARGIN, y + (lower > 0 ? lower : 0));
    layout_show(sheet, value_style, right, SHEET_MARGIN + LABEL_WIDTH, y);
    sheet->y += height + 2 * ROW_PADDING;
    hairline(sheet, sheet->y);
}

void sheet_frame(struct sheet *sheet, const struct sheet_style *style, double height,
                 struct str caption)
{
    PangoLayout *layout = layout_new(sheet, style, SHEET_INNER - 2 * FRAME_PADDING, caption);

    sheet_need(sheet, height);
    cairo_set_source_rgb(sheet->cr, 0.45, 0.45, 0.45);
    cairo_set_line_width(sheet->cr, HAIRLINE);
    cairo_rectangle(sheet->cr, SHEET_MARGIN, sheet->y, SHEET_INNER, height);
    cairo_stroke(sheet->cr);
    layout_show(sheet, style, layout, SHEET_MARGIN + FRAME_PADDING, sheet->y + FRAME_PADDING);
    sheet->y += height;
}

void sheet_foot(struct sheet *sheet, const struct sheet_style *style, struct str text)
{
    PangoLayout *layout = layout_new(sheet, style, SHEET_INNER, text);
    double y = SHEET_HEIGHT - SHEET_MARGIN - layout_height(layout);

    hairline(sheet, y - ROW_PADDING);
    layout_show(sheet, style, layout, SHEET_MARGIN, y);
}
