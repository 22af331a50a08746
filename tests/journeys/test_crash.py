"""Kill -9 of server and simulator during a load; tools/crash_test.py does it for longer."""

import socket
import threading
import time

import pytest

from support import cards, crash, wire
from support.server import eventually

PAYMENTS = 1200


def test_no_payment_is_lost_or_made_twice_by_kills(fresh):
    load = crash.Load(fresh, PAYMENTS, clients=6, seed=7)
    load.start()
    kills = crash.kill_until_done(fresh.server, load, pause=(0.02, 0.12), seed=11)
    assert kills["server"] + kills["simulator"] >= 3, kills
    assert load.other == []
    assert len(load.acknowledged) + len(load.unknown) == PAYMENTS
    crash.check_books(fresh, load)
    crash.check_settlement(fresh)


def test_a_killed_server_leaves_its_ports_to_nobody(fresh):
    """Else another test's server may listen where the clients of this one still call."""
    gone = fresh.port
    fresh.kill9()
    with pytest.raises(wire.NotSent):
        fresh.get("/v2/payments/")
    with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind((fresh.host, gone))
    fresh.restart()
    assert fresh.port != gone


def test_an_answered_payment_survives_the_next_instant(fresh):
    for number in range(5):
        payment = fresh.pay(amount=1000 + number, unique_id=f"kept-{number}")
        fresh.kill9()
        fresh.restart()
        assert fresh.read("/v2/payments/" + payment["id"]) == payment
    fresh.verify()


def test_verify_works_on_what_a_kill_left(fresh):
    for _ in range(5):
        fresh.pay()
    fresh.kill9()
    fresh.verify()
    fresh.restart()
    fresh.verify()


def test_a_payment_in_flight_at_the_kill_is_reversed(fresh):
    """990098 is never answered: the server dies while it waits."""
    def call():
        try:
            fresh.post("/v2/payments/", {"amount": 990098, "unique_id": "in-flight",
                                         "card": cards.card()})
        except wire.Unreachable:
            pass

    thread = threading.Thread(target=call)
    thread.start()
    eventually(lambda: fresh.read("/v2/payments/?unique_id=in-flight")["payments"], 5, "it is sent")
    time.sleep(0.3)
    fresh.kill9()
    thread.join()
    fresh.restart()
    (payment,) = fresh.read("/v2/payments/?unique_id=in-flight")["payments"]
    seen = fresh.wait_for_status(payment, "failed")
    assert seen["response"] == "68"
    eventually(lambda: not fresh.simulator().held(payment), 30, "no debit is left")
    fresh.verify()


def test_an_idempotency_key_outlives_a_kill(fresh):
    body = {"amount": 1000, "card": cards.card()}
    first = fresh.post("/v2/payments/", body, headers={"Idempotency-Key": "outlives"})
    fresh.kill9()
    fresh.restart()
    again = fresh.post("/v2/payments/", body, headers={"Idempotency-Key": "outlives"})
    assert again.raw == first.raw and again.headers["Idempotent-Replayed"] == "true"


def test_the_test_clock_and_the_page_outlive_a_restart(fresh):
    fresh.advance(5 * 86400)
    before = fresh.clock()
    payment = fresh.made("/v2/payments/", {"amount": 2599, "description": "Deux places",
                                           "return_url": "https://shop.example.com/"})
    fresh.restart()
    assert 0 <= fresh.clock() - before < 60
    answer = wire.exchange(fresh.page_url(payment), "GET")
    assert answer.status == 200
