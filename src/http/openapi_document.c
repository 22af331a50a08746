#include "http/openapi_document.h"

#include "base/must.h"

enum { INDENT = 2 };

static void line_begin(struct document *doc)
{
    buf_put_byte(doc->out, '\n');
    for (size_t i = 0; i < doc->depth * INDENT; i++)
        buf_put_byte(doc->out, ' ');
}

void doc_item(struct document *doc)
{
    if (!doc->fresh)
        buf_put_byte(doc->out, ',');
    line_begin(doc);
    doc->fresh = false;
}

void doc_open_with(struct document *doc, char bracket)
{
    buf_put_byte(doc->out, bracket);
    doc->depth++;
    doc->fresh = true;
}

void doc_close_with(struct document *doc, char bracket)
{
    must(doc->depth > 0);
    doc->depth--;
    if (!doc->fresh)
        line_begin(doc);
    buf_put_byte(doc->out, bracket);
    doc->fresh = false;
}

void doc_key(struct document *doc, const char *name)
{
    doc_item(doc);
    json_put_text(doc->out, str_of(name));
    buf_put_cstr(doc->out, ": ");
}

void doc_key_open(struct document *doc, const char *name, char bracket)
{
    doc_key(doc, name);
    doc_open_with(doc, bracket);
}

void doc_member_text(struct document *doc, const char *name, const char *text)
{
    doc_key(doc, name);
    json_put_text(doc->out, str_of(text));
}

void doc_member_int(struct document *doc, const char *name, int64_t value)
{
    doc_key(doc, name);
    buf_put_int(doc->out, value);
}

void doc_member_true(struct document *doc, const char *name)
{
    doc_key(doc, name);
    json_put_bool(doc->out, true);
}

void doc_item_text(struct document *doc, const char *text)
{
    doc_item(doc);
    json_put_text(doc->out, str_of(text));
}
