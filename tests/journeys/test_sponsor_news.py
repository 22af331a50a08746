"""What a sponsor is told about its clients, with a receiver of our own (api/seqino.md 7)."""

import json
import re

import pytest

from support import drafts, invoices, seqino
from support.onboarding import Visit
from support.receiver import Receiver, Told, callback_is_right
from support.seqino import exchange, mandate
from support.server import command, eventually

MINUTE = 60
HOUR = 3600


def hook(account, receiver, **members):
    answer = exchange(account, "POST", "/webhooks", {"url": receiver.url()} | members)
    assert answer.status == 201, answer
    return answer.json


def wait_for(receiver, count, seconds=20):
    eventually(lambda: len(receiver.seen) >= count, seconds, f"{count} requests came")


def deliveries(account, client, *words):
    return json.loads(command("webhook", "list", client["client_id"].removeprefix("client_"),
                              "--json", "--limit", "100", *words, "--data", account.dir,
                              settings=account.server.settings))


@pytest.fixture
def client(merchant):
    return seqino.made(merchant)


def test_a_mandate_is_told_signed_and_as_it_is_read(merchant, client):
    with Receiver(read=Told) as receiver:
        made = hook(merchant, receiver)
        given = mandate(merchant, client)
        wait_for(receiver, 2)
        created, activated = receiver.of(given["id"])
        assert (created.type, activated.type) == ("mandate.created", "mandate.activated")
        for told in receiver.seen:
            # The key is the text of the secret, not the bytes that it stands for.
            assert callback_is_right(told.signature, told.body, made["secret"])
            assert not callback_is_right(told.signature, told.body + b" ", made["secret"])
            assert not callback_is_right(told.signature, told.body, "0" * 64)
            assert re.fullmatch(r"evt_[0-9A-Za-z]{24}", told.id)
            assert told.sponsor == seqino.face(merchant)["sponsor_id"]
        read = exchange(merchant, "GET", "/mandates/" + given["id"]).json
        assert activated.data == read and read["status"] == "active"
        eventually(lambda: exchange(merchant, "GET", "/webhooks").json["last_triggered_at"], 10,
                   "it is remembered")


def test_one_webhook_hears_of_all_clients_and_of_no_other_sponsors(merchant, shop, client):
    with Receiver(read=Told) as receiver:
        hook(merchant, receiver, events=["mandate.activated"])
        other, stranger = seqino.made(merchant), seqino.made(shop)
        ids = {mandate(merchant, each)["id"] for each in (client, other)}
        mandate(shop, stranger)
        wait_for(receiver, 2)
        failed = mandate(merchant, client, siren="900000001")
        eventually(lambda: exchange(merchant, "GET", "/mandates/" + failed["id"]).json["status"]
                   == "error", 20, "it has failed")
        assert {told.object for told in receiver.seen} == ids
        assert {told.data["client_id"] for told in receiver.seen} == {client["client_id"],
                                                                      other["client_id"]}
        assert len(receiver.seen) == 2


def test_who_is_no_client_any_more_is_not_told_about(merchant):
    with Receiver(read=Told) as receiver:
        hook(merchant, receiver)
        invoice = drafts.issued(merchant)
        drafts.reached(merchant, invoice["invoice_id"], 200, 201, 202, 203)
        wait_for(receiver, 5)
        assert exchange(merchant, "DELETE", "/clients/" + drafts.client(merchant)).status == 204
        invoices.Desk(merchant).run("credit", invoice["invoice_number"])
        other = seqino.made(merchant)
        given = mandate(merchant, other)
        eventually(lambda: len(receiver.of(given["id"])) == 2, 20, "what comes after it is told")
        assert len(receiver.seen) == 7


def test_a_test_is_told_whatever_was_asked_for(merchant):
    with Receiver(read=Told) as receiver:
        made = hook(merchant, receiver, events=["mandate.failed"])
        answer = exchange(merchant, "POST", "/webhooks/test")
        assert answer.status == 200
        assert list(answer.json) == ["webhook_id", "event_id", "event_type", "message"]
        wait_for(receiver, 1)
        (told,) = receiver.seen
        assert told.id == answer.json["event_id"] and told.type == "webhook.test"
        assert told.data == {"webhook_id": made["webhook_id"]}
        assert callback_is_right(told.signature, told.body, made["secret"])


@pytest.mark.parametrize("status, delivered", [(200, True), (201, True), (204, True), (299, True),
                                               (302, False), (404, False), (500, False)])
def test_any_2xx_is_delivered(merchant, client, status, delivered):
    with Receiver(lambda told, number: status, read=Told) as receiver:
        hook(merchant, receiver, events=["mandate.failed"])
        mandate(merchant, client, siren="900000001")
        wait_for(receiver, 1)
        eventually(lambda: deliveries(merchant, client)[0]["tries"] == 1, 10, "it was tried")
        (one,) = deliveries(merchant, client)
        assert one["state"] == ("delivered" if delivered else "waiting")
        assert one["code"] == status and one["channel"] == "seqino"


def test_six_retries_with_the_same_bytes_and_in_order(merchant, client):
    with Receiver(lambda told, number: 500, read=Told) as receiver:
        hook(merchant, receiver)
        given = mandate(merchant, client)
        wait_for(receiver, 1)
        for count, wait in enumerate((1, 5, 30, 2 * 60, 6 * 60, 24 * 60), start=2):
            eventually(lambda: deliveries(merchant, client)[-1]["tries"] == count - 1, 10, "ended")
            merchant.advance(wait * MINUTE - 40)
            assert len(receiver.seen) == count - 1
            merchant.advance(41)
            wait_for(receiver, count)
        eventually(lambda: deliveries(merchant, client)[-1]["state"] == "dead", 10, "it is dead")
        assert len({told.id for told in receiver.seen[:7]}) == 1
        assert len({told.body for told in receiver.seen[:7]}) == 1
        assert all(told.type == "mandate.created" for told in receiver.seen[:7])
        # What came after it goes now, and by hand the dead one too.
        receiver.answer = lambda told, number: 200
        merchant.advance(2 * MINUTE)
        eventually(lambda: receiver.of(given["id"])[-1].type == "mandate.activated", 20, "the next")
        (dead,) = deliveries(merchant, client, "--state", "dead")
        assert dead["receiver"].startswith("wh_") and dead["event"] == receiver.seen[0].id
        count = len(receiver.seen)
        command("webhook", "replay", dead["id"], "--data", merchant.dir,
                settings=merchant.server.settings)
        wait_for(receiver, count + 1)
        assert receiver.seen[-1].body == receiver.seen[0].body


def test_what_is_on_its_way_follows_the_address_and_ends_with_the_webhook(merchant, client):
    with Receiver(lambda told, number: 500, read=Told) as first, Receiver(read=Told) as second:
        made = hook(merchant, first, events=["mandate.failed"])
        mandate(merchant, client, siren="900000001")
        wait_for(first, 1)
        answer = exchange(merchant, "PUT", "/webhooks", {"url": second.url("/moved")})
        assert answer.status == 200
        eventually(lambda: deliveries(merchant, client)[0]["tries"] == 1, 10, "it was tried")
        merchant.advance(MINUTE + 1)
        wait_for(second, 1)
        assert second.seen[0].path == "/moved" and second.seen[0].body == first.seen[0].body
        assert callback_is_right(second.seen[0].signature, second.seen[0].body, made["secret"])
        # Switched off or removed: nothing leaves any more.
        second.answer = lambda told, number: 500
        mandate(merchant, client, siren="900000001", suffix="B")
        wait_for(second, 2)
        eventually(lambda: deliveries(merchant, client)[0]["tries"] == 1, 10, "it was tried")
        assert exchange(merchant, "PUT", "/webhooks", {"is_active": False}).status == 200
        merchant.advance(MINUTE + 1)
        eventually(lambda: deliveries(merchant, client)[0]["state"] == "dead", 10, "it has ended")
        mandate(merchant, client, siren="900000001", suffix="C")
        merchant.advance(HOUR)
        assert len(second.seen) == 2 and len(deliveries(merchant, client)) == 2
        assert exchange(merchant, "DELETE", "/webhooks").status == 204


def test_a_report_leaves_after_its_period(merchant, client):
    today = merchant.paris_now().date().isoformat()
    body = {"date": today, "category": "TLB1", "transaction_count": 1,
            "vat_lines": [{"vat_rate": "20", "taxable_amount": "10.00", "tax_amount": "2.00"}]}
    answer = exchange(merchant, "POST", "/reporting/b2c-transactions", body,
                      client=client["client_id"])
    assert answer.status == 201 and answer.json["status"] == "pending"
    merchant.advance(32 * 24 * HOUR)
    # Once it has left nothing keeps it: the same day is still reported already.
    again = exchange(merchant, "POST", "/reporting/b2c-transactions", body,
                     client=client["client_id"])
    seqino.check_refused(again, 409)


def test_an_enrolment_is_told_to_who_asks_for_it_by_name(merchant, shop):
    with Receiver(read=Told) as receiver, Receiver(read=Told) as other:
        hook(merchant, receiver, events=["client.onboarding_completed"])
        hook(shop, other)
        visit = Visit(merchant)
        visit.company()
        Visit(shop).company()
        wait_for(receiver, 1)
        (told,) = receiver.seen
        assert told.type == "client.onboarding_completed" and told.data == visit.status()
        assert told.data["status"] == "completed" and told.data["company_id"] == visit.client_id
        assert not other.seen
