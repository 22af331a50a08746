"""Clients of a sponsor, ten thousand of them: a page of the list, and one by its reference."""

import http.client
import json
import sqlite3
import statistics
import time

import measure
from table import Row, number, say

CLIENTS = 10_000
CALLS = 400


def fill(database):
    """Merchants of the sandbox's sponsor, each a client. Their ids rise as those of the server."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA synchronous = OFF")
    with connection:
        [[sponsor, created]] = connection.execute("SELECT id, created_us FROM sponsor")
        rows = [(f"z{at:023d}", sponsor, f"Client {at}", f"A{at:014d}", created + at)
                for at in range(CLIENTS - 1)]  # the sandbox's merchant is the first one
        connection.executemany("INSERT INTO merchant (id, sponsor, name, acceptor, created_us) "
                               "VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute(
            "INSERT INTO client (sponsor, mode, merchant, external_ref, organization_name, "
            "contact_email, status, created_us) SELECT sponsor, 'test', id, 'REF-' || acceptor, "
            "name, 'contact@client.example', 'active', created_us FROM merchant WHERE id >= 'z'")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class Sponsor:
    """One connection that is kept, as a program of a sponsor has it."""

    def __init__(self, server):
        face = json.loads((server.data / "sandbox.json").read_text())["seqino"]
        self.headers = {"Authorization": face["api_key"]}
        self.client = face["client_id"]
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(self, target):
        """How long it took, and what came."""
        begun = time.monotonic()
        self.connection.request("GET", target, None, self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        taken = time.monotonic() - begun
        if answer.status != 200:
            raise measure.Failed(f"{target}: {answer.status}")
        return taken, body

    def median_ms(self, targets):
        return statistics.median(self.ask(target)[0] for target in targets) * 1000


def clients(bench):
    say(f"clients: {number(CLIENTS)} of a sponsor")
    data = measure.sandbox(bench, "clients")
    fill(data / "guichet.db")
    with measure.Server(bench, "clients", bench.instant) as server:
        sponsor = Sponsor(server)
        _, body = sponsor.ask("/clients")
        page = len(json.loads(body))
        middle = f"/clients?cursor=z{CLIENTS // 2:023d}"
        rows = [
            (f"page of {number(page)}", [middle] * CALLS, f"{number(len(body) / 1024)} KB"),
            ("by reference", [f"/clients?external_ref=REF-A{at * 7 % (CLIENTS - 1):014d}"
                              for at in range(CALLS)], ""),
            ("by id", [f"/clients/{sponsor.client}"] * CALLS, ""),
        ]
        return [Row(f"clients, {name}, of {number(CLIENTS)}", sponsor.median_ms(targets), "ms", 1, False,
                    "median of one client" + (f"; {note}" if note else ""))
                for name, targets, note in rows]
