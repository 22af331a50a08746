/* The values inside fields: numbers, times, DE 48, DE 90, DE 95. */
#include <string.h>

#include "base/must.h"
#include "rails/card/iso8583.h"

bool iso_number(struct str digits, int64_t *out)
{
    return digits.len > 0 && str_is_digits(digits) && str_to_int64(digits, out);
}

void iso_digits(int64_t value, size_t len, char *out)
{
    must(value >= 0);
    for (size_t i = len; i-- > 0;) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    must(value == 0);
    out[len] = '\0';
}

struct iso_times iso_times(instant at)
{
    struct wall utc = wall_utc(at);
    struct wall paris = wall_paris(at);
    struct iso_times times;

    iso_digits(utc.date.month, 2, times.sent);
    iso_digits(utc.date.day, 2, times.sent + 2);
    iso_digits(utc.hour, 2, times.sent + 4);
    iso_digits(utc.minute, 2, times.sent + 6);
    iso_digits(utc.second, 2, times.sent + 8);
    iso_digits(paris.hour, 2, times.time);
    iso_digits(paris.minute, 2, times.time + 2);
    iso_digits(paris.second, 2, times.time + 4);
    iso_digits(paris.date.month, 2, times.day);
    iso_digits(paris.date.day, 2, times.day + 2);
    return times;
}

/* --- DE 90 and DE 95
 * -------------------------------------------------------------------------------- */

void iso_original_put(const struct iso_original *original, char out[ISO_ORIGINAL_LEN + 1])
{
    size_t acquirer_len = strlen(original->acquirer);

    must(acquirer_len <= ISO_ACQUIRER_MAX);
    memset(out, '0', ISO_ORIGINAL_LEN);
    memcpy(out, original->mti, ISO_MTI_LEN);
    memcpy(out + 4, original->stan, ISO_STAN_LEN);
    memcpy(out + 10, original->sent, ISO_SENT_LEN);
    memcpy(out + 20 + ISO_ACQUIRER_MAX - acquirer_len, original->acquirer, acquirer_len);
    out[ISO_ORIGINAL_LEN] = '\0';
}

err_t iso_original_get(struct str field, struct iso_original *out)
{
    if (field.len != ISO_ORIGINAL_LEN || !str_is_digits(field))
        return ERR_MALFORMED;
    memset(out, 0, sizeof *out);
    memcpy(out->mti, field.ptr, ISO_MTI_LEN);
    memcpy(out->stan, field.ptr + 4, ISO_STAN_LEN);
    memcpy(out->sent, field.ptr + 10, ISO_SENT_LEN);
    struct str acquirer = str_sub(field, 20, ISO_ACQUIRER_MAX);
    while (acquirer.len > 0 && acquirer.ptr[0] == '0')
        acquirer = str_sub(acquirer, 1, acquirer.len - 1);
    if (acquirer.len > 0)
        memcpy(out->acquirer, acquirer.ptr, acquirer.len);
    return OK;
}

static const char NO_FEES[] = "C00000000C00000000";

void iso_replace_put(int64_t minor, char out[ISO_REPLACE_LEN + 1])
{
    iso_digits(minor, 12, out);
    iso_digits(0, 12, out + 12);
    memcpy(out + 24, NO_FEES, sizeof NO_FEES);
}

err_t iso_replace_get(struct str field, int64_t *minor)
{
    if (field.len != ISO_REPLACE_LEN || !iso_number(str_sub(field, 0, 12), minor) ||
        !str_is_digits(str_sub(field, 12, 12)))
        return ERR_MALFORMED;
    return OK;
}

/* --- DE 48
 * ------------------------------------------------------------------------------------------ */

enum { SUB_HEAD = 4, SUB_MAX = 99 };

void iso_private_put(struct iso_private *private, enum iso_tag tag, struct str value)
{
    char head[SUB_HEAD + 1];

    if (value.len == 0)
        return;
    must(value.len <= SUB_MAX);
    must(sizeof private->text - private->len >= SUB_HEAD + value.len);
    iso_digits((int64_t)tag, 2, head);
    iso_digits((int64_t)value.len, 2, head + 2);
    memcpy(private->text + private->len, head, SUB_HEAD);
    memcpy(private->text + private->len + SUB_HEAD, value.ptr, value.len);
    private->len += SUB_HEAD + value.len;
}

bool iso_private_get(const struct iso_message *message, enum iso_tag tag, struct str *out)
{
    struct str rest = message->fields[48];

    while (rest.len >= SUB_HEAD) {
        int64_t found;
        int64_t len;
        if (!iso_number(str_sub(rest, 0, 2), &found) || !iso_number(str_sub(rest, 2, 2), &len) ||
            rest.len - SUB_HEAD < (size_t)len)
            return false;
        if (found == (int64_t)tag) {
            *out = str_sub(rest, SUB_HEAD, (size_t)len);
            return true;
        }
        rest = str_sub(rest, SUB_HEAD + (size_t)len, rest.len - SUB_HEAD - (size_t)len);
    }
    return false;
}

/* --- text
 * ------------------------------------------------------------------------------------------- */

/* U+00C0..U+00FF without their accents, upper case; '\1' stands for two letters. */
static const char LATIN[] = "AAAAAA\1CEEEEIIIIDNOOOOO OUUUUY\1\1AAAAAA\1CEEEEIIIIDNOOOOO OUUUUY\1Y";

static const char *two_letters(uint32_t point)
{
    switch (point) {
    case 0xc6:
    case 0xe6:
        return "AE";
    case 0xde:
    case 0xfe:
        return "TH";
    case 0xdf:
        return "SS";
    case 0x152:
    case 0x153:
        return "OE";
    case 0x2018:
    case 0x2019:
        return "'";
    case 0x2013:
    case 0x2014:
        return "-";
    default:
        return " ";
    }
}

/* One code point of text that is UTF-8; a byte that is not counts as one unknown character. */
static uint32_t next_point(struct str *text)
{
    unsigned char first = (unsigned char)text->ptr[0];
    size_t more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t point = first < 0x80 ? first : first & (0x3fU >> more);

    if (text->len <= more || (first >= 0x80 && more == 0)) {
        *text = str_sub(*text, 1, text->len - 1);
        return first < 0x80 ? first : 0xfffd;
    }
    for (size_t i = 1; i <= more; i++)
        point = point << 6 | ((unsigned char)text->ptr[i] & 0x3fU);
    *text = str_sub(*text, 1 + more, text->len - 1 - more);
    return point;
}

size_t iso_ascii(struct str utf8, char *out, size_t max)
{
    size_t len = 0;

    while (utf8.len > 0 && len < max) {
        uint32_t point = next_point(&utf8);
        if (point >= 'a' && point <= 'z') {
            out[len++] = (char)(point - ('a' - 'A'));
        } else if (point >= 0x20 && point < 0x7f) {
            out[len++] = (char)point;
        } else if (point >= 0xc0 && point <= 0xff && LATIN[point - 0xc0] != '\1') {
            out[len++] = LATIN[point - 0xc0];
        } else {
            for (const char *at = two_letters(point); *at != '\0' && len < max; at++)
                out[len++] = *at;
        }
    }
    return len;
}
