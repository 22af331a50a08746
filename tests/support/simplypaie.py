"""The SimplyPaie face: its calls, tokens, the two forms of its bodies, requests to try it with."""

import json
import re
from urllib.parse import urlencode

from support import cards, openapi, recorder, wire

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_tokens = {}  # address and secret -> token that works; every sandbox has the same client id, and ports come again


def pairs(value, name=""):
    """A body as the pairs of a form: items[0][designation]=..."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pairs(inner, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from pairs(inner, f"{name}[{place}]")
    elif value is not None:
        yield name, value


def form(body):
    return urlencode(list(pairs(body))).encode()


def credentials(account):
    """Client id and secret, as `connection` wants them."""
    face = account.contract["simplypaie"]
    return {"apiClientId": face["client_id"], "apiSecret": face["secret"]}


def connect(account, headers=None):
    """GET /api/connection; gives the whole answer."""
    sent = credentials(account) if headers is None else headers
    answer = wire.exchange(account.base_url + "/api/connection", "GET", None, sent)
    for name in sent:
        recorder.note("GET", "/api/connection", name, None, answer)
    openapi.check("GET", "/api/connection", answer)
    return answer


def token(account, fresh=False):
    """A token of the account, made when there is none yet."""
    key = (account.base_url, credentials(account)["apiSecret"])
    if fresh or key not in _tokens:
        answer = connect(account)
        assert answer.status == 200, answer
        _tokens[key] = answer.json["apiToken"]
    return _tokens[key]


def signed(account):
    """The headers of every call but `connection`."""
    return {"apiClientId": account.contract["simplypaie"]["client_id"],
            "apiToken": token(account)}


def exchange(account, verb, path, body=None, *, query=None, kind=JSON, raw=None, headers=None,
             login=None, timeout=wire.TIMEOUT_S):
    """One call; gives the whole answer. path: below /api; kind: the form of the body, or None for no
    Content-Type; raw: another body than that; login: other headers than the account's."""
    sent = dict(signed(account) if login is None else login)
    data = raw
    if raw is None and body is not None:
        data = form(body) if (kind or "").startswith(FORM) else wire.encode(body)
    if kind is not None and data is not None:
        sent["Content-Type"] = kind
    sent.update(headers or {})
    path = "/api" + path + ("?" + urlencode(query, doseq=True) if query else "")
    answer = wire.exchange(account.base_url + path, verb, data, sent, timeout=timeout)
    if answer.status == 401 and login is None and answer.json["errors"] == ["Expired token"]:
        token(account, fresh=True)
        return exchange(account, verb, path.removeprefix("/api"), body, kind=kind, raw=raw,
                        headers=headers, timeout=timeout)
    if verb != "HEAD":
        for name in ("apiClientId", "apiToken"):
            recorder.note(verb, path, name, body, answer)
        openapi.check(verb, path, answer)
    return answer


def check_done(answer):
    """Exactly {"status": "success"}."""
    assert answer.status == 200, answer
    assert answer.json == {"status": "success"}, answer


def check_failed(answer, status, *errors):
    """Exactly these texts, in this order."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json == {"status": "failure", "errors": list(errors)}, answer


# --- requests -----------------------------------------------------------------------------------

NEW = {"email": "test@simplypaie.fr", "name": "Dupont Jean", "mode": "email", "type": "standard",
       "page": "standard", "amount": "10000", "currency": "EUR",
       "returnURL": "https://www.simplypaie.fr"}


def make(account, body=None, **options):
    """POST /api/payments/new; gives the whole answer."""
    return exchange(account, "POST", "/payments/new", NEW if body is None else body, **options)


def made(account, **changes):
    """A request that must be made; gives its info. A change to None leaves a parameter out."""
    body = {name: value for name, value in (NEW | changes).items() if value is not None}
    answer = make(account, body)
    assert answer.status == 201, answer
    assert set(answer.json) == {"status", "info"} and answer.json["status"] == "success"
    info = answer.json["info"]
    assert set(info) == {"paymentId", "link"}
    assert re.fullmatch(r"[1-9]\d*", info["paymentId"])
    return info


# --- the list -----------------------------------------------------------------------------------

KEYS = ["paymentId", "date", "type", "fees", "mode", "page", "amount", "currency", "way", "name",
        "email", "link", "returnURL"]


def search(account, **query):
    """GET /api/payments/list; gives the whole answer. None leaves a parameter out."""
    query = {name: value for name, value in query.items() if value is not None}
    return exchange(account, "GET", "/payments/list", query=query)


def listed(account, **query):
    """The lines of a search that must succeed."""
    answer = search(account, **query)
    assert answer.status == 200, answer
    assert set(answer.json) == {"status", "payments"} and answer.json["status"] == "success"
    lines = answer.json["payments"]
    for line in lines:
        assert all(isinstance(value, str) for value in line.values()), line
        if "extended" not in query:
            assert list(line) == KEYS, line
    if "limit" not in query and "offset" not in query:
        assert answer.headers["X-Total-Count"] == str(len(lines))
    return lines


def ids(account, **query):
    return [line["paymentId"] for line in listed(account, **query)]


def line_of(account, number, **query):
    (line,) = listed(account, paymentId=number, **query)
    return line


def status_of(account, number):
    return line_of(account, number, extended="1")["status"]


# --- what is done to payments -------------------------------------------------------------------

def act(account, number, action, body=None, **options):
    """POST /api/payments/<paymentId>/<action>; gives the whole answer."""
    return exchange(account, "POST", f"/payments/{number}/{action}", body, **options)


def intent_of(account, number):
    """The same request as Stancer shows it."""
    answer = account.read(f"/v2/payment_intents/?order_id={number}")
    (intent,) = answer["payment_intents"]
    return intent


def pay(account, number, card=None):
    """The payer's part of it, without a page: by the other interface."""
    made_card = account.made("/v2/cards/", cards.card() if card is None else card)
    answer = account.patch("/v2/payment_intents/" + intent_of(account, number)["id"],
                           {"card": made_card["id"], "threeds": "none"})
    assert answer.status == 200, answer
    return answer.json
