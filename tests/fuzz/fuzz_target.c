#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/must.h"
#include "http/route.h"
#include "http/target.h"

/* A request target from outside: parsing, finding the route, decoding what it names. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void handle(struct request *request)
{
    (void)request;
}

static const struct route ROUTES[] = {
    {METHOD_GET,  "/",                                   OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, ""},
    {METHOD_GET,  "/ping",                               OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, ""},
    {METHOD_POST, "/customers",                          OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, ""},
    {METHOD_GET,  "/customers/{id}",                     OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, ""},
    {METHOD_GET,  "/customers/{id}/addresses/{address}", OURS, ED_ALL, handle, NULL, NULL, NULL,
     NULL,                                                                                             ""},
};
static const struct mount MOUNTS[] = {
    {.prefix = "",            .edition = ED_1, .routes = ROUTES, .count = ARRAY_LEN(ROUTES)},
    {.prefix = "/v1",         .edition = ED_1, .routes = ROUTES, .count = ARRAY_LEN(ROUTES)},
    {.prefix = "/v1/sandbox", .edition = ED_2, .routes = ROUTES, .count = ARRAY_LEN(ROUTES)},
};

static bool lies_within(struct str part, struct str whole)
{
    return part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len;
}

static void check_params(const struct request *request)
{
    for (size_t i = 0; i < PARAMS_MAX; i++) {
        const struct str *param = &request->params[i];
        must(param->len == 0 || memchr(param->ptr, '\0', param->len) == NULL);
        must(param->len <= request->path.len);
    }
}

static void find(struct ctx *cx, struct str path, enum method method)
{
    struct request request = {.cx = cx, .method = method, .path = path};
    const struct mount *mount;
    const struct route *route;
    struct str allowed;

    route_find(MOUNTS, ARRAY_LEN(MOUNTS), &request, &mount, &route, &allowed);
    must(mount != NULL);
    must(str_starts(path, str_of(mount->prefix)));
    must(route == NULL || allowed.len == 0);
    if (route != NULL)
        check_params(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct target target;

    if (!target_parse(text, &target))
        return 0;
    must(lies_within(target.path, text));
    must(target.query.ptr == NULL || lies_within(target.query, text));
    struct ctx cx = {.arena = arena_new(4 * size + 4096)};
    find(&cx, target.path, METHOD_GET);
    find(&cx, target.path, METHOD_OPTIONS);
    arena_free(cx.arena);
    return 0;
}
