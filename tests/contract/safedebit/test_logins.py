"""Who may call, with what body, and what is answered when that is wrong (api/safedebit.md 2, 3)."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from support import cli, ibans, safedebit, server, wire
from support.safedebit import PERSON, check_refused, exchange

CALL = "create_consumer"


def good():
    return PERSON | {"iban": ibans.unique()}


# --- who calls ----------------------------------------------------------------------------------

@pytest.mark.parametrize("header", [
    None, "", "Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Bearer abc", "Digest a", "basic"])
def test_without_credentials(shop, header):
    headers = {} if header is None else {"Authorization": header}
    check_refused(exchange(shop, CALL, good(), login=False, headers=headers), "AUTH_001")


def test_a_login_that_nobody_has(shop):
    check_refused(exchange(shop, CALL, good(), login=("nobody", "x")), "AUTH_001")


@pytest.mark.parametrize("password", ["", "x", "é"])
def test_another_password(shop, password):
    login = shop.contract["safedebit"]["login"]
    check_refused(exchange(shop, CALL, good(), login=(login, password)), "AUTH_002")


def test_a_password_may_hold_the_separator(shop):
    """The first ':' separates, so this is a wrong password of a known login."""
    face = shop.contract["safedebit"]
    pair = (face["login"], face["password"] + ":more")
    check_refused(exchange(shop, CALL, good(), login=pair), "AUTH_002")


def test_credentials_come_before_the_body(shop):
    check_refused(exchange(shop, CALL, raw="{", login=False), "AUTH_001")


def test_the_operator_suspends_and_allows(merchant):
    face = merchant.contract["safedebit"]
    account = cli.merchant_id(merchant)

    def login(*words):
        cli.run(merchant.server, "login", *words)

    login("suspend", account, face["login"])
    check_refused(exchange(merchant, CALL, good()), "AUTH_004")
    login("resume", account, face["login"])
    login("allow", account, face["login"], "192.0.2.1", "192.0.2.2")
    check_refused(exchange(merchant, CALL, good()), "AUTH_003")
    login("allow", account, face["login"], "192.0.2.1", merchant.host)
    assert exchange(merchant, CALL, good()).json["result"]
    login("allow", account, face["login"], "any")
    assert exchange(merchant, CALL, good()).json["result"]


def code_from(merchant, source):
    """What a call of the merchant's own login from one of this machine's addresses comes to."""
    face = merchant.contract["safedebit"]
    address = urlsplit(merchant.base_url)
    link = http.client.HTTPConnection(address.hostname, address.port, timeout=wire.TIMEOUT_S,
                                      source_address=(source, 0))
    try:
        link.request("GET", "/ssp/search_consumer?consumer_city=Paris",
                     headers=safedebit.credentials(face["login"], face["password"]))
        answer = json.loads(link.getresponse().read())
    finally:
        link.close()
    return answer.get("code")


def test_a_password_that_was_right_elsewhere_is_not_let_in(merchant):
    """Each thread remembers it: all of them are asked."""
    face = merchant.contract["safedebit"]
    cli.run(merchant.server, "login", "allow", cli.merchant_id(merchant), face["login"], "127.0.0.2")
    for _ in range(3):
        assert [code_from(merchant, "127.0.0.2") for _ in range(8)] == [None] * 8
        assert [code_from(merchant, "127.0.0.3") for _ in range(8)] == ["AUTH_003"] * 8


@pytest.mark.parametrize("words", [
    ["300.1.1.1"], ["192.0.2.0/24"], ["localhost"], ["192.0.2.1", "any"], ["any", "192.0.2.1"], [""],
    ["192.0.2.1,192.0.2.2"], []])
def test_only_addresses_can_be_allowed(merchant, words):
    face = merchant.contract["safedebit"]
    cli.run(merchant.server, "login", "allow", cli.merchant_id(merchant), face["login"], *words,
            expect=2)
    assert exchange(merchant, CALL, good()).json["result"]


def test_an_address_may_be_written_in_other_ways(merchant):
    face = merchant.contract["safedebit"]
    account = cli.merchant_id(merchant)
    cli.run(merchant.server, "login", "allow", account, face["login"], "2001:DB8:0::1",
            f"::ffff:{merchant.host}")
    logins = cli.told(merchant.server, "login", "list", account)
    assert [row["addresses"] for row in logins if row["login"] == face["login"]] \
        == [f"2001:db8::1 {merchant.host}"]
    assert exchange(merchant, CALL, good()).json["result"]


def test_another_password_by_the_operator(merchant):
    face = merchant.contract["safedebit"]
    made = json.loads(cli.run(merchant.server, "login", "password", cli.merchant_id(merchant),
                              face["login"], "--json"))
    check_refused(exchange(merchant, CALL, good()), "AUTH_002")
    assert exchange(merchant, CALL, good(), login=(made["login"], made["password"])).json["result"]


def test_an_account_without_a_creditor_identifier(merchant):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "ics", "")
    check_refused(exchange(merchant, CALL, good()), "AUTH_005")


# --- what is called -----------------------------------------------------------------------------

def test_a_call_that_there_is_not(shop):
    answer = exchange(shop, "no_such_call", {})
    assert answer.status == 404
    assert answer.json == {"result": False, "code": "REQ_002"}


@pytest.mark.parametrize(("call", "verb", "allowed"), [
    (CALL, "GET", "POST"), (CALL, "DELETE", "POST"), ("search_control", "POST", "GET")])
def test_another_verb(shop, call, verb, allowed):
    answer = exchange(shop, call, verb=verb)
    assert answer.status == 405
    assert answer.json == {"result": False, "code": "REQ_003"}
    assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize("call", [
    "secure", "add_rp_sdd", "search_control", "secure_consumer", "initiate_transfer"])
def test_what_is_not_offered(shop, call):
    check_refused(exchange(shop, call, {}), "SERV_001")


def test_a_slash_at_the_end_does_not_matter(shop):
    assert exchange(shop, CALL + "/", good()).json["result"]


def test_the_face_answers_under_further_prefixes(fresh_with):
    account = fresh_with(SAFEDEBIT_PREFIXES="pay shop-2")
    face = account.contract["safedebit"]
    sent = safedebit.credentials(face["login"], face["password"])
    for prefix in ("/pay/", "/shop-2/", "/ssp/"):
        answer = wire.exchange(account.base_url + prefix + CALL, "POST", wire.encode(good()), sent)
        assert answer.json["result"], (prefix, answer)
    assert wire.exchange(account.base_url + "/other/" + CALL, "POST", b"{}", sent).status == 404


@pytest.mark.parametrize("prefixes", ["a/b", "v1", "é", "ssp", "api", "clients", "m"])
def test_a_prefix_that_cannot_be_is_refused_at_the_start(tmp_path, prefixes):
    server.command("init", "--sandbox", tmp_path / "data")
    with pytest.raises(server.Failed) as failure:
        server.command("serve", "--data", tmp_path / "data", "--port", "0",
                       settings={"SAFEDEBIT_PREFIXES": prefixes}, timeout=20)
    assert "safedebit.prefixes" in str(failure.value)


# --- bodies -------------------------------------------------------------------------------------

@pytest.mark.parametrize("body", [
    b"", b" ", b"{", b"[]", b'"text"', b"null", b"1", b"{}{}", b'{"a":1,"a":2}', b"{'a': 1}",
    b'{"consumer_type": "\xff"}', b'\xef\xbb\xbf{}', b'{"a": 1e999}'])
def test_what_is_no_json_object(shop, body):
    check_refused(exchange(shop, CALL, raw=body), "REQ_001")


@pytest.mark.parametrize("kind", [
    "text/plain", "application/x-www-form-urlencoded", "application/jsonx", "multipart/form-data"])
def test_another_content_type(shop, kind):
    check_refused(exchange(shop, CALL, good(), headers={"Content-Type": kind}), "REQ_001")


@pytest.mark.parametrize("kind", [
    "application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_content_types_of_json(shop, kind):
    assert exchange(shop, CALL, good(), headers={"Content-Type": kind}).json["result"]


def test_white_space_around_the_object_is_fine(shop):
    body = b" \r\n\t" + wire.encode(good()) + b" \n\n"
    assert exchange(shop, CALL, raw=body).json["result"]


def test_the_body_at_its_limit_and_one_past_it(shop):
    body = wire.encode(good())
    limit = 64 << 10
    assert exchange(shop, CALL, raw=body + b" " * (limit - len(body))).json["result"]
    answer = exchange(shop, CALL, raw=body + b" " * (limit + 1 - len(body)))
    assert answer.status == 413
    assert answer.json == {"result": False, "code": "REQ_004"}


def test_arguments_that_nobody_knows_are_ignored(shop):
    assert exchange(shop, CALL, good() | {"colour": {"of": ["hair"]}, "siren": 12}).json["result"]


# --- the same call again ------------------------------------------------------------------------

def test_a_key_gives_the_same_answer_again(shop):
    body = good()
    first = exchange(shop, CALL, body, headers={"Idempotency-Key": "again"})
    second = exchange(shop, CALL, body, headers={"Idempotency-Key": "again"})
    assert first.raw == second.raw
    assert second.headers["Idempotent-Replayed"] == "true"
    other = exchange(shop, CALL, body | {"consumer_city": "Lyon"},
                     headers={"Idempotency-Key": "again"})
    check_refused(other, "REQ_005")


@pytest.mark.parametrize("key", ["", "k" * 65, "é"])
def test_a_key_that_is_none(shop, key):
    check_refused(exchange(shop, CALL, good(), headers={"Idempotency-Key": key}), "FORM_005",
                  "Idempotency-Key")


def test_what_was_refused_leaves_the_key_free(shop):
    body = good()
    bad = exchange(shop, CALL, body | {"iban": "FR00"}, headers={"Idempotency-Key": "freed"})
    check_refused(bad, "FORM_009")
    assert exchange(shop, CALL, body, headers={"Idempotency-Key": "freed"}).json["result"]
