#include "pages/company_entry.h"

#include "base/arena.h"
#include "base/separator.h"
#include "base/umr.h"
#include "core/merchant_check.h"
#include "pages/errors.h"

struct row {
    const char *name;
    enum company_field field;
    int max;
    enum text_form_label label;
    enum text_form_hint hint;
    enum text_error missing; /* 0: it may be left empty */
    const char *autocomplete;
    bool narrow;
};
/* clang-format off */
static const struct row ROWS[] = {
    {"name", COMPANY_NAME, 128, TEXT_FORM_LABEL_COMPANY, 0, TEXT_ERROR_COMPANY_MISSING, "organization", false},
    {"legal_form", COMPANY_LEGAL_FORM, 60, TEXT_FORM_LABEL_LEGAL_FORM, TEXT_FORM_HINT_LEGAL_FORM, TEXT_ERROR_LEGAL_FORM_MISSING, "off", true},
    {"capital", COMPANY_CAPITAL, 40, TEXT_FORM_LABEL_CAPITAL, TEXT_FORM_HINT_CAPITAL, 0, "off", true},
    {"rcs", COMPANY_RCS, 60, TEXT_FORM_LABEL_RCS, TEXT_FORM_HINT_RCS, 0, "off", false},
    {"siret", COMPANY_SIRET, 24, TEXT_FORM_LABEL_SIRET, TEXT_FORM_HINT_SIRET, 0, "off", false},
    {"address_line", COMPANY_LINE, 70, TEXT_FORM_LABEL_STREET, 0, TEXT_ERROR_STREET_MISSING, "address-line1", false},
    {"address_zip", COMPANY_ZIP, 16, TEXT_FORM_LABEL_ZIP, 0, TEXT_ERROR_ZIP_MISSING, "postal-code", true},
    {"address_city", COMPANY_CITY, 35, TEXT_FORM_LABEL_CITY, 0, TEXT_ERROR_CITY_MISSING, "address-level2", false},
    {"vat_number", COMPANY_VAT_NUMBER, 24, TEXT_FORM_LABEL_VAT_NUMBER, TEXT_FORM_HINT_VAT_NUMBER, 0, "off", false},
};
/* clang-format on */

/* --- reading -------------------------------------------------------------------------------------
 */

static enum text_error siret_check(struct arena *arena, struct str siren, struct str *value)
{
    struct str of;
    struct str siret;

    if (!company_number_read(arena, *value, &of, &siret) || siret.len == 0 || !str_eq(of, siren))
        return TEXT_ERROR_SIRET_INVALID;
    *value = siret;
    return 0;
}

/* Upper case, and without what people put between the digits. */
static enum text_error vat_number_check(struct arena *arena, struct str siren, struct str *value)
{
    struct str number = umr_key(arena, separators_dropped(arena, *value));

    if (!vat_number_valid(number) || !str_ends(number, siren))
        return TEXT_ERROR_VAT_NUMBER_INVALID;
    *value = number;
    return 0;
}

static enum text_error value_check(struct arena *arena, const struct row *row, struct str siren,
                                   struct str *value)
{
    enum text_error error = text_error_of(*value, (size_t)row->max);

    if (error != 0)
        return error;
    if (row->field == COMPANY_SIRET)
        return siret_check(arena, siren, value);
    if (row->field == COMPANY_VAT_NUMBER)
        return vat_number_check(arena, siren, value);
    return 0;
}

bool company_entry_read(struct arena *arena, const struct form *form, struct str siren,
                        struct company_entry *entry)
{
    bool good = true;

    *entry = (struct company_entry){.company = {.fields = {[COMPANY_SIREN] = siren}}};
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const struct row *row = &ROWS[i];
        struct str *value = &entry->company.fields[row->field];
        *value = form_typed(form, str_of(row->name));
        if (value->len > 0)
            entry->errors[row->field] = value_check(arena, row, siren, value);
        else
            entry->errors[row->field] = row->missing;
        good = good && entry->errors[row->field] == 0;
    }
    return good;
}

/* --- showing -------------------------------------------------------------------------------------
 */

static struct part_field field_of(struct arena *arena, const struct row *row,
                                  const struct company_entry *entry)
{
    return (struct part_field){
        .name = str_of(row->name),
        .label = row->label,
        .hint = row->hint,
        .type = STR("text"),
        .autocomplete = str_of(row->autocomplete),
        .narrow = row->narrow,
        .optional = row->missing == 0,
        .max = str_format(arena, "%d", row->max),
        .missing = row->missing,
        .value = entry->company.fields[row->field],
        .error = entry->errors[row->field],
    };
}

void company_entry_fill(struct arena *arena, const struct company_entry *entry,
                        struct page_enrol_company *page)
{
    struct page_enrol_company_fields *fields =
        arena_array(arena, struct page_enrol_company_fields, ARRAY_LEN(ROWS));
    struct part_errors_items rows[ARRAY_LEN(ROWS)];

    page->fields = fields;
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        fields[page->fields_count++].field = field_of(arena, &ROWS[i], entry);
        rows[i] = (struct part_errors_items){str_of(ROWS[i].name), entry->errors[ROWS[i].field]};
    }
    page->enrol_alerts.errors = errors_part(arena, rows, ARRAY_LEN(rows));
}
