#include "base/luhn.h"

bool luhn_valid(struct str digits)
{
    int sum = 0;

    if (digits.len < 2 || !str_is_digits(digits))
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = digits.ptr[digits.len - 1 - i] - '0';
        if (i % 2 == 1)
            digit = digit > 4 ? 2 * digit - 9 : 2 * digit;
        sum += digit;
    }
    return sum % 10 == 0;
}
