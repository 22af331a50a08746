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
    """The C flags of the build, from its compile_commands.json: compiler, options, no file names."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    for entry in commands:
        if entry["file"].endswith("/src/base/arena.c"):
            words = shlex.split(entry["command"])
            options = words[: words.index("-MD") if "-MD" in words else words.index("-o")]
            # Fortified headers want an optimised build, which checking the syntax is not.
            return [word for word in options if not word.startswith(("-O", "-D_FORTIFY"))]
    raise SystemExit(f"{build}: no compile command of src/base/arena.c")


def check(path, command):
    """The problems of one header."""
    inside = path.relative_to(source.SRC).as_posix()
    guard = "GUICHET_" + re.sub(r"[^A-Z0-9]", "_", inside.upper())
    text = path.read_text(encoding="utf-8")
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
    command = flags(build)
    headers = source.sources(".h")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [p for found in pool.map(lambda h: check(h, command), headers) for p in found]
    return source.finish("headers", problems, len(headers))


if __name__ == "__main__":
    sys.exit(main())
