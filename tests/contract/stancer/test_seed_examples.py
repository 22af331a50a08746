"""Each example of the seed page of API v2 that is in scope: its request as printed, and the member
names of its answer. The page's card samples end in 12/2022, which is past: they are refused as
printed and accepted with a later year."""

import base64
import copy

import pytest

from support import cards, stancer
from support.stancer import UNKNOWN

CUSTOMER = {"email": "test@test.com", "name": "Arthur Martin", "mobile": "+33100000000",
            "date_birth": "1953-01-19", "legal_id": "AA732A82C93V20", "country": "FR",
            "external_id": "UniqueId123"}
CUSTOMER_OUT = {"id", "country", "created", "date_birth", "email", "external_id", "legal_id",
                "mobile", "name", "deleted"}
CARD = {"exp_month": 12, "exp_year": 2022, "name": "My card", "external_id": "UniqueId123",
        "zip_code": "75001", "customer": "cust_" + UNKNOWN, "cvc": "123",
        "number": "4242424242424242", "tokenize": True}
CARD_PATCH = {"exp_month": 12, "exp_year": 2022, "external_id": "UniqueId123", "zip_code": "75001"}
CARD_OUT = {"customer", "brand", "country", "created", "exp_month", "exp_year", "external_id",
            "funding", "id", "last4", "name", "nature", "network", "zip_code", "deleted"}
PAYMENT = {"amount": 50, "currency": "eur"}
DEVICE = {"city": "Paris", "country": "France", "http_accept": "application/json",
          "ip": "127.0.0.1", "languages": "en-US,en;q=0.5", "port": "443",
          "user_agent": "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:47.0) Gecko/20100101 "
                        "Firefox/47.0",
          "zip_code": "75001"}
PAYMENT_PATCH = {
    "amount": 50, "auth": True, "card": CARD,
    "sepa": {"mandate": "maecux5aSa4ikae3kaiw9veivahpeer6", "name": "Jean Dupont",
             "date_mandate": "2021-06-14", "iban": "FR1420041010050500013M02606",
             "bic": "TESTFRPP", "customer": "cust_" + UNKNOWN},
    "wallet": {"apple_pay": {"paymentData": {
        "data": "string", "signature": "string",
        "header": {"publicKeyHash": "string", "ephemeralPublicKey": "string",
                   "transactionId": "string"}, "version": "string"}}},
    "currency": "eur", "customer": CUSTOMER, "description": "i am a simple description",
    "device": DEVICE, "methods_allowed": ["card"], "order_id": "NonUniqueId123",
    "status": "string", "capture": True, "date_settlement": "2021-08-23"}
AUTH_OUT = {"device", "status", "uuid", "message"}
PAYMENT_OUT = {"id", "amount", "auth", "capture", "created", "currency", "customer",
               "date_settlement", "date_bank", "description", "device", "fee", "method",
               "methods_allowed", "order_id", "unique_id", "response", "response_author", "card",
               "sepa", "status"}
REFUND = {"payment": "paym_" + UNKNOWN, "amount": 4294967295}
REFUND_OUT = {"id", "amount", "currency", "date_bank", "date_refund", "payment", "created",
              "status"}
DISPUTE_OUT = {"id", "amount", "currency", "date_bank", "order_id", "payment", "response",
               "created", "type"}
PAYOUT = {"payments": [], "disputes": [], "refunds": [], "status": "paid", "date": "2019-08-24",
          "description": "string"}
PAYOUT_OUT = {"id", "currency", "payments", "refunds", "disputes", "fees", "fees_vat", "status",
              "date"}
SEPA = {"mandate": "maecux5aSa4ikae3kaiw9veivahpeer6", "name": "Jean Dupont",
        "date_mandate": "2021-06-14", "iban": "FR1420041010050500013M02606", "bic": "TESTFRPP",
        "customer": "cust_" + UNKNOWN}
SEPA_PATCH = {"mandate": "maecux5aSa4ikae3kaiw9veivahpeer6", "name": "Sepa1",
              "date_mandate": "2021-06-14"}
SEPA_OUT = {"bic", "created", "date_mandate", "id", "last4", "mandate", "name", "customer",
            "deleted"}
MANDATE = {"sepa": "sepa_" + UNKNOWN, "rum": "string", "signed_at": "2019-08-24T14:15:22Z"}
MANDATE_PATCH = {"rum": "string", "pdf": "string", "signed_at": "2019-08-24T14:15:22Z"}
MANDATE_OUT = {"id", "sepa", "customer", "rum", "created_at", "signed_at", "deleted_at"}
RANGE_OUT = {"start", "end", "limit", "count", "has_more"}

PAYMENT_PATHS = ["/v2/payments/", "/v2/checkout/"]


def later(sample):
    """A sample whose card is still good."""
    sample = copy.deepcopy(sample)
    for card in (sample, sample.get("card")):
        if isinstance(card, dict) and "exp_year" in card:
            card["exp_year"] = cards.later_year()
    return sample


class TestCustomers:
    def test_create(self, merchant):
        made = merchant.made("/v2/customers/", CUSTOMER)
        assert CUSTOMER_OUT <= set(made)
        assert made | CUSTOMER == made
        assert made["deleted"] is False and made["id"].startswith("cust_")

    def test_read(self, merchant):
        made = merchant.made("/v2/customers/", CUSTOMER)
        assert merchant.read("/v2/customers/" + made["id"]) == made

    def test_list(self, merchant):
        made = merchant.made("/v2/customers/", CUSTOMER)
        shown = merchant.read("/v2/customers/")
        assert set(shown) == {"range", "customers"} and set(shown["range"]) == RANGE_OUT
        assert shown["customers"] == [made]

    def test_change(self, merchant):
        made = merchant.made("/v2/customers/", {"email": "before@example.com"})
        answer = merchant.patch("/v2/customers/" + made["id"], CUSTOMER)
        assert answer.status == 200 and answer.json == made | CUSTOMER, answer

    def test_delete(self, merchant):
        made = merchant.made("/v2/customers/", CUSTOMER)
        assert merchant.delete("/v2/customers/" + made["id"]).json == made | {"deleted": True}

    def test_filters(self, merchant):
        made = merchant.made("/v2/customers/", CUSTOMER)
        query = ("created=0&external_id=UniqueId123&email=test%40test.com&name=Arthur%20Martin"
                 "&country=FR&legal_id=AA732A82C93V20&start=0&limit=10")
        assert merchant.read("/v2/customers/?" + query)["customers"] == [made]


class TestCards:
    def owner(self, merchant):
        return merchant.made("/v2/customers/", CUSTOMER)["id"]

    def test_create_as_printed_is_past(self, merchant):
        stancer.check_bad(merchant.post("/v2/cards/", CARD | {"customer": self.owner(merchant)}),
                          "v2")

    def test_create(self, merchant):
        sample = later(CARD) | {"customer": self.owner(merchant)}
        made = merchant.made("/v2/cards/", sample)
        assert CARD_OUT <= set(made)
        for name in ("exp_month", "exp_year", "name", "external_id", "zip_code", "customer"):
            assert made[name] == sample[name]
        assert (made["last4"], made["brand"], made["nature"]) == ("4242", "visa", "personal")

    def test_read_and_list(self, merchant):
        owner = self.owner(merchant)
        made = merchant.made("/v2/cards/", later(CARD) | {"customer": owner})
        assert merchant.read("/v2/cards/" + made["id"]) == made
        shown = merchant.read(f"/v2/cards/?customer={owner}&start=0&limit=10")
        assert set(shown) == {"range", "cards"} and set(shown["range"]) == RANGE_OUT
        assert shown["cards"] == [made]

    def test_change_as_printed_is_past(self, merchant):
        made = merchant.made("/v2/cards/", cards.card())
        stancer.check_bad(merchant.patch("/v2/cards/" + made["id"], CARD_PATCH), "v2")
        assert merchant.read("/v2/cards/" + made["id"]) == made

    def test_change(self, merchant):
        made = merchant.made("/v2/cards/", cards.card(exp_month=1))
        answer = merchant.patch("/v2/cards/" + made["id"], later(CARD_PATCH))
        assert answer.status == 200 and answer.json == made | later(CARD_PATCH), answer

    def test_delete(self, merchant):
        made = merchant.made("/v2/cards/", cards.card())
        assert merchant.delete("/v2/cards/" + made["id"]).json == made | {"deleted": True}


class TestSepa:
    def sample(self, merchant):
        return SEPA | {"customer": merchant.made("/v2/customers/", CUSTOMER)["id"]}

    def made(self, merchant):
        return merchant.made("/v2/sepa/", self.sample(merchant))

    def test_create_as_printed_has_no_such_customer(self, merchant):
        stancer.check_missing(merchant.post("/v2/sepa/", SEPA), "v2", "customer",
                              "cust_" + UNKNOWN)

    @pytest.mark.parametrize("query", ["", "?bic=true"])
    def test_create(self, merchant, query):
        sample = self.sample(merchant)
        made = merchant.made("/v2/sepa/" + query, sample)
        assert set(made) == SEPA_OUT
        for name in ("mandate", "name", "date_mandate", "bic", "customer"):
            assert made[name] == sample[name]
        assert (made["last4"], made["deleted"]) == ("2606", False)

    def test_read_and_list(self, merchant):
        made = self.made(merchant)
        assert merchant.read("/v2/sepa/" + made["id"]) == made
        shown = merchant.read("/v2/sepa/?start=0&limit=10")
        assert set(shown) == {"range", "sepa"} and set(shown["range"]) == RANGE_OUT
        assert shown["sepa"] == [made]

    def test_change(self, merchant):
        made = self.made(merchant)
        answer = merchant.patch("/v2/sepa/" + made["id"], SEPA_PATCH)
        assert answer.status == 200 and answer.json == made | SEPA_PATCH, answer

    def test_delete(self, merchant):
        made = self.made(merchant)
        assert merchant.delete("/v2/sepa/" + made["id"]).json == made | {"deleted": True}

    def test_check(self, merchant):
        made = merchant.made("/v2/sepa/check/", self.sample(merchant))
        assert SEPA_OUT <= set(made)
        assert merchant.read("/v2/sepa/check/" + made["id"]) == made


class TestMandates:
    def made(self, merchant):
        sepa = merchant.made("/v2/sepa/", {"iban": SEPA["iban"], "name": "Jean Dupont"})
        return merchant.made("/v2/mandates/", MANDATE | {"sepa": sepa["id"]})

    def test_create_as_printed_has_no_such_account(self, merchant):
        stancer.check_missing(merchant.post("/v2/mandates/", MANDATE), "v2", "sepa",
                              "sepa_" + UNKNOWN)

    def test_create(self, merchant):
        made = self.made(merchant)
        assert set(made) == MANDATE_OUT
        assert (made["rum"], made["signed_at"]) == (MANDATE["rum"], MANDATE["signed_at"])
        assert made["deleted_at"] is None

    def test_read_and_list(self, merchant):
        made = self.made(merchant)
        assert merchant.read("/v2/mandates/" + made["id"]) == made
        shown = merchant.read(f"/v2/mandates/?sepa={made['sepa']}&rum=string&start=0&limit=10")
        assert set(shown) == {"range", "mandates"} and set(shown["range"]) == RANGE_OUT
        assert shown["mandates"] == [made]

    def test_document(self, merchant):
        made = self.made(merchant)
        assert merchant.get(f"/v2/mandates/{made['id']}/pdf").raw.startswith(b"%PDF-")
        answer = merchant.get(f"/v2/mandates/mndt_{UNKNOWN}/pdf")
        assert answer.status == 404 and set(answer.json) == {"error"}

    def test_change_as_printed_is_no_document(self, merchant):
        made = self.made(merchant)
        answer = merchant.patch("/v2/mandates/" + made["id"], MANDATE_PATCH)
        stancer.check_bad(answer, "v2", "body", "pdf")

    def test_change(self, merchant):
        made = self.made(merchant)
        sample = MANDATE_PATCH | {"pdf": base64.b64encode(b"%PDF-1.4").decode()}
        answer = merchant.patch("/v2/mandates/" + made["id"], sample)
        assert answer.status == 200 and answer.json == made, answer

    def test_delete(self, merchant):
        made = self.made(merchant)
        answer = merchant.delete("/v2/mandates/" + made["id"])
        assert answer.status == 200 and answer.json["deleted_at"] is not None


@pytest.mark.parametrize("path", PAYMENT_PATHS)
class TestPayments:
    """The section stands twice in the page: /v2/payments and its alias /v2/checkout."""

    def test_create_without_any_method(self, merchant, path):
        made = merchant.made(path, PAYMENT)
        assert PAYMENT_OUT <= set(made)
        assert made | PAYMENT == made and made["status"] is None

    def test_read_and_list(self, merchant, path):
        made = merchant.made(path, PAYMENT)
        assert merchant.read(path + made["id"]) == made
        query = "created=0&start=0&limit=10&field=created&order=desc"
        shown = merchant.read(f"{path}?{query}")
        assert set(shown) == {"range", "payments"} and set(shown["range"]) == RANGE_OUT
        assert shown["payments"] == [made]

    @pytest.mark.parametrize("sample", [PAYMENT_PATCH, later(PAYMENT_PATCH)])
    def test_change_as_printed_holds_too_much(self, merchant, path, sample):
        made = merchant.made(path, PAYMENT)
        stancer.check_error(merchant.patch(path + made["id"], sample), "v2", 422)
        assert merchant.read(path + made["id"]) == made

    def test_change_with_what_may_stand_together(self, merchant, path):
        sample = later(PAYMENT_PATCH)
        for name in ("sepa", "wallet", "status", "auth"):
            del sample[name]
        owner = merchant.made("/v2/customers/", CUSTOMER | {"external_id": "Owner"})
        sample["card"]["customer"] = owner["id"]
        sample["device"]["port"] = 443
        sample["date_settlement"] = "2031-08-23"
        made = merchant.made(path, PAYMENT)
        answer = merchant.patch(path + made["id"], sample)
        assert answer.status == 200, answer
        seen = answer.json
        assert PAYMENT_OUT <= set(seen)
        assert CARD_OUT <= set(seen["card"]) and CUSTOMER_OUT <= set(seen["customer"])
        assert set(DEVICE) <= set(seen["device"])
        for name in ("amount", "currency", "description", "methods_allowed", "order_id", "capture",
                     "date_settlement"):
            assert seen[name] == sample[name]
        assert seen["status"] == "to_capture"
        assert seen["customer"]["email"] == CUSTOMER["email"]

    def test_change_to_the_account_as_printed(self, merchant, path):
        sample = PAYMENT_PATCH["sepa"] | {
            "customer": merchant.made("/v2/customers/", CUSTOMER)["id"]}
        made = merchant.made(path, PAYMENT)
        answer = merchant.patch(path + made["id"], {"sepa": sample})
        assert answer.status == 200, answer
        seen = answer.json
        assert PAYMENT_OUT <= set(seen) and SEPA_OUT <= set(seen["sepa"])
        assert (seen["method"], seen["status"], seen["card"]) == ("sepa", "to_capture", None)
        assert (seen["sepa"]["last4"], seen["sepa"]["bic"]) == ("2606", "TESTFRPP")
        for name in ("mandate", "name", "date_mandate", "customer"):
            assert seen["sepa"][name] == sample[name]
        shown = merchant.read(f"{path}?sepa={seen['sepa']['id']}")
        assert shown["payments"] == [seen] and shown["range"]["count"] == 1

    def test_an_answer_with_authentication(self, merchant, path):
        made = merchant.made(path, PAYMENT | {"auth": True, "return_url": stancer.RETURN_URL})
        assert AUTH_OUT <= set(made["auth"]) and made["auth"]["status"] == "requested"

    def test_capture(self, merchant, path):
        made = merchant.made(path, PAYMENT | {"card": cards.card(), "capture": False})
        answer = merchant.post(f"{path}{made['id']}/capture")
        assert answer.status == 200 and PAYMENT_OUT <= set(answer.json), answer

    def test_refunds_of_a_payment(self, merchant, path):
        made = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=50)
        merchant.made("/v2/refunds/", {"payment": made["id"], "amount": 50})
        shown = merchant.get(f"{path}{made['id']}/refunds").json
        assert len(shown) == 1 and REFUND_OUT <= set(shown[0])
        assert (shown[0]["amount"], shown[0]["status"]) == (50, "to_refund")


INTENT = {"description": "string", "amount": 4294967295, "currency": "eur",
          "customer": "cust_" + UNKNOWN, "order_id": "string", "methods_allowed": ["card", "sepa"],
          "card": "card_" + UNKNOWN, "sepa": "sepa_" + UNKNOWN, "metadata": None,
          "threeds": "required", "date_settlement": "2019-08-24", "capture": True}
INTENT_OUT = {"id", "customer", "payment", "methods_allowed", "order_id", "card", "sepa", "amount",
              "currency", "description", "status", "metadata", "threeds", "created_at",
              "date_settlement", "capture"}


class TestPaymentIntents:
    PATH = "/v2/payment_intents/"

    def sample(self, merchant, **changes):
        """As printed, with a customer and a card that exist; card and sepa exclude each other."""
        names = {"customer": merchant.made("/v2/customers/", CUSTOMER | {"external_id": None})["id"],
                 "card": merchant.made("/v2/cards/", cards.card())["id"]}
        sample = INTENT | names | changes
        del sample["sepa"]
        return sample

    def test_create_as_printed_holds_both_methods(self, merchant):
        stancer.check_bad(merchant.post(self.PATH, INTENT), "v2", "body", "sepa")

    def test_create(self, merchant):
        sample = self.sample(merchant)
        made = merchant.made(self.PATH, sample)
        assert INTENT_OUT <= set(made) and made == made | sample
        assert made["status"] == "require_authentication" and made["id"].startswith("pi_")

    def test_create_without_a_card(self, merchant):
        made = merchant.made(self.PATH, self.sample(merchant, card=None))
        assert made["status"] == "require_payment_method" and made["payment"] is None

    def test_read_and_list(self, merchant):
        sample = self.sample(merchant)
        made = merchant.made(self.PATH, sample)
        assert merchant.read(self.PATH + made["id"]) == made
        query = f"order_id=string&card={sample['card']}&start=0&limit=10&field=created&order=desc"
        shown = merchant.read(f"{self.PATH}?{query}")
        assert set(shown) == {"range", "payment_intents"} and set(shown["range"]) == RANGE_OUT
        assert shown["payment_intents"] == [made]
        assert merchant.read(f"{self.PATH}?sepa=sepa_{UNKNOWN}")["payment_intents"] == []

    def test_change(self, merchant):
        made = merchant.made(self.PATH, {"amount": 50})
        sample = self.sample(merchant, methods_allowed=["card"])
        answer = merchant.patch(self.PATH + made["id"], sample)
        assert answer.status == 200 and answer.json == answer.json | sample, answer
        assert answer.json["status"] == "require_authentication"

    def test_change_as_printed_holds_both_methods(self, merchant):
        made = merchant.made(self.PATH, {"amount": 50})
        stancer.check_bad(merchant.patch(self.PATH + made["id"], INTENT), "v2", "body", "sepa")

    def test_cancel(self, merchant):
        made = merchant.made(self.PATH, self.sample(merchant))
        answer = merchant.delete(self.PATH + made["id"])
        assert answer.status == 200 and answer.json == made | {"status": "canceled"}, answer

    def test_capture_and_payments(self, merchant):
        made = merchant.made(self.PATH, self.sample(merchant, threeds="none", capture=False))
        answer = merchant.post(f"{self.PATH}{made['id']}/capture")
        assert answer.status == 200 and answer.json == made | {"status": "captured"}, answer
        shown = merchant.read(f"{self.PATH}{made['id']}/payments?start=0&limit=10")
        assert set(shown) == {"range", "payments"} and set(shown["range"]) == RANGE_OUT
        paid, = shown["payments"]
        assert PAYMENT_OUT <= set(paid) and paid["id"] == made["payment"]


class TestRefunds:
    def test_create_as_printed_names_an_unknown_payment(self, merchant):
        stancer.check_missing(merchant.post("/v2/refunds/", REFUND), "v2", "payment",
                              REFUND["payment"])

    def test_create_as_printed_is_more_than_was_paid(self, merchant):
        payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
        answer = merchant.post("/v2/refunds/", REFUND | {"payment": payment["id"]})
        stancer.check_error(answer, "v2", 409)

    def test_create_read_and_list(self, merchant):
        payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=4294967295)
        made = merchant.made("/v2/refunds/", REFUND | {"payment": payment["id"]})
        assert REFUND_OUT <= set(made)
        assert made | REFUND | {"payment": payment["id"]} == made
        assert merchant.read("/v2/refunds/" + made["id"]) == made
        shown = merchant.read("/v2/refunds/?start=0&limit=10")
        assert set(shown) == {"range", "refunds"} and set(shown["range"]) == RANGE_OUT
        assert shown["refunds"] == [made]


class TestDisputes:
    def disputed(self, merchant):
        payment = merchant.pay(card=cards.card(cards.DISPUTED[0]), amount=50,
                               order_id="NonUniqueId123")
        merchant.settle()
        merchant.wait_for_status(payment, "disputed")
        return payment

    def test_read_and_list(self, merchant):
        payment = self.disputed(merchant)
        shown = merchant.read("/v2/disputes/?created=0&start=0&limit=10")
        assert set(shown) == {"range", "disputes"} and set(shown["range"]) == RANGE_OUT
        [dispute] = shown["disputes"]
        assert DISPUTE_OUT <= set(dispute)
        assert (dispute["payment"], dispute["amount"]) == (payment["id"], 50)
        assert (dispute["order_id"], dispute["type"]) == ("NonUniqueId123", "chargeback")
        assert merchant.read("/v2/disputes/" + dispute["id"]) == dispute


class TestPayouts:
    def test_create_as_printed_holds_nothing(self, merchant):
        made = merchant.made("/v2/payouts/", PAYOUT)
        assert PAYOUT_OUT <= set(made)
        assert (made["status"], made["date"]) == ("paid", "2019-08-24")
        for name in ("payments", "refunds", "disputes"):
            assert made[name] == {"amount": 0, "method": {
                method: {"amount": 0, "count": 0, "fees": 0} for method in ("card", "sepa")}}
        assert (made["currency"], made["fees"], made["fees_vat"]) == ("eur", 0, 0)

    def test_create_read_and_list(self, merchant):
        payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
        made = merchant.made("/v2/payouts/", PAYOUT | {"payments": [payment["id"]]})
        assert made["payments"]["method"]["card"]["count"] == 1
        assert merchant.read("/v2/payouts/" + made["id"]) == made
        query = f"created=2019-08-24T14%3A15%3A22Z&payment={payment['id']}&start=0&limit=10"
        shown = merchant.read("/v2/payouts/?" + query)
        assert set(shown) == {"range", "payouts"} and set(shown["range"]) == RANGE_OUT
        assert shown["payouts"] == [made]

    def test_details(self, merchant):
        payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
        made = merchant.made("/v2/payouts/", PAYOUT | {"payments": [payment["id"]]})
        for plural, ids in (("payments", [payment["id"]]), ("refunds", []), ("disputes", [])):
            shown = merchant.read(f"/v2/payouts/{made['id']}/{plural}?created=0&start=0&limit=10")
            assert set(shown) == {"range", plural} and set(shown["range"]) == RANGE_OUT
            assert [row["id"] for row in shown[plural]] == ids

    def test_payments_of_a_payout(self, merchant):
        payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
        merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE))
        made = merchant.made("/v2/payouts/", PAYOUT | {"payments": [payment["id"]]})
        for path in PAYMENT_PATHS:
            shown = merchant.read(f"{path}?payout={made['id']}")["payments"]
            assert [row["id"] for row in shown] == [payment["id"]]
