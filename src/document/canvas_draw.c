#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "base/arena.h"
#include "base/must.h"
#include "core/document.h"
#include "document/canvas_internal.h"

#define QUARTER 1.57079632679489661923

void canvas_font_options(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
}

/* --- pictures ------------------------------------------------------------------------------------
 */

static cairo_status_t png_give(void *closure, unsigned char *into, unsigned int len)
{
    struct str *rest = closure;

    if (rest->len < len)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(into, rest->ptr, len);
    *rest = str_from(*rest, len);
    return CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *canvas_png_read(struct str png)
{
    struct str rest = png;
    cairo_surface_t *picture = cairo_image_surface_create_from_png_stream(png_give, &rest);

    if (cairo_surface_status(picture) == CAIRO_STATUS_SUCCESS)
        return picture;
    cairo_surface_destroy(picture);
    return NULL;
}

void canvas_png_free(void *picture)
{
    cairo_surface_destroy(picture);
}

/* --- one thing -----------------------------------------------------------------------------------
 */

static void set_ink(cairo_t *cr, uint32_t ink)
{
    cairo_set_source_rgb(cr, (double)(ink >> 16 & 0xFF) / 255, (double)(ink >> 8 & 0xFF) / 255,
                         (double)(ink & 0xFF) / 255);
}

static void draw_lines(cairo_t *cr, const struct op *op)
{
    PangoLayoutIter *at = pango_layout_get_iter(op->box->layout);
    int top = 0;

    for (size_t line = 0; line < op->from + op->count; line++) {
        if (line == op->from)
            pango_layout_iter_get_line_yrange(at, &top, NULL);
        if (line >= op->from) {
            PangoRectangle place;
            pango_layout_iter_get_line_extents(at, NULL, &place);
            int baseline = pango_layout_iter_get_baseline(at);
            cairo_move_to(cr, op->x + (double)place.x / PANGO_SCALE,
                          op->y + (double)(baseline - top) / PANGO_SCALE);
            pango_cairo_show_layout_line(cr, pango_layout_iter_get_line_readonly(at));
        }
        pango_layout_iter_next_line(at);
    }
    pango_layout_iter_free(at);
}

static void draw_turned(cairo_t *cr, const struct op *op)
{
    cairo_save(cr);
    cairo_translate(cr, op->x, op->y);
    cairo_rotate(cr, -op->angle);
    cairo_move_to(cr, -canvas_box_width(op->box) / 2, -canvas_box_height(op->box) / 2);
    pango_cairo_show_layout(cr, op->box->layout);
    cairo_restore(cr);
}

static void draw_fill(cairo_t *cr, const struct op *op)
{
    double r = op->radius;
    double right = op->x + op->width;
    double bottom = op->y + op->height;

    if (r <= 0) {
        cairo_rectangle(cr, op->x, op->y, op->width, op->height);
    } else {
        cairo_new_sub_path(cr);
        cairo_arc(cr, right - r, op->y + r, r, -QUARTER, 0);
        cairo_arc(cr, right - r, bottom - r, r, 0, QUARTER);
        cairo_arc(cr, op->x + r, bottom - r, r, QUARTER, 2 * QUARTER);
        cairo_arc(cr, op->x + r, op->y + r, r, 2 * QUARTER, 3 * QUARTER);
        cairo_close_path(cr);
    }
    cairo_fill(cr);
}

static void draw_stroke(cairo_t *cr, const struct op *op)
{
    cairo_set_line_width(cr, op->thickness);
    if (op->kind == OP_FRAME) {
        cairo_rectangle(cr, op->x, op->y, op->width, op->height);
    } else {
        cairo_move_to(cr, op->x, op->y);
        cairo_line_to(cr, op->x + op->width, op->y);
    }
    cairo_stroke(cr);
}

static void draw_picture(cairo_t *cr, const struct op *op)
{
    cairo_save(cr);
    cairo_translate(cr, op->x, op->y);
    cairo_scale(cr, op->width, op->height);
    cairo_set_source_surface(cr, op->picture, 0, 0);
    /* Any other filter is written as /Interpolate, which PDF/A forbids (ISO 19005-3, 6.2.8). */
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_NEAREST);
    cairo_paint(cr);
    cairo_restore(cr);
}

/* Modules beside one another are one rectangle: no hairline between them. */
static void draw_modules(cairo_t *cr, const struct op *op)
{
    double module = op->width / op->side;

    for (int row = 0; row < op->side; row++) {
        const unsigned char *cells = op->cells + row * op->side;
        for (int from = 0; from < op->side; from++) {
            int to = from;
            while (to < op->side && (cells[to] & 1) != 0)
                to++;
            if (to > from)
                cairo_rectangle(cr, op->x + from * module, op->y + row * module,
                                (to - from) * module, module);
            from = to;
        }
    }
    cairo_fill(cr);
}

static void draw_op(cairo_t *cr, const struct op *op)
{
    set_ink(cr, op->ink);
    switch (op->kind) {
    case OP_TEXT:
        cairo_move_to(cr, op->x, op->y);
        pango_cairo_show_layout(cr, op->box->layout);
        break;
    case OP_LINES:
        draw_lines(cr, op);
        break;
    case OP_TURNED:
        draw_turned(cr, op);
        break;
    case OP_LINE:
    case OP_FRAME:
        draw_stroke(cr, op);
        break;
    case OP_FILL:
        draw_fill(cr, op);
        break;
    case OP_PICTURE:
        draw_picture(cr, op);
        break;
    case OP_MODULES:
        draw_modules(cr, op);
        break;
    }
}

/* --- the file ------------------------------------------------------------------------------------
 */

static cairo_status_t bytes_take(void *closure, const unsigned char *bytes, unsigned int len)
{
    struct buf *out = closure;

    buf_put(out, (struct str){(const char *)bytes, len});
    return out->failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void put_info(struct canvas *canvas, cairo_surface_t *surface)
{
    const struct canvas_info *info = &canvas->info;

    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   str_cstr(canvas->arena, info->title));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Guichet");
    if (info->has_made)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                       str_format(canvas->arena, "%04d-%02d-%02dT00:00:00Z",
                                                  info->made.year, info->made.month, info->made.day)
                                           .ptr);
}

err_t canvas_end(struct canvas *canvas, struct str *pdf)
{
    struct buf out = buf_make(canvas->arena, DOCUMENT_MAX);
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(bytes_take, &out, CANVAS_WIDTH, CANVAS_HEIGHT);
    cairo_t *cr;
    bool good;

    /* Every reader opens it, and its structure can be read without unpacking. */
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_4);
    put_info(canvas, surface);
    cr = cairo_create(surface);
    for (const struct page *page = canvas->first; page != NULL; page = page->next) {
        for (const struct op *op = page->ops; op != NULL; op = op->next)
            draw_op(cr, op);
        cairo_show_page(cr);
    }
    cairo_surface_finish(surface);
    good = cairo_status(cr) == CAIRO_STATUS_SUCCESS &&
           cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS && !out.failed;
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    *pdf = buf_str(&out);
    return good ? OK : ERR_INTERNAL;
}
