#include "core/lifecycle.h"

#include "base/must.h"
#include "core/sponsor_webhook.h"
#include "store/sql.h"

ENUM_DEFINE(lifecycle, LIFECYCLE_LIST)

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

#define CODE_CASE(symbol, value, text)                                                             \
    case value:                                                                                    \
        *out = symbol;                                                                             \
        return true;

bool lifecycle_of_code(int code, enum lifecycle *out)
{
    switch (code) {
        LIFECYCLE_LIST(CODE_CASE)
    default: /* a number from outside */
        return false;
    }
}

static bool is_transmission(enum lifecycle status)
{
    return status <= LIFECYCLE_AVAILABLE || status == LIFECYCLE_REJECTED;
}

/* The last status of transmission, or 0. */
static enum lifecycle transmission_of(const struct lifecycle_event *events, size_t count)
{
    enum lifecycle last = 0;

    for (size_t i = 0; i < count; i++) {
        if (is_transmission(events[i].status))
            last = events[i].status;
    }
    return last;
}

bool lifecycle_may_follow(const struct lifecycle_event *events, size_t count, enum lifecycle status)
{
    enum lifecycle last = transmission_of(events, count);

    if (!is_transmission(status))
        return last != 0 && last != LIFECYCLE_REJECTED;
    if (last == 0)
        return status == LIFECYCLE_DEPOSITED || status == LIFECYCLE_REJECTED;
    if (status == LIFECYCLE_REJECTED)
        return last == LIFECYCLE_DEPOSITED || last == LIFECYCLE_TRANSMITTED;
    return last != LIFECYCLE_REJECTED && (int)status == (int)last + 1;
}

err_t lifecycle_list(struct ctx *cx, struct tx *tx, const char *invoice,
                     struct lifecycle_event **out, size_t *count)
{
    struct rows *rows;
    size_t capacity = 0;
    bool has;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_LIFECYCLE_LIST, ARGS(OWNER, V_WORD(invoice)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        struct lifecycle_event *event = &(*out)[*count];
        *event = (struct lifecycle_event){
            .turn = col_int(rows, 0),
            .reason = col_text(rows, 3),
            .received_turn = col_int(rows, 4),
            .at = col_int(rows, 5),
        };
        col_id(rows, 1, event->id.raw);
        must(lifecycle_of_code((int)col_int(rows, 2), &event->status));
    }
}

err_t lifecycle_put(struct ctx *cx, struct tx *tx, const char *invoice,
                    const struct lifecycle_step *step)
{
    struct lifecycle_event *events;
    struct event_id id;
    size_t count;

    TRY(lifecycle_list(cx, tx, invoice, &events, &count));
    if (!lifecycle_may_follow(events, count, step->status))
        return OK;
    ID_NEW(cx->ids, &id);
    TRY(store_run(cx, tx, &SQL_LIFECYCLE_INSERT,
                  ARGS(OWNER, V_WORD(invoice), V_INT((int64_t)count + 1), V_ID(id),
                       V_INT((int64_t)step->status), V_TEXT(step->reason),
                       V_INT_IF(step->received_turn != 0, step->received_turn), V_INT(cx->now))));
    return sponsor_tell(cx, tx, SPONSOR_INVOICE_STATUS_UPDATED, invoice, id.raw);
}
