"""A company enrols on its page (api/seqino.md 4): without scripts, as anybody may, and as nobody should."""

import copy
import re
from urllib.parse import urljoin

import pytest

from support import caught, cli, onboarding, seqino, wire
from support.onboarding import CODE, SHOP, SIREN, WRONG, Visit
from support.pdf import pdf_text

NAME = "Secretdupont"  # of whoever signs: nowhere in the clear


# --- the company --------------------------------------------------------------------------------

def test_the_register_fills_in_what_it_knows(merchant):
    visit = Visit(merchant)
    page = visit.find("732 829 320 00074")
    form = visit.form("legal_form")
    assert form.fields["name"] == "Société d'essai 732" and form.fields["vat_number"] == "FR44732829320"
    assert form.fields["siret"] == "73282932000074" and form.fields["address_city"] == "Lyon"
    assert "registre" in page.text and "732 829 320" in page.text.replace("\u00a0", " ")
    page = visit.browser.submit(form, "company")
    assert page.status == 200 and "Inscription terminée" in page.text
    # It can be paid and invoice now.
    settings = cli.run(merchant.server, "merchant", "show", visit.client_id.removeprefix("client_"), "--json")
    for text in ("732829320", "73282932000074", "FR44732829320", "3 place des Essais", visit.client["contact_email"]):
        assert text in settings


@pytest.mark.parametrize("number, words", [("923456784", "ne connaît pas"), ("812345676", "ne répond pas")])
def test_what_the_register_does_not_say_is_typed(merchant, number, words):
    visit = Visit(merchant)
    page = visit.find(number)
    assert words in page.text
    form = visit.form("legal_form")
    assert form.fields["name"] == visit.client["organization_name"] and form.fields["address_line"] == ""
    page = visit.browser.submit(form, "company")
    assert page.status == 422 and "Erreur" in page.raw.decode()
    page = visit.browser.submit(visit.form("legal_form"), "company", legal_form="EI", address_line="1 rue du Port",
                                address_zip="29200", address_city="Brest")
    assert page.status == 200 and "terminée" in page.text


@pytest.mark.parametrize("number", ["", "732829321", "73282932000075", "12", "abc", "356000001", "35600000049838", "x" * 200])
def test_a_number_that_is_none_is_refused(merchant, number):
    visit = Visit(merchant)
    page = visit.find(number)
    assert page.status == 422 and visit.form("number").fields["number"] == number
    assert visit.percentage() == 0


def test_another_language_keeps_the_number_that_was_typed(merchant):
    visit = Visit(merchant)
    page = visit.find()
    assert visit.form("legal_form").fields["address_city"] == "Lyon"
    (english,) = [link for link in page.links if "lang=en" in link and "number" in link]
    page = visit.browser.go(urljoin(page.url, english))
    assert page.headers["Content-Language"] == "en" and page.form_with("legal_form").fields["siren"] == SIREN


def test_la_poste_has_places_of_its_own(merchant):
    visit = Visit(merchant)
    visit.find("356 000 000 49837")
    assert visit.form("legal_form").fields["siret"] == "35600000049837"


@pytest.mark.parametrize("values", [
    {"name": ""}, {"name": "x" * 129}, {"legal_form": ""}, {"legal_form": "x" * 61}, {"capital": "x" * 41},
    {"address_line": "x" * 71}, {"address_zip": "x" * 17}, {"address_city": "x" * 36}, {"name": "a\x07b"},
    {"vat_number": "FR45732829320"}, {"vat_number": "FR88100000009"}, {"siret": "10000000900017"},
    {"siret": "73282932000075"}, {"siren": "732829321"}, {"siren": ""}])
def test_details_that_do_not_fit_are_refused_and_kept(merchant, values):
    visit = Visit(merchant)
    page = visit.company(**values)
    assert page.status == 422, page.text
    assert visit.percentage() == 0


def test_details_at_their_limits_are_taken(merchant):
    visit = Visit(merchant)
    page = visit.company(name="é" * 128, legal_form="x" * 60, capital="x" * 40, rcs="x" * 60, address_line="x" * 70,
                         address_zip="x" * 16, address_city="x" * 35, vat_number="", siret="")
    assert page.status == 200 and visit.status()["status"] == "completed"


def test_a_form_of_another_link_saves_nothing(merchant):
    one, other = Visit(merchant), Visit(merchant)
    one.find()
    foreign = one.form("legal_form").fields["csrf"]
    other.find()
    page = other.browser.submit(other.form("legal_form"), "company", csrf=foreign)
    assert page.status == 422 and other.percentage() == 0


# --- coming back --------------------------------------------------------------------------------

def test_another_device_goes_on_where_the_first_stopped(merchant):
    visit = Visit(merchant, include_signature=True)
    visit.company()
    assert "Lisez et signez" in visit.page.text
    other = copy.copy(visit)
    other.arrive("en-GB")
    other.open()
    assert "Read and sign your mandate" in other.page.text
    other.agree()
    assert "Enter the code you received" in other.page.text
    # What was agreed to in English is not what the other page shows in French.
    assert "Lisez et signez" in visit.open().text
    other.sign()
    assert "Enrolment complete" in other.page.text
    assert "Inscription terminée" in visit.open().text


def test_the_company_is_corrected_before_it_signs_and_not_after(merchant):
    visit = Visit(merchant, include_signature=True)
    visit.company()
    visit.open("?step=company")
    visit.browser.submit(visit.form("legal_form"), "company", name="Nouveau nom")
    assert "Nouveau nom" in visit.page.text
    visit.agree()
    visit.open("?step=company")
    visit.browser.submit(visit.form("legal_form"), "company", name="Encore un autre")
    # Nobody has agreed to that, so there is no code to type.
    assert "Lisez et signez" in visit.page.text and "Encore un autre" in visit.page.text
    visit.agree()
    visit.sign()
    assert visit.status()["status"] == "completed"
    page = visit.open("?step=company")
    assert "Inscription terminée" in page.text and page.form_with("legal_form") is None


def test_a_killed_server_goes_on_where_it_was(fresh):
    visit = Visit(fresh, include_signature=True)
    for step in (visit.company, visit.agree, visit.sign):
        step()
        fresh.server.kill9()
        fresh.server.start()
        visit.arrive()
        visit.open()
    assert visit.status()["status"] == "completed"
    onboarding.pdf(fresh, visit.url + "/mandat.pdf")
    fresh.server.verify()


# --- the end ------------------------------------------------------------------------------------

def test_the_end_leads_back_and_can_be_stopped(merchant):
    visit = Visit(merchant, callback_url=SHOP + "/done")
    visit.company()
    assert visit.left_for() == f"{SHOP}/done?link_id={visit.link['link_id']}&status=completed"
    page = visit.open("?auto=0")
    assert page.status == 200 and page.refresh() is None
    # It is finished: nothing can be saved any more, and the end is shown again.
    page = visit.open()
    assert visit.left_for()


def test_a_callback_of_more_bytes_than_characters_has_its_button(merchant):
    shop = SHOP + "/" + "é" * 2000
    visit = Visit(merchant, callback_url=shop)
    page = visit.company()
    assert f"{shop}?link_id={visit.link['link_id']}&status=completed" in page.links
    assert page.refresh() is None  # too long for a header


# --- the signature ------------------------------------------------------------------------------

def test_a_mandate_is_signed_with_all_its_evidence(merchant):
    visit = Visit(merchant, include_signature=True, callback_url=SHOP + "/done")
    page = visit.company()
    for text in ("Mandat de facturation électronique", "Société d'essai 732", "SIREN 732829320", "3 place des Essais",
                 "Éditeur Exemple SAS", "onb_"):
        assert text in page.text, text
    shown = visit.form("first_name").fields["shown"]
    draft = pdf_text(onboarding.pdf(merchant, visit.url + "/mandat.pdf"))
    assert "n'est pas signé" in draft and "Société d'essai 732" in draft
    page = visit.agree()
    assert "c•••@example.org" in page.text and f"Camille {NAME}" in page.text
    (code,) = visit.codes(1)
    assert CODE in code["text"]
    page = visit.sign("123 456")
    assert "Inscription terminée" in page.text
    assert visit.left_for().startswith(SHOP + "/done?link_id=onb_")
    signed = pdf_text(onboarding.pdf(merchant, visit.url + "/mandat.pdf"))
    for text in ("Mandat de facturation électronique", f"Camille {NAME}", "Société d'essai 732", "127.0.0.1",
                 "Mozilla/5.0 (journeys)", "c•••@example.org", "company.saved", "code.sent", "mandate.signed", "UTC"):
        assert text in signed, text
    assert shown in re.sub(r"\s", "", signed)
    (mail,) = caught.about(merchant, visit.client["contact_email"], "/inscription/")
    assert NAME not in mail["text"] and visit.link["link_id"] in mail["text"]
    url = re.search(r"https?://\S+/inscription/\S+", mail["text"]).group()
    assert pdf_text(onboarding.pdf(merchant, url)) == signed
    assert wire.exchange(url[:-1] + ("A" if url[-1] != "A" else "B"), "GET").status == 404


def test_consent_and_name_are_needed(merchant):
    visit = Visit(merchant, include_signature=True)
    visit.company()
    for values in ({"accept": "0"}, {"first_name": ""}, {"last_name": " "}, {"first_name": "x" * 71},
                   {"last_name": "a\x00b"}, {"shown": "0" * 64}, {"csrf": "1.0"}):
        page = visit.agree(**values)
        assert page.status in (400, 422), values
        visit.open()
    assert caught.messages(merchant, visit.client["contact_email"]) == []
    assert visit.agree(first_name="é" * 70, last_name="x" * 70).status == 200


def test_a_guessed_code_signs_nothing(merchant):
    visit = Visit(merchant, include_signature=True)
    visit.company()
    visit.agree()
    for otp, words in (("", "Saisissez le code"), ("12345", "6 chiffres"), ("abcdef", "6 chiffres")):
        page = visit.sign(otp)
        assert page.status == 422 and words in page.text.replace("\u00a0", " ")
    for _ in range(4):
        assert "n’est pas le bon" in visit.sign(WRONG).text
    for _ in range(2):
        assert "trop souvent" in visit.sign(WRONG).text
    # The right one comes too late: the sixth try is none.
    assert "trop souvent" in visit.sign(CODE).text
    assert visit.percentage() == 33
    visit.browser.submit(visit.form("otp"), "resend")
    assert "nouveau code" in visit.page.text
    visit.sign(CODE)
    assert visit.percentage() == 100


def test_five_codes_an_hour_and_each_for_ten_minutes(merchant):
    visit = Visit(merchant, include_signature=True)
    visit.company()
    visit.agree()
    for _ in range(4):
        visit.browser.submit(visit.form("otp"), "resend")
        assert visit.page.status == 200
    page = visit.browser.submit(visit.form("otp"), "resend")
    assert page.status == 422 and "Trop de codes" in page.text
    assert len(visit.codes(5)) == 5
    merchant.advance(601)
    assert "Aucun code" in visit.open().text
    assert "a expiré" in visit.sign().text
    merchant.advance(3000)
    visit.open()
    visit.browser.submit(visit.form("otp"), "resend")
    visit.sign()
    assert visit.percentage() == 100


def test_a_code_is_good_for_one_link_and_once(merchant):
    one, other = Visit(merchant, include_signature=True), Visit(merchant, include_signature=True)
    for visit in (one, other):
        visit.company()
    one.agree()
    stale = one.form("otp")
    # Nobody has agreed on the other page: the code of the first is none there.
    page = other.browser.go(other.url, "POST", b"action=sign&otp=123456&shown=&csrf=" + stale.fields["csrf"].encode())
    assert page.status == 422 and other.percentage() == 33
    one.sign()
    page = one.browser.submit(stale, "sign", otp=CODE)
    assert "Inscription terminée" in page.text
    assert len(onboarding.pdf(merchant, one.url + "/mandat.pdf")) > 1000


def test_an_address_that_gets_no_mail_gets_no_code(merchant):
    client = seqino.exchange(merchant, "POST", "/clients/pdp-clients",
                             {"external_reference": "old", "client_name": "Ancienne"}).json
    visit = Visit(merchant, client={"client_id": client["pdp_client_id"], "contact_email": ""},
                  include_signature=True)
    visit.company()
    page = visit.agree()
    assert page.status == 422 and "ne peut pas être envoyé" in page.text


@pytest.mark.parametrize("address,shown", [
    ("éric@exemple.fr", "é•••@exemple.fr"), ("日本@例え.jp", "日•••@例え.jp"), ("\u202ea@x.fr", "\ufffd•••@x.fr")])
def test_an_address_of_other_letters_is_masked_by_whole_ones(merchant, address, shown):
    visit = Visit(merchant, client=seqino.made(merchant, contact_email=address), include_signature=True)
    assert shown in visit.company().text
    page = visit.agree()
    assert page.status == 422 and "ne peut pas être envoyé" in page.text


# --- what lies about ----------------------------------------------------------------------------

def test_no_name_of_a_person_lies_in_the_clear(fresh):
    visit = Visit(fresh, include_signature=True)
    visit.company()
    visit.agree()
    visit.sign()
    onboarding.pdf(fresh, visit.url + "/mandat.pdf")
    fresh.server.stop()
    token = visit.url.rsplit("/", 1)[1].encode()
    for path in fresh.server.dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert NAME.encode() not in content, path
            if path.name.startswith("guichet.db"):
                assert token not in content, path
    for log in (fresh.server.log, fresh.server.out):
        assert NAME.encode() not in log.read_bytes() and token not in log.read_bytes()
    with fresh.server.rows() as rows:
        audit = rows.ask("SELECT what, address, detail FROM audit WHERE object = ? ORDER BY number",
                         visit.link["link_id"].removeprefix("onb_"))
    assert [row["what"] for row in audit] == ["enrolment.company", "enrolment.signature", "enrolment.sealed"]
    assert audit[0]["address"] == "127.0.0.1"
    assert "Mozilla/5.0 (journeys)" in audit[0]["detail"] and "siren,siret,name" in audit[0]["detail"]
    fresh.server.start()
