"""What an operator does: stop, back up, restore, roll and revoke keys; and the test clock."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time

import pytest

from support import cards, cli, leaks, server, stancer, wire


class TestClock:
    LIMIT = 63072000

    def test_moves_on_and_answers_the_same_to_get(self, merchant):
        before = merchant.clock()
        assert abs(before - time.time()) < 5
        now = merchant.advance(3600)
        assert 3600 <= now - before < 3605
        assert 0 <= merchant.clock() - now < 5

    def test_zero_and_the_limit_are_accepted(self, merchant):
        before = merchant.clock()
        assert merchant.advance(0) - before < 5
        assert merchant.advance(self.LIMIT) - before >= self.LIMIT

    @pytest.mark.parametrize("body", [
        {"advance_s": -1}, {"advance_s": LIMIT + 1}, {"advance_s": "60"}, {"advance_s": True},
        {"advance_s": None}, {"advance_s": [60]}, {}, b"", b"advance_s=60", b'{"advance_s": 1.5}',
        b'{"advance_s": 1e2}', b'{"advance_s": 1, "advance_s": 2}'])
    def test_anything_else_is_400_and_moves_nothing(self, merchant, body):
        before = merchant.clock()
        assert merchant.post("/sandbox/clock", body).status == 400
        assert merchant.clock() - before < 5

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_only_a_test_secret_key_may(self, merchant, method):
        for key in (False, merchant.public_key, "stest_" + "x" * 24, "sprod_" + "x" * 24):
            answer = merchant.request(method, "/sandbox/clock", {"advance_s": 60}, key=key)
            assert answer.status == 401, answer

    @pytest.mark.parametrize("scheme", ["basic", "bearer"])
    def test_both_schemes(self, merchant, scheme):
        assert merchant.get("/sandbox/clock", scheme=scheme).status == 200

    def test_is_the_merchant_s_own(self, merchant, sandbox):
        other = sandbox.merchant_add()
        merchant.advance(86400)
        assert abs(other.clock() - time.time()) < 5

    def test_dates_what_is_made_and_ids_keep_real_time(self, merchant):
        first = merchant.made("/v2/customers/", {"mobile": "+33600000001"})
        now = merchant.advance(10 * 86400)
        second = merchant.made("/v2/customers/", {"mobile": "+33600000002"})
        assert 0 <= second["created"] - now < 5
        # Eight characters of milliseconds in base 62 come first: ten days would change the fourth.
        assert second["id"][5:8] == first["id"][5:8]


class TestSandboxFile:
    def test_is_private_and_complete(self, sandbox):
        path = sandbox.dir / "sandbox.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        told = json.loads(path.read_text())
        assert {"base_url", "tls_url", "ca_file", "stancer", "simplypaie", "safedebit", "seqino",
                "simulator"} <= set(told)
        assert set(told["stancer"]) == {"public_key", "secret_key"}
        assert set(told["simulator"]) == {"acs_url", "control_url"}
        assert len(told["simplypaie"]["secret"]) == 64
        assert told["safedebit"]["otp_threshold"] == "100000"
        assert os.path.exists(sandbox.ca_file)

    def test_another_merchant_has_credentials_of_its_own(self, sandbox, merchant):
        assert set(merchant.contract["stancer"]) == {"public_key", "secret_key"}
        for face in ("stancer", "simplypaie", "safedebit", "seqino"):
            assert merchant.contract[face] != sandbox.contract[face]


def serves(account):
    """Those before may not be closed yet: who comes too early is sent away."""
    try:
        return account.get("/healthz").status == 200
    except wire.Unreachable:
        return False


class TestFiles:
    def test_connections_leave_some_for_all_else(self, fresh_with, monkeypatch, tmp_path):
        few = tmp_path / "guichet"
        few.write_text(f'#!/bin/sh\nexec prlimit --nofile=256:256 {server.binary()} "$@"\n', encoding="utf-8")
        few.chmod(0o755)
        monkeypatch.setenv("GUICHET_BIN", str(few))
        account = fresh_with()
        with contextlib.ExitStack() as stack:
            for _ in range(300):
                held = stack.enter_context(socket.create_connection((account.host, account.port)))
                held.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            server.command("merchant", "list", "--data", account.dir, timeout=20)
        server.eventually(lambda: serves(account), 10, "it serves again")
        assert account.pay()["status"] == "to_capture"


    def test_with_too_few_it_says_so(self, tmp_path):
        server.command("init", tmp_path / "data")
        done = subprocess.run(["prlimit", "--nofile=64:64", str(server.binary()), "serve", "--data", str(tmp_path / "data"),
                               "--port", "0"], capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 1 and "ulimit -n" in done.stderr, done.stderr


class TestStop:
    def test_sigterm_ends_it_with_zero_and_it_starts_again(self, fresh):
        payment = fresh.pay()
        fresh.stop()
        with pytest.raises(wire.NotSent):
            fresh.get("/v2/ping")
        fresh.verify()
        fresh.restart()
        assert fresh.read("/v2/payments/" + payment["id"]) == payment

    @pytest.mark.parametrize("ignored", [False, True])
    def test_a_terminal_that_is_closed_stops_it_unless_that_is_ignored(self, fresh, ignored):
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
        fresh.restart()
        signal.signal(signal.SIGHUP, before)
        process = fresh.server.process
        process.send_signal(signal.SIGHUP)
        if ignored:
            assert fresh.pay()["status"] == "to_capture"
            return
        assert process.wait(server.STOP_S) == 0
        fresh.server.process = None
        assert "server.stopped err=ok" in fresh.log.read_text(encoding="utf-8")

    def test_with_its_streams_closed_it_prints_into_no_file_of_its_own(self, fresh):
        fresh.stop()
        control = fresh.dir / "control.sock"
        running = subprocess.Popen(
            ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", str(server.binary()), "serve", "--data",
             str(fresh.dir), "--port", "0"])
        try:
            server.eventually(control.exists, server.START_S, "it takes commands")
            fresh.verify()
            files = [path for path in fresh.dir.rglob("*") if path.is_file()]
            assert files and not [path for path in files if b"Guichet is ready" in path.read_bytes()]
        finally:
            running.terminate()
            assert running.wait(server.STOP_S) == 0

    def test_the_simulator_ends_with_it(self, fresh):
        pid = fresh.server.simulator_pid()
        assert pid is not None
        fresh.stop()
        server.eventually(lambda: not server.is_alive(pid), 10, "the simulator has ended")

    def test_a_second_server_is_kept_out(self, fresh):
        server.command("serve", "--data", fresh.dir, "--port", "0", expect=1, timeout=20)
        assert fresh.get("/v2/ping").status == 200

    def test_verify_works_on_the_running_one_and_offline(self, fresh):
        fresh.pay()
        fresh.verify()
        fresh.stop()
        fresh.verify()


@pytest.mark.skipif(server.databases() is not None, reason="PostgreSQL has tools of its own: docs/operations.md")
class TestBackup:
    def test_brings_back_what_was_there(self, fresh, tmp_path):
        kept = [fresh.pay(card=cards.card(number))
                for number in (cards.VISA, cards.MASTERCARD, cards.NATIONAL)]
        file = tmp_path / "backup.db"
        cli.backup(fresh.server, file)
        later = fresh.pay(amount=5000)
        cli.restore(fresh.server, file, "--force", expect=1)  # The server runs.
        fresh.stop()
        cli.restore(fresh.server, file, expect=1)  # There is a database already.
        cli.restore(fresh.server, file, "--force")
        fresh.restart()
        for payment in kept:
            assert fresh.read("/v2/payments/" + payment["id"]) == payment
        stancer.check_missing(fresh.get("/v2/payments/" + later["id"]), "v2", "payment",
                              later["id"])
        assert fresh.pay(card=kept[0]["card"]["id"])["status"] == "to_capture"
        fresh.verify()

    def test_holds_no_card_number_and_no_key(self, fresh, tmp_path):
        for number in (cards.VISA, cards.MASTERCARD, cards.AMEX):
            fresh.pay(card=cards.card(number))
        file = tmp_path / "backup.db"
        cli.backup(fresh.server, file)
        assert leaks.search([file], []) == []
        assert fresh.secret_key.encode() not in file.read_bytes()

    def test_is_never_written_over_another_file(self, fresh, tmp_path):
        file = tmp_path / "backup.db"
        file.write_bytes(b"something else")
        cli.backup(fresh.server, file, expect=1)
        assert file.read_bytes() == b"something else"

    def test_of_something_else_is_not_restored(self, fresh, tmp_path):
        payment = fresh.pay()
        fresh.stop()
        file = tmp_path / "backup.db"
        file.write_bytes(b"something else" * 1000)
        cli.restore(fresh.server, file, "--force", expect=1)
        fresh.restart()
        assert fresh.read("/v2/payments/" + payment["id"]) == payment

    def test_of_an_empty_file_is_not_restored(self, fresh, tmp_path):
        """That is what a full disk leaves of a copy."""
        payment = fresh.pay()
        fresh.stop()
        file = tmp_path / "backup.db"
        file.write_bytes(b"")
        cli.restore(fresh.server, file, "--force", expect=1)
        fresh.restart()
        assert fresh.read("/v2/payments/" + payment["id"]) == payment

    def test_what_a_killed_server_left_in_its_log_comes_along(self, fresh, tmp_path):
        payments = [fresh.pay() for _ in range(3)]
        fresh.kill9()
        shutil.copytree(fresh.dir, tmp_path / "disk", ignore=shutil.ignore_patterns("*.sock"))
        cli.restore(fresh.server, tmp_path / "disk" / "guichet.db", "--force")
        fresh.restart()
        for payment in payments:
            assert fresh.read("/v2/payments/" + payment["id"]) == payment
        fresh.verify()

    def test_where_its_log_has_no_room_in_it_the_database_stays(self, fresh, tmp_path):
        """The log is small and the file has to grow by it: the disk is full in between."""
        payment = fresh.pay()
        disk = tmp_path / "disk"
        disk.mkdir()
        cli.backup(fresh.server, disk / "open.db")
        with contextlib.closing(sqlite3.connect(disk / "open.db", isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA wal_autocheckpoint = 0")
            database.execute("CREATE TABLE grown (bytes BLOB)")
            database.execute("INSERT INTO grown VALUES (zeroblob(400000))")
            shutil.copy(disk / "open.db", disk / "killed.db")
            shutil.copy(disk / "open.db-wal", disk / "killed.db-wal")
        fresh.stop()
        words = [server.binary(), "restore", disk / "killed.db", "--force", "--data", fresh.dir]
        room = (disk / "killed.db").stat().st_size + 100000
        assert room > (disk / "killed.db-wal").stat().st_size
        refused = subprocess.run(["prlimit", f"--fsize={room}", *words], capture_output=True, text=True, check=False,
                                 env=server.environment(fresh.server.settings), restore_signals=False)
        assert refused.returncode == 1 and "is the disk full?" in refused.stderr, refused
        assert {path.name for path in fresh.dir.glob("guichet.db*")} <= {"guichet.db", "guichet.db-wal",
                                                                         "guichet.db-shm", "guichet.db.lock"}
        fresh.restart()
        assert fresh.read("/v2/payments/" + payment["id"]) == payment
        fresh.stop()
        cli.run(fresh.server, *words[1:4])
        with contextlib.closing(sqlite3.connect(fresh.dir / "guichet.db")) as database:
            assert database.execute("SELECT length(bytes) FROM grown").fetchone() == (400000,)
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        fresh.restart()

    def test_of_a_database_in_use_is_not_restored(self, fresh, tmp_path):
        server.command("init", tmp_path / "other")
        server.command("restore", fresh.dir / "guichet.db", "--force", "--data", tmp_path / "other", expect=1)
        assert fresh.pay()["status"] == "to_capture"

    def test_an_interrupted_copy_never_has_the_name_of_a_whole_one(self, fresh, tmp_path):
        """Each is killed a little later than the one before."""
        for _ in range(20):
            fresh.pay()
        fresh.stop()
        file = tmp_path / "backup.db"
        for turn in range(12):
            making = subprocess.Popen([server.binary(), "backup", file, "--data", fresh.dir],
                                      env=server.environment(fresh.server.settings), stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL)
            time.sleep(turn * 0.004)
            making.kill()
            making.wait()
            if file.exists():
                with sqlite3.connect(file) as database:
                    assert database.execute("SELECT count(*) FROM payment").fetchone()[0] >= 20
                    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                file.unlink()
        cli.backup(fresh.server, file)
        assert not (tmp_path / "backup.db.new").exists()
        fresh.restart()

    def test_a_database_that_others_brought_back_goes_on_from_other_numbers(self, fresh):
        """The acquirer has seen numbers since the copy was made that would be used again."""

        def number():
            return int(fresh.simulator().of(fresh.pay())[0]["stan"])

        first = number()
        cli.run(fresh.server, "restore", "--renumber", expect=1)  # The server runs.
        assert number() == first + 1
        fresh.stop()
        assert "other numbers" in cli.run(fresh.server, "restore", "--renumber")
        cli.run(fresh.server, "restore", "--renumber", "backup.db", expect=2)
        cli.run(fresh.server, "restore", "--renumber", "--force", expect=2)
        fresh.restart()
        assert abs(number() - first) > 4  # One in a hundred thousand begins there again.
        fresh.verify()


class TestKeys:
    def test_a_revoked_key_is_401(self, merchant):
        assert merchant.get("/v2/ping").status == 200
        cli.revoke_key(merchant, merchant.secret_key)
        for path in ("/v2/ping", "/v1/customers/", "/v2/payments/"):
            stancer.check_error(merchant.get(path), path[1:3], 401)
        assert merchant.get("/sandbox/clock").status == 401

    def test_of_two_keys_the_other_goes_on(self, merchant):
        other = cli.add_keys(merchant)
        assert set(other) == {"public_key", "secret_key"}
        payment = merchant.pay()
        cli.revoke_key(merchant, merchant.secret_key)
        answer = merchant.get("/v2/payments/" + payment["id"], key=other["secret_key"])
        assert answer.status == 200 and answer.json == payment

    def test_a_rolled_key_ends_at_once_or_after_its_overlap(self, merchant):
        payment = merchant.pay()
        path = "/v2/payments/" + payment["id"]
        second = cli.roll_key(merchant, "--overlap-h", "24")
        assert second.startswith("stest_") and len(second) == 30
        assert merchant.get(path).status == merchant.get(path, key=second).status == 200
        third = cli.roll_key(merchant, "--overlap-h", "0")
        assert merchant.get(path, key=third).json == payment
        for old in (merchant.secret_key, second):
            stancer.check_error(merchant.get(path, key=old), "v2", 401)

    def test_keys_are_nowhere_on_disk_but_in_the_sandbox_file(self, fresh):
        fresh.pay()
        cli.roll_key(fresh, "--overlap-h", "24")
        fresh.stop()
        key = fresh.secret_key.encode()
        for path in leaks.files_below(fresh.dir, fresh.log, fresh.server.out):
            if path.name != "sandbox.json":
                assert key not in path.read_bytes(), path

    def test_both_encryption_keys_rotate_under_load(self, fresh, tmp_path):
        saved = [fresh.made("/v2/cards/", cards.card(number))["id"]
                 for number in (cards.VISA, cards.MASTERCARD, cards.NATIONAL)]
        stop, paid = threading.Event(), []

        def client():
            while not stop.is_set():
                for card in saved:
                    paid.append(fresh.pay(card=card)["status"])

        threads = [threading.Thread(target=client) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            cli.run(fresh.server, "keys", "rotate-dek")
            cli.run(fresh.server, "keys", "rotate-kek", "--new", cli.new_kek(tmp_path / "kek"))
            cli.run(fresh.server, "keys", "rotate-dek")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert paid and set(paid) == {"to_capture"}
        fresh.restart()
        for card in saved:
            assert fresh.pay(card=card)["status"] == "to_capture"
        fresh.verify()

    def test_the_key_of_fingerprints_rotates_under_load(self, fresh):
        numbers = (cards.VISA, cards.MASTERCARD, cards.NATIONAL)
        saved = [fresh.made("/v1/cards/", cards.card(number))["id"] for number in numbers]
        stop, paid, twins = threading.Event(), [], []

        def client():
            while not stop.is_set():
                for card, number in zip(saved, numbers):
                    paid.append(fresh.pay(card=card)["status"])
                    paid.append(fresh.pay(card=cards.card(number))["status"])
                    twins.append(fresh.post("/v1/cards/", cards.card(number)).status)

        threads = [threading.Thread(target=client) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(3):
                told = cli.told(fresh.server, "keys", "rotate-fingerprint")
                assert told["changed"] >= len(saved) and told["waiting"] == 0
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert paid and set(paid) == {"to_capture"}
        assert set(twins) == {409}
        fresh.restart()
        for card, number in zip(saved, numbers):
            assert fresh.pay(card=card)["status"] == "to_capture"
            assert fresh.post("/v1/cards/", cards.card(number)).status == 409
        states = [key["state"] for key in cli.told(fresh.server, "keys", "status")
                  if key["purpose"] == "fingerprint"]
        assert states == ["retired", "retired", "retired", "active"]
        fresh.verify()


class TestLive:
    """Money is never simulated silently, and the two modes never meet (design.md 6)."""

    def test_live_keys_have_their_prefixes_and_their_mode(self, merchant):
        live = cli.add_keys(merchant, "--live")
        assert live["public_key"].startswith("pprod_")
        assert live["secret_key"].startswith("sprod_")
        answer = merchant.get("/v2/ping", key=live["secret_key"])
        assert answer.status == 200 and answer.json["mode"] == "live"
        answer = merchant.post("/v1/customers/", {"mobile": "+33600000001"},
                               key=live["secret_key"])
        assert answer.status == 200 and answer.json["live_mode"] is True

    def test_a_live_payment_without_a_connector_is_refused_clearly(self, merchant):
        live = cli.add_keys(merchant, "--live")["secret_key"]
        before = len(merchant.simulator().entries())
        for version in stancer.VERSIONS:
            answer = merchant.post(stancer.PAYMENTS[version],
                                   {"amount": 1000, "currency": "eur", "card": cards.card()},
                                   key=live)
            assert stancer.check_error(answer, version, 503) \
                == "no live card connector is configured"
        assert len(merchant.simulator().entries()) == before

    @pytest.mark.parametrize("version", stancer.VERSIONS)
    def test_the_modes_do_not_see_each_other(self, merchant, version):
        live = cli.add_keys(merchant, "--live")["secret_key"]
        body = {"mobile": "+33600000002", "external_id": "same-in-both"}
        test_customer = merchant.made(f"/{version}/customers/", body)
        answer = merchant.post(f"/{version}/customers/", body, key=live)
        assert answer.status == 200 and answer.json["id"] != test_customer["id"], answer
        for key, identifier in ((live, test_customer["id"]), (None, answer.json["id"])):
            path = f"/{version}/customers/{identifier}"
            for seen in (merchant.get(path, key=key),
                         merchant.patch(path, {"name": "Somebody"}, key=key),
                         merchant.delete(path, key=key)):
                stancer.check_missing(seen, version, "customer", identifier)
        shown = merchant.get(f"/{version}/customers/", key=live).json["customers"]
        assert [customer["id"] for customer in shown] == [answer.json["id"]]

    def test_a_live_key_has_no_test_clock(self, merchant):
        live = cli.add_keys(merchant, "--live")["secret_key"]
        assert merchant.get("/sandbox/clock", key=live).status == 401
        assert merchant.post("/sandbox/clock", {"advance_s": 60}, key=live).status == 401
