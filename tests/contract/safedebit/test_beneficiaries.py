"""create_beneficiary and update_beneficiary (api/safedebit.md 12)."""

import re

from support import ibans, safedebit

GOOD = {"social_reference": "Régie des eaux", "siren": "732829320", "ics": "FR72ZZZ123456",
        "iban": ibans.FR, "street_number": "12 bis", "street_name": "rue du Bac",
        "zip_code": "75007", "city": "Paris", "phone_number": "0144000000"}
NEEDED = ["iban", "street_number", "street_name", "zip_code", "city"]
KINDS = {"social_reference": safedebit.text(32), "siren": safedebit.SIREN,
         "ics": safedebit.coded("FR72ZZZ123456", safedebit.BAD_ICS[:1] + ("FR72ZZZ12345",),
                                "FORM_015", 13),
         "iban": safedebit.IBAN, "street_number": safedebit.text(16),
         "street_name": safedebit.text(70), "zip_code": safedebit.text(16),
         "city": safedebit.text(34), "phone_number": safedebit.PHONE}


def made(account, **changes):
    answer = account.ssp("create_beneficiary", **GOOD | changes)
    assert set(answer) == {"result", "beneficiary_reference"} and answer["result"], answer
    return answer["beneficiary_reference"]


def update(account, reference, **changes):
    return safedebit.exchange(account, "update_beneficiary",
                              {"beneficiary_reference": reference} | changes)


def test_one_is_made(shop):
    assert re.fullmatch("[A-Z2-7]{16}", made(shop))
    only = {name: GOOD[name] for name in NEEDED}
    assert shop.ssp("create_beneficiary", **only)["result"]
    longest = {name: kind.good for name, kind in KINDS.items()}
    assert made(shop, **longest) != made(shop)


def test_each_mandatory_argument_is_missed(shop):
    safedebit.check_missing(shop, "create_beneficiary", GOOD, NEEDED)


def test_bad_arguments_store_nothing(merchant):
    safedebit.check_arguments(merchant, "create_beneficiary", GOOD, KINDS)
    # As long as there is none, a consumer need not say whose it is.
    safedebit.made(merchant)


def test_number_and_identifier_change(shop):
    reference = made(shop)
    for changes in ({"iban": ibans.unique()}, {"ics": "DE98ZZZ09999999999"}, {"ics": ""}, {},
                    {"iban": ibans.FR, "ics": "FR72ZZZ123456"}, {"iban": None, "ics": None}):
        safedebit.check_done(update(shop, reference, **changes))


def test_bad_arguments_of_update(shop):
    reference = made(shop)
    safedebit.check_missing(shop, "update_beneficiary", {"beneficiary_reference": reference},
                            ["beneficiary_reference"])
    safedebit.check_refused(update(shop, reference, iban=""), "MISS_001", "iban")
    safedebit.check_arguments(shop, "update_beneficiary", {"beneficiary_reference": reference},
                              {"beneficiary_reference": safedebit.text(32),
                               "iban": safedebit.IBAN, "ics": safedebit.ICS})


def test_unknown_ones(shop, merchant):
    for reference in ("nobody", "A" * 32, made(merchant)):
        safedebit.check_refused(update(shop, reference, iban=ibans.FR), "UNKN_003",
                                "beneficiary_reference")


def test_the_account_itself_is_not_changed_by_a_call(shop):
    own = shop.contract["safedebit"]["ics"]
    for changes in ({"iban": ibans.unique()}, {"ics": "DE98ZZZ09999999999"}, {}):
        safedebit.check_refused(update(shop, own, **changes), "SERV_001", "beneficiary_reference")


def test_the_same_key_makes_one(shop):
    headers = {"Idempotency-Key": "beneficiary-1"}
    first, again = (safedebit.exchange(shop, "create_beneficiary", GOOD, headers=headers)
                    for _ in range(2))
    assert first.json == again.json and again.headers["Idempotent-Replayed"] == "true"


def test_the_number_is_sealed_on_the_disk(fresh):
    made(fresh, iban=ibans.FR)
    update(fresh, made(fresh), iban="DE89370400440532013000")
    fresh.stop()
    for path in fresh.dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert ibans.FR.encode() not in data and b"DE89370400440532013000" not in data, path
