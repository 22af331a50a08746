"""Debits and transfers from the file to the bank's reports, through the sandbox's bank."""

import datetime

import pytest

from support import cli, ibans
from support.debits import debit, sent, settled, signed, status_of, wait_days

def bank_status(merchant, *options):
    return cli.told(merchant.server, "sepa", "status", cli.merchant_id(merchant), *options)


def work(merchant):
    return cli.told(merchant.server, "sepa", "work", "list", cli.merchant_id(merchant))


def booked(merchant, payment):
    sums = {}
    for leg in cli.told(merchant.server, "payment", "show", payment["id"])["ledger"]:
        sums[leg["account"]] = sums.get(leg["account"], 0) + leg["amount"]
    return {name: amount for name, amount in sums.items() if amount != 0}


def test_a_debit_is_settled_and_paid_out(merchant):
    made = debit(merchant, amount=10000)
    due = datetime.date.fromisoformat(made["date_settlement"])
    while status_of(merchant, made) == "to_capture":
        assert merchant.paris_now().date() < due
        merchant.advance_to(18, 1)
    assert status_of(merchant, made) == "capture_sent"
    [file] = bank_status(merchant)["files"]
    assert (file["kind"], file["state"], file["count"], file["sum"]) == (
        "debits", "acknowledged", 1, 10000)
    assert file["version"] == "pain.008.001.08"
    merchant.verify()

    settled(merchant, made)
    assert merchant.paris_now().date() == due
    # 25 and a fifth of VAT.
    assert booked(merchant, made) == {"bank": 10000, "merchant_pending": -9970, "fee_income": -25,
                                      "fee_vat": -5}
    merchant.verify()

    wait_days(merchant, lambda: cli.payouts(merchant) and
              cli.payouts(merchant)[0]["state"] == "paid", days=20)
    [payout] = cli.payouts(merchant)
    assert payout["amount"] == 9970
    kinds = [(row["kind"], row["state"]) for row in bank_status(merchant)["files"]]
    assert kinds == [("transfers", "acknowledged"), ("debits", "acknowledged")]
    assert work(merchant) == []
    merchant.verify()


@pytest.mark.parametrize("code", ["AC04", "AM04", "MD01", "MS02", "AG01", "RR04"])
def test_rejected_before_settlement(merchant, code):
    good = debit(merchant, amount=3000)
    bad = debit(merchant, amount=2000, name=f"Jean Dupont {code}")
    settled(merchant, good)
    seen = merchant.read("/v2/payments/" + bad["id"])
    assert (seen["status"], seen["response"]) == ("failed", code)
    assert booked(merchant, bad) == {}
    [file] = bank_status(merchant)["files"]
    assert file["state"] == "partly_rejected"
    assert work(merchant) == []
    merchant.verify()


@pytest.mark.parametrize("code,days", [("AC04", 6), ("AM04", 6), ("MD06", 6), ("MD01", 14)])
def test_returned_after_settlement(merchant, code, days):
    made = debit(merchant, amount=4200, name=f"Marie Martin D{code}")
    settled(merchant, made)
    wait_days(merchant, lambda: status_of(merchant, made) == "disputed", days)
    [dispute] = merchant.read("/v2/disputes/")["disputes"]
    assert (dispute["payment"], dispute["type"]) == (made["id"], "return")
    assert work(merchant) == []
    merchant.verify()


def test_a_refund_of_a_debit_travels_as_a_transfer(merchant):
    made = debit(merchant, amount=6000)
    settled(merchant, made)
    refund = merchant.made("/v2/refunds/", {"payment": made["id"], "amount": 2500})
    assert refund["status"] == "to_refund"
    wait_days(merchant,
              lambda: merchant.read("/v2/refunds/" + refund["id"])["status"] == "refunded")
    assert work(merchant) == []
    merchant.verify()


SWISS = "CH2089144321842946678"
ADDRESS = {"country": "CH", "city": "Genève", "zip_code": "1201", "line1": "3 quai du Test",
           "line2": "Bâtiment B"}


def resident(merchant):
    """A customer with an address."""
    known = merchant.made("/v2/customers/", {"mobile": "+33600000001"})
    address = merchant.made("/v2/addresses/", ADDRESS)
    merchant.patch("/v2/customers/" + known["id"], {"billing_address": address["id"]})
    return known["id"]


@pytest.mark.parametrize("form,lines", [
    ("structured", {"StrtNm": "3 quai du Test", "BldgNm": "Batiment B", "AdrLine": None}),
    ("hybrid", {"StrtNm": None, "BldgNm": None, "AdrLine": "3 quai du Test"}), ("none", None)])
def test_an_address_is_told_outside_the_eea_only(merchant, form, lines):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "address_form", form)
    customer = resident(merchant)
    near, far = [signed(merchant, customer=customer, **more)[0] for more in ({}, {"iban": SWISS})]
    payments = [debit(merchant, sepa=known["id"]) for known in (near, far)]
    for payment in payments:
        settled(merchant, payment)
    told = [sent(merchant, payment).all("Dbtr/PstlAdr") for payment in payments]
    assert told[0] == [] and (told[1] == []) == (lines is None)
    if lines is not None:
        expected = lines | {"PstCd": "1201", "TwnNm": "Geneve", "Ctry": "CH"}
        assert {name: told[1][0].text(name) for name in expected} == expected
    merchant.verify()


def test_payouts_and_refunds_of_debits_leave_in_one_file(merchant):
    made = debit(merchant, amount=6000)
    settled(merchant, made)
    while not cli.payouts(merchant):
        merchant.advance_to(8, 1)
    assert cli.payouts(merchant)[0]["state"] == "to_pay"
    refund = merchant.made("/v2/refunds/", {"payment": made["id"], "amount": 1500})
    wait_days(merchant,
              lambda: merchant.read("/v2/refunds/" + refund["id"])["status"] == "refunded")
    assert [file["count"] for file in bank_status(merchant)["files"]
            if file["kind"] == "transfers"] == [2]
    assert cli.payouts(merchant)[0]["state"] == "paid"
    merchant.verify()


def received(merchant):
    return sorted((merchant.dir / "sepa" / "received").glob("*.xml"))


def test_files_again_and_in_any_order_change_nothing(merchant):
    made = [debit(merchant, amount=1000 + number, name=name) for number, name in enumerate(
        ["Jean Dupont", "Paul AC04", "Marie DAM04"])]
    settled(merchant, made[0])
    wait_days(merchant, lambda: status_of(merchant, made[2]) == "disputed")
    before = [merchant.read("/v2/payments/" + payment["id"]) for payment in made]
    ours = {row["sha256"] for row in bank_status(merchant)["reports"]}
    files = [path for path in received(merchant) if path.stem in ours]
    assert len(files) == len(ours) >= 4
    for path in files[::-1] + files:
        told = cli.told(merchant.server, "sepa", "import", path)
        assert told["already_imported"] == 1
    for path in files:
        changed = merchant.dir / "changed.xml"
        changed.write_bytes(path.read_bytes() + b"\n")
        told = cli.told(merchant.server, "sepa", "import", changed)
        assert (told["already_imported"], told["facts"], told["replaced"]) == (0, 0, 1)
        assert told["known"] >= 1
    assert [merchant.read("/v2/payments/" + payment["id"]) for payment in made] == before
    assert work(merchant) == []
    merchant.verify()


class TestCommand:
    def test_calendar(self, sandbox):
        days = cli.told(sandbox.server, "sepa", "calendar", "2026")
        assert days == ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25"]

    def test_bad_usage(self, sandbox):
        cli.run(sandbox.server, "sepa", expect=2)
        cli.run(sandbox.server, "sepa", "work", "close", "x", expect=2)
        cli.run(sandbox.server, "sepa", "work", "close", "0" * 24, expect=1)
        cli.run(sandbox.server, "sepa", "import", "/nowhere.xml", expect=1)
        cli.run(sandbox.server, "sepa", "calendar", "1999", expect=2)
        cli.run(sandbox.server, "sepa", "status", "x", expect=2)

    def test_a_file_of_another_creditor_is_refused(self, merchant, tmp_path):
        path = tmp_path / "other.xml"
        path.write_text('<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
                        "<BkToCstmrStmt><GrpHdr><MsgId>X</MsgId>"
                        "<CreDtTm>2026-12-01T05:00:00</CreDtTm></GrpHdr><Stmt><Id>1</Id><Acct><Id>"
                        f"<IBAN>{ibans.unique()}</IBAN></Id></Acct></Stmt>"
                        "</BkToCstmrStmt></Document>")
        cli.run(merchant.server, "sepa", "import", path, expect=1)
        path.write_text("<Document")
        cli.run(merchant.server, "sepa", "import", path, expect=1)
