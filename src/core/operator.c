#include "core/operator.h"

#include "base/must.h"
#include "core/audit.h"
#include "core/mail.h"
#include "core/operator_session.h"
#include "store/sql.h"

ENUM_DEFINE(operator_role, OPERATOR_ROLE_LIST)

enum { COL_SECRET_HASH = 7 };

/* --- finding -------------------------------------------------------------------------------------
 */

static struct operator_account account_read(struct rows *rows)
{
    struct operator_account account = {
        .email = col_text(rows, 1),
        .failures = col_int(rows, 3),
        .locked_until = col_int(rows, 4),
        .last = col_int(rows, 5),
        .created = col_int(rows, 6),
    };

    col_id(rows, 0, account.id.raw);
    must(operator_role_parse(col_text(rows, 2), &account.role));
    return account;
}

err_t operator_find(struct ctx *cx, struct tx *tx, struct str email, struct operator_account *out,
                    struct str *secret_hash)
{
    struct str lower = str_lower(cx->arena, email);
    struct rows *rows;
    bool found;

    *out = (struct operator_account){.failures = 0};
    TRY(store_query_one(cx, tx, &SQL_OPERATOR_FIND, ARGS(V_TEXT(lower)), &rows, &found));
    if (!found)
        return OK;
    *out = account_read(rows);
    if (secret_hash != NULL)
        *secret_hash = col_text(rows, COL_SECRET_HASH);
    return OK;
}

err_t operator_list(struct ctx *cx, struct tx *tx, struct operator_account **out, size_t *count)
{
    struct rows *rows;
    bool has;

    *out = arena_array(cx->arena, struct operator_account, OPERATORS_MAX);
    *count = 0;
    TRY(store_query(cx, tx, &SQL_OPERATOR_LIST, ARGS_NONE, &rows));
    for (;;) {
        TRY(rows_next(rows, &has));
        if (!has)
            return OK;
        must(*count < OPERATORS_MAX);
        (*out)[(*count)++] = account_read(rows);
    }
}

err_t operators_exist(struct ctx *cx, struct tx *tx, bool *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_OPERATOR_EXISTS, ARGS_NONE, &rows, &found));
    must(found);
    *out = col_int(rows, 0) == 1;
    return OK;
}

/* --- making and changing -------------------------------------------------------------------------
 */

const char *operator_password_wrong(struct str password)
{
    size_t characters;

    if (!str_utf8_count(password, &characters))
        return "is no text in UTF-8";
    if (characters < OPERATOR_PASSWORD_MIN)
        return "has fewer than 12 characters";
    return characters > OPERATOR_PASSWORD_MAX ? "has more than 128 characters" : NULL;
}

static err_t audit_of(struct ctx *cx, struct tx *tx, enum audit_what what, struct str email)
{
    return audit_put(cx, tx, &(struct audit_deed){.what = what, .object = email});
}

err_t operator_add(struct ctx *cx, struct tx *tx, struct str email, struct str hash)
{
    struct str lower = str_lower(cx->arena, email);
    struct operator_account *all;
    struct operator_id id;
    size_t count;

    if (!mail_address_valid(lower))
        return fault(cx, ERR_INVALID, "email", "is no e-mail address");
    TRY(operator_list(cx, tx, &all, &count));
    for (size_t i = 0; i < count; i++) {
        if (str_eq(all[i].email, lower))
            return fault(cx, ERR_CONFLICT, "email", "is an operator's already");
    }
    if (count == OPERATORS_MAX)
        return fault(cx, ERR_LIMIT, "email", "would be one operator too many");
    ID_NEW(cx->ids, &id);
    TRY(store_run(cx, tx, &SQL_OPERATOR_INSERT,
                  ARGS(V_ID(id), V_TEXT(lower), V_WORD(operator_role_text(OPERATOR_OWNER)),
                       V_TEXT(hash), V_INT(cx->real))));
    return audit_of(cx, tx, AUDIT_OPERATOR_ADDED, lower);
}

static err_t existing(struct ctx *cx, struct tx *tx, struct str email, struct operator_account *out)
{
    TRY(operator_find(cx, tx, email, out, NULL));
    return ID_NONE(out->id) ? fault(cx, ERR_NOT_FOUND, "email", "is no operator's") : OK;
}

err_t operator_password(struct ctx *cx, struct tx *tx, struct str email, struct str hash)
{
    struct operator_account account;

    TRY(existing(cx, tx, email, &account));
    TRY(store_run(cx, tx, &SQL_OPERATOR_PASSWORD, ARGS(V_ID(account.id), V_TEXT(hash))));
    TRY(operator_failures_forget(cx, tx, account.email));
    TRY(operator_sessions_end(cx, tx, account.id));
    return audit_of(cx, tx, AUDIT_OPERATOR_PASSWORD, account.email);
}

err_t operator_remove(struct ctx *cx, struct tx *tx, struct str email)
{
    struct operator_account account;

    TRY(existing(cx, tx, email, &account));
    TRY(operator_sessions_end(cx, tx, account.id));
    TRY(store_run(cx, tx, &SQL_OPERATOR_DELETE, ARGS(V_ID(account.id))));
    return audit_of(cx, tx, AUDIT_OPERATOR_REMOVED, account.email);
}

err_t operator_unlock(struct ctx *cx, struct tx *tx, struct str email)
{
    struct operator_account account;

    TRY(existing(cx, tx, email, &account));
    TRY(store_run(cx, tx, &SQL_OPERATOR_UNLOCK, ARGS(V_ID(account.id))));
    TRY(operator_failures_forget(cx, tx, account.email));
    return audit_of(cx, tx, AUDIT_OPERATOR_UNLOCKED, account.email);
}
