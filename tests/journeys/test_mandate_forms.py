"""Forms on which a mandate is signed (api/safedebit.md 4, 5 and 9), without scripts."""

import re
import socket
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import pytest

from support import caught, debits, ibans, pdf, safedebit
from support.browser import Browser
from support.receiver import FormCallback, Receiver, callback_is_right
from support.server import eventually

CODE = "123456"
WRONG = "000000"
DATA = "7-006379-0023-0_066846419"
PERSON = {"consumer_first_name": "Camille", "consumer_last_name": "Durand",
          "consumer_address_street_name": "98 route des Pissenlits", "consumer_zip_code": "69001",
          "consumer_city": "Lyon", "consumer_email": "camille.form@example.org",
          "consumer_phone_number": "06 00 00 00 01", "iban": ibans.FR}
SHOP = "https://shop.example"
URLS = {"url_ok": f"{SHOP}/ok?trace=a%20b", "url_ko": f"{SHOP}/ko", "url_cancel": f"{SHOP}/cancel#top"}


class Visit:
    """A form, and somebody in front of it."""

    def __init__(self, account, language="fr-FR", **arguments):
        self.account = account
        answer = account.ssp("initiate_consumer", **{"consumer_data": DATA} | URLS | arguments)
        assert answer["result"], answer
        self.reference, self.link = answer["safedebit_consumer_reference"], answer["link"]
        self.browser = Browser(account, language)
        self.open()

    page = property(lambda self: self.browser.page)

    def open(self):
        return self.browser.go(self.link)

    def details(self):
        form = self.page.form_with("iban")
        assert form is not None, f"{self.page.status} {self.page.text[:300]}"
        return form

    def go_on(self, **values):
        return self.browser.submit(self.details(), "continue", **PERSON | values)

    def signature(self):
        form = self.page.form_with("otp")
        assert form is not None, f"{self.page.status} {self.page.text[:300]}"
        return form

    def sign(self, otp=CODE, **values):
        return self.browser.submit(self.signature(), "sign", **{"accept": "1"} | values, otp=otp)

    def press(self, action):
        form = self.page.form_with("otp") or self.page.form_with("iban")
        return self.browser.submit(form, action)

    def status(self):
        return self.browser.go(self.link + "/status")

    def left_for(self):
        """Where the result page leads by itself."""
        assert self.page.status == 200 and self.page.url.startswith(self.link + "/status")
        delay, url = self.page.refresh()
        assert delay == 3 and url in self.page.links
        return url


def parameters(url):
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def umr_of(page):
    return re.search(r"Référence unique du mandat (\S+)", page.text).group(1)


def mandate(account, umr):
    """The mandate as the Stancer face of the same merchant shows it."""
    (found,) = account.read(f"/v2/mandates?rum={umr}")["mandates"]
    return found


@pytest.fixture
def hook(merchant):
    with Receiver(read=FormCallback) as receiver:
        receiver.secret = merchant.contract["safedebit"]["callback_secret"]
        yield receiver


def told(hook, count=1):
    """The callbacks so far, once there are so many; each is signed."""
    eventually(lambda: len(hook.seen) >= count, 20, f"{count} callbacks came")
    assert all(callback_is_right(seen.signature, seen.body, hook.secret) for seen in hook.seen)
    return [seen.data for seen in hook.seen]


def test_a_callback_goes_to_its_address_whatever_its_letters_are(merchant, hook):
    for path in ("/é/?of=Zoë&n=%C3%A9", "/a?b=😀#end"):
        Visit(merchant, url_callback=hook.url(path)).press("cancel")
    told(hook, 2)
    assert sorted(seen.path.upper() for seen in hook.seen) == sorted(
        path.upper() for path in ("/%C3%A9/?of=Zo%C3%AB&n=%C3%A9", "/a?b=%F0%9F%98%80"))


def test_a_server_that_does_not_answer_holds_up_no_other(merchant, hook):
    """More of its callbacks than are tried at once; nobody accepts its connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as mute:
        for _ in range(70):
            visit = Visit(merchant, url_callback=f"http://127.0.0.1:{mute.getsockname()[1]}/mute")
            visit.press("cancel")
        visit = Visit(merchant, url_callback=hook.url("/here"))
        visit.press("cancel")
        eventually(lambda: hook.seen, 5, "the callback to the other server came")
    assert hook.seen[0].data["safedebit_consumer_reference"] == visit.reference


# --- signing ------------------------------------------------------------------------------------

def test_a_person_signs(merchant, hook):
    visit = Visit(merchant, url_callback=hook.url("/done"), consumer_reference="C-1")
    page = visit.go_on()
    umr = umr_of(page)
    for text in ("Mandat de prélèvement SEPA", "Atelier Exemple SARL", "12 rue de la Démonstration",
                 "FR72ZZZ123456", "Camille Durand", "98 route des Pissenlits", "69001 Lyon",
                 "FR14 2004 1010 0505 0001 3M02 606", "Récurrent", "8 semaines", "•••• 0001"):
        assert text in page.text, text
    code = caught.about(merchant, "0600000001", umr)[0]
    assert code["kind"] == "sms" and CODE in code["text"]
    page = visit.sign()
    assert "Mandat signé" in page.text and umr in page.text
    url = visit.left_for()
    assert url.startswith(f"{SHOP}/ok?trace=a%20b&")
    assert parameters(url) == {"trace": "a b", "safedebit_consumer_reference": visit.reference,
                               "umr": umr, "status": "OK"}
    assert told(hook) == [{"safedebit_consumer_reference": visit.reference, "umr": umr,
                           "status": "OK"}]
    assert hook.seen[0].path == "/done"
    copy = caught.about(merchant, PERSON["consumer_email"], umr)[0]
    document = visit.browser.go(re.search(r"https?://\S+/mandat/\S+", copy["text"]).group(0))
    text = pdf.pdf_text(document.raw)
    for words in (umr, "Camille Durand", "code reçu par SMS", "Code envoyé à 0600000001"):
        assert text is None or words in text, (words, text)
    assert visit.open().status == 410


def test_what_was_signed_is_kept_with_its_proof(merchant):
    visit = Visit(merchant)
    umr = umr_of(visit.go_on())
    shown = visit.signature().fields["shown"]
    visit.sign()
    made = mandate(merchant, umr)
    with merchant.server.rows() as rows:
        (proof,) = rows.ask("SELECT * FROM mandate_evidence WHERE mandate = ?", made["id"].removeprefix("mndt_"))
    assert proof["channel"] == "sms" and proof["signer"] == "Camille Durand"
    assert proof["place"] == "Lyon" and proof["ip"] == "127.0.0.1"
    assert proof["user_agent"] == "Mozilla/5.0 (journeys)"
    assert proof["document_sha256"] == shown
    assert proof["code_to"] == "0600000001" and re.fullmatch("[0-9a-f]{64}", proof["code_hash"])
    assert made["signed_at"] is not None


def test_of_a_browser_s_words_those_are_kept_that_are_text(merchant):
    visit = Visit(merchant)
    visit.browser.agent = "Mozilla/5.0 (\xe9t\xe9)"  # as ISO-8859-1, which no text of ours is
    umr = umr_of(visit.go_on())
    visit.sign()
    made = mandate(merchant, umr)
    with merchant.server.rows() as rows:
        asked = "SELECT user_agent FROM mandate_evidence WHERE mandate = ?"
        (proof,) = rows.ask(asked, made["id"].removeprefix("mndt_"))
    assert proof["user_agent"] == "Mozilla/5.0 ("


def test_a_company_signs(merchant):
    visit = Visit(merchant, consumer_type="1", siren="732829320", nic="00074")
    form = visit.details()
    assert "consumer_last_name" not in form.fields and form.fields["siren"] == "732829320"
    page = visit.go_on(social_reference="Boulangerie Martin", siren="732 829 320")
    assert "Boulangerie Martin" in page.text
    assert "Mandat signé" in visit.sign().text


def test_a_non_profit_signs(merchant):
    visit = Visit(merchant, consumer_type="2", consumer_country="Belgique")
    form = visit.details()
    assert {"social_reference", "siren", "waldec"} <= set(form.fields)
    assert form.fields["consumer_country"] == "BE"
    page = visit.go_on(social_reference="Les amis du pain", waldec="w751234567")
    assert "Les amis du pain" in page.text
    assert "Mandat signé" in visit.sign().text


COMPANY = {"social_reference": "Boulangerie Martin", "siren": "732829320"}


def b2b_signed(account, **arguments):
    """A mandate that an organisation signs where the merchant's bank takes B2B debits."""
    safedebit.setting(account, "organisation_scheme", "b2b")
    visit = Visit(account, **arguments)
    visit.go_on(**{name: value for name, value in COMPANY.items() if name not in arguments})
    return visit, umr_of(visit.page)


def test_companies_sign_a_mandate_between_businesses(merchant):
    visit, umr = b2b_signed(merchant, consumer_type="1", **COMPANY)
    assert "Mandat de prélèvement SEPA interentreprises" in visit.page.text
    assert "8 semaines" not in visit.page.text
    page = visit.sign()
    assert "Faites enregistrer ce mandat par votre banque" in page.text
    assert "8 semaines" not in page.text
    copy = caught.about(merchant, PERSON["consumer_email"], umr)[0]["text"]
    assert "Faites enregistrer ce mandat" in copy and "8 semaines" not in copy
    document = visit.browser.go(re.search(r"https?://\S+/mandat/\S+", copy).group(0))
    text = pdf.pdf_text(document.raw)
    assert text is None or "interentreprises" in text
    levy = merchant.ssp("payment", **safedebit.levy(
        merchant, safedebit.Payer(visit.reference, umr), sdd_reference="B2B-1"))
    assert levy["result"], levy
    payment = merchant.read("/v2/payments/?order_id=B2B-1")["payments"][0]
    for _ in range(20):
        merchant.advance_to(18, 5)
        merchant.advance_to(7, 5)
        if safedebit.levies(merchant, sdd_reference="B2B-1")[0]["status"] == "SETTLED":
            break
    block, _row = debits.sent_in_block(merchant, payment)
    assert block.text("PmtTpInf/LclInstrm/Cd") == "B2B"
    assert safedebit.levies(merchant, sdd_reference="B2B-1")[0]["status"] == "SETTLED"
    merchant.verify()


def test_a_company_of_a_call_signs_between_businesses(merchant):
    safedebit.setting(merchant, "organisation_scheme", "b2b")
    payer = safedebit.payer(merchant, consumer_type="1", **COMPANY)
    answer = merchant.ssp("create_mandate", safedebit_consumer_reference=payer.reference,
                       **{name: URLS[name] for name in ("url_ok", "url_ko", "url_cancel")})
    assert answer["result"], answer
    browser = Browser(merchant)
    browser.go(answer["signature_url"])
    assert "Mandat de prélèvement SEPA interentreprises" in browser.page.text
    browser.submit(browser.page.form_with("otp"), "sign", accept="1", otp=CODE)
    assert "Faites enregistrer ce mandat par votre banque" in browser.page.text


@pytest.mark.parametrize("consumer_type", ["0", "2"])
def test_who_has_no_siren_signs_a_core_mandate(merchant, consumer_type):
    safedebit.setting(merchant, "organisation_scheme", "b2b")
    visit = Visit(merchant, consumer_type=consumer_type)
    visit.go_on(**({} if consumer_type == "0" else {"social_reference": "Les amis du pain"}))
    assert "interentreprises" not in visit.page.text and "8 semaines" in visit.page.text
    page = visit.sign()
    assert "8 semaines" in page.text


def test_somebody_abroad_has_an_account_of_the_area(merchant):
    visit = Visit(merchant, consumer_country="États-Unis")
    assert visit.details().fields["consumer_country"] == "US"
    page = visit.go_on()
    assert "Mandat signé" in visit.sign().text, page


def test_the_page_speaks_the_language_of_the_browser(merchant):
    visit = Visit(merchant, language="en-GB,en;q=0.9")
    assert "Your details" in visit.page.text
    page = visit.go_on()
    assert "SEPA Direct Debit Mandate" in page.text and "Read and sign" in page.text
    assert "Mandate signed" in visit.sign().text
    assert "Your details" not in Visit(merchant, language="").page.text


def test_a_mandate_for_one_debit(merchant):
    visit = Visit(merchant, sequence_type="OOFF")
    assert "Ponctuel" in visit.go_on().text
    assert "Mandat signé" in visit.sign().text


def test_the_consumer_is_there_once_it_has_signed(merchant):
    visit = Visit(merchant, consumer_reference="C-2")
    visit.go_on()
    visit.sign()
    again = merchant.ssp("initiate_consumer", consumer_data=DATA, consumer_reference="C-2")
    assert again == {"result": False, "code": "EXIST_001"}
    answer = merchant.ssp("create_mandate", safedebit_consumer_reference=visit.reference, **URLS)
    assert answer["result"], answer


@pytest.mark.parametrize("letter", ["😀", "é", "x"])
def test_a_return_address_of_256_characters_leads_back_whatever_they_are(merchant, letter):
    long = f"{SHOP}/" + letter * (256 - len(SHOP) - 1)
    visit = Visit(merchant, url_ok=long, url_ko=long, url_cancel=long)
    visit.press("cancel")
    assert visit.page.status == 200 and any(letter * 200 in link for link in visit.page.links)
    delay, url = visit.page.refresh()
    told = urlsplit(url)
    assert delay == 3 and unquote(told.path) == urlsplit(long).path
    assert dict(parse_qsl(told.query, keep_blank_values=True)) == {
        "safedebit_consumer_reference": visit.reference, "umr": "", "status": "CANCEL"}
    visit = Visit(merchant, url_ok=long)
    visit.go_on()
    visit.sign()
    assert parameters(visit.page.refresh()[1])["status"] == "OK"


# --- the first step -----------------------------------------------------------------------------

def test_what_the_merchant_knows_is_filled_in(merchant):
    visit = Visit(merchant, **safedebit.PERSON | {"consumer_address_complement": "Bâtiment B"})
    fields = visit.details().fields
    assert fields["consumer_first_name"] == "Camille" and fields["consumer_country"] == "FR"
    assert fields["consumer_address_street_name"] == "98 Route des pissenlits"
    assert fields["consumer_address_complement"] == "Bâtiment B"
    assert fields["iban"] == "FR14 2004 1010 0505 0001 3M02 606"
    page = visit.browser.submit(visit.details(), "continue")
    assert "98 Route des pissenlits" in page.text


@pytest.mark.parametrize("number,kind,name", [("98", "Route", "a" * 70), ("", "Route", "é" * 70),
                                              ("1" * 16, "t" * 16, "b" * 70)])
def test_an_address_as_long_as_the_call_takes_it_goes_through_as_it_is(merchant, number, kind, name):
    address = {"consumer_address_street_number": number, "consumer_address_street_type": kind,
               "consumer_address_street_name": name}
    visit = Visit(merchant, **safedebit.PERSON | address)
    page = visit.browser.submit(visit.details(), "continue")
    assert page.status == 200 and page.form_with("otp")
    assert " ".join(part for part in address.values() if part) in page.text
    visit.sign()
    (found,) = safedebit.found(merchant, safedebit_consumer_reference=visit.reference)
    assert {field: found[field] or "" for field in address} == address


def test_a_street_of_the_consumers_own_has_its_limit(merchant):
    visit = Visit(merchant)
    assert visit.go_on(consumer_address_street_name="12 " + "x" * 71).status == 422
    assert "trop long" in visit.page.text
    assert visit.go_on(consumer_address_street_name="12 " + "x" * 70).status == 200


@pytest.mark.parametrize("field,value,words", [
    ("consumer_first_name", "", "Saisissez votre prénom"),
    ("consumer_last_name", " ", "Saisissez votre nom"),
    ("consumer_last_name", "x" * 71, "trop long"),
    ("consumer_last_name", "a\tb", "caractère"),
    ("consumer_address_street_name", "", "Saisissez votre adresse"),
    ("consumer_zip_code", "", "Saisissez le code postal"),
    ("consumer_city", "x" * 36, "trop long"),
    ("consumer_country", "", "Choisissez votre pays"),
    ("consumer_country", "XX", "Choisissez votre pays"),
    ("consumer_email", "", "Saisissez votre e-mail"),
    ("consumer_email", "nobody", "nom@exemple.fr"),
    ("consumer_phone_number", "", "Saisissez votre numéro"),
    ("consumer_phone_number", "call me", "06 12 34 56 78"),
    ("iban", "", "Saisissez l’IBAN"),
    ("iban", "FR1420041010050500013M02607", "n’est pas valide"),
    ("iban", "US64SVBKUS6S3300958671", "espace SEPA")])
def test_what_is_wrong_is_said_and_the_rest_kept(merchant, field, value, words):
    visit = Visit(merchant)
    page = visit.go_on(**{field: value})
    assert page.status == 422 and words in page.text.replace("\u00a0", " ")
    assert page.text.startswith("Erreur")
    assert f"#{field}" in page.links
    kept = visit.details().fields
    for name, typed in PERSON.items():
        if name not in (field, "iban"):
            assert kept[name].replace(" ", "") == typed.replace(" ", ""), name
    page = visit.go_on(consumer_country="FR")
    assert page.status == 200 and page.form_with("otp")


def test_details_can_be_changed_before_signing(merchant):
    visit = Visit(merchant)
    first = umr_of(visit.go_on())
    change = next(link for link in visit.page.links if "step=1" in link)
    visit.browser.go(merchant.base_url + change)
    assert visit.details().fields["consumer_city"] == "Lyon"
    page = visit.go_on(consumer_city="Villeurbanne")
    assert "69001 Villeurbanne" in page.text and umr_of(page) == first
    # The phone is the same, so the code that was sent still counts.
    assert len(caught.about(merchant, "0600000001", first)) == 1


def test_a_code_counts_for_the_phone_it_was_sent_to(merchant):
    visit = Visit(merchant)
    umr = umr_of(visit.go_on())
    visit.browser.go(visit.link + "?step=1")
    visit.go_on(consumer_phone_number="0600000002")
    assert caught.about(merchant, "0600000002", umr)
    assert "•••• 0002" in visit.page.text.replace("\u00a0", " ")


# --- codes --------------------------------------------------------------------------------------

def test_three_wrong_codes_then_the_right_one(merchant, hook):
    visit = Visit(merchant, url_callback=hook.url())
    visit.go_on()
    for _ in range(3):
        page = visit.sign(WRONG)
        assert page.status == 422 and "pas le bon" in page.text
    assert "Mandat signé" in visit.sign().text
    assert told(hook)[0]["status"] == "OK"


def test_five_wrong_codes_end_it(merchant, hook):
    visit = Visit(merchant, url_callback=hook.url())
    umr = umr_of(visit.go_on())
    for _ in range(5):
        page = visit.sign(WRONG)
    assert "n’a pas été signé" in page.text
    url = visit.left_for()
    assert url.startswith(f"{SHOP}/ko?")
    expected = {"safedebit_consumer_reference": visit.reference, "umr": "", "status": "ERROR"}
    assert parameters(url) == expected
    assert told(hook) == [expected]
    page = visit.open()
    assert page.status == 410 and "ne peut plus être signé" in page.text
    assert merchant.read(f"/v2/mandates?rum={umr}")["mandates"] == []


@pytest.mark.parametrize("values,words", [
    ({"accept": ""}, "Cochez la case"), ({"otp": ""}, "Saisissez le code"),
    ({"otp": "12345"}, "6 chiffres"), ({"otp": "12345x"}, "6 chiffres")])
def test_what_is_left_out_is_no_try(merchant, values, words):
    visit = Visit(merchant)
    visit.go_on()
    for _ in range(6):
        page = visit.sign(**values)
        assert page.status == 422 and words in page.text.replace("\u00a0", " ")
    assert "Mandat signé" in visit.sign("123 456").text


def test_three_more_codes_may_be_asked_for(merchant):
    visit = Visit(merchant)
    umr = umr_of(visit.go_on())
    for _ in range(3):
        page = visit.press("resend")
        assert page.status == 200 and "nouveau code vous a été envoyé" in page.text
    page = visit.press("resend")
    assert page.status == 422 and "Plus aucun code" in page.text
    assert len(caught.about(merchant, "0600000001", umr, count=4)) == 4
    assert "Mandat signé" in visit.sign().text


def test_a_code_is_good_for_ten_minutes(merchant):
    visit = Visit(merchant)
    visit.go_on()
    merchant.advance(601)
    page = visit.sign()
    assert page.status == 422 and "Ce code a expiré" in page.text
    visit.press("resend")
    assert "Mandat signé" in visit.sign().text


# --- the end ------------------------------------------------------------------------------------

@pytest.mark.parametrize("step", [1, 2])
def test_who_cancels_goes_back(merchant, hook, step):
    visit = Visit(merchant, url_callback=hook.url())
    if step == 2:
        visit.go_on()
    page = visit.press("cancel")
    assert "Mandat annulé" in page.text
    expected = {"safedebit_consumer_reference": visit.reference, "umr": "", "status": "CANCEL"}
    url = visit.left_for()
    assert url.startswith(f"{SHOP}/cancel?") and url.endswith("#top")
    assert parameters(url) == expected
    assert told(hook) == [expected]
    page = visit.open()
    assert page.status == 410 and "a été annulé" in page.text


def test_a_form_that_nobody_signs_expires_and_says_so_once(merchant, hook):
    visit = Visit(merchant, url_callback=hook.url())
    visit.go_on()
    merchant.advance(30 * 86400 - 3600)
    assert visit.open().status == 200 and hook.seen == []
    merchant.advance(3600)
    expected = {"safedebit_consumer_reference": visit.reference, "umr": "", "status": "CANCEL"}
    assert told(hook) == [expected]
    page = visit.open()
    assert page.status == 410 and "a expiré" in page.text
    assert visit.status().status == 410
    merchant.advance(40 * 86400)
    assert told(hook) == [expected]


def test_the_callback_comes_whether_or_not_the_browser_does(merchant, hook):
    visit = Visit(merchant, url_callback=hook.url(), url_ok=None)
    visit.go_on()
    page = visit.sign()
    assert page.refresh() is None and "fermer cette page" in page.text
    assert told(hook)[0]["status"] == "OK"


def test_a_callback_that_fails_is_sent_again_with_the_same_bytes(merchant, hook):
    hook.answer = lambda seen, number: 500 if number == 1 else 204
    visit = Visit(merchant, url_callback=hook.url())
    visit.go_on()
    visit.sign()
    told(hook)
    merchant.advance(61)
    told(hook, 2)
    assert hook.seen[0].body == hook.seen[1].body and hook.seen[0].id == hook.seen[1].id


def test_a_later_form_replaces_the_earlier(merchant, hook):
    first = Visit(merchant, url_callback=hook.url(), consumer_reference="C-3")
    first.go_on()
    second = Visit(merchant, url_callback=hook.url(), consumer_reference="C-3")
    page = first.sign()
    assert page.status == 410 and "a été remplacé" in page.text
    second.go_on()
    second.sign()
    assert told(hook) == [{"safedebit_consumer_reference": second.reference,
                           "umr": umr_of(second.page), "status": "OK"}]


def test_a_reference_that_somebody_else_got_meanwhile_ends_the_form(merchant, hook):
    visit = Visit(merchant, url_callback=hook.url(), consumer_reference="C-4")
    visit.go_on()
    safedebit.made(merchant, consumer_reference="C-4")
    assert "n’a pas été signé" in visit.sign().text
    assert told(hook)[0]["status"] == "ERROR"


def test_the_result_is_shown_for_half_an_hour(merchant):
    visit = Visit(merchant)
    visit.go_on()
    visit.sign()
    assert visit.status().status == 200
    stays = next(link for link in visit.page.links if "auto=0" in link)
    assert visit.browser.go(merchant.base_url + stays).refresh() is None
    merchant.advance(31 * 60)
    assert visit.status().status == 410


def test_what_was_not_shown_cannot_be_signed(merchant):
    visit = Visit(merchant)
    visit.go_on()
    earlier = visit.signature()
    visit.browser.go(visit.link + "?step=1")
    visit.go_on(iban=ibans.unique())
    page = visit.browser.submit(earlier, "sign", accept="1", otp=CODE)
    assert page.status == 422 and "a changé entre-temps" in page.text
    assert "Mandat signé" in visit.sign().text


def test_a_mandate_is_dated_on_the_day_it_is_signed(merchant):
    visit = Visit(merchant)
    visit.go_on()
    merchant.advance(86400)
    visit.page.forms[0].fields["otp"] = CODE
    page = visit.sign()
    assert page.status == 422 and "a changé entre-temps" in page.text


# --- mandates that a call has made --------------------------------------------------------------

def ask(account, **changes):
    consumer = safedebit.made(account)
    answer = account.ssp("create_mandate", **{"safedebit_consumer_reference": consumer} | URLS | changes)
    assert answer["result"], answer
    return answer


def test_a_mandate_of_a_call_goes_back_by_a_form(merchant):
    answer = ask(merchant, umr="CALL-1")
    browser = Browser(merchant)
    page = browser.go(answer["signature_url"])
    assert umr_of(page) == "CALL-1" and not any("step=1" in link for link in page.links)
    page = browser.submit(page.form_with("otp"), "sign", accept="1", otp=CODE)
    (form,) = [form for form in page.forms if "bic" in form.fields]
    assert form.action == URLS["url_ok"] and form.method == "POST"
    assert form.fields["umr"] == "CALL-1" and form.fields["bic"] == "TESTDEPP"
    assert re.fullmatch(r"DE\d{20}", form.fields["iban"])
    assert page.refresh() is None
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {SHOP};" in policy


def test_its_code_was_sent_with_the_call(merchant):
    consumer = safedebit.made(merchant, consumer_phone_number="0622222222")
    answer = merchant.ssp("create_mandate", safedebit_consumer_reference=consumer, **URLS)
    assert CODE in caught.about(merchant, "0622222222", answer["umr"])[0]["text"]


def test_its_code_goes_by_mail_when_it_is_wanted(merchant):
    consumer = safedebit.made(merchant, consumer_email="by.mail@example.org")
    answer = merchant.ssp("create_mandate", safedebit_consumer_reference=consumer,
                          sign_option="EMAIL", **URLS)
    (mail,) = caught.about(merchant, "by.mail@example.org", answer["umr"])
    assert mail["kind"] == "mail" and mail["subject"] == f"Votre code : {CODE}"


@pytest.mark.parametrize("action,url,status", [("cancel", "cancel", "CANCEL"), ("sign", "ko", "ERROR")])
def test_a_mandate_of_a_call_that_comes_to_nothing(merchant, action, url, status):
    answer = ask(merchant)
    browser = Browser(merchant)
    page = browser.go(answer["signature_url"])
    for _ in range(1 if action == "cancel" else 5):
        page = browser.submit(page.form_with("otp"), action, accept="1", otp=WRONG)
    delay, target = page.refresh()
    assert delay == 3 and target.startswith(f"{SHOP}/{url}?")
    told_there = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    assert told_there["umr"] == answer["umr"] and told_there["status"] == status
    made = safedebit.exchange(merchant, "otu_confirm_mandat",
                              {"umr": answer["umr"], "otu_value": CODE})
    assert made.json["code"] == "STATE_003"


def test_who_was_told_the_code_signs_for_the_consumer(merchant):
    answer = ask(merchant)
    safedebit.check_done(safedebit.exchange(merchant, "otu_confirm_mandat",
                                            {"umr": answer["umr"], "otu_value": CODE}))
    page = Browser(merchant).go(answer["signature_url"])
    assert page.status == 410 and "est signé" in page.text


# --- what everybody may see ---------------------------------------------------------------------

def test_an_unknown_link_is_not_found(merchant):
    for token in ("x" * 32, "x", "a.b"):
        assert Browser(merchant).go(f"{merchant.base_url}/m/{token}").status == 404


def test_the_headers_are_strict(merchant):
    visit = Visit(merchant)
    for page in (visit.page, visit.go_on(), visit.sign(WRONG), visit.sign(), visit.open()):
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert "form-action 'self';" in page.headers["Content-Security-Policy"]


def test_a_form_of_another_page_is_not_taken(merchant):
    visit, other = Visit(merchant), Visit(merchant)
    csrf = other.details().fields["csrf"]
    page = visit.go_on(csrf=csrf)
    assert page.status == 422 and "avait expiré" in page.text
    assert visit.details().fields["consumer_city"] == "Lyon"


def test_the_link_is_sent_where_it_is_wanted(merchant):
    visit = Visit(merchant, consumer_email="wants.link@example.org",
                  consumer_phone_number="0633333333", sms_option="1", email_option="1")
    assert caught.about(merchant, "0633333333", visit.link)[0]["kind"] == "sms"
    mail = caught.about(merchant, "wants.link@example.org", visit.link)[0]
    assert mail["subject"] == "Votre mandat de prélèvement à signer"
