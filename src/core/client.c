#include "core/client.h"

#include "base/must.h"
#include "core/enrolment.h"
#include "core/event.h"
#include "core/idempotency.h"
#include "core/merchant.h"
#include "core/pdp_mandate.h"
#include "store/sql.h"

ENUM_DEFINE(client_status, CLIENT_STATUS_LIST)

static const char KIND[] = "client";

/* Names of merchants are shorter than those of organizations. */
enum { MERCHANT_NAME_MAX = 128 };

/* --- finding ------------------------------------------------------------------------------------
 */

static void client_row(struct rows *rows, struct client *out)
{
    *out = (struct client){
        .is =
            {
                 .organization_name = col_text(rows, 2),
                 .contact_email = col_text(rows, 3),
                 .external_ref = col_text(rows, 4),
                 .description = col_text(rows, 5),
                 },
        .created = col_int(rows, 7),
        .updated = col_int(rows, 8),
    };
    col_id(rows, 0, out->id.raw);
    col_id(rows, 1, out->sponsor.raw);
    must(client_status_parse(col_text(rows, 6), &out->status));
}

static err_t not_found(struct ctx *cx)
{
    return fault(cx, ERR_NOT_FOUND, KIND, "not found");
}

err_t client_load(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor, struct merchant_id id,
                  struct client *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_CLIENT_FIND,
                        ARGS(V_ID(sponsor), V_WORD(mode_text(cx->mode)), V_ID(id)), &rows, &found));
    if (!found)
        return not_found(cx);
    client_row(rows, out);
    return OK;
}

static err_t reference_find(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                            struct str external_ref, struct client *out, bool *found)
{
    struct rows *rows;

    TRY(store_query_one(cx, tx, &SQL_CLIENT_FIND_REFERENCE,
                        ARGS(V_ID(sponsor), V_WORD(mode_text(cx->mode)), V_TEXT(external_ref)),
                        &rows, found));
    if (*found)
        client_row(rows, out);
    return OK;
}

err_t client_of_reference(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                          struct str external_ref, struct client *out)
{
    bool found;

    TRY(reference_find(cx, tx, sponsor, external_ref, out, &found));
    return found ? OK : not_found(cx);
}

err_t client_of_merchant(struct ctx *cx, struct tx *tx, struct client *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_CLIENT_FIND_MERCHANT,
                        ARGS(V_WORD(mode_text(cx->mode)), V_ID(cx->merchant)), &rows, &found));
    if (!found)
        return not_found(cx);
    client_row(rows, out);
    return OK;
}

err_t client_list(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                  struct merchant_id after, struct client **out, size_t *count, bool *has_more)
{
    size_t capacity = 0;
    struct rows *rows;

    *out = NULL;
    TRY(store_query(cx, tx, &SQL_CLIENT_PAGE,
                    ARGS(V_ID(sponsor), V_WORD(mode_text(cx->mode)), V_TEXT(str_of(after.raw)),
                         V_INT(CLIENT_PAGE + 1)),
                    &rows));
    for (*count = 0;; (*count)++) {
        TRY(rows_next(rows, has_more));
        if (!*has_more)
            return OK;
        if (*count == CLIENT_PAGE)
            break;
        *out = arena_grow(cx->arena, *out, sizeof **out, *count, &capacity);
        client_row(rows, &(*out)[*count]);
    }
    rows_end(rows);
    return OK;
}

/* --- changing -----------------------------------------------------------------------------------
 */

/* What happened to a client stands in its own history. */
static err_t history_put(struct ctx *cx, struct tx *tx, struct merchant_id client, const char *kind,
                         const char *detail)
{
    struct merchant_id caller = cx->merchant;

    cx->merchant = client;
    err_t err = event_put(cx, tx, kind, client.raw, detail);
    cx->merchant = caller;
    return err;
}

static err_t reference_check(struct ctx *cx, struct tx *tx, struct sponsor_id sponsor,
                             struct str external_ref)
{
    struct client other;
    bool taken;

    TRY(reference_find(cx, tx, sponsor, external_ref, &other, &taken));
    if (taken)
        return fault_object(cx, ERR_CONFLICT, "external_ref", "is that of another client",
                            other.id.raw);
    return OK;
}

static err_t client_insert(struct ctx *cx, struct tx *tx, const struct client *client)
{
    const struct client_draft *is = &client->is;

    TRY(store_run(cx, tx, &SQL_CLIENT_INSERT,
                  ARGS(V_ID(client->sponsor), V_WORD(mode_text(cx->mode)), V_ID(client->id),
                       V_TEXT(is->external_ref), V_TEXT(is->organization_name),
                       V_TEXT(is->contact_email), V_TEXT(is->description),
                       V_WORD(client_status_text(client->status)), V_INT(client->created))));
    return history_put(cx, tx, client->id, "client.state", client_status_text(client->status));
}

err_t client_add(struct ctx *cx, struct tx *tx, struct merchant_id merchant,
                 const struct client_draft *draft, struct client *out)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_MERCHANT_FIND, ARGS(V_ID(merchant)), &rows, &found));
    if (!found)
        return fault(cx, ERR_NOT_FOUND, "merchant", "does not exist");
    *out = (struct client){
        .id = merchant, .is = *draft, .status = CLIENT_ACTIVE, .created = col_int(rows, 4)};
    col_id(rows, 0, out->sponsor.raw);
    TRY(store_query_one(cx, tx, &SQL_CLIENT_FIND,
                        ARGS(V_ID(out->sponsor), V_WORD(mode_text(cx->mode)), V_ID(merchant)),
                        &rows, &found));
    if (found)
        return fault(cx, ERR_CONFLICT, KIND, "is one already");
    TRY(reference_check(cx, tx, out->sponsor, draft->external_ref));
    return client_insert(cx, tx, out);
}

/* The longest beginning of the organization's name that a merchant may have. */
static struct str merchant_name(struct str name)
{
    struct str rest = name;

    for (size_t count = 0; rest.len > 0 && count < MERCHANT_NAME_MAX; count++) {
        uint32_t code;
        size_t len = str_utf8_first(rest, &code);
        must(len > 0);
        rest = str_from(rest, len);
    }
    return str_sub(name, 0, name.len - rest.len);
}

static err_t merchant_follow(struct ctx *cx, struct tx *tx, struct merchant_id id, struct str from,
                             struct str to)
{
    struct rows *rows;
    bool found;

    TRY(store_query_one(cx, tx, &SQL_MERCHANT_FIND, ARGS(V_ID(id)), &rows, &found));
    must(found);
    if (!str_eq(col_text(rows, 1), merchant_name(from)))
        return OK;
    TRY(merchants_changed(cx, tx));
    return store_run(cx, tx, &SQL_MERCHANT_RENAME, ARGS(V_ID(id), V_TEXT(merchant_name(to))));
}

/* Takes what the edit changes into `client`; gives the bits of what is not equal already. */
static unsigned edit_apply(struct client *client, const struct client_edit *edit)
{
    const struct {
        unsigned bit;
        struct str *now;
        struct str to;
    } texts[] = {
        {CLIENT_NAME,      &client->is.organization_name, edit->to.organization_name},
        {CLIENT_EMAIL,     &client->is.contact_email,     edit->to.contact_email    },
        {CLIENT_REFERENCE, &client->is.external_ref,      edit->to.external_ref     },
    };
    unsigned changed = 0;

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if ((edit->change & texts[i].bit) == 0 || str_eq(*texts[i].now, texts[i].to))
            continue;
        *texts[i].now = texts[i].to;
        changed |= texts[i].bit;
    }
    if ((edit->change & CLIENT_STATUS) != 0 && client->status != edit->status) {
        client->status = edit->status;
        changed |= CLIENT_STATUS;
    }
    return changed;
}

static err_t changes_tell(struct ctx *cx, struct tx *tx, const struct client *client,
                          unsigned changed)
{
    static const struct {
        unsigned bit;
        const char *word;
    } WORDS[] = {
        {CLIENT_NAME,      "organization_name"},
        {CLIENT_EMAIL,     "contact_email"    },
        {CLIENT_REFERENCE, "external_ref"     },
    };

    for (size_t i = 0; i < ARRAY_LEN(WORDS); i++) {
        if ((changed & WORDS[i].bit) != 0)
            TRY(history_put(cx, tx, client->id, "client.changed", WORDS[i].word));
    }
    if ((changed & CLIENT_STATUS) == 0)
        return OK;
    return history_put(cx, tx, client->id, "client.state", client_status_text(client->status));
}

/* The context is that of the caller, who may be another merchant of the sponsor. */
static err_t as_client(struct ctx *cx, struct tx *tx, struct merchant_id client,
                       err_t (*body)(struct ctx *cx, struct tx *tx))
{
    struct merchant_id caller = cx->merchant;

    cx->merchant = client;
    err_t err = body(cx, tx);
    cx->merchant = caller;
    return err;
}

err_t client_edit(struct ctx *cx, struct tx *tx, struct client *client,
                  const struct client_edit *edit)
{
    const struct client before = *client;
    unsigned changed = edit_apply(client, edit);

    if (changed == 0)
        return OK;
    if ((changed & CLIENT_REFERENCE) != 0)
        TRY(reference_check(cx, tx, client->sponsor, client->is.external_ref));
    client->updated = cx->now;
    TRY(store_run(cx, tx, &SQL_CLIENT_UPDATE,
                  ARGS(V_ID(client->sponsor), V_WORD(mode_text(cx->mode)), V_ID(client->id),
                       V_TEXT(client->is.external_ref), V_TEXT(client->is.organization_name),
                       V_TEXT(client->is.contact_email), V_WORD(client_status_text(client->status)),
                       V_INT(client->updated))));
    if ((changed & CLIENT_NAME) != 0)
        TRY(merchant_follow(cx, tx, client->id, before.is.organization_name,
                            client->is.organization_name));
    if ((changed & CLIENT_STATUS) != 0 && client->status == CLIENT_ACTIVE)
        TRY(as_client(cx, tx, client->id, pdp_mandates_go_on)); /* they wait until it is */
    return changes_tell(cx, tx, client, changed);
}

err_t client_has_mandate(struct ctx *cx, struct tx *tx, bool *out)
{
    struct rows *rows;

    TRY(pdp_mandates_living(cx, tx, out));
    if (*out)
        return OK;
    return store_query_one(cx, tx, &SQL_CLIENT_MANDATE,
                           ARGS(V_ID(cx->merchant), V_WORD(mode_text(cx->mode))), &rows, out);
}

/* --- operations ---------------------------------------------------------------------------------
 */

static err_t create_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct client_create *create = arg;
    struct client *client = &create->client;
    struct new_merchant merchant = {
        .sponsor = create->sponsor,
        .name = merchant_name(create->draft.organization_name),
    };
    enum idempotency_state state;
    struct merchant_id old;

    TRY(idempotency_check(&create->operation, tx, &state, old.raw));
    if (state == IDEMPOTENCY_REPLAYED)
        return OK;
    must(state == IDEMPOTENCY_NEW); /* one body: no crash leaves it open */
    TRY(reference_check(cx, tx, create->sponsor, create->draft.external_ref));
    *client = (struct client){.sponsor = create->sponsor,
                              .is = create->draft,
                              .status = CLIENT_ACTIVE,
                              .created = cx->now};
    TRY(merchant_add(cx, tx, &merchant, &client->id));
    TRY(client_insert(cx, tx, client));
    TRY(idempotency_open(&create->operation, tx, client->id.raw));
    return idempotency_close(&create->operation, tx);
}

void client_create(struct client_create *create)
{
    operation_write(&create->operation, create_body, operation_end);
}

static err_t change_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct client_change *change = arg;

    TRY(client_load(cx, tx, change->sponsor, change->id, &change->client));
    return client_edit(cx, tx, &change->client, &change->edit);
}

static void changed_end(struct operation *operation, err_t err)
{
    if (err == OK)
        generation_raise(operation->core->generation);
    operation_end(operation, err);
}

void client_change(struct client_change *change)
{
    operation_write(&change->operation, change_body, changed_end);
}

static err_t remove_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct client_remove *drop = arg;
    struct merchant_id caller = cx->merchant;
    struct client client;
    bool has_mandate;

    TRY(client_load(cx, tx, drop->sponsor, drop->id, &client));
    cx->merchant = client.id;
    err_t err = client_has_mandate(cx, tx, &has_mandate);
    cx->merchant = caller;
    TRY(err);
    if (has_mandate)
        return fault(cx, ERR_STATE, KIND, "still has mandates");
    TRY(store_run(cx, tx, &SQL_CLIENT_DELETE,
                  ARGS(V_ID(drop->sponsor), V_WORD(mode_text(cx->mode)), V_ID(drop->id))));
    /* Nobody has to examine what it handed in. */
    TRY(as_client(cx, tx, client.id, enrolment_close));
    return history_put(cx, tx, client.id, "client.state", "deleted");
}

void client_remove(struct client_remove *drop)
{
    operation_write(&drop->operation, remove_body, operation_end);
}
