#include "core/mandate_import.h"

#include "base/must.h"
#include "core/idempotency.h"

static struct mandate_draft draft_of(const struct mandate_import *import)
{
    /* The day in Paris, from its first moment on. */
    const struct wall morning = {.date = import->signed_on};

    return (struct mandate_draft){
        .umr = import->umr,
        .field = "umr",
        .field_date = "sign_date",
        .signed_at = import->signed_on.year == 0 ? 0 : instant_paris(morning),
        .scheme = MANDATE_CORE,
        .type = MANDATE_RECURRENT,
    };
}

static err_t paper_keep(struct ctx *cx, struct tx *tx, struct mandate_import *import,
                        struct consumer_id consumer)
{
    struct consumer_file file = {
        .consumer = consumer,
        .type = CONSUMER_FILE_MANDATE,
        .mandate = import->mandate.id,
    };

    TRY(consumer_file_insert(cx, tx, &import->document, &file));
    if (!import->is_pdf)
        return OK;
    return mandate_document_set(cx, tx, &import->mandate, import->document.id, true);
}

static err_t sign(struct ctx *cx, struct tx *tx, struct mandate_import *import, instant signed_at)
{
    const struct mandate_evidence evidence = {
        .channel = MANDATE_DOCUMENT,
        .signed_at = signed_at,
        .place = import->place,
        .document_sha256 = import->document.sha256,
    };

    if (signed_at == 0)
        return mandate_move(cx, tx, &import->mandate, MANDATE_SENT);
    return mandate_sign(cx, tx, &import->mandate, &evidence);
}

static err_t import_write(struct ctx *cx, struct tx *tx, struct mandate_import *import,
                          struct mandate_draft draft, struct consumer_id consumer)
{
    instant signed_at = draft.signed_at;

    draft.signed_at = 0; /* signed below, with the paper as its evidence */
    TRY(mandate_insert(cx, tx, &draft, &import->mandate));
    TRY(paper_keep(cx, tx, import, consumer));
    return sign(cx, tx, import, signed_at);
}

static err_t import_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_import *import = arg;
    struct mandate_draft draft = draft_of(import);
    enum idempotency_state state;
    struct bank_account account;
    struct consumer consumer;
    char old[ID_SIZE];

    TRY(idempotency_check(&import->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(consumer_find(cx, tx, import->reference, false, &consumer));
    TRY(bank_account_load(cx, tx, consumer.account, true, &account));
    bank_account_fingerprint_renew(cx, import->operation.core->vault, &account);
    TRY(mandate_prepare(cx, tx, &account, &draft, &import->mandate));
    if (import->mandate.created != 0)
        return fault(cx, ERR_CONFLICT, "mandate", "is used by another mandate");
    TRY(import_write(cx, tx, import, draft, consumer.id));
    TRY(idempotency_open(&import->operation, tx, import->mandate.id.raw));
    return idempotency_close(&import->operation, tx);
}

void mandate_import(struct mandate_import *import)
{
    operation_write(&import->operation, import_body, operation_end);
}
