"""Just enough of PostgreSQL's client library for tests: run a text, or ask what a statement takes and gives.

    with libpq.connect(url) as db:
        rows = db.run("SELECT 1 AS one")        # [("1",)]: texts, None for NULL
        takes, gives = db.describe("SELECT id FROM payment WHERE merchant = $1")
"""

import ctypes
import ctypes.util

COMMAND_OK, TUPLES_OK, EMPTY = 1, 2, 0
TYPES = {16: "bool", 17: "bytea", 20: "bigint", 21: "smallint", 23: "integer", 25: "text", 1700: "numeric",
         1001: "bytea[]", 1009: "text[]", 1016: "bigint[]"}
NUMBERS = ("bigint", "smallint", "integer", "numeric")


class Refused(Exception):
    """What the server says; `sqlstate` is its code."""

    def __init__(self, text, sqlstate=None):
        super().__init__(text)
        self.sqlstate = sqlstate


def _library():
    pq = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("PQconnectdb", pointer, [text]),
        ("PQstatus", number, [pointer]),
        ("PQerrorMessage", text, [pointer]),
        ("PQfinish", None, [pointer]),
        ("PQexec", pointer, [pointer, text]),
        ("PQprepare", pointer, [pointer, text, text, number, pointer]),
        ("PQdescribePrepared", pointer, [pointer, text]),
        ("PQresultStatus", number, [pointer]),
        ("PQresultErrorMessage", text, [pointer]),
        ("PQresultErrorField", text, [pointer, number]),
        ("PQclear", None, [pointer]),
        ("PQntuples", number, [pointer]),
        ("PQnfields", number, [pointer]),
        ("PQnparams", number, [pointer]),
        ("PQparamtype", ctypes.c_uint, [pointer, number]),
        ("PQftype", ctypes.c_uint, [pointer, number]),
        ("PQfname", text, [pointer, number]),
        ("PQgetisnull", number, [pointer, number, number]),
        ("PQgetvalue", text, [pointer, number, number]),
        ("PQcmdTuples", text, [pointer]),
    ):
        function = getattr(pq, name)
        function.restype = result
        function.argtypes = arguments
    return pq


class Connection:
    """One connection."""

    def __init__(self, url):
        self.pq = _library()
        self.link = self.pq.PQconnectdb(url.encode())
        if self.pq.PQstatus(self.link) != 0:
            why = self.pq.PQerrorMessage(self.link).decode(errors="replace").strip()
            self.close()
            raise Refused(why)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends it."""
        if self.link:
            self.pq.PQfinish(self.link)
        self.link = None

    def run(self, sql):
        """The rows of the last statement in the text."""
        return self._take(self.pq.PQexec(self.link, sql.encode()), self._rows)

    def ask(self, sql):
        """The rows as dictionaries by the names of their columns, numbers as numbers."""
        return self._take(self.pq.PQexec(self.link, sql.encode()), self._named)

    def change(self, sql):
        """How many rows the statement changed."""
        count = self._take(self.pq.PQexec(self.link, sql.encode()), self.pq.PQcmdTuples)
        return int(count or b"0")

    def describe(self, sql):
        """The types of the parameters, and the names and types of the columns; of a domain that of which it is one."""
        self._take(self.pq.PQprepare(self.link, b"", sql.encode(), 0, None), lambda _: None)
        takes, gives = self._take(self.pq.PQdescribePrepared(self.link, b""), self._kinds)
        return [self._kind(oid) for oid in takes], [(name, self._kind(oid)) for name, oid in gives]

    def _kind(self, oid):
        if oid in TYPES:
            return TYPES[oid]
        ((base,),) = self.run(f"SELECT typbasetype FROM pg_type WHERE oid = {oid}")
        return TYPES.get(int(base), f"type {oid}")

    def _take(self, result, read):
        try:
            if self.pq.PQresultStatus(result) not in (COMMAND_OK, TUPLES_OK, EMPTY):
                said = self.pq.PQresultErrorMessage(result).decode(errors="replace").strip()
                sqlstate = self.pq.PQresultErrorField(result, ord("C"))
                raise Refused(said, sqlstate.decode() if sqlstate else None)
            return read(result)
        finally:
            self.pq.PQclear(result)

    def _rows(self, result):
        columns = range(self.pq.PQnfields(result))

        def value(row, column):
            if self.pq.PQgetisnull(result, row, column):
                return None
            return self.pq.PQgetvalue(result, row, column).decode()

        return [tuple(value(row, column) for column in columns) for row in range(self.pq.PQntuples(result))]

    def _named(self, result):
        columns = range(self.pq.PQnfields(result))
        names = [self.pq.PQfname(result, i).decode() for i in columns]
        numbers = {i for i in columns if TYPES.get(self.pq.PQftype(result, i)) in NUMBERS}

        def value(column, text):
            return int(text) if text is not None and column in numbers else text

        return [{names[i]: value(i, text) for i, text in enumerate(row)} for row in self._rows(result)]

    def _kinds(self, result):
        takes = [self.pq.PQparamtype(result, i) for i in range(self.pq.PQnparams(result))]
        names = [self.pq.PQfname(result, i).decode() for i in range(self.pq.PQnfields(result))]
        gives = [self.pq.PQftype(result, i) for i in range(self.pq.PQnfields(result))]
        return takes, list(zip(names, gives))


def connect(url):
    """A connection to be used with `with`."""
    return Connection(url)
