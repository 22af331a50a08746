#!/usr/bin/python3
"""Writes the manual pages from what the program says of itself: guichet.1 from the help of its
commands, guichet.conf.5 from its configuration.

    mangen.py PROGRAM --version VERSION --date SECONDS --out DIR
"""

import argparse
import pathlib
import re
import subprocess
import sys
import time


def told(program, *words):
    """What a command prints."""
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def roff(text):
    """Text that says in roff what it says: hyphens that can be searched for, no requests."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def example(text):
    """Lines as they are."""
    return f".EX\n{roff(text.rstrip())}\n.EE\n"


def title(name, section, options):
    """The first lines of a page."""
    day = time.strftime("%Y-%m-%d", time.gmtime(options.date))
    return f".TH {name} {section} {day} \"guichet {options.version}\"\n"


def commands(help_text):
    """Name and summary of each command that the help lists."""
    block = help_text.split("\n\n")[2]
    return re.findall(r"^  (\S+) +(\S.*)$", block, re.MULTILINE)


def command_section(program, name):
    """A command: its own help without the line that names it."""
    first, rest = told(program, name, "--help").split("\n\n", 1)
    summary = first.split(": ", 1)[1]
    return f".SS {roff(name)}\n{roff(summary)}.\n.PP\n{example(rest)}"


def page_of_program(options):
    """guichet(1)."""
    text = told(options.program, "--help")
    blocks = text.split("\n\n")
    found = commands(text)
    if not found or not blocks[1].startswith("usage: "):
        raise SystemExit("the help of the program has another form: mangen.py does not know it")
    sections = "".join(command_section(options.program, name) for name, _ in found)
    return (
        title("GUICHET", 1, options)
        + ".SH NAME\nguichet \\- a counter for payments\n"
        + f".SH SYNOPSIS\n{roff(blocks[1].removeprefix('usage: '))}\n"
        + ".SH DESCRIPTION\nA payments server with its database, and the commands about it. They work "
        "while the\nserver runs, which then runs them itself, and when it does not.\n"
        + f".SH OPTIONS\n{example(chr(10).join(blocks[3:]))}"
        + f".SH COMMANDS\n{sections}"
        + ".SH FILES\n.TP\n.I /etc/guichet/guichet.conf\nThe configuration of the service, to which "
        "the data directory has a link.\n.TP\n.I /etc/guichet/kek\nIts key\\-encryption key.\n"
        ".TP\n.I /var/lib/guichet\nIts data directory.\n"
        + ".SH SEE ALSO\n.BR guichet.conf (5),\n.I /usr/share/doc/guichet/docs/operations.md\n"
    )


def page_of_configuration(options):
    """guichet.conf(5)."""
    lines = told(options.program, "config", "--print-default").splitlines()
    out = [
        title("GUICHET.CONF", 5, options),
        ".SH NAME\nguichet.conf \\- configuration of guichet(1)\n",
        ".SH DESCRIPTION\nSections in brackets, and below each its keys: ",
        ".IR \"key = value\" .\nA line that begins with a semicolon is a comment. A key that is not ",
        "known is an error.\nThe environment overrides the file: GUICHET_SERVER_PORT is server.port.\n",
    ]
    about = ""
    for line in lines:
        if line.startswith("["):
            out.append(f".SH \"SECTION {roff(line)}\"\n")
        elif line.startswith("; "):
            about = line[2:]
        elif " =" in line:
            key, value = line.split(" =", 1)
            default = f" Default: {value.strip()}." if value.strip() else ""
            text = about[0].upper() + about[1:]
            out.append(f".TP\n.B {roff(key)}\n{roff(text)}.{roff(default)}\n")
    out.append(".SH SEE ALSO\n.BR guichet (1)\n")
    return "".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--version", required=True)
    parser.add_argument("--date", type=int, required=True, help="Unix time of this version")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.program = str(pathlib.Path(options.program).resolve())
    (options.out / "guichet.1").write_text(page_of_program(options), encoding="utf-8")
    (options.out / "guichet.conf.5").write_text(page_of_configuration(options), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
