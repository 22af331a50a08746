"""Invoices of ten lines, from the call that issues one to the file that can be fetched."""

import concurrent.futures
import http.client
import json
import statistics
import time

import measure
from table import Row, median, number, say

CLIENTS = 8
WAIT_S = 120
BODY = json.dumps({
    "name": "Société SARL", "address": "12 rue de la Paix\n75002 Paris",
    "clientSiren": "200000008",
    "items": [{"designation": f"Prestation {serial}, novembre", "price": f"{serial * 7}.35",
               "quantity": str(serial), "vat": "20" if serial % 2 else "5.5"}
              for serial in range(1, 11)]}).encode()


class Face:
    """The calls of the sandbox's client of SimplyPaie."""

    def __init__(self, server):
        self.server = server
        client = json.loads((server.data / "sandbox.json").read_text())["simplypaie"]
        told = json.loads(server.call("GET", "/api/connection", None, {
            "apiClientId": client["client_id"], "apiSecret": client["secret"]}))
        self.headers = {"apiClientId": client["client_id"], "apiToken": told["apiToken"],
                        "Content-Type": "application/json"}

    def issue(self, count):
        """So many over one connection; gives the milliseconds of each call, and the last address."""
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=WAIT_S)
        times = []
        for _ in range(count):
            began = time.monotonic()
            link.request("POST", "/api/invoices/new", BODY, self.headers)
            reply = link.getresponse()
            told = reply.read()
            times.append((time.monotonic() - began) * 1000)
            if reply.status != 200:
                raise measure.Failed(f"invoices/new answers {reply.status}: {told[:200]}")
        link.close()
        return times, json.loads(told)["info"]["url"]

    def fetch(self, url):
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=WAIT_S)
        link.request("GET", url[url.index("/factures/"):])
        reply = link.getresponse()
        if reply.status != 200 or not reply.read().startswith(b"%PDF"):
            raise measure.Failed(f"the file of an invoice answers {reply.status}")
        link.close()

    def drawn(self):
        return self.server.rows("SELECT COUNT(*) FROM invoice_file")[0][0]


def many(face, count):
    """All of them with their files: the rate, and how long a call took."""
    before = face.drawn()
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        times = [each for told in pool.map(face.issue, [count // CLIENTS] * CLIENTS)
                 for each in told[0]]
    while face.drawn() < before + len(times):
        if time.monotonic() - began > WAIT_S:
            raise measure.Failed("the files of invoices are not drawn")
        time.sleep(0.01)
    return {"rate": len(times) / (time.monotonic() - began), "call": statistics.median(times)}


def one(face):
    """The milliseconds from the call to the last byte of the file."""
    began = time.monotonic()
    face.fetch(face.issue(1)[1])
    return (time.monotonic() - began) * 1000


def invoices(bench, rounds, count):
    runs = []
    with measure.Server(bench, "invoices", bench.product) as server:
        face = Face(server)
        many(face, CLIENTS)
        for turn in range(rounds):
            say(f"invoices, round {turn + 1} of {rounds}")
            run = many(face, count)
            runs.append(run | {"one": statistics.median(one(face) for _ in range(20))})
    return [
        Row("invoices issued with their PDF", median(runs, "rate"), "/s", 100,
            note=f"{count} of ten lines; the call takes {number(median(runs, 'call'))} ms at p50 "
                 "and does not wait for the drawing"),
        Row("from the call to the last byte of its file", median(runs, "one"), "ms",
            note="one after the other, the server idle"),
    ]
