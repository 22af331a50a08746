#include "api/simplypaie/input.h"

#include <string.h>

#include "api/simplypaie/call.h"
#include "base/must.h"
#include "wire/form.h"

/* Room for a form of 500 invoice lines with all their keys, and everything beside them. */
enum { PAIRS_MAX = 4096, ELEMENTS_MAX = 1000, NUMBER_DIGITS = 5 };

/* --- JSON ----------------------------------------------------------------------------------------
 */

/* Numbers come in the order in which they are written, so each value takes the next one. */
struct numbers {
    struct str *texts;
    size_t count;
    size_t at;
};

static struct inputs object_read(struct arena *arena, struct numbers *numbers, struct json object);

static struct str number_next(struct numbers *numbers)
{
    must(numbers->at < numbers->count);
    return numbers->texts[numbers->at++];
}

/* What nobody asks for may hold numbers all the same. */
static void numbers_skip(struct arena *arena, struct numbers *numbers, struct json value)
{
    enum json_kind kind = json_kind(value);
    struct json_member *members;
    struct json *items;

    if (kind == JSON_INT || kind == JSON_NUMBER)
        (void)number_next(numbers);
    if (kind == JSON_OBJECT) {
        size_t count = json_members(arena, value, &members);
        for (size_t i = 0; i < count; i++)
            numbers_skip(arena, numbers, members[i].value);
    }
    if (kind == JSON_ARRAY) {
        size_t count = json_items(arena, value, &items);
        for (size_t i = 0; i < count; i++)
            numbers_skip(arena, numbers, items[i]);
    }
}

static void list_read(struct arena *arena, struct numbers *numbers, struct json array,
                      struct input *out)
{
    struct json *items;
    size_t count = json_items(arena, array, &items);
    struct inputs *list = arena_array(arena, struct inputs, count + 1);

    out->kind = INPUT_LIST;
    for (size_t i = 0; i < count; i++) {
        if (json_kind(items[i]) == JSON_OBJECT) {
            list[i] = object_read(arena, numbers, items[i]);
        } else {
            numbers_skip(arena, numbers, items[i]);
            out->kind = INPUT_OTHER;
        }
    }
    out->list = list;
    out->list_count = count;
}

/* False for null, which is as if it were not there. */
static bool value_read(struct arena *arena, struct numbers *numbers, struct json value,
                       struct input *out)
{
    switch (json_kind(value)) {
    case JSON_NULL:
        return false;
    case JSON_TEXT:
        out->kind = INPUT_TEXT;
        out->text = str_dup(arena, json_text(value));
        return true;
    case JSON_INT:
    case JSON_NUMBER:
        out->kind = INPUT_NUMBER;
        out->text = number_next(numbers);
        return true;
    case JSON_ARRAY:
        list_read(arena, numbers, value, out);
        return true;
    case JSON_BOOL:
    case JSON_OBJECT:
        numbers_skip(arena, numbers, value);
        out->kind = INPUT_OTHER;
        return true;
    }
    must_fail(__FILE__, __LINE__, "kind is a json_kind");
}

static struct inputs object_read(struct arena *arena, struct numbers *numbers, struct json object)
{
    struct json_member *members;
    size_t count = json_members(arena, object, &members);
    struct inputs inputs = {arena_array(arena, struct input, count + 1), 0};

    for (size_t i = 0; i < count; i++) {
        struct input input = {.name = str_dup(arena, members[i].name)};
        if (value_read(arena, numbers, members[i].value, &input))
            inputs.items[inputs.count++] = input;
    }
    return inputs;
}

static bool json_inputs(struct request *request, struct inputs *out)
{
    struct arena *arena = request->cx->arena;
    struct numbers numbers = {NULL, 0, 0};
    struct json root;
    const char *why;
    bool good = json_parse(request->json, request->body, &root, &why) == OK &&
                json_kind(root) == JSON_OBJECT;

    if (good) {
        numbers.count = json_numbers(arena, request->body, &numbers.texts);
        *out = object_read(arena, &numbers, root);
        must(numbers.at == numbers.count);
    }
    json_forget(request->json);
    return good;
}

/* --- forms ---------------------------------------------------------------------------------------
 */

/* Elements of one list of a form, while it is read. */
struct element {
    int64_t number; /* as written between the brackets */
    struct inputs inputs;
    size_t capacity;
};
struct elements {
    struct element *items;
    size_t count;
    size_t capacity;
};

static struct input *named(struct inputs *inputs, struct str name)
{
    for (size_t i = 0; i < inputs->count; i++) {
        if (str_eq(inputs->items[i].name, name))
            return &inputs->items[i];
    }
    return NULL;
}

/* The element with this number: nearly always the last one. */
static struct element *element_of(struct arena *arena, struct elements *elements, int64_t number)
{
    for (size_t i = elements->count; i > 0; i--) {
        if (elements->items[i - 1].number == number)
            return &elements->items[i - 1];
    }
    elements->items = arena_grow(arena, elements->items, sizeof *elements->items, elements->count,
                                 &elements->capacity);
    elements->items[elements->count] = (struct element){.number = number};
    return &elements->items[elements->count++];
}

/* [0][designation]: number and key; false for any other shape. */
static bool brackets_read(struct str text, int64_t *number, struct str *key)
{
    size_t first = str_find(text, ']');

    if (first == text.len || first < 2 || first - 1 > NUMBER_DIGITS)
        return false;
    struct str digits = str_sub(text, 1, first - 1);
    struct str rest = str_from(text, first + 1);
    bool plain = digits.len == 1 || digits.ptr[0] != '0';
    if (!str_is_digits(digits) || !plain || !str_to_int64(digits, number) || rest.len < 3 ||
        rest.ptr[0] != '[' || rest.ptr[rest.len - 1] != ']')
        return false;
    *key = str_sub(rest, 1, rest.len - 2);
    return str_find(*key, '[') == key->len && str_find(*key, ']') == key->len;
}

static bool element_add(struct arena *arena, struct elements *elements, struct str brackets,
                        struct str value)
{
    struct str key;
    int64_t number;

    if (!brackets_read(brackets, &number, &key) || elements->count > ELEMENTS_MAX)
        return false;
    struct element *element = element_of(arena, elements, number);
    struct inputs *inputs = &element->inputs;
    if (named(inputs, key) != NULL)
        return false;
    inputs->items =
        arena_grow(arena, inputs->items, sizeof *inputs->items, inputs->count, &element->capacity);
    inputs->items[inputs->count++] = (struct input){.name = key, .kind = INPUT_TEXT, .text = value};
    return true;
}

/* By the number between the brackets, whatever the order in which they came. */
static struct inputs *elements_sorted(struct arena *arena, struct elements *elements)
{
    struct inputs *sorted = arena_array(arena, struct inputs, elements->count);

    for (size_t i = 1; i < elements->count; i++) {
        struct element element = elements->items[i];
        size_t at = i;
        for (; at > 0 && element.number < elements->items[at - 1].number; at--)
            elements->items[at] = elements->items[at - 1];
        elements->items[at] = element;
    }
    for (size_t i = 0; i < elements->count; i++)
        sorted[i] = elements->items[i].inputs;
    return sorted;
}

/* All of `items[0][price]=...&items[1][...` from the pair at `first` on; false when it is wrong. */
static bool list_of_form(struct arena *arena, const struct form *form, size_t first,
                         struct input *out)
{
    struct elements elements = {.count = 0};

    for (size_t i = first; i < form->count; i++) {
        struct str name = form->pairs[i].name;
        size_t bracket = str_find(name, '[');
        if (bracket == name.len || !str_eq(str_sub(name, 0, bracket), out->name))
            continue;
        if (!element_add(arena, &elements, str_from(name, bracket), form->pairs[i].value))
            return false;
    }
    out->kind = INPUT_LIST;
    out->list = elements_sorted(arena, &elements);
    out->list_count = elements.count;
    return true;
}

static bool form_inputs(struct arena *arena, struct str text, struct inputs *out)
{
    struct form form;

    if (form_parse_most(arena, text, PAIRS_MAX, &form) != OK)
        return false;
    out->items = arena_array(arena, struct input, form.count + 1);
    for (size_t i = 0; i < form.count; i++) {
        struct str name = form.pairs[i].name;
        size_t bracket = str_find(name, '[');
        struct input input = {.name = str_sub(name, 0, bracket), .kind = INPUT_TEXT};
        const struct input *before = named(out, input.name);
        if (before != NULL && (bracket == name.len || before->kind != INPUT_LIST))
            return false;
        if (before != NULL)
            continue;
        input.text = form.pairs[i].value;
        if (bracket < name.len && !list_of_form(arena, &form, i, &input))
            return false;
        out->items[out->count++] = input;
    }
    return true;
}

/* --- which of them -------------------------------------------------------------------------------
 */

static bool media_is(struct str type, struct str media)
{
    return str_eq_nocase(str_trim(str_sub(type, 0, str_find(type, ';'))), media);
}

static size_t blanks(struct str text)
{
    size_t at = 0;

    while (at < text.len && (text.ptr[at] == ' ' || (text.ptr[at] >= '\t' && text.ptr[at] <= '\r')))
        at++;
    return at;
}

static bool body_read(struct request *request, struct inputs *out)
{
    struct str type = request_header(request, STR("Content-Type"));
    size_t at = blanks(request->body);
    bool brace = at < request->body.len && request->body.ptr[at] == '{';

    if (media_is(type, STR("application/json")))
        return json_inputs(request, out);
    if (media_is(type, STR("application/x-www-form-urlencoded")))
        return !brace && form_inputs(request->cx->arena, request->body, out);
    return brace ? json_inputs(request, out) : form_inputs(request->cx->arena, request->body, out);
}

bool inputs_of_body(struct request *request, struct inputs *out)
{
    *out = (struct inputs){NULL, 0};
    bool good = body_read(request, out);

    if (!good)
        sp_fail(request, PROBLEM_REQUEST);
    return good;
}

bool inputs_of_any_body(struct request *request, struct inputs *out)
{
    *out = (struct inputs){NULL, 0};
    return blanks(request->body) == request->body.len || inputs_of_body(request, out);
}

bool inputs_of_query(struct request *request, struct inputs *out)
{
    *out = (struct inputs){NULL, 0};
    bool good = form_inputs(request->cx->arena, request->query, out);

    if (!good)
        sp_fail(request, PROBLEM_REQUEST);
    return good;
}

const struct input *input_find(const struct inputs *inputs, const char *name)
{
    for (size_t i = 0; i < inputs->count; i++) {
        const struct input *input = &inputs->items[i];
        if (!str_eq(input->name, str_of(name)))
            continue;
        return input->kind == INPUT_TEXT && input->text.len == 0 ? NULL : input;
    }
    return NULL;
}
