"""A payment by API from its creation to the merchant's account, and what may happen on the way."""

import datetime

import pytest

from support import cards, stancer

SEVEN_DAYS = 7 * 86400


def read(merchant, payment, version="v2"):
    seen = merchant.read(stancer.PAYMENTS[version] + payment["id"])
    stancer.check_payment(seen, version)
    return seen


def test_a_payment_goes_with_the_evening_batch_and_is_settled(merchant):
    merchant.advance_to(20, 50)
    payment = merchant.pay(amount=12345)
    assert payment["status"] == "to_capture"
    merchant.advance_to(20, 59)
    assert read(merchant, payment)["status"] == "to_capture"
    merchant.advance_to(21, 1)
    sent = read(merchant, payment)
    assert sent["status"] == "capture_sent" and sent["date_bank"] is None
    assert merchant.simulator().debited(payment) == [12345]
    merchant.advance_to(22, 1)
    settled = read(merchant, payment)
    assert settled["status"] == "captured"
    day = datetime.date.fromisoformat(settled["date_bank"])
    assert day >= merchant.paris_now().date()
    seconds = read(merchant, payment, "v1")["date_bank"]
    assert datetime.datetime.fromtimestamp(seconds, cards.PARIS).date() == day
    merchant.verify()


def test_a_day_that_runs_twice_changes_nothing(merchant):
    payment = merchant.pay(amount=777)
    for _ in range(3):
        merchant.settle()
    assert read(merchant, payment)["status"] == "captured"
    assert merchant.simulator().debited(payment) == [777]
    merchant.verify()


def test_what_has_left_cannot_be_cancelled_and_refunds_wait(merchant):
    merchant.advance_to(20, 50)
    payment = merchant.pay()
    merchant.advance_to(21, 1)
    for members in ({}, {"amount": 1000}, {"amount": 100}):
        answer = merchant.post("/v2/refunds/", {"payment": payment["id"]} | members)
        stancer.check_error(answer, "v2", 409)
    stancer.check_error(merchant.post(f"/v2/payments/{payment['id']}/capture"), "v2", 409)
    assert read(merchant, payment)["status"] == "capture_sent"
    merchant.advance_to(22, 1)
    assert merchant.post("/v2/refunds/", {"payment": payment["id"]}).status == 200


def test_a_cancelled_payment_never_leaves(merchant):
    payment = merchant.pay(amount=555)
    merchant.made("/v2/refunds/", {"payment": payment["id"]})
    merchant.settle()
    assert read(merchant, payment)["status"] == "canceled"
    assert merchant.simulator().debited(payment) == []
    merchant.verify()


def test_capture_later(merchant):
    merchant.advance_to(22, 30)
    payment = merchant.pay(capture=False, amount=4200)
    merchant.settle()
    assert read(merchant, payment)["status"] == "authorized"
    assert merchant.simulator().debited(payment) == []
    merchant.made(f"/v2/payments/{payment['id']}/capture")
    merchant.settle()
    assert read(merchant, payment)["status"] == "captured"
    assert merchant.simulator().debited(payment) == [4200]
    merchant.verify()


class TestExpiry:
    """A hold of seven days, to the second. The clock moves on by itself, so a margin of a few
    seconds stands on the early side only."""

    def held(self, merchant, seconds):
        payment = merchant.pay(capture=False, amount=3100)
        ends = payment["created"] + SEVEN_DAYS
        merchant.advance(ends + seconds - merchant.clock())
        return payment

    def test_is_still_captured_just_before(self, merchant):
        payment = self.held(merchant, -30)
        assert read(merchant, payment)["status"] == "authorized"
        assert merchant.post(f"/v2/payments/{payment['id']}/capture").status == 200
        merchant.settle()
        assert read(merchant, payment)["status"] == "captured"

    def test_is_expired_just_after(self, merchant):
        payment = self.held(merchant, 1)
        assert read(merchant, payment)["status"] == "expired"
        stancer.check_error(merchant.post(f"/v2/payments/{payment['id']}/capture"), "v2", 409)
        stancer.check_error(merchant.post("/v2/refunds/", {"payment": payment["id"]}), "v2", 409)
        assert merchant.simulator().held(payment) == []
        assert merchant.simulator().debited(payment) == []
        merchant.verify()

    def test_does_not_touch_a_captured_one(self, merchant):
        payment = merchant.pay(amount=3100)
        merchant.advance(30 * 86400)
        assert read(merchant, payment)["status"] == "captured"


class TestRefund:
    def test_leaves_and_is_settled_with_the_evening(self, merchant):
        merchant.advance_to(20, 40)
        payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=900)
        refund = merchant.made("/v2/refunds/", {"payment": payment["id"], "amount": 400})
        assert refund["status"] == "to_refund" and refund["date_bank"] is None
        merchant.advance_to(21, 1)
        assert merchant.read("/v2/refunds/" + refund["id"])["status"] == "refund_sent"
        merchant.advance_to(22, 1)
        for version in stancer.VERSIONS:
            seen = merchant.read(f"/{version}/refunds/{refund['id']}")
            stancer.check_refund(seen, version)
            assert seen["status"] == "refunded" and seen["date_bank"] is not None
        assert merchant.simulator().refunded(payment) == 400
        assert read(merchant, payment)["status"] == "captured"
        merchant.verify()

    def test_of_a_settled_payment_in_parts(self, merchant):
        payment = merchant.pay(amount=1000)
        merchant.settle()
        made = [merchant.made("/v2/refunds/", {"payment": payment["id"], "amount": amount})
                for amount in (300, 700)]
        merchant.settle()
        for refund in made:
            assert merchant.read("/v2/refunds/" + refund["id"])["status"] == "refunded"
        assert merchant.simulator().refunded(payment) == 1000
        merchant.verify()


@pytest.mark.parametrize("number", cards.DISPUTED)
def test_a_disputed_card_is_charged_back(merchant, number):
    payment = merchant.pay(card=cards.card(number), amount=8800)
    assert payment["response"] == "00"
    merchant.settle()
    merchant.wait_for_status(payment, "disputed")
    stancer.check_error(merchant.post("/v2/refunds/", {"payment": payment["id"]}), "v2", 409)
    merchant.settle()
    assert read(merchant, payment)["status"] == "disputed"
    merchant.verify()


def test_ten_currencies_settle_side_by_side(merchant):
    payments = [merchant.pay(amount=1000 + place, currency=currency)
                for place, currency in enumerate(stancer.CURRENCIES)]
    merchant.settle()
    for payment in payments:
        assert read(merchant, payment)["status"] == "captured"
        assert merchant.simulator().debited(payment) == [payment["amount"]]
    merchant.verify()


def test_a_card_check_moves_no_money(merchant):
    payment = merchant.pay(amount=0, capture=False)
    merchant.settle()
    assert merchant.simulator().debited(payment) == []
    merchant.verify()
