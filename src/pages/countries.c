#include "pages/countries.h"

#include "base/country.h"

bool country_listed(struct str code, struct str *out)
{
    size_t count;
    const struct country *list = country_list(true, &count);

    *out = STR_NONE;
    for (size_t i = 0; i < count && out->ptr == NULL; i++) {
        if (str_eq(list[i].code, code))
            *out = list[i].code;
    }
    return out->ptr != NULL;
}

struct part_countries countries_part(struct arena *arena, enum page_lang lang, struct str chosen)
{
    struct str listed;
    size_t count;
    const struct country *list = country_list(lang == PAGE_LANG_FR, &count);
    struct part_countries_countries *out =
        arena_array(arena, struct part_countries_countries, count);

    for (size_t i = 0; i < count; i++)
        out[i] = (struct part_countries_countries){list[i].code, str_eq(list[i].code, chosen),
                                                   list[i].name};
    return (struct part_countries){
        .none = !country_listed(chosen, &listed),
        .countries = out,
        .countries_count = count,
    };
}
