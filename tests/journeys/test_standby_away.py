"""PostgreSQL waits for a standby that is away: what is committed lies on one disk where two are wanted. Nobody is told of it,
neither who made it nor who asks, and nothing of it is lost (docs/adr/0047)."""

import contextlib
import threading
import time

import pytest

from support import cards, postgres, safedebit, seqino, simplypaie, stancer
from support.server import eventually

READER_S = 2  # how long a reader waits for what it has read to be safe
BUSY_S = 10   # how long a busy machine may take for the rest of an answer
TRIES = 20    # of which one at least meets a standby that is back in time, however slow the machine is


@pytest.fixture(scope="module")
def database():
    with postgres.Server(durable=True, settings=postgres.WITH_STANDBYS) as running:
        yield running


@pytest.fixture
def account(database, fresh_with):
    return fresh_with(store=database.database())


def standbys(database, change):
    """Which of them the database waits for; the change itself waits for none."""
    with postgres.libpq.connect(database.url) as db:
        db.run(f"ALTER SYSTEM {change}")
        db.run("SELECT pg_reload_conf()")


def waits(database):
    """A commit of the server stands still; there is one every three seconds, for its lease."""
    with postgres.libpq.connect(database.url) as db:
        return db.run("SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'")


@contextlib.contextmanager
def standby_away(database):
    standbys(database, "SET synchronous_standby_names = 'away'")
    try:
        eventually(lambda: waits(database), 20, "a commit waits")
        yield
    finally:
        standbys(database, "RESET synchronous_standby_names")


class Asked(threading.Thread):
    """A call that is made meanwhile; its answer, once there is one."""

    def __init__(self, call, *words):
        super().__init__()
        self.call, self.words, self.answer = call, words, None
        self.start()

    def run(self):
        self.answer = self.call(*self.words)

    def done(self):
        """What was answered, at the end."""
        self.join(30)
        assert self.answer is not None and self.answer.status == 200, self.answer
        return self.answer.json


def pay(account, unique_id):
    """Asks until a thread that knows the key takes it: nobody can be looked up now."""
    body = {"amount": 1000, "unique_id": unique_id, "card": cards.card()}
    while (answer := account.post("/v2/payments/", body)).status == 503:
        time.sleep(0.05)
    return answer


def named(account, unique_id):
    return account.get("/v2/payments/?unique_id=" + unique_id)


def refused_by_stancer(version):
    return lambda answer: stancer.check_error(answer, version, 503)


# How each face is asked, and how it says that it cannot tell now.
FACES = {
    "stancer v2": (lambda account: named(account, "ahead"), refused_by_stancer("v2")),
    "stancer v1": (lambda account: account.get("/v1/checkout/?unique_id=ahead"), refused_by_stancer("v1")),
    "simplypaie": (lambda account: simplypaie.search(account),
                   lambda answer: simplypaie.check_failed(answer, 503, "Internal error")),
    "safedebit": (lambda account: safedebit.exchange(account, "search_payment", {"sdd_reference": "none"}),
                  safedebit.check_later),
    "seqino": (lambda account: seqino.exchange(account, "GET", "/clients"),
               lambda answer: seqino.check_refused(answer, 503, "Try again later")),
}


def test_what_the_standby_does_not_have_is_not_told(account, database):
    for ask, _ in FACES.values():
        assert ask(account).status == 200
    with standby_away(database):
        payment = Asked(pay, account, "ahead")
        with account.server.rows() as rows:
            eventually(lambda: rows.ask("SELECT id FROM payment WHERE unique_id = 'ahead'"), 20, "it is committed")
        for face, (ask, check) in FACES.items():
            begun = time.monotonic()
            answer = ask(account)
            assert time.monotonic() - begun < READER_S + BUSY_S, face
            check(answer)
            assert answer.headers["Retry-After"] == "1", face
        assert payment.answer is None
    made = payment.done()
    for face, (ask, _) in FACES.items():
        assert ask(account).status == 200, face
    assert named(account, "ahead").json["payments"] == [made]
    account.verify()


def test_a_reader_waits_for_a_standby_that_comes_back_soon(account, database):
    made = account.pay(unique_id="kept")
    for _ in range(TRIES):
        with standby_away(database):
            reader = Asked(named, account, "kept")
            reader.join(0.2)
            assert reader.answer is None
        reader.join()
        if reader.answer.status == 200:
            break
        eventually(lambda: named(account, "kept").status == 200, 20, "readers are answered again")
    assert reader.done()["payments"] == [made]
