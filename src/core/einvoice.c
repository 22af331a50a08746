#include "core/einvoice.h"

#include "base/arena.h"

ENUM_DEFINE(einvoice_format, EINVOICE_FORMAT_LIST)

bool einvoice_has_date(struct date date)
{
    return date.month != 0;
}

struct einvoice_report einvoice_report_new(struct arena *arena)
{
    return (struct einvoice_report){
        .failures = arena_array(arena, struct einvoice_failure, EINVOICE_FAILURES_MAX)};
}

void einvoice_fail(struct einvoice_report *report, const char *rule, const char *term, size_t at,
                   const char *text)
{
    if (report->count == EINVOICE_FAILURES_MAX) {
        report->more++;
        return;
    }
    report->failures[report->count++] = (struct einvoice_failure){rule, term, at, text};
}
