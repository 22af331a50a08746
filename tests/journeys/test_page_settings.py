"""What a merchant sets about its pay pages (pages.md 31): colour, and the name on the card."""

import pytest

from support import cards, server
from support.browser import Browser
from support.stancer import RETURN_URL


def put(merchant, name, value, expect=0):
    account = merchant.read("/v2/ping")["account"]
    server.command("merchant", "set", account, name, value, "--data", merchant.dir, expect=expect)


def open_page(merchant):
    intent = merchant.made("/v2/payment_intents/", {"amount": 2599, "return_url": RETURN_URL})
    browser = Browser(merchant)
    browser.go(intent["url"])
    return intent, browser


def sheet(browser, merchant, path):
    return browser.go(merchant.base_url + path)


def test_a_colour_comes_in_a_sheet_of_its_own(merchant):
    _, browser = open_page(merchant)
    assert "/accent/" not in browser.page.raw.decode()
    put(merchant, "page.accent", "#1a8f5a")
    _, browser = open_page(merchant)
    assert '<link rel="stylesheet" href="/accent/1a8f5a.css">' in browser.page.raw.decode()
    answer = sheet(browser, merchant, "/accent/1a8f5a.css")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/css")
    assert "--brand:#1a8f5a" in answer.raw.decode() and "immutable" in answer.headers[
        "Cache-Control"]
    put(merchant, "page.accent", "")
    _, browser = open_page(merchant)
    assert "/accent/" not in browser.page.raw.decode()


@pytest.mark.parametrize("colour", ["#ffff00", "#000080", "green", "#1A8F5A"])
def test_colours_that_cannot_be_seen_are_refused(merchant, colour):
    put(merchant, "page.accent", colour, expect=1)


@pytest.mark.parametrize("file", ["ffff00.css", "1a8f5a", "1a8f5a.cs", "x.css", "1a8f5a.css.css",
                                  "%23a8f5a.css", "1a8f5a;.css", ".css"])
def test_no_other_sheets(merchant, file):
    assert sheet(Browser(merchant), merchant, "/accent/" + file).status == 404


def test_the_name_on_the_card_is_asked_and_kept(merchant):
    put(merchant, "page.ask_holder", "yes")
    intent, browser = open_page(merchant)
    assert browser.page.form_with("card_holder") is not None
    browser.submit(browser.pay_form(), "pay", card_number=cards.VISA, card_expiry="12/31",
                   card_cvc="987", card_holder="")
    assert browser.page.status == 422
    browser.pay(cards.VISA, card_holder="Camille Exemple")
    seen = merchant.read("/v2/payment_intents/" + intent["id"])
    assert seen["status"] == "captured"
    assert merchant.read("/v2/cards/" + seen["card"])["name"] == "Camille Exemple"
