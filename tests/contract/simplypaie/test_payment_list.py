"""GET /api/payments/list (api/simplypaie.md 4 and 5)."""

import datetime
import re

import pytest

from support import cards, debits, safedebit, simplypaie
from support.simplypaie import (KEYS, NEW, act, check_done, check_failed, ids, intent_of, line_of,
                                listed, made, pay, search, status_of)

SEED_QUERY = {"paymentId": "684951", "name": "Dupont", "email": "jean.dupont@simplypaie.fr",
              "mode": "email", "type": "standard", "page": "standard", "minAmount": "0",
              "maxAmount": "10000", "currency": "EUR", "status": "cashed", "way": "debit",
              "minDate": "2017-01-01", "maxDate": "2017-01-30"}


def number(account, **changes):
    return made(account, **changes)["paymentId"]


def today(account):
    return account.paris_now().date().isoformat()


# --- the seed page ------------------------------------------------------------------------------

def test_the_seed_query_finds_nothing_here(merchant):
    answer = search(merchant, **SEED_QUERY)
    assert answer.status == 200 and answer.json == {"status": "success", "payments": []}
    assert answer.headers["X-Total-Count"] == "0"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_the_seed_line(merchant):
    """A payment of 5.00 euro by link, cashed, of which 0.58 was kept."""
    wanted = number(merchant, name="Jean Dupont", email="jean.dupont@simplypaie.fr", mode="link",
                    amount="500", returnURL="https://www.simplypaie.fr")
    link = line_of(merchant, wanted)["link"]
    pay(merchant, wanted)
    line = line_of(merchant, wanted, status="cashed")
    assert list(line) == KEYS
    date = line.pop("date")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", date)
    assert line == {"paymentId": wanted, "type": "standard", "fees": "58", "mode": "link",
                    "page": "standard", "amount": "500", "currency": "EUR", "way": "debit",
                    "name": "Jean Dupont", "email": "jean.dupont@simplypaie.fr", "link": link,
                    "returnURL": "https://www.simplypaie.fr"}


def test_the_seed_query_finds_what_it_asks_for(merchant):
    wanted = number(merchant, name="Jean Dupont", email="jean.dupont@simplypaie.fr")
    pay(merchant, wanted)
    day = today(merchant)
    query = SEED_QUERY | {"paymentId": wanted, "minDate": day, "maxDate": day}
    assert ids(merchant, **query) == [wanted]
    for name in ("name", "email", "paymentId"):
        assert ids(merchant, **(query | {name: "7777"})) == [], name


def test_the_seed_failure(shop):
    check_failed(search(shop, currency="CHF", minAmount="x"), 400,
                 "Invalid or unavailable currency", "Incorrect amount")


# --- lines --------------------------------------------------------------------------------------

def test_a_new_request(merchant):
    before = merchant.paris_now().replace(microsecond=0, tzinfo=None)
    info = made(merchant, returnURL=None)
    line = line_of(merchant, info["paymentId"])
    assert line["link"] == info["link"] and line["returnURL"] == "" and line["fees"] == "0"
    at = datetime.datetime.strptime(line["date"], "%Y-%m-%d %H:%M:%S")
    assert datetime.timedelta(0) <= at - before < datetime.timedelta(seconds=30)


def test_more_about_a_line(merchant):
    wanted = number(merchant)
    line = line_of(merchant, wanted, extended="1")
    assert list(line) == KEYS + ["status", "refunded", "validUntil"]
    assert (line["status"], line["refunded"]) == ("waiting", "0")
    made_at, until = (datetime.datetime.strptime(line[key], "%Y-%m-%d %H:%M:%S")
                      for key in ("date", "validUntil"))
    assert abs(until - made_at - datetime.timedelta(days=90)) <= datetime.timedelta(hours=1)
    for other in ("0", "true", ""):
        assert list(line_of(merchant, wanted, extended=other)) == KEYS


@pytest.mark.parametrize("name", ["é" * 70, "<b>Jean</b>", "a\"b\\c", "O'Hara & fils", "😀",
                                  "\u202eDupont", "x"])
def test_names_come_back_as_they_went(merchant, name):
    assert line_of(merchant, number(merchant, name=name))["name"] == name


def test_newest_first_with_numbers_that_rise(merchant):
    wanted = [number(merchant, amount=str(1000 + at)) for at in range(5)]
    assert [int(one) for one in wanted] == sorted(int(one) for one in wanted)
    assert ids(merchant)[:5] == wanted[::-1]


def test_pages_of_the_list(merchant):
    wanted = [number(merchant, mode=("email", "link")[at % 2], currency=("EUR", "USD", "GBP")[at % 3])
              for at in range(9)][::-1]
    everything = ids(merchant)
    assert everything[:9] == wanted
    for start in range(0, len(everything) + 1, 2):
        answer = search(merchant, limit="2", offset=str(start))
        assert [line["paymentId"] for line in answer.json["payments"]] == \
            everything[start:start + 2]
        assert answer.headers["X-Total-Count"] == str(len(everything))


def test_a_page_far_from_the_beginning(sandbox):
    """It is read by another thread than the first pages."""
    many = sandbox.merchant_add()
    wanted = [number(many) for _ in range(1003)][::-1]
    assert ids(many, limit="1") == wanted[:1]
    answer = search(many, offset="1001")
    assert [line["paymentId"] for line in answer.json["payments"]] == wanted[1001:]
    assert answer.headers["X-Total-Count"] == "1003"


def test_another_merchant_sees_nothing_of_it(merchant, shop):
    wanted = number(merchant, name="Nobody Else")
    assert ids(shop, name="Nobody Else") == []
    assert ids(merchant, name="Nobody Else") == [wanted]


# --- filters ------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def stocked(sandbox):
    """A merchant with requests of every kind: what each is, by its paymentId."""
    account = sandbox.merchant_add()
    kinds = [{}, {"mode": "link"}, {"type": "preauth"}, {"page": "short"}, {"currency": "USD"},
             {"currency": "GBP", "mode": "link", "page": "short"}, {"amount": "50"},
             {"amount": "99999999"}, {"amount": "10001"}, {"amount": "9999"},
             {"name": "Éloïse Lefèvre"}, {"name": "Jean-Luc d'Arc"}, {"name": "DUPONT-Martin Zoé"},
             {"email": "Else.Where@Example.ORG"}]
    account.stock = {number(account, **kind): NEW | kind for kind in kinds}
    return account


def those(account, fits):
    return [one for one in list(account.stock)[::-1] if fits(account.stock[one])]


@pytest.mark.parametrize("name, values", [
    ("mode", ["email", "link", "web", "sms", "simply"]), ("type", ["standard", "preauth"]),
    ("page", ["standard", "short"]), ("currency", ["EUR", "USD", "GBP"])])
def test_words(stocked, name, values):
    for value in values:
        assert ids(stocked, **{name: value}) == those(stocked, lambda of: of[name] == value), value


def test_words_together(stocked):
    wanted = those(stocked, lambda of: of["mode"] == "link" and of["currency"] == "GBP")
    assert len(wanted) == 1
    assert ids(stocked, mode="link", page="short", currency="GBP", way="debit") == wanted
    assert ids(stocked, mode="link", page="short", currency="USD") == []


@pytest.mark.parametrize("least, most", [
    (None, None), ("0", "49"), ("0", "50"), ("50", "50"), ("51", None), ("0", "10000"),
    ("0", "9999"), ("10000", "10000"), ("10000", "10001"), ("10001", "99999998"),
    ("99999999", None), ("99999999", "99999999"), ("100000000", None), (None, "10000"),
    ("0", "999999999999999999"), ("9500", "10500"), ("1", "99999999")])
def test_amounts(stocked, least, most):
    low, high = int(least or 0), int(most or 10**18)
    wanted = those(stocked, lambda of: low <= int(of["amount"]) <= high)
    assert ids(stocked, minAmount=least, maxAmount=most) == wanted
    day = today(stocked)
    assert ids(stocked, minAmount=least, maxAmount=most, minDate=day) == wanted
    assert ids(stocked, minAmount=least, maxAmount=most, currency="USD") == \
        [one for one in wanted if stocked.stock[one]["currency"] == "USD"]


@pytest.mark.parametrize("name, found", [
    ("Lefèvre", 1), ("lefevre", 1), ("LEFEVRE", 1), ("éloïse", 1), ("Elo", 1), ("loï", 1),
    ("e l", 1), ("el", 1), ("le", 1), ("l", 2), ("Dupont", 12), ("dupont-m", 1), ("dupont m", 0),
    ("d", 13), ("Zoé", 1), ("zo", 1), ("oe", 0), ("arc", 1), ("ar", 1), ("'Arc", 1), ("Luc", 1),
    ("nt J", 11), ("Martin Zoé", 1), ("Martinez", 0), ("xyz", 0), ("%", 0), ("_", 0), ("dup%", 0),
    ("e" * 200, 0), (" ", 14), ("", 14), ("  Lefèvre  ", 1), ("\u0301", 14)])
def test_names(stocked, name, found):
    """A part of the name; below three letters the start of a word."""
    lines = listed(stocked, name=name)
    assert len(lines) == found, [line["name"] for line in lines]
    assert len(listed(stocked, name=name, currency="USD", type="standard")) <= found
    with_email = listed(stocked, name=name, email=NEW["email"])
    assert all(line["email"] == NEW["email"] for line in with_email)
    assert len(with_email) in (found, found - 1)
    for line in lines:
        assert ids(stocked, name=name, paymentId=line["paymentId"]) == [line["paymentId"]]


@pytest.mark.parametrize("email, found", [
    ("else.where@example.org", 1), ("ELSE.WHERE@EXAMPLE.ORG", 1), ("else.where@example", 0),
    ("TEST@simplypaie.fr", 13), ("nobody", 0), ("%", 0), ("", 14)])
def test_e_mail_addresses(stocked, email, found):
    assert len(listed(stocked, email=email)) == found


def test_days(merchant):
    first = number(merchant)
    day = merchant.paris_now().date()
    merchant.advance(40 * 86400)
    second = number(merchant)
    later = merchant.paris_now().date()
    one = datetime.timedelta(days=1)
    for query, wanted in [
            ({"minDate": day}, [second, first]), ({"maxDate": later}, [second, first]),
            ({"minDate": day + one}, [second]), ({"maxDate": later - one}, [first]),
            ({"minDate": day, "maxDate": day}, [first]),
            ({"minDate": day + one, "maxDate": later - one}, []),
            ({"minDate": day - one, "maxDate": later + one}, [second, first]),
            ({"minDate": later, "maxDate": later}, [second]), ({"minDate": later + one}, []),
            ({"maxDate": "1999-01-01"}, []), ({"minDate": "9998-12-31"}, [])]:
        seen = [one for one in ids(merchant, **query) if one in (first, second)]
        assert seen == wanted, query
        assert [one for one in ids(merchant, minAmount="1", **query) if one in (first, second)] == \
            wanted, query


WRONG = {
    "paymentId": ("Incorrect paymentId", ["x", "-1", "1.0", " 1", "1" * 19, "é"]),
    "mode": ("Incorrect mode", ["EMAIL", "mail", "email "]),
    "type": ("Incorrect type", ["Standard", "deposit"]),
    "page": ("Incorrect page", ["long"]),
    "currency": ("Invalid or unavailable currency", ["eur", "CHF", "EURO"]),
    "minAmount": ("Incorrect amount", ["x", "-1", "1.5", "1e2", " 1", "9" * 19]),
    "maxAmount": ("Incorrect amount", ["x", "-1", "+5"]),
    "status": ("Incorrect status", ["paid", "Waiting", "captured"]),
    "way": ("Incorrect way", ["in", "DEBIT"]),
    "minDate": ("Incorrect date", ["2017-02-29", "2017-1-1", "01/02/2017", "2017-01-01 00:00:00"]),
    "maxDate": ("Incorrect date", ["2017-13-01", "today"]),
    "limit": ("Incorrect limit", ["0", "1001", "-1", "x"]),
    "offset": ("Incorrect limit", ["-1", "x", "1" * 12]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_has_its_text(shop, name):
    text, values = WRONG[name]
    for value in values:
        check_failed(search(shop, **{name: value}), 400, text)
    assert search(shop, **{name: ""}).status == 200


def test_limits_that_are_taken(shop):
    for query in ({"limit": "1"}, {"limit": "1000"}, {"offset": "0"}, {"offset": "999999999"}):
        assert search(shop, **query).status == 200


def test_all_that_is_wrong_is_told_in_order(shop):
    wrong = {name: values[0] for name, (_, values) in reversed(WRONG.items())}
    check_failed(search(shop, **wrong), 400, *dict.fromkeys(text for text, _ in WRONG.values()))


def test_ranges_the_wrong_way_round(shop):
    check_failed(search(shop, minAmount="2", maxAmount="1"), 400, "Incorrect amount")
    check_failed(search(shop, minDate="2017-01-02", maxDate="2017-01-01"), 400, "Incorrect date")


def test_what_nobody_knows_is_ignored_and_twice_is_an_error(shop):
    assert search(shop, colour="red").status == 200
    check_failed(search(shop, mode=["email", "link"]), 400, "Invalid request")


# --- status and way -----------------------------------------------------------------------------

STATUSES = ("waiting", "reminded", "cashed", "preauthorized", "cancelled", "refunded", "expired")


def check_status(account, wanted, status):
    """The one status that finds it."""
    assert status_of(account, wanted) == status
    for other in STATUSES:
        found = ids(account, status=other, paymentId=wanted)
        assert found == ([wanted] if other == status else []), other
        assert (wanted in ids(account, status=other)) is (other == status), other


def test_each_status(merchant):
    wanted = number(merchant)
    check_status(merchant, wanted, "waiting")
    check_done(act(merchant, wanted, "remind"))
    check_status(merchant, wanted, "reminded")
    pay(merchant, wanted)
    check_status(merchant, wanted, "cashed")
    check_done(act(merchant, wanted, "refund"))
    check_status(merchant, wanted, "refunded")
    held = number(merchant, type="preauth")
    pay(merchant, held)
    check_status(merchant, held, "preauthorized")
    check_done(act(merchant, held, "cancel"))
    check_status(merchant, held, "cancelled")


def test_what_nobody_paid_expires(merchant):
    wanted = number(merchant)
    merchant.advance(90 * 86400 + 60)
    check_status(merchant, wanted, "expired")
    assert line_of(merchant, wanted, extended="1").get("validUntil", "") == ""


def test_a_refused_card_changes_nothing(merchant):
    wanted = number(merchant)
    pay(merchant, wanted, cards.card("4000000000009995"))
    check_status(merchant, wanted, "waiting")
    assert line_of(merchant, wanted)["fees"] == "0"
    pay(merchant, wanted)
    check_status(merchant, wanted, "cashed")


def test_a_deposit_of_which_a_part_was_cashed(merchant):
    wanted = number(merchant, type="preauth", amount="10000")
    pay(merchant, wanted)
    line = line_of(merchant, wanted, extended="1")
    assert (line["amount"], line["fees"]) == ("10000", "0") and line["validUntil"] != ""
    check_done(act(merchant, wanted, "cash", {"amount": "2500"}))
    line = line_of(merchant, wanted)
    assert (line["amount"], line["fees"]) == ("2500", "90")
    assert ids(merchant, minAmount="2500", maxAmount="2500") == [wanted]
    assert ids(merchant, minAmount="10000", maxAmount="10000", type="preauth") == []


def test_a_refund_is_a_line_of_its_own(merchant):
    wanted = number(merchant, page="short", currency="USD", mode="link", name="Ève Back")
    pay(merchant, wanted)
    merchant.settle()
    check_done(act(merchant, wanted, "refund", {"amount": "3000"}))
    line = line_of(merchant, wanted, extended="1")
    assert (line["status"], line["refunded"], line["amount"]) == ("cashed", "3000", "10000")
    (credit,) = listed(merchant, way="credit")
    assert int(credit["paymentId"]) > int(wanted)
    same = ("name", "email", "mode", "page", "currency", "type", "link", "returnURL")
    assert [credit[key] for key in same] == [line[key] for key in same]
    assert (credit["amount"], credit["fees"], credit["way"]) == ("3000", "0", "credit")
    assert ids(merchant, name="eve back") == [credit["paymentId"], wanted]
    check_done(act(merchant, wanted, "refund"))
    check_status(merchant, wanted, "refunded")
    assert [line["amount"] for line in listed(merchant, way="credit")] == ["7000", "3000"]
    assert wanted in ids(merchant, way="debit")


# --- the other interface ------------------------------------------------------------------------

def test_what_the_other_interface_made_is_listed(merchant):
    """Before the first call of this one, and after it."""
    customer = merchant.made("/v2/customers/", {"name": "Ada Autre", "email": "ada@example.org"})
    payment = merchant.pay(amount=2500, customer=customer["id"])
    intent = merchant.made("/v2/payment_intents/", {
        "amount": 700, "capture": False, "customer": customer["id"], "currency": "gbp",
        "return_url": "https://shop.example.com/back"})
    assert merchant.pay(currency="chf")["status"] == "to_capture"
    for turn in range(2):
        lines = listed(merchant, name="Autre")
        assert len(lines) == 2 + 2 * turn
        if turn == 0:
            merchant.pay(amount=2500, customer=customer["id"])
            merchant.made("/v2/payment_intents/", {"amount": 700, "customer": customer["id"]})
    of_intent, of_payment = lines[-2:]
    assert of_payment["mode"] == of_intent["mode"] == "web"
    assert of_payment["email"] == "ada@example.org" and of_payment["amount"] == "2500"
    assert of_payment["fees"] == "90" and of_payment["type"] == "standard"
    assert of_payment["link"] == f"{merchant.base_url}/{merchant.public_key}/{payment['id']}"
    assert of_intent["link"] == intent["url"] and of_intent["type"] == "preauth"
    assert of_intent["returnURL"] == "https://shop.example.com/back"
    assert of_intent["currency"] == "GBP"
    assert status_of(merchant, of_payment["paymentId"]) == "cashed"
    assert status_of(merchant, of_intent["paymentId"]) == "waiting"
    numbers = [int(line["paymentId"]) for line in listed(merchant)]
    assert numbers == sorted(numbers, reverse=True)


def test_what_the_other_interface_refunds_is_listed(merchant):
    payment = merchant.pay(amount=2500)
    assert ids(merchant, way="credit") == []
    merchant.settle()
    merchant.made("/v2/refunds/", {"payment": payment["id"], "amount": 1000})
    merchant.made("/v2/refunds/", {"payment": payment["id"]})
    assert [line["amount"] for line in listed(merchant, way="credit")] == ["1500", "1000"]
    (line,) = listed(merchant, way="debit", extended="1")
    assert (line["status"], line["refunded"], line["name"]) == ("refunded", "2500", "")


def test_debits_are_listed_too(merchant):
    debit = debits.debit(merchant, amount=5000, name="Debbie Torr")
    (line,) = listed(merchant, extended="1")
    assert (line["status"], line["fees"], line["mode"]) == ("cashed", "25", "web")
    assert status_of(merchant, line["paymentId"]) == "cashed"
    check_done(act(merchant, line["paymentId"], "refund"))
    assert merchant.read("/v2/payments/" + debit["id"])["status"] == "canceled"
    check_status(merchant, line["paymentId"], "refunded")


def test_a_levy_is_no_request(merchant):
    """api/safedebit.md 6."""
    payer = safedebit.payer(merchant)
    for reference in ("WITHOUT-A-LIST", "WITH-A-LIST"):
        levy = merchant.ssp("payment", **safedebit.levy(merchant, payer, sdd_reference=reference))
        assert levy["status"] == "CREATED"
        assert listed(merchant) == []
    merchant.made("/v2/refunds/", {"payment": merchant.read("/v2/payments/")["payments"][0]["id"]})
    assert listed(merchant) == []
    merchant.verify()


def test_a_hold_that_was_given_back_is_no_refund(merchant):
    payment = merchant.pay(amount=2500, capture=False)
    merchant.made("/v2/refunds/", {"payment": payment["id"]})
    (line,) = listed(merchant, extended="1")
    assert (line["status"], line["way"], line["type"]) == ("cancelled", "debit", "preauth")


def test_a_request_with_several_tries_is_one_line(merchant):
    wanted = number(merchant)
    for _ in range(2):
        pay(merchant, wanted, cards.card("4000000000009995"))
    pay(merchant, wanted)
    assert ids(merchant) == [wanted]
    assert len(merchant.read(
        f"/v2/payment_intents/{intent_of(merchant, wanted)['id']}/payments")["payments"]) == 3


def test_names_follow_what_is_changed(merchant):
    intent = merchant.made("/v2/payment_intents/", {"amount": 700})
    (line,) = listed(merchant)
    assert line["name"] == ""
    customer = merchant.made("/v2/customers/", {"name": "Later Known", "email": "known@example.org"})
    merchant.patch("/v2/payment_intents/" + intent["id"], {"customer": customer["id"],
                                                          "amount": 900, "currency": "chf"})
    assert listed(merchant) == []
    merchant.patch("/v2/payment_intents/" + intent["id"], {"currency": "usd"})
    (line,) = listed(merchant, name="known")
    assert (line["amount"], line["currency"]) == ("900", "USD")
    assert ids(merchant, minAmount="700", maxAmount="700") == []
