"""An invoice from its draft to its money (api/seqino.md 6): drafted and issued through Seqino, paid by
card with the link that SimplyPaie made, told to the sponsor, proved by the books; and its files under
the schemas and rules of others."""

from support import cards, drafts, einvoices, invoices, seqino, server, simplypaie
from support.browser import Browser
from support.drafts import DATA, issued, reached
from support.receiver import Receiver, Told, callback_is_right
from support.server import eventually

ARRIVES = (200, 201, 202, 203)
TWO_RATES = DATA | {"lines": [DATA["lines"][0],
                              DATA["lines"][0] | {"item_name": "Guide", "vat_rate": "5.5"}]}
EVERYTHING = TWO_RATES | {
    "buyer_reference": "SERVICE-12", "project_reference": "PROJET-7",
    "contract_reference": "CONTRAT-44", "purchase_order_reference": "BC-2026-17",
    "sales_order_reference": "CV-88", "receiving_advice_reference": "BR-31",
    "despatch_advice_reference": "BL-30", "tender_or_lot_reference": "LOT-3",
    "invoice_object_identifier": "COMPTEUR-42", "buyer_accounting_reference": "6226-A",
    "payment_terms": "Trente jours", "business_process_type": "M1",
    "notes": [{"subject_code": "PMD", "note": "Pénalités : trois fois le taux légal"},
              {"note": "Merci de votre confiance"}],
    "buyer": DATA["buyer"] | {
        "vat_identifier": "FR37200000008",
        "electronic_address": {"identifier": "200000008_COMPTA", "scheme_identifier": "0225"},
        "contact": {"name": "Camille Martin", "telephone": "+33 1 02 03 04 05",
                    "email": "camille@example.com"}},
    "delivery": {"deliver_to_party_name": "Entrepôt nord", "actual_delivery_date": "2026-11-20",
                 "deliver_to_address": {"address_line_1": "1 quai A", "city": "Lille",
                                        "post_code": "59000", "country_code": "FR"}},
    "invoicing_period": {"start_date": "2026-11-01", "end_date": "2026-11-30"},
}


def files_of(account, invoice, place):
    found = {}
    for format, ending in (("factur-x", "pdf"), ("cii", "cii.xml"), ("ubl", "ubl.xml")):
        answer = drafts.file(account, invoice["invoice_id"], format)
        assert answer.status == 200, answer
        found[format] = place / f"{invoice['invoice_number']}.{ending}"
        found[format].write_bytes(answer.raw)
    return found


def test_the_files_keep_to_the_rules_of_others(merchant, tmp_path):
    einvoices.need("xmllint", "java", "qpdf", "pdffonts")
    found = [files_of(merchant, issued(merchant, data), tmp_path) for data in (DATA, EVERYTHING)]
    einvoices.check_container([files["factur-x"] for files in found])
    for syntax, format in ((einvoices.CII, "cii"), (einvoices.UBL, "ubl")):
        place = tmp_path / syntax
        place.mkdir()
        einvoices.check_schema([files[format] for files in found])
        einvoices.check_rules(syntax, [files[format] for files in found], place)
    for files in found:
        assert einvoices.attached(files["factur-x"]) == files["cii"].read_bytes()


def test_our_own_reader_finds_nothing_wrong(merchant, tmp_path):
    found = files_of(merchant, issued(merchant, EVERYTHING), tmp_path)
    server.command("examine", *found.values())


def pay(account, link):
    browser = Browser(account)
    browser.go(link)
    browser.pay(cards.AUTH_REQUIRED)
    browser.enter_code("123456")
    browser.walk()


def told_of(receiver, invoice):
    return [told for told in receiver.seen if told.data.get("invoice_id") == invoice]


def test_from_draft_to_money_and_back(merchant):
    with Receiver(read=Told) as receiver:
        made = seqino.exchange(merchant, "POST", "/webhooks", {"url": receiver.url()})
        assert made.status == 201, made
        asked = simplypaie.made(merchant, amount="17792", mode="link")
        invoice = issued(merchant, TWO_RATES, payment_id=asked["paymentId"])
        name = invoice["invoice_id"]
        reached(merchant, name, *ARRIVES)
        pay(merchant, asked["link"])
        collected = reached(merchant, name, *ARRIVES, 212)[-1]
        assert collected["status_code"] == "InvoiceLifecycleStatus.COLLECTED"
        assert (collected["is_mandatory"], collected["emitter"]) == (True, "SELLER")
        assert collected["amounts"] == [
            {"vat_category_code": "S", "vat_rate": "20.00", "amount": "94.68"},
            {"vat_category_code": "S", "vat_rate": "5.50", "amount": "83.24"}]
        merchant.settle()
        [payment] = [row for row in merchant.read("/v2/payments/")["payments"]]
        merchant.made("/v2/refunds/", {"payment": payment["id"], "amount": 1000})
        given_back = reached(merchant, name, *ARRIVES, 212, 212)[-1]
        assert sum(float(part["amount"]) for part in given_back["amounts"]) == -10.0
        eventually(lambda: len(told_of(receiver, name)) == 7, 20, "all of it is told")
        told = told_of(receiver, name)
        assert [one.type for one in told] == ["invoice.created"] + ["invoice.status_updated"] * 6
        assert told[0].data["invoice_data"]["invoice_number"] == invoice["invoice_number"]
        assert [one.data["lifecycle_event"]["status_number"] for one in told[1:]] == [
            *ARRIVES, 212, 212]
        assert told[5].data["lifecycle_event"] == collected
        for one in told:
            assert callback_is_right(one.signature, one.body, made.json["secret"])
    record = invoices.Desk(merchant).record(invoice["invoice_number"])
    assert record["pay_url"] == asked["link"]
    merchant.verify()


def test_what_was_paid_before_is_told_when_it_is_deposited(merchant):
    asked = simplypaie.made(merchant, amount="9468", mode="link")
    pay(merchant, asked["link"])
    invoice = issued(merchant, payment_id=asked["paymentId"])
    data = invoice["invoice_data"]
    assert data["business_process_type"] == "S2"
    assert (data["totals"]["paid_amount"], data["totals"]["amount_due"]) == ("94.68", "0.00")
    told = reached(merchant, invoice["invoice_id"], *ARRIVES, 212)
    assert told[-1]["amounts"] == [
        {"vat_category_code": "S", "vat_rate": "20.00", "amount": "94.68"}]
    merchant.verify()


def test_a_payment_that_does_not_fit_is_told(merchant):
    asked = simplypaie.made(merchant, amount="9469", mode="link")
    for payment in (asked["paymentId"], "999999", "x", "0"):
        answer = drafts.checked(merchant, DATA, payment_id=payment)
        assert [error["loc"] for error in answer["errors"]] == [
            ["body", "invoice_data", "totals", "paid_amount"]]


def test_nothing_is_lost_when_the_server_is_killed(fresh):
    """What was issued leaves after the restart, once."""
    names = [issued(fresh)["invoice_id"] for _ in range(5)]
    fresh.kill9()
    fresh.restart()
    for name in names:
        reached(fresh, name, *ARRIVES)
    fresh.verify()
