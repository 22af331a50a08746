"""Addresses (api/stancer.md 11)."""

import json

import pytest

from support import stancer
from support.stancer import VERSIONS

PLAIN = {"country": "FR", "city": "Paris", "zip_code": "75011",
         "line1": "12 rue de la Démonstration"}


def path(version):
    return f"/{version}/addresses/"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field,value", [
    ("city", "c"), ("city", "c" * 50), ("country", "FR"), ("zip_code", "z"), ("zip_code", "z" * 16),
    ("line1", "l"), ("line1", "l" * 50), ("line2", "é" * 50), ("line3", "l" * 50),
    ("state", "s"), ("state", "s" * 3)])
def test_a_value_at_its_limit_is_accepted(shop, version, field, value):
    made = shop.made(path(version), PLAIN | {field: value})
    stancer.check_address(made, version)
    assert made[field] == value
    assert shop.read(path(version) + made["id"]) == made


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field,value", [
    ("city", ""), ("city", "c" * 51), ("city", 5), ("country", "F"), ("country", "FRA"),
    ("country", 33), ("zip_code", ""), ("zip_code", "z" * 17), ("zip_code", 75011),
    ("line1", ""), ("line1", "l" * 51), ("line2", "é" * 51), ("line3", 3), ("state", ""),
    ("state", "ssss")])
def test_a_value_past_its_limit_is_refused(shop, version, field, value):
    stancer.check_bad(shop.post(path(version), PLAIN | {field: value}), version, "body", field)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("field", ["country", "city", "zip_code"])
def test_a_required_member_is_missing(shop, version, field):
    members = {name: value for name, value in PLAIN.items() if name != field}
    stancer.check_bad(shop.post(path(version), members), version, "body", field)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("given,shown", [
    ({"floor": "3", "code": 12}, {"floor": "3", "code": 12}),
    (json.dumps({"floor": "3"}), {"floor": "3"}), ({}, {}), (None, {}), ("{}", {})])
def test_metadata_goes_out_as_an_object(shop, version, given, shown):
    made = shop.made(path(version), PLAIN | {"metadata": given})
    stancer.check_address(made, version)
    assert made["metadata"] == shown
    assert shop.read(path(version) + made["id"])["metadata"] == shown


@pytest.mark.parametrize("version", VERSIONS)
def test_without_metadata_it_is_an_empty_object(shop, version):
    assert shop.made(path(version), PLAIN)["metadata"] == {}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_data_twice_makes_two(shop, version):
    assert shop.made(path(version), PLAIN)["id"] != shop.made(path(version), PLAIN)["id"]


def test_a_deleted_one_is_gone_in_v1(shop):
    made = shop.made(path("v1"), PLAIN)
    answer = shop.delete(path("v1") + made["id"])
    assert (answer.status, answer.raw) == (204, b"")
    stancer.check_missing(shop.get(path("v1") + made["id"]), "v1", "address", made["id"])


def test_a_deleted_one_stays_readable_in_v2(shop):
    made = shop.made(path("v2"), PLAIN)
    assert made["deleted"] is False
    answer = shop.delete(path("v2") + made["id"])
    assert answer.status == 200 and answer.json == made | {"deleted": True}
    assert shop.read(path("v2") + made["id"]) == made | {"deleted": True}
