"""Mandates of v2 and their documents (api/stancer.md 7, standards/sepa.md 2)."""

import base64
import re

import pytest

from support import cli, ibans, stancer
from support.pdf import pdf_text
from support.stancer import UNKNOWN

MANDATES = "/v2/mandates/"
SIGNED_AT = "2019-08-24T14:15:22Z"


def unique_rum(_count=iter(range(10**6))):
    return f"MNDT-{next(_count):06d}"


def account(shop, **changes):
    return shop.made("/v2/sepa/", {"iban": ibans.unique(), "name": "Jean Dupont"} | changes)


def made(shop, **changes):
    mandate = shop.made(MANDATES, {"sepa": account(shop)["id"]} | changes)
    stancer.check_mandate(mandate, "v2")
    return mandate


class TestCreate:
    def test_a_reference_is_made_when_none_is_given(self, shop):
        for changes in ({}, {"rum": None}, {"rum": ""}):
            mandate = made(shop, **changes)
            assert re.fullmatch(r"G[A-Z2-7]{19}", mandate["rum"])
            assert mandate["signed_at"] is None and mandate["deleted_at"] is None
            assert shop.read(MANDATES + mandate["id"]) == mandate

    @pytest.mark.parametrize("rum", ["R", "R" + "x" * 23, "a/-?:().,'+Z"])
    def test_a_reference_at_its_limit_is_accepted(self, shop, rum):
        assert made(shop, rum=rum)["rum"] == rum

    @pytest.mark.parametrize("field,value", [
        ("rum", "R" * 25), ("rum", "a b"), ("rum", "/a"), ("rum", "a/"), ("rum", "a//b"),
        ("rum", "a_b"), ("rum", "é"), ("rum", 5), ("signed_at", "2021-06-14"),
        ("signed_at", 1552480000), ("signed_at", "1970-01-01T00:00:00Z"),
        ("signed_at", "1969-07-20T20:17:40Z"), ("signed_at", "2999-01-01T00:00:00Z"), ("signed_at", True),
        ("sepa", "sepa_x"), ("sepa", 5), ("sepa", "cust_" + UNKNOWN), ("sepa", None)])
    def test_a_value_past_its_limit_is_refused(self, shop, field, value):
        body = {"sepa": account(shop)["id"]} | {field: value}
        stancer.check_bad(shop.post(MANDATES, body), "v2", "body", field)

    def test_the_account_is_required(self, shop):
        stancer.check_bad(shop.post(MANDATES, {}), "v2", "body", "sepa")

    def test_an_unknown_deleted_or_foreign_account_is_404(self, shop, merchant):
        gone = account(shop)["id"]
        shop.delete("/v2/sepa/" + gone)
        for identifier in ("sepa_" + UNKNOWN, gone, account(merchant)["id"]):
            answer = shop.post(MANDATES, {"sepa": identifier})
            stancer.check_missing(answer, "v2", "sepa", identifier)

    def test_the_customer_is_that_of_the_account(self, shop):
        customer = shop.made("/v2/customers/", {"mobile": "+33600000001"})["id"]
        sepa = account(shop, customer=customer)["id"]
        mandate = shop.made(MANDATES, {"sepa": sepa})
        assert (mandate["sepa"], mandate["customer"]) == (sepa, customer)

    def test_the_moment_of_the_signature_is_kept(self, shop):
        assert made(shop, signed_at=SIGNED_AT)["signed_at"] == SIGNED_AT
        assert made(shop, signed_at="2019-08-24T16:15:22+02:00")["signed_at"] == SIGNED_AT

    def test_a_repeated_key_gives_the_same_mandate_again(self, shop):
        body = {"sepa": account(shop)["id"]}
        first = shop.post(MANDATES, body, headers={"Idempotency-Key": "mandate-1"})
        assert shop.post(MANDATES, body, headers={"Idempotency-Key": "mandate-1"}).json == first.json
        assert shop.post(MANDATES, body, headers={"Idempotency-Key": "mandate-2"}).json["id"] != first.json["id"]


class TestTheSameReference:
    TEXT = "Mandate already exists, duplicate rum"

    def test_for_the_same_number_is_the_same_mandate(self, shop):
        iban = ibans.unique()
        first = account(shop, iban=iban)["id"]
        second = account(shop, iban=iban)["id"]
        rum = unique_rum()
        mandate = shop.made(MANDATES, {"sepa": first, "rum": rum})
        assert shop.made(MANDATES, {"sepa": second, "rum": rum.lower()}) == mandate
        signed = shop.made(MANDATES, {"sepa": first, "rum": rum, "signed_at": SIGNED_AT})
        assert signed == mandate | {"signed_at": SIGNED_AT}

    def test_for_another_number_is_409(self, shop):
        mandate = made(shop, rum=unique_rum())
        answer = shop.post(MANDATES, {"sepa": account(shop)["id"], "rum": mandate["rum"].lower()})
        stancer.check_conflict(answer, "v2", self.TEXT, mandate["id"])

    def test_of_a_revoked_one_is_409(self, shop):
        mandate = made(shop, rum=unique_rum())
        shop.delete(MANDATES + mandate["id"])
        answer = shop.post(MANDATES, {"sepa": mandate["sepa"], "rum": mandate["rum"]})
        stancer.check_conflict(answer, "v2", self.TEXT, mandate["id"])

    def test_of_another_merchant_does_not_count(self, shop, merchant):
        rum = unique_rum()
        assert made(shop, rum=rum)["id"] != made(merchant, rum=rum)["id"]


class TestPatch:
    def test_changes_reference_and_signature(self, shop):
        mandate = made(shop)
        rum = unique_rum()
        for field, value in (("rum", rum), ("signed_at", SIGNED_AT)):
            changed = shop.patch(MANDATES + mandate["id"], {field: value})
            mandate |= {field: value}
            assert changed.json == mandate == shop.read(MANDATES + mandate["id"])

    def test_the_date_of_the_account_follows(self, shop):
        rum = unique_rum()
        sepa = account(shop, mandate=rum, date_mandate="2021-06-14")
        mandate, = shop.read(MANDATES + "?rum=" + rum)["mandates"]
        shop.patch(MANDATES + mandate["id"], {"rum": rum + "B", "signed_at": SIGNED_AT})
        shown = shop.read("/v2/sepa/" + sepa["id"])
        assert (shown["mandate"], shown["date_mandate"]) == (rum + "B", "2019-08-24")

    @pytest.mark.parametrize("field,value", [
        ("rum", "R" * 25), ("rum", ""), ("rum", "a b"), ("signed_at", "now"),
        ("signed_at", "2999-01-01T00:00:00Z"), ("signed_at", "1970-01-01T00:00:00Z"), ("pdf", ""), ("pdf", 5), ("pdf", "%PDF-1.4"),
        ("pdf", base64.b64encode(b"<html>").decode()), ("pdf", "JVBERi0xLjQ")])
    def test_a_value_past_its_limit_is_refused(self, shop, field, value):
        mandate = made(shop)
        answer = shop.patch(MANDATES + mandate["id"], {field: value})
        stancer.check_bad(answer, "v2", "body", field)
        assert shop.read(MANDATES + mandate["id"]) == mandate

    def test_a_reference_that_is_taken_is_409(self, shop):
        first, second = made(shop), made(shop)
        answer = shop.patch(MANDATES + second["id"], {"rum": first["rum"].lower()})
        stancer.check_conflict(answer, "v2", TestTheSameReference.TEXT, first["id"])
        assert shop.patch(MANDATES + first["id"], {"rum": first["rum"].lower()}).status == 200


class TestRevoking:
    def test_it_stays_readable_with_its_end(self, shop):
        mandate = made(shop, signed_at=SIGNED_AT)
        answer = shop.delete(MANDATES + mandate["id"])
        assert answer.status == 200 and answer.json["deleted_at"] is not None
        assert answer.json == mandate | {"deleted_at": answer.json["deleted_at"]}
        assert shop.read(MANDATES + mandate["id"]) == answer.json
        shown = shop.read(MANDATES + "?sepa=" + mandate["sepa"])
        assert stancer.check_list(shown, "v2", "mandates") == [answer.json]

    def test_then_nothing_can_be_changed(self, shop):
        mandate = made(shop)
        shop.delete(MANDATES + mandate["id"])
        for answer in (shop.delete(MANDATES + mandate["id"]),
                       shop.patch(MANDATES + mandate["id"], {"rum": unique_rum()}),
                       shop.patch(MANDATES + mandate["id"], {"signed_at": SIGNED_AT})):
            assert stancer.check_error(answer, "v2", 409) == "Mandate is revoked"

    def test_an_old_signature_we_are_told_of_today_counts_from_today(self, merchant):
        mandate = made(merchant, signed_at="2015-01-01T00:00:00Z")
        merchant.advance(2 * 86400)
        assert merchant.read(MANDATES + mandate["id"]) == mandate

    def test_it_is_36_months_after_the_signature_that_it_expires(self, merchant):
        rum = unique_rum()
        now = merchant.clock()
        sepa = account(merchant, mandate=rum, date_mandate=now)
        mandate, = merchant.read(MANDATES + "?rum=" + rum)["mandates"]
        merchant.advance(2 * 365 * 86400)
        merchant.advance(360 * 86400)
        assert merchant.read(MANDATES + mandate["id"])["deleted_at"] is None
        merchant.advance(10 * 86400)
        assert merchant.read(MANDATES + mandate["id"])["deleted_at"] is not None
        answer = merchant.patch(MANDATES + mandate["id"], {"rum": unique_rum()})
        assert stancer.check_error(answer, "v2", 409) == "Mandate is expired"
        assert merchant.read("/v2/sepa/" + sepa["id"])["mandate"] == rum


class TestIds:
    def test_unknown_and_foreign_ones_are_404(self, shop, merchant):
        for identifier in ("mndt_" + UNKNOWN, made(merchant)["id"]):
            for answer in (shop.get(MANDATES + identifier), shop.delete(MANDATES + identifier),
                           shop.patch(MANDATES + identifier, {"rum": "R"}),
                           shop.get(MANDATES + identifier + "/pdf")):
                stancer.check_missing(answer, "v2", "mandate", identifier)

    @pytest.mark.parametrize("identifier", ["mndt_x", "sepa_" + UNKNOWN, "1"])
    def test_a_malformed_one_is_422(self, shop, identifier):
        for answer in (shop.get(MANDATES + identifier), shop.get(MANDATES + identifier + "/pdf"),
                       shop.delete(MANDATES + identifier)):
            stancer.check_bad(answer, "v2", "path", "id")

    def test_v1_has_none(self, shop):
        stancer.check_error(shop.get("/v1/mandates/"), "v1", 404)


class TestList:
    def test_filters_alone_and_together(self, merchant):
        customer = merchant.made("/v2/customers/", {"mobile": "+33600000001"})["id"]
        sepa = account(merchant, customer=customer)["id"]
        mine = [merchant.made(MANDATES, {"sepa": sepa})for _ in range(2)][::-1]
        other = made(merchant)
        cases = {
            "": [other, *mine], "?sepa=" + sepa: mine, "?customer=" + customer: mine,
            f"?sepa={sepa}&customer={customer}": mine, "?rum=" + mine[0]["rum"]: [mine[0]],
            f"?rum={mine[0]['rum'].lower()}&sepa={sepa}&customer={customer}": [mine[0]],
            f"?sepa={other['sepa']}&customer={customer}": [],
            f"?rum={other['rum']}&sepa={sepa}": [], "?rum=nobody": [],
            "?limit=1": [other], "?start=1&limit=1": [mine[0]], "?start=3": [],
            f"?sepa={sepa}&start=1": [mine[1]],
        }
        for query, expected in cases.items():
            shown = merchant.read(MANDATES + query)
            assert stancer.check_list(shown, "v2", "mandates") == expected, query
        assert merchant.read(MANDATES + "?limit=1")["range"]["count"] == 3

    @pytest.mark.parametrize("query", ["rum=" + "R" * 25, "sepa=x", "customer=sepa_" + UNKNOWN,
                                       "customer="])
    def test_a_bad_filter_is_refused(self, shop, query):
        stancer.check_bad(shop.get(MANDATES + "?" + query), "v2", "query", query.split("=")[0])


class TestDocument:
    def test_shows_what_a_mandate_must(self, shop):
        customer = shop.made("/v2/customers/", {"mobile": "+33600000001"})
        address = shop.made("/v2/addresses/", {"country": "FR", "city": "Lyon",
                                               "zip_code": "69001", "line1": "3 quai du Test"})
        shop.patch("/v2/customers/" + customer["id"], {"billing_address": address["id"]})
        sepa = account(shop, iban="FR7630006000011234567890189", name="Hélène Martin",
                       customer=customer["id"])
        mandate = shop.made(MANDATES, {"sepa": sepa["id"]})
        answer = shop.get(MANDATES + mandate["id"] + "/pdf")
        assert answer.status == 200 and answer.raw.startswith(b"%PDF-")
        assert answer.headers["content-type"] == "application/pdf"
        text = pdf_text(answer.raw)
        if text is None:
            pytest.skip("poppler-utils is not installed")
        for part in ("Mandat de prélèvement SEPA", mandate["rum"], "FR72ZZZ123456",
                     "deux autorisations", "8 semaines", "Hélène Martin", "3 quai du Test",
                     "69001 Lyon", "France", "FR76 3000 6000 0112 3456 7890 189", "TESTFRPP", "récurrent",
                     "Signature du débiteur", "Document d'essai", "Texte provisoire"):
            assert part in text.replace("’", "'"), f"{part} is missing: {text}"

    def test_names_the_country_of_the_debtor(self, shop):
        address = shop.made("/v2/addresses/", {"country": "BE", "city": "Bruxelles", "zip_code": "1000",
                                               "line1": "3 rue de l'Essai"})
        customer = shop.made("/v2/customers/", {"email": "belge@example.com", "billing_address": address["id"]})
        mandate = shop.made(MANDATES, {"sepa": account(shop, customer=customer["id"])["id"]})
        text = pdf_text(shop.get(MANDATES + mandate["id"] + "/pdf").raw)
        if text is None:
            pytest.skip("poppler-utils is not installed")
        assert "1000 Bruxelles" in text and "Belgique" in text

    def test_is_the_same_file_when_asked_again(self, shop):
        mandate = made(shop)
        first = shop.get(MANDATES + mandate["id"] + "/pdf")
        assert shop.get(MANDATES + mandate["id"] + "/pdf/").raw == first.raw

    def test_follows_what_is_changed(self, shop):
        mandate = made(shop)
        unsigned = shop.get(MANDATES + mandate["id"] + "/pdf").raw
        shop.patch(MANDATES + mandate["id"], {"signed_at": SIGNED_AT})
        signed = shop.get(MANDATES + mandate["id"] + "/pdf").raw
        assert signed != unsigned
        text = pdf_text(signed)
        assert text is None or "24/08/2019" in text and "Signature du débiteur" not in text

    def test_the_signed_one_replaces_it(self, shop):
        mandate = made(shop)
        shop.get(MANDATES + mandate["id"] + "/pdf")
        document = b"%PDF-1.4\n" + bytes(range(256)) * 4
        changed = shop.patch(MANDATES + mandate["id"], {
            "pdf": base64.b64encode(document).decode(), "signed_at": SIGNED_AT})
        assert changed.json == mandate | {"signed_at": SIGNED_AT}
        assert shop.get(MANDATES + mandate["id"] + "/pdf").raw == document
        shop.patch(MANDATES + mandate["id"], {"rum": unique_rum()})
        assert shop.get(MANDATES + mandate["id"] + "/pdf").raw == document
        shop.delete(MANDATES + mandate["id"])
        assert shop.get(MANDATES + mandate["id"] + "/pdf").raw == document

    def test_it_may_be_a_scan(self, shop):
        mandate = made(shop)
        most = b"%PDF-1.4\n" + b"x" * (768 * 1024 - 64)
        body = {"pdf": base64.b64encode(most).decode()}
        assert shop.patch(MANDATES + mandate["id"], body).status == 200
        assert shop.get(MANDATES + mandate["id"] + "/pdf").raw == most
        body = {"pdf": base64.b64encode(most * 2).decode()}
        assert shop.patch(MANDATES + mandate["id"], body).status == 413

    def test_many_at_once(self, shop):
        made_here = [made(shop)["id"] for _ in range(20)]
        for identifier in made_here:
            assert shop.get(MANDATES + identifier + "/pdf").status == 200

    def test_lies_sealed_on_disk(self, fresh):
        sepa = fresh.made("/v2/sepa/", {"iban": ibans.FR, "name": "Jean Dupont"})
        mandate = fresh.made(MANDATES, {"sepa": sepa["id"]})
        document = fresh.get(MANDATES + mandate["id"] + "/pdf").raw
        fresh.stop()
        for path in fresh.server.dir.iterdir():
            if path.is_file():
                data = path.read_bytes()
                assert ibans.FR.encode() not in data and document[:200] not in data, path


LIVE_IBAN = "FR7630006000011234567890189"
DRAFT = "The text of mandates is a draft: the scheme's own text must be installed"


class TestLive:
    def test_nothing_is_invented(self, merchant):
        key = cli.add_keys(merchant, "--live")["secret_key"]
        for iban in ibans.EVERY:
            answer = merchant.post("/v2/sepa/", {"iban": iban, "name": "Jean"}, key=key)
            stancer.check_bad(answer, "v2", "body", "iban")
        body = {"iban": LIVE_IBAN, "name": "Jean RVNM"}
        sepa = merchant.post("/v2/sepa/", body, key=key).json
        assert sepa["bic"] is None
        check = merchant.post("/v2/sepa/check/", {"id": sepa["id"]}, key=key).json
        found = [check[name] for name in ("status", "response", "date_birth", "score_name")]
        assert found == ["unavailable", None, None, None]

    def test_the_modes_do_not_meet(self, merchant):
        key = cli.add_keys(merchant, "--live")["secret_key"]
        test = account(merchant, iban=LIVE_IBAN, mandate="SAME", date_mandate="2021-06-14")
        stancer.check_missing(merchant.get("/v2/sepa/" + test["id"], key=key), "v2", "sepa",
                              test["id"])
        body = {"iban": ibans.unique(), "name": "Jean", "mandate": "SAME",
                "date_mandate": "2021-06-14"}
        live = merchant.post("/v2/sepa/", body, key=key).json
        mandate = merchant.get(MANDATES, key=key).json["mandates"][0]
        assert mandate["sepa"] == live["id"]
        stancer.check_missing(merchant.get(MANDATES + mandate["id"]), "v2", "mandate",
                              mandate["id"])

    def test_our_draft_is_refused_until_the_text_is_installed(self, fresh):
        key = cli.add_keys(fresh, "--live")["secret_key"]
        sepa = fresh.post("/v2/sepa/", {"iban": LIVE_IBAN, "name": "Jean"}, key=key).json
        mandate = fresh.post(MANDATES, {"sepa": sepa["id"]}, key=key).json
        answer = fresh.get(MANDATES + mandate["id"] + "/pdf", key=key)
        assert stancer.check_error(answer, "v2", 503) == DRAFT
        text = fresh.dir / "mandate_text" / "fr" / "CORE"
        text.parent.mkdir(parents=True)
        text.write_text("Mandat installé\n\nVous autorisez {creditor}.\n", encoding="utf-8")
        fresh.restart()
        answer = fresh.get(MANDATES + mandate["id"] + "/pdf", key=key)
        assert answer.status == 200 and answer.raw.startswith(b"%PDF-")
        shown = pdf_text(answer.raw)
        assert shown is None or ("Mandat installé" in shown
                                 and "Vous autorisez Atelier Exemple SARL." in shown
                                 and "provisoire" not in shown and "essai" not in shown)

    def test_a_text_that_cannot_be_read_stops_the_start(self, fresh):
        text = fresh.dir / "mandate_text" / "en" / "B2B"
        text.parent.mkdir(parents=True)
        text.write_text("A title alone\n", encoding="utf-8")
        fresh.stop()
        with pytest.raises(AssertionError, match="serve ended with 1"):
            fresh.server.start()
