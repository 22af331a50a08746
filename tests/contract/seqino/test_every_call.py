"""What holds for every call of the Seqino face, whichever calls there are."""

import re

import pytest

from support import seqino
from support.seqino import check_invalid, check_refused, exchange
from support.tenants import Face, sample

FACE = Face("seqino")
PREFIXES = {"client_id": "client_", "mandate_id": "mand_", "draft_id": "draft_", "invoice_id": "inv_"}


def nobodys(path):
    """The path with a well-formed id in it."""
    return re.sub(r"\{([^}]*)\}", lambda name: PREFIXES.get(name[1], "") + seqino.UNKNOWN, path)


ROUTES = [pytest.param(method.upper(), nobodys(path), operation, id=f"{method} {path}")
          for method, path, operation in FACE.routes()]


def needs_client(operation):
    return any(parameter["in"] == "header" for parameter in operation.get("parameters", []))


OF_CLIENTS = [route for route in ROUTES if needs_client(route.values[2])]


def body_of(operation):
    schema = FACE.body_schema(operation)
    return None if schema is None else sample(FACE, schema)


@pytest.mark.parametrize("verb,path,operation", ROUTES)
class TestEvery:
    def test_call_needs_a_key(self, shop, verb, path, operation):
        for form in (path, path + "/", "/api" + path):
            check_refused(exchange(shop, verb, form, body_of(operation), key=False), 401)

    def test_call_is_for_the_keys_sponsor_alone(self, shop, sandbox, verb, path, operation):
        other = {"X-PDP-Sponsor-Id": seqino.face(sandbox)["sponsor_id"]}
        check_refused(exchange(shop, verb, path, body_of(operation), headers=other), 403)

    def test_body_of_a_mebibyte_and_more_is_too_large(self, shop, verb, path, operation):
        if FACE.body_schema(operation) is None:
            pytest.skip("it takes no JSON")
        raw = b"{" + b" " * (1 << 20) + b"}"
        check_refused(exchange(shop, verb, path, raw=raw), 413)


@pytest.fixture(scope="module")
def stopped(shop):
    """A client that is suspended, and one that is inactive."""
    clients = []
    for status in ("suspended", "inactive"):
        client = seqino.made(shop)["client_id"]
        assert seqino.put(shop, client, status=status).status == 200
        clients.append(client)
    return clients


@pytest.mark.parametrize("verb,path,operation", OF_CLIENTS)
class TestForAClient:
    def test_call_without_the_header(self, shop, verb, path, operation):
        for client in (None, ""):
            answer = exchange(shop, verb, path, body_of(operation), client=client)
            check_invalid(answer, ("header", "X-PDP-Client-Id", "missing"))

    def test_call_takes_the_header_in_any_case(self, shop, verb, path, operation):
        answer = exchange(shop, verb, path, body_of(operation),
                          headers={"x-pdp-client-id": "client_" + seqino.UNKNOWN})
        check_refused(answer, 404, "Client not found")

    def test_call_for_one_that_is_stopped(self, shop, stopped, verb, path, operation):
        for client in stopped:
            answer = exchange(shop, verb, path, body_of(operation), client=client)
            if verb == "GET":
                assert answer.status != 403, answer
            else:
                check_refused(answer, 403)
