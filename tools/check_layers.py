#!/usr/bin/python3
"""Fails on an #include that tools/layers.txt does not allow: an edge between layers, a cycle of
headers, or a third-party header outside its home."""

import fnmatch
import pathlib
import sys

import source

TABLE = pathlib.Path(__file__).resolve().parent / "layers.txt"


class Rules:
    """tools/layers.txt."""

    def __init__(self, text):
        self.allowed = {}
        self.homes = []
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#")[0].strip()
            if not line:
                continue
            head, colon, rest = line.partition(":")
            word, _, name = head.partition(" ")
            if not colon or word not in ("layer", "home") or not name:
                raise SystemExit(f"{TABLE.name}:{number}: cannot read: {line}")
            if word == "layer":
                self.allowed[name.strip()] = rest.split()
            else:
                self.homes.append((name.strip(), rest.split()))
        self.refuse_cycles()

    def refuse_cycles(self):
        """The table itself must be a partial order."""
        left = {layer: set(uses) & set(self.allowed) for layer, uses in self.allowed.items()}
        while left:
            free = [layer for layer, uses in left.items() if not uses & set(left)]
            if not free:
                raise SystemExit(f"{TABLE.name}: a cycle between {', '.join(sorted(left))}")
            for layer in free:
                del left[layer]

    def layer_of(self, path):
        """The layer a path below src/ belongs to: "core", "api/stancer"; None when unknown."""
        parts = path.split("/")
        name = "/".join(parts[:2]) if parts[0] == "api" and len(parts) > 2 else parts[0]
        return name if self.uses_of(name) is not None else None

    def uses_of(self, layer):
        """What a layer may include; None when the table does not know it."""
        for name, uses in self.allowed.items():
            if fnmatch.fnmatchcase(layer, name):
                return uses
        return None

    def edge_allowed(self, layer, other):
        """Whether a file of one layer may include a header of another."""
        uses = self.uses_of(layer)
        return layer == other or "*" in uses or other in uses

    def home_of(self, header):
        """Files that may include a header, or None when it has no home."""
        for pattern, home in self.homes:
            if fnmatch.fnmatchcase(header, pattern):
                return home
        return None


def is_ours(header):
    """Ours are spelled with their layer and exist, or are generated into the directory of one."""
    return (source.SRC / header).exists() or header.split("/")[0] in {
        path.name for path in source.SRC.iterdir() if path.is_dir()
    }


def problem_of(rules, path, spelled):
    """What is wrong with one #include of one file, or None."""
    inside = path.relative_to(source.SRC).as_posix()
    header = spelled[1:-1]
    home = rules.home_of(header)
    if home is not None and not any(fnmatch.fnmatchcase(inside, place) for place in home):
        return f"{spelled} belongs in {' '.join(home)} only"
    if spelled[0] == "<" or home is not None and not is_ours(header):
        return None
    if "/" not in header or not is_ours(header):
        return f"{spelled} is not spelled from src/"
    layer = rules.layer_of(inside)
    other = rules.layer_of(header)
    if layer is None or other is None:
        return f"{inside if layer is None else header} is in no layer of {TABLE.name}"
    if not rules.edge_allowed(layer, other):
        return f"{layer} may not include {spelled}"
    # An engine's own headers stay with the engine.
    if other == "store" and layer != "store" and header.count("/") > 1:
        return f"{spelled} is the store's own"
    return None


def header_cycle(edges):
    """One cycle among headers as a list of paths, or None."""
    done = set()

    def visit(header, trail):
        if header in trail:
            return trail[trail.index(header):] + [header]
        if header in done:
            return None
        for other in edges.get(header, ()):
            found = visit(other, trail + [header])
            if found:
                return found
        done.add(header)
        return None

    for header in sorted(edges):
        found = visit(header, [])
        if found:
            return found
    return None


def main():
    rules = Rules(TABLE.read_text(encoding="utf-8"))
    problems = []
    edges = {}
    files = source.sources(".c", ".h", ".cpp")
    for path in files:
        inside = path.relative_to(source.SRC).as_posix()
        for line, spelled in source.includes(path):
            problem = problem_of(rules, path, spelled)
            if problem:
                problems.append(f"{source.shown(path)}:{line}: {problem}")
            if path.suffix == ".h" and spelled[0] == '"':
                edges.setdefault(inside, []).append(spelled[1:-1])
    cycle = header_cycle(edges)
    if cycle:
        problems.append("headers include each other: " + " -> ".join(cycle))
    return source.finish("layers", problems, len(files))


if __name__ == "__main__":
    sys.exit(main())
