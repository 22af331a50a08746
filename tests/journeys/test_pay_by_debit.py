"""Payment intents and payments paid by direct debit on the page: account, mandate, signature."""

import itertools
import json
import re
from urllib.parse import quote

import pytest

from support import cards, stancer, wire
from support.browser import Browser
from support.server import eventually
from support.stancer import RETURN_URL, UNKNOWN

PATH = "/v2/payment_intents/"
IBAN = "FR14 2004 1010 0505 0001 3M02 606"
NAME = "Camille Durand"
RUMS = itertools.count(1)
ADDRESS = {"address_line": "3 allée des Lilas", "address_zip": "69001", "address_city": "Lyon",
           "address_country": "FR"}


def wanted(merchant, **members):
    return merchant.made(PATH, {"amount": 2599, "description": "Deux places",
                                "return_url": RETURN_URL} | members)


def open_form(merchant, url, lang="fr"):
    browser = Browser(merchant)
    browser.go(f"{url}?lang={lang}&method=sepa")
    assert browser.page.status == 200, browser.page.text[:300]
    return browser


def debit_form(browser):
    form = browser.page.form_with("iban")
    assert form is not None, f"{browser.page.status} {browser.page.text[:300]}"
    return form


def give_account(browser, iban=IBAN, name=NAME, **more):
    """The first step; fields that the form does not have are left out."""
    form = debit_form(browser)
    values = {"iban": iban, "account_holder": name} | ADDRESS | more
    browser.submit(form, "pay", **{key: value for key, value in values.items()
                                   if key in form.fields or key == "address_country"})
    return browser.page


def sign_form(browser):
    form = browser.page.form_with("shown")
    assert form is not None, f"{browser.page.status} {browser.page.text[:300]}"
    return form


def sign(browser, **more):
    browser.submit(sign_form(browser), "sign", **({"agree": "1"} | more))
    return browser.walk()


def read(merchant, intent):
    seen = merchant.read(PATH + intent["id"])
    stancer.check_intent(seen, "v2")
    return seen


def payments(merchant, intent):
    return merchant.read(f"{PATH}{intent['id']}/payments")["payments"]


def is_paid(merchant, intent):
    seen = read(merchant, intent)
    assert seen["status"] == "captured", seen
    paid = merchant.read("/v2/payments/" + seen["payment"])
    assert (paid["status"], paid["method"]) == ("to_capture", "sepa")
    assert paid["sepa"]["id"] == seen["sepa"] and seen["card"] is None
    return paid


def test_an_intent_is_paid_with_a_mandate_signed_on_the_page(merchant):
    customer = merchant.made("/v2/customers/", {"email": "camille@example.com"})["id"]
    intent = wanted(merchant, order_id="C-17", customer=customer)
    browser = open_form(merchant, intent["url"])
    assert "25,99" in browser.page.text and "C-17" in browser.page.text
    assert "email" not in debit_form(browser).fields
    page = give_account(browser)
    assert page.status == 200
    for text in ("Mandat de prélèvement SEPA", "FR72ZZZ123456", "Atelier Exemple SARL", "75011",
                 NAME, "3 allée des Lilas", "69001 Lyon", IBAN, "Récurrent", "Lyon, ",
                 "8 semaines", "sera débité de 25,99", "Mandat de test"):
        assert text in page.text, text
    umr = re.search(r"\bG[A-Z2-7]{19}\b", page.text).group()
    assert read(merchant, intent)["status"] == "require_payment_method"
    assert merchant.read("/v2/mandates/?rum=" + umr)["mandates"] == []
    page = sign(browser)
    assert page.status == 200 and page.refresh() == (3, RETURN_URL)
    assert umr in page.text and "FR72ZZZ123456" in page.text and "2606" in page.text
    assert "camille@example.com" in page.text and "révoquer" in page.text
    assert IBAN not in page.text
    paid = is_paid(merchant, intent)
    assert (paid["order_id"], paid["sepa"]["mandate"], paid["sepa"]["name"]) == ("C-17", umr, NAME)
    mandate, = merchant.read("/v2/mandates/?rum=" + umr)["mandates"]
    assert mandate["sepa"] == paid["sepa"]["id"] and mandate["customer"] == customer
    assert mandate["signed_at"] is not None
    assert browser.go(intent["url"]).status == 410
    listed = merchant.read(PATH + "?sepa=" + paid["sepa"]["id"])["payment_intents"]
    assert [one["id"] for one in listed] == [intent["id"]]


def test_the_signed_link_gives_the_document_and_nothing_else_does(merchant):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    give_account(browser)
    page = sign(browser)
    link, = [link for link in page.links if link.startswith("/mandat/")]
    browser.go(merchant.base_url + link)
    assert browser.page.status == 200 and browser.page.raw.startswith(b"%PDF-")
    assert browser.page.headers["Content-Type"] == "application/pdf"
    assert "no-store" in browser.page.headers["Cache-Control"]
    for wrong in (link[:-1] + ("A" if link[-1] != "A" else "B"), link.replace("/t", "/l", 1),
                  "/mandat/" + UNKNOWN, link.split(".")[0]):
        assert browser.go(merchant.base_url + wrong).status == 404, wrong
    merchant.advance(86400 + 60)
    browser.go(intent["url"])
    assert browser.page.status == 410
    assert not [one for one in browser.page.links if one.startswith("/mandat/")]


def caught(merchant, to, word):
    """The mail to an address that holds a word."""
    def look():
        mails = json.loads(wire.exchange(f"{merchant.base_url}/sandbox/mail?to={quote(to)}", "GET",
                                         headers={"Accept": "application/json"}).raw)["mails"]
        return next((mail for mail in mails if word in mail["text"]), None)

    return eventually(look, 20, f"a mail to {to}")


def test_the_payer_gets_a_mail_with_the_link(merchant):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    to = f"camille.{intent['id'][-8:].lower()}@example.com"
    give_account(browser, email=to)
    umr = re.search(r"\bG[A-Z2-7]{19}\b", browser.page.text).group()
    sign(browser)
    text = caught(merchant, to, umr)["text"]
    link = re.search(re.escape(merchant.base_url) + r"(/mandat/\S+)", text).group(1)
    assert "25,99" in text and "FR72ZZZ123456" in text
    browser.go(merchant.base_url + link)
    assert browser.page.raw.startswith(b"%PDF-")


def test_a_payment_is_paid_by_debit_in_english(merchant):
    payment = merchant.made("/v2/payments/", {"amount": 2599, "description": "Deux places",
                                              "return_url": RETURN_URL})
    browser = open_form(merchant, merchant.page_url(payment, "").split("?")[0], "en")
    page = give_account(browser, address_country="BE")
    assert "SEPA Direct Debit Mandate" in page.text and "within 8 weeks" in page.text
    assert "69001 Lyon Belgium" in " ".join(page.text.split())
    page = sign(browser)
    assert page.status == 200 and "Mandate signed" in page.text
    paid = merchant.read("/v2/payments/" + payment["id"])
    assert (paid["status"], paid["method"], paid["sepa"]["last4"]) == ("to_capture", "sepa", "2606")


@pytest.mark.parametrize("iban,text", [
    ("", "Saisissez l’IBAN"), ("US64SVBKUS6S3300958671", "espace SEPA"),
    ("FR14 2004 1010 0505 0001 3M02 60", "bonne longueur"),
    ("FR15 2004 1010 0505 0001 3M02 606", "n’est pas valide"),
    ("FR84 2004 1010 0505 0001 3M02 607", "clé RIB"), ("FR14 2004 1010 é", "sans accent")])
def test_a_wrong_iban_says_what_is_wrong_and_keeps_the_rest(merchant, iban, text):
    browser = open_form(merchant, wanted(merchant)["url"])
    page = give_account(browser, iban=iban)
    assert page.status == 422 and text in page.text
    assert debit_form(browser).fields["account_holder"] == NAME
    assert give_account(browser, iban=IBAN).form_with("shown") is not None


@pytest.mark.parametrize("name", ["", "   ", "\u00a0\u200b", "\u3164"])
def test_a_holder_of_whom_nothing_is_seen_is_asked_for(merchant, name):
    browser = open_form(merchant, wanted(merchant)["url"])
    page = give_account(browser, name=name)
    assert page.status == 422 and "Saisissez le nom du titulaire" in page.text
    assert give_account(browser).form_with("shown") is not None


@pytest.mark.parametrize("email", ["nobody", "a@b", "a@b..fr", "a b@c.fr", "\u00e9@b.fr"])
def test_an_email_that_no_mail_reaches_is_asked_for_again(merchant, email):
    browser = open_form(merchant, wanted(merchant)["url"])
    page = give_account(browser, email=email)
    assert page.status == 422 and "Saisissez une adresse comme" in page.text
    assert give_account(browser, email="camille@example.org").form_with("shown") is not None


@pytest.mark.parametrize("name,text", [
    ("Jean RVNM", "ne semble pas être celui"), ("Jean RVMC", "pas tout à fait"),
    ("Jean AC04", "ne semble pas pouvoir être débité")])
def test_a_doubtful_name_is_a_warning_that_can_be_corrected_or_not(merchant, name, text):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    page = give_account(browser, name=name)
    assert page.status == 200 and text in page.text
    browser.submit(next(form for form in page.forms
                        if any(value == "change" for _, value, _ in form.buttons)), "change")
    assert debit_form(browser).fields["account_holder"] == name
    assert debit_form(browser).fields["iban"] == IBAN
    give_account(browser, name=name)
    assert sign(browser).status == 200
    is_paid(merchant, intent)


def test_without_the_box_nothing_is_signed(merchant):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    give_account(browser)
    form = sign_form(browser)
    form.fields.pop("agree", None)
    browser.submit(form, "sign")
    assert browser.page.status == 422 and "Cochez la case" in browser.page.text
    assert payments(merchant, intent) == []
    assert sign(browser).status == 200
    is_paid(merchant, intent)


def test_what_was_not_shown_cannot_be_signed(merchant):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    give_account(browser)
    form = sign_form(browser)
    for change in ({"shown": "0" * 64}, {"csrf": "1.2"}, {"attempt": "another"}):
        browser.submit(form, "sign", agree="1", **change)
        assert browser.page.status == 422, change
    browser.submit(form, "sign", agree="1", iban="DE89370400440532013000")
    assert browser.page.status == 422 and "a changé" in browser.page.text
    assert payments(merchant, intent) == []
    assert sign(browser).status == 200
    assert is_paid(merchant, intent)["sepa"]["last4"] == "3000"


def test_a_change_of_the_amount_is_shown_before_it_is_signed(merchant):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    give_account(browser)
    assert merchant.patch(PATH + intent["id"], {"amount": 3000}).status == 200
    browser.submit(sign_form(browser), "sign", agree="1")
    assert browser.page.status == 422 and "30,00" in browser.page.text
    assert payments(merchant, intent) == []


def test_back_after_signing_shows_the_receipt(merchant):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    give_account(browser)
    form, page = sign_form(browser), browser.page
    sign(browser)
    browser.page = page
    browser.submit(form, "sign", agree="1")
    browser.walk()
    assert browser.page.status == 200 and "Mandat signé" in browser.page.text
    assert len(payments(merchant, intent)) == 1


def test_an_expired_or_canceled_intent_takes_no_signature(merchant):
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    give_account(browser)
    assert merchant.delete(PATH + intent["id"]).status == 200
    browser.submit(sign_form(browser), "sign", agree="1")
    assert browser.page.status == 410 and "annul" in browser.page.text
    intent = wanted(merchant)
    browser = open_form(merchant, intent["url"])
    give_account(browser)
    merchant.advance(86400)
    browser.submit(sign_form(browser), "sign", agree="1")
    assert browser.page.status == 410 and "expir" in browser.page.text
    assert read(merchant, intent)["status"] == "unpaid"


def test_a_refused_card_then_a_debit(merchant):
    intent = wanted(merchant)
    browser = Browser(merchant)
    browser.go(intent["url"] + "?lang=fr")
    browser.pay("4000000000009995")
    assert browser.page.status == 402
    link, = [one for one in browser.page.links if "method=sepa" in one and one[0] == "/"]
    browser.go(merchant.base_url + link)
    give_account(browser)
    assert sign(browser).status == 200
    assert [paid["status"] for paid in payments(merchant, intent)] == ["to_capture", "refused"]
    payment = merchant.made("/v2/payments/", {"amount": 2599, "description": "Deux places",
                                              "return_url": RETURN_URL})
    browser = Browser(merchant)
    browser.go(merchant.page_url(payment))
    browser.pay("4000000000009995")
    browser.go(merchant.page_url(payment).split("?")[0] + "?method=sepa")
    give_account(browser)
    assert sign(browser).status == 200
    assert merchant.read("/v2/payments/" + payment["id"])["status"] == "to_capture"


def test_at_the_bank_then_a_debit_after_all(merchant):
    intent = wanted(merchant)
    browser = Browser(merchant)
    browser.go(intent["url"] + "?lang=fr")
    browser.pay(cards.AUTH_REQUIRED)
    assert browser.at_the_bank()
    at_bank = browser.page
    browser.go(intent["url"] + "?lang=fr&method=sepa")
    give_account(browser)
    assert sign(browser).status == 200
    paid = is_paid(merchant, intent)
    browser.page = at_bank
    browser.enter_code("123456")
    browser.walk()
    assert browser.page.status in (200, 410)
    assert [one["id"] for one in payments(merchant, intent)] == [paid["id"]]


# --- the account that the merchant gave ---


def given(merchant, **more):
    return merchant.made("/v2/sepa/", {"iban": IBAN, "name": NAME} | more)["id"]


def signed(merchant, **more):
    return given(merchant, mandate=f"RUM-{next(RUMS)}", date_mandate="2026-01-15", **more)


def test_an_account_without_a_mandate_is_signed_for_on_the_page(merchant):
    sepa = given(merchant)
    for threeds in ("required", "none"):
        intent = wanted(merchant, sepa=sepa, threeds=threeds)
        assert (intent["status"], intent["sepa"]) == ("require_authentication", sepa)
    browser = Browser(merchant)
    browser.go(intent["url"] + "?lang=fr")
    assert IBAN in browser.page.text and browser.page.form_with("card_number") is None
    assert sign(browser).status == 200
    assert is_paid(merchant, intent)["sepa"]["id"] == sepa
    mandate, = merchant.read("/v2/mandates/?sepa=" + sepa)["mandates"]
    assert mandate["signed_at"] is not None
    later = wanted(merchant, sepa=sepa, threeds="none")
    is_paid(merchant, later)


def test_an_account_with_a_mandate_is_only_confirmed(merchant):
    sepa = signed(merchant)
    intent = wanted(merchant, sepa=sepa)
    assert intent["status"] == "require_authentication"
    browser = Browser(merchant)
    browser.go(intent["url"] + "?lang=fr")
    assert IBAN not in browser.page.text and "2606" in browser.page.text
    browser.submit(sign_form(browser), "sign")
    browser.walk()
    assert browser.page.status == 200
    assert is_paid(merchant, intent)["sepa"]["id"] == sepa
    assert len(merchant.read("/v2/mandates/?sepa=" + sepa)["mandates"]) == 1


def test_another_account_than_the_merchant_gave(merchant):
    sepa = signed(merchant)
    intent = wanted(merchant, sepa=sepa)
    browser = Browser(merchant)
    browser.go(intent["url"] + "?lang=fr&method=sepa&other=1")
    give_account(browser, iban="DE89370400440532013000")
    assert sign(browser).status == 200
    paid = is_paid(merchant, intent)
    assert paid["sepa"]["id"] != sepa and paid["sepa"]["last4"] == "3000"


def test_a_mandate_revoked_in_the_meantime_is_asked_for_again(merchant):
    sepa = signed(merchant)
    intent = wanted(merchant, sepa=sepa)
    browser = Browser(merchant)
    browser.go(intent["url"] + "?lang=fr")
    mandate, = merchant.read("/v2/mandates/?sepa=" + sepa)["mandates"]
    assert merchant.delete("/v2/mandates/" + mandate["id"]).status == 200
    browser.submit(sign_form(browser), "sign")
    assert browser.page.status == 422
    assert "Cochez la case" in browser.page.text or "a changé" in browser.page.text
    assert sign(browser).status == 200
    is_paid(merchant, intent)


def test_where_a_debit_cannot_be_it_is_not_offered(merchant):
    for more in ({"currency": "usd"}, {"capture": False}, {"methods_allowed": ["card"]},
                 {"amount": 0, "capture": False}):
        browser = Browser(merchant)
        browser.go(wanted(merchant, **more)["url"] + "?lang=fr&method=sepa")
        assert browser.page.form_with("card_number") is not None, more
        assert not [link for link in browser.page.links if "method=" in link], more
    browser = Browser(merchant)
    browser.go(wanted(merchant, methods_allowed=["sepa"])["url"] + "?lang=fr")
    assert browser.page.form_with("iban") is not None
    assert not [link for link in browser.page.links if "method=card" in link]


@pytest.mark.parametrize("lang,text", [("fr", "demande de réserver la somme"), ("en", "asks to hold the amount")])
def test_an_amount_to_be_held_by_a_debit_alone_says_why_nobody_can_pay_it(merchant, lang, text):
    payment = merchant.made("/v2/payments/", {"amount": 2599, "description": "Deux places", "capture": False,
                                              "return_url": RETURN_URL, "methods_allowed": ["sepa"]})
    browser = Browser(merchant)
    for end in ("", "/status"):
        browser.go(merchant.page_url(payment, "").split("?")[0] + end + "?lang=" + lang)
        assert browser.page.status == 409 and text in browser.page.text, browser.page.text[:300]
        assert RETURN_URL in browser.page.links
    answer = merchant.patch("/v2/payments/" + payment["id"], {"capture": True})
    assert answer.status in (200, 204), answer
    open_form(merchant, merchant.page_url(payment, "").split("?")[0])


def test_the_number_is_in_no_address_and_the_policy_is_strict(merchant):
    browser = open_form(merchant, wanted(merchant)["url"])
    give_account(browser)
    policy = browser.page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "form-action 'self'" in policy
    assert browser.page.headers["Cache-Control"] == "no-store"
    sign(browser)
    assert not any("2004" in url.replace(" ", "") for _, url, _ in browser.history)
