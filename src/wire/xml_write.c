#include "wire/xml_write.h"

#include "base/arena.h"
#include "base/must.h"

enum { DEPTH_MAX = 64, PORTION = 32 * 1024, TEXT_MAX = 1024 * 1024 };

struct open_element {
    const char *name;
    struct xml_namespace attribute; /* its name is NULL: none */
    const struct xml_namespace *more;
    size_t more_count;
};

struct xml_writer {
    struct arena *arena;
    const struct sink *sink;
    struct sha256 *sha;
    struct buf portion;
    int64_t bytes;
    err_t err;
    struct open_element stack[DEPTH_MAX];
    size_t depth;
    size_t written; /* the elements of the stack whose opening tag is out */
};

static void flush(struct xml_writer *writer)
{
    struct str bytes = buf_str(&writer->portion);

    if (writer->err == OK && bytes.len > 0) {
        sha256_add(writer->sha, bytes);
        writer->bytes += (int64_t)bytes.len;
        writer->err = writer->sink->write(writer->sink->arg, bytes);
    }
    writer->portion.len = 0;
}

static void put(struct xml_writer *writer, struct str text)
{
    while (text.len > 0) {
        size_t room = PORTION - writer->portion.len;
        size_t len = text.len < room ? text.len : room;
        buf_put(&writer->portion, str_sub(text, 0, len));
        must(!writer->portion.failed);
        text = str_from(text, len);
        if (writer->portion.len == PORTION)
            flush(writer);
    }
}

static void put_cstr(struct xml_writer *writer, const char *text)
{
    put(writer, str_of(text));
}

static bool is_writable(struct str text)
{
    size_t count;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x20 && byte != '\t' && byte != '\n')
            return false;
    }
    return text.len <= TEXT_MAX && str_utf8_count(text, &count);
}

static const char *escape_of(char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

static void put_escaped(struct xml_writer *writer, struct str text)
{
    size_t from = 0;

    if (!is_writable(text)) {
        if (writer->err == OK)
            writer->err = ERR_INVALID;
        return;
    }
    for (size_t at = 0; at < text.len; at++) {
        const char *escape = escape_of(text.ptr[at]);
        if (escape == NULL)
            continue;
        put(writer, str_sub(text, from, at - from));
        put_cstr(writer, escape);
        from = at + 1;
    }
    put(writer, str_from(text, from));
}

static void put_attribute(struct xml_writer *writer, const struct xml_namespace *attribute)
{
    put_cstr(writer, " ");
    put_cstr(writer, attribute->name);
    put_cstr(writer, "=\"");
    put_escaped(writer, attribute->value);
    put_cstr(writer, "\"");
}

static void put_tag(struct xml_writer *writer, const struct open_element *element)
{
    put_cstr(writer, "<");
    put_cstr(writer, element->name);
    if (element->attribute.name != NULL)
        put_attribute(writer, &element->attribute);
    for (size_t i = 0; i < element->more_count; i++)
        put_attribute(writer, &element->more[i]);
    put_cstr(writer, ">");
}

static void put_end(struct xml_writer *writer, const char *name)
{
    put_cstr(writer, "</");
    put_cstr(writer, name);
    put_cstr(writer, ">");
}

struct xml_writer *xml_writer_new(struct arena *arena, const struct sink *sink)
{
    struct xml_writer *writer = arena_make(arena, struct xml_writer);

    writer->arena = arena;
    writer->sink = sink;
    writer->sha = sha256_begin(arena);
    writer->portion = buf_make(arena, PORTION);
    /* All of it now: it must not grow in memory that the caller gives back meanwhile. */
    must(buf_extend(&writer->portion, PORTION) != NULL);
    writer->portion.len = 0;
    put_cstr(writer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    return writer;
}

void xml_open_with(struct xml_writer *writer, const char *name, const char *attribute,
                   struct str value)
{
    must(writer->depth < DEPTH_MAX);
    writer->stack[writer->depth++] = (struct open_element){
        .name = name, .attribute = {attribute, value}
    };
}

void xml_open_root(struct xml_writer *writer, const char *name,
                   const struct xml_namespace *attributes, size_t count)
{
    must(writer->depth < DEPTH_MAX);
    writer->stack[writer->depth++] =
        (struct open_element){.name = name, .more = attributes, .more_count = count};
}

void xml_open(struct xml_writer *writer, const char *name)
{
    xml_open_with(writer, name, NULL, STR_NONE);
}

void xml_close(struct xml_writer *writer)
{
    must(writer->depth > 0);
    writer->depth--;
    if (writer->written > writer->depth) {
        put_end(writer, writer->stack[writer->depth].name);
        writer->written = writer->depth;
    }
}

static void put_leaf_tag(struct xml_writer *writer, const struct open_element *element)
{
    for (; writer->written < writer->depth; writer->written++)
        put_tag(writer, &writer->stack[writer->written]);
    put_tag(writer, element);
}

void xml_text_with(struct xml_writer *writer, const char *name, const char *attribute,
                   struct str value, struct str text)
{
    const struct open_element element = {
        .name = name, .attribute = {attribute, value}
    };

    if (text.len == 0)
        return;
    put_leaf_tag(writer, &element);
    put_escaped(writer, text);
    put_end(writer, name);
}

void xml_base64(struct xml_writer *writer, const char *name, const struct xml_namespace *attributes,
                size_t count, struct str bytes)
{
    const struct open_element element = {.name = name, .more = attributes, .more_count = count};

    if (bytes.len == 0)
        return;
    put_leaf_tag(writer, &element);
    put(writer, base64_encode(writer->arena, bytes));
    put_end(writer, name);
}

void xml_text(struct xml_writer *writer, const char *name, struct str text)
{
    xml_text_with(writer, name, NULL, STR_NONE, text);
}

void xml_int(struct xml_writer *writer, const char *name, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;

    must(value >= 0);
    do {
        digits[--at] = (char)('0' + (char)(value % 10));
        value /= 10;
    } while (value > 0);
    xml_text(writer, name, (struct str){digits + at, sizeof digits - at});
}

err_t xml_writer_state(const struct xml_writer *writer)
{
    return writer->err;
}

err_t xml_writer_end(struct xml_writer *writer, struct xml_written *out)
{
    must(writer->depth == 0);
    put_cstr(writer, "\n");
    flush(writer);
    TRY(writer->err);
    out->bytes = writer->bytes;
    sha256_end(writer->sha, out->sha256);
    return OK;
}
