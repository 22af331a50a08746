"""POST /api/payments/new (api/simplypaie.md 1 and 3)."""

import json
import re

import pytest

from support import cli, simplypaie, wire
from support.simplypaie import FORM, JSON, NEW, check_failed, exchange, made, make

LINK = r"{base}/pay-{account}-[0-9a-f]{{32}}"


def bare(**changes):
    return {name: value for name, value in (NEW | changes).items() if value is not None}


def test_the_seed_example(merchant):
    answer = make(merchant)
    assert answer.status == 201
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert set(answer.json) == {"status", "info"}
    assert answer.json["status"] == "success"
    info = answer.json["info"]
    assert set(info) == {"paymentId", "link"}
    assert re.fullmatch(r"\d+", info["paymentId"])
    account = merchant.contract["simplypaie"]["client_id"]
    assert re.fullmatch(LINK.format(base=re.escape(merchant.base_url), account=account),
                        info["link"])
    assert f"-{info['paymentId']}-" not in info["link"]


def test_the_number_of_the_account_stands_in_the_link(sandbox):
    assert "/pay-48512-" in made(sandbox)["link"]


def test_the_seed_failure(shop):
    answer = make(shop, bare(currency="CHF", amount="-5"))
    check_failed(answer, 400, "Invalid or unavailable currency", "Invalid amount")


def test_numbers_rise(merchant):
    numbers = [int(made(merchant)["paymentId"]) for _ in range(4)]
    assert numbers == sorted(set(numbers))


def test_a_repeat_makes_a_second_request(shop):
    first, second = made(shop), made(shop)
    assert first["paymentId"] != second["paymentId"]
    assert first["link"] != second["link"]


# --- the forms of a body ------------------------------------------------------------------------

def test_a_form_is_as_good_as_json(shop):
    assert make(shop, kind=FORM).status == 201
    assert make(shop, kind=FORM + "; charset=utf-8").status == 201
    assert make(shop, kind="APPLICATION/JSON; charset=UTF-8").status == 201


@pytest.mark.parametrize("kind", [None, "text/plain", "application/jsonx"])
def test_any_other_type_is_told_by_its_first_letter(shop, kind):
    assert make(shop, raw=b" \r\n\t" + wire.encode(NEW), kind=kind).status == 201
    assert make(shop, raw=simplypaie.form(NEW), kind=kind).status == 201


PSEUDO = b"""{
  email: 'test@simplypaie.fr',
  name: 'Dupont Jean',
  amount: '10000', # En centimes
}"""


@pytest.mark.parametrize("kind", [JSON, FORM, None])
def test_the_style_of_the_documents_is_no_json(shop, kind):
    check_failed(make(shop, raw=PSEUDO, kind=kind), 400, "Invalid request")


@pytest.mark.parametrize("body", [
    b"", b" ", b"{", b"[]", b'"text"', b"null", b"1", b"{}{}", b'{"name":"a","name":"b"}',
    b'{"name": "\xff"}', b'\xef\xbb\xbf{}', b'{"amount": 1e999}', b"name=a"])
def test_what_is_no_json_object(shop, body):
    check_failed(make(shop, raw=body), 400, "Invalid request")


@pytest.mark.parametrize("body", [
    b"name=%zz", b"name=%0", b"name=a&name=b", b"name=%ff", b"name=a%00b", b"items[][price]=1",
    b"items[0][price]=1&items[0][price]=2", b"items[x][price]=1", b"items[0]=1", b"items[01][a]=1",
    b"items[0][price=1", b"items[0][a][b]=1", b"items=1&items[0][price]=2", b"name[0][a]=1&name=b"])
def test_what_is_no_form(shop, body):
    check_failed(make(shop, raw=body, kind=FORM), 400, "Invalid request")


def test_a_form_with_nothing_in_it(shop):
    check_failed(make(shop, raw=b"", kind=FORM), 400, "Invalid name", "Invalid email",
                 "Invalid amount")
    check_failed(make(shop, raw=b"", kind=None), 400, "Invalid name", "Invalid email",
                 "Invalid amount")


def test_what_nobody_knows_is_ignored(shop):
    more = {"colour": {"of": [1, 2.5, {"a": 1e3}]}, "items": [{"price": 26.30}], "x": None}
    assert make(shop, NEW | more).status == 201
    assert make(shop, raw=simplypaie.form(NEW) + b"&x=1&y[0][a]=b", kind=FORM).status == 201


def test_the_body_at_its_limit_and_one_past_it(shop):
    limit = 256 << 10
    body = wire.encode(NEW)
    assert make(shop, raw=body + b" " * (limit - len(body))).status == 201
    check_failed(make(shop, raw=body + b" " * (limit + 1 - len(body))), 413, "Request too large")


# --- each parameter -----------------------------------------------------------------------------

TEXTS = {"name": "Invalid name", "email": "Invalid email", "mode": "Invalid mode",
         "type": "Invalid type", "page": "Invalid page",
         "currency": "Invalid or unavailable currency", "amount": "Invalid amount",
         "returnURL": "Invalid returnURL", "phone": "Invalid phone"}
CONTROLS = ["a\nb", "a\tb", "a\x1fb", "a\x7fb"]
GOOD = {
    "name": ["é" * 70, "x", "<b>Jean</b>", ".", "Dupont \u202e Jean", "O'Hara & fils"],
    "email": ["a@b.fr", "x" * (254 - 6) + "@bc.fr", "a.b+c@d-e.example"],
    "mode": ["email", "link"],
    "type": ["standard", "preauth"],
    "page": ["standard", "short"],
    "currency": ["EUR", "USD", "GBP"],
    "amount": ["50", "99999999", "00050", "0099999999"],
    "returnURL": ["http://shop.example.com", "https://a.example/b?c=d&e=é#f",
                  "https://a.example/" + "x" * (2048 - 18), "http://127.0.0.1:8080/"],
    "phone": ["+33612345678", "0612345678", "06 12 34 56 78", "+1 202-555-0143"],
}
BAD = {
    "name": ["é" * 71, "   ", "\u00a0\u200b", *CONTROLS],
    "email": ["nobody", "a@b", "a b@example.org", "@example.org", "a@@example.org", "a@b.fr\n",
              "a@b.fr\r\nBcc: c@d.fr", "x" * (255 - 6) + "@bc.fr", "é@b.fr", " a@b.fr"],
    "mode": ["web", "simply", "EMAIL", "mail", " email"],
    "type": ["Standard", "caution", "preauth "],
    "page": ["Short", "long"],
    "currency": ["eur", "EURO", "CHF", "JPY", " EUR", "€"],
    "amount": ["49", "100000000", "0", "-100", "+100", "10.00", "10,00", "1e3", " 100", "100 ", "0x64",
               "٣٠٠", "99999999999999999999", "abc"],
    "returnURL": ["ftp://a.example", "//a.example", "/back", "javascript:alert(1)", "https://",
                  "https://a.example/" + "x" * (2049 - 18), "https://a b.example", "https://u:p@a.example",
                  "https://a.example/\nSet-Cookie: a"],
    "phone": ["abc", "+", "061234567", "06123456789", "1612345678", "+0612345678", "+123456",
              "+1234567890123456"],
}


@pytest.mark.parametrize("kind", [JSON, FORM])
@pytest.mark.parametrize("name", list(GOOD))
def test_good_values(shop, name, kind):
    for value in GOOD[name]:
        answer = make(shop, NEW | {name: value}, kind=kind)
        assert answer.status == 201, (value, answer)


@pytest.mark.parametrize("kind", [JSON, FORM])
@pytest.mark.parametrize("name", list(BAD))
def test_bad_values(shop, name, kind):
    for value in BAD[name]:
        answer = make(shop, NEW | {name: value}, kind=kind)
        assert answer.status == 400, (value, answer)
        check_failed(answer, 400, TEXTS[name])


@pytest.mark.parametrize("name", list(TEXTS))
def test_wrong_types(shop, name):
    wrong = [True, False, ["a"], {"a": "b"}, [], {}]
    if name != "amount":
        wrong += [1, 1.5]
    for value in wrong:
        check_failed(make(shop, NEW | {name: value}), 400, TEXTS[name])


def test_an_amount_may_be_a_number(shop):
    assert exchange(shop, "POST", "/payments/new", raw=json.dumps(NEW | {"amount": 10000}).encode(),
                    ).status == 201
    for text in ("1e4", "1E4", "10000.0", "-10000", "1000000000", "0.5"):
        raw = json.dumps(NEW).replace('"10000"', text).encode()
        check_failed(make(shop, raw=raw), 400, "Invalid amount")


@pytest.mark.parametrize("value", [None, ""])
def test_empty_is_absent(shop, value):
    """What is optional may be empty, what is required may not."""
    optional = {name: value for name in ("type", "page", "currency", "returnURL", "phone", "mode")}
    assert make(shop, NEW | optional).status == 201
    for name in ("name", "amount", "email"):
        check_failed(make(shop, NEW | {name: value}), 400, TEXTS[name])
    assert make(shop, NEW | {"mode": "link", "email": value}).status == 201


def test_the_least_there_may_be(shop):
    assert make(shop, {"name": "x", "email": "a@b.fr", "amount": "50"}).status == 201
    assert make(shop, {"name": "x", "mode": "link", "amount": "50"}).status == 201


def test_all_that_is_wrong_is_told_together_and_in_order(shop):
    everything = {name: "\n" for name in TEXTS}
    check_failed(make(shop, everything), 400, *TEXTS.values())


def test_a_currency_that_the_account_has_not_opened(merchant):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "currencies", "eur,gbp")
    check_failed(make(merchant, NEW | {"currency": "USD"}), 400, "Invalid or unavailable currency")
    assert make(merchant, NEW | {"currency": "GBP"}).status == 201


def test_text_messages_need_a_phone(shop):
    check_failed(make(shop, NEW | {"mode": "sms"}), 400, "Invalid phone")
    answer = make(shop, bare(mode="sms", phone="+33612345678", email=None))
    assert answer.status == 201, answer


# --- who calls ----------------------------------------------------------------------------------

@pytest.mark.parametrize("changed", [
    {"apiToken": ""}, {"apiClientId": ""}, {"apiToken": "0" * 32}, {"apiToken": "x"},
    {"apiClientId": "1"}, {"apiToken": None}, {"apiClientId": None}])
def test_credentials_come_before_the_body(shop, changed):
    sent = {name: value for name, value in (simplypaie.signed(shop) | changed).items()
            if value is not None}
    check_failed(make(shop, raw=b"{", login=sent), 401, "Incorrect credentials")


def test_the_token_of_another_client(shop, sandbox):
    sent = simplypaie.signed(shop) | {"apiToken": simplypaie.token(sandbox)}
    check_failed(make(shop, login=sent), 401, "Incorrect credentials")


def test_header_names_in_any_case(shop):
    sent = {name.lower(): value for name, value in simplypaie.signed(shop).items()}
    assert make(shop, login=sent).status == 201


def test_a_token_expires_after_an_hour(merchant):
    sent = {"apiClientId": merchant.contract["simplypaie"]["client_id"],
            "apiToken": simplypaie.connect(merchant).json["apiToken"]}
    merchant.advance(3590)
    assert make(merchant, login=sent).status == 201
    merchant.advance(10)
    check_failed(make(merchant, raw=b"{", login=sent), 401, "Expired token")
    assert make(merchant).status == 201


def test_tokens_end_with_the_secret(merchant):
    sent = simplypaie.signed(merchant)
    assert make(merchant, login=sent).status == 201
    cli.run(merchant.server, "login", "password", cli.merchant_id(merchant),
            sent["apiClientId"], "--face", "simplypaie")
    check_failed(make(merchant, login=sent), 401, "Incorrect credentials")


# --- the same call again ------------------------------------------------------------------------

def test_a_key_gives_the_same_answer_again(shop):
    first = make(shop, headers={"Idempotency-Key": "again"})
    second = make(shop, headers={"Idempotency-Key": "again"})
    assert first.status == second.status == 201
    assert first.raw == second.raw
    assert second.headers["Idempotent-Replayed"] == "true"
    other = make(shop, NEW | {"amount": "200"}, headers={"Idempotency-Key": "again"})
    check_failed(other, 409, "Idempotency key reused")


@pytest.mark.parametrize("key", ["", "k" * 65, "é"])
def test_a_key_that_is_none(shop, key):
    check_failed(make(shop, headers={"Idempotency-Key": key.encode()}), 400,
                 "Invalid Idempotency-Key")


def test_what_was_refused_leaves_the_key_free(shop):
    key = {"Idempotency-Key": "k" * 64}
    check_failed(make(shop, NEW | {"amount": "1"}, headers=key), 400, "Invalid amount")
    assert make(shop, headers=key).status == 201


# --- in the other interface ---------------------------------------------------------------------

def intent_of(account, info):
    """The Stancer intent that a request is."""
    answer = account.read(f"/v2/payment_intents/?order_id={info['paymentId']}")
    assert len(answer["payment_intents"]) == 1, answer
    return answer["payment_intents"][0]


def test_a_request_is_an_intent(merchant):
    info = made(merchant, type="preauth", amount="12345", currency="GBP")
    intent = intent_of(merchant, info)
    assert intent["amount"] == 12345 and intent["currency"] == "gbp"
    assert intent["capture"] is False
    assert intent["url"] == info["link"]
    assert intent["status"] == "require_payment_method"
    assert intent["methods_allowed"] == ["card"]
    assert intent["return_url"] == NEW["returnURL"]
    customer = merchant.read(f"/v2/customers/{intent['customer']}")
    assert (customer["name"], customer["email"]) == (NEW["name"], NEW["email"])


def test_one_payer_is_one_customer(merchant):
    first, second = (intent_of(merchant, made(merchant)) for _ in range(2))
    assert first["customer"] == second["customer"]


def test_a_name_that_the_other_interface_does_not_take(merchant):
    customer = intent_of(merchant, made(merchant, name="é" * 70))["customer"]
    assert merchant.read(f"/v2/customers/{customer}")["name"] == "é" * 64
    customer = intent_of(merchant, made(merchant, name="x"))["customer"]
    assert merchant.read(f"/v2/customers/{customer}")["name"] is None
    assert intent_of(merchant, made(merchant, name="x", email=None, mode="link"))["customer"] is None
