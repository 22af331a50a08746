"""An acquirer elsewhere: TLS with client certificates before a simulator of this machine."""

import contextlib
import http.server
import json
import os
import select
import socket
import ssl
import subprocess
import threading

from support.ports import free_port
from support.server import STOP_S, binary, eventually


class Authority:
    """A certificate authority in a directory."""

    def __init__(self, directory, name):
        self.dir = directory
        self.name = name
        self.ca = directory / f"{name}.pem"
        self._key = directory / f"{name}.key"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", self._key,
                      "-out", self.ca)

    def _openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def sign(self, name, usage, names):
        """(certificate, key) for the names, "DNS:a,IP:b"."""
        cert, key, request, more = (self.dir / f"{self.name}-{name}{end}"
                                    for end in (".pem", ".key", ".csr", ".ext"))
        more.write_text(f"extendedKeyUsage={usage}\nsubjectAltName={names}\n")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self._key,
                      "-CAcreateserial", "-days", "2", "-extfile", more, "-out", cert)
        return cert, key


class Terminator:
    """Takes TLS connections and passes their bytes on to a port of this machine in clear."""

    def __init__(self, target, cert, key, client_ca):
        self.target = target
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.context.load_verify_locations(client_ca)
        self.context.verify_mode = ssl.CERT_REQUIRED
        self.refused = []  # why connections ended before a byte of ours was read
        self.secured = []  # (version, the client's names)
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw):
        raw.settimeout(30)
        try:
            near = self.context.wrap_socket(raw, server_side=True)
        except (ssl.SSLError, OSError) as why:
            self.refused.append(str(why))
            raw.close()
            return
        self.secured.append((near.version(), near.getpeercert().get("subject")))
        with near, contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self.target)) as far:
                self.open.append(near)
                self._pass_on(near, far)

    @staticmethod
    def _pass_on(near, far):
        while True:
            ready = [near] if near.pending() else select.select([near, far], [], [])[0]
            for one, other in ((near, far), (far, near)):
                if one in ready:
                    data = one.recv(8192)
                    if not data:
                        return
                    other.sendall(data)

    def hang_up(self):
        while self.open:
            with contextlib.suppress(OSError):
                self.open.pop().shutdown(socket.SHUT_RDWR)

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.listener.close()
        self.hang_up()


class Line:
    """A way to an acquirer's port of this machine, on which what is sent may stand still, and arrive when its sender is gone."""

    def __init__(self, target):
        self.target = target
        self.free = threading.Event()
        self.free.set()
        self.waits = threading.Event()  # something stands still
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._pass_on, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(far, near, False), daemon=True).start()

    def _pass_on(self, one, other, stands_still):
        with contextlib.suppress(OSError):
            while data := one.recv(8192):
                if stands_still and not self.free.is_set():
                    self.waits.set()
                    self.free.wait()
                other.sendall(data)

    def stand_still(self):
        self.free.clear()

    def go_on(self):
        self.free.set()

    def close(self):
        self.listener.close()
        self.go_on()


class Gateway:
    """A simulator that no server has started: the other end of a live link."""

    def __init__(self, directory, secret):
        directory.mkdir()
        self.iso, self.control, self.acs = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.control}"
        self.process = subprocess.Popen(
            [binary(), "simulator", "--data", directory, "--port", str(self.iso),
             "--control-port", str(self.control), "--acs-port", str(self.acs)],
            env={**os.environ, "GUICHET_SIMULATOR_SECRET": secret}, stdout=subprocess.DEVNULL)
        eventually(self._answers, 10, "the gateway listens")

    def _answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.control)):
            return True
        return False

    def close(self):
        self.process.terminate()
        self.process.wait(STOP_S)


class Oracle:
    """A gateway that answers every call with the same JSON."""

    def __init__(self, answer):
        text = json.dumps(answer, ensure_ascii=False).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.do_POST()

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
