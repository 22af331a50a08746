"""What the makers of SQL constants share (sqlgen.py, sqlgather.py)."""

import re

# What is not code: texts, quoted names, comments to the end of the line and comments between marks.
QUIET = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


class Refused(Exception):
    """What is wrong, with its file and line."""


def code_only(text):
    """The text with literals and comments blanked, so that patterns see only code."""

    def blank(match):
        return "".join("\n" if char == "\n" else " " for char in match.group(0))

    return QUIET.sub(blank, text)
