"""Debits from the order to the bank's cut-off, over days of the test clock."""

import json

from support import cards, ibans
from support.server import command, eventually

_serial = iter(range(10**6))


def account():
    return {"iban": ibans.unique(), "name": "Jean Dupont", "mandate": f"STORY-{next(_serial):05d}",
            "date_mandate": "2021-06-14"}


def signed(merchant):
    """An account and a mandate object of its own."""
    known = merchant.made("/v2/sepa/", {"iban": ibans.unique(), "name": "Jean Dupont"})
    mandate = merchant.made("/v2/mandates/", {"sepa": known["id"],
                                              "signed_at": "2021-06-14T08:00:00Z"})
    return known["id"], mandate["id"]


def debit(merchant, **members):
    made = merchant.made("/v2/payments/", {"amount": 5000, "currency": "eur"} | members)
    assert (made["method"], made["status"]) == ("sepa", "to_capture")
    return made


def shown(merchant, payment):
    return json.loads(command("payment", "show", payment["id"], "--json", "--data", merchant.dir,
                              settings=merchant.server.settings))


def mails(merchant, to):
    return merchant.get(f"/sandbox/mail?to={to}", headers={"Accept": "application/json"}).json[
        "mails"]


def test_the_operator_sees_the_debit(merchant):
    identifier, mandate = signed(merchant)
    made = debit(merchant, sepa=identifier)
    seen = shown(merchant, made)
    assert (seen["account"], seen["mandate"]) == (identifier, mandate)
    assert (seen["due"], seen["sequence"], seen["scheme"]) == (made["date_settlement"], "RCUR",
                                                              "CORE")
    assert seen["ledger"] == []
    text = command("payment", "show", made["id"], "--data", merchant.dir,
                   settings=merchant.server.settings)
    assert "due " + made["date_settlement"] in text
    merchant.verify()


def test_what_the_bank_rejects_at_once_had_left_first(merchant):
    rejected = debit(merchant, sepa=account() | {"name": "Jean Dupont AM04"})
    merchant.advance_past(18)
    while shown(merchant, rejected)["state"] == "to_capture":
        merchant.advance(86400)
    assert [event["detail"] for event in shown(merchant, rejected)["history"]] == [None, "capture_sent", "failed"]


def test_a_mandate_that_is_revoked_before_the_cut_off_stops_the_debit(merchant):
    identifier, mandate = signed(merchant)
    stopped = debit(merchant, sepa=identifier)
    other = debit(merchant, sepa=account(), date_settlement="2031-07-14")
    assert merchant.delete("/v2/mandates/" + mandate).status == 200
    merchant.advance(6 * 86400)  # past the cut-off, whatever the day is
    seen = merchant.read("/v2/payments/" + stopped["id"])
    assert (seen["status"], seen["response"], seen["date_bank"]) == ("failed", "MD01", None)
    assert merchant.read("/v2/payments/" + other["id"])["status"] == "to_capture"
    assert merchant.post("/v2/refunds/", {"payment": stopped["id"]}).status == 409
    merchant.verify()


def test_a_debit_that_was_cancelled_never_leaves(merchant):
    made = debit(merchant, sepa=account())
    merchant.made("/v2/refunds/", {"payment": made["id"]})
    merchant.advance(10 * 86400)
    assert merchant.read("/v2/payments/" + made["id"])["status"] == "canceled"
    assert shown(merchant, made)["ledger"] == []
    merchant.verify()


def test_a_debit_that_is_held_expires_like_a_card(merchant):
    made = merchant.made("/v2/payments/", {"amount": 5000, "sepa": account(), "capture": False})
    assert made["status"] == "authorized"
    merchant.advance(8 * 86400)
    assert merchant.read("/v2/payments/" + made["id"])["status"] == "expired"
    merchant.verify()


def test_cards_and_debits_of_one_merchant_do_not_disturb_each_other(merchant):
    card = merchant.pay(card=cards.card(), amount=7000)
    later = debit(merchant, sepa=account(), date_settlement="2031-07-14")
    merchant.settle()
    assert merchant.read("/v2/payments/" + card["id"])["status"] == "captured"
    assert merchant.read("/v2/payments/" + later["id"]) == later
    merchant.verify()


def test_debits_survive_a_kill(fresh):
    made = [debit(fresh, sepa=account(), date_settlement="2031-07-14",
                  customer={"email": "ada@example.com", "name": "Ada Lovelace"})
            for _ in range(3)]
    fresh.kill9()
    fresh.restart()
    for payment in made:
        assert fresh.read("/v2/payments/" + payment["id"])["status"] == "to_capture"
    # A mail that had arrived when its sender was killed comes again, under the same id.
    eventually(lambda: len({mail["message_id"] for mail in mails(fresh, "ada@example.com")}) == 3, 20, "three notices")
    fresh.verify()
