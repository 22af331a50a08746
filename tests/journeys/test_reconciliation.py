"""The totals of a business day agree with the acquirer's (cards.md 3.1 and check 8)."""

import threading

from support import cards, cli


def days(account, event):
    lines = account.log.read_text().splitlines()
    return [line for line in lines if event in line]


def test_a_day_of_every_kind_of_movement_balances(fresh):
    fresh.by_day()
    for amount in (1250, 9999, 50):
        fresh.pay(amount=amount)
    at_once = fresh.pay(amount=4000, card=cards.card(cards.CAPTURED_AT_ONCE))
    fresh.pay(amount=700, capture=False)
    fresh.pay(amount=990005)
    fresh.pay(amount=3000, currency="usd")
    assert fresh.post("/v2/refunds/", {"payment": at_once["id"], "amount": 1500}).status == 200
    fresh.settle()
    fresh.advance_to(0, 31)
    assert days(fresh, "reconciliation.out_of_balance") == []
    (euro, dollar) = sorted(days(fresh, "reconciliation.balanced"), key=lambda line: "usd" in line)
    assert "152.99" in euro or "15299" in euro, euro
    assert "30.00" in dollar or "3000" in dollar, dollar
    fresh.verify()


def test_a_day_that_the_acquirer_sees_otherwise_is_shown(fresh):
    """The simulator forgets its book: what we captured is unknown to it."""
    payment = fresh.pay(amount=1250)
    fresh.settle()
    assert fresh.read("/v2/payments/" + payment["id"])["status"] == "captured"
    fresh.stop()
    for journal in fresh.dir.rglob("journal"):
        journal.unlink()
    fresh.server.start()
    fresh.advance_to(0, 31)
    assert len(days(fresh, "reconciliation.out_of_balance")) == 1
    fresh.server.verify(expect=1)
    assert "a day's totals differ from the acquirer's" in fresh.server.verify(expect=1)
    merchant = cli.merchant_id(fresh)
    (day,) = cli.told(fresh.server, "totals", "list", merchant)
    assert (day["currency"], day["debits"], day["debit"], day["their_debits"], day["their_debit"]) == (
        "eur", 1, 1250, 0, 0)
    assert "ours: 1 debits 12.50" in cli.run(fresh.server, "totals", "list", merchant)
    cli.run(fresh.server, "totals", "explain", day["id"], expect=2)
    cli.run(fresh.server, "totals", "explain", day["id"], "", expect=1)
    told = cli.run(fresh.server, "totals", "explain", day["id"], "Le carnet de l’acquéreur a été effacé.")
    assert told == f"{day['id']} explained\n"
    cli.run(fresh.server, "totals", "explain", day["id"], "encore", expect=1)
    assert cli.told(fresh.server, "totals", "list", merchant) == []
    fresh.server.verify()


def test_merchants_of_other_days_share_no_message_number(fresh):
    """Each has a clock of its own, and all speak over one link: what is approved is in the acquirer's book, once."""
    elsewhere = fresh.merchant_add()
    elsewhere.advance(2 * 86400)
    paid = []

    def pay(account):
        paid.extend(account.pay(amount=1000) for _ in range(15))

    payers = [threading.Thread(target=pay, args=(account,)) for account in (fresh, elsewhere) * 3]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join()
    assert {payment["status"] for payment in paid} == {"to_capture"}
    held = fresh.simulator().standing()
    assert [payment["id"] for payment in paid if held.get(payment["id"].split("_")[1]) != 1000] == []
    assert len(held) == len(paid) == 90
