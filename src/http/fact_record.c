#include "http/fact_record.h"

#include "wire/json.h"

/* One name with its values' kinds, or with the words they were. */
struct record_names {
    struct str name;
    struct str *texts;
    size_t count;
};

struct record_row {
    struct str method;
    struct str route;
    enum fact_side side;
    struct record_names *fields;
    size_t field_count;
    struct record_names *words;
    size_t word_count;
};

enum { RECORD_MAX = 8 * 1024 * 1024 };

/* --- reading ---------------------------------------------------------------------------------- */

static err_t bad(struct ctx *cx, const char *what)
{
    return fault(cx, ERR_INVALID, "record", what);
}

static err_t read_texts(struct ctx *cx, struct json list, struct record_names *out)
{
    struct json *items;

    if (json_kind(list) != JSON_ARRAY)
        return bad(cx, "has a name without a list of texts");
    out->count = json_items(cx->arena, list, &items);
    out->texts = arena_array(cx->arena, struct str, out->count);
    for (size_t i = 0; i < out->count; i++) {
        if (json_kind(items[i]) != JSON_TEXT)
            return bad(cx, "has a name without a list of texts");
        out->texts[i] = str_dup(cx->arena, json_text(items[i]));
    }
    return OK;
}

static err_t read_names(struct ctx *cx, struct json object, struct record_names **out,
                        size_t *count)
{
    struct json_member *members;

    if (json_kind(object) != JSON_OBJECT)
        return bad(cx, "has a row without its names");
    *count = json_members(cx->arena, object, &members);
    *out = arena_array(cx->arena, struct record_names, *count);
    for (size_t i = 0; i < *count; i++) {
        (*out)[i].name = str_dup(cx->arena, members[i].name);
        TRY(read_texts(cx, members[i].value, &(*out)[i]));
    }
    return OK;
}

static err_t read_row(struct ctx *cx, struct json object, struct record_row *out)
{
    struct json_member *members;

    if (json_kind(object) != JSON_OBJECT)
        return bad(cx, "has a row that is no object");
    size_t count = json_members(cx->arena, object, &members);
    for (size_t i = 0; i < count; i++) {
        struct str name = members[i].name;
        struct json value = members[i].value;
        struct str text = json_kind(value) == JSON_TEXT ? json_text(value) : STR_NONE;

        if (str_eq(name, STR("method")))
            out->method = str_dup(cx->arena, text);
        else if (str_eq(name, STR("route")))
            out->route = str_dup(cx->arena, text);
        else if (str_eq(name, STR("side")) && !fact_side_parse(text, &out->side))
            return bad(cx, "has a row of an unknown side");
        else if (str_eq(name, STR("fields")))
            TRY(read_names(cx, value, &out->fields, &out->field_count));
        else if (str_eq(name, STR("words")))
            TRY(read_names(cx, value, &out->words, &out->word_count));
    }
    return OK;
}

static err_t read_rows(struct ctx *cx, struct json root, struct fact_record *record)
{
    struct json_member *members;
    struct json *items;

    if (json_kind(root) != JSON_OBJECT)
        return bad(cx, "is no object");
    if (json_members(cx->arena, root, &members) != 1 || !str_eq(members[0].name, STR("rows")) ||
        json_kind(members[0].value) != JSON_ARRAY)
        return bad(cx, "has no rows");
    size_t count = json_items(cx->arena, members[0].value, &items);
    struct record_row *rows = arena_array(cx->arena, struct record_row, record->count + count);
    for (size_t i = 0; i < record->count; i++)
        rows[i] = record->rows[i];
    for (size_t i = 0; i < count; i++)
        TRY(read_row(cx, items[i], &rows[record->count + i]));
    record->rows = rows;
    record->count += count;
    return OK;
}

err_t fact_record_read(struct ctx *cx, struct str text, struct fact_record *record)
{
    struct json_parser *parser = json_parser_new(RECORD_MAX);
    struct json root;
    const char *why = NULL;

    err_t err = json_parse(parser, text, &root, &why);
    if (err == OK)
        err = read_rows(cx, root, record);
    else
        err = bad(cx, "is not JSON");
    json_parser_free(parser);
    return err;
}

/* --- looking ---------------------------------------------------------------------------------- */

static bool row_is(const struct record_row *row, const struct mount *mount,
                   const struct route *route, enum fact_side side)
{
    struct str prefix = str_of(mount->prefix);

    return row->side == side && str_eq(row->method, str_of(method_text(route->method))) &&
           str_starts(row->route, prefix) &&
           str_eq(str_from(row->route, prefix.len), str_of(route->pattern));
}

/* What names in the answer of a list begin with: "customers." */
static bool name_is(struct str name, struct str plural, struct str wanted)
{
    if (plural.len == 0)
        return str_eq(name, wanted);
    return name.len == plural.len + 1 + wanted.len && str_starts(name, plural) &&
           name.ptr[plural.len] == '.' && str_eq(str_from(name, plural.len + 1), wanted);
}

static const struct record_names *names_find(const struct record_names *names, size_t count,
                                             struct str plural, struct str wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (name_is(names[i].name, plural, wanted))
            return &names[i];
    }
    return NULL;
}

static bool holds(const struct record_names *names, struct str text)
{
    for (size_t i = 0; names != NULL && i < names->count; i++) {
        if (str_eq(names->texts[i], text))
            return true;
    }
    return false;
}

/* In a query everything is text, and what looks like a number was noted as one. */
static bool kind_fits(const struct fact *fact, const struct record_names *names)
{
    struct str kind = str_of(fact_kind(fact->row));
    struct str null = STR("null");

    if (str_eq(kind, STR("value")))
        return names->count > (holds(names, null) ? 1U : 0U);
    if (holds(names, kind))
        return true;
    return fact->side == FACT_QUERY && fact->row->kind == F_TEXT && holds(names, STR("integer"));
}

static bool row_shows(const struct record_row *row, const struct fact *fact, struct str plural)
{
    if (fact->word.len > 0)
        return holds(names_find(row->words, row->word_count, plural, fact->name), fact->word);
    const struct record_names *names =
        names_find(row->fields, row->field_count, plural, fact->name);
    return names != NULL && (fact->row == NULL || kind_fits(fact, names));
}

/* The envelope of a list is part of its answer. */
static enum fact_side side_noted(enum fact_side side)
{
    return side == FACT_ENVELOPE ? FACT_ANSWER : side;
}

static bool route_shows(const struct fact_record *record, const struct route *route,
                        const struct fact *fact)
{
    bool listed = fact->side == FACT_ANSWER && route->list != NULL;
    struct str plural = listed ? str_of(route->list) : STR_NONE;

    for (size_t i = 0; i < record->count; i++) {
        const struct record_row *row = &record->rows[i];
        if (row_is(row, fact->mount, route, side_noted(fact->side)) && row_shows(row, fact, plural))
            return true;
    }
    return false;
}

/* A request was taken; a list showed the first member of an element. */
static bool route_is_touched(const struct fact_record *record, const struct fact *fact)
{
    const struct route *route = fact->route;
    bool taken = false;

    for (size_t i = 0; i < record->count && !taken; i++)
        taken = row_is(&record->rows[i], fact->mount, route, FACT_SCHEME);
    if (!taken || route->list == NULL)
        return taken;
    const struct fact element = {
        .mount = fact->mount,
        .side = FACT_ANSWER,
        .name = str_of(route->out->fields[0].name),
    };
    return route_shows(record, route, &element);
}

bool fact_is_touched(const struct fact_record *record, const struct fact *fact)
{
    const struct mount *mount = fact->mount;

    if (fact->route != NULL && fact->row == NULL)
        return route_is_touched(record, fact);
    for (size_t i = 0; i < mount->count; i++) {
        const struct route *route = &mount->routes[i];
        if ((route->editions & mount->edition) != 0 &&
            (fact->route == NULL || fact->route == route) &&
            fact_table(mount, route, fact->side) == fact->table && route_shows(record, route, fact))
            return true;
    }
    return false;
}
