#include "core/logo.h"
#include "support/core.h"

/* Chunks are checked by their form; checksums are the browser's business. */
static void chunk(struct buf *out, const char *type, struct str data)
{
    const char head[] = {(char)(data.len >> 24 & 255), (char)(data.len >> 16 & 255),
                         (char)(data.len >> 8 & 255), (char)(data.len & 255)};

    buf_put(out, (struct str){head, sizeof head});
    buf_put_cstr(out, type);
    buf_put(out, data);
    buf_put_cstr(out, "CRC_");
}

static struct str header(struct arena *arena, unsigned width, unsigned height)
{
    const char data[] = {0,
                         0,
                         (char)(width >> 8),
                         (char)(width & 255),
                         0,
                         0,
                         (char)(height >> 8),
                         (char)(height & 255),
                         8,
                         6,
                         0,
                         0,
                         0};

    return str_dup(arena, (struct str){data, sizeof data});
}

static struct buf png_begin(struct arena *arena, unsigned width, unsigned height)
{
    struct buf out = buf_make(arena, 256 * 1024);

    buf_put(&out, STR("\x89PNG\r\n\x1a\n"));
    chunk(&out, "IHDR", header(arena, width, height));
    return out;
}

static struct str png(struct arena *arena, unsigned width, unsigned height)
{
    struct buf out = png_begin(arena, width, height);

    chunk(&out, "IDAT", STR("pixels"));
    chunk(&out, "IEND", STR(""));
    return buf_str(&out);
}

static err_t clean(struct ctx *cx, struct str in, struct str *out)
{
    ctx_clear_faults(cx);
    return logo_clean(cx, in, out);
}

CASE(only_the_image_of_a_png_is_kept)
{
    struct ctx *cx = unit_ctx();
    struct buf out = png_begin(cx->arena, 200, 80);
    struct str kept;

    chunk(&out, "tEXt", STR("Author Somebody"));
    chunk(&out, "PLTE", STR("abc"));
    chunk(&out, "IDAT", STR("pixels"));
    chunk(&out, "eXIf", STR("a place"));
    chunk(&out, "IEND", STR(""));
    assert_ok(clean(cx, buf_str(&out), &kept));
    struct buf expected = png_begin(cx->arena, 200, 80);
    chunk(&expected, "PLTE", STR("abc"));
    chunk(&expected, "IDAT", STR("pixels"));
    chunk(&expected, "IEND", STR(""));
    assert_true(str_eq(kept, buf_str(&expected)));
    unit_ctx_free(cx);
}

CASE(limits_of_a_picture)
{
    struct ctx *cx = unit_ctx();
    struct str out;

    assert_ok(clean(cx, png(cx->arena, LOGO_WIDTH_MAX, LOGO_HEIGHT_MAX), &out));
    assert_int_equal(clean(cx, png(cx->arena, LOGO_WIDTH_MAX + 1, 1), &out), ERR_INVALID);
    assert_int_equal(clean(cx, png(cx->arena, 1, LOGO_HEIGHT_MAX + 1), &out), ERR_INVALID);
    assert_int_equal(clean(cx, png(cx->arena, 0, 1), &out), ERR_INVALID);
    assert_int_equal(clean(cx, STR("<svg/>"), &out), ERR_INVALID);
    assert_int_equal(clean(cx, STR(""), &out), ERR_INVALID);
    struct buf large = png_begin(cx->arena, 10, 10);
    char *pixels = arena_alloc(cx->arena, LOGO_BYTES_MAX);
    memset(pixels, 'x', LOGO_BYTES_MAX);
    chunk(&large, "IDAT", (struct str){pixels, LOGO_BYTES_MAX});
    chunk(&large, "IEND", STR(""));
    assert_int_equal(clean(cx, buf_str(&large), &out), ERR_INVALID);
    unit_ctx_free(cx);
}

CASE(a_picture_that_was_cut_or_lengthened_is_refused)
{
    struct ctx *cx = unit_ctx();
    struct str whole = png(cx->arena, 20, 20);
    struct str out;

    for (size_t len = 0; len < whole.len; len++)
        assert_int_equal(clean(cx, str_sub(whole, 0, len), &out), ERR_INVALID);
    struct buf longer = buf_make(cx->arena, 4096);
    buf_put(&longer, whole);
    buf_put_cstr(&longer, "<script>");
    assert_int_equal(clean(cx, buf_str(&longer), &out), ERR_INVALID);
    struct buf empty = png_begin(cx->arena, 20, 20);
    chunk(&empty, "IEND", STR(""));
    assert_int_equal(clean(cx, buf_str(&empty), &out), ERR_INVALID);
    unit_ctx_free(cx);
}

struct put {
    struct merchant_id merchant;
    struct str png;
};

static err_t put_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct put *put = arg;

    return logo_set(cx, tx, put->merchant, put->png);
}

CASE(a_merchant_has_one_picture_or_none)
{
    struct world *world = world_new();
    struct ctx *cx = world->cx;
    struct put put = {world->made.merchant, png(cx->arena, 20, 20)};
    struct merchant merchant;
    struct str image;

    assert_ok(merchant_load(cx, world_read(world), put.merchant, &merchant));
    assert_int_equal(merchant.logo.len, 0);
    assert_ok(tx_run(world->store, cx, put_body, &put));
    assert_ok(merchant_load(cx, world_read(world), put.merchant, &merchant));
    struct str first = merchant.logo;
    assert_int_equal(first.len, 16);
    assert_ok(logo_image(cx, world_read(world), put.merchant, first, &image));
    assert_true(str_eq(image, put.png));
    put.png = png(cx->arena, 30, 30);
    assert_ok(tx_run(world->store, cx, put_body, &put));
    assert_int_equal(logo_image(cx, world_read(world), put.merchant, first, &image), ERR_NOT_FOUND);
    put.png = STR_NONE;
    assert_ok(tx_run(world->store, cx, put_body, &put));
    assert_ok(merchant_load(cx, world_read(world), put.merchant, &merchant));
    assert_int_equal(merchant.logo.len, 0);
    ID_NEW(cx->ids, &put.merchant);
    assert_int_equal(tx_run(world->store, cx, put_body, &put), ERR_NOT_FOUND);
    world_free(world);
}

UNIT_MAIN(T(only_the_image_of_a_png_is_kept), T(limits_of_a_picture),
          T(a_picture_that_was_cut_or_lengthened_is_refused), T(a_merchant_has_one_picture_or_none))
