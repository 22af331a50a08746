"""Bank files of many debits: the export of collections and the import of a notification about them."""

import json
import pathlib
import shutil
import sqlite3
import subprocess
import time

import measure
from table import Row, median, number, say

MEGABYTE = 1024 * 1024
PAST_US = 600 * 1_000_000
IBAN = "FR7630006000011234567890189"  # of the sandbox's merchant

# bench/load.c puts another account and mandate there each time.
BODY = ('{"amount":1250,"currency":"eur","description":"Abonnement 4711, novembre","sepa":{"iban":'
        '"AAAAAAAAAAAAAAAAAAAAAA","name":"Jeanne Martin","mandate":"BENCH-SSSSSSSSSSSS",'
        '"date_mandate":"2021-06-14"}}')

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
  <BkToCstmrDbtCdtNtfctn>
    <GrpHdr><MsgId>BENCH-1</MsgId><CreDtTm>2026-12-01T05:00:00</CreDtTm></GrpHdr>
    <Ntfctn>
      <Id>BENCH-1-1</Id>
      <CreDtTm>2026-12-01T05:00:00</CreDtTm>
      <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
"""

# As detailed as banks are: the names of both, their banks, the mandate, what it is for.
ENTRY = """      <Ntry>
        <NtryRef>{serial}</NtryRef>
        <Amt Ccy="EUR">{amount}</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>{day}</Dt></BookgDt>
        <ValDt><Dt>{day}</Dt></ValDt>
        <AcctSvcrRef>BENCHREF{serial:012d}</AcctSvcrRef>
        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd>
        <NtryDtls><TxDtls>
          <Refs>
            <MsgId>{message}</MsgId>
            <PmtInfId>{block}</PmtInfId>
            <InstrId>{instruction}</InstrId>
            <EndToEndId>{reference}</EndToEndId>
            <MndtId>BENCH-{serial:012d}</MndtId>
          </Refs>
          <Amt Ccy="EUR">{amount}</Amt>
          <CdtDbtInd>CRDT</CdtDbtInd>
          <RltdPties>
            <Dbtr><Pty><Nm>Jeanne Martin</Nm></Pty></Dbtr>
            <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
            <Cdtr><Pty><Nm>Atelier Exemple SARL</Nm></Pty></Cdtr>
          </RltdPties>
          <RltdAgts><DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt></RltdAgts>
          <RmtInf><Ustrd>Abonnement 4711, novembre</Ustrd></RmtInf>
        </TxDtls></NtryDtls>
      </Ntry>
"""

TAIL = """    </Ntfctn>
  </BkToCstmrDbtCdtNtfctn>
</Document>
"""


class Bank:
    """A merchant with a live key, whose bank takes files from a folder."""

    def __init__(self, bench, name):
        self.bench, self.name = bench, name
        self.data = measure.sandbox(bench, name)
        self.out = bench.top / f"{name}-out"
        self.out.mkdir(exist_ok=True)
        [self.merchant] = self.told("merchant", "list")

    def command(self, *words):
        done = subprocess.run([self.bench.product, *map(str, words), "--data", str(self.data)],
                              capture_output=True, text=True, check=False,
                              env=measure.environment(self.settings()))
        if done.returncode != 0:
            raise measure.Failed(f"guichet {' '.join(map(str, words))}: {done.stderr.strip()}")
        return done.stdout

    def told(self, *words):
        return json.loads(self.command(*words, "--json"))

    def settings(self):
        return {"SEPA_OUT_DIR": self.out}

    def server(self):
        return measure.Server(self.bench, self.name, self.bench.product, self.settings())

    def read(self, sql, *values):
        database = sqlite3.connect(f"file:{self.data}/guichet.db?mode=ro", uri=True)
        try:
            yield from database.execute(sql, values).fetchall()
        finally:
            database.close()

    def prepare(self):
        """One file for all of them; the notification is what books."""
        for name, value in (("max_tx_per_file", 1_000_000), ("max_file_mb", 1024),
                            ("posting_source", "054")):
            self.command("merchant", "set", self.merchant["id"], name, value)
        return self.told("keys", "add", self.merchant["id"], "--live")["secret_key"]

    def debits_make(self, count):
        """Each with an account, a mandate and a payment of its own, as a program makes them."""
        key = self.prepare()
        with self.server() as server:
            server.key_use(key)
            server.request_write("debit", "POST", "/v2/payments/", BODY)
            server.load(server.request("debit"), 0, "--requests", count)
        self.cut_off_comes()

    def cut_off_comes(self):
        database = sqlite3.connect(self.data / "guichet.db")
        with database:
            database.execute("UPDATE debit SET cutoff_us = ? WHERE mode = 'live'",
                             (int(time.time() * 1e6) - PAST_US,))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()

    def states(self):
        return dict(self.read("SELECT state, COUNT(*) FROM payment WHERE mode = 'live' "
                              "GROUP BY state"))

    def notification_write(self, path):
        """What a bank tells of a released file: a line for each of its collections."""
        rows = self.read(
            "SELECT f.msg_id, b.payment_info, b.day, i.object, i.end_to_end, i.amount_cents "
            "FROM bank_item i JOIN bank_block b ON b.merchant = i.merchant AND b.mode = i.mode "
            "AND b.file = i.file AND b.number = i.block JOIN bank_file f ON f.merchant = i.merchant "
            "AND f.mode = i.mode AND f.id = i.file WHERE i.mode = 'live' "
            "ORDER BY i.file, i.block, i.object")
        with path.open("w", encoding="utf-8") as file:
            file.write(HEAD.format(iban=IBAN))
            for serial, (message, block, day, instruction, reference, cents) in enumerate(rows):
                file.write(ENTRY.format(serial=serial, message=message, block=block, day=day,
                                        instruction=instruction, reference=reference,
                                        amount=f"{cents // 100}.{cents % 100:02d}"))
            file.write(TAIL)


def timed(server, run):
    """Seconds, and megabytes at most above what the server had before."""
    base = server.memory()["VmRSS"]
    server.high_reset()
    began = time.monotonic()
    cpu_us = server.cpu_us()
    answer = run()
    return {"seconds": time.monotonic() - began, "cpu_us": server.cpu_us() - cpu_us,
            "mb": (server.memory()["VmHWM"] - base) / 1024, "answer": answer}


def copy_of(bank, name):
    shutil.copytree(bank.data, bank.bench.top / name)
    return Bank(bank.bench, name)


def remove(bank):
    shutil.rmtree(bank.data)
    shutil.rmtree(bank.out)


def exported(bank, count):
    with bank.server() as server:
        done = timed(server, lambda: bank.told("sepa", "export", bank.merchant["id"], "--live"))
    if done["answer"] != {"taken": count, "released": 1, "blocked": 0}:
        raise measure.Failed(f"the export says {done['answer']}")
    if bank.states().get("capture_sent") != count:
        raise measure.Failed(f"the payments are {bank.states()}")
    [path] = bank.out.iterdir()
    return done | {"rate": count / done["seconds"], "bytes": path.stat().st_size, "path": path}


def imported(bank, count, path):
    with bank.server() as server:
        done = timed(server, lambda: bank.told("sepa", "import", path, "--live"))
    told = done["answer"]
    if (told["facts"], told["parked"], told["work"], told["warning"]) != (count, 0, 0, None):
        raise measure.Failed(f"the import says {told}")
    if bank.states().get("captured") != count:
        raise measure.Failed(f"the payments are {bank.states()}")
    return done | {"rate": count / done["seconds"]}


def bare(bank, name, what):
    """The same rows without anything else, on a copy."""
    copy = copy_of(bank, name)
    done = measure.answer_of(bank.bench.program("bench_bank"), "--database",
                             copy.data / "guichet.db", "--what", what)
    states = copy.states()
    remove(copy)
    if states != {"capture_sent" if what == "export" else "captured": done["debits"]}:
        raise measure.Failed(f"the bare loop leaves {states}")
    return done["debits"] * 1e6 / done["elapsed_us"]


def read_alone(path):
    """What reading the file costs a program that does nothing with it, in seconds."""
    began = time.monotonic()
    subprocess.run(["xmllint", "--stream", "--noout", str(path)], check=True)
    return time.monotonic() - began


def one_round(waiting, count, turn):
    """A file out and a notification in, each beside the bare loop."""
    bank = copy_of(waiting, f"sepa-{turn}")
    loop_out = bare(waiting, "sepa-bare", "export")
    out = exported(bank, count)
    sent = copy_of(bank, "sepa-sent")
    path = bank.bench.top / "camt.054.xml"
    bank.notification_write(path)
    loop_in = bare(sent, "sepa-bare", "import")
    into = imported(bank, count, path)
    bank.command("verify")
    run = {"out": out["rate"], "out_mb": out["mb"], "out_us": out["cpu_us"] / count,
           "out_bare": loop_out, "out_ratio": out["rate"] / loop_out, "out_bytes": out["bytes"],
           "in": into["rate"], "in_mb": into["mb"], "in_us": into["cpu_us"] / count,
           "in_bare": loop_in, "in_ratio": into["rate"] / loop_in,
           "in_bytes": path.stat().st_size, "xml": count / read_alone(path)}
    for each in (bank, sent):
        remove(each)
    return run


def files(bench, rounds, count):
    say(f"bank files: making {number(count)} debits")
    waiting = Bank(bench, "sepa")
    waiting.debits_make(count)
    runs = []
    for turn in range(rounds):
        say(f"bank files, round {turn + 1} of {rounds}")
        runs.append(one_round(waiting, count, turn))

    def rows(way, what, goal_note):
        return [
            Row(what, median(runs, way), "/s", 50_000,
                note=f"{goal_note}, {number(median(runs, way + '_bytes') / MEGABYTE)} MB; "
                     f"server CPU {number(median(runs, way + '_us'))} us each"),
            Row("bare loop that writes the same rows in groups of 500",
                median(runs, way + "_bare"), "/s"),
            Row("export against the bare loop" if way == "out" else "import against the bare loop",
                median(runs, way + "_ratio"), "ratio"),
            Row("memory for it above what the server had (RSS)", median(runs, way + "_mb"), "MB",
                100, False),
        ]

    return rows("out", f"export of {number(count)} collections, ledger written",
                "one pain.008, checked before it leaves") + \
        rows("in", f"import of {number(count)} detailed entries, ledger written", "one camt.054") + \
        [Row("`xmllint --stream` of the same camt.054", median(runs, "xml"), "/s")]
