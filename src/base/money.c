#include "base/money.h"

#include "base/must.h"

ENUM_DEFINE(currency, CURRENCY_LIST)

int currency_decimals(enum currency currency)
{
    switch (currency) {
    case CURRENCY_EUR:
    case CURRENCY_AUD:
    case CURRENCY_CAD:
    case CURRENCY_CHF:
    case CURRENCY_DKK:
    case CURRENCY_GBP:
    case CURRENCY_NOK:
    case CURRENCY_PLN:
    case CURRENCY_SEK:
    case CURRENCY_USD:
        return 2;
    }
    must_fail(__FILE__, __LINE__, "currency is a member");
}

int currency_numeric(enum currency currency)
{
    switch (currency) {
    case CURRENCY_EUR:
        return 978;
    case CURRENCY_AUD:
        return 36;
    case CURRENCY_CAD:
        return 124;
    case CURRENCY_CHF:
        return 756;
    case CURRENCY_DKK:
        return 208;
    case CURRENCY_GBP:
        return 826;
    case CURRENCY_NOK:
        return 578;
    case CURRENCY_PLN:
        return 985;
    case CURRENCY_SEK:
        return 752;
    case CURRENCY_USD:
        return 840;
    }
    must_fail(__FILE__, __LINE__, "currency is a member");
}

bool currency_from_numeric(int numeric, enum currency *out)
{
    for (enum currency at = CURRENCY_EUR; at <= CURRENCY_USD; at++) {
        if (currency_numeric(at) == numeric) {
            *out = at;
            return true;
        }
    }
    return false;
}

err_t money_add(struct money a, struct money b, struct money *out)
{
    must(a.currency == b.currency);
    out->currency = a.currency;
    return add_overflows(a.minor, b.minor, &out->minor) ? ERR_LIMIT : OK;
}

err_t money_sub(struct money a, struct money b, struct money *out)
{
    must(a.currency == b.currency);
    out->currency = a.currency;
    return sub_overflows(a.minor, b.minor, &out->minor) ? ERR_LIMIT : OK;
}

err_t money_times(struct money amount, int64_t times, int64_t per, enum rounding rounding,
                  struct money *out)
{
    must(per > 0);
    wide_int product = (wide_int)amount.minor * times;
    wide_int whole = product / per;
    wide_int rest = product % per;
    if (rounding == ROUND_HALF_UP && rest != 0) {
        wide_int size = rest < 0 ? -rest : rest;
        if (size >= per - size)
            whole += product < 0 ? -1 : 1;
    }
    if (whole > INT64_MAX || whole < INT64_MIN)
        return ERR_LIMIT;
    *out = (struct money){(int64_t)whole, amount.currency};
    return OK;
}

err_t money_split(struct money amount, const int64_t *weights, size_t count, struct money *parts)
{
    int64_t total = 0;
    int64_t left = amount.minor;

    for (size_t i = 0; i < count; i++) {
        must(weights[i] >= 0);
        if (add_overflows(total, weights[i], &total))
            return ERR_LIMIT;
    }
    must(total > 0);
    for (size_t i = 0; i < count; i++) {
        TRY(money_times(amount, weights[i], total, ROUND_DOWN, &parts[i]));
        left -= parts[i].minor;
    }
    int64_t step = left < 0 ? -1 : 1;
    for (size_t i = 0; left != 0; i++) {
        must(i < count);
        if (weights[i] == 0)
            continue;
        parts[i].minor += step;
        left -= step;
    }
    return OK;
}

int money_cmp(struct money a, struct money b)
{
    must(a.currency == b.currency);
    return a.minor < b.minor ? -1 : a.minor > b.minor;
}

static bool digits_add(struct str digits, int64_t *number)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9' || *number > INT64_MAX / 10 - 1)
            return false;
        *number = *number * 10 + (digits.ptr[i] - '0');
    }
    return true;
}

bool decimal_parse(struct str text, int decimals, int64_t *out)
{
    size_t dot = str_find(text, '.');
    struct str whole = str_sub(text, 0, dot);
    struct str rest = dot < text.len ? str_from(text, dot + 1) : STR("0");
    int64_t number = 0;

    if (dot == text.len && decimals == 0)
        rest = STR("");
    else if (rest.len == 0 || rest.len > (size_t)decimals)
        return false;
    if (whole.len == 0 || !digits_add(whole, &number) || !digits_add(rest, &number))
        return false;
    for (size_t i = rest.len; i < (size_t)decimals; i++) {
        if (!digits_add(STR("0"), &number))
            return false;
    }
    *out = number;
    return true;
}

struct str money_decimal(struct arena *arena, struct money amount)
{
    int decimals = currency_decimals(amount.currency);
    uint64_t size = amount.minor < 0 ? 0 - (uint64_t)amount.minor : (uint64_t)amount.minor;
    uint64_t unit = 1;

    for (int i = 0; i < decimals; i++)
        unit *= 10;
    return str_format(arena, "%s%llu.%0*llu", amount.minor < 0 ? "-" : "",
                      (unsigned long long)(size / unit), decimals,
                      (unsigned long long)(size % unit));
}
