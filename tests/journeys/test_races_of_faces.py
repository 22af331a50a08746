"""Races of the faces that must have one winner (design.md 5), each with many clients at once; those of Stancer are in
test_races.py, those of pages in test_races_of_pages.py."""

import datetime
import random
import time

import pytest

from support import cli, debits, drafts, ibans, safedebit, seqino, simplypaie
from support.browser import Browser
from support.races import CLIENTS, HALF, at_once, statuses
from support.safedebit import check_done, exchange
from support.simplypaie import act
from test_levy_life import made as levy_made, payment_of, sdd, status_of, until, validate

# --- Safedebit ----------------------------------------------------------------------------------


def one_wins(answers, code):
    """One is done, each of the others is refused with this code."""
    assert sum(answer["result"] for answer in answers) == 1
    assert [answer["code"] for answer in answers if not answer["result"]] == [code] * (CLIENTS - 1)
    return next(answer for answer in answers if answer["result"])


def test_one_reference_from_many_clients_is_one_levy(merchant):
    payer = safedebit.payer(merchant)
    arguments = safedebit.levy(merchant, payer, sdd_reference=sdd())
    one_wins([answer.json for answer in at_once(
        [lambda: exchange(merchant, "payment", arguments)] * CLIENTS)], "EXIST_003")
    assert len(safedebit.levies(merchant)) == 1
    payment_of(merchant, arguments)
    merchant.verify()


def one_off(account):
    """A consumer that has signed for one debit, on its form."""
    asked = account.ssp("initiate_consumer", consumer_data="once", sequence_type="OOFF")
    browser = Browser(account, "fr-FR")
    details = browser.go(account.page(asked["link"])).form_with("iban")
    page = browser.submit(details, "continue", **{name: safedebit.PERSON[name] for name in (
        "consumer_first_name", "consumer_last_name", "consumer_address_street_name",
        "consumer_zip_code", "consumer_city", "consumer_email", "consumer_phone_number", "iban")})
    browser.submit(page.form_with("otp"), "sign", accept="1", otp="123456")
    reference = asked["safedebit_consumer_reference"]
    (mandate,) = safedebit.mandates(account, safedebit_consumer_reference=reference)
    assert mandate["sequence_type"] == "OOFF" and mandate["status"] == "1", mandate
    return safedebit.Payer(reference, mandate["umr"])


def test_a_mandate_for_one_debit_has_one_levy_from_many_clients(merchant):
    payer = one_off(merchant.at(0))

    def ask(umr=payer.umr, due=safedebit.day_in(merchant, 4)):
        return exchange(merchant, "payment", safedebit.levy(
            merchant, payer, sdd_reference=sdd(), umr=umr, due_date=due)).json

    levy = one_wins(at_once([ask] * CLIENTS), "STATE_004")
    check_done(exchange(merchant, "cancel_sdd", {"sdd_reference": levy["sdd_reference"]}))
    again = one_wins(at_once([ask] * CLIENTS), "STATE_004")
    payment = payment_of(merchant, again)
    until(merchant, again, "SETTLED")
    assert debits.sent(merchant, payment) is not None
    later = safedebit.day_in(merchant, 10)
    assert ask(due=later)["code"] == "STATE_004"
    assert ask(umr=None, due=later)["code"] == "STATE_005"
    merchant.verify()


def test_one_code_from_many_clients_counts_once(merchant):
    levy = levy_made(merchant, safedebit.payer(merchant), amount="100000")
    answers = at_once([lambda: validate(merchant, levy, "123456")] * CLIENTS)
    one_wins(answers, "STATE_003")
    merchant.verify()


def test_wrong_codes_from_many_clients_are_counted(merchant):
    levy = levy_made(merchant, safedebit.payer(merchant), amount="100000")
    answers = at_once([lambda: validate(merchant, levy, "000000")] * CLIENTS)
    codes = sorted(answer["code"] for answer in answers)
    assert codes == ["OTP_001"] * 4 + ["OTP_003"] + ["STATE_003"] * (CLIENTS - 5)
    assert status_of(merchant, levy) == "CANCELED"
    merchant.verify()


def test_a_levy_is_validated_or_cancelled(merchant):
    levy = levy_made(merchant, safedebit.payer(merchant), amount="100000")
    cancel = {"sdd_reference": levy["sdd_reference"]}
    answers = at_once([lambda: validate(merchant, levy, "123456"),
                       lambda: exchange(merchant, "cancel_sdd", cancel).json] * HALF)
    # What was validated may still be cancelled before the cut-off: then there are two, in that order.
    assert sum(answer["result"] for answer in answers[1::2]) == 1
    assert sum(answer["result"] for answer in answers[0::2]) in (0, 1)
    assert status_of(merchant, levy) == "CANCELED"
    merchant.verify()


def cut_off_is_near(merchant):
    """Five in the evening of a day whose next one is open, so that the evening's file takes what is due then."""
    merchant.advance_to(17)
    while True:
        today = merchant.paris_now().date()
        tomorrow = today + datetime.timedelta(days=1)
        if safedebit.next_open(tomorrow) == tomorrow and safedebit.next_open(today) == today:
            return
        merchant.advance(86400)


def test_cancelling_levies_against_the_cut_off(merchant):
    payer = safedebit.payer(merchant)
    cut_off_is_near(merchant)
    due = safedebit.day_in(merchant, 1)
    levies = at_once([lambda: levy_made(merchant, payer, due_date=due)] * (CLIENTS - 1))

    def cancel(levy):
        time.sleep(random.random() * 0.3)
        return exchange(merchant, "cancel_sdd", {"sdd_reference": levy["sdd_reference"]}).json

    answers = at_once([lambda: merchant.advance_to(18, 1)] +
                      [lambda levy=levy: cancel(levy) for levy in levies])[1:]
    for levy, answer in zip(levies, answers):
        if answer["result"]:
            assert status_of(merchant, levy) == "CANCELED"
        else:
            assert answer["code"] == "STATE_002"
    debits.wait_days(merchant, lambda: not safedebit.levies(merchant, payment_status="CREATED"))
    debits.wait_days(merchant, lambda: not safedebit.levies(merchant, payment_status="ISSUED"))
    for levy, answer in zip(levies, answers):
        expected = "CANCELED" if answer["result"] else "SETTLED"
        assert status_of(merchant, levy) in (expected, "CREDITINPROGRESS", "CREDITED")
    merchant.verify()


def test_one_reference_of_a_consumer_has_one_winner(merchant):
    bodies = [safedebit.PERSON | {"iban": ibans.unique(), "consumer_reference": "THE-ONE"}
              for _ in range(CLIENTS)]
    one_wins(at_once([lambda body=body: exchange(merchant, "create_consumer", body).json
                      for body in bodies]), "EXIST_001")
    assert len(safedebit.found(merchant, consumer_reference="THE-ONE")) == 1
    merchant.verify()


def test_one_umr_has_one_winner(merchant):
    consumers = [safedebit.made(merchant) for _ in range(CLIENTS)]
    umr = safedebit.new_umr()
    bodies = [{"safedebit_consumer_reference": consumer, "sign_date": "02/01/2020", "sign_city": "Lyon",
               "umr": umr, "file_data": safedebit.plain(safedebit.PDF)} for consumer in consumers]
    one_wins(at_once([lambda body=body: exchange(merchant, "add_mandate", body).json for body in bodies]),
             "EXIST_006")
    assert len(safedebit.mandates(merchant, umr=umr)) == 1
    merchant.verify()


# --- SimplyPaie ---------------------------------------------------------------------------------

def number(account, **changes):
    return simplypaie.made(account, **changes)["paymentId"]


def paid(account, **changes):
    wanted = number(account, **changes)
    simplypaie.pay(account, wanted)
    return wanted


def signed_in(merchant):
    """A new token from each server beforehand: of those that each client would ask for twenty live."""
    for server in range(2):
        simplypaie.token(merchant.at(server), fresh=True)


def done(merchant, wanted, action, body=None):
    """How many of many clients succeed; the others are told that there is nothing to do."""
    signed_in(merchant)
    seen = statuses(at_once([lambda: act(merchant, wanted, action, body)] * CLIENTS))
    assert set(seen) <= {200, 404}, seen
    return seen.count(200)


def test_a_deposit_is_cashed_once(merchant):
    wanted = paid(merchant, type="preauth")
    assert done(merchant, wanted, "cash", {"amount": "5000"}) == 1
    assert simplypaie.status_of(merchant, wanted) == "cashed"
    merchant.settle()
    (payment,) = merchant.read("/v2/payments/")["payments"]
    assert merchant.simulator().debited(payment) == [5000]
    merchant.verify()


@pytest.mark.parametrize("action", ["cancel", "remind"])
def test_a_request_is_cancelled_or_reminded_once(merchant, action):
    assert done(merchant, number(merchant), action) == 1
    merchant.verify()


@pytest.mark.parametrize("body,winners", [(None, 1), ({"amount": "6000"}, 1), ({"amount": "3000"}, 3)])
def test_what_is_cashed_is_refunded_once(merchant, body, winners):
    wanted = paid(merchant)
    merchant.settle()
    assert done(merchant, wanted, "refund", body) == winners
    merchant.settle()
    (payment,) = merchant.read("/v2/payments/")["payments"]
    assert merchant.simulator().refunded(payment) == int((body or {"amount": 10000})["amount"]) * winners
    merchant.verify()


def test_cash_against_cancel(merchant):
    wanted = paid(merchant, type="preauth")
    signed_in(merchant)
    answers = at_once([lambda: act(merchant, wanted, "cash"), lambda: act(merchant, wanted, "cancel")] * HALF)
    assert statuses(answers) == [200] + [404] * (CLIENTS - 1)
    cashed = 200 in statuses(answers[0::2])
    assert simplypaie.status_of(merchant, wanted) == ("cashed" if cashed else "cancelled")
    merchant.settle()
    (payment,) = merchant.read("/v2/payments/")["payments"]
    assert merchant.simulator().debited(payment) == ([10000] if cashed else [])
    merchant.verify()


# --- Seqino -------------------------------------------------------------------------------------

def test_one_of_many_that_come_together_gets_the_reference(merchant):
    answers = at_once([lambda: seqino.exchange(merchant, "POST", "/clients",
                                               seqino.draft(external_ref="RACE"))] * CLIENTS)
    assert statuses(answers) == [201] + [409] * (CLIENTS - 1)
    listed = seqino.exchange(merchant, "GET", "/clients").json
    assert [row["external_ref"] for row in listed] == ["sandbox", "RACE"]
    merchant.verify()


def test_of_many_that_want_a_reference_one_gets_it(merchant):
    clients = [seqino.made(merchant) for _ in range(CLIENTS)]
    answers = at_once([lambda client=client: seqino.put(
        merchant, client["client_id"], external_ref="WANTED") for client in clients])
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    listed = seqino.exchange(merchant, "GET", "/clients").json
    assert [row["external_ref"] for row in listed].count("WANTED") == 1
    merchant.verify()


def test_a_sponsor_has_one_webhook(merchant):
    body = {"url": "https://sponsor.example.com/hook"}
    answers = at_once([lambda: seqino.exchange(merchant, "POST", "/webhooks", body)] * CLIENTS)
    assert statuses(answers) == [201] + [409] * (CLIENTS - 1)
    merchant.verify()


def test_a_company_has_one_living_mandate(merchant):
    client = seqino.made(merchant)["client_id"]
    answers = at_once([lambda: seqino.exchange(
        merchant, "POST", "/mandates", seqino.mandate_draft(), client=client)] * CLIENTS)
    assert statuses(answers) == [201] + [409] * (CLIENTS - 1)
    merchant.verify()


def test_a_draft_is_issued_once(merchant):
    draft = drafts.made(merchant)
    answers = at_once([lambda: drafts.validate(merchant, draft)] * CLIENTS)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["invoice_id"] for answer in answers}) == 1
    assert drafts.issued(merchant)["invoice_number"].endswith("-000002")
    cli.run(merchant.server, "invoice", "verify")
    merchant.verify()


def test_one_of_many_drafts_gets_the_number_that_all_ask_for(merchant):
    number = drafts.checked(merchant, drafts.DATA)["invoice_data"]["invoice_number"]
    made = [drafts.made(merchant, drafts.DATA | {"invoice_number": number}) for _ in range(CLIENTS)]
    answers = at_once([lambda draft=draft: drafts.validate(merchant, draft) for draft in made])
    [issued] = [answer for answer in answers if answer.status == 200]
    assert issued.json["invoice_number"] == number
    assert {answer.status for answer in answers} <= {200, 409, 422}


def test_drafts_at_once_have_numbers_without_a_gap(merchant):
    made = [drafts.made(merchant) for _ in range(CLIENTS)]
    answers = at_once([lambda draft=draft: drafts.validate(merchant, draft) for draft in made])
    numbers = sorted(answer.json["invoice_number"] for answer in answers)
    assert [int(told[-6:]) for told in numbers] == list(range(1, CLIENTS + 1))
    cli.run(merchant.server, "invoice", "verify")
    merchant.verify()
