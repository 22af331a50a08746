"""Webhooks: their routes and what they are told (api/stancer.md 12)."""

import re

import pytest

from support import stancer
from support.receiver import Receiver, signature_is_right
from support.server import eventually

PATH = "/v2/webhooks/"
URL = "https://shop.example.com/hook?a=b"


def test_creation_shows_the_secret_once(merchant):
    made = merchant.made(PATH, {"url": URL})
    assert set(made) == {"id", "url", "secret", "created"}
    assert re.fullmatch(r"whep_[0-9A-Za-z]{24}", made["id"])
    assert re.fullmatch(r"[0-9a-f]{64}", made["secret"])
    assert made["url"] == URL
    shown = merchant.read(PATH + made["id"])
    assert shown == {"id": made["id"], "url": URL, "created": made["created"], "deleted": False}


def test_two_have_two_secrets(merchant):
    first, second = (merchant.made(PATH, {"url": URL}) for _ in range(2))
    assert first["id"] != second["id"] and first["secret"] != second["secret"]


def test_the_list_is_newest_first_and_pages(merchant):
    made = [merchant.made(PATH, {"url": f"{URL}&n={number}"})["id"] for number in range(3)]
    answer = merchant.read(PATH)
    assert set(answer) == {"range", "webhooks"}
    assert [each["id"] for each in answer["webhooks"]] == made[::-1]
    assert all("secret" not in each for each in answer["webhooks"])
    assert answer["range"] == {"start": 0, "end": 3, "limit": 10, "count": 3, "has_more": False}
    page = merchant.read(PATH + "?limit=1&start=1")
    assert [each["id"] for each in page["webhooks"]] == [made[1]]
    assert page["range"] == {"start": 1, "end": 2, "limit": 1, "count": 3, "has_more": True}
    assert merchant.read(PATH + "?created_until=1")["webhooks"] == []
    assert len(merchant.read(PATH + "?created=1")["webhooks"]) == 3


def test_an_empty_list(merchant):
    assert merchant.read("/v2/webhooks")["webhooks"] == []


def test_deletion(merchant):
    made = merchant.made(PATH, {"url": URL})
    answer = merchant.delete(PATH + made["id"])
    assert answer.status == 200 and answer.json["deleted"] is True
    stancer.check_missing(merchant.get(PATH + made["id"]), "v2", "webhook", made["id"])
    stancer.check_missing(merchant.delete(PATH + made["id"]), "v2", "webhook", made["id"])
    assert merchant.read(PATH)["webhooks"] == []


@pytest.mark.parametrize("url", [
    "https://s.example", "https://shop.example.com:8443/hook", "http://127.0.0.1:9/hook",
    "http://localhost:9/hook", "https://10.0.0.1/hook", "https://s.example/" + "a" * 2030])
def test_an_url_that_is_accepted_with_a_test_key(merchant, url):
    assert merchant.made(PATH, {"url": url})["url"] == url


@pytest.mark.parametrize("url", [
    "", None, 5, True, {}, ["https://s.example"], "shop.example.com", "ftp://s.example/",
    "http://shop.example.com/hook", "http://10.0.0.1/hook", "https://user:secret@s.example/",
    "https://169.254.169.254/latest", "https://0.0.0.0/", "https://127.1/", "https://s ample/",
    "https://s.example/" + "a" * 2031])
def test_an_url_that_is_refused(shop, url):
    stancer.check_bad(shop.post(PATH, {"url": url}), "v2", "body", "url")


@pytest.mark.parametrize("body", [{}, [], "x"])
def test_a_body_without_an_url(shop, body):
    stancer.check_bad(shop.post(PATH, body), "v2", "body")


def test_seventeen_are_too_many(merchant):
    for _ in range(16):
        merchant.made(PATH, {"url": URL})
    stancer.check_error(merchant.post(PATH, {"url": URL}), "v2", 409)


def test_another_merchants_is_not_found(merchant, shop):
    made = merchant.made(PATH, {"url": URL})
    stancer.check_missing(shop.get(PATH + made["id"]), "v2", "webhook", made["id"])
    stancer.check_missing(shop.delete(PATH + made["id"]), "v2", "webhook", made["id"])
    assert merchant.read(PATH + made["id"])["deleted"] is False


def test_ids(shop):
    unknown = "whep_" + stancer.UNKNOWN
    stancer.check_missing(shop.get(PATH + unknown), "v2", "webhook", unknown)
    stancer.check_bad(shop.get(PATH + "paym_" + stancer.UNKNOWN), "v2", "path", "id")
    stancer.check_bad(shop.delete(PATH + "whep_short"), "v2", "path", "id")


def test_there_is_no_key_and_no_other_way(shop):
    assert shop.get(PATH, key=False).status == 401
    assert shop.post(PATH, {"url": URL}, key=False).status == 401
    assert shop.patch(PATH + "whep_" + stancer.UNKNOWN, {"url": URL}).status == 405
    assert shop.get("/v1/webhooks/").status == 404


def test_creation_repeated_with_its_key_gives_the_same(merchant):
    key = {"Idempotency-Key": "hook-1"}
    first = merchant.post(PATH, {"url": URL}, headers=key)
    again = merchant.post(PATH, {"url": URL}, headers=key)
    assert first.status == again.status == 200 and first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(merchant.read(PATH)["webhooks"]) == 1


def test_a_payment_a_refund_and_a_dispute_are_told_as_they_are_read(merchant):
    with Receiver() as receiver:
        hook = merchant.made(PATH, {"url": receiver.url()})
        payment = merchant.pay(card={"number": "4000000000000077", "exp_month": 12,
                                     "exp_year": 2030, "cvc": "123"})
        refund = merchant.made("/v2/refunds/", {"payment": payment["id"], "amount": 100})
        disputed = merchant.pay(card={"number": "4000000000000259", "exp_month": 12,
                                      "exp_year": 2030, "cvc": "123"})
        merchant.settle()
        merchant.settle()
        eventually(lambda: any(seen.type == "dispute.created" for seen in receiver.seen), 30,
                   "the dispute is told")
        for seen in receiver.seen:
            assert signature_is_right(seen.signature, seen.body, hook["secret"])
            assert re.fullmatch(r"evnt_[0-9A-Za-z]{24}", seen.id)
            assert seen.headers["Content-Type"] == "application/json"
        told = [seen.type for seen in receiver.of(payment["id"])]
        assert told[0] == "payment.created" and set(told[1:]) == {"payment.updated"}
        last = receiver.of(payment["id"])[-1].data
        assert last == merchant.read("/v2/payments/" + payment["id"])
        assert last["status"] == "captured"
        told = [seen.type for seen in receiver.of(refund["id"])]
        assert told[0] == "refund.created" and set(told[1:]) == {"refund.updated"}
        assert receiver.of(refund["id"])[-1].data == merchant.read("/v2/refunds/" + refund["id"])
        (dispute,) = [seen for seen in receiver.seen if seen.type == "dispute.created"]
        assert [dispute.data] == merchant.read(f"/v2/payments/{disputed['id']}/disputes") or \
            dispute.data["payment"] == disputed["id"]
