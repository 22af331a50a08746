"""Statements that wait for others of their kind, for sqlgen.py.

What is marked "gathered" gets a text about many rows: one statement does what many would, and fails when it changes another
number of rows than they promise together. Where {given} stands it takes a list of the arguments, p1, p2 and so on, a row for
each statement, and where {rows} stands how many there are (src/store/postgres/gather.c). And each statement gets the list of
tables that it does not touch: what waits for others may go on waiting while it runs."""

import re

from sqltext import Refused, code_only

NAMES = {"i": "BIGINT", "t": "TEXT", "b": "BYTEA"}
STATEMENTS_MAX = 32  # KINDS_MAX of src/store/postgres/gather.c
PARAMS_MAX = 64  # GIVEN_MAX there
TABLES_MAX = 64  # the bits of a uint64_t
INSERT = re.compile(
    r"INSERT INTO (?P<table>\w+) \((?P<columns>[^()]*)\)\s*VALUES \((?P<values>(?:(?!\bON CONFLICT\b).)*)\)"
    r"(?P<conflict>\s*ON CONFLICT [^$]*)?\Z",
    re.DOTALL,
)
UPDATE = re.compile(r"UPDATE (?P<table>\w+) SET (?P<changes>.*)\sWHERE (?P<rows>.*)\Z", re.DOTALL)
TABLES = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+(?:(?:\s+(?:AS\s+)?\w+)?\s*,\s*\w+)*)", re.IGNORECASE)


class Schema:
    """What PostgreSQL's migrations come to, as far as gathering has to know."""

    ITEM = re.compile(
        r"CREATE DOMAIN (?P<domain>\w+) AS (?P<base>\w+)"
        r"|CREATE TABLE (?P<table>\w+) \((?P<columns>.*?)\n\)"
        r"|CREATE VIEW (?P<view>\w+) AS(?P<query>.*?);"
        r"|ALTER TABLE (?P<altered>\w+) ADD COLUMN (?P<added>\w+) (?P<type>\w+)",
        re.DOTALL,
    )

    def __init__(self, texts):
        self.kinds = {name: kind for kind, name in NAMES.items()}  # of the domains, too
        self.columns = {}  # {table: {column: kind}}
        self.views = {}  # {view: its tables}
        for text in texts:
            for match in self.ITEM.finditer(code_only(text)):
                self.take(match)

    def take(self, match):
        if match.group("domain"):
            self.kinds[match.group("domain")] = self.kinds[match.group("base")]
        elif match.group("view"):
            self.views[match.group("view")] = self.touched(match.group("query"))
        elif match.group("altered"):
            self.columns[match.group("altered")][match.group("added")] = self.kinds[match.group("type")]
        else:
            columns = re.findall(r"^    (\w+) (\w+)", match.group("columns"), re.MULTILINE)
            self.columns[match.group("table")] = {name: self.kinds.get(kind) for name, kind in columns}

    def touched(self, code):
        """The tables that a statement names, those of its views among them."""
        found = set()
        for listed in TABLES.findall(code):
            for item in listed.split(","):
                word = item.split()[0]
                found |= self.views.get(word, {word} if word in self.columns else set())
        return found


# --- one statement about many rows ---


def split_top(text):
    """What commas separate outside of parentheses."""
    parts, depth = [""], 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]


def types_of(statement, schema, insert):
    """The kind of each parameter, by the column that it becomes or is compared with."""
    kinds = {}

    def found(number, kind):
        if kinds.setdefault(int(number), kind) != kind:
            raise Refused(f"{statement.place}: {statement.name}: ${number} is of two types")

    columns = {name: kind for table in statement.tables for name, kind in schema.columns[table].items()}
    if insert:
        names, values = split_top(insert.group("columns")), split_top(insert.group("values"))
        for column, value in zip(names, values, strict=True):
            if re.fullmatch(r"\$\d+", value):
                found(value[1:], schema.columns[insert.group("table")][column])
    for column, number in re.findall(r"(\w+)\s*(?:=|<=?|>=?|<>)\s*\$(\d+)", statement.text):
        found(number, columns.get(column))
    for number, kind in re.findall(r"CAST\(\$(\d+) AS (\w+)\)", statement.text):
        found(number, schema.kinds.get(kind))
    for number in range(1, statement.params + 1):
        if kinds.get(number) is None:
            raise Refused(f"{statement.place}: {statement.name}: of which type is ${number}?")
    return "".join(kinds[number] for number in sorted(kinds))


def insert_is_certain(insert):
    """Whether it adds its row, or changes the one that is there, or fails."""
    conflict = insert and insert.group("conflict")
    return insert is not None and (not conflict or re.search(r"\bDO UPDATE (?!.*\bWHERE\b)", conflict, re.DOTALL) is not None)


def over(text):
    """The same about one row of the arrays."""
    return re.sub(r"\$(\d+)", r"given.p\1", text)


def gathered_text(statement, insert):
    rows = "(SELECT {given}) AS given"
    update = UPDATE.match(statement.text)
    if insert_is_certain(insert):
        return (
            f"INSERT INTO {insert.group('table')} ({insert.group('columns')})\n"
            f"SELECT {over(insert.group('values'))}\nFROM {rows}{insert.group('conflict') or ''}"
        )
    if update and len(re.findall(r"\bWHERE\b", statement.text)) == 1:
        # Rows are found by their key for each element, and changed where they lie: as a join, an index that held
        # next to nothing when the plan was made would be walked whole.
        table = update.group("table")
        place = f"(SELECT {table}.ctid FROM {table} WHERE {over(update.group('rows'))}) AS place"
        return (
            f"WITH changed AS (UPDATE {table} SET {over(update.group('changes'))}\n"
            f"FROM (SELECT given.*, {place} FROM {rows}) AS given\nWHERE {table}.ctid = given.place RETURNING 1)\n"
            f"SELECT 1 / CASE WHEN COUNT(*) = {{rows}} THEN 1 ELSE 0 END FROM changed"
        )
    if statement.rows == "0":
        return (
            f"SELECT 1 / CASE WHEN EXISTS (SELECT 1 FROM {rows}\n"
            f"CROSS JOIN LATERAL ({over(statement.text)}) AS found) THEN 0 ELSE 1 END"
        )
    raise Refused(
        f"{statement.place}: {statement.name}: only INSERT ... VALUES, a plain UPDATE and a query are gathered"
    )


def gather(statements, schema):
    """Sets tables, spared, and of what is gathered: gathered and types."""
    for statement in statements:
        statement.tables = schema.touched(code_only(statement.text))
    gathered = [statement for statement in statements if statement.is_gathered]
    tables = sorted(set().union(*(statement.tables for statement in gathered)))
    if len(gathered) > STATEMENTS_MAX or len(tables) > TABLES_MAX:
        raise Refused(f"{gathered[-1].place}: more than {STATEMENTS_MAX} statements or {TABLES_MAX} tables are gathered")
    for statement in statements:
        touched = sum(1 << bit for bit, table in enumerate(tables) if table in statement.tables)
        statement.spared = (1 << 64) - 1 - touched
    for statement in gathered:
        if statement.params > PARAMS_MAX or "{" in statement.text:
            raise Refused(f"{statement.place}: {statement.name}: what is gathered has {PARAMS_MAX} parameters, and no brace")
        insert = INSERT.match(statement.text)
        statement.types = types_of(statement, schema, insert)
        statement.gathered = gathered_text(statement, insert)
