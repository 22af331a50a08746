"""Races that must have one winner (design.md 5), each with many clients at once."""

import datetime

import pytest

from support import cards, cli, debits, ibans, stancer
from support.races import CLIENTS, HALF, at_once, statuses


def read(merchant, payment):
    return merchant.read("/v2/payments/" + payment["id"])


def test_many_captures_have_one_winner(merchant):
    payment = merchant.pay(capture=False, amount=3000)
    answers = at_once([lambda: merchant.post(f"/v2/payments/{payment['id']}/capture")] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    assert read(merchant, payment)["status"] == "to_capture"
    merchant.settle()
    assert merchant.simulator().debited(payment) == [3000]
    merchant.verify()


def test_capture_by_patch_and_by_route_have_one_winner(merchant):
    payment = merchant.pay(capture=False)
    path = "/v2/payments/" + payment["id"]
    answers = at_once([lambda: merchant.post(path + "/capture"),
                       lambda: merchant.patch(path, {"status": "capture"})] * HALF)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    merchant.verify()


def test_capture_against_cancel_leaves_it_cancelled_and_without_a_debit(merchant):
    """A whole refund cancels a payment before and after its capture: it wins in the end."""
    payments = [merchant.pay(capture=False, amount=4000) for _ in range(3)]
    for payment in payments:
        answers = at_once([
            lambda payment=payment: merchant.post(f"/v2/payments/{payment['id']}/capture"),
            lambda payment=payment: merchant.post("/v2/refunds/", {"payment": payment["id"]})] * HALF)
        assert statuses(answers[1::2]) == [200] + [409] * (HALF - 1)
        assert statuses(answers[0::2]) in ([409] * HALF, [200] + [409] * (HALF - 1))
        assert read(merchant, payment)["status"] == "canceled"
    merchant.settle()
    for payment in payments:
        assert merchant.simulator().debited(payment) == []
    merchant.verify()


def test_many_cancels_have_one_winner(merchant):
    payment = merchant.pay()
    answers = at_once([lambda: merchant.post("/v2/refunds/", {"payment": payment["id"]})] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    merchant.verify()


@pytest.mark.parametrize("amount,winners", [(600, 1), (1000, 1), (300, 3), (100, 10)])
def test_refunds_never_exceed_the_amount(merchant, amount, winners):
    payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=1000)
    body = {"payment": payment["id"], "amount": amount}
    answers = at_once([lambda: merchant.post("/v2/refunds/", body)] * CLIENTS)
    assert statuses(answers) == [200] * winners + [409] * (CLIENTS - winners)
    merchant.settle()
    assert merchant.simulator().refunded(payment) == amount * winners
    merchant.verify()


@pytest.mark.parametrize("amount,winners", [(600, 1), (300, 3)])
def test_refunds_of_a_debit_never_exceed_the_amount(merchant, amount, winners):
    payment = debits.debit(merchant, amount=1000)
    debits.settled(merchant, payment)
    body = {"payment": payment["id"], "amount": amount}
    answers = at_once([lambda: merchant.post("/v2/refunds/", body)] * CLIENTS)
    assert statuses(answers) == [200] * winners + [409] * (CLIENTS - winners)
    merchant.verify()


def test_one_payment_is_paid_out_once(merchant):
    payment = merchant.pay(card=cards.card(cards.CAPTURED_AT_ONCE), amount=10000)
    answers = at_once([lambda: merchant.post("/v2/payouts/", {"payments": [payment["id"]]})] * CLIENTS)
    assert [answer.status for answer in answers].count(200) == 1, statuses(answers)
    assert len(merchant.read("/v2/payouts/")["payouts"]) == 1
    merchant.verify()


@pytest.mark.parametrize("version", stancer.VERSIONS)
def test_one_unique_id_from_many_connections_is_one_payment(merchant, version):
    body = {"amount": 1000, "currency": "eur", "unique_id": "the-one"}
    answers = at_once([lambda: merchant.post(stancer.PAYMENTS[version],
                                             body | {"card": cards.card()})] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    payment = next(answer.json for answer in answers if answer.status == 200)
    for answer in answers:
        if answer.status == 409:
            stancer.check_conflict(answer, version, "Payment already exists, duplicate unique_id",
                                   payment["id"])
    assert len(merchant.read("/v2/payments/")["payments"]) == 1
    assert merchant.simulator().held(payment) == [1000]
    merchant.verify()


def test_twins_get_the_same_answer(merchant):
    body = {"amount": 1200, "card": cards.card()}
    key = {"Idempotency-Key": "twins"}
    answers = at_once([lambda: merchant.post("/v2/payments/", body, headers=key)] * CLIENTS)
    assert {answer.status for answer in answers} == {200}
    assert len({answer.raw for answer in answers}) == 1
    replayed = [answer.headers.get("Idempotent-Replayed") for answer in answers]
    assert replayed.count(None) == 1 and replayed.count("true") == CLIENTS - 1
    assert merchant.simulator().held(answers[0].json) == [1200]
    merchant.verify()


def test_of_many_bodies_under_one_key_one_is_taken(merchant):
    """The others are told of another body, not answered with somebody else's payment."""
    key = {"Idempotency-Key": "other-bodies"}
    answers = at_once([lambda place=place: merchant.post(
        "/v2/payments/", {"amount": 1000 + place, "card": cards.card()}, headers=key)
        for place in range(CLIENTS)])
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    [payment] = merchant.read("/v2/payments/")["payments"]
    assert answers[payment["amount"] - 1000].status == 200
    assert merchant.simulator().held(payment) == [payment["amount"]]
    merchant.verify()


def test_one_card_for_one_payment_pays_once(merchant):
    card = merchant.made("/v2/cards/", cards.card(tokenize=False))
    answers = at_once([lambda: merchant.post("/v2/payments/",
                                             {"amount": 1000, "card": card["id"]})] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    merchant.verify()


def test_the_same_customer_and_card_at_once_are_one_in_v1(merchant):
    customer = {"email": cards.MARKED_EMAIL, "name": cards.MARKED_NAME}
    answers = at_once([lambda: merchant.post("/v1/customers/", customer)] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    answers = at_once([lambda: merchant.post("/v1/cards/", cards.card())] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    merchant.verify()


def test_one_external_id_at_once_is_one_customer_in_v2(merchant):
    body = {"email": cards.MARKED_EMAIL, "external_id": "one-person"}
    answers = at_once([lambda: merchant.post("/v2/customers/", body)] * CLIENTS)
    assert statuses(answers) == [200] * CLIENTS
    assert len({answer.json["id"] for answer in answers}) == 1
    merchant.verify()


def test_methods_patched_at_once_debit_once(merchant):
    """In v2 a method runs the payment: of many, one does."""
    payment = merchant.made("/v2/payments/", {"amount": 1500})
    answers = at_once([lambda: merchant.patch("/v2/payments/" + payment["id"],
                                              {"card": cards.card()})] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    assert merchant.simulator().held(payment) == [1500]
    merchant.verify()


def test_authorize_asked_many_times_debits_once(merchant):
    payment = merchant.made("/v1/checkout/", {"amount": 1500, "currency": "eur"})
    path = "/v1/checkout/" + payment["id"]
    assert merchant.patch(path, {"card": cards.card()}).status == 200
    answers = at_once([lambda: merchant.patch(path, {"status": "authorize"})] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    assert merchant.simulator().held(payment) == [1500]
    merchant.verify()


def test_the_evening_against_cancels_is_one_or_the_other(merchant):
    merchant.advance_to(20, 50)
    payments = [merchant.pay(amount=1000 + place) for place in range(CLIENTS - 1)]
    calls = [lambda payment=payment: merchant.post("/v2/refunds/", {"payment": payment["id"]})
             for payment in payments]
    answers = at_once(calls + [lambda: merchant.advance_to(21, 1)])[:-1]
    merchant.advance_to(22, 1)
    for payment, answer in zip(payments, answers):
        seen = read(merchant, payment)["status"]
        assert seen == ("canceled" if answer.status == 200 else "captured"), answer
        expected = [] if seen == "canceled" else [payment["amount"]]
        assert merchant.simulator().debited(payment) == expected
    merchant.verify()


def test_one_reference_from_many_connections_is_one_mandate(merchant):
    """For other accounts it is taken; of the same account it is the same mandate."""
    bodies = [{"iban": ibans.unique(), "name": "Jean Dupont", "mandate": "THE-ONE",
               "date_mandate": "2021-06-14"} for _ in range(CLIENTS)]
    answers = at_once([lambda body=body: merchant.post("/v2/sepa/", body) for body in bodies])
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    [own] = merchant.read("/v2/mandates/")["mandates"]
    winner = next(body for body, answer in zip(bodies, answers) if answer.status == 200)
    answers = at_once([lambda: merchant.post("/v2/sepa/", winner)] * CLIENTS)
    assert statuses(answers) == [200] * CLIENTS
    assert merchant.read("/v2/mandates/")["mandates"] == [own]
    merchant.verify()


def test_one_reference_of_a_mandate_object_has_one_winner(merchant):
    accounts = [merchant.made("/v2/sepa/", {"iban": ibans.unique(), "name": "Jean"})["id"]
                for _ in range(CLIENTS)]
    answers = at_once([lambda account=account: merchant.post(
        "/v2/mandates/", {"sepa": account, "rum": "THE-OTHER"}) for account in accounts])
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    merchant.verify()


@pytest.mark.parametrize("version", stancer.VERSIONS)
def test_one_unique_id_from_many_connections_is_one_debit(merchant, version):
    known, _ = debits.signed(merchant)
    body = {"amount": 1000, "currency": "eur", "unique_id": "the-one", "sepa": known["id"]}
    answers = at_once([lambda: merchant.post(stancer.PAYMENTS[version], body)] * CLIENTS)
    assert statuses(answers) == [200] + [409] * (CLIENTS - 1)
    assert len(merchant.read("/v2/payments/")["payments"]) == 1
    merchant.verify()


def test_an_intent_is_debited_once_by_many(merchant):
    known, _ = debits.signed(merchant)
    made = merchant.made("/v2/payment_intents/", {"amount": 2500, "threeds": "none"})
    path = "/v2/payment_intents/" + made["id"]
    answers = at_once([lambda: merchant.patch(path, {"sepa": known["id"]})] * CLIENTS)
    assert [answer.status for answer in answers].count(200) == 1
    assert len(merchant.read(path + "/payments")["payments"]) == 1
    assert merchant.read(path)["status"] == "captured"
    merchant.verify()


def test_two_debits_of_one_intent_against_a_card(merchant):
    """By account and by card at the same time: one of all of them pays."""
    known, _ = debits.signed(merchant)
    card = merchant.made("/v2/cards/", cards.card())
    made = merchant.made("/v2/payment_intents/", {"amount": 2500, "threeds": "none"})
    path = "/v2/payment_intents/" + made["id"]
    answers = at_once([lambda: merchant.patch(path, {"sepa": known["id"]}),
                       lambda: merchant.patch(path, {"card": card["id"]})] * HALF)
    assert [answer.status for answer in answers].count(200) == 1, statuses(answers)
    [payment] = merchant.read(path + "/payments")["payments"]
    assert (merchant.read(path)["status"], payment["status"]) == ("captured", "to_capture")
    assert merchant.simulator().held(payment) == ([2500] if payment["method"] == "card" else [])
    merchant.verify()


def test_an_intent_is_paid_or_cancelled(merchant):
    for _ in range(3):
        card = merchant.made("/v2/cards/", cards.card())
        made = merchant.made("/v2/payment_intents/", {"amount": 2500, "threeds": "none"})
        path = "/v2/payment_intents/" + made["id"]
        answers = at_once([lambda path=path, card=card: merchant.patch(path, {"card": card["id"]}),
                           lambda path=path: merchant.delete(path)] * HALF)
        assert [answer.status for answer in answers].count(200) == 1, statuses(answers)
        paid = [answer.status for answer in answers[0::2]].count(200) == 1
        assert merchant.read(path)["status"] == ("captured" if paid else "canceled")
        debited = [amount for payment in merchant.read(path + "/payments")["payments"]
                   for amount in merchant.simulator().held(payment)]
        assert debited == ([2500] if paid else [])
    merchant.verify()


def waiting_debits(merchant, count):
    """Debits that go into a file at the same cut-off, from the evening before it on."""
    made = [debits.debit(merchant, amount=1000 + place) for place in range(count)]
    day = {payment["date_settlement"] for payment in made}
    assert len(day) == 1
    return made


def left(merchant, payments):
    return [debits.status_of(merchant, payment) for payment in payments]


def at_the_cut_off(merchant, payments, calls):
    """The calls, and the clock that goes over the cut-off, at once; gives the calls' answers."""
    probe = payments[-1]
    while True:
        merchant.advance_to(17, 50)
        if merchant.paris_now().date().isoformat() >= cut_off_day(merchant, probe):
            break
    return at_once(calls + [lambda: merchant.advance_to(18, 1)])[:-1]


def cut_off_day(merchant, payment):
    """The business day before the due day (cutoff_ibd 1)."""
    due = datetime.date.fromisoformat(payment["date_settlement"])
    closed = set(cli.told(merchant.server, "sepa", "calendar", str(due.year)))
    closed |= set(cli.told(merchant.server, "sepa", "calendar", str(due.year - 1)))
    day = due - datetime.timedelta(days=1)
    while day.weekday() > 4 or day.isoformat() in closed:
        day -= datetime.timedelta(days=1)
    return day.isoformat()


def test_the_cut_off_against_cancels_is_one_or_the_other(merchant):
    payments = waiting_debits(merchant, CLIENTS)
    calls = [lambda payment=payment: merchant.post("/v2/refunds/", {"payment": payment["id"]})
             for payment in payments[:-1]]
    answers = at_the_cut_off(merchant, payments, calls)
    for payment, answer, status in zip(payments, answers, left(merchant, payments)):
        assert status == ("canceled" if answer.status == 200 else "capture_sent"), answer
    living = [payment for payment, status in zip(payments, left(merchant, payments))
              if status == "capture_sent"]
    [file] = debits.files(merchant)
    assert (file["count"], file["sum"]) == (len(living),
                                            sum(payment["amount"] for payment in living))
    merchant.verify()


def test_the_cut_off_against_revocations_is_one_or_the_other(merchant):
    pairs = [debits.signed(merchant) for _ in range(CLIENTS)]
    payments = [debits.debit(merchant, sepa=known["id"]) for known, _ in pairs]
    calls = [lambda own=own: merchant.delete("/v2/mandates/" + own["id"]) for _, own in pairs[:-1]]
    answers = at_the_cut_off(merchant, payments, calls)
    assert statuses(answers) == [200] * (CLIENTS - 1)
    seen = left(merchant, payments)
    assert seen[-1] == "capture_sent" and set(seen) <= {"capture_sent", "failed"}
    [file] = debits.files(merchant)
    assert file["count"] == seen.count("capture_sent")
    merchant.advance(20 * 86400)
    assert set(left(merchant, payments)) <= {"captured", "failed"}
    merchant.verify()


def test_another_account_against_the_cut_off_debits_one_of_the_two(merchant):
    pairs = [debits.signed(merchant) for _ in range(8)]
    payments = [debits.debit(merchant, sepa=known["id"]) for known, _ in pairs]
    numbers = [ibans.unique() for _ in pairs]
    calls = [lambda own=own, iban=iban: cli.run(merchant.server, "mandate", "amend", own["id"],
                                                "--iban", iban)
             for (_, own), iban in zip(pairs, numbers)]
    at_the_cut_off(merchant, payments, calls)
    for payment, (known, _), iban in zip(payments, pairs, numbers):
        sent = debits.sent(merchant, payment).text("DbtrAcct/Id/IBAN")
        shown = merchant.read("/v2/payments/" + payment["id"])["sepa"]
        assert sent[-4:] == shown["last4"]
        assert (sent == iban) == (shown["id"] != known["id"])
    merchant.verify()
