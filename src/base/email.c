#include "base/email.h"

enum { EMAIL_MAX = 254 };

/* A dot inside, none at an end or beside another. */
static bool is_domain(struct str text)
{
    bool dot = false;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '.')
            continue;
        if (i == 0 || i + 1 == text.len || text.ptr[i + 1] == '.')
            return false;
        dot = true;
    }
    return dot;
}

/* Those of ASCII, and U+0080 to U+00A0: controls, and the one blank that people paste. */
static bool is_blank_or_control(struct str text, size_t at)
{
    unsigned char byte = (unsigned char)text.ptr[at];
    unsigned char next = at + 1 < text.len ? (unsigned char)text.ptr[at + 1] : 0xFF;

    return byte <= ' ' || byte == 0x7F || (byte == 0xC2 && next <= 0xA0);
}

bool email_shaped(struct str text)
{
    struct str marks = STR("<>()[],;:\\\"");
    size_t at = str_find(text, '@');

    if (at == 0 || at == text.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (is_blank_or_control(text, i) || str_find(marks, text.ptr[i]) < marks.len ||
            (i != at && text.ptr[i] == '@'))
            return false;
    }
    return is_domain(str_from(text, at + 1));
}

bool email_valid(struct str text)
{
    return text.len <= EMAIL_MAX && email_shaped(text);
}
