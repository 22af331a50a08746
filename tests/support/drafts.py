"""Invoices through the Seqino face: drafts, and what is asked for in them."""

import copy
import re

from support import seqino

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


def made(account, data=None, **members):
    answer = call(account, "POST", "/drafts", {"invoice_data": data or DATA} | members)
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
