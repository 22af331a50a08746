"""The program under test: its data directory, its process, and the merchants that call it."""

import datetime
import functools
import json
import os
import pathlib
import signal
import subprocess
import time
from urllib.parse import urlsplit

from support import cards, openapi, ports, postgres, recorder, rows, safedebit, wire
from support.simulator import Simulator

ROOT = pathlib.Path(__file__).resolve().parents[2]
READY = "Guichet is ready"
START_S = 20
STOP_S = 30  # ten seconds are promised, and measured where there is something to wait for
# What needs a processor may be kept waiting for one, so nothing is waited for less long. What has to be quick is measured.
BUSY_S = 60


def binary():
    """The executable: GUICHET_BIN, else the release build."""
    named = os.environ.get("GUICHET_BIN")
    return pathlib.Path(named).resolve() if named else ROOT / "build" / "release" / "guichet"


def log_dir():
    """Where servers write: GUICHET_TEST_LOGS, which tests that run side by side must not share."""
    path = pathlib.Path(os.environ.get("GUICHET_TEST_LOGS", ROOT / "build" / "test-logs"))
    path.mkdir(parents=True, exist_ok=True)
    return path


def environment(settings):
    """The caller's without any GUICHET_ variable, then the settings: {"SERVER_HEADER_MS": 200}."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
    kept.update({"GUICHET_" + name: str(value) for name, value in settings.items()})
    return kept


class Failed(AssertionError):
    """A subcommand ended with another code than expected."""


def command(*words, settings=None, timeout=60, expect=0):
    """Runs one subcommand to its end and gives its standard output."""
    done = subprocess.run([str(binary()), *map(str, words)], env=environment(settings or {}),
                          capture_output=True, text=True, timeout=timeout, check=False)
    if expect is not None and done.returncode != expect:
        raise Failed(f"guichet {' '.join(map(str, words))} ended with {done.returncode}, "
                     f"not {expect}:\n{done.stdout}{done.stderr}")
    return done.stdout


def children(pid):
    """Process ids below pid, from /proc; nearest first."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except (OSError, IndexError):
                continue
            if fields[0] != "Z":
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        below = parents.get(todo.pop(0), [])
        found += below
        todo += below
    return found


def is_alive(pid):
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"


def within(probe, seconds):
    """Asks until the probe gives something true or so long has passed; gives what it said last."""
    end = time.monotonic() + seconds
    while not (seen := probe()) and time.monotonic() < end:
        time.sleep(0.05)
    return seen


def eventually(probe, seconds, what):
    """Asks until the probe gives something true, and gives that; seconds is a bound, unless a busy machine needs more."""
    seconds = max(seconds, BUSY_S)
    seen = within(probe, seconds)
    if not seen:
        raise AssertionError(f"after {seconds} s still not: {what}")
    return seen


class Account:
    """One merchant's credentials on a server, and the calls it makes."""

    def __init__(self, server, contract):
        self.server = server
        self.contract = contract

    # The server's addresses change when it starts again, so they are always read from it.
    base_url = property(lambda self: self.server.base_url)
    tls_url = property(lambda self: self.server.tls_url)
    port = property(lambda self: self.server.port)
    host = property(lambda self: self.server.host)
    ca_file = property(lambda self: self.server.ca_file)
    dir = property(lambda self: self.server.dir)
    log = property(lambda self: self.server.log)
    control_url = property(lambda self: self.server.control_url)
    data_dirs = property(lambda self: [self.server.dir])
    secret_key = property(lambda self: self.contract["stancer"]["secret_key"])
    public_key = property(lambda self: self.contract["stancer"]["public_key"])

    def request(self, method, path, body=None, key=None, headers=None, scheme="basic",
                timeout=wire.TIMEOUT_S, length=True):
        """One call. body: a dict or list is sent as JSON, bytes and str as they are. key: another
        key than this merchant's, or False for none. Every answer is checked against the face's
        OpenAPI document and noted for the coverage of the seed pages."""
        sent = {}
        if key is not False:
            sent.update(wire.credentials(key or self.secret_key, scheme))
        raw = wire.encode(body)
        if raw is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        answer = wire.exchange(self.base_url + path, method, raw, sent, timeout=timeout, length=length)
        recorder.note(method, path, scheme, body, answer)
        openapi.check(method, path, answer)
        return answer

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, body, **options)

    def patch(self, path, body=None, **options):
        return self.request("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def made(self, path, body=None, **options):
        """POST that must succeed; gives the object."""
        answer = self.post(path, body, **options)
        assert answer.status == 200, f"POST {path}: {answer}"
        return answer.json

    def read(self, path):
        """GET that must succeed; gives the object."""
        answer = self.get(path)
        assert answer.status == 200, f"GET {path}: {answer}"
        return answer.json

    def ssp(self, call, **arguments):
        """One call of the Safedebit face, in the verb it has; gives what was answered with 200."""
        return safedebit.decided(safedebit.exchange(self, call, arguments)).json

    def pay(self, version="v2", card=None, amount=1000, currency="eur", **members):
        """A payment by card, made by the merchant without the payer; gives the object."""
        path = {"v1": "/v1/checkout/", "v2": "/v2/payments/"}[version]
        return self.made(path, {"amount": amount, "currency": currency,
                                "card": cards.card() if card is None else card, **members})

    def wait_for_status(self, payment, status, seconds=30):
        return eventually(
            lambda: (seen := self.read("/v2/payments/" + payment["id"]))["status"] == status
            and seen, seconds, f"{payment['id']} is {status}")

    def clock(self):
        """The test-mode time of this merchant, in Unix seconds."""
        answer = self.get("/sandbox/clock")
        assert answer.status == 200, answer
        return answer.json["now"]

    def advance(self, seconds):
        answer = self.post("/sandbox/clock", {"advance_s": int(seconds)}, timeout=120)
        assert answer.status == 200, answer
        return answer.json["now"]

    def paris_now(self):
        return datetime.datetime.fromtimestamp(self.clock(), cards.PARIS)

    def advance_to(self, hour, minute=0):
        """Moves the clock to the next time it is hour:minute in Paris."""
        now = self.paris_now()
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then <= now:
            then = (now + datetime.timedelta(days=1)).replace(hour=hour, minute=minute, second=0,
                                                              microsecond=0)
        return self.advance(int(then.timestamp()) - int(now.timestamp()))

    def by_day(self):
        """Payouts are made at 8:00, captures leave at 21:00: what is captured at once by night meets a morning before the
        evening of the rest. A test that cares begins after that morning instead."""
        if not datetime.time(8, 1) <= self.paris_now().time() < datetime.time(20, 59):
            self.advance_to(8, 2)
        return self

    def advance_past(self, hour):
        """Moves the clock a minute past the next time that it strikes this hour in Paris: it may be that very minute now, and
        what has happened in it was too late for what the hour brings."""
        self.advance_to(hour)
        return self.advance_to(hour, 1)

    def settle(self):
        """Past the evening batch and its settlement file."""
        self.advance_past(21)
        self.advance_past(22)

    def page_url(self, payment, lang="fr"):
        return f"{self.base_url}/{self.public_key}/{payment['id']}?lang={lang}"

    def at(self, _number):
        """The merchant as the client of this number meets it; there is one server (support/several.py)."""
        return self

    def page(self, link):
        """A link of ours as it leads to this server, whichever of several made it."""
        return self.base_url + link[len("http://" + urlsplit(link).netloc):]

    # What belongs to the server.
    def merchant_add(self):
        return self.server.merchant_add()

    def verify(self):
        return self.server.verify()

    def stop(self):
        return self.server.stop()

    def kill9(self):
        return self.server.kill9()

    def restart(self):
        return self.server.restart()

    def simulator(self, path=None):
        """The simulator's control address; with a path, the JSON it answers there."""
        control = Simulator(self.server.control_url)
        return control if path is None else control.get(path)


@functools.cache
def databases():
    """Where servers keep their rows: databases of the PostgreSQL server that GUICHET_TEST_PG names, or, when
    nothing does, None: a file in their directory."""
    url = os.environ.get("GUICHET_TEST_PG")
    return postgres.Databases(url) if url else None


class Server:
    """A data directory and the process that serves it."""

    def __init__(self, directory, name, settings=None, store=None):
        self.dir = pathlib.Path(directory)
        self.name = name
        self.settings = dict(settings or {})
        self.process = None
        self.store = store  # the url of its database, unless it is a file in the directory
        self.made_store = store is None and databases() is not None
        self.started = []  # every process id below ours, so that nothing outlives the tests
        self.ports = ports.Held()  # where it listens or has listened
        self.log = log_dir() / f"{name}.log"  # standard error
        self.out = log_dir() / f"{name}.out"
        self.log.write_bytes(b"")
        self.out.write_bytes(b"")

    def init(self):
        words = ["init", "--sandbox", self.dir]
        if self.made_store:
            self.store = databases().database()
        if self.store:
            words += ["--store", self.store]
        command(*words, settings=self.settings)
        return self

    def start(self):
        """Starts serving and returns once it answers."""
        told = self.out.stat().st_size
        with open(self.out, "ab") as out, open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(binary()), "serve", "--data", str(self.dir), "--port", "0"],
                stdout=out, stderr=log, stdin=subprocess.DEVNULL,
                env=environment(self.settings))

        def ready():
            code = self.process.poll()
            if code is not None:
                raise AssertionError(f"serve ended with {code}: {self.log.read_text()[-2000:]}")
            lines = self.out.read_bytes()[told:].decode("utf-8", "replace").splitlines()
            return any(line.startswith(READY) for line in lines)

        eventually(ready, START_S, f"{self.name} prints that it is ready")
        self.contract = json.loads((self.dir / "sandbox.json").read_text())
        for url in (self.base_url, self.tls_url):
            self.ports.hold(urlsplit(url).hostname, urlsplit(url).port)
        self.started += children(self.process.pid)
        return self

    base_url = property(lambda self: self.contract["base_url"].rstrip("/"))
    tls_url = property(lambda self: self.contract["tls_url"].rstrip("/"))
    ca_file = property(lambda self: self._path(self.contract["ca_file"]))
    host = property(lambda self: urlsplit(self.base_url).hostname)
    port = property(lambda self: urlsplit(self.base_url).port)
    control_url = property(lambda self: self.contract["simulator"]["control_url"].rstrip("/"))
    acs_url = property(lambda self: self.contract["simulator"]["acs_url"].rstrip("/"))

    def _path(self, named):
        path = pathlib.Path(named)
        return str(path if path.is_absolute() or path.exists() else self.dir / path)

    def account(self):
        return Account(self, self.contract)

    def merchant_add(self):
        """Another test merchant, with its own sponsor and its own clock."""
        told = command("merchant", "add", "--sandbox", "--json", "--data", self.dir,
                       settings=self.settings)
        return Account(self, json.loads(told))

    def rows(self):
        """What its database holds: support/rows.py."""
        return rows.of(self)

    def verify(self, expect=0):
        return command("verify", "--data", self.dir, settings=self.settings, expect=expect,
                       timeout=120)

    def simulator_pid(self):
        """The simulator's process, which serve starts in a sandbox; None while there is none."""
        for pid in children(self.process.pid):
            try:
                words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"simulator" in words:
                return pid
        return None

    def kill_simulator(self):
        """kill -9 of the simulator alone."""
        pid = self.simulator_pid()
        assert pid is not None, "serve has no simulator"
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not is_alive(pid), 5, "the simulator is gone")

    def simulator_is_back(self, seconds=10):
        """Waits for the simulator that serve starts again; false when none comes."""
        pid = within(self.simulator_pid, seconds)
        if pid is None:
            return False
        self.started.append(pid)
        self.contract = json.loads((self.dir / "sandbox.json").read_text())
        return True

    def stop(self):
        """A graceful stop: SIGTERM, and 0 as exit code within ten seconds."""
        if self.process is None:
            return
        self.started += children(self.process.pid)
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_S)
        self.process = None
        assert code == 0, f"stopped with {code}: {self.log.read_text()[-2000:]}"

    def kill9(self):
        self.started += children(self.process.pid)
        self.process.kill()
        self.process.wait(STOP_S)
        self.process = None

    def restart(self):
        if self.process is not None:
            self.stop()
        return self.start()

    def clean_up(self):
        """Ends what is still running, by id; whatever happened in the test."""
        self._end()
        self.ports.let_go()
        if self.made_store and self.store:
            databases().drop(self.store)

    def _end(self):
        if self.process is not None:
            self.started += children(self.process.pid)
            self.process.terminate()
            try:
                self.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(STOP_S)
            self.process = None
        name = str(binary()).encode()
        for pid in set(self.started):
            try:
                if pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0] == name:
                    os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
