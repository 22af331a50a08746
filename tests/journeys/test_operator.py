"""The operator's pages: who may sign in, what a session is, and what is noted (standards/pages.md 4)."""

import concurrent.futures
import html
import json
import re
from urllib.parse import urlencode

import pytest

from support import cli, server, wire
from support.browser import Browser
from support.rows import Refused

EMAIL = "ops@example.org"
PASSWORD = "a password of the tests"
WRONG = "not the password at all"


def add(running, email=EMAIL, password=PASSWORD, expect=0):
    file = running.dir / "password.txt"
    file.write_text(password + "\n")
    try:
        return cli.run(running, "operator", "add", email, "--password-file", file, expect=expect)
    finally:
        file.unlink()


@pytest.fixture(scope="module")
def office(session_server):
    """The session's server, where the operator of these tests may sign in."""
    add(session_server)
    return session_server


def come(running, email=EMAIL, password=PASSWORD, path="/operator", language="fr-FR"):
    browser = Browser(running.account(), language)
    browser.go(running.base_url + path)
    return send(browser, email, password)


def send(browser, email=EMAIL, password=PASSWORD, **more):
    browser.submit(browser.page.form_with("password"), email=email, password=password, **more)
    return browser


def signed_in(browser):
    return browser.page.status == 200 and EMAIL in browser.page.text


def token(browser, running):
    return browser.cookies[running.host].get("guichet_operator")


def get(running, path, cookie=None, headers=None):
    sent = dict(headers or {})
    if cookie is not None:
        sent["Cookie"] = f"guichet_operator={cookie}"
    return wire.exchange(running.base_url + path, "GET", None, sent)


def post(running, path, fields, cookies="", headers=None):
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return wire.exchange(running.base_url + path, "POST", body, {
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies,
        **(headers or {})})


def audit(running):
    """The rows of the audit, oldest first."""
    with running.rows() as rows:
        return rows.ask("SELECT * FROM audit ORDER BY number")


def execute(running, text, *values):
    """What somebody does who can write to the file; the server is stopped."""
    with running.rows() as kept:
        kept.change(text, *values)


# --- accounts ---


def test_the_sandbox_has_an_operator(fresh):
    told = fresh.server.contract["dashboard"]
    assert set(told) == {"email", "password"}
    assert (fresh.dir / "sandbox.json").stat().st_mode & 0o777 == 0o600
    browser = come(fresh.server, **told)
    assert browser.page.status == 200 and told["email"] in browser.page.text
    printed = fresh.server.out.read_text()
    assert fresh.base_url + "/operator" in printed and told["email"] in printed
    assert told["password"] not in printed


def test_an_operator_looks_after_all_merchants(merchant):
    assert merchant.contract["dashboard"] == merchant.server.contract["dashboard"]


def test_a_directory_without_operators_says_how_to_make_one(fresh):
    running = fresh.server
    cli.run(running, "operator", "remove", running.contract["dashboard"]["email"])
    assert cli.told(running, "operator", "list") == []
    browser = Browser(fresh)
    page = browser.go(running.base_url + "/operator")
    assert page.status == 200 and "guichet operator add" in page.text
    add(running)
    assert "guichet operator add" not in browser.go(running.base_url + "/operator").text
    assert signed_in(send(browser))


def test_a_password_is_made_and_shown_once(office):
    made = cli.told(office, "operator", "add", "Made@Example.org")
    assert made["email"] == "Made@Example.org" and len(made["password"]) == 24
    row = next(row for row in cli.told(office, "operator", "list")
               if row["email"] == "made@example.org")
    assert row["role"] == "owner" and row["last"] is None and row["failures"] == 0
    assert made["password"] not in json.dumps(row)
    browser = come(office, "MADE@example.ORG", made["password"])
    assert "made@example.org" in browser.page.text
    again = cli.told(office, "operator", "password", "made@example.org")
    assert again["password"] != made["password"]
    cli.run(office, "operator", "remove", "made@example.org")


@pytest.mark.parametrize("words, code", [
    ([], 2), (["grant"], 2), (["add"], 2), (["add", "a@example.org", "more"], 2),
    (["list", "--password-file", "x"], 2), (["add", "nobody"], 1), (["add", "a b@example.org"], 1),
    (["add", EMAIL.upper()], 1), (["add", "b@example.org", "--password-file", "/none"], 1),
    (["password", "none@example.org"], 1), (["remove", "none@example.org"], 1),
    (["unlock", "none@example.org"], 1),
])
def test_bad_commands(office, words, code):
    cli.run(office, "operator", *words, expect=code)
    assert all(row["email"] not in ("nobody", "a@example.org", "b@example.org")
               for row in cli.told(office, "operator", "list"))


@pytest.mark.parametrize("password, expect", [
    ("x" * 11, 1), ("x" * 12, 0), ("é" * 12, 0), ("é" * 128, 0), ("x" * 129, 1), ("", 1)])
def test_lengths_of_passwords(office, password, expect):
    add(office, "length@example.org", password, expect=expect)
    if expect == 0:
        assert come(office, "length@example.org", password).page.status == 200
        cli.run(office, "operator", "remove", "length@example.org")


# --- signing in ---


def test_signing_in_and_out(office):
    browser = come(office)
    assert signed_in(browser)
    assert "Ce qui vous attend" in browser.page.text
    kept = token(browser, office)
    assert len(kept) == 43 and "guichet_login" not in browser.cookies[office.host]
    browser.press("Se déconnecter")
    assert "Vous êtes déconnecté" in browser.page.text
    assert token(browser, office) is None
    # A cookie that was stolen before is worth nothing afterwards.
    answer = get(office, "/operator", kept)
    assert answer.status == 303 and "/operator/login" in answer.headers["Location"]
    assert [row["what"] for row in audit(office)][-2:] == ["session.opened", "session.closed"]


def test_one_comes_back_to_the_page_that_was_asked_for(office):
    browser = come(office, path="/operator/audit")
    assert browser.page.url.startswith(office.base_url + "/operator/audit")
    assert "session.opened" not in browser.page.text and "Connexion" in browser.page.text


@pytest.mark.parametrize("where", [
    "https://evil.example/", "//evil.example", "/operator/../v1", "/operator//evil.example/",
    "/m/token", "/operatorx", "/operator/a?b=c", "/operator/" + "a" * 300, "\r\nX: y"])
def test_after_signing_in_one_goes_nowhere_else(office, where):
    browser = Browser(office.account())
    browser.go(office.base_url + "/operator/login?" + urlencode({"next": where}))
    send(browser)
    went = browser.history[-1][1]
    assert went.startswith(office.base_url + "/operator") and "evil" not in (
        went if "//evil" not in where.replace("/operator", "") else went.split("/operator", 1)[0])


def test_the_pages_in_english(office):
    browser = come(office, language="en-GB")
    assert "What waits for you" in browser.page.text
    browser.go(office.base_url + "/operator/audit?lang=fr")
    assert "Journal" in browser.page.text
    assert all("lang=fr" in link for link in browser.page.links
               if link.startswith("/operator") and "lang=en" not in link)


def test_cookies_and_headers(office):
    first = wire.exchange(office.base_url + "/operator/login", "GET", None, {})
    cookie = first.headers["Set-Cookie"]
    assert re.fullmatch(r"guichet_login=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax", cookie)
    for name, value in {
            "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
            "Cross-Origin-Opener-Policy": "same-origin"}.items():
        assert first.headers[name] == value
    policy = first.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    secure = wire.exchange(office.tls_url + "/operator/login", "GET", None, {},
                           ca_file=office.ca_file)
    cookie = secure.headers["Set-Cookie"]
    assert re.fullmatch(r"__Host-guichet_login=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax; Secure",
                        cookie)


def test_signing_in_over_tls(office):
    browser = Browser(office.account())
    browser.go(office.tls_url + "/operator")
    assert signed_in(send(browser))
    assert "__Host-guichet_operator" in browser.cookies[office.host]
    # A cookie of the other kind, which any neighbour on this host could have set, is not looked at.
    kept = browser.cookies[office.host]["__Host-guichet_operator"]
    answer = wire.exchange(office.tls_url + "/operator", "GET", None,
                           {"Cookie": f"guichet_operator={kept}"}, ca_file=office.ca_file)
    assert answer.status == 303


def test_nobody_signs_in_over_plain_http_in_live_mode(tmp_path):
    running = server.Server(tmp_path / "live", "operator-live")
    server.command("init", running.dir)
    running.contract = {}
    process = None
    try:
        import subprocess
        process = subprocess.Popen(
            [str(server.binary()), "serve", "--data", str(running.dir), "--port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=server.environment({}))
        line = process.stdout.readline()
        assert line.startswith(server.READY)
        url = line.split(": ", 1)[1].strip()
        for path in ("/operator", "/operator/login", "/operator/audit"):
            answer = wire.exchange(url + path, "GET", None, {})
            assert answer.status == 403 and "https" in answer.raw.decode()
            assert "Set-Cookie" not in answer.headers
        answer = wire.exchange(url + "/operator/login", "POST", b"email=a&password=b",
                               {"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 403
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=20)


# --- what is refused ---


def test_wrong_and_unknown_look_the_same(office):
    add(office, "same@example.org")
    known = come(office, "same@example.org", WRONG).page
    unknown = come(office, "none@example.org", WRONG).page
    assert known.status == unknown.status == 422
    hide = [(r'value="[^"]*"', ""), (r"(same|none)@example\.org", "")]
    texts = []
    for page in (known, unknown):
        text = page.raw.decode()
        for pattern, by in hide:
            text = re.sub(pattern, by, text)
        texts.append(text)
    assert texts[0] == texts[1]
    assert WRONG not in known.raw.decode()
    rows = audit(office)[-2:]
    assert [row["what"] for row in rows] == ["session.refused"] * 2
    assert [row["object"] for row in rows] == ["same@example.org", None]
    cli.run(office, "operator", "remove", "same@example.org")


@pytest.mark.parametrize("email, password", [("", PASSWORD), (EMAIL, ""), ("", "")])
def test_empty_fields(office, email, password):
    browser = come(office, email, password)
    assert browser.page.status == 422
    assert browser.page.raw.decode().count('aria-invalid="true"') == (email == "") + (password == "")
    assert audit(office)[-1]["what"] != "session.refused" or email


def test_five_wrong_passwords_close_an_account(office):
    add(office, "closed@example.org")
    browser = Browser(office.account())
    browser.go(office.base_url + "/operator")
    for _ in range(4):
        send(browser, "closed@example.org", WRONG)
    # The right one in between begins the count anew.
    assert "closed@example.org" in send(browser, "closed@example.org").page.text
    assert "Mots de passe faux depuis 4" in browser.page.text
    for count in range(5):
        browser = come(office, "closed@example.org", WRONG)
        assert browser.page.status == 422
    rows = audit(office)[-2:]
    assert [row["what"] for row in rows] == ["session.refused", "operator.locked"]
    closed = send(browser, "closed@example.org").page
    assert closed.status == 422 and "15" in closed.text
    row = next(row for row in cli.told(office, "operator", "list")
               if row["email"] == "closed@example.org")
    assert row["failures"] == 5 and row["locked_until"] is not None
    cli.run(office, "operator", "unlock", "closed@example.org")
    assert come(office, "closed@example.org").page.status == 200
    cli.run(office, "operator", "remove", "closed@example.org")


def test_many_guesses_at_once_are_no_more_than_five(office):
    add(office, "many@example.org")
    browser = Browser(office.account())
    browser.go(office.base_url + "/operator")
    cookie = browser.cookies[office.host]["guichet_login"]
    csrf = browser.page.form_with("password").fields["csrf"]

    def guess(number):
        # The last ones are right: by then the account is closed.
        password = WRONG if number < 56 else PASSWORD
        return post(office, "/operator/login",
                    {"csrf": csrf, "email": "many@example.org", "password": password},
                    f"guichet_login={cookie}")

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(guess, range(64)))
    assert {answer.status for answer in answers} <= {303, 422, 503}
    refused = sum(1 for row in audit(office)
                  if row["what"] == "session.refused" and row["object"] == "many@example.org")
    locked = sum(1 for row in audit(office)
                 if row["what"] == "operator.locked" and row["object"] == "many@example.org")
    assert locked >= 1 and refused >= 50
    row = next(row for row in cli.told(office, "operator", "list")
               if row["email"] == "many@example.org")
    assert row["failures"] == 5
    cli.run(office, "operator", "remove", "many@example.org")


def test_64_sign_in_at_once(office):
    def whole(_):
        return come(office).page.status

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        assert set(pool.map(whole, range(64))) == {200}
    with office.rows() as kept:
        sessions = kept.ask("SELECT s.account FROM operator_session s"
                            " JOIN operator_account a ON a.id = s.account WHERE a.email = ?", EMAIL)
    assert len(sessions) == 20
    office.verify()


def test_a_form_without_its_cookie_is_refused(office):
    browser = Browser(office.account())
    browser.go(office.base_url + "/operator")
    cookie = browser.cookies[office.host]["guichet_login"]
    csrf = browser.page.form_with("password").fields["csrf"]
    good = {"csrf": csrf, "email": EMAIL, "password": PASSWORD}
    before = len(audit(office))
    for fields, cookies in (
            (good, ""), (good, "guichet_login=" + "0" * 32),
            (good | {"csrf": ""}, f"guichet_login={cookie}"),
            (good | {"csrf": csrf[:-1] + ("0" if csrf[-1] != "0" else "1")},
             f"guichet_login={cookie}"),
            ({"email": EMAIL, "password": PASSWORD}, f"guichet_login={cookie}")):
        answer = post(office, "/operator/login", fields, cookies)
        assert answer.status == 422 and "guichet_operator" not in str(answer.headers)
    assert len(audit(office)) == before
    assert post(office, "/operator/login", good, f"guichet_login={cookie}").status == 303


def test_a_session_that_was_there_before_is_not_taken_over(office):
    chosen = "A" * 43
    browser = Browser(office.account())
    browser.cookies[office.host] = {"guichet_operator": chosen}
    browser.go(office.base_url + "/operator")
    assert "session est terminée" in browser.page.text
    assert signed_in(send(browser))
    assert token(browser, office) not in (None, chosen)
    assert get(office, "/operator", chosen).status == 303


@pytest.mark.parametrize("cookie", ["", "x", "A" * 42, "A" * 44, "A" * 2000, "%00" * 10,
                                    "' OR 1=1 --"],
                         ids=["none", "short", "42", "44", "long", "odd", "sql"])
def test_no_other_cookie_opens(office, cookie):
    for path in ("/operator", "/operator/", "/operator/audit", "/operator/audit/"):
        assert get(office, path, cookie).status == 303
    assert get(office, "/operator/none", cookie).status == 404


def test_signing_out_needs_the_form(office):
    browser = come(office)
    cookies = f"guichet_operator={token(browser, office)}"
    other = come(office)
    csrf = other.page.form_with("csrf").fields["csrf"]
    for fields in ({}, {"csrf": ""}, {"csrf": csrf}, {"csrf": "1." + "0" * 64}):
        assert post(office, "/operator/logout", fields, cookies).status == 403
    assert get(office, "/operator/logout", token(browser, office)).status == 405
    assert post(office, "/operator/logout", b"{}", cookies,
                {"Content-Type": "application/json"}).status == 415
    assert get(office, "/operator", token(browser, office)).status == 200


def test_another_password_signs_out_everywhere(office):
    add(office, "every@example.org")
    browsers = [come(office, "every@example.org") for _ in range(2)]
    mine = come(office)
    cli.run(office, "operator", "password", "every@example.org")
    for browser in browsers:
        assert get(office, "/operator", token(browser, office)).status == 303
    assert come(office, "every@example.org").page.status == 422
    assert get(office, "/operator", token(mine, office)).status == 200
    cli.run(office, "operator", "remove", "every@example.org")


def test_a_removed_operator_is_signed_out(office):
    add(office, "gone@example.org")
    browser = come(office, "gone@example.org")
    cli.run(office, "operator", "remove", "gone@example.org")
    assert get(office, "/operator", token(browser, office)).status == 303
    assert come(office, "gone@example.org").page.status == 422
    # What was done stays.
    browser = come(office, path="/operator/audit")
    assert "gone@example.org" in browser.page.text


@pytest.mark.parametrize("size, status", [(8 * 1024, 422), (8 * 1024 + 1, 413), (900_000, 413)])
def test_huge_forms(office, size, status):
    body = b"email=a%40example.org&password="
    body += b"x" * (size - len(body))
    assert post(office, "/operator/login", body).status == status


@pytest.mark.parametrize("body", [b"email=%zz", b"\xff\xfe", b"&" * 8000, b"a=1&a=2&email=x"])
def test_odd_forms(office, body):
    assert post(office, "/operator/login", body).status in (400, 422)


def test_sessions_end(fresh):
    """30 minutes after the last request, 12 hours after they were opened."""
    running = fresh.server
    add(running)
    minute = 60 * 1_000_000
    for column, back, status in (("seen_us", 29 * minute, 200), ("seen_us", 30 * minute, 303),
                                 ("created_us", 11 * 60 * minute, 200),
                                 ("created_us", 12 * 60 * minute, 303)):
        browser = come(running)
        running.stop()
        execute(running, f"UPDATE operator_session SET {column} = {column} - ?", back)
        running.start()
        answer = get(running, "/operator", token(browser, running))
        assert answer.status == status
        if status == 200 and column == "seen_us":
            # Going on was noted: the half hour begins anew.
            running.stop()
            execute(running, "UPDATE operator_session SET seen_us = seen_us - ?", 29 * minute)
            running.start()
            assert get(running, "/operator", token(browser, running)).status == 200


# --- the audit ---


def test_the_audit_in_pages(fresh):
    running = fresh.server
    add(running)
    for number in range(40):
        cli.run(running, "operator", "unlock", EMAIL)
    for number in range(20):
        come(running)
    browser = come(running, path="/operator/audit")
    rows = audit(running)
    seen = []
    while True:
        seen += re.findall(r'class="number">(\d+)<', browser.page.raw.decode())
        older = re.search(r'href="([^"]*)" rel="next"', browser.page.raw.decode())
        if older is None:
            break
        browser.go(running.base_url + html.unescape(older[1]))
    assert seen == [str(row["number"]) for row in reversed(rows)]
    assert rows[-1]["actor"] == EMAIL and rows[-1]["address"] == "127.0.0.1"
    assert rows[1]["actor"] is None and rows[1]["address"] is None
    assert rows[1]["object"] == EMAIL and rows[1]["what"] == "operator.added"


@pytest.mark.parametrize("before", ["0", "-1", "x", "99999999999999999999", "1", ""])
def test_odd_cursors(office, before):
    browser = come(office)
    page = browser.go(office.base_url + "/operator/audit?" + urlencode({"before": before}))
    assert page.status == 200


def test_a_changed_audit_is_told(fresh):
    running = fresh.server
    add(running)
    come(running)
    told = json.loads(cli.run(running, "verify", "--json"))
    rows = audit(running)
    assert told["audit"] == len(rows) == rows[-1]["number"]
    assert told["audit_head"] == rows[-1]["hash"]
    running.stop()
    for text in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with pytest.raises(Refused):
            execute(running, text)
    with running.rows() as kept:
        kept.unlock("audit", "audit_fixed", "audit_kept")
        kept.change("UPDATE audit SET address = '192.0.2.1' WHERE number = 3")
    assert "a row of the audit is not what was written: 3" in running.verify(expect=1)
    execute(running, "DELETE FROM audit WHERE number = 2")
    assert "rows of the audit are missing before this one: 3" in running.verify(expect=1)


def test_what_is_secret_is_nowhere(office):
    browser = come(office)
    secret = token(browser, office)
    for file in office.dir.glob("guichet.db*"):
        assert secret.encode() not in file.read_bytes()
        assert PASSWORD.encode() not in file.read_bytes()
    for file in (office.log, office.out):
        assert secret not in file.read_text() and PASSWORD not in file.read_text()
        assert EMAIL not in file.read_text()


def test_what_waits_is_counted(fresh):
    running = fresh.server
    add(running)
    browser = come(running)
    assert "Rien ne vous attend" in browser.page.text
    running.stop()
    with running.rows() as kept:
        merchant = kept.ask("SELECT id FROM merchant")[0]["id"]
        for number, mode in ((1, "test"), (2, "test"), (3, "live")):
            kept.change("INSERT INTO settlement_work (merchant, mode, id, state, rrn, kind,"
                        " amount_minor, currency, moved_minor, booked, file, line, created_us)"
                        " VALUES (?, ?, ?, 'open', ?, 'debit', 100, 'eur', 100, 0, 'f', ?, 1)",
                        merchant, mode, f"{number:024}", str(number), number)
        kept.change("INSERT INTO reconciliation (merchant, mode, id, day, currency, state, created_us)"
                    " VALUES (?, 'live', ?, '2026-11-29', 'eur', 'out_of_balance', 1)", merchant, f"{4:024}")
    running.start()
    text = come(running).page.text
    assert "1 réel De l’acquéreur" in text and "2 test De l’acquéreur" in text
    assert "guichet settlement list" in text
    assert "1 réel Totaux de l’acquéreur" in text and "guichet totals list" in text
