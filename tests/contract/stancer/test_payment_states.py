"""The state table of a payment (api/stancer.md 8): each move, and what may not move."""

import pytest

from support import cards, stancer
from support.stancer import PAYMENTS, VERSIONS

REFUSED_CARD = "4000000000000002"


def change(merchant, version, payment, **members):
    return merchant.patch(PAYMENTS[version] + payment["id"], members)


def changed(merchant, version, payment, **members):
    answer = change(merchant, version, payment, **members)
    assert answer.status == 200, answer
    stancer.check_payment(answer.json, version)
    assert merchant.read(PAYMENTS[version] + payment["id"]) == answer.json
    return answer.json


def capture(merchant, payment, body=None):
    return merchant.post(f"/v2/payments/{payment['id']}/capture", body)


def empty(merchant, version="v2", **members):
    return merchant.made(PAYMENTS[version], {"amount": 1000, "currency": "eur"} | members)


def in_state(merchant, state):
    """A payment in a state that can be reached without waiting for the evening."""
    if state is None:
        return empty(merchant)
    if state == "authorized":
        return merchant.pay(capture=False)
    if state == "to_capture":
        return merchant.pay()
    if state == "captured":
        return merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
    if state == "refused":
        return merchant.pay(card=cards.card(REFUSED_CARD))
    assert state == "canceled"
    payment = merchant.pay()
    merchant.made("/v2/refunds/", {"payment": payment["id"]})
    return merchant.read("/v2/payments/" + payment["id"])


DECIDED = ["authorized", "to_capture", "captured", "refused", "canceled"]


@pytest.mark.parametrize("state", [None] + DECIDED)
def test_states_are_reached(shop, state):
    assert in_state(shop, state)["status"] == state


@pytest.mark.parametrize("version", VERSIONS)
class TestCreation:
    @pytest.mark.parametrize("number,capture,status", [
        (cards.VISA, True, "to_capture"), (cards.VISA, False, "authorized"),
        (REFUSED_CARD, True, "refused"), (REFUSED_CARD, False, "refused"),
        (cards.CAPTURED_AT_ONCE, True, "captured")])
    def test_with_a_card(self, shop, version, number, capture, status):
        payment = shop.pay(version, cards.card(number), capture=capture)
        stancer.check_payment(payment, version)
        assert (payment["status"], payment["capture"]) == (status, capture)

    def test_refused_tells_why_and_nothing_was_paid(self, shop, version):
        payment = shop.pay(version, cards.card(REFUSED_CARD))
        assert payment["response"] == "05"
        assert payment["response_author"] is None and payment["date_bank"] is None


class TestMethodByPatch:
    def test_in_v1_the_status_stays_null(self, shop):
        payment = changed(shop, "v1", empty(shop, "v1"), card=cards.card())
        assert (payment["status"], payment["method"]) == (None, "card")
        assert payment["response"] is None
        assert payment["card"]["last4"] == "4242"

    @pytest.mark.parametrize("capture,status", [(True, "to_capture"), (False, "authorized")])
    def test_in_v2_it_runs_at_once(self, shop, capture, status):
        payment = changed(shop, "v2", empty(shop, capture=capture), card=cards.card())
        assert (payment["status"], payment["method"], payment["response"]) == (status, "card", "00")

    def test_in_v2_a_bad_card_is_refused_at_once(self, shop):
        payment = changed(shop, "v2", empty(shop), card=cards.card(REFUSED_CARD))
        assert (payment["status"], payment["response"]) == ("refused", "05")

    @pytest.mark.parametrize("version", VERSIONS)
    def test_by_id(self, shop, version):
        card = shop.made("/v2/cards/", cards.card(exp_month=6))
        payment = changed(shop, version, empty(shop, version), card=card["id"])
        assert payment["card"]["id"] == card["id"]


class TestAuthorizeAndCaptureByPatch:
    def test_v1_goes_step_by_step(self, shop):
        payment = empty(shop, "v1")
        assert changed(shop, "v1", payment, card=cards.card())["status"] is None
        payment = changed(shop, "v1", payment, status="authorize")
        assert (payment["status"], payment["response"]) == ("authorized", "00")
        assert changed(shop, "v1", payment, status="capture")["status"] == "to_capture"

    def test_v1_authorize_of_a_bad_card_is_refused(self, shop):
        payment = empty(shop, "v1")
        changed(shop, "v1", payment, card=cards.card(REFUSED_CARD))
        payment = changed(shop, "v1", payment, status="authorize")
        assert (payment["status"], payment["response"]) == ("refused", "05")

    @pytest.mark.parametrize("version", VERSIONS)
    def test_capture_of_an_authorized_one(self, shop, version):
        payment = shop.pay(version, capture=False)
        assert changed(shop, version, payment, status="capture")["status"] == "to_capture"

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("status", ["authorize", "capture"])
    def test_without_a_method_it_is_409(self, shop, version, status):
        payment = empty(shop, version)
        stancer.check_error(change(shop, version, payment, status=status), version, 409)
        assert shop.read(PAYMENTS[version] + payment["id"]) == payment

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("state,status", [
        ("authorized", "authorize"), ("to_capture", "authorize"), ("captured", "authorize"),
        ("refused", "authorize"), ("canceled", "authorize"), ("to_capture", "capture"),
        ("captured", "capture"), ("refused", "capture"), ("canceled", "capture")])
    def test_any_other_move_is_409(self, shop, version, state, status):
        payment = in_state(shop, state)
        stancer.check_error(change(shop, version, payment, status=status), version, 409)
        assert shop.read("/v2/payments/" + payment["id"]) == payment

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("status", ["string", "authorized", "to_capture", "captured",
                                        "canceled", "refused", "", 5, True])
    def test_any_other_word_is_refused(self, shop, version, status):
        payment = in_state(shop, "authorized")
        stancer.check_bad(change(shop, version, payment, status=status), version, "body", "status")
        assert shop.read("/v2/payments/" + payment["id"])["status"] == "authorized"


class TestCaptureRoute:
    @pytest.mark.parametrize("base", ["/v2/payments/", "/v2/checkout/"])
    def test_answers_the_payment(self, shop, base):
        payment = shop.pay(capture=False)
        captured = shop.made(f"{base}{payment['id']}/capture")
        stancer.check_payment(captured, "v2")
        assert captured["status"] == "to_capture"
        assert shop.read("/v2/payments/" + payment["id"]) == captured

    @pytest.mark.parametrize("body", [None, {}, {"id": "paym_x"}, {"amount": 1}, b"not json"])
    def test_its_body_is_ignored(self, shop, body):
        payment = shop.pay(capture=False)
        answer = capture(shop, payment, body)
        assert answer.status == 200, answer
        assert (answer.json["status"], answer.json["amount"]) == ("to_capture", 1000)

    def test_with_a_slash_at_the_end(self, shop):
        payment = shop.pay(capture=False)
        assert shop.made(f"/v2/payments/{payment['id']}/capture/")["status"] == "to_capture"

    @pytest.mark.parametrize("state", [None, "to_capture", "captured", "refused", "canceled"])
    def test_from_any_other_state_it_is_409(self, shop, state):
        payment = in_state(shop, state)
        stancer.check_error(capture(shop, payment), "v2", 409)
        assert shop.read("/v2/payments/" + payment["id"]) == payment

    def test_twice_is_409(self, shop):
        payment = shop.pay(capture=False)
        assert capture(shop, payment).status == 200
        stancer.check_error(capture(shop, payment), "v2", 409)

    def test_does_not_exist_in_v1(self, shop):
        payment = shop.pay("v1", capture=False)
        stancer.check_error(shop.post(f"/v1/checkout/{payment['id']}/capture"), "v1", 404)

    def test_of_an_unknown_payment_is_404(self, shop):
        identifier = "paym_" + stancer.UNKNOWN
        answer = shop.post(f"/v2/payments/{identifier}/capture")
        stancer.check_missing(answer, "v2", "payment", identifier)


@pytest.mark.parametrize("version", VERSIONS)
class TestPatch:
    @pytest.mark.parametrize("field,value", [
        ("amount", 50), ("amount", 4294967295), ("currency", "usd"), ("description", "d" * 64),
        ("order_id", "o" * 36), ("return_url", "https://shop.example.com/other"),
        ("capture", False), ("methods_allowed", ["card"])])
    def test_while_the_status_is_null(self, shop, version, field, value):
        made = empty(shop, version, methods_allowed=["card"])
        assert changed(shop, version, made, **{field: value}) == made | {field: value}

    @pytest.mark.parametrize("field,value", [
        ("amount", 49), ("amount", 0), ("amount", 4294967296), ("amount", "100"),
        ("currency", "jpy"), ("description", "ab"), ("description", "d" * 65), ("order_id", ""),
        ("order_id", "o" * 37), ("return_url", "http://shop.example.com/"), ("capture", "no"),
        ("methods_allowed", []), ("methods_allowed", ["card", "card"]),
        ("methods_allowed", ["card", "sepa", "card"]), ("device", {"ip": "203.0.113.9"}),
        ("customer", {"name": "Only A Name"})])
    def test_a_value_past_its_limit_is_refused(self, shop, version, field, value):
        made = empty(shop, version)
        stancer.check_bad(change(shop, version, made, **{field: value}), version, "body", field)
        assert shop.read(PAYMENTS[version] + made["id"]) == made

    @pytest.mark.parametrize("field,value", [
        ("amount", 2000), ("currency", "usd"), ("card", cards.card(cards.MASTERCARD)),
        ("capture", False), ("methods_allowed", ["card"])])
    def test_of_what_is_fixed_by_the_payment_is_409(self, shop, version, field, value):
        for state in ("to_capture", "refused"):
            payment = in_state(shop, state)
            answer = change(shop, version, payment, **{field: value})
            stancer.check_error(answer, version, 409)
            assert shop.read("/v2/payments/" + payment["id"]) == payment

    def test_the_method_that_was_given_stays_allowed(self, shop, version):
        made = empty(shop, "v1")
        changed(shop, "v1", made, card=shop.made("/v2/cards/", cards.card())["id"])
        answer = change(shop, version, made, methods_allowed=["sepa"])
        stancer.check_bad(answer, version, "body", "methods_allowed")
        assert changed(shop, version, made, methods_allowed=["card"])["method"] == "card"

    def test_another_currency_leaves_a_method(self, shop, version):
        made = empty(shop, version, methods_allowed=["sepa"])
        answer = change(shop, version, made, currency="usd")
        stancer.check_bad(answer, version, "body", "methods_allowed")
        assert shop.read(PAYMENTS[version] + made["id"]) == made

    @pytest.mark.parametrize("field,value", [("description", "A new text"), ("order_id", "new-1")])
    def test_of_the_rest_goes_on(self, shop, version, field, value):
        payment = in_state(shop, "to_capture")
        answer = change(shop, version, payment, **{field: value})
        assert answer.status == 200 and answer.json[field] == value, answer
        assert shop.read("/v2/payments/" + payment["id"]) == payment | {field: value}

    def test_the_unique_id_cannot_be_changed(self, shop, version):
        payment = empty(shop, version, unique_id="fixed-" + version)
        change(shop, version, payment, unique_id="other-" + version)
        assert shop.read(PAYMENTS[version] + payment["id"])["unique_id"] == "fixed-" + version

    def test_the_customer(self, shop, version):
        payment = empty(shop, version)
        members = {"email": f"patched{version}@example.com", "name": "Patched Payer"}
        seen = changed(shop, version, payment, customer=members)
        assert seen["customer"]["email"] == members["email"]

    def test_the_device(self, shop, version):
        seen = changed(shop, version, empty(shop, version), device=stancer.DEVICE)
        assert seen["device"]["ip"] == stancer.DEVICE["ip"]

    def test_of_an_unknown_payment_is_404(self, shop, version):
        identifier = "paym_" + stancer.UNKNOWN
        answer = shop.patch(PAYMENTS[version] + identifier, {"description": "A new text"})
        stancer.check_missing(answer, version, "payment", identifier)

    def test_a_foreign_card_in_a_patch_is_404(self, shop, merchant, version):
        card = merchant.made("/v2/cards/", cards.card())
        payment = empty(shop, version)
        stancer.check_missing(change(shop, version, payment, card=card["id"]), version, "card",
                              card["id"])
