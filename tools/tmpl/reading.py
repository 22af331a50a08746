"""Reads templates into trees."""

import re

from tmpl.names import KEY, NAME, PATH, Refused

TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
LOOKUP = re.compile(r"(?P<group>[a-z][a-z0-9_]*)\[(?P<path>[^\]]+)\](?P<suffix>\.[a-z0-9_]+)?\Z")


class Node:
    """One piece: kind is text, value, if, each, t, lookup, lang, part, block or asset."""

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
        group = lookup.group("group")
        return Node("lookup", place, group=group, suffix=suffix, path=path, params=params)
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
        leading = text.isspace() and not self.template.nodes and not self.open
        if text and not outside and not leading:
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
