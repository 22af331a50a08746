"""The page on which a company enrols: links as a sponsor makes them, and somebody in front of the page."""

import itertools
import re
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


def pdf(account, url):
    """A document, once it is drawn."""
    def look():
        answer = wire.exchange(url, "GET", None, {}, ca_file=account.server.ca_file)
        return answer if answer.status == 200 else None

    answer = eventually(look, 20, "the document is drawn")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.raw.startswith(b"%PDF-")
    return answer.raw
