"""A company that a sponsor has just made its client does business of its own through the other faces."""

import random

import pytest

from support import cards, cli, ibans, invoices, safedebit, seqino, server, simplypaie

# What its operator fills in, or its enrolment.
COMPANY = {"name": "Boulangerie Neuve SARL", "legal_form": "SARL", "capital": "5 000 EUR",
           "rcs": "Lyon", "siren": "300000007", "siret": "30000000700017",
           "vat_number": "FR83300000007", "address.line": "3 quai Romain Rolland",
           "address.zip": "69005", "address.city": "Lyon", "email": "bonjour@neuve.example",
           "ics": "FR72ZZZ123456", "iban": ibans.FR, "bic": "TESTFRPP", "cutoff_ibd": "1",
           "fee.card": "100+10"}


def keys_of(sponsor, client):
    """What an operator gives a client to call the other faces with."""
    running, name = sponsor.server, client["client_id"].removeprefix("client_")
    number = str(random.randrange(100_000_000, 999_999_999))
    paper = cli.told(running, "login", "add", name, number, "--face", "simplypaie")
    debits = cli.told(running, "login", "add", name, f"neuve-{number}")
    return server.Account(running, {
        "stancer": cli.told(running, "keys", "add", name),
        "simplypaie": {"client_id": paper["client_id"], "secret": paper["secret"]},
        "safedebit": {"login": debits["login"], "password": debits["password"]},
        "seqino": sponsor.contract["seqino"] | {"client_id": client["client_id"]}})


@pytest.fixture
def sponsor(sandbox):
    return sandbox.merchant_add()


@pytest.fixture
def company(sponsor):
    client = seqino.made(sponsor, organization_name=COMPANY["name"])
    account = keys_of(sponsor, client)
    for name, value in COMPANY.items():
        safedebit.setting(account, name, value)
    return account


def test_it_takes_a_card_and_the_money_is_on_its_own_account(sponsor, company):
    payment = company.pay(amount=10000)
    assert payment["status"] == "to_capture"
    company.settle()
    company.advance_to(8, 5)
    paid = company.wait_for_status(payment, "captured")
    assert paid["fee"] == 110
    # 100 basis points and 0.10 of fees, no VAT on them; no transfer leaves (payout_mode).
    (payout,) = company.read("/v2/payouts/")["payouts"]
    assert (payout["status"], payout["amount"], payout["fees"]) == ("paid", 9890, 110)
    assert sponsor.read("/v2/payments/")["payments"] == []
    assert sponsor.read("/v2/payouts/")["payouts"] == []
    company.verify()


def test_a_debtor_signs_its_mandate_and_is_debited(sponsor, company):
    consumer = safedebit.made(company)
    asked = company.ssp("create_mandate", safedebit_consumer_reference=consumer,
                        **{"url_" + end: "https://neuve.example/" for end in ("ok", "ko", "cancel")})
    safedebit.check_done(safedebit.exchange(company, "otu_confirm_mandat",
                                            {"umr": asked["umr"], "otu_value": "123456"}))
    (row,) = safedebit.mandates(company, umr=asked["umr"])
    assert row["status"] == "1", row
    made = company.ssp("payment", **safedebit.levy(
        company, safedebit.Payer(consumer, asked["umr"]), sdd_reference="L-1",
        due_date=safedebit.day_in(company, 25)))  # 14 days after the notice
    assert made["result"], made
    (shown,) = company.read("/v2/mandates/")["mandates"]
    assert shown["rum"] == asked["umr"]
    assert safedebit.mandates(sponsor, umr=asked["umr"]) == []
    # Whose debtors have signed is not deleted.
    seqino.check_refused(seqino.exchange(sponsor, "DELETE",
                                         "/clients/" + seqino.face(company)["client_id"]), 409)
    company.verify()


def test_it_issues_invoices_under_its_own_number_and_name(sponsor, company):
    desk, other = invoices.Desk(company), invoices.Desk(sponsor)
    first, _ = other.issue()
    number, url = desk.issue()
    # A series of its own begins at one.
    assert number.rsplit("-", 1)[-1] == first.rsplit("-", 1)[-1]
    record = desk.record(number)
    assert "Boulangerie Neuve SARL" in record.values() and "300000007" in record.values()
    assert invoices.download(url).startswith(b"%PDF-")
    assert [row["number"] for row in other.told("list")] == [first]
    company.verify()


def test_a_client_that_is_suspended_goes_on_with_its_own_keys(sponsor, company):
    name = seqino.face(company)["client_id"]
    assert seqino.put(sponsor, name, status="suspended").json["status"] == "suspended"
    seqino.check_refused(seqino.exchange(sponsor, "POST", "/clients", seqino.draft(), client=name),
                         403)
    assert company.pay(amount=1000)["status"] == "to_capture"
    assert simplypaie.connect(company).status == 200


def test_its_name_follows_until_it_is_given_one(sponsor):
    client = seqino.made(sponsor, organization_name="Avant SARL")
    name = client["client_id"].removeprefix("client_")
    running = sponsor.server

    def shown():
        return cli.told(running, "merchant", "show", name)["settings"]["name"]

    seqino.put(sponsor, client["client_id"], organization_name="Après SARL")
    assert shown() == "Après SARL"
    cli.run(running, "merchant", "set", name, "name", "Après et Fils SARL")
    seqino.put(sponsor, client["client_id"], organization_name="Encore SARL")
    assert shown() == "Après et Fils SARL"
