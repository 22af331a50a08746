#include "rails/card/iso8583.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"

enum content {
    ABSENT = 0, /* the profile does not use this number: its length is unknown */
    NUMERIC,    /* digits */
    ALNUM,      /* letters, digits and blanks */
    TEXT,       /* printable ASCII */
    SIGNED,     /* C or D, then digits */
    BINARY,
};

/* length_digits 0: always exactly max. */
struct format {
    enum content content;
    unsigned char length_digits;
    unsigned short max;
};

static const struct format FORMATS[ISO_FIELD_MAX + 1] = {
    [2] = {NUMERIC, 2, 19             },
      [3] = {NUMERIC, 0, 6              },
      [4] = {NUMERIC, 0, 12             },
    [7] = {NUMERIC, 0, 10             },
      [11] = {NUMERIC, 0, 6              },
      [12] = {NUMERIC, 0, 6              },
    [13] = {NUMERIC, 0, 4              },
      [14] = {NUMERIC, 0, 4              },
      [15] = {NUMERIC, 0, 4              },
    [18] = {NUMERIC, 0, 4              },
      [22] = {NUMERIC, 0, 3              },
      [25] = {NUMERIC, 0, 2              },
    [32] = {NUMERIC, 2, 11             },
      [37] = {ALNUM,   0, 12             },
      [38] = {ALNUM,   0, 6              },
    [39] = {ALNUM,   0, 2              },
      [41] = {TEXT,    0, 8              },
      [42] = {TEXT,    0, 15             },
    [43] = {TEXT,    0, 40             },
      [44] = {TEXT,    2, 25             },
      [48] = {TEXT,    3, ISO_PRIVATE_MAX},
    [49] = {NUMERIC, 0, 3              },
      [50] = {NUMERIC, 0, 3              },
      [64] = {BINARY,  0, 8              },
    [66] = {NUMERIC, 0, 1              },
      [70] = {NUMERIC, 0, 3              },
      [74] = {NUMERIC, 0, 10             },
    [75] = {NUMERIC, 0, 10             },
      [76] = {NUMERIC, 0, 10             },
      [77] = {NUMERIC, 0, 10             },
    [86] = {NUMERIC, 0, 16             },
      [87] = {NUMERIC, 0, 16             },
      [88] = {NUMERIC, 0, 16             },
    [89] = {NUMERIC, 0, 16             },
      [90] = {NUMERIC, 0, 42             },
      [95] = {ALNUM,   0, 42             },
    [97] = {SIGNED,  0, 17             },
      [128] = {BINARY,  0, 8              },
};

enum { BITMAP_BYTES = 8, BITMAP_HEX_LEN = 16, HALF = 64, MAC_LEN = 8 };

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_alnum(char byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool fits_content(enum content content, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        char byte = value.ptr[i];
        switch (content) {
        case NUMERIC:
            if (!is_digit(byte))
                return false;
            break;
        case ALNUM:
            if (!is_alnum(byte) && byte != ' ')
                return false;
            break;
        case TEXT:
            if (byte < 0x20 || byte > 0x7e)
                return false;
            break;
        case SIGNED:
            if (i == 0 ? byte != 'C' && byte != 'D' : !is_digit(byte))
                return false;
            break;
        case BINARY:
        case ABSENT:
            break;
        }
    }
    return true;
}

static bool fits(size_t number, struct str value)
{
    const struct format *format = &FORMATS[number];

    if (format->content == ABSENT)
        return false;
    if (format->length_digits == 0 ? value.len != format->max : value.len > format->max)
        return false;
    return fits_content(format->content, value);
}

/* --- reading
 * ---------------------------------------------------------------------------------------- */

struct reader {
    struct str body;
    size_t at;
};

static bool take(struct reader *reader, size_t len, struct str *out)
{
    if (reader->body.len - reader->at < len)
        return false;
    *out = str_sub(reader->body, reader->at, len);
    reader->at += len;
    return true;
}

static int hex_upper(char byte)
{
    if (is_digit(byte))
        return byte - '0';
    return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

static bool take_bitmap(struct reader *reader, enum iso_bitmap form, uint64_t *out)
{
    struct str text;
    uint64_t bits = 0;

    if (!take(reader, form == ISO_BITMAP_HEX ? BITMAP_HEX_LEN : BITMAP_BYTES, &text))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (form == ISO_BITMAP_HEX) {
            int digit = hex_upper(text.ptr[i]);
            if (digit < 0)
                return false;
            bits = bits << 4 | (uint64_t)digit;
        } else {
            bits = bits << 8 | (unsigned char)text.ptr[i];
        }
    }
    *out = bits;
    return true;
}

static bool bit_set(const uint64_t maps[2], size_t number)
{
    return (maps[(number - 1) / HALF] >> (HALF - 1 - (number - 1) % HALF) & 1) != 0;
}

static bool take_field(struct reader *reader, size_t number, struct str *out)
{
    const struct format *format = &FORMATS[number];
    int64_t len = format->max;
    struct str digits;

    if (format->content == ABSENT)
        return false;
    if (format->length_digits > 0 && (!take(reader, format->length_digits, &digits) ||
                                      !iso_number(digits, &len) || len > format->max))
        return false;
    return take(reader, (size_t)len, out) && fits_content(format->content, *out);
}

static size_t mac_number(const struct iso_message *message)
{
    return message->secondary ? 128 : 64;
}

static void mac_make(const struct iso_profile *profile, struct str body, size_t mac_at,
                     uint8_t mac[MAC_LEN])
{
    char copy[ISO_BODY_MAX];
    uint8_t whole[SHA256_SIZE];

    must(body.len <= sizeof copy);
    must(mac_at + MAC_LEN <= body.len);
    memcpy(copy, body.ptr, body.len);
    memset(copy + mac_at, 0, MAC_LEN);
    hmac_sha256(profile->mac_key, (struct str){copy, body.len}, whole);
    crypto_wipe(copy, sizeof copy);
    memcpy(mac, whole, MAC_LEN);
}

static err_t mac_check(const struct iso_profile *profile, struct str body,
                       const struct iso_message *message)
{
    struct str given = message->fields[mac_number(message)];
    uint8_t mac[MAC_LEN];

    if (given.ptr == NULL)
        return ERR_AUTH;
    mac_make(profile, body, (size_t)(given.ptr - body.ptr), mac);
    return crypto_equal(given, (struct str){(const char *)mac, MAC_LEN}) ? OK : ERR_AUTH;
}

err_t iso_decode(const struct iso_profile *profile, struct str body, struct iso_message *out)
{
    struct reader reader = {body, 0};
    struct str mti;
    uint64_t maps[2] = {0, 0};

    memset(out, 0, sizeof *out);
    if (body.len > ISO_BODY_MAX || !take(&reader, ISO_MTI_LEN, &mti) || !str_is_digits(mti))
        return ERR_MALFORMED;
    memcpy(out->mti, mti.ptr, ISO_MTI_LEN);
    if (!take_bitmap(&reader, profile->bitmap, &maps[0]))
        return ERR_MALFORMED;
    out->secondary = bit_set(maps, 1);
    if (out->secondary && !take_bitmap(&reader, profile->bitmap, &maps[1]))
        return ERR_MALFORMED;
    for (size_t number = 2; number <= ISO_FIELD_MAX; number++) {
        struct str value;
        if (!bit_set(maps, number))
            continue;
        if (!take_field(&reader, number, &value))
            return ERR_MALFORMED;
        out->fields[number] = value;
    }
    if (reader.at != body.len)
        return ERR_MALFORMED;
    return profile->mac_key.ptr == NULL ? OK : mac_check(profile, body, out);
}

/* --- writing
 * ---------------------------------------------------------------------------------------- */

struct writer {
    char *out;
    size_t max;
    size_t len;
    bool full;
};

static void put(struct writer *writer, const char *bytes, size_t len)
{
    if (writer->full || writer->max - writer->len < len) {
        writer->full = true;
        return;
    }
    if (len > 0)
        memcpy(writer->out + writer->len, bytes, len);
    writer->len += len;
}

static void put_bitmap(struct writer *writer, enum iso_bitmap form, uint64_t bits)
{
    char text[BITMAP_HEX_LEN];
    size_t len = form == ISO_BITMAP_HEX ? BITMAP_HEX_LEN : BITMAP_BYTES;

    for (size_t i = len; i-- > 0;) {
        if (form == ISO_BITMAP_HEX) {
            text[i] = "0123456789ABCDEF"[bits & 0xf];
            bits >>= 4;
        } else {
            text[i] = (char)(bits & 0xff);
            bits >>= 8;
        }
    }
    put(writer, text, len);
}

static void put_field(struct writer *writer, size_t number, struct str value)
{
    char len[4];

    if (FORMATS[number].length_digits > 0) {
        iso_digits((int64_t)value.len, FORMATS[number].length_digits, len);
        put(writer, len, FORMATS[number].length_digits);
    }
    put(writer, value.ptr, value.len);
}

err_t iso_encode(const struct iso_profile *profile, const struct iso_message *message, char *out,
                 size_t max, size_t *len)
{
    static const char ZEROS[MAC_LEN] = {0};
    struct writer writer = {out, max < ISO_BODY_MAX ? max : ISO_BODY_MAX, 0, false};
    uint64_t maps[2] = {0, 0};
    struct iso_message whole = *message;

    whole.secondary = message->secondary || profile->secondary_always;
    for (size_t number = HALF + 1; number <= ISO_FIELD_MAX; number++)
        whole.secondary = whole.secondary || ISO_HAS(message, number);
    if (profile->mac_key.ptr != NULL)
        whole.fields[mac_number(&whole)] = (struct str){ZEROS, MAC_LEN};
    for (size_t number = 2; number <= ISO_FIELD_MAX; number++) {
        if (!ISO_HAS(&whole, number))
            continue;
        if (!fits(number, whole.fields[number]))
            return ERR_INVALID;
        maps[(number - 1) / HALF] |= UINT64_C(1) << (HALF - 1 - (number - 1) % HALF);
    }
    maps[0] |= whole.secondary ? UINT64_C(1) << (HALF - 1) : 0;
    if (strlen(message->mti) != ISO_MTI_LEN || !str_is_digits(str_of(message->mti)))
        return ERR_INVALID;
    put(&writer, message->mti, ISO_MTI_LEN);
    put_bitmap(&writer, profile->bitmap, maps[0]);
    if (whole.secondary)
        put_bitmap(&writer, profile->bitmap, maps[1]);
    for (size_t number = 2; number <= ISO_FIELD_MAX; number++) {
        if (ISO_HAS(&whole, number))
            put_field(&writer, number, whole.fields[number]);
    }
    if (writer.full)
        return ERR_LIMIT;
    if (profile->mac_key.ptr != NULL) {
        uint8_t mac[MAC_LEN];
        mac_make(profile, (struct str){out, writer.len}, writer.len - MAC_LEN, mac);
        memcpy(out + writer.len - MAC_LEN, mac, MAC_LEN);
    }
    *len = writer.len;
    return OK;
}

/* --- answers
 * ---------------------------------------------------------------------------------------- */

void iso_answer_mti(const char mti[ISO_MTI_LEN + 1], char out[ISO_MTI_LEN + 1])
{
    memcpy(out, mti, ISO_MTI_LEN + 1);
    out[2] = (char)(out[2] + 1);
    if (out[3] == '1')
        out[3] = '0';
}

bool iso_is_answer(const struct iso_message *message)
{
    return (message->mti[2] - '0') % 2 == 1;
}

void iso_answer(const struct iso_message *request, struct iso_message *out)
{
    static const unsigned char ECHOED[] = {3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70};

    memset(out, 0, sizeof *out);
    iso_answer_mti(request->mti, out->mti);
    for (size_t i = 0; i < sizeof ECHOED; i++)
        out->fields[ECHOED[i]] = request->fields[ECHOED[i]];
}
