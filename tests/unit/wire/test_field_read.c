#include "wire_support.h"
#include "wire_tables.h"

static err_t read_as(struct reader *reader, const struct table *table, unsigned edition,
                     struct str text, void *out)
{
    struct field_reading how = {edition, "body", false};

    if (reader_parse(reader, text) != OK)
        fail_msg("not JSON: %s", reader->why);
    ctx_clear_faults(reader->cx);
    return field_read(reader->cx, table, how, reader->root, out);
}

static struct sale accepted(struct reader *reader, unsigned edition, struct str text)
{
    struct sale sale;

    if (read_as(reader, &SALE, edition, text, &sale) != OK)
        fail_msg("%s %s", reader->cx->faults[0].field, reader->cx->faults[0].text);
    assert_int_equal(reader->cx->fault_count, 0);
    return sale;
}

/* All faults as "field text; field text". */
static void faults_are(const struct table *table, unsigned edition, struct str text,
                       const char *expected)
{
    struct reader reader = reader_new();
    struct buf out = buf_make(reader.cx->arena, 8192);
    void *struct_out = arena_alloc(reader.cx->arena, table->size);

    assert_int_equal(read_as(&reader, table, edition, text, struct_out), ERR_INVALID);
    for (size_t i = 0; i < reader.cx->fault_count; i++) {
        if (i > 0)
            buf_put(&out, STR("; "));
        assert_int_equal(reader.cx->faults[i].err, ERR_INVALID);
        buf_put_cstr(&out, reader.cx->faults[i].field);
        buf_put_byte(&out, ' ');
        buf_put_cstr(&out, reader.cx->faults[i].text);
    }
    assert_string_equal(str_cstr(reader.cx->arena, buf_str(&out)), expected);
    reader_free(&reader);
}

CASE(members_of_a_body_arrive)
{
    struct reader reader = reader_new();

    struct sale sale = accepted(
        &reader, ED_2,
        STR("{\"capture\":false,\"description\":\"three "
            "books\",\"amount\":1250,\"currency\":\"EUR\","
            "\"card\":{\"number\":\"4242424242424242\",\"exp_month\":12,\"exp_year\":2030},"
            "\"methods\":[\"sepa\"],\"metadata\":{\"k\":[1, 2]},"
            "\"return_url\":\"https://a.example/\"}"));
    assert_true(sale.amount == 1250);
    assert_int_equal(sale.currency, 1);
    assert_str(sale.card.number, "4242424242424242");
    assert_true(sale.card.exp_year == 2030);
    assert_true(GIVEN(&sale, card));
    assert_true(GIVEN(&sale.card, exp_month));
    assert_false(GIVEN(&sale.card, tag));
    assert_false(GIVEN(&sale, card_id));
    assert_true(GIVEN(&sale, capture));
    assert_false(GIVEN(&sale, live));
    assert_false(GIVEN(&sale, auth));
    assert_str(sale.metadata, "{\"k\":[1,2]}");
    assert_str(sale.description, "three books");
    reader_free(&reader);
}

CASE(what_is_read_outlives_the_parser)
{
    struct reader reader = reader_new();

    struct sale sale = accepted(&reader, ED_2, STR("{\"amount\":1,\"description\":\"first\"}"));
    (void)accepted(&reader, ED_2, STR("{\"amount\":1,\"description\":\"xxxxxxxxxx\"}"));
    assert_str(sale.description, "first");
    reader_free(&reader);
}

/* Two booleans share eight bytes, and each must be known by itself. */
CASE(neighbours_are_given_one_by_one)
{
    struct reader reader = reader_new();
    struct tag tag;

    assert_ok(read_as(&reader, &TAG, ED_2, STR("{\"label\":\"x\",\"second\":true}"), &tag));
    assert_true(GIVEN(&tag, second));
    assert_false(GIVEN(&tag, first));
    GIVE(&tag, first);
    GIVE(&tag, first);
    assert_true(GIVEN(&tag, first));
    assert_int_equal(tag.given.count, 3);
    reader_free(&reader);
}

CASE(null_is_the_same_as_nothing_but_can_be_told_apart)
{
    struct reader reader = reader_new();

    struct sale sale = accepted(&reader, ED_2,
                                STR("{\"amount\":1,\"description\":null,\"card\":null,"
                                    "\"auth\":null,\"metadata\":null}"));
    assert_false(GIVEN(&sale, description));
    assert_true(GIVEN_NULL(&sale, description));
    assert_true(GIVEN_NULL(&sale, card));
    assert_true(GIVEN_NULL(&sale, card_id));
    assert_true(GIVEN_NULL(&sale, auth));
    assert_true(GIVEN_NULL(&sale, metadata));
    assert_false(GIVEN_NULL(&sale, capture));
    assert_false(GIVEN_NULL(&sale, amount));
    assert_null(sale.description.ptr);
    assert_null(sale.metadata.ptr);
    faults_are(&SALE, ED_2, STR("{\"amount\":null}"), "body.amount field required");
    reader_free(&reader);
}

CASE(required_members_are_asked_for)
{
    faults_are(&SALE, ED_2, STR("{}"), "body.amount field required");
    faults_are(&SALE, ED_1, STR("{}"), "body.amount field required; body.currency field required");
    faults_are(&SALE, ED_2, STR("{\"amount\":1,\"card\":{}}"),
               "body.card.number field required; body.card.exp_month field required; "
               "body.card.exp_year field required");
}

CASE(a_root_that_is_no_object_is_a_fault_of_its_own)
{
    faults_are(&SALE, ED_2, STR("[]"), "body must be an object");
    faults_are(&SALE, ED_2, STR("null"), "body must be an object");
    faults_are(&SALE, ED_2, STR("\"amount\""), "body must be an object");
}

CASE(each_bad_field_has_its_fault_in_the_order_of_the_table)
{
    faults_are(&SALE, ED_2,
               STR("{\"return_url\":\"http://a/\",\"capture\":1,\"description\":\"x\","
                   "\"card\":{\"exp_year\":2018,\"exp_month\":13,\"number\":4242},"
                   "\"currency\":\"jpy\",\"amount\":-1}"),
               "body.amount must be an integer from 0 to 4294967295; "
               "body.currency must be one of eur, aud, usd; "
               "body.card.number must be a string; "
               "body.card.exp_month must be an integer from 1 to 12; "
               "body.card.exp_year must be an integer from 2019 to 2099; "
               "body.description must have 3 to 64 characters; "
               "body.capture must be true or false; "
               "body.return_url must be an https URL");
}

CASE(paths_go_through_every_level)
{
    faults_are(&SALE, ED_2,
               STR("{\"amount\":1,\"card\":{\"number\":\"4242424242424242\",\"exp_month\":1,"
                   "\"exp_year\":2030,\"tag\":{\"label\":\"five5\",\"other\":1}}}"),
               "body.card.tag.label must have 1 to 4 characters; "
               "body.card.tag.other extra fields not permitted");
}

CASE(one_name_takes_values_of_two_types)
{
    struct reader reader = reader_new();

    struct sale sale =
        accepted(&reader, ED_2, STR("{\"amount\":1,\"card\":\"card_0123456789ABCDEFGHIJabcd\"}"));
    assert_str(ID_TEXT(sale.card_id), "0123456789ABCDEFGHIJabcd");
    assert_true(GIVEN(&sale, card_id));
    assert_false(GIVEN(&sale, card));
    sale = accepted(&reader, ED_2, STR("{\"amount\":1,\"auth\":true}"));
    assert_true(sale.auth);
    assert_false(GIVEN(&sale, auth_tag));
    sale = accepted(&reader, ED_2, STR("{\"amount\":1,\"auth\":{\"label\":\"abc\"}}"));
    assert_str(sale.auth_tag.label, "abc");
    assert_false(GIVEN(&sale, auth));
    faults_are(&SALE, ED_2, STR("{\"amount\":1,\"card\":7,\"auth\":\"true\"}"),
               "body.card must be a string or an object; body.auth must be a boolean or an object");
    faults_are(&SALE, ED_2, STR("{\"amount\":1,\"card\":\"sepa_0123456789ABCDEFGHIJabcd\"}"),
               "body.card must be card_ and 24 letters or digits");
    reader_free(&reader);
}

CASE(a_date_comes_as_text_or_as_seconds)
{
    struct reader reader = reader_new();
    struct date day = {2025, 3, 1};

    struct sale sale = accepted(&reader, ED_2, STR("{\"amount\":1,\"settled\":\"2025-03-01\"}"));
    assert_int_equal(date_compare(sale.settled, day), 0);
    assert_true(GIVEN(&sale, settled));
    sale = accepted(&reader, ED_2, STR("{\"amount\":1,\"settled\":1740787200}"));
    assert_int_equal(date_compare(sale.settled, day), 0);
    sale = accepted(&reader, ED_1,
                    STR("{\"amount\":1,\"currency\":\"eur\",\"settled\":\"1740787200\"}"));
    assert_int_equal(date_compare(sale.settled, day), 0);
    sale = accepted(&reader, ED_1,
                    STR("{\"amount\":1,\"currency\":\"eur\",\"settled\":\"2025-03-01\"}"));
    assert_int_equal(date_compare(sale.settled, day), 0);
    faults_are(&SALE, ED_2, STR("{\"amount\":1,\"settled\":\"1740787200\"}"),
               "body.settled must be a date YYYY-MM-DD");
    faults_are(&SALE, ED_2, STR("{\"amount\":1,\"settled\":1.5}"),
               "body.settled must be a date YYYY-MM-DD or an integer of Unix seconds");
    reader_free(&reader);
}

CASE(rows_of_another_edition_do_not_exist)
{
    struct reader reader = reader_new();

    struct sale sale = accepted(&reader, ED_2, STR("{\"amount\":1,\"live\":\"not read\"}"));
    assert_false(GIVEN(&sale, live));
    sale = accepted(&reader, ED_1, STR("{\"amount\":1,\"currency\":\"eur\",\"live\":true}"));
    assert_true(sale.live);
    faults_are(&SALE, ED_1, STR("{\"amount\":1,\"currency\":\"eur\",\"live\":1}"),
               "body.live must be true or false");
    reader_free(&reader);
}

CASE(unknown_members_are_ignored_or_refused_as_the_table_says)
{
    struct reader reader = reader_new();

    (void)accepted(&reader, ED_2,
                   STR("{\"amount\":1,\"x\":{\"y\":[1]},\"\":0,\"amounts\":2,\"amoun\":3}"));
    faults_are(&TAG, ED_2, STR("{\"z\":1,\"label\":\"toolong\",\"a\":null,\"\\u0000\":1}"),
               "body.label must have 1 to 4 characters; body.z extra fields not permitted; "
               "body.a extra fields not permitted; body. extra fields not permitted");
    faults_are(&TAG, ED_2, STR("{\"label\":\"x\",\"label\\u0000\":1}"),
               "body.label extra fields not permitted");
    reader_free(&reader);
}

CASE(thousands_of_unknown_members_cost_32_faults)
{
    struct reader reader = reader_new();
    struct buf text = buf_make(reader.cx->arena, TEXT_MAX);
    struct tag tag;

    buf_put(&text, STR("{\"label\":\"x\""));
    for (int i = 0; i < 6000; i++) {
        buf_put(&text, STR(",\""));
        buf_put_int(&text, i);
        buf_put(&text, STR("\":0"));
    }
    buf_put_byte(&text, '}');
    assert_false(text.failed);
    assert_int_equal(read_as(&reader, &TAG, ED_2, buf_str(&text), &tag), ERR_INVALID);
    assert_int_equal(reader.cx->fault_count, FAULTS_MAX);
    assert_string_equal(reader.cx->faults[FAULTS_MAX - 1].field, "body.31");
    assert_str(tag.label, "x");
    reader_free(&reader);
}

/* Faults that no longer fit are dropped, the refusal is not. */
CASE(a_full_list_of_faults_still_refuses)
{
    struct reader reader = reader_new();
    struct sale sale;
    struct field_reading how = {ED_2, "body", false};

    assert_ok(reader_parse(&reader, STR("{\"amount\":\"x\"}")));
    for (int i = 0; i < FAULTS_MAX; i++)
        assert_int_equal(fault(reader.cx, ERR_STATE, "a", "b"), ERR_STATE);
    assert_int_equal(field_read(reader.cx, &SALE, how, reader.root, &sale), ERR_INVALID);
    assert_int_equal(reader.cx->fault_count, FAULTS_MAX);
    assert_string_equal(reader.cx->faults[FAULTS_MAX - 1].field, "a");
    reader_free(&reader);
}

CASE(out_is_zeroed_first)
{
    struct reader reader = reader_new();
    struct tag tag;

    memset(&tag, 0xFF, sizeof tag);
    assert_int_equal(read_as(&reader, &TAG, ED_2, STR("[]"), &tag), ERR_INVALID);
    assert_int_equal(tag.given.count, 0);
    assert_null(tag.label.ptr);
    reader_free(&reader);
}

struct basket {
    struct given given;
    struct field_list tags;
    struct str last;
};
#define AT(member) FIELD_AT(struct basket, member)
#define AT_TAGS FIELD_AT_MORE(struct basket, tags, &TAG)
static const struct field BASKET_FIELDS[] = {
    {"tags", F_OBJECTS, 1, 3, REQUIRED, SEED, ED_ALL, AT_TAGS },
    {"last", F_TEXT,    1, 4, OPTIONAL, SEED, ED_ALL, AT(last)},
};
#undef AT
#undef AT_TAGS
static const struct table BASKET = TABLE_OF("Basket", struct basket, BASKET_FIELDS);

CASE(objects_of_an_array_arrive_in_their_order)
{
    struct reader reader = reader_new();
    struct basket basket;

    assert_ok(read_as(&reader, &BASKET, ED_2,
                      STR("{\"tags\":[{\"label\":\"a\"},{\"label\":\"b\",\"first\":true}]}"),
                      &basket));
    const struct tag *tags = basket.tags.items;
    assert_int_equal(basket.tags.count, 2);
    assert_str(tags[0].label, "a");
    assert_false(GIVEN(&tags[0], first));
    assert_str(tags[1].label, "b");
    assert_true(tags[1].first);
    reader_free(&reader);
}

CASE(faults_in_an_array_name_its_item)
{
    faults_are(&BASKET, ED_2, STR("{\"tags\":[]}"), "body.tags must be an array of 1 to 3 objects");
    faults_are(&BASKET, ED_2, STR("{\"tags\":[{},{},{},{}]}"),
               "body.tags must be an array of 1 to 3 objects");
    faults_are(&BASKET, ED_2, STR("{\"tags\":{}}"), "body.tags must be an array");
    faults_are(&BASKET, ED_2, STR("{}"), "body.tags field required");
    faults_are(&BASKET, ED_2, STR("{\"tags\":[{\"label\":\"a\"},{},7],\"last\":\"\"}"),
               "body.tags.1.label field required; body.tags.2 must be an object; "
               "body.last must have 1 to 4 characters");
}

UNIT_MAIN(T(objects_of_an_array_arrive_in_their_order), T(faults_in_an_array_name_its_item),
          T(members_of_a_body_arrive), T(what_is_read_outlives_the_parser),
          T(neighbours_are_given_one_by_one), T(null_is_the_same_as_nothing_but_can_be_told_apart),
          T(required_members_are_asked_for), T(a_root_that_is_no_object_is_a_fault_of_its_own),
          T(each_bad_field_has_its_fault_in_the_order_of_the_table),
          T(paths_go_through_every_level), T(one_name_takes_values_of_two_types),
          T(a_date_comes_as_text_or_as_seconds), T(rows_of_another_edition_do_not_exist),
          T(unknown_members_are_ignored_or_refused_as_the_table_says),
          T(thousands_of_unknown_members_cost_32_faults), T(a_full_list_of_faults_still_refuses),
          T(out_is_zeroed_first))
