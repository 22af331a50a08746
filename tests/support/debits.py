"""Payments by direct debit as journeys make them, and the days until something became of them."""

import itertools
from xml.etree import ElementTree

from support import bank, cli, ibans

_serial = itertools.count()


def account(name="Jean Dupont"):
    """An account with a signed mandate, as a body."""
    return {"iban": ibans.unique(), "name": name, "mandate": f"FILES-{next(_serial):05d}",
            "date_mandate": "2021-06-14"}


def signed(merchant, name="Jean Dupont", **members):
    """An account and a mandate object of its own, both as they are shown."""
    known = merchant.made("/v2/sepa/", {"iban": ibans.unique(), "name": name} | members)
    mandate = merchant.made("/v2/mandates/", {"sepa": known["id"],
                                              "signed_at": "2021-06-14T08:00:00Z"})
    return known, mandate


def debit(merchant, amount=5000, name="Jean Dupont", **members):
    made = merchant.made("/v2/payments/", {"amount": amount, "currency": "eur",
                                           "sepa": account(name)} | members)
    assert (made["method"], made["status"]) == ("sepa", "to_capture")
    return made


def status_of(merchant, payment):
    return merchant.read("/v2/payments/" + payment["id"])["status"]


def wait_days(merchant, done, days=12):
    """Morning after morning, until something is so."""
    for _ in range(days):
        if done():
            return
        merchant.advance_to(7, 5)
    assert done()


def settled(merchant, payment):
    wait_days(merchant, lambda: status_of(merchant, payment) == "captured")


def ended(merchant, payment, status):
    wait_days(merchant, lambda: status_of(merchant, payment) == status)


def files(merchant, *options):
    """The files for the bank, newest first."""
    return cli.told(merchant.server, "sepa", "status", cli.merchant_id(merchant), *options)["files"]


def sent(merchant, payment):
    """The transaction of the pain.008 in which a payment left, checked against the schema."""
    return sent_in_block(merchant, payment)[1]


def sent_in_block(merchant, payment):
    """The same after the block that it stands in."""
    for path in (path for place in merchant.data_dirs for path in (place / "sepa" / "sent").glob("*.xml")):
        raw = path.read_bytes()
        if payment["id"][5:].encode() not in raw:
            continue
        document = ElementTree.fromstring(raw)
        bank.check_schema(path, document.tag[1:].split("}")[0].rsplit(":", 1)[-1])
        for block in bank.Node(document[0]).all("PmtInf"):
            for row in block.all("DrctDbtTxInf"):
                if row.text("PmtId/InstrId") == payment["id"][5:]:
                    return block, row
    raise AssertionError(f"{payment['id']} is in no file")
