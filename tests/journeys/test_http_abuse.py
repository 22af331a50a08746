"""HTTP abuse over raw sockets: each refusal in the face's form, nothing hangs, nothing half done.

What can be seen without a network is in tests/unit/http/test_guard.c; here the whole server is put to it.
"""

import concurrent.futures
import json
import socket
import threading
import time

import pytest

from support import cards, stancer, wire
from support.server import eventually

PATIENCE_S = 20
BODY_MAX = 64 * 1024
TOGETHER = 129  # one more than the events the HTTP library takes at once
SHORT_MS = 400
STOP_S = 10


class Raw:
    """A connection on which every byte is ours."""

    def __init__(self, account):
        self.account = account
        self.socket = socket.create_connection((account.host, account.port), timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False when the server has closed already: its answer is still to be read."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def _more(self):
        try:
            got = self.socket.recv(65536)
        except ConnectionResetError:
            got = b""
        self.received += got
        return got != b""

    def answer(self, has_body=True):
        """The next whole answer, or None when the connection ends before one begins."""
        while b"\r\n\r\n" not in self.received:
            if not self._more():
                assert self.received == b"", f"cut inside a header: {self.received!r}"
                return None
        head, self.received = self.received.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        version, status = lines[0].split(" ")[:2]
        assert version == "HTTP/1.1"
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0")) if has_body else 0
        while len(self.received) < length:
            assert self._more(), "cut inside a body"
        body, self.received = self.received[:length], self.received[length:]
        document = None
        if body and "json" in headers.get("content-type", ""):
            document = wire.parse(body)
        return wire.Answer(int(status), headers, document, body)

    def wait_for_end(self):
        """Reads until the server has closed."""
        while self._more():
            pass

    def is_closed(self):
        """True when nothing more came before the server closed."""
        self.wait_for_end()
        return self.received == b""

    def leave(self, reset=False):
        if reset:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()

    def host(self):
        return f"Host: {self.account.host}:{self.account.port}\r\n".encode()

    def key(self):
        name, value = next(iter(wire.credentials(self.account.secret_key).items()))
        return f"{name}: {value}\r\n".encode()

    def ping(self, more=b""):
        return b"GET /v2/ping HTTP/1.1\r\n" + self.host() + self.key() + more + b"\r\n"

    def head(self, more):
        """The header of POST /v2/customers/ with these lines, each with its line end."""
        return (b"POST /v2/customers/ HTTP/1.1\r\n" + self.host() + self.key() +
                b"Content-Type: application/json\r\n" + more + b"\r\n")

    def post(self, body, more=b""):
        return self.head(more + b"Content-Length: %d\r\n" % len(body)) + body


def customer(name="Abuse"):
    return json.dumps({"email": "abuse@example.com", "name": name}).encode()


def chunked(body, size=1000):
    out = b""
    for at in range(0, len(body), size):
        piece = body[at:at + size]
        out += b"%x\r\n" % len(piece) + piece + b"\r\n"
    return out + b"0\r\n\r\n"


def count(account):
    return account.read("/v2/customers/?limit=1")["range"]["count"]


def still_answers(account):
    with Raw(account) as raw:
        raw.send(raw.ping())
        assert raw.answer().status == 200


def refused(account, data, status, version="v2"):
    """Sends the bytes and expects this refusal, in the form of the face, and the end of the connection."""
    with Raw(account) as raw:
        raw.send(data(raw) if callable(data) else data)
        answer = raw.answer()
        assert answer is not None, "closed without an answer"
        stancer.check_error(answer, version, status)
        assert answer.headers.get("connection", "").lower() == "close"
        assert raw.is_closed()
    return answer


# The header guard.

BODY = customer()
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"

BAD_HEADERS = {
    "length_twice": LENGTH + LENGTH,
    "lengths_that_differ": LENGTH + b"Content-Length: 0\r\n",
    "host_twice": LENGTH + b"Host: other.example\r\n",
    "authorization_twice": LENGTH + b"Authorization: Basic eDo=\r\n",
    "type_twice": LENGTH + b"Content-Type: text/plain\r\n",
    "encoding_gzip": b"Transfer-Encoding: gzip\r\n",
    "encoding_list": b"Transfer-Encoding: gzip, chunked\r\n",
    "encoding_upper_case": b"Transfer-Encoding: CHUNKED\r\n",
    "encoding_identity": b"Transfer-Encoding: identity\r\n",
    "encoding_empty": b"Transfer-Encoding:\r\n",
    "blank_before_colon": LENGTH + b"X-A : 1\r\n",
    "tab_before_colon": LENGTH + b"X-A\t: 1\r\n",
    "bracket_in_name": LENGTH + b"X(A): 1\r\n",
    "latin_in_name": LENGTH + b"X\xe9: 1\r\n",
    "control_in_value": LENGTH + b"X-A: a\x01b\r\n",
    "delete_in_value": LENGTH + b"X-A: a\x7f\r\n",
    "carriage_return_in_value": LENGTH + b"X-A: a\rb\r\n",
    "nul_in_value": LENGTH + b"X-A: a\0b\r\n",
    "folded_line": LENGTH + b"X-A: a\r\n b\r\n",
    "folded_with_tab": LENGTH + b"X-A: a\r\n\tb\r\nX-B: c\r\n",
    "name_missing": LENGTH + b": a\r\n",
    "name_missing_hides_headers": LENGTH + b": a\r\nX-B: b\r\n",
    "bare_line_feed": LENGTH + b"X-A: a\nX-B: b\r\n",
    "unknown_expectation": LENGTH + b"Expect: 200-ok\r\n",
}

# Each pair is a request that two servers might cut at different places.
SMUGGLING = {
    "length_then_encoding": LENGTH + CHUNKED,
    "encoding_then_length": CHUNKED + LENGTH,
    "encoding_twice": CHUNKED + CHUNKED,
    "encoding_twice_second_odd": CHUNKED + b"Transfer-Encoding: x\r\n",
    "encoding_twice_first_odd": b"Transfer-Encoding: x\r\n" + CHUNKED,
    "encoding_with_blank_before_colon": LENGTH + b"Transfer-Encoding : chunked\r\n",
    "length_with_blank_before_colon": CHUNKED + b"Content-Length : 5\r\n",
    "encoding_on_a_folded_line": LENGTH + b"X-A: a\r\n Transfer-Encoding: chunked\r\n",
    "encoding_after_a_bare_line_feed": LENGTH + b"X-A: a\nTransfer-Encoding: chunked\r\n",
    "encoding_behind_a_carriage_return": LENGTH + b"X-A: a\rTransfer-Encoding: chunked\r\n",
    "encoding_behind_a_nul": LENGTH + b"X-A: a\0\r\nTransfer-Encoding: chunked\r\n",
    "encoding_padded": b"Transfer-Encoding: \x0bchunked\r\n",
    "encoding_with_a_tail": b"Transfer-Encoding: chunked;q=1\r\n",
    "encoding_quoted": b'Transfer-Encoding: "chunked"\r\n',
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_header_that_breaks_a_rule_is_refused(merchant, name):
    before = count(merchant)
    refused(merchant, lambda raw: raw.head(BAD_HEADERS[name]) + BODY, 400)
    assert count(merchant) == before


@pytest.mark.parametrize("name", SMUGGLING)
def test_smuggling_pair_is_refused_and_nothing_behind_it_runs(merchant, name):
    before = count(merchant)

    def data(raw):
        hidden = raw.post(customer("Smuggled"))
        return raw.head(SMUGGLING[name]) + b"0\r\n\r\n" + hidden

    refused(merchant, data, 400)
    assert count(merchant) == before


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_refusal_has_the_form_of_the_version(merchant, version):
    refused(merchant, lambda raw: b"GET /%s/ping HTTP/1.1\r\n" % version.encode() + raw.host() +
            raw.host() + b"\r\n", 400, version)


def test_length_and_encoding_together_are_refused_on_get_too(merchant):
    refused(merchant, lambda raw: raw.ping(b"Content-Length: 3\r\n" + CHUNKED), 400)


def test_encoding_is_refused_in_http_1_0(merchant):
    refused(merchant, lambda raw: raw.head(CHUNKED).replace(b"HTTP/1.1", b"HTTP/1.0", 1) +
            chunked(BODY), 400)


def test_host_is_needed(merchant):
    refused(merchant, lambda raw: b"GET /v2/ping HTTP/1.1\r\n" + raw.key() + b"\r\n", 400)


@pytest.mark.parametrize("line", [
    b"GET  /v2/ping HTTP/1.1", b"GET /v2/ping  HTTP/1.1", b"GET /v2/pi ng HTTP/1.1",
    b"GET /v2/ping\0 HTTP/1.1", b"GET /v2/ping?a\tb HTTP/1.1", b"G(T /v2/ping HTTP/1.1",
    b"GET /v2/ping#a HTTP/1.1", b"GET /v2/%zz HTTP/1.1", b"GET /v2/%00 HTTP/1.1",
    b"GET * HTTP/1.1", b"GET http://127.0.0.1/v2/ping HTTP/1.1", b"GET v2/ping HTTP/1.1"])
def test_bad_request_line_is_refused(merchant, line):
    with Raw(merchant) as raw:
        raw.send(line + b"\r\n" + raw.host() + raw.key() + b"\r\n")
        assert raw.answer().status == 400
        assert raw.is_closed()


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("name", [b"a%00b", b"%00", b"a%", b"a%zz", b"a#b", b"a b", b"a%00b?limit=1"])
def test_bad_target_of_a_face_is_refused_in_its_form(merchant, version, name):
    line = b"GET /%s/cards/%s HTTP/1.1\r\n" % (version.encode(), name)
    refused(merchant, lambda raw: line + raw.host() + raw.key() + b"\r\n", 400, version)


@pytest.mark.parametrize("line", [b"X-A", b"X\0A: a", b"X-A a"])
def test_header_line_without_a_colon_is_refused(merchant, line):
    """The HTTP library refuses these by itself, before the face is known."""
    before = count(merchant)
    with Raw(merchant) as raw:
        raw.send(raw.head(LENGTH + line + b"\r\n") + BODY)
        assert raw.answer().status == 400
        assert raw.is_closed()
    assert count(merchant) == before


@pytest.mark.parametrize("length", [b"+5", b"-1", b"0x10", b"5,5", b"5 5", b"", b"1e3"])
def test_length_that_is_no_number_is_refused(merchant, length):
    """By the HTTP library, which then repeats the header of its answer (libmicrohttpd 0.9.75)."""
    before = count(merchant)
    with Raw(merchant) as raw:
        raw.send(raw.head(b"Content-Length: " + length + b"\r\n") + BODY)
        assert raw.answer().status == 400
        raw.wait_for_end()
    assert count(merchant) == before


@pytest.mark.parametrize("chunks", [b"zz\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n",
                                    b"2\r\n{}xx\r\n0\r\n\r\n", b"\r\n2\r\n{}\r\n"])
def test_malformed_chunks_are_refused(merchant, chunks):
    before = count(merchant)
    with Raw(merchant) as raw:
        raw.send(raw.head(CHUNKED) + chunks)
        assert raw.answer().status == 400
        assert raw.is_closed()
    assert count(merchant) == before


def test_what_needs_a_body_and_has_no_length_is_411(merchant):
    refused(merchant, lambda raw: raw.head(b"") + BODY, 411)


@pytest.mark.parametrize("method", [b"BREW", b"TRACE", b"CONNECT", b"get"])
def test_unknown_method_is_501(merchant, method):
    refused(merchant, lambda raw: method + raw.ping()[3:], 501)


@pytest.mark.parametrize("method", [b"DELETE", b"OPTIONS", b"PUT"])
def test_wrong_method_is_405_and_names_the_right_ones(merchant, method):
    with Raw(merchant) as raw:
        raw.send(method + raw.ping(b"Content-Length: 0\r\n")[3:])
        answer = raw.answer()
        stancer.check_error(answer, "v2", 405)
        allowed = {name.strip() for name in answer.headers["allow"].split(",")}
        assert "GET" in allowed and method.decode() not in allowed


def test_wrong_type_is_415(merchant):
    before = count(merchant)
    with Raw(merchant) as raw:
        raw.send(raw.post(BODY).replace(b"application/json", b"text/plain"))
        stancer.check_error(raw.answer(), "v2", 415)
    assert count(merchant) == before


# What is well formed stays possible, byte by byte.

def test_ordinary_requests_pass(merchant):
    with Raw(merchant) as raw:
        for data in (raw.post(BODY), raw.head(CHUNKED) + chunked(BODY, 7),
                     raw.post(BODY).replace(b"application/json", b"Application/JSON; charset=utf-8")):
            raw.send(data)
            answer = raw.answer()
            assert answer.status == 200, answer
            assert answer.headers.get("connection", "").lower() != "close"


def test_requests_in_one_packet_are_answered_in_order(merchant):
    with Raw(merchant) as raw:
        raw.send(raw.ping() + raw.post(customer("One")) + raw.post(customer("Two")) + raw.ping())
        answers = [raw.answer() for _ in range(4)]
    assert [answer.status for answer in answers] == [200] * 4
    assert [answer.json.get("name") for answer in answers[1:3]] == ["One", "Two"]


def test_request_byte_by_byte_passes(merchant):
    with Raw(merchant) as raw:
        for byte in raw.post(BODY):
            raw.send(bytes([byte]))
        assert raw.answer().status == 200


def test_body_on_get_is_ignored(merchant):
    with Raw(merchant) as raw:
        raw.send(raw.ping(b"Content-Length: 7\r\n") + b"ignored" + raw.ping())
        assert raw.answer().status == 200
        assert raw.answer().status == 200


def test_head_has_the_header_of_get_and_no_body(merchant):
    with Raw(merchant) as raw:
        raw.send(b"HEAD" + raw.ping()[3:] + raw.ping())
        assert raw.answer(has_body=False).status == 200
        assert raw.answer().status == 200


def test_client_may_ask_before_it_sends(merchant):
    with Raw(merchant) as raw:
        raw.send(raw.post(b"", b"Expect: 100-continue\r\n").replace(
            b"Content-Length: 0", b"Content-Length: %d" % len(BODY)))
        assert raw.answer(has_body=False).status == 100
        raw.send(BODY)
        assert raw.answer().status == 200


# Limits.

def padded(length):
    return BODY[:-1] + b" " * (length - len(BODY)) + b"}"


@pytest.mark.parametrize("encode", [False, True], ids=["length", "chunked"])
def test_body_of_64_kb_passes_and_one_byte_more_is_413(merchant, encode):
    def data(raw, length):
        body = padded(length)
        return raw.head(CHUNKED) + chunked(body) if encode else raw.post(body)

    before = count(merchant)
    with Raw(merchant) as raw:
        raw.send(data(raw, BODY_MAX))
        assert raw.answer().status == 200
        raw.send(data(raw, BODY_MAX + 1))
        stancer.check_error(raw.answer(), "v2", 413)
    assert count(merchant) == before + 1


def test_announced_gigabytes_are_refused_at_once(merchant):
    refused(merchant, lambda raw: raw.head(b"Content-Length: 99999999999\r\n"), 413)


def test_endless_chunks_end(merchant):
    with Raw(merchant) as raw:
        raw.send(raw.head(CHUNKED))
        end = time.monotonic() + PATIENCE_S
        while raw.send(b"1000\r\n" + b" " * 4096 + b"\r\n"):
            assert time.monotonic() < end, "never cut"
    still_answers(merchant)


def test_large_header_is_431(merchant):
    with Raw(merchant) as raw:
        raw.send(raw.ping(b"X-A: " + b"a" * 4000 + b"\r\n"))
        assert raw.answer().status == 200
    refused(merchant, lambda raw: raw.ping(b"X-A: " + b"a" * 6300 + b"\r\n"), 431)
    with Raw(merchant) as raw:
        raw.send(raw.ping(b"X-A: " + b"a" * 60000 + b"\r\n"))
        answer = raw.answer()
        assert answer is None or answer.status == 431
    still_answers(merchant)


@pytest.mark.parametrize("where", ["query", "header", "page"])
def test_a_header_that_leaves_no_room_for_the_answer_is_answered(merchant, where):
    """The library keeps the header of an answer in the 8 KB of the request's, and closed or waited where it found none."""
    for size in [*range(6200, 8400, 24), 9000]:
        filler = b"a" * size
        with Raw(merchant) as raw:
            ping = raw.ping(b"X-A: " + filler + b"\r\n" if where == "header" else b"")
            if where == "query":
                ping = ping.replace(b" HTTP/1.1", b"?" + filler + b" HTTP/1.1", 1)
            elif where == "page":
                ping = b"GET /pay-1-" + filler + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
            raw.send(ping)
            answer = raw.answer()
            assert answer is not None and answer.status in (431, 414), size
    still_answers(merchant)


def test_many_arguments_are_431(merchant):
    """The library keeps a record of each, and waited where it had no room for the next."""
    for count in [*range(90, 140, 2), 300]:
        with Raw(merchant) as raw:
            query = b"?" + b"&".join(b"a=1" for _ in range(count))
            raw.send(raw.ping().replace(b" HTTP/1.1", query + b" HTTP/1.1", 1))
            answer = raw.answer()
            assert answer is not None and answer.status == 431, count
    still_answers(merchant)


def test_many_headers_are_431(merchant):
    with Raw(merchant) as raw:
        raw.send(raw.ping(b"".join(b"X-%d: 1\r\n" % number for number in range(400))))
        answer = raw.answer()
        assert answer is None or answer.status == 431
    still_answers(merchant)


# Time.

@pytest.fixture
def hasty(fresh_with):
    return fresh_with(SERVER_HEADER_MS=SHORT_MS, SERVER_BODY_MS=SHORT_MS)


def drip(raw, data):
    """One byte at a time until the server has enough of it; gives its answer."""
    end = time.monotonic() + PATIENCE_S
    raw.socket.settimeout(SHORT_MS / 1000 / 8)
    at = 0
    while time.monotonic() < end:
        if not raw.send(data[at % len(data):at % len(data) + 1]):
            break
        at += 1
        try:
            if not raw._more() or b"\r\n\r\n" in raw.received:
                break
        except TimeoutError:
            continue
    raw.socket.settimeout(PATIENCE_S)
    return raw.answer()


def test_slow_header_is_408(hasty):
    with Raw(hasty) as raw:
        raw.send(b"POST /v2/customers/ HTTP/1.1\r\n")
        stancer.check_error(drip(raw, b"X-A: 1\r\n"), "v2", 408)
        assert raw.is_closed()
    still_answers(hasty)


def test_slow_header_of_a_later_request_is_closed(hasty):
    with Raw(hasty) as raw:
        raw.send(raw.ping())
        assert raw.answer().status == 200
        answer = drip(raw, b"G")
        assert answer is None or answer.status == 408
        assert raw.is_closed()


def test_slow_body_is_408_and_stores_nothing(hasty):
    before = count(hasty)
    with Raw(hasty) as raw:
        raw.send(raw.head(b"Content-Length: 60000\r\n"))
        stancer.check_error(drip(raw, b"a"), "v2", 408)
        assert raw.is_closed()
    assert count(hasty) == before


def test_slow_chunks_are_408_and_store_nothing(hasty):
    before = count(hasty)
    with Raw(hasty) as raw:
        raw.send(raw.head(CHUNKED))
        stancer.check_error(drip(raw, b"1\r\n \r\n"), "v2", 408)
    assert count(hasty) == before


def test_silent_connection_is_closed(hasty):
    with Raw(hasty) as raw:
        assert raw.is_closed()


def test_many_slow_clients_keep_nobody_waiting(hasty):
    slow = [Raw(hasty) for _ in range(200)]
    try:
        for raw in slow:
            raw.send(b"POST /v2/customers/ HTTP/1.1\r\nX-A")
        still_answers(hasty)
        for raw in slow:
            answer = raw.answer()
            assert answer is None or answer.status == 408
    finally:
        for raw in slow:
            raw.leave()


# Many at once.

def test_129_simultaneous_writes_are_all_answered(merchant):
    before = count(merchant)
    clients = [Raw(merchant) for _ in range(TOGETHER)]
    try:
        for round_number in range(3):
            for number, raw in enumerate(clients):
                assert raw.send(raw.post(customer(f"Client {round_number} {number}")))
            answers = [raw.answer() for raw in clients]
            assert [answer.status for answer in answers] == [200] * TOGETHER
    finally:
        for raw in clients:
            raw.leave()
    assert count(merchant) == before + 3 * TOGETHER


def test_129_simultaneous_reads_are_all_answered(merchant):
    clients = [Raw(merchant) for _ in range(TOGETHER)]
    try:
        for raw in clients:
            assert raw.send(raw.ping())
        assert [raw.answer().status for raw in clients] == [200] * TOGETHER
    finally:
        for raw in clients:
            raw.leave()


# Clients that leave.

@pytest.mark.parametrize("reset", [False, True], ids=["close", "reset"])
def test_write_of_a_client_that_left_is_whole(merchant, reset):
    before = count(merchant)
    for number in range(40):
        raw = Raw(merchant)
        raw.send(raw.post(customer(f"Gone {number}")))
        raw.leave(reset)
    still_answers(merchant)
    # A reset may overtake the request: then it never was. What was taken is whole.
    listed = merchant.read("/v2/customers/?limit=100")["customers"]
    for made in listed:
        stancer.check_customer(made, "v2")
    if not reset:
        eventually(lambda: count(merchant) == before + 40, PATIENCE_S, "all forty are stored")


def test_payment_of_a_client_that_left_stands_and_is_found_again(merchant):
    body = {"amount": 1234, "currency": "eur", "unique_id": "left-alone", "card": cards.card()}
    raw = Raw(merchant)
    raw.send(raw.post(json.dumps(body).encode()).replace(b"/v2/customers/", b"/v2/payments/", 1))
    raw.leave()

    def found():
        return merchant.read("/v2/payments/?unique_id=left-alone")["payments"]

    (payment,) = eventually(found, PATIENCE_S, "the payment is listed")
    settled = merchant.wait_for_status(payment, "to_capture")
    assert settled["amount"] == 1234
    again = merchant.post("/v2/payments/", body)
    stancer.check_error(again, "v2", 409)
    merchant.verify()


def test_half_closed_client_hears_its_answer(merchant):
    with Raw(merchant) as raw:
        raw.send(raw.post(BODY))
        raw.socket.shutdown(socket.SHUT_WR)
        assert raw.answer().status == 200


def test_body_that_ends_early_stores_nothing(hasty):
    """The end of the stream is noticed at once, or by the deadline of the body: the library reads on
    edges, and an end that comes together with the last bytes makes none of its own."""
    for _ in range(4):
        before = count(hasty)
        with Raw(hasty) as raw:
            raw.send(raw.head(b"Content-Length: %d\r\n" % (len(BODY) + 1)) + BODY)
            raw.socket.shutdown(socket.SHUT_WR)
            assert raw.is_closed() or raw.received.startswith(b"HTTP/1.1 408 ")
        assert count(hasty) == before


# Stop.

def test_stop_under_load_answers_what_it_took(fresh):
    stopping = threading.Event()
    made = []

    def client(number):
        for attempt in range(1_000_000):
            try:
                with Raw(fresh) as raw:
                    if not raw.send(raw.post(customer(f"Load {number} {attempt}"))):
                        return
                    answer = raw.answer()
            except OSError:  # nobody listens any more
                return
            if answer is None:
                assert stopping.is_set(), "an answer was dropped before the stop"
                return
            assert answer.status == 200, answer
            made.append(answer.json["id"])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(client, number) for number in range(8)]
        eventually(lambda: len(made) >= 100, PATIENCE_S, "a hundred customers are made")
        stopping.set()
        begun = time.monotonic()
        fresh.stop()  # asserts the exit code
        assert time.monotonic() - begun < STOP_S
        for done in clients:
            done.result()
    fresh.restart()
    for identifier in made:
        assert fresh.get("/v2/customers/" + identifier).status == 200
    fresh.verify()


def test_stop_closes_idle_and_slow_connections(fresh):
    with Raw(fresh) as idle, Raw(fresh) as slow:
        idle.send(idle.ping())
        assert idle.answer().status == 200
        slow.send(b"POST /v2/customers/ HTTP/1.1\r\nX-A")
        begun = time.monotonic()
        fresh.stop()
        assert time.monotonic() - begun < STOP_S
        assert idle.is_closed()
        assert slow.is_closed()
    with pytest.raises(OSError):
        Raw(fresh)
