"""The schemas that the migrations make, one for each engine, and what they hold, told in the same words."""

import pathlib
import re
import sqlite3

from support import libpq

MIGRATIONS = pathlib.Path(__file__).resolve().parents[2] / "src" / "store" / "migrations"
SQL_TYPES = {"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"}
ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
QUIET = re.compile(r"--[^\n]*|'(?:[^']|'')*'")


def files(engine):
    """The migrations of an engine, in order."""
    return sorted((MIGRATIONS / engine).glob("*.sql"))


def sqlite_made():
    """A database in memory."""
    db = sqlite3.connect(":memory:")
    for path in files("sqlite"):
        db.executescript(path.read_text(encoding="utf-8"))
    return db


def postgres_made(databases):
    """The url of a database."""
    url = databases.database()
    with libpq.connect(url) as db:
        for path in files("postgres"):
            db.run(path.read_text(encoding="utf-8"))
    return url


def plain(expression):
    """A condition as both engines would write it if they wrote alike: without casts, brackets, spaces and lists."""
    text = re.sub(r"\s+", " ", expression.strip())
    text = re.sub(r"::[a-z]+(\[\])?", "", text)
    text = re.sub(r"\((\d+)\)", r"\1", text)
    text = re.sub(r"= ANY \(\(?ARRAY\[([^\]]*)\]\)?\)", r"IN (\1)", text)
    text = re.sub(r"<> ALL \(\(?ARRAY\[([^\]]*)\]\)?\)", r"NOT IN (\1)", text)

    def listed(match):
        column, no, items = match.group(1), match.group(2), match.group(3).split(",")
        sign, word = ("<>", " AND ") if no else ("=", " OR ")
        return word.join(f"{column} {sign} {item.strip()}" for item in items)

    text = re.sub(r"\b(\w+)( NOT)? IN \(([^()]*)\)", listed, text)
    text = re.sub(r"\b(\w+) BETWEEN (\w+) AND (\w+)", r"\1 >= \2 AND \1 <= \3", text)
    return re.sub(r"[\s()\"]", "", text).lower()


def balanced(text, at):
    """What stands between the bracket at a place and the one that closes it."""
    depth = 0
    for end in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return text[at + 1 : end]
    raise ValueError(text)


def _without_comments(sql):
    return QUIET.sub(lambda found: "" if found.group(0).startswith("--") else found.group(0), sql)


class Sqlite:
    """What a SQLite database holds."""

    def __init__(self, db):
        self.db = db

    def _names(self, kind):
        asked = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%'"
        return self.db.execute(asked, [kind]).fetchall()

    def tables(self):
        """The names."""
        return {name for name, _, _ in self._names("table")} - {"schema_migration"}

    def views(self):
        """Their columns."""
        names = [row[0] for row in self._names("view")]
        return {name: [row[1] for row in self.db.execute(f"PRAGMA table_info({name})")] for name in names}

    def columns(self, table):
        """Name, type, whether NULL is allowed, default."""
        rows = self.db.execute(f"PRAGMA table_info({table})").fetchall()
        return [(name, SQL_TYPES[kind], not full, default) for _, name, kind, full, default, _ in rows]

    def primary(self, table):
        """The columns of its key."""
        rows = self.db.execute(f"PRAGMA table_info({table})").fetchall()
        return [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]

    def indexes(self, table):
        """By name: whether it is unique, what it is over, which rows are in it."""
        found = {}
        for name, _, sql in [row for row in self._names("index") if row[1] == table and row[2]]:
            sql = _without_comments(sql)
            over = balanced(sql, sql.index("("))
            rest = sql[sql.index("(") + len(over) + 2 :]
            where = re.sub(r"^\s*WHERE\b", "", rest)
            found[name] = ("UNIQUE" in sql.split("(")[0], plain(over), plain(where))
        return found

    def foreign(self, table):
        """Columns, the table they lead to, its columns, what follows from a deletion."""
        keys = {}
        for row in self.db.execute(f"PRAGMA foreign_key_list({table})"):
            keys.setdefault(row[0], []).append(row)
        return sorted(
            (tuple(r[3] for r in rows), rows[0][2], tuple(r[4] for r in rows), rows[0][6])
            for rows in (sorted(key, key=lambda r: r[1]) for key in keys.values())
        )

    def checks(self, table):
        """What its rows must fulfil."""
        sql = _without_comments(next(row[2] for row in self._names("table") if row[0] == table))
        return sorted(plain(balanced(sql, found.end() - 1)) for found in re.finditer(r"CHECK \(", sql))

    def triggers(self):
        """By name: table, event, condition, what it says."""
        shape = re.compile(
            r"CREATE TRIGGER (\w+) BEFORE (\w+) ON \"?(\w+)\"?\s*(?:WHEN (.*?))?\s*"
            r"BEGIN SELECT RAISE \(ABORT, '(.*)'\); END",
            re.DOTALL,
        )
        found = {}
        for name, _, sql in self._names("trigger"):
            match = shape.fullmatch(sql)
            found[name] = (match.group(3), match.group(2), plain(match.group(4) or ""), match.group(5))
        return found


class Postgres:
    """What a PostgreSQL database holds."""

    def __init__(self, db):
        self.db = db

    def _names(self, kind):
        rows = self.db.run(
            f"SELECT relname FROM pg_class WHERE relkind = '{kind}' AND relnamespace = 'public'::regnamespace"
        )
        return {name for (name,) in rows}

    def tables(self):
        """The names."""
        return self._names("r") - {"schema_migration", "store_writer"}

    def views(self):
        """Their columns."""
        return {name: [column[0] for column in self.columns(name)] for name in self._names("v")}

    def columns(self, table):
        """Name, type, whether NULL is allowed, default."""
        rows = self.db.run(
            "SELECT a.attname, format_type(coalesce(nullif(t.typbasetype, 0), t.oid), a.atttypmod), NOT a.attnotnull, "
            "pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
            "LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
            f"WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        )
        return [(name, kind, free == "t", default) for name, kind, free, default in rows]

    def loosely_ordered(self):
        """Columns of text that are not compared by their bytes."""
        return self.db.run(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 "
            "AND a.attcollation <> 0 AND a.attcollation <> '\"C\"'::regcollation"
        )

    def primary(self, table):
        """The columns of its key."""
        rows = self.db.run(
            "SELECT a.attname FROM pg_constraint k CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS c (number, place) "
            "JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.number "
            f"WHERE k.conrelid = '{table}'::regclass AND k.contype = 'p' ORDER BY c.place"
        )
        return [name for (name,) in rows]

    def indexes(self, table):
        """By name: whether it is unique, what it is over, which rows are in it."""
        rows = self.db.run(
            "SELECT c.relname, i.indisunique, pg_get_expr(i.indpred, i.indrelid), (SELECT string_agg("
            "pg_get_indexdef(i.indexrelid, n, true) || CASE i.indoption[n - 1] WHEN 0 THEN '' ELSE ' DESC' END, ', ' "
            "ORDER BY n) FROM generate_series(1, i.indnatts) n) "
            "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            f"WHERE i.indrelid = '{table}'::regclass AND NOT i.indisprimary"
        )
        return {name: (unique == "t", plain(over), plain(where or "")) for name, unique, where, over in rows}

    def foreign(self, table):
        """Columns, the table they lead to, its columns, what follows from a deletion."""

        def named(key, relation):
            return (
                "(SELECT string_agg(a.attname, ' ' ORDER BY c.place) "
                f"FROM unnest({key}) WITH ORDINALITY AS c (number, place) "
                f"JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = c.number)"
            )

        rows = self.db.run(
            f"SELECT {named('k.conkey', 'k.conrelid')}, k.confrelid::regclass, {named('k.confkey', 'k.confrelid')}, "
            f"k.confdeltype FROM pg_constraint k WHERE k.conrelid = '{table}'::regclass AND k.contype = 'f'"
        )
        return sorted((tuple(a.split()), to, tuple(b.split()), ACTIONS[how]) for a, to, b, how in rows)

    def checks(self, table):
        """What its rows must fulfil: rules of its own, and those of its columns' domains."""
        rows = self.db.run(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint "
            f"WHERE conrelid = '{table}'::regclass AND contype = 'c' "
            "UNION ALL SELECT replace(pg_get_expr(k.conbin, 0), 'VALUE', a.attname) "
            "FROM pg_attribute a JOIN pg_constraint k ON k.contypid = a.atttypid "
            f"WHERE a.attrelid = '{table}'::regclass AND a.attnum > 0 AND NOT a.attisdropped"
        )
        return sorted(plain(expression) for (expression,) in rows)

    def triggers(self):
        """By name: table, event, condition, what it says."""
        rows = self.db.run(
            "SELECT t.tgname, t.tgrelid::regclass, t.tgtype, pg_get_triggerdef(t.oid), encode(t.tgargs, 'escape') "
            "FROM pg_trigger t WHERE NOT t.tgisinternal"
        )
        found = {}
        for name, table, kind, text, said in rows:
            assert int(kind) & 3 == 3, f"{name} is not for each row, before it"
            event = {8: "DELETE", 16: "UPDATE"}[int(kind) & ~3]
            when = re.search(r" WHEN \((.*)\) EXECUTE FUNCTION ", text)
            condition = plain(when.group(1)) if when else ""
            found[name] = (table, event, condition, said.removesuffix("\\000"))
        return found
