"""What the operator sees of enrolments, on the page and by commands (api/seqino.md 4)."""

import html
import json
import re
from urllib.parse import urlencode

import pytest

from support import cli, onboarding, seqino, wire
from support.browser import Browser
from support.onboarding import Visit

UNKNOWN = "0" * 24


def come(account, path="/operator/enrolments?state=all", language="fr-FR"):
    told = account.server.contract["dashboard"]
    browser = Browser(account, language)
    browser.go(account.server.base_url + "/operator/login")
    browser.submit(browser.page.form_with("password"), **told)
    browser.go(account.server.base_url + path)
    return browser


def cookie(browser, account):
    return "guichet_operator=" + browser.cookies[account.server.host]["guichet_operator"]


def get(account, path, cookies=""):
    return wire.exchange(account.server.base_url + path, "GET", None, {"Cookie": cookies})


def told(account, *words):
    return cli.told(account.server, "enrolment", *words)


def plain(link_id):
    return link_id.removeprefix("onb_")


def page_of(browser, account, link_id, more=""):
    return browser.go(f"{account.server.base_url}/operator/enrolments/{link_id}{more}")


def signed(account, **members):
    visit = Visit(account, include_signature=True, **members)
    visit.company()
    visit.agree()
    visit.codes(1)
    visit.sign()
    assert visit.status()["signature_completed"]
    return visit


# --- the list ---


def test_enrolments_of_all_merchants_are_listed(sandbox):
    visits = [Visit(sandbox.merchant_add()) for _ in range(2)]
    visits[0].company()
    rows = told(sandbox, "list", "--limit", "200")
    mine = [row for row in rows if row["id"] in {visit.link["link_id"] for visit in visits}]
    assert [row["id"] for row in mine] == [visit.link["link_id"] for visit in reversed(visits)]
    for row, visit in zip(reversed(mine), visits):
        assert row["client"] == visit.client_id and row["mode"] == "test"
        assert row["organization_name"] == visit.client["organization_name"]
        assert row["external_ref"] == visit.client["external_ref"]
    assert [row["state"] for row in mine] == ["open", "completed"]
    assert [row["percentage"] for row in mine] == [0, 100]
    browser = come(sandbox)
    text = browser.page.text
    for visit in visits:
        assert visit.client["organization_name"] in text
        assert any(plain(visit.link["link_id"]) in link for link in browser.page.links)


@pytest.mark.parametrize("state, shown", [
    ("open", ["open"]), ("completed", ["completed"]), ("failed", ["failed"]),
    ("waiting", ["waiting"]), ("all", None)])
def test_lists_by_state(shop, state, shown):
    visit = Visit(shop)
    visit.company()
    Visit(shop)
    rows = told(shop, "list", "--state", state, "--limit", "200")
    assert shown is None or {row["state"] for row in rows} <= {*shown, "expired"}
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids, reverse=True)
    assert (visit.link["link_id"] in ids) == (state in ("completed", "all"))
    browser = come(shop, "/operator/enrolments?state=" + state)
    assert browser.page.status == 200
    assert browser.page.raw.decode().count('aria-current="page"') == 2


def test_lists_come_in_pages(fresh):
    visits = [Visit(fresh) for _ in range(55)]
    ids = [plain(visit.link["link_id"]) for visit in reversed(visits)]
    browser = come(fresh)
    seen = []
    for _ in range(3):
        seen += re.findall(r'class="row" href="/operator/enrolments/([0-9A-Za-z]{24})',
                           browser.page.raw.decode())
        older = re.search(r'href="([^"]*)" rel="next"', browser.page.raw.decode())
        if older is None:
            break
        browser.go(fresh.server.base_url + html.unescape(older[1]))
    assert seen == ids
    rows = told(fresh, "list", "--limit", "3", "--before", "onb_" + ids[10])
    assert [plain(row["id"]) for row in rows] == ids[11:14]
    assert "onb_" + ids[0] in cli.run(fresh.server, "enrolment", "list")


@pytest.mark.parametrize("query", ["state=none", "state=", "before=x", "before=" + UNKNOWN,
                                   "state=all&before=" + "z" * 24, "state=open&state=all"])
def test_odd_queries(shop, query):
    assert come(shop, "/operator/enrolments?" + query).page.status == 200


# --- one of them ---


def test_an_enrolment_is_shown_to_the_operator(shop):
    visit = signed(shop, include_kyc=False)
    link_id = visit.link["link_id"]
    row = told(shop, "show", link_id)
    assert row["state"] == "completed" and row["percentage"] == 100
    assert row["signer"] == "Camille Secretdupont" and len(row["signed_sha256"]) == 64
    assert row["company"]["siren"] == onboarding.SIREN and row["company"]["register"] == "verified"
    assert row["contact_email"] == visit.client["contact_email"]
    assert [event["kind"] for event in row["history"]][0] == "enrolment.state"
    assert told(shop, "show", plain(link_id))["id"] == link_id
    browser = come(shop)
    page = page_of(browser, shop, plain(link_id))
    for word in (visit.client["organization_name"], onboarding.SIREN, "Camille Secretdupont",
                 link_id, "Terminée", "Conforme au registre", row["signed_sha256"]):
        assert word in page.text, word
    assert page_of(browser, shop, link_id).status == 200


def test_the_signed_mandate_is_read(shop, tmp_path):
    visit = signed(shop)
    link_id = visit.link["link_id"]

    def look():
        try:
            return told(shop, "show", link_id, "--documents", tmp_path / "files")["mandate_file"]
        except AssertionError:
            return None

    file = onboarding.eventually(look, 20, "the mandate is drawn")
    saved = tmp_path / "files" / f"mandate_{plain(link_id)}.pdf"
    assert file == str(saved) and saved.stat().st_mode & 0o777 == 0o600
    assert saved.read_bytes().startswith(b"%PDF-")
    browser = come(shop)
    page = page_of(browser, shop, plain(link_id), "/mandate")
    assert page.status == 200 and page.raw == saved.read_bytes()
    for name, value in {"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff",
                        "Cache-Control": "no-store"}.items():
        assert page.headers[name] == value
    assert page.headers["Content-Security-Policy"].startswith("sandbox;")
    assert page.headers["Content-Disposition"] == f'inline; filename="{plain(link_id)}.pdf"'


def test_whoever_looks_is_noted(shop):
    visit = Visit(shop)
    visit.company()
    link_id = plain(visit.link["link_id"])
    told(shop, "show", link_id)
    browser = come(shop)
    page_of(browser, shop, link_id)
    page = page_of(browser, shop, link_id)
    assert page.text.count("consultée") == 2 and "entreprise enregistrée" in page.text
    audit = browser.go(shop.server.base_url + "/operator/audit").raw.decode()
    rows = [row for row in re.findall(r'<tr role="row">.*?</tr>', audit, re.S) if link_id in row]
    assert "consultée" in rows[0] and shop.server.contract["dashboard"]["email"] in rows[0]
    assert "consultée" in rows[2] and "Commande" in rows[2]
    assert "entreprise enregistrée" in rows[3]


def test_nobody_else_looks(shop):
    visit = Visit(shop)
    visit.company()
    link_id = plain(visit.link["link_id"])
    paths = ["/operator/enrolments", f"/operator/enrolments/{link_id}",
             f"/operator/enrolments/{link_id}/mandate"]
    for path in paths:
        answer = get(shop, path)
        assert answer.status == 303 and "/operator/login" in answer.headers["Location"]
        assert wire.exchange(shop.server.base_url + path, "POST", b"", {}).status in (405, 303)
    browser = come(shop)
    before = cookie(browser, shop)
    browser.press("Se déconnecter")
    for path in paths:
        assert get(shop, path, before).status == 303


@pytest.mark.parametrize("name", [UNKNOWN, "onb_" + UNKNOWN, "x", "onb_", "..", "%00",
                                  "'%20OR%201=1--", "onb_onb_" + UNKNOWN])
def test_no_such_enrolment(shop, name):
    browser = come(shop)
    for more in ("", "/mandate"):
        assert get(shop, f"/operator/enrolments/{name}{more}",
                   cookie(browser, shop)).status in (400, 404)


def test_nothing_was_signed(shop):
    visit = Visit(shop, include_signature=True)
    visit.company()
    browser = come(shop)
    assert page_of(browser, shop, plain(visit.link["link_id"]), "/mandate").status == 404


@pytest.mark.parametrize("words, code", [
    ([], 2), (["take"], 2), (["show"], 2), (["accept"], 2), (["refuse", "x"], 2),
    (["refuse", "--reason", "y"], 2), (["accept", "x", "--reason", "y"], 2),
    (["accept", "onb_" + UNKNOWN], 1), (["refuse", "onb_" + UNKNOWN, "--reason", "y"], 1), (["list", "--state", "none"], 2),
    (["list", "--limit", "0"], 2), (["list", "--limit", "201"], 2),
    (["list", "--before", "x"], 2), (["list", "more"], 2), (["show", "a", "b"], 2),
    (["show", "onb_" + UNKNOWN], 1), (["show", "x"], 1)])
def test_bad_commands(shop, words, code):
    cli.run(shop.server, "enrolment", *words, expect=code)


def test_a_client_that_was_let_go_is_still_listed(merchant):
    visit = Visit(merchant)
    answer = seqino.exchange(merchant, "DELETE", "/clients/" + visit.client_id)
    assert answer.status == 204
    row = told(merchant, "show", visit.link["link_id"])
    assert row["external_ref"] is None and row["organization_name"]
    assert json.dumps(row)


def test_nobody_examines_for_a_client_that_was_let_go(merchant):
    visit = waiting(merchant)
    assert seqino.exchange(merchant, "DELETE", "/clients/" + visit.client_id).status == 204
    assert visit.open().status == 404
    assert visit.status()["status"] == "expired"
    assert told(merchant, "show", visit.link["link_id"])["state"] == "replaced"
    merchant.verify()


# --- deciding ---

REASON = "La pièce d’identité est illisible.\nMerci d’en envoyer une autre."


def waiting(account, **members):
    """A link whose company has handed in everything, and waits for the operator."""
    visit = Visit(account, include_kyc=True, **members)
    visit.kyc(family_name="REVIEW")
    return visit


def ids_of(visit):
    return plain(visit.link["link_id"])


def press(browser, account, visit, verdict, **values):
    """Opens the page of a verdict and confirms it."""
    page_of(browser, account, ids_of(visit), "/" + verdict)
    form = next(form for form in browser.page.forms if verdict in form.action)
    return browser.submit(form, **values)


def post(account, visit, verdict, fields, cookies):
    return wire.exchange(
        f"{account.server.base_url}/operator/enrolments/{ids_of(visit)}/{verdict}", "POST",
        urlencode(fields).encode(),
        {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies})


def form_of(browser, account, visit, verdict):
    page_of(browser, account, ids_of(visit), "/" + verdict)
    return next(form for form in browser.page.forms if verdict in form.action).fields


def test_what_was_handed_in_is_shown_and_accepted(shop):
    visit = waiting(shop)
    browser = come(shop, "/operator")
    assert "Ce que des entreprises ont remis" in browser.page.text
    browser.go(shop.server.base_url + "/operator/enrolments")
    assert any(ids_of(visit) in link for link in browser.page.links)
    page = page_of(browser, shop, ids_of(visit))
    for word in ("À décider", "REVIEW", "Camille Zoé", "31 janvier 1980", "Lyon", "gérante",
                 "Le représentant seul", "Pièce d’identité, recto", "Extrait du registre"):
        assert word in page.text, word
    assert visit.status()["kyc_completed"] is False
    page = press(browser, shop, visit, "accept")
    assert "Vous avez accepté cette inscription" in page.text and "Terminée" in page.text
    assert shop.server.contract["dashboard"]["email"] in page.text
    told_status = visit.status()
    assert told_status["kyc_completed"] is True and told_status["status"] == "completed"
    shop.server.verify()


def test_it_is_refused_with_a_reason(shop):
    visit = waiting(shop)
    browser = come(shop)
    page = press(browser, shop, visit, "refuse", reason=REASON.replace("\n", "\r\n"))
    assert "Vous avez refusé cette inscription" in page.text and "illisible" in page.text
    assert visit.status()["status"] == "failed" and not visit.status()["kyc_completed"]
    assert told(shop, "show", ids_of(visit))["reason"] == REASON
    visit.open()
    assert "illisible" in visit.page.text


def test_what_is_decided_after_the_link_is_read_by_it(merchant):
    accepted, refused = waiting(merchant), waiting(merchant)
    merchant.advance(8 * 86400)
    told(merchant, "accept", accepted.link["link_id"])
    told(merchant, "refuse", refused.link["link_id"], "--reason", REASON)
    for status, words in ((200, ("Inscription terminée", "illisible")),
                          (410, ("déjà terminée", "n’a pas été accepté"))):
        for visit, said in zip((accepted, refused), words):
            page = visit.open()
            assert page.status == status and said in page.text
        merchant.advance(7 * 86400)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\x07b"])
def test_a_refusal_says_why(shop, reason):
    visit = waiting(shop)
    browser = come(shop)
    page = press(browser, shop, visit, "refuse", reason=reason)
    assert page.status == 422 and 'aria-invalid="true"' in page.raw.decode()
    assert visit.status()["status"] == "in_progress"
    assert press(browser, shop, visit, "refuse", reason="é" * 500).status == 200
    assert visit.status()["status"] == "failed"


def test_it_is_decided_by_commands(shop):
    accepted, refused = waiting(shop), waiting(shop)
    row = told(shop, "accept", accepted.link["link_id"])
    assert row["state"] == "completed" and row["percentage"] == 100
    cli.run(shop.server, "enrolment", "refuse", refused.link["link_id"], "--reason", "x" * 501,
            expect=1)
    assert told(shop, "refuse", refused.link["link_id"], "--reason", REASON)["state"] == "failed"
    for visit in (accepted, refused):
        cli.run(shop.server, "enrolment", "accept", visit.link["link_id"], expect=1)
        cli.run(shop.server, "enrolment", "refuse", visit.link["link_id"], "--reason", "x",
                expect=1)


def test_the_second_one_is_told(shop):
    visit = waiting(shop)
    first, second = come(shop), come(shop)
    late = form_of(second, shop, visit, "refuse")
    assert "Vous avez accepté" in press(first, shop, visit, "accept").text
    answer = post(shop, visit, "refuse", late | {"reason": REASON}, cookie(second, shop))
    assert answer.status == 303 and "told=late" in answer.headers["Location"]
    page = second.go(shop.server.base_url + answer.headers["Location"])
    assert "plus rien à décider" in page.text and "acceptée" in page.text.lower()
    # The same form again shows the same.
    assert "plus rien à décider" in page_of(second, shop, ids_of(visit), "/accept").text
    assert visit.status()["status"] == "completed"


def test_nothing_is_decided_without_the_form(shop):
    visit, other = waiting(shop), waiting(shop)
    browser = come(shop)
    cookies = cookie(browser, shop)
    accept = form_of(browser, shop, visit, "accept")
    stranger = come(shop)
    for verdict, fields, sent in (
            ("accept", {}, cookies), ("accept", {"csrf": ""}, cookies),
            ("accept", form_of(browser, shop, other, "accept"), cookies),
            ("refuse", accept | {"reason": REASON}, cookies),
            ("accept", accept, cookie(stranger, shop))):
        assert post(shop, visit, verdict, fields, sent).status == 422
    assert post(shop, visit, "accept", accept, "").status == 303
    for verdict in ("accept", "refuse"):
        assert page_of(browser, shop, ids_of(visit), f"/{verdict}?csrf={accept['csrf']}").status == 200
    assert told(shop, "show", ids_of(visit))["state"] == "waiting"
    browser.press("Se déconnecter")
    answer = post(shop, visit, "accept", accept, cookies)
    assert answer.status == 303 and "/operator/login" in answer.headers["Location"]
    assert visit.status()["status"] == "in_progress"


def test_files_are_for_the_operator_alone(shop, tmp_path):
    visit = waiting(shop)
    browser = come(shop)
    for kind, content, mime, ending in (
            ("identity_front", onboarding.jpeg(), "image/jpeg", "jpg"),
            ("company_extract", onboarding.pdf_file(), "application/pdf", "pdf")):
        page = page_of(browser, shop, ids_of(visit), "/files/" + kind)
        assert page.status == 200 and page.raw == content
        assert page.headers["Content-Type"] == mime
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Content-Security-Policy"].startswith("sandbox;")
        assert page.headers["Content-Disposition"] == f'inline; filename="{kind}.{ending}"'
        assert page.headers["Cache-Control"] == "no-store"
        path = f"/operator/enrolments/{ids_of(visit)}/files/{kind}"
        assert get(shop, path).status == 303
    for kind in ("identity_back", "none", "..", "mandate"):
        assert page_of(browser, shop, ids_of(visit), "/files/" + kind).status == 404
    page = page_of(browser, shop, ids_of(visit))
    assert "identity_front" in page.text and "company_extract" in page.text
    row = told(shop, "show", ids_of(visit), "--documents", tmp_path / "files")
    assert [item["kind"] for item in row["documents"]] == ["identity_front", "company_extract"]
    assert row["representative"]["family_name"] == "REVIEW"
    for item, content in zip(row["documents"], (onboarding.jpeg(), onboarding.pdf_file())):
        file = tmp_path / "files" / item["file"].rsplit("/", 1)[1]
        assert file.read_bytes() == content and file.stat().st_mode & 0o777 == 0o600
        assert item["size"] == len(content)
