#include "core/beneficiary.h"

#include <string.h>

#include "base/crypto.h"
#include "base/iban.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/vault.h"
#include "store/sql.h"

static const char KIND[] = "beneficiary";

#define OWNER V_ID(cx->merchant), V_WORD(mode_text(cx->mode))

/* --- the number ----------------------------------------------------------------------------------
 */

static err_t number_seal(struct core *core, struct ctx *cx, struct str iban,
                         struct beneficiary *out)
{
    char padded[IBAN_MAX] = {0};

    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, KIND, "account numbers cannot be kept");
    must(iban.len <= IBAN_MAX);
    memcpy(padded, iban.ptr, iban.len);
    /* All 34 characters, so that the length does not show. */
    out->sealed = vault_seal(core->vault, cx->arena, KIND, cx->merchant, ID_TEXT(out->id),
                             (struct str){padded, sizeof padded}, NULL);
    crypto_wipe(padded, sizeof padded);
    return OK;
}

err_t beneficiary_seal(struct core *core, struct ctx *cx, struct str iban, struct beneficiary *out)
{
    ID_NEW(cx->ids, &out->id);
    return number_seal(core, cx, iban, out);
}

err_t beneficiary_open(struct core *core, struct ctx *cx, const struct beneficiary *beneficiary,
                       struct str *iban)
{
    struct str plain;

    if (core->vault == NULL)
        return fault(cx, ERR_UNAVAILABLE, KIND, "account numbers are not available");
    TRY(vault_unseal(core->vault, cx->arena, KIND, cx->merchant, ID_TEXT(beneficiary->id),
                     beneficiary->sealed, &plain));
    *iban = str_sub(plain, 0, str_find(plain, '\0'));
    return OK;
}

/* --- reading -------------------------------------------------------------------------------------
 */

err_t beneficiary_find(struct ctx *cx, struct tx *tx, struct str reference, struct beneficiary *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_BENEFICIARY_FIND, ARGS(OWNER, V_TEXT(reference)), &rows,
                        &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, KIND, "is not known");
    *out = (struct beneficiary){
        .reference = col_text(rows, 1),
        .name = col_text(rows, 2),
        .siren = col_text(rows, 3),
        .ics = col_text(rows, 4),
        .sealed = col_blob(rows, 5),
        .street_number = col_text(rows, 6),
        .street_name = col_text(rows, 7),
        .zip_code = col_text(rows, 8),
        .city = col_text(rows, 9),
        .phone = col_text(rows, 10),
        .created = col_int(rows, 11),
    };
    col_id(rows, 0, out->id.raw);
    return OK;
}

static bool is_own(const struct merchant *merchant, struct str reference)
{
    return reference.len > 0 && str_eq(reference, str_of(merchant->debits.ics));
}

err_t beneficiary_check(struct ctx *cx, struct tx *tx, const struct merchant *merchant,
                        struct str reference)
{
    struct beneficiary beneficiary;

    return is_own(merchant, reference) ? OK : beneficiary_find(cx, tx, reference, &beneficiary);
}

err_t beneficiaries_exist(struct ctx *cx, struct tx *tx, bool *out)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_BENEFICIARY_ANY, ARGS(OWNER, V_TEXT(STR(""))), &rows, out));
    return OK;
}

/* --- writing -------------------------------------------------------------------------------------
 */

static err_t insert(struct ctx *cx, struct tx *tx, struct beneficiary *beneficiary)
{
    char *reference = arena_alloc(cx->arena, BENEFICIARY_REFERENCE_LEN + 1);

    rand_base32(reference, BENEFICIARY_REFERENCE_LEN);
    beneficiary->reference = str_of(reference);
    beneficiary->created = cx->now;
    return store_run(cx, tx, &SQL_BENEFICIARY_INSERT,
                     ARGS(OWNER, V_ID(beneficiary->id), V_TEXT(beneficiary->reference),
                          V_TEXT(beneficiary->name), V_TEXT(beneficiary->siren),
                          V_TEXT(beneficiary->ics), V_BLOB(beneficiary->sealed),
                          V_TEXT(beneficiary->street_number), V_TEXT(beneficiary->street_name),
                          V_TEXT(beneficiary->zip_code), V_TEXT(beneficiary->city),
                          V_TEXT(beneficiary->phone), V_INT(beneficiary->created)));
}

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct beneficiary_create *create = arg;
    enum idempotency_state state;
    char old[ID_SIZE];

    TRY(idempotency_check(&create->operation, tx, &state, old));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW);
    TRY(insert(cx, tx, &create->beneficiary));
    TRY(event_put(cx, tx, "beneficiary.created", create->beneficiary.id.raw, NULL));
    TRY(idempotency_open(&create->operation, tx, create->beneficiary.id.raw));
    return idempotency_close(&create->operation, tx);
}

void beneficiary_create(struct beneficiary_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct beneficiary_change *change = arg;
    struct beneficiary *beneficiary = &change->beneficiary;

    if (is_own(change->merchant, change->reference))
        return fault(cx, ERR_FORBIDDEN, KIND, "is the account itself, which its operator changes");
    TRY(beneficiary_find(cx, tx, change->reference, beneficiary));
    if (change->ics_given)
        beneficiary->ics = change->ics;
    if (change->iban.len > 0)
        TRY(number_seal(change->operation.core, cx, change->iban, beneficiary));
    TRY(store_run(
        cx, tx, &SQL_BENEFICIARY_UPDATE,
        ARGS(OWNER, V_ID(beneficiary->id), V_TEXT(beneficiary->ics), V_BLOB(beneficiary->sealed))));
    return event_put(cx, tx, "beneficiary.changed", beneficiary->id.raw,
                     change->iban.len > 0 ? "account" : NULL);
}

static void changed(struct operation *operation, err_t err)
{
    struct beneficiary_change *change = (struct beneficiary_change *)operation;

    crypto_wipe_text(change->iban);
    operation_end(operation, err);
}

void beneficiary_change(struct beneficiary_change *change)
{
    operation_write(&change->operation, change_body, changed);
}
