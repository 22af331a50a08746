"""`guichet fec`: the file of accounting entries (LPF A.47 A-1), read as a tax inspector's program
reads it."""

import collections
import csv
import datetime
import re
from decimal import Decimal

import pytest

from support import cards, cli, simplypaie
from support.browser import Browser
from support.invoices import Desk
from support.server import Failed

COLUMNS = ("JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum "
           "CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet DateLet ValidDate "
           "Montantdevise Idevise").split()
ITEMS = [{"designation": "Livre", "price": "10.00", "quantity": "2", "vat": "5.5"},
         {"designation": "Reliure", "price": "33.33", "quantity": "1", "vat": "20"}]
CHARGED_BACK = "4000000000000259"


@pytest.fixture
def desk(merchant):
    return Desk(merchant)


def amount(text):
    assert re.fullmatch(r"\d+,\d\d", text), text
    return Decimal(text.replace(",", "."))


def export(desk, place, *options):
    """The rows of the file, after what every such file must hold."""
    told = cli.run(desk.server, "fec", desk.id, place, *options)
    (file,) = place.glob("*.txt")
    assert str(file) == told.splitlines()[0]
    assert re.fullmatch(r"100000009FEC\d{8}\.txt", file.name)
    with open(file, newline="", encoding="utf-8") as lines:
        names, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    assert names == COLUMNS and all(len(row) == len(COLUMNS) for row in rows)
    rows = [dict(zip(COLUMNS, row)) for row in rows]
    entries = collections.defaultdict(list)
    for row in rows:
        for day in ("EcritureDate", "PieceDate", "ValidDate"):
            datetime.datetime.strptime(row[day], "%Y%m%d")
        assert row["CompteNum"] and row["CompteLib"] and row["PieceRef"] and row["EcritureLib"]
        assert (row["EcritureLet"] == "") == (row["DateLet"] == "")
        assert min(amount(row["Debit"]), amount(row["Credit"])) == 0
        entries[int(row["EcritureNum"])].append(row)
    assert sorted(entries) == list(range(1, len(entries) + 1)), "numbers have no gap"
    for lines in entries.values():
        assert sum(balance(row) for row in lines) == 0 and len(lines) >= 2
        shared = {(row["EcritureDate"], row["JournalCode"], row["PieceRef"]) for row in lines}
        assert len(shared) == 1
    days = [row["EcritureDate"] for row in rows]
    assert days == sorted(days)
    return rows


def balance(row):
    return amount(row["Debit"]) - amount(row["Credit"])


def by_account(rows, **wanted):
    sums = collections.defaultdict(Decimal)
    for row in rows:
        if all(row[name] == value for name, value in wanted.items()):
            sums[row["CompteNum"]] += balance(row)
    return {number: total for number, total in sums.items() if total}


def pay(desk, amount_minor, card=cards.AUTH_REQUIRED, **changes):
    info = simplypaie.made(desk.account, amount=str(amount_minor), mode="link", **changes)
    browser = Browser(desk.account)
    browser.go(info["link"])
    browser.pay(card)
    if card == cards.AUTH_REQUIRED:
        browser.enter_code("123456")
    browser.walk()
    return info


def test_sales_by_rate_and_their_credit(desk, tmp_path):
    number, _ = desk.issue(items=ITEMS, deposit=None, name="Bonnet | fils", date=None)
    rows = export(desk, tmp_path)
    assert [(row["CompteNum"], balance(row)) for row in rows] == [
        ("411000", Decimal("61.10")), ("706000", Decimal("-20.00")), ("445710", Decimal("-1.10")),
        ("706000", Decimal("-33.33")), ("445710", Decimal("-6.67"))]
    assert {row["PieceRef"] for row in rows} == {number}
    assert rows[0]["EcritureLib"] == f"Facture {number} Bonnet   fils"
    assert [row["EcritureLib"] for row in rows[1:]] == ["TVA 5.50 %"] * 2 + ["TVA 20.00 %"] * 2
    assert {row["JournalCode"] for row in rows} == {"VE"}
    desk.issue(type="quote", deposit=None)
    desk.issue(type="order", deposit=None)
    desk.issue(items=ITEMS[:1], deposit=None, operation="goods")
    desk.told("credit", number)
    rows = export(desk, tmp_path)
    assert by_account(rows) == {"411000": Decimal("21.10"), "707000": Decimal("-20"),
                                "445710": Decimal("-1.10")}


def test_another_currency_is_told_in_euro_and_in_itself(desk, tmp_path):
    desk.issue(items=ITEMS, deposit=None, currency="USD")
    cli.run(desk.server, "merchant", "set", desk.id, "fx.usd", "0.5000")
    rows = export(desk, tmp_path)
    assert [balance(row) for row in rows] == [Decimal(text) for text in (
        "54.99", "-18.00", "-0.99", "-30.00", "-6.00")]
    assert [(row["Montantdevise"], row["Idevise"]) for row in rows] == [
        (text, "USD") for text in ("61,10", "20,00", "1,10", "33,33", "6,67")]


def test_payments_fees_refunds_disputes_and_payouts(desk, tmp_path):
    info = simplypaie.made(desk.account, amount="6110", mode="link")
    number, _ = desk.issue(items=ITEMS, deposit=None, paymentId=info["paymentId"])
    browser = Browser(desk.account)
    browser.go(info["link"])
    browser.pay(cards.AUTH_REQUIRED)
    browser.enter_code("123456")
    browser.walk()
    rows = export(desk, tmp_path)
    # 1.60 % of 61.10 and 0.50 is 1.48, its VAT 0.30
    assert by_account(rows, JournalCode="BQ") == {
        "467000": Decimal("59.32"), "411000": Decimal("-61.10"), "627000": Decimal("1.48"),
        "445660": Decimal("0.30")}
    assert "411000" not in by_account(rows), "the customer owes nothing"
    lettered = [(row["CompteNum"], row["EcritureLet"]) for row in rows if row["EcritureLet"]]
    assert lettered == [("411000", number)] * 2
    pay(desk, 5000, CHARGED_BACK)
    desk.account.settle()
    made = {found["amount"]: found
            for found in desk.account.read("/v2/payments/?limit=10")["payments"]}
    payment = made[6110]
    desk.account.wait_for_status(made[5000], "disputed")
    desk.account.made("/v2/refunds/", {"payment": payment["id"], "amount": 1000})
    desk.account.advance(4 * 86400)
    until = f"{desk.account.paris_now():%Y-%m-%d}"
    start = f"{desk.account.paris_now() - datetime.timedelta(30):%Y-%m-%d}"
    place = tmp_path / "later"
    rows = export(desk, place, "--from", start, "--until", until)
    labels = {row["EcritureLib"].rsplit(" ", 1)[0] for row in rows if row["JournalCode"] == "BQ"}
    assert {"Encaissement par carte", "Remboursement", "Impayé par carte"} <= labels
    sums = by_account(rows)
    assert sums["411000"] == Decimal("10.00"), "what was refunded is owed again"
    whole = sum(Decimal(payout["amount"]) for payout in cli.payouts(desk.account)) / 100
    assert sums.get("512000", 0) == whole
    assert not any(row["EcritureLet"] for row in rows), "it is not settled any more"
    desk.account.verify()


def test_a_letter_is_on_what_balances(desk, tmp_path):
    whole, part = (simplypaie.made(desk.account, mode="link")["paymentId"] for _ in range(2))
    for wanted in (whole, part):
        simplypaie.pay(desk.account, wanted)
    desk.account.settle()
    simplypaie.check_done(simplypaie.act(desk.account, part, "refund", {"amount": "3000"}))
    item = {"designation": "Livre", "quantity": "1", "vat": "0", "vatReason": "export"}
    paid = [desk.issue(items=[item | {"price": price}], deposit=None, paymentId=wanted)[0]
            for price, wanted in (("100", whole), ("70", part))]
    # What the second one is paid with is a payment of 100 less a refund that has no letter.
    rows = export(desk, tmp_path)
    assert {row["EcritureLet"] for row in rows} == {"", paid[0]}
    assert sum(balance(row) for row in rows if row["EcritureLet"]) == 0


def test_a_window_numbers_its_own_entries(desk, tmp_path):
    desk.issue(deposit=None)
    desk.account.advance(40 * 86400)
    desk.issue(deposit=None)
    day = f"{desk.account.paris_now():%Y-%m-%d}"
    assert len(export(desk, tmp_path / "a", "--from", day, "--until", day)) == 3
    year = desk.account.paris_now().year
    assert export(desk, tmp_path / "b", "--until", f"{year + 2}-12-31") == []


def test_a_currency_without_a_rate_is_refused(desk, tmp_path):
    pay(desk, 5000, currency="USD")
    cli.run(desk.server, "merchant", "set", desk.id, "fx.usd", "")
    with pytest.raises(Failed, match="rate there is none"):
        cli.run(desk.server, "fec", desk.id, tmp_path)
    assert list(tmp_path.iterdir()) == []
    rows = export(desk, tmp_path, "--rate", "usd=0.75")
    assert by_account(rows)["411000"] == Decimal("-37.50")


def test_bad_usage(desk, tmp_path):
    for words in ([], [desk.id], ["x", tmp_path], [desk.id, tmp_path, "--from", "2026-01-01"],
                  [desk.id, tmp_path, "--until", "x"], [desk.id, tmp_path, "--rate", "usd=1,0"],
                  [desk.id, tmp_path, "--rate", "eur=1"], [desk.id, tmp_path, "more"],
                  [desk.id, tmp_path, "--from", "2026-02-01", "--until", "2026-01-01"]):
        cli.run(desk.server, "fec", *words, expect=2)
    cli.run(desk.server, "merchant", "set", desk.id, "siren", "")
    cli.run(desk.server, "fec", desk.id, tmp_path, expect=1)
