#!/usr/bin/python3
"""Makes the Debian package in build/deb, out of a copy of the sources: make deb.

With --built DIR the program is the release build of that directory, and nothing is compiled."""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "deb"
NOT_SOURCE = {"build", "var", ".git", "node_modules", "__pycache__", ".cache"}


def sources():
    """The files of the sources, relative: what git knows or would, else all but what is made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [name for name in os.fsdecode(listed.stdout).split("\0")
                if name and (ROOT / name).is_file()]
    return [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
            if path.is_file() and not NOT_SOURCE & set(path.relative_to(ROOT).parts)]


def version():
    """The project's version; the package's changelog has to say the same."""
    project = re.search(r"^project\(guichet VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(),
                        re.MULTILINE).group(1)
    packaged = re.match(r"guichet \(([^)]+)\)",
                        (ROOT / "deploy" / "debian" / "changelog").read_text()).group(1)
    if packaged != project:
        raise SystemExit(f"deploy/debian/changelog begins with {packaged}, the project is {project}")
    return project


def copy(target):
    """A fresh copy of the sources, with debian/ where the tools expect it."""
    shutil.rmtree(OUT, ignore_errors=True)
    for name in sources():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, place, follow_symlinks=False)
    shutil.copytree(target / "deploy" / "debian", target / "debian")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--built", type=pathlib.Path, metavar="DIR", help="a release build")
    options = parser.parse_args()
    target = OUT / f"guichet-{version()}"
    copy(target)
    command = ["dpkg-buildpackage", "--build=binary", "--unsigned-changes", "--unsigned-buildinfo"]
    env = dict(os.environ)
    if options.built:
        env["GUICHET_BUILT"] = str(options.built.resolve())
        # Nothing is compiled, so nothing has to be there to compile it, and debug symbols can wait.
        command.append("--no-check-builddeps")
        env["DEB_BUILD_OPTIONS"] = "noautodbgsym"
    done = subprocess.run(command, cwd=target, env=env, check=False)
    if done.returncode == 0:
        print(*sorted(str(path.relative_to(ROOT)) for path in OUT.glob("*.deb")), sep="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
