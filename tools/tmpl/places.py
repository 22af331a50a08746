"""Where in the HTML a value stands, and hence how it is escaped."""

import re
import typing

from tmpl.names import Refused

ADDRESS_ATTRIBUTES = {"action", "cite", "data", "formaction", "href", "manifest", "poster", "src"}
CODE_ATTRIBUTES = {"style", "srcdoc", "srcset", "ping", "content", "http-equiv"}
RAW_ELEMENTS = {"script", "style", "iframe", "noembed", "noframes", "plaintext", "xmp"}


class Place(typing.NamedTuple):
    """The state of an HTML reader, as far as escaping needs it."""

    where: str = "text"  # text, tag, quoted, unquoted (attribute), comment, raw
    element: str = ""
    attribute: str = ""
    quote: str = ""
    seen: str = ""  # in a quoted attribute: none, some, query


def step_text(state, text, at, where):
    if text.startswith("<!--", at):
        return state._replace(where="comment"), at + 4
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
            inside = state._replace(where="quoted", attribute=name.lower(), quote=quote, seen="none")
            return inside, after + 2
        return state._replace(where="unquoted", attribute=name.lower()), after + 1
    return state, after


def step_quoted(state, text, at):
    if text[at] == state.quote:
        return state._replace(where="tag", attribute="", quote="", seen=""), at + 1
    seen = "query" if text[at] in "?#" or state.seen == "query" else "some"
    return state._replace(seen=seen), at + 1


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
                state = state._replace(where="tag", attribute="")
        elif state.where == "comment":
            end = text.find("-->", at)
            state, at = (Place(), end + 3) if end >= 0 else (state, len(text))
        else:
            end = text.lower().find("</" + state.element, at)
            state, at = (Place(), end) if end >= 0 else (state, len(text))
    return state


def escape_for(state, where):
    """How a value is written here: content, text (of an attribute), url or part."""
    if state.where == "text":
        return "content"
    if state.where != "quoted":
        inside = f"inside {state.where} of <{state.element}>"
        raise Refused(f"{where}: no value may stand here ({inside})")
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
            if node.escape in ("url", "part") and node.kind in ("t", "lookup"):
                raise Refused(f"{node.place}: a text of the catalogue is no address")
            if state.where == "quoted":
                state = state._replace(seen="query" if state.seen == "query" else "some")
        elif node.kind == "if":
            first = html_walk(node.body, state)
            second = html_walk(node.other, state)
            seen = {first.seen, second.seen}
            if state.where == "quoted" and seen <= {"none", "some"}:
                first, second = first._replace(seen="some"), second._replace(seen="some")
            if first != second:
                raise Refused(f"{node.place}: the two ways through 'if' end in different places")
            state = first
        elif node.kind == "each":
            after = html_walk(node.body, state)
            if after != state:
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
