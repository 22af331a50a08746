"""The Idempotency-Key header of every creating call (design.md 4)."""

import threading

import pytest

from support import cards, stancer
from support.stancer import PAYMENTS, VERSIONS

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

CREATIONS = {
    "customers": lambda: {"email": cards.MARKED_EMAIL, "name": cards.MARKED_NAME},
    "cards": lambda: cards.card(),
    "addresses": lambda: {"country": "FR", "city": "Paris", "zip_code": "75011"},
    "payments": lambda: {"amount": 1000, "currency": "eur", "card": cards.card()},
}


def path(version, plural):
    return PAYMENTS[version] if plural == "payments" else f"/{version}/{plural}/"


def keyed(merchant, target, body, key):
    return merchant.post(target, body, headers={HEADER: key})


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("plural", CREATIONS)
def test_the_same_key_and_body_give_the_same_answer(merchant, version, plural):
    body = CREATIONS[plural]()
    first = keyed(merchant, path(version, plural), body, "key-1")
    assert first.status == 200 and first.headers.get(REPLAYED) is None, first
    for _ in range(2):
        again = keyed(merchant, path(version, plural), body, "key-1")
        assert (again.status, again.raw) == (first.status, first.raw)
        assert again.headers.get(REPLAYED) == "true"
    if plural != "addresses":
        assert len(merchant.read(path(version, plural))[plural]) == 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("plural", CREATIONS)
def test_a_slash_at_the_end_makes_no_other_request(merchant, version, plural):
    body = CREATIONS[plural]()
    target = path(version, plural).rstrip("/")
    first = keyed(merchant, target + "/", body, "key-1")
    again = keyed(merchant, target, body, "key-1")
    assert first.status == 200, first
    assert (again.status, again.raw) == (first.status, first.raw)
    assert again.headers.get(REPLAYED) == "true"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_refund_too(merchant, version):
    payment = merchant.pay(version, cards.card(cards.CAPTURED_AT_ONCE))
    body = {"payment": payment["id"], "amount": 300}
    first = keyed(merchant, f"/{version}/refunds/", body, "refund-1")
    again = keyed(merchant, f"/{version}/refunds/", body, "refund-1")
    assert first.status == 200 and again.raw == first.raw
    assert len(merchant.read(f"/{version}/refunds/")["refunds"]) == 1


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("plural", CREATIONS)
def test_the_same_key_with_another_body_is_409(merchant, version, plural):
    body = CREATIONS[plural]()
    assert keyed(merchant, path(version, plural), body, "key-2").status == 200
    changes = {"customers": {"name": "Another Payer"}, "cards": {"exp_month": 3},
               "addresses": {"city": "Lyon"}, "payments": {"amount": 1001}}
    answer = keyed(merchant, path(version, plural), body | changes[plural], "key-2")
    stancer.check_error(answer, version, 409)


def test_a_refused_payment_is_replayed_as_refused(merchant):
    body = {"amount": 1000, "card": cards.card("4000000000000002")}
    first = keyed(merchant, "/v2/payments/", body, "key-3")
    assert first.json["status"] == "refused"
    assert keyed(merchant, "/v2/payments/", body, "key-3").raw == first.raw
    assert len(merchant.read("/v2/payments/")["payments"]) == 1


@pytest.mark.parametrize("key", ["k", "k" * 64, "with space", "!#$%&'*+-.^_`|~", "0"])
def test_one_to_64_printable_characters_are_a_key(merchant, key):
    body = {"amount": 1000}
    first = keyed(merchant, "/v2/payments/", body, key)
    assert first.status == 200, first
    assert keyed(merchant, "/v2/payments/", body, key).headers.get(REPLAYED) == "true"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("key", ["", "k" * 65, "k" * 200, "cl\u00e9",
                                 "cl\u00e9".encode().decode("latin-1")])
def test_anything_else_is_refused(merchant, version, key):
    answer = keyed(merchant, PAYMENTS[version], {"amount": 1000, "currency": "eur"}, key)
    assert answer.status in (400, 422), answer
    stancer.check_error(answer, version, answer.status)
    assert merchant.read(PAYMENTS[version])["payments"] == []


def test_a_key_counts_per_merchant(merchant, shop):
    body = {"amount": 1000}
    first = keyed(merchant, "/v2/payments/", body, "shared-key")
    other = keyed(shop, "/v2/payments/", body, "shared-key")
    assert first.json["id"] != other.json["id"] and other.headers.get(REPLAYED) is None


def test_without_a_key_two_calls_are_two_payments(merchant):
    first, second = (merchant.made("/v2/payments/", {"amount": 1000}) for _ in range(2))
    assert first["id"] != second["id"]


@pytest.mark.parametrize("count", [2, 24])
def test_a_twin_waits_for_the_answer_of_the_first(merchant, count):
    body = {"amount": 1000, "card": cards.card()}
    answers, start = [], threading.Barrier(count)

    def call():
        start.wait()
        answers.append(keyed(merchant, "/v2/payments/", body, "twin-key"))

    threads = [threading.Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * count
    assert len({answer.raw for answer in answers}) == 1
    assert sum(answer.headers.get(REPLAYED) is None for answer in answers) == 1
    payment = answers[0].json
    assert [seen["id"] for seen in merchant.read("/v2/payments/")["payments"]] == [payment["id"]]
    assert merchant.simulator().held(payment) == [1000]


def test_a_key_survives_six_days(merchant):
    body = {"amount": 1000}
    first = keyed(merchant, "/v2/payments/", body, "long-key")
    merchant.advance(6 * 86400)
    assert keyed(merchant, "/v2/payments/", body, "long-key").raw == first.raw
