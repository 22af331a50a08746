#include "pages/debit_entry.h"

#include "base/crypto.h"
#include "core/mail.h"

/* [doc] AT-14, the debtor's name: 70 characters (sepa.md 2.1); addresses as api/stancer.md 11. */
enum { HOLDER_MAX = 70, LINE_MAX = 50, ZIP_MAX = 16, CITY_MAX = 50, EMAIL_MAX = 64 };

/* --- countries -------------------------------------------------------------------------------- */

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

const struct page_debit_countries *debit_countries(struct arena *arena, enum page_lang lang,
                                                   struct str country, size_t *count)
{
    struct page_debit_countries *list =
        arena_array(arena, struct page_debit_countries, ARRAY_LEN(COUNTRIES));

    *count = ARRAY_LEN(COUNTRIES);
    for (size_t i = 0; i < *count; i++) {
        const struct country *at = &COUNTRIES[i];
        if (lang != PAGE_LANG_FR)
            at = country_of((struct str){&ENGLISH_ORDER[i * sizeof "FR"], sizeof "FR" - 1});
        list[i] = (struct page_debit_countries){at->code, str_eq(at->code, country), at->name};
    }
    return list;
}

/* --- reading ---------------------------------------------------------------------------------- */

static struct str form_text(const struct form *form, struct str name)
{
    struct str value = STR_NONE;

    return form_get(form, name, &value) ? str_trim(value) : STR_NONE;
}

/* Length of what may stand between the characters of an IBAN: blanks, hyphens, dots, and the
 * non-breaking spaces that come with pasted numbers. 0: nothing of that. */
static size_t separator_len(struct str text)
{
    static const struct str SEPARATORS[] = {STR_INIT(" "),  STR_INIT("-"),      STR_INIT("."),
                                            STR_INIT("\t"), STR_INIT("\u00a0"), STR_INIT("\u202f")};

    for (size_t i = 0; i < ARRAY_LEN(SEPARATORS); i++) {
        if (str_starts(text, SEPARATORS[i]))
            return SEPARATORS[i].len;
    }
    return 0;
}

/* False when it does not fit: then it is no IBAN, and is shown again cut. */
static bool iban_compact(struct str typed, char out[IBAN_TYPED_MAX + 1])
{
    size_t len = 0;

    while (typed.len > 0 && len < IBAN_TYPED_MAX) {
        size_t skip = separator_len(typed);
        char c = typed.ptr[0];
        if (skip == 0) {
            out[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
            skip = 1;
        }
        typed = str_from(typed, skip);
    }
    out[len] = '\0';
    return typed.len == 0;
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool plain = (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') ||
                     (text.ptr[i] >= '0' && text.ptr[i] <= '9');
        if (!plain)
            return false;
    }
    return true;
}

static enum text_error iban_error(enum iban_problem problem)
{
    switch (problem) {
    case IBAN_GOOD:
        return 0;
    case IBAN_LENGTH:
    case IBAN_COUNTRY_LENGTH:
        return TEXT_ERROR_IBAN_LENGTH;
    case IBAN_CHARACTERS:
        return TEXT_ERROR_IBAN_CHARACTERS;
    case IBAN_COUNTRY:
        return TEXT_ERROR_IBAN_COUNTRY;
    case IBAN_STRUCTURE:
    case IBAN_CHECK_DIGITS:
        return TEXT_ERROR_IBAN_CHECK;
    case IBAN_RIB_KEY:
        return TEXT_ERROR_IBAN_KEY;
    }
    return TEXT_ERROR_IBAN_CHECK;
}

static enum text_error iban_take(struct str typed, struct debit_entry *entry)
{
    struct iban iban;

    if (typed.len == 0)
        return TEXT_ERROR_IBAN_MISSING;
    bool fits = iban_compact(typed, entry->iban);
    if (!is_plain(str_of(entry->iban))) {
        /* Half a letter with an accent must not be sent back. */
        size_t letters;
        if (!str_utf8_count(str_of(entry->iban), &letters))
            entry->iban[0] = '\0';
        return TEXT_ERROR_IBAN_CHARACTERS;
    }
    if (!fits)
        return TEXT_ERROR_IBAN_LENGTH;
    enum text_error error = iban_error(iban_read(str_of(entry->iban), &iban));
    crypto_wipe(&iban, sizeof iban);
    return error;
}

/* No control character: these texts go into files and mails. */
static bool is_line(struct str text, size_t max)
{
    size_t letters;

    if (!str_utf8_count(text, &letters) || letters > max)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F)
            return false;
    }
    return true;
}

static enum text_error line_take(struct str typed, size_t max, enum text_error missing,
                                 struct str *out)
{
    if (typed.len == 0 || !is_line(typed, max))
        return missing;
    *out = typed;
    return 0;
}

static enum text_error holder_take(struct str typed, struct str *out)
{
    size_t letters;

    if (typed.len > 0 && str_utf8_count(typed, &letters) && letters > HOLDER_MAX)
        return TEXT_ERROR_ACCOUNT_HOLDER_LONG;
    return line_take(typed, HOLDER_MAX, TEXT_ERROR_ACCOUNT_HOLDER_MISSING, out);
}

static enum text_error email_take(struct str typed, struct str *out)
{
    if (typed.len == 0)
        return 0;
    if (typed.len > EMAIL_MAX || !is_line(typed, EMAIL_MAX))
        return TEXT_ERROR_EMAIL_INVALID;
    *out = typed;
    return mail_address_valid(typed) ? 0 : TEXT_ERROR_EMAIL_INVALID;
}

bool debit_entry_read(const struct form *form, struct debit_asks asks, struct debit_entry *entry)
{
    *entry = (struct debit_entry){.country = STR("FR")};
    entry->agreed = str_eq(form_text(form, STR("agree")), STR("1"));
    entry->iban_error = iban_take(form_text(form, STR("iban")), entry);
    entry->holder_error = holder_take(form_text(form, STR("account_holder")), &entry->holder);
    if (asks.address) {
        const struct country *country = country_of(form_text(form, STR("address_country")));
        if (country != NULL)
            entry->country = country->code;
        entry->line_error = line_take(form_text(form, STR("address_line")), LINE_MAX,
                                      TEXT_ERROR_LINE_MISSING, &entry->line);
        entry->zip_error = line_take(form_text(form, STR("address_zip")), ZIP_MAX,
                                     TEXT_ERROR_ZIP_MISSING, &entry->zip);
        entry->city_error = line_take(form_text(form, STR("address_city")), CITY_MAX,
                                      TEXT_ERROR_CITY_MISSING, &entry->city);
    }
    if (asks.email)
        entry->email_error = email_take(form_text(form, STR("email")), &entry->email);
    return entry->iban_error == 0 && entry->holder_error == 0 && entry->line_error == 0 &&
           entry->zip_error == 0 && entry->city_error == 0 && entry->email_error == 0;
}

struct page_debtor debit_entry_debtor(const struct debit_entry *entry, struct debit_asks asks)
{
    struct page_debtor debtor = {
        .iban = str_of(entry->iban),
        .name = entry->holder,
        .has_address = asks.address,
        .email = entry->email,
    };

    if (asks.address)
        debtor.address = (struct address){
            .line1 = entry->line,
            .zip_code = entry->zip,
            .city = entry->city,
            .country = entry->country,
            .metadata = STR("{}"),
        };
    return debtor;
}

struct str debit_entry_iban(struct arena *arena, const struct debit_entry *entry)
{
    struct str typed = str_of(entry->iban);
    struct buf out = buf_make(arena, 2 * IBAN_TYPED_MAX);

    if (!is_plain(typed))
        return str_dup(arena, typed);
    for (size_t i = 0; i < typed.len; i++) {
        if (i > 0 && i % 4 == 0)
            buf_put_byte(&out, ' ');
        buf_put_byte(&out, typed.ptr[i]);
    }
    return buf_str(&out);
}

void debit_entry_wipe(struct debit_entry *entry, const struct form *form)
{
    crypto_wipe(entry->iban, sizeof entry->iban);
    /* The decoded form lies in the request's own arena; it is constant for everyone else. */
    for (size_t i = 0; i < form->count; i++) {
        if (str_eq(form->pairs[i].name, STR("iban")) && form->pairs[i].value.len > 0)
            crypto_wipe((void *)(uintptr_t)form->pairs[i].value.ptr, form->pairs[i].value.len);
    }
}
