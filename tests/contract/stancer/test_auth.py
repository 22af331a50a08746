"""Asking for authentication: what is accepted and what is answered (api/stancer.md 9)."""

import pytest

from support import cards, stancer
from support.stancer import PAYMENTS, RETURN_URL, VERSIONS


def body(**changes):
    return {"amount": 1000, "currency": "eur"} | changes


class TestV1:
    def test_with_a_card_and_a_return_url(self, shop):
        payment = shop.made("/v1/checkout/", body(
            card=cards.card(), device=stancer.DEVICE,
            auth={"status": "request", "return_url": RETURN_URL}))
        stancer.check_payment(payment, "v1")
        assert payment["status"] is None and payment["response"] is None
        auth = payment["auth"]
        assert (auth["status"], auth["return_url"]) == ("available", RETURN_URL)
        assert auth["redirect_url"].startswith(shop.tls_url + "/v1/redirect/test_")

    @pytest.mark.parametrize("auth", [True, {"status": "request"}])
    def test_without_a_card_it_waits_for_one(self, shop, auth):
        payment = shop.made("/v1/checkout/", body(auth=auth))
        stancer.check_payment(payment, "v1")
        assert payment["status"] is None
        assert payment["auth"] == {"status": "requested", "redirect_url": None, "return_url": None}

    @pytest.mark.parametrize("device", [None, {"ip": "203.0.113.9"}, {"port": 443}, {}])
    def test_with_a_card_the_device_is_required(self, shop, device):
        answer = shop.post("/v1/checkout/", body(
            card=cards.card(), device=device,
            auth={"status": "request", "return_url": RETURN_URL}))
        stancer.check_error(answer, "v1", 400)


class TestV2:
    def test_with_a_card(self, shop):
        payment = shop.made("/v2/payments/", body(card=cards.card(), device=stancer.DEVICE,
                                                  auth=True, return_url=RETURN_URL))
        stancer.check_payment(payment, "v2")
        assert payment["status"] is None and payment["response"] is None
        assert payment["auth"]["status"] == "available"
        assert payment["auth"]["redirect_url"].startswith(shop.tls_url + "/v1/redirect/test_")
        assert payment["return_url"] == RETURN_URL

    def test_the_v1_object_is_accepted(self, shop):
        payment = shop.made("/v2/payments/", body(
            card=cards.card(), device=stancer.DEVICE,
            auth={"status": "request", "return_url": RETURN_URL}))
        stancer.check_payment(payment, "v2")
        assert (payment["auth"]["status"], payment["auth"]["return_url"]) == \
            ("available", RETURN_URL)

    def test_without_a_card_it_waits_for_one(self, shop):
        payment = shop.made("/v2/payments/", body(auth=True, return_url=RETURN_URL))
        stancer.check_payment(payment, "v2")
        assert payment["status"] is None
        assert (payment["auth"]["status"], payment["auth"]["redirect_url"]) == ("requested", None)

    def test_false_is_refused_with_its_text(self, shop):
        answer = shop.post("/v2/payments/", body(auth=False))
        assert stancer.check_error(answer, "v2", 422) == [
            {"loc": ["body", "auth"], "msg": "Auth can't be False", "type": "value_error"}]

    def test_the_shape_of_the_official_plugins(self, shop):
        payment = shop.made("/v2/payments/", body(capture=False, auth=True,
                                                  methods_allowed=["card"], return_url=RETURN_URL))
        stancer.check_payment(payment, "v2")
        assert payment["status"] is None and payment["auth"]["status"] == "requested"
        assert payment["methods_allowed"] == ["card"]


@pytest.mark.parametrize("version", VERSIONS)
class TestBoth:
    def test_absent_there_is_none(self, shop, version):
        assert shop.pay(version)["auth"] is None

    @pytest.mark.parametrize("auth", [
        "yes", 1, [], {"status": "requested"}, {"status": "success"}, {"status": 5},
        {"status": "request", "return_url": "http://shop.example.com/"},
        {"status": "request", "return_url": "nowhere"},
        {"status": "request", "return_url": 5}])
    def test_anything_else_is_refused(self, shop, version, auth):
        answer = shop.post(PAYMENTS[version], body(auth=auth))
        stancer.check_bad(answer, version, "body", "auth")

    def test_while_it_is_open_nothing_is_authorised(self, shop, version):
        payment = shop.made(PAYMENTS[version], body(
            card=cards.card(), device=stancer.DEVICE,
            auth={"status": "request", "return_url": RETURN_URL}))
        for status in ("authorize", "capture"):
            answer = shop.patch(PAYMENTS[version] + payment["id"], {"status": status})
            stancer.check_error(answer, version, 409)
        assert shop.simulator().of(payment) == []

    def test_every_redirect_is_its_own(self, shop, version):
        urls = {shop.made(PAYMENTS[version], body(
            card=cards.card(), device=stancer.DEVICE,
            auth={"status": "request", "return_url": RETURN_URL}))["auth"]["redirect_url"]
            for _ in range(3)}
        assert len(urls) == 3
