#include "base/ics.h"

#include "base/iban.h"

enum { HEAD_LEN = 4, CODE_END = 7, ICS_MIN = 8, ICS_FRENCH = 13 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool ics_valid(struct str text)
{
    if (text.len < ICS_MIN || text.len > ICS_MAX || !is_upper(text.ptr[0]) ||
        !is_upper(text.ptr[1]) || !is_digit(text.ptr[2]) || !is_digit(text.ptr[3]))
        return false;
    for (size_t i = HEAD_LEN; i < text.len; i++) {
        if (!is_digit(text.ptr[i]) && !is_upper(text.ptr[i]))
            return false;
    }
    if (str_starts(text, STR("FR")) && text.len != ICS_FRENCH)
        return false;
    int rest = iban_mod97(STR("00"),
                          iban_mod97(str_sub(text, 0, 2), iban_mod97(str_from(text, CODE_END), 0)));
    int check = 10 * (text.ptr[2] - '0') + (text.ptr[3] - '0');
    return check == 98 - rest;
}

bool ics_same(struct str a, struct str b)
{
    return str_eq(str_sub(a, 0, HEAD_LEN), str_sub(b, 0, HEAD_LEN)) &&
           str_eq(str_from(a, CODE_END), str_from(b, CODE_END));
}
