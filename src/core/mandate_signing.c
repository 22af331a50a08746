#include "core/mandate_signing.h"

#include "core/task.h"
#include "store/sql.h"

err_t signing_account_seal(struct core *core, struct ctx *cx,
                           const struct bank_account_draft *draft, struct bank_account *out)
{
    TRY(bank_account_seal(core, cx, draft, out));
    if (out->bic.len == 0 && !iban_in_eea(out->country))
        return fault(cx, ERR_INVALID, "iban", "cannot be debited without its BIC");
    return OK;
}

err_t signing_show(struct core *core, struct ctx *cx, struct tx *tx, struct str more,
                   struct mandate_signing *signing)
{
    TRY(mandate_paper_draft(core, cx, tx, &signing->mandate, &signing->account,
                            signing->has_address ? &signing->address : NULL, &signing->paper));
    signing->sha256 = mandate_paper_sha256(cx->arena, &signing->paper, more);
    signing->shown = signing->mandate;
    return OK;
}

static bool same_creditor(const struct mandate *a, const struct mandate *b)
{
    return str_eq(a->ics, b->ics) && str_eq(a->creditor_name, b->creditor_name);
}

err_t signing_prepare(struct ctx *cx, struct tx *tx, const struct mandate_draft *draft,
                      struct mandate_signing *signing, bool *changed)
{
    struct mandate now;

    TRY(mandate_prepare(cx, tx, &signing->account, draft, &now));
    *changed = now.created != 0 || !same_creditor(&now, &signing->shown);
    signing->mandate = now;
    return OK;
}

void signing_take(const struct mandate *sent, struct mandate_signing *signing, bool *changed)
{
    const struct mandate *shown = &signing->shown;

    *changed = sent->state != MANDATE_SENT || !ID_EQ(sent->account, shown->account) ||
               !str_eq(sent->umr, shown->umr) || !same_creditor(sent, shown);
    signing->mandate = *sent;
    signing->mandate.language = shown->language;
}

static err_t draft_write(struct ctx *cx, struct tx *tx, const struct mandate_draft *draft,
                         struct mandate_signing *signing)
{
    struct bank_account *account = &signing->account;
    struct mandate *mandate = &signing->mandate;
    struct address address = signing->address; /* this body may run twice */
    struct sepa_check check;

    if (signing->has_address && ID_NONE(address.id))
        TRY(address_insert(cx, tx, &address));
    if (signing->has_address)
        mandate->debtor_address = address.id;
    TRY(mandate_insert(cx, tx, draft, mandate));
    if (signing->account_known)
        return OK;
    account->mandate = mandate->id;
    TRY(bank_account_insert(cx, tx, account));
    account->umr = mandate->umr;
    return sepa_check_put(cx, tx, account, &check);
}

/* It was sent in the merchant's language, and is signed in that of the page. */
static err_t language_write(struct ctx *cx, struct tx *tx, const struct mandate *mandate)
{
    return store_run(cx, tx, &SQL_MANDATE_LANGUAGE,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_TEXT(mandate->language)));
}

err_t signing_write(struct ctx *cx, struct tx *tx, const struct mandate_draft *draft,
                    const struct mandate_evidence *evidence, struct mandate_signing *signing)
{
    struct mandate *mandate = &signing->mandate;
    struct mandate_evidence whole = *evidence;

    whole.signed_at = cx->now;
    whole.signer = signing->account.name;
    whole.place = signing->paper.place;
    whole.document_sha256 = signing->sha256;
    if (mandate->created == 0)
        TRY(draft_write(cx, tx, draft, signing));
    else
        TRY(language_write(cx, tx, mandate));
    TRY(mandate_sign_as(cx, tx, mandate, signing->becomes, &whole));
    return task_put(cx, tx, TASK_MANDATE_DOCUMENT, mandate->id.raw, cx->now);
}
