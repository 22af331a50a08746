#include "http/fact.h"

#include "base/must.h"

ENUM_DEFINE(fact_side, FACT_SIDE_LIST)

/* The facts of one mount, as they are found. */
struct finding {
    struct arena *arena;
    const struct mount *mount;
    struct fact *facts;
    size_t count;
    size_t capacity;
};

static void add(struct finding *finding, const struct fact *fact)
{
    finding->facts = arena_grow(finding->arena, finding->facts, sizeof(struct fact), finding->count,
                                &finding->capacity);
    finding->facts[finding->count++] = *fact;
}

const char *fact_kind(const struct field *row)
{
    if (row->kind == F_TEXT && row->max == 0)
        return "null";
    switch (row->kind) {
    case F_TEXT:
    case F_NAME:
    case F_EMAIL:
    case F_PHONE:
    case F_COUNTRY:
    case F_DIGITS:
    case F_DATE:
    case F_EPOCH_TEXT:
    case F_RFC3339:
    case F_WORD:
    case F_ID:
    case F_URL:
    case F_DECIMAL:
        return "text";
    case F_INT:
    case F_EPOCH:
    case F_EPOCH_DATE:
        return "integer";
    case F_BOOL:
        return "boolean";
    case F_WORDS:
    case F_IDS:
    case F_TEXTS:
    case F_OBJECTS:
        return "array";
    case F_OBJECT:
        return "object";
    case F_JSON:
        return "value";
    }
    must_fail(__FILE__, __LINE__, "kind is a member of enum field_kind");
}

static bool is_seed(const struct mount *mount, enum origin origin, unsigned editions)
{
    return origin == SEED && (editions & mount->edition) != 0;
}

const struct table *fact_table(const struct mount *mount, const struct route *route,
                               enum fact_side side)
{
    switch (side) {
    case FACT_SCHEME:
        return NULL;
    case FACT_QUERY:
        return route->query;
    case FACT_BODY:
        return route->in;
    case FACT_ANSWER:
        return route->out;
    case FACT_ENVELOPE:
        return route->list != NULL && route->list[0] != '\0' ? mount->envelope : NULL;
    case FACT_ERROR:
        return mount->error;
    }
    must_fail(__FILE__, __LINE__, "side is a member of enum fact_side");
}

/* What a client may choose from; what we answer is chosen by what happened. */
static void add_words(struct finding *finding, struct fact fact)
{
    const struct words *words = fact.row->at.more;

    if (fact.row->kind != F_WORD && fact.row->kind != F_WORDS)
        return;
    fact.route = NULL;
    for (size_t i = 1; i < words->count; i++) {
        fact.word = str_of(words->texts[i]);
        if (words->texts[i] != NULL)
            add(finding, &fact);
    }
}

/* Rows inside the row that `outer` tells of, or all of its table when it tells of none. */
static void add_inner(struct finding *finding, const struct fact *outer, const struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *row = &table->fields[i];
        struct fact fact = *outer;

        if (!is_seed(finding->mount, row->origin, row->editions))
            continue;
        fact.row = row;
        fact.name = outer->name.len == 0
                        ? str_of(row->name)
                        : str_format(finding->arena, "%s.%s", outer->name.ptr, row->name);
        add(finding, &fact);
        if (fact.side == FACT_QUERY || fact.side == FACT_BODY)
            add_words(finding, fact);
        if (row->kind == F_OBJECT || row->kind == F_OBJECTS)
            add_inner(finding, &fact, row->at.more);
    }
}

/* Whether no SEED route before this one has the same table on this side. */
static bool is_first(const struct mount *mount, const struct route *route, enum fact_side side)
{
    for (const struct route *earlier = mount->routes; earlier < route; earlier++) {
        if (is_seed(mount, earlier->origin, earlier->editions) &&
            fact_table(mount, earlier, side) == fact_table(mount, route, side))
            return false;
    }
    return true;
}

/* Each row that is read, for this route; what is inside of them once for the table. */
static void add_read(struct finding *finding, const struct route *route, enum fact_side side)
{
    const struct table *table = fact_table(finding->mount, route, side);

    for (size_t i = 0; table != NULL && i < table->count; i++) {
        const struct field *row = &table->fields[i];
        struct fact fact = {
            .mount = finding->mount,
            .route = route,
            .side = side,
            .table = table,
            .name = str_of(row->name),
            .row = row,
        };
        if (!is_seed(finding->mount, row->origin, row->editions))
            continue;
        add(finding, &fact);
        if (!is_first(finding->mount, route, side))
            continue;
        fact.route = NULL;
        add_words(finding, fact);
        if (row->kind == F_OBJECT)
            add_inner(finding, &fact, row->at.more);
    }
}

static void add_written(struct finding *finding, const struct route *route, enum fact_side side)
{
    const struct fact fact = {
        .mount = finding->mount,
        .side = side,
        .table = fact_table(finding->mount, route, side),
    };

    if (fact.table != NULL && is_first(finding->mount, route, side))
        add_inner(finding, &fact, fact.table);
}

static void add_route(struct finding *finding, const struct route *route)
{
    add(finding, &(struct fact){.mount = finding->mount, .route = route, .side = FACT_ANSWER});
    add_read(finding, route, FACT_QUERY);
    add_read(finding, route, FACT_BODY);
    add_written(finding, route, FACT_ANSWER);
    add_written(finding, route, FACT_ENVELOPE);
    add_written(finding, route, FACT_ERROR);
}

static void add_schemes(struct finding *finding)
{
    for (size_t i = 0; i < finding->mount->security_count; i++) {
        const struct security_scheme *scheme = &finding->mount->security[i];
        const struct fact fact = {
            .mount = finding->mount,
            .side = FACT_SCHEME,
            .name = str_of(scheme->name),
        };
        if (scheme->origin == SEED)
            add(finding, &fact);
    }
}

size_t facts_of(struct arena *arena, const struct mount *mount, struct fact **out)
{
    struct finding finding = {.arena = arena, .mount = mount};

    add_schemes(&finding);
    for (size_t i = 0; i < mount->count; i++) {
        if (is_seed(mount, mount->routes[i].origin, mount->routes[i].editions))
            add_route(&finding, &mount->routes[i]);
    }
    *out = finding.facts;
    return finding.count;
}

struct str fact_text(struct arena *arena, const struct fact *fact)
{
    struct buf out = buf_make(arena, 4096);

    if (fact->route != NULL)
        buf_format(&out, "%s ", method_text(fact->route->method));
    buf_put_cstr(&out, fact->mount->prefix);
    if (fact->route != NULL)
        buf_put_cstr(&out, fact->route->pattern);
    else if (fact->table != NULL)
        buf_format(&out, " %s", fact->table->name);
    if (fact->name.len > 0)
        buf_format(&out, " %s %.*s", fact_side_text(fact->side), (int)fact->name.len,
                   fact->name.ptr);
    if (fact->word.len > 0)
        buf_format(&out, " = %.*s", (int)fact->word.len, fact->word.ptr);
    else if (fact->row != NULL)
        buf_format(&out, " (%s)", fact_kind(fact->row));
    must(!out.failed);
    return buf_str(&out);
}
