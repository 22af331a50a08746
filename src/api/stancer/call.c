#include "api/stancer/call.h"

#include <string.h>

#include "api/stancer/error.h"
#include "base/must.h"
#include "face/read.h"

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
    err_t err = face_read_query(request, reading(request, "query"), in);

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
        struct fault *fault = &cx->faults[i];
        if (fault->err != ERR_INVALID || fault->field == NULL)
            continue;
        fault->field = str_format(cx->arena, "%s%s", prefix, fault->field).ptr;
        if (fault->name_at > 0)
            fault->name_at += strlen(prefix);
    }
}

struct str text_shown(struct str text, size_t max)
{
    size_t points = 0;

    for (size_t i = 0; i < text.len; i++) {
        bool begins = ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
        if (begins && points == max)
            return str_sub(text, 0, i);
        points += begins ? 1 : 0;
    }
    return text;
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

/* Nothing to show is 204: a deletion in v1. */
static void style_answer(struct request *request, int status, struct str body)
{
    if (body.ptr == NULL)
        response_set(request, 204, STR_NONE, STR_NONE);
    else
        answer_json(request, status, body);
}

/* The fault of a header, which no schema describes. */
static void style_bad_key(struct request *request, const char *why)
{
    answer_plain_error(request, 400, str_format(request->cx->arena, "Idempotency-Key %s", why));
}

static const struct face_style STYLE = {
    .answer = style_answer, .error = answer_error, .bad_key = style_bad_key};

void call_run(struct request *request, struct operation *operation, face_start *start,
              face_render *render)
{
    face_run(request, &STYLE, operation, start, render);
}

void call_create(struct request *request, struct operation *operation, face_start *start,
                 face_render *render)
{
    face_create(request, &STYLE, operation, start, render);
}

void call_delete(struct request *request, struct operation *operation, face_start *start,
                 face_render *render)
{
    face_run(request, &STYLE, operation, start, is_v1(request) ? NULL : render);
}
