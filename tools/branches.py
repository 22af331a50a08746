#!/usr/bin/python3
"""How many branches of a layer the tests took, by the counts of a build of the preset `coverage`.

    branches.py build/coverage src/core [--least 90] [--worst 20]

Counted are the branches that gcov knows, but for those that no test can take (the failing side of
must(), which ends the program, and the member that a switch over an enum does not have) and those of
ENUM_DEFINE, which the tests of base/enum.h take. Prints the files with the most branches that nobody
took, and the figure; exits 1 when it is below --least.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A failed must() aborts; a switch over an enum has no default, and must_fail() stands after it.
NOT_COUNTED = re.compile(r"^\s*(?:must\(|must_fail\(|switch \(|ENUM_DEFINE\()")


def counted(build, layer):
    """{source: [(line, taken, branches)]} of the sources of a layer."""
    found = {}
    for notes in sorted(build.rglob("*.gcno")):
        if f"/{layer}/" not in notes.as_posix():
            continue
        done = subprocess.run(
            ["gcov", "--json-format", "--stdout", "--branch-probabilities", str(notes)],
            cwd=build, capture_output=True, text=True, check=True)
        for text in done.stdout.splitlines():
            for file in json.loads(text)["files"]:
                source = (build / file["file"]).resolve()
                if source.is_relative_to(ROOT / layer) and source.suffix == ".c":
                    found[source.relative_to(ROOT).as_posix()] = lines_of(source, file["lines"])
    return found


def lines_of(source, lines):
    text = source.read_text(encoding="utf-8").splitlines()
    rows = []
    for line in lines:
        branches = line["branches"]
        if not branches or NOT_COUNTED.match(text[line["line_number"] - 1]):
            continue
        taken = sum(branch["count"] > 0 for branch in branches)
        rows.append((line["line_number"], taken, len(branches)))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("layer")
    parser.add_argument("--least", type=float, default=0.0, metavar="PERCENT")
    parser.add_argument("--worst", type=int, default=20, metavar="FILES")
    parser.add_argument("--lines", action="store_true", help="also the lines")
    args = parser.parse_args()

    files = counted(args.build.resolve(), args.layer.rstrip("/"))
    if not files:
        print(f"{args.build} has no counts of {args.layer}", file=sys.stderr)
        return 2
    sums = {name: (sum(row[1] for row in rows), sum(row[2] for row in rows))
            for name, rows in files.items()}
    worst = sorted(sums, key=lambda name: sums[name][0] - sums[name][1])
    for name in worst[: args.worst]:
        taken, branches = sums[name]
        if taken == branches:
            break
        print(f"{name:<40} {taken:>5} of {branches:>5}  {100 * taken / branches:5.1f} %")
        if args.lines:
            missed = [str(number) for number, took, all_ in files[name] if took < all_]
            print("    " + " ".join(missed))
    taken = sum(one for one, _ in sums.values())
    branches = sum(one for _, one in sums.values())
    percent = 100 * taken / branches
    print(f"{args.layer}: {taken} of {branches} branches, {percent:.1f} %")
    return 1 if percent < args.least else 0


if __name__ == "__main__":
    sys.exit(main())
