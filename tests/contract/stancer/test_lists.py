"""Lists: range, order, filters, paging (api/stancer.md 3 and 8)."""

import pytest

from support import cards, stancer
from support.stancer import PAYMENTS, VERSIONS

COLLECTIONS = [("v1", "/v1/customers/", "customers"), ("v2", "/v2/customers/", "customers"),
               ("v1", "/v1/cards/", "cards"), ("v2", "/v2/cards/", "cards"),
               ("v1", "/v1/checkout/", "payments"), ("v2", "/v2/payments/", "payments"),
               ("v2", "/v2/checkout/", "payments"), ("v1", "/v1/refunds/", "refunds"),
               ("v2", "/v2/refunds/", "refunds"), ("v1", "/v1/disputes/", "disputes"),
               ("v2", "/v2/disputes/", "disputes"), ("v2", "/v2/payouts/", "payouts"),
               ("v1", "/v1/sepa/", "sepa"), ("v2", "/v2/sepa/", "sepa"),
               ("v2", "/v2/mandates/", "mandates")]


@pytest.mark.parametrize("version,path,plural", COLLECTIONS)
def test_an_empty_list_is_200_with_an_empty_array(merchant, version, path, plural):
    shown = merchant.read(path)
    assert stancer.check_list(shown, version, plural) == []
    bounds = {"start": 0, "limit": 10, "has_more": False, "end": 0}
    assert shown["range"] == (bounds if version == "v1" else bounds | {"count": 0})


@pytest.mark.parametrize("version,path,plural", COLLECTIONS)
@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit=",
                                   "limit=1.5", "start=-1", "start=x", "start=",
                                   "limit=99999999999999999999"])
def test_a_bad_limit_or_start_is_refused(shop, version, path, plural, query):
    stancer.check_bad(shop.get(f"{path}?{query}"), version, "query", query.split("=")[0])


@pytest.mark.parametrize("version,path,plural", COLLECTIONS)
def test_the_limits_are_accepted(shop, version, path, plural):
    for limit in (1, 100):
        shown = shop.read(f"{path}?limit={limit}")
        assert shown["range"]["limit"] == limit
    assert shop.read(f"{path}?start=100000")["range"]["start"] == 100000


def test_a_page_far_from_the_beginning(sandbox):
    """It is read by another thread than the first pages."""
    many = sandbox.merchant_add()
    ids = [many.made("/v2/customers/", {"name": "Someone", "email": f"c{number}@example.com"})["id"]
           for number in range(1003)]
    for version, ordered in (("v1", ids), ("v2", ids[::-1])):
        shown = many.read(f"/{version}/customers/?start=1001&limit=5")
        found = stancer.check_list(shown, version, "customers")
        assert [customer["id"] for customer in found] == ordered[1001:]
        assert shown["range"]["has_more"] is False
        shown = many.read(f"/{version}/customers/?name=Someone&start=1001&limit=1")
        assert [customer["id"] for customer in shown["customers"]] == ordered[1001:1002]
        assert shown["range"]["has_more"] is True
        stancer.check_bad(many.get(f"/{version}/customers/?start=2000&limit=0"), version, "query", "limit")


class Thirteen:
    """A merchant with 13 payments, in the order they were made."""

    def __init__(self, merchant):
        self.merchant = merchant
        self.ids = [merchant.made("/v2/payments/", {
            "amount": 100 + number, "order_id": f"order-{number % 3}",
            "unique_id": f"unique-{number}"})["id"] for number in range(13)]


@pytest.fixture(scope="module")
def thirteen(sandbox):
    return Thirteen(sandbox.merchant_add())


@pytest.mark.parametrize("version", VERSIONS)
class TestPaging:
    def ordered(self, thirteen, version):
        return thirteen.ids if version == "v1" else thirteen.ids[::-1]

    def test_v1_is_oldest_first_and_v2_newest_first(self, thirteen, version):
        shown = thirteen.merchant.read(PAYMENTS[version] + "?limit=100")
        found = stancer.check_list(shown, version, "payments")
        assert [payment["id"] for payment in found] == self.ordered(thirteen, version)
        assert shown["range"]["has_more"] is False

    def test_ten_by_default(self, thirteen, version):
        shown = thirteen.merchant.read(PAYMENTS[version])
        stancer.check_list(shown, version, "payments")
        expected = {"start": 0, "limit": 10, "has_more": True, "end": 9 if version == "v1" else 10}
        if version == "v2":
            expected["count"] = 13
        assert shown["range"] == expected

    def test_the_last_page(self, thirteen, version):
        shown = thirteen.merchant.read(PAYMENTS[version] + "?start=10")
        found = stancer.check_list(shown, version, "payments")
        assert [payment["id"] for payment in found] == self.ordered(thirteen, version)[10:]
        expected = {"start": 10, "limit": 10, "has_more": False,
                    "end": 12 if version == "v1" else 13}
        if version == "v2":
            expected["count"] = 13
        assert shown["range"] == expected

    def test_a_page_that_ends_exactly_at_the_end_has_no_more(self, thirteen, version):
        shown = thirteen.merchant.read(PAYMENTS[version] + "?start=8&limit=5")
        assert shown["range"]["has_more"] is False and len(shown["payments"]) == 5
        shown = thirteen.merchant.read(PAYMENTS[version] + "?start=7&limit=5")
        assert shown["range"]["has_more"] is True

    @pytest.mark.parametrize("limit", [1, 4, 13])
    def test_the_pages_together_are_the_list(self, thirteen, version, limit):
        seen, start = [], 0
        while True:
            shown = thirteen.merchant.read(f"{PAYMENTS[version]}?start={start}&limit={limit}")
            seen += [payment["id"] for payment in stancer.check_list(shown, version, "payments")]
            if not shown["range"]["has_more"]:
                break
            start += shown["range"]["limit"]
        assert seen == self.ordered(thirteen, version)

    def test_past_the_end_it_is_empty(self, thirteen, version):
        shown = thirteen.merchant.read(PAYMENTS[version] + "?start=13")
        assert shown["payments"] == [] and shown["range"]["has_more"] is False

    @pytest.mark.parametrize("number", range(3))
    def test_filter_by_order_id(self, thirteen, version, number):
        shown = thirteen.merchant.read(f"{PAYMENTS[version]}?order_id=order-{number}&limit=2")
        stancer.check_list(shown, version, "payments")
        everything = [thirteen.ids[at] for at in range(number, 13, 3)]
        everything = everything if version == "v1" else everything[::-1]
        assert [payment["id"] for payment in shown["payments"]] == everything[:2]
        if version == "v2":
            assert shown["range"]["count"] == len(everything)

    def test_filter_by_unique_id(self, thirteen, version):
        shown = thirteen.merchant.read(f"{PAYMENTS[version]}?unique_id=unique-7")
        assert [payment["id"] for payment in shown["payments"]] == [thirteen.ids[7]]
        shown = thirteen.merchant.read(f"{PAYMENTS[version]}?unique_id=unique")
        assert shown["payments"] == []

    def test_an_unknown_query_parameter_changes_nothing(self, thirteen, version):
        assert thirteen.merchant.read(PAYMENTS[version] + "?colour=red") == \
            thirteen.merchant.read(PAYMENTS[version])


def test_v2_order_asc_is_the_reverse_of_desc(thirteen):
    ids = {}
    for order in ("asc", "desc"):
        shown = thirteen.merchant.read(f"/v2/payments/?order={order}&limit=100")
        ids[order] = [payment["id"] for payment in shown["payments"]]
    assert ids["asc"] == thirteen.ids and ids["desc"] == thirteen.ids[::-1]


@pytest.mark.parametrize("query", ["order=up", "order=", "field=amount", "field=", "field=due"])
def test_v2_another_order_or_field_is_refused(thirteen, query):
    answer = thirteen.merchant.get("/v2/payments/?" + query)
    stancer.check_bad(answer, "v2", "query", query.split("=")[0])


@pytest.mark.parametrize("field", ["created", "paid"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_v2_field_and_order_together(merchant, field, order):
    ids = [merchant.pay(amount=amount)["id"] for amount in (100, 200, 300)]
    shown = merchant.read(f"/v2/payments/?field={field}&order={order}")
    found = [payment["id"] for payment in stancer.check_list(shown, "v2", "payments")]
    assert found == (ids if order == "asc" else ids[::-1])


@pytest.mark.parametrize("version", VERSIONS)
class TestFilters:
    def test_by_card(self, merchant, version):
        card = merchant.made(f"/{version}/cards/", cards.card())
        wanted = [merchant.pay(version, card["id"])["id"] for _ in range(2)]
        merchant.pay(version, cards.card(cards.MASTERCARD))
        shown = merchant.read(f"{PAYMENTS[version]}?card={card['id']}")
        assert sorted(payment["id"] for payment in shown["payments"]) == sorted(wanted)

    def test_by_time(self, merchant, version):
        old = merchant.pay(version)
        merchant.advance(3600)
        new = merchant.pay(version, cards.card(cards.MASTERCARD))
        assert new["created"] >= old["created"] + 3600
        path = PAYMENTS[version]

        def ids(query):
            return [payment["id"] for payment in merchant.read(path + query)["payments"]]

        assert ids(f"?created={new['created']}") == [new["id"]]
        assert ids(f"?created={new['created'] + 1}") == []
        assert ids(f"?created_until={old['created']}") == [old["id"]]
        assert ids(f"?created_until={old['created'] - 1}") == []
        assert len(ids(f"?created={old['created']}&created_until={new['created']}")) == 2
        assert len(ids("?created=0")) == 2

    @pytest.mark.parametrize("plural", ["customers", "cards", "refunds"])
    def test_by_time_everywhere(self, merchant, version, plural):
        payment = merchant.pay(version, cards.card(cards.CAPTURED_AT_ONCE),
                               customer={"mobile": "+33600000009"})
        merchant.made(f"/{version}/refunds/", {"payment": payment["id"], "amount": 10})
        created = merchant.read(f"/{version}/{plural}/")[plural][0]["created"]
        assert len(merchant.read(f"/{version}/{plural}/?created={created}")[plural]) == 1
        assert merchant.read(f"/{version}/{plural}/?created={created + 5}")[plural] == []
        assert merchant.read(f"/{version}/{plural}/?created_until={created - 1}")[plural] == []

    @pytest.mark.parametrize("created", ["-1", "x", "1.5"])
    def test_a_bad_time_is_refused(self, shop, version, created):
        stancer.check_bad(shop.get(f"{PAYMENTS[version]}?created={created}"), version, "query",
                          "created")


def test_a_page_of_the_longest_urls_is_answered(merchant):
    """100 payments with 64 KB each, shown twice where authentication was asked for."""
    url = "https://shop.example.com/" + "r" * 65000
    for _ in range(100):
        merchant.made("/v2/payments/", {"amount": 100, "auth": True, "return_url": url})
    for version in VERSIONS:
        shown = merchant.read(PAYMENTS[version] + "?limit=100")
        assert [payment["return_url"] for payment in shown["payments"]] == [url] * 100


def test_paging_is_stable_while_nothing_is_made(merchant):
    """Equal times are ordered by insertion, so no element shows twice or never."""
    ids = [merchant.made("/v1/checkout/", {"amount": 50, "currency": "eur"})["id"]
           for _ in range(30)]
    for limit in (7, 30):
        seen = []
        for start in range(0, 30, limit):
            shown = merchant.read(f"/v1/checkout/?start={start}&limit={limit}")
            seen += [payment["id"] for payment in shown["payments"]]
        assert seen == ids
