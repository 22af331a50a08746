"""Invoices of a client, their files and their life cycle (api/seqino.md 6)."""

import pytest

from support import cli, drafts, einvoices, invoices, seqino, submissions
from support.drafts import call, events, file, issued, reached, shown, sold_to
from support.seqino import check_invalid, check_refused

NOBODY = "inv_" + seqino.UNKNOWN
LISTED = ["invoice_id", "direction", "invoice_number", "type_code", "issue_date", "seller_name",
          "buyer_name", "currency_code", "total_with_vat", "amount_due", "created_at"]
ARRIVES = (200, 201, 202, 203)
WORDS = {200: "DEPOSITED", 201: "TRANSMITTED_BY_PLATFORM", 202: "RECEIVED_BY_PLATFORM",
         203: "MADE_AVAILABLE", 204: "ACKNOWLEDGED", 205: "APPROVED", 207: "IN_DISPUTE",
         210: "REFUSED", 212: "COLLECTED", 213: "REJECTED", 220: "CANCELLED"}


def listed(account, **query):
    answer = call(account, "GET", "/invoicing/invoices", query=query)
    assert answer.status == 200, answer
    assert all(list(row) == LISTED for row in answer.json)
    return answer


# --- reading ------------------------------------------------------------------------------------

def test_an_invoice_is_read_as_it_was_issued(merchant):
    invoice = issued(merchant, format="ubl")
    reached(merchant, invoice["invoice_id"], *ARRIVES)
    value = shown(merchant, invoice["invoice_id"])
    assert value["invoice_data"] == invoice["invoice_data"]
    assert (value["draft_id"], value["format"]) == (invoice["draft_id"], "ubl")
    assert value["status"] == "processed"


def test_invoices_of_the_other_face_are_there_too(merchant):
    desk = invoices.Desk(merchant)
    number, _ = desk.issue(deposit="20.50")
    desk.issue(type="quote", deposit=None)
    desk.issue(type="order", deposit=None)
    [row] = listed(merchant).json
    assert (row["invoice_number"], row["type_code"], row["total_with_vat"]) == (number, "380", "94.68")
    value = shown(merchant, row["invoice_id"])
    assert (value["draft_id"], value["format"], value["status"]) == (None, None, "validated")
    data = value["invoice_data"]
    assert data["buyer"]["name"] == "Société SARL"
    assert data["payment_terms"].startswith("Acompte à verser")
    assert events(merchant, row["invoice_id"]) == []
    desk.run("credit", number)
    credit, _ = listed(merchant).json
    assert credit["type_code"] == "381"
    data = shown(merchant, credit["invoice_id"])["invoice_data"]
    assert data["preceding_invoices"][0]["reference"] == number


def test_the_list_goes_on(merchant):
    made = [issued(merchant)["invoice_id"] for _ in range(5)]
    assert [row["invoice_id"] for row in listed(merchant).json] == made[::-1]
    first = listed(merchant, limit=2)
    assert [row["invoice_id"] for row in first.json] == made[:2:-1]
    assert f"cursor={made[3]}" in first.headers["Link"] and 'rel="next"' in first.headers["Link"]
    second = listed(merchant, limit=2, cursor=made[3])
    assert [row["invoice_id"] for row in second.json] == [made[2], made[1]]
    last = listed(merchant, limit=2, cursor=made[1])
    assert [row["invoice_id"] for row in last.json] == [made[0]]
    assert last.headers["Link"] is None


def test_submitted_files_stand_beside_what_was_issued(merchant):
    first = issued(merchant)
    sent = submissions.submitted(merchant, submissions.invoice())
    second = issued(merchant)
    received = submissions.submitted(merchant, submissions.turned(submissions.invoice()))
    made = [value["invoice_id"] for value in (received, second, sent, first)]
    rows = listed(merchant).json
    assert [row["invoice_id"] for row in rows] == made
    assert [row["direction"] for row in rows] == ["incoming", "outgoing", "outgoing", "outgoing"]
    assert [row["seller_name"] is None for row in rows] == [False, True, False, True]
    for row, value in ((rows[0], received), (rows[2], sent)):
        says = value["extracted_data"]
        assert {name: row[name] for name in LISTED if name in says} == {
            name: says[name] for name in LISTED if name in says}
        assert shown(merchant, row["invoice_id"])["created_at"] == row["created_at"]
    for limit in (1, 2, 3):
        told, cursor = [], None
        while len(told) < len(made):
            page = listed(merchant, limit=limit, **({"cursor": cursor} if cursor else {}))
            assert 0 < len(page.json) <= limit
            told += [row["invoice_id"] for row in page.json]
            cursor = told[-1]
            assert (page.headers["Link"] is None) == (len(told) == len(made))
        assert told == made


def test_files_of_others_are_not_listed(merchant):
    other = merchant.merchant_add()
    theirs = submissions.submitted(other, submissions.invoice())["invoice_id"]
    assert listed(merchant).json == []
    answer = call(merchant, "GET", "/invoicing/invoices", query={"cursor": theirs})
    check_refused(answer, 404, "Invoice not found")


def test_a_page_begins_behind_an_invoice(shop):
    answer = call(shop, "GET", "/invoicing/invoices", query={"cursor": NOBODY})
    check_refused(answer, 404, "Invoice not found")
    answer = call(shop, "GET", "/invoicing/invoices", query={"cursor": "inv_x"})
    check_invalid(answer, ("query", "cursor", "value_error"))


@pytest.mark.parametrize("limit,status", [("0", 422), ("1", 200), ("100", 200), ("101", 422)])
def test_a_page_has_a_limit(shop, limit, status):
    assert call(shop, "GET", "/invoicing/invoices", query={"limit": limit}).status == status


def test_invoices_of_others_are_nobodys(merchant):
    theirs = issued(merchant.merchant_add())["invoice_id"]
    for name in (theirs, NOBODY, "inv_x", "draft_" + seqino.UNKNOWN):
        for path in (f"/invoicing/invoice_data/{name}", f"/invoicing/invoices/{name}/file"):
            check_refused(call(merchant, "GET", path), 404, "Invoice not found")
        answer = call(merchant, "GET", "/lifecycle-events",
                      query={"object_type": "invoice", "object_id": name})
        check_refused(answer, 404, "Invoice not found")


def test_a_quote_is_no_invoice(merchant):
    desk = invoices.Desk(merchant)
    desk.issue(type="quote", deposit=None)
    with merchant.server.rows() as rows:
        (row,) = rows.ask("SELECT id FROM invoice WHERE kind = 'quote' AND merchant = ?", cli.merchant_id(merchant))
    quote = row["id"]
    for path in (f"/invoicing/invoice_data/inv_{quote}", f"/invoicing/invoices/inv_{quote}/file"):
        check_refused(call(merchant, "GET", path), 404, "Invoice not found")


# --- files --------------------------------------------------------------------------------------

def test_an_invoice_is_downloaded_in_each_format(merchant, tmp_path):
    invoice = issued(merchant, format="cii")
    name, number = invoice["invoice_id"], invoice["invoice_number"]
    pdf, cii, ubl = (file(merchant, name, format) for format in ("factur-x", "cii", "ubl"))
    assert [answer.status for answer in (pdf, cii, ubl)] == [200] * 3
    assert [answer.headers["Content-Type"] for answer in (pdf, cii, ubl)] == [
        "application/pdf", "application/xml", "application/xml"]
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{number}.pdf"'
    assert ubl.headers["Content-Disposition"] == f'attachment; filename="{number}.ubl.xml"'
    assert file(merchant, name).raw == file(merchant, name, "original").raw == cii.raw
    (tmp_path / "x.pdf").write_bytes(pdf.raw)
    assert einvoices.attached(tmp_path / "x.pdf") == cii.raw
    assert number.encode() in ubl.raw and b"CustomizationID" in ubl.raw
    check_invalid(file(merchant, name, "pdf"), ("query", "format", "enum"))


def test_what_never_left_is_a_factur_x(merchant):
    invoices.Desk(merchant).issue()
    [row] = listed(merchant).json
    assert file(merchant, row["invoice_id"], "original").raw.startswith(b"%PDF-")


# --- the life cycle -----------------------------------------------------------------------------

@pytest.mark.parametrize("digit,numbers,reason,status", [
    ("2", ARRIVES, None, "processed"),
    ("3", (*ARRIVES, 204, 205), None, "processed"),
    ("4", (*ARRIVES, 204, 207), "MONTANTTOTAL_ERR", "processed"),
    ("5", (*ARRIVES, 210), "NON_CONFORME", "rejected"),
    ("6", (200, 201, 213), "REJ_ADR", "rejected"),
    ("9", (213,), "DEST_INC", "rejected"),
])
def test_the_platform_says_what_becomes_of_it(merchant, digit, numbers, reason, status):
    invoice = issued(merchant, sold_to(digit))
    told = reached(merchant, invoice["invoice_id"], *numbers)
    assert [event["status_code"] for event in told] == [
        "InvoiceLifecycleStatus." + WORDS[number] for number in numbers]
    assert told[-1]["reason"] == reason
    assert told[-1]["rejection_reason"] == (reason if status == "rejected" else None)
    assert [event["is_mandatory"] for event in told] == [
        number in (200, 210, 213) for number in numbers]
    assert shown(merchant, invoice["invoice_id"])["status"] == status


def test_a_platform_that_is_silent_is_asked_again(merchant):
    invoice = issued(merchant, sold_to("8"))
    assert invoice["status"] == "submitted"
    assert events(merchant, invoice["invoice_id"]) == []
    assert shown(merchant, invoice["invoice_id"])["status"] == "submitted"


def test_what_is_sold_to_a_consumer_does_not_leave(merchant):
    data = drafts.changed("buyer.legal_registration_identifier", None)
    invoice = issued(merchant, data)
    assert invoice["status"] == "validated"
    assert events(merchant, invoice["invoice_id"]) == []
    assert shown(merchant, invoice["invoice_id"])["status"] == "validated"


def test_a_credit_note_cancels(merchant):
    invoice = issued(merchant)
    reached(merchant, invoice["invoice_id"], *ARRIVES)
    invoices.Desk(merchant).run("credit", invoice["invoice_number"])
    told = reached(merchant, invoice["invoice_id"], *ARRIVES, 220)
    assert told[-1]["status_code"] == "InvoiceLifecycleStatus.CANCELLED"
    assert told[-1]["emitter"] == "SELLER"


def test_a_credit_note_goes_the_way_of_its_invoice(merchant):
    invoice = issued(merchant, format="ubl")
    invoices.Desk(merchant).run("credit", invoice["invoice_number"])  # before it is deposited, or after
    reached(merchant, invoice["invoice_id"], *ARRIVES, 220)
    [credit] = [row for row in listed(merchant).json if row["invoice_id"] != invoice["invoice_id"]]
    reached(merchant, credit["invoice_id"], *ARRIVES)
    told = shown(merchant, credit["invoice_id"])
    assert (told["status"], told["format"], told["invoice_data"]["type_code"]) == ("processed", "ubl", "381")


def test_a_credit_note_of_what_was_rejected_stays(merchant):
    invoice = issued(merchant, sold_to("9"))
    reached(merchant, invoice["invoice_id"], 213)
    invoices.Desk(merchant).run("credit", invoice["invoice_number"])
    [credit] = [row for row in listed(merchant).json if row["invoice_id"] != invoice["invoice_id"]]
    assert events(merchant, credit["invoice_id"]) == []
    assert shown(merchant, credit["invoice_id"])["status"] == "validated"


def test_other_objects_have_no_life_cycle_here(shop):
    for kind in ("directory_entry", "regulatory_data", "flow", "lifecycle_status"):
        answer = call(shop, "GET", "/lifecycle-events",
                      query={"object_type": kind, "object_id": "x"})
        assert (answer.status, answer.json) == (200, [])


def test_both_parameters_are_needed(shop):
    check_invalid(call(shop, "GET", "/lifecycle-events"), ("query", "object_type", "missing"),
                  ("query", "object_id", "missing"))
    answer = call(shop, "GET", "/lifecycle-events",
                  query={"object_type": "payment", "object_id": "x"})
    check_invalid(answer, ("query", "object_type", "enum"))
    for length, status in ((100, 404), (101, 422)):
        answer = call(shop, "GET", "/lifecycle-events",
                      query={"object_type": "invoice", "object_id": "x" * length})
        assert answer.status == status


def test_in_live_mode_nothing_is_simulated(merchant):
    key = cli.told(merchant.server, "keys", "add", cli.merchant_id(merchant), "--face", "seqino",
                   "--live")["api_key"]
    client = seqino.exchange(merchant, "POST", "/clients", seqino.draft(), key=key).json["client_id"]
    drafts.complete(merchant, client)
    draft = call(merchant, "POST", "/drafts", {"invoice_data": drafts.DATA}, client=client, key=key)
    assert draft.status == 201, draft
    answer = drafts.validate(merchant, draft.json, client=client, key=key)
    check_refused(answer, 503)
    assert answer.json["error"].startswith("Platform is not connected")
    path = "/drafts/" + draft.json["draft_id"]
    assert call(merchant, "GET", path, client=client, key=key).json["status"] == "draft"
