"""A broad corpus of invoices, drawn without a server (tests/invoices/render.c), under the schemas and
rule sets of EN 16931, Factur-X and France, and under readers of others."""

import re
import subprocess
import xml.etree.ElementTree

import pytest

from support import einvoices, server

RANDOM = 40
RANDOM_LINES = 30


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Each paper of tests/support/papers_all.h, and random ones."""
    program = server.binary().parent / "render_invoices"
    if not program.exists():
        pytest.skip(f"{program} is not built")
    place = tmp_path_factory.mktemp("papers")
    for words in ((), (RANDOM, RANDOM_LINES)):
        subprocess.run([str(program), str(place), *map(str, words)], check=True, timeout=120)
    return place


def named(corpus, ending):
    files = sorted(corpus.glob(f"*{ending}"))
    assert len(files) > RANDOM
    return files


def test_every_file_is_a_whole_pdf(corpus):
    einvoices.need_tools("qpdf")
    for path in named(corpus, ".pdf"):
        einvoices.check_pdf(path)


def test_every_invoice_is_a_factur_x(corpus):
    einvoices.need("qpdf", "pdffonts", "xmllint")
    einvoices.check_container([path for path in named(corpus, ".pdf")
                               if path.with_suffix(".cii.xml").exists()])


def test_what_is_attached_is_what_is_exported(corpus):
    einvoices.need_tools("qpdf")
    for path in named(corpus, ".cii.xml"):
        pdf = path.with_name(path.name.removesuffix(".cii.xml") + ".pdf")
        assert einvoices.attached(pdf) == path.read_bytes()


@pytest.mark.parametrize("syntax", [einvoices.CII, einvoices.UBL])
def test_every_invoice_keeps_to_the_rules(corpus, syntax, tmp_path):
    einvoices.need("xmllint", "java")
    files = named(corpus, f".{syntax}.xml")
    einvoices.check_schema(files)
    einvoices.check_rules(syntax, files, tmp_path)


@pytest.fixture(scope="module")
def converted(corpus, tmp_path_factory):
    """Every invoice that there is, ours, of every element, and of the samples, read and written anew in
    both syntaxes and on pages (tests/invoices/convert.c, which also compares what they say, term by
    term)."""
    program = server.binary().parent / "convert_invoices"
    if not program.exists():
        pytest.skip(f"{program} is not built")
    place = tmp_path_factory.mktemp("converted")
    files = [*corpus.glob("*.xml"), *(server.ROOT / "tests/invoices/read").glob("*.xml"),
             *(einvoices.directory() / "samples/valid").glob("*.xml")]
    done = subprocess.run([str(program), str(place), *map(str, files)], check=False, timeout=120,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return place


def test_a_converted_invoice_says_the_same(corpus, converted):
    assert len(named(converted, ".cii.xml")) == len(named(converted, ".ubl.xml"))
    assert len(named(converted, ".cii.xml")) >= 2 * len(named(corpus, ".cii.xml")) + 2


@pytest.mark.parametrize("syntax", [einvoices.CII, einvoices.UBL])
def test_a_converted_invoice_keeps_to_the_rules(converted, syntax, tmp_path):
    einvoices.need("xmllint", "java")
    files = named(converted, f".{syntax}.xml")
    einvoices.check_schema(files)
    # That of every element says more than France allows (BR-FR-CO-10).
    files = [path for path in files if not path.name.startswith("full.")]
    einvoices.check_rules(syntax, files, tmp_path)


def test_a_converted_invoice_is_a_factur_x(converted):
    einvoices.need("qpdf", "pdffonts", "xmllint")
    files = named(converted, ".pdf")
    assert len(files) == len(named(converted, ".cii.xml"))
    einvoices.check_container(files)
    for path in files:
        assert einvoices.attached(path) == path.with_suffix(".cii.xml").read_bytes()


def test_a_rule_that_is_broken_is_found(corpus, tmp_path):
    einvoices.need("java")
    path = tmp_path / "broken.cii.xml"
    text = (corpus / "plain.cii.xml").read_text(encoding="utf-8")
    path.write_text(text.replace(">2183.24<", ">2183.25<"), encoding="utf-8")
    with pytest.raises(AssertionError, match="BR-CO-1"):
        einvoices.check_rules(einvoices.CII, [path], tmp_path)


BUYERS = ("B2B", "B2BINT", "B2C")  # the note BAR is for programs


def printed(element):
    """How the page says what an element of CII says, without blanks; None: it is for programs."""
    name, text = element.tag.split("}")[1], element.text or ""
    if name.endswith("Amount") or name in ("BilledQuantity", "BasisQuantity", "RateApplicablePercent",
                                           "CalculationPercent"):
        whole, _, part = text.partition(".")
        if not name.endswith("Amount"):
            part = part.rstrip("0")
        return (f"{whole},{part}" if part else whole).replace("-", "\u2212")
    if name == "DateTimeString":
        return f"{text[6:]}/{text[4:6]}/{text[:4]}"
    if name in ("Name", "LineOne", "LineTwo", "LineThree", "CityName", "PostcodeCode", "IBANID", "BICID",
                "URIID", "IssuerAssignedID", "CompleteNumber", "ExemptionReason", "Description",
                "PersonName", "BuyerReference", "SellerAssignedID", "BuyerAssignedID", "Reason", "Value",
                "ClassCode", "LineID", "ReferenceTypeCode", "TradingBusinessName", "CountrySubDivisionName",
                "Content", "Information", "CardholderName", "AccountName", "ProprietaryID", "CreditorReferenceID",
                "DirectDebitMandateID", "PaymentReference", "GlobalID") or (
                    name == "ID" and "schemeID" in element.attrib):
        return None if text.endswith("@invalid") or text in BUYERS else re.sub(r"\s", "", text)
    return None


@pytest.mark.parametrize("name", ["plain", "test-mode", "paid", "part-paid", "consumer", "franchise",
                                  "reverse", "intra", "export", "outside", "dollars", "pounds", "mixed",
                                  "rates", "credit", "ten", "on-debits",
                                  "referred", "half-referred", "credit-referred"])
def test_the_page_says_what_the_xml_says(corpus, name):
    check_page(corpus / f"{name}.pdf", 30)


def check_page(pdf, least):
    einvoices.need_tools("pdftotext")
    raw = einvoices.call("pdftotext", "-raw", pdf, "-").decode()
    raw = re.sub(r"\s", "", raw)
    said = [printed(element) for element in
            xml.etree.ElementTree.parse(pdf.with_suffix(".cii.xml")).iter()]
    assert len([part for part in said if part]) > least
    assert [part for part in said if part and part not in raw] == []


def test_the_page_of_a_converted_invoice_says_what_the_xml_says(converted):
    for name in ("already-paid", "credit-note", "document-allowance", "franchise-en-base", "services-two-rates"):
        check_page(converted / f"{name}.pdf", 30)
    for name in ("full.cii", "full.ubl"):
        check_page(converted / f"{name}.pdf", 80)


def test_a_converted_invoice_adds_up_on_the_page(converted):
    """The lines, what is taken off and added, the sums."""
    einvoices.need_tools("pdftotext")
    text = "".join(einvoices.pages(converted / "document-allowance.pdf")).replace("\u202f", "")

    def cents(pattern):
        return [int(whole.replace("\u2212", "-") + part) for whole, part in
                re.findall(pattern + r" +(\u2212?\d+),(\d\d)\s€", text)]

    rows = cents(r"(?m)%")[:3]
    assert rows == [10000, 3998, -1000]
    assert sum(rows[:2]) == cents("Total des lignes HT")[0]
    assert sum(rows[2:]) == cents("Remises")[0]
    assert sum(rows) == cents("Total HT")[0]
    assert cents("Total HT")[0] + cents("(?m)^.*  TVA")[0] == cents("Total TTC")[0] == cents("Net à payer")[0]


def test_sums_are_carried_from_page_to_page(corpus):
    einvoices.need_tools("pdftotext")
    pages = einvoices.pages(corpus / "five-hundred.pdf")
    assert len(pages) > 10
    carried = None
    for number, page in enumerate(pages, 1):
        assert "F2026-000001" in page and f"page {number}/{len(pages)}" in page
        if "DÉSIGNATION" not in page:
            continue
        begun = re.search(r"\n +Report +([\d\u202f ]+,\d\d)", page)
        assert (begun[1] if begun else None) == carried
        ended = re.search(r"À reporter +([\d\u202f ]+,\d\d)", page)
        carried = ended[1] if ended else None
    assert carried is None
    assert any(re.search("Total HT +98[ \u202f]868,14", page) for page in pages[-2:])


def test_a_bank_app_reads_the_code(corpus, tmp_path):
    einvoices.need_tools("pdftoppm", "zbarimg")
    [code] = einvoices.codes(corpus / "plain.pdf", tmp_path)
    assert code.split("\n") == [
        "BCD", "002", "1", "SCT", "AGRIFRPPXXX", "Atelier Exemple SARL",
        "FR7630006000011234567890189", "EUR2183.24", "", "", "F2026-000001"]


@pytest.mark.parametrize("name", ["paid", "dollars", "credit", "quote", "receipt", "free"])
def test_no_code_where_no_transfer_is_asked_for(corpus, name, tmp_path):
    einvoices.need_tools("pdftoppm", "zbarimg")
    assert einvoices.codes(corpus / f"{name}.pdf", tmp_path) == []


def test_text_can_be_read_again(corpus):
    """What is written from right to left, too: by readers who cannot see, and by searches."""
    einvoices.need_tools("pdftotext")
    text = "\n".join(einvoices.pages(corpus / "scripts.pdf"))
    for part in ("Œuvre d'art « Été »", "東京", "Ελληνικά, кириллица, Tiếng Việt, Łódź",
                 "<b>gras</b> & \"guillemets\"", "5 €/m²"):
        assert part in text
    for word in ("דוגמה", "استشارية"):
        assert word in text or word[::-1] in text


def test_the_file_tells_its_title_and_language(corpus):
    einvoices.need_tools("qpdf", "pdfinfo")
    info = einvoices.call("pdfinfo", corpus / "plain.pdf").decode()
    assert re.search(r"Title: +Facture F2026-000001\n", info)
    assert re.search(r"Author: +Atelier Exemple SARL\n", info)
    xmp = einvoices.call("pdfinfo", "-meta", corpus / "hostile.pdf").decode()
    assert "&lt;/x:xmpmeta&gt;&lt;script&gt;&amp;" in xmp
    catalogue = einvoices.call("qpdf", "--show-object=trailer", corpus / "plain.pdf").decode()
    root = re.search(r"/Root (\d+) 0 R", catalogue)[1]
    shown = einvoices.call("qpdf", f"--show-object={root}", corpus / "plain.pdf").decode()
    assert "/Lang (fr-FR)" in shown and "/DisplayDocTitle true" in shown
