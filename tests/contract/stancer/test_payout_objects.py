"""Payouts (api/stancer.md 10)."""

import pytest

from support import cards, cli, stancer
from support.stancer import UNKNOWN

PATH = "/v2/payouts/"
DETAILS = ("payments", "refunds", "disputes")
V1_PATHS = ["/v1/payouts/", "/v1/payouts/pout_" + UNKNOWN] + [
    f"/v1/payouts/pout_{UNKNOWN}/{plural}" for plural in DETAILS]


def captured(merchant, amount=10000, **members):
    payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=amount, **members)
    assert payment["status"] == "captured"
    return payment


def payout(merchant, **members):
    made = merchant.made(PATH, members)
    stancer.check_payout(made, "v2")
    return made


def ids(shown):
    return [row["id"] for row in shown]


class TestCreate:
    def test_of_a_payment(self, merchant):
        payment = captured(merchant)
        made = payout(merchant, payments=[payment["id"]])
        # 160 basis points and 0.50; VAT of a fifth.
        assert (made["fees"], made["fees_vat"], made["amount"]) == (210, 42, 9748)
        assert made["payments"]["method"]["card"] == {"amount": 10000, "count": 1, "fees": 210}
        assert made["payments"]["method"]["sepa"] == {"amount": 0, "count": 0, "fees": 0}
        assert (made["status"], made["currency"]) == ("paid", "eur")
        assert made["date"] == made["date_paym"] == merchant.paris_now().date().isoformat()
        assert made["date_bank"] == made["date"]
        assert merchant.read(PATH + made["id"]) == made
        merchant.verify()

    def test_with_a_refund_and_a_dispute(self, merchant):
        disputed = merchant.pay(card=cards.card(cards.DISPUTED[0]), amount=2000)
        merchant.settle()  # late in the evening past a morning, whose payout would take what is captured by then
        merchant.wait_for_status(disputed, "disputed")
        refunded, other = captured(merchant), captured(merchant)
        refund = merchant.made("/v2/refunds/", {"payment": other["id"], "amount": 400})
        [dispute] = merchant.get(f"/v2/payments/{disputed['id']}/disputes").json
        made = payout(merchant, payments=[refunded["id"], other["id"]], refunds=[refund["id"]],
                      disputes=[dispute["id"]], status="to_pay")
        assert made["payments"]["amount"] == 20000
        assert made["refunds"]["method"]["card"] == {"amount": 400, "count": 1, "fees": 0}
        assert made["disputes"]["method"]["card"] == {"amount": 2000, "count": 1, "fees": 1500}
        assert (made["fees"], made["fees_vat"]) == (2 * 210 + 1500, 2 * 42 + 300)
        assert made["amount"] == 20000 - 400 - 2000 - 1920 - 384
        assert made["status"] == "to_pay" and made["date_bank"] is None
        shown = {plural: ids(merchant.read(f"{PATH}{made['id']}/{plural}")[plural])
                 for plural in DETAILS}
        assert shown == {"payments": [other["id"], refunded["id"]], "refunds": [refund["id"]],
                         "disputes": [dispute["id"]]}
        merchant.verify()

    @pytest.mark.parametrize("status,shown", [
        ("pending", "pending"), ("to_pay", "to_pay"), ("sent", "sent"), ("paid", "paid"),
        ("failed", "failed"), ("error", "failed"), (None, "paid")])
    def test_in_a_status(self, shop, status, shown):
        payment = captured(shop)
        made = payout(shop, payments=[payment["id"]], status=status)
        assert made["status"] == shown

    @pytest.mark.parametrize("date,shown", [("2019-08-24", "2019-08-24"),
                                            (1566656122, "2019-08-24"), (None, None)])
    def test_for_a_date(self, shop, date, shown):
        made = payout(shop, payments=[captured(shop)["id"]], date=date)
        assert made["date"] == (shown or shop.paris_now().date().isoformat())

    def test_with_a_description(self, shop):
        for text in ("x", "d" * 140):
            made = payout(shop, payments=[captured(shop)["id"]], description=text)
            assert made["statement_description"] == text
        made = payout(shop, payments=[captured(shop)["id"]])
        assert made["statement_description"].startswith("VERSEMENT ")
        stancer.check_bad(shop.post(PATH, {"description": "d" * 141}), "v2", "body", "description")

    def test_in_another_currency(self, shop):
        payment = captured(shop, currency="usd")
        made = payout(shop, payments=[payment["id"]])
        assert made["currency"] == "usd"

    def test_again_with_its_idempotency_key(self, shop):
        body = {"payments": [captured(shop)["id"]]}
        first = shop.post(PATH, body, headers={"Idempotency-Key": "payout-1"})
        again = shop.post(PATH, body, headers={"Idempotency-Key": "payout-1"})
        assert (first.status, again.status) == (200, 200) and first.json == again.json
        assert again.headers["Idempotent-Replayed"] == "true"


class TestRefused:
    def test_what_is_in_a_payout_already(self, shop):
        payment = captured(shop)
        payout(shop, payments=[payment["id"]])
        answer = shop.post(PATH, {"payments": [payment["id"]]})
        assert payment["id"] in stancer.check_error(answer, "v2", 409)

    def test_what_failed_may_be_paid_out_again(self, shop):
        payment = captured(shop)
        first = payout(shop, payments=[payment["id"]], status="failed")
        second = payout(shop, payments=[payment["id"]])
        shown = shop.read(f"{PATH}?payment={payment['id']}")
        assert ids(stancer.check_list(shown, "v2", "payouts")) == [second["id"], first["id"]]

    def test_a_payment_that_is_not_captured(self, shop):
        for payment in (shop.pay(), shop.pay(capture=False), shop.pay(
                card=cards.card("4000000000000002"))):
            answer = shop.post(PATH, {"payments": [payment["id"]]})
            assert payment["id"] in stancer.check_error(answer, "v2", 409)

    def test_a_refund_that_cancelled_its_payment(self, shop):
        payment = shop.pay()
        refund = shop.made("/v2/refunds/", {"payment": payment["id"]})
        stancer.check_error(shop.post(PATH, {"refunds": [refund["id"]]}), "v2", 409)

    def test_a_negative_amount(self, merchant):
        payment = captured(merchant)
        refund = merchant.made("/v2/refunds/", {"payment": payment["id"]})
        stancer.check_error(merchant.post(PATH, {"refunds": [refund["id"]]}), "v2", 409)
        stancer.check_error(merchant.post(PATH, {"payments": [payment["id"]]}), "v2", 409)
        assert merchant.read(PATH)["payouts"] == []
        merchant.verify()

    def test_two_currencies(self, shop):
        both = [captured(shop)["id"], captured(shop, currency="usd")["id"]]
        stancer.check_error(shop.post(PATH, {"payments": both}), "v2", 409)

    def test_the_same_twice(self, shop):
        payment = captured(shop)["id"]
        stancer.check_bad(shop.post(PATH, {"payments": [payment, payment]}), "v2", "body",
                          "payments")
        assert payout(shop, payments=[payment])["payments"]["amount"] == 10000

    @pytest.mark.parametrize("plural,noun,prefix", [
        ("payments", "payment", "paym_"), ("refunds", "refund", "refd_"),
        ("disputes", "dispute", "dspt_")])
    def test_what_nobody_knows(self, shop, sandbox, plural, noun, prefix):
        identifier = prefix + UNKNOWN
        answer = shop.post(PATH, {plural: [identifier]})
        stancer.check_missing(answer, "v2", noun, identifier)

    def test_what_is_another_merchants(self, shop, merchant):
        identifier = captured(merchant)["id"]
        answer = shop.post(PATH, {"payments": [identifier]})
        stancer.check_missing(answer, "v2", "payment", identifier)

    @pytest.mark.parametrize("name,value", [
        ("payments", "paym_" + UNKNOWN), ("payments", ["paym_short"]), ("payments", [1]),
        ("payments", ["refd_" + UNKNOWN]), ("refunds", {}), ("disputes", [None]),
        ("status", "done"), ("status", 1), ("date", "24/08/2019"), ("date", "2019-02-30"),
        ("description", 5)])
    def test_what_does_not_fit_the_schema(self, shop, name, value):
        stancer.check_bad(shop.post(PATH, {name: value}), "v2", "body", name)

    def test_more_than_a_thousand(self, shop):
        many = [f"paym_{number:024d}" for number in range(1001)]
        stancer.check_bad(shop.post(PATH, {"payments": many}), "v2", "body", "payments")
        answer = shop.post(PATH, {"payments": many[:1000]})
        stancer.check_missing(answer, "v2", "payment", many[0])

    def test_a_live_key_is_405(self, merchant):
        live = cli.add_keys(merchant, "--live")["secret_key"]
        answer = merchant.post(PATH, {}, key=live)
        stancer.check_error(answer, "v2", 405)
        assert answer.headers["Allow"] == "GET, HEAD"
        assert merchant.get(PATH, key=live).json["payouts"] == []


class TestRead:
    def test_unknown_is_404(self, shop):
        identifier = "pout_" + UNKNOWN
        for path in [PATH + identifier] + [f"{PATH}{identifier}/{plural}" for plural in DETAILS]:
            stancer.check_missing(shop.get(path), "v2", "payout", identifier)

    def test_an_ill_formed_id_is_422(self, shop):
        for path in (PATH + "pout_short", PATH + "paym_" + UNKNOWN, PATH + "pout_short/payments"):
            stancer.check_bad(shop.get(path), "v2", "path", "id")

    def test_of_another_merchant_is_404(self, shop, merchant):
        identifier = payout(merchant, payments=[captured(merchant)["id"]])["id"]
        for path in [PATH + identifier] + [f"{PATH}{identifier}/{plural}" for plural in DETAILS]:
            stancer.check_missing(shop.get(path), "v2", "payout", identifier)

    def test_it_is_not_changed(self, shop):
        for method in ("PATCH", "DELETE"):
            answer = shop.request(method, PATH + "pout_" + UNKNOWN, {})
            stancer.check_error(answer, "v2", 405)

    def test_list_and_paging(self, merchant):
        made = [payout(merchant, payments=[captured(merchant)["id"]])["id"] for _ in range(3)]
        shown = stancer.check_list(merchant.read(PATH), "v2", "payouts")
        assert ids(shown) == made[::-1]
        for start in range(4):
            page = stancer.check_list(merchant.read(f"{PATH}?start={start}&limit=1"), "v2",
                                      "payouts")
            assert ids(page) == made[::-1][start:start + 1]

    def test_created(self, merchant):
        made = payout(merchant, payments=[captured(merchant)["id"]])
        second = made["created"]
        for query, count in ((f"created={second}", 1), (f"created={second + 1}", 0),
                             (f"created_until={second}", 1), (f"created_until={second - 1}", 0),
                             ("created=2019-08-24T14%3A15%3A22Z", 1),
                             ("created=2199-08-24T14%3A15%3A22Z", 0)):
            assert merchant.read(f"{PATH}?{query}")["range"]["count"] == count, query
        stancer.check_bad(merchant.get(PATH + "?created=yesterday"), "v2", "query", "created")

    def test_of_a_payment(self, merchant):
        first, second = captured(merchant), captured(merchant)
        made = payout(merchant, payments=[first["id"]])
        assert ids(merchant.read(f"{PATH}?payment={first['id']}")["payouts"]) == [made["id"]]
        assert merchant.read(f"{PATH}?payment={second['id']}")["payouts"] == []
        assert merchant.read(f"{PATH}?payment=paym_{UNKNOWN}")["payouts"] == []
        stancer.check_bad(merchant.get(PATH + "?payment=x"), "v2", "query", "payment")

    def test_details_are_lists_like_others(self, merchant):
        paid = [captured(merchant, amount=10000 + number)["id"] for number in range(3)]
        made = payout(merchant, payments=paid)
        base = f"{PATH}{made['id']}/payments"
        assert ids(stancer.check_list(merchant.read(base), "v2", "payments")) == paid[::-1]
        shown = stancer.check_list(merchant.read(base + "?start=1&limit=1"), "v2", "payments")
        assert ids(shown) == [paid[1]]
        latest = merchant.read("/v2/payments/" + paid[2])["created"]
        assert merchant.read(f"{base}?created={latest + 1}")["payments"] == []
        for query in ("limit=0", "limit=101", "start=-1", "created=x"):
            stancer.check_bad(merchant.get(f"{base}?{query}"), "v2", "query", query.split("=")[0])

    @pytest.mark.parametrize("base", ["/v2/payments/", "/v2/checkout/", "/v1/checkout/"])
    def test_payments_of_a_payout(self, merchant, base):
        first = captured(merchant, order_id="a")
        second = captured(merchant, order_id="b")
        captured(merchant, order_id="a")
        made = payout(merchant, payments=[first["id"], second["id"]])
        query = f"{base}?payout={made['id']}"
        order = [second["id"], first["id"]] if base[1:3] == "v2" else [first["id"], second["id"]]
        assert ids(stancer.check_list(merchant.read(query), base[1:3], "payments")) == order
        assert ids(merchant.read(query + "&order_id=a")["payments"]) == [first["id"]]
        assert merchant.read(query + "&unique_id=none")["payments"] == []
        if base[1:3] == "v2":
            shown = merchant.read(query + "&field=paid&order=asc")["payments"]
            assert ids(shown) == [first["id"], second["id"]]
        assert merchant.read(f"{base}?payout=pout_{UNKNOWN}")["payments"] == []
        stancer.check_bad(merchant.get(f"{base}?payout=x"), base[1:3], "query", "payout")


class TestV1:
    @pytest.mark.parametrize("path", V1_PATHS)
    def test_with_a_test_key_is_501(self, shop, path):
        assert stancer.check_error(shop.get(path), "v1", 501) == "Not implemented"

    def test_is_not_created(self, shop):
        stancer.check_error(shop.post("/v1/payouts/", {}), "v1", 405)

    def test_with_a_live_key(self, merchant):
        live = cli.add_keys(merchant, "--live")["secret_key"]
        shown = merchant.get("/v1/payouts/", key=live)
        assert stancer.check_list(shown.json, "v1", "payouts") == []
        identifier = "pout_" + UNKNOWN
        for path in V1_PATHS[1:]:
            stancer.check_missing(merchant.get(path, key=live), "v1", "payout", identifier)
        stancer.check_bad(merchant.get("/v1/payouts/?limit=0", key=live), "v1")
