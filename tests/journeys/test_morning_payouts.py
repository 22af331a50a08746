"""From a payment to the merchant's bank account: the payouts of the mornings."""

import datetime

import pytest

from support import cards, cli, server, stancer

# The longest that the bank rests: from Thursday's morning over Easter, or Christmas, to Tuesday's.
REST_DAYS = 6


def payouts(merchant):
    shown = merchant.read("/v2/payouts/?limit=100")
    return stancer.check_list(shown, "v2", "payouts")


def mornings_until(merchant, done):
    """Wakes up every morning just after 8 until something is so."""
    for _ in range(REST_DAYS):
        merchant.advance_to(8, 1)
        if done():
            return
    raise AssertionError("no business day in a week")


def next_payout(merchant):
    before = len(payouts(merchant))
    mornings_until(merchant, lambda: len(payouts(merchant)) > before)
    shown = payouts(merchant)
    assert len(shown) == before + 1
    return shown[0]


def booked(merchant, payout):
    """What its ledger entries have moved, by account."""
    sums = {}
    for leg in cli.told(merchant.server, "payout", "show", payout["id"])["ledger"]:
        sums[leg["account"]] = sums.get(leg["account"], 0) + leg["amount"]
    return {account: amount for account, amount in sums.items() if amount != 0}


def test_a_payment_its_refund_and_two_payouts(merchant):
    payment = merchant.pay(amount=12345)
    merchant.settle()
    first = next_payout(merchant)
    # 160 basis points and 0.50 are 2.48; VAT of a fifth 0.50.
    assert (first["fees"], first["fees_vat"]) == (248, 50)
    assert first["payments"] == {"amount": 12345, "method": {
        "card": {"amount": 12345, "count": 1, "fees": 248},
        "sepa": {"amount": 0, "count": 0, "fees": 0}}}
    assert first["amount"] == 12345 - 248 - 50
    assert (first["status"], first["date_bank"]) == ("to_pay", None)
    assert first["date"] == merchant.paris_now().date().isoformat()
    assert booked(merchant, first) == {"merchant_payable": first["amount"],
                                       "payouts_in_transit": -first["amount"]}
    merchant.verify()

    # The bank books it in the morning of the next business day.
    mornings_until(merchant, lambda: payouts(merchant)[0]["status"] == "paid")
    paid = merchant.read("/v2/payouts/" + first["id"])
    assert paid["date_bank"] == merchant.paris_now().date().isoformat() > first["date"]
    assert booked(merchant, first) == {"merchant_payable": first["amount"],
                                       "bank": -first["amount"]}
    merchant.verify()

    # What was paid out already is refunded: nothing leaves until something comes in.
    refund = merchant.made("/v2/refunds/", {"payment": payment["id"], "amount": 5000})
    merchant.advance(7 * 86400)
    assert len(payouts(merchant)) == 1
    other = merchant.pay(amount=20000)
    merchant.settle()
    second = next_payout(merchant)
    assert second["payments"]["amount"] == 20000
    assert second["refunds"]["method"]["card"] == {"amount": 5000, "count": 1, "fees": 0}
    assert second["amount"] == 20000 - 370 - 74 - 5000
    for plural, expected in (("payments", other), ("refunds", refund)):
        shown = merchant.read(f"/v2/payouts/{second['id']}/{plural}")[plural]
        assert [row["id"] for row in shown] == [expected["id"]]
    shown = merchant.read(f"/v2/payouts/?payment={payment['id']}")["payouts"]
    assert [row["id"] for row in shown] == [first["id"]]
    merchant.verify()


def test_a_chargeback_is_deducted(merchant):
    merchant.by_day()
    merchant.pay(amount=50000)
    disputed = merchant.pay(card=cards.card(cards.DISPUTED[0]), amount=8800)
    merchant.settle()
    merchant.wait_for_status(disputed, "disputed")
    made = next_payout(merchant)
    assert made["disputes"]["method"]["card"] == {"amount": 8800, "count": 1, "fees": 1500}
    assert made["amount"] == 50000 + 8800 - 8800 - (850 + 191 + 1500) - (170 + 38 + 300)
    [dispute] = merchant.read(f"/v2/payouts/{made['id']}/disputes")["disputes"]
    assert dispute["payment"] == disputed["id"]
    merchant.verify()


def test_two_weeks_have_at_most_one_payout_a_day(merchant):
    for _ in range(14):
        merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=1000)
        merchant.advance(86400)
    merchant.advance(REST_DAYS * 86400)
    shown = payouts(merchant)
    days = [datetime.date.fromisoformat(row["date"]) for row in shown]
    assert len(set(days)) == len(days)
    assert all(day.weekday() < 5 for day in days)
    assert sum(row["payments"]["method"]["card"]["count"] for row in shown) == 14
    merchant.verify()


def test_other_currencies_are_paid_by_hand(merchant):
    merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=4000, currency="usd")
    made = next_payout(merchant)
    assert (made["currency"], made["status"]) == ("usd", "to_pay")
    merchant.advance(14 * 86400)
    assert merchant.read("/v2/payouts/" + made["id"])["status"] == "to_pay"
    assert cli.run(merchant.server, "payout", "paid", made["id"]) == (
        f"{made['id']}: {made['amount'] / 100:.2f} usd paid\n")
    paid = merchant.read("/v2/payouts/" + made["id"])
    assert paid["status"] == "paid"
    assert paid["date_bank"] == merchant.paris_now().date().isoformat()
    cli.run(merchant.server, "payout", "paid", made["id"], expect=1)
    merchant.verify()


def test_what_is_in_the_banks_hands_is_not_paid_by_hand(merchant):
    payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
    made = merchant.made("/v2/payouts/", {"payments": [payment["id"]], "status": "sent"})
    cli.run(merchant.server, "payout", "paid", made["id"], expect=1)
    assert merchant.read("/v2/payouts/" + made["id"])["status"] == "sent"


class TestCommand:
    def test_list_and_show(self, merchant):
        payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
        made = merchant.made("/v2/payouts/", {"payments": [payment["id"]]})
        [listed] = cli.payouts(merchant)
        assert (listed["id"], listed["state"]) == (made["id"], "paid")
        assert (listed["amount"], listed["fees"]) == (made["amount"], made["fees"])
        shown = cli.told(merchant.server, "payout", "show", made["id"])
        assert [row["detail"] for row in shown["history"]] == ["pending", "to_pay", "sent", "paid"]
        assert {row["kind"] for row in shown["ledger"]} == {"payout_created", "payout_paid"}
        text = cli.run(merchant.server, "payout", "show", made["id"])
        assert made["id"] in text and "payouts_in_transit" in text
        text = cli.run(merchant.server, "payout", "list", cli.merchant_id(merchant))
        assert made["id"] in text
        assert cli.payouts(merchant, "--live") == []

    @pytest.mark.parametrize("words,code", [
        ((), 2), (("pay",), 2), (("show",), 2), (("paid",), 2), (("list",), 2),
        (("list", "x" * 24, "--limit", "0"), 2), (("show", "nothing"), 1),
        (("show", "pout_" + stancer.UNKNOWN), 1), (("paid", "pout_" + stancer.UNKNOWN), 1),
        (("list", stancer.UNKNOWN), 1), (("show", "pout_" + stancer.UNKNOWN, "more"), 2)])
    def test_bad_usage_and_unknown_ids(self, sandbox, words, code):
        cli.run(sandbox.server, "payout", *words, expect=code)


def test_a_kill_in_the_morning_makes_no_second_payout(fresh):
    fresh.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
    next_payout(fresh)
    fresh.kill9()
    fresh.restart()
    fresh.advance(60)
    assert len(payouts(fresh)) == 1
    mornings_until(fresh, lambda: payouts(fresh)[0]["status"] == "paid")
    fresh.verify()


def made_live(server, merchant):
    """Test rows become live ones: there is no live connector to make them."""
    with server.rows() as rows:
        for table in ("payment", "card", "refund", "dispute", "payout", "payout_line", "payout_part"):
            rows.change(f"UPDATE {table} SET mode = 'live' WHERE merchant = ?", merchant)
        rows.change("UPDATE counter SET mode = 'live' WHERE merchant = ? AND kind <> 'customer'", merchant)


def test_v1_shows_live_payouts(fresh):
    payment = fresh.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=10000)
    refund = fresh.made("/v2/refunds/", {"payment": payment["id"], "amount": 1000})
    made = fresh.made("/v2/payouts/", {"payments": [payment["id"]], "refunds": [refund["id"]],
                                       "date": "2026-06-01", "description": "June"})
    live = cli.add_keys(fresh, "--live")["secret_key"]
    merchant = cli.merchant_id(fresh)
    fresh.stop()
    made_live(fresh.server, merchant)
    fresh.restart()
    shown = fresh.get("/v1/payouts/" + made["id"], key=live).json
    stancer.check_payout(shown, "v1")
    assert shown["amount"] == made["amount"] == 10000 - 1000 - 210 - 42
    assert [shown[name]["amount"] for name in ("payments", "refunds", "disputes")] == [
        10000, 1000, 0]
    assert (shown["fees"], shown["statement_description"]) == (210, "June")
    assert (shown["status"], shown["live_mode"]) == ("paid", True)
    morning = datetime.datetime(2026, 6, 1, 8, tzinfo=cards.PARIS)
    assert shown["date_paym"] == int(morning.timestamp())
    assert shown["date_bank"] == shown["created"]
    listed = stancer.check_list(fresh.get("/v1/payouts/", key=live).json, "v1", "payouts")
    assert listed == [shown]
    for plural, expected in (("payments", [payment["id"]]), ("refunds", [refund["id"]]),
                             ("disputes", [])):
        rows = fresh.get(f"/v1/payouts/{made['id']}/{plural}", key=live).json
        rows = stancer.check_list(rows, "v1", plural)
        assert [row["id"] for row in rows] == expected
    stancer.check_missing(fresh.get("/v2/payouts/" + made["id"]), "v2", "payout", made["id"])
    server.command("verify", "--data", fresh.dir, expect=1)
