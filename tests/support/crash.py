"""A load of payments during which server and simulator are killed, and the accounts afterwards."""

import random
import threading
import time

from support import cards, wire
from support.server import eventually
from support.simulator import bare

OUTCOMES = ["4242424242424242"] * 6 + ["5555555555554444"] * 2 + ["4000000000000002"]
ACCEPTED = ("to_capture", "authorized", "capture_sent", "captured")


class Load:
    """Clients that make payments one after the other, and remember what they were told."""

    def __init__(self, account, payments, clients=8, seed=0):
        self.account, self.wanted, self.clients = account, payments, clients
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.acknowledged = {}  # unique id: the payment as answered
        self.unknown = set()    # unique ids whose call broke
        self.begun = 0
        self.other = []         # answers that are neither a payment nor "come back later"

    def _next(self):
        with self.lock:
            if self.begun >= self.wanted:
                return None
            self.begun += 1
            return f"load-{self.begun:06d}", {
                "amount": self.random.randrange(50, 500000),
                "capture": self.random.random() < 0.8,
                "unique_id": f"load-{self.begun:06d}",
                "card": cards.card(self.random.choice(OUTCOMES))}

    def _answer(self, body):
        """The answer of one payment; asks again only while nothing can have happened."""
        while True:
            try:
                answer = self.account.post("/v2/payments/", body)
            except wire.NotSent:
                answer = None
            if answer is not None and answer.status != 503:
                return answer
            time.sleep(0.05)

    def _client(self):
        while (job := self._next()) is not None:
            name, body = job
            try:
                answer = self._answer(body)
            except wire.Unreachable:
                answer = None
            with self.lock:
                if answer is None:
                    self.unknown.add(name)
                elif answer.status == 200:
                    self.acknowledged[name] = answer.json
                else:
                    self.other.append(str(answer))

    def start(self):
        self.threads = [threading.Thread(target=self._client, daemon=True) for _ in range(self.clients)]
        for thread in self.threads:
            thread.start()

    def running(self):
        return any(thread.is_alive() for thread in self.threads)

    def join(self):
        for thread in self.threads:
            thread.join()


class KeyedLoad(Load):
    """Clients that ask again with the same key whatever went wrong, until there is an answer."""

    def _answer(self, body):
        headers = {"Idempotency-Key": body["unique_id"]}
        while True:
            try:
                answer = self.account.post("/v2/payments/", body, headers=headers)
                if answer.status not in (500, 503):
                    return answer
            except wire.Unreachable:
                pass
            time.sleep(0.05)


def every_payment(account):
    """{unique id: payment} of the whole list."""
    found, start = {}, 0
    while True:
        shown = account.read(f"/v1/checkout/?start={start}&limit=100")
        for payment in shown["payments"]:
            if payment["unique_id"] is None:
                continue  # what the sandbox itself makes to be tried
            assert payment["unique_id"] not in found, "listed twice"
            found[payment["unique_id"]] = payment
        if not shown["range"]["has_more"]:
            return found
        start += shown["range"]["limit"]


def kill_until_done(running, load, pause=(0.2, 1.2), seed=0, report=lambda text: None):
    """Kills server or simulator at random instants until the load is through. Gives the count."""
    chance = random.Random(seed)
    kills = {"server": 0, "simulator": 0}
    while load.running():
        time.sleep(chance.uniform(*pause))
        if not load.running():
            break
        if chance.random() < 0.5 and running.simulator_pid() is not None:
            running.kill_simulator()
            kills["simulator"] += 1
            if not running.simulator_is_back():
                running.kill9()
                running.start()
        else:
            running.kill9()
            kills["server"] += 1
            running.start()
        report(f"{load.begun} begun, {len(load.acknowledged)} acknowledged, kills {kills}")
    load.join()
    return kills


def wrong_with(account, load):
    """Every way in which the books do not agree now; empty when they do."""
    stored = every_payment(account)
    wrong = []
    for name, told in load.acknowledged.items():
        seen = stored.get(name)
        if seen is None:
            wrong.append(f"{name}: acknowledged and missing")
        elif (seen["id"], seen["amount"], seen["status"], seen["response"]) != \
                (told["id"], told["amount"], told["status"], told["response"]):
            wrong.append(f"{name}: told {told['status']}, is {seen['status']}")
    for name, seen in stored.items():
        if seen["status"] is None:
            wrong.append(f"{name}: undecided")
    accepted = {bare(seen): seen["amount"] for seen in stored.values()
                if seen["status"] in ACCEPTED}
    standing = account.simulator().standing()
    for payment in sorted(set(accepted) | set(standing)):
        if accepted.get(payment) != standing.get(payment):
            wrong.append(f"{payment}: here {accepted.get(payment)}, at the simulator "
                         f"{standing.get(payment)}")
    return wrong


def check_books(account, load, seconds=60):
    """No acknowledged payment is missing, the simulator holds exactly what was accepted, and what
    had to be reversed is reversed; then the whole day settles."""
    last = []

    def agree():
        last[:] = wrong_with(account, load)
        return not last

    try:
        eventually(agree, seconds, "the books agree")
    except AssertionError:
        raise AssertionError("the books do not agree:\n" + "\n".join(last[:20])) from None
    assert not load.other, load.other[:5]
    account.verify()


def check_settlement(account):
    """After the evening each accepted capture is one debit, and nothing else is."""
    account.settle()
    captured = {bare(payment): payment["amount"] for payment in every_payment(account).values()
                if payment["status"] == "captured"}
    assert captured == account.simulator().captured()
    assert captured, "nothing was captured"
    account.verify()
