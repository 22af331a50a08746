"""initiate_consumer (api/safedebit.md 4): the seed's own request, and every argument at its edges."""

import re

import pytest

from support import cli, ibans, safedebit, wire
from support.safedebit import check_refused

# [seed] The request of the page, to the letter.
SEED = {
    "consumer_reference": "XXXXX",
    "consumer_store": "XXXXX",
    "beneficiary_reference": "XXXXX",
    "consumer_first_name": "Jean",
    "consumer_last_name": "Dupont",
    "consumer_birth_day": "21/01/2001",
    "consumer_address_street_number": "98",
    "consumer_address_street_type": "Route",
    "consumer_address_street_name": "Avenue des pissenlits",
    "consumer_zip_code": "75008",
    "consumer_city": "Paris",
    "consumer_country": "France",
    "consumer_email": "xxx@xxx.com",
    "consumer_phone_number": "0600000000",
    "email_option": "1",
    "sms_option": "1",
    "url_ok": "https://xxxxx.xxx/ok",
    "url_ko": "https://xxxxx.xxx/ko",
    "url_cancel": "https://xxxxx.xxx/cancel",
    "consumer_data": "7-006379-0023-0_066846419"}

DATA = {"consumer_data": "7-006379-0023-0_066846419"}
COMPANY = DATA | {"consumer_type": "1", "siren": "732829320"}
NON_PROFIT = DATA | {"consumer_type": "2"}


def initiate(account, **arguments):
    return safedebit.exchange(account, "initiate_consumer", arguments)


def made(account, **arguments):
    answer = safedebit.decided(initiate(account, **arguments)).json
    assert set(answer) == {"result", "link", "safedebit_consumer_reference"} and answer["result"], answer
    assert re.fullmatch(re.escape(account.base_url) + r"/m/[A-Za-z0-9_-]{32}", answer["link"])
    assert re.fullmatch(r"[A-Z2-7]{16}", answer["safedebit_consumer_reference"])
    return answer


def test_the_request_of_the_seed_succeeds_as_printed(merchant):
    made(merchant, **SEED)


def test_only_consumer_data_is_needed(shop):
    made(shop, **DATA)


def test_links_and_references_are_never_the_same(shop):
    first, second = made(shop, **DATA), made(shop, **DATA)
    assert first["link"] != second["link"]
    assert first["safedebit_consumer_reference"] != second["safedebit_consumer_reference"]


@pytest.mark.parametrize("value", [None, "", "   "])
def test_without_consumer_data(shop, value):
    check_refused(initiate(shop, consumer_data=value), "MISS_001", "consumer_data")


# --- lengths ------------------------------------------------------------------------------------

TEXTS = {
    "consumer_reference": 64, "consumer_store": 32, "beneficiary_reference": 32,
    "consumer_first_name": 70, "consumer_last_name": 70, "consumer_address_street_number": 16,
    "consumer_address_street_type": 16, "consumer_address_street_name": 70,
    "consumer_zip_code": 16, "consumer_city": 35, "consumer_country": 35, "consumer_data": 145,
    "consumer_other_last_name": 70, "id_number": 18, "consumer_birth_city": 35,
    "consumer_address_complement": 70,
}
COMPANY_TEXTS = {"social_reference": 32, "naf": 32}


def texts():
    for name, size in TEXTS.items():
        yield pytest.param(DATA, name, size, id=name)
    for name, size in COMPANY_TEXTS.items():
        yield pytest.param(COMPANY, name, size, id=f"company-{name}")
        yield pytest.param(NON_PROFIT, name, size, id=f"non-profit-{name}")


@pytest.mark.parametrize("base,name,size", texts())
def test_texts_have_their_length_in_characters(shop, base, name, size):
    unique = name == "consumer_reference"
    longest = ("é" * (size - 8) + ibans.unique()[-8:]) if unique else "é" * size
    made(shop, **base | {name: longest})
    made(shop, **base | {name: f"  {longest}  "})  # blanks around do not count
    check_refused(initiate(shop, **base | {name: longest + "é"}), "FORM_001", name)


@pytest.mark.parametrize("base,name,size", texts())
def test_texts_have_no_control_characters(shop, base, name, size):
    for text in safedebit.CONTROLS:
        check_refused(initiate(shop, **base | {name: text}), "FORM_005", name)


@pytest.mark.parametrize("base,name,size", texts())
def test_texts_have_the_type_of_texts(shop, base, name, size):
    for value in safedebit.wrong_types("a"):
        check_refused(initiate(shop, **base | {name: value}), "FORM_011", name)
    made(shop, **base | {name: 12345})


def test_empty_and_null_are_absent(shop):
    # consumer_type is read first: without one it is 0, so that siren does not count.
    everything = {name: "" for name in [*TEXTS, *SEED, *OTHERS, "siren", "nic", "waldec"]}
    made(shop, **everything | DATA)
    made(shop, **{name: None for name in everything} | DATA)


# --- values -------------------------------------------------------------------------------------

OTHERS = {
    # name: (what is right, what is wrong, its code)
    "consumer_type": (["0"], ["3", "00", "-1", "person"], "FORM_002"),
    "consumer_gender": (["M", "F"], ["m", "X", "MF"], "FORM_002"),
    "identity_type": ([*"1234567"], ["0", "8", "A", "11"], "FORM_002"),
    "sequence_type": (["OOFF", "RCUR"], ["FRST", "rcur", "FNAL", "OOFFF"], "FORM_002"),
    "nationality": (["FR", "fr", "ESP", "ita"], ["F", "XX", "ABC", "France"], "FORM_002"),
    "sms_option": (["0", False, 0], ["2", "yes", "true", "01"], "FORM_002"),
    "email_option": (["0", False, 0], ["2", "yes", "true", "01"], "FORM_002"),
    "consumer_birth_day": (["21/01/2001", "29/02/2000", "01/01/1900"],
                           [*safedebit.BAD_DATES, "01/01/2190"], "FORM_003"),
    "emission_date": (["21/01/2001"], [*safedebit.BAD_DATES, "01/01/2190"], "FORM_003"),
    "expire_date": (["21/01/2001", "31/12/2200"], safedebit.BAD_DATES, "FORM_003"),
    "consumer_email": (["a@example.org"], safedebit.BAD_EMAILS, "FORM_006"),
    "consumer_phone_number": (["0600000000", "+33600000000", "06 00 00 00 00", 33600000000],
                              safedebit.BAD_PHONES, "FORM_007"),
    "url_ok": (["https://a.example/x?y=1#z"], None, "FORM_008"),
    "url_ko": (["https://a.example"], None, "FORM_008"),
    "url_cancel": (["http://127.0.0.1:1/a"], None, "FORM_008"),
    "url_callback": (["http://localhost:1/a"], None, "FORM_008"),
    "consumer_ip": (["192.0.2.1", "2001:db8::1"], safedebit.BAD_ADDRESSES, "FORM_014"),
    "iban": ([ibans.FR, "FR14 2004 1010 0505 0001 3M02 606", "fr1420041010050500013m02606"],
             safedebit.BAD_IBANS, "FORM_009"),
}
BAD_URLS = ("http://shop.example/", "ftp://shop.example/", "https://", "shop.example",
            "https://user:secret@shop.example/", "https://shop.example/a b", "javascript:alert(1)")


@pytest.mark.parametrize("name", OTHERS)
def test_values_that_are_right(shop, name):
    for value in OTHERS[name][0]:
        made(shop, **DATA | {name: value})


@pytest.mark.parametrize("name", OTHERS)
def test_values_that_are_wrong(shop, name):
    _, wrong, code = OTHERS[name]
    for value in wrong or BAD_URLS:
        check_refused(initiate(shop, **DATA | {name: value}), code, name)


@pytest.mark.parametrize("name", OTHERS)
def test_values_of_another_type(shop, name):
    for value in safedebit.wrong_types(OTHERS[name][0][0]):
        check_refused(initiate(shop, **DATA | {name: value}), "FORM_011", name)


@pytest.mark.parametrize("name", ["url_ok", "url_ko", "url_cancel", "url_callback"])
def test_addresses_have_256_characters_at_most(shop, name):
    longest = "https://a.example/" + "x" * (256 - len("https://a.example/"))
    made(shop, **DATA | {name: longest})
    check_refused(initiate(shop, **DATA | {name: longest + "x"}), "FORM_001", name)


@pytest.mark.parametrize("value", ["https://10.0.0.1/x", "https://127.0.0.1/x", "https://[fd00::1]/x",
                                   "https://169.254.169.254/x"])
def test_a_live_callback_never_goes_to_a_private_address(shop, value):
    name = safedebit.new_umr()
    live = cli.told(shop.server, "login", "add", cli.merchant_id(shop), name, "--live")["password"]
    answer = safedebit.exchange(shop, "initiate_consumer", DATA | {"url_callback": value}, login=(name, live))
    check_refused(answer, "FORM_008", "url_callback")


def test_a_callback_never_goes_to_an_address_of_the_link(shop):
    check_refused(initiate(shop, **DATA, url_callback="https://169.254.169.254/x"), "FORM_008", "url_callback")


def test_an_email_has_70_characters_at_most(shop):
    longest = "a" * 58 + "@example.org"
    made(shop, **DATA, consumer_email=longest)
    check_refused(initiate(shop, **DATA, consumer_email="a" + longest), "FORM_001", "consumer_email")


def test_a_phone_number_has_16_characters_at_most(shop):
    made(shop, **DATA, consumer_phone_number="+" + "1" * 15)
    check_refused(initiate(shop, **DATA, consumer_phone_number="+" + "1" * 16), "FORM_001",
                  "consumer_phone_number")


def test_an_address_has_16_characters_at_most(shop):
    made(shop, **DATA, consumer_ip="2001:db8::1:2:3")
    check_refused(initiate(shop, **DATA, consumer_ip="2001:db8:0:0:0:0:1"), "FORM_001",
                  "consumer_ip")


# --- companies and non-profits ------------------------------------------------------------------

def test_a_company_needs_its_siren(shop):
    made(shop, **COMPANY, nic="00074", tva_interco="FR44732829320", naf="1071C",
         social_reference="Boulangerie Martin")
    check_refused(initiate(shop, **DATA, consumer_type="1"), "MISS_001", "siren")


def test_a_non_profit_needs_nothing(shop):
    made(shop, **NON_PROFIT)
    made(shop, **NON_PROFIT, waldec="W751234567", siren="732829320", social_reference="Les amis")


@pytest.mark.parametrize("name,values", [
    ("siren", safedebit.BAD_SIRENS), ("nic", safedebit.BAD_NICS),
    ("tva_interco", safedebit.BAD_VAT_NUMBERS)])
@pytest.mark.parametrize("base", [COMPANY, NON_PROFIT], ids=["company", "non-profit"])
def test_numbers_of_companies(shop, base, name, values):
    for value in values:
        check_refused(initiate(shop, **base | {name: value}), "FORM_010", name)


def test_the_numbers_of_an_establishment_belong_together(shop):
    check_refused(initiate(shop, **COMPANY, nic="00075"), "FORM_010", "nic")


def test_numbers_of_non_profits(shop):
    for value in safedebit.BAD_RNAS:
        check_refused(initiate(shop, **NON_PROFIT, waldec=value), "FORM_010", "waldec")


def test_what_belongs_to_another_type_is_ignored(shop):
    made(shop, **DATA, siren="1", nic="x", tva_interco=[], naf={}, social_reference=1.5, waldec="x")
    made(shop, **COMPANY, waldec="x")


# --- rules across arguments ---------------------------------------------------------------------

def test_a_document_does_not_end_before_it_begins(shop):
    made(shop, **DATA, emission_date="02/01/2020", expire_date="02/01/2020")
    check_refused(initiate(shop, **DATA, emission_date="02/01/2020", expire_date="01/01/2020"),
                  "FORM_003", "expire_date")


def test_a_link_that_is_sent_needs_somewhere_to_go(shop):
    check_refused(initiate(shop, **DATA, sms_option="1"), "MISS_001", "consumer_phone_number")
    check_refused(initiate(shop, **DATA, email_option=True), "MISS_001", "consumer_email")


def test_the_store_is_needed_where_the_merchant_says_so(merchant):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), "require_store", "yes")
    check_refused(initiate(merchant, **DATA), "MISS_001", "consumer_store")
    made(merchant, **DATA, consumer_store="373222055")


def test_what_is_missing_comes_before_what_is_wrong(shop):
    check_refused(initiate(shop, consumer_type="9"), "MISS_001", "consumer_data")
    check_refused(initiate(shop, **DATA, consumer_country="x" * 36, consumer_email="nobody"),
                  "FORM_001", "consumer_country")


# --- references ---------------------------------------------------------------------------------

def test_a_reference_that_a_consumer_has(shop):
    safedebit.made(shop, consumer_reference="taken-by-a-consumer")
    check_refused(initiate(shop, **DATA, consumer_reference="taken-by-a-consumer"), "EXIST_001",
                  "consumer_reference")


def test_a_reference_that_only_a_form_has(shop):
    first = made(shop, **DATA, consumer_reference="only-a-form")
    second = made(shop, **DATA, consumer_reference="only-a-form")
    assert wire.exchange(first["link"], "GET", None, {}).status == 410
    assert wire.exchange(second["link"], "GET", None, {}).status == 200


def test_references_count_for_one_merchant(shop, merchant):
    safedebit.made(shop, consumer_reference="of-one-merchant")
    made(merchant, **DATA, consumer_reference="of-one-merchant")


def test_a_draft_is_no_consumer(shop):
    reference = made(shop, **DATA)["safedebit_consumer_reference"]
    check_refused(safedebit.exchange(shop, "create_mandate", {
        "safedebit_consumer_reference": reference, "url_ok": "https://a.example",
        "url_ko": "https://a.example", "url_cancel": "https://a.example"}), "EXIST_002")


def test_a_call_that_is_repeated_with_its_key_makes_one_form(shop):
    first = initiate_with_key(shop, "form-1", DATA)
    again = initiate_with_key(shop, "form-1", DATA)
    assert again.json == first.json and again.headers["Idempotent-Replayed"] == "true"
    check_refused(initiate_with_key(shop, "form-1", DATA | {"consumer_city": "Lyon"}), "REQ_005")


def initiate_with_key(account, key, arguments):
    return safedebit.exchange(account, "initiate_consumer", arguments,
                              headers={"Idempotency-Key": key})


def test_unknown_arguments_are_ignored(shop):
    made(shop, **DATA, anything=[1, {"a": None}])
