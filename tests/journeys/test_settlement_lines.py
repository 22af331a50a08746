"""Lines of the acquirer's files that match nothing (cards.md 9), and what the operator does about them."""


from support import cli


def lines(account):
    return cli.told(account.server, "settlement", "list", cli.merchant_id(account))


def test_a_capture_whose_reference_the_acquirer_has_wrong_is_matched_by_hand(fresh):
    payment = fresh.pay(amount=1250)
    fresh.advance_past(21)
    fresh.stop()
    with fresh.server.rows() as rows:
        assert rows.change("UPDATE card_attempt SET rrn = '999999999999' WHERE op = 'capture'") == 1
    fresh.server.start()
    fresh.advance_past(22)
    assert fresh.read("/v2/payments/" + payment["id"])["status"] == "capture_sent"
    (line,) = lines(fresh)
    assert (line["kind"], line["amount"], line["currency"]) == ("debit", 1250, "eur")
    assert 0 < line["suspense"] <= 1250 and line["file"].startswith("settlement-")
    fresh.verify()
    told = cli.run(fresh.server, "settlement", "match", line["id"], payment["id"])
    assert told == f"{line['id']} matched\n"
    assert fresh.read("/v2/payments/" + payment["id"])["status"] == "captured"
    assert lines(fresh) == []
    fresh.verify()
    cli.run(fresh.server, "settlement", "charge", line["id"], expect=1)
    fresh.verify()
