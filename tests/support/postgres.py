"""A PostgreSQL server of the tests' own, thrown away at the end.

    with postgres.Server() as server:
        url = server.database()          # of an empty database; a new one at each call
        url = server.database(other)     # of a copy of another one, given by its url, that nobody is using

or around a command, which finds the url of a database in GUICHET_TEST_PG, on whose server it may make more. Servers
under test keep their rows there then (support/server.py):

    python3 -m tests.support.postgres [--durable] --run COMMAND...

Its collation is not that of bytes, so that a column which forgets COLLATE "C" is noticed."""

import argparse
import contextlib
import itertools
import os
import pathlib
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

if __package__ == "tests.support":
    from tests.support import libpq, ports
else:
    from support import libpq, ports

PLACES = "/usr/lib/postgresql"
USER = "guichet"
START_S = 30
CAREFREE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = ("max_connections=200", "shared_buffers=64MB", "wal_level=minimal", "max_wal_senders=0")
WITH_STANDBYS = ("wal_level=replica", "max_wal_senders=4")


def programs():
    """Where initdb and postgres are: Debian keeps each version apart, the newest wins."""
    found = sorted(pathlib.Path(PLACES).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise FileNotFoundError(f"no PostgreSQL server in {PLACES}: ./setup test installs it")
    return found[-1].parent


def in_database(url, name):
    """The same server, another database."""
    return re.sub(r"\A(\w+://[^/?]*)(/[^?]*)?", rf"\1/{name}", url)


def _children(pid):
    """Processes that this one has begun; a backend begins none."""
    return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Databases:
    """Makes databases on a server that is there; `url` is that of one of them."""

    def __init__(self, url):
        self.url = url
        self.numbers = itertools.count(1)
        self.mark = secrets.token_hex(4)

    def database(self, like=None):
        """The url of a new database: empty, or a copy of the one at the url `like`."""
        name = f"t_{self.mark}_{next(self.numbers)}"
        template = urllib.parse.urlsplit(like).path.lstrip("/") if like else "template0"
        with libpq.connect(self.url) as db:
            db.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return in_database(self.url, name)

    def drop(self, url):
        """Throws a database away, whoever is connected to it."""
        name = urllib.parse.urlsplit(url).path.lstrip("/")
        with libpq.connect(self.url) as db:
            db.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Server(Databases):
    """A server in a directory of its own. It listens on a socket there and, for tests of the network, on
    127.0.0.1, with a password. Unless it is to be `durable` it does not wait for the disk; `settings` are more of those
    that it starts with. `leader`: another one, made with WITH_STANDBYS, whose standby it is until it is promoted."""

    def __init__(self, durable=False, settings=(), leader=None):
        self.settings = SETTINGS + (() if durable else CAREFREE) + tuple(settings)
        self.port = ports.free_port()
        self.password = leader.password if leader else secrets.token_urlsafe(18)
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="guichet-pg-"))
        self.child = None
        super().__init__(f"postgresql://{USER}@/postgres?host={self.dir}&port={self.port}")
        try:
            self._make(leader)
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def by_network(self, url):
        """The url of the same database over TCP."""
        name = urllib.parse.urlsplit(url).path
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}{name}"

    def promote(self):
        """Ends being a standby: it may be written from then on."""
        with libpq.connect(self.url) as db:
            db.run("SELECT pg_promote()")

    def start(self):
        """Starts it, after it was made or killed; returns when it takes connections."""
        command = ["postgres", "-D", self.dir / "data", "-p", self.port, "-k", self.dir, "-h", "127.0.0.1"]
        for setting in self.settings:
            command += ["-c", setting]
        with open(self.dir / "log", "ab") as log:
            command = self._ours(command)
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        until = time.monotonic() + START_S
        while True:
            try:
                return libpq.connect(self.url).close()
            except libpq.Refused as refused:
                if self.child.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{refused}\n{self.log()}") from refused
            time.sleep(0.02)

    def kill(self, how=signal.SIGKILL):
        """Ends it, by default as a power cut would; its data stay. The children of a killed server go as soon as
        they notice, and a new one waits for them."""
        if self.child and self.child.poll() is None:
            self.child.send_signal(how)
        if self.child:
            self.child.wait()
        self.child = None

    def freeze(self):
        """It and what it has begun stand still, as on a machine that has lost its disk; connections stay."""
        self._tell_all(signal.SIGSTOP)

    def thaw(self):
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, what):
        """The server first: it makes no more processes while the others are told."""
        self.child.send_signal(what)
        for pid in _children(self.child.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, what)

    def close(self):
        """Ends it, frozen or not, and removes all that it wrote."""
        if self.child and self.child.poll() is None:
            self.thaw()
        self.kill(signal.SIGQUIT)
        shutil.rmtree(self.dir, ignore_errors=True)

    def log(self):
        """What the server has said."""
        path = self.dir / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _make(self, leader):
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.dir, owner.pw_uid, owner.pw_gid)
        self._begin() if leader is None else self._follow(leader)

    def _follow(self, leader):
        self._done(["pg_basebackup", "-D", self.dir / "data", "-d", leader.url, "-R", "-c", "fast", "--no-sync"])

    def _begin(self):
        secret = self.dir / "password"
        secret.write_text(self.password, encoding="utf-8")
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(secret, owner.pw_uid, owner.pw_gid)
        command = ["initdb", "-D", self.dir / "data", "-U", USER, f"--pwfile={secret}", "--no-sync"]
        command += ["--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C"]
        command += ["--locale-provider=icu", "--icu-locale=fr"]
        self._done(command)
        secret.unlink()

    def _done(self, command):
        done = subprocess.run(self._ours(command), capture_output=True, text=True, check=False, cwd="/")
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)

    def _ours(self, command):
        """As the user that may run a server, which root may not; it does not outlive us."""
        words = ["setpriv", "--pdeathsig=SIGQUIT"]
        if os.geteuid() == 0:
            words += ["--reuid=postgres", "--regid=postgres", "--init-groups"]
        return [*words, str(programs() / command[0]), *map(str, command[1:])]


def main():
    """Runs a command with a server beside it; gives its exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.support.postgres", description="a server for a command")
    parser.add_argument("--durable", action="store_true", help="each commit waits for the disk")
    parser.add_argument("--run", nargs=argparse.REMAINDER, required=True, metavar="COMMAND")
    options = parser.parse_args()
    with Server(options.durable) as server:
        env = {**os.environ, "GUICHET_TEST_PG": server.database()}
        return subprocess.run(options.run, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
