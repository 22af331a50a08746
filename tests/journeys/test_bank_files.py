"""Debits and transfers from the file to the bank's reports, through the sandbox's bank."""

import datetime

import pytest

from support import cli, ibans
from support.debits import debit, sent, settled, signed, status_of, wait_days
from support.server import eventually

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


def test_a_whole_refund_leaves_as_a_reversal(merchant):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "reversal_by_file",
            "yes")
    made = [debit(merchant, amount=6000), debit(merchant, amount=7000)]
    settled(merchant, made[1])
    refunds = [merchant.made("/v2/refunds/", {"payment": made[0]["id"]}),
               merchant.made("/v2/refunds/", {"payment": made[1]["id"], "amount": 500})]
    wait_days(merchant, lambda: all(
        merchant.read("/v2/refunds/" + refund["id"])["status"] == "refunded"
        for refund in refunds))
    files = {file["kind"]: file for file in bank_status(merchant)["files"]}
    assert sorted(files) == ["debits", "reversals", "transfers"]
    reversals = files["reversals"]
    assert (reversals["count"], reversals["sum"], reversals["version"], reversals["state"]) == (
        1, 6000, "pain.007.001.02", "acknowledged")
    sent = (merchant.dir / "sepa" / "sent" / (reversals["msg_id"] + ".xml")).read_text()
    assert f"<OrgnlMsgId>{files['debits']['msg_id']}</OrgnlMsgId>" in sent
    assert [status_of(merchant, payment) for payment in made] == ["captured", "captured"]
    assert work(merchant) == []
    merchant.verify()


@pytest.mark.parametrize("code, holds", [("RVNM", 1), ("RVNA", 1), ("RVMC", 0)])
def test_the_bank_doubts_who_is_paid(merchant, code, holds):
    made = debit(merchant, amount=6000, name=f"Zoe Martin {code}")
    settled(merchant, made)
    refunds = [merchant.made("/v2/refunds/", {"payment": made["id"], "amount": amount})
               for amount in (1000, 2000)]
    for _ in range(6):
        if work(merchant):
            break
        merchant.advance_to(18, 1)
    rows = work(merchant)
    assert [(row["what"], row["reason"], row["holds"]) for row in rows] == [
        ("payee", code, holds)] * 2
    if code == "RVMC":
        assert rows[0]["payee_name"] == "Zoe Martin"
    decide = lambda *words, expect=0: cli.run(merchant.server, "sepa", "work", *words,
                                              expect=expect)
    merchant.verify()
    if holds:
        decide("close", rows[0]["id"], expect=1)
        decide("release", rows[0]["id"])
        decide("release", rows[0]["id"], expect=1)
    # The bank of the sandbox transfers all the same, which ends what is held.
    wait_days(merchant, lambda: all(
        merchant.read("/v2/refunds/" + refund["id"])["status"] == "refunded"
        for refund in refunds))
    for row in work(merchant):
        assert not holds
        decide("close", row["id"])
    assert work(merchant) == []
    merchant.verify()


RECALL = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.03"><RsltnOfInvstgtn>
<Assgnmt><Id>{name}</Id></Assgnmt><Sts><Conf>{conf}</Conf></Sts><CxlDtls><OrgnlGrpInfAndSts>
<OrgnlMsgId>{msg_id}</OrgnlMsgId></OrgnlGrpInfAndSts></CxlDtls></RsltnOfInvstgtn></Document>"""


def test_the_bank_answers_a_request_for_cancellation(merchant, tmp_path):
    made = [debit(merchant, amount=amount) for amount in (3300, 4400)]
    cli.run(merchant.server, "sepa", "cancel", made[0]["id"], expect=1)
    while status_of(merchant, made[0]) == "to_capture":
        merchant.advance_to(18, 1)
    [file] = bank_status(merchant)["files"]
    for conf, status in (("RJCR", "capture_sent"), ("CNCL", "canceled")):
        cli.run(merchant.server, "sepa", "cancel", made[0]["id"])
        cli.run(merchant.server, "sepa", "cancel", made[0]["id"], expect=1)
        path = tmp_path / "recall.xml"
        path.write_text(RECALL.format(name=conf, conf=conf, msg_id=file["msg_id"]))
        cli.told(merchant.server, "sepa", "import", path)
        assert [status_of(merchant, payment) for payment in made] == [status, "capture_sent"]
    [row] = work(merchant)
    assert row["what"] == "cancellation"
    cli.run(merchant.server, "sepa", "work", "close", row["id"])
    told = cli.told(merchant.server, "payment", "show", made[0]["id"])["history"]
    assert [event["detail"] for event in told if event["kind"] == "debit.cancellation"] == [
        "asked", "refused", "asked", "confirmed"]
    assert booked(merchant, made[0]) == {}
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
    ("structured", {"StrtNm": "quai du Test", "BldgNb": "3", "BldgNm": "Batiment B",
                    "AdrLine": None}),
    ("hybrid", {"StrtNm": None, "BldgNm": None, "AdrLine": "3 quai du Test"}),
    # A bank that wants none wants one all the same for who is outside.
    ("none", {"StrtNm": "quai du Test", "BldgNb": "3", "AdrLine": None})])
def test_an_address_is_told_outside_the_eea_only(merchant, form, lines):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "address_form", form)
    customer = resident(merchant)
    near, far = [signed(merchant, customer=customer, **more)[0] for more in ({}, {"iban": SWISS})]
    payments = [debit(merchant, sepa=known["id"]) for known in (near, far)]
    for payment in payments:
        settled(merchant, payment)
    told = [sent(merchant, payment).all("Dbtr/PstlAdr") for payment in payments]
    expected = lines | {"PstCd": "1201", "TwnNm": "Geneve", "Ctry": "CH"}
    assert told[0] == []
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
    # What a report says is there a moment before the report itself counts as imported.
    eventually(lambda: {row["state"] for row in bank_status(merchant)["reports"]} == {"imported"},
               20, "the reports are imported")
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


STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>
<MsgId>{name}</MsgId><CreDtTm>{day}T05:00:00</CreDtTm></GrpHdr><Stmt><Id>{name}</Id>{number}
<CreDtTm>{day}T05:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}
{entries}</Stmt></BkToCstmrStmt></Document>
"""


def line(reference, cents, codes, day, details=""):
    domain, family, subfamily = codes.split("/")
    return (f'<Ntry><Amt Ccy="EUR">{abs(cents) / 100:.2f}</Amt>'
            f"<CdtDbtInd>{'DBIT' if cents < 0 else 'CRDT'}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn>"
            f"<Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{subfamily}</SubFmlyCd></Fmly>"
            f"</Domn></BkTxCd>{details and '<NtryDtls>' + details + '</NtryDtls>'}</Ntry>")


def statement(merchant, tmp_path, name, iban, entries, number="", balances=""):
    path = tmp_path / (name + ".xml")
    day = merchant.paris_now().date().isoformat()
    path.write_text(STATEMENT.format(name=name, day=day, iban=iban, number=number,
                                     balances=balances, entries="".join(entries)))
    return cli.told(merchant.server, "sepa", "import", path)


def own_account(merchant):
    """An account that no other merchant of this server has."""
    iban = ibans.unique()
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "iban", iban)
    return iban


def test_the_banks_own_lines_are_booked_and_a_person_decides(merchant, tmp_path):
    iban = own_account(merchant)
    made = debit(merchant, amount=3300)
    while status_of(merchant, made) == "to_capture":
        merchant.advance_to(18, 1)
    day = merchant.paris_now().date().isoformat()
    told = statement(merchant, tmp_path, "OWN-1", iban, [
        line("L1", -250, "ACMT/MDOP/CHRG", day),
        line("L2", 3300, "PMNT/RCDT/ESCT", day,
             "<TxDtls><Refs><EndToEndId>GARBLED</EndToEndId></Refs></TxDtls>"),
        line("L3", 90000, "PMNT/RCDT/ESCT", day),
        line("L4", -1200, "PMNT/ICDT/ESCT", day)])
    assert (told["facts"], told["work"]) == (4, 3)
    merchant.verify()
    [garbled, rent, out] = work(merchant)
    assert [row["suspense"] for row in (garbled, rent, out)] == [3300, 90000, -1200]
    decide = lambda *words, expect=0: cli.run(merchant.server, "sepa", "work", *words,
                                              expect=expect)
    decide("close", garbled["id"], expect=1)
    decide("match", rent["id"], made["id"], expect=1)
    decide("match", garbled["id"], expect=2)
    decide("match", garbled["id"], made["id"])
    assert status_of(merchant, made) == "captured"
    decide("explain", rent["id"], "the rent of the flat")
    decide("charge", out["id"])
    decide("charge", out["id"], expect=1)
    assert work(merchant) == []
    merchant.verify()


def test_of_two_merchants_with_one_account_the_first_keeps_its_book(sandbox, tmp_path):
    merchants = [sandbox.merchant_add(), sandbox.merchant_add()]
    iban = own_account(merchants[0])
    cli.run(sandbox.server, "merchant", "set", cli.merchant_id(merchants[1]), "iban", iban)
    day = merchants[0].paris_now().date().isoformat()
    statement(merchants[0], tmp_path, "SHARED", iban,
              [line("L1", -250, "ACMT/MDOP/CHRG", day), line("L2", 9900, "PMNT/RCDT/ESCT", day)],
              "<ElctrncSeqNb>5</ElctrncSeqNb>")
    assert [len(work(merchant)) for merchant in merchants] == [1, 0]
    assert [len(bank_status(merchant)["statements"]) for merchant in merchants] == [1, 0]
    sandbox.verify()


def on_account(merchant):
    """What the book of a merchant says that its account holds."""
    with merchant.server.rows() as rows:
        [row] = rows.ask("SELECT COALESCE(SUM(amount_minor), 0) AS sum FROM ledger_leg WHERE account = 'bank' "
                         "AND merchant = ?", cli.merchant_id(merchant))
    return int(row["sum"])


def test_what_one_merchant_sent_is_in_no_other_book_of_its_account(sandbox, tmp_path):
    """Banks name a debit by its reference alone."""
    first, second = sorted([sandbox.merchant_add(), sandbox.merchant_add()], key=cli.merchant_id)
    made = debit(second, amount=3300)
    while status_of(second, made) == "to_capture":
        second.advance_to(18, 1)
    iban = own_account(first)
    cli.run(sandbox.server, "merchant", "set", cli.merchant_id(second), "iban", iban)
    for merchant in (first, second):
        cli.run(sandbox.server, "merchant", "set", cli.merchant_id(merchant), "posting_source", "053")
    day = second.paris_now().date().isoformat()
    refs = f"<TxDtls><Refs><EndToEndId>{made['id'][5:]}</EndToEndId></Refs>"
    statement(second, tmp_path, "BOTH", iban, [
        line("L1", 3300, "PMNT/IDDT/ESDD", day, refs + "</TxDtls>"),
        line("L2", -150, "PMNT/IDDT/CHRG", day, refs + "</TxDtls>"),
        line("L3", -3300, "PMNT/IDDT/UPDD", day,
             refs + "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf></TxDtls>")])
    assert status_of(second, made) == "disputed"
    first.advance(11 * 86400)
    second.advance(11 * 86400)
    assert (on_account(first), on_account(second)) == (0, -150)
    assert work(first) == work(second) == []
    sandbox.verify()


def balances(opening, closing):
    return "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{euro}.00</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-30</Dt></Dt></Bal>"
        for code, euro in (("OPBD", opening), ("CLBD", closing)))


def test_a_missing_statement_is_seen_until_it_comes(merchant, tmp_path):
    iban = own_account(merchant)

    def read(number, opening, closing):
        statement(merchant, tmp_path, f"ST-{number}", iban,
                  [line(f"N{number}", (closing - opening) * 100, "ACMT/MDOP/CHRG", "2026-11-30")],
                  f"<ElctrncSeqNb>{number}</ElctrncSeqNb>", balances(opening, closing))

    read(7, 100, 99)
    read(9, 98, 97)
    assert sorted(row["what"] for row in work(merchant)) == ["gap", "opening"]
    [last] = bank_status(merchant)["statements"]
    assert (last["number"], last["closing"], last["deviations"]) == (9, 9700, 2)
    assert iban not in str(last)
    assert "2 gaps and wrong balances" in cli.run(merchant.server, "sepa", "status",
                                                  cli.merchant_id(merchant))
    read(8, 99, 98)
    assert work(merchant) == []
    [last] = bank_status(merchant)["statements"]
    assert (last["number"], last["deviations"]) == (9, 0)
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
