"""Rules that hold on every route: HEAD, null in a change, who is named in an error."""

import pytest

from support import cards, stancer, wire
from support.stancer import PAYMENTS, UNKNOWN, VERSIONS


def customer(**changes):
    return {"email": cards.MARKED_EMAIL, "name": cards.MARKED_NAME} | changes


def head(merchant, path):
    """Past the check against the OpenAPI document, where HEAD goes without saying."""
    return wire.exchange(merchant.base_url + path, "HEAD",
                         headers=wire.credentials(merchant.secret_key))


@pytest.mark.parametrize("path", ["/v1/customers/", "/v2/customers/", "/v1/checkout/",
                                  "/v2/payments/", "/v2/ping"])
def test_head_answers_like_get_without_a_body(merchant, path):
    shown, bare = merchant.get(path), head(merchant, path)
    assert (bare.status, bare.raw) == (200, b"")
    for name in ("Content-Type", "Content-Length"):
        assert bare.headers[name] == shown.headers[name]


@pytest.mark.parametrize("version", VERSIONS)
def test_head_of_an_unknown_object_is_404(shop, version):
    answer = head(shop, f"/{version}/customers/cust_{UNKNOWN}")
    assert (answer.status, answer.raw) == (404, b"")


@pytest.mark.parametrize("path", ["/v1/checkout/", "/v2/payments/"])
def test_405_names_what_is_allowed(shop, path):
    answer = shop.request("PUT", path, {})
    stancer.check_error(answer, path[1:3], 405)
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_401_asks_for_a_key(shop):
    answer = shop.get("/v2/ping", key=False)
    assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Basic ")


class TestMalformed:
    def test_is_422_on_the_body_in_v2(self, shop):
        found = stancer.check_error(shop.post("/v2/customers/", b"{"), "v2", 422)
        assert [(entry["loc"], entry["type"]) for entry in found] == [(["body"], "value_error")]

    def test_is_400_in_v1(self, shop):
        assert stancer.check_error(shop.post("/v1/customers/", b"{"), "v1", 400)

    @pytest.mark.parametrize("version", VERSIONS)
    def test_a_broken_idempotency_key_is_400(self, shop, version):
        answer = shop.post(f"/{version}/customers/", customer(),
                           headers={"Idempotency-Key": "k" * 65})
        text = stancer.check_error(answer, version, 400)
        assert text.startswith("Idempotency-Key ")


@pytest.mark.parametrize("version", VERSIONS)
class TestNullInAChange:
    """null is the same as leaving it out."""

    def test_of_a_customer(self, merchant, version):
        made = merchant.made(f"/{version}/customers/",
                             customer(mobile="+33612345678", external_id="kept"))
        answer = merchant.patch(f"/{version}/customers/{made['id']}",
                                {name: None for name in ("email", "name", "mobile",
                                                         "external_id", "country")})
        assert (answer.status, answer.json) == (200, made), answer

    def test_of_a_card(self, merchant, version):
        made = merchant.made(f"/{version}/cards/", cards.card(zip_code="75011"))
        answer = merchant.patch(f"/{version}/cards/{made['id']}",
                                {name: None for name in ("exp_month", "exp_year", "name",
                                                         "zip_code", "external_id")})
        assert (answer.status, answer.json) == (200, made), answer

    def test_of_a_payment(self, merchant, version):
        made = merchant.made(PAYMENTS[version], {
            "amount": 1000, "currency": "eur", "description": "kept", "order_id": "kept",
            "return_url": stancer.RETURN_URL, "capture": False, "methods_allowed": ["card"]})
        answer = merchant.patch(PAYMENTS[version] + made["id"], {
            name: None for name in ("amount", "currency", "description", "order_id", "return_url",
                                    "capture", "methods_allowed", "auth", "card", "customer",
                                    "device", "status")})
        assert (answer.status, answer.json) == (200, made), answer

    def test_nothing_at_all_changes_nothing(self, merchant, version):
        made = merchant.made(f"/{version}/customers/", customer())
        assert merchant.patch(f"/{version}/customers/{made['id']}", {}).json == made


class TestExternalId:
    """Unique in v2, free in v1."""

    CUSTOMER = "Customer already exists, duplicate external_id"
    CARD = "Card already exists, duplicate external_id"

    def test_of_a_customer_by_change(self, merchant):
        first = merchant.made("/v2/customers/", customer(external_id="taken"))
        second = merchant.made("/v2/customers/", customer(external_id="free"))
        answer = merchant.patch("/v2/customers/" + second["id"], {"external_id": "taken"})
        stancer.check_conflict(answer, "v2", self.CUSTOMER, first["id"])
        assert merchant.read("/v2/customers/" + second["id"]) == second
        same = merchant.patch("/v2/customers/" + first["id"], {"external_id": "taken"})
        assert (same.status, same.json) == (200, first)
        answer = merchant.patch("/v1/customers/" + second["id"], {"external_id": "taken"})
        assert answer.status == 200 and answer.json["external_id"] == "taken"

    def test_of_a_card(self, merchant):
        first = merchant.made("/v2/cards/", cards.card(external_id="taken"))
        body = cards.card(cards.MASTERCARD, external_id="taken")
        stancer.check_conflict(merchant.post("/v2/cards/", body), "v2", self.CARD, first["id"])
        answer = merchant.post("/v2/payments/", {"amount": 500, "card": body})
        stancer.check_conflict(answer, "v2", self.CARD, first["id"])
        assert merchant.read("/v2/payments/")["payments"] == []
        assert merchant.made("/v1/cards/", body)["external_id"] == "taken"

    def test_of_a_card_by_change(self, merchant):
        first = merchant.made("/v2/cards/", cards.card(external_id="taken"))
        second = merchant.made("/v2/cards/", cards.card(cards.MASTERCARD))
        answer = merchant.patch("/v2/cards/" + second["id"], {"external_id": "taken"})
        stancer.check_conflict(answer, "v2", self.CARD, first["id"])
        assert merchant.read("/v2/cards/" + second["id"]) == second

    def test_is_free_again_after_delete(self, merchant):
        first = merchant.made("/v2/cards/", cards.card(external_id="again"))
        merchant.delete("/v2/cards/" + first["id"])
        assert merchant.made("/v2/cards/", cards.card(external_id="again"))["id"] != first["id"]


@pytest.mark.parametrize("version", VERSIONS)
class TestWhoIsNamed:
    """An unknown thing inside a body is named, not the thing of the path."""

    @pytest.mark.parametrize("noun,field,prefix", [
        ("card", "card", "card_"), ("customer", "customer", "cust_"),
        ("address", "billing_address", "addr_"), ("address", "shipping_address", "addr_")])
    def test_by_a_payment(self, shop, version, noun, field, prefix):
        identifier = prefix + UNKNOWN
        body = {"amount": 500, "currency": "eur"}
        answer = shop.post(PAYMENTS[version], body | {field: identifier})
        stancer.check_missing(answer, version, noun, identifier)
        payment = shop.made(PAYMENTS[version], body)
        answer = shop.patch(PAYMENTS[version] + payment["id"], {field: identifier})
        stancer.check_missing(answer, version, noun, identifier)

    def test_v1_repeats_what_stood_in_the_path(self, shop, version):
        answer = shop.get(f"/{version}/customers/who-is-this")
        if version == "v1":
            assert stancer.check_error(answer, "v1", 404) == "No such customer who-is-this"
        else:
            stancer.check_bad(answer, "v2", "path", "id")


def test_an_unknown_address_of_a_customer_is_named(shop):
    identifier = "addr_" + UNKNOWN
    answer = shop.post("/v2/customers/", customer(billing_address=identifier))
    stancer.check_missing(answer, "v2", "address", identifier)


@pytest.mark.parametrize("field,value", [("description", "A later text"), ("order_id", "later")])
def test_a_late_change_shows_the_refunds_in_v1(shop, field, value):
    payment = shop.pay("v1", cards.card(cards.CAPTURED_AT_ONCE))
    refund = shop.made("/v1/refunds/", {"payment": payment["id"], "amount": 100})
    answer = shop.patch("/v1/checkout/" + payment["id"], {field: value})
    assert answer.status == 200, answer
    assert answer.json == payment | {field: value, "refunds": [refund]}
    assert shop.read("/v1/checkout/" + payment["id"]) == answer.json


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=%zz", "limit=%ff"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_broken_query_is_refused(shop, version, query):
    stancer.check_bad(shop.get(f"/{version}/customers/?{query}"), version, "query")
