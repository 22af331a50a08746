"""Writes the C functions of templates."""

import re

from tmpl.names import PLACEHOLDER, Refused


def html_escape(text):
    entities = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
    for char, entity in entities.items():
        text = text.replace(char, entity)
    return text


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
    """Indentation is for the template's reader, except in <pre>. Gives the text and whether <pre> is open."""
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


PUTS = {"content": "put_content", "text": "put_text", "url": "put_url", "part": "percent_put"}


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
        put = PUTS[node.escape]
        body.line(f"{put}(out, {expression});")

    def sentence(self, body, text, values):
        """One text of one language, with parameters filled in."""
        at = 0
        for match in PLACEHOLDER.finditer(text):
            body.put(html_escape(text[at : match.start()]))
            body.line(f"put_content(out, {values[match.group(1)]});")
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

    def function(self, static, name, struct, text):
        data = f"const struct {struct.name} *data"
        head = f"void {name}(struct buf *out, {data}, enum page_lang lang)"
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
        fixed = f"struct buf *out, enum text_{group} key, enum page_lang lang"
        head = f"static void {name}({fixed}{arguments})"
        self.functions.insert(0, head + "\n{\n" + "\n".join(lines + [text]) + "\n}\n")
