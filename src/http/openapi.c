#include "http/openapi.h"

#include <stdio.h>
#include <string.h>

#include "base/must.h"
#include "http/openapi_document.h"

static const char *method_key(enum method method)
{
    switch (method) {
    case METHOD_GET:
        return "get";
    case METHOD_POST:
        return "post";
    case METHOD_PATCH:
        return "patch";
    case METHOD_PUT:
        return "put";
    case METHOD_DELETE:
        return "delete";
    case METHOD_HEAD:
        return "head";
    case METHOD_OPTIONS:
        return "options";
    }
    must_fail(__FILE__, __LINE__, "method is a member of enum method");
}

static void put_operation_id(struct document *doc, const struct route *route)
{
    doc_key(doc, "operationId");
    buf_put_byte(doc->out, '"');
    buf_put_cstr(doc->out, method_key(route->method));
    for (size_t i = 0; route->pattern[i] != '\0'; i++) {
        char byte = route->pattern[i];
        if (byte == '{')
            buf_put_cstr(doc->out, "by_");
        else if (byte == '/' && route->pattern[i + 1] != '\0')
            buf_put_byte(doc->out, '_');
        else if (byte != '}' && byte != '/')
            buf_put_byte(doc->out, byte == '-' || byte == '.' ? '_' : byte);
    }
    buf_put_byte(doc->out, '"');
}

static void put_path_parameters(struct document *doc, const char *pattern)
{
    struct str rest = str_of(pattern);

    for (size_t at = str_find(rest, '{'); at < rest.len; at = str_find(rest, '{')) {
        rest = str_sub(rest, at + 1, rest.len - at - 1);
        struct str name = str_sub(rest, 0, str_find(rest, '}'));
        doc_item(doc);
        doc_open_with(doc, '{');
        doc_key(doc, "name");
        json_put_text(doc->out, name);
        doc_member_text(doc, "in", "path");
        doc_member_true(doc, "required");
        doc_key_open(doc, "schema", '{');
        doc_member_text(doc, "type", "string");
        doc_close_with(doc, '}');
        doc_close_with(doc, '}');
    }
}

static void put_query_parameters(struct document *doc, const struct table *table)
{
    for (size_t i = 0; table != NULL && i < table->count; i++) {
        const struct field *field = &table->fields[i];
        if (!schema_has_row(doc, table, i))
            continue;
        doc_item(doc);
        doc_open_with(doc, '{');
        doc_member_text(doc, "name", field->name);
        doc_member_text(doc, "in", "query");
        if (field->need == REQUIRED)
            doc_member_true(doc, "required");
        doc_key_open(doc, "schema", '{');
        schema_property(doc, table, i, false);
        doc_close_with(doc, '}');
        doc_close_with(doc, '}');
    }
}

static void put_header_parameter(struct document *doc, const char *header)
{
    doc_item(doc);
    doc_open_with(doc, '{');
    doc_member_text(doc, "name", header);
    doc_member_text(doc, "in", "header");
    doc_member_true(doc, "required");
    doc_key_open(doc, "schema", '{');
    doc_member_text(doc, "type", "string");
    doc_close_with(doc, '}');
    doc_close_with(doc, '}');
}

static void put_parameters(struct document *doc, const struct route *route)
{
    const struct route_note *note = route_note_of(doc->mount, route);
    bool any_query = route->query != NULL && route->query->count > 0;
    bool any_header = note != NULL && note->header != NULL;

    if (!any_query && !any_header && strchr(route->pattern, '{') == NULL)
        return;
    doc_key_open(doc, "parameters", '[');
    put_path_parameters(doc, route->pattern);
    if (any_header)
        put_header_parameter(doc, note->header);
    put_query_parameters(doc, route->query);
    doc_close_with(doc, ']');
}

static void content_open_as(struct document *doc, const char *media)
{
    doc_key_open(doc, "content", '{');
    doc_key_open(doc, media, '{');
    doc_key_open(doc, "schema", '{');
}

static void content_open(struct document *doc)
{
    content_open_as(doc, "application/json");
}

static void content_close(struct document *doc)
{
    for (int i = 0; i < 3; i++)
        doc_close_with(doc, '}');
}

static void put_envelope(struct document *doc, const struct route *route)
{
    doc_member_text(doc, "type", "object");
    doc_key_open(doc, "properties", '{');
    if (doc->mount->envelope != NULL)
        schema_properties(doc, doc->mount->envelope);
    doc_key_open(doc, route->list, '{');
    schema_list_of(doc, route->out);
    doc_close_with(doc, '}');
    doc_close_with(doc, '}');
}

/* A deletion that shows no object answers without a body. */
static int status_of(const struct document *doc, const struct route *route)
{
    const struct route_note *note = route_note_of(doc->mount, route);

    if (note != NULL && note->status != 0)
        return note->status;
    return route->method == METHOD_DELETE && route->out == NULL ? 204 : 200;
}

/* A list without a name, or one object alone where the route may answer either. */
static void put_bare_list(struct document *doc, const struct route *route)
{
    const struct route_note *note = route_note_of(doc->mount, route);

    if (note == NULL || !note->may_be_one) {
        schema_list_of(doc, route->out);
        return;
    }
    doc_key_open(doc, "anyOf", '[');
    doc_item(doc);
    doc_open_with(doc, '{');
    schema_list_of(doc, route->out);
    doc_close_with(doc, '}');
    doc_item(doc);
    doc_open_with(doc, '{');
    schema_ref(doc, route->out);
    doc_close_with(doc, '}');
    doc_close_with(doc, ']');
}

static void put_answer(struct document *doc, const struct route *route)
{
    char status[16];

    (void)snprintf(status, sizeof status, "%d", status_of(doc, route));
    doc_key_open(doc, status, '{');
    doc_member_text(doc, "description", "Done");
    if (route->out != NULL) {
        content_open(doc);
        if (route->list == NULL)
            schema_ref(doc, route->out);
        else if (route->list[0] == '\0')
            put_bare_list(doc, route);
        else
            put_envelope(doc, route);
        content_close(doc);
    }
    doc_close_with(doc, '}');
}

static void put_error(struct document *doc, const char *status, const char *description,
                      const struct table *table)
{
    doc_key_open(doc, status, '{');
    doc_member_text(doc, "description", description);
    if (table != NULL) {
        content_open(doc);
        schema_ref(doc, table);
        content_close(doc);
    }
    doc_close_with(doc, '}');
}

static void put_errors(struct document *doc)
{
    const struct mount *mount = doc->mount;

    if (mount->invalid != NULL)
        put_error(doc, "422", "Does not fit the schema", mount->invalid);
    put_error(doc, "default", "Refused or failed", mount->error);
}

/* The schemes of one call, all of them needed. */
static void put_schemes(struct document *doc, const struct route *route)
{
    const struct route_note *note = route_note_of(doc->mount, route);
    struct str rest = str_of(note == NULL || note->schemes == NULL ? "" : note->schemes);

    if (rest.len == 0)
        return;
    doc_key_open(doc, "security", '[');
    doc_item(doc);
    doc_open_with(doc, '{');
    while (rest.len > 0) {
        char name[64];
        size_t end = str_find(rest, ' ');
        must(end < sizeof name);
        memcpy(name, rest.ptr, end);
        name[end] = '\0';
        doc_key_open(doc, name, '[');
        doc_close_with(doc, ']');
        rest = end == rest.len ? STR_NONE : str_from(rest, end + 1);
    }
    doc_close_with(doc, '}');
    doc_close_with(doc, ']');
}

static void put_body(struct document *doc, const struct route *route)
{
    const struct route_note *note = route_note_of(doc->mount, route);
    bool is_json = note == NULL || note->media == NULL;

    if (route->in == NULL)
        return;
    doc_key_open(doc, "requestBody", '{');
    doc_member_true(doc, "required");
    content_open_as(doc, is_json ? "application/json" : note->media);
    schema_ref(doc, route->in);
    content_close(doc);
    doc_close_with(doc, '}');
}

static void put_operation(struct document *doc, const struct route *route)
{
    doc_key_open(doc, method_key(route->method), '{');
    put_operation_id(doc, route);
    if (route->about != NULL && route->about[0] != '\0')
        doc_member_text(doc, "summary", route->about);
    put_parameters(doc, route);
    put_schemes(doc, route);
    put_body(doc, route);
    doc_key_open(doc, "responses", '{');
    put_answer(doc, route);
    put_errors(doc);
    doc_close_with(doc, '}');
    doc_close_with(doc, '}');
}

static bool path_was_written(const struct document *doc, size_t row)
{
    const struct route *routes = doc->mount->routes;

    for (size_t i = 0; i < row; i++) {
        if (schema_has_route(doc, &routes[i]) &&
            strcmp(routes[i].pattern, routes[row].pattern) == 0)
            return true;
    }
    return false;
}

static void put_path(struct document *doc, size_t row)
{
    const struct route *routes = doc->mount->routes;
    const char *pattern = routes[row].pattern;

    doc_key_open(doc, pattern[0] == '\0' ? "/" : pattern, '{');
    for (size_t i = row; i < doc->mount->count; i++) {
        if (schema_has_route(doc, &routes[i]) && strcmp(routes[i].pattern, pattern) == 0)
            put_operation(doc, &routes[i]);
    }
    doc_close_with(doc, '}');
}

static void put_paths(struct document *doc)
{
    doc_key_open(doc, "paths", '{');
    for (size_t i = 0; i < doc->mount->count; i++) {
        if (schema_has_route(doc, &doc->mount->routes[i]) && !path_was_written(doc, i))
            put_path(doc, i);
    }
    doc_close_with(doc, '}');
}

/* Where routes name what they need, they all do. */
static bool routes_name_schemes(const struct mount *mount)
{
    return mount->note_count > 0 && mount->notes[0].schemes != NULL;
}

static void put_security_use(struct document *doc)
{
    const struct mount *mount = doc->mount;

    if (mount->security_count == 0 || routes_name_schemes(mount))
        return;
    doc_key_open(doc, "security", '[');
    for (size_t i = 0; i < mount->security_count; i++) {
        doc_item(doc);
        doc_open_with(doc, '{');
        doc_key_open(doc, mount->security[i].name, '[');
        doc_close_with(doc, ']');
        doc_close_with(doc, '}');
    }
    doc_close_with(doc, ']');
}

static void put_security_schemes(struct document *doc)
{
    const struct mount *mount = doc->mount;

    if (mount->security_count == 0)
        return;
    doc_key_open(doc, "securitySchemes", '{');
    for (size_t i = 0; i < mount->security_count; i++) {
        const struct security_scheme *scheme = &mount->security[i];
        bool is_key = strcmp(scheme->type, "apiKey") == 0;
        doc_key_open(doc, scheme->name, '{');
        doc_member_text(doc, "type", scheme->type);
        doc_member_text(doc, is_key ? "name" : "scheme", scheme->rule);
        if (is_key)
            doc_member_text(doc, "in", "header");
        if (scheme->about != NULL)
            doc_member_text(doc, "description", scheme->about);
        doc_close_with(doc, '}');
    }
    doc_close_with(doc, '}');
}

static void put_components(struct document *doc)
{
    doc_key_open(doc, "components", '{');
    doc_key_open(doc, "schemas", '{');
    schema_tables(doc);
    doc_close_with(doc, '}');
    put_security_schemes(doc);
    doc_close_with(doc, '}');
}

void openapi_write(struct buf *out, const struct mount *mount, const char *version)
{
    struct document doc = {.out = out, .mount = mount};

    schema_collect(&doc);
    doc_open_with(&doc, '{');
    doc_member_text(&doc, "openapi", "3.1.0");
    doc_key_open(&doc, "info", '{');
    doc_member_text(&doc, "title", mount->title);
    doc_member_text(&doc, "version", version);
    doc_close_with(&doc, '}');
    doc_key_open(&doc, "servers", '[');
    doc_item(&doc);
    doc_open_with(&doc, '{');
    doc_member_text(&doc, "url", mount->prefix[0] == '\0' ? "/" : mount->prefix);
    doc_close_with(&doc, '}');
    doc_close_with(&doc, ']');
    put_security_use(&doc);
    put_paths(&doc);
    put_components(&doc);
    doc_close_with(&doc, '}');
    buf_put_byte(out, '\n');
}
