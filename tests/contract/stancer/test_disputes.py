"""Disputes (api/stancer.md 10)."""

import pytest

from support import cards, stancer
from support.stancer import UNKNOWN, VERSIONS


class Disputed:
    """A merchant with three disputes, in the order they came."""

    def __init__(self, merchant):
        self.merchant = merchant
        self.payments = []
        for number, card in enumerate(cards.DISPUTED):
            payment = merchant.pay(card=cards.card(card), amount=1000 + number,
                                   order_id=f"order-{number}")
            merchant.settle()
            merchant.wait_for_status(payment, "disputed")
            self.payments.append(payment)


@pytest.fixture(scope="module")
def disputed(sandbox):
    return Disputed(sandbox.merchant_add())


@pytest.mark.parametrize("version", VERSIONS)
class TestDisputes:
    def listed(self, disputed, version, query=""):
        shown = disputed.merchant.read(f"/{version}/disputes/?{query}")
        return stancer.check_list(shown, version, "disputes")

    def test_list_in_the_order_of_the_version(self, disputed, version):
        shown = self.listed(disputed, version)
        expected = [payment["id"] for payment in disputed.payments]
        assert [row["payment"] for row in shown] == expected[::1 if version == "v1" else -1]

    def test_members(self, disputed, version):
        shown = {row["payment"]: row for row in self.listed(disputed, version)}
        for number, payment in enumerate(disputed.payments):
            row = shown[payment["id"]]
            assert (row["amount"], row["currency"]) == (1000 + number, "eur")
            assert (row["response"], row["order_id"]) == ("45", f"order-{number}")
            if version == "v2":
                assert row["type"] == "chargeback"
            else:
                assert row["live_mode"] is False

    def test_read(self, disputed, version):
        for row in self.listed(disputed, version):
            assert disputed.merchant.read(f"/{version}/disputes/{row['id']}") == row

    def test_paging(self, disputed, version):
        whole = [row["id"] for row in self.listed(disputed, version)]
        for start in range(4):
            shown = self.listed(disputed, version, f"start={start}&limit=1")
            assert [row["id"] for row in shown] == whole[start:start + 1]

    def test_created(self, disputed, version):
        latest = max(row["created"] for row in self.listed(disputed, version))
        assert len(self.listed(disputed, version, f"created={latest}")) >= 1
        assert self.listed(disputed, version, f"created={latest + 1}") == []
        assert len(self.listed(disputed, version, f"created_until={latest}")) == 3
        stancer.check_bad(disputed.merchant.get(f"/{version}/disputes/?created=-1"), version,
                          "query", "created")

    def test_unknown_is_404(self, shop, version):
        identifier = "dspt_" + UNKNOWN
        stancer.check_missing(shop.get(f"/{version}/disputes/{identifier}"), version, "dispute",
                              identifier)

    def test_of_another_merchant_is_404(self, disputed, shop, version):
        identifier = self.listed(disputed, version)[0]["id"]
        stancer.check_missing(shop.get(f"/{version}/disputes/{identifier}"), version, "dispute",
                              identifier)
        assert shop.read(f"/{version}/disputes/")["disputes"] == []

    def test_they_are_read_only(self, shop, version):
        stancer.check_error(shop.post(f"/{version}/disputes/", {}), version, 405)
        stancer.check_error(shop.delete(f"/{version}/disputes/dspt_{UNKNOWN}"), version, 405)


@pytest.mark.parametrize("base", ["/v2/payments/", "/v2/checkout/"])
def test_the_disputes_of_a_payment_are_a_bare_array(disputed, base):
    for payment in disputed.payments:
        shown = disputed.merchant.get(f"{base}{payment['id']}/disputes").json
        assert len(shown) == 1
        stancer.check_dispute(shown[0], "v2")
        assert shown[0] == disputed.merchant.read("/v2/disputes/" + shown[0]["id"])


def test_an_ill_formed_id_is_422_in_v2(shop):
    stancer.check_bad(shop.get("/v2/disputes/dspt_short"), "v2", "path", "id")
    assert stancer.check_error(shop.get("/v1/disputes/who"), "v1", 404) == "No such dispute ID".replace(
        "ID", "who")
