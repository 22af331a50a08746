#include "api/seqino/call.h"

#include "base/must.h"
#include "face/read.h"

enum { LINK_MAX = 4096 };

/* --- whom for ------------------------------------------------------------------------------------
 */

static bool enter(struct request *request)
{
    struct caller *who = caller(request);
    struct admission admission;

    err_t err = merchant_act_as(request->core, request->cx, who->client.id, &admission);
    if (err == OK)
        who->merchant = admission.merchant;
    else
        sq_error(request, err);
    return err == OK;
}

/* [our choice] Reading goes on (api/seqino.md 3). */
static bool may_act(const struct request *request, enum client_status status)
{
    bool reads = request->method == METHOD_GET || request->method == METHOD_HEAD;

    return reads || status == CLIENT_ACTIVE || status == CLIENT_PENDING;
}

err_t sq_client_find(struct request *request, struct str client_id)
{
    struct caller *who = caller(request);
    struct str prefix = STR(CLIENT_PREFIX);
    struct merchant_id id;
    struct tx *tx;

    if (!str_starts(client_id, prefix) || !ID_PARSE(str_from(client_id, prefix.len), &id))
        return fault(request->cx, ERR_NOT_FOUND, "client", "not found");
    TRY(core_read(request->core, &tx));
    TRY(client_load(request->cx, tx, who->sponsor, id, &who->client));
    if (!may_act(request, who->client.status))
        return fault(
            request->cx, ERR_FORBIDDEN, "client",
            str_format(request->cx->arena, "is %s", client_status_text(who->client.status)).ptr);
    return OK;
}

bool sq_client(struct request *request)
{
    struct ctx *cx = request->cx;
    err_t err = OK;

    if (request_header(request, STR(CLIENT_HEADER)).len == 0) {
        err = fault(cx, ERR_INVALID, "header." CLIENT_HEADER, FIELD_REQUIRED);
        cx->faults[cx->fault_count - 1].kind = FAULT_MISSING;
    } else if (ID_NONE(caller(request)->client.id)) {
        err = fault(cx, ERR_NOT_FOUND, "client", "not found");
    }
    if (err == OK)
        return enter(request);
    sq_error(request, err);
    return false;
}

bool sq_client_named(struct request *request, struct str client_id)
{
    err_t err = sq_client_find(request, client_id);

    if (err == OK)
        return enter(request);
    sq_error(request, err);
    return false;
}

/* --- reading -------------------------------------------------------------------------------------
 */

static struct field_reading reading(const struct request *request, const char *where)
{
    return (struct field_reading){
        .edition = ED_ALL, .where = where, .local_urls = is_test(request)};
}

/* No body at all is a thing that is missing, not one that cannot be read. */
static err_t body_fault(struct ctx *cx, const char *why, bool missing)
{
    if (!missing)
        return fault(cx, ERR_MALFORMED, "body", why);
    err_t err = fault(cx, ERR_INVALID, "body", FIELD_REQUIRED);
    cx->faults[cx->fault_count - 1].kind = FAULT_MISSING;
    return err;
}

static err_t body_parse(struct request *request, bool decimals, struct json *root)
{
    const char *why = NULL;

    err_t err = json_parse(request->json, request->body, root, &why);
    if (err == OK && decimals) {
        json_forget(request->json);
        err =
            json_parse(request->json, json_decimals(request->cx->arena, request->body), root, &why);
    }
    return err == OK ? OK : body_fault(request->cx, why, request->body.len == 0);
}

static bool body_read(struct request *request, bool decimals, void *in)
{
    struct json root;

    err_t err = body_parse(request, decimals, &root);
    if (err == OK)
        err = field_read(request->cx, request->route->in, reading(request, "body"), root, in);
    if (err != OK)
        sq_error(request, err);
    json_forget(request->json);
    return err == OK;
}

bool sq_body(struct request *request, void *in)
{
    return body_read(request, false, in);
}

bool sq_body_decimals(struct request *request, void *in)
{
    return body_read(request, true, in);
}

bool sq_query(struct request *request, void *in)
{
    err_t err = face_read_query(request, reading(request, "query"), in);

    if (err != OK)
        sq_error(request, err);
    return err == OK;
}

bool sq_id(struct request *request, const char *prefix, const char *kind, char raw[ID_SIZE])
{
    struct str text = request->params[0];
    struct str begin = str_of(prefix);

    if (str_starts(text, begin) && id_parse(str_from(text, begin.len), raw))
        return true;
    sq_error(request, fault(request->cx, ERR_NOT_FOUND, kind, "not found"));
    return false;
}

bool sq_read(struct request *request, struct tx **tx)
{
    err_t err = core_read(request->core, tx);

    if (err != OK)
        sq_error(request, err);
    return err == OK;
}

/* --- answers -------------------------------------------------------------------------------------
 */

void sq_answer(struct request *request, int status, struct str body)
{
    response_set(request, status, STR("application/json"), body);
}

struct str sq_text(const struct request *request, const struct table *table, const void *from)
{
    struct buf out = buf_make(request->cx->arena, SQ_ANSWER_MAX);

    field_write(&out, table, ED_ALL, from);
    must(!out.failed);
    return buf_str(&out);
}

void sq_list_next(struct buf *out, size_t at, size_t count)
{
    enum { MORE = 8 }; /* an eighth longer */

    if (at == 1)
        buf_room(out, (out->len + out->len / MORE) * (count - 1));
    if (at > 0)
        buf_put_byte(out, ',');
}

struct str sq_list_text(const struct request *request, const struct table *table, const void *items,
                        size_t count)
{
    struct buf out = buf_make(request->cx->arena, SQ_ANSWER_MAX);

    buf_put_byte(&out, '[');
    for (size_t i = 0; i < count; i++) {
        sq_list_next(&out, i, count);
        field_write(&out, table, ED_ALL, (const char *)items + i * table->size);
    }
    buf_put_byte(&out, ']');
    must(!out.failed);
    return buf_str(&out);
}

/* Under the prefix that was called. */
void sq_next(struct request *request, struct str asked, const char *last)
{
    const struct mount *mount = request->mount;
    const char *prefix =
        str_starts(request->path, str_of(mount->alias)) ? mount->alias : mount->prefix;
    struct buf out = buf_make(request->cx->arena, LINK_MAX);

    buf_put_byte(&out, '<');
    buf_put(&out, request->core->public_url);
    buf_format(&out, "%s%s?", prefix, request->route->pattern);
    buf_put(&out, asked);
    buf_format(&out, "%scursor=%s>; rel=\"next\"", asked.len > 0 ? "&" : "", last);
    must(!out.failed);
    response_header(request, STR("Link"), buf_str(&out));
}

/* --- operations ----------------------------------------------------------------------------------
 */

static void style_answer(struct request *request, int status, struct str body)
{
    if (body.ptr == NULL)
        response_set(request, 204, STR_NONE, STR_NONE);
    else
        sq_answer(request, status, body);
}

static void style_bad_key(struct request *request, const char *why)
{
    sq_refuse(request, 400, str_format(request->cx->arena, "Idempotency-Key %s", why));
}

static const struct face_style STYLE = {
    .answer = style_answer, .error = sq_error, .bad_key = style_bad_key};
static const struct face_style STYLE_CREATED = {
    .answer = style_answer, .error = sq_error, .bad_key = style_bad_key, .status = 201};

void sq_run(struct request *request, struct operation *operation, face_start *start,
            face_render *render)
{
    face_run(request, &STYLE, operation, start, render);
}

void sq_create(struct request *request, struct operation *operation, face_start *start,
               face_render *render)
{
    face_create(request, &STYLE_CREATED, operation, start, render);
}

void sq_act(struct request *request, struct operation *operation, face_start *start,
            face_render *render)
{
    face_create(request, &STYLE, operation, start, render);
}
