"""A merchant's money after weeks of chance, against a model that is not ours (support/money.py): what each payment, refund
and payout says on every interface, each balance of the ledger, the file for the tax office, the acquirer's and the bank's
books. The seed of a run is printed; GUICHET_TEST_SEED repeats it."""

import collections
import csv
import os
import random
import secrets

import pytest

from support import cards, cli, debits, money, simplypaie
from support.simulator import bare

FEES = {"card": (137, 33), "sepa": (90, 7), "returned": 149, "disputed": 1995, "vat_bp": 550}
NUMBERS = (cards.VISA, cards.MASTERCARD, *money.AT_ONCE)
CODES = (None, None, None, "AM04", "DMD06")
AMOUNTS = (50, 51, 99, 105, 1000, 4091, 4092, 4294967295)  # at limits, and where fees and VAT meet half a cent
SALES = {"customers", "sales_services", "sales_vat", "operator"}


class Story:
    """A merchant and what is known of it."""

    def __init__(self, merchant, seed):
        self.merchant, self.id, self.chance = merchant, cli.merchant_id(merchant), random.Random(seed)
        for name, value in (("card", "137+33"), ("sepa", "90+7"), ("return", 149), ("dispute", 1995), ("vat_bp", 550)):
            cli.run(merchant.server, "merchant", "set", self.id, "fee." + name, value)
        merchant.advance(self.chance.randrange(365) * 86400)
        merchant.advance_to(9, 30)  # what happens does at full hours
        self.model = money.Merchant(merchant.clock(), **FEES)
        self.known = {}     # id: payment
        self.requests = {}  # id of a hold: paymentId

    def amount(self):
        return self.chance.choice(AMOUNTS) if self.chance.random() < 0.3 else self.chance.randrange(50, 60000)

    # --- what is done ---

    def keep(self, shown, payment):
        self.known[shown["id"]] = payment
        self.model.payments.append(payment)

    def pay(self):
        payment = money.Payment(self.amount(), self.chance.choice(("eur", "eur", "usd", "chf")),
                                self.chance.choice(NUMBERS))
        self.keep(self.merchant.pay(self.chance.choice(("v1", "v2")), cards.card(payment.number), payment.amount,
                                    payment.currency), payment)
        self.model.approve(payment)

    def debit(self):
        payment = money.Payment(self.amount(), "eur", code=self.chance.choice(CODES))
        name = "Jean Dupont" if payment.code is None else "Jean Dupont " + payment.code
        self.keep(debits.debit(self.merchant, payment.amount, name), payment)
        self.model.collect(payment)

    def hold(self):
        payment = money.Payment(self.chance.randrange(50, 99999), "gbp", cards.VISA)
        number = simplypaie.made(self.merchant, amount=str(payment.amount), currency="GBP", mode="link",
                                 type="preauth")["paymentId"]
        (shown,) = self.merchant.read(f"/v2/payment_intents/{simplypaie.pay(self.merchant, number)['id']}/payments")[
            "payments"]
        self.keep(shown, payment)
        self.model.hold(payment)
        self.requests[shown["id"]] = number

    def cash(self):
        for identifier, payment in self.known.items():
            if payment.state == "authorized":
                part = self.chance.randrange(1, payment.amount + 1)
                simplypaie.check_done(simplypaie.act(self.merchant, self.requests[identifier], "cash",
                                                     {"amount": str(part)}))
                return self.model.approve(payment, part)
        return None

    def refund(self):
        """All or a part, too much or too early: what may be is done, what may not is 409."""
        identifier, payment = self.chance.choice(sorted(self.known.items()))
        self.is_disputed(identifier, payment)
        left = payment.left()
        amount = self.chance.choice((1, left, left + 1, self.chance.randrange(1, left + 2)))
        good = (0 < amount <= left if payment.state == "captured"
                else payment.state in ("to_capture", "authorized") and amount == left)
        key = {"Idempotency-Key": secrets.token_hex(8)}
        body = {"payment": identifier, "amount": amount}
        answers = [self.merchant.post(f"/{version}/refunds/", body, headers=key)
                   for version in [self.chance.choice(("v1", "v2"))] * 2]
        assert [answer.status for answer in answers] == [200 if good else 409] * 2, (vars(payment), amount, answers)
        assert answers[0].json == answers[1].json
        if good:
            self.model.refund(payment, amount)

    def some(self, count):
        steps = (self.pay, self.pay, self.debit, self.hold, self.cash, self.refund, self.refund)
        self.pay()
        for _ in range(count):
            self.chance.choice(steps)()

    def wait(self, hours):
        self.merchant.advance(hours * 3600)
        self.model.pass_to(self.merchant.clock())

    # --- what is so ---

    def is_disputed(self, identifier, payment):
        """The notice of the acquirer comes by itself."""
        if payment.number == money.DISPUTED:
            self.merchant.wait_for_status({"id": identifier}, payment.state)

    def check(self):
        for identifier, payment in self.known.items():
            self.is_disputed(identifier, payment)
        self.check_stancer()
        self.check_simplypaie()
        self.check_books()
        self.check_simulator()
        self.check_tax_office()

    def listed(self, path, plural):
        rows, start = [], 0
        while True:
            page = self.merchant.read(f"{path}?limit=100&start={start}")
            rows += page[plural]
            if not page["range"]["has_more"]:
                return rows
            start += 100

    def check_stancer(self):
        for path in ("/v1/checkout/", "/v2/payments/"):
            shown = {row["id"]: row for row in self.listed(path, "payments")}
            assert set(shown) == set(self.known)
            for identifier, payment in self.known.items():
                row = shown[identifier]
                said = (row["amount"], row["currency"], row["status"])
                assert said == (payment.amount, payment.currency, payment.state), (identifier, said, vars(payment))
                assert payment.fee in (0, row["fee"]), (identifier, row["fee"], vars(payment))
        refunds = collections.Counter((self.known[row["payment"]], row["amount"], row["status"])
                                      for row in self.listed("/v2/refunds/", "refunds"))
        assert refunds == collections.Counter((payment, refund.amount, refund.state)
                                              for payment in self.known.values() for refund in payment.refunds)
        payouts = [(row["currency"], row["status"], row["amount"], row["fees"], row["fees_vat"],
                    *(row[part]["amount"] for part in ("payments", "refunds", "disputes")))
                   for row in self.listed("/v2/payouts/", "payouts")]
        assert sorted(payouts) == sorted(payout.sums() for payout in self.model.payouts)

    def check_simplypaie(self):
        refunded = collections.Counter((line["currency"].lower(), int(line["amount"]))
                                       for line in simplypaie.listed(self.merchant, way="credit"))
        assert refunded == collections.Counter(
            (payment.currency, refund.amount) for payment in self.known.values() for refund in payment.refunds
            if payment.currency != "chf" and (refund.state != "payment_canceled" or payment.fee or payment.due))
        cashed = sum(int(line["amount"]) for line in simplypaie.listed(self.merchant, way="debit", status="cashed"))
        assert cashed == sum(payment.amount for payment in self.known.values() if payment.currency != "chf" and
                             payment.state in ("to_capture", "capture_sent", "captured", "disputed") and payment.left())

    def check_books(self):
        with self.merchant.server.rows() as rows:
            found = rows.ask("SELECT account, currency, amount_minor FROM ledger_balance WHERE merchant = ?", self.id)
        balances = {(row["account"], row["currency"]): row["amount_minor"] for row in found
                    if row["amount_minor"] and row["account"] not in SALES}
        assert balances == {key: amount for key, amount in self.model.balance.items() if amount}
        self.merchant.verify()

    def check_simulator(self):
        """The payer's side: what was held, taken and given back."""
        simulator = self.merchant.simulator()
        held, captured, refunded = simulator.standing(), simulator.captured(), simulator.returned()
        for identifier, payment in self.known.items():
            taken = payment.state in ("capture_sent", "captured", "disputed") and payment.method == "card"
            holds = taken or (payment.method == "card" and payment.state in ("authorized", "to_capture"))
            back = sum(refund.amount for refund in payment.refunds if payment.method == "card" and
                       refund.state in ("refund_sent", "refunded"))
            said = [book.get(bare(identifier), 0) for book in (held, captured, refunded)]
            assert said == [payment.amount * holds, payment.amount * taken, back], (identifier, said, vars(payment))
        book = [row for row in simulator.bank_book(f"?at={int(self.model.now)}") if row["owner"] == self.id]
        debited = sum(payment.amount for payment in self.known.values()
                      if payment.method == "sepa" and payment.state in ("captured", "disputed"))
        paid = sum(refund.amount for refund in self.model.refunds_of("sepa", "refunded"))
        paid += sum(payout.sums()[2] for payout in self.model.payouts if payout.state == "paid")
        assert (sum(row["debited"] for row in book), sum(row["paid"] for row in book)) == (debited, paid)

    def check_tax_office(self):
        place = self.merchant.dir / f"fec-{secrets.token_hex(4)}"
        cli.run(self.merchant.server, "fec", self.id, place, "--from", "2000-01-01", "--until", "2199-12-31",
                "--rate", "chf=1.05")
        (file,) = place.glob("*.txt")
        sums = collections.Counter()
        with open(file, newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                euro = [int(row[side].replace(",", "")) for side in ("Debit", "Credit")]
                own = int(row["Montantdevise"].replace(",", "")) if row["Idevise"] else sum(euro)
                sums[row["CompteNum"], row["Idevise"].lower() or "eur"] += own if euro[0] else -own
        assert {key: amount for key, amount in sums.items() if amount} == \
            {key: amount for key, amount in self.model.view.items() if amount}


@pytest.mark.parametrize("seed", [os.environ.get("GUICHET_TEST_SEED", "2031")])
def test_every_book_says_what_the_model_says(fresh, seed):
    print(f"GUICHET_TEST_SEED={seed}")
    story = Story(fresh.merchant_add(), seed)
    for hours in (11, 24, 72, 216):
        story.some(14)
        story.check()
        if story.chance.random() < 0.5:
            fresh.kill9()
            fresh.restart()
        story.wait(hours)
        story.check()

