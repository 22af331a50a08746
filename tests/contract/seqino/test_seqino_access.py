"""Who may call the Seqino face and how: keys, sponsors, paths, the two forms of error."""

import json

import pytest

from support import cli, seqino, server, wire
from support.seqino import check_invalid, check_refused, exchange


def test_the_committed_document_is_the_one_printed():
    path = seqino.openapi.DOCUMENTS / "seqino.json"
    assert json.loads(server.command("openapi", "seqino")) == json.loads(path.read_text())


@pytest.mark.parametrize("bearer", [False, True])
def test_the_key_stands_alone_or_behind_bearer(shop, bearer):
    assert exchange(shop, "GET", "/clients", bearer=bearer).status == 200


@pytest.mark.parametrize("key", [False, "", "pdp_test_nobody", "Basic abc", "Bearer", "Bearer "])
def test_without_a_key_that_works_it_is_401(shop, key):
    answer = exchange(shop, "GET", "/clients", key=key)
    check_refused(answer, 401, "The API key is missing or does not work")
    assert answer.headers["WWW-Authenticate"] == "APIKey"


def test_keys_of_one_face_are_none_of_another(shop):
    check_refused(exchange(shop, "GET", "/clients", key=shop.secret_key), 401)
    check_refused(exchange(shop, "GET", "/clients", key=shop.public_key), 401)
    assert shop.get("/v2/ping", key=seqino.face(shop)["api_key"]).status == 401
    # The other way round once more, when both are known.
    assert shop.get("/v2/ping").status == 200
    check_refused(exchange(shop, "GET", "/clients", key=shop.secret_key), 401)
    assert exchange(shop, "GET", "/clients").status == 200
    assert shop.get("/v2/ping", key=seqino.face(shop)["api_key"]).status == 401


def test_the_sponsor_may_be_named_and_must_be_the_keys(shop, sandbox):
    own = seqino.face(shop)["sponsor_id"]
    assert exchange(shop, "GET", "/clients", headers={"X-PDP-Sponsor-Id": own}).status == 200
    assert exchange(shop, "GET", "/clients", headers={"x-pdp-sponsor-id": own}).status == 200
    for other in (seqino.face(sandbox)["sponsor_id"], "", own.upper(), own.removeprefix("sponsor_"),
                  "sponsor_" + seqino.UNKNOWN):
        answer = exchange(shop, "GET", "/clients", headers={"X-PDP-Sponsor-Id": other})
        check_refused(answer, 403, "X-PDP-Sponsor-Id is not the sponsor of this key")


@pytest.mark.parametrize("path", ["/clients", "/clients/", "/api/clients", "/api/clients/"])
def test_every_path_is_there_four_times(shop, path):
    assert exchange(shop, "GET", path).status == 200
    answer = exchange(shop, "POST", path, seqino.draft())
    assert answer.status == 201, answer
    one = path.rstrip("/") + "/" + answer.json["client_id"]
    for form in (one, one + "/"):
        assert exchange(shop, "GET", form).json == answer.json


def test_other_faces_and_pages_keep_their_paths(shop):
    assert wire.exchange(shop.base_url + "/", "GET").status == 200
    assert wire.exchange(shop.base_url + "/clientsx", "GET").headers["Content-Type"].startswith(
        "text/html")
    answer = wire.exchange(shop.base_url + "/api/payments/list", "GET")
    assert (answer.status, answer.json["status"]) == (401, "failure")


def test_what_is_not_there_and_methods_that_are_not(shop):
    check_refused(exchange(shop, "GET", "/clients/a/b"), 404)
    answer = exchange(shop, "PATCH", "/clients", {})
    check_refused(answer, 405)
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    check_refused(exchange(shop, "POST", "/clients", raw=b"<a/>", kind="application/xml"), 415)


def test_a_trace_is_in_the_log(shop):
    trace = exchange(shop, "GET", "/clients/nobody").json["trace_id"]
    server.eventually(lambda: trace in shop.log.read_text(), 5, "the trace is written")


@pytest.mark.parametrize("raw,fault", [
    (b"", ("body", "missing")), (b"{", ("body", "json_invalid")), (b"[]", ("body", "value_error")),
    (b'"x"', ("body", "value_error")), (b'{"a":1,"a":2}', ("body", "json_invalid")),
    (b'{"organization_name": "\xff"}', ("body", "json_invalid")),
])
def test_what_is_no_object_is_422(shop, raw, fault):
    check_invalid(exchange(shop, "POST", "/clients", raw=raw), fault)


def test_a_body_of_a_mebibyte_and_one_byte_more(shop):
    body = wire.encode(seqino.draft())
    pad = (1 << 20) - len(body)
    assert exchange(shop, "POST", "/clients", raw=body + b" " * pad).status == 201
    check_refused(exchange(shop, "POST", "/clients", raw=body + b" " * (pad + 1)), 413)


def test_keys_are_added_rolled_listed_and_revoked(merchant):
    owner = cli.merchant_id(merchant)
    made = cli.told(merchant.server, "keys", "add", owner, "--face", "seqino")
    assert made["sponsor_id"] == seqino.face(merchant)["sponsor_id"]
    key = made["api_key"]
    assert key.startswith("pdp_test_") and len(key) == 49
    assert exchange(merchant, "GET", "/clients", key=key).status == 200
    lines = [row for row in cli.keys(merchant.server, owner) if row["face"] == "seqino"]
    assert [row["kind"] for row in lines] == ["secret", "secret"]
    assert key[-6:] in [row["shown"] for row in lines]
    rolled = cli.told(merchant.server, "keys", "roll", owner, "--face", "seqino", "--overlap-h", 0)
    assert set(rolled) == {"api_key"}
    check_refused(exchange(merchant, "GET", "/clients", key=key), 401)
    assert exchange(merchant, "GET", "/clients", key=rolled["api_key"]).status == 200
    assert merchant.get("/v2/ping").status == 200
    cli.run(merchant.server, "keys", "revoke", owner, rolled["api_key"][-6:])
    check_refused(exchange(merchant, "GET", "/clients", key=rolled["api_key"]), 401)
    cli.run(merchant.server, "keys", "add", owner, "--face", "safedebit", expect=2)


def test_live_and_test_clients_never_meet(merchant):
    owner = cli.merchant_id(merchant)
    live = cli.told(merchant.server, "keys", "add", owner, "--face", "seqino", "--live")["api_key"]
    assert live.startswith("pdp_live_")
    assert exchange(merchant, "GET", "/clients", key=live).json == []
    test = seqino.made(merchant, external_ref="BOTH")
    check_refused(exchange(merchant, "GET", "/clients/" + test["client_id"], key=live), 404)
    answer = exchange(merchant, "POST", "/clients", seqino.draft(external_ref="BOTH"), key=live)
    assert answer.status == 201, answer
    check_refused(exchange(merchant, "GET", "/clients/" + answer.json["client_id"]), 404)
