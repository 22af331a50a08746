"""`guichet migrate --from --to`: a database moves to the other engine, and back, and nothing is lost."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import cards, debits, libpq, safedebit, seqino, server, simplypaie, submissions
from support.invoices import Desk

# The lock that servers hold, shared, while they may write (store/postgres/session.c).
ALONE = ("SELECT pg_advisory_lock(49193218, CAST(CAST(CAST(current_schema() AS regnamespace) AS oid) "
         "AS INT))")


def every_face(account):
    """Something of each face, and of each kind of money; then a night."""
    customer = account.made("/v2/customers/", {"name": "Éloïse Noël", "email": "noel@shop.example"})
    account.pay(customer=customer["id"])
    refunded = account.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=20000, currency="usd")
    account.pay(card=cards.card(cards.DISPUTED[0]), amount=2000)
    debits.debit(account)
    account.made("/v2/webhooks/", {"url": "https://shop.example.com/hook"})
    simplypaie.pay(account, simplypaie.made(account)["paymentId"])
    Desk(account).issue()
    levy = safedebit.levy(account, safedebit.payer(account), sdd_reference="LEVY-1")
    assert safedebit.exchange(account, "payment", levy).json["result"]
    seqino.made(account)
    submissions.submitted(account, submissions.invoice())
    account.settle()
    account.made("/v2/refunds/", {"payment": refunded["id"], "amount": 400})
    account.settle()


def dump(path):
    """Every row of every table but the list of migrations, which is each engine's own."""
    rows = {}
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        db.text_factory = bytes
        tables = [name.decode() for (name,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
            " AND name <> 'schema_migration'")]
        for table in tables:
            rows[table] = sorted(db.execute(f"SELECT * FROM {table}"), key=repr)
    return rows


def counted(url, tables):
    """The rows of each of the tables in a PostgreSQL database."""
    with libpq.connect(url) as db:
        return {table: int(db.run(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}


def migrate(source, target, *options, expect=0):
    return server.command("migrate", "--from", source, "--to", target, *options, expect=expect)


def refused(*words):
    """A command that must end with 1; gives what it said."""
    with pytest.raises(server.Failed) as failed:
        server.command(*words)
    assert "ended with 1" in str(failed.value)
    return str(failed.value)


def migrate_refused(source, target):
    return refused("migrate", "--from", source, "--to", target)


@pytest.fixture(scope="module", name="full")
def full_database(tmp_path_factory):
    """A data directory on SQLite with something of everything, which nobody serves."""
    running = server.Server(tmp_path_factory.mktemp("moving") / "data", "moving")
    server.command("init", "--sandbox", running.dir)
    try:
        running.start()
        every_face(running.account())
        running.stop()
        running.verify()
        yield running.dir
    finally:
        running.clean_up()


@pytest.fixture(name="small")
def small_database(tmp_path):
    """The same with next to nothing."""
    server.command("init", "--sandbox", tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture(name="there")
def empty_database(postgres):
    """The url of an empty PostgreSQL database."""
    url = postgres.database()
    yield url
    postgres.drop(url)


def data_like(directory, target, url=None):
    """A data directory that has all of another one but its database."""
    shutil.copytree(directory, target, ignore=shutil.ignore_patterns("guichet.db*", "*.sock"))
    if url is not None:
        with open(target / "guichet.conf", "a", encoding="utf-8") as conf:
            conf.write(f"\n[store]\nurl = {url}\n")
    return target


def test_there_and_back_every_row_is_the_same(full, there, tmp_path):
    told = json.loads(migrate(f"sqlite:{full}", there, "--json"))
    before = dump(full / "guichet.db")
    rows = {row["table"]: row["rows"] for row in told["tables"]}
    assert rows == {table: len(found) for table, found in before.items()} == counted(there, before)
    assert told["rows"] == sum(rows.values())
    assert (told["from"], told["to"], told["resumed"]) == ("sqlite", "postgresql", False)
    assert {"payment", "debit", "levy", "invoice", "submission", "dispute", "refund", "document", "listing",
            "client", "ledger_entry", "audit"} <= {table for table, count in rows.items() if count}
    assert sum(row["amount_minor"] for row in told["ledger"]) == 0
    assert {"eur", "usd"} <= {row["currency"] for row in told["ledger"]}
    # What points to something comes after it.
    order = [row["table"] for row in told["tables"]]
    assert order.index("merchant") < order.index("payment") < order.index("refund")
    back = data_like(full, tmp_path / "back")
    assert json.loads(migrate(there, f"sqlite:{back}", "--json"))["rows"] == told["rows"]
    assert dump(back / "guichet.db") == before
    server.command("verify", "--data", back)


def test_a_server_goes_on_where_the_rows_have_gone(full, there, tmp_path):
    text = migrate(f"sqlite:{full}", there)
    assert re.search(r"^  payment +\d+ rows +\d+\.\d s$", text, re.M)
    assert re.search(r"^  bank +eur +-?\d+ in \d+ balances$", text, re.M)
    assert "guichet.conf" in text and "guichet verify" in text and there not in text
    running = server.Server(data_like(full, tmp_path / "there", there), "moved")
    running.verify()
    try:
        account = running.start().account()
        assert any(row["amount"] == 20000 for row in account.read("/v2/payments/?created=1")["payments"])
        account.pay()
        account.settle()
        running.stop()
        running.verify()
    finally:
        running.clean_up()


def killed_after(lines, source, target):
    """Begins, and is killed when it has told about so many tables; each is copied, and later compared."""
    words = [str(server.binary()), "migrate", "--from", str(source), "--to", str(target)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env=server.environment({})) as child:
        told = []
        for line in child.stderr:
            told.append(line.decode())
            if sum("store.table_" in line for line in told) == lines:
                os.kill(child.pid, signal.SIGKILL)
                break
        child.stderr.read()
        assert child.wait() == -signal.SIGKILL, "".join(told)


@pytest.mark.parametrize("way", ["there", "back"])
def test_what_was_killed_goes_on(full, there, tmp_path, way):
    source, target = f"sqlite:{full}", there
    directory = data_like(full, tmp_path / "killed", there if way == "there" else None)
    if way == "back":
        migrate(source, there)
        source, target = there, f"sqlite:{directory}"
    for lines in (1, 2, 8, 20, 30):
        killed_after(lines, source, target)
        assert "was not filled to the end" in refused("verify", "--data", directory)
    told = json.loads(migrate(source, target, "--json"))
    assert told["resumed"]
    assert sum(row["copied"] for row in told["tables"]) < told["rows"]
    copied = directory
    if way == "there":
        copied = data_like(full, tmp_path / "back")
        migrate(there, f"sqlite:{copied}")
    assert dump(copied / "guichet.db") == dump(full / "guichet.db")
    server.command("verify", "--data", directory)


def test_rows_that_changed_meanwhile_are_found(full, there):
    killed_after(20, f"sqlite:{full}", there)
    with libpq.connect(there) as db:
        db.run("UPDATE merchant_setting SET value = '7' WHERE name = 'cutoff_ibd'")
    said = migrate_refused(f"sqlite:{full}", there)
    assert "--to does not have what the source has in the table merchant_setting" in said
    assert "--to is not empty" not in said
    with libpq.connect(there) as db:
        assert db.run("SELECT count(*) FROM pg_tables WHERE tablename = 'copy_unfinished'") == [("1",)]


def test_a_text_that_is_none_is_named(small, there):
    with sqlite3.connect(small / "guichet.db") as db:
        db.execute("UPDATE merchant SET name = CAST(x'6100' AS TEXT)")
    said = migrate_refused(f"sqlite:{small}", there)
    assert "merchant has a text that is not UTF-8 or holds a NUL byte" in said
    assert "--to could not be filled to the end" in said


def test_a_target_with_anything_in_it_is_refused(small, there, tmp_path):
    migrate(f"sqlite:{small}", there)
    assert "--to is not empty" in migrate_refused(f"sqlite:{small}", there)
    server.command("init", "--sandbox", tmp_path / "other")
    before = dump(tmp_path / "other" / "guichet.db")
    assert "--to is not empty" in migrate_refused(there, f"sqlite:{tmp_path / 'other'}")
    assert dump(tmp_path / "other" / "guichet.db") == before


def test_a_database_of_others_is_refused(small, there):
    with libpq.connect(there) as db:
        db.run("CREATE TABLE theirs (id INTEGER)")
    assert "--to is a database of another program" in migrate_refused(f"sqlite:{small}", there)


@pytest.mark.parametrize("change, said", [
    ("DELETE FROM schema_migration WHERE number = (SELECT max(number) FROM schema_migration)",
     "--from was written by an older version and must be migrated"),
    ("INSERT INTO schema_migration VALUES (9999, 'later', 'x', 1)",
     "--from was written by a newer version of this program")])
def test_both_have_the_schema_of_this_program(small, there, change, said):
    with sqlite3.connect(small / "guichet.db") as db:
        db.execute(change)
    assert said in migrate_refused(f"sqlite:{small}", there)
    with libpq.connect(there) as db:
        assert db.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [("0",)]


def test_not_while_a_server_runs(small, there, tmp_path):
    server.command("init", "--sandbox", "--store", there, tmp_path / "there")
    (tmp_path / "file").mkdir()
    for running, url in ((server.Server(small, "moving-file"), f"sqlite:{small}"),
                         (server.Server(tmp_path / "there", "moving-postgres"), there)):
        try:
            running.start()
            assert "--from is in use by" in migrate_refused(url, f"sqlite:{tmp_path / 'file'}")
            running.account().pay()
        finally:
            running.clean_up()
    assert not (tmp_path / "file" / "guichet.db").exists()


def test_no_server_comes_in_while_it_runs(there, tmp_path):
    server.command("init", "--sandbox", "--store", there, tmp_path / "there")
    with libpq.connect(there) as db:
        db.run(ALONE)
        assert "is being copied by guichet migrate" in refused("verify", "--data", tmp_path / "there")
    server.command("verify", "--data", tmp_path / "there")


def test_a_running_server_that_loses_its_connection_stays_outside(there, tmp_path):
    server.command("init", "--sandbox", "--store", there, tmp_path / "there")
    running = server.Server(tmp_path / "there", "moving-outside")
    try:
        account = running.start().account()
        with libpq.connect(there) as db:
            db.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                   " AND datname = current_database()")
            db.run(ALONE)
            answer = account.post("/v2/customers/", {"email": "jean@shop.example"})
            assert answer.status == 503 and "Retry-After" in answer.headers
        server.eventually(lambda: account.post("/v2/customers/", {"email": "jean@shop.example"}).status == 200, 10,
                          "the server writes again")
    finally:
        running.clean_up()


def test_a_server_that_was_away_while_a_newer_one_changed_the_schema_stays_outside(there, tmp_path):
    server.command("init", "--sandbox", "--store", there, tmp_path / "there")
    running = server.Server(tmp_path / "there", "moving-newer")
    try:
        account = running.start().account()
        with libpq.connect(there) as db, ThreadPoolExecutor() as pool:
            db.run("SELECT pg_advisory_lock(4919321802)")  # as a newer one has it meanwhile
            db.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                   " AND datname = current_database()")
            waiting = pool.submit(account.post, "/v2/customers/", {"email": "jean@shop.example"})
            server.eventually(lambda: db.run("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), 10,
                              "it waits for the end")
            db.run("INSERT INTO schema_migration VALUES (9999, 'later', 'x', 1)")
            db.run("SELECT pg_advisory_unlock(4919321802)")
            assert waiting.result().status == 503
            answer = account.post("/v2/customers/", {"email": "jean@shop.example"})
            assert answer.status == 503 and "Retry-After" in answer.headers
            assert account.get("/healthz", key=False).status == 503
            db.run("DELETE FROM schema_migration WHERE number = 9999")
        server.eventually(lambda: account.post("/v2/customers/", {"email": "jean@shop.example"}).status == 200, 10,
                          "the server writes again")
    finally:
        running.clean_up()


def test_a_postgresql_that_is_not_to_be_had_says_why(postgres, there):
    network = postgres.by_network(there)
    name = network.split("/")[-1]
    said = migrate_refused(network.replace(postgres.password, "another"), "sqlite:/nowhere")
    assert "password authentication failed" in said and said.count("does not let us in") == 1
    with libpq.connect(there) as db:
        db.run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    assert "--from cannot be written" in migrate_refused(network, "sqlite:/nowhere")
    with libpq.connect(there) as db:
        db.run("SET default_transaction_read_only = off")
        db.run(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        db.run(f'ALTER DATABASE "{name}" SET search_path = nosuch')
    assert "--from has no schema that its search_path names" in migrate_refused(network, "sqlite:/nowhere")


@pytest.mark.parametrize("words", [["--from", "sqlite:x"], ["--to", "sqlite:x"], ["--from", "a", "--to", "b", "c"],
                                   ["--from", "a", "--to"], ["--from", "mysql:x", "--to", "sqlite:y"]])
def test_bad_usage(words):
    server.command("migrate", *words, expect=2)


def test_what_is_no_database_is_refused(small, tmp_path):
    assert "--to has no such directory" in migrate_refused(f"sqlite:{small}", f"sqlite:{tmp_path}/no/x.db")
    assert "--from does not exist" in migrate_refused(f"sqlite:{tmp_path}", f"sqlite:{small}")


def test_without_them_the_schema_is_brought_up_to_date(small):
    assert "the newest" in server.command("migrate", "--data", small)


def test_help_tells_about_both():
    told = server.command("migrate", "--help")
    assert "--from" in told and "--to" in told
