#include "api/simplypaie/call.h"

#include "base/must.h"

enum { ANSWER_MAX = 64 << 20, CREATED = 201 };

void sp_answer_text(struct request *request, int status, struct str body)
{
    response_set(request, status, STR("application/json; charset=utf-8"), body);
}

struct str sp_text(const struct request *request, const struct table *table, const void *from)
{
    struct buf out = buf_make(request->cx->arena, ANSWER_MAX);

    field_write(&out, table, ED_ALL, from);
    must(!out.failed);
    return buf_str(&out);
}

void sp_answer(struct request *request, int status, const struct table *table, const void *from)
{
    sp_answer_text(request, status, sp_text(request, table, from));
}

struct done_out {
    struct given given;
    struct str status;
};
#define AT(member) FIELD_AT(struct done_out, member)
static const struct field DONE_FIELDS[] = {
    {"status", F_TEXT, 1, 16, REQUIRED, SEED, ED_ALL, AT(status)},
};
#undef AT
const struct table SIMPLYPAIE_DONE = TABLE_OF("Done", struct done_out, DONE_FIELDS);

struct str sp_done_text(const struct request *request)
{
    const struct done_out out = {.status = SUCCESS};

    return sp_text(request, &SIMPLYPAIE_DONE, &out);
}

void sp_done(struct request *request)
{
    sp_answer_text(request, 200, sp_done_text(request));
}

bool sp_read(struct request *request, struct tx **tx)
{
    err_t err = core_read(request->core, tx);

    if (err != OK)
        sp_error(request, err);
    return err == OK;
}

struct str sp_time(struct arena *arena, instant at)
{
    struct wall wall = wall_paris(at);

    return str_format(arena, "%04d-%02d-%02d %02d:%02d:%02d", wall.date.year, wall.date.month,
                      wall.date.day, wall.hour, wall.minute, wall.second);
}

/* --- operations ------------------------------------------------------------------------------- */

static void style_answer(struct request *request, int status, struct str body)
{
    sp_answer_text(request, status, body.ptr == NULL ? sp_done_text(request) : body);
}

static void style_bad_key(struct request *request, const char *why)
{
    (void)why;
    sp_fail(request, PROBLEM_KEY);
}

static const struct face_style STYLE = {
    .answer = style_answer, .error = sp_error, .bad_key = style_bad_key};
static const struct face_style STYLE_CREATED = {
    .answer = style_answer, .error = sp_error, .bad_key = style_bad_key, .status = CREATED};

void sp_create(struct request *request, int status, struct operation *operation, face_start *start,
               face_render *render)
{
    must(status == 200 || status == CREATED);
    face_create(request, status == CREATED ? &STYLE_CREATED : &STYLE, operation, start, render);
}
