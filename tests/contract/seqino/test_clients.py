"""Clients of a sponsor (api/seqino.md 3 and 8)."""

import re
from urllib.parse import urlsplit

import pytest

from support import cli, races, seqino
from support.seqino import check_client, check_invalid, check_refused, draft, exchange, made, put

SEED = (b'{\n"organization_name": "Acme Corporation",\n"contact_email": "contact@acme.com",\n'
        b'"external_ref": "EXT-12345"\n}')
SEED_CHANGE = SEED[:-2] + b',\n"status": "active"\n}'


# --- the examples of the seed page --------------------------------------------------------------

def test_the_examples_of_the_seed_page(merchant):
    answer = exchange(merchant, "POST", "/clients", raw=SEED)
    assert answer.status == 201, answer
    client = answer.json
    check_client(client)
    assert (client["organization_name"], client["contact_email"], client["external_ref"]) == \
        ("Acme Corporation", "contact@acme.com", "EXT-12345")
    assert client["sponsor_id"] == seqino.face(merchant)["sponsor_id"]
    assert (client["status"], client["updated_at"]) == ("active", None)
    path = "/clients/" + client["client_id"]
    assert exchange(merchant, "GET", path).json == client
    assert exchange(merchant, "GET", "/clients?external_ref=EXT-12345").json == client
    answer = exchange(merchant, "PUT", path, raw=SEED_CHANGE)
    assert (answer.status, answer.json) == (200, client)
    answer = exchange(merchant, "DELETE", path)
    assert (answer.status, answer.raw) == (204, b"")
    check_refused(exchange(merchant, "GET", path), 404, "Client not found")


def test_every_member_of_the_seed_page_is_taken_and_shown(merchant):
    client = made(merchant)
    for status in seqino.STATUSES:
        answer = put(merchant, client["client_id"], status=status, organization_name="Acme SAS",
                     contact_email="new@acme.example", external_ref="EXT-NEW")
        assert answer.status == 200, answer
        assert answer.json["status"] == status
    check_client(answer.json)
    listed = exchange(merchant, "GET", "/clients").json
    assert [row["external_ref"] for row in listed] == ["sandbox", "EXT-NEW"]
    assert listed[1] == answer.json


# --- the list -----------------------------------------------------------------------------------

def test_a_sandbox_merchant_is_its_sponsors_first_client(merchant):
    (first,) = exchange(merchant, "GET", "/clients").json
    check_client(first)
    face = seqino.face(merchant)
    assert (first["client_id"], first["sponsor_id"]) == (face["client_id"], face["sponsor_id"])
    assert (first["external_ref"], first["status"]) == ("sandbox", "active")
    assert first["organization_name"] == "Atelier Exemple SARL"
    assert first["contact_email"] == "atelier@example.com"


def test_the_list_is_in_the_order_of_creation(merchant):
    ids = [made(merchant)["client_id"] for _ in range(5)]
    listed = exchange(merchant, "GET", "/clients").json
    assert [row["client_id"] for row in listed[1:]] == ids
    assert [row["created_at"] for row in listed] == sorted(row["created_at"] for row in listed)


@pytest.mark.parametrize("reference", ["", "nobody", "SANDBOX", "sandbox ", "x" * 101, "x" * 4096])
def test_a_reference_that_matches_none_is_404(shop, reference):
    check_refused(exchange(shop, "GET", "/clients", query={"external_ref": reference}), 404,
                  "Client not found")


def test_a_reference_finds_one_bare_object(shop):
    client = made(shop, external_ref="N° 7/été&x=y")
    answer = exchange(shop, "GET", "/clients", query={"external_ref": "N° 7/été&x=y"})
    assert (answer.status, answer.json) == (200, client)


def test_beyond_a_thousand_the_list_goes_on(merchant):
    for start in range(0, 1000, 50):
        answers = races.at_once([lambda n=n: exchange(
            merchant, "POST", "/clients", draft(external_ref=f"N{n}"))
            for n in range(start, start + 50)])
        assert {answer.status for answer in answers} == {201}
    first = exchange(merchant, "GET", "/api/clients")
    assert len(first.json) == 1000
    link = re.fullmatch(r'<([^>]+)>; rel="next"', first.headers["Link"])
    parts = urlsplit(link[1])
    assert f"{parts.scheme}://{parts.netloc}" == merchant.base_url
    assert parts.path == "/api/clients"
    last = exchange(merchant, "GET", f"{parts.path}?{parts.query}")
    assert len(last.json) == 1 and "Link" not in last.headers
    ids = [row["client_id"] for row in first.json + last.json]
    assert ids == sorted(set(ids)) and len(ids) == 1001
    check_invalid(exchange(merchant, "GET", "/clients?cursor=zzz"), ("query", "cursor", "value_error"))


# --- making one ---------------------------------------------------------------------------------

@pytest.mark.parametrize("member,value,kind", [
    ("organization_name", "", "string_too_short"), ("organization_name", "é" * 256, "string_too_long"),
    ("organization_name", 7, "string_type"), ("organization_name", "a\nb", "value_error"),
    ("organization_name", None, "missing"),
    ("external_ref", "", "string_too_short"), ("external_ref", "é" * 101, "string_too_long"),
    ("external_ref", ["x"], "string_type"), ("external_ref", None, "missing"),
    ("contact_email", "a" * 244 + "@example.com", "string_too_long"),
    ("contact_email", "", "value_error"), ("contact_email", "nobody", "value_error"),
    ("contact_email", "@acme.example", "value_error"), ("contact_email", "a@b", "value_error"),
    ("contact_email", "a@b@acme.example", "value_error"), ("contact_email", "a b@acme.example", "value_error"),
    ("contact_email", "a@acme..example", "value_error"), ("contact_email", True, "string_type"),
    ("contact_email", None, "missing"),
])
def test_members_that_do_not_fit(shop, member, value, kind):
    body = draft()
    body[member] = value
    check_invalid(exchange(shop, "POST", "/clients", body), ("body", member, kind))
    if value is not None:
        client = made(shop)
        check_invalid(put(shop, client["client_id"], **{member: value}), ("body", member, kind))
        assert seqino.read(shop, client["client_id"]) == client


@pytest.mark.parametrize("member,value", [
    ("organization_name", "é"), ("organization_name", "é" * 255), ("external_ref", "é"),
    ("external_ref", "€" * 100), ("contact_email", "a" * 243 + "@example.com"),
    ("contact_email", "a@b.c"),
])
def test_members_at_their_limits(merchant, member, value):
    client = made(merchant, **{member: value})
    assert client[member] == value
    other = made(merchant)
    exchange(merchant, "DELETE", "/clients/" + client["client_id"])
    assert put(merchant, other["client_id"], **{member: value}).json[member] == value


def test_all_that_is_wrong_is_told_in_the_order_of_the_members(shop):
    answer = exchange(shop, "POST", "/clients", {"external_ref": "", "contact_email": 3})
    check_invalid(answer, ("body", "organization_name", "missing"),
                  ("body", "contact_email", "string_type"), ("body", "external_ref", "string_too_short"))
    assert answer.json["detail"][0]["msg"] == "Field required"


def test_other_members_are_ignored(shop):
    client = made(shop, status="suspended", client_id="client_x", colour="red")
    assert client["status"] == "active"


def test_a_reference_is_unique_for_its_sponsor_alone(shop, sandbox):
    made(shop, external_ref="ONCE")
    check_refused(exchange(shop, "POST", "/clients", draft(external_ref="ONCE")), 409,
                  "external_ref is that of another client")
    check_refused(exchange(shop, "POST", "/clients/pdp-clients", {
        "external_reference": "ONCE", "client_name": "A"}), 409)
    answer = exchange(sandbox, "POST", "/clients", draft(external_ref="ONCE"))
    assert answer.status == 201, answer
    assert exchange(shop, "POST", "/clients", draft(external_ref="once")).status == 201


def test_an_idempotency_key_makes_one_client(shop):
    headers = {"Idempotency-Key": "client-1"}
    body = draft()
    first = exchange(shop, "POST", "/clients", body, headers=headers)
    again = exchange(shop, "POST", "/clients", body, headers=headers)
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json and again.headers["Idempotent-Replayed"] == "true"
    check_refused(exchange(shop, "POST", "/clients", draft(), headers=headers), 409)
    check_refused(exchange(shop, "POST", "/clients", draft(),
                           headers={"Idempotency-Key": "x" * 65}), 400)
    assert exchange(shop, "POST", "/clients", draft(),
                    headers={"Idempotency-Key": "x" * 64}).status == 201


def test_the_older_form_of_making_one(shop):
    body = {"external_reference": "OLD-1", "client_name": "Ancienne SARL", "description": "x" * 1000}
    answer = exchange(shop, "POST", "/clients/pdp-clients", body)
    assert answer.status == 201, answer
    assert list(answer.json) == ["pdp_client_id", "external_reference", "client_name", "status",
                                 "created_at", "message"]
    client = seqino.read(shop, answer.json["pdp_client_id"])
    assert (client["organization_name"], client["external_ref"], client["contact_email"]) == \
        ("Ancienne SARL", "OLD-1", "")
    check_invalid(exchange(shop, "POST", "/clients/pdp-clients", {"description": "x" * 1001}),
                  ("body", "external_reference", "missing"), ("body", "client_name", "missing"),
                  ("body", "description", "string_too_long"))


# --- changing one -------------------------------------------------------------------------------

@pytest.mark.parametrize("body", [{}, {"status": None, "external_ref": None, "organization_name": None,
                                       "contact_email": None}, {"client_id": "client_x"}])
def test_nothing_given_changes_nothing(shop, body):
    client = made(shop)
    answer = exchange(shop, "PUT", "/clients/" + client["client_id"], body)
    assert (answer.status, answer.json) == (200, client)
    put(shop, client["client_id"], organization_name="Other")
    changed = seqino.read(shop, client["client_id"])
    shop.advance(2)
    assert exchange(shop, "PUT", "/clients/" + client["client_id"], body).json == changed


def test_a_change_is_of_what_was_given_and_of_that_moment(merchant):
    client = made(merchant)
    merchant.advance(3600)
    answer = put(merchant, client["client_id"], contact_email="new@acme.example")
    assert answer.status == 200, answer
    changed = {name for name in client if client[name] != answer.json[name]}
    assert changed == {"contact_email", "updated_at"}
    assert answer.json["updated_at"] > client["created_at"]


def test_its_own_reference_may_be_given_again(shop):
    client = made(shop)
    other = made(shop)
    same = put(shop, client["client_id"], external_ref=client["external_ref"])
    assert (same.status, same.json) == (200, client)
    check_refused(put(shop, client["client_id"], external_ref=other["external_ref"]), 409,
                  "external_ref is that of another client")
    assert seqino.read(shop, client["client_id"]) == client


@pytest.mark.parametrize("status", ["", "ACTIVE", "deleted", 1, True])
def test_another_status_is_refused(shop, status):
    client = made(shop)
    check_invalid(put(shop, client["client_id"], status=status), ("body", "status", "enum"))


# --- deleting one -------------------------------------------------------------------------------

def test_a_deleted_clients_reference_is_free(shop):
    client = made(shop)
    path = "/clients/" + client["client_id"]
    assert exchange(shop, "DELETE", path).status == 204
    for verb in ("GET", "PUT", "DELETE"):
        check_refused(exchange(shop, verb, path, {} if verb == "PUT" else None), 404)
    again = made(shop, external_ref=client["external_ref"])
    assert again["client_id"] != client["client_id"]


def test_a_client_with_a_mandate_stays(merchant):
    client = seqino.face(merchant)["client_id"]
    account = merchant.made("/v2/sepa/", {"name": "Jean Dupont", "iban": "FR7630004000031234567890143",
                                          "mandate": "M-1", "date_mandate": "2024-01-02"})
    check_refused(exchange(merchant, "DELETE", "/clients/" + client), 409,
                  "Client still has mandates")
    (mandate,) = merchant.read("/v2/mandates/")["mandates"]
    assert merchant.delete("/v2/mandates/" + mandate["id"]).status == 200
    assert exchange(merchant, "DELETE", "/clients/" + client).status == 204
    # The business goes on: its books, keys and objects are its own.
    assert merchant.get("/v2/sepa/" + account["id"]).status == 200


# --- other sponsors -----------------------------------------------------------------------------

def test_another_sponsors_client_is_not_found(shop, sandbox):
    client = made(shop)
    path = "/clients/" + client["client_id"]
    for verb, body in (("GET", None), ("PUT", {}), ("PUT", {"status": "suspended"}), ("DELETE", None)):
        check_refused(exchange(sandbox, verb, path, body), 404, "Client not found")
    check_refused(exchange(sandbox, "GET", "/clients", query={"external_ref": client["external_ref"]}),
                  404)
    assert seqino.read(shop, client["client_id"]) == client


@pytest.mark.parametrize("name", ["client_" + seqino.UNKNOWN, seqino.UNKNOWN, "client_", "client_x",
                                  "CLIENT_" + seqino.UNKNOWN, "onboarding"])
def test_what_is_no_client_is_not_found(shop, name):
    check_refused(exchange(shop, "GET", "/clients/" + name), 404, "Client not found")


# --- clients that may not act -------------------------------------------------------------------

@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_calls_for_a_client_that_is_stopped_are_refused_but_for_get(shop, status):
    client = made(shop)
    other = made(shop)
    assert put(shop, client["client_id"], status=status).status == 200
    name = client["client_id"]
    check_refused(exchange(shop, "POST", "/clients", draft(), client=name), 403,
                  f"Client is {status}")
    check_refused(exchange(shop, "PUT", "/clients/" + other["client_id"], {}, client=name), 403)
    assert exchange(shop, "GET", "/clients/" + name, client=name).status == 200
    assert exchange(shop, "HEAD", "/clients/" + name, client=name).status == 200
    assert put(shop, name, status="active").status == 200
    assert exchange(shop, "POST", "/clients", draft(), client=name).status == 201


# --- the operator's command ---------------------------------------------------------------------

def test_an_operator_makes_a_merchant_a_client(merchant):
    running = merchant.server
    sponsor = seqino.face(merchant)["sponsor_id"].removeprefix("sponsor_")
    added = cli.told(running, "merchant", "add", "--live", "--name", "Neuf SARL", "--sponsor", sponsor)
    name = added["merchant"]
    owner = cli.merchant_id(merchant)
    key = cli.told(running, "keys", "add", owner, "--face", "seqino", "--live")["api_key"]
    check_refused(exchange(merchant, "GET", "/clients/client_" + name, key=key), 404)
    cli.run(running, "client", "add", name, "--live", expect=2)
    cli.run(running, "client", "add", name, "--live", "--ref", "x" * 101, expect=2)
    told = cli.told(running, "client", "add", name, "--live", "--ref", "NEUF")
    assert (told["organization_name"], told["contact_email"], told["status"]) == \
        ("Neuf SARL", "", "active")
    shown = exchange(merchant, "GET", "/clients/client_" + name, key=key).json
    assert shown["external_ref"] == "NEUF"
    check_refused(exchange(merchant, "GET", "/clients/client_" + name), 404)
    cli.run(running, "client", "add", name, "--live", "--ref", "AGAIN", expect=1)
    cli.run(running, "client", "add", owner, "--live", "--ref", "NEUF", expect=1)


def test_an_operator_lists_shows_and_stops_clients(merchant):
    running = merchant.server
    client = made(merchant, external_ref="STOP")
    name = client["client_id"]
    listed = cli.told(running, "client", "list", cli.merchant_id(merchant))
    assert [row["external_ref"] for row in listed] == ["sandbox", "STOP"]
    cli.run(running, "client", "set", name, expect=2)
    cli.run(running, "client", "set", name, "--status", "gone", expect=2)
    cli.run(running, "client", "set", name, "--email", "nobody", expect=2)
    cli.run(running, "client", "set", name, "--ref", "sandbox", expect=1)
    told = cli.told(running, "client", "set", name, "--status", "suspended", "--email", "a@b.example")
    assert (told["status"], told["contact_email"]) == ("suspended", "a@b.example")
    check_refused(exchange(merchant, "POST", "/clients", draft(), client=name), 403)
    shown = cli.told(running, "client", "show", name)
    assert [row["detail"] for row in shown["history"]] == ["active", "contact_email", "suspended"]
    assert "suspended" in cli.run(running, "client", "show", name)
    cli.run(running, "client", "show", seqino.UNKNOWN, expect=1)
    cli.run(running, "client", "list", expect=2)
