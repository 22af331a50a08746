"""3-D Secure and settlement files of live payments, by https from a gateway (docs/acquirer.md)."""

import time

import pytest

from support import cards, cli, leaks, server, stancer
from support.acquirer import Authority, Gateway, Oracle, Terminator
from support.browser import Browser
from support.simulator import Simulator
from support.stancer import RETURN_URL

SECRET = "of the gateway"


class World:
    """A sandbox whose live link and gateway are another simulator, both under TLS."""

    def __init__(self, fresh_with, directory):
        theirs, ours = Authority(directory, "acquirer"), Authority(directory, "clients")
        cert, key = theirs.sign("gateway", "serverAuth", "IP:127.0.0.1")
        client_cert, client_key = ours.sign("merchant", "clientAuth", "DNS:merchant")
        secret = directory / "secret"
        secret.write_text(SECRET + "\n")
        self.gateway = Gateway(directory / "gateway", SECRET)
        self.link, self.web = (Terminator(port, cert, key, ours.ca)
                               for port in (self.gateway.iso, self.gateway.control))
        self.account = fresh_with(
            CARD_LIVE_HOST="127.0.0.1", CARD_LIVE_PORT=self.link.port, CARD_LIVE_CA=theirs.ca,
            CARD_LIVE_CERT=client_cert, CARD_LIVE_KEY=client_key, CARD_LIVE_ACQUIRER="12345",
            CARD_LIVE_GATEWAY_URL=f"https://127.0.0.1:{self.web.port}",
            CARD_LIVE_SECRET_FILE=secret)
        self.key = cli.add_keys(self.account, "--live")["secret_key"]
        self.book = Simulator(self.gateway.url)
        server.eventually(lambda: self.pay().json["status"] == "to_capture", 15,
                          "live payments pass")

    def pay(self, **members):
        return self.account.post("/v2/payments/", {"amount": 2599, "card": cards.card(), **members},
                                 key=self.key)

    def read(self, payment):
        return self.account.get("/v2/payments/" + payment["id"], key=self.key).json

    def to_the_page(self, number):
        """A payment with 3-D Secure, after its payer has gone where it sends them."""
        payment = self.pay(card=cards.card(number), device=stancer.DEVICE, auth=True,
                           return_url=RETURN_URL).json
        assert payment["auth"]["status"] == "available", payment
        browser = Browser(self.account)
        browser.go(payment["auth"]["redirect_url"])
        browser.walk()
        return payment, browser

    def due_now(self, kind):
        """The real clock cannot be moved, but what waits for the evening can be due."""
        self.account.stop()
        with self.account.server.rows() as rows:
            assert rows.change("UPDATE task SET due_us = ? WHERE mode = 'live' AND kind = ?",
                               int(time.time() * 1_000_000), kind) > 0
        self.account.server.start()

    def close(self):
        self.link.close()
        self.web.close()
        self.gateway.close()


@pytest.fixture
def world(fresh_with, tmp_path):
    made = World(fresh_with, tmp_path)
    yield made
    made.close()


def test_the_bank_knows_its_payer_and_the_proof_goes_with_the_authorisation(world):
    payment, browser = world.to_the_page(cards.VISA)
    assert browser.left_for == RETURN_URL, browser.history
    assert world.read(payment)["auth"]["status"] == "success"
    captured = world.account.patch("/v2/payments/" + payment["id"], {"status": "capture"},
                                   key=world.key)
    assert captured.json["status"] == "to_capture", captured
    assert world.book.held(payment) == [2599]
    version, subject = world.web.secured[0]
    assert version in ("TLSv1.2", "TLSv1.3") and subject == ((("commonName", "merchant"),),)
    world.account.stop()
    assert leaks.search([world.account.dir], [world.account.log]) == []


def test_a_payer_is_not_sent_to_a_bank_in_clear(world):
    payment, browser = world.to_the_page(cards.CHALLENGED[0])
    assert not browser.at_the_bank()
    assert world.read(payment)["auth"]["status"] == "unavailable"


def test_without_its_gateway_3ds_is_unavailable_and_plain_payments_pass(world):
    world.web.close()
    payment, _ = world.to_the_page(cards.VISA)
    assert world.read(payment)["auth"]["status"] == "unavailable"
    assert world.pay().json["status"] == "to_capture"


@pytest.mark.parametrize("member,value", [
    ("eci", "éé"), ("cavv", "é" * 28), ("ds_trans_id", "é" * 36), ("acs_trans_id", "é" * 36),
    ("version", "2.2\u00a00"), ("creq", "é" * 1000)], ids=lambda text: text[:3])
def test_a_gateway_that_answers_what_no_3ds_has_is_unavailable(world, member, value):
    oracle = Oracle({"status": "Y", "eci": "05", member: value})
    world.web.target = oracle.port
    payment, _ = world.to_the_page(cards.VISA)
    assert world.read(payment)["auth"]["status"] == "unavailable"
    oracle.close()


def test_the_evenings_file_settles_a_live_payment(world):
    payment = world.pay().json
    world.due_now("card_batch")
    server.eventually(lambda: world.read(payment)["status"] == "capture_sent", 15, "it is sent")
    world.due_now("settlement")
    server.eventually(lambda: world.read(payment)["status"] == "captured", 15, "it is settled")
    assert world.book.debited(payment) == [2599]
    world.account.verify()


def test_the_log_says_why_a_file_is_not_booked(world):
    world.pay()
    world.due_now("card_batch")
    server.eventually(lambda: world.book.captured(), 15, "it is sent")
    oracle = Oracle({"name": "one", "sha256": "0" * 64})
    world.web.target = oracle.port
    world.due_now("settlement")
    server.eventually(lambda: b"why=sha256 is not that of the file" in world.account.log.read_bytes(), 15,
                      "the log says why")
    oracle.close()
    world.web.target = world.gateway.iso  # what speaks no HTTP
    world.due_now("settlement")
    server.eventually(lambda: b"why=gateway does not answer" in world.account.log.read_bytes(), 15,
                      "the log says why")
    world.account.verify()


def test_a_gateway_that_cannot_work_is_refused_at_the_start(world, tmp_path):
    data = tmp_path / "other"
    server.command("init", "--sandbox", data)
    kept = {name: value for name, value in world.account.server.settings.items()
            if name.startswith("CARD_LIVE_")}

    def refused(about, **more):
        with pytest.raises(server.Failed) as failure:
            server.command("serve", "--data", data, "--port", "0", settings={**kept, **more},
                           timeout=20)
        assert about in str(failure.value), failure.value

    refused("card.live_secret_file", CARD_LIVE_SECRET_FILE=tmp_path / "nothing")
    refused("card.live_gateway_url", CARD_LIVE_GATEWAY_URL="http://192.0.2.1")
    refused("card.live_gateway_url", CARD_LIVE_GATEWAY_URL="https://gateway.example/path")
    empty = tmp_path / "empty"
    empty.write_text("\n")
    refused("card.live_secret_file", CARD_LIVE_SECRET_FILE=empty)
