"""The webhook of a sponsor: its routes (api/seqino.md 7)."""

import re

import pytest

from support import seqino
from support.seqino import check_invalid, check_refused, exchange

URL = "https://sponsor.example.com/hook?a=b"
DEFAULT = ["webhook.test", "invoice.created", "invoice.received", "invoice.status_updated",
           "mandate.created", "mandate.activated", "mandate.expired", "mandate.failed"]
ENROLMENT = ["client.onboarding_completed", "client.onboarding_failed"]


def made(account, **members):
    answer = exchange(account, "POST", "/webhooks", {"url": URL} | members)
    assert answer.status == 201, answer
    return answer.json


def test_creation_shows_the_secret_once(merchant):
    hook = made(merchant)
    assert list(hook) == ["webhook_id", "url", "secret", "events", "created_at", "message"]
    assert re.fullmatch(r"wh_[0-9A-Za-z]{24}", hook["webhook_id"])
    assert re.fullmatch(r"[0-9a-f]{64}", hook["secret"])
    assert hook["url"] == URL and hook["events"] == DEFAULT
    shown = exchange(merchant, "GET", "/webhooks").json
    assert list(shown) == ["webhook_id", "url", "events", "is_active", "created_at",
                           "last_triggered_at"]
    assert shown == {"webhook_id": hook["webhook_id"], "url": URL, "events": DEFAULT,
                     "is_active": True, "created_at": hook["created_at"],
                     "last_triggered_at": None}


def test_a_sponsor_has_one(merchant):
    made(merchant)
    check_refused(exchange(merchant, "POST", "/webhooks", {"url": URL}), 409,
                  "Webhook exists already")


def test_without_one_all_is_not_found(merchant):
    for verb, path in (("GET", "/webhooks"), ("DELETE", "/webhooks"), ("POST", "/webhooks/test")):
        check_refused(exchange(merchant, verb, path), 404, "Webhook not found")
    check_refused(exchange(merchant, "PUT", "/webhooks", {"url": URL}), 404)


def test_another_sponsors_is_its_own(merchant, shop):
    made(merchant)
    check_refused(exchange(shop, "GET", "/webhooks"), 404)
    check_refused(exchange(shop, "DELETE", "/webhooks"), 404)
    assert exchange(merchant, "GET", "/webhooks").status == 200


def test_deletion_makes_room(merchant):
    first = made(merchant)
    answer = exchange(merchant, "DELETE", "/webhooks")
    assert answer.status == 204 and answer.raw == b""
    check_refused(exchange(merchant, "GET", "/webhooks"), 404)
    second = made(merchant)
    assert second["webhook_id"] != first["webhook_id"] and second["secret"] != first["secret"]


def test_events_are_chosen_by_name(merchant):
    chosen = ["client.onboarding_failed", "invoice.created"]
    assert made(merchant, events=chosen)["events"] == ["invoice.created",
                                                       "client.onboarding_failed"]


@pytest.mark.parametrize("events", [None, DEFAULT + ENROLMENT, ["webhook.test"]])
def test_events_that_are_accepted(merchant, events):
    assert made(merchant, events=events)["events"] == (DEFAULT if events is None else events)


@pytest.mark.parametrize("events", [[], ["invoice.paid"], ["webhook.test", "webhook.test"], [""],
                                    "webhook.test", {}, 1, [None], [1]])
def test_events_that_are_refused(shop, events):
    answer = exchange(shop, "POST", "/webhooks", {"url": URL, "events": events})
    check_invalid(answer, ("body", "events", "value_error"))


@pytest.mark.parametrize("url", [
    "https://s.example", "https://shop.example.com:8443/hook", "http://127.0.0.1:9/hook",
    "http://localhost:9/hook", "https://10.0.0.1/hook", "https://s.example/" + "a" * 2030])
def test_an_url_that_is_accepted_with_a_test_key(merchant, url):
    assert made(merchant, url=url)["url"] == url


@pytest.mark.parametrize("url, kind", [
    ("", "string_too_short"), (5, "string_type"), (True, "string_type"), ({}, "string_type"),
    (["https://s.example"], "string_type"), ("shop.example.com", "value_error"),
    ("ftp://s.example/", "value_error"), ("http://shop.example.com/hook", "value_error"),
    ("http://10.0.0.1/hook", "value_error"), ("https://user:secret@s.example/", "value_error"),
    ("https://169.254.169.254/latest", "value_error"), ("https://0.0.0.0/", "value_error"),
    ("https://127.1/", "value_error"), ("https://s ample/", "value_error"),
    ("https://s.example/" + "a" * 2031, "string_too_long")])
def test_an_url_that_is_refused(shop, merchant, url, kind):
    check_invalid(exchange(shop, "POST", "/webhooks", {"url": url}), ("body", "url", kind))
    made(merchant)
    check_invalid(exchange(merchant, "PUT", "/webhooks", {"url": url}), ("body", "url", kind))
    assert exchange(merchant, "GET", "/webhooks").json["url"] == URL


@pytest.mark.parametrize("body", [{}, {"url": None}])
def test_the_url_is_required(shop, body):
    check_invalid(exchange(shop, "POST", "/webhooks", body), ("body", "url", "missing"))


def test_a_body_that_cannot_be_read(shop):
    check_invalid(exchange(shop, "POST", "/webhooks", raw=b"{"), ("body", "json_invalid"))
    check_invalid(exchange(shop, "POST", "/webhooks", []), ("body", "value_error"))
    check_invalid(exchange(shop, "PUT", "/webhooks", raw=b"{"), ("body", "json_invalid"))


def test_a_change_touches_what_it_names(merchant):
    hook = made(merchant)
    before = exchange(merchant, "GET", "/webhooks").json
    for body in ({}, {"url": None, "events": None, "is_active": None}):
        answer = exchange(merchant, "PUT", "/webhooks", body)
        assert answer.status == 200 and answer.json == before
    answer = exchange(merchant, "PUT", "/webhooks", {"is_active": False})
    assert answer.json == before | {"is_active": False}
    changed = {"url": "https://other.example/", "events": ["mandate.failed"], "is_active": True}
    answer = exchange(merchant, "PUT", "/webhooks", changed)
    assert answer.json == before | changed
    assert exchange(merchant, "GET", "/webhooks").json == before | changed
    assert "secret" not in answer.json and answer.json["webhook_id"] == hook["webhook_id"]


@pytest.mark.parametrize("active", [1, "true", {}, []])
def test_whether_it_is_active_is_a_boolean(merchant, active):
    made(merchant)
    check_invalid(exchange(merchant, "PUT", "/webhooks", {"is_active": active}),
                  ("body", "is_active", "bool_type"))


def test_one_that_is_switched_off_is_not_tested(merchant):
    made(merchant)
    exchange(merchant, "PUT", "/webhooks", {"is_active": False})
    check_refused(exchange(merchant, "POST", "/webhooks/test"), 409, "Webhook is not active")


def test_creation_repeated_with_its_key_gives_the_same(merchant):
    key = {"Idempotency-Key": "hook-1"}
    first = exchange(merchant, "POST", "/webhooks", {"url": URL}, headers=key)
    again = exchange(merchant, "POST", "/webhooks", {"url": URL}, headers=key)
    assert first.status == again.status == 201 and first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    check_refused(exchange(merchant, "POST", "/webhooks", {"url": URL + "x"}, headers=key), 409)


def test_the_types_that_there_are(shop):
    answer = exchange(shop, "GET", "/webhooks/event-types")
    assert answer.status == 200 and list(answer.json) == ["event_types"]
    types = answer.json["event_types"]
    names = [each["event_type"] for each in types]
    assert names == DEFAULT + ENROLMENT
    for each in types:
        assert list(each) == ["event_type", "description", "example_payload"]
        payload = each["example_payload"]
        assert list(payload) == ["event_id", "event_type", "timestamp", "sponsor_id", "data"]
        assert payload["event_type"] == each["event_type"]
        assert re.fullmatch(r"evt_[0-9A-Za-z]{24}", payload["event_id"])
        assert payload["sponsor_id"] == seqino.face(shop)["sponsor_id"]
        assert isinstance(payload["data"], dict)


@pytest.mark.parametrize("path", ["/webhooks", "/webhooks/", "/api/webhooks"])
def test_no_client_is_named_and_a_key_is_needed(shop, path):
    check_refused(exchange(shop, "GET", path, key=False), 401)
    check_refused(exchange(shop, "GET", path), 404, "Webhook not found")
    check_refused(exchange(shop, "PATCH", path, {}), 405)
