#include "wire/field_parts.h"
#include "wire/url.h"

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/* C0, DEL, and C1 in its two bytes of UTF-8. */
bool text_is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x20 || byte == 0x7F)
            return false;
        if (byte == 0xC2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xA0)
            return false;
    }
    return true;
}

bool text_is_phone(struct str text)
{
    size_t from = text.len > 0 && text.ptr[0] == '+' ? 1 : 0;

    if (from == text.len || !is_digit(text.ptr[from]) || !is_digit(text.ptr[text.len - 1]))
        return false;
    for (size_t i = from; i < text.len; i++) {
        char byte = text.ptr[i];
        if (!is_digit(byte) && byte != ' ' && byte != '.' && byte != '-')
            return false;
    }
    return true;
}

bool text_is_country(struct str text)
{
    return text.len == 2 && is_letter(text.ptr[0]) && is_letter(text.ptr[1]);
}

bool text_is_url(struct str text, bool local_urls)
{
    struct url url;

    if (url_parse(text, &url) != OK)
        return false;
    return url.tls || (local_urls && url_is_local(&url));
}

/* Takes digits from the front of *rest as a number. */
static bool digits_take(struct str *rest, size_t count, int *out)
{
    int64_t value;

    if (rest->len < count || !str_is_digits(str_sub(*rest, 0, count)) ||
        !str_to_int64(str_sub(*rest, 0, count), &value))
        return false;
    *out = (int)value;
    *rest = str_sub(*rest, count, rest->len - count);
    return true;
}

static bool byte_take(struct str *rest, char byte)
{
    if (rest->len == 0 || rest->ptr[0] != byte)
        return false;
    *rest = str_sub(*rest, 1, rest->len - 1);
    return true;
}

/* ".123": what is finer than microseconds is dropped. */
static bool fraction_take(struct str *rest, instant *out)
{
    int64_t unit = SECOND_US / 10;
    size_t len = 0;

    *out = 0;
    if (!byte_take(rest, '.'))
        return true;
    for (; len < rest->len && is_digit(rest->ptr[len]); len++, unit /= 10)
        *out += (rest->ptr[len] - '0') * unit;
    *rest = str_sub(*rest, len, rest->len - len);
    return len > 0;
}

/* "Z" or "+02:00": what to take off for UTC. */
static bool offset_take(struct str *rest, instant *out)
{
    int hour;
    int minute;

    *out = 0;
    if (byte_take(rest, 'Z') || byte_take(rest, 'z'))
        return true;
    bool west = byte_take(rest, '-');
    if (!west && !byte_take(rest, '+'))
        return false;
    if (!digits_take(rest, 2, &hour) || !byte_take(rest, ':') || !digits_take(rest, 2, &minute) ||
        hour > 23 || minute > 59)
        return false;
    *out = hour * HOUR_US + minute * MINUTE_US;
    if (west)
        *out = -*out;
    return true;
}

bool text_to_instant(struct str text, instant *out)
{
    struct wall wall;
    instant fraction;
    instant offset;

    if (text.len < 11 || !date_parse(str_sub(text, 0, 10), &wall.date))
        return false;
    struct str rest = str_sub(text, 10, text.len - 10);
    if (!byte_take(&rest, 'T') && !byte_take(&rest, 't'))
        return false;
    if (!digits_take(&rest, 2, &wall.hour) || !byte_take(&rest, ':') ||
        !digits_take(&rest, 2, &wall.minute) || !byte_take(&rest, ':') ||
        !digits_take(&rest, 2, &wall.second))
        return false;
    if (wall.hour > 23 || wall.minute > 59 || wall.second > 59)
        return false;
    if (!fraction_take(&rest, &fraction) || !offset_take(&rest, &offset) || rest.len > 0)
        return false;
    instant at = instant_utc(wall) + fraction - offset;
    int64_t seconds = instant_unix(at);
    if (seconds < DATE_EPOCH_MIN || seconds > DATE_EPOCH_MAX)
        return false;
    *out = at;
    return true;
}
