#include "core/card_retry.h"

#include "base/must.h"
#include "core/vault.h"
#include "store/sql.h"

static err_t history_under(struct ctx *cx, struct tx *tx, struct str fingerprint, instant since,
                           struct card_history *out)
{
    const struct value key[] = {V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                                V_BLOB(fingerprint)};
    struct rows *rows;
    bool found;

    if (fingerprint.ptr == NULL)
        return OK; /* the number is gone */
    err_t err = store_none(cx, tx, &SQL_CARD_KNOWN, key, ARRAY_LEN(key));
    if (err != ERR_STATE)
        return err;
    TRY(store_query_one(
        cx, tx, &SQL_CARD_HISTORY,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_BLOB(fingerprint), V_INT(since)),
        &rows, &found));
    out->held |= col_int(rows, 0) != 0;
    out->stopped |= col_int(rows, 1) != 0;
    out->hard |= col_int(rows, 2) != 0;
    out->soft += col_int(rows, 3);
    rows_end(rows);
    return OK;
}

err_t card_history_read(struct ctx *cx, struct tx *tx, struct vault *vault,
                        const struct merchant *merchant, const struct card *card,
                        struct card_history *out)
{
    instant since = cx->now - merchant->retry.soft_days * DAY_US;
    struct card both = *card;
    bool settled = card->vault != NULL ? vault_fingerprint_holds(vault, card->fingerprint_key)
                                       : !vault_fingerprint_rotates(vault);

    *out = (struct card_history){.held = false};
    if (!settled)
        card_fingerprint_renew(cx, vault, &both);
    TRY(history_under(cx, tx, both.fingerprint, since, out));
    return both.former.ptr == NULL ? OK : history_under(cx, tx, both.former, since, out);
}

bool card_retry_forbidden(const struct merchant *merchant, const struct card_history *history)
{
    const struct retry_terms *terms = &merchant->retry;

    return (terms->hard && (history->stopped || history->hard)) ||
           (terms->soft_max > 0 && history->soft >= terms->soft_max);
}

static err_t refusal_put(struct ctx *cx, struct tx *tx, const struct card *card, const char *kind,
                         struct attempt_id attempt)
{
    return store_run(cx, tx, &SQL_CARD_REFUSAL_INSERT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                          V_BLOB(card->fingerprint), V_WORD(kind), V_ID(attempt), V_INT(cx->now)));
}

static err_t soft_put(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                      const struct card *card, struct attempt_id attempt)
{
    int64_t forgotten;

    TRY(store_run_count(cx, tx, &SQL_CARD_REFUSAL_AGE,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)),
                             V_BLOB(card->fingerprint),
                             V_INT(cx->now - merchant->retry.soft_days * DAY_US)),
                        &forgotten));
    return refusal_put(cx, tx, card, "soft", attempt);
}

err_t card_retry_refused(struct ctx *cx, struct tx *tx, struct vault *vault,
                         const struct merchant *merchant, struct card *card,
                         const struct card_call *call)
{
    const struct retry_terms *terms = &merchant->retry;
    bool counts = call->retry == CARD_RETRY_LATER ? terms->soft_max > 0 && !call->payer_present
                                                  : call->retry != 0 && terms->hard;

    if (!counts || card->fingerprint.ptr == NULL)
        return OK;
    card_fingerprint_renew(cx, vault, card);
    switch (call->retry) {
    case CARD_RETRY_LATER:
        return soft_put(cx, tx, merchant, card, call->attempt);
    case CARD_RETRY_WITH_PAYER:
        return refusal_put(cx, tx, card, "hard", call->attempt);
    case CARD_RETRY_NEVER:
        return refusal_put(cx, tx, card, "stop", call->attempt);
    }
    must_fail(__FILE__, __LINE__, "retry is a member");
}

err_t card_retry_approved(struct ctx *cx, struct tx *tx, struct vault *vault,
                          const struct card_history *history, struct card *card)
{
    const struct str *prints[] = {&card->fingerprint, &card->former};
    int64_t ended;

    if ((!history->hard && history->soft == 0) || card->fingerprint.ptr == NULL)
        return OK;
    card_fingerprint_renew(cx, vault, card);
    for (size_t i = 0; i < ARRAY_LEN(prints); i++) {
        if (prints[i]->ptr != NULL)
            TRY(store_run_count(
                cx, tx, &SQL_CARD_REFUSAL_END,
                ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_BLOB(*prints[i])), &ended));
    }
    return OK;
}
