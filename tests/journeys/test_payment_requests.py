"""What becomes of SimplyPaie's requests: reminded, cancelled, held and cashed in part, given back. Told by mail to a
mail server of somebody, seen on the page, in both interfaces and in the simulator's book."""

import threading

import pytest

from support import cards, caught, simplypaie
from support.browser import Browser
from support.postbox import Postbox
from support.simplypaie import act, check_done, check_failed, intent_of, line_of, listed, made, status_of

WINDOW_S = 561600  # 6 days and 12 hours


@pytest.fixture
def posted(fresh_with):
    """A server and the mail server that it writes to."""
    postbox = Postbox()
    yield fresh_with(SMTP_URL=postbox.url), postbox
    postbox.close()


def ask(account, **changes):
    return made(account, **({"amount": "2599", "returnURL": None} | changes))


def page_of(account, info, status=200):
    browser = Browser(account)
    browser.go(info["link"] + "?lang=fr")
    assert browser.page.status == status, browser.page.text[:300]
    return browser


def pay(account, info):
    browser = page_of(account, info)
    browser.pay(cards.VISA)
    assert browser.page.status == 200, browser.page.text[:300]
    return browser


def payment_of(account, info):
    return account.read("/v2/payments/" + intent_of(account, info["paymentId"])["payment"])


# --- reminders and cancellations ----------------------------------------------------------------

def test_a_reminder_is_paid_and_then_there_are_no_more(posted):
    account, postbox = posted
    info = ask(account, email="jean@example.com")
    number = info["paymentId"]
    postbox.one("jean@example.com", "Demande de paiement de")
    check_done(act(account, number, "remind"))
    letter = postbox.one("jean@example.com", "Rappel : demande de paiement de 25,99\u00a0€")
    assert info["link"] in letter.text and info["link"] in letter.html
    assert "ne tenez pas compte de ce rappel" in letter.text
    assert status_of(account, number) == "reminded"
    check_failed(act(account, number, "remind"), 404, "Unremindable payment")
    account.advance(61)
    check_done(act(account, number, "remind"))
    pay(account, info)
    postbox.one("jean@example.com", "Reçu de paiement")
    account.advance(61)
    check_failed(act(account, number, "remind"), 404, "Unremindable payment")
    assert status_of(account, number) == "cashed"
    account.kill9()
    account.restart()
    account.advance(3600)
    assert len({letter.id for letter in postbox.to("jean@example.com")}) == 4


def test_a_reminder_by_text_message(merchant):
    info = ask(merchant, mode="sms", phone="0612345679", email=None)
    check_done(act(merchant, info["paymentId"], "remind"))
    (message,) = caught.about(merchant, "0612345679", "Rappel. Atelier Exemple SARL vous demande")
    assert info["link"] in message["text"]


def test_a_cancellation_is_told_once_and_takes_no_card(posted):
    account, postbox = posted
    info = ask(account, email="jean@example.com")
    browser = page_of(account, info)
    form = browser.pay_form()
    check_done(act(account, info["paymentId"], "cancel"))
    letter = postbox.one("jean@example.com", "Demande de 25,99\u00a0€ annulée")
    assert "Vous n’avez rien à payer" in letter.text
    browser.submit(form, "pay", card_number=cards.VISA, card_expiry="12/31", card_cvc="987")
    assert browser.page.status == 410 and "annul" in browser.page.text
    check_failed(act(account, info["paymentId"], "cancel"), 404, "Payment missing")
    account.advance(3600)
    assert len(postbox.letters) == 2
    assert account.simulator().standing() == {}


def test_a_cancelled_deposit_is_released(posted):
    account, postbox = posted
    info = ask(account, email="jean@example.com", type="preauth", amount="30000")
    pay(account, info)
    held = payment_of(account, info)
    check_done(act(account, info["paymentId"], "cancel"))
    letter = postbox.one("jean@example.com", "Demande de 300,00\u00a0€ annulée")
    assert "La somme bloquée sur votre carte est libérée." in letter.text
    account.advance(60)
    assert account.simulator().held(held) == []
    assert status_of(account, info["paymentId"]) == "cancelled"
    assert "Cette caution est libérée" in page_of(account, info, 410).page.text
    account.verify()


def test_paid_or_cancelled_never_both(posted):
    account, postbox = posted
    ends = []
    for turn in range(8):
        to = f"jean.{turn}@example.com"
        info = ask(account, email=to)
        browser = page_of(account, info)
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(act(account, info["paymentId"], "cancel").status))
        thread.start()
        browser.pay(cards.VISA)
        thread.join()
        end = status_of(account, info["paymentId"])
        assert (end, answers) in (("cashed", [404]), ("cancelled", [200])), (end, answers)
        postbox.one(to, "Reçu de paiement" if end == "cashed" else "annulée")
        assert len(postbox.to(to)) == 2
        ends.append(end)
    account.verify()
    assert len(account.simulator().standing()) == ends.count("cashed")


# --- deposits -----------------------------------------------------------------------------------

def test_a_deposit_is_cashed_in_part_and_the_rest_released(posted):
    account, postbox = posted
    info = ask(account, email="jean@example.com", type="preauth", amount="30000")
    number = info["paymentId"]
    assert "300,00\u00a0€" in postbox.one("jean@example.com", "Demande de caution").text
    browser = pay(account, info)
    assert "Caution enregistrée" in browser.page.text
    held = payment_of(account, info)
    assert (held["status"], status_of(account, number)) == ("authorized", "preauthorized")
    assert account.simulator().held(held) == [30000]
    assert "Caution enregistrée" in page_of(account, info, 410).page.text
    check_failed(act(account, number, "cash", {"amount": "30001"}), 404, "Amount too high")
    check_done(act(account, number, "cash", {"amount": "12000"}))
    letter = postbox.one("jean@example.com", "Reçu de paiement de 120,00\u00a0€")
    assert "a encaissé 120,00\u00a0€ sur votre caution de 300,00\u00a0€." in letter.text
    assert "Le reste, 180,00\u00a0€, est libéré." in letter.text
    told = page_of(account, info, 410).page.text
    assert "a encaissé 120,00 € sur votre caution de 300,00 €" in told
    account.advance(60)
    assert account.simulator().held(held) == [12000]
    check_failed(act(account, number, "cash"), 404, "Uncashable payment")
    account.settle()
    assert account.simulator().debited(held) == [12000]
    assert payment_of(account, info)["status"] == "captured"
    line = line_of(account, number, extended="1")
    assert (line["amount"], line["status"], line["way"]) == ("12000", "cashed", "debit")
    assert int(line["fees"]) > 0
    assert len(postbox.letters) == 2
    account.verify()


def test_the_window_of_a_deposit_ends_by_itself(posted):
    account, postbox = posted
    info = ask(account, email="jean@example.com", type="preauth", amount="30000")
    account.advance(10 * 86400)
    pay(account, info)
    held = payment_of(account, info)
    account.advance(WINDOW_S - 60)
    assert status_of(account, info["paymentId"]) == "preauthorized"
    account.advance(120)
    assert status_of(account, info["paymentId"]) == "expired"
    check_failed(act(account, info["paymentId"], "cash"), 404, "Uncashable payment")
    account.advance(60)
    assert account.simulator().held(held) == []
    told = page_of(account, info, 410).page
    assert not told.forms and "Cette caution est libérée" in told.text
    account.verify()


# --- refunds ------------------------------------------------------------------------------------

def test_a_refund_is_seen_in_both_interfaces_and_on_the_page(merchant):
    info = ask(merchant, mode="link")
    number = info["paymentId"]
    pay(merchant, info)
    merchant.settle()
    check_done(act(merchant, number, "refund", {"amount": "1000"}))
    paid = payment_of(merchant, info)
    assert status_of(merchant, number) == "cashed"
    merchant.made("/v2/refunds/", {"payment": paid["id"]})
    assert status_of(merchant, number) == "refunded"
    credits = listed(merchant, way="credit")
    assert sorted(line["amount"] for line in credits) == ["1000", "1599"]
    assert {line["name"] for line in credits} == {simplypaie.NEW["name"]}
    refunds = merchant.read("/v2/refunds/")["refunds"]
    assert sorted(refund["amount"] for refund in refunds) == [1000, 1599]
    assert "Remboursé 25,99 €" in page_of(merchant, info, 410).page.text
    check_failed(act(merchant, number, "refund"), 404, "Payment unrefundable or missing")
    merchant.settle()
    assert merchant.simulator().refunded(paid) == 2599
    merchant.verify()
