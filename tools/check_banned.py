#!/usr/bin/python3
"""Fails on a call or word that src/ does not use (style: money is never a float, text has a length,
memory comes from an arena, only base/clock.c knows the time)."""

import fnmatch
import sys

import source

# word: (why, files that may use it)
CALLS = {
    "strcpy": ("it knows no length", ()),
    "strcat": ("it knows no length", ()),
    "stpcpy": ("it knows no length", ()),
    "strncpy": ("it may leave out the NUL", ()),
    "sprintf": ("it knows no length", ()),
    "vsprintf": ("it knows no length", ()),
    "gets": ("it knows no length", ()),
    "strtok": ("it keeps hidden state", ()),
    "strdup": ("copies live in an arena", ()),
    "atoi": ("it does not tell errors: str_to_int64", ()),
    "atol": ("it does not tell errors: str_to_int64", ()),
    "atoll": ("it does not tell errors: str_to_int64", ()),
    "atof": ("no floating point", ()),
    "gmtime": ("time is base/clock.h", ()),
    "gmtime_r": ("time is base/clock.h", ()),
    "localtime": ("time is base/clock.h", ()),
    "localtime_r": ("time is base/clock.h", ()),
    "gettimeofday": ("time is base/clock.h", ()),
    "clock_gettime": ("time is base/clock.h", ("base/clock.c",)),
    "time": ("time is base/clock.h", ()),
    "rand": ("randomness is base/rand.h", ()),
    "srand": ("randomness is base/rand.h", ()),
    "random": ("randomness is base/rand.h", ()),
    "system": ("no shell", ()),
    "popen": ("no shell", ()),
    "malloc": ("memory is base/arena.h", ("base/arena.c",)),
    "calloc": ("memory is base/arena.h", ("base/arena.c",)),
    "realloc": ("memory is base/arena.h", ("base/arena.c",)),
    "free": ("memory is base/arena.h", ("base/arena.c", "document/attachment.c")),
    "alloca": ("memory is base/arena.h", ()),
    "setjmp": ("errors are err_t", ()),
    "longjmp": ("errors are err_t", ()),
}
WORDS = {
    "float": ("amounts are integers", ("document/*",)),
    "double": ("amounts are integers", ("document/*",)),
    "__attribute__": ("it is wrapped in base/attr.h", ("base/attr.h",)),
    "__builtin_add_overflow": ("it is wrapped in base/attr.h", ("base/attr.h",)),
    "__builtin_sub_overflow": ("it is wrapped in base/attr.h", ("base/attr.h",)),
    "__builtin_mul_overflow": ("it is wrapped in base/attr.h", ("base/attr.h",)),
}


def check(path):
    """The problems of one file."""
    inside = path.relative_to(source.SRC).as_posix()
    found = []
    before = ""
    all_tokens = list(source.tokens(path))
    for at, (line, kind, text) in enumerate(all_tokens):
        after = all_tokens[at + 1][2] if at + 1 < len(all_tokens) else ""
        rule = None
        if kind == "word" and text in WORDS:
            rule = WORDS[text]
        elif kind == "word" and text in CALLS and after == "(" and before not in (".", "->"):
            rule = CALLS[text]
        if rule and not any(fnmatch.fnmatchcase(inside, place) for place in rule[1]):
            found.append(f"{source.shown(path)}:{line}: {text}: {rule[0]}")
        before = text
    return found


def main():
    files = source.sources(".c", ".h", ".cpp")
    problems = [problem for path in files for problem in check(path)]
    return source.finish("banned calls", problems, len(files))


if __name__ == "__main__":
    sys.exit(main())
