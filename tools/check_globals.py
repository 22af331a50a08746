#!/usr/bin/python3
"""Fails on a variable in a writable section (.data, .bss, thread-local) of any object of src/ that
tools/globals.txt does not name: the project has no mutable globals. Constants that hold addresses lie
in .data.rel.ro, which is read-only once the program has started, and do not count.

usage: check_globals.py BUILD-DIRECTORY"""

import pathlib
import re
import subprocess
import sys

import source

ALLOWED = pathlib.Path(__file__).resolve().parent / "globals.txt"
WRITABLE = re.compile(r"^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)")
# "0000000000000000 l     O .bss\t0000000000000008 name"
SYMBOL = re.compile(r"^[0-9a-f]+ (?P<flags>.{7}) (?P<section>\S+)\t[0-9a-f]+ +(?:\.\w+ )?(?P<name>\S+)$")


def allowed():
    """The set of (source, symbol) of the allow-list."""
    pairs = set()
    for number, line in enumerate(ALLOWED.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split(None, 2)
        if len(fields) < 3:
            raise SystemExit(f"{ALLOWED.name}:{number}: needs OBJECT SYMBOL and a reason")
        pairs.add((fields[0], fields[1]))
    return pairs


def objects(build):
    """(object file, source below src/ or the generated directory) of the program's own objects."""
    for path in sorted(build.glob("CMakeFiles/guichet*.dir/**/*.o")):
        inside = path.as_posix().split(".dir/", 1)[1][: -len(".o")]
        for marker in ("src/", "generated/"):
            if inside.startswith(marker):
                inside = inside[len(marker):]
                # Objects of files that are gone may lie about.
                if marker == "generated/" or (source.SRC / inside).exists():
                    yield path, inside


def variables(path):
    """Names in writable sections. A static local `name.0` counts as `name`."""
    listing = subprocess.run(
        ["objdump", "-t", path], check=True, capture_output=True, text=True
    ).stdout
    for line in listing.splitlines():
        match = SYMBOL.match(line)
        if not match or "d" in match["flags"][5:6]:
            continue
        # DW.ref.*: the C++ compiler's own reference to its exception handling.
        if match["name"].startswith("DW.ref."):
            continue
        if WRITABLE.match(match["section"]) and not match["section"].startswith(".data.rel.ro"):
            yield re.sub(r"\.\d+$", "", match["name"])


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    known = allowed()
    used = set()
    problems = []
    count = 0
    for path, inside in objects(pathlib.Path(sys.argv[1])):
        count += 1
        for name in variables(path):
            used.add((inside, name))
            if (inside, name) not in known:
                problems.append(f"src/{inside}: {name} is a variable that can change")
    for inside, name in sorted(known - used):
        problems.append(f"{ALLOWED.name}: {inside} {name} does not exist any more")
    if count == 0:
        problems.append(f"no object in {sys.argv[1]}: build first")
    return source.finish("globals", problems, count)


if __name__ == "__main__":
    sys.exit(main())
