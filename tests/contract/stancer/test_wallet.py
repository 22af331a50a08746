"""The wallet of a payment: Apple Pay (api/stancer.md 11)."""

import base64

import pytest

from support import cards, stancer
from support.stancer import PAYMENTS, VERSIONS


def wallet(data, **more):
    header = {"publicKeyHash": "h", "ephemeralPublicKey": "k", "transactionId": "t"}
    return {"apple_pay": {"paymentData": {"data": data, "signature": "s", "version": "EC_v1",
                                          "header": header} | more}}


def token(number):
    return base64.b64encode(number.encode()).decode()


def body(data, **more):
    return {"amount": 1000, "currency": "eur", "wallet": wallet(data)} | more


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("number,brand", [(cards.VISA, "visa"), (cards.MASTERCARD, "mastercard"),
                                          (cards.AMEX, "amex")])
def test_a_test_card_in_a_token_pays(shop, version, number, brand):
    paid = shop.made(PAYMENTS[version], body(token(number)))
    stancer.check_payment(paid, version)
    assert (paid["status"], paid["method"]) == ("to_capture", "card")
    assert (paid["card"]["brand"], paid["card"]["last4"]) == (brand, number[-4:])


def test_a_refused_card_in_a_token_is_refused(shop):
    paid = shop.made(PAYMENTS["v2"], body(token("4000000000009995")))
    assert (paid["status"], paid["response"]) == ("refused", "51")


def test_the_card_of_a_token_pays_once(shop):
    paid = shop.made(PAYMENTS["v2"], body(token(cards.VISA)))
    again = {"amount": 1000, "card": paid["card"]["id"]}
    stancer.check_error(shop.post(PAYMENTS["v2"], again), "v2", 409)


def test_a_change_may_bring_a_token(shop):
    made = shop.made(PAYMENTS["v2"], {"amount": 1000})
    answer = shop.patch(PAYMENTS["v2"] + made["id"], {"wallet": wallet(token(cards.VISA))})
    assert answer.json["status"] == "to_capture", answer


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("data", ["string", "!!!", token("hello"), token(cards.LUHN_FAILS),
                                  token(cards.IN_NO_TABLE), cards.VISA])
def test_other_tokens_are_not_available(shop, version, data):
    answer = shop.post(PAYMENTS[version], body(data))
    if version == "v1":
        assert "wallet not available" in stancer.check_error(answer, "v1", 400)
    else:
        assert stancer.check_error(answer, "v2", 422) == [
            {"loc": ["body", "wallet"], "msg": "wallet not available", "type": "value_error"}]


@pytest.mark.parametrize("value,place", [
    ("text", ()), ([], ()), ({}, ("apple_pay",)), ({"apple_pay": 1}, ("apple_pay",)),
    ({"apple_pay": {}}, ("apple_pay", "paymentData")),
    (wallet(12), ("apple_pay", "paymentData", "data")),
    (wallet(""), ("apple_pay", "paymentData", "data")),
    (wallet("x", signature=1), ("apple_pay", "paymentData", "signature")),
    (wallet("x", version=2), ("apple_pay", "paymentData", "version")),
    (wallet("x", header="h"), ("apple_pay", "paymentData", "header")),
    (wallet("x", header={"publicKeyHash": 5}), ("apple_pay", "paymentData", "header",
                                                "publicKeyHash"))])
def test_the_form_of_a_wallet(shop, value, place):
    answer = shop.post(PAYMENTS["v2"], {"amount": 1000, "wallet": value})
    stancer.check_bad(answer, "v2", "body", "wallet", *place)


def test_card_and_wallet_exclude_each_other(shop):
    answer = shop.post(PAYMENTS["v2"], body(token(cards.VISA), card=cards.card()))
    stancer.check_bad(answer, "v2", "body", "wallet")
