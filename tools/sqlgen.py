#!/usr/bin/env python3
"""Turns the named statements of src/**/*.sql and the migrations into C constants.

    sqlgen.py --root src --out DIR [--depfile FILE]

writes DIR/store/sql.h and DIR/store/sql.c (there also the tables of migrations that
src/store/engine.h declares). A statement is written as

    -- name: refund_insert   ($1 id, $2 payment, $3 amount_minor)   rows: exactly 1
    INSERT INTO refund (id, payment, amount_minor) VALUES ($1, $2, $3);

The header may go on over more comment lines, up to its rows: clause. Rows of a statement without
result: "exactly N", "at most 1", "any". Of a query: "exactly 1", "at most 1", "many", and "exactly 0"
of one that is asked by store_none. A statement that reads a whole table on purpose, because the table stays small, says "rows: many, whole table".

"rows: exactly 1, gathered" marks what nearly every body of a busy server runs: on PostgreSQL it waits for others of its
kind, and goes as one statement, which is made here, over arrays of arguments. Every statement says which tables of gathered
statements it has nothing to do with: for all others, what waits must go before it runs.

Columns that several statements of a file read are named once before them, and stand for themselves:

    -- columns: refund_row (id, payment, amount_minor)
    -- name: refund_find   ($1 merchant, $2 id)   rows: at most 1
    SELECT {refund_row} FROM refund WHERE merchant = $1 AND id = $2;

{r.refund_row} is the same with the table's short name: r.id, r.payment, r.amount_minor. A list of columns of several
tables has the short names in it.

Migrations are the files migrations/<engine>/NNNN_what.sql, without a gap. SQLite's start at 1. PostgreSQL came later:
its first files make at once what SQLite's came to, and every number after them names the same change in both.
"""

import argparse
import hashlib
import pathlib
import re
import sys

from sqlgather import INSERT, Schema, gather, insert_is_certain
from sqltext import Refused, code_only

HEADER = re.compile(
    r"name:\s*(?P<name>\w+)\s*(?:\((?P<params>[^)]*)\))?\s*rows:\s*(?P<rows>.+)", re.DOTALL
)
COLUMNS = re.compile(r"columns:\s*(?P<name>\w+)\s*\((?P<list>[^)]*)\)\Z")
COLUMNS_USE = re.compile(r"\{(?:(?P<table>[a-z][a-z0-9_]*)\.)?(?P<name>[^{}]*)\}")
COLUMN = re.compile(r"([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*\Z")
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
PARAM = re.compile(r"\$(\d+)\s+([a-z][a-z0-9_]*)\Z")
ROWS = re.compile(
    r"(?P<count>exactly (?P<exact>\d+)|at most 1|any|many)(?P<whole>, whole table)?(?P<gathered>, gathered)?\Z"
)
STAR = re.compile(r"\b(?:SELECT|DISTINCT|ALL|RETURNING)\s+\*|[.,]\s*\*(?!\w)", re.IGNORECASE)
NOT_PORTABLE = (
    (
        re.compile(r"\b(?:INSERT|UPDATE)\s+OR\b|\bREPLACE\s+INTO\b", re.IGNORECASE),
        "use ON CONFLICT, both engines know it",
    ),
    (re.compile(r"::"), "use CAST, both engines know it"),
    (re.compile(r"[?:@][A-Za-z0-9_]|\?"), "parameters are written $1, $2, ..."),
    (
        re.compile(r"\$\d+\s+IS\s+(?:NOT\s+)?NULL", re.IGNORECASE),
        "PostgreSQL must know the type: CAST($1 AS TEXT) IS NULL, or AS BIGINT",
    ),
    (
        re.compile(r"\bIS\s+(?:NOT\s+)?(?!NOT\b|NULL\b|DISTINCT\b|TRUE\b|FALSE\b)[\w$(]", re.IGNORECASE),
        "use IS NOT DISTINCT FROM, both engines know it",
    ),
    (re.compile(r"\bLIMIT\s+-", re.IGNORECASE), "PostgreSQL refuses a LIMIT below 0"),
    (re.compile(r"\bLIMIT\s+[\w$]+\s*,", re.IGNORECASE), "use LIMIT ... OFFSET ..."),
    (
        re.compile(r"\b(?:I?LIKE|GLOB|REGEXP|MATCH|SIMILAR)\b", re.IGNORECASE),
        "patterns mean different things to the engines (case, escapes)",
    ),
    (
        re.compile(r"\bAS\s+(?:INT|INTEGER|SMALLINT)\s*\)", re.IGNORECASE),
        "has 32 bits in PostgreSQL: CAST(... AS BIGINT)",
    ),
    (
        re.compile(r"\bSUBSTR(?:ING)?\s*\([^(),]+,\s*[-0]", re.IGNORECASE),
        "a place before the first character means different things to the engines",
    ),
    (
        re.compile(r"\b(?:MAX|MIN)\s*\((?:[^()]|\([^()]*\))*,", re.IGNORECASE),
        "MAX and MIN of several values are SQLite's: use CASE",
    ),
    (
        re.compile(
            r"\b(?:CHANGES|CHAR|CONCAT|DATE|DATETIME|GREATEST|GROUP_CONCAT|HEX|IFNULL|IIF|INSTR|JSON\w*|"
            r"LAST_INSERT_ROWID|LEAST|NOW|PRINTF|RANDOM|STRFTIME|STRING_AGG|TOTAL|TYPEOF|UNIXEPOCH)\s*\(",
            re.IGNORECASE,
        ),
        "only one of the engines knows this function, or it is not the same one",
    ),
    (
        re.compile(r"\b(?:ROWID|CTID|INDEXED\s+BY|NOT\s+INDEXED|SKIP\s+LOCKED|FOR\s+UPDATE)\b", re.IGNORECASE),
        "only one of the engines knows this",
    ),
    (re.compile(r"=="), "equality is written ="),
)
MIGRATION = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql\Z")
FIRST_MIGRATION = {"sqlite": 1, "postgres": 30}
FIRST_TWIN = 38
NOT_IN_MIGRATION = (
    (
        re.compile(r"\b(?:COMMIT|ROLLBACK|PRAGMA|ATTACH|VACUUM|SAVEPOINT|RELEASE)\b", re.IGNORECASE),
        "a migration runs inside one transaction",
    ),
    (
        re.compile(r"\bBEGIN\s*(?:;|TRANSACTION|IMMEDIATE|EXCLUSIVE|DEFERRED)", re.IGNORECASE),
        "a migration runs inside one transaction",
    ),
    (
        # One late violation would fail the commit of every job that shares the transaction.
        re.compile(r"\bINITIALLY\s+DEFERRED\b", re.IGNORECASE),
        "constraints are checked by the statement, never by the commit",
    ),
)
ROWS_ANY = "SQL_ROWS_ANY"
ROWS_AT_MOST_ONE = "SQL_ROWS_AT_MOST_ONE"


class Statement:
    def __init__(self, place, name, params, rows, text):
        self.place = place
        self.name = name
        self.params = params
        self.rows = rows.value
        self.whole = rows.whole
        self.is_gathered = rows.gathered
        self.text = text
        self.tables = set()
        self.spared = 0  # a bit for each table of gathered statements that it does not touch
        self.gathered = None  # the text over arrays, and the types of what they hold
        self.types = None

    @property
    def is_certain(self):
        """Whether the database itself sees to the number of rows. Otherwise somebody has to look."""
        return self.rows == ROWS_ANY or insert_is_certain(INSERT.match(self.text))

    @property
    def symbol(self):
        return "SQL_" + self.name.upper()


def params_read(place, listed):
    """The declared parameters must be $1, $2, ... in order; gives their number."""
    listed = (listed or "").strip()
    if not listed:
        return 0
    names = []
    for position, item in enumerate(listed.split(","), start=1):
        match = PARAM.match(" ".join(item.split()))
        if match is None or int(match.group(1)) != position:
            raise Refused(f"{place}: expected '${position} name', found '{item.strip()}'")
        names.append(match.group(2))
    if len(set(names)) != len(names):
        raise Refused(f"{place}: two parameters have the same name")
    return len(names)


class Rows:
    """A rows: clause: its C value, whether a whole table may be read, and whether others are waited for."""

    def __init__(self, value, whole, gathered):
        self.value = value
        self.whole = whole
        self.gathered = gathered


def rows_read(place, text, is_query):
    match = ROWS.match(" ".join(text.split()))
    if match is None:
        raise Refused(f"{place}: rows: is 'exactly N', 'at most 1', 'any' or 'many', not '{text}'")
    count = match.group("count")
    value = match.group("exact")
    if count == "at most 1":
        value = ROWS_AT_MOST_ONE
    elif count in ("any", "many"):
        value = ROWS_ANY
    if count == "many" and not is_query or count == "any" and is_query:
        raise Refused(f"{place}: 'many' is for queries, 'any' for statements without result")
    if is_query and match.group("exact") not in (None, "0", "1"):
        raise Refused(f"{place}: a query gives 'exactly 0', 'exactly 1', 'at most 1' or 'many' rows")
    gathered = match.group("gathered") is not None
    if gathered and value != ("0" if is_query else "1"):
        raise Refused(f"{place}: what is gathered changes 'exactly 1' row, or is a query that gives 'exactly 0'")
    return Rows(value, match.group("whole") is not None, gathered)


def statement_check(place, name, params, code):
    used = {int(number) for number in re.findall(r"\$(\d+)", code)}
    declared = set(range(1, params + 1))
    for number in sorted(used - declared):
        raise Refused(f"{place}: {name} uses ${number}, which its header does not list")
    for number in sorted(declared - used):
        raise Refused(f"{place}: {name} lists ${number} but does not use it")
    if STAR.search(code):
        raise Refused(f"{place}: {name} selects *; name the columns")
    for pattern, why in NOT_PORTABLE:
        if pattern.search(code):
            raise Refused(f"{place}: {name}: {why}")


def statement_make(place, header, body):
    match = HEADER.match(header)
    if match is None:
        raise Refused(f"{place}: expected 'name: x ($1 a, ...) rows: ...', found '{header}'")
    name = match.group("name")
    if not NAME.match(name):
        raise Refused(f"{place}: '{name}' is not a snake_case name")
    text = "\n".join(line.rstrip() for line in body).strip()
    code = code_only(text).rstrip()
    if not code.endswith(";") or code.count(";") != 1:
        raise Refused(f"{place}: {name} must be one statement, ended by ';'")
    text = text[: code.index(";")]
    code = code[: code.index(";")]
    first = code.split(None, 1)[0].upper() if code.split() else ""
    has_write = re.search(r"\b(?:INSERT|UPDATE|DELETE)\b(?!\s+OF\b)", code, re.IGNORECASE)
    has_returning = re.search(r"\bRETURNING\b", code, re.IGNORECASE)
    is_read = first in ("SELECT", "VALUES") or (first == "WITH" and not has_write)
    is_query = is_read or has_returning is not None
    if first not in ("SELECT", "VALUES", "WITH", "INSERT", "UPDATE", "DELETE"):
        raise Refused(f"{place}: {name} begins with '{first}'; tables are changed by migrations")
    params = params_read(place, match.group("params"))
    rows = rows_read(place, match.group("rows").strip(), is_query)
    statement_check(place, name, params, code)
    return Statement(place, name, params, rows, text)


def columns_read(place, header):
    """The name of a list of columns, and the columns."""
    match = COLUMNS.match(header)
    if match is None:
        raise Refused(f"{place}: expected 'columns: x (a, b, ...)', found '{header}'")
    columns = [" ".join(item.split()) for item in match.group("list").split(",")]
    for column in columns:
        if not COLUMN.match(column):
            raise Refused(f"{place}: '{column}' is not a column")
    return match.group("name"), columns


def columns_put(place, lists, body):
    """The lines of a statement with its lists of columns written out. Marks which lists it used."""

    def written(match):
        known = lists.get(match.group("name"))
        if known is None:
            raise Refused(f"{place}: there are no columns '{match.group('name')}' before it")
        known["used"] = True
        table = match.group("table")
        if table and any("." in one for one in known["columns"]):
            raise Refused(f"{place}: the columns '{match.group('name')}' name their tables")
        return ", ".join(f"{table}.{one}" if table else one for one in known["columns"])

    return [COLUMNS_USE.sub(written, line) for line in body]


def file_read(path, shown):
    """The statements of one file. Comment lines outside a header explain and are left out."""
    found = []
    lists = {}
    place = header = None
    in_header = False
    body = []

    def ends(comment):
        return ")" in comment if header.startswith("columns:") else "rows:" in comment

    def unfinished():
        what = "list has no end" if header.startswith("columns:") else "header has no rows: clause"
        return Refused(f"{place}: the {what}")

    def finish():
        if header is None:
            return
        if in_header:
            raise unfinished()
        if not header.startswith("columns:"):
            found.append(statement_make(place, header, columns_put(place, lists, body)))
            return
        if any(line.strip() for line in body):
            raise Refused(f"{place}: after a list of columns comes '-- name:'")
        name, columns = columns_read(place, header)
        if name in lists:
            raise Refused(f"{place}: the columns '{name}' exist already")
        lists[name] = {"place": place, "columns": columns, "used": False}

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        bare = line.strip()
        comment = bare[2:].strip() if bare.startswith("--") else None
        if comment is not None and comment.startswith(("name:", "columns:")):
            finish()
            place, header, body = f"{shown}:{number}", comment, []
            in_header = not ends(comment)
        elif in_header:
            if comment is None:
                raise unfinished()
            header += " " + comment
            in_header = not ends(comment)
        elif comment is not None:
            continue
        elif header is not None:
            body.append(line)
        elif bare:
            raise Refused(f"{shown}:{number}: a statement without '-- name:'")
    finish()
    for name, known in lists.items():
        if not known["used"]:
            raise Refused(f"{known['place']}: nothing uses the columns '{name}'")
    return found


def statements_read(root, files):
    found = []
    places = {}
    for path in files:
        for statement in file_read(path, path.relative_to(root).as_posix()):
            if statement.name in places:
                raise Refused(
                    f"{statement.place}: {statement.name} exists already, at {places[statement.name]}"
                )
            places[statement.name] = statement.place
            found.append(statement)
    return found


def twins_check(engines):
    """From FIRST_TWIN on each engine has the same numbers and names."""
    named = {engine: {row[0]: row[1] for row in rows} for engine, rows in engines.items()}
    used = [rows for rows in named.values() if rows]
    for number in range(FIRST_TWIN, max((max(rows) for rows in used), default=0) + 1):
        if len({rows.get(number) for rows in used}) > 1:
            raise Refused(f"migrations: {number:04d} is not the same change for every engine")


def migrations_read(root, files):
    """{engine: [(number, name, text, checksum)]}, in order."""
    engines = {}
    for path in files:
        shown = path.relative_to(root).as_posix()
        match = MIGRATION.match(path.name)
        if match is None:
            raise Refused(f"{shown}: a migration is named NNNN_what.sql")
        raw = path.read_bytes()
        text = raw.decode("utf-8")
        code = code_only(text)
        for pattern, why in NOT_IN_MIGRATION:
            bad = pattern.search(code)
            if bad:
                line = code.count("\n", 0, bad.start()) + 1
                raise Refused(f"{shown}:{line}: {why}")
        known = engines.setdefault(path.parent.name, [])
        number = int(match.group(1))
        expected = known[-1][0] + 1 if known else FIRST_MIGRATION.get(path.parent.name, 1)
        if number != expected:
            raise Refused(f"{shown}: expected number {expected:04d} here")
        known.append((number, match.group(2), text, hashlib.sha256(raw).hexdigest()))
    for engine in FIRST_MIGRATION:
        engines.setdefault(engine, [])
    twins_check(engines)
    return engines


def c_text(text, indent):
    """A C string, one source line per line of text."""
    lines = []
    for line in text.splitlines(keepends=True) or [""]:
        out = []
        for byte in line.encode("utf-8"):
            char = chr(byte)
            if char == "\n":
                out.append("\\n")
            elif char in '"\\':
                out.append("\\" + char)
            elif 32 <= byte < 127 and char != "?":
                out.append(char)
            else:
                out.append(f"\\{byte:03o}")
        lines.append(indent + '"' + "".join(out) + '"')
    return "\n".join(lines)


def header_make(statements):
    out = [
        "/* Made by tools/sqlgen.py. Do not edit. */",
        "#ifndef GUICHET_STORE_SQL_H",
        "#define GUICHET_STORE_SQL_H",
        "",
        '#include "store/store.h"',
        "",
    ]
    out += [f"extern const struct sql {s.symbol};" for s in statements]
    out += ["", "#endif", ""]
    return "\n".join(out)


def source_make(statements, engines):
    out = [
        "/* Made by tools/sqlgen.py. Do not edit. */",
        '#include "store/sql.h"',
        "",
        '#include "store/engine.h"',
        "",
        "/* A migration is longer than the texts that every compiler must take. */",
        '#pragma GCC diagnostic ignored "-Woverlength-strings"',
        "",
    ]
    for number, s in enumerate(statements):
        out += [
            f"/* {s.place} */",
            f"const struct sql {s.symbol} = {{",
            f'    .name = "{s.name}",',
            "    .text =",
            c_text(s.text, "        ") + ",",
            f"    .number = {number},",
            f"    .params = {s.params},",
            f"    .rows = {s.rows},",
            f"    .whole_table = {'true' if s.whole else 'false'},",
            f"    .certain = {'true' if s.is_certain else 'false'},",
            f"    .spared = UINT64_C(0x{s.spared:x}),",
        ]
        if s.gathered is not None:
            out += ["    .gathered =", c_text(s.gathered, "        ") + ",", f'    .types = "{s.types}",']
        out += [
            "};",
            "",
        ]
    out.append("const struct sql *const SQL_ALL[] = {")
    out += [f"    &{s.symbol}," for s in statements] or ["    NULL,"]
    out += ["};", f"const size_t SQL_ALL_COUNT = {len(statements)};", ""]
    for engine in sorted(engines):
        rows = engines[engine]
        out.append(f"const struct migration MIGRATIONS_{engine.upper()}[] = {{")
        for number, name, text, checksum in rows:
            out += [
                "    {",
                f"        .number = {number},",
                f'        .name = "{name}",',
                f'        .checksum = "{checksum}",',
                "        .text =",
                c_text(text, "            ") + ",",
                "    },",
            ]
        if not rows:
            out.append("    {.number = 0},")
        out += ["};", f"const size_t MIGRATIONS_{engine.upper()}_COUNT = {len(rows)};", ""]
    return "\n".join(out)


def write_changed(path, text):
    """An unchanged file keeps its time, so that nothing is compiled again."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def files_of(root):
    return sorted(root.rglob("*.sql"), key=lambda path: path.as_posix())


def everything_read(root, files):
    """The statements, complete, and the migrations by engine."""
    migrations = [path for path in files if path.parent.parent.name == "migrations"]
    statements = statements_read(root, [path for path in files if path not in migrations])
    engines = migrations_read(root, migrations)
    gather(statements, Schema([text for _, _, text, _ in engines["postgres"]]))
    return statements, engines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", required=True, type=pathlib.Path, help="where to look for .sql")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="where store/sql.[ch] go")
    parser.add_argument("--depfile", type=pathlib.Path, help="what was read, in make's syntax")
    args = parser.parse_args()

    files = files_of(args.root)
    try:
        statements, engines = everything_read(args.root, files)
    except (Refused, UnicodeDecodeError) as refusal:
        print(f"sqlgen: {refusal}", file=sys.stderr)
        return 1
    header = args.out / "store" / "sql.h"
    source = args.out / "store" / "sql.c"
    write_changed(header, header_make(statements))
    write_changed(source, source_make(statements, engines))
    if args.depfile:
        read = " ".join(path.as_posix().replace(" ", "\\ ") for path in files)
        write_changed(args.depfile, f"{header.as_posix()} {source.as_posix()}: {read}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
