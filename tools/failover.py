#!/usr/bin/python3
"""Three nodes of PostgreSQL with Patroni and etcd, and two Guichet servers on them, all on this machine: payments
are made without a pause while the lead is handed over, the primary's PostgreSQL is killed, its whole node is, or
stands still, and a Guichet server is killed. Prints for each how long nothing was acknowledged, and at the end what was lost of what
was acknowledged, which must be nothing.

    tools/failover.py [--clients N] [--calm SECONDS] [--only EVENT[,EVENT...]] [--keep]

Needs the packages of ./setup cluster, and a built program (GUICHET_BIN, else the release build). Every client asks
again with the same Idempotency-Key, at the other server, until it is told what became of its payment."""

import argparse
import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import cards, cluster, server, wire  # noqa: E402

BACK_S = 120  # until everybody is there again after an event
KNOWN_S = 240  # until a payment whose answer was lost has an end: a sweep looks at those of two minutes
PAUSE_S = 0.05  # of a client before it asks again
CALL_S = 5  # a client's patience: a twin of a payment that is under way waits for its answer
RESTART_S = 2  # as RestartSec of the unit


class Load:
    """Clients that make one payment after the other, each asked for until it is acknowledged."""

    def __init__(self, accounts, clients):
        self.accounts = accounts
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.acknowledged = {}  # key: the payment that was answered
        self.times = []  # of each acknowledgment
        self.tries = 0
        self.waiting = []  # keys that are under way: asked for again at the end
        self.wrong = []  # answers that no client should get
        self.threads = [threading.Thread(target=self.client, args=(number,), daemon=True)
                        for number in range(clients)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def stop(self):
        """Lets each client finish the payment that it is at."""
        self.over.set()
        for thread in self.threads:
            thread.join(BACK_S)
        assert not any(thread.is_alive() for thread in self.threads), "a client waits for ever"

    def client(self, number):
        at = number
        count = 0
        while not self.over.is_set():
            count += 1
            at = self.payment(f"client-{number}-{count}", at)

    def payment(self, key, at):
        """Makes one; which server it was. The next payer does not wait for one that is under way."""
        while True:
            began = time.monotonic()
            answer = self.ask(at, key)
            if self.settled(key, answer):
                return at
            if time.monotonic() - began > CALL_S - 1 or (answer is not None and answer.status == 409):
                with self.lock:
                    self.waiting.append(key)
                return at
            time.sleep(PAUSE_S)
            at += 1

    def settled(self, key, answer):
        """Whether the answer tells what became of the payment."""
        with self.lock:
            if answer is not None and answer.status == 200:
                self.times.append(time.monotonic())
                self.acknowledged[key] = answer.json
                return True
            if answer is not None and answer.status not in (409, 500, 503):
                self.wrong.append(f"{key}: {answer}")
        return False

    def finish(self):
        """Asks for those that were under way until each has an end; for how long that was."""
        began = time.monotonic()
        for key in self.waiting:
            server.eventually(lambda key=key: self.settled(key, self.ask(1, key)),
                              KNOWN_S, f"{key} has an end")
        return time.monotonic() - began

    def ask(self, at, key):
        """One try; None when no answer came."""
        body = {"amount": 1000, "currency": "eur", "card": cards.card()}
        account = self.accounts[at % len(self.accounts)]
        with self.lock:
            self.tries += 1
        headers = {"Idempotency-Key": key, "Content-Type": "application/json",
                   **wire.credentials(account.secret_key)}
        try:
            return wire.exchange(account.base_url + "/v2/payments/", "POST", wire.encode(body), headers,
                                 timeout=CALL_S)
        except wire.Unreachable:
            return None

    def outage(self, since, until):
        """The longest time within which nothing was acknowledged."""
        with self.lock:
            times = [since, *(at for at in self.times if since < at < until), until]
        return max(later - earlier for earlier, later in zip(times, times[1:]))


class Bank:
    """The cluster and the servers on it."""

    def __init__(self, directory):
        self.cluster = cluster.Cluster(directory / "cluster").start()
        self.servers = []
        for name in ("one", "two"):
            self.servers.append(self.serve(directory / name, name))

    def serve(self, data, name):
        """A server of the sandbox; the second one shares key and credentials of the first."""
        settings = {"STORE_URL": self.cluster.url(), "SERVER_ACCESS_LOG": "no"}
        running = server.Server(data, f"failover-{name}", settings)
        if not self.servers:
            server.command("init", "--sandbox", data, settings=settings)
        else:
            first = self.servers[0].dir
            shutil.copytree(first, data, ignore=lambda _, names: [
                name for name in names if name in ("simulator", "control.sock")])
        return running.start()

    def clean_up(self):
        for running in self.servers:
            with contextlib.suppress(Exception):
                running.clean_up()
        self.cluster.clean_up()


def switch_over(bank):
    """planned switchover"""
    bank.cluster.switch_over()


def follow(bank, former):
    """Waits until another node than the former one leads."""
    server.eventually(lambda: any(role == "leader" and name != former.name and state == "running"
                                  for name, (role, state) in bank.cluster.members().items()),
                      BACK_S, "another node leads")


def kill_postgres(bank):
    """SIGKILL of the primary PostgreSQL"""
    node = bank.cluster.named("leader")
    node.kill_postgres()
    follow(bank, node)


def kill_node(bank):
    """SIGKILL of the primary's whole node"""
    node = bank.cluster.named("leader")
    node.kill()
    follow(bank, node)
    node.start()


def freeze_node(bank):
    """SIGSTOP of the primary's whole node"""
    node = bank.cluster.named("leader")
    node.freeze()
    try:
        follow(bank, node)
    finally:
        node.thaw()


def kill_server(bank):
    """SIGKILL of a Guichet server"""
    bank.servers[0].kill9()
    time.sleep(RESTART_S)
    bank.servers[0].start()


EVENTS = {"switchover": switch_over, "postgres": kill_postgres, "node": kill_node, "frozen": freeze_node,
          "server": kill_server}


def show(event, outage, load):
    print(f"{event:<42} {outage:6.1f} s  {len(load.acknowledged):7} acknowledged so far", flush=True)


def suffer(bank, load, names, calm_s):
    """One event after the other, each on a cluster that is whole."""
    time.sleep(calm_s)
    show("calm", load.outage(time.monotonic() - calm_s / 2, time.monotonic()), load)
    for name in names:
        bank.cluster.wait()
        began = time.monotonic()
        EVENTS[name](bank)
        bank.cluster.wait()
        time.sleep(calm_s)
        show(EVENTS[name].__doc__, load.outage(began, time.monotonic()), load)


def check_acknowledged(bank, load):
    """What was acknowledged is there, and no client was told what it should not be; the books are whole."""
    account = bank.servers[1].account()
    lost = [key for key, payment in load.acknowledged.items()
            if account.get("/v2/payments/" + payment["id"]).status != 200]
    ids = {payment["id"] for payment in load.acknowledged.values()}
    assert lost == [], lost[:10]
    assert len(ids) == len(load.acknowledged), "two keys have one payment"
    assert load.wrong == [], load.wrong[:10]
    return [running.verify().strip() for running in bank.servers]


def check_rows(bank, load):
    """Each key has made one payment, now that each has an end."""
    rows = int(bank.cluster.sql("guichet", "SELECT count(*) FROM payment WHERE amount_minor = 1000"))
    refused = sum(payment["status"] in ("failed", "refused") for payment in load.acknowledged.values())
    print(f"{len(load.acknowledged)} payments acknowledged, {refused} of them as failed, {load.tries} tries; "
          f"rows: {rows}")
    assert rows == len(load.acknowledged), "a key has made more than one payment"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--clients", type=int, default=16, help="at once (16)")
    parser.add_argument("--calm", type=float, default=5, help="seconds between two events (5)")
    parser.add_argument("--only", default=",".join(EVENTS), help="events: " + ", ".join(EVENTS))
    parser.add_argument("--keep", action="store_true", help="keep the directory with its logs")
    options = parser.parse_args()
    options.names = options.only.split(",")
    if not set(options.names) <= set(EVENTS):
        parser.error(f"events are {', '.join(EVENTS)}")
    if cluster.missing():
        parser.error(f"not installed: {cluster.missing()} (./setup cluster)")
    return options


def run(options, directory):
    bank = None
    try:
        bank = Bank(directory)
        load = Load([running.account() for running in bank.servers], options.clients).start()
        suffer(bank, load, options.names, options.calm)
        load.stop()
        print(f"{len(load.waiting)} payments were under way when the answer was lost; the last one had its end "
              f"{load.finish():.0f} s later")
        check_rows(bank, load)
        said = check_acknowledged(bank, load)
        print("acknowledged payments lost: 0", *said, sep="\n")
    finally:
        if bank is not None:
            bank.clean_up()


def main():
    options = arguments()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="guichet-failover-"))
    os.chmod(directory, 0o755)  # the database is another user's
    try:
        run(options, directory)
    except AssertionError as wrong:
        print(f"{wrong}\nkept: {directory}", file=sys.stderr)
        return 1
    if not options.keep:
        shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
