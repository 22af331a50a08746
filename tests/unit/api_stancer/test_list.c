#include "api/stancer/list.h"

#include "asked.h"

/* The frame of a list (api/stancer.md 3). */

struct query {
    struct given given;
    struct list_query list;
};

static void item_put(struct request *request, struct buf *out, const void *items, size_t at)
{
    (void)request;
    buf_put_int(out, ((const int *)items)[at]);
}

static const int ITEMS[] = {7, 8};

static void list_of(struct asked *asked, int64_t start, size_t count, bool has_more)
{
    const struct page_of page = {.start = start, .limit = 2};
    const struct page_found found = {.count = count, .total = 5, .has_more = has_more};

    answer_list(&asked->request, "things", &page, &found, ITEMS, item_put);
}

CASE(v1_ends_at_the_last_position_and_tells_the_mode)
{
    struct asked *asked = asked_of(&STANCER_V1);

    list_of(asked, 2, 2, true);
    assert_answer(asked, 200,
                  "{\"live_mode\":false,\"range\":{\"start\":2,\"end\":3,\"limit\":2,"
                  "\"has_more\":true},\"things\":[7,8]}");
    asked_free(asked);
}

CASE(v2_ends_one_past_it_and_counts)
{
    struct asked *asked = asked_of(&STANCER_V2);

    list_of(asked, 2, 2, true);
    assert_answer(asked, 200,
                  "{\"range\":{\"start\":2,\"end\":4,\"limit\":2,\"count\":5,\"has_more\":true},"
                  "\"things\":[7,8]}");
    asked_free(asked);
}

CASE(empty_page_ends_at_zero_in_v1_and_where_it_starts_in_v2)
{
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);

    one->admission.mode = MODE_LIVE;
    list_of(one, 9, 0, false);
    assert_answer(one, 200,
                  "{\"live_mode\":true,\"range\":{\"start\":9,\"end\":0,\"limit\":2,"
                  "\"has_more\":false},\"things\":[]}");
    list_of(two, 9, 0, false);
    assert_answer(two, 200,
                  "{\"range\":{\"start\":9,\"end\":9,\"limit\":2,\"count\":5,\"has_more\":false},"
                  "\"things\":[]}");
    asked_free(one);
    asked_free(two);
}

CASE(bare_array_is_empty_when_there_is_nothing)
{
    struct asked *some = asked_of(&STANCER_V2);
    struct asked *none = asked_of(&STANCER_V2);

    answer_array(&some->request, ITEMS, 2, item_put);
    assert_answer(some, 200, "[7,8]");
    answer_array(&none->request, NULL, 0, item_put);
    assert_answer(none, 200, "[]");
    asked_free(some);
    asked_free(none);
}

CASE(page_has_ten_by_default_and_the_order_of_its_version)
{
    struct asked *one = asked_of(&STANCER_V1);
    struct asked *two = asked_of(&STANCER_V2);
    struct query in = {0};

    struct page_of page = PAGE_ASKED(&one->request, &in);
    assert_int_equal(page.limit, 10);
    assert_int_equal(page.start, 0);
    assert_false(page.newest_first);
    assert_true(page.created_until == INT64_MAX);
    page = PAGE_ASKED(&two->request, &in);
    assert_true(page.newest_first);
    asked_free(one);
    asked_free(two);
}

CASE(created_until_holds_its_whole_second)
{
    struct asked *asked = asked_of(&STANCER_V1);
    struct query in = {
        .list = {.start = 3, .limit = 50, .created = 5 * SECOND_US}
    };

    in.list.created_until = 9 * SECOND_US;
    GIVE(&in, list.limit);
    GIVE(&in, list.created_until);
    struct page_of page = PAGE_ASKED(&asked->request, &in);
    assert_int_equal(page.start, 3);
    assert_int_equal(page.limit, 50);
    assert_true(page.created_from == 5 * SECOND_US);
    assert_true(page.created_until == 10 * SECOND_US - 1);
    asked_free(asked);
}

UNIT_MAIN(T(v1_ends_at_the_last_position_and_tells_the_mode), T(v2_ends_one_past_it_and_counts),
          T(empty_page_ends_at_zero_in_v1_and_where_it_starts_in_v2),
          T(bare_array_is_empty_when_there_is_nothing),
          T(page_has_ten_by_default_and_the_order_of_its_version),
          T(created_until_holds_its_whole_second))
