#include "core/enrolment_row.h"

#include "base/crypto.h"
#include "base/email.h"
#include "base/must.h"
#include "core/audit.h"
#include "core/client.h"
#include "core/event.h"
#include "core/one_time_code.h"
#include "core/sponsor_webhook.h"
#include "core/vault.h"
#include "store/sql.h"

/* Saving a step, and what follows from the last one. */

static const char TABLE[] = "enrolment_part";
enum { VALUES_MAX = 64 * 1024, NAMES_MAX = 1024, DETAIL_MAX = 2048 };

/* --- what a step holds ---------------------------------------------------------------------------
 */

static struct str part_name(struct arena *arena, struct enrolment_id id, enum enrolment_step step)
{
    return str_format(arena, "%s.%s", id.raw, enrolment_step_text(step));
}

/* Each value with its length before it. */
static struct str values_write(struct arena *arena, const struct str *values, size_t count)
{
    struct buf out = buf_make(arena, VALUES_MAX);

    for (size_t i = 1; i < count; i++) {
        buf_put_int(&out, (int64_t)values[i].len);
        buf_put_byte(&out, ':');
        buf_put(&out, values[i]);
    }
    must(!out.failed);
    return buf_str(&out);
}

static bool value_read(struct str *text, struct str *out)
{
    size_t colon = str_find(*text, ':');
    int64_t len;

    if (colon == text->len || !str_to_int64(str_sub(*text, 0, colon), &len) || len < 0 ||
        (uint64_t)len > text->len - colon - 1)
        return false;
    *out = len == 0 ? STR_NONE : str_sub(*text, colon + 1, (size_t)len);
    *text = str_from(*text, colon + 1 + (size_t)len);
    return true;
}

struct str enrolment_seal(const struct core *core, struct ctx *cx, struct enrolment_id id,
                          enum enrolment_step step, const struct str *values, size_t count)
{
    struct str plain = values_write(cx->arena, values, count);
    struct str sealed = vault_seal(core->vault, cx->arena, TABLE, cx->merchant,
                                   part_name(cx->arena, id, step), plain, NULL);

    crypto_wipe_text(plain);
    return sealed;
}

err_t enrolment_no_vault(struct ctx *cx)
{
    return fault(cx, ERR_UNAVAILABLE, "enrolment", "has no place for what is typed");
}

err_t enrolment_unseal_if(const struct core *core, struct ctx *cx, struct tx *tx,
                          struct enrolment_id id, enum enrolment_step step, struct str *values,
                          size_t count, bool *found)
{
    struct str name = part_name(cx->arena, id, step);
    struct str plain;
    struct rows *rows;

    if (core->vault == NULL)
        return enrolment_no_vault(cx);
    TRY(store_query_one(cx, tx, &SQL_ENROLMENT_PART_FIND,
                        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(name)), &rows,
                        found));
    if (!*found)
        return OK;
    struct str sealed = col_blob(rows, 0);
    rows_end(rows);
    TRY(vault_unseal(core->vault, cx->arena, TABLE, cx->merchant, name, sealed, &plain));
    for (size_t i = 1; i < count; i++) {
        if (!value_read(&plain, &values[i]))
            return ERR_INTERNAL;
    }
    return plain.len == 0 ? OK : ERR_INTERNAL;
}

err_t enrolment_unseal(const struct core *core, struct ctx *cx, struct tx *tx,
                       struct enrolment_id id, enum enrolment_step step, struct str *values,
                       size_t count)
{
    bool found = false;

    TRY(enrolment_unseal_if(core, cx, tx, id, step, values, count, &found));
    must(found);
    return OK;
}

err_t enrolment_part_put(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                         enum enrolment_step step, struct str sealed)
{
    struct str name = part_name(cx->arena, id, step);

    return store_run(cx, tx, &SQL_ENROLMENT_PART_PUT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(name),
                          V_BLOB(sealed), V_INT(cx->now)));
}

err_t enrolment_part_drop(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                          enum enrolment_step step)
{
    struct str name = part_name(cx->arena, id, step);

    return store_run(cx, tx, &SQL_ENROLMENT_PART_DROP,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_TEXT(name)));
}

err_t enrolment_agreed_drop(struct ctx *cx, struct tx *tx, struct enrolment_id id)
{
    TRY(enrolment_part_drop(cx, tx, id, ENROLMENT_SIGNATURE));
    return code_drop(cx, tx, CODE_FOR_ENROLMENT, id.raw);
}

err_t enrolment_document_set(struct ctx *cx, struct tx *tx, struct enrolment_id id,
                             struct document_id document)
{
    return store_run(
        cx, tx, &SQL_ENROLMENT_DOCUMENT_SET,
        ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(id), V_ID(document)));
}

/* --- saving --------------------------------------------------------------------------------------
 */

/* The plain hash of a name and a birthday would give them away. */
static struct str hash_of(const struct core *core, struct arena *arena, const struct str *values,
                          size_t count)
{
    struct str plain = values_write(arena, values, count);
    uint8_t hash[SHA256_SIZE];

    hmac_sha256((struct str){(const char *)core->page_key, sizeof core->page_key}, plain, hash);
    crypto_wipe_text(plain);
    return hex_encode(arena, hash, sizeof hash);
}

void enrolment_saved_of(const struct core *core, struct ctx *cx, const struct str *values,
                        size_t count, const char *(*name)(size_t index),
                        struct enrolment_saved *out)
{
    struct buf names = buf_make(cx->arena, NAMES_MAX);

    for (size_t i = 1; i < count; i++) {
        if (values[i].len == 0)
            continue;
        if (names.len > 0)
            buf_put_byte(&names, ',');
        buf_put_cstr(&names, name(i));
    }
    must(!names.failed);
    out->fields = buf_str(&names);
    out->hash = hash_of(core, cx->arena, values, count);
}

static enum audit_what deed_of(enum enrolment_step step)
{
    switch (step) {
    case ENROLMENT_COMPANY:
        return AUDIT_ENROLMENT_COMPANY;
    case ENROLMENT_REPRESENTATIVE:
        return AUDIT_ENROLMENT_REPRESENTATIVE;
    case ENROLMENT_DOCUMENTS:
        return AUDIT_ENROLMENT_DOCUMENTS;
    case ENROLMENT_SIGNATURE:
        return AUDIT_ENROLMENT_SIGNATURE;
    }
    must_fail(__FILE__, __LINE__, "a step");
}

static err_t audit_step(struct ctx *cx, struct tx *tx, const struct enrolment *enrolment,
                        const struct enrolment_saved *saved)
{
    struct str agent = saved->trace.user_agent;
    const struct audit_deed deed = {
        .what = deed_of(saved->step),
        .address = saved->trace.ip,
        .object = ID_TEXT(enrolment->id),
        .detail = str_format(cx->arena, "fields %.*s; hash %.*s; browser %.*s",
                             (int)saved->fields.len, saved->fields.ptr, (int)saved->hash.len,
                             saved->hash.ptr, (int)agent.len, agent.ptr == NULL ? "" : agent.ptr),
    };

    return audit_put(cx, tx, &deed);
}

err_t enrolment_save(struct ctx *cx, struct tx *tx, struct enrolment *enrolment,
                     const struct enrolment_saved *saved)
{
    if (saved->sealed.len > 0)
        TRY(enrolment_part_put(cx, tx, enrolment->id, saved->step, saved->sealed));
    enrolment->steps[saved->step] = cx->now;
    TRY(event_put(cx, tx, "enrolment.step", enrolment->id.raw, enrolment_step_text(saved->step)));
    return audit_step(cx, tx, enrolment, saved);
}

/* --- the end -------------------------------------------------------------------------------------
 */

/* The client becomes a merchant that can be paid and invoice. */
static err_t settings_write(struct ctx *cx, struct tx *tx, const struct company *company)
{
    for (int i = COMPANY_SIREN; i < COMPANY_FIELDS; i++) {
        struct str name = str_of(company_field_text((enum company_field)i));
        TRY(merchant_set(cx, tx, cx->merchant, name, company->fields[i]));
    }
    return OK;
}

static err_t client_begin(struct ctx *cx, struct tx *tx)
{
    struct client client;
    struct str *values;

    TRY(client_of_merchant(cx, tx, &client));
    TRY(merchant_settings(cx, tx, cx->merchant, &values));
    /* What a sponsor may write is more than what an address in a mail may be. */
    if (merchant_setting_value(values, "email").len == 0 && email_valid(client.is.contact_email))
        TRY(merchant_set(cx, tx, cx->merchant, STR("email"), client.is.contact_email));
    if (client.status != CLIENT_PENDING)
        return OK;
    return client_edit(cx, tx, &client,
                       &(struct client_edit){.change = CLIENT_STATUS, .status = CLIENT_ACTIVE});
}

static err_t complete(const struct core *core, struct ctx *cx, struct tx *tx,
                      struct enrolment *enrolment)
{
    struct company company = {0};

    TRY(enrolment_unseal(core, cx, tx, enrolment->id, ENROLMENT_COMPANY, company.fields,
                         COMPANY_FIELDS));
    enrolment->state = ENROLMENT_COMPLETED;
    enrolment->ended = cx->now;
    TRY(enrolment_keep(cx, tx, enrolment));
    TRY(settings_write(cx, tx, &company));
    TRY(client_begin(cx, tx));
    TRY(sponsor_tell(cx, tx, SPONSOR_ONBOARDING_COMPLETED, enrolment->id.raw, NULL));
    return event_put(cx, tx, "enrolment.state", enrolment->id.raw,
                     enrolment_state_text(enrolment->state));
}

err_t enrolment_go_on(const struct core *core, struct ctx *cx, struct tx *tx,
                      struct enrolment *enrolment)
{
    bool reviewed = !enrolment->includes_kyc || enrolment->reviewed != 0;

    if (enrolment_next(enrolment) == 0 && reviewed)
        return complete(core, cx, tx, enrolment);
    return enrolment_keep(cx, tx, enrolment);
}

/* --- the company ---------------------------------------------------------------------------------
 */

static const char *company_field_name(size_t index)
{
    return company_field_text((enum company_field)index);
}

static err_t company_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_company_save *save = arg;
    const struct core *core = save->operation.core;
    struct enrolment_visit *visit = &save->visit;
    struct enrolment *enrolment = &visit->enrolment;
    struct enrolment_saved saved = {
        .step = ENROLMENT_COMPANY, .sealed = save->sealed, .trace = save->trace};

    TRY(enrolment_again(cx, tx, enrolment, &visit->state));
    if (enrolment->steps[ENROLMENT_SIGNATURE] != 0)
        return ERR_STATE;
    enrolment_saved_of(core, cx, save->company.fields, COMPANY_FIELDS, company_field_name, &saved);
    enrolment->verified =
        save->look.answer == COMPANY_KNOWN && company_same(&save->company, &save->look.company);
    TRY(enrolment_save(cx, tx, enrolment, &saved));
    TRY(enrolment_agreed_drop(cx, tx, enrolment->id)); /* to what the company said before */
    TRY(enrolment_go_on(core, cx, tx, enrolment));
    visit->state = enrolment->state;
    return OK;
}

/* Settings have changed when it was the last step. */
static void company_saved(struct operation *operation, err_t err)
{
    struct enrolment_company_save *save = (struct enrolment_company_save *)operation;

    if (err == OK && save->visit.state == ENROLMENT_COMPLETED)
        generation_raise(operation->core->generation);
    operation_end(operation, err);
}

static void company_looked(struct operation *operation)
{
    struct enrolment_company_save *save = operation->owner;

    if (operation->result != OK)
        operation_end(&save->operation, operation->result);
    else
        operation_write(&save->operation, company_body, company_saved);
}

void enrolment_company_save(struct enrolment_company_save *save)
{
    struct operation *operation = &save->operation;
    struct core *core = operation->core;
    struct ctx *cx = operation->cx;

    if (core->vault == NULL) {
        operation_end(operation, enrolment_no_vault(cx));
        return;
    }
    save->sealed = enrolment_seal(core, cx, save->visit.enrolment.id, ENROLMENT_COMPANY,
                                  save->company.fields, COMPANY_FIELDS);
    save->look = (struct company_look){
        .operation = {.core = core, .cx = cx, .done = company_looked, .owner = save},
        .siren = save->company.fields[COMPANY_SIREN],
    };
    company_look(&save->look);
}
