#include <string.h>

#include "base/crypto.h"
#include "base/must.h"
#include "core/mandate_form.h"
#include "core/mandate_mail.h"
#include "core/task.h"
#include "core/vault.h"
#include "store/sql.h"

/* The two steps of a form: what the consumer types, and the signature. */

static const char KIND[] = "mandate_form";
static const char FIELD_IBAN[] = "iban";

/* Inside a body: the visit as it is now. ERR_STATE when the form has ended. */
static err_t visit_again(struct ctx *cx, struct tx *tx, struct mandate_visit *visit)
{
    TRY(mandate_visit_load(cx, tx, visit->form.id, visit));
    return visit->state == MANDATE_FORM_OPEN ? OK : ERR_STATE;
}

static void woken(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

/* --- the first step ------------------------------------------------------------------------------
 */

/* A code counts for the phone or address it was sent to, and for no other. */
static bool code_counts(const struct core *core, const struct ctx *cx,
                        const struct mandate_visit *visit)
{
    const struct code_letter letter = {
        .phone = visit->consumer.fields[CONSUMER_PHONE],
        .email = visit->consumer.fields[CONSUMER_EMAIL],
        .wanted = visit->form.channel,
    };
    enum code_channel way = code_way(core, cx, &letter);

    return visit->has_code && visit->code.expires > cx->now && visit->code.channel == way &&
           str_eq(visit->code.to, way == CODE_BY_SMS ? letter.phone : letter.email);
}

static err_t fill_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_fill *fill = arg;
    const struct core *core = fill->operation.core;
    struct mandate_visit now = fill->visit;

    err_t err = visit_again(cx, tx, &now);
    fill->visit.state = now.state;
    TRY(err);
    const struct consumer before = now.consumer;
    memcpy(now.consumer.fields, fill->visit.consumer.fields, sizeof now.consumer.fields);
    if (!code_counts(core, cx, &now))
        TRY(mandate_visit_send(core, cx, tx, &now, fill->language));
    TRY(consumer_redraft(cx, tx, &before, &now.consumer));
    return store_run(cx, tx, &SQL_MANDATE_FORM_FILLED,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(now.form.id),
                          V_BLOB(fill->sealed), V_INT(cx->real)));
}

void mandate_fill(struct mandate_fill *fill)
{
    struct operation *operation = &fill->operation;
    struct core *core = operation->core;
    struct ctx *cx = operation->cx;
    struct bank_account account;
    const struct bank_account_draft draft = {
        .iban = fill->iban, .name = consumer_name(cx->arena, &fill->visit.consumer)};

    must(fill->visit.form.purpose == MANDATE_FORM_CONSUMER);
    err_t err = signing_account_seal(core, cx, &draft, &account);
    if (err != OK) {
        operation_end(operation, err);
        return;
    }
    fill->sealed = vault_seal(core->vault, cx->arena, KIND, cx->merchant,
                              ID_TEXT(fill->visit.form.id), fill->iban, NULL);
    operation_write(operation, fill_body, operation_end);
}

/* --- the second step -----------------------------------------------------------------------------
 */

enum mandate_scheme mandate_form_scheme(const struct merchant *merchant,
                                        const struct consumer *consumer)
{
    bool business = consumer->type != CONSUMER_PERSON && consumer->fields[CONSUMER_SIREN].len > 0;

    return business && merchant->debits.offers_b2b ? MANDATE_B2B : MANDATE_CORE;
}

static struct mandate_draft draft_of(const struct mandate_visit *visit, struct str language)
{
    return (struct mandate_draft){
        .umr = visit->form.umr,
        .field = FIELD_IBAN,
        .field_date = FIELD_IBAN,
        .scheme = mandate_form_scheme(&visit->merchant, &visit->consumer),
        .type = visit->form.type,
        .language = language,
    };
}

/* Of a draft: account and mandate are written when it is signed. */
static err_t draft_show(struct core *core, struct ctx *cx, struct tx *tx,
                        const struct mandate_visit *visit, struct str language,
                        struct mandate_signing *out)
{
    const struct mandate_draft draft = draft_of(visit, language);
    struct str iban;

    TRY(mandate_visit_iban(core, cx, visit, &iban));
    must(iban.len > 0);
    const struct bank_account_draft account = {.iban = iban,
                                               .name = consumer_name(cx->arena, &visit->consumer)};
    err_t err = signing_account_seal(core, cx, &account, &out->account);
    crypto_wipe_text(iban);
    TRY(err);
    out->address = consumer_address(cx, &visit->consumer);
    out->has_address = true;
    TRY(mandate_prepare(cx, tx, &out->account, &draft, &out->mandate));
    return signing_show(core, cx, tx, STR(""), out);
}

err_t mandate_visit_show(struct core *core, struct ctx *cx, const struct mandate_visit *visit,
                         struct str language, struct mandate_signing *out)
{
    struct tx *tx;

    *out = (struct mandate_signing){.becomes = visit->form.becomes};
    TRY(core_read(core, &tx));
    if (visit->form.purpose == MANDATE_FORM_CONSUMER)
        return draft_show(core, cx, tx, visit, language, out);
    out->account = visit->account;
    out->account_known = true;
    out->mandate = visit->mandate;
    out->mandate.language = language;
    out->has_address = !ID_NONE(out->mandate.debtor_address);
    if (out->has_address)
        TRY(address_load(cx, tx, out->mandate.debtor_address, true, &out->address));
    return signing_show(core, cx, tx, STR(""), out);
}

static err_t resend_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_resend *resend = arg;
    struct mandate_visit *visit = &resend->visit;

    TRY(visit_again(cx, tx, visit));
    if (!mandate_visit_is_filled(visit))
        return OK;
    TRY(mandate_visit_send(resend->operation.core, cx, tx, visit, resend->language));
    return mandate_visit_load(cx, tx, visit->form.id, visit);
}

void mandate_resend(struct mandate_resend *resend)
{
    operation_write(&resend->operation, resend_body, operation_end);
}

static err_t cancel_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_cancel *cancel = arg;
    struct mandate_visit *visit = &cancel->visit;

    TRY(mandate_visit_load(cx, tx, visit->form.id, visit));
    if (visit->state != MANDATE_FORM_OPEN)
        return OK;
    visit->state = MANDATE_FORM_CANCELED;
    return mandate_form_end(cx, tx, &visit->form, MANDATE_FORM_CANCELED);
}

void mandate_cancel(struct mandate_cancel *cancel)
{
    operation_write(&cancel->operation, cancel_body, operation_end);
}

/* --- signing -------------------------------------------------------------------------------------
 */

/* What can have changed between the preview, which was made on the I/O thread, and this commit. */
static err_t still_as_shown(struct ctx *cx, struct tx *tx, struct mandate_form_sign *sign)
{
    const struct mandate_visit *visit = &sign->visit;
    struct mandate_signing *signing = &sign->signing;
    const struct mandate_draft draft = draft_of(visit, sign->language);

    if (visit->form.purpose == MANDATE_FORM_CONSUMER) {
        TRY(signing_prepare(cx, tx, &draft, signing, &sign->changed));
        sign->changed = sign->changed || visit->form.filled != sign->filled;
    } else {
        signing_take(&visit->mandate, signing, &sign->changed);
    }
    return sign->changed ? ERR_STATE : OK;
}

/* Consumer and account of a draft. */
static err_t consumer_write(struct ctx *cx, struct tx *tx, struct mandate_form_sign *sign)
{
    struct mandate_signing *signing = &sign->signing;
    struct sepa_check check;

    TRY(consumer_finish(cx, tx, &sign->visit.consumer, &signing->account));
    TRY(sepa_check_put(cx, tx, &signing->account, &check));
    signing->account_known = true;
    signing->mandate.customer = signing->account.customer;
    return OK;
}

static err_t copy_send(struct ctx *cx, struct tx *tx, const struct mandate_form_sign *sign)
{
    const struct mandate_mail letter = {
        .mandate = &sign->signing.mandate,
        .account = &sign->signing.account,
        .to = sign->visit.consumer.fields[CONSUMER_EMAIL],
        .reply_to = sign->visit.merchant.email,
        .language = sign->language,
    };

    return mandate_mail_put(sign->operation.core, cx, tx, &letter);
}

static err_t sign_write(struct ctx *cx, struct tx *tx, struct mandate_form_sign *sign)
{
    struct mandate_visit *visit = &sign->visit;
    struct mandate_evidence evidence = code_evidence(&visit->code);
    const struct mandate_draft draft = draft_of(visit, sign->language);

    evidence.ip = sign->ip;
    evidence.user_agent = sign->user_agent;
    if (visit->form.purpose == MANDATE_FORM_CONSUMER)
        TRY(consumer_write(cx, tx, sign));
    TRY(signing_write(cx, tx, &draft, &evidence, &sign->signing));
    TRY(copy_send(cx, tx, sign));
    visit->mandate = sign->signing.mandate;
    visit->account = sign->signing.account;
    visit->form.mandate = visit->mandate.id;
    visit->state = MANDATE_FORM_SIGNED;
    return mandate_form_end(cx, tx, &visit->form, MANDATE_FORM_SIGNED);
}

static err_t fail(struct ctx *cx, struct tx *tx, struct mandate_form_sign *sign)
{
    sign->visit.state = MANDATE_FORM_FAILED;
    return mandate_form_end(cx, tx, &sign->visit.form, MANDATE_FORM_FAILED);
}

/* Meanwhile somebody else was given the merchant's reference: this form can come to nothing. */
static err_t reference_check(struct ctx *cx, struct tx *tx, struct mandate_form_sign *sign,
                             bool *taken)
{
    err_t err = OK;

    if (sign->visit.form.purpose == MANDATE_FORM_CONSUMER)
        err = consumer_check(cx, tx, &sign->visit.consumer);
    *taken = err == ERR_CONFLICT;
    return *taken ? OK : err;
}

static err_t sign_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_form_sign *sign = arg;
    struct mandate_visit *visit = &sign->visit;
    const struct code_terms terms = mandate_form_terms(&visit->form);
    bool taken;

    sign->code = 0;
    TRY(visit_again(cx, tx, visit));
    TRY(still_as_shown(cx, tx, sign));
    TRY(reference_check(cx, tx, sign, &taken));
    if (taken)
        return fail(cx, tx, sign);
    TRY(code_try(sign->operation.core, cx, tx, terms.purpose,
                 mandate_form_code_object(&visit->form), sign->typed, &sign->code));
    if (sign->code == CODE_SPENT)
        return fail(cx, tx, sign);
    return sign->code == CODE_RIGHT ? sign_write(cx, tx, sign) : OK;
}

void mandate_form_sign(struct mandate_form_sign *sign)
{
    struct operation *operation = &sign->operation;
    struct core *core = operation->core;

    sign->changed = false;
    sign->filled = sign->visit.form.filled;
    must(mandate_visit_is_filled(&sign->visit));
    err_t err =
        mandate_visit_show(core, operation->cx, &sign->visit, sign->language, &sign->signing);
    if (err == OK && !str_eq(sign->signing.sha256, sign->shown)) {
        sign->changed = true;
        err = ERR_STATE;
    }
    if (err != OK)
        operation_end(operation, err);
    else
        operation_write(operation, sign_body, woken);
}
