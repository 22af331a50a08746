#include "core/merchant_check.h"

#include "base/country.h"
#include "base/luhn.h"
#include "base/money.h"

enum { FEE_BP_MAX = 10000, FEE_MINOR_MAX = 1000000, RATE_LEN_MAX = 12, RATE_DECIMALS_MAX = 6 };

bool siren_valid(struct str text)
{
    return text.len == 9 && luhn_valid(text);
}

static int digit_sum(struct str digits)
{
    int sum = 0;

    for (size_t i = 0; i < digits.len; i++)
        sum += digits.ptr[i] - '0';
    return sum;
}

bool siret_valid(struct str text)
{
    if (text.len != 14 || !str_is_digits(text) || !siren_valid(str_sub(text, 0, 9)))
        return false;
    if (luhn_valid(text))
        return true;
    return str_starts(text, STR("356000000")) && digit_sum(text) % 5 == 0;
}

bool vat_number_valid(struct str text)
{
    int64_t key;
    int64_t siren;

    if (text.len != 13 || !str_starts(text, STR("FR")) || !siren_valid(str_sub(text, 4, 9)))
        return false;
    if (!str_is_digits(str_sub(text, 2, 2)) || !str_to_int64(str_sub(text, 2, 2), &key) ||
        !str_to_int64(str_sub(text, 4, 9), &siren))
        return false;
    return key == (12 + 3 * (siren % 97)) % 97;
}

bool vat_number_has_country(struct str text)
{
    struct str prefix = text.len >= 2 ? str_sub(text, 0, 2) : STR("");

    return str_eq(prefix, STR("EL")) || str_eq(prefix, STR("XI")) || country_is_code(prefix);
}

bool clock_time_valid(struct str text)
{
    int64_t hour;
    int64_t minute;

    return text.len == 5 && text.ptr[2] == ':' && str_is_digits(str_sub(text, 0, 2)) &&
           str_is_digits(str_sub(text, 3, 2)) && str_to_int64(str_sub(text, 0, 2), &hour) &&
           str_to_int64(str_sub(text, 3, 2), &minute) && hour < 24 && minute < 60;
}

bool rate_valid(struct str text)
{
    size_t dot = str_find(text, '.');
    struct str whole = str_sub(text, 0, dot);
    struct str decimals = dot < text.len ? str_from(text, dot + 1) : STR("0");
    bool positive = false;

    if (text.len > RATE_LEN_MAX || whole.len == 0 || decimals.len == 0 ||
        decimals.len > RATE_DECIMALS_MAX || !str_is_digits(whole) || !str_is_digits(decimals))
        return false;
    for (size_t i = 0; i < text.len; i++)
        positive |= text.ptr[i] >= '1' && text.ptr[i] <= '9';
    return positive;
}

bool fee_parse(struct str text, int64_t *bp, int64_t *minor)
{
    size_t plus = str_find(text, '+');
    struct str first = str_sub(text, 0, plus);
    struct str second = plus < text.len ? str_from(text, plus + 1) : STR_NONE;

    return first.len > 0 && second.len > 0 && str_is_digits(first) && str_is_digits(second) &&
           str_to_int64(first, bp) && str_to_int64(second, minor) && *bp <= FEE_BP_MAX &&
           *minor <= FEE_MINOR_MAX;
}

bool currencies_parse(struct str text, unsigned *bits)
{
    unsigned found = 0;

    while (text.len > 0) {
        size_t comma = str_find(text, ',');
        enum currency currency;
        if (!currency_parse(str_sub(text, 0, comma), &currency) || (found & 1U << currency) != 0)
            return false;
        found |= 1U << currency;
        if (comma + 1 == text.len)
            return false; /* nothing after the last comma */
        text = comma < text.len ? str_from(text, comma + 1) : STR_NONE;
    }
    *bits = found;
    return found != 0;
}
