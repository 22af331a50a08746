"""Each test card and each amount with an outcome of its own (api/stancer.md 13, cards.md 4, 11)."""

import pytest

from support import cards, stancer
from support.stancer import VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("number", cards.ACCEPTED)
def test_accepted(shop, version, number):
    brand, country, network, funding = cards.ACCEPTED[number]
    payment = shop.pay(version, cards.card(number))
    stancer.check_payment(payment, version)
    assert (payment["status"], payment["response"]) == ("to_capture", "00")
    card = payment["card"]
    assert (card["brand"], card["country"], card["network"], card["funding"]) == \
        (brand, country, network, funding)
    assert card["nature"] == ("personnal" if version == "v1" else "personal")
    assert card["last4"] == number[-4:]


@pytest.mark.parametrize("number,country", cards.COUNTRIES.items())
def test_accepted_in_its_country(shop, number, country):
    payment = shop.pay("v1", cards.card(number))
    assert payment["status"] == "to_capture"
    assert payment["card"]["country"] == payment["country"] == country
    assert (payment["card"]["brand"], payment["card"]["network"]) == ("visa", "visa")
    assert payment["card"]["funding"] == "credit"


def test_the_jcb_card_is_japanese(shop):
    payment = shop.pay(card=cards.card(cards.JCB))
    assert payment["status"] == "to_capture"
    assert (payment["card"]["brand"], payment["card"]["country"]) == ("jcb", "JP")


def test_amex_is_accepted_without_authentication(shop):
    payment = shop.pay(card=cards.card(cards.AMEX, cvc="9876"))
    assert (payment["status"], payment["card"]["brand"]) == ("to_capture", "amex")


@pytest.mark.parametrize("number,brand", cards.OTHERS.items())
def test_the_other_numbers_are_accepted_by_their_brand(shop, number, brand):
    payment = shop.pay(card=cards.card(number))
    stancer.check_payment(payment, "v2")
    assert (payment["status"], payment["card"]["brand"]) == ("to_capture", brand)


@pytest.mark.parametrize("version", VERSIONS)
def test_captured_at_once(shop, version):
    payment = shop.pay(version, cards.card(cards.CAPTURED_AT_ONCE))
    stancer.check_payment(payment, version)
    assert (payment["status"], payment["response"]) == ("captured", "00")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("number,response", cards.REFUSED.items())
def test_refused(shop, version, number, response):
    payment = shop.pay(version, cards.card(number))
    stancer.check_payment(payment, version)
    assert (payment["status"], payment["response"]) == ("refused", response)
    assert payment["response_author"] is None


@pytest.mark.parametrize("code", ["01", "02", "03", "04", "05", "07", "12", "13", "14", "15", "17",
                                  "41", "43", "51", "54", "57", "58", "59", "61", "62", "63", "75"])
def test_an_amount_answers_its_code(shop, code):
    payment = shop.pay(amount=990000 + int(code))
    stancer.check_payment(payment, "v2")
    assert (payment["status"], payment["response"]) == ("refused", code)


@pytest.mark.parametrize("code", ["30", "91", "96"])
def test_an_amount_answers_its_technical_code(shop, code):
    payment = shop.pay(amount=990000 + int(code))
    assert payment["status"] in ("refused", "failed") and payment["response"] == code


def test_an_amount_of_990000_is_accepted(shop):
    assert shop.pay(amount=990000)["status"] == "to_capture"


def test_a_card_with_an_outcome_comes_before_the_amount(shop):
    payment = shop.pay(card=cards.card("4000000000009995"), amount=990005)
    assert (payment["status"], payment["response"]) == ("refused", "51")
    payment = shop.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=990005)
    assert payment["status"] == "captured"


def test_a_soft_decline_without_the_payer_is_refused_a1(shop):
    payment = shop.pay(card=cards.card(cards.MASTERCARD), amount=990065)
    assert (payment["status"], payment["response"]) == ("refused", "A1")


def test_65_on_visa_is_no_soft_decline(shop):
    payment = shop.pay(amount=990065)
    assert (payment["status"], payment["response"]) == ("refused", "65")


def test_any_security_code_will_do(shop):
    for code in ("000", "123", "999", "1234"):
        assert shop.pay(card=cards.card(cvc=code))["status"] == "to_capture"


def test_the_simulator_holds_what_was_accepted_and_nothing_else(shop):
    accepted, refused = shop.pay(amount=4321), shop.pay(card=cards.card("4000000000000002"))
    assert shop.simulator().held(accepted) == [4321]
    assert shop.simulator().held(refused) == []
