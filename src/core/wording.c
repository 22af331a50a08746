#include "core/wording.h"

#include "base/arena.h"
#include "base/must.h"

#define NO_BREAK "\u00a0"
#define NARROW "\u202f"
enum { AMOUNT_MAX = 64 };

static const char *const MONTHS_FR[] = {"janvier",   "février", "mars",     "avril",
                                        "mai",       "juin",    "juillet",  "août",
                                        "septembre", "octobre", "novembre", "décembre"};
static const char *const MONTHS_EN[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

/* Its sign, or for those without one of their own the code and a blank. */
static const char *sign_of(enum currency currency)
{
    switch (currency) {
    case CURRENCY_EUR:
        return "€";
    case CURRENCY_GBP:
        return "£";
    case CURRENCY_USD:
        return "US$";
    case CURRENCY_AUD:
        return "A$";
    case CURRENCY_CAD:
        return "CA$";
    case CURRENCY_CHF:
        return "CHF" NO_BREAK;
    case CURRENCY_DKK:
        return "DKK" NO_BREAK;
    case CURRENCY_NOK:
        return "NOK" NO_BREAK;
    case CURRENCY_PLN:
        return "PLN" NO_BREAK;
    case CURRENCY_SEK:
        return "SEK" NO_BREAK;
    }
    must_fail(__FILE__, __LINE__, "currency is a member");
}

static void digits_put(struct buf *out, struct str digits, const char *separator)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && (digits.len - i) % 3 == 0)
            buf_put_cstr(out, separator);
        buf_put_byte(out, digits.ptr[i]);
    }
}

struct str wording_amount(struct arena *arena, struct money amount, bool french)
{
    struct str decimal = money_decimal(arena, amount);
    struct buf out = buf_make(arena, AMOUNT_MAX);
    size_t point = str_find(decimal, '.');
    struct str sign = str_of(sign_of(amount.currency));

    must(amount.minor >= 0);
    if (!french)
        buf_put(&out, sign);
    digits_put(&out, str_sub(decimal, 0, point), french ? NARROW : ",");
    if (point < decimal.len)
        buf_format(&out, "%s%.*s", french ? "," : ".", (int)(decimal.len - point - 1),
                   decimal.ptr + point + 1);
    if (french) {
        buf_put_cstr(&out, NO_BREAK);
        buf_put(&out, str_ends(sign, STR(NO_BREAK)) ? str_sub(sign, 0, 3) : sign);
    }
    must(!out.failed);
    return buf_str(&out);
}

struct str wording_day(struct arena *arena, struct date day, bool french)
{
    const char *month = french ? MONTHS_FR[day.month - 1] : MONTHS_EN[day.month - 1];
    const char *first = french && day.day == 1 ? "er" : "";

    return str_format(arena, "%d%s %s %d", day.day, first, month, day.year);
}

struct str wording_moment(struct arena *arena, instant at, bool french)
{
    struct wall wall = wall_paris(at);
    struct str day = wording_day(arena, wall.date, french);

    return str_format(arena, "%.*s %s %02d:%02d", (int)day.len, day.ptr, french ? "à" : "at",
                      wall.hour, wall.minute);
}
