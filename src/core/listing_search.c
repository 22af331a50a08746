#include "base/must.h"
#include "core/listing_row.h"
#include "store/sql.h"

/* Pages of the list. Whatever few lines have, a number, an e-mail address, a part of a name, or an
 * amount of a narrow range, finds them. Else the lines of each facet that fits are walked, newest
 * first, and merged: every walk is along an index and ends with the page. */

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* More lines of a range of amounts than that are never gathered. */
enum { GATHER_MAX = 20000, CHUNK_MIN = 16, CHUNK_MAX = 256 };

/* A line as the indexes know it. */
struct spot {
    instant created;
    int64_t number;
};

struct search {
    const struct listing_filter *filter;
    struct name_search name;
    struct str email; /* in small letters, or {NULL, 0} */
    instant from;
    instant until;
    struct facet_count *facets;
    size_t facet_count;
    int64_t *numbers; /* the page */
    size_t count;
    int64_t total;
};

static struct value gram_value(const struct search *search)
{
    return search->name.any ? V_NULL() : V_TEXT(search->name.gram);
}

static struct value part_value(const struct search *search)
{
    return search->name.any ? V_NULL() : V_TEXT(search->name.part);
}

/* What every statement of this file asks for, from $1 to $8. */
#define CONDITIONS                                                                                 \
    OWNER, V_INT(facet_mask(&search->filter->facets)), V_INT(facet_of(&search->filter->facets)),   \
        V_INT(search->from), V_INT(search->until), V_INT(search->filter->min_minor),               \
        V_INT(search->filter->max_minor)
#define PAGE V_INT(search->filter->limit), V_INT(search->filter->start)

static err_t total_read(struct ctx *cx, struct tx *tx, const struct sql *sql,
                        const struct value *args, size_t count, int64_t *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, sql, args, count, &rows, &found));
    must(found);
    *out = col_int(rows, 0);
    rows_end(rows);
    return OK;
}

static err_t page_read_numbers(struct ctx *cx, struct tx *tx, const struct sql *sql,
                               const struct value *args, size_t count, struct search *search)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, sql, args, count, &rows));
    for (search->count = 0;; search->count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(search->count < (size_t)search->filter->limit);
        search->numbers[search->count] = col_int(rows, 1);
    }
}

/* --- one line ------------------------------------------------------------------------------------
 */

static bool line_fits(struct ctx *cx, const struct search *search, const struct listing_line *line)
{
    const struct listing_filter *filter = search->filter;
    int64_t facet = facet_of(&line->facets) & facet_mask(&filter->facets);

    return facet == facet_of(&filter->facets) && line->created >= search->from &&
           line->created <= search->until && line->amount_minor >= filter->min_minor &&
           line->amount_minor <= filter->max_minor &&
           (search->email.ptr == NULL ||
            str_eq(search->email, str_lower(cx->arena, line->email))) &&
           (search->name.any || listing_name_fits(cx, filter->name, line->name));
}

static err_t find_number(struct ctx *cx, struct tx *tx, struct search *search)
{
    struct listing_line line;
    bool found;

    TRY(listing_find(cx, tx, search->filter->number, &line, &found));
    if (!found || !line_fits(cx, search, &line))
        return OK;
    search->total = 1;
    if (search->filter->start == 0)
        search->numbers[search->count++] = line.number;
    return OK;
}

/* --- gathering -----------------------------------------------------------------------------------
 */

static err_t find_email(struct ctx *cx, struct tx *tx, struct search *search)
{
    TRY(total_read(cx, tx, &SQL_LISTING_COUNT_EMAIL,
                   ARGS(CONDITIONS, V_TEXT(search->email), gram_value(search), part_value(search)),
                   &search->total));
    return page_read_numbers(
        cx, tx, &SQL_LISTING_PAGE_EMAIL,
        ARGS(CONDITIONS, PAGE, V_TEXT(search->email), gram_value(search), part_value(search)),
        search);
}

/* --- names ---------------------------------------------------------------------------------------
 */

static bool spot_is_newer(const struct spot *a, const struct spot *b)
{
    return a->created != b->created ? a->created > b->created : a->number > b->number;
}

/* The newest of many lines that come in any order: a heap with the oldest of them on top. */
struct newest {
    struct spot *spots;
    size_t count;
    size_t capacity;
    size_t most;
};

static void spot_swap(struct spot *a, struct spot *b)
{
    struct spot spot = *a;

    *a = *b;
    *b = spot;
}

/* The one at `at` goes below those that are older, among the first `count`. */
static void sink(struct spot *spots, size_t count, size_t at)
{
    for (;;) {
        size_t oldest = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++) {
            if (spot_is_newer(&spots[oldest], &spots[child]))
                oldest = child;
        }
        if (oldest == at)
            return;
        spot_swap(&spots[at], &spots[oldest]);
        at = oldest;
    }
}

static void newest_add(struct arena *arena, struct newest *newest, struct spot spot)
{
    if (newest->count == newest->most) {
        must(newest->spots != NULL);
        if (!spot_is_newer(&spot, &newest->spots[0]))
            return;
        newest->spots[0] = spot;
        sink(newest->spots, newest->count, 0);
        return;
    }
    newest->spots = arena_grow(arena, newest->spots, sizeof spot, newest->count, &newest->capacity);
    size_t at = newest->count++;
    newest->spots[at] = spot;
    for (; at > 0 && spot_is_newer(&newest->spots[(at - 1) / 2], &newest->spots[at]);
         at = (at - 1) / 2)
        spot_swap(&newest->spots[at], &newest->spots[(at - 1) / 2]);
}

/* Newest first: the oldest goes to the end, again and again. */
static void newest_sort(struct newest *newest)
{
    for (size_t left = newest->count; left > 1; left--) {
        spot_swap(&newest->spots[0], &newest->spots[left - 1]);
        sink(newest->spots, left - 1, 0);
    }
}

/* One look at all lines of all names that fit gives their number and the page. */
static err_t find_name(struct ctx *cx, struct tx *tx, struct search *search)
{
    size_t start = (size_t)search->filter->start;
    struct newest newest = {.most = start + (size_t)search->filter->limit};
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_LISTING_NAMED,
                    ARGS(CONDITIONS, gram_value(search), part_value(search)), &rows));
    for (search->total = 0;; search->total++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        newest_add(cx->arena, &newest, (struct spot){col_int(rows, 0), col_int(rows, 1)});
    }
    newest_sort(&newest);
    for (size_t i = start; i < newest.count; i++)
        search->numbers[search->count++] = newest.spots[i].number;
    return OK;
}

/* --- walking -------------------------------------------------------------------------------------
 */

/* The lines of one facet, from the newest on. */
struct stream {
    int64_t facet;
    struct spot *spots;
    size_t count;
    size_t at;
    bool ended;
};

static err_t stream_fill(struct ctx *cx, struct tx *tx, const struct search *search, size_t chunk,
                         struct stream *stream)
{
    const struct listing_filter *filter = search->filter;
    struct spot last = {search->until, INT64_MAX};
    struct rows *rows;
    bool has;

    if (stream->count > 0)
        last = stream->spots[stream->count - 1];
    TRY(store_query(cx, tx, &SQL_LISTING_WALK,
                    ARGS(OWNER, V_INT(stream->facet), V_INT(search->from), V_INT(last.created),
                         V_INT(last.number), V_INT(filter->min_minor), V_INT(filter->max_minor),
                         V_INT((int64_t)chunk)),
                    &rows));
    stream->at = 0;
    for (stream->count = 0;; stream->count++) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        must(stream->count < chunk);
        stream->spots[stream->count] = (struct spot){col_int(rows, 0), col_int(rows, 1)};
    }
    stream->ended = stream->count < chunk;
    return OK;
}

/* The stream whose next line is the newest; NULL: all have ended. */
static struct stream *stream_next(struct stream *streams, size_t count)
{
    struct stream *next = NULL;

    for (size_t i = 0; i < count; i++) {
        struct stream *stream = &streams[i];
        if (stream->at == stream->count)
            continue;
        if (next == NULL || spot_is_newer(&stream->spots[stream->at], &next->spots[next->at]))
            next = stream;
    }
    return next;
}

static err_t walk(struct ctx *cx, struct tx *tx, struct search *search)
{
    const struct listing_filter *filter = search->filter;
    struct stream *streams = arena_array(cx->arena, struct stream, search->facet_count);
    size_t wanted = (size_t)(filter->start + filter->limit);
    size_t chunk = search->facet_count == 0 ? CHUNK_MIN : wanted / search->facet_count + CHUNK_MIN;

    if (chunk > CHUNK_MAX)
        chunk = CHUNK_MAX;
    for (size_t i = 0; i < search->facet_count; i++) {
        streams[i] = (struct stream){.facet = search->facets[i].facet};
        streams[i].spots = arena_array(cx->arena, struct spot, chunk);
        TRY(stream_fill(cx, tx, search, chunk, &streams[i]));
    }
    for (size_t seen = 0; seen < wanted; seen++) {
        struct stream *next = stream_next(streams, search->facet_count);
        if (next == NULL)
            return OK;
        if (seen >= (size_t)filter->start)
            search->numbers[search->count++] = next->spots[next->at].number;
        if (++next->at == next->count && !next->ended)
            TRY(stream_fill(cx, tx, search, chunk, next));
    }
    return OK;
}

/* Gathering looks at all `lines` that fit; a walk at as many as it needs to meet those of the page,
 * the fewer the more there are that fit. */
static bool is_better_walked(const struct search *search, int64_t lines)
{
    int64_t wanted = search->filter->start + search->filter->limit;
    int64_t all = 0;

    if (lines > GATHER_MAX)
        return true;
    for (size_t i = 0; i < search->facet_count; i++)
        all += search->facets[i].count;
    return lines * lines > wanted * all;
}

/* --- which of them -------------------------------------------------------------------------------
 */

static err_t find_rest(struct ctx *cx, struct tx *tx, struct search *search)
{
    const struct listing_filter *filter = search->filter;
    struct listing_filter amounts = {.min_minor = filter->min_minor,
                                     .max_minor = filter->max_minor};
    int64_t lines = INT64_MAX;

    TRY(listing_count(cx, tx, filter, search->facets, search->facet_count, &search->total));
    if (filter->start >= search->total)
        return OK;
    if (filter->min_minor > 0 || filter->max_minor < LISTING_AMOUNT_MAX)
        TRY(listing_count_amounts(cx, tx, &amounts, &lines));
    if (is_better_walked(search, lines))
        return walk(cx, tx, search);
    return page_read_numbers(cx, tx, &SQL_LISTING_PAGE_AMOUNT, ARGS(CONDITIONS, PAGE), search);
}

static err_t numbers_find(struct ctx *cx, struct tx *tx, struct search *search)
{
    const struct listing_filter *filter = search->filter;

    TRY(listing_name_search(cx, tx, filter->name, &search->name));
    if (search->name.none)
        return OK;
    if (filter->number != 0)
        return find_number(cx, tx, search);
    if (search->email.ptr != NULL)
        return find_email(cx, tx, search);
    if (!search->name.any)
        return find_name(cx, tx, search);
    TRY(listing_facets(cx, tx, filter, &search->facets, &search->facet_count));
    return find_rest(cx, tx, search);
}

err_t listing_search(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                     struct listing_line **out, size_t *count, int64_t *total)
{
    struct search search = {
        .filter = filter,
        .email = filter->email.ptr == NULL ? STR_NONE : str_lower(cx->arena, filter->email),
        .from = listing_from(filter),
        .until = listing_until(filter),
        .numbers = arena_array(cx->arena, int64_t, (size_t)filter->limit),
    };
    bool found;

    TRY(numbers_find(cx, tx, &search));
    *total = search.total;
    *count = search.count;
    *out = arena_array(cx->arena, struct listing_line, search.count);
    for (size_t i = 0; i < search.count; i++) {
        TRY(listing_find(cx, tx, search.numbers[i], &(*out)[i], &found));
        must(found);
    }
    return OK;
}
