"""Issuing what was drafted: POST /drafts/{draft_id}/validate (api/seqino.md 6)."""

import re

import pytest

from support import cli, drafts, invoices, seqino
from support.drafts import DATA, NOBODY, call, changed, issued, made, validate
from support.seqino import check_invalid, check_refused

def test_a_draft_becomes_an_invoice_of_the_same_series(merchant):
    first = issued(merchant)
    assert re.fullmatch(r"F\d{4}-000001", first["invoice_number"])
    assert (first["status"], first["format"]) == ("submitted", "factur-x")
    assert first["invoice_data"]["invoice_number"] == first["invoice_number"]
    desk = invoices.Desk(merchant)
    other, _ = desk.issue()
    assert other == first["invoice_number"][:-1] + "2"
    assert issued(merchant)["invoice_number"] == other[:-1] + "3"
    cli.run(merchant.server, "invoice", "verify")
    record = desk.record(first["invoice_number"])
    assert (record["buyer.name"], record["total"]) == ("Société SARL", "9468")


def test_what_is_checked_is_what_is_issued(merchant):
    data = DATA | {"buyer_reference": "SERVICE-12", "notes": [{"note": "Merci"}]}
    shown = drafts.checked(merchant, data)["invoice_data"]
    assert issued(merchant, data)["invoice_data"] == shown


@pytest.mark.parametrize("body,format", [({}, "factur-x"), ({"format": None}, "factur-x"),
                                         ({"format": "factur-x"}, "factur-x"),
                                         ({"format": "cii"}, "cii"), ({"format": "ubl"}, "ubl")])
def test_the_format_is_chosen(merchant, body, format):
    draft = made(merchant)
    assert validate(merchant, draft, body).json["format"] == format
    assert call(merchant, "GET", "/drafts/" + draft["draft_id"]).json["format"] == format


def test_there_are_three_formats(merchant):
    draft = made(merchant)
    for format in ("pdf", "Factur-X", "", 1):
        answer = validate(merchant, draft, {"format": format})
        check_invalid(answer, ("body", "format", "enum"))
    assert validate(merchant, draft).json["invoice_number"].endswith("-000001")


def test_a_draft_freezes(merchant):
    draft = made(merchant)
    first = validate(merchant, draft, {"format": "ubl"}).json
    path = "/drafts/" + draft["draft_id"]
    frozen = call(merchant, "GET", path).json
    assert (frozen["status"], frozen["invoice_id"]) == ("validated", first["invoice_id"])
    assert frozen["invoice_data"] == DATA
    check_refused(call(merchant, "PUT", path, {"invoice_data": DATA}), 409,
                  "Draft is issued and never changes")
    check_refused(call(merchant, "DELETE", path), 409, "Draft is issued and never changes")
    again = validate(merchant, draft, {"format": "cii"})
    assert (again.status, again.json) == (200, first)
    assert call(merchant, "GET", path).json == frozen


def test_what_is_wrong_is_refused_and_takes_no_number(merchant):
    draft = made(merchant, changed("totals.total_vat", "15.77"))
    answer = validate(merchant, draft)
    at = ("body", "invoice_data", "totals")
    check_invalid(answer, (*at, "total_vat", "value_error"), (*at, "total_with_vat", "value_error"))
    assert answer.json["detail"][0]["msg"].endswith("[BR-CO-14, BT-110]")
    path = "/drafts/" + draft["draft_id"]
    assert call(merchant, "GET", path).json["status"] == "draft"
    assert call(merchant, "PUT", path, {"invoice_data": DATA}).status == 200
    assert validate(merchant, draft).json["invoice_number"].endswith("-000001")


def test_an_empty_draft_is_told_what_it_lacks(merchant):
    answer = validate(merchant, made(merchant, {"buyer_reference": "x"}))
    assert answer.status == 422
    places = {tuple(fault["loc"][2:4]) for fault in answer.json["detail"]}
    assert ("lines",) in places and ("buyer", "name") in places


def test_the_same_key_gives_the_same_answer(merchant):
    draft, other = made(merchant), made(merchant)
    headers = {"Idempotency-Key": "validate-1"}
    first = validate(merchant, draft, headers=headers)
    again = validate(merchant, draft, headers=headers)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    check_refused(validate(merchant, other, headers=headers), 409)


def test_nobodys_draft_is_not_issued(merchant):
    check_refused(call(merchant, "POST", f"/drafts/{NOBODY}/validate", {}), 404, "Draft not found")
    stranger = made(merchant.merchant_add())
    check_refused(validate(merchant, stranger), 404, "Draft not found")
    answer = call(merchant, "POST", f"/drafts/{NOBODY}/validate", {}, client=None)
    check_invalid(answer, ("header", "X-PDP-Client-Id", "missing"))


def test_an_incomplete_account_is_told(merchant):
    client = seqino.made(merchant)["client_id"]
    draft = call(merchant, "POST", "/drafts", {"invoice_data": DATA}, client=client).json
    answer = validate(merchant, draft, client=client)
    assert answer.status == 422, answer
    told = " ".join(fault["msg"] for fault in answer.json["detail"]
                    if fault["loc"] == ["body", "invoice_data", "seller"])
    assert "siren" in told and "address.line" in told
