#include "core/client.h"

#include "api/seqino/call.h"
#include "api/seqino/routes.h"
#include "base/must.h"

/* Clients (api/seqino.md 3). */

#define CLIENT_WORD(symbol, value, text) [value] = (text),
static const char *const STATUS_TEXTS[] = {CLIENT_STATUS_LIST(CLIENT_WORD)};
static const struct words STATUSES = {STATUS_TEXTS, ARRAY_LEN(STATUS_TEXTS), false};

struct client_in {
    struct given given;
    struct str name;
    struct str email;
    struct str reference;
    int status;
};
#define AT(member) FIELD_AT(struct client_in, member)
#define AT_STATUS FIELD_AT_MORE(struct client_in, status, &STATUSES)
static const struct field IN[] = {
    {"organization_name", F_TEXT,  1, 255, REQUIRED, SEED, ED_ALL, AT(name)     },
    {"contact_email",     F_EMAIL, 0, 255, REQUIRED, SEED, ED_ALL, AT(email)    },
    {"external_ref",      F_TEXT,  1, 100, REQUIRED, SEED, ED_ALL, AT(reference)},
};
static const struct field CHANGE[] = {
    {"organization_name", F_TEXT,  1, 255, OPTIONAL, SEED, ED_ALL, AT(name)     },
    {"contact_email",     F_EMAIL, 0, 255, OPTIONAL, SEED, ED_ALL, AT(email)    },
    {"external_ref",      F_TEXT,  1, 100, OPTIONAL, SEED, ED_ALL, AT(reference)},
    {"status",            F_WORD,  0, 0,   OPTIONAL, SEED, ED_ALL, AT_STATUS    },
};
#undef AT
#undef AT_STATUS
const struct table SEQINO_CLIENT_IN = TABLE_OF("ClientCreate", struct client_in, IN);
const struct table SEQINO_CLIENT_CHANGE = TABLE_OF("ClientUpdate", struct client_in, CHANGE);

struct client_out {
    struct given given;
    struct merchant_id id;
    struct str name;
    struct str email;
    struct str reference;
    struct sponsor_id sponsor;
    int status;
    instant created;
    instant updated;
};
#define AT(member) FIELD_AT(struct client_out, member)
#define AT_ID FIELD_AT_MORE(struct client_out, id, CLIENT_PREFIX)
#define AT_SPONSOR FIELD_AT_MORE(struct client_out, sponsor, SPONSOR_PREFIX)
#define AT_STATUS FIELD_AT_MORE(struct client_out, status, &STATUSES)
static const struct field OUT[] = {
    {"client_id",         F_ID,      0, 0,   REQUIRED, SEED, ED_ALL, AT_ID        },
    {"organization_name", F_TEXT,    1, 255, REQUIRED, SEED, ED_ALL, AT(name)     },
    {"contact_email",     F_TEXT,    0, 255, REQUIRED, SEED, ED_ALL, AT(email)    },
    {"external_ref",      F_TEXT,    1, 100, REQUIRED, SEED, ED_ALL, AT(reference)},
    {"sponsor_id",        F_ID,      0, 0,   REQUIRED, SEED, ED_ALL, AT_SPONSOR   },
    {"status",            F_WORD,    0, 0,   REQUIRED, SEED, ED_ALL, AT_STATUS    },
    {"created_at",        F_RFC3339, 0, 0,   REQUIRED, SEED, ED_ALL, AT(created)  },
    {"updated_at",        F_RFC3339, 0, 0,   OPTIONAL, SEED, ED_ALL, AT(updated)  },
};
#undef AT
#undef AT_ID
#undef AT_SPONSOR
#undef AT_STATUS
const struct table SEQINO_CLIENT_OUT = TABLE_OF("Client", struct client_out, OUT);

struct client_query {
    struct given given;
    struct str external_ref;
    struct merchant_id cursor;
};
/* A reference of any length may be asked for; what no client can have is no client's. */
enum { REFERENCE_ASKED_MAX = 4096 };
#define AT(member) FIELD_AT(struct client_query, member)
static const struct field QUERY[] = {
    {"external_ref", F_TEXT, 0, REFERENCE_ASKED_MAX, OPTIONAL, SEED, ED_ALL, AT(external_ref)},
    {"cursor",       F_ID,   0, 0,                   OPTIONAL, OURS, ED_ALL, AT(cursor)      },
};
#undef AT
const struct table SEQINO_CLIENT_QUERY = TABLE_OF("ClientQuery", struct client_query, QUERY);

static void to_wire(const struct client *client, struct client_out *out)
{
    *out = (struct client_out){
        .id = client->id,
        .name = client->is.organization_name,
        .email = client->is.contact_email,
        .reference = client->is.external_ref,
        .sponsor = client->sponsor,
        .status = (int)client->status,
        .created = client->created,
        .updated = client->updated,
    };
    if (client->updated != 0)
        GIVE(out, updated);
}

static struct str client_text(const struct request *request, const struct client *client)
{
    struct client_out out;

    to_wire(client, &out);
    return sq_text(request, &SEQINO_CLIENT_OUT, &out);
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void answer_client(struct request *request, err_t err, const struct client *client)
{
    if (err == OK)
        sq_answer(request, 200, client_text(request, client));
    else
        sq_error(request, err);
}

void seqino_client_get(struct request *request)
{
    struct merchant_id id;
    struct client client;
    struct tx *tx;

    if (!sq_id(request, CLIENT_PREFIX, "client", id.raw) || !sq_read(request, &tx))
        return;
    err_t err = client_load(request->cx, tx, caller(request)->sponsor, id, &client);
    answer_client(request, err, &client);
}

/* One after the other: a thousand of them on the side would cost more than the reading. */
static void answer_list(struct request *request, const struct client *clients, size_t count)
{
    struct buf out = buf_make(request->cx->arena, SQ_ANSWER_MAX);
    struct client_out one;

    buf_put_byte(&out, '[');
    for (size_t i = 0; i < count; i++) {
        to_wire(&clients[i], &one);
        sq_list_next(&out, i, count);
        field_write(&out, &SEQINO_CLIENT_OUT, ED_ALL, &one);
    }
    buf_put_byte(&out, ']');
    must(!out.failed);
    sq_answer(request, 200, buf_str(&out));
}

void seqino_client_list(struct request *request)
{
    struct ctx *cx = request->cx;
    struct sponsor_id sponsor = caller(request)->sponsor;
    struct client_query in;
    struct client *clients;
    struct client one;
    size_t count;
    bool has_more;
    struct tx *tx;

    if (!sq_query(request, &in) || !sq_read(request, &tx))
        return;
    if (GIVEN(&in, external_ref)) {
        answer_client(request, client_of_reference(cx, tx, sponsor, in.external_ref, &one), &one);
        return;
    }
    err_t err = client_list(cx, tx, sponsor, in.cursor, &clients, &count, &has_more);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    if (has_more)
        sq_next(request, STR_NONE, clients[count - 1].id.raw);
    answer_list(request, clients, count);
}

/* --- writing ------------------------------------------------------------------------------------
 */

static struct client_draft draft_of(const struct client_in *in)
{
    return (struct client_draft){
        .organization_name = in->name,
        .contact_email = in->email,
        .external_ref = in->reference,
    };
}

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = client_text(request, &((const struct client_create *)operation)->client);
    return OK;
}

static void create_start(struct operation *operation)
{
    client_create((struct client_create *)operation);
}

void seqino_client_create(struct request *request)
{
    struct client_create *create = arena_make(request->cx->arena, struct client_create);
    struct client_in in;

    if (!sq_body(request, &in))
        return;
    create->sponsor = caller(request)->sponsor;
    create->draft = draft_of(&in);
    sq_create(request, &create->operation, create_start, created_text);
}

static err_t changed_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    *out = client_text(request, &((const struct client_change *)operation)->client);
    return OK;
}

static void change_start(struct operation *operation)
{
    client_change((struct client_change *)operation);
}

static struct client_edit edit_of(const struct client_in *in)
{
    struct client_edit edit = {.to = draft_of(in), .status = (enum client_status)in->status};

    edit.change |= GIVEN(in, name) ? CLIENT_NAME : 0U;
    edit.change |= GIVEN(in, email) ? CLIENT_EMAIL : 0U;
    edit.change |= GIVEN(in, reference) ? CLIENT_REFERENCE : 0U;
    edit.change |= GIVEN(in, status) ? CLIENT_STATUS : 0U;
    return edit;
}

void seqino_client_update(struct request *request)
{
    struct client_change *change = arena_make(request->cx->arena, struct client_change);
    struct client_in in;

    if (!sq_id(request, CLIENT_PREFIX, "client", change->id.raw) || !sq_body(request, &in))
        return;
    change->sponsor = caller(request)->sponsor;
    change->edit = edit_of(&in);
    sq_run(request, &change->operation, change_start, changed_text);
}

static void remove_start(struct operation *operation)
{
    client_remove((struct client_remove *)operation);
}

void seqino_client_delete(struct request *request)
{
    struct client_remove *drop = arena_make(request->cx->arena, struct client_remove);

    if (!sq_id(request, CLIENT_PREFIX, "client", drop->id.raw))
        return;
    drop->sponsor = caller(request)->sponsor;
    sq_run(request, &drop->operation, remove_start, NULL);
}

/* --- the older form -----------------------------------------------------------------------------
 */

struct pdp_client_in {
    struct given given;
    struct str reference;
    struct str name;
    struct str description;
};
#define AT(member) FIELD_AT(struct pdp_client_in, member)
static const struct field PDP_IN[] = {
    {"external_reference", F_TEXT, 1, 100,  REQUIRED, DOC, ED_ALL, AT(reference)  },
    {"client_name",        F_TEXT, 1, 255,  REQUIRED, DOC, ED_ALL, AT(name)       },
    {"description",        F_TEXT, 0, 1000, OPTIONAL, DOC, ED_ALL, AT(description)},
};
#undef AT
const struct table SEQINO_PDP_CLIENT_IN = TABLE_OF("PdpClientCreate", struct pdp_client_in, PDP_IN);

struct pdp_client_out {
    struct given given;
    struct merchant_id id;
    struct str reference;
    struct str name;
    int status;
    instant created;
    struct str message;
};
#define AT(member) FIELD_AT(struct pdp_client_out, member)
#define AT_ID FIELD_AT_MORE(struct pdp_client_out, id, CLIENT_PREFIX)
#define AT_STATUS FIELD_AT_MORE(struct pdp_client_out, status, &STATUSES)
static const struct field PDP_OUT[] = {
    {"pdp_client_id",      F_ID,      0, 0,   REQUIRED, DOC, ED_ALL, AT_ID        },
    {"external_reference", F_TEXT,    1, 100, REQUIRED, DOC, ED_ALL, AT(reference)},
    {"client_name",        F_TEXT,    1, 255, REQUIRED, DOC, ED_ALL, AT(name)     },
    {"status",             F_WORD,    0, 0,   REQUIRED, DOC, ED_ALL, AT_STATUS    },
    {"created_at",         F_RFC3339, 0, 0,   REQUIRED, DOC, ED_ALL, AT(created)  },
    {"message",            F_TEXT,    1, 255, REQUIRED, DOC, ED_ALL, AT(message)  },
};
#undef AT
#undef AT_ID
#undef AT_STATUS
const struct table SEQINO_PDP_CLIENT_OUT = TABLE_OF("PdpClient", struct pdp_client_out, PDP_OUT);

static err_t pdp_created_text(const struct request *request, struct operation *operation,
                              struct str *out)
{
    const struct client *client = &((const struct client_create *)operation)->client;
    const struct pdp_client_out object = {
        .id = client->id,
        .reference = client->is.external_ref,
        .name = client->is.organization_name,
        .status = (int)client->status,
        .created = client->created,
        .message = STR("Client created successfully"),
    };

    *out = sq_text(request, &SEQINO_PDP_CLIENT_OUT, &object);
    return OK;
}

void seqino_pdp_client_create(struct request *request)
{
    struct client_create *create = arena_make(request->cx->arena, struct client_create);
    struct pdp_client_in in;

    if (!sq_body(request, &in))
        return;
    create->sponsor = caller(request)->sponsor;
    create->draft = (struct client_draft){
        .organization_name = in.name,
        .contact_email = STR(""),
        .external_ref = in.reference,
        .description = in.description,
    };
    sq_create(request, &create->operation, create_start, pdp_created_text);
}
