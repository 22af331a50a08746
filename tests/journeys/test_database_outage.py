"""A PostgreSQL server that dies under a load of payments and comes back: nothing acknowledged is lost, nothing is debited
twice, and whoever asks again with the key of a call gets its answer (docs/adr/0047)."""

import random
import signal
import threading
import time

import pytest

from support import browser, cards, crash, ibans, postgres, rows, safedebit, server, stancer, wire
from support.server import eventually

AWAY_S = 1.5
PAYMENTS = 1000


@pytest.fixture
def database():
    with postgres.Server(durable=True) as running:
        yield running


@pytest.fixture
def account(database, fresh_with):
    return fresh_with(store=database.database())


def is_back(account):
    """Each thread of the server has noticed: it looks for the database once a second at least."""
    def reads():
        return all(account.get("/v2/payments/").status == 200 for _ in range(20))

    eventually(reads, 20, "reads are back")


def kill_and_start(database, load, most=5, seed=0):
    """Kills the database at random moments of the load, whenever some more payments were made; gives how often."""
    chance = random.Random(seed)
    for kill in range(most):
        wanted = len(load.acknowledged) + 10
        eventually(lambda wanted=wanted: len(load.acknowledged) >= wanted or not load.running(), 60, f"kill {kill}")
        time.sleep(chance.uniform(0, 0.2))
        if not load.running():
            return kill
        database.kill()
        time.sleep(chance.uniform(0, AWAY_S))
        database.start()
    return most


def test_a_database_that_is_killed_loses_nothing_that_was_acknowledged(account, database):
    load = crash.KeyedLoad(account, PAYMENTS, clients=16)
    load.start()
    assert kill_and_start(database, load) >= 2
    load.join()
    assert len(load.acknowledged) == PAYMENTS
    is_back(account)
    crash.check_books(account, load)
    crash.check_settlement(account)


def test_without_a_database_callers_are_told_to_come_back(account, database):
    made = account.pay()
    database.kill()
    for method, path, body in (("GET", "/v2/payments/" + made["id"], None),
                               ("POST", "/v2/payments/", {"amount": 1000, "card": cards.card()})):
        refused = eventually(lambda: (seen := account.request(method, path, body)).status == 503 and seen, 10,
                             f"{method} is told to come back")
        assert refused.headers["Retry-After"] == "1"
    health = account.base_url + "/healthz"
    eventually(lambda: wire.exchange(health, "GET").json["store"] is False, 10, "health tells it")
    database.start()
    is_back(account)
    eventually(lambda: account.post("/v2/payments/", {"amount": 1000, "card": cards.card()}).status == 200, 10,
               "payments are back")
    account.verify()


def test_a_server_starts_when_its_database_does(account, database):
    made = account.pay()
    account.stop()
    database.kill()
    with pytest.raises(AssertionError, match="store does not answer"):
        account.server.start()
    account.server.process = None
    database.start()
    account.server.start()
    assert account.read("/v2/payments/" + made["id"]) == made


def stop_s(account, most_s):
    """Asks the server to stop; gives how long that took. It ends by itself, and with 0."""
    process, begun = account.server.process, time.monotonic()
    account.server.started += server.children(process.pid)
    process.send_signal(signal.SIGTERM)
    code = process.wait(most_s)
    account.server.process = None
    assert code == 0, account.log.read_text()[-2000:]
    return time.monotonic() - begun


@pytest.fixture
def hasty(database, fresh_with):
    """A server that abandons what is not answered soon after it is asked to stop."""
    yield fresh_with(store=database.database(), SERVER_STOP_MS=300)
    database.thaw()


def begin(load):
    """Under way, and some of it done."""
    load.start()
    eventually(lambda: len(load.acknowledged) > 20, 30, "payments are made")


def goes_on(account, load):
    """Starts the server again; what clients had begun comes to its end, and the books agree."""
    load.wanted = load.begun
    account.server.start()
    load.join()
    crash.check_books(account, load)


@pytest.mark.parametrize("frozen_s", [1, 3])
def test_requests_that_a_stop_abandons_call_nobody_back(hasty, database, frozen_s):
    """Their bodies wait in the queue of a database that stands still, and run when it goes on."""
    load = crash.Load(hasty, PAYMENTS, clients=16)
    begin(load)
    database.freeze()
    time.sleep(0.3)
    threading.Timer(frozen_s, database.thaw).start()
    assert stop_s(hasty, 15) >= frozen_s - 0.5
    goes_on(hasty, load)


def test_a_stop_does_not_wait_for_ever_for_a_frozen_database(hasty, database):
    load = crash.Load(hasty, PAYMENTS, clients=16)
    begin(load)
    database.freeze()
    assert 10 < stop_s(hasty, 30)
    database.thaw()
    goes_on(hasty, load)


def test_a_twin_waits_across_an_outage(account, database):
    """Both of a pair are asked while the database is away; one payment comes of them."""
    body = {"amount": 4200, "card": cards.card()}
    answers = []

    def ask():
        while True:
            answer = account.post("/v2/payments/", body, headers={"Idempotency-Key": "pair"})
            if answer.status == 200:
                answers.append(answer.json)
                return
            assert answer.status in (500, 503), answer
            time.sleep(0.05)

    database.kill()
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    database.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 2 and answers[0] == answers[1]
    is_back(account)
    account.verify()


# --- connections that are lost at a commit --------------------------------------------------------

LOSE = """
CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_terminate_backend(pg_backend_pid());
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lost AFTER INSERT ON customer DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lose();
CREATE CONSTRAINT TRIGGER lost AFTER INSERT ON card DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lose();
CREATE CONSTRAINT TRIGGER lost AFTER INSERT ON mandate DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lose();
"""


@pytest.fixture
def losing(postgres, fresh_with):
    """An account, and how to have each commit with a new customer, card or mandate lose its connection, or not any more."""
    url = postgres.database()
    account = fresh_with(store=url)
    database = rows.Postgres(url)
    account.lose = lambda: database.db.run(LOSE)
    account.hold = lambda: database.db.run("DROP FUNCTION lose() CASCADE")
    yield account
    database.close()


def test_a_consumer_that_is_lost_at_its_commit_is_made_by_the_next_call(losing):
    body = safedebit.PERSON | {"iban": ibans.unique(), "consumer_reference": "ONCE"}
    losing.lose()
    safedebit.check_later(safedebit.exchange(losing, "create_consumer", body))
    losing.hold()
    is_back(losing)
    assert safedebit.exchange(losing, "create_consumer", body).json["result"]
    assert len(safedebit.found(losing, consumer_reference="ONCE")) == 1
    losing.verify()


def test_a_signature_that_is_lost_at_its_commit_is_asked_for_again(losing):
    asked = losing.ssp("initiate_consumer", consumer_data="d", **safedebit.PERSON)
    somebody = browser.Browser(losing)
    somebody.go(asked["link"])
    page = somebody.submit(somebody.page.form_with("iban"), "continue")
    losing.lose()
    page = somebody.submit(page.form_with("otp"), "sign", accept="1", otp="123456")
    assert page.status == 503 and "Rien n’a été signé" in page.text
    assert "Camille Durand" in page.text and "98 Route des pissenlits" in page.text
    losing.hold()
    is_back(losing)
    page = somebody.submit(page.form_with("otp"), "sign", accept="1", otp="123456")
    assert page.status == 200 and "Mandat signé" in page.text
    losing.verify()


def two_seats(account):
    return account.made("/v2/payment_intents/", {"amount": 2599, "description": "Deux places",
                                                 "return_url": stancer.RETURN_URL})


def paper_of(somebody, intent):
    """The page on which a debit is signed, once the account is given."""
    somebody.go(intent["url"] + "?lang=fr&method=sepa")
    return somebody.submit(somebody.page.form_with("iban"), "pay", iban=ibans.FR, account_holder="Camille Durand",
                           address_line="3 allée des Lilas", address_zip="69001", address_city="Lyon",
                           address_country="FR", email="camille@example.org")


def test_a_signature_on_the_pay_page_that_is_lost_at_its_commit_is_asked_for_again(losing):
    intent = two_seats(losing)
    somebody = browser.Browser(losing)
    page = paper_of(somebody, intent)
    losing.lose()
    page = somebody.submit(page.form_with("shown"), "sign", agree="1")
    assert page.status == 503 and "Deux places" in page.text and "25,99" in page.text
    losing.hold()
    is_back(losing)
    somebody.submit(paper_of(somebody, intent).form_with("shown"), "sign", agree="1")
    somebody.walk()
    assert losing.read("/v2/payment_intents/" + intent["id"])["status"] == "captured"
    losing.verify()


def test_a_card_that_is_lost_at_its_commit_is_asked_for_again(losing):
    intent = two_seats(losing)
    somebody = browser.Browser(losing)
    somebody.go(intent["url"] + "?lang=fr")
    losing.lose()
    somebody.pay(cards.VISA)
    assert somebody.page.status == 503 and "Deux places" in somebody.page.text
    losing.hold()
    is_back(losing)
    somebody.pay(cards.VISA)
    somebody.walk()
    assert losing.read("/v2/payment_intents/" + intent["id"])["status"] == "captured"
    losing.verify()
