#include "api/stancer/call.h"

#include "api/stancer/error.h"
#include "base/must.h"
#include "wire/form.h"

/* A twin of a running call asks again this often, and gives up with the caller's whole budget (cards.md 3.3). */
enum { TWIN_WAIT_MS = 50, TWIN_WAITS_MAX = 500, LIMIT_DEFAULT = 10 };

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
    return err == OK;
}

bool read_query(struct request *request, void *in)
{
    struct form form;

    err_t err = form_parse(request->cx->arena, request->query, &form);
    if (err != OK)
        err = fault(request->cx, ERR_INVALID, "query", "cannot be read");
    else
        err = field_read_form(request->cx, request->route->query, reading(request, "query"),
                              &form, in);
    if (err != OK)
        answer_error(request, err);
    return err == OK;
}

bool read_id(struct request *request, const char *prefix, const char *kind, char raw[ID_SIZE])
{
    struct str text = request->params[0];
    struct str begin = str_of(prefix);

    if (str_starts(text, begin) &&
        id_parse(str_sub(text, begin.len, text.len - begin.len), raw))
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

struct str object_text(const struct request *request, const struct table *table, const void *from)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    field_write(&out, table, request->mount->edition, from);
    must(!out.failed);
    return buf_str(&out);
}

void answer_deleted(struct request *request, struct str object)
{
    if (is_v1(request))
        response_set(request, 204, STR_NONE, STR_NONE);
    else
        answer_json(request, 200, object);
}

struct page_of page_asked(const struct request *request, const struct given *given,
                          const struct list_query *list, size_t list_at)
{
    bool limited = given_test(given, list_at + offsetof(struct list_query, limit));
    bool until = given_test(given, list_at + offsetof(struct list_query, created_until));

    return (struct page_of){
        .start = list->start,
        .limit = limited ? list->limit : LIMIT_DEFAULT,
        .newest_first = !is_v1(request),
        .created_from = list->created,
        /* Whole seconds: everything that shows this second is inside. */
        .created_until = until ? list->created_until + SECOND_US - 1 : INT64_MAX,
    };
}

/* range.end is the last position in v1 and one past it in v2; count exists in v2 only (api/stancer.md 3). */
static void range_put(const struct request *request, struct buf *out, const struct page_of *page,
                      const struct page_found *found)
{
    int64_t end = page->start + (int64_t)found->count;

    buf_put(out, STR("\"range\":{\"start\":"));
    buf_put_int(out, page->start);
    buf_put(out, STR(",\"end\":"));
    if (is_v1(request))
        buf_put_int(out, found->count == 0 ? 0 : end - 1);
    else
        buf_put_int(out, end);
    buf_put(out, STR(",\"limit\":"));
    buf_put_int(out, page->limit);
    if (!is_v1(request)) {
        buf_put(out, STR(",\"count\":"));
        buf_put_int(out, found->total);
    }
    buf_put(out, STR(",\"has_more\":"));
    json_put_bool(out, found->has_more);
    buf_put_byte(out, '}');
}

void answer_list(struct request *request, const char *plural, const struct page_of *page,
                 const struct page_found *found, const void *items, list_item *item)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    buf_put_byte(&out, '{');
    if (is_v1(request)) {
        buf_put(&out, STR("\"live_mode\":"));
        json_put_bool(&out, !is_test(request));
        buf_put_byte(&out, ',');
    }
    range_put(request, &out, page, found);
    buf_put(&out, STR(",\""));
    buf_put_cstr(&out, plural);
    buf_put(&out, STR("\":["));
    for (size_t i = 0; i < found->count; i++) {
        if (i > 0)
            buf_put_byte(&out, ',');
        item(request, &out, items, i);
    }
    buf_put(&out, STR("]}"));
    must(!out.failed);
    answer_json(request, 200, buf_str(&out));
}

struct str text_or_none(struct str text)
{
    return text.len == 0 ? STR_NONE : text;
}

/* --- operations -------------------------------------------------------------------------------------- */

static struct str idempotent_render(struct operation *operation, int *status)
{
    struct call *call = operation->owner;

    *status = 200;
    return call->render(call->request, operation);
}

static void call_again(struct request *request)
{
    struct call *call = request->face_call;

    ctx_clear_faults(request->cx);
    call->start(call->operation);
}

static void answer_success(struct call *call)
{
    struct request *request = call->request;
    struct idempotent *idempotent = call->operation->idempotent;

    if (idempotent != NULL) {
        if (idempotent->replayed)
            response_header(request, STR("Idempotent-Replayed"), STR("true"));
        answer_json(request, idempotent->status, idempotent->answer);
        return;
    }
    struct str body = call->render(request, call->operation);
    if (call->deletes)
        answer_deleted(request, body);
    else
        answer_json(request, 200, body);
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
                              void (*start)(struct operation *operation),
                              struct str (*render)(const struct request *request,
                                                   struct operation *operation))
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

void call_run(struct request *request, struct operation *operation,
              void (*start)(struct operation *operation),
              struct str (*render)(const struct request *request, struct operation *operation))
{
    call_make(request, operation, start, render);
    request_park(request);
    start(operation);
}

void call_delete(struct request *request, struct operation *operation,
                 void (*start)(struct operation *operation),
                 struct str (*render)(const struct request *request,
                                      struct operation *operation))
{
    call_make(request, operation, start, render)->deletes = true;
    request_park(request);
    start(operation);
}

void call_create(struct request *request, struct operation *operation,
                 void (*start)(struct operation *operation),
                 struct str (*render)(const struct request *request,
                                      struct operation *operation))
{
    struct call *call = call_make(request, operation, start, render);
    struct str key = request_header(request, STR("Idempotency-Key"));

    if (key.ptr != NULL) {
        err_t err = idempotency_read(request->cx, key, str_of(method_text(request->method)),
                                     request->path, request->body, &call->idempotent);
        if (err != OK) {
            answer_plain_error(request, 400,
                               str_format(request->cx->arena, "Idempotency-Key %s",
                                          request->cx->faults[0].text));
            return;
        }
        call->idempotent.render = idempotent_render;
        operation->idempotent = &call->idempotent;
    }
    request_park(request);
    start(operation);
}
