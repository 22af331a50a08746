"""Webhooks from the first payment to the last try, with receivers of every character."""

import concurrent.futures
import json
import socket
import threading
import time

import pytest

from support import cards, wire
from support.receiver import Receiver, signature_is_right
from support.server import Failed, command, eventually

MINUTE = 60
HOUR = 3600


def hook(account, receiver, path="/hook"):
    return account.made("/v2/webhooks/", {"url": receiver.url(path)})


def merchant_id(account):
    return account.contract["seqino"]["client_id"].removeprefix("client_")


def deliveries(account, *words):
    return json.loads(command("webhook", "list", merchant_id(account), "--json", "--limit", "100",
                              *words, "--data", account.dir, settings=account.server.settings))


def wait_for(receiver, count, seconds=20):
    eventually(lambda: len(receiver.seen) >= count, seconds, f"{count} requests came")


def test_what_happens_to_a_payment_is_told_in_order(merchant):
    with Receiver() as receiver:
        secret = hook(merchant, receiver)["secret"]
        payments = [merchant.pay(amount=1000 + number)["id"] for number in range(20)]
        merchant.settle()
        for payment in payments:
            told = receiver.of(payment)
            assert told[0].type == "payment.created"
            states = [seen.data["status"] for seen in told[1:]]
            assert states == sorted(states, key=["to_capture", "capture_sent", "captured"].index)
            assert states[-1] == "captured"
            assert len({seen.id for seen in told}) == len(told)
        assert all(signature_is_right(seen.signature, seen.body, secret)
                   for seen in receiver.seen)


def test_a_failure_is_tried_again_with_the_same_bytes_and_blocks_only_its_object(merchant):
    def answer(seen, number):
        return 500 if seen.data["description"] == "changed once" and number <= 3 else 204

    with Receiver(answer) as receiver:
        secret = hook(merchant, receiver)["secret"]
        first = merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur",
                                                "description": "waits"})
        wait_for(receiver, 1)
        merchant.patch("/v2/payments/" + first["id"], {"description": "changed once"})
        wait_for(receiver, 2)
        merchant.patch("/v2/payments/" + first["id"], {"description": "changed twice"})
        other = merchant.pay()
        eventually(lambda: len(receiver.of(other["id"])) == 2, 20, "the other one is told")
        assert len(receiver.of(first["id"])) == 2  # created, and one failure
        merchant.advance(MINUTE + 1)
        merchant.advance(2 * MINUTE + 1)
        merchant.advance(4 * MINUTE + 1)
        told = receiver.of(first["id"])
        assert [seen.type for seen in told] == ["payment.created"] + ["payment.updated"] * 5
        tries = told[1:5]
        assert len({seen.id for seen in tries}) == 1 and len({seen.body for seen in tries}) == 1
        assert tries[0].data["description"] == "changed once"
        assert told[5].data["description"] == "changed twice"
        assert all(signature_is_right(seen.signature, seen.body, secret) for seen in told)
    states = {each["id"]: each["state"] for each in deliveries(merchant)}
    assert set(states.values()) == {"delivered"}


def test_a_clock_moves_while_clients_go_on_paying(merchant):
    def answer(_seen, _number):
        time.sleep(0.05)
        return 204

    over = threading.Event()

    def pay():
        while not over.is_set():
            merchant.pay()

    with Receiver(answer) as receiver, concurrent.futures.ThreadPoolExecutor() as pool:
        hook(merchant, receiver)
        first = merchant.pay()
        clients = [pool.submit(pay) for _ in range(4)]
        try:
            wait_for(receiver, 50)
            merchant.settle()
            assert merchant.read("/v2/payments/" + first["id"])["status"] == "captured"
            assert receiver.of(first["id"])[-1].data["status"] == "captured"
        finally:
            over.set()
        for client in clients:
            client.result()


def test_fifteen_retries_then_dead_and_the_next_one_goes(merchant):
    refused = []

    def answer(seen, _):
        return 500 if seen.id in refused else 200

    with Receiver(answer) as receiver:
        hook(merchant, receiver)
        payment = merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur",
                                                  "description": "to be told"})
        wait_for(receiver, 1)
        receiver.answer = lambda seen, _: (refused.append(seen.id) or 500) \
            if not refused or seen.id == refused[0] else 200
        merchant.patch("/v2/payments/" + payment["id"], {"description": "never told"})
        wait_for(receiver, 2)
        merchant.patch("/v2/payments/" + payment["id"], {"description": "told in the end"})
        merchant.advance(24 * HOUR)
        assert len(receiver.of(payment["id"])) < 1 + 16
        merchant.advance(5 * 24 * HOUR)
        told = receiver.of(payment["id"])
        assert len(told) == 1 + 16 + 1
        assert told[-1].data["description"] == "told in the end"
        (dead,) = deliveries(merchant, "--state", "dead")
        assert dead["tries"] == 16 and dead["code"] == 500 and dead["why"] == "status"
        # By hand, once the receiver is well again.
        refused[:] = ["nobody"]
        command("webhook", "replay", dead["id"], "--data", merchant.dir,
                settings=merchant.server.settings)
        wait_for(receiver, len(told) + 1)
        again = receiver.seen[-1]
        assert again.id == told[1].id and again.body == told[1].body
        shown = json.loads(command("webhook", "show", dead["id"], "--json", "--data", merchant.dir,
                                   settings=merchant.server.settings))
        assert shown["body"].encode() == again.body


@pytest.mark.parametrize("status", [201, 202, 301, 302, 307, 400, 404, 410, 500, 503])
def test_only_200_and_204_are_delivered_and_redirects_lead_nowhere(merchant, status):
    with Receiver() as elsewhere:
        headers = {"Location": elsewhere.url("/moved")} if 300 <= status < 400 else {}
        with Receiver(lambda seen, number: (status, headers)) as receiver:
            hook(merchant, receiver)
            merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
            eventually(lambda: [each for each in deliveries(merchant) if each["tries"] == 1], 20,
                       "it was tried")
            (seen,) = deliveries(merchant)
            assert (seen["state"], seen["code"]) == ("waiting", status)
        assert elsewhere.seen == []


def test_silence_ends_after_ten_seconds_and_holds_up_nobody_else(merchant, shop):
    with Receiver(lambda seen, number: "hang") as silent, Receiver() as quick:
        hook(merchant, silent)
        hook(shop, quick)
        begun = time.monotonic()
        merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        wait_for(silent, 1)
        shop.pay()
        wait_for(quick, 2)
        assert time.monotonic() - begun < 9
        eventually(lambda: deliveries(merchant)[0]["tries"] == 1, 20, "the try has ended")
        assert 9 < time.monotonic() - begun < 25
        assert deliveries(merchant)[0]["why"] == "timeout"


def test_an_endpoint_that_comes_back_gets_everything(merchant):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        merchant.made("/v2/webhooks/", {"url": f"http://127.0.0.1:{port}/hook"})
        made = merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        eventually(lambda: deliveries(merchant)[0]["why"] == "connection", 20, "nobody listened")
    with Receiver(port=port) as receiver:
        merchant.advance(MINUTE + 1)
        assert [seen.object for seen in receiver.seen] == [made["id"]]


def test_each_endpoint_hears_with_a_secret_of_its_own_until_it_is_deleted(merchant):
    with Receiver() as receiver:
        first, second = hook(merchant, receiver, "/a"), hook(merchant, receiver, "/b")
        merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        wait_for(receiver, 2)
        assert {seen.path for seen in receiver.seen} == {"/a", "/b"}
        assert len({seen.id for seen in receiver.seen}) == 1
        secrets = {"/a": first["secret"], "/b": second["secret"]}
        for seen in receiver.seen:
            assert signature_is_right(seen.signature, seen.body, secrets[seen.path])
        merchant.delete("/v2/webhooks/" + first["id"])
        merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        wait_for(receiver, 3)
        time.sleep(0.5)
        assert [seen.path for seen in receiver.seen[2:]] == ["/b"]


def test_other_merchants_hear_nothing(merchant, shop):
    with Receiver() as receiver:
        hook(merchant, receiver)
        shop.pay()
        merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        wait_for(receiver, 1)
        time.sleep(0.3)
        assert len(receiver.seen) == 1


def test_nothing_is_lost_by_kills(fresh):
    payments = []
    with Receiver() as receiver:
        secret = hook(fresh, receiver)["secret"]
        for _ in range(4):
            for _ in range(15):
                try:
                    payments.append(fresh.pay(card=cards.card())["id"])
                except wire.Unreachable:
                    pass
            fresh.kill9()
            fresh.restart()
        for payment in payments:
            eventually(lambda one=payment: {seen.type for seen in receiver.of(one)} ==
                       {"payment.created", "payment.updated"}, 30, f"{payment} is told")
        eventually(lambda: all(each["state"] == "delivered" for each in deliveries(fresh)), 30,
                   "all are delivered")
        for payment in payments:
            bodies = {}
            types = []
            for seen in receiver.of(payment):
                assert signature_is_right(seen.signature, seen.body, secret)
                assert bodies.setdefault(seen.id, seen.body) == seen.body
                if seen.type not in types:
                    types.append(seen.type)
            assert types == ["payment.created", "payment.updated"]
    fresh.verify()


def test_what_waits_at_a_stop_goes_at_the_next_start(fresh):
    with Receiver(lambda seen, number: 503) as receiver:
        hook(fresh, receiver)
        made = fresh.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        wait_for(receiver, 1)
        fresh.stop()
        receiver.answer = lambda seen, number: 200
        fresh.restart()
        fresh.advance(2 * MINUTE)
        told = receiver.of(made["id"])
        assert len(told) == 2 and told[0].body == told[1].body


def test_a_range_is_replayed(merchant):
    with Receiver() as receiver:
        hook(merchant, receiver)
        begun = int(time.time()) - 1
        for _ in range(5):
            merchant.made("/v2/payments/", {"amount": 1000, "currency": "eur"})
        wait_for(receiver, 5)
        eventually(lambda: len(deliveries(merchant, "--state", "delivered")) == 5, 20, "done")
        told = command("webhook", "replay", merchant_id(merchant), "--since", begun, "--json",
                       "--data", merchant.dir, settings=merchant.server.settings)
        assert json.loads(told) == {"replayed": 5}
        wait_for(receiver, 10)
        told = command("webhook", "replay", merchant_id(merchant), "--since", begun + 3600,
                       "--json", "--data", merchant.dir, settings=merchant.server.settings)
        assert json.loads(told) == {"replayed": 0}


@pytest.mark.parametrize("words,code", [
    ((), 2), (("nothing",), 2), (("list",), 2), (("list", "x"), 2), (("show", "short"), 2),
    (("show", "0VcJqU4PFm4ecFwvLAsJ2wep"), 1), (("replay", "0VcJqU4PFm4ecFwvLAsJ2wep"), 1),
    (("list", "0VcJqU4PFm4ecFwvLAsJ2wep"), 1), (("list", "x", "--state", "lost"), 2),
    (("list", "0VcJqU4PFm4ecFwvLAsJ2wep", "--limit", "101"), 2),
    (("replay", "0VcJqU4PFm4ecFwvLAsJ2wep", "--since", "yesterday"), 2)])
def test_bad_usage(sandbox, words, code):
    with pytest.raises(Failed, match=f"ended with {code}"):
        command("webhook", *words, "--data", sandbox.dir, settings=sandbox.server.settings,
                expect=99)
