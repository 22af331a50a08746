#include "support/unit.h"

#include "base/attr.h"
#include "pages/mandate_entry.h"

static struct consumer person(void)
{
    struct consumer consumer = {.type = CONSUMER_PERSON};

    consumer.fields[CONSUMER_STREET_NUMBER] = STR("98");
    consumer.fields[CONSUMER_STREET_TYPE] = STR("Route");
    consumer.fields[CONSUMER_STREET_NAME] = STR("des pissenlits");
    return consumer;
}

/* What becomes of a consumer whose address line is this. */
static struct consumer with_line(struct arena *arena, const char *line)
{
    struct consumer consumer = person();
    struct mandate_entry entry = {.type = CONSUMER_PERSON};

    entry.values[CONSUMER_STREET_NAME] = str_of(line);
    mandate_entry_take(arena, &entry, &consumer);
    return consumer;
}

static void street_is(struct arena *arena, const char *line, const char *number, const char *type,
                      const char *name)
{
    struct consumer consumer = with_line(arena, line);

    assert_str(consumer.fields[CONSUMER_STREET_NUMBER], number);
    assert_str(consumer.fields[CONSUMER_STREET_TYPE], type);
    assert_str(consumer.fields[CONSUMER_STREET_NAME], name);
}

CASE(an_address_of_one_line_is_split_again)
{
    struct arena *arena = arena_new(1 << 20);

    street_is(arena, "98 Route des pissenlits", "98", "Route", "des pissenlits");
    street_is(arena, "99 Route des pissenlits", "99", "", "Route des pissenlits");
    street_is(arena, "12 bis, rue de la Paix", "12 bis", "", "rue de la Paix");
    street_is(arena, "12 ter rue de la Paix", "12 ter", "", "rue de la Paix");
    street_is(arena, "12, rue de la Paix", "12", "", "rue de la Paix");
    street_is(arena, "Le Bourg", "", "", "Le Bourg");
    street_is(arena, "98", "", "", "98");
    street_is(arena, "12345678901234567 rue", "", "", "12345678901234567 rue");
    arena_free(arena);
}

static bool read_one(struct arena *arena, enum consumer_type type, const char *name,
                     const char *value, struct mandate_entry *entry)
{
    const struct form_pair pair = {str_of(name), str_of(value)};
    const struct form form = {&pair, 1};
    const struct consumer consumer = {.type = type};

    return mandate_entry_read(arena, &form, &consumer, entry);
}

static enum text_error error_of(struct arena *arena, enum consumer_type type,
                                enum consumer_field field, const char *name, const char *value)
{
    struct mandate_entry entry;

    assert_false(read_one(arena, type, name, value, &entry));
    return entry.errors[field];
}

CASE(each_field_has_its_rule)
{
    struct arena *arena = arena_new(1 << 20);
    static const struct {
        enum consumer_type type;
        enum consumer_field field;
        const char *name;
        const char *value;
        enum text_error error;
    } VALUES[] = {
        {CONSUMER_PERSON,     CONSUMER_FIRST_NAME,     "consumer_first_name",   "Zoé",                         0                         },
        {CONSUMER_PERSON,     CONSUMER_FIRST_NAME,     "consumer_first_name",   "a\nb",
         TEXT_ERROR_VALUE_CHARACTERS                                                                                                      },
        {CONSUMER_COMPANY,    CONSUMER_CORPORATE_NAME, "social_reference",      "",
         TEXT_ERROR_COMPANY_MISSING                                                                                                       },
        {CONSUMER_NON_PROFIT, CONSUMER_CORPORATE_NAME, "social_reference",      "",
         TEXT_ERROR_ASSOCIATION_MISSING                                                                                                   },
        {CONSUMER_COMPANY,    CONSUMER_SIREN,          "siren",                 "",                             TEXT_ERROR_SIREN_MISSING  },
        {CONSUMER_NON_PROFIT, CONSUMER_SIREN,          "siren",                 "",                             0                         },
        {CONSUMER_COMPANY,    CONSUMER_SIREN,          "siren",                 "732 829 320",                  0                         },
        {CONSUMER_COMPANY,    CONSUMER_SIREN,          "siren",                 "732\u00a0829\u202f320",        0                         },
        {CONSUMER_NON_PROFIT, CONSUMER_RNA,            "waldec",                "W\u00a0751\u00a0234\u00a0567", 0                         },
        {CONSUMER_PERSON,     CONSUMER_PHONE,          "consumer_phone_number",
         "06\u00a012\u202f34\u00a056\u00a078",                                                                  0                         },
        {CONSUMER_COMPANY,    CONSUMER_SIREN,          "siren",                 "732829321",                    TEXT_ERROR_SIREN_INVALID  },
        {CONSUMER_NON_PROFIT, CONSUMER_RNA,            "waldec",                "w751234567",                   0                         },
        {CONSUMER_NON_PROFIT, CONSUMER_RNA,            "waldec",                "751234567",                    TEXT_ERROR_RNA_INVALID    },
        {CONSUMER_PERSON,     CONSUMER_COUNTRY,        "consumer_country",      "BE",                           0                         },
        {CONSUMER_PERSON,     CONSUMER_COUNTRY,        "consumer_country",      "EU",                           TEXT_ERROR_COUNTRY_MISSING},
        {CONSUMER_PERSON,     CONSUMER_EMAIL,          "consumer_email",        "a@b",                          TEXT_ERROR_EMAIL_WRONG    },
        {CONSUMER_PERSON,     CONSUMER_PHONE,          "consumer_phone_number", "+33 6 12.34-56 78",            0                         },
        {CONSUMER_PERSON,     CONSUMER_PHONE,          "consumer_phone_number", "call me",
         TEXT_ERROR_PHONE_INVALID                                                                                                         },
    };

    for (size_t i = 0; i < ARRAY_LEN(VALUES); i++)
        assert_int_equal(
            error_of(arena, VALUES[i].type, VALUES[i].field, VALUES[i].name, VALUES[i].value),
            VALUES[i].error);
    arena_free(arena);
}

CASE(another_company_has_other_numbers)
{
    struct arena *arena = arena_new(1 << 20);
    struct consumer consumer = {.type = CONSUMER_COMPANY};
    struct mandate_entry entry = {.type = CONSUMER_COMPANY};

    consumer.fields[CONSUMER_SIREN] = STR("732829320");
    consumer.fields[CONSUMER_NIC] = STR("00074");
    entry.values[CONSUMER_SIREN] = STR("732829320");
    mandate_entry_take(arena, &entry, &consumer);
    assert_str(consumer.fields[CONSUMER_NIC], "00074");
    entry.values[CONSUMER_SIREN] = STR("552100554");
    mandate_entry_take(arena, &entry, &consumer);
    assert_null(consumer.fields[CONSUMER_NIC].ptr);
    arena_free(arena);
}

CASE(what_is_known_is_filled_in)
{
    struct arena *arena = arena_new(1 << 20);
    struct consumer consumer = person();
    struct mandate_entry entry;

    mandate_entry_known(arena, &consumer, STR_NONE, &entry);
    assert_str(entry.values[CONSUMER_STREET_NAME], "98 Route des pissenlits");
    assert_str(entry.values[CONSUMER_COUNTRY], "FR");
    assert_string_equal(entry.iban, "");
    consumer.fields[CONSUMER_COUNTRY] = STR("Belgique");
    mandate_entry_known(arena, &consumer, STR("FR1420041010050500013M02606"), &entry);
    assert_str(entry.values[CONSUMER_COUNTRY], "BE");
    assert_string_equal(entry.iban, "FR1420041010050500013M02606");
    consumer.fields[CONSUMER_COUNTRY] = STR("Atlantis");
    mandate_entry_known(arena, &consumer, STR_NONE, &entry);
    assert_int_equal(entry.values[CONSUMER_COUNTRY].len, 0);
    arena_free(arena);
}

UNIT_MAIN(T(an_address_of_one_line_is_split_again), T(each_field_has_its_rule),
          T(another_company_has_other_numbers), T(what_is_known_is_filled_in))
