"""Many connections that are kept and say nothing: what each takes, and what a client beside them notices."""

import pathlib
import time

import measure
from table import Row, median, number, say

COUNT = 10_000
IDLE_MS = 600_000  # the default of a minute would close them while we look
PAGE_KB = 4
# What the kernel makes for the server's end of a connection.
OBJECTS = ("TCP", "sock_inode_cache", "filp", "dentry", "eventpoll_epi")


def buffers_kb():
    """What all sockets of the machine hold in their buffers (both ends are here)."""
    for line in pathlib.Path("/proc/net/sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            return int(line.split()[-1]) * PAGE_KB
    raise measure.Failed("the kernel tells nothing of its sockets")


def objects_bytes():
    """The kernel's objects of one end, of which only root may know the sizes."""
    try:
        lines = pathlib.Path("/proc/slabinfo").read_text().splitlines()
    except PermissionError:
        return 0
    return sum(int(line.split()[3]) for line in lines if line.split()[0] in OBJECTS)


def idle(bench, rounds, seconds, count=COUNT):
    """Two servers on databases alike take turns, one with the connections and one without."""
    settings = {"SERVER_CONNECTIONS_MAX": count + 256, "SERVER_IDLE_MS": IDLE_MS}
    runs = []
    with measure.Server(bench, "idle-calm", bench.instant, settings) as calm, \
            measure.Server(bench, "idle-held", bench.instant, settings) as held:
        for server in (calm, held):
            server.post(1, 1)
            server.ids_write()
            server.get(1)
        say(f"{number(count)} idle connections")
        before, buffers = held.memory(), buffers_kb()
        held.hold(count)
        time.sleep(1)
        after, buffers = held.memory(), buffers_kb() - buffers
        for turn in range(rounds):
            say(f"beside idle connections, round {turn + 1} of {rounds}")
            one = {}
            for name, server in (("calm", calm), ("held", held)):
                one[name + "_get"] = server.load(server.request("get"), seconds, "--ids", server.dir / "ids",
                                                 connections=1)
                one[name + "_post"] = server.post(seconds, 1)
            runs.append({
                what + "_" + size: one["held_" + what][key] / one["calm_" + what][key]
                for what in ("get", "post") for size, key in (("p99", "p99_us"), ("cpu", "cpu_us"))
            } | {what + "_us": one["held_" + what]["p99_us"] for what in ("get", "post")})
    kernel = objects_bytes() / 1024
    return [
        Row(f"memory of an idle connection, of {number(count)} (RSS)", (after["VmRSS"] - before["VmRSS"]) / count, "KB",
            16, False, f"the kernel's beside it: {number(kernel)} KB, and {number(max(0, buffers) / 2 / count)} KB in "
            "buffers"),
    ] + [
        Row(f"p99 of one client beside them, {word}, against the same without", median(runs, what + "_p99"), "ratio", 2,
            False, f"{number(median(runs, what + '_us') / 1000)} ms; server CPU {number(median(runs, what + '_cpu'))} "
            "times")
        for what, word in (("get", "GET"), ("post", "payments"))
    ]
