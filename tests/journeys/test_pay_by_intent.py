"""Payment intents from their creation to their end, on their page and by the API."""

import pytest

from support import cards, ibans, stancer
from support.browser import Browser
from support.stancer import RETURN_URL, UNKNOWN

PATH = "/v2/payment_intents/"
CODE = "123456"
REFUSED = "4000000000009995"


def wanted(merchant, **members):
    intent = merchant.made(PATH, {"amount": 2599, "description": "Deux places",
                                  "return_url": RETURN_URL} | members)
    stancer.check_intent(intent, "v2")
    return intent


def open_page(merchant, intent, lang="fr"):
    browser = Browser(merchant)
    browser.go(f"{intent['url']}?lang={lang}")
    assert browser.page.status == 200, browser.page.text[:300]
    return browser


def read(merchant, intent):
    seen = merchant.read(PATH + intent["id"])
    stancer.check_intent(seen, "v2")
    return seen


def payments(merchant, intent):
    return merchant.read(f"{PATH}{intent['id']}/payments")["payments"]


def statuses(merchant, intent):
    return [paid["status"] for paid in payments(merchant, intent)]


def debits(merchant, intent):
    return [amount for paid in payments(merchant, intent)
            for amount in merchant.simulator().held(paid)]


def is_paid(merchant, intent, amount=2599):
    seen = read(merchant, intent)
    paid = merchant.read("/v2/payments/" + seen["payment"])
    assert (seen["status"], paid["status"]) == ("captured", "to_capture")
    assert paid["card"]["id"] == seen["card"]
    assert debits(merchant, intent) == [amount]
    return paid


def test_a_card_pays_through_3d_secure(merchant):
    intent = wanted(merchant, order_id="C-17")
    browser = open_page(merchant, intent)
    assert "25,99" in browser.page.text and "C-17" in browser.page.text
    browser.pay(cards.AUTH_REQUIRED)
    assert browser.at_the_bank(), browser.history
    assert statuses(merchant, intent) == [None]
    browser.enter_code(CODE)
    browser.walk()
    assert browser.page.status == 200 and browser.page.refresh() == (3, RETURN_URL)
    paid = is_paid(merchant, intent)
    assert (paid["order_id"], paid["description"]) == ("C-17", "Deux places")
    assert paid["auth"]["status"] == "success"
    assert browser.go(intent["url"]).status == 410
    merchant.settle()
    assert merchant.read("/v2/payments/" + paid["id"])["status"] == "captured"
    assert read(merchant, intent)["status"] == "captured"


def test_without_a_return_url_the_receipt_stays(merchant):
    intent = wanted(merchant, return_url=None, description=None)
    browser = open_page(merchant, intent)
    browser.pay(cards.VISA)
    assert browser.page.status == 200 and browser.page.refresh() is None
    assert not any(link.startswith("https://shop") for link in browser.page.links)
    is_paid(merchant, intent)


def test_refused_then_paid(merchant):
    intent = wanted(merchant)
    browser = open_page(merchant, intent)
    browser.pay(REFUSED)
    assert browser.page.status == 402
    assert read(merchant, intent)["status"] == "require_payment_method"
    assert statuses(merchant, intent) == ["refused"]
    browser.pay(cards.VISA)
    assert browser.page.status == 200
    assert statuses(merchant, intent) == ["to_capture", "refused"]
    is_paid(merchant, intent)


def test_refused_at_the_bank_then_paid(merchant):
    intent = wanted(merchant)
    browser = open_page(merchant, intent)
    browser.pay(cards.AUTH_REQUIRED)
    browser.press("Refuser")
    browser.walk()
    assert read(merchant, intent)["status"] == "require_payment_method"
    browser.pay(cards.VISA)
    is_paid(merchant, intent)


def test_the_card_that_the_merchant_gave_is_confirmed(merchant):
    card = merchant.made("/v2/cards/", cards.card(cards.AUTH_REQUIRED))["id"]
    intent = wanted(merchant, card=card)
    browser = open_page(merchant, intent)
    assert "3220" in browser.page.text and browser.page.form_with("card_number") is None
    browser.submit(browser.page.form_with("saved"), "pay")
    browser.walk()
    assert browser.at_the_bank(), browser.history
    browser.enter_code(CODE)
    browser.walk()
    assert is_paid(merchant, intent)["card"]["id"] == card


def test_another_card_than_the_merchant_gave(merchant):
    card = merchant.made("/v2/cards/", cards.card(REFUSED))["id"]
    intent = wanted(merchant, card=card)
    browser = open_page(merchant, intent)
    browser.submit(browser.page.form_with("saved"), "pay")
    browser.walk()
    assert browser.page.status == 402 and browser.page.form_with("saved") is not None
    assert read(merchant, intent)["status"] == "require_authentication"
    browser.go(intent["url"] + "?other=1")
    browser.pay(cards.VISA)
    assert is_paid(merchant, intent)["card"]["last4"] == "4242"


def test_a_card_is_saved_for_later(merchant):
    customer = merchant.made("/v2/customers/", {"email": "ada@example.com"})["id"]
    intent = wanted(merchant, amount=0, capture=False, customer=customer)
    open_page(merchant, intent).pay(cards.VISA)
    seen = read(merchant, intent)
    assert seen["status"] == "authorized"
    assert merchant.read("/v2/cards/" + seen["card"])["customer"] == customer
    later = merchant.made(PATH, {"amount": 2599, "card": seen["card"], "threeds": "none"})
    is_paid(merchant, later)


def test_capture_later(merchant):
    intent = wanted(merchant, capture=False)
    open_page(merchant, intent).pay(cards.VISA)
    assert read(merchant, intent)["status"] == "authorized"
    merchant.advance(3 * 86400)
    assert merchant.made(f"{PATH}{intent['id']}/capture")["status"] == "captured"
    is_paid(merchant, intent)


def test_a_hold_that_nobody_cashed_asks_for_no_other_payment(merchant):
    intent = wanted(merchant, capture=False)
    browser = open_page(merchant, intent)
    browser.pay(cards.VISA)
    merchant.advance(8 * 86400)
    assert read(merchant, intent)["status"] == "unpaid"
    page = browser.go(intent["url"])
    assert page.status == 410 and "annulé" in page.text and "nouveau lien" not in page.text


def test_it_expires_after_a_day(merchant):
    intent = wanted(merchant)
    browser = open_page(merchant, intent)
    merchant.advance(86400)
    assert browser.go(intent["url"]).status == 410
    assert read(merchant, intent)["status"] == "unpaid"
    assert "expir" in browser.page.text and RETURN_URL in browser.page.links


def test_the_payer_at_the_bank_comes_back_too_late(merchant):
    intent = wanted(merchant)
    browser = open_page(merchant, intent)
    browser.pay(cards.AUTH_REQUIRED)
    assert browser.at_the_bank()
    merchant.advance(86400 + 60)
    browser.enter_code(CODE)
    browser.walk()
    assert browser.page.status == 410
    assert read(merchant, intent)["status"] == "unpaid"
    assert debits(merchant, intent) == []


def test_canceled_while_the_payer_is_at_the_bank(merchant):
    intent = wanted(merchant)
    browser = open_page(merchant, intent)
    browser.pay(cards.AUTH_REQUIRED)
    assert merchant.delete(PATH + intent["id"]).json["status"] == "canceled"
    browser.enter_code(CODE)
    browser.walk()
    assert browser.page.status == 410 and "annul" in browser.page.text
    assert debits(merchant, intent) == []
    assert browser.go(intent["url"]).status == 410


def test_a_change_of_the_amount_counts_for_the_next_form(merchant):
    intent = wanted(merchant)
    browser = open_page(merchant, intent)
    assert merchant.patch(PATH + intent["id"], {"amount": 3000}).status == 200
    browser.submit(browser.pay_form(), "pay", card_number=cards.VISA, card_expiry="12/31",
                   card_cvc="987")
    assert browser.page.status == 422 and "30,00" in browser.page.text
    assert debits(merchant, intent) == []
    browser.pay(cards.VISA)
    is_paid(merchant, intent, 3000)


def test_what_is_said_of_it_meanwhile_is_said_of_its_payment(merchant):
    intent = wanted(merchant, order_id="before", customer=None)
    browser = open_page(merchant, intent)
    browser.pay(cards.AUTH_REQUIRED)
    later = {"order_id": "after", "description": "Trois places", "return_url": "https://other.example.com/",
             "customer": merchant.made("/v2/customers/", {"email": "ada@example.com"})["id"]}
    assert merchant.patch(PATH + intent["id"], later).status == 200
    browser.enter_code(CODE)
    browser.walk()
    assert browser.page.refresh() == (3, later["return_url"]) and "Trois places" in browser.page.text
    paid = is_paid(merchant, intent)
    assert paid["customer"]["id"] == later["customer"]
    assert {name: paid[name] for name in later if name != "customer"} == {
        name: later[name] for name in later if name != "customer"}
    assert [seen["id"] for seen in merchant.read("/v2/payments/?order_id=after")["payments"]] == [paid["id"]]


def test_terms_that_are_said_again_keep_the_payer_at_the_bank(merchant):
    intent = wanted(merchant)
    browser = open_page(merchant, intent)
    browser.pay(cards.AUTH_REQUIRED)
    same = {name: intent[name] for name in ("amount", "currency", "capture", "methods_allowed", "threeds")}
    assert merchant.patch(PATH + intent["id"], same).status == 200
    browser.enter_code(CODE)
    browser.walk()
    is_paid(merchant, intent)


@pytest.mark.parametrize("ends", [True, False])
def test_an_account_that_its_payment_chose_stays_until_the_end(merchant, ends):
    intent = wanted(merchant)
    open_page(merchant, intent).pay(cards.AUTH_REQUIRED)
    attempt, = payments(merchant, intent)
    sepa = {"iban": ibans.unique(), "name": "Ada Lovelace", "mandate": f"S-{intent['id'][-12:]}",
            "date_mandate": "2026-01-15"}
    chosen = merchant.patch("/v1/checkout/" + attempt["id"], {"sepa": sepa}).json["sepa"]["id"]
    assert merchant.patch(PATH + intent["id"], {"amount": 3000}).status == 200
    seen, = payments(merchant, intent)
    assert (seen["method"], seen["sepa"]["id"], seen["amount"]) == ("sepa", chosen, 3000)
    merchant.verify()
    if ends:
        merchant.advance(86400)
    else:
        merchant.delete(PATH + intent["id"])
    seen, = payments(merchant, intent)
    assert (seen["status"], seen["method"], seen["sepa"]) == ("failed", None, None)
    merchant.verify()


@pytest.mark.parametrize("capture", [True, False])
def test_a_debit_that_is_given_to_its_payment_pays_it(merchant, capture):
    intent = wanted(merchant, capture=capture)
    open_page(merchant, intent).pay(cards.AUTH_REQUIRED)
    attempt, = payments(merchant, intent)
    sepa = {"iban": ibans.unique(), "name": "Ada Lovelace", "mandate": f"G-{intent['id'][-12:]}",
            "date_mandate": "2026-01-15"}
    paid = merchant.patch("/v2/payments/" + attempt["id"], {"sepa": sepa}).json
    seen = read(merchant, intent)
    assert (paid["status"], seen["status"]) == (
        ("to_capture", "captured") if capture else ("authorized", "authorized"))
    assert (seen["payment"], seen["sepa"], seen["card"]) == (paid["id"], paid["sepa"]["id"], None)
    card = merchant.made("/v2/cards/", cards.card())["id"]
    answer = merchant.patch(PATH + intent["id"], {"card": card, "threeds": "none"})
    stancer.check_error(answer, "v2", 409)
    assert len(payments(merchant, intent)) == 1
    merchant.verify()


def test_a_restart_in_the_middle(fresh):
    intent = wanted(fresh)
    browser = open_page(fresh, intent)
    browser.pay(cards.AUTH_REQUIRED)
    fresh.restart()
    assert read(fresh, intent)["status"] == "require_payment_method"
    browser = Browser(fresh)
    browser.go(f"{fresh.base_url}/test_{intent['id']}?retry=1")
    browser.pay(cards.VISA)
    is_paid(fresh, intent)
    fresh.stop()
    fresh.verify()


@pytest.mark.parametrize("path", ["/pi_{}", "/test_pi_{}", "/test_pi_short", "/pi_", "/test_pi_",
                                  "/test_pi_{}/status"])
def test_other_addresses_are_not_found(merchant, path):
    browser = Browser(merchant)
    assert browser.go(merchant.base_url + path.format(UNKNOWN)).status == 404


def test_its_page_is_of_its_mode_and_its_payments_have_no_page_of_their_own(merchant):
    intent = wanted(merchant)
    browser = Browser(merchant)
    assert browser.go(f"{merchant.base_url}/{intent['id']}").status == 404
    browser = open_page(merchant, intent)
    browser.pay(REFUSED)
    refused, = payments(merchant, intent)
    assert browser.go(merchant.page_url(refused)).status == 404


@pytest.mark.parametrize("lang,word,shown", [
    ("fr", "Payer", "fr"), ("fr-FR", "Payer", "fr"), ("fr_CH", "Payer", "fr"), ("en", "Pay", "en"),
    ("en-GB", "Pay", "en"), ("zz", "Pay", "en"), ("tlh-AA", "Pay", "en"), ("f", "Pay", "en")])
def test_languages(merchant, lang, word, shown):
    for url in (wanted(merchant)["url"],
                merchant.page_url(merchant.made("/v2/payments/", {
                    "amount": 2599, "description": "Deux places", "return_url": RETURN_URL}),
                                  "").split("?")[0]):
        browser = Browser(merchant)
        browser.go(f"{url}?lang={lang}")
        assert browser.page.headers["Content-Language"] == shown
        assert any(word in text for form in browser.page.forms for _, _, text in form.buttons)


@pytest.mark.parametrize("return_url,parent", [
    (RETURN_URL, "https://shop.example.com"), ("http://localhost:3000/b", "http://localhost:3000"),
    (None, "'none'")])
def test_framing_is_allowed_to_the_origin_it_returns_to(merchant, return_url, parent):
    intent = wanted(merchant, return_url=return_url)
    browser = open_page(merchant, intent)
    policy = browser.page.headers["Content-Security-Policy"]
    assert f"frame-ancestors {parent};" in policy
    assert browser.page.headers["X-Frame-Options"] is None
    merchant.delete(PATH + intent["id"])
    assert f"frame-ancestors {parent};" in browser.go(intent["url"]).headers[
        "Content-Security-Policy"]
