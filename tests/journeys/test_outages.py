"""An acquirer that does not answer, answers too late, hangs up or is not there (cards.md 3.3)."""

import time

import pytest

from support import cards, stancer
from support.server import eventually

PARTIAL = 990010
HANGS_UP, NEVER, LATE = 990097, 990098, 990099


def pay(account, amount):
    answer = account.post("/v2/payments/", {"amount": amount, "card": cards.card()}, timeout=60)
    assert answer.status == 200, answer
    stancer.check_payment(answer.json, "v2")
    return answer.json


def released(account, payment):
    """Nothing is held for a payment, once what had to be reversed is reversed."""
    return eventually(lambda: not account.simulator().held(payment), 60, "no debit is left")


def check_undone(account, payment):
    assert (payment["status"], payment["response"]) == ("failed", "68")
    assert payment["response_author"] is None
    released(account, payment)
    assert account.read("/v2/payments/" + payment["id"]) == payment
    assert pay(account, 1000)["status"] == "to_capture"
    account.settle()
    assert account.simulator().debited(payment) == []
    account.verify()


def test_no_answer_fails_and_leaves_no_debit(fresh_with):
    account = fresh_with(CARD_SIM_ANSWER_MS=1500)
    check_undone(account, pay(account, NEVER))


def test_a_partial_approval_is_refused_and_holds_nothing(fresh):
    payment = pay(fresh, PARTIAL)
    assert (payment["status"], payment["response"]) == ("refused", "10")

    def undone():
        (entry,) = fresh.simulator().of(payment)
        return entry["code"] == "10" and entry["reversed"] and entry["held"] == 0

    eventually(undone, 30, "the part is given back")
    fresh.verify()


def test_the_next_payment_with_the_number_comes_after_the_reversal(fresh_with):
    account = fresh_with(CARD_SIM_ANSWER_MS=1500)
    assert pay(account, NEVER)["response"] == "68"
    assert pay(account, 1000)["status"] == "to_capture"
    classes = [entry["mti"][:3] for entry in account.simulator().get("/transactions")["transactions"]]
    assert classes == ["010", "042", "010"]


def test_no_answer_fails_after_the_time_of_the_profile(fresh):
    begun = time.monotonic()
    check_undone(fresh, pay(fresh, NEVER))
    assert 14 < time.monotonic() - begun < 40


def test_a_late_answer_does_not_bring_a_payment_back(fresh_with):
    account = fresh_with(CARD_SIM_ANSWER_MS=1500)
    begun = time.monotonic()
    payment = pay(account, LATE)
    released(account, payment)
    # The approval is sent after 40 s, to an account that has long been told of the failure.
    eventually(lambda: time.monotonic() - begun > 42, 60, "the late answer has come")
    check_undone(account, payment)


def test_a_link_lost_after_the_question_fails_and_leaves_no_debit(fresh):
    payment = pay(fresh, HANGS_UP)
    assert (payment["status"], payment["response"]) == ("failed", "68")
    released(fresh, payment)
    eventually(lambda: pay(fresh, 1000)["status"] == "to_capture", 30, "the link is back")
    fresh.verify()


def fails(account, responses=("68", "91")):
    """A payment while the simulator is away: it is back within a second or two, and then dies again. 68: it was away before
    the server knew, and the question had left."""
    def probe():
        if account.server.simulator_pid() is not None:
            account.server.kill_simulator()
        payment = pay(account, 1000)
        return payment["status"] == "failed" and payment["response"] in responses and payment

    return eventually(probe, 30, "a payment fails")


def test_without_the_simulator_a_payment_fails_91(fresh):
    payment = fails(fresh, ["91"])
    if not fresh.server.simulator_is_back():
        fresh.restart()
    eventually(lambda: pay(fresh, 1000)["status"] == "to_capture", 30, "payments pass again")
    assert fresh.simulator().held(payment) == []
    fresh.verify()


def test_a_failed_payment_is_final(fresh):
    payment = fails(fresh)
    for call in (lambda: fresh.post(f"/v2/payments/{payment['id']}/capture"),
                 lambda: fresh.patch("/v2/payments/" + payment["id"], {"status": "authorize"}),
                 lambda: fresh.patch("/v2/payments/" + payment["id"], {"card": cards.card()}),
                 lambda: fresh.post("/v2/refunds/", {"payment": payment["id"]})):
        stancer.check_error(call(), "v2", 409)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_captures_wait_for_a_simulator_that_is_away_in_the_evening(fresh, moment):
    payment = pay(fresh, 2500)
    if moment == "before":
        fresh.server.kill_simulator()
    fresh.advance_past(21)
    if moment == "after":
        fresh.server.kill_simulator()
    if not fresh.server.simulator_is_back():
        fresh.restart()
    fresh.advance_past(22)

    def is_settled():
        # The day comes again: what could not leave today leaves with the next evening.
        if fresh.read("/v2/payments/" + payment["id"])["status"] != "captured":
            fresh.settle()
            return False
        return True

    eventually(is_settled, 60, "the payment is captured")
    assert fresh.simulator().debited(payment) == [2500]
    fresh.verify()
