"""Invoices that are submitted as files to the Seqino face."""

import itertools
import re

from support import seqino, server

READ = server.ROOT / "tests" / "invoices" / "read"
SELLER = "100000009"  # of every test merchant
BUYER = "200000008"
NUMBER = "FA-2026-000200"  # of both files in READ
BOUNDARY = "limite-des-parties"
SUBMISSION = ["invoice_id", "status", "file_name", "file_size", "extracted_data", "en16931_invoice"]

_count = itertools.count(1)


def client(account):
    return seqino.face(account)["client_id"]


def number():
    return f"T-{next(_count):06d}"


def invoice(named=None, syntax="cii"):
    """An invoice that breaks no rule: the test merchant is the seller."""
    text = (READ / f"full.{syntax}.xml").read_text(encoding="utf-8")
    return text.replace(NUMBER, named or number())


def turned(text):
    """The same with seller and buyer changed for each other."""
    return text.replace(SELLER, "\0").replace(BUYER, SELLER).replace("\0", BUYER)


def parts(*items, boundary=BOUNDARY):
    """multipart/form-data of (name, file name or None, bytes)."""
    out = b""
    for name, file_name, content in items:
        named = "" if file_name is None else f'; filename="{file_name}"'
        out += (f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'
                "Content-Type: application/octet-stream\r\n\r\n").encode() + content + b"\r\n"
    return out + f"--{boundary}--\r\n".encode()


def submit(account, content, name="facture.xml", *, boundary=BOUNDARY, raw=None, **options):
    """One call; content is a text or bytes."""
    content = content.encode() if isinstance(content, str) else content
    options.setdefault("client", client(account))
    options.setdefault("kind", f"multipart/form-data; boundary={boundary}")
    body = parts(("file", name, content), boundary=boundary) if raw is None else raw
    return seqino.exchange(account, "POST", "/invoicing/files/submit", raw=body, **options)


def submitted(account, content, name="facture.xml", **options):
    """A file that must be taken; gives what is told about it."""
    answer = submit(account, content, name, **options)
    assert answer.status == 201, answer
    check_submission(answer.json)
    return answer.json


def check_submission(value):
    assert list(value) == SUBMISSION, value
    assert re.fullmatch(r"inv_[0-9A-Za-z]{24}", value["invoice_id"])
    assert value["status"] in ("submitted", "validated")


def call(account, path, **options):
    options.setdefault("client", client(account))
    return seqino.exchange(account, "GET", path, **options)


def file(account, invoice_id, kind="original", **options):
    return call(account, f"/invoicing/invoices/{invoice_id}/file", query={"format": kind}, **options)


def events(account, invoice_id):
    """The statuses that it has reached, as numbers."""
    answer = call(account, "/lifecycle-events", query={"object_type": "invoice", "object_id": invoice_id})
    assert answer.status == 200, answer
    return [event["status_number"] for event in answer.json]


def shown(account, invoice_id):
    answer = call(account, f"/invoicing/invoice_data/{invoice_id}")
    assert answer.status == 200, answer
    return answer.json


def rules(answer):
    """The rules that a refusal names."""
    assert answer.status == 422, answer
    assert list(answer.json) == ["detail"]
    for fault in answer.json["detail"]:
        assert list(fault) == ["loc", "msg", "type"]
        assert fault["loc"] == ["body", "file"] and fault["type"] == "value_error"
    named = [re.search(r"\[([A-Z0-9-]+)(?:, B[TG]-\d+)?\]$", fault["msg"]) for fault in answer.json["detail"]]
    return {match[1] for match in named if match}
