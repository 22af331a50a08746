"""Somebody's server that is told what happens: an independent reader of webhooks."""

import hashlib
import hmac
import http.server
import json
import threading
import time


def signature_is_right(header, body, secret_hex, tolerance_s=300):
    """As a careful integrator checks it (api/stancer.md 12)."""
    return _is_right(header, body, bytes.fromhex(secret_hex), tolerance_s)


def callback_is_right(header, body, secret, tolerance_s=300):
    """The same of a Safedebit callback, whose secret is used as text (api/safedebit.md 5)."""
    return _is_right(header, body, secret.encode(), tolerance_s)


def _is_right(header, body, key, tolerance_s):
    parts = dict(part.split("=", 1) for part in header.split(","))
    if set(parts) != {"t", "v1"} or abs(time.time() - int(parts["t"])) > tolerance_s:
        return False
    signed = parts["t"].encode() + b"." + body
    made = hmac.new(key, signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made, parts["v1"])


class Seen:
    """One request that came in."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.signature = headers.get("Stancer-Signature", "")
        event = json.loads(body)
        assert set(event) == {"id", "type", "data"}, event
        self.id, self.type, self.data = event["id"], event["type"], event["data"]

    @property
    def object(self):
        return self.data["id"]


class Callback:
    """One Safedebit callback about a levy."""

    MEMBERS = {"sdd_reference", "payment_reference", "safedebit_consumer_reference", "umr",
               "amount", "due_date", "status"}

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.signature = headers.get("X-Guichet-Signature", "")
        self.id = headers.get("X-Guichet-Delivery", "")
        self.data = json.loads(body)
        self.status = self.data["status"]
        back = {"reason"} if self.status in ("REJECTED", "RETURNED") else set()
        assert set(self.data) == self.MEMBERS | back, self.data
        assert all(isinstance(value, str) and value for value in self.data.values()), self.data
        assert headers["Content-Type"] == "application/json"
        assert headers["User-Agent"] == "Guichet"

    @property
    def object(self):
        return self.data["sdd_reference"]


class FormCallback:
    """One Safedebit callback about a form: the three return parameters, in their order."""

    MEMBERS = ["safedebit_consumer_reference", "umr", "status"]

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.signature = headers.get("X-Guichet-Signature", "")
        self.id = headers["X-Guichet-Delivery"]
        self.data = json.loads(body)
        assert list(self.data) == self.MEMBERS, self.data
        assert headers["Content-Type"] == "application/json"
        assert headers["User-Agent"] == "Guichet"

    @property
    def object(self):
        return self.data["safedebit_consumer_reference"]


class Told:
    """One event of the Seqino face."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.signature = headers.get("X-PDP-Signature", "")
        event = json.loads(body)
        assert list(event) == ["event_id", "event_type", "timestamp", "sponsor_id", "data"], event
        self.id, self.type, self.data = event["event_id"], event["event_type"], event["data"]
        self.sponsor = event["sponsor_id"]
        assert headers["Content-Type"] == "application/json"

    @property
    def object(self):
        return self.data.get("id") or self.data.get("webhook_id")


class Receiver:
    """Answers each request with what `answer(seen, number)` says: a status, or (status, headers),
    or "hang". number counts the tries of this event, from 1. read: what makes something of a
    request, Seen or Callback."""

    def __init__(self, answer=lambda seen, number: 200, port=0, read=Seen):
        self.answer = answer
        self.read = read
        self.seen = []
        self.lock = threading.Lock()
        self.released = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told = receiver.note(receiver.read(self.path, self.headers, body))
                if told == "hang":
                    receiver.released.wait(60)
                    self.close_connection = True
                    return
                status, headers = told if isinstance(told, tuple) else (told, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", "2")
                self.end_headers()
                if status != 204:
                    self.wfile.write(b"ok")

            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # a client that is gone is no news here

        self.server = Server(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def note(self, seen):
        with self.lock:
            self.seen.append(seen)
            number = sum(1 for other in self.seen if other.id == seen.id)
        return self.answer(seen, number)

    port = property(lambda self: self.server.server_address[1])

    def url(self, path="/hook"):
        return f"http://127.0.0.1:{self.port}{path}"

    def of(self, identifier):
        with self.lock:
            return [seen for seen in self.seen if seen.object == identifier]

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
