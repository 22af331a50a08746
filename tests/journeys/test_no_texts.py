"""What is no text, because it is not UTF-8 or holds a NUL byte, is refused in the face's own form wherever it is sent:
one of the two databases keeps it and the other does not."""

import base64
import json
import os
import re
import subprocess

import pytest

from support import cli, safedebit, seqino, server, simplypaie, stancer, wire
from support.tenants import Face, sample

NUL = "a\u0000b"
QUERIES = ("%FF", "a%00b", "caf%E9", "%ED%A0%80")


def text_places(face, schema, path=()):
    """Members of a body that may be given a text: paths into it."""
    schema = face.resolve(schema)
    for name, inner in schema.get("properties", {}).items():
        yield (*path, name)
        if len(path) < 2:
            yield from text_places(face, inner, (*path, name))


def with_text(body, path, value):
    """The body with a value at a path; what is in between is made."""
    body = dict(body)
    inner = body
    for step in path[:-1]:
        inner[step] = dict(inner[step]) if isinstance(inner.get(step), dict) else {}
        inner = inner[step]
    inner[path[-1]] = value
    return body


def is_refused(answer):
    """An answer of the face, but not that something is wrong with us."""
    assert answer.status < 500 or answer.status == 501, answer
    assert not re.search(rb"internal (server )?error", answer.raw, re.IGNORECASE), answer


def walk(face, call):
    asked = 0
    for method, path, operation in face.routes():
        named = re.sub(r"\{[^}]*\}", "nobody", path)
        if "{" in path:
            for text in QUERIES:
                is_refused(call(method.upper(), re.sub(r"\{[^}]*\}", text, path), None))
                asked += 1
        for parameter in operation.get("parameters", []):
            for text in QUERIES if parameter["in"] == "query" else ():
                is_refused(call(method.upper(), f"{named}?{parameter['name']}={text}", None))
                asked += 1
        schema = face.body_schema(operation)
        for place in text_places(face, schema) if schema else ():
            for text in (NUL, {NUL: NUL}, [NUL]):
                is_refused(call(method.upper(), named, with_text(sample(face, schema), place, text)))
                asked += 1
    return asked


@pytest.mark.parametrize("version", stancer.VERSIONS)
def test_stancer(merchant, version):
    asked = walk(Face(f"stancer-{version}"), lambda method, path, body: merchant.request(
        method, f"/{version}{path}", body))
    assert asked > 300


def test_simplypaie(merchant):
    assert walk(Face("simplypaie"), lambda method, path, body: simplypaie.exchange(
        merchant, method, path, body)) > 100


def test_seqino(merchant):
    client = seqino.made(merchant)["client_id"]
    assert walk(Face("seqino"), lambda method, path, body: seqino.exchange(
        merchant, method, path, body, client=client)) > 300


def test_safedebit(merchant):
    assert walk(Face("safedebit"), lambda method, path, body: safedebit.exchange(
        merchant, path[1:], body, verb=method)) > 300


def test_metadata(shop):
    """Kept as it is written, which is ASCII."""
    body = json.dumps({"amount": 100, "currency": "eur", "metadata": {"a": NUL, "b\u0000": "c"}})
    is_refused(shop.post("/v2/payment_intents/", body.encode()))


def basic(name, password=b"x"):
    return {"Authorization": b"Basic " + base64.b64encode(name + b":" + password)}


HEADERS = [
    ("/v2/ping", {"Authorization": b"Basic \xff\xfe"}), ("/v2/ping", basic(b"stest_\xff")),
    ("/v2/ping", basic(b"stest_\x00")), ("/v2/ping", {"Authorization": b"Bearer stest_\xe9"}),
    ("/ssp/search_consumer", basic(b"caf\xe9")), ("/ssp/search_consumer", basic(b"a\x00b", b"\xff")),
    ("/api/connection", {"apiClientId": b"caf\xe9", "apiSecret": b"\xff"}),
    ("/api/payments/list", {"apiClientId": b"caf\xe9", "apiToken": b"\xff"}),
    ("/mandates", {"Authorization": b"caf\xe9"}), ("/mandates", {"Authorization": b"Bearer \xff"}),
    ("/office", {"Cookie": b"office=\xff\xfe"}),
]


@pytest.mark.parametrize("path, headers", HEADERS, ids=lambda value: str(value)[:60])
def test_headers(merchant, path, headers):
    is_refused(wire.exchange(merchant.base_url + path, "GET", None, headers))


@pytest.mark.parametrize("name", ["Idempotency-Key", "User-Agent", "Accept", "Accept-Language", "X-Forwarded-For",
                                  "X-PDP-Client-Id", "X-PDP-Sponsor-Id", "Origin", "Referer"])
def test_headers_beside_a_call(merchant, name):
    key = base64.b64encode(merchant.secret_key.encode() + b":")
    for path in ("/v2/customers/", "/mandates"):
        for authorization in (b"Basic " + key, merchant.secret_key.encode()):
            is_refused(wire.exchange(merchant.base_url + path, "POST", b'{"email": "a@shop.example"}', {
                "Authorization": authorization, name: b"caf\xe9\xff", "Content-Type": "application/json"}))


def test_words_of_a_command(merchant):
    bad = os.fsdecode(b"caf\xe9")
    id_ = cli.merchant_id(merchant)
    for words in (("login", "add", id_, bad), ("login", "add", bad, "x"), ("merchant", "show", bad),
                  ("merchant", "add", bad), ("keys", "list", bad), ("payment", "show", bad),
                  ("operator", "add", bad), ("sepa", "status", bad), ("client", "list", bad)):
        done = subprocess.run([server.binary(), *words, "--data", merchant.server.dir], capture_output=True,
                              env=server.environment(merchant.server.settings), timeout=60, check=False)
        assert done.returncode in (1, 2) and done.stderr, (words, done)
        assert b"internal" not in done.stderr.lower(), (words, done)
