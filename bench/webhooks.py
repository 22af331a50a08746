"""Deliveries to a local receiver, and what they cost the payments that are made meanwhile."""

import json
import subprocess
import threading
import time

import measure
from table import Row, median, number, say

RATE = 1000  # news a second
CONNECTIONS = 8
DRAIN_S = 20
PAIRS = 4

# Each is told of once: it is made, and stays without a method.
UNPAID = '{"amount":1250,"currency":"eur","description":"Order 4711, two chairs and a table"}'


class Receiver:
    """bench/receiver.c."""

    def __init__(self, bench):
        self.bench = bench
        self.process = None
        self.port = None
        self.told = None

    def __enter__(self):
        self.process = subprocess.Popen([self.bench.program("bench_receiver")],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.told = json.loads(self.process.communicate()[0])

    @property
    def rate(self):
        return (self.told["requests"] - 1) * 1e6 / max(1, self.told["elapsed_us"])


class Shop:
    """A merchant beside the first one, whose payments are told or not."""

    def __init__(self, server):
        self.server = server
        made = subprocess.run([server.bench.product, "merchant", "add", "--sandbox", "--json",
                               "--data", str(server.data)], check=True, capture_output=True,
                              text=True, env=measure.environment({}))
        key = json.loads(made.stdout)["stancer"]["secret_key"]
        own = server.credentials
        server.key_use(key)
        self.credentials = server.credentials
        server.request_write("unpaid", "POST", "/v2/payments/", UNPAID)
        server.key_use(own)

    def listen(self, port):
        self.server.call("POST", "/v2/webhooks/",
                         json.dumps({"url": f"http://127.0.0.1:{port}/news"}),
                         {"Authorization": self.credentials, "Content-Type": "application/json"})

    def load(self, seconds):
        """News at a steady rate, whatever else the server does."""
        return measure.answer_of(
            self.server.bench.program("bench_load"), "--port", self.server.port, "--connections",
            CONNECTIONS, "--seconds", seconds, "--rate", RATE, "--request",
            self.server.request("unpaid"))


def waiting(server):
    return next(server.read("SELECT COUNT(*) FROM outbox WHERE outcome IS NULL"))[0]


def both(server, shop, seconds):
    """Paid payments as fast as they go, beside the shop's steady ones."""
    steady = threading.Thread(target=shop.load, args=(seconds + 1,))
    steady.start()
    time.sleep(0.5)
    made = server.post(seconds)
    steady.join()
    return made


def drained(server):
    """How long what still waits takes, in seconds."""
    began = time.monotonic()
    while waiting(server) > 0:
        if time.monotonic() - began > DRAIN_S:
            raise measure.Failed(f"{waiting(server)} deliveries still wait")
        time.sleep(0.01)
    return time.monotonic() - began


def told(bench, turn, seconds):
    """One server with a receiver and one without, asked one after the other."""
    with measure.Server(bench, f"silent-{turn}", bench.instant) as silent, \
            measure.Server(bench, f"told-{turn}", bench.instant) as loud:
        quiet_shop, shop = Shop(silent), Shop(loud)
        with Receiver(bench) as receiver:
            shop.listen(receiver.port)
            for server, of in ((silent, quiet_shop), (loud, shop)):
                both(server, of, 1)
            drained(loud)
            runs = []
            for number_of in range(PAIRS):
                # Each comes first as often as second.
                pair = [(silent, quiet_shop), (loud, shop)][::1 if number_of % 2 == 0 else -1]
                made = {server: both(server, of, seconds) for server, of in pair}
                alone, beside = made[silent], made[loud]
                late = waiting(loud)
                drained(loud)
                runs.append({"ratio": beside["rate"] / alone["rate"], "late": late,
                             "rate": beside["rate"],
                             "cpu": beside["cpu_us"] - alone["cpu_us"]})
        news = next(loud.read("SELECT COUNT(*) FROM outbox WHERE outcome = 'delivered'"))[0]
        failed = next(loud.read("SELECT COUNT(*) FROM outbox WHERE tries <> 1"))[0]
    if receiver.told["requests"] != news or failed != 0:
        raise measure.Failed(f"{receiver.told['requests']} requests for {news} news, "
                             f"{failed} of them not at once")
    return {name: median(runs, name) for name in runs[0]}


def alone(bench, seconds):
    """Nothing else to do: how fast deliveries go."""
    with measure.Server(bench, "news", bench.instant) as server, Receiver(bench) as receiver:
        shop = Shop(server)
        shop.listen(receiver.port)
        measure.answer_of(bench.program("bench_load"), "--port", server.port, "--connections",
                          measure.CONNECTIONS, "--seconds", seconds, "--request",
                          server.request("unpaid"))
        before = waiting(server)
        cpu_us = server.cpu_us()
        took = drained(server)
        cpu_us = server.cpu_us() - cpu_us
    return {"rate": before / took, "cpu_us": cpu_us / before}


def webhooks(bench, rounds, seconds):
    say("webhooks: how fast they go")
    fast = alone(bench, min(seconds, 2))
    runs = []
    for turn in range(max(1, rounds // 2)):
        say(f"webhooks beside payments, round {turn + 1}")
        runs.append(told(bench, turn, seconds))
    return [
        Row("webhooks delivered to a local receiver, nothing else to do", fast["rate"], "/s", RATE,
            note=f"server CPU {number(fast['cpu_us'])} us each, two commits included"),
        Row(f"payments beside {number(RATE)} deliveries a second, against the same without",
            median(runs, "ratio"), "ratio", 0.9,
            note=f"{number(median(runs, 'rate'))} payments/s; "
                 f"{number(median(runs, 'late'))} deliveries behind at the end"),
    ]
