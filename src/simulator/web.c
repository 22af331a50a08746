#include "simulator/web.h"

#include "base/crypto.h"

enum { ANSWER_MAX = 16 * 1024, UNAUTHORISED = 401 };

struct web *web_of(const struct request *request)
{
    return (struct web *)(void *)request->core;
}

static void give_back(void *arena)
{
    arena_free(arena);
}

struct arena *web_arena(struct request *request, size_t max)
{
    struct arena *arena = arena_new(max);

    arena_defer(request->cx->arena, give_back, arena);
    return arena;
}

void web_json(struct request *request, int status, struct str body)
{
    response_header(request, STR("Cache-Control"), STR("no-store"));
    response_set(request, status, STR("application/json"), body);
}

void web_table(struct request *request, const struct table *table, const void *from)
{
    struct buf body = buf_make(request->cx->arena, ANSWER_MAX);

    field_write(&body, table, ED_ALL, from);
    web_json(request, 200, buf_str(&body));
}

void web_error(struct request *request, int status, const char *why)
{
    struct buf body = buf_make(request->cx->arena, ANSWER_MAX);

    buf_put_cstr(&body, "{\"error\":");
    json_put_text(&body, str_of(why));
    buf_put_byte(&body, '}');
    web_json(request, status, buf_str(&body));
}

void web_refuse(struct request *request, enum refusal status, const char *why)
{
    web_error(request, (int)status, why);
}

bool web_body(struct request *request, const struct table *table, void *out)
{
    static const struct field_reading READING = {
        .edition = ED_ALL, .where = "body", .local_urls = true};
    struct json root;
    const char *why;

    if (json_parse(request->json, request->body, &root, &why) != OK) {
        web_error(request, 400, why);
        return false;
    }
    if (field_read(request->cx, table, READING, root, out) != OK) {
        web_error(request, 400, request->cx->faults[0].field);
        return false;
    }
    return true;
}

bool web_back_channel(struct request *request)
{
    struct str given = request_header(request, STR("Authorization"));
    struct str expected = str_format(request->cx->arena, "Bearer %s", web_of(request)->secret);

    if (given.len == expected.len && crypto_equal(given, expected))
        return true;
    web_error(request, UNAUTHORISED, "the back channel needs its token");
    return false;
}
