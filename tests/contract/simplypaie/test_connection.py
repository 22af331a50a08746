"""GET /api/connection: a client id and a secret for a token (api/simplypaie.md 1 and 2)."""

import datetime
import json
import re
import secrets

import pytest

from support import cli, simplypaie, wire
from support.simplypaie import check_failed, connect, credentials


def test_the_seed_example(shop):
    answer = connect(shop)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"status", "apiToken", "expires"}
    assert answer.json["status"] == "success"
    assert re.fullmatch(r"[0-9a-f]{32}", answer.json["apiToken"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", answer.json["expires"])


def test_credentials_are_digits_and_64_hexadecimal(shop):
    sent = credentials(shop)
    assert re.fullmatch(r"\d{6,9}", sent["apiClientId"])
    assert re.fullmatch(r"[0-9a-f]{64}", sent["apiSecret"])


def test_a_token_lives_an_hour_of_paris_clocks(shop):
    before = shop.paris_now().replace(tzinfo=None, microsecond=0)
    told = datetime.datetime.strptime(connect(shop).json["expires"], "%Y-%m-%d %H:%M:%S")
    after = shop.paris_now().replace(tzinfo=None)
    hour = datetime.timedelta(hours=1)
    assert before + hour <= told <= after + hour


def test_each_connection_gives_another_token(shop):
    assert len({connect(shop).json["apiToken"] for _ in range(3)}) == 3


@pytest.mark.parametrize("changed", [
    {"apiSecret": None}, {"apiClientId": None}, {"apiSecret": ""}, {"apiClientId": ""},
    {"apiSecret": "0" * 64}, {"apiSecret": "x"}, {"apiClientId": "999999999999"},
    {"apiClientId": "nobody"}, {"apiClientId": "123456'--"}, {"apiSecret": "é"}])
def test_the_seed_refusal(shop, changed):
    sent = {name: value.encode() for name, value in (credentials(shop) | changed).items()
            if value is not None}
    answer = wire.exchange(shop.base_url + "/api/connection", "GET", None, sent)
    check_failed(answer, 401, "Incorrect credentials")
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_credentials_at_all(shop):
    check_failed(connect(shop, {}), 401, "Incorrect credentials")


def test_the_secret_of_another_client(shop, sandbox):
    sent = credentials(shop) | {"apiSecret": credentials(sandbox)["apiSecret"]}
    check_failed(connect(shop, sent), 401, "Incorrect credentials")


def test_an_upper_case_secret_is_another_one(shop):
    sent = credentials(shop)
    check_failed(connect(shop, sent | {"apiSecret": sent["apiSecret"].upper()}), 401,
                 "Incorrect credentials")


def test_header_names_in_any_case(shop):
    sent = {name.upper(): value for name, value in credentials(shop).items()}
    answer = wire.exchange(shop.base_url + "/api/connection", "GET", None, sent)
    assert answer.status == 200, answer


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
def test_another_verb(shop, verb):
    answer = simplypaie.exchange(shop, verb, "/connection", login={})
    check_failed(answer, 405, "Method not allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/nothing", "/payments", "/payments/1/2/3", "/connection/x", ""])
def test_no_such_path(shop, path):
    check_failed(simplypaie.exchange(shop, "GET", path, login={}), 404, "Unknown method")


def test_a_slash_at_the_end_does_not_matter(shop):
    answer = wire.exchange(shop.base_url + "/api/connection/", "GET", None, credentials(shop))
    assert answer.status == 200, answer


def test_ten_failures_in_ten_minutes_but_not_from_this_machine(shop):
    sent = credentials(shop)
    for _ in range(12):
        check_failed(connect(shop, sent | {"apiSecret": "1" * 64}), 401, "Incorrect credentials")
    assert connect(shop, sent).status == 200


# --- what the operator does ---------------------------------------------------------------------

def login(merchant, action, *words):
    face = merchant.contract["simplypaie"]
    return cli.run(merchant.server, "login", action, cli.merchant_id(merchant), face["client_id"],
                   *words, "--face", "simplypaie")


def test_a_suspended_client_is_refused(merchant):
    login(merchant, "suspend")
    check_failed(connect(merchant), 401, "Incorrect credentials")
    login(merchant, "resume")
    assert connect(merchant).status == 200


def test_another_secret(merchant):
    made = json.loads(login(merchant, "password", "--json"))
    assert made["client_id"] == merchant.contract["simplypaie"]["client_id"]
    check_failed(connect(merchant), 401, "Incorrect credentials")
    sent = {"apiClientId": made["client_id"], "apiSecret": made["secret"]}
    assert connect(merchant, sent).status == 200


def test_from_another_address(merchant):
    login(merchant, "allow", "192.0.2.1")
    check_failed(connect(merchant), 401, "Incorrect credentials")
    login(merchant, "allow", merchant.host)
    assert connect(merchant).status == 200


def test_a_live_client_is_blocked_after_ten_failures(merchant):
    """Even from this machine, and even with the right secret: the eleventh is not looked at."""
    client = str(100000000 + secrets.randbelow(899999999))
    made = cli.told(merchant.server, "login", "add", cli.merchant_id(merchant), client, "--live",
                    "--face", "simplypaie")
    sent = {"apiClientId": client, "apiSecret": made["secret"]}
    assert re.fullmatch(r"[0-9a-f]{64}", made["secret"])
    assert connect(merchant, sent).status == 200
    for _ in range(10):
        check_failed(connect(merchant, sent | {"apiSecret": "0" * 64}), 401,
                     "Incorrect credentials")
    answer = connect(merchant, sent)
    check_failed(answer, 429, "Too many requests")
    assert 590 <= int(answer.headers["Retry-After"]) <= 601


def test_a_client_id_is_of_digits(merchant):
    for name in ("abc", "1234567890", "-1", "1 2"):
        cli.run(merchant.server, "login", "add", cli.merchant_id(merchant), name, "--face",
                "simplypaie", expect=2)


def test_the_secret_of_buttons(merchant):
    account = cli.merchant_id(merchant)
    first = cli.told(merchant.server, "merchant", "show", account)
    assert re.fullmatch(r"[0-9a-f]{64}", first["button_secret"])
    assert first["live_button_secret"] is None
    other = cli.told(merchant.server, "merchant", "button", account)["button_secret"]
    cli.run(merchant.server, "merchant", "button", account, "--live")
    shown = cli.told(merchant.server, "merchant", "show", account)
    assert shown["button_secret"] == other != first["button_secret"]
    assert re.fullmatch(r"[0-9a-f]{64}", shown["live_button_secret"])
