#include "core/french.h"

#include "base/country.h"
#include "base/must.h"
#include "core/invoice_facts.h"

#define NARROW_SPACE STR("\u202f")
#define SPACE STR("\u00a0")

enum { NUMBER_MAX = 128, ADDRESS_MAX = 512 * 1024, E4 = 4, BP = 2 };

/* The digits of a whole number in groups of three. */
static void put_grouped(struct buf *out, struct str digits)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && (digits.len - i) % 3 == 0)
            buf_put(out, NARROW_SPACE);
        buf_put_byte(out, digits.ptr[i]);
    }
}

/* "-1234.5600" with a comma; zeros at the end are left out down to `least` decimals. */
static void put_decimal(struct buf *out, struct str decimal, size_t least)
{
    if (str_starts(decimal, STR("-"))) {
        buf_put_cstr(out, "\u2212");
        decimal = str_from(decimal, 1);
    }
    size_t point = str_find(decimal, '.');
    put_grouped(out, str_sub(decimal, 0, point));
    if (point == decimal.len)
        return;
    struct str rest = str_from(decimal, point + 1);
    while (rest.len > least && rest.ptr[rest.len - 1] == '0')
        rest.len--;
    if (rest.len > 0) {
        buf_put_byte(out, ',');
        buf_put(out, rest);
    }
}

static void put_currency(struct arena *arena, struct buf *out, enum currency currency)
{
    buf_put(out, SPACE);
    buf_put(out, currency == CURRENCY_EUR ? STR("€") : fact_currency(arena, currency));
}

struct str french_amount(struct arena *arena, enum currency currency, int64_t minor)
{
    struct buf out = buf_make(arena, NUMBER_MAX);

    put_decimal(&out, fact_amount(arena, currency, minor), 2);
    put_currency(arena, &out, currency);
    return str_dup(arena, buf_str(&out));
}

/* With as many decimals as are wanted, since no other ones are filled up. */
static struct str filled(struct arena *arena, struct decimal number, size_t decimals)
{
    struct buf out = buf_make(arena, NUMBER_MAX);

    buf_put(&out, decimal_text(arena, number));
    if (number.decimals == 0 && decimals > 0)
        buf_put_byte(&out, '.');
    for (size_t i = (size_t)number.decimals; i < decimals; i++)
        buf_put_byte(&out, '0');
    return buf_str(&out);
}

struct str french_worth(struct arena *arena, enum currency currency, struct decimal number,
                        size_t decimals)
{
    struct buf out = buf_make(arena, NUMBER_MAX);

    put_decimal(&out, filled(arena, number, decimals), decimals);
    put_currency(arena, &out, currency);
    return str_dup(arena, buf_str(&out));
}

size_t french_worth_decimals(struct decimal number)
{
    while (number.decimals > 2 && number.units % 10 == 0) {
        number.units /= 10;
        number.decimals--;
    }
    return number.decimals > 2 ? (size_t)number.decimals : 2;
}

struct str french_number(struct arena *arena, struct decimal number)
{
    struct buf out = buf_make(arena, NUMBER_MAX);

    put_decimal(&out, decimal_text(arena, number), 0);
    return str_dup(arena, buf_str(&out));
}

size_t french_decimals(int64_t e4)
{
    return french_worth_decimals(decimal_of(e4, E4));
}

struct str french_price(struct arena *arena, enum currency currency, int64_t e4, size_t decimals)
{
    return french_worth(arena, currency, decimal_of(e4, E4), decimals);
}

struct str french_quantity(struct arena *arena, int64_t e4)
{
    return french_number(arena, decimal_of(e4, E4));
}

struct str french_percent(struct arena *arena, struct decimal percent)
{
    return str_format(arena, "%s\u00a0%%", french_number(arena, percent).ptr);
}

struct str french_rate(struct arena *arena, int64_t rate_bp)
{
    return french_percent(arena, decimal_of(rate_bp, BP));
}

struct str french_date(struct arena *arena, struct date date)
{
    return str_format(arena, "%02d/%02d/%04d", date.day, date.month, date.year);
}

struct str french_period(struct arena *arena, struct date from, struct date to)
{
    if (from.year == 0 && to.year == 0)
        return STR_NONE;
    if (to.year == 0)
        return str_format(arena, "à partir du %s", french_date(arena, from).ptr);
    if (from.year == 0)
        return str_format(arena, "jusqu'au %s", french_date(arena, to).ptr);
    return str_format(arena, "du %s au %s", french_date(arena, from).ptr,
                      french_date(arena, to).ptr);
}

struct str french_siren(struct arena *arena, struct str digits)
{
    enum { SIREN = 9, SIRET = 14 };
    struct buf out = buf_make(arena, NUMBER_MAX);

    if (digits.len != SIREN && digits.len != SIRET)
        return digits;
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && i <= SIREN && i % 3 == 0)
            buf_put(&out, SPACE);
        buf_put_byte(&out, digits.ptr[i]);
    }
    return str_dup(arena, buf_str(&out));
}

static void put_line(struct buf *out, struct str text)
{
    if (text.len == 0)
        return;
    if (out->len > 0)
        buf_put_byte(out, '\n');
    buf_put(out, text);
}

struct str french_address(struct arena *arena, const struct invoice_address *address)
{
    struct buf out = buf_make(arena, ADDRESS_MAX);
    const char *gap = address->zip.len > 0 && address->city.len > 0 ? " " : "";

    for (size_t i = 0; i < ARRAY_LEN(address->lines); i++)
        put_line(&out, address->lines[i]);
    put_line(&out, str_format(arena, "%.*s%s%.*s", (int)address->zip.len, address->zip.ptr, gap,
                              (int)address->city.len, address->city.ptr));
    if (out.len > 0 && str_eq(address->country, STR("FR")))
        buf_put_cstr(&out, ", France");
    else
        put_line(&out, country_name(address->country, true));
    return str_dup(arena, buf_str(&out));
}
