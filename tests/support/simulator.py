"""What the acquirer's simulator tells over its control address (cards.md 4).

The one place that knows the shape of those answers: the tests ask for facts.
"""

from urllib.parse import quote

from support import wire

AUTHORISATION = "0100"
REVERSAL = "0420"


def bare(payment):
    """The id of a payment without the prefix of a face, as DE 48 tag 12 carries it."""
    name = payment if isinstance(payment, str) else payment["id"]
    return name.split("_", 1)[-1]


def is_approved(entry):
    return entry["code"] == "00"


def stands(entry):
    return is_approved(entry) and not entry["reversed"]


class Simulator:
    def __init__(self, control_url):
        self.url = control_url

    def get(self, path):
        answer = wire.exchange(self.url + path, "GET")
        assert answer.status == 200, f"simulator {path}: {answer}"
        return answer.json

    def entries(self, query=""):
        """Every authorisation in the simulator's book, oldest first."""
        return [entry for entry in self.get("/transactions" + query)["transactions"]
                if entry["mti"][:2] == AUTHORISATION[:2]]

    def of(self, payment):
        return self.entries("?payment=" + quote(bare(payment)))

    def reversals(self):
        """Every reversal in the simulator's book, oldest first."""
        return [entry for entry in self.get("/transactions")["transactions"]
                if entry["mti"][:3] == REVERSAL[:3]]

    def held(self, payment):
        """What a payment reserves on the card, captured or not; one amount for each authorisation
        that stands and has an amount."""
        return [entry["held"] for entry in self.of(payment) if stands(entry) and entry["held"]]

    def debited(self, payment):
        """What the payer really paid for a payment: one amount for each capture that stands."""
        return [entry["captured"] for entry in self.of(payment) if entry["captured"]]

    def refunded(self, payment):
        return sum(entry["refunded"] for entry in self.of(payment))

    def _sums(self, name):
        sums = {}
        for entry in self.entries():
            if entry[name]:
                payment = bare(entry["payment"])
                assert payment not in sums, f"{payment} has two debits"
                sums[payment] = entry[name]
        return sums

    def standing(self):
        """{payment: amount} of all that is held, captured or not."""
        return self._sums("held")

    def captured(self):
        """{payment: amount} of all that was debited."""
        return self._sums("captured")

    def returned(self):
        """{payment: amount} of all that was given back."""
        return self._sums("refunded")

    def bank_book(self, query=""):
        """What the simulated bank was asked for and really did, oldest first; `debited`, `paid`
        and `returned` are what has happened by the account's clock, or by ?at= (Unix seconds)."""
        return self.get("/bank/book" + query)["book"]
