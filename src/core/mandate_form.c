#include "core/mandate_form.h"

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "base/umr.h"
#include "core/callback.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/link.h"
#include "core/mail.h"
#include "core/sms.h"
#include "core/task.h"
#include "core/vault.h"
#include "store/sql.h"

ENUM_DEFINE(mandate_form_purpose, MANDATE_FORM_PURPOSE_LIST)
ENUM_DEFINE(mandate_form_state, MANDATE_FORM_STATE_LIST)

static const char KIND[] = "mandate_form";
enum { TOKEN_BYTES = 24, CODE_LIFE_MIN = 10, CODES_AGAIN = 3, CODE_PAUSE_S = 60, KEPT_DAYS = 90 };

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- rows ----------------------------------------------------------------------------------------
 */

static void form_row(struct rows *rows, struct mandate_form *out)
{
    *out = (struct mandate_form){
        .own = col_text(rows, 4),
        .umr = col_text(rows, 5),
        .urls = {.ok = col_text(rows, 10),
                 .ko = col_text(rows, 11),
                 .cancel = col_text(rows, 12),
                 .callback = col_text(rows, 13)},
        .sealed = col_blob(rows, 14),
        .filled = col_int(rows, 15),
        .created = col_int(rows, 16),
        .expires = col_int(rows, 17),
        .ended = col_int(rows, 18),
    };
    col_id(rows, 0, out->id.raw);
    must(mandate_form_purpose_parse(col_text(rows, 1), &out->purpose));
    must(mandate_form_state_parse(col_text(rows, 2), &out->state));
    col_id(rows, 3, out->consumer.raw);
    must(mandate_type_parse(col_text(rows, 6), &out->type));
    must(mandate_state_parse(col_text(rows, 7), &out->becomes));
    col_id(rows, 8, out->mandate.raw);
    if (!col_null(rows, 9))
        must(code_channel_parse(col_text(rows, 9), &out->channel));
}

static err_t form_one(struct ctx *cx, struct tx *tx, const struct sql *sql, struct value key,
                      struct mandate_form *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, sql, ARGS(OWNER, key), &rows, found));
    if (*found) {
        form_row(rows, out);
        rows_end(rows);
    }
    return OK;
}

err_t mandate_form_load(struct ctx *cx, struct tx *tx, struct mandate_form_id id,
                        struct mandate_form *out)
{
    bool found;

    TRY(form_one(cx, tx, &SQL_MANDATE_FORM_FIND, V_ID(id), out, &found));
    return found ? OK : fault_object(cx, ERR_NOT_FOUND, KIND, "not found", id.raw);
}

err_t mandate_form_of(struct ctx *cx, struct tx *tx, struct mandate_id mandate,
                      struct mandate_form *out, bool *found)
{
    return form_one(cx, tx, &SQL_MANDATE_FORM_OF_MANDATE, V_ID(mandate), out, found);
}

/* --- what is told --------------------------------------------------------------------------------
 */

struct str mandate_form_word(enum mandate_form_state ended)
{
    switch (ended) {
    case MANDATE_FORM_SIGNED:
        return STR("OK");
    case MANDATE_FORM_CANCELED:
    case MANDATE_FORM_EXPIRED:
        return STR("CANCEL");
    case MANDATE_FORM_FAILED:
        return STR("ERROR");
    case MANDATE_FORM_OPEN:
    case MANDATE_FORM_REPLACED:
        break;
    }
    must_fail(__FILE__, __LINE__, "the form has an outcome");
}

struct str mandate_form_umr(const struct mandate_form *form)
{
    return ID_NONE(form->mandate) ? STR("") : form->umr;
}

/* The face writes the body when it leaves (struct event_writer). */
static err_t outcome_tell(struct ctx *cx, struct tx *tx, const struct mandate_form *form)
{
    const struct callback callback = {
        .url = form->urls.callback,
        .object = form->id.raw,
        .type = STR("mandate_form.ended"),
    };

    if (form->urls.callback.len == 0 || form->state == MANDATE_FORM_REPLACED)
        return OK;
    return callback_put(cx, tx, &callback);
}

/* --- its end -------------------------------------------------------------------------------------
 */

struct code_terms mandate_form_terms(const struct mandate_form *form)
{
    bool consumer = form->purpose == MANDATE_FORM_CONSUMER;

    return (struct code_terms){
        .purpose = consumer ? CODE_FOR_FORM : CODE_FOR_MANDATE,
        .life_min = CODE_LIFE_MIN,
        .again_max = CODES_AGAIN,
        .pause_s = CODE_PAUSE_S,
    };
}

const char *mandate_form_code_object(const struct mandate_form *form)
{
    return form->purpose == MANDATE_FORM_CONSUMER ? form->id.raw : form->mandate.raw;
}

/* A mandate that was sent for nothing; one that was revoked meanwhile stays so. */
static err_t mandate_give_up(struct ctx *cx, struct tx *tx, const struct mandate_form *form)
{
    struct mandate mandate;

    TRY(mandate_load(cx, tx, form->mandate, &mandate));
    if (mandate.state != MANDATE_SENT)
        return OK;
    return mandate_move(cx, tx, &mandate,
                        form->state == MANDATE_FORM_EXPIRED ? MANDATE_EXPIRED : MANDATE_REVOKED);
}

err_t mandate_form_end(struct ctx *cx, struct tx *tx, struct mandate_form *form,
                       enum mandate_form_state how)
{
    must(form->state == MANDATE_FORM_OPEN);
    form->state = how;
    form->ended = cx->now;
    form->sealed = STR_NONE;
    TRY(code_drop(cx, tx, mandate_form_terms(form).purpose, mandate_form_code_object(form)));
    TRY(store_run(cx, tx, &SQL_MANDATE_FORM_ENDED,
                  ARGS(OWNER, V_ID(form->id), V_WORD(mandate_form_state_text(how)),
                       V_ID(form->mandate), V_INT(form->ended))));
    TRY(task_done(cx, tx, TASK_MANDATE_FORM, form->id.raw));
    TRY(event_put(cx, tx, "mandate_form.state", form->id.raw, mandate_form_state_text(how)));
    if (how != MANDATE_FORM_SIGNED && form->purpose == MANDATE_FORM_CONSUMER)
        TRY(consumer_draft_forget(cx, tx, form->consumer));
    if (how != MANDATE_FORM_SIGNED && form->purpose == MANDATE_FORM_MANDATE)
        TRY(mandate_give_up(cx, tx, form));
    return outcome_tell(cx, tx, form);
}

struct ended_form {
    struct mandate_form_id id;
    struct consumer_id consumer;
};

static err_t ended_find(struct ctx *cx, struct tx *tx, int64_t most, struct ended_form *out,
                        int64_t *count)
{
    struct rows *rows;
    bool has;

    TRY(store_query(cx, tx, &SQL_MANDATE_FORMS_ENDED,
                    ARGS(OWNER, V_INT(cx->now - KEPT_DAYS * DAY_US), V_INT(most)), &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < most);
        col_id(rows, 0, out[*count].id.raw);
        col_id(rows, 1, out[*count].consumer.raw);
    }
}

err_t mandate_forms_purge(struct ctx *cx, struct tx *tx, int64_t most, int64_t *removed)
{
    struct ended_form *ended = arena_array(cx->arena, struct ended_form, (size_t)most);

    TRY(ended_find(cx, tx, most, ended, removed));
    for (int64_t i = 0; i < *removed; i++) {
        TRY(link_drop(cx, tx, KIND, ended[i].id.raw));
        TRY(store_run(cx, tx, &SQL_MANDATE_FORM_DELETE, ARGS(OWNER, V_ID(ended[i].id))));
        TRY(consumer_draft_delete(cx, tx, ended[i].consumer));
    }
    return OK;
}

/* --- making one ----------------------------------------------------------------------------------
 */

err_t mandate_form_insert(const struct core *core, struct ctx *cx, struct tx *tx,
                          struct mandate_form *form, struct str *link)
{
    uint8_t bytes[TOKEN_BYTES];

    rand_bytes(bytes, sizeof bytes);
    struct str token = base64url_encode(cx->arena, (struct str){(const char *)bytes, sizeof bytes});
    form->state = MANDATE_FORM_OPEN;
    form->created = cx->now;
    form->expires = cx->now + core->mandate_life_d * DAY_US;
    const char *channel = form->channel == 0 ? NULL : code_channel_text(form->channel);
    TRY(store_run(cx, tx, &SQL_MANDATE_FORM_INSERT,
                  ARGS(OWNER, V_ID(form->id), V_WORD(mandate_form_purpose_text(form->purpose)),
                       V_WORD(mandate_form_state_text(form->state)), V_ID(form->consumer),
                       V_TEXT(form->own), V_TEXT(form->umr), V_WORD(mandate_type_text(form->type)),
                       V_WORD(mandate_state_text(form->becomes)), V_ID(form->mandate),
                       V_WORD(channel), V_TEXT(form->urls.ok), V_TEXT(form->urls.ko),
                       V_TEXT(form->urls.cancel), V_TEXT(form->urls.callback), V_BLOB(form->sealed),
                       V_INT(form->created), V_INT(form->expires))));
    TRY(link_put(cx, tx, token, KIND, form->id.raw));
    TRY(event_put(cx, tx, "mandate_form.state", form->id.raw,
                  mandate_form_state_text(form->state)));
    *link = str_format(cx->arena, "%.*s" MANDATE_FORM_PATH "%.*s", (int)core->public_url.len,
                       core->public_url.ptr, (int)token.len, token.ptr);
    return task_put(cx, tx, TASK_MANDATE_FORM, form->id.raw, form->expires);
}

static err_t earlier_replace(struct ctx *cx, struct tx *tx, struct str own)
{
    struct mandate_form earlier;
    bool found = false;

    for (;;) {
        TRY(form_one(cx, tx, &SQL_MANDATE_FORM_OF_OWN, V_TEXT(own), &earlier, &found));
        if (!found)
            return OK;
        TRY(mandate_form_end(cx, tx, &earlier, MANDATE_FORM_REPLACED));
    }
}

static struct str invitation(struct ctx *cx, const struct mandate_form_make *make)
{
    static const char FR[] = "%.*s vous invite à signer un mandat de prélèvement SEPA : %s";
    static const char EN[] = "%.*s asks you to sign a SEPA direct debit mandate: %s";
    struct str payee = make->merchant->name;

    if (str_eq(make->merchant->language, STR("fr")))
        return str_format(cx->arena, FR, (int)payee.len, payee.ptr, make->link.ptr);
    return str_format(cx->arena, EN, (int)payee.len, payee.ptr, make->link.ptr);
}

static err_t link_sms(struct ctx *cx, struct tx *tx, const struct mandate_form_make *make)
{
    const struct sms sms = {
        .to = make->consumer.fields[CONSUMER_PHONE],
        .text = invitation(cx, make),
        .kind = "form.link",
        .object = make->form.id.raw,
    };

    return sms_put(cx, tx, &sms);
}

static err_t link_mail(struct ctx *cx, struct tx *tx, const struct mandate_form_make *make)
{
    const struct merchant *merchant = make->merchant;
    bool french = str_eq(merchant->language, STR("fr"));
    struct str text = invitation(cx, make);
    const struct mail mail = {
        .to = make->consumer.fields[CONSUMER_EMAIL],
        .from_name = merchant->name,
        .reply_to = mail_address_valid(merchant->email) ? merchant->email : STR_NONE,
        .language = french ? STR("fr") : STR("en"),
        .subject = french ? STR("Votre mandat de prélèvement à signer")
                          : STR("Your direct debit mandate, to be signed"),
        .text = str_format(cx->arena, "%.*s\n", (int)text.len, text.ptr),
        .kind = "form.link",
        .object = make->form.id.raw,
    };

    return mail_put(cx, tx, &mail);
}

/* A link that should go by text message where nobody sends those goes by mail. */
static err_t ways_check(struct ctx *cx, struct mandate_form_make *make)
{
    bool can_mail = mail_address_valid(make->consumer.fields[CONSUMER_EMAIL]);

    if (make->by_mail && !can_mail)
        return fault(cx, ERR_INVALID, "consumer_email",
                     "is not an address that mail can be sent to");
    if (!make->by_sms || sms_possible(make->operation.core, cx))
        return OK;
    if (!can_mail)
        return fault(cx, ERR_UNAVAILABLE, "sms_option", "cannot be: nobody sends text messages");
    make->by_sms = false;
    make->by_mail = true;
    return OK;
}

static err_t make_check(struct ctx *cx, struct tx *tx, struct mandate_form_make *make)
{
    const struct mandate_text *text;

    TRY(consumer_check(cx, tx, &make->consumer));
    /* The SIREN that decides may not be there yet. */
    for (unsigned scheme = MANDATE_CORE; scheme <= MANDATE_B2B; scheme++) {
        if (scheme == MANDATE_CORE || make->merchant->debits.offers_b2b)
            TRY(mandate_text_usable(make->operation.core, cx, make->merchant->language,
                                    (enum mandate_scheme)scheme, &text));
    }
    return ways_check(cx, make);
}

static err_t make_write(struct ctx *cx, struct tx *tx, struct mandate_form_make *make)
{
    struct mandate_form *form = &make->form;

    if (make->consumer.own.len > 0)
        TRY(earlier_replace(cx, tx, make->consumer.own));
    TRY(consumer_draft(cx, tx, &make->consumer));
    form->consumer = make->consumer.id;
    form->own = make->consumer.own;
    form->umr = umr_new(cx->arena);
    TRY(mandate_form_insert(make->operation.core, cx, tx, form, &make->link));
    if (make->by_sms)
        TRY(link_sms(cx, tx, make));
    return make->by_mail ? link_mail(cx, tx, make) : OK;
}

static err_t make_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct mandate_form_make *make = arg;
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&make->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* its answer is in the commit that opened it */
    TRY(make_check(cx, tx, make));
    TRY(make_write(cx, tx, make));
    TRY(idempotency_open(&make->operation, tx, make->form.id.raw));
    return idempotency_close(&make->operation, tx);
}

static void made(struct operation *operation, err_t err)
{
    if (err == OK)
        tasks_wake(operation->core->tasks);
    operation_end(operation, err);
}

void mandate_form_make(struct mandate_form_make *make)
{
    struct operation *operation = &make->operation;
    const struct core *core = operation->core;
    struct ctx *cx = operation->cx;

    if (core->vault == NULL) {
        operation_end(operation, fault(cx, ERR_UNAVAILABLE, KIND, "has no place for numbers"));
        return;
    }
    make->form.purpose = MANDATE_FORM_CONSUMER;
    make->form.becomes = MANDATE_ACTIVE;
    ID_NEW(cx->ids, &make->form.id);
    if (make->iban.len > 0)
        make->form.sealed = vault_seal(core->vault, cx->arena, KIND, cx->merchant,
                                       ID_TEXT(make->form.id), make->iban, NULL);
    operation_write(operation, make_body, made);
}

/* --- who comes -----------------------------------------------------------------------------------
 */

/* The task of its end may not have come yet; and the merchant may have revoked its mandate. */
static enum mandate_form_state state_now(const struct ctx *cx, const struct mandate_visit *visit)
{
    const struct mandate_form *form = &visit->form;

    if (form->state != MANDATE_FORM_OPEN)
        return form->state;
    if (cx->now >= form->expires)
        return MANDATE_FORM_EXPIRED;
    if (form->purpose == MANDATE_FORM_MANDATE && visit->mandate.state != MANDATE_SENT)
        return MANDATE_FORM_CANCELED;
    return MANDATE_FORM_OPEN;
}

err_t mandate_visit_load(struct ctx *cx, struct tx *tx, struct mandate_form_id id,
                         struct mandate_visit *out)
{
    struct mandate_form *form = &out->form;

    TRY(mandate_form_load(cx, tx, id, form));
    TRY(consumer_load(cx, tx, form->consumer, &out->consumer));
    if (!ID_NONE(form->mandate)) {
        TRY(mandate_load(cx, tx, form->mandate, &out->mandate));
        TRY(bank_account_load(cx, tx, out->mandate.account, true, &out->account));
    }
    out->state = state_now(cx, out);
    return code_sent_read(cx, tx, mandate_form_terms(form).purpose, mandate_form_code_object(form),
                          &out->code, &out->has_code);
}

err_t mandate_visit_open(struct core *core, struct ctx *cx, struct str token,
                         struct mandate_visit *out)
{
    struct mandate_form_id id;
    struct tx *tx;

    *out = (struct mandate_visit){0};
    TRY(core_read(core, &tx));
    TRY(link_find(cx, tx, token, KIND, id.raw));
    TRY(merchant_load(cx, tx, cx->merchant, &out->merchant));
    merchant_time(cx, &out->merchant);
    return mandate_visit_load(cx, tx, id, out);
}

err_t mandate_visit_iban(struct core *core, struct ctx *cx, const struct mandate_visit *visit,
                         struct str *iban)
{
    *iban = STR_NONE;
    if (visit->form.sealed.ptr == NULL)
        return OK;
    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, KIND, "has no place for numbers");
    return vault_unseal(core->vault, cx->arena, KIND, cx->merchant, ID_TEXT(visit->form.id),
                        visit->form.sealed, iban);
}

bool mandate_visit_is_filled(const struct mandate_visit *visit)
{
    return visit->form.purpose == MANDATE_FORM_MANDATE || visit->form.filled != 0;
}

err_t mandate_visit_send(const struct core *core, struct ctx *cx, struct tx *tx,
                         const struct mandate_visit *visit, struct str language)
{
    const struct mandate_form *form = &visit->form;
    const struct code_terms terms = mandate_form_terms(form);
    bool french = str_eq(language, STR("fr"));
    const struct code_letter letter = {
        .phone = visit->consumer.fields[CONSUMER_PHONE],
        .email = visit->consumer.fields[CONSUMER_EMAIL],
        .wanted = form->channel,
        .language = language,
        .payee = visit->merchant.name,
        .reply_to = visit->merchant.email,
        .about = french ? str_format(cx->arena, "pour signer le mandat de prélèvement %.*s",
                                     (int)form->umr.len, form->umr.ptr)
                        : str_format(cx->arena, "to sign the direct debit mandate %.*s",
                                     (int)form->umr.len, form->umr.ptr),
        .kind = "form.code",
    };

    return code_send(core, cx, tx, &terms, mandate_form_code_object(form), &letter);
}

struct mandate_evidence code_evidence(const struct code_sent *code)
{
    if (code->channel == 0)
        return (struct mandate_evidence){0};
    return (struct mandate_evidence){
        .channel = code->channel == CODE_BY_SMS ? MANDATE_SMS : MANDATE_EMAIL,
        .code_hash = code->hash,
        .code_to = code->to,
    };
}
