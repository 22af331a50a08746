#include "api/safedebit/argument.h"

#include <string.h>

#include "api/safedebit/argument_value.h"
#include "api/safedebit/call.h"
#include "base/must.h"
#include "base/shown.h"
#include "wire/form.h"
#include "wire/text.h"

/* One value as it came, before its table is asked. */
struct input {
    struct str name;
    struct str text;
    bool wrong_type; /* no text, and nothing that is read as one */
    bool is_flag;    /* true or false: text is 1 or 0 */
    bool is_nested;  /* an array or object: text is its source */
};

struct inputs {
    struct input *items;
    size_t count;
};

/* --- where values come from ----------------------------------------------------------------------
 */

/* Blanks at both ends are dropped, and what is not seen at all; a tab is a control character. */
static struct str blanks_drop(struct str text)
{
    if (text_is_plain(text) && shown_blank(text))
        return str_sub(text, 0, 0);
    while (text.len > 0 && text.ptr[0] == ' ')
        text = str_from(text, 1);
    while (text.len > 0 && text.ptr[text.len - 1] == ' ')
        text.len--;
    return text;
}

static struct input input_of(struct arena *arena, struct str name, struct json value)
{
    struct input input = {.name = name, .text = STR_NONE};

    switch (json_kind(value)) {
    case JSON_NULL:
        return input;
    case JSON_BOOL:
        input.is_flag = true;
        input.text = json_bool(value) ? STR("1") : STR("0");
        return input;
    case JSON_INT:
        input.text = str_format(arena, "%lld", (long long)json_int(value));
        return input;
    case JSON_NUMBER:
        input.wrong_type = true;
        return input;
    case JSON_TEXT:
        input.text = blanks_drop(str_dup(arena, json_text(value)));
        return input;
    case JSON_ARRAY:
    case JSON_OBJECT:
        input.is_nested = true;
        input.text = json_source(arena, value);
        return input;
    }
    must_fail(__FILE__, __LINE__, "kind is a json_kind");
}

static bool media_is_json(const struct request *request)
{
    struct str type = request_header(request, STR("Content-Type"));
    struct str media = str_trim(str_sub(type, 0, str_find(type, ';')));

    return type.ptr == NULL || str_eq_nocase(media, STR("application/json"));
}

/* Wipes what the parser holds: the body may have account numbers in it. */
static bool inputs_of_body(struct request *request, struct inputs *out)
{
    struct arena *arena = request->cx->arena;
    struct json_member *members;
    const char *why = "is not JSON";
    struct json root;
    bool good = media_is_json(request) &&
                json_parse(request->json, request->body, &root, &why) == OK &&
                json_kind(root) == JSON_OBJECT;

    if (good) {
        out->count = json_members(arena, root, &members);
        out->items = arena_array(arena, struct input, out->count + 1);
        for (size_t i = 0; i < out->count; i++)
            out->items[i] = input_of(arena, str_dup(arena, members[i].name), members[i].value);
    }
    json_forget(request->json);
    if (!good)
        ssp_fail(request, CODE_BODY, NULL, "The body is not a JSON object");
    return good;
}

/* A control character that no query may have, and so not even a form is made of it. */
static bool has_nul(struct str query)
{
    for (size_t i = 0; i + 3 <= query.len; i++) {
        if (str_eq(str_sub(query, i, 3), STR("%00")))
            return true;
    }
    return false;
}

static bool inputs_of_query(struct request *request, struct inputs *out)
{
    struct arena *arena = request->cx->arena;
    struct form form;

    if (form_parse(arena, request->query, &form) != OK) {
        enum code code = has_nul(request->query) ? CODE_CHARACTER : CODE_BODY;
        ssp_fail(request, code, NULL, "The query cannot be read");
        return false;
    }
    out->items = arena_array(arena, struct input, form.count + 1);
    for (size_t i = 0; i < form.count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (str_eq(form.pairs[i].name, form.pairs[j].name)) {
                ssp_fail(request, CODE_BODY, NULL, "An argument stands twice in the query");
                return false;
            }
        }
        out->items[i] =
            (struct input){.name = form.pairs[i].name, .text = blanks_drop(form.pairs[i].value)};
    }
    out->count = form.count;
    return true;
}

/* --- reading by a table --------------------------------------------------------------------------
 */

static const struct input *input_named(const struct inputs *inputs, const char *name)
{
    for (size_t i = 0; i < inputs->count; i++) {
        if (str_eq(inputs->items[i].name, str_of(name)))
            return &inputs->items[i];
    }
    return NULL;
}

static bool answer_wrong(struct request *request, enum code code, const char *name,
                         const char *sentence)
{
    ssp_fail(request, code, name, sentence);
    return false;
}

static bool is_query(const struct request *request)
{
    return request->method == METHOD_GET || request->method == METHOD_HEAD;
}

static bool takes_nested(enum argument_kind kind)
{
    return kind == A_OBJECT || kind == A_LIST;
}

/* An object where account_data is due is told by its own code. */
static enum code type_code(enum argument_kind kind)
{
    return kind == A_OBJECT ? CODE_ACCOUNT_DATA : CODE_TYPE;
}

static bool check_type(struct request *request, const struct argument *row,
                       const struct input *input)
{
    bool flag = input->is_flag && row->kind != A_FLAG;
    bool nested = takes_nested(row->kind) && !is_query(request);

    if (input->wrong_type || flag || input->is_nested != nested)
        return answer_wrong(request, type_code(row->kind), row->name, "has the wrong type");
    return true;
}

static bool is_absent(const struct input *input)
{
    return input == NULL || (!input->wrong_type && input->text.len == 0);
}

static bool read_value(struct request *request, const struct argument *row,
                       const struct input *input, void *out)
{
    struct str text = input->text;
    enum code code = 0;

    if (is_absent(input) && given_test(out, row->at))
        return true; /* its other spelling tells it */
    if (input->wrong_type || text.len > 0) {
        if (!check_type(request, row, input))
            return false;
        code = argument_value(request->cx, row, is_test(request), &text);
    }
    if (code != 0)
        return answer_wrong(request, code, row->name, argument_problem(row));
    memcpy((char *)out + row->at, &text, sizeof text);
    given_set(out, row->at);
    return true;
}

/* What belongs to another type of consumer is ignored, whatever it is. */
static bool row_counts(const struct argument *row, const struct inputs *inputs)
{
    const struct input *type = input_named(inputs, "consumer_type");

    if (row->kind == A_WORD || row->more == NULL)
        return true;
    return word_is_in(is_absent(type) ? STR("0") : type->text, row->more);
}

static bool any_is_there(const char *names, const struct arguments *arguments,
                         const struct inputs *inputs)
{
    for (size_t i = 0; i < arguments->count; i++) {
        const char *name = arguments->rows[i].name;
        if (word_is_in(str_of(name), names) && !is_absent(input_named(inputs, name)))
            return true;
    }
    return false;
}

static bool is_missed(const struct arguments *arguments, const struct argument *row,
                      const struct inputs *inputs)
{
    if (arguments->either != NULL && word_is_in(str_of(row->name), arguments->either))
        return !any_is_there(arguments->either, arguments, inputs);
    return row->need == REQUIRED && row_counts(row, inputs) &&
           is_absent(input_named(inputs, row->name));
}

bool arguments_read(struct request *request, const struct arguments *arguments, void *out)
{
    struct inputs inputs = {NULL, 0};

    memset(out, 0, arguments->size);
    if (is_query(request) ? !inputs_of_query(request, &inputs) : !inputs_of_body(request, &inputs))
        return false;
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *row = &arguments->rows[i];
        if (is_missed(arguments, row, &inputs))
            return answer_wrong(request, CODE_MISSING, row->name, "is missing");
    }
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *row = &arguments->rows[i];
        const struct input *input = input_named(&inputs, row->name);
        if (input != NULL && row_counts(row, &inputs) && !read_value(request, row, input, out))
            return false;
    }
    return true;
}

/* --- described -----------------------------------------------------------------------------------
 */

void arguments_table(const struct arguments *arguments, struct field *fields, struct table *out)
{
    must(arguments->count <= ARGUMENTS_MAX);
    for (size_t i = 0; i < arguments->count; i++) {
        const struct argument *row = &arguments->rows[i];
        int64_t max = row->max > 0 ? row->max : argument_longest(row->kind);
        fields[i] = (struct field){
            .name = row->name,
            .kind = takes_nested(row->kind) ? F_JSON : F_TEXT,
            .min = row->need == REQUIRED ? 1 : 0,
            .max = max,
            .need = row->need,
            .origin = row->origin,
            .editions = ED_ALL,
            .at = {row->at, sizeof(struct str), NULL},
        };
    }
    *out = (struct table){
        .name = arguments->name,
        .fields = fields,
        .count = arguments->count,
        .size = arguments->size,
        .unknown = UNKNOWN_IGNORED,
    };
}

bool argument_json(struct request *request, struct str source, struct json *out)
{
    char *copy = arena_alloc(request->cx->arena, source.len + JSON_SPARE);
    const char *why;

    memcpy(copy, source.ptr, source.len);
    return json_parse(request->json, (struct str){copy, source.len}, out, &why) == OK;
}

static enum code list_read(struct arena *arena, struct json root, struct str **out, size_t *count)
{
    struct json *items;
    enum code code = 0;

    if (json_kind(root) != JSON_ARRAY)
        return CODE_TYPE;
    *count = json_items(arena, root, &items);
    *out = arena_array(arena, struct str, *count + 1);
    for (size_t i = 0; i < *count && code == 0; i++) {
        if (json_kind(items[i]) != JSON_TEXT) {
            code = CODE_TYPE;
        } else {
            (*out)[i] = blanks_drop(str_dup(arena, json_text(items[i])));
            code = text_is_plain((*out)[i]) ? 0 : CODE_CHARACTER;
        }
    }
    return code;
}

enum code argument_list(struct request *request, struct str source, struct str **out, size_t *count)
{
    enum code code = CODE_TYPE;
    struct json root;

    *count = 0;
    if (argument_json(request, source, &root))
        code = list_read(request->cx->arena, root, out, count);
    json_forget(request->json);
    return code;
}
