"""What tools/sqlgen.py makes and what it refuses.  python3 tests/unit/store/test_sqlgen.py"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SQLGEN = pathlib.Path(__file__).resolve().parents[3] / "tools" / "sqlgen.py"
GOOD = "-- name: a_get   ($1 id)   rows: at most 1\nSELECT b FROM a WHERE id = $1;\n"


class Sqlgen(unittest.TestCase):
    def run_on(self, files):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            for path, text in files.items():
                (root / "src" / path).parent.mkdir(parents=True, exist_ok=True)
                (root / "src" / path).write_text(text, encoding="utf-8")
            out = root / "out"
            command = [sys.executable, SQLGEN, "--root", root / "src", "--out", out]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            made = out / "store" / "sql.c"
            return done.returncode, done.stderr, made.read_text("utf-8") if made.exists() else ""

    def makes(self, text, *parts):
        code, errors, made = self.run_on({"core/a.sql": text})
        self.assertEqual((code, errors), (0, ""))
        for part in parts:
            self.assertIn(part, made)

    def refuses(self, text, why, path="core/a.sql"):
        code, errors, _ = self.run_on({path: text})
        self.assertEqual(code, 1, text)
        self.assertIn(why, errors)

    def test_a_statement_becomes_a_constant(self):
        self.makes(
            GOOD,
            "const struct sql SQL_A_GET = {",
            '"SELECT b FROM a WHERE id = $1"',
            ".params = 1,",
            ".rows = SQL_ROWS_AT_MOST_ONE,",
            "const size_t SQL_ALL_COUNT = 1;",
        )

    def test_a_header_may_have_several_lines_and_a_statement_comments(self):
        self.makes(
            "-- About a.\n\n-- name: a_put   ($1 id,\n--        $2 b)\n--        rows: exactly 1\n"
            "-- Why it is so; it's simple.\nINSERT INTO a (id, b)\n  -- here too\n VALUES ($1, $2);\n",
            '"INSERT INTO a (id, b)\\n"',
            ".rows = 1,",
            ".params = 2,",
        )

    def test_literals_are_not_code(self):
        self.makes("-- name: a   rows: many\nSELECT b FROM a WHERE b = '$1 ; SELECT * ?';\n")

    def test_count_star_and_products_are_not_select_star(self):
        self.makes("-- name: a   rows: exactly 1\nSELECT count(*), 2 * 3 FROM a;\n")

    def test_a_whole_table_is_said_so(self):
        self.makes("-- name: a   rows: many, whole table\nSELECT b FROM a;\n", ".whole_table = true")

    def test_columns_are_named_once_and_written_out(self):
        self.makes(
            "-- Why.\n-- columns: a_row (id,\n--     b_us)\n\n"
            "-- name: a   rows: many\nSELECT {a_row}, c FROM a;\n"
            "-- name: b   rows: many\nSELECT x.c,\n    {x.a_row} FROM a x;\n",
            '"SELECT id, b_us, c FROM a"',
            '"    x.id, x.b_us FROM a x"',
            "const size_t SQL_ALL_COUNT = 2;",
        )

    def test_columns_are_known_used_and_well_formed(self):
        use = "-- name: a   rows: many\nSELECT {a_row} FROM a;\n"
        self.refuses(use, "there are no columns 'a_row'")
        self.refuses(use + "-- columns: a_row (id)\n", "there are no columns 'a_row'")
        self.refuses("-- columns: a_row (id)\n" + GOOD, "nothing uses")
        self.refuses("-- columns: a_row (id)\n-- columns: a_row (b)\n" + use, "exist already")
        self.refuses("-- columns: a_row (id)\nSELECT b FROM a;\n" + use, "comes '-- name:'")
        self.refuses("-- columns: a_row (id\n" + use, "no end")
        self.refuses("-- columns: a_row\n", "no end")
        for bad in ("()", "(id,)", "(a.b.id)", "(*)", "(Id)", "(id AS b)"):
            self.refuses(f"-- columns: a_row {bad}\n" + use, "is not a column")

    def test_columns_of_several_tables_name_them(self):
        self.makes(
            "-- columns: a_row (a.id, b.c)\n-- name: x   rows: many\nSELECT {a_row} FROM a, b;\n",
            '"SELECT a.id, b.c FROM a, b"',
        )
        self.refuses(
            "-- columns: a_row (a.id, b.c)\n-- name: x   rows: many\nSELECT {d.a_row} FROM a;\n",
            "name their tables",
        )

    def test_select_star_is_refused(self):
        for text in ("SELECT * FROM a", "SELECT a.* FROM a", "SELECT b, * FROM a"):
            self.refuses(f"-- name: a   rows: many\n{text};\n", "selects *")
        self.refuses("-- name: a   rows: many\nDELETE FROM a RETURNING *;\n", "selects *")

    def test_parameters_must_agree_with_the_header(self):
        body = "SELECT b FROM a WHERE id = $1;\n"
        self.refuses("-- name: a   rows: many\n" + body, "uses $1")
        self.refuses("-- name: a   ($1 id, $2 b)   rows: many\n" + body, "lists $2")
        self.refuses("-- name: a   ($2 id)   rows: many\n" + body, "expected '$1 name'")
        self.refuses("-- name: a   ($1)   rows: many\n" + body, "expected '$1 name'")
        self.refuses("-- name: a   rows: many\nSELECT b FROM a WHERE id = ?;\n", "$1, $2")

    def test_rows_are_required_and_fit_the_statement(self):
        self.refuses("-- name: a   ($1 id)\nSELECT b FROM a WHERE id = $1;\n", "no rows:")
        self.refuses("-- name: a   rows: some\nSELECT b FROM a;\n", "rows: is")
        self.refuses("-- name: a   rows: any\nSELECT b FROM a;\n", "'any' for statements")
        self.refuses("-- name: a   rows: many\nDELETE FROM a;\n", "'many' is for queries")
        self.makes("-- name: a   rows: at most 1\nDELETE FROM a RETURNING b;\n", "AT_MOST_ONE")

    def test_names_are_unique(self):
        code, errors, _ = self.run_on({"core/a.sql": GOOD, "core/b.sql": GOOD})
        self.assertEqual(code, 1)
        self.assertIn("core/b.sql:1: a_get exists already, at core/a.sql:1", errors)

    def test_one_portable_statement_under_each_name(self):
        self.refuses("SELECT b FROM a;\n", "without '-- name:'")
        self.refuses("-- name: a   rows: many\nSELECT b FROM a; SELECT c FROM a;\n", "one statement")
        self.refuses("-- name: a   rows: many\nSELECT b FROM a\n", "one statement")
        self.refuses("-- name: a   rows: any\nCREATE TABLE a (b);\n", "by migrations")
        self.refuses("-- name: a   rows: any\nINSERT OR IGNORE INTO a VALUES (1);\n", "ON CONFLICT")

    def test_what_only_one_engine_means_is_refused(self):
        for condition, why in (
            ("$1 IS NULL OR b = $1", "CAST($1 AS TEXT)"),
            ("b IS $1", "IS NOT DISTINCT FROM"),
            ("b IS NOT $1", "IS NOT DISTINCT FROM"),
            ("b = $1::text", "use CAST"),
            ("b LIKE $1", "patterns"),
            ("b = CAST($1 AS INTEGER)", "32 bits"),
            ("b = substr($1, -1)", "before the first"),
            ("b = max(c, $1)", "use CASE"),
            ("b = max((c), $1)", "use CASE"),
            ("b = ifnull(c, $1)", "this function"),
            ("b == $1", "written ="),
            ("rowid = $1", "knows this"),
            ("b = $1 ORDER BY b LIMIT -1", "below 0"),
            ("b = $1 LIMIT 1, 2", "OFFSET"),
        ):
            self.refuses(f"-- name: a   ($1 x)   rows: many\nSELECT b FROM a WHERE {condition};\n", why)
        for condition in (
            "CAST($1 AS TEXT) IS NULL OR b = $1",
            "b IS NOT DISTINCT FROM $1 AND b IS NOT NULL AND c IS TRUE",
            "b = (SELECT max(c) FROM d WHERE e = $1) LIMIT 2 OFFSET 1",
            "b = substr($1, 1, 4) AND c = COALESCE(d, 'x LIKE y')",
        ):
            self.makes(f"-- name: a   ($1 x)   rows: many\nSELECT b FROM a WHERE {condition};\n")

    def gathers(self, text):
        schema = {
            "0030_a": "CREATE DOMAIN flag AS BIGINT CHECK (VALUE IN (0, 1));\n"
            'CREATE TABLE a (\n    id TEXT COLLATE "C" NOT NULL,\n    b flag,\n    c NUMERIC,\n'
            "    PRIMARY KEY (id)\n);\nCREATE TABLE e (\n    id TEXT\n);\nCREATE TABLE f (\n    id TEXT\n);\n"
            "CREATE VIEW v AS SELECT x.id FROM e AS y, a x;\n",
            "0031_b": "ALTER TABLE a ADD COLUMN d BYTEA;\n",
        }
        files = {f"store/migrations/postgres/{name}.sql": code for name, code in schema.items()}
        return self.run_on(files | {"core/a.sql": text})

    def test_what_is_gathered_gets_a_text_about_many_rows(self):
        code, errors, made = self.gathers(
            "-- name: a_put   ($1 id, $2 b, $3 d)   rows: exactly 1, gathered\n"
            "INSERT INTO a (id, b, d) VALUES ($1, $2, $3);\n"
            "-- name: a_set   ($1 id, $2 b)   rows: exactly 1, gathered\n"
            "UPDATE a SET b = b + CAST($2 AS BIGINT) WHERE id = $1;\n"
            "-- name: a_none   ($1 b)   rows: exactly 0, gathered\n"
            "SELECT 1 FROM a WHERE b = $1;\n"
        )
        self.assertEqual((code, errors), (0, ""))
        for part in (
            'SELECT given.p1, given.p2, given.p3',
            "FROM (SELECT {given}) AS given",
            '.types = "tib"',
            "WITH changed AS (UPDATE a SET b = b + CAST(given.p2 AS BIGINT)",
            "(SELECT a.ctid FROM a WHERE id = given.p1) AS place",
            "WHERE a.ctid = given.place RETURNING 1)",
            "COUNT(*) = {rows} THEN",
            '.types = "ti"',
            "(SELECT 1 FROM a WHERE b = given.p1) AS found) THEN 0 ELSE 1 END",
            '.types = "i"',
        ):
            self.assertIn(part, made)

    def test_statements_spare_the_tables_that_they_do_not_touch(self):
        code, errors, made = self.gathers(
            "-- name: a_put   ($1 id)   rows: exactly 1, gathered\nINSERT INTO a (id) VALUES ($1);\n"
            "-- name: e_put   ($1 id)   rows: exactly 1, gathered\nINSERT INTO e (id) VALUES ($1);\n"
            "-- name: both   rows: many\nSELECT id FROM f JOIN v ON v.id = f.id;\n"
            "-- name: second   rows: many\nSELECT f.id FROM f, e WHERE f.id = 'a';\n"
            "-- name: none   rows: many\nSELECT id FROM f;\n"
        )
        self.assertEqual((code, errors), (0, ""))
        masks = [line.split("0x")[1][:16] for line in made.splitlines() if ".spared" in line]
        self.assertEqual(masks, ["f" * 15 + "e", "f" * 15 + "d", "f" * 15 + "c", "f" * 15 + "d", "f" * 16])

    def test_what_cannot_be_gathered_is_refused(self):
        for rows, text, why in (
            ("at most 1", "UPDATE a SET b = 1 WHERE id = $1", "exactly 1"),
            ("exactly 2", "INSERT INTO a (id) VALUES ($1)", "exactly 1"),
            ("exactly 1", "SELECT b FROM a WHERE id = $1", "exactly 0"),
            ("exactly 1", "DELETE FROM a WHERE id = $1", "a plain UPDATE"),
            ("exactly 1", "INSERT INTO a (id) SELECT id FROM f WHERE id = $1", "a plain UPDATE"),
            ("exactly 1", "INSERT INTO a (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", "a plain UPDATE"),
            ("exactly 1", "UPDATE a SET b = (SELECT 1 FROM f WHERE id = $1) WHERE b = 1", "a plain UPDATE"),
            ("exactly 1", "UPDATE a SET b = b + $1 WHERE id = 'a'", "of which type is $1"),
            ("exactly 1", "INSERT INTO a (c) VALUES ($1)", "of which type is $1"),
            ("exactly 1", "UPDATE a SET b = $1 WHERE id = $1", "$1 is of two types"),
            ("exactly 1", "INSERT INTO a (id, b) VALUES ($1, '{')", "no brace"),
        ):
            code, errors, _ = self.gathers(f"-- name: a   ($1 x)   rows: {rows}, gathered\n{text};\n")
            self.assertEqual(code, 1, text)
            self.assertIn(why, errors)
        many = "".join(
            f"-- name: a{n}   ($1 id)   rows: exactly 1, gathered\nINSERT INTO a (id) VALUES ($1);\n" for n in range(33)
        )
        self.assertIn("more than 32 statements", self.gathers(many)[1])
        last = many.index("-- name: a32")
        self.assertEqual(self.gathers(many[:last])[1], "")

    def test_a_number_of_rows_that_the_database_sees_to_is_certain(self):
        for text, rows, certain in (
            ("INSERT INTO a (id) VALUES ($1)", "exactly 1", "true"),
            ("INSERT INTO a (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET b = 1", "exactly 1", "true"),
            ("INSERT INTO a (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", "exactly 1", "false"),
            ("INSERT INTO a (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET b = 1 WHERE a.b = 2", "exactly 1", "false"),
            ("INSERT INTO a (id) VALUES ($1) ON CONFLICT (id) WHERE b = 1 DO UPDATE SET b = 1", "exactly 1", "true"),
            ("INSERT INTO a (id) SELECT id FROM e WHERE id = $1", "exactly 1", "false"),
            ("INSERT INTO a (id) VALUES ('x') ON CONFLICT (id) DO UPDATE SET b = 1 WHERE (a.id = $1)", "exactly 1", "false"),
            ("UPDATE a SET b = 1 WHERE id = $1", "exactly 1", "false"),
            ("UPDATE a SET b = 1 WHERE id = $1", "any", "true"),
        ):
            self.makes(f"-- name: a   ($1 x)   rows: {rows}\n{text};\n", f".certain = {certain},")

    def test_migrations_are_embedded_with_their_checksum(self):
        text = "CREATE TABLE a (b INTEGER) STRICT; -- \"quoted\"\n"
        code, errors, made = self.run_on(
            {"core/a.sql": GOOD, "store/migrations/sqlite/0001_core.sql": text}
        )
        self.assertEqual((code, errors), (0, ""))
        self.assertIn("const struct migration MIGRATIONS_SQLITE[] = {", made)
        self.assertIn('.name = "core"', made)
        self.assertIn("const size_t MIGRATIONS_SQLITE_COUNT = 1;", made)
        self.assertIn('-- \\"quoted\\"\\n"', made)

    def test_migrations_are_numbered_without_gap_and_stay_in_their_transaction(self):
        where = "store/migrations/sqlite/"
        self.refuses("SELECT 1;", "expected number 0001", where + "0002_a.sql")
        self.refuses("SELECT 1;", "NNNN_what.sql", where + "1_a.sql")
        self.refuses("COMMIT;", "one transaction", where + "0001_a.sql")
        self.refuses("BEGIN IMMEDIATE;", "one transaction", where + "0001_a.sql")
        self.refuses("x REFERENCES a INITIALLY DEFERRED", "by the statement", where + "0001_a.sql")
        code, errors, _ = self.run_on(
            {
                "a.sql": GOOD,
                where + "0001_a.sql": "CREATE TRIGGER t BEFORE UPDATE ON a\nBEGIN\n"
                "  SELECT raise(ABORT, 'no; ROLLBACK');\nEND;\n",
            }
        )
        self.assertEqual((code, errors), (0, ""))

    def test_postgres_begins_later_and_goes_on_with_the_same_changes(self):
        past = {f"store/migrations/sqlite/{n:04d}_a.sql": "SELECT 1;" for n in range(1, 38)}
        past |= {f"store/migrations/postgres/{n:04d}_b.sql": "SELECT 1;" for n in range(30, 38)}

        def run_with(*more):
            files = {f"store/migrations/{path}.sql": "SELECT 1;" for path in more}
            return self.run_on({"a.sql": GOOD} | past | files)

        code, errors, made = run_with("sqlite/0038_c", "postgres/0038_c")
        self.assertEqual((code, errors), (0, ""))
        self.assertIn("const size_t MIGRATIONS_POSTGRES_COUNT = 9;", made)
        self.assertIn("0038 is not the same change", run_with("sqlite/0038_c")[1])
        self.assertIn("0038 is not the same change", run_with("sqlite/0038_c", "postgres/0038_d")[1])
        self.assertIn("expected number 0038", run_with("postgres/0039_c")[1])


if __name__ == "__main__":
    unittest.main()
