"""The Seqino face: its calls, clients of a sponsor, and what its answers look like."""

import itertools
import re
from urllib.parse import urlencode

from support import openapi, recorder, wire

CLIENT = ["client_id", "organization_name", "contact_email", "external_ref", "sponsor_id", "status",
          "created_at", "updated_at"]
STATUSES = ("active", "inactive", "pending", "suspended")
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
UNKNOWN = "yWYfCSzsUUhr9KwMv7vuLZHX"  # well-formed, and nobody's

_count = itertools.count(1)


def face(account):
    return account.contract["seqino"]


def exchange(account, verb, path, body=None, *, query=None, client=None, key=None, bearer=False,
             headers=None, raw=None, kind="application/json", timeout=wire.TIMEOUT_S):
    """One call; gives the whole answer. key: another one than the account's, or False for none;
    client: the id that X-PDP-Client-Id names; raw: another body than that."""
    key = face(account)["api_key"] if key is None else key
    sent = {}
    if key is not False:
        sent["Authorization"] = ("Bearer " if bearer else "") + key
    if client is not None:
        sent["X-PDP-Client-Id"] = client
    data = wire.encode(body) if raw is None else raw
    if data is not None and kind is not None:
        sent["Content-Type"] = kind
    sent.update(headers or {})
    path += "?" + urlencode(query, doseq=True) if query else ""
    answer = wire.exchange(account.base_url + path, verb, data, sent, timeout=timeout)
    if verb != "HEAD":
        recorder.note(verb, path, "bearer" if bearer else "APIKeyHeader",
                      body if raw is None else raw, answer)
        openapi.check(verb, path, answer)
    return answer


def draft(**changes):
    """A client that nobody has yet; a change to None leaves a member out."""
    members = {"organization_name": "Acme Corporation", "contact_email": "contact@acme.example",
               "external_ref": f"EXT-{next(_count)}"} | changes
    return {name: value for name, value in members.items() if value is not None}


def made(account, **changes):
    """A client that must be made; gives the object."""
    answer = exchange(account, "POST", "/clients", draft(**changes))
    assert answer.status == 201, answer
    return answer.json


def read(account, client_id):
    answer = exchange(account, "GET", f"/clients/{client_id}")
    assert answer.status == 200, answer
    return answer.json


def put(account, client_id, **members):
    return exchange(account, "PUT", f"/clients/{client_id}", members)


def mandate_draft(**members):
    """start_date, end_date; what else is given belongs to the entry."""
    days = {name: members.pop(name) for name in ("start_date", "end_date") if name in members}
    entry = {"siren": "100000009", "name": "Atelier Exemple"} | members
    return {"start_date": "2026-01-01", "directory_entry": entry} | days


def mandate(account, client, **members):
    """A mandate of a client that must be made; gives the object."""
    answer = exchange(account, "POST", "/mandates", mandate_draft(**members),
                      client=client["client_id"])
    assert answer.status == 201, answer
    return answer.json


def check_client(value):
    assert list(value) == CLIENT, value
    assert re.fullmatch(r"client_[0-9A-Za-z]{24}", value["client_id"])
    assert re.fullmatch(r"sponsor_[0-9A-Za-z]{24}", value["sponsor_id"])
    assert value["status"] in STATUSES
    assert re.fullmatch(MOMENT, value["created_at"])
    assert value["updated_at"] is None or re.fullmatch(MOMENT, value["updated_at"])


def check_refused(answer, status, sentence=None):
    """{"error", "code", "trace_id"}, and the trace in a header too."""
    assert answer.status == status, answer
    assert list(answer.json) == ["error", "code", "trace_id"], answer
    assert answer.json["code"] == status
    assert re.fullmatch(r"[0-9a-f]{32}", answer.json["trace_id"])
    assert answer.headers["X-Trace-Id"] == answer.json["trace_id"]
    assert sentence is None or answer.json["error"] == sentence, answer


def check_invalid(answer, *faults):
    """Exactly these faults, in this order: (place, type) or ("body", "name", type)."""
    assert answer.status == 422, answer
    assert list(answer.json) == ["detail"]
    for fault in answer.json["detail"]:
        assert list(fault) == ["loc", "msg", "type"]
        assert fault["msg"]
    told = [(*fault["loc"], fault["type"]) for fault in answer.json["detail"]]
    assert told == list(faults), answer
