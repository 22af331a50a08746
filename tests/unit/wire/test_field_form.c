#include "support/unit.h"
#include "wire_tables.h"

struct query {
    struct given given;
    int64_t start;
    int64_t limit;
    instant created;
    struct str order_id;
    unsigned methods;
    bool capture;
    struct date day;
    struct card_id card;
    struct tag tag;
    struct str metadata;
};
#define AT(member) FIELD_AT(struct query, member)
#define AT_METHODS FIELD_AT_MORE(struct query, methods, &METHOD_WORDS)
#define AT_CARD FIELD_AT_MORE(struct query, card, "card_")
#define AT_TAG FIELD_AT_MORE(struct query, tag, &TAG)
static const struct field QUERY_FIELDS[] = {
    {"start",    F_INT,        0,   INT64_MAX, OPTIONAL, SEED, ED_ALL, AT(start)   },
    {"limit",    F_INT,        1,   100,       OPTIONAL, SEED, ED_ALL, AT(limit)   },
    {"low",      F_INT,        -10, 10,        OPTIONAL, SEED, ED_1,   AT(limit)   },
    {"created",  F_EPOCH,      0,   0,         OPTIONAL, SEED, ED_ALL, AT(created) },
    {"order_id", F_TEXT,       1,   36,        OPTIONAL, SEED, ED_ALL, AT(order_id)},
    {"methods",  F_WORDS,      1,   2,         OPTIONAL, SEED, ED_ALL, AT_METHODS  },
    {"capture",  F_BOOL,       0,   0,         OPTIONAL, SEED, ED_ALL, AT(capture) },
    {"day",      F_DATE,       0,   0,         OPTIONAL, SEED, ED_ALL, AT(day)     },
    {"day",      F_EPOCH_DATE, 0,   0,         OPTIONAL, SEED, ED_ALL, AT(day)     },
    {"card",     F_ID,         0,   0,         OPTIONAL, SEED, ED_ALL, AT_CARD     },
    {"tag",      F_OBJECT,     0,   0,         OPTIONAL, SEED, ED_ALL, AT_TAG      },
    {"metadata", F_JSON,       0,   0,         OPTIONAL, SEED, ED_ALL, AT(metadata)},
};
#undef AT
#undef AT_METHODS
#undef AT_CARD
#undef AT_TAG
static const struct table QUERY = TABLE_OF("Query", struct query, QUERY_FIELDS);
static const struct table QUERY_STRICT = TABLE_STRICT_OF("Query", struct query, QUERY_FIELDS);

static err_t read_from(struct ctx *cx, const struct table *table, struct str text,
                       struct query *out)
{
    struct field_reading how = {ED_1, "query", false};
    struct form form;

    assert_ok(form_parse(cx->arena, text, &form));
    ctx_clear_faults(cx);
    return field_read_form(cx, table, how, &form, out);
}

static void refused(const struct table *table, struct str text, const char *field,
                    const char *sentence)
{
    struct ctx *cx = unit_ctx();
    struct query out;

    assert_int_equal(read_from(cx, table, text, &out), ERR_INVALID);
    assert_int_equal(cx->fault_count, 1);
    assert_string_equal(cx->faults[0].field, field);
    assert_string_equal(cx->faults[0].text, sentence);
    unit_ctx_free(cx);
}

CASE(values_of_a_query_arrive)
{
    struct ctx *cx = unit_ctx();
    struct query out;

    assert_ok(
        read_from(cx, &QUERY,
                  STR("start=0&limit=100&created=1700000000&order_id=a+b%C3%A9&"
                      "methods=sepa,card&capture=true&card=card_0123456789ABCDEFGHIJabcd&x=1"),
                  &out));
    assert_true(out.start == 0);
    assert_true(GIVEN(&out, start));
    assert_true(out.limit == 100);
    assert_true(out.created == 1700000000 * SECOND_US);
    assert_str(out.order_id, "a b\xC3\xA9");
    assert_int_equal(out.methods, 1U << 1 | 1U << 2);
    assert_true(out.capture);
    assert_str(ID_TEXT(out.card), "0123456789ABCDEFGHIJabcd");
    assert_false(GIVEN(&out, day));
    assert_ok(read_from(cx, &QUERY, STR(""), &out));
    assert_int_equal(out.given.count, 0);
    unit_ctx_free(cx);
}

CASE(integers_are_plain_decimal_digits)
{
    struct ctx *cx = unit_ctx();
    struct query out;
    static const char *const BAD[] = {"",
                                      "0",
                                      "101",
                                      "-1",
                                      "%2B5",
                                      "+5",
                                      "5+",
                                      "1e1",
                                      "1.0",
                                      "0x5",
                                      "5%20",
                                      "a",
                                      "99999999999999999999"};

    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct str text = str_format(cx->arena, "limit=%s", BAD[i]);
        refused(&QUERY, text, "query.limit", "must be an integer from 1 to 100");
    }
    assert_ok(read_from(cx, &QUERY, STR("low=-10"), &out));
    assert_true(out.limit == -10);
    unit_ctx_free(cx);
}

CASE(booleans_are_two_words)
{
    struct ctx *cx = unit_ctx();
    struct query out;

    assert_ok(read_from(cx, &QUERY, STR("capture=false"), &out));
    assert_false(out.capture);
    assert_true(GIVEN(&out, capture));
    refused(&QUERY, STR("capture=1"), "query.capture", "must be true or false");
    refused(&QUERY, STR("capture=True"), "query.capture", "must be true or false");
    refused(&QUERY, STR("capture"), "query.capture", "must be true or false");
    unit_ctx_free(cx);
}

CASE(words_are_a_list_with_commas)
{
    static const char *const SENTENCE = "must be an array of 1 to 2 different words of card, sepa";
    struct ctx *cx = unit_ctx();
    struct query out;

    assert_ok(read_from(cx, &QUERY, STR("methods=sepa"), &out));
    assert_int_equal(out.methods, 1U << 2);
    refused(&QUERY, STR("methods="), "query.methods", SENTENCE);
    refused(&QUERY, STR("methods=card,card"), "query.methods", SENTENCE);
    refused(&QUERY, STR("methods=card,"), "query.methods", SENTENCE);
    refused(&QUERY, STR("methods=,card"), "query.methods", SENTENCE);
    refused(&QUERY, STR("methods=card,%20sepa"), "query.methods", SENTENCE);
    unit_ctx_free(cx);
}

CASE(a_date_comes_as_a_date_or_as_seconds)
{
    struct ctx *cx = unit_ctx();
    struct query out;
    struct date day = {2025, 3, 1};

    assert_ok(read_from(cx, &QUERY, STR("day=2025-03-01"), &out));
    assert_int_equal(date_compare(out.day, day), 0);
    assert_ok(read_from(cx, &QUERY, STR("day=1740787200"), &out));
    assert_int_equal(date_compare(out.day, day), 0);
    refused(&QUERY, STR("day=tomorrow"), "query.day", "must be a date YYYY-MM-DD");
    unit_ctx_free(cx);
}

CASE(objects_cannot_be_given)
{
    refused(&QUERY, STR("tag=%7B%7D"), "query.tag", "cannot be given in a form");
    refused(&QUERY, STR("metadata=1"), "query.metadata", "cannot be given in a form");
}

CASE(a_name_twice_is_refused)
{
    refused(&QUERY, STR("limit=1&limit=1"), "query.limit", "given twice");
    refused(&QUERY, STR("limit=1&limit=1&limit=1"), "query.limit", "given twice");
    refused(&QUERY, STR("x=1&y=2&x=2"), "query.x", "given twice");
    refused(&QUERY, STR("li%6Dit=1&limit=2"), "query.limit", "given twice");
}

CASE(unknown_names_follow_the_table)
{
    struct ctx *cx = unit_ctx();
    struct query out;

    assert_ok(read_from(cx, &QUERY, STR("utm_source=a&=b"), &out));
    refused(&QUERY_STRICT, STR("limit=1&utm_source=a"), "query.utm_source",
            "extra fields not permitted");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(values_of_a_query_arrive), T(integers_are_plain_decimal_digits),
          T(booleans_are_two_words), T(words_are_a_list_with_commas),
          T(a_date_comes_as_a_date_or_as_seconds), T(objects_cannot_be_given),
          T(a_name_twice_is_refused), T(unknown_names_follow_the_table))
