"""Mandates of a client that enrols (api/seqino.md 4 and 5): they wait for it, and show what it signed."""

from support import seqino, wire
from support.onboarding import Visit
from support.pdf import pdf_text
from support.seqino import check_refused, exchange
from support.server import eventually


def status_is(account, mandate, status):
    path = "/mandates/" + mandate["id"]
    eventually(lambda: exchange(account, "GET", path).json["status"] == status, 20,
               f"the mandate is {status}")
    return exchange(account, "GET", path).json


def download(account, path, **more):
    key = seqino.face(account)["api_key"]
    return wire.exchange(path, "GET", None, {"Authorization": key}, **more)


def test_a_mandate_waits_for_the_signature_and_then_shows_it(merchant):
    visit = Visit(merchant, include_signature=True)
    mandate = seqino.mandate(merchant, visit.client)
    assert status_is(merchant, mandate, "pending_kyc")["file_attachment"] is None
    check_refused(exchange(merchant, "GET", f"/mandates/{mandate['id']}/file"), 404,
                  "Document not found: the client signed none")
    visit.company()
    visit.agree()
    visit.codes(1)
    visit.sign()
    status_is(merchant, mandate, "active")
    eventually(lambda: exchange(merchant, "GET", "/mandates/" + mandate["id"])
               .json["file_attachment"], 20, "the document is drawn")
    shown = exchange(merchant, "GET", "/mandates/" + mandate["id"]).json
    assert shown["file_attachment"] == f"{merchant.base_url}/mandates/{mandate['id']}/file"
    answer = download(merchant, shown["file_attachment"])
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Mandat de facturation électronique" in pdf_text(answer.raw)
    (listed,) = exchange(merchant, "GET", "/mandates", client=visit.client_id).json
    assert listed == shown
    later = seqino.mandate(merchant, visit.client, suffix="B")
    assert later["file_attachment"] == f"{merchant.base_url}/mandates/{later['id']}/file"


def test_what_was_signed_is_for_the_sponsor_alone(merchant, shop):
    visit = Visit(merchant, include_signature=True)
    mandate = seqino.mandate(merchant, visit.client)
    visit.company()
    visit.agree()
    visit.codes(1)
    visit.sign()
    status_is(merchant, mandate, "active")
    path = f"/mandates/{mandate['id']}/file"
    check_refused(exchange(shop, "GET", path), 404, "Mandate not found")
    check_refused(exchange(shop, "GET", path, key=False), 401)
    other = seqino.made(merchant)
    check_refused(exchange(merchant, "GET", path, client=other["client_id"]), 404,
                  "Mandate not found")
