"""The hosted pay page by plain HTTP, as a payer without scripts uses it (standards/pages.md)."""

import pytest

from support import cards, stancer
from support.browser import Browser
from support.stancer import RETURN_URL

CODE = "123456"


def wanted(merchant, **members):
    return merchant.made("/v2/payments/", {"amount": 2599, "description": "Deux places",
                                           "return_url": RETURN_URL} | members)


def open_page(merchant, payment, lang="fr"):
    browser = Browser(merchant)
    browser.go(merchant.page_url(payment, lang))
    assert browser.page.status == 200, browser.page.text[:300]
    return browser


def read(merchant, payment):
    seen = merchant.read("/v2/payments/" + payment["id"])
    stancer.check_payment(seen, "v2")
    return seen


@pytest.mark.parametrize("number", [cards.VISA, cards.MASTERCARD, cards.NATIONAL])
def test_a_card_pays(merchant, number):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    assert "25,99" in browser.page.text and "Atelier Exemple" in browser.page.text
    browser.pay(number)
    assert browser.page.status == 200
    assert 303 in browser.statuses()
    delay, target = browser.page.refresh()
    assert (delay, target) == (3, RETURN_URL)
    assert RETURN_URL in browser.page.links
    assert number not in browser.page.raw.decode()
    seen = read(merchant, payment)
    assert (seen["status"], seen["response"], seen["method"]) == ("to_capture", "00", "card")
    assert seen["card"]["last4"] == number[-4:]
    assert merchant.simulator().held(payment) == [2599]


def test_the_payer_comes_back_to_an_address_that_is_not_ascii(merchant):
    payment = wanted(merchant, return_url="https://shop.example/reçu?ville=Orléans&a=1%20b&c=😀")
    browser = open_page(merchant, payment)
    browser.pay(cards.VISA)
    assert browser.page.headers["Refresh"] \
        == "3; url=https://shop.example/re%C3%A7u?ville=Orl%C3%A9ans&a=1%20b&c=%F0%9F%98%80"
    assert read(merchant, payment)["return_url"] == payment["return_url"]


@pytest.mark.parametrize("letter,count", [("a", 60000), ("'", 60000), ("é", 10000)])
def test_a_return_url_may_be_as_long_as_the_api_takes(merchant, letter, count):
    url = "https://shop.example/" + letter * count
    payment = wanted(merchant, return_url=url)
    browser = open_page(merchant, payment)
    browser.pay(cards.VISA)
    assert browser.page.status == 200 and url in browser.page.links
    assert browser.page.refresh() is None and "automatique" not in browser.page.text
    assert read(merchant, payment)["status"] == "to_capture"


def test_without_capture_it_is_authorized_and_the_plugin_captures(merchant):
    payment = wanted(merchant, capture=False, auth=True, methods_allowed=["card"])
    open_page(merchant, payment).pay(cards.VISA)
    seen = read(merchant, payment)
    assert (seen["status"], seen["auth"]["status"]) == ("authorized", "success")
    answer = merchant.patch("/v2/payments/" + payment["id"], {"status": "capture"})
    assert answer.json["status"] == "to_capture"


def test_a_hold_that_nobody_cashed_asks_for_no_other_payment(merchant):
    payment = wanted(merchant, capture=False, auth=True, methods_allowed=["card"])
    open_page(merchant, payment).pay(cards.VISA)
    merchant.advance(8 * 86400)
    assert read(merchant, payment)["status"] == "expired"
    page = Browser(merchant).go(merchant.page_url(payment, "fr"))
    assert page.status == 410 and "Ce paiement a été annulé" in page.text and "nouveau lien" not in page.text


def test_a_challenge_in_the_middle(merchant):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    browser.pay(cards.AUTH_REQUIRED)
    assert browser.at_the_bank(), browser.history
    browser.enter_code(CODE)
    browser.walk()
    assert browser.page.status == 200 and browser.page.refresh()[1] == RETURN_URL
    assert read(merchant, payment)["status"] == "to_capture"
    assert merchant.simulator().held(payment) == [2599]


@pytest.mark.parametrize("button", ["Refuser", "Annuler", "panne"])
def test_after_a_failed_challenge_nothing_is_paid(merchant, button):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    browser.pay(cards.AUTH_REQUIRED)
    browser.press(button)
    browser.walk()
    assert read(merchant, payment)["status"] in (None, "failed")
    assert merchant.simulator().held(payment) == []


@pytest.mark.parametrize("field,value", [
    ("card_number", ""), ("card_number", cards.LUHN_FAILS), ("card_number", "4242"),
    ("card_number", "abcd efgh ijkl mnop"), ("card_expiry", ""), ("card_expiry", "13/30"),
    ("card_expiry", "01/20"), ("card_expiry", "soon"), ("card_cvc", ""), ("card_cvc", "12"),
    ("card_cvc", "abc")])
def test_a_bad_field_is_422_and_shows_the_form_again(merchant, field, value):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    values = {"card_number": cards.VISA, "card_expiry": "12/31", "card_cvc": cards.MARKED_CVC}
    page = browser.submit(browser.pay_form(), "pay", **(values | {field: value}))
    assert page.status == 422
    form = browser.pay_form()
    assert form.fields["card_number"] == form.fields["card_cvc"] == ""
    assert cards.VISA not in page.raw.decode()
    assert read(merchant, payment)["status"] is None
    assert merchant.simulator().of(payment) == []
    # The form that is shown again still works.
    browser.pay(cards.VISA)
    assert read(merchant, payment)["status"] == "to_capture"


@pytest.mark.parametrize("number", ["4242 4242 4242 4242", "4242-4242-4242-4242"])
@pytest.mark.parametrize("expiry", ["1/31", "01 31", "0131", "01/2031"])
def test_numbers_and_dates_may_be_written_as_people_do(merchant, number, expiry):
    payment = wanted(merchant)
    open_page(merchant, payment).pay(number, expiry)
    assert read(merchant, payment)["status"] == "to_capture"


@pytest.mark.parametrize("number", ["4000000000000002", "4000000000009995"])
def test_a_refused_card_is_402_and_another_may_be_tried(merchant, number):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    browser.pay(number)
    assert browser.page.status == 402, browser.history
    assert number not in browser.page.raw.decode()
    assert merchant.simulator().held(payment) == []
    browser.pay(cards.VISA)
    assert browser.page.status == 200
    assert read(merchant, payment)["status"] == "to_capture"
    assert merchant.simulator().held(payment) == [2599]


def test_a_soft_decline_loops_once_through_authentication(merchant):
    payment = wanted(merchant, amount=990065)
    browser = open_page(merchant, payment)
    browser.pay(cards.MASTERCARD)
    if browser.at_the_bank():
        browser.enter_code(CODE)
        browser.walk()
    seen = read(merchant, payment)
    assert (seen["status"], seen["auth"]["status"]) == ("to_capture", "success")
    assert merchant.simulator().held(payment) == [990065]


def submission(browser, number=cards.VISA):
    form = browser.pay_form()
    assert form.fields["csrf"] and form.fields["attempt"]
    return form, {"card_number": number, "card_expiry": "12/31", "card_cvc": cards.MARKED_CVC}


def test_the_same_attempt_twice_shows_the_first_result(merchant):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    first_page = browser.page
    form, values = submission(browser)
    for _ in range(3):
        browser.page = first_page
        browser.submit(form, "pay", **values)
        browser.walk()
    assert browser.page.status == 200
    assert read(merchant, payment)["status"] == "to_capture"
    assert merchant.simulator().held(payment) == [2599]


def test_two_open_pages_make_one_debit(merchant):
    payment = wanted(merchant)
    first, second = open_page(merchant, payment), open_page(merchant, payment)
    first.pay(cards.VISA)
    second.pay(cards.MASTERCARD)
    assert read(merchant, payment)["card"]["last4"] == "4242"
    assert merchant.simulator().held(payment) == [2599]


def test_without_its_csrf_token_a_form_does_nothing(merchant):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    form, values = submission(browser)
    page = browser.submit(form, "pay", **(values | {"csrf": "0" * 32}))
    assert page.status >= 400
    assert read(merchant, payment)["status"] is None
    assert merchant.simulator().of(payment) == []


def test_a_payer_pays_only_the_amount_that_the_form_showed(merchant):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    assert merchant.patch("/v2/payments/" + payment["id"], {"amount": 99900}).status == 200
    browser.pay(cards.VISA)
    assert browser.page.status == 422
    assert "999,00" in browser.page.text
    assert read(merchant, payment)["status"] is None
    assert merchant.simulator().held(payment) == []


def test_a_new_amount_during_the_challenge_needs_a_new_one(merchant):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    browser.pay(cards.AUTH_REQUIRED)
    assert browser.at_the_bank(), browser.history
    assert merchant.patch("/v2/payments/" + payment["id"], {"amount": 99900}).status == 200
    browser.enter_code(CODE)
    browser.walk()
    assert merchant.simulator().held(payment) == []
    assert read(merchant, payment)["status"] is None


@pytest.mark.parametrize("version", stancer.VERSIONS)
@pytest.mark.parametrize("button", [None, "Refuser"])
@pytest.mark.parametrize("status", ["authorize", "capture"])
def test_a_card_that_its_payer_has_not_confirmed_is_not_charged(merchant, version, button, status):
    payment = wanted(merchant)
    path = stancer.PAYMENTS[version] + payment["id"]
    browser = open_page(merchant, payment)
    browser.pay(cards.AUTH_REQUIRED)
    if button:
        browser.press(button)
        browser.walk()
    for more in ({}, {"amount": 2600}):
        stancer.check_error(merchant.patch(path, {"status": status} | more), version, 409)
    assert merchant.simulator().of(payment) == []
    if button is None:
        browser.enter_code(CODE)
        browser.walk()
    else:
        browser.pay(cards.VISA)
    assert merchant.simulator().held(payment) == [2599]


@pytest.mark.parametrize("change", [{"amount": 2600}, {"methods_allowed": ["sepa"]}])
def test_a_change_forgets_the_card_that_a_payer_typed(merchant, change):
    payment = wanted(merchant)
    browser = open_page(merchant, payment)
    browser.pay(cards.AUTH_REQUIRED)
    changed = merchant.patch("/v2/payments/" + payment["id"], change).json
    assert (changed["card"], changed["method"], changed["auth"]) == (None, None, None)
    stancer.check_error(merchant.patch("/v2/payments/" + payment["id"], {"status": "capture"}), "v2", 409)
    browser.enter_code(CODE)
    browser.walk()
    assert merchant.simulator().of(payment) == []
    assert (browser.page.form_with("card_number") is None) == ("methods_allowed" in change)


def test_a_paid_payment_shows_its_receipt(merchant):
    payment = wanted(merchant)
    open_page(merchant, payment).pay(cards.VISA)
    browser = Browser(merchant)
    browser.go(merchant.page_url(payment))
    assert browser.page.status == 410 and browser.page.form_with("card_number") is None


def test_after_a_day_the_page_is_gone(merchant):
    payment = wanted(merchant)
    merchant.advance(24 * 3600 + 60)
    browser = Browser(merchant)
    assert browser.go(merchant.page_url(payment)).status == 410
    assert read(merchant, payment)["status"] is None


def test_the_languages(merchant):
    payment = wanted(merchant)
    for lang, code in (("fr", "fr"), ("fr-FR", "fr"), ("en", "en"), ("xx", "en")):
        page = open_page(merchant, payment, lang).page
        assert f'lang="{code}"' in page.raw.decode()[:400], lang


@pytest.mark.parametrize("change", ["payment", "key", "other key"])
def test_an_unknown_page_is_404(merchant, sandbox, change):
    payment = wanted(merchant)
    key, name = merchant.public_key, payment["id"]
    if change == "payment":
        name = "paym_" + stancer.UNKNOWN
    elif change == "key":
        key = "ptest_" + "a" * 24
    else:
        key = sandbox.public_key
    assert Browser(merchant).go(f"{merchant.base_url}/{key}/{name}").status == 404


def test_the_headers_of_the_page(merchant):
    page = open_page(merchant, wanted(merchant)).page
    policy = page.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'",
                 "form-action 'self'", "connect-src 'none'",
                 "frame-ancestors https://shop.example.com"):
        assert rule in policy, policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Strict-Transport-Security"] is None


def test_without_a_return_url_it_may_not_be_framed(merchant):
    payment = merchant.made("/v2/payments/", {"amount": 2599, "description": "Deux places"})
    browser = Browser(merchant)
    page = browser.go(merchant.page_url(payment))
    assert page.status != 200 or \
        "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("lacks", ["description", "return_url"])
def test_a_test_payment_without_what_its_page_needs_says_so(merchant, lacks):
    terms = {"description": "Deux places", "return_url": "https://shop.example/back"}
    payment = merchant.made("/v2/payments/", {"amount": 2599} | {lacks: None} | {
        name: value for name, value in terms.items() if name != lacks})
    browser = Browser(merchant)
    page = browser.go(merchant.page_url(payment))
    assert page.status == 404 and "return_url" in page.text and "PATCH" in page.text
    merchant.patch("/v2/payments/" + payment["id"], {lacks: terms[lacks]})
    assert browser.go(merchant.page_url(payment)).status == 200
    paid = merchant.pay(description=None)
    page = browser.go(merchant.page_url(paid))
    assert page.status == 404 and "return_url" not in page.text
