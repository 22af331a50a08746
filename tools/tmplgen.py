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

    {{name}}                  a struct str, escaped for the place where it stands
    {{#if name}} {{else}} {{/if}}
                              a bool; of a text: is there any; of a key: is it set; of a list: has it items
    {{#each name}} {{/each}}  an array of structs; inside, names are the item's, ../name is one scope out
    {{t:key a=name}}          a text of the catalogue; {a} in it becomes the escaped value of name
    {{t:group[name] a=name}}  the same, the key being chosen at run time: name is an enum text_group,
                              whose members m are those of the catalogue's keys group.m
    {{t:group[name].x}}       the same among the keys group.m.x; each member must have one
    {{lang}}                  the code of the language
    {{>part}}  {{>part name}} a part; its data is the member part, or name
    {{layout:x}}              first in a page: its {{#block y}} {{/block}} fill the {{block y}} of layout x
    {{asset:file}}            the path of an asset
    {{! comment }}

The structs have exactly the members that the template uses, so a missing or misspelt one does not
compile. There is no way to put a text in unescaped. Values are refused in scripts, styles, event
handlers, comments, names and unquoted attributes. In attributes that hold an address a value must stand
first (then it is checked and may only be http, https or relative) or in the query part (then it is
percent-encoded). A key that is missing in a language, differs in its parameters between languages, or
is used nowhere, is an error.
"""

import argparse
import pathlib
import sys

from tmpl.assets import assets_header, assets_read, assets_source
from tmpl.catalogue import Catalogue
from tmpl.names import Refused
from tmpl.places import html_check
from tmpl.reading import template_read
from tmpl.shapes import Shapes, Struct
from tmpl.source import header_make, source_make
from tmpl.writing import Body, Writer


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

    def nodes_write(self, static, name, struct, nodes):
        self.writer.function(static, name, struct, self.writer.function_body(struct, nodes))

    def page_write(self, page):
        struct = self.structs[f"page_{page.name}"]
        if page.layout is None:
            self.nodes_write(False, struct.name, struct, page.nodes)
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
            self.nodes_write(True, struct.name, struct, self.parts[name].nodes)
        for layout in self.layouts.values():
            struct = self.structs[f"layout_{layout.name}"]
            for number, nodes in enumerate(layout_segments(layout)[0]):
                self.nodes_write(True, f"layout_{layout.name}_{number}", struct, nodes)
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
    parser.add_argument("--templates", required=True, type=pathlib.Path, help="where they lie")
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
