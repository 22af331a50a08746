"""What a payment, a look at one, lists and the export of a day cost as the tables grow.

Ten thousand payments a day, so that a day is the same everywhere and only the past grows: ten days for 1e5, nearly three
years for 1e7. Ten million take 13 GB and ten minutes to fill; `--grown DIR` keeps them for another run.
"""

import contextlib
import datetime
import json
import pathlib
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import zoneinfo

import measure
from table import Row, number, say

A_DAY = 10_000
DAY_PAGE = 100  # of the pages that give a day, one after the other
DAYS = 4  # that are exported in a row: processor time is told in hundredths of a second
MADE = 5000  # payments in a row; more would make a small database a large one
KEPT = 1_000_000
GOAL = 1.25
PARIS = zoneinfo.ZoneInfo("Europe/Paris")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# By a name: what is asked, of the middle of the time. {day} and {night} are the ends of a day, {since} and {until} of
# an hour in it; {order} has twenty payments.
LISTS = (
    ("list page of 10", "/v2/payments/?limit=10"),
    ("page of a day", "/v2/payments/?limit=10&created={day}&created_until={night}"),
    ("page of an hour", "/v2/payments/?limit=10&created={since}&created_until={until}"),
    ("page of an order", "/v2/payments/?limit=10&order_id={order}"),
    ("page of a card", "/v2/payments/?limit=10&card={card}"),
    ("page by the time of payment", "/v2/payments/?limit=10&field=paid"),
)


def id_of(at_us):
    """The time with which the ids of that moment begin (base/id.h)."""
    digits, rest = "", int(at_us) // 1000
    for _ in range(8):
        rest, digit = divmod(rest, 62)
        digits = DIGITS[digit] + digits
    return digits


def children_us():
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (spent.ru_utime + spent.ru_stime) * 1e6


def filled(bench, size):
    """The name of a database of so many payments. An earlier run may have left a large one, to which it added little."""
    name = f"grown-{size}"
    done = bench.top / name / "filled"
    if size < KEPT or not done.exists():
        say(f"filling a database with {number(size)} payments")
        shutil.rmtree(bench.top / name, ignore_errors=True)
        measure.fill(bench, measure.sandbox(bench, name), size, max(1, size // A_DAY))
        done.write_text("")
    return name


class Shelf:
    """A database of so many payments, and a server on it."""

    def __init__(self, bench, size):
        self.size = size
        self.server = measure.Server(bench, filled(bench, size), bench.instant)
        [[self.merchant]] = self.server.read("SELECT MIN(id) FROM merchant")
        self.first, self.last = (self.payment("MIN"), self.payment("MAX"))
        [self.middle] = self.server.read(
            "SELECT order_id, card, created_us FROM payment WHERE merchant = ? AND mode = 'test' AND id >= ? "
            "AND order_id IS NOT NULL ORDER BY id LIMIT 1", self.merchant, id_of((self.first + self.last) / 2))
        self.day = datetime.datetime.fromtimestamp(self.middle[2] / 1e6, PARIS).date()

    def payment(self, which):
        """When the first or the last one was made."""
        [[at]] = self.server.read(
            f"SELECT created_us FROM payment WHERE merchant = ? AND mode = 'test' AND id = (SELECT {which}(id) "
            "FROM payment WHERE merchant = ? AND mode = 'test')", self.merchant, self.merchant)
        return at

    def midnight(self, days):
        day = self.day + datetime.timedelta(days=days)
        return int(datetime.datetime(day.year, day.month, day.day, tzinfo=PARIS).timestamp())

    def requests_write(self):
        order, card, at = self.middle
        hour = int(at // 3_600_000_000) * 3600
        place = {"order": order, "card": "card_" + card, "since": hour, "until": hour + 3599,
                 "day": self.midnight(0), "night": self.midnight(1) - 1}
        for name, target in LISTS:
            self.server.request_write(name, "GET", target.format(**place))

    def ids_write(self):
        """Those of any time, and the last ones as the server's other parts ask for them."""
        chance = random.Random(4711)
        ids = []
        for _ in range(measure.IDS):
            [[found]] = self.server.read("SELECT id FROM payment WHERE merchant = ? AND mode = 'test' AND id >= ? "
                                         "ORDER BY id LIMIT 1", self.merchant,
                                         id_of(chance.uniform(self.first, self.last)))
            ids.append(found)
        (self.server.dir / "any").write_text("".join(one + "\n" for one in ids))
        self.server.ids_write()

    def day_of_pages(self):
        """How many payments of the day a program gets that reads them page by page."""
        count = 0
        while True:
            target = (f"/v2/payments/?limit={DAY_PAGE}&start={count}&created={self.midnight(0)}"
                      f"&created_until={self.midnight(1) - 1}")
            told = json.loads(self.server.call("GET", target, None, {"Authorization": self.server.credentials}))
            count += len(told["payments"])
            if not told["range"]["has_more"]:
                return count

    def day_of_entries(self, bench):
        """How many entries the day's accounts have, by `guichet fec`."""
        with tempfile.TemporaryDirectory(dir=bench.top) as place:
            subprocess.run([bench.product, "fec", "--data", str(self.server.data), self.merchant, place, "--from",
                            self.day.isoformat(), "--until", self.day.isoformat()], check=True, capture_output=True,
                           env=measure.environment({}))
            [file] = pathlib.Path(place).iterdir()
            return len({line.split(b"\t")[2] for line in file.read_bytes().splitlines()[1:]})

    def exported(self, export, *more):
        """CPU for each payment of a day, the server's and that of the program that asks it."""
        before, mine = self.server.cpu_us(), children_us()
        count = sum(export(*more) for _ in range(DAYS))
        if not A_DAY * 0.9 < count / DAYS < A_DAY * 1.1:
            raise measure.Failed(f"a day of {number(self.size)} has {count / DAYS} payments")
        return (self.server.cpu_us() - before + children_us() - mine) / count

    def calls(self, bench, seconds):
        """By a name: a function that gives its CPU for each call."""
        server = self.server
        found = {
            "payment made": lambda: server.post(seconds, more=("--requests", MADE))["cpu_us"],
            "GET of a payment, of the last 20 000": lambda: server.get(seconds)["cpu_us"],
            "GET of a payment, of all": lambda: server.load(server.request("get"), seconds, "--ids",
                                                            server.dir / "any")["cpu_us"],
        }
        for name, _ in LISTS:
            found[name] = lambda name=name: server.load(server.request(name), seconds)["cpu_us"]
        found["export of a day, pages of the list"] = lambda: self.exported(self.day_of_pages)
        found["export of a day, `fec`"] = lambda: self.exported(self.day_of_entries, bench)
        return found


def rows_of(runs, sizes):
    """Each size against the smallest, within each round."""
    rows = []
    for name in runs[0]:
        for at, size in list(enumerate(sizes))[1:]:
            rows.append(Row(f"growth: CPU, {name}", statistics.median(run[name][at] / run[name][0] for run in runs),
                            "ratio", GOAL, False, f"{number(size)} payments against {number(sizes[0])}; "
                            f"{number(statistics.median(run[name][at] for run in runs))} us"))
    return rows


def growth(bench, rounds, seconds, sizes):
    """Each kind of call goes around all sizes before the next one."""
    shelves = [Shelf(bench, size) for size in sizes]
    runs = []
    with contextlib.ExitStack() as servers:
        for shelf in shelves:
            servers.enter_context(shelf.server)
            shelf.requests_write()
            shelf.ids_write()
        calls = [shelf.calls(bench, seconds) for shelf in shelves]
        for turn in range(rounds + 1):
            say(f"growth, round {turn} of {rounds}")
            runs.append({name: [one[name]() for one in calls] for name in calls[0]})
    return rows_of(runs[1:], sizes)  # the first one fills caches
