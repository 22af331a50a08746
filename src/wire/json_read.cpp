#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

#include <simdjson.h>

extern "C" {
/* C gives the function arena_mark and its struct one name; only a C++ compiler minds. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#include "base/arena.h"
#pragma GCC diagnostic pop
#include "base/must.h"
#include "wire/json.h"
}

/* The one C++ file of the project. Nothing here may throw: every call of the library takes the form
 * with an error code, and what may run out of memory is noexcept, so that it ends the process like
 * our own allocations. */

namespace dom = simdjson::dom;

enum { FEW_NAMES = 64, SHORTEST_MEMBER = 5 /* "":1, */ };

/* The library counts the items of an array only up to 2^24 - 1: JSON_LEN_MAX. */
enum { SOURCE_MAX = 4 * JSON_LEN_MAX };
/* Room for a text of this length is kept; a longer one gets its own, until it is forgotten. */
enum { LEN_USUAL = 64 * 1024 };

/* A member's name with its first bytes as a number, which settles most comparisons. Nothing is set
 * when one is made: a room of thousands that nobody uses takes no memory. */
struct name_key {
    uint64_t head;
    const char *start;
    size_t len;

    std::string_view text() const noexcept
    {
        return {start, len};
    }
};
static_assert(std::is_trivially_default_constructible_v<name_key>);

struct json_parser {
    dom::parser reader;
    size_t len_max;
    size_t capacity = 0;               /* bytes of a text that there is room for */
    size_t len_last = 0;               /* of the last text */
    std::unique_ptr<name_key[]> names; /* of the object being checked */

    explicit json_parser(size_t len) noexcept : len_max(len)
    {
    }
};

namespace
{

/* An element is a document and an index into its tape; struct json carries it through C. */
static_assert(std::is_trivially_copyable_v<dom::element>);
static_assert(sizeof(dom::element) == sizeof(struct json));

dom::element to_element(struct json value) noexcept
{
    dom::element element;

    std::memcpy(static_cast<void *>(&element), &value, sizeof element);
    return element;
}

struct json to_json(dom::element element) noexcept
{
    struct json value;

    std::memcpy(&value, static_cast<const void *>(&element), sizeof value);
    return value;
}

struct str to_str(std::string_view text) noexcept
{
    return {text.data(), text.size()};
}

template <typename T> T get(dom::element element) noexcept
{
    T value{};

    must(element.get(value) == simdjson::SUCCESS);
    return value;
}

/* Any order will do that puts equal names side by side. */
bool name_before(const name_key &a, const name_key &b) noexcept
{
    if (a.head != b.head)
        return a.head < b.head;
    if (a.len != b.len)
        return a.len < b.len;
    return a.text() < b.text();
}

bool name_same(const name_key &a, const name_key &b) noexcept
{
    return a.head == b.head && a.text() == b.text();
}

name_key to_key(std::string_view text) noexcept
{
    name_key key = {0, text.data(), text.size()};

    std::memcpy(&key.head, text.data(), std::min(text.size(), sizeof key.head));
    return key;
}

bool stands_before(const name_key *names, size_t at) noexcept
{
    for (size_t i = 0; i < at; i++) {
        if (name_same(names[i], names[at]))
            return true;
    }
    return false;
}

/* A set of 256 bits tells for most names of an ordinary object that they are new; the others are
 * compared with those before them. Sorting keeps the time of a hostile object within n log n. */
bool names_repeat(name_key *names, size_t count) noexcept
{
    uint64_t seen[4] = {};

    if (count > FEW_NAMES) {
        std::sort(names, names + count, name_before);
        return std::adjacent_find(names, names + count, name_same) != names + count;
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = names[i].head * UINT64_C(0x9E3779B97F4A7C15) >> 56;
        uint64_t bit = UINT64_C(1) << hash % 64;
        if ((seen[hash / 64] & bit) != 0 && stands_before(names, i))
            return true;
        seen[hash / 64] |= bit;
    }
    return false;
}

const char *value_check(struct json_parser *parser, dom::element value, size_t depth) noexcept;

const char *object_check(struct json_parser *parser, dom::object object, size_t depth) noexcept
{
    size_t count = 0;

    for (auto member : object)
        parser->names[count++] = to_key(member.key);
    if (names_repeat(parser->names.get(), count))
        return "a name stands twice in one object";
    for (auto member : object) {
        const char *why = value_check(parser, member.value, depth);
        if (why != nullptr)
            return why;
    }
    return nullptr;
}

/* What the library does not look at: the names, and the depth to the letter. */
const char *value_check(struct json_parser *parser, dom::element value, size_t depth) noexcept
{
    dom::element_type type = value.type();

    if (type != dom::element_type::OBJECT && type != dom::element_type::ARRAY)
        return nullptr;
    if (depth == JSON_DEPTH_MAX)
        return "more than 32 levels";
    if (type == dom::element_type::OBJECT)
        return object_check(parser, get<dom::object>(value), depth + 1);
    dom::array array = get<dom::array>(value);
    for (dom::element item : array) {
        const char *why = value_check(parser, item, depth + 1);
        if (why != nullptr)
            return why;
    }
    return nullptr;
}

const char *error_why(simdjson::error_code error) noexcept
{
    if (error == simdjson::UTF8_ERROR)
        return "not valid UTF-8";
    if (error == simdjson::EMPTY)
        return "empty";
    if (error == simdjson::DEPTH_ERROR)
        return "more than 32 levels";
    if (error == simdjson::NUMBER_ERROR || error == simdjson::NUMBER_OUT_OF_RANGE)
        return "a number that is malformed or beyond 64 bits";
    if (error == simdjson::STRING_ERROR || error == simdjson::UNESCAPED_CHARS)
        return "a string with a bad escape or a control character";
    return "not one JSON value";
}

void value_put(struct buf *out, dom::element value) noexcept;

void object_put(struct buf *out, dom::object object) noexcept
{
    char before = '{';

    for (auto member : object) {
        buf_put_byte(out, before);
        json_put_text(out, to_str(member.key));
        buf_put_byte(out, ':');
        value_put(out, member.value);
        before = ',';
    }
    if (before == '{')
        buf_put_byte(out, before);
    buf_put_byte(out, '}');
}

void array_put(struct buf *out, dom::array array) noexcept
{
    char before = '[';

    for (dom::element item : array) {
        buf_put_byte(out, before);
        value_put(out, item);
        before = ',';
    }
    if (before == '[')
        buf_put_byte(out, before);
    buf_put_byte(out, ']');
}

void value_put(struct buf *out, dom::element value) noexcept
{
    switch (value.type()) {
    case dom::element_type::OBJECT:
        object_put(out, get<dom::object>(value));
        break;
    case dom::element_type::ARRAY:
        array_put(out, get<dom::array>(value));
        break;
    case dom::element_type::STRING:
        json_put_text(out, to_str(get<std::string_view>(value)));
        break;
    case dom::element_type::INT64:
        buf_put_int(out, get<int64_t>(value));
        break;
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE: {
        std::string text = simdjson::minify(value);
        buf_put(out, to_str(text));
        break;
    }
    case dom::element_type::BOOL:
        json_put_bool(out, get<bool>(value));
        break;
    case dom::element_type::NULL_VALUE:
        json_put_null(out);
        break;
    }
}

} // namespace

/* Room for texts of this length and no longer: it takes several times as much memory. */
static void room_make(struct json_parser *parser, size_t len) noexcept
{
    size_t capacity = std::max(len, simdjson::dom::MINIMAL_DOCUMENT_CAPACITY);

    parser->reader = dom::parser(capacity);
    parser->names.reset(new (std::nothrow) name_key[capacity / SHORTEST_MEMBER + 1]);
    must(parser->names != nullptr);
    /* One level more than we accept, because the library's limit leaves out empty brackets and ours
     * does not. */
    must(parser->reader.allocate(capacity, JSON_DEPTH_MAX + 2) == simdjson::SUCCESS);
    must(parser->reader.doc.allocate(capacity) == simdjson::SUCCESS);
    parser->capacity = capacity;
}

struct json_parser *json_parser_new(size_t len_max)
{
    must(len_max <= JSON_LEN_MAX);
    auto *parser = new (std::nothrow) json_parser(len_max);
    must(parser != nullptr);
    room_make(parser, std::min<size_t>(len_max, LEN_USUAL));
    return parser;
}

void json_parser_free(struct json_parser *parser)
{
    delete parser;
}

err_t json_parse(struct json_parser *parser, struct str text, struct json *root, const char **why)
{
    dom::element element;

    *why = "too long";
    if (text.len > parser->len_max)
        return ERR_LIMIT;
    *why = "empty";
    if (text.len == 0)
        return ERR_MALFORMED;
    if (text.len > parser->capacity)
        room_make(parser, text.len);
    parser->len_last = text.len;
    simdjson::error_code error = parser->reader.parse(text.ptr, text.len, false).get(element);
    must(error != simdjson::MEMALLOC);
    *why = error == simdjson::SUCCESS ? value_check(parser, element, 0) : error_why(error);
    if (*why != nullptr)
        return ERR_MALFORMED;
    *root = to_json(element);
    return OK;
}

/* The library unescapes texts into one buffer, each behind its length and before a NUL: at most 5
 * bytes for 3 of the source, as it sizes the buffer itself. */
void json_forget(struct json_parser *parser)
{
    size_t used = 5 * parser->len_last / 3 + simdjson::SIMDJSON_PADDING;

    explicit_bzero(parser->reader.doc.string_buf.get(), used);
    parser->len_last = 0;
    if (parser->capacity > LEN_USUAL)
        room_make(parser, LEN_USUAL);
}

enum json_kind json_kind(struct json value)
{
    switch (to_element(value).type()) {
    case dom::element_type::OBJECT:
        return JSON_OBJECT;
    case dom::element_type::ARRAY:
        return JSON_ARRAY;
    case dom::element_type::STRING:
        return JSON_TEXT;
    case dom::element_type::INT64:
        return JSON_INT;
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
        return JSON_NUMBER;
    case dom::element_type::BOOL:
        return JSON_BOOL;
    case dom::element_type::NULL_VALUE:
        return JSON_NULL;
    }
    must_fail(__FILE__, __LINE__, "a JSON value has one of the known types");
}

bool json_bool(struct json value)
{
    return get<bool>(to_element(value));
}

int64_t json_int(struct json value)
{
    dom::element element = to_element(value);

    must(element.type() == dom::element_type::INT64);
    return get<int64_t>(element);
}

struct str json_text(struct json value)
{
    return to_str(get<std::string_view>(to_element(value)));
}

size_t json_members(struct arena *arena, struct json object, struct json_member **out)
{
    dom::object members = get<dom::object>(to_element(object));
    size_t count = 0;

    *out = arena_array(arena, struct json_member, members.size());
    for (auto member : members)
        (*out)[count++] = {to_str(member.key), to_json(member.value)};
    return count;
}

size_t json_items(struct arena *arena, struct json array, struct json **out)
{
    dom::array items = get<dom::array>(to_element(array));
    size_t count = 0;

    *out = arena_array(arena, struct json, items.size());
    for (dom::element item : items)
        (*out)[count++] = to_json(item);
    return count;
}

struct str json_source(struct arena *arena, struct json value)
{
    struct buf out = buf_make(arena, SOURCE_MAX);

    value_put(&out, to_element(value));
    must(!out.failed);
    return buf_str(&out);
}
