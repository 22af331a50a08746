"""Invoices as a merchant makes them and as its customer gets them: by the call, over HTTP, under the
schemas and rule sets of EN 16931, Factur-X and France, and under readers of others."""

import json
import re

import pytest

from support import cards, cli, einvoices, simplypaie, wire
from support.browser import Browser
from support.server import eventually

BODY_MAX = 256 * 1024
ITEM = {"designation": "Produit 1", "price": "26.30", "quantity": "3", "vat": "20"}
SEED = {"name": "Société SARL", "address": "12 rue de la Paix, 75002 Paris", "type": "normal",
        "date": "2017-12-01", "currency": "EUR", "deposit": "20.50", "items": [ITEM]}


def body(*items, **parts):
    made = SEED | {"items": [ITEM | item for item in items] or [ITEM]} | parts
    return {name: value for name, value in made.items() if value is not None}


# Each shows something of its own; the sums of the seed's example are 78.90, 15.78 and 94.68.
ISSUED = {
    "seed": body(),
    "business": body(clientSiren="200000008", clientEmail="compta@example.org", deposit=None,
                     orderNumber="BC 2026/117", operation="mixed",
                     deliveryAddress="Entrepôt Nord\n8 allée des Essais\n59000 Lille"),
    "abroad": body(clientVat="DE123456788", address="Prüfstraße 7\n10115 Berlin\nAllemagne"),
    "rates": body(*({"vat": rate} for rate in ("20", "10", "5.5", "2.1", "8.5", "1.05", "1.75",
                                               "0.9", "13")), deposit=None),
    "reverse": body({"vat": "0", "vatReason": "reverse"}, clientVat="FR88100000009"),
    "intra": body({"vat": "0", "vatReason": "intra"}, clientVat="DE123456788", deposit=None,
                  address="Prüfstraße 7\n10115 Berlin\nAllemagne", operation="goods"),
    "export": body({"vat": "0", "vatReason": "export"}, operation="goods", deposit=None,
                   address="1 Test Street\nSpringfield\nÉtats-Unis"),
    "exempt": body({}, {"vat": "0", "vatReason": "exempt art. 261-4-4° du CGI"}),
    "dollars": body(currency="USD"),
    "pounds": body(currency="GBP", deposit=None),
    "nothing": body({"price": "0"}, deposit=None),
    "decimals": body({"price": "0.0001", "quantity": "999999"},
                     {"price": "33.3333", "quantity": "0.0001"}, deposit=None),
    "many": body(*({"designation": f"Ligne {number} \u00e0 5 \u20ac"} for number in range(500))),
    "long": body({"designation": "W" * 500}, name="M" * 255, address="x\n" * 249 + "xx"),
    "scripts": body({"designation": "שירותי ייעוץ 2026"}, {"designation": "خدمات استشارية"},
                    {"designation": "東京コンサルティング"}, name="חברת דוגמה בע\"מ"),
    "hostile": body({"designation": "</ram:Name><script>alert(1)</script> ]]> &amp; \u202egnp.exe"},
                    name="%PDF-1.7 (\\) \u2066endobj\u2069", orderNumber="<!-- x -->"),
}

CREDITED = ("business", "rates", "intra", "dollars", "many", "hostile", "paid")


def issue(account, what):
    answer = simplypaie.exchange(account, "POST", "/invoices/new", what)
    assert answer.status == 200, answer
    return answer.json["info"]["url"]


def fetch(url):
    answer = wire.exchange(url, "GET", None, {})
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    return answer.raw


def paid(account, amount):
    """A request that its payer has paid; gives its number."""
    info = simplypaie.made(account, amount=amount, returnURL="https://shop.example/merci")
    browser = Browser(account)
    browser.go(info["link"])
    browser.pay(cards.AUTH_REQUIRED)
    browser.enter_code("123456")
    browser.walk()
    assert browser.page.status == 200
    return info["paymentId"]


def number_in(pdf):
    """The document's own: it is the first on the page, before that of an invoice it undoes."""
    return re.search(r"[AFDR]\d{4}-\d{6}", einvoices.pages(pdf)[0])[0]


def export(account, number, form, path):
    """Into a file, which a worker may still have to draw."""
    words = ("invoice", "export", cli.merchant_id(account), number, "--format", form, "--out", path)

    def told():
        cli.run(account.server, *words, expect=None)
        return path.exists()

    eventually(told, 20, f"{number} is drawn")


@pytest.fixture(scope="module")
def issued(shop, tmp_path_factory):
    """{name: file} of ISSUED, of paid ones, of a small business, and of credit notes."""
    einvoices.need_tools("pdftotext")
    place = tmp_path_factory.mktemp("issued")
    merchant = cli.merchant_id(shop)
    urls = {name: issue(shop, what) for name, what in ISSUED.items()}
    urls["paid"] = issue(shop, body(deposit=None, paymentId=paid(shop, "9468")))
    urls["part-paid"] = issue(shop, body(deposit=None, paymentId=paid(shop, "5000")))
    cli.run(shop.server, "merchant", "set", merchant, "invoice.franchise", "yes")
    urls["franchise"] = issue(shop, body({"vat": "0"}, deposit=None))
    files = {name: place / f"{name}.pdf" for name in urls}
    for name, url in urls.items():
        files[name].write_bytes(fetch(url))
    for name in CREDITED:
        made = cli.told(shop.server, "invoice", "credit", merchant, number_in(files[name]))
        files[f"credit-{name}"] = place / f"credit-{name}.pdf"
        export(shop, made["number"], "pdf", files[f"credit-{name}"])
    return files


def test_the_seed_example_passes_every_check(issued):
    einvoices.need("qpdf", "pdffonts", "pdftotext", "xmllint", "java")
    einvoices.check_whole(issued["seed"])


def test_every_invoice_is_a_factur_x(issued):
    einvoices.need("qpdf", "pdffonts", "pdftotext", "xmllint")
    einvoices.check_container(issued.values())


@pytest.mark.parametrize("syntax", [einvoices.CII, einvoices.UBL])
def test_every_invoice_keeps_to_the_rules(shop, issued, syntax, tmp_path):
    einvoices.need("qpdf", "xmllint", "java")
    files = []
    for name, pdf in issued.items():
        files.append(tmp_path / f"{name}.{syntax}.xml")
        export(shop, number_in(pdf), syntax, files[-1])
        if syntax == einvoices.CII:
            assert files[-1].read_bytes() == einvoices.attached(pdf)
    einvoices.check_schema(files)
    einvoices.check_rules(syntax, files, tmp_path)


def test_a_credit_note_says_what_it_undoes(issued):
    text = "".join(einvoices.pages(issued["credit-business"]))
    assert "AVOIR" in text and number_in(issued["business"]) in text
    assert "94,68 €" in re.sub(r"\s", " ", text)


def test_what_is_paid_says_so(issued, tmp_path):
    text = {name: re.sub(r"\s+", " ", "".join(einvoices.pages(issued[name])))
            for name in ("paid", "part-paid")}
    assert "MONTANT PAYÉ" in text["paid"] and "carte" in text["paid"]
    assert "Déjà réglé \u221250,00 €" in text["part-paid"]
    assert "Net à payer 44,68 €" in text["part-paid"]
    einvoices.need_tools("pdftoppm", "zbarimg")
    [code] = einvoices.codes(issued["part-paid"], tmp_path)
    assert "EUR44.68" in code.split("\n")


def test_the_page_says_what_the_seed_example_says(issued):
    einvoices.need_tools("pdftotext")
    text = re.sub(r"\s+", " ", "".join(einvoices.pages(issued["seed"])))
    for part in ("FACTURE", "Société SARL", "12 rue de la Paix", "75002 Paris", "Produit 1", "26,30 €",
                 "78,90 €", "15,78 €", "94,68 €", "Acompte à verser 20,50 €", "Solde 74,18 €",
                 "01/12/2017", "Atelier Exemple SARL", "SIREN 100 000 009", "FR88100000009",
                 "RCS Paris", "capital", "escompte", "FR76 3000 6000 0112 3456 7890 189",
                 "page 1/1", "Document d'essai"):
        assert part in text, part


def test_a_bank_app_reads_the_code(issued, tmp_path):
    einvoices.need_tools("pdftoppm", "zbarimg", "pdftotext")
    [code] = einvoices.codes(issued["seed"], tmp_path)
    assert code.split("\n") == [
        "BCD", "002", "1", "SCT", "TESTFRPP", "Atelier Exemple SARL",
        "FR7630006000011234567890189", "EUR94.68", "", "",
        number_in(issued["seed"])]


@pytest.mark.parametrize("kind,title,day,foot", [
    ("quote", "DEVIS", "Date du devis", "BON POUR ACCORD"),
    ("order", "REÇU", "Date de la prestation", "Ce reçu ne vaut pas facture.")])
def test_quotes_and_receipts_carry_no_invoice(merchant, kind, title, day, foot, tmp_path):
    einvoices.need_tools("qpdf", "pdftotext")
    path = tmp_path / "document.pdf"
    path.write_bytes(fetch(issue(merchant, body({"vat": "19"}, type=kind, deposit=None, date="2017-12-01"))))
    einvoices.check_pdf(path)
    text = "".join(einvoices.pages(path))
    assert title in text and foot in text
    assert re.search(day + r"\s+01/12/2017", text)
    assert einvoices.call("qpdf", "--list-attachments", path).decode().strip().endswith(
        "has no embedded files")


def test_the_largest_that_can_be_sent_is_drawn(merchant, tmp_path):
    einvoices.need_tools("qpdf", "pdftotext")
    words = "Réf. & <désignation> שירותי ייעוץ خدمات 東京 " * 12
    items = [ITEM | {"designation": f"{number} {words}"[:300]} for number in range(500)]
    sent = json.dumps(body(deposit=None) | {"items": items}, ensure_ascii=False).encode()
    assert BODY_MAX * 9 // 10 < len(sent) <= BODY_MAX
    answer = simplypaie.exchange(merchant, "POST", "/invoices/new", raw=sent)
    assert answer.status == 200, answer
    path = tmp_path / "largest.pdf"
    path.write_bytes(fetch(answer.json["info"]["url"]))
    einvoices.check_pdf(path)
    assert len(einvoices.pages(path)) > 50


def test_the_same_bytes_each_time(merchant):
    url = issue(merchant, body())
    assert fetch(url) == fetch(url)
