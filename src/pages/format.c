#include "pages/format.h"

#include "base/arena.h"
#include "base/must.h"

#define NO_BREAK "\u00a0"
enum { NUMBER_MAX = 512 };

struct filling {
    struct str name;
    struct str value;
};

/* A pattern of the catalogue with its {names} replaced, each of which it has once at most. */
static struct str pattern_fill(struct arena *arena, struct str pattern,
                               const struct filling *fillings, size_t count)
{
    size_t max = pattern.len;

    for (size_t i = 0; i < count; i++)
        max += fillings[i].value.len;
    struct buf out = buf_make(arena, max);

    for (size_t at = 0; at < pattern.len;) {
        size_t end;

        if (pattern.ptr[at] != '{') {
            buf_put_byte(&out, pattern.ptr[at++]);
            continue;
        }
        struct str rest = str_sub(pattern, at + 1, pattern.len - at - 1);
        end = str_find(rest, '}');
        for (size_t i = 0; i < count; i++) {
            if (str_eq(str_sub(rest, 0, end), fillings[i].name))
                buf_put(&out, fillings[i].value);
        }
        at += end + 2;
    }
    must(!out.failed);
    return buf_str(&out);
}

/* Digits in groups of three from the right. */
static struct str digits_group(struct arena *arena, struct str digits, struct str separator)
{
    struct buf out = buf_make(arena, NUMBER_MAX);

    for (size_t i = 0; i < digits.len; i++) {
        if (i > 0 && (digits.len - i) % 3 == 0)
            buf_put(&out, separator);
        buf_put_byte(&out, digits.ptr[i]);
    }
    must(!out.failed);
    return buf_str(&out);
}

/* How people write a currency; where they have no sign of their own, its code. */
static struct str currency_sign(enum currency currency)
{
    switch (currency) {
    case CURRENCY_EUR:
        return STR("€");
    case CURRENCY_GBP:
        return STR("£");
    case CURRENCY_USD:
        return STR("US$");
    case CURRENCY_AUD:
        return STR("A$");
    case CURRENCY_CAD:
        return STR("CA$");
    case CURRENCY_CHF:
        return STR("CHF");
    case CURRENCY_DKK:
        return STR("DKK");
    case CURRENCY_NOK:
        return STR("NOK");
    case CURRENCY_PLN:
        return STR("PLN");
    case CURRENCY_SEK:
        return STR("SEK");
    }
    must_fail(__FILE__, __LINE__, "currency is a member");
}

static bool ends_in_letter(struct str text)
{
    return text.ptr[text.len - 1] >= 'A' && text.ptr[text.len - 1] <= 'Z';
}

struct str format_amount(struct arena *arena, struct money amount, enum page_lang lang)
{
    const struct page_language *language = &PAGE_LANGUAGES[lang - 1];
    struct str decimal = money_decimal(arena, amount);
    size_t point = str_find(decimal, '.');
    struct str number = digits_group(arena, str_sub(decimal, 0, point), language->group);
    struct str sign = currency_sign(amount.currency);

    must(amount.minor >= 0);
    if (point < decimal.len)
        number = str_format(arena, "%.*s%.*s%.*s", (int)number.len, number.ptr,
                            (int)language->decimal.len, language->decimal.ptr,
                            (int)(decimal.len - point - 1), decimal.ptr + point + 1);
    /* A code stands apart from the number also where a sign does not. */
    if (ends_in_letter(sign) && str_starts(language->money, STR("{symbol}{")))
        sign = str_format(arena, "%.*s" NO_BREAK, (int)sign.len, sign.ptr);
    const struct filling fillings[] = {
        {STR("number"), number},
        {STR("symbol"), sign  }
    };
    return pattern_fill(arena, language->money, fillings, ARRAY_LEN(fillings));
}

/* The n-th word, from 1, of a list with blanks. */
static struct str word_at(struct str words, int n)
{
    for (; n > 1; n--) {
        size_t blank = str_find(words, ' ');
        must(blank < words.len);
        words = str_sub(words, blank + 1, words.len - blank - 1);
    }
    return str_sub(words, 0, str_find(words, ' '));
}

struct str format_moment(struct arena *arena, instant at, enum page_lang lang)
{
    const struct page_language *language = &PAGE_LANGUAGES[lang - 1];
    struct wall wall = wall_paris(at);
    struct str day = str_format(arena, "%d", wall.date.day);
    struct str month = word_at(language->months, wall.date.month);
    struct str year = str_format(arena, "%d", wall.date.year);
    struct str time = str_format(arena, "%02d:%02d", wall.hour, wall.minute);
    const struct filling fillings[] = {
        {STR("day"),   day  },
        {STR("month"), month},
        {STR("year"),  year },
        {STR("time"),  time }
    };

    return pattern_fill(arena, language->date, fillings, ARRAY_LEN(fillings));
}

struct str format_day(struct arena *arena, struct date day, enum page_lang lang)
{
    const struct page_language *language = &PAGE_LANGUAGES[lang - 1];
    const struct filling fillings[] = {
        {STR("day"),        day.day == 1 ? language->first : str_format(arena, "%d",       day.day)},
        {STR("month"),      word_at(language->months,                          day.month)},
        {STR("year"), str_format(arena,                                              "%d",  day.year)        },
    };

    return pattern_fill(arena, language->day, fillings, ARRAY_LEN(fillings));
}

struct str format_registered(struct arena *arena, struct str name, struct str siren,
                             enum page_lang lang)
{
    if (siren.len == 0)
        return name;
    const struct filling fillings[] = {
        {STR("name"), name     },
        { STR("siren"), digits_group(arena, siren, STR(NO_BREAK))},
    };
    return pattern_fill(arena, PAGE_LANGUAGES[lang - 1].registered, fillings, ARRAY_LEN(fillings));
}
