"""The list of payments of the SimplyPaie face, with many lines: one page by each kind of filter."""

import datetime
import http.client
import json
import random
import sqlite3
import statistics
import time
import unicodedata
import urllib.parse

import measure
from table import Row, number, say

SIZES = (1000, 1_000_000)
QUICK_SIZES = (1000, 100_000)
DAYS = 365
CALLS = 60
PAYERS_PER_LINE = 5  # lines that have the same name, in the middle

# Names as they are spread: few family names are frequent.
FIRST = ("Jean", "Marie", "Éloïse", "Léa", "Hugo", "Zoé", "François", "Chloé", "Noël", "Inès")
LAST = ("Martin", "Bernard", "Dupont", "Thomas", "Petit", "Robert", "Richard", "Durand", "Dubois",
        "Moreau", "Lefèvre", "Simon", "Laurent", "Michel", "Garcia", "David", "Bertrand", "Roux")

# Mode, type, page, currency, way, status as core/listing_count.c packs them, and their share.
SHIFTS = (0, 3, 5, 7, 11, 13)
KINDS = (((2, 1, 1, 1, 1, 4), 600), ((4, 1, 1, 1, 1, 4), 200), ((1, 1, 2, 1, 1, 4), 80),
         ((2, 1, 1, 10, 1, 4), 40), ((2, 1, 1, 6, 1, 4), 20), ((2, 1, 1, 1, 1, 1), 15),
         ((2, 1, 1, 1, 1, 2), 5), ((2, 2, 1, 1, 1, 3), 5), ((2, 1, 1, 1, 1, 5), 10),
         ((2, 1, 1, 1, 2, 4), 10), ((2, 1, 1, 1, 1, 6), 10), ((2, 1, 1, 1, 1, 7), 5))

QUERIES = (
    ("all", {}),
    ("status waiting", {"status": "waiting"}),
    ("status, mode and currency", {"status": "cashed", "mode": "email", "currency": "EUR"}),
    ("days", {"minDate": "{from}", "maxDate": "{until}"}),
    ("amounts", {"minAmount": "5000", "maxAmount": "9999"}),
    ("one amount", {"minAmount": "4242", "maxAmount": "4242"}),
    ("e-mail", {"email": "{email}"}),
    ("name, rare", {"name": "{rare}"}),
    ("name, of one in {share}", {"name": "dupont c"}),
    ("name with status and currency", {"name": "lefevre zo", "status": "cashed", "currency": "EUR"}),
)


def facet(words):
    return sum(word << shift for word, shift in zip(words, SHIFTS))


def fold(name):
    """Upper case without accents, as core/listing_name.c compares."""
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not unicodedata.combining(part)).upper()


def grams(folded):
    found = {folded[at:at + 3] for at in range(len(folded) - 2)}
    for word in folded.split(" "):
        found.update("^" + word[:size] for size in (1, 2) if len(word) >= size)
    return found


def bucket(minor):
    digits = len(str(minor))
    return minor if minor < 100 else digits * 100 + int(str(minor)[:2])


def spans(at):
    day = datetime.date.fromtimestamp(at / 1e6)
    return 0, day.year * 100 + day.month, (day.year * 100 + day.month) * 100 + day.day


class Filler:
    """Lines for every payment there is, with totals and names: what the server would have written."""

    def __init__(self, database):
        self.connection = sqlite3.connect(database)
        self.connection.execute("PRAGMA synchronous = OFF")
        self.random = random.Random(4711)
        self.payers, self.counts, self.amounts = {}, {}, {}

    def name(self, size):
        last = self.random.choice(LAST)
        serial = self.random.randrange(max(1, size // PAYERS_PER_LINE // 180))
        return f"{last} {self.random.choice(FIRST)} {serial:x}"

    def line(self, at, payment, size):
        [words] = self.random.choices([kind for kind, _ in KINDS], [share for _, share in KINDS])
        code, minor, name = facet(words), self.random.randrange(50, 50000), self.name(size)
        payer = self.payers.setdefault(fold(name), [len(self.payers) + 1, 0])
        payer[1] += 1
        for span in spans(payment[3]):
            self.counts[span, code] = self.counts.get((span, code), 0) + 1
        self.amounts[bucket(minor), code] = self.amounts.get((bucket(minor), code), 0) + 1
        email = f"payer{payer[0]}@example.com"
        return (payment[0], payment[1], at, payment[2], code, minor, name, payer[0], email, email,
                payment[2], payment[3])

    def fill(self, size):
        db = self.connection
        payments = db.execute("SELECT merchant, mode, id, created_us FROM payment "
                              "WHERE mode = 'test' ORDER BY id").fetchall()
        owner = payments[0][:2]
        with db:
            db.executemany(
                "INSERT INTO listing (merchant, mode, number, object, kind, facet, amount_minor, "
                "fees_minor, refunded_minor, name, payer, email, email_folded, link_object, "
                "created_us) VALUES (?, ?, ?, ?, 'payment', ?, ?, 0, 0, ?, ?, ?, ?, ?, ?)",
                (self.line(at, payment, size) for at, payment in enumerate(payments, 1)))
            db.execute("INSERT INTO listing_owner (merchant, mode, built, upto, filled, reserved, "
                       "last) VALUES (?, ?, 1, ?, ?, ?, ?)",
                       (*owner, payments[-1][2], len(payments), len(payments), len(payments)))
            db.executemany("INSERT INTO listing_count VALUES (?, ?, ?, ?, ?)",
                           ((*owner, *key, count) for key, count in self.counts.items()))
            db.executemany("INSERT INTO listing_amount VALUES (?, ?, ?, ?, ?)",
                           ((*owner, *key, count) for key, count in self.amounts.items()))
            db.executemany("INSERT INTO listing_payer VALUES (?, ?, ?, ?, ?)",
                           ((*owner, payer, folded, count)
                            for folded, (payer, count) in self.payers.items()))
            pairs = sorted((gram, payer, folded) for folded, (payer, _) in self.payers.items()
                           for gram in grams(folded))
            db.executemany("INSERT INTO listing_gram VALUES (?, ?, ?, ?, ?)",
                           ((*owner, *pair) for pair in pairs))
            db.execute("INSERT INTO listing_gram_count SELECT merchant, mode, gram, COUNT(*) "
                       "FROM listing_gram GROUP BY 1, 2, 3")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        return payments


class Shelf:
    def __init__(self, bench, size):
        self.size = size
        self.name = f"payments-list-{size}"
        data = measure.sandbox(bench, self.name)
        measure.fill(bench, data, size, DAYS)
        filler = Filler(data / "guichet.db")
        payments = filler.fill(size)
        middle = datetime.date.fromtimestamp(payments[len(payments) // 2][3] / 1e6)
        rare = min(filler.payers, key=lambda folded: (filler.payers[folded][1], folded))
        self.place = {"from": middle.isoformat(), "until": middle.isoformat(), "email":
                      f"payer{len(filler.payers) // 2 + 1}@example.com", "rare": rare.lower()}
        self.server = measure.Server(bench, self.name, bench.instant)

    def connect(self):
        login = json.loads((self.server.data / "sandbox.json").read_text())["simplypaie"]
        told = json.loads(self.server.call("GET", "/api/connection", None, {
            "apiClientId": login["client_id"], "apiSecret": login["secret"]}))
        self.headers = {"apiClientId": login["client_id"], "apiToken": told["apiToken"]}
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)

    def ask(self, query, limit=10):
        """How long it took, and how many there are."""
        query = {key: value.format(**self.place) for key, value in query.items()} | {"limit": limit}
        begun = time.monotonic()
        self.connection.request("GET", "/api/payments/list?" + urllib.parse.urlencode(query), None,
                                self.headers)
        answer = self.connection.getresponse()
        answer.read()
        taken = time.monotonic() - begun
        if answer.status != 200:
            raise measure.Failed(f"payments/list: {answer.status}")
        return taken, int(answer.getheader("X-Total-Count"))


def payments_list(bench, sizes):
    shelves = []
    for size in sizes:
        say(f"payments/list: {number(size)} lines")
        shelves.append(Shelf(bench, size))
    rows = []
    with shelves[0].server, shelves[1].server:
        for shelf in shelves:
            shelf.connect()
        for name, query in QUERIES:
            say(f"payments/list: {name}")
            medians, total = [], 0
            for shelf in shelves:
                times = []
                for _ in range(CALLS):
                    taken, total = shelf.ask(query)
                    times.append(taken * 1000)
                medians.append(statistics.median(times))
            name = name.format(share=number(round(sizes[1] / max(1, total))))
            rows.append(Row(
                f"payments/list, page of 10: {name}", medians[1], "ms", 5, False,
                f"median of one client; {number(total)} of {number(sizes[1])} lines; "
                f"{number(medians[0])} ms of {number(sizes[0])}"))
    return rows
