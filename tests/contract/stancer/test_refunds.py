"""Refunds (api/stancer.md 10)."""

import pytest

from support import cards, stancer
from support.server import eventually
from support.stancer import PAYMENTS, VERSIONS

TOO_EARLY = "Payment cannot be partially refunded before it has been captured"


def path(version):
    return f"/{version}/refunds/"


def captured(merchant, version="v2", amount=1000):
    payment = merchant.pay(version, cards.card(cards.CAPTURED_AT_ONCE), amount=amount)
    assert payment["status"] == "captured"
    return payment


def refund(merchant, version, payment, **members):
    return merchant.post(path(version), {"payment": payment["id"]} | members)


def status_of(merchant, payment):
    return merchant.read("/v2/payments/" + payment["id"])["status"]


@pytest.mark.parametrize("version", VERSIONS)
class TestBeforeCapture:
    @pytest.mark.parametrize("capture", [True, False])
    @pytest.mark.parametrize("members", [{}, {"amount": 1000}, {"amount": None}])
    def test_the_whole_amount_cancels_the_payment(self, shop, version, capture, members):
        payment = shop.pay(version, capture=capture)
        answer = refund(shop, version, payment, **members)
        assert answer.status == 200, answer
        stancer.check_refund(answer.json, version)
        assert (answer.json["status"], answer.json["amount"]) == ("payment_canceled", 1000)
        assert answer.json["payment"] == payment["id"]
        assert answer.json["currency"] == "eur"
        assert status_of(shop, payment) == "canceled"

    def test_a_part_of_to_capture_is_409_with_its_text(self, shop, version):
        payment = shop.pay(version)
        answer = refund(shop, version, payment, amount=400)
        assert stancer.check_error(answer, version, 409) == TOO_EARLY
        assert status_of(shop, payment) == "to_capture"

    def test_a_part_of_authorized_is_409(self, shop, version):
        payment = shop.pay(version, capture=False)
        stancer.check_error(refund(shop, version, payment, amount=400), version, 409)
        assert status_of(shop, payment) == "authorized"

    def test_more_than_the_amount_is_409(self, shop, version):
        payment = shop.pay(version)
        stancer.check_error(refund(shop, version, payment, amount=1001), version, 409)
        assert status_of(shop, payment) == "to_capture"

    def test_a_cancelled_hold_is_given_back(self, shop, version):
        payment = shop.pay(version, amount=2222)
        assert shop.simulator().held(payment) == [2222]
        assert refund(shop, version, payment).status == 200
        eventually(lambda: shop.simulator().held(payment) == [], 20, "the hold is released")


@pytest.mark.parametrize("version", VERSIONS)
class TestAfterCapture:
    def test_the_whole_amount(self, shop, version):
        payment = captured(shop, version)
        answer = refund(shop, version, payment)
        assert answer.status == 200, answer
        stancer.check_refund(answer.json, version)
        assert (answer.json["status"], answer.json["amount"]) == ("to_refund", 1000)
        assert shop.read(path(version) + answer.json["id"]) == answer.json
        assert status_of(shop, payment) == "captured"

    def test_parts_up_to_the_amount(self, shop, version):
        payment = captured(shop, version)
        for amount in (1, 400, 599):
            answer = refund(shop, version, payment, amount=amount)
            assert (answer.status, answer.json["amount"]) == (200, amount), answer
        stancer.check_error(refund(shop, version, payment, amount=1), version, 409)
        stancer.check_error(refund(shop, version, payment), version, 409)
        assert status_of(shop, payment) == "captured"

    def test_what_is_left_without_an_amount(self, shop, version):
        payment = captured(shop, version)
        assert refund(shop, version, payment, amount=250).status == 200
        assert refund(shop, version, payment).json["amount"] == 750

    @pytest.mark.parametrize("amount", [1001, 4294967295, 4294967296, 2**63 - 1, 0])
    def test_outside_one_and_what_is_left_is_409(self, shop, version, amount):
        payment = captured(shop, version)
        stancer.check_error(refund(shop, version, payment, amount=amount), version, 409)
        shown = shop.read(f"/v2/payments/{payment['id']}/refunds")
        assert shown == []

    def test_one_unit_more_than_what_is_left_is_409(self, shop, version):
        payment = captured(shop, version)
        assert refund(shop, version, payment, amount=300).status == 200
        stancer.check_error(refund(shop, version, payment, amount=701), version, 409)
        assert refund(shop, version, payment, amount=700).status == 200

    def test_two_equal_parts_are_two_refunds(self, shop, version):
        payment = captured(shop, version)
        first = refund(shop, version, payment, amount=300).json
        assert refund(shop, version, payment, amount=300).json["id"] != first["id"]

    def test_in_its_currency(self, shop, version):
        payment = shop.pay(version, cards.card(cards.CAPTURED_AT_ONCE), currency="chf")
        assert refund(shop, version, payment, amount=100).json["currency"] == "chf"


@pytest.mark.parametrize("version", VERSIONS)
class TestRefused:
    @pytest.mark.parametrize("state", [None, "refused", "canceled"])
    def test_in_a_state_without_money_is_409(self, shop, version, state):
        if state is None:
            payment = shop.made(PAYMENTS[version], {"amount": 1000, "currency": "eur"})
        elif state == "refused":
            payment = shop.pay(version, cards.card("4000000000000002"))
        else:
            payment = shop.pay(version)
            refund(shop, version, payment)
        for members in ({}, {"amount": 1000}, {"amount": 100}):
            stancer.check_error(refund(shop, version, payment, **members), version, 409)
        assert status_of(shop, payment) == state

    @pytest.mark.parametrize("members", [
        {}, {"payment": None}, {"payment": 5}, {"payment": []}, {"payment": {"id": "paym_x"}}])
    def test_without_a_payment(self, shop, version, members):
        stancer.check_bad(shop.post(path(version), members), version, "body", "payment")

    @pytest.mark.parametrize("amount", [-1, "100", True, 2**63, [100], b"1.5", b"1e2"])
    def test_with_a_bad_amount(self, shop, version, amount):
        payment = captured(shop, version)
        members = {"payment": payment["id"], "amount": amount}
        if isinstance(amount, bytes):
            members = b'{"payment": "%s", "amount": %s}' % (payment["id"].encode(), amount)
        stancer.check_bad(shop.post(path(version), members), version, "body", "amount")
        assert shop.read(f"/v2/payments/{payment['id']}/refunds") == []

    def test_of_an_unknown_payment_is_404(self, shop, version):
        identifier = "paym_" + stancer.UNKNOWN
        answer = shop.post(path(version), {"payment": identifier})
        stancer.check_missing(answer, version, "payment", identifier)


def test_an_ill_formed_payment_is_422_in_v2(shop):
    stancer.check_bad(shop.post(path("v2"), {"payment": "paym_short"}), "v2", "body", "payment")


@pytest.mark.parametrize("base", ["/v2/payments/", "/v2/checkout/"])
def test_the_refunds_of_a_payment_are_a_bare_array_in_v2(shop, base):
    payment = captured(shop)
    assert shop.get(f"{base}{payment['id']}/refunds").json == []
    made = [refund(shop, "v2", payment, amount=amount).json for amount in (100, 200)]
    shown = shop.get(f"{base}{payment['id']}/refunds")
    assert shown.status == 200 and isinstance(shown.json, list)
    assert sorted(shown.json, key=lambda row: row["amount"]) == made


def test_the_refunds_of_a_payment_are_a_member_in_v1(shop):
    payment = captured(shop, "v1")
    made = refund(shop, "v1", payment, amount=100).json
    seen = shop.read("/v1/checkout/" + payment["id"])
    stancer.check_payment(seen, "v1")
    assert seen["refunds"] == [made]


def test_the_list_of_refunds(merchant):
    payment = captured(merchant)
    made = [refund(merchant, "v2", payment, amount=amount).json["id"] for amount in (10, 20, 30)]
    for version in VERSIONS:
        shown = stancer.check_list(merchant.read(path(version)), version, "refunds")
        ids = [row["id"] for row in shown]
        assert ids == (made if version == "v1" else made[::-1])
