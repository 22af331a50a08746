#include "pages/language.h"

enum { WEIGHT_ONE = 1000 };

bool language_parse(struct str tag, enum page_lang *out)
{
    if (tag.len < 2 || (tag.len > 2 && tag.ptr[2] != '-' && tag.ptr[2] != '_'))
        return false;
    for (size_t i = 0; i < PAGE_LANGUAGES_COUNT; i++) {
        if (str_eq_nocase(str_sub(tag, 0, 2), PAGE_LANGUAGES[i].code)) {
            *out = (enum page_lang)(i + 1);
            return true;
        }
    }
    return false;
}

/* "0.8" in thousandths (RFC 9110 12.4.2); what cannot be read weighs nothing. */
static int weight_read(struct str text)
{
    int weight = 0;
    int unit = WEIGHT_ONE;

    if (text.len == 0 || text.len > 5 || text.ptr[0] < '0' || text.ptr[0] > '1')
        return 0;
    weight = (text.ptr[0] - '0') * WEIGHT_ONE;
    for (size_t i = 1; i < text.len; i++) {
        if (i == 1 && text.ptr[i] == '.')
            continue;
        if (i == 1 || text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        unit /= 10;
        weight += (text.ptr[i] - '0') * unit;
    }
    return weight > WEIGHT_ONE ? 0 : weight;
}

/* One "fr-CH;q=0.9": its tag and weight. */
static struct str range_read(struct str range, int *weight)
{
    size_t end = str_find(range, ';');
    struct str tag = str_trim(str_sub(range, 0, end));

    *weight = WEIGHT_ONE;
    if (end < range.len) {
        struct str rest = str_trim(str_sub(range, end + 1, range.len - end - 1));
        if (str_starts(rest, STR("q=")) || str_starts(rest, STR("Q=")))
            *weight = weight_read(str_trim(str_sub(rest, 2, rest.len - 2)));
    }
    return tag;
}

static bool accept_read(struct str accept, enum page_lang *out)
{
    int best = 0;

    while (accept.len > 0) {
        size_t end = str_find(accept, ',');
        enum page_lang lang;
        int weight;
        struct str tag = range_read(str_sub(accept, 0, end), &weight);
        if (weight > best && language_parse(tag, &lang)) {
            best = weight;
            *out = lang;
        }
        size_t used = end < accept.len ? end + 1 : end;
        accept = str_sub(accept, used, accept.len - used);
    }
    return best > 0;
}

enum page_lang language_choose(struct str wanted, struct str accept, struct str merchant)
{
    enum page_lang lang = PAGE_LANG_FR;

    if (wanted.len > 0) {
        /* [doc:sdk] api/stancer.md 12: an unknown language is English. */
        return language_parse(wanted, &lang) ? lang : PAGE_LANG_EN;
    }
    if (accept_read(accept, &lang) || language_parse(merchant, &lang))
        return lang;
    return PAGE_LANG_FR;
}
