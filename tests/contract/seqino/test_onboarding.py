"""Links on which clients enrol (api/seqino.md 4 and 8)."""

import datetime
import re

import pytest

from support import onboarding, seqino
from support.onboarding import SIREN, Visit, link, status
from support.seqino import UNKNOWN, check_invalid, check_refused, exchange, made

SEED = (b'{\n"include_kyc": false,\n"include_signature": false,\n'
        b'"callback_url": "https://your-app.com/onboarding-complete"\n}')
PATH = "/clients/onboarding-link"
STATUS_PATH = PATH + "/status"


def seconds(moment):
    return datetime.datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


@pytest.fixture(scope="module")
def client(shop):
    return made(shop)["client_id"]


# --- the examples of the seed page --------------------------------------------------------------

def test_the_example_of_the_seed_page(shop, client):
    answer = exchange(shop, "POST", PATH, raw=SEED, client=client)
    assert answer.status == 201, answer
    assert list(answer.json) == onboarding.LINK
    assert re.fullmatch(r"onb_[0-9A-Za-z]{24}", answer.json["link_id"])
    assert re.fullmatch(re.escape(shop.base_url) + r"/onboarding/[A-Za-z0-9_-]{43}", answer.json["onboarding_url"])
    assert re.fullmatch(seqino.MOMENT, answer.json["expires_at"])
    assert answer.json["includes_kyc"] is False and answer.json["includes_signature"] is False
    assert answer.json["callback_url"] == "https://your-app.com/onboarding-complete"
    told = status(shop, answer.json["link_id"])
    assert told["company_id"] == client
    assert told["status"] == "not_opened"
    assert told["expires_at"] == answer.json["expires_at"]
    assert seconds(told["expires_at"]) - seconds(told["created_at"]) == 7 * 86400
    assert told["last_updated"] == told["created_at"]
    assert told["completion_percentage"] == 0
    assert told["kyc_completed"] is False and told["signature_completed"] is False


def test_what_is_left_out_has_its_default(shop, client):
    for body in ({}, {"callback_url": None}, {"include_kyc": None, "include_signature": None}):
        made_link = link(shop, client, **body)
        assert (made_link["includes_kyc"], made_link["includes_signature"], made_link["callback_url"]) == \
            (False, False, None)


@pytest.mark.parametrize("kyc", [False, True])
@pytest.mark.parametrize("signature", [False, True])
def test_what_is_included_is_shown(shop, client, kyc, signature):
    made_link = link(shop, client, include_kyc=kyc, include_signature=signature)
    for shown in (made_link, status(shop, made_link["link_id"])):
        assert (shown["includes_kyc"], shown["includes_signature"]) == (kyc, signature)


def test_both_paths_and_a_slash_at_the_end_are_the_same(shop, client):
    for path in (PATH, "/api" + PATH, PATH + "/"):
        assert exchange(shop, "POST", path, {}, client=client).status == 201


# --- whose link ---------------------------------------------------------------------------------

def test_the_client_may_stand_in_header_body_or_query(shop):
    ids = [made(shop)["client_id"] for _ in range(3)]
    answers = [exchange(shop, "POST", PATH, {}, client=ids[0]),
               exchange(shop, "POST", PATH, {"client_id": ids[1]}),
               exchange(shop, "POST", PATH, {}, query={"client_id": ids[2]})]
    for answer, client_id in zip(answers, ids):
        assert answer.status == 201, answer
        assert status(shop, answer.json["link_id"])["company_id"] == client_id
    # The header wins.
    answer = exchange(shop, "POST", PATH, {"client_id": ids[1]}, client=ids[0])
    assert status(shop, answer.json["link_id"])["company_id"] == ids[0]


def test_without_a_client_the_header_is_missing(shop):
    check_invalid(exchange(shop, "POST", PATH, {}), ("header", "X-PDP-Client-Id", "missing"))


@pytest.mark.parametrize("name", ["client_" + UNKNOWN, UNKNOWN, "x", "client_x"])
def test_an_unknown_client_is_not_found(shop, name):
    for answer in (exchange(shop, "POST", PATH, {}, client=name), exchange(shop, "POST", PATH, {"client_id": name}),
                   exchange(shop, "POST", PATH, {}, query={"client_id": name})):
        check_refused(answer, 404, "Client not found")


def test_another_sponsors_client_and_link_are_not_found(shop, merchant):
    theirs = made(merchant)["client_id"]
    their_link = link(merchant, theirs)["link_id"]
    check_refused(exchange(shop, "POST", PATH, {}, client=theirs), 404, "Client not found")
    check_refused(exchange(shop, "GET", STATUS_PATH, query={"link_id": their_link}), 404)
    assert status(merchant, their_link)["company_id"] == theirs


@pytest.mark.parametrize("state", ["suspended", "inactive"])
def test_a_client_that_may_not_act_gets_no_link(shop, state):
    client_id = made(shop)["client_id"]
    link_id = link(shop, client_id)["link_id"]
    assert seqino.put(shop, client_id, status=state).status == 200
    check_refused(exchange(shop, "POST", PATH, {}, client=client_id), 403)
    check_refused(exchange(shop, "POST", PATH, {"client_id": client_id}), 403)
    assert status(shop, link_id)["status"] == "not_opened"


def test_the_status_wants_a_link(shop):
    check_invalid(exchange(shop, "GET", STATUS_PATH), ("query", "link_id", "missing"))
    for name in ("", "x", "onb_x", "onb_" + UNKNOWN, UNKNOWN, "onb_" + "x" * 4000):
        check_refused(exchange(shop, "GET", STATUS_PATH, query={"link_id": name}), 404)


def test_a_client_waits_from_its_first_link_with_a_signature_on(shop):
    plain, signing = made(shop), made(shop)
    link(shop, plain["client_id"])
    link(shop, plain["client_id"], include_signature=True)
    assert seqino.read(shop, plain["client_id"])["status"] == "active"
    link(shop, signing["client_id"], include_signature=True)
    assert seqino.read(shop, signing["client_id"])["status"] == "pending"


# --- values -------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["include_kyc", "include_signature"])
@pytest.mark.parametrize("value", ["true", 1, [], {}])
def test_an_inclusion_is_a_boolean(shop, client, name, value):
    check_invalid(exchange(shop, "POST", PATH, {name: value}, client=client), ("body", name, "bool_type"))


@pytest.mark.parametrize("url", [
    "http://shop.example/", "ftp://shop.example/", "javascript:alert(1)", "//shop.example/", "/done", "shop.example",
    "https://", "https://user@shop.example/", "https://user:pass@shop.example/", "https://shop.example/#top",
    "https://shop.example/a b", "https://10.0.0.1/", "https://192.168.1.4/x", "https://172.16.0.1/",
    "https://169.254.169.254/latest", "https://[fe80::1]/", "https://[fd00::1]/", "https://2130706433/",
    "https://shop.example:99999/", "https://shop.example\\@evil.example/"])
def test_a_callback_that_is_no_place_for_browsers_is_refused(shop, client, url):
    check_invalid(exchange(shop, "POST", PATH, {"callback_url": url}, client=client),
                  ("body", "callback_url", "value_error"))


@pytest.mark.parametrize("url", ["http://localhost:3000/done", "http://127.0.0.1/done?x=1", "https://127.0.0.1:8443/",
                                 "https://shop.example/done?x=a%20b&y", "https://shop.example"])
def test_a_callback_of_a_shop_or_of_this_machine_is_taken(shop, client, url):
    assert link(shop, client, callback_url=url)["callback_url"] == url


def test_a_callback_has_2048_characters_at_most(shop, client):
    url = "https://shop.example/"
    longest = url + "x" * (2048 - len(url))
    assert link(shop, client, callback_url=longest)["callback_url"] == longest
    check_invalid(exchange(shop, "POST", PATH, {"callback_url": longest + "x"}, client=client),
                  ("body", "callback_url", "string_too_long"))


def test_all_that_is_wrong_is_told_at_once(shop, client):
    body = {"include_kyc": 1, "include_signature": "x", "callback_url": "x"}
    check_invalid(exchange(shop, "POST", PATH, body, client=client), ("body", "include_kyc", "bool_type"),
                  ("body", "include_signature", "bool_type"), ("body", "callback_url", "value_error"))


def test_no_json_is_no_link(shop, client):
    check_invalid(exchange(shop, "POST", PATH, raw=b"{", client=client), ("body", "json_invalid"))
    check_invalid(exchange(shop, "POST", PATH, raw=b"[]", client=client), ("body", "value_error"))


def test_an_idempotency_key_gives_the_same_link_again(shop, client):
    headers = {"Idempotency-Key": "link-1"}
    first = exchange(shop, "POST", PATH, {}, client=client, headers=headers)
    again = exchange(shop, "POST", PATH, {}, client=client, headers=headers)
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json and again.headers["Idempotent-Replayed"] == "true"
    check_refused(exchange(shop, "POST", PATH, {"include_signature": True}, client=client, headers=headers), 409)
    assert status(shop, first.json["link_id"])["status"] == "not_opened"


# --- how far it has come ------------------------------------------------------------------------

def test_a_link_without_steps_goes_to_100_at_once(shop):
    visit = Visit(shop)
    assert visit.status()["status"] == "not_opened"
    visit.open()
    assert (visit.status()["status"], visit.percentage()) == ("opened", 0)
    visit.company()
    told = visit.status()
    assert (told["status"], told["completion_percentage"]) == ("completed", 100)
    assert told["last_updated"] >= told["created_at"]
    assert told["kyc_completed"] is False and told["signature_completed"] is False


def test_a_link_with_a_signature_goes_to_33_and_100(shop):
    visit = Visit(shop, include_signature=True)
    visit.company()
    assert (visit.status()["status"], visit.percentage()) == ("in_progress", 33)
    visit.agree()
    assert visit.percentage() == 33
    visit.sign()
    told = visit.status()
    assert (told["status"], told["completion_percentage"], told["signature_completed"]) == ("completed", 100, True)
    assert seqino.read(shop, visit.client_id)["status"] == "active"


def test_a_link_with_kyc_goes_by_thirds(shop):
    visit = Visit(shop, include_kyc=True)
    visit.company()
    assert visit.percentage() == 33
    visit.person(family_name="REVIEW")
    assert visit.percentage() == 55
    visit.documents()
    told = visit.status()
    assert (told["status"], told["completion_percentage"], told["kyc_completed"]) == ("in_progress", 77, False)
    accepted = Visit(shop, include_kyc=True)
    accepted.kyc()
    told = accepted.status()
    assert (told["status"], told["completion_percentage"], told["kyc_completed"]) == ("completed", 100, True)


def test_a_link_with_both_goes_as_the_table_says(shop):
    visit = Visit(shop, include_kyc=True, include_signature=True)
    seen = []
    for step in (visit.company, visit.person, visit.documents, visit.agree, visit.sign):
        step()
        seen.append(visit.percentage())
    assert seen == [20, 33, 60, 60, 100]
    reviewed = Visit(shop, include_kyc=True, include_signature=True)
    reviewed.kyc(family_name="REVIEW")
    assert reviewed.percentage() == 46
    # The signature may be done while the review is pending.
    reviewed.agree()
    reviewed.sign()
    told = reviewed.status()
    assert (told["status"], told["completion_percentage"]) == ("in_progress", 86)
    assert (told["kyc_completed"], told["signature_completed"]) == (False, True)
    assert seqino.read(shop, reviewed.client_id)["status"] == "pending"


def test_a_link_that_a_reviewer_refuses_has_failed(shop):
    visit = Visit(shop, include_kyc=True, include_signature=True, callback_url="https://your-app.example/done")
    page = visit.kyc(family_name="REFUSE")
    assert page.status == 200 and "non accepté" in page.text
    assert visit.left_for() == f"https://your-app.example/done?link_id={visit.link['link_id']}&status=failed"
    told = visit.status()
    assert (told["status"], told["kyc_completed"]) == ("failed", False) and told["completion_percentage"] < 100
    assert seqino.read(shop, visit.client_id)["status"] == "pending"
    # A new link begins anew.
    again = Visit(shop, client=visit.client, include_kyc=True)
    again.kyc()
    assert again.status()["status"] == "completed"
    assert seqino.read(shop, visit.client_id)["status"] == "active"


def test_a_newer_link_replaces_the_older(shop):
    older = Visit(shop)
    newer = link(shop, older.client_id)
    assert older.status()["status"] == "expired"
    page = older.open()
    assert page.status == 410 and "plus récent" in page.text
    assert status(shop, newer["link_id"])["status"] == "not_opened"


def test_a_link_ends_after_seven_days(merchant):
    visit = Visit(merchant)
    done = Visit(merchant)
    done.company()
    merchant.advance(7 * 86400 - 60)
    assert visit.open().status == 200
    merchant.advance(61)
    page = visit.open()
    assert page.status == 410 and "expiré" in page.text
    assert visit.status()["status"] == "expired"
    page = done.open()
    assert page.status == 410 and "déjà terminée" in page.text
    assert (done.status()["status"], done.percentage()) == ("completed", 100)


def test_links_of_both_modes_and_of_deleted_clients_lead_nowhere(shop):
    visit = Visit(shop)
    assert exchange(shop, "DELETE", "/clients/" + visit.client_id).status == 204
    assert visit.open().status == 404
    visit.browser.go(visit.url[:-1] + ("A" if visit.url[-1] != "A" else "B"))
    assert visit.page.status == 404


def test_the_company_that_enrols_is_the_merchant(shop):
    visit = Visit(shop, callback_url="https://your-app.example/done?x=1")
    visit.company(name="Boulangerie du Port", capital="")
    assert visit.page.status == 200 and SIREN[:3] in visit.page.text
    assert visit.left_for() == \
        f"https://your-app.example/done?x=1&link_id={visit.link['link_id']}&status=completed"
