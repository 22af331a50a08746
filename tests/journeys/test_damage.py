"""`guichet verify` finds what somebody has changed behind its back, whichever engine keeps the rows."""

import json

import pytest

from support import cli, server

# What is wrong, what made it so, and what puts it right again.
DAMAGE = (
    ("the legs of an entry do not sum to zero",
     "UPDATE ledger_entry SET legs = replace(legs, '\"bank ', '\"bank 1') WHERE kind = 'capture_settled'",
     "UPDATE ledger_entry SET legs = replace(legs, '\"bank 1', '\"bank ') WHERE kind = 'capture_settled'"),
    ("the legs of an entry cannot be read",
     "UPDATE ledger_entry SET legs = replace(legs, '\"bank ', '\"purse ') WHERE kind = 'capture_settled'",
     "UPDATE ledger_entry SET legs = replace(legs, '\"purse ', '\"bank ') WHERE kind = 'capture_settled'"),
    ("a balance differs from its legs",
     "UPDATE ledger_balance SET amount_minor = amount_minor + 1 WHERE account = 'merchant_payable'",
     "UPDATE ledger_balance SET amount_minor = amount_minor - 1 WHERE account = 'merchant_payable'"),
    ("a balance differs from its legs",
     "INSERT INTO ledger_balance (merchant, mode, account, currency, amount_minor)"
     " SELECT merchant, 'live', account, currency, 1 FROM ledger_balance WHERE account = 'bank'",
     "DELETE FROM ledger_balance WHERE mode = 'live'"),
    ("an account has legs but no balance",
     "UPDATE ledger_balance SET account = 'purse' WHERE account = 'bank'",
     "UPDATE ledger_balance SET account = 'bank' WHERE account = 'purse'"),
    ("an entry is for nothing that exists",
     "UPDATE ledger_entry SET kind = 'payout_created' WHERE kind = 'refund_asked'",
     "UPDATE ledger_entry SET kind = 'refund_asked' WHERE kind = 'payout_created'"),
    ("an entry is booked when its object did not change",
     "UPDATE ledger_entry SET created_us = created_us + 1", "UPDATE ledger_entry SET created_us = created_us - 1"),
    ("a payment has other entries than its state calls for",
     "UPDATE payment SET state = 'capture_sent' WHERE state = 'captured'",
     "UPDATE payment SET state = 'captured' WHERE state = 'capture_sent'"),
    ("a payment's entries have other amounts than it",
     "UPDATE payment SET fee_minor = fee_minor + 1 WHERE state = 'captured'",
     "UPDATE payment SET fee_minor = fee_minor - 1 WHERE state = 'captured'"),
    ("a refund's entries are not what its state calls for",
     "UPDATE refund SET state = 'not_honored'", "UPDATE refund SET state = 'to_refund'"),
    ("a payment's refunded total differs from its refunds",
     "UPDATE payment SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0",
     "UPDATE payment SET refunded_minor = refunded_minor + 1 WHERE refunded_minor > 0"),
    ("a total differs from the rows it counts",
     "UPDATE counter_total SET count = count + 1 WHERE kind = 'payment'",
     "UPDATE counter_total SET count = count - 1 WHERE kind = 'payment'"),
)


@pytest.fixture
def kept(fresh):
    """A server that has stopped, with a payment that was settled and one that waits."""
    settled = fresh.pay(amount=12345)
    fresh.settle()
    fresh.made("/v2/refunds/", {"payment": settled["id"], "amount": 1000})
    fresh.pay(amount=700)
    fresh.stop()
    with fresh.server.rows() as rows:
        rows.unlock("ledger_entry", "ledger_entry_fixed", "ledger_entry_kept")
    yield fresh
    fresh.restart()


def found(account, expect):
    told = json.loads(server.command("verify", "--json", "--data", account.server.dir, expect=expect))
    assert told["whole"] == (expect == 0)
    return {problem["what"] for problem in told["problems"]}, told


def test_each_damage_is_found_and_gone_when_it_is_repaired(kept):
    _, told = found(kept, 0)
    assert (told["refunds"], told["entries"]) == (1, 4)
    for what, change, back in DAMAGE:
        with kept.server.rows() as rows:
            assert rows.change(change) > 0, change
        problems, _ = found(kept, 1)
        assert what in problems, (what, problems)
        with kept.server.rows() as rows:
            assert rows.change(back) > 0, back
    assert found(kept, 0)[0] == set()


def made(payment, turn):
    """The id of an entry of the payment's time."""
    return payment["id"][:8] + f"{turn:016}"


def test_a_long_ledger_is_walked_to_its_end(kept):
    """Entries are read by the hundred: what is wrong with the last one of many is found."""
    merchant = cli.merchant_id(kept)
    with kept.server.rows() as rows:
        [payment] = rows.ask("SELECT id, paid_us FROM payment WHERE merchant = ? AND state = 'to_capture'", merchant)
        for turn in range(1200):
            kind = ("capture_reversed", "capture_decided")[turn % 2]
            sign = (1, -1)[turn % 2]
            rows.change("INSERT INTO ledger_entry (merchant, mode, id, kind, object, currency, legs, created_us)"
                        " VALUES (?, 'test', ?, ?, ?, 'eur', ?, ?)", merchant, made(payment, turn), kind, payment["id"],
                        f'["bank {sign}","bank_fees {-sign}"]', payment["paid_us"])
    problems, told = found(kept, 1)
    assert (problems, told["entries"]) == ({"an account has legs but no balance"}, 1204)
    with kept.server.rows() as rows:
        rows.change("UPDATE ledger_entry SET legs = '[\"bank 1\",\"bank -2\"]' WHERE id = ?", made(payment, 1199))
    problems, told = found(kept, 1)
    assert "the legs of an entry do not sum to zero" in problems
    assert any(problem["object"] == made(payment, 1199) for problem in told["problems"])
    with kept.server.rows() as rows:
        for turn in range(1200):
            assert rows.change("DELETE FROM ledger_entry WHERE id = ?", made(payment, turn)) == 1
