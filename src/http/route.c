#include "http/route.h"

#include <string.h>

#include "wire/form.h"

/* Longer paths match no pattern. */
enum { SEGMENTS_MAX = 12 };

struct path {
    struct str segments[SEGMENTS_MAX]; /* decoded */
    size_t count;
};

/* The part of a path below the prefix, or false when the prefix does not match whole segments. */
static bool below_prefix(struct str path, const char *prefix, struct str *out)
{
    struct str start = str_of(prefix);

    if (!str_starts(path, start))
        return false;
    struct str rest = str_sub(path, start.len, path.len - start.len);
    if (rest.len > 0 && rest.ptr[0] != '/')
        return false;
    *out = rest;
    return true;
}

/* "/clients/x" -> "clients" */
static struct str first_segment(struct str path)
{
    struct str after = path.len == 0 ? path : str_from(path, 1);

    return str_sub(after, 0, str_find(after, '/'));
}

bool mount_has_segment(const struct mount *mount, struct str segment)
{
    for (size_t i = 0; i < mount->count; i++) {
        if (str_eq(first_segment(str_of(mount->routes[i].pattern)), segment))
            return true;
    }
    return false;
}

/* The mount whose claim to a path is the strongest so far. */
struct claim {
    const struct mount *mount;
    size_t strength;
    struct str rest; /* of the path, below the prefix */
};

static void claim_try(struct claim *best, const struct mount *mount, const char *prefix,
                      struct str path)
{
    size_t strength = 1 + 2 * strlen(prefix) + (mount->by_segment ? 1 : 0);
    struct str below;

    if (strength <= best->strength || !below_prefix(path, prefix, &below))
        return;
    if (mount->by_segment && !mount_has_segment(mount, first_segment(below)))
        return;
    *best = (struct claim){mount, strength, below};
}

static const struct mount *mount_find(const struct mount *mounts, size_t count, struct str path,
                                      struct str *rest)
{
    struct claim best = {.mount = NULL};

    for (size_t i = 0; i < count; i++) {
        claim_try(&best, &mounts[i], mounts[i].prefix, path);
        if (mounts[i].alias != NULL)
            claim_try(&best, &mounts[i], mounts[i].alias, path);
    }
    *rest = best.rest;
    return best.mount;
}

static bool segment_decode(struct arena *arena, struct str raw, struct str *out)
{
    if (str_find(raw, '%') < raw.len)
        return percent_decode(arena, raw, out) == OK;
    *out = raw;
    return true;
}

/* A slash at the end adds no segment: "/a" and "/a/" are one path. Any other empty segment is kept,
 * and nothing matches it. False when a segment cannot be decoded or there are too many. */
static bool path_split(struct arena *arena, struct str rest, struct path *out)
{
    out->count = 0;
    while (rest.len > 1) {
        struct str after = str_sub(rest, 1, rest.len - 1);
        struct str raw = str_sub(after, 0, str_find(after, '/'));
        if (out->count == SEGMENTS_MAX || !segment_decode(arena, raw, &out->segments[out->count]))
            return false;
        out->count++;
        rest = str_sub(after, raw.len, after.len - raw.len);
    }
    return true;
}

/* Most patterns differ from the path in their first letter: no need to look further. */
static bool begins_otherwise(const char *pattern, const struct path *path)
{
    if (path->count == 0 || path->segments[0].len == 0)
        return false;
    return pattern[0] != '\0' && pattern[1] != '{' && pattern[1] != path->segments[0].ptr[0];
}

static bool pattern_matches(const char *pattern, const struct path *path,
                            struct str params[PARAMS_MAX])
{
    if (begins_otherwise(pattern, path))
        return false;
    struct str rest = str_of(pattern);
    size_t param = 0;
    size_t at = 0;

    while (rest.len > 1) {
        struct str after = str_sub(rest, 1, rest.len - 1);
        struct str wanted = str_sub(after, 0, str_find(after, '/'));
        if (at == path->count || path->segments[at].len == 0)
            return false;
        if (wanted.len > 0 && wanted.ptr[0] == '{') {
            if (param == PARAMS_MAX)
                return false;
            params[param++] = path->segments[at];
        } else if (!str_eq(wanted, path->segments[at])) {
            return false;
        }
        at++;
        rest = str_sub(after, wanted.len, after.len - wanted.len);
    }
    return at == path->count;
}

static void allow_add(struct buf *allowed, enum method method)
{
    struct str text = str_of(method_text(method));
    struct str done = buf_str(allowed);

    /* The list is short and no method's name is part of another one's. */
    if (done.len > 0 && memmem(done.ptr, done.len, text.ptr, text.len) != NULL)
        return;
    if (done.len > 0)
        buf_put(allowed, STR(", "));
    buf_put(allowed, text);
    if (method == METHOD_GET)
        allow_add(allowed, METHOD_HEAD);
}

static const struct route *row_find(const struct mount *mount, enum method method,
                                    const struct path *path, struct str params[PARAMS_MAX],
                                    struct buf *allowed)
{
    enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;

    for (size_t i = 0; i < mount->count; i++) {
        const struct route *route = &mount->routes[i];
        if ((route->editions & mount->edition) == 0 ||
            !pattern_matches(route->pattern, path, params))
            continue;
        if (route->method == wanted)
            return route;
        allow_add(allowed, route->method);
    }
    return NULL;
}

const struct route_note *route_note_of(const struct mount *mount, const struct route *route)
{
    for (size_t i = 0; i < mount->note_count; i++) {
        const struct route_note *note = &mount->notes[i];
        if ((note->method == 0 || note->method == route->method) &&
            strcmp(note->pattern, route->pattern) == 0)
            return note;
    }
    return NULL;
}

void route_find(const struct mount *mounts, size_t count, struct request *request,
                const struct mount **mount, const struct route **route, struct str *allowed)
{
    enum { ALLOW_MAX = 64 };
    struct buf methods = buf_make(request->cx->arena, ALLOW_MAX);
    struct str rest = STR_NONE;
    struct path path;

    *route = NULL;
    *allowed = STR_NONE;
    *mount = mount_find(mounts, count, request->path, &rest);
    if (*mount == NULL || !path_split(request->cx->arena, rest, &path))
        return;
    *route = row_find(*mount, request->method, &path, request->params, &methods);
    if (*route == NULL)
        *allowed = buf_str(&methods);
}
