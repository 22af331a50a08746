"""Every named statement on PostgreSQL: it is understood, its types are those that the engine knows, and it finds its
rows by an index. What SQLite makes of them is in test_plans.c."""

import json

import pytest

from support import libpq, schemas, statements

TAKEN = {"bigint", "text", "bytea"}
GIVEN = TAKEN | {"integer", "smallint", "bool", "numeric"}
# Tables that a statement may read whole without saying so: sponsors are few.
SMALL = {"sponsor"}


@pytest.fixture(scope="module")
def every():
    return statements.every()


@pytest.fixture(scope="module")
def url(postgres):
    made = schemas.postgres_made(postgres)
    with libpq.connect(made) as db:
        # The engine's own table, which is there before the first migration.
        db.run(
            'CREATE TABLE schema_migration (number BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, '
            'checksum TEXT COLLATE "C" NOT NULL, applied_us BIGINT NOT NULL)'
        )
    return made


def test_every_statement_is_understood_with_types_that_the_engine_knows(every, url):
    wrong = []
    with libpq.connect(url) as db:
        for statement in every:
            try:
                takes, gives = db.describe(statement.text)
            except libpq.Refused as refused:
                wrong.append(f"{statement.place} {statement.name}: {refused}")
                continue
            wrong += [f"{statement.name}: ${i} is {kind}" for i, kind in enumerate(takes, 1) if kind not in TAKEN]
            wrong += [f"{statement.name}: {name} is {kind}" for name, kind in gives if kind not in GIVEN]
            assert len(takes) == statement.params, statement.name
    assert len(every) > 700
    assert not wrong, "\n".join(wrong)


NAMES = {"i": "bigint", "t": "text", "b": "bytea"}


def about_rows(statement, arrays):
    """The text that the engine sends when these arguments, counted from 1, vary (store/postgres/gather.c)."""
    types = dict(enumerate((NAMES[kind] for kind in statement.types), 1))
    given = ", ".join(
        f"unnest(CAST(${n} AS {name}[])) AS p{n}" if n in arrays else f"CAST(${n} AS {name}) AS p{n}"
        for n, name in types.items()
    )
    rows = f"CARDINALITY(CAST(${min(arrays)} AS {types[min(arrays)]}[]))" if arrays else "1"
    return statement.gathered.replace("{given}", given).replace("{rows}", rows)


def test_what_is_gathered_is_understood_with_the_types_that_the_engine_sends(every, url):
    gathered = [statement for statement in every if statement.is_gathered]
    with libpq.connect(url) as db:
        for statement in gathered:
            numbers = range(1, statement.params + 1)
            for arrays in (set(), {statement.params}, set(numbers)):
                takes, _ = db.describe(about_rows(statement, arrays))
                kinds = [NAMES[kind] for kind in statement.types]
                assert takes == [kind + "[]" * (n in arrays) for n, kind in zip(numbers, kinds)], statement.name
    assert {"payment_insert", "payment_progress", "card_known"} <= {statement.name for statement in gathered}


def nodes(plan):
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def without_index(plan, partial):
    """The tables of a plan that are read from one end to the other. A partial index may be: it is meant to be short."""
    for node in nodes(plan):
        kind = node["Node Type"]
        if kind == "Seq Scan":
            yield node["Relation Name"]
        elif kind.endswith("Index Scan") or kind == "Index Only Scan":
            if "Index Cond" not in node and node["Index Name"] not in partial:
                yield node.get("Relation Name", node["Index Name"])


def test_every_statement_finds_its_rows_by_an_index(every, url):
    wrong = []
    with libpq.connect(url) as db:
        rows = db.run("SELECT indexrelid::regclass FROM pg_index WHERE indpred IS NOT NULL")
        partial = {name for (name,) in rows}
        db.run("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off")
        for statement in every:
            if statement.whole:
                continue
            db.run(f"PREPARE {statement.name} AS {statement.text}")
            values = f"({', '.join(['NULL'] * statement.params)})" if statement.params else ""
            ((told,),) = db.run(f"EXPLAIN (FORMAT JSON) EXECUTE {statement.name} {values}")
            read = set(without_index(json.loads(told)[0]["Plan"], partial)) - SMALL
            wrong += [f"{statement.place} {statement.name} reads all of {table}" for table in sorted(read)]
    assert not wrong, "\n".join(wrong)


def test_rows_are_ordered_alike_where_a_column_may_be_empty(every):
    """SQLite has NULL before all others, PostgreSQL after: such rows are left out, or NULLS FIRST or LAST said."""
    schema = schemas.Sqlite(schemas.sqlite_made())
    empty = {table: {name for name, _, free, _ in schema.columns(table) if free} for table in schema.tables()}
    wrong = [
        f"{statement.place} {statement.name}: {column}"
        for statement in every
        for column in statements.orders(statement)
        if any(column in empty.get(table, ()) for table in statements.tables(statement))
        and not statements.bounds(statement, column)
    ]
    assert not wrong, "\n".join(wrong)
