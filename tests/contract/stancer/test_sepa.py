"""SEPA accounts and their checks (api/stancer.md 7, 13; standards/sepa.md 5)."""

import calendar
import datetime

import pytest

from support import ibans, stancer
from support.stancer import UNKNOWN, VERSIONS

SIGNED = 1552480000  # 13 March 2019, 12:26:40 UTC


def path(version):
    return f"/{version}/sepa/"


def account(**changes):
    return {"iban": ibans.unique(), "name": "Jean Dupont"} | changes


def unique_rum(_count=iter(range(10**6))):
    return f"RUM-{next(_count):06d}"


def later(days):
    return (datetime.datetime.now(datetime.timezone.utc)
            + datetime.timedelta(days=days)).strftime("%Y-%m-%d")


ACCEPTED = [
    ("name", "n"), ("name", "n" * 64), ("name", "Hélène"), ("bic", "TESTFRPP"),
    ("bic", "TESTFRPPXXX"), ("bic", "AB12FR3N"),
]
REFUSED = [
    ("name", "   "), ("name", "\u00a0\u200b\u3164"), 
    ("name", ""), ("name", "n" * 65), ("name", 5), ("name", ["n"]),
    ("iban", ""), ("iban", "FR142004101"), ("iban", "F" * 43), ("iban", 5),
    ("iban", "FR1520041010050500013M02606"), ("iban", "FR1420041010050500013M02605"),
    ("iban", "US1420041010050500013M02606"), ("iban", "FR1420041010050500013M0260"),
    ("iban", "FR14-2004-1010-0505-0001-3M02-606"),
    ("bic", "TESTFRP"), ("bic", "TESTFRPPX"), ("bic", "TESTFRPPXXXX"), ("bic", "test-rpp"),
    ("bic", 5), ("mandate", "ab"), ("mandate", "m" * 36), ("mandate", "a b c"),
    ("mandate", "/abc"), ("mandate", "abc/"), ("mandate", "a//b"), ("mandate", "a_b"),
    ("mandate", 5), ("date_mandate", "14/06/2021"), ("date_mandate", "2021-02-30"),
    ("date_mandate", True), ("date_mandate", -1), ("date_mandate", later(3)),
    ("date_mandate", "1970-01-01"), ("date_mandate", "1969-12-31"), ("date_mandate", 0),
]
REFUSED_V1 = [("date_birth", "1980"), ("date_birth", True)]
REFUSED_V2 = [("customer", "cust_short"), ("customer", 5), ("customer", "sepa_" + UNKNOWN)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("typed,kept", [
    ("testfrpp", "TESTFRPP"), ("TestFRppxxx", "TESTFRPPXXX"), ("TEST FR PP", "TESTFRPP")])
def test_a_bic_is_taken_in_small_letters_as_an_iban_is(shop, version, typed, kept):
    made = shop.made(path(version), account(bic=typed))
    assert made["bic"] == kept
    assert shop.read(path(version) + made["id"])["bic"] == kept


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field,value", ACCEPTED)
def test_a_value_at_its_limit_is_accepted(shop, version, field, value):
    made = shop.made(path(version), account(**{field: value}))
    stancer.check_sepa(made, version)
    assert made[field] == value
    assert shop.read(path(version) + made["id"]) == made


@pytest.mark.parametrize("version,field,value",
                         [("v1", *case) for case in REFUSED + REFUSED_V1]
                         + [("v2", *case) for case in REFUSED + REFUSED_V2])
def test_a_value_past_its_limit_is_refused(shop, version, field, value):
    body = account()
    if field == "mandate":
        body["date_mandate"] = "2021-06-14"
    elif field == "date_mandate":
        body["mandate"] = unique_rum()
    answer = shop.post(path(version), body | {field: value})
    stancer.check_bad(answer, version, "body", field)
    if field == "iban" and isinstance(value, str) and len(value) > 12:
        assert value[8:20].encode() not in answer.raw


@pytest.mark.parametrize("field", ["iban", "name"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_required_member_is_missing_or_null(shop, version, field):
    body = account()
    del body[field]
    stancer.check_bad(shop.post(path(version), body), version, "body", field)
    stancer.check_bad(shop.post(path(version), body | {field: None}), version, "body", field)


@pytest.mark.parametrize("iban", ibans.EVERY)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_test_number_is_accepted_and_its_bic_worked_out(shop, version, iban):
    made = shop.made(path(version), {"iban": iban, "name": "Jean Test"})
    assert made["bic"] == f"TEST{iban[:2]}PP"
    assert made["last4"] == iban[-4:]


@pytest.mark.parametrize("version", VERSIONS)
def test_blanks_and_small_letters_of_the_number_do_not_count(shop, version):
    for iban in ("fr14 2004 1010 0505 0001 3m02 606", "MT84 MALT 0110 0001 2345 MTLC AST0 01S"):
        made = shop.made(path(version), {"iban": iban, "name": "Jean Test"})
        assert made["last4"] == iban.replace(" ", "").upper()[-4:]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_wrong_check_digit_is_refused(shop, version):
    for check in range(100):
        iban = f"DE{check:02d}370400440532013000"
        answer = shop.post(path(version), {"iban": iban, "name": "Jean Test"})
        assert answer.status == (200 if check == 89 else 400 if version == "v1" else 422), iban


@pytest.mark.parametrize("version", VERSIONS)
def test_bad_numbers_of_every_country_are_refused_and_good_ones_are_not(merchant, version):
    for iban in ibans.COUNTRIES:
        assert merchant.made(path(version), {"iban": iban, "name": "Jean"})["last4"] == iban[-4:]
    for wrong, iban in ibans.bad():
        answer = merchant.post(path(version), {"iban": iban, "name": "Jean"})
        assert answer.status == (400 if version == "v1" else 422), (wrong, iban, answer)
        stancer.check_bad(answer, version, "body", "iban")
        paid = merchant.post(stancer.PAYMENTS[version], {"amount": 500, "currency": "eur", "sepa": {
            "iban": iban, "name": "Jean", "mandate": "NEVER", "date_mandate": "2021-06-14"}})
        assert paid.status == answer.status, (wrong, iban, paid)
    assert merchant.read("/v2/payments/")["payments"] == []
    assert merchant.read("/v2/mandates/")["mandates"] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_defaults_and_what_never_comes_back(shop, version):
    body = account()
    answer = shop.post(path(version), body)
    stancer.check_sepa(answer.json, version)
    expected = {"mandate": None, "date_mandate": None, "bic": "TESTDEPP", "name": "Jean Dupont",
                "last4": body["iban"][-4:]}
    expected |= ({"date_birth": None, "live_mode": False} if version == "v1" else
                 {"customer": None, "deleted": False})
    assert {name: answer.json[name] for name in expected} == expected
    assert body["iban"].encode() not in answer.raw


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_number_twice_makes_two_accounts(shop, version):
    body = account()
    assert shop.made(path(version), body)["id"] != shop.made(path(version), body)["id"]


def test_the_date_of_birth_is_of_v1(shop):
    made = shop.made(path("v1"), account(date_birth="1980-02-29"))
    assert made["date_birth"] == "1980-02-29"
    midnight = calendar.timegm((1980, 2, 29, 0, 0, 0))
    assert shop.made(path("v1"), account(date_birth=midnight))["date_birth"] == "1980-02-29"
    assert "date_birth" not in shop.made(path("v2"), account(date_birth="1980-02-29"))


class TestTheMandateGivenWithIt:
    def test_is_shown_as_each_version_does(self, shop):
        rum = unique_rum()
        made = shop.made(path("v1"), account(mandate=rum, date_mandate=SIGNED))
        assert (made["mandate"], made["date_mandate"]) == (rum, SIGNED)
        shown = shop.read(path("v2") + made["id"])
        assert (shown["mandate"], shown["date_mandate"]) == (rum, "2019-03-13")

    @pytest.mark.parametrize("given", [SIGNED, str(SIGNED), "2019-03-13"])
    def test_v1_reads_its_date_in_three_forms(self, shop, given):
        made = shop.made(path("v1"), account(mandate=unique_rum(), date_mandate=given))
        assert made["date_mandate"] in (SIGNED, calendar.timegm((2019, 3, 13, 0, 0, 0)))

    @pytest.mark.parametrize("given", [SIGNED, "2019-03-13"])
    def test_v2_reads_its_date_in_two(self, shop, given):
        made = shop.made(path("v2"), account(mandate=unique_rum(), date_mandate=given))
        assert made["date_mandate"] == "2019-03-13"

    def test_the_day_is_that_of_paris(self, shop):
        evening = calendar.timegm((2021, 6, 13, 22, 30, 0))
        made = shop.made(path("v2"), account(mandate=unique_rum(), date_mandate=evening))
        assert made["date_mandate"] == "2021-06-14"

    @pytest.mark.parametrize("length", [3, 35])
    @pytest.mark.parametrize("version", VERSIONS)
    def test_its_reference_has_3_to_35_characters(self, shop, version, length):
        rum = (unique_rum() + "/-?:().,'+" + "x" * 35)[:length] if length > 9 else "A-9"
        made = shop.made(path(version), {"iban": ibans.FR, "name": "Jean", "mandate": rum,
                                         "date_mandate": "2021-06-14"})
        assert made["mandate"] == rum

    def test_v1_needs_its_date(self, shop):
        answer = shop.post(path("v1"), account(mandate=unique_rum()))
        assert "date_mandate" in stancer.check_error(answer, "v1", 400)

    def test_v2_does_not(self, shop):
        made = shop.made(path("v2"), account(mandate=unique_rum()))
        assert made["date_mandate"] is None

    def test_is_a_mandate_like_any_other(self, shop):
        rum = unique_rum()
        made = shop.made(path("v2"), account(mandate=rum, date_mandate="2021-06-14"))
        shown = shop.read("/v2/mandates/?rum=" + rum.lower())
        found, = stancer.check_list(shown, "v2", "mandates")
        assert (found["sepa"], found["rum"]) == (made["id"], rum)
        assert found["signed_at"] == "2021-06-14T00:00:00Z" and found["deleted_at"] is None

    @pytest.mark.parametrize("version", VERSIONS)
    def test_the_same_reference_and_number_is_the_same_mandate(self, shop, version):
        body = account(mandate=unique_rum(), date_mandate="2021-06-14")
        first = shop.made(path(version), body)
        second = shop.made(path(version), body | {"mandate": body["mandate"].lower()})
        assert second["id"] != first["id"] and second["mandate"] == first["mandate"]
        assert shop.read("/v2/mandates/?rum=" + body["mandate"])["range"]["count"] == 1

    @pytest.mark.parametrize("version", VERSIONS)
    def test_the_same_reference_for_another_number_is_409(self, shop, version):
        body = account(mandate=unique_rum(), date_mandate="2021-06-14")
        shop.made(path(version), body)
        mandate, = shop.read("/v2/mandates/?rum=" + body["mandate"])["mandates"]
        answer = shop.post(path(version), body | {"iban": ibans.unique()})
        stancer.check_conflict(answer, version, "Mandate already exists, duplicate rum",
                               mandate["id"])

    def test_two_merchants_do_not_meet(self, shop, merchant):
        body = account(mandate=unique_rum(), date_mandate="2021-06-14")
        shop.made(path("v2"), body)
        merchant.made(path("v2"), body | {"iban": ibans.unique()})


class TestCustomer:
    def test_an_account_belongs_to_one_in_v2(self, shop):
        customer = shop.made("/v2/customers/", {"mobile": "+33600000001"})
        made = shop.made(path("v2"), account(customer=customer["id"]))
        assert made["customer"] == customer["id"]
        shop.made(path("v2"), account())
        shown = shop.read(path("v2") + "?customer=" + customer["id"])
        assert stancer.check_list(shown, "v2", "sepa") == [made]
        assert shown["range"]["count"] == 1

    def test_an_unknown_one_is_404(self, shop, merchant):
        theirs = merchant.made("/v2/customers/", {"mobile": "+33600000001"})["id"]
        for identifier in ("cust_" + UNKNOWN, theirs):
            answer = shop.post(path("v2"), account(customer=identifier))
            stancer.check_missing(answer, "v2", "customer", identifier)


class TestPatch:
    def test_v2_changes_each_member_alone(self, shop):
        made = shop.made(path("v2"), account())
        rum = unique_rum()
        for field, value in (("name", "Jeanne Durand"), ("mandate", rum),
                             ("date_mandate", "2022-07-15")):
            changed = shop.patch(path("v2") + made["id"], {field: value})
            assert changed.status == 200, changed
            made |= {field: value}
            assert changed.json == made == shop.read(path("v2") + made["id"])

    def test_a_date_may_come_before_its_reference(self, shop):
        made = shop.made(path("v2"), account(date_mandate="2022-07-15"))
        assert (made["mandate"], made["date_mandate"]) == (None, "2022-07-15")
        rum = unique_rum()
        changed = shop.patch(path("v2") + made["id"], {"mandate": rum}).json
        assert (changed["mandate"], changed["date_mandate"]) == (rum, "2022-07-15")
        mandate, = shop.read("/v2/mandates/?rum=" + rum)["mandates"]
        assert mandate["signed_at"] == "2022-07-15T00:00:00Z"

    def test_another_reference_alone_renames_the_mandate(self, shop):
        old, new = unique_rum(), unique_rum()
        made = shop.made(path("v2"), account(mandate=old, date_mandate="2021-06-14"))
        mandate, = shop.read("/v2/mandates/?rum=" + old)["mandates"]
        changed = shop.patch(path("v2") + made["id"], {"mandate": new}).json
        assert (changed["mandate"], changed["date_mandate"]) == (new, "2021-06-14")
        assert shop.read("/v2/mandates/" + mandate["id"])["rum"] == new
        assert shop.read("/v2/mandates/?rum=" + old)["mandates"] == []

    def test_with_a_date_it_is_another_mandate(self, shop):
        old, new = unique_rum(), unique_rum()
        made = shop.made(path("v2"), account(mandate=old, date_mandate="2021-06-14"))
        changed = shop.patch(path("v2") + made["id"],
                             {"mandate": new, "date_mandate": "2023-01-02"}).json
        assert (changed["mandate"], changed["date_mandate"]) == (new, "2023-01-02")
        assert shop.read("/v2/mandates/?rum=" + old)["range"]["count"] == 1

    def test_a_reference_that_its_number_has_already_is_taken(self, shop):
        iban, rum = ibans.unique(), unique_rum()
        shop.made(path("v2"), account(iban=iban, mandate=rum, date_mandate="2020-01-02"))
        made = shop.made(path("v2"), account(iban=iban, mandate=unique_rum(),
                                             date_mandate="2021-06-14"))
        changed = shop.patch(path("v2") + made["id"], {"mandate": rum}).json
        assert changed == made | {"mandate": rum, "date_mandate": "2020-01-02"}
        assert shop.read("/v2/mandates/?rum=" + made["mandate"])["range"]["count"] == 1

    def test_a_reference_of_another_number_is_409(self, shop):
        rum = unique_rum()
        shop.made(path("v2"), account(mandate=rum, date_mandate="2021-06-14"))
        for body in (account(), account(mandate=unique_rum())):
            made = shop.made(path("v2"), body)
            answer = shop.patch(path("v2") + made["id"], {"mandate": rum})
            mandate, = shop.read("/v2/mandates/?rum=" + rum)["mandates"]
            stancer.check_conflict(answer, "v2", "Mandate already exists, duplicate rum",
                                   mandate["id"])

    def test_v1_gives_what_was_not_given(self, shop):
        made = shop.made(path("v1"), account())
        rum = unique_rum()
        answer = shop.patch(path("v1") + made["id"], {"mandate": rum})
        assert "date_mandate" in stancer.check_error(answer, "v1", 400)
        changed = shop.patch(path("v1") + made["id"], {"mandate": rum, "date_mandate": SIGNED})
        assert changed.json == made | {"mandate": rum, "date_mandate": SIGNED}

    @pytest.mark.parametrize("field,value", [("name", "Somebody Else"), ("mandate", "other-rum"),
                                             ("date_mandate", SIGNED + 86400)])
    def test_v1_changes_nothing_that_was(self, shop, field, value):
        made = shop.made(path("v1"), account(mandate=unique_rum(), date_mandate=SIGNED))
        stancer.check_error(shop.patch(path("v1") + made["id"], {field: value}), "v1", 409)
        assert shop.read(path("v1") + made["id"]) == made
        again = shop.patch(path("v1") + made["id"], {field: made[field]})
        assert again.json == made

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("field,value", [
        ("name", "n" * 65), ("name", ""), ("mandate", "ab"), ("mandate", "m" * 36),
        ("date_mandate", "yesterday"), ("date_mandate", later(3)), ("date_mandate", 0),
        ("date_mandate", "1970-01-01")])
    def test_a_value_past_its_limit_is_refused(self, shop, version, field, value):
        made = shop.made(path(version), account())
        answer = shop.patch(path(version) + made["id"], {field: value})
        stancer.check_bad(answer, version, "body", field)
        assert shop.read(path(version) + made["id"]) == made

    @pytest.mark.parametrize("version", VERSIONS)
    def test_null_is_the_same_as_left_out(self, shop, version):
        made = shop.made(path(version), account(mandate=unique_rum(), date_mandate="2021-06-14"))
        changed = shop.patch(path(version) + made["id"],
                             {"name": None, "mandate": None, "date_mandate": None})
        assert changed.json == made


@pytest.mark.parametrize("version", VERSIONS)
class TestDelete:
    def test_answers_as_its_version_does(self, shop, version):
        made = shop.made(path(version), account())
        answer = shop.delete(path(version) + made["id"])
        if version == "v1":
            assert (answer.status, answer.raw) == (204, b"")
        else:
            assert (answer.status, answer.json) == (200, made | {"deleted": True})

    def test_then_it_is_gone(self, shop, version):
        made = shop.made(path(version), account())
        shop.post(path(version) + "check/", {"id": made["id"]})
        before = shop.read(path("v2"))["range"]["count"]
        shop.delete(path(version) + made["id"])
        for answer in (shop.get(path(version) + made["id"]),
                       shop.patch(path(version) + made["id"], {"name": "Jeanne"}),
                       shop.delete(path(version) + made["id"]),
                       shop.get(path(version) + "check/" + made["id"]),
                       shop.post(path(version) + "check/", {"id": made["id"]})):
            stancer.check_missing(answer, version, "sepa", made["id"])
        shown = shop.read(path("v2") + "?limit=100")
        assert made["id"] not in [account["id"] for account in shown["sepa"]]
        assert shown["range"]["count"] == before - 1


@pytest.mark.parametrize("version", VERSIONS)
class TestIds:
    def test_unknown_and_foreign_ones_are_404(self, shop, merchant, version):
        theirs = merchant.made(path(version), account())["id"]
        merchant.post(path(version) + "check/", {"id": theirs})
        for identifier in ("sepa_" + UNKNOWN, theirs):
            for answer in (shop.get(path(version) + identifier),
                           shop.patch(path(version) + identifier, {"name": "Jeanne"}),
                           shop.delete(path(version) + identifier),
                           shop.get(path(version) + "check/" + identifier),
                           shop.post(path(version) + "check/", {"id": identifier})):
                stancer.check_missing(answer, version, "sepa", identifier)
        assert merchant.get(path(version) + theirs).status == 200

    @pytest.mark.parametrize("identifier", ["sepa_short", "card_" + UNKNOWN, "5", "check"])
    def test_a_malformed_one_is_404_in_v1_and_422_in_v2(self, shop, version, identifier):
        answer = shop.get(path(version) + identifier)
        if version == "v1":
            stancer.check_missing(answer, "v1", "sepa", identifier)
        else:
            stancer.check_bad(answer, "v2", "path", "id")


@pytest.mark.parametrize("value,status", [("true", 200), ("false", 200), ("yes", 422)])
def test_the_query_bic_of_v2_is_a_boolean(shop, value, status):
    assert shop.post(path("v2") + "?bic=" + value, account()).status == status


@pytest.mark.parametrize("version", VERSIONS)
def test_a_repeated_key_gives_the_same_account_again(shop, version):
    body = account(mandate=unique_rum(), date_mandate="2021-06-14")
    key = "sepa-" + version
    first = shop.post(path(version), body, headers={"Idempotency-Key": key})
    again = shop.post(path(version), body, headers={"Idempotency-Key": key})
    assert first.status == 200 and again.json == first.json
    assert shop.post(path(version), body | {"name": "Other"}, headers={"Idempotency-Key": key}).status == 409


CHECKS = [
    ("Jean Dupont", "checked", "RCVC", 100), ("RVNM", "checked", "RCVC", 100),
    ("JeanRVNM", "checked", "RCVC", 100), ("Jean Dupont AM04", "checked", "RCVC", 100),
    ("Jean RVNM", "checked", "RVNM", 0), ("Jean RVMC", "checked", "RVMC", 80),
    ("Jean RVNA", "unavailable", "RVNA", None), ("Jean RVNC", "check_sent", None, None),
    ("Jean FF01", "check_error", "FF01", None), ("Jean AC01", "checked", "AC01", None),
    ("Jean AC04", "checked", "AC04", None), ("Jean AC06", "checked", "AC06", None),
]


@pytest.mark.parametrize("version", VERSIONS)
class TestCheck:
    @pytest.mark.parametrize("name,status,response,score", CHECKS)
    def test_the_name_decides_the_outcome(self, shop, version, name, status, response, score):
        made = shop.made(path(version) + "check/", account(name=name))
        stancer.check_sepa_check(made, version)
        found = (made["status"], made["response"], made["score_name"], made["date_birth"])
        assert found == (status, response, score, None)
        assert shop.read(path(version) + "check/" + made["id"]) == made

    @pytest.mark.parametrize("name,born,fits", [
        ("Jean Dupont", "1980-02-29", True), ("Jean Dupont", "1900-01-01", False),
        ("Jean RVMC", "1980-02-29", True), ("Jean RVNM", "1980-02-29", False),
        ("Jean RVNA", "1980-02-29", None)])
    def test_so_does_the_date_of_birth(self, shop, version, name, born, fits):
        made = shop.made(path(version) + "check/", account(name=name, date_birth=born))
        assert made["date_birth"] is fits

    def test_a_known_account_is_checked_by_its_id(self, shop, version):
        made = shop.made(path(version), account())
        stancer.check_missing(shop.get(path(version) + "check/" + made["id"]), version, "sepa",
                              made["id"])
        asked = shop.made(path(version) + "check", {"id": made["id"]})
        assert asked["id"] == made["id"] and asked["status"] == "checked"
        assert shop.read(path(version) + "check/" + made["id"]) == asked
        assert shop.read(path(version) + made["id"]) == made

    def test_a_new_account_is_kept(self, shop, version):
        body = account()
        made = shop.made(path(version) + "check/", body)
        assert shop.read(path(version) + made["id"])["last4"] == body["iban"][-4:]

    @pytest.mark.parametrize("field", ["iban", "name"])
    def test_without_an_id_the_account_must_be_whole(self, shop, version, field):
        body = account()
        del body[field]
        answer = shop.post(path(version) + "check/", body)
        stancer.check_bad(answer, version, "body", field)
        stancer.check_bad(shop.post(path(version) + "check/", {"id": "sepa_x"}), version, "body",
                          "id")

    def test_a_second_check_replaces_the_first(self, shop, version):
        made = shop.made("/v2/sepa/check/", account(name="Jean RVNM"))
        shop.patch(path("v2") + made["id"], {"name": "Jean Dupont"})
        assert shop.read(path(version) + "check/" + made["id"])["response"] == "RVNM"
        assert shop.made(path(version) + "check/", {"id": made["id"]})["response"] == "RCVC"
        assert shop.read(path(version) + "check/" + made["id"])["response"] == "RCVC"
