"""What changes about a mandate, until the debtor's bank knows it (sepa.md 2.5 and 4.1)."""

import pytest

from support import cli, ibans
from support.debits import debit, ended, sent, settled, signed, status_of, wait_days
from support.pdf import pdf_text

OTHER_ICS = "FR94ZZZ8512A5"
OWN_ICS = "FR72ZZZ123456"
DETAILS = "DrctDbtTx/MndtRltdInf/"
OLD_IBAN = DETAILS + "AmdmntInfDtls/OrgnlDbtrAcct/Id/IBAN"
OLD_ICS = DETAILS + "AmdmntInfDtls/OrgnlCdtrSchmeId/Id/PrvtId/Othr/Id"
OLD_NAME = DETAILS + "AmdmntInfDtls/OrgnlCdtrSchmeId/Nm"
OLD_UMR = DETAILS + "AmdmntInfDtls/OrgnlMndtId"


def mandate(merchant, *words, expect=0):
    return cli.run(merchant.server, "mandate", *words, expect=expect)


def shown(merchant, name):
    return cli.told(merchant.server, "mandate", "show", name)


def setting(merchant, name, value):
    cli.run(merchant.server, "merchant", "set", cli.merchant_id(merchant), name, value)


def amended(merchant, name, *words):
    """The account that it has now, by its id."""
    return cli.told(merchant.server, "mandate", "amend", name, *words)["account"]


def told(merchant, payment, *paths):
    """What a payment's file tells of the mandate's past; None for nothing."""
    row = sent(merchant, payment)
    assert (row.text(DETAILS + "AmdmntInd") == "true") == any(row.text(path) for path in paths)
    return [row.text(path) for path in paths]


def untold(merchant, payment):
    row = sent(merchant, payment)
    assert row.text(DETAILS + "AmdmntInd") is None
    assert row.all(DETAILS + "AmdmntInfDtls") == []


@pytest.fixture
def used(merchant):
    """(merchant, account, mandate, IBAN): one debit was collected."""
    iban = ibans.unique()
    account = merchant.made("/v2/sepa/", {"iban": iban, "name": "Jean Dupont"})
    own = merchant.made("/v2/mandates/", {"sepa": account["id"], "signed_at": "2021-06-14T08:00:00Z"})
    first = debit(merchant, sepa=account["id"])
    settled(merchant, first)
    untold(merchant, first)
    return merchant, account, own, iban


def test_another_account_is_told_once_and_again_after_a_rejection(used):
    merchant, account, own, iban = used
    wrong, right = ibans.unique(), ibans.unique()
    second = amended(merchant, own["id"], "--iban", wrong, "--name", "Jean Dupont AM04")
    assert merchant.read("/v2/mandates/" + own["id"])["sepa"] == second != account["id"]
    assert merchant.read("/v2/sepa/" + second)["mandate"] == own["rum"]
    # The account before has no mandate any more.
    body = {"amount": 5000, "currency": "eur", "sepa": account["id"]}
    assert merchant.post("/v2/payments/", body).status == 422

    rejected = debit(merchant, sepa=second)
    ended(merchant, rejected, "failed")
    assert told(merchant, rejected, OLD_IBAN, OLD_UMR, OLD_NAME, OLD_ICS) == [iban, None, None, None]
    [change] = shown(merchant, own["id"])["changes"]
    assert (change["kind"], change["payment"], change["told"]) == ("account", None, None)

    third = amended(merchant, own["rum"], "--iban", right, "--name", "Jean Dupont")
    accepted = debit(merchant, sepa=third)
    both = debit(merchant, sepa=third)
    settled(merchant, accepted)
    # The bank knows the first account, whatever came in between; one collection tells it.
    assert sorted([told(merchant, accepted, OLD_IBAN), told(merchant, both, OLD_IBAN)],
                  key=str) == sorted([[iban], [None]], key=str)
    assert sent(merchant, accepted).text("DbtrAcct/Id/IBAN") == right
    changes = shown(merchant, own["id"])["changes"]
    assert [change["kind"] for change in changes] == ["account", "account"]
    assert all(change["told"] for change in changes)

    after = debit(merchant, sepa=third)
    settled(merchant, after)
    untold(merchant, after)
    assert merchant.read(f"/v2/mandates/{own['id']}")["deleted_at"] is None
    merchant.verify()


def test_another_creditor_is_told_of_every_mandate_once(used):
    merchant, account, own, _ = used
    other, _ = signed(merchant)
    setting(merchant, "name", "Atelier de passage")
    setting(merchant, "name", "Atelier Neuf SARL")
    setting(merchant, "ics", OTHER_ICS)
    kinds = [(change["kind"], change["before"], change["told"])
             for change in shown(merchant, own["id"])["changes"]]
    assert kinds == [("ics", OWN_ICS, None), ("creditor_name", "Atelier Exemple SARL", None)]
    first = debit(merchant, sepa=account["id"])
    new = debit(merchant, sepa=other["id"])
    settled(merchant, first)
    assert told(merchant, first, OLD_ICS, OLD_NAME, OLD_IBAN) == [
        OWN_ICS, "Atelier Exemple SARL", None]
    # Nobody collected under the other one before: its bank never heard of the old creditor.
    untold(merchant, new)
    after = debit(merchant, sepa=account["id"])
    settled(merchant, after)
    untold(merchant, after)
    merchant.verify()


def test_what_files_write_alike_is_no_change(used):
    merchant, account, own, _ = used
    setting(merchant, "name", "ATELIER  Exémple SARL")
    setting(merchant, "ics", "FR72ABC123456")
    assert shown(merchant, own["id"])["changes"] == []
    after = debit(merchant, sepa=account["id"])
    settled(merchant, after)
    untold(merchant, after)


def test_another_reference_is_told_with_the_collection_after_it(used):
    merchant, account, own, _ = used
    before = debit(merchant, sepa=account["id"])
    wait_days(merchant, lambda: status_of(merchant, before) != "to_capture")
    assert merchant.patch("/v2/mandates/" + own["id"], {"rum": "RUM-BETWEEN"}).status == 200
    mandate(merchant, "amend", "RUM-BETWEEN", "--umr", own["rum"] + "-2")
    settled(merchant, before)
    untold(merchant, before)
    assert sent(merchant, before).text(DETAILS + "MndtId") == own["rum"]
    after = debit(merchant, sepa=account["id"])
    settled(merchant, after)
    assert told(merchant, after, OLD_UMR) == [own["rum"]]
    assert sent(merchant, after).text(DETAILS + "MndtId") == own["rum"] + "-2"
    merchant.verify()


def test_a_debit_that_waits_goes_to_the_new_account(merchant):
    known, own = signed(merchant)
    waiting = debit(merchant, sepa=known["id"])
    held = merchant.made("/v2/payments/", {"amount": 700, "sepa": known["id"], "capture": False})
    iban = ibans.unique()
    now = amended(merchant, own["id"], "--iban", iban)
    for payment in (waiting, held):
        assert merchant.read("/v2/payments/" + payment["id"])["sepa"]["id"] == now
    merchant.made(f"/v2/payments/{held['id']}/capture", {})
    settled(merchant, waiting)
    assert sent(merchant, waiting).text("DbtrAcct/Id/IBAN") == iban
    untold(merchant, waiting)
    merchant.verify()


@pytest.mark.parametrize("code", ["AC01", "AC04", "AG01", "DNOR"])
def test_a_wrong_account_needs_another_one_before_it_is_used_again(merchant, code):
    known, own = signed(merchant, f"Jean Dupont {code}")
    ended(merchant, debit(merchant, sepa=known["id"]), "failed")
    seen = shown(merchant, own["id"])
    assert (seen["state"], seen["suspended_for"]) == ("suspended", code)
    body = {"amount": 5000, "currency": "eur", "sepa": known["id"]}
    assert merchant.post("/v2/payments/", body).status == 422
    mandate(merchant, "lift", own["id"], expect=1)
    now = amended(merchant, own["id"], "--iban", ibans.unique(), "--name", "Jean Dupont")
    seen = shown(merchant, own["id"])
    assert (seen["state"], seen["suspended_for"]) == ("active", None)
    again = debit(merchant, sepa=now)
    settled(merchant, again)
    # The collection that came to nothing was presented all the same.
    assert told(merchant, again, OLD_IBAN) != [None]
    merchant.verify()


def test_an_operator_lifts_what_the_debtors_bank_made_stop(merchant):
    known, own = signed(merchant, "Jean Dupont MS02")
    ended(merchant, debit(merchant, sepa=known["id"]), "failed")
    # Another account does not change what the debtor wants.
    now = amended(merchant, own["id"], "--iban", ibans.unique(), "--name", "Jean Dupont")
    assert shown(merchant, own["id"])["suspended_for"] == "MS02"
    body = {"amount": 5000, "currency": "eur", "sepa": now}
    assert merchant.post("/v2/payments/", body).status == 422
    mandate(merchant, "lift", own["id"])
    settled(merchant, debit(merchant, sepa=now))
    events = [(event["kind"], event["detail"]) for event in shown(merchant, own["id"])["history"]]
    assert events[-3:] == [("mandate.operator", "amend_account"), ("mandate.state", "active"),
                           ("mandate.operator", "lift")]
    merchant.verify()


@pytest.mark.parametrize("deed", ["suspend", "revoke"])
def test_what_waits_under_a_stopped_mandate_fails_at_its_cut_off(merchant, deed):
    known, own = signed(merchant)
    waiting = debit(merchant, sepa=known["id"])
    mandate(merchant, deed, own["id"])
    assert status_of(merchant, waiting) == "to_capture"
    merchant.advance(6 * 86400)
    seen = merchant.read("/v2/payments/" + waiting["id"])
    assert (seen["status"], seen["response"]) == ("failed", "MD01")
    mandate(merchant, "lift", own["id"], expect=0 if deed == "suspend" else 1)
    merchant.verify()


def test_what_is_lifted_before_the_cut_off_leaves(merchant):
    known, own = signed(merchant)
    waiting = debit(merchant, sepa=known["id"])
    mandate(merchant, "suspend", own["id"])
    mandate(merchant, "suspend", own["id"], expect=1)
    mandate(merchant, "lift", own["id"])
    settled(merchant, waiting)


def test_the_paper_stays_what_was_signed(merchant):
    known, own = signed(merchant)
    settled(merchant, debit(merchant, sepa=known["id"]))
    amended(merchant, own["id"], "--iban", ibans.unique())
    setting(merchant, "name", "Atelier Neuf SARL")
    settled(merchant, debit(merchant, sepa=shown(merchant, own["id"])["account"]))
    later = merchant.get(f"/v2/mandates/{own['id']}/pdf")
    assert later.status == 200
    text = pdf_text(later.raw)
    assert text is None or ("Atelier Exemple SARL" in text and "Neuf" not in text)
    assert text is None or known["last4"] in text.replace(" ", "")


class TestCommand:
    def test_list_and_show(self, merchant):
        known, own = signed(merchant)
        [row] = cli.told(merchant.server, "mandate", "list", cli.merchant_id(merchant))
        assert (row["id"], row["umr"], row["state"]) == (own["id"], own["rum"], "active")
        assert row["iban"] == "DE..." + known["last4"]
        assert own["rum"] in cli.run(merchant.server, "mandate", "list", cli.merchant_id(merchant))
        assert cli.told(merchant.server, "mandate", "list", cli.merchant_id(merchant), "--live") == []
        text = mandate(merchant, "show", own["rum"])
        assert own["id"] in text and "signed on 2021-06-14 (declared)" in text

    def test_a_reference_of_several_is_not_one(self, merchant, sandbox):
        other = sandbox.merchant_add()
        ids = [shop.made("/v2/mandates/", {"sepa": signed(shop)[0]["id"], "rum": "SHARED-RUM"})["id"]
               for shop in (merchant, other)]
        mandate(merchant, "show", "SHARED-RUM", expect=1)
        mandate(merchant, "show", "SHARED-RUM", "--live", expect=1)
        assert [shown(merchant, name)["umr"] for name in ids] == ["SHARED-RUM"] * 2

    @pytest.mark.parametrize("words", [
        (), ("nothing",), ("show",), ("list",), ("list", "x"), ("amend", "X"), ("lift",),
        ("amend", "X", "--name", "Y"), ("amend", "X", "--iban", "Y", "--umr", "Z"),
        ("amend", "X", "--bic", "Y", "--umr", "Z"), ("amend", "X", "--bic", ""),
        ("amend", "X", "--bic", "Y", "--name", "Z"),
        ("amend", "X", "--umr"), ("revoke", "X", "Y"), ("list", "0" * 24, "--limit", "0")])
    def test_bad_usage(self, sandbox, words):
        mandate(sandbox, *words, expect=2)

    def test_what_cannot_be_is_refused_and_changes_nothing(self, merchant):
        iban = ibans.unique()
        account = merchant.made("/v2/sepa/", {"iban": iban, "name": "Jean Dupont"})
        own = merchant.made("/v2/mandates/", {"sepa": account["id"]})
        _, taken = signed(merchant)
        mandate(merchant, "amend", own["id"], "--iban", ibans.unique(), expect=1)  # not signed
        merchant.patch("/v2/mandates/" + own["id"], {"signed_at": "2021-06-14T08:00:00Z"})
        before = shown(merchant, own["id"])
        for words in (("amend", own["id"], "--iban", iban), ("lift", own["id"]),
                      ("amend", own["id"], "--iban", "FR7630006000011234567890188"),
                      ("amend", own["id"], "--umr", "a b"),
                      ("amend", own["id"], "--umr", taken["rum"].lower()),
                      ("amend", own["id"], "--iban", ibans.unique(), "--bic", "X")):
            mandate(merchant, *words, expect=1)
        assert shown(merchant, own["id"]) == before
        for name in ("NOBODY", "mndt_" + "0" * 24, "0" * 24):
            mandate(merchant, "revoke", name, expect=1)
        mandate(merchant, "revoke", own["id"])
        for deed in ("revoke", "suspend", "lift"):
            mandate(merchant, deed, own["id"], expect=1)
