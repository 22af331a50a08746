"""Payments: what a creation accepts, refuses and answers (api/stancer.md 8)."""

import json
import time

import pytest

from support import cards, stancer
from support.stancer import PAYMENTS, VERSIONS

_serial = iter(range(10**6))


def body(**changes):
    members = {"amount": 1000, "currency": "eur"} | changes
    return {name: value for name, value in members.items() if value is not ...}


ACCEPTED = [
    ("amount", 50), ("amount", 4294967295),
    ("description", "abc"), ("description", "d" * 64), ("description", "é" * 64),
    ("order_id", "x"), ("order_id", "o" * 36), ("unique_id", "u"), ("unique_id", "u" * 36),
    ("methods_allowed", ["card"]), ("methods_allowed", ["card", "sepa"]),
    ("return_url", "https://shop.example.com/"),
    ("return_url", "https://shop.example.com/a?b=c&d=e"),
    ("return_url", "https://shop.example.com/" + "r" * (2048 - 25)),
    ("return_url", "http://127.0.0.1:3000/back"), ("return_url", "http://localhost:8000/back"),
    ("return_url", "http://localhost/back"), ("capture", True), ("capture", False),
]
ACCEPTED_V2 = [
    ("return_url", "https://shop.example.com/" + "r" * (2049 - 25)),
    ("return_url", "https://shop.example.com/" + "r" * (60000 - 25)),
    ("date_settlement", "2031-02-28"),
]
REFUSED = [
    ("amount", 49), ("amount", 1), ("amount", 0), ("amount", -1), ("amount", -50),
    ("amount", 4294967296), ("amount", "1000"), ("amount", b"1000.0"), ("amount", b"1e3"),
    ("amount", True), ("amount", [1000]), ("amount", {}),
    ("currency", "jpy"), ("currency", "euro"), ("currency", "eu"), ("currency", ""),
    ("currency", 978), ("currency", ["eur"]),
    ("description", "ab"), ("description", "d" * 65), ("description", ""), ("description", 123),
    ("order_id", ""), ("order_id", "o" * 37), ("order_id", 12), ("order_id", {"phone": "x"}),
    ("unique_id", ""), ("unique_id", "u" * 37), ("unique_id", 12),
    ("methods_allowed", ["paypal"]), ("methods_allowed", ["card", "card"]),
    ("methods_allowed", "card"), ("methods_allowed", [1]), ("methods_allowed", {"card": True}),
    ("return_url", "http://shop.example.com/"), ("return_url", "ftp://shop.example.com/"),
    ("return_url", "shop.example.com"), ("return_url", "javascript:alert(1)"),
    ("return_url", ""), ("return_url", 5), ("return_url", "https://"),
    ("return_url", "https://user:secret@shop.example.com/"),
    ("return_url", "http://127.0.0.1.example.com/"),
    ("return_url", "http://localhost.example.com/"),
    ("capture", "true"), ("capture", 1), ("capture", "no"),
    ("card", 5), ("card", True), ("card", []), ("customer", 5), ("customer", []),
    ("device", "127.0.0.1"), ("device", []),
]
REFUSED_V1 = [("return_url", "https://shop.example.com/" + "r" * (2049 - 25))]
REFUSED_V2 = [
    ("date_settlement", "2031-02-30"), ("date_settlement", "tomorrow"),
    ("billing_address", "addr_x"), ("shipping_address", 5),
    ("card", "card_short"), ("customer", "cust_short"),
]


def encoded(members, field, value):
    """bytes stand for a number written in a form that Python would not write."""
    if not isinstance(value, bytes):
        return members | {field: value}
    return json.dumps(members | {field: "@"}).encode().replace(b'"@"', value)


@pytest.mark.parametrize("version,field,value",
                         [("v1", *case) for case in ACCEPTED]
                         + [("v2", *case) for case in ACCEPTED + ACCEPTED_V2])
def test_a_value_at_its_limit_is_accepted(merchant, version, field, value):
    made = merchant.made(PAYMENTS[version], body(**{field: value}))
    stancer.check_payment(made, version)
    assert made[field] == value
    assert merchant.read(PAYMENTS[version] + made["id"]) == made


@pytest.mark.parametrize("version,field,value",
                         [("v1", *case) for case in REFUSED + REFUSED_V1]
                         + [("v2", *case) for case in REFUSED + REFUSED_V2])
def test_a_value_past_its_limit_is_refused(shop, version, field, value):
    marker = f"refused-{next(_serial)}"
    members = body(order_id=marker)
    stancer.check_bad(shop.post(PAYMENTS[version], encoded(members, field, value)), version,
                      "body", field)
    assert shop.read(PAYMENTS[version] + "?order_id=" + marker)["payments"] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_amount_is_required(shop, version):
    for members in (body(amount=...), body(amount=None), {}):
        stancer.check_bad(shop.post(PAYMENTS[version], members), version, "body", "amount")


def test_the_currency_is_required_in_v1_and_euro_in_v2(shop):
    stancer.check_bad(shop.post("/v1/checkout/", body(currency=...)), "v1")
    stancer.check_bad(shop.post("/v1/checkout/", body(currency=None)), "v1")
    assert shop.made("/v2/payments/", {"amount": 50})["currency"] == "eur"
    assert shop.made("/v2/payments/", {"amount": 50, "currency": None})["currency"] == "eur"


@pytest.mark.parametrize("currency", stancer.CURRENCIES)
@pytest.mark.parametrize("version", VERSIONS)
def test_ten_currencies_pay_by_card(shop, version, currency):
    payment = shop.pay(version, amount=1234, currency=currency)
    stancer.check_payment(payment, version)
    assert (payment["currency"], payment["status"]) == (currency, "to_capture")
    upper = shop.made(PAYMENTS[version], body(currency=currency.upper()))
    assert upper["currency"] == currency


@pytest.mark.parametrize("version", VERSIONS)
def test_the_methods_default_to_all_and_to_cards_outside_the_euro(shop, version):
    assert sorted(shop.made(PAYMENTS[version], body())["methods_allowed"]) == ["card", "sepa"]
    assert shop.made(PAYMENTS[version], body(currency="usd"))["methods_allowed"] == ["card"]


@pytest.mark.parametrize("version", VERSIONS)
def test_defaults_of_a_payment_without_a_method(shop, version):
    before = int(time.time()) - 2
    made = shop.made(PAYMENTS[version], body())
    stancer.check_payment(made, version)
    for name in ("status", "method", "card", "sepa", "customer", "response", "response_author",
                 "auth", "device", "description", "order_id", "unique_id", "return_url",
                 "date_bank"):
        assert made[name] is None, name
    assert made["capture"] is True
    assert before <= made["created"] <= time.time() + 2
    if version == "v1":
        assert (made["country"], made["refunds"], made["live_mode"]) == ("", [], False)
    else:
        assert made["date_settlement"] is None
        assert made["billing_address"] is None and made["shipping_address"] is None


@pytest.mark.parametrize("version", VERSIONS)
def test_null_is_the_same_as_leaving_out(shop, version):
    optional = ("auth", "card", "sepa", "customer", "description", "device", "methods_allowed",
                "order_id", "unique_id", "date_settlement", "return_url", "capture")
    made = shop.made(PAYMENTS[version], body(**{name: None for name in optional}))
    stancer.check_payment(made, version)
    assert made["capture"] is True and made["status"] is None
    assert sorted(made["methods_allowed"]) == ["card", "sepa"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_accepted_payment_by_card(shop, version):
    before = int(time.time()) - 2
    payment = shop.pay(version, cards.card(exp_month=2), amount=500, description="Two cups of tea")
    stancer.check_payment(payment, version)
    assert payment["status"] == "to_capture"
    assert payment["method"] == "card"
    assert payment["response"] == "00"
    assert payment["response_author"] is not None
    assert payment["fee"] == 58
    assert payment["date_bank"] is None
    assert payment["card"]["last4"] == "4242"
    if version == "v1":
        assert payment["country"] == "US"
        assert before <= payment["date_paym"] <= time.time() + 2
    assert shop.read(PAYMENTS[version] + payment["id"]) == payment
    assert cards.VISA.encode() not in shop.get(PAYMENTS[version] + payment["id"]).raw


# 160 basis points and 50 minor units, rounded half up, never above the amount.
@pytest.mark.parametrize("amount,fee", [(50, 50), (51, 51), (500, 58), (530, 58), (532, 59),
                                        (531, 58), (1000, 66), (100000, 1650), (123456, 2025)])
def test_the_fee_follows_the_table(shop, amount, fee):
    assert shop.pay(amount=amount)["fee"] == fee


@pytest.mark.parametrize("version", VERSIONS)
class TestZero:
    def test_is_a_card_check_without_capture(self, shop, version):
        payment = shop.pay(version, amount=0, capture=False)
        stancer.check_payment(payment, version)
        assert (payment["status"], payment["response"]) == ("authorized", "00")

    def test_is_refused_when_it_would_be_captured(self, shop, version):
        for members in (body(amount=0), body(amount=0, capture=True),
                        body(amount=0, card=cards.card())):
            stancer.check_bad(shop.post(PAYMENTS[version], members), version, "body", "amount")

    @pytest.mark.parametrize("amount", [1, 49])
    def test_below_the_minimum_is_refused_even_without_capture(self, shop, version, amount):
        answer = shop.post(PAYMENTS[version], body(amount=amount, capture=False))
        stancer.check_bad(answer, version, "body", "amount")

    def test_nothing_but_a_card_is_checked(self, shop, version):
        answer = shop.post(PAYMENTS[version], body(amount=0, capture=False, methods_allowed=["sepa"]))
        stancer.check_bad(answer, version, "body", "methods_allowed")
        payment = shop.made(PAYMENTS[version], body(capture=False, methods_allowed=["sepa"]))
        answer = shop.patch(PAYMENTS[version] + payment["id"], {"amount": 0})
        stancer.check_bad(answer, version, "body", "methods_allowed")

    def test_a_check_of_a_bad_card_is_refused(self, shop, version):
        payment = shop.pay(version, cards.card("4000000000000002"), amount=0, capture=False)
        assert (payment["status"], payment["response"]) == ("refused", "05")


@pytest.mark.parametrize("version", VERSIONS)
class TestCardOfAPayment:
    def test_by_id(self, merchant, version):
        card = merchant.made(f"/{version}/cards/", cards.card())
        assert merchant.pay(version, card["id"])["card"] == card

    def test_inline_it_is_kept_as_a_card(self, merchant, version):
        payment = merchant.pay(version, cards.card(zip_code="75011"))
        assert merchant.read(f"/{version}/cards/{payment['card']['id']}") == payment["card"]

    @pytest.mark.parametrize("field,value", [
        ("number", cards.LUHN_FAILS), ("exp_month", 13), ("exp_year", 2018), ("cvc", "12"),
        ("name", "n" * 65), ("zip_code", "1"), ("exp_month", "12"), ("exp_year", None),
        ("number", None)])
    def test_inline_it_obeys_the_rules_of_cards(self, shop, version, field, value):
        answer = shop.post(PAYMENTS[version], body(card=cards.card(**{field: value})))
        stancer.check_bad(answer, version, "body", "card", field)

    def test_inline_and_past_is_refused(self, shop, version):
        month, year = cards.last_month()
        answer = shop.post(PAYMENTS[version],
                           body(card=cards.card(exp_month=month, exp_year=year)))
        stancer.check_bad(answer, version, "body", "card")

    def test_unknown_it_is_404(self, shop, version):
        identifier = "card_" + stancer.UNKNOWN
        answer = shop.post(PAYMENTS[version], body(card=identifier))
        stancer.check_missing(answer, version, "card", identifier)


@pytest.mark.parametrize("version", VERSIONS)
class TestCustomerOfAPayment:
    def test_by_id(self, shop, version):
        customer = shop.made(f"/{version}/customers/", {"mobile": "+3360000010" + version[1]})
        payment = shop.made(PAYMENTS[version], body(customer=customer["id"]))
        assert payment["customer"] == customer

    def test_inline(self, shop, version):
        members = {"email": f"inline{version}@example.com", "name": "Inline Payer"}
        payment = shop.made(PAYMENTS[version], body(customer=members))
        stancer.check_payment(payment, version)
        assert payment["customer"]["email"] == members["email"]

    def test_inline_it_obeys_the_rules_of_customers(self, shop, version):
        answer = shop.post(PAYMENTS[version], body(customer={"name": "No address"}))
        stancer.check_bad(answer, version, "body", "customer")
        answer = shop.post(PAYMENTS[version], body(customer={"email": "e" * 65}))
        stancer.check_bad(answer, version, "body", "customer", "email")

    def test_unknown_it_is_404(self, shop, version):
        identifier = "cust_" + stancer.UNKNOWN
        answer = shop.post(PAYMENTS[version], body(customer=identifier))
        stancer.check_missing(answer, version, "customer", identifier)


DEVICE_ACCEPTED = [
    ("ip", "127.0.0.1"), ("ip", "::1"), ("ip", "2001:db8::9"), ("port", 1), ("port", 65535),
    ("user_agent", "u" * 256), ("http_accept", "a" * 2048), ("languages", "l" * 32),
]
DEVICE_REFUSED = [
    ("ip", "300.1.1.1"), ("ip", "localhost"), ("ip", ""), ("ip", 1), ("ip", None),
    ("port", 0), ("port", 65536), ("port", -1), ("port", None), ("port", True),
    ("user_agent", "u" * 257), ("user_agent", 5), ("http_accept", "a" * 2049),
    ("languages", "l" * 33), ("languages", ["fr"]),
]


@pytest.mark.parametrize("version", VERSIONS)
class TestDevice:
    @pytest.mark.parametrize("field,value", DEVICE_ACCEPTED)
    def test_a_value_at_its_limit_is_accepted(self, shop, version, field, value):
        made = shop.made(PAYMENTS[version], body(device=stancer.DEVICE | {field: value}))
        stancer.check_payment(made, version)
        assert made["device"][field] == value

    @pytest.mark.parametrize("field,value", DEVICE_REFUSED)
    def test_a_value_past_its_limit_is_refused(self, shop, version, field, value):
        answer = shop.post(PAYMENTS[version], body(device=stancer.DEVICE | {field: value}))
        stancer.check_bad(answer, version, "body", "device", field)

    def test_its_port_is_a_number(self, shop, version):
        made = shop.made(PAYMENTS[version], body(device=stancer.DEVICE))
        assert made["device"]["port"] == stancer.DEVICE["port"]


@pytest.mark.parametrize("version", VERSIONS)
class TestUniqueId:
    TEXT = "Payment already exists, duplicate unique_id"

    def test_used_twice_is_409_and_nothing_is_made(self, merchant, version):
        first = merchant.pay(version, unique_id="order-1")
        for again in (body(unique_id="order-1"), body(unique_id="order-1", card=cards.card()),
                      body(unique_id="order-1", amount=77)):
            stancer.check_conflict(merchant.post(PAYMENTS[version], again), version, self.TEXT,
                                   first["id"])
        assert len(merchant.read(PAYMENTS[version])["payments"]) == 1

    def test_stays_taken_for_ever(self, merchant, version):
        first = merchant.pay(version, cards.card("4000000000000002"), unique_id="order-2")
        assert first["status"] == "refused"
        merchant.advance(400 * 86400)
        stancer.check_conflict(merchant.post(PAYMENTS[version], body(unique_id="order-2")),
                               version, self.TEXT, first["id"])

    def test_counts_for_both_versions_together(self, merchant, version):
        first = merchant.pay("v1", unique_id="order-3")
        stancer.check_conflict(merchant.post(PAYMENTS[version], body(unique_id="order-3")),
                               version, self.TEXT, first["id"])

    def test_is_free_for_another_merchant(self, shop, merchant, version):
        name = "order-4-" + version
        first = shop.pay(version, unique_id=name)
        assert merchant.pay(version, unique_id=name)["id"] != first["id"]

    def test_differs_by_case(self, merchant, version):
        merchant.pay(version, unique_id="order-a")
        merchant.pay(version, unique_id="ORDER-A")


@pytest.mark.parametrize("version", VERSIONS)
def test_an_order_id_may_be_used_again(shop, version):
    first, second = (shop.pay(version, order_id="again") for _ in range(2))
    assert first["order_id"] == second["order_id"] == "again"


def test_addresses_of_a_payment_in_v2(shop):
    address = shop.made("/v2/addresses/", {"country": "FR", "city": "Lyon", "zip_code": "69001"})
    made = shop.made("/v2/payments/", body(billing_address=address["id"],
                                           shipping_address=address["id"]))
    assert made["billing_address"] == made["shipping_address"] == address["id"]


def test_date_settlement_may_be_unix_seconds(shop):
    assert shop.made("/v2/payments/", body(date_settlement=1924992000))["date_settlement"] == \
        "2031-01-01"


def test_disputes_of_an_unknown_payment_are_not_found(shop):
    answer = shop.get("/v2/payments/paym_" + stancer.UNKNOWN + "/disputes")
    stancer.check_error(answer, "v2", 404)
