#include "core/counter.h"
#include "support/core_raw.h"

/* Lists: their order, their pages and their totals. */

enum { ROWS_MAX = 64 };

struct rows_made {
    struct payment rows[ROWS_MAX];
    size_t count;
};

static void make(struct world *world, struct rows_made *made, struct payment_draft draft)
{
    must(made->count < ROWS_MAX);
    made->rows[made->count++] = pay(world, draft);
}

static void list(struct world *world, const struct payment_filter *filter,
                 const struct page_of *page, struct payment **out, struct page_found *found)
{
    world_time(world, world->cx);
    assert_ok(payment_list(world->cx, world_read(world), filter, page, out, found));
    reader_release(world->core.reader);
}

static bool fits(const struct payment *payment, const struct payment_filter *filter,
                 const struct page_of *page)
{
    return payment->created >= page->created_from && payment->created <= page->created_until &&
           (filter->order_id.ptr == NULL || str_eq(payment->order_id, filter->order_id)) &&
           (filter->unique_id.ptr == NULL || str_eq(payment->unique_id, filter->unique_id)) &&
           (ID_NONE(filter->card) || ID_EQ(payment->card, filter->card)) &&
           (!filter->by_paid || payment->paid != 0);
}

/* The list against a plain loop over what was made. */
static void same_as_by_hand(struct world *world, const struct rows_made *made,
                            const struct payment_filter *filter, const struct page_of *page)
{
    const struct payment *wanted[ROWS_MAX];
    struct page_found found;
    struct payment *rows;
    int64_t total = 0;

    for (size_t i = 0; i < made->count; i++) {
        size_t at = page->newest_first ? made->count - 1 - i : i;
        if (fits(&made->rows[at], filter, page))
            wanted[total++] = &made->rows[at];
    }
    list(world, filter, page, &rows, &found);
    assert_int_equal(found.total, total);
    int64_t left = total - page->start;
    int64_t count = left < 0 ? 0 : left < page->limit ? left : page->limit;
    assert_int_equal(found.count, count);
    assert_int_equal(found.has_more, left > page->limit);
    for (int64_t i = 0; i < count; i++)
        assert_string_equal(rows[i].id.raw, wanted[page->start + i]->id.raw);
}

/* Every kind of page of these rows. */
static void all_pages(struct world *world, const struct rows_made *made,
                      const struct payment_filter *filter)
{
    static const int64_t LIMITS[] = {1, 3, 10, 100};

    for (size_t from = 0; from <= made->count; from += 3) {
        for (size_t until = 0; until <= made->count; until += 4) {
            struct page_of page = {.created_until = INT64_MAX};
            if (from < made->count)
                page.created_from = made->rows[from].created + (instant)(from % 2);
            if (until < made->count)
                page.created_until = made->rows[until].created - (instant)(until % 3);
            for (size_t i = 0; i < ARRAY_LEN(LIMITS); i++) {
                page.limit = LIMITS[i];
                page.start = (int64_t)(from + until) % 5;
                page.newest_first = i % 2 == 0;
                same_as_by_hand(world, made, filter, &page);
            }
        }
    }
}

/* Payments spread over hours and days by the test clock, which only the test's contexts know. */
static void spread(struct world *world, struct rows_made *made)
{
    static const instant STEPS[] = {0,           1,      SECOND_US, 20 * MINUTE_US, HOUR_US - 1,
                                    5 * HOUR_US, DAY_US, 0,         7 * MINUTE_US};

    for (size_t i = 0; i < 27; i++) {
        struct payment_draft draft = i % 3 == 0 ? draft_with_card(world, 500) : draft_of(500);
        char unique[8];
        draft.order_id = i % 4 == 0 ? STR("A") : STR("B");
        snprintf(unique, sizeof unique, "u%zu", i);
        draft.unique_id = str_dup(world->cx->arena, str_of(unique));
        make(world, made, draft);
        world->offset += STEPS[i % ARRAY_LEN(STEPS)];
    }
}

CASE(pages_and_totals_are_right_for_any_bounds_across_moves_of_the_clock)
{
    struct world *world = world_new();
    struct rows_made made = {.count = 0};
    struct payment_filter filter = {0};

    spread(world, &made);
    all_pages(world, &made, &filter);
    world_is_sound(world);
    world_free(world);
}

CASE(filters_narrow_the_list_and_its_total)
{
    struct world *world = world_new();
    struct rows_made made = {.count = 0};
    struct payment_filter filter = {.order_id = STR("A")};

    spread(world, &made);
    all_pages(world, &made, &filter);
    filter = (struct payment_filter){.unique_id = STR("u7")};
    all_pages(world, &made, &filter);
    filter = (struct payment_filter){.card = made.rows[6].card};
    all_pages(world, &made, &filter);
    filter = (struct payment_filter){.card = made.rows[12].card, .order_id = STR("A")};
    all_pages(world, &made, &filter);
    filter = (struct payment_filter){.order_id = STR("C")};
    all_pages(world, &made, &filter);
    filter = (struct payment_filter){.by_paid = true};
    all_pages(world, &made, &filter);
    filter = (struct payment_filter){.by_paid = true, .order_id = STR("B")};
    all_pages(world, &made, &filter);
    world_free(world);
}

CASE(by_time_of_payment_the_order_is_that_of_payment)
{
    struct world *world = world_new();
    struct payment_filter filter = {.by_paid = true};
    struct page_of page = {.limit = 10, .created_until = INT64_MAX, .newest_first = true};
    struct page_found found;
    struct payment *rows;

    struct payment first = pay(world, draft_of(500));
    struct payment second = pay_card(world, 500);
    struct payment_change change = {.change = PAYMENT_SET_CARD, .card_runs = true};
    change.draft.card = card_inline(world, card_draft(VISA));
    world->offset += HOUR_US;
    assert_ok(change_try(world, first.id, &change));
    list(world, &filter, &page, &rows, &found);
    assert_int_equal(found.total, 2);
    assert_true(ID_EQ(rows[0].id, first.id));
    assert_true(ID_EQ(rows[1].id, second.id));
    page.newest_first = false;
    list(world, &filter, &page, &rows, &found);
    assert_true(ID_EQ(rows[0].id, second.id));
    world_free(world);
}

CASE(pages_oldest_first_do_not_shift_when_rows_are_added)
{
    struct world *world = world_new();
    struct page_of page = {.limit = 4, .created_until = INT64_MAX};
    struct payment_filter filter = {0};
    struct rows_made made = {.count = 0};
    struct page_found found;
    struct payment *rows;

    for (int i = 0; i < 8; i++)
        make(world, &made, draft_of(500));
    for (int64_t start = 0; start < 8; start += 4) {
        page.start = start;
        list(world, &filter, &page, &rows, &found);
        for (size_t i = 0; i < 4; i++)
            assert_string_equal(rows[i].id.raw, made.rows[(size_t)start + i].id.raw);
        pay(world, draft_of(500));
        pay(world, draft_of(500));
    }
    assert_true(found.has_more);
    world_free(world);
}

CASE(id_that_comes_later_than_its_request_is_listed_in_its_second)
{
    struct world *world = world_new();
    struct payment_filter filter = {0};
    struct page_found found;
    struct payment *rows;

    /* Real time and the merchant's are the same, as in live mode; the request waited five seconds
     * for the writer. */
    world->offset = 0;
    world_stop_at(world, clock_now() - 5 * SECOND_US);
    struct payment payment = pay(world, draft_of(500));
    struct page_of page = {
        .limit = 10, .created_from = payment.created, .created_until = payment.created};
    world_time(world, world->cx);
    assert_ok(payment_list(world->cx, world_read(world), &filter, &page, &rows, &found));
    assert_int_equal(found.count, 1);
    assert_int_equal(found.total, 1);
    world_free(world);
}

CASE(lists_show_one_merchant_and_one_mode)
{
    struct world *world = world_new();
    struct payment_filter filter = {0};
    struct page_of page = {.limit = 10, .created_until = INT64_MAX};
    struct ctx *cx = world_ctx(world);
    struct page_found found;
    struct payment *rows;

    pay(world, draft_of(500));
    cx->mode = MODE_LIVE;
    assert_ok(payment_list(cx, world_read(world), &filter, &page, &rows, &found));
    assert_int_equal(found.count + (size_t)found.total, 0);
    cx->mode = MODE_TEST;
    ID_NEW(cx->ids, &cx->merchant);
    assert_ok(payment_list(cx, world_read(world), &filter, &page, &rows, &found));
    assert_int_equal(found.count + (size_t)found.total, 0);
    world_free(world);
}

struct who {
    const char *name;
    const char *email;
    const char *external_id;
    const char *legal_id;
    const char *country;
    int64_t total; /* of a filter: how many it finds */
};

static void known(struct world *world, const struct who *who)
{
    struct customer_create create = {.twin = TWIN_BY_EXTERNAL_ID};

    create.draft.name = str_of(who->name);
    create.draft.email = str_of(who->email);
    create.draft.external_id = str_of(who->external_id);
    create.draft.legal_id = str_of(who->legal_id);
    create.draft.country = str_of(who->country);
    WORLD_RUN(world, &create, customer_create);
    assert_ok(create.operation.result);
}

static void finds(struct world *world, const struct who *who, bool newest_first)
{
    struct page_of page = {.limit = 10, .created_until = INT64_MAX};
    struct customer_filter filter;
    struct page_found found;
    struct customer *rows;

    filter.name = str_of(who->name);
    filter.email = str_of(who->email);
    filter.external_id = str_of(who->external_id);
    filter.legal_id = str_of(who->legal_id);
    filter.country = str_of(who->country);
    page.newest_first = newest_first;
    world_time(world, world->cx);
    assert_ok(customer_list(world->cx, world_read(world), &filter, &page, &rows, &found));
    assert_int_equal(found.total, who->total);
    assert_int_equal(found.count, who->total);
}

CASE(customers_are_filtered_exactly)
{
    static const struct who KNOWN[] = {
        {"Ada", "ada@example.com", NULL,  NULL,        "GB", 0},
        {"Ada", "ada@example.org", "A-1", NULL,        NULL, 0},
        {"Eve", "ada@example.com", NULL,  "100000009", NULL, 0},
    };
    static const struct who FILTERS[] = {
        {NULL,  NULL,              NULL,  NULL,        NULL, 3},
        {"Ada", NULL,              NULL,  NULL,        NULL, 2},
        {NULL,  "ada@example.com", NULL,  NULL,        NULL, 2},
        {NULL,  NULL,              "A-1", NULL,        NULL, 1},
        {NULL,  NULL,              NULL,  "100000009", NULL, 1},
        {NULL,  NULL,              NULL,  NULL,        "GB", 1},
        {"Ada", "ada@example.com", NULL,  NULL,        NULL, 1},
        {"ada", NULL,              NULL,  NULL,        NULL, 0},
        {"Eve", NULL,              "A-1", NULL,        NULL, 0},
    };
    struct world *world = world_new();

    for (size_t i = 0; i < ARRAY_LEN(KNOWN); i++)
        known(world, &KNOWN[i]);
    for (size_t i = 0; i < ARRAY_LEN(FILTERS); i++) {
        finds(world, &FILTERS[i], true);
        finds(world, &FILTERS[i], false);
    }
    world_free(world);
}

CASE(refunds_are_listed_in_order)
{
    struct world *world = world_new();
    struct payment payment = pay_settled(world, 10000);
    struct page_found found;
    struct refund made[3];
    struct refund *rows;

    for (size_t i = 0; i < 3; i++)
        made[i] = refund(world, payment.id, 100);
    struct page_of page = {.limit = 2, .created_until = INT64_MAX, .newest_first = true};
    world_time(world, world->cx);
    assert_ok(refund_list(world->cx, world_read(world), &page, &rows, &found));
    assert_int_equal(found.total, 3);
    assert_true(found.has_more);
    assert_true(ID_EQ(rows[0].id, made[2].id));
    assert_true(ID_EQ(rows[1].id, made[1].id));
    page = (struct page_of){.start = 2, .limit = 2, .created_until = INT64_MAX};
    assert_ok(refund_list(world->cx, world_read(world), &page, &rows, &found));
    assert_int_equal(found.count, 1);
    assert_false(found.has_more);
    assert_true(ID_EQ(rows[0].id, made[2].id));
    world_free(world);
}

CASE(counters_tell_how_many_there_are)
{
    struct world *world = world_new();
    int64_t total;

    pay_card(world, 500);
    world->offset += 3 * HOUR_US;
    pay(world, draft_of(500));
    assert_ok(counter_all(world->cx, world_read(world), "payment", &total));
    assert_int_equal(total, 2);
    assert_ok(counter_all(world->cx, world_read(world), "card", &total));
    assert_int_equal(total, 1);
    assert_ok(counter_all(world->cx, world_read(world), "refund", &total));
    assert_int_equal(total, 0);
    int64_t hour = WORLD_START / HOUR_US;
    assert_ok(counter_between(world->cx, world_read(world), "payment", hour, hour, &total));
    assert_int_equal(total, 1);
    assert_ok(counter_between(world->cx, world_read(world), "payment", hour + 1, hour + 3, &total));
    assert_int_equal(total, 1);
    world_free(world);
}

/* Longer than a span, so that bounds cut spans, hours, both or neither. */
CASE(totals_over_weeks_are_those_of_their_hours)
{
    enum { COUNT = 9, APART = 50 };
    struct world *world = world_new();
    int64_t first = WORLD_START / HOUR_US;
    int64_t total;

    for (int i = 0; i < COUNT; i++) {
        pay(world, draft_of(500));
        world->offset += APART * HOUR_US;
    }
    for (int64_t from = first - 130; from < first + COUNT * APART; from += 7) {
        for (int64_t until = from - 1; until < first + COUNT * APART + 130; until += 11) {
            int64_t expected = 0;
            for (int i = 0; i < COUNT; i++)
                expected += first + i * APART >= from && first + i * APART <= until ? 1 : 0;
            assert_ok(
                counter_between(world->cx, world_read(world), "payment", from, until, &total));
            assert_int_equal(total, expected);
        }
    }
    assert_ok(counter_between(world->cx, world_read(world), "payment", 0, INT64_MAX, &total));
    assert_int_equal(total, COUNT);
    assert_ok(counter_all(world->cx, world_read(world), "payment", &total));
    assert_int_equal(total, COUNT);
    world_free(world);
}

UNIT_MAIN(T(pages_and_totals_are_right_for_any_bounds_across_moves_of_the_clock),
          T(by_time_of_payment_the_order_is_that_of_payment),
          T(pages_oldest_first_do_not_shift_when_rows_are_added),
          T(id_that_comes_later_than_its_request_is_listed_in_its_second),
          T(lists_show_one_merchant_and_one_mode), T(filters_narrow_the_list_and_its_total),
          T(customers_are_filtered_exactly), T(refunds_are_listed_in_order),
          T(counters_tell_how_many_there_are), T(totals_over_weeks_are_those_of_their_hours))
