#include "support/unit.h"

#include "pages/countries.h"
#include "pages/debit_entry.h"

static const struct debit_asks ALL = {.address = true, .email = true};
static const struct debit_asks LEAST = {0};

enum { GOOD_IBAN, HOLDER, LINE, ZIP, CITY, COUNTRY, EMAIL, PAIRS };
static const struct form_pair GOOD[PAIRS] = {
    {STR_INIT("iban"),            STR_INIT("FR14 2004 1010 0505 0001 3M02 606")},
    {STR_INIT("account_holder"),  STR_INIT(" Camille Durand ")                 },
    {STR_INIT("address_line"),    STR_INIT("3 allée des Lilas")               },
    {STR_INIT("address_zip"),     STR_INIT("69001")                            },
    {STR_INIT("address_city"),    STR_INIT("Lyon")                             },
    {STR_INIT("address_country"), STR_INIT("BE")                               },
    {STR_INIT("email"),           STR_INIT("camille@example.com")              },
};

/* The good form with one value changed. */
static bool read_with(size_t at, const char *value, struct debit_asks asks,
                      struct debit_entry *entry)
{
    static struct form_pair pairs[PAIRS];
    const struct form form = {pairs, PAIRS};

    memcpy(pairs, GOOD, sizeof pairs);
    if (value != NULL)
        pairs[at].value = str_of(value);
    return debit_entry_read(&form, asks, entry);
}

static enum text_error iban_says(const char *typed)
{
    struct debit_entry entry;
    bool good = read_with(GOOD_IBAN, typed, ALL, &entry);

    assert_true(good == (entry.iban_error == 0));
    return entry.iban_error;
}

CASE(a_form_that_is_right_is_taken)
{
    struct debit_entry entry;

    assert_true(read_with(0, NULL, ALL, &entry));
    assert_string_equal(entry.iban, "FR1420041010050500013M02606");
    assert_true(str_eq(entry.holder, STR("Camille Durand")));
    assert_false(entry.agreed);
    struct page_debtor debtor = debit_entry_debtor(&entry, ALL);
    assert_true(debtor.has_address);
    assert_true(str_eq(debtor.address.line1, STR("3 allée des Lilas")));
    assert_true(str_eq(debtor.address.zip_code, STR("69001")));
    assert_true(str_eq(debtor.address.city, STR("Lyon")));
    assert_true(str_eq(debtor.address.country, STR("BE")));
    assert_true(str_eq(debtor.email, STR("camille@example.com")));
    assert_true(read_with(LINE, "", LEAST, &entry));
    debtor = debit_entry_debtor(&entry, LEAST);
    assert_false(debtor.has_address);
    assert_int_equal(debtor.email.len, 0);
}

CASE(an_iban_is_taken_however_it_was_pasted)
{
    assert_int_equal(iban_says("fr1420041010050500013m02606"), 0);
    assert_int_equal(iban_says("FR14-2004-1010-0505-0001-3M02-606"), 0);
    assert_int_equal(iban_says("FR14\u00a02004\u202f1010 0505.0001\t3M02606"), 0);
    assert_int_equal(iban_says("DE89 3704 0044 0532 0130 00"), 0);
    assert_int_equal(iban_says("IBAN FR14 2004 1010 0505 0001 3M02 606"), 0);
    assert_int_equal(iban_says("iban\u00a0: FR1420041010050500013M02606"), 0);
    assert_int_equal(iban_says("IBAN"), TEXT_ERROR_IBAN_LENGTH);
}

CASE(each_wrong_iban_says_what_is_wrong)
{
    assert_int_equal(iban_says(""), TEXT_ERROR_IBAN_MISSING);
    assert_int_equal(iban_says("US64SVBKUS6S3300958671"), TEXT_ERROR_IBAN_COUNTRY);
    assert_int_equal(iban_says("FR14 2004 1010 0505 0001 3M02 60"), TEXT_ERROR_IBAN_LENGTH);
    assert_int_equal(iban_says("FR14 2004 1010 0505 0001 3M02 6060"), TEXT_ERROR_IBAN_LENGTH);
    assert_int_equal(iban_says("FR14"), TEXT_ERROR_IBAN_LENGTH);
    assert_int_equal(iban_says("FR15 2004 1010 0505 0001 3M02 606"), TEXT_ERROR_IBAN_CHECK);
    assert_int_equal(iban_says("FR14 2004 1010 0505 0001 3M02 6_6"), TEXT_ERROR_IBAN_CHARACTERS);
    assert_int_equal(iban_says("FR14 2004 1010 0505 0001 3é02 606"), TEXT_ERROR_IBAN_CHARACTERS);
    assert_int_equal(iban_says("FR84 2004 1010 0505 0001 3M02 607"), TEXT_ERROR_IBAN_KEY);
}

CASE(an_iban_is_shown_again_in_groups)
{
    struct arena *arena = arena_new(1 << 16);
    struct debit_entry entry;

    assert_false(read_with(GOOD_IBAN, "fr1520041010", ALL, &entry));
    assert_true(str_eq(iban_entry_shown(arena, str_of(entry.iban)), STR("FR15 2004 1010")));
    /* What does not fit is cut, and never within a letter. */
    assert_false(read_with(GOOD_IBAN, "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééé",
                           ALL, &entry));
    size_t letters;
    assert_true(str_utf8_count(iban_entry_shown(arena, str_of(entry.iban)), &letters));
    arena_free(arena);
}

CASE(the_other_fields_have_their_limits)
{
    struct debit_entry entry;
    char text[80];

    memset(text, 'a', sizeof text);
    text[70] = '\0';
    assert_true(read_with(HOLDER, text, ALL, &entry));
    text[70] = 'a';
    text[71] = '\0';
    assert_false(read_with(HOLDER, text, ALL, &entry));
    assert_int_equal(entry.holder_error, TEXT_ERROR_ACCOUNT_HOLDER_LONG);
    assert_false(read_with(HOLDER, "  ", ALL, &entry));
    assert_int_equal(entry.holder_error, TEXT_ERROR_ACCOUNT_HOLDER_MISSING);
    assert_false(read_with(HOLDER, "a\nb", ALL, &entry));
    assert_int_equal(entry.holder_error, TEXT_ERROR_VALUE_CHARACTERS);
    assert_true(str_eq(entry.holder, STR("a\nb")));
    text[50] = '\0';
    assert_true(read_with(LINE, text, ALL, &entry));
    text[50] = 'a';
    text[51] = '\0';
    assert_false(read_with(LINE, text, ALL, &entry));
    assert_int_equal(entry.line_error, TEXT_ERROR_VALUE_LONG);
    assert_int_equal(entry.line.len, 51); /* to be shown again */
    assert_false(read_with(LINE, "3 allée\tdes Lilas", ALL, &entry));
    assert_int_equal(entry.line_error, TEXT_ERROR_VALUE_CHARACTERS);
    assert_int_equal(entry.line.len, sizeof "3 allée\tdes Lilas" - 1);
    assert_false(read_with(LINE, " ", ALL, &entry));
    assert_int_equal(entry.line_error, TEXT_ERROR_LINE_MISSING);
    assert_false(read_with(ZIP, "", ALL, &entry));
    assert_int_equal(entry.zip_error, TEXT_ERROR_ZIP_MISSING);
    assert_false(read_with(ZIP, "12345678901234567", ALL, &entry));
    assert_false(read_with(CITY, "", ALL, &entry));
    assert_int_equal(entry.city_error, TEXT_ERROR_CITY_MISSING);
    assert_true(read_with(COUNTRY, "ZZ", ALL, &entry));
    assert_true(str_eq(entry.country, STR("FR")));
}

CASE(an_email_may_be_left_out_but_not_be_wrong)
{
    struct debit_entry entry;

    assert_true(read_with(EMAIL, "", ALL, &entry));
    assert_false(read_with(EMAIL, "camille", ALL, &entry));
    assert_int_equal(entry.email_error, TEXT_ERROR_EMAIL_INVALID);
    assert_false(read_with(EMAIL, "a@b\r\nBcc: c@d", ALL, &entry));
    assert_true(read_with(EMAIL, "camille", LEAST, &entry));
}

CASE(countries_are_sorted_by_their_names)
{
    struct arena *arena = arena_new(1 << 16);
    struct part_countries part = countries_part(arena, PAGE_LANG_FR, STR("FR"));
    size_t count = part.countries_count;
    const struct part_countries_countries *fr = part.countries;

    assert_int_equal(count, 249);
    assert_true(str_eq(fr[0].code, STR("AF")));
    assert_true(str_eq(fr[count - 1].code, STR("ZW")));
    part = countries_part(arena, PAGE_LANG_EN, STR("BE"));
    const struct part_countries_countries *en = part.countries;
    assert_true(str_eq(en[1].code, STR("AX")));
    assert_true(str_eq(en[1].name, STR("Åland Islands")));
    size_t chosen = 0;
    for (size_t i = 0; i < count; i++) {
        assert_true(en[i].name.len > 0);
        chosen += en[i].chosen ? 1 : 0;
    }
    assert_int_equal(chosen, 1);
    assert_false(part.none);
    assert_true(countries_part(arena, PAGE_LANG_EN, STR("EU")).none);
    arena_free(arena);
}

UNIT_MAIN(T(a_form_that_is_right_is_taken), T(an_iban_is_taken_however_it_was_pasted),
          T(each_wrong_iban_says_what_is_wrong), T(an_iban_is_shown_again_in_groups),
          T(the_other_fields_have_their_limits), T(an_email_may_be_left_out_but_not_be_wrong),
          T(countries_are_sorted_by_their_names))
