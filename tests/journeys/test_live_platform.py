"""Mandates and directory of live clients, through a platform that follows XP Z12-013
(docs/seqino.md)."""

import pytest

from support import cli, drafts, seqino, server
from support.platform import Platform
from support.seqino import check_refused, exchange

SIREN, SIRET = "100000009", "10000000900017"


class World:
    """A sandbox whose live mode has a platform."""

    def __init__(self, fresh_with, directory):
        self.platform = Platform()
        self.account = fresh_with(**self.platform.settings(directory))
        self.key = cli.told(self.account.server, "keys", "add", cli.merchant_id(self.account),
                            "--face", "seqino", "--live")["api_key"]
        self.client = self.ask("POST", "/clients", seqino.draft()).json["client_id"]
        self.platform.companies[SIREN] = {
            "siren": SIREN, "businessName": "Atelier réel", "entityType": "PrivateVatRegistered",
            "administrativeStatus": "A"}

    def ask(self, verb, path, body=None):
        return exchange(self.account, verb, path, body, key=self.key,
                        client=getattr(self, "client", None))

    def mandate(self, **members):
        answer = self.ask("POST", "/mandates", seqino.mandate_draft(**members))
        assert answer.status == 201, answer
        return answer.json

    def ended(self, mandate, status):
        path = "/mandates/" + mandate["id"]
        server.eventually(lambda: self.ask("GET", path).json["status"] == status, 30,
                          f"the mandate is {status}")
        return self.ask("GET", path).json


@pytest.fixture
def world(fresh_with, tmp_path):
    world = World(fresh_with, tmp_path)
    yield world
    world.platform.close()


def test_a_mandate_becomes_a_line_of_the_directory(world):
    assert world.ask("GET", f"/directory/{SIREN}").json["addressable"] is False
    mandate = world.ended(world.mandate(siret=SIRET, routing_identifier="ACHATS"), "active")
    assert mandate["smp_registration_status"] == "registered"
    assert world.platform.lines == [{"siren": SIREN, "siret": SIRET,
                                     "routingIdentifier": "ACHATS"}]
    lines = world.ask("GET", f"/mandates/directory/{SIREN}").json
    assert [line["routing_identifier"] for line in lines] == [None, "ACHATS"]
    assert lines[0]["name"] == "Atelier réel" and lines[0]["establishment_nature"] == "Private"
    assert lines[1]["routing_code_label"] == "Achats" and lines[1]["legal_commitment_management"]
    # One token served them all.
    assert world.platform.calls.count(("POST", "/token")) == 1


def test_what_the_platform_refuses_ends_the_mandate(world):
    assert world.ended(world.mandate(siren="200000008"), "error")["error_cause"] == \
        "not_in_directory"
    world.platform.lines.append({"siren": SIREN})
    assert world.ended(world.mandate(), "error")["error_cause"] == "line_taken"
    check_refused(world.ask("GET", "/directory/200000008"), 404,
                  "Directory has no entry of this SIREN")


@pytest.mark.parametrize("status", [403, 503])
def test_a_platform_in_trouble_is_asked_again(world, status):
    world.platform.fail = status
    check_refused(world.ask("GET", f"/directory/{SIREN}"), 503, "Directory does not answer")
    mandate = world.mandate()
    server.eventually(lambda: len(world.platform.calls) >= 4, 10, "it was asked")
    assert world.ask("GET", "/mandates/" + mandate["id"]).json["status"] == "processing"
    world.platform.fail = None
    world.ended(mandate, "active")


def test_a_token_that_was_taken_back_is_fetched_again(world):
    assert world.ask("GET", f"/directory/{SIREN}").status == 200
    world.platform.tokens.clear()
    assert world.ask("GET", f"/directory/{SIREN}").status == 200
    assert world.platform.calls.count(("POST", "/token")) == 2


def test_a_token_that_is_over_soon_is_not_used(world):
    world.platform.expires_in = 5
    for _ in range(2):
        assert world.ask("GET", f"/directory/{SIREN}").status == 200
    assert world.platform.calls.count(("POST", "/token")) == 4  # for each of two calls


def test_a_token_of_more_bytes_than_characters_is_none(world):
    world.platform.made = "é" * 4100
    check_refused(world.ask("GET", f"/directory/{SIREN}"), 503, "Directory does not answer")
    world.platform.made = "token-{}"
    assert world.ask("GET", f"/directory/{SIREN}").status == 200


# --- invoices -----------------------------------------------------------------------------------

def issued(world):
    """An invoice that leaves; gives its id."""
    options = {"client": world.client, "key": world.key}
    drafts.complete(world.account, world.client)
    draft = drafts.made(world.account, client={"client_id": world.client}, key=world.key)
    answer = drafts.validate(world.account, draft, {"format": "cii"}, **options)
    assert answer.status == 200, answer
    return answer.json["invoice_id"]


def numbers(world, invoice):
    answer = exchange(world.account, "GET", "/lifecycle-events", client=world.client, key=world.key,
                      query={"object_type": "invoice", "object_id": invoice})
    assert answer.status == 200, answer
    return [event["status_number"] for event in answer.json]


def test_an_invoice_leaves_once_and_is_deposited(world):
    invoice = issued(world)
    server.eventually(lambda: numbers(world, invoice) == [200], 20, "it is deposited")
    (flow,) = world.platform.flows.values()
    assert flow["trackingId"] == invoice.removeprefix("inv_")
    assert (flow["flowSyntax"], flow["processingRule"]) == ("CII", "B2B")
    assert flow["name"] == flow["trackingId"] + ".xml"


def test_an_invoice_that_the_platform_rejects(world):
    world.platform.ack = "Error"
    invoice = issued(world)
    server.eventually(lambda: 213 in numbers(world, invoice), 20, "it is rejected")


def test_an_invoice_that_is_pending_is_looked_for_and_not_sent_again(world):
    world.platform.ack = "Pending"
    invoice = issued(world)
    server.eventually(lambda: len(world.platform.flows) == 1, 20, "it has left")
    assert numbers(world, invoice) == []
    (flow,) = world.platform.flows.values()
    flow["acknowledgement"]["status"] = "Ok"
    server.eventually(lambda: numbers(world, invoice) == [200], 30, "it is deposited")
    assert world.platform.calls.count(("POST", "/flow/v1/flows")) == 1


# --- and nothing else ---------------------------------------------------------------------------

def test_it_takes_no_reports(world):
    body = {"date": "2026-01-05", "category": "TLB1", "transaction_count": 1, "vat_lines": [
        {"vat_rate": "20", "taxable_amount": "10.00", "tax_amount": "2.00"}]}
    check_refused(world.ask("POST", "/reporting/b2c-transactions", body), 503,
                  "Platform takes no reports")


def test_test_mode_never_reaches_it(world):
    client = seqino.made(world.account)
    assert exchange(world.account, "GET", f"/directory/{SIREN}",
                    client=client["client_id"]).json["name"] == f"ENTREPRISE {SIREN}"
    assert world.platform.calls == []


def test_without_https_the_server_does_not_start(fresh_with, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    with pytest.raises(BaseException, match="platform.directory_url must be an https address"):
        fresh_with(PLATFORM_DIRECTORY_URL="http://platform.example.com/",
                   PLATFORM_SECRET_FILE=secret)
