#include "core/usage.h"

#include "base/must.h"
#include "core/counter.h"

ENUM_DEFINE(usage, USAGE_LIST)

static err_t counts_of(struct ctx *cx, struct tx *tx, int64_t from_hour, int64_t until_hour,
                       struct usage_counts *out)
{
    for (int at = USAGE_INVOICES; at < USAGES; at++)
        TRY(counter_between(cx, tx, usage_text((enum usage)at), from_hour, until_hour,
                            &out->of[at]));
    return OK;
}

/* Days begin with an hour in Paris and everywhere. */
static int64_t first_hour(struct date day)
{
    return instant_paris((struct wall){.date = day}) / HOUR_US;
}

err_t usage_between(struct ctx *cx, struct tx *tx, struct date from, struct date until,
                    struct usage_counts *out)
{
    struct date after = date_from_days(date_to_days(until) + 1);

    must(date_compare(from, until) <= 0);
    return counts_of(cx, tx, first_hour(from), first_hour(after) - 1, out);
}

err_t usage_ever(struct ctx *cx, struct tx *tx, struct usage_counts *out)
{
    return counts_of(cx, tx, 0, INT64_MAX, out);
}
