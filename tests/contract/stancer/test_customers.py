"""Customers (api/stancer.md 5)."""

import time

import pytest

from support import stancer
from support.stancer import VERSIONS

MISSING = object()
_serial = iter(range(10**6))


def unique(**changes):
    """A customer nobody has made yet."""
    number = next(_serial)
    members = {"email": f"payer{number}@example.com", "name": f"Payer {number}"}
    members.update(changes)
    return {name: value for name, value in members.items() if value is not MISSING}


def path(version):
    return f"/{version}/customers/"


ACCEPTED = [
    ("email", "a@example.fr"), ("email", "a" * 52 + "@example.com"),
    ("email", "first.last+tag@sub.example.com"),
    ("name", "Anna"), ("name", "n" * 64), ("name", "é" * 64),
    ("mobile", "+33612345678"), ("mobile", "+12345678"), ("mobile", "+" + "1" * 15),
    ("external_id", "x"), ("external_id", "e" * 36),
]
ACCEPTED_V2 = [
    ("legal_id", "100000009"), ("legal_id", "L" * 16), ("country", "FR"), ("country", "US"),
    ("date_birth", "1953-01-19"), ("date_birth", "2000-02-29"),
]
REFUSED = [
    ("email", "a" * 53 + "@example.com"), ("email", "no-at-sign"), ("email", "@example.com"),
    ("email", "a@"), ("email", "a b@example.com"), ("email", 12), ("email", True),
    ("email", ["a@example.com"]), ("email", {}),
    ("name", "   "), ("name", "\u00a0\u200b\u3164"), 
    ("name", "n" * 65), ("name", "é" * 65), ("name", 12), ("name", ["Anna"]), ("name", False),
    ("mobile", "+" + "1" * 16), ("mobile", 33612345678), ("mobile", "telephone"),
    ("external_id", ""), ("external_id", "e" * 37), ("external_id", 7),
]
REFUSED_V2 = [
    ("legal_id", "L" * 17), ("legal_id", 100000009), ("country", "F"), ("country", "FRA"),
    ("country", 33), ("date_birth", "1953-02-30"), ("date_birth", "19/01/1953"),
    ("date_birth", "soon"), ("date_birth", True),
    ("billing_address", "addr_short"), ("billing_address", 5), ("shipping_address", "cust_x"),
]


@pytest.mark.parametrize("version,field,value",
                         [("v1", *case) for case in ACCEPTED]
                         + [("v2", *case) for case in ACCEPTED + ACCEPTED_V2])
def test_a_value_at_its_limit_is_stored(shop, version, field, value):
    if (version, field) == ("v2", "external_id"):  # Unique in v2.
        value = value.upper()
    made = shop.made(path(version), unique(**{field: value}))
    stancer.check_customer(made, version)
    assert made[field] == value
    assert shop.read(path(version) + made["id"]) == made
    changed = shop.made(path(version), unique())
    answer = shop.patch(path(version) + changed["id"], {field: value})
    if field != "external_id":  # Its unicity is tested below.
        assert answer.status == 200 and answer.json[field] == value, answer


@pytest.mark.parametrize("version,field,value",
                         [("v1", *case) for case in REFUSED]
                         + [("v2", *case) for case in REFUSED + REFUSED_V2])
def test_a_value_past_its_limit_is_refused(shop, version, field, value):
    stancer.check_bad(shop.post(path(version), unique(**{field: value})), version, "body", field)
    made = shop.made(path(version), unique())
    answer = shop.patch(path(version) + made["id"], {field: value})
    stancer.check_bad(answer, version, "body", field)
    assert shop.read(path(version) + made["id"]) == made


@pytest.mark.parametrize("version", VERSIONS)
def test_null_is_the_same_as_leaving_out(shop, version):
    body = {"email": f"null{version}@example.com", "name": None, "mobile": None,
            "external_id": None, "date_birth": None, "legal_id": None, "country": None}
    made = shop.made(path(version), body)
    stancer.check_customer(made, version)
    for field in ("name", "mobile", "external_id", "country"):
        assert made[field] is None


@pytest.mark.parametrize("version", VERSIONS)
def test_absent_values_are_null_and_never_empty(shop, version):
    made = shop.made(path(version), {"mobile": "+3361234000" + version[1]})
    stancer.check_customer(made, version)
    assert made["name"] is None and made["email"] is None and made["external_id"] is None


@pytest.mark.parametrize("body", [{}, {"name": "Anna Lena"}, {"email": None, "mobile": None},
                                  {"external_id": "only-this"}])
@pytest.mark.parametrize("version", VERSIONS)
def test_email_or_mobile_is_needed(shop, version, body):
    stancer.check_bad(shop.post(path(version), body), version)


@pytest.mark.parametrize("version", VERSIONS)
def test_several_bad_fields_are_told_together_in_v2(shop, version):
    answer = shop.post(path(version), unique(email=1, name=2, mobile=3))
    if version == "v1":
        stancer.check_error(answer, version, 400)
    else:
        found = stancer.check_error(answer, version, 422)
        assert [entry["loc"] for entry in found] == [["body", "email"], ["body", "name"],
                                                     ["body", "mobile"]]


def test_a_date_may_be_given_as_unix_seconds_in_v2(shop):
    made = shop.made(path("v2"), unique(date_birth=946684800))
    assert made["date_birth"] == "2000-01-01"


def test_addresses_are_attached_in_v2(shop):
    address = shop.made("/v2/addresses/", {"country": "FR", "city": "Lyon", "zip_code": "69001"})
    made = shop.made(path("v2"), unique(billing_address=address["id"],
                                        shipping_address=address["id"]))
    assert made["billing_address"] == made["shipping_address"] == address["id"]


@pytest.mark.parametrize("version", VERSIONS)
def test_created_is_now_in_unix_seconds(shop, version):
    before = int(time.time()) - 2
    assert before <= shop.made(path(version), unique())["created"] <= time.time() + 2


@pytest.mark.parametrize("version", VERSIONS)
def test_patch_changes_only_what_it_names(shop, version):
    made = shop.made(path(version), unique(mobile="+33612345670"))
    changed = shop.patch(path(version) + made["id"], {"name": "Renamed Payer"})
    assert changed.status == 200
    assert changed.json == made | {"name": "Renamed Payer"}
    assert shop.read(path(version) + made["id"]) == changed.json


@pytest.mark.parametrize("version", VERSIONS)
class TestDelete:
    def test_answers_as_its_version_does(self, shop, version):
        made = shop.made(path(version), unique())
        answer = shop.delete(path(version) + made["id"])
        if version == "v1":
            assert (answer.status, answer.raw) == (204, b"")
        else:
            assert answer.status == 200
            assert answer.json == made | {"deleted": True}

    def test_then_it_is_gone(self, shop, version):
        made = shop.made(path(version), unique())
        shop.delete(path(version) + made["id"])
        for answer in (shop.get(path(version) + made["id"]),
                       shop.patch(path(version) + made["id"], {"name": "Renamed"}),
                       shop.delete(path(version) + made["id"])):
            stancer.check_missing(answer, version, "customer", made["id"])
        shown = shop.read(path(version) + f"?email={made['email']}")
        assert shown["customers"] == []

    def test_old_payments_keep_showing_it(self, shop, version):
        made = shop.made(path(version), unique())
        payment = shop.pay(version, customer=made["id"])
        shop.delete(path(version) + made["id"])
        seen = shop.read(stancer.PAYMENTS[version] + payment["id"])
        assert seen["customer"]["id"] == made["id"]

    def test_a_new_payment_cannot_name_it(self, shop, version):
        made = shop.made(path(version), unique())
        shop.delete(path(version) + made["id"])
        answer = shop.post(stancer.PAYMENTS[version],
                           {"amount": 500, "currency": "eur", "customer": made["id"]})
        stancer.check_missing(answer, version, "customer", made["id"])


class TestTheSameCustomer:
    TEXT = "Customer already exists, you may want to update it instead creating a new one"

    def test_is_409_in_v1(self, shop):
        body = unique(mobile="+33612345671", external_id="same-1")
        made = shop.made(path("v1"), body)
        stancer.check_conflict(shop.post(path("v1"), body), "v1", self.TEXT, made["id"])

    @pytest.mark.parametrize("field,value", [
        ("name", "Another Name"), ("email", "another@example.com"), ("mobile", "+33612345672"),
        ("external_id", "another-ref"), ("mobile", MISSING)])
    def test_with_one_difference_is_a_new_one_in_v1(self, shop, field, value):
        body = unique(mobile="+33612345673", external_id=f"diff-{field}-{value is MISSING}")
        first = shop.made(path("v1"), body)
        other = {name: inner for name, inner in (body | {field: value}).items()
                 if inner is not MISSING}
        second = shop.made(path("v1"), other)
        assert second["id"] != first["id"]

    def test_is_free_again_after_delete_in_v1(self, shop):
        body = unique()
        first = shop.made(path("v1"), body)
        shop.delete(path("v1") + first["id"])
        assert shop.made(path("v1"), body)["id"] != first["id"]

    def test_is_a_new_one_in_v2(self, shop):
        body = unique()
        assert shop.made(path("v2"), body)["id"] != shop.made(path("v2"), body)["id"]

    def test_with_the_same_external_id_is_the_existing_one_in_v2(self, shop):
        body = unique(external_id="ext-same")
        first = shop.made(path("v2"), body)
        assert shop.made(path("v2"), body) == first

    def test_with_the_same_external_id_and_other_data_is_409_in_v2(self, shop):
        first = shop.made(path("v2"), unique(external_id="ext-other"))
        stancer.check_conflict(shop.post(path("v2"), unique(external_id="ext-other")), "v2",
                               "Customer already exists, duplicate external_id", first["id"])

    def test_with_the_same_external_id_and_other_data_is_new_in_v1(self, shop):
        first = shop.made(path("v1"), unique(external_id="ext-v1"))
        assert shop.made(path("v1"), unique(external_id="ext-v1"))["id"] != first["id"]

    def test_inline_in_a_payment_is_the_existing_one_in_v1(self, shop):
        body = unique()
        made = shop.made(path("v1"), body)
        payment = shop.made("/v1/checkout/", {"amount": 500, "currency": "eur", "customer": body})
        assert payment["customer"]["id"] == made["id"]

    def test_inline_in_a_payment_is_a_new_one_in_v2(self, shop):
        body = unique()
        made = shop.made(path("v2"), body)
        payment = shop.made("/v2/payments/", {"amount": 500, "customer": body})
        assert payment["customer"]["id"] != made["id"]
        assert shop.read(path("v2") + payment["customer"]["id"]) == payment["customer"]

    @pytest.mark.parametrize("version", VERSIONS)
    def test_two_merchants_do_not_meet(self, shop, merchant, version):
        body = unique(external_id="two-shops-" + version)
        assert shop.made(path(version), body)["id"] != merchant.made(path(version), body)["id"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field,value", [
    ("email", "wanted@example.com"), ("name", "Wanted Person"), ("country", "BE"),
    ("external_id", "wanted-ref"), ("legal_id", "200000008")])
def test_filters_match_exactly(merchant, version, field, value):
    wanted = merchant.made(path("v2"), unique(**{field: value}))
    merchant.made(path("v2"), unique())
    merchant.made(path("v2"), unique(name="Wanted Person too"))
    shown = merchant.read(path(version) + f"?{field}={value.replace(' ', '%20')}")
    found = stancer.check_list(shown, version, "customers")
    assert [customer["id"] for customer in found] == [wanted["id"]]
