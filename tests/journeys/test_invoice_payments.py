"""Invoices that are paid by a payment link: what they say, what the sales book holds, what each rate of
VAT got."""

import pytest

from support import cards, simplypaie
from support.browser import Browser
from support.invoices import Desk, download
from support.pdf import pdf_text
from support.simplypaie import check_failed

TWO_RATES = [{"designation": "Livre", "price": "10.00", "quantity": "2", "vat": "5.5"},
             {"designation": "Reliure", "price": "33.33", "quantity": "1", "vat": "20"}]
CHARGED_BACK = "4000000000000259"
TOTAL = 6110  # 21.10 + 40.00


@pytest.fixture
def desk(merchant):
    return Desk(merchant)


def request(desk, amount=TOTAL, **changes):
    return simplypaie.made(desk.account, amount=str(amount), mode="link", **changes)


def pay_page(desk, link, card=cards.AUTH_REQUIRED):
    browser = Browser(desk.account)
    browser.go(link)
    browser.pay(card)
    if card == cards.AUTH_REQUIRED:
        browser.enter_code("123456")
    browser.walk()


def pay(desk, info, card=cards.AUTH_REQUIRED):
    pay_page(desk, info["link"], card)
    (found,) = desk.account.read(
        f"/v2/payment_intents/?order_id={info['paymentId']}")["payment_intents"]
    assert found["status"] in ("captured", "authorized"), found
    return desk.account.read(f"/v2/payment_intents/{found['id']}/payments")["payments"][0]


def issue(desk, info, **parts):
    return desk.issue(items=TWO_RATES, deposit=None, paymentId=info["paymentId"], **parts)


def customers(desk, number):
    """What the customer still owes, in the sales book."""
    return sum(leg["amount"] for leg in desk.told("show", number)["ledger"]
               if leg["account"] == "customers")


def test_an_invoice_says_where_it_is_paid_and_is_settled_when_it_is(desk):
    info = request(desk)
    number, url = issue(desk, info)
    record = desk.record(number)
    assert record["pay_url"] == info["link"] and record["due_amount"] == str(TOTAL)
    assert customers(desk, number) == TOTAL and desk.received(number) == []
    text = pdf_text(download(url))
    assert text is None or "EN LIGNE" in text
    pay(desk, info)
    assert desk.received(number) == [(1, 550, 2110), (1, 2000, 4000)]
    assert customers(desk, number) == 0
    assert desk.record(number) == record, "what was issued stays"
    desk.account.settle()
    desk.account.verify()


def test_an_invoice_for_what_is_paid_already_says_so(desk):
    info = request(desk)
    pay(desk, info)
    number, url = issue(desk, info)
    record = desk.record(number)
    assert record["paid"] == str(TOTAL) and "due_amount" not in record
    assert record["paid_by"].startswith("carte bancaire, ") and "pay_url" not in record
    assert record["due"] == record["issued"]
    assert desk.received(number) == [(1, 550, 2110), (1, 2000, 4000)]
    text = pdf_text(download(url))
    assert text is None or "carte bancaire" in text
    xml = desk.run("export", number, "--format", "cii")
    assert ">61.10<" in xml and ">0.00<" in xml and ">S2<" in xml
    check_failed(desk.ask(paymentId=info["paymentId"], items=TWO_RATES, deposit=None), 400,
                 "Invalid paymentId")
    desk.account.verify()


@pytest.mark.parametrize("amount, left", [(2000, 50), (2050, 0), (TOTAL, 0)])
def test_a_deposit_is_asked_for_as_far_as_it_is_not_paid(desk, amount, left):
    info = request(desk, amount=amount)
    simplypaie.pay(desk.account, info["paymentId"])
    number, _ = desk.issue(items=TWO_RATES, deposit="20.50", paymentId=info["paymentId"])
    record = desk.record(number)
    assert record["paid"] == str(amount) and int(record.get("deposit", 0)) == left
    terms = desk.run("export", number, "--format", "cii")
    assert ("Acompte à verser" in terms) == (left > 0) and "−" not in terms


def test_a_receipt_asks_for_no_deposit(desk):
    number, _ = desk.issue(items=TWO_RATES, deposit="20.50", type="order")
    assert "deposit" not in desk.record(number)


def test_a_part_is_shared_in_proportion_with_the_last_cent_on_the_largest(desk):
    info = request(desk, amount=1000)
    number, _ = issue(desk, info)
    pay(desk, info)
    # 1000 * 2110 / 6110 = 345.33, 1000 * 4000 / 6110 = 654.66 and the cent that is left
    assert desk.received(number) == [(1, 550, 345), (1, 2000, 655)]
    assert customers(desk, number) == TOTAL - 1000
    desk.account.verify()


def test_refunds_take_back_and_never_drift(desk):
    info = request(desk)
    number, _ = issue(desk, info)
    payment = pay(desk, info)
    desk.account.settle()
    for cents in (333, 333, 5444):
        desk.account.made("/v2/refunds/", {"payment": payment["id"], "amount": cents})
        desk.account.verify()
    rows = desk.received(number)
    for rate in (550, 2000):
        assert sum(cents for _, of, cents in rows if of == rate) == 0
    assert {turn for turn, _, _ in rows} == {1, 2, 3, 4}
    assert customers(desk, number) == TOTAL


def test_a_cancelled_payment_leaves_the_invoice_open(desk):
    info = request(desk)
    number, _ = issue(desk, info)
    payment = pay(desk, info)
    desk.account.made("/v2/refunds/", {"payment": payment["id"]})
    assert customers(desk, number) == TOTAL
    assert sum(cents for _, _, cents in desk.received(number)) == 0
    desk.account.verify()


def test_a_chargeback_takes_it_back(desk):
    info = request(desk)
    number, _ = issue(desk, info)
    payment = pay(desk, info, CHARGED_BACK)
    desk.account.settle()
    desk.account.wait_for_status(payment, "disputed")
    assert customers(desk, number) == TOTAL
    assert desk.received(number)[2:] == [(2, 550, -2110), (2, 2000, -4000)]
    desk.account.verify()


def test_a_receipt_is_for_exactly_what_was_paid(desk):
    info = request(desk)
    check_failed(desk.ask(type="order", paymentId=info["paymentId"], items=TWO_RATES, deposit=None),
                 400, "Invalid paymentId")
    pay(desk, info)
    check_failed(desk.ask(type="order", paymentId=info["paymentId"], deposit=None), 400,
                 "Invalid paymentId")
    number, url = issue(desk, info, type="order")
    assert desk.record(number)["paid_by"].startswith("carte bancaire, ")
    assert desk.received(number) == [] and desk.told("show", number)["ledger"] == []
    text = pdf_text(download(url))
    assert text is None or "carte bancaire" in text


@pytest.mark.parametrize("bad", ["0", "x", "-1", "1.0", "999999999", "1" * 19])
def test_numbers_that_name_nothing(desk, bad):
    check_failed(desk.ask(paymentId=bad), 400, "Invalid paymentId")


def test_requests_that_do_not_fit(desk, sandbox):
    info = request(desk, amount=TOTAL + 1)
    dollars = request(desk, currency="USD")
    neighbour = Desk(sandbox.merchant_add())
    other = [request(neighbour) for _ in range(3)][-1]  # a number that is not there here
    for named, parts in ((info, {}), (dollars, {}), (other, {}), (dollars, {"type": "quote"})):
        answer = desk.ask(items=TWO_RATES, deposit=None, paymentId=named["paymentId"], **parts)
        check_failed(answer, 400, "Invalid paymentId")
    answer = desk.ask(items=[], paymentId=info["paymentId"] + "7")
    check_failed(answer, 400, "Invalid items", "Invalid paymentId")


def test_a_deposit_that_is_cashed_in_part_settles_that_part(desk):
    info = request(desk, type="preauth")
    number, _ = issue(desk, info)
    pay(desk, info)
    assert desk.received(number) == []
    simplypaie.check_done(simplypaie.exchange(
        desk.account, "POST", f"/payments/{info['paymentId']}/cash", {"amount": "1000"}))
    assert sum(cents for _, _, cents in desk.received(number)) == 1000
    desk.account.verify()


def test_a_payment_that_no_request_made_counts_once_it_is_paid(desk):
    waits = desk.account.made("/v2/payments/", {"amount": 700, "currency": "eur",
                                                "description": "Carnet"})
    paid = desk.account.pay(amount=TOTAL)
    numbers = {row["amount"]: row["paymentId"] for row in simplypaie.listed(desk.account)}
    check_failed(desk.ask(paymentId=numbers["700"], deposit=None), 400, "Invalid paymentId")
    number, _ = issue(desk, {"paymentId": numbers[str(TOTAL)]})
    assert desk.received(number) == [(1, 550, 2110), (1, 2000, 4000)]
    desk.account.settle()
    desk.account.made("/v2/refunds/", {"payment": paid["id"], "amount": 110})
    assert customers(desk, number) == 110
    (credit,) = simplypaie.listed(desk.account, way="credit")
    check_failed(desk.ask(paymentId=credit["paymentId"], deposit=None), 400, "Invalid paymentId")
    assert waits["status"] is None
    desk.account.verify()


def test_an_intent_of_the_other_interface_settles_its_invoice(desk):
    simplypaie.listed(desk.account)
    intent = desk.account.made("/v2/payment_intents/", {"amount": TOTAL, "currency": "eur"})
    (row,) = simplypaie.listed(desk.account)
    number, _ = issue(desk, row)
    assert "pay_url" not in desk.record(number)
    assert desk.received(number) == []
    pay_page(desk, intent["url"])
    assert desk.received(number) == [(1, 550, 2110), (1, 2000, 4000)]
    desk.account.verify()
