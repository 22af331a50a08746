"""create_mandate, otu_confirm_mandat and otu_reset_mandat (api/safedebit.md 9)."""

import base64
import datetime
import re

import pytest

from support import caught, safedebit
from support.safedebit import check_done, check_refused

URLS = {"url_ok": "https://shop.example/ok", "url_ko": "https://shop.example/ko",
        "url_cancel": "https://shop.example/cancel"}
CODE = "123456"


@pytest.fixture(scope="module")
def consumer(shop):
    return safedebit.made(shop)


def ask(account, consumer, **changes):
    arguments = {"safedebit_consumer_reference": consumer} | URLS | changes
    return safedebit.exchange(account, "create_mandate",
                              {name: value for name, value in arguments.items() if value is not None})


def asked(account, consumer, **changes):
    answer = safedebit.decided(ask(account, consumer, **changes)).json
    assert set(answer) == {"result", "signature_url", "umr", "status"} and answer["result"], answer
    assert answer["status"] == "5"
    assert re.fullmatch(re.escape(account.base_url) + r"/m/[A-Za-z0-9_-]{32}",
                        answer["signature_url"])
    return answer["umr"]


def told(account, call, **arguments):
    """A refusal of an otu_ call says in its body what is wrong as well [doc]."""
    answer = safedebit.exchange(account, call, arguments)
    assert answer.status == 200 and answer.json["result"] is False, answer
    assert set(answer.json) == {"result", "code", "message"} and answer.json["message"], answer
    assert answer.json["message"] == answer.headers["X-Error-Message"]
    return answer.json["code"]


def confirm(account, umr, value=CODE):
    return safedebit.exchange(account, "otu_confirm_mandat", {"umr": umr, "otu_value": value})


# --- create_mandate -----------------------------------------------------------------------------

def test_a_reference_is_made_or_taken(shop, consumer):
    assert re.fullmatch(r"G[A-Z2-7]{19}", asked(shop, consumer))
    for umr in ("A" * 35, "a/b-c?d:e(f)g.h,i'j+", "lower-case"):
        assert asked(shop, consumer, umr=umr) == umr


def test_a_reference_is_used_once_whatever_its_case(shop, consumer):
    asked(shop, consumer, umr="ONCE-ONLY")
    check_refused(ask(shop, consumer, umr="ONCE-ONLY"), "EXIST_006", "umr")
    check_refused(ask(shop, consumer, umr="once-only"), "EXIST_006", "umr")
    check_refused(ask(shop, safedebit.made(shop), umr="Once-Only"), "EXIST_006", "umr")


@pytest.mark.parametrize("name", ["safedebit_consumer_reference", *URLS])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_mandatory(shop, consumer, name, value):
    check_refused(ask(shop, consumer, **{name: value}), "MISS_001", name)


@pytest.mark.parametrize("name,value,code", [
    ("safedebit_consumer_reference", "x" * 36, "FORM_001"),
    ("safedebit_consumer_reference", "nobody", "EXIST_002"),
    ("url_ok", "http://shop.example", "FORM_008"), ("url_ko", "nothing", "FORM_008"),
    ("url_cancel", "https://a.example/" + "x" * 239, "FORM_001"),
    ("umr", "A" * 36, "FORM_001"), ("umr", "a_b", "FORM_005"), ("umr", "a b", "FORM_005"),
    ("umr", "/a", "FORM_005"), ("umr", "a/", "FORM_005"), ("umr", "a//b", "FORM_005"),
    ("sign_option", "sms", "FORM_002"), ("sign_option", "PHONE", "FORM_002"),
    ("sequence_type", "FRST", "FORM_002"), ("status", "3", "FORM_002"), ("status", "5", "FORM_002"),
    ("umr", ["A"], "FORM_011"), ("status", {}, "FORM_011")])
def test_what_is_wrong(shop, consumer, name, value, code):
    check_refused(ask(shop, consumer, **{name: value}), code)


def test_a_consumer_of_somebody_else_is_unknown(merchant, consumer):
    check_refused(ask(merchant, consumer), "EXIST_002")


def test_a_call_that_is_repeated_with_its_key_makes_one_mandate(shop, consumer):
    arguments = {"safedebit_consumer_reference": consumer, "umr": "WITH-KEY"} | URLS
    answers = [safedebit.exchange(shop, "create_mandate", arguments,
                                  headers={"Idempotency-Key": "ask-1"}) for _ in range(2)]
    assert answers[0].json == answers[1].json and answers[0].json["result"]


# --- otu_confirm_mandat -------------------------------------------------------------------------

def test_the_right_code_signs(shop, consumer):
    umr = asked(shop, consumer)
    check_done(confirm(shop, umr))
    assert told(shop, "otu_confirm_mandat", umr=umr, otu_value=CODE) == "STATE_003"


def test_the_reference_is_found_in_any_case(shop, consumer):
    asked(shop, consumer, umr="Any-Case")
    check_done(confirm(shop, "ANY-CASE"))


def test_five_wrong_codes_end_it(shop, consumer):
    umr = asked(shop, consumer)
    for _ in range(4):
        assert told(shop, "otu_confirm_mandat", umr=umr, otu_value="000000") == "OTP_001"
    assert told(shop, "otu_confirm_mandat", umr=umr, otu_value="000000") == "OTP_003"
    assert told(shop, "otu_confirm_mandat", umr=umr, otu_value=CODE) == "STATE_003"


def test_a_code_is_good_for_ten_minutes(merchant):
    umr = asked(merchant, safedebit.made(merchant))
    merchant.advance(601)
    assert told(merchant, "otu_confirm_mandat", umr=umr, otu_value=CODE) == "OTP_002"
    check_done(safedebit.exchange(merchant, "otu_reset_mandat", {"umr": umr}))
    check_done(confirm(merchant, umr))


@pytest.mark.parametrize("arguments,code", [
    ({"umr": "UNKNOWN", "otu_value": CODE}, "UNKN_001"), ({"otu_value": CODE}, "MISS_001"),
    ({"umr": "UNKNOWN"}, "MISS_001"), ({"umr": "UNKNOWN", "otu_value": "1234567"}, "FORM_001"),
    ({"umr": "UNKNOWN", "otu_value": "12345a"}, "FORM_005"),
    ({"umr": "a_b", "otu_value": CODE}, "FORM_005")])
def test_what_is_wrong_with_a_code(shop, arguments, code):
    assert told(shop, "otu_confirm_mandat", **arguments) == code


def test_a_mandate_of_somebody_else_is_unknown(shop, consumer, merchant):
    umr = asked(shop, consumer)
    assert told(merchant, "otu_confirm_mandat", umr=umr, otu_value=CODE) == "UNKN_001"
    assert told(merchant, "otu_reset_mandat", umr=umr) == "UNKN_001"


def test_a_mandate_that_is_signed_waits_for_nothing(shop, consumer):
    umr = asked(shop, consumer)
    check_done(confirm(shop, umr))
    assert told(shop, "otu_reset_mandat", umr=umr) == "STATE_003"


# --- otu_reset_mandat ---------------------------------------------------------------------------

def test_three_more_codes_may_follow(shop, consumer):
    umr = asked(shop, consumer)
    for _ in range(3):
        check_done(safedebit.exchange(shop, "otu_reset_mandat", {"umr": umr}))
    assert told(shop, "otu_reset_mandat", umr=umr) == "OTP_004"
    check_done(confirm(shop, umr))


@pytest.mark.parametrize("flags,channel", [
    ({}, "sms"), ({"otu_sms": "1"}, "sms"), ({"otu_email": True}, "mail"),
    ({"otu_email": "1", "otu_sms": "0"}, "mail"), ({"otu_email": "1", "otu_sms": "1"}, "sms")])
def test_the_code_goes_where_it_is_wanted(merchant, flags, channel):
    person = safedebit.made(merchant, consumer_phone_number="0611111111",
                            consumer_email="wanted@example.org")
    umr = asked(merchant, person)
    check_done(safedebit.exchange(merchant, "otu_reset_mandat", {"umr": umr} | flags))
    to = "0611111111" if channel == "sms" else "wanted@example.org"
    caught.about(merchant, to, umr, count=2 if channel == "sms" else 1)


def test_the_flags_are_flags(shop, consumer):
    umr = asked(shop, consumer)
    for name in ("otu_sms", "otu_email"):
        assert told(shop, "otu_reset_mandat", umr=umr, **{name: "yes"}) == "FORM_002"


# --- what the other calls see of it -------------------------------------------------------------

@pytest.mark.parametrize("status", [None, "1", "2", "6"])
def test_the_status_is_the_one_that_was_asked_for(shop, consumer, status):
    umr = asked(shop, consumer, status=status)
    (row,) = safedebit.mandates(shop, umr=umr)
    assert row["status"] == "5"
    check_done(confirm(shop, umr))
    (row,) = safedebit.mandates(shop, umr=umr)
    assert row["status"] == (status or "1")


def test_a_mandate_that_was_only_announced_is_signed_by_a_code(shop, consumer):
    umr = safedebit.add_mandate(shop, consumer, sign_date=None, sign_city=None)
    assert told(shop, "otu_confirm_mandat", umr=umr, otu_value=CODE) == "OTP_002"
    check_done(safedebit.exchange(shop, "otu_reset_mandat", {"umr": umr}))
    check_done(confirm(shop, umr))
    (row,) = safedebit.mandates(shop, umr=umr)
    assert row["status"] == "1"


def test_a_mandate_that_is_revoked_is_signed_no_more(shop, consumer):
    umr = asked(shop, consumer)
    check_done(safedebit.exchange(shop, "edit_mandate", {"umr": umr, "status": "3"}))
    assert told(shop, "otu_confirm_mandat", umr=umr, otu_value=CODE) == "STATE_003"


def test_a_levy_goes_under_a_mandate_that_was_signed_by_a_code(merchant):
    person = safedebit.made(merchant)
    umr = asked(merchant, person)
    levy = {"amount": "1000", "sdd_reference": "LEVY-1", "umr": umr,
            "safedebit_consumer_reference": person,
            "due_date": (merchant.paris_now() + datetime.timedelta(days=10)).strftime("%d/%m/%Y")}
    assert merchant.ssp("payment", **levy)["code"] == "STATE_001"
    check_done(confirm(merchant, umr))
    assert merchant.ssp("payment", **levy)["status"] == "CREATED"


def test_a_file_of_a_mandate_that_was_signed(shop, consumer):
    umr = asked(shop, consumer)
    check_done(confirm(shop, umr))
    answer = shop.ssp("download_mandate_file", safedebit_consumer_reference=consumer, umr=umr)
    assert answer["result"] and base64.b64decode(answer["file_data"]).startswith(b"%PDF-")
