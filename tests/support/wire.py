"""A plain HTTP client that shows exactly what came back. One connection for each request."""

import base64
import http.client
import json
import ssl
from typing import NamedTuple, Optional
from urllib.parse import urlsplit

TIMEOUT_S = 40


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    json: object  # None when the body is not JSON
    raw: bytes

    def __str__(self):
        return f"{self.status} {self.raw[:2000].decode('utf-8', 'replace')}"


class Unreachable(Exception):
    """The connection broke before an answer was complete: nothing is known of the request."""


class NotSent(Unreachable):
    """Nobody listened: the request certainly did nothing."""


def _no_duplicates(pairs):
    members = dict(pairs)
    assert len(members) == len(pairs), f"a member is written twice: {[name for name, _ in pairs]}"
    return members


def _no_float(text):
    raise AssertionError(f"a number with a fraction: {text}")


def parse(raw):
    """JSON as a face must write it: UTF-8, no member twice, no fraction anywhere."""
    return json.loads(raw.decode("utf-8"), object_pairs_hook=_no_duplicates, parse_float=_no_float)


def exchange(url, method, body=None, headers=None, ca_file=None, timeout=TIMEOUT_S, length=True):
    """Sends one request to an absolute URL. body is bytes or None. Without length, and body, its header says nothing
    of a body, as that of curl -X POST."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=ca_file)
        link = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout,
                                           context=context)
    else:
        link = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    try:
        link.connect()
    except OSError as refused:
        link.close()
        raise NotSent(f"{method} {target}: {refused!r}") from refused
    try:
        if length:
            link.request(method, target, body=body, headers=headers or {})
        else:
            link.putrequest(method, target)
            for name, value in (headers or {}).items():
                link.putheader(name, value)
            link.endheaders()
        reply = link.getresponse()
        raw = reply.read()
    except (OSError, http.client.HTTPException) as broken:
        raise Unreachable(f"{method} {target}: {broken!r}") from broken
    finally:
        link.close()
    document = None
    if raw and "json" in (reply.headers.get("Content-Type") or ""):
        document = parse(raw)
    return Answer(reply.status, reply.headers, document, raw)


def credentials(key, scheme="basic"):
    """The Authorization header for a key; the password of Basic is empty."""
    if scheme == "bearer":
        return {"Authorization": "Bearer " + key}
    return {"Authorization": "Basic " + base64.b64encode((key + ":").encode()).decode()}


def encode(body) -> Optional[bytes]:
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body).encode()
