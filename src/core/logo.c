#include "core/logo.h"

#include "base/crypto.h"
#include "base/must.h"
#include "core/merchant.h"
#include "store/sql.h"

/* PNG, second edition, 5: a signature, then chunks of length, type, data and checksum. */
enum { CHUNK_HEAD = 8, CHUNK_TAIL = 4, HEADER_SIZE = 13, HASH_CHARS = 16 };
static const struct str SIGNATURE = STR_INIT("\x89PNG\r\n\x1a\n");

static uint32_t number_at(struct str text, size_t at)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr + at;

    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* What makes the image and nothing else. */
static bool chunk_is_kept(struct str type)
{
    static const struct str KEPT[] = {STR_INIT("IHDR"), STR_INIT("PLTE"), STR_INIT("tRNS"),
                                      STR_INIT("sRGB"), STR_INIT("IDAT"), STR_INIT("IEND")};

    for (size_t i = 0; i < ARRAY_LEN(KEPT); i++) {
        if (str_eq(type, KEPT[i]))
            return true;
    }
    return false;
}

static bool header_fits(struct str data)
{
    return data.len == HEADER_SIZE && number_at(data, 0) >= 1 &&
           number_at(data, 0) <= LOGO_WIDTH_MAX && number_at(data, 4) >= 1 &&
           number_at(data, 4) <= LOGO_HEIGHT_MAX;
}

/* Reads the chunk at `at`, and goes behind it. */
static bool chunk_next(struct str png, size_t *at, struct str *whole, struct str *type,
                       struct str *data)
{
    if (png.len - *at < CHUNK_HEAD + CHUNK_TAIL)
        return false;
    uint32_t len = number_at(png, *at);
    if (len > png.len - *at - CHUNK_HEAD - CHUNK_TAIL)
        return false;
    *whole = str_sub(png, *at, CHUNK_HEAD + (size_t)len + CHUNK_TAIL);
    *type = str_sub(png, *at + 4, 4);
    *data = str_sub(png, *at + CHUNK_HEAD, len);
    *at += whole->len;
    return true;
}

static bool chunks_copy(struct str png, struct buf *out)
{
    struct str whole;
    struct str type;
    struct str data;
    bool image = false;

    for (size_t at = SIGNATURE.len;;) {
        bool first = at == SIGNATURE.len;
        if (!chunk_next(png, &at, &whole, &type, &data))
            return false;
        if (first != str_eq(type, STR("IHDR")) || (first && !header_fits(data)))
            return false;
        image = image || str_eq(type, STR("IDAT"));
        if (chunk_is_kept(type))
            buf_put(out, whole);
        if (str_eq(type, STR("IEND")))
            return image && at == png.len;
    }
}

err_t logo_clean(struct ctx *cx, struct str png, struct str *out)
{
    struct buf kept = buf_make(cx->arena, LOGO_BYTES_MAX);

    if (png.len > LOGO_BYTES_MAX)
        return fault(cx, ERR_INVALID, "logo", "has more than 64 KB");
    buf_put(&kept, SIGNATURE);
    if (!str_starts(png, SIGNATURE) || !chunks_copy(png, &kept))
        return fault(cx, ERR_INVALID, "logo", "is no PNG of at most 1024 by 512 pixels");
    must(!kept.failed);
    *out = buf_str(&kept);
    return OK;
}

err_t logo_set(struct ctx *cx, struct tx *tx, struct merchant_id merchant, struct str png)
{
    uint8_t hash[SHA256_SIZE];
    struct str image = STR_NONE;
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_MERCHANT_FIND, ARGS(V_ID(merchant)), &rows, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, "merchant", "does not exist");
    rows_end(rows);
    if (png.len > 0)
        TRY(logo_clean(cx, png, &image));
    TRY(merchants_changed(cx, tx));
    if (png.len == 0)
        return store_run(cx, tx, &SQL_LOGO_DROP, ARGS(V_ID(merchant)));
    sha256(image, hash);
    struct str name = str_sub(hex_encode(cx->arena, hash, sizeof hash), 0, HASH_CHARS);
    return store_run(cx, tx, &SQL_LOGO_PUT,
                     ARGS(V_ID(merchant), V_TEXT(name), V_BLOB(image), V_INT(cx->real)));
}

err_t logo_hash(struct ctx *cx, struct tx *tx, struct merchant_id merchant, struct str *out)
{
    struct rows *rows;
    bool found;

    *out = STR_NONE;
    TRY(store_query_one(cx, tx, &SQL_LOGO_HASH, ARGS(V_ID(merchant)), &rows, &found));
    if (!found)
        return OK;
    *out = col_text(rows, 0);
    rows_end(rows);
    return OK;
}

err_t logo_image(struct ctx *cx, struct tx *tx, struct merchant_id merchant, struct str hash,
                 struct str *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LOGO_IMAGE, ARGS(V_ID(merchant), V_TEXT(hash)), &rows,
                        &found));
    if (!found)
        return ERR_NOT_FOUND;
    *out = col_blob(rows, 0);
    rows_end(rows);
    return OK;
}
