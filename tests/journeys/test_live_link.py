"""Live payments over TLS: the simulator behind a terminator that wants a client certificate, as a
processor's gateway does (cards.md 3)."""

import pytest

from support import cards, cli, leaks, server, wire
from support.acquirer import Authority, Terminator
from support.ports import free_port


class World:
    """One sandbox whose merchants also have a live connector, which ends at the simulator."""

    def __init__(self, fresh_with, directory):
        self.theirs = Authority(directory, "acquirer")
        self.ours = Authority(directory, "issuer-of-clients")
        self.fresh_with = fresh_with
        self.terminators = []

    def start(self, name="gateway.example", sans="DNS:gateway.example", ca=None, client=None):
        sim_port = free_port()
        cert, key = self.theirs.sign("gateway", "serverAuth", sans)
        terminator = Terminator(sim_port, cert, key, self.ours.ca)
        self.terminators.append(terminator)
        client_cert, client_key = client or self.ours.sign("merchant", "clientAuth", "DNS:merchant")
        account = self.fresh_with(
            CARD_SIM_PORT=sim_port, CARD_LIVE_HOST="127.0.0.1", CARD_LIVE_PORT=terminator.port,
            CARD_LIVE_NAME=name, CARD_LIVE_CA=ca or self.theirs.ca, CARD_LIVE_CERT=client_cert,
            CARD_LIVE_KEY=client_key, CARD_LIVE_ACQUIRER="12345")
        return account, terminator, cli.add_keys(account, "--live")["secret_key"]


@pytest.fixture
def world(fresh_with, tmp_path):
    made = World(fresh_with, tmp_path)
    yield made
    for terminator in made.terminators:
        terminator.close()


def health(account):
    return wire.exchange(account.base_url + "/healthz", "GET").json


def pay(account, key, **members):
    body = {"amount": 1000, "currency": "eur", "card": cards.card(), **members}
    return account.post("/v2/payments/", body, key=key)


def test_a_live_payment_goes_over_tls(world):
    account, terminator, key = world.start()
    server.eventually(lambda: health(account)["card_link"], 10, "both links are up")
    paid = pay(account, key)
    assert paid.status == 200 and paid.json["status"] == "to_capture", paid
    version, subject = terminator.secured[0]
    assert version in ("TLSv1.2", "TLSv1.3")
    assert ((("commonName", "merchant"),),) == subject
    assert account.simulator().held(paid.json) == [1000]
    refused = pay(account, key, card=cards.card("4000000000009995"))
    assert refused.json["status"] == "refused" and refused.json["response"] == "51"
    # The link goes and comes back; test mode never noticed.
    terminator.hang_up()
    assert account.pay()["status"] == "to_capture"
    server.eventually(lambda: len(terminator.secured) >= 2 and health(account)["card_link"], 10,
                      "the live link is up again")
    assert pay(account, key).json["status"] == "to_capture"
    account.stop()
    account.verify()
    assert leaks.search([account.dir], [account.log]) == []


def test_live_payments_carry_the_number_that_the_acquirer_gave(world):
    account, _, key = world.start()
    server.eventually(lambda: health(account)["card_link"], 10, "both links are up")
    merchant = cli.merchant_id(account)
    cli.run(account.server, "merchant", "set", merchant, "acceptor", "0042-B")
    paid = pay(account, key)
    assert paid.json["status"] == "to_capture", paid
    (live,) = account.simulator().of(paid.json)
    assert live["acceptor"] == "0042-B"
    assert account.simulator().of(account.pay())[0]["acceptor"].startswith("G")
    # What is on its way carries the number with which it began; and another merchant has another.
    cli.run(account.server, "merchant", "set", merchant, "acceptor", "0043", expect=1)
    other = cli.merchant_id(account.merchant_add())
    cli.run(account.server, "merchant", "set", other, "acceptor", "0042-B", expect=1)
    cli.run(account.server, "merchant", "set", other, "acceptor", "0043")
    account.verify()


@pytest.mark.parametrize("what", ["another name", "another authority", "not our certificate"])
def test_without_trust_nothing_is_sent(world, what):
    options, why = {
        "another name": ({"name": "elsewhere.example"}, "hostname mismatch"),
        "another authority": ({"ca": world.ours.ca}, "unable to get local issuer certificate"),
        "not our certificate": (
            {"client": world.theirs.sign("stranger", "clientAuth", "DNS:stranger")}, "unknown ca"),
    }[what]
    account, terminator, key = world.start(**options)
    server.eventually(lambda: terminator.refused, 10, "the handshake fails")
    paid = pay(account, key)
    assert paid.json["status"] == "failed" and paid.json["response"] == "91", paid
    assert terminator.secured == []
    assert account.simulator().entries() == []
    assert health(account)["card_link"] is False
    # In TLS 1.3 a client's certificate is refused after its handshake: the alert may be lost with the connection, once.
    server.eventually(lambda: any("connector=iso8583" in line and why in line.lower()
                                  for line in account.log.read_text().splitlines()), 20, why)
    assert account.pay()["status"] == "to_capture"


def test_settings_that_cannot_work_are_refused_at_the_start(world, tmp_path):
    data = tmp_path / "other"
    server.command("init", "--sandbox", data)
    settings = {"CARD_LIVE_HOST": "192.0.2.1", "CARD_LIVE_PORT": 5000,
                "CARD_LIVE_ACQUIRER": "12345"}
    cert, key = world.ours.sign("merchant", "clientAuth", "DNS:merchant")

    def refused(about, **more):
        with pytest.raises(server.Failed) as failure:
            server.command("serve", "--data", data, "--port", "0", settings={**settings, **more},
                           timeout=20)
        assert about in str(failure.value), failure.value
        assert "server.stopped err=" in str(failure.value) and "err=ok" not in str(failure.value)

    refused("card.live_ca")
    refused("card.live_cert", CARD_LIVE_CA=world.theirs.ca)
    refused("card.live_key", CARD_LIVE_CA=world.theirs.ca, CARD_LIVE_CERT=cert)
    files = {"CARD_LIVE_CA": world.theirs.ca, "CARD_LIVE_CERT": cert, "CARD_LIVE_KEY": key}
    refused("card.live_key", **{**files, "CARD_LIVE_KEY": world.theirs.dir / "acquirer.key"})
    refused("card.live_host", **{**files, "CARD_LIVE_HOST": "gateway.example"})
    refused("card.live_port", **{**files, "CARD_LIVE_PORT": 0})
    refused("card.live_acquirer", **{**files, "CARD_LIVE_ACQUIRER": ""})
    refused("card.live_terminal", **{**files, "CARD_LIVE_TERMINAL": "TÉRM"})
