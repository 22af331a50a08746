#include "api/safedebit/call.h"

#include "base/must.h"
#include "core/lookup.h"
#include "http/outward.h"

enum { ANSWER_MAX = 32 << 20 };

static void answer_json(struct request *request, int status, struct str body)
{
    response_set(request, status, STR("application/json"), body);
}

struct str ssp_text(const struct request *request, const struct table *table, const void *from)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    field_write(&out, table, ED_ALL, from);
    must(!out.failed);
    return buf_str(&out);
}

void ssp_answer(struct request *request, const struct table *table, const void *from)
{
    answer_json(request, 200, ssp_text(request, table, from));
}

struct done_out {
    struct given given;
    bool result;
};
#define AT(member) FIELD_AT(struct done_out, member)
static const struct field DONE_FIELDS[] = {
    {"result", F_BOOL, 0, 0, REQUIRED, SEED, ED_ALL, AT(result)},
};
#undef AT
const struct table SAFEDEBIT_DONE = TABLE_OF("Done", struct done_out, DONE_FIELDS);

struct str ssp_done_text(const struct request *request)
{
    const struct done_out out = {.result = true};

    return ssp_text(request, &SAFEDEBIT_DONE, &out);
}

bool ssp_read(struct request *request, struct tx **tx)
{
    err_t err = core_read(request->core, tx);

    if (err != OK)
        ssp_error(request, err);
    return err == OK;
}

bool ssp_callback_check(struct request *request, const char *argument, struct str url)
{
    struct url parsed;
    const char *why;

    if (url.len == 0 || outward_check(url, is_test(request), &parsed, &why) == OK)
        return true;
    ssp_fail(request, CODE_URL, argument, why);
    return false;
}

/* --- operations ------------------------------------------------------------------------------- */

static void style_bad_key(struct request *request, const char *why)
{
    ssp_fail(request, CODE_CHARACTER, "Idempotency-Key", why);
}

static const struct face_style STYLE = {
    .answer = answer_json, .error = ssp_error, .bad_key = style_bad_key};

void ssp_run(struct request *request, struct operation *operation, face_start *start,
             face_render *render)
{
    face_run(request, &STYLE, operation, start, render);
}

void ssp_create(struct request *request, struct operation *operation, face_start *start,
                face_render *render)
{
    face_create(request, &STYLE, operation, start, render);
}

/* --- long reads ----------------------------------------------------------------------------------
 */

struct looking {
    struct operation operation; /* first */
    const struct request *request;
    ssp_reading *read;
    const void *arg;
    struct str text;
};

static err_t look_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct looking *looking = arg;

    (void)cx;
    return looking->read(looking->request, tx, looking->arg, &looking->text);
}

static void look_start(struct operation *operation)
{
    operation_look(operation, look_body, operation_end);
}

static err_t look_text(const struct request *request, struct operation *operation, struct str *out)
{
    (void)request;
    *out = ((struct looking *)operation)->text;
    return OK;
}

void ssp_look(struct request *request, ssp_reading *read, const void *arg)
{
    struct looking *looking = arena_make(request->cx->arena, struct looking);

    looking->request = request;
    looking->read = read;
    looking->arg = arg;
    ssp_run(request, &looking->operation, look_start, look_text);
}
