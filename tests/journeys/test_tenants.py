"""Another tenant's object is not found: on every route of every face, by every id, in either mode."""

import json
import pathlib
import random
import re

import pytest

from support import (cards, cli, debits, drafts, ibans, onboarding, safedebit, seqino, server,
                     simplypaie, stancer, wire)
from support.tenants import Face, Tenant, Walk, place_of, plain


# --- Stancer ------------------------------------------------------------------------------------

def stancer_objects(account):
    """One of each kind, joined to one another so that filters find them."""
    customer = account.made("/v2/customers/", {"email": f"{account.public_key}@shop.example",
                                               "name": "Jean Dupont",
                                               "external_id": account.public_key[-20:],
                                               "legal_id": account.public_key[-16:]})
    known = {"customer": customer["id"]}
    card = account.made("/v2/cards/", cards.card(cards.CAPTURED_AT_ONCE, **known))
    address = account.made("/v2/addresses/", {"line1": "1 rue du Four", "city": "Paris",
                                              "zip_code": "75006", "country": "FR"})
    sepa, mandate = debits.signed(account, **known)
    check = account.made("/v2/sepa/check/", {"id": sepa["id"]})
    intent = account.made("/v2/payment_intents/", {
        "amount": 1200, "currency": "eur", "order_id": account.public_key[-20:], **known})
    for paid_with in ({"card": card["id"]}, {"sepa": sepa["id"]}):
        account.made("/v2/payment_intents/", {"amount": 1300, "currency": "eur", **paid_with})
    disputed = account.pay(card=cards.card(cards.DISPUTED[0]), amount=2000)
    account.settle()
    account.wait_for_status(disputed, "disputed")
    [dispute] = account.get(f"/v2/payments/{disputed['id']}/disputes").json
    account.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=20000)  # for the dispute's fees
    payment = account.made("/v2/payments/", {
        "amount": 10000, "currency": "eur", "card": card["id"], "order_id": account.public_key[-20:],
        "unique_id": account.public_key, **known})
    debit = account.made("/v2/payments/", {"amount": 700, "currency": "eur", "sepa": sepa["id"]})
    refund = account.made("/v2/refunds/", {"payment": payment["id"], "amount": 400})
    payout = account.made("/v2/payouts/", {"payments": [payment["id"]]})
    webhook = account.made("/v2/webhooks/", {"url": "https://shop.example.com/hook"})
    assert debit["status"] == "to_capture"
    return {"/customers": customer["id"], "/cards": card["id"], "/sepa/check": check["id"],
            "/sepa": sepa["id"], "/mandates": mandate["id"], "/addresses": address["id"],
            "/payment_intents": intent["id"], "/payments": payment["id"],
            "/checkout": payment["id"], "/refunds": refund["id"], "/disputes": dispute["id"],
            "/payouts": payout["id"], "/webhooks": webhook["id"]}


def stancer_tenant(account, version, objects=None, key=None):
    texts = {"order_id": account.public_key[-20:], "unique_id": account.public_key,
             "external_id": account.public_key[-20:], "legal_id": account.public_key[-16:],
             "email": f"{account.public_key}@shop.example"}

    def paid_by_nobody():
        return account.made("/v2/payments/", {"amount": 1000, "currency": "eur"})["id"]

    def intent():
        return account.made("/v2/payment_intents/", {"amount": 1000, "currency": "eur"})["id"]

    fresh = {"/payments": paid_by_nobody, "/checkout": paid_by_nobody, "/payment_intents": intent}
    return Tenant(lambda method, path, body: account.request(
        method, f"/{version}{path}", body, key=key), objects, texts, fresh if objects else None)


@pytest.fixture
def pair(sandbox):
    """Two merchants with everything that the Stancer face knows."""
    accounts = sandbox.merchant_add(), sandbox.merchant_add()
    return [(account, stancer_objects(account)) for account in accounts]


@pytest.mark.parametrize("version", stancer.VERSIONS)
def test_stancer(pair, version):
    (owner, theirs), (stranger, own) = pair
    face = Face(f"stancer-{version}")
    Walk(face, stancer_tenant(owner, version, theirs),
         stancer_tenant(stranger, version, own)).all()


@pytest.mark.parametrize("version", stancer.VERSIONS)
def test_stancer_in_the_other_mode(pair, version):
    (owner, theirs), _ = pair
    live = cli.add_keys(owner, "--live")["secret_key"]
    face = Face(f"stancer-{version}")
    walk = Walk(face, stancer_tenant(owner, version, theirs),
                stancer_tenant(owner, version, key=live))
    walk.paths()
    walk.queries()
    walk.lists()


# --- SimplyPaie ---------------------------------------------------------------------------------

def simplypaie_tenant(account, more, login=None):
    """A payment's number is found by its owner alone, however many others have made."""
    objects, texts = {}, {"email": "owner@shop.example", "name": "Zacharie Unique"}
    if more:
        waiting, paid, held = (simplypaie.made(account, type=kind, **texts)["paymentId"]
                               for kind in ("standard", "standard", "preauth"))
        for number in (paid, held):
            simplypaie.pay(account, number)
        objects = {"/payments": waiting, "/payments/{id}/cash": held, "/payments/{id}/refund": paid}
        texts["paymentId"] = waiting
    return Tenant(lambda method, path, body: simplypaie.exchange(
        account, method, path, body, login=login), objects, texts)


def test_simplypaie(sandbox):
    owner, stranger = sandbox.merchant_add(), sandbox.merchant_add()
    face = Face("simplypaie")
    Walk(face, simplypaie_tenant(owner, True), simplypaie_tenant(stranger, False)).all()


def test_simplypaie_in_the_other_mode(merchant):
    login = str(random.randrange(100000000, 999999999))
    owner = simplypaie_tenant(merchant, True)
    told = cli.told(merchant.server, "login", "add", cli.merchant_id(merchant), login, "--face",
                    "simplypaie", "--live")
    token = simplypaie.connect(merchant, {"apiClientId": login, "apiSecret": told["secret"]})
    headers = {"apiClientId": login, "apiToken": token.json["apiToken"]}
    walk = Walk(Face("simplypaie"), owner, simplypaie_tenant(merchant, False, headers))
    walk.paths()
    walk.queries()
    walk.lists()


# --- Safedebit ----------------------------------------------------------------------------------

class Creditor:
    """A merchant with all that Safedebit's arguments name."""

    def __init__(self, account, login=None):
        self.account, self.login = account, login

    def fill(self):
        account = self.account
        self.beneficiary = safedebit.beneficiary(account)
        self.consumer, self.umr = safedebit.payer(
            account, consumer_reference=self.word("C"), beneficiary_reference=self.beneficiary)
        self.asked = self.exchange("create_mandate", self.base("create_mandate")).json["umr"]
        safedebit.decided(self.exchange("upload_file", self.base("upload_file")))
        file, *_ = account.ssp("get_available_files",
                             safedebit_consumer_reference=self.consumer)["data"]
        self.file = file["file_key"]
        self.sdd, self.waiting = self.word("L"), self.word("W")
        for reference, amount in ((self.sdd, "1000"), (self.waiting, "200000")):
            made = self.exchange("payment", self.base("payment") | {
                "sdd_reference": reference, "amount": amount,
                "beneficiary_reference": self.beneficiary}).json
            assert made["result"], made
        [row] = safedebit.levies(account, sdd_reference=self.sdd)
        self.payment = row["payment_reference"]
        return self

    def word(self, kind):
        return kind + self.account.public_key[-12:]

    def exchange(self, call, arguments):
        return safedebit.exchange(self.account, call, arguments, login=self.login)

    def base(self, call):
        """Arguments that the call needs; a reference of its own in each."""
        consumer = {"safedebit_consumer_reference": self.consumer}
        return {
            "initiate_consumer": lambda: {},
            "create_mandate": lambda: consumer | {"url_" + end: "https://shop.example.com/"
                                                  for end in ("ok", "ko", "cancel")},
            "otu_confirm_mandat": lambda: {"umr": self.asked, "otu_value": "000000"},
            "otu_reset_mandat": lambda: {"umr": self.asked},
            "create_consumer": lambda: safedebit.PERSON | {"iban": ibans.unique()},
            "add_mandate": lambda: consumer | {
                "umr": safedebit.new_umr(), "sign_date": "02/01/2020", "sign_city": "Lyon",
                "file_data": safedebit.plain(safedebit.PDF)},
            "edit_mandate": lambda: {"umr": self.umr, "consumer_city": "Lyon"},
            "edit_consumer": lambda: consumer | {"consumer_city": "Lyon"},
            "upload_file": lambda: consumer | {"file_type": "2",
                                               "file_data": safedebit.plain(safedebit.PDF)},
            "download_archive_file": lambda: consumer | {"file_key": self.file},
            "download_mandate_file": lambda: consumer,
            "update_beneficiary": lambda: {"beneficiary_reference": self.beneficiary,
                                           "city": "Lyon"},
            "payment": lambda: safedebit.levy(self.account, safedebit.Payer(self.consumer, self.umr),
                                              sdd_reference="N" + safedebit.new_umr()),
            "validate_payment": lambda: consumer | {"sdd_reference": self.waiting,
                                                    "validation_type": "OTP",
                                                    "validation_value": "000000"},
            "edit_sdd": lambda: {"sdd_reference": self.sdd, "amount": "900"},
        }.get(call, dict)()

    def named(self, call, argument):
        """What of this creditor's an argument names; None where it is a new word of the caller's."""
        if (call, argument) in NEW_WORDS or argument in ("social_reference",
                                                         "safedebit_secure_reference"):
            return None
        waits = call in ("validate_payment", "otu_confirm_mandat", "otu_reset_mandat")
        return {"safedebit_consumer_reference": self.consumer, "consumer_reference": self.word("C"),
                "umr": self.asked if waits else self.umr, "beneficiary_reference": self.beneficiary,
                "file_key": self.file, "sdd_reference": self.waiting if waits else self.sdd,
                "payment_reference": self.waiting_payment() if waits else self.payment,
                "payment_reference_list": json.dumps([self.payment]),
                "sdds": [self.sdd]}[argument]

    def waiting_payment(self):
        [row] = safedebit.levies(self.account, sdd_reference=self.waiting)
        return row["payment_reference"]


NAMES_SOMETHING = re.compile(r"reference|umr|^sdds|file_key")
NEW_WORDS = {("initiate_consumer", "consumer_reference"), ("create_consumer", "consumer_reference"),
             ("edit_consumer", "consumer_reference"), ("create_mandate", "umr"),
             ("initiate_consumer", "beneficiary_reference"),  # kept as it is, whose ever it is
             ("create_consumer", "beneficiary_reference"),
             ("add_mandate", "umr"), ("payment", "sdd_reference"),
             ("edit_sdd", "payment_reference")}


def arguments_of(face, operation):
    schema = face.body_schema(operation)
    names = list(face.resolve(schema)["properties"]) if schema else [
        parameter["name"] for parameter in operation.get("parameters", [])]
    return [name for name in names if NAMES_SOMETHING.search(name)]


def nobodys(value):
    if isinstance(value, list):
        return ["NOBODY0"]
    return json.dumps(["NOBODY0"]) if value.startswith("[") else "NOBODY0"


def walk_safedebit(owner, stranger):
    """What a stranger is told of each reference; gives the calls for the owner to make."""
    face, made = Face("safedebit"), []
    for method, path, operation in face.routes():
        call = path[1:]
        for argument in arguments_of(face, operation):
            value = owner.named(call, argument)
            if value is None:
                continue
            base = stranger.base(call)
            told = stranger.exchange(call, base | {argument: value})
            same = stranger.exchange(call, base | {argument: nobodys(value)})
            names = value if isinstance(value, list) else [value]
            asked = (*names, "NOBODY0")
            assert plain(told, *asked) == plain(same, *asked), f"{call} {argument}: {told}"
            raw = told.raw.decode()
            for secret in {owner.consumer, owner.umr, owner.sdd, owner.payment} - set(names):
                assert secret not in raw, f"{call} {argument} shows {secret}"
            made.append((call, argument, value, plain(told, *asked)))
    return made


def test_safedebit(sandbox):
    owner, stranger = (Creditor(sandbox.merchant_add()).fill() for _ in range(2))
    made = walk_safedebit(owner, stranger)
    assert len(made) > 25
    last = ("cancel_sdd", "cancel_sdd_batch", "otu_confirm_mandat")
    for call, argument, value, refusal in sorted(made, key=lambda row: row[0] in last):
        told = owner.exchange(call, owner.base(call) | {argument: value})
        names = value if isinstance(value, list) else [value]
        assert plain(told, *names) != refusal, f"{call} {argument}: the owner is told the same: {told}"


def test_safedebit_in_the_other_mode(merchant):
    owner = Creditor(merchant).fill()
    told = cli.told(merchant.server, "login", "add", cli.merchant_id(merchant),
                    merchant.public_key[-12:], "--live")
    stranger = Creditor(merchant, (told["login"], told["password"]))
    # What the live account has of its own is what the other one has: it is nobody's to it.
    vars(stranger).update({name: value for name, value in vars(owner).items() if name != "login"})
    walk_safedebit(owner, stranger)


# --- pages --------------------------------------------------------------------------------------

PAGES = pathlib.Path(server.ROOT, "src", "pages", "pages.c")
# What leads to these is a secret that a payer or signer was given, or nothing of a tenant's; or it is the operator's,
# who looks after all of them (test_operator.py).
OPEN = {"plain_start", "plain_robots", "plain_test_cards", "plain_accessibility", "plain_privacy",
        "plain_asset", "accent_sheet", "mandate_pdf_show", "invoice_pdf_show",
        "threeds_notification", "mandate_form_show", "mandate_form_submit", "mandate_form_status",
        "request_show", "request_submit", "threeds_redirect", "mail_list", "mail_source",
        "office_login_show", "office_login_submit", "office_home_show", "office_audit_show",
        "office_logout", "office_enrolments_show", "office_enrolment_show",
        "office_enrolment_mandate", "office_enrolment_file", "office_accept_show",
        "office_accept_submit", "office_refuse_show", "office_refuse_submit",
        "onboarding_show", "onboarding_submit", "onboarding_pdf_show", "onboarding_receipt_show",
        "onboarding_file_show", "onboarding_file_submit"}
# By the pay page's own paths, and by a request's, which has no key in it.
BY_TENANT = {"/{public_key}/{payment}": "payment", "/{public_key}/{payment}/status": "payment",
             "/logo/{merchant}/{file}": "logo", "/{request}/status": None}


def page_routes():
    """(method, path, handler) of every page there is."""
    return re.findall(r'PAGE_ROUTE\(METHOD_(\w+),\s*([^,]+?),\s*(\w+)', PAGES.read_text())


class PageOwner:
    def __init__(self, account):
        self.account = account
        self.merchant = cli.merchant_id(account)
        self.payment = account.made("/v2/payments/", {"amount": 900, "currency": "eur",
                                                      "return_url": "https://shop.example.com/",
                                                      "description": "Facture de Zoé"})["id"]

    def logo(self, directory):
        """Has a picture from now on; gives the name of its file."""
        picture = directory / "logo.png"
        picture.write_bytes(safedebit.PNG)
        cli.run(self.account.server, "merchant", "logo", self.merchant, picture)
        page = self.ask("GET", f"/{self.account.public_key}/{self.payment}")
        return re.search(rb'/logo/[0-9A-Za-z]{24}/([^"]+)"', page.raw)[1].decode()

    def ask(self, method, path):
        form = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
        return wire.exchange(self.account.base_url + path, method, b"" if form else None, form)


def test_pages(sandbox, tmp_path):
    owner, stranger = (PageOwner(sandbox.merchant_add()) for _ in range(2))
    live = cli.add_keys(owner.account, "--live")["public_key"]
    keys = {"payment": [stranger.account.public_key, live], "logo": [stranger.merchant]}
    theirs = {"payment": owner.payment, "logo": owner.logo(tmp_path)}
    own = {"payment": owner.account.public_key, "logo": owner.merchant}
    walked = 0
    for method, written, handler in page_routes():
        path = written.strip('"')
        if path not in BY_TENANT:
            assert handler in OPEN, f"say whose {written} is, or why nobody's"
            continue
        kind = BY_TENANT[path]
        for key in keys.get(kind, []):
            first, second = (re.sub(r"\{[^}]*\}", "{}", path).format(key, name)
                             for name in (theirs[kind], "paym_" + stancer.UNKNOWN))
            told, same = stranger.ask(method, first), stranger.ask(method, second)
            assert told.status == same.status == 404, f"{method} {first}: {told}"
            assert owner.payment.encode() not in told.raw and "Zoé".encode() not in told.raw
            mine = re.sub(r"\{[^}]*\}", "{}", path).format(own[kind], theirs[kind])
            assert owner.ask(method, mine).status != 404, mine
            walked += 1
    assert walked == 2 * 3 + 1


# --- Seqino -------------------------------------------------------------------------------------

# What makes an object of a client whose id stands in a path, by what stands before it.
SEQINO_MAKERS = {
    "/mandates": lambda account, client: seqino.mandate(account, client)["id"],
    "/drafts": lambda account, client: drafts.made(account, client=client)["draft_id"],
    "/invoicing/invoice_data": drafts.issued_of,
    "/invoicing/invoices": drafts.issued_of,
}


def seqino_tenant(account, client, key=None, made=True):
    texts = {"external_ref": client["external_ref"]}
    objects, known = {}, Face("seqino").known.document["paths"]
    if made:
        objects = {place: make(account, client) for place, make in SEQINO_MAKERS.items()
                   if any(path.startswith(place + "/{") for path in known)}
        objects["/clients"] = client["client_id"]
        objects["/clients/onboarding-link/status"] = texts["link_id"] = \
            onboarding.link(account, client["client_id"])["link_id"]
        texts["object_id"] = objects["/invoicing/invoices"]
    return Tenant(lambda method, path, body: seqino.exchange(
        account, method, path, body, client=client["client_id"], key=key), objects,
        texts)


def of_clients(walk):
    """The walk without what belongs to the sponsor as a whole."""
    routes = [route for route in walk.face.routes() if not route[1].startswith("/clients")]
    walk.face.routes = lambda: routes
    return walk


# Calls of the sponsor itself, and those that may name the client and need not.
OF_SPONSORS = ("/clients", "/webhooks")
WITHOUT_CLIENT = {("get", "/mandates/{mandate_id}"), ("get", "/mandates/{mandate_id}/file")}


def walk_headers(owner, stranger_call):
    """Every call that is for a client, for somebody else's."""
    face = Face("seqino")
    for method, path, operation in face.routes():
        if not any(parameter["in"] == "header" for parameter in operation.get("parameters", [])):
            assert path.startswith(OF_SPONSORS) or (method, path) in WITHOUT_CLIENT, \
                f"whose client is {method} {path} for?"
            continue
        path = re.sub(r"\{[^}]*\}", "nobody", path)
        told = [stranger_call(method.upper(), path, client)
                for client in (owner.objects["/clients"], "client_" + seqino.UNKNOWN)]
        assert told[0].status == 404, f"{method} {path}: {told[0]}"
        assert plain(told[0]) == plain(told[1]), f"{method} {path}: {told[0]}"


@pytest.fixture
def sponsors(sandbox):
    return sandbox.merchant_add(), sandbox.merchant_add()


def test_seqino(sponsors):
    owner, stranger = sponsors
    theirs = seqino_tenant(owner, seqino.made(owner))
    own = seqino_tenant(stranger, seqino.made(stranger))
    walk_headers(theirs, lambda method, path, client: seqino.exchange(
        stranger, method, path, client=client))
    for method, path in WITHOUT_CLIENT:
        name = theirs.objects[place_of(path)]
        told = seqino.exchange(stranger, method.upper(), f"{place_of(path)}/{name}")
        assert told.status == 404, told
    Walk(Face("seqino"), theirs, own).all()


def test_seqino_between_clients_of_one_sponsor(sponsors):
    owner, _ = sponsors
    theirs = seqino_tenant(owner, seqino.made(owner))
    of_clients(Walk(Face("seqino"), theirs, seqino_tenant(owner, seqino.made(owner)))).all()


def test_seqino_in_the_other_mode(sponsors):
    owner, _ = sponsors
    client = seqino.made(owner)
    key = cli.told(owner.server, "keys", "add", cli.merchant_id(owner), "--face", "seqino",
                   "--live")["api_key"]
    theirs = seqino_tenant(owner, client)
    walk_headers(theirs, lambda method, path, name: seqino.exchange(
        owner, method, path, client=name, key=key))
    walk = Walk(Face("seqino"), theirs, seqino_tenant(owner, client, key, made=False))
    walk.paths()
    walk.lists()
