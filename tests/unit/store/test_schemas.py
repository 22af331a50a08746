"""The migrations of both engines come to the same schema."""

import pytest

from support import libpq, schemas


@pytest.fixture(scope="module")
def sqlite():
    return schemas.Sqlite(schemas.sqlite_made())


@pytest.fixture(scope="module")
def other(postgres):
    with libpq.connect(schemas.postgres_made(postgres)) as db:
        yield schemas.Postgres(db)


def by_table(schema, what):
    return {table: getattr(schema, what)(table) for table in sorted(schema.tables())}


def test_the_tables_are_the_same(sqlite, other):
    assert sqlite.tables() == other.tables()


@pytest.mark.parametrize("what", ["columns", "primary", "indexes", "foreign", "checks"])
def test_what_belongs_to_a_table_is_the_same(sqlite, other, what):
    assert by_table(sqlite, what) == by_table(other, what)


def test_rules_about_rows_that_never_change_are_the_same(sqlite, other):
    assert sqlite.triggers() == other.triggers()


def test_the_views_have_the_same_columns(sqlite, other):
    assert sqlite.views() == other.views()


def test_every_text_is_compared_by_its_bytes(other):
    assert other.loosely_ordered() == []


def test_the_planner_knows_that_a_merchant_may_own_nearly_all_rows(other):
    """Of a new table its migration says it: ALTER TABLE ... ALTER COLUMN merchant SET (n_distinct = 1), and of mode."""
    rows = other.db.run(
        "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname IN ('merchant', 'mode') "
        "AND NOT COALESCE('n_distinct=1' = ANY (a.attoptions), FALSE)"
    )
    assert rows == []


def test_a_row_that_is_kept_says_why(other):
    with pytest.raises(libpq.Refused, match="audit is append-only") as refused:
        other.db.run(
            "INSERT INTO audit (number, at_us, what, hash) VALUES (1, 1, 'x', 'x'); DELETE FROM audit WHERE number = 1"
        )
    assert refused.value.sqlstate == "P0001"


def test_the_legs_of_an_entry_are_rows(other):
    other.db.run(
        "INSERT INTO ledger_entry (merchant, mode, id, kind, object, currency, legs, created_us) "
        "VALUES ('m', 'test', 'e', 'k', 'o', 'eur', '[\"bank 498\",\"acquirer_receivable -498\"]', 7)"
    )
    rows = other.db.run("SELECT position, account, amount_minor FROM ledger_leg WHERE entry = 'e' ORDER BY position")
    assert rows == [("0", "bank", "498"), ("1", "acquirer_receivable", "-498")]
