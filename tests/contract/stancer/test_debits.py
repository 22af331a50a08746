"""Payments by direct debit (api/stancer.md 7, 8 and 10; standards/sepa.md 3)."""

import datetime

import pytest

from support import cards, ibans, stancer
from support.stancer import PAYMENTS, RETURN_URL, UNKNOWN, VERSIONS

SIGNED = 1552480000  # 13 March 2019, 12:26:40 UTC

_serial = iter(range(10**6))


def body(**changes):
    return {"amount": 1000, "currency": "eur"} | changes


def account(**changes):
    """An account with its mandate, as the body of a payment holds it."""
    return {"iban": ibans.unique(), "name": "Jean Dupont", "mandate": f"DEBIT-{next(_serial):06d}",
            "date_mandate": SIGNED} | changes


def bare(**changes):
    return {"iban": ibans.unique(), "name": "Jean Dupont"} | changes


def saved(shop, **changes):
    return shop.made("/v2/sepa/", account(**changes))


def feasible(day):
    """What a day that was asked for may become: itself or one of the days after it."""
    return [(day + datetime.timedelta(days=more)).isoformat() for more in range(6)]


@pytest.mark.parametrize("version", VERSIONS)
class TestCreation:
    def test_an_account_with_its_mandate_is_debited(self, shop, version):
        made = shop.made(PAYMENTS[version], body(sepa=account(name="Ada")))
        stancer.check_payment(made, version)
        assert (made["method"], made["status"], made["response"]) == ("sepa", "to_capture", None)
        assert made["sepa"]["name"] == "Ada" and made["card"] is None
        assert made["fee"] == 25 and made["date_bank"] is None
        assert shop.read(PAYMENTS[version] + made["id"]) == made
        assert shop.read("/v2/sepa/" + made["sepa"]["id"])["name"] == "Ada"

    def test_an_account_by_its_id(self, shop, version):
        known = saved(shop)
        made = shop.made(PAYMENTS[version], body(sepa=known["id"]))
        assert made["sepa"]["id"] == known["id"] and made["status"] == "to_capture"
        again = shop.made(PAYMENTS[version], body(sepa=known["id"]))
        assert again["sepa"] == made["sepa"]

    def test_a_signed_mandate_object_is_enough(self, shop, version):
        known = shop.made("/v2/sepa/", bare())
        shop.made("/v2/mandates/", {"sepa": known["id"], "signed_at": "2021-06-14T08:00:00Z"})
        made = shop.made(PAYMENTS[version], body(sepa=known["id"]))
        assert made["status"] == "to_capture" and made["sepa"]["mandate"] is None

    def test_an_account_without_a_signature_is_refused(self, shop, version):
        draft = shop.made("/v2/sepa/", account(date_mandate=None))
        revoked = shop.made("/v2/sepa/", bare())
        mandate = shop.made("/v2/mandates/", {"sepa": revoked["id"],
                                              "signed_at": "2021-06-14T08:00:00Z"})
        assert shop.delete("/v2/mandates/" + mandate["id"]).status == 200
        tried = [draft["id"]] + ([revoked["id"], bare(), shop.made("/v2/sepa/", bare())["id"],
                                  account(date_mandate=None)] if version == "v2" else [])
        for value in tried:
            stancer.check_bad(shop.post(PAYMENTS[version], body(sepa=value)), version, "body",
                              "sepa")

    def test_other_currencies_are_refused(self, shop, version):
        answer = shop.post(PAYMENTS[version], body(currency="usd", sepa=account()))
        stancer.check_bad(answer, version, "body", "sepa")

    @pytest.mark.parametrize("amount", [0, 1, 49])
    def test_small_amounts_are_refused(self, shop, version, amount):
        answer = shop.post(PAYMENTS[version], body(amount=amount, sepa=account()))
        stancer.check_bad(answer, version, "body", "amount")
        answer = shop.post(PAYMENTS[version], body(amount=amount, capture=False, sepa=account()))
        stancer.check_bad(answer, version, "body", "amount")

    def test_the_limits_of_the_amount(self, shop, version):
        for amount in (50, 4294967295):
            made = shop.made(PAYMENTS[version], body(amount=amount, sepa=account()))
            assert (made["amount"], made["status"]) == (amount, "to_capture")

    def test_card_sepa_and_wallet_exclude_each_other(self, shop, version):
        answer = shop.post(PAYMENTS[version], body(card=cards.card(), sepa=account()))
        stancer.check_bad(answer, version, "body", "sepa")
        wallet = {"apple_pay": {"paymentData": {"data": "NDI0MjQyNDI0MjQyNDI0Mg=="}}}
        answer = shop.post(PAYMENTS[version], body(wallet=wallet, sepa=account()))
        stancer.check_bad(answer, version, "body", "wallet")

    def test_sepa_must_be_one_of_the_methods(self, shop, version):
        answer = shop.post(PAYMENTS[version], body(methods_allowed=["card"], sepa=account()))
        stancer.check_bad(answer, version, "body", "sepa")
        made = shop.made(PAYMENTS[version], body(methods_allowed=["sepa"], sepa=account()))
        assert made["methods_allowed"] == ["sepa"] and made["status"] == "to_capture"
        answer = shop.post(PAYMENTS[version], body(methods_allowed=["sepa"], card=cards.card()))
        stancer.check_bad(answer, version, "body", "card")

    @pytest.mark.parametrize("field,value", [
        ("iban", "FR1520041010050500013M02606"), ("iban", 5), ("name", ""), ("name", "n" * 65),
        ("mandate", "a b c"), ("mandate", "m" * 36), ("date_mandate", "2021-02-30"),
        ("bic", "TESTFRP"), ("iban", None), ("name", None)])
    def test_what_is_wrong_with_the_account_is_named(self, shop, version, field, value):
        answer = shop.post(PAYMENTS[version], body(sepa=account(**{field: value})))
        stancer.check_bad(answer, version, "body", "sepa", field)

    @pytest.mark.parametrize("value", [5, True, [], "", "card_" + UNKNOWN])
    def test_the_account_is_an_id_or_an_object(self, shop, version, value):
        if version == "v1" and isinstance(value, str):
            pytest.skip("in v1 an id of no such thing is not found")
        answer = shop.post(PAYMENTS[version], body(sepa=value))
        stancer.check_bad(answer, version, "body", "sepa")

    def test_an_unknown_account_is_not_found(self, shop, sandbox, version):
        foreign = saved(sandbox.merchant_add())["id"]
        gone = saved(shop)["id"]
        assert shop.delete("/v2/sepa/" + gone).status == 200
        for identifier in ("sepa_" + UNKNOWN, foreign, gone):
            answer = shop.post(PAYMENTS[version], body(sepa=identifier))
            stancer.check_missing(answer, version, "sepa", identifier)

    def test_null_is_the_same_as_leaving_out(self, shop, version):
        made = shop.made(PAYMENTS[version], body(sepa=None))
        assert (made["status"], made["method"], made["sepa"]) == (None, None, None)

    def test_a_reference_of_another_number_is_a_conflict(self, shop, version):
        known = account()
        shop.made(PAYMENTS[version], body(sepa=known))
        answer = shop.post(PAYMENTS[version], body(sepa=account(mandate=known["mandate"])))
        assert answer.status == 409, answer
        made = shop.made(PAYMENTS[version], body(sepa=known))
        assert made["sepa"]["mandate"] == known["mandate"]

    def test_the_same_key_gives_the_same_debit(self, shop, version):
        sent = body(sepa=account())
        key = {"Idempotency-Key": f"debit-{version}-{next(_serial)}"}
        first = shop.post(PAYMENTS[version], sent, headers=key)
        again = shop.post(PAYMENTS[version], sent, headers=key)
        assert first.status == again.status == 200 and first.json == again.json


def test_v1_takes_an_account_without_a_mandate_in_test_mode(shop):
    for value in (bare(), shop.made("/v2/sepa/", bare())["id"]):
        made = shop.made("/v1/checkout/", body(sepa=value))
        stancer.check_payment(made, "v1")
        assert (made["status"], made["sepa"]["mandate"]) == ("to_capture", None)


def test_v1_needs_the_date_of_a_reference(shop):
    answer = shop.post("/v1/checkout/", body(sepa=account(date_mandate=None)))
    stancer.check_bad(answer, "v1")


def test_the_day_asked_for_moves_to_one_that_is_possible(shop):
    today = datetime.date.fromtimestamp(shop.clock())
    for asked, days in ((None, feasible(today + datetime.timedelta(days=1))),
                        ("2020-01-01", feasible(today + datetime.timedelta(days=1))),
                        ("2031-06-07", ["2031-06-09"]), ("2031-12-25", ["2031-12-29"]),
                        ("2031-07-14", ["2031-07-14"])):
        made = shop.made("/v2/payments/", body(sepa=account(), date_settlement=asked))
        assert made["date_settlement"] in days


@pytest.mark.parametrize("version", VERSIONS)
class TestChange:
    def test_an_account_by_patch(self, shop, version):
        made = shop.made(PAYMENTS[version], body())
        path = PAYMENTS[version] + made["id"]
        answer = shop.patch(path, {"sepa": account()})
        assert answer.status == 200, answer
        stancer.check_payment(answer.json, version)
        assert answer.json["method"] == "sepa"
        assert answer.json["status"] == (None if version == "v1" else "to_capture")
        assert shop.read(path) == answer.json

    @pytest.mark.parametrize("ask,status", [("capture", "to_capture"), ("authorize", "authorized")])
    def test_an_account_and_a_status(self, shop, version, ask, status):
        path = PAYMENTS[version] + shop.made(PAYMENTS[version], body())["id"]
        answer = shop.patch(path, {"sepa": saved(shop)["id"], "status": ask})
        assert (answer.status, answer.json["status"]) == (200, status)

    def test_it_needs_a_mandate(self, shop, version):
        path = PAYMENTS[version] + shop.made(PAYMENTS[version], body())["id"]
        draft = shop.made("/v2/sepa/", account(date_mandate=None))["id"]
        stancer.check_bad(shop.patch(path, {"sepa": draft}), version, "body", "sepa")
        assert shop.read(path)["method"] is None

    def test_it_must_fit_the_payment(self, shop, version):
        path = PAYMENTS[version] + shop.made(PAYMENTS[version], body(currency="usd"))["id"]
        stancer.check_bad(shop.patch(path, {"sepa": account()}), version, "body", "sepa")
        path = PAYMENTS[version] + shop.made(PAYMENTS[version], body(methods_allowed=["card"]))["id"]
        stancer.check_bad(shop.patch(path, {"sepa": account()}), version, "body", "sepa")

    def test_only_while_the_status_is_null(self, shop, version):
        path = PAYMENTS[version] + shop.made(PAYMENTS[version], body(sepa=account()))["id"]
        before = shop.read(path)
        for changes in ({"sepa": account()}, {"card": cards.card()}, {"amount": 2000},
                        {"status": "capture"}, {"status": "authorize"}):
            assert shop.patch(path, changes).status == 409, changes
        assert shop.read(path) == before


def test_v1_chooses_first_and_asks_later(shop):
    path = "/v1/checkout/" + shop.made("/v1/checkout/", body())["id"]
    chosen = shop.patch(path, {"sepa": bare()}).json
    assert (chosen["status"], chosen["method"], chosen["fee"]) == (None, "sepa", 25)
    assert shop.read(f"/v1/checkout/?sepa={chosen['sepa']['id']}")["payments"] == [chosen]
    other = shop.patch(path, {"card": cards.card()}).json
    assert (other["method"], other["sepa"], other["status"]) == ("card", None, None)
    assert shop.read(f"/v1/checkout/?sepa={chosen['sepa']['id']}")["payments"] == []
    back = shop.patch(path, {"sepa": account()}).json
    assert (back["method"], back["card"], back["status"]) == ("sepa", None, None)
    assert shop.patch(path, {"methods_allowed": ["card"]}).status == 400
    assert shop.patch(path, {"currency": "usd"}).status == 400
    asked = shop.patch(path, {"status": "capture"})
    assert (asked.status, asked.json["status"]) == (200, "to_capture")


@pytest.mark.parametrize("version", VERSIONS)
def test_an_account_that_is_gone_stands_in_the_way_of_its_debit_only(shop, version):
    given = saved(shop)
    made = shop.made("/v1/checkout/", {"amount": 1000, "currency": "eur"})
    shop.patch("/v1/checkout/" + made["id"], {"sepa": given["id"]})
    assert shop.delete("/v2/sepa/" + given["id"]).status == 200
    path = PAYMENTS[version] + made["id"]
    said = {"description": "A new text", "order_id": "after", "return_url": RETURN_URL}
    answer = shop.patch(path, said)
    assert answer.status == 200 and answer.json == shop.read(path), answer
    assert {name: answer.json[name] for name in said} == said
    assert answer.json["sepa"]["id"] == given["id"]
    for asked in ({"status": "capture"}, {"amount": 2000}):
        stancer.check_missing(shop.patch(path, asked), version, "sepa", given["id"])


def test_a_debit_that_is_captured_later(shop):
    made = shop.made("/v2/payments/", body(sepa=account(), capture=False))
    assert (made["status"], made["date_settlement"]) == ("authorized", None)
    answer = shop.post(f"/v2/payments/{made['id']}/capture", {"id": made["id"]})
    assert (answer.status, answer.json["status"]) == (200, "to_capture")
    assert answer.json["date_settlement"] is not None
    assert shop.post(f"/v2/payments/{made['id']}/capture").status == 409


def test_its_mandate_counts_when_it_is_captured(shop):
    known = shop.made("/v2/sepa/", bare())
    mandate = shop.made("/v2/mandates/", {"sepa": known["id"],
                                          "signed_at": "2021-06-14T08:00:00Z"})
    made = shop.made("/v2/payments/", body(sepa=known["id"], capture=False))
    assert shop.delete("/v2/mandates/" + mandate["id"]).status == 200
    answer = shop.post(f"/v2/payments/{made['id']}/capture")
    stancer.check_bad(answer, "v2", "body", "sepa")
    assert shop.read("/v2/payments/" + made["id"])["status"] == "authorized"


def test_the_day_of_a_debit_is_fixed_once_it_is_made(shop):
    made = shop.made("/v2/payments/", body(sepa=account()))
    assert shop.patch("/v2/payments/" + made["id"], {"date_settlement": "2031-07-14"}).status == 409
    assert shop.read("/v2/payments/" + made["id"]) == made
    held = shop.made("/v2/payments/", body(sepa=account(), capture=False))
    answer = shop.patch("/v2/payments/" + held["id"], {"date_settlement": "2031-07-14"})
    assert (answer.status, answer.json["status"]) == (200, "authorized")
    captured = shop.post(f"/v2/payments/{held['id']}/capture").json
    assert (captured["status"], captured["date_settlement"]) == ("to_capture", "2031-07-14")


@pytest.mark.parametrize("version", VERSIONS)
class TestRefunds:
    def test_all_of_it_before_it_leaves_cancels_the_payment(self, shop, version):
        made = shop.made(PAYMENTS[version], body(sepa=account()))
        refund = shop.made(f"/{version}/refunds/", {"payment": made["id"], "amount": 1000})
        assert refund["status"] == "payment_canceled"
        assert shop.read(PAYMENTS[version] + made["id"])["status"] == "canceled"

    def test_a_part_has_to_wait(self, shop, version):
        made = shop.made(PAYMENTS[version], body(sepa=account()))
        answer = shop.post(f"/{version}/refunds/", {"payment": made["id"], "amount": 999})
        assert answer.status == 409
        assert b"Payment cannot be partially refunded before it has been captured" in answer.raw

    def test_one_that_is_held(self, shop, version):
        made = shop.made(PAYMENTS[version], body(sepa=account(), capture=False))
        shop.made(f"/{version}/refunds/", {"payment": made["id"]})
        assert shop.read(PAYMENTS[version] + made["id"])["status"] == "canceled"


def test_the_list_by_account(merchant):
    known = saved(merchant)["id"]
    mine = [merchant.made("/v2/payments/", body(sepa=known, order_id=f"o{n % 2}"))
            for n in range(5)]
    merchant.made("/v2/payments/", body(sepa=account()))
    merchant.pay()
    shown = merchant.read(f"/v2/payments/?sepa={known}")
    stancer.check_list(shown, "v2", "payments")
    assert shown["payments"] == mine[::-1] and shown["range"]["count"] == 5
    page = merchant.read(f"/v2/payments/?sepa={known}&limit=2&start=1&order=asc")
    assert page["payments"] == mine[1:3] and page["range"]["has_more"]
    assert merchant.read(f"/v2/payments/?sepa={known}&order_id=o1")["payments"] == mine[3::-2]
    assert merchant.read(f"/v2/payments/?sepa={known}&field=paid")["payments"] == []
    assert merchant.read(f"/v2/payments/?sepa={known}&payout=pout_{UNKNOWN}")["payments"] == []
    assert merchant.read(f"/v2/payments/?sepa=sepa_{UNKNOWN}")["payments"] == []
    stancer.check_bad(merchant.get("/v2/payments/?sepa=short"), "v2", "query", "sepa")
    oldest_first = merchant.read(f"/v1/checkout/?sepa={known}")["payments"]
    assert [payment["id"] for payment in oldest_first] == [payment["id"] for payment in mine]


def test_the_debtor_is_told(merchant):
    payer = {"email": f"payer-{next(_serial)}@example.com", "name": "Ada Lovelace"}
    made = merchant.made("/v2/payments/", body(amount=123456, sepa=account(), customer=payer,
                                               description="Abonnement"))
    found = []

    def arrived():
        found[:] = merchant.get(f"/sandbox/mail?to={payer['email']}",
                                headers={"Accept": "application/json"}).json["mails"]
        return found

    from support.server import eventually
    eventually(arrived, 20, "the notice of the debit")
    assert len(found) == 1
    text = found[0]["text"]
    assert "1\u202f234,56\u00a0€" in text
    assert made["sepa"]["mandate"] in text and "FR72ZZZ123456" in text
    assert "Abonnement" in text
