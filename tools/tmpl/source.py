"""Puts templates.h and templates.c together."""

from tmpl.catalogue import META
from tmpl.writing import c_pieces, c_string, html_escape, language_symbol, member_symbol


def member_lines(struct):
    lines = []
    for name, (kind, detail) in struct.members.items():
        if kind == "str":
            lines.append(f"    struct str {name};")
        elif kind == "bool":
            lines.append(f"    bool {name};")
        elif kind == "key":
            lines.append(f"    enum text_{detail} {name}; /* 0: none */")
        elif kind == "part":
            lines.append(f"    struct part_{detail} {name};")
        elif kind == "layout":
            lines.append(f"    struct layout_{detail} {name};")
        else:
            lines.append(f"    const struct {detail.name} *{name};")
            lines.append(f"    size_t {name}_count;")
    return lines or ["    char unused;"]


def header_make(writer):
    catalogue, shapes = writer.catalogue, writer.shapes
    out = [
        "/* Made by tools/tmplgen.py. Do not edit. */",
        "#ifndef GUICHET_PAGES_TEMPLATES_H",
        "#define GUICHET_PAGES_TEMPLATES_H",
        "",
        "#include <stdbool.h>",
        "#include <stddef.h>",
        "",
        '#include "base/str.h"',
        "",
        "/* The languages that have a catalogue. */",
        "enum page_lang {",
    ]
    for number, code in enumerate(catalogue.languages, start=1):
        out.append(f"    {language_symbol(code)} = {number},")
    out += ["};", "struct page_language {", "    struct str code;"]
    out += [f"    struct str {name};" for name in catalogue.meta()]
    out += [
        "};",
        f"enum {{ PAGE_LANGUAGES_COUNT = {len(catalogue.languages)} }};",
        "/* By enum page_lang - 1. */",
        "extern const struct page_language PAGE_LANGUAGES[PAGE_LANGUAGES_COUNT];",
        "",
    ]
    for group, members in sorted(shapes.groups.items()):
        out.append(f"enum text_{group} {{")
        for number, member in enumerate(members, start=1):
            out.append(f"    {member_symbol(group, member)} = {number},")
        out += ["};", ""]
    for struct in shapes.structs:
        out += [f"struct {struct.name} {{", *member_lines(struct), "};", ""]
    out += writer.declared
    out += ["", "#endif", ""]
    return "\n".join(out)


ESCAPING = """\
/* Escapes for element content and quoted attributes alike. What is not seen and would lead the eye
 * astray is shown (base/shown.h). */
static void put_text(struct buf *out, struct str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        struct str entity;
        size_t trap = 0;

        switch (text.ptr[i]) {
        case '&':
            entity = STR("&amp;");
            break;
        case '<':
            entity = STR("&lt;");
            break;
        case '>':
            entity = STR("&gt;");
            break;
        case '"':
            entity = STR("&quot;");
            break;
        case '\\'':
            entity = STR("&#39;");
            break;
        default:
            trap = shown_trap(text, i);
            if (trap == 0)
                continue;
            entity = STR(SHOWN_TRAP);
        }
        buf_put(out, str_sub(text, from, i - from));
        buf_put(out, entity);
        i += trap > 0 ? trap - 1 : 0;
        from = i + 1;
    }
    buf_put(out, str_sub(text, from, text.len - from));
}

/* The same between words of ours: a text that runs the other way is kept to itself. */
static void put_content(struct buf *out, struct str text)
{
    bool turns = shown_turns(text);

    if (turns)
        buf_put(out, STR(SHOWN_BEGIN));
    put_text(out, text);
    if (turns)
        buf_put(out, STR(SHOWN_END));
}

"""

ADDRESSES = """
static bool has_scheme(struct str url, struct str scheme)
{
    return url.len > scheme.len && str_eq_nocase(str_sub(url, 0, scheme.len), scheme);
}

/* Only addresses that a browser cannot run as a script: http, https, or relative to this server. */
static bool url_is_safe(struct str url)
{
    if (url.len == 0)
        return true;
    for (size_t i = 0; i < url.len; i++) {
        unsigned char byte = (unsigned char)url.ptr[i];

        if (byte <= ' ' || byte == 0x7f || byte == '\\\\')
            return false;
    }
    if (url.ptr[0] == '?' || url.ptr[0] == '#')
        return true;
    if (url.ptr[0] == '/')
        return url.len == 1 || url.ptr[1] != '/';
    return has_scheme(url, STR("https://")) || has_scheme(url, STR("http://"));
}

static void put_url(struct buf *out, struct str url)
{
    put_text(out, url_is_safe(url) ? url : STR("about:invalid"));
}
"""


def source_make(writer):
    catalogue = writer.catalogue
    functions = "\n".join(writer.functions)
    out = [
        "/* Made by tools/tmplgen.py. Do not edit. */",
        '#include "pages/templates.h"',
        "",
        '#include "base/shown.h"',
        '#include "wire/form.h"',
        "",
        "/* Pieces of pages are longer than the texts that every compiler must take. */",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"',
        "",
        "const struct page_language PAGE_LANGUAGES[PAGE_LANGUAGES_COUNT] = {",
    ]
    for code, texts in catalogue.languages.items():
        out += ["    {", f"        .code = STR_INIT({c_string(code)}),"]
        for name in catalogue.meta():
            out.append(f"        .{name} = STR_INIT({c_pieces(texts[META + name])}),")
        out.append("    },")
    out += ["};", ""]
    if writer.one_keys:
        count = len(writer.one_keys)
        out.append(f"static const struct str TEXTS[{count}][PAGE_LANGUAGES_COUNT] = {{")
        for key in writer.one_keys:
            out.append(f"    /* {key} */")
            texts = [html_escape(texts[key]) for texts in catalogue.languages.values()]
            rows = ",\n     ".join(f"STR_INIT({c_pieces(text)})" for text in texts)
            out.append(f"    {{{rows}}},")
        out += ["};", ""]
    for text, name in writer.literals.items():
        out.append(f"static const struct str {name} =\n    STR_INIT({c_pieces(text)});")
    out += ["", ESCAPING + (ADDRESSES if "put_url(" in functions else ""), functions]
    return "\n".join(out)
