"""Invoices through the Seqino face: drafts, and what is asked for in them."""

import copy
import re

from support import cli, seqino
from support.server import eventually

DRAFT = ["draft_id", "status", "invoice_id", "format", "invoice_data", "payment_id", "created_at",
         "updated_at"]
LINE = {"item_name": "Conseil", "invoiced_quantity": "3", "item_net_price": "26.30",
        "vat_category_code": "S", "vat_rate": "20"}
BUYER = {"name": "Société SARL",
         "postal_address": {"address_line_1": "12 rue de la Paix", "city": "Paris",
                            "post_code": "75002", "country_code": "FR"},
         "legal_registration_identifier": {"identifier": "200000008", "scheme_identifier": "0002"}}
DATA = {"buyer": BUYER, "lines": [LINE]}
NOBODY = "draft_" + seqino.UNKNOWN


def client(account):
    return seqino.face(account)["client_id"]


def call(account, verb, path, body=None, **options):
    options.setdefault("client", client(account))
    return seqino.exchange(account, verb, path, body, **options)


def changed(path, value):
    """DATA with another value at "buyer.name" or "lines.0.vat_rate"; None leaves it out."""
    data = copy.deepcopy(DATA)
    place = data
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    if isinstance(place, list):
        place[int(last)] = value
    elif value is None:
        del place[last]
    else:
        place[last] = value
    return data


def made(account, data=None, *, client=None, key=None, **members):
    options = {"key": key} | ({} if client is None else {"client": client["client_id"]})
    answer = call(account, "POST", "/drafts", {"invoice_data": data or DATA} | members, **options)
    assert answer.status == 201, answer
    check_draft(answer.json)
    return answer.json


def check_draft(value):
    assert list(value) == DRAFT, value
    assert re.fullmatch(r"draft_[0-9A-Za-z]{24}", value["draft_id"])
    assert value["status"] in ("draft", "validated")
    assert re.fullmatch(seqino.MOMENT, value["created_at"])
    assert value["updated_at"] is None or re.fullmatch(seqino.MOMENT, value["updated_at"])


def checked(account, data, **members):
    answer = call(account, "POST", "/drafts/validate-data", {"invoice_data": data} | members)
    assert answer.status == 200, answer
    return answer.json


def problems(account, data, **members):
    """{path: {rules}} of what is wrong with it."""
    told = {}
    for error in checked(account, data, **members)["errors"]:
        assert error["loc"][:2] == ["body", "invoice_data"], error
        told.setdefault(".".join(map(str, error["loc"][2:])), set()).add(error["rule"])
    return told


# --- issued -------------------------------------------------------------------------------------

ISSUED = ["draft_id", "invoice_id", "invoice_number", "status", "format", "invoice_data"]
SHOWN = ["invoice_id", "draft_id", "format", "status", "invoice_data", "created_at"]
EVENT = ["status_code", "status_number", "timestamp", "emitter", "reason", "rejection_reason",
         "is_mandatory", "amounts"]


def siren(digit):
    """A SIREN that begins with a digit: what the platform of test mode does with it (docs/seqino.md)."""
    for last in range(10):
        number = f"{digit}0000000{last}"
        total = sum(int(figure) if at % 2 == 0 else sum(divmod(2 * int(figure), 10))
                    for at, figure in enumerate(reversed(number)))
        if total % 10 == 0:
            return number
    raise AssertionError(digit)


def sold_to(digit):
    return changed("buyer.legal_registration_identifier.identifier", siren(digit))


def complete(account, client):
    """Gives a client what the law wants on its invoices."""
    for name, value in (("siren", "100000009"), ("vat_number", "FR88100000009"),
                        ("address.line", "1 rue A"), ("address.zip", "75002"),
                        ("address.city", "Paris"), ("legal_form", "EI")):
        cli.run(account.server, "merchant", "set", client.removeprefix("client_"), name, value)


def issued_of(account, client):
    """An invoice of a client that was just made; gives its id."""
    complete(account, client["client_id"])
    draft = made(account, client=client)
    answer = validate(account, draft, client=client["client_id"])
    assert answer.status == 200, answer
    return answer.json["invoice_id"]


def validate(account, draft, body=None, **options):
    return call(account, "POST", f"/drafts/{draft['draft_id']}/validate", body or {}, **options)


def issued(account, data=None, *, format="factur-x", **members):
    answer = validate(account, made(account, data, **members), {"format": format})
    assert answer.status == 200, answer
    assert list(answer.json) == ISSUED
    assert re.fullmatch(r"inv_[0-9A-Za-z]{24}", answer.json["invoice_id"])
    return answer.json


def shown(account, invoice_id):
    answer = call(account, "GET", f"/invoicing/invoice_data/{invoice_id}")
    assert answer.status == 200, answer
    assert list(answer.json) == SHOWN
    return answer.json


def events(account, invoice_id):
    answer = call(account, "GET", "/lifecycle-events",
                  query={"object_type": "invoice", "object_id": invoice_id})
    assert answer.status == 200, answer
    assert all(list(event) == EVENT for event in answer.json)
    return answer.json


def reached(account, invoice_id, *numbers):
    """Its life cycle once it is this one."""
    def look():
        told = events(account, invoice_id)
        return told if [event["status_number"] for event in told] == list(numbers) else None
    return eventually(look, 30, f"{invoice_id} to reach {numbers}")


def file(account, invoice_id, format=None):
    query = None if format is None else {"format": format}
    return call(account, "GET", f"/invoicing/invoices/{invoice_id}/file", query=query)
