#include "pages/mandate_entry.h"

#include "base/attr.h"
#include "base/country.h"
#include "base/crypto.h"
#include "base/must.h"
#include "base/separator.h"
#include "base/umr.h"
#include "core/mail.h"
#include "core/merchant_check.h"
#include "pages/countries.h"
#include "pages/errors.h"
#include "wire/text.h"

enum { NUMBER_MAX = 16, NAME_MAX = 70, LINE_MAX = 104, RNA_LEN = 10, PHONE_MAX = 16 };

#define PERSON (1U << CONSUMER_PERSON)
#define COMPANY (1U << CONSUMER_COMPANY)
#define NON_PROFIT (1U << CONSUMER_NON_PROFIT)
#define ALL (PERSON | COMPANY | NON_PROFIT)

/* One field of the form, in its order; the account's number comes last and is none of these. */
struct row {
    const char *name;
    enum consumer_field field;
    unsigned types;    /* of consumers that it is for */
    unsigned required; /* likewise */
    int max;
    enum text_form_label label;
    enum text_form_hint hint;
    enum text_error missing;
    const char *type;
    const char *autocomplete;
    bool narrow;
};
/* clang-format off */
static const struct row ROWS[] = {
    {"consumer_first_name", CONSUMER_FIRST_NAME, PERSON, PERSON, NAME_MAX, TEXT_FORM_LABEL_FIRST_NAME, 0, TEXT_ERROR_FIRST_NAME_MISSING, "text", "given-name", false},
    {"consumer_last_name", CONSUMER_LAST_NAME, PERSON, PERSON, NAME_MAX, TEXT_FORM_LABEL_LAST_NAME, 0, TEXT_ERROR_LAST_NAME_MISSING, "text", "family-name", false},
    {"social_reference", CONSUMER_CORPORATE_NAME, COMPANY, COMPANY, 32, TEXT_FORM_LABEL_COMPANY, 0, TEXT_ERROR_COMPANY_MISSING, "text", "organization", false},
    {"social_reference", CONSUMER_CORPORATE_NAME, NON_PROFIT, NON_PROFIT, 32, TEXT_FORM_LABEL_ASSOCIATION, 0, TEXT_ERROR_ASSOCIATION_MISSING, "text", "organization", false},
    {"siren", CONSUMER_SIREN, COMPANY | NON_PROFIT, COMPANY, 11, TEXT_FORM_LABEL_SIREN, TEXT_FORM_HINT_SIREN, TEXT_ERROR_SIREN_MISSING, "text", "off", true},
    {"waldec", CONSUMER_RNA, NON_PROFIT, 0, 16, TEXT_FORM_LABEL_RNA, TEXT_FORM_HINT_RNA, 0, "text", "off", true},
    {"consumer_address_street_name", CONSUMER_STREET_NAME, ALL, ALL, LINE_MAX, TEXT_FORM_LABEL_STREET, 0, TEXT_ERROR_STREET_MISSING, "text", "address-line1", false},
    {"consumer_address_complement", CONSUMER_ADDRESS_COMPLEMENT, ALL, 0, NAME_MAX, TEXT_FORM_LABEL_COMPLEMENT, 0, 0, "text", "address-line2", false},
    {"consumer_zip_code", CONSUMER_ZIP_CODE, ALL, ALL, 16, TEXT_FORM_LABEL_ZIP, 0, TEXT_ERROR_ZIP_MISSING, "text", "postal-code", true},
    {"consumer_city", CONSUMER_CITY, ALL, ALL, 35, TEXT_FORM_LABEL_CITY, 0, TEXT_ERROR_CITY_MISSING, "text", "address-level2", false},
    {"consumer_country", CONSUMER_COUNTRY, ALL, ALL, 35, 0, 0, TEXT_ERROR_COUNTRY_MISSING, "select", "country", false},
    {"consumer_email", CONSUMER_EMAIL, ALL, ALL, 70, TEXT_FORM_LABEL_EMAIL, TEXT_FORM_HINT_EMAIL, TEXT_ERROR_EMAIL_MISSING, "email", "email", false},
    {"consumer_phone_number", CONSUMER_PHONE, ALL, ALL, 24, TEXT_FORM_LABEL_PHONE, TEXT_FORM_HINT_PHONE, TEXT_ERROR_PHONE_MISSING, "tel", "tel", false},
};
/* clang-format on */

static bool row_is_of(const struct row *row, enum consumer_type type)
{
    return (row->types & 1U << type) != 0;
}

/* --- the line of the street ----------------------------------------------------------------------
 */

struct street {
    struct str number;
    struct str type;
    struct str name;
};

static bool begins_with_digit(struct str text)
{
    return text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9';
}

static struct str without_comma(struct str text)
{
    return text.len > 0 && text.ptr[text.len - 1] == ',' ? str_sub(text, 0, text.len - 1) : text;
}

/* "98 bis": the length of a word that follows a number and belongs to it, with its blank. */
static size_t repeat_len(struct str rest)
{
    static const struct str WORDS[] = {STR_INIT("bis"), STR_INIT("ter"), STR_INIT("quater")};
    size_t end = str_find(rest, ' ');

    for (size_t i = 0; i < ARRAY_LEN(WORDS) && end < rest.len; i++) {
        if (str_eq_nocase(without_comma(str_sub(rest, 0, end)), WORDS[i]))
            return end + 1;
    }
    return 0;
}

static struct street street_split(struct str line)
{
    size_t end = str_find(line, ' ');

    if (!begins_with_digit(line) || end == line.len)
        return (struct street){STR_NONE, STR_NONE, line};
    end += 1 + repeat_len(str_from(line, end + 1));
    struct str number = without_comma(str_trim(str_sub(line, 0, end)));
    return number.len > NUMBER_MAX
               ? (struct street){STR_NONE, STR_NONE, line}
               : (struct street){number, STR_NONE, str_trim(str_from(line, end))};
}

/* A line that is still what the merchant gave keeps its parts. */
static struct street street_of(struct arena *arena, const struct consumer *known, struct str line)
{
    if (str_eq(line, consumer_street(arena, known)))
        return (struct street){known->fields[CONSUMER_STREET_NUMBER],
                               known->fields[CONSUMER_STREET_TYPE],
                               known->fields[CONSUMER_STREET_NAME]};
    return street_split(line);
}

/* --- reading -------------------------------------------------------------------------------------
 */

static bool fits(struct str text, int max)
{
    size_t count;

    return str_utf8_count(text, &count) && count <= (size_t)max;
}

static enum text_error siren_check(struct arena *arena, struct str *value)
{
    *value = separators_dropped(arena, *value);
    return siren_valid(*value) ? 0 : TEXT_ERROR_SIREN_INVALID;
}

static enum text_error rna_check(struct arena *arena, struct str *value)
{
    *value = umr_key(arena, separators_dropped(arena, *value));
    if (value->len != RNA_LEN || value->ptr[0] != 'W')
        return TEXT_ERROR_RNA_INVALID;
    for (size_t i = 1; i < value->len; i++) {
        char c = value->ptr[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z'))
            return TEXT_ERROR_RNA_INVALID;
    }
    return 0;
}

static enum text_error phone_check(struct arena *arena, struct str *value)
{
    struct str digits = separators_dropped(arena, *value);

    if (!text_is_phone(digits) || digits.len > PHONE_MAX)
        return TEXT_ERROR_PHONE_INVALID;
    *value = digits;
    return 0;
}

static enum text_error value_check(struct arena *arena, const struct row *row, struct str *value)
{
    enum text_error error = text_error_of(*value, (size_t)row->max);
    struct str country;

    if (error != 0)
        return error;
    if (row->field == CONSUMER_SIREN)
        return siren_check(arena, value);
    if (row->field == CONSUMER_RNA)
        return rna_check(arena, value);
    if (row->field == CONSUMER_PHONE)
        return phone_check(arena, value);
    if (row->field == CONSUMER_EMAIL)
        return mail_address_given(*value) ? 0 : TEXT_ERROR_EMAIL_WRONG;
    if (row->field == CONSUMER_COUNTRY)
        return country_listed(*value, &country) ? 0 : TEXT_ERROR_COUNTRY_MISSING;
    return 0;
}

bool mandate_entry_read(struct arena *arena, const struct form *form,
                        const struct consumer *consumer, struct mandate_entry *entry)
{
    bool good = true;

    *entry = (struct mandate_entry){.type = consumer->type};
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const struct row *row = &ROWS[i];
        struct str *value = &entry->values[row->field];
        if (!row_is_of(row, entry->type))
            continue;
        *value = form_typed(form, str_of(row->name));
        if (value->len > 0)
            entry->errors[row->field] = value_check(arena, row, value);
        else if ((row->required & 1U << entry->type) != 0)
            entry->errors[row->field] = row->missing;
        good = good && entry->errors[row->field] == 0;
    }
    if (entry->errors[CONSUMER_STREET_NAME] == 0 &&
        !fits(street_of(arena, consumer, entry->values[CONSUMER_STREET_NAME]).name, NAME_MAX)) {
        entry->errors[CONSUMER_STREET_NAME] = TEXT_ERROR_VALUE_LONG;
        good = false;
    }
    entry->iban_error = iban_entry_read(form_typed(form, STR("iban")), entry->iban);
    return good && entry->iban_error == 0;
}

void mandate_entry_take(struct arena *arena, const struct mandate_entry *entry,
                        struct consumer *consumer)
{
    struct street street = street_of(arena, consumer, entry->values[CONSUMER_STREET_NAME]);
    bool same_company = str_eq(consumer->fields[CONSUMER_SIREN], entry->values[CONSUMER_SIREN]);

    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        struct str value = entry->values[ROWS[i].field];
        if (row_is_of(&ROWS[i], entry->type))
            consumer->fields[ROWS[i].field] = value.len > 0 ? value : STR_NONE;
    }
    consumer->fields[CONSUMER_STREET_NUMBER] = street.number;
    consumer->fields[CONSUMER_STREET_TYPE] = street.type;
    consumer->fields[CONSUMER_STREET_NAME] = street.name;
    if (entry->type != CONSUMER_PERSON && !same_company) {
        /* They belong to the company that the merchant had in mind. */
        consumer->fields[CONSUMER_NIC] = STR_NONE;
        consumer->fields[CONSUMER_NAF] = STR_NONE;
        consumer->fields[CONSUMER_VAT_NUMBER] = STR_NONE;
    }
}

/* --- showing -------------------------------------------------------------------------------------
 */

void mandate_entry_known(struct arena *arena, const struct consumer *consumer, struct str iban,
                         struct mandate_entry *entry)
{
    struct str country = consumer->fields[CONSUMER_COUNTRY];

    *entry = (struct mandate_entry){.type = consumer->type};
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
        entry->values[ROWS[i].field] = consumer->fields[ROWS[i].field];
    entry->values[CONSUMER_STREET_NAME] = consumer_street(arena, consumer);
    if (country.len == 0)
        entry->values[CONSUMER_COUNTRY] = STR("FR");
    else if (!country_code(arena, country, &entry->values[CONSUMER_COUNTRY]))
        entry->values[CONSUMER_COUNTRY] = STR_NONE;
    if (iban.len > 0) {
        /* It was checked when it came. */
        enum text_error error = iban_entry_read(iban, entry->iban);
        must(error == 0);
    }
}

static struct part_field field_of(struct arena *arena, const struct row *row,
                                  const struct mandate_entry *entry)
{
    return (struct part_field){
        .name = str_of(row->name),
        .label = row->label,
        .hint = row->hint,
        .type = str_of(row->type),
        .autocomplete = str_of(row->autocomplete),
        .narrow = row->narrow,
        .optional = (row->required & 1U << entry->type) == 0,
        .max = str_format(arena, "%d", row->max),
        .missing = (row->required & 1U << entry->type) == 0 ? 0 : row->missing,
        .value = entry->values[row->field],
        .error = entry->errors[row->field],
    };
}

static struct part_field iban_field(struct arena *arena, const struct mandate_entry *entry)
{
    return (struct part_field){
        .name = STR("iban"),
        .label = TEXT_FORM_LABEL_IBAN,
        .hint = TEXT_FORM_HINT_IBAN,
        .type = STR("text"),
        .autocomplete = STR("off"),
        .iban = true,
        .max = str_format(arena, "%d", IBAN_TYPED_MAX),
        .missing = TEXT_ERROR_IBAN_MISSING,
        .value = iban_entry_shown(arena, str_of(entry->iban)),
        .error = entry->iban_error,
    };
}

static void errors_fill(struct arena *arena, const struct mandate_entry *entry,
                        struct page_form *page)
{
    struct part_errors_items rows[ARRAY_LEN(ROWS) + 1];
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        if (row_is_of(&ROWS[i], entry->type))
            rows[count++] =
                (struct part_errors_items){str_of(ROWS[i].name), entry->errors[ROWS[i].field]};
    }
    rows[count++] = (struct part_errors_items){STR("iban"), entry->iban_error};
    page->errors = errors_part(arena, rows, count);
}

void mandate_entry_fill(struct arena *arena, const struct mandate_entry *entry, enum page_lang lang,
                        struct page_form *page)
{
    struct page_form_fields *fields = arena_array(arena, struct page_form_fields, ARRAY_LEN(ROWS));
    struct page_form_contacts *contacts =
        arena_array(arena, struct page_form_contacts, ARRAY_LEN(ROWS));
    bool after = false;

    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const struct row *row = &ROWS[i];
        if (row->field == CONSUMER_COUNTRY)
            after = true;
        else if (row_is_of(row, entry->type) && after)
            contacts[page->contacts_count++].field = field_of(arena, row, entry);
        else if (row_is_of(row, entry->type))
            fields[page->fields_count++].field = field_of(arena, row, entry);
    }
    contacts[page->contacts_count++].field = iban_field(arena, entry);
    page->fields = fields;
    page->contacts = contacts;
    page->countries = countries_part(arena, lang, entry->values[CONSUMER_COUNTRY]);
    page->country_error = entry->errors[CONSUMER_COUNTRY];
    errors_fill(arena, entry, page);
}

void mandate_entry_wipe(struct mandate_entry *entry, const struct form *form)
{
    crypto_wipe(entry->iban, sizeof entry->iban);
    /* The decoded form lies in the request's own arena; it is constant for everyone else. */
    for (size_t i = 0; i < form->count; i++) {
        if (str_eq(form->pairs[i].name, STR("iban")) && form->pairs[i].value.len > 0)
            crypto_wipe((void *)(uintptr_t)form->pairs[i].value.ptr, form->pairs[i].value.len);
    }
}
