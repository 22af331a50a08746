#include "base/iban.h"

#include "support/unit.h"

/* One valid number of each country (sepa.md 5), with whether it is in the EEA. */
struct example {
    const char *iban;
    bool eea;
};

static const struct example EXAMPLES[] = {
    {"AD1200012030200359100100",        false},
    {"AL47212110090000000235698741",    false},
    {"AT611904300234573201",            true },
    {"BE68539007547034",                true },
    {"BG80BNBG96611020345678",          true },
    {"CH9300762011623852957",           false},
    {"CY17002001280000001200527600",    true },
    {"CZ6508000000192000145399",        true },
    {"DE89370400440532013000",          true },
    {"DK5000400440116243",              true },
    {"EE382200221020145685",            true },
    {"ES9121000418450200051332",        true },
    {"FI2112345600000785",              true },
    {"FR1420041010050500013M02606",     true },
    {"GB29NWBK60161331926819",          false},
    {"GI75NWBK000000007099453",         false},
    {"GR1601101250000000012300695",     true },
    {"HR1210010051863000160",           true },
    {"HU42117730161111101800000000",    true },
    {"IE29AIBK93115212345678",          true },
    {"IS140159260076545510730339",      true },
    {"IT60X0542811101000000123456",     true },
    {"LI21088100002324013AA",           true },
    {"LT121000011101001000",            true },
    {"LU280019400644750000",            true },
    {"LV80BANK0000435195001",           true },
    {"MC5811222000010123456789030",     false},
    {"MD24AG000225100013104168",        false},
    {"ME25505000012345678951",          false},
    {"MK07250120000058984",             false},
    {"MT84MALT011000012345MTLCAST001S", true },
    {"NL91ABNA0417164300",              true },
    {"NO9386011117947",                 true },
    {"PL61109010140000071219812874",    true },
    {"PT50000201231234567890154",       true },
    {"RO49AAAA1B31007593840000",        true },
    {"RS35260005601001611379",          false},
    {"SE4550000000058398257466",        true },
    {"SI56191000000123438",             true },
    {"SK3112000000198742637541",        true },
    {"SM86U0322509800000000270100",     false},
    {"VA59001123000012345678",          false},
};
enum { COUNTRIES_EXPECTED = 42 };

/* api/stancer.md 13, and the two more of sepa.md 5. */
static const char *const ACCEPTED[] = {
    "AT611904300234573201",
    "BE62510007547061",
    "CH2089144321842946678",
    "DE89370400440532013000",
    "EE382200221020145685",
    "ES0700120345030000067890",
    "FI2112345600000785",
    "FR1420041010050500013M02606",
    "GB33BUKB20201555555555",
    "IE29AIBK93115212345678",
    "LT121000011101001000",
    "LU280019400644750000",
    "IT02A0301926102000000490887",
    "NL39RABO0300065264",
    "NO9386011117947",
    "PT50000201231234567890154",
    "SE3550000000054910000003",
    "FR7630006000011234567890189",
    "FR7630004000031234567890143",
};

CASE(one_number_of_each_country_is_valid)
{
    struct iban iban;

    assert_int_equal(ARRAY_LEN(EXAMPLES), COUNTRIES_EXPECTED);
    for (size_t i = 0; i < ARRAY_LEN(EXAMPLES); i++) {
        const struct example *example = &EXAMPLES[i];
        assert_null(iban_parse(str_of(example->iban), &iban));
        assert_true(iban_valid(str_of(example->iban)));
        assert_string_equal(iban.raw, example->iban);
        assert_int_equal(iban_in_eea(iban_country(&iban)), example->eea);
        assert_memory_equal(iban_country(&iban).ptr, example->iban, 2);
        assert_str(iban_last(&iban), example->iban + strlen(example->iban) - 4);
    }
}

CASE(numbers_of_the_test_table_are_valid)
{
    for (size_t i = 0; i < ARRAY_LEN(ACCEPTED); i++)
        assert_true(iban_valid(str_of(ACCEPTED[i])));
}

/* Tries what is not the example itself and must be refused. */
static size_t refused(const char *candidate, const char *example)
{
    struct iban iban;

    if (strcmp(candidate, example) == 0)
        return 0;
    assert_non_null(iban_parse(str_of(candidate), &iban));
    assert_false(iban_valid(str_of(candidate)));
    return 1;
}

CASE(any_single_wrong_digit_is_found)
{
    size_t tried = 0;

    for (size_t i = 0; i < ARRAY_LEN(EXAMPLES); i++) {
        char text[IBAN_MAX + 1];
        memcpy(text, EXAMPLES[i].iban, strlen(EXAMPLES[i].iban) + 1);
        for (size_t at = 2; text[at] != '\0'; at++) {
            char right = text[at];
            if (right < '0' || right > '9')
                continue;
            for (text[at] = '0'; text[at] <= '9'; text[at]++)
                tried += refused(text, EXAMPLES[i].iban);
            text[at] = right;
        }
    }
    assert_true(tried > 5000);
}

CASE(any_single_wrong_letter_is_found)
{
    size_t tried = 0;

    for (size_t i = 0; i < ARRAY_LEN(EXAMPLES); i++) {
        char text[IBAN_MAX + 1];
        memcpy(text, EXAMPLES[i].iban, strlen(EXAMPLES[i].iban) + 1);
        for (size_t at = 0; text[at] != '\0'; at++) {
            char right = text[at];
            if (right < 'A' || right > 'Z')
                continue;
            for (text[at] = 'A'; text[at] <= 'Z'; text[at]++)
                tried += refused(text, EXAMPLES[i].iban);
            text[at] = right;
        }
    }
    assert_true(tried > 2000);
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Neighbours, and characters with one between them: the usual slips of people who type. Mod 97 does
 * not tell "B1" from "1B", which both count as 111, so a letter and a digit are left out. */
CASE(swapped_characters_are_found)
{
    size_t tried = 0;

    for (size_t i = 0; i < ARRAY_LEN(EXAMPLES); i++) {
        for (size_t apart = 1; apart <= 2; apart++) {
            char text[IBAN_MAX + 1];
            memcpy(text, EXAMPLES[i].iban, strlen(EXAMPLES[i].iban) + 1);
            for (size_t at = 0; at + apart < strlen(text); at++) {
                char left = text[at];
                if (digit(left) != digit(text[at + apart]))
                    continue;
                text[at] = text[at + apart];
                text[at + apart] = left;
                tried += refused(text, EXAMPLES[i].iban);
                text[at + apart] = text[at];
                text[at] = left;
            }
        }
    }
    assert_true(tried > 1000);
}

CASE(one_character_more_or_less_is_found)
{
    for (size_t i = 0; i < ARRAY_LEN(EXAMPLES); i++) {
        char text[IBAN_MAX + 2];
        size_t len = strlen(EXAMPLES[i].iban);
        snprintf(text, sizeof text, "%s0", EXAMPLES[i].iban);
        refused(text, EXAMPLES[i].iban);
        text[len - 1] = '\0';
        refused(text, EXAMPLES[i].iban);
    }
}

static void digits_put(char at[2], int number)
{
    at[0] = (char)('0' + number / 10 % 10);
    at[1] = (char)('0' + number % 10);
}

/* They leave the remainder of 97, 98 and 02, which the right number would have. */
CASE(check_digits_00_01_and_99_are_refused)
{
    size_t found = 0;

    for (int account = 0; account < 1000; account++) {
        char text[IBAN_MAX + 1];
        snprintf(text, sizeof text, "DE00370400440532%06d", account);
        int check = 98 - iban_mod97(STR("DE00"), iban_mod97(str_of(text + 4), 0));
        digits_put(text + 2, check);
        assert_true(iban_valid(str_of(text)));
        if (check != 97 && check != 98 && check != 2)
            continue;
        digits_put(text + 2, check == 2 ? 99 : check - 97);
        assert_int_equal(iban_mod97(str_sub(str_of(text), 0, 4), iban_mod97(str_of(text + 4), 0)),
                         1);
        assert_false(iban_valid(str_of(text)));
        found++;
    }
    assert_true(found > 10);
}

/* The check digits of the whole are right for each of the 97 keys; the key is right for one. */
CASE(a_wrong_rib_key_is_refused)
{
    static const char *const ACCOUNTS[] = {
        "FR00200410100505000 13M026", "FR0030006000011234567890 1", "MC0011222000010123456789 0",
        "FR0030004000031234567890 1"};
    static const int KEYS[] = {6, 89, 30, 43};

    for (size_t i = 0; i < ARRAY_LEN(ACCOUNTS); i++) {
        for (int key = 0; key < 100; key++) {
            char text[IBAN_MAX + 1];
            size_t len = 0;
            for (const char *c = ACCOUNTS[i]; *c != '\0'; c++) {
                if (*c != ' ')
                    text[len++] = *c;
            }
            digits_put(text + len, key);
            text[len + 2] = '\0';
            int check =
                98 - iban_mod97(str_sub(str_of(text), 0, 4), iban_mod97(str_of(text + 4), 0));
            digits_put(text + 2, check);
            assert_int_equal(iban_valid(str_of(text)), key == KEYS[i]);
        }
    }
}

CASE(blanks_and_small_letters_are_read_and_not_kept)
{
    struct ctx *cx = unit_ctx();
    struct iban iban;

    assert_null(iban_parse(STR(" fr14 2004 1010 0505 0001 3m02 606 "), &iban));
    assert_string_equal(iban.raw, "FR1420041010050500013M02606");
    assert_str(iban_grouped(cx->arena, &iban), "FR14 2004 1010 0505 0001 3M02 606");
    assert_false(iban_valid(STR("fr1420041010050500013m02606")));
    assert_false(iban_valid(STR("FR14 2004 1010 0505 0001 3M02 606")));
    unit_ctx_free(cx);
}

CASE(anything_else_is_refused_with_its_reason)
{
    struct iban iban;

    memset(&iban, 'x', sizeof iban);
    assert_string_equal(iban_parse(STR(""), &iban), "must have 15 to 34 characters");
    assert_string_equal(iban_parse(STR_NONE, &iban), "must have 15 to 34 characters");
    assert_string_equal(iban_parse(STR("FR142004101005"), &iban), "must have 15 to 34 characters");
    assert_string_equal(iban_parse(STR("FR14200410100505000130260612345678901"), &iban),
                        "must have 15 to 34 characters");
    assert_string_equal(iban_parse(STR("FR14-2004-1010-0505-0001"), &iban),
                        "must have letters and digits only");
    assert_string_equal(iban_parse(STR("FR14\t20041010050500"), &iban),
                        "must have letters and digits only");
    assert_string_equal(iban_parse(STR("US1420041010050500013M02606"), &iban),
                        "is not of a country of the SEPA area");
    assert_string_equal(iban_parse(STR("FR1420041010050500013M0260"), &iban),
                        "does not have the length of its country");
    assert_string_equal(iban_parse(STR("FRA420041010050500013M02606"), &iban),
                        "does not have the structure of its country");
    assert_string_equal(iban_parse(STR("FR14200410100505000 13M0260A"), &iban),
                        "does not have the structure of its country");
    assert_string_equal(iban_parse(STR("NL910BNA0417164300"), &iban),
                        "does not have the structure of its country");
    assert_string_equal(iban_parse(STR("FR1520041010050500013M02606"), &iban),
                        "has wrong check digits");
    assert_int_equal(iban.raw[0], 'x');
}

UNIT_MAIN(T(one_number_of_each_country_is_valid), T(numbers_of_the_test_table_are_valid),
          T(any_single_wrong_digit_is_found), T(any_single_wrong_letter_is_found),
          T(swapped_characters_are_found), T(one_character_more_or_less_is_found),
          T(check_digits_00_01_and_99_are_refused), T(a_wrong_rib_key_is_refused),
          T(blanks_and_small_letters_are_read_and_not_kept),
          T(anything_else_is_refused_with_its_reason))
