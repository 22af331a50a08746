"""The Safedebit face: its calls, the two forms of its answers, consumers and files to try it with."""

import base64
import datetime
import itertools
import json
from typing import NamedTuple
from urllib.parse import urlencode

from support import cli, ibans, openapi, recorder, wire

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
    recorder.note(verb, path, "basic" if pair else None, arguments if verb != "GET" else None,
                  answer)
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
    if argument is not None:  # A query with U+0000 is not even read.
        assert told[0] == argument or (code == "FORM_005" and told[0] is None), told


def check_later(answer):
    """It cannot be decided now."""
    assert answer.status == 503, answer
    assert answer.json == {"result": False, "code": "ERR_001"}, answer


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


class Kind:
    """What an argument accepts: the longest good value (or another good one), and bad ones, each
    with its code. long: one past the longest is FORM_001."""

    def __init__(self, good, bad, maximum=None):
        self.good = good
        self.bad = bad
        self.maximum = maximum

    def past(self):
        return None if self.maximum is None else "a" * (self.maximum + 1)


def text(maximum):
    """Code points, not bytes."""
    return Kind("é" * maximum, [(value, "FORM_005") for value in CONTROLS], maximum)


def words(good, *bad):
    return Kind(good, [(value, "FORM_002") for value in ("Z", "00", good + good, *bad)])


def coded(good, bad, code, maximum=None):
    return Kind(good, [(value, code) for value in bad], maximum)


def day(good="29/02/2020", past=False):
    future = ("01/01/2199",) if past else ()
    return coded(good, BAD_DATES + future, "FORM_003")


EMAIL = coded("a" * 50 + "@" + "b" * 15 + ".org", BAD_EMAILS, "FORM_006", 70)
PHONE = coded("+33612345678", BAD_PHONES, "FORM_007", 16)
IBAN = coded(ibans.FR, BAD_IBANS, "FORM_009")
UMR = coded("U" * 35, ("A_B", "A B", "É", "/A", "A/", "A//B", "A;B"), "FORM_005", 35)
ICS = coded("FR72ZZZ123456", BAD_ICS, "FORM_015")
SIREN = coded("732829320", BAD_SIRENS, "FORM_010")
FILE = coded(plain(PDF), ("%", plain(b"hello"), plain(b"<svg/>"), plain(b"MZ\x90"), plain(PDF) + "=",
                          "data:application/pdf," + plain(PDF), plain(PDF)[:-1],
                          "data:image/png;base64,%%", plain(b"data:image/png;base64,%%"),
                          uri(b"hello", "image/png"), wrapped(b"hello", "image/png"),
                          plain(b"\x89PNG"), plain(b"GIF88a")), "FORM_012")

# The arguments that tell of a person, in every call that has them.
CONSUMER = {
    "consumer_reference": text(64), "consumer_gender": words("M", "m", "X"),
    "consumer_first_name": text(70), "consumer_last_name": text(70),
    "consumer_other_last_name": text(70), "identity_type": words("3", "0", "8"),
    "id_number": text(18), "emission_date": day(past=True), "expire_date": day("01/01/2199"),
    "consumer_birth_day": day(past=True), "consumer_birth_date": day(past=True),
    "consumer_birth_city": text(35), "nationality": words("ITA", "XX", "XXX", "France"),
    "consumer_address_street_number": text(16), "consumer_address_street_type": text(16),
    "consumer_address_street_name": text(70), "consumer_address_complement": text(70),
    "consumer_zip_code": text(16), "consumer_city": text(35),
    "consumer_country": coded("Espagne", ("Atlantis", "XX"), "FORM_002", 35),
    "consumer_email": EMAIL, "consumer_phone_number": PHONE,
    "consumer_ip": coded("2001:db8::1", BAD_ADDRESSES, "FORM_014", 16), "iban": IBAN,
}
ORGANISATION = {
    "social_reference": text(32), "siren": SIREN, "nic": coded("00074", BAD_NICS, "FORM_010"),
    "naf": text(32), "tva_interco": coded("fr44732829320", BAD_VAT_NUMBERS, "FORM_010"),
}
NON_PROFIT_ONLY = {"waldec": coded("w751234567", BAD_RNAS, "FORM_010")}


def check_arguments(account, call, good, kinds):
    """Every bad value of every argument is refused with its code, however good the others are."""
    for name, kind in kinds.items():
        bad = list(kind.bad)
        if kind.past() is not None:
            bad.append((kind.past(), "FORM_001"))
        if call not in GET_CALLS:
            bad += [(value, "FORM_011") for value in wrong_types(kind.good)]
        for value, code in bad:
            answer = exchange(account, call, good | {name: value})
            try:
                check_refused(answer, code, name)
            except AssertionError as wrong:
                raise AssertionError(f"{call} {name}={value!r}: {wrong}") from wrong


def check_missing(account, call, good, names):
    """Each of these is needed: absent, null, empty, blank and not to be seen are the same."""
    for name in names:
        for value in (None, "", "   ", "\u00a0\u200b"):
            left = {other: given for other, given in good.items() if other != name}
            if value is not None or call not in GET_CALLS:
                check_refused(exchange(account, call, left | {name: value}), "MISS_001", name)
        check_refused(exchange(account, call, left), "MISS_001", name)


# --- levies -------------------------------------------------------------------------------------

class Payer(NamedTuple):
    """A consumer and its mandate."""
    reference: str
    umr: str


def payer(account, *, sign_date="02/01/2025", **changes):
    """A consumer with a signed mandate."""
    reference = made(account, **changes)
    return Payer(reference, add_mandate(account, reference, sign_date=sign_date))


def levy(account, whose, **changes):
    """Arguments of `payment` that succeed; a change to None leaves an argument null."""
    return {"safedebit_consumer_reference": whose.reference, "amount": "1000",
            "due_date": day_in(account, 10)} | changes


def levies(account, **conditions):
    """search_payment that must succeed; gives the rows."""
    answer = account.ssp("search_payment", **conditions)
    assert set(answer) == {"result", "datas"} and answer["result"], answer
    return answer["datas"]


def setting(account, key, value):
    """Changes a setting of the account's merchant, as its operator does."""
    cli.run(account.server, "merchant", "set", cli.merchant_id(account), key, value)


def beneficiary(account, **changes):
    """A new beneficiary; gives its reference."""
    answer = account.ssp("create_beneficiary", **{
        "social_reference": "Les amis du pain", "iban": ibans.unique(), "street_number": "1",
        "street_name": "rue du Four", "zip_code": "75006", "city": "Paris"} | changes)
    assert answer["result"], answer
    return answer["beneficiary_reference"]


def date_of(text):
    return datetime.datetime.strptime(text, "%d/%m/%Y").date()


def day_in(account, days):
    """The day so many days after the account's today, as the face writes it."""
    return (account.paris_now().date() + datetime.timedelta(days=days)).strftime("%d/%m/%Y")


def next_open(day):
    """The day itself when banks settle on it, else the next such day (TARGET)."""
    while day.weekday() > 4 or (day.month, day.day) in CLOSED or day in easter_days(day.year):
        day += datetime.timedelta(days=1)
    return day


CLOSED = {(1, 1), (5, 1), (12, 25), (12, 26)}


def easter_days(year):
    """Good Friday and Easter Monday, by the algorithm of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    sunday = datetime.date(year, month, day + 1)
    return {sunday - datetime.timedelta(days=2), sunday + datetime.timedelta(days=1)}
