"""Servers that share a database, and the simulator that they share: each has a data directory and a process of its own."""

import itertools
import os
import pathlib
import secrets
import shutil
import signal
import subprocess

from support import wire
from support.ports import free_port
from support.server import START_S, Account, Server, binary, command, environment, eventually

# How long a server that says nothing is taken to live (HOLDER_LEASE_S).
LEASE_S = 15

_count = itertools.count(1)


class SharedSimulator:
    """`guichet simulator` by itself."""

    def __init__(self, directory):
        self.dir = pathlib.Path(directory)
        self.dir.mkdir()
        self.ports = [free_port() for _ in range(3)]
        self.secret = self.dir / "secret"
        self.secret.write_text(secrets.token_hex(16))
        self.secret.chmod(0o600)
        iso, control, acs = self.ports
        words = ["--data", self.dir, "simulator", "--port", iso, "--control-port", control, "--acs-port", acs]
        self.process = subprocess.Popen(
            [str(binary()), *map(str, words)], env=environment({"SIMULATOR_SECRET": self.secret.read_text()}),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        eventually(self._answers, START_S, "the simulator answers")

    def _answers(self):
        try:
            return wire.exchange(f"http://127.0.0.1:{self.ports[1]}/transactions", "GET").status == 200
        except wire.Unreachable:
            return False

    def settings(self):
        """Of a server that is to use it."""
        iso, control, acs = self.ports
        return {"CARD_SIM_PORT": iso, "CARD_SIM_CONTROL_PORT": control, "CARD_SIM_ACS_PORT": acs,
                "CARD_SIM_SECRET_FILE": self.secret}

    def end(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Several:
    """The servers: `servers[0]` has made the database; all have the same keys."""

    def __init__(self, directory, url, count=2, **settings):
        self.dir = pathlib.Path(directory)
        self.dir.mkdir()
        self.url = url
        self.simulator = SharedSimulator(self.dir / "simulator")
        self.servers = []
        first = self.dir / "server0"
        command("init", "--sandbox", first, "--store", url)
        for number in range(count):
            place = self.dir / f"server{number}"
            if number > 0:
                shutil.copytree(first, place)
            self.servers.append(Server(place, f"several{number}-{next(_count)}-{os.getpid()}",
                                       settings | self.simulator.settings()))

    def start(self):
        for server in self.servers:
            server.start()
        return self

    def merchant_add(self):
        """A merchant whose calls go to the servers in turn."""
        return InTurn(self, self.servers[0].merchant_add().contract)

    def end(self):
        for server in self.servers:
            server.clean_up()
        self.simulator.end()


class InTurn(Account):
    """A merchant that calls one server after the other, but for the clock, of which all know a little later."""

    def __init__(self, several, contract):
        super().__init__(several.servers[0], contract)
        self.several = several
        self._turn = itertools.count()

    base_url = property(lambda self: self._next().base_url)
    tls_url = property(lambda self: self._next().tls_url)

    def _next(self):
        servers = [server for server in self.several.servers if server.process is not None]
        return servers[next(self._turn) % len(servers)]

    # Any of them may have written a file for the bank.
    data_dirs = property(lambda self: [server.dir for server in self.several.servers])

    def at(self, number):
        """The same merchant at one of the servers."""
        servers = self.several.servers
        return Account(servers[number % len(servers)], self.contract)

    def clock(self):
        return self.at(0).clock()

    def advance(self, seconds):
        now = self.at(0).advance(seconds)
        for number, server in enumerate(self.several.servers):
            if server.process is not None:
                eventually(lambda number=number: self.at(number).clock() >= now, START_S, "all know the time")
        return now
