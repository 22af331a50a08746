#include "base/country.h"

#include "base/attr.h"
#include "base/sepa_text.h"

struct country_name {
    const char *name;
    const char *two;
    const char *three;
};

#include "base/country_table.h"

static bool has_code(const struct country_name *country, struct str text)
{
    return str_eq_nocase(text, str_of(country->two)) || str_eq_nocase(text, str_of(country->three));
}

const struct country *country_list(bool french, size_t *count)
{
    *count = french ? ARRAY_LEN(COUNTRIES_FRENCH) : ARRAY_LEN(COUNTRIES_ENGLISH);
    return french ? COUNTRIES_FRENCH : COUNTRIES_ENGLISH;
}

bool country_is_code(struct str text)
{
    for (size_t i = 0; i < ARRAY_LEN(COUNTRY_NAMES); i++) {
        if (has_code(&COUNTRY_NAMES[i], text))
            return true;
    }
    return false;
}

bool country_code(struct arena *arena, struct str text, struct str *code)
{
    struct str wanted = sepa_compare_form(arena, text);

    for (size_t i = 0; i < ARRAY_LEN(COUNTRY_NAMES); i++) {
        const struct country_name *country = &COUNTRY_NAMES[i];
        if (has_code(country, text) ||
            str_eq(wanted, sepa_compare_form(arena, str_of(country->name)))) {
            *code = str_of(country->two);
            return true;
        }
    }
    return false;
}

struct str country_name(struct str code, bool french)
{
    size_t count;
    const struct country *list = country_list(french, &count);

    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(list[i].code, code))
            return list[i].name;
    }
    return code;
}
