"""The schema can be spread over machines by merchant: Citus would take create_distributed_table(..., 'merchant').

Every row belongs to a merchant, every unique key begins with the merchant, no foreign key crosses merchants. What is
excepted is named here, with its reason: small tables of which every machine has a copy, and directories, which lead
from something that stands alone to its merchant and may be spread by their own key."""

import re

import pytest

from support import libpq, schemas, server

# Every machine has all of them: few rows, seldom written. `merchant` is among them so that all others may point at it.
EVERYWHERE = {
    "sponsor": "one row for each software house",
    "merchant": "one row for each merchant; what every other table points at",
    "client": "directory: from a sponsor and its own reference to a client of it; a few rows for each client",
    "sponsor_webhook": "one row for each sponsor and mode",
    "data_key": "one row for each rotation of keys",
    "holder": "one row for each server, written every few seconds",
    "lease": "one row for each thing that only one server does at a time",
    "merchant_change": "one row, written when a merchant, a key or a login changes",
    "stan_counter": "one row for each link to an acquirer",
    "operator_account": "persons who look after the server",
    "operator_session": "directory: from the token of such a person to its session",
    "operator_failure": "a few rows while somebody guesses, by a hash of who or from where",
    "audit": "one chain of what was done, whoever it was about",
    "caught": "mails and text messages that a sandbox has caught; never live",
}
# A call brings the key and nothing else. A row is written once and found by that key.
DIRECTORY = {
    "api_key": "from the hash of a key of a face",
    "login": "from the name of a login of a face",
    "api_token": "from the hash of a token that a login got",
    "acceptor": "from the number that an acquirer has given the merchant",
    "link": "from the hash of a token in a link",
    "request_page": "from the id of a request in the address of its page",
    "bank_message": "from the number of a file, which the bank quotes alone",
    "pdp_mandate_owner": "from the id of a mandate, which a sponsor names alone",
}


@pytest.fixture(scope="module")
def schema(postgres):
    with libpq.connect(schemas.postgres_made(postgres)) as db:
        yield schemas.Postgres(db)


def spread(schema):
    """The tables that are spread by merchant."""
    return sorted(schema.tables() - set(EVERYWHERE) - set(DIRECTORY))


def keys(schema, table):
    """The columns of each unique key, the primary one first."""
    yield schema.primary(table)
    for unique, over, _ in schema.indexes(table).values():
        if unique:
            yield over.split(",")


def test_what_is_excepted_exists_and_needs_to_be(schema):
    assert set(EVERYWHERE) | set(DIRECTORY) <= schema.tables()
    assert not set(EVERYWHERE) & set(DIRECTORY)
    for table in DIRECTORY:
        assert any(key[0] != "merchant" for key in keys(schema, table)), f"{table} is spread by merchant"


def test_every_row_belongs_to_a_merchant(schema):
    wrong = [t for t in spread(schema) if ("merchant", "text", False, None) not in schema.columns(t)]
    assert wrong == []


def test_every_unique_key_begins_with_the_merchant(schema):
    wrong = [(t, key) for t in spread(schema) for key in keys(schema, t) if key[0] != "merchant"]
    assert wrong == []


def test_no_foreign_key_crosses_merchants(schema):
    wrong = []
    for table in sorted(schema.tables()):
        for columns, to, their, _ in schema.foreign(table):
            within = table in spread(schema) and to in spread(schema)
            if to not in EVERYWHERE and not (within and columns[0] == their[0] == "merchant"):
                wrong.append((table, columns, to))
    assert wrong == []


def test_the_page_about_scale_counts_them(schema):
    page = (server.ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    told = [int(re.search(pattern, page)[1]) for pattern in (
        r"each of the (\d+) tables", r"lists the other (\d+)", r"- (\d+) are few rows", r" (\d+) are\s+directories",
        r"The (\d+) triggers")]
    triggers = schema.triggers()
    assert told == [len(spread(schema)), len(EVERYWHERE) + len(DIRECTORY), len(EVERYWHERE), len(DIRECTORY), len(triggers)]
    assert {table for table, *_ in triggers.values() if table in EVERYWHERE} == {"audit"}
