#include "core/mandate_amendment.h"

#include "base/ics.h"
#include "base/must.h"
#include "base/sepa_text.h"
#include "store/sql.h"

ENUM_DEFINE(amendment_kind, AMENDMENT_KIND_LIST)

/* Nobody has to be told of the difference. */
static bool values_same(struct arena *arena, enum amendment_kind kind, struct str a, struct str b)
{
    switch (kind) {
    case AMENDMENT_ICS:
        return ics_same(a, b);
    case AMENDMENT_CREDITOR_NAME:
        return str_eq(sepa_compare_form(arena, a), sepa_compare_form(arena, b));
    case AMENDMENT_UMR:
    case AMENDMENT_ACCOUNT:
        return str_eq(a, b);
    }
    must_fail(__FILE__, __LINE__, "a kind is a member");
}

/* Whether the debtor's bank may have heard of the mandate: by a collection that was presented, or
 * by one that lies in a file. */
static err_t bank_knows(struct ctx *cx, struct tx *tx, const struct mandate *mandate, bool *out)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_AMENDMENT_FILED,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id)),
                        &rows, out));
    if (*out)
        rows_end(rows);
    return OK;
}

err_t amendment_put(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                    enum amendment_kind kind, struct str old_value, struct str new_value)
{
    struct event_id id;
    bool known;

    TRY(bank_knows(cx, tx, mandate, &known));
    ID_NEW(cx->ids, &id);
    return store_run(cx, tx, &SQL_AMENDMENT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_ID(id), V_WORD(amendment_kind_text(kind)), V_TEXT(old_value),
                          V_TEXT(new_value), V_INT(cx->now), V_INT_IF(!known, cx->now)));
}

struct creditor_change amendment_creditor_due(struct arena *arena, const struct mandate *mandate,
                                              const struct merchant *merchant)
{
    struct str ics = str_of(merchant->debits.ics);

    return (struct creditor_change){
        .ics = mandate->ics.len > 0 && ics.len > 0 &&
               !values_same(arena, AMENDMENT_ICS, mandate->ics, ics),
        .name =
            !values_same(arena, AMENDMENT_CREDITOR_NAME, mandate->creditor_name, merchant->name),
    };
}

err_t amendment_creditor(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                         const struct merchant *merchant)
{
    struct str ics = str_dup(cx->arena, str_of(merchant->debits.ics));

    must(ics.len > 0);
    if (str_eq(mandate->ics, ics) && str_eq(mandate->creditor_name, merchant->name))
        return OK;
    struct creditor_change due = amendment_creditor_due(cx->arena, mandate, merchant);
    if (due.ics)
        TRY(amendment_put(cx, tx, mandate, AMENDMENT_ICS, mandate->ics, ics));
    if (due.name)
        TRY(amendment_put(cx, tx, mandate, AMENDMENT_CREDITOR_NAME, mandate->creditor_name,
                          merchant->name));
    mandate->ics = ics;
    mandate->creditor_name = merchant->name;
    return store_run(cx, tx, &SQL_MANDATE_CREDITOR,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_TEXT(mandate->ics), V_TEXT(mandate->creditor_name)));
}

err_t amendment_account(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                        const struct bank_account *account)
{
    TRY(amendment_put(cx, tx, mandate, AMENDMENT_ACCOUNT, ID_TEXT(mandate->account),
                      ID_TEXT(account->id)));
    return mandate_belongs(cx, tx, mandate, account);
}

err_t mandate_belongs(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                      const struct bank_account *account)
{
    mandate->account = account->id;
    mandate->customer = account->customer;
    mandate->fingerprint = account->fingerprint;
    return store_run(cx, tx, &SQL_MANDATE_ACCOUNT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_ID(account->id), V_ID(account->customer)));
}

/* The bank knows the value before the first change, whatever came in between. */
static void pending_add(struct amendment *list, size_t *count, const struct amendment *next)
{
    for (size_t i = 0; i < *count; i++) {
        if (list[i].kind == next->kind) {
            list[i].new_value = next->new_value;
            return;
        }
    }
    must(*count < AMENDMENTS_MAX);
    list[(*count)++] = *next;
}

/* What was changed there and back again is not told. */
static size_t pending_changed(struct arena *arena, struct amendment *list, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (!values_same(arena, list[i].kind, list[i].old_value, list[i].new_value))
            list[kept++] = list[i];
    }
    return kept;
}

static void amendment_row(struct rows *rows, struct amendment *out)
{
    *out = (struct amendment){
        .old_value = col_text(rows, 1),
        .new_value = col_text(rows, 2),
        .created = col_int(rows, 3),
        .told = col_int(rows, 5),
    };
    col_id(rows, 4, out->payment.raw);
    must(amendment_kind_parse(col_text(rows, 0), &out->kind));
}

static err_t amendments_read(struct ctx *cx, struct tx *tx, const struct sql *sql,
                             const struct value *args, size_t arg_count, struct amendment **out,
                             size_t *count)
{
    struct amendment *list = arena_array(cx->arena, struct amendment, AMENDMENTS_MAX);
    struct rows *rows;
    bool has;

    *count = 0;
    TRY(store_query(cx, tx, sql, args, arg_count, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            break;
        struct amendment next;
        amendment_row(rows, &next);
        pending_add(list, count, &next);
    }
    *count = pending_changed(cx->arena, list, *count);
    *out = list;
    return OK;
}

err_t amendments_pending(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                         struct amendment **out, size_t *count)
{
    return amendments_read(cx, tx, &SQL_AMENDMENT_PENDING,
                           ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate)),
                           out, count);
}

err_t amendments_attached(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                          struct payment_id payment, struct amendment **out, size_t *count)
{
    return amendments_read(
        cx, tx, &SQL_AMENDMENT_ATTACHED,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate), V_ID(payment)), out,
        count);
}

err_t amendment_history(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                        struct amendment **out, size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct amendment, AMENDMENT_HISTORY_MAX);
    TRY(store_query(cx, tx, &SQL_AMENDMENT_HISTORY,
                    ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate),
                         V_INT(AMENDMENT_HISTORY_MAX)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        amendment_row(rows, &(*out)[*count]);
    }
}

static void undo(const struct amendment *change, struct mandate *mandate)
{
    switch (change->kind) {
    case AMENDMENT_UMR: /* a reference may be given after the signature (standards/sepa.md 2.1) */
        break;
    case AMENDMENT_ICS:
        mandate->ics = change->old_value;
        break;
    case AMENDMENT_CREDITOR_NAME:
        mandate->creditor_name = change->old_value;
        break;
    case AMENDMENT_ACCOUNT:
        must(ID_PARSE(change->old_value, &mandate->account));
        break;
    }
}

err_t amendments_undo(struct ctx *cx, struct tx *tx, struct mandate *mandate)
{
    struct amendment *list;
    size_t count;

    TRY(amendment_history(cx, tx, mandate->id, &list, &count));
    while (count-- > 0)
        undo(&list[count], mandate);
    return OK;
}

static err_t pending_run(struct ctx *cx, struct tx *tx, const struct sql *sql,
                         struct mandate_id mandate, struct payment_id payment)
{
    return store_run(
        cx, tx, sql,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate), V_ID(payment)));
}

err_t amendments_attach(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                        struct payment_id payment)
{
    return pending_run(cx, tx, &SQL_AMENDMENT_ATTACH, mandate, payment);
}

err_t amendments_told(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                      struct payment_id payment)
{
    return store_run(cx, tx, &SQL_AMENDMENT_TOLD,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate),
                          V_ID(payment), V_INT(cx->now)));
}

err_t amendments_back(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                      struct payment_id payment)
{
    return pending_run(cx, tx, &SQL_AMENDMENT_BACK, mandate, payment);
}
