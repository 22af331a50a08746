"""Invoices that are submitted as files (api/seqino.md 6)."""

import base64
import decimal
import hashlib
import re
import subprocess

import pytest

from support import cli, drafts, einvoices, seqino, server, submissions
from support.seqino import check_invalid, check_refused
from support.server import eventually
from support.submissions import (BOUNDARY, client, events, file, invoice, number, parts, rules, shown, submit,
                                 submitted, turned)

LIMIT = 20 << 20


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """The corpus: its plain invoice is F2026-000001 of every test merchant."""
    program = server.binary().parent / "render_invoices"
    if not program.exists():
        pytest.skip(f"{program} is not built")
    place = tmp_path_factory.mktemp("papers")
    subprocess.run([str(program), str(place)], check=True, timeout=120)
    return place


@pytest.fixture(scope="module")
def facturx(papers):
    """The plain invoice as a PDF."""
    return (papers / "plain.pdf").read_bytes()


# --- taken --------------------------------------------------------------------------------------

@pytest.mark.parametrize("syntax", ["cii", "ubl"])
def test_an_invoice_of_ours_is_submitted(merchant, syntax):
    name = number()
    text = invoice(name, syntax)
    told = submitted(merchant, text, "Facture n° 1.xml")
    assert told["status"] == "submitted"
    assert (told["file_name"], told["file_size"]) == ("Facture n° 1.xml", len(text.encode()))
    assert told["extracted_data"] == {
        "format": syntax, "direction": "outgoing", "invoice_number": name, "issue_date": "2026-11-21",
        "type_code": "380", "currency_code": "USD", "seller_name": "Atelier Exemple SARL",
        "seller_siren": "100000009", "buyer_name": "Client Modèle SAS", "buyer_siren": "200000008",
        "total_without_vat": "91.00", "total_vat": "18.20", "total_with_vat": "109.20",
        "amount_due": "100.00", "sha256": hashlib.sha256(text.encode()).hexdigest()}
    data = told["en16931_invoice"]
    assert data["invoice_number"] == name
    assert data["lines"][0]["invoiced_quantity"] == "100.0000"
    assert data["seller"]["name"] == "Atelier Exemple SARL"


def test_both_syntaxes_say_the_same(merchant):
    name = number()
    first = submitted(merchant, invoice(name, "cii"))
    second = submitted(merchant.merchant_add(), invoice(name, "ubl"))
    assert first["en16931_invoice"] == second["en16931_invoice"]


def test_an_invoice_to_us_is_kept(merchant):
    told = submitted(merchant, turned(invoice()))
    assert told["status"] == "validated"
    assert told["extracted_data"]["direction"] == "incoming"


def test_a_factur_x_is_taken(merchant, facturx):
    told = submitted(merchant, facturx, "facture.pdf")
    assert told["extracted_data"]["format"] == "factur-x"
    assert told["extracted_data"]["invoice_number"] == "F2026-000001"
    answer = file(merchant, told["invoice_id"])
    assert (answer.status, answer.raw) == (200, facturx)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert file(merchant, told["invoice_id"], "factur-x").raw == facturx
    answer = file(merchant, told["invoice_id"], "cii")
    assert answer.headers["Content-Type"] == "application/xml"
    assert b"<ram:ID>F2026-000001</ram:ID>" in answer.raw
    assert shown(merchant, told["invoice_id"])["invoice_data"] == told["en16931_invoice"]


PLAIN = {"cii": "plain.cii.xml", "ubl": "plain.ubl.xml", "factur-x": "plain.pdf"}


@pytest.mark.parametrize("wanted", PLAIN)
@pytest.mark.parametrize("sent", PLAIN)
def test_a_submitted_file_is_read_in_each_format(merchant, papers, sent, wanted):
    content = (papers / PLAIN[sent]).read_bytes()
    told = submitted(merchant, content, PLAIN[sent])
    answer = file(merchant, told["invoice_id"], wanted)
    assert answer.status == 200, answer
    kind = "application/pdf" if wanted == "factur-x" else "application/xml"
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "private, no-store"
    again = submitted(merchant.merchant_add(), answer.raw)
    assert again["extracted_data"]["format"] == wanted
    assert again["en16931_invoice"] == told["en16931_invoice"]
    assert file(merchant, told["invoice_id"], wanted).raw == answer.raw
    assert file(merchant, told["invoice_id"]).raw == content


@pytest.mark.parametrize("sent, wanted, ending", [("cii", "ubl", "ubl.xml"), ("ubl", "cii", "cii.xml"),
                                                  ("cii", "factur-x", "pdf")])
def test_a_converted_file_is_named_by_its_number(merchant, papers, sent, wanted, ending):
    told = submitted(merchant, (papers / PLAIN[sent]).read_bytes())
    answer = file(merchant, told["invoice_id"], wanted)
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''F2026-000001.{ending}"


def test_every_term_is_converted_between_the_syntaxes(merchant):
    name = number()
    for sent, wanted in (("cii", "ubl"), ("ubl", "cii")):
        account = merchant.merchant_add()
        told = submitted(account, invoice(name, sent))
        answer = file(account, told["invoice_id"], wanted)
        again = submitted(merchant.merchant_add(), answer.raw)
        assert numbers(again["en16931_invoice"]) == numbers(told["en16931_invoice"])


def numbers(value):
    """The same with 2.5 for "2.5000": how many decimals were written says nothing."""
    if isinstance(value, dict):
        return {name: numbers(member) for name, member in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d+\.\d+", value):
        return decimal.Decimal(value)
    return value


def attaching(content):
    """An invoice with this file within."""
    text = invoice()
    assert ">YTtiCg==<" in text
    return text.replace(">YTtiCg==<", f">{content}<")


@pytest.mark.parametrize("sent", ["cii", "ubl"])
def test_what_is_attached_can_be_opened_from_the_pdf(merchant, sent, tmp_path):
    einvoices.need_tools("qpdf")
    told = submitted(merchant, invoice(syntax=sent))
    answer = file(merchant, told["invoice_id"], "factur-x")
    assert answer.status == 200, answer
    pdf = tmp_path / "facture.pdf"
    pdf.write_bytes(answer.raw)
    einvoices.check_pdf(pdf)
    assert einvoices.attached(pdf, "file-01") == b"a;b\n"
    assert b'<ram:AttachmentBinaryObject mimeCode="text/csv" filename="rib.csv">YTtiCg==<' in einvoices.attached(pdf)


def test_what_is_attached_goes_from_file_to_file(merchant):
    content = base64.b64encode(bytes(range(256)) * 12000).decode()
    told = submitted(merchant, attaching("\n".join(content[at:at + 76] for at in range(0, len(content), 76))))
    ubl = file(merchant, told["invoice_id"], "ubl")
    assert ubl.status == 200, ubl
    assert f'mimeCode="text/csv" filename="rib.csv">{content}<' in ubl.raw.decode()
    other = merchant.merchant_add()
    told = submitted(other, ubl.raw)
    assert told["en16931_invoice"]["supporting_documents"][0]["file_name"] == "rib.csv"
    for wanted in ("cii", "factur-x"):
        answer = file(other, told["invoice_id"], wanted)
        assert answer.status == 200, answer
        assert wanted != "cii" or f">{content}<" in answer.raw.decode()


@pytest.mark.parametrize("content, sentence", [
    ("not base64", "Invoice cannot be converted: no room for BT-125 (number 1)"),
    ("A" * (8 << 20), "Invoice cannot be converted: it is too long"),
    ("A" * ((8 << 20) + 4), "Invoice cannot be converted: no room for BT-125 (number 1)"),
], ids=["odd", "long", "longer"])
@pytest.mark.parametrize("wanted", ["ubl", "factur-x"])
def test_what_cannot_be_attached_is_not_converted(merchant, wanted, content, sentence):
    told = submitted(merchant, attaching(content))
    check_refused(file(merchant, told["invoice_id"], wanted), 409, sentence)


def test_what_a_syntax_has_no_room_for_is_not_converted(merchant, papers):
    text = (papers / PLAIN["cii"]).read_text(encoding="utf-8")
    note = "</ram:IssueDateTime><ram:IncludedNote><ram:Content>#ABC#texte</ram:Content></ram:IncludedNote>"
    told = submitted(merchant, text.replace("</ram:IssueDateTime>", note, 1))
    check_refused(file(merchant, told["invoice_id"], "ubl"), 409,
                  "Invoice cannot be converted: no room for BT-21 (number 1)")


def test_a_page_is_made_of_a_mebibyte_at_most(merchant, papers):
    text = (papers / PLAIN["cii"]).read_text(encoding="utf-8")
    told = submitted(merchant, padded(text, 1 << 20))
    assert file(merchant, told["invoice_id"], "factur-x").status == 200
    other = merchant.merchant_add()
    told = submitted(other, padded(text, (1 << 20) + 1))
    check_refused(file(other, told["invoice_id"], "factur-x"), 409, "Invoice cannot be converted: it is too long")
    assert file(other, told["invoice_id"], "ubl").status == 200


@pytest.mark.parametrize("wanted", PLAIN)
@pytest.mark.parametrize("sample", ["already-paid", "credit-note", "document-allowance", "franchise-en-base",
                                    "services-two-rates"])
def test_each_good_sample_is_read_in_each_format(merchant, sample, wanted):
    path = einvoices.directory() / "samples" / "valid" / f"{sample}.xml"
    if not path.is_file():
        pytest.skip(f"there is no sample {path}")
    told = submitted(merchant, path.read_bytes())
    answer = file(merchant, told["invoice_id"], wanted)
    assert answer.status == 200, answer
    again = submitted(merchant.merchant_add(), answer.raw)
    assert again["extracted_data"]["format"] == wanted
    assert numbers(again["en16931_invoice"]) == numbers(told["en16931_invoice"])


@pytest.mark.parametrize("syntax", ["cii", "ubl"])
def test_a_page_shows_every_term(merchant, syntax):
    told = submitted(merchant, invoice(syntax=syntax))
    answer = file(merchant, told["invoice_id"], "factur-x")
    assert answer.status == 200, answer
    again = submitted(merchant.merchant_add(), answer.raw)
    assert again["extracted_data"]["format"] == "factur-x"
    assert numbers(again["en16931_invoice"]) == numbers(told["en16931_invoice"])


def test_what_no_page_can_show_is_no_factur_x(merchant):
    text = invoice().replace("USD", "JPY")
    told = submitted(merchant, text)
    answer = file(merchant, told["invoice_id"], "factur-x")
    check_refused(answer, 409, "Invoice cannot be converted: no room for BT-5")
    assert "Content-Disposition" not in answer.headers
    assert file(merchant, told["invoice_id"], "ubl").status == 200


def test_what_has_no_room_on_a_page_is_no_factur_x(merchant):
    text = invoice().replace("Affactureur SA", "Affactureur " * 5000)
    told = submitted(merchant, text)
    check_refused(file(merchant, told["invoice_id"], "factur-x"), 409,
                  "Invoice cannot be converted: it is too long")
    assert file(merchant, told["invoice_id"], "ubl").status == 200


def test_the_file_comes_back_as_it_came(merchant):
    text = invoice().replace("\n", "\r\n") + "\n<!-- fin -->\n"
    told = submitted(merchant, text, "é è.xml")
    answer = file(merchant, told["invoice_id"])
    assert (answer.status, answer.raw) == (200, text.encode())
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%A9%20%C3%A8.xml"


@pytest.mark.parametrize("sent, kept", [
    ("../../etc/passwd", "passwd"), ("C:\\\\dossier\\\\f.xml", "f.xml"), ("", "invoice.xml"), ("a/", "invoice.xml"),
    ("x" * 255, "x" * 255), ("x" * 256, "x" * 255), ("é" * 200, "é" * 127)])
def test_names_of_files_are_names(merchant, sent, kept):
    assert submitted(merchant, invoice(), sent)["file_name"] == kept


# --- refused ------------------------------------------------------------------------------------

@pytest.mark.parametrize("right, wrong, broken", [
    ("<ram:LineTotalAmount>96.00</ram:LineTotalAmount><ram:ChargeTotal",
     "<ram:LineTotalAmount>96.01</ram:LineTotalAmount><ram:ChargeTotal", {"BR-CO-10", "BR-CO-13"}),
    (">PMT<", ">AAI<", {"BR-FR-05"}),
    ("<ram:ID>M1</ram:ID>", "<ram:ID>X1</ram:ID>", {"BR-FR-08"}),
    ("<ram:Name>Stylo</ram:Name>", "<ram:Name>Stylo</ram:Name><ram:Bogus/>", {"XSD"}),
])
def test_what_breaks_a_rule_is_refused_by_its_name(merchant, right, wrong, broken):
    name = number()
    text = invoice(name)
    assert right in text
    assert rules(submit(merchant, text.replace(right, wrong))) == broken
    submitted(merchant, text)


def test_each_bad_sample_is_refused(shop):
    folder = einvoices.directory() / "samples" / "invalid"
    if not folder.is_dir():
        pytest.skip(f"there are no samples at {folder}")
    for path in sorted(folder.glob("*.xml")):
        named = rules(submit(shop, path.read_bytes(), path.name))
        assert any(path.name.startswith(rule + "-") for rule in named), (path.name, named)


def test_thirty_one_rules_are_told_and_then_how_many_more(merchant):
    line = "<ram:IncludedSupplyChainTradeLineItem></ram:IncludedSupplyChainTradeLineItem>"
    text = invoice().replace("<ram:ApplicableHeaderTradeAgreement>", line * 20 + "<ram:ApplicableHeaderTradeAgreement>")
    answer = submit(merchant, text)
    assert len(rules(answer)) > 3
    assert len(answer.json["detail"]) == 32
    assert answer.json["detail"][-1]["msg"].endswith("rules more")


@pytest.mark.parametrize("content, sentence", [
    (b"PK\x03\x04", "The file is neither a PDF nor XML in UTF-8 or ISO-8859"),
    (b"<html/>", "The XML is neither a Cross Industry Invoice nor a UBL Invoice or CreditNote"),
    (b"<!DOCTYPE a []><a/>", "The file holds a document type declaration"),
    (b"%PDF-1.7\nhello", "The PDF cannot be read, or has no invoice factur-x.xml, or has two"),
])
def test_what_cannot_be_read_is_400(merchant, content, sentence):
    check_refused(submit(merchant, content), 400, sentence)


def test_an_invoice_between_others_is_refused(merchant):
    answer = submit(merchant, invoice().replace("100000009", "400000006"))
    check_invalid(answer, ("body", "file", "value_error"))
    assert answer.json["detail"][0]["msg"] == "Names the client neither as seller nor as buyer"


def test_a_number_of_a_seller_counts_once_a_year(merchant):
    name = number()
    first = submitted(merchant, invoice(name))
    sentence = f"Invoice of this seller, year and number is here already: {first['invoice_id']}"
    check_refused(submit(merchant, invoice(name)), 409, sentence)
    check_refused(submit(merchant, invoice(name, "ubl")), 409, sentence)
    submitted(merchant, turned(invoice(name)))
    submitted(merchant.merchant_add(), invoice(name))
    earlier = invoice(name).replace("20261121", "20251121")
    assert submitted(merchant, earlier)["extracted_data"]["issue_date"] == "2025-11-21"


# --- the call -----------------------------------------------------------------------------------

def test_the_body_must_be_a_form_with_a_file(merchant):
    missing = ("body", "file", "missing")
    text = invoice().encode()
    check_invalid(submit(merchant, b"", raw=parts(("other", "a.xml", text))), missing)
    check_invalid(submit(merchant, b"", raw=parts(("file", "a.xml", b""))), missing)
    sentence = "The body is not multipart/form-data that can be read"
    check_refused(submit(merchant, b"", raw=b"--x"), 400, sentence)
    check_refused(submit(merchant, text, kind="multipart/form-data"), 400, sentence)
    check_refused(submit(merchant, text, kind=None), 400, sentence)
    assert submit(merchant, text, kind="application/json").status == 415
    submitted(merchant, b"", raw=parts(("note", None, b"x"), ("file", None, text)))


def test_who_calls_and_for_whom(merchant):
    text = invoice()
    check_refused(submit(merchant, text, key=False), 401)
    check_invalid(submit(merchant, text, client=""), ("header", "X-PDP-Client-Id", "missing"))
    other = client(merchant.merchant_add())
    check_refused(submit(merchant, text, client=other), 404, "Client not found")
    told = submitted(merchant, text)
    stranger = merchant.merchant_add()
    for invoice_id in (told["invoice_id"], "inv_" + seqino.UNKNOWN, "draft_x"):
        check_refused(file(stranger, invoice_id), 404, "Invoice not found")
        check_refused(submissions.call(stranger, f"/invoicing/invoice_data/{invoice_id}"), 404, "Invoice not found")
        query = {"object_type": "invoice", "object_id": invoice_id}
        check_refused(submissions.call(stranger, "/lifecycle-events", query=query), 404, "Invoice not found")


def padded(text, size):
    """The file with blanks before its end, so long."""
    end = "</rsm:CrossIndustryInvoice>"
    body = text.encode()
    room = size - len(body)
    at = body.rindex(end.encode())
    return body[:at] + b" " * room + body[at:]


def test_twenty_mebibytes_and_one_byte_more(merchant):
    name = number()
    largest = padded(invoice(name), LIMIT)
    check_refused(submit(merchant, largest + b"\n"), 413, "The file is too large")
    assert submitted(merchant, largest)["file_size"] == LIMIT
    check_refused(submit(merchant, largest + b"\n" * 70000), 413, "The body is too large.")


def test_an_idempotency_key_counts_for_the_file(merchant):
    text = invoice()
    headers = {"Idempotency-Key": "key-1"}
    first = submit(merchant, text, headers=headers)
    again = submit(merchant, text, headers=headers, boundary="une-autre-limite")
    assert (again.status, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = submit(merchant, invoice(), headers=headers)
    check_refused(other, 409)
    assert BOUNDARY not in again.raw.decode()


# --- its life -----------------------------------------------------------------------------------

def test_what_was_submitted_is_shown_again(merchant):
    told = submitted(merchant, invoice())
    again = shown(merchant, told["invoice_id"])
    assert list(again) == ["invoice_id", "draft_id", "format", "status", "invoice_data", "created_at"]
    assert (again["invoice_id"], again["draft_id"], again["format"]) == (told["invoice_id"], None, "cii")
    assert again["invoice_data"] == told["en16931_invoice"]


@pytest.mark.parametrize("digit, reached, status", [
    ("2", [200, 201, 202, 203], "processed"),
    ("3", [200, 201, 202, 203, 204, 205], "processed"),
    ("5", [200, 201, 202, 203, 210], "rejected"),
    ("6", [200, 201, 213], "rejected"),
    ("9", [200, 213], "rejected"),
    ("8", [200], "submitted"),
])
def test_the_platform_takes_it_to_the_buyer(merchant, digit, reached, status):
    text = invoice().replace("200000008", digit + "00000008")
    told = submitted(merchant, text)
    eventually(lambda: events(merchant, told["invoice_id"]) == reached, 10, "it has got there")
    assert shown(merchant, told["invoice_id"])["status"] == status


def test_what_we_received_goes_nowhere(merchant):
    told = submitted(merchant, turned(invoice()))
    assert events(merchant, told["invoice_id"]) == [200]
    assert shown(merchant, told["invoice_id"])["status"] == "validated"


def test_in_live_mode_nothing_is_simulated(merchant):
    owner = cli.merchant_id(merchant)
    key = cli.told(merchant.server, "keys", "add", owner, "--face", "seqino", "--live")["api_key"]
    cli.run(merchant.server, "client", "add", owner, "--live", "--ref", "LIVE")
    answer = submit(merchant, invoice(), key=key)
    check_refused(answer, 503)
    assert answer.json["error"].startswith("Platform is not connected"), answer


def test_a_number_of_our_own_series_is_taken(merchant):
    issued = seqino.exchange(merchant, "POST", "/drafts", {"invoice_data": drafts.DATA}, client=client(merchant))
    path = f"/drafts/{issued.json['draft_id']}/validate"
    issued = seqino.exchange(merchant, "POST", path, {}, client=client(merchant))
    assert issued.status == 200, issued
    answer = submit(merchant, invoice(issued.json["invoice_number"]))
    check_refused(answer, 409,
                  f"Invoice of this seller, year and number is here already: {issued.json['invoice_id']}")
