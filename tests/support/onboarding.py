"""The page on which a company enrols: links as a sponsor makes them, and somebody in front of the page."""

import itertools
import re
import struct
import zlib
from urllib.parse import urlsplit

from support import caught, seqino, wire
from support.browser import Browser
from support.server import eventually

SIREN = "732829320"
CODE = "123456"
WRONG = "000000"
SHOP = "https://your-app.example"
LINK = ["onboarding_url", "link_id", "expires_at", "includes_kyc", "includes_signature", "callback_url"]
STATUS = ["link_id", "company_id", "status", "created_at", "last_updated", "expires_at", "completion_percentage",
          "includes_kyc", "includes_signature", "kyc_completed", "signature_completed"]


def link(account, client, **members):
    answer = seqino.exchange(account, "POST", "/clients/onboarding-link", members, client=client)
    assert answer.status == 201, answer
    assert list(answer.json) == LINK
    return answer.json


def status(account, link_id):
    answer = seqino.exchange(account, "GET", "/clients/onboarding-link/status", query={"link_id": link_id})
    assert answer.status == 200, answer
    assert list(answer.json) == STATUS
    return answer.json


_count = itertools.count(1)


class Visit:
    """A new client's link, and a browser in front of its page."""

    def __init__(self, account, *, client=None, language="fr-FR", **members):
        self.account = account
        self.client = client or seqino.made(account, contact_email=f"c{next(_count)}.enrol@example.org")
        self.client_id = self.client["client_id"]
        self.link = link(account, self.client_id, **members)
        self.language = language
        self.arrive()

    def arrive(self, language=None):
        """On another device, or at a server that was started again at another port."""
        self.browser = Browser(self.account, language or self.language)

    # A server that is started again may have another port.
    url = property(lambda self: self.account.server.base_url + urlsplit(self.link["onboarding_url"]).path)
    page = property(lambda self: self.browser.page)

    def status(self):
        return status(self.account, self.link["link_id"])

    def percentage(self):
        return self.status()["completion_percentage"]

    def open(self, query=""):
        return self.browser.go(self.url + query)

    def form(self, field):
        form = self.page.form_with(field)
        assert form is not None, f"{self.page.status} {self.page.text[:400]}"
        return form

    # --- the company ---

    def find(self, number=SIREN):
        self.open()
        return self.browser.submit(self.form("number"), "find", number=number)

    def company(self, number=SIREN, **values):
        self.find(number)
        return self.browser.submit(self.form("legal_form"), "company", **values)

    # --- who represents it, and its documents ---

    def person(self, **values):
        known = {"family_name": "Secretdurand", "given_names": "Camille Zoé", "birth_date": "31/01/1980",
                 "birth_place": "Lyon", "nationality": "française", "role": "gérante", "owners": "representative"}
        return self.browser.submit(self.form("birth_date"), "person", **known | values)

    def send(self, kind, content, **more):
        """One file; more: as Browser.upload."""
        form = next(form for form in self.page.forms if form.fields.get("kind") == kind)
        return self.browser.upload(form, "file", content, **more)

    def hand_in(self):
        form = next(form for form in self.page.forms if any(value == "documents" for _, value, _ in form.buttons))
        return self.browser.submit(form, "documents")

    def documents(self):
        self.send("identity_front", jpeg())
        self.send("company_extract", pdf_file())
        return self.hand_in()

    def kyc(self, **values):
        self.company()
        self.person(**values)
        return self.documents()

    # --- the signature ---

    def agree(self, **values):
        return self.browser.submit(self.form("first_name"), "agree",
                                   **{"first_name": "Camille", "last_name": "Secretdupont", "accept": "1"} | values)

    def sign(self, otp=CODE, **values):
        return self.browser.submit(self.form("otp"), "sign", otp=otp, **values)

    def codes(self, count):
        """The mails with a code, once there are so many."""
        def look():
            sent = caught.messages(self.account, self.client["contact_email"])
            found = [mail for mail in sent if re.search(r"\b\d{6}\b", mail["subject"])]
            return found if len(found) >= count else None

        return eventually(look, 20, f"{count} codes came")

    def left_for(self):
        """Where the page leads by itself."""
        assert self.page.status == 200, self.page.text[:300]
        delay, url = self.page.refresh()
        assert delay == 3 and url in self.page.links
        return url


# --- files --------------------------------------------------------------------------------------

MARK = b"MARQUE-SECRETE-DU-DOCUMENT"  # in every file: nowhere in the clear


def png(size=0):
    """A picture of one dot, with a text chunk of so many bytes."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    text = [chunk(b"tEXt", MARK + b"\0" + b"x" * size)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), *text,
         chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b"")])


def jpeg(size=0):
    """The skeleton of a picture: headers, a frame, a scan, its end."""
    def segment(marker, data):
        return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data

    fill = b"".join(segment(0xFE, b"x" * min(60000, size - at)) for at in range(0, size, 60000))
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xFE, MARK) + fill + \
        segment(0xDB, bytes(65)) + segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0") + segment(0xC4, bytes(17)) + \
        segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56" + b"\xff\xd9"


def pdf_file(pages=1, size=0):
    """A document of empty pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>",
               b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
                   pages, b" ".join(b"%d 0 R" % (3 + n) for n in range(pages)))]
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"] * pages
    out = b"%PDF-1.4\n%" + MARK + b"x" * size + b"\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, table, len(objects) + 1, len(out))


def pdf(account, url):
    """A document, once it is drawn."""
    def look():
        answer = wire.exchange(url, "GET", None, {}, ca_file=account.server.ca_file)
        return answer if answer.status == 200 else None

    answer = eventually(look, 20, "the document is drawn")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.raw.startswith(b"%PDF-")
    return answer.raw
