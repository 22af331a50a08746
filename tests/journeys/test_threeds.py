"""3-D Secure for a payment made by API: the payer goes to redirect_url with a browser that runs no
script, meets the sandbox bank (cards.md 6) and comes back; the merchant reads and captures."""

import pytest

from support import cards, stancer
from support.browser import Browser
from support.stancer import PAYMENTS, RETURN_URL, VERSIONS

CODE = "123456"


def ask(merchant, version, number, **members):
    """A payment that waits for its payer."""
    auth = {"status": "request", "return_url": RETURN_URL} if version == "v1" else True
    payment = merchant.made(PAYMENTS[version], {
        "amount": 2599, "currency": "eur", "card": cards.card(number), "device": stancer.DEVICE,
        "auth": auth, "return_url": RETURN_URL, **members})
    stancer.check_payment(payment, version)
    assert (payment["status"], payment["auth"]["status"]) == (None, "available")
    return payment


def go(merchant, payment):
    browser = Browser(merchant)
    browser.go(payment["auth"]["redirect_url"])
    browser.walk()
    return browser


def come_back(browser):
    browser.walk()
    assert browser.left_for == RETURN_URL, browser.history


def read(merchant, version, payment):
    seen = merchant.read(PAYMENTS[version] + payment["id"])
    stancer.check_payment(seen, version)
    return seen


def change(merchant, version, payment, status):
    return merchant.patch(PAYMENTS[version] + payment["id"], {"status": status})


@pytest.mark.parametrize("version", VERSIONS)
class TestFrictionless:
    def test_the_payer_comes_straight_back_and_the_merchant_captures(self, merchant, version):
        payment = ask(merchant, version, cards.VISA)
        browser = go(merchant, payment)
        assert browser.left_for == RETURN_URL, browser.history
        seen = read(merchant, version, payment)
        assert (seen["status"], seen["auth"]["status"]) == (None, "success")
        answer = change(merchant, version, payment, "capture")
        assert (answer.status, answer.json["status"]) == (200, "to_capture"), answer
        assert merchant.simulator().held(payment) == [2599]

    def test_the_payer_comes_back_to_an_address_that_is_not_ascii(self, merchant, version):
        back = "https://shop.example/reçu?ville=Orléans"
        auth = {"status": "request", "return_url": back} if version == "v1" else True
        payment = ask(merchant, version, cards.VISA, auth=auth, return_url=back)
        browser = go(merchant, payment)
        assert browser.left_for == "https://shop.example/re%C3%A7u?ville=Orl%C3%A9ans"

    def test_an_address_too_long_for_a_header_is_behind_a_button(self, merchant, version):
        back = "https://shop.example/" + "a" * (2000 if version == "v1" else 8000)
        auth = {"status": "request", "return_url": back} if version == "v1" else True
        payment = ask(merchant, version, cards.VISA, auth=auth, return_url=back)
        browser = go(merchant, payment)
        assert browser.left_for == back or (browser.page.status == 200 and back in browser.page.links)
        assert read(merchant, version, payment)["auth"]["status"] == "success"

    @pytest.mark.parametrize("name,value", [("amount", 5000), ("currency", "usd"),
                                            ("card", cards.card("4111111111111111")), ("auth", ...)])
    def test_what_changes_with_the_status_is_not_authenticated(self, merchant, version, name, value):
        payment = ask(merchant, version, cards.VISA)
        go(merchant, payment)
        if value is ...:
            value = {"status": "request"} if version == "v1" else True
        answer = merchant.patch(PAYMENTS[version] + payment["id"], {name: value, "status": "capture"})
        stancer.check_error(answer, version, 409)
        seen = read(merchant, version, payment)
        assert (seen["status"], seen["auth"]["status"], seen["amount"]) == (None, "success", 2599)
        assert merchant.simulator().held(payment) == []

    def test_what_stays_as_it_is_stays_authenticated(self, merchant, version):
        payment = ask(merchant, version, cards.VISA)
        go(merchant, payment)
        same = {"amount": 2599, "currency": "eur", "status": "capture"}
        seen = merchant.patch(PAYMENTS[version] + payment["id"], same).json
        assert (seen["status"], seen["auth"]["status"]) == ("to_capture", "success")
        assert merchant.simulator().held(payment) == [2599]

    def test_authorize_then_capture(self, merchant, version):
        payment = ask(merchant, version, cards.MASTERCARD)
        go(merchant, payment)
        assert change(merchant, version, payment, "authorize").json["status"] == "authorized"
        assert change(merchant, version, payment, "capture").json["status"] == "to_capture"
        assert merchant.simulator().held(payment) == [2599]


@pytest.mark.parametrize("number", cards.CHALLENGED)
def test_a_challenge_is_shown_and_succeeds(merchant, number):
    payment = ask(merchant, "v2", number)
    browser = go(merchant, payment)
    assert browser.at_the_bank(), browser.history
    assert number not in browser.page.raw.decode()
    assert number[-4:] in browser.page.text
    assert "25,99" in browser.page.text
    assert read(merchant, "v2", payment)["auth"]["status"] == "attempted"
    browser.enter_code(CODE)
    come_back(browser)
    seen = read(merchant, "v2", payment)
    assert (seen["status"], seen["auth"]["status"]) == (None, "success")
    answer = change(merchant, "v2", payment, "capture")
    assert answer.json["status"] == "to_capture" and answer.json["response"] == "00"
    assert merchant.simulator().held(payment) == [2599]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("button,status", [("Refuser", "declined"), ("Annuler", "declined"),
                                           ("panne", "unavailable")])
def test_the_buttons_of_the_bank(merchant, version, button, status):
    payment = ask(merchant, version, cards.AUTH_REQUIRED)
    browser = go(merchant, payment)
    browser.press(button)
    come_back(browser)
    seen = read(merchant, version, payment)
    assert seen["auth"]["status"] == status and seen["response"] is None
    assert version == "v1" or seen["auth"]["message"]
    stancer.check_error(change(merchant, version, payment, "capture"), version, 409)
    assert merchant.simulator().held(payment) == []


def test_the_failing_code_is_declined(merchant):
    payment = ask(merchant, "v2", cards.AUTH_REQUIRED)
    browser = go(merchant, payment)
    browser.enter_code("000000")
    come_back(browser)
    assert read(merchant, "v2", payment)["auth"]["status"] == "declined"


def test_a_wrong_code_may_be_corrected(merchant):
    payment = ask(merchant, "v2", cards.AUTH_REQUIRED)
    browser = go(merchant, payment)
    for _ in range(2):
        browser.enter_code("999999")
        assert browser.at_the_bank(), browser.history
    browser.enter_code(CODE)
    come_back(browser)
    assert read(merchant, "v2", payment)["auth"]["status"] == "success"


def test_three_wrong_codes_are_declined(merchant):
    payment = ask(merchant, "v2", cards.AUTH_REQUIRED)
    browser = go(merchant, payment)
    for _ in range(3):
        browser.enter_code("111111")
    come_back(browser)
    assert read(merchant, "v2", payment)["auth"]["status"] == "declined"


@pytest.mark.parametrize("number", [cards.AMEX, cards.LOOKUP_FAILS])
def test_a_card_that_cannot_be_authenticated_is_unavailable(merchant, number):
    payment = ask(merchant, "v2", number)
    browser = go(merchant, payment)
    assert browser.left_for == RETURN_URL, browser.history
    assert read(merchant, "v2", payment)["auth"]["status"] == "unavailable"
    stancer.check_error(change(merchant, "v2", payment, "capture"), "v2", 409)


@pytest.mark.parametrize("number,response", cards.CHALLENGED_THEN_REFUSED.items())
def test_authenticated_and_refused_all_the_same(merchant, number, response):
    payment = ask(merchant, "v2", number)
    browser = go(merchant, payment)
    browser.enter_code(CODE)
    come_back(browser)
    assert read(merchant, "v2", payment)["auth"]["status"] == "success"
    answer = change(merchant, "v2", payment, "capture")
    assert (answer.json["status"], answer.json["response"]) == ("refused", response)


def test_the_payer_who_never_comes_leaves_it_expired_after_six_hours(merchant):
    payment = ask(merchant, "v2", cards.AUTH_REQUIRED)
    browser = go(merchant, payment)
    assert browser.at_the_bank()
    merchant.advance(6 * 3600 + 60)
    assert read(merchant, "v2", payment)["auth"]["status"] == "expired"
    stancer.check_error(change(merchant, "v2", payment, "capture"), "v2", 409)
    assert merchant.simulator().held(payment) == []


def test_the_answer_of_the_bank_counts_once(merchant):
    """Whoever opens the redirect again cannot turn a refusal into anything else."""
    payment = ask(merchant, "v2", cards.AUTH_REQUIRED)
    browser = go(merchant, payment)
    browser.press("Refuser")
    come_back(browser)
    other = Browser(merchant)
    other.go(payment["auth"]["redirect_url"])
    other.walk()
    assert read(merchant, "v2", payment)["auth"]["status"] == "declined"


def test_an_unknown_redirect_is_404(merchant):
    browser = Browser(merchant)
    page = browser.go(merchant.tls_url + "/v1/redirect/test_00000000-0000-4000-8000-000000000000")
    assert page.status == 404
