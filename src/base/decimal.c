#include "base/decimal.h"

#include "base/attr.h"
#include "base/must.h"

static const int64_t TENS[DECIMALS_MAX + 1] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};

static wide_int ten_to(int decimals)
{
    must(decimals >= 0);
    must(decimals <= DECIMALS_MAX);
    return TENS[decimals];
}

struct decimal decimal_of(int64_t units, int decimals)
{
    must(decimals >= 0);
    must(decimals <= DECIMALS_MAX);
    return (struct decimal){.units = units, .decimals = decimals, .present = true};
}

/* --- texts ---------------------------------------------------------------------------------------
 */

static struct str blanks_cut(struct str text)
{
    while (text.len > 0 && (unsigned char)text.ptr[0] <= ' ')
        text = str_from(text, 1);
    while (text.len > 0 && (unsigned char)text.ptr[text.len - 1] <= ' ')
        text.len--;
    return text;
}

static bool sign_cut(struct str *text)
{
    bool negative = text->len > 0 && text->ptr[0] == '-';

    if (negative || (text->len > 0 && text->ptr[0] == '+'))
        *text = str_from(*text, 1);
    return negative;
}

/* Adds the digits below the sign, so that the smallest number can be read too. */
static err_t digits_read(struct str digits, bool negative, int64_t *units)
{
    for (size_t i = 0; i < digits.len; i++) {
        int64_t digit = digits.ptr[i] - '0';
        if (digit < 0 || digit > 9)
            return ERR_MALFORMED;
        if (mul_overflows(*units, INT64_C(10), units) ||
            add_overflows(*units, negative ? -digit : digit, units))
            return ERR_LIMIT;
    }
    return OK;
}

err_t decimal_read(struct str text, struct decimal *out)
{
    struct str rest = blanks_cut(text);
    bool negative = sign_cut(&rest);
    size_t dot = str_find(rest, '.');
    struct str whole = str_sub(rest, 0, dot);
    struct str part = dot < rest.len ? str_from(rest, dot + 1) : STR("");
    int64_t units = 0;

    if (whole.len + part.len == 0 || !str_is_digits(whole) || !str_is_digits(part))
        return ERR_MALFORMED;
    if (part.len > DECIMALS_MAX)
        return ERR_LIMIT;
    TRY(digits_read(whole, negative, &units));
    TRY(digits_read(part, negative, &units));
    *out = decimal_of(units, (int)part.len);
    return OK;
}

struct str decimal_text(struct arena *arena, struct decimal number)
{
    if (!number.present)
        return STR_NONE;
    uint64_t size = number.units < 0 ? 0 - (uint64_t)number.units : (uint64_t)number.units;
    uint64_t unit = (uint64_t)ten_to(number.decimals);
    const char *sign = number.units < 0 ? "-" : "";

    if (number.decimals == 0)
        return str_format(arena, "%s%llu", sign, (unsigned long long)size);
    return str_format(arena, "%s%llu.%0*llu", sign, (unsigned long long)(size / unit),
                      number.decimals, (unsigned long long)(size % unit));
}

/* --- sums ----------------------------------------------------------------------------------------
 */

/* With so many decimals, which are not fewer: 64 bits times 10^18 fit into 128. */
static wide_int widened(struct decimal number, int decimals)
{
    must(decimals >= number.decimals);
    return number.units * ten_to(decimals - number.decimals);
}

static int longer(struct decimal a, struct decimal b)
{
    return a.decimals > b.decimals ? a.decimals : b.decimals;
}

static err_t narrowed(wide_int units, int decimals, struct decimal *out)
{
    if (units > INT64_MAX || units < INT64_MIN)
        return ERR_LIMIT;
    *out = decimal_of((int64_t)units, decimals);
    return OK;
}

int decimal_compare(struct decimal a, struct decimal b)
{
    int decimals = longer(a, b);
    wide_int left = widened(a, decimals);
    wide_int right = widened(b, decimals);

    return left < right ? -1 : left > right;
}

bool decimal_equal(struct decimal a, struct decimal b)
{
    return decimal_compare(a, b) == 0;
}

int decimal_sign(struct decimal number)
{
    return number.units < 0 ? -1 : number.units > 0;
}

err_t decimal_add(struct decimal a, struct decimal b, struct decimal *out)
{
    int decimals = longer(a, b);

    return narrowed(widened(a, decimals) + widened(b, decimals), decimals, out);
}

err_t decimal_sub(struct decimal a, struct decimal b, struct decimal *out)
{
    int decimals = longer(a, b);

    return narrowed(widened(a, decimals) - widened(b, decimals), decimals, out);
}

/* --- products ------------------------------------------------------------------------------------
 */

/* A half away from zero. */
static wide_int divided(wide_int dividend, wide_int divisor)
{
    wide_int whole = dividend / divisor;
    wide_int rest = dividend % divisor;
    wide_int size = rest < 0 ? -rest : rest;
    wide_int half = divisor < 0 ? -divisor : divisor;

    if (size != 0 && size >= half - size)
        whole += (dividend < 0) == (divisor < 0) ? 1 : -1;
    return whole;
}

err_t decimal_times(struct decimal a, struct decimal b, struct decimal c, int decimals,
                    struct decimal *out)
{
    wide_int dividend = (wide_int)a.units * b.units;
    wide_int divisor = c.units;
    /* The product has a.decimals + b.decimals, the quotient c.decimals fewer. */
    int shift = decimals + c.decimals - a.decimals - b.decimals;

    must(c.units != 0);
    must(decimals >= 0 && decimals <= DECIMALS_MAX);
    for (; shift > 0; shift--) {
        if (mul_overflows(dividend, (wide_int)10, &dividend))
            return ERR_LIMIT;
    }
    for (; shift < 0; shift++) {
        if (mul_overflows(divisor, (wide_int)10, &divisor))
            return ERR_LIMIT;
    }
    return narrowed(divided(dividend, divisor), decimals, out);
}

bool decimal_to(struct decimal number, int decimals, int64_t *out)
{
    must(decimals >= 0 && decimals <= DECIMALS_MAX);
    if (decimals >= number.decimals) {
        wide_int units = widened(number, decimals);
        *out = (int64_t)units;
        return units <= INT64_MAX && units >= INT64_MIN;
    }
    int64_t lost = TENS[number.decimals - decimals];
    *out = number.units / lost;
    return number.units % lost == 0;
}
