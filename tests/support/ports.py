"""Ports of this machine."""

import socket

LOOPBACK = "127.0.0.1"


def free_port():
    """A port that nobody has; nothing keeps it from others until whoever is to listen there does."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


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
