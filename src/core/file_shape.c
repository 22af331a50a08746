#include "core/file_shape.h"

#include <string.h>

ENUM_DEFINE(file_shape, FILE_SHAPE_LIST)

static uint32_t big_endian(struct str bytes, size_t at, size_t count)
{
    uint32_t value = 0;

    for (size_t i = 0; i < count; i++)
        value = value << 8 | (unsigned char)bytes.ptr[at + i];
    return value;
}

static bool holds(struct str bytes, struct str what)
{
    return bytes.len > 0 && memmem(bytes.ptr, bytes.len, what.ptr, what.len) != NULL;
}

/* --- PNG (RFC 2083) ------------------------------------------------------------------------------
 */

enum { CHUNK_HEAD = 8, CHUNK_CRC = 4, IHDR_LEN = 13, PIXELS_MAX = 30000 };

static uint32_t crc32_of(struct str bytes)
{
    uint32_t crc = 0xFFFFFFFF;

    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (unsigned char)bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320U : 0);
    }
    return ~crc;
}

static bool size_fits(uint32_t width, uint32_t height)
{
    return width > 0 && width <= PIXELS_MAX && height > 0 && height <= PIXELS_MAX;
}

/* Chunk after chunk, each with its checksum, from IHDR to IEND, which is the end. */
static bool png_is_whole(struct str rest)
{
    bool first = true;
    bool has_data = false;

    while (rest.len >= CHUNK_HEAD + CHUNK_CRC) {
        size_t len = big_endian(rest, 0, 4);
        if (len > rest.len - CHUNK_HEAD - CHUNK_CRC)
            return false;
        struct str kind = str_sub(rest, 4, 4);
        if (crc32_of(str_sub(rest, 4, 4 + len)) != big_endian(rest, CHUNK_HEAD + len, 4))
            return false;
        if (first != str_eq(kind, STR("IHDR")))
            return false;
        if (first && (len != IHDR_LEN || !size_fits(big_endian(rest, CHUNK_HEAD, 4),
                                                    big_endian(rest, CHUNK_HEAD + 4, 4))))
            return false;
        first = false;
        has_data = has_data || (str_eq(kind, STR("IDAT")) && len > 0);
        rest = str_from(rest, CHUNK_HEAD + len + CHUNK_CRC);
        if (str_eq(kind, STR("IEND")))
            return has_data && rest.len == 0;
    }
    return false;
}

/* --- JPEG (ITU-T T.81 annex B) -------------------------------------------------------------------
 */

enum {
    JPEG_TEM = 0x01,
    JPEG_SOF = 0xC0,
    JPEG_DHT = 0xC4,
    JPEG_JPG = 0xC8,
    JPEG_DAC = 0xCC,
    JPEG_SOF_LAST = 0xCF,
    JPEG_RST = 0xD0,
    JPEG_SOI = 0xD8,
    JPEG_EOI = 0xD9,
    JPEG_SOS = 0xDA,
    FRAME_LEN = 8,
};

static bool is_frame(unsigned marker)
{
    return marker >= JPEG_SOF && marker <= JPEG_SOF_LAST && marker != JPEG_DHT &&
           marker != JPEG_JPG && marker != JPEG_DAC;
}

/* Past the data of a scan, to its next marker that is none of a restart. */
static struct str scan_skip(struct str rest)
{
    while (rest.len >= 2) {
        size_t at = str_find(rest, (char)0xFF);
        if (at + 1 >= rest.len)
            break;
        unsigned next = (unsigned char)rest.ptr[at + 1];
        bool data = next == 0 || (next >= JPEG_RST && next < JPEG_SOI);
        if (!data && next != 0xFF)
            return str_from(rest, at);
        rest = str_from(rest, at + (data ? 2 : 1));
    }
    return STR_NONE;
}

/* What cameras write behind a picture is theirs, as long as it is no archive. */
static bool tail_is_harmless(struct str tail)
{
    return !holds(tail, STR("PK\x03\x04")) && !holds(tail, STR("PK\x05\x06")) &&
           !holds(tail, STR("Rar!\x1a\x07")) && !holds(tail, STR("7z\xbc\xaf\x27\x1c")) &&
           !holds(tail, STR("%PDF-"));
}

static bool jpeg_is_whole(struct str rest)
{
    bool has_frame = false;
    bool has_scan = false;

    while (rest.len >= 2 && (unsigned char)rest.ptr[0] == 0xFF) {
        unsigned marker = (unsigned char)rest.ptr[1];
        rest = str_from(rest, marker == 0xFF ? 1 : 2);
        if (marker == 0xFF || marker == JPEG_TEM)
            continue;
        if (marker == JPEG_EOI)
            return has_frame && has_scan && tail_is_harmless(rest);
        size_t len = rest.len >= 2 ? big_endian(rest, 0, 2) : 0;
        if (marker < JPEG_SOF || marker == JPEG_SOI || len < 2 || len > rest.len)
            return false;
        if (is_frame(marker)) {
            if (len < FRAME_LEN || !size_fits(big_endian(rest, 5, 2), big_endian(rest, 3, 2)))
                return false;
            has_frame = true;
        }
        rest = str_from(rest, len);
        if (marker == JPEG_SOS) {
            has_scan = has_frame;
            rest = scan_skip(rest);
        }
    }
    return false;
}

/* --- PDF (ISO 32000) -----------------------------------------------------------------------------
 */

enum { PDF_END = 1024 };

/* Its end is where it says, and nobody needs a password. */
static bool pdf_is_whole(struct str bytes)
{
    struct str mark = STR("%%EOF");
    size_t at = bytes.len;
    size_t from = bytes.len > PDF_END ? bytes.len - PDF_END : 0;

    while (at > from && !str_starts(str_from(bytes, at), mark))
        at--;
    if (!str_starts(str_from(bytes, at), mark))
        return false;
    for (size_t i = at + mark.len; i < bytes.len; i++) {
        char c = bytes.ptr[i];
        if (c != '\r' && c != '\n' && c != ' ' && c != '\0')
            return false;
    }
    return holds(str_from(bytes, from), STR("startxref")) && holds(bytes, STR(" obj")) &&
           !holds(bytes, STR("/Encrypt"));
}

bool file_shape_read(struct str bytes, enum file_shape *out)
{
    static const struct str PNG = STR_INIT("\x89PNG\r\n\x1a\n");
    static const struct str JPEG = STR_INIT("\xff\xd8");
    static const struct str PDF = STR_INIT("%PDF-");

    if (str_starts(bytes, PNG)) {
        *out = FILE_PNG;
        return png_is_whole(str_from(bytes, PNG.len));
    }
    if (str_starts(bytes, JPEG)) {
        *out = FILE_JPEG;
        return jpeg_is_whole(str_from(bytes, JPEG.len));
    }
    *out = FILE_PDF;
    return str_starts(bytes, PDF) && pdf_is_whole(bytes);
}
