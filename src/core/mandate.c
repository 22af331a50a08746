#include "core/mandate.h"

#include <string.h>

#include "base/must.h"
#include "base/umr.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/news.h"
#include "store/sql.h"

ENUM_DEFINE(mandate_state, MANDATE_STATE_LIST)
ENUM_DEFINE(mandate_type, MANDATE_TYPE_LIST)
ENUM_DEFINE(mandate_channel, MANDATE_CHANNEL_LIST)

static const char KIND[] = "mandate";
enum { EXPIRY_MONTHS = 36 };

/* --- rows ----------------------------------------------------------------------------------------
 */

static void mandate_row(struct rows *rows, void *item)
{
    struct mandate *out = item;

    *out = (struct mandate){
        .umr = col_text(rows, 4),
        .ics = col_text(rows, 7),
        .creditor_name = col_text(rows, 8),
        .language = col_text(rows, 9),
        .signed_at = col_int(rows, 10),
        .expires_on = col_text(rows, 11),
        .document_signed = col_int(rows, 13) != 0,
        .fingerprint = col_blob(rows, 14),
        .created = col_int(rows, 15),
        .ended = col_int(rows, 16),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->account.raw);
    col_id(rows, 2, out->customer.raw);
    col_id(rows, 12, out->document.raw);
    col_id(rows, 17, out->debtor_address.raw);
    out->suspended_for = col_text(rows, 18);
    must(mandate_state_parse(col_text(rows, 3), &out->state));
    must(mandate_scheme_parse(col_text(rows, 5), &out->scheme));
    must(mandate_type_parse(col_text(rows, 6), &out->type));
}

static err_t mandate_one(struct ctx *cx, struct tx *tx, const struct sql *sql, struct str key,
                         struct mandate *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(key)), &rows,
                        found));
    if (*found) {
        mandate_row(rows, out);
        rows_end(rows);
    }
    return OK;
}

err_t mandate_load(struct ctx *cx, struct tx *tx, struct mandate_id id, struct mandate *out)
{
    bool found;

    TRY(mandate_one(cx, tx, &SQL_MANDATE_FIND, ID_TEXT(id), out, &found));
    return found ? OK : fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
}

static err_t mandates_read(struct ctx *cx, struct rows *rows, struct mandate **out, size_t *count)
{
    size_t capacity = 0;
    bool has;

    *out = NULL;
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        mandate_row(rows, &(*out)[*count]);
    }
}

err_t mandates_living(struct ctx *cx, struct tx *tx, struct bank_account_id account,
                      struct mandate **out, size_t *count)
{
    struct rows *rows;

    TRY(store_query(cx, tx, &SQL_MANDATES_LIVING,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(account)), &rows));
    return mandates_read(cx, rows, out, count);
}

err_t mandates_after(struct ctx *cx, struct tx *tx, struct mandate_id after, int64_t limit,
                     struct mandate **out, size_t *count)
{
    struct rows *rows;

    TRY(store_query(cx, tx, &SQL_MANDATES_AFTER,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(str_of(after.raw)),
                         V_INT(limit)),
                    &rows));
    return mandates_read(cx, rows, out, count);
}

err_t mandate_try(struct ctx *cx, struct tx *tx, struct str umr, struct mandate *out, bool *found)
{
    return mandate_one(cx, tx, &SQL_MANDATE_FIND_UMR, umr_key(cx->arena, umr), out, found);
}

err_t mandate_of_customer(struct ctx *cx, struct tx *tx, struct customer_id customer,
                          struct mandate *out, bool *found)
{
    struct mandate other;
    struct rows *rows;
    bool holds;
    bool has;

    *found = false;
    TRY(store_query(cx, tx, &SQL_MANDATES_OF_CUSTOMER,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(customer)), &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        mandate_row(rows, &other);
        TRY(mandate_holds(cx, tx, &other, &holds));
        if (!holds || (*found && (other.signed_at < out->signed_at ||
                                  (other.signed_at == out->signed_at &&
                                   str_compare(ID_TEXT(other.id), ID_TEXT(out->id)) < 0))))
            continue;
        *out = other;
        *found = true;
    }
}

/* --- its life ------------------------------------------------------------------------------------
 */

struct step {
    enum mandate_state from;
    enum mandate_state to;
};

/* standards/sepa.md 2.5 */
static const struct step STEPS[] = {
    {MANDATE_DRAFT,     MANDATE_SENT     },
    {MANDATE_DRAFT,     MANDATE_SIGNED   },
    {MANDATE_DRAFT,     MANDATE_REVOKED  },
    {MANDATE_SENT,      MANDATE_SIGNED   },
    {MANDATE_SENT,      MANDATE_REVOKED  },
    {MANDATE_SENT,      MANDATE_EXPIRED  },
    {MANDATE_SIGNED,    MANDATE_ACTIVE   },
    {MANDATE_SIGNED,    MANDATE_REVOKED  },
    {MANDATE_SIGNED,    MANDATE_EXPIRED  },
    {MANDATE_ACTIVE,    MANDATE_SUSPENDED},
    {MANDATE_ACTIVE,    MANDATE_REVOKED  },
    {MANDATE_ACTIVE,    MANDATE_EXPIRED  },
    {MANDATE_ACTIVE,    MANDATE_CLOSED   },
    {MANDATE_SUSPENDED, MANDATE_ACTIVE   },
    {MANDATE_SUSPENDED, MANDATE_REVOKED  },
    {MANDATE_SUSPENDED, MANDATE_EXPIRED  },
    {MANDATE_CLOSED,    MANDATE_ACTIVE   },
    {MANDATE_CLOSED,    MANDATE_REVOKED  },
};

bool mandate_may_move(enum mandate_state from, enum mandate_state to)
{
    for (size_t i = 0; i < ARRAY_LEN(STEPS); i++) {
        if (STEPS[i].from == from && STEPS[i].to == to)
            return true;
    }
    return false;
}

struct date mandate_expiry(struct date last)
{
    return date_add_months(last, EXPIRY_MONTHS);
}

/* It can expire once it is signed, until it ends or is used up. */
static bool state_expires(enum mandate_state state)
{
    return state == MANDATE_SIGNED || state == MANDATE_ACTIVE || state == MANDATE_SUSPENDED;
}

static bool state_is_end(enum mandate_state state)
{
    return state == MANDATE_REVOKED || state == MANDATE_EXPIRED;
}

err_t mandate_last_due(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                       struct str *out)
{
    struct rows *rows;
    bool found;

    *out = STR_NONE;
    if (mandate->state < MANDATE_ACTIVE)
        return OK; /* nothing is collected before */
    TRY(store_query_one(cx, tx, &SQL_MANDATE_LAST_DUE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id)),
                        &rows, &found));
    must(found);
    *out = col_text(rows, 0);
    rows_end(rows);
    return OK;
}

err_t mandate_expires_on(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                         enum mandate_state state, struct str *out)
{
    struct str due;
    struct date last =
        date_paris(mandate->signed_at > mandate->created ? mandate->signed_at : mandate->created);

    *out = STR_NONE;
    if (!state_expires(state))
        return OK;
    TRY(mandate_last_due(cx, tx, mandate, &due));
    must(due.len == 0 || date_parse(due, &last));
    *out = date_text(cx->arena, mandate_expiry(last));
    return OK;
}

err_t mandate_move(struct ctx *cx, struct tx *tx, struct mandate *mandate, enum mandate_state to)
{
    const char *state = mandate_state_text(to);

    if (!mandate_may_move(mandate->state, to))
        return fault(
            cx, ERR_STATE, KIND,
            str_format(cx->arena, "Mandate is %s", mandate_state_text(mandate->state)).ptr);
    TRY(mandate_expires_on(cx, tx, mandate, to, &mandate->expires_on));
    mandate->ended = state_is_end(to) ? cx->now : 0;
    if (to != MANDATE_SUSPENDED)
        mandate->suspended_for = STR_NONE;
    TRY(store_run(cx, tx, &SQL_MANDATE_STATE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                       V_WORD(mandate_state_text(mandate->state)), V_WORD(state),
                       V_TEXT(mandate->expires_on), V_INT_IF(mandate->ended != 0, mandate->ended),
                       V_TEXT(mandate->suspended_for))));
    mandate->state = to;
    TRY(event_put(cx, tx, "mandate.state", mandate->id.raw, state));
    return news_put(cx, tx, "mandate", mandate->id.raw, NEWS_UPDATED);
}

err_t mandate_suspend(struct ctx *cx, struct tx *tx, struct mandate *mandate, struct str why)
{
    bool already = mandate->state == MANDATE_SUSPENDED;

    mandate->suspended_for = why;
    if (!already)
        return mandate_move(cx, tx, mandate, MANDATE_SUSPENDED);
    return store_run(
        cx, tx, &SQL_MANDATE_SUSPENDED_FOR,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id), V_TEXT(why)));
}

err_t mandate_prove(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                    const struct mandate_evidence *evidence)
{
    if (!mandate_may_move(mandate->state, MANDATE_SIGNED))
        return fault(
            cx, ERR_STATE, KIND,
            str_format(cx->arena, "Mandate is %s", mandate_state_text(mandate->state)).ptr);
    must(evidence->signed_at != 0);
    mandate->signed_at = evidence->signed_at;
    TRY(store_run(cx, tx, &SQL_MANDATE_SIGNED,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                       V_INT(mandate->signed_at))));
    TRY(store_run(cx, tx, &SQL_MANDATE_EVIDENCE_INSERT,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                       V_WORD(mandate_channel_text(evidence->channel)), V_TEXT(evidence->signer),
                       V_TEXT(evidence->place), V_TEXT(evidence->ip), V_TEXT(evidence->user_agent),
                       V_TEXT(evidence->document_sha256), V_INT(evidence->signed_at),
                       V_INT(cx->now), V_TEXT(evidence->code_hash), V_TEXT(evidence->code_to))));
    return mandate_move(cx, tx, mandate, MANDATE_SIGNED);
}

err_t mandate_sign(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                   const struct mandate_evidence *evidence)
{
    TRY(mandate_prove(cx, tx, mandate, evidence));
    return mandate_move(cx, tx, mandate, MANDATE_ACTIVE);
}

err_t mandate_sign_as(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                      enum mandate_state becomes, const struct mandate_evidence *evidence)
{
    if (becomes == MANDATE_SIGNED)
        return mandate_prove(cx, tx, mandate, evidence);
    TRY(mandate_sign(cx, tx, mandate, evidence));
    if (becomes == MANDATE_SUSPENDED)
        return mandate_suspend(cx, tx, mandate, STR(MANDATE_BY_OPERATOR));
    must(becomes == MANDATE_ACTIVE);
    return OK;
}

err_t mandate_evidence_load(struct ctx *cx, struct tx *tx, struct mandate_id id,
                            struct mandate_evidence *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_MANDATE_EVIDENCE_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows,
                        found));
    if (!*found)
        return OK;
    *out = (struct mandate_evidence){
        .signer = col_text(rows, 1),
        .place = col_text(rows, 2),
        .ip = col_text(rows, 3),
        .user_agent = col_text(rows, 4),
        .document_sha256 = col_text(rows, 5),
        .signed_at = col_int(rows, 6),
        .code_hash = col_text(rows, 7),
        .code_to = col_text(rows, 8),
    };
    must(mandate_channel_parse(col_text(rows, 0), &out->channel));
    rows_end(rows);
    return OK;
}

static err_t due_to_expire(struct ctx *cx, struct tx *tx, int64_t most, struct mandate *list,
                           size_t *count)
{
    struct str today = date_text(cx->arena, date_paris(cx->now));
    struct rows *rows;
    bool has;

    TRY(store_query(
        cx, tx, &SQL_MANDATE_DUE_TO_EXPIRE,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(today), V_INT(most)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < (size_t)most);
        mandate_row(rows, &list[*count]);
    }
}

err_t mandate_prolong(struct ctx *cx, struct tx *tx, struct mandate *mandate)
{
    TRY(mandate_expires_on(cx, tx, mandate, mandate->state, &mandate->expires_on));
    return store_run(cx, tx, &SQL_MANDATE_EXPIRES,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_TEXT(mandate->expires_on)));
}

static bool day_has_come(struct ctx *cx, struct str day)
{
    return str_compare(day, date_text(cx->arena, date_paris(cx->now))) <= 0;
}

err_t mandate_expire(struct ctx *cx, struct tx *tx, struct mandate_expiring *expiring)
{
    struct mandate *list = arena_array(cx->arena, struct mandate, (size_t)expiring->most);
    size_t count;

    expiring->expired = 0;
    TRY(due_to_expire(cx, tx, expiring->most, list, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(mandate_prolong(cx, tx, &list[i]));
        if (!day_has_come(cx, list[i].expires_on))
            continue;
        TRY(mandate_move(cx, tx, &list[i], MANDATE_EXPIRED));
        expiring->expired++;
    }
    expiring->more = (int64_t)count == expiring->most;
    return OK;
}

/* --- collecting under it -------------------------------------------------------------------------
 */

/* The night that ends it may not have come yet. */
err_t mandate_holds(struct ctx *cx, struct tx *tx, const struct mandate *mandate, bool *out)
{
    struct str end;

    *out = mandate->state == MANDATE_ACTIVE;
    if (!*out || mandate->expires_on.len == 0 || !day_has_come(cx, mandate->expires_on))
        return OK;
    TRY(mandate_expires_on(cx, tx, mandate, mandate->state, &end));
    *out = !day_has_come(cx, end);
    return OK;
}

err_t mandate_usable(struct ctx *cx, struct tx *tx, const struct bank_account *account,
                     enum mandate_need need, struct mandate *out)
{
    bool given = !ID_NONE(account->mandate);
    bool found = given;
    bool holds = false;

    if (account->deleted)
        return fault_object(cx, ERR_NOT_FOUND, "bank_account", "not found", account->id.raw);
    if (given)
        TRY(mandate_load(cx, tx, account->mandate, out));
    if (!given || out->state != MANDATE_ACTIVE)
        TRY(mandate_one(cx, tx, &SQL_MANDATE_FIND_ACTIVE, ID_TEXT(account->id), out, &found));
    if (found)
        TRY(mandate_holds(cx, tx, out, &holds));
    if (holds)
        return OK;
    /* One that was given and does not hold any more is not the same as none. */
    if (need == MANDATE_OPTIONAL && !given && !found) {
        *out = (struct mandate){0};
        return OK;
    }
    return fault(cx, ERR_INVALID, "sepa", "has no signed mandate");
}

err_t mandate_collected(struct ctx *cx, struct tx *tx, struct mandate_id id)
{
    struct mandate mandate = {.created = 0};

    TRY(mandate_load(cx, tx, id, &mandate));
    must(mandate.type == MANDATE_ONE_OFF);
    /* It may have ended while the file lay there. */
    return mandate.state == MANDATE_ACTIVE ? mandate_move(cx, tx, &mandate, MANDATE_CLOSED) : OK;
}

err_t mandate_freed(struct ctx *cx, struct tx *tx, struct mandate *mandate)
{
    if (mandate->type != MANDATE_ONE_OFF || mandate->state != MANDATE_CLOSED)
        return OK;
    return mandate_move(cx, tx, mandate, MANDATE_ACTIVE);
}

/* --- lists ---------------------------------------------------------------------------------------
 */

static struct page_query list_query(const struct sql *oldest_first, const struct sql *newest_first,
                                    const struct sql *count)
{
    return (struct page_query){
        .oldest_first = oldest_first,
        .newest_first = newest_first,
        .count = count,
        .item_size = sizeof(struct mandate),
        .read = mandate_row,
    };
}

err_t mandate_list(struct ctx *cx, struct tx *tx, const struct mandate_filter *filter,
                   const struct page_of *page, struct mandate **out, struct page_found *found)
{
    struct value account = V_ID(filter->account);
    struct value customer = V_ID(filter->customer);
    struct page_query query;
    void *items;

    if (filter->umr.len > 0) {
        query = list_query(&SQL_MANDATE_LIST_BY_UMR_ASC, &SQL_MANDATE_LIST_BY_UMR_DESC,
                           &SQL_MANDATE_COUNT_BY_UMR);
        query.filters[0] = V_TEXT(umr_key(cx->arena, filter->umr));
        query.filters[1] = account;
        query.filters[2] = customer;
        query.filter_count = 3;
    } else if (!ID_NONE(filter->account)) {
        query = list_query(&SQL_MANDATE_LIST_BY_ACCOUNT_ASC, &SQL_MANDATE_LIST_BY_ACCOUNT_DESC,
                           &SQL_MANDATE_COUNT_BY_ACCOUNT);
        query.filters[0] = account;
        query.filters[1] = customer;
        query.filter_count = 2;
    } else if (!ID_NONE(filter->customer)) {
        query = list_query(&SQL_MANDATE_LIST_BY_CUSTOMER_ASC, &SQL_MANDATE_LIST_BY_CUSTOMER_DESC,
                           &SQL_MANDATE_COUNT_BY_CUSTOMER);
        query.filters[0] = customer;
        query.filter_count = 1;
    } else {
        query = list_query(&SQL_MANDATE_LIST_ASC, &SQL_MANDATE_LIST_DESC, &SQL_MANDATE_COUNT_TIMES);
        query.counter = KIND;
    }
    TRY(page_read(cx, tx, page, &query, &items, found));
    *out = items;
    return OK;
}
