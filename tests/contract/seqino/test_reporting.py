"""E-reporting (api/seqino.md 6, standards/einvoicing.md 5)."""

import datetime
import re

import pytest

from support import cli, drafts, seqino
from support.seqino import check_invalid, check_refused, exchange

EXEMPT, SALES = "/reporting/exempt-invoices", "/reporting/b2c-transactions"
MEMBERS = ["report_id", "client_id", "report_type", "status", "due_at", "created_at"]


@pytest.fixture
def client(shop):
    return seqino.made(shop)["client_id"]


def without_none(members):
    return {name: value for name, value in members.items() if value is not None}


def exempt(**members):
    return without_none({"direction": "outgoing", "country_code": "DE", "model": "B2B",
                         "invoice_number": "F-2026-1", "issue_date": "2026-10-05",
                         "net_amount": "1000.00"} | members)


def sales(**members):
    return without_none({"date": "2026-10-05", "category": "TLB1", "transaction_count": 3,
                         "vat_lines": [line()]} | members)


def line(rate="20", base="100.00", tax="20.00"):
    return without_none({"vat_rate": rate, "taxable_amount": base, "tax_amount": tax})


def give(account, client, path, body, **more):
    return exchange(account, "POST", path, body, client=client, **more)


def given(account, client, path, body):
    answer = give(account, client, path, body)
    assert answer.status == 201, answer
    return answer.json


@pytest.mark.parametrize("path, body, kind", [(EXEMPT, exempt(), "exempt_invoice"),
                                              (SALES, sales(), "b2c_transactions")])
def test_a_report_is_taken(shop, client, path, body, kind):
    report = given(shop, client, path, body)
    assert list(report) == MEMBERS
    assert re.fullmatch(r"report_[0-9A-Za-z]{24}", report["report_id"])
    assert report["client_id"] == client and report["report_type"] == kind
    assert report["status"] == "pending"
    assert re.fullmatch(seqino.MOMENT, report["due_at"])


def life(account, client, report_id):
    return exchange(account, "GET", "/lifecycle-events", client=client,
                    query={"object_type": "transaction_data", "object_id": report_id})


def told(account, client, report_id):
    answer = life(account, client, report_id)
    assert answer.status == 200, answer
    assert all(list(event) == drafts.EVENT for event in answer.json)
    return [(event["status_code"].removeprefix("ReportStatus."), event["rejection_reason"]) for event in answer.json]


@pytest.mark.parametrize("path, body", [(EXEMPT, exempt()), (SALES, sales())])
def test_what_becomes_of_it_is_told(merchant, path, body):
    client = seqino.made(merchant)["client_id"]
    report = given(merchant, client, path, body)
    assert life(merchant, client, report["report_id"]).json[0] == {
        "status_code": "ReportStatus.PENDING", "status_number": None, "timestamp": report["created_at"],
        "emitter": "PDPE", "reason": None, "rejection_reason": None, "is_mandatory": False, "amounts": []}
    merchant.advance(40 * 86400)
    assert told(merchant, client, report["report_id"]) == [("PENDING", None), ("TRANSMITTED", None)]


def test_one_that_is_rejected_says_why_and_may_be_given_again(merchant):
    client = seqino.made(merchant)["client_id"]
    cli.run(merchant.server, "merchant", "set", client.removeprefix("client_"), "siren", "900000001")
    first = given(merchant, client, SALES, sales())["report_id"]
    merchant.advance(40 * 86400)
    assert told(merchant, client, first) == [("PENDING", None), ("REJECTED", "declarant_unknown")]
    cli.run(merchant.server, "merchant", "set", client.removeprefix("client_"), "siren", "100000009")
    again = given(merchant, client, SALES, sales())["report_id"]
    merchant.advance(86400)
    assert told(merchant, client, again)[-1] == ("TRANSMITTED", None)


def test_a_report_of_nobody_has_no_life_cycle(shop, client):
    other = given(shop, seqino.made(shop)["client_id"], SALES, sales())["report_id"]
    for name in (other, "report_" + seqino.UNKNOWN, seqino.UNKNOWN, "x"):
        check_refused(life(shop, client, name), 404, "Report not found")


def test_it_is_due_when_its_period_is_over(merchant):
    client = seqino.made(merchant)["client_id"]
    today = merchant.paris_now().date()
    due = given(merchant, client, SALES, sales(date=today.isoformat()))["due_at"]
    after = datetime.datetime.fromisoformat(due.replace("Z", "+00:00")).astimezone(
        merchant.paris_now().tzinfo)
    assert (after.hour, after.minute) == (0, 0)
    assert after.day in (1, 11, 21) and 0 < (after.date() - today).days <= 11
    exchange(merchant, "PUT", "/settings/periodicity", {"vat_regime": "simplified"}, client=client)
    due = given(merchant, client, SALES, sales(date=today.isoformat(), category="TPS1"))["due_at"]
    after = datetime.datetime.fromisoformat(due.replace("Z", "+00:00")).astimezone(
        merchant.paris_now().tzinfo)
    assert after.day == 1 and (after.month - today.month) % 12 == 1


@pytest.mark.parametrize("members", [
    {"direction": "incoming"}, {"model": "B2C"}, {"country_code": "us"},
    {"invoice_number": "x" * 35}, {"net_amount": 1000}, {"net_amount": 10.25},
    {"net_amount": "0.01"}, {"net_amount": "-5.00", "tax_amount": "-1.00"},
    {"net_amount": "999999999.00"}, {"tax_amount": "200.00"}, {"currency_code": "USD"},
    {"currency_code": "eur"}, {"counterparty_name": "n" * 255},
    {"counterparty_vat_number": "D" * 20}, {"issue_date": "2000-01-01"}, {"unheard_of": 1}])
def test_an_invoice_that_is_accepted(shop, client, members):
    given(shop, client, EXEMPT, exempt(**members))


@pytest.mark.parametrize("members, member, kind", [
    ({"direction": None}, "direction", "missing"), ({"direction": "both"}, "direction", "enum"),
    ({"country_code": None}, "country_code", "missing"),
    ({"country_code": "FR"}, "country_code", "value_error"),
    ({"country_code": "fr"}, "country_code", "value_error"),
    ({"country_code": "XX"}, "country_code", "value_error"),
    ({"country_code": 5}, "country_code", "string_type"),
    ({"model": None}, "model", "missing"), ({"model": "B2G"}, "model", "enum"),
    ({"direction": "incoming", "model": "B2C"}, "model", "value_error"),
    ({"invoice_number": None}, "invoice_number", "missing"),
    ({"invoice_number": ""}, "invoice_number", "string_too_short"),
    ({"invoice_number": "x" * 36}, "invoice_number", "string_too_long"),
    ({"issue_date": None}, "issue_date", "missing"),
    ({"issue_date": "5/10/2026"}, "issue_date", "date_from_datetime_parsing"),
    ({"issue_date": "2099-01-01"}, "issue_date", "value_error"),
    ({"currency_code": "JPY"}, "currency_code", "enum"),
    ({"net_amount": None}, "net_amount", "missing"),
    ({"net_amount": "12.345"}, "net_amount", "value_error"),
    ({"net_amount": "12,34"}, "net_amount", "value_error"),
    ({"net_amount": "1000000000"}, "net_amount", "value_error"),
    ({"net_amount": []}, "net_amount", "value_error"),
    ({"tax_amount": "-1"}, "tax_amount", "value_error"),
    ({"tax_amount": "0.001"}, "tax_amount", "value_error"),
    ({"counterparty_name": "n" * 256}, "counterparty_name", "string_too_long"),
    ({"counterparty_vat_number": "D" * 21}, "counterparty_vat_number", "string_too_long")])
def test_an_invoice_that_is_refused(shop, client, members, member, kind):
    check_invalid(give(shop, client, EXEMPT, exempt(**members)), ("body", member, kind))


def test_an_invoice_is_reported_once(shop, client):
    given(shop, client, EXEMPT, exempt())
    check_refused(give(shop, client, EXEMPT, exempt(net_amount="1.00")), 409,
                  "Report of this was given already")
    given(shop, client, EXEMPT, exempt(invoice_number="F-2026-2"))
    # Somebody else may have the same number.
    for name in ("A", "B"):
        given(shop, client, EXEMPT, exempt(direction="incoming", counterparty_name=name))
    check_refused(give(shop, client, EXEMPT, exempt(direction="incoming", counterparty_name="A")),
                  409)
    given(shop, seqino.made(shop)["client_id"], EXEMPT, exempt())


@pytest.mark.parametrize("members", [
    {"category": "TPS1"}, {"category": "TMA1"}, {"transaction_count": 1},
    {"transaction_count": 10000000}, {"currency_code": "EUR"}, {"date": "2020-01-01"},
    {"category": "TNT1", "vat_lines": [line("0", "50", "0")]},
    {"vat_lines": [line("5.5", "100.00", "5.50"), line(20, 100, 20), line(2.1, 100, 2.1)]},
    {"vat_lines": [line(tax="20.03")]}, {"vat_lines": [line(tax="19.97")]},
    {"vat_lines": [line(base="-100.00", tax="-20.00")]},
    {"vat_lines": [line("8.50", "200", "17")]}])
def test_sales_that_are_accepted(shop, client, members):
    given(shop, client, SALES, sales(**members))


@pytest.mark.parametrize("members, fault", [
    ({"date": None}, ("date", "missing")), ({"date": "2099-01-01"}, ("date", "value_error")),
    ({"date": 20261005}, ("date", "date_from_datetime_parsing")),
    ({"category": None}, ("category", "missing")), ({"category": "goods"}, ("category", "enum")),
    ({"transaction_count": None}, ("transaction_count", "missing")),
    ({"transaction_count": 0}, ("transaction_count", "value_error")),
    ({"transaction_count": 10000001}, ("transaction_count", "value_error")),
    ({"transaction_count": "3"}, ("transaction_count", "value_error")),
    ({"vat_lines": None}, ("vat_lines", "missing")), ({"vat_lines": []}, ("vat_lines", "value_error")),
    ({"vat_lines": [line()] * 21}, ("vat_lines", "value_error")),
    ({"vat_lines": [line(rate=None)]}, ("vat_lines", 0, "vat_rate", "missing")),
    ({"vat_lines": [line(rate="19")]}, ("vat_lines", 0, "vat_rate", "value_error")),
    ({"vat_lines": [line(rate="20.001")]}, ("vat_lines", 0, "vat_rate", "value_error")),
    ({"vat_lines": [line(), line()]}, ("vat_lines", 1, "vat_rate", "value_error")),
    ({"category": "TNT1"}, ("vat_lines", 0, "vat_rate", "value_error")),
    ({"vat_lines": [line(tax="20.04")]}, ("vat_lines", 0, "tax_amount", "value_error")),
    ({"vat_lines": [line(tax="19.96")]}, ("vat_lines", 0, "tax_amount", "value_error")),
    ({"vat_lines": [line(base="1.001")]}, ("vat_lines", 0, "taxable_amount", "value_error"))])
def test_sales_that_are_refused(shop, client, members, fault):
    check_invalid(give(shop, client, SALES, sales(**members)), ("body", *fault))


def test_a_day_is_reported_once_for_each_category_and_currency(shop, client):
    given(shop, client, SALES, sales())
    check_refused(give(shop, client, SALES, sales(transaction_count=9)), 409)
    for members in ({"category": "TPS1"}, {"currency_code": "USD"}, {"date": "2026-10-06"}):
        given(shop, client, SALES, sales(**members))


@pytest.mark.parametrize("path, body", [(EXEMPT, exempt()), (SALES, sales())])
def test_who_may(shop, merchant, client, path, body):
    check_invalid(exchange(shop, "POST", path, body), ("header", "X-PDP-Client-Id", "missing"))
    check_refused(give(merchant, client, path, body), 404, "Client not found")
    check_refused(give(shop, client, path, body, key=False), 401)
    check_invalid(exchange(shop, "POST", path, raw=b"[", client=client), ("body", "json_invalid"))
    seqino.put(shop, client, status="suspended")
    check_refused(give(shop, client, path, body), 403)


@pytest.mark.parametrize("path, body", [(EXEMPT, exempt()), (SALES, sales())])
def test_one_that_is_repeated_with_its_key_gives_the_same(shop, client, path, body):
    key = {"Idempotency-Key": "report-1"}
    first = give(shop, client, path, body, headers=key)
    again = give(shop, client, path, body, headers=key)
    assert first.status == again.status == 201 and first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
