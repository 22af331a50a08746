#include "base/must.h"
#include "core/idempotency.h"
#include "core/mandate_paper.h"
#include "store/sql.h"

/* What faces ask of mandates. */

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_create *create = arg;
    struct mandate *mandate = &create->mandate;
    enum idempotency_state state;
    struct bank_account account;
    struct mandate_id old;

    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(bank_account_load(cx, tx, create->account, false, &account));
    bank_account_fingerprint_renew(cx, create->operation.core->vault, &account);
    TRY(mandate_prepare(cx, tx, &account, &create->draft, mandate));
    TRY(mandate_insert(cx, tx, &create->draft, mandate));
    TRY(idempotency_open(&create->operation, tx, mandate->id.raw));
    return idempotency_close(&create->operation, tx);
}

void mandate_create(struct mandate_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}

static err_t ended_check(struct ctx *cx, const struct mandate *mandate)
{
    if (mandate->ended == 0)
        return OK;
    return fault(cx, ERR_STATE, "mandate",
                 str_format(cx->arena, "Mandate is %s", mandate_state_text(mandate->state)).ptr);
}

static err_t change_check(struct ctx *cx, struct tx *tx, const struct mandate_change *change,
                          const struct mandate *mandate)
{
    TRY(ended_check(cx, mandate));
    if (change->change & MANDATE_UMR)
        TRY(mandate_umr_check(cx, tx, mandate, change->umr, "rum"));
    if (change->change & MANDATE_SIGNED_AT)
        TRY(mandate_date_check(cx, tx, mandate, change->signed_at, "signed_at"));
    return OK;
}

/* The document is proof of the signature too; without a date the mandate stays unsigned. */
static err_t document_take(struct ctx *cx, struct tx *tx, const struct mandate_change *change,
                           struct mandate *mandate)
{
    TRY(document_insert(cx, tx, &change->document));
    TRY(mandate_document_set(cx, tx, mandate, change->document.id, true));
    return store_run(cx, tx, &SQL_MANDATE_EVIDENCE_DOCUMENT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_TEXT(change->document.sha256)));
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_change *change = arg;
    struct mandate *mandate = &change->mandate;

    TRY(mandate_load(cx, tx, change->id, mandate));
    if (change->remove) {
        TRY(ended_check(cx, mandate));
        return mandate_move(cx, tx, mandate, MANDATE_REVOKED);
    }
    TRY(change_check(cx, tx, change, mandate));
    if (change->change & MANDATE_UMR)
        TRY(mandate_rename(cx, tx, mandate, change->umr));
    if (change->change & MANDATE_SIGNED_AT)
        TRY(mandate_date(cx, tx, mandate, change->signed_at));
    if (change->change & MANDATE_PDF)
        return document_take(cx, tx, change, mandate);
    return mandate_pdf_again(cx, tx, mandate);
}

void mandate_change(struct mandate_change *change)
{
    struct operation *operation = &change->operation;
    err_t err = OK;

    if (!change->remove && (change->change & MANDATE_PDF) != 0 &&
        !str_starts(change->pdf, STR("%PDF-")))
        err = fault(operation->cx, ERR_INVALID, "pdf", "must be a PDF document in base64");
    else if (!change->remove && (change->change & MANDATE_PDF) != 0)
        err = document_seal(operation->core, operation->cx, "mandate", change->id.raw, change->pdf,
                            &change->document);
    if (err != OK)
        operation_end(operation, err);
    else
        operation_write(operation, change_body, operation_end);
}
