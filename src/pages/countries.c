#include "pages/countries.h"

#include "base/attr.h"

struct country {
    struct str code;
    enum text_country name;
};
/* In the order of their French names. */
static const struct country COUNTRIES[] = {
    {STR_INIT("AL"), TEXT_COUNTRY_AL},
    {STR_INIT("DE"), TEXT_COUNTRY_DE},
    {STR_INIT("AD"), TEXT_COUNTRY_AD},
    {STR_INIT("AT"), TEXT_COUNTRY_AT},
    {STR_INIT("BE"), TEXT_COUNTRY_BE},
    {STR_INIT("BG"), TEXT_COUNTRY_BG},
    {STR_INIT("CY"), TEXT_COUNTRY_CY},
    {STR_INIT("HR"), TEXT_COUNTRY_HR},
    {STR_INIT("DK"), TEXT_COUNTRY_DK},
    {STR_INIT("ES"), TEXT_COUNTRY_ES},
    {STR_INIT("EE"), TEXT_COUNTRY_EE},
    {STR_INIT("FI"), TEXT_COUNTRY_FI},
    {STR_INIT("FR"), TEXT_COUNTRY_FR},
    {STR_INIT("GI"), TEXT_COUNTRY_GI},
    {STR_INIT("GR"), TEXT_COUNTRY_GR},
    {STR_INIT("HU"), TEXT_COUNTRY_HU},
    {STR_INIT("IE"), TEXT_COUNTRY_IE},
    {STR_INIT("IS"), TEXT_COUNTRY_IS},
    {STR_INIT("IT"), TEXT_COUNTRY_IT},
    {STR_INIT("LV"), TEXT_COUNTRY_LV},
    {STR_INIT("LI"), TEXT_COUNTRY_LI},
    {STR_INIT("LT"), TEXT_COUNTRY_LT},
    {STR_INIT("LU"), TEXT_COUNTRY_LU},
    {STR_INIT("MK"), TEXT_COUNTRY_MK},
    {STR_INIT("MT"), TEXT_COUNTRY_MT},
    {STR_INIT("MD"), TEXT_COUNTRY_MD},
    {STR_INIT("MC"), TEXT_COUNTRY_MC},
    {STR_INIT("ME"), TEXT_COUNTRY_ME},
    {STR_INIT("NO"), TEXT_COUNTRY_NO},
    {STR_INIT("NL"), TEXT_COUNTRY_NL},
    {STR_INIT("PL"), TEXT_COUNTRY_PL},
    {STR_INIT("PT"), TEXT_COUNTRY_PT},
    {STR_INIT("RO"), TEXT_COUNTRY_RO},
    {STR_INIT("GB"), TEXT_COUNTRY_GB},
    {STR_INIT("SM"), TEXT_COUNTRY_SM},
    {STR_INIT("RS"), TEXT_COUNTRY_RS},
    {STR_INIT("SK"), TEXT_COUNTRY_SK},
    {STR_INIT("SI"), TEXT_COUNTRY_SI},
    {STR_INIT("SE"), TEXT_COUNTRY_SE},
    {STR_INIT("CH"), TEXT_COUNTRY_CH},
    {STR_INIT("CZ"), TEXT_COUNTRY_CZ},
    {STR_INIT("VA"), TEXT_COUNTRY_VA},
};
/* The same in the order of their English names. */
static const char ENGLISH_ORDER[] =
    "AL AD AT BE BG HR CY CZ DK EE FI FR DE GI GR HU IS IE IT LV LI "
    "LT LU MT MD MC ME NL MK NO PL PT RO SM RS SK SI ES SE CH GB VA";

static const struct country *country_of(struct str code)
{
    for (size_t i = 0; i < ARRAY_LEN(COUNTRIES); i++) {
        if (str_eq(COUNTRIES[i].code, code))
            return &COUNTRIES[i];
    }
    return NULL;
}

bool country_listed(struct str code, struct str *out)
{
    const struct country *country = country_of(code);

    *out = country == NULL ? STR_NONE : country->code;
    return country != NULL;
}

struct part_countries countries_part(struct arena *arena, enum page_lang lang, struct str chosen)
{
    struct part_countries_countries *list =
        arena_array(arena, struct part_countries_countries, ARRAY_LEN(COUNTRIES));

    for (size_t i = 0; i < ARRAY_LEN(COUNTRIES); i++) {
        const struct country *at = &COUNTRIES[i];
        if (lang != PAGE_LANG_FR)
            at = country_of((struct str){&ENGLISH_ORDER[i * sizeof "FR"], sizeof "FR" - 1});
        list[i] = (struct part_countries_countries){at->code, str_eq(at->code, chosen), at->name};
    }
    return (struct part_countries){
        .none = country_of(chosen) == NULL,
        .countries = list,
        .countries_count = ARRAY_LEN(COUNTRIES),
    };
}
