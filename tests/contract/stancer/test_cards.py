"""Cards (api/stancer.md 6, cards.md 11)."""

import json

import pytest

from support import cards, stancer
from support.stancer import VERSIONS

_months = iter((month, year) for year in range(cards.later_year(), 2099) for month in range(1, 13))


def unique(number=cards.CHANGEABLE, **changes):
    """A card nobody has made yet: v1 counts number and expiry."""
    month, year = next(_months)
    return cards.card(number, **({"exp_month": month, "exp_year": year} | changes))


def path(version):
    return f"/{version}/cards/"


ACCEPTED = [
    ("cvc", "123"), ("cvc", "1234"), ("cvc", "000"),
    ("name", "Anna"), ("name", "n" * 64), ("zip_code", "75"), ("zip_code", "7" * 8),
    ("external_id", "x"), ("external_id", "e" * 36), ("tokenize", True), ("tokenize", False),
    ("preferred_network", "national"), ("preferred_network", "visa"),
    ("preferred_network", "mastercard"), ("exp_month", 1), ("exp_month", 12),
    ("exp_year", 2099),
]
REFUSED = [
    ("number", cards.LUHN_FAILS), ("number", "4" * 12), ("number", "4" * 20), ("number", ""),
    ("number", "4242x24242424242"), ("number", int(cards.VISA)), ("number", [cards.VISA]),
    ("exp_month", 0), ("exp_month", 13), ("exp_month", -1), ("exp_month", "12"),
    ("exp_month", b"12.0"), ("exp_month", b"1e1"), ("exp_month", True),
    ("exp_year", 2018), ("exp_year", 2100), ("exp_year", "2030"), ("exp_year", 30),
    ("exp_year", 2022),
    ("cvc", "12"), ("cvc", "12345"), ("cvc", "12a"), ("cvc", 123), ("cvc", ""),
    ("name", "   "), ("name", "\u00a0\u200b\u3164"), 
    ("name", "n" * 65), ("name", 5), ("zip_code", "7"), ("zip_code", "7" * 9), ("zip_code", 75011),
    ("external_id", ""), ("external_id", "e" * 37), ("external_id", 5),
    ("tokenize", "true"), ("tokenize", 1), ("preferred_network", "cb"), ("preferred_network", 3),
]
REFUSED_V2 = [("customer", "cust_short"), ("customer", 5), ("customer", "card_" + stancer.UNKNOWN)]


def encoded(body, field, value):
    """bytes stand for a number written in a form that Python would not write."""
    if not isinstance(value, bytes):
        return body | {field: value}
    return json.dumps(body | {field: "@"}).encode().replace(b'"@"', value)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field,value", ACCEPTED)
def test_a_value_at_its_limit_is_accepted(shop, version, field, value):
    if (version, field) == ("v2", "external_id"):  # Unique in v2.
        value = value.upper()
    number = cards.VISA if field.startswith("exp_") else cards.CHANGEABLE
    made = shop.made(path(version), unique(number, **{field: value}))
    stancer.check_card(made, version)
    if field in made:
        assert made[field] == value
    assert shop.read(path(version) + made["id"]) == made


@pytest.mark.parametrize("version,field,value",
                         [("v1", *case) for case in REFUSED]
                         + [("v2", *case) for case in REFUSED + REFUSED_V2])
def test_a_value_past_its_limit_is_refused(shop, version, field, value):
    answer = shop.post(path(version), encoded(unique(), field, value))
    if (field, value) == ("exp_year", 2022):  # A past date may be told of either member.
        stancer.check_bad(answer, version)
    else:
        stancer.check_bad(answer, version, "body", field)
    if isinstance(value, str) and value:
        assert cards.LUHN_FAILS.encode() not in answer.raw


@pytest.mark.parametrize("field", ["number", "exp_month", "exp_year"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_required_member_is_missing_or_null(shop, version, field):
    body = unique()
    del body[field]
    stancer.check_bad(shop.post(path(version), body), version, "body", field)
    stancer.check_bad(shop.post(path(version), body | {field: None}), version, "body", field)


def test_the_code_is_required_in_v1_only(shop):
    stancer.check_bad(shop.post(path("v1"), unique(cvc=None)), "v1")
    stancer.check_card(shop.made(path("v2"), unique(cvc=None)), "v2")


@pytest.mark.parametrize("number", ["4222222222222", "6799990100000000019"])
def test_numbers_of_13_and_19_digits_are_accepted(shop, number):
    assert shop.made(path("v2"), unique(number))["last4"] == number[-4:]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_month_must_not_be_past(shop, version):
    month, year = cards.last_month()
    answer = shop.post(path(version), unique(exp_month=month, exp_year=year))
    stancer.check_bad(answer, version)
    today = cards.paris_today()
    made = shop.made(path(version), unique(exp_month=today.month, exp_year=today.year))
    assert (made["exp_month"], made["exp_year"]) == (today.month, today.year)


@pytest.mark.parametrize("version", VERSIONS)
def test_defaults(shop, version):
    body = unique(name=None)
    made = shop.made(path(version), body)
    stancer.check_card(made, version)
    expected = {"name": None, "zip_code": None, "external_id": None, "preferred_network": None,
                "last4": body["number"][-4:], "brand": "visa", "country": "US",
                "funding": "credit", "network": "visa",
                "nature": "personnal" if version == "v1" else "personal"}
    assert {name: made[name] for name in expected} == expected
    if version == "v2":
        assert made["customer"] is None and made["deleted"] is False
    else:
        assert made["live_mode"] is False


@pytest.mark.parametrize("version", VERSIONS)
def test_a_card_number_is_no_name(shop, version):
    card = cards.card("2223003122003222", exp_year=2098)
    stancer.check_bad(shop.post(path(version), card | {"name": "2223 0031 2200 3222"}), version,
                      "body", "name")
    made = shop.made(path(version), card | {"name": "Anna 2"})
    stancer.check_bad(shop.patch(path(version) + made["id"], {"name": "2223003122003222"}), version,
                      "body", "name")


@pytest.mark.parametrize("version", VERSIONS)
def test_number_code_and_tokenize_never_come_back(shop, version):
    body = unique(tokenize=True)
    answer = shop.post(path(version), body)
    for name in ("number", "cvc", "tokenize"):
        assert name not in answer.json
    assert body["number"].encode() not in answer.raw


def test_a_card_belongs_to_a_customer_in_v2(shop):
    customer = shop.made("/v2/customers/", {"mobile": "+33600000001"})
    made = shop.made(path("v2"), unique(customer=customer["id"]))
    assert made["customer"] == customer["id"]
    other = shop.made(path("v2"), unique())
    shown = shop.read(path("v2") + "?customer=" + customer["id"])
    assert [card["id"] for card in stancer.check_list(shown, "v2", "cards")] == [made["id"]]
    assert other["id"] != made["id"]


def test_an_unknown_customer_is_404(shop):
    identifier = "cust_" + stancer.UNKNOWN
    answer = shop.post(path("v2"), unique(customer=identifier))
    stancer.check_missing(answer, "v2", "customer", identifier)


class TestPatch:
    @pytest.mark.parametrize("version,field,value", [
        ("v1", "exp_month", 7), ("v1", "exp_year", 2098), ("v1", "name", "Renamed Holder"),
        ("v1", "zip_code", "13001"), ("v2", "exp_month", 7), ("v2", "exp_year", 2098),
        ("v2", "name", "Renamed Holder"), ("v2", "zip_code", "13001"),
        ("v2", "external_id", "patched-ref"), ("v2", "preferred_network", "national")])
    def test_a_member_is_changed_alone(self, shop, version, field, value):
        made = shop.made(path(version), unique())
        changed = shop.patch(path(version) + made["id"], {field: value})
        assert changed.status == 200, changed
        assert changed.json == made | {field: value}
        assert shop.read(path(version) + made["id"]) == changed.json

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("field,value", [
        ("exp_month", 0), ("exp_month", 13), ("exp_month", "7"), ("exp_year", 2018),
        ("exp_year", 2100), ("name", "n" * 65), ("name", " "), ("zip_code", "1"), ("zip_code", "1" * 9)])
    def test_a_value_past_its_limit_is_refused(self, shop, version, field, value):
        made = shop.made(path(version), unique())
        answer = shop.patch(path(version) + made["id"], {field: value})
        stancer.check_bad(answer, version, "body", field)
        assert shop.read(path(version) + made["id"]) == made

    @pytest.mark.parametrize("version", VERSIONS)
    def test_an_expiry_in_the_past_is_refused(self, shop, version):
        made = shop.made(path(version), unique())
        month, year = cards.last_month()
        answer = shop.patch(path(version) + made["id"], {"exp_month": month, "exp_year": year})
        stancer.check_bad(answer, version)
        assert shop.read(path(version) + made["id"]) == made


@pytest.mark.parametrize("version", VERSIONS)
class TestDelete:
    def test_answers_as_its_version_does(self, shop, version):
        made = shop.made(path(version), unique())
        answer = shop.delete(path(version) + made["id"])
        if version == "v1":
            assert (answer.status, answer.raw) == (204, b"")
        else:
            assert answer.status == 200
            assert answer.json == made | {"deleted": True}

    def test_then_it_is_gone_and_cannot_pay(self, shop, version):
        made = shop.made(path(version), unique())
        shop.delete(path(version) + made["id"])
        body = {"amount": 500, "currency": "eur", "card": made["id"]}
        for answer in (shop.get(path(version) + made["id"]),
                       shop.patch(path(version) + made["id"], {"zip_code": "13001"}),
                       shop.delete(path(version) + made["id"]),
                       shop.post(stancer.PAYMENTS[version], body)):
            stancer.check_missing(answer, version, "card", made["id"])
        shown = [card["id"] for card in shop.read(path("v2") + "?limit=100")["cards"]]
        assert made["id"] not in shown

    def test_old_payments_keep_showing_it(self, shop, version):
        made = shop.made(path(version), unique())
        payment = shop.pay(version, made["id"])
        shop.delete(path(version) + made["id"])
        assert shop.read(stancer.PAYMENTS[version] + payment["id"])["card"]["id"] == made["id"]


class TestTheSameCard:
    TEXT = "Card already exists, you may want to update it instead creating a new one"

    def test_is_409_in_v1(self, shop):
        body = unique()
        made = shop.made(path("v1"), body)
        stancer.check_conflict(shop.post(path("v1"), body), "v1", self.TEXT, made["id"])
        other_name = body | {"name": "Somebody Else", "cvc": "111"}
        stancer.check_conflict(shop.post(path("v1"), other_name), "v1", self.TEXT, made["id"])

    def test_with_another_expiry_is_a_new_one_in_v1(self, shop):
        first = shop.made(path("v1"), unique())
        assert shop.made(path("v1"), unique())["id"] != first["id"]

    def test_is_free_again_after_delete_in_v1(self, shop):
        body = unique()
        first = shop.made(path("v1"), body)
        shop.delete(path("v1") + first["id"])
        assert shop.made(path("v1"), body)["id"] != first["id"]

    def test_is_no_error_in_v2(self, shop):
        body = unique()
        shop.made(path("v2"), body)
        stancer.check_card(shop.made(path("v2"), body), "v2")

    def test_inline_in_a_payment_is_the_existing_one_in_v1(self, shop):
        body = unique()
        made = shop.made(path("v1"), body)
        assert shop.pay("v1", body)["card"]["id"] == made["id"]
        assert shop.pay("v1", body)["card"]["id"] == made["id"]

    def test_inline_in_a_payment_is_a_new_one_in_v2(self, shop):
        body = unique()
        made = shop.made(path("v2"), body)
        assert shop.pay("v2", body)["card"]["id"] != made["id"]

    @pytest.mark.parametrize("version", VERSIONS)
    def test_two_merchants_do_not_meet(self, shop, merchant, version):
        body = unique()
        assert shop.made(path(version), body)["id"] != merchant.made(path(version), body)["id"]


@pytest.mark.parametrize("version", VERSIONS)
class TestOneUseOnly:
    TEXT = "Card cannot be used again"

    def again(self, shop, version, card):
        answer = shop.post(stancer.PAYMENTS[version],
                           {"amount": 500, "currency": "eur", "card": card})
        assert stancer.check_error(answer, version, 409) == self.TEXT

    def test_a_card_not_to_be_kept_pays_once(self, shop, version):
        made = shop.made(path(version), unique(tokenize=False))
        assert shop.pay(version, made["id"])["status"] == "to_capture"
        self.again(shop, version, made["id"])

    def test_so_does_one_given_in_a_payment(self, shop, version):
        payment = shop.pay(version, unique(tokenize=False))
        self.again(shop, version, payment["card"]["id"])

    def test_a_card_to_be_kept_pays_often(self, shop, version):
        made = shop.made(path(version), unique())
        for _ in range(3):
            assert shop.pay(version, made["id"])["card"]["id"] == made["id"]
