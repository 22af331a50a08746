#include "core/card_facts.h"

#include "base/attr.h"
#include "base/must.h"

#define DIGITS(number) (UINT32_C(1) << (number))

/* Ranges of first digits, so many of them. More precise rows win. */
struct range {
    uint32_t first;
    uint32_t last;
    int digits;
    uint32_t lengths; /* bit n: n digits are possible */
    struct str brand;
};

#define LENGTHS_12_19                                                                              \
    (DIGITS(12) | DIGITS(13) | DIGITS(14) | DIGITS(15) | DIGITS(16) | DIGITS(17) | DIGITS(18) |    \
     DIGITS(19))
#define LENGTHS_14_19 (DIGITS(14) | DIGITS(15) | DIGITS(16) | DIGITS(17) | DIGITS(18) | DIGITS(19))
#define LENGTHS_16_19 (DIGITS(16) | DIGITS(17) | DIGITS(18) | DIGITS(19))

static const struct range RANGES[] = {
    {4,      4,      1, DIGITS(13) | DIGITS(16) | DIGITS(18) | DIGITS(19), STR_INIT("visa")      },
    {51,     55,     2, DIGITS(16),                                        STR_INIT("mastercard")},
    {2221,   2720,   4, DIGITS(16),                                        STR_INIT("mastercard")},
    {50,     50,     2, LENGTHS_12_19,                                     STR_INIT("maestro")   },
    {56,     58,     2, LENGTHS_12_19,                                     STR_INIT("maestro")   },
    {6304,   6304,   4, LENGTHS_12_19,                                     STR_INIT("maestro")   },
    {6390,   6390,   4, LENGTHS_12_19,                                     STR_INIT("maestro")   },
    {67,     67,     2, LENGTHS_12_19,                                     STR_INIT("maestro")   },
    {34,     34,     2, DIGITS(15),                                        STR_INIT("amex")      },
    {37,     37,     2, DIGITS(15),                                        STR_INIT("amex")      },
    {300,    305,    3, LENGTHS_14_19,                                     STR_INIT("diners")    },
    {3095,   3095,   4, LENGTHS_14_19,                                     STR_INIT("diners")    },
    {36,     36,     2, DIGITS(14),                                        STR_INIT("diners")    },
    {38,     39,     2, LENGTHS_14_19,                                     STR_INIT("diners")    },
    {6011,   6011,   4, LENGTHS_16_19,                                     STR_INIT("discover")  },
    {622126, 622925, 6, LENGTHS_16_19,                                     STR_INIT("discover")  },
    {644,    649,    3, LENGTHS_16_19,                                     STR_INIT("discover")  },
    {65,     65,     2, LENGTHS_16_19,                                     STR_INIT("discover")  },
    {3528,   3589,   4, LENGTHS_16_19,                                     STR_INIT("jcb")       },
    {62,     62,     2, LENGTHS_14_19,                                     STR_INIT("unionpay")  },
    {81,     81,     2, LENGTHS_14_19,                                     STR_INIT("unionpay")  },
};

/* Published test cards that are not simply American credit cards of their brand (api/stancer.md
 * 13). */
struct test_card {
    struct str pan;
    struct str country;
    struct str funding;
    bool national;
};

#define TEST_CARD(pan, country)                                                                    \
    {                                                                                              \
        STR_INIT(pan), STR_INIT(country), STR_INIT("credit"), false                                \
    }
#define TEST_CARD_CB(pan)                                                                          \
    {                                                                                              \
        STR_INIT(pan), STR_INIT("FR"), STR_INIT("credit"), true                                    \
    }

static const struct test_card TEST_CARDS[] = {
    TEST_CARD("4242424242424242", "US"),
    TEST_CARD("4444333322221111", "US"),
    TEST_CARD("4111111111111111", "US"),
    TEST_CARD("5555555555554444", "US"),
    {STR_INIT("5200828282828210"), STR_INIT("US"), STR_INIT("debit"),   false},
    {STR_INIT("5105105105105100"), STR_INIT("US"), STR_INIT("prepaid"), false},
    TEST_CARD_CB("4000002500000003"),
    TEST_CARD("4000000760000002", "BR"),
    TEST_CARD("4000001240000000", "CA"),
    TEST_CARD("4000004840000008", "MX"),
    TEST_CARD("4000000400000008", "AT"),
    TEST_CARD("4000000560000004", "BE"),
    TEST_CARD("4000002080000001", "DK"),
    TEST_CARD("4000002460000001", "FI"),
    TEST_CARD("4000002760000016", "DE"),
    TEST_CARD("4000003720000005", "IE"),
    TEST_CARD("4000003800000008", "IT"),
    TEST_CARD("4000004420000006", "LU"),
    TEST_CARD("4000005280000002", "NL"),
    TEST_CARD("4000005780000007", "NO"),
    TEST_CARD("4000006200000007", "PT"),
    TEST_CARD("4000006430000009", "RU"),
    TEST_CARD("4000007240000007", "ES"),
    TEST_CARD("4000007520000008", "SE"),
    TEST_CARD("4000007560000009", "CH"),
    TEST_CARD("4000008260000000", "GB"),
    TEST_CARD("4000000360000006", "AU"),
    TEST_CARD("4000001560000002", "CN"),
    TEST_CARD("4000003440000004", "HK"),
    TEST_CARD("4000003920000003", "JP"),
    TEST_CARD("3530111333300000", "JP"),
    TEST_CARD("4000005540000008", "NZ"),
    TEST_CARD("4000007020000003", "SG"),
    TEST_CARD("4000000000000077", "US"),
    TEST_CARD("4000000000003055", "US"),
    TEST_CARD("4000000000003220", "US"),
    TEST_CARD("4000000000000259", "US"),
    TEST_CARD("4000000000001976", "US"),
    TEST_CARD("4000000000005423", "US"),
    TEST_CARD("4000000000002685", "US"),
    TEST_CARD("4000000000000002", "US"),
    TEST_CARD("4000000000009995", "US"),
    TEST_CARD("4000000000009987", "US"),
    TEST_CARD("4000000000009979", "US"),
    TEST_CARD("4000000000000069", "US"),
    TEST_CARD("4000000000000127", "US"),
    TEST_CARD("4000000000000119", "US"),
    TEST_CARD("4000002500003155", "US"),
    TEST_CARD("4000002760003184", "US"),
    TEST_CARD("4000000000003063", "US"),
    TEST_CARD("4000008400001629", "US"),
    TEST_CARD("4000008260003178", "US"),
    TEST_CARD("4000000000003097", "US"),
    TEST_CARD_CB("4150580996517927"),
    TEST_CARD_CB("5131072454408923"),
    TEST_CARD_CB("5817020000000000"),
    TEST_CARD("378282246310005", "US"),
    TEST_CARD("371449635398431", "US"),
    TEST_CARD("6011111111111117", "US"),
    TEST_CARD("30569309025904", "US"),
    TEST_CARD("36227206271667", "US"),
    TEST_CARD("3566002020360505", "US"),
    TEST_CARD("6200000000000005", "US"),
    TEST_CARD("6205500000000000004", "US"),
    TEST_CARD("6759649826438453", "US"),
    TEST_CARD("6799990100000000019", "US"),
    TEST_CARD("2223003122003222", "US"),
    TEST_CARD("2221000000000009", "US"),
};

/* Ranges documented as French: only a hint to offer the choice, never a decision. */
static const struct range FRENCH[] = {
    {4970, 4979, 4, 0, STR_INIT("")},
    {4150, 4150, 4, 0, STR_INIT("")},
    {5131, 5136, 4, 0, STR_INIT("")},
    {5817, 5817, 4, 0, STR_INIT("")},
};

enum { PREFIX_MAX = 6 };

/* The number's first digits, as ranges of each length see them. */
struct prefixes {
    uint32_t of[PREFIX_MAX + 1];
};

static struct prefixes prefixes_of(struct str pan)
{
    struct prefixes prefixes = {{0}};

    for (size_t i = 1; i <= PREFIX_MAX && i <= pan.len; i++)
        prefixes.of[i] = prefixes.of[i - 1] * 10 + (uint32_t)(pan.ptr[i - 1] - '0');
    return prefixes;
}

static bool in_range(const struct prefixes *prefixes, const struct range *range)
{
    uint32_t prefix = prefixes->of[range->digits];

    return prefix >= range->first && prefix <= range->last;
}

static const struct range *range_find(const struct prefixes *prefixes)
{
    const struct range *best = NULL;

    for (size_t i = 0; i < ARRAY_LEN(RANGES); i++) {
        if ((best == NULL || RANGES[i].digits > best->digits) && in_range(prefixes, &RANGES[i]))
            best = &RANGES[i];
    }
    return best;
}

static const struct test_card *test_card_find(struct str pan)
{
    for (size_t i = 0; i < ARRAY_LEN(TEST_CARDS); i++) {
        if (str_eq(TEST_CARDS[i].pan, pan))
            return &TEST_CARDS[i];
    }
    return NULL;
}

static struct str network_of(struct str brand)
{
    if (str_eq(brand, STR("visa")) || str_eq(brand, STR("mastercard")))
        return brand;
    return STR_NONE;
}

bool card_facts(struct str pan, struct card_facts *out)
{
    must(str_is_digits(pan));
    struct prefixes prefixes = prefixes_of(pan);
    const struct range *range = range_find(&prefixes);
    if (range == NULL || pan.len > 19 || (range->lengths & DIGITS(pan.len)) == 0)
        return false;
    *out = (struct card_facts){.brand = range->brand, .network = network_of(range->brand)};
    for (size_t i = 0; i < ARRAY_LEN(FRENCH); i++)
        out->maybe_cobadged |= in_range(&prefixes, &FRENCH[i]);
    const struct test_card *test = test_card_find(pan);
    if (test != NULL) {
        out->country = test->country;
        out->funding = test->funding;
        out->nature = STR("personal");
        out->test_number = true;
        out->maybe_cobadged |= test->national;
        if (test->national)
            out->network = STR("national");
    }
    return true;
}

bool card_name_fits(struct str name)
{
    size_t digits = 0;

    for (size_t i = 0; i < name.len; i++)
        digits += name.ptr[i] >= '0' && name.ptr[i] <= '9' ? 1 : 0;
    return digits < CARD_NUMBER_MIN;
}
