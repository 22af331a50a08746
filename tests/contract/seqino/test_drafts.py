"""Drafts of invoices, and checking without keeping (api/seqino.md 6)."""

import pytest

from support import drafts, seqino
from support.drafts import DATA, LINE, NOBODY, call, changed, checked, made, problems
from support.seqino import check_invalid, check_refused


# --- keeping ------------------------------------------------------------------------------------

def test_a_draft_is_kept_as_it_was_understood(merchant):
    draft = made(merchant, DATA | {"unknown": {"deep": [1.5]}})
    assert draft["status"] == "draft"
    assert (draft["invoice_id"], draft["format"], draft["updated_at"]) == (None, None, None)
    assert draft["invoice_data"] == DATA
    answer = call(merchant, "GET", "/drafts/" + draft["draft_id"])
    assert (answer.status, answer.json) == (200, draft)
    assert call(merchant, "GET", f"/api/drafts/{draft['draft_id']}/").json == draft


def test_a_draft_may_hold_anything_or_nothing(merchant):
    assert made(merchant, {"buyer_reference": "x"})["invoice_data"] == {"buyer_reference": "x"}
    answer = call(merchant, "POST", "/drafts", {"invoice_data": {}})
    assert (answer.status, answer.json["invoice_data"]) == (201, {})


def test_decimals_are_kept_as_they_are_written(merchant):
    raw = b'{"invoice_data":{"lines":[{"item_net_price":26.30,"invoiced_quantity":3,"net_amount":"78.90"}]}}'
    answer = call(merchant, "POST", "/drafts", raw=raw)
    assert answer.json["invoice_data"]["lines"] == [
        {"invoiced_quantity": "3", "net_amount": "78.90", "item_net_price": "26.30"}]


def test_replacing_takes_the_whole_draft(merchant):
    draft = made(merchant, payment_id="7")
    path = "/drafts/" + draft["draft_id"]
    answer = call(merchant, "PUT", path, {"invoice_data": {"buyer_reference": "new"}})
    assert answer.status == 200, answer
    drafts.check_draft(answer.json)
    assert answer.json["invoice_data"] == {"buyer_reference": "new"}
    assert answer.json["payment_id"] is None
    assert answer.json["updated_at"] is not None
    assert call(merchant, "GET", path).json == answer.json


def test_deleting(merchant):
    path = "/drafts/" + made(merchant)["draft_id"]
    answer = call(merchant, "DELETE", path)
    assert (answer.status, answer.raw) == (204, b"")
    check_refused(call(merchant, "GET", path), 404, "Draft not found")
    check_refused(call(merchant, "DELETE", path), 404, "Draft not found")


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
def test_drafts_of_others_are_nobodys(merchant, verb):
    path = "/drafts/" + made(merchant.merchant_add())["draft_id"]
    body = {"invoice_data": DATA} if verb == "PUT" else None
    check_refused(call(merchant, verb, path, body), 404, "Draft not found")
    for nobody in (NOBODY, "draft_x", "inv_" + seqino.UNKNOWN, seqino.UNKNOWN):
        check_refused(call(merchant, verb, "/drafts/" + nobody, body), 404, "Draft not found")


def test_the_client_is_needed(merchant):
    for verb, path in (("POST", "/drafts"), ("GET", "/drafts/" + NOBODY),
                       ("POST", "/drafts/validate-data")):
        answer = call(merchant, verb, path, {"invoice_data": DATA} if verb == "POST" else None,
                      client=None)
        check_invalid(answer, ("header", "X-PDP-Client-Id", "missing"))


@pytest.mark.parametrize("path", ["/drafts", "/drafts/validate-data"])
def test_what_has_another_shape_is_told_at_its_place(merchant, path):
    check_invalid(call(merchant, "POST", path, {}), ("body", "invoice_data", "missing"))
    data = DATA | {"due_date": "31/12/2031", "notes": {}, "buyer": [],
                   "lines": [{"vat_rate": True}, 7, {"net_amount": "1e2", "item_name": 5}]}
    at = ("body", "invoice_data")
    check_invalid(call(merchant, "POST", path, {"invoice_data": data}),
                  (*at, "due_date", "date_from_datetime_parsing"), (*at, "notes", "value_error"),
                  (*at, "buyer", "value_error"), (*at, "lines", 0, "vat_rate", "value_error"),
                  (*at, "lines", 1, "value_error"), (*at, "lines", 2, "net_amount", "value_error"),
                  (*at, "lines", 2, "item_name", "string_type"))


def test_lists_have_limits(merchant):
    line = {"item_name": "x"}
    assert call(merchant, "POST", "/drafts", {"invoice_data": {"lines": [line] * 1000}}).status == 201
    answer = call(merchant, "POST", "/drafts", {"invoice_data": {"lines": [line] * 1001}})
    check_invalid(answer, ("body", "invoice_data", "lines", "value_error"))
    notes = [{"note": "x"}]
    assert call(merchant, "POST", "/drafts", {"invoice_data": {"notes": notes * 64}}).status == 201
    answer = call(merchant, "POST", "/drafts", {"invoice_data": {"notes": notes * 65}})
    check_invalid(answer, ("body", "invoice_data", "notes", "value_error"))
    for length, status in ((1000, 201), (1001, 422)):
        answer = call(merchant, "POST", "/drafts", {"invoice_data": {"payment_terms": "é" * length}})
        assert answer.status == status


def test_the_same_key_makes_one_draft(merchant):
    headers = {"Idempotency-Key": "draft-1"}
    first = call(merchant, "POST", "/drafts", {"invoice_data": DATA}, headers=headers)
    again = call(merchant, "POST", "/drafts", {"invoice_data": DATA}, headers=headers)
    assert (again.status, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    check_refused(call(merchant, "POST", "/drafts", {"invoice_data": {}}, headers=headers), 409)


# --- checking -----------------------------------------------------------------------------------

def test_what_is_right_is_shown_as_it_would_be_issued(merchant):
    answer = checked(merchant, DATA)
    assert answer["errors"] == []
    assert answer["valid"] is True
    shown = answer["invoice_data"]
    assert shown["type_code"] == "380"
    assert shown["specification_identifier"] == "urn:cen.eu:en16931:2017"
    assert shown["seller"]["name"] == "Atelier Exemple SARL"
    assert shown["totals"] == {
        "sum_of_line_net_amounts": "78.90", "total_without_vat": "78.90", "total_vat": "15.78",
        "total_with_vat": "94.68", "amount_due": "94.68"}
    assert shown["lines"][0]["net_amount"] == "78.90"


def test_what_is_shown_is_right_itself(merchant):
    """Everything that follows from a draft may be told in it."""
    data = checked(merchant, DATA | {
        "buyer_reference": "SERVICE-12", "contract_reference": "C-1", "project_reference": "P-1",
        "purchase_order_reference": "D-1", "sales_order_reference": "V-1",
        "receiving_advice_reference": "R-1", "despatch_advice_reference": "B-1",
        "tender_or_lot_reference": "L-1", "invoice_object_identifier": "O-1",
        "buyer_accounting_reference": "A-1", "payment_terms": "Trente jours",
        "notes": [{"note": "Merci"}, {"subject_code": "PMT", "note": "Indemnité de 40 EUR"}],
        "delivery": {"deliver_to_party_name": "Entrepôt"},
        "invoicing_period": {"start_date": "2026-11-01", "end_date": "2026-11-30"}})["invoice_data"]
    assert data["notes"][-1] == {"subject_code": "AAI", "note": "Merci"}
    answer = checked(merchant, data)
    assert answer["errors"] == []
    assert answer["invoice_data"] == data


# --- what is exempt -----------------------------------------------------------------------------

EXEMPT = {"item_name": "Formation", "invoiced_quantity": "1", "item_net_price": "100.00",
          "vat_category_code": "E", "vat_rate": "0"}
WHY = {"vat_category_code": "E", "vat_rate": "0", "exemption_reason": "Exonération, art. 261 du CGI",
       "exemption_reason_code": "VATEX-EU-132"}


@pytest.mark.parametrize("lines", [[EXEMPT], [EXEMPT, LINE], [LINE, EXEMPT]])
def test_a_reason_alone_makes_a_line_exempt(merchant, lines):
    data = DATA | {"lines": lines, "vat_breakdown": [WHY]}
    answer = checked(merchant, data)
    assert answer["valid"] is True, answer["errors"]
    issued = drafts.issued(merchant, data)["invoice_data"]
    [group] = [group for group in issued["vat_breakdown"] if group["vat_category_code"] == "E"]
    assert (group["taxable_amount"], group["tax_amount"]) == ("100.00", "0.00")
    assert group["exemption_reason"] == WHY["exemption_reason"]
    assert group["exemption_reason_code"] == WHY["exemption_reason_code"]
    assert issued["totals"]["total_with_vat"] == ("100.00" if lines == [EXEMPT] else "194.68")


def test_a_group_that_is_given_in_part_is_completed(merchant):
    standard = {"vat_category_code": "S", "vat_rate": "20", "taxable_amount": "78.90"}
    assert problems(merchant, DATA | {"vat_breakdown": [standard]}) == {}
    for wrong in ({"taxable_amount": "78.91"}, {"vat_rate": "10"}):
        answer = problems(merchant, DATA | {"vat_breakdown": [standard | wrong]})
        assert "BR-S-08" in answer["vat_breakdown.0.taxable_amount"]


def test_of_a_draft_that_cannot_be_reckoned_yet_no_sums_are_asked(merchant):
    line = {name: value for name, value in EXEMPT.items() if name != "item_net_price"}
    assert list(problems(merchant, DATA | {"lines": [line], "vat_breakdown": [WHY]})) == ["lines.0.item_net_price"]


# --- wrong data ---------------------------------------------------------------------------------

@pytest.mark.parametrize("path,value,rules", [
    ("totals.sum_of_line_net_amounts", "78.91", {"totals.sum_of_line_net_amounts": "BR-CO-10",
                                                 "totals.total_without_vat": "BR-CO-13"}),
    ("totals.total_without_vat", "78.89", {"totals.total_without_vat": "BR-CO-13",
                                           "totals.total_with_vat": "BR-CO-15"}),
    ("totals.total_vat", "15.77", {"totals.total_vat": "BR-CO-14", "totals.total_with_vat": "BR-CO-15"}),
    ("totals.total_with_vat", "94.69", {"totals.total_with_vat": "BR-CO-15",
                                        "totals.amount_due": "BR-CO-16"}),
    ("totals.amount_due", "94.67", {"totals.amount_due": "BR-CO-16"}),
    ("totals.paid_amount", "1.00", {"totals.amount_due": "BR-CO-16", "totals.paid_amount": "ISSUE"}),
    ("totals.sum_of_allowances", "1.00", {"totals.sum_of_allowances": "BR-CO-11",
                                          "totals.total_without_vat": "BR-CO-13"}),
    ("totals.rounding_amount", "0.01", {"totals.amount_due": "BR-CO-16",
                                        "totals.rounding_amount": "ISSUE"}),
    ("lines.0.net_amount", "78.91", {"lines.0.net_amount": "LINE-NET",
                                     "totals.sum_of_line_net_amounts": "BR-CO-10",
                                     "vat_breakdown.0.taxable_amount": "BR-S-08"}),
    ("lines.0.vat_category_code", None, {"lines.0.vat_category_code": "BR-CO-04"}),
    ("lines.0.vat_category_code", "L", {"lines.0.vat_category_code": "BR-FR-15"}),
    ("lines.0.vat_rate", "19.5", {"lines.0.vat_rate": "BR-FR-16"}),
    ("lines.0.vat_rate", "0", {"lines.0.vat_rate": "BR-S-05"}),
    ("lines.0.item_net_price", "-1", {"lines.0.item_net_price": "BR-27"}),
    ("lines.0.item_net_price", "1.00001", {"lines.0.item_net_price": "ISSUE"}),
    ("lines.0.item_net_price", None, {"lines.0.item_net_price": "BR-26"}),
    ("lines.0.invoiced_quantity", "-3", {"lines.0.invoiced_quantity": "ISSUE"}),
    ("lines.0.invoiced_quantity", None, {"lines.0.invoiced_quantity": "BR-22"}),
    ("lines.0.item_name", None, {"lines.0.item_name": "BR-25"}),
    ("lines.0.item_price_base_quantity", "10", {"lines.0.item_price_base_quantity": "ISSUE"}),
    ("lines.0.invoiced_quantity_unit_code", "hours",
     {"lines.0.invoiced_quantity_unit_code": "BR-CL-23"}),
    ("type_code", "381", {"type_code": "ISSUE", "preceding_invoices": "BR-FR-CO-05"}),
    ("currency_code", "JPY", {"currency_code": "ISSUE",
                              "vat_accounting_currency_code": "BR-FR-CO-12"}),
    ("issue_date", "2020-01-01", {"issue_date": "ISSUE"}),
    ("issue_date", "1999-01-01", {"issue_date": "BR-FR-03"}),
    ("due_date", "2020-01-01", {"due_date": "BR-FR-CO-07"}),
    ("invoice_number", "MINE-1", {"invoice_number": "ISSUE"}),
    ("invoice_number", "MINE 1", {"invoice_number": "BR-FR-02"}),
    ("business_process_type", "S9", {"business_process_type": "ISSUE"}),
    ("business_process_type", "Z1", {"business_process_type": "BR-FR-08"}),
    ("specification_identifier", "urn:x", {"specification_identifier": "PROFILE"}),
    ("buyer.name", None, {"buyer.name": "BR-07"}),
    ("buyer.postal_address", None, {"buyer.postal_address": "BR-10", "buyer.postal_address.country_code": "ISSUE"}),
    ("buyer.postal_address.country_code", None, {"buyer.postal_address.country_code": "BR-11"}),
    ("buyer.postal_address.country_code", "ZZ", {"buyer.postal_address.country_code": "BR-CL-14"}),
    ("buyer.legal_registration_identifier.identifier", "200000009",
     {"buyer.legal_registration_identifier": "ISSUE"}),
    ("buyer.vat_identifier", "FR00200000008", {"buyer.vat_identifier": "ISSUE"}),
    ("buyer.electronic_address", {"identifier": "100000009", "scheme_identifier": "0225"},
     {"buyer.electronic_address": "BR-FR-21"}),
    ("seller.name", "Somebody else", {"seller.name": "ISSUE"}),
    ("document_level_allowances", [{"amount": "1.00"}],
     {"document_level_allowances.0.reason": "BR-33", "document_level_allowances.0": "ISSUE"}),
    ("payee.name", "Somebody else", {"payee.name": "ISSUE"}),
    ("notes", [{"subject_code": "PMT", "note": "a"}, {"subject_code": "PMT", "note": "b"}],
     {"notes": "BR-FR-06", "notes.0": "ISSUE"}),
    ("notes", [{"subject_code": "BAR", "note": "B2C"}], {"notes.0": "ISSUE"}),
    ("vat_breakdown", [{"vat_category_code": "S", "vat_rate": "20", "taxable_amount": "78.90",
                        "tax_amount": "15.77"}], {"vat_breakdown.0.tax_amount": "BR-CO-17"}),
    ("vat_breakdown", [{"vat_category_code": "S", "vat_rate": "20", "taxable_amount": "78.91",
                        "tax_amount": "15.78"}], {"vat_breakdown.0.taxable_amount": "BR-S-08"}),
    ("invoicing_period", {"start_date": "2026-11-30", "end_date": "2026-11-01"},
     {"invoicing_period.end_date": "BR-29"}),
    ("preceding_invoices", [{"reference": "X"}], {"preceding_invoices.0": "ISSUE"}),
    ("supporting_documents", [{"reference": "x", "description": "RIB"}],
     {"supporting_documents.0": "ISSUE"}),
    ("lines", [], {"lines": "BR-16"}),
])
def test_what_is_wrong_is_told_at_its_place(merchant, path, value, rules):
    answer = checked(merchant, changed(path, value))
    assert answer["valid"] is False
    assert all(error["msg"] and error["business_term"] for error in answer["errors"]), answer
    told = {}
    for error in answer["errors"]:
        told.setdefault(".".join(map(str, error["loc"][2:])), set()).add(error["rule"])
    for place, rule in rules.items():
        assert rule in told.get(place, ()), answer["errors"]
    # What follows from the rest is not asked for.
    assert set(told) <= set(rules) | {"totals.total_vat", "document_level_allowances.0.vat_category_code",
                                      "totals.sum_of_allowances"}, answer["errors"]


@pytest.mark.parametrize("buyer", [{}, {"vat_identifier": "DE123456789"}])
def test_a_buyer_that_is_no_business_of_france_needs_no_siren(merchant, buyer):
    data = DATA | {"buyer": {"name": "Client", "postal_address": {"country_code": "FR"}} | buyer}
    assert problems(merchant, data) == {}
    told = problems(merchant, data | {"lines": [LINE | {"invoiced_quantity": "-1"}]})
    assert list(told) == ["lines.0.invoiced_quantity"], told


@pytest.mark.parametrize("number, valid", [("DE123456789", True), ("EL123456789", True),
                                           ("GB123456789", False)])
def test_inside_the_union_a_number_of_it_is_needed(merchant, number, valid):
    country = number[:2].replace("EL", "GR")
    buyer = {"name": "Client", "vat_identifier": number, "postal_address": {"country_code": country}}
    told = problems(merchant, DATA | {"buyer": buyer, "lines": [
        LINE | {"vat_category_code": "K", "vat_rate": "0"}] * 2})
    assert list(told) == ([] if valid else ["buyer.vat_identifier"]), told


@pytest.mark.parametrize("count,valid", [(500, True), (501, False)])
def test_lines_have_a_limit(merchant, count, valid):
    answer = checked(merchant, DATA | {"lines": DATA["lines"] * count})
    assert answer["valid"] is valid
    if not valid:
        assert "lines" in problems(merchant, DATA | {"lines": DATA["lines"] * count})


@pytest.mark.parametrize("number", ["1.5", "1e1", "-0.25", "12345678.12"])
@pytest.mark.parametrize("over,status", [(0, 200), (1, 413)])
def test_a_body_of_nothing_but_decimals_may_be_as_long_as_any(shop, number, over, status):
    head, tail, whole = b'{"invoice_data":{"other":[', b"]}}", (1 << 20) + over
    count = (whole - len(head) - len(tail) + 1) // (len(number) + 1)
    body = head + ",".join([number] * count).encode() + tail
    raw = body + b" " * (whole - len(body))
    assert call(shop, "POST", "/drafts/validate-data", raw=raw).status == status


@pytest.mark.parametrize("length,valid", [(500, True), (501, False)])
def test_texts_have_a_limit(merchant, length, valid):
    for path in ("buyer_reference", "lines.0.item_description", "lines.0.line_note"):
        assert checked(merchant, changed(path, "é" * length))["valid"] is valid
    told = problems(merchant, changed("lines.0.item_name", "é" * length))
    assert list(told) == ([] if valid else ["lines.0.item_name"])


@pytest.mark.parametrize("name, value", [
    ("item_name", "\u2060"), ("item_net_price", "10000000"), ("invoiced_quantity", "1000000"),
    ("item_net_price", "9999999999999999")])
def test_what_is_out_of_bounds_in_a_line_is_told_there_alone(merchant, name, value):
    assert list(problems(merchant, changed("lines.0." + name, value))) == ["lines.0." + name]


@pytest.mark.parametrize("reason", ["\u2060", "x" * 201])
def test_a_reason_that_cannot_be_printed_is_told_at_its_place(merchant, reason):
    told = problems(merchant, DATA | {
        "lines": [LINE, LINE | {"vat_category_code": "E", "vat_rate": "0"}],
        "vat_breakdown": [{"vat_category_code": "E", "vat_rate": "0", "exemption_reason": reason}]})
    assert list(told) == ["vat_breakdown.0.exemption_reason"]


def test_nothing_is_kept_by_checking(merchant):
    checked(merchant, DATA)
    number = checked(merchant, DATA)["invoice_data"]["invoice_number"]
    assert number == checked(merchant, DATA)["invoice_data"]["invoice_number"]
    assert number.endswith("-000001")
