#include "core/outbox.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "base/must.h"
#include "core/outbox_row.h"
#include "store/sql.h"

ENUM_DEFINE(channel, CHANNEL_LIST)
ENUM_DEFINE(delivery_outcome, DELIVERY_OUTCOME_LIST)

enum { DELIVERED_DAYS = 7, DEAD_DAYS = 30 };

/* Spacings in minutes, one for each retry (design.md 8). Stancer's are 15: doubling from one
 * minute, twelve hours at most. Mails have the longest row of the table; a text message is mostly a
 * code, which is soon worth nothing [our choice]. */
enum { RETRIES_MAX = 15 };
struct retry_row {
    enum channel channel;
    int count;
    int minutes[RETRIES_MAX];
};
static const struct retry_row RETRIES[] = {
    {CHANNEL_STANCER,   15, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720, 720, 720, 720}},
    {CHANNEL_SAFEDEBIT, 7,  {1, 5, 30, 120, 360, 720, 1440}                                 },
    {CHANNEL_SEQINO,    6,  {1, 5, 30, 120, 360, 1440}                                      },
    {CHANNEL_MAIL,      7,  {1, 5, 30, 120, 360, 720, 1440}                                 },
    {CHANNEL_SMS,       4,  {1, 2, 5, 30}                                                   },
};

instant outbox_retry_at(enum channel channel, instant now, int64_t failed)
{
    must(failed >= 1);
    for (size_t i = 0; i < ARRAY_LEN(RETRIES); i++) {
        if (RETRIES[i].channel == channel)
            return failed > RETRIES[i].count ? 0 : now + RETRIES[i].minutes[failed - 1] * MINUTE_US;
    }
    must_fail(__FILE__, __LINE__, "every channel has its retries");
}

void outbox_row(struct rows *rows, struct delivery *out)
{
    *out = (struct delivery){
        .receiver = col_text(rows, 4),
        .address = col_text(rows, 5),
        .type = col_text(rows, 7),
        .object = col_text(rows, 8),
        .body = col_text(rows, 9),
        .due = col_int(rows, 10),
        .tries = col_int(rows, 11),
        .code = col_int(rows, 12),
        .why = col_text(rows, 13),
        .created = col_int(rows, 15),
        .done = col_int(rows, 16),
    };
    col_id(rows, 0, out->merchant.raw);
    must(mode_parse(col_text(rows, 1), &out->mode));
    col_id(rows, 2, out->id.raw);
    must(channel_parse(col_text(rows, 3), &out->channel));
    col_id(rows, 6, out->event.raw);
    if (!col_null(rows, 14))
        must(delivery_outcome_parse(col_text(rows, 14), &out->outcome));
}

static err_t deliveries_read(struct ctx *cx, struct rows *rows, struct delivery **out,
                             size_t *count)
{
    size_t capacity = 0;
    bool has;

    *out = NULL;
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        outbox_row(rows, &(*out)[*count]);
    }
}

err_t outbox_put(struct ctx *cx, struct tx *tx, struct delivery *delivery)
{
    ID_NEW(cx->ids, &delivery->id);
    return store_run(cx, tx, &SQL_OUTBOX_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery->id),
                          V_WORD(channel_text(delivery->channel)), V_TEXT(delivery->receiver),
                          V_TEXT(delivery->address), V_ID(delivery->event), V_TEXT(delivery->type),
                          V_TEXT(delivery->object), V_TEXT(delivery->body), V_INT(cx->now),
                          V_INT(cx->now)));
}

/* --- the worker's side
 * -------------------------------------------------------------------------- */

err_t outbox_receiver_next(struct ctx *cx, struct tx *tx, struct outbox_receiver *at, bool *found)
{
    bool first = ID_NONE(at->merchant);
    struct value merchant = first ? V_WORD("") : V_ID(at->merchant);
    struct rows *rows;
    bool there;

    TRY(store_query_one(cx, tx, &SQL_OUTBOX_RECEIVER_NEXT,
                        ARGS(merchant, V_WORD(first ? "" : mode_text(at->mode)),
                             first ? V_WORD("") : V_TEXT(at->receiver)),
                        &rows, found));
    if (!*found)
        return OK;
    col_id(rows, 0, at->merchant.raw);
    must(mode_parse(col_text(rows, 1), &at->mode));
    at->receiver = col_text(rows, 2);
    TRY(store_query_one(cx, tx, &SQL_OUTBOX_CLOCK,
                        ARGS(V_ID(at->merchant), V_WORD(mode_text(at->mode))), &rows, &there));
    at->clock_offset = col_int(rows, 0);
    return OK;
}

err_t outbox_due(struct ctx *cx, struct tx *tx, const struct outbox_receiver *of, instant now,
                 int64_t limit, struct delivery **out, size_t *count)
{
    struct rows *rows;

    TRY(store_query(cx, tx, &SQL_OUTBOX_DUE,
                    ARGS(V_ID(of->merchant), V_WORD(mode_text(of->mode)), V_TEXT(of->receiver),
                         V_INT(now), V_INT(limit), holder_value(of->holder),
                         V_INT(holder_dead_before(of->holder))),
                    &rows));
    return deliveries_read(cx, rows, out, count);
}

err_t outbox_take(struct ctx *cx, struct tx *tx, const struct holder *holder,
                  const struct delivery *delivery, bool *taken)
{
    int64_t changed;

    must(holder != NULL);
    TRY(store_run_count(cx, tx, &SQL_OUTBOX_TAKE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery->id),
                             V_INT(delivery->due), holder_value(holder),
                             V_INT(holder_dead_before(holder))),
                        &changed));
    *taken = changed == 1;
    return OK;
}

err_t outbox_body_set(struct ctx *cx, struct tx *tx, const struct delivery *delivery,
                      struct str body)
{
    return store_run(
        cx, tx, &SQL_OUTBOX_BODY_SET,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery->id), V_TEXT(body)));
}

static err_t lane_advance(struct ctx *cx, struct tx *tx, const struct delivery *delivery)
{
    return store_run(cx, tx, &SQL_OUTBOX_ADVANCE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_TEXT(delivery->receiver), V_TEXT(delivery->object), V_INT(cx->now)));
}

static err_t delivery_end(struct ctx *cx, struct tx *tx, const struct delivery *delivery,
                          const struct delivery_try *attempt, enum delivery_outcome outcome)
{
    TRY(store_run(cx, tx, &SQL_OUTBOX_END,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery->id),
                       V_WORD(delivery_outcome_text(outcome)),
                       V_INT_IF(attempt->code != 0, attempt->code), V_WORD(attempt->why),
                       V_INT(cx->now))));
    return lane_advance(cx, tx, delivery);
}

err_t outbox_tried(struct ctx *cx, struct tx *tx, const struct delivery *delivery,
                   const struct delivery_try *attempt)
{
    instant again = 0;

    if (attempt->result == TRY_DELIVERED)
        return delivery_end(cx, tx, delivery, attempt, DELIVERY_DELIVERED);
    if (attempt->result == TRY_NOTHING_TO_TELL) {
        TRY(store_run(cx, tx, &SQL_OUTBOX_DROP,
                      ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery->id))));
        return lane_advance(cx, tx, delivery);
    }
    if (attempt->result == TRY_FAILED)
        again = outbox_retry_at(delivery->channel, cx->now, delivery->tries + 1);
    if (again == 0)
        return delivery_end(cx, tx, delivery, attempt, DELIVERY_DEAD);
    return store_run(cx, tx, &SQL_OUTBOX_RETRY,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(delivery->id),
                          V_INT(again), V_INT_IF(attempt->code != 0, attempt->code),
                          V_WORD(attempt->why)));
}

/* --- the bell
 * ----------------------------------------------------------------------------------- */

struct outbox_bell {
    struct mailbox *home;
    struct message message;
    atomic_bool rung;
};

static void bell_heard(struct message *message)
{
    struct outbox_bell *bell =
        (struct outbox_bell *)((char *)message - offsetof(struct outbox_bell, message));

    atomic_store(&bell->rung, false);
}

struct outbox_bell *outbox_bell_new(struct mailbox *home)
{
    struct outbox_bell *bell = process_make(struct outbox_bell);

    bell->home = home;
    return bell;
}

void outbox_bell_free(struct outbox_bell *bell)
{
    process_free(bell);
}

void outbox_ring(struct outbox_bell *bell)
{
    if (bell != NULL && !atomic_exchange(&bell->rung, true)) {
        bell->message.run = bell_heard;
        mailbox_post(bell->home, &bell->message);
    }
}

/* --- nightly and operator
 * ----------------------------------------------------------------------- */

err_t outbox_purge(struct ctx *cx, struct tx *tx, int64_t most, int64_t *removed)
{
    return store_run_count(cx, tx, &SQL_OUTBOX_PURGE,
                           ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                                V_INT(cx->now - DELIVERED_DAYS * DAY_US),
                                V_INT(cx->now - DEAD_DAYS * DAY_US), V_INT(most)),
                           removed);
}

err_t outbox_load(struct ctx *cx, struct tx *tx, struct delivery_id id, struct delivery *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_OUTBOX_OWNER, ARGS(V_ID(id)), &rows, &found));
    if (!found)
        return fault_object(cx, ERR_NOT_FOUND, "delivery", "does not exist", id.raw);
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    TRY(store_query_one(cx, tx, &SQL_OUTBOX_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        &found));
    must(found);
    outbox_row(rows, out);
    return OK;
}

err_t outbox_list(struct ctx *cx, struct tx *tx, const struct outbox_filter *filter,
                  struct delivery **out, size_t *count)
{
    struct str from = id_floor(cx->arena, filter->since);
    struct str until = filter->until == 0 ? STR("~") : id_floor(cx->arena, filter->until);
    struct rows *rows;

    if (!ID_NONE(filter->before) && str_compare(ID_TEXT(filter->before), until) < 0)
        until = ID_TEXT(filter->before);
    TRY(store_query(cx, tx, &SQL_OUTBOX_LIST,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(from),
                         V_TEXT(until), V_TEXT(filter->state), V_INT(filter->limit)),
                    &rows));
    return deliveries_read(cx, rows, out, count);
}

struct str delivery_state(const struct delivery *delivery)
{
    if (delivery->outcome != 0)
        return str_of(delivery_outcome_text(delivery->outcome));
    return delivery->due == 0 ? STR("queued") : STR("waiting");
}

err_t outbox_replay(struct ctx *cx, struct tx *tx, struct delivery_id id, bool *replayed)
{
    int64_t changed;

    TRY(store_run_count(
        cx, tx, &SQL_OUTBOX_REPLAY,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_INT(cx->now)), &changed));
    *replayed = changed == 1;
    return OK;
}
