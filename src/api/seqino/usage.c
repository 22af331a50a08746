#include "core/usage.h"

#include "api/seqino/call.h"
#include "api/seqino/routes.h"
#include "base/must.h"
#include "core/einvoice.h"
#include "core/pdp_mandate.h"

/* Counters (api/seqino.md 6). [doc] names the routes and the three parameters of metrics; the
 * members are [our choice]. */

enum { PERIODS_MAX = 366, YEAR_MIN = 2000, YEAR_MAX = 2100 };

enum period { PERIOD_DAY = 1, PERIOD_MONTH, PERIOD_YEAR };
static const char *const PERIOD_TEXTS[] = {
    [PERIOD_DAY] = "day",
    [PERIOD_MONTH] = "month",
    [PERIOD_YEAR] = "year",
};
static const struct words PERIODS = {PERIOD_TEXTS, ARRAY_LEN(PERIOD_TEXTS), false};

struct counts_out {
    struct given given;
    struct date from;
    struct date until;
    struct usage_counts counts;
};
#define AT(member) FIELD_AT(struct counts_out, member)
#define AT_INVOICES FIELD_AT(struct counts_out, counts.of[USAGE_INVOICES])
#define AT_SUBMITTED FIELD_AT(struct counts_out, counts.of[USAGE_SUBMITTED])
#define AT_RECEIVED FIELD_AT(struct counts_out, counts.of[USAGE_RECEIVED])
#define AT_MANDATES FIELD_AT(struct counts_out, counts.of[USAGE_MANDATES])
#define AT_REPORTS FIELD_AT(struct counts_out, counts.of[USAGE_REPORTS])
static const struct field COUNTS_FIELDS[] = {
    {"invoices_issued",    F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_INVOICES },
    {"invoices_submitted", F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_SUBMITTED},
    {"invoices_received",  F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_RECEIVED },
    {"mandates_created",   F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_MANDATES },
    {"reports_submitted",  F_INT, 0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_REPORTS  },
};
static const struct field PERIOD_FIELDS[] = {
    {"start_date",         F_DATE, 0, 0,         REQUIRED, OURS, ED_ALL, AT(from)    },
    {"end_date",           F_DATE, 0, 0,         REQUIRED, OURS, ED_ALL, AT(until)   },
    {"invoices_issued",    F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_INVOICES },
    {"invoices_submitted", F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_SUBMITTED},
    {"invoices_received",  F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_RECEIVED },
    {"mandates_created",   F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_MANDATES },
    {"reports_submitted",  F_INT,  0, INT64_MAX, REQUIRED, OURS, ED_ALL, AT_REPORTS  },
};
#undef AT
#undef AT_INVOICES
#undef AT_SUBMITTED
#undef AT_RECEIVED
#undef AT_MANDATES
#undef AT_REPORTS
static const struct table COUNTS = TABLE_OF("UsageCounts", struct counts_out, COUNTS_FIELDS);
static const struct table PERIOD = TABLE_OF("UsagePeriod", struct counts_out, PERIOD_FIELDS);

/* --- metrics ------------------------------------------------------------------------------------
 */

struct metrics_query {
    struct given given;
    int period;
    struct date from;
    struct date until;
};
#define AT(member) FIELD_AT(struct metrics_query, member)
#define AT_PERIOD FIELD_AT_MORE(struct metrics_query, period, &PERIODS)
static const struct field QUERY[] = {
    {"period",     F_WORD, 0, 0, OPTIONAL, DOC, ED_ALL, AT_PERIOD},
    {"start_date", F_DATE, 0, 0, OPTIONAL, DOC, ED_ALL, AT(from) },
    {"end_date",   F_DATE, 0, 0, OPTIONAL, DOC, ED_ALL, AT(until)},
};
#undef AT
#undef AT_PERIOD
const struct table SEQINO_USAGE_QUERY = TABLE_OF("UsageQuery", struct metrics_query, QUERY);

struct metrics_out {
    struct given given;
    struct merchant_id company;
    int period;
    struct date from;
    struct date until;
    struct counts_out total;
    struct field_list periods;
};
#define AT(member) FIELD_AT(struct metrics_out, member)
#define AT_COMPANY FIELD_AT_MORE(struct metrics_out, company, CLIENT_PREFIX)
#define AT_PERIOD FIELD_AT_MORE(struct metrics_out, period, &PERIODS)
#define AT_TOTAL FIELD_AT_MORE(struct metrics_out, total, &COUNTS)
#define AT_PERIODS FIELD_AT_MORE(struct metrics_out, periods, &PERIOD)
static const struct field METRICS[] = {
    {"company_id", F_ID,      0, 0,           REQUIRED, DOC,  ED_ALL, AT_COMPANY},
    {"period",     F_WORD,    0, 0,           REQUIRED, OURS, ED_ALL, AT_PERIOD },
    {"start_date", F_DATE,    0, 0,           REQUIRED, OURS, ED_ALL, AT(from)  },
    {"end_date",   F_DATE,    0, 0,           REQUIRED, OURS, ED_ALL, AT(until) },
    {"total",      F_OBJECT,  0, 0,           REQUIRED, OURS, ED_ALL, AT_TOTAL  },
    {"metrics",    F_OBJECTS, 1, PERIODS_MAX, REQUIRED, OURS, ED_ALL, AT_PERIODS},
};
#undef AT
#undef AT_COMPANY
#undef AT_PERIOD
#undef AT_TOTAL
#undef AT_PERIODS
const struct table SEQINO_USAGE_METRICS = TABLE_OF("UsageMetrics", struct metrics_out, METRICS);

static struct date month_begin(struct date day)
{
    return (struct date){day.year, day.month, 1};
}

static struct date day_before(struct date day)
{
    return date_from_days(date_to_days(day) - 1);
}

/* The first day of the next period. */
static struct date period_next(int period, struct date day)
{
    if (period == PERIOD_DAY)
        return date_from_days(date_to_days(day) + 1);
    if (period == PERIOD_YEAR)
        return (struct date){day.year + 1, 1, 1};
    return date_add_months(month_begin(day), 1);
}

/* Without days it is the month so far. */
static err_t days_read(struct ctx *cx, struct metrics_query *in)
{
    struct date today = date_paris(cx->now);

    if (in->period == 0)
        in->period = PERIOD_MONTH;
    if (!GIVEN(in, until))
        in->until = today;
    if (!GIVEN(in, from))
        in->from = month_begin(in->until);
    if (in->from.year < YEAR_MIN || in->from.year > YEAR_MAX)
        return fault(cx, ERR_INVALID, "query.start_date", "must be between 2000 and 2100");
    if (in->until.year < YEAR_MIN || in->until.year > YEAR_MAX)
        return fault(cx, ERR_INVALID, "query.end_date", "must be between 2000 and 2100");
    if (date_compare(in->from, in->until) > 0)
        return fault(cx, ERR_INVALID, "query.end_date", "must not be before start_date");
    return OK;
}

static err_t periods_read(struct ctx *cx, struct tx *tx, const struct metrics_query *in,
                          struct metrics_out *out)
{
    struct counts_out *periods = arena_array(cx->arena, struct counts_out, PERIODS_MAX);
    struct date at = in->from;
    size_t count = 0;

    for (; date_compare(at, in->until) <= 0; count++) {
        if (count == PERIODS_MAX)
            return fault(cx, ERR_INVALID, "query.period", "must be longer: there are at most 366");
        struct date last = day_before(period_next(in->period, at));
        if (date_compare(last, in->until) > 0)
            last = in->until;
        periods[count] = (struct counts_out){.from = at, .until = last};
        TRY(usage_between(cx, tx, at, last, &periods[count].counts));
        at = period_next(in->period, at);
    }
    out->periods = (struct field_list){periods, count};
    return usage_between(cx, tx, in->from, in->until, &out->total.counts);
}

void seqino_usage_metrics(struct request *request)
{
    struct metrics_out out = {.period = 0};
    struct metrics_query in;
    struct tx *tx;

    if (!sq_client(request) || !sq_query(request, &in) || !sq_read(request, &tx))
        return;
    err_t err = days_read(request->cx, &in);
    if (err == OK)
        err = periods_read(request->cx, tx, &in, &out);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    out.company = request->cx->merchant;
    out.period = in.period;
    out.from = in.from;
    out.until = in.until;
    GIVE(&out, total);
    sq_answer(request, 200, sq_text(request, &SEQINO_USAGE_METRICS, &out));
}

/* --- summary ------------------------------------------------------------------------------------
 */

struct summary_out {
    struct given given;
    struct merchant_id company;
    struct counts_out ever;
    struct counts_out month;
};
#define AT_COMPANY FIELD_AT_MORE(struct summary_out, company, CLIENT_PREFIX)
#define AT_EVER FIELD_AT_MORE(struct summary_out, ever, &COUNTS)
#define AT_MONTH FIELD_AT_MORE(struct summary_out, month, &PERIOD)
static const struct field SUMMARY[] = {
    {"company_id",    F_ID,     0, 0, REQUIRED, DOC,  ED_ALL, AT_COMPANY},
    {"all_time",      F_OBJECT, 0, 0, REQUIRED, OURS, ED_ALL, AT_EVER   },
    {"current_month", F_OBJECT, 0, 0, REQUIRED, OURS, ED_ALL, AT_MONTH  },
};
#undef AT_COMPANY
#undef AT_EVER
#undef AT_MONTH
const struct table SEQINO_USAGE_SUMMARY = TABLE_OF("UsageSummary", struct summary_out, SUMMARY);

static err_t month_read(struct ctx *cx, struct tx *tx, struct counts_out *out)
{
    out->from = month_begin(date_paris(cx->now));
    out->until = day_before(period_next(PERIOD_MONTH, out->from));
    return usage_between(cx, tx, out->from, out->until, &out->counts);
}

void seqino_usage_summary(struct request *request)
{
    struct summary_out out = {.company = {""}};
    struct tx *tx;

    if (!sq_client(request) || !sq_read(request, &tx))
        return;
    err_t err = usage_ever(request->cx, tx, &out.ever.counts);
    if (err == OK)
        err = month_read(request->cx, tx, &out.month);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    out.company = request->cx->merchant;
    GIVE(&out, ever);
    GIVE(&out, month);
    sq_answer(request, 200, sq_text(request, &SEQINO_USAGE_SUMMARY, &out));
}

/* --- limits -------------------------------------------------------------------------------------
 */

/* What is never counted against a limit has no `used`, what has no limit no `limit`. */
struct limit_out {
    struct given given;
    struct str name;
    int64_t limit;
    int64_t used;
};
#define AT(member) FIELD_AT(struct limit_out, member)
static const struct field LIMIT_FIELDS[] = {
    {"name",  F_TEXT, 1, 64,        REQUIRED, OURS, ED_ALL, AT(name) },
    {"limit", F_INT,  0, INT64_MAX, OPTIONAL, OURS, ED_ALL, AT(limit)},
    {"used",  F_INT,  0, INT64_MAX, OPTIONAL, OURS, ED_ALL, AT(used) },
};
#undef AT
static const struct table LIMIT = TABLE_OF("UsageLimit", struct limit_out, LIMIT_FIELDS);

struct limits_out {
    struct given given;
    struct merchant_id company;
    struct field_list limits;
};
#define AT_COMPANY FIELD_AT_MORE(struct limits_out, company, CLIENT_PREFIX)
#define AT_LIMITS FIELD_AT_MORE(struct limits_out, limits, &LIMIT)
static const struct field LIMITS[] = {
    {"company_id", F_ID,      0, 0, REQUIRED, DOC,  ED_ALL, AT_COMPANY},
    {"limits",     F_OBJECTS, 0, 0, REQUIRED, OURS, ED_ALL, AT_LIMITS },
};
#undef AT_COMPANY
#undef AT_LIMITS
const struct table SEQINO_USAGE_LIMITS = TABLE_OF("UsageLimits", struct limits_out, LIMITS);

static struct limit_out fixed_limit(const char *name, int64_t limit)
{
    struct limit_out out = {.name = str_of(name), .limit = limit};

    GIVE(&out, limit);
    return out;
}

static struct limit_out month_use(const char *name, int64_t used)
{
    struct limit_out out = {.name = str_of(name), .used = used};

    GIVE(&out, used);
    return out;
}

void seqino_usage_limits(struct request *request)
{
    struct counts_out month = {.counts = {{0}}};
    struct tx *tx;

    if (!sq_client(request) || !sq_read(request, &tx))
        return;
    err_t err = month_read(request->cx, tx, &month);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    const int64_t *used = month.counts.of;
    const struct limit_out limits[] = {
        month_use("invoices_issued_per_month", used[USAGE_INVOICES]),
        month_use("invoices_submitted_per_month", used[USAGE_SUBMITTED]),
        month_use("invoices_received_per_month", used[USAGE_RECEIVED]),
        month_use("mandates_created_per_month", used[USAGE_MANDATES]),
        month_use("reports_submitted_per_month", used[USAGE_REPORTS]),
        fixed_limit("mandates_per_batch", PDP_MANDATES_MAX),
        fixed_limit("json_body_bytes", (int64_t)request->mount->body_max),
        fixed_limit("invoice_file_bytes", EINVOICE_BYTES_MAX),
    };
    const struct limits_out out = {
        .company = request->cx->merchant,
        .limits = {limits, ARRAY_LEN(limits)},
    };
    sq_answer(request, 200, sq_text(request, &SEQINO_USAGE_LIMITS, &out));
}
