#ifndef GUICHET_TESTS_UNIT_WIRE_TABLES_H
#define GUICHET_TESTS_UNIT_WIRE_TABLES_H

#include "wire/field.h"

/* A small resource with a row of each interesting sort: nested, of two types, of one edition.
 * clang-format 14 cannot align rows with a comma inside a cell, hence a name for each place with
 * more. */

static const char *const METHOD_TEXTS[] = {NULL, "card", "sepa"};
static const struct words METHOD_WORDS = {METHOD_TEXTS, ARRAY_LEN(METHOD_TEXTS), false};

static const char *const CURRENCY_TEXTS[] = {NULL, "eur", "aud", "usd"};
static const struct words CURRENCY_WORDS = {CURRENCY_TEXTS, ARRAY_LEN(CURRENCY_TEXTS), true};

struct tag {
    struct given given;
    struct str label;
    bool first;
    bool second;
};
#define AT(member) FIELD_AT(struct tag, member)
static const struct field TAG_FIELDS[] = {
    {"label",  F_TEXT, 1, 4, REQUIRED, SEED, ED_ALL, AT(label) },
    {"first",  F_BOOL, 0, 0, OPTIONAL, SEED, ED_ALL, AT(first) },
    {"second", F_BOOL, 0, 0, OPTIONAL, SEED, ED_ALL, AT(second)},
};
#undef AT
static const struct table TAG = TABLE_STRICT_OF("Tag", struct tag, TAG_FIELDS);

struct plastic {
    struct given given;
    struct str number;
    int64_t exp_month;
    int64_t exp_year;
    struct tag tag;
};
#define AT(member) FIELD_AT(struct plastic, member)
#define AT_TAG FIELD_AT_MORE(struct plastic, tag, &TAG)
static const struct field PLASTIC_FIELDS[] = {
    {"number",    F_DIGITS, 13,   19,   REQUIRED, SEED, ED_ALL, AT(number)   },
    {"exp_month", F_INT,    1,    12,   REQUIRED, SEED, ED_ALL, AT(exp_month)},
    {"exp_year",  F_INT,    2019, 2099, REQUIRED, SEED, ED_ALL, AT(exp_year) },
    {"tag",       F_OBJECT, 0,    0,    OPTIONAL, SEED, ED_2,   AT_TAG       },
};
#undef AT
#undef AT_TAG
static const struct table PLASTIC = TABLE_OF("Plastic", struct plastic, PLASTIC_FIELDS);

struct sale {
    struct given given;
    int64_t amount;
    int currency;
    struct card_id card_id;
    struct plastic card;
    bool auth;
    struct tag auth_tag;
    unsigned methods;
    struct str description;
    struct date settled;
    instant created;
    bool capture;
    bool live;
    struct str metadata;
    struct str return_url;
};
#define AT(member) FIELD_AT(struct sale, member)
#define AT_CURRENCY FIELD_AT_MORE(struct sale, currency, &CURRENCY_WORDS)
#define AT_CARD_ID FIELD_AT_MORE(struct sale, card_id, "card_")
#define AT_CARD FIELD_AT_MORE(struct sale, card, &PLASTIC)
#define AT_AUTH_TAG FIELD_AT_MORE(struct sale, auth_tag, &TAG)
#define AT_METHODS FIELD_AT_MORE(struct sale, methods, &METHOD_WORDS)
static const struct field SALE_FIELDS[] = {
    {"amount",      F_INT,        0, 4294967295, REQUIRED, SEED, ED_ALL, AT(amount)     },
    {"currency",    F_WORD,       0, 0,          REQUIRED, SEED, ED_1,   AT_CURRENCY    },
    {"currency",    F_WORD,       0, 0,          OPTIONAL, SEED, ED_2,   AT_CURRENCY    },
    {"card",        F_ID,         0, 0,          OPTIONAL, SEED, ED_ALL, AT_CARD_ID     },
    {"card",        F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_CARD        },
    {"auth",        F_BOOL,       0, 0,          OPTIONAL, SEED, ED_ALL, AT(auth)       },
    {"auth",        F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_AUTH_TAG    },
    {"methods",     F_WORDS,      1, 2,          OPTIONAL, SEED, ED_ALL, AT_METHODS     },
    {"description", F_TEXT,       3, 64,         OPTIONAL, SEED, ED_ALL, AT(description)},
    {"settled",     F_DATE,       0, 0,          OPTIONAL, SEED, ED_ALL, AT(settled)    },
    {"settled",     F_EPOCH_DATE, 0, 0,          OPTIONAL, SEED, ED_ALL, AT(settled)    },
    {"settled",     F_EPOCH_TEXT, 0, 0,          OPTIONAL, SEED, ED_1,   AT(settled)    },
    {"created",     F_EPOCH,      0, 0,          OPTIONAL, SEED, ED_ALL, AT(created)    },
    {"capture",     F_BOOL,       0, 0,          OPTIONAL, SEED, ED_ALL, AT(capture)    },
    {"live",        F_BOOL,       0, 0,          OPTIONAL, SEED, ED_1,   AT(live)       },
    {"metadata",    F_JSON,       0, 0,          OPTIONAL, SEED, ED_2,   AT(metadata)   },
    {"return_url",  F_URL,        1, 2048,       OPTIONAL, SEED, ED_ALL, AT(return_url) },
};
#undef AT
#undef AT_CURRENCY
#undef AT_CARD_ID
#undef AT_CARD
#undef AT_AUTH_TAG
#undef AT_METHODS
static const struct table SALE = TABLE_OF("Sale", struct sale, SALE_FIELDS);

#endif
