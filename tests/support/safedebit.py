"""The Safedebit face: its calls, the two forms of its answers, consumers and files to try it with."""

import base64
import itertools
import json
from urllib.parse import urlencode

from support import ibans, openapi, recorder, wire

# Every other call is a POST.
GET_CALLS = {"search_consumer", "search_mandate", "search_payment", "search_control",
             "download_mandate_file", "get_available_files", "download_archive_file"}

_count = itertools.count(1)


def credentials(login, password):
    raw = f"{login}:{password}".encode()
    return {"Authorization": "Basic " + base64.b64encode(raw).decode()}


def exchange(account, call, arguments=None, *, raw=None, verb=None, headers=None, login=None,
             timeout=wire.TIMEOUT_S):
    """One call; gives the whole answer. raw: another body than the arguments as JSON; login: a pair
    instead of the account's own, or False for none."""
    face = account.contract["safedebit"]
    pair = (face["login"], face["password"]) if login is None else login
    sent = credentials(*pair) if pair else {}
    verb = verb or ("GET" if call in GET_CALLS else "POST")
    path = "/ssp/" + call
    body = raw
    if verb == "GET" and arguments:
        path += "?" + urlencode(arguments)
    elif verb != "GET":
        body = wire.encode(arguments or {}) if raw is None else raw
        sent["Content-Type"] = "application/json"
    sent.update(headers or {})
    answer = wire.exchange(account.base_url + path, verb, body, sent, timeout=timeout)
    recorder.note(verb, path, arguments, answer.json)
    openapi.check(verb, path, answer)
    return answer


def decided(answer):
    """What is decided about a request is 200 with a boolean result, and either way has its form."""
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/json", answer.headers["Content-Type"]
    assert isinstance(answer.json, dict) and isinstance(answer.json.get("result"), bool), answer
    if not answer.json["result"]:
        assert set(answer.json) == {"result", "code"}, answer
        assert isinstance(answer.json["code"], str), answer
        assert answer.headers["X-Error-Message"], answer
    return answer


def check_refused(answer, code, argument=None):
    """Exactly {"result": false, "code": ...}; argument: what the header names."""
    decided(answer)
    told = (answer.headers.get("X-Error-Field"), answer.headers.get("X-Error-Message"))
    assert answer.json == {"result": False, "code": code}, (answer.json, told)
    if argument is not None:
        assert told[0] == argument, told


def check_done(answer):
    """Exactly {"result": true}."""
    decided(answer)
    assert answer.json == {"result": True}, (answer.json, answer.headers.get("X-Error-Message"))


# --- consumers ----------------------------------------------------------------------------------

PERSON = {
    "consumer_type": "0", "consumer_gender": "F", "consumer_first_name": "Camille",
    "consumer_last_name": "Durand", "consumer_birth_day": "21/01/1980",
    "consumer_address_street_number": "98", "consumer_address_street_type": "Route",
    "consumer_address_street_name": "des pissenlits", "consumer_zip_code": "75011",
    "consumer_city": "Paris", "consumer_country": "France",
    "consumer_email": "camille.durand@example.org", "consumer_phone_number": "0600000000",
    "iban": ibans.FR,
}
COMPANY = PERSON | {"consumer_type": "1", "social_reference": "Boulangerie Martin",
                    "siren": "732829320", "nic": "00074", "naf": "1071C",
                    "tva_interco": "FR44732829320"}
NON_PROFIT = PERSON | {"consumer_type": "2", "social_reference": "Les amis du pain",
                       "waldec": "W751234567"}

# Numbers that are wrong, each in one way.
BAD_SIRENS = ("732829321", "73282932", "7328293200", "73282932A", "000000001")
BAD_NICS = ("0007", "000740", "0007A")
BAD_VAT_NUMBERS = ("FR45732829320", "44732829320", "F", "FR4473282932012345", "FR44-732829320")
BAD_RNAS = ("W75123456", "W7512345678", "X751234567", "W75123456-")
BAD_IBANS = ("FR1420041010050500013M02607", "FR14", "XX1420041010050500013M02606",
             "BR1500000000000010932840814P2")
BAD_ICS = ("FR73ZZZ123456", "FR72ZZZ12345", "ZZ72ZZZ123456", "FR72")
BAD_DATES = ("31/02/2020", "00/01/2020", "1/1/2020", "2020-01-01", "01/13/2020", "01/01/1899",
             "01/01/2201", "29/02/2021", "01/01/20", "aa/bb/cccc")
BAD_EMAILS = ("nobody", "a@b", "a b@example.org", "@example.org", "a@@example.org")
BAD_PHONES = ("abc", "06-CALL-ME", "+")
BAD_ADDRESSES = ("300.1.1.1", "1.2.3", "example.org", "1.2.3.4.5")


def made(account, **changes):
    """A new consumer; gives its reference. A change to None leaves an argument out."""
    arguments = PERSON | {"iban": ibans.unique()} | changes
    answer = account.ssp("create_consumer",
                         **{name: value for name, value in arguments.items() if value is not None})
    assert answer["result"], answer
    return answer["safedebit_consumer_reference"]


def new_umr():
    return f"RUM-{next(_count):08d}"


def found(account, **conditions):
    """search_consumer that must succeed; gives the rows."""
    answer = account.ssp("search_consumer", **conditions)
    assert set(answer) == {"result", "datas"} and answer["result"], answer
    return answer["datas"]


# --- files --------------------------------------------------------------------------------------

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
                       "AABJRU5ErkJggg==")
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
FILES = {"png": PNG, "gif": GIF, "jpeg": JPEG, "pdf": PDF}
FILE_MAX = 10 << 20


def plain(data):
    return base64.b64encode(data).decode()


def uri(data, media="application/pdf"):
    return f"data:{media};base64,{plain(data)}"


def wrapped(data, media="application/pdf"):
    """The form of the service's own example: base64 of a data URI."""
    return plain(uri(data, media).encode())


def sized(size):
    """A PDF of so many bytes, as far as anybody looks."""
    return PDF + b"\n" * (size - len(PDF))


def add_mandate(account, reference, **changes):
    """A mandate that was signed elsewhere; gives its UMR."""
    arguments = {"safedebit_consumer_reference": reference, "sign_date": "02/01/2020",
                 "sign_city": "Lyon", "umr": new_umr(), "file_data": plain(PDF)} | changes
    answer = account.ssp("add_mandate",
                         **{name: value for name, value in arguments.items() if value is not None})
    assert answer == {"result": True}, answer
    return arguments["umr"]


def mandates(account, **conditions):
    """search_mandate that must succeed; gives the rows."""
    answer = account.ssp("search_mandate", **conditions)
    assert set(answer) == {"result", "datas"} and answer["result"], answer
    return answer["datas"]


# --- what is wrong with an argument -------------------------------------------------------------

def wrong_types(value):
    """The same argument in JSON types that no scalar may have."""
    return [[value], {"value": value}, 1.5, json.loads("1e3")]


CONTROLS = ("a\x00b", "a\nb", "a\x1fb", "a\x7fb")
