"""Invoices that are submitted as files: kills, hostile files, large ones, and what the sponsor is told."""

import concurrent.futures
import itertools
import random
import threading
import time

from support import cli, receiver, seqino, wire
from support.server import eventually
from support.submissions import call, events, file, invoice, number, shown, submit, submitted, turned

CLIENTS = 4
KILLS = 4
LARGEST = 20 << 20


class Load(threading.Thread):
    """Submits one file after the other, and remembers what it was told."""

    def __init__(self, account, until):
        super().__init__()
        self.account, self.until = account, until
        self.acknowledged, self.unknown = {}, []

    def run(self):
        for _ in itertools.count():
            if self.until.is_set():
                return
            name = number()
            text = invoice(name)
            try:
                answer = submit(self.account, text)
            except wire.NotSent:
                time.sleep(0.02)
                continue
            except wire.Unreachable:
                self.unknown.append((name, text))
                continue
            if answer.status == 201:
                self.acknowledged[answer.json["invoice_id"]] = text


def test_nothing_acknowledged_is_lost_by_a_kill(fresh):
    until = threading.Event()
    loads = [Load(fresh, until) for _ in range(CLIENTS)]
    chance = random.Random(5)
    for load in loads:
        load.start()
    for kills in range(1, KILLS + 1):
        eventually(lambda kills=kills: sum(len(load.acknowledged) for load in loads) > 4 * kills, 60,
                   f"enough before kill {kills}")
        time.sleep(chance.uniform(0.1, 0.4))
        fresh.kill9()
        fresh.restart()
    time.sleep(0.3)
    until.set()
    for load in loads:
        load.join()
    acknowledged = {name: text for load in loads for name, text in load.acknowledged.items()}
    for name, text in acknowledged.items():
        assert file(fresh, name).raw == text.encode()
        eventually(lambda name=name: events(fresh, name)[-1] == 203, 30, "it has got there")
    for load in loads:
        for name, text in load.unknown:
            answer = submit(fresh, text)
            assert answer.status in (201, 409), (name, answer)
    fresh.verify()


def test_one_number_from_many_at_once_is_taken_once(fresh):
    text = invoice()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: submit(fresh, text), range(32)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 31


def test_a_hostile_pdf_delays_nobody(fresh):
    """While PDF files are opened that take all the time there is, other calls are answered."""
    many = b"%PDF-1.7\n" + b"".join(b"%d 0 obj<</A[0 0 0]>>endobj\n" % i for i in range(200000)) + b"trailer<</Root 1 0 R>>"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        slow = [pool.submit(submit, fresh, many, "x.pdf", timeout=60) for _ in range(2)]
        took = []
        for _ in range(10):
            began = time.monotonic()
            assert seqino.exchange(fresh, "GET", "/clients").status == 200
            took.append(time.monotonic() - began)
        assert sorted(took)[len(took) // 2] < 2, took
        for answer in slow:
            assert answer.result().status == 400


def test_the_largest_file_goes_the_whole_way(fresh):
    text = invoice()
    end = "</rsm:CrossIndustryInvoice>"
    body = text.encode()
    at = body.rindex(end.encode())
    body = body[:at] + b" " * (LARGEST - len(body)) + body[at:]
    told = submitted(fresh, body, timeout=60)
    assert told["file_size"] == LARGEST
    eventually(lambda: events(fresh, told["invoice_id"])[-1] == 203, 30, "it has got there")
    before = cli.run(fresh.server, "keys", "rotate-dek")
    assert before
    eventually(lambda: file(fresh, told["invoice_id"], timeout=60).raw == body, 60, "it is sealed anew")
    assert shown(fresh, told["invoice_id"])["invoice_data"] == told["en16931_invoice"]
    fresh.verify()


def test_the_sponsor_is_told(fresh):
    with receiver.Receiver(read=receiver.Told) as hook:
        answer = seqino.exchange(fresh, "POST", "/webhooks", {"url": hook.url()})
        assert answer.status == 201, answer
        sent = submitted(fresh, invoice())
        received = submitted(fresh, turned(invoice()))
        eventually(lambda: len(hook.seen) >= 7, 20, "all is told")
        told = [(seen.type, seen.data) for seen in hook.seen]
    of_sent = [(kind, data) for kind, data in told if data["invoice_id"] == sent["invoice_id"]]
    of_received = [(kind, data) for kind, data in told if data["invoice_id"] == received["invoice_id"]]
    assert [kind for kind, _ in of_sent] == ["invoice.created"] + ["invoice.status_updated"] * 4
    assert [kind for kind, _ in of_received] == ["invoice.received", "invoice.status_updated"]
    assert [data["lifecycle_event"]["status_number"] for _, data in of_sent[1:]] == [200, 201, 202, 203]
    assert list(of_sent[0][1]) == ["invoice_id", "direction", "format", "invoice_number", "issue_date",
                                   "file_name", "file_size", "created_at"]
    assert of_received[0][1]["direction"] == "incoming"


def test_files_of_before_the_upgrade_are_listed_after_it(fresh):
    """As migration 0038 leaves them: nothing of what lists tell, and a task for each."""
    path = "/invoicing/invoices"
    sent = submitted(fresh, invoice())
    received = submitted(fresh, turned(invoice()))
    before = call(fresh, path).json
    assert [row["invoice_id"] for row in before] == [received["invoice_id"], sent["invoice_id"]]
    fresh.server.stop()
    with fresh.server.rows() as rows:
        rows.change("UPDATE submission SET type = NULL, seller_name = NULL, buyer_name = NULL,"
                    " currency = NULL, total = NULL, due = NULL")
        rows.change("INSERT INTO task (merchant, mode, kind, object, due_us, created_us)"
                    " SELECT merchant, mode, 'submission_terms', id, created_us, created_us"
                    " FROM submission")
    fresh.server.start()
    eventually(lambda: call(fresh, path).json == before, 20, "the list is what it was")
