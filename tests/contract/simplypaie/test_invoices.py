"""POST /api/invoices/new: every row of api/simplypaie.md 7, with the seed's own example."""

import re

import pytest

from support import cli, recorder, simplypaie, wire
from support.simplypaie import FORM, JSON, check_failed

PATH = "/invoices/new"
SEED = {"name": "Société SARL", "address": "12 rue de la Paix, 75002 Paris", "type": "normal",
        "date": "2017-12-01", "currency": "EUR", "deposit": "20.50",
        "items": [{"designation": "Produit 1", "price": "26.30", "quantity": "3", "vat": "20"}]}
ITEM = SEED["items"][0]


def issue(account, body, **options):
    return simplypaie.exchange(account, "POST", PATH, body, **options)


def changed(**parts):
    """The seed's example with other parts; None leaves one out."""
    return {name: value for name, value in (SEED | parts).items() if value is not None}


def setting(account, name, value):
    cli.run(account.server, "merchant", "set", cli.merchant_id(account), name, value)


def with_item(**parts):
    item = {name: value for name, value in (ITEM | parts).items() if value is not None}
    return changed(items=[item], deposit=None)


def check_issued(answer, file="FactureVente.pdf"):
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert set(answer.json) == {"status", "info"} and answer.json["status"] == "success"
    info = answer.json["info"]
    assert set(info) == {"idfact", "url"}
    assert re.fullmatch(r"\d+", info["idfact"])
    assert re.fullmatch(r"https?://[^/]+/factures/[0-9a-f]{32}/" + re.escape(file), info["url"])
    return info


@pytest.mark.parametrize("kind", [JSON, FORM])
def test_the_seed_example(shop, kind):
    answer = issue(shop, SEED, kind=kind)
    for name in SEED:
        recorder.note("POST", "/api" + PATH, name, SEED, answer)
    check_issued(answer)


@pytest.mark.parametrize("kind,file", [("normal", "FactureVente.pdf"), ("quote", "Devis.pdf"),
                                       ("order", "Recu.pdf")])
def test_the_three_types(shop, kind, file):
    check_issued(issue(shop, changed(type=kind)), file)


def test_what_may_be_left_out(shop):
    check_issued(issue(shop, changed(type=None, date=None, currency=None, deposit=None)))
    check_issued(issue(shop, changed(type="", date="", currency="", deposit="")))


def test_references_rise(shop):
    first, second = (int(check_issued(issue(shop, SEED))["idfact"]) for _ in range(2))
    assert second == first + 1


def test_numbers_of_json_are_read_as_they_are_written(shop):
    body = changed(deposit=20.5, items=[ITEM | {"price": 26.3, "quantity": 3, "vat": 20}])
    check_issued(issue(shop, body))
    raw = wire.encode(SEED).replace(b'"26.30"', b"2.63e1")
    check_failed(issue(shop, None, raw=raw), 400, "Invalid price")


@pytest.mark.parametrize("name,bad", [
    ("name", [None, "", "x" * 256, "a\u0000b", "a\nb", "   ", "\u2060\u00a0", 5, ["x"]]),
    ("address", [None, "", "x" * 501, "a\tb", "\n\n"]),
    ("type", ["Normal", "invoice", "credit_note", 1]),
    ("date", ["2017-02-29", "1899-12-31", "01/12/2017", "2017-12-1", "9999-01-01", "x"]),
    ("deposit", ["-1", "1,5", "1.005", "1e2", "+1", " 1", "94.69", "x", "1 000"]),
    ("items", [None, [], "x", {}, [5], ["x"], [None], [ITEM] * 501]),
    ("clientSiren", ["12345678", "123456789", "10000000900017", "abcdefghi"]),
    ("clientVat", ["FR00100000009", "FR", "fr88100000009", "DE", "D1234567", "DE 123", "DE" + "1" * 14]),
    ("clientEmail", ["x", "a@b", "a b@example.com", "x" * 250 + "@a.fr"]),
    ("deliveryAddress", ["x" * 501, "a\tb"]),
    ("orderNumber", ["x" * 101, "a\nb"]),
    ("dueDate", ["2017-12-01", "x", "9999-01-01"]),
    ("operation", ["Goods", "things"]),
])
def test_bad_parts_are_refused_by_name(shop, name, bad):
    for value in bad:
        answer = issue(shop, changed(**{name: value}))
        check_failed(answer, 400, f"Invalid {name}")


@pytest.mark.parametrize("value", ["eur", "CHF", "XXX", "EURO"])
def test_other_currencies_are_refused(shop, value):
    check_failed(issue(shop, changed(currency=value)), 400, "Invalid or unavailable currency")


@pytest.mark.parametrize("name,bad", [
    ("designation", [None, "", "x" * 501, "a\nb", " "]),
    ("price", [None, "", "-1", "26,30", "1.00001", "10000000", "9999999.99991", "1e2", "+1", ".5",
               "5.", "0x1", "x", "1 0"]),
    ("quantity", [None, "", "0", "0.0", "-1", "1,5", "1.00001", "999999.0001", "1000000", "1e2"]),
    ("vat", [None, "", "-1", "20,0", "5.555", "100.01", "19", "20.01", "21", "x", "0"]),
])
def test_bad_parts_of_an_item_are_refused_by_name(shop, name, bad):
    for value in bad:
        check_failed(issue(shop, with_item(**{name: value})), 400, f"Invalid {name}")


@pytest.mark.parametrize("body", [
    changed(name="x"), changed(name="é" * 255), changed(address="x" * 500),
    changed(address="12 rue de la Paix\r\nBâtiment B\n75002 Paris"), changed(date="1900-01-01"),
    changed(deposit="94.68"), changed(deposit="0"), changed(deposit="0.5"),
    changed(clientSiren="200000008"), changed(clientVat="FR88100000009"),
    changed(clientVat="DE123456789"), changed(clientEmail="a@example.com"),
    changed(deliveryAddress="1 quai\n69001 Lyon"), changed(orderNumber="x" * 100),
    changed(operation="goods"), changed(operation="mixed"), changed(operation="services"),
    with_item(designation="é" * 500), with_item(price="0"), with_item(price="0.0001"),
    with_item(price="9999999.9999"), with_item(quantity="0.0001"),
    with_item(quantity="999999", price="0.01"), with_item(vat="5.50"), with_item(vat="2.1"),
    with_item(vat="0", vatReason="exempt art. 261-4-4° du CGI"),
    with_item(vat="0", vatReason="exempt: art. 261-4-4° du CGI"),
    with_item(vat="0", vatReason="export"),
    with_item(vat="0", vatReason="reverse") | {"clientVat": "FR88100000009"},
    with_item(vat="0", vatReason="intra") | {"clientVat": "DE123456789"},
    with_item(designation="<script>alert(1)</script> \u202egnp.exe"),
    changed(unknown="ignored"),
])
def test_edges_are_accepted(shop, body):
    check_issued(issue(shop, body))


@pytest.mark.parametrize("reason", ["none", "exempt", "exempt:", "exemption", "Reverse", "intra",
                                    "exempt " + "x" * 201])
def test_reasons_that_are_none(shop, reason):
    check_failed(issue(shop, with_item(vat="0", vatReason=reason)), 400, "Invalid vat")


def test_a_reason_for_a_rate_is_none(shop):
    check_failed(issue(shop, with_item(vatReason="export")), 400, "Invalid vat")


def test_quotes_and_receipts_take_all_rates(shop):
    for kind, file in (("quote", "Devis.pdf"), ("order", "Recu.pdf")):
        for vat in ("19", "100", "0.01"):
            check_issued(issue(shop, with_item(vat=vat) | {"type": kind}), file)


def test_all_that_is_wrong_is_told_together_and_in_order(shop):
    body = {"type": "x", "date": "x", "currency": "x", "deposit": "x", "clientSiren": "x",
            "items": [{}, {"designation": "x", "price": "x"}], "clientVat": "x",
            "clientEmail": "x", "deliveryAddress": "\t", "orderNumber": "\t", "dueDate": "x",
            "operation": "x"}
    check_failed(issue(shop, body), 400, "Invalid name", "Invalid address", "Invalid type",
                 "Invalid date", "Invalid or unavailable currency", "Invalid deposit",
                 "Invalid designation", "Invalid price", "Invalid quantity", "Invalid vat",
                 "Invalid clientSiren", "Invalid clientVat", "Invalid clientEmail",
                 "Invalid deliveryAddress", "Invalid orderNumber", "Invalid dueDate",
                 "Invalid operation")


def test_500_items_and_a_total_at_the_limit(shop):
    # 499 * 166666.66 + 166802.65 = 83333465.99... : the total with 20 % is exactly 99999999.99
    many = [ITEM | {"designation": f"Ligne {n}", "quantity": "1", "price": "1"}
            for n in range(500)]
    check_issued(issue(shop, changed(items=many, deposit="600.00")))
    most = [ITEM | {"vat": "0", "vatReason": "export", "quantity": "10", "price": price}
            for price in ("9999999.999",)]
    check_issued(issue(shop, changed(items=most, deposit="99999999.99")))
    more = most + [ITEM | {"vat": "0", "vatReason": "export", "quantity": "1", "price": "0.01"}]
    check_failed(issue(shop, changed(items=more, deposit=None)), 400, "Invalid items")
    taxed = [ITEM | {"quantity": "1", "price": "8333333.33"}] * 10
    check_issued(issue(shop, changed(items=taxed, deposit=None)))
    check_failed(issue(shop, changed(items=taxed + [ITEM | {"quantity": "1", "price": "0.04"}],
                                     deposit=None)), 400, "Invalid items")


def test_a_quote_in_another_currency_needs_no_rate(shop, merchant):
    for currency in ("USD", "GBP"):
        check_issued(issue(shop, changed(currency=currency)))
        setting(merchant, "fx.usd", "")
        setting(merchant, "fx.gbp", "")
        check_failed(issue(merchant, changed(currency=currency)), 400,
                     "Invalid or unavailable currency")
        check_issued(issue(merchant, changed(currency=currency, type="quote")), "Devis.pdf")


def test_an_incomplete_account_is_told_what_it_lacks(merchant):
    setting(merchant, "capital", "")
    setting(merchant, "rcs", "")
    answer = issue(merchant, SEED)
    assert answer.status == 400
    assert answer.json == {"status": "failure", "errors": ["Incomplete account"],
                           "missing": "capital, rcs"}
    check_issued(issue(merchant, changed(type="quote")), "Devis.pdf")


def test_a_small_business_charges_no_vat(merchant):
    setting(merchant, "invoice.franchise", "yes")
    check_failed(issue(merchant, SEED), 400, "Invalid vat")
    check_issued(issue(merchant, with_item(vat="0")))


def test_the_same_key_gives_the_same_answer(shop):
    headers = {"Idempotency-Key": "invoice-1"}
    first = issue(shop, SEED, headers=headers)
    again = issue(shop, SEED, headers=headers)
    assert check_issued(first) == check_issued(again)
    assert again.headers["Idempotent-Replayed"] == "true"
    check_failed(issue(shop, changed(name="x"), headers=headers), 409, "Idempotency key reused")


def test_a_form_without_numbers_in_its_lists_is_refused(shop):
    raw = b"name=x&address=y&items[][designation]=a&items[][price]=1"
    check_failed(issue(shop, None, raw=raw, kind=FORM), 400, "Invalid request")


def test_nobody_issues_without_a_token(shop):
    check_failed(issue(shop, SEED, login={}), 401, "Incorrect credentials")


def test_addresses_that_are_nobodys_are_not_found(shop):
    url = check_issued(issue(shop, SEED))["url"]
    for wrong in (url.replace("FactureVente", "Devis"), url[:-4], url + "x",
                  re.sub(r"[0-9a-f]{32}", "0" * 32, url), re.sub(r"[0-9a-f]{32}", "0" * 31, url),
                  re.sub(r"[0-9a-f]{32}", lambda m: m.group().upper(), url)):
        if wrong != url:
            assert wire.exchange(wrong, "GET", None, {}).status == 404, wrong
