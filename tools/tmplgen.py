#!/usr/bin/env python3
"""Turns the page templates into C functions, and the style sheets and scripts into C constants.

    tmplgen.py --templates src/pages/templates --out DIR

writes DIR/templates.h, templates.c, assets.h and assets.c. Below --templates lie

    pages/x.html     void page_x(struct buf *out, const struct page_x *data, enum page_lang lang)
    parts/x.html     a piece of pages, with its own struct part_x
    layouts/x.html   what pages have around them, with its own struct layout_x
    i18n/xx.json     the texts of one language: {"key": "text with {parameter}"}
    assets/*         style sheets, scripts and pictures, served under a name that holds their hash

What templates may say:

    {{name}}                        a struct str, escaped for the place where it stands
    {{#if name}} {{else}} {{/if}}   a bool; of a text: is there any; of a key: is it set; of a list: has it items
    {{#each name}} {{/each}}        an array of structs; inside, names are the item's, ../name is one scope out
    {{t:key a=name}}                a text of the catalogue; {a} in it becomes the escaped value of name
    {{t:group[name] a=name}}        the same, the key being chosen at run time: name is an enum text_group, whose
                                    members m are those of the catalogue's keys group.m
    {{t:group[name].x}}             the same among the keys group.m.x; each member must have one
    {{lang}}                        the code of the language
    {{>part}}  {{>part name}}       a part; its data is the member part, or name
    {{layout:x}}                    first in a page: its {{#block y}} {{/block}} fill the {{block y}} of layout x
    {{asset:file}}                  the path of an asset
    {{! comment }}

The structs have exactly the members that the template uses, so a missing or misspelt one does not compile. There
is no way to put a text in unescaped. Values are refused in scripts, styles, event handlers, comments, names and
unquoted attributes. In attributes that hold an address a value must stand first (then it is checked and may only
be http, https or relative) or in the query part (then it is percent-encoded). A key that is missing in a language,
differs in its parameters between languages, or is used nowhere, is an error.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
PATH = re.compile(r"(?:\.\./)*[a-z][a-z0-9_]*\Z")
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*\Z")
LOOKUP = re.compile(r"(?P<group>[a-z][a-z0-9_]*)\[(?P<path>[^\]]+)\](?P<suffix>\.[a-z0-9_]+)?\Z")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
ADDRESS_ATTRIBUTES = {
    "action", "cite", "data", "formaction", "href", "manifest", "poster", "src",
}
CODE_ATTRIBUTES = {"style", "srcdoc", "srcset", "ping", "content", "http-equiv"}
RAW_ELEMENTS = {"script", "style", "iframe", "noembed", "noframes", "plaintext", "xmp"}
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Keys that describe a language itself; they become the members of struct page_language.
META = "meta."


class Refused(Exception):
    """What is wrong, with its file and line."""


# --- reading templates -----------------------------------------------------------------------------


class Node:
    """One piece of a template: kind is text, value, if, each, t, lookup, lang, part, block or asset."""

    def __init__(self, kind, place, **rest):
        self.kind = kind
        self.place = place
        self.__dict__.update(rest)


class Template:
    def __init__(self, name, shown):
        self.name = name
        self.shown = shown
        self.layout = None
        self.nodes = []
        self.blocks = {}


def params_read(place, words):
    """name=path pairs after a key."""
    params = {}
    for word in words:
        name, equals, path = word.partition("=")
        if not equals or not NAME.match(name) or not PATH.match(path):
            raise Refused(f"{place}: expected parameter=field, found '{word}'")
        if name in params:
            raise Refused(f"{place}: parameter '{name}' is given twice")
        params[name] = path
    return params


def text_tag(place, body):
    words = body.split()
    if not words:
        raise Refused(f"{place}: a key must follow 't:'")
    params = params_read(place, words[1:])
    lookup = LOOKUP.match(words[0])
    if lookup:
        path = lookup.group("path")
        if not PATH.match(path):
            raise Refused(f"{place}: '{path}' is not the name of a field")
        suffix = lookup.group("suffix") or ""
        return Node("lookup", place, group=lookup.group("group"), suffix=suffix, path=path, params=params)
    if not KEY.match(words[0]):
        raise Refused(f"{place}: '{words[0]}' is not a key")
    return Node("t", place, key=words[0], params=params)


def plain_tag(place, body):
    """A tag that opens and closes nothing."""
    if body.startswith("t:"):
        return text_tag(place, body[2:])
    if body.startswith("asset:"):
        return Node("asset", place, file=body[6:].strip())
    if body.startswith("block "):
        name = body[6:].strip()
        if not NAME.match(name):
            raise Refused(f"{place}: '{name}' is not the name of a block")
        return Node("block", place, name=name)
    if body.startswith(">"):
        words = body[1:].split()
        if len(words) not in (1, 2) or not all(NAME.match(word) for word in words):
            raise Refused(f"{place}: expected '>part' or '>part name'")
        return Node("part", place, part=words[0], path=words[-1])
    if body == "lang":
        return Node("lang", place)
    if PATH.match(body):
        return Node("value", place, path=body)
    raise Refused(f"{place}: '{{{{{body}}}}}' is not understood")


class Reader:
    """Turns the text of one template into a tree."""

    def __init__(self, template, text):
        self.template = template
        self.text = text
        self.open = []  # (what, node, place), innermost last
        self.nodes = template.nodes

    def refuse(self, place, why):
        raise Refused(f"{place}: {why}")

    def into(self, nodes):
        self.nodes = nodes

    def begin(self, place, body):
        what, _, name = body[1:].partition(" ")
        name = name.strip()
        if what == "block":
            if self.open or self.template.layout is None or not NAME.match(name):
                self.refuse(place, "blocks stand at the top of a page that has a layout")
            if name in self.template.blocks:
                self.refuse(place, f"block '{name}' is given twice")
            self.template.blocks[name] = []
            self.open.append(("block", None, place, self.nodes))
            self.into(self.template.blocks[name])
            return
        if what not in ("if", "each") or not PATH.match(name):
            self.refuse(place, f"'{{{{{body}}}}}' is not understood")
        node = Node(what, place, path=name, body=[], other=[])
        self.nodes.append(node)
        self.open.append((what, node, place, self.nodes))
        self.into(node.body)

    def middle(self, place):
        if not self.open or self.open[-1][0] != "if" or self.nodes is not self.open[-1][1].body:
            self.refuse(place, "'else' without 'if'")
        self.into(self.open[-1][1].other)

    def end(self, place, body):
        what = body[1:].strip()
        if not self.open or self.open[-1][0] != what:
            expected = f", expected '/{self.open[-1][0]}'" if self.open else ""
            self.refuse(place, f"'/{what}' closes nothing{expected}")
        self.into(self.open.pop()[3])

    def layout(self, place, body):
        if self.template.nodes or self.template.layout is not None:
            self.refuse(place, "the layout is named first")
        self.template.layout = body[7:].strip()

    def literal(self, text, line):
        outside = self.template.layout is not None and not self.open
        if outside and text.strip():
            self.refuse(f"{self.template.shown}:{line}", "text outside the blocks of the layout")
        if text and not outside and not (text.isspace() and not self.template.nodes and not self.open):
            self.nodes.append(Node("text", f"{self.template.shown}:{line}", text=text))

    def run(self):
        at, line = 0, 1
        for match in TAG.finditer(self.text):
            self.literal(self.text[at : match.start()], line)
            line += self.text.count("\n", at, match.start())
            place = f"{self.template.shown}:{line}"
            body = match.group(1).strip()
            if body.startswith("!"):
                pass
            elif body.startswith("#"):
                self.begin(place, body)
            elif body == "else":
                self.middle(place)
            elif body.startswith("/"):
                self.end(place, body)
            elif body.startswith("layout:"):
                self.layout(place, body)
            elif self.template.layout is not None and not self.open:
                self.refuse(place, "a tag outside the blocks of the layout")
            else:
                self.nodes.append(plain_tag(place, body))
            line += self.text.count("\n", match.start(), match.end())
            at = match.end()
        self.literal(self.text[at:], line)
        if self.open:
            self.refuse(self.open[-1][2], f"'{self.open[-1][0]}' is never closed")


def template_read(path, root):
    template = Template(path.stem, path.relative_to(root).as_posix())
    if not NAME.match(template.name):
        raise Refused(f"{template.shown}: '{template.name}' is not a name")
    text = path.read_text(encoding="utf-8")
    if "\\" in text:
        raise Refused(f"{template.shown}: write &#92; for a backslash")
    Reader(template, text).run()
    return template


# --- where in the HTML a value stands --------------------------------------------------------------


class Place:
    """The state of an HTML reader, as far as escaping needs it. Immutable; equal when all members are."""

    def __init__(self, where="text", element="", attribute="", quote="", seen=""):
        self.where = where  # text, tag, tag_name, attribute_name, equals, quoted, unquoted, comment, raw
        self.element = element
        self.attribute = attribute
        self.quote = quote
        self.seen = seen  # of a quoted attribute: none, some, query

    def key(self):
        return (self.where, self.element, self.attribute, self.quote, self.seen)

    def same(self, other):
        return self.key() == other.key()

    def but(self, **changes):
        fields = dict(
            where=self.where,
            element=self.element,
            attribute=self.attribute,
            quote=self.quote,
            seen=self.seen,
        )
        fields.update(changes)
        return Place(**fields)


def step_text(state, text, at, where):
    if text.startswith("<!--", at):
        return state.but(where="comment"), at + 4
    if text[at] == "<" and re.match(r"</?[A-Za-z!]", text[at:]):
        slash = text[at + 1] == "/"
        name = re.match(r"[A-Za-z0-9!-]*", text[at + 1 + slash :]).group(0).lower()
        return Place("tag", ("/" if slash else "") + name), at + 1 + slash + len(name)
    if text[at] == "<":
        raise Refused(f"{where}: a lone '<'; write &lt;")
    return state, at + 1


def step_tag(state, text, at):
    char = text[at]
    if char == ">":
        raw = state.element in RAW_ELEMENTS
        return (Place("raw", state.element) if raw else Place()), at + 1
    if char.isspace() or char == "/":
        return state, at + 1
    name = re.match(r"[^\s=>/\"']*", text[at:]).group(0)
    if not name:
        return state, at + 1
    after = at + len(name)
    if text.startswith("=", after):
        quote = text[after + 1 : after + 2]
        if quote in ('"', "'"):
            return state.but(where="quoted", attribute=name.lower(), quote=quote, seen="none"), after + 2
        return state.but(where="unquoted", attribute=name.lower()), after + 1
    return state, after


def step_quoted(state, text, at):
    if text[at] == state.quote:
        return state.but(where="tag", attribute="", quote="", seen=""), at + 1
    seen = "query" if text[at] in "?#" or state.seen == "query" else "some"
    return state.but(seen=seen), at + 1


def html_advance(state, text, where):
    """The state after a constant piece of HTML."""
    at = 0
    while at < len(text):
        if state.where == "text":
            state, at = step_text(state, text, at, where)
        elif state.where == "tag":
            state, at = step_tag(state, text, at)
        elif state.where == "quoted":
            state, at = step_quoted(state, text, at)
        elif state.where == "unquoted":
            end = re.search(r"[\s>]", text[at:])
            at = at + end.start() if end else len(text)
            if end:
                state = state.but(where="tag", attribute="")
        elif state.where == "comment":
            end = text.find("-->", at)
            state, at = (Place(), end + 3) if end >= 0 else (state, len(text))
        else:
            end = text.lower().find("</" + state.element, at)
            state, at = (Place(), end) if end >= 0 else (state, len(text))
    return state


def escape_for(state, where):
    """How a value is written here: text, url or part."""
    if state.where == "text":
        return "text"
    if state.where != "quoted":
        raise Refused(f"{where}: no value may stand here (inside {state.where} of <{state.element}>)")
    if state.attribute.startswith("on") or state.attribute in CODE_ATTRIBUTES:
        raise Refused(f"{where}: no value may stand in the attribute '{state.attribute}'")
    if state.attribute.split(":")[-1] not in ADDRESS_ATTRIBUTES:
        return "text"
    if state.seen == "none":
        return "url"
    if state.seen == "query":
        return "part"
    raise Refused(f"{where}: in an address a value stands first or in the query part")


def html_walk(nodes, state):
    """Marks each value with its way of escaping; gives the state after the nodes."""
    for node in nodes:
        if node.kind == "text":
            state = html_advance(state, node.text, node.place)
        elif node.kind in ("value", "t", "lookup", "lang", "asset"):
            node.escape = escape_for(state, node.place)
            if node.escape != "text" and node.kind in ("t", "lookup"):
                raise Refused(f"{node.place}: a text of the catalogue is no address")
            if state.where == "quoted":
                state = state.but(seen="query" if state.seen == "query" else "some")
        elif node.kind == "if":
            first = html_walk(node.body, state)
            second = html_walk(node.other, state)
            seen = {first.seen, second.seen}
            if state.where == "quoted" and seen <= {"none", "some"}:
                first, second = first.but(seen="some"), second.but(seen="some")
            if not first.same(second):
                raise Refused(f"{node.place}: the two ways through 'if' end in different places")
            state = first
        elif node.kind == "each":
            after = html_walk(node.body, state)
            if not after.same(state):
                raise Refused(f"{node.place}: 'each' must end where it began")
        elif node.kind == "part":
            if state.where != "text":
                raise Refused(f"{node.place}: a part stands between tags")
        elif node.kind == "block":
            if state.where != "text":
                raise Refused(f"{node.place}: a block stands between tags")
    return state


def html_check(template):
    for nodes in [template.nodes, *template.blocks.values()]:
        if html_walk(nodes, Place()).where != "text":
            raise Refused(f"{template.shown}: ends inside a tag")


# --- the texts -------------------------------------------------------------------------------------


def unique_object(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"'{key}' stands there twice")
        found[key] = value
    return found


class Catalogue:
    def __init__(self, folder, root):
        self.languages = {}
        for path in sorted(folder.glob("*.json")):
            shown = path.relative_to(root).as_posix()
            try:
                texts = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique_object)
            except ValueError as error:
                raise Refused(f"{shown}: {error}") from error
            for key, text in texts.items():
                if not KEY.match(key) or not isinstance(text, str) or not text:
                    raise Refused(f"{shown}: '{key}' is not a key with a text")
            if not re.match(r"[a-z]{2}\Z", path.stem):
                raise Refused(f"{shown}: a catalogue is named after its language")
            self.languages[path.stem] = texts
        if not self.languages:
            raise Refused("i18n: no catalogue")
        self.used = set()
        self.compare()

    def compare(self):
        first, *others = self.languages
        for other in others:
            differ = sorted(set(self.languages[first]) ^ set(self.languages[other]))
            if differ:
                raise Refused(f"i18n: '{differ[0]}' is in only one of {first}.json and {other}.json")
            for key in self.languages[first]:
                if self.params(first, key) != self.params(other, key):
                    raise Refused(f"i18n: '{key}' has other parameters in {other}.json than in {first}.json")

    def keys(self):
        return next(iter(self.languages.values()))

    def params(self, language, key):
        return set(PLACEHOLDER.findall(self.languages[language][key]))

    def use(self, place, key, given):
        if key not in self.keys() or key.startswith(META):
            raise Refused(f"{place}: no text '{key}'")
        wanted = self.params(next(iter(self.languages)), key)
        if wanted != set(given):
            listed = ", ".join(sorted(wanted)) or "none"
            raise Refused(f"{place}: '{key}' takes the parameters: {listed}")
        self.used.add(key)

    def members(self, group):
        """What the enum of a group holds, in the order of the catalogue."""
        found = {key[len(group) + 1 :].split(".")[0]: True for key in self.keys() if key.startswith(group + ".")}
        return list(found)

    def choose(self, place, group, suffix, given):
        """The key for each member of a group; all count as used."""
        keys = {member: f"{group}.{member}{suffix}" for member in self.members(group)}
        if not keys:
            raise Refused(f"{place}: no text '{group}.*'")
        for key in keys.values():
            if key not in self.keys():
                raise Refused(f"{place}: no text '{key}'")
        first = next(iter(self.languages))
        wanted = set().union(*(self.params(first, key) for key in keys.values()))
        if wanted != set(given):
            listed = ", ".join(sorted(wanted)) or "none"
            raise Refused(f"{place}: '{group}' takes the parameters: {listed}")
        self.used.update(keys.values())
        return keys

    def check_used(self):
        for key in self.keys():
            if key not in self.used and not key.startswith(META):
                raise Refused(f"i18n: '{key}' is used nowhere")

    def meta(self):
        return sorted(key[len(META) :] for key in self.keys() if key.startswith(META))


def html_escape(text):
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(char, entity)
    return text


# --- which members a struct has --------------------------------------------------------------------


class Struct:
    """The data of a template, or of the items of an each."""

    def __init__(self, name, above=None):
        self.name = name
        self.above = above
        self.members = {}  # name -> (type, detail)

    def add(self, place, name, kind, detail=None):
        """Notes a use. A test alone gives a bool; any other use decides."""
        known = self.members.get(name)
        if known is None or (known[0] == "bool" and kind != "bool"):
            self.members[name] = (kind, detail)
        elif kind != "bool" and (kind, detail) != known:
            raise Refused(f"{place}: '{name}' is used as {kind} here and as {known[0]} elsewhere")

    def scope(self, place, path):
        """The struct that a path means, how many scopes out, and the member's name."""
        struct, out = self, 0
        while path.startswith("../"):
            struct, out, path = struct.above, out + 1, path[3:]
            if struct is None:
                raise Refused(f"{place}: there is no scope that far out")
        return struct, out, path


class Shapes:
    """Collects the structs of all templates and the enums of all groups."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.structs = []
        self.groups = {}  # group -> the members of its enum
        self.choices = {}  # (group, suffix) -> (member -> key, parameter names)

    def note(self, struct, place, path, kind, detail=None):
        found, _, name = struct.scope(place, path)
        found.add(place, name, kind, detail)

    def params(self, struct, node):
        for path in node.params.values():
            self.note(struct, node.place, path, "str")

    def walk(self, nodes, struct):
        for node in nodes:
            if node.kind == "value":
                self.note(struct, node.place, node.path, "str")
            elif node.kind == "t":
                self.catalogue.use(node.place, node.key, node.params)
                self.params(struct, node)
            elif node.kind == "lookup":
                keys = self.catalogue.choose(node.place, node.group, node.suffix, node.params)
                self.groups[node.group] = list(keys)
                self.choices[(node.group, node.suffix)] = (keys, sorted(node.params))
                self.note(struct, node.place, node.path, "key", node.group)
                self.params(struct, node)
            elif node.kind == "part":
                self.note(struct, node.place, node.path, "part", node.part)
            elif node.kind == "if":
                self.note(struct, node.place, node.path, "bool")
                self.walk(node.body, struct)
                self.walk(node.other, struct)
            elif node.kind == "each":
                self.each(node, struct)

    def each(self, node, struct):
        found, _, name = struct.scope(node.place, node.path)
        known = found.members.get(name)
        if known is not None and known[0] == "list":
            node.item = known[1]
            # The same list twice: the second walk may add members to the item.
            if node.item.above is not struct:
                raise Refused(f"{node.place}: '{name}' is gone through from another scope already")
        else:
            node.item = Struct(f"{struct.name}_{name}", struct)
            found.add(node.place, name, "list", node.item)
            self.structs.append(node.item)
        self.walk(node.body, node.item)

    def template(self, struct, node_lists):
        for nodes in node_lists:
            self.walk(nodes, struct)
        self.structs.append(struct)


# --- writing C -------------------------------------------------------------------------------------


def c_string(text):
    out = []
    for byte in text.encode("utf-8"):
        char = chr(byte)
        if char == "\n":
            out.append("\\n")
        elif char in '"\\':
            out.append("\\" + char)
        elif 32 <= byte < 127 and char != "?":
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def c_pieces(text):
    """A literal over several lines, since lines of source end at 100 columns."""
    pieces = re.findall(r".{1,60}", text, re.DOTALL) or [""]
    return "\n        ".join(c_string(piece) for piece in pieces)


def choice_name(group, suffix):
    return f"put_{group}{suffix.replace('.', '_')}"


def member_symbol(group, member):
    return f"TEXT_{group}_{member}".upper()


def language_symbol(language):
    return f"PAGE_LANG_{language.upper()}"


def squeeze(text, kept):
    """Indentation is for the reader of the template, except in <pre>. Gives the text and whether <pre> is open."""
    out = []
    for piece in re.split(r"(<pre\b|</pre>)", text):
        if piece in ("<pre", "</pre>"):
            kept = piece == "<pre"
        out.append(piece if kept else re.sub(r"[ \t\n]*\n[ \t\n]*", "\n", piece))
    return "".join(out), kept


class Body:
    """The statements of one function. Neighbouring constants become one."""

    def __init__(self, writer):
        self.writer = writer
        self.lines = []
        self.constant = ""
        self.kept = False
        self.depth = 1

    def line(self, text):
        self.flush()
        self.lines.append("    " * self.depth + text)

    def put(self, text):
        self.constant += text

    def flush(self):
        text, self.constant = self.constant, ""
        if text:
            self.lines.append("    " * self.depth + f"buf_put(out, {self.writer.literal(text)});")

    def text(self):
        self.flush()
        return "\n".join(self.lines)


class Writer:
    def __init__(self, catalogue, shapes, assets):
        self.catalogue = catalogue
        self.shapes = shapes
        self.assets = assets
        self.literals = {}
        self.functions = []
        self.declared = []
        self.one_keys = {}

    def literal(self, text):
        """The name of the constant that holds this text; equal ones are kept once."""
        if text not in self.literals:
            self.literals[text] = f"HTML_{len(self.literals)}"
        return self.literals[text]

    def path(self, scope, place, path):
        struct, variables = scope
        found, out, name = struct.scope(place, path)
        return found, f"{variables[len(variables) - 1 - out]}->{name}", name

    def value(self, body, scope, node):
        _, expression, _ = self.path(scope, node.place, node.path)
        put = {"text": "put_text", "url": "put_url", "part": "percent_put"}[node.escape]
        body.line(f"{put}(out, {expression});")

    def sentence(self, body, text, values):
        """One text of one language, with parameters filled in."""
        at = 0
        for match in PLACEHOLDER.finditer(text):
            body.put(html_escape(text[at : match.start()]))
            body.line(f"put_text(out, {values[match.group(1)]});")
            at = match.end()
        body.put(html_escape(text[at:]))

    def by_language(self, body, key, values):
        texts = {code: texts[key] for code, texts in self.catalogue.languages.items()}
        if len(set(texts.values())) == 1:
            self.sentence(body, next(iter(texts.values())), values)
            return
        body.line("switch (lang) {")
        for code, text in texts.items():
            body.line(f"case {language_symbol(code)}:")
            body.depth += 1
            self.sentence(body, text, values)
            body.line("break;")
            body.depth -= 1
        body.line("}")

    def text(self, body, scope, node):
        if not node.params:
            self.one_keys.setdefault(node.key, len(self.one_keys))
            texts = {texts[node.key] for texts in self.catalogue.languages.values()}
            if len(texts) == 1:
                body.put(html_escape(texts.pop()))
            else:
                body.line(f"buf_put(out, TEXTS[{self.one_keys[node.key]}][lang - 1]);")
            return
        values = {name: self.path(scope, node.place, path)[1] for name, path in node.params.items()}
        self.by_language(body, node.key, values)

    def lookup(self, body, scope, node):
        _, expression, _ = self.path(scope, node.place, node.path)
        values = [self.path(scope, node.place, path)[1] for _, path in sorted(node.params.items())]
        arguments = "".join(", " + value for value in values)
        body.line(f"{choice_name(node.group, node.suffix)}(out, {expression}, lang{arguments});")

    def condition(self, scope, node):
        found, expression, name = self.path(scope, node.place, node.path)
        kind = found.members[name][0]
        if kind == "str":
            return f"{expression}.len > 0"
        if kind == "key":
            return f"{expression} != 0"
        if kind == "list":
            return f"{expression}_count > 0"
        if kind == "part":
            raise Refused(f"{node.place}: a part cannot be tested")
        return expression

    def choice(self, body, scope, node):
        body.line(f"if ({self.condition(scope, node)}) {{")
        body.depth += 1
        self.nodes(body, scope, node.body)
        body.flush()
        body.depth -= 1
        if node.other:
            body.line("} else {")
            body.depth += 1
            self.nodes(body, scope, node.other)
            body.flush()
            body.depth -= 1
        body.line("}")

    def loop(self, body, scope, node):
        struct, variables = scope
        _, expression, _ = self.path(scope, node.place, node.path)
        level = len(variables)
        body.line(f"for (size_t i{level} = 0; i{level} < {expression}_count; i{level}++) {{")
        body.depth += 1
        item = f"item{level}"
        before = len(body.lines)
        body.line(f"const struct {node.item.name} *{item} = &{expression}[i{level}];")
        body.line("")
        self.nodes(body, (node.item, variables + [item]), node.body)
        body.flush()
        if not any(item + "->" in line for line in body.lines[before + 1 :]):
            raise Refused(f"{node.place}: nothing of the item is used")
        body.depth -= 1
        body.line("}")

    def nodes(self, body, scope, nodes):
        for node in nodes:
            if node.kind == "text":
                text, body.kept = squeeze(node.text, body.kept)
                body.put(text)
            elif node.kind == "value":
                self.value(body, scope, node)
            elif node.kind == "t":
                self.text(body, scope, node)
            elif node.kind == "lookup":
                self.lookup(body, scope, node)
            elif node.kind == "lang":
                body.line("buf_put(out, PAGE_LANGUAGES[lang - 1].code);")
            elif node.kind == "asset":
                if node.file not in self.assets:
                    raise Refused(f"{node.place}: no asset '{node.file}'")
                body.put(self.assets[node.file].path)
            elif node.kind == "part":
                _, expression, _ = self.path(scope, node.place, node.path)
                body.line(f"part_{node.part}(out, &{expression}, lang);")
            elif node.kind == "if":
                self.choice(body, scope, node)
            elif node.kind == "each":
                self.loop(body, scope, node)

    def function(self, static, name, struct, nodes_or_calls):
        head = f"void {name}(struct buf *out, const struct {struct.name} *data, enum page_lang lang)"
        text = nodes_or_calls if isinstance(nodes_or_calls, str) else self.function_body(struct, nodes_or_calls)
        unused = [
            f"    (void){word};" for word in ("data", "lang") if not re.search(rf"\b{word}\b", text)
        ]
        text = "\n".join(unused + [text]) if unused else text
        self.functions.append(("static " if static else "") + head + "\n{\n" + text + "\n}\n")
        if not static:
            self.declared.append(head + ";")

    def function_body(self, struct, nodes):
        body = Body(self)
        self.nodes(body, (struct, ["data"]), nodes)
        return body.text()

    def choice_function(self, group, suffix, keys, params):
        """The function that writes the text of a key chosen at run time."""
        values = {param: param for param in params}
        body = Body(self)
        body.line("switch (key) {")
        for member, key in keys.items():
            body.line(f"case {member_symbol(group, member)}:")
            body.depth += 1
            self.by_language(body, key, values)
            body.line("break;")
            body.depth -= 1
        body.line("}")
        text = body.text()
        arguments = "".join(f", struct str {param}" for param in params)
        lines = [f"    (void){param};" for param in params if f", {param});" not in text]
        if not re.search(r"\blang\b", text):
            lines.append("    (void)lang;")
        name = choice_name(group, suffix)
        head = f"static void {name}(struct buf *out, enum text_{group} key, enum page_lang lang{arguments})"
        self.functions.insert(0, head + "\n{\n" + "\n".join(lines + [text]) + "\n}\n")


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
        out += [f"    {member_symbol(group, member)} = {number}," for number, member in enumerate(members, 1)]
        out += ["};", ""]
    for struct in shapes.structs:
        out += [f"struct {struct.name} {{", *member_lines(struct), "};", ""]
    out += writer.declared
    out += ["", "#endif", ""]
    return "\n".join(out)


HELPERS = """\
/* Escapes for element content and quoted attributes alike. */
static void put_text(struct buf *out, struct str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        struct str entity;

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
            continue;
        }
        buf_put(out, str_sub(text, from, i - from));
        buf_put(out, entity);
        from = i + 1;
    }
    buf_put(out, str_sub(text, from, text.len - from));
}

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
        '#include "wire/form.h"',
        "",
        "/* Pieces of pages are longer than the texts that every compiler must take. */",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"',
        "",
        "const struct page_language PAGE_LANGUAGES[PAGE_LANGUAGES_COUNT] = {",
    ]
    for code, texts in catalogue.languages.items():
        out += ["    {", f"        .code = STR_INIT({c_string(code)}),"]
        out += [f"        .{name} = STR_INIT({c_pieces(texts[META + name])})," for name in catalogue.meta()]
        out.append("    },")
    out += ["};", ""]
    if writer.one_keys:
        out.append(f"static const struct str TEXTS[{len(writer.one_keys)}][PAGE_LANGUAGES_COUNT] = {{")
        for key in writer.one_keys:
            out.append(f"    /* {key} */")
            texts = [html_escape(texts[key]) for texts in catalogue.languages.values()]
            rows = ",\n     ".join(f"STR_INIT({c_pieces(text)})" for text in texts)
            out.append(f"    {{{rows}}},")
        out += ["};", ""]
    for text, name in writer.literals.items():
        out.append(f"static const struct str {name} =\n    STR_INIT({c_pieces(text)});")
    out += ["", HELPERS.rstrip("\n") if "put_url(" in functions else HELPERS.split("\nstatic bool has_scheme")[0].rstrip("\n")]
    out += ["", functions]
    return "\n".join(out)


# --- assets ----------------------------------------------------------------------------------------


class Asset:
    def __init__(self, path):
        self.file = path.name
        self.kind = MEDIA_TYPES[path.suffix]
        self.bytes = minify(path)
        digest = hashlib.sha256(self.bytes).hexdigest()[:16]
        self.path = f"/assets/{path.stem}-{digest}{path.suffix}"


def minify(path):
    """Leaves out comments and indentation, nothing else: what is served stays readable."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    if path.suffix == ".js":
        if "`" in text:
            raise Refused(f"assets/{path.name}: no template literals; their lines would be joined")
        text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
        text = re.sub(r"^\s*/\*.*?\*/\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    if path.suffix == ".svg":
        text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    lines = [line.strip() for line in text.splitlines()]
    return ("\n".join(line for line in lines if line) + "\n").encode("utf-8")


def assets_read(folder):
    assets = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.suffix not in MEDIA_TYPES:
            raise Refused(f"assets/{path.name}: only {', '.join(sorted(MEDIA_TYPES))}")
        assets[path.name] = Asset(path)
    return assets


def assets_header(assets):
    return "\n".join(
        [
            "/* Made by tools/tmplgen.py. Do not edit. */",
            "#ifndef GUICHET_PAGES_ASSETS_H",
            "#define GUICHET_PAGES_ASSETS_H",
            "",
            '#include "base/str.h"',
            "",
            "/* Style sheets, scripts and pictures. The path holds a hash of the content, so that they may be kept",
            " * for ever. */",
            "struct asset {",
            "    struct str path;",
            "    struct str media_type;",
            "    struct str content;",
            "};",
            f"enum {{ ASSETS_COUNT = {len(assets)} }};",
            f"extern const struct asset ASSETS[{max(len(assets), 1)}];",
            "",
            "#endif",
            "",
        ]
    )


def assets_source(assets):
    out = [
        "/* Made by tools/tmplgen.py. Do not edit. */",
        '#include "pages/assets.h"',
        "",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"',
        "",
        f"const struct asset ASSETS[{max(len(assets), 1)}] = {{",
    ]
    for asset in assets.values():
        lines = asset.bytes.decode("utf-8").splitlines(keepends=True)
        content = "\n            ".join(c_pieces(line).replace("\n        ", "\n            ") for line in lines)
        out += [
            "    {",
            f"        .path = STR_INIT({c_string(asset.path)}),",
            f"        .media_type = STR_INIT({c_string(asset.kind)}),",
            f"        .content = STR_INIT(\n            {content}),",
            "    },",
        ]
    if not assets:
        out.append("    {.path = {0}},")
    out += ["};", ""]
    return "\n".join(out)


# --- all together ----------------------------------------------------------------------------------


def folder_read(root, name):
    paths = sorted((root / name).glob("*.html"))
    return {path.stem: template_read(path, root) for path in paths}


def parts_in_order(parts):
    """A part after the parts it holds; a part that holds itself is refused."""
    done, order = set(), []

    def visit(name, place, trail):
        if name not in parts:
            raise Refused(f"{place}: no part '{name}'")
        if name in trail:
            raise Refused(f"{place}: part '{name}' holds itself")
        if name in done:
            return
        for node in all_nodes(parts[name].nodes):
            if node.kind == "part":
                visit(node.part, node.place, trail | {name})
        done.add(name)
        order.append(name)

    for name in parts:
        visit(name, name, set())
    return order


def all_nodes(nodes):
    for node in nodes:
        yield node
        if node.kind in ("if", "each"):
            yield from all_nodes(node.body)
            yield from all_nodes(node.other)


def layout_segments(layout):
    """The pieces of a layout between its blocks, and the names of the blocks between them."""
    segments, blocks = [[]], []
    for node in layout.nodes:
        if node.kind == "block":
            if node.name in blocks:
                raise Refused(f"{node.place}: block '{node.name}' stands there twice")
            blocks.append(node.name)
            segments.append([])
        else:
            segments[-1].append(node)
    return segments, blocks


def blocks_check(template, is_layout):
    """Places for blocks stand in layouts, outside 'if' and 'each'."""
    for nodes in [template.nodes, *template.blocks.values()]:
        for node in all_nodes(nodes):
            if node.kind == "block" and not (is_layout and node in nodes):
                raise Refused(f"{node.place}: no place for a block here")


class Build:
    def __init__(self, root):
        self.root = root
        self.catalogue = Catalogue(root / "i18n", root)
        self.assets = assets_read(root / "assets")
        self.parts = folder_read(root, "parts")
        self.layouts = folder_read(root, "layouts")
        self.pages = folder_read(root, "pages")
        self.shapes = Shapes(self.catalogue)
        self.writer = Writer(self.catalogue, self.shapes, self.assets)
        self.structs = {}
        for template in [*self.parts.values(), *self.layouts.values(), *self.pages.values()]:
            blocks_check(template, self.layouts.get(template.name) is template)
            html_check(template)

    def shape(self, prefix, template):
        struct = Struct(f"{prefix}_{template.name}")
        if template.layout is not None:
            struct.add(template.shown, template.layout, "layout", template.layout)
        self.shapes.template(struct, [template.nodes, *template.blocks.values()])
        self.structs[struct.name] = struct
        return struct

    def layout_of(self, page):
        if page.layout not in self.layouts:
            raise Refused(f"{page.shown}: no layout '{page.layout}'")
        segments, blocks = layout_segments(self.layouts[page.layout])
        for name in blocks:
            if name not in page.blocks:
                raise Refused(f"{page.shown}: block '{name}' of the layout is missing")
        for name in page.blocks:
            if name not in blocks:
                raise Refused(f"{page.shown}: the layout has no block '{name}'")
        return segments, blocks

    def page_write(self, page):
        struct = self.structs[f"page_{page.name}"]
        if page.layout is None:
            self.writer.function(False, struct.name, struct, page.nodes)
            return
        segments, blocks = self.layout_of(page)
        body = Body(self.writer)
        for number in range(len(segments)):
            body.line(f"layout_{page.layout}_{number}(out, &data->{page.layout}, lang);")
            if number < len(blocks):
                self.writer.nodes(body, (struct, ["data"]), page.blocks[blocks[number]])
        self.writer.function(False, struct.name, struct, body.text())

    def run(self):
        order = parts_in_order(self.parts)
        for name in order:
            self.shape("part", self.parts[name])
        for layout in self.layouts.values():
            self.shape("layout", layout)
        for page in self.pages.values():
            self.shape("page", page)
            for nodes in [page.nodes, *page.blocks.values()]:
                for node in all_nodes(nodes):
                    if node.kind == "part" and node.part not in self.parts:
                        raise Refused(f"{node.place}: no part '{node.part}'")
        self.catalogue.check_used()
        for name in order:
            struct = self.structs[f"part_{name}"]
            self.writer.function(True, struct.name, struct, self.parts[name].nodes)
        for layout in self.layouts.values():
            struct = self.structs[f"layout_{layout.name}"]
            for number, nodes in enumerate(layout_segments(layout)[0]):
                self.writer.function(True, f"layout_{layout.name}_{number}", struct, nodes)
        for page in self.pages.values():
            self.page_write(page)
        for (group, suffix), (keys, params) in sorted(self.shapes.choices.items()):
            self.writer.choice_function(group, suffix, keys, params)
        return {
            "templates.h": header_make(self.writer),
            "templates.c": source_make(self.writer),
            "assets.h": assets_header(self.assets),
            "assets.c": assets_source(self.assets),
        }


def write_changed(path, text):
    """An unchanged file keeps its time, so that nothing is compiled again."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--templates", required=True, type=pathlib.Path, help="where the templates lie")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="where the C files go")
    args = parser.parse_args()
    try:
        made = Build(args.templates).run()
    except (Refused, UnicodeDecodeError) as refusal:
        print(f"tmplgen: {refusal}", file=sys.stderr)
        return 1
    for name, text in made.items():
        write_changed(args.out / name, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
