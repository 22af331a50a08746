"""The write path on PostgreSQL, against what pgbench makes of the same server and disk."""

import pathlib
import re
import shutil
import subprocess
import sys
import threading

import measure
from table import Row, median, number, say

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from tests.support import libpq, postgres  # noqa: E402

CLIENTS = 32
MORE_CLIENTS = (64, 128)  # what a group costs is shared by more
SCALE = 50  # of pgbench's tables: more rows than clients, as its manual asks for
SETTINGS = ("max_connections=200", "shared_buffers=512MB", "max_wal_size=8GB")


class Server(measure.Server):
    """The program on a database of PostgreSQL."""

    def __init__(self, bench, name, url):
        self.url = url
        if not (bench.top / name).exists():
            measure.sandbox(bench, name, url)
        super().__init__(bench, name, bench.instant)

    def payments(self):
        with libpq.connect(self.url) as db:
            asked = "SELECT COUNT(*) FROM payment WHERE mode = 'test' AND state = 'to_capture'"
            return int(db.run(asked)[0][0])


def tpcb(url, seconds):
    """Transactions a second of pgbench's own script, as it comes."""
    done = subprocess.run([postgres.programs() / "pgbench", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds), "-n",
                           url], check=True, capture_output=True, text=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout).group(1))


def together(servers, seconds, clients):
    """Payments a second of several servers at once, each with so many clients."""
    made = [None] * len(servers)

    def run(place):
        made[place] = servers[place].post(seconds, clients)["rate"]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(servers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(made)


def payments(bench, rounds, seconds):
    """The rows of the table."""
    postgres.SETTINGS = SETTINGS
    runs = []
    with postgres.Server(durable=True) as database:
        other = database.database()
        subprocess.run([postgres.programs() / "pgbench", "-i", "-s", str(SCALE), "-q", other], check=True,
                       capture_output=True)
        url = database.database()
        one = Server(bench, "postgres", url)
        shutil.copytree(one.data, bench.top / "postgres-two")
        with one, Server(bench, "postgres-two", url) as two:
            one.post(1, CLIENTS)
            for turn in range(rounds):
                say(f"on PostgreSQL, round {turn + 1} of {rounds}")
                alone = one.post(seconds, CLIENTS)
                base = tpcb(other, seconds)
                shared = together([one, two], seconds, CLIENTS // 2)
                own = together([one, two], seconds, CLIENTS)
                more = [one.post(seconds, clients) for clients in MORE_CLIENTS]
                runs.append({"alone": alone["rate"], "cpu": alone["cpu_us"], "p50": alone["p50_us"],
                             "p99": alone["p99_us"], "tpcb": base, "ratio": alone["rate"] / base,
                             "shared": shared / alone["rate"], "own": own / alone["rate"]})
                for clients, load in zip(MORE_CLIENTS, more):
                    runs[-1] |= {f"rate {clients}": load["rate"], f"cpu {clients}": load["cpu_us"]}
            two.made += one.made
    return [
        Row(f"payments on PostgreSQL, durable, {CLIENTS} connections", median(runs, "alone"), "/s",
            note=f"p50 {number(median(runs, 'p50') / 1000)} ms, p99 {number(median(runs, 'p99') / 1000)} ms"),
        Row(f"pgbench, TPC-B, {CLIENTS} clients", median(runs, "tpcb"), "/s"),
        Row("payments on PostgreSQL against pgbench", median(runs, "ratio"), "ratio", 1.5),
        Row("server CPU per payment, beside PostgreSQL's own", median(runs, "cpu"), "us", 40, least=False),
        *(Row(f"payments on PostgreSQL, durable, {clients} connections", median(runs, f"rate {clients}"), "/s",
              note=f"server CPU {number(median(runs, f'cpu {clients}'))} us") for clients in MORE_CLIENTS),
        Row(f"two servers on one database, {CLIENTS} connections each, against one", median(runs, "own"), "ratio", 1),
        Row(f"two servers that share the {CLIENTS} connections, against one", median(runs, "shared"), "ratio", 1),
    ]
