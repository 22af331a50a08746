#include "core/holder.h"

#include <stdatomic.h>

#include "base/must.h"
#include "store/sql.h"

/* What is left of a lease when it does not count as sure any more: time for what begins now to get
 * its first commit through. */
enum { MARGIN_S = 5 };

#define LEASE_US (HOLDER_LEASE_S * SECOND_US)

/* What the database's clock is ahead of our monotonic one is not known better than to the time that
 * it takes to ask: by so much it may grow without having been moved. */
enum { MOVED_S = 1 };

struct holder {
    struct store *store;
    int64_t number;
    int64_t asked_us;                 /* of the prolongation under way: see ahead_us */
    _Atomic int64_t ahead_us;         /* of the database's clock to our monotonic one, at least */
    _Atomic int64_t sure_until_us;    /* monotonic */
    _Atomic int64_t on_time_since_us; /* monotonic: since when no prolongation was late */
};

/* --- the lease ----------------------------------------------------------------------------------
 */

static err_t renew_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct holder *holder = arg;
    instant now;

    TRY(store_clock(tx, &now));
    holder->asked_us = now - clock_monotonic_us();
    return store_run(cx, tx, &SQL_HOLDER_RENEW, ARGS(V_INT(holder->number), V_INT(now + LEASE_US)));
}

static err_t join_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct holder *holder = arg;
    struct rows *rows;
    bool taken;

    /* Two that begin in the same microsecond. */
    holder->number = cx->real - 1;
    do {
        holder->number++;
        TRY(store_query_one(cx, tx, &SQL_HOLDER_FIND, ARGS(V_INT(holder->number)), &rows, &taken));
    } while (taken);
    return renew_body(cx, tx, holder);
}

/* The lease counts from before the commit, however long that took. */
static err_t lease_write(struct ctx *cx, struct holder *holder, tx_body *body)
{
    int64_t begun_us = clock_monotonic_us();

    TRY(tx_run(holder->store, cx, body, holder));
    bool moved = holder->asked_us - atomic_load(&holder->ahead_us) > MOVED_S * SECOND_US;
    if (moved || begun_us >= atomic_load(&holder->sure_until_us))
        atomic_store(&holder->on_time_since_us, begun_us);
    atomic_store(&holder->ahead_us, holder->asked_us);
    atomic_store(&holder->sure_until_us, begun_us + LEASE_US - MARGIN_S * SECOND_US);
    return OK;
}

err_t holder_join(struct ctx *cx, struct store *store, struct holder **out)
{
    struct holder *holder = process_make(struct holder);

    *out = NULL;
    holder->store = store;
    err_t err = lease_write(cx, holder, join_body);
    if (err != OK) {
        process_free(holder);
        return err;
    }
    *out = holder;
    return OK;
}

err_t holder_renew(struct ctx *cx, struct holder *holder)
{
    return lease_write(cx, holder, renew_body);
}

err_t holder_gone(struct ctx *cx, struct tx *tx, int64_t number)
{
    int64_t changed;

    return store_run_count(cx, tx, &SQL_HOLDER_GONE, ARGS(V_INT(number)), &changed);
}

static err_t leave_body(struct ctx *cx, struct tx *tx, void *arg)
{
    const struct holder *holder = arg;
    int64_t gone;

    TRY(store_run_count(cx, tx, &SQL_HOLDER_LEAVE, ARGS(V_INT(holder->number)), &gone));
    return gone == 1 ? OK : holder_gone(cx, tx, holder->number);
}

err_t holder_leave(struct ctx *cx, struct holder *holder)
{
    atomic_store(&holder->sure_until_us, 0);
    return tx_run(holder->store, cx, leave_body, holder);
}

void holder_free(struct holder *holder)
{
    process_free(holder);
}

struct value holder_value(const struct holder *holder)
{
    return holder == NULL ? V_NULL() : V_INT(holder->number);
}

bool holder_is_sure(const struct holder *holder)
{
    return holder == NULL || clock_monotonic_us() < atomic_load(&holder->sure_until_us);
}

int64_t holder_term(const struct holder *holder)
{
    return holder == NULL ? 0 : atomic_load(&holder->on_time_since_us);
}

bool holder_holds(const struct holder *holder, int64_t term)
{
    return holder_is_sure(holder) && holder_term(holder) == term;
}

bool holder_judges(const struct holder *holder)
{
    if (holder == NULL)
        return true;
    int64_t since_us = atomic_load(&holder->on_time_since_us);
    return holder_is_sure(holder) && clock_monotonic_us() - since_us >= LEASE_US;
}

static instant database_now(const struct holder *holder)
{
    return clock_monotonic_us() + atomic_load(&holder->ahead_us);
}

instant holder_dead_before(const struct holder *holder)
{
    if (holder == NULL)
        return INT64_MAX;               /* whoever was there before is gone */
    instant now = database_now(holder); /* first: a clock that has just been moved judges nobody */
    return holder_judges(holder) ? now : 1;
}

/* --- what one server does at a time -------------------------------------------------------------
 */

err_t lease_take(struct ctx *cx, struct tx *tx, const struct holder *holder, const char *name,
                 bool *taken)
{
    int64_t changed = 1;

    if (holder != NULL)
        TRY(store_run_count(
            cx, tx, &SQL_LEASE_TAKE,
            ARGS(V_WORD(name), holder_value(holder), V_INT(holder_dead_before(holder))), &changed));
    *taken = changed == 1;
    return OK;
}

err_t lease_give(struct ctx *cx, struct tx *tx, const struct holder *holder, const char *name)
{
    int64_t changed;

    if (holder == NULL)
        return OK;
    return store_run_count(cx, tx, &SQL_LEASE_GIVE, ARGS(V_WORD(name), holder_value(holder)),
                           &changed);
}

/* --- who is there ------------------------------------------------------------------------------
 */

err_t holder_others(struct ctx *cx, struct tx *tx, const struct holder *holder, int64_t *count)
{
    struct rows *rows;
    bool found;

    *count = 0;
    if (holder == NULL)
        return OK;
    TRY(store_query_one(cx, tx, &SQL_HOLDER_OTHERS,
                        ARGS(holder_value(holder), V_INT(database_now(holder))), &rows, &found));
    *count = col_int(rows, 0);
    return OK;
}

err_t holder_dead(struct ctx *cx, struct tx *tx, const struct holder *holder, int64_t *number)
{
    struct rows *rows;
    bool found;

    must(holder != NULL);
    TRY(store_query_one(cx, tx, &SQL_HOLDER_DEAD,
                        ARGS(holder_value(holder), V_INT(holder_dead_before(holder))), &rows,
                        &found));
    *number = found ? col_int(rows, 0) : 0;
    return OK;
}

err_t holder_forget(struct ctx *cx, struct tx *tx, int64_t number)
{
    int64_t changed;

    return store_run_count(cx, tx, &SQL_HOLDER_FORGET, ARGS(V_INT(number)), &changed);
}
