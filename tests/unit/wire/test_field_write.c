#include "wire_support.h"
#include "wire_tables.h"

static struct str written(struct arena *arena, const struct table *table, unsigned edition,
                          const void *from)
{
    struct buf out = buf_make(arena, 65536);

    field_write(&out, table, edition, from);
    assert_false(out.failed);
    return buf_str(&out);
}

static void writes(const struct table *table, unsigned edition, const void *from,
                   const char *expected)
{
    struct arena *arena = arena_new(1 << 20);

    assert_string_equal(str_cstr(arena, written(arena, table, edition, from)), expected);
    arena_free(arena);
}

CASE(what_is_not_given_is_null)
{
    struct sale sale = {0};

    writes(&SALE, ED_2, &sale,
           "{\"amount\":0,\"currency\":null,\"card\":null,\"auth\":null,\"methods\":null,"
           "\"description\":null,\"settled\":null,\"created\":null,\"capture\":null,"
           "\"metadata\":null,\"return_url\":null}");
}

CASE(rows_are_written_in_the_order_of_the_table)
{
    struct sale sale = {
        .amount = 4294967295,
        .currency = 3,
        .methods = 1U << 2 | 1U << 1,
        .description = STR_INIT("a \"book\""),
        .settled = {2025, 3, 1},
        .created = 1700000000 * SECOND_US + 999999,
        .metadata = STR_INIT("{\"k\":1}"),
        .card_id = {"0123456789ABCDEFGHIJabcd"  },
    };

    GIVE(&sale, settled);
    GIVE(&sale, created);
    GIVE(&sale, capture);
    GIVE(&sale, methods);
    writes(&SALE, ED_2, &sale,
           "{\"amount\":4294967295,\"currency\":\"usd\",\"card\":\"card_0123456789ABCDEFGHIJabcd\","
           "\"auth\":null,\"methods\":[\"card\",\"sepa\"],\"description\":\"a \\\"book\\\"\","
           "\"settled\":\"2025-03-01\",\"created\":1700000000,\"capture\":false,"
           "\"metadata\":{\"k\":1},\"return_url\":null}");
}

CASE(rows_of_another_edition_are_left_out)
{
    struct tag tag = {.label = STR_INIT("x")};
    struct plastic card = {.number = STR_INIT("4242"), .exp_month = 1, .exp_year = 2030};

    card.tag = tag;
    GIVE(&card, tag);
    writes(&PLASTIC, ED_1, &card, "{\"number\":\"4242\",\"exp_month\":1,\"exp_year\":2030}");
    writes(&PLASTIC, ED_2, &card,
           "{\"number\":\"4242\",\"exp_month\":1,\"exp_year\":2030,"
           "\"tag\":{\"label\":\"x\",\"first\":null,\"second\":null}}");
}

CASE(the_first_row_with_something_to_write_wins)
{
    struct sale sale = {.currency = 1};

    sale.auth_tag.label = STR("abc");
    GIVE(&sale, auth_tag);
    struct arena *arena = arena_new(1 << 20);
    struct str text = written(arena, &SALE, ED_1, &sale);
    assert_non_null(strstr(str_cstr(arena, text), "\"auth\":{\"label\":\"abc\""));
    sale.auth = true;
    GIVE(&sale, auth);
    text = written(arena, &SALE, ED_1, &sale);
    assert_non_null(strstr(str_cstr(arena, text), "\"auth\":true,"));
    arena_free(arena);
}

struct rest {
    struct given given;
    struct str country;
    struct str metadata;
    instant at;
    instant epoch_text;
    struct date epoch_date;
    unsigned methods;
    struct field_list tags;
    struct field_list more;
    struct customer_id bare;
    struct field_list ids;
    int word;
    bool flag;
    struct tag tag;
};
#define AT(member) FIELD_AT(struct rest, member)
#define AT_METHODS FIELD_AT_MORE(struct rest, methods, &METHOD_WORDS)
#define AT_TAGS FIELD_AT_MORE(struct rest, tags, &TAG)
#define AT_MORE FIELD_AT_MORE(struct rest, more, &TAG)
#define AT_IDS FIELD_AT_MORE(struct rest, ids, "cust_")
#define AT_WORD FIELD_AT_MORE(struct rest, word, &METHOD_WORDS)
#define AT_TAG FIELD_AT_MORE(struct rest, tag, &TAG)
static const struct field REST_FIELDS[] = {
    {"country",    F_TEXT,       0, 2, REQUIRED, SEED, ED_ALL, AT(country)   },
    {"metadata",   F_JSON,       0, 0, REQUIRED, SEED, ED_ALL, AT(metadata)  },
    {"at",         F_RFC3339,    0, 0, REQUIRED, SEED, ED_ALL, AT(at)        },
    {"epoch_text", F_EPOCH_TEXT, 0, 0, REQUIRED, SEED, ED_ALL, AT(epoch_text)},
    {"epoch_date", F_EPOCH_DATE, 0, 0, OPTIONAL, SEED, ED_ALL, AT(epoch_date)},
    {"methods",    F_WORDS,      0, 2, REQUIRED, SEED, ED_ALL, AT_METHODS    },
    {"tags",       F_OBJECTS,    0, 0, REQUIRED, SEED, ED_ALL, AT_TAGS       },
    {"more",       F_OBJECTS,    0, 0, OPTIONAL, SEED, ED_ALL, AT_MORE       },
    {"bare",       F_ID,         0, 0, OPTIONAL, SEED, ED_ALL, AT(bare)      },
    {"ids",        F_IDS,        0, 2, REQUIRED, SEED, ED_ALL, AT_IDS        },
    {"word",       F_WORD,       0, 0, OPTIONAL, SEED, ED_ALL, AT_WORD       },
    {"flag",       F_BOOL,       0, 0, REQUIRED, SEED, ED_ALL, AT(flag)      },
    {"tag",        F_OBJECT,     0, 0, REQUIRED, SEED, ED_ALL, AT_TAG        },
};
#undef AT
#undef AT_METHODS
#undef AT_TAGS
#undef AT_MORE
#undef AT_IDS
#undef AT_WORD
#undef AT_TAG
static const struct table REST = TABLE_OF("Rest", struct rest, REST_FIELDS);

CASE(required_rows_are_always_written)
{
    struct rest rest = {0};

    table_check(&REST);
    writes(&REST, ED_2, &rest,
           "{\"country\":\"\",\"metadata\":null,\"at\":\"1970-01-01T00:00:00Z\","
           "\"epoch_text\":\"0\",\"epoch_date\":null,\"methods\":[],\"tags\":[],\"more\":null,"
           "\"bare\":null,\"ids\":[],\"word\":null,\"flag\":false,"
           "\"tag\":{\"label\":\"\",\"first\":null,\"second\":null}}");
}

struct scarce {
    struct given given;
    struct str first;
    struct str second;
};
#define AT(member) FIELD_AT(struct scarce, member)
static const struct field SCARCE_FIELDS[] = {
    {"first",  F_TEXT, 0, 9, SPARSE,   OURS, ED_ALL, AT(first) },
    {"second", F_TEXT, 0, 9, REQUIRED, OURS, ED_ALL, AT(second)},
};
#undef AT
static const struct table SCARCE = TABLE_OF("Scarce", struct scarce, SCARCE_FIELDS);

CASE(sparse_rows_are_left_out_when_they_are_empty)
{
    table_check(&SCARCE);
    writes(&SCARCE, ED_ALL, &(struct scarce){.second = STR("b")}, "{\"second\":\"b\"}");
    writes(&SCARCE, ED_ALL, &(struct scarce){.first = STR("a")},
           "{\"first\":\"a\",\"second\":\"\"}");
}

CASE(every_kind_is_written)
{
    struct tag tags[] = {
        {.label = STR_INIT("a")},
        { .label = STR_INIT("b"),        .second = true}
    };
    const char ids[][ID_SIZE] = {"0123456789ABCDEFGHIJabcd"};
    struct rest rest = {
        .country = STR_INIT("FR"),
        .metadata = STR_INIT("[]"),
        .at = INT64_C(1566656122) * SECOND_US + 999999,
        .epoch_text = INT64_C(1566656122) * SECOND_US,
        .epoch_date = {1969, 12,                     31},
        .methods = 1U << 2,
        .tags = {tags,    ARRAY_LEN(tags)                      },
        .bare = {"0123456789ABCDEFGHIJabcd"   },
        .ids = {ids,  ARRAY_LEN(ids)},
        .word = 2,
        .flag = true,
    };

    GIVE(&tags[1], second);
    GIVE(&rest, epoch_date);
    GIVE(&rest, more);
    writes(&REST, ED_2, &rest,
           "{\"country\":\"FR\",\"metadata\":[],\"at\":\"2019-08-24T14:15:22Z\","
           "\"epoch_text\":\"1566656122\",\"epoch_date\":-86400,\"methods\":[\"sepa\"],"
           "\"tags\":[{\"label\":\"a\",\"first\":null,\"second\":null},"
           "{\"label\":\"b\",\"first\":null,\"second\":true}],\"more\":[],"
           "\"bare\":\"0123456789ABCDEFGHIJabcd\","
           "\"ids\":[\"cust_0123456789ABCDEFGHIJabcd\"],\"word\":\"sepa\",\"flag\":true,"
           "\"tag\":{\"label\":\"\",\"first\":null,\"second\":null}}");
}

CASE(instants_before_1970_are_rounded_down)
{
    struct rest rest = {.at = -1, .epoch_text = -1};
    struct arena *arena = arena_new(1 << 20);

    const char *text = str_cstr(arena, written(arena, &REST, ED_2, &rest));
    assert_non_null(strstr(text, "\"at\":\"1969-12-31T23:59:59Z\",\"epoch_text\":\"-1\""));
    arena_free(arena);
}

CASE(nothing_of_an_edition_is_an_empty_object)
{
    static const struct field FIELDS[] = {
        {"label", F_TEXT, 0, 0, REQUIRED, SEED, ED_1, FIELD_AT(struct tag, label)},
    };
    static const struct table TABLE = TABLE_OF("Empty", struct tag, FIELDS);
    struct tag tag = {0};

    writes(&TABLE, ED_2, &tag, "{}");
}

CASE(a_buffer_that_is_too_small_fails_quietly)
{
    struct arena *arena = arena_new(1 << 20);
    struct rest rest = {0};

    for (size_t max = 0; max < 180; max++) {
        struct buf out = buf_make(arena, max);
        field_write(&out, &REST, ED_2, &rest);
        assert_true(out.failed);
    }
    arena_free(arena);
}

CASE(what_is_written_reads_equal)
{
    struct reader reader = reader_new();
    struct field_reading how = {ED_2, "body", false};
    struct sale sale;
    struct str text = STR(
        "{\"amount\":7,\"currency\":\"eur\",\"card\":{\"number\":\"4242424242424242\","
        "\"exp_month\":2,\"exp_year\":2031,\"tag\":{\"label\":\"\xC3\xA9\",\"first\":true,"
        "\"second\":null}},\"auth\":true,\"methods\":[\"card\"],\"description\":\"a\\\\b\\\"c\","
        "\"settled\":\"2025-03-01\",\"created\":0,\"capture\":false,\"metadata\":[null],"
        "\"return_url\":\"https://a.example/\"}");

    assert_ok(reader_parse(&reader, text));
    assert_ok(field_read(reader.cx, &SALE, how, reader.root, &sale));
    assert_true(str_eq(written(reader.cx->arena, &SALE, ED_2, &sale), text));
    reader_free(&reader);
}

struct told {
    struct given given;
    struct field_list texts;
};
static const struct field TOLD_FIELDS[] = {
    {"texts", F_TEXTS, 0, 3, REQUIRED, SEED, ED_ALL, FIELD_AT(struct told, texts)},
};
static const struct table TOLD = TABLE_OF("Told", struct told, TOLD_FIELDS);

struct priced {
    struct given given;
    struct decimal price;
    struct decimal more;
    struct date day;
    struct tag tag;
};
#define AT(member) FIELD_AT(struct priced, member)
#define AT_TAG FIELD_AT_MORE(struct priced, tag, &TAG)
static const struct field PRICED_FIELDS[] = {
    {"price", F_DECIMAL, 0, 0, REQUIRED, SEED, ED_ALL, AT(price)},
    {"more",  F_DECIMAL, 0, 0, SPARSE,   SEED, ED_ALL, AT(more) },
    {"day",   F_DATE,    0, 0, SPARSE,   SEED, ED_ALL, AT(day)  },
    {"tag",   F_OBJECT,  0, 0, SPARSE,   SEED, ED_ALL, AT_TAG   },
};
#undef AT
#undef AT_TAG
static const struct table PRICED = TABLE_OF("Priced", struct priced, PRICED_FIELDS);

CASE(decimals_are_written_as_they_are)
{
    struct priced priced = {.price = {.units = 0}};

    table_check(&PRICED);
    writes(&PRICED, ED_2, &priced, "{\"price\":\"0\"}");
    priced.price = decimal_of(2630, 2);
    priced.more = decimal_of(-5, 4);
    writes(&PRICED, ED_2, &priced, "{\"price\":\"26.30\",\"more\":\"-0.0005\"}");
    priced.price = decimal_of(INT64_MIN, 18);
    priced.more = decimal_of(INT64_MAX, 0);
    writes(&PRICED, ED_2, &priced,
           "{\"price\":\"-9.223372036854775808\",\"more\":\"9223372036854775807\"}");
}

CASE(sparse_members_are_left_out_unless_given)
{
    struct priced priced = {
        .day = {2031, 6, 2},
          .tag = {.label = STR("a")  }
    };

    GIVE(&priced, day);
    writes(&PRICED, ED_2, &priced, "{\"price\":\"0\",\"day\":\"2031-06-02\"}");
    GIVE(&priced, tag);
    writes(&PRICED, ED_2, &priced,
           "{\"price\":\"0\",\"day\":\"2031-06-02\",\"tag\":{\"label\":\"a\",\"first\":null,"
           "\"second\":null}}");
}

CASE(texts_are_an_array)
{
    const struct str texts[] = {STR("Invalid \"amount\""), STR("é")};
    struct ctx *cx = unit_ctx();
    struct told told = {
        .texts = {texts, ARRAY_LEN(texts)}
    };
    struct told none = {
        .texts = {NULL, 0}
    };

    table_check(&TOLD);
    struct buf out = buf_make(cx->arena, 4096);
    field_write(&out, &TOLD, ED_ALL, &told);
    field_write(&out, &TOLD, ED_ALL, &none);
    assert_str(buf_str(&out), "{\"texts\":[\"Invalid \\\"amount\\\"\",\"é\"]}{\"texts\":[]}");
    unit_ctx_free(cx);
}

UNIT_MAIN(T(decimals_are_written_as_they_are), T(sparse_members_are_left_out_unless_given),
          T(texts_are_an_array), T(sparse_rows_are_left_out_when_they_are_empty),
          T(what_is_not_given_is_null), T(rows_are_written_in_the_order_of_the_table),
          T(rows_of_another_edition_are_left_out), T(the_first_row_with_something_to_write_wins),
          T(required_rows_are_always_written), T(every_kind_is_written),
          T(instants_before_1970_are_rounded_down), T(nothing_of_an_edition_is_an_empty_object),
          T(a_buffer_that_is_too_small_fails_quietly), T(what_is_written_reads_equal))
