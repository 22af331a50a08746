#include "document/canvas.h"

#include <string.h>

#include <pango/pangocairo.h>

#include "base/arena.h"
#include "base/must.h"
#include "document/canvas_internal.h"

#define LEADING 1.15

static struct op *op_add(struct canvas *canvas, enum op_kind kind)
{
    struct op *op = arena_make(canvas->arena, struct op);
    struct page *page = canvas->page;

    must(page != NULL);
    op->kind = kind;
    *page->end = op;
    page->end = &op->next;
    return op;
}

static void canvas_free(void *pointer)
{
    struct canvas *canvas = pointer;

    for (struct canvas_box *box = canvas->boxes; box != NULL; box = box->next)
        g_object_unref(box->layout);
    g_object_unref(canvas->context);
}

struct canvas *canvas_new(struct arena *arena, const struct canvas_info *info)
{
    struct canvas *canvas = arena_make(arena, struct canvas);

    canvas->arena = arena;
    canvas->info = *info;
    canvas->pages_end = &canvas->first;
    /* The thread's own map: it has read the fonts already when something was drawn before. */
    canvas->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    pango_context_set_language(canvas->context, pango_language_from_string(info->language));
    /* Places of glyphs are those of the font, not of a screen: equal on every machine. */
    pango_context_set_round_glyph_positions(canvas->context, FALSE);
    canvas_font_options(canvas->context);
    arena_defer(arena, canvas_free, canvas);
    return canvas;
}

void canvas_page(struct canvas *canvas)
{
    struct page *page = arena_make(canvas->arena, struct page);

    page->end = &page->ops;
    *canvas->pages_end = page;
    canvas->pages_end = &page->next;
    canvas->page = page;
    canvas->current = canvas->pages++;
}

size_t canvas_pages(const struct canvas *canvas)
{
    return canvas->pages;
}

void canvas_turn(struct canvas *canvas, size_t number)
{
    must(number < canvas->pages);
    canvas->current = number;
    canvas->page = canvas->first;
    for (size_t i = 0; i < number; i++)
        canvas->page = canvas->page->next;
}

/* --- text ----------------------------------------------------------------------------------------
 */

static PangoWeight weight_of(enum canvas_weight weight)
{
    switch (weight) {
    case CANVAS_REGULAR:
        return PANGO_WEIGHT_NORMAL;
    case CANVAS_SEMIBOLD:
        return PANGO_WEIGHT_SEMIBOLD;
    case CANVAS_BOLD:
        return PANGO_WEIGHT_BOLD;
    }
    must_fail(__FILE__, __LINE__, "weight is a member");
}

static void set_font(PangoLayout *layout, const struct canvas_style *style)
{
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, style->fixed ? CANVAS_FIXED : CANVAS_FAMILY);
    pango_font_description_set_weight(font, weight_of(style->weight));
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
}

/* Inter joins what looks like an arrow or a sign of multiplication into one glyph; names and
 * numbers stay as they were written. Scripts that join their letters need it. */
static bool needs_joining(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] >= 0xD6) /* U+0580 on */
            return true;
    }
    return false;
}

static void set_attributes(PangoLayout *layout, const struct canvas_style *style, struct str text)
{
    PangoAttrList *list = pango_attr_list_new();

    /* A hyphen where a long word is broken would look like a part of it. */
    pango_attr_list_insert(list, pango_attr_insert_hyphens_new(FALSE));
    if (style->figures)
        pango_attr_list_insert(list, pango_attr_font_features_new("tnum=1, calt=0"));
    else if (!needs_joining(text))
        pango_attr_list_insert(list, pango_attr_font_features_new("calt=0"));
    if (style->spacing > 0)
        pango_attr_list_insert(list,
                               pango_attr_letter_spacing_new((int)(style->spacing * PANGO_SCALE)));
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
}

static PangoAlignment alignment_of(enum canvas_align align, bool turned)
{
    switch (align) {
    case CANVAS_LEFT:
    case CANVAS_JUSTIFY:
        return turned ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
    case CANVAS_CENTER:
        return PANGO_ALIGN_CENTER;
    case CANVAS_RIGHT:
        return turned ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT;
    }
    must_fail(__FILE__, __LINE__, "align is a member");
}

/* A text that is written from right to left stands where others stand: pango would take the other
 * side for it. Asking for the direction lays the text out, hence the last thing: what is set
 * afterwards would have it laid out again. */
static void align(PangoLayout *layout, enum canvas_align align)
{
    pango_layout_set_alignment(layout, alignment_of(align, false));
    if (pango_layout_get_direction(layout, 0) == PANGO_DIRECTION_RTL)
        pango_layout_set_alignment(layout, alignment_of(align, true));
}

static struct canvas_box *box_new(struct canvas *canvas, const struct canvas_style *style,
                                  int width, struct str text)
{
    struct canvas_box *box = arena_make(canvas->arena, struct canvas_box);
    PangoLayout *layout = pango_layout_new(canvas->context);

    box->layout = layout;
    box->ink = style->ink;
    box->next = canvas->boxes;
    canvas->boxes = box;
    set_font(layout, style);
    set_attributes(layout, style, text);
    pango_layout_set_text(layout, text.len == 0 ? "" : text.ptr, (int)text.len);
    pango_layout_set_width(layout, width);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_justify(layout, style->align == CANVAS_JUSTIFY);
    pango_layout_set_line_spacing(layout, (float)(style->leading > 0 ? style->leading : LEADING));
    align(layout, style->align);
    pango_layout_get_size(layout, &box->width, &box->height);
    box->baseline = pango_layout_get_baseline(layout);
    return box;
}

struct canvas_box *canvas_box(struct canvas *canvas, const struct canvas_style *style, double width,
                              struct str text)
{
    return box_new(canvas, style, (int)(width * PANGO_SCALE), text);
}

struct canvas_box *canvas_line_box(struct canvas *canvas, const struct canvas_style *style,
                                   struct str text)
{
    return box_new(canvas, style, -1, text);
}

static double points(int units)
{
    return (double)units / PANGO_SCALE;
}

double canvas_box_width(const struct canvas_box *box)
{
    return points(box->width);
}

double canvas_box_height(const struct canvas_box *box)
{
    return points(box->height);
}

double canvas_box_baseline(const struct canvas_box *box)
{
    return points(box->baseline);
}

static struct op *put_box(struct canvas *canvas, struct canvas_box *box, enum op_kind kind,
                          double x, double y)
{
    struct op *op = op_add(canvas, kind);

    op->box = box;
    op->ink = box->ink;
    op->x = x;
    op->y = y;
    return op;
}

void canvas_show(struct canvas *canvas, struct canvas_box *box, double x, double y)
{
    put_box(canvas, box, OP_TEXT, x, y);
    if (y + canvas_box_height(box) > CANVAS_HEIGHT)
        canvas->ran_over = true;
}

bool canvas_ran_over(const struct canvas *canvas)
{
    return canvas->ran_over;
}

void canvas_show_right(struct canvas *canvas, struct canvas_box *box, double x, double y)
{
    canvas_show(canvas, box, x - canvas_box_width(box), y);
}

void canvas_show_turned(struct canvas *canvas, struct canvas_box *box, double x, double y,
                        double radians)
{
    put_box(canvas, box, OP_TURNED, x, y)->angle = radians;
}

size_t canvas_box_lines(const struct canvas_box *box)
{
    return (size_t)pango_layout_get_line_count(box->layout);
}

size_t canvas_box_fit(const struct canvas_box *box, size_t from, double height, double *used)
{
    PangoLayoutIter *at = pango_layout_get_iter(box->layout);
    size_t count = 0;
    int top = 0;
    int bottom = 0;

    for (size_t line = 0; line < canvas_box_lines(box); line++) {
        int y0;
        int y1;
        pango_layout_iter_get_line_yrange(at, &y0, &y1);
        if (line == from)
            top = y0;
        if (line > from && points(y1 - top) > height)
            break;
        if (line >= from) {
            count++;
            bottom = y1;
        }
        pango_layout_iter_next_line(at);
    }
    pango_layout_iter_free(at);
    *used = points(bottom - top);
    return count;
}

void canvas_show_lines(struct canvas *canvas, struct canvas_box *box, size_t from, size_t count,
                       double x, double y)
{
    struct op *op = put_box(canvas, box, OP_LINES, x, y);

    op->from = from;
    op->count = count;
}

/* --- shapes --------------------------------------------------------------------------------------
 */

static struct op *put_shape(struct canvas *canvas, enum op_kind kind, double x, double y,
                            double width, double height)
{
    struct op *op = op_add(canvas, kind);

    op->x = x;
    op->y = y;
    op->width = width;
    op->height = height;
    return op;
}

void canvas_line(struct canvas *canvas, double x, double y, double width, double thickness,
                 uint32_t ink)
{
    struct op *op = put_shape(canvas, OP_LINE, x, y, width, 0);

    op->thickness = thickness;
    op->ink = ink;
}

void canvas_frame(struct canvas *canvas, double x, double y, double width, double height,
                  double thickness, uint32_t ink)
{
    struct op *op = put_shape(canvas, OP_FRAME, x, y, width, height);

    op->thickness = thickness;
    op->ink = ink;
}

void canvas_fill(struct canvas *canvas, double x, double y, double width, double height,
                 double radius, uint32_t ink)
{
    struct op *op = put_shape(canvas, OP_FILL, x, y, width, height);

    op->radius = radius;
    op->ink = ink;
}

bool canvas_picture(struct canvas *canvas, struct str png, double x, double y, double width,
                    double height, double *drawn)
{
    cairo_surface_t *picture = canvas_png_read(png);
    if (picture == NULL)
        return false;
    double across = width / cairo_image_surface_get_width(picture);
    double down = height / cairo_image_surface_get_height(picture);
    double scale = across < down ? across : down;
    struct op *op = put_shape(canvas, OP_PICTURE, x, y, scale, scale);

    op->picture = picture;
    arena_defer(canvas->arena, canvas_png_free, picture);
    *drawn = scale * cairo_image_surface_get_width(picture);
    return true;
}

void canvas_modules(struct canvas *canvas, const unsigned char *cells, int side, double x, double y,
                    double size)
{
    struct op *op = put_shape(canvas, OP_MODULES, x, y, size, size);

    op->cells = cells;
    op->side = side;
}

/* --- links ---------------------------------------------------------------------------------------
 */

void canvas_link(struct canvas *canvas, double x, double y, double width, double height,
                 struct str url)
{
    must(canvas->link_count < CANVAS_LINKS_MAX);
    canvas->links[canvas->link_count++] = (struct canvas_link){
        .page = canvas->current, .x = x, .y = y, .width = width, .height = height, .url = url};
}

const struct canvas_link *canvas_links(const struct canvas *canvas, size_t *count)
{
    *count = canvas->link_count;
    return canvas->links;
}
