"""Bodies that are no good JSON, too long or too deep: refused in the face's form."""

import json

import pytest

from support import cards, stancer
from support.stancer import VERSIONS

LIMIT = 64 * 1024
EMAIL = cards.MARKED_EMAIL


def count(merchant, version):
    return len(merchant.read(f"/{version}/customers/?limit=100")["customers"])


MALFORMED = {
    "empty": b"",
    "blank": b"   ",
    "half an object": b'{"email": "a@example.com"',
    "trailing comma": b'{"email": "a@example.com",}',
    "trailing text": b'{"email": "a@example.com"} x',
    "two documents": b'{"email": "a@example.com"}{"email": "a@example.com"}',
    "single quotes": b"{'email': 'a@example.com'}",
    "bare name": b'{email: "a@example.com"}',
    "comment": b'{"email": "a@example.com" /* no */}',
    "not a number": b'{"email": "a@example.com", "x": NaN}',
    "leading zero": b'{"email": "a@example.com", "x": 01}',
    "control character": b'{"email": "a@example.com", "name": "a\nb"}',
    "bad escape": b'{"email": "a@example.com", "name": "\\q"}',
    "half a surrogate": b'{"email": "a@example.com", "name": "\\ud800abc"}',
    "bad UTF-8": b'{"email": "a@example.com", "name": "\xff\xfe\xfd"}',
    "overlong UTF-8": b'{"email": "a@example.com", "name": "\xc0\xafabc"}',
    "surrogate in UTF-8": b'{"email": "a@example.com", "name": "\xed\xa0\x80abc"}',
    "cut UTF-8": b'{"email": "a@example.com", "name": "abc\xc3"}',
    "bad literal in an unknown member": b'{"email": "a@example.com", "x": tru}',
    "number beyond 64 bits": b'{"email": "a@example.com", "x": 99999999999999999999}',
    "same member twice": b'{"email": "a@example.com", "email": "b@example.com"}',
    "same member twice, escaped": b'{"email": "a@example.com", "\\u0065mail": "b@example.com"}',
    "same unknown member twice": b'{"email": "a@example.com", "x": 1, "x": 1}',
    "same member twice inside": b'{"email": "a@example.com", "x": {"y": 1, "y": 2}}',
    "nested too deep": b'{"email": "a@example.com", "x": ' + b"[" * 200 + b"]" * 200 + b"}",
}


@pytest.mark.parametrize("case", MALFORMED)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_malformed_body_is_refused(merchant, version, case):
    stancer.check_malformed(merchant.post(f"/{version}/customers/", MALFORMED[case]), version)
    assert count(merchant, version) == 0


def test_a_request_without_length_has_no_body(merchant):
    """As curl -X POST sends it."""
    held = merchant.pay(capture=False)
    answer = merchant.post(f"/v2/payments/{held['id']}/capture", length=False)
    assert (answer.status, answer.json["status"]) == (200, "to_capture")
    answer = merchant.post("/v2/payments/", length=False)
    stancer.check_error(answer, "v2", 411)
    assert len(merchant.read("/v2/payments/")["payments"]) == 1
    for version in VERSIONS:
        stancer.check_error(merchant.post(f"/{version}/customers/", length=False), version, 411)


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"12", b"true",
                                  b'[{"email": "a@example.com"}]'])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_document_that_is_no_object_is_refused(shop, version, body):
    stancer.check_malformed(shop.post(f"/{version}/customers/", body), version)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_nul_in_a_text_is_refused(shop, version):
    body = b'{"email": "a@example.com", "name": "abc\\u0000def"}'
    stancer.check_bad(shop.post(f"/{version}/customers/", body), version, "body", "name")


def padded(size):
    body = json.dumps({"email": EMAIL, "padding": ""}).encode()
    return body[:-2] + b"x" * (size - len(body)) + body[-2:]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_body_of_64_kilobytes_is_read_and_one_byte_more_is_413(merchant, version):
    whole = padded(LIMIT)
    assert len(whole) == LIMIT
    assert merchant.post(f"/{version}/customers/", whole).status == 200
    stancer.check_error(merchant.post(f"/{version}/customers/", padded(LIMIT + 1)), version, 413)
    assert count(merchant, version) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_another_content_type_is_415(shop, version):
    answer = shop.post(f"/{version}/customers/", b"<email>a@example.com</email>",
                       headers={"Content-Type": "application/xml"})
    stancer.check_error(answer, version, 415)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8",
                                  "application/json;charset=UTF-8", "Application/JSON"])
def test_content_types_of_the_libraries_are_read(shop, kind):
    answer = shop.post("/v2/customers/", json.dumps({"mobile": "+33100000009"}).encode(),
                       headers={"Content-Type": kind})
    assert answer.status == 200, answer


@pytest.mark.parametrize("version", VERSIONS)
def test_unknown_members_are_ignored(shop, version):
    body = {"email": EMAIL, "name": "Unknown " + version, "shoe_size": 43,
            "more": {"deep": [1, {"x": None}]}}
    customer = shop.made(f"/{version}/customers/", body)
    stancer.check_customer(customer, version)
    payment = shop.made(stancer.PAYMENTS[version],
                        {"amount": 100, "currency": "eur", "colour": "red"})
    stancer.check_payment(payment, version)


@pytest.mark.parametrize("text", ["Élodie Çağlar", "田中 さくら", "Ünïcødé 🎉 ok", "a\"b\\c/d"])
@pytest.mark.parametrize("version", VERSIONS)
def test_text_comes_back_as_it_was_sent(shop, version, text):
    body = json.dumps({"mobile": "+33100000010", "name": text}, ensure_ascii=False).encode()
    customer = shop.made(f"/{version}/customers/", body)
    assert customer["name"] == text
    assert shop.read(f"/{version}/customers/{customer['id']}")["name"] == text
