"""A browser without scripts: cookies, redirects, timed refreshes and forms, over plain HTTP.

It visits only the origins it is given; a step to any other one is where the payer left us, and is
kept in `left_for`.
"""

import html.parser
import time
from urllib.parse import urlencode, urljoin, urlsplit

from support import wire

REDIRECTS = (301, 302, 303, 307, 308)


class Form:
    def __init__(self, attributes):
        self.action = attributes.get("action") or ""
        self.method = (attributes.get("method") or "get").upper()
        self.fields = {}    # name: value of what would be sent
        self.visible = []   # names of the fields that a payer fills in
        self.buttons = []   # [name, value, text]


class _Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.links, self.text = [], [], []
        self._form = self._button = self._select = None
        self._silent = 0

    def handle_starttag(self, tag, pairs):
        attributes = {name: value or "" for name, value in pairs}
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "form":
            self._form = Form(attributes)
            self.forms.append(self._form)
        elif tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "button" and self._form is not None:
            if attributes.get("type", "submit") == "submit":
                self._button = [attributes.get("name"), attributes.get("value", ""), ""]
                self._form.buttons.append(self._button)
        elif tag == "input" and self._form is not None:
            self._input(attributes)
        elif tag == "select" and self._form is not None:
            self._select = attributes["name"]
            self._form.visible.append(self._select)
        elif tag == "option" and self._select is not None:
            # The first option is chosen when none says so.
            if "selected" in attributes or self._select not in self._form.fields:
                self._form.fields[self._select] = attributes.get("value", "")

    def _input(self, attributes):
        kind, name = attributes.get("type", "text").lower(), attributes.get("name")
        if kind in ("submit", "image"):
            self._form.buttons.append([name, attributes.get("value", ""),
                                       attributes.get("value", "")])
        elif name and (kind not in ("radio", "checkbox") or "checked" in attributes):
            self._form.fields[name] = attributes.get("value", "")
            if kind not in ("hidden", "radio", "checkbox"):
                self._form.visible.append(name)

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "button":
            self._button = None

    def handle_data(self, data):
        if self._silent:
            return
        self.text.append(data)
        if self._button is not None:
            self._button[2] += data


class Page:
    def __init__(self, url, answer):
        self.url, self.status = url, answer.status
        self.headers, self.raw = answer.headers, answer.raw
        reader = _Reader()
        if "html" in (answer.headers.get("Content-Type") or ""):
            reader.feed(answer.raw.decode("utf-8"))
        self.forms, self.links = reader.forms, reader.links
        self.text = " ".join(" ".join(reader.text).split())

    def form_with(self, field):
        """The form that has a field of this name, or None."""
        return next((form for form in self.forms if field in form.fields), None)

    def refresh(self):
        """(seconds, absolute URL) of the Refresh header, or None."""
        told = self.headers.get("Refresh")
        if told is None:
            return None
        delay, _, rest = told.partition(";")
        target = rest.strip()
        target = target[4:] if target.lower().startswith("url=") else target
        return int(delay), urljoin(self.url, target.strip("'\"")) if target else self.url


class Browser:
    def __init__(self, account, language="fr-FR"):
        server = account.server
        self.ca_file = server.ca_file
        self.origins = {self._origin(url) for url in (server.base_url, server.tls_url,
                                                      server.acs_url)}
        self.language = language
        self.agent = "Mozilla/5.0 (journeys)"
        self.cookies = {}
        self.left_for = None
        self.history = []  # (method, url, status)
        self.page = None

    @staticmethod
    def _origin(url):
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"

    def _send(self, method, url, body=None, origin=None, kind=None):
        parts = urlsplit(url)
        headers = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": self.language,
                   "User-Agent": self.agent}
        jar = self.cookies.setdefault(parts.hostname, {})
        if jar:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        if body is not None:
            headers["Content-Type"] = kind or "application/x-www-form-urlencoded"
            headers["Origin"] = origin or self._origin(url)
        answer = wire.exchange(url, method, body, headers, ca_file=self.ca_file)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            if "max-age=0" in line.lower():
                jar.pop(name.strip(), None)
            else:
                jar[name.strip()] = value.strip()
        self.history.append((method, url, answer.status))
        return answer

    def go(self, url, method="GET", body=None, kind=None):
        """Opens a URL and follows redirects. Gives the page, or None when the payer left us."""
        origin = self._origin(self.page.url) if self.page else None
        for _ in range(20):
            if self._origin(url) not in self.origins:
                self.left_for = url
                self.page = None
                return None
            answer = self._send(method, url, body, origin, kind)
            if answer.status not in REDIRECTS:
                self.page = Page(url, answer)
                return self.page
            url = urljoin(url, answer.headers["Location"])
            if answer.status not in (307, 308):
                method, body = "GET", None
        raise AssertionError(f"redirects without end: {self.history[-5:]}")

    def upload(self, form, name, content, file_name="fichier", media="application/octet-stream",
               **values):
        """Sends a form with one file."""
        boundary = "----guichet7f3a"
        head = f"--{boundary}\r\nContent-Disposition: form-data; name="
        parts = [f'{head}"{field}"\r\n\r\n{value}\r\n'.encode()
                 for field, value in (form.fields | values).items() if field != name]
        parts.append(f'{head}"{name}"; filename="{file_name}"\r\n'
                     f"Content-Type: {media}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self.go(urljoin(self.page.url, form.action), "POST", body,
                       f"multipart/form-data; boundary={boundary}")

    def submit(self, form, button=None, **values):
        """Sends a form; button: a word of the text, the name or the value of the one pressed."""
        fields = form.fields | values
        if button is not None:
            name, value, _ = self._button(form, button)
            if name:
                fields = fields | {name: value}
        url = urljoin(self.page.url, form.action) if form.action else self.page.url
        if form.method == "GET":
            return self.go(url.split("?")[0] + "?" + urlencode(fields))
        return self.go(url, "POST", urlencode(fields).encode())

    @staticmethod
    def _button(form, wanted):
        for button in form.buttons:
            name, value, text = button
            if wanted.lower() in text.lower() or wanted in (name, value):
                return button
        raise AssertionError(f"no button {wanted}: {form.buttons}")

    def walk(self, seconds=60):
        """Goes on as a patient payer without scripts would: waits, goes to the bank and comes
        back, until a page wants an answer, the journey ends or the payer has left."""
        end = time.monotonic() + seconds
        while self.page is not None:
            assert time.monotonic() < end, f"no end: {self.history[-6:]}"
            carried = next((form for form in self.page.forms if not form.visible
                            and ({"creq", "cres"} & set(form.fields))), None)
            if carried is not None:
                self.submit(carried)
                continue
            refresh = self.page.refresh()
            if refresh is None:
                return self.page
            if refresh[0] > 0 and self._origin(refresh[1]) not in self.origins:
                return self.page  # A result page stays readable before it returns to the shop.
            time.sleep(0.1)
            self.go(refresh[1])
        return None

    # --- the sandbox bank's page (cards.md 6) ---

    def at_the_bank(self):
        return self.page is not None and "BANQUE DE TEST" in self.page.text.upper()

    def bank_form(self):
        assert self.at_the_bank(), self.page and self.page.text[:300]
        return next(form for form in self.page.forms if form.visible)

    def enter_code(self, code):
        form = self.bank_form()
        return self.submit(form, "Authentifier", **{form.visible[0]: code})

    def press(self, button):
        form = next(form for form in self.page.forms
                    if any(button.lower() in text.lower() for _, _, text in form.buttons))
        return self.submit(form, button)

    # --- the pay page (standards/pages.md) ---

    def pay_form(self):
        form = self.page.form_with("card_number")
        assert form is not None, f"{self.page.status} {self.page.text[:300]}"
        return form

    def pay(self, number, expiry="12/31", code="987", **values):
        """Fills in the pay page and presses its button; then walks on."""
        self.submit(self.pay_form(), "pay", card_number=number, card_expiry=expiry, card_cvc=code,
                    **values)
        return self.walk()

    def statuses(self):
        return [status for _, _, status in self.history]
