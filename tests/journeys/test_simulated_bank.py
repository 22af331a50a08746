"""The simulated bank of test mode, over HTTP (design.md 6 and 7, sepa.md 3, 4, 9 and 10)."""

import pytest

from support import bank as banks
from support.bank import Debit, collections, moment, transfers

FRIDAY = moment("2026-11-27 10:00")
MONDAY = "2026-11-30"
BOOKED = moment("2026-11-30 07:00")
NEVER = moment("2027-06-01 00:00")


@pytest.fixture
def bank(tmp_path):
    running = banks.Bank(tmp_path / "data").start()
    yield running
    if running.process.poll() is None:
        running.stop()


def fits_schema(tmp_path, reports):
    for number, report in enumerate(reports):
        path = tmp_path / f"report{number}.xml"
        path.write_bytes(report.raw)
        banks.check_schema(path, report.message)


STORY = [Debit("E1", 1990), Debit("E2", 4500, "MARIE CURIE AC04"),
         Debit("E3", 12050, "DURAND SAS DAM04"), Debit("E4", 700, "PAUL DMD01")]


@pytest.mark.parametrize("version, status, notification, statement", [
    ("02", "pain.002.001.03", "camt.054.001.02", "camt.053.001.02"),
    ("08", "pain.002.001.10", "camt.054.001.08", "camt.053.001.08")])
def test_a_file_of_every_outcome(bank, tmp_path, version, status, notification, statement):
    answers = bank.send(collections("F1", MONDAY, STORY, version=version), FRIDAY)
    assert [answer.message for answer in answers] == [status, status]
    assert [answer.status for answer in answers] == ["ACCP", "PART"]
    assert answers[1].transactions() == {"E2": ("RJCT", "AC04")}
    assert bank.reports(FRIDAY, BOOKED - 1) == []
    told = bank.reports(FRIDAY, NEVER)
    assert [report.message for report in told] == [notification, statement] * 3
    assert told[1].entries() == [(14740, MONDAY, "ESDD", None, None)]
    assert told[1].statement.text("Ntry/NtryDtls/Btch/PmtInfId") == "F1-1"
    assert told[1].statement.text("Ntry/NtryDtls/Btch/NbOfTxs") == "3"
    assert told[3].entries() == [(-12050, "2026-12-02", "UPDD", "E3", "AM04")]
    # Ten days after D, when a return is no longer possible.
    assert told[5].entries() == [(-700, "2026-12-10", "UPDD", "E4", "MD01")]
    assert [report.entries() for report in told[0::2]] == [report.entries() for report in told[1::2]]
    assert [report.balances() for report in told[1::2]] == [
        {"OPBD": 0, "CLBD": 14740}, {"OPBD": 14740, "CLBD": 2690}, {"OPBD": 2690, "CLBD": 1990}]
    fits_schema(tmp_path, answers + told)


def test_single_entries_when_no_batch_is_asked_for(bank):
    bank.send(collections("F1", MONDAY, STORY, batch=False, scheme="B2B"), FRIDAY)
    first = bank.reports(FRIDAY, BOOKED)[1]
    assert [entry[:4] for entry in first.entries()] == [
        (1990, MONDAY, "BBDD", "E1"), (12050, MONDAY, "BBDD", "E3"), (700, MONDAY, "BBDD", "E4")]


def test_the_book_tells_what_was_debited_and_when(bank):
    bank.send(collections("F1", MONDAY, STORY), FRIDAY)
    assert {name: entry["status"] for name, entry in bank.book().items()} == {
        "E1": "waiting", "E2": "rejected", "E3": "waiting", "E4": "waiting"}
    assert bank.book(at=BOOKED)["E1"]["debited"] == 1990
    late = bank.book(at=NEVER)
    assert {name: (entry["status"], entry["debited"], entry["returned"])
            for name, entry in late.items()} == {
        "E1": ("settled", 1990, 0), "E2": ("rejected", 0, 0),
        "E3": ("returned", 12050, 12050), "E4": ("returned", 700, 700)}
    assert bank.book(end_to_end_id="E1").keys() == {"E1"}


def test_the_same_question_has_the_same_answer_over_a_kill(bank):
    file = collections("F1", MONDAY, STORY)
    answers = bank.send(file, FRIDAY)
    told = bank.reports(FRIDAY, NEVER)
    bank.kill9()
    bank.start()
    assert [report.raw for report in bank.send(file, FRIDAY + 500)] == [
        report.raw for report in answers]
    assert [report.raw for report in bank.reports(FRIDAY, NEVER)] == [report.raw for report in told]
    assert len(bank.book()) == 4


@pytest.mark.parametrize("torn", [1, 40, 400])
def test_a_file_that_was_not_written_to_its_end_was_never_there(bank, torn):
    bank.send(collections("F0", MONDAY, [Debit("E0", 100)]), FRIDAY)
    file = collections("F1", MONDAY, STORY)
    answers = bank.send(file, FRIDAY)
    bank.kill9()
    journal = bank.directory / "simulator" / "journal"
    journal.write_bytes(journal.read_bytes()[:-torn])
    bank.start()
    assert bank.book().keys() == {"E0"}
    assert [report.raw for report in bank.send(file, FRIDAY)] == [report.raw for report in answers]
    bank.stop()
    bank.start()
    assert len(bank.book()) == 5


@pytest.mark.parametrize("file, code", [
    (collections("F1", MONDAY, STORY, cents=1), "AM10"),
    (collections("F1", MONDAY, STORY, count=5), "AM10"),
    (collections("F1", MONDAY, STORY)[:-9], "FF01"),
    (collections("F1", MONDAY, STORY, version="02").replace(b"pain.008.001.02", b"pain.008.001.03"),
     "FF01"),
    (collections("", MONDAY, STORY), "FF01"),
    (collections("F" * 36, MONDAY, STORY), "FF01"),
    (collections("F1", MONDAY, []), "FF01"),
    (b"", "FF01"), (b"{}", "FF01"), (b"<a/>", "FF01")],
    ids=["sum", "count", "cut", "version", "no-id", "long-id", "empty", "nothing", "json", "other"])
def test_a_wrong_file_is_rejected_as_a_whole(bank, tmp_path, file, code):
    answers = bank.send(file, FRIDAY)
    assert [(answer.status, answer.reason) for answer in answers] == [("RJCT", code)]
    assert bank.book() == {}
    fits_schema(tmp_path, answers)
    # The bytes were corrected: the number is still free.
    assert bank.send(collections("F1", MONDAY, STORY), FRIDAY)[0].status == "ACCP"


def test_a_number_or_a_content_comes_once(bank):
    bank.send(collections("F1", MONDAY, STORY), FRIDAY)
    again = bank.send(collections("F1", MONDAY, [Debit("E9", 100)]), FRIDAY)
    copy = bank.send(collections("F2", MONDAY, STORY), FRIDAY)
    assert [(answer.status, answer.reason) for answer in again + copy] == [("RJCT", "AM05")] * 2
    assert len(bank.book()) == 4
    # Another owner's files are another bank's business.
    assert bank.send(collections("F2", MONDAY, STORY), FRIDAY, owner="other")[0].status == "ACCP"
    assert bank.reports(FRIDAY, BOOKED, owner="third") == []
    assert len(bank.reports(FRIDAY, BOOKED, owner="other")) == 2


@pytest.mark.parametrize("day, now, code", [
    ("2026-11-28", "2026-11-27 10:00", "DT01"),  # a Saturday
    ("2026-11-27", "2026-11-27 10:00", "DT01"),
    ("2026-11-20", "2026-11-27 10:00", "DT01"),
    ("2026-12-25", "2026-12-14 10:00", "DT01"),
    ("2026-12-14", "2026-11-27 10:00", "DT01"),  # more than 14 days before
    ("2026-12-11", "2026-11-27 10:00", None),
    ("2026-11-30", "2026-11-27 20:00", None),
    ("2026-11-30", "2026-11-27 20:01", "TM01"),
    ("2026-11-30", "2026-11-28 10:00", "TM01")])
def test_a_day_must_be_open_and_its_last_moment_not_over(bank, tmp_path, day, now, code):
    answers = bank.send(collections("F1", day, STORY[:1]), moment(now))
    assert answers[0].status == "ACCP"
    assert [answer.block_reasons() for answer in answers[1:]] == ([] if code is None else [[code]])
    assert bank.book()["E1"]["status"] == ("waiting" if code is None else "rejected")
    fits_schema(tmp_path, answers)


FREE_TEXT = "<PstlAdr><Ctry>FR</Ctry><AdrLine>1 rue Neuve 69001 Lyon</AdrLine></PstlAdr>"
HYBRID = ("<PstlAdr><TwnNm>Lyon</TwnNm><Ctry>FR</Ctry><AdrLine>1 rue Neuve</AdrLine></PstlAdr>")


@pytest.mark.parametrize("debit, code", [
    (Debit("E1", 100, iban="DE89370400440532013001"), "AC01"),
    (Debit("E1", 100, address=FREE_TEXT), "BE07"),
    (Debit("E1", 100, currency="USD"), "CURR"),
    (Debit("E1", 0), "AM01"),
    (Debit("E1", 99999999999), None),
    (Debit("E1", 100000000000), "AM02"),
    (Debit("E1", 100, umr=""), "MD02"),
    (Debit("E1", 100, name=""), "RR02"),
    (Debit("", 100), "FF01"),
    (Debit("E1", 100, address=HYBRID), None),
    (Debit("E1", 100, "ROBERT DNOR"), "DNOR"),
    (Debit("E1", 100, "ROBERT ROUX"), None),
    (Debit("E1", 100, "ROBERTAM04"), None)])
def test_a_transaction_is_rejected_on_its_own(bank, tmp_path, debit, code):
    answers = bank.send(collections("F1", MONDAY, [debit, Debit("E2", 200)]), FRIDAY)
    told = {} if len(answers) == 1 else answers[1].transactions()
    assert told == ({} if code is None else {debit.end_to_end or None: ("RJCT", code)})
    fits_schema(tmp_path, answers if debit.end_to_end else [])
    assert bank.reports(FRIDAY, BOOKED)[1].entries()[0][0] == 200 + (
        debit.cents if code is None else 0)


def test_the_creditor_needs_an_account_and_no_free_address(bank):
    assert bank.send(collections("F1", MONDAY, STORY, iban="FR7630006000011234567890188"),
                     FRIDAY)[1].block_reasons() == ["AC01"]
    assert bank.send(collections("F2", MONDAY, STORY, address=FREE_TEXT),
                     FRIDAY)[1].block_reasons() == ["BE04"]


@pytest.mark.parametrize("version", ["03", "09"])
def test_transfers_are_paid_on_their_day(bank, tmp_path, version):
    orders = [Debit("T1", 5000), Debit("T2", 300, "ANNE AC04"), Debit("T3", 200, "LUC DAC04"),
              Debit("T4", 100, "EVE DMD06")]
    answers = bank.send(transfers("P1", "2026-11-27", orders, version=version), FRIDAY)
    assert answers[1].transactions() == {"T2": ("RJCT", "AC04")}
    told = bank.reports(FRIDAY, NEVER)
    # It went after this morning's report, so the next one tells it.
    assert told[1].statement.text("CreDtTm") == "2026-11-30T07:00:00"
    assert told[1].entries() == [(-5000, "2026-11-27", "ESCT", "T1", None),
                                 (-200, "2026-11-27", "ESCT", "T3", None),
                                 (-100, "2026-11-27", "ESCT", "T4", None)]
    assert told[3].entries() == [(200, "2026-12-01", "RRTN", "T3", "AC04")]
    assert told[3].balances() == {"OPBD": -5300, "CLBD": -5100}
    book = bank.book(at=NEVER)
    assert (book["T1"]["paid"], book["T2"]["paid"], book["T3"]["returned"]) == (5000, 0, 200)
    fits_schema(tmp_path, answers + told)


def test_transfers_in_a_batch_are_one_entry(bank):
    bank.send(transfers("P1", "2026-11-28", [Debit("T1", 5000), Debit("T2", 1)], batch=True),
              FRIDAY)
    assert bank.reports(FRIDAY, BOOKED)[1].entries() == [(-5001, MONDAY, "ESCT", None, None)]


def test_instant_transfers_are_final_at_once(bank, tmp_path):
    saturday = moment("2026-11-28 23:00")
    answers = bank.send(transfers("P1", "2026-11-28", [Debit("T1", 5000)], instant=True), saturday)
    assert answers[1].transactions() == {"T1": ("ACSC", None)}
    assert bank.reports(saturday, BOOKED)[1].entries() == [(-5000, "2026-11-28", "ESCT", "T1", None)]
    fits_schema(tmp_path, answers)


def test_a_return_costs_what_the_bank_takes(bank, tmp_path):
    bank.done("POST", "/bank/config", b'{"return_charge": 500}')
    bank.send(collections("F1", MONDAY, STORY), FRIDAY)
    bank.kill9()
    bank.start()
    assert bank.done("POST", "/bank/config", b"{}").json == {"return_charge": 500}
    told = bank.reports(BOOKED, NEVER)
    assert told[1].entries()[0] == (-12550, "2026-12-02", "UPDD", "E3", "AM04")
    details = told[1].statement.all("Ntry/NtryDtls/TxDtls")[0]
    assert details.cents("AmtDtls/InstdAmt/Amt") == 12050
    assert details.cents("Chrgs/Rcrd/Amt") == 500
    assert bank.book(at=NEVER)["E3"]["charged"] == 500
    fits_schema(tmp_path, told)


def test_what_was_told_stays_when_another_clock_is_behind(bank, tmp_path):
    """Merchants with one account and no owner: the first one's clock ran ahead."""
    bank.send(collections("F1", MONDAY, STORY), FRIDAY)
    first = bank.reports(FRIDAY, NEVER)
    bank.send(collections("F2", MONDAY, [Debit("L1", 50)]), FRIDAY)
    told = bank.reports(FRIDAY, NEVER)
    assert [report.raw for report in told[:6]] == [report.raw for report in first]
    assert [report.entries() for report in told[6:]] == [[(50, MONDAY, "ESDD", None, None)]] * 2
    assert told[7].balances() == {"OPBD": 1990, "CLBD": 2040}
    assert len({report.name for report in told}) == len(told)
    bank.kill9()
    bank.start()
    assert [report.raw for report in bank.reports(FRIDAY, NEVER)] == [
        report.raw for report in told]
    assert len(bank.reports(FRIDAY, BOOKED)) == 4
    fits_schema(tmp_path, told)


def test_a_clock_that_is_far_ahead(bank):
    far = moment("2999-06-03 10:00")
    answers = bank.send(collections("F1", "2999-06-04", STORY), far)
    assert answers[0].status == "ACCP"
    assert len(bank.reports(0, moment("3000-01-01 00:00"))) == 6
    for now in (-1, 221845392001, "soon", ""):
        assert bank.call("POST", "/bank/files", b"", now=now).status == 400
    assert bank.call("POST", "/bank/files", b"").status == 400
    assert bank.call("POST", "/bank/files", b"", now=0, owner="x" * 65).status == 400


def test_the_acquirer_knows_nothing_of_it(bank):
    before = bank.done("GET", "/state").json
    bank.send(collections("F1", MONDAY, STORY), FRIDAY)
    bank.reports(FRIDAY, NEVER)
    assert bank.done("GET", "/state").json == before
    assert bank.done("GET", "/transactions").json == {"transactions": []}


def test_the_back_channel_needs_its_token(bank):
    assert bank.call("POST", "/bank/files", b"", secret="other", now=0).status == 401
    assert bank.call("GET", "/bank/reports", secret="", iban="X", after=0, until=1).status == 401
    assert bank.done("GET", "/bank/reports", iban="X", after=0, until=1).raw == b""


def test_a_hundred_thousand_debits_in_one_file(bank):
    debits = [Debit(f"E{number:06d}", 100 + number % 7, umr=f"UMR-{number}")
              for number in range(100000)]
    file = collections("F1", MONDAY, debits)
    assert [answer.status for answer in bank.send(file, FRIDAY)] == ["ACCP"]
    total = sum(debit.cents for debit in debits)
    assert bank.reports(FRIDAY, BOOKED)[1].entries() == [(total, MONDAY, "ESDD", None, None)]
    status = open(f"/proc/{bank.process.pid}/status", encoding="ascii").read()
    peak = int(status.split("VmHWM:")[1].split()[0])
    assert peak < 700 * 1024, f"{peak} KiB"
    bank.kill9()
    bank.start()
    assert bank.reports(FRIDAY, BOOKED)[1].entries()[0][0] == total
    assert bank.book(end_to_end_id="E099999")["E099999"]["status"] == "settled"
