#include "base/iban.h"

#include <string.h>

enum { COUNTRY_LEN = 2, HEAD_LEN = 4, IBAN_MIN = 15, MODULUS = 97, RIB_LEN = 23 };

struct country {
    const char code[COUNTRY_LEN + 1];
    const char *structure; /* "5!n11!c": five digits, then eleven capitals or digits */
    bool eea;
};

static const struct country COUNTRIES[] = {
    {"AD", "4!n4!n12!c",       false},
    {"AL", "8!n16!c",          false},
    {"AT", "5!n11!n",          true },
    {"BE", "3!n7!n2!n",        true },
    {"BG", "4!a4!n2!n8!c",     true },
    {"CH", "5!n12!c",          false},
    {"CY", "3!n5!n16!c",       true },
    {"CZ", "4!n6!n10!n",       true },
    {"DE", "8!n10!n",          true },
    {"DK", "4!n9!n1!n",        true },
    {"EE", "2!n2!n11!n1!n",    true },
    {"ES", "4!n4!n1!n1!n10!n", true },
    {"FI", "3!n11!n",          true },
    {"FR", "5!n5!n11!c2!n",    true },
    {"GB", "4!a6!n8!n",        false},
    {"GI", "4!a15!c",          false},
    {"GR", "3!n4!n16!c",       true },
    {"HR", "7!n10!n",          true },
    {"HU", "3!n4!n1!n15!n1!n", true },
    {"IE", "4!a6!n8!n",        true },
    {"IS", "4!n2!n6!n10!n",    true },
    {"IT", "1!a5!n5!n12!c",    true },
    {"LI", "5!n12!c",          true },
    {"LT", "5!n11!n",          true },
    {"LU", "3!n13!c",          true },
    {"LV", "4!a13!c",          true },
    {"MC", "5!n5!n11!c2!n",    false},
    {"MD", "2!c18!c",          false},
    {"ME", "3!n13!n2!n",       false},
    {"MK", "3!n10!c2!n",       false},
    {"MT", "4!a5!n18!c",       true },
    {"NL", "4!a10!n",          true },
    {"NO", "4!n6!n1!n",        true },
    {"PL", "8!n16!n",          true },
    {"PT", "4!n4!n11!n2!n",    true },
    {"RO", "4!a16!c",          true },
    {"RS", "3!n13!n2!n",       false},
    {"SE", "3!n16!n1!n",       true },
    {"SI", "5!n8!n2!n",        true },
    {"SK", "4!n6!n10!n",       true },
    {"SM", "1!a5!n5!n12!c",    false},
    {"VA", "3!n15!n",          false},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static const struct country *country_of(struct str code)
{
    for (size_t i = 0; i < ARRAY_LEN(COUNTRIES); i++) {
        if (str_eq(code, str_of(COUNTRIES[i].code)))
            return &COUNTRIES[i];
    }
    return NULL;
}

/* --- structure and length ------------------------------------------------------------------------
 */

/* "11!c5!n": takes 11 and 'c', and moves on. */
static const char *part_next(const char *structure, size_t *len, char *kind)
{
    *len = 0;
    while (is_digit(*structure))
        *len = *len * 10 + (size_t)(*structure++ - '0');
    *kind = structure[1]; /* behind the '!' */
    return structure + 2;
}

static size_t structure_len(const char *structure)
{
    size_t total = 0;

    while (*structure != '\0') {
        size_t len;
        char kind;
        structure = part_next(structure, &len, &kind);
        total += len;
    }
    return total;
}

static bool char_fits(char c, char kind)
{
    switch (kind) {
    case 'n':
        return is_digit(c);
    case 'a':
        return is_upper(c);
    default:
        return is_digit(c) || is_upper(c);
    }
}

/* bban has the length of the structure. */
static bool structure_fits(struct str bban, const char *structure)
{
    size_t at = 0;

    while (*structure != '\0') {
        size_t len;
        char kind;
        structure = part_next(structure, &len, &kind);
        for (size_t end = at + len; at < end; at++) {
            if (!char_fits(bban.ptr[at], kind))
                return false;
        }
    }
    return true;
}

/* --- check digits --------------------------------------------------------------------------------
 */

int iban_mod97(struct str text, int so_far)
{
    int rest = so_far;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        rest = is_digit(c) ? rest * 10 + (c - '0') : rest * 100 + (c - 'A' + 10);
        rest %= MODULUS;
    }
    return rest;
}

/* 00, 01 and 99 leave the right remainder beside 97, 98 and 02, which are the real ones. */
static bool check_digits_fit(struct str iban)
{
    struct str digits = str_sub(iban, COUNTRY_LEN, HEAD_LEN - COUNTRY_LEN);

    if (str_eq(digits, STR("00")) || str_eq(digits, STR("01")) || str_eq(digits, STR("99")))
        return false;
    return iban_mod97(str_sub(iban, 0, HEAD_LEN), iban_mod97(str_from(iban, HEAD_LEN), 0)) == 1;
}

/* A to I are 1 to 9, J to R too, S to Z 2 to 9: a letter of a French account as a digit. */
static int rib_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c < 'J')
        return c - 'A' + 1;
    if (c < 'S')
        return c - 'J' + 1;
    return c - 'S' + 2;
}

static int rib_rest(struct str part)
{
    int rest = 0;

    for (size_t i = 0; i < part.len; i++)
        rest = (rest * 10 + rib_digit(part.ptr[i])) % MODULUS;
    return rest;
}

/* The key of bank, branch and account, France and Monaco. */
static bool rib_key_fits(struct str bban)
{
    int sum = 89 * rib_rest(str_sub(bban, 0, 5)) + 15 * rib_rest(str_sub(bban, 5, 5)) +
              3 * rib_rest(str_sub(bban, 10, 11));
    int key = 10 * (bban.ptr[RIB_LEN - 2] - '0') + (bban.ptr[RIB_LEN - 1] - '0');

    return key == MODULUS - sum % MODULUS;
}

/* --- reading -------------------------------------------------------------------------------------
 */

static const char *const PROBLEMS[] = {
    [IBAN_GOOD] = NULL,
    [IBAN_LENGTH] = "must have 15 to 34 characters",
    [IBAN_CHARACTERS] = "must have letters and digits only",
    [IBAN_COUNTRY] = "is not of a country of the SEPA area",
    [IBAN_COUNTRY_LENGTH] = "does not have the length of its country",
    [IBAN_STRUCTURE] = "does not have the structure of its country",
    [IBAN_CHECK_DIGITS] = "has wrong check digits",
    [IBAN_RIB_KEY] = "has a wrong RIB key",
};

/* What is wrong with a text without blanks and in capitals. */
static enum iban_problem problem_of(struct str text)
{
    if (text.len < IBAN_MIN || text.len > IBAN_MAX)
        return IBAN_LENGTH;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.ptr[i]) && !is_upper(text.ptr[i]))
            return IBAN_CHARACTERS;
    }
    const struct country *country = country_of(str_sub(text, 0, COUNTRY_LEN));
    if (country == NULL)
        return IBAN_COUNTRY;
    struct str bban = str_from(text, HEAD_LEN);
    if (bban.len != structure_len(country->structure))
        return IBAN_COUNTRY_LENGTH;
    if (!is_digit(text.ptr[2]) || !is_digit(text.ptr[3]) ||
        !structure_fits(bban, country->structure))
        return IBAN_STRUCTURE;
    if (!check_digits_fit(text))
        return IBAN_CHECK_DIGITS;
    bool french = str_starts(text, STR("FR")) || str_starts(text, STR("MC"));
    if (french && !rib_key_fits(bban))
        return IBAN_RIB_KEY;
    return IBAN_GOOD;
}

enum iban_problem iban_read(struct str text, struct iban *out)
{
    struct iban read = {{0}};
    size_t len = str_code(text, IBAN_MAX, read.raw);

    if (len > IBAN_MAX)
        return IBAN_LENGTH;
    enum iban_problem problem = problem_of((struct str){read.raw, len});
    if (problem == IBAN_GOOD)
        *out = read;
    return problem;
}

const char *iban_parse(struct str text, struct iban *out)
{
    return PROBLEMS[iban_read(text, out)];
}

bool iban_valid(struct str text)
{
    return problem_of(text) == IBAN_GOOD;
}

/* --- parts ---------------------------------------------------------------------------------------
 */

struct str iban_text(const struct iban *iban)
{
    return str_of(iban->raw);
}

struct str iban_country(const struct iban *iban)
{
    return str_sub(iban_text(iban), 0, COUNTRY_LEN);
}

struct str iban_last(const struct iban *iban)
{
    struct str text = iban_text(iban);

    return str_sub(text, text.len - IBAN_LAST, IBAN_LAST);
}

bool iban_in_eea(struct str country)
{
    const struct country *found = country_of(country);

    return found != NULL && found->eea;
}

struct str iban_grouped(struct arena *arena, const struct iban *iban)
{
    struct str text = iban_text(iban);
    struct buf out = buf_make(arena, 2 * (size_t)IBAN_MAX);

    for (size_t i = 0; i < text.len; i++) {
        if (i > 0 && i % 4 == 0)
            buf_put_byte(&out, ' ');
        buf_put_byte(&out, text.ptr[i]);
    }
    return buf_str(&out);
}
