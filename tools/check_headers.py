#!/usr/bin/python3
"""Compiles each header of src/ by itself, twice included, and checks the name of its guard.

usage: check_headers.py BUILD-DIRECTORY (with the generated headers)"""

import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys

import source


def flags(build):
    """The C flags of each layer, from the build's compile_commands.json: compiler, options, no file
    names. A layer's own are where its libraries have their headers."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    found = {}
    for entry in commands:
        path = pathlib.Path(entry["file"])
        if path.suffix != ".c" or not path.is_relative_to(source.SRC):
            continue
        words = shlex.split(entry["command"])
        options = words[: words.index("-MD") if "-MD" in words else words.index("-o")]
        # Fortified headers want an optimised build, which checking the syntax is not.
        options = [word for word in options if not word.startswith(("-O", "-D_FORTIFY"))]
        found.setdefault(path.relative_to(source.SRC).parts[0], options)
    if "base" not in found:
        raise SystemExit(f"{build}: no compile command of src/base")
    return found


def check(path, commands):
    """The problems of one header."""
    inside = path.relative_to(source.SRC).as_posix()
    guard = "GUICHET_" + re.sub(r"[^A-Z0-9]", "_", inside.upper())
    text = path.read_text(encoding="utf-8")
    command = commands.get(inside.split("/")[0], commands["base"])
    found = []
    if not text.startswith(f"#ifndef {guard}\n#define {guard}\n"):
        found.append(f"{source.shown(path)}: does not begin with the guard {guard}")
    program = f'#include "{inside}"\n#include "{inside}"\nextern int not_empty;\n'
    done = subprocess.run(
        command + ["-fsyntax-only", "-x", "c", "-"], input=program, capture_output=True, text=True
    )
    if done.returncode != 0:
        found.append(f"{source.shown(path)}: does not compile alone\n{done.stderr.rstrip()}")
    return found


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    commands = flags(build)
    headers = source.sources(".h")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [p for found in pool.map(lambda h: check(h, commands), headers) for p in found]
    return source.finish("headers", problems, len(headers))


if __name__ == "__main__":
    sys.exit(main())
