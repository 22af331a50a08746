#include "base/must.h"
#include "core/listing_row.h"
#include "store/sql.h"

/* How many lines there are, without looking at each (design.md 4). */

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- facets --------------------------------------------------------------------------------------
 */

/* Where each word lies in the number, and its bits. */
enum { SENT_AT = 0, TYPE_AT = 3, PAGE_AT = 5, CURRENCY_AT = 7, WAY_AT = 11, STATUS_AT = 13 };
enum { SENT_BITS = 7, TYPE_BITS = 3, PAGE_BITS = 3, CURRENCY_BITS = 15, WAY_BITS = 3 };
enum { STATUS_BITS = 7 };

int64_t facet_of(const struct listing_facets *facets)
{
    must((int)facets->sent_by <= SENT_BITS);
    must((int)facets->currency <= CURRENCY_BITS);
    return (int64_t)facets->sent_by << SENT_AT | (int64_t)facets->type << TYPE_AT |
           (int64_t)facets->page << PAGE_AT | (int64_t)facets->currency << CURRENCY_AT |
           (int64_t)facets->way << WAY_AT | (int64_t)facets->status << STATUS_AT;
}

struct listing_facets facet_parts(int64_t facet)
{
    return (struct listing_facets){
        .sent_by = (enum request_mode)(facet >> SENT_AT & SENT_BITS),
        .type = (enum listing_type)(facet >> TYPE_AT & TYPE_BITS),
        .page = (enum request_page)(facet >> PAGE_AT & PAGE_BITS),
        .currency = (enum currency)(facet >> CURRENCY_AT & CURRENCY_BITS),
        .way = (enum listing_way)(facet >> WAY_AT & WAY_BITS),
        .status = (enum listing_status)(facet >> STATUS_AT & STATUS_BITS),
    };
}

int64_t facet_mask(const struct listing_facets *facets)
{
    int64_t mask = 0;

    mask |= facets->sent_by != 0 ? SENT_BITS << SENT_AT : 0;
    mask |= facets->type != 0 ? TYPE_BITS << TYPE_AT : 0;
    mask |= facets->page != 0 ? PAGE_BITS << PAGE_AT : 0;
    mask |= facets->currency != 0 ? CURRENCY_BITS << CURRENCY_AT : 0;
    mask |= facets->way != 0 ? WAY_BITS << WAY_AT : 0;
    mask |= facets->status != 0 ? STATUS_BITS << STATUS_AT : 0;
    return mask;
}

/* --- spans and buckets ---------------------------------------------------------------------------
 */

static int64_t month_span(struct date date)
{
    return (int64_t)date.year * 100 + date.month;
}

static int64_t day_span(struct date date)
{
    return month_span(date) * 100 + date.day;
}

/* Amounts that begin with the same two digits and have as many of them; each below 100 is alone.
 * Larger amounts have larger buckets. */
enum { DIGITS_STEP = 100 };

static int64_t bucket_of(int64_t minor)
{
    int64_t digits = 2;

    if (minor < DIGITS_STEP)
        return minor;
    for (; minor >= DIGITS_STEP; minor /= 10)
        digits++;
    return digits * DIGITS_STEP + minor;
}

static int64_t bucket_first(int64_t bucket)
{
    int64_t minor = bucket % DIGITS_STEP;

    for (int64_t digits = bucket / DIGITS_STEP; digits > 2; digits--)
        minor *= 10;
    return minor;
}

static int64_t bucket_last(int64_t bucket)
{
    int64_t step = 1;

    for (int64_t digits = bucket / DIGITS_STEP; digits > 2; digits--)
        step *= 10;
    return bucket_first(bucket) + step - 1;
}

err_t listing_count_line(struct ctx *cx, struct tx *tx, const struct listing_line *line, int64_t by)
{
    struct date day = date_paris(line->created);
    const int64_t spans[] = {0, month_span(day), day_span(day)};
    int64_t facet = facet_of(&line->facets);

    for (size_t i = 0; i < ARRAY_LEN(spans); i++)
        TRY(store_add(cx, tx, &SQL_LISTING_COUNT_ADD, ARGS(OWNER, V_INT(spans[i]), V_INT(facet)),
                      by));
    return store_add(cx, tx, &SQL_LISTING_AMOUNT_ADD,
                     ARGS(OWNER, V_INT(bucket_of(line->amount_minor)), V_INT(facet)), by);
}

/* --- asking --------------------------------------------------------------------------------------
 */

instant listing_from(const struct listing_filter *filter)
{
    return filter->from.year == 0 ? 0 : instant_paris((struct wall){.date = filter->from});
}

instant listing_until(const struct listing_filter *filter)
{
    struct date next = date_from_days(date_to_days(filter->until) + 1);

    return filter->until.year == 0 ? INT64_MAX : instant_paris((struct wall){.date = next}) - 1;
}

static err_t one_number(struct ctx *cx, struct tx *tx, const struct sql *sql,
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

err_t listing_facets(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                     struct facet_count **out, size_t *count)
{
    size_t capacity = 0;
    struct rows *rows;
    bool has;

    *out = NULL;
    TRY(store_query(
        cx, tx, &SQL_LISTING_FACETS,
        ARGS(OWNER, V_INT(facet_mask(&filter->facets)), V_INT(facet_of(&filter->facets))), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        (*out)[*count] = (struct facet_count){col_int(rows, 0), col_int(rows, 1)};
    }
}

/* Bounds of three sums over spans, both inside; none where the first is behind the last. */
struct span_parts {
    int64_t from_day, until_day;
    int64_t from_month, until_month;
    int64_t rest_from, rest_until;
};

enum { MONTH_DAYS_MAX = 31 };

static struct span_parts parts_of(struct date from, struct date until)
{
    if (month_span(from) == month_span(until))
        return (struct span_parts){day_span(from), day_span(until), 1, 0, 1, 0};
    return (struct span_parts){
        day_span(from),          month_span(from) * 100 + MONTH_DAYS_MAX,
        month_span(from) + 1,    month_span(until) - 1,
        month_span(until) * 100, day_span(until),
    };
}

static err_t count_days(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                        int64_t *out)
{
    static const struct date FIRST = {1970, 1, 1};
    static const struct date LAST = {9999, 12, 31};
    struct span_parts parts = parts_of(filter->from.year == 0 ? FIRST : filter->from,
                                       filter->until.year == 0 ? LAST : filter->until);

    return one_number(cx, tx, &SQL_LISTING_COUNT_SPANS,
                      ARGS(OWNER, V_INT(parts.from_day), V_INT(parts.until_day),
                           V_INT(parts.from_month), V_INT(parts.until_month),
                           V_INT(parts.rest_from), V_INT(parts.rest_until),
                           V_INT(facet_mask(&filter->facets)), V_INT(facet_of(&filter->facets))),
                      out);
}

err_t listing_count_amounts(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                            int64_t *out)
{
    int64_t from = bucket_of(filter->min_minor);
    int64_t until = bucket_of(filter->max_minor);
    bool whole_from = bucket_first(from) == filter->min_minor;
    bool whole_until = bucket_last(until) == filter->max_minor;
    int64_t edge[4] = {1, 0, 1, 0}; /* the two ends, where a bucket is not whole */

    must(filter->min_minor <= filter->max_minor);
    if (from == until && !(whole_from && whole_until)) {
        edge[0] = filter->min_minor;
        edge[1] = filter->max_minor;
        from = until + 1;
    } else {
        if (!whole_from) {
            edge[0] = filter->min_minor;
            edge[1] = bucket_last(from++);
        }
        if (!whole_until) {
            edge[2] = bucket_first(until--);
            edge[3] = filter->max_minor;
        }
    }
    return one_number(cx, tx, &SQL_LISTING_COUNT_AMOUNTS,
                      ARGS(OWNER, V_INT(from), V_INT(until), V_INT(edge[0]), V_INT(edge[1]),
                           V_INT(edge[2]), V_INT(edge[3]), V_INT(facet_mask(&filter->facets)),
                           V_INT(facet_of(&filter->facets))),
                      out);
}

/* Amounts within days have no counter: the lines of the days are looked at. */
static err_t count_walk(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                        const struct facet_count *facets, size_t facet_count, int64_t *out)
{
    int64_t count;

    *out = 0;
    for (size_t i = 0; i < facet_count; i++) {
        TRY(one_number(cx, tx, &SQL_LISTING_COUNT_WALK,
                       ARGS(OWNER, V_INT(facets[i].facet), V_INT(listing_from(filter)),
                            V_INT(listing_until(filter)), V_INT(filter->min_minor),
                            V_INT(filter->max_minor)),
                       &count));
        *out += count;
    }
    return OK;
}

err_t listing_count(struct ctx *cx, struct tx *tx, const struct listing_filter *filter,
                    const struct facet_count *facets, size_t facet_count, int64_t *out)
{
    bool days = filter->from.year != 0 || filter->until.year != 0;
    bool amounts = filter->min_minor > 0 || filter->max_minor < LISTING_AMOUNT_MAX;

    if (days && amounts)
        return count_walk(cx, tx, filter, facets, facet_count, out);
    if (amounts)
        return listing_count_amounts(cx, tx, filter, out);
    if (days)
        return count_days(cx, tx, filter, out);
    *out = 0;
    for (size_t i = 0; i < facet_count; i++)
        *out += facets[i].count;
    return OK;
}
