"""Levies (api/safedebit.md 6, 7, 10, 15 and 17): every argument and every code."""

import csv
import datetime
import io
import itertools
import json
import re
import urllib.parse

import pytest

from support import cli, ibans, safedebit
from support.safedebit import check_done, check_refused, exchange

_serial = itertools.count(1)
PAYMENT_MANDATORY = ("amount", "due_date", "sdd_reference", "safedebit_consumer_reference")
ACCOUNT_DATA = {"ref_lettrage": "xxxxxxxxxxx", "pdv_emetteur_ventes": "87111222",
                "postes_de_ventes": "001", "type_operation": "1", "date": "20210401",
                "montant": "200.00", "signe": "E/D"}
STATUSES = ("PENDING", "WAITING", "WAITINGFORVALIDATION", "CREATED", "ISSUED", "SETTLED",
            "CREDITINPROGRESS", "CREDITED", "REJECTED", "RETURNED", "CANCELED", "GUARANTEED",
            "INDEMNIZED", "REMBOURSE", "TOREMBOURSE", "WAITINGREMBOURSE")


@pytest.fixture(scope="module")
def payer(shop):
    return safedebit.payer(shop)


def sdd():
    return f"REF_{next(_serial):06d}"


def order(payer, account, **changes):
    """Arguments of a levy that succeeds."""
    return safedebit.levy(account, payer, **{"sdd_reference": sdd()} | changes)


def refused(account, arguments, code, argument=None, call="payment"):
    check_refused(exchange(account, call, arguments), code, argument)


# --- the seed's own requests --------------------------------------------------------------------

SEED = {"safedebit_consumer_reference": "XXXXXX", "amount": "1000", "due_date": "01/01/2018",
        "sdd_reference": "REF_xxxx", "motif": "Prélèvement facture 1", "umr": "UMR_XXXXX",
        "url_callback": "https://mondomaine.fr/lien"}


def test_the_seed_request_has_references_that_nobody_knows(shop):
    check_refused(exchange(shop, "payment", SEED), "EXIST_002", "safedebit_consumer_reference")


def test_the_seed_request_comes_years_too_late_when_the_rest_is_known(shop, payer):
    known = SEED | {"safedebit_consumer_reference": payer.reference, "umr": payer.umr}
    check_refused(exchange(shop, "payment", known), "DATE_001", "due_date")
    assert exchange(shop, "payment", known | {"umr": SEED["umr"]}).json["code"] == "UNKN_001"


def test_the_seed_request_with_a_day_that_is_possible_is_answered_as_printed(shop, payer):
    known = SEED | {"safedebit_consumer_reference": payer.reference, "umr": payer.umr,
                    "due_date": safedebit.day_in(shop, 10)}
    answer = exchange(shop, "payment", known).json
    assert list(answer) == ["result", "status", "sdd_reference", "due_date", "payment_reference"]
    assert (answer["result"], answer["status"]) == (True, "CREATED")
    assert answer["sdd_reference"] == "REF_xxxx"
    assert re.fullmatch(r"\d\d/\d\d/\d{4}", answer["due_date"])
    assert re.fullmatch("[A-Z2-7]{20}", answer["payment_reference"])


def test_the_seed_answer_of_a_levy_that_waits(shop, payer):
    arguments = order(payer, shop, amount="100000")
    answer = exchange(shop, "payment", arguments).json
    assert answer == {"result": True, "validation_type": "OTP", "status": "PENDING",
                      "sdd_reference": arguments["sdd_reference"],
                      "due_date": answer["due_date"]}
    assert list(answer)[:4] == ["result", "validation_type", "status", "sdd_reference"]


def test_the_seed_account_data_is_taken(shop, payer):
    assert exchange(shop, "payment", order(payer, shop, account_data=ACCOUNT_DATA)).json["result"]


# --- payment: each argument ---------------------------------------------------------------------

@pytest.mark.parametrize("name", PAYMENT_MANDATORY)
@pytest.mark.parametrize("value", ["", "   ", None])
def test_a_mandatory_argument_is_missed(shop, payer, name, value):
    refused(shop, order(payer, shop, **{name: value}), "MISS_001", name)


def test_mandatory_arguments_are_missed_in_the_order_of_the_table(shop, payer):
    arguments = order(payer, shop, motif="a\nb")
    for name in PAYMENT_MANDATORY:
        refused(shop, {key: value for key, value in arguments.items()
                       if key not in PAYMENT_MANDATORY[PAYMENT_MANDATORY.index(name):]},
                "MISS_001", name)


@pytest.mark.parametrize("name", ["amount", "due_date", "sdd_reference", "motif", "umr",
                                  "safedebit_consumer_reference", "beneficiary_reference",
                                  "url_callback", "url_callback_status"])
def test_a_scalar_of_the_wrong_type(shop, payer, name):
    for value in safedebit.wrong_types("1000") + [True]:
        refused(shop, order(payer, shop, **{name: value}), "FORM_011", name)


@pytest.mark.parametrize("name, length", [
    ("sdd_reference", 35), ("motif", 128), ("umr", 35), ("safedebit_consumer_reference", 35),
    ("beneficiary_reference", 32), ("amount", 18)])
def test_one_past_the_limit_is_too_long(shop, payer, name, length):
    value = "1" * (length + 1)
    refused(shop, order(payer, shop, **{name: value}), "FORM_001", name)


@pytest.mark.parametrize("name", ["url_callback", "url_callback_status"])
def test_an_address_at_its_limit_and_one_past_it(shop, payer, name):
    start = "https://mondomaine.fr/"
    assert exchange(shop, "payment",
                    order(payer, shop, **{name: start + "a" * (128 - len(start))})).json["result"]
    refused(shop, order(payer, shop, **{name: start + "a" * (129 - len(start))}), "FORM_001", name)


@pytest.mark.parametrize("name", ["sdd_reference", "motif", "umr", "safedebit_consumer_reference",
                                  "beneficiary_reference"])
def test_control_characters_are_refused(shop, payer, name):
    for value in safedebit.CONTROLS:
        refused(shop, order(payer, shop, **{name: value}), "FORM_005", name)


@pytest.mark.parametrize("value", ["0", "00", "-1", "+5", "1.5", "1e3", "10,00", "abc", "1 000",
                                   "١٠٠"])
def test_what_is_no_amount(shop, payer, value):
    refused(shop, order(payer, shop, amount=value), "FORM_004", "amount")


@pytest.mark.parametrize("value", ["1", "0001000", 1000, "  1000  "])
def test_amounts_that_are_taken(shop, payer, value):
    answer = exchange(shop, "payment", order(payer, shop, amount=value)).json
    found = safedebit.levies(shop, payment_reference=answer["payment_reference"])
    assert found[0]["amount"] == str(int(value))


def test_the_limit_of_the_scheme(shop, payer):
    assert exchange(shop, "payment", order(payer, shop, amount="99999999999")).json["result"]
    for value in ("100000000000", "9" * 18):
        refused(shop, order(payer, shop, amount=value), "LIMIT_001", "amount")


def test_the_limit_of_the_account(sandbox):
    account = sandbox.merchant_add()
    safedebit.setting(account, "levy_max", "5000")
    payer = safedebit.payer(account)
    assert exchange(account, "payment", order(payer, account, amount="5000")).json["result"]
    refused(account, order(payer, account, amount="5001"), "LIMIT_001", "amount")


@pytest.mark.parametrize("value", safedebit.BAD_DATES)
def test_what_is_no_day(shop, payer, value):
    refused(shop, order(payer, shop, due_date=value), "FORM_003", "due_date")


def test_the_first_and_the_last_day(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    account.advance_to(10)
    for days in (0, -1, -400):
        refused(account, order(payer, account, due_date=safedebit.day_in(account, days)),
                "DATE_001", "due_date")
    assert exchange(account, "payment",
                    order(payer, account, due_date=safedebit.day_in(account, 1))).json["result"]
    assert exchange(account, "payment",
                    order(payer, account, due_date=safedebit.day_in(account, 366))).json["result"]
    refused(account, order(payer, account, due_date=safedebit.day_in(account, 367)), "DATE_002",
            "due_date")


def test_after_the_cut_off_tomorrow_is_too_early(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    account.advance_to(17, 59)
    assert exchange(account, "payment",
                    order(payer, account, due_date=safedebit.day_in(account, 1))).json["result"]
    account.advance(120)
    refused(account, order(payer, account, due_date=safedebit.day_in(account, 1)), "DATE_001")
    assert exchange(account, "payment",
                    order(payer, account, due_date=safedebit.day_in(account, 2))).json["result"]


def test_the_account_s_own_cut_off_and_notice(sandbox):
    account = sandbox.merchant_add()
    safedebit.setting(account, "cutoff_time", "10:00")
    safedebit.setting(account, "prenotification_days", "14")
    payer = safedebit.payer(account)
    account.advance_to(9)
    refused(account, order(payer, account, due_date=safedebit.day_in(account, 13)), "DATE_001")
    answer = exchange(account, "payment",
                      order(payer, account, due_date=safedebit.day_in(account, 14))).json
    assert safedebit.date_of(answer["due_date"]) >= account.paris_now().date() + \
        datetime.timedelta(days=14)
    safedebit.setting(account, "prenotification_days", "0")
    account.advance_to(10, 1)
    refused(account, order(payer, account, due_date=safedebit.day_in(account, 1)), "DATE_001")


def test_days_on_which_banks_are_closed_move_to_the_next_one(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    today = account.paris_now().date()
    asked = today + datetime.timedelta(days=3)
    while asked < today + datetime.timedelta(days=366):
        asked += datetime.timedelta(days=1)
        if (asked.month, asked.day) not in ((12, 25), (12, 26), (1, 1), (5, 1)) and \
                asked.weekday() != 5:
            continue
        effective = exchange(account, "payment", order(
            payer, account, due_date=asked.strftime("%d/%m/%Y"))).json["due_date"]
        assert effective == safedebit.next_open(asked).strftime("%d/%m/%Y"), asked


@pytest.mark.parametrize("value", ["été", "a*b", "a\"b", "a\\b", "a<b", "a&b", "#1", "a=b", "é"])
def test_characters_that_a_reference_may_not_have(shop, payer, value):
    refused(shop, order(payer, shop, sdd_reference=value), "FORM_005", "sdd_reference")


def test_characters_that_a_reference_may_have(shop, payer):
    value = f"aZ0 _/-?:().,'+{next(_serial)}"
    answer = exchange(shop, "payment", order(payer, shop, sdd_reference=value)).json
    assert answer["sdd_reference"] == value
    long = f"{next(_serial):035d}"
    assert exchange(shop, "payment", order(payer, shop, sdd_reference=long)).json["result"]


def test_a_reference_is_used_once_for_ever_and_by_case(shop, payer):
    first = order(payer, shop, sdd_reference=f"once-{next(_serial)}")
    assert exchange(shop, "payment", first).json["result"]
    refused(shop, first, "EXIST_003", "sdd_reference")
    refused(shop, first | {"amount": "2000"}, "EXIST_003")
    check_done(exchange(shop, "cancel_sdd", {"sdd_reference": first["sdd_reference"]}))
    refused(shop, first, "EXIST_003")
    other = first | {"sdd_reference": first["sdd_reference"].upper()}
    assert exchange(shop, "payment", other).json["result"]


def test_another_merchant_s_reference_is_free_and_its_consumer_unknown(shop, payer, sandbox):
    other = sandbox.merchant_add()
    arguments = order(payer, shop)
    assert exchange(shop, "payment", arguments).json["result"]
    refused(other, arguments, "EXIST_002", "safedebit_consumer_reference")
    assert exchange(other, "payment", arguments | {
        "safedebit_consumer_reference": safedebit.payer(other).reference}).json["result"]


def test_a_text_is_kept_as_sent_and_told_the_bank_in_latin(shop, payer):
    text = "Prélèvement n° 12 — œuvre" + "é" * 103
    answer = exchange(shop, "payment", order(payer, shop, motif=text)).json
    (payment,) = shop.read(f"/v2/payments/?order_id={answer['sdd_reference']}")["payments"]
    assert payment["description"] == text[:64]  # as long as that face knows texts
    assert exchange(shop, "payment", order(payer, shop, motif="x" * 128)).json["result"]
    short = exchange(shop, "payment", order(payer, shop, motif="ab")).json["sdd_reference"]
    (payment,) = shop.read(f"/v2/payments/?order_id={short}")["payments"]
    assert payment["description"] is None


def test_the_mandate_that_is_named(shop, payer):
    other = safedebit.payer(shop)
    answer = exchange(shop, "payment", order(payer, shop, umr=payer.umr.lower())).json
    assert safedebit.levies(shop, sdd_reference=answer["sdd_reference"])[0]["umr"] == payer.umr
    for umr in (other.umr, "NOBODY-KNOWS-IT", "UMR_XXXXX", "/a", "été"):
        refused(shop, order(payer, shop, umr=umr), "UNKN_001", "umr")


def test_without_a_name_the_mandate_signed_last_is_used(shop):
    payer = safedebit.payer(shop, sign_date="05/03/2021")
    later = safedebit.add_mandate(shop, payer.reference, sign_date="06/03/2021")
    safedebit.add_mandate(shop, payer.reference, sign_date="04/03/2021")
    answer = exchange(shop, "payment", order(payer, shop)).json
    assert safedebit.levies(shop, sdd_reference=answer["sdd_reference"])[0]["umr"] == later
    check_done(exchange(shop, "edit_mandate", {"umr": later, "status": "2"}))
    answer = exchange(shop, "payment", order(payer, shop)).json
    assert safedebit.levies(shop, sdd_reference=answer["sdd_reference"])[0]["umr"] == payer.umr


def test_a_consumer_without_an_active_mandate(shop):
    reference = safedebit.made(shop)
    arguments = safedebit.levy(shop, safedebit.Payer(reference, None), sdd_reference=sdd())
    refused(shop, arguments, "STATE_005", "safedebit_consumer_reference")
    umr = safedebit.add_mandate(shop, reference, sign_date=None, sign_city=None)
    refused(shop, arguments, "STATE_005")
    refused(shop, arguments | {"umr": umr}, "STATE_001", "umr")


@pytest.mark.parametrize("status", ["2", "3"])
def test_a_mandate_that_is_not_active(shop, status):
    payer = safedebit.payer(shop)
    check_done(exchange(shop, "edit_mandate", {"umr": payer.umr, "status": status}))
    refused(shop, order(payer, shop, umr=payer.umr), "STATE_001", "umr")
    refused(shop, order(payer, shop), "STATE_005")


def test_a_mandate_lapses_after_36_months(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    for _ in range(2):
        account.advance(18 * 31 * 86400)
    refused(account, order(payer, account, umr=payer.umr), "STATE_001", "umr")
    refused(account, order(payer, account), "STATE_005")


def test_a_beneficiary_that_nobody_knows(shop, payer):
    refused(shop, order(payer, shop, beneficiary_reference="NOBODY"), "UNKN_003",
            "beneficiary_reference")


def test_a_beneficiary_that_is_known(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    made = safedebit.beneficiary(account)
    for reference in (made, account.contract["safedebit"]["ics"]):
        arguments = order(payer, account, beneficiary_reference=reference)
        assert exchange(account, "payment", arguments).json["result"]
        (row,) = safedebit.levies(account, beneficiary_reference=reference)
        assert row["beneficiary_reference"] == reference
        assert row["sdd_reference"] == arguments["sdd_reference"]


def test_the_consumer_s_own_beneficiary_counts_where_none_is_named(sandbox):
    account = sandbox.merchant_add()
    made = safedebit.beneficiary(account)
    known = safedebit.payer(account, beneficiary_reference=made)
    answer = exchange(account, "payment", order(known, account)).json
    (row,) = safedebit.levies(account, sdd_reference=answer["sdd_reference"])
    assert row["beneficiary_reference"] == made
    unknown = safedebit.payer(account, beneficiary_reference="NOT-MADE-YET")
    refused(account, order(unknown, account), "UNKN_003", "beneficiary_reference")


@pytest.mark.parametrize("name", ["url_callback", "url_callback_status"])
@pytest.mark.parametrize("value", ["mondomaine.fr", "ftp://mondomaine.fr/", "http://mondomaine.fr/",
                                   "https://", "//mondomaine.fr", "https://a b/", "javascript:x",
                                   "https://user:pass@mondomaine.fr/", "https://169.254.169.254/x"])
def test_addresses_that_are_not_called(shop, payer, name, value):
    refused(shop, order(payer, shop, **{name: value}), "FORM_008", name)


@pytest.fixture(scope="module")
def live(shop):
    """A login of the same merchant whose money is real."""
    name = f"live-{next(_serial)}"
    made = cli.told(shop.server, "login", "add", cli.merchant_id(shop), name, "--live")
    return name, made["password"]


@pytest.mark.parametrize("name", ["url_callback", "url_callback_status"])
@pytest.mark.parametrize("value", [
    "http://127.0.0.1:8080/x", "http://localhost/x", "https://127.0.0.1/x", "https://10.0.0.1/x",
    "https://192.168.1.1/x", "https://172.16.0.1/x", "https://[::1]/x", "https://[fd00::1]/x",
    "https://169.254.169.254/x", "https://0.0.0.0/x"])
def test_a_live_callback_never_goes_to_a_private_address(shop, payer, live, name, value):
    answer = exchange(shop, "payment", order(payer, shop, **{name: value}), login=live)
    check_refused(answer, "FORM_008", name)


def test_modes_never_meet(shop, payer, live):
    # No bank is configured here: money is never simulated silently.
    answer = exchange(shop, "payment", order(payer, shop, url_callback="https://mondomaine.fr/x"),
                      login=live)
    assert (answer.status, answer.json["code"]) == (503, "ERR_001")
    answer = exchange(shop, "validate_payment", trial(payer, "ANY"), login=live)
    check_refused(answer, "EXIST_002", "safedebit_consumer_reference")
    made = order(payer, shop)
    assert exchange(shop, "payment", made).json["result"]
    for call in ("cancel_sdd", "edit_sdd"):
        check_refused(exchange(shop, call, {"sdd_reference": made["sdd_reference"]}, login=live),
                      "UNKN_002")
    found = exchange(shop, "search_payment", {"sdd_reference": made["sdd_reference"]}, login=live)
    assert found.json == {"result": True, "datas": []}


def test_the_first_call_of_a_login_may_be_refused_at_once(shop, payer):
    # Its password is compared by a worker first; no bank is configured for live mode.
    name = f"live-{next(_serial)}"
    made = cli.told(shop.server, "login", "add", cli.merchant_id(shop), name, "--live")
    for _ in range(2):
        answer = exchange(shop, "payment", order(payer, shop, url_callback="https://mondomaine.fr/x"),
                          login=(name, made["password"]))
        assert (answer.status, answer.json["code"]) == (503, "ERR_001")


@pytest.mark.parametrize("value", [
    "text", 5, True, 1.5, [], [ACCOUNT_DATA], {}, json.dumps(ACCOUNT_DATA)])
def test_account_data_of_another_form(shop, payer, value):
    refused(shop, order(payer, shop, account_data=value), "FORM_013", "account_data")


@pytest.mark.parametrize("name", list(ACCOUNT_DATA))
def test_each_key_of_account_data_is_needed_and_is_a_text(shop, payer, name):
    less = {key: value for key, value in ACCOUNT_DATA.items() if key != name}
    for bad in (less, ACCOUNT_DATA | {name: ""}, ACCOUNT_DATA | {name: None},
                ACCOUNT_DATA | {name: 1}, ACCOUNT_DATA | {name: {}},
                ACCOUNT_DATA | {name: "a\nb"}):
        refused(shop, order(payer, shop, account_data=bad), "FORM_013", "account_data")


@pytest.mark.parametrize("name, good, bad", [
    ("ref_lettrage", ["x", "é" * 35], ["x" * 36]),
    ("pdv_emetteur_ventes", ["00000000"], ["8711122", "871112222", "8711122A"]),
    ("postes_de_ventes", ["999"], ["01", "0001", "0a1"]),
    ("type_operation", ["0"], ["", "11", "a"]),
    ("date", ["20240229", "19991231"], ["20210229", "20211301", "2021-04-01", "20210400", "210401"]),
    ("montant", ["0.00", "123456.78"], ["200", "200.0", "200.000", "200,00", ".50", "-1.00", "1 0.00"]),
    ("signe", ["E", "D", "E/D"], ["e", "D/E", "ED", "X"])])
def test_values_of_account_data(shop, payer, name, good, bad):
    for value in good:
        assert exchange(shop, "payment", order(
            payer, shop, account_data=ACCOUNT_DATA | {name: value, "other": [1]})).json["result"]
    for value in bad:
        refused(shop, order(payer, shop, account_data=ACCOUNT_DATA | {name: value}), "FORM_013")


def test_what_is_optional_may_be_empty_or_null(shop, payer):
    for value in ("", None, "  "):
        answer = exchange(shop, "payment", order(
            payer, shop, motif=value, umr=value, beneficiary_reference=value, url_callback=value,
            url_callback_status=value, account_data=value))
        assert answer.json["result"], answer


def test_the_first_thing_that_is_wrong_is_told(shop, payer):
    """api/safedebit.md 2: mandatory, form, references (consumer, mandate, beneficiary, duplicates),
    then limits and states."""
    used = order(payer, shop)
    assert exchange(shop, "payment", used).json["result"]
    wrong = used | {"safedebit_consumer_reference": "NOBODY", "umr": "NOT-THERE",
                    "beneficiary_reference": "NOBODY", "amount": "9" * 18,
                    "due_date": "01/01/2018", "url_callback": "ftp://x/"}
    refused(shop, wrong | {"amount": ""}, "MISS_001", "amount")
    refused(shop, wrong, "FORM_008", "url_callback")
    wrong["url_callback"] = None
    refused(shop, wrong, "EXIST_002")
    wrong["safedebit_consumer_reference"] = payer.reference
    refused(shop, wrong, "UNKN_001")
    wrong["umr"] = payer.umr
    refused(shop, wrong, "UNKN_003")
    wrong["beneficiary_reference"] = None
    refused(shop, wrong, "EXIST_003")
    wrong["sdd_reference"] = sdd()
    refused(shop, wrong, "LIMIT_001")
    wrong["amount"] = "1000"
    refused(shop, wrong, "DATE_001")


def test_nothing_is_stored_of_what_is_refused(shop, payer):
    reference = sdd()
    refused(shop, order(payer, shop, sdd_reference=reference, umr="NOT-THERE"), "UNKN_001")
    assert safedebit.levies(shop, sdd_reference=reference) == []
    assert shop.read(f"/v2/payments/?order_id={reference}")["payments"] == []
    assert exchange(shop, "payment", order(payer, shop, sdd_reference=reference)).json["result"]


def test_a_key_gives_the_same_answer_again(shop, payer):
    key = {"Idempotency-Key": f"levy-{next(_serial)}"}
    arguments = order(payer, shop)
    first = exchange(shop, "payment", arguments, headers=key)
    again = exchange(shop, "payment", arguments, headers=key)
    assert first.json["result"] and again.raw == first.raw
    assert again.headers["Idempotent-Replayed"] == "true"
    check_refused(exchange(shop, "payment", arguments | {"amount": "7"}, headers=key), "REQ_005")
    check_refused(exchange(shop, "payment", arguments), "EXIST_003")


def test_a_levy_in_the_lists_of_stancer(shop, payer):
    arguments = order(payer, shop, motif="Facture 12", amount="2630")
    answer = exchange(shop, "payment", arguments).json
    (payment,) = shop.read(f"/v2/payments/?order_id={arguments['sdd_reference']}")["payments"]
    assert payment["method"] == "sepa" and payment["status"] == "to_capture"
    assert payment["amount"] == 2630 and payment["currency"] == "eur"
    assert payment["description"] == "Facture 12" and payment["unique_id"] is None
    assert payment["date_settlement"] == safedebit.date_of(answer["due_date"]).isoformat()
    assert payment["customer"]["email"] == safedebit.PERSON["consumer_email"]
    assert payment["sepa"]["customer"] == payment["customer"]["id"]


# --- codes --------------------------------------------------------------------------------------

def test_from_the_threshold_on_a_levy_waits(shop, payer):
    assert exchange(shop, "payment", order(payer, shop, amount="99999")).json["status"] == "CREATED"
    assert exchange(shop, "payment", order(payer, shop, amount="100000")).json["status"] == "PENDING"


def test_without_a_threshold_none_waits(sandbox):
    account = sandbox.merchant_add()
    safedebit.setting(account, "otp_threshold", "0")
    payer = safedebit.payer(account)
    assert exchange(account, "payment", order(payer, account, amount="99999999999")).json[
        "status"] == "CREATED"


def pending(account, payer, **changes):
    arguments = order(payer, account, amount="100000", **changes)
    assert exchange(account, "payment", arguments).json["status"] == "PENDING"
    return arguments["sdd_reference"]


def trial(payer, reference, value="123456", **changes):
    return {"safedebit_consumer_reference": payer.reference, "sdd_reference": reference,
            "validation_type": "OTP", "validation_value": value} | changes


def status_of(account, reference):
    return safedebit.levies(account, sdd_reference=reference)[0]["status"]


def test_the_right_code_validates(shop, payer):
    reference = pending(shop, payer)
    (before,) = safedebit.levies(shop, sdd_reference=reference)
    assert before["validation_date"] is None and before["status"] == "PENDING"
    answer = exchange(shop, "validate_payment", trial(payer, reference)).json
    assert answer == {"result": True, "status": "CREATED", "sdd_reference": reference,
                      "due_date": before["due_date"]}
    (after,) = safedebit.levies(shop, sdd_reference=reference)
    assert after["validation_date"] == shop.paris_now().strftime("%d/%m/%Y")
    refused(shop, trial(payer, reference), "STATE_003", call="validate_payment")


def test_the_levy_is_named_by_either_reference_or_by_both(shop, payer):
    def named(**changes):
        return {"safedebit_consumer_reference": payer.reference, "validation_type": "OTP",
                "validation_value": "123456"} | changes

    def ours(reference):
        return safedebit.levies(shop, sdd_reference=reference)[0]["payment_reference"]

    one, two = pending(shop, payer), pending(shop, payer)
    refused(shop, named(), "MISS_001", "payment_reference", "validate_payment")
    refused(shop, named(payment_reference=ours(one), sdd_reference=two), "UNKN_002",
            "sdd_reference", "validate_payment")
    refused(shop, named(payment_reference="NOBODY"), "UNKN_004", "payment_reference",
            "validate_payment")
    refused(shop, named(sdd_reference="NOBODY"), "UNKN_002", "sdd_reference", "validate_payment")
    assert exchange(shop, "validate_payment", named(payment_reference=ours(one))).json["result"]
    assert exchange(shop, "validate_payment", named(
        payment_reference=ours(two), sdd_reference=two)).json["result"]


def test_another_consumer_s_levy_is_unknown(shop, payer):
    reference = pending(shop, payer)
    other = safedebit.payer(shop)
    refused(shop, trial(other, reference), "UNKN_002", call="validate_payment")
    ours = safedebit.levies(shop, sdd_reference=reference)[0]["payment_reference"]
    refused(shop, trial(other, None, payment_reference=ours), "UNKN_004", call="validate_payment")
    refused(shop, trial(payer, reference, safedebit_consumer_reference="NOBODY"), "EXIST_002",
            call="validate_payment")


@pytest.mark.parametrize("name, value, code", [
    ("safedebit_consumer_reference", "", "MISS_001"), ("validation_type", "", "MISS_001"),
    ("validation_type", None, "MISS_001"), ("validation_value", "", "MISS_001"),
    ("validation_value", None, "MISS_001"), ("validation_value", "1" * 9, "FORM_001"),
    ("validation_value", "12345a", "FORM_005"), ("validation_value", "12-456", "FORM_005"),
    ("validation_value", ["123456"], "FORM_011"), ("validation_type", "SMS", "FORM_002"),
    ("validation_type", "otp", "FORM_002"), ("validation_type", {}, "FORM_011"),
    ("safedebit_consumer_reference", "1" * 36, "FORM_001"), ("sdd_reference", "1" * 36, "FORM_001"),
    ("payment_reference", "1" * 65, "FORM_001"), ("validation_type", "PIN", "OTP_004"),
    ("validation_type", "FCID", "OTP_004"), ("validation_type", "TCID", "OTP_004")])
def test_arguments_of_a_validation(shop, payer, name, value, code):
    reference = pending(shop, payer)
    refused(shop, trial(payer, reference, **{name: value}), code, name, "validate_payment")
    assert status_of(shop, reference) == "PENDING"


def test_both_references_are_missed_before_what_follows_them(shop, payer):
    for empty in (None, "", " "):
        refused(shop, {"safedebit_consumer_reference": payer.reference, "sdd_reference": empty,
                       "payment_reference": empty}, "MISS_001", "payment_reference",
                "validate_payment")


def test_five_wrong_codes_cancel(shop, payer):
    reference = pending(shop, payer)
    for _ in range(4):
        refused(shop, trial(payer, reference, "000000"), "OTP_001", "validation_value",
                "validate_payment")
        assert status_of(shop, reference) == "PENDING"
    refused(shop, trial(payer, reference, "000000"), "OTP_003", "validation_value",
            "validate_payment")
    assert status_of(shop, reference) == "CANCELED"
    refused(shop, trial(payer, reference), "STATE_003", call="validate_payment")


@pytest.mark.parametrize("value", ["1", "12345", "1234567", "12345678"])
def test_a_code_of_another_length_is_wrong(shop, payer, value):
    refused(shop, trial(payer, pending(shop, payer), value), "OTP_001", call="validate_payment")


def test_a_code_expires_after_fifteen_minutes_and_three_fresh_ones_follow(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    reference = pending(account, payer)
    account.advance(14 * 60)
    refused(account, trial(payer, reference, "000000"), "OTP_001", call="validate_payment")
    for _ in range(3):
        account.advance(16 * 60)
        refused(account, trial(payer, reference), "OTP_002", "validation_value",
                "validate_payment")
        assert status_of(account, reference) == "PENDING"
    account.advance(16 * 60)
    refused(account, trial(payer, reference), "OTP_002", call="validate_payment")
    assert status_of(account, reference) == "CANCELED"
    fresh = pending(account, payer)
    account.advance(16 * 60)
    refused(account, trial(payer, fresh), "OTP_002", call="validate_payment")
    assert exchange(account, "validate_payment", trial(payer, fresh)).json["status"] == "CREATED"


def test_a_levy_that_nobody_validates_is_canceled(sandbox):
    """design.md 8: fifteen minutes, three fresh codes, then CANCELED."""
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    reference = pending(account, payer)
    account.advance(60 * 60)
    assert status_of(account, reference) == "PENDING"
    account.advance(60 * 60)
    assert status_of(account, reference) == "CANCELED"
    refused(account, trial(payer, reference), "STATE_003", call="validate_payment")
    (payment,) = account.read(f"/v2/payments/?order_id={reference}")["payments"]
    assert payment["status"] == "canceled"


def test_a_day_that_has_become_too_early_moves(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    account.advance_to(17, 30)
    while any(safedebit.next_open(day) != day for day in
              (account.paris_now().date() + datetime.timedelta(days=days) for days in (0, 1))):
        account.advance_to(17, 30)
    reference = pending(account, payer, due_date=safedebit.day_in(account, 1))
    before = safedebit.levies(account, sdd_reference=reference)[0]["due_date"]
    account.advance(3600)
    refused(account, trial(payer, reference), "OTP_002", call="validate_payment")
    answer = exchange(account, "validate_payment", trial(payer, reference)).json
    assert safedebit.date_of(answer["due_date"]) > account.paris_now().date()
    assert safedebit.date_of(answer["due_date"]) > safedebit.date_of(before)
    assert safedebit.levies(account, sdd_reference=reference)[0]["due_date"] == answer["due_date"]


def test_a_mandate_that_has_ended_meanwhile(shop):
    payer = safedebit.payer(shop)
    reference = pending(shop, payer)
    check_done(exchange(shop, "edit_mandate", {"umr": payer.umr, "status": "2"}))
    refused(shop, trial(payer, reference), "STATE_001", call="validate_payment")
    check_done(exchange(shop, "edit_mandate", {"umr": payer.umr, "status": "1"}))
    assert exchange(shop, "validate_payment", trial(payer, reference)).json["result"]


def test_a_levy_that_waits_is_shown_to_stancer_and_not_changed_by_it(shop, payer):
    reference = pending(shop, payer)
    (payment,) = shop.read(f"/v2/payments/?order_id={reference}")["payments"]
    assert payment["status"] is None and payment["method"] == "sepa"
    for change in ({"amount": 50}, {"status": "capture"}, {"description": "other"},
                   {"return_url": "https://shop.example.com/"}):
        answer = shop.patch("/v2/payments/" + payment["id"], change)
        assert answer.status in (400, 409), answer
    assert status_of(shop, reference) == "PENDING"


def test_a_revoked_mandate_cancels_what_has_not_left(shop):
    payer = safedebit.payer(shop)
    waits = pending(shop, payer)
    made = order(payer, shop)
    assert exchange(shop, "payment", made).json["result"]
    check_done(exchange(shop, "edit_mandate", {"umr": payer.umr, "status": "3"}))
    assert status_of(shop, waits) == status_of(shop, made["sdd_reference"]) == "CANCELED"


# --- edit_sdd -----------------------------------------------------------------------------------

@pytest.fixture
def levy(shop, payer):
    arguments = order(payer, shop, motif="Facture 1")
    assert exchange(shop, "payment", arguments).json["result"]
    return arguments["sdd_reference"]


def edited(account, reference, **changes):
    check_done(exchange(account, "edit_sdd", {"sdd_reference": reference} | changes))
    return safedebit.levies(account, sdd_reference=reference)[0]


def test_everything_that_may_change_changes(shop, payer, levy):
    ours = f"PAY/{next(_serial)} é"
    due = safedebit.day_in(shop, 20)
    row = edited(shop, levy, amount="4200", due_date=due, motif="Facture 2",
                 payment_reference=ours, umr=payer.umr.lower(),
                 ics=shop.contract["safedebit"]["ics"])
    assert row["amount"] == "4200" and row["payment_reference"] == ours
    assert row["due_date"] == safedebit.next_open(safedebit.date_of(due)).strftime("%d/%m/%Y")
    (payment,) = shop.read(f"/v2/payments/?order_id={levy}")["payments"]
    assert payment["amount"] == 4200 and payment["description"] == "Facture 2"
    assert payment["fee"] == 25
    assert edited(shop, levy, motif="")["amount"] == "4200"
    (payment,) = shop.read(f"/v2/payments/?order_id={levy}")["payments"]
    assert payment["description"] is None
    assert edited(shop, levy) == row


@pytest.mark.parametrize("name, value, code", [
    ("sdd_reference", "", "MISS_001"), ("sdd_reference", "NOBODY", "UNKN_002"),
    ("sdd_reference", "1" * 36, "FORM_001"), ("sdd_reference", [], "FORM_011"),
    ("due_date", "31/02/2030", "FORM_003"), ("due_date", "01/01/2018", "DATE_001"),
    ("due_date", "01/01/2199", "DATE_002"), ("motif", "x" * 129, "FORM_001"),
    ("motif", "a\nb", "FORM_005"), ("motif", {}, "FORM_011"), ("amount", "0", "FORM_004"),
    ("amount", "1" * 19, "FORM_001"), ("amount", "1" * 18, "LIMIT_001"),
    ("amount", "100000", "LIMIT_001"), ("amount", 1.5, "FORM_011"),
    ("payment_reference", "x" * 65, "FORM_001"), ("payment_reference", "a\x00b", "FORM_005"),
    ("umr", "NOT-ITS", "UNKN_001"), ("umr", "x" * 36, "FORM_001"),
    ("ics", "FR00ZZZ000000", "UNKN_001"), ("ics", "x" * 36, "FORM_001")])
def test_changes_that_are_refused(shop, levy, name, value, code):
    (before,) = safedebit.levies(shop, sdd_reference=levy)
    refused(shop, {"sdd_reference": levy, "motif": "other"} | {name: value}, code, name, "edit_sdd")
    assert safedebit.levies(shop, sdd_reference=levy) == [before]


def test_a_payment_reference_that_is_used(shop, payer, levy):
    other = order(payer, shop)
    theirs = exchange(shop, "payment", other).json["payment_reference"]
    refused(shop, {"sdd_reference": levy, "payment_reference": theirs}, "EXIST_005",
            "payment_reference", "edit_sdd")
    mine = safedebit.levies(shop, sdd_reference=levy)[0]["payment_reference"]
    check_done(exchange(shop, "edit_sdd", {"sdd_reference": levy, "payment_reference": mine}))


def test_a_levy_that_waits_is_changed(shop, payer):
    reference = pending(shop, payer)
    row = edited(shop, reference, amount="99999", due_date=safedebit.day_in(shop, 30))
    assert row["status"] == "PENDING" and row["amount"] == "99999"
    refused(shop, {"sdd_reference": reference, "amount": "100000"}, "LIMIT_001", "amount",
            "edit_sdd")
    answer = exchange(shop, "validate_payment", trial(payer, reference)).json
    assert answer["due_date"] == row["due_date"]


# --- canceling ----------------------------------------------------------------------------------

def test_a_levy_is_canceled_once(shop, levy):
    check_done(exchange(shop, "cancel_sdd", {"sdd_reference": levy}))
    assert status_of(shop, levy) == "CANCELED"
    for call in ("cancel_sdd", "edit_sdd"):
        refused(shop, {"sdd_reference": levy}, "STATE_002", "sdd_reference", call)
    (payment,) = shop.read(f"/v2/payments/?order_id={levy}")["payments"]
    assert payment["status"] == "canceled"


def test_a_levy_that_waits_is_canceled(shop, payer):
    reference = pending(shop, payer)
    check_done(exchange(shop, "cancel_sdd", {"sdd_reference": reference}))
    refused(shop, trial(payer, reference), "STATE_003", call="validate_payment")


@pytest.mark.parametrize("value, code", [
    (None, "MISS_001"), ("", "MISS_001"), ("NOBODY", "UNKN_002"), ("1" * 36, "FORM_001"),
    (["x"], "FORM_011"), ("a\nb", "FORM_005")])
def test_references_that_cannot_be_canceled(shop, value, code):
    refused(shop, {"sdd_reference": value}, code, "sdd_reference", "cancel_sdd")


def test_many_are_canceled(shop, payer, levy):
    more = [order(payer, shop)["sdd_reference"] for _ in range(3)]
    for reference in more:
        assert exchange(shop, "payment",
                        order(payer, shop, sdd_reference=reference)).json["result"]
    waits = pending(shop, payer)
    check_done(exchange(shop, "cancel_sdd", {"sdd_reference": more[0]}))
    answer = exchange(shop, "cancel_sdd_batch", {"sdds": more + [levy, waits, "NOBODY", levy]})
    assert answer.json == {"result": True, "sdds": [
        {"sdd": reference, "status": "UNKNOWN" if reference == "NOBODY" else "CANCELED"}
        for reference in more + [levy, waits, "NOBODY", levy]]}
    assert {status_of(shop, reference) for reference in more + [levy, waits]} == {"CANCELED"}


@pytest.mark.parametrize("value, code", [
    (None, "MISS_001"), ("", "MISS_001"), ([], "MISS_001"), ("REF", "FORM_011"), (5, "FORM_011"),
    ({"a": "b"}, "FORM_011"), ([1], "FORM_011"), ([None], "FORM_011"), ([["a"]], "FORM_011"),
    (["a", 1], "FORM_011"), (["x"] * 501, "FORM_001"), (["a", "\ta"], "FORM_005"), (["a\nb"], "FORM_005"),
    (["a\0b"], "FORM_005")])
def test_lists_that_are_refused(shop, value, code):
    refused(shop, {"sdds": value}, code, "sdds", "cancel_sdd_batch")


def test_a_list_of_five_hundred(shop):
    answer = exchange(shop, "cancel_sdd_batch", {"sdds": [f"N{i}" for i in range(500)]})
    assert [row["status"] for row in answer.json["sdds"]] == ["UNKNOWN"] * 500


# --- search_payment -----------------------------------------------------------------------------

ROW = {"payment_reference", "beneficiary_reference", "consumer_store", "umr", "sdd_reference",
       "safedebit_consumer_reference", "amount", "due_date", "status", "creation_date",
       "validation_date", "reject_date", "reject_reason", "payment_method"}


@pytest.fixture(scope="module")
def searched(sandbox):
    """A merchant with levies of two consumers over three days."""
    account = sandbox.merchant_add()
    account.advance_to(9)
    first = safedebit.payer(account, consumer_store="373222055")
    second = safedebit.payer(account)
    made = []
    for number in range(3):
        for payer in (first, second):
            arguments = safedebit.levy(account, payer, sdd_reference=sdd(),
                                       amount=str(1000 * (number + 1)),
                                       due_date=safedebit.day_in(account, 30))
            answer = exchange(account, "payment", arguments).json
            made.append(arguments | answer | {"day": account.paris_now().strftime("%d/%m/%Y")})
        account.advance(86400)
    waits = pending(account, first)
    return account, first, second, made, waits


def references(rows):
    return [row["sdd_reference"] for row in rows]


def test_a_row_as_it_is_shown(searched):
    account, first, _, made, _ = searched
    (row,) = safedebit.levies(account, sdd_reference=made[0]["sdd_reference"])
    assert set(row) == ROW
    assert row == {
        "payment_reference": made[0]["payment_reference"], "beneficiary_reference": None,
        "consumer_store": "373222055", "umr": first.umr,
        "sdd_reference": made[0]["sdd_reference"],
        "safedebit_consumer_reference": first.reference, "amount": "1000",
        "due_date": made[0]["due_date"], "status": "CREATED", "creation_date": made[0]["day"],
        "validation_date": made[0]["day"], "reject_date": None, "reject_reason": None,
        "payment_method": "SAFEDEBIT"}


def test_each_filter_alone(searched):
    account, first, second, made, waits = searched
    every = [row["sdd_reference"] for row in made] + [waits]
    of_first = [row["sdd_reference"] for row in made[0::2]] + [waits]
    days = [row["day"] for row in made]
    for conditions, expected in (
            ({}, every),
            ({"safedebit_consumer_reference": first.reference}, of_first),
            ({"umr": first.umr}, of_first), ({"umr": first.umr.lower()}, of_first),
            ({"consumer_store": "373222055"}, of_first),
            ({"payment_status": "CREATED"}, every[:-1]), ({"payment_status": "PENDING"}, [waits]),
            ({"payment_status": "SETTLED"}, []),
            ({"payment_method": "SAFEDEBIT"}, every), ({"payment_method": "CB"}, []),
            ({"amount": "2000"}, every[2:4]), ({"amount_min": "2000"}, every[2:]),
            ({"amount_max": "2000"}, every[:4]),
            ({"amount_min": "2000", "amount_max": "3000"}, every[2:6]),
            ({"amount": "2000", "amount_min": "2001"}, []),
            ({"creation_date": days[2]}, every[2:4]), ({"creation_date_min": days[2]}, every[2:]),
            ({"creation_date_max": days[2]}, every[:4]),
            ({"creation_date_min": days[2], "creation_date_max": days[2]}, every[2:4]),
            ({"validation_date": days[4]}, every[4:6]),
            ({"validation_date_min": days[2]}, every[2:6]),
            ({"validation_date_max": days[0]}, every[:2]),
            ({"reject_date": days[0]}, []), ({"reject_date_min": days[0]}, []),
            ({"reject_date_max": days[0]}, []),
            ({"payment_reference": made[3]["payment_reference"]}, every[3:4]),
            ({"sdd_reference": made[3]["sdd_reference"]}, every[3:4]),
            ({"payment_reference_list": json.dumps(
                [made[4]["payment_reference"], "NOBODY", made[1]["payment_reference"],
                 made[1]["payment_reference"]])}, [every[1], every[4]]),
            ({"payment_reference_list": "[]"}, []),
            ({"beneficiary_reference": "NOBODY"}, []), ({"safedebit_secure_reference": "G1"}, []),
            ({"transaction_id": "1"}, []), ({"basket_id": "1"}, []), ({"echeance_number": "1"}, []),
            ({"umr": "NOT-THERE"}, []), ({"safedebit_consumer_reference": "NOBODY"}, []),
            ({"umr": second.umr, "safedebit_consumer_reference": first.reference}, []),
            ({"umr": second.umr, "amount": "3000", "creation_date": days[4]}, every[5:6]),
            ({"sdd_reference": made[3]["sdd_reference"], "amount": "1"}, []),
            ({"sdd_reference": made[3]["sdd_reference"],
              "payment_reference": made[2]["payment_reference"]}, []),
            ({"limit": "2"}, every[:2]), ({"limit": "2", "offset": "5"}, every[5:]),
            ({"offset": "7"}, []), ({"umr": first.umr, "limit": "1", "offset": "1"}, of_first[1:2]),
            ({"payment_reference_list": json.dumps([made[4]["payment_reference"],
                                                    made[1]["payment_reference"]]),
              "limit": "1", "offset": "1"}, [every[4]])):
        assert references(safedebit.levies(account, **conditions)) == expected, conditions


def test_levies_of_a_consumer_are_found_whatever_its_account_is_by_now(shop):
    payer = safedebit.payer(shop, consumer_store="STORE-OF-TWO")
    made = []
    for iban in (ibans.unique(), ibans.unique()):
        arguments = order(payer, shop, due_date=safedebit.day_in(shop, 20))
        assert exchange(shop, "payment", arguments).json["result"]
        made.append(arguments["sdd_reference"])
        assert shop.ssp("edit_consumer", safedebit_consumer_reference=payer.reference,
                        iban=iban)["result"]
    for conditions in ({"safedebit_consumer_reference": payer.reference},
                       {"consumer_store": "STORE-OF-TWO"}, {"umr": payer.umr}):
        assert references(safedebit.levies(shop, **conditions)) == made


def test_a_levy_is_found_by_the_day_on_which_it_was_validated(sandbox):
    account = sandbox.merchant_add()
    payer = safedebit.payer(account)
    account.advance_to(23, 55)
    before = account.paris_now().strftime("%d/%m/%Y")
    late = pending(account, payer)
    at_once = order(payer, account)
    assert exchange(account, "payment", at_once).json["status"] == "CREATED"
    account.advance_to(0, 5)
    after = account.paris_now().strftime("%d/%m/%Y")
    assert safedebit.levies(account, validation_date=after) == []
    assert exchange(account, "validate_payment", trial(payer, late)).json["result"]
    (row,) = safedebit.levies(account, validation_date=after)
    assert (row["sdd_reference"], row["creation_date"]) == (late, before)
    assert references(safedebit.levies(account, validation_date=before)) == [
        at_once["sdd_reference"]]
    assert references(safedebit.levies(account, validation_date_min=before)) == [
        at_once["sdd_reference"], late]


def test_nobody_else_s_levies_are_found(searched, shop):
    _, first, _, made, _ = searched
    for conditions in ({"safedebit_consumer_reference": first.reference}, {"umr": first.umr},
                       {"sdd_reference": "REF-" + made[0]["sdd_reference"]},
                       {"payment_reference": made[0]["payment_reference"]},
                       {"payment_reference_list": json.dumps([made[0]["payment_reference"]])}):
        assert safedebit.levies(shop, **conditions) == []


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_may_be_asked_for(shop, status):
    assert {row["status"] for row in safedebit.levies(shop, payment_status=status)} <= {status}


@pytest.mark.parametrize("name, value, code", [
    ("payment_reference", "x" * 65, "FORM_001"), ("safedebit_secure_reference", "x" * 11, "FORM_001"),
    ("payment_status", "DONE", "FORM_002"), ("payment_status", "created", "FORM_002"),
    ("payment_method", "CARD", "FORM_002"), ("reject_date", "1/1/2020", "FORM_003"),
    ("reject_date_min", "31/02/2020", "FORM_003"), ("reject_date_max", "x", "FORM_003"),
    ("payment_reference_list", "x", "FORM_011"), ("payment_reference_list", "{}", "FORM_011"),
    ("payment_reference_list", "[1]", "FORM_011"), ("payment_reference_list", "[\"a\"", "FORM_011"),
    ("payment_reference_list", json.dumps(["x"] * 501), "FORM_001"),
    ("payment_reference_list", json.dumps(["a", "b\t"]), "FORM_005"),
    ("consumer_store", "x" * 33, "FORM_001"), ("safedebit_consumer_reference", "x" * 36, "FORM_001"),
    ("transaction_id", "x" * 65, "FORM_001"), ("basket_id", "x" * 65, "FORM_001"),
    ("beneficiary_reference", "x" * 33, "FORM_001"), ("umr", "x" * 36, "FORM_001"),
    ("amount", "0", "FORM_004"), ("amount_min", "-1", "FORM_004"), ("amount_max", "a", "FORM_004"),
    ("amount", "1" * 19, "FORM_001"), ("creation_date", "2020-01-01", "FORM_003"),
    ("creation_date_min", "00/01/2020", "FORM_003"), ("creation_date_max", "x", "FORM_003"),
    ("validation_date", "x", "FORM_003"), ("validation_date_min", "x", "FORM_003"),
    ("validation_date_max", "x", "FORM_003"), ("echeance_number", "1234", "FORM_001"),
    ("echeance_number", "a", "FORM_005"), ("sdd_reference", "x" * 36, "FORM_001"),
    ("limit", "0", "FORM_002"), ("limit", "501", "FORM_002"), ("limit", "a", "FORM_005"),
    ("offset", "-1", "FORM_005"), ("umr", "a\x1fb", "FORM_005")])
def test_conditions_that_are_refused(shop, name, value, code):
    check_refused(exchange(shop, "search_payment", {name: value}), code, name)


@pytest.mark.parametrize("name", ["reject_date", "creation_date", "validation_date"])
def test_days_that_contradict_each_other(shop, name):
    check_refused(exchange(shop, "search_payment", {
        name + "_min": "02/01/2030", name + "_max": "01/01/2030"}), "FORM_003", name + "_max")


def test_a_condition_that_stands_twice(shop):
    answer = exchange(shop, "search_payment?" + urllib.parse.urlencode(
        [("umr", "A"), ("umr", "B")]), verb="GET")
    check_refused(answer, "REQ_001")


# --- exports --------------------------------------------------------------------------------------

def test_account_data_are_given_back_in_exports(sandbox):
    account = sandbox.merchant_add()
    first = safedebit.payer(account, consumer_store="373222055")
    data = ACCOUNT_DATA | {"other": ["kept", {"as": "it came"}]}
    made = order(first, account, motif='Facture "7", é', amount="2630", account_data=data)
    answer = exchange(account, "payment", made).json
    account.advance(86400)
    plain = order(first, account)
    assert exchange(account, "payment", plain).json["result"]
    merchant = cli.merchant_id(account)
    rows = cli.told(account.server, "levy", "export", merchant)
    assert [row["account_data"] for row in rows] == [data, None]
    (payment,) = account.read(f"/v2/payments/?order_id={made['sdd_reference']}")["payments"]
    due = safedebit.date_of(answer["due_date"]).isoformat()
    assert rows[0] | {"created": None, "validated": None} == {
        "sdd_reference": made["sdd_reference"], "payment_reference": answer["payment_reference"],
        "payment": payment["id"], "safedebit_consumer_reference": first.reference,
        "consumer_store": "373222055", "beneficiary_reference": None, "umr": first.umr,
        "due_date": due, "motif": 'Facture "7", é', "status": "created", "created": None,
        "validated": None, "ended": None, "reason": None, "amount": 2630, "account_data": data}
    table = list(csv.DictReader(io.StringIO(
        cli.run(account.server, "levy", "export", merchant))))
    assert [row["sdd_reference"] for row in table] == [made["sdd_reference"], plain["sdd_reference"]]
    assert json.loads(table[0]["account_data"]) == data and table[0]["motif"] == 'Facture "7", é'
    assert table[0]["amount"] == "2630" and table[1]["account_data"] == ""
    today = account.paris_now().date().isoformat()
    for options, expected in ((["--from", today], [plain]), (["--until", "2001-01-01"], []),
                              (["--live"], [])):
        found = cli.told(account.server, "levy", "export", merchant, *options)
        assert [row["sdd_reference"] for row in found] == [one["sdd_reference"] for one in expected]
    for wrong in ([merchant, "--from", "01/02/2020"], [merchant, "--from", today, "--until", "2001-01-01"], ["nobody"], []):
        cli.run(account.server, "levy", "export", *wrong, expect=2)


# --- who may ------------------------------------------------------------------------------------

@pytest.mark.parametrize("call", ["payment", "validate_payment", "edit_sdd", "cancel_sdd",
                                  "cancel_sdd_batch", "search_payment"])
def test_nobody_without_a_login(shop, call):
    check_refused(exchange(shop, call, {}, login=False), "AUTH_001")
    check_refused(exchange(shop, call, {}, login=("nobody", "wrong")), "AUTH_001")


@pytest.mark.parametrize("call, verb, allowed", [
    ("payment", "GET", "POST"), ("validate_payment", "GET", "POST"), ("edit_sdd", "PUT", "POST"),
    ("cancel_sdd", "DELETE", "POST"), ("cancel_sdd_batch", "GET", "POST"),
    ("search_payment", "POST", "GET")])
def test_the_verb_of_a_call(shop, call, verb, allowed):
    answer = exchange(shop, call, {}, verb=verb)
    assert answer.status == 405 and answer.json == {"result": False, "code": "REQ_003"}
    assert allowed in answer.headers["Allow"]


def test_what_is_left_proves_itself(shop):
    cli.run(shop.server, "verify")
