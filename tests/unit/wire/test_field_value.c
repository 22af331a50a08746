#include "wire/field.h"

#include "wire_support.h"

static const char *const COLOURS[] = {NULL, "red", NULL, "green", "blue"};
static const struct words COLOUR_WORDS = {COLOURS, ARRAY_LEN(COLOURS), false};
static const struct words COLOUR_ANY_CASE = {COLOURS, ARRAY_LEN(COLOURS), true};

struct all {
    struct given given;
    struct str text;
    struct str email;
    struct str phone;
    struct str country;
    struct str digits;
    int64_t number;
    int64_t any;
    int64_t low;
    int64_t high;
    bool flag;
    struct date date;
    instant at;
    instant bounded;
    struct date epoch_date;
    instant epoch_text;
    struct date text_day;
    instant rfc;
    int word;
    int word_any;
    unsigned words;
    struct customer_id id;
    struct card_id bare;
    struct field_list ids;
    struct str url;
    struct str source;
    struct str exact;
    struct decimal price;
};

#define AT(member) FIELD_AT(struct all, member)
#define AT_WORD FIELD_AT_MORE(struct all, word, &COLOUR_WORDS)
#define AT_WORD_ANY FIELD_AT_MORE(struct all, word_any, &COLOUR_ANY_CASE)
#define AT_WORDS FIELD_AT_MORE(struct all, words, &COLOUR_WORDS)
#define AT_ID FIELD_AT_MORE(struct all, id, "cust_")
#define AT_IDS FIELD_AT_MORE(struct all, ids, "cust_")
#define LEAST INT64_MIN
#define MOST INT64_MAX
static const struct field ALL_FIELDS[] = {
    {"text",       F_TEXT,       3,     8,    OPTIONAL, SEED, ED_ALL, AT(text)      },
    {"email",      F_EMAIL,      5,     12,   OPTIONAL, SEED, ED_ALL, AT(email)     },
    {"phone",      F_PHONE,      0,     16,   OPTIONAL, SEED, ED_ALL, AT(phone)     },
    {"country",    F_COUNTRY,    0,     0,    OPTIONAL, SEED, ED_ALL, AT(country)   },
    {"digits",     F_DIGITS,     3,     4,    OPTIONAL, SEED, ED_ALL, AT(digits)    },
    {"number",     F_INT,        1,     12,   OPTIONAL, SEED, ED_ALL, AT(number)    },
    {"any",        F_INT,        LEAST, MOST, OPTIONAL, SEED, ED_ALL, AT(any)       },
    {"low",        F_INT,        0,     MOST, OPTIONAL, SEED, ED_ALL, AT(low)       },
    {"high",       F_INT,        LEAST, 0,    OPTIONAL, SEED, ED_ALL, AT(high)      },
    {"flag",       F_BOOL,       0,     0,    OPTIONAL, SEED, ED_ALL, AT(flag)      },
    {"date",       F_DATE,       0,     0,    OPTIONAL, SEED, ED_ALL, AT(date)      },
    {"at",         F_EPOCH,      0,     0,    OPTIONAL, SEED, ED_ALL, AT(at)        },
    {"bounded",    F_EPOCH,      10,    20,   OPTIONAL, SEED, ED_ALL, AT(bounded)   },
    {"epoch_date", F_EPOCH_DATE, 0,     0,    OPTIONAL, SEED, ED_ALL, AT(epoch_date)},
    {"epoch_text", F_EPOCH_TEXT, 0,     0,    OPTIONAL, SEED, ED_ALL, AT(epoch_text)},
    {"text_day",   F_EPOCH_TEXT, 0,     0,    OPTIONAL, SEED, ED_ALL, AT(text_day)  },
    {"rfc",        F_RFC3339,    0,     0,    OPTIONAL, SEED, ED_ALL, AT(rfc)       },
    {"word",       F_WORD,       0,     0,    OPTIONAL, SEED, ED_ALL, AT_WORD       },
    {"word_any",   F_WORD,       0,     0,    OPTIONAL, SEED, ED_ALL, AT_WORD_ANY   },
    {"words",      F_WORDS,      1,     2,    OPTIONAL, SEED, ED_ALL, AT_WORDS      },
    {"id",         F_ID,         0,     0,    OPTIONAL, SEED, ED_ALL, AT_ID         },
    {"bare",       F_ID,         0,     0,    OPTIONAL, SEED, ED_ALL, AT(bare)      },
    {"ids",        F_IDS,        0,     2,    OPTIONAL, SEED, ED_ALL, AT_IDS        },
    {"url",        F_URL,        1,     40,   OPTIONAL, SEED, ED_ALL, AT(url)       },
    {"source",     F_JSON,       0,     12,   OPTIONAL, SEED, ED_ALL, AT(source)    },
    {"exact",      F_TEXT,       2,     2,    OPTIONAL, SEED, ED_ALL, AT(exact)     },
    {"price",      F_DECIMAL,    0,     0,    OPTIONAL, SEED, ED_ALL, AT(price)     },
};
#undef AT
#undef AT_WORD
#undef AT_WORD_ANY
#undef AT_WORDS
#undef AT_ID
#undef AT_IDS
#undef LEAST
#undef MOST
static const struct table ALL = TABLE_OF("All", struct all, ALL_FIELDS);

static bool local_urls;

/* Reads one {"name":value}. */
static err_t read_one(struct reader *reader, const char *name, const char *value, struct all *out)
{
    struct field_reading how = {ED_2, "body", local_urls};
    struct str text = str_format(reader->cx->arena, "{\"%s\":%s}", name, value);

    assert_ok(reader_parse(reader, text));
    ctx_clear_faults(reader->cx);
    return field_read(reader->cx, &ALL, how, reader->root, out);
}

static void refused(const char *name, const char *value, const char *sentence)
{
    struct reader reader = reader_new();
    struct all out;

    assert_int_equal(read_one(&reader, name, value, &out), ERR_INVALID);
    assert_int_equal(reader.cx->fault_count, 1);
    assert_int_equal(reader.cx->faults[0].err, ERR_INVALID);
    assert_string_equal(reader.cx->faults[0].text, sentence);
    assert_str(str_of(reader.cx->faults[0].field),
               str_format(reader.cx->arena, "body.%s", name).ptr);
    reader_free(&reader);
}

static struct all accepted(struct reader *reader, const char *name, const char *value)
{
    struct all out;

    if (read_one(reader, name, value, &out) != OK)
        fail_msg("%s: %s", value, reader->cx->faults[0].text);
    assert_int_equal(out.given.count, 1);
    return out;
}

/* For members that are texts. */
static void text_becomes(const char *name, const char *value, size_t offset, const char *text)
{
    struct reader reader = reader_new();
    struct all out = accepted(&reader, name, value);
    struct str member;

    memcpy(&member, (const char *)&out + offset, sizeof member);
    assert_str(member, text);
    assert_int_equal(member.ptr[member.len], '\0');
    reader_free(&reader);
}

CASE(the_table_of_these_tests_is_sound)
{
    table_check(&ALL);
}

CASE(text_is_measured_in_code_points)
{
    size_t at = offsetof(struct all, text);

    text_becomes("text", "\"abc\"", at, "abc");
    text_becomes("text", "\"12345678\"", at, "12345678");
    text_becomes("text", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"", at,
                 "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    text_becomes("text", "\"\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\\u00e9\"", at,
                 "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9");
    refused("text", "\"ab\"", "must have 3 to 8 characters");
    refused("text", "\"\xC3\xA9\xC3\xA9\"", "must have 3 to 8 characters");
    refused("text", "\"123456789\"", "must have 3 to 8 characters");
    refused("text", "\"\"", "must have 3 to 8 characters");
    refused("exact", "\"a\"", "must have exactly 2 characters");
    refused("phone", "\"01234567890123456\"", "must have at most 16 characters");
}

CASE(text_has_no_control_character)
{
    refused("text", "\"abc\\u0000\"", "must not contain control characters");
    refused("text", "\"abc\\n\"", "must not contain control characters");
    refused("text", "\"abc\\u001f\"", "must not contain control characters");
    refused("text", "\"abc\\u007f\"", "must not contain control characters");
    refused("text", "\"abc\\u0085\"", "must not contain control characters");
    text_becomes("text", "\"abc\\u00a0\"", offsetof(struct all, text), "abc\xC2\xA0");
}

CASE(a_nul_escape_is_refused_in_every_text)
{
    static const char *const NAMES[] = {"text", "email",      "phone", "country", "digits",
                                        "date", "epoch_text", "rfc",   "word",    "word_any",
                                        "id",   "bare",       "url",   "exact"};
    static const char *const VALUES[] = {
        "\"abc\\u0000\"",
        "\"a@b.c\\u0000d\"",
        "\"0123\\u0000\"",
        "\"F\\u0000\"",
        "\"123\\u0000\"",
        "\"2025-01-0\\u0000\"",
        "\"12\\u0000\"",
        "\"2019-08-24T14:15:22Z\\u0000\"",
        "\"red\\u0000\"",
        "\"red\\u0000\"",
        "\"cust_aaaaaaaaaaaaaaaaaaaaaaa\\u0000\"",
        "\"aaaaaaaaaaaaaaaaaaaaaaa\\u0000\"",
        "\"https://a/\\u0000\"",
        "\"a\\u0000\"",
    };

    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        struct reader reader = reader_new();
        struct all out;
        assert_int_equal(read_one(&reader, NAMES[i], VALUES[i], &out), ERR_INVALID);
        reader_free(&reader);
    }
}

CASE(each_kind_refuses_the_other_json_types)
{
    static const struct {
        const char *name;
        const char
            *takes; /* the types of JSON it reads: String Integer Boolean Array Object Number */
    } KINDS[] = {
        {"text",       "S"     },
        {"email",      "S"     },
        {"phone",      "S"     },
        {"country",    "S"     },
        {"digits",     "S"     },
        {"number",     "I"     },
        {"flag",       "B"     },
        {"date",       "S"     },
        {"at",         "I"     },
        {"epoch_date", "I"     },
        {"epoch_text", "S"     },
        {"text_day",   "S"     },
        {"rfc",        "S"     },
        {"word",       "S"     },
        {"words",      "A"     },
        {"id",         "S"     },
        {"url",        "S"     },
        {"source",     "SIBAON"},
    };
    static const struct {
        char type;
        const char *value;
    } VALUES[] = {
        {'S', "\"\""},
        {'I', "7"   },
        {'B', "true"},
        {'A', "[]"  },
        {'O', "{}"  },
        {'N', "7.5" },
    };

    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
        for (size_t j = 0; j < ARRAY_LEN(VALUES); j++) {
            struct reader reader = reader_new();
            struct all out;
            if (strchr(KINDS[i].takes, VALUES[j].type) == NULL)
                assert_int_equal(read_one(&reader, KINDS[i].name, VALUES[j].value, &out),
                                 ERR_INVALID);
            reader_free(&reader);
        }
    }
    refused("text", "12", "must be a string");
    refused("digits", "123", "must be a string");
    refused("id", "12", "must be a string");
    refused("country", "33", "must be a string");
    refused("email", "[\"a@b.c\"]", "must be a string");
}

CASE(a_fault_says_of_what_kind_it_is)
{
    static const struct {
        const char *name;
        const char *value;
        enum fault_kind kind;
    } FAULTS[] = {
        {"text",    "\"ab\"",        FAULT_TOO_SHORT},
        {"text",    "\"abcdefghi\"", FAULT_TOO_LONG },
        {"text",    "7",             FAULT_NO_TEXT  },
        {"text",    "\"abc\\n\"",    FAULT_OTHER    },
        {"email",   "\"a@b\"",       FAULT_TOO_SHORT},
        {"email",   "\"abcdef\"",    FAULT_OTHER    },
        {"country", "\"F\"",         FAULT_OTHER    },
        {"country", "7",             FAULT_NO_TEXT  },
        {"id",      "\"x\"",         FAULT_OTHER    },
        {"flag",    "7",             FAULT_NO_BOOL  },
        {"date",    "\"7\"",         FAULT_NO_TIME  },
        {"rfc",     "\"7\"",         FAULT_NO_TIME  },
        {"word",    "\"black\"",     FAULT_NO_WORD  },
        {"number",  "0",             FAULT_OTHER    },
    };

    for (size_t i = 0; i < ARRAY_LEN(FAULTS); i++) {
        struct reader reader = reader_new();
        struct all out;
        assert_int_equal(read_one(&reader, FAULTS[i].name, FAULTS[i].value, &out), ERR_INVALID);
        assert_int_equal(reader.cx->faults[0].kind, FAULTS[i].kind);
        reader_free(&reader);
    }
}

CASE(emails_have_one_at_and_a_dot_in_the_domain)
{
    size_t at = offsetof(struct all, email);
    static const char *const BAD[] = {
        "abcde",         "@b.example", "a@example",   "a@.example",   "a@example.",
        "a@b..ex",       "a b@c.ex",   "a@b @c.d",    "a@b@c.ex",     "a@b.c d",
        "a@b.c,d",       "a<b@c.ex",   "a@b.c>",      "a;b@c.ex",     "a@b.c\\t",
        "\\\"a\\\"@b.c", "(a)@b.ex",   "a@[1.2.3.4]", "a@b.c\\u00a0", "a:b@c.ex",
    };

    text_becomes("email", "\"a@b.c\"", at, "a@b.c");
    text_becomes("email", "\"a.b+c@d.e-f\"", at, "a.b+c@d.e-f");
    text_becomes("email", "\"jos\xC3\xA9@\xC3\xA9.fr\"", at, "jos\xC3\xA9@\xC3\xA9.fr");
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        char value[64];
        snprintf(value, sizeof value, "\"%s\"", BAD[i]);
        refused("email", value, "not a valid email address");
    }
    refused("email", "\"a@b.example.c\"", "must have 5 to 12 characters");
}

CASE(phones_are_digits_with_separators)
{
    size_t at = offsetof(struct all, phone);
    static const char *const BAD[] = {"",   "+",   "+-1",  "1-",   " 1",  "1 ",
                                      "a1", "1+1", "++33", "(1)2", "1/2", "\\u0661"};

    text_becomes("phone", "\"+33 6.12-34\"", at, "+33 6.12-34");
    text_becomes("phone", "\"1\"", at, "1");
    text_becomes("phone", "\"0612345678901234\"", at, "0612345678901234");
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        char value[64];
        snprintf(value, sizeof value, "\"%s\"", BAD[i]);
        refused("phone", value, "not a valid phone number");
    }
}

CASE(countries_are_two_letters_in_upper_case)
{
    size_t at = offsetof(struct all, country);
    static const char *const BAD[] = {"\"\"",   "\"F\"",  "\"FRA\"",
                                      "\"F1\"", "\"F \"", "\"\xC3\xA9\""};

    text_becomes("country", "\"FR\"", at, "FR");
    text_becomes("country", "\"fz\"", at, "FZ");
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("country", BAD[i], "must be a country code of 2 letters");
}

CASE(digits_are_counted)
{
    size_t at = offsetof(struct all, digits);
    static const char *const BAD[] = {"\"12\"",  "\"12345\"", "\"12a\"",
                                      "\"-12\"", "\"1 2\"",   "\"\\u0661\\u0662\""};

    text_becomes("digits", "\"012\"", at, "012");
    text_becomes("digits", "\"9999\"", at, "9999");
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("digits", BAD[i], "must have 3 to 4 digits");
}

static int64_t number_of(const char *name, const char *value, size_t offset)
{
    struct reader reader = reader_new();
    struct all out = accepted(&reader, name, value);
    int64_t number;

    memcpy(&number, (const char *)&out + offset, sizeof number);
    reader_free(&reader);
    return number;
}

CASE(integers_keep_their_limits)
{
    size_t at = offsetof(struct all, any);
    static const char *const BAD[] = {
        "0", "13", "-1", "1.0", "1e0", "\"1\"", "9223372036854775808"};

    assert_true(number_of("number", "1", offsetof(struct all, number)) == 1);
    assert_true(number_of("number", "12", offsetof(struct all, number)) == 12);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("number", BAD[i], "must be an integer from 1 to 12");
    assert_true(number_of("any", "9223372036854775807", at) == INT64_MAX);
    assert_true(number_of("any", "-9223372036854775808", at) == INT64_MIN);
    assert_true(number_of("any", "-0", at) == 0);
    refused("any", "9223372036854775808", "must be an integer");
    refused("any", "1e2", "must be an integer");
    refused("low", "-1", "must be an integer of at least 0");
    refused("high", "1", "must be an integer of at most 0");
}

CASE(booleans_are_true_or_false)
{
    struct reader reader = reader_new();

    assert_true(accepted(&reader, "flag", "true").flag);
    assert_false(accepted(&reader, "flag", "false").flag);
    refused("flag", "\"true\"", "must be true or false");
    refused("flag", "1", "must be true or false");
    reader_free(&reader);
}

CASE(dates_exist_in_the_calendar)
{
    struct reader reader = reader_new();
    static const char *const BAD[] = {
        "\"2025-02-29\"", "\"2025-13-01\"",           "\"2025-1-1\"", "\"01/02/2025\"",
        "\"\"",           "\"2025-01-01T00:00:00Z\"", "20250101"};

    struct all out = accepted(&reader, "date", "\"2024-02-29\"");
    assert_int_equal(date_compare(out.date, (struct date){2024, 2, 29}), 0);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("date", BAD[i], "must be a date YYYY-MM-DD");
    reader_free(&reader);
}

CASE(unix_seconds_become_instants)
{
    size_t at = offsetof(struct all, at);
    static const char *const BAD[] = {"-1", "253402300800", "9223372036854775807", "1.5", "\"1\""};

    assert_true(number_of("at", "0", at) == 0);
    assert_true(number_of("at", "1700000000", at) == 1700000000 * SECOND_US);
    assert_true(number_of("at", "253402300799", at) == 253402300799 * SECOND_US);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("at", BAD[i], "must be an integer of Unix seconds");
    assert_true(number_of("bounded", "10", offsetof(struct all, bounded)) == 10 * SECOND_US);
    refused("bounded", "9", "must be an integer of Unix seconds");
    refused("bounded", "21", "must be an integer of Unix seconds");
    assert_true(number_of("epoch_text", "\"1700000000\"", offsetof(struct all, epoch_text)) ==
                1700000000 * SECOND_US);
    refused("epoch_text", "\"-1\"", "must be a string of Unix seconds");
    refused("epoch_text", "\"1e3\"", "must be a string of Unix seconds");
    refused("epoch_text", "\"\"", "must be a string of Unix seconds");
    refused("epoch_text", "\" 1\"", "must be a string of Unix seconds");
    refused("epoch_text", "1", "must be a string of Unix seconds");
}

CASE(unix_seconds_become_dates_before_1970_too)
{
    struct reader reader = reader_new();

    struct all out = accepted(&reader, "epoch_date", "86399");
    assert_int_equal(date_compare(out.epoch_date, (struct date){1970, 1, 1}), 0);
    out = accepted(&reader, "epoch_date", "-1");
    assert_int_equal(date_compare(out.epoch_date, (struct date){1969, 12, 31}), 0);
    out = accepted(&reader, "epoch_date", "-62135596800");
    assert_int_equal(date_compare(out.epoch_date, (struct date){1, 1, 1}), 0);
    refused("epoch_date", "-62135596801", "must be an integer of Unix seconds");
    refused("epoch_date", "253402300800", "must be an integer of Unix seconds");
    out = accepted(&reader, "text_day", "\"-86401\"");
    assert_int_equal(date_compare(out.text_day, (struct date){1969, 12, 30}), 0);
    reader_free(&reader);
}

CASE(times_are_rfc_3339)
{
    size_t at = offsetof(struct all, rfc);
    instant noon = INT64_C(1566656122) * SECOND_US;
    static const char *const BAD[] = {
        "\"\"",
        "\"2019-08-24\"",
        "\"2019-08-24T14:15:22\"",
        "\"2019-08-24 14:15:22Z\"",
        "\"2019-08-24T14:15Z\"",
        "\"2019-08-24T24:00:00Z\"",
        "\"2019-08-24T14:60:00Z\"",
        "\"2019-08-24T14:15:60Z\"",
        "\"2019-08-24T14:15:22.Z\"",
        "\"2019-08-24T14:15:22+0200\"",
        "\"2019-08-24T14:15:22+24:00\"",
        "\"2019-08-24T14:15:22Zx\"",
        "\"2019-02-30T14:15:22Z\"",
        "\"0001-01-01T00:00:00+01:00\"",
        "\"9999-12-31T23:59:59-00:01\"",
        "1566656122",
    };

    assert_true(number_of("rfc", "\"2019-08-24T14:15:22Z\"", at) == noon);
    assert_true(number_of("rfc", "\"2019-08-24t14:15:22z\"", at) == noon);
    assert_true(number_of("rfc", "\"2019-08-24T16:15:22+02:00\"", at) == noon);
    assert_true(number_of("rfc", "\"2019-08-24T13:45:22-00:30\"", at) == noon);
    assert_true(number_of("rfc", "\"2019-08-24T14:15:22.5Z\"", at) == noon + 500000);
    assert_true(number_of("rfc", "\"2019-08-24T14:15:22.123456789Z\"", at) == noon + 123456);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("rfc", BAD[i], "must be a time like 2019-08-24T14:15:22Z");
}

CASE(words_are_those_of_the_list)
{
    struct reader reader = reader_new();

    assert_int_equal(accepted(&reader, "word", "\"red\"").word, 1);
    assert_int_equal(accepted(&reader, "word", "\"blue\"").word, 4);
    refused("word", "\"Red\"", "must be one of red, green, blue");
    refused("word", "\"\"", "must be one of red, green, blue");
    refused("word", "1", "must be one of red, green, blue");
    assert_int_equal(accepted(&reader, "word_any", "\"GReen\"").word_any, 3);
    reader_free(&reader);
}

CASE(several_words_are_unique)
{
    struct reader reader = reader_new();
    static const char *const BAD[] = {"[]",
                                      "[\"red\",\"red\"]",
                                      "[\"red\",\"green\",\"blue\"]",
                                      "[\"pink\"]",
                                      "[\"red\",1]",
                                      "[null]",
                                      "\"red\"",
                                      "{}"};

    assert_int_equal(accepted(&reader, "words", "[\"red\"]").words, 1U << 1);
    assert_int_equal(accepted(&reader, "words", "[\"blue\",\"red\"]").words, 1U << 4 | 1U << 1);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("words", BAD[i], "must be an array of 1 to 2 different words of red, green, blue");
    reader_free(&reader);
}

CASE(ids_have_their_prefix_and_24_characters)
{
    struct reader reader = reader_new();
    static const char *const BAD[] = {"\"cust_0123456789ABCDEFGHIJabc\"",
                                      "\"cust_0123456789ABCDEFGHIJabcde\"",
                                      "\"card_0123456789ABCDEFGHIJabcd\"",
                                      "\"0123456789ABCDEFGHIJabcd\"",
                                      "\"cust_0123456789ABCDEFGHIJabc-\"",
                                      "\"CUST_0123456789ABCDEFGHIJabcd\"",
                                      "\"cust_0123456789ABCDEFGHIJabc\xC3\xA9\"",
                                      "\"\"",
                                      "\"cust_\""};

    assert_str(ID_TEXT(accepted(&reader, "id", "\"cust_0123456789ABCDEFGHIJabcd\"").id),
               "0123456789ABCDEFGHIJabcd");
    assert_str(ID_TEXT(accepted(&reader, "bare", "\"0123456789ABCDEFGHIJabcd\"").bare),
               "0123456789ABCDEFGHIJabcd");
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("id", BAD[i], "must be cust_ and 24 letters or digits");
    refused("bare", "\"x\"", "must be 24 letters or digits");
    reader_free(&reader);
}

CASE(several_ids_keep_their_order)
{
    static const char TOO_MANY[] = "must be an array of at most 2 ids, cust_ and 24 letters or "
                                   "digits";
    struct reader reader = reader_new();
    const char *ids;

    assert_int_equal(accepted(&reader, "ids", "[]").ids.count, 0);
    struct field_list list = accepted(&reader, "ids",
                                      "[\"cust_0123456789ABCDEFGHIJabcd\","
                                      "\"cust_0000000000000000000000zz\"]")
                                 .ids;
    assert_int_equal(list.count, 2);
    ids = list.items;
    assert_string_equal(ids, "0123456789ABCDEFGHIJabcd");
    assert_string_equal(ids + ID_SIZE, "0000000000000000000000zz");
    refused("ids", "[\"cust_0123456789ABCDEFGHIJabc\"]", TOO_MANY);
    refused("ids", "[\"card_0123456789ABCDEFGHIJabcd\"]", TOO_MANY);
    refused("ids", "[1]", TOO_MANY);
    refused("ids", "\"cust_0123456789ABCDEFGHIJabcd\"", TOO_MANY);
    refused("ids",
            "[\"cust_0123456789ABCDEFGHIJabcd\",\"cust_0123456789ABCDEFGHIJabce\","
            "\"cust_0123456789ABCDEFGHIJabcf\"]",
            TOO_MANY);
    reader_free(&reader);
}

CASE(urls_are_https_or_of_this_machine_when_allowed)
{
    size_t at = offsetof(struct all, url);

    text_becomes("url", "\"https://a.example/b?c=d\"", at, "https://a.example/b?c=d");
    refused("url", "\"http://a.example/\"", "must be an https URL");
    refused("url", "\"http://127.0.0.1:8080/\"", "must be an https URL");
    refused("url", "\"https://u:p@a.example/\"", "must be an https URL");
    refused("url", "\"\"", "must have 1 to 40 characters");
    local_urls = true;
    text_becomes("url", "\"http://127.0.0.2:8080/\"", at, "http://127.0.0.2:8080/");
    text_becomes("url", "\"http://localhost/\"", at, "http://localhost/");
    refused("url", "\"http://a.example/\"", "must be an https URL");
    refused("url", "\"http://localhost.evil.com/\"", "must be an https URL");
    refused("url", "\"http://127.0.0.1.evil.com/\"", "must be an https URL");
    local_urls = false;
}

CASE(any_json_is_kept_as_compact_source)
{
    struct reader reader = reader_new();

    assert_str(accepted(&reader, "source", " { \"a\" : [ 1 ] } ").source, "{\"a\":[1]}");
    assert_str(accepted(&reader, "source", "\"\\u00e9\"").source, "\"\xC3\xA9\"");
    assert_str(accepted(&reader, "source", "[1,2,3,4,55]").source, "[1,2,3,4,55]");
    assert_str(accepted(&reader, "source", "false").source, "false");
    refused("source", "[1,2,3,4,555]", "must have at most 12 bytes");
    reader_free(&reader);
}

static void decimal_becomes(const char *value, const char *text)
{
    struct reader reader = reader_new();
    struct all out = accepted(&reader, "price", value);

    assert_true(out.price.present);
    assert_str(decimal_text(reader.cx->arena, out.price), text);
    reader_free(&reader);
}

CASE(decimals_are_texts_or_integers)
{
    static const char *const BAD[] = {"\"\"",
                                      "\"1e2\"",
                                      "\"+5\"",
                                      "\" 5\"",
                                      "\"5.\"",
                                      "\".5\"",
                                      "\"-\"",
                                      "\"1.2.3\"",
                                      "\"1,5\"",
                                      "true",
                                      "[]",
                                      "1.5",
                                      "\"99999999999999999999\"",
                                      "\"0.1234567890123456789\""};

    decimal_becomes("\"26.30\"", "26.30");
    decimal_becomes("\"-0.0005\"", "-0.0005");
    decimal_becomes("12", "12");
    decimal_becomes("\"9223372036854775807\"", "9223372036854775807");
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        refused("price", BAD[i], "must be a decimal like 26.30");
}

UNIT_MAIN(T(a_fault_says_of_what_kind_it_is), T(decimals_are_texts_or_integers),
          T(the_table_of_these_tests_is_sound), T(text_is_measured_in_code_points),
          T(text_has_no_control_character), T(a_nul_escape_is_refused_in_every_text),
          T(each_kind_refuses_the_other_json_types), T(emails_have_one_at_and_a_dot_in_the_domain),
          T(phones_are_digits_with_separators), T(countries_are_two_letters_in_upper_case),
          T(digits_are_counted), T(integers_keep_their_limits), T(booleans_are_true_or_false),
          T(dates_exist_in_the_calendar), T(unix_seconds_become_instants),
          T(unix_seconds_become_dates_before_1970_too), T(times_are_rfc_3339),
          T(words_are_those_of_the_list), T(several_words_are_unique),
          T(ids_have_their_prefix_and_24_characters), T(several_ids_keep_their_order),
          T(urls_are_https_or_of_this_machine_when_allowed), T(any_json_is_kept_as_compact_source))
