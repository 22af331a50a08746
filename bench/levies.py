"""Levies of the Safedebit face, beside payments by debit of the Stancer face: the same rail, row for row."""

import base64
import datetime
import json

import measure
from table import Row, median, number, say

CONSUMERS = 500
ID_LEN = len(measure.ID_MARK)
PDF = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()
IBAN = "DE89370400440532013000"

# bench/load.c puts another reference and consumer there each time; blanks at its end do not count.
LEVY = ('{"safedebit_consumer_reference":"%s","amount":"1250","due_date":"%s",'
        '"sdd_reference":"R%d-SSSSSSSSSSSS","motif":"Abonnement 4711, novembre"}')
DEBIT = ('{"amount":1250,"currency":"eur","description":"Abonnement 4711, novembre",'
         '"order_id":"R%d-SSSSSSSSSSSS","sepa":"sepa_%s"}')

PERSON = {"consumer_type": "0", "consumer_first_name": "Jeanne", "consumer_last_name": "Martin",
          "consumer_address_street_number": "1", "consumer_address_street_type": "rue",
          "consumer_address_street_name": "du Four", "consumer_zip_code": "75006",
          "consumer_city": "Paris", "consumer_email": "jeanne@example.com",
          "consumer_phone_number": "0600000000", "iban": IBAN}


class Face:
    """The calls of the sandbox's login."""

    def __init__(self, server):
        self.server = server
        login = json.loads((server.data / "sandbox.json").read_text())["safedebit"]
        raw = f"{login['login']}:{login['password']}".encode()
        self.credentials = "Basic " + base64.b64encode(raw).decode()
        self.made = 0

    def call(self, name, arguments):
        answer = json.loads(self.server.call(
            "POST", "/ssp/" + name, json.dumps(arguments),
            {"Authorization": self.credentials, "Content-Type": "application/json"}))
        if not answer["result"]:
            raise measure.Failed(f"{name}: {answer['code']}")
        return answer

    def consumer(self, serial):
        """Somebody with a signed mandate; gives the reference."""
        reference = self.call("create_consumer", PERSON)["safedebit_consumer_reference"]
        self.call("add_mandate", {"safedebit_consumer_reference": reference,
                                  "umr": f"BENCH-{serial:06d}", "sign_date": "02/01/2025",
                                  "sign_city": "Paris", "file_data": PDF})
        return reference

    def load(self, name, ids, method, target, body, credentials, seconds):
        server = self.server
        before, server.credentials = server.credentials, credentials
        server.request_write(name, method, target, body)
        server.credentials = before
        (server.dir / "ids").write_text("".join(f"{each:<{ID_LEN}}\n" for each in ids))
        return server.load(server.request(name), seconds, "--ids", server.dir / "ids")


def levies(bench, rounds, seconds):
    due = (datetime.date.today() + datetime.timedelta(days=30)).strftime("%d/%m/%Y")
    runs = []
    with measure.Server(bench, "levies", bench.instant) as server:
        face = Face(server)
        say(f"levies: making {CONSUMERS} consumers")
        references = [face.consumer(serial) for serial in range(CONSUMERS)]
        accounts = [row[0] for row in server.rows("SELECT account FROM consumer")]
        for turn in range(rounds + 1):  # the first one warms up
            say(f"levies, round {turn} of {rounds}")
            levy = face.load("levy", references, "POST", "/ssp/payment",
                             LEVY % (measure.ID_MARK, due, turn), face.credentials, seconds)
            face.made += levy["ok"]
            debit = face.load("debit", accounts, "POST", "/v2/payments/",
                              DEBIT % (turn, measure.ID_MARK), server.credentials, seconds)
            card = server.post(seconds)
            if turn > 0:
                runs.append({"levy": levy["rate"], "cpu": levy["cpu_us"], "debit": debit["rate"],
                             "card": card["rate"], "ratio": levy["rate"] / debit["rate"],
                             "card_ratio": levy["rate"] / card["rate"],
                             "p50": levy["p50_us"], "p99": levy["p99_us"]})
        # A refusal is 200 too.
        [[stored]] = server.rows("SELECT COUNT(*) FROM levy")
        if stored != face.made:
            raise measure.Failed(f"{face.made} levies were answered, {stored} are there")
    return [
        Row("levies created by Safedebit's `payment`, durable", median(runs, "levy"), "/s",
            note=f"p50 {number(median(runs, 'p50') / 1000)} ms, "
                 f"p99 {number(median(runs, 'p99') / 1000)} ms; "
                 f"server CPU {number(median(runs, 'cpu'))} us, with the notices to debtors"),
        Row("payments by debit created by Stancer's, the same rail", median(runs, "debit"), "/s",
            note=f"card payments in the same rounds: {number(median(runs, 'card'))} /s"),
        Row("levies against those", median(runs, "ratio"), "ratio", 0.8),
        Row("levies against card payments, two commits of small rows", median(runs, "card_ratio"),
            "ratio", 0.8),
    ]
