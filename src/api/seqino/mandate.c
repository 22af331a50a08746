#include "api/seqino/mandate.h"

#include "api/seqino/call.h"
#include "api/seqino/directory.h"
#include "api/seqino/routes.h"
#include "base/must.h"
#include "core/document.h"
#include "core/enrolment_paper.h"

/* Mandates of clients (api/seqino.md 5). */

enum { LIST_MAX = 1000 };

/* What was revoked is not shown. */
static const char *const STATUS_TEXTS[] = {
    [PDP_MANDATE_PROCESSING] = "processing",   [PDP_MANDATE_CREATED] = "created",
    [PDP_MANDATE_PENDING_KYC] = "pending_kyc", [PDP_MANDATE_ACTIVE] = "active",
    [PDP_MANDATE_EXPIRED] = "expired",         [PDP_MANDATE_ERROR] = "error",
};
static const struct words STATUSES = {STATUS_TEXTS, ARRAY_LEN(STATUS_TEXTS), false};
#define WORD(symbol, value, text) [value] = (text),
static const char *const REGISTRATION_TEXTS[] = {PDP_REGISTRATION_LIST(WORD)};
static const struct words REGISTRATIONS = {REGISTRATION_TEXTS, ARRAY_LEN(REGISTRATION_TEXTS),
                                           false};

struct mandate_in {
    struct given given;
    struct date starts;
    struct date ends;
    struct entry_in entry;
};
#define AT(member) FIELD_AT(struct mandate_in, member)
#define AT_ENTRY FIELD_AT_MORE(struct mandate_in, entry, &SEQINO_ENTRY_IN)
static const struct field IN[] = {
    {"start_date",      F_DATE,   0, 0, REQUIRED, DOC, ED_ALL, AT(starts)},
    {"end_date",        F_DATE,   0, 0, OPTIONAL, DOC, ED_ALL, AT(ends)  },
    {"directory_entry", F_OBJECT, 0, 0, REQUIRED, DOC, ED_ALL, AT_ENTRY  },
};
#undef AT
#undef AT_ENTRY
const struct table SEQINO_MANDATE_IN = TABLE_OF("MandateCreate", struct mandate_in, IN);

struct batch_in {
    struct given given;
    struct field_list mandates;
};
#define AT_MANDATES FIELD_AT_MORE(struct batch_in, mandates, &SEQINO_MANDATE_IN)
static const struct field BATCH_IN[] = {
    {"mandates", F_OBJECTS, 1, PDP_MANDATES_MAX, REQUIRED, DOC, ED_ALL, AT_MANDATES},
};
#undef AT_MANDATES
const struct table SEQINO_MANDATE_BATCH_IN =
    TABLE_OF("MandateBatchCreate", struct batch_in, BATCH_IN);

struct mandate_out {
    struct given given;
    struct pdp_mandate_id id;
    struct merchant_id client;
    struct date starts;
    struct date ends;
    struct str file;
    int status;
    struct entry_out entry;
    int registration;
    struct str cause;
    instant created;
    instant updated;
};
#define AT(member) FIELD_AT(struct mandate_out, member)
#define AT_ID FIELD_AT_MORE(struct mandate_out, id, MANDATE_PREFIX)
#define AT_CLIENT FIELD_AT_MORE(struct mandate_out, client, CLIENT_PREFIX)
#define AT_STATUS FIELD_AT_MORE(struct mandate_out, status, &STATUSES)
#define AT_ENTRY FIELD_AT_MORE(struct mandate_out, entry, &SEQINO_ENTRY_OUT)
#define AT_REGISTRATION FIELD_AT_MORE(struct mandate_out, registration, &REGISTRATIONS)
static const struct field OUT[] = {
    {"id",                      F_ID,      0, 0,    REQUIRED, DOC,  ED_ALL, AT_ID          },
    {"client_id",               F_ID,      0, 0,    REQUIRED, DOC,  ED_ALL, AT_CLIENT      },
    {"start_date",              F_DATE,    0, 0,    REQUIRED, DOC,  ED_ALL, AT(starts)     },
    {"end_date",                F_DATE,    0, 0,    OPTIONAL, DOC,  ED_ALL, AT(ends)       },
    {"file_attachment",         F_TEXT,    0, 2048, OPTIONAL, DOC,  ED_ALL, AT(file)       },
    {"status",                  F_WORD,    0, 0,    REQUIRED, DOC,  ED_ALL, AT_STATUS      },
    {"directory_entry",         F_OBJECT,  0, 0,    REQUIRED, DOC,  ED_ALL, AT_ENTRY       },
    {"smp_registration_status", F_WORD,    0, 0,    REQUIRED, OURS, ED_ALL, AT_REGISTRATION},
    {"error_cause",             F_TEXT,    0, 64,   OPTIONAL, OURS, ED_ALL, AT(cause)      },
    {"created_at",              F_RFC3339, 0, 0,    REQUIRED, DOC,  ED_ALL, AT(created)    },
    {"updated_at",              F_RFC3339, 0, 0,    OPTIONAL, DOC,  ED_ALL, AT(updated)    },
};
#undef AT
#undef AT_ID
#undef AT_CLIENT
#undef AT_STATUS
#undef AT_ENTRY
#undef AT_REGISTRATION
const struct table SEQINO_MANDATE_OUT = TABLE_OF("Mandate", struct mandate_out, OUT);

struct mandate_query {
    struct given given;
    int status;
    struct pdp_mandate_id cursor;
};
#define AT(member) FIELD_AT(struct mandate_query, member)
#define AT_STATUS FIELD_AT_MORE(struct mandate_query, status, &STATUSES)
static const struct field QUERY[] = {
    {"status_filter", F_WORD, 0, 0, OPTIONAL, DOC,  ED_ALL, AT_STATUS },
    {"cursor",        F_ID,   0, 0, OPTIONAL, OURS, ED_ALL, AT(cursor)},
};
#undef AT
#undef AT_STATUS
const struct table SEQINO_MANDATE_QUERY = TABLE_OF("MandateQuery", struct mandate_query, QUERY);

/* What the client signed when it enrolled is the same for all of them: the address where a
 * mandate's is read, or none. */
static struct str file_address(const struct request *request, struct pdp_mandate_id id,
                               bool has_signed)
{
    struct str base = request->core->public_url;

    return !has_signed ? STR_NONE
                       : str_format(request->cx->arena, "%.*s/mandates/" MANDATE_PREFIX "%s/file",
                                    (int)base.len, base.ptr, id.raw);
}

static err_t signed_find(struct ctx *cx, struct tx *tx, bool *has_signed)
{
    struct document_id document;

    return enrolment_document(cx, tx, &document, has_signed);
}

static void to_wire(const struct request *request, const struct pdp_mandate *mandate,
                    bool has_signed, struct mandate_out *out)
{
    *out = (struct mandate_out){
        .id = mandate->id,
        .client = request->cx->merchant,
        .starts = mandate->starts,
        .ends = mandate->ends,
        .file = file_address(request, mandate->id, has_signed),
        .status = (int)mandate->state,
        .entry = entry_write(&mandate->line),
        .registration = (int)mandate->registration,
        .cause = mandate->cause,
        .created = mandate->created,
        .updated = mandate->updated,
    };
    GIVE(out, entry);
    if (mandate->ends_some_day)
        GIVE(out, ends);
    if (mandate->updated != 0)
        GIVE(out, updated);
}

static struct str mandate_text(const struct request *request, const struct pdp_mandate *mandate,
                               bool has_signed)
{
    struct mandate_out out;

    to_wire(request, mandate, has_signed, &out);
    return sq_text(request, &SEQINO_MANDATE_OUT, &out);
}

err_t seqino_mandate_text(const struct request *request, struct tx *tx,
                          const struct pdp_mandate *mandate, struct str *out)
{
    bool has_signed;

    TRY(signed_find(request->cx, tx, &has_signed));
    *out = mandate_text(request, mandate, has_signed);
    return OK;
}

static struct str mandates_text(const struct request *request, const struct pdp_mandate *mandates,
                                size_t count, bool has_signed)
{
    struct mandate_out *out = arena_array(request->cx->arena, struct mandate_out, count + 1);

    for (size_t i = 0; i < count; i++)
        to_wire(request, &mandates[i], has_signed, &out[i]);
    return sq_list_text(request, &SEQINO_MANDATE_OUT, out, count);
}

/* --- reading ------------------------------------------------------------------------------------
 */

static struct str status_asked(struct arena *arena, int status)
{
    return status == 0 ? STR_NONE : str_format(arena, "status_filter=%s", STATUS_TEXTS[status]);
}

void seqino_mandate_list(struct request *request)
{
    struct pdp_mandate_filter filter = {.limit = LIST_MAX + 1};
    struct pdp_mandate *mandates;
    struct mandate_query in;
    struct tx *tx;
    size_t count;
    bool has_signed;

    if (!sq_client(request) || !sq_query(request, &in) || !sq_read(request, &tx))
        return;
    filter.state = (enum pdp_mandate_state)in.status;
    filter.after = in.cursor;
    err_t err = pdp_mandate_list(request->cx, tx, &filter, &mandates, &count);
    if (err == OK)
        err = signed_find(request->cx, tx, &has_signed);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    if (count > LIST_MAX) {
        count = LIST_MAX;
        sq_next(request, status_asked(request->cx->arena, in.status), mandates[count - 1].id.raw);
    }
    sq_answer(request, 200, mandates_text(request, mandates, count, has_signed));
}

/* [doc] The client header is optional here: then the mandate leads to its client. */
static bool client_of(struct request *request, struct pdp_mandate_id id)
{
    struct merchant_id client;
    struct tx *tx;

    if (request_header(request, STR(CLIENT_HEADER)).len > 0)
        return sq_client(request);
    if (!sq_read(request, &tx))
        return false;
    err_t err = pdp_mandate_owner(request->cx, tx, caller(request)->sponsor, id, &client);
    if (err == OK)
        return sq_client_named(request,
                               str_format(request->cx->arena, CLIENT_PREFIX "%s", client.raw));
    sq_error(request, err);
    return false;
}

void seqino_mandate_get(struct request *request)
{
    struct pdp_mandate mandate;
    struct pdp_mandate_id id;
    struct str text = STR_NONE;
    struct tx *tx;

    if (!sq_id(request, MANDATE_PREFIX, "mandate", id.raw) || !client_of(request, id) ||
        !sq_read(request, &tx))
        return;
    err_t err = pdp_mandate_load(request->cx, tx, id, &mandate);
    if (err == OK)
        err = seqino_mandate_text(request, tx, &mandate, &text);
    if (err == OK)
        sq_answer(request, 200, text);
    else
        sq_error(request, err);
}

static err_t file_read(struct request *request, struct tx *tx, struct pdp_mandate_id id,
                       struct str *pdf)
{
    struct pdp_mandate mandate;
    struct document_id document;
    bool has_signed;

    TRY(pdp_mandate_load(request->cx, tx, id, &mandate));
    TRY(enrolment_document(request->cx, tx, &document, &has_signed));
    if (!has_signed)
        return fault(request->cx, ERR_NOT_FOUND, "document", "not found: the client signed none");
    return document_open(request->core, request->cx, tx, document, pdf);
}

void seqino_mandate_file(struct request *request)
{
    struct pdp_mandate_id id;
    struct str pdf = STR_NONE;
    struct tx *tx;

    if (!sq_id(request, MANDATE_PREFIX, "mandate", id.raw) || !client_of(request, id) ||
        !sq_read(request, &tx))
        return;
    err_t err = file_read(request, tx, id, &pdf);
    if (err != OK) {
        sq_error(request, err);
        return;
    }
    response_header(request, STR("Cache-Control"), STR("no-store"));
    response_header(request, STR("Content-Disposition"),
                    STR("attachment; filename=\"mandat.pdf\""));
    response_set(request, 200, STR("application/pdf"), pdf);
}

/* --- writing ------------------------------------------------------------------------------------
 */

static struct pdp_mandate mandate_read(const struct mandate_in *in)
{
    return (struct pdp_mandate){
        .starts = in->starts,
        .ends_some_day = GIVEN(in, ends),
        .ends = in->ends,
        .line = entry_read(&in->entry),
    };
}

struct creation {
    struct pdp_mandate_create create; /* first */
    bool has_signed;
};

static err_t created_text(const struct request *request, struct operation *operation,
                          struct str *out)
{
    const struct creation *creation = (const struct creation *)operation;
    const struct pdp_mandate_create *create = &creation->create;

    *out = create->alone
               ? mandate_text(request, &create->items[0], creation->has_signed)
               : mandates_text(request, create->items, create->count, creation->has_signed);
    return OK;
}

static void create_start(struct operation *operation)
{
    pdp_mandate_create((struct pdp_mandate_create *)operation);
}

static void creation_start(struct request *request, struct creation *creation)
{
    struct tx *tx;

    if (!sq_read(request, &tx))
        return;
    err_t err = signed_find(request->cx, tx, &creation->has_signed);
    if (err == OK)
        sq_create(request, &creation->create.operation, create_start, created_text);
    else
        sq_error(request, err);
}

void seqino_mandate_create(struct request *request)
{
    struct arena *arena = request->cx->arena;
    struct creation *creation = arena_make(arena, struct creation);
    struct pdp_mandate_create *create = &creation->create;
    struct mandate_in in;

    if (!sq_client(request) || !sq_body(request, &in))
        return;
    create->items = arena_make(arena, struct pdp_mandate);
    create->items[0] = mandate_read(&in);
    create->count = 1;
    create->alone = true;
    creation_start(request, creation);
}

void seqino_mandate_batch(struct request *request)
{
    struct arena *arena = request->cx->arena;
    struct creation *creation = arena_make(arena, struct creation);
    struct pdp_mandate_create *create = &creation->create;
    struct batch_in in;

    if (!sq_client(request) || !sq_body(request, &in))
        return;
    const struct mandate_in *items = in.mandates.items;
    create->count = in.mandates.count;
    create->items = arena_array(arena, struct pdp_mandate, create->count);
    for (size_t i = 0; i < create->count; i++)
        create->items[i] = mandate_read(&items[i]);
    creation_start(request, creation);
}

static void revoke_start(struct operation *operation)
{
    pdp_mandate_revoke((struct pdp_mandate_revoke *)operation);
}

void seqino_mandate_revoke(struct request *request)
{
    struct pdp_mandate_revoke *revoke = arena_make(request->cx->arena, struct pdp_mandate_revoke);

    if (!sq_id(request, MANDATE_PREFIX, "mandate", revoke->id.raw) || !sq_client(request))
        return;
    sq_run(request, &revoke->operation, revoke_start, NULL);
}
