#include "core/mandate_search.h"

#include "base/must.h"
#include "base/sepa_text.h"
#include "core/page_of.h"

/* The search walks over candidates, and checks every condition on each: the mandates of a reference
 * or of a consumer when one is named, those of the consumers that fit when something is asked of
 * them, and else all there are. */
enum { PAGE = 200 };

struct finder {
    const struct mandate_search *search;
    int64_t skip;
    size_t count;
    struct mandate_found *found;
};

static bool is_full(const struct finder *finder)
{
    return finder->count == (size_t)finder->search->limit;
}

/* --- whether it is one ---------------------------------------------------------------------------
 */

static bool day_fits(const struct mandate_search *search, struct str day)
{
    if (day.ptr == NULL)
        return search->signed_on.ptr == NULL && search->signed_from.ptr == NULL &&
               search->signed_until.ptr == NULL;
    return (search->signed_on.ptr == NULL || str_eq(search->signed_on, day)) &&
           (search->signed_from.ptr == NULL || str_compare(day, search->signed_from) >= 0) &&
           (search->signed_until.ptr == NULL || str_compare(day, search->signed_until) <= 0);
}

static bool mandate_fits(const struct mandate_search *search, const struct mandate *mandate)
{
    unsigned bit = 1U << (unsigned)mandate->state;

    return (search->states == 0 || (search->states & bit) != 0) &&
           (search->type == 0 || search->type == mandate->type);
}

static bool consumer_fits(struct ctx *cx, const struct mandate_search *search,
                          const struct consumer *consumer)
{
    return (search->reference.ptr == NULL || str_eq(search->reference, consumer->reference)) &&
           (search->own.ptr == NULL || str_eq(search->own, consumer->own)) &&
           consumer_matches(cx->arena, consumer, search->conditions, search->condition_count);
}

static bool place_fits(struct ctx *cx, const struct mandate_search *search, struct str place)
{
    return search->place.ptr == NULL ||
           (place.len > 0 &&
            str_eq(sepa_match_form(cx->arena, search->place), sepa_match_form(cx->arena, place)));
}

static err_t fits(struct ctx *cx, struct tx *tx, const struct mandate_search *search,
                  struct mandate_found *found, bool *out)
{
    struct mandate_evidence evidence = {.place = STR_NONE};

    *out = false;
    if (found->mandate.signed_at != 0)
        found->signed_on = date_text(cx->arena, date_paris(found->mandate.signed_at));
    if (!mandate_fits(search, &found->mandate) || !day_fits(search, found->signed_on))
        return OK;
    TRY(consumer_of_customer(cx, tx, found->mandate.customer, &found->consumer, out));
    if (!*out || !consumer_fits(cx, search, &found->consumer)) {
        *out = false;
        return OK;
    }
    TRY(mandate_evidence_load(cx, tx, found->mandate.id, &evidence, out));
    found->place = *out ? evidence.place : STR_NONE;
    *out = place_fits(cx, search, found->place);
    return OK;
}

/* What was loaded of one that does not fit is given back. */
static err_t look(struct ctx *cx, struct tx *tx, struct finder *finder,
                  const struct mandate *mandate)
{
    struct mandate_found found = {.mandate = *mandate};
    struct arena_mark mark = arena_mark(cx->arena);
    bool kept;

    if (is_full(finder))
        return OK;
    TRY(fits(cx, tx, finder->search, &found, &kept));
    if (kept && finder->skip > 0) {
        finder->skip--;
        kept = false;
    }
    if (kept)
        finder->found[finder->count++] = found;
    else
        arena_rewind(cx->arena, mark);
    return OK;
}

/* --- candidates ----------------------------------------------------------------------------------
 */

static struct page_of page_at(int64_t start, int64_t limit, bool newest_first)
{
    return (struct page_of){
        .start = start,
        .limit = limit,
        .newest_first = newest_first,
        .created_until = INT64_MAX,
    };
}

static err_t look_at_customer(struct ctx *cx, struct tx *tx, struct finder *finder,
                              struct customer_id customer)
{
    const struct mandate_filter filter = {.customer = customer};
    struct page_found page;
    struct mandate *list;
    int64_t start = 0;

    do {
        struct page_of of = page_at(start, PAGE, false);
        TRY(mandate_list(cx, tx, &filter, &of, &list, &page));
        for (size_t i = 0; i < page.count; i++)
            TRY(look(cx, tx, finder, &list[i]));
        start += PAGE;
    } while (page.has_more && !is_full(finder));
    return OK;
}

/* Consumer by consumer: the oldest first, each with its mandates. */
static err_t look_at_consumers(struct ctx *cx, struct tx *tx, struct finder *finder)
{
    struct consumer_search *search = arena_make(cx->arena, struct consumer_search);
    struct consumer *list;
    size_t count;

    search->reference = finder->search->reference;
    search->own = finder->search->own;
    search->condition_count = finder->search->condition_count;
    for (size_t i = 0; i < search->condition_count; i++)
        search->conditions[i] = finder->search->conditions[i];
    search->limit = PAGE;
    do {
        struct arena_mark mark = arena_mark(cx->arena);
        size_t before = finder->count;
        TRY(consumer_search(cx, tx, search, &list, &count));
        for (size_t i = 0; i < count && !is_full(finder); i++)
            TRY(look_at_customer(cx, tx, finder, list[i].customer));
        if (count > 0)
            search->after = list[count - 1].id;
        if (finder->count == before)
            arena_rewind(cx->arena, mark);
    } while (count == PAGE && !is_full(finder));
    return OK;
}

static err_t look_at_all(struct ctx *cx, struct tx *tx, struct finder *finder)
{
    struct mandate_id after = {{0}};
    struct mandate *list;
    size_t count;

    do {
        struct arena_mark mark = arena_mark(cx->arena);
        size_t before = finder->count;
        TRY(mandates_after(cx, tx, after, PAGE, &list, &count));
        for (size_t i = 0; i < count; i++)
            TRY(look(cx, tx, finder, &list[i]));
        if (count > 0)
            after = list[count - 1].id;
        if (finder->count == before)
            arena_rewind(cx->arena, mark);
    } while (count == PAGE && !is_full(finder));
    return OK;
}

/* --- searching -----------------------------------------------------------------------------------
 */

static bool asks_of_consumers(const struct mandate_search *search)
{
    return search->reference.ptr != NULL || search->own.ptr != NULL || search->condition_count > 0;
}

err_t mandate_search(struct ctx *cx, struct tx *tx, const struct mandate_search *search,
                     struct mandate_found **out, size_t *count)
{
    struct finder finder = {.search = search, .skip = search->offset};
    struct mandate mandate;
    bool found = false;

    must(search->limit >= 1);
    must(search->limit <= MANDATES_FOUND_MAX);
    finder.found = arena_array(cx->arena, struct mandate_found, (size_t)search->limit);
    if (search->umr.ptr != NULL) {
        TRY(mandate_try(cx, tx, search->umr, &mandate, &found));
        if (found)
            TRY(look(cx, tx, &finder, &mandate));
    } else if (asks_of_consumers(search)) {
        TRY(look_at_consumers(cx, tx, &finder));
    } else {
        TRY(look_at_all(cx, tx, &finder));
    }
    *out = finder.found;
    *count = finder.count;
    return OK;
}

err_t mandate_of_consumer(struct ctx *cx, struct tx *tx, const struct consumer *consumer,
                          struct str umr, struct mandate *out)
{
    const struct mandate_filter filter = {.customer = consumer->customer, .umr = umr};
    const struct page_of newest = page_at(0, 1, true);
    struct page_found page;
    struct mandate *list;

    TRY(mandate_list(cx, tx, &filter, &newest, &list, &page));
    if (page.count == 0)
        return fault(cx, ERR_NOT_FOUND, "mandate", "is not known");
    *out = list[0];
    return OK;
}
