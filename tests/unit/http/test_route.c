#include "http/route.h"

#include "support/unit.h"

static void handle(struct request *request)
{
    (void)request;
}

static const struct route FIRST[] = {
    {METHOD_GET,    "/customers",      OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "List"   },
    {METHOD_POST,   "/customers",      OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Create" },
    {METHOD_GET,    "/customers/me",   OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Own"    },
    {METHOD_GET,    "/customers/{id}", OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Read"   },
    {METHOD_DELETE, "/customers/{id}", OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Delete" },
    {METHOD_GET,    "/a/{x}/b/{y}",    OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Two"    },
    {METHOD_GET,    "/only/second",    OURS, ED_2,   handle, NULL, NULL, NULL, NULL, "Edition"},
};
static const struct route ROOT[] = {
    {METHOD_GET, "/",           OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Home"},
    {METHOD_GET, "/{key}/{id}", OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Page"},
};
static const struct mount MOUNTS[] = {
    {.prefix = "",            .edition = ED_1, .routes = ROOT,  .count = ARRAY_LEN(ROOT) },
    {.prefix = "/v1",         .edition = ED_1, .routes = FIRST, .count = ARRAY_LEN(FIRST)},
    {.prefix = "/v2",         .edition = ED_2, .routes = FIRST, .count = ARRAY_LEN(FIRST)},
    {.prefix = "/v2/sandbox", .edition = ED_2, .routes = ROOT,  .count = ARRAY_LEN(ROOT) },
};

struct found {
    struct ctx *cx;
    struct request request;
    const struct mount *mount;
    const struct route *route;
    struct str allowed;
    struct mount sharing[3];
};

static void find_in(struct found *found, enum method method, const char *path, size_t mounts)
{
    if (found->cx == NULL)
        found->cx = unit_ctx();
    found->request = (struct request){.cx = found->cx, .method = method, .path = str_of(path)};
    route_find(mounts == ARRAY_LEN(MOUNTS) ? MOUNTS : MOUNTS + 1, mounts, &found->request,
               &found->mount, &found->route, &found->allowed);
}

static void find(struct found *found, enum method method, const char *path)
{
    find_in(found, method, path, ARRAY_LEN(MOUNTS));
}

CASE(path_matches_with_and_without_a_trailing_slash)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/v1/customers");
    assert_ptr_equal(found.route, &FIRST[0]);
    find(&found, METHOD_GET, "/v1/customers/");
    assert_ptr_equal(found.route, &FIRST[0]);
    find(&found, METHOD_GET, "/v1/customers//");
    assert_null(found.route);
    find(&found, METHOD_GET, "/v1//customers");
    assert_null(found.route);
    unit_ctx_free(found.cx);
}

CASE(longest_prefix_of_whole_segments_wins)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/v2/sandbox/a/b");
    assert_ptr_equal(found.mount, &MOUNTS[3]);
    assert_ptr_equal(found.route, &ROOT[1]);
    find(&found, METHOD_GET, "/v2/sandboxes");
    assert_ptr_equal(found.mount, &MOUNTS[2]);
    find(&found, METHOD_GET, "/v1x/customers");
    assert_ptr_equal(found.mount, &MOUNTS[0]);
    assert_ptr_equal(found.route, &ROOT[1]);
    unit_ctx_free(found.cx);
}

CASE(root_matches_the_bare_slash)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/");
    assert_ptr_equal(found.route, &ROOT[0]);
    find(&found, METHOD_GET, "/v2/sandbox");
    assert_ptr_equal(found.route, &ROOT[0]);
    unit_ctx_free(found.cx);
}

CASE(without_a_root_mount_there_may_be_none)
{
    struct found found = {0};

    find_in(&found, METHOD_GET, "/other", ARRAY_LEN(MOUNTS) - 1);
    assert_null(found.mount);
    assert_null(found.route);
    unit_ctx_free(found.cx);
}

CASE(names_are_decoded_segment_by_segment)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/v1/a/x%2Fy/b/caf%C3%A9");
    assert_ptr_equal(found.route, &FIRST[5]);
    assert_str(found.request.params[0], "x/y");
    assert_str(found.request.params[1], "caf\xC3\xA9");
    find(&found, METHOD_GET, "/v1/%63ustomers");
    assert_ptr_equal(found.route, &FIRST[0]);
    find(&found, METHOD_GET, "/v1/customers/%FF");
    assert_null(found.route);
    assert_int_equal(found.allowed.len, 0);
    unit_ctx_free(found.cx);
}

CASE(first_row_that_matches_wins)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/v1/customers/me");
    assert_ptr_equal(found.route, &FIRST[2]);
    find(&found, METHOD_GET, "/v1/customers/you");
    assert_ptr_equal(found.route, &FIRST[3]);
    assert_str(found.request.params[0], "you");
    unit_ctx_free(found.cx);
}

CASE(name_needs_a_value)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/v1/a//b/y");
    assert_null(found.route);
    unit_ctx_free(found.cx);
}

CASE(wrong_method_tells_the_right_ones)
{
    struct found found = {0};

    find(&found, METHOD_PATCH, "/v1/customers");
    assert_null(found.route);
    assert_str(found.allowed, "GET, HEAD, POST");
    find(&found, METHOD_OPTIONS, "/v1/customers/x");
    assert_str(found.allowed, "GET, HEAD, DELETE");
    find(&found, METHOD_POST, "/v1/nowhere");
    assert_null(found.route);
    assert_int_equal(found.allowed.len, 0);
    unit_ctx_free(found.cx);
}

CASE(method_of_a_later_row_is_found)
{
    struct found found = {0};

    find(&found, METHOD_DELETE, "/v1/customers/me");
    assert_ptr_equal(found.route, &FIRST[4]);
    assert_str(found.request.params[0], "me");
    unit_ctx_free(found.cx);
}

CASE(head_takes_the_row_of_get)
{
    struct found found = {0};

    find(&found, METHOD_HEAD, "/v1/customers/x");
    assert_ptr_equal(found.route, &FIRST[3]);
    unit_ctx_free(found.cx);
}

CASE(row_of_another_edition_does_not_exist)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/v2/only/second");
    assert_ptr_equal(found.route, &FIRST[6]);
    find(&found, METHOD_POST, "/v1/only/second");
    assert_null(found.route);
    assert_int_equal(found.allowed.len, 0);
    unit_ctx_free(found.cx);
}

CASE(very_deep_path_matches_nothing)
{
    struct found found = {0};

    find(&found, METHOD_GET, "/v1/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a");
    assert_null(found.route);
    unit_ctx_free(found.cx);
}

/* Two mounts at the root and one below /api, of which one has what its patterns begin with. */
static const struct route SHARED[] = {
    {METHOD_GET,  "/clients",      OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "List"},
    {METHOD_POST, "/clients",      OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Make"},
    {METHOD_GET,  "/clients/{id}", OURS, ED_ALL, handle, NULL, NULL, NULL, NULL, "Read"},
};
static const struct route_note NOTES[] = {
    {"/clients", METHOD_POST, 201, NULL, NULL, false, NULL, 0},
    {"/clients", 0,           0,   NULL, NULL, true,  NULL, 0},
};
#define OF(rows) .edition = ED_1, .routes = rows, .count = ARRAY_LEN(rows)
#define WITH(rows) .notes = rows, .note_count = ARRAY_LEN(rows)
static const struct mount SHARING_PAGES = {.prefix = "", OF(ROOT)};
static const struct mount SHARING_API = {.prefix = "/api", OF(FIRST)};
static const struct mount SHARING_BOTH = {
    .prefix = "", .alias = "/api", .by_segment = true, OF(SHARED), WITH(NOTES)};
#undef OF
#undef WITH

static void find_shared(struct found *found, enum method method, const char *path)
{
    if (found->cx == NULL)
        found->cx = unit_ctx();
    found->sharing[0] = SHARING_PAGES;
    found->sharing[1] = SHARING_API;
    found->sharing[2] = SHARING_BOTH;
    found->request = (struct request){.cx = found->cx, .method = method, .path = str_of(path)};
    route_find(found->sharing, ARRAY_LEN(found->sharing), &found->request, &found->mount,
               &found->route, &found->allowed);
}

CASE(a_mount_that_shares_its_prefixes_has_its_first_segments_alone)
{
    static const struct {
        const char *path;
        size_t mount;
        const struct route *route;
    } PATHS[] = {
        {"/clients",       2, &SHARED[0]},
        {"/clients/",      2, &SHARED[0]},
        {"/clients/x",     2, &SHARED[2]},
        {"/clients/x/y",   2, NULL      },
        {"/api/clients",   2, &SHARED[0]},
        {"/api/clients/x", 2, &SHARED[2]},
        {"/api/customers", 1, &FIRST[0] },
        {"/api/clientsx",  1, NULL      },
        {"/api",           1, NULL      },
        {"/api/",          1, NULL      },
        {"/clientsx/y",    0, &ROOT[1]  },
        {"/",              0, &ROOT[0]  },
        {"",               0, NULL      },
    };
    struct found found = {0};

    for (size_t i = 0; i < ARRAY_LEN(PATHS); i++) {
        find_shared(&found, METHOD_GET, PATHS[i].path);
        assert_ptr_equal(found.mount, &found.sharing[PATHS[i].mount]);
        if (PATHS[i].path[0] != '\0')
            assert_ptr_equal(found.route, PATHS[i].route);
    }
    unit_ctx_free(found.cx);
}

CASE(a_note_is_of_its_pattern_and_method)
{
    assert_ptr_equal(route_note_of(&SHARING_BOTH, &SHARED[0]), &NOTES[1]);
    assert_ptr_equal(route_note_of(&SHARING_BOTH, &SHARED[1]), &NOTES[0]);
    assert_null(route_note_of(&SHARING_BOTH, &SHARED[2]));
    assert_null(route_note_of(&SHARING_API, &FIRST[0]));
}

UNIT_MAIN(T(a_mount_that_shares_its_prefixes_has_its_first_segments_alone),
          T(a_note_is_of_its_pattern_and_method), T(path_matches_with_and_without_a_trailing_slash),
          T(longest_prefix_of_whole_segments_wins), T(root_matches_the_bare_slash),
          T(without_a_root_mount_there_may_be_none), T(names_are_decoded_segment_by_segment),
          T(first_row_that_matches_wins), T(name_needs_a_value),
          T(wrong_method_tells_the_right_ones), T(method_of_a_later_row_is_found),
          T(head_takes_the_row_of_get), T(row_of_another_edition_does_not_exist),
          T(very_deep_path_matches_nothing))
