"""add_mandate, edit_mandate, search_mandate and download_mandate_file (api/safedebit.md 9)."""

import base64
import datetime

import pytest

from support import ibans, safedebit
from support.cards import PARIS

ADD_KINDS = {"safedebit_consumer_reference": safedebit.text(35),
             "sign_date": safedebit.day(past=True), "sign_city": safedebit.text(35),
             "umr": safedebit.UMR, "ics": safedebit.ICS, "file_data": safedebit.FILE}
EDIT_KINDS = {"status": safedebit.words("1", "0", "7", "active"), "umr": safedebit.UMR,
              "social_reference": safedebit.text(32), "consumer_use_name": safedebit.text(70),
              "consumer_pseudonyme": safedebit.text(70)} | {
    name: safedebit.CONSUMER[name] for name in (
        "consumer_first_name", "consumer_last_name", "consumer_other_last_name",
        "consumer_address_street_number", "consumer_address_street_type",
        "consumer_address_street_name", "consumer_address_complement", "consumer_zip_code",
        "consumer_city", "consumer_country", "consumer_email", "consumer_phone_number", "iban")}
SEARCH_KINDS = {name: safedebit.CONSUMER[name] for name in (
    "consumer_reference", "consumer_first_name", "consumer_last_name", "consumer_other_last_name",
    "consumer_address_street_number", "consumer_address_street_type",
    "consumer_address_street_name", "consumer_address_complement", "consumer_zip_code",
    "consumer_city")} | {
    "safedebit_consumer_reference": safedebit.text(35), "umr": safedebit.UMR,
    "status": safedebit.words("6", "0", "7"), "sequence_type": safedebit.words("OOFF", "rcur"),
    "sign_date": safedebit.day(), "sign_date_min": safedebit.day(),
    "sign_date_max": safedebit.day(), "sign_city": safedebit.text(35),
    "consumer_store": safedebit.text(32), "consumer_use_name": safedebit.text(70),
    "consumer_pseudonyme": safedebit.text(70), "social_reference": safedebit.text(32),
    "consumer_country": safedebit.text(35)}
MEMBERS = {"umr", "status", "sequence_type", "sign_date", "sign_city", "ics",
           "safedebit_consumer_reference", "consumer_reference", "consumer_store",
           "consumer_first_name", "consumer_use_name", "consumer_pseudonyme", "consumer_last_name",
           "consumer_other_last_name", "social_reference", "consumer_address_street_number",
           "consumer_address_street_type", "consumer_address_street_name",
           "consumer_address_complement", "consumer_zip_code", "consumer_city", "consumer_country",
           "consumer_email", "consumer_phone_number", "iban"}


def edit(account, umr, **changes):
    return safedebit.exchange(account, "edit_mandate", {"umr": umr} | changes)


def status(account, umr):
    [row] = safedebit.mandates(account, umr=umr)
    return row["status"]


def good(account):
    return {"safedebit_consumer_reference": safedebit.made(account), "sign_date": "02/01/2020",
            "sign_city": "Lyon", "umr": safedebit.new_umr(), "ics": "FR72ZZZ123456",
            "file_data": safedebit.plain(safedebit.PDF)}


# --- add_mandate --------------------------------------------------------------------------------

def test_a_signed_mandate_is_active(shop):
    given = good(shop)
    safedebit.check_done(safedebit.exchange(shop, "add_mandate", given))
    [row] = safedebit.mandates(shop, umr=given["umr"])
    assert set(row) == MEMBERS
    assert row["status"] == "1" and row["sequence_type"] == "RCUR"
    assert row["sign_date"] == "02/01/2020" and row["sign_city"] == "Lyon"
    assert row["ics"] == "FR72ZZZ123456"
    assert row["safedebit_consumer_reference"] == given["safedebit_consumer_reference"]


def test_without_a_day_it_waits_for_its_signature(shop):
    for changes in ({"sign_date": None, "sign_city": None}, {"sign_date": "", "sign_city": "Lyon"}):
        given = good(shop) | changes
        safedebit.check_done(safedebit.exchange(shop, "add_mandate", given))
        [row] = safedebit.mandates(shop, umr=given["umr"])
        assert row["status"] == "5" and row["sign_date"] is None and row["sign_city"] is None


def test_each_mandatory_argument_of_add_is_missed(shop):
    given = good(shop)
    safedebit.check_missing(shop, "add_mandate", given,
                            ["safedebit_consumer_reference", "umr", "file_data", "sign_city"])
    assert safedebit.mandates(shop, umr=given["umr"]) == []


def test_bad_arguments_of_add_store_nothing(shop):
    given = good(shop)
    safedebit.check_arguments(shop, "add_mandate", given, ADD_KINDS)
    day = (datetime.datetime.fromtimestamp(shop.clock(), PARIS).date())
    tomorrow = (day + datetime.timedelta(days=1)).strftime("%d/%m/%Y")
    for bad in (tomorrow, "31/12/1969"):
        answer = safedebit.exchange(shop, "add_mandate", given | {"sign_date": bad})
        safedebit.check_refused(answer, "FORM_003", "sign_date")
    reference = given["safedebit_consumer_reference"]
    assert safedebit.mandates(shop, safedebit_consumer_reference=reference) == []
    assert shop.ssp("get_available_files", safedebit_consumer_reference=reference)["data"] == []
    longest = given | {name: ADD_KINDS[name].good for name in ("sign_city", "umr", "sign_date")}
    safedebit.check_done(safedebit.exchange(
        shop, "add_mandate", longest | {"sign_date": day.strftime("%d/%m/%Y")}))


def test_the_creditor_identifier_belongs_to_the_account(shop):
    # The business code takes no part.
    safedebit.check_done(safedebit.exchange(shop, "add_mandate",
                                            good(shop) | {"ics": "fr72abc123456"}))
    safedebit.check_done(safedebit.exchange(shop, "add_mandate", good(shop) | {"ics": ""}))
    other = "FR94ZZZ654321"
    for wrong in (other, "DE98ZZZ09999999999"):
        answer = safedebit.exchange(shop, "add_mandate", good(shop) | {"ics": wrong})
        safedebit.check_refused(answer, "FORM_015", "ics")


def test_references_are_checked_in_their_order(shop, merchant):
    given = good(shop)
    safedebit.check_done(safedebit.exchange(shop, "add_mandate", given))
    for umr in (given["umr"], given["umr"].lower()):
        for consumer in (given["safedebit_consumer_reference"], safedebit.made(shop)):
            answer = safedebit.exchange(shop, "add_mandate", given | {
                "umr": umr, "safedebit_consumer_reference": consumer})
            safedebit.check_refused(answer, "EXIST_006", "umr")
    for unknown in ("nobody", safedebit.made(merchant)):
        answer = safedebit.exchange(shop, "add_mandate",
                                    given | {"safedebit_consumer_reference": unknown})
        safedebit.check_refused(answer, "EXIST_002", "safedebit_consumer_reference")
    theirs = good(merchant) | {"umr": given["umr"]}
    safedebit.check_done(safedebit.exchange(merchant, "add_mandate", theirs))


def test_the_same_key_brings_in_one_mandate(shop):
    given = good(shop)
    headers = {"Idempotency-Key": given["umr"]}
    for _ in range(2):
        safedebit.check_done(safedebit.exchange(shop, "add_mandate", given, headers=headers))
    assert len(safedebit.mandates(shop, umr=given["umr"])) == 1


def test_other_faces_have_the_mandate_and_its_paper(merchant):
    given = good(merchant)
    safedebit.check_done(safedebit.exchange(merchant, "add_mandate", given))
    [mandate] = merchant.read("/v2/mandates/")["mandates"]
    assert mandate["rum"] == given["umr"] and mandate["signed_at"].startswith("2020-01-01T23:00")
    answer = merchant.get(f"/v2/mandates/{mandate['id']}/pdf")
    assert answer.raw == safedebit.PDF
    merchant.verify()


# --- its file -----------------------------------------------------------------------------------

def paper(account, reference, **more):
    return safedebit.exchange(account, "download_mandate_file",
                              {"safedebit_consumer_reference": reference} | more)


@pytest.mark.parametrize("kind", safedebit.FILES)
@pytest.mark.parametrize("form", [safedebit.plain, safedebit.uri, safedebit.wrapped])
def test_the_paper_that_came_in_is_given_back(shop, kind, form):
    data = safedebit.FILES[kind]
    reference = safedebit.made(shop)
    umr = safedebit.add_mandate(shop, reference, file_data=form(data))
    for more in ({}, {"umr": umr}, {"umr": umr.lower()}):
        answer = safedebit.decided(paper(shop, reference, **more))
        assert answer.json == {"result": True, "file_data": safedebit.plain(data)}


def test_a_picture_is_no_pdf_for_the_others(merchant):
    safedebit.add_mandate(merchant, safedebit.made(merchant),
                          file_data=safedebit.plain(safedebit.PNG))
    [mandate] = merchant.read("/v2/mandates/")["mandates"]
    drawn = merchant.get(f"/v2/mandates/{mandate['id']}/pdf")
    assert drawn.status == 200 and drawn.raw.startswith(b"%PDF-")


def test_the_newest_is_given_and_one_of_another_face_is_drawn(merchant):
    reference = safedebit.made(merchant)
    safedebit.check_refused(paper(merchant, reference), "UNKN_005")
    safedebit.add_mandate(merchant, reference)
    [account] = merchant.read("/v2/sepa/")["sepa"]
    umr = safedebit.new_umr()
    merchant.made("/v2/mandates/", {"sepa": account["id"], "rum": umr,
                                    "signed_at": "2024-01-01T10:00:00Z"})
    newest = safedebit.decided(paper(merchant, reference)).json["file_data"]
    assert base64.b64decode(newest).startswith(b"%PDF-")
    assert newest != safedebit.plain(safedebit.PDF)
    assert paper(merchant, reference, umr=umr).json["file_data"] == newest


def test_arguments_of_download_mandate_file(shop, merchant):
    reference = safedebit.made(shop)
    umr = safedebit.add_mandate(shop, reference)
    safedebit.check_missing(shop, "download_mandate_file",
                            {"safedebit_consumer_reference": reference},
                            ["safedebit_consumer_reference"])
    safedebit.check_arguments(shop, "download_mandate_file",
                              {"safedebit_consumer_reference": reference},
                              {"safedebit_consumer_reference": safedebit.text(35),
                               "umr": safedebit.UMR})
    safedebit.check_refused(paper(shop, "nobody"), "EXIST_002")
    safedebit.check_refused(paper(shop, safedebit.made(shop), umr=umr), "UNKN_001", "umr")
    safedebit.check_refused(paper(shop, reference, umr="NONE"), "UNKN_001", "umr")
    safedebit.check_refused(paper(merchant, reference, umr=umr), "EXIST_002")


# --- edit_mandate -------------------------------------------------------------------------------

def test_permitted_moves_and_no_others(shop):
    reference = safedebit.made(shop)

    def active():
        return safedebit.add_mandate(shop, reference)

    def waiting():
        return safedebit.add_mandate(shop, reference, sign_date=None, sign_city=None)

    def suspended():
        umr = active()
        safedebit.check_done(edit(shop, umr, status="2"))
        return umr

    def revoked():
        umr = active()
        safedebit.check_done(edit(shop, umr, status="3"))
        return umr

    allowed = {"1": "123", "2": "123", "3": "3", "5": "35"}
    for start, make in (("1", active), ("2", suspended), ("3", revoked), ("5", waiting)):
        for to in "123456":
            umr = make()
            answer = edit(shop, umr, status=to)
            if to in allowed[start]:
                safedebit.check_done(answer)
                assert status(shop, umr) == to
            else:
                safedebit.check_refused(answer, "STATE_006", "status")
                assert status(shop, umr) == start


def test_bad_arguments_of_edit_change_nothing(shop):
    reference = safedebit.made(shop)
    umr = safedebit.add_mandate(shop, reference)
    before = safedebit.mandates(shop, umr=umr)
    safedebit.check_missing(shop, "edit_mandate", {"umr": umr, "status": "2"}, ["umr"])
    safedebit.check_arguments(shop, "edit_mandate", {"umr": umr, "status": "2"}, EDIT_KINDS)
    for name in ("consumer_last_name", "consumer_city", "consumer_email", "iban"):
        safedebit.check_refused(edit(shop, umr, status="2", **{name: ""}), "MISS_001", name)
    refused = edit(shop, umr, status="6", consumer_city="Nowhere")
    safedebit.check_refused(refused, "STATE_006", "status")
    assert safedebit.mandates(shop, umr=umr) == before


def test_the_consumer_of_the_mandate_changes(merchant):
    reference = safedebit.made(merchant)
    umr = safedebit.add_mandate(merchant, reference)
    given = {name: kind.good for name, kind in EDIT_KINDS.items()
             if name not in ("umr", "status", "social_reference")}
    safedebit.check_done(edit(merchant, umr, status="2", **given))
    [row] = safedebit.mandates(merchant, umr=umr)
    [consumer] = safedebit.found(merchant, safedebit_consumer_reference=reference)
    for name in set(given) - {"iban"}:
        assert row[name] == given[name] and consumer[name] == given[name], name
    assert row["status"] == "2"
    assert row["iban"] == consumer["iban"] and row["iban"][-4:] == given["iban"][-4:]


def test_unknown_mandates(shop, merchant):
    theirs = safedebit.add_mandate(merchant, safedebit.made(merchant))
    for umr in ("NONE", theirs):
        safedebit.check_refused(edit(shop, umr, status="2"), "UNKN_001", "umr")
    assert status(merchant, theirs) == "1"
    # One of another face whose customer is no consumer.
    account = shop.made("/v2/sepa/", {"iban": ibans.unique(), "name": "Jean Dupont"})
    umr = safedebit.new_umr()
    shop.made("/v2/mandates/", {"sepa": account["id"], "rum": umr})
    safedebit.check_refused(edit(shop, umr, status="3"), "UNKN_001", "umr")
    assert safedebit.mandates(shop, umr=umr) == []


def test_an_ended_mandate_takes_no_other_account(shop):
    reference = safedebit.made(shop)
    umr = safedebit.add_mandate(shop, reference)
    before = safedebit.found(shop, safedebit_consumer_reference=reference)
    safedebit.check_done(edit(shop, umr, status="3"))
    safedebit.check_refused(edit(shop, umr, iban=ibans.unique()), "STATE_001", "iban")
    assert safedebit.found(shop, safedebit_consumer_reference=reference) == before


def test_revoking_cancels_what_was_not_sent(merchant):
    reference = safedebit.made(merchant)
    umr = safedebit.add_mandate(merchant, reference)
    other = safedebit.add_mandate(merchant, safedebit.made(merchant))
    payments = {}
    for mandate in (umr, umr, other):
        [found] = merchant.read(f"/v2/mandates/?rum={mandate}")["mandates"]
        payment = merchant.made("/v2/payments/", {
            "amount": 1500, "currency": "eur", "sepa": found["sepa"], "methods_allowed": ["sepa"]})
        assert payment["status"] == "to_capture"
        payments.setdefault(mandate, []).append(payment["id"])
    safedebit.check_done(edit(merchant, umr, status="3"))
    for identifier in payments[umr]:
        assert merchant.read("/v2/payments/" + identifier)["status"] == "canceled"
    assert merchant.read("/v2/payments/" + payments[other][0])["status"] == "to_capture"
    merchant.verify()


# --- search_mandate -----------------------------------------------------------------------------

def test_each_condition_finds_it(merchant):
    reference = safedebit.made(merchant, consumer_reference="CLI-9", consumer_store="S 1")
    umr = safedebit.add_mandate(merchant, reference, sign_date="03/02/2021", sign_city="Nîmes")
    other = safedebit.made(merchant, consumer_last_name="Other", consumer_city="Lyon",
                           consumer_address_street_name="du Bac", consumer_zip_code="69001",
                           consumer_address_street_number="1", consumer_first_name="Max",
                           consumer_address_street_type="rue", consumer_country="Belgique")
    safedebit.add_mandate(merchant, other, sign_date="04/02/2021")
    for conditions in ({"safedebit_consumer_reference": reference}, {"consumer_reference": "CLI-9"},
                       {"umr": umr}, {"umr": umr.lower()}, {"sign_date": "03/02/2021"},
                       {"sign_date_max": "03/02/2021"}, {"sign_city": "NÎMES"},
                       {"sign_city": "nimes"}, {"consumer_last_name": "DURAND"},
                       {"consumer_first_name": "camille"}, {"consumer_city": "paris"},
                       {"consumer_zip_code": "75011"}, {"consumer_country": "france"},
                       {"consumer_store": "s 1"}, {"consumer_address_street_number": "98"},
                       {"consumer_address_street_type": "ROUTE"},
                       {"consumer_address_street_name": "des PISSENLITS"},
                       {"status": "1", "sign_date_min": "03/02/2021", "sign_date_max": "03/02/2021"},
                       {"sequence_type": "RCUR", "sign_city": "Nîmes"}):
        assert [row["umr"] for row in safedebit.mandates(merchant, **conditions)] == [umr], conditions
    assert len(safedebit.mandates(merchant, status="1")) == 2
    assert len(safedebit.mandates(merchant, sign_date_min="03/02/2021")) == 2
    for conditions in ({"sequence_type": "OOFF"}, {"status": "2"}, {"umr": "NONE"},
                       {"sign_city": "Nîme"}, {"sign_date_min": "05/02/2021"},
                       {"umr": umr, "consumer_last_name": "Other"},
                       {"consumer_reference": "cli-9"}, {"social_reference": "x"}):
        assert safedebit.mandates(merchant, **conditions) == [], conditions


def test_arguments_of_search(shop):
    safedebit.check_arguments(shop, "search_mandate", {}, SEARCH_KINDS)
    for name, kind in SEARCH_KINDS.items():
        assert isinstance(safedebit.mandates(shop, **{name: kind.good}), list)
    for arguments in ({}, {"limit": "5"}, {"umr": ""}):
        safedebit.check_refused(safedebit.exchange(shop, "search_mandate", arguments), "MISS_001")
    answer = safedebit.exchange(shop, "search_mandate", {"sign_date_min": "02/01/2020",
                                                         "sign_date_max": "01/01/2020"})
    safedebit.check_refused(answer, "FORM_003", "sign_date_max")


def test_pages_of_mandates(merchant):
    reference = safedebit.made(merchant)
    umrs = [safedebit.add_mandate(merchant, reference) for _ in range(5)]
    for conditions in ({"status": "1"}, {"consumer_city": "Paris"},
                       {"safedebit_consumer_reference": reference}):
        def page(**more):
            return [row["umr"] for row in safedebit.mandates(merchant, **conditions | more)]

        assert page() == umrs
        assert page(limit="2") == umrs[:2]
        assert page(limit="2", offset="4") == umrs[4:]
        assert page(offset="5") == []
    for value in ("0", "501", "x"):
        answer = safedebit.exchange(merchant, "search_mandate", {"status": "1", "limit": value})
        safedebit.check_refused(answer, "FORM_002", "limit")
