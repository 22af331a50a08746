#include "core/mandate_operator.h"

#include "base/must.h"
#include "base/umr.h"
#include "core/debit.h"
#include "core/debit_reason.h"
#include "core/event.h"
#include "core/mandate_amendment.h"
#include "core/mandate_paper.h"
#include "core/news.h"
#include "store/sql.h"

static const char KIND[] = "mandate";
static const char EVENT[] = "mandate.operator";

/* --- finding it ----------------------------------------------------------------------------------
 */

static err_t named_by_id(struct ctx *cx, struct tx *tx, struct mandate_id id, struct mandate *out,
                         bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_MANDATE_OWNER, ARGS(V_ID(id)), &rows, found));
    if (!*found)
        return OK;
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    rows_end(rows);
    return mandate_load(cx, tx, id, out);
}

static err_t named_by_reference(struct ctx *cx, struct tx *tx, struct str umr, bool only_live,
                                struct mandate *out)
{
    struct mandate_id id;
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_MANDATE_OWNER_UMR,
                    ARGS(V_TEXT(umr_key(cx->arena, umr)),
                         V_WORD(only_live ? mode_text(MODE_LIVE) : mode_text(MODE_TEST))),
                    &rows));
    TRY(rows_next(rows, &has));
    if (!has)
        return fault(cx, ERR_NOT_FOUND, KIND, "does not exist");
    col_id(rows, 0, cx->merchant.raw);
    must(mode_parse(col_text(rows, 1), &cx->mode));
    col_id(rows, 2, id.raw);
    TRY(rows_next(rows, &has));
    if (has) {
        rows_end(rows);
        return fault(cx, ERR_CONFLICT, KIND, "is the reference of several: name it by its id");
    }
    return mandate_load(cx, tx, id, out);
}

err_t mandate_named(struct ctx *cx, struct tx *tx, struct str name, bool only_live,
                    struct mandate *out)
{
    struct str raw = str_starts(name, STR("mndt_")) ? str_from(name, 5) : name;
    struct mandate_id id;
    bool found = false;

    if (ID_PARSE(raw, &id))
        TRY(named_by_id(cx, tx, id, out, &found));
    return found ? OK : named_by_reference(cx, tx, name, only_live, out);
}

/* --- its state -----------------------------------------------------------------------------------
 */

static err_t state_fault(struct ctx *cx, const struct mandate *mandate)
{
    return fault(cx, ERR_STATE, KIND,
                 str_format(cx->arena, "is %s", mandate_state_text(mandate->state)).ptr);
}

err_t mandate_stop(struct ctx *cx, struct tx *tx, struct mandate *mandate)
{
    if (mandate->state != MANDATE_ACTIVE)
        return state_fault(cx, mandate);
    TRY(mandate_suspend(cx, tx, mandate, STR(MANDATE_BY_OPERATOR)));
    return event_put(cx, tx, EVENT, mandate->id.raw, "suspend");
}

static bool waits_for(const struct mandate *mandate, enum mandate_effect effect)
{
    /* What has no code of the bank's was stopped by a person. */
    return mandate->state == MANDATE_SUSPENDED && mandate->suspended_for.len > 0 &&
           debit_reason(mandate->suspended_for).effect == effect;
}

bool mandate_needs_account(const struct mandate *mandate)
{
    return waits_for(mandate, EFFECT_AMEND_ACCOUNT);
}

err_t mandate_lift(struct ctx *cx, struct tx *tx, struct mandate *mandate)
{
    if (mandate->state != MANDATE_SUSPENDED)
        return state_fault(cx, mandate);
    if (mandate_needs_account(mandate))
        return fault(cx, ERR_STATE, KIND,
                     str_format(cx->arena, "needs another account first (%.*s)",
                                (int)mandate->suspended_for.len, mandate->suspended_for.ptr)
                         .ptr);
    TRY(mandate_move(cx, tx, mandate, MANDATE_ACTIVE));
    return event_put(cx, tx, EVENT, mandate->id.raw, "lift");
}

err_t mandate_revoke(struct ctx *cx, struct tx *tx, struct mandate *mandate)
{
    if (!mandate_may_move(mandate->state, MANDATE_REVOKED))
        return state_fault(cx, mandate);
    TRY(mandate_move(cx, tx, mandate, MANDATE_REVOKED));
    return event_put(cx, tx, EVENT, mandate->id.raw, "revoke");
}

/* --- its data ------------------------------------------------------------------------------------
 */

static err_t amendable(struct ctx *cx, const struct mandate *mandate)
{
    bool is = mandate->state == MANDATE_ACTIVE || mandate->state == MANDATE_SUSPENDED;

    return is ? OK : state_fault(cx, mandate);
}

err_t mandate_amend_umr(struct ctx *cx, struct tx *tx, struct mandate *mandate, struct str umr)
{
    TRY(amendable(cx, mandate));
    TRY(mandate_umr_check(cx, tx, mandate, umr, "umr"));
    TRY(mandate_rename(cx, tx, mandate, umr));
    TRY(mandate_pdf_again(cx, tx, mandate));
    return event_put(cx, tx, EVENT, mandate->id.raw, "amend_umr");
}

err_t mandate_amend_bic(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                        struct str bic)
{
    TRY(amendable(cx, mandate));
    TRY(bank_account_bank(cx, tx, mandate->account, bic));
    return event_put(cx, tx, EVENT, mandate->id.raw, "amend_bic");
}

/* Others that were given with the mandate are accounts without one from now on. */
static err_t leave_accounts(struct ctx *cx, struct tx *tx, const struct mandate *mandate)
{
    return store_run(cx, tx, &SQL_MANDATE_LEAVE_ACCOUNTS,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id)));
}

/* Its data were wrong: it is suspended until they are put right. */
static bool waits_for_account(const struct mandate *mandate)
{
    return waits_for(mandate, EFFECT_AMEND) || mandate_needs_account(mandate);
}

/* The account is written already. */
static err_t account_take_over(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                               const struct bank_account *account)
{
    bool waits = waits_for_account(mandate);

    TRY(amendment_account(cx, tx, mandate, account));
    TRY(debits_move(cx, tx, mandate->id, account->id));
    TRY(event_put(cx, tx, EVENT, mandate->id.raw, "amend_account"));
    return waits ? mandate_move(cx, tx, mandate, MANDATE_ACTIVE)
                 : news_put(cx, tx, KIND, mandate->id.raw, NEWS_UPDATED);
}

err_t mandate_amend_account(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                            struct bank_account *account)
{
    struct bank_account before;

    TRY(amendable(cx, mandate));
    if (bank_account_has_print(account, mandate->fingerprint))
        return fault(cx, ERR_STATE, KIND, "has this account");
    TRY(bank_account_load(cx, tx, mandate->account, true, &before));
    if (account->name.len == 0)
        account->name = before.name;
    account->customer = mandate->customer;
    account->mandate = mandate->id;
    TRY(leave_accounts(cx, tx, mandate));
    TRY(bank_account_insert(cx, tx, account));
    return account_take_over(cx, tx, mandate, account);
}

static bool was_signed(const struct mandate *mandate)
{
    return mandate->signed_at != 0;
}

err_t mandates_amend_account(struct ctx *cx, struct tx *tx, struct bank_account_id before,
                             struct bank_account *account)
{
    struct mandate *list;
    size_t count;

    TRY(mandates_living(cx, tx, before, &list, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(leave_accounts(cx, tx, &list[i]));
        if (was_signed(&list[i]))
            account->mandate = list[i].id;
    }
    TRY(bank_account_insert(cx, tx, account));
    for (size_t i = 0; i < count; i++) {
        if (was_signed(&list[i])) {
            TRY(account_take_over(cx, tx, &list[i], account));
            continue;
        }
        TRY(mandate_belongs(cx, tx, &list[i], account));
        TRY(mandate_pdf_again(cx, tx, &list[i]));
    }
    return OK;
}
