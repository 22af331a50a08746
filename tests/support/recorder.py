"""Notes which fields of which route the tests touch, for the coverage of the seed pages."""

import json
import re
import threading
from urllib.parse import parse_qsl, urlsplit

# Which face answers a path.
FACES = {"/v1/": "stancer", "/v2/": "stancer", "/ssp/": "safedebit"}

_ID = re.compile(r"(?<=/)(?:[a-z]{2,4}_[A-Za-z0-9]+)(?=/|$)")
_lock = threading.Lock()
_seen = {}


def route_of(path):
    """/v2/payments/paym_x/capture?a=1 -> /v2/payments/{id}/capture"""
    return _ID.sub("{id}", urlsplit(path).path).rstrip("/") or "/"


def names(value, prefix=""):
    """Dotted names of every member of a document; members of list elements share one name."""
    found = set()
    if isinstance(value, dict):
        for name, inner in value.items():
            found.add(prefix + str(name))
            found |= names(inner, f"{prefix}{name}.")
    elif isinstance(value, list):
        for inner in value:
            found |= names(inner, prefix)
    return found


def face_of(path):
    return next((face for start, face in FACES.items() if path.startswith(start)), None)


def note(method, path, sent, received):
    if face_of(path) is None:
        return
    route = route_of(path)
    query = {name for name, _ in parse_qsl(urlsplit(path).query, keep_blank_values=True)}
    with _lock:
        for direction, fields in (("in", names(sent)), ("query", query), ("out", names(received))):
            _seen.setdefault((method, route, direction), set()).update(fields)


def write(directory):
    """coverage-<face>.json of every face."""
    for face in sorted(set(FACES.values())):
        rows = [{"method": method, "route": route, "direction": direction,
                 "fields": sorted(fields)}
                for (method, route, direction), fields in sorted(_seen.items())
                if fields and face_of(route) == face]
        path = directory / f"coverage-{face}.json"
        path.write_text(json.dumps({"face": face, "rows": rows}, indent=1) + "\n")
