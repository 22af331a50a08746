"""POST /api/payments/<paymentId>/remind, cancel, cash, refund (api/simplypaie.md 6)."""

import threading

import pytest

from support import cards, caught, simplypaie, wire
from support.server import eventually
from support.simplypaie import (FORM, NEW, act, check_done, check_failed, exchange, ids, intent_of,
                                line_of, made, pay, status_of)

MISSING = {"remind": "Unremindable payment", "cancel": "Payment missing",
           "cash": "Payment missing", "refund": "Payment unrefundable or missing"}
REFUSED = MISSING | {"cash": "Uncashable payment"}
ACTIONS = list(MISSING)
DAY_S = 86400
WINDOW_S = 561600  # 6 days and 12 hours


def number(account, **changes):
    return made(account, **changes)["paymentId"]


def held(account, amount="10000", **changes):
    wanted = number(account, type="preauth", amount=amount, **changes)
    pay(account, wanted)
    return wanted


def cashed(account, settled=False, **changes):
    wanted = number(account, **changes)
    pay(account, wanted)
    if settled:
        account.settle()
    return wanted


def refused(account, wanted, action, body=None):
    check_failed(act(account, wanted, action, body), 404, REFUSED[action])


# --- the seed page ------------------------------------------------------------------------------

def test_the_seed_examples(merchant):
    asked = number(merchant)
    check_done(act(merchant, asked, "remind"))
    check_done(act(merchant, asked, "cancel"))
    check_done(act(merchant, held(merchant), "cash", {"amount": "10000"}))
    check_done(act(merchant, cashed(merchant), "refund"))


def test_the_seed_failures(merchant):
    check_failed(act(merchant, "684951", "remind"), 404, "Unremindable payment")
    check_failed(act(merchant, "684951", "cancel"), 404, "Payment missing")
    check_failed(act(merchant, held(merchant), "cash", {"amount": "10001"}), 404, "Amount too high")
    check_failed(act(merchant, "684951", "refund"), 404, "Payment unrefundable or missing")


# --- which payment ------------------------------------------------------------------------------

@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_no_payment_of_the_account(shop, merchant, action):
    for name in ("0", "999999", "x", "-1", "1.0", "+1", "9" * 18, "9" * 19, "1%20", "%C3%A9"):
        check_failed(act(shop, name, action), 404, MISSING[action])
    check_failed(act(shop, number(merchant), action), 404, MISSING[action])


@pytest.mark.parametrize("action", ACTIONS)
def test_who_calls_comes_first(shop, action):
    for login in ({}, {"apiClientId": "1", "apiToken": "0" * 32}):
        check_failed(exchange(shop, "POST", f"/payments/x/{action}", raw=b"{", login=login), 401,
                     "Incorrect credentials")
    answer = exchange(shop, "GET", f"/payments/1/{action}")
    check_failed(answer, 405, "Method not allowed")
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_body_that_is_none(merchant, action):
    """Ignored where nothing is read; else refused once the payment is found."""
    wanted = number(merchant)
    for raw, kind in [(b"{", simplypaie.JSON), (b"a=%zz", FORM), (b"[]", simplypaie.JSON)]:
        answer = act(merchant, wanted, action, raw=raw, kind=kind)
        if action in ("cash", "refund"):
            check_failed(answer, 400, "Invalid request")
    check_failed(act(merchant, "999999", action, raw=b"{"), 404, MISSING[action])


def test_a_token_that_ends_meanwhile(merchant):
    wanted = number(merchant)
    login = simplypaie.signed(merchant)
    check_done(act(merchant, wanted, "remind", login=login))
    merchant.advance(3600)
    for action in ACTIONS:
        check_failed(act(merchant, wanted, action, login=login), 401, "Expired token")
    check_failed(exchange(merchant, "GET", "/payments/list", login=login), 401, "Expired token")
    assert status_of(merchant, wanted) == "reminded"
    check_done(act(merchant, wanted, "cancel"))


# --- remind -------------------------------------------------------------------------------------

def test_a_reminder_is_a_mail(merchant):
    info = made(merchant, email="jean.remind@example.com")
    check_done(act(merchant, info["paymentId"], "remind"))
    caught.about(merchant, "jean.remind@example.com", "Sauf erreur")
    assert status_of(merchant, info["paymentId"]) == "reminded"


def test_a_minute_between_reminders_and_ten_at_most(merchant):
    wanted = number(merchant)
    for turn in range(10):
        check_done(act(merchant, wanted, "remind"))
        refused(merchant, wanted, "remind")
        if turn == 0:
            merchant.advance(50)
            refused(merchant, wanted, "remind")
        merchant.advance(60)
    refused(merchant, wanted, "remind")
    assert status_of(merchant, wanted) == "reminded"


def test_a_reminder_by_text_message(merchant):
    wanted = number(merchant, mode="sms", phone="+33612345678", email=None)
    check_done(act(merchant, wanted, "remind"))
    assert line_of(merchant, wanted)["mode"] == "sms"


def test_what_is_not_reminded(merchant):
    refused(merchant, number(merchant, mode="link"), "remind")
    paid = cashed(merchant)
    refused(merchant, paid, "remind")
    refused(merchant, held(merchant), "remind")
    cancelled = number(merchant)
    check_done(act(merchant, cancelled, "cancel"))
    refused(merchant, cancelled, "remind")
    check_done(act(merchant, paid, "refund"))
    for credit in ids(merchant, way="credit"):
        refused(merchant, credit, "remind")
    merchant.made("/v2/payment_intents/", {"amount": 700})
    merchant.pay()
    for other in ids(merchant, mode="web"):
        refused(merchant, other, "remind")
    late = number(merchant)
    merchant.advance(90 * DAY_S + 1)
    refused(merchant, late, "remind")


# --- cancel -------------------------------------------------------------------------------------

def test_a_cancellation_is_told_by_mail_where_the_request_was(merchant):
    sent = number(merchant, email="jean.cancel@example.com")
    linked = number(merchant, mode="link", email="nobody.told@example.com")
    for wanted in (sent, linked):
        check_done(act(merchant, wanted, "cancel"))
        assert status_of(merchant, wanted) == "cancelled"
    caught.about(merchant, "jean.cancel@example.com", "annul")
    assert caught.messages(merchant, "nobody.told@example.com") == []
    assert intent_of(merchant, sent)["status"] == "canceled"


def test_the_link_of_what_was_cancelled_is_gone(merchant):
    info = made(merchant)
    check_done(act(merchant, info["paymentId"], "cancel"))
    assert wire.exchange(info["link"], "GET").status == 410


def test_a_hold_that_is_cancelled_is_released(merchant):
    wanted = held(merchant)
    check_done(act(merchant, wanted, "cancel"))
    assert status_of(merchant, wanted) == "cancelled"
    refused(merchant, wanted, "cash")
    merchant.verify()


def test_what_is_not_cancelled(merchant):
    once = number(merchant)
    check_done(act(merchant, once, "cancel"))
    refused(merchant, once, "cancel")
    paid = cashed(merchant)
    refused(merchant, paid, "cancel")
    check_done(act(merchant, paid, "refund"))
    refused(merchant, paid, "cancel")
    refused(merchant, ids(merchant, way="credit")[0], "cancel")
    late = number(merchant)
    merchant.advance(90 * DAY_S + 1)
    refused(merchant, late, "cancel")


def test_payments_of_the_other_interface_are_cancelled_too(merchant):
    merchant.made("/v2/payments/", {"amount": 700})
    merchant.pay(capture=False)
    paid = merchant.pay()
    intent = merchant.made("/v2/payment_intents/", {"amount": 700})
    of_intent, of_paid, of_hold, waiting = ids(merchant)
    for wanted in (waiting, of_hold, of_intent):
        check_done(act(merchant, wanted, "cancel"))
        refused(merchant, wanted, "cancel")
        assert status_of(merchant, wanted) == "cancelled"
    refused(merchant, of_paid, "cancel")
    assert merchant.read("/v2/payments/" + paid["id"])["status"] == "to_capture"
    assert merchant.read("/v2/payment_intents/" + intent["id"])["status"] == "canceled"


# --- cash ---------------------------------------------------------------------------------------

@pytest.mark.parametrize("body, amount, fees", [
    ({"amount": "1"}, "1", "1"), ({"amount": 2500}, "2500", "90"), ({"amount": "10000"}, "10000", "210"),
    (None, "10000", "210"), ({}, "10000", "210"), ({"amount": ""}, "10000", "210"),
    ({"amount": None}, "10000", "210")])
def test_what_is_cashed(merchant, body, amount, fees):
    wanted = held(merchant)
    check_done(act(merchant, wanted, "cash", body))
    line = line_of(merchant, wanted)
    assert (line["amount"], line["fees"]) == (amount, fees)
    assert status_of(merchant, wanted) == "cashed"
    merchant.settle()
    merchant.verify()


def test_cashing_by_form(merchant):
    wanted = held(merchant)
    check_done(act(merchant, wanted, "cash", {"amount": "4000"}, kind=FORM))
    assert line_of(merchant, wanted)["amount"] == "4000"


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "1e2", "x", " 1", "1,0", True, [1], {"a": 1},
                                    1.5, -1, "1\n"])
def test_an_amount_that_is_none(shop, amount):
    wanted = held(shop)
    for action in ("cash", "refund"):
        check_failed(act(shop, wanted, action, {"amount": amount}), 400, "Invalid amount")
    assert status_of(shop, wanted) == "preauthorized"


def test_above_the_hold(merchant):
    wanted = held(merchant)
    for amount in ("10001", "99999999", "9" * 18):
        check_failed(act(merchant, wanted, "cash", {"amount": amount}), 404, "Amount too high")
    check_done(act(merchant, wanted, "cash", {"amount": "10000"}))


def test_a_deposit_is_cashed_once(merchant):
    wanted = held(merchant)
    check_done(act(merchant, wanted, "cash", {"amount": "1000"}))
    for body in ({"amount": "1000"}, {"amount": "99999"}, None):
        refused(merchant, wanted, "cash", body)


def test_the_window_of_a_deposit(merchant):
    early, late = held(merchant), held(merchant)
    merchant.advance(WINDOW_S - 30)
    check_done(act(merchant, early, "cash"))
    merchant.advance(120)
    refused(merchant, late, "cash")
    assert status_of(merchant, late) == "expired"


def test_what_is_not_cashed(merchant):
    for wanted in (number(merchant, type="preauth"), number(merchant), cashed(merchant)):
        refused(merchant, wanted, "cash")
    paid = cashed(merchant)
    check_done(act(merchant, paid, "refund"))
    refused(merchant, ids(merchant, way="credit")[0], "cash")


def test_a_hold_of_the_other_interface_is_cashed(merchant):
    payment = merchant.pay(amount=5000, capture=False)
    (wanted,) = ids(merchant)
    check_done(act(merchant, wanted, "cash", {"amount": "2000"}))
    seen = merchant.read("/v2/payments/" + payment["id"])
    assert (seen["status"], seen["amount"]) == ("to_capture", 2000)


# --- refund -------------------------------------------------------------------------------------

def test_before_the_capture_has_left(merchant):
    wanted = cashed(merchant)
    refused(merchant, wanted, "refund", {"amount": "5000"})
    check_done(act(merchant, wanted, "refund"))
    assert status_of(merchant, wanted) == "refunded"
    line = line_of(merchant, ids(merchant, way="credit")[0])
    assert line["amount"] == "10000"
    refused(merchant, wanted, "refund")


def test_parts_and_the_rest(merchant):
    wanted = cashed(merchant, settled=True)
    for amount, text in (("49", "Invalid amount"), ("10001", None)):
        answer = act(merchant, wanted, "refund", {"amount": amount})
        check_failed(answer, *((400, text) if text else (404, "Amount too high")))
    check_done(act(merchant, wanted, "refund", {"amount": "50"}))
    check_failed(act(merchant, wanted, "refund", {"amount": "9951"}), 404, "Amount too high")
    check_done(act(merchant, wanted, "refund", {"amount": "9900"}, kind=FORM))
    check_done(act(merchant, wanted, "refund"))
    for body in (None, {"amount": "50"}):
        refused(merchant, wanted, "refund", body)
    assert [line["amount"] for line in simplypaie.listed(merchant, way="credit")] == \
        ["50", "9900", "50"]
    merchant.settle()
    merchant.verify()


def test_what_is_not_refunded(merchant):
    for wanted in (number(merchant), held(merchant), number(merchant, type="preauth")):
        refused(merchant, wanted, "refund")
    assert ids(merchant, way="credit") == []
    assert status_of(merchant, ids(merchant, status="preauthorized")[0]) == "preauthorized"
    paid = cashed(merchant)
    check_done(act(merchant, paid, "refund"))
    refused(merchant, ids(merchant, way="credit")[0], "refund")


def test_a_cashed_deposit_is_refunded_for_what_was_cashed(merchant):
    wanted = held(merchant)
    check_done(act(merchant, wanted, "cash", {"amount": "4000"}))
    merchant.settle()
    check_failed(act(merchant, wanted, "refund", {"amount": "4001"}), 404, "Amount too high")
    check_done(act(merchant, wanted, "refund"))
    assert simplypaie.listed(merchant, way="credit")[0]["amount"] == "4000"
    merchant.verify()


def test_a_refund_with_a_key_happens_once(merchant):
    wanted = cashed(merchant, settled=True)
    key = {"Idempotency-Key": "refund-1"}
    first = act(merchant, wanted, "refund", {"amount": "1000"}, headers=key)
    again = act(merchant, wanted, "refund", {"amount": "1000"}, headers=key)
    check_done(first)
    check_done(again)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(ids(merchant, way="credit")) == 1
    check_failed(act(merchant, wanted, "refund", {"amount": "1001"}, headers=key), 409,
                 "Idempotency key reused")
    check_failed(act(merchant, wanted, "refund", headers={"Idempotency-Key": "x" * 65}), 400,
                 "Invalid Idempotency-Key")


def test_what_is_being_paid_is_not_cancelled(fresh):
    """The bank is asked and does not answer: its answer decides."""
    info = made(fresh, amount="990098")
    simplypaie.token(fresh)
    payer = threading.Thread(target=lambda: pay(fresh, info["paymentId"]))
    payer.start()
    path = f"/v2/payment_intents/{intent_of(fresh, info['paymentId'])['id']}/payments"
    eventually(lambda: fresh.read(path)["payments"], 5, "it is being paid")
    refused(fresh, info["paymentId"], "cancel")
    assert status_of(fresh, info["paymentId"]) == "waiting"
    payer.join()
