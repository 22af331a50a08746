"""The named statements of src/, as tools/sqlgen.py reads them."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import sqlgen  # noqa: E402  pylint: disable=wrong-import-position


def every():
    """All of them."""
    source = ROOT / "src"
    return sqlgen.everything_read(source, sqlgen.files_of(source))[0]


def tables(statement):
    """The tables that it reads."""
    return set(re.findall(r"\b(?:FROM|JOIN)\s+([a-z]\w*)", sqlgen.code_only(statement.text)))


def orders(statement):
    """The columns that it orders by, without the names of their tables."""
    found = []
    code = sqlgen.code_only(statement.text)
    for listed in re.findall(r"\bORDER BY\s+(.*?)(?=\s+LIMIT\b|\)|\Z)", code, re.DOTALL):
        for item in listed.split(","):
            if not re.search(r"\bNULLS\b", item):
                found.append(re.sub(r"\s+(ASC|DESC)\Z", "", item.strip()).split(".")[-1])
    return found


def bounds(statement, column):
    """Whether rows in which the column is NULL are left out, as far as the text tells."""
    code = sqlgen.code_only(statement.text)
    return re.search(rf"\b{column}\s*(=|<|>|<=|>=|<>|BETWEEN\b|IS NOT NULL\b)", code) is not None
