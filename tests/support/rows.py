"""The rows behind a server, whichever engine keeps them, for what no interface shows or does.

    with server.rows() as rows:
        (proof,) = rows.ask("SELECT * FROM mandate_evidence WHERE mandate = ?", mandate)   # [{column: value}]
        assert rows.change("UPDATE task SET due_us = ? WHERE kind = 'card_batch'", 0) == 1
"""

import contextlib
import re
import sqlite3

from support import libpq


class Refused(Exception):
    """A rule of the database forbids it."""


class Sqlite:
    """A file."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.row_factory = sqlite3.Row

    def close(self):
        """Ends it; what was changed stays."""
        self.db.commit()
        self.db.close()

    def ask(self, sql, *values):
        """What a query gives: a dictionary for each row."""
        return [dict(row) for row in self.db.execute(sql, values)]

    def change(self, sql, *values):
        """How many rows it changed."""
        try:
            return self.db.execute(sql, values).rowcount
        except sqlite3.IntegrityError as refused:
            raise Refused(str(refused)) from refused

    def unlock(self, _table, *triggers):
        """Takes away what keeps the rows of a table as they are."""
        for trigger in triggers:
            self.db.execute(f"DROP TRIGGER {trigger}")


class Postgres:
    """A database of a server, by its url."""

    def __init__(self, url):
        self.db = libpq.connect(url)

    def close(self):
        """Ends it."""
        self.db.close()

    def ask(self, sql, *values):
        """What a query gives: a dictionary for each row."""
        return self.db.ask(_filled(sql, values))

    def change(self, sql, *values):
        """How many rows it changed."""
        try:
            return self.db.change(_filled(sql, values))
        except libpq.Refused as refused:
            raise Refused(str(refused)) from refused

    def unlock(self, table, *triggers):
        """Takes away what keeps the rows of a table as they are."""
        for trigger in triggers:
            self.db.run(f"DROP TRIGGER {trigger} ON {table}")


def _literal(value):
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _filled(sql, values):
    left = iter(values)
    return re.sub(r"\?", lambda _: _literal(next(left)), sql)


@contextlib.contextmanager
def of(server):
    """The rows of a server; with SQLite it may be stopped, or only be looked at."""
    opened = Postgres(server.store) if server.store else Sqlite(server.dir / "guichet.db")
    try:
        yield opened
    finally:
        opened.close()
