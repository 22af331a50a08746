#include "core/page_limit.h"

#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "store/sql.h"

enum { REFUSALS_KEPT_H = 24, FORMS_KEPT_DAYS = 30 };
enum { OF_PAYMENT_MAX = 5, OF_ADDRESS_MAX = 10, PAUSE_MINUTES = 15 };

err_t refusals_count(struct ctx *cx, struct tx *tx, struct payment *payment,
                     const char *address_hash)
{
    instant until = cx->now + PAUSE_MINUTES * MINUTE_US;

    payment->refusals++;
    if (payment->refusals >= OF_PAYMENT_MAX) {
        payment->refusals = 0;
        payment->paused_until = until;
    }
    if (address_hash == NULL || address_hash[0] == '\0')
        return OK;
    return store_run(cx, tx, &SQL_PAGE_REFUSALS_ADD,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(address_hash),
                          V_INT(cx->now / HOUR_US), V_INT(OF_ADDRESS_MAX), V_INT(until)));
}

err_t refusals_paused(struct ctx *cx, struct tx *tx, const char *address_hash, instant *until)
{
    struct rows *rows;
    bool found;

    *until = 0;
    if (address_hash[0] == '\0')
        return OK;
    TRY(store_query_one(cx, tx, &SQL_PAGE_REFUSALS_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_WORD(address_hash),
                             V_INT(cx->now / HOUR_US - 1)),
                        &rows, &found));
    must(found);
    *until = col_int(rows, 0) > cx->now ? col_int(rows, 0) : 0;
    rows_end(rows);
    return OK;
}

err_t page_traces_purge(struct ctx *cx, struct tx *tx, int64_t most, bool *more)
{
    struct value merchant = V_ID(cx->merchant);
    struct value mode = V_WORD(mode_text(cx->mode));
    int64_t refusals;
    int64_t forms;

    TRY(store_run_count(
        cx, tx, &SQL_PAGE_REFUSALS_PURGE,
        ARGS(merchant, mode, V_INT(cx->now / HOUR_US - REFUSALS_KEPT_H), V_INT(most)), &refusals));
    TRY(store_run_count(
        cx, tx, &SQL_PAGE_SUBMIT_PURGE,
        ARGS(merchant, mode, V_INT(cx->now - FORMS_KEPT_DAYS * DAY_US), V_INT(most)), &forms));
    *more = refusals == most || forms == most;
    return OK;
}

void address_hash(const struct core *core, struct arena *arena, struct str address, char out[65])
{
    struct str key = {(const char *)core->page_key, sizeof core->page_key};
    uint8_t hash[SHA256_SIZE];

    hmac_sha256(key, address, hash);
    struct str hex = hex_encode(arena, hash, sizeof hash);
    memcpy(out, hex.ptr, hex.len + 1);
}
