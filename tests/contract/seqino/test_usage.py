"""What a client makes of its invoicing, counted (api/seqino.md 6)."""

import calendar
import datetime

import pytest

from support import cli, invoices, seqino, submissions
from support.seqino import check_invalid, check_refused, exchange

COUNTS = ["invoices_issued", "invoices_submitted", "invoices_received", "mandates_created",
          "reports_submitted"]
NOTHING = dict.fromkeys(COUNTS, 0)


def get(account, client, name, **query):
    answer = exchange(account, "GET", "/usage/" + name, client=client, query=query)
    assert answer.status == 200, answer
    return answer.json


@pytest.fixture
def client(shop):
    return seqino.made(shop)["client_id"]


def report(account, client, day="2026-01-05", category="TLB1"):
    body = {"date": day, "category": category, "transaction_count": 1, "vat_lines": [
        {"vat_rate": "20", "taxable_amount": "10.00", "tax_amount": "2.00"}]}
    answer = exchange(account, "POST", "/reporting/b2c-transactions", body, client=client)
    assert answer.status == 201, answer


def test_a_new_client_has_used_nothing(shop, client):
    today = shop.paris_now().date()
    first = today.replace(day=1)
    last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    metrics = get(shop, client, "metrics")
    assert metrics == {"company_id": client, "period": "month", "start_date": first.isoformat(),
                       "end_date": today.isoformat(), "total": NOTHING, "metrics": [
                           {"start_date": first.isoformat(), "end_date": today.isoformat()}
                           | NOTHING]}
    assert list(metrics) == ["company_id", "period", "start_date", "end_date", "total", "metrics"]
    assert get(shop, client, "summary") == {
        "company_id": client, "all_time": NOTHING,
        "current_month": {"start_date": first.isoformat(), "end_date": last.isoformat()} | NOTHING}
    limits = {each["name"]: each for each in get(shop, client, "limits")["limits"]}
    assert limits["mandates_per_batch"] == {"name": "mandates_per_batch", "limit": 100,
                                            "used": None}
    assert limits["json_body_bytes"]["limit"] == 1 << 20
    assert limits["invoice_file_bytes"]["limit"] == 20 << 20
    assert limits["invoices_issued_per_month"] == {"name": "invoices_issued_per_month",
                                                   "limit": None, "used": 0}


def test_what_was_made_is_counted(merchant):
    client = seqino.made(merchant)["client_id"]
    other = seqino.made(merchant)["client_id"]
    mandates = [seqino.mandate(merchant, {"client_id": client}, suffix=f"N{index}")
                for index in range(3)]
    report(merchant, client)
    report(merchant, client, category="TPS1")
    merchant.advance(40 * 86400)
    report(merchant, client, category="TMA1")
    exchange(merchant, "DELETE", "/mandates/" + mandates[0]["id"], client=client)
    summary = get(merchant, client, "summary")
    assert summary["all_time"] == NOTHING | {"mandates_created": 2, "reports_submitted": 3}
    month = summary["current_month"]
    assert {name: month[name] for name in COUNTS} == NOTHING | {"reports_submitted": 1}
    assert get(merchant, other, "summary")["all_time"] == NOTHING
    today = merchant.paris_now().date()
    before = today - datetime.timedelta(days=100)
    for period in ("day", "month", "year"):
        metrics = get(merchant, client, "metrics", period=period, start_date=before.isoformat(),
                      end_date=today.isoformat())
        assert metrics["total"] == summary["all_time"]
        for name in COUNTS:
            assert sum(each[name] for each in metrics["metrics"]) == metrics["total"][name]
        days = [(each["start_date"], each["end_date"]) for each in metrics["metrics"]]
        assert days[0][0] == before.isoformat() and days[-1][1] == today.isoformat()
        for (_, end), (start, _) in zip(days, days[1:]):
            assert (datetime.date.fromisoformat(start) - datetime.date.fromisoformat(end)).days == 1
    limits = {each["name"]: each["used"] for each in get(merchant, client, "limits")["limits"]}
    assert limits["reports_submitted_per_month"] == 1


def test_invoices_and_credit_notes_are_counted_and_quotes_are_not(merchant):
    client = seqino.face(merchant)["client_id"]
    before = get(merchant, client, "summary")["all_time"]["invoices_issued"]
    desk = invoices.Desk(merchant)
    desk.issue()
    desk.issue(type="quote")
    desk.issue(type="order")
    assert get(merchant, client, "summary")["all_time"]["invoices_issued"] == before + 1


def test_files_that_were_submitted_are_counted_by_their_direction(merchant):
    client = seqino.face(merchant)["client_id"]
    before = get(merchant, client, "summary")["all_time"]
    submissions.submitted(merchant, submissions.invoice())
    for _ in range(2):
        submissions.submitted(merchant, submissions.turned(submissions.invoice()))
    after = get(merchant, client, "summary")["all_time"]
    assert after == before | {"invoices_submitted": before["invoices_submitted"] + 1,
                              "invoices_received": before["invoices_received"] + 2}


def test_a_day_is_that_of_paris(merchant):
    client = seqino.made(merchant)["client_id"]
    merchant.advance_to(23, 59)
    report(merchant, client)
    last = merchant.paris_now().date().isoformat()
    merchant.advance(120)
    report(merchant, client, category="TPS1")
    metrics = get(merchant, client, "metrics", period="day", start_date=last)
    assert [each["reports_submitted"] for each in metrics["metrics"]] == [1, 1]


@pytest.mark.parametrize("days, status", [(365, 200), (366, 422)])
def test_there_are_at_most_366_periods(shop, client, days, status):
    start = datetime.date(2026, 1, 1)
    answer = exchange(shop, "GET", "/usage/metrics", client=client, query={
        "period": "day", "start_date": start.isoformat(),
        "end_date": (start + datetime.timedelta(days=days)).isoformat()})
    assert answer.status == status
    if status == 422:
        check_invalid(answer, ("query", "period", "value_error"))


@pytest.mark.parametrize("query, fault", [
    ({"period": "week"}, ("period", "enum")), ({"period": ""}, ("period", "enum")),
    ({"start_date": "soon"}, ("start_date", "date_from_datetime_parsing")),
    ({"end_date": "2026-02-30"}, ("end_date", "date_from_datetime_parsing")),
    ({"start_date": "2026-02-02", "end_date": "2026-02-01"}, ("end_date", "value_error")),
    ({"start_date": "1999-12-31"}, ("start_date", "value_error")),
    ({"start_date": "2100-12-31", "end_date": "2101-01-01"}, ("end_date", "value_error"))])
def test_queries_that_are_refused(shop, client, query, fault):
    answer = exchange(shop, "GET", "/usage/metrics", client=client, query=query)
    check_invalid(answer, ("query", *fault))


@pytest.mark.parametrize("name", ["metrics", "summary", "limits"])
def test_who_may(shop, merchant, client, name):
    path = "/usage/" + name
    check_invalid(exchange(shop, "GET", path), ("header", "X-PDP-Client-Id", "missing"))
    check_refused(exchange(merchant, "GET", path, client=client), 404, "Client not found")
    check_refused(exchange(shop, "GET", path, client=client, key=False), 401)
    seqino.put(shop, client, status="suspended")
    assert exchange(shop, "GET", path, client=client).status == 200


def test_live_mode_has_no_platform(merchant):
    key = cli.told(merchant.server, "keys", "add", cli.merchant_id(merchant), "--face", "seqino",
                   "--live")["api_key"]
    made = exchange(merchant, "POST", "/clients", seqino.draft(), key=key)
    assert made.status == 201, made
    client = made.json["client_id"]
    day = {"date": "2026-01-05", "category": "TLB1", "transaction_count": 1, "vat_lines": [
        {"vat_rate": "20", "taxable_amount": "10.00", "tax_amount": "2.00"}]}
    for verb, path, body in (("POST", "/mandates", seqino.mandate_draft()),
                             ("GET", "/directory/100000009", None),
                             ("GET", "/mandates/directory/100000009", None),
                             ("POST", "/reporting/b2c-transactions", day)):
        answer = exchange(merchant, verb, path, body, client=client, key=key)
        check_refused(answer, 503, "Platform is not connected: platform.directory_url is not set")
    listed = exchange(merchant, "GET", "/mandates", client=client, key=key)
    assert listed.status == 200 and listed.json == []
    answer = exchange(merchant, "POST", "/webhooks", {"url": "http://127.0.0.1:9/"}, key=key)
    check_invalid(answer, ("body", "url", "value_error"))
    for url, status in (("https://10.0.0.1/", 422), ("https://sponsor.example.com/", 201)):
        assert exchange(merchant, "POST", "/webhooks", {"url": url}, key=key).status == status
