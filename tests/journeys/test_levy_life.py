"""Levies of the Safedebit face, from the call to the merchant's bank account: codes, files for the
bank, callbacks, payouts; kills."""

import datetime
import itertools
import random
import re
import threading
import time
from urllib.parse import quote

from support import cli, debits, safedebit, seqino, stancer, wire
from support.receiver import Callback, Receiver, callback_is_right
from support.safedebit import check_done, exchange
from support.server import eventually

_serial = itertools.count(1)
LIFE = ["ISSUED", "SETTLED", "CREDITINPROGRESS", "CREDITED"]


def sdd():
    return f"LEVY-{next(_serial):06d}"


def made(account, payer, **changes):
    """A levy that succeeds; gives its arguments and its answer in one."""
    arguments = safedebit.levy(account, payer, **{"sdd_reference": sdd()} | changes)
    answer = exchange(account, "payment", arguments).json
    assert answer["result"], answer
    return arguments | answer


def validate(account, levy, value):
    return exchange(account, "validate_payment", {
        "safedebit_consumer_reference": levy["safedebit_consumer_reference"],
        "sdd_reference": levy["sdd_reference"], "validation_type": "OTP",
        "validation_value": value}).json


def row_of(account, levy):
    (row,) = safedebit.levies(account, sdd_reference=levy["sdd_reference"])
    return row


def status_of(account, levy):
    return row_of(account, levy)["status"]


def payment_of(account, levy):
    (payment,) = account.read(f"/v2/payments/?order_id={levy['sdd_reference']}")["payments"]
    return payment


def half_days(account, done, days=20):
    """Evening after evening just past the cut-off, and the mornings between, until it is so."""
    for _ in range(days):
        for hour, minute in ((7, 5), (8, 5), (18, 5)):
            if done():
                return
            account.advance_to(hour, minute)
    assert done()


def until(account, levy, status):
    half_days(account, lambda: status_of(account, levy) == status)


def told(receiver, levy):
    return [seen.status for seen in receiver.of(levy["sdd_reference"])]


def wait_told(receiver, levy, expected):
    eventually(lambda: told(receiver, levy) == expected, 20,
               f"{expected} of {levy['sdd_reference']} are told")


def messages(account, payer_to):
    """What the sandbox has caught for an address or a phone."""
    answer = wire.exchange(f"{account.base_url}/sandbox/mail?to={quote(payer_to)}", "GET",
                           headers={"Accept": "application/json"})
    assert answer.status == 200
    return answer.json["mails"]


def signed_rightly(account, receiver):
    secret = account.contract["safedebit"]["callback_secret"]
    return receiver.seen and all(
        callback_is_right(seen.signature, seen.body, secret) for seen in receiver.seen)


# --- the secret of callbacks --------------------------------------------------------------------

def test_a_login_has_a_secret_for_its_callbacks(merchant):
    client = seqino.made(merchant)["client_id"].removeprefix("client_")

    def secrets():
        shown = cli.told(merchant.server, "merchant", "show", client)
        return shown["callback_secret"], shown["live_callback_secret"]

    assert secrets() == (None, None)
    cli.told(merchant.server, "login", "add", client, f"live-{client}", "--live")
    test, live = secrets()
    assert test is None and re.fullmatch("[0-9a-f]{64}", live)
    cli.told(merchant.server, "login", "add", client, f"test-{client}")
    cli.told(merchant.server, "login", "add", client, f"more-{client}", "--live")
    test, again = secrets()
    assert re.fullmatch("[0-9a-f]{64}", test) and again == live != test
    other = cli.told(merchant.server, "merchant", "callback", client, "--live")["callback_secret"]
    assert secrets() == (test, other) and other != live
    # Whoever only takes cards has none.
    card = seqino.made(merchant)["client_id"].removeprefix("client_")
    cli.told(merchant.server, "login", "add", card, str(next(_serial)), "--face", "simplypaie")
    assert cli.told(merchant.server, "merchant", "show", card)["callback_secret"] is None


def test_a_new_secret_signs_from_then_on(merchant):
    payer = safedebit.payer(merchant)
    other = cli.told(merchant.server, "merchant", "callback", cli.merchant_id(merchant))["callback_secret"]
    with Receiver(read=Callback) as receiver:
        levy = made(merchant, payer, url_callback=receiver.url("/levies"))
        until(merchant, levy, "ISSUED")
        wait_told(receiver, levy, ["ISSUED"])
        assert not signed_rightly(merchant, receiver)
        assert all(callback_is_right(seen.signature, seen.body, other) for seen in receiver.seen)


# --- a whole life -------------------------------------------------------------------------------

def test_a_levy_goes_to_the_bank_and_its_money_to_the_merchant(merchant):
    payer = safedebit.payer(merchant, consumer_first_name="Élodie", consumer_last_name="Müller",
                            sign_date="14/06/2021")
    with Receiver(read=Callback) as receiver:
        levy = made(merchant, payer, amount="4590", motif="Prélèvement n° 7",
                    url_callback=receiver.url("/levies"))
        payment = payment_of(merchant, levy)
        assert payment["status"] == "to_capture"

        until(merchant, levy, "ISSUED")
        row = debits.sent(merchant, payment)
        assert row.text("PmtId/EndToEndId") == levy["sdd_reference"]
        assert row.text("InstdAmt") == "45.90"
        assert row.text("DrctDbtTx/MndtRltdInf/MndtId") == payer.umr
        assert row.text("DrctDbtTx/MndtRltdInf/DtOfSgntr") == "2021-06-14"
        assert row.text("Dbtr/Nm") == "Elodie Muller"
        assert row.text("DbtrAcct/Id/IBAN").startswith("DE")
        assert row.text("RmtInf/Ustrd").startswith("Prelevement n")
        for call in ("cancel_sdd", "edit_sdd"):
            answer = exchange(merchant, call, {"sdd_reference": levy["sdd_reference"]})
            safedebit.check_refused(answer, "STATE_002", "sdd_reference")

        until(merchant, levy, "SETTLED")
        assert payment_of(merchant, levy)["status"] == "captured"
        assert merchant.paris_now().date() >= safedebit.date_of(levy["due_date"])
        until(merchant, levy, "CREDITINPROGRESS")
        until(merchant, levy, "CREDITED")
        (payout,) = [shown for shown in merchant.read("/v2/payouts/?limit=100")["payouts"]]
        stancer.check_list(merchant.read("/v2/payouts/"), "v2", "payouts")
        assert payout["payments"]["method"]["sepa"] == {"amount": 4590, "count": 1, "fees": 25}
        assert payout["status"] == "paid"

        wait_told(receiver, levy, LIFE)
        assert signed_rightly(merchant, receiver)
        assert {seen.path for seen in receiver.seen} == {"/levies"}
        assert len({seen.id for seen in receiver.seen}) == len(LIFE)
        assert receiver.seen[0].data == {
            "sdd_reference": levy["sdd_reference"],
            "payment_reference": levy["payment_reference"],
            "safedebit_consumer_reference": payer.reference, "umr": payer.umr, "amount": "4590",
            "due_date": levy["due_date"], "status": "ISSUED"}
    merchant.verify()


def test_a_reference_that_files_may_not_hold_is_replaced_in_them(merchant):
    levy = made(merchant, safedebit.payer(merchant), sdd_reference=f"REF_{next(_serial)}")
    payment = payment_of(merchant, levy)
    until(merchant, levy, "ISSUED")
    row = debits.sent(merchant, payment)
    assert row.text("PmtId/EndToEndId") == levy["payment_reference"]
    until(merchant, levy, "SETTLED")


def test_what_the_bank_rejects_and_what_comes_back(merchant):
    rejected = safedebit.payer(merchant, consumer_last_name="AC04")
    returned = safedebit.payer(merchant, consumer_last_name="DAM04")
    with Receiver(read=Callback) as receiver:
        url = receiver.url()
        early = made(merchant, rejected, url_callback=url)
        late = made(merchant, returned, url_callback=url)
        until(merchant, early, "REJECTED")
        until(merchant, late, "RETURNED")
        for levy, reason, status in ((early, "AC04", "failed"), (late, "AM04", "disputed")):
            row = row_of(merchant, levy)
            assert row["reject_reason"] == reason
            assert safedebit.date_of(row["reject_date"]) <= merchant.paris_now().date()
            assert payment_of(merchant, levy)["status"] == status
            found = safedebit.levies(merchant, reject_date=row["reject_date"],
                                     payment_status=row["status"])
            assert [other["sdd_reference"] for other in found] == [levy["sdd_reference"]]
        wait_told(receiver, early, ["ISSUED", "REJECTED"])
        wait_told(receiver, late, ["ISSUED", "SETTLED", "RETURNED"])
        assert receiver.of(early["sdd_reference"])[-1].data["reason"] == "AC04"
        assert receiver.of(late["sdd_reference"])[-1].data["reason"] == "AM04"
        assert signed_rightly(merchant, receiver)
    merchant.verify()


def test_a_levy_that_is_refunded(merchant):
    payer = safedebit.payer(merchant)
    with Receiver(read=Callback) as receiver:
        levy = made(merchant, payer, url_callback=receiver.url())
        until(merchant, levy, "SETTLED")
        merchant.made("/v2/refunds/", {"payment": payment_of(merchant, levy)["id"]})
        assert status_of(merchant, levy) == "TOREMBOURSE"
        until(merchant, levy, "REMBOURSE")
        wait_told(receiver, levy, ["ISSUED", "SETTLED", "TOREMBOURSE", "REMBOURSE"])
    merchant.verify()


def test_the_largest_levy_is_shown_and_refunded_in_part(merchant):
    """More than a payment of Stancer may come to (api/stancer.md 8), as that face shows it."""
    levy = made(merchant, safedebit.payer(merchant), amount="99999999999", due_date=safedebit.day_in(merchant, 3))
    assert validate(merchant, levy, "123456")["status"] == "CREATED"
    half_days(merchant, lambda: status_of(merchant, levy) == "SETTLED")
    payment = payment_of(merchant, levy)
    assert payment["amount"] == 99999999999
    for path in ("/v1/refunds/", "/v2/refunds/"):
        part = {"payment": payment["id"], "amount": 49999999999}
        assert merchant.made(path, part)["amount"] == 49999999999
    stancer.check_error(merchant.post("/v2/refunds/", part), "v2", 409)
    assert sum(refund["amount"] for refund in merchant.read(f"/v2/payments/{payment['id']}/refunds")) == 99999999998
    assert [row["amount"] for row in merchant.read(f"/v1/checkout/{payment['id']}")["refunds"]] == [49999999999] * 2
    merchant.verify()


# --- by its code --------------------------------------------------------------------------------

def test_a_levy_is_validated_by_its_code(merchant):
    mail = f"levy{next(_serial)}@example.org"
    phone = f"06{next(_serial):08d}"
    payer = safedebit.payer(merchant, consumer_email=mail, consumer_phone_number=phone)
    with Receiver(read=Callback) as receiver:
        levy = made(merchant, payer, amount="123456", url_callback=receiver.url("/code"),
                    url_callback_status=receiver.url("/status"))
        assert levy["status"] == "PENDING" and "payment_reference" not in levy

        def sent():
            return [message for to in (mail, phone) for message in messages(merchant, to)]

        first = eventually(sent, 20, "the code is sent")
        assert len(first) == 1
        raw = wire.exchange(f"{merchant.base_url}/sandbox/mail/{first[0]['id']}", "GET").raw
        assert b"123456" in raw
        assert validate(merchant, levy, "654321") == {"result": False, "code": "OTP_001"}
        merchant.advance(16 * 60)
        assert validate(merchant, levy, "123456") == {"result": False, "code": "OTP_002"}
        eventually(lambda: len(sent()) == 2, 20, "a fresh code is sent")
        assert told(receiver, levy) == []
        answer = validate(merchant, levy, "123456")
        assert answer == {"result": True, "status": "CREATED",
                          "sdd_reference": levy["sdd_reference"], "due_date": answer["due_date"]}
        assert validate(merchant, levy, "123456") == {"result": False, "code": "STATE_003"}
        until(merchant, levy, "SETTLED")
        wait_told(receiver, levy, ["CREATED", "ISSUED", "SETTLED"])
        assert [seen.path for seen in receiver.of(levy["sdd_reference"])] == [
            "/code", "/status", "/status"]
        assert signed_rightly(merchant, receiver)
    merchant.verify()


def test_wrong_codes_cancel_and_the_cancellation_is_told(merchant):
    payer = safedebit.payer(merchant)
    with Receiver(read=Callback) as receiver:
        levy = made(merchant, payer, amount="100000", url_callback=receiver.url("/code"),
                    url_callback_status=receiver.url("/status"))
        answers = [validate(merchant, levy, "000000")["code"] for _ in range(6)]
        assert answers == ["OTP_001"] * 4 + ["OTP_003", "STATE_003"]
        wait_told(receiver, levy, ["CANCELED"])
        assert receiver.seen[0].path == "/code"
        merchant.advance(12 * 86400)
        assert status_of(merchant, levy) == "CANCELED"
        assert payment_of(merchant, levy)["status"] == "canceled"
    merchant.verify()


# --- callbacks ----------------------------------------------------------------------------------

def delivery(account, levy, kind):
    """The callback as the operator sees it."""
    rows = cli.told(account.server, "webhook", "list", cli.merchant_id(account), "--limit", "100")
    (mine,) = [row for row in rows if row["type"] == kind
               and row["object"] in payment_of(account, levy)["id"]]
    return mine


def wait_tries(account, levy, kind, count):
    """A try counts when its outcome is written, a moment after the receiver has seen it."""
    eventually(lambda: delivery(account, levy, kind)["tries"] == count, 20, f"{count} tries")


def test_callbacks_are_tried_again_with_the_same_bytes_and_number(merchant):
    payer = safedebit.payer(merchant)
    stubborn = sdd()

    def answer(seen, number):
        return 500 if seen.object == stubborn and seen.status == "ISSUED" and number <= 3 else 204

    with Receiver(answer, read=Callback) as receiver:
        levy = made(merchant, payer, sdd_reference=stubborn, url_callback=receiver.url(),
                    due_date=safedebit.day_in(merchant, 2))
        other = made(merchant, payer, url_callback=receiver.url(),
                     due_date=safedebit.day_in(merchant, 2))
        half_days(merchant, lambda: status_of(merchant, levy) != "CREATED")
        eventually(lambda: "ISSUED" in told(receiver, other), 20, "the other one is told")
        eventually(lambda: "ISSUED" in told(receiver, levy), 20, "the first one is tried")
        for minutes in (1, 5, 30):
            merchant.advance(minutes * 60 + 1)
        eventually(lambda: told(receiver, levy)[:4] == ["ISSUED"] * 4, 20, "it is tried again")
        tries = receiver.of(stubborn)[:4]
        assert len({seen.id for seen in tries}) == 1 and len({seen.body for seen in tries}) == 1
        until(merchant, levy, "SETTLED")
        wait_told(receiver, levy, ["ISSUED"] * 4 + ["SETTLED"])
        assert signed_rightly(merchant, receiver)


def test_a_redirect_is_not_followed_and_a_dead_server_gives_up(merchant):
    payer = safedebit.payer(merchant)
    with Receiver(lambda seen, number: (302, {"Location": "http://127.0.0.1:1/"}),
                  read=Callback) as receiver:
        levy = made(merchant, payer, url_callback=receiver.url())
        check_done(exchange(merchant, "cancel_sdd", {"sdd_reference": levy["sdd_reference"]}))
        # 1, 5 and 30 minutes, then 2, 6, 12 and 24 hours; what is due on the way is tried.
        wait_tries(merchant, levy, "levy.canceled", 1)
        for tries, hours in ((4, 1), (5, 3), (6, 7), (7, 13), (8, 25)):
            assert delivery(merchant, levy, "levy.canceled")["state"] == "waiting"
            merchant.advance(hours * 3600)
            wait_tries(merchant, levy, "levy.canceled", tries)
        assert delivery(merchant, levy, "levy.canceled")["state"] == "dead"
        assert len(receiver.seen) == 8 and {seen.status for seen in receiver.seen} == {"CANCELED"}


# --- changes until the cut-off ------------------------------------------------------------------

def test_what_was_changed_is_what_the_bank_collects(merchant):
    payer = safedebit.payer(merchant)
    levy = made(merchant, payer, amount="1000", due_date=safedebit.day_in(merchant, 20))
    due = safedebit.day_in(merchant, 4)
    check_done(exchange(merchant, "edit_sdd", {
        "sdd_reference": levy["sdd_reference"], "amount": "2500", "due_date": due,
        "motif": "Facture corrigee", "payment_reference": "MINE-1"}))
    payment = payment_of(merchant, levy)
    until(merchant, levy, "ISSUED")
    row = debits.sent(merchant, payment)
    assert row.text("InstdAmt") == "25.00" and row.text("RmtInf/Ustrd") == "Facture corrigee"
    until(merchant, levy, "SETTLED")
    assert merchant.paris_now().date() <= safedebit.date_of(due) + datetime.timedelta(days=7)
    merchant.verify()


# --- kills --------------------------------------------------------------------------------------

class Load:
    """Clients that make and validate levies, and remember what they were told."""

    def __init__(self, account, payer, receiver):
        self.account, self.payer, self.receiver = account, payer, receiver
        self.lock = threading.Lock()
        self.made, self.validated, self.unknown = {}, set(), set()
        self.stopped = False

    def _call(self, call, arguments):
        while True:
            try:
                answer = exchange(self.account, call, arguments)
            except wire.NotSent:
                answer = None
            if answer is not None and answer.status != 503:
                return answer.json
            time.sleep(0.05)

    def _one(self):
        arguments = safedebit.levy(self.account_day, self.payer, sdd_reference=sdd(),
                                   amount=random.choice(["1000", "200000"]),
                                   url_callback=self.receiver.url())
        name = arguments["sdd_reference"]
        try:
            answer = self._call("payment", arguments)
        except wire.Unreachable:
            self.unknown.add(name)
            return
        assert answer["result"], answer
        self.made[name] = answer
        if answer["status"] == "PENDING":
            try:
                answer = validate_by(self._call, arguments)
            except wire.Unreachable:
                self.unknown.add(name)
                return
            assert answer["result"], answer
            self.validated.add(name)

    def run(self):
        while not self.stopped:
            self._one()


class Day:
    """The day is asked for once: the server may be down later."""

    def __init__(self, account):
        self.now = account.paris_now()

    def paris_now(self):
        return self.now


def validate_by(call, levy):
    return call("validate_payment", {
        "safedebit_consumer_reference": levy["safedebit_consumer_reference"],
        "sdd_reference": levy["sdd_reference"], "validation_type": "OTP",
        "validation_value": "123456"})


def test_no_levy_is_lost_or_made_twice_by_kills(fresh):
    payer = safedebit.payer(fresh)
    with Receiver(read=Callback) as receiver:
        load = Load(fresh, payer, receiver)
        load.account_day = Day(fresh)
        threads = [threading.Thread(target=load.run) for _ in range(6)]
        for thread in threads:
            thread.start()
        for kills in range(1, 6):
            eventually(lambda kills=kills: len(load.made) > 10 * kills, 60, f"enough before kill {kills}")
            time.sleep(0.2)
            fresh.kill9()
            fresh.restart()
        time.sleep(0.5)
        load.stopped = True
        for thread in threads:
            thread.join()
        fresh.verify()
        rows, offset = [], 0
        while more := safedebit.levies(fresh, limit=500, offset=offset):
            rows += more
            offset += len(more)
        known = {row["sdd_reference"]: row for row in rows}
        assert len(known) == len(rows)
        assert set(load.made) <= set(known)
        assert set(known) <= set(load.made) | load.unknown
        for name, answer in load.made.items():
            if name in load.unknown:
                continue
            assert known[name]["status"] == "CREATED"
            if answer["status"] == "CREATED":
                assert known[name]["payment_reference"] == answer["payment_reference"]
        for name in load.validated:
            eventually(lambda name=name: [seen.status for seen in receiver.of(name)][:1] ==
                       ["CREATED"], 30, f"the validation of {name} is told")
    fresh.verify()
