"""Payment intents: what they accept, refuse and answer, and their states (api/stancer.md 11)."""

import itertools
import time

import pytest

from support import cards, ibans, stancer
from support.stancer import RETURN_URL, UNKNOWN

PATH = "/v2/payment_intents/"
DEFAULTS = {"amount": 1000, "currency": "eur", "description": None, "customer": None, "card": None,
            "sepa": None, "payment": None, "methods_allowed": ["card", "sepa"], "order_id": None,
            "status": "require_payment_method", "metadata": None, "threeds": "required",
            "date_settlement": None, "capture": True, "return_url": None, "billing_address": None,
            "shipping_address": None}

_serial = itertools.count(1)


def body(**changes):
    members = {"amount": 1000} | changes
    return {name: value for name, value in members.items() if value is not ...}


def made(merchant, **changes):
    intent = merchant.made(PATH, body(**changes))
    stancer.check_intent(intent, "v2")
    return intent


def read(merchant, intent):
    seen = merchant.read(PATH + intent["id"])
    stancer.check_intent(seen, "v2")
    return seen


def saved_card(merchant, number=cards.VISA):
    return merchant.made("/v2/cards/", cards.card(number))["id"]


def account(merchant, signed=False):
    """A bank account of its own number, with a mandate or without."""
    body_ = {"iban": ibans.unique(), "name": "Ada Lovelace"}
    if signed:
        body_ |= {"mandate": f"RUM-{next(_serial)}", "date_mandate": "2026-01-15"}
    return merchant.made("/v2/sepa/", body_)["id"]


def payments(merchant, intent, query=""):
    shown = merchant.read(f"{PATH}{intent['id']}/payments{query}")
    return stancer.check_list(shown, "v2", "payments")


# --- creation ---

ACCEPTED = [
    ("amount", 50), ("amount", 4294967295), ("currency", "eur"), ("currency", "EUR"),
    ("currency", "usd"), ("description", "abc"), ("description", "d" * 64),
    ("order_id", "x"), ("order_id", "o" * 36), ("methods_allowed", ["card"]),
    ("methods_allowed", ["card", "sepa"]), ("methods_allowed", ["sepa"]),
    ("metadata", {"a": [1, None, {"b": "é"}]}), ("metadata", [1, 2]), ("metadata", "text"),
    ("metadata", 12), ("metadata", True), ("metadata", {}),
    ("return_url", "https://shop.example.com/a?b=c&d=e"),
    ("return_url", "https://shop.example.com/" + "r" * (60000 - 25)),
    ("return_url", "http://127.0.0.1:3000/back"), ("return_url", "http://localhost/back"),
    ("threeds", "required"), ("threeds", "none"), ("capture", True), ("capture", False),
    ("date_settlement", "2031-02-28"),
]
REFUSED = [
    ("amount", ...), ("amount", None), ("amount", 49), ("amount", 1), ("amount", 0),
    ("amount", -1), ("amount", 4294967296), ("amount", "1000"), ("amount", True), ("amount", []),
    ("currency", "jpy"), ("currency", ""), ("currency", 978), ("currency", ["eur"]),
    ("description", "ab"), ("description", "d" * 65), ("description", ""), ("description", 123),
    ("order_id", ""), ("order_id", "o" * 37), ("order_id", 12), ("order_id", {"phone": "x"}),
    ("methods_allowed", []), ("methods_allowed", ["paypal"]), ("methods_allowed", "card"),
    ("methods_allowed", ["card", "card"]), ("methods_allowed", [1]),
    ("return_url", "http://shop.example.com/"), ("return_url", "shop.example.com"),
    ("return_url", ""), ("return_url", 5), ("return_url", "javascript:alert(1)"),
    ("threeds", "optional"), ("threeds", ""), ("threeds", True), ("threeds", None),
    ("capture", "true"), ("capture", 1), ("date_settlement", "2031-02-30"),
    ("date_settlement", "tomorrow"), ("card", 5), ("card", "card_short"), ("card", {}),
    ("card", cards.card()), ("customer", 5), ("customer", "cust_short"),
    ("customer", {"email": "ada@example.com"}), ("sepa", "sepa_short"), ("sepa", {}),
    ("billing_address", "addr_x"), ("shipping_address", 5),
]
UNKNOWN_FIELDS = [("auth", True), ("auth", {"status": "request"}), ("unique_id", "u"),
                  ("device", stancer.DEVICE), ("wallet", {}), ("status", "captured"),
                  ("surprise", 1), ("payment", "paym_" + UNKNOWN), ("auth", None)]


@pytest.mark.parametrize("name,value", ACCEPTED)
def test_what_is_accepted_comes_back(shop, name, value):
    intent = made(shop, **{name: value})
    expected = value.lower() if name == "currency" else value
    assert intent[name] == expected
    assert read(shop, intent) == intent


@pytest.mark.parametrize("name,value", [case for case in REFUSED if case != ("threeds", None)])
def test_what_does_not_fit_is_a_422_that_names_its_place(shop, name, value):
    count = shop.read(PATH)["range"]["count"]
    stancer.check_bad(shop.post(PATH, body(**{name: value})), "v2", "body", name)
    assert shop.read(PATH)["range"]["count"] == count


@pytest.mark.parametrize("name,value", UNKNOWN_FIELDS)
def test_unknown_fields_are_not_permitted(shop, name, value):
    answer = shop.post(PATH, body(**{name: value}))
    assert stancer.check_error(answer, "v2", 422) == [
        {"loc": ["body", name], "msg": "extra fields not permitted", "type": "value_error"}]
    intent = made(shop)
    answer = shop.patch(PATH + intent["id"], {name: value})
    assert stancer.check_error(answer, "v2", 422)[0]["msg"] == "extra fields not permitted"


@pytest.mark.parametrize("name", ["." * 60000, '"' * 29000, "\u0001" * 9000, "a." * 30000, ".", ""])
def test_an_unknown_field_may_have_any_name(shop, name):
    answer = shop.post(PATH, {"amount": 100, name: 1})
    [entry] = stancer.check_error(answer, "v2", 422)
    assert entry["loc"][0] == "body" and entry["msg"] == "extra fields not permitted"
    assert shop.get(PATH + "?limit=1").status == 200


@pytest.mark.parametrize("name", ["card.number", ".", "a..b", "body.amount", "0.1"])
def test_the_name_of_an_unknown_field_is_one_element_of_its_place(shop, name):
    answer = shop.post(PATH, {"amount": 100, name: 1})
    [entry] = stancer.check_error(answer, "v2", 422)
    assert entry["loc"] == ["body", name]


def test_every_bad_field_is_told_in_the_order_of_the_schema(shop):
    answer = shop.post(PATH, {"threeds": "x", "currency": "jpy", "description": "a", "auth": 1})
    found = stancer.check_error(answer, "v2", 422)
    assert [entry["loc"][1] for entry in found] == ["description", "amount", "currency", "threeds",
                                                    "auth"]


def test_defaults(shop):
    begin = shop.clock()
    intent = made(shop)
    assert {name: intent[name] for name in DEFAULTS} == DEFAULTS
    assert begin <= intent["created_at"] <= begin + 60
    assert intent["url"] == f"{shop.base_url}/test_{intent['id']}"
    assert made(shop, currency="usd")["methods_allowed"] == ["card"]


@pytest.mark.parametrize("name", ["currency", "description", "customer", "order_id", "card", "sepa",
                                  "methods_allowed", "metadata", "return_url", "threeds",
                                  "date_settlement", "capture", "billing_address"])
def test_null_is_the_same_as_left_out(shop, name):
    intent = made(shop, **{name: None})
    assert intent[name] == DEFAULTS[name]


def test_nothing_is_asked_to_save_a_card_only_without_capture(shop):
    stancer.check_bad(shop.post(PATH, body(amount=0, capture=True)), "v2", "body", "amount")
    assert made(shop, amount=0, capture=False)["amount"] == 0


@pytest.mark.parametrize("changes,name", [({"amount": 0, "capture": False}, "methods_allowed"),
                                          ({"capture": False}, "capture")])
def test_what_no_debit_can_pay_needs_a_card(shop, changes, name):
    answer = shop.post(PATH, body(methods_allowed=["sepa"], **changes))
    stancer.check_bad(answer, "v2", "body", name)
    open_one = made(shop, **changes)
    answer = shop.patch(PATH + open_one["id"], {"methods_allowed": ["sepa"]})
    stancer.check_bad(answer, "v2", "body", name)
    only = made(shop, methods_allowed=["sepa"])
    stancer.check_bad(shop.patch(PATH + only["id"], changes), "v2", "body", name)
    assert read(shop, only) == only


def test_it_names_its_customer_and_addresses(shop):
    customer = shop.made("/v2/customers/", {"email": "ada@example.com"})["id"]
    address = shop.made("/v2/addresses/", {"country": "FR", "city": "Paris",
                                           "zip_code": "75011"})["id"]
    intent = made(shop, customer=customer, billing_address=address, shipping_address=address)
    assert (intent["customer"], intent["billing_address"]) == (customer, address)


@pytest.mark.parametrize("name,noun", [("card", "card"), ("sepa", "sepa"),
                                       ("customer", "customer"),
                                       ("billing_address", "address"),
                                       ("shipping_address", "address")])
def test_what_it_names_must_exist_and_be_ours(shop, merchant, name, noun):
    prefix = {"card": "card_", "sepa": "sepa_", "customer": "cust_"}.get(name, "addr_")
    stancer.check_missing(shop.post(PATH, body(**{name: prefix + UNKNOWN})), "v2", noun,
                          prefix + UNKNOWN)
    theirs = {"card": lambda: saved_card(merchant), "sepa": lambda: account(merchant),
              "customer": lambda: merchant.made("/v2/customers/", {"email": "a@example.com"})["id"]}
    foreign = theirs.get(name, lambda: merchant.made(
        "/v2/addresses/", {"country": "FR", "city": "Paris", "zip_code": "75011"})["id"])()
    stancer.check_missing(shop.post(PATH, body(**{name: foreign})), "v2", noun, foreign)
    intent = made(shop)
    stancer.check_missing(shop.patch(PATH + intent["id"], {name: foreign}), "v2", noun, foreign)


def test_a_card_must_be_allowed(shop):
    answer = shop.post(PATH, body(card=saved_card(shop), methods_allowed=["sepa"]))
    stancer.check_bad(answer, "v2", "body", "card")


def test_card_and_sepa_exclude_each_other(shop):
    answer = shop.post(PATH, body(card=saved_card(shop), sepa="sepa_" + UNKNOWN))
    stancer.check_bad(answer, "v2", "body", "sepa")


# --- bank accounts (api/stancer.md 11) ---


def test_an_account_waits_for_its_mandate(shop):
    sepa = account(shop)
    for threeds in ("required", "none"):
        intent = made(shop, sepa=sepa, threeds=threeds)
        assert (intent["status"], intent["sepa"]) == ("require_authentication", sepa)
        assert intent["payment"] is None and payments(shop, intent) == []


def test_an_account_with_a_mandate_waits_for_the_payer_or_pays_at_once(shop):
    sepa = account(shop, signed=True)
    assert made(shop, sepa=sepa)["status"] == "require_authentication"
    intent = made(shop, sepa=sepa, threeds="none", order_id="D-1", description="Abonnement")
    assert (intent["status"], intent["sepa"], intent["card"]) == ("captured", sepa, None)
    paid = shop.read("/v2/payments/" + intent["payment"])
    stancer.check_payment(paid, "v2")
    assert (paid["status"], paid["method"], paid["order_id"]) == ("to_capture", "sepa", "D-1")
    assert (paid["sepa"]["id"], paid["description"]) == (sepa, "Abonnement")
    assert [one["id"] for one in payments(shop, intent)] == [paid["id"]]
    assert shop.delete(PATH + intent["id"]).status == 422


def test_the_day_asked_for_is_that_of_the_debit(shop):
    intent = made(shop, sepa=account(shop, signed=True), threeds="none",
                  date_settlement="2099-06-03")
    assert shop.read("/v2/payments/" + intent["payment"])["date_settlement"] == "2099-06-03"


def test_an_account_by_patch(shop):
    intent = made(shop, card=saved_card(shop))
    sepa = account(shop)
    changed = shop.patch(PATH + intent["id"], {"sepa": sepa}).json
    assert (changed["status"], changed["sepa"], changed["card"]) == (
        "require_authentication", sepa, None)
    card = saved_card(shop)
    changed = shop.patch(PATH + intent["id"], {"card": card}).json
    assert (changed["sepa"], changed["card"]) == (None, card)
    signed = account(shop, signed=True)
    changed = shop.patch(PATH + intent["id"], {"sepa": signed, "threeds": "none"}).json
    stancer.check_intent(changed, "v2")
    assert (changed["status"], changed["sepa"], changed["card"]) == ("captured", signed, None)
    assert shop.patch(PATH + intent["id"], {"sepa": sepa}).status == 409


def test_giving_up_authentication_pays_with_a_mandate_only(shop):
    for signed, status in ((False, "require_authentication"), (True, "captured")):
        intent = made(shop, sepa=account(shop, signed=signed))
        assert shop.patch(PATH + intent["id"], {"threeds": "none"}).json["status"] == status


@pytest.mark.parametrize("more", [{"methods_allowed": ["card"]}, {"capture": False},
                                  {"amount": 0, "capture": False}, {"currency": "usd"}])
def test_an_account_must_fit_its_intent(shop, more):
    stancer.check_bad(shop.post(PATH, body(sepa=account(shop), **more)), "v2", "body", "sepa")


def test_a_deleted_account_is_not_found(shop):
    sepa = account(shop, signed=True)
    assert shop.delete("/v2/sepa/" + sepa).status == 200
    stancer.check_missing(shop.post(PATH, body(sepa=sepa)), "v2", "sepa", sepa)


def test_one_key_makes_one_debit(shop):
    key = {"Idempotency-Key": f"debit-{next(_serial)}-{time.time()}"}
    sent = body(sepa=account(shop, signed=True), threeds="none")
    first, again = (shop.post(PATH, sent, headers=key) for _ in range(2))
    assert first.json == again.json and first.json["status"] == "captured"
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_debit_is_canceled_with_its_intent_by_a_refund(shop):
    intent = made(shop, sepa=account(shop, signed=True), threeds="none")
    refund = shop.made("/v2/refunds/", {"payment": intent["payment"]})
    assert refund["status"] == "payment_canceled"
    assert read(shop, intent)["status"] == "canceled"


def test_lists_filter_by_account(shop):
    sepa = account(shop, signed=True)
    first = made(shop, sepa=sepa, order_id="S")["id"]
    second = made(shop, sepa=sepa, threeds="none")["id"]
    made(shop, sepa=account(shop))
    assert listed(shop, f"?sepa={sepa}") == [second, first]
    assert listed(shop, f"?sepa={sepa}&order=asc") == [first, second]
    assert listed(shop, f"?sepa={sepa}&order_id=S") == [first]
    assert listed(shop, f"?sepa={sepa}&field=due&order=asc") in ([first, second], [second, first])
    stancer.check_bad(shop.get(PATH + "?sepa=sepa_short"), "v2", "query", "sepa")


def test_debits_are_in_euro_only(shop):
    stancer.check_bad(shop.post(PATH, body(currency="usd", methods_allowed=["sepa"])), "v2", "body",
                      "methods_allowed")
    intent = made(shop, methods_allowed=["sepa"])
    answer = shop.patch(PATH + intent["id"], {"currency": "usd"})
    stancer.check_bad(answer, "v2", "body", "methods_allowed")
    assert read(shop, intent) == intent


def test_the_same_key_makes_one_intent(shop):
    key = {"Idempotency-Key": f"intent-{next(_serial)}-{time.time()}"}
    sent = body(card=saved_card(shop), threeds="none")
    first = shop.post(PATH, sent, headers=key)
    again = shop.post(PATH, sent, headers=key)
    assert first.json == again.json and again.headers["Idempotent-Replayed"] == "true"
    assert len(payments(shop, first.json)) == 1
    stancer.check_error(shop.post(PATH, body(amount=2000), headers=key), "v2", 409)


# --- reading ---

@pytest.mark.parametrize("method,end", [("GET", ""), ("PATCH", ""), ("DELETE", ""),
                                        ("POST", "/capture"), ("GET", "/payments")])
def test_unknown_foreign_and_broken_ids(shop, merchant, method, end):
    foreign = made(merchant)["id"]
    sent = {} if method == "PATCH" else None
    for name in ("pi_" + UNKNOWN, foreign):
        answer = shop.request(method, f"{PATH}{name}{end}", sent)
        assert stancer.check_error(answer, "v2", 404) == f"Payment intent `{name}` not found"
    for name in ("pi_short", "paym_" + UNKNOWN, UNKNOWN):
        stancer.check_bad(shop.request(method, f"{PATH}{name}{end}", sent), "v2", "path", "id")


def test_there_are_none_in_v1_and_no_other_methods(shop):
    assert shop.get("/v1/payment_intents/").status == 404
    intent = made(shop)
    assert shop.request("PUT", PATH + intent["id"], {}).status == 405
    assert shop.delete(PATH).status == 405


# --- a card that is known ---

def test_with_a_card_authentication_is_next(merchant):
    card = saved_card(merchant)
    intent = made(merchant, card=card)
    assert (intent["status"], intent["card"]) == ("require_authentication", card)
    assert payments(merchant, intent) == []


@pytest.mark.parametrize("capture,status,of_payment", [(True, "captured", "to_capture"),
                                                       (False, "authorized", "authorized")])
def test_without_3d_secure_a_card_pays_at_once(merchant, capture, status, of_payment):
    customer = merchant.made("/v2/customers/", {"email": "ada@example.com"})["id"]
    card = saved_card(merchant)
    intent = made(merchant, card=card, threeds="none", capture=capture, order_id="C-1",
                  description="Two seats", customer=customer, return_url=RETURN_URL)
    assert (intent["status"], intent["card"]) == (status, card)
    paid, = payments(merchant, intent)
    assert paid["id"] == intent["payment"]
    assert (paid["status"], paid["order_id"], paid["description"]) == (of_payment, "C-1",
                                                                       "Two seats")
    assert (paid["customer"]["id"], paid["card"]["id"]) == (customer, card)
    assert merchant.read("/v2/payments/" + paid["id"]) == paid


def test_a_refused_card_leaves_it_open_with_a_refused_payment(merchant):
    card = saved_card(merchant, "4000000000009995")
    intent = made(merchant, card=card, threeds="none")
    assert (intent["status"], intent["card"], intent["payment"]) == ("require_payment_method", None,
                                                                     None)
    refused, = payments(merchant, intent)
    assert (refused["status"], refused["response"]) == ("refused", "51")
    answer = merchant.patch(PATH + intent["id"], {"card": saved_card(merchant)})
    assert answer.json["status"] == "captured", answer
    assert [paid["status"] for paid in payments(merchant, intent)] == ["to_capture", "refused"]
    assert [paid["status"] for paid in payments(merchant, intent, "?limit=1&start=1")] == ["refused"]


def test_a_card_may_come_later(merchant):
    intent = made(merchant)
    card = saved_card(merchant)
    seen = merchant.patch(PATH + intent["id"], {"card": card}).json
    assert (seen["status"], seen["card"]) == ("require_authentication", card)
    seen = merchant.patch(PATH + intent["id"], {"threeds": "none"}).json
    assert (seen["status"], seen["card"], seen["threeds"]) == ("captured", card, "none")


def test_a_single_use_card_is_not_taken_twice(merchant):
    card = merchant.made("/v2/cards/", cards.card(tokenize=False))["id"]
    assert made(merchant, card=card, threeds="none")["status"] == "captured"
    stancer.check_error(merchant.post(PATH, body(card=card, threeds="none")), "v2", 409)


# --- changes ---

@pytest.mark.parametrize("name,value", [case for case in ACCEPTED
                                        if case[0] not in ("amount",)])
def test_every_field_can_be_changed(shop, name, value):
    intent = made(shop, amount=5000)
    expected = value.lower() if name == "currency" else value
    seen = shop.patch(PATH + intent["id"], {name: value}).json
    assert seen[name] == expected
    assert read(shop, intent) == seen


@pytest.mark.parametrize("name,value", [case for case in REFUSED
                                        if case[1] is not None and case[1] is not ...])
def test_what_cannot_be_changed_so_stays(shop, name, value):
    intent = made(shop)
    stancer.check_bad(shop.patch(PATH + intent["id"], {name: value}), "v2", "body", name)
    assert read(shop, intent) == intent


def test_an_empty_change_changes_nothing(shop):
    intent = made(shop)
    assert shop.patch(PATH + intent["id"], {}).json == intent


@pytest.mark.parametrize("name,value", [("amount", 2000), ("currency", "usd"), ("capture", False),
                                        ("methods_allowed", ["card"]), ("threeds", "required")])
def test_terms_are_fixed_once_it_is_paid(merchant, name, value):
    intent = made(merchant, card=saved_card(merchant), threeds="none")
    stancer.check_error(merchant.patch(PATH + intent["id"], {name: value}), "v2", 409)
    seen = merchant.patch(PATH + intent["id"], {"order_id": "late", "metadata": {"a": 1}}).json
    assert (seen["order_id"], seen["metadata"], seen["status"]) == ("late", {"a": 1}, "captured")


# --- ends ---

def test_what_is_open_can_be_canceled_once(shop):
    intent = made(shop)
    answer = shop.delete(PATH + intent["id"])
    assert answer.status == 200 and answer.json == intent | {"status": "canceled"}, answer
    stancer.check_bad(shop.delete(PATH + intent["id"]), "v2", "path", "id")
    stancer.check_error(shop.patch(PATH + intent["id"], {"amount": 2000}), "v2", 409)
    assert read(shop, intent)["status"] == "canceled"


def test_a_hold_is_captured_or_given_back(merchant):
    card = saved_card(merchant)
    held = made(merchant, card=card, threeds="none", capture=False)
    answer = merchant.post(f"{PATH}{held['id']}/capture", {"id": held["id"]})
    assert answer.status == 200 and answer.json == held | {"status": "captured"}, answer
    assert merchant.read("/v2/payments/" + held["payment"])["status"] == "to_capture"
    stancer.check_error(merchant.post(f"{PATH}{held['id']}/capture"), "v2", 409)
    held = made(merchant, card=card, threeds="none", capture=False)
    assert merchant.delete(PATH + held["id"]).json == held | {"status": "canceled"}
    assert merchant.read("/v2/payments/" + held["payment"])["status"] == "canceled"


@pytest.mark.parametrize("changes", [{}, {"amount": 0, "capture": False}])
def test_there_is_nothing_to_capture(shop, changes):
    intent = made(shop, **changes)
    answer = shop.post(f"{PATH}{intent['id']}/capture")
    assert stancer.check_error(answer, "v2", 409) == "Payment intent cannot be captured"


def test_what_is_captured_cannot_be_canceled(merchant):
    intent = made(merchant, card=saved_card(merchant), threeds="none")
    stancer.check_bad(merchant.delete(PATH + intent["id"]), "v2", "path", "id")
    assert read(merchant, intent)["status"] == "captured"


def test_it_goes_with_its_payment(merchant):
    card = saved_card(merchant)
    held = made(merchant, card=card, threeds="none", capture=False)
    merchant.made(f"/v2/payments/{held['payment']}/capture")
    assert read(merchant, held)["status"] == "captured"
    merchant.made("/v2/refunds/", {"payment": held["payment"]})
    assert read(merchant, held)["status"] == "canceled"
    held = made(merchant, card=card, threeds="none", capture=False)
    merchant.advance(8 * 86400)
    assert read(merchant, held)["status"] == "unpaid"


def test_after_a_day_it_is_unpaid(merchant):
    intent = made(merchant)
    merchant.advance(86400 - 120)
    assert read(merchant, intent)["status"] == "require_payment_method"
    merchant.advance(240)
    assert read(merchant, intent)["status"] == "unpaid"
    stancer.check_bad(merchant.delete(PATH + intent["id"]), "v2", "path", "id")


# --- lists ---

def listed(merchant, query=""):
    shown = merchant.read(PATH + query)
    return [intent["id"] for intent in stancer.check_list(shown, "v2", "payment_intents")]


def test_lists_filter_order_and_count(merchant):
    card = saved_card(merchant)
    late = made(merchant, date_settlement="2099-01-01", order_id="A")["id"]
    first = made(merchant, card=card, order_id="A")["id"]
    second = made(merchant, order_id="B")["id"]
    assert listed(merchant) == [second, first, late]
    assert listed(merchant, "?order=asc") == [late, first, second]
    assert listed(merchant, "?field=created&order=desc") == [second, first, late]
    assert listed(merchant, "?field=due") == [late, second, first]
    assert listed(merchant, "?field=due&order=asc") == [first, second, late]
    assert listed(merchant, "?order_id=A") == [first, late]
    assert listed(merchant, "?order_id=A&order=asc") == [late, first]
    assert listed(merchant, "?order_id=A&field=due") == [late, first]
    assert listed(merchant, f"?card={card}") == [first]
    assert listed(merchant, f"?card={card}&order_id=B") == []
    assert listed(merchant, f"?sepa=sepa_{UNKNOWN}") == []
    assert listed(merchant, "?limit=1&start=1") == [first]
    assert merchant.read(PATH + "?limit=1")["range"] == {
        "start": 0, "end": 1, "limit": 1, "count": 3, "has_more": True}
    assert listed(merchant, "?created=4102444800") == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "start=-1", "field=paid", "order=up",
                                   "card=card_x", "order_id=" + "o" * 37, "order_id="])
def test_bad_filters_are_422(shop, query):
    stancer.check_bad(shop.get(f"{PATH}?{query}"), "v2", "query", query.split("=")[0])


def test_the_payments_of_an_intent_are_counted(merchant):
    intent = made(merchant)
    assert merchant.read(f"{PATH}{intent['id']}/payments")["range"] == {
        "start": 0, "end": 0, "limit": 10, "count": 0, "has_more": False}
    stancer.check_bad(merchant.get(f"{PATH}{intent['id']}/payments?limit=0"), "v2", "query",
                      "limit")
