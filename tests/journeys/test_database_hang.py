"""A PostgreSQL that hangs while its connections stay: its processes stand still, as on a machine whose disk does. Who answers
requests goes on, nothing is booked twice or lost, and where a standby is promoted the server goes on there
(docs/adr/0047)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import cards, crash, postgres, server, wire
from support.server import eventually

PAYMENTS = 400
AT_FIRST_S, SOON_S = 8, 1  # how long a thread that answers may be held up, when it happens and from then on
GIVEN_UP_S = 22            # when whoever writes has given its connections up, and asks what became of the commits
ANSWERED_S = 50            # how long a call waits that nothing is known of
OVER_S = 60


def begin(account, kind):
    """A load of payments that is under way."""
    load = kind(account, PAYMENTS, clients=16)
    load.start()
    eventually(lambda: len(load.acknowledged) > 20, 30, "payments are made")
    return load


def end(account, load, url):
    """All of it is answered, and is there once."""
    for thread in load.threads:
        thread.join(OVER_S)
    assert not load.running()
    assert len(load.acknowledged) == PAYMENTS
    crash.check_books(account, load)
    with postgres.libpq.connect(url) as db:
        ((count,),) = db.run("SELECT count(*) FROM payment WHERE unique_id LIKE 'load-%'")
    assert int(count) == PAYMENTS


class Readers:
    """Clients that look at the list of payments all the time; what they are told while something is wrong."""

    def __init__(self, account, clients=4):
        self.account, self.over, self.refused = account, threading.Event(), []
        self.threads = [threading.Thread(target=self._look) for _ in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _look(self):
        while not self.over.wait(0.02):
            answer = self.account.get("/v2/payments/?limit=1")
            if answer.status != 200:
                self.refused.append((answer.status, answer.headers["Retry-After"]))


def took_s(account, path):
    """How long an answer takes, whatever it is."""
    begun = time.monotonic()
    wire.exchange(account.base_url + path, "GET", timeout=30)
    return time.monotonic() - begun


def ask_all(account):
    """How long each of the threads takes, whichever gets the connection."""
    return [took_s(account, path) for path in ("/healthz", "/metrics") * 4]


def check_soon(took):
    """A thread that is held up is so whenever it is asked; a busy machine delays one answer or another."""
    assert max(took) < AT_FIRST_S, took
    assert sum(seconds > SOON_S for seconds in took) <= len(took) // 8, took


@pytest.fixture
def database():
    with postgres.Server(durable=True) as running:
        yield running


def reads_are_back(account):
    eventually(lambda: all(account.get("/v2/payments/").status == 200 for _ in range(20)), 10, "reads are back")


def test_a_frozen_database_holds_nobody_up_and_loses_nothing(database, fresh_with):
    """It goes on when its connections have been given up: it still has what was sent on them, and may come to it while
    somebody asks what became of that."""
    account = fresh_with(store=database.database())
    load = begin(account, crash.KeyedLoad)
    with Readers(account) as readers:
        database.freeze()
        frozen, took = time.monotonic(), []
        assert max(ask_all(account)) < AT_FIRST_S
        while time.monotonic() < frozen + AT_FIRST_S:
            time.sleep(0.1)
        while time.monotonic() < frozen + GIVEN_UP_S:
            took += ask_all(account)
            begun = time.monotonic()
            refused = account.get("/v2/payments/?limit=1")
            assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
            took.append(time.monotonic() - begun)
            time.sleep(0.5)
        check_soon(took)
        database.thaw()
        reads_are_back(account)
    assert set(readers.refused) == {(503, "1")}
    end(account, load, account.server.store)


def test_calls_that_wait_for_a_frozen_database_are_answered(database, fresh_with):
    """What was being committed nobody knows: it may be there when the database goes on, and then it is there once. Who came
    later was not begun with. The first call may be among those or these, by whether one was being committed then."""
    account = fresh_with(store=database.database())
    load = begin(account, crash.Load)
    database.freeze()
    answers = []
    calls = [threading.Thread(target=lambda: answers.append(
        account.post("/v2/payments/", {"amount": 1000, "card": cards.card()}, timeout=ANSWERED_S))) for _ in range(2)]
    for call in calls:
        call.start()
        time.sleep(SOON_S)
    for call in calls:
        call.join()
    told = sorted((answer.status, answer.headers["Retry-After"]) for answer in answers)
    assert told in ([(500, None), (503, "1")], [(503, "1")] * 2)
    check_soon(ask_all(account))
    database.thaw()
    reads_are_back(account)
    load.join()
    assert all(answer.startswith("500") for answer in load.other)
    wrong = [line for line in crash.wrong_with(account, load) if not line.endswith("undecided")]
    assert not wrong, wrong
    account.verify()


def test_commands_do_not_wait_for_a_long_verify(database, fresh_with):
    account = fresh_with(store=database.database())

    def waits():
        return db.run("SELECT 1 FROM pg_locks WHERE relation = 'ledger_entry'::regclass AND NOT granted")

    with postgres.libpq.connect(account.server.store) as db, ThreadPoolExecutor() as pool:
        db.run("BEGIN")
        db.run("LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE")
        verifying = pool.submit(server.command, "verify", "--data", account.dir, timeout=60)
        eventually(waits, 20, "verify has begun")
        server.command("operator", "list", "--data", account.dir, timeout=20)
        assert not verifying.done()
        db.run("ROLLBACK")
        assert "The books are whole." in verifying.result()


@pytest.fixture
def nodes():
    """A server and its synchronous standby."""
    with postgres.Server(durable=True, settings=postgres.WITH_STANDBYS) as leader:
        with postgres.Server(durable=True, settings=postgres.WITH_STANDBYS, leader=leader) as standby:
            with postgres.libpq.connect(leader.url) as db:
                db.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
                db.run("SELECT pg_reload_conf()")
            yield leader, standby
            leader.thaw()


def test_a_server_goes_on_at_the_standby_of_a_frozen_primary(nodes, fresh_with):
    leader, standby = nodes
    name = leader.database().split("?")[0].rsplit("/", 1)[1]
    both = leader.by_network(f"postgresql:///{name}").replace("/" + name, f",127.0.0.1:{standby.port}/{name}")
    account = fresh_with(store=both + "?target_session_attrs=read-write")
    load = begin(account, crash.KeyedLoad)
    leader.freeze()
    frozen = time.monotonic()
    standby.promote()
    told = len(load.acknowledged)
    eventually(lambda: len(load.acknowledged) > told + 20, 60, "payments are made at the standby")
    reads_are_back(account)
    assert time.monotonic() - frozen < 60
    leader.thaw()  # nobody has fenced it, and the address names it first
    end(account, load, standby.by_network(f"postgresql:///{name}"))
