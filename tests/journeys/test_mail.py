"""Mails: from the outbox through SMTP into the sandbox's catcher, read with Python's own library."""

import email
import email.policy
import json
import smtplib
import time
from email.message import EmailMessage
from urllib.parse import quote, urlsplit

import pytest

from support import wire
from support.postbox import Postbox
from support.receiver import Receiver
from support.server import Failed, command, eventually


def merchant_id(account):
    return account.contract["seqino"]["client_id"].removeprefix("client_")


def caught(account, to):
    answer = wire.exchange(f"{account.base_url}/sandbox/mail?to={quote(to)}", "GET",
                           headers={"Accept": "application/json"})
    assert answer.status == 200
    return answer.json["mails"]


def raw(account, mail):
    answer = wire.exchange(f"{account.base_url}/sandbox/mail/{mail['id']}", "GET")
    assert answer.status == 200
    return answer.raw


def smtp(account):
    place = urlsplit(account.server.contract["mail"]["smtp_url"])
    return smtplib.SMTP(place.hostname, place.port, timeout=20)


def send_trial(account, to):
    command("mail", "test", merchant_id(account), to, "--data", account.dir,
            settings=account.server.settings)


def test_a_mail_arrives_with_its_parts(merchant):
    send_trial(merchant, "jean.parts@example.com")
    (mail,) = eventually(lambda: caught(merchant, "Jean.Parts@example.com"), 20, "it is caught")
    assert mail["kind"] == "mail" and mail["to"] == "jean.parts@example.com"
    assert mail["subject"] == "Essai d’envoi – ça marche"
    read = email.message_from_bytes(raw(merchant, mail), policy=email.policy.default)
    assert read["Subject"] == mail["subject"]
    assert read["To"].addresses[0].addr_spec == "jean.parts@example.com"
    assert read["From"].addresses[0].display_name == "Atelier Exemple SARL"
    assert read["Message-ID"] == f"<{mail['message_id']}>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content_type() == "multipart/alternative"
    text, html = read.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content() == mail["text"]
    assert "Bonjour" in html.get_content() and html.get_content_charset() == "utf-8"
    assert not read.defects and not text.defects and not html.defects


def test_a_mail_is_sent_once_and_its_row_tells(merchant):
    send_trial(merchant, "jean.once@example.com")
    eventually(lambda: caught(merchant, "jean.once@example.com"), 20, "it is caught")
    merchant.advance(3600)
    assert len(caught(merchant, "jean.once@example.com")) == 1
    (row,) = json.loads(command("webhook", "list", merchant_id(merchant), "--json", "--data",
                                merchant.dir, settings=merchant.server.settings))
    assert (row["channel"], row["state"], row["code"]) == ("mail", "delivered", 250)


def test_a_mail_waits_for_its_server_and_keeps_its_number(fresh_with):
    account = fresh_with(SMTP_URL="smtp://127.0.0.1:1")
    send_trial(account, "jean.waits@example.com")

    def row():
        return json.loads(command("webhook", "list", merchant_id(account), "--json", "--data",
                                  account.dir, settings=account.server.settings))[0]

    eventually(lambda: row()["tries"] == 1, 20, "it was tried")
    assert (row()["state"], row()["why"]) == ("waiting", "connection")
    account.server.settings.pop("SMTP_URL")
    account.kill9()
    account.restart()
    account.advance(61)
    (mail,) = caught(account, "jean.waits@example.com")
    assert mail["message_id"] == row()["id"] + "@localhost"


def listed(account, *options):
    return json.loads(command("mail", "list", merchant_id(account), *options, "--json", "--data",
                              account.dir, settings=account.server.settings))


def test_what_a_receiver_refuses_is_seen(fresh_with):
    postbox = Postbox({"gone@example.com": "550 5.1.1 no such mailbox", "full@example.com": "452 4.2.2 full"})
    account = fresh_with(SMTP_URL=postbox.url)
    for to in ("jean@example.com", "gone@example.com", "full@example.com"):
        send_trial(account, to)
    assert "Bonjour" in postbox.one("jean@example.com", "Essai d’envoi").text
    eventually(lambda: all(mail["tries"] == 1 for mail in listed(account)), 20, "all were tried")
    state = {mail["to"]: (mail["state"], mail["code"], mail["why"]) for mail in listed(account)}
    assert state == {"gone@example.com": ("dead", 550, "refused"),
                     "full@example.com": ("waiting", 452, "refused"),
                     "jean@example.com": ("delivered", 250, None)}
    (dead,) = listed(account, "--state", "dead")
    assert (dead["kind"], dead["by"], dead["subject"]) == ("mail.test", "mail", "Essai d’envoi – ça marche")
    shown = command("mail", "show", dead["id"], "--data", account.dir, settings=account.server.settings)
    assert "refused by the mail server" in shown and "gone@example.com" in shown
    account.advance(3 * 86400)
    (waited,) = [mail for mail in listed(account, "--about", merchant_id(account)) if mail["tries"] > 1]
    assert (waited["to"], waited["state"], waited["tries"]) == ("full@example.com", "dead", 8)
    assert postbox.asked.count("gone@example.com") == 1
    postbox.close()


def test_a_server_that_looks_at_a_mail_for_long_gets_it_once(fresh_with):
    postbox = Postbox(looks_s=12)
    account = fresh_with(SMTP_URL=postbox.url)
    send_trial(account, "jean@example.com")
    eventually(lambda: listed(account)[0]["tries"] == 1, 30, "it was tried")
    (mail,) = listed(account)
    assert (mail["state"], mail["code"]) == ("delivered", 250)
    assert len(postbox.to("jean@example.com")) == 1
    postbox.close()


@pytest.mark.parametrize("command_,code", [("", 554), ("EHLO", 502), ("MAIL", 530)])
def test_a_server_that_refuses_us_is_asked_again(fresh_with, command_, code):
    """It was moved, or has another password: that is no fault of the mail, and passes."""
    postbox = Postbox(no={command_: f"{code} 5.7.0 not you", "HELO": f"{code} 5.7.0 not you"})
    account = fresh_with(SMTP_URL=postbox.url)
    send_trial(account, "jean@example.com")
    eventually(lambda: listed(account)[0]["tries"] == 1, 20, "it was tried")
    (mail,) = listed(account)
    assert (mail["state"], mail["code"], mail["why"]) == ("waiting", code, "refused")
    postbox.no.clear()
    account.advance(61)
    postbox.one("jean@example.com", "Essai d’envoi")
    postbox.close()


def test_a_server_that_refuses_us_once_it_knows_the_receiver_is_asked_again(fresh_with):
    """As Postfix does, when our address is no longer among those that may send through it."""
    postbox = Postbox({"jean@example.com": "554 5.7.1 <jean@example.com>: Relay access denied"})
    account = fresh_with(SMTP_URL=postbox.url)
    send_trial(account, "jean@example.com")
    eventually(lambda: listed(account)[0]["tries"] == 1, 20, "it was tried")
    (mail,) = listed(account)
    assert (mail["state"], mail["code"], mail["why"]) == ("waiting", 554, "refused")
    postbox.answers.clear()
    account.advance(61)
    postbox.one("jean@example.com", "Essai d’envoi")
    postbox.close()


def test_a_server_that_looks_at_mails_for_long_holds_up_no_webhooks(fresh_with):
    postbox = Postbox(looks_s=15)
    account = fresh_with(SMTP_URL=postbox.url)
    with Receiver() as receiver:
        account.made("/v2/webhooks/", {"url": receiver.url()})
        for to in ("jean@example.com", "anne@example.com"):
            send_trial(account, to)
            eventually(lambda to=to: postbox.to(to), 20, "it is being looked at")
        begun = time.monotonic()
        account.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        eventually(lambda: receiver.seen, 20, "it is told")
        assert time.monotonic() - begun < 10
    eventually(lambda: all(mail["state"] == "delivered" for mail in listed(account)), 30, "both were taken")
    postbox.close()


def test_a_server_that_does_not_say_goodbye_holds_up_nothing(fresh_with):
    postbox = Postbox({"gone@example.com": "550 5.1.1 no such mailbox"}, silent=["QUIT"])
    account = fresh_with(SMTP_URL=postbox.url)
    for to in ("gone@example.com", "jean@example.com"):
        send_trial(account, to)
    eventually(lambda: all(mail["tries"] == 1 for mail in listed(account)), 10, "both were tried")
    assert {mail["to"]: mail["state"] for mail in listed(account)} == {
        "gone@example.com": "dead", "jean@example.com": "delivered"}
    postbox.close()


def test_a_server_is_not_overrun(fresh_with):
    """Servers refuse the connections that are too many, and each would be a try of its mail."""
    postbox = Postbox(looks_s=0.3)
    account = fresh_with(SMTP_URL=postbox.url)
    merchants = [account] + [account.merchant_add() for _ in range(3)]
    account.stop()
    for number in range(10):
        for merchant in merchants:
            send_trial(merchant, f"jean{number}@example.com")
    account.restart()
    eventually(lambda: len(postbox.letters) == 40, 30, "all are there")
    assert 4 < postbox.links_most <= 16
    for merchant in merchants:
        eventually(lambda one=merchant: {mail["state"] for mail in listed(one)} == {"delivered"}, 20, "all are taken")
        assert {mail["tries"] for mail in listed(merchant)} == {1}
    postbox.close()


def test_a_mail_that_waits_holds_up_none_to_another_address(fresh_with):
    postbox = Postbox({"full@example.com": "452 4.2.2 full"})
    account = fresh_with(SMTP_URL=postbox.url)
    send_trial(account, "full@example.com")
    eventually(lambda: listed(account)[0]["tries"] == 1, 20, "it was tried")
    send_trial(account, "full@example.com")
    send_trial(account, "jean@example.com")
    postbox.one("jean@example.com", "Essai d’envoi")
    assert [mail["state"] for mail in listed(account)[1:]] == ["queued", "waiting"]
    postbox.answers.clear()
    account.advance(61)
    assert len(postbox.to("full@example.com")) == 2
    postbox.close()


def test_a_stop_does_not_wait_for_a_mail_server(fresh_with):
    postbox = Postbox(silent=["MAIL"])
    account = fresh_with(SMTP_URL=postbox.url)
    send_trial(account, "jean@example.com")
    eventually(lambda: postbox.links, 20, "it is being sent")
    begun = time.monotonic()
    account.stop()
    assert time.monotonic() - begun < 8
    postbox.silent.clear()
    account.restart()
    postbox.one("jean@example.com", "Essai d’envoi")
    postbox.close()


@pytest.mark.parametrize("to", ["", "nobody", "a@b\nBcc: c@d", "a b@c", "<a@b>", "é@b"])
def test_an_address_that_breaks_a_header_is_refused(sandbox, to):
    with pytest.raises(Failed):
        command("mail", "test", merchant_id(sandbox), to, "--data", sandbox.dir,
                settings=sandbox.server.settings)


def test_the_catcher_takes_what_any_client_sends(sandbox):
    message = EmailMessage()
    message["From"], message["To"] = "shop@example.com", "any@example.com"
    message["Subject"] = "Reçu nº 12 " + "très long " * 12
    message.set_content("Bonjour,\n.\n..\nà bientôt\n")
    message.add_alternative("<p>à bientôt</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="a.pdf")
    with smtp(sandbox) as link:
        link.send_message(message, to_addrs=["any@example.com", "copy@example.com"])
        link.rset()
        assert link.noop()[0] == 250
    (mail,) = caught(sandbox, "any@example.com")
    assert mail["subject"] == message["Subject"].strip()
    assert mail["text"].splitlines() == ["Bonjour,", ".", "..", "à bientôt"]
    assert mail["html"].strip() == "<p>à bientôt</p>"
    assert mail["from"] == "shop@example.com"
    assert len(caught(sandbox, "copy@example.com")) == 1


def test_too_large_a_mail_is_refused(sandbox):
    with smtp(sandbox) as link, pytest.raises(smtplib.SMTPException):
        link.sendmail("a@example.com", ["large@example.com"], "x" * (1024 * 1024 + 1))
    assert caught(sandbox, "large@example.com") == []


def test_the_page_shows_mails_and_hides_what_is_in_them(sandbox):
    with smtp(sandbox) as link:
        link.sendmail("a@example.com", ["page@example.com"],
                      "Subject: <script>alert(1)</script>\n\n<b>bold</b> & more\n")
    answer = wire.exchange(f"{sandbox.base_url}/sandbox/mail?to=page%40example.com", "GET",
                           headers={"Accept": "text/html", "Accept-Language": "fr"})
    page = answer.raw.decode()
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/html")
    assert "Courriels et SMS interceptés" in page
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; more" in page
    assert 'value="page@example.com"' in page
    empty = wire.exchange(f"{sandbox.base_url}/sandbox/mail?to=nobody%40example.com&lang=en", "GET")
    assert "There is nothing yet." in empty.raw.decode()


def test_the_page_shows_the_lines_of_a_mail(sandbox):
    with smtp(sandbox) as link:
        link.sendmail("a@example.com", ["lines@example.com"],
                      "Subject: Lines\r\n\r\nOne\r\n\r\nTwo\r\n")
    answer = wire.exchange(f"{sandbox.base_url}/sandbox/mail?to=lines%40example.com", "GET",
                           headers={"Accept": "text/html"})
    assert ">One\n\nTwo\n<" in answer.raw.decode()


def test_an_unknown_mail_is_not_found(sandbox):
    for name in ("0VcJqU4PFm4ecFwvLAsJ2wep", "x", "..%2F"):
        assert wire.exchange(f"{sandbox.base_url}/sandbox/mail/{name}", "GET").status == 404
    assert wire.exchange(f"{sandbox.base_url}/sandbox/mail", "POST", b"").status == 405
