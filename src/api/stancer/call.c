#include "api/stancer/call.h"

#include "api/stancer/error.h"
#include "base/must.h"
#include "core/idempotency.h"
#include "wire/form.h"

/* A twin of a running call asks again this often, and gives up with the caller's whole budget
 * (cards.md 3.3). */
enum { TWIN_WAIT_MS = 50, TWIN_WAITS_MAX = 500 };

static struct field_reading reading(const struct request *request, const char *where)
{
    return (struct field_reading){
        .edition = request->mount->edition, .where = where, .local_urls = is_test(request)};
}

bool read_body(struct request *request, void *in)
{
    struct json root;
    const char *why = NULL;

    err_t err = json_parse(request->json, request->body, &root, &why);
    if (err != OK)
        err = fault(request->cx, ERR_MALFORMED, "body", why);
    else
        err = field_read(request->cx, request->route->in, reading(request, "body"), root, in);
    if (err != OK)
        answer_error(request, err);
    json_forget(request->json);
    return err == OK;
}

bool read_query(struct request *request, void *in)
{
    struct form form;

    err_t err = form_parse(request->cx->arena, request->query, &form);
    if (err != OK)
        err = fault(request->cx, ERR_INVALID, "query", "cannot be read");
    else
        err = field_read_form(request->cx, request->route->query, reading(request, "query"), &form,
                              in);
    if (err != OK)
        answer_error(request, err);
    return err == OK;
}

bool read_id(struct request *request, const char *prefix, const char *kind, char raw[ID_SIZE])
{
    struct str text = request->params[0];
    struct str begin = str_of(prefix);

    if (str_starts(text, begin) && id_parse(str_sub(text, begin.len, text.len - begin.len), raw))
        return true;
    if (is_v1(request))
        answer_error(request, fault(request->cx, ERR_NOT_FOUND, kind, "not found"));
    else
        answer_error(request, fault(request->cx, ERR_INVALID, "path.id",
                                    "string does not match the pattern of an id"));
    return false;
}

bool read_tx(struct request *request, struct tx **tx)
{
    err_t err = core_read(request->core, tx);

    if (err != OK)
        answer_error(request, err);
    return err == OK;
}

void answer_json(struct request *request, int status, struct str body)
{
    response_set(request, status, STR("application/json"), body);
}

void object_put(const struct request *request, struct buf *out, const struct table *table,
                const void *from)
{
    field_write(out, table, request->mount->edition, from);
}

struct str object_text(const struct request *request, const struct table *table, const void *from)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    object_put(request, &out, table, from);
    must(!out.failed);
    return buf_str(&out);
}

void faults_prefix(struct ctx *cx, const char *prefix)
{
    for (size_t i = 0; i < cx->fault_count; i++) {
        if (cx->faults[i].err == ERR_INVALID && cx->faults[i].field != NULL)
            cx->faults[i].field = str_format(cx->arena, "%s%s", prefix, cx->faults[i].field).ptr;
    }
}

struct str text_or_none(struct str text)
{
    return text.len == 0 ? STR_NONE : text;
}

unsigned changes_given(const struct given *given, const struct change_bit *bits, size_t count)
{
    unsigned change = 0;

    for (size_t i = 0; i < count; i++)
        change |= given_test(given, bits[i].at) ? bits[i].bit : 0U;
    return change;
}

/* --- operations ------------------------------------------------------------------------------- */

struct call {
    struct request *request;
    struct operation *operation;
    call_start *start;
    call_render *render;
    bool deletes;
    int waits;
    struct idempotent idempotent;
};

static struct str idempotent_render(struct operation *operation, int *status)
{
    struct call *call = operation->owner;
    struct str body = STR_NONE;

    err_t err = call->render(call->request, operation, &body);
    must(err == OK);
    *status = 200;
    return body;
}

static void call_again(struct request *request)
{
    struct call *call = request->face_call;

    ctx_clear_faults(request->cx);
    call->start(call->operation);
}

static void answer_idempotent(struct request *request, const struct idempotent *idempotent)
{
    if (idempotent->replayed)
        response_header(request, STR("Idempotent-Replayed"), STR("true"));
    answer_json(request, idempotent->status, idempotent->answer);
}

static void answer_success(struct call *call)
{
    struct request *request = call->request;
    struct str body = STR_NONE;

    if (call->operation->idempotent != NULL) {
        answer_idempotent(request, call->operation->idempotent);
        return;
    }
    if (call->deletes && is_v1(request)) {
        response_set(request, 204, STR_NONE, STR_NONE);
        return;
    }
    err_t err = call->render(request, call->operation, &body);
    if (err == OK)
        answer_json(request, 200, body);
    else
        answer_error(request, err);
}

static void call_done(struct operation *operation)
{
    struct call *call = operation->owner;
    struct request *request = call->request;
    bool twin = operation->result == ERR_BUSY && call->idempotent.running;

    if (twin && call->waits++ < TWIN_WAITS_MAX) {
        request_later(request, TWIN_WAIT_MS, call_again);
        return;
    }
    if (operation->result == OK)
        answer_success(call);
    else
        answer_error(request, operation->result);
    request_resume(request);
}

static struct call *call_make(struct request *request, struct operation *operation,
                              call_start *start, call_render *render)
{
    struct call *call = arena_make(request->cx->arena, struct call);

    call->request = request;
    call->operation = operation;
    call->start = start;
    call->render = render;
    request->face_call = call;
    operation->core = request->core;
    operation->cx = request->cx;
    operation->done = call_done;
    operation->owner = call;
    return call;
}

void call_run(struct request *request, struct operation *operation, call_start *start,
              call_render *render)
{
    call_make(request, operation, start, render);
    request_park(request);
    start(operation);
}

void call_delete(struct request *request, struct operation *operation, call_start *start,
                 call_render *render)
{
    call_make(request, operation, start, render)->deletes = true;
    request_park(request);
    start(operation);
}

/* False when it has answered. A broken key is the fault of a header, which no schema describes. */
static bool read_key(struct request *request, struct call *call)
{
    struct str key = request_header(request, STR("Idempotency-Key"));

    if (key.ptr == NULL)
        return true;
    err_t err =
        idempotency_read(request->core, request->cx, key, str_of(method_text(request->method)),
                         request->path, request->body, &call->idempotent);
    if (err != OK) {
        answer_plain_error(
            request, 400,
            str_format(request->cx->arena, "Idempotency-Key %s", request->cx->faults[0].text));
        return false;
    }
    call->idempotent.render = idempotent_render;
    call->operation->idempotent = &call->idempotent;
    return true;
}

void call_create(struct request *request, struct operation *operation, call_start *start,
                 call_render *render)
{
    struct call *call = call_make(request, operation, start, render);

    if (!read_key(request, call))
        return;
    request_park(request);
    start(operation);
}
