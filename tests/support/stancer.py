"""The Stancer face as its documents describe it: paths, members of every object, forms of error."""

import re

VERSIONS = ("v1", "v2")
CURRENCIES = ("eur", "aud", "cad", "chf", "dkk", "gbp", "nok", "pln", "sek", "usd")
PAYMENT_STATUSES = {None, "authorized", "to_capture", "capture_sent", "captured", "refused",
                    "failed", "expired", "canceled", "disputed"}
AUTH_STATUSES = {"requested", "available", "attempted", "success", "declined", "failed", "expired",
                 "unavailable"}
REFUND_STATUSES = {"to_refund", "refund_sent", "refunded", "not_honored", "payment_canceled"}
PAYOUT_STATUSES = {"pending", "to_pay", "sent", "paid", "failed"}
BRANDS = {"visa", "mastercard", "amex", "jcb", "maestro", "discover", "dankort"}

PAYMENTS = {"v1": "/v1/checkout/", "v2": "/v2/payments/"}
UNKNOWN = "yWYfCSzsUUhr9KwMv7vuLZHX"  # well-formed, and nobody's
DEVICE = {"ip": "203.0.113.9", "port": 50123, "user_agent": "Mozilla/5.0",
          "http_accept": "text/html", "languages": "fr-FR,fr;q=0.9"}
RETURN_URL = "https://shop.example.com/return?order=12"

WHOLE = "whole number"
TEXT = "text"
FLAG = "flag"
DAY = "day"


def _kind(value, kind):
    if kind == WHOLE:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == TEXT:  # Never "": the libraries check what they receive.
        return isinstance(value, str) and value != ""
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == DAY:
        return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    return isinstance(value, str) and re.fullmatch(kind, value) is not None


def _identifier(prefix):
    return prefix + r"_[A-Za-z0-9]{24}"


def check_members(value, members, nullable):
    """Exactly these members, each of its kind; only those in nullable may be null."""
    assert isinstance(value, dict), value
    assert set(value) == set(members), f"members differ: {sorted(set(value) ^ set(members))}"
    for name, kind in members.items():
        if value[name] is None:
            assert name in nullable, f"{name} is null"
        elif kind is not None:
            assert _kind(value[name], kind), f"{name}: {value[name]!r} is not {kind}"


def check_customer(value, version):
    members = {"id": _identifier("cust"), "created": WHOLE, "name": TEXT, "email": TEXT,
               "mobile": TEXT, "external_id": TEXT, "country": r"[A-Z]{2}"}
    if version == "v1":
        members["live_mode"] = FLAG
    else:
        members |= {"date_birth": DAY, "legal_id": TEXT, "deleted": FLAG,
                    "billing_address": _identifier("addr"),
                    "shipping_address": _identifier("addr")}
    check_members(value, members, set(members) - {"id", "created", "live_mode", "deleted"})
    assert value["name"] is None or len(value["name"]) >= 3


def check_card(value, version):
    members = {"id": _identifier("card"), "created": WHOLE, "last4": r"\d{4}",
               "exp_month": WHOLE, "exp_year": WHOLE, "name": TEXT, "zip_code": TEXT,
               "brand": TEXT, "country": r"[A-Z]{2}", "funding": TEXT, "nature": TEXT,
               "network": TEXT, "preferred_network": TEXT, "external_id": TEXT}
    members |= ({"live_mode": FLAG} if version == "v1" else
                {"customer": _identifier("cust"), "deleted": FLAG})
    check_members(value, members, {"name", "zip_code", "country", "funding", "nature", "network",
                                   "preferred_network", "external_id", "customer"})
    assert value["brand"] in BRANDS
    assert value["funding"] in {None, "credit", "debit", "prepaid", "universal", "charge",
                                "deferred"}
    assert value["nature"] in {None, "corporate", "personnal" if version == "v1" else "personal"}
    assert value["network"] in {None, "national", "visa", "mastercard"}
    assert value["preferred_network"] in {None, "national", "visa", "mastercard"}


def check_device(value):
    members = {"ip": TEXT, "port": WHOLE, "user_agent": TEXT, "http_accept": TEXT,
               "languages": TEXT, "city": TEXT, "country": TEXT, "zip_code": TEXT}
    check_members(value, members, set(members) - {"ip", "port"})


def check_auth(value, version):
    members = {"status": TEXT, "redirect_url": r"https://\S+", "return_url": TEXT}
    if version == "v2":
        members |= {"uuid": TEXT, "message": TEXT, "device": None}
    check_members(value, members, set(members) - {"status"})
    assert value["status"] in AUTH_STATUSES
    if value.get("device") is not None:
        check_device(value["device"])


def check_refund(value, version):
    day = WHOLE if version == "v1" else DAY
    members = {"id": _identifier("refd"), "payment": _identifier("paym"), "amount": WHOLE,
               "currency": r"[a-z]{3}", "status": TEXT, "created": WHOLE, "date_refund": day,
               "date_bank": day}
    if version == "v1":
        members["live_mode"] = FLAG
    check_members(value, members, {"date_refund", "date_bank"})
    assert value["status"] in REFUND_STATUSES


def check_payment(value, version):
    members = {"id": _identifier("paym"), "amount": WHOLE, "currency": r"[a-z]{3}",
               "description": TEXT, "order_id": TEXT, "unique_id": TEXT, "method": r"card|sepa",
               "methods_allowed": None, "card": None, "sepa": None, "customer": None,
               "status": TEXT, "response": r".{2,4}", "response_author": r".{6}", "auth": None,
               "device": None, "capture": FLAG, "created": WHOLE, "fee": WHOLE,
               "return_url": r"https?://\S+", "date_bank": WHOLE if version == "v1" else DAY}
    if version == "v1":
        members |= {"date_paym": WHOLE, "country": r"|[A-Z]{2}", "refunds": None,
                    "live_mode": FLAG}
    else:
        members |= {"date_settlement": DAY, "billing_address": _identifier("addr"),
                    "shipping_address": _identifier("addr")}
    never_null = {"id", "amount", "currency", "methods_allowed", "capture", "created", "country",
                  "refunds", "live_mode", "fee"}
    check_members(value, members, set(members) - never_null)
    assert value["status"] in PAYMENT_STATUSES
    assert set(value["methods_allowed"]) <= {"card", "sepa"}
    if value["card"] is not None:
        check_card(value["card"], version)
    if value["sepa"] is not None:
        check_sepa(value["sepa"], version)
    assert value["card"] is None or value["sepa"] is None
    if value["customer"] is not None:
        check_customer(value["customer"], version)
    if value["auth"] is not None:
        check_auth(value["auth"], version)
    if value["device"] is not None:
        check_device(value["device"])
    for refund in value.get("refunds", []):
        check_refund(refund, version)


INTENT_STATUSES = {"require_payment_method", "require_authentication", "authorized", "captured",
                   "unpaid", "canceled"}


def check_intent(value, version):
    assert version == "v2"
    members = {"id": _identifier("pi"), "created_at": WHOLE, "amount": WHOLE,
               "currency": r"[a-z]{3}", "description": TEXT, "customer": _identifier("cust"),
               "card": _identifier("card"), "sepa": _identifier("sepa"),
               "payment": _identifier("paym"), "methods_allowed": None, "order_id": TEXT,
               "status": TEXT, "metadata": None, "threeds": r"required|none",
               "date_settlement": DAY, "capture": FLAG, "return_url": r"https?://\S+",
               "url": r"https?://\S+", "billing_address": _identifier("addr"),
               "shipping_address": _identifier("addr")}
    never_null = {"id", "created_at", "amount", "currency", "methods_allowed", "status", "threeds",
                  "capture", "url"}
    check_members(value, members, set(members) - never_null)
    assert value["status"] in INTENT_STATUSES
    assert set(value["methods_allowed"]) <= {"card", "sepa"} and value["methods_allowed"]


def check_address(value, version):
    assert re.fullmatch(_identifier("addr"), value["id"])
    for name in ("city", "country", "zip_code", "line1", "line2", "line3", "state"):
        assert value[name] is None or _kind(value[name], TEXT), name
    assert isinstance(value["metadata"], dict)
    if version == "v1":
        assert isinstance(value["live_mode"], bool)
    else:
        assert isinstance(value["deleted"], bool) and "live_mode" not in value


def check_dispute(value, version):
    members = {"id": _identifier("dspt"), "payment": _identifier("paym"), "amount": WHOLE,
               "currency": r"[a-z]{3}", "response": r".{2,4}", "order_id": TEXT, "created": WHOLE}
    members |= ({"live_mode": FLAG} if version == "v1" else
                {"date_bank": WHOLE, "type": r"chargeback|return"})
    check_members(value, members, {"order_id", "date_bank"})


def check_payout(value, version):
    """Also that the sums of its parts are what it pays out."""
    members = {"id": _identifier("pout"), "amount": WHOLE, "currency": r"[a-z]{3}",
               "payments": None, "refunds": None, "disputes": None, "fees": WHOLE, "status": TEXT,
               "date_paym": WHOLE if version == "v1" else DAY, "created": WHOLE,
               "date_bank": WHOLE if version == "v1" else DAY, "statement_description": TEXT}
    members |= {"live_mode": FLAG} if version == "v1" else {"fees_vat": WHOLE, "date": DAY}
    check_members(value, members, {"date_bank", "statement_description"})
    assert value["status"] in PAYOUT_STATUSES
    fees = 0
    for name in ("payments", "refunds", "disputes"):
        part = value[name]
        if version == "v1":
            check_members(part, {"amount": WHOLE}, set())
            continue
        check_members(part, {"amount": WHOLE, "method": None}, set())
        assert set(part["method"]) == {"card", "sepa"}
        for method in part["method"].values():
            check_members(method, {"amount": WHOLE, "count": WHOLE, "fees": WHOLE}, set())
            fees += method["fees"]
        assert part["amount"] == sum(method["amount"] for method in part["method"].values())
    if version == "v2":
        assert value["fees"] == fees
        assert value["amount"] == (
            value["payments"]["amount"] - value["refunds"]["amount"] - value["disputes"]["amount"]
            - value["fees"] - value["fees_vat"])


def check_sepa(value, version):
    members = {"id": _identifier("sepa"), "created": WHOLE, "bic": r"[A-Z0-9]{8}([A-Z0-9]{3})?",
               "last4": r"[A-Z0-9]{4}", "name": TEXT, "mandate": TEXT,
               "date_mandate": WHOLE if version == "v1" else DAY}
    members |= ({"date_birth": DAY, "live_mode": FLAG} if version == "v1" else
                {"customer": _identifier("cust"), "deleted": FLAG})
    check_members(value, members, {"bic", "mandate", "date_mandate", "date_birth", "customer"})


def check_sepa_check(value, version):
    members = {"id": _identifier("sepa"), "created": WHOLE, "status": TEXT, "response": r".{2,4}",
               "date_birth": FLAG, "score_name": WHOLE}
    members |= ({"live_mode": FLAG} if version == "v1" else
                {"bic": TEXT, "last4": TEXT, "name": TEXT, "mandate": TEXT, "date_mandate": DAY,
                 "customer": _identifier("cust"), "deleted": FLAG})
    check_members(value, members, {"response", "date_birth", "score_name", "bic", "mandate",
                                   "date_mandate", "customer"})
    assert value["status"] in {"available", "check_sent", "checked", "check_error", "unavailable"}


def check_mandate(value, version):
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert version == "v2"
    members = {"id": _identifier("mndt"), "sepa": _identifier("sepa"),
               "customer": _identifier("cust"), "rum": TEXT, "created_at": moment,
               "signed_at": moment, "deleted_at": moment}
    check_members(value, members, {"customer", "signed_at", "deleted_at"})


CHECKS = {"customers": check_customer, "cards": check_card, "payments": check_payment,
          "refunds": check_refund, "addresses": check_address, "disputes": check_dispute,
          "payouts": check_payout, "sepa": check_sepa, "mandates": check_mandate,
          "payment_intents": check_intent}


def check_list(value, version, plural):
    """A list: range, the plural, in v1 live_mode, and no other member. Gives the elements."""
    expected = {"range", plural} | ({"live_mode"} if version == "v1" else set())
    assert set(value) == expected, sorted(value)
    bounds = value["range"]
    names = {"start", "limit", "has_more", "end"} | ({"count"} if version == "v2" else set())
    assert set(bounds) == names, sorted(bounds)
    assert isinstance(bounds["has_more"], bool)
    shown = len(value[plural])
    assert shown <= bounds["limit"]
    if version == "v1":
        assert bounds["end"] == (bounds["start"] + shown - 1 if shown else 0)
        assert isinstance(value["live_mode"], bool)
    else:
        assert bounds["end"] == bounds["start"] + shown
        assert bounds["has_more"] == (bounds["end"] < bounds["count"])
    for element in value[plural]:
        CHECKS[plural](element, version)
    return value[plural]


def check_error(answer, version, status):
    """The form of an error of this version. Gives its text; for 422 in v2, its entries."""
    assert answer.status == status, f"not {status}: {answer}"
    assert isinstance(answer.json, dict), answer
    if version == "v1":
        assert set(answer.json) == {"error"}, answer
        error = answer.json["error"]
        assert set(error) == {"type", "message"}, answer
        assert error["type"] == ("api_error" if status >= 500 else "invalid_request_error")
        message = error["message"]
        if isinstance(message, dict):
            assert set(message) == {"id", "error"}, answer
            assert all(isinstance(text, str) and text for text in message.values())
        else:
            assert isinstance(message, str) and message
        return message
    if status == 422:
        assert set(answer.json) == {"detail"} and answer.json["detail"], answer
        for entry in answer.json["detail"]:
            assert set(entry) == {"loc", "msg", "type"}, answer
            assert entry["loc"][0] in ("body", "query", "path")
            assert all(isinstance(step, (str, int)) for step in entry["loc"])
            assert isinstance(entry["msg"], str) and entry["msg"]
            assert isinstance(entry["type"], str) and entry["type"]
        return answer.json["detail"]
    assert set(answer.json) == {"error"} and isinstance(answer.json["error"], str), answer
    assert answer.json["error"], answer
    return answer.json["error"]


def check_bad(answer, version, *place):
    """A request that breaks the schema: 400 in v1; in v2 422 with, when told, where it is."""
    found = check_error(answer, version, 400 if version == "v1" else 422)
    if version == "v2" and place:
        assert list(place) in [entry["loc"][:len(place)] for entry in found], answer


def check_malformed(answer, version):
    """A body that is no JSON document at all."""
    if version == "v1":
        check_error(answer, version, 400)
    else:
        assert answer.status in (400, 422), answer
        check_error(answer, version, answer.status)


def missing(version, noun, identifier):
    """The exact text for an unknown id."""
    if version == "v1":
        return f"No such {noun} {identifier}"
    name = "SEPA" if noun == "sepa" else noun.capitalize()
    return f"{name} `{identifier}` not found"


def check_missing(answer, version, noun, identifier):
    assert check_error(answer, version, 404) == missing(version, noun, identifier)


def check_conflict(answer, version, text, identifier):
    """409 that names the thing in the way, in the form of the version."""
    found = check_error(answer, version, 409)
    if version == "v1":
        assert found == {"id": identifier, "error": text}
    else:
        assert found == f"{text} ({identifier})"
