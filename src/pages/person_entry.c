#include "pages/person_entry.h"

#include "base/arena.h"
#include "base/must.h"
#include "pages/errors.h"

enum { NAME_MAX = 100, DATE_MAX = 10, SHARE_MAX = 3, AGE_MIN = 16, AGE_MAX = 120 };
enum { SHARE_LEAST = 25, SHARE_ALL = 100 };

struct row {
    const char *name;
    size_t field;
    int max;
    enum text_form_label label;
    enum text_form_hint hint;
    enum text_error missing;
    const char *autocomplete;
    bool narrow;
};
/* clang-format off */
static const struct row PERSON[] = {
    {"family_name", PERSON_FAMILY_NAME, NAME_MAX, TEXT_FORM_LABEL_FAMILY_NAME, 0, TEXT_ERROR_LAST_NAME_MISSING, "family-name", false},
    {"given_names", PERSON_GIVEN_NAMES, NAME_MAX, TEXT_FORM_LABEL_GIVEN_NAMES, 0, TEXT_ERROR_FIRST_NAME_MISSING, "given-name", false},
    {"birth_date", PERSON_BIRTH_DATE, DATE_MAX, TEXT_FORM_LABEL_BIRTH_DATE, TEXT_FORM_HINT_BIRTH_DATE, TEXT_ERROR_BIRTH_DATE_MISSING, "bday", true},
    {"birth_place", PERSON_BIRTH_PLACE, NAME_MAX, TEXT_FORM_LABEL_BIRTH_PLACE, 0, TEXT_ERROR_BIRTH_PLACE_MISSING, "off", false},
    {"nationality", PERSON_NATIONALITY, NAME_MAX, TEXT_FORM_LABEL_NATIONALITY, TEXT_FORM_HINT_NATIONALITY, TEXT_ERROR_NATIONALITY_MISSING, "off", false},
    {"role", PERSON_ROLE, NAME_MAX, TEXT_FORM_LABEL_ROLE, TEXT_FORM_HINT_ROLE, TEXT_ERROR_ROLE_MISSING, "organization-title", false},
};
static const struct row OWNER[] = {
    {"family_name", OWNER_FAMILY_NAME, NAME_MAX, TEXT_FORM_LABEL_FAMILY_NAME, 0, TEXT_ERROR_LAST_NAME_MISSING, "off", false},
    {"given_names", OWNER_GIVEN_NAMES, NAME_MAX, TEXT_FORM_LABEL_GIVEN_NAMES, 0, TEXT_ERROR_FIRST_NAME_MISSING, "off", false},
    {"birth_date", OWNER_BIRTH_DATE, DATE_MAX, TEXT_FORM_LABEL_BIRTH_DATE, TEXT_FORM_HINT_BIRTH_DATE, TEXT_ERROR_BIRTH_DATE_MISSING, "off", true},
    {"nationality", OWNER_NATIONALITY, NAME_MAX, TEXT_FORM_LABEL_NATIONALITY, TEXT_FORM_HINT_NATIONALITY, TEXT_ERROR_NATIONALITY_MISSING, "off", false},
    {"share", OWNER_SHARE, SHARE_MAX, TEXT_FORM_LABEL_SHARE, TEXT_FORM_HINT_SHARE, TEXT_ERROR_SHARE_INVALID, "off", true},
};
/* clang-format on */

/* --- reading -------------------------------------------------------------------------------------
 */

/* "31/01/1980", "31.1.1980", "1980-01-31". */
static bool date_read(struct str text, struct date *out)
{
    int parts[3] = {0};
    size_t count = 0;

    if (date_parse(text, out))
        return true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c >= '0' && c <= '9' && parts[count] < 1000)
            parts[count] = parts[count] * 10 + c - '0';
        else if ((c == '/' || c == '.' || c == '-' || c == ' ') && count < 2)
            count++;
        else
            return false;
    }
    char iso[DATE_MAX + 1];
    if (count != 2 || parts[2] < 1000 || parts[2] > 9999 || parts[1] > 12 || parts[0] > 31)
        return false;
    digits_write(iso, parts[2], 4);
    iso[4] = '-';
    digits_write(iso + 5, parts[1], 2);
    iso[7] = '-';
    digits_write(iso + 8, parts[0], 2);
    return date_parse((struct str){iso, DATE_MAX}, out);
}

static bool age_fits(struct date born, struct date today)
{
    int age = today.year - born.year;

    if (today.month < born.month || (today.month == born.month && today.day < born.day))
        age--;
    return age >= AGE_MIN && age <= AGE_MAX;
}

static enum text_error value_check(struct arena *arena, const struct row *row, struct date today,
                                   struct str *value)
{
    struct date born;
    int64_t share;

    if (value->len == 0)
        return row->missing;
    enum text_error error = text_error_of(*value, (size_t)row->max);
    if (error != 0)
        return error;
    if (row->missing == TEXT_ERROR_SHARE_INVALID)
        return str_is_digits(*value) && str_to_int64(*value, &share) && share >= SHARE_LEAST &&
                       share <= SHARE_ALL
                   ? 0
                   : TEXT_ERROR_SHARE_INVALID;
    if (row->missing != TEXT_ERROR_BIRTH_DATE_MISSING)
        return 0;
    if (!date_read(*value, &born) || !age_fits(born, today))
        return TEXT_ERROR_BIRTH_DATE_INVALID;
    *value = date_text(arena, born);
    return 0;
}

static struct str owner_name(struct arena *arena, size_t owner, const char *field)
{
    return str_format(arena, "owner%zu_%s", owner + 1, field);
}

static bool owner_is_given(const struct enrolment_person *person, size_t owner)
{
    for (size_t i = 0; i < ARRAY_LEN(OWNER); i++) {
        if (person->values[person_owner_at(owner, (enum owner_field)OWNER[i].field)].len > 0)
            return true;
    }
    return false;
}

static void owners_take(struct arena *arena, const struct form *form,
                        struct enrolment_person *person)
{
    for (size_t owner = 0; owner < OWNERS_MAX; owner++) {
        for (size_t i = 0; i < ARRAY_LEN(OWNER); i++)
            person->values[person_owner_at(owner, (enum owner_field)OWNER[i].field)] =
                form_typed(form, owner_name(arena, owner, OWNER[i].name));
    }
}

/* Rows that are empty are left out; the first must not be. */
static bool owners_check(struct arena *arena, struct date today, struct person_entry *entry)
{
    struct enrolment_person *person = &entry->person;
    int64_t all = 0;
    bool good = true;

    for (size_t owner = 0; owner < OWNERS_MAX; owner++) {
        if (owner > 0 && !owner_is_given(person, owner))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(OWNER); i++) {
            size_t at = person_owner_at(owner, (enum owner_field)OWNER[i].field);
            entry->errors[at] = value_check(arena, &OWNER[i], today, &person->values[at]);
            good = good && entry->errors[at] == 0;
        }
        int64_t share = 0;
        if (str_to_int64(person->values[person_owner_at(owner, OWNER_SHARE)], &share))
            all += share;
    }
    if (good && all > SHARE_ALL)
        entry->errors[PERSON_OWNERS] = TEXT_ERROR_SHARES_OVER;
    return good && all <= SHARE_ALL;
}

/* Owners one after another, without a gap. */
static void owners_close_up(struct enrolment_person *person)
{
    size_t to = 0;

    for (size_t owner = 0; owner < OWNERS_MAX; owner++) {
        if (!owner_is_given(person, owner))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(OWNER); i++) {
            enum owner_field field = (enum owner_field)OWNER[i].field;
            struct str value = person->values[person_owner_at(owner, field)];
            person->values[person_owner_at(owner, field)] = STR_NONE;
            person->values[person_owner_at(to, field)] = value;
        }
        to++;
    }
}

bool person_entry_read(struct arena *arena, const struct form *form, struct date today,
                       struct person_entry *entry)
{
    enum owners_declared owners;
    bool good = true;

    *entry = (struct person_entry){0};
    for (size_t i = 0; i < ARRAY_LEN(PERSON); i++) {
        struct str *value = &entry->person.values[PERSON[i].field];
        *value = form_typed(form, str_of(PERSON[i].name));
        entry->errors[PERSON[i].field] = value_check(arena, &PERSON[i], today, value);
        good = good && entry->errors[PERSON[i].field] == 0;
    }
    struct str declared = form_typed(form, STR("owners"));
    if (!owners_declared_parse(declared, &owners)) {
        /* Whoever forgot to choose may have typed somebody, who is shown again. */
        owners_take(arena, form, &entry->person);
        entry->errors[PERSON_OWNERS] = TEXT_ERROR_OWNERS_MISSING;
        return false;
    }
    entry->person.values[PERSON_OWNERS] = declared;
    if (owners != OWNERS_LISTED)
        return good;
    owners_take(arena, form, &entry->person);
    if (!owners_check(arena, today, entry))
        return false;
    owners_close_up(&entry->person);
    return good;
}

/* --- showing -------------------------------------------------------------------------------------
 */

/* What is kept as YYYY-MM-DD is shown as it is typed. */
static struct str value_shown(struct arena *arena, const struct row *row, struct str value)
{
    struct date date;

    if (row->missing != TEXT_ERROR_BIRTH_DATE_MISSING || !date_parse(value, &date))
        return value;
    return str_format(arena, "%02d/%02d/%04d", date.day, date.month, date.year);
}

static struct part_field field_of(struct arena *arena, const struct row *row, struct str name,
                                  struct str value, enum text_error error)
{
    return (struct part_field){
        .name = name,
        .label = row->label,
        .hint = row->hint,
        .type = STR("text"),
        .autocomplete = str_of(row->autocomplete),
        .narrow = row->narrow,
        .max = str_format(arena, "%d", row->max),
        .value = value_shown(arena, row, value),
        .error = error,
    };
}

static void error_add(struct page_enrol_person *page, struct part_errors_items *errors,
                      struct str name, enum text_error error)
{
    if (error != 0)
        errors[page->enrol_alerts.errors.items_count++] = (struct part_errors_items){name, error};
}

static void choices_fill(struct arena *arena, const struct person_entry *entry,
                         struct page_enrol_person *page)
{
    static const enum text_enrol_owners WORDS[] = {
        [OWNERS_REPRESENTATIVE] = TEXT_ENROL_OWNERS_REPRESENTATIVE,
        [OWNERS_NONE] = TEXT_ENROL_OWNERS_NONE,
        [OWNERS_LISTED] = TEXT_ENROL_OWNERS_LISTED,
    };
    struct page_enrol_person_choices *choices =
        arena_array(arena, struct page_enrol_person_choices, OWNERS_LISTED);

    page->choices = choices;
    for (int i = OWNERS_REPRESENTATIVE; i <= OWNERS_LISTED; i++) {
        struct str word = str_of(owners_declared_text((enum owners_declared)i));
        choices[page->choices_count++] = (struct page_enrol_person_choices){
            /* The first is where an error about the choice leads. */
            .id = i == OWNERS_REPRESENTATIVE
                      ? STR("owners")
                      : str_format(arena, "owners-%.*s", (int)word.len, word.ptr),
            .value = word,
            .chosen = str_eq(entry->person.values[PERSON_OWNERS], word),
            .words = WORDS[i],
        };
    }
}

static void owner_fill(struct arena *arena, const struct person_entry *entry, size_t owner,
                       struct page_enrol_person *page, struct part_errors_items *errors,
                       struct page_enrol_person_owners *out)
{
    struct page_enrol_person_owners_fields *fields =
        arena_array(arena, struct page_enrol_person_owners_fields, ARRAY_LEN(OWNER));
    bool given = owner_is_given(&entry->person, owner);
    bool listed = str_eq(entry->person.values[PERSON_OWNERS], STR("listed"));

    *out = (struct page_enrol_person_owners){
        .number = str_format(arena, "%zu", owner + 1),
        .open = given || (listed && owner == 0),
        .fields = fields,
        .fields_count = ARRAY_LEN(OWNER),
    };
    for (size_t i = 0; i < ARRAY_LEN(OWNER); i++) {
        size_t at = person_owner_at(owner, (enum owner_field)OWNER[i].field);
        struct str name = owner_name(arena, owner, OWNER[i].name);
        fields[i].field =
            field_of(arena, &OWNER[i], name, entry->person.values[at], entry->errors[at]);
        error_add(page, errors, name, entry->errors[at]);
    }
}

void person_entry_fill(struct arena *arena, const struct person_entry *entry,
                       struct page_enrol_person *page)
{
    struct page_enrol_person_fields *fields =
        arena_array(arena, struct page_enrol_person_fields, ARRAY_LEN(PERSON));
    struct page_enrol_person_owners *owners =
        arena_array(arena, struct page_enrol_person_owners, OWNERS_MAX);
    struct part_errors_items *errors = arena_array(arena, struct part_errors_items, PERSON_VALUES);

    page->fields = fields;
    page->enrol_alerts.errors.items = errors;
    for (size_t i = 0; i < ARRAY_LEN(PERSON); i++) {
        size_t at = PERSON[i].field;
        struct str name = str_of(PERSON[i].name);
        fields[page->fields_count++].field =
            field_of(arena, &PERSON[i], name, entry->person.values[at], entry->errors[at]);
        error_add(page, errors, name, entry->errors[at]);
    }
    page->owners_error = entry->errors[PERSON_OWNERS];
    error_add(page, errors, STR("owners"), page->owners_error);
    choices_fill(arena, entry, page);
    page->owners = owners;
    for (size_t owner = 0; owner < OWNERS_MAX; owner++)
        owner_fill(arena, entry, owner, page, errors, &owners[page->owners_count++]);
}
