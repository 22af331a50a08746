"""create_consumer (api/safedebit.md 8)."""

import re

import pytest

from support import ibans, safedebit

OPTIONAL = {"consumer_gender", "consumer_birth_day", "consumer_country", "nic", "naf",
            "tva_interco", "waldec"}
IDENTITY = {"identity_type": "1", "id_number": "X4RTBPFW4", "emission_date": "01/02/2019",
            "expire_date": "31/01/2029"}
FORMS = {"person": safedebit.PERSON, "company": safedebit.COMPANY,
         "non_profit": safedebit.NON_PROFIT}


@pytest.mark.parametrize("form", FORMS)
def test_one_is_made(shop, form):
    answer = shop.ssp("create_consumer", **FORMS[form] | {"iban": ibans.unique()})
    assert set(answer) == {"result", "safedebit_consumer_reference"}
    assert re.fullmatch("[A-Z2-7]{16}", answer["safedebit_consumer_reference"])


@pytest.mark.parametrize("form", FORMS)
def test_each_mandatory_argument_is_missed(shop, form):
    safedebit.check_missing(shop, "create_consumer", FORMS[form],
                            sorted(set(FORMS[form]) - OPTIONAL))


@pytest.mark.parametrize("form", FORMS)
def test_every_argument_has_its_limits_and_nothing_bad_is_stored(merchant, form):
    kinds = dict(safedebit.CONSUMER)
    kinds["identity_type"] = safedebit.words("5", "0", "6", "7")
    if form != "person":
        kinds |= safedebit.ORGANISATION
    if form == "non_profit":
        kinds |= safedebit.NON_PROFIT_ONLY
    good = FORMS[form] | IDENTITY
    safedebit.check_arguments(merchant, "create_consumer", good, kinds)
    assert merchant.read("/v2/customers/")["customers"] == []
    assert merchant.read("/v2/sepa/")["sepa"] == []
    longest = good | {name: kind.good for name, kind in kinds.items()}
    assert merchant.ssp("create_consumer", **longest)["result"]
    [row] = safedebit.found(merchant, consumer_reference=longest["consumer_reference"])
    assert row["consumer_first_name"] == longest["consumer_first_name"]
    shown_by_stancer(merchant, longest)


def shown_by_stancer(merchant, longest):
    """That face knows shorter texts: what is longer is cut, and half an address is none."""
    [customer] = merchant.read("/v2/customers/")["customers"]
    name = longest.get("social_reference") or (
        longest["consumer_first_name"] + " " + longest["consumer_last_name"])
    assert customer["name"] == name[:64]
    assert len(longest["consumer_email"]) == 70 and customer["email"] is None
    [account] = merchant.read("/v2/sepa/")["sepa"]
    assert account["name"] == name[:64]
    address = merchant.read("/v2/addresses/" + customer["billing_address"])
    assert len(address["line1"]) == len(address["line2"]) == 50


def test_a_part_of_an_identity_document_needs_the_others(shop):
    for name in IDENTITY:
        left = {other: value for other, value in IDENTITY.items() if other != name}
        answer = safedebit.exchange(shop, "create_consumer", safedebit.PERSON | left)
        safedebit.check_refused(answer, "MISS_001", name)
    answer = safedebit.exchange(shop, "create_consumer", safedebit.PERSON | IDENTITY
                                | {"expire_date": "31/01/2019"})
    safedebit.check_refused(answer, "FORM_003", "expire_date")


def test_a_reference_is_used_once_for_each_merchant(merchant, shop):
    safedebit.made(merchant, consumer_reference="CLI-1")
    again = safedebit.exchange(merchant, "create_consumer",
                               safedebit.PERSON | {"consumer_reference": "CLI-1"})
    safedebit.check_refused(again, "EXIST_001", "consumer_reference")
    safedebit.made(shop, consumer_reference="CLI-1")


def test_a_nic_belongs_to_its_siren(shop):
    answer = safedebit.exchange(shop, "create_consumer", safedebit.COMPANY | {"nic": "00075"})
    safedebit.check_refused(answer, "FORM_010", "nic")
    # La Poste: a sum that five divides is right too.
    safedebit.made(shop, **safedebit.COMPANY | {"siren": "356000000", "nic": "00001",
                                                "tva_interco": "FR39356000000"})


def test_what_belongs_to_another_type_is_ignored(shop):
    reference = safedebit.made(shop, siren="nonsense", waldec=["nonsense"], nic="1")
    [row] = safedebit.found(shop, safedebit_consumer_reference=reference)
    assert row["siren"] is None and row["waldec"] is None and row["nic"] is None


def test_it_is_a_customer_of_the_merchant_everywhere(merchant):
    safedebit.made(merchant, consumer_reference="CLI-7", iban=ibans.FR)
    [customer] = merchant.read("/v2/customers/")["customers"]
    assert customer["name"] == "Camille Durand"
    assert customer["external_id"] == "CLI-7" and customer["country"] == "FR"
    [account] = merchant.read("/v2/sepa/")["sepa"]
    assert account["customer"] == customer["id"] and account["last4"] == ibans.FR[-4:]


def test_the_same_key_gives_the_same_answer(shop):
    given = safedebit.PERSON | {"iban": ibans.unique()}
    headers = {"Idempotency-Key": "consumer-1"}
    first = safedebit.exchange(shop, "create_consumer", given, headers=headers)
    again = safedebit.exchange(shop, "create_consumer", given, headers=headers)
    assert first.json == again.json and again.headers["Idempotent-Replayed"] == "true"
    other = safedebit.exchange(shop, "create_consumer", given | {"consumer_city": "Lyon"},
                               headers=headers)
    safedebit.check_refused(other, "REQ_005")


def test_the_second_beneficiary_has_to_be_told_from_the_first(merchant):
    safedebit.made(merchant)
    made = merchant.ssp("create_beneficiary", iban=ibans.unique(), street_number="1",
                        street_name="rue du Bac", zip_code="75007", city="Paris")
    answer = safedebit.exchange(merchant, "create_consumer", safedebit.PERSON)
    safedebit.check_refused(answer, "MISS_001", "beneficiary_reference")
    safedebit.made(merchant, beneficiary_reference=made["beneficiary_reference"])
    safedebit.made(merchant, beneficiary_reference="unknown, which only a levy minds")
