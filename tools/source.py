"""What the checks of this directory share: finding sources, and reading C without its comments."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
SRC = ROOT / "src"

TOKEN = re.compile(
    r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<char>'(?:\\.|[^'\\\n])*')
  | (?P<include>^[ \t]*\#[ \t]*include[ \t]*(?P<header><[^>\n]+>|"[^"\n]+"))
  | (?P<number>\.?[0-9](?:[eEpP][+-]|[\w.])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<arrow>->)
  | (?P<sign>[^\s\w])
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def sources(*suffixes):
    """Files of src/ with one of the suffixes, sorted."""
    return sorted(path for path in SRC.rglob("*") if path.suffix in suffixes and path.is_file())


def tokens(path):
    """(line, kind, text) of each token that is not a comment. An include is one token, its header."""
    text = path.read_text(encoding="utf-8")
    line = 1
    at = 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        kind = match.lastgroup
        if match.group("include"):
            yield line, "include", match.group("header")
        elif kind != "comment":
            yield line, kind, match.group(0)


def includes(path):
    """(line, header with its quotes or angle brackets) of each #include."""
    return [(line, text) for line, kind, text in tokens(path) if kind == "include"]


def shown(path):
    """A path as messages show it."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def finish(name, problems, checked):
    """Prints the problems, or one line saying that there are none; the exit code."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"{name}: {len(problems)} problem(s)")
        return 1
    print(f"{name}: {checked} checked, nothing to report")
    return 0
