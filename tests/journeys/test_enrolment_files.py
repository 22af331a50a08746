"""Who represents a company, who owns it, and the documents that it hands in (api/seqino.md 4)."""

import http.client
import io
import socket
import zipfile
from urllib.parse import urlsplit

import pytest

from support import caught, onboarding
from support.onboarding import MARK, Visit, jpeg, pdf_file, png

LIMIT = 10 << 20


@pytest.fixture
def visit(merchant):
    visit = Visit(merchant, include_kyc=True)
    visit.company()
    return visit


@pytest.fixture
def handing_in(visit):
    visit.person()
    return visit


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "x" * 100)
    return out.getvalue()


# --- people -------------------------------------------------------------------------------------

@pytest.mark.parametrize("values", [
    {"family_name": ""}, {"given_names": ""}, {"birth_date": ""}, {"birth_place": ""}, {"nationality": ""},
    {"role": ""}, {"owners": ""}, {"owners": "x"}, {"family_name": "x" * 101}, {"birth_date": "31/02/1980"},
    {"birth_date": "01/01/2020"}, {"birth_date": "01/01/1800"}, {"birth_date": "demain"}, {"birth_date": "1/1/80"},
    {"owners": "listed"}, {"owners": "listed", "owner1_family_name": "Martin"}])
def test_people_who_are_not_told_are_asked_for(visit, values):
    page = visit.person(**values)
    assert page.status == 422 and visit.percentage() == 33


def test_whoever_forgets_to_choose_finds_the_people_who_were_typed(visit):
    page = visit.person(owners="", **owner(1, 30))
    assert page.status == 422 and "Dites qui détient" in page.text
    page = visit.browser.submit(visit.form("birth_date"), "person", owners="listed")
    assert page.status == 200 and visit.percentage() == 55


def owner(number, share, **values):
    told = {"family_name": f"Martin{number}", "given_names": "Paul", "birth_date": "2.3.1970",
            "nationality": "belge", "share": str(share)} | values
    return {f"owner{number}_{name}": value for name, value in told.items()}


@pytest.mark.parametrize("shares, taken", [([25], True), ([100], True), ([24], False), ([101], False), ([60, 40], True),
                                           ([60, 41], False), ([25, 25, 25, 25], True)])
def test_owners_have_a_quarter_at_least_and_not_more_than_all(visit, shares, taken):
    values = {"owners": "listed"}
    for number, share in enumerate(shares, 1):
        values |= owner(number, share)
    page = visit.person(**values)
    assert (page.status, visit.percentage()) == ((200, 55) if taken else (422, 33)), page.text


def test_people_are_shown_again_and_corrected_until_documents_are_handed_in(visit):
    visit.person(owners="listed", **owner(1, 30), **owner(3, 40))
    visit.open("?step=representative")
    fields = visit.form("birth_date").fields
    assert fields["family_name"] == "Secretdurand" and fields["birth_date"] == "31/01/1980"
    assert fields["owners"] == "listed" and fields["owner2_family_name"] == "Martin3"  # closed up
    visit.person(family_name="Autre")
    visit.documents()
    assert "terminée" in visit.open("?step=representative").text
    assert visit.page.form_with("birth_date") is None


# --- files --------------------------------------------------------------------------------------

@pytest.mark.parametrize("make", [jpeg, png, pdf_file])
@pytest.mark.parametrize("over", [0, 1])
def test_a_file_has_10_mb_at_most(handing_in, make, over):
    content = make(size=LIMIT - len(make(size=LIMIT)) + LIMIT + over) if make is not jpeg else \
        jpeg_of(LIMIT + over)
    assert len(content) == LIMIT + over
    page = handing_in.send("identity_front", content)
    if over:
        assert page.status == 422 and "10 Mo" in page.text.replace("\u00a0", " ")
    else:
        assert page.status == 200 and "Reçu" in page.text


def test_what_is_too_much_to_send_says_how_much_a_file_may_have(handing_in):
    """As a browser does, which reads the answer whenever it comes."""
    target = urlsplit(handing_in.url)
    with socket.create_connection((target.hostname, target.port), timeout=20) as link:
        link.sendall(f"POST {target.path}/fichier HTTP/1.1\r\nHost: {target.netloc}\r\nAccept-Language: fr\r\n"
                     f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {3 * LIMIT}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(link)
        answer.begin()
        assert answer.status == 413 and "10\u00a0Mo au plus" in answer.read().decode()


def test_a_refused_file_leaves_an_address_that_leads_back(handing_in):
    page = handing_in.send("identity_front", b"x")
    assert page.status == 422 and "?lang=en" in page.links
    page = handing_in.browser.go(page.url + "?lang=en")
    assert page.status == 200 and "one by one" in page.text and page.form_with("kind") is not None


def jpeg_of(length):
    """The filling goes in segments, so it is tried."""
    size = length - len(jpeg())
    while len(jpeg(size)) > length:
        size -= len(jpeg(size)) - length
    assert len(jpeg(size)) == length
    return jpeg(size)


BROKEN = {
    "nothing": b"", "a letter": b"x", "gif": b"GIF89a" + bytes(100), "html": b"<html></html>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "program": b"MZ" + bytes(100), "archive": archive(),
    "archive as jpeg": b"\xff\xd8" + archive(), "archive as png": b"\x89PNG\r\n\x1a\n" + archive(),
    "archive as pdf": b"%PDF-1.4\n" + archive(), "jpeg cut off": jpeg()[:-2], "jpeg cut short": jpeg()[:40],
    "archive behind jpeg": jpeg() + archive(), "pdf behind jpeg": jpeg() + pdf_file(), "empty jpeg": b"\xff\xd8\xff\xd9",
    "png cut off": png()[:-1], "png cut short": png()[:30], "more behind png": png() + b"x",
    "archive behind png": png() + archive(), "png changed": png().replace(MARK, MARK[:-1] + b"X"),
    "pdf cut off": pdf_file()[:-8], "archive behind pdf": pdf_file() + archive(),
    "pdf with password": pdf_file().replace(b"/Root", b"/Encrypt 1 0 R /Root"), "pdf moved": b" " + pdf_file()}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_picture_and_no_document_is_refused(handing_in, what):
    content = BROKEN[what]
    page = handing_in.send("identity_front", content, file_name="photo.jpg", media="image/jpeg")
    assert page.status == 422 and "Reçu" not in page.text
    page = handing_in.hand_in()
    assert page.status == 422 and "Il manque" in page.text


def test_a_name_and_a_type_say_nothing(handing_in):
    page = handing_in.send("identity_front", png(), file_name="../../virus.exe", media="text/html")
    assert page.status == 200 and "PNG, 1" in page.text and "virus" not in page.raw.decode()


def test_a_document_of_thirty_pages_is_taken(handing_in):
    assert "PDF" in handing_in.send("company_extract", pdf_file(30)).text


def test_what_was_received_is_never_shown_and_can_be_replaced(handing_in):
    for content in (png(), jpeg(), pdf_file()):
        page = handing_in.send("identity_front", content)
        assert page.status == 200 and MARK not in page.raw and "Remplacer" in page.text
    assert handing_in.hand_in().status == 422
    handing_in.send("identity_back", png())
    handing_in.send("company_extract", pdf_file())
    assert "terminée" in handing_in.hand_in().text
    page = handing_in.open()
    assert page.form_with("kind") is None and MARK not in page.raw


def test_a_file_comes_in_its_own_form_only(handing_in):
    form = next(form for form in handing_in.page.forms if form.fields.get("kind") == "identity_front")
    upload = handing_in.url + "/fichier"
    assert handing_in.browser.upload(form, "file", png(), csrf="1.0").status == 422
    assert handing_in.browser.upload(form, "file", png(), kind="x").status == 400
    assert handing_in.browser.upload(form, "other", png()).status == 422
    handing_in.open()
    assert handing_in.browser.upload(form, "file", png()).status == 200
    assert handing_in.browser.go(upload, "POST", b"kind=identity_front").status == 415
    assert handing_in.browser.go(upload, "POST", b"--x\r\n", "multipart/form-data; boundary=x").status == 400
    assert handing_in.browser.go(upload, "POST", b"--x--", "multipart/form-data; boundary=x").status == 400
    assert handing_in.browser.go(upload, "PUT").status == 405


def test_documents_before_their_time_lead_to_what_is_next(visit):
    page = visit.browser.go(visit.url + "/fichier", "POST", b"--x--", "multipart/form-data; boundary=x")
    assert page.status == 200 and page.form_with("birth_date") is not None
    page = visit.browser.go(visit.url, "POST", b"action=documents")
    assert page.status == 200 and page.form_with("birth_date") is not None
    assert visit.browser.go(visit.url, "POST", b"action=document").status == 400


def test_what_is_pressed_twice_leads_on(merchant):
    visit = Visit(merchant, include_kyc=True, include_signature=True)
    visit.company()
    visit.person(family_name="REVIEW")
    visit.send("identity_front", jpeg())
    visit.send("company_extract", pdf_file())
    handed = next(form for form in visit.page.forms if any(value == "documents" for _, value, _ in form.buttons))
    for _ in range(2):
        page = visit.browser.submit(handed, "documents")
        assert page.status == 200 and page.form_with("first_name") is not None
    agreed = visit.form("first_name")
    visit.agree()
    signed = visit.form("otp")
    for _ in range(2):
        page = visit.browser.submit(signed, "sign", otp=onboarding.CODE)
        assert page.status == 200 and "Dossier transmis" in page.text
    page = visit.browser.submit(agreed, "agree", first_name="Camille", last_name="Secretdupont", accept="1")
    assert page.status == 200 and "Dossier transmis" in page.text


# --- the review ---------------------------------------------------------------------------------

def test_a_dossier_that_waits_outlives_its_link(merchant):
    visit = Visit(merchant, include_kyc=True, callback_url="https://your-app.example/done")
    page = visit.kyc(family_name="REVIEW")
    assert "Dossier transmis" in page.text and visit.left_for().endswith("&status=in_progress")
    merchant.advance(8 * 86400)
    assert visit.status()["status"] == "in_progress"
    assert "Dossier transmis" in visit.open().text


@pytest.mark.parametrize("name, words", [("Martin", "sont acceptés"), ("REFUSE", "ne sont pas acceptés")])
def test_what_came_of_it_is_told_by_mail(visit, name, words):
    visit.person(family_name=name)
    visit.documents()
    (mail,) = caught.about(visit.account, visit.client["contact_email"], words)
    assert visit.link["link_id"] in mail["text"] and name not in mail["text"]


def test_a_killed_server_goes_on_where_it_was(fresh):
    visit = Visit(fresh, include_kyc=True, include_signature=True)
    for step in (visit.company, visit.person, lambda: visit.send("identity_front", jpeg()),
                 lambda: visit.send("company_extract", pdf_file()), visit.hand_in, visit.agree, visit.sign):
        step()
        fresh.server.kill9()
        fresh.server.start()
        visit.arrive()
        visit.open()
    assert visit.status()["status"] == "completed"
    fresh.server.verify()


def test_no_name_and_no_document_lies_in_the_clear(fresh):
    visit = Visit(fresh, include_kyc=True, include_signature=True)
    visit.company()
    visit.person(owners="listed", **owner(1, 30, family_name="Secretmartin"))
    visit.documents()
    visit.agree()
    visit.sign()
    onboarding.pdf(fresh, visit.url + "/mandat.pdf")
    fresh.server.stop()
    for path in [*fresh.server.dir.rglob("*"), fresh.server.log, fresh.server.out]:
        if path.is_file():
            content = path.read_bytes()
            for secret in (b"Secretdurand", b"Secretmartin", b"Secretdupont", MARK):
                assert secret not in content, (path, secret)
    fresh.server.start()
