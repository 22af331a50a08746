"""Debits that came back and are presented again by themselves (sepa.md 4.1, merchant setting
sepa_retry), and the payment intents they belong to."""

import pytest

from support import cli, ibans
from support.debits import debit, ended, settled, signed, status_of, wait_days

INTENTS = "/v2/payment_intents/"
LIVING = {"to_capture", "capture_sent", "captured"}


@pytest.fixture
def trying(merchant):
    """A merchant whose debits are presented again."""
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "sepa_retry", "yes")
    return merchant


def intent(merchant, name):
    """(account, intent), paid by a debit at once."""
    account, _ = signed(merchant, name)
    made = merchant.made(INTENTS, {"amount": 4200, "sepa": account["id"], "threeds": "none",
                                   "order_id": "A-7", "description": "Abonnement"})
    assert made["status"] == "captured"
    return account, made


def payments(merchant, made):
    """Its payments, oldest first, of which one at most is not over."""
    shown = merchant.read(f"{INTENTS}{made['id']}/payments")["payments"][::-1]
    assert len([row for row in shown if row["status"] in LIVING]) <= 1
    assert all((row["amount"], row["order_id"], row["description"], row["method"]) ==
               (4200, "A-7", "Abonnement", "sepa") for row in shown)
    return shown


def of(merchant, made):
    return merchant.read(INTENTS + made["id"])


def test_an_intent_is_paid_by_the_second_presentation(trying):
    account, made = intent(trying, "Jean Dupont AM04")
    wait_days(trying, lambda: len(payments(trying, made)) == 2)
    first, second = payments(trying, made)
    assert (first["status"], first["response"], second["status"]) == ("failed", "AM04", "to_capture")
    shown = of(trying, made)
    assert (shown["status"], shown["payment"], shown["sepa"]) == (
        "captured", second["id"], account["id"])
    seen = cli.run(trying.server, "payment", "show", second["id"])
    assert f"presentation 2 of {first['id']}" in seen
    trying.patch("/v2/sepa/" + account["id"], {"name": "Jean Dupont"})
    settled(trying, second)
    assert of(trying, made) == shown
    assert [row["id"] for row in payments(trying, made)] == [first["id"], second["id"]]
    trying.verify()


def test_three_presentations_are_the_most(trying):
    _, made = intent(trying, "Jean Dupont AM04")
    wait_days(trying, lambda: of(trying, made)["status"] == "unpaid", days=30)
    shown = payments(trying, made)
    assert [row["status"] for row in shown] == ["failed"] * 3
    assert of(trying, made)["payment"] == shown[-1]["id"]
    trying.advance(40 * 86400)
    assert payments(trying, made) == shown
    trying.verify()


def test_a_return_after_settlement_is_presented_again(trying):
    account, made = intent(trying, "Marie Martin DAM04")
    wait_days(trying, lambda: len(payments(trying, made)) == 2, days=20)
    first, second = payments(trying, made)
    assert (first["status"], second["status"]) == ("disputed", "to_capture")
    assert (of(trying, made)["status"], of(trying, made)["payment"]) == ("captured", second["id"])
    trying.patch("/v2/sepa/" + account["id"], {"name": "Marie Martin"})
    settled(trying, second)
    [dispute] = trying.read("/v2/disputes/")["disputes"]
    assert dispute["payment"] == first["id"]
    trying.verify()


def test_a_refund_of_what_waits_cancels_the_intent(trying):
    _, made = intent(trying, "Jean Dupont AM04")
    wait_days(trying, lambda: len(payments(trying, made)) == 2)
    second = payments(trying, made)[1]
    trying.made("/v2/refunds/", {"payment": second["id"]})
    assert of(trying, made)["status"] == "canceled"
    trying.advance(20 * 86400)
    assert [row["status"] for row in payments(trying, made)] == ["failed", "canceled"]
    trying.verify()


@pytest.mark.parametrize("code", ["MD01", "AC04", "MS02"])
def test_what_the_debtor_or_the_account_forbids_is_not_presented_again(trying, code):
    _, made = intent(trying, f"Jean Dupont {code}")
    wait_days(trying, lambda: of(trying, made)["status"] == "unpaid")
    trying.advance(20 * 86400)
    assert [row["response"] for row in payments(trying, made)] == [code]
    trying.verify()


def test_without_the_setting_nothing_is(merchant):
    _, made = intent(merchant, "Jean Dupont AM04")
    wait_days(merchant, lambda: of(merchant, made)["status"] == "unpaid")
    merchant.advance(20 * 86400)
    assert len(payments(merchant, made)) == 1


def test_another_account_in_between_is_debited(trying):
    account, own = signed(trying, "Jean Dupont AM04")
    first = debit(trying, sepa=account["id"])
    wait_days(trying, lambda: status_of(trying, first) == "capture_sent" or
              status_of(trying, first) == "failed")
    cli.run(trying.server, "mandate", "amend", own["id"], "--iban", ibans.unique(), "--name",
            "Jean Dupont")
    ended(trying, first, "failed")
    now = trying.read("/v2/mandates/" + own["id"])["sepa"]
    [second] = trying.read("/v2/payments/?sepa=" + now)["payments"]
    settled(trying, second)
    trying.verify()
