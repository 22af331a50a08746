"""Lists as the tables grow: one page of ten, with the number of all of them."""

import json
import sqlite3
import statistics
import time

import measure
from table import Row, number, say

DAYS = 365  # the time that they are spread over
SIZES = (1000, 1_000_000)
QUICK_SIZES = (1000, 100_000)

# What is asked for, by a name; {since} and {until} lie within an hour, {order} has twenty payments.
PAYMENTS = (
    ("v1", "/v1/checkout/?limit=10"),
    ("v1, by time", "/v1/checkout/?limit=10&created={since}&created_until={until}"),
    ("v1, of an order", "/v1/checkout/?limit=10&order_id={order}"),
    ("v2", "/v2/payments/?limit=10"),
    ("v2, by time", "/v2/payments/?limit=10&created={since}&created_until={until}"),
    ("v2, by the time of payment", "/v2/payments/?limit=10&field=paid"),
    ("v2, of an order", "/v2/payments/?limit=10&order_id={order}"),
    ("v2, of a card", "/v2/payments/?limit=10&card={card}"),
)

# The rows of other objects, one for each payment and of its time. Their books do not balance: only
# lists look at them.
FILL = (
    ("refund", "refund", "INSERT INTO refund (merchant, mode, id, payment, state, amount_minor, "
     "currency, refund_us, created_us) SELECT merchant, mode, id, id, 'refunded', 100, currency, "
     "created_us, created_us FROM payment"),
    ("dispute", "dispute", "INSERT INTO dispute (merchant, mode, id, payment, kind, state, "
     "amount_minor, currency, response, fee_minor, fee_vat_minor, created_us) SELECT merchant, mode, "
     "id, id, 'chargeback', 'settled', 1250, currency, '45', 0, 0, created_us FROM payment"),
    ("payout", "payout", "INSERT INTO payout (merchant, mode, id, state, currency, amount_minor, day, "
     "daily, transfer, created_us) SELECT merchant, mode, id, 'paid', currency, 1250, '2026-11-20', "
     "0, 0, created_us FROM payment"),
    ("request", "request", "INSERT INTO request (merchant, mode, id, face, state, amount_minor, "
     "currency, capture, methods, authenticate, order_id, due, expires_us, created_us) SELECT "
     "merchant, mode, id, 'stancer', 'unpaid', 1250, currency, 1, 2, 0, order_id, '2026-11-20', "
     "created_us, created_us FROM payment"),
)
OTHERS = (
    ("refunds", "/v2/refunds/?limit=10"),
    ("disputes", "/v2/disputes/?limit=10"),
    ("payouts", "/v2/payouts/?limit=10"),
    ("payment intents", "/v2/payment_intents/?limit=10"),
)


def others_fill(database):
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA synchronous = OFF")
    with connection:
        for table, kind, statement in FILL:
            connection.execute(statement)
            for counter, column, hours in (("counter", "hour", 1), ("counter_span", "span", 128)):
                connection.execute(
                    f"INSERT INTO {counter} (merchant, mode, kind, {column}, count) SELECT merchant, "
                    f"mode, ?, created_us / 3600000000 / {hours}, COUNT(*) FROM {table} "
                    "GROUP BY 1, 2, 4", (kind,))
            connection.execute("INSERT INTO counter_total (merchant, mode, kind, count) SELECT merchant, mode, ?, "
                               f"COUNT(*) FROM {table} GROUP BY 1, 2", (kind,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class Shelf:
    """A database of so many payments, and a server on it."""

    def __init__(self, bench, size):
        self.size = size
        self.name = f"lists-{size}"
        data = measure.sandbox(bench, self.name)
        measure.fill(bench, data, size, DAYS)
        others_fill(data / "guichet.db")
        self.server = measure.Server(bench, self.name, bench.instant)

    def place(self):
        """What the requests ask for: of the middle of the time."""
        [[order, card, at]] = self.server.read(
            "SELECT order_id, card, created_us FROM payment WHERE mode = 'test' "
            f"ORDER BY id LIMIT 1 OFFSET {self.size // 2}")
        since = int(at // 3_600_000_000) * 3600 + 600
        return {"order": order, "card": "card_" + card, "since": since,
                "until": int(time.time()) - 600}

    def requests_write(self):
        place = self.place()
        for name, target in PAYMENTS + OTHERS:
            self.server.request_write(name, "GET", target.format(**place))


def totals(server, name):
    """The count that the list shows, to know that both look at what they should."""
    target = server.request(name).read_text().split(" ")[1]
    told = json.loads(server.call("GET", target, None, {"Authorization": server.credentials}))
    return told["range"].get("count")  # v1 tells whether there is more, and counts all the same


def lists(bench, rounds, seconds, sizes):
    shelves = []
    for size in sizes:
        say(f"lists: {number(size)} payments, and as many refunds, disputes, payouts, intents")
        shelves.append(Shelf(bench, size))
    rows = []
    with shelves[0].server as small, shelves[1].server as large:
        for shelf in shelves:
            shelf.requests_write()
        for name, target in PAYMENTS + OTHERS:
            say(f"lists: {name}")
            counts = [totals(server, name) for server in (small, large)]
            # A sandbox begins with a payment of its own.
            if target.startswith("/v2") and "&" not in target and any(
                    count - size not in (0, 1) for count, size in zip(counts, sizes)):
                raise measure.Failed(f"{name}: the lists count {counts}")
            runs = []
            for turn in range(rounds + 1):
                done = [server.load(server.request(name), seconds) for server in (small, large)]
                if turn > 0:  # the first one fills caches
                    runs.append({"ratio": done[1]["cpu_us"] / done[0]["cpu_us"],
                                 "p50": done[1]["p50_us"] / done[0]["p50_us"],
                                 "us": done[1]["cpu_us"]})
            rows.append(Row(
                f"page of 10, {name}", statistics.median(run["ratio"] for run in runs), "ratio",
                1.5, False,
                f"server CPU at {number(sizes[1])} against {number(sizes[0])}; "
                f"{number(statistics.median(run['us'] for run in runs))} us, of the median times "
                f"{number(statistics.median(run['p50'] for run in runs))}; counts {counts[1]}"))
    return rows
