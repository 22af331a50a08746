"""What a merchant's money must be, by docs/ledger.md and the pages of the interfaces alone: a model that is told what was
asked for and what time it is. Nothing here shares a line with the program under test.

Card payments that are captured in the evening or at once, holds, debits with their returns, refunds, disputes and payouts
of the sandbox, in euro and other currencies."""

import collections
import datetime

from support.bank import PARIS
from support.safedebit import next_open

AT_ONCE = ("4000000000000077", "4000000000000259")
DISPUTED = "4000000000000259"
HOLD_S = 156 * 3600  # of a deposit
HOURS = (7, 8, 18, 21, 22)  # bank, payouts, its cut-off, captures, settlement


def half_up(number, of):
    return (2 * number + of) // (2 * of)


def later_open(day, count=1):
    for _ in range(count):
        day = next_open(day + datetime.timedelta(days=1))
    return day


def at(day, hour):
    return datetime.datetime.combine(day, datetime.time(hour), PARIS).timestamp()


def day_of(time):
    return datetime.datetime.fromtimestamp(time, PARIS).date()


class Payment:
    """One of a merchant; state is that of Stancer."""

    def __init__(self, amount, currency, number=None, code=None):
        self.amount, self.currency, self.number, self.code = amount, currency, number, code
        self.method = "card" if number else "sepa"
        self.state = self.due = self.back = self.ends = None
        self.fee = self.vat = 0
        self.final = False  # payable
        self.refunds = []

    def left(self):
        return self.amount - sum(refund.amount for refund in self.refunds if refund.state != "not_honored")


class Refund:
    """Of a payment, which it may have cancelled instead."""

    def __init__(self, payment, amount):
        self.payment, self.amount, self.state = payment, amount, "to_refund"


Line = collections.namedtuple("Line", "kind amount fee vat")


class Payout:
    """The lines that it pays."""

    def __init__(self, currency, lines):
        self.currency, self.lines, self.state = currency, lines, "to_pay"

    def sums(self):
        """(currency, state, amount, fees, VAT, payments, refunds, disputes)"""
        fees, vat = sum(line.fee for line in self.lines), sum(line.vat for line in self.lines)
        parts = [sum(line.amount for line in self.lines if line.kind == kind)
                 for kind in ("payment", "refund", "dispute")]
        return (self.currency, self.state, sum(parts) - fees - vat, fees, vat, parts[0], -parts[1], -parts[2])


class Merchant:
    """The fees are its settings: (basis points, minor units), and those that are fixed."""

    def __init__(self, now, card, sepa, returned, disputed, vat_bp):
        self.now = now
        self.rates = {"card": card, "sepa": sepa}
        self.returned, self.disputed, self.vat_bp = returned, disputed, vat_bp
        self.payments, self.payouts, self.disputes = [], [], []
        self.lines = collections.defaultdict(list)  # of a currency, that wait for a payout
        self.balance = collections.Counter()        # (account, currency)
        self.view = collections.Counter()           # the same for the tax office, journal BQ

    # --- the book ---

    def vat(self, fee):
        return half_up(fee * self.vat_bp, 10000)

    def post(self, currency, **legs):
        assert sum(legs.values()) == 0, legs
        for account, amount in legs.items():
            self.balance[account, currency] += amount

    def show(self, currency, net, gross, fee=0, vat=0):
        """To the merchant: what it is owed, from whom, and what that costs."""
        for account, amount in (("467000", net), ("411000", -gross), ("627000", fee), ("445660", vat)):
            self.view[account, currency] += amount

    def book(self, payment, account, sign=1):
        """Decided or released, or the same taken back."""
        basis_points, fixed = self.rates[payment.method]
        payment.fee = min(half_up(payment.amount * basis_points, 10000) + fixed, payment.amount)
        payment.vat = self.vat(payment.fee)
        net = payment.amount - payment.fee - payment.vat
        self.post(payment.currency, **{account: sign * payment.amount, "merchant_pending": -sign * net,
                                       "fee_income": -sign * payment.fee, "fee_vat": -sign * payment.vat})
        self.show(payment.currency, sign * net, sign * payment.amount, sign * payment.fee, sign * payment.vat)

    def make_payable(self, payment):
        if payment.final:
            return
        payment.final = True
        net = payment.amount - payment.fee - payment.vat
        self.post(payment.currency, merchant_pending=net, merchant_payable=-net)
        self.lines[payment.currency].append(Line("payment", payment.amount, payment.fee, payment.vat))

    def lose(self, payment, account, fee):
        vat = self.vat(fee)
        self.post(payment.currency, **{account: -payment.amount, "merchant_payable": payment.amount + fee + vat,
                                       "fee_income": -fee, "fee_vat": -vat})
        self.show(payment.currency, -payment.amount - fee - vat, -payment.amount, fee, vat)
        self.lines[payment.currency].append(Line("dispute", -payment.amount, fee, vat))
        payment.state = "disputed"
        self.disputes.append(payment)

    # --- what is asked for ---

    def approve(self, payment, amount=None):
        """By the bank of a card; amount: what is cashed of a hold."""
        payment.amount = amount or payment.amount
        payment.state = "to_capture"
        self.book(payment, "acquirer_receivable")
        if payment.number in AT_ONCE and amount is None:
            self.settle_card(payment)
        if payment.number == DISPUTED:
            self.lose(payment, "acquirer_receivable", self.disputed)

    def hold(self, payment):
        payment.state, payment.ends = "authorized", self.now + HOLD_S

    def collect(self, payment):
        payment.state = "to_capture"
        today = day_of(self.now)
        file_day = today if next_open(today) == today and self.now < at(today, 18) else later_open(today)
        payment.due = later_open(file_day)

    def refund(self, payment, amount):
        refund = Refund(payment, amount)
        payment.refunds.append(refund)
        if payment.state in ("to_capture", "authorized"):
            if payment.method == "card" and payment.state == "to_capture":
                self.book(payment, "acquirer_receivable", -1)
            payment.state, refund.state = "canceled", "payment_canceled"
            return
        self.post(payment.currency, merchant_payable=amount, refunds_in_transit=-amount)
        self.show(payment.currency, -amount, -amount)
        self.lines[payment.currency].append(Line("refund", -amount, 0, 0))

    # --- what time brings ---

    def pass_to(self, now):
        day = day_of(self.now)
        while at(day, 0) <= now:
            for hour in HOURS:
                if self.now < at(day, hour) <= now:
                    getattr(self, f"at_{hour}")(day)
            day += datetime.timedelta(days=1)
        for payment in self.of("card", "authorized"):
            if payment.ends < now:
                payment.state = "expired"
        self.now = now

    def of(self, method, state):
        return [payment for payment in self.payments if (payment.method, payment.state) == (method, state)]

    def refunds_of(self, method, state):
        return [refund for payment in self.payments if payment.method == method
                for refund in payment.refunds if refund.state == state]

    def at_7(self, day):
        for payment in self.of("sepa", "capture_sent"):
            if payment.due == day:
                payment.state = "captured"
                self.post("eur", bank=payment.amount, sepa_in_collection=-payment.amount)
        for payment in self.of("sepa", "captured"):
            if payment.back == day:
                self.make_payable(payment)
                self.lose(payment, "bank", self.returned)
                for refund in [refund for refund in payment.refunds if refund.state == "to_refund"]:
                    self.keep(refund)
        if next_open(day) == day:
            for refund in self.refunds_of("sepa", "refund_sent"):
                self.pay_back(refund)
            for payout in [payout for payout in self.payouts if payout.state == "sent"]:
                payout.state = "paid"
                self.post("eur", payouts_in_transit=payout.sums()[2], bank=-payout.sums()[2])

    def at_8(self, day):
        for payment in self.of("sepa", "captured"):
            if day >= later_open(payment.due, 5):
                self.make_payable(payment)
        for currency, lines in self.lines.items():
            made = Payout(currency, lines)
            net = made.sums()[2]
            if next_open(day) == day and net >= 100:
                self.lines[currency] = []
                self.payouts.append(made)
                self.post(currency, merchant_payable=net, payouts_in_transit=-net)
                self.view["467000", currency] -= net
                self.view["512000", currency] += net

    def at_18(self, day):
        if next_open(day) != day:
            return
        for payment in self.of("sepa", "to_capture"):
            if payment.due == later_open(day):
                payment.state = "capture_sent"
                self.book(payment, "sepa_in_collection")
                if payment.code and payment.code[0] == "D":
                    payment.back = later_open(payment.due, 2)
                elif payment.code:
                    self.book(payment, "sepa_in_collection", -1)
                    payment.state = "failed"
        for refund in self.refunds_of("sepa", "to_refund"):
            refund.state = "refund_sent"
        for payout in self.payouts:
            if (payout.currency, payout.state) == ("eur", "to_pay"):
                payout.state = "sent"

    def at_21(self, _day):
        for payment in self.of("card", "to_capture"):
            payment.state = "capture_sent"
        for refund in self.refunds_of("card", "to_refund"):
            refund.state = "refund_sent"

    def at_22(self, _day):
        for payment in self.of("card", "capture_sent"):
            self.settle_card(payment)
        for refund in self.refunds_of("card", "refund_sent"):
            self.pay_back(refund)
        for payment in [payment for payment in self.disputes if payment.method == "card"]:
            self.disputes.remove(payment)
            self.post(payment.currency, acquirer_receivable=payment.amount, bank=-payment.amount)

    def settle_card(self, payment):
        kept = sum(half_up(payment.amount * part, 10000) for part in (20, 5, 15))
        self.post(payment.currency, bank=payment.amount - kept, acquirer_fees=kept, acquirer_receivable=-payment.amount)
        payment.state = "captured"
        self.make_payable(payment)

    def pay_back(self, refund):
        refund.state = "refunded"
        self.post(refund.payment.currency, refunds_in_transit=refund.amount, bank=-refund.amount)

    def keep(self, refund):
        """A debit that its bank has taken back is not refunded beside that."""
        refund.state = "not_honored"
        self.post("eur", refunds_in_transit=refund.amount, merchant_payable=-refund.amount)
        self.show("eur", refund.amount, refund.amount)
        self.lines["eur"].append(Line("refund", refund.amount, 0, 0))
