"""What a merchant sets about its pay pages (pages.md 31): colour, and the name on the card."""

import struct
import zlib

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
    browser.submit(browser.pay_form(), "pay", card_number=cards.VISA, card_expiry="12/31",
                   card_cvc="987", card_holder="4242 4242 4242 4242")
    assert browser.page.status == 422 and b"4242 4242 4242 4242" not in browser.page.raw
    browser.pay(cards.VISA, card_holder="Camille Exemple")
    seen = merchant.read("/v2/payment_intents/" + intent["id"])
    assert seen["status"] == "captured"
    assert merchant.read("/v2/cards/" + seen["card"])["name"] == "Camille Exemple"


def picture(width=60, height=24, extra=b""):
    """A PNG of one colour."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    rows = zlib.compress(b"".join(b"\0" + b"\x33\x3f\xb8" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows)
            + chunk(b"IEND", b""))


def put_logo(merchant, path, expect=0):
    account = merchant.read("/v2/ping")["account"]
    server.command("merchant", "logo", account, path, "--data", merchant.dir, expect=expect)


def logo_of(browser):
    parts = browser.page.raw.decode().split('class="logo" src="')
    return parts[1].split('"')[0] if len(parts) > 1 else None


def test_a_picture_is_served_by_us(merchant, tmp_path):
    file = tmp_path / "logo.png"
    text = b"Author\0Somebody"
    file.write_bytes(picture(extra=struct.pack(">I", len(text)) + b"tEXt" + text
                             + struct.pack(">I", zlib.crc32(b"tEXt" + text))))
    assert logo_of(open_page(merchant)[1]) is None
    put_logo(merchant, file)
    _, browser = open_page(merchant)
    address = logo_of(browser)
    answer = sheet(browser, merchant, address)
    assert answer.status == 200 and answer.headers["Content-Type"] == "image/png"
    assert answer.raw == picture()
    assert sheet(browser, merchant, address.replace(".png", "x.png")).status == 404
    assert sheet(browser, merchant, "/logo/x/y.png").status == 404
    put_logo(merchant, "--none")
    assert logo_of(open_page(merchant)[1]) is None


@pytest.mark.parametrize("content", [b"", b"<svg/>", picture(1025, 1), picture(1, 513),
                                     picture() + b"x", b"\x89PNG\r\n\x1a\n" + b"x" * 65536])
def test_other_pictures_are_refused(merchant, tmp_path, content):
    file = tmp_path / "logo.png"
    file.write_bytes(content)
    put_logo(merchant, file, expect=1)
    put_logo(merchant, tmp_path / "nothing.png", expect=1)
    assert logo_of(open_page(merchant)[1]) is None
