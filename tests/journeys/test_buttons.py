"""Payment buttons: links that a merchant signs itself, followed by a browser without scripts."""

import concurrent.futures
import hashlib
import hmac
from urllib.parse import urlencode

import pytest

from support import cards, caught, cli, wire
from support.browser import Browser

RETURN_URL = "https://shop.example/merci"
INTENTS = "/v2/payment_intents/"


@pytest.fixture(scope="module")
def merchant(sandbox):
    """A merchant for all of them, who knows its secret."""
    account = sandbox.merchant_add()
    shown = cli.told(sandbox.server, "merchant", "show", cli.merchant_id(account))
    account.button_secret = shown["button_secret"]
    return account


def account_number(account):
    return account.contract["simplypaie"]["client_id"]


def sign(account, query, secret=None):
    key = secret or account.button_secret
    signature = hmac.new(key.encode(), query.encode(), hashlib.sha256).hexdigest()
    return f"{account.base_url}/button-{account_number(account)}?{query}&sig={signature}"


def button(account, **parameters):
    return sign(account, urlencode({"amount": "2599", "returnURL": RETURN_URL} | parameters))


def follow(account, link, status=200):
    browser = Browser(account)
    browser.go(link)
    assert browser.page.status == status, browser.page.text[:300]
    return browser


def go_on(browser, **values):
    browser.submit(browser.page.form_with("attempt"), "continue", **values)
    return browser.page


def asked_for(account):
    """How many requests there are."""
    return account.read(INTENTS)["range"]["count"]


def newest(account):
    return account.read(INTENTS)["payment_intents"][0]


def test_from_the_button_to_the_receipt(merchant):
    browser = follow(merchant, button(merchant))
    assert "25,99 €" in browser.page.text and "Atelier Exemple SARL" in browser.page.text
    before = asked_for(merchant)
    page = go_on(browser, payer_name="Dupont Jean", payer_email="jean.button@example.com")
    assert page.status == 200 and f"/pay-{account_number(merchant)}-" in page.url
    assert browser.pay_form().fields["card_holder"] == "Dupont Jean"
    asked = newest(merchant)
    assert asked_for(merchant) == before + 1
    assert (asked["status"], asked["amount"], asked["url"]) == ("require_payment_method", 2599, page.url)
    browser.pay(cards.VISA)
    assert browser.page.status == 200 and browser.page.refresh() == (3, RETURN_URL)
    (receipt,) = caught.about(merchant, "jean.button@example.com", "Vous avez payé 25,99\u00a0€")
    assert receipt["subject"].startswith("Reçu de paiement")
    assert len(caught.messages(merchant, "jean.button@example.com")) == 1


@pytest.mark.parametrize("token", ["", "1.0", "x"])
def test_a_form_that_is_too_old_says_so_and_keeps_what_was_typed(merchant, token):
    browser, before = follow(merchant, button(merchant)), asked_for(merchant)
    page = go_on(browser, payer_name="Dupont Jean", payer_email="jean@example.com", csrf=token)
    assert page.status == 422 and "La page avait expiré" in page.text
    assert page.form_with("attempt").fields["payer_name"] == "Dupont Jean"
    assert asked_for(merchant) == before
    assert "/pay-" in go_on(browser).url and asked_for(merchant) == before + 1


def test_what_the_link_says_is_not_asked(merchant):
    browser = follow(merchant, button(merchant, name="Dupont Jean", email="j@example.com", page="short",
                                      type="preauth", currency="GBP"))
    assert browser.page.form_with("attempt").visible == []
    assert "£25.99" in browser.page.text or "25,99 £" in browser.page.text
    assert "bloqués sur votre carte" in browser.page.text
    go_on(browser, payer_name="Somebody Else")
    assert browser.pay_form().fields["card_holder"] == "Dupont Jean"
    browser.pay(cards.VISA)
    asked = newest(merchant)
    assert (asked["status"], asked["capture"], asked["currency"]) == ("authorized", False, "gbp")


def test_a_form_sent_many_times_makes_one_request(merchant):
    before = asked_for(merchant)
    browser = follow(merchant, button(merchant))
    form = browser.page.form_with("attempt")
    values = form.fields | {"payer_name": "Dupont Jean", "action": "continue"}

    def send(_):
        return wire.exchange(browser.page.url, "POST", urlencode(values).encode(),
                             {"Content-Type": "application/x-www-form-urlencoded"})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert asked_for(merchant) == before + 1
    assert go_on(follow(merchant, button(merchant)), payer_name="Dupont Jean").status == 200
    assert asked_for(merchant) == before + 2


def test_a_name_is_asked_for_and_checked(merchant):
    before = asked_for(merchant)
    browser = follow(merchant, button(merchant))
    assert go_on(browser, payer_name=" ").status == 422
    assert "Indiquez votre nom." in browser.page.text
    assert go_on(browser, payer_name="é" * 71, payer_email="nobody").status == 422
    assert browser.page.form_with("attempt").fields["payer_email"] == "nobody"
    assert go_on(browser, payer_name="é" * 70, payer_email="").status == 200
    assert asked_for(merchant) == before + 1


def test_a_form_of_another_link_is_not_taken(merchant):
    before = asked_for(merchant)
    cheap = follow(merchant, button(merchant, amount="50")).page.form_with("attempt").fields
    dear = follow(merchant, button(merchant, amount="9900"))
    page = go_on(dear, csrf=cheap["csrf"], attempt=cheap["attempt"], payer_name="Dupont Jean")
    assert page.status == 422 and asked_for(merchant) == before


def test_other_languages_and_names_are_shown_as_text(merchant):
    link = button(merchant, name="<script>alert(1)</script>") + "&lang=en"
    browser = follow(merchant, link)
    assert "Continue" in browser.page.text
    assert any(found.endswith("&lang=fr") for found in browser.page.links)
    go_on(browser)
    assert "<script>alert" not in browser.page.raw.decode()
    assert browser.pay_form().fields["card_holder"] == "<script>alert(1)</script>"


@pytest.mark.parametrize("change", [
    lambda link: link.replace("amount=2599", "amount=2598"),
    lambda link: link.replace("?", "?amount=50&"),
    lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
    lambda link: link[:-1],
    lambda link: link[:link.index("&sig=")],
    lambda link: link.replace("/button-", "/button-1"),
    lambda link: link.replace("&sig=", "&sig=&sig="),
], ids=["amount", "more", "signature", "short", "unsigned", "account", "twice"])
def test_what_was_changed_leads_nowhere(merchant, change):
    page = follow(merchant, change(button(merchant)), 404).page
    assert not page.forms and page.headers["X-Robots-Tag"] == "noindex"


def test_a_button_ends_when_it_says_so(merchant):
    before, ends = asked_for(merchant), merchant.clock() + 3600
    browser = follow(merchant, button(merchant, expires=ends))
    merchant.advance(3598)
    assert browser.go(button(merchant, expires=ends)).status == 200
    merchant.advance(3)
    assert go_on(browser, payer_name="Dupont Jean").status == 404
    assert asked_for(merchant) == before


@pytest.mark.parametrize("query", [
    "amount=49", "amount=100000000", "amount=25.99", "", "amount=2599&currency=CHF",
    "amount=2599&type=hold", "amount=2599&returnURL=ftp%3A%2F%2Fshop.example", "amount=2599&email=nobody",
])
def test_a_signed_mistake_is_told(merchant, query):
    page = follow(merchant, sign(merchant, query), 400).page
    assert "Ce bouton de paiement ne peut pas servir" in page.text and not page.forms


def test_the_longest_return_url(merchant):
    url = RETURN_URL + "/" + "a" * (2048 - len(RETURN_URL) - 1)
    browser = follow(merchant, button(merchant, returnURL=url, name="Dupont Jean"))
    go_on(browser)
    browser.pay(cards.VISA)
    assert browser.page.refresh() == (3, url)
    follow(merchant, button(merchant, returnURL=url + "a"), 400)


def test_a_new_secret_ends_the_buttons_of_the_old_one(merchant):
    old = button(merchant)
    fresh = cli.told(merchant.server, "merchant", "button", cli.merchant_id(merchant))["button_secret"]
    assert follow(merchant, old, 404)
    assert follow(merchant, sign(merchant, "amount=2599", fresh)).page.status == 200
