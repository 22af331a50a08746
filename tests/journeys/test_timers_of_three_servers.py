"""Three servers on one database, and three test clocks, each moved by another of them: every kind of task that there is, more
than a thousand tasks and more than a thousand deliveries, each done once; also when servers are killed again and again
(docs/adr/0045)."""

import collections
import concurrent.futures
import threading

import pytest

import test_bank_files as bank
import test_mandate_forms as forms
from support import cards, cli, debits, drafts, onboarding, safedebit, seqino, simplypaie, submissions, wire
from support.browser import Browser
from support.races import at_once
from support.receiver import Receiver
from support.server import eventually
from support.simulator import bare
from support.watch import Watch, kinds

SERVERS = 3
DAY_S = 86400
CLIENTS = 16
ANSWER_MS = 1000  # an acquirer that says nothing is given up after that
THOUSAND, BETWEEN_KILLS = 1000, 150
FLIGHTS = 64  # to one receiver at the same time (src/notify/notify.c)
# How many of each a merchant has; a small one has a third of what comes in crowds.
CAPTURES, REFUNDS, VOIDS, HOLDS, DEBITS, REQUESTS, FORMS, LEVIES = 90, 18, 15, 15, 18, 21, 15, 9
DEPOSITS, MANDATES, INVOICES, COMPANIES = 4, 4, 4, 2


def many(count, call):
    """Some clients make so many of something; call: given its number."""
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(call, range(count)))


class Shop:
    """What a merchant has made, of which nothing is due before its clock moves."""

    def __init__(self, account, receiver, small=False):
        self.account = account
        part = 3 if small else 1
        account.made("/v2/webhooks/", {"url": receiver.url("/hook")})
        self.captures = many(CAPTURES // part, lambda place: account.pay(amount=1000 + place))
        self.refunded = many(REFUNDS // part, self._refunded)
        self.voided = many(VOIDS // part, self._voided)
        self.holds = many(HOLDS // part, lambda place: account.pay(capture=False, amount=3000 + place))
        self.debits = many(DEBITS // part, lambda place: debits.debit(account, amount=4000 + place))
        self.deposits = many(DEPOSITS, self._deposit)
        self.requests = many(REQUESTS // part, lambda place: account.made("/v2/payment_intents/", {"amount": 2500 + place}))
        self.forms = many(FORMS // part, lambda place: account.ssp("initiate_consumer", consumer_data=str(place)))
        payer = safedebit.payer(account)
        self.levies = many(LEVIES // part, lambda place: account.ssp("payment", **safedebit.levy(
            account, payer, amount="100000", sdd_reference=f"CODE-{place}")))
        self.mandates = many(MANDATES, lambda place: self._signed())
        self.invoices = many(INVOICES, lambda place: drafts.issued(account))
        self._once()

    def _refunded(self, place):
        payment = self.account.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=5000 + place)
        self.account.made("/v2/refunds/", {"payment": payment["id"], "amount": 700})
        return payment

    def _voided(self, place):
        payment = self.account.pay(amount=6000 + place)
        self.account.made("/v2/refunds/", {"payment": payment["id"]})
        return payment

    def _deposit(self, place):
        number = simplypaie.made(self.account, type="preauth", amount="8000")["paymentId"]
        simplypaie.pay(self.account, number)
        simplypaie.check_done(simplypaie.act(self.account, number, "cash", {"amount": str(2000 + place)}))
        (payment,) = self.account.read(f"/v2/payments/?order_id={number}")["payments"]
        return payment

    def _signed(self):
        """A mandate of a call, signed by its code."""
        asked = forms.ask(self.account)
        safedebit.check_done(safedebit.exchange(self.account, "otu_confirm_mandat", {
            "umr": asked["umr"], "otu_value": forms.CODE}))
        return asked

    def _once(self):
        """What needs no crowd."""
        account = self.account
        browser = Browser(account.at(0))
        challenged = account.made("/v2/payments/", {"amount": 3100, "description": "Une commande",
                                                    "return_url": "https://shop.example/"})
        browser.go(account.at(0).page_url(challenged))
        browser.pay(cards.AUTH_REQUIRED)
        assert browser.at_the_bank(), browser.history
        self.challenged = challenged
        self.silent = many(2, lambda place: account.post("/v2/payments/", {
            "amount": 990098, "unique_id": f"silent-{place}", "card": cards.card()}))
        for _ in range(COMPANIES):
            client = seqino.made(account)["client_id"]
            answer = seqino.exchange(account, "POST", "/mandates", seqino.mandate_draft(), client=client)
            assert answer.status == 201, answer
            body = {"date": "2026-10-05", "category": "TLB1", "transaction_count": 3, "vat_lines": [
                {"vat_rate": "20", "taxable_amount": "100.00", "tax_amount": "20.00"}]}
            answer = seqino.exchange(account, "POST", "/reporting/b2c-transactions", body, client=client)
            assert answer.status == 201, answer
            submissions.submitted(account, submissions.invoice())
        self.visit = onboarding.Visit(account.at(0), include_signature=True)
        self.visit.company()
        self.visit.agree()
        self.visit.codes(1)
        self.visit.sign()


def unexplained(account, place):
    """A line of the bank's about something that we do not know, which waits for ten days."""
    day = account.paris_now().date().isoformat()
    told = bank.statement(account, place, "NOBODYS", bank.own_account(account), [bank.line(
        "N1", 1500, "PMNT/IDDT/ESDD", day, "<TxDtls><Refs><EndToEndId>NOBODYS</EndToEndId></Refs></TxDtls>")])
    assert told["parked"] == 1, told


# --- moving clocks, and killing servers meanwhile -----------------------------------------------

def clock(account, first):
    """The time, told by whichever server is there."""
    for number in range(first, first + SERVERS):
        try:
            return account.at(number).clock()
        except wire.Unreachable:
            pass
    raise AssertionError("no server answers")


def move_on(account, first, until):
    """Moves a clock to a moment, by the server of this number; by the next one when that is killed meanwhile."""
    server = first
    while (left := until - clock(account, server)) > 0:
        try:
            account.at(server).advance(left)
        except wire.Unreachable:
            server += 1


def nothing(_group, _watch, _over):
    """While the clocks move."""
    return 0


def kills(group, watch, over):
    """Each server is killed with a task in its hands and started again, when some more has been done since the one before;
    gives how many were."""
    done = watch.count()
    for count, victim in enumerate(group.servers):
        number = int((victim.dir / "holder").read_text())
        while watch.count() < done + BETWEEN_KILLS or watch.held_by(number) == 0:
            if over.wait(0.001):
                return count
        victim.kill9()
        victim.start()
        done = watch.count()
    return SERVERS


def all_clocks(group, watch, shops, seconds, meanwhile):
    """Each moved by another server, at once; gives what `meanwhile` does, which ends when they have."""
    over = threading.Event()
    until = [shop.account.at(0).clock() + seconds for shop in shops]
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        running = beside.submit(meanwhile, group, watch, over)
        try:
            at_once([lambda number=number: move_on(shops[number].account, number, until[number])
                     for number in range(SERVERS)])
        finally:
            over.set()
        return running.result()


# --- what must have become of it ----------------------------------------------------------------

def states(watch, table):
    """{id: state}"""
    return {row["id"]: row["state"] for row in watch.rows.ask(f"SELECT id, state FROM {table}")}


def check_cards(shop, simulator):
    """What the payers' banks saw: each debit once, and nothing of what was given back."""
    captured, standing, returned = simulator.captured(), simulator.standing(), simulator.returned()
    for payment in shop.captures + shop.refunded:
        assert captured[bare(payment)] == payment["amount"]
    for payment in shop.refunded:
        assert returned[bare(payment)] == 700
    assert [captured[bare(payment)] for payment in shop.deposits] == [2000 + place for place in range(DEPOSITS)]
    for payment in shop.voided + shop.holds:
        assert bare(payment) not in standing and bare(payment) not in captured
    assert len(captured) == len(set(captured))


def check_debits(watch, shop, simulator):
    """Each collected once, by one file, whichever server wrote it."""
    (row,) = watch.rows.ask("SELECT merchant FROM payment WHERE id = ?", bare(shop.debits[0]))
    book = simulator.bank_book()
    assert len({entry["end_to_end_id"] for entry in book}) == len(book)
    collected = [entry["amount"] for entry in book
                 if entry["owner"] == row["merchant"] and entry["kind"] == "collection"]
    assert sorted(collected) == sorted(payment["amount"] for payment in shop.debits)
    sent = {path.name: path.read_text(encoding="utf-8") for place in shop.account.data_dirs
            for path in (place / "sepa" / "sent").glob("*.xml")}
    for payment in shop.debits:
        assert sum(bare(payment) in text for text in sent.values()) == 1


def check_states(watch, shop):
    """Everything has come to its end."""
    payments, requests, seen = states(watch, "payment"), states(watch, "request"), states(watch, "mandate_form")
    for expected, made in (("captured", shop.captures + shop.refunded + shop.deposits + shop.debits),
                           ("canceled", shop.voided), ("expired", shop.holds)):
        assert {payments[bare(payment)] for payment in made} == {expected}
    assert {requests[bare(request)] for request in shop.requests} == {"unpaid"}
    assert "open" not in seen.values()
    assert [levy["status"] for levy in safedebit.levies(shop.account) if levy["amount"] == "100000"] == [
        "CANCELED"] * len(shop.levies)
    for invoice in shop.invoices:
        assert drafts.file(shop.account, invoice["invoice_id"]).status == 200


def check_once(watch, receiver):
    """Nothing was done twice, by the database's own notes."""
    assert watch.tasks_done_twice() == []
    assert watch.deliveries_ended_twice() == []
    assert watch.told_twice() == []
    assert watch.happened_twice() == []
    told = collections.Counter(seen.id for seen in receiver.seen)
    assert len(told) == len(watch.delivered("stancer"))
    return told


def check(watch, shops, receiver):
    eventually(lambda: not watch.left(), 30, "nothing is due any more")
    simulator = shops[0].account.at(0).simulator()
    for shop in shops:
        check_cards(shop, simulator)
        check_debits(watch, shop, simulator)
        check_states(watch, shop)
    return check_once(watch, receiver)


@pytest.fixture
def group(several_servers):
    return several_servers(SERVERS, CARD_SIM_ANSWER_MS=ANSWER_MS)


@pytest.fixture
def watch(group):
    looking = Watch(group.url)
    yield looking
    looking.close()


def refuses(seen, number):
    """Every eighth event is refused once."""
    return 503 if number == 1 and sum(seen.id.encode()) % 8 == 0 else 200


def test_each_of_a_months_due_things_is_done_once(group, watch, tmp_path):
    with Receiver(refuses) as receiver:
        shops = [Shop(group.merchant_add(), receiver) for _ in range(SERVERS)]
        unexplained(shops[0].account, tmp_path)
        assert watch.rows.change("INSERT INTO task (merchant, mode, kind, object, due_us, created_us) SELECT merchant, mode, "
                                 "'submission_terms', id, created_us, created_us FROM submission") > 0
        all_clocks(group, watch, shops, 33 * DAY_S, nothing)
        told = check(watch, shops, receiver)
    assert kinds() == set(watch.done())
    tasks, deliveries = watch.shares()
    assert len(tasks) == len(deliveries) == SERVERS, "each server has done some"
    assert sum(tasks) >= THOUSAND and sum(deliveries) >= THOUSAND
    assert max(told.values()) == 2 and told.total() == watch.tries("stancer")
    assert not any("task.failed" in server.log.read_text() for server in group.servers)
    group.servers[0].verify()


def test_each_due_thing_is_done_once_whoever_is_killed(group, watch):
    with Receiver() as receiver:
        shops = [Shop(group.merchant_add(), receiver, small=True) for _ in range(SERVERS)]
        assert all_clocks(group, watch, shops, 33 * DAY_S, kills) == SERVERS
        told = check(watch, shops, receiver)
    # News that was on its way from a server that died is told again, as the same.
    assert told.total() - watch.tries("stancer") in range(SERVERS * SERVERS * FLIGHTS + 1)
    assert sum(map(sum, watch.shares())) >= THOUSAND
    group.servers[0].verify()
