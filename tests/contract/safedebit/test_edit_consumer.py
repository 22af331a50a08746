"""edit_consumer (api/safedebit.md 8)."""

import pytest

from support import ibans, safedebit

KINDS = safedebit.CONSUMER | {"consumer_use_name": safedebit.text(70),
                              "consumer_pseudonyme": safedebit.text(70)}
ALL_KINDS = KINDS | safedebit.ORGANISATION | safedebit.NON_PROFIT_ONLY
KEPT = ("consumer_first_name", "consumer_last_name", "consumer_address_street_number",
        "consumer_address_street_type", "consumer_address_street_name", "consumer_zip_code",
        "consumer_city", "consumer_email", "consumer_phone_number", "iban")


def edit(account, reference, **changes):
    return safedebit.exchange(account, "edit_consumer",
                              {"safedebit_consumer_reference": reference} | changes)


def row(account, reference):
    [found] = safedebit.found(account, safedebit_consumer_reference=reference)
    return found


def test_only_what_is_given_changes(shop):
    reference = safedebit.made(shop)
    before = row(shop, reference)
    safedebit.check_done(edit(shop, reference, consumer_city="Lyon", consumer_use_name="Martin"))
    assert row(shop, reference) == before | {"consumer_city": "Lyon", "consumer_use_name": "Martin"}
    safedebit.check_done(edit(shop, reference))
    assert row(shop, reference) == before | {"consumer_city": "Lyon", "consumer_use_name": "Martin"}


def test_every_argument_can_be_changed_to_its_limit(shop):
    reference = safedebit.made(shop, **safedebit.NON_PROFIT)
    given = {name: kind.good for name, kind in ALL_KINDS.items() if name != "consumer_birth_date"}
    safedebit.check_done(edit(shop, reference, **given))
    now = row(shop, reference)
    for name, value in given.items():
        if name == "iban":
            value = value[:4] + "*" * (len(value) - 8) + value[-4:]
        elif name in ("tva_interco", "waldec"):
            value = value.upper()
        assert now[name] == value, name


@pytest.mark.parametrize("form", [safedebit.PERSON, safedebit.NON_PROFIT])
def test_bad_values_change_nothing(shop, form):
    reference = safedebit.made(shop, **form | {"iban": ibans.unique()})
    before = row(shop, reference)
    good = {"safedebit_consumer_reference": reference, "consumer_pseudonyme": "never stored"}
    safedebit.check_arguments(shop, "edit_consumer", good, ALL_KINDS)
    assert row(shop, reference) == before


def test_whose_it_is_is_needed_and_known(shop, merchant):
    safedebit.check_missing(shop, "edit_consumer", {"safedebit_consumer_reference": "X"},
                            ["safedebit_consumer_reference"])
    safedebit.check_refused(edit(shop, "A" * 36), "FORM_001", "safedebit_consumer_reference")
    for reference in ("A" * 35, "nobody", safedebit.made(merchant)):
        safedebit.check_refused(edit(shop, reference, consumer_city="Lyon"), "EXIST_002",
                                "safedebit_consumer_reference")


def test_an_empty_text_erases_what_is_optional(shop):
    reference = safedebit.made(shop, consumer_reference="ERASE", consumer_address_complement="b")
    safedebit.check_done(edit(shop, reference, consumer_gender="", consumer_birth_day="",
                              consumer_address_complement="", consumer_reference=""))
    now = row(shop, reference)
    assert now["consumer_gender"] is None and now["consumer_birth_day"] is None
    assert now["consumer_address_complement"] is None and now["consumer_reference"] is None
    safedebit.made(shop, consumer_reference="ERASE")


@pytest.mark.parametrize("first, second", [("consumer_birth_day", "consumer_birth_date"),
                                           ("consumer_birth_date", "consumer_birth_day")])
@pytest.mark.parametrize("nothing", ["", None])
def test_of_two_spellings_the_one_with_a_value_counts(shop, first, second, nothing):
    born = {first: "02/03/1990", second: nothing}
    reference = safedebit.made(shop, consumer_birth_day=None)
    safedebit.check_done(edit(shop, reference, **born))
    assert row(shop, reference)["consumer_birth_day"] == "02/03/1990"
    made = shop.ssp("create_consumer", **{name: value for name, value in safedebit.PERSON.items()
                                          if name != "consumer_birth_day"} | born)
    assert row(shop, made["safedebit_consumer_reference"])["consumer_birth_day"] == "02/03/1990"


def test_null_leaves_it_as_it_is(shop):
    reference = safedebit.made(shop)
    safedebit.check_done(edit(shop, reference, consumer_gender=None, consumer_city=None))
    assert row(shop, reference)["consumer_gender"] == "F"


def test_what_everybody_has_cannot_be_erased(shop):
    reference = safedebit.made(shop)
    before = row(shop, reference)
    for name in KEPT:
        for empty in ("", "  "):
            safedebit.check_refused(edit(shop, reference, **{name: empty}), "MISS_001", name)
    company = safedebit.made(shop, **safedebit.COMPANY)
    for name in ("social_reference", "siren"):
        safedebit.check_refused(edit(shop, company, **{name: ""}), "MISS_001", name)
    assert row(shop, reference) == before


def test_what_belongs_to_another_type_is_left_out(shop):
    person = safedebit.made(shop)
    company = safedebit.made(shop, **safedebit.COMPANY)
    before = row(shop, person)
    safedebit.check_done(edit(shop, person, siren="356000000", social_reference="X", waldec=""))
    assert row(shop, person) == before
    safedebit.check_done(edit(shop, company, waldec="W751234567"))
    assert row(shop, company)["waldec"] is None


def test_a_nic_is_checked_against_the_siren_that_is_known(shop):
    company = safedebit.made(shop, **safedebit.COMPANY)
    safedebit.check_refused(edit(shop, company, nic="00075"), "FORM_010", "nic")
    safedebit.check_refused(edit(shop, company, siren="443061841"), "FORM_010", "nic")
    safedebit.check_done(edit(shop, company, siren="443061841", nic="00013"))
    assert row(shop, company)["nic"] == "00013"


def test_an_identity_document_stays_whole(shop):
    reference = safedebit.made(shop)
    whole = {"identity_type": "6", "id_number": "X4RTBPFW4", "emission_date": "01/02/2019",
             "expire_date": "31/01/2029"}
    names = {"identity_type": "identity_type", "id_number": "id_number",
             "emission_date": "emission_date", "expire_date": "expire_date"}
    for name in whole:
        left = {other: value for other, value in whole.items() if other != name}
        safedebit.check_refused(edit(shop, reference, **left), "MISS_001", names[name])
    safedebit.check_done(edit(shop, reference, **whole))
    safedebit.check_done(edit(shop, reference, expire_date="01/01/2030"))
    safedebit.check_refused(edit(shop, reference, expire_date="01/01/2019"), "FORM_003",
                            "expire_date")
    safedebit.check_refused(edit(shop, reference, id_number=""), "MISS_001", "id_number")
    safedebit.check_done(edit(shop, reference, **dict.fromkeys(whole, "")))
    assert row(shop, reference)["id_number"] is None


def test_a_reference_of_another_is_refused(shop):
    safedebit.made(shop, consumer_reference="TAKEN")
    reference = safedebit.made(shop, consumer_reference="MINE")
    safedebit.check_refused(edit(shop, reference, consumer_reference="TAKEN"), "EXIST_001",
                            "consumer_reference")
    safedebit.check_done(edit(shop, reference, consumer_reference="MINE"))
    safedebit.check_done(edit(shop, reference, consumer_reference="TAKEN-2"))
    assert row(shop, reference)["consumer_reference"] == "TAKEN-2"


def test_the_customer_follows(merchant):
    reference = safedebit.made(merchant)
    safedebit.check_done(edit(merchant, reference, consumer_last_name="Petit",
                              consumer_email="petit@example.org", consumer_country="Belgique"))
    [customer] = merchant.read("/v2/customers/")["customers"]
    assert customer["name"] == "Camille Petit" and customer["email"] == "petit@example.org"
    assert customer["country"] == "BE"
    [account] = merchant.read("/v2/sepa/")["sepa"]
    assert account["name"] == "Camille Petit"
    # What another face changed stays, unless this one changes it too.
    merchant.patch(f"/v2/customers/{customer['id']}", {"email": "other@example.org"})
    safedebit.check_done(edit(merchant, reference, consumer_first_name="Dominique"))
    [customer] = merchant.read("/v2/customers/")["customers"]
    assert customer["name"] == "Dominique Petit" and customer["email"] == "other@example.org"


def test_a_new_number_goes_with_every_mandate(merchant):
    reference = safedebit.made(merchant, iban=ibans.FR)
    umrs = {safedebit.add_mandate(merchant, reference) for _ in range(2)}
    waiting = safedebit.add_mandate(merchant, reference, sign_date=None, sign_city=None)
    other = safedebit.add_mandate(merchant, safedebit.made(merchant, iban=ibans.FR))
    new = ibans.unique()
    shown = new[:4] + "*" * (len(new) - 8) + new[-4:]
    safedebit.check_done(edit(merchant, reference, iban=new))
    assert row(merchant, reference)["iban"] == shown
    for mandate in safedebit.mandates(merchant, safedebit_consumer_reference=reference):
        assert mandate["umr"] in umrs | {waiting} and mandate["iban"] == shown
    assert safedebit.mandates(merchant, umr=other)[0]["iban"].startswith(ibans.FR[:4])
    accounts = merchant.read("/v2/sepa/")["sepa"]
    assert len(accounts) == 3
    safedebit.check_done(edit(merchant, reference, iban=" ".join([new[:4], new[4:]]).lower()))
    assert len(merchant.read("/v2/sepa/")["sepa"]) == 3
