"""Notes what the tests send and get, for `guichet --coverage`: which facts of a face's tables they
touched. A field counts as sent only when the request was taken, as shown only when it was there.

One row for each method, route and side of the exchange. `fields` holds each name, with dots, and the
kinds of JSON value that it had; `words` holds, for names whose value looks like a word, those words.
"""

import json
import os
import pathlib
import re
import threading
from urllib.parse import parse_qsl, urlsplit

from support import openapi

# Which face answers a path, unless it is one of Seqino's.
FACES = {"/v1/": "stancer", "/v2/": "stancer", "/ssp/": "safedebit", "/api/": "simplypaie"}

_ID = re.compile(r"(?<=/)(?:[a-z]{2,4}_[A-Za-z0-9]+|\d+)(?=/|$)")
_WORD = re.compile(r"[a-z]+(_[a-z]+)*|[A-Z]{3}")
_WORD_MAX = 24
_WORDS_MAX = 200  # of one field; what has more is free text
_lock = threading.Lock()
_seen = {}


def route_of(path):
    """/v2/payments/paym_x/capture?a=1 -> /v2/payments/{id}/capture"""
    seqino = openapi.seqino_path(path)
    if seqino is not None:
        return openapi.seqino_template(seqino) or seqino
    return _ID.sub("{id}", urlsplit(path).path).rstrip("/") or "/"


def kind_of(value):
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (str, "text"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return "array"


def members(value, prefix=""):
    """Every member of a document with its dotted name; elements of a list share the list's name."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield prefix + str(name), inner
            yield from members(inner, f"{prefix}{name}.")
    elif isinstance(value, list):
        for inner in value:
            yield from members(inner, prefix)


def face_of(path):
    if openapi.seqino_path(path) is not None:
        return "seqino"
    return next((face for start, face in FACES.items() if path.startswith(start)), None)


def succeeded(path, answer):
    """Safedebit says so in the body, whatever the status."""
    if face_of(path) == "safedebit":
        return isinstance(answer.json, dict) and answer.json.get("result") is True
    return 200 <= answer.status < 300


def query_value(text):
    """What a query gives as text, as the value that it stands for."""
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else text


def document(sent):
    """What was sent as it was understood; text that is not JSON has no members."""
    if not isinstance(sent, (str, bytes)):
        return sent
    try:
        return json.loads(sent)
    except ValueError:
        return None


def _add(method, route, side, found):
    fields, words = _seen.setdefault((method, route, side), ({}, {}))
    for name, value in found:
        fields.setdefault(name, set()).add(kind_of(value))
        for word in value if isinstance(value, list) else [value]:
            if isinstance(word, str) and len(word) <= _WORD_MAX and _WORD.fullmatch(word):
                words.setdefault(name, set()).add(word)


def note(method, path, scheme, sent, answer):
    """scheme is how the request was authenticated, sent its body, answer what came back."""
    if face_of(path) is None:
        return
    route = route_of(path)
    with _lock:
        if not succeeded(path, answer):
            _add(method, route, "error", members(answer.json))
            return
        query = parse_qsl(urlsplit(path).query, keep_blank_values=True)
        _add(method, route, "scheme", [(scheme, None)])
        texts = face_of(path) == "simplypaie"  # it has nothing else
        _add(method, route, "query",
             [(name, text if texts else query_value(text)) for name, text in query])
        _add(method, route, "body", members(document(sent)))
        _add(method, route, "answer", members(answer.json))


def write():
    """Into the file that GUICHET_RECORD names, if it names one."""
    place = os.environ.get("GUICHET_RECORD")
    if not place:
        return
    rows = [{"method": method, "route": route, "side": side,
             "fields": {name: sorted(kinds) for name, kinds in sorted(fields.items())},
             "words": {name: sorted(found) for name, found in sorted(words.items())
                       if len(found) <= _WORDS_MAX}}
            for (method, route, side), (fields, words) in sorted(_seen.items())]
    pathlib.Path(place).write_text(json.dumps({"rows": rows}, indent=1) + "\n")
