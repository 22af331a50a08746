"""Requests of SimplyPaie from their mail to the receipt: a mail server of somebody, a browser without scripts, cards of
the simulator."""

import re
from urllib.parse import urlsplit

import pytest

from support import cards, caught, cli, simplypaie, wire
from support.browser import Browser
from support.postbox import Postbox
from support.server import eventually

RETURN_URL = "https://shop.example/merci"
REFUSED = "4000000000009995"
WINDOW_S = 561600  # 6 days and 12 hours


def ask(account, **changes):
    return simplypaie.made(account, **({"returnURL": RETURN_URL, "amount": "2599"} | changes))


def opened(account, link, lang="fr"):
    browser = Browser(account)
    browser.go(f"{link}?lang={lang}")
    assert browser.page.status == 200, browser.page.text[:300]
    return browser


def intent(account, info):
    """The same request as Stancer shows it."""
    (found,) = account.read(f"/v2/payment_intents/?order_id={info['paymentId']}")["payment_intents"]
    return found


def mails(account, to, words, count=1):
    return caught.about(account, to, words, count)


def link_in(letter):
    (link,) = set(re.findall(r"https?://\S+/pay-\d+-[0-9a-f]{32}", letter))
    return link


# --- a mail, a page, a receipt ------------------------------------------------------------------

def test_the_mail_leads_to_the_page_and_the_payment_to_a_receipt(fresh_with):
    postbox = Postbox()
    account = fresh_with(SMTP_URL=postbox.url)
    info = ask(account, email="jean@example.com", name="Dupont Jean")
    letter = postbox.one("jean@example.com", "Demande de paiement de 25,99\u00a0€")
    assert letter.message["From"].addresses[0].display_name == "Atelier Exemple SARL"
    assert letter.message["Reply-To"].addresses[0].addr_spec == "atelier@example.com"
    assert letter.message.get_content_type() == "multipart/alternative"
    assert "Bonjour Dupont Jean," in letter.text and info["paymentId"] in letter.text
    assert link_in(letter.text) == link_in(letter.html.replace('"', " ")) == info["link"]
    browser = opened(account, link_in(letter.text))
    assert "25,99 €" in browser.page.text and "Atelier Exemple SARL" in browser.page.text
    assert info["paymentId"] in browser.page.text
    assert browser.pay_form().fields["card_holder"] == "Dupont Jean"
    browser.pay(cards.AUTH_REQUIRED)
    browser.enter_code("123456")
    browser.walk()
    assert browser.page.status == 200 and browser.page.refresh() == (3, RETURN_URL)
    receipt = postbox.one("jean@example.com", "Reçu de paiement de 25,99\u00a0€")
    assert "•••• 3220" in receipt.text and info["paymentId"] in receipt.html
    assert "Ce reçu ne vaut pas facture." in receipt.text
    eventually(lambda: len(cli.mails(account, "--state", "delivered")) == 2, 20, "both are noted")
    account.kill9()
    account.restart()
    account.advance(3600)
    assert len(postbox.letters) == 2
    again = Browser(account).go(account.base_url + urlsplit(info["link"]).path)
    assert again.status == 410 and "25,99 €" in again.text
    postbox.close()


def test_a_mail_that_is_refused_is_seen_and_the_link_works_all_the_same(fresh_with):
    postbox = Postbox({"gone@example.com": "550 5.1.1 no such mailbox"})
    account = fresh_with(SMTP_URL=postbox.url)
    info = ask(account, email="gone@example.com")
    eventually(lambda: cli.mails(account, "--state", "dead"), 20, "the mail is given up")
    (mail,) = cli.mails(account, "--about",
                        intent(account, info)["id"].removeprefix("pi_"))
    assert (mail["to"], mail["kind"], mail["code"]) == ("gone@example.com", "request.asked", 550)
    opened(account, info["link"]).pay(cards.VISA)
    assert intent(account, info)["status"] == "captured"
    postbox.close()


def test_each_mail_leaves_once_whatever_is_killed(fresh_with):
    """A link that breaks after the message has no better answer than to send the same message again."""
    postbox = Postbox()
    account = fresh_with(SMTP_URL=postbox.url)
    for round_ in range(3):
        for number in range(5):
            ask(account, email=f"jean.{round_}.{number}@example.com")
        account.kill9()
        account.restart()
    for round_ in range(3):
        for number in range(5):
            to = f"jean.{round_}.{number}@example.com"
            eventually(lambda to=to: postbox.to(to), 20, f"a letter to {to}")
            assert len({letter.id for letter in postbox.to(to)}) == 1
    assert len(cli.mails(account)) == 15
    postbox.close()


def test_names_are_shown_and_never_obeyed(merchant):
    name = "<b>Jean</b> & \u202etnemeiap"
    info = ask(merchant, email="bold@example.com", name=name)
    (mail,) = mails(merchant, "bold@example.com", "Bonjour")
    shown = "<b>Jean</b> & \ufffdtnemeiap"
    assert f"Bonjour {shown}," in mail["text"]
    browser = opened(merchant, info["link"])
    assert browser.pay_form().fields["card_holder"] in (name, shown)
    assert "<b>" not in browser.page.raw.decode()


def test_in_english_where_the_merchant_says_so(merchant):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "language", "en")
    info = ask(merchant, email="john@example.com", name="Smith John", amount="123456")
    (mail,) = mails(merchant, "john@example.com", "asks you for a payment of €1,234.56.")
    assert mail["subject"].startswith("Payment of €1,234.56 requested")
    assert "Pay €1,234.56" in opened(merchant, info["link"], "en").page.text


def test_a_link_of_the_merchants_own_sends_nothing(merchant):
    info = ask(merchant, email="quiet@example.com", mode="link")
    opened(merchant, info["link"]).pay(cards.VISA)
    merchant.advance(3600)
    assert intent(merchant, info)["status"] == "captured"
    assert caught.messages(merchant, "quiet@example.com") == []


def test_asked_for_by_text_message(merchant):
    info = ask(merchant, mode="sms", phone="0612345670", email=None)
    (message,) = mails(merchant, "0612345670", "vous demande le paiement de 25,99 €")
    assert message["kind"] == "sms" and info["link"] in message["text"]


# --- the page -----------------------------------------------------------------------------------

def test_the_short_page_shows_amount_form_and_legal_line(merchant):
    short = opened(merchant, ask(merchant, mode="link", page="short")["link"]).page
    whole = opened(merchant, ask(merchant, mode="link")["link"]).page
    assert "25,99 €" in short.text and "SIREN" in short.text
    for name in ("card_number", "card_expiry", "card_cvc", "card_holder"):
        assert short.form_with(name) and whole.form_with(name)
    for words in ("Référence", "CB Visa Mastercard Amex", "Retour à"):
        assert words in whole.text and words not in short.text


def test_fields_refusals_and_a_second_try(merchant):
    info = ask(merchant, mode="link")
    browser = opened(merchant, info["link"])
    browser.pay("4242424242424241")
    assert browser.page.status == 422 and "4242424242424241" not in browser.page.raw.decode()
    browser.pay(REFUSED)
    assert browser.page.status == 402
    assert intent(merchant, info)["status"] == "require_payment_method"
    browser.pay(cards.VISA)
    assert browser.page.status == 200 and browser.page.refresh() == (3, RETURN_URL)
    assert browser.go(info["link"]).status == 410


def test_after_five_refusals_it_pauses(merchant):
    info = ask(merchant, mode="link")
    browser = opened(merchant, info["link"])
    for _ in range(5):
        browser.go(info["link"])
        browser.pay(REFUSED)
        assert browser.page.status in (402, 429), browser.page.text[:200]
    told = browser.go(info["link"])
    assert told.status == 429 and "Trop d’essais" in told.text and not told.forms
    merchant.advance(15 * 60 + 1)
    browser.go(info["link"])
    browser.pay(cards.VISA)
    assert browser.page.status == 200


def test_no_page_of_others_may_show_it(merchant):
    headers = opened(merchant, ask(merchant, mode="link")["link"]).page.headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex" and headers["X-Content-Type-Options"] == "nosniff"


def test_without_a_return_url_the_receipt_stays(merchant):
    info = ask(merchant, mode="link", returnURL=None)
    browser = opened(merchant, info["link"])
    browser.pay(cards.VISA)
    assert browser.page.status == 200 and browser.page.refresh() is None


def test_cancelled_and_expired_links_say_so_and_take_no_card(merchant):
    gone, over = ask(merchant, mode="link"), ask(merchant, mode="link")
    browser = opened(merchant, gone["link"])
    answer = merchant.request("DELETE", "/v2/payment_intents/" + intent(merchant, gone)["id"])
    assert answer.status in (200, 204), answer
    form = browser.pay_form()
    told = browser.go(gone["link"])
    assert told.status == 410 and "annul" in told.text and not told.forms
    browser.submit(form, "pay", card_number=cards.VISA, card_expiry="12/31", card_cvc="987")
    assert browser.page.status == 410
    merchant.advance(90 * 86400 + 1)
    told = browser.go(over["link"])
    assert told.status == 410 and "expiré" in told.text and not told.forms
    assert merchant.simulator().held(intent(merchant, gone)) == []


@pytest.mark.parametrize("change", [
    lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
    lambda link: link[:-1],
    lambda link: link + "0",
    lambda link: re.sub(r"/pay-\d+", "/pay-1", link),
    lambda link: re.sub(r"/pay-\d+-", "/pay-", link),
    lambda link: link.upper().replace("HTTP", "http").replace("/PAY", "/pay"),
], ids=["token", "shorter", "longer", "account", "no-account", "capitals"])
def test_links_that_are_not_whole_lead_nowhere(merchant, change):
    info = ask(merchant, mode="link")
    answer = wire.exchange(change(info["link"]), "GET")
    assert answer.status == 404 and answer.headers["X-Robots-Tag"] == "noindex"


def test_the_page_is_known_by_its_token_alone(merchant):
    info = ask(merchant, mode="link")
    name = intent(merchant, info)["id"]
    for path in (f"/{name}", f"/test_{name}"):
        assert wire.exchange(merchant.base_url + path, "GET").status == 404


def test_a_refund_is_on_the_receipt(merchant):
    info = ask(merchant, mode="link")
    browser = opened(merchant, info["link"])
    browser.pay(cards.VISA)
    assert "Remboursé" not in browser.go(info["link"]).text
    merchant.settle()
    merchant.made("/v2/refunds/", {"payment": intent(merchant, info)["payment"], "amount": 1000})
    assert "Remboursé 10,00 €" in browser.go(info["link"]).text


# --- deposits -----------------------------------------------------------------------------------

def test_a_deposit_is_held_and_not_debited(merchant):
    info = ask(merchant, mode="link", type="preauth", amount="30000")
    browser = opened(merchant, info["link"])
    assert "seront bloqués sur votre carte, pas débités" in browser.page.text
    assert any("Bloquer 300,00\u00a0€" in text for _, _, text in browser.pay_form().buttons)
    browser.pay(cards.VISA)
    assert browser.page.status == 200 and "Caution enregistrée" in browser.page.text
    held = intent(merchant, info)
    assert held["status"] == "authorized"
    assert browser.go(info["link"]).status == 410
