"""Requests of the SimplyPaie face that were acknowledged outlive a kill, and the list of payments with them."""

import threading

from support import simplypaie, wire

CLIENTS = 4
KILLS = 3


class Load:
    """Clients that make, remind, cancel and pay requests until the server is gone."""

    def __init__(self, account, turn):
        self.account, self.turn = account, turn
        self.lock = threading.Lock()
        self.acknowledged = {}  # paymentId: what was asked for
        self.cancelled = set()
        self.enough = threading.Event()

    def _one(self, client, at):
        name = f"Kill {self.turn} Client {client} N{at}"
        body = simplypaie.NEW | {"name": name, "amount": str(1000 + at),
                                 "mode": ("email", "link")[at % 2]}
        answer = simplypaie.make(self.account, body)
        assert answer.status == 201, answer
        info = answer.json["info"]
        with self.lock:
            self.acknowledged[info["paymentId"]] = (name, str(1000 + at), info["link"])
            if len(self.acknowledged) >= 40:
                self.enough.set()
        if at % 3 == 0 and simplypaie.act(self.account, info["paymentId"], "cancel").status == 200:
            with self.lock:
                self.cancelled.add(info["paymentId"])

    def run(self, client):
        try:
            for at in range(500):
                self._one(client, at)
        except wire.Unreachable:
            return


def kill_under_load(account, turn):
    load = Load(account, turn)
    simplypaie.token(account)
    threads = [threading.Thread(target=load.run, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    assert load.enough.wait(60)
    account.kill9()
    for thread in threads:
        thread.join()
    account.verify()
    account.restart()
    return load


def test_what_was_acknowledged_is_listed_after_a_kill(fresh):
    seen = set()
    for turn in range(KILLS):
        load = kill_under_load(fresh, turn)
        lines = {line["paymentId"]: line
                 for line in simplypaie.listed(fresh, name=f"kill {turn}", extended="1")}
        assert set(load.acknowledged) <= set(lines)
        assert len(lines) <= len(load.acknowledged) + CLIENTS
        for number, (name, amount, link) in load.acknowledged.items():
            line = lines[number]
            assert (line["name"], line["amount"]) == (name, amount)
            assert line["link"].rpartition("/")[2] == link.rpartition("/")[2]
            if number in load.cancelled:
                assert line["status"] == "cancelled"
        assert seen.isdisjoint(lines)
        seen |= set(lines)
    fresh.verify()
