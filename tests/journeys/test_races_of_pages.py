"""Pages that many send at once (design.md 5): what is paid, signed or decided there is so once."""

import copy

import pytest

import test_enrolment_review as review
import test_mandate_forms as forms
import test_pay_by_debit as by_debit
import test_pay_by_intent as by_intent
import test_pay_page as by_payment
from support import cards, ibans, onboarding, seqino, simplypaie
from support.browser import Browser
from support.races import CLIENTS, HALF, at_once, statuses
from support.receiver import FormCallback, Receiver, Told
from support.server import eventually

CARD = {"card_number": cards.VISA, "card_expiry": "12/31", "card_cvc": cards.MARKED_CVC}


def twins(merchant, browser):
    """Browsers with the same page before them, and the same cookies: each at the server that it meets."""
    made = []
    for client in range(CLIENTS):
        account = merchant.at(client)
        twin = Browser(account)
        twin.cookies = copy.deepcopy(browser.cookies)
        twin.page = copy.copy(browser.page)
        twin.page.url = account.page(browser.page.url)
        made.append(twin)
    return made


def send_all(browsers, form_of, button, walks=True, **values):
    """Each presses the button of its form at the same moment, and goes where that leads."""
    def send(browser):
        browser.submit(form_of(browser), button, **values)
        return browser.walk() if walks else browser.page

    return at_once([lambda browser=browser: send(browser) for browser in browsers])


# --- pages on which is paid ---------------------------------------------------------------------

def test_one_form_of_a_payment_is_one_debit(merchant):
    payment = by_payment.wanted(merchant)
    browsers = twins(merchant, by_payment.open_page(merchant.at(0), payment))
    send_all(browsers, Browser.pay_form, "pay", **CARD)
    merchant.wait_for_status(payment, "to_capture")
    assert merchant.simulator().held(payment) == [2599]
    merchant.verify()


def test_many_payers_of_a_payment_are_one_debit(merchant):
    payment = by_payment.wanted(merchant)
    browsers = [by_payment.open_page(merchant.at(client), payment) for client in range(CLIENTS)]
    send_all(browsers, Browser.pay_form, "pay", **CARD)
    merchant.wait_for_status(payment, "to_capture")
    assert merchant.simulator().held(payment) == [2599]
    merchant.verify()


def intent_page(account, intent):
    browser = Browser(account)
    browser.go(account.page(intent["url"]))
    assert browser.page.status == 200, browser.page.text[:300]
    return browser


def test_one_form_of_an_intent_is_one_payment(merchant):
    intent = by_intent.wanted(merchant)
    send_all(twins(merchant, intent_page(merchant.at(0), intent)), Browser.pay_form, "pay", **CARD)
    assert by_intent.statuses(merchant, intent) == ["to_capture"]
    by_intent.is_paid(merchant, intent)
    merchant.verify()


def test_many_payers_of_an_intent_are_one_debit(merchant):
    intent = by_intent.wanted(merchant)
    browsers = [intent_page(merchant.at(client), intent) for client in range(CLIENTS)]
    send_all(browsers, Browser.pay_form, "pay", **CARD)
    by_intent.is_paid(merchant, intent)
    assert by_intent.statuses(merchant, intent).count("to_capture") == 1
    merchant.verify()


def test_a_debit_is_confirmed_or_its_account_taken_back(merchant):
    for _ in range(4):
        account = merchant.made("/v2/sepa/", {"iban": ibans.unique(), "name": "Ada Lovelace",
                                              "mandate": f"TAKEN-{next(by_debit.RUMS)}", "date_mandate": "2026-01-15"})
        intent = by_debit.wanted(merchant, sepa=account["id"])
        card = merchant.made("/v2/cards/", cards.card())["id"]
        browsers = twins(merchant, by_debit.open_form(merchant.at(0), merchant.at(0).page(intent["url"])))[:HALF]
        path = by_debit.PATH + intent["id"]
        at_once([lambda browser=browser: by_debit.sign(browser) for browser in browsers] +
                [lambda at=merchant.at(client): at.patch(path, {"card": card}) for client in range(HALF)])
        seen = by_debit.read(merchant, intent)
        kept = seen["sepa"] == account["id"]
        assert kept == (seen["status"] == "captured") == (seen["card"] is None)
        assert [paid["method"] for paid in by_debit.payments(merchant, intent)] == (["sepa"] if kept else [])
    merchant.verify()


def test_a_pay_link_is_paid_once(merchant):
    info = simplypaie.made(merchant, amount="2599")
    browsers = []
    for client in range(CLIENTS):
        account = merchant.at(client)
        browsers.append(Browser(account))
        browsers[-1].go(account.page(info["link"]))
    send_all(browsers, Browser.pay_form, "pay", **CARD)
    by_intent.is_paid(merchant, simplypaie.intent_of(merchant, info["paymentId"]))
    assert simplypaie.status_of(merchant, info["paymentId"]) == "cashed"
    merchant.verify()


def test_what_is_paid_on_its_page_is_not_cancelled(merchant):
    for _ in range(2):
        intent = by_intent.wanted(merchant)
        browsers = [intent_page(merchant.at(client), intent) for client in range(HALF)]

        def pay(browser):
            browser.submit(browser.pay_form(), "pay", **CARD)
            browser.walk()

        answers = at_once(
            [call for browser in browsers for call in (
                lambda browser=browser: pay(browser),
                lambda path=by_intent.PATH + intent["id"]: merchant.delete(path))])[1::2]
        assert set(statuses(answers)) <= {200, 422}
        if 200 in statuses(answers):
            assert statuses(answers).count(200) == 1
            assert by_intent.read(merchant, intent)["status"] == "canceled"
            assert by_intent.debits(merchant, intent) == []
        else:
            by_intent.is_paid(merchant, intent)
    merchant.verify()


# --- pages on which is signed -------------------------------------------------------------------

def test_a_form_signed_by_many_is_one_debit(merchant):
    intent = by_debit.wanted(merchant)
    first = by_debit.open_form(merchant.at(0), merchant.at(0).page(intent["url"]))
    by_debit.give_account(first)
    pages = send_all(twins(merchant, first), by_debit.sign_form, "sign", agree="1")
    assert {page.status for page in pages} == {200}
    assert len(by_debit.payments(merchant, intent)) == 1
    by_debit.is_paid(merchant, intent)
    merchant.verify()


def test_a_form_sent_by_many_is_one_mandate(merchant):
    with Receiver(read=FormCallback) as receiver:
        hook = receiver.url("/form")
        visit = forms.Visit(merchant.at(0), url_callback=hook)
        umr = forms.umr_of(visit.go_on())
        pages = send_all(twins(merchant, visit.browser), lambda browser: browser.page.form_with("otp"), "sign",
                         walks=False, accept="1", otp=forms.CODE)
        assert {page.status for page in pages} == {200}
        assert len(merchant.read(f"/v2/mandates?rum={umr}")["mandates"]) == 1
        eventually(lambda: receiver.seen, 20, "it is told")
        assert len({seen.id for seen in receiver.seen}) == 1
    merchant.verify()


# --- enrolment ----------------------------------------------------------------------------------

def test_one_of_many_links_of_a_client_lives(merchant):
    client = seqino.made(merchant)["client_id"]
    links = at_once([lambda: onboarding.link(merchant, client)["link_id"]] * CLIENTS)
    living = [link for link in links if onboarding.status(merchant, link)["status"] != "expired"]
    assert len(set(links)) == CLIENTS and len(living) == 1
    merchant.verify()


def test_a_link_is_completed_once(merchant):
    with Receiver(read=Told) as receiver:
        answer = seqino.exchange(merchant, "POST", "/webhooks", {
            "url": receiver.url("/sponsor"), "events": ["client.onboarding_completed"]})
        assert answer.status == 201, answer
        visit = onboarding.Visit(merchant.at(0), include_signature=True)
        opened = at_once([lambda client=client: Browser(merchant.at(client)).go(
            merchant.at(client).page(visit.link["onboarding_url"])).status for client in range(CLIENTS)])
        assert set(opened) == {200}
        visit.company()
        visit.agree()
        visit.codes(1)
        pages = send_all(twins(merchant, visit.browser), lambda browser: browser.page.form_with("otp"), "sign",
                         walks=False, otp=onboarding.CODE)
        assert {page.status for page in pages} == {200}
        assert visit.status()["status"] == "completed"
        eventually(lambda: receiver.seen, 20, "it is told")
        assert len({seen.id for seen in receiver.seen}) == 1
    history = review.told(merchant, "show", review.ids_of(visit))["history"]
    states = [event["detail"] for event in history if event["kind"] == "enrolment.state"]
    assert states == ["open", "completed"]
    merchant.verify()


def test_an_enrolment_is_accepted_or_refused_once(merchant):
    at_home = merchant.at(0)
    visit = review.waiting(at_home)
    browser = review.come(at_home)
    cookies = review.cookie(browser, at_home)
    fields = {verdict: review.form_of(browser, at_home, visit, verdict) | {"reason": review.REASON}
              for verdict in ("accept", "refuse")}

    def decide(client):
        verdict = ("accept", "refuse")[client // 2 % 2]
        answer = review.post(merchant.at(client), visit, verdict, fields[verdict], cookies)
        return answer.headers.get("Location", "")

    ends = at_once([lambda client=client: decide(client) for client in range(CLIENTS)])
    won = [end for end in ends if "told=accepted" in end or "told=refused" in end]
    assert len(won) == 1 and sum("told=late" in end for end in ends) == CLIENTS - 1
    assert visit.status()["status"] == ("completed" if "accepted" in won[0] else "failed")
    history = review.told(merchant, "show", review.ids_of(visit))["history"]
    assert [event["kind"] for event in history].count("enrolment.state") == 2
    merchant.verify()
