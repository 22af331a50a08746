"""The documents of one merchant, over SimplyPaie and by `guichet invoice`."""

import json

import pytest

from support import cli, simplypaie, wire
from support.server import Failed

SEED = {"name": "Société SARL", "address": "12 rue de la Paix, 75002 Paris", "type": "normal",
        "date": "2017-12-01", "currency": "EUR", "deposit": "20.50",
        "items": [{"designation": "Produit 1", "price": "26.30", "quantity": "3", "vat": "20"}]}


class Desk:
    """The commands about the documents of one merchant."""

    def __init__(self, account):
        self.account, self.server = account, account.server
        self.id = cli.merchant_id(account)

    def run(self, what, *words, expect=0):
        return cli.run(self.server, "invoice", what, self.id, *words, expect=expect)

    def told(self, what, *words):
        return json.loads(self.run(what, *words, "--json"))

    def ask(self, **parts):
        """One call with the seed's example and other parts; None leaves one out."""
        body = {name: value for name, value in (SEED | parts).items() if value is not None}
        return simplypaie.exchange(self.account, "POST", "/invoices/new", body)

    def issue(self, **parts):
        """Issues a document; gives its number and the address of its file."""
        answer = self.ask(**parts)
        assert answer.status == 200, answer
        info = answer.json["info"]
        (row,) = [row for row in self.told("list", "--limit", "100")
                  if row["idfact"] == info["idfact"]]
        return row["number"], info["url"]

    def refused(self, what, *words):
        """A command that must end with 1; gives what it said."""
        with pytest.raises(Failed) as failed:
            self.run(what, *words)
        assert "ended with 1" in str(failed.value)
        return str(failed.value)

    def record(self, number):
        """What a document says, as a dict; of what stands there several times the last."""
        record = self.told("show", number)["record"]
        return dict(line.partition("=")[::2] for line in record.splitlines())

    def received(self, number):
        """[(turn, rate in basis points, cents)] of what an invoice received."""
        return [(row["turn"], row["rate_bp"], row["amount"])
                for row in self.told("show", number)["received"]]


def download(url):
    """The file of a document, once it is drawn."""
    answer = wire.exchange(url, "GET", None, {}, timeout=20)
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf", answer
    return answer.raw
