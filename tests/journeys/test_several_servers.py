"""Two servers on one database: what is due is done once, and what one of them leaves when it dies is settled by the other
(docs/adr/0045). The races are in test_races_at_two_servers.py."""

import contextlib
import shutil
import subprocess
import threading
import time
from urllib.parse import urlsplit

import pytest

from support import cards, cli, postgres, wire
from support.acquirer import Line
from support.browser import Browser
from support.races import at_once
from support.receiver import Receiver
from support.several import LEASE_S, Several
from support.server import command, eventually
from support.stancer import RETURN_URL

# Loaded before a program's libraries: its clock of the day is five minutes ahead.
AHEAD = """
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (failed == 0 && clock == CLOCK_REALTIME)
        now->tv_sec += 300;
    return failed;
}
"""


@pytest.fixture
def merchant(several):
    return several.merchant_add()


def test_what_is_due_in_the_evening_is_done_once(merchant):
    payments = at_once([lambda place=place: merchant.pay(amount=1000 + place) for place in range(60)])
    merchant.settle()
    for payment in payments:
        assert merchant.simulator().debited(payment) == [payment["amount"]]
        assert merchant.read("/v2/payments/" + payment["id"])["status"] == "captured"
    merchant.verify()


def test_what_happens_is_told_once_and_in_order(merchant):
    with Receiver() as receiver:
        merchant.made("/v2/webhooks/", {"url": receiver.url("/hook")})
        payments = at_once([lambda place=place: merchant.pay(amount=1000 + place) for place in range(30)])
        merchant.settle()
        for payment in payments:
            states = [seen.data["status"] for seen in receiver.of(payment["id"])[1:]]
            assert states == sorted(states, key=["to_capture", "capture_sent", "captured"].index)
            assert states[-1] == "captured"
        assert len({seen.id for seen in receiver.seen}) == len(receiver.seen)


def test_a_webhook_made_at_one_server_is_told_what_happens_at_the_other(merchant):
    """From the next moment on, and ever after."""
    with Receiver() as receiver:
        merchant.at(0).made("/v2/webhooks/", {"url": receiver.url("/hook")})
        first = merchant.at(1).pay()
        merchant.advance(60)
        second = merchant.at(1).pay()
        for payment in (first, second):
            eventually(lambda payment=payment: [seen.type for seen in receiver.of(payment["id"])][:1] == [
                "payment.created"], 20, "it is told")


def test_clocks_moved_at_two_servers_at_once_move_by_both(merchant):
    before = merchant.clock()
    at_once([lambda: merchant.at(0).advance(3600), lambda: merchant.at(1).advance(3600)] * 2)
    assert 4 * 3600 <= merchant.clock() - before < 4 * 3600 + 60


def test_a_key_that_is_revoked_at_one_server_soon_opens_nothing_at_the_other(merchant):
    known = merchant.at(1)
    assert known.get("/v2/payments/").status == 200
    cli.revoke_key(merchant, merchant.secret_key)
    eventually(lambda: known.get("/v2/payments/").status == 401, 20, "it opens nothing")


class Elsewhere(Browser):
    """One whose way back from the bank leads to another server."""

    def __init__(self, account, to):
        super().__init__(account)
        self.to = to
        self.origins.add(self._origin(to.base_url))

    def _send(self, method, url, body=None, origin=None, kind=None):
        if urlsplit(url).path == "/3ds/notification":
            url = self.to.base_url + "/3ds/notification"
        return super()._send(method, url, body, origin, kind)


def test_a_challenge_that_comes_back_to_another_server_asks_for_the_card_again(merchant):
    payment = merchant.made("/v2/payments/", {"amount": 3100, "description": "Une commande", "return_url": RETURN_URL})
    here, there = merchant.at(0), merchant.at(1)
    browser = Elsewhere(here, there)
    browser.go(here.page_url(payment))
    browser.pay(cards.AUTH_REQUIRED)
    assert browser.at_the_bank(), browser.history
    browser.enter_code("123456")
    browser.walk()
    assert browser.page.form_with("card_number") is not None, browser.page.text[:300]
    assert merchant.simulator().held(payment) == []
    browser.pay(cards.VISA)
    assert merchant.read("/v2/payments/" + payment["id"])["status"] == "to_capture"
    assert merchant.simulator().held(payment) == [3100]


def test_a_data_directory_has_one_server(several):
    told = command("serve", "--data", several.servers[0].dir, "--port", "0",
                   settings=several.servers[0].settings, expect=1)
    assert told == ""


def test_keys_are_rotated_by_a_server_that_is_alone(several):
    with pytest.raises(AssertionError, match="other servers"):
        command("keys", "rotate-dek", "--data", several.servers[0].dir)


def test_message_numbers_are_changed_beside_no_server(several):
    """Its data directory has none; the other servers would go on from the numbers that they know."""
    place = several.dir / "no-server"
    place.mkdir()
    for name in ("guichet.conf", "kek"):
        shutil.copy(several.servers[0].dir / name, place)
    with pytest.raises(AssertionError, match="in use"):
        command("restore", "--renumber", "--data", place)


def test_nobody_is_given_up_while_the_database_is_away(tmp_path):
    """For longer than a lease lasts, so that both servers could prolong nothing: neither takes the other for dead."""
    acknowledged, stop = [], threading.Event()

    def load(account):
        while not stop.is_set():
            answer = account.post("/v2/payments/", {"amount": 1000, "card": cards.card()}, timeout=40)
            assert answer.status in (200, 500, 503), answer
            if answer.status == 200:
                acknowledged.append(answer.json)
            else:
                time.sleep(0.1)

    def acknowledges():
        before = len(acknowledged)
        eventually(lambda: len(acknowledged) > before + 20, 30, "payments are made")

    with postgres.Server(durable=True) as database:
        group = Several(tmp_path / "all", database.database())
        try:
            merchant = group.start().merchant_add()
            clients = [threading.Thread(target=load, args=(merchant.at(number % 2),)) for number in range(8)]
            for client in clients:
                client.start()
            acknowledges()
            database.kill()
            time.sleep(LEASE_S + 2)
            database.start()
            acknowledges()
            stop.set()
            for client in clients:
                client.join()
            assert {payment["response"] for payment in acknowledged} == {"00"}
            for payment in acknowledged:  # Each thread finds its way back to the database by itself.
                path = "/v2/payments/" + payment["id"]
                seen = eventually(lambda path=path: (answer := merchant.get(path)).status == 200 and answer.json,
                                  30, "it can be read")
                assert seen["status"] == payment["status"]
            for server in group.servers:
                assert "recovered" not in server.log.read_text()
            merchant.verify()
        finally:
            stop.set()
            group.end()


def test_a_server_whose_clock_is_wrong_takes_nobody_for_dead(several_servers, tmp_path, monkeypatch):
    """Neither by the lease, once it judges others, nor by the age of what they wait for."""
    source, library = tmp_path / "ahead.c", tmp_path / "ahead.so"
    source.write_text(AHEAD)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    group = several_servers()
    merchant = group.merchant_add()
    right, wrong = group.servers
    wrong.stop()
    with monkeypatch.context() as only:
        only.setenv("LD_PRELOAD", str(library))
        wrong.start()
    time.sleep(LEASE_S + 2)
    answers = []
    call = threading.Thread(target=lambda: answers.append(merchant.at(0).post(
        "/v2/payments/", {"amount": 990098, "card": cards.card()})))  # never answered: given up after 25 s
    call.start()
    while call.is_alive():
        assert merchant.at(0).pay(amount=700)["status"] == "to_capture"
        assert merchant.at(1).pay(amount=800)["status"] == "to_capture"
        time.sleep(0.2)
    call.join()
    assert answers[0].status == 200
    for server in (right, wrong):
        assert "recovered" not in server.log.read_text()
    wrong.stop()
    merchant.verify()


def test_a_question_that_its_reversal_has_overtaken_holds_nothing(several_servers):
    """A server dies, and what it had sent to the acquirer arrives when another one has taken it back over its own line. This
    acquirer remembers what was taken back; of one that does not, it is asked once more."""
    group = several_servers()
    merchant = group.merchant_add()
    first, other = group.servers[0], merchant.at(1)
    line = Line(group.simulator.ports[0])
    first.stop()
    first.settings["CARD_SIM_PORT"] = line.port
    first.start()
    eventually(lambda: merchant.at(0).pay(amount=600)["status"] == "to_capture", 10, "the line is there")
    line.stand_still()

    def call():
        with contextlib.suppress(wire.Unreachable):
            merchant.at(0).post("/v2/payments/", {"amount": 5100, "unique_id": "overtaken", "card": cards.card()})

    thread = threading.Thread(target=call)
    thread.start()
    assert line.waits.wait(10)
    first.kill9()
    thread.join()
    (payment,) = other.read("/v2/payments/?unique_id=overtaken")["payments"]
    other.wait_for_status(payment, "failed", 45)
    eventually(lambda: other.pay(amount=700)["status"] == "to_capture", 30, "the number is free again")
    assert other.simulator().of(payment) == []
    assert [entry["code"] for entry in other.simulator().reversals()] == ["25"]
    line.go_on()
    other.advance(1200)
    assert len(other.simulator().reversals()) == 2
    assert other.simulator().held(payment) == []
    assert other.read("/v2/payments/" + payment["id"])["status"] == "failed"
    line.close()
    group.servers[1].verify()


class TestAKilledServer:
    """The last one: the first server is gone for a while."""

    def test_what_it_waited_for_is_settled_by_the_other(self, several, merchant):
        """990098 is never answered: the server dies while it waits."""
        def call():
            try:
                merchant.at(0).post("/v2/payments/", {"amount": 990098, "unique_id": "in-flight",
                                                      "card": cards.card()})
            except wire.Unreachable:
                pass

        other = merchant.at(1)
        thread = threading.Thread(target=call)
        thread.start()
        eventually(lambda: other.read("/v2/payments/?unique_id=in-flight")["payments"], 5, "it is sent")
        several.servers[0].kill9()
        thread.join()
        (payment,) = other.read("/v2/payments/?unique_id=in-flight")["payments"]
        assert other.pay(amount=700)["status"] == "to_capture"
        seen = other.wait_for_status(payment, "failed", 45)
        assert seen["response"] == "68"
        eventually(lambda: not other.simulator().held(payment), 30, "no debit is left")
        several.servers[0].start()
        assert merchant.at(0).read("/v2/payments/" + payment["id"])["status"] == "failed"
        several.servers[0].verify()

    def test_its_evening_is_taken_over(self, several, merchant):
        payments = [merchant.pay(amount=500 + place) for place in range(20)]
        several.servers[0].kill9()
        other = merchant.at(1)
        other.advance_past(21)
        other.advance_past(22)
        for payment in payments:
            assert other.simulator().debited(payment) == [payment["amount"]]
        several.servers[0].start()
        several.servers[0].verify()
