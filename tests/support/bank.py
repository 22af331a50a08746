"""The simulated bank of test mode, driven directly: files as a bank customer would send them, and
what comes back, as facts.

Nothing here shares a line with the program under test.
"""

import datetime
import hashlib
import os
import shutil
import subprocess
import zoneinfo
from typing import NamedTuple
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from support import server, wire

PARIS = zoneinfo.ZoneInfo("Europe/Paris")
OURS = "FR7630006000011234567890189"
THEIRS = "DE89370400440532013000"
ICS = "FR72ZZZ123456"
SECRET = "the bank's back channel"


def moment(text):
    """Unix seconds of a time in Paris: "2026-12-01 07:00"."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp())


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}"


class Debit(NamedTuple):
    end_to_end: str
    cents: int
    name: str = "JEAN DUPONT"
    iban: str = THEIRS
    address: str = ""
    currency: str = "EUR"
    umr: str = "UMR-1"


def _file(message, root, msg_id, blocks, count, cents):
    body = "".join(blocks)
    return (f'<?xml version="1.0" encoding="UTF-8"?><Document '
            f'xmlns="urn:iso:std:iso:20022:tech:xsd:{message}"><{root}><GrpHdr>'
            f"<MsgId>{msg_id}</MsgId><CreDtTm>2026-11-20T10:00:00</CreDtTm><NbOfTxs>{count}</NbOfTxs>"
            f"<CtrlSum>{money(cents)}</CtrlSum><InitgPty><Nm>ATELIER EXEMPLE</Nm></InitgPty></GrpHdr>"
            f"{body}</{root}></Document>").encode()


def collections(msg_id, day, debits, *, batch=True, version="08", scheme="CORE", iban=OURS,
                address="", count=None, cents=None):
    """A pain.008 of one block."""
    bic = "BIC" if version == "02" else "BICFI"
    rows = "".join(
        f"<DrctDbtTxInf><PmtId><InstrId>I-{debit.end_to_end}</InstrId>"
        f"<EndToEndId>{debit.end_to_end}</EndToEndId></PmtId>"
        f'<InstdAmt Ccy="{debit.currency}">{money(debit.cents)}</InstdAmt>'
        f"<DrctDbtTx><MndtRltdInf><MndtId>{debit.umr}</MndtId><DtOfSgntr>2026-01-15</DtOfSgntr>"
        f"</MndtRltdInf></DrctDbtTx><DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr>"
        f"</FinInstnId></DbtrAgt><Dbtr><Nm>{escape(debit.name)}</Nm>{debit.address}</Dbtr>"
        f"<DbtrAcct><Id><IBAN>{debit.iban}</IBAN></Id></DbtrAcct></DrctDbtTxInf>"
        for debit in debits)
    total = sum(debit.cents for debit in debits) if cents is None else cents
    number = len(debits) if count is None else count
    block = (f"<PmtInf><PmtInfId>{msg_id}-1</PmtInfId><PmtMtd>DD</PmtMtd>"
             f"<BtchBookg>{'true' if batch else 'false'}</BtchBookg><NbOfTxs>{number}</NbOfTxs>"
             f"<CtrlSum>{money(total)}</CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl>"
             f"<LclInstrm><Cd>{scheme}</Cd></LclInstrm><SeqTp>RCUR</SeqTp></PmtTpInf>"
             f"<ReqdColltnDt>{day}</ReqdColltnDt><Cdtr><Nm>ATELIER EXEMPLE</Nm>{address}</Cdtr>"
             f"<CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct><CdtrAgt><FinInstnId>"
             f"<{bic}>TESTFRPP</{bic}></FinInstnId></CdtrAgt><ChrgBr>SLEV</ChrgBr><CdtrSchmeId><Id>"
             f"<PrvtId><Othr><Id>{ICS}</Id><SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId>"
             f"</Id></CdtrSchmeId>{rows}</PmtInf>")
    return _file(f"pain.008.001.{version}", "CstmrDrctDbtInitn", msg_id, [block], number, total)


def transfers(msg_id, day, orders, *, batch=False, version="09", instant=False):
    """A pain.001 of one block; orders are Debits whose name and iban are the creditor's."""
    bic = "BIC" if version == "03" else "BICFI"
    rows = "".join(
        f"<CdtTrfTxInf><PmtId><InstrId>I-{order.end_to_end}</InstrId>"
        f"<EndToEndId>{order.end_to_end}</EndToEndId></PmtId><Amt>"
        f'<InstdAmt Ccy="{order.currency}">{money(order.cents)}</InstdAmt></Amt>'
        f"<Cdtr><Nm>{escape(order.name)}</Nm>{order.address}</Cdtr>"
        f"<CdtrAcct><Id><IBAN>{order.iban}</IBAN></Id></CdtrAcct></CdtTrfTxInf>"
        for order in orders)
    total = sum(order.cents for order in orders)
    local = "<LclInstrm><Cd>INST</Cd></LclInstrm>" if instant else ""
    when = day if version == "03" else f"<Dt>{day}</Dt>"
    block = (f"<PmtInf><PmtInfId>{msg_id}-1</PmtInfId><PmtMtd>TRF</PmtMtd>"
             f"<BtchBookg>{'true' if batch else 'false'}</BtchBookg><NbOfTxs>{len(orders)}</NbOfTxs>"
             f"<CtrlSum>{money(total)}</CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl>{local}"
             f"</PmtTpInf><ReqdExctnDt>{when}</ReqdExctnDt><Dbtr><Nm>ATELIER EXEMPLE</Nm></Dbtr>"
             f"<DbtrAcct><Id><IBAN>{OURS}</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId>"
             f"<{bic}>TESTFRPP</{bic}></FinInstnId></DbtrAgt><ChrgBr>SLEV</ChrgBr>{rows}</PmtInf>")
    return _file(f"pain.001.001.{version}", "CstmrCdtTrfInitn", msg_id, [block], len(orders), total)


class Node:
    """An XML element by local names: node.text("GrpHdr/MsgId"), node.all("Ntry")."""

    def __init__(self, element):
        self.element = element

    def all(self, path):
        found = [self.element]
        for name in path.split("/"):
            found = [child for parent in found for child in parent
                     if child.tag.rsplit("}", 1)[-1] == name]
        return [Node(element) for element in found]

    def text(self, path):
        found = self.all(path)
        return found[0].element.text if found else None

    def cents(self, path):
        whole, part = self.text(path).split(".")
        return int(whole) * 100 + int(part)


def framed(raw):
    """[(name, report)]: each is a line with name and length, then so many bytes."""
    found = []
    while raw:
        head, _, raw = raw.partition(b"\n")
        name, length = head.decode().split(" ")
        found.append((name, raw[:int(length)]))
        assert len(found[-1][1]) == int(length)
        raw = raw[int(length):]
    return found


class Report:
    def __init__(self, name, raw):
        self.name, self.raw = name, raw
        self.document = ElementTree.fromstring(self.raw)
        self.message = self.document.tag[1:].split("}")[0].rsplit(":", 1)[-1]
        self.root = Node(self.document[0])
        assert self.name.startswith(self.message), self.name

    # pain.002
    @property
    def status(self):
        return self.root.text("OrgnlGrpInfAndSts/GrpSts")

    @property
    def reason(self):
        return self.root.text("OrgnlGrpInfAndSts/StsRsnInf/Rsn/Cd")

    def block_reasons(self):
        return [node.text("StsRsnInf/Rsn/Cd") for node in self.root.all("OrgnlPmtInfAndSts")]

    def transactions(self):
        """{end-to-end id: (status, reason)}"""
        return {node.text("OrgnlEndToEndId"): (node.text("TxSts"), node.text("StsRsnInf/Rsn/Cd"))
                for node in self.root.all("OrgnlPmtInfAndSts/TxInfAndSts")}

    # camt
    @property
    def statement(self):
        return (self.root.all("Stmt") or self.root.all("Ntfctn"))[0]

    def balances(self):
        """{code: cents}, negative when the account is overdrawn."""
        return {node.text("Tp/CdOrPrtry/Cd"):
                node.cents("Amt") * (1 if node.text("CdtDbtInd") == "CRDT" else -1)
                for node in self.statement.all("Bal")}

    def entries(self):
        """[(signed cents, booking day, subfamily, end-to-end id or None, return reason or None)]"""
        return [(node.cents("Amt") * (1 if node.text("CdtDbtInd") == "CRDT" else -1),
                 node.text("BookgDt/Dt"), node.text("BkTxCd/Domn/Fmly/SubFmlyCd"),
                 node.text("NtryDtls/TxDtls/Refs/EndToEndId"),
                 node.text("NtryDtls/TxDtls/RtrInf/Rsn/Cd"))
                for node in self.statement.all("Ntry")]


class Bank:
    """A simulator of its own."""

    def __init__(self, directory):
        self.directory = directory
        self.process = None
        self.url = None

    def start(self):
        self.directory.mkdir(exist_ok=True)
        environment = dict(server.environment({}), GUICHET_SIMULATOR_SECRET=SECRET)
        self.process = subprocess.Popen(
            [str(server.binary()), "simulator", "--data", str(self.directory)], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        told = wire.parse(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{told['control_port']}"
        return self

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=20) == 0

    def kill9(self):
        self.process.kill()
        self.process.wait(timeout=20)

    def call(self, method, path, body=None, secret=SECRET, **query):
        headers = {"Authorization": "Bearer " + secret}
        return wire.exchange(f"{self.url}{path}?{urlencode(query)}", method, body, headers,
                             timeout=120)

    def done(self, method, path, body=None, **query):
        answer = self.call(method, path, body, **query)
        assert answer.status == 200, answer
        return answer

    def send(self, file, now, **query):
        answer = self.done("POST", "/bank/files", file, now=now, **query)
        return [Report(*one) for one in framed(answer.raw)]

    def reports(self, after, until, iban=OURS, **query):
        answer = self.done("GET", "/bank/reports", iban=iban, after=after, until=until, **query)
        return [Report(*one) for one in framed(answer.raw)]

    def book(self, **query):
        """{end-to-end id: entry}; each id once."""
        entries = self.done("GET", "/bank/book", **query).json["book"]
        found = {entry["end_to_end_id"]: entry for entry in entries}
        assert len(found) == len(entries), "an end-to-end id occurs twice"
        return found


def digest(raw):
    return hashlib.sha256(raw).hexdigest()


def schema_directory():
    """Where the ISO 20022 schemas are, or None."""
    shared = os.environ.get("GUICHET_SHARED", str(server.ROOT / ".." / "shared"))
    path = os.path.join(shared, "data", "iso20022", "xsd")
    return path if os.path.isdir(path) else None


def check_schema(path, message):
    """A file against the schema of its message, where there are schemas and xmllint."""
    directory = schema_directory()
    if directory is None or shutil.which("xmllint") is None:
        return
    done = subprocess.run(["xmllint", "--noout", "--schema", f"{directory}/{message}.xsd",
                           str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
