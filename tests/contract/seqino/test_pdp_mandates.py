"""Mandates of clients and the directory (api/seqino.md 5)."""

import re
from datetime import timedelta

import pytest

from support import drafts, seqino, server
from support.seqino import check_invalid, check_refused, exchange
from support.seqino import mandate as made, mandate_draft as draft

SIREN, SIRET = "100000009", "10000000900017"
POSTE, POSTE_SIRET = "356000000", "35600000049837"
MEMBERS = ["id", "client_id", "start_date", "end_date", "file_attachment", "status",
           "directory_entry", "smp_registration_status", "error_cause", "created_at", "updated_at"]
ENTRY = ["siren", "name", "suffix", "siret", "routing_identifier", "routing_identifier_type",
         "routing_code_label", "establishment_nature", "legal_commitment_management",
         "administrative_status", "addressable", "address", "created_at", "updated_at"]


def entry(**members):
    return draft(**members)["directory_entry"]


def post(account, client, body, path="/mandates", **more):
    return exchange(account, "POST", path, body, client=client["client_id"], **more)


def get(account, client, mandate):
    answer = exchange(account, "GET", "/mandates/" + mandate["id"], client=client["client_id"])
    assert answer.status == 200, answer
    return answer.json


def ended(account, client, mandate, status):
    """The mandate once it has that status."""
    server.eventually(lambda: get(account, client, mandate)["status"] == status, 20,
                      f"the mandate is {status}")
    return get(account, client, mandate)


@pytest.fixture
def client(shop):
    return seqino.made(shop)


def test_a_mandate_is_shown_as_it_was_given(shop, client):
    mandate = made(shop, client)
    assert list(mandate) == MEMBERS and list(mandate["directory_entry"]) == ENTRY
    assert re.fullmatch(r"mand_[0-9A-Za-z]{24}", mandate["id"])
    assert mandate["client_id"] == client["client_id"]
    assert mandate["start_date"] == "2026-01-01" and mandate["end_date"] is None
    assert mandate["status"] == "processing" and mandate["file_attachment"] is None
    assert mandate["smp_registration_status"] == "not_registered"
    assert re.fullmatch(seqino.MOMENT, mandate["created_at"]) and mandate["updated_at"] is None
    given = {name: value for name, value in mandate["directory_entry"].items() if value is not None}
    assert given == entry() | {"legal_commitment_management": False, "addressable": False}


def test_it_becomes_active(shop, client):
    mandate = ended(shop, client, made(shop, client), "active")
    assert mandate["smp_registration_status"] == "registered"
    assert mandate["directory_entry"]["addressable"] is True
    assert re.fullmatch(seqino.MOMENT, mandate["updated_at"])


@pytest.mark.parametrize("members, cause, registration", [
    ({"siren": "900000001"}, "not_in_directory", "not_registered"),
    ({"siren": "600000004"}, "recipient_closed", "refused"),
    ({"name": "REFUSE"}, "registration_refused", "refused")])
def test_one_that_fails_says_why(shop, client, members, cause, registration):
    mandate = ended(shop, client, made(shop, client, **members), "error")
    assert mandate["error_cause"] == cause
    assert mandate["smp_registration_status"] == registration


# --- the life cycle -----------------------------------------------------------------------------

def events(account, client, mandate_id, **more):
    return exchange(account, "GET", "/lifecycle-events", client=client["client_id"],
                    query={"object_type": "mandate", "object_id": mandate_id}, **more)


def test_its_states_are_told_one_after_the_other(shop, client):
    mandate = made(shop, client)
    ended(shop, client, mandate, "active")
    answer = events(shop, client, mandate["id"])
    assert answer.status == 200, answer
    assert [event["status_code"] for event in answer.json] == [
        "MandateStatus.PROCESSING", "MandateStatus.CREATED", "MandateStatus.ACTIVE"]
    first = answer.json[0]
    assert list(first) == drafts.EVENT
    assert first["timestamp"] == mandate["created_at"]
    for event in answer.json:
        assert (event["status_number"], event["emitter"]) == (None, "PDPE")
        assert (event["reason"], event["rejection_reason"]) == (None, None)
        assert (event["is_mandatory"], event["amounts"]) == (False, [])


def test_an_error_of_it_is_told_with_its_cause(shop, client):
    mandate = ended(shop, client, made(shop, client, siren="600000004"), "error")
    *before, last = events(shop, client, mandate["id"]).json
    assert [event["reason"] for event in before] == [None, None]
    assert last["status_code"] == "MandateStatus.ERROR"
    assert (last["reason"], last["rejection_reason"]) == ("recipient_closed",) * 2


def test_mandates_of_nobody_have_no_life_cycle(shop, client):
    other = made(shop, seqino.made(shop))["id"]
    revoked = made(shop, client)["id"]
    path = "/mandates/" + revoked
    assert exchange(shop, "DELETE", path, client=client["client_id"]).status == 204
    for name in (other, revoked, "mand_" + seqino.UNKNOWN, revoked.removeprefix("mand_"), "mand_x"):
        check_refused(events(shop, client, name), 404, "Mandate not found")


# --- what is said of it -------------------------------------------------------------------------

def test_all_of_an_entry(shop, client):
    members = {"siret": SIRET, "routing_identifier": "SERVICE.1", "routing_identifier_type": "0224",
               "routing_code_label": "Achats", "establishment_nature": "Public",
               "legal_commitment_management": True, "address": "1 rue de Paris"}
    shown = made(shop, client, end_date="2099-12-31", **members)
    assert shown["end_date"] == "2099-12-31"
    assert members.items() <= shown["directory_entry"].items()


@pytest.mark.parametrize("members", [
    {"suffix": "a" * 115}, {"suffix": "A-b.c_d+9"}, {"name": "x" * 255}, {"name": "é" * 255},
    {"siret": SIRET}, {"siren": POSTE, "siret": POSTE_SIRET},
    {"siret": SIRET, "routing_identifier": "a" * 100},
    {"siret": SIRET, "routing_identifier": "a", "routing_identifier_type": "Internal"},
    {"siret": SIRET, "routing_identifier": "a", "routing_identifier_type": "0088"},
    {"siret": SIRET, "routing_identifier": "a", "routing_identifier_type": "0060"},
    {"siret": SIRET, "routing_identifier": "a", "routing_code_label": "l" * 255},
    {"establishment_nature": "Private"}, {"address": "a" * 500}, {"suffix": None, "siret": None},
    {"start_date": "2026-02-28", "end_date": "2099-12-31"}, {"unheard_of": {"is": "ignored"}}])
def test_an_entry_that_is_accepted(shop, client, members):
    made(shop, client, **members)


@pytest.mark.parametrize("members, member, kind", [
    ({"siren": ""}, "siren", "string_too_short"),
    ({"siren": "1000000090"}, "siren", "string_too_long"),
    ({"siren": "100000008"}, "siren", "value_error"),
    ({"siren": "10000000"}, "siren", "value_error"),
    ({"siren": "10000000A"}, "siren", "value_error"),
    ({"siren": 100000009}, "siren", "string_type"),
    ({"siren": None}, "siren", "missing"),
    ({"name": ""}, "name", "string_too_short"),
    ({"name": "x" * 256}, "name", "string_too_long"),
    ({"name": None}, "name", "missing"),
    ({"suffix": ""}, "suffix", "string_too_short"),
    ({"suffix": "a" * 116}, "suffix", "string_too_long"),
    ({"suffix": "a b"}, "suffix", "value_error"),
    ({"suffix": "a/b"}, "suffix", "value_error"),
    ({"suffix": "A", "siret": SIRET}, "suffix", "value_error"),
    ({"siret": "10000000900018"}, "siret", "value_error"),
    ({"siret": "1000000090001"}, "siret", "value_error"),
    ({"siret": SIRET + "0"}, "siret", "string_too_long"),
    ({"siret": "20000000800009"}, "siret", "value_error"),
    ({"siren": POSTE, "siret": "35600000049838"}, "siret", "value_error"),
    ({"routing_identifier": "A"}, "routing_identifier", "value_error"),
    ({"siret": SIRET, "routing_identifier": "a b"}, "routing_identifier", "value_error"),
    ({"siret": SIRET, "routing_identifier": "a" * 101}, "routing_identifier", "string_too_long"),
    ({"siret": SIRET, "routing_identifier_type": "0224"}, "routing_identifier_type",
     "value_error"),
    ({"siret": SIRET, "routing_identifier": "a", "routing_identifier_type": "0225"},
     "routing_identifier_type", "enum"),
    ({"siret": SIRET, "routing_identifier": "a", "routing_code_label": "l" * 256},
     "routing_code_label", "string_too_long"),
    ({"establishment_nature": "public"}, "establishment_nature", "enum"),
    ({"legal_commitment_management": "yes"}, "legal_commitment_management", "bool_type"),
    ({"address": "a" * 501}, "address", "string_too_long")])
def test_an_entry_that_is_refused(shop, client, members, member, kind):
    check_invalid(post(shop, client, draft(**members)), ("body", "directory_entry", member, kind))


@pytest.mark.parametrize("days, member, kind", [
    ({"start_date": None}, "start_date", "missing"),
    ({"start_date": "2026-02-30"}, "start_date", "date_from_datetime_parsing"),
    ({"start_date": "01/02/2026"}, "start_date", "date_from_datetime_parsing"),
    ({"start_date": 5}, "start_date", "date_from_datetime_parsing"),
    ({"end_date": "soon"}, "end_date", "date_from_datetime_parsing"),
    ({"end_date": "2025-12-31"}, "end_date", "value_error"),
    ({"start_date": "2020-01-01", "end_date": "2020-01-02"}, "end_date", "value_error")])
def test_days_that_are_refused(shop, client, days, member, kind):
    check_invalid(post(shop, client, draft(**days)), ("body", member, kind))


def test_the_entry_is_required_and_all_faults_are_told(shop, client):
    check_invalid(post(shop, client, {}), ("body", "start_date", "missing"),
                  ("body", "directory_entry", "missing"))
    check_invalid(post(shop, client, {"start_date": "x", "directory_entry": {"siren": ""}}),
                  ("body", "start_date", "date_from_datetime_parsing"),
                  ("body", "directory_entry", "siren", "string_too_short"),
                  ("body", "directory_entry", "name", "missing"))


# --- living mandates ---

def test_an_entry_has_one_living_mandate(shop, client):
    first = made(shop, client, suffix="A")
    check_refused(post(shop, client, draft(suffix="A")), 409,
                  "Mandate has this directory entry already")
    made(shop, client, suffix="B")
    made(shop, seqino.made(shop), suffix="A")
    assert exchange(shop, "DELETE", "/mandates/" + first["id"],
                    client=client["client_id"]).status == 204
    made(shop, client, suffix="A")


def test_one_that_failed_makes_room(shop, client):
    ended(shop, client, made(shop, client, siren="900000001"), "error")
    made(shop, client, siren="900000001")


def test_a_client_with_a_living_mandate_stays(shop, client):
    mandate = made(shop, client)
    path = "/clients/" + client["client_id"]
    check_refused(exchange(shop, "DELETE", path), 409, "Client still has mandates")
    exchange(shop, "DELETE", "/mandates/" + mandate["id"], client=client["client_id"])
    assert exchange(shop, "DELETE", path).status == 204


def test_a_mandate_waits_for_its_client(shop, client):
    assert seqino.put(shop, client["client_id"], status="pending").status == 200
    mandate = ended(shop, client, made(shop, client), "pending_kyc")
    assert seqino.put(shop, client["client_id"], status="active").status == 200
    ended(shop, client, mandate, "active")


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_a_client_that_is_stopped_is_not_registered(merchant, status):
    begun, later = seqino.made(merchant), seqino.made(merchant)
    assert seqino.put(merchant, begun["client_id"], status="pending").status == 200
    tomorrow = (merchant.paris_now() + timedelta(1)).date().isoformat()
    mandates = [(begun, ended(merchant, begun, made(merchant, begun), "pending_kyc")),
                (later, made(merchant, later, start_date=tomorrow))]
    ended(merchant, *mandates[1], "created")
    for client in (begun, later):
        assert seqino.put(merchant, client["client_id"], status=status).status == 200
    merchant.advance(2 * 86400)
    for client, mandate in mandates:
        ended(merchant, client, mandate, "pending_kyc")
        assert seqino.put(merchant, client["client_id"], status="active").status == 200
        ended(merchant, client, mandate, "active")


def test_it_has_its_days(merchant):
    client = seqino.made(merchant)
    now = merchant.paris_now()
    days = {"start_date": 2, "end_date": 3}
    mandate = made(merchant, client, **{name: (now + timedelta(count)).date().isoformat()
                                        for name, count in days.items()})
    ended(merchant, client, mandate, "created")
    merchant.advance(2 * 86400)
    ended(merchant, client, mandate, "active")
    merchant.advance(2 * 86400)
    ended(merchant, client, mandate, "expired")


def test_one_that_was_revoked_is_gone(shop, client):
    mandate = made(shop, client)
    path = "/mandates/" + mandate["id"]
    answer = exchange(shop, "DELETE", path, client=client["client_id"])
    assert answer.status == 204 and answer.raw == b""
    for verb in ("GET", "DELETE"):
        check_refused(exchange(shop, verb, path, client=client["client_id"]), 404,
                      "Mandate not found")
    assert exchange(shop, "GET", "/mandates", client=client["client_id"]).json == []


# --- many ---

def test_a_batch_is_made_whole(shop, client):
    body = {"mandates": [draft(suffix=f"N{index}") for index in range(3)]}
    answer = post(shop, client, body, "/mandates/batch")
    assert answer.status == 201
    assert [each["directory_entry"]["suffix"] for each in answer.json] == ["N0", "N1", "N2"]
    listed = exchange(shop, "GET", "/mandates", client=client["client_id"]).json
    assert [each["id"] for each in listed] == [each["id"] for each in answer.json]


def test_of_a_batch_with_one_fault_none_is_made(shop, client):
    made(shop, client, suffix="TAKEN")
    bad = draft(suffix="B", start_date="2026-01-01")
    bad["directory_entry"]["siren"] = "100000008"
    answer = post(shop, client, {"mandates": [draft(suffix="A"), bad]}, "/mandates/batch")
    check_invalid(answer, ("body", "mandates", 1, "directory_entry", "siren", "value_error"))
    for last in (draft(suffix="A"), draft(suffix="TAKEN")):
        answer = post(shop, client, {"mandates": [draft(suffix="A"), last]}, "/mandates/batch")
        check_refused(answer, 409)
    assert len(exchange(shop, "GET", "/mandates", client=client["client_id"]).json) == 1


def test_the_faults_of_a_batch_say_where_they_are(shop, client):
    answer = post(shop, client, {"mandates": [draft(), {"directory_entry": entry(name="")}]},
                  "/mandates/batch")
    check_invalid(answer, ("body", "mandates", 1, "start_date", "missing"),
                  ("body", "mandates", 1, "directory_entry", "name", "string_too_short"))


@pytest.mark.parametrize("count, status", [(0, 422), (1, 201), (100, 201), (101, 422)])
def test_a_batch_has_1_to_100(shop, client, count, status):
    body = {"mandates": [draft(suffix=f"N{index}") for index in range(count)]}
    assert post(shop, client, body, "/mandates/batch").status == status


@pytest.mark.parametrize("body, kind", [({}, "missing"), ({"mandates": None}, "missing"),
                                        ({"mandates": {}}, "value_error")])
def test_a_batch_needs_its_list(shop, client, body, kind):
    check_invalid(post(shop, client, body, "/mandates/batch"), ("body", "mandates", kind))


def test_creation_repeated_with_its_key_gives_the_same(shop, client):
    for path, body in (("/mandates", draft()), ("/mandates/batch", {"mandates": [draft(suffix="A"),
                                                                                 draft(suffix="B")]})):
        key = {"Idempotency-Key": path}
        first = post(shop, client, body, path, headers=key)
        again = post(shop, client, body, path, headers=key)
        assert first.status == again.status == 201 and first.json == again.json
        assert again.headers["Idempotent-Replayed"] == "true"


def test_the_list_is_filtered_by_status(shop, client):
    good, bad = made(shop, client), made(shop, client, siren="900000001")
    ended(shop, client, good, "active"), ended(shop, client, bad, "error")

    def listed(status):
        answer = exchange(shop, "GET", "/mandates", client=client["client_id"],
                          query={"status_filter": status})
        assert answer.status == 200
        return [each["id"] for each in answer.json]

    assert listed("active") == [good["id"]] and listed("error") == [bad["id"]]
    for status in ("processing", "created", "pending_kyc", "expired"):
        assert listed(status) == []


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_a_long_list_goes_on_where_it_ended(shop, client, prefix):
    made_ids = []
    for batch in range(11):
        body = {"mandates": [draft(suffix=f"N{batch}.{index}")
                             for index in range(100 if batch < 10 else 2)]}
        answer = post(shop, client, body, "/mandates/batch")
        made_ids += [each["id"] for each in answer.json]
    ended(shop, client, {"id": made_ids[-1]}, "active")
    first = exchange(shop, "GET", prefix + "/mandates", client=client["client_id"],
                     query={"status_filter": "active"})
    assert [each["id"] for each in first.json] == made_ids[:1000]
    url, _, rest = first.headers["Link"].partition(">")
    assert rest == '; rel="next"'
    assert url == (f"<{shop.base_url}{prefix}/mandates?status_filter=active"
                   f"&cursor={made_ids[999].removeprefix('mand_')}")
    rest = exchange(shop, "GET", url.removeprefix("<" + shop.base_url), client=client["client_id"])
    assert [each["id"] for each in rest.json] == made_ids[1000:] and "Link" not in rest.headers
    assert exchange(shop, "GET", "/mandates", client=client["client_id"]).headers["Link"] == \
        f'<{shop.base_url}/mandates?cursor={made_ids[999].removeprefix("mand_")}>; rel="next"'


@pytest.mark.parametrize("status", ["", "revoked", "ACTIVE"])
def test_a_status_that_there_is_not(shop, client, status):
    answer = exchange(shop, "GET", "/mandates", client=client["client_id"],
                      query={"status_filter": status})
    check_invalid(answer, ("query", "status_filter", "enum"))


# --- who may ---

def test_one_is_read_without_its_client_too(shop, client):
    mandate = made(shop, client)
    answer = exchange(shop, "GET", "/mandates/" + mandate["id"])
    assert answer.status == 200 and answer.json["client_id"] == client["client_id"]


@pytest.mark.parametrize("verb, path", [
    ("GET", "/mandates"), ("POST", "/mandates"), ("POST", "/mandates/batch"),
    ("DELETE", "/mandates/mand_" + seqino.UNKNOWN), ("GET", f"/mandates/directory/{SIREN}"),
    ("GET", f"/directory/{SIREN}")])
def test_the_client_has_to_be_named(shop, verb, path):
    body = draft() if verb == "POST" else None
    check_invalid(exchange(shop, verb, path, body), ("header", "X-PDP-Client-Id", "missing"))
    check_refused(exchange(shop, verb, path, body, client="client_" + seqino.UNKNOWN), 404,
                  "Client not found")
    check_refused(exchange(shop, verb, path, body, key=False), 401)


def test_what_is_another_clients_or_sponsors_is_not_found(shop, merchant, client):
    mandate = made(shop, client)
    path = "/mandates/" + mandate["id"]
    other, stranger = seqino.made(shop), seqino.made(merchant)
    for account, whose in ((shop, other), (merchant, stranger)):
        for verb in ("GET", "DELETE"):
            check_refused(exchange(account, verb, path, client=whose["client_id"]), 404,
                          "Mandate not found")
        assert exchange(account, "GET", "/mandates", client=whose["client_id"]).json == []
    check_refused(exchange(merchant, "GET", path), 404, "Mandate not found")
    check_refused(exchange(merchant, "GET", path, client=client["client_id"]), 404,
                  "Client not found")
    assert get(shop, client, mandate)["id"] == mandate["id"]


@pytest.mark.parametrize("name", ["mand_short", seqino.UNKNOWN, "mand_" + seqino.UNKNOWN])
def test_ids_that_are_nobodys(shop, client, name):
    check_refused(exchange(shop, "GET", "/mandates/" + name, client=client["client_id"]), 404)
    check_refused(exchange(shop, "GET", "/mandates/" + name), 404)
    check_refused(exchange(shop, "DELETE", "/mandates/" + name, client=client["client_id"]), 404)


@pytest.mark.parametrize("status", ["suspended", "inactive"])
def test_for_a_suspended_client_nothing_is_made(shop, client, status):
    mandate = made(shop, client)
    seqino.put(shop, client["client_id"], status=status)
    check_refused(post(shop, client, draft(suffix="A")), 403)
    check_refused(exchange(shop, "DELETE", "/mandates/" + mandate["id"],
                           client=client["client_id"]), 403)
    assert get(shop, client, mandate)["id"] == mandate["id"]


# --- the directory ---

def look(account, client, path):
    return exchange(account, "GET", path, client=client["client_id"])


def test_the_entries_of_a_company(shop, client):
    answer = look(shop, client, f"/mandates/directory/{SIREN}")
    assert answer.status == 200
    assert all(list(each) == ENTRY for each in answer.json)
    assert [each["siret"] for each in answer.json] == [None, SIRET]
    assert all(each["siren"] == SIREN and each["addressable"] for each in answer.json)
    one = look(shop, client, f"/directory/{SIREN}")
    assert one.status == 200 and one.json == answer.json[0]


def test_what_was_registered_is_there(shop, client):
    mandate = ended(shop, client, made(shop, client, suffix="ACHATS"), "active")
    entries = look(shop, client, f"/mandates/directory/{SIREN}").json
    assert [each["suffix"] for each in entries] == [None, None, "ACHATS"]
    exchange(shop, "DELETE", "/mandates/" + mandate["id"], client=client["client_id"])
    assert len(look(shop, client, f"/mandates/directory/{SIREN}").json) == 3
    assert len(look(shop, seqino.made(shop), f"/mandates/directory/{SIREN}").json) == 2


def test_a_public_body_and_a_closed_company(shop, client):
    public = look(shop, client, "/mandates/directory/700000003").json
    assert {each["establishment_nature"] for each in public} == {"Public"}
    assert public[2]["routing_identifier"] == "COMPTA"
    closed = look(shop, client, "/directory/600000004").json
    assert closed["administrative_status"] == "Closed" and closed["addressable"] is False


@pytest.mark.parametrize("pattern", ["/mandates/directory/{}", "/directory/{}"])
def test_look_ups_that_give_nothing(shop, client, pattern):
    check_refused(look(shop, client, pattern.format("900000001")), 404,
                  "Directory has no entry of this SIREN")
    answer = look(shop, client, pattern.format("800000002"))
    check_refused(answer, 503, "Directory does not answer")
    for siren in ("100000008", "1000000090", "abc", "10000000%20"):
        check_invalid(look(shop, client, pattern.format(siren)), ("path", "siren", "value_error"))
