"""A machine of the tests' own on which systemd is the first process: new namespaces for processes, mounts, network, names
and control groups, and this machine's root, written over in memory. It ends with its first process, and leaves nothing.

    with systemd.Machine(directory) as machine:     # Impossible, with the reason, where it is not permitted
        machine.run("systemctl", "start", "x")      # inside; gives the standard output
"""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from support import server

INSIDE = pathlib.Path(__file__).resolve().parent / "systemd_inside.sh"
INIT = pathlib.Path("/lib/systemd/systemd")
NEEDS = ("unshare", "nsenter", "ip", "pivot_root", "systemctl", "dpkg")
GIVEN = "/run/given"  # where the directory stands that the machine is given
START_S = 60
RUN_S = 120


class Impossible(Exception):
    """Why there can be no such machine here."""


def group_root():
    """Where control groups of version 2 are mounted on this machine."""
    for line in pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            return pathlib.Path(place)
    raise Impossible("no control groups of version 2 are mounted")


class Machine:
    """`given` is a directory that the machine sees as GIVEN; its own files lie below `place`."""

    def __init__(self, place, given):
        if os.getuid() != 0:
            raise Impossible("only root makes namespaces with devices in them")
        missing = [name for name in NEEDS if shutil.which(name) is None] + [INIT] * (not INIT.exists())
        if missing:
            raise Impossible(f"not installed: {missing}")
        self.place = pathlib.Path(place)
        self.log = self.place / "log"
        (self.place / "root").mkdir(parents=True)
        self.first = None  # its first process, as this machine numbers it
        self.group = group_root() / f"guichet-tests-{os.getpid()}"
        self._begin(given)

    def _begin(self, given):
        command = ["unshare", "--mount", "--pid", "--ipc", "--uts", "--net", "--cgroup", "--fork", "--kill-child",
                   "--propagation", "private", str(INSIDE), str(self.place / "root"), str(given)]
        try:
            self.group.mkdir()
        except OSError as refused:
            raise Impossible(f"no control group can be made: {refused}") from refused
        with open(self.log, "wb") as log:
            self.outside = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=self._join_group)
        try:
            self._wait()
        except BaseException:
            self.close()
            raise

    def _join_group(self):
        (self.group / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")

    def _wait(self):
        until = time.monotonic() + START_S
        while True:
            if self.outside.poll() is not None or time.monotonic() > until:
                raise Impossible("systemd does not start: " + self.log.read_text(encoding="utf-8", errors="replace")[-500:])
            below = server.children(self.outside.pid)
            if below:
                self.first = below[0]
                if self.exit_code("systemctl", "is-active", "--quiet", "alone.target") == 0:
                    return
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _started(self, words, timeout, **options):
        command = ["nsenter", "-t", str(self.first), "--mount", "--pid", "--ipc", "--uts", "--net", "--cgroup",
                   *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False,
                              stdin=subprocess.DEVNULL, **options)

    def exit_code(self, *words, timeout=RUN_S):
        return self._started(words, timeout).returncode

    def run(self, *words, timeout=RUN_S):
        """Runs a command inside, as root; it must succeed."""
        done = self._started(words, timeout)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def shown(self, unit, name):
        """One property of a unit."""
        return self.run("systemctl", "show", "--value", "--property", name, unit).strip()

    def close(self):
        if self.first is not None and server.is_alive(self.first):
            os.kill(self.first, signal.SIGKILL)  # and with it all that it has begun
        try:
            self.outside.wait(10)
        except subprocess.TimeoutExpired:
            self.outside.kill()
            self.outside.wait()
        self._drop_group()

    def _drop_group(self):
        """What is left of it is empty; a process that has just ended may count for a moment."""
        until = time.monotonic() + 10
        while self.group.exists():
            try:
                for place, _, _ in os.walk(self.group, topdown=False):
                    os.rmdir(place)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
