#include "core/attempt.h"

#include <string.h>

#include "base/must.h"
#include "base/rand.h"
#include "core/holder.h"
#include "store/sql.h"

ENUM_DEFINE(attempt_state, ATTEMPT_STATE_LIST)

enum { STAN_MAX = 999999 };

/* Copies a text of ours into a fixed field; it fits by the rules of who made it. */
static void put(char *out, size_t size, struct str text)
{
    must(text.len < size);
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
    out[text.len] = '\0';
}

static err_t trace_allot(struct ctx *cx, struct tx *tx, struct card_trace *trace)
{
    struct wall utc = wall_utc(cx->now);
    int64_t day_of_year =
        date_to_days(utc.date) - date_to_days((struct date){utc.date.year, 1, 1}) + 1;
    const struct sequence_of stans = {
        .reserve = &SQL_STAN_RESERVE,
        .last = &SQL_STAN_LAST,
        .name = str_of(mode_text(cx->mode)),
    };

    TRY(store_next(cx, tx, &stans, &trace->stan));
    must(trace->stan >= 1);
    must(trace->stan <= STAN_MAX);
    trace->sent = cx->now;
    digits_write(trace->rrn, utc.date.year, 1);
    digits_write(trace->rrn + 1, day_of_year, 3);
    digits_write(trace->rrn + 4, utc.hour, 2);
    digits_write(trace->rrn + 6, trace->stan, 6);
    trace->rrn[RRN_LEN] = '\0';
    return OK;
}

err_t attempt_renumber(struct ctx *cx, struct tx *tx)
{
    return store_run(cx, tx, &SQL_STAN_RESTART, ARGS(V_INT(1 + rand_below(STAN_MAX - 1))));
}

err_t attempt_trace(struct ctx *cx, struct tx *tx, struct card_trace *trace)
{
    return trace_allot(cx, tx, trace);
}

err_t attempt_open(struct ctx *cx, struct tx *tx, struct attempt *attempt)
{
    ID_NEW(cx->ids, &attempt->id);
    attempt->state = ATTEMPT_SENT;
    TRY(trace_allot(cx, tx, &attempt->trace));
    return store_run(cx, tx, &SQL_ATTEMPT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(attempt->id),
                          V_ID(attempt->payment), V_ID(attempt->card),
                          V_WORD(card_op_text(attempt->op)), V_INT(attempt->trace.stan),
                          V_WORD(attempt->trace.rrn), V_INT(attempt->amount.minor),
                          V_WORD(currency_text(attempt->amount.currency)), V_ID(attempt->original),
                          V_TEXT(id_text(attempt->object)),
                          attempt->eci[0] == '\0' ? V_NULL() : V_WORD(attempt->eci),
                          V_INT(attempt->trace.sent), holder_value(attempt->holder)));
}

static enum attempt_state state_of(enum card_outcome outcome)
{
    switch (outcome) {
    case CARD_APPROVED:
        return ATTEMPT_APPROVED;
    case CARD_DECLINED:
        return ATTEMPT_DECLINED;
    case CARD_SOFT_DECLINED:
        return ATTEMPT_SOFT_DECLINED;
    case CARD_UNKNOWN:
    case CARD_UNUSABLE:
        return ATTEMPT_UNKNOWN;
    case CARD_UNREACHABLE:
        return ATTEMPT_UNREACHABLE;
    }
    must_fail(__FILE__, __LINE__, "outcome is a member");
}

static struct value word_or_null(const char *word)
{
    return word[0] == '\0' ? V_NULL() : V_WORD(word);
}

err_t attempt_answer(struct ctx *cx, struct tx *tx, struct attempt_id id,
                     const struct card_call *call, bool *waited)
{
    err_t err = store_run(cx, tx, &SQL_ATTEMPT_ANSWER,
                          ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                               V_WORD(attempt_state_text(state_of(call->outcome))),
                               word_or_null(call->response), word_or_null(call->got_auth_code),
                               word_or_null(call->network), word_or_null(call->network_txn),
                               V_INT(cx->now)));

    *waited = err == OK;
    return err == ERR_STATE ? OK : err; /* so seldom that nobody waits to be told (store_run) */
}

static err_t attempt_move(struct ctx *cx, struct tx *tx, struct attempt_id id,
                          enum attempt_state from, enum attempt_state to)
{
    return store_run(cx, tx, &SQL_ATTEMPT_MOVE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id),
                          V_WORD(attempt_state_text(from)), V_WORD(attempt_state_text(to))));
}

err_t attempt_moved(struct ctx *cx, struct tx *tx, struct attempt_id id)
{
    return store_run(cx, tx, &SQL_ATTEMPT_MOVED,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)));
}

err_t attempt_holds_number(struct ctx *cx, struct tx *tx, struct attempt_id id,
                           struct str fingerprint)
{
    if (fingerprint.ptr == NULL)
        return OK; /* the card was deleted meanwhile */
    return store_run(
        cx, tx, &SQL_CARD_UNREVERSED_INSERT,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_BLOB(fingerprint)));
}

err_t attempt_lost(struct ctx *cx, struct tx *tx, struct attempt_id id, struct str fingerprint)
{
    TRY(attempt_move(cx, tx, id, ATTEMPT_SENT, ATTEMPT_UNKNOWN));
    return attempt_holds_number(cx, tx, id, fingerprint);
}

err_t attempt_reversed(struct ctx *cx, struct tx *tx, struct attempt_id id)
{
    TRY(attempt_move(cx, tx, id, ATTEMPT_UNKNOWN, ATTEMPT_REVERSED));
    return store_run(cx, tx, &SQL_CARD_UNREVERSED_DELETE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)));
}

err_t attempt_reversed_in_vain(struct ctx *cx, struct tx *tx, struct attempt_id id)
{
    return attempt_move(cx, tx, id, ATTEMPT_REVERSED, ATTEMPT_UNKNOWN);
}

static void attempt_row(struct rows *rows, struct attempt *out)
{
    *out = (struct attempt){
        .trace = {.stan = col_int(rows, 5), .sent = col_int(rows, 15)},
        .amount = {.minor = col_int(rows,                 7)                  },
        .response = col_text(rows, 11),
        .auth_code = col_text(rows, 12),
        .network_txn = col_text(rows, 13),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->payment.raw);
    col_id(rows, 2, out->card.raw);
    must(card_op_parse(col_text(rows, 3), &out->op));
    must(attempt_state_parse(col_text(rows, 4), &out->state));
    put(out->trace.rrn, sizeof out->trace.rrn, col_text(rows, 6));
    must(currency_parse(col_text(rows, 8), &out->amount.currency));
    col_id(rows, 9, out->original.raw);
    col_id(rows, 10, out->object);
    put(out->eci, sizeof out->eci, col_text(rows, 14));
}

static err_t attempt_one(struct ctx *cx, struct tx *tx, const struct sql *sql,
                         const struct value *args, size_t count, struct attempt *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, sql, args, count, &rows, &found));
    if (!found)
        return ERR_NOT_FOUND;
    attempt_row(rows, out);
    rows_end(rows);
    return OK;
}

err_t attempt_load(struct ctx *cx, struct tx *tx, struct attempt_id id, struct attempt *out)
{
    return attempt_one(cx, tx, &SQL_ATTEMPT_FIND,
                       ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), out);
}

err_t attempt_find(struct ctx *cx, struct tx *tx, struct str rrn, enum card_op op,
                   struct attempt *out)
{
    return attempt_one(cx, tx, &SQL_ATTEMPT_FIND_RRN,
                       ARGS(V_ID(cx->merchant), V_TEXT(rrn), V_WORD(mode_text(cx->mode)),
                            V_WORD(card_op_text(op))),
                       out);
}

static err_t left_read(struct rows *rows, struct attempt_left *out, size_t most, size_t *count)
{
    bool has;

    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < most);
        col_id(rows, 0, out[*count].merchant.raw);
        must(mode_parse(col_text(rows, 1), &out[*count].mode));
        col_id(rows, 2, out[*count].id.raw);
    }
}

err_t attempt_left(struct ctx *cx, struct tx *tx, const struct holder *holder, instant before,
                   struct attempt_left *out, size_t most, size_t *count)
{
    struct rows *rows;

    TRY(store_query(cx, tx, &SQL_ATTEMPT_LEFT,
                    ARGS(V_INT((int64_t)most), V_TEXT(id_floor(cx->arena, before)),
                         holder_value(holder), V_INT(holder_dead_before(holder))),
                    &rows));
    return left_read(rows, out, most, count);
}

err_t attempt_left_of(struct ctx *cx, struct tx *tx, int64_t holder, struct attempt_left *out,
                      size_t most, size_t *count)
{
    struct rows *rows;

    TRY(store_query(cx, tx, &SQL_ATTEMPT_LEFT_OF, ARGS(V_INT((int64_t)most), V_INT(holder)),
                    &rows));
    return left_read(rows, out, most, count);
}

void attempt_refer(struct card_call *call, const struct attempt *original)
{
    call->original_op = original->op;
    call->original = original->trace;
    put(call->auth_code, sizeof call->auth_code, original->auth_code);
}
