"""Each field and word of the seed page on each route that takes it: the value that was sent is the
one that comes back. `guichet --coverage` tells which of them no test touches."""

import itertools

import pytest

from support import cards, ibans, stancer
from support.browser import Browser
from support.stancer import PAYMENTS, RETURN_URL, VERSIONS
from test_wallet import token, wallet

ROUTES = ("/v1/checkout/", "/v2/payments/", "/v2/checkout/")
SIGNED = "2021-06-14"
_serial = itertools.count(1)


def unique(what):
    return f"{what}-{next(_serial)}"


def version_of(route):
    return route[1:3]


def whole_card(version, customer):
    # v1 uses a known card of the same number and expiry: each has an expiry of its own.
    members = cards.card(name="My card", zip_code="75001", external_id=unique("card"),
                         tokenize=True, exp_year=cards.later_year() + next(_serial) % 60)
    return members if version == "v1" else members | {"customer": customer}


def whole_sepa(version, customer):
    members = {"iban": ibans.unique(), "name": "Jean Dupont", "bic": "TESTDEPP",
               "mandate": unique("RUM"), "date_mandate": SIGNED}
    return members if version == "v1" else members | {"customer": customer}


def whole_customer(version):
    members = {"email": "test@example.com", "name": "Arthur Martin", "mobile": "+33100000000",
               "external_id": unique("customer")}
    if version == "v2":
        members |= {"date_birth": "1953-01-19", "legal_id": "AA732A82C93V20", "country": "FR"}
    return members


def shown(sent, made, without=()):
    """What was sent stands in what was made, but for what is never shown again."""
    hidden = {"number", "cvc", "tokenize", "iban", *without}
    assert {name: made[name] for name in sent if name not in hidden} == \
        {name: value for name, value in sent.items() if name not in hidden}


@pytest.fixture(scope="module")
def customer(shop):
    return shop.made("/v2/customers/", {"email": "someone@example.com", "country": "BE"})["id"]


def members_of(route, case, shop, customer):
    """The members of one way to pay, and what must come back as it was sent."""
    version = version_of(route)
    if case == "card object":
        return {"card": whole_card(version, customer), "customer": whole_customer(version),
                "device": stancer.DEVICE, "description": "A simple description"}
    if case == "card id":
        return {"card": shop.made("/v2/cards/", cards.card())["id"], "customer": customer}
    if case == "sepa object":
        return {"sepa": whole_sepa(version, customer), "methods_allowed": ["sepa"],
                "order_id": "NonUniqueId123"}
    if case == "sepa id":
        account = shop.made("/v2/sepa/", whole_sepa("v2", customer))
        members = {"sepa": account["id"]}
        return members if version == "v1" else members | {"date_settlement": "2031-02-28"}
    if case == "wallet":
        return {"wallet": wallet(token(cards.VISA)), "return_url": RETURN_URL}
    if case == "authentication":
        return {"auth": True, "return_url": RETURN_URL, "methods_allowed": ["card", "sepa"]}
    return {"auth": {"status": "request", "return_url": RETURN_URL}, "capture": False}


CASES = ("card object", "card id", "sepa object", "sepa id", "wallet", "authentication",
         "authentication object")


def check_came_back(payment, sent, version):
    stancer.check_payment(payment, version)
    for name in ("card", "sepa", "customer", "device"):
        if isinstance(sent.get(name), dict):
            # A date in v1 is a number of seconds.
            shown(sent[name], payment[name], {"date_mandate"} if version == "v1" else ())
        elif name in sent:
            assert payment[name]["id"] == sent[name]
    shown({name: value for name, value in sent.items()
           if name not in ("card", "sepa", "customer", "device", "wallet", "auth")}, payment)
    assert (payment["auth"] is not None) == ("auth" in sent)
    if {"card", "sepa", "wallet"} & set(sent):
        assert payment["status"] is not None or version == "v1"


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("route", ROUTES)
def test_a_payment_is_made_of_them(shop, customer, route, case):
    sent = members_of(route, case, shop, customer) | {"unique_id": unique("once")}
    made = shop.made(route, {"amount": 1234, "currency": "eur"} | sent)
    check_came_back(made, sent, version_of(route))
    assert shop.read(route + made["id"]) == made
    listed = shop.read(f"{route}?unique_id={sent['unique_id']}")
    assert stancer.check_list(listed, version_of(route), "payments") == [made]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("route", ROUTES)
def test_a_payment_is_changed_to_them(shop, customer, route, case):
    made = shop.made(route, {"amount": 50, "currency": "eur"})
    sent = members_of(route, case, shop, customer)
    answer = shop.patch(route + made["id"], {"amount": 1234, "currency": "eur"} | sent)
    assert answer.status == 200, answer
    check_came_back(answer.json, sent, version_of(route))
    assert answer.json["amount"] == 1234
    assert shop.read(route + made["id"]) == answer.json


@pytest.mark.parametrize("route", ROUTES)
def test_a_payment_is_found_by_its_card(shop, route):
    card = shop.made("/v2/cards/", cards.card())["id"]
    paid = shop.made(route, {"amount": 1000, "currency": "eur", "card": card})
    shop.made(route, {"amount": 1000, "currency": "eur", "card": cards.card()})
    assert shop.read(f"{route}?card={card}")["payments"] == [paid]


@pytest.mark.parametrize("route", ROUTES)
def test_an_authorized_payment_is_captured_by_its_status(shop, route):
    made = shop.made(route, {"amount": 1000, "currency": "eur", "card": cards.card(),
                             "capture": False})
    answer = shop.patch(route + made["id"], {"status": "capture"})
    assert (answer.status, answer.json["status"]) == (200, "to_capture"), answer


@pytest.mark.parametrize("currency", stancer.CURRENCIES)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_payment_is_changed_to_each_currency(shop, version, currency):
    other = "usd" if currency == "eur" else "eur"
    made = shop.made(PAYMENTS[version], {"amount": 1000, "currency": other,
                                         "methods_allowed": ["card"]})
    answer = shop.patch(PAYMENTS[version] + made["id"], {"currency": currency})
    assert (answer.status, answer.json["currency"]) == (200, currency), answer


@pytest.mark.parametrize("currency", stancer.CURRENCIES)
def test_an_intent_takes_each_currency(shop, currency):
    body = {"amount": 1000, "methods_allowed": ["card"]}
    made = shop.made("/v2/payment_intents/", body | {"currency": currency})
    assert made["currency"] == currency
    other = shop.made("/v2/payment_intents/",
                      body | {"currency": "usd" if currency == "eur" else "eur"})
    answer = shop.patch("/v2/payment_intents/" + other["id"], {"currency": currency})
    assert (answer.status, answer.json["currency"]) == (200, currency), answer


@pytest.mark.parametrize("version", VERSIONS)
def test_a_check_takes_a_whole_account(shop, customer, version):
    sent = whole_sepa(version, customer)
    asked = shop.made(f"/{version}/sepa/check/", sent)
    stancer.check_sepa_check(asked, version)
    account = shop.read("/v2/sepa/" + asked["id"])
    shown(sent, account)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_day_of_a_mandate_is_changed(shop, version):
    made = shop.made("/v2/sepa/", {"iban": ibans.unique(), "name": "Jean Dupont"})
    change = {"mandate": unique("RUM"), "date_mandate": SIGNED}
    answer = shop.patch(f"/{version}/sepa/" + made["id"], change)
    assert answer.status == 200, answer
    shown(change, shop.read("/v2/sepa/" + made["id"]))


@pytest.mark.parametrize("version", VERSIONS)
def test_accounts_are_listed(merchant, version):
    made = [merchant.made(f"/{version}/sepa/?bic=true",
                          {"iban": ibans.unique(), "name": "Jean Dupont"}) for _ in range(2)]
    listed = stancer.check_list(merchant.read(f"/{version}/sepa/"), version, "sepa")
    assert listed == (made if version == "v1" else made[::-1])


@pytest.mark.parametrize("version", VERSIONS)
def test_cards_are_found_by_their_customer(shop, customer, version):
    made = shop.made("/v2/cards/", cards.card(customer=customer))
    listed = shop.read(f"/{version}/cards/?customer={customer}&limit=100")["cards"]
    assert made["id"] in {card["id"] for card in listed}
    other = shop.made("/v2/customers/", {"email": "nobody@example.com"})["id"]
    assert shop.read(f"/{version}/cards/?customer={other}")["cards"] == []


def test_an_authentication_that_failed_says_why(shop):
    made = shop.made("/v2/payments/", {"amount": 1000, "card": cards.card(cards.AMEX),
                                       "auth": True, "return_url": RETURN_URL,
                                       "device": stancer.DEVICE})
    assert made["auth"]["message"] is None
    Browser(shop).go(made["auth"]["redirect_url"])
    auth = shop.read("/v2/payments/" + made["id"])["auth"]
    assert (auth["status"], auth["message"]) == \
        ("unavailable", "This card cannot be authenticated")
