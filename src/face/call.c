#include "face/call.h"

#include "base/must.h"
#include "core/idempotency.h"

/* A twin of a running call asks again this often, and gives up with the caller's whole budget
 * (cards.md 3.3). */
enum { TWIN_WAIT_MS = 50, TWIN_WAITS_MAX = 500 };

struct call {
    struct request *request;
    const struct face_style *style;
    struct operation *operation;
    face_start *start;
    face_render *render;
    int waits;
    struct idempotent idempotent;
};

static int status_done(const struct call *call)
{
    return call->style->status == 0 ? 200 : call->style->status;
}

static struct str idempotent_render(struct operation *operation, int *status)
{
    struct call *call = operation->owner;
    struct str body = STR_NONE;

    err_t err = call->render(call->request, operation, &body);
    must(err == OK);
    *status = status_done(call);
    return body;
}

static void call_again(struct request *request)
{
    struct call *call = request->face_call;

    ctx_clear_faults(request->cx);
    call->start(call->operation);
}

static void answer_idempotent(struct call *call)
{
    const struct idempotent *idempotent = call->operation->idempotent;

    if (idempotent->replayed)
        response_header(call->request, STR("Idempotent-Replayed"), STR("true"));
    call->style->answer(call->request, idempotent->status, idempotent->answer);
}

static void answer_success(struct call *call)
{
    struct request *request = call->request;
    struct str body = STR_NONE;
    err_t err = OK;

    if (call->operation->idempotent != NULL) {
        answer_idempotent(call);
        return;
    }
    if (call->render != NULL)
        err = call->render(request, call->operation, &body);
    if (err == OK)
        call->style->answer(request, status_done(call), body);
    else
        call->style->error(request, err);
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
        call->style->error(request, operation->result);
    request_resume(request);
}

static struct call *call_make(struct request *request, const struct face_style *style,
                              struct operation *operation, face_start *start, face_render *render)
{
    struct call *call = arena_make(request->cx->arena, struct call);

    call->request = request;
    call->style = style;
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

/* A face whose authentication takes long has parked the request already. */
static void call_start(struct call *call)
{
    if (!request_is_parked(call->request))
        request_park(call->request);
    call->start(call->operation);
}

void face_run(struct request *request, const struct face_style *style, struct operation *operation,
              face_start *start, face_render *render)
{
    call_start(call_make(request, style, operation, start, render));
}

/* A slash at the end makes no other path (http/route.h), and so no other request. */
static struct str path_meant(struct str path)
{
    return str_ends(path, STR("/")) ? str_sub(path, 0, path.len - 1) : path;
}

/* False when it has answered. */
static bool read_key(struct request *request, struct call *call)
{
    struct str key = request_header(request, STR("Idempotency-Key"));

    if (key.ptr == NULL)
        return true;
    err_t err =
        idempotency_read(request->core, request->cx, key, str_of(method_text(request->method)),
                         path_meant(request->path), request->body, &call->idempotent);
    if (err != OK) {
        call->style->bad_key(request, request->cx->faults[0].text);
        return false;
    }
    call->idempotent.render = idempotent_render;
    call->operation->idempotent = &call->idempotent;
    return true;
}

void face_create(struct request *request, const struct face_style *style,
                 struct operation *operation, face_start *start, face_render *render)
{
    struct call *call = call_make(request, style, operation, start, render);

    if (read_key(request, call))
        call_start(call);
}
