#include "core/mandate_ask.h"

#include "base/must.h"
#include "base/umr.h"
#include "core/idempotency.h"
#include "core/mandate_mail.h"
#include "core/task.h"
#include "store/sql.h"

static const char FIELD_UMR[] = "umr";
static const char FIELD_SIGNATURE[] = "mandate_signature";

static void woken(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

/* --- making one ----------------------------------------------------------------------------------
 */

static struct mandate_draft draft_of(const struct mandate_ask *ask, const struct consumer *consumer)
{
    return (struct mandate_draft){
        .umr = ask->umr,
        .field = FIELD_UMR,
        .field_date = FIELD_UMR,
        .scheme = mandate_form_scheme(ask->merchant, consumer),
        .type = ask->form.type,
    };
}

static struct code_letter letter_of(const struct consumer *consumer, enum code_channel wanted)
{
    return (struct code_letter){
        .phone = consumer->fields[CONSUMER_PHONE],
        .email = consumer->fields[CONSUMER_EMAIL],
        .wanted = wanted,
    };
}

static err_t ask_check(struct ctx *cx, struct tx *tx, struct mandate_ask *ask,
                       struct mandate_visit *visit)
{
    const struct core *core = ask->operation.core;
    const struct mandate_text *text;

    TRY(consumer_find(cx, tx, ask->reference, false, &visit->consumer));
    const struct mandate_draft draft = draft_of(ask, &visit->consumer);
    TRY(bank_account_load(cx, tx, visit->consumer.account, false, &visit->account));
    bank_account_fingerprint_renew(cx, core->vault, &visit->account);
    err_t err = mandate_prepare(cx, tx, &visit->account, &draft, &ask->mandate);
    if (err == ERR_CONFLICT || (err == OK && ask->mandate.created != 0)) {
        ctx_clear_faults(cx);
        return fault(cx, ERR_CONFLICT, FIELD_UMR, "is used by another mandate");
    }
    TRY(err);
    TRY(mandate_text_usable(core, cx, ask->merchant->language, draft.scheme, &text));
    const struct code_letter letter = letter_of(&visit->consumer, ask->form.channel);
    if (code_way(core, cx, &letter) == 0)
        return fault(cx, ERR_UNAVAILABLE, "code", "cannot be sent: there is no phone or address");
    return OK;
}

static err_t ask_write(struct ctx *cx, struct tx *tx, struct mandate_ask *ask,
                       struct mandate_visit *visit)
{
    const struct core *core = ask->operation.core;
    const struct mandate_draft draft = draft_of(ask, &visit->consumer);
    struct address address = consumer_address(cx, &visit->consumer);

    TRY(address_insert(cx, tx, &address));
    ask->mandate.debtor_address = address.id;
    TRY(mandate_insert(cx, tx, &draft, &ask->mandate));
    TRY(mandate_move(cx, tx, &ask->mandate, MANDATE_SENT));
    ask->form.consumer = visit->consumer.id;
    ask->form.umr = ask->mandate.umr;
    ask->form.mandate = ask->mandate.id;
    TRY(mandate_form_insert(core, cx, tx, &ask->form, &ask->link));
    visit->form = ask->form;
    visit->merchant = *ask->merchant;
    return mandate_visit_send(core, cx, tx, visit, ask->mandate.language);
}

static err_t ask_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_ask *ask = arg;
    struct mandate_visit visit = {0};
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&ask->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* its answer is in the commit that opened it */
    TRY(ask_check(cx, tx, ask, &visit));
    TRY(ask_write(cx, tx, ask, &visit));
    TRY(idempotency_open(&ask->operation, tx, ask->mandate.id.raw));
    return idempotency_close(&ask->operation, tx);
}

void mandate_ask(struct mandate_ask *ask)
{
    ask->form.purpose = MANDATE_FORM_MANDATE;
    ID_NEW(ask->operation.cx->ids, &ask->form.id);
    operation_write(&ask->operation, ask_body, woken);
}

/* --- signing by a call ---------------------------------------------------------------------------
 */

/* A mandate that waits for its signature, with its form; one that was only announced has none. */
struct waiting {
    struct mandate mandate;
    struct mandate_visit visit;
    bool has_form;
};

static err_t waiting_visit(struct ctx *cx, struct tx *tx, struct waiting *out)
{
    struct mandate_visit *visit = &out->visit;
    struct mandate_form form;
    bool found;

    TRY(mandate_form_of(cx, tx, out->mandate.id, &form, &out->has_form));
    if (out->has_form)
        return mandate_visit_load(cx, tx, form.id, visit);
    visit->state = MANDATE_FORM_OPEN;
    visit->mandate = out->mandate;
    visit->form = (struct mandate_form){
        .purpose = MANDATE_FORM_MANDATE,
        .umr = out->mandate.umr,
        .type = out->mandate.type,
        .becomes = MANDATE_ACTIVE,
        .mandate = out->mandate.id,
    };
    TRY(consumer_of_customer(cx, tx, out->mandate.customer, &visit->consumer, &found));
    TRY(bank_account_load(cx, tx, out->mandate.account, true, &visit->account));
    return code_sent_read(cx, tx, CODE_FOR_MANDATE, out->mandate.id.raw, &visit->code,
                          &visit->has_code);
}

static err_t waiting_load(struct ctx *cx, struct tx *tx, struct str umr,
                          const struct merchant *merchant, struct waiting *out)
{
    bool found;

    *out = (struct waiting){.visit.merchant = *merchant};
    TRY(mandate_try(cx, tx, umr, &out->mandate, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, FIELD_UMR, "is not known");
    if (out->mandate.state != MANDATE_SENT)
        return fault(cx, ERR_STATE, FIELD_SIGNATURE, "is not waited for");
    TRY(waiting_visit(cx, tx, out));
    if (out->visit.state != MANDATE_FORM_OPEN)
        return fault(cx, ERR_STATE, FIELD_SIGNATURE, "is not waited for any more");
    return OK;
}

static err_t again_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_ask_again *again = arg;
    struct waiting waiting;

    TRY(waiting_load(cx, tx, again->umr, again->merchant, &waiting));
    if (again->channel != 0)
        waiting.visit.form.channel = again->channel;
    return mandate_visit_send(again->operation.core, cx, tx, &waiting.visit,
                              waiting.mandate.language);
}

void mandate_ask_again(struct mandate_ask_again *again)
{
    operation_write(&again->operation, again_body, operation_end);
}

static err_t confirmed_write(struct ctx *cx, struct tx *tx, struct mandate_confirm *confirm,
                             struct waiting *waiting)
{
    struct mandate_visit *visit = &waiting->visit;
    struct mandate_evidence evidence = code_evidence(&visit->code);
    struct mandate *mandate = &visit->mandate;

    /* Nobody was shown anything by us: neither hash nor browser. */
    evidence.signed_at = cx->now;
    evidence.signer = visit->account.name;
    TRY(mandate_sign_as(cx, tx, mandate, visit->form.becomes, &evidence));
    TRY(task_put(cx, tx, TASK_MANDATE_DOCUMENT, mandate->id.raw, cx->now));
    const struct mandate_mail letter = {
        .mandate = mandate,
        .account = &visit->account,
        .to = visit->consumer.fields[CONSUMER_EMAIL],
        .reply_to = visit->merchant.email,
        .language = mandate->language,
    };
    TRY(mandate_mail_put(confirm->operation.core, cx, tx, &letter));
    confirm->mandate = *mandate;
    return waiting->has_form ? mandate_form_end(cx, tx, &visit->form, MANDATE_FORM_SIGNED) : OK;
}

static err_t confirm_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_confirm *confirm = arg;
    struct waiting waiting;

    TRY(waiting_load(cx, tx, confirm->umr, confirm->merchant, &waiting));
    TRY(code_try(confirm->operation.core, cx, tx, CODE_FOR_MANDATE, waiting.mandate.id.raw,
                 confirm->typed, &confirm->code));
    if (confirm->code == CODE_RIGHT)
        return confirmed_write(cx, tx, confirm, &waiting);
    if (confirm->code != CODE_SPENT)
        return OK;
    if (waiting.has_form)
        return mandate_form_end(cx, tx, &waiting.visit.form, MANDATE_FORM_FAILED);
    return mandate_move(cx, tx, &waiting.mandate, MANDATE_REVOKED);
}

void mandate_confirm(struct mandate_confirm *confirm)
{
    operation_write(&confirm->operation, confirm_body, woken);
}
