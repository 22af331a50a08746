#include "core/mandate_amendment.h"

#include "store/sql.h"

ENUM_DEFINE(amendment_kind, AMENDMENT_KIND_LIST)

err_t amendment_put(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                    enum amendment_kind kind, struct str old_value, struct str new_value)
{
    struct event_id id;

    ID_NEW(cx->ids, &id);
    return store_run(cx, tx, &SQL_AMENDMENT_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate), V_ID(id),
                          V_WORD(amendment_kind_text(kind)), V_TEXT(old_value), V_TEXT(new_value),
                          V_INT(cx->now)));
}

err_t amendment_creditor(struct ctx *cx, struct tx *tx, struct mandate *mandate, struct str ics,
                         struct str name)
{
    bool other_ics = mandate->ics.len > 0 && !str_eq(mandate->ics, ics);
    bool other_name = !str_eq(mandate->creditor_name, name);

    if (mandate->ics.len > 0 && !other_ics && !other_name)
        return OK;
    if (other_ics && mandate->last_due.len > 0)
        TRY(amendment_put(cx, tx, mandate->id, AMENDMENT_ICS, mandate->ics, ics));
    if (other_name && mandate->last_due.len > 0)
        TRY(amendment_put(cx, tx, mandate->id, AMENDMENT_CREDITOR_NAME, mandate->creditor_name,
                          name));
    mandate->ics = ics;
    mandate->creditor_name = name;
    return store_run(cx, tx, &SQL_MANDATE_CREDITOR,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_TEXT(ics), V_TEXT(name)));
}

err_t amendment_account(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                        const struct bank_account *account)
{
    struct bank_account_id old = mandate->account;

    if (mandate->last_due.len > 0)
        TRY(amendment_put(cx, tx, mandate->id, AMENDMENT_ACCOUNT, ID_TEXT(old),
                          ID_TEXT(account->id)));
    mandate->account = account->id;
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
static size_t pending_changed(struct amendment *list, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (!str_eq(list[i].old_value, list[i].new_value))
            list[kept++] = list[i];
    }
    return kept;
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
        struct amendment next = {.old_value = col_text(rows, 1), .new_value = col_text(rows, 2)};
        must(amendment_kind_parse(col_text(rows, 0), &next.kind));
        pending_add(list, count, &next);
    }
    *count = pending_changed(list, *count);
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
