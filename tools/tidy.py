#!/usr/bin/python3
"""clang-tidy, with the compiler's own warnings, over src/ and bench/ of a build directory, two at a time; the directory
needs no more than its generated headers. What a file and everything it includes from the project looked like when it was
last found clean is remembered, so a second run only looks at what changed.

usage: tidy.py BUILD-DIRECTORY [SOURCE...]"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import source

TIDY = "clang-tidy-14"
PLACES = (source.SRC, source.ROOT / "bench")
# How many states the analyzer walks through in one function, a third of what it would: the few functions that have more took
# two thirds of its time.
STATES = "--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=max-nodes=75000".split()


class Digests:
    """A digest of each file together with all it includes from the project."""

    def __init__(self, roots):
        self.roots = roots
        self.known = {}

    def find(self, header):
        """Where an #include "..." of the project lies, or None."""
        for root in self.roots:
            if (root / header).is_file():
                return root / header
        return None

    def closure(self, path, seen):
        """Adds the file and what it includes to `seen`, path by digest and headers."""
        if path in seen:
            return
        if path not in self.known:
            headers = [self.find(text[1:-1]) for _, text in source.includes(path) if text[0] == '"']
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            self.known[path] = digest, [header for header in headers if header]
        digest, headers = self.known[path]
        seen[path] = digest
        for header in headers:
            self.closure(header, seen)

    def of(self, path, *more):
        """One digest for a file, its headers and the given texts."""
        seen = {}
        self.closure(path, seen)
        whole = hashlib.sha256()
        for name, digest in sorted(seen.items()):
            whole.update(f"{name} {digest}\n".encode())
        for text in more:
            whole.update(text.encode())
        return whole.hexdigest()


def check(path, build):
    """What clang-tidy has to say about a file; empty when it is clean."""
    done = subprocess.run(
        [TIDY, "--quiet", *STATES, "-p", build, path], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    build = pathlib.Path(sys.argv[1]).resolve()
    only = {pathlib.Path(name).resolve() for name in sys.argv[2:]}
    clean = build / "tidy-clean.json"
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    remembered = json.loads(clean.read_text(encoding="utf-8")) if clean.exists() else {}
    rules = (source.ROOT / ".clang-tidy").read_text(encoding="utf-8")
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    digests = Digests([source.SRC, build / "generated", source.ROOT / "tests"])
    work = {}
    for entry in commands:
        path = pathlib.Path(entry["file"])
        inside = any(path.is_relative_to(place) for place in PLACES)
        if inside and path.exists() and (not only or path in only):
            digest = digests.of(path, entry["command"], rules, version, *STATES)
            if remembered.get(str(path)) != digest:
                work[path] = digest
    problems = []
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        for path, said in zip(work, pool.map(lambda path: check(path, build), work)):
            if said:
                problems.append(said.rstrip())
            else:
                remembered[str(path)] = work[path]
    clean.write_text(json.dumps(remembered, indent=1, sort_keys=True), encoding="utf-8")
    return source.finish("clang-tidy", problems, f"{len(work)} of {len(commands)}")


if __name__ == "__main__":
    sys.exit(main())
