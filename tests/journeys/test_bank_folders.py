"""Live files through folders, and kills while files are made and read."""

import hashlib
import os
import random
import subprocess
import threading
import time
import xml.etree.ElementTree
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import cli, ibans, safedebit, server, stancer, wire
from support.server import eventually

_serial = iter(range(10**6))


def account(name="Jean Dupont"):
    return {"iban": ibans.unique(), "name": name, "mandate": f"FOLDER-{next(_serial):05d}",
            "date_mandate": "2021-06-14"}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def statuses(account_, made):
    return [account_.read("/v2/payments/" + payment["id"])["status"] for payment in made]


# --- live ----------------------------------------------------------------------------------------

STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>
<MsgId>LIVE-1</MsgId><CreDtTm>2026-12-01T05:00:00</CreDtTm></GrpHdr><Stmt><Id>LIVE-1-1</Id>
<CreDtTm>2026-12-01T05:00:00</CreDtTm><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>LB1</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><Btch><PmtInfId>{block}</PmtInfId></Btch></NtryDtls></Ntry></Stmt></BkToCstmrStmt>
</Document>
"""
MERCHANT_IBAN = "FR7630006000011234567890189"


def cut_off_has_come(server):
    with server.rows() as rows:
        rows.change("UPDATE debit SET cutoff_us = ? WHERE mode = 'live'", int((time.time() - 600) * 1e6))


def live_iban():
    """A number that nobody tests with."""
    return ibans.with_check_digits("DE", f"50010517{random.randrange(10**10):010d}")


def test_a_live_debit_goes_and_comes_through_folders(fresh_with, tmp_path):
    out, into = tmp_path / "out", tmp_path / "in"
    out.mkdir()
    into.mkdir()
    fresh = fresh_with(SEPA_OUT_DIR=out, SEPA_IN_DIR=into)
    merchant = cli.merchant_id(fresh)
    secret = cli.add_keys(fresh, "--live")["secret_key"]
    answer = fresh.post("/v2/payments/", {"amount": 4321, "currency": "eur",
                                          "sepa": account() | {"iban": live_iban()}}, key=secret)
    assert answer.status == 200, answer
    made = answer.json
    fresh.server.stop()
    cut_off_has_come(fresh.server)
    told = cli.told(fresh.server, "sepa", "export", merchant, "--live")
    assert told == {"taken": 1, "released": 1, "blocked": 0}
    assert cli.told(fresh.server, "sepa", "export", merchant, "--live")["released"] == 0
    [file] = cli.told(fresh.server, "sepa", "status", merchant, "--live")["files"]
    [path] = out.iterdir()
    assert (file["state"], path.name) == ("released", file["name"])
    assert sha256(path) == file["sha256"]
    root = xml.etree.ElementTree.fromstring(path.read_bytes())
    space = "{urn:iso:std:iso:20022:tech:xsd:pain.008.001.08}"
    assert root.findtext(f".//{space}GrpHdr/{space}MsgId") == file["msg_id"]
    assert root.findtext(f".//{space}InstdAmt") == "43.21"
    block = root.findtext(f".//{space}PmtInfId")
    day = root.findtext(f".//{space}ReqdColltnDt")
    fresh.verify()

    fresh.server.start()
    statement = os.fsdecode(b"relev\xe9 1.xml")  # as a bank of another alphabet names it
    (into / statement).write_text(STATEMENT.format(iban=MERCHANT_IBAN, amount="43.21",
                                                         day=day, block=block))
    (into / "broken.xml").write_text("<Document")
    (into / "other.xml").write_text(STATEMENT.format(iban=ibans.unique(), amount="43.21", day=day,
                                                     block=block))
    eventually(lambda: len(list(into.glob("*.xml"))) == 0, 30, "the files are read")
    assert [entry.name for entry in (into / "done").iterdir()] == [statement]
    assert sorted(entry.name for entry in (into / "failed").iterdir()) == ["broken.xml",
                                                                          "other.xml"]
    seen = fresh.get("/v2/payments/" + made["id"], key=secret).json
    assert seen["status"] == "captured"
    [report] = cli.told(fresh.server, "sepa", "status", merchant, "--live")["reports"]
    assert report["name"] == "relev\ufffd 1.xml"
    fresh.verify()


@pytest.mark.skipif(server.databases() is not None, reason="PostgreSQL has tools of its own: docs/operations.md")
def test_after_a_restore_no_other_bytes_leave_under_a_number_that_the_bank_has(fresh_with, tmp_path):
    """Without sepa.out_dir nothing leaves, so that somebody can look first."""
    out = tmp_path / "out"
    out.mkdir()
    fresh = fresh_with(SEPA_OUT_DIR=out)
    merchant = cli.merchant_id(fresh)
    secret = cli.add_keys(fresh, "--live")["secret_key"]
    fresh.made("/v2/payments/", {"amount": 4321, "sepa": account() | {"iban": live_iban()}}, key=secret)
    fresh.stop()
    cut_off_has_come(fresh.server)
    cli.backup(fresh.server, tmp_path / "backup.db")
    assert cli.told(fresh.server, "sepa", "export", merchant, "--live")["released"] == 1
    [first] = out.iterdir()
    sent = first.read_bytes()
    cli.restore(fresh.server, tmp_path / "backup.db", "--force")
    fresh.server.settings["SEPA_OUT_DIR"] = ""
    cli.run(fresh.server, "sepa", "export", merchant, "--live", expect=1)
    fresh.server.settings["SEPA_OUT_DIR"] = out
    assert cli.told(fresh.server, "sepa", "export", merchant, "--live")["released"] == 1
    assert first.read_bytes() == sent
    [second] = set(out.iterdir()) - {first}
    assert int(second.stem.rsplit("-", 1)[1]) > 1000
    fresh.verify()


def test_a_folder_that_is_missing_is_named_and_the_file_leaves_when_it_is_back(fresh_with, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    fresh = fresh_with(SEPA_OUT_DIR=out)
    merchant = cli.merchant_id(fresh)
    secret = cli.add_keys(fresh, "--live")["secret_key"]
    fresh.made("/v2/payments/", {"amount": 4321, "sepa": account() | {"iban": live_iban()}}, key=secret)
    fresh.stop()
    cut_off_has_come(fresh.server)
    out.rmdir()
    done = subprocess.run([str(server.binary()), "--data", str(fresh.dir), "sepa", "export", merchant, "--live"],
                          env=server.environment(fresh.server.settings), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "") and f"cannot be made in {out}\n" in done.stderr, done
    [file] = cli.told(fresh.server, "sepa", "status", merchant, "--live")["files"]
    assert file["state"] == "built"
    out.mkdir()
    assert cli.told(fresh.server, "sepa", "export", merchant, "--live") == {"taken": 0, "released": 1, "blocked": 0}
    assert [path.name for path in out.iterdir()] == [file["name"]]
    fresh.verify()


def test_a_live_debit_outside_the_eea_needs_bic_and_address(fresh_with, tmp_path):
    fresh = fresh_with(SEPA_OUT_DIR=tmp_path)
    secret = cli.add_keys(fresh, "--live")["secret_key"]

    def post(path, body):
        return fresh.post(path, body, key=secret)

    customer = post("/v2/customers/", {"mobile": "+33600000001"}).json["id"]
    address = post("/v2/addresses/", {"country": "CH", "city": "Bern", "zip_code": "3000"}).json
    number = random.randrange(10**11)
    body = account() | {"iban": ibans.with_check_digits("CH", f"00762{number:012d}")}
    pay = {"amount": 4321, "currency": "eur"}
    for more, status in (({}, 422), ({"bic": "POFICHBEXXX"}, 422), ({"customer": customer}, 422),
                         ({"bic": "POFICHBEXXX", "customer": customer}, 422)):
        known = post("/v2/sepa/", body | more).json["id"]
        assert post("/v2/payments/", pay | {"sepa": known}).status == status
    assert post("/v2/payments/", pay | {"sepa": known, "billing_address": address["id"]}).status == 200
    fresh.patch("/v2/customers/" + customer, {"billing_address": address["id"]}, key=secret)
    assert post("/v2/payments/", pay | {"sepa": known}).status == 200
    fresh.verify()


def test_the_bic_of_a_consumer_outside_the_eea_comes_from_the_operator(fresh_with, tmp_path):
    fresh = fresh_with(SEPA_OUT_DIR=tmp_path)
    password = cli.told(fresh.server, "login", "add", cli.merchant_id(fresh), "live", "--live")["password"]

    def call(name, **arguments):
        return safedebit.exchange(fresh, name, arguments, login=("live", password)).json

    iban = ibans.with_check_digits("GB", f"NWBK{random.randrange(10**14):014d}")
    consumer = call("create_consumer", **safedebit.PERSON | {"iban": iban})["safedebit_consumer_reference"]
    mandate = {"safedebit_consumer_reference": consumer, "umr": "FAR-1", "sign_date": "02/01/2025",
               "sign_city": "Lyon", "file_data": safedebit.plain(safedebit.PDF)}
    assert call("add_mandate", **mandate) == {"result": True}
    levy = {"safedebit_consumer_reference": consumer, "amount": "1000", "sdd_reference": "FAR-1",
            "due_date": safedebit.day_in(fresh, 30)}
    assert call("payment", **levy) == {"result": False, "code": "FORM_009"}
    cli.run(fresh.server, "mandate", "amend", "FAR-1", "--live", "--bic", "nwbk gb 2l")
    assert call("payment", **levy)["status"] == "CREATED"
    fresh.verify()


def test_without_a_folder_there_are_no_live_debits(fresh):
    merchant = cli.merchant_id(fresh)
    cli.run(fresh.server, "sepa", "export", merchant, "--live", expect=1)
    secret = cli.add_keys(fresh, "--live")["secret_key"]
    answer = fresh.post("/v2/payments/", {"amount": 4321, "currency": "eur",
                                          "sepa": account() | {"iban": live_iban()}}, key=secret)
    assert answer.status >= 400, answer
    assert fresh.get("/v2/payments/", key=secret).json["payments"] == []


# --- kills ---------------------------------------------------------------------------------------

NAMES = ["Jean Dupont"] * 5 + ["Paul Durand AC04", "Marie Martin DAM04"]
ENDS = {"Jean Dupont": "captured", "Paul Durand AC04": "failed", "Marie Martin DAM04": "disputed"}


def move_in_thread(account_, seconds):
    def move():
        try:
            account_.advance(seconds)
        except (wire.Unreachable, AssertionError, OSError):
            pass

    thread = threading.Thread(target=move)
    thread.start()
    return thread


def test_files_survive_kills_while_they_are_made_and_read(fresh):
    dice = random.Random(5)
    names = NAMES * 12
    fresh.server.settings["SERVER_BODY_MS"] = 20000
    cli.run(fresh.server, "merchant", "set", cli.merchant_id(fresh), "max_tx_per_file", "20")
    made = [fresh.made("/v2/payments/", {"amount": 1000 + number, "currency": "eur",
                                         "sepa": account(name)})
            for number, name in enumerate(names)]
    last = max(payment["date_settlement"] for payment in made)
    for _ in range(12):
        thread = move_in_thread(fresh, 12 * 3600)
        time.sleep(dice.uniform(0.01, 0.35))
        fresh.kill9()
        thread.join()
        fresh.restart()
        fresh.verify()
    wanted = [ENDS[name] for name in names]
    for _ in range(20):
        if statuses(fresh, made) == wanted:
            break
        fresh.advance_to(7, 5)
    assert statuses(fresh, made) == wanted, last
    shown = cli.told(fresh.server, "sepa", "status", cli.merchant_id(fresh), "--limit", "1000")
    debits = [file for file in shown["files"] if file["kind"] == "debits"]
    assert sum(file["count"] for file in debits) == len(names)
    assert all(file["state"] in ("acknowledged", "partly_rejected") for file in shown["files"])
    for file in shown["files"]:
        assert sha256(fresh.dir / "sepa" / "sent" / (file["msg_id"] + ".xml")) == file["sha256"]
    assert shown["work"] == 0
    fresh.verify()


def killed_after(running, seconds, *words):
    """A command that may not last longer: it gets SIGKILL. False: it had ended before."""
    try:
        server.command(*words, "--data", running.dir, settings=running.settings, timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


def test_a_file_written_while_its_debits_are_taken_survives_kills(fresh_with, tmp_path):
    """Of more debits than one portion has, so that its head is written before the last is taken."""
    count, out = 1800, tmp_path / "out"
    out.mkdir()
    fresh = fresh_with(SEPA_OUT_DIR=out)
    merchant = cli.merchant_id(fresh)
    secret = cli.add_keys(fresh, "--live")["secret_key"]
    bodies = [{"amount": 1000 + number, "currency": "eur",
               "sepa": account() | {"iban": live_iban()}} for number in range(count)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda body: fresh.post("/v2/payments/", body, key=secret), bodies))
    assert [answer.status for answer in answers] == [200] * count
    fresh.server.stop()
    cut_off_has_come(fresh.server)
    began = time.monotonic()
    cli.run(fresh.server, "sepa", "status", merchant, "--live")
    start = time.monotonic() - began
    dice = random.Random(7)
    for _ in range(10):
        seconds = start * dice.uniform(0.5, 4)
        if not killed_after(fresh.server, seconds, "sepa", "export", merchant, "--live"):
            break
        assert len(list(out.glob("*.xml"))) <= 1
        fresh.verify()
    # On PostgreSQL whoever was killed has the files until this one has seen its lease run out.
    cli.run(fresh.server, "sepa", "export", merchant, "--live")
    [file] = cli.told(fresh.server, "sepa", "status", merchant, "--live")["files"]
    [path] = out.iterdir()
    assert (file["state"], file["count"], path.name) == ("released", count, file["name"])
    assert sha256(path) == file["sha256"]
    assert [entry.name for entry in (fresh.server.dir / "sepa" / "sent").iterdir()] == [
        file["msg_id"] + ".xml"]
    root = xml.etree.ElementTree.fromstring(path.read_bytes())
    space = "{urn:iso:std:iso:20022:tech:xsd:pain.008.001.08}"
    names = [element.text for element in root.iter(space + "InstrId")]
    assert len(set(names)) == len(names) == count
    sent = sum(body["amount"] for body in bodies)
    assert root.findtext(f".//{space}GrpHdr/{space}CtrlSum") == f"{sent // 100}.{sent % 100:02d}"
    fresh.verify()


def texts_installed(fresh):
    for language in ("fr", "en"):
        text = fresh.dir / "mandate_text" / language / "CORE"
        text.parent.mkdir(parents=True)
        text.write_text("Mandat\n\nVous autorisez {creditor}.\n", encoding="utf-8")
    fresh.restart()


LINE = {"amount": 4321, "currency": "eur", "description": "Cotisation", "return_url": "https://example.com/merci"}


def test_with_a_bank_alone_payers_are_offered_a_debit(fresh_with, tmp_path):
    fresh = fresh_with(SEPA_OUT_DIR=tmp_path)
    texts_installed(fresh)
    keys = cli.add_keys(fresh, "--live")
    made = []
    for members in ({}, {"methods_allowed": ["sepa"]}):
        payment = fresh.made("/v2/payments/", LINE | members, key=keys["secret_key"])
        intent = fresh.made("/v2/payment_intents/", LINE | members, key=keys["secret_key"])
        made += [f"/{keys['public_key']}/{payment['id']}", "/" + intent["id"]]
    for path in made:
        answer = wire.exchange(fresh.base_url + path, "GET", headers={"Accept": "text/html"})
        assert answer.status == 200, answer
        assert 'name="iban"' in answer.raw.decode() and "card_number" not in answer.raw.decode()
    for members in ({"methods_allowed": ["card"]}, {"currency": "usd"}):
        for path in ("/v2/payments/", "/v2/payment_intents/"):
            answer = fresh.post(path, LINE | members, key=keys["secret_key"])
            assert stancer.check_error(answer, "v2", 503) == "no live card connector is configured"


def test_without_a_bank_nobody_is_asked_to_pay_by_debit(fresh_with, tmp_path):
    fresh = fresh_with(SEPA_OUT_DIR=tmp_path)
    texts_installed(fresh)
    keys = cli.add_keys(fresh, "--live")
    intent = fresh.made("/v2/payment_intents/", LINE, key=keys["secret_key"])
    fresh.server.settings.pop("SEPA_OUT_DIR")
    fresh.restart()
    assert wire.exchange(f"{fresh.base_url}/{intent['id']}", "GET").status == 503
    for path in ("/v2/payments/", "/v2/payment_intents/"):
        answer = fresh.post(path, LINE | {"methods_allowed": ["sepa"]}, key=keys["secret_key"])
        assert stancer.check_error(answer, "v2", 503) == "no bank is configured"
        answer = fresh.post(path, LINE, key=keys["secret_key"])
        assert stancer.check_error(answer, "v2", 503) == "no live card connector is configured"
