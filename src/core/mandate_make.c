#include "base/must.h"
#include "base/umr.h"
#include "core/counter.h"
#include "core/event.h"
#include "core/mandate_amendment.h"
#include "core/merchant.h"
#include "core/news.h"
#include "store/sql.h"

/* How a mandate comes to be, and what is corrected about it. */

static const char KIND[] = "mandate";

/* --- making one ----------------------------------------------------------------------------------
 */

err_t mandate_moment_check(struct ctx *cx, instant signed_at, const char *field)
{
    if (signed_at < 0)
        return fault(cx, ERR_INVALID, field, "must be after 1 January 1970");
    if (signed_at > cx->now + DAY_US)
        return fault(cx, ERR_INVALID, field, "must not be in the future");
    return OK;
}

static err_t umr_rule(struct ctx *cx, struct str umr, const char *field)
{
    if (!umr_valid(umr))
        return fault(cx, ERR_INVALID, field,
                     "must have letters, digits and / - ? : ( ) . , ' + only, and no slash at an "
                     "end or beside another");
    return OK;
}

static err_t umr_taken(struct ctx *cx, const struct mandate *other)
{
    return fault_object(cx, ERR_CONFLICT, KIND, "Mandate already exists, duplicate rum",
                        other->id.raw);
}

static bool has_ended(const struct mandate *mandate)
{
    return mandate->state == MANDATE_REVOKED || mandate->state == MANDATE_EXPIRED ||
           mandate->state == MANDATE_CLOSED;
}

/* The creditor it is given to: the merchant as it is now. */
static err_t creditor_fill(struct ctx *cx, struct tx *tx, struct str language,
                           struct mandate *mandate)
{
    struct str *values;

    TRY(merchant_settings(cx, tx, cx->merchant, &values));
    struct str ics = merchant_setting_value(values, "ics");
    mandate->ics = ics.len == 0 ? STR_NONE : ics;
    mandate->creditor_name = merchant_setting_value(values, "name");
    mandate->language = language.len > 0 ? language : merchant_setting_value(values, "language");
    return OK;
}

err_t mandate_prepare(struct ctx *cx, struct tx *tx, const struct bank_account *account,
                      const struct mandate_draft *draft, struct mandate *out)
{
    bool found = false;

    if (draft->umr.len > 0)
        TRY(umr_rule(cx, draft->umr, draft->field));
    TRY(mandate_moment_check(cx, draft->signed_at, draft->field_date));
    if (draft->umr.len > 0)
        TRY(mandate_try(cx, tx, draft->umr, out, &found));
    if (found && (has_ended(out) || !bank_account_has_print(account, out->fingerprint)))
        return umr_taken(cx, out);
    if (found)
        return OK;
    *out = (struct mandate){
        .account = account->id,
        .customer = account->customer,
        .state = MANDATE_DRAFT,
        .umr = draft->umr.len > 0 ? draft->umr : umr_new(cx->arena),
        .scheme = draft->scheme,
        .type = draft->type,
        .fingerprint = account->fingerprint,
    };
    ID_NEW(cx->ids, &out->id);
    return creditor_fill(cx, tx, draft->language, out);
}

err_t mandate_insert(struct ctx *cx, struct tx *tx, const struct mandate_draft *draft,
                     struct mandate *mandate)
{
    const struct mandate_evidence evidence = {.channel = MANDATE_DECLARED,
                                              .signed_at = draft->signed_at};

    if (mandate->created == 0) {
        mandate->created = cx->now;
        TRY(store_run(cx, tx, &SQL_MANDATE_INSERT,
                      ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                           V_ID(mandate->account), V_ID(mandate->customer),
                           V_WORD(mandate_state_text(mandate->state)), V_TEXT(mandate->umr),
                           V_TEXT(umr_key(cx->arena, mandate->umr)),
                           V_WORD(mandate_scheme_text(mandate->scheme)),
                           V_WORD(mandate_type_text(mandate->type)), V_TEXT(mandate->ics),
                           V_TEXT(mandate->creditor_name), V_TEXT(mandate->language),
                           V_ID(mandate->debtor_address), V_INT(mandate->created))));
        TRY(counter_add(cx, tx, KIND, mandate->created));
        TRY(event_put(cx, tx, "mandate.state", mandate->id.raw,
                      mandate_state_text(mandate->state)));
    }
    if (draft->signed_at == 0 || mandate->signed_at != 0)
        return OK;
    return mandate_sign(cx, tx, mandate, &evidence);
}

/* --- changing it ---------------------------------------------------------------------------------
 */

err_t mandate_umr_check(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                        struct str umr, const char *field)
{
    struct mandate other;
    bool found;

    TRY(umr_rule(cx, umr, field));
    TRY(mandate_try(cx, tx, umr, &other, &found));
    return found && !ID_EQ(other.id, mandate->id) ? umr_taken(cx, &other) : OK;
}

err_t mandate_rename(struct ctx *cx, struct tx *tx, struct mandate *mandate, struct str umr)
{
    if (str_eq(mandate->umr, umr))
        return OK;
    TRY(amendment_put(cx, tx, mandate, AMENDMENT_UMR, mandate->umr, umr));
    mandate->umr = umr;
    TRY(store_run(cx, tx, &SQL_MANDATE_UMR,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                       V_TEXT(umr), V_TEXT(umr_key(cx->arena, umr)))));
    TRY(event_put(cx, tx, "mandate.umr", mandate->id.raw, NULL));
    return news_put(cx, tx, "mandate", mandate->id.raw, NEWS_UPDATED);
}

err_t mandate_date_check(struct ctx *cx, struct tx *tx, const struct mandate *mandate,
                         instant signed_at, const char *field)
{
    struct str last_due;

    must(signed_at != 0);
    TRY(mandate_moment_check(cx, signed_at, field));
    if (has_ended(mandate))
        return fault(
            cx, ERR_STATE, KIND,
            str_format(cx->arena, "Mandate is %s", mandate_state_text(mandate->state)).ptr);
    TRY(mandate_last_due(cx, tx, mandate, &last_due));
    if (last_due.len > 0 && mandate->signed_at != signed_at)
        return fault(cx, ERR_STATE, KIND, "Mandate was used, its date is fixed");
    return OK;
}

err_t mandate_date(struct ctx *cx, struct tx *tx, struct mandate *mandate, instant signed_at)
{
    const struct mandate_evidence evidence = {.channel = MANDATE_DECLARED, .signed_at = signed_at};

    if (mandate->signed_at == 0)
        return mandate_sign(cx, tx, mandate, &evidence);
    mandate->signed_at = signed_at;
    TRY(store_run(cx, tx, &SQL_MANDATE_SIGNED,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                       V_INT(signed_at))));
    TRY(store_run(cx, tx, &SQL_MANDATE_EVIDENCE_DATE,
                  ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                       V_INT(signed_at))));
    return mandate_prolong(cx, tx, mandate);
}

err_t mandate_document_set(struct ctx *cx, struct tx *tx, struct mandate *mandate,
                           struct document_id document, bool is_signed)
{
    mandate->document = document;
    mandate->document_signed = is_signed;
    return store_run(cx, tx, &SQL_MANDATE_DOCUMENT,
                     ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode)), V_ID(mandate->id),
                          V_ID(document), V_INT(is_signed)));
}
