"""`guichet invoice`: what a merchant's operator does with issued documents."""

import hashlib
import json
import re
import shutil

import pytest

from support import cli
from support.invoices import Desk, download
from support.pdf import pdf_text
from support.server import Failed, eventually

@pytest.fixture(scope="module")
def desk(shop):
    return Desk(shop)


def test_list_and_show(desk):
    number, _ = desk.issue()
    assert re.fullmatch(r"F20\d\d-\d{6}", number)
    row = desk.told("list", "--limit", "1")[0]
    assert (row["number"], row["kind"], row["total"], row["due"], row["currency"], row["buyer"]) == (
        number, "invoice", 9468, 9468, "eur", "Société SARL")
    assert number in desk.run("list")
    shown = desk.told("show", number)
    record = desk.record(number)
    assert (record["net"], record["vat"], record["total"], record["deposit"]) == (
        "7890", "1578", "9468", "2050")
    assert record["supplied"] == "2017-12-01" and record["line"].endswith(" Produit 1")
    whole = hashlib.sha256(f"{shown['previous']}\n{shown['record']}".encode()).hexdigest()
    assert whole == shown["hash"]
    legs = [(leg["account"], leg["amount"]) for leg in shown["ledger"]]
    assert legs == [("customers", 9468), ("sales_services", -7890), ("sales_vat", -1578)]
    text = desk.run("show", number)
    assert shown["hash"] in text and "invoice_issued" in text


def test_the_file_says_what_was_computed(desk):
    number, url = desk.issue(deposit="20.50")
    text = pdf_text(download(url))
    if text is None:
        pytest.skip("poppler-utils is not installed")
    for part in (number, "FACTURE", "Société SARL", "Produit 1", "26,30", "78,90", "15,78", "94,68",
                 "20,50", "74,18", "01/12/2017", "100 000 009", "FR88100000009", "RCS Paris",
                 "SARL au capital de 10 000 EUR", "Pénalités", "Pas d'escompte"):
        assert part.replace(" ", "") in re.sub(r"[\s\u202f\u00a0]+", "", text), part


def test_a_business_is_told_of_the_fee_for_recovery(desk):
    _, url = desk.issue(clientSiren="200000008", clientVat="", deliveryAddress="1 quai\n69001 Lyon",
                        orderNumber="BC-77", operation="mixed")
    text = pdf_text(download(url))
    if text is not None:
        for part in ("40 EUR", "200 000 008", "BC-77", "69001 Lyon"):
            assert part.replace(" ", "") in re.sub(r"[\s\u202f\u00a0]+", "", text), part


@pytest.mark.parametrize("kind,title", [("quote", "DEVIS"), ("order", "REÇU")])
def test_quotes_and_receipts_are_booked_nowhere(desk, kind, title):
    number, url = desk.issue(type=kind, deposit="0")
    assert number[0] == {"quote": "D", "order": "R"}[kind]
    assert desk.told("show", number)["ledger"] == []
    text = pdf_text(download(url))
    if text is not None:
        assert title in text
    assert "has no XML" in desk.refused("export", number, "--format", "cii")
    assert "is no invoice" in desk.refused("credit", number)


def test_export_gives_what_was_issued(desk, tmp_path):
    number, url = desk.issue()
    served = download(url)
    file = tmp_path / "out.pdf"
    desk.run("export", number, "--format", "pdf", "--out", file)
    assert file.read_bytes() == served
    assert desk.told("show", number)["file_sha256"] == hashlib.sha256(served).hexdigest()
    assert desk.run("export", number, "--format", "record") == desk.told("show", number)["record"]
    for syntax, root in (("cii", "CrossIndustryInvoice"), ("ubl", "Invoice")):
        xml = desk.run("export", number, "--format", syntax)
        assert root in xml and number in xml and "94.68" in xml
    desk.run("render", number, "--out", tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == served


def test_bad_usage(desk):
    for words in (["list"], ["show", desk.id], ["export", desk.id, "F"], ["render", desk.id, "F"],
                  ["export", desk.id, "F", "--format", "pdf"], ["archive", desk.id],
                  ["export", desk.id, "F", "--format", "doc"], ["nothing"], []):
        cli.run(desk.server, "invoice", *words, expect=2)
    assert "not found" in desk.refused("show", "F1999-000001")
    assert "not found" in desk.refused("show", "F1999-000001", "--live")


def test_a_credit_note_undoes_an_invoice_once(desk):
    number, _ = desk.issue(deposit="0")
    made = desk.told("credit", number)
    assert re.fullmatch(r"A20\d\d-\d{6}", made["number"]) and made["total"] == 9468
    shown = desk.told("show", made["number"])
    legs = sorted((leg["account"], leg["amount"]) for leg in shown["ledger"])
    assert legs == [("customers", -9468), ("sales_services", 7890), ("sales_vat", 1578)]
    record = desk.record(made["number"])
    assert record["preceding_number"] == number and "iban" not in record
    assert desk.told("show", number)["credit_note"] == made["number"]
    assert "already" in desk.refused("credit", number)
    assert "is no invoice" in desk.refused("credit", made["number"])
    assert made["url"].endswith("/Avoir.pdf")
    # Without server.public_url the command knows the path alone.
    text = pdf_text(download(desk.account.base_url + made["url"]))
    if text is not None:
        assert number in text and made["number"] in text
    xml = desk.run("export", made["number"], "--format", "ubl")
    assert "CreditNote" in xml and number in xml


def test_a_credit_note_in_another_currency_takes_back_the_vat_that_was_told(merchant):
    desk = Desk(merchant)
    number, _ = desk.issue(currency="USD")
    cli.run(desk.server, "merchant", "set", desk.id, "fx.usd", "0.5000")
    made = desk.told("credit", number)
    record = desk.told("show", made["number"])["record"]
    assert "rate_eur=1 USD = 0,9000 EUR\n" in record and "vat_eur=1420\n" in record


def test_what_is_issued_cannot_be_changed_and_is_proved(desk):
    told = json.loads(cli.run(desk.server, "invoice", "verify", "--json"))
    assert told["documents"] > 0 and told["problems"] == 0
    cli.run(desk.server, "merchant", "set", desk.id, "invoice.prefix", "G", expect=1)


def archive(desk, place):
    """Everything, once all files are drawn."""
    eventually(lambda: "not drawn" not in desk.run("archive", place), 60, "every file is drawn")


@pytest.fixture
def archived(merchant, tmp_path):
    desk = Desk(merchant)
    for kind in ("normal", "normal", "quote", "order"):
        desk.issue(type=kind, deposit="0")
    desk.told("credit", desk.issue()[0])
    archive(desk, tmp_path / "a")
    return desk, tmp_path / "a"


def test_an_archive_grows_and_proves_itself(archived):
    desk, place = archived
    assert "6 documents, 0 problems" in cli.run(desk.server, "invoice", "verify", place)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*.pdf")}
    assert len(before) == 6
    desk.issue()
    archive(desk, place)
    assert "7 documents, 0 problems" in cli.run(desk.server, "invoice", "verify", place)
    assert all(path.stat().st_mtime_ns == at for path, at in before.items())


def wrong_in(desk, place):
    told = cli.run(desk.server, "invoice", "verify", place, expect=1)
    return told


def test_an_archive_is_of_one_merchant_and_mode(archived, sandbox):
    desk, place = archived
    other = Desk(sandbox.merchant_add())
    assert "another merchant" in other.refused("archive", place)
    assert "another merchant" in desk.refused("archive", place, "--live")
    for folder in place.glob("quote/*"):
        shutil.rmtree(folder)
    archive(desk, place)
    assert "6 documents, 0 problems" in cli.run(desk.server, "invoice", "verify", place)


@pytest.mark.parametrize("harm,said", [
    (lambda a, invoices: (invoices / "000002.txt").unlink(), "a record is missing"),
    (lambda a, invoices: (invoices / "000002.pdf").unlink(), "a file is missing"),
    (lambda a, invoices: (invoices / "000001.pdf").write_bytes(b"%PDF"), "not what was issued"),
    (lambda a, invoices: swap(invoices / "000001.txt", "total=9468", "total=9469"),
     "not what was hashed"),
    (lambda a, invoices: swap(invoices / "000001.txt", "total=", "amount="), "cannot be read"),
    (lambda a, invoices: cut(a / "chain.txt", 1), "not chained to the one before"),
    (lambda a, invoices: swap(a / "chain.txt", "credit_note ", "credit "), "a record is missing"),
    (lambda a, invoices: swap(a / "chain.txt", "quote ", "quote  "), "none of ours"),
    (lambda a, invoices: (a / "chain.txt").unlink(), "cannot be read"),
])
def test_an_archive_shows_what_was_done_to_it(archived, harm, said):
    desk, place = archived
    harm(place, next((place / "invoice").iterdir()))
    with pytest.raises(Failed) as failed:
        cli.run(desk.server, "invoice", "verify", place)
    assert said in str(failed.value)


def swap(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def cut(path, line):
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:line] + lines[line + 1:]))
