"""Ports of this machine."""

import pathlib
import random
import socket

LOOPBACK = "127.0.0.1"
FIRST, ENOUGH, BEYOND = 16384, 4096, 65536

_claims = []


def _ours():
    """Ports below those that the system gives to whoever names none, where it leaves room for them."""
    handed_out = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return range(FIRST, handed_out if handed_out >= FIRST + ENOUGH else BEYOND)


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _claim(port):
    """Whether no test of this machine has this port; it is then ours until this process ends."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0guichet-test-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def free_port():
    """A port that nobody has, and that nobody gets before whoever is to listen there does: the system hands it to nobody,
    and other tests find it claimed."""
    while True:
        port = random.choice(_ours())
        if _claim(port) and _is_free(port):
            return port


class Held:
    """Ports on which a server listens that shares them (SO_REUSEPORT): kept when it dies. They are bound here too, and never
    listened on: so callers are refused, the system gives them to nobody, as a port of his own or as the source of a connection,
    and whoever calls there does not meet a stranger, or himself."""

    def __init__(self):
        self._sockets = {}

    def hold(self, host, port):
        """From now until they are let go; the server listens already."""
        if port not in self._sockets:
            bound = self._sockets[port] = socket.socket()
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            bound.bind((host, port))

    def let_go(self):
        for bound in self._sockets.values():
            bound.close()
        self._sockets.clear()
