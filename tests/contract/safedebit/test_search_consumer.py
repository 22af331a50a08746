"""search_consumer (api/safedebit.md 8)."""

import pytest

from support import ibans, safedebit

# What the rows show, in the names of the arguments.
MEMBERS = {"safedebit_consumer_reference", "consumer_reference", "consumer_type", "consumer_store",
           "beneficiary_reference", "consumer_gender", "consumer_first_name", "consumer_use_name",
           "consumer_pseudonyme", "consumer_last_name", "consumer_other_last_name",
           "identity_type", "id_number", "emission_date", "expire_date", "consumer_birth_day",
           "consumer_birth_city", "nationality", "consumer_address_street_number",
           "consumer_address_street_type", "consumer_address_street_name",
           "consumer_address_complement", "consumer_zip_code", "consumer_city", "consumer_country",
           "consumer_email", "consumer_phone_number", "consumer_ip", "consumer_data", "iban",
           "social_reference", "siren", "nic", "naf", "tva_interco", "waldec"}

EVERYTHING = safedebit.NON_PROFIT | {
    "consumer_reference": "ALL-1", "consumer_store": "Store 7", "beneficiary_reference": "B-1",
    "consumer_other_last_name": "Née Martin", "identity_type": "3", "id_number": "19FV05260",
    "emission_date": "01/02/2019", "expire_date": "31/01/2029", "consumer_birth_city": "Nîmes",
    "nationality": "FR", "consumer_address_complement": "Bât. C", "consumer_ip": "192.0.2.7",
    "siren": "732829320", "nic": "00074", "naf": "9499Z", "tva_interco": "FR44732829320",
    "iban": ibans.FR}

KINDS = (safedebit.CONSUMER | safedebit.ORGANISATION | safedebit.NON_PROFIT_ONLY | {
    "safedebit_consumer_reference": safedebit.text(35), "consumer_type": safedebit.words("1", "3"),
    "consumer_store": safedebit.text(32), "beneficiary_reference": safedebit.text(32),
    "consumer_use_name": safedebit.text(70), "consumer_pseudonyme": safedebit.text(70),
    "consumer_data": safedebit.text(145), "consumer_country": safedebit.text(35)}
    | {name + end: safedebit.day() for name in ("emission_date", "expire_date",
                                                "consumer_birth_day") for end in ("", "_min", "_max")}
    | {"consumer_birth_date": safedebit.day()})


@pytest.fixture(scope="module")
def full(sandbox):
    """A merchant with one consumer of whom everything is known, and another beside it."""
    account = sandbox.merchant_add()
    reference = safedebit.made(account, **EVERYTHING)
    safedebit.made(account, consumer_last_name="Other", consumer_gender="M",
                   consumer_birth_day="22/01/1980", consumer_zip_code="1000",
                   consumer_address_street_number="1", consumer_address_street_type="rue",
                   consumer_address_street_name="du Bac", consumer_city="Bruxelles",
                   consumer_first_name="Max", consumer_email="max@example.org",
                   consumer_phone_number="0611111111", consumer_country="Belgique")
    account.reference = reference
    return account


def test_a_row_shows_everything_that_is_stored(full):
    [row] = safedebit.found(full, safedebit_consumer_reference=full.reference)
    assert set(row) == MEMBERS
    shown = {name: value for name, value in EVERYTHING.items() if name != "iban"}
    for name, value in shown.items():
        assert row[name] == value, name
    assert row["iban"] == ibans.FR[:4] + "*" * 19 + ibans.FR[-4:]
    assert row["consumer_use_name"] is None


@pytest.mark.parametrize("name", [name for name in EVERYTHING if name != "consumer_birth_date"])
def test_each_argument_finds_it_alone(full, name):
    value = EVERYTHING[name]
    forms = {value, value.upper(), value.lower()}
    for form in forms if name not in ("consumer_reference", "consumer_gender") else {value}:
        [row] = safedebit.found(full, **{name: form})
        assert row["safedebit_consumer_reference"] == full.reference, form


def test_the_whole_value_counts(full):
    for conditions in ({"consumer_last_name": "Duran"}, {"consumer_last_name": "Durand2"},
                       {"consumer_email": "camille_durand@example.org"},
                       {"consumer_store": "Store-7"}, {"consumer_city": "Paris", "nationality": "IT"},
                       {"consumer_reference": "all-1"}, {"consumer_data": "x"},
                       {"safedebit_consumer_reference": "nobody"}):
        assert safedebit.found(full, **conditions) == [], conditions


def test_all_conditions_hold_together(full):
    assert len(safedebit.found(full, consumer_type="2", consumer_city="PARIS")) == 1
    assert safedebit.found(full, consumer_type="1", consumer_city="PARIS") == []
    assert safedebit.found(full, safedebit_consumer_reference=full.reference, iban=ibans.EVERY[0]) \
        == []
    assert len(safedebit.found(full, safedebit_consumer_reference=full.reference, iban=ibans.FR)) \
        == 1


def test_days_are_inclusive(full):
    def names(**conditions):
        return [row["consumer_first_name"] for row in safedebit.found(full, **conditions)]

    assert names(consumer_birth_day_min="21/01/1980") == ["Camille", "Max"]
    assert names(consumer_birth_day_max="21/01/1980") == ["Camille"]
    assert names(consumer_birth_day_min="22/01/1980", consumer_birth_day_max="22/01/1980") == ["Max"]
    assert names(consumer_birth_day_min="23/01/1980") == []
    assert names(consumer_birth_date="21/01/1980") == ["Camille"]
    assert names(emission_date_min="01/02/2019", emission_date_max="01/02/2019") == ["Camille"]
    assert names(expire_date_max="30/01/2029") == []
    for name in ("emission_date", "expire_date", "consumer_birth_day"):
        answer = safedebit.exchange(full, "search_consumer",
                                    {name + "_min": "02/01/2020", name + "_max": "01/01/2020"})
        safedebit.check_refused(answer, "FORM_003", name + "_max")


def test_every_argument_is_checked(full):
    kinds = dict(KINDS)
    for name in ("emission_date", "consumer_birth_day", "consumer_birth_date"):
        kinds[name] = safedebit.day()
    safedebit.check_arguments(full, "search_consumer", {}, kinds)
    for name, kind in kinds.items():
        assert isinstance(safedebit.found(full, **{name: kind.good}), list)


def test_something_has_to_be_asked(full):
    for arguments in ({}, {"limit": "10"}, {"offset": "0", "consumer_city": ""}, {"unknown": "x"}):
        safedebit.check_refused(safedebit.exchange(full, "search_consumer", arguments), "MISS_001")


def test_pages(merchant):
    references = [safedebit.made(merchant, consumer_reference=f"P-{i}") for i in range(5)]

    def page(**arguments):
        return [row["safedebit_consumer_reference"] for row in
                safedebit.found(merchant, consumer_city="paris", **arguments)]

    assert page() == references
    assert page(limit="2") == references[:2]
    assert page(limit="2", offset="3") == references[3:]
    assert page(limit=500, offset="5") == []
    for name, values in (("limit", ("0", "501", "-1", "x", "1.5", "99999999999999999999")),
                         ("offset", ("-1", "x", "1.5", "99999999999999999999"))):
        for value in values:
            answer = safedebit.exchange(merchant, "search_consumer",
                                        {"consumer_city": "Paris", name: value})
            safedebit.check_refused(answer, "FORM_002", name)


def test_a_hundred_are_shown_unless_more_are_asked_for(merchant):
    for _ in range(101):
        safedebit.made(merchant)
    assert len(safedebit.found(merchant, consumer_type="0")) == 100
    assert len(safedebit.found(merchant, consumer_type="0", limit="500")) == 101
    assert len(safedebit.found(merchant, consumer_type="0", offset="100")) == 1


def test_others_are_not_found(full, merchant):
    assert safedebit.found(merchant, safedebit_consumer_reference=full.reference) == []
    assert safedebit.found(merchant, iban=ibans.FR) == []
    assert safedebit.found(merchant, consumer_type="2") == []
    assert safedebit.found(merchant, consumer_reference="ALL-1") == []


def test_an_argument_that_stands_twice_is_refused(full):
    path = "search_consumer?consumer_city=Paris&consumer_city=Lyon"
    answer = safedebit.exchange(full, path, verb="GET")
    safedebit.check_refused(answer, "REQ_001")


def test_the_verb_counts(full):
    answer = safedebit.exchange(full, "search_consumer", {"consumer_city": "Paris"}, verb="POST")
    assert answer.status == 405 and answer.json == {"result": False, "code": "REQ_003"}
    assert answer.headers["Allow"].startswith("GET")
