#include <string.h>

#include "base/arena.h"
#include "wire/field_parts.h"

static void path_put(struct buf *out, const struct path *path)
{
    if (path->parent != NULL) {
        path_put(out, path->parent);
        buf_put_byte(out, '.');
    }
    buf_put_cstr(out, path->name);
}

/* Whether one more fault would still be kept. */
static bool fault_fits(const struct reading *reading)
{
    return reading->cx->fault_count < FAULTS_MAX;
}

void field_fault(struct reading *reading, struct str name, enum fault_kind kind, const char *text)
{
    struct ctx *cx = reading->cx;

    reading->bad = true;
    /* Names come from outside: a body of thousands of unknown ones must not be copied for nothing.
     */
    if (!fault_fits(reading))
        return;
    struct buf path = buf_make(cx->arena, SIZE_MAX);
    size_t name_at = 0;
    path_put(&path, &reading->path);
    if (name.len > 0) {
        buf_put_byte(&path, '.');
        name_at = path.len;
        buf_put(&path, name);
    }
    (void)fault(cx, ERR_INVALID, str_cstr(cx->arena, buf_str(&path)), text);
    cx->faults[cx->fault_count - 1].kind = kind;
    cx->faults[cx->fault_count - 1].name_at = name_at;
}

/* The row that a value is read by. NULL when it is of no type that any of them takes. */
static const struct field *row_choose(const struct reading *reading, struct group group,
                                      const struct input *input)
{
    const struct field *only = NULL;
    const struct field *best = NULL;
    enum fit best_fit = FIT_NONE;
    size_t count = 0;

    for (size_t i = 0; i < group.count; i++) {
        const struct field *row = &group.first[i];
        if ((row->editions & reading->how.edition) == 0)
            continue;
        only = row;
        count++;
        enum fit fit = group.count == 1 ? FIT_EXACT : value_fit(row, input);
        if (fit > best_fit) {
            best_fit = fit;
            best = row;
        }
    }
    return count == 1 ? only : best;
}

static void object_read(struct reading *reading, struct json object);

static void child_read(struct reading *reading, const struct field *row, struct json object)
{
    const struct table *table = row->at.more;

    must(row->at.size == table->size);
    must(row->at.offset + row->at.size <= reading->table->size);
    struct reading child = {
        .cx = reading->cx,
        .table = table,
        .how = reading->how,
        .path = {&reading->path, row->name},
        .out = (char *)reading->out + row->at.offset,
    };
    object_read(&child, object);
    reading->bad = reading->bad || child.bad;
}

static const char *children_read(struct reading *reading, const struct field *row,
                                 struct json array)
{
    struct arena *arena = reading->cx->arena;
    const struct table *table = row->at.more;
    struct json *items;
    size_t count = json_items(arena, array, &items);

    must(row->at.size == sizeof(struct field_list));
    if ((int64_t)count < row->min || (int64_t)count > row->max)
        return sentence_objects(arena, row);
    char *structs = arena_alloc(arena, count * table->size + 1);
    memset(structs, 0, count * table->size + 1);
    for (size_t i = 0; i < count; i++) {
        const struct path list = {&reading->path, row->name};
        struct reading child = {
            .cx = reading->cx,
            .table = table,
            .how = reading->how,
            .path = {&list, str_format(arena, "%zu", i).ptr},
            .out = structs + i * table->size,
        };
        if (json_kind(items[i]) == JSON_OBJECT)
            object_read(&child, items[i]);
        else
            field_fault(&child, STR_NONE, FAULT_OTHER, "must be an object");
        reading->bad = reading->bad || child.bad;
    }
    struct field_list *list = (struct field_list *)((char *)reading->out + row->at.offset);
    *list = (struct field_list){structs, count};
    return NULL;
}

static void group_value(struct reading *reading, struct group group, const struct input *input)
{
    struct str name = str_of(group.first->name);
    const struct field *row = row_choose(reading, group, input);
    const char *wrong = NULL;

    if (row == NULL) {
        wrong = sentence_kinds(reading->cx->arena, group, reading->how.edition);
        field_fault(reading, name, FAULT_OTHER, wrong);
        return;
    }
    if (row->kind == F_OBJECT && input->kind == INPUT_JSON && json_kind(input->json) == JSON_OBJECT)
        child_read(reading, row, input->json);
    else if (row->kind == F_OBJECTS && input->kind == INPUT_JSON &&
             json_kind(input->json) == JSON_ARRAY)
        wrong = children_read(reading, row, input->json);
    else
        wrong = value_read(reading, row, input);
    if (wrong != NULL)
        field_fault(reading, name, value_fault(row, input), wrong);
    else
        given_add(reading->out, row->at.offset);
}

/* Nothing came, or null. */
static void group_nothing(struct reading *reading, struct group group, bool is_null)
{
    struct given *given = reading->out;
    bool required = false;

    for (size_t i = 0; i < group.count; i++) {
        const struct field *row = &group.first[i];
        if ((row->editions & reading->how.edition) == 0)
            continue;
        required = required || row->need == REQUIRED;
        if (is_null)
            given_set(given, row->at.offset + GIVEN_AS_NULL);
    }
    if (required)
        field_fault(reading, str_of(group.first->name), FAULT_MISSING, FIELD_REQUIRED);
}

void rows_read(struct reading *reading, const struct input *inputs)
{
    for (size_t i = 0; i < reading->table->count;) {
        struct group group = group_at(reading->table, i);
        const struct input *input = &inputs[i];
        if (input->kind == INPUT_TWICE)
            field_fault(reading, str_of(group.first->name), FAULT_OTHER, "given twice");
        else if (input->kind == INPUT_JSON || input->kind == INPUT_TEXT)
            group_value(reading, group, input);
        else
            group_nothing(reading, group, input->kind == INPUT_NULL);
        i += group.count;
    }
}

static void unknown_refuse(struct reading *reading, const struct names *names,
                           const struct json_member *members, size_t count)
{
    for (size_t i = 0; i < count && fault_fits(reading); i++) {
        if (names_find(names, members[i].name) == reading->table->count)
            field_fault(reading, members[i].name, FAULT_OTHER, FIELD_UNKNOWN);
    }
    reading->bad = true;
}

static void object_read(struct reading *reading, struct json object)
{
    const struct table *table = reading->table;
    struct input inputs[FIELDS_MAX];
    struct names names;
    struct json_member *members;
    size_t unknown = 0;

    names_build(&names, table, reading->how.edition);
    memset(inputs, 0, table->count * sizeof inputs[0]);
    size_t count = json_members(reading->cx->arena, object, &members);
    for (size_t i = 0; i < count; i++) {
        size_t row = names_find(&names, members[i].name);
        if (row == table->count) {
            unknown++;
            continue;
        }
        must(inputs[row].kind == 0); /* the parser refuses names that stand twice */
        inputs[row].kind = json_kind(members[i].value) == JSON_NULL ? INPUT_NULL : INPUT_JSON;
        inputs[row].json = members[i].value;
    }
    rows_read(reading, inputs);
    if (unknown > 0 && table->unknown == UNKNOWN_REFUSED)
        unknown_refuse(reading, &names, members, count);
}

err_t field_read(struct ctx *cx, const struct table *table, struct field_reading how,
                 struct json root, void *out)
{
    struct reading reading = {
        .cx = cx, .table = table, .how = how, .path = {NULL, how.where},
                   .out = out
    };

    memset(out, 0, table->size);
    if (json_kind(root) == JSON_OBJECT)
        object_read(&reading, root);
    else
        field_fault(&reading, STR_NONE, FAULT_OTHER, "must be an object");
    return reading.bad ? ERR_INVALID : OK;
}
