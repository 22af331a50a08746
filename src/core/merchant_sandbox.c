#include "core/merchant_sandbox.h"

#include "base/crypto.h"
#include "base/must.h"
#include "base/rand.h"
#include "core/client.h"
#include "core/login.h"
#include "core/merchant_secret.h"
#include "store/sql.h"

enum { PASSWORD_LEN = 24, NAME_TRIES = 64 };

void sandbox_merchant_prepare(struct ctx *cx, struct vault *vault, struct sandbox_merchant *out)
{
    struct arena *arena = cx->arena;

    *out = (struct sandbox_merchant){.vault = vault};
    out->simplypaie_secret = merchant_secret_new(arena);
    out->simplypaie_hash = password_hash(arena, out->simplypaie_secret);
    out->safedebit_password = random_text(arena, PASSWORD_LEN);
    out->safedebit_hash = password_hash(arena, out->safedebit_password);
    out->callback_secret = merchant_secret_new(arena);
    out->button_secret = merchant_secret_new(arena);
}

static err_t login_is_free(struct ctx *cx, struct tx *tx, const char *face, struct str name,
                           bool *is_free)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_LOGIN_FIND, ARGS(V_WORD(face), V_TEXT(name)), &rows, &found));
    *is_free = !found;
    return OK;
}

/* The name of the contract for the first merchant, a random one of the same shape for the others.
 */
static err_t login_choose(struct ctx *cx, struct tx *tx, const char *face, struct str *out)
{
    bool digits = str_eq(str_of(face), STR("simplypaie"));
    bool is_free;

    *out = digits ? STR("123456") : STR("atelier");
    for (int i = 0; i < NAME_TRIES; i++) {
        TRY(login_is_free(cx, tx, face, *out, &is_free));
        if (is_free)
            return OK;
        *out = digits ? str_format(cx->arena, "%u", 100000 + rand_below(899999999))
                      : str_format(cx->arena, "atelier-%s", random_text(cx->arena, 8).ptr);
    }
    return fault(cx, ERR_CONFLICT, face, "has no free login left");
}

static err_t logins_make(struct ctx *cx, struct tx *tx, struct sandbox_merchant *made)
{
    TRY(login_choose(cx, tx, "simplypaie", &made->simplypaie_id));
    TRY(login_choose(cx, tx, "safedebit", &made->safedebit_login));
    TRY(login_add(cx, tx, "simplypaie", made->simplypaie_id, made->simplypaie_hash));
    return login_add(cx, tx, "safedebit", made->safedebit_login, made->safedebit_hash);
}

/* Its key, and the merchant itself as the first of its clients. */
static err_t sponsor_begin(struct ctx *cx, struct tx *tx, const struct str *values,
                           struct sandbox_merchant *made)
{
    const struct client_draft draft = {
        .organization_name = merchant_setting_value(values, "name"),
        .contact_email = merchant_setting_value(values, "email"),
        .external_ref = STR("sandbox"),
    };
    struct client client;

    TRY(merchant_sponsor_key_add(cx, tx, made->merchant, MODE_TEST, &made->seqino_key));
    return client_add(cx, tx, made->merchant, &draft, &client);
}

err_t sandbox_merchant_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct sandbox_merchant *made = arg;
    struct new_merchant request = {
        .name = STR("Atelier Exemple SARL"),
        .sponsor_name = STR("Éditeur Exemple SAS"),
        .sponsor_siren = STR("200000008"),
    };
    struct str *values;

    TRY(merchant_add(cx, tx, &request, &made->merchant));
    made->sponsor = request.sponsor;
    cx->merchant = made->merchant;
    cx->mode = MODE_TEST;
    TRY(merchant_set_sandbox(cx, tx, made->merchant));
    TRY(logins_make(cx, tx, made));
    /* The number in pay links leads to one merchant only: the others take their client id for it.
     */
    if (!str_eq(made->simplypaie_id, STR("123456")))
        TRY(merchant_set(cx, tx, made->merchant, STR("account_number"), made->simplypaie_id));
    TRY(merchant_key_add(cx, tx, made->merchant, MODE_TEST, &made->keys));
    TRY(merchant_secret_put(cx, tx, made->vault, "safedebit", made->callback_secret));
    TRY(merchant_secret_put(cx, tx, made->vault, "simplypaie", made->button_secret));
    TRY(merchant_settings(cx, tx, made->merchant, &values));
    TRY(sponsor_begin(cx, tx, values, made));
    made->ics = merchant_setting_value(values, "ics");
    made->otp_threshold = merchant_setting_value(values, "otp_threshold");
    return OK;
}
