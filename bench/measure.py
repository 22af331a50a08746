"""The servers, the references and the load of bench/run, and how they are looked at."""

import base64
import dataclasses
import http.client
import json
import os
import pathlib
import resource
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time

CONNECTIONS = 64
CACHE_MB = 40  # page caches of the database: the writer's 32 MB and a reader's 8 MB
IDS = 20_000
START_S = 30
NUMBER_MARK = "P" * 16  # bench/load.c puts another card number there each time
ID_MARK = "I" * 24
TEST_CARD = "4242424242424242"

BODY = ('{"amount":1250,"currency":"eur","description":"Order 4711, two chairs and a table","card":'
        '{"number":"%s","exp_month":12,"exp_year":2030,"cvc":"123"}}')

# What one payment leaves behind; its task is shared by all of an evening. The bare loop must write
# the same number of rows.
TABLES = ("payment", "card", "card_attempt", "ledger_entry")


class Failed(Exception):
    """What was measured is not what should have been."""


@dataclasses.dataclass
class Bench:
    """Where everything is."""

    root: pathlib.Path
    top: pathlib.Path

    def program(self, name):
        return str(self.root / "build" / "release" / "bench" / name)

    @property
    def product(self):
        return str(self.root / "build" / "release" / "guichet")

    @property
    def instant(self):
        return self.program("bench_server")


def build(root):
    """The release build; says nothing unless it fails."""
    steps = [["cmake", "--build", str(root / "build" / "release"), "--target", "guichet",
              "bench_load", "bench_bare", "bench_bank", "bench_receiver", "bench_server",
              "bench_draw", "bench_examine"]]
    if not (root / "build" / "release" / "build.ninja").exists():
        steps.insert(0, ["cmake", "--preset", "release"])
    for step in steps:
        done = subprocess.run(step, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)


def environment(settings):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    kept.update({"GUICHET_" + name: str(value) for name, value in settings.items()})
    return kept


def answer_of(*words):
    """Runs a program of bench/ and reads the line of JSON that it prints."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{words[0]}: {done.stderr.strip()}")
    if done.stderr:
        print(done.stderr, file=sys.stderr)
    return json.loads(done.stdout)


def sandbox(bench, name, store=None):
    """A data directory as `guichet init` makes it."""
    data = bench.top / name
    words = ["--store", store] if store else []
    if not data.exists():
        subprocess.run([bench.product, "init", "--sandbox", *words, str(data)], check=True,
                       capture_output=True, env=environment({}))
    return data


def disk(bench):
    return answer_of(bench.program("bench_bare"), "--disk", bench.top / "disk")


def bare(bench, data, seconds):
    done = answer_of(bench.program("bench_bare"), "--database", data / "guichet.db", "--seconds",
                     seconds)
    return {"rate": done["payments"] * 1e6 / done["elapsed_us"],
            "cpu_us": done["cpu_us"] / done["payments"]}


def draw(bench, seconds, threads):
    done = answer_of(bench.program("bench_draw"), "--seconds", seconds, "--threads", threads)
    return done | {"rate": done["drawn"] * 1e6 / done["elapsed_us"]}


def examine(bench, seconds, pdf):
    """What one invoice of twenty lines costs in each form; the PDF by the process that opens it."""
    done = answer_of(bench.program("bench_examine"), "--seconds", seconds, "--pdf", pdf)
    times = []
    for _ in range(20):
        began = time.monotonic()
        subprocess.run([bench.product, "pdf-xml"], stdin=pdf.open("rb"), check=True,
                       capture_output=True, env=environment({}))
        times.append((time.monotonic() - began) * 1000)
    return done | {"pdf_ms": statistics.median(times)}


def fill(bench, data, payments, days=0):
    """So many payments, right in every row: the books are checked."""
    answer_of(bench.program("bench_bare"), "--database", data / "guichet.db", "--payments",
              payments, "--durable", 0, "--group", 1000, "--days", days)
    subprocess.run([bench.product, "verify", "--data", str(data)], check=True, capture_output=True,
                   env=environment({}))


def counted(database):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        made = db.execute("SELECT COUNT(*) FROM payment WHERE state = 'to_capture'").fetchone()[0]
        return {name: round(db.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] / made, 1)
                for name in TABLES}


def same_rows(one, other):
    """The loop is a reference only as long as it writes what the server writes."""
    if counted(one) != counted(other):
        raise Failed(f"the bare loop writes other rows: {counted(other)}, not {counted(one)}")


class Process:
    """A server of either kind: a port of this machine and the load on it."""

    def __init__(self, bench):
        self.bench = bench
        self.port = None
        self.process = None

    def cpu_us(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * 1_000_000 // os.sysconf("SC_CLK_TCK")

    def load(self, request, seconds, *more, connections=CONNECTIONS):
        """Only answers of class 2xx count; any other means that something else was measured."""
        before = self.cpu_us()
        done = answer_of(self.bench.program("bench_load"), "--port", self.port, "--connections",
                         connections, "--seconds", seconds, "--request", request, *more)
        if done["ok"] != done["answers"] or done["ok"] == 0:
            raise Failed(f"only {done['ok']} of {done['answers']} answers were 2xx")
        done["cpu_us"] = (self.cpu_us() - before) / done["ok"]
        done["rate"] = done["ok"] * 1e6 / done["elapsed_us"]
        return done

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=START_S)


class Server(Process):
    """The program, on a data directory, with its default configuration."""

    def __init__(self, bench, name, program, settings=None):
        super().__init__(bench)
        self.data = sandbox(bench, name)
        self.database = self.data / "guichet.db"
        self.program, self.settings = program, settings or {}
        self.dir = bench.top / f"requests-{name}"
        self.dir.mkdir(exist_ok=True)
        self.made = self.payments()
        self.held = []
        self.credentials = None

    def __enter__(self):
        began = time.monotonic()
        with (self.dir / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--data", str(self.data), "--port", "0"],
                stdout=subprocess.PIPE, stderr=log, text=True, env=environment(self.settings))
        line = self.process.stdout.readline()
        if not line.startswith("Guichet is ready"):
            raise Failed(f"the server does not start; see {self.dir}/log")
        self.port = int(line.rsplit(":", 1)[1])
        self.call("GET", "/healthz")
        self.ready_ms = (time.monotonic() - began) * 1000
        key = json.loads((self.data / "sandbox.json").read_text())["stancer"]["secret_key"]
        self.key_use(key)
        # The simulator approves its test cards only, the instant acquirer any number.
        number = NUMBER_MARK if self.program == self.bench.instant else TEST_CARD
        self.request_write("post", "POST", "/v2/payments/", BODY % number)
        self.request_write("get", "GET", f"/v2/payments/paym_{ID_MARK}")
        self.request_write("page", "GET", "/v2/payments/?limit=10")
        return self

    def __exit__(self, kind, *_):
        self.release()
        self.stop()
        # Whatever was acknowledged must be there, and paid.
        if kind is None and self.payments() < self.made:
            raise Failed(f"{self.made} payments were acknowledged, {self.payments()} are there")

    def read(self, sql, *values):
        """Rows of the database, beside the server."""
        database = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            yield from database.execute(sql, values).fetchall()
        finally:
            database.close()

    def key_use(self, key):
        self.credentials = "Basic " + base64.b64encode(f"{key}:".encode()).decode()

    def rows(self, sql):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as db:
            return db.execute(sql).fetchall()

    def payments(self):
        """Those that were approved: a refusal costs less, and is no payment."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as db:
            return db.execute("SELECT COUNT(*) FROM payment WHERE mode = 'test' "
                              "AND state = 'to_capture'").fetchone()[0]

    def request_write(self, name, method, target, body=None):
        lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{self.port}",
                 f"Authorization: {self.credentials}"]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        (self.dir / name).write_text("\r\n".join(lines) + "\r\n\r\n" + (body or ""), newline="")

    def request(self, name):
        return self.dir / name

    def call(self, method, target, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_S)
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise Failed(f"{method} {target}: {answer.status} {text[:200]}")
        return text

    def example(self):
        """The answer to the creation that the load repeats."""
        self.made += 1
        return self.call("POST", "/v2/payments/", BODY % TEST_CARD,
                         {"Authorization": self.credentials, "Content-Type": "application/json"})

    def post(self, seconds, connections=CONNECTIONS, more=()):
        done = self.load(self.request("post"), seconds, *more, connections=connections)
        self.made += done["ok"]
        return done

    def ids_write(self):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as db:
            ids = db.execute("SELECT id FROM payment WHERE state = 'to_capture' "
                             "ORDER BY id DESC LIMIT ?", (IDS,)).fetchall()
        (self.dir / "ids").write_text("".join(row[0] + "\n" for row in ids))

    def get(self, seconds):
        return self.load(self.request("get"), seconds, "--ids", self.dir / "ids")

    def page(self, seconds):
        return self.load(self.request("page"), seconds)

    def memory(self):
        """In KB: resident, the most that ever was, and the proportional share."""
        found = {}
        for name in ("status", "smaps_rollup"):
            for line in pathlib.Path(f"/proc/{self.process.pid}/{name}").read_text().splitlines():
                key, _, rest = line.partition(":")
                if key in ("VmRSS", "VmHWM", "Pss"):
                    found[key] = int(rest.split()[0])
        return found

    def high_reset(self):
        """The most that ever was begins anew (proc(5), clear_refs)."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def hold(self, count):
        """Connections that have each asked once and then say nothing."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 256)), hard))
        ask = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode()
        for _ in range(count):
            held = socket.create_connection(("127.0.0.1", self.port), timeout=START_S)
            self.held.append(held)
            held.sendall(ask)
            if not held.recv(4096).startswith(b"HTTP/1.1 200"):
                raise Failed("a connection is refused")

    def release(self):
        while self.held:
            self.held.pop().close()


NGINX = """
daemon off;
worker_processes auto;
pid {top}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {top}/body;
    proxy_temp_path {top}/proxy;
    fastcgi_temp_path {top}/fastcgi;
    uwsgi_temp_path {top}/uwsgi;
    scgi_temp_path {top}/scgi;
    keepalive_requests 1000000000;
    default_type application/json;
    server {{
        listen 127.0.0.1:{port} reuseport;
        return 200 "{text}";
    }}
}}
"""


class Nginx(Process):
    """`return 200` with a body of the same length, no log, one worker for each processor."""

    def __init__(self, bench, length):
        super().__init__(bench)
        self.length = length

    def __enter__(self):
        top = self.bench.top / "nginx"
        top.mkdir(exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (top / "conf").write_text(NGINX.format(top=top, port=self.port, text="x" * self.length))
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        self.process = subprocess.Popen([program, "-p", str(top), "-c", str(top / "conf")],
                                        stderr=subprocess.DEVNULL)
        end = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Failed("nginx does not start") from error
                time.sleep(0.02)

    def __exit__(self, *_):
        self.stop()

    def post(self, server, seconds):
        return self.load(server.request("post"), seconds)

    def get(self, server, seconds):
        return self.load(server.request("get"), seconds, "--ids", server.dir / "ids")
